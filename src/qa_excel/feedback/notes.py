"""Notes on the cells of a sheet, put into the package's own comments and drawing beside those that are there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qa_excel.files.editing import (
    Element,
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
from qa_excel.files.sheet_facts import column_number

AUTHOR = "qa-excel"
HEAD, FOOT = "■ ผลการตรวจสอบ (qa-excel)", "■"
"""The first and last line of what the program writes into a note; by them it is found again."""

_OURS = re.compile(rf"\s*{re.escape(HEAD)}(?:.*?\n{FOOT}(?=\s|$)|.*)", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_RUN = re.compile(r"<(?P<tag>(?:\w+:)?r)>.*?</(?P=tag)>", re.DOTALL)
_BARE_TEXT = re.compile(r"\A\s*(<(?:\w+:)?t(?:\s[^>]*)?>.*?</(?:\w+:)?t>)\s*\Z", re.DOTALL)
_SHAPE = re.compile(rb"\s*<(?P<tag>(?:\w+:)?shape)\b.*?</(?P=tag)>", re.DOTALL)
_ANY_SHAPE = re.compile(rb"<(?:\w+:)?(?:shape|group|line|rect|oval|roundrect|image|polyline)\b")
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_FIRST_SHAPE = 1025
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML_NAMES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_NOTE_SHAPE = (
    '<v:shapetype{} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_EMPTY_VML = (
    "<xml"
    + "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _VML_NAMES.items())
    + '><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_WIDTH, _LINE, _LETTERS = 330, 19, 44
"""Of a note: its width and the height of a line in pixels, and the letters that a line holds."""

LAST_PARTS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "AlternateContent", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
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
    drawing = _drawing(parts, name)
    if not notes or (drawing and parts[drawing].rfind(b"</xml>") < 0):
        return
    sheet = Part(parts[name], ("row", "col"))
    comments = linked(parts, name, "comments")
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


def linked(parts: Mapping[str, bytes], owner: str, *kinds: str) -> str | None:
    """The part of one of those kinds which a part leads to; '' is the package."""
    found = (relation.target for relation in relations(parts, owner) if relation.kind in kinds)
    return next((target for target in found if target in parts), None)


def _drawing(parts: Mapping[str, bytes], name: str) -> str | None:
    return linked(parts, name, "vmlDrawing") if Part(parts[name]).first("legacyDrawing") else None


def _threaded(parts: dict[str, bytes], name: str) -> Iterable[str]:
    for relation in relations(parts, name):
        if relation.kind == "threadedComment" and relation.target in parts:
            yield from (element.get("ref") for element in Part(parts[relation.target]).children())


def _write(parts: dict[str, bytes], comments: str, notes: Mapping[str, str]) -> list[str]:
    """Write the texts; returns the cells that had no note before."""
    part = Part(parts[comments], ("author", "comment", "text"))
    there = {comment.get("ref"): text for comment, text in _pairs(part)}
    authors = [html.unescape(part.content(element)) for element in part.find("author")]
    if AUTHOR not in authors:
        part.append(part.find("authors")[0], part.own(f"<author>{AUTHOR}</author>"))
    index = authors.index(AUTHOR) if AUTHOR in authors else len(authors)
    fresh = []
    for cell, text in notes.items():
        block = f"{HEAD}\n{text}\n{FOOT}"
        if cell in there:
            _write_below(part, there[cell], block)
        else:
            fresh.append(cell)
            xml = f'<comment ref="{cell}" authorId="{index}"><text>{_run(block)}</text></comment>'
            part.append(part.find("commentList")[0], part.own(xml))
    parts[comments] = part.result()
    return fresh


def _pairs(part: Part) -> list[tuple[Element, Element]]:
    """Each comment with its text."""
    pairs, comment = [], part.root
    for element in part.elements:
        if element.name == "comment":
            comment = element
        elif element.name == "text" and element.above[-1:] == ("comment",):
            pairs.append((comment, element))
    return pairs


def _run(text: str) -> str:
    face = '<rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
    return f'<r>{face}<t xml:space="preserve">{escape(text)}</t></r>'


def _write_below(part: Part, text: Element, block: str) -> None:
    if _BARE_TEXT.match(part.content(text)):
        # Beside runs, a text of its own would not be shown.
        tag = f"{part.prefix}:r" if part.prefix else "r"
        part.insert(text.inner, f"<{tag}>".encode())
        part.append(text, f"</{tag}>".encode())
    part.append(text, part.own(_run(f"\n\n{block}")))


def _draw(parts: dict[str, bytes], drawing: str, grid: Grid, notes: Mapping[str, str]) -> None:
    """A drawing of old kind for each note: without one, no program shows it."""
    xml = parts[drawing]
    last = max((int(found) for found in _SHAPE_ID.findall(xml)), default=_FIRST_SHAPE - 1)
    # Programs differ in the prefixes that they write.
    missing = "".join(
        f' xmlns:{prefix}="{name}"'
        for prefix, name in _VML_NAMES.items()
        if f'xmlns:{prefix}="{name}"'.encode() not in xml[:1_000]
    )
    shapes = [] if b'id="_x0000_t202"' in xml else [_NOTE_SHAPE.format(missing)]
    for number, (cell, text) in enumerate(notes.items(), start=last + 1):
        column, row = split(cell)
        shapes.append(
            f'<v:shape{missing} id="_x0000_s{number}" type="#_x0000_t202"'
            ' style="position:absolute;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
            '<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
            '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
            f'<x:ClientData ObjectType="Note"><x:Anchor>{grid.anchor(row, column, text)}</x:Anchor>'
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column>"
            "</x:ClientData></v:shape>"
        )
    at = xml.rfind(b"</xml>")
    parts[drawing] = xml[:at] + "".join(shapes).encode() + xml[at:]


def remove_notes(parts: dict[str, bytes], name: str) -> None:
    """Take away what `add_notes` wrote, also where another program has saved the workbook since."""
    comments = linked(parts, name, "comments")
    if comments is None or HEAD.encode() not in parts[comments]:
        return
    part = Part(parts[comments], ("author", "comment", "text"))
    pairs = _pairs(part)
    gone = set()
    for comment, text in pairs:
        content = part.content(text)
        whole = _plain(content)
        if HEAD not in whole:
            continue
        rest = _OURS.sub("", whole)
        if not rest.strip():
            gone.add(comment.get("ref"))
            part.replace(comment)
            continue
        kept = _RUN.sub(lambda run: "" if not _OURS.sub("", _plain(run[0])).strip() else run[0], content)
        if HEAD in _plain(kept):
            kept = part.own(_run(rest)).decode()
        part.replace(text, part.xml[text.start : text.inner] + kept.encode() + part.xml[text.tail : text.end])
    if len(gone) == len(pairs):
        drop(parts, comments)
        unrelate(parts, name, comments)
    else:
        parts[comments] = part.result()
    _erase(parts, name, {split(cell) for cell in gone})


def _plain(content: str) -> str:
    return "".join(html.unescape(text) for text in _TEXT.findall(content))


def _erase(parts: dict[str, bytes], name: str, cells: set[tuple[int, int]]) -> None:
    """Take the drawings of those notes away, and the drawing itself where nothing is left in it."""
    drawing = _drawing(parts, name)
    if drawing is None:
        return

    def without(shape: re.Match[bytes]) -> bytes:
        row, column = (re.search(rb"<(?:\w+:)?%s>\s*(\d+)" % key, shape[0]) for key in (b"Row", b"Column"))
        ours = b'"Note"' in shape[0] and row and column and (int(column[1]) + 1, int(row[1]) + 1) in cells
        return b"" if ours else shape[0]

    parts[drawing] = _SHAPE.sub(without, parts[drawing])
    if not _ANY_SHAPE.search(parts[drawing]):
        drop(parts, drawing)
        unrelate(parts, name, drawing)
        sheet = Part(parts[name])
        sheet.replace(sheet.find("legacyDrawing")[0])
        parts[name] = sheet.result()


def split(cell: str) -> tuple[int, int]:
    """(column, row) of an A1 address."""
    letters = cell.rstrip("0123456789")
    return column_number(letters), int(cell[len(letters) :])
