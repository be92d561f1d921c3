"""Sheets as spreadsheet programs usually write them, read by a strict grammar: no call of Python for each element, no
parser behind it.

Whatever has another form raises `Unusual`, and is for `sheet_facts` and calamine to read; of what is accepted they
say the same. Every byte is accounted for: cells one by one, what stands between them by one pattern, and what stands
around them by expat. Patterns take each sign once (possessive), so that their time grows with the text alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook

from qa_excel.files import limits
from qa_excel.files.limits import MAX_TEXT, measure_formats
from qa_excel.files.parts import SHARED, STYLES, WORKBOOK, Sheets
from qa_excel.files.sheet_facts import (
    MAX_ATTRIBUTES,
    MAX_FORMULA,
    MAX_FORMULAS,
    READABLE_ERRORS,
    WATCHED_COLUMNS,
    WATCHED_ROWS,
    SheetFacts,
    column_number,
    safe_parser,
)
from qa_excel.thai.typed import ErrorCell, UncalculatedFormula

_KEPT = 1_000
"""Signs of a cell whose meaning is kept in mind; few have more, but for long evidence."""
_KEPT_OF_ROW = 4_000
"""Bytes of a row; the longest of a form have some 3,000."""
_MOST_RUNS = 1_000
_MOST_STYLES = 2_000
_SMALL = 1 << 15
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_DAY_ZERO, _FIRST_DAY, _LAST_DAY = date(1899, 12, 30), 61, 2_958_465
"""Of Excel's days from its first March on."""

_SPACE = r"[ \t\n]*+"
_ADDRESS = re.compile("([A-Z]|A[A-Z]|B[A-L])([1-9][0-9]{0,2})")
"""Of a cell that holds something: within what `sheet_facts` watches, so that there are never too many."""
_EMPTY = "(?:[A-Z]{1,2}|[A-W][A-Z]{2})[1-9][0-9]{0,5}"
_CELL = re.compile(
    r'(?: s="(?P<style>[0-9]{1,5})")?(?: t="(?P<kind>n|s|str|b|e|inlineStr)")?>'
    r'(?P<formula><f(?P<about>(?: [a-z0-9]{1,9}="[A-Za-z0-9:]{0,30}"){0,9}+)(?:/>|>(?P<text>[^<]*+)</f>))?+'
    r"(?:<v>(?P<value>[^<]*+)</v>|<v ?/>|<is>(?P<inline>(?:<[tr][ >/](?s:.)*+)?+))?+"
)
_GIVEN = r'="[^"<>&]*+"'
_RUN = re.compile(
    rf"<r>(?:<rPr>(?:<[A-Za-z]++(?: (?P<one>[a-z]++){_GIVEN}(?: (?!(?P=one)=)[a-z]++{_GIVEN})?+)?+ ?/>)*+</rPr>)?+"
    r"<t(?P<space> xml:space=\"preserve\")?+>(?P<text>[^<]*+)</t></r>"
)
_TEXT = re.compile(r'<t(?: xml:space="(?P<space>preserve)")?+(?:/>|>(?P<text>[^<]*+)</t>)')
_CELLS = rf'(?:{_SPACE}<c r="{_EMPTY}"(?: s="[0-9]{{1,5}}")?+(?: t="[a-zA-Z]{{1,9}}")?+ ?/>)*+{_SPACE}'
_BEGUN = r'<row(?: [A-Za-z0-9:]{1,30}="[A-Za-z0-9.: -]{0,40}")*+ ?'
_EMPTY_ROWS = rf"{_SPACE}(?:{_BEGUN}/>{_SPACE})*+"
_BEFORE = re.compile(f"{_EMPTY_ROWS}{_BEGUN}>{_CELLS}")
_BETWEEN = re.compile(_CELLS)
_BEHIND = re.compile(_EMPTY_ROWS)
"""What stands before the first cell of a row that holds something, between and behind them, and behind all rows: cells
that hold nothing, and rows without cells."""
_ROW = re.compile("<row[^>]*+>")
_NUMBERED = re.compile("[1-9][0-9]{0,6}")
_OTHER_CALENDAR = re.compile(rb'date1904(?!="(?:0|false)")')
_NUMBER = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,20})?+(?:E[+-]?[0-9]{1,2})?+")
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,4}|#x[0-9A-Fa-f]{1,4});")
_NAMED = {"&quot;": '"', "&lt;": "<", "&gt;": ">", "&apos;": "'", "&amp;": "&"}
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|]]>")
"""No sign of XML; a line end, or a sign written by its number, that readers take in ways of their own."""
_DECLARED = re.compile(r"""\A\s*+<\?xml[^>]*?encoding\s*=\s*["']([^"']*+)["']""")
_STRINGS_BEGIN = re.compile(
    r'\A(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"(?: standalone="(?:yes|no)")?+ ?\?>[ \r\n]*+)?+'
    r'<sst(?P<about>(?: [A-Za-z:]{1,20}="[A-Za-z0-9:/._-]{0,90}")*+)>\Z'
)
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]++)="([^"]*+)"')
_IN_FRAME = re.compile(
    r'(?<=ref=")[A-Z0-9: ]++(?=")|(?<=Cell=")[A-Z0-9]++(?=")'
    r"|\{[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}\}"
)
"""Places, which move with rows and columns, and identities: they tell nothing of what a frame does."""
_FORMULA = re.compile(r"(?:(?<=<formula>)|(?<=<formula[12]>)|(?<=<xm:f>)|(?<=<xm:sqref>))[^<]++")
_IN_FORMULA = re.compile(
    r"""(?P<quoted>(?:"|&quot;)(?:(?!"|&quot;).)*+(?:"|&quot;))"""
    r"|(?<![A-Za-z0-9_.])\$?[A-Z]{1,3}\$?[0-9]{1,5}(?![0-9A-Za-z_(=])"
)
"""A text in a formula, which stays, or a place. Elsewhere what looks like one may be a text: &C081-234-5678."""
_RANGED = re.compile("mergeCell(?!s)|dimension")
_RANGE = re.compile(rf'<(?:mergeCell|dimension) ref="{_EMPTY}(?::{_EMPTY})?+" ?/>')
_NAMED_AS_PLACE = re.compile(r"</?(?:\w++:)?+[A-Z]{1,3}[0-9]")
_CELLS_OWN = frozenset(["c", "row", "v", "t", "f", "is", "rPh", "sheetData"])


