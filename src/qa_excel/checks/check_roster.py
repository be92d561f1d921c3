"""What a school's covers say is what the roster says: office, grades taught, learners, teachers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_excel.checks.grouping import by_area
from qa_excel.checks.registry import DistrictFiles, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.answers import dig
from qa_excel.office.roster import School
from qa_excel.problems import Problem
from qa_excel.reading.submission import ReadFile, Submission
from qa_excel.rubric.inputs import LABELS
from qa_excel.rubric.model import Rubric
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import shown_figure
from qa_excel.thai.text import Text

ROSTER_DIFFERS = code(
    "roster.cover_differs",
    "warning",
    "district",
    message=(
        "{label}: {found}ไม่ตรงกับทะเบียน ซึ่งระบุ {expected} (แถวของรหัส {school} คอลัมน์ {column})",
        "{label}: {found}not what the roster says, {expected} (the row of {school}, column {column})",
    ),
    hint=(
        "ตรวจว่าแผ่นข้อมูลสถานศึกษาหรือทะเบียนถูกต้อง แล้วแก้ไขแห่งที่ผิด",
        "Find out whether the cover or the roster is right, and correct the other",
    ),
    example=(
        "หน้าข้อมูลสถานศึกษามีผู้เรียน 221 คน แต่ทะเบียนของเขตมี 212 คน",
        "The cover says 221 learners, the district's roster 212",
    ),
)
_SHOWN = ("learners", "teachers", "levels")
"""A figure or a list of grades is shown as it was entered; the office's name is not."""
_COMPARED = ("office", *_SHOWN)


@check("district", ROSTER_DIFFERS)
def check_roster(district: DistrictFiles) -> Iterator[Problem]:
    """One warning a school and figure, at the first workbook that has it. Earlier years are left aside."""
    if district.roster is None:
        return
    for code_, files in district.schools.items():
        school = district.roster.find(code_)
        if school is None:
            continue
        seen: set[tuple[str, Any]] = set()
        for submission in _newest(files):
            for column in _COMPARED:
                found, expected = _given(submission, column), _comparable(getattr(school, column), column)
                if found and expected and found != expected and (column, found) not in seen:
                    seen.add((column, found))
                    yield _differs(submission, school, column)


def _newest(files: list[ReadFile]) -> Iterator[Submission]:
    """Of each rubric the last year's workbooks that count."""
    groups = by_area(files)
    last: dict[str, int] = {}
    for (rubric, year), _ in groups:
        last[rubric] = max(year, last.get(rubric, year))
    for ((rubric, year), _), sent in groups.items():
        if year == last[rubric]:
            yield sent[0]


def _given(submission: Submission, column: str) -> Any:
    value = dig(submission.data, ("school", column))
    # An entry that is no number is an error of its own.
    if column in ("learners", "teachers") and (isinstance(value, bool) or not isinstance(value, int)):
        return None
    return _comparable(value, column)


def _comparable(value: Any, column: str) -> Any:
    if column == "levels":
        return tuple(sorted(value or ()))
    return fold(value).replace(".", "") if isinstance(value, str) else value


def _differs(submission: Submission, school: School, column: str) -> Problem:
    path = ("school", column)
    named = LABELS.get(column) or label_of(submission.rubric, submission.area, path)
    label = Text("ชั้นที่เปิดสอน", "grades taught") if column == "levels" else named
    found = _shown(submission.rubric, dig(submission.data, path))
    params = {
        "label": label,
        "found": Text(f"{found.th} ", f"{found.en} ") if column in _SHOWN else "",
        "expected": _shown(submission.rubric, getattr(school, column)),
        "school": school.code,
        "column": column,
    }
    return Problem(ROSTER_DIFFERS, submission.source(path), f"school.{column} × value", params)


def _shown(rubric: Rubric, value: Any) -> Text:
    if isinstance(value, list | tuple):
        names = [grade.name for grade in rubric.grades if grade.id in value]
        return Text(" ".join(name.th for name in names), " ".join(name.en for name in names))
    figure = str(shown_figure(value))
    return Text(figure, figure)
