"""The roster: formats, encodings, codes as text, and what is refused."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys

import openpyxl
import pytest

from qa_excel.office.roster import Roster, RosterError, School, read_roster

HEADER = "code,name,office,levels,learners,teachers"
ROW = "01020130,โรงเรียนบ้านตัวอย่าง,สพป.ตัวอย่าง เขต 1,P6 M3,212,14"
SCHOOL = School("01020130", "โรงเรียนบ้านตัวอย่าง", "สพป.ตัวอย่าง เขต 1", ("P6", "M3"), 212, 14)


def write(path, *lines, encoding="utf-8", end="\n"):
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    return path


def write_xlsx(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def refused(path) -> RosterError:
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    assert caught.value.message("th") == caught.value.text.th != caught.value.text.en == str(caught.value)
    assert any("\u0e00" <= c <= "\u0e7f" for c in caught.value.text.th)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_in_every_encoding_that_offices_write(tmp_path, encoding, end):
    assert read_roster(write(tmp_path / "r.csv", HEADER, ROW, encoding=encoding, end=end)).schools == (SCHOOL,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters(tmp_path, delimiter):
    lines = (line.replace(",", delimiter) for line in (HEADER, ROW))
    assert read_roster(write(tmp_path / "r.csv", *lines)).schools == (SCHOOL,)


def test_quoted_cells_keep_their_commas(tmp_path):
    row = '01020130,"โรงเรียน ""ก"", สาขา 2",,"P6,M3","1,212",14'
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, row)).schools
    assert (school.name, school.levels, school.learners) == ('โรงเรียน "ก", สาขา 2', ("P6", "M3"), 1212)


def test_headers_are_tolerant_and_columns_may_come_in_any_order(tmp_path):
    lines = [" Teachers ,LEARNERS,Levels,อื่น ๆ,Ministry Code,Office,NAME , Code", "14,212,P6,x,1001020130,ส,ก,01020130"]
    (school,) = read_roster(write(tmp_path / "r.csv", *lines)).schools
    assert school == School("01020130", "ก", "ส", ("P6",), 212, 14, "1001020130")


def test_xlsx_codes_typed_as_numbers_are_text(tmp_path):
    path = write_xlsx(
        tmp_path / "r.xlsx",
        [*HEADER.split(","), "ministry_code"],
        [63020130, "ก", "ส", "ป.6", 212.0, "๑๔", 1063020130.0],
        [None] * 7,
        ["01020131", 7, None, None, None, None, None],
    )
    first, second = read_roster(path).schools
    assert first == School("63020130", "ก", "ส", ("P6",), 212, 14, "1063020130")
    assert second == School("01020131", "7")


def test_xlsx_row_numbers_count_leading_blank_rows(tmp_path):
    path = write_xlsx(tmp_path / "r.xlsx", [], [], HEADER.split(","), ["6302013", "ก"])
    assert "row 4" in refused(path).text.en


def test_thai_digits_in_codes_are_folded(tmp_path):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, "๐๑๐๒๐๑๓๐,ก,,ป.๖,๒๑๒,")).schools
    assert (school.code, school.levels, school.learners, school.teachers) == ("01020130", ("P6",), 212, None)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("P6 M3", ("P6", "M3")),
        ("M3;P6", ("P6", "M3")),
        ("ป.6|ม.3|ม.6", ("P6", "M3", "M6")),
        ("ป.6/ม.6", ("P6", "M6")),
        ("p6 , m6", ("P6", "M6")),
        ("ป. 6 ม.๓", ("P6", "M3")),
        ("ป6", ("P6",)),
        ("อ.3 ป.3", ()),
        ("ป.1-ป.6", ("P6",)),
        ("อ.1 – ม.3", ("P6", "M3")),
        ("ป.1-6", ("P6",)),
        ("ม.1 ถึง ม.6", ("M3", "M6")),
        ("p1-m3;m6", ("P6", "M3", "M6")),
        ("ประถมศึกษาปีที่ 6, มัธยมศึกษาปีที่ ๓", ("P6", "M3")),
        ("-", ()),
        ("", ()),
    ],
)
def test_levels(tmp_path, text, levels):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, f'01020130,ก,,"{text}",,')).schools
    assert school.levels == levels


def test_find_takes_either_code_and_order_is_kept():
    schools = (School("01020130", "ก", ministry_code="1001020130"), School("01020129", "ข"))
    roster = Roster(schools)
    assert roster.schools == schools
    assert roster.find("01020130") is roster.find("1001020130") is schools[0]
    assert roster.find("01020129") is schools[1]
    assert roster.find("99999999") is None
    assert roster.find("") is None


def test_office_is_the_most_common_one():
    assert Roster((School("01", "ก", "ส1"), School("02", "ข", "ส2"), School("03", "ค", "ส2"))).office == "ส2"
    assert Roster((School("01", "ก"), School("02", "ข", "ส2"), School("03", "ค"))).office == "ส2"
    assert Roster((School("01", "ก"),)).office == ""


# --- What stands around the table ---

THAI_HEADER = "ที่,รหัสสถานศึกษา,ชื่อโรงเรียน,สังกัด,ระดับชั้นที่เปิดสอน,จำนวนนักเรียน (คน),จำนวนครู,รหัส 10 หลัก"
THAI_ROW = "1,01020130,โรงเรียนบ้านตัวอย่าง,สพป.ตัวอย่าง เขต 1,ป.1-ม.3,212 คน,๑๔,1001020130"
TITLES = ("ทะเบียนสถานศึกษาในสังกัด ปีการศึกษา 2563,,,,,,,", '"สำนักงานเขตพื้นที่การศึกษา, ตัวอย่าง",,,,,,,', "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874", "utf-16"])
def test_titles_above_thai_headers(tmp_path, encoding):
    path = write(tmp_path / "r.csv", *TITLES, THAI_HEADER, THAI_ROW, encoding=encoding, end="\r\n")
    (school,) = read_roster(path).schools
    assert school == School("01020130", "โรงเรียนบ้านตัวอย่าง", "สพป.ตัวอย่าง เขต 1", ("P6", "M3"), 212, 14, "1001020130")


@pytest.mark.parametrize("title", ["ทะเบียน", "ทะเบียน,ปีการศึกษา", ",ทะเบียน"])
def test_a_title_may_be_shorter_than_the_table(tmp_path, title):
    assert read_roster(write(tmp_path / "r.csv", title, HEADER, ROW)).schools == (SCHOOL,)


def test_titles_do_not_shift_the_row_numbers(tmp_path):
    assert "row 6" in refused(write(tmp_path / "r.csv", *TITLES, HEADER, ROW, "123,ก,,,,")).text.en


@pytest.mark.parametrize("first", ["sep=,", '"sep=,"', "SEP=;", "sep=|"])
def test_a_first_line_that_names_the_delimiter_is_no_row(tmp_path, first):
    delimiter = first.strip('"')[-1]
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW, "12,ข,,,,")]
    assert read_roster(write(tmp_path / "r.csv", first, *lines[:2])).schools == (SCHOOL,)
    assert "row 3" in refused(write(tmp_path / "r.csv", first, *lines)).text.en


@pytest.mark.parametrize(
    "line",
    [
        "รวม,,,,212,14",
        ",รวมทั้งสิ้น,,,212,14",
        "รวม 1 โรงเรียน,,,,212,14",
        ",,,ยอดรวม,212,14",
        "Total,,,,212,14",
        "หมายเหตุ: ข้อมูล ณ วันที่ 10 มิถุนายน 2563,,,,,",
        "* โรงเรียนขยายโอกาส,,,,,",
        HEADER,
    ],
)
def test_sums_notes_and_repeated_headers_are_no_schools(tmp_path, line):
    assert read_roster(write(tmp_path / "r.csv", HEADER, ROW, line)).schools == (SCHOOL,)


def test_a_school_may_be_called_as_a_sum_is(tmp_path):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, "01020130,รวม,,,,")).schools
    assert school.name == "รวม"


def test_a_row_without_a_code_is_refused(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, ",โรงเรียนรวมมิตร,,P6,12,3", "-,ข,,,,"))
    assert "rows 3, 4" in error.text.en and "no code" in error.text.en
    assert "แถว 3, 4" in error.text.th


def test_codes_kept_as_text(tmp_path):
    lines = ('="01020130",ก,,,,', "'01020131,ข,,,,")
    schools = read_roster(write(tmp_path / "r.csv", HEADER, *lines)).schools
    assert [school.code for school in schools] == ["01020130", "01020131"]


@pytest.mark.parametrize("row", ["01020130,ก,,P6,M3,212,14", "01020130,ก,,ป.6,ม.3,,", "01020130,ก,,P6,M3,M6,212,14,,"])
def test_unquoted_levels_are_put_together(tmp_path, row):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, "01020131,ข,,,1,2", row)).schools[1:]
    assert school.levels[:2] == ("P6", "M3")
    assert (school.learners, school.teachers) == ((212, 14) if "212" in row else (None, None))


def test_shifted_cells_are_refused(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, "01020131,โรงเรียน ก, สาขา 2,,P6,212,14"))
    assert "row 3" in error.text.en and "แถว 3" in error.text.th
    assert "row 2" in refused(write(tmp_path / "r.csv", HEADER, "01020131,ก,,P6,1,212,14")).text.en


@pytest.mark.parametrize("text", ["P9", "P6 และอื่น ๆ", "ขยายโอกาส", "M3-P6", "ม.7", "6", "P6.5"])
def test_unknown_levels_name_their_cell(tmp_path, text):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, f"01020131,ก,,{text},,"))
    assert "D3" in error.text.th and "D3" in error.text.en
    assert "P6 (ป.6)" in error.text.th
    told = error.text.en.replace(str(tmp_path), "").replace("P6 (ป.6), M3 (ม.3), M6 (ม.6)", "")
    assert text not in told


@pytest.mark.parametrize("text", ["สองร้อย", "-5", "2.5", "2020-01-02", "M3", "?"])
@pytest.mark.parametrize(("column", "cell"), [(4, "E"), (5, "F")])
def test_counts_that_are_none_name_their_cells(tmp_path, text, column, cell):
    cells = ["01020131", "ก", "", "P6", "", ""]
    cells[column] = text
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, ",".join(cells)))
    assert f"{cell}3" in error.text.th and f"{cell}3" in error.text.en


@pytest.mark.parametrize("text", ["-", "–", ""])
def test_a_dash_is_no_count(tmp_path, text):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, f"01020130,ก,,,{text},{text}")).schools
    assert (school.learners, school.teachers) == (None, None)


def test_an_unpaired_quote_swallows_no_rows(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, '01020131,"โรงเรียน ก,,P6,,', "01020132,ข,,P6,,"))
    assert "row 3" in error.text.en and "แถว 3" in error.text.th


# --- Sheets ---


def sheets(path, hidden=(), **rows):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in rows.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    book.save(path)
    return path


LINES = [HEADER.split(","), ROW.split(",")]


def test_the_sheet_that_holds_the_roster_is_found(tmp_path):
    path = sheets(tmp_path / "r.xlsx", คำชี้แจง=[["กรอกแผ่นถัดไป"]], ว่าง=[], ทะเบียน=LINES)
    assert read_roster(path).schools == (SCHOOL,)


def test_several_rosters_in_a_workbook_are_refused(tmp_path):
    error = refused(sheets(tmp_path / "r.xlsx", เขต1=LINES, เขต2=LINES))
    assert "เขต1, เขต2" in error.text.th and "เขต1, เขต2" in error.text.en
    assert read_roster(sheets(tmp_path / "h.xlsx", ["เขต2"], เขต1=LINES, เขต2=LINES)).schools == (SCHOOL,)


def test_a_date_is_no_count(tmp_path):
    row = ["01020131", "ก", None, None, None, datetime.date(2020, 1, 2)]
    assert "F2" in refused(write_xlsx(tmp_path / "r.xlsx", HEADER.split(","), row)).text.en


def test_an_error_of_the_system_is_told_in_both_languages(tmp_path):
    error = refused(tmp_path)
    assert "โฟลเดอร์" in error.text.th and "directory" not in error.text.th


# --- Merged cells ---


def merged(path, rows, *ranges):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in ranges:
        book.active.merge_cells(cells)
    book.save(path)
    return path


THREE = [
    HEADER.split(","),
    ["01020130", "ก", "สพป.ตัวอย่าง เขต 1", "P6", 10, 1],
    ["01020131", "ข", None, None, 20, 2],
    ["01020132", "ค", None, "M3", 30, 3],
]


@pytest.mark.parametrize("above", [0, 3])
def test_what_is_merged_holds_for_all_its_rows(tmp_path, above):
    rows = [*[["ทะเบียน"]] * (above > 0), *[[]] * (above - 1), *THREE]
    last = above + 4
    path = merged(tmp_path / "r.xlsx", rows, f"C{last - 2}:C{last}", f"D{last - 2}:D{last - 1}")
    roster = read_roster(path)
    assert roster.merged == (f"C{last - 2}:C{last}", f"D{last - 2}:D{last - 1}")
    schools = roster.schools
    assert [school.office for school in schools] == ["สพป.ตัวอย่าง เขต 1"] * 3
    assert [school.levels for school in schools] == [("P6",), ("P6",), ("M3",)]


@pytest.mark.parametrize("cells", ["A2:A3", "B2:B4", "E2:E3", "F3:F4", "C2:D4", "E4:F4"])
def test_merged_cells_that_can_t_be_told_are_named(tmp_path, cells):
    error = refused(merged(tmp_path / "r.xlsx", THREE, cells))
    assert f"merged, so that it can't be told whose value it is: cell {cells}; unmerge" in error.text.en
    assert cells in error.text.th and "ยกเลิกการผสานเซลล์" in error.text.th


def test_merged_titles_sums_and_notes_are_no_faults(tmp_path):
    rows = [["ทะเบียนสถานศึกษา"], *THREE, ["รวม", None, None, None, 60, 6], ["หมายเหตุ: ข้อมูล ณ 10 มิถุนายน"], []]
    schools = read_roster(merged(tmp_path / "r.xlsx", rows, "A1:F1", "A6:D6", "A7:F8")).schools
    assert [(school.code, school.learners) for school in schools] == [
        ("01020130", 10),
        ("01020131", 20),
        ("01020132", 30),
    ]


def test_a_header_of_two_lines(tmp_path):
    rows = [
        ["ที่", "รหัส", "โรงเรียน", "สังกัด", "ชั้นที่เปิดสอน", "จำนวนนักเรียน", None, None, "จำนวน", None],
        [None, None, None, None, None, "ชาย", "หญิง", "รวม", "ครู", "นักการ"],
        [1, "01020130", "ก", "ส", "P6", 4, 5, 9, 2, 1],
    ]
    across = [f"{column}1:{column}2" for column in "ABCDE"]
    path = merged(tmp_path / "r.xlsx", rows, *across, "F1:H1", "I1:J1")
    assert read_roster(path).schools == (School("01020130", "ก", "ส", ("P6",), 9, 2),)


def test_a_header_of_two_lines_that_were_merged_once(tmp_path):
    """In a CSV the cells below and beside a merged one are empty."""
    path = write(
        tmp_path / "r.csv",
        "ทะเบียนสถานศึกษา,,,,,,,",
        "รหัส,โรงเรียน,สังกัด,ชั้นที่เปิดสอน,จำนวนนักเรียน,,,ครู",
        ",,,,ชาย,หญิง,รวม,",
        "01020130,ก,ส,P6,4,5,9,2",
    )
    assert read_roster(path).schools == (School("01020130", "ก", "ส", ("P6",), 9, 2),)


def test_empty_rows_within_merged_cells_are_no_schools(tmp_path):
    rows = [*THREE[:2], [], *THREE[2:]]
    schools = read_roster(merged(tmp_path / "r.xlsx", rows, "C2:C5", "D2:D4")).schools
    assert [school.levels for school in schools] == [("P6",), ("P6",), ("M3",)]


def test_a_heading_over_several_filled_columns_is_no_columns(tmp_path):
    rows = [[*HEADER.split(",")[:5], None, "teachers"], ["01020130", "ก", "ส", "P6", 4, 5, 2]]
    error = refused(merged(tmp_path / "r.xlsx", rows, "E1:F1"))
    assert error.text.en.endswith("lacks the column learners; the headings there: " + ", ".join(HEADER.split(",")))
    rows[1][5] = None
    (school,) = read_roster(merged(tmp_path / "s.xlsx", rows, "E1:F1", "E2:F2")).schools
    assert (school.learners, school.teachers) == (4, 2)


# --- Digits lost ---


@pytest.mark.parametrize(
    "code", ["9.90E+07", "9.9E+07", "9.9000001E7", "1e+09", "9,9E+07", "๙.๙E+๐๗", "9.9 E+07", "1.06E+09", "9.9x10^7"]
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_digits_lost_to_scientific_notation_are_no_lost_zero(tmp_path, code, form):
    rows = [[*HEADER.split(","), "ministry_code"], [code, "ก", None, None, None, None, code]]
    lines = [",".join(f'"{cell or ""}"' for cell in row) for row in rows]
    path = write(tmp_path / "r.csv", *lines) if form == "csv" else write_xlsx(tmp_path / "r.xlsx", *rows)
    error = refused(path)
    assert "a code is in scientific notation" in error.text.en and "get the codes anew" in error.text.en
    assert "a ministry_code is in scientific notation" in error.text.en
    assert "เลขยกกำลัง" in error.text.th and "ขอรหัสใหม่จากต้นทาง" in error.text.th
    assert "leading zero" not in error.text.en and "เลข 0 นำหน้า" not in error.text.th


def test_a_lost_zero_and_lost_digits_are_told_apart(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, "1020130,ก,,,,", "9.9E+07,ข,,,,"))
    assert "rows: row" not in error.text.en
    assert re.search(r"digits: row 2 \(where a leading zero", error.text.en)
    assert re.search(r"last digits: row 3;", error.text.en)


def test_codes_of_zeros_that_are_used_twice_may_have_lost_their_digits(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, "99000000,ก,,,,", "99000000,ข,,,,"))
    assert "more than once: rows 2, 3 (codes once shown in scientific notation" in error.text.en


# --- Refused ---


def test_missing_file_and_folder(tmp_path):
    assert "not there" in refused(tmp_path / "none.csv").text.en
    refused(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.xlsx", b"PK\x03\x04 broken"),
        ("r.xlsx", b"code,name"),
        ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("r.csv", b"\xff\xfe\x00"),
        ("r.csv", b"code\x00name"),
        ("r.csv", b"\xdb\xfc\xfd,\xff"),
        ("r.csv", b'code,"' + b"a" * 200_000),
    ],
)
def test_unreadable(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert "can't be read" in refused(path).text.en


@pytest.mark.parametrize("lines", [(), ("", ""), (HEADER,), (HEADER, ",,,,,", "")])
def test_empty(tmp_path, lines):
    refused(write(tmp_path / "r.csv", *lines))


def test_missing_columns_are_named_with_the_row_of_the_header(tmp_path):
    error = refused(write(tmp_path / "r.csv", "ทะเบียน,,,", "code,office,levels,learners", "01020130,ส,P6,1"))
    assert error.text.en.endswith(
        f"({tmp_path / 'r.csv'}, row 2) lacks the columns name, teachers"
        "; the headings there: code, office, levels, learners"
    )
    assert error.text.th.endswith(
        f"({tmp_path / 'r.csv'} แถว 2) ขาดคอลัมน์ ชื่อ (name), ครู (teachers) · หัวคอลัมน์ที่พบ: code, office, levels, learners"
    )
    error = refused(sheets(tmp_path / "r.xlsx", ทะเบียน=[["code", "name"], ["01020130", "ก"]]))
    assert "แผ่น ทะเบียน แถว 1) ขาดคอลัมน์" in error.text.th and "sheet ทะเบียน, row 1) lacks" in error.text.en


def test_a_file_without_a_header_is_said_to_have_none(tmp_path):
    error = refused(write(tmp_path / "r.csv", "จดหมายเวียน", "เรื่อง ทะเบียน,ถึง"))
    assert f"ไม่พบหัวตารางของทะเบียนสถานศึกษาใน {tmp_path / 'r.csv'}" in error.text.th
    assert error.text.th.count("รหัส (code)") == 1
    assert "no header" in error.text.en
    assert error.text.en.endswith("; the headings there: เรื่อง ทะเบียน, ถึง")


def test_headings_are_shown_without_anybodys_data(tmp_path):
    error = refused(write(tmp_path / "r.csv", "code,name,โทร 081-234-5678", "01020130,ก,"))
    assert "code, name" in error.text.en and "081" not in error.text.en + error.text.th
    error = refused(write(tmp_path / "h.csv", *["01020130,ก,สพป.,P6,1,2"] * 3))
    assert "no header" in error.text.en and "01020130" not in error.text.en


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        ("code", "รหัส SMIS 8 หลัก|รหัสโรงเรียน (SMIS)|SMIS|รหัส 8 หลัก|School Code|รหัสสถานศึกษา (เดิม)|รหัส\nสถานศึกษา"),
        ("name", "ชื่อสถานศึกษา|ชื่อสถานศึกษา/โรงเรียน|School name|ชื่อ รร.|ชื่อโรงเรียน (ภาษาไทย)|โรงเรียน"),
        ("office", "เขตพื้นที่การศึกษา|สังกัด สพป./สพม.|สำนักงานเขตพื้นที่การศึกษาประถมศึกษา|ต้นสังกัด|สพท."),
        ("levels", "ระดับชั้นที่เปิดสอน|ช่วงชั้นที่เปิดสอน|ชั้นที่เปิดทำการสอน|ระดับการศึกษา|ระดับชั้น (อ.1-ม.3)"),
        ("learners", "จำนวนนักเรียนรวม|นักเรียนทั้งหมด (คน)|รวม นร.|จำนวนผู้เรียน ปีการศึกษา 2563|Number of students"),
        ("learners", "จำนวนนักเรียน (10 มิ.ย. 63)|จำนวนนักเรียน ณ วันที่ ๑๐ มิถุนายน ๒๕๖๓|ยอดรวมนักเรียนทั้งสิ้น"),
        ("teachers", "จำนวนครู|จำนวนครูผู้สอน (คน)|ครู/อาจารย์ทั้งหมด|Total teachers|ครูประจำ"),
        ("ministry_code", "รหัสสถานศึกษา (10 หลัก)|รหัสกระทรวงศึกษาธิการ|รหัส 10 หลัก|MOE code|รหัสโรงเรียน ศธ."),
    ],
)
def test_headings_are_known_by_their_words(tmp_path, column, headings):
    names = [*HEADER.split(","), "ministry_code"]
    for heading in headings.split("|"):
        path = write_xlsx(
            tmp_path / "r.xlsx",
            [heading if name == column else name for name in names],
            ["01020130", "ก", "ส", "P6", 212, 14, "1001020130"],
        )
        assert read_roster(path).schools == (School("01020130", "ก", "ส", ("P6",), 212, 14, "1001020130"),), heading


@pytest.mark.parametrize(
    "heading",
    [
        *["นักเรียนชาย", "จำนวนนักเรียน (ชาย)", "นักเรียน ป.1", "จำนวนห้องเรียน", "รหัส Percode", "รหัสไปรษณีย์", "ขนาดโรงเรียน"],
        *["ชื่อผู้อำนวยการ", "ที่ตั้งโรงเรียน", "จำนวนครูและบุคลากร", "ครูอัตราจ้าง", "ชั้นสูงสุด", "ปี" * 100, "1" * 200, "ที่"],
    ],
)
def test_headings_of_something_else_are_no_columns(tmp_path, heading):
    line = '01020130,โรงเรียนบ้านตัวอย่าง,สพป.ตัวอย่าง เขต 1,P6 M3,212,14,"7"'
    assert read_roster(write(tmp_path / "r.csv", f'{HEADER},"{heading}"', line)).schools == (SCHOOL,)


def test_of_two_headings_of_a_column_both_are_named(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER + ",สังกัด,จำนวนนักเรียน 2562", ROW))
    assert error.text.en.endswith("has the column office twice; the headings there: office, สังกัด")


def test_a_column_given_twice_is_refused(tmp_path):
    assert "code twice" in refused(write(tmp_path / "r.csv", HEADER + ",Code", ROW + ",01020130")).text.en


@pytest.mark.parametrize("code", ["6302013", "630201301", "63020130123", "ABCDEFGH", "", "6302013.5", "²3020130"])
def test_wrong_codes_name_their_rows(tmp_path, code):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, "", f"{code},ข,,,,", "01020131,ค,,,,", f"{code},ง,,,,"))
    assert "rows 4, 6" in error.text.en
    assert "แถว 4, 6" in error.text.th


def test_wrong_ministry_code(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER + ",ministry_code", ROW + ",12"))
    assert "ministry_code" in error.text.en and "row 2" in error.text.en


def test_many_wrong_codes_are_not_all_named(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, *(f"{n},ก,,,," for n in range(50))))
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 40 more" in error.text.en
    assert "แถว 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 และอีก 40 แถว" in error.text.th


def test_all_faults_are_named_at_once(tmp_path):
    """Each kind on a line of its own; a row whose cells are shifted is not told of a second time."""
    lines = ["123,ก,,P9,x,1", "01020131,ข,,P6,1,2", "01020131,ค,,P6,1,?", ",ง,,,,", "01020132,จ,, P6,1,2,3,4"]
    error = refused(write(tmp_path / "r.csv", HEADER, *lines))
    first, *named = error.text.th.splitlines()
    assert first == f"ทะเบียนสถานศึกษา {tmp_path / 'r.csv'} มี 7 ข้อที่ต้องแก้ไข"
    places = ("แถว 6", "เซลล์ D2", "เซลล์ E2", "เซลล์ F4", "แถว 5", "แถว 2", "แถว 3, 4")
    assert [re.search(r": ((?:แถว|เซลล์) [A-F\d]+(?:, [A-F\d]+)*)", line)[1] for line in named] == list(places)
    assert len(error.text.en.splitlines()) == 8
    assert "รหัส (code) ต้องเป็นตัวเลข 8 หรือ 10 หลัก: แถว 2" in error.text.th


def test_of_many_faults_the_first_are_named(tmp_path):
    codes = [f"{n:08}" for n in range(1, 16)]
    error = refused(write(tmp_path / "r.csv", HEADER, *(f"{code},ก,,,," for code in [*codes, *codes])))
    assert error.text.th.splitlines()[0].endswith("มี 15 ข้อที่ต้องแก้ไข")
    assert error.text.th.splitlines()[-1] == "- และอีก 5 ข้อ"
    assert error.text.en.splitlines()[10].startswith("- the code 00000010 ")


def test_a_message_is_the_same_each_time(tmp_path):
    """Of two codes that both stand twice, the roster's own comes first, whatever the order of a set."""
    path = write(tmp_path / "r.csv", HEADER + ",ministry_code", *[ROW + ",1001020130"] * 2)
    script = "import sys; from qa_excel.office.roster import read_roster; read_roster(sys.argv[1])"
    told = {
        subprocess.run(
            [sys.executable, "-c", script, path], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
        ).stderr.splitlines()[-2]
        for seed in "0123"
    }
    assert len(told) == 1 and b" 01020130 " in told.pop()


def test_duplicate_codes(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, "01020131,ข,,,,", ROW))
    assert "01020130" in error.text.en and "rows 2, 4" in error.text.en


def test_a_code_is_no_other_schools_ministry_code(tmp_path):
    header = HEADER + ",ministry_code"
    error = refused(write(tmp_path / "r.csv", header, "01020130,ก,,,,,1001020130", "1001020130,ข,,,,,"))
    assert "1001020130" in error.text.en and "rows 2, 3" in error.text.en
    (school,) = read_roster(write(tmp_path / "s.csv", header, "1001020130,ก,,,,,1001020130")).schools
    assert school.code == school.ministry_code


def test_names_stand_in_one_line(tmp_path):
    (school,) = read_roster(write(tmp_path / "r.csv", HEADER, '01020130,"โรงเรียน\nบ้านดอน","สพป.\r\nเขต 1",,,')).schools
    assert (school.name, school.office) == ("โรงเรียน บ้านดอน", "สพป. เขต 1")
