"""Zip archives as they are received: opened with a bounded directory, and looked into without a word.

Python reads the whole directory of an archive before anything else can be counted, and knows ways of packing that no
program uses for a workbook, whose faults are many: both are kept away from it here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from qa_excel.files.plain import open_plain
from qa_excel.files.refusals import PackageError, unsafe

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The two ways in which the parts of a workbook are packed."""
MAX_PARTS = 2_000
MAX_DIRECTORY = MAX_PARTS * 500
"""Bytes of the list of an archive's parts; each takes 46, its name and a few more."""

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What Python says of an archive that is damaged."""

_PIECE = 65_536
_PART, _HEADER = b"PK\x03\x04", 30
"""How a part begins, and how many bytes stand before its name."""
_SMALL = 1_000_000
"""Bytes of a part that is inflated in one step; the largest of a form has a tenth of it."""
_UTF8, _USUAL_FLAGS = 0x800, 0x80E
"""Signs of an entry: that its name is UTF-8; these, how hard it was packed, and that its size stands behind it."""


class LongDirectory(zipfile.BadZipFile):
    """An archive whose list of parts is longer than any workbook's."""


class _Bounded(io.RawIOBase):
    """A file of which no more is read at once than a directory may have."""

    def __init__(self, file: IO[bytes]):
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise LongDirectory
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """An archive to read from. Raises BadZipFile, also for a directory longer than any workbook's."""
    return zipfile.ZipFile(_Bounded(file))


def readable_parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The parts of a workbook by name, as far as they may be read at all. Raises PackageError."""
    listed = archive.infolist()
    if len(listed) > MAX_PARTS:
        raise unsafe("มีส่วนประกอบมากผิดปกติ", "it has abnormally many parts")
    parts: dict[str, zipfile.ZipInfo] = {}
    lower: set[str] = set()
    for entry in listed:
        if entry.flag_bits & 1:
            raise PackageError("file.encrypted")
        if entry.compress_type not in METHODS:
            raise unsafe("วิธีบีบอัดผิดปกติ", "a part is packed in an abnormal way")
        name = entry.filename.replace("\\", "/")
        if name.endswith("/"):
            continue
        # Names of parts differ in more than case.
        if name.startswith("/") or ":" in name or ".." in name.split("/") or name.lower() in lower:
            raise unsafe("ชื่อส่วนประกอบผิดปกติ", "a part has an abnormal name")
        lower.add(name.lower())
        parts[name] = entry
    return parts


def refuse_macros(names: Iterable[str]) -> None:
    """Raise PackageError where a part of a workbook is a program."""
    if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in names):
        raise PackageError("file.macros")


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part as they are inflated, to be counted by who reads them."""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            yield piece


def slices(part: bytes) -> Iterator[bytes]:
    """A part that is inflated, as `pieces` gives it."""
    return (part[at : at + _PIECE] for at in range(0, len(part), _PIECE))


def at_once(content: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    """A part of an archive in memory, inflated in one step; None for a large one, and wherever anything is unusual,
    which is for `pieces` to judge."""
    start = entry.header_offset + _HEADER
    header = content[entry.header_offset : start]
    if entry.file_size > _SMALL or entry.flag_bits & ~_USUAL_FLAGS or header[:4] != _PART or len(header) < _HEADER:
        return None
    named = start + int.from_bytes(header[26:28], "little")
    if content[start:named] != entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace"):
        return None
    start = named + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = packed
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            part = inflater.decompress(packed, entry.file_size + 1)
        except zlib.error:
            return None
        if inflater.unused_data or not inflater.eof:
            return None
    return part if len(part) == entry.file_size and zlib.crc32(part) == entry.CRC else None


def peek(path: Path, wanted: re.Pattern[str], most: int) -> bytes:
    """The parts whose names match, one after the other, cut where they have more than so many bytes altogether.

    Empty for whatever is no archive, or is none that can be read: to tell what is wrong with a file is its reader's.
    """
    result = bytearray()
    try:
        with open_plain(path) as file, open_zip(file) as archive:
            for entry in archive.infolist()[:MAX_PARTS]:
                if entry.compress_type in METHODS and wanted.fullmatch(entry.filename):
                    for piece in pieces(archive, entry):
                        result += piece[: most - len(result)]
                        if len(result) >= most:
                            return bytes(result)
    except Exception:  # a file's content has many ways to fail, and a new library more
        return b""
    return bytes(result)
