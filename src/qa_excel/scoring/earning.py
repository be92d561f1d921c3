"""What would earn the points that a criterion lacks, in words.

Where they say how many points, these are of the net score: what doing it would add, the indicator's deduction included.
Texts are made of the rubric's own labels and of numbers: nothing that a school typed freely stands in them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Earned
from qa_excel.kinds.inputs import Input, Named
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.score import grades_taught
from qa_excel.scoring.scorecard import CriterionScore, IndicatorScore
from qa_excel.thai.privacy import masked, shown_figure
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, normalise, to_json_number
from qa_excel.thai.words import counted, unit_of

SHOWN = 3
"""Subjects and grades that are named one by one; the others are counted."""
MAX_LABELS = 130
"""Characters of a checklist's items that are named in words; where they are more, their numbers stand alone."""

_PREFIXED = "ร้อยละ"
"""The Thai unit that stands before its number."""
_NOTE_AT_END = re.compile(r" \([^()]*\)$")
_NOT_ANSWERED = Text("ยังไม่ได้กรอก", "not answered")
_NO_GRADE = Text("ระบุชั้นที่เปิดสอนในข้อมูลสถานศึกษาก่อน", "first say on the cover which grades are taught")


# --- One criterion ---


def what_would_earn(
    rubric: Rubric, indicator: Indicator, criterion: Criterion, card: IndicatorScore, submission: dict[str, Any]
) -> Text:
    """What is to be done for the full points of a criterion; empty where it has them.

    card: the indicator's score. submission: the data it was scored from.
    """
    scored = next(entry for entry in card.criteria if entry.id == criterion.id)
    if scored.points is None:
        return Text(f"แก้ไขข้อมูลที่ไม่ถูกต้อง: {scored.reason.th}", f"mend the invalid input: {scored.reason.en}")
    if scored.points >= criterion.max:
        return Text("", "")
    return _KINDS[criterion.kind](_Case(rubric, indicator, criterion, scored, Earned.of(card), submission))


@dataclass(frozen=True, slots=True)
class _Case:
    """A criterion that lacks points, and the answers that it was scored from."""

    rubric: Rubric
    indicator: Indicator
    criterion: Criterion
    scored: CriterionScore
    earned: Earned
    submission: dict[str, Any]

    @property
    def lost(self) -> Fraction:
        return Fraction(self.criterion.max) - self.scored.points

    @property
    def taught(self) -> list[Named]:
        ids = grades_taught(self.rubric, self.submission)
        return [grade for grade in self.rubric.grades if grade.id in ids]

    def read(self, given: Input, *within: str, of: Criterion | None = None) -> Value:
        """An answer of the criterion, or of another one of the indicator; `within`: grade and subject."""
        path = ("answers", self.indicator.id, (of or self.criterion).id, *within, given.key)
        return normalise(dig(self.submission, path), given.typed_as)

    def pair(self, *within: str) -> tuple[Value, Value]:
        first, second = (self.read(given, *within) for given in self.criterion.inputs)
        return first, second


def _yesno(case: _Case) -> Text:
    (given,) = case.criterion.inputs
    if case.read(given).blank:
        return Text(
            "ยังไม่ได้กรอก: ดำเนินการให้เป็นไปตามเกณฑ์แล้วตอบ", "not answered: do what the criterion asks, then answer it"
        )
    return Text("ดำเนินการให้เป็นไปตามเกณฑ์ข้อนี้", "do what the criterion asks")


def _at_least(case: _Case) -> Text:
    (given,) = case.criterion.inputs
    return _reach(given, case.read(given), given.at_least)


def _percent(case: _Case) -> Text:
    (given,) = case.criterion.inputs
    return _reach(given, case.read(given), Decimal(100))


def _ratio(case: _Case) -> Text:
    criterion = case.criterion
    given, whole = criterion.inputs
    count, total = case.pair()
    if criterion.population:
        other = case.indicator.criterion(criterion.population)
        people = case.read(other.inputs[0], of=other)
        if (people.ok and people.value == 0) or (total.ok and total.value == 0):
            return Text(
                f"ทำให้ได้ตามข้อ {other.id} ก่อน แล้วให้{given.label.th} ครบเท่ากับ{whole.label.th}",
                f"reach {other.id} first, then let {given.label.en} be {whole.label.en}",
            )
    if total.ok and total.value == 0:
        return Text(
            f"{whole.label.th}เป็น 0 จึงยังไม่ได้คะแนน ต้องมีจำนวนที่นับได้ และ{given.label.th} ครบทั้งหมด",
            f"{whole.label.en} is 0 and earns nothing: it must be counted, and {given.label.en} be as many",
        )
    blanks = [part for part, value in ((given, count), (whole, total)) if value.blank]
    if blanks:
        missing = _not_answered([part.label for part in blanks])
        if not total.ok:
            return missing
        full = _amount(total.value, given.unit)
        return Text(f"{missing.th} (ได้เต็มเมื่อครบ {full.th})", f"{missing.en} (full points at {full.en})")
    rise = _rise(count.value, total.value, given.unit)
    return Text(f"เพิ่ม{given.label.th} {rise.th}", f"raise {given.label.en} {rise.en}")


