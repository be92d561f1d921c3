"""Changing the parts of a package in place: only the bytes of what changes are touched.

Nothing is parsed into a tree and written anew, so that whatever another program put into a part stays as it was.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape

from qa_excel.files.book import clean
from qa_excel.files.parts import leads_to, owner_of, relations_of, utf8

STRICT = "http://purl.oclc.org/ooxml/"
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPES = "[Content_Types].xml"
_OFFICE = {
    False: "http://schemas.openxmlformats.org/officeDocument/2006/",
    True: "http://purl.oclc.org/ooxml/officeDocument/",
}


def escape(text: str) -> str:
    """Text for an element or an attribute in double quotes; what no XML can hold becomes U+FFFD."""
    return _escape(clean(text), {'"': "&quot;"})


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


@dataclass(slots=True)
class Element:
    """Where an element stands: `<` at `start`, its content from `inner` to `tail`, all over at `end`."""

    raw: str
    above: tuple[str, ...]
    attributes: dict[str, str]
    start: int
    inner: int
    tail: int = 0
    end: int = 0
    empty: bool = False

    @property
    def name(self) -> str:
        return local(self.raw)

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its local name."""
        return next((value for key, value in self.attributes.items() if local(key) == name), default)


@dataclass(slots=True)
class _Changes:
    spans: list[tuple[int, int, bytes]] = field(default_factory=list)
    attributes: dict[int, dict[str, str | None]] = field(default_factory=dict)
    inside: dict[int, list[bytes]] = field(default_factory=dict)
    at: dict[int, Element] = field(default_factory=dict)


class Part:
    """One XML part with the elements of the wanted names, all children of its root among them; changes are
    gathered and made by `result`. Raises ExpatError for what is no XML."""

    def __init__(self, xml: bytes, wanted: Container[str] = ()):
        self.xml = _as_utf8(xml)
        self.elements: list[Element] = []
        self._changes = _Changes()
        open_ones: list[Element | None] = []
        names: list[str] = []
        parser = expat.ParserCreate()

        def start(raw: str, attributes: dict[str, str]) -> None:
            name = local(raw)
            element = None
            if len(names) < 2 or name in wanted:
                at = parser.CurrentByteIndex
                over = _over(self.xml, at)
                empty = self.xml.endswith(b"/>", at, over)
                element = Element(raw, tuple(names), attributes, at, over, empty=empty)
                self.elements.append(element)
            open_ones.append(element)
            names.append(name)

        def end(_: str) -> None:
            element = open_ones.pop()
            names.pop()
            if element is None:
                return
            if element.empty:
                element.tail = element.end = element.inner
            else:
                element.tail = parser.CurrentByteIndex
                element.end = self.xml.index(b">", element.tail) + 1

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.Parse(self.xml, True)
        self.root = self.elements[0]

    @property
    def prefix(self) -> str:
        return self.root.raw.rpartition(":")[0]

    @property
    def namespace(self) -> str:
        return self.root.attributes.get(f"xmlns:{self.prefix}" if self.prefix else "xmlns", "")

    @property
    def strict(self) -> bool:
        return self.namespace.startswith(STRICT)

    def children(self) -> list[Element]:
        return [element for element in self.elements if len(element.above) == 1]

    def find(self, name: str) -> list[Element]:
        return [element for element in self.elements if element.name == name]

    def first(self, name: str) -> Element | None:
        return next(iter(self.find(name)), None)

    def text(self, element: Element) -> bytes:
        """The element as it stands."""
        return self.xml[element.start : element.end]

    def content(self, element: Element) -> str:
        return self.xml[element.inner : element.tail].decode()

    def own(self, xml: str) -> bytes:
        """A new element in the part's own namespace, also where the part writes that with a prefix."""
        if self.prefix:
            xml = re.sub(r"\A<(\w+)", rf'<\1 xmlns="{self.namespace}"', xml)
        return xml.encode()

    def set(self, element: Element, **attributes: str) -> None:
        self._changes.at[element.start] = element
        self._changes.attributes.setdefault(element.start, {}).update(attributes)

    def unset(self, element: Element, name: str) -> None:
        """Take an attribute away, by its name as it is written."""
        self._changes.at[element.start] = element
        self._changes.attributes.setdefault(element.start, {})[name] = None

    def put(self, element: Element, text: str) -> None:
        """Another text in the place of what an element holds."""
        self._changes.spans.append((element.inner, element.tail, escape(text).encode()))

    def append(self, element: Element, xml: bytes) -> None:
        """Into an element, after what it holds."""
        self._changes.at[element.start] = element
        self._changes.inside.setdefault(element.start, []).append(xml)

    def insert(self, at: int, xml: bytes) -> None:
        self._changes.spans.append((at, at, xml))

    def replace(self, element: Element, xml: bytes = b"") -> None:
        self._changes.spans.append((element.start, element.end, xml))

    def place(self, name: str, xml: bytes, order: Sequence[str]) -> None:
        """Put a child of the root where the schema's order wants it."""
        later = set(order[order.index(name) + 1 :])
        follower = next((child for child in self.children() if child.name in later), None)
        if follower:
            self.insert(follower.start, xml)
        else:
            self.append(self.root, xml)

    def result(self) -> bytes:
        changes = self._changes
        spans = list(changes.spans)
        for start, element in changes.at.items():
            tag = self.xml[start : element.inner]
            for name, value in changes.attributes.get(start, {}).items():
                tag = _without_attribute(tag, name) if value is None else _with_attribute(tag, name, value)
            inside = b"".join(changes.inside.get(start, ()))
            if inside and element.empty:
                tag = tag[:-2].rstrip() + b">" + inside + f"</{element.raw}>".encode()
            elif inside:
                spans.append((element.tail, element.tail, inside))
            spans.append((start, element.inner, tag))
        pieces: list[bytes] = []
        at = 0
        for start, end, new in sorted(spans, key=lambda span: span[:2]):
            if start < at:  # inside of what goes
                continue
            pieces += (self.xml[at:start], new)
            at = max(at, end)
        return b"".join((*pieces, self.xml[at:]))


