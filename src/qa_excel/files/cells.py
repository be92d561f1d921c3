"""Cells written into a sheet's own XML, which is cut at them once and put together again for each workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar
from xml.sax.saxutils import escape

from qa_excel.files.editing import Element, Part

Span = tuple[int, int]
Key = TypeVar("Key")

_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would take for an escaped character, in a text that means itself."""
_DAY_ZERO = date(1899, 12, 30)


class CellError(StrEnum):
    """An error as a formula's value: `CellError("#NUM!")`."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"


FormulaValue = bool | int | float | Decimal | CellError | str


class Cut(Generic[Key]):
    """XML cut at spans, each of them known by a key."""

    def __init__(self, xml: bytes, spans: Mapping[Key, Span]):
        self._pieces: list[bytes] = []
        self._places: dict[Key, int] = {}
        after = 0
        for key, (start, end) in sorted(spans.items(), key=lambda item: item[1]):
            self._pieces += (xml[after:start], xml[start:end])
            self._places[key] = len(self._pieces) - 1
            after = end
        self._pieces.append(xml[after:])

    def put(self, new: Mapping[Key, bytes]) -> bytes:
        """The XML with something else in some of the spans; the others stay as they were."""
        pieces = self._pieces.copy()
        for key, piece in new.items():
            pieces[self._places[key]] = piece
        return b"".join(pieces)


def attribute_span(part: Part, element: Element, name: str) -> Span:
    """Where the value of an attribute stands. Raises LookupError where the element has none of that name."""
    found = re.compile(rb'\s%s="([^"]*)"' % name.encode()).search(part.xml, element.start, element.inner)
    if found is None:
        raise LookupError(name)
    return found.span(1)


def meant_text(text: str) -> str:
    """A text as a cell holds it, so that Excel takes nothing in it for an escaped character."""
    return _ESCAPED.sub("_x005F_", text)


def cell_head(address: str, style: str) -> str:
    """How a cell's tag begins, to which its value is then put."""
    return f'<c r="{address}" s="{style}"' if style else f'<c r="{address}"'


def input_cell(head: str, value: str | int | float | date) -> bytes:
    """A cell that holds a value; a text is written inline and is never taken for a formula."""
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is>{_text("t", value)}</is></c>'.encode()
    number = (value - _DAY_ZERO).days if isinstance(value, date) else value
    return f'{head} t="n"><v>{_number(number)}</v></c>'.encode()


def formula_cell(head: str, formula: str, value: FormulaValue) -> bytes:
    """A cell with its formula, given as the element that it is, and the value that was calculated for it."""
    match value:
        case bool():
            kind, shown = ' t="b"', f"<v>{value:d}</v>"
        case CellError():
            kind, shown = ' t="e"', f"<v>{value}</v>"
        case str():
            kind, shown = ' t="str"', _text("v", value)
        case _:
            kind, shown = "", f"<v>{_number(value)}</v>"
    return f"{head}{kind}>{formula}{shown}</c>".encode()


def _text(name: str, text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<{name}{space}>{escape(meant_text(text))}</{name}>"


def _number(value: int | float | Decimal) -> str:
    """A number as openpyxl writes it. Raises ValueError for what no cell can hold."""
    if not math.isfinite(value):
        raise ValueError(value)
    return f"{value:.16g}"
