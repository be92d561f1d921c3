"""What is entered: inputs, and how the rubric's data describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qa_excel.thai.text import Text

if TYPE_CHECKING:
    pass


Path = tuple[str, ...]
"""Where a value stands in a submission: keys of nested objects."""


@dataclass(frozen=True, slots=True)
class Named:
    """A grade, subject or status: its id and its name."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to enter: `kind` is one of the normaliser's kinds, `at_least` a threshold that it must reach."""

    key: str
    kind: str
    label: Text
    unit: Text | None = None
    at_least: Decimal | None = None

    @property
    def typed_as(self) -> str:
        """The kind for the normaliser: a number with a threshold counts things, and so may carry their name."""
        return "amount" if self.kind == "number" and self.at_least is not None else self.kind


def text_of(data: Mapping[str, str]) -> Text:
    return Text(data["th"], data["en"])


def unit_of(data: Mapping[str, Any]) -> Text | None:
    return text_of(data["unit"]) if "unit" in data else None


def decimal_of(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def part_of(data: Mapping[str, Any]) -> Input:
    """An input that the data describes by key, type, label, unit and at_least."""
    return Input(data["key"], data["type"], text_of(data["label"]), unit_of(data), decimal_of(data.get("at_least")))


def pair_of(data: Mapping[str, Any], keys: Iterable[str], kind: str) -> tuple[Input, ...]:
    """Inputs whose labels the data holds under their keys."""
    return tuple(Input(key, kind, text_of(data[key]), unit_of(data)) for key in keys)
