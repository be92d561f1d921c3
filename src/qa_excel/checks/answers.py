"""The answers: what scoring found missing, invalid or odd, and what was read otherwise than typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qa_excel.checks.labels import field_at, key_of, label_of
from qa_excel.documents import value_of
from qa_excel.fields import Path, fields
from qa_excel.normalise import ErrorCell, UncalculatedFormula, Value, to_json_number
from qa_excel.problems import Problem
from qa_excel.rubric import Text
from qa_excel.scoring import Scorecard
from qa_excel.submission import Submission


def check_answers(submission: Submission, scorecard: Scorecard, _: date) -> Iterator[Problem]:
    """Every finding of scoring and every unanswered input, at its cell."""
    rubric, area = submission.rubric, submission.area

    def problem(code: str, path: Path, params: dict[str, Any]) -> Problem:
        label = label_of(rubric, area, path)
        return Problem(code, submission.source(path), key_of(rubric, area, path), {"label": label, **params})

    for finding in scorecard.findings:
        yield problem(_typed_fault(submission, finding.code, finding.path), finding.path, finding.params)
    for path in scorecard.missing:
        yield problem(_missing_code(submission, path), path, {"grade": _grade(submission, path)})
    for given in fields(rubric, area):
        if given.optional and given.indicator:
            value = value_of(given, submission.typed.get(given.path), rubric)
            if value.invalid:
                yield problem(f"value.{value.fault}", given.path, {})


def _typed_fault(submission: Submission, code: str, path: Path) -> str:
    """The fault of what was typed: an Excel error reads as its text once it is canonical JSON."""
    typed = submission.typed.get(path)
    if isinstance(typed, ErrorCell):
        return "value.error_value"
    return "value.not_calculated" if isinstance(typed, UncalculatedFormula) else code


def _missing_code(submission: Submission, path: Path) -> str:
    if path[0] == "deductions":
        return "value.condition_missing" if path[-1] == "found" else "value.resolved_missing"
    given = field_at(submission.rubric, submission.area, path)
    return "value.missing" if given and given.path == path else "value.table_missing"


def _grade(submission: Submission, path: Path) -> Text | None:
    return next((grade.name for grade in submission.rubric.grades if grade.id == path[-1]), None)


def check_typing(submission: Submission, _: Scorecard, __: date) -> Iterator[Problem]:
    """What was read otherwise than it was typed; free text is left as it is and never reported."""
    rubric, area = submission.rubric, submission.area
    for given in fields(rubric, area):
        raw = submission.typed.get(given.path)
        if raw is None or given.input.kind == "text":
            continue
        value = value_of(given, raw, rubric)
        if value.ok and value.notes:
            params = {"label": label_of(rubric, area, given.path), "read": _shown(value)}
            yield Problem("value.normalised", submission.source(given.path), given.key, params)


def _shown(value: Value) -> Any:
    if isinstance(value.value, bool):
        return Text("ใช่", "yes") if value.value else Text("ไม่ใช่", "no")
    return value.value if isinstance(value.value, str | int) else to_json_number(value.value)
