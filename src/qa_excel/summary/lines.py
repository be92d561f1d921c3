"""Texts as lines: how much room one takes, and parts packed into lines that fit a width."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from qa_excel.files.book import clean
from qa_excel.files.look import SIZE, text_width

_EM = 1 / 6.3
"""Width of an em of 1 point, in units of a column's width."""
_BETWEEN = " · "


@lru_cache(maxsize=65_536)
def room_of(text: str, size: float = SIZE) -> float:
    """The room that a text of one line takes, in units of a column's width."""
    return text_width(text) * size * _EM


def packed(parts: Iterable[str], width: float, size: float = SIZE) -> list[str]:
    """Parts joined into lines that fit the width (in a column's units); one too long is broken between words."""
    lines: list[str] = []
    left = 0.0
    for part in parts:
        part = " ".join(clean(part).split())
        taken = room_of(part, size)
        if lines and taken + room_of(_BETWEEN, size) <= left:
            lines[-1] += _BETWEEN + part
            left -= taken + room_of(_BETWEEN, size)
        else:
            lines += _broken(part, width, size) if taken > width else [part]
            left = width - room_of(lines[-1], size)
    return lines


def _broken(text: str, width: float, size: float) -> list[str]:
    """A text as lines that fit, between words where there are any."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if room_of(longer, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if room_of(lines[-1] + letter, size) > width:
                lines.append("")
            lines[-1] += letter
    return lines
