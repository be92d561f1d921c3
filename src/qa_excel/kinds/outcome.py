"""What a criterion earns, and what scoring noticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, overload

from qa_excel.kinds.inputs import Path
from qa_excel.thai.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that scoring noticed at an input: a problem code, the input's path, the message's figures."""

    code: str
    path: Path
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of a checklist; `met` is None when an input of it is invalid, `points` what it adds."""

    id: str
    met: bool | None
    points: Fraction | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one criterion earns. `points` is None when an input is invalid."""

    points: Fraction | None
    reason: Text
    items: tuple[ItemScore, ...] = ()


Number = TypeVar("Number", Fraction, Decimal)


def sum_of(numbers: Iterable[Number | None], nothing: Number) -> Number | None:
    """The sum of numbers, starting from `nothing`; None where one is not known."""
    total = nothing
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


@overload
def half_up(number: Fraction | Decimal) -> Decimal: ...
@overload
def half_up(number: None) -> None: ...
@overload
def half_up(number: Fraction | Decimal | None) -> Decimal | None: ...
def half_up(number: Fraction | Decimal | None) -> Decimal | None:
    """A number ≥ 0 rounded half up to 2 decimals (interpretation I-14)."""
    if number is None:
        return None
    whole, parts = number.as_integer_ratio()
    return Decimal((200 * whole + parts) // (2 * parts)).scaleb(-2)


def net_of(points: Fraction, deduction: Decimal) -> Decimal:
    """An indicator's net score: its exact points, rounded, less what is deducted, and never below 0."""
    return max(Decimal(0), half_up(points) - deduction)
