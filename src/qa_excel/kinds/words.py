"""Parts of the words that kinds say: why points were given, and what would earn more.

Texts are made of the rubric's own labels and of numbers: nothing that a school typed freely stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input
from qa_excel.kinds.outcome import Outcome, half_up
from qa_excel.problems import CATALOGUE, OPTIONAL
from qa_excel.thai.privacy import shown_figure
from qa_excel.thai.text import Text, joined
from qa_excel.thai.typed import Value, to_json_number
from qa_excel.thai.words import unit_of

SHOWN = 3
"""Subjects and grades that are named one by one; the others are counted."""
NOT_ANSWERED = Text("ยังไม่ได้กรอก", "not answered")
UNANSWERED = Text("ยังกรอกไม่ครบ", "not answered in full")
MET = Text("เป็นไปตามเกณฑ์", "met")
NOT_MET = Text("ไม่เป็นไปตามเกณฑ์", "not met")
_PREFIXED = "ร้อยละ"
"""The Thai unit that stands before its number."""
_NOTE_AT_END = re.compile(r" \([^()]*\)$")


# --- Why ---


def plain(value: Any) -> str:
    """A number as a person writes it and an output may show it; empty for what is none."""
    return figure(value) if isinstance(value, Decimal) else ""


def figure(number: Decimal) -> str:
    """A number as a person writes it and an output may show it."""
    return f"{shown_figure(to_json_number(number))}"


def short(number: Fraction) -> str:
    return f"{half_up(number).normalize():f}"


def share(count: Decimal, total: Decimal, unit: Text | None = None) -> Text:
    """How many of how many, and in percent."""
    th_unit = f" {unit.th}" if unit else ""
    if total == 0:
        return Text(f"0 จาก 0{th_unit}", "0 of 0")
    percent = short(Fraction(count) / Fraction(total) * 100)
    th = f"{plain(count)} จาก {plain(total)}{th_unit} คิดเป็นร้อยละ {percent}"
    return Text(th, f"{plain(count)} of {plain(total)} = {percent} %")


def needs(value: Value, given: Input) -> Text:
    """How one input stands to what it must reach."""
    if value.blank:
        return Text("ยังไม่ได้กรอก", "not answered")
    if given.at_least is None:
        return MET if value.value else NOT_MET
    found, needed = plain(value.value), plain(given.at_least)
    percent = " %" if given.kind == "percent" else ""
    met = value.value >= given.at_least
    return Text(
        f"ได้ {found} {'ถึง' if met else 'ต้องไม่น้อยกว่า'}{'เกณฑ์' if met else ''} {needed}",
        f"is {found}{percent}, {'reaches' if met else 'needs'} {needed}{percent}",
    )


def part_needs(value: Value, given: Input) -> Text:
    told = needs(value, given)
    return Text(f"{given.label.th} {told.th}", f"{given.label.en} {told.en}")


def reaches(value: Value, given: Input) -> bool:
    """True where an input is answered and reaches what it must."""
    if not value.ok:
        return False
    return bool(value.value) if given.at_least is None else value.value >= given.at_least


def no_points(*values: Value) -> Outcome:
    """No score because of invalid inputs, with what is wrong about the first."""
    wrong = next((value for value in values if value.invalid), None)
    if wrong is None:
        return Outcome(None, Text("จำนวนมากกว่าจำนวนทั้งหมด", "the count is more than the total"))
    message = CATALOGUE[f"value.{wrong.fault}"].message
    params = OPTIONAL | {"label": "", "found": plain(wrong.value)}
    th, en = (text.format_map(params).removeprefix(": ") for text in (message.th, message.en))
    return Outcome(None, Text(th, en))


# --- What would earn more ---


def each_or_together(lack: Lack, many: int, each: Fraction, unit: str) -> Text:
    """What so many equal steps gain: each the same or, where a deduction swallows some of it, all together."""
    if lack.earned.swallowed or many == 1:
        return together(lack.earned.gain(each * many), several=many > 1)
    gain = min(lack.earned.promises([each] * many, lack.lost))
    return Text(f"{unit}ละ {gain:.2f} คะแนน", f"{gain:.2f} points each")


def together(gain: Decimal, several: bool) -> Text:
    """What is gained when all of it is done."""
    if several:
        return Text(f"ทำครบได้ {gain:.2f} คะแนน", f"{gain:.2f} points for all of it")
    return Text(f"{gain:.2f} คะแนน", f"{gain:.2f} points")


def amount(number: Decimal, unit: Text | None) -> Text:
    """A number with its unit."""
    shown = figure(number)
    if unit is None:
        return Text(shown, shown)
    th = f"{unit.th} {shown}" if unit.th == _PREFIXED else f"{shown} {unit.th}"
    return Text(th, f"{shown} {unit_of(number, unit.en)}")


def bare(text: Text) -> Text:
    """A label without the note in brackets at its end."""
    return Text(_NOTE_AT_END.sub("", text.th), _NOTE_AT_END.sub("", text.en))


def first(texts: Sequence[Text]) -> Text:
    """The first few, and how many others there are."""
    shown, left = joined(texts[:SHOWN]), len(texts) - SHOWN
    return Text(f"{shown.th} และอีก {left} รายการ", f"{shown.en} and {left} more") if left > 0 else shown


def not_answered(labels: Sequence[Text]) -> Text:
    named = first(labels)
    return Text(f"{NOT_ANSWERED.th}: {named.th}", f"{NOT_ANSWERED.en}: {named.en}")


def reach(given: Input, value: Value, needed: Decimal) -> Text:
    """How far an input is from the number that it must reach."""
    label, step = bare(given.label), step_to(given, value, needed)
    if value.blank:
        return Text(f"{NOT_ANSWERED.th}: {label.th} {step.th}", f"{NOT_ANSWERED.en}: {label.en} {step.en}")
    return Text(f"{label.th} {step.th}", f"{label.en} {step.en}")


def step_to(given: Input, value: Value, needed: Decimal) -> Text:
    goal = amount(needed, given.unit)
    goal = Text(f"ให้ถึง{'' if goal.th.startswith(_PREFIXED) else ' '}{goal.th}", f"must reach {goal.en}")
    if value.blank:
        return goal
    now, lack = figure(value.value), figure(needed - value.value)
    return Text(f"{goal.th} (ขณะนี้ {now} ขาดอีก {lack})", f"{goal.en} (now {now}, {lack} to go)")
