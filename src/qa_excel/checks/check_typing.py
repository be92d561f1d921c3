"""What was read otherwise than it was typed: nothing is changed in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_excel.checks.registry import Workbook, check
from qa_excel.form.documents import value_of
from qa_excel.form.labels import label_of
from qa_excel.form.layout import yes_no_words
from qa_excel.kinds.answers import dig
from qa_excel.problems import Problem
from qa_excel.rubric.inputs import Field, fields
from qa_excel.thai.dates import short_date
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, to_json_number


@check("workbook", "value.normalised", "value.passed_word")
def check_typing(book: Workbook) -> Iterator[Problem]:
    """Inputs that were normalised; free text is left as it is and never reported."""
    submission, rubric, area = book.submission, book.rubric, book.area
    for given in fields(rubric, area):
        raw = submission.typed.get(given.path)
        if raw is None or given.input.kind == "text":
            continue
        value = value_of(given, raw, rubric)
        if given.input.kind == "date" and value.value != dig(submission.data, given.path):
            continue  # taken for another day, which has a warning of its own
        # In JSON true and false are what is expected; a form's list has words for them.
        switched = isinstance(raw, bool) and bool(submission.sources)
        if value.ok and (value.notes or switched):
            params = {"label": label_of(rubric, area, given.path), "read": _shown(given, value)}
            code = "value.passed_word" if "passed_word" in value.odd else "value.normalised"
            yield Problem(code, submission.source(given.path), given.key, params)


def _shown(given: Field, value: Value) -> Any:
    """What was read, in the form's own words; a date in the reader's era."""
    if isinstance(value.value, bool):
        word = yes_no_words(given)[0 if value.value else 1]
        return Text(word, "yes" if value.value else "no")
    if given.input.kind == "date":
        return Text(short_date(value.value), value.value)
    return value.value if isinstance(value.value, str | int) else to_json_number(value.value)
