"""What stands on a sheet, found by its labels, so that the layout may change."""

from __future__ import annotations

import io
import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from helpers.books import pack, parts_of, parts_of_sheets


@lru_cache(maxsize=24)
def load(path: Path | io.BytesIO, values: bool = True) -> openpyxl.Workbook:
    """A workbook that no test changes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know sparklines
        return openpyxl.load_workbook(path, data_only=values)


@lru_cache(maxsize=24)
def load_sheet(path: Path, title: str, values: bool = True) -> Worksheet:
    """One sheet of a workbook; the others are there, with nothing on them, and cost no time."""
    content, parts = path.read_bytes(), parts_of(path)
    for name, part in parts_of_sheets(content).items():
        if name != title:
            emptied = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", parts[part], flags=re.DOTALL)
            parts[part] = re.sub(rb"<mergeCells.*</mergeCells>", b"", emptied, flags=re.DOTALL)
    file = io.BytesIO()
    pack(file, parts)
    return load(file, values)[title]


def rows_of(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def table(rows: list[list[Any]], *headers: str, start: int = 0) -> list[list[Any]]:
    """The rows below the first row that holds all these headers, from it on; each as wide as the sheet.

    The first is the header itself. It ends where the first header's column is empty.
    """
    for at, row in enumerate(rows[start:], start):
        if set(headers) <= set(row):
            column = row.index(headers[0])
            found = [row]
            for below in rows[at + 1 :]:
                if below[column] is None:
                    break
                found.append(below)
            return found
    raise AssertionError(f"no table with {headers}")


def records(rows: list[list[Any]], *headers: str, start: int = 0) -> list[dict[str, Any]]:
    """The same as dictionaries; of headers that are there twice the first counts."""
    header, *found = table(rows, *headers, start=start)
    names = {name: column for column, name in reversed(list(enumerate(header))) if isinstance(name, str)}
    return [{name: row[column] for name, column in names.items()} for row in found]


def figure(sheet: Any, *labels: str) -> Any:
    """The number that stands right of a label, or below it."""
    pattern = re.compile("|".join(labels))
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and pattern.fullmatch(cell.value.strip()):
                beside = [sheet.cell(cell.row, c).value for c in range(cell.column + 1, sheet.max_column + 1)]
                beside = next((value for value in beside if value is not None), None)
                if isinstance(beside, (int, float)):
                    return beside
                below = [sheet.cell(r, cell.column).value for r in range(cell.row + 1, cell.row + 3)]
                below = [value for value in below if isinstance(value, (int, float))]
                if below:
                    return below[0]
    raise AssertionError(f"no figure beside any of {labels}")


def cards_of(rows: list[list[Any]]) -> dict[str, list[list[Any]]]:
    starts = []
    for at, row in enumerate(rows):
        marks = [m for v in row if isinstance(v, str) and (m := re.match(r"รหัส (\d{8,10})\b", v))]
        if marks:
            starts.append((at - 1, marks[0][1]))
    ends = [at for at, _ in starts[1:]] + [len(rows)]
    return {school: rows[at:end] for (at, school), end in zip(starts, ends, strict=True)}


def beside(rows: list[list[Any]], label: str, down: int = 1) -> Any:
    """What stands so many rows below a label on a card."""
    for above, below in zip(rows, rows[down:], strict=False):
        for at, value in enumerate(above):
            if isinstance(value, str) and re.match(label, value):
                return below[at]
    raise AssertionError(f"no {label} on the card")
