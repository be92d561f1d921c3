"""What a workbook brings along that acts when it is opened or clicked: formulas that reach out, links to programs and
files, macros on shapes, and parts that hold queries, add-ins or other files.

Reading is safe all the same, as only cells and their saved values are read and nothing is ever opened or followed;
whoever opens the file in a spreadsheet program should know of them. `feedback.cleaning` takes out of a copy what is
told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from qa_excel.files.active_formulas import active_functions
from qa_excel.files.besides import Besides, Element, Relation
from qa_excel.files.sheet_facts import asks_another_program
from qa_excel.problems import Problem, Source
from qa_excel.thai.text import Text

ADD_IN = "qa_excel.xlam"
FORMULAS = (
    "f",
    "formula",
    "formula1",
    "formula2",
    "definedName",
    "cfvo",
    "calculatedColumnFormula",
    "totalsRowFormula",
)
"""Elements that hold a formula, wherever they stand."""
CODES = (
    "file.active_formula",
    "file.unsafe_link",
    "file.macro_control",
    "file.active_part",
    "file.embedded",
    "file.external_links",
    "file.addin_link",
    "file.dde",
    "structure.copied_sheet",
)
"""What is told of a workbook that holds something that acts."""
MACRO_ELEMENT = "FmlaMacro"
MACRO_ATTRIBUTES = ("macro", "fmlaMacro", "onAction")
"""They name what is run at a click."""
_AT_A_CLICK = frozenset((*MACRO_ATTRIBUTES, "action"))

_HARMLESS = re.compile(r"https?://[^\\/@\s]|www\.|mailto:|tel:|#|data:image/|$", re.IGNORECASE)
_UNC = re.compile(r"(?:file:)?[\\/]{2,}[^\\/]", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+-]{1,20}(?=:)", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*(?:javascript|vbscript|data|file)\s*:", re.IGNORECASE)
_PARTS = (
    ("customui/|.*usercustomization", "extensibility|userCustomization",
     Text("แถบคำสั่งที่ปรับแต่ง (customUI)", "a custom ribbon (customUI)")),
    (".*webextension", "webextension.*", Text("ส่วนเสริมบนเว็บ (Office Add-in)", "a web extension (Office Add-in)")),
    ("xl/connections", "connections", Text("การเชื่อมต่อข้อมูลภายนอก (connections)", "connections to data outside")),
    ("xl/querytables/", "queryTable", Text("ตารางสืบค้นข้อมูลภายนอก (queryTable)", "a query table (queryTable)")),
    ("xl/model/|xl/customdata/", "powerPivotData|customData.*",
     Text("แบบจำลองข้อมูล (Power Pivot)", "a data model (Power Pivot)")),
    ("xl/volatiledependencies", "volatileDependencies", Text("ข้อมูลเวลาจริง (RTD)", "real-time data (RTD)")),
    ("xl/python", "python", Text("โค้ด Python", "Python code")),
    ("xl/attachedtoolbars|xl/vba|.*macrosheets/", "attachedToolbars|vbaProject|.*[Mm]acrosheet",
     Text("แมโคร", "macros")),
    (".*webimage", "rdRichValueWebImage", Text("ภาพที่ดึงจากเว็บ", "pictures fetched from the web")),
)  # fmt: skip
"""(names of parts, kinds of relations that lead to them, what they are)."""
_QUERY = Text("คิวรี (Power Query)", "a query (Power Query)")
_DDE = re.compile(rb"<(?:[^\s<>/:]{1,60}:)?ddeLink[\s/>]")
_NO_LINKS = ("hyperlink", "externalLinkPath", "xlPathMissing")

_SHAPES = Text("ปุ่มหรือรูปร่าง ({n})", "shapes or controls ({n})")
_CELLS = Text("เซลล์ ({n})", "cells ({n})")
_NAME = Text("ชื่อที่กำหนดไว้ในตัวจัดการชื่อ ({n})", "defined names ({n})")
_RULES = Text("กฎหรือส่วนอื่นนอกเซลล์ ({n})", "rules or other places beside the cells ({n})")


def is_harmless(target: str) -> bool:
    """True for an address that a person may click on: the net's, e-mail, a telephone, a place in the workbook."""
    return _HARMLESS.match(target.strip()) is not None


