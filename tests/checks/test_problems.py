"""Every kind of problem, shown by one small workbook: its severity, and the file, sheet and cell it is at."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from helpers import books
from helpers.books import Formula, edit, keyed_cells, repack, replace_keys, type_in, workbook
from helpers.checked import TODAY, checked, found
from qa_excel import fill
from qa_excel.problems import CATALOGUE, Problem


def grades(*taught: str) -> dict[books.Key, str]:
    return {
        (f"school.levels.{grade}", "value"): "เปิดสอน" if grade in taught else "ไม่เปิดสอน" for grade in ("P6", "M3", "M6")
    }


# --- One input ------------------------------------------------------------------------------------------------

COUNT, TOTAL = ("IND6.1", "count"), ("IND6.1", "total")
MEAN = ("IND5.2.thai", "P6.current")
TSCORE_MATH = {("IND2.1.math", "P6.count"): 3, ("IND2.1.math", "P6.total"): 4}
DONE = {("1.1.1", "status"): "ดำเนินการแล้ว"}

# (code, area, what is typed, the input that is named)
INPUTS: list[tuple[str, int | None, dict[books.Key, Any], books.Key]] = [
    ("value.school_code_missing", 2, {("school.code", "value"): None}, ("school.code", "value")),
    ("value.school_code", 2, {("school.code", "value"): "6302013"}, ("school.code", "value")),
    ("value.school_code", None, {("school.code", "value"): 6302013}, ("school.code", "value")),
    ("value.year_missing", 2, {("year", "value"): None}, ("year", "value")),
    ("value.year_missing", None, {("year", "value"): " "}, ("year", "value")),
    ("value.year", 2, {("year", "value"): 1999}, ("year", "value")),
    ("value.year", None, {("year", "value"): 2550}, ("year", "value")),
    ("value.levels_missing", 2, grades(), ("school.levels.P6", "value")),
    ("value.missing", 2, {COUNT: 3}, TOTAL),
    ("value.missing", 3, {("IND9.1.4", "meetings"): 4}, ("IND9.1.4", "agenda_sent")),
    ("value.missing", 2, {("IND5.2.thai", "P6.previous"): 40}, MEAN),
    ("value.missing", None, {}, ("2.3", "status")),
    ("value.table_missing", 2, {}, ("IND5.2.thai", "P6.previous")),
    ("value.table_missing", 1, grades("P6", "M6") | TSCORE_MATH, ("IND2.1.thai", "M6.count")),
    ("value.condition_missing", 2, {}, ("IND8.D1", "found")),
    ("value.resolved_missing", 2, {("IND5.D1", "found"): "พบ"}, ("IND5.D1", "resolved")),
    ("value.not_a_number", 2, {COUNT: "สิบ", TOTAL: 12}, COUNT),
    ("value.not_a_number", 2, {("school.learners", "value"): "มาก"}, ("school.learners", "value")),
    ("value.not_a_number", None, {("1.6.1", "members"): "สาม"}, ("1.6.1", "members")),
    ("value.too_large", 2, {TOTAL: 10_000_000}, TOTAL),
    ("value.too_large", None, {("1.6.1", "members"): 10**8}, ("1.6.1", "members")),
    ("value.negative", 2, {COUNT: -3, TOTAL: 12}, COUNT),
    ("value.negative", 2, {("school.teachers", "value"): -1}, ("school.teachers", "value")),
    ("value.negative", 2, {MEAN: -0.5}, MEAN),
    ("value.not_whole", 2, {COUNT: 2.5, TOTAL: 12}, COUNT),
    ("value.not_whole", None, {("1.5.2", "semester2"): 1.5}, ("1.5.2", "semester2")),
    ("value.over_100", 2, {("IND5.1.2", "value"): 140}, ("IND5.1.2", "value")),
    ("value.over_100", 3, {("IND9.1.4", "attendance_percent"): 101}, ("IND9.1.4", "attendance_percent")),
    ("value.not_yes_no", 2, {("IND5.1.3", "met"): "บางส่วน"}, ("IND5.1.3", "met")),
    ("value.not_yes_no", 2, {("IND5.D1", "found"): "?"}, ("IND5.D1", "found")),
    ("value.not_yes_no", 2, {("school.levels.M6", "value"): "บางห้อง"}, ("school.levels.M6", "value")),
    ("value.not_a_choice", None, {("1.3.1", "status"): "เกือบเสร็จ"}, ("1.3.1", "status")),
    ("value.day_unread", 2, {("prepared_on", "value"): "สิ้นเดือน"}, ("prepared_on", "value")),
    ("value.day_unread", 2, {("prepared_on", "value"): Formula("=Z1")}, ("prepared_on", "value")),
    ("value.not_a_date", None, {("1.1.1", "date"): "สิ้นเดือน"}, ("1.1.1", "date")),
    ("value.not_calculated", 2, {COUNT: Formula("=SUM(Z1:Z3)"), TOTAL: 12}, COUNT),
    ("value.not_calculated", 2, {("school.code", "value"): Formula("=Z1")}, ("school.code", "value")),
    ("value.not_calculated", 2, {("IND5.1.1", "evidence"): Formula("=Z1")}, ("IND5.1.1", "evidence")),
    ("value.count_over_total", 2, {COUNT: 13, TOTAL: 12}, COUNT),
    (
        "value.count_over_total",
        1,
        {("IND2.1.math", "P6.count"): 5, ("IND2.1.math", "P6.total"): 4},
        ("IND2.1.math", "P6.count"),
    ),
    ("value.total_zero", 2, {COUNT: 0, TOTAL: 0}, TOTAL),
    ("value.total_zero", 1, {("IND3.1", "P6.count"): 0, ("IND3.1", "P6.total"): 0}, ("IND3.1", "P6.total")),
    ("value.not_tested", 1, TSCORE_MATH, ("IND2.1.science", "P6.count")),
    ("value.grade_not_taught", 2, {("IND5.2.math", "M3.current"): 40}, ("IND5.2.math", "M3.current")),
    ("value.subject_not_asked", 2, {("IND5.2.arts", "P6.current"): "มาก"}, ("IND5.2.arts", "P6.current")),
    ("value.subject_not_asked", 1, {("IND2.1.social", "P6.total"): 4}, ("IND2.1.social", "P6.total")),
    ("value.grade_not_taught", 1, {("IND3.1", "M6.total"): 0}, ("IND3.1", "M6.total")),
    ("value.fraction_percent", 2, {("IND5.1.2", "value"): 0.85}, ("IND5.1.2", "value")),
    ("value.fraction_percent", 3, {("IND10.2", "value"): 0.9}, ("IND10.2", "value")),
    ("value.passed_word", 2, {("IND6.D1", "found"): "ผ่าน"}, ("IND6.D1", "found")),
    ("value.passed_word", 2, {("IND5.D1", "found"): " ไม่ผ่าน"}, ("IND5.D1", "found")),
    ("value.not_yes_no", 2, {("IND5.D1", "found"): "ยังไม่แก้ไข"}, ("IND5.D1", "found")),
    ("value.not_yes_no", 2, {("IND6.D1", "found"): "เปิดสอน"}, ("IND6.D1", "found")),
    ("value.not_yes_no", 2, {("IND5.1.3", "met"): "แก้ไขแล้ว"}, ("IND5.1.3", "met")),
    ("value.not_yes_no", 2, {("school.levels.M6", "value"): "ยังไม่แก้ไข"}, ("school.levels.M6", "value")),
    ("value.day_unread", 2, {("prepared_on", "value"): 2564}, ("prepared_on", "value")),
    (
        "value.day_unread",
        2,
        {("prepared_on", "value"): datetime.datetime(1907, 1, 7)},
        ("prepared_on", "value"),
    ),
    ("value.mean_over_100", 2, {MEAN: 100.5, ("IND5.2.thai", "P6.previous"): 40}, MEAN),
    ("value.normalised", 2, {("IND5.1.2", "value"): " ๘๒.๕ % "}, ("IND5.1.2", "value")),
    ("value.normalised", 2, {("IND5.1.1", "met"): "✓"}, ("IND5.1.1", "met")),
    ("value.normalised", 2, {("IND5.1.1", "met"): "มี"}, ("IND5.1.1", "met")),
    ("value.normalised", 2, {("IND5.1.1", "met"): True}, ("IND5.1.1", "met")),
    ("value.normalised", 2, {("IND5.D1", "found"): "ใช่"}, ("IND5.D1", "found")),
    ("value.normalised", 2, {("year", "value"): 2020}, ("year", "value")),
    ("value.normalised", 2, {("prepared_on", "value"): "31/3/2563"}, ("prepared_on", "value")),
    ("value.schema", 2, {("IND5.1.1", "evidence"): "a_x0001_b"}, ("IND5.1.1", "evidence")),
    ("consistency.done_without_evidence", None, DONE, ("1.1.1", "evidence")),
    (
        "consistency.done_below_number",
        None,
        {("1.6.1", "status"): "done", ("1.6.1", "members"): 2},
        ("1.6.1", "members"),
    ),
    (
        "consistency.done_below_number",
        None,
        {("1.5.2", "status"): "done", ("1.5.2", "semester1"): 1},
        ("1.5.2", "semester2"),
    ),
    ("consistency.future_date", 2, {("prepared_on", "value"): "2024-05-17"}, ("prepared_on", "value")),
    ("consistency.future_date", None, {("prepared_on", "value"): "17/5/2567"}, ("prepared_on", "value")),
    (
        "consistency.day_turned",
        2,
        {("prepared_on", "value"): datetime.datetime(1964, 3, 31), ("year", "value"): 2563},
        ("prepared_on", "value"),
    ),
    (
        "consistency.day_implausible",
        2,
        {("prepared_on", "value"): "31/3/2554", ("year", "value"): 2563},
        ("prepared_on", "value"),
    ),
]

SEVERITIES = {
    "value.school_code_missing": "error",
    "value.school_code": "error",
    "value.year_missing": "error",
    "value.year": "error",
    "value.levels_missing": "warning",
    "value.missing": "warning",
    "value.table_missing": "warning",
    "value.condition_missing": "warning",
    "value.resolved_missing": "warning",
    "value.not_a_number": "error",
    "value.too_large": "error",
    "value.negative": "error",
    "value.not_whole": "error",
    "value.over_100": "error",
    "value.not_yes_no": "error",
    "value.not_a_choice": "error",
    "value.not_a_date": "error",
    "value.day_unread": "warning",
    "value.error_value": "error",
    "value.not_calculated": "error",
    "value.count_over_total": "error",
    "value.total_zero": "warning",
    "value.not_tested": "warning",
    "value.grade_not_taught": "warning",
    "value.subject_not_asked": "warning",
    "value.fraction_percent": "warning",
    "value.passed_word": "warning",
    "value.mean_over_100": "warning",
    "value.normalised": "info",
    "value.schema": "error",
    "consistency.done_without_evidence": "error",
    "consistency.done_below_number": "error",
    "consistency.future_date": "warning",
    "consistency.day_turned": "warning",
    "consistency.day_implausible": "warning",
}


def assert_at(problem: Problem, path: Path, key: books.Key) -> None:
    assert problem.severity == SEVERITIES[problem.code]
    assert (problem.source.file, problem.source.sheet, problem.source.cell) == (str(path), *books.place(path, key))


@pytest.mark.parametrize(("code", "area", "typed", "key"), INPUTS, ids=[f"{case[0]} {case[3][0]}" for case in INPUTS])
def test_a_problem_is_at_its_cell(code, area, typed, key, tmp_path):
    path = workbook(tmp_path / "a.xlsx", area, typed)
    place = books.place(path, key)
    problems = found(path, code)
    here = [problem for problem in problems if (problem.source.sheet, problem.source.cell) == place]
    assert len(here) == 1, [(p.source.sheet, p.source.cell) for p in problems]
    assert_at(here[0], path, key)


def error_cell(path: Path, key: books.Key, value: str, formula: str = "") -> Path:
    """Puts an error value into an input, as Excel saves one."""
    sheet, cell = books.place(path, key)
    titles = [ws.title for ws in books.opened(path).worksheets]
    part = f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
    type_in(path, {key: 987654321})
    pattern = b"<v>987654321</v>"

    def change(parts: dict[str, bytes]) -> None:
        before, after = parts[part].split(pattern)
        head, _, opening = before.rpartition(b"<c ")
        assert f'r="{cell}"'.encode() in opening
        opening = opening.replace(b't="n"', b"").replace(b">", b' t="e">', 1)
        content = (f"<f>{formula}</f>" if formula else "") + f"<v>{value}</v>"
        parts[part] = head + b"<c " + opening + content.encode() + after

    return repack(path, change)


ERROR_VALUES = ["#DIV/0!", "#N/A", "#NAME?", "#REF!", "#VALUE!", "#NUM!", "#NULL!"]


@pytest.mark.parametrize(
    ("area", "key", "value", "formula"),
    [
        *((2, COUNT, value, "") for value in ERROR_VALUES),
        (2, COUNT, "#DIV/0!", "1/0"),
        (2, ("IND5.1.1", "met"), "#N/A", ""),
        (2, ("IND5.D1", "found"), "#N/A", "NA()"),
        (None, ("1.1.1", "status"), "#REF!", ""),
    ],
)
def test_an_error_value_is_an_error_at_its_cell(area, key, value, formula, tmp_path):
    path = error_cell(workbook(tmp_path / "a.xlsx", area), key, value, formula)
    (problem,) = found(path, "value.error_value")
    assert_at(problem, path, key)
    missing = [(p.source.sheet, p.source.cell) for p in found(path, "value.missing")]
    assert books.place(path, key) not in missing


@pytest.mark.parametrize(
    ("area", "typed"),
    [
        (2, {COUNT: 13, TOTAL: 12}),
        (2, {COUNT: "สิบ", TOTAL: 12}),
        (2, {("IND5.1.2", "value"): 140}),
        (2, {("year", "value"): "๑๙๙๙"}),
        (2, {("school.code", "value"): "63-02-01-30"}),
        (2, {("school.levels.P6", "value"): "?"}),
        (None, {("1.3.1", "status"): "เกือบ"}),
        (None, {("1.1.1", "date"): "2563-02-30"}),
    ],
    ids=str,
)
def test_one_slip_is_one_error(area, typed, tmp_path):
    """The schema, the net under the other checks, does not name it again."""
    path = workbook(tmp_path / "a.xlsx", area, typed)
    assert len([problem for problem in checked(path).problems if problem.severity == "error"]) == 1


@pytest.mark.parametrize(
    ("area", "typed", "code"),
    [
        (1, {("IND4.2.2", "total"): 0}, "value.total_zero"),
        (3, {("IND12.1.2", "count"): 0, ("IND12.1.2", "total"): 0}, "value.total_zero"),
        (2, {("IND5.D1", "found"): "ไม่พบ"}, "value.resolved_missing"),
        (2, {("IND6.D1", "found"): "พบ"}, "value.resolved_missing"),
        (2, {("IND5.1.1", "evidence"): "๑๒"}, "value.normalised"),
        (2, {("IND5.1.1", "met"): "ใช่", ("IND5.D1", "found"): "ไม่พบ"}, "value.normalised"),
        (2, {("IND5.D1", "found"): "มี"}, "value.passed_word"),
        (2, {("IND5.1.1", "met"): "ผ่าน"}, "value.passed_word"),
        (2, {MEAN: 100}, "value.mean_over_100"),
        (2, {("IND5.1.2", "value"): 0}, "value.fraction_percent"),
        (2, {("prepared_on", "value"): TODAY.isoformat()}, "consistency.future_date"),
        (None, {("1.5.2", "status"): "doing"}, "consistency.done_below_number"),
        (None, {("1.1.1", "status"): "doing"}, "consistency.done_without_evidence"),
        (None, DONE | {("1.1.1", "evidence"): "คำสั่ง"}, "consistency.done_without_evidence"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_problem(area, typed, code, tmp_path):
    assert found(workbook(tmp_path / "a.xlsx", area, typed), code) == []


def test_conditions_at_most_one_count_each_even_where_several_are_open(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)
    cells = {(p.source.sheet, p.source.cell) for p in found(path, "value.condition_missing")}
    expected = [
        ("IND5.D1", "found"),
        ("IND6.D1", "found"),
        ("IND7.D1", "found"),
        ("IND7.D2", "found"),
        ("IND8.D1", "found"),
    ]
    assert cells == {books.place(path, key) for key in expected}


@pytest.mark.parametrize("area", [*range(1, 8), None])
def test_warnings_of_an_empty_form_are_as_many_as_its_score_says_are_missing(area, tmp_path):
    path = workbook(tmp_path / "a.xlsx", area)
    result = checked(path)
    codes = {"value.missing", "value.table_missing", "value.condition_missing", "value.resolved_missing"}
    warned = [p for p in result.problems if p.code in codes and not p.field.startswith("school.")]
    assert len(warned) == len(result.scorecard.missing)
    assert {problem.severity for problem in result.problems} == {"warning"}
    assert all(problem.source.sheet and problem.source.cell for problem in warned)


@pytest.mark.parametrize(
    ("key", "typed", "th", "en"),
    [
        (("prepared_on", "value"), "31/3/2563", "31 มี.ค. 2563", "2020-03-31"),
        (("IND5.D1", "found"), "✗", "ไม่พบ", "no"),
        (("IND5.1.1", "met"), "yes", "ใช่", "yes"),
        (("year", "value"), "ปี 2563", "2563", "2563"),
    ],
)
def test_what_was_read_is_shown_in_the_reader_s_words(key, typed, th, en, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {key: typed})
    (problem,) = found(path, "value.normalised")
    assert problem.message().endswith(f"อ่านค่าที่พิมพ์เป็น {th}") and problem.message("en").endswith(f" {en}")


# --- Structure ------------------------------------------------------------------------------------------------


def test_a_missing_key_is_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def clear(book: Any) -> None:
        sheet = book["ตบช.6"]
        sheet.cell(keyed_cells(sheet)[COUNT].row, 1).value = None

    (problem,) = found(edit(path, clear), "structure.key_missing")
    assert (problem.source.sheet, problem.source.cell, problem.field) == ("ตบช.6", "B2", "IND6.1")
    assert "IND6.1" in problem.message()


def test_a_missing_key_is_at_the_row_before_it(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def clear(book: Any) -> None:
        sheet = book["ตบช.6"]
        sheet.cell(keyed_cells(sheet)["IND6.2.3", "met"].row, 1).value = None

    before = books.place(path, ("IND6.2.2", "met"))[1][1:]
    (problem,) = found(edit(path, clear), "structure.key_missing")
    assert problem.source.cell == f"B{before}"


@pytest.mark.parametrize("sheet", ["ตบช.6", "ข้อมูลสถานศึกษา"])
def test_what_a_missing_sheet_held_is_not_missed_once_more(sheet, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)
    missed = {"value.missing", "value.condition_missing", "value.school_code_missing", "value.year_missing"}
    missed |= {"value.levels_missing"}
    before = [p for p in checked(path).problems if p.code in missed and p.source.sheet != sheet]

    def delete(book: Any) -> None:
        del book[sheet]

    after = [p for p in checked(edit(path, delete)).problems if p.code in missed]
    assert {(p.code, p.source.sheet) for p in after} == {(p.code, p.source.sheet) for p in before}
    assert checked(path).scorecard.score is not None
    assert found(path, "value.schema") == []


@pytest.mark.parametrize("answer", ["เปิด", None])
def test_a_grade_whose_answer_is_open_is_not_said_to_be_untaught(answer, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {("school.levels.M3", "value"): answer, ("IND5.2.math", "M3.current"): 40})
    assert found(path, "value.grade_not_taught") == []


def test_no_grade_is_said_to_be_untaught_where_the_cover_is_gone(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {("IND5.2.math", "M3.current"): 40})
    assert found(path, "value.grade_not_taught")

    def delete(book: Any) -> None:
        del book["ข้อมูลสถานศึกษา"]

    assert found(edit(path, delete), "value.grade_not_taught") == []


HINTS = [
    ("value.not_yes_no", ("IND5.D1", "found"), "ยังไม่แก้ไข", "พบ / ไม่พบ"),
    ("value.day_unread", ("prepared_on", "value"), 2564, "31/3/2564"),
    ("value.not_calculated", ("IND5.1.1", "met"), Formula("=Z1"), "กรอกค่าแทนสูตร: ใช่ / ไม่ใช่"),
    ("value.fraction_percent", ("IND5.1.2", "value"), 0.85, "ให้กรอก 85 โดยไม่ใส่ %"),
    ("value.school_code", ("school.code", "value"), 6302013, "ขึ้นต้นด้วย 0"),
]


@pytest.mark.parametrize(("code", "key", "typed", "hint"), HINTS, ids=[case[0] for case in HINTS])
def test_a_hint_says_what_to_enter(code, key, typed, hint, tmp_path):
    (problem,) = found(workbook(tmp_path / "a.xlsx", 2, {key: typed}), code)
    assert hint in problem.hint() and "ใช่ หรือ ไม่ใช่" not in problem.message()


def test_a_text_that_is_no_code_did_not_lose_its_zero(tmp_path):
    (problem,) = found(workbook(tmp_path / "a.xlsx", 2, {("school.code", "value"): "รหัส"}), "value.school_code")
    assert "ขึ้นต้นด้วย 0" not in problem.hint()


def test_a_vast_number_is_not_written_out(tmp_path):
    (problem,) = found(workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 1e308}), "value.over_100")
    assert len(problem.message()) < 100


@pytest.mark.parametrize(("title", "rest"), [("ตบช.6", 1), (None, 5)])
def test_a_sheet_pushed_too_far_down_is_said_to_be_so(title, rest, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def push(book: Any) -> None:
        for sheet in books.form_sheets(book):
            if title in (None, sheet.title):
                sheet.insert_rows(1, 25)

    result = checked(edit(path, push))
    codes = [p.code for p in result.problems if p.severity == "error"]
    assert set(codes) == {"structure.key_far"} and len(codes) >= rest
    problem = next(p for p in result.problems if p.code == "structure.key_far")
    assert problem.source.cell == "A26" and "20 แถว" in problem.message()


def test_a_repeated_key_is_at_the_copy_and_names_the_original(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def copy(book: Any) -> None:
        sheet = book["ตบช.6"]
        sheet["A500"] = "IND6.D1"

    original = books.place(path, ("IND6.D1", "found"))[1]
    (problem,) = found(edit(path, copy), "structure.key_duplicate")
    assert (problem.source.sheet, problem.source.cell[1:]) == ("ตบช.6", "500")
    assert original in problem.message()


def test_a_copied_sheet_is_named_and_the_first_one_counts(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {COUNT: 9, TOTAL: 12})

    def copy(book: Any) -> None:
        twin = book.copy_worksheet(book["ตบช.6"])
        keyed_cells(twin)[COUNT].value = 3

    (problem,) = found(edit(path, copy), "structure.sheet_duplicate")
    assert problem.source.sheet == "ตบช.6 Copy"
    assert checked(path).submission.data["answers"] == {"IND6": {"1": {"count": 9, "total": 12}}}


def test_a_missing_sheet_is_named_by_its_title(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def delete(book: Any) -> None:
        del book["ตบช.6"]

    (problem,) = found(edit(path, delete), "structure.sheet_missing")
    assert problem.source.file == str(path)
    assert (problem.source.sheet, problem.source.cell) == ("ข้อมูลสถานศึกษา", "B2")
    assert "ตบช.6" in problem.message()


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("structure.mixed", f"qa-excel:onesqa-r4:{books.VERSION}:3:IND9"),
        ("structure.mixed", f"qa-excel:iqa-2565:{books.VERSION}:0:1.1"),
    ],
)
def test_a_sheet_from_another_template_is_named(code, key, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def add(book: Any) -> None:
        book.create_sheet("จากแฟ้มอื่น")["A1"] = key

    (problem,) = found(edit(path, add), code)
    assert problem.source.sheet == "จากแฟ้มอื่น"


def test_one_sheet_of_another_version_is_an_error(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def replace(book: Any) -> None:
        book["ตบช.6"]["A1"] = "qa-excel:onesqa-r4:0.9:2:IND6"

    errors = [problem for problem in checked(edit(path, replace)).problems if problem.severity == "error"]
    assert {problem.source.sheet for problem in errors} == {"ตบช.6"}


def test_a_workbook_put_together_from_two_areas_is_of_the_cover_s(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2)

    def mix(book: Any) -> None:
        for title in ("ตบช.5", "ตบช.6", "ตบช.7", "ตบช.8"):
            book[title]["A1"] = book[title]["A1"].value.replace(":2:", ":3:")

    result = checked(edit(path, mix))
    assert result.about()["area"] == 2
    assert [p.code for p in result.problems].count("structure.mixed") == 4


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (f":{books.VERSION}:", ":9.0:", "structure.wrong_version"),
        ("onesqa-r4", "onesqa-r9", "structure.unknown_rubric"),
    ],
)
def test_another_template(old, new, code, tmp_path):
    path = replace_keys(workbook(tmp_path / "a.xlsx", 2), old, new)
    result = checked(path)
    assert (result.status, [problem.code for problem in result.problems]) == ("unreadable", [code])


def test_every_problem_of_an_input_is_shown_here():
    """The other groups have their fixtures in tests/checks."""
    shown = {case[0] for case in INPUTS} | {"value.error_value"}
    assert {code for code in CATALOGUE if code.startswith("value.")} <= shown
    assert shown == set(SEVERITIES)


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_message_speaks_of_the_command_line(code):
    """It is read in workbooks and letters, by people who started the program with a button."""
    kind = CATALOGUE[code]
    for text in (kind.message, kind.hint):
        assert not re.search(r"--[a-z]", f"{text.th} {text.en}"), code


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_problem_has_its_words_in_both_languages(code):
    kind = CATALOGUE[code]
    for text in (kind.message, kind.hint):
        assert text.th and text.en
        assert any("ก" <= sign <= "๙" for sign in text.th)
        assert not any("ก" <= sign <= "๙" for sign in text.en)
    assert kind.severity in ("error", "warning", "info")


# --- What must not be shown -----------------------------------------------------------------------------------

CANARY = "ลับสุดยอด9731"


@pytest.mark.parametrize("area", [*range(1, 8), None])
def test_no_message_repeats_what_was_typed(area, tmp_path):
    """With the same text in every input there is every kind of wrong entry."""
    path = workbook(tmp_path / "a.xlsx", area)
    cells = {key for sheet in books.opened(path).worksheets for key in keyed_cells(sheet)}
    type_in(path, dict.fromkeys(cells, CANARY))
    result = checked(path)
    assert len([problem for problem in result.problems if problem.severity == "error"]) > 8
    for lang in ("th", "en"):
        shown = [str(problem.to_json(lang)) for problem in result.problems]
        assert [text for text in shown if CANARY in text or "9731" in text] == []
        assert CANARY not in str(result.scorecard.to_json(lang))


def test_no_message_repeats_a_formula(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {COUNT: Formula(f'=LEN("{CANARY}")'), TOTAL: 12})
    result = checked(path)
    assert "value.not_calculated" in {problem.code for problem in result.problems}
    assert [p for p in result.problems if CANARY in str(p.to_json("th")) + str(p.to_json("en"))] == []


# --- What is in order -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(books.COMPLETE_SCHOOL.glob("*.xlsx")), ids=lambda path: path.stem[:16])
def test_a_complete_sample_is_clean(path):
    result = checked(path)
    assert [problem for problem in result.problems if problem.severity != "info"] == []
    assert result.status == "ok"


def test_a_school_that_teaches_no_grade_of_the_rubric_hears_of_it_once(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 1, grades())
    assert len(found(path, "value.levels_missing")) == 1
    assert found(path, "value.table_missing") == []


def test_a_filled_submission_is_found_fault_with_only_for_what_it_lacks(tmp_path):
    answers = {"IND7": {"1": {"count": 3, "total": 4}, "2": {"count": 1, "total": 1}}}
    deductions = {"IND7": {"D1": {"found": False}, "D2": {"found": True, "resolved": True}}}
    evidence = {"IND7": {"1": "ทะเบียนผลงาน", "2": "แบบบันทึกการตรวจ"}}
    fill(books.submission(2, answers=answers, deductions=deductions, evidence=evidence), tmp_path / "a.xlsx")
    sheets = {problem.source.sheet for problem in checked(tmp_path / "a.xlsx").problems}
    assert sheets == {"ตบช.5", "ตบช.6", "ตบช.8"}
