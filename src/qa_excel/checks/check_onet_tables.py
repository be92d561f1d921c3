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
_TESTED = {"onet_tscore": "total", "onet_growth": "current"}
"""Kind of criterion → the input that shows that a subject was tested."""

Table = tuple[Submission, Path]


@check("school", ONET_TABLES_DIFFER)
def check_onet_tables(school: SchoolFiles) -> Iterator[Problem]:
    """One warning a table and grade. A grade that is wholly blank in a table is missing, which is said elsewhere."""
    for areas in school.editions.values():
        submissions = [result.submission for result in areas.values()]
        tables = [table for submission in submissions for table in _tables(submission)]
        for submission, path in tables:
            for grade in grades_taught(submission.rubric, submission.data):
                for other, other_path in tables:
                    if (other, other_path) != (submission, path):
                        yield from _lacking(submission, (*path, grade), other, (*other_path, grade))


def _tables(submission: Submission) -> Iterator[Table]:
    for indicator, criterion in criteria_of(submission):
        if criterion.kind in _TESTED:
            yield submission, ("answers", indicator.id, criterion.id)


def _tested(submission: Submission, path: Path) -> set[str]:
    """The subjects that a grade's table has data of."""
    table = dig(submission.data, path)
    if not isinstance(table, dict):
        return set()
    return {subject for subject, pair in table.items() if any(pair.get(key) for key in _TESTED.values())}


def _lacking(submission: Submission, path: Path, other: Submission, other_path: Path) -> Iterator[Problem]:
    here, there = _tested(submission, path), _tested(other, other_path)
    if not here or not there - here:
        return
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
