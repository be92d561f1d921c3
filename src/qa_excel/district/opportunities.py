"""Where a school or district loses most points: its opportunities, with what would earn them.

What is promised are net points, as the scores show them: of each opportunity alone, and of several together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from qa_excel.district.analysis import Analysis, decimal
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Earned
from qa_excel.rubric.model import Condition, Indicator, Rubric
from qa_excel.thai.text import Text, joined
from qa_excel.thai.words import counted

_School = tuple[str, str]
"""(district, school code)."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Points that a unit lacks in one criterion, or that an indicator's deduction cost it.

    A district's figures are means over its schools that have the figure: `counted`, of which `schools` lose.
    ids: the criterion, or the conditions. points: what it has, negative for a deduction, whose `max` is 0.
    gain: by how much the unit's net score rises when this is done alone. rises: school → points that it lacks.
    """

    indicator: Indicator
    ids: tuple[str, ...]
    label: Text
    points: Fraction
    max: Decimal
    gain: Fraction
    to_earn: Text
    rises: dict[_School, Fraction]
    schools: int = 1

    @property
    def deduction(self) -> bool:
        return self.max == 0

    @property
    def counted(self) -> int:
        return len(self.rises)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """A unit's, the greatest gain first. earned: indicator → school → what it has earned."""

    listed: tuple[Opportunity, ...]
    earned: dict[str, dict[_School, Earned]]

    def together(self, some: Iterable[Opportunity]) -> Fraction:
        """By how much the net score rises when all of these are done."""
        chosen: dict[str, list[Opportunity]] = {}
        for opportunity in some:
            chosen.setdefault(opportunity.indicator.id, []).append(opportunity)
        return sum((self._gain(indicator, those) for indicator, those in chosen.items()), Fraction(0))

    def swallowed(self, indicator: Indicator) -> bool:
        """True where a deduction is more than some school of the unit had earned."""
        return any(earned.swallowed for earned in self.earned[indicator.id].values())

    def _gain(self, indicator: str, some: list[Opportunity]) -> Fraction:
        return _gain(self.earned[indicator], [o.rises for o in some if not o.deduction], any(o.deduction for o in some))


def opportunities(analysis: Analysis) -> dict[str, Opportunities]:
    """Code of a unit → what costs it points."""
    listed: dict[str, list[Opportunity]] = {unit.code: [] for unit in analysis.units}
    earned = _earned(analysis)
    for unit, opportunity in (*_criteria(analysis, earned), *_deductions(analysis, earned)):
        listed[unit].append(opportunity)
    order = {indicator.id: number for number, indicator in enumerate(analysis.data.rubric.indicators)}
    for found in listed.values():
        found.sort(key=lambda o: (-o.gain, order[o.indicator.id], o.deduction, o.ids))
    return {code: Opportunities(tuple(found), earned[code]) for code, found in listed.items()}


_Earned = dict[str, dict[str, dict[_School, Earned]]]
"""Code of a unit → indicator → school → what it has earned."""


def _earned(analysis: Analysis) -> _Earned:
    points: dict[tuple[str, _School], Fraction] = {}
    for row in _rows(analysis, "criteria", "points_exact"):
        key = row.indicator, (row.district, row.school_code)
        points[key] = points.get(key, Fraction(0)) + Fraction(row.points_exact)
    earned: _Earned = {unit.code: {} for unit in analysis.units}
    for row in _rows(analysis, "scores", "deduction"):
        school = row.district, row.school_code
        of = earned[analysis.owners[school]].setdefault(row.indicator, {})
        of[school] = Earned(points.get((row.indicator, school), Fraction(0)), decimal(row.deduction))
    return earned


def _gain(earned: dict[_School, Earned], rises: list[dict[_School, Fraction]], cleared: bool) -> Fraction:
    """The rise of the mean net score over the schools: of one school, of its score."""
    gains = (had.gain(sum((rise[school] for rise in rises), Fraction(0)), cleared) for school, had in earned.items())
    return Fraction(sum(gains, Decimal(0))) / len(earned)


