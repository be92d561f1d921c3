"""Values of the tidy tables as cells of a CSV, and cells as values.

A text that a spreadsheet program would take for a formula is written with an apostrophe before it. Reading
takes exactly that one away, so that every text comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from math import isfinite
from typing import Any

import pandas as pd

from qa_excel.district.data.dictionary import DataField
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile("'" + _FORMULA.pattern)
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TEXTS = ("string", "date")
"""The types whose values are texts in a frame."""

_WHOLE = 1e15
"""Below it a whole number is written without a point; it is also as far as a float counts every one."""
_SHOWN = 40
"""Signs of a cell that a message shows."""


class TableError(Said):
    """A table that is not as it was written; `text` says why, in Thai and English.

    row: as a spreadsheet program counts, where one row is to blame, and then `column` its field.
    """

    def __init__(self, table: str, text: Text, row: int | None = None, column: str = ""):
        super().__init__(text)
        self.table = table
        self.row = row
        self.column = column


def shown(value: Any) -> str:
    """What a file says, fit for a message: one line, not too long."""
    line = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return f"“{line[:_SHOWN]}…”" if len(line) > _SHOWN else f"“{line}”"


def escaped(text: str) -> str:
    """The text as a cell: nothing that a spreadsheet program would calculate."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def storable(text: str) -> str:
    """The text with U+FFFD for what UTF-8 can't hold (half of a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


# --- Writing ---


def cells_of(field: DataField, column: pd.Series) -> list[str]:
    """The cells of a column; empty where there is no value."""
    write = _WRITERS.get(field.type, _text_cell)
    if field.type in TEXTS:
        texts, codes = distinct(column)
        cells = list(map(write, texts))
        return [cells[code] for code in codes]
    values = column.astype(object).where(column.notna(), None).tolist()
    known = {value: "" if value is None else write(value) for value in set(values)}
    return [known[value] for value in values]


def distinct(column: pd.Series) -> tuple[list[str], list[int]]:
    """The texts of a column, each once, and which of them each row has."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories), column.cat.codes.tolist()
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in column]
    return list(known), codes


def _text_cell(text: str) -> str:
    return escaped(storable(text))


def _number_cell(number: float) -> str:
    number = float(number)
    return str(int(number)) if number.is_integer() and abs(number) < _WHOLE else repr(number)


_WRITERS: dict[str, Callable[[Any], str]] = {
    "integer": str,
    "number": _number_cell,
    "boolean": lambda value: "true" if value else "false",
}


# --- Reading ---


def values_of(field: DataField, cells: Sequence[str], known: dict[str, Any]) -> list[Any]:
    """The values of cells; None (of texts and dates "") where a cell is empty.

    known: what each cell read so far means, so that equal texts are kept once.
    Raises ValueError whose only argument is the first cell of another type.
    """
    read = _READERS.get(field.type, unescaped)
    empty = "" if field.type in TEXTS else None
    for cell in dict.fromkeys(cells):
        if cell not in known:
            known[cell] = _value(read, cell) if cell else empty
    return [known[cell] for cell in cells]


def _value(read: Callable[[str], Any], cell: str) -> Any:
    try:
        return read(cell)
    except ValueError:
        raise ValueError(cell) from None


def _integer(cell: str) -> int:
    if not _INTEGER.fullmatch(cell):
        raise ValueError
    return int(cell)


def _number(cell: str) -> float:
    if not _NUMBER.fullmatch(cell) or not isfinite(number := float(cell)):
        raise ValueError
    return number


def _boolean(cell: str) -> bool:
    """In any case, since Excel saves TRUE and FALSE."""
    try:
        return {"true": True, "false": False}[cell.lower()]
    except KeyError:
        raise ValueError from None


def _date(cell: str) -> str:
    if not _DATE.fullmatch(cell):
        raise ValueError
    return date.fromisoformat(cell).isoformat()


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}
