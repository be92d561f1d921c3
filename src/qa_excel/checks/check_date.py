"""Dates that have not come yet: most often a slip between the Buddhist and the Common Era."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.dates import BUDDHIST_ERA
from qa_excel.problems import Problem

FUTURE_YEAR = code(
    "consistency.future_year",
    "warning",
    "workbook",
    message=(
        "ปีการศึกษา {found} ยังไม่เริ่ม (ปีปัจจุบัน พ.ศ. {expected})",
        "The academic year {found} has not begun (this is B.E. {expected})",
    ),
    hint=("ตรวจปีการศึกษาในแผ่นข้อมูลสถานศึกษา", "Check the year on the cover"),
    example=(
        "กรอกปีการศึกษา 2590 ในปี 2567 ซึ่งน่าจะพิมพ์ผิด",
        "The year 2590 entered in 2567, most likely a slip",
    ),
)


@check("workbook", "consistency.future_date", FUTURE_YEAR)
def check_date(book: Workbook) -> Iterator[Problem]:
    """A date of preparation, or an academic year, in the future."""
    submission, today = book.submission, book.today
    if submission.prepared_on > today.isoformat():
        yield Problem("consistency.future_date", submission.source(("prepared_on",)), "prepared_on × value")
    this_year = today.year + BUDDHIST_ERA
    if submission.year is not None and submission.year > this_year:
        params = {"found": submission.year, "expected": this_year}
        yield Problem(FUTURE_YEAR, submission.source(("year",)), "year × value", params)
