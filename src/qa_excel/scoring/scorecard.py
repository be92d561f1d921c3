"""The scorecard: the points of a submission, criterion by criterion, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel.kinds.inputs import Path
from qa_excel.kinds.outcome import Finding, ItemScore, half_up, sum_of
from qa_excel.thai.text import Text
from qa_excel.thai.typed import to_json_number


def json_figure(number: Decimal | None) -> int | float | None:
    """A figure as JSON holds it; None stays null."""
    return None if number is None else to_json_number(number)


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """`points` is exact and unrounded, None when an input is invalid."""

    id: str
    points: Fraction | None
    max: Decimal
    reason: Text
    items: tuple[ItemScore, ...]

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "points": json_figure(half_up(self.points)),
            "max": json_figure(self.max),
            "reason": self.reason.get(lang),
        }
        if self.items:
            shown["items"] = [{"id": item.id, "met": item.met} for item in self.items]
        return shown


@dataclass(frozen=True, slots=True)
class ConditionScore:
    id: str
    found: bool | None
    resolved: bool | None
    resolvable: bool
    deducts: bool | None
    """None when an input of the condition is invalid."""

    @property
    def reason(self) -> Text:
        """Why it costs a point, or doesn't."""
        if self.deducts is None:
            return Text("ข้อมูลไม่ถูกต้อง", "invalid input")
        if self.deducts:
            return Text("ลดคะแนน", "deducts")
        if self.found:
            return Text("พบแต่แก้ไขแล้ว จึงไม่ลดคะแนน", "found and resolved: no deduction")
        return Text("ไม่ลดคะแนน", "no deduction")

    def to_json(self) -> dict[str, Any]:
        resolved = {"resolved": self.resolved} if self.resolvable else {}
        return {"id": self.id, "found": self.found, **resolved, "deducts": self.deducts}


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """`gross`, `deduction` and `score` are rounded half up to 2 decimals, None when an input is invalid."""

    id: str
    max: Decimal
    gross: Decimal | None
    deduction: Decimal | None
    score: Decimal | None
    criteria: tuple[CriterionScore, ...]
    conditions: tuple[ConditionScore, ...]
    missing: tuple[Path, ...]
    findings: tuple[Finding, ...]

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        return {
            "gross": json_figure(self.gross),
            "deduction": json_figure(self.deduction),
            "score": json_figure(self.score),
            "max": json_figure(self.max),
            "missing": len(self.missing),
            "criteria": [criterion.to_json(lang) for criterion in self.criteria],
            "conditions": [condition.to_json() for condition in self.conditions],
        }


@dataclass(frozen=True, slots=True)
class ProcessScore:
    """Progress of one process: `done` of `total` items, `percent` half up to 2 decimals."""

    id: str
    done: int
    total: int
    statuses: dict[str, str | None]
    """Item → `done` (and counted), `doing`, `not_started`, or None where unanswered or invalid."""

    @property
    def percent(self) -> Decimal:
        return half_up(Fraction(100 * self.done, self.total))

    def to_json(self) -> dict[str, Any]:
        return {"done": self.done, "total": self.total, "percent": json_figure(self.percent)}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result of one submission: indicators with points, or processes with progress."""

    rubric: str
    area: int | None
    indicators: dict[str, IndicatorScore]
    processes: dict[str, ProcessScore]
    missing: tuple[Path, ...]
    findings: tuple[Finding, ...]

    @property
    def score(self) -> Decimal | None:
        """The sum of the indicators' nets; None while one has none."""
        return sum_of((indicator.score for indicator in self.indicators.values()), Decimal(0))

    @property
    def max(self) -> Decimal:
        return sum((indicator.max for indicator in self.indicators.values()), Decimal(0))

    @property
    def progress(self) -> ProcessScore:
        """All processes together."""
        processes = self.processes.values()
        return ProcessScore("", sum(p.done for p in processes), sum(p.total for p in processes), {})

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        """The figures of one file in `score --format json` (file, status and cover are the caller's)."""
        if self.processes:
            shown = {process.id: process.to_json() for process in self.processes.values()}
            return {**self.progress.to_json(), "missing": len(self.missing), "processes": shown}
        return {
            "score": json_figure(self.score),
            "max": json_figure(self.max),
            "missing": len(self.missing),
            "indicators": {indicator.id: indicator.to_json(lang) for indicator in self.indicators.values()},
        }