class Unusual(Exception):
    """Something that has another form than programs usually give it."""


Rows = dict[int, dict[int, Any]]
"""Number of a row → number of a column → value, of cells that hold one; in the order of the sheet."""


@dataclass(frozen=True, slots=True)
class UsualSheet:
    """A sheet's values and facts; `frame` is what stands around its cells, without the places that it names."""

    rows: Rows
    cells: dict[str, Any]
    """The same values by their addresses."""
    facts: SheetFacts
    frame: bytes


def usual_sheets(parts: Mapping[str, bytes], book: Sheets) -> dict[str, UsualSheet]:
    """The sheets by title. Raises Unusual, ExpatError, UnicodeDecodeError, PackageError."""
    measure_formats(parts.get(STYLES, b""))
    dates = _date_styles(parts.get(STYLES, b""))
    if len(book.parts) * WATCHED_ROWS * WATCHED_COLUMNS > limits.MAX_CELLS:
        raise Unusual  # of fewer sheets, cells where they are looked for can't be too many
    if len(set(book.parts.values())) < len(book.parts):
        raise Unusual
    if WORKBOOK not in parts or _OTHER_CALENDAR.search(parts[WORKBOOK]):
        raise Unusual
    reader = _Reader(_strings(parts[SHARED]) if SHARED in parts else [], dates)
    sheets = {title: reader.read(parts[name]) for title, name in book.parts.items()}
    if reader.shared * max(map(len, reader.texts), default=0) > MAX_TEXT:
        raise Unusual
    return sheets


