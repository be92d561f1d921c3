"""O-NET: in each subject the share of learners who reach a T-score, of an equal part of the points (I-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers, Pair
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, Named, Path, decimal_of, pair_of
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.ratio import PAIR, PAIR_PROPERTIES
from qa_excel.kinds.tables import NO_GRADE, Rise, SubjectTable, no_points_in_table, pooled, rises_told, table_reason
from qa_excel.kinds.words import first, not_answered, short
from qa_excel.thai.text import Text, joined
from qa_excel.thai.words import counted


@dataclass(frozen=True, eq=False, kw_only=True)
class OnetTScore(SubjectTable):
    kind = "onet_tscore"
    word = Text("T-Score ของ O-NET", "onet_tscore")
    REQUIRED = (*PAIR, "unit")
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        **PAIR_PROPERTIES,
        "points_each": {
            "$ref": "#/$defs/points",
            "description": "Points of one subject; left out, the subjects share the points equally.",
        },
    }
    shows_tested = "total"

    points_each: Decimal | None = None
    sample_of: str | None = None

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return pair_of(data, PAIR, "count")

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"points_each": decimal_of(data.get("points_each")), "sample_of": data.get("sample_of")}

    @property
    def drawn_from(self) -> str | None:
        return self.sample_of

    def totals(self, grades: Iterable[str], subjects: Iterable[Named]) -> list[list[tuple[str, ...]]]:
        return [[(grade, subject.id, "total") for grade in grades] for subject in subjects]

    def each(self, subjects: Sequence[Named]) -> Fraction:
        """The points of one subject."""
        return Fraction(self.points_each) if self.points_each else self.full / len(subjects)

    def _subjects(self, answers: Answers, grades: Sequence[str]) -> Iterator[tuple[Named, dict[str, Pair], bool]]:
        """(subject, grade → its pair, tested) of each: untested where every cell is blank, or every total 0."""
        for subject in answers.subjects:
            pairs = {grade: answers.pair(self._base(answers, grade, subject), self.inputs, False) for grade in grades}
            totals = [total for _, total, _ in pairs.values() if not total.blank]
            all_blank = all(count.blank and total.blank for count, total, _ in pairs.values())
            only_zero = bool(totals) and all(total.value == 0 for total in totals)
            yield subject, pairs, not (all_blank or only_zero)

    def _base(self, answers: Answers, grade: str, subject: Named) -> Path:
        return (*answers.base(self), grade, subject.id)

    def score(self, answers: Answers) -> Outcome:
        self.warn_about_untaught(answers)
        tables = self.open_tables(answers)
        each = self.each(answers.subjects)
        earned, tested = Fraction(0), 0
        wrong = []
        for subject, pairs, known in self._subjects(answers, tables):
            wrong += [(answers.grade_name(g), subject.name, pair[:2]) for g, pair in pairs.items() if not pair[2]]
            if not known:
                if tables:
                    cell = (*self._base(answers, tables[0], subject), self.inputs[0].key)
                    answers.note("value.not_tested", cell, subject=subject.name)
                continue
            tested += 1
            for grade, pair in pairs.items():
                base, read = self._base(answers, grade, subject), zip(self.inputs, pair[:2], strict=True)
                answers.missing.extend((*base, given.key) for given, value in read if value.blank)
            earned += each * (pooled(pairs.values()) or 0)
        if wrong:
            return no_points_in_table(wrong)
        reason = table_reason(answers, tables) or Text(
            f"มีผลทดสอบ {tested} จาก {len(answers.subjects)} กลุ่มสาระ กลุ่มละไม่เกิน {short(each)} คะแนน",
            f"{tested} of {counted(len(answers.subjects), 'subject')} tested, up to {short(each)} points each",
        )
        return Outcome(min(earned, self.full), reason)

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        """Learners to be raised, subject by subject and grade by grade, those first that would earn most."""
        if not answers.taught:
            return NO_GRADE
        tables = self.held_grades(answers)
        each = self.each(answers.subjects)
        rises: list[Rise] = []
        blanks = [answers.grade_name(grade) for grade in answers.taught if grade not in tables]
        untested: list[Text] = []
        for subject, pairs, known in self._subjects(answers, tables):
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
        if untested and tables:
            named, raised = first(untested), sum((rise.points for rise in rises), Fraction(0))
            _, gain = lack.earned.promises([raised, each * len(untested)], lack.lost)
            parts.append(
                Text(
                    f"ไม่มีผลทดสอบ {named.th} (รวมไม่เกิน {gain:.2f} คะแนน)",
                    f"not tested: {named.en} (up to {gain:.2f} points together)",
                )
            )
        return joined(parts, "; ")
