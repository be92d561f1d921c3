"""Packages that are written: the same bytes each time, and known again when they are met."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qa_excel.files.marks import KEY_PREFIX
from qa_excel.files.spelling import plain_xml
from qa_excel.files.writing import writing
from qa_excel.files.zips import peek

if TYPE_CHECKING:
    from openpyxl import Workbook

OUTPUT_MARK = "qa-excel:output"
"""Stands among the keywords of a workbook that the program wrote as a result: an inbox is searched without it."""
DESCRIPTOR, DATA_MARK = "datapackage.json", "qa-excel"
"""The file that describes a folder of data, and the property by which it is known as this program's."""

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_MAX_NAME = 200
"""Bytes of a file's name, which systems bound at 255."""
CORE = "docProps/core.xml"
STAMP = "2000-01-01T00:00:00Z"
"""The date of every package that is written here. Whatever program saves one again dates it anew."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_CORE_PART = re.compile(re.escape(CORE))
_MAX_CORE = 10_000
_CELLS = re.compile(r"xl/(?:worksheets/[^/]*|sharedStrings)\.xml", re.IGNORECASE)
_MOST_CELLS = 100_000_000
"""Bytes; the summary of 300 schools has some 30 million."""


def file_name(text: str, ending: str = "") -> str:
    """A name that every system takes, with `ending` behind it."""
    fit = _UNFIT.sub("_", text).strip(" .") or "_"
    room = _MAX_NAME - len(ending.encode())
    return fit.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending


def is_untouched(path: Path) -> bool:
    """True for a workbook or a letter as this program wrote it: nobody has saved it since."""
    return re.search(rb"<dcterms:modified[^>]*>" + STAMP.encode(), _core(path)) is not None


def is_output(path: Path) -> bool:
    """True for a workbook that this program wrote for the office.

    Its mark stays where a school's form is pasted into it, or is copied into a school's workbook with the properties;
    what holds a form is the school's.
    """
    if OUTPUT_MARK.encode() not in _core(path):
        return False
    cells = peek(path, _CELLS, _MOST_CELLS)
    return 0 < len(cells) < _MOST_CELLS and KEY_PREFIX.encode() not in cells


def _core(path: Path) -> bytes:
    """What a package says of itself; empty for what is no package."""
    return peek(path, _CORE_PART, _MAX_CORE)


def save(workbook: Workbook, path: Path, within: Path | None = None) -> None:
    """Save an openpyxl workbook; the same content gives the same bytes, whether lxml is installed or not."""
    with writing(path, within) as target:
        target.write(packed(workbook))


def packed(workbook: Workbook) -> bytes:
    """The package of an openpyxl workbook, as `save` writes it."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return fixed_dates(buffer.getvalue(), plain_xml)


def write_package(
    path: Path, write: Callable[[io.BytesIO], None], dated: bool = True, within: Path | None = None
) -> None:
    """Write a package that `write` puts into a buffer, with fixed dates. Raises OutputError.

    dated: False where `write` fixes them itself, as `book` does; packing a large workbook anew takes seconds.
    within: the folder that was named for it, if any.
    """
    with writing(path, within) as target:
        buffer = io.BytesIO()
        write(buffer)
        target.write(fixed_dates(buffer.getvalue()) if dated else buffer.getbuffer())


def fixed_dates(package: bytes, spelling: Callable[[bytes], bytes] = bytes) -> bytes:
    """The same zip package with every date in it fixed, and each part of XML in one spelling."""
    parts = unzipped(package)
    if CORE in parts:
        parts[CORE] = _STAMPS.sub(rb"\g<1>" + STAMP.encode() + rb"\g<3>", parts[CORE])
    for name in parts:
        if name.endswith((".xml", ".rels")):
            parts[name] = spelling(parts[name])
    return zipped(parts)


def unzipped(package: bytes) -> dict[str, bytes]:
    """The parts of a package that was made here, by their names."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts, all of one date."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()