def _checklist(case: _Case) -> Text:
    criterion = case.criterion
    unmet = [item for item, earned in zip(criterion.items, case.scored.items, strict=True) if not earned.met]
    gate = _gate(case)
    parts = [*gate, *_items(case, unmet)]
    told = joined(parts, "; ")
    if len(unmet) > 1 and not gate:
        gain = _each(case, len(unmet), Fraction(criterion.max) / len(criterion.items), "ข้อ")
    else:
        gain = _together(case.earned.gain(case.lost), several=len(unmet) + len(gate) > 1)
    return Text(f"{told.th} ({gain.th})", f"{told.en} ({gain.en})")


def _gate(case: _Case) -> list[Text]:
    """What a checklist asks for before its items count."""
    gate = case.criterion.gate
    if gate is None:
        return []
    value = case.read(gate)
    return [_reach(gate, value, gate.at_least)] if _short(gate, value) else []


def _items(case: _Case, unmet: list[Criterion]) -> list[Text]:
    """The items to be met: those to be done, those that must reach a number, those without an answer."""
    answers = {item.id: [(given, case.read(given, of=item)) for given in item.inputs] for item in unmet}
    blank = [item for item in unmet if all(value.blank for _, value in answers[item.id])]
    todo = [item for item in unmet if item.kind == "yesno" and item not in blank]
    parts = []
    if todo:
        named = _item_names(todo)
        parts.append(Text(f"ทำให้ได้ตามข้อ {named.th}", f"do {named.en}"))
    for item in unmet:
        if item in todo or item in blank:
            continue
        steps = [_step(given, value, len(item.inputs) > 1) for given, value in answers[item.id] if _short(given, value)]
        step = joined(steps)
        parts.append(Text(f"ข้อ {item.id} {step.th}", f"{item.id}: {step.en}"))
    if blank:
        named = _item_names(blank)
        parts.append(Text(f"{_NOT_ANSWERED.th} ข้อ {named.th}", f"{_NOT_ANSWERED.en}: {named.en}"))
    return parts


def _onet_tscore(case: _Case) -> Text:
    """Learners to be raised, subject by subject and grade by grade, those first that would earn most."""
    criterion, rubric = case.criterion, case.rubric
    taught = case.taught
    if not taught:
        return _NO_GRADE
    tables = [grade for grade in taught if not _blank_table(case, grade)]
    each = Fraction(criterion.points_each or criterion.max / len(rubric.subjects))
    rises: list[_Rise] = []
    blanks = [grade.name for grade in taught if grade not in tables]
    untested: list[Text] = []
    for subject in rubric.subjects:
        pairs = {grade.id: case.pair(grade.id, subject.id) for grade in tables}
        whole = sum(total.value for count, total in pairs.values() if count.ok and total.ok)
        totals = [total.value for _, total in pairs.values() if not total.blank]
        if not any(totals) and (totals or all(count.blank for count, _ in pairs.values())):
            untested.append(subject.name)
            continue
        for grade in tables:
            count, total = pairs[grade.id]
            name = Text(f"{subject.name.th} {grade.name.th}", f"{subject.name.en} {grade.name.en}")
            if count.blank or total.blank:
                blanks.append(name)
            elif count.value < total.value:
                share = Fraction(total.value - count.value) / Fraction(whole)
                rises.append(_Rise(each * share, name, count.value, total.value))
    parts = [*_rises(case, rises), *([_not_answered(blanks)] if blanks else [])]
    if untested and tables:
        named = _first(untested)
        _, gain = case.earned.promises([sum(rise.points for rise in rises), each * len(untested)], case.lost)
        parts.append(
            Text(
                f"ไม่มีผลทดสอบ {named.th} (รวมไม่เกิน {gain:.2f} คะแนน)",
                f"not tested: {named.en} (up to {gain:.2f} points together)",
            )
        )
    return joined(parts, "; ")


