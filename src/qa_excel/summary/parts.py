"""What the sheets of a summary share: their names, words, columns, and the grid of units × figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pandas import DataFrame
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis
from qa_excel.district.timeliness import DAYS
from qa_excel.files.book import Book, Cell, Column, height
from qa_excel.files.look import NAVY, PALE, SOFT
from qa_excel.rubric.model import Indicator
from qa_excel.summary.figures import rounded
from qa_excel.thai.dates import short_date, shown_date
from qa_excel.thai.text import Text

OVERVIEW = Text("ภาพรวม", "Overview")
SCORES = Text("คะแนนรายโรงเรียน", "Scores by school")
SCORES_BY_DISTRICT = Text("คะแนนรายเขต", "Scores by district")
DEDUCTIONS = Text("การหักคะแนน", "Deductions")
COMPLETENESS = Text("ความครบถ้วน", "Completeness")
READINESS = Text("ความพร้อม 8 ข้อ", "Readiness")
TRACES = Text("ร่องรอย IQA", "IQA traces")
STEPS = Text("ขั้นของ IQA", "IQA steps")
TRENDS = Text("แนวโน้ม", "Trends")
PROBLEMS = Text("ปัญหาที่พบ", "Problems")

SCHOOLS, CRITERIA = Text("แห่ง", "schools"), Text("ข้อ", "criteria")
"""What is counted in lists of names."""
A3 = 8
"""Excel's number of the paper, for sheets of so many columns that A4 would make them unreadable."""

CODE = Column(Text("รหัส", "Code"), 14, kind="code")
SCHOOL = Column(Text("สถานศึกษา", "School"), 22, 50)
DISTRICT = Column(Text("เขตพื้นที่", "District"), 18, 46)
FILE = Column(Text("แฟ้ม", "File"), 20, 46)
SHEET = Column(Text("แผ่นงาน", "Sheet"), 12, 20)
CELL = Column(Text("เซลล์", "Cell"), 8, kind="centre")


def years(book: Book, analysis: Analysis, iqa: bool = False) -> str:
    """The edition and the academic year of the points, or of the traces."""
    data = analysis.data
    rubric, year = (data.traces, data.iqa_year) if iqa else (data.rubric, data.year)
    when = book.say(f"ปีการศึกษา {year}", f"academic year {year} (B.E.)") if year else book.say("ไม่มีข้อมูล", "no data")
    return f"{rubric.short.get(book.lang)} · {when}"


def due_days(book: Book, analysis: Analysis, narrow: bool = False) -> str:
    """The day by which workbooks were due; where it is not that of points and traces alike, with its name. Empty where
    none is. narrow: two days are written short."""
    due, iqa_due = analysis.data.due, analysis.data.iqa_due
    if due and iqa_due and due != iqa_due and narrow:
        return f"{short_date(due, book.lang)}, IQA {short_date(iqa_due, book.lang)}"
    if due and due == iqa_due:
        return shown_date(due, book.lang)
    named = {book.say("คะแนน", "points"): due, analysis.data.traces.short.get(book.lang): iqa_due}
    return book.say(" และ ", " and ").join(f"{shown_date(day, book.lang)} ({of})" for of, day in named.items() if day)


def judged_by(book: Book, analysis: Analysis) -> str:
    """By which days it is told whether workbooks came in time, with how many are so; empty where none is."""
    parts = [
        book.say(f"{DAYS[day].th} {count:,} แฟ้ม", f"the {DAYS[day].en} ({count:,})")
        for day, count in analysis.timed_by.items()
    ]
    return book.say("ตัดสินจาก", "judged by ") + book.say(" ", ", ").join(parts) if parts else ""


def of_schools(analysis: Analysis) -> bool:
    """True where the rows are schools, False where they are districts."""
    return analysis.data.level == "school"


def score_sheet(analysis: Analysis) -> Text:
    return SCORES if of_schools(analysis) else SCORES_BY_DISTRICT


def unit_columns(analysis: Analysis) -> list[Column]:
    """The columns that name a unit: code and school, or number and district."""
    if of_schools(analysis):
        return [CODE, SCHOOL]
    return [Column(Text("ที่", "No."), 6, kind="code"), DISTRICT]


def mean_label(book: Book, analysis: Analysis) -> str:
    """Of the means above a grid, which are those of its rows: of districts every district counts alike."""
    if of_schools(analysis):
        return book.say("ค่าเฉลี่ย (ตามตัวกรอง)", "mean (as filtered)")
    return book.say("ค่าเฉลี่ยของค่าเฉลี่ยเขต (ตามตัวกรอง)", "mean of the districts' means (as filtered)")


def school_columns(analysis: Analysis) -> list[Column]:
    """The columns that name a school, its district first where there are several."""
    return [CODE, SCHOOL] if of_schools(analysis) else [DISTRICT, CODE, SCHOOL]


def school_cells(analysis: Analysis, district: str, code: str, name: str) -> list[Cell]:
    return [code, name] if of_schools(analysis) else [district, code, name]


def rows_of(frame: DataFrame) -> Iterator[Any]:
    """A table's rows, whose values go by their columns' names and are plain ones of Python's."""
    return frame.astype(object).itertuples(index=False)


