"""Rows of a sheet that are formatted and hold nothing: a border drawn to the last row makes a million of them.

They are left out while a sheet is inflated, so that what counts is what it holds. A row is left out only where the
one that follows bears its number, so that no other is counted wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_ROW = b'<row r="'
_HOLDS = (b"<v", b"<is", b"<f", b":v", b":is", b":f", b" vm", b"sheetData", b"<!", b"<?")
"""A value, a text, a formula, a picture, the end of the rows, or what may hide one of them."""
_MOST_HELD = 1_000_000


def without_empty_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same XML without stretches of rows in which no cell holds anything."""
    held = b""
    for piece in pieces:
        held += piece
        first, last = held.find(_ROW), held.rfind(_ROW)
        if first < last:
            stretch = held[first:last]
            yield held[:first] + stretch if any(sign in stretch for sign in _HOLDS) else held[:first]
            held = held[last:]
        elif len(held) > _MOST_HELD:
            yield held
            held = b""
    yield held
