"""Taking out of a package whatever acts when it is opened or clicked (`active` tells what that is): a copy that is sent
on carries none of it. Values stay as they were last shown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers.expat import ExpatError

from qa_excel.files.active_formulas import leads_away, without_add_in
from qa_excel.files.besides import Element as Seen
from qa_excel.files.besides import loosely
from qa_excel.files.editing import Element, Part, drop
from qa_excel.files.parts import leads_to, owner_of, relations_of
from qa_excel.files.sheet_facts import asks_another_program
from qa_excel.reading.active import (
    FORMULAS,
    MACRO_ATTRIBUTES,
    address_of,
    called_by,
    is_embedded,
    is_harmless,
    is_link,
    macros_of,
    part_kind,
)

_WRAPPERS = (
    "AlternateContent",
    "Choice",
    "Fallback",
    "hyperlinks",
    "oleObjects",
    "controls",
    "externalReferences",
    "pivotCaches",
    "tableParts",
    "definedNames",
    "conditionalFormatting",
    "conditionalFormattings",
    "dataValidations",
    "ext",
    "extLst",
)
"""Elements that are nothing without what they hold."""
_OF_QUERIES = {"table": ("tableType", "connectionId"), "tableColumn": ("queryTableFieldId",)}
"""Attributes of a table that was filled by a query: without it, it is a plain one."""
_HELD = (*FORMULAS, "FmlaMacro", "HyperlinkBase")
"""Elements whose text says whether they act."""
_RULES = ("cfRule", "dataValidation")
_REFERENCE = "#REF!"
_COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_OF_CELLS = ("c", "v", "is", "row", "sheetData")
_RICH_CELL = re.compile(rb"""(<(?:\w+:)?c(?=\s)[^>]*?)(?:\s[vc]m\s*=\s*(?:"\d*"|'\d*'))+""")
_EXTERNAL_CACHE = re.compile(rb"<(?:\w+:)?cacheSource\b[^>]*\btype\s*=\s*[\"']external")
_RICH = ("xl/richdata/", "xl/metadata.xml")


class _AllBut:
    """The names of all elements except those of cells, which are too many to be kept."""

    def __contains__(self, name: object) -> bool:
        return name not in _OF_CELLS


def cleaned(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without what acts. Raises ExpatError or ValueError where one can't be cleaned."""
    cleaning = _Cleaning(dict(parts))
    cleaning.drop_parts()
    for name in list(cleaning.parts):
        cleaning.clean(name)
    return cleaning.parts


@dataclass(slots=True)
class _Cleaning:
    """`lost`: part → ids of the relations that were taken from it; `rich`: cells lose their rich values."""

    parts: dict[str, bytes]
    lost: dict[str, set[str]] = field(default_factory=dict)
    rich: bool = False

    # --- whole parts ---

    def drop_parts(self) -> None:
        gone = self._gone()
        while True:
            below = {target for name in gone for _, target, _ in self._led_to(name)}
            for name in gone:
                drop(self.parts, name)
            for owner in self._owners():
                self._unrelate(owner, gone)
            still = {target for owner in self._owners() for _, target, _ in self._led_to(owner)}
            gone = {name for name in below - still if name in self.parts}
            if not gone:
                return

    def _gone(self) -> set[str]:
        kinds: dict[str, list[str]] = {}
        for owner in self._owners():
            for kind, target, _ in self._led_to(owner):
                kinds.setdefault(target, []).append(kind)
        gone = {
            name
            for name, xml in self.parts.items()
            if part_kind(name, kinds.get(name, ()), xml)
            or is_embedded(name)
            or is_link(name)
            or _is_macro_control(name, xml)
        }
        if any("webimage" in name.lower() for name in gone):
            gone |= {name for name in self.parts if name.lower().startswith(_RICH)}
            self.rich = True
        caches = {name for name, xml in self.parts.items() if _EXTERNAL_CACHE.search(xml)}
        for owner in self._owners():
            if "pivottable" in owner.lower() and any(target in caches for _, target, _ in self._led_to(owner)):
                gone.add(owner)
        return gone | caches

    def _owners(self) -> list[str]:
        """The parts that have relations; '' is the package."""
        return [owner for name in self.parts if (owner := owner_of(name)) is not None]

    def _led_to(self, owner: str) -> list[tuple[str, str, Element]]:
        """(kind, part or '' for an address, element) of each relation."""
        rels = self.parts.get(relations_of(owner))
        if rels is None:
            return []
        names = {name.lower(): name for name in self.parts}
        found = []
        for element in Part(rels).children():
            kind = element.get("Type").rpartition("/")[2]
            path = leads_to(owner, element.get("Target"), element.get("TargetMode"))
            target = "" if kind == "hyperlink" else names.get(path.lower(), path)
            found.append((kind, target, element))
        return found

    def _unrelate(self, owner: str, gone: set[str]) -> None:
        """Take away a part's relations to parts that are gone, and to addresses that act."""
        lost = [
            element
            for kind, target, element in self._led_to(owner)
            if target in gone
            or (not target and not (kind == "hyperlink" and is_harmless(unquote(element.get("Target")))))
        ]
        if not lost:
            return
        rels = Part(self.parts[relations_of(owner)])
        starts = {element.start for element in lost}
        for element in rels.children():
            if element.start in starts:
                rels.replace(element)
        self.lost.setdefault(owner, set()).update(element.get("Id") for element in lost)
        self.parts[relations_of(owner)] = rels.result()
        if len(lost) == len(rels.children()):
            del self.parts[relations_of(owner)]

    # --- inside a part ---

    def clean(self, name: str) -> None:
        xml = self.parts[name]
        if name.lower().endswith(".rels") or b"<" not in xml[:64].replace(b"\0", b""):
            return
        try:
            xml = _RICH_CELL.sub(rb"\1", xml) if self.rich else xml
            self.parts[name] = _clean(Part(xml, _AllBut()), self.lost.get(name, set()))
        except ExpatError:
            if any(acts(element) for element in loosely(xml)):
                raise


