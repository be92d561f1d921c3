"""“O-NET of every subject below the national mean” is what the school's own means say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qa_excel.checks.figures import asked_of, criteria_of, figure_at, place_of
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.form.labels import key_of, label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Named, Path
from qa_excel.office.national_means import NationalMeans, shipped_means
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text
from qa_excel.thai.typed import to_decimal
from qa_excel.thai.words import counted

_Asked = dict[str, tuple[Named, ...]]
"""Grade → the subjects that count at it."""

NATION_DIFFERS = code(
    "consistency.national_mean_differs",
    "warning",
    "school",
    message=(
        "{label}: ตอบว่า{found} แต่คะแนนเฉลี่ย O-NET ต่ำกว่าระดับประเทศ {below} จาก {subjects} ({there})",
        "{label}: answered {found}, but the O-NET mean of {below} of {subjects} is below it ({there})",
    ),
    hint=(
        "ตรวจคะแนนเฉลี่ย O-NET และคำตอบของเงื่อนไขนี้",
        "Check the O-NET means and the answer to this condition",
    ),
    example=(
        "ตอบว่าไม่พบ แต่คะแนนเฉลี่ยของทุกกลุ่มสาระต่ำกว่าระดับประเทศ",
        "Answered not found, while all subjects are below the nation's means",
    ),
)
NO_NATIONAL_MEANS = code(
    "check.no_national_means",
    "info",
    "school",
    message=(
        "ไม่ได้เทียบคะแนน O-NET กับค่าเฉลี่ยระดับประเทศ เพราะไม่มีข้อมูลค่าเฉลี่ยของปีและวิชาที่ต้องใช้",
        "O-NET was not compared with the national means: there are none of the years and subjects asked for",
    ),
    hint=(
        "โปรแกรมมีค่าเฉลี่ยของปี 2559 ถึง 2563 มาให้เท่าที่มีแหล่งอ้างอิง ให้ระบุแฟ้ม CSV ของค่าที่ขาด "
        "(คอลัมน์ year,grade,subject,mean) แล้วตรวจใหม่",
        "The program ships the means of 2559 to 2563 as far as a source is known; give a CSV of those that lack "
        "(columns year,grade,subject,mean) and check again",
    ),
    example=(
        "ปีการศึกษา 2564 ซึ่งโปรแกรมไม่มีค่าเฉลี่ยระดับประเทศ",
        "Academic year 2564, of which the program has no national means",
    ),
)


@check("school", NATION_DIFFERS, NO_NATIONAL_MEANS)
def check_national_mean(school: SchoolFiles) -> Iterator[Problem]:
    """The reading of the condition: each subject's plain mean over the grades taught, against the nation's."""
    lacking = False
    for (_, year), areas in school.editions.items():
        submissions = list(areas.values())
        for submission, path in _conditions(submissions):
            answered = dig(submission.data, path)
            for means, table, asked in _tables(submissions):
                below = _below(means, table, year, asked, shipped_means() | (school.means or {}))
                if below is None:
                    lacking = True
                elif below and all(below) != answered:
                    yield _differs(submission, path, below, means, table)
    if lacking:
        yield Problem(NO_NATIONAL_MEANS)


def _conditions(submissions: list[Submission]) -> Iterator[tuple[Submission, Path]]:
    """The conditions that say so, where they were answered."""
    for submission in submissions:
        for indicator in submission.rubric.area(submission.area).indicators if submission.area else ():
            for condition in indicator.conditions:
                path: Path = ("deductions", indicator.id, condition.id, "found")
                if condition.onet_below_nation and isinstance(dig(submission.data, path), bool):
                    yield submission, path


def _tables(submissions: list[Submission]) -> Iterator[tuple[Submission, Path, _Asked]]:
    for submission in submissions:
        for indicator, criterion in criteria_of(submission):
            if criterion.means:
                yield submission, ("answers", indicator.id, criterion.id), asked_of(submission, criterion)


def _below(submission: Submission, table: Path, year: int, asked: _Asked, nation: NationalMeans) -> list[bool] | None:
    """For each subject that counts and has means, whether it is below; None where a national mean is not known."""
    below = []
    for subject in submission.rubric.subjects:
        own: list[Decimal] = []
        theirs: list[Decimal] = []
        for grade in (grade for grade, subjects in asked.items() if subject in subjects):
            figure = figure_at(submission, (*table, grade, subject.id, "current"))
            mean = to_decimal(figure.value) if figure else None
            if mean is None:
                continue
            if (nations := nation.get((year, grade, subject.id))) is None:
                return None
            own.append(mean)
            theirs.append(nations)
        if own:
            below.append(sum(own) < sum(theirs))
    return below


def _differs(submission: Submission, path: Path, below: list[bool], means: Submission, table: Path) -> Problem:
    place = means.source(table)
    found = Text("พบ", "found") if dig(submission.data, path) else Text("ไม่พบ", "not found")
    params = {
        "label": label_of(submission.rubric, submission.area, path),
        "found": found,
        "below": sum(below),
        "subjects": Text(f"{len(below)} กลุ่มสาระ", counted(len(below), "subject")),
        "there": place_of(place, with_file=place.file != submission.file),
    }
    key = key_of(submission.rubric, submission.area, path)
    return Problem(NATION_DIFFERS, submission.source(path), key, params, (place,))
