"""A look at a file before any parser sees it: is it a workbook, and is it safe to open?

What is opened afterwards is not the file but a copy made of the parts that were looked at (`readable`): a parser
can find nothing in it that this module has not seen, however the two would differ in reading a zip.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from qa_excel.files import oserrors
from qa_excel.files.contents import NO_PARTS, OLE, SPANNED, ZIP, described
from qa_excel.files.emptyrows import without_empty_rows
from qa_excel.files.limits import MAX_XML, count_elements, count_sheets, measure, too_large
from qa_excel.files.parts import Sheets, find_sheets, utf8
from qa_excel.files.refusals import PackageError, guarded, unsafe
from qa_excel.files.sheet_facts import ForbiddenXML, SheetFacts, for_reader, scan_sheet
from qa_excel.files.zips import at_once, open_zip, pieces, readable_parts, refuse_macros, slices
from qa_excel.thai.text import Text

MAX_FILE = 50_000_000
"""Bytes; a filled workbook has about 40,000, one with a few pictures a few million."""
MAX_INFLATED = 400_000_000
"""Bytes of all parts together; counted while inflating, since a zip's own sizes can lie. A border around each cell of
a form down to the last row of the sheet takes some 350 million."""

_PLAIN = 200_000
"""Bytes of a part that is kept as it is: so few rows without cells are no burden."""
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_AT_OPENING = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate).*", re.IGNORECASE | re.DOTALL)
"""Defined names that Excel runs by itself, whatever follows."""


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's bytes, its parts of XML (UTF-8), the names of all parts, and what each sheet's XML says."""

    content: bytes
    parts: dict[str, bytes]
    names: tuple[str, ...]
    book: Sheets = field(default_factory=Sheets)
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    frames: dict[str, bytes] = field(default_factory=dict)
    """Of sheets that are written as usual: what stands around their cells, without the places that it names."""

    def facts(self, title: str) -> SheetFacts:
        """What the XML of the sheet with that title says."""
        return self.sheets.get(self.book.parts.get(title, "")) or SheetFacts()

    def readable(self) -> bytes:
        """A package for a reader of cells: the parts that hold them, under the names that they commonly have."""
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as target:
            for name, part in self.book.copy(self.parts):
                facts = self.sheets.get(name)
                target.writestr(name, for_reader(part, facts) if facts and facts.edits else part)
        return result.getvalue()

    def shows_rich_errors(self) -> bool:
        """Whether an error value of a newer kind may stand where a picture or the like does."""
        return any(b'"_error"' in part for name, part in self.parts.items() if "richdata/" in name.lower())


def open_package(path: Path) -> Package:
    """The file as a workbook package. Raises PackageError where it is none, or not safe to open."""
    return with_facts(look_at(path))


def with_facts(package: Package) -> Package:
    """The package with what each sheet's XML says. Raises PackageError where a reader could not hold it."""
    with guarded():
        try:
            for name in dict.fromkeys(package.book.parts.values()):
                package.sheets[name] = scan_sheet(package.parts[name])
            measure(package.parts, package.book, package.sheets)
        except ForbiddenXML:
            raise _dtd() from None
    return package


def look_at(path: Path) -> Package:
    """The file as a package whose sheets have not been read yet. Raises PackageError."""
    content = _content(path)
    if not content:
        raise PackageError("file.empty")
    if not content.startswith(ZIP):
        raise _not_zip(content)
    with guarded():
        parts, names = _inflate(content)
        _recognise(parts, names)
        try:
            return _look(content, {name: utf8(part) for name, part in parts.items()}, names)
        except ForbiddenXML:
            raise _dtd() from None


def _look(content: bytes, parts: dict[str, bytes], names: tuple[str, ...]) -> Package:
    count_elements(parts)
    if any(b"<!" in part and _DTD.search(part) for part in parts.values()):
        raise _dtd()
    book = find_sheets(parts)
    if any(_AT_OPENING.fullmatch(name) for name, _ in book.defined):
        raise PackageError("file.macros")
    package = Package(content, book.rename(parts), names, book)
    count_sheets(package.parts, book)
    return package


