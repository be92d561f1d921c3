"""What a file is by its content, whatever its name ends in. Nothing is inflated or parsed for it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import IO

from qa_excel.files.zips import BROKEN, open_zip
from qa_excel.thai.text import Text

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
NO_PARTS, SPANNED = b"PK\x05\x06", b"PK\x07\x08"
"""What begins a zip without parts, and one in several pieces."""
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
                content = head + file.read(_MOST_OF_OLE)
                of_others = any(stream in content for stream in _OTHER_STREAMS)
                is_workbook = _WORKBOOK_STREAM in content and not of_others
                return Content.WORKBOOK if is_workbook else Content.OTHER
            if head.startswith(_OTHER_ARCHIVES) or head[257:262] == b"ustar":
                return Content.OTHER_ARCHIVE
            if head.startswith((ZIP, NO_PARTS, SPANNED)):
                return _zipped(file, head)
    except OSError:
        pass
    return Content.OTHER


def _any(file: IO[bytes]) -> bool:
    """True where something other than zeros follows, as far as a workbook could reach."""
    return any(file.read(1 << 20).strip(b"\0") for _ in range(_MOST_ZEROS))


def _zipped(file: IO[bytes], head: bytes) -> Content:
    if head[30:].startswith(b"mimetype"):
        return Content.WORKBOOK if head[30:].startswith(_SPREADSHEET) else Content.OTHER
    names = _names(file)
    if not names:  # cut off: its first part tells
        length = int.from_bytes(head[26:28], "little")
        first = head[30 : 30 + length].lower()
        cut = first == b"[content_types].xml" or first.startswith(_PACKAGE_FOLDERS)
        return Content.WORKBOOK if cut else Content.ARCHIVE
    if "[content_types].xml" not in names:
        return Content.ARCHIVE
    return Content.WORKBOOK if any(name.startswith(("xl/", "xl\\")) for name in names) else Content.OTHER


def _names(file: IO[bytes]) -> set[str]:
    """The names in a zip's list, in small letters; none of a list that can't be read, or is beyond the limit."""
    try:
        with open_zip(file) as archive:
            return {name.lower() for name in archive.namelist()}
    except BROKEN:
        return set()


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
