"""The covers of a school's workbooks say the same: name, office, grades taught, learners, teachers, year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from qa_excel.checks.figures import place_of
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.rubric.inputs import LABELS
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import shown_figure
from qa_excel.thai.text import Text

COVER_DIFFERS = code(
    "consistency.cover_differs",
    "warning",
    "school",
    message=(
        "{label}: {found}ไม่ตรงกับแฟ้มอื่นของสถานศึกษา {expected}({there})",
        "{label}: {found}not what the school's other workbooks say{expected} ({there})",
    ),
    hint=(
        "ทำให้แผ่นข้อมูลสถานศึกษาของทุกแฟ้มตรงกัน",
        "Make the covers of all the school's workbooks the same",
    ),
    example=(
        "แฟ้มด้าน 1 มีผู้เรียน 212 คน แฟ้มด้าน 2 มี 221 คน",
        "212 learners in the workbook of area 1, 221 in that of area 2",
    ),
)
YEAR_DIFFERS = code(
    "consistency.year_differs",
    "warning",
    "school",
    message=(
        "ปีการศึกษา {found} ไม่ตรงกับแฟ้มอื่นของสถานศึกษา ซึ่งเป็น {expected} ({there})",
        "The academic year {found} is not that of the school's other workbooks, {expected} ({there})",
    ),
    hint=("ตรวจปีการศึกษาในแผ่นข้อมูลสถานศึกษา", "Check the year on the cover"),
    example=(
        "ด้าน 1–6 เป็นปี 2563 แต่ด้าน 7 เป็นปี 2562 และไม่มีด้าน 7 ของปี 2563",
        "Areas 1 to 6 are of 2563, area 7 of 2562, and there is none of 2563",
    ),
)
LONGEST_NAME, MOST_DIGITS = 100, 5
"""Characters and figures of a name that is shown; what has more may be a telephone number or someone's ID."""
_COMPARED = ("name", "office", "levels", "learners", "teachers")


@check("school", COVER_DIFFERS, YEAR_DIFFERS)
def check_covers(school: SchoolFiles) -> Iterator[Problem]:
    """What most of the workbooks of a year say is expected of the others."""
    for areas in school.editions.values():
        for name in _COMPARED:
            yield from _odd_ones(list(areas.values()), name)
    yield from _odd_years(school)


def _odd_ones(submissions: list[Submission], name: str) -> Iterator[Problem]:
    path: Path = ("school", name)
    given = [(submission, _comparable(value)) for submission in submissions if (value := dig(submission.data, path))]
    if not given:
        return
    # Of equally many the first workbook's counts.
    usual = Counter(value for _, value in given).most_common(1)[0][0]
    model = next(submission for submission, value in given if value == usual)
    for submission, value in given:
        if value != usual:
            label = LABELS.get(name) or label_of(submission.rubric, submission.area, path)
            there = place_of(model.source(path), with_file=True)
            params: dict[str, Any] = {"label": label, "found": "", "expected": "", "there": there}
            if name == "levels":
                params["label"] = Text("ชั้นที่เปิดสอน", "grades taught")
            found, expected = (_shown(each, path) for each in (submission, model))
            if found and expected:
                params["found"] = Text(f"{found.th} ", f"{found.en} ")
                params["expected"] = Text(f"ซึ่งเป็น {expected.th} ", f", {expected.en}")
            yield Problem(
                COVER_DIFFERS, submission.source(path), f"school.{name} × value", params, (model.source(path),)
            )


def _shown(submission: Submission, path: Path) -> Text | None:
    """What a cover says, as a message may show it; None for a text that is no mere name of a school or an office."""
    value = dig(submission.data, path)
    if isinstance(value, list):
        grades = [grade.name for grade in submission.rubric.grades if grade.id in value]
        return Text(" ".join(name.th for name in grades), ", ".join(name.en for name in grades))
    if isinstance(value, str):
        digits = sum(sign.isdigit() for sign in value)
        named = len(value) <= LONGEST_NAME and digits <= MOST_DIGITS and "@" not in value and value.isprintable()
        return Text(f"“{value}”", f"“{value}”") if named else None
    figure = str(shown_figure(value))
    return Text(figure, figure)


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return fold(value) if isinstance(value, str) else value


def _odd_years(school: SchoolFiles) -> Iterator[Problem]:
    """A year that lacks the very workbook that stands alone in another."""
    for (rubric, year), areas in school.editions.items():
        rivals = [(y, other) for (r, y), other in school.editions.items() if r == rubric and len(other) > len(areas)]
        if not rivals:
            continue
        expected, fuller = max(rivals, key=lambda rival: len(rival[1]))
        if areas.keys() & fuller.keys():
            continue  # another year's workbooks, sent beside these
        other = next(iter(fuller.values())).source(("year",))
        for submission in areas.values():
            params = {"found": year, "expected": expected, "there": place_of(other, with_file=True)}
            yield Problem(YEAR_DIFFERS, submission.source(("year",)), "year × value", params, (other,))
