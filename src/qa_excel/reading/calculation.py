"""The sheet on which a workbook works out its own score: where its figures stand, and what was changed on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.calculation import FIGURE, RAW, score_key, workings_of
from qa_excel.form.layout import CALCULATION, TITLES, Layout
from qa_excel.form.printed import Call, printed_form
from qa_excel.form.shapes import mark
from qa_excel.problems import Problem
from qa_excel.reading.finder import number_in
from qa_excel.reading.grids import Workbook
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

_REFERENCE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')*'|[^'!]+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})", re.I)
TOLERANCE = 0.005
"""Scores are shown with two decimals."""
LOST = "#REF!"
"""What a reference becomes whose sheet was deleted."""


class Calculation:
    """The sheet as it came back, by what its version printed there."""

    def __init__(self, workbook: Workbook, layout: Layout):
        self.workbook = workbook
        self.layout = layout
        versions = {form.key.version for form in workbook.forms.values()}
        printed = [printed_form(layout.rubric, layout.area, version).get(CALCULATION) for version in sorted(versions)]
        self.workings = next((each.workings for each in printed if each), ())
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
        found = _REFERENCE.fullmatch(text.strip())
        title = found["sheet"].strip("'").replace("''", "'") if found and found["sheet"] else ""
        if self.title is None:  # deleted, which is told once
            return bool(self.workings) and (text.strip().endswith(LOST) or title == TITLES[CALCULATION])
        row = self.rows.get(score_key(call))
        if not found or row is None or not title:
            return False
        column = column_letters(self.left + FIGURE - 1)
        return (title.casefold(), found["column"].upper(), int(found["row"])) == (self.title.casefold(), column, row)

    def problems(self, recomputed: Callable[[Call], Decimal | None]) -> Iterator[Problem]:
        """The sheet is gone; or some of its cells have another formula, or show another score than the recomputed."""
        if not self.workings:
            return
        if self.title is None:
            title = next(iter(self.workbook.forms))
            params = {"sheet_title": TITLES[CALCULATION]}
            yield Problem("structure.calculation_missing", self.workbook.heading(title), params=params)
            return
        formulas = self.workbook.package.facts(self.title).formulas
        altered = []
        calls = {score_key(call): call for call in self._calls()}
        for key, marks in self.workings:
            row = self.rows.get(key, 0)
            for column, wanted in enumerate(marks, start=self.left + RAW - 1):
                text, shown = formulas.get(f"{column_letters(column)}{row}", (None, ""))
                # The formula of a row that was copied stands in its first cell alone.
                changed = text is None or (text and mark(text) != wanted)
                if column == self.left + FIGURE - 1 and not changed and key in calls:
                    changed = not _agree(shown, recomputed(calls[key]))
                if changed:
                    altered.append((row or 1, column))
        if altered:
            row, column = altered[0]
            many = len(altered)
            count = Text(f"{many} แห่ง", counted(many, "place"))
            source = self.workbook.source(self.title, row, column)
            yield Problem("structure.calculation_altered", source, params={"count": count})

    def _calls(self) -> Iterator[Call]:
        """The functions whose scores have a row on the sheet."""
        return (call for call in workings_of(self.layout.rubric, self.layout.area).scores if call[0].isupper())


def _agree(shown: str, score: Decimal | None) -> bool:
    """Whether a saved figure is the score; an error or no figure says nothing."""
    number = number_in(shown)
    return number is None or score is None or abs(number - float(score)) <= TOLERANCE
