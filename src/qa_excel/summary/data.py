"""ที่มา: the tidy tables as sheets, each row with its source, their columns named for the formulas of the overview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs

from qa_excel.district.analysis import Analysis
from qa_excel.district.data.cells import TEXTS, distinct
from qa_excel.district.data.dictionary import DataField, DataTable, tables
from qa_excel.files.book import CHARACTER, Book, cell_text, visible_length
from qa_excel.files.look import DATE_FORMAT
from qa_excel.summary.columns import ColumnSheet
from qa_excel.summary.parts import A3
from qa_excel.thai.text import Text

MAX_ROWS = 250_000
"""Rows of a data sheet. Excel holds 1,048,576, but so many would make a workbook that few computers open; a cut sheet
says so, and the overview then shows figures in place of formulas."""


@dataclass(frozen=True, slots=True)
class DataSheet:
    """A table's sheet: its name, and which of the table's columns it leaves to `--data`."""

    table: str
    name: Text
    without: frozenset[str] = frozenset()


_SAME = {"rubric", "year"}
"""Of a merge there is one edition and one year of points, and of traces."""
SOURCES = "criteria"
"""The table whose sheet is by far the longest: every criterion with its reason and its cell."""
SHEETS = (
    DataSheet(
        SOURCES,
        Text("ที่มา", "Sources"),
        frozenset({*_SAME, "to_earn", "items", "count", "total", "missing", "unproven"}),
    ),
    DataSheet("schools", Text("ข้อมูลสถานศึกษา", "Data schools")),
    DataSheet("submissions", Text("ข้อมูลแฟ้ม", "Data submissions"), frozenset({"rubric", "round"})),
    DataSheet("scores", Text("ข้อมูลคะแนน", "Data scores"), frozenset({*_SAME, "school_name", "indicator_name", "file"})),
    DataSheet(
        "iqa_items", Text("ข้อมูล IQA", "Data IQA"), frozenset({*_SAME, "school_name", "label", "interpretations"})
    ),
    DataSheet("grades", Text("ข้อมูลรายชั้น", "Data by grade"), frozenset({*_SAME, "school_name", "file"})),
)
_LEAST = {"string": 9, "integer": 10, "number": 10, "boolean": 10, "date": 18}
_MOST = {"school_name": 40, "label": 56, "inputs": 40, "reason": 48, "file": 64}
_MOST_OTHERS = 34
"""Widths of columns; between them a text column is as wide as its texts."""
FIRST_DATE = "1900-03-01"
"""Earlier dates Excel can't show, or shows a day off."""
_CHUNK = 50_000
"""Rows that are in memory as cells at a time."""
TOP = 3
"""The row of the header, from 0."""


def fields_of(sheet: DataSheet) -> list[DataField]:
    return [field for field in tables()[sheet.table].fields if field.name not in sheet.without]


def write_data_sheet(book: Book, analysis: Analysis, sheet: DataSheet, hidden: bool) -> bool:
    """Write one table; each column gets a name such as `scores_score`. False where the sheet had to be cut."""
    table, frame = tables()[sheet.table], analysis.data[sheet.table]
    ws = book.sheet(sheet.name, table.describe.get(book.lang), ColumnSheet)
    fields = fields_of(sheet)
    shown = frame.head(MAX_ROWS)
    if len(shown) < len(frame):
        book.note_cut(ws, TOP - 1, len(shown), len(frame))
    last = TOP + max(1, len(shown))
    styles = [_style(book, field) for field in fields]
    for index, (field, style) in enumerate(zip(fields, styles, strict=True)):
        ws.set_column(index, index, _width(field, shown[field.name]), style)
        reach = f"'{ws.get_name()}'!{xl_range_abs(TOP + 1, index, last, index)}"
        book.workbook.define_name(column_name(table, field.name), f"={reach}")
    ws.write_columns(TOP + 1, styles, _chunks(fields, shown))
    header = book.header(valign="top")
    heads = [{"header": field.title.get(book.lang), "header_format": header} for field in fields]
    ws.add_table(
        TOP, 0, last, len(fields) - 1, {"name": f"qa_{sheet.table}", "columns": heads, "style": "Table Style Light 1"}
    )
    ws.set_paper(A3)
    ws.set_row(TOP, 48)
    ws.set_default_row(20)
    named = sum(field.name in ("district", "school_code", "school_name") for field in fields)
    ws.freeze_panes(TOP + 1, named)
    ws.repeat_rows(TOP)
    ws.ignore_errors({"number_stored_as_text": f"A{TOP + 2}:XFD{last + 1}"})
    if hidden:
        ws.hide()
    return len(shown) == len(frame)


def column_name(table: DataTable, field: str) -> str:
    """The name of a column in formulas."""
    return f"{table.name}_{field}"


def _style(book: Book, field: DataField) -> Any:
    match field.type:
        case "number":
            return book.format(num_format="General", align="center")
        case "integer" | "boolean":
            return book.format(align="center")
        case "date":
            return book.format(num_format=DATE_FORMAT, align="center")
        case _:
            code = field.name in ("school_code", "workbook", "criterion", "item", "process", "page")
            return book.format(num_format="@") if code else book.format()


def _width(field: DataField, column: pd.Series) -> float:
    texts = set(column) if field.type == "string" else ()
    longest = max(map(visible_length, map(cell_text, texts)), default=0) * CHARACTER + 2
    return max(_LEAST[field.type], min(longest, _MOST.get(field.name, _MOST_OTHERS)))


def _chunks(fields: Sequence[DataField], frame: pd.DataFrame) -> Iterator[list[list[Any]]]:
    """Some rows at a time, as what the cells of each column hold."""
    for start in range(0, max(1, len(frame)), _CHUNK):
        rows = frame.iloc[start : start + _CHUNK]
        yield [_values(field, rows[field.name]) for field in fields]


def _values(field: DataField, column: pd.Series) -> list[Any]:
    """What a column's cells hold, by its type; None where a value lacks."""
    if field.type in TEXTS:
        texts, codes = distinct(column)
        cells = [_cell(field.type, text) if text else None for text in texts]
        return [cells[code] for code in codes]
    return [None if value is pd.NA else _cell(field.type, value) for value in column.tolist()]


def _cell(kind: str, value: Any) -> Any:
    match kind:
        case "date" if value >= FIRST_DATE:
            return date.fromisoformat(value)
        case "string" | "date":
            return cell_text(value)
        case "boolean":
            return bool(value)
        case _:
            return value
