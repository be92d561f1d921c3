"""The report of a validation, read back by another program."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from helpers import books
from helpers.received import analysed, sample_results, sample_roster
from qa_excel.checks import check
from qa_excel.district.merging import merge
from qa_excel.feedback import report
from qa_excel.feedback.report import write_report
from qa_excel.files.output import OUTPUT_MARK
from qa_excel.files.writing import OutputError
from qa_excel.office.roster import Roster, School
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook
from qa_excel.summary import write_summary

FAULTY = sorted((books.SAMPLES / "faulty").rglob("*.xlsx"))
INJECTED = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "http://example.com", "internal:A1", "<r>&</r>"]


@pytest.fixture(scope="module")
def results():
    return [check(read_workbook(path, str(path))) for path in FAULTY]


@pytest.fixture(scope="module")
def problems(results):
    return [problem for result in results for problem in result.problems]


@pytest.fixture(scope="module", params=["th", "en"])
def book(request, results, problems, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.xlsx"
    write_report(results, problems, path, request.param)
    return books.opened(path)


def rows(sheet, top=4):
    return list(sheet.iter_rows(min_row=top, values_only=True))


def test_its_sheets(book):
    assert book.sheetnames in (["สรุป", "ปัญหาที่พบ"], ["Summary", "Problems"])
    assert OUTPUT_MARK in book.properties.keywords


def test_every_problem_is_listed_the_worst_first(book, problems):
    found = rows(book.worksheets[1], 5)
    assert sorted(row[8] for row in found) == sorted(p.code for p in problems)
    rank = {problem.code: ["error", "warning", "info"].index(problem.severity) for problem in problems}
    assert [rank[row[8]] for row in found] == sorted(rank[row[8]] for row in found)
    assert {(row[3] or "", row[4] or "") for row in found} == {(p.source.sheet, p.source.cell) for p in problems}


def test_the_counts_agree_with_the_problems(book, problems, results):
    shown = rows(book.worksheets[0])
    codes = {problem.code for problem in problems}
    assert {row[0]: row[3] for row in shown if row[0] in codes} == {
        code: sum(p.code == code for p in problems) for code in codes
    }
    schools = [row for row in shown if str(row[0]).isdecimal()]
    assert [row[0] for row in schools] == sorted({path.parent.name.split()[0] for path in FAULTY})
    assert sum(row[2] for row in schools) == len(results)
    for column, severity in enumerate(("error", "warning", "info"), start=3):
        assert sum(row[column] for row in schools) == sum(p.severity == severity for p in problems)


def test_codes_and_schools_lead_to_their_first_problem(book):
    summary, listed = book.worksheets
    linked = [row[0] for row in summary.iter_rows(min_row=4) if row[0].hyperlink]
    assert {cell.value for cell in linked} >= {row[8] for row in rows(listed, 5)} | {"99000101", "99000102"}
    for cell in linked:
        assert cell.hyperlink.target is None
        title, row = re.fullmatch(r"'(.+)'!A(\d+)", cell.hyperlink.location).groups()
        assert title == listed.title
        before = [{row[0], row[8]} for row in rows(listed, 5)[: int(row) - 5]]
        assert cell.value in {listed.cell(int(row), 1).value or "–", listed.cell(int(row), 9).value}
        assert not any(cell.value in seen for seen in before)


def test_the_roster_names_the_schools(results, problems, tmp_path):
    roster = Roster((School("99000102", "โรงเรียนตามทะเบียน"),))
    write_report(results, problems, tmp_path / "r.xlsx", roster=roster)
    shown = {row[0]: row[1] for row in rows(books.opened(tmp_path / "r.xlsx").worksheets[0])}
    assert shown["99000102"] == "โรงเรียนตามทะเบียน"


def test_two_reports_are_the_same_bytes(results, problems, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_report(results, problems, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_problems_of_no_file_that_was_read(tmp_path):
    problem = Problem("file.other", Source("อื่น.pdf"))
    write_report([], [problem], tmp_path / "r.xlsx")
    book = books.opened(tmp_path / "r.xlsx")
    assert rows(book.worksheets[1], 5)[0][2] == "อื่น.pdf"
    assert any(row[1] == "แฟ้มอื่นและทะเบียน" and row[4] == 1 for row in rows(book.worksheets[0]))
    write_report([], [Problem("check.no_national_means")], tmp_path / "general.xlsx")
    summary = books.opened(tmp_path / "general.xlsx").worksheets[0]
    assert [row[3:5] for row in rows(summary) if row[0] == "check.no_national_means"] == [(1, 0)]
    write_report([], [], tmp_path / "none.xlsx")
    assert books.opened(tmp_path / "none.xlsx").worksheets[0]["A1"].value == "สรุป"


def test_ten_thousand_problems_are_bounded_and_quick(tmp_path):
    many = [
        Problem("value.negative", Source("x.xlsx", "ตบช.1", f"E{n}"), params={"label": "x", "found": n})
        for n in range(1, report.MAX_ROWS + 5_001)
    ]
    start = time.perf_counter()
    write_report([FileResult("x.xlsx", many)], many, tmp_path / "r.xlsx")
    assert time.perf_counter() - start < 30
    sheet = books.opened(tmp_path / "r.xlsx").worksheets[1]
    assert sheet.max_row == 4 + report.MAX_ROWS
    assert "10,000" in sheet["A3"].value and "15,000" in sheet["A3"].value


def test_an_output_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError):
        write_report([], [], tmp_path / "absent" / "r.xlsx")


def assert_inert(path: Path, typed: str) -> None:
    """No formula and no link holds what was typed, and it is somewhere in the workbook as a text."""
    seen = False
    for sheet in books.opened(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None or not cell.hyperlink.target
                if isinstance(cell.value, str) and typed.strip() in cell.value:
                    assert cell.data_type == "s", (sheet.title, cell.coordinate)
                    seen = True
    assert seen


@pytest.mark.parametrize("typed", INJECTED)
def test_what_a_school_typed_becomes_no_formula_or_link(tmp_path, typed):
    path = books.workbook(tmp_path / "ด้าน1.xlsx", 1, {("IND1.1", "count"): typed})
    name = next(key for key in books._places(path.read_bytes()) if "name" in key[0])
    books.type_in(path, {name: typed})
    result = check(read_workbook(path, typed + "/ด้าน1.xlsx"))
    write_report([result], result.problems, tmp_path / "report.xlsx")
    assert_inert(tmp_path / "report.xlsx", typed)
    for problem in result.problems:
        assert typed not in problem.message()


@pytest.mark.parametrize("typed", INJECTED)
def test_nor_in_the_district_summary(tmp_path, typed):
    first, *others = sample_results()
    first.submission.file = first.file = typed + ".xlsx"
    first.problems = [Problem("file.macros", Source(first.file, typed, "A1"))]
    analysis = analysed(merge([first, *others], sample_roster(), name=typed))
    write_summary(analysis, tmp_path / "district.xlsx")
    assert_inert(tmp_path / "district.xlsx", typed)
