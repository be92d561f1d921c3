"""Trends: what changed between the analyses of two years, for schools, for districts and for the whole.

Only what both years measured alike is compared. Arithmetic is exact; changes are rounded half away from zero to 2
decimals where they are shown, as Excel's ROUND does.

A fall is marked as significant by two rules. A school is a single figure, so its rule is one of size: at least FALL
of the full points, as shown. That is what a deduction takes from an area of two indicators; less may be one answer
judged otherwise. A mean over schools moves less, as they go up and down by themselves, so its rule is one of chance:
of the schools with a figure in both years, the mean of the changes must lie below 0 by more than ERRORS of its
standard errors, which chance alone brings about in fewer than one of twenty comparisons; and there must be FEWEST of
them, since the spread of fewer changes says little. The mean of a district falls by either rule.

A mean and its fall are told of the same schools, those with a figure in both years; what all schools had in each year
stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import variance
from typing import Any

from pandas import isna

from qa_excel.district.analysis import Analysis, Exact, Mean, Measure, Standing, Unit, mean_of, rounded
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.rows import BY_GRADE
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Named
from qa_excel.rubric.model import Indicator, Rubric, RuleChange
from qa_excel.thai.folding import fold

FALL = Fraction(10, 100)
"""Of the full points: the least fall of a single figure that is marked."""
FEWEST = 8
"""The fewest schools with figures in both years for a fall of their mean to be marked."""
ERRORS = 2
"""Standard errors that such a fall must exceed."""

_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure in both years; a mean without a value where one has none."""

    before: Mean
    now: Mean

    @property
    def exact(self) -> Fraction | None:
        if self.before.exact is None or self.now.exact is None:
            return None
        return self.now.exact - self.before.exact

    @property
    def value(self) -> Decimal | None:
        return rounded(self.exact)

    @property
    def fell(self) -> bool:
        """True for a fall of a size that is significant in a single figure."""
        return self.value is not None and Fraction(self.value) <= -FALL * Fraction(self.now.max)


@dataclass(frozen=True, slots=True)
class Paired:
    """The changes of the schools that have a figure in both years: how many, their mean and sample variance."""

    count: int
    mean: Fraction | None
    variance: Fraction | None

    @property
    def value(self) -> Decimal | None:
        return rounded(self.mean)

    @property
    def fell(self) -> bool:
        """True for a significant fall of the mean that is seen; squares are compared, so that no root is rounded."""
        if self.count < FEWEST or self.mean is None or self.variance is None or rounded(self.mean) >= 0:
            return False
        return self.mean**2 * self.count > ERRORS**2 * self.variance


_Figures = tuple[Exact, Exact]
"""(before, now) of a school."""


def in_both(pairs: Iterable[tuple[Exact | None, Exact | None]]) -> list[_Figures]:
    """The figures, (before, now), of the schools that have them in both years."""
    return [(before, now) for before, now in pairs if before is not None and now is not None]


