"""A block of a form that does not repeat the academic year is answered with the workbook's cover."""

from __future__ import annotations

import pytest

from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import Later, Sheets

COVER = [
    ["qa-excel:onesqa-r4:1.1:1:cover", "", "", "", ""],
    ["#columns", "", "", "", "value"],
    ["year", "", "", "", 2559],
]
BLOCK = [
    ["#columns", "", "P6", "", "M3", "", "M6", ""],
    ["IND2.levels", "", "เปิดสอน", "", "ไม่เปิดสอน", "", "ไม่เปิดสอน", ""],
    ["#columns", "", "P6.count", "P6.total", "M3.count", "M3.total", "M6.count", "M6.total"],
    *([f"IND2.1.{subject}", "", 10, 10, "", "", "", ""] for subject in ("thai", "math", "science", "foreign")),
    ["IND2.1.social", "", 5, 10, "", "", "", ""],
]
"""In 2559 five subjects share the points; in 2560 and later four, and social studies count for nothing."""


@pytest.mark.parametrize(
    ("sheets", "points"),
    [
        (Sheets({"ข้อมูลสถานศึกษา": COVER}), 4.5),
        (Sheets(Later(lambda: {"ข้อมูลสถานศึกษา": COVER})), 4.5),
        (Sheets({}), 5),
    ],
    ids=["cover", "read later", "no cover"],
)
def test_the_cover_gives_the_year(sheets: Sheets, points: float) -> None:
    assert call("ONESQA_POINTS", ["IND2", "1", BLOCK], sheets) == points


def test_a_block_that_tells_the_year_is_not_gainsaid() -> None:
    block = [["#columns", "", "value", "", "", "", "", ""], ["year", "", 2563, "", "", "", "", ""], *BLOCK]
    assert call("ONESQA_POINTS", ["IND2", "1", block], Sheets({"ข้อมูลสถานศึกษา": COVER})) == 5


def test_a_block_that_needs_no_year_reads_no_workbook() -> None:
    block = [["#columns", "", "count", "total"], ["IND1.1", "", 10, 10], ["IND1.2", "", 0, 5]]

    def read() -> dict[str, list[list[str]]]:
        raise AssertionError("the workbook was read")

    assert call("ONESQA_GROSS", ["IND1", block], Sheets(Later(read))) == 2