def part_kind(name: str, kinds: Iterable[str], xml: bytes) -> Text | None:
    """What a part is that acts; None for any other. kinds: of the relations that lead to it."""
    name = name.lower()
    if what := _kind_by_name(name, tuple(kinds)):
        return what
    return _QUERY if name.startswith("customxml/") and "/_rels/" not in name and b"DataMashup" in xml else None


@lru_cache(maxsize=1_000)
def _kind_by_name(name: str, kinds: tuple[str, ...]) -> Text | None:
    if "/_rels/" in f"/{name}":
        return None
    for names, of_kind, what in _PARTS:
        if re.match(names, name) or any(re.fullmatch(of_kind, kind) for kind in kinds):
            return what
    return None


def is_embedded(name: str) -> bool:
    """True for a part that is another file, or an ActiveX control."""
    return re.match(r"xl/(?:embeddings|activex)/(?!_rels/).", name.lower()) is not None


def is_link(name: str) -> bool:
    """True for a part that stands for another workbook."""
    return re.match(r"xl/externallinks/(?!_rels/).", name.lower()) is not None


def macros_of(element: Element) -> bool:
    """Whether an element names a macro that is run at a click."""
    if element.name == MACRO_ELEMENT:
        return bool(element.text.strip())
    attributes = element.attributes
    if attributes.keys().isdisjoint(_AT_A_CLICK):
        return False
    named = any(attributes.get(name, "").strip() for name in MACRO_ATTRIBUTES)
    return named or attributes.get("action", "").startswith("ppaction:")


def called_by(element: Element) -> list[str]:
    """The functions that reach out in a formula beside the cells; a name may also stand for a macro."""
    get = element.attributes.get
    value = get("val", "") if element.name == "cfvo" else element.text
    is_macro = any(get(name, "") in ("1", "true") for name in ("xlm", "vbProcedure"))
    return [*active_functions(value), *(["VBA/XLM"] if is_macro else [])]


def address_of(element: Element) -> str:
    """The address that an element itself holds, where it is one that should not be clicked; else empty."""
    held = element.text if element.name == "HyperlinkBase" else element.attributes.get("href", "")
    if held and not is_harmless(held):
        return held
    location = element.attributes.get("location", "")
    return location if _SCRIPT.match(location) else ""


