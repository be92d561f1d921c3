"""Items that share the points equally (I-1), perhaps behind a number without which nothing counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, part_of
from qa_excel.kinds.native import Calculated, Calculation, reached
from qa_excel.kinds.outcome import ItemScore, Outcome
from qa_excel.kinds.terms import every, negate, one_if, over, plus, some, times, when
from qa_excel.kinds.words import (
    MET,
    NOT_ANSWERED,
    bare,
    each_or_together,
    needs,
    no_points,
    part_needs,
    plain,
    reach,
    reaches,
    step_to,
    together,
)
from qa_excel.thai.text import Text, joined
from qa_excel.thai.typed import Value
from qa_excel.thai.words import counted

MAX_LABELS = 130
"""Characters of items that are named in words; where they are more, their numbers stand alone."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Checklist(Criterion):
    kind = "checklist"
    word = Text("รายการย่อย", "checklist")
    REQUIRED = ("items",)
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
        "gate": {
            "type": "object",
            "required": ["at_least", "label"],
            "properties": {
                "at_least": {"$ref": "#/$defs/points"},
                "label": {"$ref": "#/$defs/text"},
                "unit": {"$ref": "#/$defs/text"},
            },
            "additionalProperties": False,
            "description": "A number without which the checklist earns nothing.",
        },
    }

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return (part_of({"key": "value", "type": "count", **data["gate"]}),) if "gate" in data else ()

    @property
    def gate(self) -> Input | None:
        return self.inputs[0] if self.inputs else None

    @property
    def each(self) -> Fraction:
        """What one item adds."""
        return self.full / len(self.items)

    def _gate(self, answers: Answers) -> Value | None:
        return answers.only(self)[1] if self.gate else None

    def score(self, answers: Answers) -> Outcome:
        gate = self._gate(answers)
        items = tuple(self._item(answers, item) for item in self.items)
        met = sum(item.met is True for item in items)
        if (gate and gate.invalid) or any(item.met is None for item in items):
            wrong = ", ".join(item.id for item in items if item.met is None) or self.id
            return Outcome(None, Text(f"ข้อมูลไม่ถูกต้องที่ข้อ {wrong}", f"invalid input at {wrong}"), items)
        if gate and self.gate and not reaches(gate, self.gate):
            at_least, label = plain(self.gate.at_least), self.gate.label
            reason = Text(f"{label.th}ไม่ถึง {at_least} จึงได้ 0 คะแนน", f"{label.en} is below {at_least}, so 0 points")
            return Outcome(Fraction(0), reason, items)
        unmet = [item for item in items if not item.met]
        th, en = f"ผ่าน {met} จาก {len(items)} รายการ", f"{met} of {counted(len(items), 'item')} met"
        if unmet:
            th += ": " + "; ".join(f"{item.id} {item.reason.th}" for item in unmet)
            en += ": " + "; ".join(f"{item.id} {item.reason.en}" for item in unmet)
        return Outcome(self.each * met, Text(th, en), items)

    def _item(self, answers: Answers, item: Criterion) -> ItemScore:
        """One item: met when every input of it is answered and reaches what it must."""
        base = answers.base(item)
        values = [(given, answers.read((*base, given.key), given)) for given in item.inputs]
        invalid = [value for _, value in values if value.invalid]
        if invalid:
            return ItemScore(item.id, None, None, no_points(*invalid).reason)
        unmet = [(given, value) for given, value in values if not reaches(value, given)]
        if not unmet:
            return ItemScore(item.id, True, self.each, MET)
        parts = [needs(value, given) if len(values) == 1 else part_needs(value, given) for given, value in unmet]
        reason = Text(" และ ".join(part.th for part in parts), " and ".join(part.en for part in parts))
        return ItemScore(item.id, False, Fraction(0), reason)

    def native(self, sheet: Calculation) -> Calculated:
        read = [(sheet.answer(item.id, (given.key,)), given, item) for item in self.items for given in item.inputs]
        gates = [(sheet.answer(self.id, (given.key,)), given) for given in self.inputs]
        inputs = [*gates, *((answer, given) for answer, given, _ in read)]
        met = (every(*(reached(a, given) for a, given, of in read if of is item)) for item in self.items)
        valid = sheet.let("valid", negate(some(*(answer.unread for answer, _ in inputs))))
        points = over(times(float(self.full), plus(*map(one_if, met))), len(self.items))
        if gates:
            points = when(every(*(reached(*gate) for gate in gates)), points, 0)
        return Calculated(valid, points, plus(*(one_if(answer.blank) for answer, _ in inputs)))

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        unmet = [item for item, earned in zip(self.items, lack.items, strict=True) if not earned.met]
        gate = self._gate_step(answers)
        told = joined([*gate, *self._item_steps(answers, unmet)], "; ")
        if len(unmet) > 1 and not gate:
            gain = each_or_together(lack, len(unmet), self.each, "ข้อ")
        else:
            gain = together(lack.earned.gain(lack.lost), several=len(unmet) + len(gate) > 1)
        return Text(f"{told.th} ({gain.th})", f"{told.en} ({gain.en})")

    def _gate_step(self, answers: Answers) -> list[Text]:
        """What it asks for before its items count."""
        gate, value = self.gate, self._gate(answers)
        if gate is None or value is None or gate.at_least is None or reaches(value, gate):
            return []
        return [reach(gate, value, gate.at_least)]

    def _item_steps(self, answers: Answers, unmet: list[Criterion]) -> list[Text]:
        """The items to be met: those to be done, those that must reach a number, those without an answer."""
        read = {item.id: [(x, answers.read((*answers.base(item), x.key), x)) for x in item.inputs] for item in unmet}
        blank = [item for item in unmet if all(value.blank for _, value in read[item.id])]
        todo = [item for item in unmet if [given.kind for given in item.inputs] == ["yesno"] and item not in blank]
        parts = []
        if todo:
            named = _named(todo)
            parts.append(Text(f"ทำให้ได้ตามข้อ {named.th}", f"do {named.en}"))
        for item in unmet:
            if item in todo or item in blank:
                continue
            several = len(item.inputs) > 1
            steps = [_step(given, value, several) for given, value in read[item.id] if not reaches(value, given)]
            step = joined(steps)
            parts.append(Text(f"ข้อ {item.id} {step.th}", f"{item.id}: {step.en}"))
        if blank:
            named = _named(blank)
            parts.append(Text(f"{NOT_ANSWERED.th} ข้อ {named.th}", f"{NOT_ANSWERED.en}: {named.en}"))
        return parts


def _step(given: Input, value: Value, named: bool) -> Text:
    """What one input of an item must become; `named` where the item has several."""
    label = bare(given.label)
    if given.at_least is None:
        return Text(f"{label.th} ({NOT_ANSWERED.th})", f"{label.en} ({NOT_ANSWERED.en})") if value.blank else label
    step = step_to(given, value, given.at_least)
    return Text(f"{label.th} {step.th}", f"{label.en} {step.en}") if named else step


def _named(items: list[Criterion]) -> Text:
    """Items by number and words, by number alone where the words would be too many."""
    labels = [bare(item.label) for item in items]
    if sum(len(label.th) for label in labels) > MAX_LABELS:
        labels = [Text("", "")] * len(items)
    pairs = zip(items, labels, strict=True)
    return joined(Text(f"{item.id} {label.th}".strip(), f"{item.id} {label.en}".strip()) for item, label in pairs)
