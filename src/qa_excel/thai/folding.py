"""The one folding of Thai: what looks the same on paper is the same text. Standard library only.

Keyboards, old programs and copies out of PDF give one look by several codes. Every comparison of words (lists, names,
headings, rosters, schools) goes through `fold`; a text that is kept is never folded.
"""

from __future__ import annotations

import re
import unicodedata

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
INVISIBLE = dict.fromkeys(map(ord, "\u00a0\u202f\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"))
"""Spaces that don't break, and signs without a look."""

_TONE = "\u0e48-\u0e4b"
_VOWEL = "\u0e31\u0e34-\u0e3a\u0e47"
_OTHER_CODES = str.maketrans(
    # Of fonts before Unicode: the same marks, shifted left or lowered. Copies out of PDF are full of them.
    "\uf700\uf701\uf702\uf703\uf704\uf705\uf706\uf707\uf708\uf709\uf70a\uf70b\uf70c\uf70d\uf70e\uf70f"
    "\uf710\uf711\uf712\uf713\uf714\uf715\uf716\uf717\uf718\uf719\uf71a\u0e45",
    "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e0d"
    "\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a\u0e32",
)
_ORDERED = (
    (re.compile("\u0e40\u0e40"), "\u0e41"),  # two sara e
    (re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+"), "\\1"),  # a mark typed twice
    (re.compile(f"([{_TONE}\u0e4c])([{_VOWEL}])"), "\\2\\1"),
    (re.compile("\u0e34\u0e4d|\u0e4d\u0e34"), "\u0e36"),
    (re.compile(f"\u0e4d([{_TONE}]?)\u0e32|([{_TONE}])\u0e4d\u0e32|\u0e33([{_TONE}])"), "\\1\\2\\3\u0e33"),
)
"""(what looks like it, the usual code), in the order in which they are mended."""
_TO_MEND = re.compile(
    f"[\uf700-\uf71a\u0e45\u0e4d]|\u0e40\u0e40|([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1|[{_TONE}\u0e4c][{_VOWEL}]|\u0e33[{_TONE}]"
)
"""What every text has in which one of them is found."""


def mended(text: str) -> str:
    """The text with the usual code for each Thai sign, its spaces and letters otherwise as they are."""
    if text.isascii() or not (_TO_MEND.search(text) or not unicodedata.is_normalized("NFC", text)):
        return text
    text, before = text.translate(_OTHER_CODES), ""
    while text != before:  # what one step brings together, another may mend
        before, text = text, unicodedata.normalize("NFC", text)
        for look, usual in _ORDERED:
            text = look.sub(usual, text)
    return text


def fold(text: str) -> str:
    """Text for comparing: look-alikes as one, Thai digits as 0–9, no spaces or invisible signs, lower case."""
    text = mended(text.translate(INVISIBLE).translate(THAI_DIGITS))
    return "".join(text.split()).lower()
