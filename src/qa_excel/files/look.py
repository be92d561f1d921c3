"""How the workbooks look: palette, font and sizes, and how much room a text takes. No package is loaded for it."""

from __future__ import annotations

import math
import unicodedata

FONT = "TH Sarabun New"
SIZE = 14
NAVY, PALE, LINE, GREY, SOFT = "1F3864", "DCE6F2", "A6B4C6", "8C8C8C", "F3F6FA"
EMPTY, FILLED, WRONG, UNUSED = "FFF2CC", "E4F1DC", "F8CBAD", "EDEDED"
DATE_FORMAT = "[$-107041E]d mmm yyyy;@"
"""Thai month names and Buddhist Era."""
MAX_ROW_HEIGHT = 409


def line_count(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a cell of `width` characters, generously."""
    room = max(1.0, (width * 7 - 18) / (size * 4 / 3))
    return sum(max(1, math.ceil(text_width(line) * 1.06 / room)) for line in text.split("\n"))


def text_width(text: str) -> float:
    """The width of a text in em: signs above and below a letter take none."""
    return sum(0.46 if c.isascii() else 0.56 for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
