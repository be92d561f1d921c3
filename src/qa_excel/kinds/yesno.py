"""Yes or no: full points if met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, text_of
from qa_excel.kinds.native import Calculated, Calculation
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.terms import negate, one_if, times
from qa_excel.kinds.words import MET, NOT_MET, UNANSWERED, no_points
from qa_excel.thai.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class YesNo(Criterion):
    kind = "yesno"
    word = Text("ใช่/ไม่ใช่", "yesno")
    AS_ITEM = True

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return (Input("met", "yesno", text_of(data["label"])),)

    def score(self, answers: Answers) -> Outcome:
        _, value = answers.only(self)
        if value.invalid:
            return no_points(value)
        if value.blank:
            return Outcome(Fraction(0), UNANSWERED)
        return Outcome(self.full, MET) if value.value else Outcome(Fraction(0), NOT_MET)

    def native(self, sheet: Calculation) -> Calculated:
        met = sheet.answer(self.id, (self.inputs[0].key,))
        return Calculated(negate(met.unread), times(float(self.full), met.number), one_if(met.blank))

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        if answers.only(self)[1].blank:
            return Text(
                "ยังไม่ได้กรอก: ดำเนินการให้เป็นไปตามเกณฑ์แล้วตอบ",
                "not answered: do what the criterion asks, then answer it",
            )
        return Text("ดำเนินการให้เป็นไปตามเกณฑ์ข้อนี้", "do what the criterion asks")
