"""What Excel accepts of an .xlsx without a repair note, checked on the package's own XML.

`faults` reads the parts with the standard library's zip and defusedxml alone: nothing of it is shared with the
program that wrote the file. The limits are those of Excel's own specification and of ECMA-376.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import urllib.parse
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

ROWS, COLUMNS = 1_048_576, 16_384
CELL_TEXT, SHEET_NAME, NAME, COLUMN_NAME = 32_767, 31, 255, 255
LINKS, BREAKS, VALIDATIONS = 65_530, 1_023, 65_534
WIDTH, HEIGHT, HEADER, FORMULA, FORMATS, LINK_TEXT = 255, 409.5, 255, 8_192, 65_490, 2_079
TITLE, MESSAGE, LIST, PROPERTY = 32, 255, 255, 255
LITERAL, NESTED, ARGUMENTS, FONTS, PANES = 255, 64, 255, 1_024, ("bottomLeft", "bottomRight", "topLeft", "topRight")

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPARKLINES = "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
BUILT_IN_NAMES = {
    "_xlnm.Print_Area",
    "_xlnm.Print_Titles",
    "_xlnm._FilterDatabase",
    "_xlnm.Criteria",
    "_xlnm.Extract",
}
OUR_LIMIT = 50
"""So many faults are enough."""

# The children of <worksheet> in the only order that Excel takes (CT_Worksheet).
_IN_ORDER = """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties
cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls
webPublishItems tableParts extLst"""
SHEET_ORDER = _IN_ORDER.split()

# Functions newer than Excel 2007: a file holds them with the prefix _xlfn., or Excel shows #NAME?.
_NEWER = """
AGGREGATE ACOT ACOTH ARABIC BASE BETA.DIST BETA.INV BINOM.DIST BINOM.INV BITAND BITOR CEILING.MATH CHISQ.DIST
CHISQ.INV CONCAT CONFIDENCE.NORM CONFIDENCE.T COVARIANCE.P COVARIANCE.S DAYS DECIMAL EXPON.DIST F.DIST F.INV
FILTERXML FLOOR.MATH FORECAST.LINEAR FORMULATEXT GAMMA IFNA IFS ISFORMULA LET LAMBDA MAXIFS MINIFS MODE.MULT
MODE.SNGL NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NUMBERVALUE PERCENTILE.EXC PERCENTILE.INC PERCENTRANK.EXC
PERCENTRANK.INC POISSON.DIST QUARTILE.EXC QUARTILE.INC RANDARRAY RANK.AVG RANK.EQ SEQUENCE SHEET SHEETS SORTBY
STDEV.P STDEV.S SWITCH T.DIST T.INV TEXTJOIN TEXTSPLIT UNICHAR UNICODE UNIQUE VAR.P VAR.S XLOOKUP XMATCH XOR
WEIBULL.DIST Z.TEST"""
FUTURE = set(_NEWER.split())

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_LETTER = "A-Za-z\u00aa-\uffff"
_NAME = re.compile(rf"[{_LETTER}_\\][{_LETTER}0-9_.\\]*")
_R1C1 = re.compile(r"(?i)r[0-9]*c[0-9]*|r[0-9]+|c[0-9]+|r|c")
_LITERAL = re.compile(r'"(?:[^"]|"")*"')
_QUOTED_SHEET = re.compile(r"'((?:[^']|'')+)'!")
_BARE_SHEET = re.compile(rf"(?<![#\w'\]])([{_LETTER}_\\][{_LETTER}0-9_.\\]*)!")
_FUNCTION = re.compile(r"(?<![\w.])([A-Za-z_][A-Za-z0-9_.]*)\(")
_HYPERLINK = re.compile(r'HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
_TABLE_REFERENCE = re.compile(rf"([{_LETTER}_\\][{_LETTER}0-9_.\\]*)\[")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Area = tuple[int, int, int, int]
"""First column, first row, last column, last row."""


def faults(path: str | Path | bytes) -> list[str]:
    """What Excel would repair or refuse; empty for a workbook that it opens as it is."""
    try:
        package = zipfile.ZipFile(io.BytesIO(path) if isinstance(path, bytes) else path)
    except (OSError, zipfile.BadZipFile) as error:
        return [f"package: not a zip: {error}"]
    with package:
        check = _Package(package)
        found = [text for text in check.run() if text]
    return found[:OUR_LIMIT]


# --- References -----------------------------------------------------------------------------------------------


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def cell(reference: str) -> tuple[int, int] | None:
    """(column, row), or None for what is no cell of a sheet."""
    match = _CELL.fullmatch(reference)
    if not match:
        return None
    column, row = column_number(match[1]), int(match[2])
    return (column, row) if column <= COLUMNS and row <= ROWS else None


def area(reference: str) -> Area | None:
    """A range, a cell, whole columns or whole rows; None for anything else."""
    first, _, last = reference.replace("$", "").partition(":")
    last = last or first
    if re.fullmatch("[A-Z]{1,3}", first) and re.fullmatch("[A-Z]{1,3}", last) and ":" in reference:
        a, b = column_number(first), column_number(last)
        return (a, 1, b, ROWS) if 1 <= a <= b <= COLUMNS else None
    if first.isdecimal() and last.isdecimal() and ":" in reference:
        a, b = int(first), int(last)
        return (1, a, COLUMNS, b) if 1 <= a <= b <= ROWS else None
    start, end = cell(first), cell(last)
    if not start or not end or start[0] > end[0] or start[1] > end[1]:
        return None
    return *start, *end


def overlap(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def plain(text: str) -> str:
    """The text of an escaped one: _x000a_ is a line feed."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def length(text: str) -> int:
    """As Excel counts: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def valid_name(name: str) -> bool:
    """A name that a defined name or a table may have."""
    looks_like_a_cell = cell(name.upper()) is not None or _R1C1.fullmatch(name)
    return bool(_NAME.fullmatch(name)) and length(name) <= NAME and not looks_like_a_cell


# --- XML ------------------------------------------------------------------------------------------------------


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _children(element: Element | None, tag: str) -> list[Element]:
    return [] if element is None else [child for child in element if _tag(child) == tag]


def _child(element: Element | None, tag: str) -> Element | None:
    return next(iter(_children(element, tag)), None)


def _all(element: Element, tag: str) -> list[Element]:
    return [found for found in element.iter() if _tag(found) == tag]


def _id(element: Element, name: str = "id") -> str | None:
    return element.get(f"{{{RELS}}}{name}")


def _text(element: Element | None, default: str = "") -> str:
    return (default if element is None else element.text) or default


def _said(element: Element | None) -> str:
    """The text of a string item: its runs, without what only says how it is read aloud."""
    if element is None:
        return ""
    direct = [child.text or "" for child in element if _tag(child) == "t"]
    runs = [t.text or "" for run in _children(element, "r") for t in _children(run, "t")]
    return "".join(direct + runs)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _calls(formula: str) -> Iterator[str]:
    """What is wrong with how deep a formula without its texts nests its brackets, and how much it hands to one."""
    given = [0]
    deepest = most = 0
    for sign in re.sub(r"'(?:[^']|'')*'!|\{[^}]*\}|\[[^\]]*\]", "", formula):
        if sign == "(":
            given.append(1)
        elif sign == ")" and len(given) > 1:
            given.pop()
        elif sign == ",":
            given[-1] += 1
        deepest, most = max(deepest, len(given) - 1), max(most, given[-1])
    if deepest > NESTED:
        yield f"formula nested {deepest} deep, more than {NESTED}"
    if most > ARGUMENTS:
        yield f"formula that hands over {most} arguments, more than {ARGUMENTS}"


# --- The package ----------------------------------------------------------------------------------------------


class _Package:
    def __init__(self, package: zipfile.ZipFile) -> None:
        self.names = package.namelist()
        self.parts = {name: package.read(name) for name in self.names if not name.endswith("/")}
        self.xml: dict[str, Element] = {}
        self.rels: dict[str, dict[str, tuple[str, str, bool]]] = {}
        """part → relationship id → (type, target, external)."""
        self.sheets: list[tuple[str, str]] = []
        """(name, part)."""
        self.strings: list[str] = []
        self.tables: dict[str, list[str]] = {}
        """Name in lower case → names of its columns."""
        self.names_defined: set[str] = set()
        self.formats = self.differential = 0

    def run(self) -> Iterator[str]:
        yield from self._parse()
        if "xl/workbook.xml" not in self.xml:
            yield "package: no xl/workbook.xml"
            return
        yield from self._types()
        yield from self._relationships()
        yield from self._shared_strings()
        yield from self._styles()
        yield from self._sheet_list()
        self._learn_names()
        yield from self._defined_names()
        seen: dict[str, list[str]] = {"id": [], "name": []}
        for name, part in self.sheets:
            if part in self.xml:
                yield from (f"{name}: {fault}" for fault in _Sheet(self, name, part, seen).run())
        for what, values in seen.items():
            yield from (f"tables: {what} {value!r} is there twice" for value in _repeated(values))
        for part, root in self.xml.items():
            if _tag(root) == "chartSpace":
                yield from (f"{part}: {fault}" for fault in self._chart(root))
            elif _tag(root) == "wsDr":
                yield from (f"{part}: {fault}" for fault in self._drawing(part, root))
            elif _tag(root) == "comments":
                authors = len(_all(root, "author"))
                yield from (
                    f"{part}: comment {at} is there twice"
                    for at in _repeated(c.get("ref", "") for c in _all(root, "comment"))
                )
                for c in _all(root, "comment"):
                    if cell(c.get("ref", "")) is None:
                        yield f"{part}: comment of {c.get('ref')!r}"
                    if length(plain("".join(_text(t) for t in _all(c, "t")))) > CELL_TEXT:
                        yield f"{part}: comment {c.get('ref')} is longer than {CELL_TEXT} characters"
                late = [c for c in _all(root, "comment") if int(c.get("authorId", -1)) not in range(authors)]
                yield from (f"{part}: comment {c.get('ref')} has no author" for c in late)
            elif part == "docProps/custom.xml":
                for held in root:
                    if length("".join(held.itertext())) > PROPERTY:
                        yield f"{part}: the property {held.get('name')} is longer than {PROPERTY} characters"

    def _parse(self) -> Iterator[str]:
        yield from (f"package: {name} is there twice" for name in _repeated(n.lower() for n in self.names))
        for name, content in self.parts.items():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            try:
                self.xml[name] = fromstring(content)
            except (ParseError, DefusedXmlException, ValueError) as error:
                yield f"{name}: not XML: {error}"
                continue
            for element in self.xml[name].iter():
                texts = [element.text or "", element.tail or "", *element.attrib.values()]
                if any(_ILLEGAL.search(text) for text in texts):
                    yield f"{name}: a character that XML can't hold"
                    break

    def _types(self) -> Iterator[str]:
        root = self.xml.get("[Content_Types].xml")
        if root is None:
            yield "package: no [Content_Types].xml"
            return
        defaults = {d.get("Extension", "").lower() for d in _children(root, "Default")}
        overrides = [o.get("PartName", "") for o in _children(root, "Override")]
        yield from (f"content types: {name} is there twice" for name in _repeated(n.lower() for n in overrides))
        for name in overrides:
            if name.lstrip("/") not in self.parts:
                yield f"content types: {name} is not in the package"
        for name in self.parts:
            extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
            if name != "[Content_Types].xml" and f"/{name}" not in overrides and extension not in defaults:
                yield f"content types: {name} has none"
            if name.startswith("xl/") and name.endswith(".xml") and f"/{name}" not in overrides:
                yield f"content types: {name} has no type of its own"

    def _relationships(self) -> Iterator[str]:
        for name, root in self.xml.items():
            if not name.endswith(".rels"):
                continue
            folder, file = posixpath.split(name)
            source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            if source and source not in self.parts:
                yield f"{name}: belongs to no part"
            found = self.rels.setdefault(source, {})
            for link in _children(root, "Relationship"):
                target, external = link.get("Target", ""), link.get("TargetMode") == "External"
                if link.get("Id") in found:
                    yield f"{name}: {link.get('Id')} is there twice"
                if not external:
                    target = urllib.parse.unquote(target)
                    target = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(source), target)
                    target = posixpath.normpath(target)
                    if target not in self.parts:
                        yield f"{name}: {link.get('Id')} leads to {target}, which is not there"
                elif length(target) > LINK_TEXT:
                    yield f"{name}: {link.get('Id')} is longer than {LINK_TEXT} characters"
                found[link.get("Id", "")] = link.get("Type", ""), target, external
        for name, root in self.xml.items():
            if name.endswith(".rels"):
                continue
            used = {
                value for e in root.iter() for key, value in e.attrib.items() if key.startswith(f"{{{RELS}}}") and value
            }
            for missing in sorted(used - self.rels.get(name, {}).keys()):
                yield f"{name}: relationship {missing} is not there"

    def _shared_strings(self) -> Iterator[str]:
        root = self.xml.get("xl/sharedStrings.xml")
        self.strings = [] if root is None else [_said(item) for item in _children(root, "si")]
        for number, text in enumerate(self.strings):
            if length(plain(text)) > CELL_TEXT:
                yield f"shared string {number}: longer than {CELL_TEXT} characters"

    def _styles(self) -> Iterator[str]:
        root = self.xml.get("xl/styles.xml")
        if root is None:
            return
        sizes = {tag: len(list(_child(root, tag) or [])) for tag in ("fonts", "fills", "borders", "cellStyleXfs")}
        codes = {int(f.get("numFmtId", -1)): f.get("formatCode", "") for f in _all(root, "numFmt")}
        own = [f.get("numFmtId", "") for f in _children(_child(root, "numFmts"), "numFmt")]
        yield from (f"styles: number format {number} is there twice" for number in _repeated(own))
        yield from (f"styles: number format {n} is longer than 255" for n, code in codes.items() if length(code) > 255)
        formats = _children(_child(root, "cellXfs"), "xf")
        for number, xf in enumerate(formats):
            for attribute, tag in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                if int(xf.get(attribute, 0)) >= sizes[tag]:
                    yield f"styles: format {number} has {attribute} {xf.get(attribute)} of {sizes[tag]}"
            if int(xf.get("xfId", 0)) >= sizes["cellStyleXfs"]:
                yield f"styles: format {number} has xfId {xf.get('xfId')} of {sizes['cellStyleXfs']}"
            if (code := int(xf.get("numFmtId", 0))) > 163 and code not in codes:
                yield f"styles: format {number} has number format {code}, which is not there"
        if sizes["fonts"] > FONTS:
            yield f"styles: {sizes['fonts']} fonts, more than {FONTS}"
        self.formats = len(formats)
        self.differential = len(_children(_child(root, "dxfs"), "dxf"))
        if self.formats > FORMATS:
            yield f"styles: {self.formats} formats, more than {FORMATS}"

    def _sheet_list(self) -> Iterator[str]:
        root = self.xml["xl/workbook.xml"]
        links = self.rels.get("xl/workbook.xml", {})
        listed = _children(_child(root, "sheets"), "sheet")
        for sheet in listed:
            name = sheet.get("name", "")
            self.sheets.append((name, links.get(_id(sheet) or "", ("", "", False))[1]))
            if not name or length(name) > SHEET_NAME:
                yield f"sheet {name!r}: its name has {length(name)} characters"
            if re.search(r"[\\/?*\[\]:]", name):
                yield f"sheet {name!r}: its name holds one of \\ / ? * [ ] :"
            if name.startswith("'") or name.endswith("'"):
                yield f"sheet {name!r}: its name begins or ends with an apostrophe"
            if name.lower() == "history":
                yield f"sheet {name!r}: Excel keeps that name for itself"
        yield from (f"sheet {name!r}: its name is there twice" for name in _repeated(n.lower() for n, _ in self.sheets))
        ids = [sheet.get("sheetId", "") for sheet in listed]
        yield from (f"workbook: sheetId {number} is there twice" for number in _repeated(ids))
        if all(sheet.get("state", "visible") != "visible" for sheet in listed):
            yield "workbook: no sheet can be seen"
        for view in _all(root, "workbookView"):
            if int(view.get("activeTab", 0)) >= max(len(listed), 1):
                yield "workbook: its active sheet is not there"

    # --- Names and formulas ---

    def _learn_names(self) -> None:
        for root in self.xml.values():
            if _tag(root) == "table":
                columns = [plain(column.get("name", "")) for column in _all(root, "tableColumn")]
                self.tables[root.get("displayName", "").lower()] = columns
        names = _all(self.xml["xl/workbook.xml"], "definedName")
        self.names_defined = {name.get("name", "").lower() for name in names}

    def _defined_names(self) -> Iterator[str]:
        seen = []
        for defined in _all(self.xml["xl/workbook.xml"], "definedName"):
            name, scope, text = defined.get("name", ""), defined.get("localSheetId"), defined.text or ""
            seen.append(f"{scope}!{name.lower()}")
            if name.startswith("_xlnm."):
                if name not in BUILT_IN_NAMES or scope is None:
                    yield f"name {name}: unknown, or not of a sheet"
            elif not valid_name(name):
                yield f"name {name!r}: not a valid name"
            if name.lower() in self.tables:
                yield f"name {name!r}: a table has that name"
            if scope is not None and int(scope) not in range(len(self.sheets)):
                yield f"name {name!r}: of sheet {scope}, which is not there"
            if not text.strip():
                yield f"name {name!r}: stands for nothing"
            if "#REF!" in text:
                yield f"name {name!r}: its reference is lost"
            yield from (f"name {name!r}: {fault}" for fault in self.formula(text))
            if name in BUILT_IN_NAMES and name != "_xlnm.Print_Titles":
                spot = text.rsplit("!", 1)[-1]
                if area(spot) is None and "," not in text:
                    yield f"name {name!r}: {text!r} is no range"
        yield from (f"name {name}: is there twice" for name in _repeated(seen))

    def formula(self, text: str) -> Iterator[str]:
        """What is wrong with a formula, a name's reference or a chart's."""
        if length(text) > FORMULA:
            yield f"formula longer than {FORMULA} characters"
        for target in _HYPERLINK.findall(text):
            if target.startswith("#") and not self.leads_somewhere(target[1:].replace('""', '"')):
                yield f"formula links to {target!r}, which is not there"
        if any(length(literal[1:-1].replace('""', '"')) > LITERAL for literal in _LITERAL.findall(text)):
            yield f"formula with a text longer than {LITERAL} characters"
        bare = _LITERAL.sub('""', text)
        yield from _calls(bare)
        known = {name.lower() for name, _ in self.sheets}
        quoted = [match.replace("''", "'") for match in _QUOTED_SHEET.findall(bare)]
        rest = _QUOTED_SHEET.sub("", bare)
        if any("[" in name for name in quoted) or re.search(
            r"(?<![\w\]\[,@])\[[^\[\]]+\][^\s\[\](),;+*/^&=<>-]*!", rest
        ):
            yield f"formula refers to another file: {text[:80]}"
            return
        for name in [*quoted, *_BARE_SHEET.findall(rest)]:
            if name.lower() not in known:
                yield f"formula refers to a sheet that is not there: {name!r}"
        for function in _FUNCTION.findall(rest):
            if function.upper() in FUTURE:
                yield f"formula uses {function} without the prefix _xlfn."
        if rest.count("(") != rest.count(")"):
            yield f"formula with unequal brackets: {text[:80]}"
        yield from self._table_references(rest)

    def leads_somewhere(self, location: str) -> bool:
        """Whether a link's place is in this workbook: a range, of a sheet or not, or a name."""
        sheet, mark, spot = location.rpartition("!")
        quoted = sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1
        sheet = sheet[1:-1].replace("''", "'") if quoted else sheet
        if not mark:
            return area(location) is not None or location.lower() in {*self.names_defined, *self.tables}
        plain_name = quoted or valid_name(sheet) or sheet.isalnum()
        return plain_name and area(spot) is not None and sheet.lower() in {name.lower() for name, _ in self.sheets}

    def _table_references(self, text: str) -> Iterator[str]:
        for match in _TABLE_REFERENCE.finditer(text):
            name = match[1].lower()
            if name not in self.tables:
                yield f"formula refers to a table that is not there: {match[1]!r}"
                continue
            depth, end = 1, match.end()
            while depth and end < len(text):
                if text[end] == "'":
                    end += 1
                elif text[end] in "[]":
                    depth += 1 if text[end] == "[" else -1
                end += 1
            inner = text[match.end() : end - 1]
            asked = re.findall(r"\[((?:'.|[^\[\]'])*)\]", inner) if "[" in inner else [inner]
            columns = [column.lower() for column in self.tables[name]]
            for item in asked:
                column = re.sub("'(.)", r"\1", item.strip().removeprefix("@"))
                if column and not column.startswith("#") and column.lower() not in columns:
                    yield f"formula refers to a column that {match[1]} has not: {column!r}"

    # --- Drawings and charts ---

    def _drawing(self, part: str, root: Element) -> Iterator[str]:
        ids = [properties.get("id", "") for properties in _all(root, "cNvPr")]
        yield from (f"drawing object {number} is there twice" for number in _repeated(ids))
        for anchor in root:
            corners = []
            for corner in (_child(anchor, "from"), _child(anchor, "to")):
                if corner is not None:
                    column, row = (int(_text(_child(corner, tag), "0")) for tag in ("col", "row"))
                    corners.append((column, row))
                    if column not in range(COLUMNS) or row not in range(ROWS):
                        yield f"drawing object outside the sheet, at column {column}, row {row}"
            if len(corners) == 2 and (corners[0][0] > corners[1][0] or corners[0][1] > corners[1][1]):
                yield "drawing object ends before it begins"
        for frame in _all(root, "graphicFrame"):
            charts = [link for e in frame.iter() if _tag(e) == "chart" and (link := _id(e))]
            targets = [self.rels.get(part, {}).get(link, ("", "", False))[1] for link in charts]
            if not targets or any(target not in self.xml for target in targets):
                yield "frame without a chart"

    def _chart(self, root: Element) -> Iterator[str]:
        plot = next(iter(_all(root, "plotArea")), None)
        if plot is None:
            yield "chart without a plot"
            return
        for reference in _all(root, "f"):
            text = reference.text or ""
            yield from self.formula(text)
            spots = text.strip("()").split(",")
            if not text or any(area(spot.rsplit("!", 1)[-1]) is None or "!" not in spot for spot in spots):
                yield f"chart refers to no range: {text!r}"
        for cache in [*_all(root, "numCache"), *_all(root, "strCache")]:
            count = _child(cache, "ptCount")
            most = int(count.get("val", 0)) if count is not None else 0
            if any(int(point.get("idx", -1)) not in range(most) for point in _children(cache, "pt")):
                yield "chart's cached points are more than it counts"
            if _tag(cache) == "numCache":
                values = [_text(_child(point, "v")) for point in _children(cache, "pt")]
                if any(value not in ERRORS and _number(value) is None for value in values):
                    yield "chart's cached number is none"
        axes = [axis for axis in plot if _tag(axis) in ("catAx", "valAx", "dateAx", "serAx")]
        ids = [axis_id.get("val", "") for axis in axes for axis_id in _children(axis, "axId")]
        yield from (f"chart's axis {number} is there twice" for number in _repeated(ids))
        for kind in plot:
            if _tag(kind).endswith("Chart"):
                used = [axis_id.get("val", "") for axis_id in _children(kind, "axId")]
                yield from (f"chart's axis {number} is not there" for number in used if number not in ids)
                if not _children(kind, "ser"):
                    yield "chart without a series"
        for axis in axes:
            crossed = _child(axis, "crossAx")
            if crossed is None or crossed.get("val") not in ids:
                yield "chart's axis crosses none"
        for order in ("idx", "order"):
            values = [v.get("val", "") for series in _all(root, "ser") for v in _children(series, order)]
            yield from (f"chart's series {order} {value} is there twice" for value in _repeated(values))


