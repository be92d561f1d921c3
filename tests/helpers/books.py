"""Workbooks for tests: made, looked into and spoiled without the product's own reader."""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.bound_dictionary import BoundDictionary
from openpyxl.workbook import Workbook
from openpyxl.worksheet.dimensions import DimensionHolder
from openpyxl.worksheet.table import TableList
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from helpers import ROOT
from qa_excel import fill, load_rubric

SAMPLES = ROOT / "samples"
COMPLETE_SCHOOL = next(SAMPLES.glob("district/99000002 *"))
"""A school whose eight workbooks are filled in without a fault."""

VERSION = load_rubric("onesqa-r4").version
"""What the keys of a fresh form of an area bear."""

Key = tuple[str, str]
"""(row key, column key)."""


def submission(area: int | None, **parts: Any) -> dict[str, Any]:
    """The least submission of an area, or of internal assurance (None), with further parts."""
    if area is None:
        least: dict[str, Any] = {"rubric": "iqa-2565", "year": 2565, "school": {"code": "63020130"}, "items": {}}
    else:
        school = {"code": "63020130", "levels": ["P6"]}
        least = {"rubric": "onesqa-r4", "area": area, "year": 2563, "school": school, "answers": {}}
    return {**least, **parts}


@functools.cache
def _least_workbook(area: int | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "least.xlsx"
        fill(submission(area), path)
        return path.read_bytes()


def workbook(path: Path, area: int | None, entries: Mapping[Key, Any] | None = None) -> Path:
    """Writes the least submission's workbook, with what a person types into it."""
    path.write_bytes(_least_workbook(area))
    if entries:
        type_in(path, entries)
    return path


# --- Looking into a workbook ----------------------------------------------------------------------------------


def keyed_cells(sheet: Worksheet) -> dict[Key, Cell]:
    """The cells of a sheet by row key and column key, as docs/keys.md explains them."""
    return {key: sheet.cell(*place) for key, place in _keyed(list(sheet.iter_rows(values_only=True))).items()}


def _keyed(rows: Sequence[Sequence[Any]]) -> dict[Key, tuple[int, int]]:
    """(row, column) of each key; `rows` begin with A1."""
    start = next(
        (
            (row, column)
            for row, values in enumerate(rows[:20])
            for column, value in enumerate(values[:20])
            if _text(value).startswith("qa-excel:")
        ),
        None,
    )
    if start is None:
        return {}
    found: dict[Key, tuple[int, int]] = {}
    columns: dict[int, str] = {}
    for row, values in enumerate(rows[start[0] + 1 :], start[0] + 2):
        name = _text(values[start[1]])
        if name == "#columns":
            columns = {at: _text(value) for at, value in enumerate(values) if at > start[1] and value not in (None, "")}
        elif name:
            for column, key in columns.items():
                found.setdefault((name, key), (row, column + 1))
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _bound(kind: type[BoundDictionary], factory: Any) -> BoundDictionary:
    made = kind.__new__(kind)
    defaultdict.__init__(made, factory)
    return made


for _kind in (BoundDictionary, DimensionHolder):  # a defaultdict's own way takes their first argument for the factory
    copyreg.pickle(
        _kind, lambda held: (_bound, (type(held), held.default_factory), held.__dict__, None, iter(held.items()))
    )
# Its own `items` gives names and ranges.
copyreg.pickle(TableList, lambda held: (TableList, (), None, None, iter(dict.items(held))))


def opened(file: Path | io.BytesIO, data_only: bool = False) -> Workbook:
    """A workbook as openpyxl reads it; what was read before is unpacked again, which is ten times as fast."""
    return pickle.loads(_read(file.read_bytes() if isinstance(file, Path) else file.getvalue(), data_only))


@functools.lru_cache(maxsize=32)
def _read(content: bytes, data_only: bool = False) -> bytes:
    return pickle.dumps(openpyxl.load_workbook(io.BytesIO(content), data_only=data_only))


def place(path: Path, key: Key) -> tuple[str, str]:
    """(sheet, A1 cell) of an input."""
    return _places(path.read_bytes())[key]


@functools.lru_cache(maxsize=16)
def _places(content: bytes) -> dict[Key, tuple[str, str]]:
    places: dict[Key, tuple[str, str]] = {}
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        for key, (row, column) in _keyed(rows).items():
            # A table repeats the cover's year under the same keys; the cover stands before it.
            places.setdefault(key, (title, f"{get_column_letter(column)}{row}"))
    return places


def keys_of(path: tuple[str, ...]) -> Key:
    """The keys of an answer or condition by its path below `answers` or `deductions`."""
    indicator, answer, *table, name = path
    if not table:
        return f"{indicator}.{answer}", name
    grade, *subject = table
    return ".".join((indicator, answer, *subject)), f"{grade}.{name}"


# --- Typing, moving and spoiling ------------------------------------------------------------------------------


def edit(path: Path, change: Callable[[Workbook], Any]) -> Path:
    """Opens, changes and saves a workbook with openpyxl."""
    book = opened(path)
    change(book)
    book.save(path)
    return path


def type_in(path: Path, entries: Mapping[Key, Any]) -> Path:
    """Types values into inputs; a text stays a text, None empties the cell, a Formula is one.

    The cells are put into the sheets' XML, and formulas lose the values that were saved with them, as with openpyxl,
    which is a hundred times slower; a day is left to it, as it needs a style of its own.
    """
    content = path.read_bytes()
    places = _places(content)
    if any(isinstance(value, date) for value in entries.values()):
        return edit(path, lambda book: [_set(book, places[key], value) for key, value in entries.items()])
    parts = dict(_without_values(content))
    names = parts_of_sheets(content)
    for key, value in entries.items():
        title, cell = places[key]
        pattern = re.compile(rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode(), re.DOTALL)
        parts[names[title]], found = pattern.subn(
            lambda m, cell=cell, value=value: f'<c r="{cell}"{(m[1] or b"").decode()}{_written(value)}'.encode(),
            parts[names[title]],
        )
        assert found == 1, (key, title, cell)
    return pack(path, parts)


def _set(book: Workbook, place: tuple[str, str], value: Any) -> None:
    cell = book[place[0]][place[1]]
    cell.value = value
    if isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"


def _written(value: Any) -> str:
    """The rest of a cell's XML, after its address and style."""
    match value:
        case None:
            return "/>"
        case Formula() if value.startswith("="):
            return f"><f>{escape(value[1:])}</f><v/></c>"
        case Formula():
            return f' t="e"><v>{value}</v></c>'
        case bool():
            return f' t="b"><v>{value:d}</v></c>'
        case int() | float():
            return f"><v>{value!r}</v></c>"
        case str():
            return f' t="inlineStr"><is><t xml:space="preserve">{escape(value, {chr(13): "&#13;"})}</t></is></c>'
    raise TypeError(value)


_SAVED = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?(><f[^>]*>[^<]*</f>)<v>[^<]*</v></c>')


@functools.lru_cache(maxsize=16)
def _without_values(content: bytes) -> dict[str, bytes]:
    """The parts of a package, in which the saved value of each formula is empty."""
    parts = parts_of(io.BytesIO(content))
    return {n: _SAVED.sub(rb"\1\2<v/></c>", x) if n.startswith("xl/worksheets/") else x for n, x in parts.items()}


@functools.lru_cache(maxsize=16)
def parts_of_sheets(content: bytes) -> dict[str, str]:
    """Title of each sheet → the name of its part."""
    parts = parts_of(io.BytesIO(content))
    book, relations = (ElementTree.fromstring(parts[f"xl/{n}"]) for n in ("workbook.xml", "_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target") for each in relations}
    identity = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    sheets = book.iterfind("{*}sheets/{*}sheet")
    return {sheet.get("name"): f"xl/{targets[sheet.get(identity)].removeprefix('/xl/')}" for sheet in sheets}


class Formula(str):
    """A text that `type_in` enters as a formula, or as the error value that one shows."""


def sheet_with(book: Workbook, key: Key) -> Worksheet:
    return next(sheet for sheet in book.worksheets if key in keyed_cells(sheet))


def form_sheets(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if keyed_cells(sheet)]


def replace_keys(path: Path, old: str, new: str) -> Path:
    """Changes the text of the sheets' own keys."""

    def change(book: Workbook) -> None:
        for sheet in book.worksheets:
            key = sheet.cell(1, 1)
            if _text(key.value).startswith("qa-excel:"):
                key.value = key.value.replace(old, new)

    return edit(path, change)


def repack(path: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """Changes the parts inside the package."""
    parts = parts_of(path)
    change(parts)
    return pack(path, parts)


def parts_of(path: Path | io.BytesIO) -> dict[str, bytes]:
    """What is inside a package; how it is compressed may differ between computers."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def declare_prefixes_late(parts: dict[str, bytes]) -> None:
    """Declares the prefix of relationships in each element that uses it, as some programs do."""
    declared = rb' xmlns:r="[^"]*/relationships"'
    for name, xml in parts.items():
        found = re.search(declared, xml)
        if found and name.startswith("xl/") and name.endswith(".xml"):
            bare = re.sub(declared, b"", xml)
            parts[name] = re.sub(rb'<\w+(?=[^<>]* r:\w+=")', lambda m, own=found[0]: m[0] + own, bare)


def pack(path: Path | io.BytesIO, parts: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> Path | io.BytesIO:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in dict(parts).items():
            package.writestr(name, content)
    return path


def add_cell_xml(path: Path, xml: str) -> Path:
    """Adds a last row of raw XML to the workbook's first sheet."""

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        parts[name], changed = re.subn(rb"</sheetData>", xml.encode() + b"</sheetData>", parts[name])
        assert changed == 1

    return repack(path, change)


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes; folders have none."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}
