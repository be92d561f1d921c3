"""The rows of the tidy tables that one submission alone decides: made where it is read, put together for a district.

Left out is what whoever puts them together knows: the school, the file, and what the rubric says of an id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.outcome import half_up
from qa_excel.reading.submission import Submission
from qa_excel.rubric.inputs import Field, answer_fields
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.earning import what_would_earn
from qa_excel.scoring.evidence import unproven
from qa_excel.scoring.scope import scope_of
from qa_excel.scoring.scorecard import CriterionScore, IndicatorScore, json_figure
from qa_excel.thai.privacy import is_hidden, masked, shown_figure
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, normalise

PAIR = ("count", "total")
BY_GRADE = (*PAIR, "previous", "current")

_T = TypeVar("_T")
Row = dict[str, Any]
"""Field → its value; what has none may be left out."""
Columns = dict[str, list[Any]]
"""Field → its values, as many of each; texts in two languages are the fields `reason.th` and `reason.en`."""

CARRIED = {
    "scores": ("indicator", "gross", "deduction", "score", "max", "missing"),
    "criteria": (
        *("indicator", "criterion", "inputs", "items", "count", "total", "points", "points_exact", "max"),
        *("reason.th", "reason.en", "to_earn.th", "to_earn.en", "missing", "unproven", "sheet", "cell"),
    ),
    "conditions": (
        *("indicator", "condition", "found", "resolvable", "resolved", "deducts", "deduction", "sheet", "cell"),
    ),
    "iqa_items": ("process", "item", "status", "evidence", "sheet", "cell"),
    "grades": ("indicator", "criterion", "grade", "subject", *BY_GRADE, "sheet", "cell"),
}
"""Table → the fields that a submission decides."""


def rows_of(submission: Submission) -> dict[str, Columns]:
    """Table → its rows; none of a submission that has no score, which enters no table."""
    card = submission.scorecard
    scored = [(submission.rubric.indicator(of.id), of) for of in card.indicators.values()]
    if card.processes:
        made: dict[str, Iterable[Row]] = {"iqa_items": _iqa_items(submission)}
    elif card.score is None:
        return {}
    else:
        made = {
            "scores": map(_score, (of for _, of in scored)),
            "criteria": (row for indicator, of in scored for row in _criteria(submission, indicator, of)),
            "conditions": (row for indicator, of in scored for row in _conditions(submission, indicator, of)),
            "grades": (row for indicator, _ in scored for row in _grades(submission, indicator)),
        }
    return {table: _turned(rows, CARRIED[table]) for table, rows in made.items()}


def _turned(rows: Iterable[Row], fields: Sequence[str]) -> Columns:
    kept = list(rows)
    return {field: [row.get(field) for row in kept] for field in fields}


def _in_both(field: str, text: Text) -> Row:
    return {f"{field}.th": text.th, f"{field}.en": text.en}


def _score(scored: IndicatorScore) -> Row:
    return {
        "indicator": scored.id,
        "gross": json_figure(scored.gross),
        "deduction": json_figure(scored.deduction),
        "score": json_figure(scored.score),
        "max": json_figure(scored.max),
        "missing": len(scored.missing),
    }


def _criteria(submission: Submission, indicator: Indicator, scored: IndicatorScore) -> Iterator[Row]:
    for criterion, earned in zip(indicator.criteria, scored.criteria, strict=True):
        yield _criterion(submission, indicator, criterion, scored, earned)


def _criterion(
    submission: Submission, indicator: Indicator, criterion: Criterion, scored: IndicatorScore, earned: CriterionScore
) -> Row:
    asked = _inputs(submission.rubric, indicator, criterion)
    scope = scope_of(submission.rubric, submission.data)
    entered = [(key, f.path, dig(submission.data, f.path)) for key, f in asked if scope.asks(f)]
    given = [(key, path, value) for key, path, value in entered if value is not None]
    answers = {criterion.id, *(item.id for item in criterion.items)}
    missing = sum(path[1] == indicator.id and path[2] in answers for path in scored.missing if path[0] == "answers")
    data, points = submission.data, _sure(earned.points)
    lost = points < earned.max
    to_earn = what_would_earn(submission.rubric, indicator, criterion, scored, data) if lost else Text("", "")
    return {
        "indicator": indicator.id,
        "criterion": criterion.id,
        "inputs": "; ".join(f"{key}={_shown(value)}" for key, _, value in given),
        "items": "; ".join(f"{item.id}={_shown(item.met)}" for item in earned.items),
        **_pair(submission, indicator, criterion),
        "points": json_figure(half_up(points)),
        "points_exact": _exact(points, [value for _, _, value in given]),
        "max": json_figure(earned.max),
        **_in_both("reason", earned.reason),
        **_in_both("to_earn", to_earn),
        "missing": missing,
        "unproven": len(unproven(data, indicator, earned)),
        **_place(submission, given[0][1] if given else asked[0][1].path),
    }


def _conditions(submission: Submission, indicator: Indicator, scored: IndicatorScore) -> Iterator[Row]:
    left = _sure(scored.deduction)
    for condition, told in zip(indicator.conditions, scored.conditions, strict=True):
        deducted = left if told.deducts else Decimal(0)
        left -= deducted
        yield {
            "indicator": indicator.id,
            "condition": condition.id,
            "found": told.found,
            "resolvable": told.resolvable,
            "resolved": told.resolved,
            "deducts": told.deducts,
            "deduction": json_figure(deducted),
            **_place(submission, ("deductions", indicator.id, condition.id, "found")),
        }


def _iqa_items(submission: Submission) -> Iterator[Row]:
    for process in submission.rubric.processes:
        for item in process.items:
            entry = submission.data.get("items", {}).get(item.id, {})
            yield {
                "process": process.id,
                "item": item.id,
                "status": submission.scorecard.processes[process.id].statuses[item.id] or "",
                "evidence": bool(entry.get("evidence") or entry.get("link")),
                **_place(submission, ("items", item.id, "status")),
            }


def _grades(submission: Submission, indicator: Indicator) -> Iterator[Row]:
    scope = scope_of(submission.rubric, submission.data)
    for criterion in indicator.criteria:
        groups: dict[tuple[str, str], dict[str, Path]] = {}
        for given in answer_fields(submission.rubric, indicator, criterion):
            if given.grade and scope.asks(given):
                groups.setdefault((given.grade, given.subject or ""), {})[given.input.key] = given.path
        for (grade, subject), paths in groups.items():
            values = {name: normalise(dig(submission.data, path), "number") for name, path in paths.items()}
            if any(value.ok for value in values.values()):
                yield {
                    "indicator": indicator.id,
                    "criterion": criterion.id,
                    "grade": grade,
                    "subject": subject,
                    **{name: _figure(values[name]) for name in BY_GRADE if name in values},
                    **_place(submission, next(iter(paths.values()))),
                }


# --- What the rubric says ---


def said_of(table: str, rubric: Rubric, columns: Columns, lang: str) -> Columns:
    """The fields of rows that follow from the rubric and the ids."""
    ids = list(zip(*(columns[field] for field in _IDS[table]), strict=True))
    told = [_told(table, rubric, id_, lang) for id_ in ids]
    return {field: [row[field] for row in told] for field in told[0]} if told else {}


_IDS = {
    "scores": ("indicator",),
    "criteria": ("indicator", "criterion"),
    "conditions": ("indicator", "condition"),
    "iqa_items": ("process", "item"),
    "grades": ("indicator",),
}


@cache
def _told(table: str, rubric: Rubric, ids: tuple[str, ...], lang: str) -> Row:
    if table == "iqa_items":
        process = next(process for process in rubric.processes if process.id == ids[0])
        item = next(item for item in process.items if item.id == ids[1])
        return {"label": item.label.get(lang), "interpretations": " ".join(item.interpretations)}
    indicator = rubric.indicator(ids[0])
    row: Row = {"area": indicator.area}
    if table == "scores":
        return row | {"indicator_name": indicator.name.get(lang)}
    if table == "criteria":
        criterion = indicator.criterion(ids[1])
        interpretations = " ".join(_interpretations(criterion))
        return row | {"label": criterion.label.get(lang), "page": criterion.page, "interpretations": interpretations}
    if table == "conditions":
        condition = next(condition for condition in indicator.conditions if condition.id == ids[1])
        interpretations = " ".join(condition.interpretations)
        return row | {"label": condition.label.get(lang), "page": condition.page, "interpretations": interpretations}
    return row


# --- Parts of rows ---


def _sure(figure: _T | None) -> _T:
    """A figure of a valid workbook, in which none lacks."""
    if figure is None:
        raise ValueError("a valid workbook without a figure")
    return figure


def _place(submission: Submission, path: Path) -> Row:
    """Where an input stands."""
    source = submission.source(path)
    return {"sheet": source.sheet, "cell": source.cell}


def _exact(points: Fraction, given: Iterable[Any]) -> str:
    """The points as a fraction; rounded where its parts would tell someone's number."""
    return str(Fraction(half_up(points)) if any(map(is_hidden, given)) else points)


@cache
def _inputs(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> tuple[tuple[str, Field], ...]:
    """(key, input) of a criterion's inputs and those of its items: `count`, `1.2.value`, `P6.thai.total`."""

    def key(field: Field) -> str:
        own = field.path[3:]
        return ".".join(own if field.answer == criterion.id else (field.path[2], *own))

    return tuple((key(f), f) for part in (criterion, *criterion.items) for f in answer_fields(rubric, indicator, part))


def _interpretations(criterion: Criterion) -> dict[str, None]:
    """The ids of what was decided on reading a criterion and its items, each once."""
    return dict.fromkeys(id for part in (criterion, *criterion.items) for id in part.interpretations)


def _pair(submission: Submission, indicator: Indicator, criterion: Criterion) -> Row:
    """Count and total of a criterion that is one ratio."""
    given = zip(PAIR, criterion.pair or (), strict=False)
    return {
        name: _figure(normalise(dig(submission.data, ("answers", indicator.id, criterion.id, key)), "count"))
        for name, key in given
    }


def _figure(typed: Value) -> int | float | None:
    """A number that was typed; none for one that is someone's number."""
    return json_figure(typed.value) if typed.ok and not is_hidden(typed.value) else None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return masked(str(shown_figure(value)))
