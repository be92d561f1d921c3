"""What a workbook holds besides the values of its cells: all its other XML, element by element, each part with the
sheet that it belongs to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from urllib.parse import unquote
from xml.parsers.expat import ExpatError

from qa_excel.files.guard import Package
from qa_excel.files.parts import leads_to, owner_of
from qa_excel.files.refusals import unsafe
from qa_excel.files.sheet_facts import column_letters, safe_parser

MAX_ELEMENTS = 200_000
"""Begins and ends of elements besides the cells; a form has some 5,000, and each is looked at for many things."""
MAX_DEPTH = 100
"""Elements within one another; the drawings and charts that programs write have some 30."""

_TAG = re.compile(r"<(?:\w++:)?+(\w++)([^<>]*+)>([^<]*+)")
_ATTRIBUTE = re.compile(r"""(?<!\w)(?:\w++:)?+(\w++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_SMALL = 1 << 15
_CHUNK = 1 << 16
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}", re.ASCII)
_NO_TEXTS = ("xl/sharedstrings.xml", "xl/styles.xml", "xl/calcchain.xml", "xl/theme/", "[content_types].xml")
"""Parts that hold no more than the cells show, or nothing that a person wrote."""


INLINE = ("t", "r", "fld", "font", "span", "b", "i", "u")
"""Pieces of a text, which is whole only in what holds them."""


@dataclass(slots=True)
class Element:
    """One element with its text; names are without prefixes. `cell` is where it is anchored on its sheet."""

    name: str
    attributes: dict[str, str]
    parent: Element | None
    text: str = ""
    anchor: dict[str, int] = field(default_factory=dict)

    def above(self, *names: str) -> Element | None:
        """This element or the nearest around it that has one of these names."""
        around: Element | None = self
        while around is not None and around.name not in names:
            around = around.parent
        return around

    @property
    def cell(self) -> str:
        """The first cell that it, or what it is part of, belongs to; empty for none."""
        around: Element | None = self
        while around is not None:
            if len(around.anchor) == 2:
                return f"{column_letters(around.anchor['col'] + 1)}{around.anchor['row'] + 1}"
            for name in ("ref", "sqref"):
                if found := _CELL.match(around.attributes.get(name, "")):
                    return found[0]
            around = around.parent
        return ""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part leads to: another part, or an address where `outside`."""

    owner: str
    id: str
    kind: str
    target: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Besides:
    """`relations` of all parts; `sheets`: part, in small letters → title of the sheet that it belongs to."""

    package: Package
    relations: tuple[Relation, ...]
    sheets: dict[str, str]

    def sheet(self, part: str) -> str:
        """The title of the sheet that a part belongs to; empty for none."""
        return self.sheets.get(part.lower(), "")

    def elements(
        self, passed_over: Callable[[str, bytes], bool] = lambda name, xml: False
    ) -> Iterator[tuple[str, str, Element]]:
        """(part in small letters, title of its sheet, element) of all parts.

        passed_over: whether one is left out, by its name and its XML, or the frame of a sheet.

        Raises PackageError where there are more than are to be looked at one by one.
        """
        parts = list(self.parts())
        if sum(len(xml) for *_, xml in parts) > MAX_ELEMENTS < sum(xml.count(b"<") for *_, xml in parts):
            raise unsafe("มีส่วนประกอบนอกเซลล์มากผิดปกติ", "it holds abnormally much besides its cells")
        for name, frame, xml in parts:
            if not passed_over(name, frame or xml):
                title, name = self.sheet(name), name.lower()
                for element in elements_of(xml):
                    yield name, title, element

    def parts(self) -> Iterator[tuple[str, bytes | None, bytes]]:
        """(name, frame where it is known, XML) of each part; of a sheet without its cells."""
        package = self.package
        originals = {common: name for name, common in package.book.common.items()}
        for name, xml in package.parts.items():
            original = originals.get(name, name)
            if name.lower().startswith(_NO_TEXTS) or original.lower().endswith(".rels"):
                continue
            facts = package.sheets.get(name)
            start, end = facts.cells if facts else (0, 0)
            yield original, package.frames.get(name), xml[:start] + xml[end:]


def besides(package: Package) -> Besides:
    """Raises SyntaxError where a relation is no XML."""
    found = tuple(_relations(package.parts))
    by_owner: dict[str, list[Relation]] = {}
    for relation in found:
        by_owner.setdefault(relation.owner.lower(), []).append(relation)
    originals = {common: name for name, common in package.book.common.items()}
    sheets = {originals.get(common, common).lower(): title for title, common in package.book.parts.items()}
    for part, title in list(sheets.items()):
        waiting = [part]
        while waiting:
            for relation in by_owner.get(waiting.pop(), ()):
                if not relation.outside and relation.target.lower() not in sheets:
                    sheets[relation.target.lower()] = title
                    waiting.append(relation.target.lower())
    return Besides(package, found, sheets)


def _relations(parts: dict[str, bytes]) -> Iterator[Relation]:
    for name, xml in parts.items():
        owner = owner_of(name)
        if owner is not None:
            yield from _related(owner, xml) if len(xml) < _SMALL else _relating(owner, xml)


def _relating(owner: str, xml: bytes) -> Iterator[Relation]:
    for element in walk(xml):
        if element.name == "Relationship":
            get = element.attributes.get
            kind, target = posixpath.basename(get("Type", "")), get("Target", "")
            outside = kind == "hyperlink" or get("TargetMode", "").lower() == "external"
            target = unquote(target) if outside else leads_to(owner, target)
            yield Relation(owner, get("Id", ""), kind, target, outside)


@lru_cache(maxsize=128)
def _related(owner: str, xml: bytes) -> tuple[Relation, ...]:
    """The same of a small part: most are the same in every school's file."""
    return tuple(_relating(owner, xml))


