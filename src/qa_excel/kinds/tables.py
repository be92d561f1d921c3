"""Tables: inputs that are repeated for each grade, or for each grade and subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers, Pair
from qa_excel.kinds.criterion import Criterion, Place
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Named
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.words import UNANSWERED, amount, figure, first, no_points
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value

NO_GRADE = Text("ระบุชั้นที่เปิดสอนในข้อมูลสถานศึกษาก่อน", "first say on the cover which grades are taught")

Wrong = tuple[Text, Text | None, Sequence[Value]]
"""(grade, subject, inputs) of a table's cells that hold something invalid."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Table(Criterion):
    """A criterion whose inputs are repeated for each grade, beside its label."""

    heading: ClassVar[Text]
    """What stands at the head of the table."""

    def places(self, grades: Sequence[Named], subjects: Sequence[Named]) -> Iterator[Place]:
        for grade in grades:
            for given in self.inputs:
                yield Place((grade.id, given.key), "", f"{grade.id}.{given.key}", given, grade.id)

    def warn_about_untaught(self, answers: Answers) -> None:
        """One finding for each grade that is not taught and has data."""
        seen: set[str] = set()
        for place in self.places(answers.grades, answers.subjects):
            path = (*answers.base(self), *place.within)
            grade = place.grade or ""
            if grade in answers.taught or grade in seen or answers.peek(path, place.input).blank:
                continue
            seen.add(grade)
            answers.note("value.grade_not_taught", path, grade=answers.grade_name(grade))


@dataclass(frozen=True, eq=False, kw_only=True)
class SubjectTable(Table):
    """A criterion whose inputs are repeated for each grade and subject, in rows below its label."""

    heading = Text("กลุ่มสาระการเรียนรู้", "subject")

    def places(self, grades: Sequence[Named], subjects: Sequence[Named]) -> Iterator[Place]:
        for subject in subjects:
            for grade in grades:
                for given in self.inputs:
                    within = (grade.id, subject.id, given.key)
                    yield Place(within, f".{subject.id}", f"{grade.id}.{given.key}", given, grade.id)

    def held_grades(self, answers: Answers) -> tuple[str, ...]:
        """The taught grades whose table holds anything."""
        held = {
            place.grade
            for place in self.places(answers.grades, answers.subjects)
            if not answers.peek((*answers.base(self), *place.within), place.input).blank
        }
        return tuple(grade for grade in answers.taught if grade in held)

    def open_tables(self, answers: Answers) -> tuple[str, ...]:
        """The taught grades whose table holds anything; a wholly blank one counts as one missing input."""
        held = self.held_grades(answers)
        answers.missing.extend((*answers.base(self), grade) for grade in answers.taught if grade not in held)
        return held


def pooled(pairs: Iterable[Pair]) -> Fraction | None:
    """Counts over totals of the pairs that are answered in full; None when their totals are 0."""
    whole = [(c.value, t.value) for c, t, valid in pairs if valid and c.ok and t.ok]
    total = sum((Fraction(t) for _, t in whole), Fraction(0))
    return sum((Fraction(c) for c, _ in whole), Fraction(0)) / total if total else None


def table_reason(answers: Answers, tables: Sequence[Any]) -> Text | None:
    """Why nothing can be said of a table; None where something can."""
    if not answers.taught:
        return Text("ยังไม่ได้ระบุชั้นที่เปิดสอน", "no grade taught is given")
    return None if tables else UNANSWERED


def no_points_in_table(wrong: Sequence[Wrong]) -> Outcome:
    """No score because of a table's cells: which grade and subject, and what is wrong there."""
    grade, subject, values = wrong[0]
    reason, more = no_points(*values).reason, len(wrong) - 1
    th = " ".join([grade.th, *([subject.th] if subject else [])]) + f": {reason.th}"
    en = ", ".join([grade.en, *([subject.en] if subject else [])]) + f": {reason.en}"
    return Outcome(None, Text(th + (f" และอีก {more} แห่ง" if more else ""), en + (f", and {more} more" if more else "")))


@dataclass(frozen=True, slots=True)
class Rise:
    """Learners of a grade to be raised from a count to the total, and the points that it earns."""

    points: Fraction
    name: Text
    count: Decimal
    total: Decimal

    def told(self, unit: Text | None, gain: Decimal) -> Text:
        full = amount(self.total, unit)
        return Text(
            f"{self.name.th} จาก {figure(self.count)} เป็น {full.th} (+{gain:.2f})",
            f"{self.name.en} from {figure(self.count)} to {full.en} (+{gain:.2f})",
        )


def rises_told(criterion: Criterion, rises: list[Rise], lack: Lack) -> list[Text]:
    """Rises named together, the greatest first."""
    if not rises:
        return []
    rises = sorted(rises, key=lambda rise: -rise.points)
    given = criterion.inputs[0]
    gains = lack.earned.promises((rise.points for rise in rises), lack.lost)
    named = first([rise.told(given.unit, gain) for rise, gain in zip(rises, gains, strict=True)])
    label = given.label
    return [Text(f"เพิ่ม{label.th}: {named.th}", f"raise {label.en}: {named.en}")]
