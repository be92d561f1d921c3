"""Tables: inputs that are repeated for each grade, or for each grade and subject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from qa_excel.kinds.answers import Answers, Edition, Pair
from qa_excel.kinds.criterion import Criterion, Place
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Named, Path
from qa_excel.kinds.native import Answer, Calculation, by_year
from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.terms import Term, above, every, minus, one_if, plus, same, times, when
from qa_excel.kinds.words import UNANSWERED, amount, figure, first, no_points
from qa_excel.thai.text import Text, joined
from qa_excel.thai.typed import LAST_YEAR, Value

NO_GRADE = Text("ระบุชั้นที่เปิดสอนในข้อมูลสถานศึกษาก่อน", "first say on the cover which grades are taught")
NO_TEST = Text("ไม่มีการทดสอบในชั้นที่เปิดสอนของปีที่ใช้คิด", "no test at the grades taught in the years that count")

Held = Mapping[str, Sequence[Named]]
"""Grade → the subjects that count at it."""
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
        for place in self.places(answers.grades, answers.rubric.subjects):
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
    by_year = True
    years_back: ClassVar[tuple[int, ...]] = (0,)
    """The years that its figures are of, before the submission's own."""

    def places(self, grades: Sequence[Named], subjects: Sequence[Named]) -> Iterator[Place]:
        for subject in subjects:
            for grade in grades:
                for given in self.inputs:
                    within = (grade.id, subject.id, given.key)
                    yield Place(within, f".{subject.id}", f"{grade.id}.{given.key}", given, grade.id, subject.id)

    def counting(self, edition: Edition, grade: str, year: int | None) -> tuple[Named, ...]:
        """The subjects that count at a grade: those tested there in each year that the table looks at (I-2)."""
        years = [year and year - back for back in self.years_back]
        return tuple(s for s in edition.subjects if all(s.id in edition.tested_at(grade, each) for each in years))

    def years_of(self, edition: Edition, grade: str, subject: Named) -> Callable[[int | None], bool]:
        """In which years (None: none is known) a subject counts at a grade."""
        return lambda year: subject in self.counting(edition, grade, year)

    def ever_counts(self, edition: Edition, grade: str, subject: Named) -> bool:
        """Whether a subject counts at a grade in any year that can be, or where no year is known."""
        return any(map(self.years_of(edition, grade, subject), (None, *range(edition.first_year, LAST_YEAR + 1))))

    def asked(self, answers: Answers) -> dict[str, tuple[Named, ...]]:
        """Grade → the subjects that count at it, of the taught grades at which any does."""
        asked = {grade: self.counting(answers.rubric, grade, answers.year) for grade in answers.taught}
        return {grade: subjects for grade, subjects in asked.items() if subjects}

    def subjects(self, answers: Answers) -> tuple[Named, ...]:
        """The subjects that count at any grade taught, in the rubric's order."""
        asked = {subject.id for subjects in self.asked(answers).values() for subject in subjects}
        return tuple(subject for subject in answers.rubric.subjects if subject.id in asked)

    def nothing_asked(self, answers: Answers) -> Text | None:
        """Why the table asks for nothing; None where it asks for something."""
        if not answers.taught:
            return NO_GRADE
        return None if self.asked(answers) else NO_TEST

    def held(self, answers: Answers) -> dict[str, tuple[Named, ...]]:
        """What is asked, of the grades whose table holds any of it."""
        return {
            grade: subjects
            for grade, subjects in self.asked(answers).items()
            if any(self._held(answers, grade, subject) for subject in subjects)
        }

    def open_tables(self, answers: Answers) -> dict[str, tuple[Named, ...]]:
        """`held`, once what may not be there is told; a wholly blank table counts as one missing input."""
        self.warn_about_untaught(answers)
        self._warn_about_not_asked(answers)
        held = self.held(answers)
        answers.missing.extend((*answers.base(self), grade) for grade in self.asked(answers) if grade not in held)
        return held

    def base(self, answers: Answers, grade: str, subject: Named) -> Path:
        """The path of a subject's inputs at a grade."""
        return (*answers.base(self), grade, subject.id)

    def _held(self, answers: Answers, grade: str, subject: Named) -> list[Path]:
        """The paths of a subject's inputs at a grade that hold anything."""
        base = self.base(answers, grade, subject)
        return [(*base, x.key) for x in self.inputs if not answers.peek((*base, x.key), x).blank]

    def native_pairs(self, sheet: Calculation) -> dict[str, dict[str, NativePair]]:
        """Subject → grade → its pair of inputs, and whether it is asked: the grade taught, the subject tested."""
        edition, year = sheet.edition, sheet.year.number
        pairs: dict[str, dict[str, NativePair]] = {}
        for subject in edition.subjects:
            for grade in (grade.id for grade in edition.grades):
                if not self.ever_counts(edition, grade, subject):
                    continue
                counts = self.years_of(edition, grade, subject)
                asked = every(same(sheet.taught(grade).number, 1), by_year(year, edition.first_year, counts))
                first, second = (sheet.answer(self.id, (grade, subject.id, x.key)) for x in self.inputs)
                flag = sheet.let(f"{subject.id}.{grade}.asked", one_if(asked))
                pairs.setdefault(subject.id, {})[grade] = NativePair(flag, first, second)
        return pairs

    def native_held(self, sheet: Calculation, pairs: dict[str, dict[str, NativePair]]) -> dict[str, Term]:
        """Grade → 1 where its table holds anything of what is asked, 0 where it asks and holds nothing, -1 where it
        asks for nothing."""
        held: dict[str, Term] = {}
        for grade in (grade.id for grade in sheet.edition.grades):
            here = [of[grade] for of in pairs.values() if grade in of]
            asked = sheet.let(f"{grade}.asked", plus(*(pair.asked for pair in here)))
            filled = plus(*(times(pair.asked, minus(2, pair.blanks)) for pair in here))
            held[grade] = sheet.let(f"{grade}.held", when(same(asked, 0), -1, one_if(above(filled, 0))))
        return held

    def native_unread(self, sheet: Calculation) -> list[Term]:
        """Whether the year, or whether a grade is taught, can't be read."""
        return [sheet.year.unread, *(sheet.taught(grade.id).unread for grade in sheet.edition.grades)]

    def _warn_about_not_asked(self, answers: Answers) -> None:
        """One finding for each grade that has figures of subjects that do not count there: they are ignored."""
        for grade in answers.taught:
            counting = self.counting(answers.rubric, grade, answers.year)
            ignored = {
                subject: held[0]
                for subject in answers.rubric.subjects
                if subject not in counting and (held := self._held(answers, grade, subject))
            }
            if ignored:
                names = joined([subject.name for subject in ignored])
                first_cell = next(iter(ignored.values()))
                answers.note("value.subject_not_asked", first_cell, grade=answers.grade_name(grade), subjects=names)


@dataclass(frozen=True, slots=True)
class NativePair:
    """Two inputs of a table in the sheet's own calculation; `asked` is 1 or 0."""

    asked: Term
    first: Answer
    second: Answer

    @property
    def blanks(self) -> Term:
        return plus(one_if(self.first.blank), one_if(self.second.blank))

    @property
    def whole(self) -> Term:
        """1 where it is asked and answered in full, else 0."""
        return one_if(every(same(self.asked, 1), self.first.read, self.second.read))


def pooled(pairs: Iterable[Pair]) -> Fraction | None:
    """Counts over totals of the pairs that are answered in full; None when their totals are 0."""
    whole = [(c.value, t.value) for c, t, valid in pairs if valid and c.ok and t.ok]
    total = sum((Fraction(t) for _, t in whole), Fraction(0))
    return sum((Fraction(c) for c, _ in whole), Fraction(0)) / total if total else None


def table_reason(answers: Answers, asked: Collection[Any], held: Collection[Any]) -> Text | None:
    """Why nothing can be said of a table; None where something can."""
    if not answers.taught:
        return Text("ยังไม่ได้ระบุชั้นที่เปิดสอน", "no grade taught is given")
    if not asked:
        return NO_TEST
    return None if held else UNANSWERED


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