@dataclass(slots=True)
class Active:
    """What acts in a workbook, gathered while its parts are walked through; `found` tells kind, sheet and what it is
    → elements, whose cells are known once their parts have been seen whole."""

    besides: Besides
    name: str
    found: dict[tuple[str, str, str, Text], list[Element | None]] = field(default_factory=dict)
    dde: list[Source] = field(default_factory=list)
    holders: dict[tuple[str, str], Element] = field(default_factory=dict)
    ends: frozenset[tuple[str, str]] = frozenset()
    """(part in small letters, id) of each relation of which it is told where it stands."""

    def __post_init__(self) -> None:
        self.ends = frozenset(
            (relation.owner.lower(), relation.id)
            for relation in self.besides.relations
            if (not is_harmless(relation.target) if relation.outside else is_embedded(relation.target))
        )

    def see(self, part: str, sheet: str, element: Element) -> None:
        if element.name in FORMULAS:
            self._formula(sheet, element)
        if macros_of(element):
            self._add("file.macro_control", sheet, "", _SHAPES, element)
        if address := address_of(element):
            self._add("file.unsafe_link", sheet, _scheme(address), _CELLS, element)
        place = part, element.attributes.get("id", "")
        if place in self.ends:
            self.holders.setdefault(place, element)

    def _formula(self, sheet: str, element: Element) -> None:
        place = _NAME if element.name == "definedName" else _RULES
        for function in called_by(element):
            self._add("file.active_formula", sheet, function, place, element)
        if asks_another_program(element.text):
            self.dde.append(Source(self.name, sheet, element.cell))

    def _add(self, code: str, sheet: str, what: str, place: Text, element: Element | None) -> None:
        self.found.setdefault((code, sheet, what, place), []).append(element)

    def problems(self) -> Iterator[Problem]:
        """One problem for each kind of thing on each sheet; no path or address of a link is shown."""
        package, name = self.besides.package, self.name
        for title in package.book.parts:
            for function, (cell, n) in package.facts(title).active.items():
                params = {"label": _counted(_CELLS, n), "what": function}
                yield Problem("file.active_formula", Source(name, title, cell), params=params)
        for relation in self.besides.relations:
            if relation.outside and relation.kind == "hyperlink" and not is_harmless(relation.target):
                sheet, scheme = self.besides.sheet(relation.owner), _scheme(relation.target)
                self._add("file.unsafe_link", sheet, scheme, _CELLS, self._holder(relation))
        for (code, sheet, what, place), elements in self.found.items():
            params = {"label": _counted(place, len(elements)), "what": what}
            cells = (element.cell for element in elements if element and element.cell)
            yield Problem(code, Source(name, sheet, next(cells, "")), params=params)
        yield from self._parts()

    def _holder(self, relation: Relation) -> Element | None:
        """The element that leads to where a relation does."""
        return self.holders.get((relation.owner.lower(), relation.id))

    def _parts(self) -> Iterator[Problem]:
        package, name = self.besides.package, self.name
        leading: dict[str, list[Relation]] = {}
        for relation in self.besides.relations:
            if not relation.outside:
                leading.setdefault(relation.target.lower(), []).append(relation)
        acting: dict[tuple[str, Text], None] = {}
        embedded: dict[tuple[str, str], int] = {}
        for part in package.names:
            to = leading.get(part.lower(), [])
            if what := part_kind(part, [relation.kind for relation in to], package.parts.get(part, b"")):
                acting.setdefault((self.besides.sheet(part), what))
            elif is_embedded(part):
                cells = (holder.cell for relation in to if (holder := self._holder(relation)) and holder.cell)
                place = self.besides.sheet(part), next(cells, "")
                embedded[place] = embedded.get(place, 0) + 1
        for sheet, what in acting:
            yield Problem("file.active_part", Source(name, sheet), params={"what": what})
        for (sheet, cell), n in embedded.items():
            yield Problem("file.embedded", Source(name, sheet, cell), params={"count": n})
        linked = [part for part in package.names if is_link(part)]
        dde = [part for part in linked if _DDE.search(package.parts.get(part, b""))]
        own = [part for part in linked if part not in dde and self._is_add_in(part)]
        if others := len(linked) - len(dde) - len(own) + self._fetched():
            yield Problem("file.external_links", Source(name), params={"count": others})
        if own:
            yield Problem("file.addin_link", Source(name))
        asked = [Source(name, title, cell) for title in package.book.parts if (cell := package.facts(title).dde)]
        asked += self.dde
        if dde or asked:
            yield Problem("file.dde", asked[0] if asked else Source(name))

    def _fetched(self) -> int:
        """How many things, such as pictures, are to be fetched from outside of the package."""
        return sum(relation.outside and relation.kind not in _NO_LINKS for relation in self.besides.relations)

    def _is_add_in(self, part: str) -> bool:
        """True for the link that Excel makes to the add-in, where the workbook's own functions are."""
        targets = [r.target.lower() for r in self.besides.relations if r.outside and r.owner.lower() == part.lower()]
        return bool(targets) and all(
            re.split(r"[/\\]", target)[-1] == ADD_IN and not re.match(r"https?:|(?:file:)?[/\\]{2}[^/\\]", target)
            for target in targets
        )


def _counted(label: Text, n: int) -> Text:
    return Text(label.th.format(n=f"{n:,}"), label.en.format(n=f"{n:,}"))


def _scheme(address: str) -> str:
    """What an address leads with, which alone may be shown of it."""
    address = address.strip()
    if _UNC.match(address):
        return "\\\\ (UNC)"
    found = _SCHEME.match(address)
    return f"{found[0].lower()}:" if found and len(found[0]) > 1 else "file:"
