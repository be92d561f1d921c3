"""The rows of large workbooks, read sheet by sheet in a stream.

A summary has a hundred times the cells of a form: nothing of it is held but the shared texts and the rows that
the caller keeps, and only the parts that are asked for are inflated. It is opened with the same care as what schools
send: no DTD, no macros, every byte counted as it is inflated, and no other reader behind this one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from math import nan
from pathlib import Path
from xml.parsers import expat

from qa_excel.files import oserrors
from qa_excel.files.guard import open_package, require_plain
from qa_excel.files.parts import SHARED, find_sheets
from qa_excel.files.refusals import PackageError, unsafe
from qa_excel.files.sheet_facts import LAST_COLUMN, LAST_ROW, ForbiddenXML, MisshapenSheet, column_number, safe_parser
from qa_excel.files.trees import tree
from qa_excel.files.zips import BROKEN, open_zip, pieces, readable_parts, refuse_macros

MAX_FILE = 200_000_000
"""Bytes; the summary of 300 schools has 4 million."""
MAX_SHEETS = 1_000
MAX_INFLATED = 1_000_000_000
"""Bytes of the parts that are read; the longest sheets that a summary may have come to some 400 million."""
MAX_TEXT = 200_000_000
"""Characters of the shared texts, which are held in memory."""

_SMALL = 5_000_000
"""Bytes of each part that is no list of cells or texts."""
_MAX_DIGITS = 12
_MAX_PIECES = 40_000
"""Pieces of one cell's text, each of a letter at least: a cell holds 32,767."""
_PROPERTIES = "docprops/custom.xml"

Value = str | float | bool
Row = dict[int, Value]
"""Column, from 1, → value; an error value is NaN. A formula that was never calculated is left out."""


@contextmanager
def open_rows(path: Path) -> Iterator[Rows]:
    """A workbook to read rows from. Raises PackageError, also from within, where it is none or not safe to open."""
    try:
        require_plain(path, MAX_FILE)
        with path.open("rb") as handle:
            if handle.read(2) != b"PK":
                raise _other_format(path)
            with open_zip(handle) as archive:
                yield Rows(path, archive)
    except OSError as error:
        raise PackageError("file.unreadable", reason=oserrors.reason(error)) from None
    except ForbiddenXML:
        raise unsafe("มีคำสั่ง DTD ในแฟ้ม", "it holds a DTD") from None
    except (*BROKEN, expat.ExpatError, SyntaxError, MisshapenSheet, ArithmeticError, LookupError):
        raise PackageError("file.damaged") from None


def _other_format(path: Path) -> PackageError:
    """What the file is, where it is no workbook of the usual form."""
    try:
        open_package(path)
    except PackageError as error:
        return error
    return PackageError("file.damaged")