def _over(xml: bytes, at: int) -> int:
    """Where the tag ends that begins there."""
    tag = _TAG.match(xml, at)
    if tag is None:
        raise ValueError("no tag")
    return tag.end()


def _with_attribute(tag: bytes, name: str, value: str) -> bytes:
    given = f'{name}="{escape(value)}"'.encode()
    there = re.compile(rb"(?<=\s)" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""")
    if there.search(tag):
        return there.sub(lambda _: given, tag, count=1)
    close = b"/>" if tag.endswith(b"/>") else b">"
    return tag[: -len(close)].rstrip() + b" " + given + close


def _without_attribute(tag: bytes, name: str) -> bytes:
    return re.sub(rb"\s" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""", b"", tag, count=1)


def _as_utf8(xml: bytes) -> bytes:
    """The part in UTF-8, which nearly every part is in."""
    converted = utf8(xml)
    return xml if converted is xml else _HEAD + converted


# --- Relationships and content types ---


@dataclass(frozen=True, slots=True)
class Relation:
    id: str
    kind: str
    target: str
    """The part it leads to; empty for one outside the package."""


def relations(parts: Mapping[str, bytes], part: str) -> list[Relation]:
    """The relationships of a part; `kind` is the last word of the type. Names of parts compare without case."""
    names = {name.lower(): name for name in parts}
    xml = parts.get(names.get(relations_of(part).lower(), ""))
    if xml is None:
        return []
    found = []
    for element in Part(xml).children():
        path = leads_to(part, element.get("Target"), element.get("TargetMode"))
        kind = element.get("Type").rpartition("/")[2]
        found.append(Relation(element.get("Id"), kind, names.get(path.lower(), path)))
    return found


def related(parts: Mapping[str, bytes]) -> set[str]:
    """Every part that some other leads to."""
    owners = [owner for name in parts if (owner := owner_of(name)) is not None]
    return {relation.target for owner in owners for relation in relations(parts, owner)}


def relate(parts: dict[str, bytes], part: str, kind: str, target: str, strict: bool) -> str:
    """Add a relationship from a part to another part; returns its id."""
    name = relations_of(part)
    empty = _HEAD + b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    rels = Part(parts.get(name, empty))
    taken = {element.get("Id") for element in rels.children()}
    identity = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    kind = f"{relationship_namespace(strict)}/{kind}"
    path = escape(_relative(target, part))
    rels.append(rels.root, rels.own(f'<Relationship Id="{identity}" Type="{kind}" Target="{path}"/>'))
    parts[name] = rels.result()
    return identity


def _relative(target: str, part: str) -> str:
    """A part's name as another part calls it."""
    return posixpath.relpath(f"/{target}", f"/{posixpath.dirname(part)}")


def make_relative(parts: dict[str, bytes]) -> None:
    """Write the targets of all relationships as Excel does: some readers find no other."""
    for name in list(parts):
        owner = owner_of(name)
        if owner is None:
            continue
        rels = Part(parts[name])
        for element in rels.children():
            target = element.get("Target")
            if target.startswith("/") and element.get("TargetMode") != "External":
                rels.set(element, Target=_relative(target.lstrip("/"), owner))
        parts[name] = rels.result()


def relationship_namespace(strict: bool) -> str:
    return f"{_OFFICE[strict]}relationships"


def unrelate(parts: dict[str, bytes], part: str, target: str) -> None:
    """Take away a part's relationships to another part."""
    name = relations_of(part)
    lost = {relation.id for relation in relations(parts, part) if relation.target == target}
    if not lost:
        return
    rels = Part(parts[name])
    for element in rels.children():
        if element.get("Id") in lost:
            rels.replace(element)
    if len(lost) == len(rels.children()):
        del parts[name]
    else:
        parts[name] = rels.result()


def declare(parts: dict[str, bytes], target: str, content_type: str) -> None:
    """Name the content type of a new part."""
    types = Part(parts[_CONTENT_TYPES])
    types.append(types.root, types.own(f'<Override PartName="/{escape(target)}" ContentType="{content_type}"/>'))
    parts[_CONTENT_TYPES] = types.result()


def declare_ending(parts: dict[str, bytes], ending: str, content_type: str) -> None:
    types = Part(parts[_CONTENT_TYPES])
    if not any(child.name == "Default" and child.get("Extension").lower() == ending for child in types.children()):
        types.insert(types.root.inner, types.own(f'<Default Extension="{ending}" ContentType="{content_type}"/>'))
        parts[_CONTENT_TYPES] = types.result()


def drop(parts: dict[str, bytes], target: str) -> None:
    """Take a part away with its relationships and its content type."""
    parts.pop(target, None)
    parts.pop(relations_of(target), None)
    types = Part(parts[_CONTENT_TYPES])
    for child in types.children():
        if child.get("PartName").lstrip("/").lower() == target.lower():
            types.replace(child)
    parts[_CONTENT_TYPES] = types.result()


def free_name(parts: dict[str, bytes], pattern: str) -> str:
    """The first name of a part of this pattern ("xl/comments{}.xml") that is not taken."""
    taken = {name.lower() for name in parts}
    return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).lower() not in taken)
