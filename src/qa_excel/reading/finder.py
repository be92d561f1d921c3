"""Where the cells of a fresh form are in a filled one, whatever rows and columns were inserted."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any

from qa_excel.files.sheet_facts import WATCHED_COLUMNS
from qa_excel.form.layout import HEADER_ROW
from qa_excel.form.printed import Place, PrintedSheet
from qa_excel.problems import Source
from qa_excel.reading.grids import Workbook
from qa_excel.thai.folding import fold

_BELOW = 100
"""What a form holds below its last key, and a sheet without keys below its headings, stands within so many rows."""
folded = lru_cache(maxsize=4096)(fold)
"""The texts of a form are the same in every school's file."""


class Finder:
    """Where the cells of a fresh form are in a filled one, whatever rows and columns were inserted."""

    def __init__(self, workbook: Workbook, sheet: PrintedSheet, title: str):
        self.workbook, self.sheet, self.title = workbook, sheet, title
        self.form, self.grid = workbook.forms[title], workbook.grids[title]
        self.facts = workbook.package.facts(title)
        keys = {inputs.key: inputs.row for inputs in sheet.inputs}
        # Of rows with the same key it is the first that counts.
        self.rows = {key: row for (key, _), (row, _) in reversed(self.form.cells.items()) if key in keys}
        self.top, self.left = self.form.place[0] - 1, self.form.place[1] - 1
        self.last = max(self.rows.values(), default=HEADER_ROW + self.top)
        self.below = self.last - keys[max(self.rows, key=lambda key: self.rows[key])] if self.rows else self.top
        anchor, column = sheet.anchor or ("", 0)
        found = next((c for (key, name), (_, c) in self.form.cells.items() if name == anchor and key in keys), None)
        self.beside = found - column if found else self.left

    def cell(self, place: Place) -> tuple[int, int] | None:
        """(row, column) of a cell; None where the key of its row is not there, which is reported as such."""
        row = self.rows.get(place.key) if place.key else self._labelled(place.label) or place.row + self.below
        if row is None:
            return None
        return row, self._headed(place.heading) or place.column + self.beside

    def value(self, row: int, column: int) -> Any:
        """What stands in a cell; None beyond the last one."""
        inside = row <= len(self.grid) and column <= len(self.grid[0])
        return self.grid[row - 1][column - 1] if inside else None

    def source(self, row: int, column: int) -> Source:
        return self.workbook.source(self.title, row, column)

    def texts(self) -> dict[str, int]:
        """Each protected text, folded → its row. What a school types stands in columns of inputs, and is left out."""
        inputs = [column for (key, _), (_, column) in self.form.cells.items() if key in self.rows]
        edge = min(inputs, default=WATCHED_COLUMNS)
        held: dict[str, int] = {}
        for number, row in enumerate(self.grid[: self.last + _BELOW], start=1):
            for value in row[: edge - 1]:
                if isinstance(value, str) and value:
                    held.setdefault(folded(value), number)
        return held

    def _labelled(self, label: str) -> int | None:
        """The first row below the last key (of a sheet without keys: below its headings) that begins with a label."""
        wanted = folded(label)
        for number, row in enumerate(self.grid[self.last : self.last + _BELOW], start=self.last + 1):
            if wanted and any(isinstance(value, str) and folded(value).startswith(wanted) for value in row):
                return number
        return None

    def _headed(self, heading: str) -> int | None:
        """The one column below a heading."""
        found = self.headings.get(folded(heading), ())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def headings(self) -> dict[str, set[int]]:
        """Each text above the first input, folded → its columns."""
        found: dict[str, set[int]] = {}
        for row in self.grid[self.top : min(self.rows.values(), default=self.last + 1) - 1]:
            for column, value in enumerate(row, start=1):
                if isinstance(value, str) and value:
                    found.setdefault(folded(value), set()).add(column)
        return found


def number_in(value: Any) -> float | None:
    """A finite number, typed as such or as a text."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
