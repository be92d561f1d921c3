"""Workbooks and submissions, read and checked as on a day of their own time."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest

from fixtures_build import submissions
from qa_excel import checks, read_workbook
from qa_excel.checks import check
from qa_excel.form.documents import canonical
from qa_excel.kinds.answers import dig
from qa_excel.problems import Problem
from qa_excel.reading.submission import ReadFile, Submission
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import fields

TODAY = datetime.date(2024, 5, 16)


def checked(path: Path) -> ReadFile:
    return check(read_workbook(path), TODAY)


def found(path: Path, code: str) -> list[Problem]:
    return [problem for problem in checked(path).problems if problem.code == code]


def result(area: int | None, file: str = "", **changes: Any) -> ReadFile:
    """What reading gives of a sample school's submission, without a workbook."""
    return read({**submissions(2)[area], **changes}, file or f"{area}.xlsx")


def read(data: dict[str, Any], file: str, text: str | None = None) -> ReadFile:
    """A submission as it is read; `text` stands in every input but the code and the year."""
    rubric, area = load_rubric(data["rubric"]), data.get("area")
    typed = {}
    for given in fields(rubric, area):
        levels = "levels" in given.path
        value = given.grade in data["school"].get("levels", ()) if levels else dig(data, given.path)
        if text and given.input.kind not in ("school_code", "year"):
            value = text
        if value is not None:
            typed[given.path] = value
    submission = Submission(file, rubric, area, canonical(rubric, area, typed), typed)
    return check(ReadFile(file, [], submission), TODAY)


def failing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise ZeroDivisionError("ลับสุดยอด")

    changed = [dataclasses.replace(each, run=fail) if each.name == name else each for each in checks.CHECKS]
    monkeypatch.setattr(checks, "CHECKS", tuple(changed))
