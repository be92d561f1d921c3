"""A look at a file before any parser sees it: is it a workbook, and is it safe to open?

What is opened afterwards is not the file but a copy made of the parts that were looked at (`readable`): a parser
can find nothing in it that this module has not seen, however the two would differ in reading a zip.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from qa_excel import oserrors
from qa_excel.files.contents import OLE, ZIP, described
from qa_excel.partnames import Sheets, find_sheets, linked_kinds, utf8
from qa_excel.rubric import Text
from qa_excel.sheetxml import (
    ForbiddenXML,
    MisshapenSheet,
    SheetFacts,
    asks_another_program,
    for_reader,
    scan_sheet,
    shared_lengths,
    shared_text,
)

MAX_FILE = 50_000_000
"""Bytes; a filled workbook has about 40,000, one with a few pictures a few million."""
MAX_INFLATED = 200_000_000
"""Bytes of all parts together; counted while inflating, since a zip's own sizes can lie."""
MAX_XML = 20_000_000
"""Bytes of all XML together, which is what is held in memory; a form has 300,000 as written by LibreOffice 600,000."""
MAX_PARTS = 2_000
MAX_SHEETS = 100
"""The largest form has 9; several sheets may name one part, so that parts alone do not bound them."""
MAX_CELLS = 5_000_000
"""Cells of the rectangles up to the farthest filled cells: a reader allocates all of them, 32 bytes each."""
MAX_TEXT = 20_000_000
"""Characters of shared texts that the cells show: a text stands once in the file and once more for each cell."""

_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHARED_TEXT = re.compile(rb"<(?:[^\s<>/:]{1,60}:)?si[\s/>]")
_EXPECTED_LINKS = ("hyperlink", "externalLinkPath", "xlPathMissing")
_AT_OPENING = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate).*", re.IGNORECASE | re.DOTALL)
"""Defined names that Excel runs by itself, whatever follows."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1_000_000


class PackageError(Exception):
    """A file that is not opened; `code` and `params` are those of its problem."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's bytes, its parts of XML (UTF-8), the names of all parts, and what each sheet's XML says."""

    content: bytes
    parts: dict[str, bytes]
    names: tuple[str, ...]
    book: Sheets = field(default_factory=Sheets)
    sheets: dict[str, SheetFacts] = field(default_factory=dict)

    def facts(self, title: str) -> SheetFacts:
        """What the XML of the sheet with that title says."""
        return self.sheets.get(self.book.parts.get(title, ""), SheetFacts())

    def readable(self) -> bytes:
        """A package for a reader of cells: the parts that hold them, under the names that they commonly have."""
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as target:
            for name, part in self.book.copy(self.parts):
                facts = self.sheets.get(name)
                changed = facts and (facts.addresses or facts.strange_errors)
                target.writestr(name, for_reader(part, facts) if changed else part)
        return result.getvalue()

    def names_another_program(self) -> bool:
        """Whether a defined name has its value from another program by DDE."""
        return any(asks_another_program(formula) for _, formula in self.book.defined)

    def links(self) -> int:
        """How many things of the package, such as pictures, are to be fetched from outside of it.

        Not counted are addresses that a person clicks on, and the parts that stand for other workbooks.
        """
        relations = (part for name, part in self.parts.items() if name.lower().endswith(".rels"))
        return sum(kind not in _EXPECTED_LINKS for part in relations for kind in linked_kinds(part))