class Rows:
    """The sheets of an open workbook, by title; `rows` reads one of them."""

    def __init__(self, path: Path, archive: zipfile.ZipFile):
        self._archive = archive
        self._budget = MAX_INFLATED
        self._entries = readable_parts(archive)
        refuse_macros(self._entries)
        if "xl/workbook.xml" not in {name.lower() for name in self._entries}:
            raise _other_format(path)
        parts = {name: self._small(name) if _is_index(name) else b"" for name in self._entries}
        book = find_sheets(parts)
        if len(book.parts) > MAX_SHEETS:
            raise unsafe("มีแผ่นงานมากผิดปกติ", "it has abnormally many sheets")
        named = {common: name for name, common in book.common.items()}
        self._parts = {title: named[common] for title, common in book.parts.items()}
        self._shared = named.get(SHARED)

    @property
    def titles(self) -> list[str]:
        return list(self._parts)

    def property(self, name: str) -> str:
        """A custom property of the workbook; empty where it has none of that name."""
        part = next((entry for entry in self._entries if entry.lower() == _PROPERTIES), None)
        if part is not None:
            for found in tree(self._small(part)):
                if found.get("name") == name:
                    return "".join(found.itertext())
        return ""

    def rows(self, title: str, wanted: Collection[int] | None = None) -> Iterator[tuple[int, Row]]:
        """(number, row) of each row that holds a value, in the order of the file; `wanted`: only these columns."""
        reader = _Cells(self._texts)
        reader.wanted = wanted
        for piece in self._pieces(self._parts[title]):
            yield from reader.read(piece)
        yield from reader.read(b"", last=True)

    def _small(self, name: str) -> bytes:
        content = b""
        for piece in self._pieces(name):
            content += piece
            if len(content) > _SMALL:
                raise unsafe("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size")
        return content

    def _pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, counted as they are inflated."""
        for piece in pieces(self._archive, self._entries[name]):
            self._budget -= len(piece)
            if self._budget < 0:
                raise unsafe("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size")
            yield piece

    @cached_property
    def _texts(self) -> list[str]:
        """The shared texts."""
        reader = _Texts()
        for piece in self._pieces(self._shared) if self._shared else ():
            reader.read(piece)
            if reader.length > MAX_TEXT:
                raise unsafe("ข้อความในแฟ้มยาวผิดปกติ", "its texts are abnormally long")
        if self._shared:
            reader.read(b"", last=True)
        return reader.texts


def _is_index(name: str) -> bool:
    """True for the parts that say where the others are."""
    return name.lower() in ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")


class _Texts:
    """The shared texts, each whole, without the readings that stand above some."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.length = 0
        self.parser = safe_parser(self._start)
        self.parser.EndElementHandler = self._end
        self._pieces: list[str] = []
        self._phonetic = False

    def read(self, piece: bytes, last: bool = False) -> None:
        self.parser.Parse(piece, last)
        if len(self._pieces) > _MAX_PIECES:
            raise MisshapenSheet

    def _start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._pieces = []
        elif name == "t" and not self._phonetic:
            self.parser.CharacterDataHandler = self._pieces.append
        elif name == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self.parser.CharacterDataHandler = None
        elif name == "si":
            text = "".join(self._pieces)
            self.length += len(text)
            self.texts.append(text)
        elif name == "rPh":
            self._phonetic = False


class _Cells:
    """The cells of a sheet as rows; a cell or row without an address follows the one before it."""

    def __init__(self, texts: list[str]):
        self.texts = texts
        self.wanted: Collection[int] | None = None
        self._pieces: list[str] = []
        self.parser = safe_parser(self._start)
        self.parser.EndElementHandler = self._end
        # All text is taken, and what is no cell's value is dropped when its element ends: that spares two calls a cell.
        self.parser.CharacterDataHandler = self._pieces.append
        self._done: list[tuple[int, Row]] = []
        self._cells: Row = {}
        self._row = self._column = self._kept = 0
        self._kind = "n"

    def read(self, piece: bytes, last: bool = False) -> list[tuple[int, Row]]:
        """The rows that end in the next piece of the sheet's XML."""
        self._done = []
        self.parser.Parse(piece, last)
        if len(self._pieces) > _MAX_PIECES:
            raise MisshapenSheet
        return self._done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            address = attributes.get("r")
            self._column = _column(address.rstrip("0123456789")) if address else self._column + 1
            self._kind = attributes.get("t", "n")
            self._pieces.clear()
        elif name == "row":
            number = attributes.get("r", str(self._row + 1))
            if not number.isascii() or not number.isdecimal() or len(number) > _MAX_DIGITS:
                raise MisshapenSheet
            self._row, self._column, self._cells = int(number), 0, {}
            if not 0 < self._row <= LAST_ROW:
                raise MisshapenSheet
        elif name == "rPh":
            self._kept = len(self._pieces)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            if self._pieces and (self.wanted is None or self._column in self.wanted):
                self._cells[self._column] = self._value("".join(self._pieces))
        elif name == "row":
            if self._cells:
                self._done.append((self._row, self._cells))
            self._pieces.clear()
        elif name == "f":
            self._pieces.clear()
        elif name == "rPh":
            del self._pieces[self._kept :]
        elif name == "sheetData":
            self.parser.StartElementHandler = self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None

    def _value(self, text: str) -> Value:
        match self._kind:
            case "s":
                text = text.strip()
                if not text.isdecimal() or len(text) > _MAX_DIGITS:
                    raise MisshapenSheet
                return self.texts[int(text)]
            case "n":
                return float(text)
            case "b":
                return text.strip() == "1"
            case "e":
                return nan
            case _:
                return text


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3 or column_number(letters) > LAST_COLUMN:
        raise MisshapenSheet
    return column_number(letters)
