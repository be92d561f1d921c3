"""Days and years that can't be: most often a slip between the Buddhist and the Common Era."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.form.labels import label_of
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.rubric.inputs import fields
from qa_excel.thai.dates import BUDDHIST_ERA, shown_date
from qa_excel.thai.days import meant, read_day
from qa_excel.thai.text import Text

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
DAY_TURNED = code(
    "consistency.day_turned",
    "warning",
    "workbook",
    message=(
        "{label}: เก็บไว้เป็น {found} จึงถือว่าหมายถึง {read} ใช่หรือไม่",
        "{label}: stored as {found} and taken to mean {read}: is that right?",
    ),
    hint=(
        "พิมพ์วันที่ใหม่โดยใส่ปี พ.ศ. ให้ครบ 4 หลัก เพราะ Excel เก็บปีสองหลักเป็นปี ค.ศ. 19xx",
        "Type the date anew with its year in four digits: Excel takes two for a year of 19xx",
    ),
    example=(
        "พิมพ์ 31/3/64 ใน Excel ซึ่งเก็บเป็นวันที่ 31 มีนาคม ค.ศ. 1964",
        "31/3/64 typed into Excel, which stores it as 31 March 1964",
    ),
)
DAY_IMPLAUSIBLE = code(
    "consistency.day_implausible",
    "warning",
    "workbook",
    message=(
        "วันที่จัดทำ {found} เป็นไปไม่ได้สำหรับปีการศึกษา {year}{uncounted}",
        "The date of preparation, {found}, can't be one of the academic year {year}{uncounted}",
    ),
    hint=(
        "ตรวจวันที่จัดทำและปีการศึกษาในแผ่นข้อมูลสถานศึกษา โดยเฉพาะปี พ.ศ./ค.ศ.",
        "Check the date and the academic year on the cover, and whether the date's year is B.E. or C.E.",
    ),
    example=(
        "แฟ้มของปีการศึกษา 2563 ลงวันที่จัดทำ 31 มีนาคม 2554",
        "A workbook of 2563 says that it was prepared on 31 March 2554",
    ),
)

UNCOUNTED = Text(
    " จึงถือว่าไม่ได้ลงวันที่ และไม่ทราบว่าส่งทันกำหนดหรือไม่",
    "; it counts as none, and whether the workbook came in time is not known",
)


@check("workbook", "consistency.future_date", FUTURE_YEAR, DAY_TURNED, DAY_IMPLAUSIBLE)
def check_date(book: Workbook) -> Iterator[Problem]:
    """A date of preparation that lies in the future, was taken for another or can't be; a year that has not begun."""
    submission, today = book.submission, book.today
    this_year = today.year + BUDDHIST_ERA
    begun = submission.year is None or submission.year <= this_year
    for given in (each for each in fields(book.rubric, book.area) if each.kind == "date"):
        stored = read_day(submission.typed.get(given.path))[0]
        taken = meant(stored, submission.year) if stored else None
        if stored and taken and taken != stored:
            label = label_of(book.rubric, book.area, given.path)
            read = Text(shown_date(taken), shown_date(taken, "en"))
            turned = {"label": label, "found": _stored(stored), "read": read}
            yield Problem(DAY_TURNED, submission.source(given.path), given.key, turned)
        if stored and given.path == ("prepared_on",):
            yield from _odd_day(submission, stored, taken, today, begun)
    if not begun:
        params = {"found": submission.year, "expected": this_year}
        yield Problem(FUTURE_YEAR, submission.source(("year",)), "year × value", params)


def _odd_day(submission: Submission, stored: date, taken: date | None, today: date, begun: bool) -> Iterator[Problem]:
    """taken: what the day of preparation is taken for. begun: whether the academic year has; where it has not, it is
    the year that is wrong of the two."""
    params: dict[str, Any] = {
        "found": _stored(stored),
        "year": submission.year,
        "uncounted": "" if taken else UNCOUNTED,
    }
    if (taken or stored) > today:
        code = "consistency.future_date"
    elif taken is None and begun:
        code = DAY_IMPLAUSIBLE
    else:
        return
    yield Problem(code, submission.source(("prepared_on",)), "prepared_on × value", params)


def _stored(day: date) -> Text:
    """In Thai with the year that Excel holds, which is what went wrong."""
    return Text(f"{shown_date(day)} (ค.ศ. {day.year})", shown_date(day, "en"))
