"""The sheets of a workbook as grids of values, read by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from qa_excel.form.documents import canonical
from qa_excel.form.keys import Form, Grid, read_form
from qa_excel.form.layout import COVER, YEAR
from qa_excel.kinds.inputs import Path
from qa_excel.rubric.building import load_rubrics
from qa_excel.rubric.inputs import fields
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.typed import ErrorCell

VALUE, NOT_AVAILABLE, NUMBER, REFERENCE = "#VALUE!", "#N/A", "#NUM!", "#REF!"
ERRORS = (VALUE, NOT_AVAILABLE, NUMBER, REFERENCE)


class CellError(Exception):
    """What a cell shows instead of a figure.

    `#VALUE!` an unknown code, or text where a number belongs; `#N/A` a known code that this workbook does not
    hold; `#NUM!` a figure that can't be right; `#REF!` a workbook that is not ours.
    """

    def __init__(self, error: str):
        super().__init__(error)
        self.error = error


@cache
def shipped_rubrics() -> tuple[Rubric, ...]:
    """The program's own rubrics, looked for once."""
    return tuple(load_rubrics())


class Later(Mapping[str, Grid]):
    """Grids that are read when the first is asked for: a cell that hands over its block needs them seldom."""

    def __init__(self, read: Callable[[], Mapping[str, Grid]]):
        self._read = cache(read)

    def __getitem__(self, title: str) -> Grid:
        return self._read()[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


@dataclass(slots=True)
class Sheets:
    """A workbook as grids of values (title → rows from A1 on), scored once however many cells ask."""

    grids: Mapping[str, Grid]
    rubrics: Sequence[Rubric] = ()
    _cards: dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]] | None = field(default=None)
    _positions: dict[tuple[str, int | None, Path], tuple[int, int]] = field(default_factory=dict)

    @property
    def cards(self) -> dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]]:
        """(rubric id, area) → (rubric, submission, scorecard) of each template in the workbook."""
        if self._cards is None:
            self._cards = self._score()
        return self._cards

    def _score(self) -> dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]]:
        forms: dict[tuple[str, int | None], list[tuple[int, Form, Grid]]] = {}
        for number, grid in enumerate(self.grids.values()):
            form = read_form(grid)
            if form:
                forms.setdefault((form.key.rubric, form.key.area), []).append((number, form, grid))
        known = {rubric.id: rubric for rubric in self.rubrics or shipped_rubrics()}
        cards = {}
        for (name, area), found in forms.items():
            rubric = known.get(name)
            if rubric is None or area not in rubric.workbooks:
                continue
            if any(form.key.version not in (rubric.version, *rubric.accepts) for _, form, _ in found):
                continue
            typed: dict[Path, Any] = {}
            for number, form, grid in found:
                # A form repeats the cover's year beside its tables, under the same keys.
                own = {at: cell for at, cell in form.cells.items() if form.key.sheet == COVER or at != YEAR}
                typed = {**typed_answer(rubric, area, own, grid), **typed}
                for given in fields(rubric, area):
                    at = own.get((given.row, given.column))
                    if at and not given.optional:
                        self._positions.setdefault((name, area, given.path), (number, at[0] * POSITION + at[1]))
            submission = canonical(rubric, area, typed)
            cards[name, area] = (rubric, submission, score(submission, rubric))
        return cards

    def positions(self) -> dict[tuple[str, int | None, Path], tuple[int, int]]:
        """(rubric id, area, path of input) → (number of the sheet from 0, position) of each cell that is read."""
        return self._positions if self.cards else {}

    def empty(self) -> Iterator[tuple[int, int]]:
        """(number of the sheet, position) of each input that counts as missing; of a blank table its first cell."""
        for (name, area), (_, _, card) in self.cards.items():
            for path in card.missing:
                found = [
                    at for (*of, known), at in self._positions.items() if of == [name, area] and _inside(known, path)
                ]
                if found:
                    yield min(found)

    def card(self, family: str) -> list[tuple[Rubric, dict[str, Any], Scorecard]]:
        """The scorecards of one family of rubrics. Raises CellError where the workbook is not ours."""
        if not self.cards:
            raise CellError(REFERENCE)
        return [held for held in self.cards.values() if held[0].family == family]


def _inside(known: Path, path: Path) -> bool:
    return known[: len(path)] == path


def typed_answer(
    rubric: Rubric, area: int | None, cells: Mapping[tuple[str, str], tuple[int, int]], grid: Grid
) -> dict[Path, Any]:
    """Path of input → what stands in its cell, for the cells of one sheet."""
    typed = {}
    for given in fields(rubric, area):
        at = cells.get((given.row, given.column))
        if at:
            value = grid[at[0] - 1][at[1] - 1]
            typed[given.path] = ErrorCell(value) if isinstance(value, str) and value in EXCEL_ERRORS else value
    return typed


EXCEL_ERRORS = frozenset(
    ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"]
)
POSITION = 1024
"""A cell as one number: row × POSITION + column."""
