"""What a file is by its content, whatever its name ends in. Nothing is inflated or parsed for it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from qa_excel.thai.text import Text

MAX_DIRECTORY = 1_000_000
"""Bytes of a zip's list of its names; 500 long names in Thai take 300,000."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

_HEAD = 4_096
_OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HTML = ("<!doctype html", "<html", "<head", "<body", "<meta", "<table", "<div", "<style", "<script")
_SPREADSHEET = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
_OTHER_STREAMS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document", "__properties_"))
"""Of documents, slides and mails, in which a workbook may be embedded."""
_MOST_OF_OLE = 2_000_000
_PACKAGE_FOLDERS = (b"xl/", b"_rels/", b"docprops/")
_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_LOCATOR, _END_64 = b"PK\x06\x07", b"PK\x06\x06"
_COMMENT = 65_535
_LARGE = 56 + 20
"""Bytes of the two records that stand before the end of a large zip."""
_MOST_ZEROS = 50


class Content(Enum):
    """What a file may be to an inbox."""

    WORKBOOK = "a spreadsheet, of this format or an older one, whole or not"
    ARCHIVE = "a zip of other files"
    OTHER_ARCHIVE = "an archive of another kind"
    EMPTY = "nothing, or zeros alone"
    OTHER = "anything else"


def content_of(path: Path) -> Content:
    """What a plain file is. OTHER where it can't be read: opening it says why."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head.strip(b"\0"):
                return Content.EMPTY if not _any(file) else Content.OTHER
            if head.startswith(OLE):
                content = file.seek(0) or file.read(_MOST_OF_OLE)
                of_others = any(stream in content for stream in _OTHER_STREAMS)
                is_workbook = _WORKBOOK_STREAM in content and not of_others
                return Content.WORKBOOK if is_workbook else Content.OTHER
            if head.startswith(_OTHER_ARCHIVES) or head[257:262] == b"ustar":
                return Content.OTHER_ARCHIVE
            if head.startswith((ZIP, _END, b"PK\x07\x08")):
                return _zipped(file, head)
    except OSError:
        pass
    return Content.OTHER


def _any(file: BinaryIO) -> bool:
    """True where something other than zeros follows, as far as a workbook could reach."""
    return any(file.read(1 << 20).strip(b"\0") for _ in range(_MOST_ZEROS))


def _zipped(file: BinaryIO, head: bytes) -> Content:
    if head[30:].startswith(b"mimetype"):
        return Content.WORKBOOK if head[30:].startswith(_SPREADSHEET) else Content.OTHER
    names = {name.lower() for name in _names(file)}
    if not names:  # cut off: its first part tells
        length = int.from_bytes(head[26:28], "little")
        first = head[30 : 30 + length].lower()
        cut = first == b"[content_types].xml" or first.startswith(_PACKAGE_FOLDERS)
        return Content.WORKBOOK if cut else Content.ARCHIVE
    if b"[content_types].xml" not in names:
        return Content.ARCHIVE
    return Content.WORKBOOK if any(name.startswith((b"xl/", b"xl\\")) for name in names) else Content.OTHER


def directory_size(file: BinaryIO) -> int:
    """Bytes of a zip's list of its parts, as the file says; 0 where it has none."""
    return _directory(file)[1]


def _directory(file: BinaryIO) -> tuple[int, int]:
    """(where the list of parts begins, its size); (0, 0) where there is none."""
    size = file.seek(0, io.SEEK_END)
    start = file.seek(max(0, size - (22 + _COMMENT + _LARGE)))
    tail = file.read()
    # In the order in which Python's reader looks, so that both see the same list.
    at = len(tail) - 22
    if tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END, max(0, len(tail) - 22 - _COMMENT))
    if at < 0 or len(tail) < at + 22:
        return 0, 0
    (length,) = struct.unpack_from("<L", tail, at + 12)
    if at >= _LARGE and tail[at - 20 : at - 16] == _LOCATOR and tail[at - _LARGE : at - _LARGE + 4] == _END_64:
        at -= _LARGE
        (length,) = struct.unpack_from("<Q", tail, at + 40)
    return max(0, start + at - length), length


def _names(file: BinaryIO) -> Iterator[bytes]:
    """The names in a zip's list; none of a list beyond the limit."""
    start, size = _directory(file)
    if not 0 < size <= MAX_DIRECTORY:
        return
    file.seek(start)
    listed, at = file.read(size), 0
    while listed[at : at + 4] == _ENTRY and len(listed) >= at + 46:
        name, extra, comment = struct.unpack_from("<HHH", listed, at + 28)
        yield listed[at + 46 : at + 46 + name]
        at += 46 + name + extra + comment


def described(content: bytes) -> Text | str:
    """What a content that is no package is called."""
    encoding = _UTF16.get(content[:2])
    text = content[:_HEAD].decode(encoding or "utf-8-sig", "replace").lstrip("\ufeff \t\r\n").lower()
    while text.startswith("<!--") and "-->" in text:
        text = text.partition("-->")[2].lstrip()
    if content.startswith(b"%PDF"):
        return "PDF"
    if content.startswith(b"{\\rtf"):
        return "Rich Text (.rtf)"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        return Text("รูปภาพ", "a picture")
    if content.startswith(_OTHER_ARCHIVES):
        return Text("แฟ้มบีบอัด", "an archive")
    if text.startswith("<?xml"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text or 'progid="excel.sheet"' in text:
            return Text("ตารางคำนวณ XML 2003 (XML Spreadsheet)", "an XML Spreadsheet 2003")
        return Text("หน้าเว็บ (HTML)", "a web page (HTML)") if "<html" in text else "XML"
    if text.startswith(_HTML):
        return Text("หน้าเว็บ (HTML)", "a web page (HTML)")
    if text.startswith(("mime-version:", "from: <saved by", "content-type: multipart/related")):
        return Text("หน้าเว็บที่เก็บเป็นแฟ้มเดียว (MHTML)", "a web page in one file (MHTML)")
    if encoding or b"\0" not in content[:2_000]:
        return Text("ข้อความ/CSV", "text/CSV")
    return Text("ข้อมูลที่ไม่รู้จัก", "unknown data")
