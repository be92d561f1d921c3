"""Truth values, which Calc keeps as the numbers 1 and 0: told from numbers by their format or their formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

from com.sun.star.table.CellContentType import FORMULA
from com.sun.star.util.NumberFormat import LOGICAL

from qa_excel_calc.asking import Question

Grid = tuple[tuple[Any, ...], ...]

_QUOTED = re.compile(r'"[^"]*"|' + r"'[^']*'")
_WITHIN = re.compile(r"\([^()]*\)")
_TRUTH = re.compile(r"=(?:TRUE|FALSE|AND|OR|NOT|XOR|EXACT|IS[A-Z]+)")


def is_truth(formula: str) -> bool:
    """True for a formula whose last step compares or asks; a typed TRUE in .xlsx becomes one."""
    outside, before = _QUOTED.sub("", formula), ""
    while outside != before:
        before, outside = outside, _WITHIN.sub("", outside)
    return bool(_TRUTH.fullmatch(outside)) or any(sign in outside[1:] for sign in "<>=")


def with_truths(document: Any, cells: Any, grid: Grid, places: Iterable[tuple[int, int]]) -> Grid:
    """The values of a range with True and False for what is so in the places: (row, column) from 0."""
    found = [(r, c) for r, c in places if grid[r][c] in (0.0, 1.0) and _holds_truth(document, cells, r, c)]
    if not found:
        return grid
    rows = [list(row) for row in grid]
    for row, column in found:
        rows[row][column] = bool(rows[row][column])
    return tuple(map(tuple, rows))


def with_truths_in_blocks(document: Any, question: Question) -> Question:
    """A question whose blocks tell truth values, which Calc hands over as numbers: they are looked up where the
    document gives the same cells the name of that indicator's block."""
    name, arguments = question
    digits = "".join(sign for sign in str(arguments[0]) if sign.isdigit()).lstrip("0")
    named = [place for place in document.NamedRanges.ElementNames if place.endswith(f"IND{digits}")]

    def told(block: Any) -> Any:
        if not isinstance(block, tuple):
            return block
        for place in named:
            cells = document.NamedRanges.getByName(place).getReferredCells()
            if cells is not None and cells.getDataArray() == block:
                return with_truths(document, cells, block, product(range(len(block)), range(len(block[0]))))
        return block

    return name, tuple(map(told, arguments))


def _holds_truth(document: Any, cells: Any, row: int, column: int) -> bool:
    cell = cells.getCellByPosition(column, row)
    if cell.getType() == FORMULA:
        return is_truth(cell.getFormula())
    return bool(document.NumberFormats.getByKey(cell.NumberFormat).Type & LOGICAL)
