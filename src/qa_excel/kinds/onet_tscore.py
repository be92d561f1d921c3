"""O-NET: in each subject the share of learners who reach a T-score, of an equal part of the points (I-2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers, Pair
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Named, decimal_of
from qa_excel.kinds.native import Calculated, Calculation, pair_wrong
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.ratio import PAIR_PROPERTIES, PartOfWhole
from qa_excel.kinds.tables import (
    Held,
    NativePair,
    Rise,
    SubjectTable,
    no_points_in_table,
    pooled,
    rises_told,
    table_reason,
)
from qa_excel.kinds.terms import (
    Term,
    above,
    below,
    differs,
    every,
    least,
    negate,
    one_if,
    over,
    plus,
    same,
    share,
    some,
    times,
    when,
)
from qa_excel.kinds.words import first, not_answered, short
from qa_excel.thai.text import Text, joined
from qa_excel.thai.words import counted


@dataclass(frozen=True, eq=False, kw_only=True)
class OnetTScore(PartOfWhole, SubjectTable):
    kind = "onet_tscore"
    word = Text("T-Score ของ O-NET", "onet_tscore")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        **PAIR_PROPERTIES,
        "points_each": {
            "$ref": "#/$defs/points",
            "description": "Points of one subject where all of them count; else the subjects share the points equally.",
        },
    }
    shows_tested = "total"

    points_each: Decimal | None = None

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return super().own(data) | {"points_each": decimal_of(data.get("points_each"))}

    def totals(self, asked: Mapping[str, Sequence[Named]]) -> list[list[tuple[str, ...]]]:
        totals: dict[str, list[tuple[str, ...]]] = {}
        for grade, subjects in asked.items():
            for subject in subjects:
                totals.setdefault(subject.id, []).append((grade, subject.id, "total"))
        return list(totals.values())

    def each(self, answers: Answers) -> Fraction:
        """The points of one subject: as the rubric writes them where all its subjects count, else equal parts."""
        count = len(self.subjects(answers))
        if self.points_each and count == len(answers.rubric.subjects):
            return Fraction(self.points_each)
        return self.full / count if count else Fraction(0)

    def _subjects(self, answers: Answers, held: Held) -> Iterator[tuple[Named, dict[str, Pair], bool]]:
        """(subject, grade → its pair, tested) of each: untested where every cell is blank, or every total 0."""
        for subject in self.subjects(answers):
            grades = [grade for grade, asked in held.items() if subject in asked]
            pairs = {grade: answers.pair(self.base(answers, grade, subject), self.inputs, False) for grade in grades}
            totals = [total for _, total, _ in pairs.values() if not total.blank]
            all_blank = all(count.blank and total.blank for count, total, _ in pairs.values())
            only_zero = bool(totals) and all(total.value == 0 for total in totals)
            yield subject, pairs, not (all_blank or only_zero)

    def score(self, answers: Answers) -> Outcome:
        held = self.open_tables(answers)
        each, count = self.each(answers), len(self.subjects(answers))
        earned, tested = Fraction(0), 0
        wrong = []
        for subject, pairs, known in self._subjects(answers, held):
            wrong += [(answers.grade_name(g), subject.name, pair[:2]) for g, pair in pairs.items() if not pair[2]]
            if not known:
                for grade in list(pairs)[:1]:
                    cell = (*self.base(answers, grade, subject), self.inputs[0].key)
                    answers.note("value.not_tested", cell, subject=subject.name)
                continue
            tested += 1
            for grade, pair in pairs.items():
                base, read = self.base(answers, grade, subject), zip(self.inputs, pair[:2], strict=True)
                answers.missing.extend((*base, given.key) for given, value in read if value.blank)
            earned += each * (pooled(pairs.values()) or 0)
        if wrong:
            return no_points_in_table(wrong)
        reason = table_reason(answers, self.asked(answers), held) or Text(
            f"มีผลทดสอบ {tested} จาก {count} กลุ่มสาระ กลุ่มละไม่เกิน {short(each)} คะแนน",
            f"{tested} of {counted(count, 'subject')} tested, up to {short(each)} points each",
        )
        return Outcome(min(earned, self.full), reason)

    def native(self, sheet: Calculation) -> Calculated:
        table = self.native_pairs(sheet)
        held = self.native_held(sheet, table)
        wrong, missing, pools, counting, beside = self.native_unread(sheet), [], [], [], {}
        for subject, pairs in table.items():
            whole = {grade: sheet.let(f"{subject}.{grade}.answered", pair.whole) for grade, pair in pairs.items()}
            counts = plus(*(times(whole[grade], pair.first.number) for grade, pair in pairs.items()))
            totals = plus(*(times(whole[grade], pair.second.number) for grade, pair in pairs.items()))
            count, total = sheet.let(f"{subject}.count", counts), sheet.let(f"{subject}.total", totals)
            pools.append(share(count, total))
            counting.append(one_if(above(plus(*(pair.asked for pair in pairs.values())), 0)))
            beside[f".{subject}"] = when(above(total, 0), times(over(count, total), 100), "")
            shown = [(every(same(pair.asked, 1), same(held[grade], 1)), pair) for grade, pair in pairs.items()]
            tested = sheet.let(f"{subject}.tested", one_if(_tested(shown)))
            missing += [when(every(is_shown, same(tested, 1)), pair.blanks, 0) for is_shown, pair in shown]
            wrong += [every(same(p.asked, 1), pair_wrong(p.first, p.second)) for p in pairs.values()]
        counted_ = sheet.let("subjects", plus(*counting))
        each = over(float(self.full), counted_)
        if self.points_each:
            each = when(same(counted_, len(sheet.edition.subjects)), float(self.points_each), each)
        points = when(same(counted_, 0), 0, least(times(each, plus(*pools)), float(self.full)))
        missing += [one_if(same(of_grade, 0)) for of_grade in held.values()]
        return Calculated(negate(some(*wrong)), points, plus(*missing), beside)

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        """Learners to be raised, subject by subject and grade by grade, those first that would earn most."""
        if nothing := self.nothing_asked(answers):
            return nothing
        held = self.held(answers)
        each = self.each(answers)
        rises: list[Rise] = []
        blanks = [answers.grade_name(grade) for grade in self.asked(answers) if grade not in held]
        untested: list[Text] = []
        for subject, pairs, known in self._subjects(answers, held):
            if not known:
                untested.append(subject.name)
                continue
            whole = sum(total.value for count, total, _ in pairs.values() if count.ok and total.ok)
            for grade, (count, total, _) in pairs.items():
                of = answers.grade_name(grade)
                name = Text(f"{subject.name.th} {of.th}", f"{subject.name.en} {of.en}")
                if count.blank or total.blank:
                    blanks.append(name)
                elif count.value < total.value:
                    part = Fraction(total.value - count.value) / Fraction(whole)
                    rises.append(Rise(each * part, name, count.value, total.value))
        parts = [*rises_told(self, rises, lack), *([not_answered(blanks)] if blanks else [])]
        if untested and held:
            named, raised = first(untested), sum((rise.points for rise in rises), Fraction(0))
            _, gain = lack.earned.promises([raised, each * len(untested)], lack.lost)
            parts.append(
                Text(
                    f"ไม่มีผลทดสอบ {named.th} (รวมไม่เกิน {gain:.2f} คะแนน)",
                    f"not tested: {named.en} (up to {gain:.2f} points together)",
                )
            )
        return joined(parts, "; ")


def _tested(shown: list[tuple[Term, NativePair]]) -> Term:
    """Whether a subject's cells hold anything, and not totals of 0 alone."""
    filled = [every(is_shown, below(pair.blanks, 2)) for is_shown, pair in shown]
    totals = [every(is_shown, negate(pair.second.blank)) for is_shown, pair in shown]
    over_zero = [every(is_shown, some(pair.second.unread, differs(pair.second.number, 0))) for is_shown, pair in shown]
    return every(some(*filled), some(negate(some(*totals)), *over_zero))
