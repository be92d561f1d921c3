"""The share of learners who reach a T-score: weighted by grade where just the weighted grades are taught, else pooled
(I-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers, Pair
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Named
from qa_excel.kinds.native import Calculated, Calculation, pair_wrong
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.ratio import PAIR_PROPERTIES, PartOfWhole
from qa_excel.kinds.tables import NO_GRADE, Rise, Table, no_points_in_table, pooled, rises_told, table_reason
from qa_excel.kinds.terms import above, every, negate, one_if, over, plus, same, some, times, when
from qa_excel.kinds.terms import share as part_of
from qa_excel.kinds.words import UNANSWERED, not_answered, share
from qa_excel.thai.text import Text, joined


@dataclass(frozen=True, eq=False, kw_only=True)
class TScoreByGrade(PartOfWhole, Table):
    kind = "tscore_by_grade"
    word = Text("T-Score รายชั้น", "tscore_by_grade")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        **PAIR_PROPERTIES,
        "weights": {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/points"},
            "description": "Points of each grade, where just these grades are taught.",
        },
    }
    heading = Text("จำนวนผู้เรียน", "learners")

    weights: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        weights = {grade: Decimal(str(weight)) for grade, weight in data.get("weights", {}).items()}
        return super().own(data) | {"weights": weights}

    def totals(self, asked: Mapping[str, Sequence[Named]]) -> list[list[tuple[str, ...]]]:
        return [[(grade, "total") for grade in asked]]

    def _pairs(self, answers: Answers) -> dict[str, Pair]:
        return {grade: answers.pair((*answers.base(self), grade), self.inputs) for grade in answers.taught}

    def _weighted(self, answers: Answers) -> bool:
        return set(answers.taught) == set(self.weights)

    def score(self, answers: Answers) -> Outcome:
        self.warn_about_untaught(answers)
        pairs = self._pairs(answers)
        wrong = [(answers.grade_name(grade), None, pair[:2]) for grade, pair in pairs.items() if not pair[2]]
        if wrong:
            return no_points_in_table(wrong)
        for grade, (_, total, _) in pairs.items():
            if total.ok and total.value == 0:
                answers.note("value.total_zero", (*answers.base(self), grade, self.inputs[1].key))
        answered = {grade: pair for grade, pair in pairs.items() if pair[0].ok and pair[1].ok}
        if not answered:
            return Outcome(Fraction(0), table_reason(answers, answers.taught, ()) or UNANSWERED)
        shown = [(answers.grade_name(grade), share(c.value, t.value)) for grade, (c, t, _) in answered.items()]
        reason = Text("; ".join(f"{g.th} {s.th}" for g, s in shown), "; ".join(f"{g.en} {s.en}" for g, s in shown))
        if self._weighted(answers):
            earned = (Fraction(self.weights[grade]) * (pooled([pair]) or 0) for grade, pair in answered.items())
            return Outcome(sum(earned, Fraction(0)), reason)
        return Outcome(self.full * (pooled(answered.values()) or 0), reason)

    def native(self, sheet: Calculation) -> Calculated:
        pairs = {g.id: [sheet.answer(self.id, (g.id, x.key)) for x in self.inputs] for g in sheet.edition.grades}
        taught = {grade: sheet.taught(grade) for grade in pairs}
        asked = {grade: same(taught[grade].number, 1) for grade in pairs}
        whole = {g: sheet.let(f"{g}.answered", one_if(every(asked[g], c.read, t.read))) for g, (c, t) in pairs.items()}
        counts, totals = (
            sheet.let(name, plus(*(times(whole[g], pair[n].number) for g, pair in pairs.items())))
            for n, name in enumerate(("count", "total"))
        )
        points = times(float(self.full), part_of(counts, totals))
        if self.weights:
            only = every(*(same(taught[grade].number, int(grade in self.weights)) for grade in pairs))
            parts = {grade: part_of(*(answer.number for answer in pair)) for grade, pair in pairs.items()}
            weighted = (times(whole[grade], float(weight), parts[grade]) for grade, weight in self.weights.items())
            points = when(only, plus(*weighted), points)
        wrong = [taught[grade].unread for grade in pairs]
        wrong += [every(asked[grade], pair_wrong(*pair)) for grade, pair in pairs.items()]
        missing = plus(*(when(asked[g], plus(*(one_if(x.blank) for x in pair)), 0) for g, pair in pairs.items()))
        percent = when(above(totals, 0), times(over(counts, totals), 100), "")
        return Calculated(negate(some(*wrong)), points, missing, {"": percent})

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        if not answers.taught:
            return NO_GRADE
        pairs = self._pairs(answers)
        whole = sum(total.value for count, total, _ in pairs.values() if count.ok and total.ok)
        rises: list[Rise] = []
        blanks: list[Text] = []
        nobody: list[Text] = []
        for grade, (count, total, _) in pairs.items():
            name = answers.grade_name(grade)
            if count.blank or total.blank:
                blanks.append(name)
            elif total.value == 0:
                nobody.append(name)
            elif count.value < total.value:
                others = Fraction(total.value - count.value)
                points = (
                    Fraction(self.weights[grade]) * others / Fraction(total.value)
                    if self._weighted(answers)
                    else self.full * others / Fraction(whole)
                )
                rises.append(Rise(points, name, count.value, total.value))
        parts = [*rises_told(self, rises, lack), *([not_answered(blanks)] if blanks else [])]
        if nobody:
            names, label = joined(nobody), self.inputs[1].label
            parts.append(Text(f"{label.th}ของ {names.th} เป็น 0", f"{label.en} of {names.en}: 0"))
        return joined(parts, "; ")