def _tscore_by_grade(case: _Case) -> Text:
    criterion = case.criterion
    taught = case.taught
    if not taught:
        return _NO_GRADE
    pairs = {grade: case.pair(grade.id) for grade in taught}
    weighted = {grade.id for grade in taught} == set(criterion.weights)
    whole = sum(total.value for count, total in pairs.values() if count.ok and total.ok)
    rises: list[_Rise] = []
    blanks, nobody = [], []
    for grade, (count, total) in pairs.items():
        if count.blank or total.blank:
            blanks.append(grade.name)
        elif total.value == 0:
            nobody.append(grade.name)
        elif count.value < total.value:
            share = Fraction(total.value - count.value)
            points = (
                Fraction(criterion.weights[grade.id]) * share / Fraction(total.value)
                if weighted
                else Fraction(criterion.max) * share / Fraction(whole)
            )
            rises.append(_Rise(points, grade.name, count.value, total.value))
    parts = [*_rises(case, rises), *([_not_answered(blanks)] if blanks else [])]
    if nobody:
        names, total = joined(nobody), criterion.inputs[1].label
        parts.append(Text(f"{total.th}ของ {names.th} เป็น 0", f"{total.en} of {names.en}: 0"))
    return joined(parts, "; ")


def _onet_growth(case: _Case) -> Text:
    """How many more subjects must rise, and those first that are nearest to it."""
    criterion, rubric = case.criterion, case.rubric
    taught = case.taught
    if not taught:
        return _NO_GRADE
    falls: list[tuple[Fraction, Text]] = []
    unknown: list[Text] = []
    improved = 0
    for subject in rubric.subjects:
        pairs = [case.pair(grade.id, subject.id) for grade in taught]
        rises = [Fraction(now.value) - Fraction(before.value) for before, now in pairs if before.ok and now.ok]
        if not rises:
            unknown.append(subject.name)
        elif sum(rises) > 0:
            improved += 1
        else:
            falls.append((-sum(rises) / len(rises), subject.name))
    needed = min(criterion.full_at, len(rubric.subjects))
    lack = needed - improved
    gain = _each(case, lack, Fraction(criterion.max) / needed, "กลุ่มสาระ")
    parts = [
        Text(
            f"ให้คะแนนเฉลี่ยสูงขึ้นจากปีก่อนอีก {lack} กลุ่มสาระ ({gain.th})",
            f"{counted(lack, 'more subject')} must rise on the year before ({gain.en})",
        )
    ]
    if falls:
        nearest = _first([_fall(fall, name) for fall, name in sorted(falls, key=lambda pair: pair[0])])
        parts.append(Text(f"ใกล้ที่สุด: {nearest.th}", f"nearest: {nearest.en}"))
    if unknown and len(falls) < lack:
        named = _first(unknown)
        parts.append(Text(f"ยังเทียบสองปีไม่ได้: {named.th}", f"without both years: {named.en}"))
    return joined(parts, "; ")


_KINDS: dict[str, Callable[[_Case], Text]] = {
    "yesno": _yesno,
    "at_least": _at_least,
    "percent": _percent,
    "ratio": _ratio,
    "checklist": _checklist,
    "onet_tscore": _onet_tscore,
    "tscore_by_grade": _tscore_by_grade,
    "onet_growth": _onet_growth,
}


# --- Parts of the words ---


def _each(case: _Case, many: int, each: Fraction, unit: str) -> Text:
    """What so many equal steps gain: each the same or, where a deduction swallows some of it, all together."""
    if case.earned.swallowed or many == 1:
        return _together(case.earned.gain(each * many), several=many > 1)
    gain = min(case.earned.promises([each] * many, case.lost))
    return Text(f"{unit}ละ {gain:.2f} คะแนน", f"{gain:.2f} points each")


def _together(gain: Decimal, several: bool) -> Text:
    if several:
        return Text(f"ทำครบได้ {gain:.2f} คะแนน", f"{gain:.2f} points for all of it")
    return Text(f"{gain:.2f} คะแนน", f"{gain:.2f} points")


def _figure(number: Decimal) -> str:
    """A number as a person writes it and an output may show it."""
    return f"{shown_figure(to_json_number(number))}"


def _amount(number: Decimal, unit: Text | None) -> Text:
    """A number with its unit."""
    shown = _figure(number)
    if unit is None:
        return Text(shown, shown)
    th = f"{unit.th} {shown}" if unit.th == _PREFIXED else f"{shown} {unit.th}"
    return Text(th, f"{shown} {unit_of(number, unit.en)}")


def _label(text: Text) -> Text:
    """A label without the note in brackets at its end."""
    return Text(_NOTE_AT_END.sub("", text.th), _NOTE_AT_END.sub("", text.en))


def joined(texts: Iterable[Text], between: str = ", ") -> Text:
    texts = list(texts)
    return Text(between.join(text.th for text in texts), between.join(text.en for text in texts))