def acts(element: Seen) -> bool:
    """Whether an element that is seen by itself, outside of cells, holds what acts."""
    return bool(macros_of(element) or address_of(element) or (element.name in FORMULAS and called_by(element)))


def _is_macro_control(name: str, xml: bytes) -> bool:
    return "ctrlprop" in name.lower() and re.search(rb"fmlaMacro\s*=\s*[\"'][^\"']", xml) is not None


def _clean(part: Part, lost: set[str]) -> bytes:
    """A part's XML without what acts in it, and without what leads to relations that are no more."""
    gone: list[Element] = []
    around: list[Element] = []
    parents: dict[int, Element] = {}
    shared: set[str] = set()
    for element in part.elements:
        while around and around[-1].end <= element.start:
            around.pop()
        if around:
            parents[element.start] = around[-1]
        around.append(element)
        text = _text(part.content(element)) if element.name in _HELD else ""
        seen = Seen(
            element.name, {key.rpartition(":")[2]: value for key, value in element.attributes.items()}, None, text
        )
        if element.name in FORMULAS:
            plain = without_add_in(text)
            seen.text = plain
            if called_by(seen) or leads_away(plain) or asks_another_program(plain):
                shared |= {element.get("si")} if element.get("t") == "shared" else set()
                gone += _formula(part, element, parents)
            elif plain != text:
                part.put(element, plain)
        if macros_of(seen):
            gone += _macro(part, element)
        if address_of(seen) or element.name == "oleObject":
            gone.append(element)
        for key in _OF_QUERIES.get(element.name, ()):
            if element.get(key):
                part.unset(element, key)
        ids = {value for key, value in element.attributes.items() if ":" in key}
        if ids & lost:
            gone += _led_away(part, element, lost)
    gone += [e for e in part.find("f") if e.get("t") == "shared" and e.get("si") in shared and "c" in e.above[-1:]]
    starts = {element.start for element in gone}
    _empty(part, starts, parents)
    for element in part.elements:
        if element.start in starts:
            part.replace(element)
    for element in part.find("dataValidations"):
        kept = [e for e in part.find("dataValidation") if parents.get(e.start) is element and e.start not in starts]
        if element.start not in starts and element.get("count"):
            part.set(element, count=str(len(kept)))
    return part.result()


def _text(content: str) -> str:
    """The text that stands in an element, however it is written."""
    pieces = _CDATA.split(_COMMENT.sub("", content))
    return "".join(piece if n % 2 else html.unescape(piece) for n, piece in enumerate(pieces))


def _formula(part: Part, element: Element, parents: Mapping[int, Element]) -> list[Element]:
    """What is to go with a formula: of a rule the whole; a chart keeps the sign of a lost reference."""
    holder = element
    while holder.start in parents and holder.name not in _RULES:
        holder = parents[holder.start]
    if holder.name in _RULES:
        return [holder]
    if element.name == "f" and "c" not in element.above[-1:]:
        part.put(element, _REFERENCE)
        return []
    return [element]


def _macro(part: Part, element: Element) -> list[Element]:
    named = [key for key in element.attributes if key.rpartition(":")[2] in MACRO_ATTRIBUTES]
    for key in named:
        part.set(element, **{key: ""})
    return [] if named else [element]


def _led_away(part: Part, element: Element, lost: set[str]) -> list[Element]:
    """What is to go with a relation: a picture's place stays, all else goes."""
    if element.name not in ("blip", "tablePart", "imagedata", "fill"):
        return [element]
    for key, value in element.attributes.items():
        if ":" in key and value in lost:
            part.unset(element, key)
    return []


def _empty(part: Part, starts: set[int], parents: Mapping[int, Element]) -> None:
    """Add what is nothing without the elements that go."""
    children: dict[int, list[Element]] = {}
    for element in part.elements:
        if element.start in parents:
            children.setdefault(parents[element.start].start, []).append(element)
    for element in reversed(part.elements):
        held = children.get(element.start)
        if element.name not in _WRAPPERS or not held:
            continue
        needed = [child for child in held if child.name == "Choice"] if element.name == "AlternateContent" else held
        if all(child.start in starts for child in needed):
            starts.add(element.start)
