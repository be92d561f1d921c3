"""The benchmarks' districts: distinct, the same each time, and variants that hold the same answers."""

from __future__ import annotations

import pytest

from benchmarks import districts, report
from qa_excel import read_workbook


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> districts.District:
    return districts.make(tmp_path_factory.mktemp("district"), schools=2, first=7)


def contents(files) -> list[bytes]:
    return [path.read_bytes() for path in files]


def test_every_workbook_has_contents_of_its_own_and_no_problem(district):
    assert len(district.files) == 2 * districts.WORKBOOKS == len(set(contents(district.files)))
    assert district.roster.read_text(encoding="utf-8").count("\n") == 3
    assert [problem.code for path in district.files for problem in read_workbook(path).problems] == []
    assert districts.made(district.inbox.parent) == district


def test_a_school_has_the_same_bytes_however_large_the_district(district, tmp_path):
    again = districts.make(tmp_path, schools=1, first=7)
    assert contents(again.files) == contents(district.files[: districts.WORKBOOKS])


def test_a_changed_workbook_is_of_the_same_school_and_has_other_answers(tmp_path):
    file = districts.make(tmp_path, schools=1, first=7).files[3]
    before = read_workbook(file).submission.data
    districts.change([file])
    after = read_workbook(file).submission.data
    assert before["school"] == after["school"] and before["answers"] != after["answers"]


def test_rows_inserted_as_by_a_person_change_no_answer(district, tmp_path):
    files = district.files[: districts.WORKBOOKS]
    for before, after in zip(files, districts.with_rows_inserted(files, tmp_path), strict=True):
        moved, original = read_workbook(after), read_workbook(before)
        assert moved.submission.data == original.submission.data and not moved.problems
        rows = {path: source.cell for path, source in moved.submission.sources.items()}
        assert rows != {path: source.cell for path, source in original.submission.sources.items()}


def test_a_run_becomes_tables_and_a_chart():
    ways = dict.fromkeys(("qa_excel", "pandas_with_calamine", "pandas", "openpyxl_read_only", "openpyxl"), 2.5)
    figures = [
        {"part": "reading", "key": key, "name": key, "value": value, "unit": "x calamine", "of": "ms"}
        for key, value in ways.items()
    ]
    figures.append({"part": "starting", "key": "python", "name": "bare", "value": 120.4, "unit": "ms", "of": ""})
    run = {"about": {"python": "3.11", "cores": 2}, "arguments": ["--rounds", "1"], "figures": figures}
    lines = report.table(run).splitlines()
    assert "| bare | 120 | ms |  |" in lines and "| qa_excel | 2.50 | x calamine | ms |" in lines
    assert report.chart(run).count("<rect x=") == len(ways) + 1, "and bare calamine"
    assert report._TABLE.search(report.DOCUMENT.read_text(encoding="utf-8"))
