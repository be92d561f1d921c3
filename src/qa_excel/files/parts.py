"""Which part of a package is what: found by the package's own relations, whatever its parts are called.

Names are compared without regard to case, targets may be relative, absolute, escaped or written with backslashes,
and XML in another encoding than UTF-8 is turned into it: what one program writes another may not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from qa_excel.files.trees import tree

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHARED, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_KNOWN = re.compile(r"utf-?16(?:le|be)?|iso-?8859-\d{1,2}|latin-?1|windows-\d{3,4}|cp\d{3,4}|tis-?620", re.ASCII)
"""Encodings that a program may have used; some others that Python knows are slow by design."""
_SMALL = 1 << 15
"""Bytes of a part whose meaning is kept in mind."""
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Sheets:
    """`parts`: title of each worksheet → its part's common name; `common`: a part's name → its common one;
    `relations`: the workbook's relations (id, kind, common name); `defined`: its defined names (name, formula)."""

    parts: dict[str, str] = field(default_factory=dict)
    common: dict[str, str] = field(default_factory=dict)
    relations: tuple[tuple[str, str, str], ...] = ()
    defined: tuple[tuple[str, str], ...] = ()

    def rename(self, parts: dict[str, bytes]) -> dict[str, bytes]:
        """The parts, those that hold cells under their common names."""
        return {self.common.get(name, name): part for name, part in parts.items()}

    def copy(self, parts: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
        """(name, part) of a package that holds the cells and nothing else."""
        yield "_rels/.rels", _relations([("qa", "officeDocument", WORKBOOK)])
        yield RELATIONS, _relations(self.relations)
        for name in dict.fromkeys((WORKBOOK, STYLES, SHARED, *self.parts.values())):
            if name in parts:
                yield name, parts[name]


def _relations(relations: Iterable[tuple[str, str, str]]) -> bytes:
    lines = [
        f"<Relationship Id={quoteattr(identity)} Type={quoteattr(f'{_TYPES}/{kind}')} Target={quoteattr('/' + name)}/>"
        for identity, kind, name in relations
    ]
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'.encode()


def find_sheets(parts: dict[str, bytes]) -> Sheets:
    """Where a workbook's sheets are; none where it has no workbook part.

    Raises LookupError, ValueError or SyntaxError where its relations lead nowhere, or are no XML.
    """
    named = {name.lower(): name for name in parts}
    root = _root(parts, named)
    if root is None:
        return Sheets()
    common = {root: WORKBOOK}
    targets: dict[str, tuple[str, str]] = {}
    for identity, kind, target in related(parts[named[relations_of(root).lower()]], root):
        name = named.get(target.lower())
        if kind in ("sharedStrings", "styles") and name:
            common[name] = SHARED if kind == "sharedStrings" else STYLES
        elif kind in ("worksheet", "chartsheet", "dialogsheet", "macrosheet"):
            targets[identity] = (kind, name or "")
    titles: dict[str, str] = {}
    relations: list[tuple[str, str, str]] = []
    listed, defined = _listed(parts[root]) if len(parts[root]) < _SMALL else _listed.__wrapped__(parts[root])
    for title, identity in listed:
        kind, name = targets[identity]
        if title in titles:
            raise ValueError
        if kind == "worksheet":
            titles[title] = common.setdefault(name, f"xl/worksheets/sheet{len(titles) + 1}.xml")
            parts[name]  # a KeyError where the part is not there
        relations.append((identity, kind, titles.get(title, f"xl/{kind}s/sheet.xml")))
    for kind, usual in (("sharedStrings", SHARED), ("styles", STYLES)):
        if usual not in common.values() and usual.lower() in named:
            common[named[usual.lower()]] = usual
        relations.append((f"qa{kind}", kind, usual))
    clashing = set(common.values()) & (parts.keys() - common.keys())
    if clashing:
        common |= {name: f"other/{name}" for name in clashing}
    return Sheets(titles, common, tuple(relations), defined)


@lru_cache(maxsize=64)
def _listed(workbook: bytes) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """(title, id of the relation) of each sheet of a workbook, and its defined names with their formulas."""
    book = tree(workbook)
    sheets = [
        (sheet.get("name", ""), next((value for key, value in sheet.attrib.items() if key.endswith("}id")), ""))
        for sheet in book.iterfind("./{*}sheets/{*}sheet")
    ]
    names = book.iterfind("./{*}definedNames/{*}definedName")
    return tuple(sheets), tuple((name.get("name", ""), "".join(name.itertext())) for name in names)


def _root(parts: dict[str, bytes], named: dict[str, str]) -> str | None:
    """The workbook's part: that which the package names, else the one with the usual name."""
    relations = named.get("_rels/.rels")
    for _, kind, target in related(parts[relations], "") if relations else ():
        if kind == "officeDocument" and target.lower() in named:
            return named[target.lower()]
    return named.get(WORKBOOK)


def related(xml: bytes, owner: str) -> Iterator[tuple[str, str, str]]:
    """(id, last word of the type, target from the package's root) of each relation of a part inside the package."""
    yield from _related(xml, owner) if len(xml) < _SMALL else _relating(xml, owner)


def _relating(xml: bytes, owner: str) -> Iterator[tuple[str, str, str]]:
    for relation in tree(xml).iterfind("./{*}Relationship"):
        if target := leads_to(owner, relation.get("Target", ""), relation.get("TargetMode", "")):
            yield relation.get("Id", ""), posixpath.basename(relation.get("Type", "")), target


@lru_cache(maxsize=128)
def _related(xml: bytes, owner: str) -> tuple[tuple[str, str, str], ...]:
    """The same of a small part: most are the same in every school's file."""
    return tuple(_relating(xml, owner))


def leads_to(owner: str, target: str, mode: str = "") -> str:
    """The part that a relation of a part leads to, from the package's root; empty for an address outside of it."""
    if mode.lower() == "external":
        return ""
    path = unquote(target).replace("\\", "/")
    return posixpath.normpath(posixpath.join(f"/{posixpath.dirname(owner)}", path)).lstrip("/")


def relations_of(part: str) -> str:
    """The name of the part that holds a part's relations; of the package itself for ''."""
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def owner_of(name: str) -> str | None:
    """The part whose relations a part holds; '' for the package itself, None where it holds none."""
    folder, file = posixpath.split(name)
    if posixpath.basename(folder).lower() != "_rels" or not file.lower().endswith(".rels"):
        return None
    return posixpath.join(posixpath.dirname(folder), file[: -len(".rels")])


def utf8(part: bytes) -> bytes:
    """The same XML in UTF-8, without a byte order mark. Raises ValueError or LookupError where it can't be."""
    encoding = next((name for bom, name in _BOMS.items() if part.startswith(bom)), "")
    if not encoding and b"\0" in part[:2]:
        encoding = "utf-16-be" if part[:1] == b"\0" else "utf-16-le"
    if not encoding:
        declared = _DECLARED.match(part)
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding in _UTF8:
            return part
        if not _KNOWN.fullmatch(encoding):
            raise ValueError(encoding)
    text = part.decode(encoding).removeprefix("\ufeff")
    return _DECLARATION.sub("", text, count=1).encode()
