"""How much a package may make its readers hold and do, counted before any of them builds something of it.

A small file can inflate to a great many elements, and each costs a reader far more than its few bytes. Because it is
counted here, a file can be read without a process of its own: the heaviest that is let through takes a few seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from qa_excel.files.parts import SHARED, STYLES, Sheets, find_sheets, utf8
from qa_excel.files.refusals import PackageError, unsafe
from qa_excel.files.sheet_facts import SheetFacts, column_letters, safe_parser
from qa_excel.files.trees import has_long_tag
from qa_excel.thai.text import Text

MAX_XML = 20_000_000
"""Bytes of all XML together, which is what is held in memory; a form has 300,000 as written by LibreOffice 600,000."""
MAX_TAGS = 1_000_000
"""Begins and ends of elements in all XML together; a form has 10,000."""
MAX_RELATIONS = 20_000
"""Begins and ends of elements in all lists of relations together; each sheet, picture and link takes one."""
MAX_SHEETS = 100
"""The largest form has 9; several sheets may name one part, so that parts alone do not bound them."""
MAX_CELLS = 5_000_000
"""Cells of the rectangles up to the farthest filled cells: a reader allocates all of them, 32 bytes each."""
MAX_TEXT = 20_000_000
"""Characters of shared texts that the cells show: a text stands once in the file and once more for each cell. As many
of the formats that the styles of cells name: a reader looks through a format anew for each of them."""

_MANY = Text("มีเซลล์หรือข้อมูลในเซลล์มากเกินไป", "it has too many cells, or too much in them")


def too_large(parts: Mapping[str, bytes], names: Iterable[str], part: str) -> PackageError:
    """The refusal of a part that is more than a reader can hold: of the sheet that it is, where it is one.

    names: of all parts, of which the largest may not have been inflated.
    """
    try:
        book = find_sheets(dict.fromkeys(names, b"") | {name: utf8(xml) for name, xml in parts.items() if name != part})
        title = next(title for title, common in book.parts.items() if book.common[part] == common)
    except Exception:  # it is no sheet, or what tells of the sheets is odd as well
        return unsafe("ขยายแล้วใหญ่ผิดปกติ", "it inflates to an abnormal size")
    return PackageError("file.sheet_too_large", title, titles=book.parts, reason=_MANY)


def count_elements(parts: Mapping[str, bytes]) -> None:
    """Refuse more elements than a reader takes in good time. `parts`: UTF-8, and not looked at yet."""
    if _have_more_tags(parts.values(), MAX_TAGS):
        raise too_large(parts, parts, max(parts, key=lambda name: parts[name].count(b"<")))
    if _have_more_tags([xml for name, xml in parts.items() if name.lower().endswith(".rels")], MAX_RELATIONS):
        raise unsafe("มีลิงก์หรือส่วนประกอบมากผิดปกติ", "it has abnormally many relations")


def _have_more_tags(parts: Collection[bytes], most: int) -> bool:
    return sum(map(len, parts)) > most and sum(xml.count(b"<") for xml in parts) > most


def count_sheets(parts: Mapping[str, bytes], book: Sheets) -> None:
    """Refuse sheets that are read more often, or hold more, than a reader takes in good time."""
    if len(book.parts) > MAX_SHEETS:
        raise unsafe("มีแผ่นงานมากผิดปกติ", "it has abnormally many sheets")
    read = [parts[name] for name in book.parts.values()]
    if sum(map(len, read)) > MAX_XML or _have_more_tags(read, MAX_TAGS):
        raise unsafe("มีแผ่นงานซ้ำกันมากผิดปกติ", "its sheets repeat one another abnormally often")
    if any(has_long_tag(parts[name]) for name in {*book.parts.values(), SHARED, STYLES} & parts.keys()):
        raise unsafe("มีส่วนย่อยมากผิดปกติ", "a part has abnormally many elements")


def measure(parts: Mapping[str, bytes], book: Sheets, sheets: Mapping[str, SheetFacts]) -> None:
    """Refuse what a reader makes of the sheets: each cell up to the last, and each text as often as it is shown."""
    facts = {title: sheets[name] for title, name in book.parts.items()}
    areas = {title: each.last_row * each.last_column for title, each in facts.items()}
    if sum(areas.values()) > MAX_CELLS:
        title = max(areas, key=areas.__getitem__)
        cell = f"{column_letters(facts[title].last_column)}{facts[title].last_row}"
        reason = Text(f"มีข้อมูลอยู่ไกลถึงแถวหรือคอลัมน์ของเซลล์ {cell}", f"something stands as far out as {cell}")
        raise PackageError("file.sheet_too_large", title, titles=areas, reason=reason)
    lengths = _lengths(parts.get(SHARED, b""))
    if max((each.last_shared for each in facts.values()), default=-1) >= len(lengths):
        raise PackageError("file.damaged")
    if max(lengths, default=0) * sum(each.shared for each in facts.values()) > MAX_TEXT:
        shown = {name: _shown(parts[name], lengths) for name in set(book.parts.values())}
        if sum(shown[name] for name in book.parts.values()) > MAX_TEXT:
            raise unsafe("ข้อความในเซลล์ยาวผิดปกติ", "the texts in its cells are abnormally long")
    measure_formats(parts.get(STYLES, b""))


@lru_cache(maxsize=64)
def measure_formats(styles: bytes) -> None:
    """Refuse number formats that are longer than a reader looks through. Raises ExpatError, ForbiddenXML."""
    if _formats(styles) > MAX_TEXT:
        raise unsafe("รูปแบบตัวเลขยาวผิดปกติ", "its number formats are abnormally long")


def _lengths(shared: bytes) -> list[int]:
    """The length of each shared text in characters. Raises ExpatError, ForbiddenXML."""
    lengths: list[int] = []

    def start(name: str, _: Any) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    parser = safe_parser(start)
    parser.CharacterDataHandler = text
    if shared:
        parser.Parse(shared, True)
    return lengths


def _shown(sheet: bytes, lengths: list[int]) -> int:
    """How many characters of shared texts a sheet shows, each time anew."""
    total, shared = 0, False
    value: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal shared
        name = name.rpartition(":")[2]
        if name == "c":
            shared = attributes.get("t") == "s"
            value.clear()

    def end(name: str) -> None:
        nonlocal total
        if shared and name.rpartition(":")[2] == "c":
            number = "".join(value).strip()
            if number.isdecimal() and len(number) < 12 and int(number) < len(lengths):
                total += lengths[int(number)]

    parser = safe_parser(start)
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: value.append(data) if shared and len(value) < 12 else None
    parser.Parse(sheet, True)
    return total


def _formats(styles: bytes) -> int:
    """The characters of number formats that a reader looks through: those of the longest, for each style."""
    longest = used = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal longest, used
        name = name.rpartition(":")[2]
        if name == "numFmt":
            longest = max(longest, len(attributes.get("formatCode", "")))
        elif name == "xf":
            used += 1

    if styles:
        safe_parser(start).Parse(styles, True)
    return longest * used
