"""The rows of the tidy tables, from a district's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from qa_excel.district.data.dataset import BY_GRADE, SUPERSEDED, Dataset, Row, frame_of
from qa_excel.district.data.dictionary import tables
from qa_excel.district.merging import IQA_KEY, MISSING, UNUSABLE, District, SchoolResult, Slot, slot_key
from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.outcome import half_up
from qa_excel.reading.submission import FileResult, Submission
from qa_excel.rubric.inputs import Field, answer_fields
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.earning import what_would_earn
from qa_excel.scoring.evidence import unproven
from qa_excel.scoring.scope import scope_of
from qa_excel.scoring.scorecard import CriterionScore, IndicatorScore, Scorecard, json_figure
from qa_excel.thai.privacy import is_hidden, masked, shown_figure
from qa_excel.thai.typed import normalise


def collect(district: District, due: str | None = None, lang: str = "th", iqa_due: str | None = None) -> Dataset:
    """The dataset of a merged district. due, iqa_due: ISO dates; lang: of labels, reasons and messages."""
    collector = _Collector(district, due, lang, iqa_due)
    made = {
        "schools": collector.schools,
        "submissions": collector.submissions,
        "scores": collector.scores,
        "criteria": collector.criteria,
        "conditions": collector.conditions,
        "problems": collector.problems,
        "iqa_items": collector.iqa_items,
        "grades": collector.grades,
    }
    frames = {name: frame_of(table, made[name]()) for name, table in tables().items()}
    about = (district.name, district.year, district.iqa_year, district.rubric, district.traces)
    return Dataset(*about, frames, due, lang, iqa_due=iqa_due)


class _Collector:
    """Rows of each table, in the order of the dictionary's fields."""

    def __init__(self, district: District, due: str | None, lang: str, iqa_due: str | None):
        self.district = district
        self.due = due
        self.iqa_due = iqa_due
        self.lang = lang

    def about(self, school: SchoolResult) -> Row:
        return self.district.name, school.school.code, school.school.name

    # --- Schools and files ---

    def schools(self) -> Iterator[Row]:
        full = _number(self.district.rubric.max)
        for school in self.district.schools:
            cards = {slot.key: school.card(slot.key) for slot in self.district.slots}
            traces = cards[IQA_KEY]
            scores = [card and card.score for key, card in cards.items() if key != IQA_KEY]
            yield (
                *self.about(school),
                " ".join(school.school.levels),
                school.school.learners,
                school.school.teachers,
                sum(result is not None for result in school.workbooks.values()),
                sum(card is not None for card in cards.values()),
                None if None in scores else _number(sum(scores, Decimal(0))),
                full,
                *_progress(traces),
            )

    def submissions(self) -> Iterator[Row]:
        older: dict[tuple[str, str], list[FileResult]] = {}
        for result in self.district.superseded:
            school = self.district.roster.find(result.submission.school_code)
            older.setdefault((school.code, slot_key(result.submission)), []).append(result)
        for school in self.district.schools:
            for slot in self.district.slots:
                copies = older.get((school.school.code, slot.key), [])
                counted = school.workbooks[slot.key]
                sent = [result for result in (counted, *copies) if result]
                yield self.submission(school, slot, counted, school.statuses[slot.key], sent)
                for result in copies:
                    yield self.submission(school, slot, result, SUPERSEDED, [result])

    def submission(
        self, school: SchoolResult, slot: Slot, result: FileResult | None, status: str, copies: Sequence[FileResult]
    ) -> Row:
        due = self.due if slot.area else self.iqa_due
        on_time = _came_in_time(copies, due) if due and status != UNUSABLE else None
        if status == MISSING or result is None:
            figures: Row = (None,) * 10
            file = ""
        else:
            found = [problem.severity for problem in result.problems]
            counts = (found.count("error"), found.count("warning"))
            missing = len(result.scorecard.missing) if result.scorecard else None
            prepared_on = result.submission.prepared_on if result.submission else ""
            figures = (*_figures(school, slot, status), missing, *counts, prepared_on, _received_on(result))
            file = result.file
        return (
            *self.about(school),
            slot.key,
            slot.rubric.id,
            self.district.year_of(slot),
            status,
            *figures,
            on_time,
            file,
        )

    # --- Points ---

    def scored(self) -> Iterator[tuple[SchoolResult, FileResult, Indicator, IndicatorScore, Row]]:
        """The indicators of valid workbooks, each with the fields that begin its rows."""
        rubric = self.district.rubric
        for school in self.district.schools:
            for result, scored in school.indicators():
                indicator = rubric.indicator(scored.id)
                about = (*self.about(school), rubric.id, self.district.year, indicator.area, indicator.id)
                yield school, result, indicator, scored, about

    def scores(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            figures = map(_number, (scored.gross, scored.deduction, scored.score, scored.max))
            yield (*about, indicator.name.get(self.lang), *figures, len(scored.missing), result.file)

    def criteria(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            for criterion, earned in zip(indicator.criteria, scored.criteria, strict=True):
                yield (*about, *self.criterion(result.submission, indicator, criterion, scored, earned))

    def criterion(
        self,
        submission: Submission,
        indicator: Indicator,
        criterion: Criterion,
        scored: IndicatorScore,
        earned: CriterionScore,
    ) -> Row:
        asked = _inputs(submission.rubric, indicator, criterion)
        scope = scope_of(submission.rubric, submission.data)
        given = [(key, submission.source(f.path), dig(submission.data, f.path)) for key, f in asked if scope.asks(f)]
        given = [(key, source, value) for key, source, value in given if value is not None]
        source = given[0][1] if given else submission.source(asked[0][1].path)
        answers = {criterion.id, *(item.id for item in criterion.items)}
        missing = sum(path[1] == indicator.id and path[2] in answers for path in scored.missing if path[0] == "answers")
        lost = earned.points < earned.max
        data = submission.data
        to_earn = what_would_earn(submission.rubric, indicator, criterion, scored, data).get(self.lang) if lost else ""
        return (
            criterion.id,
            criterion.label.get(self.lang),
            "; ".join(f"{key}={_shown(value)}" for key, _, value in given),
            "; ".join(f"{item.id}={_shown(item.met)}" for item in earned.items),
            *(_pair(submission, indicator, criterion)),
            _number(half_up(earned.points)),
            _exact(earned, [value for _, _, value in given]),
            _number(earned.max),
            earned.reason.get(self.lang),
            to_earn,
            missing,
            len(unproven(submission.data, indicator, earned)),
            source.file,
            source.sheet,
            source.cell,
            criterion.page,
            " ".join(_interpretations(criterion)),
        )

    def conditions(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            left = scored.deduction
            for condition, told in zip(indicator.conditions, scored.conditions, strict=True):
                deducted = left if told.deducts else Decimal(0)
                left -= deducted
                source = result.submission.source(("deductions", indicator.id, condition.id, "found"))
                yield (
                    *about,
                    condition.id,
                    condition.label.get(self.lang),
                    told.found,
                    told.resolvable,
                    told.resolved,
                    told.deducts,
                    _number(deducted),
                    source.file,
                    source.sheet,
                    source.cell,
                    condition.page,
                    " ".join(condition.interpretations),
                )

    # --- The rest ---

    def problems(self) -> Iterator[Row]:
        for report in self.district.reports:
            problem, school = report.problem, report.school
            yield (
                self.district.name,
                school.code if school else report.code,
                school.name if school else "",
                problem.code,
                problem.severity,
                problem.source.file,
                problem.source.sheet,
                problem.source.cell,
                problem.field,
                problem.message(self.lang),
                problem.hint(self.lang),
            )

    def iqa_items(self) -> Iterator[Row]:
        traces = self.district.traces
        for school in self.district.schools:
            card = school.card(IQA_KEY)
            if card is None:
                continue
            submission = school.workbooks[IQA_KEY].submission
            for process in traces.processes:
                for item in process.items:
                    source = submission.source(("items", item.id, "status"))
                    entry = submission.data.get("items", {}).get(item.id, {})
                    yield (
                        *self.about(school),
                        traces.id,
                        self.district.iqa_year,
                        process.id,
                        item.id,
                        item.label.get(self.lang),
                        card.processes[process.id].statuses[item.id] or "",
                        bool(entry.get("evidence") or entry.get("link")),
                        source.file,
                        source.sheet,
                        source.cell,
                        " ".join(item.interpretations),
                    )

    def grades(self) -> Iterator[Row]:
        for _, result, indicator, _, about in self.scored():
            submission = result.submission
            scope = scope_of(submission.rubric, submission.data)
            for criterion in indicator.criteria:
                groups: dict[Row, dict[str, Any]] = {}
                for given in answer_fields(submission.rubric, indicator, criterion):
                    if given.grade and scope.asks(given):
                        key = (criterion.id, given.grade, given.subject or "")
                        groups.setdefault(key, {})[given.input.key] = given.path
                for key, paths in groups.items():
                    values = {name: normalise(dig(submission.data, path), "number") for name, path in paths.items()}
                    if any(value.ok for value in values.values()):
                        source = submission.source(next(iter(paths.values())))
                        figures = (values.get(name) for name in BY_GRADE)
                        yield (
                            *about,
                            *key,
                            *(_figure(value.value) if value and value.ok else None for value in figures),
                            source.file,
                            source.sheet,
                            source.cell,
                        )


def _came_in_time(copies: Sequence[FileResult], due: str) -> bool | None:
    """Whether one of a workbook's copies came in time; None where that can't be told.

    A copy is judged by the day it was prepared, else by that of its coming; one with a day that can't be by none.
    """
    in_time = [_in_time(copy, due) for copy in copies]
    if True in in_time:
        return True
    doubted = any(copy.submission.day_doubted for copy in copies)
    return False if False in in_time and not doubted else None


def _in_time(copy: FileResult, due: str) -> bool | None:
    if copy.submission.day_doubted:
        return None
    day = copy.submission.prepared_on or _received_on(copy)
    return day <= due if day else None


@cache
def _written_on(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date().isoformat()
    except OSError:
        return ""


def _received_on(result: FileResult) -> str:
    return _written_on(result.path) if result.path else ""


def _figures(school: SchoolResult, slot: Slot, status: str) -> Row:
    """(score, max, done, total, percent) of a workbook that counts."""
    card = school.card(slot.key) if status != SUPERSEDED else None
    full = _number(slot.area.max) if slot.area else None
    if card is None:
        return None, full, None, None, None
    return (_number(card.score), full, None, None, None) if slot.area else (None, None, *_progress(card))


def _progress(card: Scorecard | None) -> Row:
    """(done, total, percent) of internal quality assurance."""
    if card is None:
        return None, None, None
    progress = card.progress
    return progress.done, progress.total, _number(progress.percent)


def _number(value: Any) -> int | float | None:
    return json_figure(value)


def _exact(earned: CriterionScore, given: Iterable[Any]) -> str:
    """The points as a fraction; rounded where its parts would tell someone's number."""
    return str(Fraction(half_up(earned.points)) if any(map(is_hidden, given)) else earned.points)


@cache
def _inputs(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> tuple[tuple[str, Field], ...]:
    """(key, input) of a criterion's inputs and those of its items: `count`, `1.2.value`, `P6.thai.total`."""

    def key(field: Field) -> str:
        own = field.path[3:]
        return ".".join(own if field.answer == criterion.id else (field.answer, *own))

    return tuple((key(f), f) for part in (criterion, *criterion.items) for f in answer_fields(rubric, indicator, part))


def _interpretations(criterion: Criterion) -> dict[str, None]:
    """The ids of what was decided on reading a criterion and its items, each once."""
    return dict.fromkeys(id for part in (criterion, *criterion.items) for id in part.interpretations)


def _pair(submission: Submission, indicator: Indicator, criterion: Criterion) -> tuple[Any, Any]:
    """Count and total of a criterion that is one ratio."""
    if criterion.pair is None:
        return None, None
    base = ("answers", indicator.id, criterion.id)
    values = [normalise(dig(submission.data, (*base, key)), "count") for key in criterion.pair]
    return tuple(_figure(value.value) if value.ok else None for value in values)


def _figure(value: Decimal) -> int | float | None:
    """A number that was typed; none for one that is someone's number."""
    return None if is_hidden(value) else _number(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return masked(str(shown_figure(value)))
