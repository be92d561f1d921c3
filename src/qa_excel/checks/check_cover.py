"""The cover: school code, year, grades taught, and that each input is what it claims to be."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check
from qa_excel.checks.suggestions import as_typed, suggestion_for
from qa_excel.form.documents import value_of
from qa_excel.form.labels import label_of
from qa_excel.problems import Problem
from qa_excel.rubric.inputs import cover_fields

COVER_CODES = (
    "value.school_code_missing",
    "value.school_code",
    "value.year_missing",
    "value.year",
    "value.levels_missing",
    "value.missing",
    "value.not_a_number",
    "value.too_large",
    "value.negative",
    "value.not_whole",
    "value.not_yes_no",
    "value.not_a_date",
    "value.day_unread",
    "value.error_value",
    "value.not_calculated",
)
_MISSING = {"school_code": "value.school_code_missing", "year": "value.year_missing"}


@check("workbook", *COVER_CODES)
def check_cover(book: Workbook) -> Iterator[Problem]:
    """Code and year must be there and right; other inputs must be what they claim to be."""
    submission, rubric = book.submission, book.rubric
    levels = {}
    for given in cover_fields(rubric):
        value = value_of(given, submission.typed.get(given.path), rubric)
        source = submission.source(given.path)
        if "levels" in given.path:
            levels[given] = value
        if value.blank and given.input.kind in _MISSING and submission.has_place(given.path):
            yield Problem(_MISSING[given.input.kind], source, given.key)
        if value.invalid:
            # In a form nothing but copies and lateness hang on the day.
            unread = given.path == ("prepared_on",) and submission.sources
            code = "value.day_unread" if unread else f"value.{value.fault}"
            params = {"label": label_of(rubric, book.area, given.path), "first_year": rubric.first_year}
            params |= {"found": value.value, **suggestion_for(given, value.raw, rubric), **as_typed(value.raw)}
            yield Problem(code, source, given.key, params)
    if not rubric.areas or not submission.has_place(("school", "levels")):
        return
    if not any(value.value is True for value in levels.values()):
        yield Problem("value.levels_missing", submission.source(("school", "levels")), "school.levels")
        return
    for given in [each for each, value in levels.items() if value.blank and submission.has_place(each.path)]:
        label = label_of(rubric, book.area, given.path)
        yield Problem("value.missing", submission.source(given.path), given.key, {"label": label})
