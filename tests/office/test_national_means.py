"""The file of the national O-NET means: as an office may write it, and what is refused."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from qa_excel.office import national_means
from qa_excel.office.national_means import NationalMeansError, read_national_means, shipped_means

HEADER = "year,grade,subject,mean"
MEANS = {(2563, "P6", "thai"): Decimal("56.2"), (2563, "M3", "math"): Decimal("33.1")}


def write(path, *lines, encoding="utf-8"):
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def refused(path) -> NationalMeansError:
    with pytest.raises(NationalMeansError) as caught:
        read_national_means(path)
    assert str(path) in caught.value.text.th and str(path) in caught.value.text.en
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("header", [HEADER, "ปีการศึกษา,ชั้น,กลุ่มสาระการเรียนรู้,ค่าเฉลี่ย (ประเทศ)"])
def test_csv_as_offices_write_it(tmp_path, encoding, delimiter, header):
    lines = (header, "2563,ป.6,ภาษาไทย,๕๖.๒", "2020,M3,math,33.1")
    path = write(tmp_path / "m.csv", *(line.replace(",", delimiter) for line in lines), encoding=encoding)
    assert read_national_means(path) == MEANS


def test_xlsx_with_a_title_above_and_a_note_below(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["ผลการทดสอบ O-NET ระดับประเทศ"],
        ["ปี", "ระดับชั้น", "วิชา", "คะแนนเฉลี่ย"],
        [2563, "ประถมศึกษาปีที่ 6", "ภาษาไทย", 56.2],
        [2563, "ม.3", "คณิตศาสตร์", 33.1],
        ["ที่มา: สถาบันทดสอบทางการศึกษาแห่งชาติ"],
    ):
        book.active.append(row)
    book.save(tmp_path / "m.xlsx")
    assert read_national_means(tmp_path / "m.xlsx") == MEANS


def test_a_wrong_header_is_named_with_its_row(tmp_path):
    told = refused(write(tmp_path / "m.csv", "year,level,subject,mean", "2563,P6,thai,56.2")).text
    assert "แถว 1) ขาดคอลัมน์ ชั้น (grade)" in told.th
    assert told.en.endswith("row 1) lacks the column grade; the headings there: year, level, subject, mean")


def test_everything_that_can_t_be_read_is_named(tmp_path):
    lines = ["2563,P6,thai,156", "ปีนี้,P6,math,40", "2563,P7,thai,40", "2563,P6,ไทย,", "2563,P6,arts,56,20"]
    told = refused(write(tmp_path / "m.csv", HEADER, *lines)).text
    places = ("แถว 6", "เซลล์ A3", "เซลล์ B4", "เซลล์ C5", "เซลล์ D2, D5")
    for line, place in zip(told.th.splitlines()[1:], places, strict=True):
        assert f": {place} " in line
    assert "thai (ภาษาไทย)" in told.th
    assert len(told.en.splitlines()) == 6


def test_one_figure_given_twice_is_refused(tmp_path):
    told = refused(write(tmp_path / "m.csv", HEADER, "2563,P6,thai,56.2", "2020,ป.6,ภาษาไทย,50")).text
    assert "2563 P6 thai" in told.th and "แถว 2, 3" in told.th


@pytest.mark.parametrize("lines", [(), (HEADER,), ("ข้อความ",)])
def test_a_file_without_means_is_refused(tmp_path, lines):
    refused(write(tmp_path / "m.csv", *lines))


# --- Those shipped ---------------------------------------------------------------------------------------------

FIVE = {"thai", "math", "science", "social", "foreign"}


def subjects_of(year: int, grade: str) -> set[str]:
    """The subjects of the national test from 2558 on."""
    return FIVE if year < 2560 or grade == "M6" else FIVE - {"social"}


def test_the_means_shipped_are_of_subjects_that_were_tested():
    assert {year for year, _, _ in shipped_means()} == set(range(2559, 2564))
    for (year, grade, subject), mean in shipped_means().items():
        assert subject in subjects_of(year, grade) and 0 < mean < 100


@pytest.mark.parametrize("year", range(2559, 2564))
def test_the_means_of_grade_6_are_complete(year):
    assert {subject for y, grade, subject in shipped_means() if (y, grade) == (year, "P6")} == subjects_of(year, "P6")


def test_each_mean_shipped_names_its_sources_and_each_source_its_address():
    path = Path(national_means.__file__).with_suffix(".csv")
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    figures = [dict(zip(header, row, strict=True)) for row in rows if len(row) > 1]
    assert len(figures) == len(shipped_means())
    notes = [row[0] for row in rows if len(row) == 1 and row[0].startswith("source ")]
    addresses = dict(note.removeprefix("source ").split(": ", 1) for note in notes)
    assert all("http" in address for address in addresses.values())
    assert {source for figure in figures for source in figure["source"].split("; ")} == set(addresses)
