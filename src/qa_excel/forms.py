"""Finding inputs in a sheet by their keys, wherever rows and columns have moved. Standard library only.

A sheet is a grid: rows of values from A1 on, as any reader gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_excel.layout import COLUMNS_MARK, KEY_PREFIX, SheetKey, parse_sheet_key

KEY_AREA = 20
"""A sheet's own key is looked for in so many first rows and columns."""

Grid = Sequence[Sequence[Any]]


@dataclass(slots=True)
class Form:
    """A sheet of ours: its key, where each keyed cell is (row, column from 1), and keys met twice."""

    key: SheetKey
    cells: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    repeated: list[tuple[str, str, int, int]] = field(default_factory=list)


def read_form(grid: Grid) -> Form | None:
    """The form in a grid; None where it holds no key of ours."""
    found = _sheet_key(grid)
    if found is None:
        return None
    key, top, left = found
    form = Form(key)
    columns: dict[int, str] = {}
    for r in range(top + 1, len(grid)):
        row = grid[r]
        name = _text(row[left]) if left < len(row) else ""
        if name == COLUMNS_MARK:
            columns = {c: text for c in range(left + 1, len(row)) if (text := _text(row[c]))}
        elif name:
            for c, column in columns.items():
                if (name, column) in form.cells:
                    form.repeated.append((name, column, r + 1, c + 1))
                else:
                    form.cells[name, column] = (r + 1, c + 1)
    return form


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
