"""Workbooks read and checked as on a day of their own time."""

from __future__ import annotations

import datetime
from pathlib import Path

from qa_excel import read_workbook
from qa_excel.checks import check
from qa_excel.problems import Problem
from qa_excel.reading.submission import FileResult

TODAY = datetime.date(2024, 5, 16)


def checked(path: Path) -> FileResult:
    return check(read_workbook(path), TODAY)


def found(path: Path, code: str) -> list[Problem]:
    return [problem for problem in checked(path).problems if problem.code == code]