def _criteria(analysis: Analysis, earned: _Earned) -> Iterator[tuple[str, Opportunity]]:
    """The criteria that lack points."""
    grouped: dict[tuple[str, str, str], dict[_School, Any]] = {}
    for row in _rows(analysis, "criteria", "criterion", "points_exact", "max", "to_earn"):
        school = row.district, row.school_code
        grouped.setdefault((analysis.owners[school], row.indicator, row.criterion), {})[school] = row
    for (unit, indicator_id, criterion_id), rows in grouped.items():
        indicator, criterion = _criterion(analysis.data.rubric, indicator_id, criterion_id)
        full = decimal(next(iter(rows.values())).max)
        rises = {school: _lost(row.points_exact, full) for school, row in rows.items()}
        losing = sum(map(bool, rises.values()))
        if not losing:
            continue
        words = Text(f"ยังไม่ได้คะแนนเต็ม {losing:,} จาก {len(rises):,} แห่ง", f"not full in {_schools(losing, len(rises))}")
        if analysis.data.level != "district":
            (row,) = rows.values()
            words = Text(row.to_earn, row.to_earn)
        yield (
            unit,
            Opportunity(
                indicator,
                (criterion_id,),
                criterion.label,
                Fraction(full) - sum(rises.values(), Fraction(0)) / len(rises),
                full,
                _gain(earned[unit][indicator_id], [rises], cleared=False),
                words,
                rises,
                losing,
            ),
        )


def _deductions(analysis: Analysis, earned: _Earned) -> Iterator[tuple[str, Opportunity]]:
    """What deductions really cost: no more than the points that there were."""
    deducting: dict[tuple[str, str], dict[_School, dict[str, bool]]] = {}
    for row in _rows(analysis, "conditions", "condition", "resolved", "deducts"):
        if row.deducts is True:
            school = row.district, row.school_code
            of = deducting.setdefault((analysis.owners[school], row.indicator), {})
            of.setdefault(school, {})[row.condition] = row.resolved is False
    for (unit, indicator_id), schools in deducting.items():
        indicator = analysis.data.rubric.indicator(indicator_id)
        conditions = {condition.id: condition for condition in indicator.conditions}
        held = [name for name in conditions if any(name in answers for answers in schools.values())]
        rises = dict.fromkeys(earned[unit][indicator_id], Fraction(0))
        words = Text(
            f"ถูกหักคะแนน {len(schools):,} จาก {len(rises):,} แห่ง", f"deducted in {_schools(len(schools), len(rises))}"
        )
        if analysis.data.level != "district":
            (answers,) = schools.values()
            undone = (_undone(conditions[name], answered) for name, answered in answers.items())
            words = joined(dict.fromkeys(undone), "; ")
        gain = _gain(earned[unit][indicator_id], [], cleared=True)
        label = joined((conditions[name].label for name in held), "; ")
        yield (
            unit,
            Opportunity(indicator, tuple(held), label, -gain, Decimal(0), gain, words, rises, len(schools)),
        )


def _schools(some: int, every: int) -> str:
    return f"{some:,} of {counted(every, 'school')}"


def _undone(condition: Condition, answered: bool) -> Text:
    """How the points of a condition that was found come back."""
    if condition.onet_below_nation:
        return Text(
            "ให้อย่างน้อย 1 กลุ่มสาระมีคะแนน O-NET เฉลี่ยไม่ต่ำกว่าระดับประเทศ",
            "at least one subject's O-NET mean must reach the national one",
        )
    if not condition.resolvable:
        return Text("ต้องไม่พบกรณีเช่นนี้ในปีที่ประเมิน", "no such case may be found in the year")
    if answered:
        return Text(
            "แก้ไขหรือดำเนินการกับกรณีที่พบให้แล้วเสร็จ และบันทึกว่าแก้ไขแล้ว",
            "deal with what was found, and record it as resolved",
        )
    return Text(
        "ยังไม่ได้กรอกการแก้ไข: เมื่อแก้ไขหรือดำเนินการแล้วให้บันทึกว่าแก้ไขแล้ว",
        "the resolution is not answered: record it once it is dealt with",
    )


def _rows(analysis: Analysis, table: str, *columns: str) -> Iterator[Any]:
    """The rows of a table, with these columns beside the school's and the indicator's."""
    return analysis.data.rows(table, "district", "school_code", "indicator", *columns)


@lru_cache(maxsize=16_384)
def _lost(points: str, full: Decimal) -> Fraction:
    """The points that lack, exactly."""
    return Fraction(full) - Fraction(points)


@lru_cache(maxsize=1024)
def _criterion(rubric: Rubric, indicator_id: str, criterion_id: str) -> tuple[Indicator, Criterion]:
    indicator = rubric.indicator(indicator_id)
    return indicator, indicator.criterion(criterion_id)
