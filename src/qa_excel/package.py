"""A look at a file before any parser sees it: is it a workbook, and is it safe to open?"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from qa_excel.rubric import Text
from qa_excel.sheetxml import ForbiddenXML, SheetFacts, scan_sheet

MAX_FILE = 50_000_000
"""Bytes; a filled workbook has about 40,000, one with a few pictures a few million."""
MAX_INFLATED = 200_000_000
"""Bytes of all parts together; counted while inflating, since a zip's own sizes can lie."""
MAX_PARTS = 2_000
MAX_CELLS = 5_000_000
"""Cells of the rectangle up to the farthest filled cell: a reader allocates all of it."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET = (b"sheetData", "sheetData".encode("utf-16-le"), "sheetData".encode("utf-16-be"))


class PackageError(Exception):
    """A file that is not opened; `code` and `params` are those of its problem."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook's bytes, its parts inflated, and what the XML of each sheet's part says."""

    content: bytes
    parts: dict[str, bytes]
    sheets: dict[str, SheetFacts]


def open_package(path: Path) -> Package:
    """The file as a workbook package. Raises PackageError where it is none, or not safe to open."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise _unsafe(f"ขนาดเกิน {MAX_FILE // 1_000_000} MB", f"larger than {MAX_FILE // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise PackageError("file.unreadable", reason=error.strerror or "?") from None
    if not content:
        raise PackageError("file.empty")
    if not content.startswith(b"PK\x03\x04"):
        raise _not_zip(content)
    parts = _inflate(content)
    _recognise(parts)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels", ".vml")) and _DTD.search(part):
            raise _dtd()
    sheets = {name: _scan(part) for name, part in parts.items() if any(mark in part for mark in _SHEET)}
    return Package(content, parts, sheets)


def _dtd() -> PackageError:
    return _unsafe("มีคำสั่ง DTD ในแฟ้ม", "it holds a DTD")


def _unsafe(th: str, en: str) -> PackageError:
    return PackageError("file.unsafe", reason=Text(th, en))


def _not_zip(content: bytes) -> PackageError:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return PackageError("file.encrypted")
        return PackageError("file.other_format", looks_like="Excel 97–2003 (.xls)")
    if content.startswith(b"%PDF"):
        return PackageError("file.not_a_workbook", looks_like="PDF")
    if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return PackageError("file.damaged")
    start = content[:2000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return PackageError("file.not_a_workbook", looks_like=Text("หน้าเว็บ (HTML)", "a web page (HTML)"))
    if b"\x00" not in content[:2000]:
        return PackageError("file.not_a_workbook", looks_like=Text("ข้อความ/CSV", "text/CSV"))
    return PackageError("file.not_a_workbook", looks_like=Text("ข้อมูลที่ไม่รู้จัก", "unknown data"))


def _inflate(content: bytes) -> dict[str, bytes]:
    """Every part of the package, its bytes counted as they are inflated."""
    parts: dict[str, bytes] = {}
    budget = MAX_INFLATED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MAX_PARTS:
                raise _unsafe("มีส่วนประกอบมากผิดปกติ", "it has abnormally many parts")
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise PackageError("file.encrypted")
                name = entry.filename.replace("\\", "/")
                if name.startswith("/") or ".." in name.split("/") or name in parts:
                    raise _unsafe("ชื่อส่วนประกอบผิดปกติ", "a part has an abnormal name")
                with archive.open(entry) as part:
                    parts[name] = part.read(budget + 1)
                budget -= len(parts[name])
                if budget < 0:
                    raise _unsafe("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise PackageError("file.damaged") from None
    return parts


def _recognise(parts: dict[str, bytes]) -> None:
    kind = parts.get("mimetype", b"")
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise PackageError("file.other_format", looks_like="OpenDocument (.ods)")
    if "[Content_Types].xml" not in parts:
        raise PackageError("file.not_a_workbook", looks_like=Text("แฟ้มบีบอัด (zip)", "a zip archive"))
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise PackageError("file.macros")
    if "xl/workbook.bin" in parts:
        raise PackageError("file.other_format", looks_like="Excel Binary (.xlsb)")
    if any(name.startswith("word/") for name in parts):
        raise PackageError("file.not_a_workbook", looks_like="Word (.docx)")
    if any(name.startswith("ppt/") for name in parts):
        raise PackageError("file.not_a_workbook", looks_like="PowerPoint (.pptx)")
    if not any(name.startswith("xl/") for name in parts):
        raise PackageError("file.not_a_workbook", looks_like=Text("แฟ้มบีบอัด (zip)", "a zip archive"))


def _scan(part: bytes) -> SheetFacts:
    """What a sheet's XML says; a sheet whose filled cells span more than a reader can hold is refused."""
    try:
        facts = scan_sheet(part)
    except ForbiddenXML:
        raise _dtd() from None
    except ExpatError:
        raise PackageError("file.damaged") from None
    if facts.last_row * facts.last_column > MAX_CELLS:
        raise _unsafe("มีเซลล์ที่อยู่ไกลผิดปกติ", "a cell lies abnormally far out")
    return facts
