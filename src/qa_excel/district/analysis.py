"""The figures of a dataset: what each school has, and means, spread and standing over schools or districts.

Arithmetic is exact; figures are rounded half up to 2 decimals where they are shown. A summary's rows are
units: schools in a district's summary, districts in a province's or the nation's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from operator import itemgetter
from statistics import quantiles, variance
from typing import overload

from pandas import isna

from qa_excel.district.data.dataset import SCHOOL, SUPERSEDED, Dataset
from qa_excel.district.merging import MISSING, UNUSABLE, VALID
from qa_excel.district.timeliness import DAYS
from qa_excel.kinds.outcome import half_up
from qa_excel.problems import SEVERITIES
from qa_excel.rubric.model import DONE
from qa_excel.thai.text import Text

Exact = Fraction | Decimal
BINS = 10
"""Bars of a distribution, each a tenth of the full points; the last takes in the full points."""


@dataclass(frozen=True, slots=True)
class Mean:
    """An arithmetic mean over `count` workbooks or schools; `exact` is None where there is none."""

    exact: Fraction | None
    max: Decimal
    count: int

    @property
    def value(self) -> Decimal | None:
        """Half up to 2 decimals."""
        return half_up(self.exact)

    @property
    def share(self) -> Fraction | None:
        """Of the full points."""
        return None if self.exact is None else self.exact / Fraction(self.max)

    @property
    def percent(self) -> Decimal | None:
        """The share of the full points, 0 to 100, half up to 2 decimals."""
        return None if self.share is None else half_up(self.share * 100)


@dataclass(frozen=True, slots=True)
class Spread:
    """How values lie, half up to 2 decimals: the sample standard deviation and inclusive quartiles
    (STDEV.S and QUARTILE.INC of Excel). None where there are too few values."""

    count: int
    mean: Decimal | None = None
    median: Decimal | None = None
    deviation: Decimal | None = None
    first_quartile: Decimal | None = None
    third_quartile: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(slots=True)
class Standing:
    """One school's figures, of its valid workbooks. Keys of workbooks are areas' numbers as text, and `iqa`.

    progress: process → (steps done, steps). on_time: workbook → None where it can't be told; timed_by: workbook → by
    which day it is, a key of `DAYS`.
    unusable: workbook that was received and can't be used → (file, why).
    """

    district: str
    code: str
    name: str
    statuses: dict[str, str] = field(default_factory=dict)
    on_time: dict[str, bool | None] = field(default_factory=dict)
    timed_by: dict[str, str] = field(default_factory=dict)
    superseded: Counter[str] = field(default_factory=Counter)
    unusable: dict[str, tuple[str, str]] = field(default_factory=dict)
    scores: dict[str, Decimal] = field(default_factory=dict)
    areas: dict[int, Decimal] = field(default_factory=dict)
    deducted: dict[str, Decimal] = field(default_factory=dict)
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    total: Decimal | None = None

    @property
    def received(self) -> int:
        return sum(status != MISSING for status in self.statuses.values())

    @property
    def valid(self) -> int:
        return sum(status in VALID for status in self.statuses.values())

    @property
    def complete(self) -> bool:
        """True when every workbook is there and valid."""
        return self.valid == len(self.statuses)

    @property
    def done(self) -> tuple[int, int] | None:
        """(steps done, steps) of internal quality assurance as a whole."""
        parts = self.progress.values()
        return (sum(p[0] for p in parts), sum(p[1] for p in parts)) if parts else None


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A figure that every school has or lacks. kind: indicator, area, total, process or progress.

    `key` names it in code and data, `short` in a column's head; `full` is its greatest value.
    """

    key: str
    kind: str
    short: Text
    name: Text
    full: Decimal
    area: int | None = None

    def of(self, standing: Standing) -> Exact | None:
        """A school's figure; percents of the steps of a process, or of all."""
        if self.kind == "indicator":
            return standing.scores.get(self.key)
        if self.kind == "area" and self.area:
            return standing.areas.get(self.area)
        if self.kind == "total":
            return standing.total
        steps = standing.done if self.kind == "progress" else standing.progress.get(self.key)
        return Fraction(100 * steps[0], steps[1]) if steps else None


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A row of the summary: a school, or a district with its schools."""

    code: str
    name: str
    standings: tuple[Standing, ...]

    def mean(self, measure: Measure) -> Mean:
        return mean_of(map(measure.of, self.standings), measure.full)

    def value(self, measure: Measure) -> Decimal | None:
        """The school's figure, or the mean of the district's schools; half up to 2 decimals."""
        return self.mean(measure).value


def mean_of(values: Iterable[Exact | None], full: Decimal) -> Mean:
    known = [Fraction(value) for value in values if value is not None]
    return Mean(sum(known, Fraction(0)) / len(known) if known else None, full, len(known))


def spread_of(values: Iterable[Exact | None]) -> Spread:
    known = sorted(Fraction(value) for value in values if value is not None)
    if not known:
        return Spread(0)
    first, median, third = map(half_up, _quartiles(known))
    deviation = half_up(root(variance(known))) if len(known) > 1 else None
    mean = half_up(sum(known, Fraction(0)) / len(known))
    return Spread(len(known), mean, median, deviation, first, third, half_up(known[0]), half_up(known[-1]))


def _quartiles(ordered: Sequence[Fraction]) -> Sequence[Fraction]:
    """The inclusive quartiles (QUARTILE.INC) of values in order; the second is the median."""
    return quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [*ordered] * 3


def root(number: Fraction) -> Decimal:
    """The square root, to far more digits than are shown."""
    with localcontext() as context:
        context.prec = 60
        return (Decimal(number.numerator) / Decimal(number.denominator)).sqrt()


@lru_cache(maxsize=1 << 14)  # of a nation's points there are a thousand times as many as different ones
def decimal(number: float) -> Decimal:
    """A figure of a frame, of at most 2 decimals, as it is meant."""
    return Decimal(round(number * 100)).scaleb(-2)


@overload
def rounded(number: Fraction) -> Decimal: ...
@overload
def rounded(number: Fraction | None) -> Decimal | None: ...
def rounded(number: Fraction | None) -> Decimal | None:
    """To 2 decimals, half away from zero, as Excel's ROUND does."""
    return half_up(number) if number is None or number >= 0 else -half_up(-number)


