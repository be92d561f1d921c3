"""A subject that was tested in a grade is so in every O-NET table of the school."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.figures import criteria_of, place_of
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.scoring.score import grades_taught
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
Table = tuple[Submission, Path, str]
"""A submission, the path of its table, and the input that shows that a subject was tested."""


@check("school", ONET_TABLES_DIFFER)
def check_onet_tables(school: SchoolFiles) -> Iterator[Problem]:
    """One warning a table and grade. A grade that is wholly blank in a table is missing, which is said elsewhere."""
    for areas in school.editions.values():
        submissions = [result.submission for result in areas.values()]
        tables = [table for submission in submissions for table in _tables(submission)]
        for table in tables:
            for grade in grades_taught(table[0].rubric, table[0].data):
                for other in tables:
                    if other[:2] != table[:2]:
                        yield from _lacking(table, other, grade)


def _tables(submission: Submission) -> Iterator[Table]:
    for indicator, criterion in criteria_of(submission):
        if criterion.shows_tested:
            yield submission, ("answers", indicator.id, criterion.id), criterion.shows_tested


def _tested(table: Table, grade: str) -> set[str]:
    """The subjects that a grade's table has data of."""
    submission, path, key = table
    held = dig(submission.data, (*path, grade))
    return {subject for subject, pair in held.items() if pair.get(key)} if isinstance(held, dict) else set()


def _lacking(table: Table, other_table: Table, grade: str) -> Iterator[Problem]:
    here, there = _tested(table, grade), _tested(other_table, grade)
    if not here or not there - here:
        return
    submission, path = table[0], (*table[1], grade)
    other, other_path = other_table[0], (*other_table[1], grade)
    subjects = [subject for subject in submission.rubric.subjects if subject.id in there - here]
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