def listed(book: Book, names: list[str], most: int, unit: Text) -> str:
    """The first few names, and how many more there are, counted in a Thai unit."""
    more = len(names) - most
    tail = book.say(f" และอีก {more:,} {unit.th}", f" and {more:,} more") if more > 0 else ""
    return ", ".join(names[:most]) + tail


def named(indicator: Indicator, lang: str) -> str:
    return f"{indicator.number} {indicator.name.get(lang)}"


@dataclass(slots=True)
class Grid:
    """Units × figures. `fixed` columns name the unit and stay in sight. bands: (text, columns) over those after them.

    means: one for each column after the fixed ones. strong, folded, hidden: indexes of totals, of columns that fold
    away, and of those that are folded to begin with. fulls: index → full points, for the heat map. beside: index of a
    column whose mean is that of the rows alone that have a figure in another column, too → that column.
    """

    columns: list[Column]
    bands: list[tuple[str, int]]
    means: list[Cell]
    rows: list[list[Cell]]
    fixed: int = 2
    strong: set[int] = field(default_factory=set)
    folded: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    fulls: dict[int, Decimal] = field(default_factory=dict)
    beside: dict[int, int] = field(default_factory=dict)


BAND_ROW, MEAN_ROW, HEAD_ROW = 3, 4, 5


def write_grid(book: Book, ws: Worksheet, grid: Grid, mean_label: str) -> tuple[int, int]:
    """Bands, means that follow the filter, header, and one row a unit; returns the first and last row of the units."""
    first, last = HEAD_ROW + 1, HEAD_ROW + max(1, len(grid.rows))
    start = grid.fixed
    for text, width in grid.bands:
        style = book.header(bg_color=f"#{PALE}", font_color=f"#{NAVY}")
        if width > 1:
            ws.merge_range(BAND_ROW, start, BAND_ROW, start + width - 1, text, style)
        elif text:
            ws.write_string(BAND_ROW, start, text, style)
        start += width
    label = book.boxed(indent=1, bold=True, bg_color=f"#{SOFT}", text_wrap=True, align="left")
    ws.merge_range(MEAN_ROW, 0, MEAN_ROW, grid.fixed - 1, mean_label, label)
    look = {"bold": True, "bg_color": f"#{SOFT}", "align": "center"}
    for index, mean in enumerate(grid.means, start=grid.fixed):
        style = book.boxed(**look, num_format="0.00")
        if mean is None or isinstance(mean, str):
            book.put(ws, MEAN_ROW, index, mean, style)
        else:
            expression = _mean(*(xl_range_abs(first, n, last, n) for n in (index, grid.beside.get(index, index))))
            ws.write_formula(MEAN_ROW, index, f'=IFERROR({rounded(expression)},"")', style, float(mean))
    book.table_header(ws, HEAD_ROW, grid.columns)
    widths = book.set_widths(ws, grid.columns, grid.rows)
    ws.set_row(MEAN_ROW, max(24, height([mean_label], [sum(widths[: grid.fixed])])))
    styles = [_style(book, column, index in grid.strong) for index, column in enumerate(grid.columns)]
    for number, row in enumerate(grid.rows, start=first):
        for index, value in enumerate(row):
            book.put(ws, number, index, value, styles[index])
        ws.set_row(number, height(row, widths))
    book.set_head_height(ws, HEAD_ROW, grid.columns, widths)
    ws.set_row(BAND_ROW, max(46, _band_height(grid, widths)))
    for index in grid.folded:
        ws.set_column(index, index, widths[index], None, {"level": 1, "hidden": index in grid.hidden})
    ws.autofilter(HEAD_ROW, 0, last, len(grid.columns) - 1)
    ws.freeze_panes(first, grid.fixed)
    ws.repeat_rows(BAND_ROW, HEAD_ROW)
    ws.repeat_columns(0, grid.fixed - 1)
    ws.ignore_errors({"number_stored_as_text": f"A{first + 1}:A{last + 1}"})
    for index, full in grid.fulls.items():
        book.heat(ws, (first, index, last, index), full)
    return first, last


def _mean(figures: str, beside: str) -> str:
    """The mean of a column that follows the filter: 101 and 103 leave out what is hidden, and blanks."""
    if beside == figures:
        return f"SUBTOTAL(101,{figures})"
    top = beside.partition(":")[0]
    # One by one, the cells beside are counted where they are in sight and hold a figure.
    counted = f"SUBTOTAL(103,OFFSET({top},ROW({beside})-ROW({top}),0))"
    return f"SUMPRODUCT({counted},{figures})/SUBTOTAL(103,{beside})"


def _band_height(grid: Grid, widths: list[float]) -> float:
    """The height that shows the bands' texts; a band is as wide as its columns that are in sight."""
    texts, rooms, start = [], [], grid.fixed
    for text, width in grid.bands:
        texts.append(text)
        rooms.append(sum(widths[n] for n in range(start, start + width) if n not in grid.hidden))
        start += width
    return height(texts, rooms)


def _style(book: Book, column: Column, strong: bool) -> Format:
    properties: dict[str, Any] = {"bold": True} if strong else {}
    match column.kind:
        case "points":
            properties |= {"num_format": "0.00", "align": "center"}
        case "count":
            properties |= {"num_format": "#,##0", "align": "center"}
        case "text":
            properties |= {"indent": 1, "text_wrap": True, "align": "left"}
        case _:
            properties |= {"align": "center"}
    return book.boxed(**properties)