class Analysis:
    """What a summary shows of a dataset. Means and spreads are over schools, whatever the units."""

    def __init__(self, dataset: Dataset):
        self.data = dataset
        self.standings = _standings(dataset)
        self.units = _units(self.standings, dataset.level)
        self._order: dict[str, list[Fraction]] = {}

    @cached_property
    def owners(self) -> dict[tuple[str, str], str]:
        """(district, school code) → code of the unit that the school belongs to."""
        return {(standing.district, standing.code): unit.code for unit in self.units for standing in unit.standings}

    # --- What is measured ---

    @cached_property
    def indicators(self) -> tuple[Measure, ...]:
        return tuple(
            Measure(i.id, "indicator", Text(f"ตบช.{i.number}", f"IND{i.number}"), i.name, i.max, i.area)
            for i in self.data.rubric.indicators
        )

    @cached_property
    def areas(self) -> tuple[Measure, ...]:
        return tuple(
            Measure(f"area{a.id}", "area", Text(f"ด้าน {a.id}", f"Area {a.id}"), a.name, a.max, a.id)
            for a in self.data.rubric.areas
        )

    @cached_property
    def total(self) -> Measure:
        name = Text("คะแนนรวมทุกด้าน", "All areas")
        if self.data.level == "district":  # whose areas count schools that have no total as well
            name = Text("คะแนนรวมของแห่งที่ครบทุกด้าน", "Total of schools with every area")
        return Measure("total", "total", Text("รวม", "Total"), name, self.data.rubric.max)

    @cached_property
    def processes(self) -> tuple[Measure, ...]:
        """Percents of the steps of each process."""
        return tuple(
            Measure(process.id, "process", Text(process.id, process.id), process.short, Decimal(100))
            for process in self.data.traces.processes
        )

    @cached_property
    def progress(self) -> Measure:
        """Percent of all steps of internal quality assurance."""
        name = Text("ทุกกระบวนการ", "All processes")
        return Measure("progress", "progress", Text("รวม", "All"), name, Decimal(100))

    @property
    def score_measures(self) -> tuple[Measure, ...]:
        """Of each area its indicators and then itself; the total comes last."""
        ordered: list[Measure] = []
        for area in self.areas:
            ordered += [i for i in self.indicators if i.area == area.area]
            ordered.append(area)
        return (*ordered, self.total)

    # --- Figures over schools ---

    def mean(self, measure: Measure) -> Mean:
        return mean_of(map(measure.of, self.standings), measure.full)

    def spread(self, measure: Measure) -> Spread:
        return spread_of(map(measure.of, self.standings))

    def distribution(self, measure: Measure) -> list[tuple[Decimal, Decimal, int]]:
        """(from, to, schools) of each bar; a value on a boundary belongs to the bar above it."""
        width = measure.full / BINS
        known = [value for value in map(measure.of, self.standings) if value is not None]
        counts = Counter(min(int(Fraction(value) / Fraction(width)), BINS - 1) for value in known)
        return [(width * n, width * (n + 1), counts[n]) for n in range(BINS)]

    def ranked(self, measures: Sequence[Measure]) -> list[tuple[Measure, Mean]]:
        """The measures that have a mean, greatest share of their full points first."""
        known = [(m, mean) for m in measures if (mean := self.mean(m)).exact is not None]
        return sorted(known, key=lambda pair: pair[1].share or 0, reverse=True)

    # --- Workbooks ---

    @property
    def expected(self) -> int:
        return sum(len(standing.statuses) for standing in self.standings)

    @property
    def received(self) -> int:
        return sum(standing.received for standing in self.standings)

    @property
    def valid(self) -> int:
        return sum(standing.valid for standing in self.standings)

    def timely(self, told: bool) -> int:
        """How many received workbooks came on time (True) or late (False)."""
        return sum(on_time is told for _, on_time in self._arrivals())

    @property
    def timed_by(self) -> dict[str, int]:
        """By which day (a key of `DAYS`) how many received workbooks are judged."""
        by = Counter(s.timed_by[key] for s in self.standings for key, of in s.statuses.items() if of != MISSING)
        return {day: by[day] for day in DAYS if by[day]}

    @property
    def undated(self) -> int:
        """How many received workbooks that were due by a day carry none to tell whether they came by then."""
        due = {slot.key for slot in self.data.slots if self.data.due_of(slot)}
        return sum(key in due and on_time is None for key, on_time in self._arrivals())

    def _arrivals(self) -> Iterator[tuple[str, bool | None]]:
        """(workbook, whether it came in time) of all that were received."""
        for standing in self.standings:
            yield from ((key, standing.on_time[key]) for key, of in standing.statuses.items() if of != MISSING)

    def severities(self) -> dict[str, int]:
        """How many problems of each severity."""
        counts = Counter(self.data["problems"]["severity"])
        return {severity: counts[severity] for severity in SEVERITIES}

    # --- Standing of a unit ---

    def place(self, unit: Unit, measure: Measure) -> tuple[int, int] | None:
        """(rank, of how many units): 1 is the greatest, equal values share a rank."""
        value = unit.mean(measure).exact
        if value is None:
            return None
        ordered = self._ordered(measure)
        return sum(other > value for other in ordered) + 1, len(ordered)

    def quartile(self, unit: Unit, measure: Measure) -> int | None:
        """1 (the lowest) to 4 among the units: a value on a quartile belongs to the quarter below it."""
        value = unit.mean(measure).exact
        if value is None:
            return None
        return 1 + sum(value > quartile for quartile in _quartiles(self._ordered(measure)))

    def _ordered(self, measure: Measure) -> list[Fraction]:
        if measure.key not in self._order:
            values = (unit.mean(measure).exact for unit in self.units)
            self._order[measure.key] = sorted(value for value in values if value is not None)
        return self._order[measure.key]


