"""Archives as they arrive: a .zip of workbooks is laid out in a folder of the program's own, within limits.

Nothing is written where a name inside says, nor under it: the files are numbered. What is written is counted while it
is inflated, since a zip's own sizes can lie.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa_excel.files.contents import OLE, ZIP
from qa_excel.files.guard import MAX_FILE
from qa_excel.files.oserrors import reason
from qa_excel.files.output import file_name
from qa_excel.files.refusals import PackageError
from qa_excel.files.zips import BROKEN, METHODS, LongDirectory, open_zip, pieces
from qa_excel.thai.text import Text

MAX_LAID_OUT = 200_000_000
"""Bytes of an archive's files together; eight workbooks with pictures have a few million each."""
MAX_MEMBERS = 500
"""Files in one archive; a school sends eight, a district's office its schools' a few hundred."""

_HEAD = 4_096
_SMALL = 1_000_000
_UNICODE_NAME, _UTF8_FLAG, _LOCKED_FLAG = 0x7075, 0x800, 0x1
_THAI = range(0x0E00, 0x0E80)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name there, and where it was laid out, or why it was not."""

    name: str
    path: Path | None = None
    refusal: PackageError | None = None


class _TooMuch(Exception):
    pass


def lay_out(archive: Path, folder: Path) -> list[Member]:
    """The files in a zip, in its order: those that are small or may be workbooks whole, of others the first bytes.

    folder: is there, and empty. Raises PackageError for an archive that is not opened; nothing of it remains then.
    """
    try:
        return _laid_out(archive, folder)
    except PackageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _laid_out(archive: Path, folder: Path) -> list[Member]:
    try:
        with archive.open("rb") as file, open_zip(file) as package:
            return list(_members(package, folder))
    except LongDirectory:
        raise _abnormal("มีแฟ้มมากผิดปกติ", "it holds abnormally many files") from None
    except BROKEN:
        raise unopened("แฟ้มเสียหาย", "it is damaged") from None
    except _TooMuch:
        raise _abnormal("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size") from None
    except OSError as error:
        raise PackageError("file.unreadable", reason=reason(error)) from None


def unopened(th: str, en: str) -> PackageError:
    """Why what is in an archive was not looked at."""
    return PackageError("file.archive", reason=Text(th, en))


def _abnormal(th: str, en: str) -> PackageError:
    return PackageError("file.unsafe", reason=Text(th, en))


def _members(package: zipfile.ZipFile, folder: Path) -> Iterator[Member]:
    entries = [entry for entry in package.infolist() if not _is_folder(entry)]
    if len(entries) > MAX_MEMBERS:
        raise _abnormal(f"มีแฟ้มเกิน {MAX_MEMBERS} แฟ้ม", f"it holds more than {MAX_MEMBERS} files")
    names = [name_of(entry) for entry in entries]
    if len(set(names)) < len(names) or any(map(_leads_elsewhere, names)):
        raise _abnormal("ชื่อแฟ้มข้างในผิดปกติ", "a file in it has an abnormal name")
    budget = MAX_LAID_OUT
    for number, (entry, name) in enumerate(zip(entries, names, strict=True)):
        path = folder / file_name(f"{number}{PurePosixPath(name).suffix}")
        try:
            budget -= _write(package, entry, path, budget)
            yield Member(name, path)
        except PackageError as refusal:
            yield Member(name, refusal=refusal)


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(("/", "\\"))


def _leads_elsewhere(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or not name.strip("/")


def _write(package: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, budget: int) -> int:
    """Bytes inflated for one file. Raises PackageError where it is not laid out."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise PackageError("file.special")
    if entry.flag_bits & _LOCKED_FLAG:
        raise unopened("มีรหัสผ่าน", "it is locked by a password")
    if entry.compress_type not in METHODS:
        raise unopened("บีบอัดด้วยวิธีที่โปรแกรมไม่เปิด", "it is packed in a way that is not opened")
    written = 0
    try:
        with path.open("wb") as target:
            for piece in pieces(package, entry):
                if not written and entry.file_size > _SMALL and not piece.startswith((ZIP, OLE)):
                    return target.write(piece[:_HEAD])
                written += len(piece)
                if written > budget:
                    raise _TooMuch
                if written > MAX_FILE:
                    raise _abnormal(f"ขนาดเกิน {MAX_FILE // 1_000_000} MB", f"larger than {MAX_FILE // 1_000_000} MB")
                target.write(piece)
    except BROKEN:
        raise PackageError("file.damaged") from None
    return written


# --- Names ---


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name of a file in a zip, as the program meant it that wrote it.

    Windows in Thai writes Thai names in its own code page and says nothing of it, macOS writes UTF-8 and says
    nothing; Python takes both for those of an American PC.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        name = _unicode_name(entry.extra, raw) or _decoded(raw)
    name = name.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
        # By chance a few Thai letters of Windows are UTF-8 as well, of letters that nobody here writes.
        if all(sign.isascii() or ord(sign) in _THAI for sign in text):
            return text
    except UnicodeDecodeError:
        pass
    return raw.decode("cp874", "replace")


def _unicode_name(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 that some programs add beside another; empty where there is none for that name."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        field = extra[at + 4 : at + 4 + length]
        if kind == _UNICODE_NAME and field[:1] == b"\1" and field[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
            return field[5:].decode("utf-8", "replace")
        at += 4 + length
    return ""
