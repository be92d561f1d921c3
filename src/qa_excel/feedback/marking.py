"""Marking a workbook's faulty cells in the package's own XML, so that nothing its owner put in is lost.

A cell is marked by a conditional format above all others: it shows over the template's own colours, and goes by
itself once the cell's value changes. Each rule carries a signature in its formula, by which it is found again
whatever program has saved the workbook since; marking a marked workbook replaces the marks.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate

from qa_excel.feedback.listing import MARKS, Listing, Place, quote
from qa_excel.feedback.notes import LAST_PARTS, add_notes, linked, remove_notes, split
from qa_excel.files.editing import (
    Element,
    Part,
    declare,
    drop,
    escape,
    free_name,
    make_relative,
    relate,
    related,
    relations,
    unrelate,
)
from qa_excel.files.sheet_facts import column_letters
from qa_excel.files.styles import EMPTY_STYLES, Styles
from qa_excel.reading.signs import LISTING_NAME, MARK_PROPERTY, sheet_of

_SIGNED = "qa-excel:mark"
_SIGNATURE = f'N("{_SIGNED}")=0'
_PROPERTIES = "docProps/custom.xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_STRICT_VT = "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes"
_STRICT_CUSTOM = "http://purl.oclc.org/ooxml/officeDocument/customProperties"
_TYPE = "application/vnd.openxmlformats-officedocument"
_BOOK_PARTS = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews",
    "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


class MarkingError(Exception):
    """A workbook that can be read and yet not be marked."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A faulty cell: what its note says, and the test by which its mark stays (empty: it always does), with {ref}
    for the cell."""

    severity: str
    note: str
    still: str = ""


def mark(parts: Mapping[str, bytes], marks: Mapping[Place, Mark], listing: Listing, sign: str) -> dict[str, bytes]:
    """The parts of a package with marks, notes, a first sheet of findings and the sign of a marked copy.

    Raises MarkingError where the package's XML is too odd to be added to.
    """
    try:
        book = _Book(dict(parts))
        book.unmark()
        # First of all, for it stays where it is: marking twice then gives the same bytes.
        book.sign(sign)
        book.mark(marks)
        book.list(listing)
        make_relative(book.parts)
        _require_xml(parts, book.parts)
    except (ExpatError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise MarkingError(type(error).__name__) from error
    return book.parts


def _require_xml(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Raises ExpatError where a part that was changed is no XML any more, prefixes among it: Excel would refuse it."""
    for name, xml in after.items():
        if name.endswith((".xml", ".rels")) and before.get(name) != xml:
            ParserCreate(namespace_separator=" ").Parse(xml, True)


