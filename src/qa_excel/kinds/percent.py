"""A percentage: that share of the points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, text_of, unit_of
from qa_excel.kinds.native import Calculated, Calculation
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.terms import negate, one_if, over, times
from qa_excel.kinds.words import UNANSWERED, no_points, plain, reach
from qa_excel.thai.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class Percent(Criterion):
    kind = "percent"
    word = Text("ร้อยละ", "percent")
    REQUIRED = ("ask",)
    PROPERTIES: ClassVar[Mapping[str, Any]] = {"ask": {"$ref": "#/$defs/text"}, "unit": {"$ref": "#/$defs/text"}}

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return (Input("value", "percent", text_of(data["ask"]), unit_of(data)),)

    def score(self, answers: Answers) -> Outcome:
        _, value = answers.only(self)
        if value.invalid:
            return no_points(value)
        if value.blank:
            return Outcome(Fraction(0), UNANSWERED)
        shown = plain(value.value)
        return Outcome(self.full * Fraction(value.value) / 100, Text(f"ร้อยละ {shown}", f"{shown} %"))

    def native(self, sheet: Calculation) -> Calculated:
        percent = sheet.answer(self.id, (self.inputs[0].key,))
        points = over(times(float(self.full), percent.number), 100)
        return Calculated(negate(percent.unread), points, one_if(percent.blank))

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        given, value = answers.only(self)
        return reach(given, value, Decimal(100))
