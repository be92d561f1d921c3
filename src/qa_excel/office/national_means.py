"""The national O-NET means of a year, grade and subject: those shipped, and a CSV or .xlsx of an office's own.

    year,grade,subject,mean
    2563,P6,thai,56.20

`national_means.csv` beside this module is such a table, which names the sources of each of its figures. Grades and
subjects are named by id (`P6`, `thai`) or in Thai (`ป.6`, `ภาษาไทย`); years are B.E. or C.E.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from qa_excel.office.roster import levels_of
from qa_excel.office.rows import OfficeTableError, Row
from qa_excel.office.table import Column, Found, Kind, find_table, in_rows, is_note
from qa_excel.rubric.building import load_rubrics
from qa_excel.thai.folding import fold
from qa_excel.thai.text import Text
from qa_excel.thai.typed import normalise

NationalMeans = dict[tuple[int, str, str], Decimal]
"""(year, grade, subject) → mean."""
_Read = dict[str, Any]
"""Column → value; None for what can't be read."""


class NationalMeansError(OfficeTableError):
    """A file that holds no such means."""

    what = Text("แฟ้มค่าเฉลี่ย O-NET ระดับประเทศ", "the national O-NET means")


_KIND = Kind(
    NationalMeansError,
    (
        Column("year", "ปีการศึกษา", ("ปี year",), "การศึกษา พศ academic"),
        Column("grade", "ชั้น", ("ชั้น ระดับ grade",), "เรียน ปีที่"),
        Column("subject", "วิชา", ("วิชา กลุ่มสาระ subject",), "ราย ชื่อ การเรียนรู้"),
        Column("mean", "ค่าเฉลี่ย", ("เฉลี่ย ระดับประเทศ mean average",), "ค่า คะแนน onet ของ national", alone=True),
    ),
    Text("ให้ใส่เครื่องหมายคำพูดรอบค่าที่มีจุลภาค และเขียนทศนิยมด้วยจุด", "put what holds a comma in quotes; decimals take a point"),
)


@cache
def shipped_means() -> NationalMeans:
    """The means of 2559 to 2563 that the program knows; what no source was found for is not there."""
    return read_national_means(Path(__file__).with_name("national_means.csv"))


def read_national_means(path: Path) -> NationalMeans:
    """The means in a CSV or .xlsx, which is read as a roster is.

    Raises NationalMeansError, which names all that can't be read.
    """
    table = find_table(path, _KIND)
    rows = [row for row in table.rows if not _is_aside(row, table)]
    if not rows:
        raise NationalMeansError(f"แฟ้มค่าเฉลี่ย O-NET ระดับประเทศไม่มีข้อมูล: {path}", f"there are no means in {path}")
    shifted = [number for number, cells in rows if any(cells[table.width :])]
    given = [(row, _read(row, table)) for row in rows if row[0] not in shifted]
    table.require_sound(rows, shifted, [*_cell_faults(given, table), *_twice_faults(given)])
    return {_key(read): read["mean"] for _, read in given}


def _is_aside(row: Row, table: Found) -> bool:
    """True for the header repeated, and for a note below the table."""
    return table.is_header(row) or (is_note(row) and not table.cell(row, "mean"))


def _read(row: Row, table: Found) -> _Read:
    year, mean = normalise(table.cell(row, "year"), "year"), normalise(table.cell(row, "mean"), "number")
    levels = levels_of(table.cell(row, "grade")) or ()
    return {
        "year": year.value if year.ok else None,
        "grade": levels[0] if len(levels) == 1 else None,
        "subject": _subjects().get(fold(table.cell(row, "subject"))),
        "mean": mean.value if mean.ok and 0 <= mean.value <= 100 else None,
    }


def _key(read: _Read) -> tuple[int, str, str]:
    return read["year"], read["grade"], read["subject"]


@cache
def _subjects() -> dict[str, str]:
    """Folded name → id."""
    named = [each for rubric in load_rubrics() for each in rubric.subjects]
    return {fold(word): each.id for each in named for word in (each.id, each.name.th, each.name.en)}


def _cell_faults(given: list[tuple[Row, _Read]], table: Found) -> Iterator[Text]:
    rubrics = load_rubrics()
    grades, subjects = (
        ", ".join(dict.fromkeys(f"{each.id} ({each.name.th})" for each in named))
        for named in ([g for r in rubrics for g in r.grades], [s for r in rubrics for s in r.subjects])
    )
    todo = {
        "year": Text("ต้องเป็นปีการศึกษา พ.ศ. หรือ ค.ศ.", "it must be an academic year, B.E. or C.E."),
        "grade": Text(f"ให้ใช้ {grades}", f"use {grades}"),
        "subject": Text(f"ให้ใช้ {subjects}", f"use {subjects}"),
        "mean": Text("ต้องเป็นตัวเลข 0 ถึง 100", "it must be a number from 0 to 100"),
    }
    return table.unread(todo, lambda name: [row for row, read in given if read[name] is None])


def _twice_faults(given: list[tuple[Row, _Read]]) -> Iterator[Text]:
    rows: dict[tuple[int, str, str], list[int]] = {}
    for (number, _), read in given:
        if None not in _key(read):
            rows.setdefault(_key(read), []).append(number)
    for key, numbers in rows.items():
        if len(numbers) > 1:
            at, shown = in_rows(numbers), " ".join(map(str, key))
            yield Text(f"{shown} มีมากกว่าหนึ่งค่า: {at.th}", f"{shown} is there more than once: {at.en}")
