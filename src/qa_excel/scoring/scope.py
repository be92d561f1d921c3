"""What a submission's grades taught and academic year ask of its tables; whatever else they hold is ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Named
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import grades_taught, year_of


@dataclass(frozen=True, slots=True)
class Scope:
    """The grades that are taught and the year (B.E.; None where none is known) of a submission."""

    rubric: Rubric
    taught: tuple[str, ...]
    year: int | None

    def subjects(self, criterion: Criterion) -> dict[str, tuple[Named, ...]]:
        """Each grade taught → the subjects that count at it; none where the criterion has no table by subjects."""
        return {grade: criterion.counting(self.rubric, grade, self.year) for grade in self.taught}

    def asks(self, given: Field) -> bool:
        """False for an input of a table whose grade is not taught, or whose subject does not count there."""
        if given.grade is None or given.indicator is None or given.answer is None:
            return True
        if given.grade not in self.taught:
            return False
        criterion = self.rubric.indicator(given.indicator).criterion(given.answer)
        counting = criterion.counting(self.rubric, given.grade, self.year)
        return given.subject is None or given.subject in {subject.id for subject in counting}


def scope_of(rubric: Rubric, submission: dict[str, Any]) -> Scope:
    """The scope of a submission (rubric.md's JSON shape; leaves may be as typed)."""
    return Scope(rubric, grades_taught(rubric, submission), year_of(rubric, submission))
