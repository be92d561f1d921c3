"""The roster: formats, encodings, codes as text, and what is refused."""

from __future__ import annotations

import datetime

import openpyxl
import pytest

from qa_excel.roster import Roster, RosterError, School, read_roster

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
    assert caught.value.message("th") == caught.value.message_th != caught.value.message_en == str(caught.value)
    assert any("\u0e00" <= c <= "\u0e7f" for c in caught.value.message_th)
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
        ["01020131", 7, None, None, None, datetime.date(2020, 1, 2), None],
    )
    first, second = read_roster(path).schools
    assert first == School("63020130", "ก", "ส", ("P6",), 212, 14, "1063020130")
    assert second == School("01020131", "7")


def test_xlsx_row_numbers_count_leading_blank_rows(tmp_path):
    path = write_xlsx(tmp_path / "r.xlsx", [], [], HEADER.split(","), ["6302013", "ก"])
    assert "row 4" in refused(path).message_en


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


# --- Refused ---


def test_missing_file_and_folder(tmp_path):
    assert "not there" in refused(tmp_path / "none.csv").message_en
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
    assert "can't be read" in refused(path).message_en


@pytest.mark.parametrize("lines", [(), ("", ""), (HEADER,), (HEADER, ",,,,,", "")])
def test_empty(tmp_path, lines):
    refused(write(tmp_path / "r.csv", *lines))


def test_missing_columns_are_named(tmp_path):
    error = refused(write(tmp_path / "r.csv", "code,office,levels,learners", "01020130,ส,P6,1"))
    assert "lacks the columns name, teachers (" in error.message_en
    assert "ขาดคอลัมน์ name, teachers (" in error.message_th


def test_a_column_given_twice_is_refused(tmp_path):
    assert "code twice" in refused(write(tmp_path / "r.csv", HEADER + ",Code", ROW + ",01020130")).message_en


@pytest.mark.parametrize("code", ["6302013", "630201301", "63020130123", "ABCDEFGH", "", "6302013.5", "²3020130"])
def test_wrong_codes_name_their_rows(tmp_path, code):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, "", f"{code},ข,,,,", "01020131,ค,,,,", f"{code},ง,,,,"))
    assert "rows 4, 6" in error.message_en
    assert "แถว 4, 6" in error.message_th


def test_wrong_ministry_code(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER + ",ministry_code", ROW + ",12"))
    assert "ministry_code" in error.message_en and "row 2" in error.message_en


def test_many_wrong_codes_are_not_all_named(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, *(f"{n},ก,,,," for n in range(50))))
    assert "rows 2, 3, 4, 5, 6, … " in error.message_en


def test_duplicate_codes(tmp_path):
    error = refused(write(tmp_path / "r.csv", HEADER, ROW, "01020131,ข,,,,", ROW))
    assert "01020130" in error.message_en and "rows 2, 4" in error.message_en


def test_a_code_is_no_other_schools_ministry_code(tmp_path):
    header = HEADER + ",ministry_code"
    error = refused(write(tmp_path / "r.csv", header, "01020130,ก,,,,,1001020130", "1001020130,ข,,,,,"))
    assert "1001020130" in error.message_en and "rows 2, 3" in error.message_en
    (school,) = read_roster(write(tmp_path / "s.csv", header, "1001020130,ก,,,,,1001020130")).schools
    assert school.code == school.ministry_code
