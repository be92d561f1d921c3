"""การหักคะแนน: every condition found, resolved or not, by school."""

from __future__ import annotations

from pandas import isna
from pandas.api.typing import NAType

from qa_excel.district.analysis import Analysis, decimal
from qa_excel.files.book import Book, Column
from qa_excel.summary.parts import CELL, DEDUCTIONS, FILE, SHEET, named, rows_of, school_cells, school_columns, years
from qa_excel.thai.text import Text


def write_deductions(book: Book, analysis: Analysis) -> None:
    """A row a condition; an indicator's deduction stands at the first condition that costs it."""
    about = book.say(
        "ทุกเงื่อนไขที่พบ ตัวบ่งชี้หนึ่งถูกหักครั้งเดียวแม้พบหลายเงื่อนไข",
        "every condition found; an indicator is deducted from once, however many hold",
    )
    ws = book.sheet(DEDUCTIONS, f"{years(book, analysis)} · {about}")
    columns = [
        *school_columns(analysis),
        Column(Text("ตัวบ่งชี้", "Indicator"), 24, 36),
        Column(Text("ข้อ", "No."), 6, kind="centre"),
        Column(Text("เงื่อนไข", "Condition"), 36, 60),
        Column(Text("การแก้ไข", "Resolved"), 18, 24, kind="centre"),
        Column(Text("หักคะแนน", "Deducted"), 13, kind="points"),
        FILE,
        SHEET,
        CELL,
    ]
    conditions = analysis.data["conditions"]
    found = conditions[conditions["found"].fillna(False)]
    rubric = analysis.data.rubric
    rows = [
        [
            *school_cells(analysis, row.district, row.school_code, row.school_name),
            named(rubric.indicator(row.indicator), book.lang),
            row.condition,
            row.label,
            _resolution(book, row.resolvable, row.resolved),
            decimal(row.deduction),
            row.file,
            row.sheet,
            row.cell,
        ]
        for row in rows_of(found)
    ]
    book.table(ws, 3, columns, rows, frozen=len(school_columns(analysis)))


def _resolution(book: Book, resolvable: bool, resolved: bool | NAType) -> str:
    if not resolvable:
        return book.say("หักทุกกรณีที่พบ", "always deducted")
    if isna(resolved):
        return book.say("ไม่ได้ระบุ", "not answered")
    return book.say("แก้ไขแล้ว", "resolved") if resolved else book.say("ยังไม่แก้ไข", "not resolved")