class _Book:
    """A package under work: its workbook part and its sheets by title."""

    def __init__(self, parts: dict[str, bytes]):
        self.parts = parts
        self.name = linked(parts, "", "officeDocument") or "xl/workbook.xml"
        self.strict = self._workbook().strict
        # It holds nothing but an order of calculation, and does not know the new sheet; programs make it anew.
        for relation in relations(parts, self.name):
            if relation.kind == "calcChain":
                self._remove(relation.target)

    def _workbook(self) -> Part:
        return Part(self.parts[self.name], ("sheet", "definedName", "workbookView"))

    def _sheets(self, workbook: Part) -> list[tuple[str, str, Element]]:
        """(title, part, element) of each sheet."""
        targets = {relation.id: relation.target for relation in relations(self.parts, self.name)}
        return [(sheet.get("name"), targets.get(sheet.get("id"), ""), sheet) for sheet in workbook.find("sheet")]

    def _remove(self, target: str) -> None:
        drop(self.parts, target)
        unrelate(self.parts, self.name, target)

    # --- taking marks away ---

    def unmark(self) -> None:
        workbook = self._workbook()
        name = next((n for n in workbook.find("definedName") if n.get("name") == LISTING_NAME), None)
        titles = [title for title, _, _ in self._sheets(workbook)]
        if name is not None:
            title = sheet_of(html.unescape(workbook.content(name)))
            self._take_out(workbook, titles.index(title) if title in titles else None)
        for _, part, _ in self._sheets(self._workbook()):
            if part in self.parts:
                remove_notes(self.parts, part)
                self._remove_rules(part)

    def _take_out(self, workbook: Part, index: int | None) -> None:
        """The sheet of findings with its names; the numbers in names that belong to a sheet close up."""
        lost = [name for name in workbook.find("definedName") if name.get("name") == LISTING_NAME]
        if index is not None:
            lost += _shift_names(workbook, index, -1)
            _, target, element = self._sheets(workbook)[index]
            workbook.replace(element)
        for name in lost:
            workbook.replace(name)
        if len(lost) == len(workbook.find("definedName")):
            workbook.replace(workbook.find("definedNames")[0])
        self.parts[self.name] = workbook.result()
        if index is not None:
            inside = [relation.target for relation in relations(self.parts, target)]
            self._remove(target)
            for orphan in set(inside) - related(self.parts):
                drop(self.parts, orphan)

    def _remove_rules(self, name: str) -> None:
        if not any(_SIGNED.encode(encoding) in self.parts[name] for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
            return
        sheet = Part(self.parts[name], ("cfRule", "formula"))
        rules = [rule for rule in sheet.find("cfRule") if len(rule.above) == 2]
        signed = [f for f in sheet.find("formula") if _SIGNATURE in html.unescape(sheet.content(f))]
        ours = [rule for rule in rules if any(rule.start < formula.start < rule.end for formula in signed)]
        for owner in sheet.find("conditionalFormatting"):
            held = [rule for rule in rules if owner.start < rule.start < owner.end]
            if held and all(rule in ours for rule in held):
                sheet.replace(owner)
        for rule in ours:
            sheet.replace(rule)
        self.parts[name] = sheet.result()

    # --- putting marks on ---

    def mark(self, marks: Mapping[Place, Mark]) -> None:
        parts = {title: part for title, part, _ in self._sheets(self._workbook()) if part in self.parts}
        name = self._styles_part()
        styles = Styles(self.parts[name])
        looks = {severity: styles.add("dxfs", _look(fill)) for severity, fill in MARKS.items()}
        self.parts[name] = styles.result()
        by_sheet: dict[str, dict[str, Mark]] = {}
        for (title, cell), given in marks.items():
            if title in parts:
                by_sheet.setdefault(parts[title], {})[cell] = given
        for part, cells in by_sheet.items():
            self._add_rules(part, cells, looks)
            add_notes(self.parts, part, {cell: given.note for cell, given in cells.items()})

    def _add_rules(self, name: str, cells: Mapping[str, Mark], looks: Mapping[str, int]) -> None:
        """Conditional formats above all those that are there, which move down to make room."""
        sheet = Part(self.parts[name], ("cfRule",))
        there = [(rule, int(rule.get("priority"))) for rule in sheet.find("cfRule") if rule.get("priority")]
        room = max(0, len(cells) + 1 - min((priority for _, priority in there), default=len(cells) + 1))
        if room:
            for rule, priority in there:
                sheet.set(rule, priority=str(priority + room))
        xml = b""
        for number, (cell, given) in enumerate(cells.items(), start=1):
            column, row = split(cell)
            test = given.still.format(ref=f"${column_letters(column)}${row}")
            test = f"AND({_SIGNATURE},{test})" if test else _SIGNATURE
            xml += sheet.own(
                f'<conditionalFormatting sqref="{cell}">'
                f'<cfRule type="expression" dxfId="{looks[given.severity]}" priority="{number}" stopIfTrue="1">'
                f"<formula>{escape(test)}</formula></cfRule></conditionalFormatting>"
            )
        first = sheet.first("conditionalFormatting")
        if first is None:
            sheet.place("conditionalFormatting", xml, LAST_PARTS)
        else:
            sheet.insert(first.start, xml)
        self.parts[name] = sheet.result()

    def _styles_part(self) -> str:
        """The part of the styles, made where there is none."""
        name = linked(self.parts, self.name, "styles")
        if name is None:
            name = free_name(self.parts, "xl/styles{}.xml")
            relate(self.parts, self.name, "styles", name, self.strict)
            declare(self.parts, name, f"{_TYPE}.spreadsheetml.styles+xml")
            self.parts[name] = EMPTY_STYLES.format(self._workbook().namespace).encode()
        return name

    # --- the sheet of findings ---

    def list(self, listing: Listing) -> None:
        for _, part, _ in self._sheets(self._workbook()):
            if part in self.parts:
                self._mend_views(part)
        workbook = self._workbook()
        sheets = self._sheets(workbook)
        title = _free_title(listing.title, [title for title, _, _ in sheets])
        styled = self._styles_part()
        styles = Styles(self.parts[styled])
        xml = listing.xml(workbook.namespace, styles, {title for title, _, _ in sheets})
        self.parts[styled] = styles.result()
        part = free_name(self.parts, "xl/worksheets/sheet{}.xml")
        self.parts[part] = xml
        declare(self.parts, part, f"{_TYPE}.spreadsheetml.worksheet+xml")
        identity = relate(self.parts, self.name, "worksheet", part, self.strict)

        first = sheets[0][2]
        key = next(key for key in first.attributes if key.rpartition(":")[2] == "id")
        number = max(int(sheet.get("sheetId", "0")) for _, _, sheet in sheets) + 1
        own = "".join(f' {n}="{escape(v)}"' for n, v in first.attributes.items() if n.startswith("xmlns"))
        tag = f'<{first.raw}{own} name="{escape(title)}" sheetId="{number}" {key}="{identity}"/>'
        workbook.insert(first.start, tag.encode())
        for view in workbook.find("workbookView"):
            workbook.set(view, activeTab="0", firstSheet="0")
        self._add_names(workbook, title, listing.header_row)
        self.parts[self.name] = workbook.result()

    @staticmethod
    def _add_names(workbook: Part, title: str, header: int) -> None:
        _shift_names(workbook, -1, 1)
        quoted = escape(quote(title))
        names = [
            f'<definedName name="{LISTING_NAME}">{quoted}!$A$1</definedName>',
            f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{quoted}!${header}:${header}</definedName>',
        ]
        xml = b"".join(map(workbook.own, names))
        there = workbook.first("definedNames")
        if there is not None:
            workbook.append(there, xml)
        else:
            tag = f"{workbook.prefix}:definedNames" if workbook.prefix else "definedNames"
            workbook.place("definedNames", f"<{tag}>".encode() + xml + f"</{tag}>".encode(), _BOOK_PARTS)

    def _mend_views(self, name: str) -> None:
        """A second selected sheet would be edited together with the first; of selections a pane has one."""
        sheet = Part(self.parts[name], ("sheetView", "selection"))
        for view in sheet.find("sheetView"):
            if view.get("tabSelected") in ("1", "true"):
                sheet.set(view, tabSelected="0")
            inside = [s for s in sheet.find("selection") if view.start < s.start < view.end]
            kept = {selection.get("pane", "topLeft"): selection for selection in inside}
            for selection in inside:
                if selection is not kept[selection.get("pane", "topLeft")]:
                    sheet.replace(selection)
        self.parts[name] = sheet.result()

    # --- the sign of a marked copy ---

    def sign(self, sign: str) -> None:
        kind = "customProperties" if self.strict else "custom-properties"
        namespace, values = (_STRICT_CUSTOM, _STRICT_VT) if self.strict else (_CUSTOM, _VT)
        name = linked(self.parts, "", "custom-properties", "customProperties")
        if name is None:
            name = _PROPERTIES if _PROPERTIES not in self.parts else free_name(self.parts, "docProps/custom{}.xml")
            self.parts[name] = f'<Properties xmlns="{namespace}" xmlns:vt="{values}"/>'.encode()
            relate(self.parts, "", kind, name, self.strict)
            declare(self.parts, name, f"{_TYPE}.custom-properties+xml")
        part = Part(self.parts[name])
        number = max((int(child.get("pid", "1")) for child in part.children()), default=1) + 1
        for child in part.children():
            if child.get("name") == MARK_PROPERTY:
                number = int(child.get("pid"))
                part.replace(child)
        xml = (
            f'<property fmtid="{_FORMAT_ID}" pid="{number}" name="{MARK_PROPERTY}">'
            f'<vt:lpwstr xmlns:vt="{values}">{sign}</vt:lpwstr></property>'
        )
        part.append(part.root, part.own(xml))
        self.parts[name] = part.result()


def _look(fill: str) -> str:
    edge = 'style="thin"><color rgb="FFC00000"/>'
    edges = "".join(f"<{side} {edge}</{side}>" for side in ("left", "right", "top", "bottom"))
    colours = f'<fgColor rgb="FF{fill}"/><bgColor rgb="FF{fill}"/>'
    return (
        '<dxf><font><b/><color rgb="FF000000"/></font>'
        f'<fill><patternFill patternType="solid">{colours}</patternFill></fill><border>{edges}</border></dxf>'
    )


def _shift_names(workbook: Part, after: int, by: int) -> list[Element]:
    """Renumber the names that belong to sheets behind one; returns those that belong to that sheet itself."""
    own = []
    for name in workbook.find("definedName"):
        if name.get("localSheetId"):
            index = int(name.get("localSheetId"))
            if index > after:
                workbook.set(name, localSheetId=str(index + by))
            elif index == after:
                own.append(name)
    return own


def _free_title(title: str, taken: Sequence[str]) -> str:
    lowered = {other.lower() for other in taken}
    names: Iterable[str] = (title, *(f"{title} ({n})" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name.lower() not in lowered)
