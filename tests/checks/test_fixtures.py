"""Each fixture fails for exactly its own code, or passes; each code has a fixture."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from fixtures_build import SHOULD_FAIL, SHOULD_PASS, build

from qa_excel import read_workbook
from qa_excel.checks import catalogue, check, check_together
from qa_excel.checks.national_means import read_national_means
from qa_excel.problems import Problem
from qa_excel.roster import read_roster

TODAY = datetime.date(2024, 5, 16)

ELSEWHERE = {
    "file": "tests/test_bad_input.py",
    "structure": "tests/test_checks.py",
    "check.not_run": "tests/checks/test_together.py",
    "roster.unknown_school": "tests/test_merging.py",
    "roster.school_missing": "tests/test_merging.py",
    "roster.workbook_missing": "tests/test_merging.py",
    "roster.superseded": "tests/test_merging.py",
    "roster.same_date": "tests/test_merging.py",
    "roster.other_year": "tests/test_merging.py",
}
"""Groups and codes that need other files than a filled workbook, or a merge → the tests that show them."""


def problems_of(folder: Path) -> list[Problem]:
    """Everything that is found in a folder, whatever its scope."""
    results = [check(read_workbook(path, path.name), TODAY) for path in sorted(folder.glob("*.xlsx"))]
    roster, means = folder / "roster.csv", folder / "national_means.csv"
    rest = check_together(
        results,
        read_roster(roster) if roster.exists() else None,
        read_national_means(means) if means.exists() else None,
    )
    return [*rest, *(problem for result in results for problem in result.problems)]


@pytest.mark.parametrize("code", SHOULD_FAIL)
def test_a_fixture_fails_for_its_own_code_alone(code, tmp_path):
    problems = problems_of(build(SHOULD_FAIL[code](), tmp_path))
    assert {problem.code for problem in problems} == {code}, [problem.message("en") for problem in problems]
    for problem in problems:
        for lang in ("th", "en"):
            assert problem.message(lang) and problem.hint(lang)
            assert "{" not in problem.message(lang) + problem.hint(lang)
        if problem.source.file and not code.startswith(("check.", "roster.")):
            assert problem.source.sheet and problem.source.cell


@pytest.mark.parametrize("name", SHOULD_PASS)
def test_what_is_in_order_passes(name, tmp_path):
    assert [problem.message("en") for problem in problems_of(build(SHOULD_PASS[name](), tmp_path))] == []


def test_every_code_has_a_fixture():
    codes = {entry.code for entry in catalogue()}
    elsewhere = {code for code in codes if code in ELSEWHERE or code.partition(".")[0] in ELSEWHERE}
    assert codes - elsewhere == set(SHOULD_FAIL)
    assert not elsewhere & set(SHOULD_FAIL)


def test_the_fixtures_are_the_same_each_time(tmp_path):
    fixture = SHOULD_FAIL["value.over_100"]()
    first, second = (build(fixture, tmp_path / name) for name in ("first", "second"))
    again = [[path.name for path in sorted(folder.iterdir())] for folder in (first, second)]
    assert again[0] == again[1]
