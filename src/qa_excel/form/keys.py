"""Finding inputs in a sheet by their keys, wherever rows and columns have moved. Standard library only.

A sheet is a grid: rows of values from A1 on, as any reader gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_excel.files.marks import KEY_PREFIX
from qa_excel.form.layout import COLUMNS_MARK, SheetKey, parse_sheet_key

KEY_AREA = 20
"""A sheet's own key is looked for in so many first rows and columns."""

Grid = Sequence[Sequence[Any]]


@dataclass(slots=True)
class Form:
    """A sheet of ours: its key, where each keyed cell is (row, column from 1), keys met twice, and where its own is."""

    key: SheetKey
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    repeated: list[tuple[str, str, int, int]] = field(default_factory=list)
    place: tuple[int, int] = (1, 1)


def read_form(grid: Grid) -> Form | None:
    """The form in a grid; None where it holds no key of ours."""
    found = _sheet_key(grid)
    if found is None:
        return None
    key, top, left = found
    form = Form(key, place=(top + 1, left + 1))
    for cell, row, column in _keyed_cells(grid, top + 1, left):
        if cell in form.cells:
            form.repeated.append((*cell, row, column))
        else:
            form.cells[cell] = (row, column)
    return form


def read_block(grid: Grid) -> dict[tuple[str, str], tuple[int, int]]:
    """The keyed cells of a block that was cut out of a form; its keys stand in its first column."""
    return {cell: (row, column) for cell, row, column in _keyed_cells(grid, 0, 0)}


def _keyed_cells(grid: Grid, top: int, left: int) -> Iterator[tuple[tuple[str, str], int, int]]:
    """((row key, column key), row, column from 1) of each cell that has both keys."""
    columns: dict[int, str] = {}
    for r in range(top, len(grid)):
        row = grid[r]
        name = _text(row[left]) if left < len(row) else ""
        if name == COLUMNS_MARK:
            columns = {c: text for c in range(left + 1, len(row)) if (text := _text(row[c]))}
        elif name:
            for c, column in columns.items():
                yield (name, column), r + 1, c + 1


def _sheet_key(grid: Grid) -> tuple[SheetKey, int, int] | None:
    for r, row in enumerate(grid[:KEY_AREA]):
        for c, value in enumerate(row[:KEY_AREA]):
            if isinstance(value, str) and value.strip().startswith(KEY_PREFIX):
                key = parse_sheet_key(value.strip())
                if key:
                    return key, r, c
    return None


def _text(value: Any) -> str:
    """A key as text; a program may have saved `1.1` or `2` as a number."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else ""
