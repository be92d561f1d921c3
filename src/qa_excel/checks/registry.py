"""How a check is written: a function that yields problems, registered with the codes it may find.

Each check stands in a module of its own, `check_x.py`, and is found by its name. What it looks at depends on
its scope: one workbook, one school's workbooks, or a district's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from qa_excel.problems import Kind, Problem, declare
from qa_excel.reading.submission import ReadFile, Submission
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.text import Text

if TYPE_CHECKING:
    from qa_excel.office.national_means import NationalMeans
    from qa_excel.office.roster import Roster


@dataclass(slots=True)
class Workbook:
    """What a check of one workbook looks at; `found` are the problems of the checks before it."""

    submission: Submission
    scorecard: Scorecard
    today: date
    found: list[Problem] = field(default_factory=list)
    texts: list[tuple[Field, str]] | None = None
    suspects: list[tuple[Field, str]] | None = None

    @property
    def rubric(self) -> Rubric:
        return self.submission.rubric

    @property
    def area(self) -> int | None:
        return self.submission.area


Edition = tuple[str, int]
"""(rubric, year)."""


@dataclass(slots=True)
class SchoolFiles:
    """What a check of one school looks at: of each edition the workbook that counts for each area."""

    editions: dict[Edition, dict[int | None, Submission]]
    means: NationalMeans | None = None


@dataclass(slots=True)
class DistrictFiles:
    """What a check of a district looks at: all files that can be placed with a school, by the school's code."""

    schools: dict[str, list[ReadFile]]
    roster: Roster | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, what it looks at, the codes it may find, and the function."""

    name: str
    scope: str
    codes: tuple[str, ...]
    run: Callable[[Any], Iterator[Problem]]
    last: bool = False


REGISTERED: dict[str, Check] = {}


def check(
    scope: str, *codes: str, last: bool = False
) -> Callable[[Callable[[Any], Iterator[Problem]]], Callable[[Any], Iterator[Problem]]]:
    """Register a function as a check. `last`: it runs when all others of its scope have."""

    def register(run: Callable[[Any], Iterator[Problem]]) -> Callable[[Any], Iterator[Problem]]:
        REGISTERED[run.__name__] = Check(run.__name__, scope, codes, run, last)
        return run

    return register


def code(
    name: str,
    severity: str,
    scope: str,
    *,
    message: tuple[str, str],
    hint: tuple[str, str],
    example: tuple[str, str],
) -> str:
    """Declare a problem's code: severity, and message, hint and example in Thai and English; the code itself."""
    return declare(name, Kind(severity, Text(*message), Text(*hint), scope, Text(*example)))