def paired_of(figures: Iterable[_Figures]) -> Paired:
    changes = [Fraction(now) - Fraction(before) for before, now in figures]
    if not changes:
        return Paired(0, None, None)
    mean = sum(changes, Fraction(0)) / len(changes)
    return Paired(len(changes), mean, variance(changes) if len(changes) > 1 else None)


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure of the whole. every: the means of each year over all its schools. both: those over the schools that
    have it in both years, whose changes are `paired`."""

    every: Change
    both: Change
    paired: Paired


@dataclass(frozen=True, slots=True)
class UnitPair:
    """A unit as it was last seen, and in both years; None where it is new, or gone since."""

    unit: Unit
    before: Unit | None
    now: Unit | None

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def name(self) -> str:
        return self.unit.name


@dataclass(frozen=True, slots=True)
class GradeTrend:
    """A criterion that asks by grade, in one grade and subject (None where it has none), over the schools with figures.

    share: True for the pooled percent of learners, False for the plain mean of the schools' means.
    entered: such a mean of the year before as this year's workbooks give it, where they ask for it.
    """

    indicator: Indicator
    criterion: Criterion
    grade: Named
    subject: Named | None
    share: bool
    trend: Trend
    entered: Mean | None


class Trends:
    """The changes from `before` to `now`. Measures and rubrics are those of `now`.

    points, traces: whether the year of the points, and that of the traces of IQA, is later than it was.
    rule_changes: by what rules one year was scored otherwise than the other.
    """

    def __init__(self, now: Analysis, before: Analysis):
        self.now = now
        self.before = before
        self.points = _later(before.data.year, now.data.year)
        self.traces = _later(before.data.iqa_year, now.data.iqa_year)
        rubrics = now.data.rubric, before.data.rubric
        same_edition = rubrics[0].id == rubrics[1].id
        self.rule_changes = rubrics[0].rule_changes(*(r.version for r in rubrics)) if same_edition else ()
        self._rescored = _rescored(now.data.rubric, self.rule_changes)
        old = {measure.key: measure for measure in (*before.score_measures, *before.processes, before.progress)}
        parts = [{**_parts(a.data.rubric), **_parts(a.data.traces)} for a in (before, now)]
        self._old = {
            measure.key: old[measure.key]
            for measure in (*now.score_measures, *now.processes, now.progress)
            if measure.key in old
            and measure.full == old[measure.key].full
            and parts[0].get(measure.key) == parts[1].get(measure.key)
        }

    # --- What is compared ---

    def compared(self, measure: Measure) -> bool:
        """True where both years have the measure with the same full points and parts, scored by the same rules, and the
        years differ."""
        later = self.traces if measure.kind in ("process", "progress") else self.points
        return later and measure.key in self._old and measure.key not in self._rescored

    def left_out(self, measures: Sequence[Measure]) -> list[Measure]:
        """Those that the editions of the two years do not measure alike."""
        return [measure for measure in measures if measure.key not in self._old]

    def rescored(self, measures: Sequence[Measure]) -> list[Measure]:
        """Those that one of the years scored by another rule."""
        return [measure for measure in measures if measure.key in self._rescored]

    # --- Units and schools ---

    @cached_property
    def units(self) -> list[UnitPair]:
        """This year's units in their order, then those that are gone."""
        before = {self._identity(unit): unit for unit in self.before.units}
        pairs = [UnitPair(unit, before.pop(self._identity(unit), None), unit) for unit in self.now.units]
        return [*pairs, *(UnitPair(unit, unit, None) for unit in before.values())]

    def _identity(self, unit: Unit) -> str:
        """Schools keep their codes; districts are numbered anew each year, so their names tell them apart."""
        return unit.code if self.now.data.level == "school" else fold(unit.name)

    @cached_property
    def schools(self) -> list[_School]:
        """Each school, found by its code."""
        before = {standing.code: standing for standing in self.before.standings}
        pairs: list[_School] = [(before.pop(standing.code, None), standing) for standing in self.now.standings]
        return [*pairs, *((standing, None) for standing in before.values())]

    @property
    def kept(self) -> int:
        """How many schools were expected in both years."""
        return sum(before is not None and now is not None for before, now in self.schools)

    @property
    def new(self) -> list[Standing]:
        return [now for before, now in self.schools if now and before is None]

    @property
    def gone(self) -> list[Standing]:
        return [before for before, now in self.schools if before and now is None]

    # --- Changes ---

    def change(self, pair: UnitPair, measure: Measure) -> Change:
        """The change of a unit; without values where the measure is not compared.

        That of a district which both years have is told of its schools with a figure in both.
        """
        if not self.compared(measure):
            return Change(*(mean_of((), measure.full),) * 2)
        if self.now.data.level != "school" and pair.before and pair.now:
            return _both(self._figures(measure, _schools(pair.before, pair.now)), measure.full)
        sides = ((pair.before, self._old[measure.key]), (pair.now, measure))
        return Change(*(unit.mean(own) if unit else mean_of((), measure.full) for unit, own in sides))

    def fell(self, pair: UnitPair, measure: Measure) -> bool:
        """True for a unit's significant fall."""
        if self.change(pair, measure).fell:
            return True
        if self.now.data.level == "school" or not self.compared(measure) or pair.before is None or pair.now is None:
            return False
        return paired_of(self._figures(measure, _schools(pair.before, pair.now))).fell

    def trend(self, measure: Measure) -> Trend:
        """The change of the whole in a measure that is compared."""
        every = Change(self.before.mean(self._old[measure.key]), self.now.mean(measure))
        return _trend(every, self._figures(measure, self.schools), measure.full)

    def _figures(self, measure: Measure, schools: Iterable[_School]) -> list[_Figures]:
        old = self._old[measure.key]
        return in_both((old.of(before), measure.of(now)) for before, now in schools if before and now)

    # --- By grade and subject ---

    @cached_property
    def grades(self) -> list[GradeTrend]:
        """In the rubric's order; what neither year has is left out, as is all where the points are not compared."""
        if not self.points:
            return []
        return list(self._grade_trends(_by_grade(self.before.data), _by_grade(self.now.data)))

    def _grade_trends(self, before: _Tables, now: _Tables) -> Iterator[GradeTrend]:
        rubric = self.now.data.rubric
        asked = {key[:2] for key in (*before, *now)}
        for indicator, criterion in _criteria(rubric):
            if (indicator.id, criterion.id) not in asked or not self._alike(indicator, criterion):
                continue
            for grade in rubric.grades:
                for subject in (None, *rubric.subjects):
                    key = (indicator.id, criterion.id, grade.id, subject.id if subject else "")
                    schools = before.get(key, {}), now.get(key, {})
                    for share, figure in ((True, _pooled), (False, _current)):
                        trend = _by_school(schools, figure)
                        if trend.every.before.count or trend.every.now.count:
                            entered = None if share else _previous(schools[1].values())
                            yield GradeTrend(indicator, criterion, grade, subject, share, trend, entered)

    def _alike(self, indicator: Indicator, criterion: Criterion) -> bool:
        """True where the edition of the year before asks the same."""
        found = {(i.id, c.id): c for i, c in _criteria(self.before.data.rubric)}
        old = found.get((indicator.id, criterion.id))
        return old is not None and (old.kind, old.max) == (criterion.kind, criterion.max)