# --- A sheet --------------------------------------------------------------------------------------------------


class _Sheet:
    def __init__(self, package: _Package, name: str, part: str, seen: dict[str, list[str]]) -> None:
        self.package, self.name, self.part, self.seen = package, name, part, seen
        self.root = package.xml[part]
        self.texts: dict[tuple[int, int], str] = {}
        self.merged: list[tuple[str, Area]] = []
        self.filter: Area | None = None

    def run(self) -> Iterator[str]:
        if _tag(self.root) != "worksheet":
            return
        places = [SHEET_ORDER.index(tag) for child in self.root if (tag := _tag(child)) in SHEET_ORDER]
        if any(after < before for before, after in pairwise(places)):
            yield "its elements are not in Excel's order"
        once = [_tag(child) for child in self.root if _tag(child) != "conditionalFormatting"]
        yield from (f"<{tag}> is there twice" for tag in _repeated(once))
        yield from self._views()
        yield from self._columns()
        yield from self._cells()
        yield from self._merges()
        yield from self._filters()
        yield from self._tables()
        yield from self._conditional_formats()
        yield from self._validations()
        yield from self._hyperlinks()
        yield from self._page()
        yield from self._sparklines()

    def _views(self) -> Iterator[str]:
        for view in _children(_child(self.root, "sheetViews"), "sheetView"):
            panes = [selection.get("pane", "topLeft") for selection in _children(view, "selection")]
            if len(panes) > len(PANES):
                yield f"{len(panes)} selections, more than {len(PANES)}"
            yield from (f"two selections of the pane {name}" for name in _repeated(panes))
            split = _child(view, "pane")
            known = PANES if split is not None else ("topLeft",)
            yield from (f"a selection of the pane {name}, which is not there" for name in panes if name not in known)
            if len(_children(view, "pane")) > 1:
                yield "split twice"
            if int(view.get("zoomScale", 100)) not in range(10, 401):
                yield f"shown at {view.get('zoomScale')} percent"
            for selection in _children(view, "selection"):
                ranges = selection.get("sqref", "A1").split()
                if cell(selection.get("activeCell", "A1")) is None or any(area(one) is None for one in ranges):
                    yield f"selected {selection.get('sqref')!r}"

    def _columns(self) -> Iterator[str]:
        before = 0
        for column in _children(_child(self.root, "cols"), "col"):
            first, last = int(column.get("min", 0)), int(column.get("max", 0))
            if not before < first <= last <= COLUMNS:
                yield f"columns {first} to {last}: out of order, overlapping or outside the sheet"
            before = last
            width = _number(column.get("width", "0"))
            if width is None or not 0 <= width <= WIDTH:
                yield f"columns {first} to {last}: width {column.get('width')}"
            if int(column.get("outlineLevel", 0)) > 7:
                yield f"columns {first} to {last}: outline level above 7"
            yield from self._format(column.get("style"), f"columns {first} to {last}")

    def _cells(self) -> Iterator[str]:
        last_row, shared = 0, set()
        for row in _children(_child(self.root, "sheetData"), "row"):
            number = int(row.get("r", last_row + 1))
            if not last_row < number <= ROWS:
                yield f"row {number}: out of order, repeated or outside the sheet"
            last_row = number
            height = _number(row.get("ht", "0"))
            if height is None or not 0 <= height <= HEIGHT:
                yield f"row {number}: height {row.get('ht')}"
            if int(row.get("outlineLevel", 0)) > 7:
                yield f"row {number}: outline level above 7"
            yield from self._format(row.get("s"), f"row {number}")
            last_column = 0
            for found in _children(row, "c"):
                spot = cell(found.get("r", ""))
                if not spot or spot[1] != number or spot[0] <= last_column:
                    yield f"cell {found.get('r')}: out of order, repeated or outside its row {number}"
                    continue
                last_column = spot[0]
                yield from (f"cell {found.get('r')}: {fault}" for fault in self._cell(found, spot, shared))

    def _cell(self, found: Element, spot: tuple[int, int], shared: set[str]) -> Iterator[str]:
        yield from self._format(found.get("s"), "")
        kind, held, formula = found.get("t", "n"), _child(found, "v"), _child(found, "f")
        value = None if held is None else held.text or ""
        if kind == "s":
            index = int(value) if (value or "").isdecimal() else -1
            if index not in range(len(self.package.strings)):
                yield f"shared string {value} of {len(self.package.strings)}"
            else:
                self.texts[spot] = self.package.strings[index]
        elif kind == "inlineStr":
            self.texts[spot] = _said(_child(found, "is"))
        elif kind == "str":
            self.texts[spot] = value or ""
        elif kind == "b" and value not in ("0", "1"):
            yield f"a yes/no that is {value!r}"
        elif kind == "e" and value not in ERRORS:
            yield f"an error that is {value!r}"
        elif kind == "n" and value and _number(value) is None:
            yield f"a number that is {value!r}"
        elif kind not in ("s", "inlineStr", "str", "b", "e", "n", "d"):
            yield f"unknown type {kind}"
        if length(plain(self.texts.get(spot, ""))) > CELL_TEXT:
            yield f"longer than {CELL_TEXT} characters"
        if formula is not None:
            yield from self._formula(formula, kind, value, shared)

    def _formula(self, formula: Element, kind: str, value: str | None, shared: set[str]) -> Iterator[str]:
        text = formula.text or ""
        follows = formula.get("t") == "shared" and formula.get("si") in shared
        if formula.get("t") == "shared" and text:
            shared.add(formula.get("si", ""))
        if not text.strip() and not follows:
            yield "an empty formula"
        if value is None:
            yield "a formula without its value"
        if formula.get("t") == "array" and area(formula.get("ref", "")) is None:
            yield f"an array formula over {formula.get('ref')!r}"
        yield from self.package.formula(text)

    def _format(self, style: str | None, where: str) -> Iterator[str]:
        if style is not None and int(style) not in range(self.package.formats):
            yield f"{where} format {style} of {self.package.formats}".strip()

    def _merges(self) -> Iterator[str]:
        for merge in _children(_child(self.root, "mergeCells"), "mergeCell"):
            reference = merge.get("ref", "")
            spot = area(reference)
            if spot is None or spot[:2] == spot[2:]:
                yield f"merged {reference!r}: no range of several cells"
            else:
                self.merged.append((reference, spot))
        for (one, first), (other, second) in combinations(self.merged, 2):
            if overlap(first, second):
                yield f"merged {one} and {other} overlap"

    def _filters(self) -> Iterator[str]:
        found = _child(self.root, "autoFilter")
        if found is None:
            return
        self.filter = area(found.get("ref", ""))
        if self.filter is None:
            yield f"filter {found.get('ref')!r}: no range"
            return
        for column in _children(found, "filterColumn"):
            if int(column.get("colId", -1)) not in range(self.filter[2] - self.filter[0] + 1):
                yield f"filter {found.get('ref')}: column {column.get('colId')} is outside it"
        index = [name for name, _ in self.package.sheets].index(self.name)
        for name in _all(self.package.xml["xl/workbook.xml"], "definedName"):
            its_own = name.get("name") == "_xlnm._FilterDatabase" and name.get("localSheetId") == str(index)
            if its_own and area((name.text or "").rsplit("!", 1)[-1]) != self.filter:
                yield f"filter {found.get('ref')}: its name says {name.text}"

    def _tables(self) -> Iterator[str]:
        links = self.package.rels.get(self.part, {})
        areas: list[tuple[str, Area]] = []
        for part in _children(_child(self.root, "tableParts"), "tablePart"):
            root = self.package.xml.get(links.get(_id(part) or "", ("", "", False))[1])
            if root is None:
                yield "a table without its part"
                continue
            name, reference = root.get("displayName", ""), root.get("ref", "")
            self.seen["id"].append(root.get("id", ""))
            self.seen["name"].append(name.lower())
            spot = area(reference)
            if not valid_name(name) or not valid_name(root.get("name", name)):
                yield f"table {name!r}: not a valid name"
            if spot is None or spot[3] == spot[1]:
                yield f"table {name}: {reference!r} is no range with a row below its header"
                continue
            yield from (f"table {name}: {fault}" for fault in self._table(root, spot))
            areas.append((name, spot))
        for (one, first), (other, second) in combinations(areas, 2):
            if overlap(first, second):
                yield f"tables {one} and {other} overlap"
        for name, spot in areas:
            if self.filter and overlap(spot, self.filter):
                yield f"table {name}: overlaps the sheet's filter"
            for reference, merged in self.merged:
                if overlap(spot, merged):
                    yield f"table {name}: overlaps the merged {reference}"
        count = _child(self.root, "tableParts")
        if count is not None and count.get("count") not in (None, str(len(_children(count, "tablePart")))):
            yield f"tables: counted {count.get('count')}"

    def _table(self, root: Element, spot: Area) -> Iterator[str]:
        columns = _all(root, "tableColumn")
        names = [plain(column.get("name", "")) for column in columns]
        held = _child(root, "tableColumns")
        if len(columns) != spot[2] - spot[0] + 1 or (held is not None and held.get("count") != str(len(columns))):
            yield f"{len(columns)} columns for {root.get('ref')}"
        yield from (f"column {name!r} is there twice" for name in _repeated(n.lower() for n in names))
        yield from (f"column {number} is there twice" for number in _repeated(c.get("id", "") for c in columns))
        if any(not name or length(name) > COLUMN_NAME for name in names):
            yield "a column with no name or one that is too long"
        if root.get("headerRowCount", "1") != "0":
            for offset, name in enumerate(names):
                shown = self.texts.get((spot[0] + offset, spot[1]))
                if shown is None or plain(shown) != name:
                    yield f"column {name!r} has the header {shown!r}"
        totals = int(root.get("totalsRowCount", 0))
        found = _child(root, "autoFilter")
        if found is not None and area(found.get("ref", "")) != (*spot[:3], spot[3] - totals):
            yield f"its filter is {found.get('ref')}"
        for column in columns:
            for formula in _children(column, "calculatedColumnFormula"):
                yield from self.package.formula(formula.text or "")

    def _conditional_formats(self) -> Iterator[str]:
        later = {rule.get("id") for rule in _all(self.root, "cfRule") if "2009/9/main" in rule.tag}
        for rules in _all(self.root, "conditionalFormatting"):
            extended = "2009/9/main" in rules.tag
            ranges = _text(_child(rules, "sqref")) if extended else rules.get("sqref", "")
            if not ranges.split() or any(area(r) is None for r in ranges.split()):
                yield f"conditional format of {ranges!r}"
            for rule in _children(rules, "cfRule"):
                number = rule.get("dxfId")
                if number is not None and int(number) not in range(self.package.differential):
                    yield f"conditional format of {ranges}: dxfId {number} of {self.package.differential}"
                if "2009/9/main" not in rule.tag and int(rule.get("priority", 0)) < 1:
                    yield f"conditional format of {ranges}: priority {rule.get('priority')}"
                if rule.get("type") in ("expression", "cellIs") and not [
                    t for t in rule if _tag(t) in ("formula", "f")
                ]:
                    yield f"conditional format of {ranges}: no formula"
                for formula in [t for t in rule if _tag(t) in ("formula", "f")]:
                    yield from (
                        f"conditional format of {ranges}: {f}" for f in self.package.formula(formula.text or "")
                    )
                for held in _all(rule, "id"):
                    if held.text and held.text not in later:
                        yield f"conditional format of {ranges}: its extension {held.text} is not there"
                for scale in _children(rule, "colorScale"):
                    if len(_children(scale, "cfvo")) != len(_children(scale, "color")) or len(scale) not in (4, 6):
                        yield f"conditional format of {ranges}: a colour scale with {len(scale)} parts"

    def _validations(self) -> Iterator[str]:
        held = _child(self.root, "dataValidations")
        found = _children(held, "dataValidation")
        if len(found) > VALIDATIONS:
            yield f"{len(found)} validations"
        if held is not None and held.get("count") not in (None, str(len(found))):
            yield f"validations: counted {held.get('count')} of {len(found)}"
        for validation in found:
            where = f"validation of {validation.get('sqref')}"
            ranges = (validation.get("sqref") or "").split()
            if not ranges or any(area(reference) is None for reference in ranges):
                yield f"{where}: no range"
            for title in ("promptTitle", "errorTitle"):
                if length(plain(validation.get(title, ""))) > TITLE:
                    yield f"{where}: {title} longer than {TITLE}"
            for message in ("prompt", "error"):
                if length(plain(validation.get(message, ""))) > MESSAGE:
                    yield f"{where}: {message} longer than {MESSAGE}"
            for formula in [part for part in validation if _tag(part) in ("formula1", "formula2")]:
                text = formula.text or ""
                if text.startswith('"') and length(text.strip('"')) > LIST:
                    yield f"{where}: a list longer than {LIST}"
                elif length(text) > LIST and not text.startswith('"'):
                    yield f"{where}: a formula longer than {LIST}"
                yield from (f"{where}: {fault}" for fault in self.package.formula(text))

    def _hyperlinks(self) -> Iterator[str]:
        found = _children(_child(self.root, "hyperlinks"), "hyperlink")
        if len(found) > LINKS:
            yield f"{len(found)} links, more than {LINKS}"
        yield from (f"link of {ref} is there twice" for ref in _repeated(link.get("ref", "") for link in found))
        for link in found:
            where, location = f"link of {link.get('ref')}", link.get("location")
            if area(link.get("ref", "")) is None:
                yield f"{where}: no cell"
            if length(link.get("tooltip", "")) > 255:
                yield f"{where}: its tip is longer than 255"
            if location is None and _id(link) is None:
                yield f"{where}: leads nowhere"
            if location is None or _id(link) is not None:
                continue
            if length(location) > LINK_TEXT:
                yield f"{where}: longer than {LINK_TEXT}"
            if not self.package.leads_somewhere(location):
                yield f"{where}: {location!r} is not there"

    def _page(self) -> Iterator[str]:
        for text in _child(self.root, "headerFooter") or []:
            if length(text.text or "") > HEADER:
                yield f"{_tag(text)} longer than {HEADER} characters"
        for tag, most in (("rowBreaks", ROWS), ("colBreaks", COLUMNS)):
            held = _child(self.root, tag)
            breaks = _children(held, "brk")
            if len(breaks) > BREAKS:
                yield f"{len(breaks)} page breaks, more than {BREAKS}"
            ids = [int(found.get("id", -1)) for found in breaks]
            if any(number not in range(1, most) for number in ids) or len(set(ids)) != len(ids):
                yield f"{tag}: a break that is outside the sheet or there twice"
            if held is not None and held.get("count") not in (None, str(len(breaks))):
                yield f"{tag}: counted {held.get('count')} of {len(breaks)}"
        page = _child(self.root, "pageSetup")
        if page is not None:
            if int(page.get("scale", 100)) not in range(10, 401):
                yield f"page scale {page.get('scale')}"
            if any(int(page.get(name, 1)) not in range(32_768) for name in ("fitToWidth", "fitToHeight")):
                yield "page fitted to too many pages"
        for pane in _all(self.root, "pane"):
            if cell(pane.get("topLeftCell", "A1")) is None:
                yield f"pane at {pane.get('topLeftCell')}"

    def _sparklines(self) -> Iterator[str]:
        spots = []
        for extension in _children(_child(self.root, "extLst"), "ext"):
            groups = _all(extension, "sparklineGroup")
            if groups and extension.get("uri") != SPARKLINES:
                yield f"sparklines in the extension {extension.get('uri')}"
            if extension.get("uri") == SPARKLINES and not groups:
                yield "an extension of sparklines without one"
            for group in groups:
                lines = _all(group, "sparkline")
                if not lines:
                    yield "an empty group of sparklines"
                for line in lines:
                    source, target = _child(line, "f"), _child(line, "sqref")
                    text, spot = _text(source), _text(target)
                    spots.append(spot)
                    drawn = area(text.rsplit("!", 1)[-1])
                    if "!" not in text or drawn is None or (drawn[0] != drawn[2] and drawn[1] != drawn[3]):
                        yield f"sparkline of {text!r}"
                    if cell(spot) is None:
                        yield f"sparkline in {spot!r}"
                    yield from (f"sparkline: {fault}" for fault in self.package.formula(text))
        yield from (f"sparkline in {spot} is there twice" for spot in _repeated(spots))
