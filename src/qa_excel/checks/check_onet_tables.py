"""A subject that was tested in a grade is so in every O-NET table of the school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qa_excel.checks.figures import asked_of, criteria_of, place_of
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Named, Path
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text

ONET_TABLES_DIFFER = code(
    "consistency.onet_tables_differ",
    "warning",
    "school",
    message=(
        "{label}: ไม่มีข้อมูลของ {subjects} ทั้งที่อีกตารางหนึ่งมี ({there})",
        "{label}: nothing on {subjects}, which another table has ({there})",
    ),
    hint=(
        "วิชาที่มีการสอบต้องมีทั้งจำนวนผู้เข้าสอบและคะแนนเฉลี่ย ตรวจทั้งสองตาราง",
        "A subject that was tested has both learners tested and a mean; check both tables",
    ),
    example=(
        "มีผู้เข้าสอบคณิตศาสตร์ ม.3 ในด้าน 1 แต่ไม่มีคะแนนเฉลี่ยในด้าน 2",
        "Learners of M3 sat mathematics in area 1, and area 2 has no mean of it",
    ),
)


@dataclass(frozen=True, slots=True)
class Table:
    """An O-NET table of a submission; `asked` is each grade taught with its subjects that count."""

    submission: Submission
    path: Path
    shows_tested: str
    asked: dict[str, tuple[Named, ...]]

    def tested(self, grade: str) -> set[str]:
        """The subjects asked at a grade that the table has data of."""
        held = dig(self.submission.data, (*self.path, grade))
        cells = held if isinstance(held, dict) else {}
        return {s.id for s in self.asked[grade] if (cells.get(s.id) or {}).get(self.shows_tested)}


@check("school", ONET_TABLES_DIFFER)
def check_onet_tables(school: SchoolFiles) -> Iterator[Problem]:
    """One warning a table and grade. A grade that is wholly blank in a table is missing, which is said elsewhere."""
    for areas in school.editions.values():
        tables = [table for submission in areas.values() for table in _tables(submission)]
        for table in tables:
            for other in tables:
                if other is not table:
                    for grade in filter(other.asked.__contains__, table.asked):
                        yield from _lacking(table, other, grade)


def _tables(submission: Submission) -> Iterator[Table]:
    for indicator, criterion in criteria_of(submission):
        if criterion.shows_tested:
            path = ("answers", indicator.id, criterion.id)
            yield Table(submission, path, criterion.shows_tested, asked_of(submission, criterion))


def _lacking(table: Table, other_table: Table, grade: str) -> Iterator[Problem]:
    here, there = table.tested(grade), other_table.tested(grade)
    subjects = [subject for subject in table.asked[grade] if subject.id in there - here]
    if not here or not subjects:
        return
    submission, path = table.submission, (*table.path, grade)
    other, other_path = other_table.submission, (*other_table.path, grade)
    first, other_first = (*path, subjects[0].id), (*other_path, subjects[0].id)
    named = Text(" ".join(s.name.th for s in subjects), ", ".join(s.name.en for s in subjects))
    place = other.source(other_first)
    params = {
        "label": label_of(submission.rubric, submission.area, path),
        "subjects": named,
        "there": place_of(place, with_file=place.file != submission.file),
    }
    source = submission.source(first)
    yield Problem(ONET_TABLES_DIFFER, source, ".".join(first[1:]), params, (place,))
