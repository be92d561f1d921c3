"""The sheet on which a workbook works out its own score, as it comes back from schools."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from helpers import books
from helpers.libreoffice import rearrange, resave
from qa_excel.feedback.cleaning import cleaned
from qa_excel.form.layout import CALCULATION, TITLES
from qa_excel.problems import Problem
from qa_excel.reading.workbook import read_workbook

TITLE = TITLES[CALCULATION]
MISSING, ALTERED = "structure.calculation_missing", "structure.calculation_altered"


def found(path: Path) -> list[Problem]:
    """What is found; the score is the same whatever was done to the sheet."""
    result = read_workbook(path)
    whole = read_workbook(next(books.COMPLETE_SCHOOL.glob("*ด้าน2*")))
    assert result.submission.scorecard.score == whole.submission.scorecard.score
    return result.problems


def in_forms(change: Callable[[str], str]) -> Callable[[dict[str, bytes]], None]:
    """A change to the XML of each sheet but the calculation."""

    def rewrite(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if "worksheets/sheet" in name]:
            text = parts[name].decode()
            if f":{CALCULATION}<" not in text:
                parts[name] = change(text).encode()

    return rewrite


# --- Nothing to be told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_however_it_is_hidden(state, complete):
    def show(book: Workbook) -> None:
        book[TITLE].sheet_state = state

    assert found(books.edit(complete, show)) == []


def test_rows_inserted_and_the_tab_moved(complete):
    def move(book: Workbook) -> None:
        book.move_sheet(TITLE, -5)
        book[TITLE].insert_rows(book[TITLE].max_row + 1, 3)

    assert found(books.edit(complete, move)) == []


@pytest.mark.parametrize("title", ["สูตร (ใหม่)", "ครู's", "a, b; c", "Sheet1"])
def test_the_tab_renamed(title, complete):
    """As Excel does it, which puts a title between signs where it has to."""
    quoted = title if title.isalnum() else "'" + title.replace("'", "''") + "'"

    def rename(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if "worksheets/sheet" in name or name == "xl/workbook.xml"]:
            text = parts[name].decode().replace(f"'{TITLE}'!", f"{quoted}!")
            parts[name] = text.replace(f'name="{TITLE}"', f'name="{title}"').encode()

    assert found(books.repack(complete, rename)) == []


def test_values_that_were_not_saved(complete):
    books.repack(complete, lambda parts: in_forms(lambda text: re.sub("(</f>)<v>[^<]*</v>", r"\1", text))(parts))
    assert found(complete) == []


def test_cleaning_leaves_it_at_work(complete):
    """A copy without what acts has the whole calculation, and all that refers to it."""
    before = books.parts_of(complete)
    away = {name: xml.replace(b"(ONESQA_SCORE(", b"('C:\\a\\qa.xlam'!ONESQA_SCORE(") for name, xml in before.items()}
    assert away != before
    assert cleaned(before) == before
    after = {name: xml.replace(b"&quot;", b'"') for name, xml in cleaned(away).items()}
    assert after == {name: xml.replace(b"&quot;", b'"') for name, xml in before.items()}


# --- Deleted ----------------------------------------------------------------------------------------------------


def test_deleted_by_a_program_that_leaves_the_references(complete):
    (problem,) = found(books.edit(complete, lambda book: book.remove(book[TITLE])))
    assert (problem.code, problem.severity) == (MISSING, "warning")
    assert (problem.source.sheet, problem.source.cell) == ("ข้อมูลสถานศึกษา", "B2")
    assert TITLE in problem.message()


@pytest.mark.parametrize("lost", ["#REF!", "#REF!$B$9"])
def test_deleted_as_excel_does_it(lost, complete):
    books.repack(complete, in_forms(lambda text: re.sub(rf"'{TITLE}'!\$[A-Z]\$\d+", lost, text)))
    (problem,) = found(books.edit(complete, lambda book: book.remove(book[TITLE])))
    assert problem.code == MISSING


def test_deleted_and_a_figure_typed_behind_a_function(complete):
    """What else was done to the score cells is told beside it."""

    def spoil(book: Workbook) -> None:
        book.remove(book[TITLE])
        book["ตบช.5"]["M9"].value = '=IFERROR(ONESQA_POINTS("IND5","1"),2)'

    assert [p.code for p in found(books.edit(complete, spoil))] == [MISSING, "structure.formula_missing"]


# --- Altered ----------------------------------------------------------------------------------------------------


def row_of(book: Workbook, key: str) -> int:
    return next(cell.row for cell in book[TITLE]["A"] if cell.value == key)


SPOILT: dict[str, Callable[[str], object]] = {
    "a point more": lambda formula: f"{formula}+1",
    "another number": lambda formula: formula.replace("100", "110"),
    "another operator": lambda formula: formula.replace("*", "+"),
    "another function": lambda formula: formula.replace("INT(", "ABS("),
    "a constant": lambda _: 2,
    "a constant as a formula": lambda _: "=2",
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("done", SPOILT)
def test_a_formula_altered_is_told_once(done, complete):
    def spoil(book: Workbook) -> None:
        for key in ("ONESQA_POINTS IND5 2", "ONESQA_POINTS IND6 1", "ONESQA_POINTS IND8 2"):
            cell = book[TITLE].cell(row_of(book, key), 2)
            cell.value = SPOILT[done](cell.value)

    (problem,) = found(books.edit(complete, spoil))
    assert (problem.code, problem.source.sheet, problem.source.cell) == (ALTERED, TITLE, "B132")
    assert "3 แห่ง" in problem.message()


@pytest.mark.parametrize("key", ["year × value", "IND5.1.1 × met", "IND7.2", "IND7.D1", "missing IND5"])
@pytest.mark.parametrize("column", [2, 3, 4])
def test_every_cell_of_it_is_looked_at(key, column, complete):
    where = []

    def spoil(book: Workbook) -> None:
        cell = book[TITLE].cell(row_of(book, key), column)
        if cell.value is not None:
            cell.value = 1
            where.append(cell.coordinate)

    problems = found(books.edit(complete, spoil))
    assert [(p.code, p.source.cell) for p in problems] == [(ALTERED, cell) for cell in where]


def test_rows_of_it_deleted(complete):
    def spoil(book: Workbook) -> None:
        for cell in book[TITLE][row_of(book, "IND5.1.2 × value")]:
            cell.value = None

    assert [p.code for p in found(books.edit(complete, spoil))] == [ALTERED]


@pytest.mark.parametrize("key", ["ONESQA_POINTS IND5 1", "ONESQA_SCORE IND8", "ONESQA_AREA_SCORE 2"])
def test_a_figure_that_was_faked(key, complete):
    def fake(parts: dict[str, bytes]) -> None:
        name = next(name for name, xml in parts.items() if f":{CALCULATION}<".encode() in xml)
        pattern = rf'(<c [^>]*><is><t>{key}</t></is></c><c r="B\d+"[^>]*><f>[^<]*</f>)<v>[^<]*</v>'
        parts[name], changed = re.subn(pattern, r"\1<v>104.5</v>", parts[name].decode())
        assert changed == 1
        parts[name] = parts[name].encode()

    (problem,) = found(books.repack(complete, fake))
    assert (problem.code, problem.source.cell[0]) == (ALTERED, "B")


# --- By LibreOffice ---------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_deleted_in_libreoffice(complete, tmp_path):
    target = tmp_path / "b.xlsx"
    rearrange([{"source": str(complete), "target": str(target), "remove": [TITLE]}])
    assert [p.code for p in found(target)] == [MISSING]


@pytest.mark.libreoffice
def test_what_only_the_program_reads(complete, tmp_path):
    """The sheet has an error where a number was typed in Thai digits; it is no fault of the score cells."""
    counts = {key: str(cell.value) for key, cell in _cells(complete).items() if key == ("IND6.1", "count")}
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    books.type_in(complete, {key: value.translate(thai) for key, value in counts.items()})
    (again,) = resave([complete], tmp_path / "out")
    assert "#NUM!" in "".join(xml.decode("utf-8", "replace") for xml in books.parts_of(again).values())
    assert [p.code for p in found(again)] == []


def _cells(path: Path) -> dict[books.Key, Cell]:
    book = books.opened(path)
    return {key: cell for sheet in book.worksheets for key, cell in books.keyed_cells(sheet).items()}
