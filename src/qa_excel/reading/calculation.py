"""The sheet on which a workbook works out its own score: where its figures stand, and what was changed on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.calculation import FIGURE, RAW, score_key
from qa_excel.form.layout import CALCULATION, TITLES, Layout
from qa_excel.form.printed import Call, PrintedForm
from qa_excel.form.shapes import mark
from qa_excel.problems import Problem
from qa_excel.reading.grids import Workbook

_REFERENCE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')*'|[^'!]+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})", re.I)
LOST = "#REF!"
"""What a reference becomes whose sheet was deleted."""


class Calculation:
    """The sheet as it came back; without one, nothing is found on it."""

    def __init__(self, workbook: Workbook, layout: Layout):
        self.workbook = workbook
        wanted = (layout.rubric.id, layout.area, CALCULATION)
        keys = {t: (form.key.rubric, form.key.area, form.key.sheet) for t, form in workbook.forms.items()}
        self.title = next((title for title, key in keys.items() if key == wanted), None)
        self.left = workbook.forms[self.title].place[1] if self.title else 1
        self.rows: dict[str, int] = {}
        for number, row in enumerate(workbook.grids[self.title] if self.title else (), start=1):
            key = row[self.left - 1] if self.left <= len(row) else None
            if isinstance(key, str) and key:
                self.rows.setdefault(key, number)

    def refers(self, text: str, call: Call) -> bool:
        """Whether a reference is to the figure of this very score."""
        if self.title is None:
            return text.strip().rpartition("!")[2] == LOST or _REFERENCE.fullmatch(text.strip()) is not None
        found = _REFERENCE.fullmatch(text.strip())
        row = self.rows.get(score_key(call))
        if not found or row is None or not found["sheet"]:
            return False
        title = found["sheet"].strip("'").replace("''", "'")
        column = column_letters(self.left + FIGURE - 1)
        return (title.casefold(), found["column"].upper(), int(found["row"])) == (self.title.casefold(), column, row)

    def problems(self, printed: PrintedForm) -> Iterator[Problem]:
        """The sheet is gone, or one of its cells is not what this version holds there."""
        workings = printed[CALCULATION].workings if CALCULATION in printed else ()
        if not workings:
            return
        if self.title is None:
            title = next(iter(self.workbook.forms))
            params = {"sheet_title": TITLES[CALCULATION]}
            yield Problem("structure.calculation_missing", self.workbook.heading(title), params=params)
            return
        formulas = self.workbook.package.facts(self.title).formulas
        altered = []
        for key, marks in workings:
            row = self.rows.get(key, 0)
            for column, wanted in enumerate(marks, start=self.left + RAW - 1):
                text, _ = formulas.get(f"{column_letters(column)}{row}", (None, ""))
                # The formula of a row that was copied stands in its first cell alone.
                if text is None or (text and mark(text) != wanted):
                    altered.append((row or 1, column))
        if altered:
            row, column = altered[0]
            params = {"count": len(altered)}
            yield Problem("structure.calculation_altered", self.workbook.source(self.title, row, column), params=params)


def is_calculation(workbook: Workbook, title: str) -> bool:
    """Whether a sheet is a workbook's own calculation."""
    form = workbook.forms.get(title)
    return form is not None and form.key.sheet == CALCULATION


def figure(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
