"""The rows of the tables that each card shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from qa_excel.district.analysis import Analysis, Exact, Mean, Measure, Unit, rounded
from qa_excel.district.data.dataset import SUPERSEDED
from qa_excel.district.merging import IQA_KEY
from qa_excel.district.opportunities import opportunities
from qa_excel.kinds.outcome import half_up
from qa_excel.summary.parts import of_schools, rows_of


@dataclass(slots=True)
class UnitFacts:
    """Rows of the tables that belong to a unit's schools.

    submissions: those that count. errors: file → (sheet, cell, message). unanswered: indicator → inputs, in the
    rubric's order, and of internal quality assurance the steps.
    """

    submissions: list[Any] = field(default_factory=list)
    criteria: list[Any] = field(default_factory=list)
    conditions: list[Any] = field(default_factory=list)
    errors: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    unanswered: Counter[str] = field(default_factory=Counter)


class Facts:
    """All units' facts, gathered in one walk over each table."""

    def __init__(self, analysis: Analysis):
        self.analysis = analysis
        self.opportunities = opportunities(analysis)
        self.means: dict[str, Mean] = {}
        for measure in (*analysis.score_measures, *analysis.processes, analysis.progress):
            self.means[measure.key] = analysis.mean(measure)
        self._units: dict[str, UnitFacts] = {unit.code: UnitFacts() for unit in analysis.units}
        self._gather()

    def of(self, unit: Unit) -> UnitFacts:
        return self._units[unit.code]

    def _rows(self, table: str) -> Iterator[tuple[UnitFacts, Any]]:
        for row in rows_of(self.analysis.data[table]):
            owner = self.analysis.owners.get((row.district, row.school_code))
            if owner is not None:
                yield self._units[owner], row

    def _gather(self) -> None:
        for facts, row in self._rows("submissions"):
            if row.status != SUPERSEDED:
                facts.submissions.append(row)
        for facts, row in self._rows("scores"):
            facts.unanswered[row.indicator] += row.missing
        for facts, row in self._rows("iqa_items"):
            facts.unanswered[IQA_KEY] += row.status == ""
        if of_schools(self.analysis):
            for facts, row in self._rows("criteria"):
                facts.criteria.append(row)
        for facts, row in self._rows("conditions"):
            if row.found is True:
                facts.conditions.append(row)
        for facts, row in self._rows("problems"):
            if row.severity == "error":
                facts.errors[row.file].append((row.sheet, row.cell, row.message))


def alike(rows: Iterable[Any]) -> list[list[Any]]:
    """Rows with the same points for the same reason, in the order of the first of each."""
    kept: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        kept.setdefault((row.points, row.max, row.reason), []).append(row)
    return list(kept.values())


def has_points(unit: Unit) -> bool:
    return any(standing.scores for standing in unit.standings)


rounded_once = lru_cache(maxsize=65_536)(rounded)
"""Hundreds of schools share a few thousand figures."""


def difference_of(has: Decimal | None, mean: Decimal | None) -> Decimal | None:
    """Between the figures as they are shown, so that it can be followed on paper."""
    return None if has is None or mean is None else has - mean


def signed(number: Decimal) -> str:
    return f"{number:+.2f}" if number else "0.00"


def value_of(unit: Unit, measure: Measure) -> Decimal | None:
    """A unit's figure, half up to 2 decimals."""
    if len(unit.standings) > 1:
        return unit.value(measure)
    has = measure.of(unit.standings[0])
    return rounded_once(has) if isinstance(has, Fraction) else has


def percent_of(unit: Unit, measure: Measure) -> Decimal | None:
    if len(unit.standings) > 1:
        return unit.mean(measure).percent
    has = measure.of(unit.standings[0])
    return None if has is None else share_of(has, measure.full)


@lru_cache(maxsize=65_536)
def share_of(points: Exact, full: Decimal) -> Decimal:
    """Percent of the full points."""
    return half_up(100 * Fraction(points) / Fraction(full))
