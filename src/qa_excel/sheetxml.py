"""What a sheet's XML says that a fast reader does not: how far its cells reach, and which only seem empty.

One pass of expat, whatever quotes, prefixes, encodings or character references a program used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from qa_excel.normalise import ErrorCell, UncalculatedFormula

_ADDRESS = re.compile(r"([A-Za-z]{1,9})([0-9]{1,12})", re.ASCII)


class ForbiddenXML(Exception):
    """The XML holds a DTD."""


@dataclass(slots=True)
class SheetFacts:
    """The corner of the rectangle of filled cells, and by address what stands in cells that read as empty:
    error values, and formulas that no program has calculated."""

    last_row: int = 1
    last_column: int = 1
    unseen: dict[str, str] = field(default_factory=dict)


def scan_sheet(xml: bytes) -> SheetFacts:
    """The facts of one sheet. Raises ExpatError for what is no XML, ForbiddenXML for a DTD."""
    scan = _Scan()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(xml, True)
    return scan.facts


def _refuse(*_: Any) -> None:
    raise ForbiddenXML


class _Scan:
    """Handlers; a cell or row without an address follows the one before it."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.kind: str | None = None
        self.filled = False
        self.into: list[str] | None = None
        self.formula: list[str] | None = None
        self.value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._place(attributes.get("r", ""))
            self.kind, self.filled, self.formula, self.value = attributes.get("t"), False, None, []
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() else self.row + 1
            self.column = 0
        elif name == "v":
            self.filled, self.into = True, self.value
        elif name == "f":
            self.filled = True
            self.into = self.formula = []
        elif name == "is":
            self.filled = True

    def text(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "f"):
            self.into = None
        elif name == "c" and self.filled:
            self.facts.last_row = max(self.facts.last_row, self.row)
            self.facts.last_column = max(self.facts.last_column, self.column)
            if self.kind == "e" or self.formula is not None:
                self._note("".join(self.value))

    def _place(self, address: str) -> None:
        match = _ADDRESS.fullmatch(address)
        if match:
            self.column, self.row = column_number(match[1]), int(match[2])
        else:
            self.column += 1

    def _note(self, result: str) -> None:
        address = f"{column_letters(self.column)}{self.row}"
        if self.kind == "e":
            self.facts.unseen[address] = ErrorCell(result or "#ERROR!")
        elif not result and self.kind != "str":
            self.facts.unseen[address] = UncalculatedFormula("=" + "".join(self.formula or ()))


def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - 64
    return number


def column_letters(number: int) -> str:
    """1 = A, 26 = Z, 27 = AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
