"""The submission's JSON Schema: the net under all other checks."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check
from qa_excel.form.labels import field_at, key_of, label_of
from qa_excel.form.schema import misfits
from qa_excel.problems import Problem
from qa_excel.scoring.scope import scope_of


@check("workbook", "value.schema", last=True)
def check_schema(book: Workbook) -> Iterator[Problem]:
    """Misfits of the canonical data that no other check has named; passed over is what the grades and the year do not
    ask for, and inputs whose cell is gone."""
    submission, rubric, area = book.submission, book.rubric, book.area
    scope = scope_of(rubric, submission.data)
    named = {p.field for p in book.found if p.severity == "error" or p.code == "value.day_unread"}
    for misfit in misfits(submission.data, rubric, area):
        given = field_at(rubric, area, misfit.path)
        if given is None or given.path != misfit.path:
            continue  # what the cover lacks has its own problems
        key = key_of(rubric, area, misfit.path)
        if key in named or not scope.asks(given) or not submission.has_place(misfit.path):
            continue
        params = {"label": label_of(rubric, area, misfit.path), "reason": misfit.reason}
        yield Problem("value.schema", submission.source(misfit.path), key, params)
