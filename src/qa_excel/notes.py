"""Notes on the cells of a sheet, put into the package's own comments and drawing beside those that are there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from qa_excel.sheetxml import column_number
from qa_excel.xmlparts import (
    Part,
    declare,
    declare_ending,
    drop,
    escape,
    free_name,
    relate,
    relations,
    relationship_namespace,
    unrelate,
)

AUTHOR = "qa-excel"
HEAD, FOOT = "■ ผลการตรวจสอบ (qa-excel)", "■"
"""The first and last line of what the program writes into a note; by them it is found again."""

_OURS = re.compile(rf"\s*{re.escape(HEAD)}(?:.*?\n{FOOT}(?=\s|$)|.*)", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_RUN = re.compile(r"<(?P<tag>(?:\w+:)?r)>.*?</(?P=tag)>", re.DOTALL)
_BARE_TEXT = re.compile(r"\A\s*(<(?:\w+:)?t(?:\s[^>]*)?>.*?</(?:\w+:)?t>)\s*\Z", re.DOTALL)
_SHAPE = re.compile(rb"\s*<v:shape\b.*?</v:shape>", re.DOTALL)
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_FIRST_SHAPE = 1025
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_WIDTH, _LINE, _LETTERS = 330, 19, 44
"""Of a note: its width and the height of a line in pixels, and the letters that a line holds."""

LAST_PARTS = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting "
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks "
    "customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture "
    "oleObjects controls AlternateContent webPublishItems tableParts extLst"
).split()
"""The children of a worksheet in the order of the schema; the alternatives are those of objects and controls."""


@dataclass(slots=True)
class Grid:
    """Sizes of rows and columns in pixels, as far as a sheet names them."""

    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    height: float = 20
    width: float = 64

    @classmethod
    def of(cls, sheet: Part) -> Grid:
        grid = cls()
        for element in sheet.find("row"):
            if element.get("hidden") in ("1", "true"):
                grid.heights[int(element.get("r", "0"))] = 0
            elif element.get("ht"):
                grid.heights[int(element.get("r", "0"))] = float(element.get("ht")) * 4 / 3
        for element in sheet.find("col"):
            wide = 0 if element.get("hidden") in ("1", "true") else float(element.get("width", "9")) * 7 + 5
            first, last = int(element.get("min", "1")), int(element.get("max", "1"))
            grid.widths.update(dict.fromkeys(range(first, min(last, first + 500) + 1), wide))
        return grid

    def anchor(self, row: int, column: int, text: str) -> str:
        """Where a note to the right of a cell lies, from its top left to its bottom right corner."""
        lines = sum(len(line) // _LETTERS + 1 for line in text.split("\n"))
        right = self._walk(self.widths, self.width, column + 1, 15 + _WIDTH)
        bottom = self._walk(self.heights, self.height, row, 2 + (lines + 1) * _LINE)
        return f"{column}, 15, {row - 1}, 2, {right[0] - 1}, {right[1]}, {bottom[0] - 1}, {bottom[1]}"

    @staticmethod
    def _walk(sizes: Mapping[int, float], usual: float, at: int, pixels: float) -> tuple[int, int]:
        while pixels >= sizes.get(at, usual):
            pixels -= sizes.get(at, usual)
            at += 1
        return at, int(pixels)


def add_notes(parts: dict[str, bytes], name: str, notes: Mapping[str, str]) -> None:
    """Put a note on each cell (A1 → text) of the sheet in the part `name`.

    A cell with a note of the school's own gets ours below it. One with a threaded comment is left alone: a program
    that knows threads would take our text for part of it, and drop it.
    """
    notes = {cell: text for cell, text in notes.items() if cell not in set(_threaded(parts, name))}
    drawing = _linked(parts, name, "vmlDrawing", Part(parts[name]).first("legacyDrawing"))
    if not notes or (drawing and parts[drawing].rfind(b"</xml>") < 0):
        return
    sheet = Part(parts[name], ("row", "col"))
    comments = _linked(parts, name, "comments")
    if comments is None:
        comments = free_name(parts, "xl/comments{}.xml")
        relate(parts, name, "comments", comments, sheet.strict)
        declare(parts, comments, _COMMENTS_TYPE)
        opening = f'<comments xmlns="{sheet.namespace}">'
        parts[comments] = f"{opening}<authors></authors><commentList></commentList></comments>".encode()
    fresh = _write(parts, comments, notes)
    if drawing is None:
        drawing = free_name(parts, "xl/drawings/vmlDrawing{}.vml")
        identity = relate(parts, name, "vmlDrawing", drawing, sheet.strict)
        declare_ending(parts, "vml", _VML_TYPE)
        parts[drawing] = _EMPTY_VML
        link = f'<legacyDrawing xmlns:r="{relationship_namespace(sheet.strict)}" r:id="{identity}"/>'
        sheet.place("legacyDrawing", sheet.own(link), LAST_PARTS)
        parts[name] = sheet.result()
    _draw(parts, drawing, Grid.of(sheet), {cell: notes[cell] for cell in fresh})


def _linked(parts: dict[str, bytes], name: str, kind: str, element: object = True) -> str | None:
    """The part of that kind which the sheet leads to."""
    found = (relation.target for relation in relations(parts, name) if relation.kind == kind)
    return next((target for target in found if target in parts), None) if element else None


def _threaded(parts: dict[str, bytes], name: str) -> Iterable[str]:
    for relation in relations(parts, name):
        if relation.kind == "threadedComment" and relation.target in parts:
            yield from (element.get("ref") for element in Part(parts[relation.target]).children())


def _write(parts: dict[str, bytes], comments: str, notes: Mapping[str, str]) -> list[str]:
    """Write the texts; returns the cells that had no note before."""
    part = Part(parts[comments], ("author", "comment", "text"))
    texts = [element for element in part.elements if element.above[-1:] == ("comment",)]
    there = {
        comment.get("ref"): text
        for comment in part.find("comment")
        for text in texts
        if text.name == "text" and comment.start < text.start < comment.end
    } if len(texts) < 2_000 else _paired(part)
    authors = [html.unescape(part.content(element)) for element in part.find("author")]
    if AUTHOR not in authors:
        part.append(part.first("authors"), part.own(f"<author>{AUTHOR}</author>"))
    index = authors.index(AUTHOR) if AUTHOR in authors else len(authors)
    fresh = []
    for cell, text in notes.items():
        block = f"{HEAD}\n{text}\n{FOOT}"
        if cell in there:
            _below(part, there[cell], block)
        else:
            fresh.append(cell)
            xml = f'<comment ref="{cell}" authorId="{index}"><text>{_run(block)}</text></comment>'
            part.append(part.first("commentList"), part.own(xml))
    parts[comments] = part.result()
    return fresh
