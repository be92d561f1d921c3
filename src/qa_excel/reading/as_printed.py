"""Sheets on which all stands that was printed there, told by one comparison for each row.

What `altered` found nothing wrong with is kept as an example: which cells it looked at, and what they hold. A sheet
that has the same keys in the same columns and the same in all these cells, wherever rows were inserted, and nothing
beside them that could be taken for one of them, is as printed too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa_excel.files.sheet_facts import WATCHED_COLUMNS
from qa_excel.files.usual import Rows
from qa_excel.form.keys import Form
from qa_excel.form.printed import PrintedSheet, ScoreCell
from qa_excel.reading.finder import BELOW, Finder, folded

_MOST_EXAMPLES = 4
"""Of one sheet; more than one where columns were inserted."""
_MOST_KEPT = 4_096

Places = list[tuple[ScoreCell, tuple[int, int]]]
"""Each cell that shows a score, with its row and column."""


@dataclass(slots=True)
class _Example:
    """`held`: row → column → what was printed there; `last`: the last row of inputs, `first`: the first of keys."""

    form: Form
    held: dict[int, dict[int, Any]]
    scores: Places
    figures: list[tuple[int, int]]
    first: int
    last: int
    headings: frozenset[str]
    labels: tuple[str, ...]
    distinct: dict[str, bool] = field(default_factory=dict)
    """Text → whether it can't be taken for a heading or a label."""

    def match(self, rows: Rows, form: Form) -> Places | None:
        """Where the scores of such a sheet stand; None for one that is not as printed."""
        if form.place[1] != self.form.place[1]:
            return None
        moved: dict[int, int] = {}
        if form.place != self.form.place or form.cells != self.form.cells or not self._holds(rows, moved):
            found = self._moved(rows, form)
            if found is None or not self._holds(rows, found):
                return None
            moved = found
        if any(rows[moved.get(row, row)][column].__class__ is bool for row, column in self.figures):
            return None
        if not self._is_distinct(rows, moved, form.place[0]):
            return None
        return [(score, (moved.get(row, row), column)) for score, (row, column) in self.scores]

    def _holds(self, rows: Rows, moved: Mapping[int, int]) -> bool:
        nothing: dict[int, Any] = {}
        last = moved.get(self.last, self.last) + BELOW
        for row, wanted in self.held.items():
            number = moved.get(row, row)
            if number > last or not wanted.items() <= rows.get(number, nothing).items():
                return False
        return True

    def _moved(self, rows: Rows, form: Form) -> dict[int, int] | None:
        """Where each row stands now, in the same order: those with keys by these, others by what they begin with."""
        if len(form.cells) != len(self.form.cells):
            return None
        moved = {self.form.place[0]: form.place[0]}
        for key, (row, column) in self.form.cells.items():
            number, now = form.cells.get(key, (0, 0))
            if now != column:
                return None
            moved[row] = number
        keyed = set(moved.values())
        begins = {
            (column, value): number
            for number, row in reversed(rows.items())
            if number not in keyed
            for column, value in row.items()
            if value.__class__ is str
        }
        for row, wanted in self.held.items():
            if row not in moved:
                found = next((begins.get(begin) for begin in wanted.items()), None)
                if found is None:
                    return None
                moved[row] = found
        if not self.form.cells:
            moved[self.last] = self.last - self.form.place[0] + form.place[0]
        numbers = [moved[row] for row in sorted(moved)]
        return moved if all(a < b for a, b in pairwise(numbers)) else None

    def _is_distinct(self, rows: Rows, moved: Mapping[int, int], top: int) -> bool:
        """Whether nothing else in the rows of headings and totals can be taken for one of them."""
        if not self.labels and not self.headings:
            return True
        first, last = moved.get(self.first, self.first), moved.get(self.last, self.last)
        printed = {moved.get(row, row): wanted for row, wanted in self.held.items()}
        nothing: dict[int, Any] = {}
        for number, row in rows.items():
            if top < number < first or last < number <= last + BELOW:
                wanted = printed.get(number, nothing)
                for column, value in row.items():
                    if value.__class__ is str and column not in wanted and not self._differs(value):
                        return False
        return True

    def _differs(self, text: str) -> bool:
        if text not in self.distinct:
            if len(self.distinct) >= _MOST_KEPT:
                self.distinct.clear()
            seen = folded(text)
            self.distinct[text] = seen not in self.headings and not seen.startswith(self.labels)
        return self.distinct[text]


_examples: dict[int, tuple[PrintedSheet, deque[_Example]]] = {}
"""By the identity of the printed sheet, which is kept with them."""


def scores_as_printed(printed: PrintedSheet, rows: Rows, form: Form) -> Places | None:
    """Where the scores of a sheet stand on which nothing that was printed has changed; None where that is not known."""
    _, examples = _examples.get(id(printed), (printed, ()))
    return next((places for example in examples if (places := example.match(rows, form)) is not None), None)


def keep_example(finder: Finder) -> None:
    """Keep a sheet with which nothing is wrong as an example."""
    printed = finder.sheet
    places = [*(score.place for score in printed.scores), *(figure.place for figure in printed.figures)]
    if any(inputs.key not in finder.rows for inputs in printed.inputs):
        return
    if any(finder.labelled(place.label) is None for place in places if not place.key):
        return
    held: dict[int, dict[int, Any]] = {}
    for row, column in _looked_at(finder):
        held.setdefault(row, {})[column] = finder.held[row][column]
    figures = [cell for figure in printed.figures if (cell := finder.cell(figure.place))]
    for row, column in figures:
        held.setdefault(row, {})[column] = finder.held[row][column]
    scores = [(score, cell) for score in printed.scores if (cell := finder.cell(score.place))]
    example = _Example(
        finder.form,
        held,
        scores,
        figures,
        min(finder.rows.values(), default=finder.last + 1),
        finder.last,
        frozenset(folded(place.heading) for place in places if place.heading),
        tuple({folded(place.label) for place in places if place.label}),
    )
    _, examples = _examples.setdefault(id(printed), (printed, deque(maxlen=_MOST_EXAMPLES)))
    if example.match(finder.held, finder.form) is not None:
        examples.append(example)


def _looked_at(finder: Finder) -> Iterator[tuple[int, int]]:
    """(row, column) of a cell for each text that `altered` wants to find."""
    sheet, form = finder.sheet, finder.form
    top, first = form.place[0], min((row for row, _ in form.cells.values()), default=0)
    edge = min((column for (key, _), (_, column) in form.cells.items() if key in finder.rows), default=WATCHED_COLUMNS)

    def found(text: str, rows: range, columns: range) -> Iterator[tuple[int, int]]:
        wanted = folded(text)
        cells = (
            (row, column)
            for row, texts in finder.folded.items()
            if row in rows
            for column, held in texts.items()
            if column in columns and held == wanted
        )
        yield next(cells)

    anywhere = range(1, WATCHED_COLUMNS * WATCHED_COLUMNS)
    for inputs in sheet.inputs:
        row = finder.rows[inputs.key]
        for text in filter(None, (inputs.label, inputs.guidance)):
            yield from found(text, range(row, row + 1), anywhere)
    for heading in sheet.headings if form.cells else ():
        yield from found(heading.text, range(top + 1, first), anywhere)
    for above in sheet.above:
        if place := form.cells.get((above.row, above.column)):
            yield from found(above.text, range(top + 1, place[0]), range(place[1], place[1] + 1))
    for printed in sheet.texts:
        yield from found(printed.text, range(1, finder.last + BELOW + 1), range(1, edge))