def _standings(dataset: Dataset) -> list[Standing]:
    """The schools, in the order of the submissions."""
    standings: dict[tuple[str, str], Standing] = {}
    reasons = _reasons(dataset)
    for row in dataset.rows("submissions", *SCHOOL, "workbook", "status", "on_time", "timed_by", "file"):
        school = Standing(row.district, row.school_code, row.school_name)
        standing = standings.setdefault((row.district, row.school_code), school)
        if row.status == SUPERSEDED:
            standing.superseded[row.workbook] += 1
        else:
            standing.statuses[row.workbook] = row.status
            standing.on_time[row.workbook] = None if isna(row.on_time) else bool(row.on_time)
            standing.timed_by[row.workbook] = row.timed_by
            if row.status == UNUSABLE:
                standing.unusable[row.workbook] = row.file, reasons.get((row.district, row.file), "")
    for row in dataset.rows("scores", "district", "school_code", "indicator", "deduction", "score"):
        standing = standings[row.district, row.school_code]
        standing.scores[row.indicator] = decimal(row.score)
        standing.deducted[row.indicator] = decimal(row.deduction)
    for row in dataset.rows("iqa_items", "district", "school_code", "process", "status"):
        progress = standings[row.district, row.school_code].progress
        done, steps = progress.get(row.process, (0, 0))
        progress[row.process] = done + (row.status == DONE), steps + 1
    for standing in standings.values():
        _add_up(standing, dataset)
    return list(standings.values())


