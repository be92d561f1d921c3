"""Where the cells of a fresh form are in a filled one: what its totals and its summary are called, and how a cell is
found whatever rows and columns were inserted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from qa_excel.layout import COVER, FIRST_INPUT, HEADER_ROW, Layout, Sheet
from qa_excel.normalise import fold
from qa_excel.opened import Workbook
from qa_excel.problems import Source
from qa_excel.rubric import Text
from qa_excel.sheetxml import WATCHED_COLUMNS

_BELOW = 100
"""What a form holds below its last key, and a sheet without keys below its headings, stands within so many rows."""
TOTALS = (
    ("ONESQA_GROSS", Text("คะแนนก่อนลด", "points before deduction")),
    ("ONESQA_DEDUCTION", Text("คะแนนที่ถูกลด", "deduction")),
    ("ONESQA_SCORE", Text("คะแนนสุทธิ", "net points")),
)
PROGRESS = "ความก้าวหน้า (ร้อยละของขั้นตอนที่ดำเนินการแล้วและมีจำนวนครบ)"
SUMMARY_HEADINGS = {
    "indicators": ("ตบช.", "ตัวบ่งชี้", "คะแนนเต็ม", "ก่อนลด", "ถูกลด", "คะแนนสุทธิ", "ช่องที่ยังไม่ได้กรอก"),
    "traces": ("ที่", "กระบวนการ", "ขั้นตอนทั้งหมด", "ระบุว่าดำเนินการแล้ว", "ความก้าวหน้า (ร้อยละ)", "ช่องที่ยังไม่ได้กรอก"),
}

folded = lru_cache(maxsize=4096)(fold)
"""The texts of a form are the same in every school's file."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a fresh form. In a filled one it is found by its row's key or by what the row begins with, and by
    what stands above its column."""

    row: int
    column: int
    key: str = ""
    label: str = ""
    heading: str = ""


class Finder:
    """Where the cells of a fresh form are in a filled one, whatever rows and columns were inserted."""

    def __init__(self, workbook: Workbook, sheet: Sheet, title: str):
        self.workbook, self.sheet, self.title = workbook, sheet, title
        self.form, self.grid = workbook.forms[title], workbook.grids[title]
        self.facts = workbook.package.facts(title)
        keys = {row.key: row.number for row in sheet.rows if row.fields}
        # Of rows with the same key it is the first that counts.
        self.rows = {key: row for (key, _), (row, _) in reversed(self.form.cells.items()) if key in keys}
        self.top, self.left = self.form.place[0] - 1, self.form.place[1] - 1
        self.last = max(self.rows.values(), default=HEADER_ROW + self.top)
        self.below = self.last - keys[max(self.rows, key=self.rows.get)] if self.rows else self.top
        anchor = "evidence" if sheet.indicator else "status"
        column = sheet.text_columns["evidence"] if sheet.indicator else FIRST_INPUT
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


def forms_of(layout: Layout) -> list[Sheet]:
    """The sheets that a summary has a row of."""
    return [form for form in layout.forms if form.id != COVER]


def summary_label(form: Sheet) -> str:
    return form.indicator.name.th if form.indicator else form.process.short.th


def total_label(layout: Layout) -> str:
    return f"รวมด้านที่ {layout.area}" if layout.area else "รวมทุกกระบวนการ"


def first_total(sheet: Sheet) -> int:
    """The row of an indicator's first total in a fresh form."""
    return sheet.block[2] + (1 if sheet.indicator.conditions else 2)


def number_in(value: Any) -> float | None:
    """A finite number, typed as such or as a text."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
