"""The styles of a template's cells, as openpyxl takes them."""

from __future__ import annotations

from typing import Any, Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from qa_excel.files.look import EMPTY, FONT, LINE, NAVY, PALE, SIZE, SOFT, UNUSED

Style = dict[str, Any]
_THIN = Side(style="thin", color=LINE)
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def font(
    size: float = SIZE, bold: bool = False, color: str = "000000", underline: Literal["single"] | None = None
) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color, underline=underline)


def fill(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


SHRUNK = Alignment(shrink_to_fit=True, vertical="center", horizontal="center")
WRAP = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_OPEN = Protection(locked=False)

TITLE: Style = {"font": font(20, True, NAVY), "alignment": Alignment(vertical="center")}
SUBTITLE: Style = {"font": font(SIZE, color="404040"), "alignment": Alignment(vertical="center")}
SAID: Style = {"font": font(12, color="595959"), "alignment": Alignment(vertical="center")}
ASKING: Style = {"font": font(SIZE, True, "9C5700"), "alignment": Alignment(vertical="center")}
WARNING: Style = {"font": font(SIZE, True, "9C5700"), "alignment": Alignment(vertical="center")}
HEADER: Style = {"font": font(SIZE, True, "FFFFFF"), "fill": fill(NAVY), "alignment": CENTRE, "border": BOX}
SECTION: Style = {"font": font(SIZE, True, NAVY), "fill": fill(PALE), "alignment": WRAP, "border": BOX}
SECTION_ID: Style = {**SECTION, "alignment": CENTRE}
LABEL: Style = {"font": font(), "alignment": WRAP, "border": BOX}
INDENTED: Style = {**LABEL, "alignment": Alignment(wrap_text=True, vertical="center", horizontal="left", indent=2)}
ASK: Style = {"font": font(12, color="404040"), "alignment": WRAP, "border": BOX}
CENTRED: Style = {"font": font(), "alignment": CENTRE, "border": BOX}
NUMBER: Style = {**CENTRED, "number_format": "0.00"}
POINTS: Style = {**NUMBER, "font": font(SIZE, True)}
NOT_USED: Style = {"fill": fill(UNUSED), "border": BOX}
INPUT: Style = {
    "font": font(16, color=NAVY),
    "fill": fill(EMPTY),
    "alignment": CENTRE,
    "border": BOX,
    "protection": _OPEN,
}
NOT_ASKED: Style = {**INPUT, "font": font(12, color="595959"), "fill": fill(UNUSED)}
"""An input that is never asked for; it may be filled in, and counts for nothing."""
TEXT_INPUT: Style = {**INPUT, "font": font(), "fill": fill(SOFT), "alignment": WRAP}
COVER_INPUT: Style = {**INPUT, "alignment": WRAP}
PLAIN: Style = {"font": font(), "alignment": Alignment(wrap_text=True, vertical="top")}
LINK: Style = {"font": font(SIZE, color="0563C1", underline="single"), "alignment": Alignment(vertical="center")}
