"""ปัญหาที่พบ: every finding with its file, sheet and cell, what is wrong and what to do."""

from __future__ import annotations

from xlsxwriter.utility import xl_range_abs

from qa_excel.district.analysis import Analysis
from qa_excel.files.book import Book, Column
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.summary.parts import CELL, FILE, PROBLEMS, SHEET, rows_of, school_cells, school_columns
from qa_excel.thai.text import Text

SEVERITIES = "problems_severity"
"""The name of the column of severities in formulas."""
MAX_PROBLEMS = 50_000
"""Rows of the sheet; the errors stand first. Excel could hold twenty times as many, but nobody could read them, and
each costs 250 bytes of the workbook."""


def write_problems(book: Book, analysis: Analysis, whole: str) -> None:
    """The problems, errors first; where there are too many, a note says that the file `whole` holds them all."""
    counts = (f"{SEVERITY_WORDS[s].get(book.lang)} {n:,}" for s, n in analysis.severities().items())
    ws = book.sheet(PROBLEMS, " · ".join(counts))
    columns = [
        *school_columns(analysis),
        Column(FILE.title, 20, 36),
        SHEET,
        CELL,
        Column(Text("ระดับ", "Severity"), 15, kind="centre"),
        Column(Text("สิ่งที่พบ", "What is wrong"), 40, 60),
        Column(Text("สิ่งที่ควรทำ", "What to do"), 36, 52),
    ]
    problems = analysis.data["problems"]
    rows = [
        [
            *school_cells(analysis, row.district, row.school_code, row.school_name),
            row.file,
            row.sheet,
            row.cell,
            SEVERITY_WORDS[row.severity].get(book.lang),
            row.message,
            row.hint,
        ]
        for row in rows_of(problems.head(MAX_PROBLEMS))
    ]
    named = len(school_columns(analysis))
    shown = book.table(ws, 3, columns, rows, frozen=named, total=len(problems), whole=whole)
    last = 3 + max(1, shown)
    book.colour_severities(ws, (4, last), named + 3)
    book.workbook.define_name(SEVERITIES, f"='{ws.get_name()}'!{xl_range_abs(4, named + 3, last, named + 3)}")
