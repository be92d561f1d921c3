"""How the workbooks look: palette, fonts and styles of cells, and how much room a text takes."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

FONT = "TH Sarabun New"
SIZE = 14
NAVY, PALE, LINE, GREY, SOFT = "1F3864", "DCE6F2", "A6B4C6", "8C8C8C", "F3F6FA"
EMPTY, FILLED, WRONG, UNUSED = "FFF2CC", "E4F1DC", "F8CBAD", "EDEDED"
DATE_FORMAT = "[$-107041E]d mmm yyyy;@"
"""Thai month names and Buddhist Era."""
MAX_ROW_HEIGHT = 409
Style = dict[str, Any]
_THIN = Side(style="thin", color=LINE)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def font(size: float = SIZE, bold: bool = False, color: str = "000000", underline: str | None = None) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color, underline=underline)


def fill(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


WRAP = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_OPEN = Protection(locked=False)

TITLE: Style = {"font": font(20, True, NAVY), "alignment": Alignment(vertical="center")}
SUBTITLE: Style = {"font": font(SIZE, color="404040"), "alignment": Alignment(vertical="center")}
WARNING: Style = {"font": font(SIZE, True, "9C5700"), "alignment": Alignment(vertical="center")}
HEADER: Style = {"font": font(SIZE, True, "FFFFFF"), "fill": fill(NAVY), "alignment": CENTRE, "border": _BOX}
SECTION: Style = {"font": font(SIZE, True, NAVY), "fill": fill(PALE), "alignment": WRAP, "border": _BOX}
SECTION_ID: Style = {**SECTION, "alignment": CENTRE}
LABEL: Style = {"font": font(), "alignment": WRAP, "border": _BOX}
INDENTED: Style = {**LABEL, "alignment": Alignment(wrap_text=True, vertical="center", horizontal="left", indent=2)}
ASK: Style = {"font": font(12, color="404040"), "alignment": WRAP, "border": _BOX}
CENTRED: Style = {"font": font(), "alignment": CENTRE, "border": _BOX}
NUMBER: Style = {**CENTRED, "number_format": "0.00"}
POINTS: Style = {**NUMBER, "font": font(SIZE, True)}
NOT_USED: Style = {"fill": fill(UNUSED), "border": _BOX}
INPUT: Style = {
    "font": font(16, color=NAVY),
    "fill": fill(EMPTY),
    "alignment": CENTRE,
    "border": _BOX,
    "protection": _OPEN,
}
TEXT_INPUT: Style = {**INPUT, "font": font(), "fill": fill(SOFT), "alignment": WRAP}
COVER_INPUT: Style = {**INPUT, "alignment": WRAP}
PLAIN: Style = {"font": font(), "alignment": Alignment(wrap_text=True, vertical="top")}
LINK: Style = {"font": font(SIZE, color="0563C1", underline="single"), "alignment": Alignment(vertical="center")}


def line_count(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a cell of `width` characters, generously."""
    room = max(1.0, (width * 7 - 18) / (size * 4 / 3))
    return sum(max(1, math.ceil(text_width(line) * 1.06 / room)) for line in text.split("\n"))


def text_width(text: str) -> float:
    """The width of a text in em: signs above and below a letter take none."""
    return sum(0.46 if c.isascii() else 0.56 for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
