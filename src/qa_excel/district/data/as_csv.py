"""A table of the tidy data as CSV: UTF-8 with a byte order mark, commas, CRLF, as RFC 4180 has it.

Without the mark Excel would take Thai for another encoding.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import IO, Any

import pandas as pd

from qa_excel.district.data.cells import TableError, cells_of, shown, values_of
from qa_excel.district.data.dictionary import DataField, DataTable
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

ENCODING = "utf-8-sig"
DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
"""As a data package describes it."""

_CHUNK = 10_000
"""Rows that are in memory as cells at a time."""
_LONGEST = 1 << 20
"""Bytes read as a line; a longer one comes in pieces, which are too long a cell or too short a row."""
_WIDEST = 1000
"""Columns, which others may have added to."""

_KINDS = {
    "integer": Text("จำนวนเต็ม", "a whole number"),
    "number": Text("ตัวเลข", "a number"),
    "boolean": Text("true หรือ false", "true or false"),
    "date": Text("วันที่แบบ ปปปป-ดด-วว (ค.ศ.)", "a date as yyyy-mm-dd"),
}

Numbered = tuple[int, list[str]]
"""(row number as a spreadsheet program shows it, cells)."""


# --- Writing ---


def write_csv(table: DataTable, frame: pd.DataFrame, target: IO[bytes]) -> None:
    target.write(codecs.BOM_UTF8)
    target.write(_as_csv([table.columns]))
    for start in range(0, len(frame), _CHUNK):
        rows = frame.iloc[start : start + _CHUNK]
        target.write(_as_csv(zip(*(cells_of(field, rows[field.name]) for field in table.fields), strict=True)))


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


# --- Reading ---


def read_csv(table: DataTable, source: IO[bytes], most_rows: int) -> dict[str, list[Any]]:
    """Column → its values; texts and dates are text. Raises TableError.

    Columns may stand in any order, and others beside them; empty lines are passed over.
    """
    pieces = iter(partial(source.readline, _LONGEST), b"")
    lines = (piece.decode(ENCODING if n == 0 else "utf-8") for n, piece in enumerate(pieces))
    try:
        rows = _rows(table, lines, most_rows)
        _, header = next(rows, (1, []))
        places = _places(table, header)
        columns: dict[str, list[Any]] = {name: [] for name in table.columns}
        known: dict[str, dict[str, Any]] = {name: {} for name in table.columns}
        while chunk := list(islice(rows, _CHUNK)):
            for field, values in _values(table, places, chunk, known):
                columns[field.name] += values
    except UnicodeDecodeError:
        text = Text(
            "ไม่ใช่ UTF-8 (หากแก้ไขใน Excel ต้องบันทึกเป็นชนิด CSV UTF-8)",
            "it is not UTF-8 (what is changed in Excel must be saved as CSV UTF-8)",
        )
        raise TableError(table.name, text) from None
    return columns


def _rows(table: DataTable, lines: Iterator[str], most_rows: int) -> Iterator[Numbered]:
    """The header and the rows, all of one width."""
    number, width = 0, None
    try:
        for number, row in enumerate(csv.reader(lines, strict=True), start=1):
            width = width or len(row)
            if width > _WIDEST or number > most_rows:
                text = Text("มีแถวหรือคอลัมน์มากผิดปกติ", "it has far too many rows or columns")
                raise TableError(table.name, text)
            if row and len(row) != width:
                text = Text(
                    f"มี {len(row)} ช่อง แต่หัวตารางมี {width} ช่อง",
                    f"it has {counted(len(row), 'cell')}, the header {width}",
                )
                raise TableError(table.name, text, number)
            if row:
                yield number, row
    except csv.Error:
        text = Text(f"CSV เสียหายหลังแถวที่ {number}", f"the CSV is damaged after row {number}")
        raise TableError(table.name, text) from None


def _places(table: DataTable, header: list[str]) -> dict[str, int]:
    """Column → its index, of those that are there; only what was added since may lack."""
    names = [name for name in table.columns if name in header or name not in table.added]
    for name in names:
        if name not in header:
            text = Text(f"ไม่มีคอลัมน์ {name} (คั่นด้วยจุลภาค)", f"the column {name} is not there (separated by commas)")
            raise TableError(table.name, text)
        if header.count(name) > 1:
            raise TableError(table.name, Text(f"มีคอลัมน์ {name} ซ้ำกัน", f"the column {name} is there twice"))
    return {name: header.index(name) for name in names}


def _values(
    table: DataTable, places: dict[str, int], rows: list[Numbered], known: dict[str, dict[str, Any]]
) -> Iterator[tuple[DataField, list[Any]]]:
    """The fields of some rows, each with its values."""
    turned = list(zip(*(row for _, row in rows), strict=True))
    for field in table.fields:
        cells = turned[places[field.name]] if field.name in places else ("",) * len(rows)
        try:
            yield field, values_of(field, cells, known[field.name])
        except ValueError as error:
            (cell,) = error.args
            kind = _KINDS[field.type]
            text = Text(f"{shown(cell)} ไม่ใช่{kind.th}", f"{shown(cell)} is not {kind.en}")
            raise TableError(table.name, text, rows[cells.index(cell)][0], field.name) from None
