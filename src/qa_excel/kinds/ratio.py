"""A share: that part of the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, Named, pair_of
from qa_excel.kinds.native import Calculated, Calculation, pair_wrong
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.terms import above, every, negate, one_if, over, plus, same, some, times, when
from qa_excel.kinds.words import UNANSWERED, amount, figure, no_points, not_answered, share
from qa_excel.thai.text import Text

PAIR = ("count", "total")
PAIR_PROPERTIES = {
    "count": {"$ref": "#/$defs/text"},
    "total": {"$ref": "#/$defs/text"},
    "unit": {"$ref": "#/$defs/text"},
    "sample_of": {
        "anyOf": [{"$ref": "#/$defs/population"}, {"$ref": "#/$defs/dotted"}],
        "description": "Whom the total is drawn from: a population, or the total of another criterion of the "
        "indicator.",
    },
}
"""What every kind that counts a part of a whole may say."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PartOfWhole(Criterion):
    """A criterion that asks for a count and its total."""

    REQUIRED = (*PAIR, "unit")

    sample_of: str | None = None

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return pair_of(data, PAIR, "count")

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"sample_of": data.get("sample_of")}

    @property
    def drawn_from(self) -> str | None:
        return self.sample_of


@dataclass(frozen=True, eq=False, kw_only=True)
class Ratio(PartOfWhole):
    kind = "ratio"
    word = Text("สัดส่วน", "ratio")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        **PAIR_PROPERTIES,
        "zero_total": {
            "enum": ["warn", "full", "none"],
            "description": "What a total of 0 means: 0 points and a warning, full points, or 0 points.",
        },
        "population": {
            "$ref": "#/$defs/dotted",
            "description": "The criterion whose value 0 says that there is nobody to count.",
        },
        "total_of": {"$ref": "#/$defs/population"},
    }
    total_key = "total"
    pair = PAIR

    zero_total: str = "warn"
    population: str | None = None
    total_of: str | None = None

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        keys = {"population": data.get("population"), "total_of": data.get("total_of")}
        return super().own(data) | keys | {"zero_total": data.get("zero_total", "warn")}

    @property
    def drawn_from(self) -> str | None:
        return self.sample_of or self.population

    def totals(self, asked: Mapping[str, Sequence[Named]]) -> list[list[tuple[str, ...]]]:
        return [[("total",)]]

    def score(self, answers: Answers) -> Outcome:
        base = answers.base(self)
        count, total, valid = answers.pair(base, self.inputs)
        if not valid:
            return no_points(count, total)
        if self._nobody(answers):
            return Outcome(Fraction(0), Text("ไม่มีผู้ที่ต้องนับ จึงได้ 0 คะแนน", "nobody to count, so 0 points"))
        if total.ok and total.value == 0:
            if self.zero_total == "full":
                return Outcome(self.full, Text("ไม่มีผู้ต่ำกว่าเกณฑ์ ได้คะแนนเต็ม", "nobody below it: full points"))
            if self.zero_total == "warn":
                answers.note("value.total_zero", (*base, self.inputs[1].key))
            return Outcome(Fraction(0), Text("จำนวนทั้งหมดเป็น 0", "the total is 0"))
        if count.blank or total.blank:
            return Outcome(Fraction(0), UNANSWERED)
        part = Fraction(count.value) / Fraction(total.value)
        return Outcome(self.full * part, share(count.value, total.value, self.inputs[0].unit))

    def _nobody(self, answers: Answers) -> bool:
        """True when the criterion that gives the population says 0."""
        if not self.population:
            return False
        other = answers.indicator.criterion(self.population)
        value = answers.peek((*answers.base(other), other.inputs[0].key), other.inputs[0])
        return value.ok and value.value == 0

    def native(self, sheet: Calculation) -> Calculated:
        count, total = (sheet.answer(self.id, (given.key,)) for given in self.inputs)
        some_total = above(total.number, 0)
        points = when(some_total, over(times(float(self.full), count.number), total.number), 0)
        if self.zero_total == "full":
            points = when(every(total.read, same(total.number, 0)), float(self.full), points)
        wrong = [pair_wrong(count, total)]
        if self.population:
            people = sheet.answer(self.population, (sheet.criterion(self.population).inputs[0].key,))
            wrong.append(people.unread)
            points = when(every(people.read, same(people.number, 0)), 0, points)
        percent = when(every(count.read, some_total), times(over(count.number, total.number), 100), "")
        missing = plus(one_if(count.blank), one_if(total.blank))
        return Calculated(negate(some(*wrong)), points, missing, {"": percent})

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        given, whole = self.inputs
        count, total, _ = answers.pair(answers.base(self), self.inputs)
        none = total.ok and total.value == 0
        if self.population and (none or self._nobody(answers)):
            return Text(
                f"ทำให้ได้ตามข้อ {self.population} ก่อน แล้วให้{given.label.th} ครบเท่ากับ{whole.label.th}",
                f"reach {self.population} first, then let {given.label.en} be {whole.label.en}",
            )
        if none:
            return Text(
                f"{whole.label.th}เป็น 0 จึงยังไม่ได้คะแนน ต้องมีจำนวนที่นับได้ และ{given.label.th} ครบทั้งหมด",
                f"{whole.label.en} is 0 and earns nothing: it must be counted, and {given.label.en} be as many",
            )
        blanks = [part for part, value in ((given, count), (whole, total)) if value.blank]
        if blanks:
            missing = not_answered([part.label for part in blanks])
            if not total.ok:
                return missing
            full = amount(total.value, given.unit)
            return Text(f"{missing.th} (ได้เต็มเมื่อครบ {full.th})", f"{missing.en} (full points at {full.en})")
        rise = _rise(count.value, total.value, given.unit)
        return Text(f"เพิ่ม{given.label.th} {rise.th}", f"raise {given.label.en} {rise.en}")


def _rise(count: Decimal, total: Decimal, unit: Text | None) -> Text:
    full, lack = amount(total, unit), amount(total - count, unit)
    return Text(
        f"จาก {figure(count)} เป็น {full.th} (ขาดอีก {lack.th})",
        f"from {figure(count)} to {full.en} ({figure(total - count)} more)",
    )
