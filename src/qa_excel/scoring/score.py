"""The scoring core: a submission's answers become a scorecard.

Pure functions over plain data, exact arithmetic (fractions), standard library only: the same core
answers the command line, the functions in Excel and those in LibreOffice. What a criterion earns is its kind's to say
(`qa_excel.kinds`); every point comes with its reason in words. What the rules rest on is written in the rubric's data
(source page, interpretation ids).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from qa_excel.kinds.answers import Answers, dig
from qa_excel.kinds.inputs import Input
from qa_excel.kinds.outcome import half_up, net_of, sum_of
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.model import Condition, Indicator, Rubric
from qa_excel.scoring.scorecard import ConditionScore, CriterionScore, IndicatorScore, Scorecard
from qa_excel.scoring.traces import score_traces
from qa_excel.thai.folding import fold
from qa_excel.thai.typed import Value, normalise


def score(submission: dict[str, Any], rubric: Rubric | None = None) -> Scorecard:
    """The scorecard of a submission (rubric.md's JSON shape; leaves may be as typed).

    Raises KeyError when the submission's rubric or area is unknown.
    """
    rubric = rubric or load_rubric(submission["rubric"])
    if rubric.family == "traces":
        return score_traces(rubric, submission)
    area = rubric.area(submission["area"])
    indicators = {i.id: score_indicator(rubric, i, submission) for i in area.indicators}
    return Scorecard(
        rubric.id,
        area.id,
        indicators,
        {},
        tuple(path for i in indicators.values() for path in i.missing),
        tuple(finding for i in indicators.values() for finding in i.findings),
    )


def grades_taught(rubric: Rubric, submission: dict[str, Any]) -> tuple[str, ...]:
    """The ids of the grades that the school teaches, in the rubric's order."""
    levels = dig(submission, ("school", "levels"))
    if isinstance(levels, dict):
        named = {fold(str(grade)) for grade, taught in levels.items() if normalise(taught, "levels").value is True}
    else:
        named = {fold(str(level)) for level in levels or ()}
    return _grades_named(rubric, frozenset(named))


@lru_cache(maxsize=1_000)
def _grades_named(rubric: Rubric, named: frozenset[str]) -> tuple[str, ...]:
    return tuple(g.id for g in rubric.grades if {fold(g.id), fold(g.name.th)} & named)


def year_of(rubric: Rubric, submission: dict[str, Any]) -> int | None:
    """The academic year (B.E.); None where it is missing or impossible."""
    year = normalise(dig(submission, ("year",)), "year", first_year=rubric.first_year)
    return year.value if year.ok else None


def answers_of(rubric: Rubric, indicator: Indicator, submission: dict[str, Any]) -> Answers:
    """One indicator's answers, of the grades that are taught and the year."""
    return Answers(rubric, indicator, submission, grades_taught(rubric, submission), year_of(rubric, submission))


def score_indicator(rubric: Rubric, indicator: Indicator, submission: dict[str, Any]) -> IndicatorScore:
    """One indicator: its criteria summed unrounded, then its deduction, never below 0."""
    answers = answers_of(rubric, indicator, submission)
    criteria = []
    for criterion in indicator.criteria:
        outcome = criterion.score(answers)
        criteria.append(
            CriterionScore(criterion.id, outcome.points, criterion.max or Decimal(0), outcome.reason, outcome.items)
        )
    conditions = tuple(_condition(answers, condition) for condition in indicator.conditions)

    exact = sum_of((criterion.points for criterion in criteria), Fraction(0))
    deducts = [condition.deducts for condition in conditions]
    deduction = None if None in deducts else indicator.deduction if any(deducts) else Decimal(0)
    net = None if exact is None or deduction is None else net_of(exact, deduction)
    return IndicatorScore(
        indicator.id,
        indicator.max,
        half_up(exact),
        deduction,
        net,
        tuple(criteria),
        conditions,
        tuple(answers.missing),
        tuple(answers.findings),
    )


def _condition(answers: Answers, condition: Condition) -> ConditionScore:
    base = ("deductions", answers.indicator.id, condition.id)
    found = answers.read((*base, "found"), Input("found", "found", condition.label))
    resolved = Value("blank")
    if condition.resolvable:
        given = Input("resolved", "resolved", condition.label)
        resolved = answers.read((*base, "resolved"), given, required=found.value is True)
    deducts = None if found.invalid or resolved.invalid else found.value is True and resolved.value is not True
    return ConditionScore(condition.id, found.value, resolved.value, condition.resolvable, deducts)