def _first(texts: list[Text]) -> Text:
    """The first few, and how many others there are."""
    shown, left = joined(texts[:SHOWN]), len(texts) - SHOWN
    return Text(f"{shown.th} และอีก {left} รายการ", f"{shown.en} and {left} more") if left > 0 else shown


def _not_answered(labels: list[Text]) -> Text:
    named = _first(labels)
    return Text(f"{_NOT_ANSWERED.th}: {named.th}", f"{_NOT_ANSWERED.en}: {named.en}")


def _short(given: Input, value: Value) -> bool:
    """True where an input lacks its answer, or its answer isn't yet enough."""
    if not value.ok:
        return True
    return value.value < given.at_least if given.at_least is not None else not value.value


def _reach(given: Input, value: Value, needed: Decimal) -> Text:
    """How far an input is from the number that it must reach."""
    label, step = _label(given.label), _step_to(given, value, needed)
    if value.blank:
        return Text(f"{_NOT_ANSWERED.th}: {label.th} {step.th}", f"{_NOT_ANSWERED.en}: {label.en} {step.en}")
    return Text(f"{label.th} {step.th}", f"{label.en} {step.en}")


def _step(given: Input, value: Value, named: bool) -> Text:
    """What one input of an item must become; `named` where the item has several."""
    label = _label(given.label)
    if given.at_least is None:
        return Text(f"{label.th} ({_NOT_ANSWERED.th})", f"{label.en} ({_NOT_ANSWERED.en})") if value.blank else label
    step = _step_to(given, value, given.at_least)
    return Text(f"{label.th} {step.th}", f"{label.en} {step.en}") if named else step


def _step_to(given: Input, value: Value, needed: Decimal) -> Text:
    goal = _amount(needed, given.unit)
    goal = Text(f"ให้ถึง{'' if goal.th.startswith(_PREFIXED) else ' '}{goal.th}", f"must reach {goal.en}")
    if value.blank:
        return goal
    now, lack = _figure(value.value), _figure(needed - value.value)
    return Text(f"{goal.th} (ขณะนี้ {now} ขาดอีก {lack})", f"{goal.en} (now {now}, {lack} to go)")


def _rise(count: Decimal, total: Decimal, unit: Text | None) -> Text:
    full, lack = _amount(total, unit), _amount(total - count, unit)
    return Text(
        f"จาก {_figure(count)} เป็น {full.th} (ขาดอีก {lack.th})",
        f"from {_figure(count)} to {full.en} ({_figure(total - count)} more)",
    )


@dataclass(frozen=True, slots=True)
class _Rise:
    """Learners of a grade to be raised from a count to the total, and the points that it earns."""

    points: Fraction
    name: Text
    count: Decimal
    total: Decimal

    def told(self, unit: Text | None, gain: Decimal) -> Text:
        full = _amount(self.total, unit)
        return Text(
            f"{self.name.th} จาก {_figure(self.count)} เป็น {full.th} (+{gain:.2f})",
            f"{self.name.en} from {_figure(self.count)} to {full.en} (+{gain:.2f})",
        )


def _rises(case: _Case, rises: list[_Rise]) -> list[Text]:
    """Rises named together, the greatest first."""
    if not rises:
        return []
    rises = sorted(rises, key=lambda rise: -rise.points)
    given = case.criterion.inputs[0]
    gains = case.earned.promises((rise.points for rise in rises), case.lost)
    named = _first([rise.told(given.unit, gain) for rise, gain in zip(rises, gains, strict=True)])
    label = given.label
    return [Text(f"เพิ่ม{label.th}: {named.th}", f"raise {label.en}: {named.en}")]


def _fall(fall: Fraction, name: Text) -> Text:
    """A subject and what its mean lacks; rounded up, so that a rise of more than it is enough."""
    if fall == 0:
        return Text(f"{name.th} (เท่ากับปีก่อน)", f"{name.en} (the same)")
    lack = masked(f"{Decimal(math.ceil(fall * 100)).scaleb(-2):.2f}")
    return Text(f"{name.th} (ต่ำกว่าปีก่อน {lack})", f"{name.en} ({lack} below)")


def _blank_table(case: _Case, grade: Named) -> bool:
    return all(value.blank for subject in case.rubric.subjects for value in case.pair(grade.id, subject.id))


def _item_names(items: list[Criterion]) -> Text:
    """Items by number and words, by number alone where the words would be too many."""
    labels = [_label(item.label) for item in items]
    if sum(len(label.th) for label in labels) > MAX_LABELS:
        labels = [Text("", "")] * len(items)
    pairs = zip(items, labels, strict=True)
    return joined(Text(f"{item.id} {label.th}".strip(), f"{item.id} {label.en}".strip()) for item, label in pairs)
