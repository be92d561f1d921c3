"""Where a school or district loses most points: its opportunities, with what would earn them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from qa_excel.analysis import Analysis
from qa_excel.earning import joined
from qa_excel.rubric import Condition, Criterion, Indicator, Rubric, Text


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Points that a unit lacks in one criterion, or that an indicator's deduction cost it.

    A district's figures are means over its schools that have the figure: `counted`, of which `schools` lose.
    ids: the criterion, or the conditions. points: what it has, negative for a deduction, whose `max` is 0.
    """

    indicator: Indicator
    ids: tuple[str, ...]
    label: Text
    points: Fraction
    max: Decimal
    lost: Fraction
    to_earn: Text
    schools: int = 1
    counted: int = 1

    @property
    def deduction(self) -> bool:
        return self.max == 0


def opportunities(analysis: Analysis) -> dict[str, list[Opportunity]]:
    """Code of a unit → what costs it points, the dearest first."""
    found: dict[str, list[Opportunity]] = {unit.code: [] for unit in analysis.units}
    whole = analysis.data.level == "district"
    for lost in (_lost_criteria(analysis), _deductions(analysis)):
        for code, rows in lost.items():
            found[code] += map(_mean, rows.values()) if whole else (row for kept in rows.values() for row in kept)
    order = {indicator.id: number for number, indicator in enumerate(analysis.data.rubric.indicators)}
    for code, listed in found.items():
        lacking = [opportunity for opportunity in listed if opportunity.lost > 0]
        found[code] = sorted(lacking, key=lambda o: (-o.lost, order[o.indicator.id], o.deduction, o.ids))
    return found


_Rows = dict[str, dict[tuple[str, str], list[Opportunity]]]
"""Code of a unit → (indicator, criterion or nothing) → one of each school."""


def _lost_criteria(analysis: Analysis) -> _Rows:
    rows: _Rows = {}
    whole = analysis.data.level == "district"
    columns = ["district", "school_code", "indicator", "criterion", "points_exact", "to_earn"]
    for district, code, indicator_id, criterion_id, points, to_earn in _rows(analysis, "criteria", columns):
        unit = analysis.owners[district, code]
        indicator, criterion = _criterion(analysis.data.rubric, indicator_id, criterion_id)
        exact, lost = _exact(points, criterion.max)
        if lost == 0 and not whole:
            continue
        words = Text(to_earn, to_earn)
        made = Opportunity(indicator, (criterion_id,), criterion.label, exact, criterion.max, lost, words)
        rows.setdefault(unit, {}).setdefault((indicator_id, criterion_id), []).append(made)
    return rows


def _deductions(analysis: Analysis) -> _Rows:
    """What deductions really cost: no more than the points that there were."""
    deducting: dict[tuple[str, str, str], list[tuple[str, bool]]] = {}
    columns = ["district", "school_code", "indicator", "condition", "resolved", "deducts"]
    for district, code, indicator_id, condition, resolved, deducts in _rows(analysis, "conditions", columns):
        if deducts is True:
            deducting.setdefault((district, code, indicator_id), []).append((condition, resolved is False))
    rows: _Rows = {}
    rubric, whole = analysis.data.rubric, analysis.data.level == "district"
    columns = ["district", "school_code", "indicator", "gross", "score"]
    for district, code, indicator_id, gross, score in _rows(analysis, "scores", columns):
        indicator = rubric.indicator(indicator_id)
        if not indicator.conditions:
            continue
        held = deducting.get((district, code, indicator_id), [])
        if not held and not whole:
            continue
        conditions = {condition.id: condition for condition in indicator.conditions}
        cost = Fraction(round((gross - score) * 100), 100)
        made = Opportunity(
            indicator,
            tuple(condition for condition, _ in held),
            joined((conditions[condition].label for condition, _ in held), "; "),
            -cost,
            Decimal(0),
            cost,
            joined(dict.fromkeys(_undone(conditions[condition], answered) for condition, answered in held), "; "),
        )
        unit = analysis.owners[district, code]
        rows.setdefault(unit, {}).setdefault((indicator_id, ""), []).append(made)
    return rows


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


def _mean(kept: list[Opportunity]) -> Opportunity:
    """One criterion or deduction over a district's schools."""
    first, count = kept[0], len(kept)
    losing = sum(opportunity.lost > 0 for opportunity in kept)
    if first.deduction:
        names = {condition.id: condition.label for condition in first.indicator.conditions}
        ids = tuple(name for name in names if any(name in opportunity.ids for opportunity in kept))
        label = joined((names[name] for name in ids), "; ")
        words = Text(f"ถูกหักคะแนน {losing:,} จาก {count:,} แห่ง", f"deducted in {losing:,} of {count:,} schools")
    else:
        ids, label = first.ids, first.label
        words = Text(f"ยังไม่ได้คะแนนเต็ม {losing:,} จาก {count:,} แห่ง", f"not full in {losing:,} of {count:,} schools")
    points = sum((opportunity.points for opportunity in kept), Fraction(0)) / count
    return Opportunity(
        first.indicator, ids, label, points, first.max, Fraction(first.max) - points, words, losing, count
    )


def _rows(analysis: Analysis, table: str, columns: list[str]) -> Iterable[tuple[Any, ...]]:
    frame = analysis.data[table]
    return zip(*(frame[column].tolist() for column in columns), strict=True)


@lru_cache(maxsize=16_384)
def _exact(points: str, full: Decimal) -> tuple[Fraction, Fraction]:
    """The exact points, and those that lack."""
    exact = Fraction(points)
    return exact, Fraction(full) - exact


@lru_cache(maxsize=1024)
def _criterion(rubric: Rubric, indicator_id: str, criterion_id: str) -> tuple[Indicator, Criterion]:
    indicator = rubric.indicator(indicator_id)
    return indicator, indicator.criterion(criterion_id)
