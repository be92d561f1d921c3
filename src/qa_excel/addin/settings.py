"""The setting inside the add-in: the interpreter's full path, in the cell B1 of its own sheet `qa_excel.conf`.

openpyxl opens no .xlam, so the sheet's XML is changed within the package. Every other part keeps its bytes.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.sax.saxutils import escape

from defusedxml import ElementTree

from qa_excel.output import fixed_dates

SHEET, NAME, VALUE = "qa_excel.conf", "A1", "B1"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SettingsError(Exception):
    """A package that is no add-in of ours."""


def interpreter_of(package: bytes) -> str:
    """The interpreter that an add-in starts; empty in the add-in as it ships."""
    with _opened(package) as source:
        _, sheet = _sheet(source)
        for cell in ElementTree.fromstring(sheet).iter(f"{_MAIN}c"):
            if cell.get("r") == VALUE:
                return _text(cell, source)
        return ""


def with_interpreter(package: bytes, path: str) -> bytes:
    """The add-in with this interpreter in place of its own; the same bytes each time."""
    result = io.BytesIO()
    with _opened(package) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        part, sheet = _sheet(source)
        changed = _with_text(sheet.decode("utf-8"), path).encode("utf-8")
        for name in source.namelist():
            target.writestr(name, changed if name == part else source.read(name))
    return fixed_dates(result.getvalue())


def _opened(package: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(package))
    except zipfile.BadZipFile as error:
        raise SettingsError(str(error)) from error


def _sheet(source: zipfile.ZipFile) -> tuple[str, bytes]:
    """(part name, XML) of the sheet of settings."""
    try:
        book = ElementTree.fromstring(source.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(source.read("xl/_rels/workbook.xml.rels"))
        [relation] = [sheet.get(_ID) for sheet in book.iter(f"{_MAIN}sheet") if sheet.get("name") == SHEET]
        [target] = [each.get("Target") for each in relations if each.get("Id") == relation]
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        return part, source.read(part)
    except (zipfile.BadZipFile, KeyError, ValueError, ElementTree.ParseError) as error:
        raise SettingsError(str(error)) from error


def _text(cell: ElementTree.Element, source: zipfile.ZipFile) -> str:
    if cell.get("t") == "s":
        table = ElementTree.fromstring(source.read("xl/sharedStrings.xml"))
        cell = table[int(cell.findtext(f"{_MAIN}v") or 0)]
    return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t")) or cell.findtext(f"{_MAIN}v") or ""


def _with_text(xml: str, value: str) -> str:
    """The sheet with the value as text in its cell, whose style stays."""
    text = f'<is><t xml:space="preserve">{escape(value)}</t></is></c>'
    old = _cell(VALUE).search(xml)
    if old:
        kept = re.sub(r'\s*\bt="[^"]*"', "", old[1]).strip()
        return f'{xml[: old.start()]}<c {kept} t="inlineStr">{text}{xml[old.end() :]}'
    beside = _cell(NAME).search(xml)
    if not beside:
        raise SettingsError(f"no cell {NAME}")
    return f'{xml[: beside.end()]}<c r="{VALUE}" t="inlineStr">{text}{xml[beside.end() :]}'


def _cell(address: str) -> re.Pattern[str]:
    """A cell of a sheet; group 1 holds its attributes."""
    return re.compile(rf'<c (?=[^>]*\br="{address}")([^>]*?)(?:/>|>.*?</c>)', re.DOTALL)
