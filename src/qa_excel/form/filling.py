"""Filling: a submission in JSON becomes a filled workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa_excel.files.writing import writing
from qa_excel.form.documents import require
from qa_excel.form.packing import pack
from qa_excel.kinds.answers import dig
from qa_excel.rubric.inputs import fields


def fill(submission: dict[str, Any], out: Path | str) -> None:
    """Write the filled workbook of a submission; the same submission gives the same bytes.

    Raises DocumentError where it does not fit its schema, OutputError where `out` can't be written.
    """
    rubric, area = require(submission)
    levels = dig(submission, ("school", "levels"))
    values = {}
    for given in fields(rubric, area):
        if "levels" in given.path:
            values[given.path] = None if levels is None else given.grade in levels
        else:
            values[given.path] = dig(submission, given.path)
    with writing(Path(out)) as target:
        target.write(pack(rubric, area, values))
