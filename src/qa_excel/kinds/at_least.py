"""A number that must reach a threshold: full points or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, decimal_of, text_of, unit_of
from qa_excel.kinds.native import Calculated, Calculation, reached
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.terms import negate, one_if, when
from qa_excel.kinds.words import UNANSWERED, figure, needs, no_points, reach, reaches
from qa_excel.thai.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class AtLeast(Criterion):
    kind = "at_least"
    word = Text("ถึงเกณฑ์", "at_least")
    REQUIRED = ("threshold", "type", "ask")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        "threshold": {"type": "number", "exclusiveMinimum": 0},
        "type": {"$ref": "#/$defs/number"},
        "ask": {"$ref": "#/$defs/text"},
        "unit": {"$ref": "#/$defs/text"},
        "total_of": {"$ref": "#/$defs/population"},
    }
    AS_ITEM = True

    total_of: str | None = None

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        threshold = decimal_of(data["threshold"])
        return (Input("value", data["type"], text_of(data["ask"]), unit_of(data), threshold),)

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"total_of": data.get("total_of")}

    @property
    def threshold(self) -> Decimal:
        return self.inputs[0].at_least or Decimal(0)

    def described(self) -> Text:
        threshold = figure(self.threshold)
        return Text(f"{self.word.th} ≥ {threshold}", f"{self.word.en} ≥ {threshold}")

    def score(self, answers: Answers) -> Outcome:
        given, value = answers.only(self)
        if value.invalid:
            return no_points(value)
        if value.blank:
            return Outcome(Fraction(0), UNANSWERED)
        return Outcome(self.full if reaches(value, given) else Fraction(0), needs(value, given))

    def native(self, sheet: Calculation) -> Calculated:
        number = sheet.answer(self.id, (self.inputs[0].key,))
        points = when(reached(number, self.inputs[0]), float(self.full), 0)
        return Calculated(negate(number.unread), points, one_if(number.blank))

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        given, value = answers.only(self)
        return reach(given, value, self.threshold)