_WHY_UNUSABLE = (
    ("file.", "error"),
    ("structure.wrong_version", "error"),
    ("structure.unknown_rubric", "error"),
    ("roster.other_year", "warning"),
    ("value.school_code", "error"),
    ("", "error"),
)
"""Beginnings of codes that say why a file can't be read or placed, the plainest first."""


def _reasons(dataset: Dataset) -> dict[tuple[str, str], str]:
    """(district, file) → why it can't be used, of the files for which that is asked."""
    files = dataset.rows("submissions", "district", "file", "status")
    asked = {(row.district, row.file) for row in files if row.status == UNUSABLE}
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for row in dataset.rows("problems", "district", "file", "code", "severity", "message"):
        if (key := (row.district, row.file)) in asked:
            reasons = enumerate(_WHY_UNUSABLE)
            ranks = (n for n, (start, of) in reasons if row.code.startswith(start) and row.severity == of)
            if (rank := next(ranks, None)) is not None:
                found[key] = min(found.get(key, (rank, row.message)), (rank, row.message), key=itemgetter(0))
    return {key: message for key, (_, message) in found.items()}


def _add_up(standing: Standing, dataset: Dataset) -> None:
    """Areas are the sums of their indicators, the total that of the areas; it lacks while one of them does."""
    for area in dataset.rubric.areas:
        if all(indicator.id in standing.scores for indicator in area.indicators):
            standing.areas[area.id] = sum((standing.scores[i.id] for i in area.indicators), Decimal(0))
    if len(standing.areas) == len(dataset.rubric.areas):
        standing.total = sum(standing.areas.values(), Decimal(0))


def _units(standings: list[Standing], level: str) -> list[Unit]:
    if level == "school":
        return [Unit(standing.code, standing.name, (standing,)) for standing in standings]
    districts: dict[str, list[Standing]] = {}
    for standing in standings:
        districts.setdefault(standing.district, []).append(standing)
    return [Unit(str(n), name, tuple(found)) for n, (name, found) in enumerate(districts.items(), start=1)]
