"""The functions through xlwings: its own conversion code, its own wrappers, and a real Book of a real file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import HELPERS, ROOT, books
from qa_excel import load_rubric, read_workbook, score
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import ERRORS, POSITION, CellError, Sheets
from qa_excel.doors.functions.table import (
    ALIAS,
    ANSWER,
    ARRAY,
    EMPTY,
    INPUT,
    PART,
    ROW_VALUES,
    answers,
    block_answers,
    question,
)
from qa_excel.form.layout import GradesRow, layout_of

WORKBOOKS = sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))
NOT_AVAILABLE, DIVISION = {"error": -2146826246}, {"error": -2146826281}
"""#N/A and #DIV/0! as COM hands them over."""
MISSING = {"missing": True}
VBA = (ROOT / "udfs" / "vba" / "QaFunctions.bas").read_text(encoding="ascii")


def run(script: str, calls: list[Any], *arguments: str) -> list[Any]:
    """What a script of this folder answers to calls, in a process of its own."""
    environment = {**os.environ, "XLWINGS_LICENSE_KEY": "noncommercial", "PYTHONIOENCODING": "utf-8"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), environment.get("PYTHONPATH", "")])
    command = [sys.executable, str(HELPERS / script), *arguments]
    done = subprocess.run(
        command, input=json.dumps(calls), env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def grids(path: Path) -> list[list[list[Any]]]:
    """The values of each sheet from A1 on, without what JSON has no name for."""
    book = books.opened(path, data_only=True)
    return [
        [[v if isinstance(v, str | int | float) else None for v in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    ]


def sheets(path: Path) -> Sheets:
    return Sheets({str(n): grid for n, grid in enumerate(grids(path))})


def figure(name: str, arguments: list[Any], held: Sheets) -> Any:
    try:
        return call(name, arguments, held)
    except CellError as error:
        return error.error


def looked_up(rows: list[Any], key: str) -> Any:
    """The answer to a question, as the add-in picks it from the table."""
    at = next(n for n, row in enumerate(rows) if row[0] == key and row[1] not in (INPUT, EMPTY))
    if rows[at][1] == ALIAS:
        at -= rows[at][2]
    kind, value = rows[at][1], rows[at][2]
    if kind == ARRAY:
        return [list(row[2:]) for row in rows[at + 1 : at + 1 + value]]
    return value if kind == ANSWER else kind


# --- The table of answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem[:16])
def test_the_table_answers_as_the_functions_do(path: Path):
    held = sheets(path)
    rows = answers(held)
    assert len(rows) > 2
    assert {len(row) for row in rows} == {2 + ROW_VALUES}
    assert {row[1] for row in rows} <= {ANSWER, ARRAY, PART, ALIAS, INPUT, EMPTY, *ERRORS}
    keys = [row[0] for row in rows if row[1] not in (PART, INPUT, EMPTY)]
    assert len(keys) == len(set(keys))
    for key in keys:
        name, *codes = key.split("|")
        answer = figure(name.upper(), codes, held)
        assert looked_up(rows, key) == ([list(row) for row in answer] if isinstance(answer, list) else answer), key


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem[:16])
def test_the_template_asks_nothing_that_the_table_does_not_hold(path: Path):
    rows = answers(sheets(path))
    keys = {row[0] for row in rows}
    asked = 0
    for sheet in books.opened(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                for name, listed in re.findall(r"((?:ONESQA|IQA|QA)_\w+)\(([^()]*)\)", str(cell.value or "")):
                    codes = [code.strip('" ') for code in listed.split(",") if code]
                    if name in FUNCTIONS:
                        asked += 1
                        assert question(name, *codes) in keys
    assert asked


def test_the_table_is_what_the_command_line_says():
    for path in WORKBOOKS:
        scored = score(read_workbook(path).submission.data)
        rows = answers(sheets(path))
        for name, indicator in scored.indicators.items():
            assert looked_up(rows, question("ONESQA_SCORE", name)) == float(indicator.score)
            assert looked_up(rows, question("ONESQA_GROSS", f"ตบช.{name[3:]}")) == float(indicator.gross)
            assert looked_up(rows, question("ONESQA_MISSING", name)) == len(indicator.missing)
        for name, process in scored.processes.items():
            assert looked_up(rows, question("IQA_PROGRESS", name)) == float(process.percent)


def test_inputs_and_empty_cells_are_told_by_their_place(tmp_path: Path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 90})
    held = grids(path)
    rows = answers(Sheets({str(n): grid for n, grid in enumerate(held)}))
    titles = books.opened(path).sheetnames
    inputs = {(titles[int(row[0])], divmod(row[2], POSITION)) for row in rows if row[1] == INPUT}
    empty = {(titles[int(row[0])], divmod(row[2], POSITION)) for row in rows if row[1] == EMPTY}
    for key, filled in {("IND5.1.2", "value"): True, ("IND5.1.5", "value"): False}.items():
        sheet, cell = books.place(path, key)
        place = (sheet, openpyxl.utils.cell.coordinate_to_tuple(cell))
        assert place in inputs
        assert (place in empty) is not filled
    assert len([row for row in rows if row[1] == EMPTY]) == looked_up(rows, "onesqa_missing")


def test_a_workbook_of_others_has_a_table_too():
    rows = answers(Sheets({"0": [["a", 1], [None, 2]]}))
    assert looked_up(rows, "qa_version") == call("QA_VERSION", [], Sheets({}))
    assert len(rows) >= 2


@pytest.mark.parametrize("code", ["IND5", "ตบช.5", 5])
def test_a_blocks_table_gives_the_same_as_the_workbook(code: Any):
    path = next(path for path in WORKBOOKS if "ด้าน2" in path.name)
    sheet = layout_of(load_rubric("onesqa-r4"), 2).sheet("IND5")
    first, left, last, right = sheet.block
    book = books.opened(path, data_only=True)
    block = [list(row) for row in book[sheet.title].iter_rows(first, last, left, right, values_only=True)]
    taught = read_workbook(path).submission.data["school"]["levels"]
    for row in sheet.rows:
        if isinstance(row, GradesRow):  # formulas, which only a spreadsheet program calculates
            for column, grade in row.grades.items():
                block[row.number - first][column - left] = "เปิดสอน" if grade in taught else "ไม่เปิดสอน"
    rows, whole = block_answers(code, block, Sheets({})), answers(sheets(path))
    keys = [row[0] for row in rows[1:]]
    assert len(keys) > 8
    for key in keys:
        name, _, *others = key.split("|")
        assert looked_up(rows, key) == looked_up(whole, question(name, "IND5", *others))


FOUR_SUBJECTS = [[f"IND2.1.{subject}", 9, 9] for subject in ("thai", "math", "science", "foreign")]
IND2_OF_P6 = [["#columns", "P6"], ["IND2.levels", "เปิดสอน"], ["#columns", "P6.count", "P6.total"], *FOUR_SUBJECTS]
"""A block of four subjects with full marks, each row a key and its inputs."""


@pytest.mark.parametrize(
    ("year", "points"), [(2559, 4), ("๒๕๕๙", 4), (2560, 5), (2563, 5), (2020, 5), (None, 5), ("ปีหน้า", 5)]
)
@pytest.mark.parametrize("repeated", [True, False], ids=["beside the table", "on the cover"])
def test_a_block_counts_the_subjects_of_its_year(year: Any, points: int, repeated: bool, tmp_path: Path):
    """Five subjects in 2559, four after it. A form of 1.0 or 1.1 does not repeat the cover's year beside its tables."""
    width = max(map(len, IND2_OF_P6))
    rows = [*([["#columns", "value"], ["year", year]] if repeated else []), *IND2_OF_P6]
    block = [row + [None] * (width - len(row)) for row in rows]
    cover = books.workbook(tmp_path / "a.xlsx", 1, {("year", "value"): 2563 if repeated else year})
    assert call("ONESQA_SCORE", ["IND2", block], sheets(cover)) == points


# --- xlwings' own server ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated() -> str:
    """The VBA that xlwings would generate for our module."""
    return run("udf_server.py", [["wrapper", []]])[0]


def test_xlwings_generates_the_functions_that_our_add_in_has(generated: str):
    theirs = dict(re.findall(r"^Function (\w+)\((.*)\)$", generated, re.M))
    ours = dict(re.findall(r"^Public Function (\w+)\((.*)\) As Variant$", VBA, re.M))
    assert set(theirs) == set(ours) == set(FUNCTIONS)
    for name, arguments in ours.items():
        assert theirs[name].lower() == arguments.replace(" As Variant", "").lower()


def test_xlwings_makes_volatile_what_reads_the_workbook(generated: str):
    bodies = re.findall(r"^Function (\w+).*?\n(.*?)^End Function", generated, re.M | re.S)
    assert {name for name, body in bodies if "Application.Volatile" in body} == {
        function.name for function in FUNCTIONS.values() if function.reads
    }


def test_xlwings_shows_our_categories():
    (declared,) = run("udf_server.py", [["declared", []]])
    assert declared == {function.name: function.category for function in FUNCTIONS.values()}


def test_values_arrive_as_they_stand_in_the_cells(tmp_path: Path):
    """An error cell stays an error (it would read as blank), an empty one empty, a number a number."""
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 90, ("IND6.1", "count"): 1})
    held = grids(path)
    sheet, cell = books.place(path, ("IND6.1", "count"))
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
    number = books.opened(path).sheetnames.index(sheet)
    sick = json.loads(json.dumps(held))
    sick[number][row - 1][column - 1] = DIVISION
    healthy, failing = run("udf_server.py", [["qa_excel_answers", held], ["qa_excel_answers", sick]])
    assert [tuple(row) for row in healthy] == answers(Sheets({str(n): grid for n, grid in enumerate(held)}))
    assert looked_up(failing, "onesqa_score|ind5") == looked_up(healthy, "onesqa_score|ind5") == 0.4
    assert looked_up(failing, "onesqa_score|ind6") == "#VALUE!"
    assert looked_up(failing, "onesqa_total") == "#VALUE!"


