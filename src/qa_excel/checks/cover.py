"""The cover: school code, year, grades taught, date of preparation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qa_excel.checks.labels import label_of
from qa_excel.documents import value_of
from qa_excel.fields import cover_fields
from qa_excel.problems import Problem
from qa_excel.scoring import Scorecard
from qa_excel.submission import Submission

_MISSING = {"school_code": "value.school_code_missing", "year": "value.year_missing"}


def check_cover(submission: Submission, _: Scorecard, __: date) -> Iterator[Problem]:
    """Code and year must be there and right; other inputs must be what they claim to be."""
    rubric = submission.rubric
    levels = {}
    for given in cover_fields(rubric):
        value = value_of(given, submission.typed.get(given.path), rubric)
        source = submission.source(given.path)
        if "levels" in given.path:
            levels[given] = value
        if value.blank and given.input.kind in _MISSING:
            yield Problem(_MISSING[given.input.kind], source, given.key)
        if value.invalid:
            code = f"value.{value.fault}"
            params = {"label": label_of(rubric, submission.area, given.path), "first_year": rubric.first_year}
            yield Problem(code, source, given.key, {**params, "found": value.value})
    if not rubric.areas:
        return
    if not any(value.value is True for value in levels.values()):
        yield Problem("value.levels_missing", submission.source(("school", "levels")), "school.levels")
        return
    for given in [given for given, value in levels.items() if value.blank]:
        label = label_of(rubric, submission.area, given.path)
        yield Problem("value.missing", submission.source(given.path), given.key, {"label": label})


def check_date(submission: Submission, _: Scorecard, today: date) -> Iterator[Problem]:
    """A date of preparation in the future is most often a wrong era."""
    if submission.prepared_on > today.isoformat():
        yield Problem("consistency.future_date", submission.source(("prepared_on",)), "prepared_on × value")
