"""Subjects whose plain mean over the grades taught rose on the year before (I-5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, Named, pair_of
from qa_excel.kinds.native import Calculated, Calculation
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.tables import Held, SubjectTable, no_points_in_table, table_reason
from qa_excel.kinds.terms import (
    above,
    every,
    least,
    minus,
    negate,
    one_if,
    over,
    plus,
    rounded,
    same,
    some,
    times,
    when,
)
from qa_excel.kinds.words import each_or_together, first, plain
from qa_excel.thai.privacy import masked
from qa_excel.thai.text import Text, joined
from qa_excel.thai.typed import Value
from qa_excel.thai.words import counted

RISEN, NOT_RISEN = "▲ สูงขึ้น", "ไม่สูงขึ้น"
_YEARS = ("previous", "current")
_Pairs = dict[str, list[Value]]
"""Grade → the means of the year before and of the year."""


@dataclass(frozen=True, eq=False, kw_only=True)
class OnetGrowth(SubjectTable):
    kind = "onet_growth"
    word = Text("พัฒนาการของ O-NET", "onet_growth")
    REQUIRED = ("full_at", *_YEARS, "unit")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        "full_at": {"type": "integer", "minimum": 1, "description": "Improved subjects that earn full points."},
        "previous": {"$ref": "#/$defs/text"},
        "current": {"$ref": "#/$defs/text"},
        "unit": {"$ref": "#/$defs/text"},
    }
    means = _YEARS
    shows_tested = "current"
    years_back = (0, 1)

    full_at: int

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return pair_of(data, _YEARS, "number")

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"full_at": data["full_at"]}

    def needed(self, answers: Answers) -> int:
        """How many subjects must rise for full points."""
        return min(self.full_at, len(self.subjects(answers)))

    def _subjects(self, answers: Answers, held: Held) -> Iterator[tuple[Named, _Pairs, list[Fraction]]]:
        """(subject, its means, its rises at the grades that have both) of each."""
        for subject in self.subjects(answers):
            pairs = {
                grade: [answers.read((*self.base(answers, grade, subject), x.key), x, False) for x in self.inputs]
                for grade, asked in held.items()
                if subject in asked
            }
            both = [values for values in pairs.values() if all(value.ok for value in values)]
            yield subject, pairs, [Fraction(now.value) - Fraction(before.value) for before, now in both]

    def score(self, answers: Answers) -> Outcome:
        held = self.open_tables(answers)
        needed = self.needed(answers)
        improved, compared = 0, 0
        wrong = []
        for subject, pairs, rises in self._subjects(answers, held):
            for grade, values in pairs.items():
                base = self.base(answers, grade, subject)
                for given, value in zip(self.inputs, values, strict=True):
                    if value.ok and value.value > 100:
                        answers.note("value.mean_over_100", (*base, given.key), found=plain(value.value))
                    if value.blank and not all(v.blank for v in values):
                        answers.missing.append((*base, given.key))
                if any(value.invalid for value in values):
                    wrong.append((answers.grade_name(grade), subject.name, values))
            compared += bool(rises)
            improved += sum(rises) > 0
        if wrong:
            return no_points_in_table(wrong)
        reason = table_reason(answers, self.asked(answers), held) or Text(
            f"คะแนนเฉลี่ยสูงขึ้น {improved} จาก {compared} กลุ่มสาระที่เทียบได้ (เต็มที่ {needed} กลุ่ม)",
            f"{improved} of {counted(compared, 'comparable subject')} improved ({needed} earn full points)",
        )
        earned = self.full * min(improved, needed) / needed if needed else Fraction(0)
        return Outcome(earned, reason)

    def native(self, sheet: Calculation) -> Calculated:
        table = self.native_pairs(sheet)
        held = self.native_held(sheet, table)
        wrong, missing, improved, counting, beside = self.native_unread(sheet), [], [], [], {}
        for subject, pairs in table.items():
            whole = {g: sheet.let(f"{subject}.{g}.answered", pair.whole) for g, pair in pairs.items()}
            rise = plus(*(times(whole[g], minus(p.second.number, p.first.number)) for g, p in pairs.items()))
            risen = sheet.let(f"{subject}.risen", one_if(above(rounded(rise, 10), 0)))
            improved.append(risen)
            counting.append(one_if(above(plus(*(pair.asked for pair in pairs.values())), 0)))
            wrong += [every(same(p.asked, 1), some(p.first.unread, p.second.unread)) for p in pairs.values()]
            missing += [one_if(every(same(p.asked, 1), same(p.blanks, 1))) for p in pairs.values()]
            told = when(same(risen, 1), RISEN, NOT_RISEN)
            beside[f".{subject}"] = when(same(plus(*whole.values()), 0), "", told)
        needed = sheet.let("needed", least(plus(*counting), self.full_at))
        share_of = over(times(float(self.full), least(plus(*improved), needed)), needed)
        missing += [one_if(same(table_held, 0)) for table_held in held.values()]
        return Calculated(negate(some(*wrong)), when(same(needed, 0), 0, share_of), plus(*missing), beside)

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        """How many more subjects must rise, and those first that are nearest to it."""
        if nothing := self.nothing_asked(answers):
            return nothing
        falls: list[tuple[Fraction, Text]] = []
        unknown: list[Text] = []
        improved = 0
        for subject, _, rises in self._subjects(answers, self.asked(answers)):
            if not rises:
                unknown.append(subject.name)
            elif sum(rises) > 0:
                improved += 1
            else:
                falls.append((-sum(rises, Fraction(0)) / len(rises), subject.name))
        needed = self.needed(answers)
        more = needed - improved
        gain = each_or_together(lack, more, self.full / needed, "กลุ่มสาระ")
        parts = [
            Text(
                f"ให้คะแนนเฉลี่ยสูงขึ้นจากปีก่อนอีก {more} กลุ่มสาระ ({gain.th})",
                f"{counted(more, 'more subject')} must rise on the year before ({gain.en})",
            )
        ]
        if falls:
            nearest = first([_fall(fall, name) for fall, name in sorted(falls, key=lambda pair: pair[0])])
            parts.append(Text(f"ใกล้ที่สุด: {nearest.th}", f"nearest: {nearest.en}"))
        if unknown and len(falls) < more:
            named = first(unknown)
            parts.append(Text(f"ยังเทียบสองปีไม่ได้: {named.th}", f"without both years: {named.en}"))
        return joined(parts, "; ")


def _fall(fall: Fraction, name: Text) -> Text:
    """A subject and what its mean lacks; rounded up, so that a rise of more than it is enough."""
    if fall == 0:
        return Text(f"{name.th} (เท่ากับปีก่อน)", f"{name.en} (the same)")
    lack = masked(f"{Decimal(math.ceil(fall * 100)).scaleb(-2):.2f}")
    return Text(f"{name.th} (ต่ำกว่าปีก่อน {lack})", f"{name.en} ({lack} below)")
