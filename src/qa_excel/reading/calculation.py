"""The sheet on which a workbook works out its own score: where its figures stand, and what was changed on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from string import digits

from qa_excel.files.sheet_facts import column_letters, column_number
from qa_excel.form.calculation import NUMBER, RAW, STATE, TOLERANCE, score_key, workings_of
from qa_excel.form.layout import CALCULATION, KEY_COLUMN, TITLES, Layout
from qa_excel.form.printed import Call, printed_form
from qa_excel.form.shapes import mark
from qa_excel.problems import Problem
from qa_excel.reading.finder import number_in
from qa_excel.reading.grids import Workbook
from qa_excel.rubric.model import Rubric
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

_REFERENCE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')*'|[^'!]+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})", re.I)
_LOST = re.compile(r"#REF!(?:[.!]?\$?[A-Z]{1,3}\$?[0-9]{1,7})?", re.IGNORECASE)
"""What a reference becomes whose sheet was deleted."""
_COLUMNS = (RAW, STATE, NUMBER)


class Calculation:
    """The sheet as it came back, by what its version printed there."""

    def __init__(self, workbook: Workbook, layout: Layout):
        self.workbook = workbook
        self.layout = layout
        printed = printed_form(layout.rubric, layout.area, workbook.version(layout)).get(CALCULATION)
        self.workings = printed.workings if printed else ()
        self.title = next(iter(workbook.titles(layout, CALCULATION)), None)
        self.formulas = workbook.package.facts(self.title).formulas if self.title else {}
        self.rows: dict[str, int] = {}
        key_column = workbook.forms[self.title].place[1] if self.title else KEY_COLUMN
        for number, row in (workbook.sheets[self.title] if self.title else {}).items():
            key = row.get(key_column)
            if isinstance(key, str) and key:
                self.rows.setdefault(key, number)
        held = sorted(map(column_number, {address.rstrip(digits) for address in self.formulas}))
        fresh = [key_column - KEY_COLUMN + column for column in _COLUMNS]
        self.columns = held if len(held) == len(fresh) else fresh  # wherever columns were inserted

    def refers(self, text: str, call: Call) -> bool:
        """Whether a reference is to the figure of this very score."""
        title, place = _reference(text)
        if title.startswith("["):
            return bool(self.workings)  # of another file, from which the whole sheet came: told once
        if self.title is None:  # deleted, told once as well
            gone = title and title not in map(str.casefold, self.workbook.sheets)
            return bool(self.workings and (gone or _LOST.fullmatch(text)))
        # A program that follows no references may have renamed the tab.
        left = title == TITLES[CALCULATION] and title not in self.workbook.sheets
        if place is None or not (left or title == self.title.casefold()):
            return False
        return place == (self.columns[0], self.rows.get(score_key(call)))

    def problems(self, recomputed: Callable[[Call], Decimal | None]) -> Iterator[Problem]:
        """The sheet is gone; or some of its cells have another formula, or show another score than the recomputed."""
        if not self.workings:
            return
        if self.title is None:
            params = {"sheet_title": TITLES[CALCULATION]}
            source = self.workbook.heading(self.workbook.first)
            yield Problem("structure.calculation_missing", source, params=params)
            return
        altered = []
        letters = [column_letters(column) for column in self.columns]
        calls = _calls(self.layout.rubric, self.layout.area)
        for key, marks in self.workings:
            row = self.rows.get(key, 0)
            for n, wanted in enumerate(marks[: len(letters)]):
                text, shown = self.formulas.get(f"{letters[n]}{row}", (None, ""))
                # The formula of a row that was copied stands in its first cell alone.
                changed = text is None or (text and mark(text) != wanted)
                if n == 0 and not changed and key in calls:
                    changed = not _agree(shown, recomputed(calls[key]))
                if changed:
                    altered.append((row or 1, self.columns[n]))
        if altered:
            row, column = altered[0]
            many = len(altered)
            count = Text(f"{many} แห่ง", counted(many, "place"))
            source = self.workbook.source(self.title, row, column)
            yield Problem("structure.calculation_altered", source, params={"count": count})


@cache
def _calls(rubric: Rubric, area: int | None) -> dict[str, Call]:
    """The functions and totals whose scores have a row on the sheet, by the key of that row."""
    return {score_key(call): call for call in workings_of(rubric, area).scores if not call[0].islower()}


@lru_cache(maxsize=8192)
def _reference(text: str) -> tuple[str, tuple[int, int] | None]:
    """(title of the sheet, in small letters; column and row) that a reference leads to; no place where it is none."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return "", None
    title = (found["sheet"] or "").removeprefix("'").removesuffix("'").replace("''", "'").casefold()
    return title, (column_number(found["column"]), int(found["row"]))


def _agree(shown: str, score: Decimal | None) -> bool:
    """Whether a saved figure is the score; an error or no figure says nothing."""
    number = number_in(shown)
    return number is None or score is None or abs(number - float(score)) <= TOLERANCE