class _Reader:
    """Reads sheets that share texts and styles; counts the cells that show a shared text."""

    def __init__(self, texts: list[str], dates: frozenset[str]) -> None:
        self.texts = texts
        self.dates = dates
        self.shared = 0

    def read(self, xml: bytes) -> UsualSheet:
        start, end = xml.find(_OPEN), xml.rfind(_CLOSE)
        if start < 0 or end < start:
            raise Unusual
        over = end + len(_CLOSE)
        frame = _frame(xml[:start], xml[over:])
        facts = SheetFacts(cells=(start, over), filled=bytearray())
        rows, cells = self._cells(xml[start + len(_OPEN) : end], facts)
        return UsualSheet(rows, cells, facts, frame)

    def _cells(self, body: bytes, facts: SheetFacts) -> tuple[Rows, dict[str, Any]]:
        rows: Rows = {}
        cells: dict[str, Any] = {}
        number = 0
        *written, rest = body.split(b"</row>")
        _check_gap(rest, _BEHIND)
        for each in written:
            row = _row(each) if len(each) < _KEPT_OF_ROW else _read_row(each)
            if row.number <= number:  # readers expect them in order
                raise Unusual
            number, line, held = row.number, row.line, row.cells
            if row.shared or not self.dates.isdisjoint(row.styles):
                line, held = self._filled_in(row)
            if line:
                rows[number] = line
                cells.update(held)
            for address, (text, shown, unseen, is_plain) in row.formulas.items():
                facts.formulas[address] = text, shown
                if unseen is not None:
                    facts.unseen[address] = unseen
                if not is_plain:
                    facts.note_formula(address, text)
        if len(facts.formulas) > MAX_FORMULAS:
            raise Unusual
        return rows, cells

    def _filled_in(self, row: _Row) -> tuple[dict[int, Any], dict[str, Any]]:
        """A row's values with its texts, and its days."""
        line, cells = row.line.copy(), row.cells.copy()
        self.shared += len(row.shared)
        for address, column, number in row.shared:
            if number >= len(self.texts):
                raise Unusual
            if text := self.texts[number]:
                line[column] = cells[address] = text
            else:
                del line[column], cells[address]
        for address, column, style in row.numbers:
            if style in self.dates:
                line[column] = cells[address] = _day(line[column])
        return line, cells


class _Row(NamedTuple):
    """What one row says by itself. In the place of a shared text stands nothing yet; `numbers` have a style, which may
    make days of them."""

    number: int
    line: dict[int, Any]
    cells: dict[str, Any]
    shared: tuple[tuple[str, int, int], ...]
    numbers: tuple[tuple[str, int, str], ...]
    styles: frozenset[str]
    formulas: dict[str, _Formula]


def _read_row(written: bytes) -> _Row:
    """A row without its end."""
    *pieces, rest = written.split(b"</c>")
    before, *between = (*(piece.rpartition(b'<c r="')[0] for piece in pieces), rest)
    own = _check_gap(before, _BEFORE)
    for gap in filter(None, between):
        _check_between(gap) if len(gap) < _KEPT else _check_gap(gap, _BETWEEN)
    line: dict[int, Any] = {}
    cells: dict[str, Any] = {}
    shared: list[tuple[str, int, int]] = []
    numbers: list[tuple[str, int, str]] = []
    formulas: dict[str, _Formula] = {}
    last = 0
    for piece in pieces:
        _, begun, cell = piece.rpartition(b'<c r="')
        place, _, cell = cell.partition(b'"')
        address, column, number = _place(place)
        if not begun or number != own or column <= last:
            raise Unusual
        last = column
        kind, value, formula, style = _cell(cell) if len(cell) < _KEPT else _read_cell(cell)
        if kind == "s":
            shared.append((address, column, value))
            value = ""
        elif kind == "n":
            numbers.append((address, column, style or ""))
        if formula is not None:
            formulas[address] = formula
        if value is not None:
            line[column] = cells[address] = value
    return _Row(own, line, cells, tuple(shared), tuple(numbers), frozenset(style for *_, style in numbers), formulas)


_row = lru_cache(maxsize=4096)(_read_row)
"""The rows of a form in which nothing is entered are the same in every school's file, and others in some."""


@lru_cache(maxsize=8192)
def _place(written: bytes) -> tuple[str, int, int]:
    """(address, column, row) of a cell that holds something."""
    found = _ADDRESS.fullmatch(written.decode())
    if found is None:
        raise Unusual
    return found[0], column_number(found[1]), int(found[2])


def _check_gap(written: bytes, grammar: re.Pattern[str]) -> int:
    """The number of the last row that begins in a stretch between cells; 0 for none."""
    gap = written.decode()
    if not grammar.fullmatch(gap):
        raise Unusual
    return max(map(_row_number, _ROW.findall(gap)), default=0)


@lru_cache(maxsize=8192)
def _check_between(gap: bytes) -> None:
    """The same of what stands between two cells: it is the same in every school's file."""
    _check_gap(gap, _BETWEEN)


@lru_cache(maxsize=4096)
def _row_number(tag: str) -> int:
    attributes = _ATTRIBUTE.findall(tag)
    named = dict(attributes)
    if len(named) < len(attributes) or len(named) > MAX_ATTRIBUTES or not _NUMBERED.fullmatch(named.get("r", "")):
        raise Unusual
    return int(named["r"])


