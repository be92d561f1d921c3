"""What a sheet's XML says that a fast reader does not: how far its cells reach, which only seem empty, and its
formulas with the figures that they show.

One pass of expat, whatever quotes, prefixes or character references a program used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from qa_excel.files.active_formulas import active_functions
from qa_excel.thai.typed import ErrorCell, RichValue, UncalculatedFormula

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of Excel's own sheets."""
WATCHED_ROWS, WATCHED_COLUMNS = 1_000, 64
"""In so many first rows and columns it is noted which cells hold a value; a form has some 60 rows and 20 columns."""
MAX_EDITS = 200_000
"""What is put right for a reader; a program that leaves out addresses does so for a few thousand rows and cells."""
MAX_ATTRIBUTES = 200
"""Of one element, with the spaces that it names; a row has some ten."""
MAX_FORMULAS = 2_000
"""Formulas that are kept of one sheet, and as many more of the add-in; a form has about 60."""
MAX_FORMULA = 8_192
"""Characters that are kept of a formula; the longest of a score cell has 80."""
READABLE_ERRORS = frozenset(["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
"""Error values that a reader of cells knows; it takes a sheet with a newer one for damaged."""

_ADDRESS = re.compile(r"([A-Za-z]{1,9})([0-9]{1,12})", re.ASCII)
_OURS = re.compile(r"(?:ONESQA|IQA|QA)_[A-Z_]+\s*\(", re.IGNORECASE | re.ASCII)
_ELSEWHERE = re.compile(r"\[[^\[\]]{1,255}\][^!\[\]]{1,64}!", re.ASCII | re.DOTALL)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_DDE = re.compile(r"\||(?<!\w)DDE\s*\(", re.IGNORECASE)
"""No operator has this sign: outside of texts and sheets' names it stands between program and topic."""
_MARKED_UP = ("str", "inlineStr", "d")
"""Kinds of cells whose value is a text, with the spaces around it and with references for some of its signs."""
_RICH = "[ภาพหรือข้อมูลที่วางในเซลล์]"
_SHEET_END = re.compile(rb"[<:]sheetData")


class ForbiddenXML(Exception):
    """The XML holds a DTD."""


class MisshapenSheet(Exception):
    """XML that is well-formed and yet no sheet: two cells at one address, two values in a cell, two lists of cells."""


@dataclass(slots=True)
class SheetFacts:
    """The corner of the rectangle of filled cells, and by address what stands in cells that read as empty:
    error values, and formulas that no program has calculated."""

    last_row: int = 1
    last_column: int = 1
    unseen: dict[str, str] = field(default_factory=dict)
    filled: bytearray = field(default_factory=lambda: bytearray(WATCHED_ROWS * WATCHED_COLUMNS))
    """One byte for each watched cell, row by row: 1 where it holds a value of its own. Empty where no cell can hold one
    that a reader does not see."""
    formulas: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Address → (formula, value last shown) of each formula; the value is empty where there is none, and an
    ErrorCell where it is an error value. A formula longer than MAX_FORMULA is cut."""
    elsewhere: str = ""
    """The first cell whose formula refers to a sheet of another file."""
    dde: str = ""
    """The first cell whose formula asks another program for its value."""
    shared: int = 0
    """How many cells show one of the workbook's shared texts."""
    last_shared: int = -1
    """The highest number of such a text."""
    cells: tuple[int, int] = (0, 0)
    """Where in the bytes the element of all cells begins and ends."""
    active: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Function that reaches out of the workbook → the first cell that calls it, and how many do."""
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    """What a reader takes otherwise than it is meant: where in the bytes it begins and ends, and how it reads plainly.
    A row or cell without an address, an error value that is not well known, a value with a comment in its midst."""

    def note_formula(self, address: str, formula: str, is_watched: bool = True) -> None:
        """Note what a formula asks for outside of its workbook."""
        if not self.dde and asks_another_program(formula):
            self.dde = address
        for function in active_functions(formula):
            first, number = self.active.get(function, (address, 0))
            self.active[function] = (first, number + 1)
        if is_watched and not self.elsewhere and "[" in formula and _ELSEWHERE.search(formula):
            self.elsewhere = address

    def holds(self, row: int, column: int) -> bool:
        """True where a watched cell has a value of its own: a number, a text that is not shared, an error."""
        watched = bool(self.filled) and row <= WATCHED_ROWS and column <= WATCHED_COLUMNS
        return watched and bool(self.filled[(row - 1) * WATCHED_COLUMNS + column - 1])


def scan_sheet(xml: bytes) -> SheetFacts:
    """The facts of one sheet, UTF-8. Raises ExpatError for what is no XML, ForbiddenXML, MisshapenSheet."""
    scan = _Scan(xml)
    parser = scan.parser
    parser.Parse(xml, True)
    if scan.over and _SHEET_END.search(xml, scan.over + 1 + len("sheetData")):
        raise MisshapenSheet
    if scan.over:
        scan.facts.cells = (scan.facts.cells[0], xml.index(b">", scan.over) + 1)
    return scan.facts


def for_reader(xml: bytes, facts: SheetFacts) -> bytes:
    """The same sheet as any reader takes it."""
    pieces, done = [], 0
    for start, end, text in sorted(facts.edits):
        pieces += [xml[done:start], text.encode()]
        done = end
    return b"".join([*pieces, xml[done:]])


def asks_another_program(formula: str) -> bool:
    """Whether a formula, of a cell or of a defined name, has its value from another program by DDE."""
    return ("|" in formula or "DDE" in formula.upper()) and bool(_DDE.search(_QUOTED.sub("", formula)))


def safe_parser(start: Any) -> Any:
    """A parser that raises ForbiddenXML at a document type. start: called where an element begins."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: Any) -> None:
    raise ForbiddenXML


class _Scan:
    """Handlers; a cell or row without an address follows the one before it."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.facts = SheetFacts()
        self.parser = safe_parser(self.start)
        self.parser.EndElementHandler = self.end
        self.row = self.column = 0
        self.kind: str | None = None
        self.formula = self.rich = False
        self.holder = ""
        """The element that held the cell's value: v, or t, of which a text may have several; empty for none."""
        self.open = ""
        """The element whose text is being read."""
        self.texts: dict[str, list[str]] = {"v": [], "f": []}
        self.phonetic = False
        self.names: dict[str, str] = {}
        self.over = 0
        self.begun = (0, "")

    def start(self, raw: str, attributes: dict[str, str]) -> None:
        if self.open or len(attributes) > MAX_ATTRIBUTES:
            raise MisshapenSheet  # what stands on both sides of an element within a value would be read in part
        name = self.names.get(raw) or self._local(raw)
        if name == "c":
            address = attributes.get("r")
            if address is None:
                self.column += 1
                self._address(raw, f"{column_letters(self.column)}{self.row}")
            else:
                self.column, self.row = _place(address)
            if not 0 < self.column <= LAST_COLUMN or not 0 < self.row <= LAST_ROW:
                self._beyond()
            self.kind = attributes.get("t")
            self.rich = "vm" in attributes
            self.formula, self.holder = False, ""
        elif name == "v" and self.kind == "inlineStr":
            self.open = name
            self.begun = (self.parser.CurrentByteIndex, raw)
        elif name == "v" or (name == "t" and not self.phonetic):
            if not self.holder:
                self.texts["v"] = []
            elif name == "v" or self.holder == "v":
                raise MisshapenSheet
            self.holder = self.open = name
            self.begun = (self.parser.CurrentByteIndex, raw)
            self.parser.CharacterDataHandler = self.texts["v"].append
        elif name == "is" and self.holder:
            raise MisshapenSheet
        elif name == "f":
            self.formula, self.open = True, name
            self.texts["f"] = []
            self.parser.CharacterDataHandler = self.texts["f"].append
        elif name == "row":
            number = attributes.get("r")
            if number is None:
                self.row += 1
                self._address(raw, str(self.row))
            elif number.isascii() and number.isdecimal() and len(number) <= 12:
                self.row = int(number)
            else:
                raise MisshapenSheet
            self.column = 0
        elif name == "rPh":
            self.phonetic = True
        elif name == "sheetData":
            self.facts.cells = (self.parser.CurrentByteIndex, 0)

    def end(self, name: str) -> None:
        name = self.names.get(name) or self._local(name)
        if self.open:  # which is this one, as nothing stands within it
            self.open = ""
            self.parser.CharacterDataHandler = None
            if name == "v" and self.kind == "inlineStr":
                # Its text stands in the other element, whichever a reader would take.
                place = self.parser.CurrentByteIndex  # of the end tag, or behind an element that has none
                over = self.xml.index(b">", place) + 1 if self.xml.startswith(b"</", place) else place
                self._edit(self.begun[0], over, "")
            elif name == "v":
                self._make_plain()
        elif name == "c":
            if self.holder or self.formula or self.rich:
                self._note("".join(self.texts["v"]) if self.holder else "")
        elif name == "rPh":
            self.phonetic = False
        elif name == "sheetData":
            # What follows (conditions, validations) is checked for being XML, and for nothing else.
            self.over = self.parser.CurrentByteIndex
            self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def _make_plain(self) -> None:
        """Have a value read whole that is broken by a comment, or written by references to its signs, and an error
        value that few know as one that all know."""
        text = "".join(self.texts["v"])
        if not text:
            return
        start, raw = self.begun
        end = self.parser.CurrentByteIndex
        written, plain = self.xml[start:end], text
        if self.kind in _MARKED_UP:
            broken = written.rfind(b"<") > 0
        else:
            plain = text.strip()
            self.texts["v"] = [plain]
            broken = written.rfind(b"<") > 0 or not written.endswith(b">" + plain.encode())
        if self.kind == "e" and plain not in READABLE_ERRORS:
            self._edit(start, end, f"<{raw}>#VALUE!")
        elif broken:
            self._edit(start, end, f"<{raw}>{escape(plain)}")

    def _local(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self.names) < 100:
            self.names[name] = local
        return local

    def _address(self, raw: str, address: str) -> None:
        place = self.parser.CurrentByteIndex + 1 + len(raw.encode())
        self._edit(place, place, f' r="{address}"')

    def _edit(self, start: int, end: int, text: str) -> None:
        if len(self.facts.edits) >= MAX_EDITS:
            raise MisshapenSheet
        self.facts.edits.append((start, end, text))

    def _beyond(self) -> None:
        """A cell that lies outside any sheet."""
        if self.row < 1 or self.column < 1:
            raise MisshapenSheet
        facts = self.facts
        facts.last_row, facts.last_column = max(facts.last_row, self.row), max(facts.last_column, self.column)

    def _note(self, value: str) -> None:
        if not (value or self.formula or self.rich) and self.kind in (None, "n", "s", "b"):
            return  # only its format is there
        facts, row, column = self.facts, self.row, self.column
        if row > facts.last_row:
            facts.last_row = row
        if column > facts.last_column:
            facts.last_column = column
        if self.kind == "s" and value:
            if not value.isdecimal() or len(value) > 12:
                raise MisshapenSheet
            facts.shared += 1
            facts.last_shared = max(facts.last_shared, int(value))
        elif row <= WATCHED_ROWS and column <= WATCHED_COLUMNS and value.strip():
            place = (row - 1) * WATCHED_COLUMNS + column - 1
            if facts.filled[place]:
                raise MisshapenSheet
            facts.filled[place] = 1
        if self.formula or self.kind == "e" or self.rich:
            self._note_formula("".join(self.texts["f"]) if self.formula else "", value)

    def _note_formula(self, formula: str, value: str) -> None:
        facts, address = self.facts, f"{column_letters(self.column)}{self.row}"
        is_watched = self.row <= WATCHED_ROWS and self.column <= WATCHED_COLUMNS
        facts.note_formula(address, formula, is_watched)
        if not is_watched:
            return
        if self.rich and (self.kind == "e" or not value):
            facts.unseen[address] = RichValue(_RICH)
        elif self.kind == "e":
            facts.unseen[address] = ErrorCell(value or "#ERROR!")
        elif not value and self.kind != "str":
            facts.unseen[address] = UncalculatedFormula("=" + formula)
        if self.formula:
            self._keep(address, formula, ErrorCell(value) if self.kind == "e" else value)

    def _keep(self, address: str, formula: str, value: str) -> None:
        """Keep a formula; what else a school calculates leaves room for the functions of the add-in."""
        kept = len(self.facts.formulas)
        if kept < MAX_FORMULAS or (kept < 2 * MAX_FORMULAS and "_" in formula and _OURS.search(formula)):
            self.facts.formulas[address] = (formula[: MAX_FORMULA + 1], value)


@lru_cache(maxsize=8192)
def _place(address: str) -> tuple[int, int]:
    """(column, row) of a cell."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise MisshapenSheet
    return column_number(match[1]), int(match[2])


@lru_cache(maxsize=1_000)
def column_number(letters: str) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - 64
    return number


@lru_cache(maxsize=1_000)
def column_letters(number: int) -> str:
    """1 = A, 26 = Z, 27 = AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
