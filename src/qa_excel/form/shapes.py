"""The shape of a formula: what it does, whatever cells it names and however a program writes it down."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

_PART = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<reference>(?:(?:'(?:[^']|'')*'|[^\s'"!(),;:+*/^&=<>{}-]+)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(]))
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)
    |(?P<space>\s+)""",
    re.IGNORECASE | re.VERBOSE,
)


@lru_cache(maxsize=8192)
def shape(formula: str) -> str:
    """A formula with a sign for each of its references, its numbers in one form; its texts stay as they are."""
    text = formula.strip().lstrip("=+@").upper().replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
    return _PART.sub(_one, text).replace(";", ",")


@lru_cache(maxsize=8192)
def mark(formula: str) -> str:
    """A short mark of a formula's shape."""
    return f"{crc32(shape(formula).encode()):08x}"


def _one(part: re.Match[str]) -> str:
    if part["text"]:
        return part["text"]
    if part["number"]:
        return f"{float(part['number']):.15g}"
    return "#" if part["reference"] else ""
