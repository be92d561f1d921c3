"""Figures in subjects that the national test does not have: one warning a grade, and no check speaks of them."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from fixtures_build import submissions
from helpers.checked import read
from qa_excel.checks import check_district, check_school
from qa_excel.problems import Problem
from qa_excel.reading.submission import FileResult

CODE = "value.subject_not_asked"
NOT_ASKED = {"social": "สังคมศึกษา", "health": "สุขศึกษา", "arts": "ศิลปะ", "career": "การงานอาชีพ"}
"""Subjects that P6 is not asked in 2563, and a word of the name of each."""


def received(area: int, entered: dict[str, Any], file: str = "a.xlsx", year: int = 2563, code: str = "") -> FileResult:
    """The sample school's workbook of area 1 or 2 with these figures in each subject that is not asked."""
    data = copy.deepcopy(submissions(2)[area]) | {"year": year}
    data["school"]["code"] = code or data["school"]["code"]
    indicator, criterion = {1: ("IND2", "1"), 2: ("IND5", "2")}[area]
    data["answers"][indicator][criterion]["P6"] |= {subject: dict(entered) for subject in NOT_ASKED if entered}
    return read(data, file)


def others(problems: list[Problem]) -> set[tuple[str, str]]:
    return {(problem.code, problem.message()) for problem in problems if problem.code != CODE}


@pytest.mark.parametrize(
    ("area", "entered"),
    [
        (1, {"count": 3, "total": 4}),
        (1, {"count": 4, "total": 3}),
        (1, {"count": -1, "total": 9_000}),  # more than the school has learners
        (1, {"count": "มาก", "total": 1.5}),
        (1, {"count": 0, "total": 0}),
        (1, {"count": 3}),
        (2, {"previous": 40, "current": 41}),
        (2, {"previous": -1, "current": 1e9}),
        (2, {"previous": 400, "current": 447}),
        (2, {"previous": "มาก", "current": True}),
        (2, {"current": 41}),
    ],
)
def test_one_warning_names_the_subjects_and_nothing_else_is_found(area, entered):
    file = received(area, entered)
    (problem,) = file.problems
    assert (problem.code, problem.severity, file.status) == (CODE, "warning", "warnings")
    assert all(word in problem.message() for word in NOT_ASKED.values()) and "ป.6" in problem.message()
    assert file.scorecard.score == received(area, {}).scorecard.score


def test_another_list_is_asked_in_2559():
    problems = received(2, {"previous": 40, "current": 41}, year=2559).problems
    (problem,) = [problem for problem in problems if problem.code == CODE]
    assert "สังคมศึกษา" not in problem.message() and "ศิลปะ" in problem.message()


def test_tables_are_compared_in_what_is_asked():
    """Area 1 says that learners sat the four, and area 2 has no mean of them."""
    assert others(check_school([received(1, {"count": 3, "total": 4}), received(2, {}, "b.xlsx")])) == set()
    assert others(check_school([received(1, {}), received(2, {"previous": 40, "current": 41}, "b.xlsx")])) == set()


def test_last_year_is_compared_in_what_is_asked():
    """The mean of a year ago is not what was reported a year ago."""
    now, before = received(2, {"previous": 10, "current": 41}), received(2, {"current": 90}, "old.xlsx", 2562)
    alone = others(check_school([received(2, {}), received(2, {}, "old.xlsx", 2562)]))
    assert others(check_school([now, before])) == alone


def test_a_district_is_compared_in_what_is_asked():
    """Nine schools have the same mean of arts, and a tenth has a hundredth of it."""
    means = [{"previous": 60, "current": 60}] * 9 + [{"previous": 60, "current": 0.6}]
    files = [received(2, m, f"{n}.xlsx", code=f"990003{n:02}") for n, m in enumerate(means)]
    assert "roster.outlier" not in {problem.code for problem in check_district(files)}


def test_the_national_means_are_compared_in_what_is_asked():
    """Every mean asked is below the nation's, and arts above it: all are below, and the condition says so."""
    nation = {(2563, "P6", subject): Decimal(99) for subject in ("thai", "math", "science", "foreign")}
    data = copy.deepcopy(submissions(2)[3])
    data["deductions"]["IND10"]["D2"]["found"] = True
    files = [received(2, {"previous": 40, "current": 100}), read(data, "3.xlsx")]
    means = nation | {(2563, "P6", subject): Decimal(50) for subject in NOT_ASKED}
    assert others(check_school(files, means)) == others(check_school(files, nation)) == set()
