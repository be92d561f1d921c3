"""The answers of one indicator, as its criteria read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from qa_excel.kinds.inputs import Input, Named, Path
from qa_excel.kinds.outcome import Finding
from qa_excel.kinds.words import plain
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, normalise


class Edition(Protocol):
    """What a criterion asks of its rubric."""

    @property
    def grades(self) -> tuple[Named, ...]: ...
    @property
    def subjects(self) -> tuple[Named, ...]: ...
    @property
    def first_year(self) -> int: ...
    def tested_at(self, grade: str, year: int | None, /) -> Collection[str]: ...


class Asked(Protocol):
    """What is asked of a criterion."""

    @property
    def id(self) -> str: ...
    @property
    def inputs(self) -> tuple[Input, ...]: ...


class Asking(Protocol):
    """What a criterion asks of its indicator."""

    @property
    def id(self) -> str: ...
    def criterion(self, criterion_id: str, /) -> Asked: ...


Pair = tuple[Value, Value, bool]
"""(count, total, valid) of a ratio."""


def dig(data: Any, path: Path) -> Any:
    """The value at a path of nested dicts, None where there is none."""
    for part in path:
        if not isinstance(data, dict):
            return None
        data = data.get(part)
    return data


class Answers:
    """One indicator's inputs, normalised as they are read; gathers what is missing and what was noticed."""

    def __init__(
        self,
        rubric: Edition,
        indicator: Asking,
        submission: dict[str, Any],
        taught: Sequence[str],
        year: int | None = None,
    ) -> None:
        self.rubric = rubric
        self.grades = rubric.grades
        self.indicator = indicator
        self.submission = submission
        self.taught = tuple(taught)
        self.year = year
        self.missing: list[Path] = []
        self.findings: list[Finding] = []

    def peek(self, path: Path, given: Input) -> Value:
        return normalise(dig(self.submission, path), given.typed_as)

    def read(self, path: Path, given: Input, required: bool = True) -> Value:
        """The input's value; reports what is blank, invalid or odd."""
        value = self.peek(path, given)
        if value.blank and required:
            self.missing.append(path)
        if value.invalid:
            self.note(f"value.{value.fault}", path, found=plain(value.value))
        for odd in value.odd:
            self.note(f"value.{odd}", path, found=plain(value.value))
        return value

    def note(self, code: str, path: Path, **params: Any) -> None:
        self.findings.append(Finding(code, path, params))

    def base(self, criterion: Asked) -> Path:
        return ("answers", self.indicator.id, criterion.id)

    def only(self, criterion: Asked) -> tuple[Input, Value]:
        """The one input of a criterion, and its value."""
        (given,) = criterion.inputs
        return given, self.read((*self.base(criterion), given.key), given)

    def pair(self, base: Path, inputs: tuple[Input, ...], required: bool = True) -> Pair:
        """(count, total, valid) of a ratio; a count over its total makes it invalid."""
        count, total = (self.read((*base, given.key), given, required) for given in inputs)
        valid = not (count.invalid or total.invalid)
        if count.ok and total.ok and count.value > total.value:
            self.note(
                "value.count_over_total", (*base, inputs[0].key), count=plain(count.value), total=plain(total.value)
            )
            valid = False
        return count, total, valid

    def grade_name(self, grade_id: str) -> Text:
        return next(grade.name for grade in self.grades if grade.id == grade_id)
