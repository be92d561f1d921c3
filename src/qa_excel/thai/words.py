"""Numbers with their words in English, where one thing is not said as several are; Thai has no such difference."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2,000 files`; `many` where more than one are not just an s longer."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word alone."""
    return one if number == 1 else many or f"{one}s"


_ONE = {"people": "person", "": ""}
"""Units of several that are not just an s longer than that of one."""


def unit_of(number: object, units: str) -> str:
    """A unit that is kept as that of several (`rooms`), as it is said of so many."""
    return _ONE.get(units, units.removesuffix("s")) if number == 1 else units
