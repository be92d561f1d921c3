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

BELOW = 100
"""What a form holds below its last key, and a sheet without keys below its headings, stands within so many rows."""
folded = lru_cache(maxsize=4096)(fold)
"""The texts of a form are the same in every school's file."""


class Finder:
    """Where the cells of a fresh form are in a filled one, whatever rows and columns were inserted."""

    def __init__(self, workbook: Workbook, sheet: PrintedSheet, title: str):
        self.workbook, self.sheet, self.title = workbook, sheet, title
        self.form, self.held = workbook.forms[title], workbook.sheets[title]
        self.facts = workbook.package.facts(title)
        self.labels: dict[str, int | None] = {}
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
        row = self.rows.get(place.key) if place.key else self.labelled(place.label) or place.row + self.below
        if row is None:
            return None
        return row, self._headed(place.heading) or place.column + self.beside

    def value(self, row: int, column: int) -> Any:
        """What stands in a cell; None for an empty one."""
        return self.held.get(row, {}).get(column)

    def source(self, row: int, column: int) -> Source:
        return self.workbook.source(self.title, row, column)

    def texts(self) -> dict[str, int]:
        """Each protected text, folded → its row. What a school types stands in columns of inputs, and is left out."""
        inputs = [column for (key, _), (_, column) in self.form.cells.items() if key in self.rows]
        edge = min(inputs, default=WATCHED_COLUMNS)
        held: dict[str, int] = {}
        for number, row in self.folded.items():
            if number > self.last + BELOW:
                break
            for column, text in row.items():
                if column < edge:
                    held.setdefault(text, number)
        return held

    def labelled(self, label: str) -> int | None:
        """The first row below the last key (of a sheet without keys: below its headings) that begins with a label."""
        if label not in self.labels:
            self.labels[label] = self._labelled(label)
        return self.labels[label]

    def _labelled(self, label: str) -> int | None:
        wanted = folded(label)
        for number, row in self.below_last.items():
            if wanted and any(text.startswith(wanted) for text in row.values()):
                return number
        return None

    @cached_property
    def folded(self) -> dict[int, dict[int, str]]:
        """Row → column → folded text."""
        return {
            number: {column: folded(value) for column, value in row.items() if isinstance(value, str)}
            for number, row in self.held.items()
        }

    @cached_property
    def below_last(self) -> dict[int, dict[int, str]]:
        """The rows of texts below the last key."""
        first, last = self.last + 1, self.last + BELOW
        return {number: row for number, row in self.folded.items() if first <= number <= last}

    def _headed(self, heading: str) -> int | None:
        """The one column below a heading."""
        found = self.headings.get(folded(heading), ())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def headings(self) -> dict[str, set[int]]:
        """Each text above the first input, folded → its columns."""
        found: dict[str, set[int]] = {}
        first = min(self.rows.values(), default=self.last + 1)
        for number, row in self.folded.items():
            if self.top < number < first:
                for column, text in row.items():
                    found.setdefault(text, set()).add(column)
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