class _Formula(NamedTuple):
    """A formula with the value that it last showed, and what stands in its cell where that reads as empty."""

    text: str
    shown: str
    unseen: str | None
    is_plain: bool
    """That nothing is noted of it."""


def _read_cell(raw: bytes) -> tuple[str, Any, _Formula | None, str | None]:
    """(s for a shared text, n for a number with a style, else empty; value; formula; number of the style) of a cell,
    given behind its address."""
    written = raw.decode()
    found = _CELL.fullmatch(written)
    if found is None or _is_no_text(written):
        raise Unusual
    kind, style = found["kind"] or "n", found["style"]
    if found["inline"] is not None:
        if kind != "inlineStr" or found["formula"] or not found["inline"].endswith("</is>"):
            raise Unusual
        return "", _rich(found["inline"].removesuffix("</is>")) or None, None, style
    value, shown = _value(kind, found["value"] or "")
    if not found["formula"] and (kind == "e" or (kind == "str" and not shown)):
        raise Unusual
    formula = _formula(found, kind, shown) if found["formula"] else None
    later = kind == "s" or (kind == "n" and style is not None)
    return kind if later and value is not None else "", value, formula, style


_cell = lru_cache(maxsize=16_384)(_read_cell)


def _formula(found: re.Match[str], kind: str, shown: str) -> _Formula:
    about = _ATTRIBUTE.findall(found["about"])
    text, is_plain = _formula_text(found["text"] or "")
    if len(dict(about)) < len(about) or kind in ("s", "inlineStr") or len(text) > MAX_FORMULA:
        raise Unusual
    unseen: str | None = None
    if isinstance(shown, ErrorCell):
        unseen = shown
    elif not shown and kind != "str":
        unseen = UncalculatedFormula("=" + text)
    return _Formula(text, shown, unseen, is_plain)


@lru_cache(maxsize=8192)
def _formula_text(written: str) -> tuple[str, bool]:
    """The text of a formula, and whether nothing is to be noted of it."""
    text = _meant(written)
    noted = SheetFacts(filled=bytearray())
    noted.note_formula("A1", text)
    return text, not (noted.dde or noted.active or noted.elsewhere)


def _is_no_text(written: str) -> bool:
    may_be = not written.isprintable() or "_x" in written or "]]>" in written
    return may_be and _NO_TEXT.search(written) is not None


def _value(kind: str, raw: str) -> tuple[Any, str]:
    """(value, what the formula last showed); None for what reads as empty."""
    if kind == "inlineStr":
        raise Unusual
    if kind == "str":
        text = _meant(raw)
        if text != text.strip():
            raise Unusual
        return text or None, text
    if not raw:
        return None, ""
    if kind == "e" and raw in READABLE_ERRORS:
        return None, ErrorCell(raw)
    if kind == "b" and raw in ("0", "1"):
        return raw == "1", raw
    if kind == "s" and raw.isascii() and raw.isdecimal() and len(raw) < 9:
        return int(raw), raw
    if kind == "n" and _NUMBER.fullmatch(raw):
        return float(raw), raw
    raise Unusual


def _day(value: float) -> date:
    if not value.is_integer() or not _FIRST_DAY <= value <= _LAST_DAY:
        raise Unusual
    return _DAY_ZERO + timedelta(days=int(value))


def _meant(written: str) -> str:
    """A text without references to its signs."""
    return _text_meant(written) if "&" in written else written


def _text_meant(written: str) -> str:
    if written.count("&") == sum(map(written.count, _NAMED)):
        for name, sign in _NAMED.items():  # the sign & itself is the last
            written = written.replace(name, sign)
        return written
    if written.count("&") != len(_REFERENCE.findall(written)):
        raise Unusual
    return _REFERENCE.sub(_sign, written)


def _sign(reference: re.Match[str]) -> str:
    name = reference[0]
    if name in _NAMED:
        return _NAMED[name]
    sign = chr(int(name[3:-1], 16) if name[2] == "x" else int(name[2:-1]))
    if _NO_TEXT.search(sign) or "\ud800" <= sign <= "\udfff":
        raise Unusual
    return sign