def open_package(path: Path) -> Package:
    """The file as a workbook package. Raises PackageError where it is none, or not safe to open."""
    content = _content(path)
    if not content:
        raise PackageError("file.empty")
    if not content.startswith(ZIP):
        raise _not_zip(content)
    parts, names = _inflate(content)
    _recognise(parts, names)
    try:
        parts = {name: utf8(part) for name, part in parts.items()}
        if any(map(_DTD.search, parts.values())):
            raise _dtd()
        book = find_sheets(parts)
        if len(book.parts) > MAX_SHEETS:
            raise _unsafe("มีแผ่นงานมากผิดปกติ", "it has abnormally many sheets")
        if any(_AT_OPENING.fullmatch(name) for name, _ in book.defined):
            raise PackageError("file.macros")
        package = Package(content, book.rename(parts), names, book)
        for name in dict.fromkeys(book.parts.values()):
            package.sheets[name] = scan_sheet(package.parts[name])
        _measure(package)
    except ForbiddenXML:
        raise _dtd() from None
    except (ExpatError, SyntaxError, MisshapenSheet, ValueError, LookupError):
        raise PackageError("file.damaged") from None
    return package


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe would wait for ever, and reading a device may never end.
            raise PackageError("file.special")
        if status.st_size > MAX_FILE:
            raise _unsafe(f"ขนาดเกิน {MAX_FILE // 1_000_000} MB", f"larger than {MAX_FILE // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise PackageError("file.unreadable", reason=oserrors.reason(error)) from None


def _dtd() -> PackageError:
    return _unsafe("มีคำสั่ง DTD ในแฟ้ม", "it holds a DTD")


def _unsafe(th: str, en: str) -> PackageError:
    return PackageError("file.unsafe", reason=Text(th, en))


def _not_zip(content: bytes) -> PackageError:
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return PackageError("file.encrypted")
        return PackageError("file.other_format", looks_like="Excel 97–2003 (.xls)")
    if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return PackageError("file.damaged")
    if not content.strip(b"\0"):
        return PackageError("file.placeholder")
    return PackageError("file.not_a_workbook", looks_like=described(content))


def _inflate(content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The parts of XML, and the names of all; every part's bytes are counted as they are inflated."""
    parts: dict[str, bytes] = {}
    names: dict[str, str] = {}
    budget, xml_budget = MAX_INFLATED, MAX_XML
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise _unsafe("มีส่วนประกอบมากผิดปกติ", "it has abnormally many parts")
            _refuse_overlaps(content, entries)
            for entry in entries:
                if entry.flag_bits & 1:
                    raise PackageError("file.encrypted")
                if entry.compress_type not in _METHODS:
                    raise _unsafe("วิธีบีบอัดผิดปกติ", "a part is packed in an abnormal way")
                name = entry.filename.replace("\\", "/")
                if entry.is_dir() or name.endswith("/"):
                    continue
                # Names of parts differ in more than case.
                if name.startswith("/") or ":" in name or ".." in name.split("/") or name.lower() in names:
                    raise _unsafe("ชื่อส่วนประกอบผิดปกติ", "a part has an abnormal name")
                names[name.lower()] = name
                for piece, is_xml in _pieces(archive, entry):
                    budget -= len(piece)
                    xml_budget -= len(piece) if is_xml else 0
                    if min(budget, xml_budget) < 0:
                        raise _unsafe("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size")
                    if is_xml:
                        parts[name] = parts.get(name, b"") + piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise PackageError("file.damaged") from None
    return parts, tuple(names.values())


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, bool]]:
    """(bytes of a part, whether it is XML); pictures and the like are counted and not kept."""
    with archive.open(entry) as part:
        is_xml = None
        while piece := part.read(_CHUNK):
            if is_xml is None:
                is_xml = piece[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"
                is_xml = is_xml or entry.filename == "mimetype"
            yield piece, is_xml


def _refuse_overlaps(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share compressed bytes: a small file that inflates to the square of its size."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < end:
            raise _unsafe("ส่วนประกอบซ้อนทับกัน", "its parts overlap")
        header = content[start : start + 30]
        lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        end = start + 30 + lengths + entry.compress_size


def _recognise(parts: dict[str, bytes], names: tuple[str, ...]) -> None:
    kind = parts.get("mimetype", b"")
    lower = {name.lower() for name in names}
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise PackageError("file.other_format", looks_like="OpenDocument (.ods)")
    if "[content_types].xml" not in lower:
        raise PackageError("file.not_a_workbook", looks_like=Text("แฟ้มบีบอัด (zip)", "a zip archive"))
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower):
        raise PackageError("file.macros")
    if "xl/workbook.bin" in lower:
        raise PackageError("file.other_format", looks_like="Excel Binary (.xlsb)")
    if any(name.startswith("word/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like="Word (.docx)")
    if any(name.startswith("ppt/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like="PowerPoint (.pptx)")
    if not any(name.startswith("xl/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like=Text("แฟ้มบีบอัด (zip)", "a zip archive"))


def _measure(package: Package) -> None:
    """Refuse sheets that are more than a reader can hold: it makes each cell of each, however few are filled."""
    facts = [package.facts(title) for title in package.book.parts]
    if sum(each.last_row * each.last_column for each in facts) > MAX_CELLS:
        raise _unsafe("มีเซลล์ที่อยู่ไกลผิดปกติ", "a cell lies abnormally far out")
    shared = package.parts.get("xl/sharedStrings.xml", b"")
    if max((each.last_shared for each in facts), default=-1) >= len(_SHARED_TEXT.findall(shared)):
        raise PackageError("file.damaged")
    longest = max(map(len, shared.split(b"si>")))
    # Almost always the longest text, markup and all, is short enough to spare counting.
    if longest * sum(each.shared for each in facts) > MAX_TEXT:
        lengths = shared_lengths(shared)
        parts = package.book.parts.values()
        counted = {name: shared_text(package.parts[name], lengths) for name in set(parts)}
        if sum(counted[name] for name in parts) > MAX_TEXT:
            raise _unsafe("ข้อความในเซลล์ยาวผิดปกติ", "the texts in its cells are abnormally long")
