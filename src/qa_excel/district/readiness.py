"""Readiness for the external assessment: who is ready in each point, who falls short, and in what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pandas import notna

from qa_excel.district.analysis import Analysis, Standing, decimal
from qa_excel.rubric.model import ReadinessPoint
from qa_excel.thai.text import Text


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A criterion in which a school falls short, or a condition that costs it points.

    why: points, blank (its sample is not filled in), sample (there is nobody in it), evidence or deduction.
    points, max: of the criterion; both 0 of a condition.
    """

    indicator: str
    id: str
    why: str
    points: Decimal
    max: Decimal

    def name(self, number: str) -> Text:
        """What is shown of it; `number` is the indicator's."""
        lacks = {
            "blank": Text(" ยังกรอกผลการสุ่มไม่ครบ", " sample not filled in"),
            "sample": Text(" ไม่มีกลุ่มตัวอย่าง", " no sample"),
            "evidence": Text(" ไม่มีหลักฐาน", " no evidence"),
            "deduction": Text(" ถูกลดคะแนน", " deducted"),
        }
        why = lacks.get(self.why, Text(f" ได้ {self.points}/{self.max}", f" {self.points}/{self.max}"))
        return Text(f"{number}.{self.id}{why.th}", f"{number}.{self.id}{why.en}")


@dataclass(slots=True)
class Readiness:
    """One point over all schools; `unknown` are those whose workbooks do not tell: not sent, or a condition that could
    cost points is not answered."""

    point: ReadinessPoint
    ready: list[Standing] = field(default_factory=list)
    short: list[tuple[Standing, list[Shortfall]]] = field(default_factory=list)
    unknown: list[Standing] = field(default_factory=list)


def readiness_of(analysis: Analysis) -> list[Readiness]:
    """The points of the rubric, each with its schools."""
    rows = _rows(analysis, "criteria", "criterion", ["total", "points", "points_exact", "max", "missing", "unproven"])
    conditions = _rows(analysis, "conditions", "condition", ["found", "deducts"])
    every = {(i.id, c.id) for i in analysis.data.rubric.indicators for c in i.criteria}
    result = []
    for point in analysis.data.rubric.readiness:
        entry = Readiness(point)
        asked = set(point.criteria)
        for standing in analysis.standings:
            found = rows.get((standing.district, standing.code), {})
            told = conditions.get((standing.district, standing.code), {})
            named = {key: row for key, row in told.items() if key[0] in point.whole}
            short = [*_shortfalls(point, asked, found), *_deductions(named)]
            answered = all(notna(row.found) for row in named.values())
            if short:
                entry.short.append((standing, short))
            elif answered and (every if point.needs == "sampled" else asked) <= found.keys():
                entry.ready.append(standing)
            else:
                entry.unknown.append(standing)
        result.append(entry)
    return result


_Rows = dict[tuple[str, str], Any]
"""(indicator, criterion or condition) → its row."""


def _rows(analysis: Analysis, table: str, part: str, columns: list[str]) -> dict[tuple[str, str], _Rows]:
    """School → its rows of a table, whose column `part` holds the id of a criterion or condition."""
    schools: dict[tuple[str, str], _Rows] = {}
    for row in analysis.data.rows(table, "district", "school_code", "indicator", part, *columns):
        schools.setdefault((row.district, row.school_code), {})[row.indicator, getattr(row, part)] = row
    return schools


def _shortfalls(point: ReadinessPoint, asked: set[tuple[str, str]], found: _Rows) -> Iterator[Shortfall]:
    """Where a school falls short of a point, by all its rows of the criteria: evidence is asked of each."""
    for key, row in found.items():
        full = decimal(row.max)
        if point.needs == "full":
            # Rounded points may look full.
            why = "points" if key in asked and Fraction(row.points_exact) < full else ""
        elif key in asked and notna(row.total) and row.total == 0 and row.points < row.max:
            why = "sample"
        # Where nobody to sample earns full points, a total of 0 is the answer, and the count may be blank.
        elif key in asked and row.missing and row.points < row.max:
            why = "blank"
        else:
            why = "evidence" if row.unproven else ""
        if why:
            yield Shortfall(*key, why, decimal(row.points), full)


def _deductions(conditions: _Rows) -> Iterator[Shortfall]:
    """The conditions that cost an indicator points: each is a thing that lacks."""
    for key, row in conditions.items():
        if row.deducts:
            yield Shortfall(*key, "deduction", Decimal(0), Decimal(0))
