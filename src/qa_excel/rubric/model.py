"""The rubric: an edition of an assessment, as frozen dataclasses.

The data lives in `editions/*.yaml` (names, points, thresholds, source pages, labels). Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Input, Named
from qa_excel.thai.text import Text

DONE = "done"
"""The id of the status that counts a step of internal quality assurance as done."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A deduction condition: found it costs the indicator's deduction, unless it is resolvable and resolved."""

    id: str
    label: Text
    resolvable: bool
    page: str
    interpretations: tuple[str, ...]
    onet_below_nation: bool = False
    """True where it holds just when the O-NET mean of every subject is below the national one."""


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An indicator; `deduction` is what its conditions cost together."""

    id: str
    area: int
    name: Text
    max: Decimal
    deduction: Decimal
    page: str
    criteria: tuple[Criterion, ...]
    conditions: tuple[Condition, ...]

    @property
    def number(self) -> str:
        return "".join(filter(str.isdigit, self.id))

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion or checklist item of that id; KeyError where there is none."""
        for criterion in self.criteria:
            for candidate in (criterion, *criterion.items):
                if candidate.id == criterion_id:
                    return candidate
        raise KeyError(criterion_id)


@dataclass(frozen=True, slots=True)
class Area:
    id: int
    name: Text
    short: Text
    max: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class TraceItem:
    """One step of internal quality assurance; `numbers` must reach their `at_least` for it to count as done."""

    id: str
    label: Text
    numbers: tuple[Input, ...]
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: Text
    short: Text
    items: tuple[TraceItem, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    id: str
    question: Text
    reading: Text


@dataclass(frozen=True, slots=True)
class ReadinessPoint:
    """A point that a school makes ready before an assessment.

    needs: `full` points in all its criteria, or `sampled`: their samples are filled in and evidence stands beside
    all that is claimed. `criteria` and `beside` are (indicator, criterion); what stands beside decides nothing.
    `whole` are the indicators named as a whole: their deductions count, too.
    """

    id: str
    short: Text
    label: Text
    needs: str
    criteria: tuple[tuple[str, str], ...]
    whole: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]
    page: str
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestedSubjects:
    """The subjects that the national test has from an academic year (B.E.) on: grade → ids of subjects."""

    first_year: int
    subjects: Mapping[str, frozenset[str]]
    source: Text


@dataclass(frozen=True, slots=True)
class RuleChange:
    """From this version on these indicators are scored by another rule than before."""

    version: str
    indicators: tuple[str, ...]
    why: Text

    @property
    def told(self) -> Text:
        names = ", ".join(self.indicators)
        return Text(f"{names} {self.why.th}", f"{names}: {self.why.en}")


def numbered(version: str) -> tuple[int, ...]:
    """A version by its numbers, of which the newer has the greater."""
    return tuple(map(int, version.split(".")))


@dataclass(frozen=True, slots=True, eq=False)
class Rubric:
    """An edition. `family` is `indicators` (areas, points) or `traces` (processes, progress)."""

    id: str
    version: str
    accepts: tuple[str, ...]
    family: str
    title: Text
    short: Text
    first_year: int
    grades: tuple[Named, ...]
    subjects: tuple[Named, ...]
    statuses: tuple[Named, ...]
    areas: tuple[Area, ...]
    processes: tuple[Process, ...]
    interpretations: tuple[Interpretation, ...]
    readiness: tuple[ReadinessPoint, ...] = ()
    tested: tuple[TestedSubjects, ...] = ()
    """In the order of their years; empty where every subject is tested everywhere."""
    rules: tuple[RuleChange, ...] = ()
    """In the order of their versions."""

    @property
    def max(self) -> Decimal:
        return sum((area.max for area in self.areas), Decimal(0))

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for area in self.areas for indicator in area.indicators)

    @property
    def items(self) -> tuple[TraceItem, ...]:
        return tuple(item for process in self.processes for item in process.items)

    @property
    def workbooks(self) -> tuple[int | None, ...]:
        """The areas that have a workbook each; (None,) for a rubric of traces, which has one."""
        return tuple(area.id for area in self.areas) or (None,)

    def tested_at(self, grade: str, year: int | None) -> frozenset[str]:
        """The ids of the subjects that the national test has at a grade in a year, the newest list's where none is
        known; all of them where no list says otherwise."""
        lists = [each for each in self.tested if year is None or each.first_year <= year]
        everything = frozenset(subject.id for subject in self.subjects)
        return lists[-1].subjects.get(grade, frozenset()) if lists else everything

    def rule_changes(self, one: str, other: str) -> tuple[RuleChange, ...]:
        """By what rules the newer of two versions scores otherwise than the older."""
        older, newer = sorted(map(numbered, (one, other)))
        return tuple(change for change in self.rules if older < numbered(change.version) <= newer)

    def area(self, area_id: int) -> Area:
        """The area of that number; KeyError where there is none."""
        for area in self.areas:
            if area.id == area_id:
                return area
        raise KeyError(area_id)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of that id (`IND5`); KeyError where there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)
