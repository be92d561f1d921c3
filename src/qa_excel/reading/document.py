"""A submission in JSON, read as one."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from qa_excel.form.documents import DocumentError, canonical, load_json, require
from qa_excel.kinds.answers import dig
from qa_excel.problems import shown_name
from qa_excel.reading.submission import Submission
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field, fields
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import grades_taught
from qa_excel.thai.text import Text


def read_document(path: FilePath, name: str | None = None) -> Submission:
    """A submission from a JSON file whose inputs may be as typed. Raises DocumentError.

    name: how the file is called in every finding (default: the path).
    """
    data = load_json(path)
    rubric, area = require(data, typed=True)
    _refuse_unknown_levels(rubric, data)
    typed = {given.path: raw for given in fields(rubric, area) if (raw := _raw(data, given)) is not None}
    return Submission(name or shown_name(path), rubric, area, canonical(rubric, area, typed), typed)


def _refuse_unknown_levels(rubric: Rubric, data: dict[str, Any]) -> None:
    for number, level in enumerate(dig(data, ("school", "levels")) or ()):
        if not grades_taught(rubric, {"school": {"levels": [level]}}):
            known = ", ".join(grade.id for grade in rubric.grades)
            reason = Text(f"ไม่รู้จักชั้นนี้ (ใช้ {known})", f"unknown grade (there are {known})")
            raise DocumentError(f"/school/levels/{number}", reason)


def _raw(data: dict[str, Any], given: Field) -> Any:
    if given.grade is not None and given.path[1] == "levels":
        levels = dig(data, given.path[:2])
        if levels is None:
            return None
        return given.grade in grades_taught(load_rubric(data["rubric"]), data)
    return dig(data, given.path)