def test_entries_of_the_add_in():
    path = next(path for path in WORKBOOKS if "ด้าน2" in path.name)
    held = grids(path)
    key, unknown = "onesqa_score|indicator5", "onesqa_score|ind99"
    none, single, wrong, explained, block = run(
        "udf_server.py",
        [
            ["qa_excel_answers", []],
            ["qa_excel_answer", [key, "ONESQA_SCORE", "ตัวบ่งชี้ที่5", "", *held]],
            ["qa_excel_answer", [unknown, "ONESQA_SCORE", "ind99", "", *held]],
            ["qa_excel_answer", ["k", "ONESQA_EXPLAIN", "ind5", "", *held]],
            ["qa_excel_block", ["ind5", [["IND5.1.2", 90.0], [None, None]]]],
        ],
    )
    assert [row[0] for row in none] == ["qa-excel", "qa_version"]
    assert looked_up(single, key) == figure("ONESQA_SCORE", ["IND5"], sheets(path))
    assert looked_up(wrong, unknown) == "#VALUE!"
    assert looked_up(explained, "k")[0][0] == "ข้อ"
    assert looked_up(block, "onesqa_score|ind5") == "#REF!"


def test_optional_and_missing_arguments():
    block = [["#columns", "value"], ["IND5.1.2", 90.0], ["IND5.1.5", 80.0]]
    name, most, given, points, without, erroneous = run(
        "udf_server.py",
        [
            ["ONESQA_NAME", ["ด้าน ๒"]],
            ["ONESQA_MAX", [5.0]],
            ["ONESQA_SCORE", ["IND5", block, None]],
            ["ONESQA_POINTS", ["IND5", 1.2, block, None]],
            ["ONESQA_WHY", ["IND5", MISSING, None]],
            ["ONESQA_SCORE", [NOT_AVAILABLE, block, None]],
        ],
    )
    assert name == call("ONESQA_NAME", ["A2"], Sheets({}))
    assert most == 5
    assert given == call("ONESQA_SCORE", ["IND5", block], Sheets({}))
    assert points == 0.4
    # A cell that pretends belongs to no workbook of ours.
    assert "#REF!" in without["error"]
    assert "#VALUE!" in erroneous["error"]


# --- A real Book of a real file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem[:16])
def test_functions_over_an_xlwings_book(path: Path):
    scored = score(read_workbook(path).submission.data)
    calls: list[Any] = [["ONESQA_MISSING", []]]
    expected: list[Any] = [len(scored.missing)]
    for name, indicator in scored.indicators.items():
        calls += [[function, [name]] for function in ("ONESQA_SCORE", "ONESQA_GROSS", "ONESQA_DEDUCTION")]
        expected += [float(number) for number in (indicator.score, indicator.gross, indicator.deduction)]
    for name, process in scored.processes.items():
        calls.append(["IQA_PROGRESS", [name]])
        expected.append(float(process.percent))
    calls += [["ONESQA_SCORE", ["IND99"]], ["ONESQA_SCORE", ["IND1" if "ด้าน1" not in path.name else "IND20"]]]
    expected += ["#VALUE!", "#N/A"]
    if scored.area:
        calls += [["ONESQA_AREA_SCORE", [scored.area]], ["ONESQA_TOTAL", []]]
        expected += [float(scored.score)] * 2
    assert run("udf_book.py", calls, str(path)) == expected