def require_plain(path: Path, most: int) -> None:
    """Raise PackageError for what is no plain file, or has more bytes; OSError where nothing can be said of it."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        # Opening a pipe would wait for ever, and reading a device may never end.
        raise PackageError("file.special")
    if status.st_size > most:
        raise unsafe(f"ขนาดเกิน {most // 1_000_000} MB", f"larger than {most // 1_000_000} MB")


def _content(path: Path) -> bytes:
    try:
        require_plain(path, MAX_FILE)
        return path.read_bytes()
    except OSError as error:
        raise PackageError("file.unreadable", reason=oserrors.reason(error)) from None


def _dtd() -> PackageError:
    return unsafe("มีคำสั่ง DTD ในแฟ้ม", "it holds a DTD")


def _not_zip(content: bytes) -> PackageError:
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return PackageError("file.encrypted")
        return PackageError("file.other_format", looks_like="Excel 97–2003 (.xls)")
    if content.startswith((NO_PARTS, SPANNED)):
        return PackageError("file.damaged")
    if not content.strip(b"\0"):
        return PackageError("file.placeholder")
    return PackageError("file.not_a_workbook", looks_like=described(content))


def _inflate(content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The parts of XML, and the names of all; every part's bytes are counted as they are inflated."""
    parts: dict[str, bytes] = {}
    room, xml_room = MAX_INFLATED, MAX_XML
    with open_zip(io.BytesIO(content)) as archive:
        entries = readable_parts(archive)
        _refuse_overlaps(content, archive.infolist())
        # The small ones first: they tell which sheet a part is that turns out to be too large.
        for name, entry in sorted(entries.items(), key=lambda named: named[1].file_size):
            whole = at_once(content, entry)
            if whole is not None and len(whole) <= min(_PLAIN, room, xml_room):
                room -= len(whole)
                if name == "mimetype" or _is_xml(whole):
                    parts[name] = whole
                    xml_room -= len(whole)
                continue
            inflated = _Counted(pieces(archive, entry) if whole is None else slices(whole), room)
            try:
                first = next(inflated, b"")
                if name == "mimetype" or _is_xml(first):
                    kept = _Counted(without_empty_rows(chain([first], inflated)), xml_room)
                    parts[name] = b"".join(kept)
                    xml_room -= kept.size
                for _ in inflated:
                    pass  # pictures and the like are counted and not kept
            except _TooMany:
                raise too_large(parts, entries, name) from None
            room -= inflated.size
    return parts, tuple(entries)


class _TooMany(Exception):
    pass


class _Counted(Iterator[bytes]):
    """Pieces, of which no more than so many bytes are taken."""

    def __init__(self, source: Iterator[bytes], most: int):
        self.source = source
        self.most = most
        self.size = 0

    def __next__(self) -> bytes:
        piece = next(self.source)
        self.size += len(piece)
        if self.size > self.most:
            raise _TooMany
        return piece


def _is_xml(first: bytes) -> bool:
    return first[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


def _refuse_overlaps(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share compressed bytes: a small file that inflates to the square of its size."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < end:
            raise unsafe("ส่วนประกอบซ้อนทับกัน", "its parts overlap")
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
    refuse_macros(lower)
    if "xl/workbook.bin" in lower:
        raise PackageError("file.other_format", looks_like="Excel Binary (.xlsb)")
    if any(name.startswith("word/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like="Word (.docx)")
    if any(name.startswith("ppt/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like="PowerPoint (.pptx)")
    if not any(name.startswith("xl/") for name in lower):
        raise PackageError("file.not_a_workbook", looks_like=Text("แฟ้มบีบอัด (zip)", "a zip archive"))
