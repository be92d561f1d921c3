"""Finding inputs in a sheet by their keys, wherever rows and columns have moved. Standard library only.

A sheet is a grid: rows of values from A1 on, as any reader gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_excel.files.marks import KEY_PREFIX
from qa_excel.form.layout import COLUMNS_MARK, SheetKey, parse_sheet_key

KEY_AREA = 20
"""A sheet's own key is looked for in so many first rows and columns."""

Grid = Sequence[Sequence[Any]]
Rows = Mapping[int, Mapping[int, Any]]
"""Number of a row → number of a column → value, in the order of the sheet; empty cells may be left out."""


@dataclass(slots=True)
class Form:
    """A sheet of ours: its key, where each keyed cell is (row, column from 1), keys met twice, and where its own is."""

    key: SheetKey
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    repeated: list[tuple[str, str, int, int]] = field(default_factory=list)
    place: tuple[int, int] = (1, 1)


def read_form(grid: Grid) -> Form | None:
    """The form in a grid; None where it holds no key of ours."""
    return form_of({number: dict(enumerate(row, start=1)) for number, row in enumerate(grid, start=1)})


def form_of(rows: Rows) -> Form | None:
    """The form in the rows of a sheet; None where they hold no key of ours."""
    found = _sheet_key(rows)
    if found is None:
        return None
    key, top, left = found
    form = Form(key, place=(top, left))
    for cell, row, column in _keyed_cells(rows, top, left):
        if cell in form.cells:
            form.repeated.append((*cell, row, column))
        else:
            form.cells[cell] = (row, column)
    return form


def read_block(grid: Grid) -> dict[tuple[str, str], tuple[int, int]]:
    """The keyed cells of a block that was cut out of a form; its keys stand in its first column."""
    rows = {number: dict(enumerate(row, start=1)) for number, row in enumerate(grid, start=1)}
    return {cell: (row, column) for cell, row, column in _keyed_cells(rows, 0, 1)}


def _keyed_cells(rows: Rows, top: int, left: int) -> Iterator[tuple[tuple[str, str], int, int]]:
    """((row key, column key), row, column) of each cell below a row that has both keys; left: the column of keys."""
    columns: dict[int, str] = {}
    for number, row in rows.items():
        if number <= top or left not in row:
            continue
        name = _text(row[left])
        if name == COLUMNS_MARK:
            columns = {c: text for c, value in row.items() if c > left and (text := _text(value))}
        elif name:
            for c, column in columns.items():
                yield (name, column), number, c


def _sheet_key(rows: Rows) -> tuple[SheetKey, int, int] | None:
    """(key, row, column) of the first key in the first rows and columns."""
    for number, row in rows.items():
        if number > KEY_AREA:
            break
        for column, value in row.items():
            if column <= KEY_AREA and isinstance(value, str) and value.strip().startswith(KEY_PREFIX):
                key = parse_sheet_key(value.strip())
                if key:
                    return key, number, column
    return None


def _text(value: Any) -> str:
    """A key as text; a program may have saved `1.1` or `2` as a number."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else ""