_School = tuple[Standing | None, Standing | None]
"""(before, now) of a school; None where it was not expected."""


def _schools(before: Unit, now: Unit) -> list[_School]:
    """The schools of a district that both years have."""
    known = {standing.code: standing for standing in before.standings}
    return [(known.get(standing.code), standing) for standing in now.standings]


def _later(before: int | None, now: int | None) -> bool:
    return before is not None and now is not None and before < now


def _rescored(rubric: Rubric, changes: Iterable[RuleChange]) -> set[str]:
    """The keys of the measures that rest on what was changed: the indicators, their areas and the total."""
    indicators = {name for change in changes for name in change.indicators}
    areas = {f"area{rubric.indicator(name).area}" for name in indicators}
    return {*indicators, *areas, "total"} if indicators else set()


def _parts(rubric: Rubric) -> dict[str, Any]:
    """Key of a measure that is a sum → what it is the sum of."""
    areas = {f"area{area.id}": [(i.id, i.max) for i in area.indicators] for area in rubric.areas}
    processes = {process.id: [item.id for item in process.items] for process in rubric.processes}
    whole = {"total": areas} if areas else {"progress": processes}
    return {**areas, **processes, **whole}


def _criteria(rubric: Rubric) -> Iterator[tuple[Indicator, Criterion]]:
    for indicator in rubric.indicators:
        for criterion in indicator.criteria:
            yield indicator, criterion


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one school entered for a grade and subject."""

    count: Fraction | None
    total: Fraction | None
    previous: Fraction | None
    current: Fraction | None


_Tables = dict[tuple[str, str, str, str], dict[str, _Entry]]
"""(indicator, criterion, grade, subject) → school's code → what it entered."""
_Figure = Callable[[Iterable[_Entry]], Mean]


def _by_grade(data: Dataset) -> _Tables:
    """What was entered where the subject is tested: data of older versions hold other subjects, too."""
    found: _Tables = {}
    for row in data.rows("grades", "indicator", "criterion", "grade", "subject", "school_code", *BY_GRADE):
        if row.subject and row.subject not in data.rubric.tested_at(row.grade, data.year):
            continue
        entries = found.setdefault((row.indicator, row.criterion, row.grade, row.subject), {})
        entries[row.school_code] = _Entry(*map(_exact, (row.count, row.total, row.previous, row.current)))
    return found


def _exact(number: Any) -> Fraction | None:
    """A number of a frame, as it was typed."""
    return None if isna(number) else Fraction(repr(float(number)))


def _pooled(entries: Iterable[_Entry]) -> Mean:
    """The percent of all learners together; `count` is of the schools."""
    known = [(entry.count, entry.total) for entry in entries if entry.count is not None and entry.total]
    count, total = (sum(figures, Fraction(0)) for figures in zip(*known, strict=True)) if known else (Fraction(0),) * 2
    return Mean(100 * count / total if known else None, _PERCENT, len(known))


def _current(entries: Iterable[_Entry]) -> Mean:
    return mean_of((entry.current for entry in entries), _PERCENT)


def _previous(entries: Iterable[_Entry]) -> Mean:
    return mean_of((entry.previous for entry in entries), _PERCENT)


def _by_school(schools: tuple[dict[str, _Entry], dict[str, _Entry]], figure: _Figure) -> Trend:
    """A school's own figure is that of itself alone."""
    before, now = schools
    own = ((figure([before[code]]).exact, figure([now[code]]).exact) for code in before if code in now)
    return _trend(Change(figure(before.values()), figure(now.values())), in_both(own), _PERCENT)


def _trend(every: Change, figures: Sequence[_Figures], full: Decimal) -> Trend:
    return Trend(every, _both(figures, full), paired_of(figures))


def _both(figures: Sequence[_Figures], full: Decimal) -> Change:
    return Change(mean_of((before for before, _ in figures), full), mean_of((now for _, now in figures), full))
