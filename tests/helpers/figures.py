"""Figures, exactly: on whole hundredths and fractions, never on binary floats."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any


def cents(text: Any) -> int:
    """A figure of at most two decimals as whole hundredths."""
    value = Decimal(str(text)) * 100
    assert value == int(value), f"{text} has more than two decimals"
    return int(value)


def half_up(value: Fraction | int) -> Decimal:
    """To two decimals; halves away from zero."""
    value = Fraction(value)
    size = math.floor(abs(value) * 100 + Fraction(1, 2))
    return Decimal(size if value >= 0 else -size) / 100


def mean(values: list[int]) -> Fraction | None:
    return Fraction(sum(values), 100 * len(values)) if values else None


def quartile(values: list[int], number: int) -> Fraction:
    """QUARTILE.INC of hundredths."""
    ordered = sorted(values)
    at, part = divmod((len(ordered) - 1) * number, 4)
    above = ordered[min(at + 1, len(ordered) - 1)]
    return Fraction(ordered[at] * (4 - part) + above * part, 400)


def deviation(values: list[int]) -> Decimal:
    """STDEV.S of hundredths, half up, by whole numbers alone."""
    count = len(values)
    variance = Fraction(count * sum(v * v for v in values) - sum(values) ** 2, count * (count - 1))
    return Decimal((math.isqrt(math.floor(4 * variance)) + 1) // 2) / 100


def shown(value: Any) -> Decimal | None:
    """A figure of a sheet, as its two decimals; it must be a number."""
    if value is None or value == "":
        return None
    assert isinstance(value, (int, float)) and not isinstance(value, bool), f"{value!r} is no number"
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def shown_or_none(value: Any) -> Decimal | None:
    """A figure, or None for a dash or a word that says there is none."""
    return None if isinstance(value, str) else shown(value)
