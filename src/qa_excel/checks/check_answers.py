"""The answers: what scoring found missing, invalid or odd."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from qa_excel.checks.registry import Workbook, check
from qa_excel.checks.suggestions import as_typed, suggestion_for
from qa_excel.form.documents import value_of
from qa_excel.form.labels import field_at, key_of, label_of
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.rubric.inputs import fields
from qa_excel.thai.text import Text
from qa_excel.thai.typed import ErrorCell, UncalculatedFormula, to_json_number

ANSWER_CODES = (
    "value.missing",
    "value.table_missing",
    "value.condition_missing",
    "value.resolved_missing",
    "value.not_a_number",
    "value.too_large",
    "value.negative",
    "value.not_whole",
    "value.over_100",
    "value.not_yes_no",
    "value.not_a_choice",
    "value.not_a_date",
    "value.error_value",
    "value.not_calculated",
    "value.count_over_total",
    "value.total_zero",
    "value.not_tested",
    "value.grade_not_taught",
    "value.subject_not_asked",
    "value.fraction_percent",
    "value.mean_over_100",
    "consistency.done_without_evidence",
    "consistency.done_below_number",
)


@check("workbook", *ANSWER_CODES)
def check_answers(book: Workbook) -> Iterator[Problem]:
    """Every finding of scoring and every unanswered input, at its cell."""
    submission, rubric, area = book.submission, book.rubric, book.area

    def problem(code: str, path: Path, params: dict[str, Any]) -> Problem:
        given = field_at(rubric, area, path)
        typed = submission.typed.get(path)
        more = suggestion_for(given, typed, rubric) | as_typed(typed) if given else {}
        params = {"label": label_of(rubric, area, path), **more, **params}
        return Problem(code, submission.source(path), key_of(rubric, area, path), params)

    for finding in book.scorecard.findings:
        if finding.code == "value.grade_not_taught" and not _denied(submission, finding.path):
            continue
        params = finding.params
        if finding.code == "value.fraction_percent":
            params = params | {"percent": to_json_number(Decimal(finding.params["found"]) * 100)}
        yield problem(_typed_fault(submission, finding.code, finding.path), finding.path, params)
    for path in filter(submission.has_place, book.scorecard.missing):
        yield problem(_missing_code(submission, path), path, {"grade": _grade(submission, path)})
    for given in fields(rubric, area):
        if given.optional and given.indicator:
            value = value_of(given, submission.typed.get(given.path), rubric)
            if value.invalid:
                yield problem(f"value.{value.fault}", given.path, {})


def _denied(submission: Submission, path: Path) -> bool:
    """True where the cover says that the grade is not taught: what it leaves open or misspells may well be taught."""
    given = field_at(submission.rubric, submission.area, path)
    if given is None or given.grade is None:
        return False
    cover = field_at(submission.rubric, submission.area, ("school", "levels", given.grade))
    return cover is not None and value_of(cover, submission.typed.get(cover.path), submission.rubric).value is False


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