def elements_of(xml: bytes) -> Iterator[Element]:
    """The elements of a part; of one that is no XML, as old drawings are, tag by tag."""
    try:
        yield from walk(xml)
    except ExpatError:
        yield from loosely(xml)


def walk(xml: bytes) -> Iterator[Element]:
    """Each element of a part as it ends, so that its text is whole. Raises ExpatError, ForbiddenXML."""
    ended: list[Element] = []
    open_ones: list[Element] = []
    texts: list[list[str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) >= MAX_DEPTH:
            raise unsafe("มีส่วนย่อยซ้อนกันลึกผิดปกติ", "its elements lie abnormally deep within one another")
        texts.append([])
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else attributes
        open_ones.append(Element(name.rpartition(":")[2], plain, open_ones[-1] if open_ones else None))

    def end(_: str) -> None:
        element = open_ones.pop()
        element.text = "".join(texts.pop())
        ended.append(element)
        parent = element.parent
        if parent is None:
            return
        if element.name in INLINE:
            texts[-1].append(element.text)
        elif element.name == "sqref":
            parent.attributes.setdefault("sqref", element.text)
        elif element.name in ("col", "row") and parent.name == "from" and parent.parent:
            parent.parent.anchor[element.name] = _number(element.text)
        elif element.name == "Anchor" and (shape := element.above("shape")):
            numbers = [*element.text.split(","), "", "", ""]
            shape.anchor = {"col": _number(numbers[0]), "row": _number(numbers[2])}

    def text(data: str) -> None:
        texts[-1].append(data)

    parser = safe_parser(start)
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    for at in range(0, len(xml), _CHUNK):
        parser.Parse(xml[at : at + _CHUNK], False)
        yield from ended
        ended.clear()
    parser.Parse(b"", True)
    yield from ended


def loosely(xml: bytes) -> Iterator[Element]:
    """What stands in tags and behind each, where they do not fit together."""
    for tag in _TAG.finditer(xml.decode("utf-8", "replace")):
        attributes = {found[1]: unescape(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(tag[2])}
        yield Element(tag[1], attributes, None, unescape(tag[3]))


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