def _rich(written: str) -> str:
    """A text that stands in one piece, or in runs of different looks."""
    found = _TEXT.fullmatch(written)
    if not found and written.count("<r>") > _MOST_RUNS:
        raise Unusual
    runs = [found] if found else list(_RUN.finditer(written))
    if not found and sum(len(run[0]) for run in runs) != len(written):
        raise Unusual
    texts = [_meant(run["text"] or "") for run in runs]
    # Spaces around a text that does not say that they are meant are cut by one reader and kept by another.
    if any(text != text.strip() and not run["space"] for text, run in zip(texts, runs, strict=True)):
        raise Unusual
    return "".join(texts)


# --- shared texts ---


def _strings(xml: bytes) -> list[str]:
    """The shared texts."""
    *items, rest = xml.decode().split("</si>")
    if not items:
        raise Unusual
    head, begun, items[0] = items[0].partition("<si>")
    about = _STRINGS_BEGIN.fullmatch(head)
    attributes = _ATTRIBUTE.findall(about["about"]) if about else []
    if not begun or not about or rest.strip(" \r\n") != "</sst>" or len(dict(attributes)) < len(attributes):
        raise Unusual
    first, *others = items
    return [_string("<si>" + first), *map(_string, others)]


def _string(written: str) -> str:
    return _shared_text(written) if len(written) < _KEPT else _shared_text.__wrapped__(written)


@lru_cache(maxsize=8192)
def _shared_text(written: str) -> str:
    if not written.startswith("<si>") or _is_no_text(written):
        raise Unusual
    return _rich(written[4:])


# --- around the cells ---


def _frame(before: bytes, behind: bytes) -> bytes:
    """What stands around the cells without places: the same in every school's file. Raises ExpatError."""
    if len(before) + len(behind) > _SMALL:
        return _checked_frame.__wrapped__(before, behind)
    return _checked_frame(before, behind)


@lru_cache(maxsize=256)
def _checked_frame(before: bytes, behind: bytes) -> bytes:
    written = before.decode() + _MIDST + behind.decode()
    declared = _DECLARED.match(written)
    if _NAMED_AS_PLACE.search(written) or (declared and declared[1].lower() != "utf-8"):
        raise Unusual
    # What else a reader of cells looks at, and may stumble over.
    if len(_RANGE.findall(written)) != len(_RANGED.findall(written)):
        raise Unusual
    frame = _FORMULA.sub(_without_places, _IN_FRAME.sub("A1", written)).encode()
    _check_frame(frame) if len(frame) < _SMALL else _check_frame.__wrapped__(frame)
    return frame


def _without_places(formula: re.Match[str]) -> str:
    return _IN_FORMULA.sub(lambda found: found["quoted"] or "A1", formula[0])


_MIDST = "<sheetData/>"


@lru_cache(maxsize=256)
def _check_frame(frame: bytes) -> None:
    """One element with the list of cells in it, and before that nothing that belongs to cells."""
    depth = seen = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, seen
        if len(attributes) > MAX_ATTRIBUTES:
            raise Unusual
        if not seen and name.rpartition(":")[2] in _CELLS_OWN:
            if name != "sheetData" or depth != 1:
                raise Unusual
            seen = 1
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = safe_parser(start)
    parser.EndElementHandler = end
    parser.Parse(frame, True)
    if not seen or frame.count(b"sheetData") != 1:
        raise Unusual


# --- days ---


@lru_cache(maxsize=64)
def _date_styles(styles: bytes) -> frozenset[str]:
    """The numbers of the styles in which calamine takes a number for a day: it is asked with a sheet of one row."""
    most = styles.count(b"<xf ")
    if not most or most > _MOST_STYLES:
        raise Unusual
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" s="{row - 1}"><v>{_FIRST_DAY}</v></c></row>' for row in range(1, most + 1)
    )
    name = "xl/worksheets/sheet1.xml"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = Sheets({"S": name}, {}, (("r", "worksheet", name), ("s", "styles", STYLES)))
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r"/></sheets>'
    parts = {
        WORKBOOK: f'<workbook xmlns="{space}" xmlns:r="{relations}">{sheets}</workbook>'.encode(),
        STYLES: styles,
        name: f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode(),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for part, xml in book.copy(parts):
            target.writestr(part, xml)
    content.seek(0)
    try:
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_name("S").to_python()
    except Exception:  # calamine has many ways to fail
        raise Unusual from None
    if any(not isinstance(value, float | date) for (value,) in rows):
        raise Unusual
    return frozenset(str(style) for style, (value,) in enumerate(rows) if isinstance(value, date))
