"""The cells that show a score: each of them looked at, whatever was done to it, and no false alarm."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from helpers import books
from qa_excel.form.printed import printed_form
from qa_excel.form.template.building import build
from qa_excel.problems import Problem
from qa_excel.reading.workbook import read_workbook
from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.score import score

SUMMARY = "สรุปคะแนน"
OURS = re.compile(r"(?:ONESQA|IQA)_[A-Z_]+\(")
WORKBOOKS = [("onesqa-r4", area, style) for area in (1, 2, 5) for style in ("short", "explicit")]
WORKBOOKS += [("iqa-2565", None, "short")]


def fresh(path: Path, rubric: str = "onesqa-r4", area: int | None = 2, style: str = "short") -> Path:
    build(load_rubric(rubric), area, formulas=style).save(path)
    return path


def scores(book: Workbook, rubric: str) -> list[Cell]:
    """The cells of a fresh workbook with a function of the add-in, and the totals of the summary."""
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    ours = [cell for cell in cells if str(cell.value).startswith("=") and OURS.search(cell.value)]
    (label,) = [cell for cell in book[SUMMARY]["B"] if str(cell.value).startswith("รวม")]
    columns = "DF" if rubric == "iqa-2565" else "DEFG"
    return list(dict.fromkeys([*ours, *(book[SUMMARY][f"{column}{label.row}"] for column in columns)]))


def places(problems: list[Problem]) -> set[tuple[str, str]]:
    return {(problem.source.sheet, problem.source.cell) for problem in problems}


DONE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "a number": ("structure.score_typed", lambda _: 7.77),
    "a number as text": ("structure.score_typed", lambda _: "20.00"),
    "a text": ("structure.score_typed", lambda _: "เต็ม"),
    "another formula": ("structure.formula_missing", lambda _: "=1+1"),
    "wrapped": ("structure.formula_missing", lambda formula: f"{formula}+1"),
    "inside another": ("structure.formula_missing", lambda formula: f"=MAX(2,{formula[1:]})"),
    "without effect": ("structure.formula_missing", lambda formula: f"=5+0*{formula[1:]}"),
    "empty": ("structure.formula_missing", lambda _: None),
}


@pytest.mark.parametrize("done", DONE)
@pytest.mark.parametrize(("rubric", "area", "style"), WORKBOOKS)
def test_every_score_cell_is_looked_at(rubric, area, style, done, tmp_path):
    code, change = DONE[done]
    path = fresh(tmp_path / "a.xlsx", rubric, area, style)
    changed = set()

    def spoil(book: Workbook) -> None:
        for cell in scores(book, rubric):
            cell.value = change(cell.value)
            changed.add((cell.parent.title, cell.coordinate))

    problems = read_workbook(books.edit(path, spoil)).problems
    assert {problem.code for problem in problems} == {code}
    assert places(problems) == changed and len(problems) == len(changed)


@pytest.mark.parametrize(("rubric", "area", "style"), WORKBOOKS)
def test_the_cells_expected_are_those_of_the_template(rubric, area, style, tmp_path):
    path = fresh(tmp_path / "a.xlsx", rubric, area, style)
    assert read_workbook(path).problems == []
    form = printed_form(load_rubric(rubric), area, load_rubric(rubric).version)
    expected = {(sheet.title, each.place.row, each.place.column) for sheet in form.values() for each in sheet.scores}
    cells = scores(openpyxl.load_workbook(path), rubric)
    assert expected == {(cell.parent.title, cell.row, cell.column) for cell in cells}


# --- One cell of a school's file -------------------------------------------------------------------------------


def with_cell(path: Path, title: str, cell: str, xml: str) -> list[Problem]:
    """The problems of a workbook with a cell replaced, `{}` standing for its address."""
    number = openpyxl.load_workbook(path, read_only=True).sheetnames.index(title) + 1

    def change(parts: dict[str, bytes]) -> None:
        name = f"xl/worksheets/sheet{number}.xml"
        pattern = rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'
        text, changed = re.subn(pattern, lambda _: xml.format(cell), parts[name].decode(), flags=re.DOTALL)
        assert changed == 1
        parts[name] = text.encode()

    return read_workbook(books.repack(path, change)).problems


def shown(formula: str, value: str, kind: str = "n") -> str:
    formula = formula.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{{}}" t="{kind}"><f>{formula}</f><v>{value}</v></c>'


POINTS = 'ONESQA_POINTS("IND5","1")'


@pytest.mark.parametrize(
    ("xml", "figures"),
    [
        (shown(POINTS, "3"), "แฟ้มแสดง 3.00 คำนวณได้ 1.20"),
        (shown(POINTS, "1e308"), "แฟ้มแสดง 1E+308 คำนวณได้ 1.20"),
        (shown(POINTS, "#NUM!", "e"), "แฟ้มแสดง #NUM! คำนวณได้ 1.20"),
        (shown(POINTS, "#PYTHON!", "e"), "แฟ้มแสดง ค่าผิดพลาด คำนวณได้ 1.20"),
        (shown(POINTS, "เต็ม", "str"), "แฟ้มแสดง ข้อความ คำนวณได้ 1.20"),
    ],
    ids=["a number", "a vast one", "an error", "a rare error", "a text"],
)
def test_a_value_that_differs(xml, figures, complete):
    (problem,) = with_cell(complete, "ตบช.5", "M9", xml)
    assert (problem.code, problem.source.cell) == ("structure.score_differs", "M9")
    assert figures in problem.message()


@pytest.mark.parametrize("formula", [f"{POINTS}+1", f"MAX(3,{POINTS})", f"3+0*{POINTS}", 'ONESQA_POINTS("IND6","1")'])
def test_an_altered_formula_that_shows_another_figure(formula, complete):
    problems = with_cell(complete, "ตบช.5", "M9", shown(formula, "3"))
    assert [problem.code for problem in problems] == ["structure.formula_missing", "structure.score_differs"]
    assert places(problems) == {("ตบช.5", "M9")}
    assert "ตบช.5 ข้อ 1" in problems[0].message() and "แฟ้มแสดง 3.00 คำนวณได้ 1.20" in problems[1].message()


@pytest.mark.parametrize("formula", ["ONESQA_AREA_SCORE(2)", "SUM(G8:G11)"])
def test_the_total_that_differs(formula, complete):
    total = float(score(read_workbook(complete).submission.data).score)
    assert with_cell(complete, SUMMARY, "G12", shown(formula, f"{total}")) == []
    (problem,) = with_cell(complete, SUMMARY, "G12", shown(formula, "19.99"))
    assert (problem.code, problem.source.cell) == ("structure.score_differs", "G12")
    assert f"แฟ้มแสดง 19.99 คำนวณได้ {total:.2f}" in problem.message()


def test_the_total_with_something_added(complete):
    (problem,) = with_cell(complete, SUMMARY, "G12", shown("SUM(G8:G11)+5", ""))
    assert (problem.code, problem.source.cell) == ("structure.formula_missing", "G12")


@pytest.mark.parametrize(
    "formula",
    [
        'onesqa_points("ind5", "1")',
        ' ONESQA_POINTS ( "IND5" ; 1 ) ',
        '+ONESQA_POINTS("IND5","1")',
        '_xll.ONESQA_POINTS("IND5","1")',
        '_xlfn.SINGLE(_xlfn.ONESQA_POINTS("IND5","1"))',
        '[1]!ONESQA_POINTS("IND5","1")',
        'qa_excel.xlam!ONESQA_POINTS("IND5","1")',
        'ONESQA_POINTS("IND5","1",ONESQA_IND5)',
        'ONESQA_POINTS("IND5","1",$A$8:$J$35)',
        'IFERROR(__xludf.DUMMYFUNCTION("ONESQA_POINTS(""IND5"",""1"")"),2)',
    ],
)
def test_our_own_formula_as_programs_write_it(formula, complete):
    assert with_cell(complete, "ตบช.5", "M9", shown(formula, "1.2")) == []
    assert with_cell(complete, "ตบช.5", "M9", shown(formula, "#NAME?", "e")) == []
    (problem,) = with_cell(complete, "ตบช.5", "M9", shown(formula, "1"))
    assert problem.code == "structure.score_differs"


def test_a_formula_that_was_moved_is_still_there(complete):
    def move(book: Workbook) -> None:
        sheet = book["ตบช.5"]
        sheet["Z9"].value, sheet["M9"].value = sheet["M9"].value, None

    assert read_workbook(books.edit(complete, move)).problems == []


def test_an_error_of_a_function_whose_input_is_wrong_is_no_difference(complete):
    books.type_in(complete, {("IND5.1.2", "value"): 140})
    assert with_cell(complete, "ตบช.5", "M9", shown(POINTS, "#NUM!", "e")) == []


def test_a_total_does_not_tell_what_was_typed(complete):
    (problem,) = with_cell(complete, SUMMARY, "G12", '<c r="{}" t="inlineStr"><is><t>เต็มร้อย ก</t></is></c>')
    assert problem.code == "structure.score_typed"
    assert "เต็มร้อย" not in str(problem.to_json()) and "ข้อความ" in problem.message()


# --- Error values that a reader does not know ------------------------------------------------------------------

ERRORS = ["#GETTING_DATA", "#CALC!", "#SPILL!", "#BLOCKED!", "#CONNECT!", "#FIELD!", "#BUSY!", "#PYTHON!", "#ANYTHING"]


@pytest.mark.parametrize("error", ERRORS)
def test_a_rare_error_value(error, complete):
    """One cell does not make a damaged file of a workbook: it is named where it is an input."""
    cell = f'<c r="{{}}" t="e"><v>{error}</v></c>'
    before = read_workbook(complete).submission.data
    elsewhere = with_cell(complete, "คำแนะนำ", "B7", cell)
    assert elsewhere == []
    assert read_workbook(complete).submission.data == before
    (problem,) = with_cell(complete, "ตบช.5", "M9", cell)
    assert (problem.code, problem.source.cell) == ("structure.formula_missing", "M9")


def test_a_rare_error_value_in_an_input(complete):
    title, cell = books.place(complete, ("IND5.1.2", "value"))
    with_cell(complete, title, cell, '<c r="{}" t="e"><v xml:space="preserve">#CALC!</v></c>')
    typed = read_workbook(complete).submission.typed
    assert typed["answers", "IND5", "1.2", "value"] == "#CALC!"
