"""A school's figures against its own of the year before, and the means of that year that it repeats."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.figures import Figure, asked_of, cover_figure, criteria_of, figure_at, place_of, plain, totals_of
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.form.labels import key_of
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

FAR_FROM_LAST_YEAR = code(
    "consistency.far_from_last_year",
    "warning",
    "school",
    message=(
        "{label}: {found} ต่างจากปี {year} ซึ่งเป็น {expected} มากผิดปกติ ({there})",
        "{label}: {found} is far from {expected} of {year} ({there})",
    ),
    hint=("ตรวจว่าตัวเลขของปีนี้ถูกต้อง", "Check that this year's figure is right"),
    example=(
        "ปีก่อนมีผู้เรียน 212 คน ปีนี้กรอก 2120 คน",
        "212 learners last year, 2120 this year",
    ),
)
PREVIOUS_DIFFERS = code(
    "consistency.previous_differs",
    "warning",
    "school",
    message=(
        "{label}: {found} ไม่ตรงกับที่กรอกไว้ในแฟ้มของปี {year} ซึ่งเป็น {expected} ({there}) รวม {count}",
        "{label}: {found} is not what the workbook of {year} says, {expected} ({there}); {count} in all",
    ),
    hint=(
        "คะแนนเฉลี่ยของปีก่อนต้องเป็นค่าเดียวกับที่รายงานในปีนั้น ตรวจทั้งสองแฟ้ม",
        "Last year's mean is the one that was reported then; check both workbooks",
    ),
    example=(
        "ปีก่อนรายงานคะแนนเฉลี่ยภาษาไทย 46.2 แต่ปีนี้กรอกคะแนนของปีก่อนเป็น 42.6",
        "A mean of 46.2 in Thai was reported last year; this year's workbook gives 42.6 for that year",
    ),
)
LARGEST_CHANGE = 0.5
"""Of last year's figure. Schools shrink by a few per cent a year; a slip in a digit changes a figure tenfold."""
SMALLEST_NUMBER = 10
"""Below so many people, a change of one half is a few people."""
LARGEST_PART = 0.6
"""Of an indicator's points: a school that loses or gains three of five within a year has something to tell."""


@check("school", FAR_FROM_LAST_YEAR, PREVIOUS_DIFFERS)
def check_last_year(school: SchoolFiles) -> Iterator[Problem]:
    """Learners and teachers on the cover, from the first workbook of each year that gives them; then, workbook by
    workbook, people that no cover counts, points of each indicator, and O-NET means."""
    for (rubric, year), areas in school.editions.items():
        before = school.editions.get((rubric, year - 1))
        if before is None:
            continue
        for people in ("learners", "teachers"):
            now, then = _first(areas, people), _first(before, people)
            if now and then and _far(now, then):
                yield _differs(FAR_FROM_LAST_YEAR, now, then)
        for area, submission in areas.items():
            if area in before:
                yield from _people(submission, before[area])
                yield from _points(submission, before[area])
                yield from _repeated(submission, before[area])


def _differs(code_: str, now: Figure, then: Figure, **more: Text) -> Problem:
    rubric, area = now.submission.rubric, now.submission.area
    params = {
        "label": now.label,
        "found": plain(now.value),
        "expected": plain(then.value),
        "year": then.submission.year,
        "there": place_of(then.source, with_file=True),
        **more,
    }
    return Problem(code_, now.source, key_of(rubric, area, now.path), params, (then.source,))


def _people(submission: Submission, before: Submission) -> Iterator[Problem]:
    """Staff and the like, whom only an answer counts."""
    then: dict[str, Figure] = {}
    this: dict[str, Figure] = {}
    for figures, each in ((then, before), (this, submission)):
        for people, figure in totals_of(each):
            figures.setdefault(people, figure)
    for people, now in this.items():
        if cover_figure(submission, people) is None and people in then and _far(now, then[people]):
            yield _differs(FAR_FROM_LAST_YEAR, now, then[people])


def _points(submission: Submission, before: Submission) -> Iterator[Problem]:
    """Net points of an indicator that was answered in full in both years."""
    for now in submission.scorecard.indicators.values():
        then = before.scorecard.indicators.get(now.id)
        if then is None or now.score is None or then.score is None or now.missing or then.missing:
            continue
        if abs(now.score - then.score) > LARGEST_PART * float(now.max):
            here, there = (each.source(("answers", now.id)) for each in (submission, before))
            number = submission.rubric.indicator(now.id).number
            params = {
                "label": Text(f"ตบช.{number} คะแนนสุทธิ", f"{now.id} net points"),
                "found": plain(now.score),
                "expected": plain(then.score),
                "year": before.year,
                "there": place_of(there, with_file=True),
            }
            yield Problem(FAR_FROM_LAST_YEAR, here, now.id, params, (there,))


def _repeated(submission: Submission, before: Submission) -> Iterator[Problem]:
    """The means that this year's table gives for the year before: one warning a grade, at its first subject."""
    for indicator, criterion in criteria_of(submission):
        if not criterion.means:
            continue
        last, this = (given.key for given in criterion.inputs)
        for grade, subjects in asked_of(submission, criterion).items():
            differing = []
            for subject in subjects:
                base = ("answers", indicator.id, criterion.id, grade, subject.id)
                now, then = figure_at(submission, (*base, last)), figure_at(before, (*base, this))
                if now and then and now.value != then.value:
                    differing.append((now, then))
            if many := len(differing):
                yield _differs(PREVIOUS_DIFFERS, *differing[0], count=Text(f"{many} กลุ่มสาระ", counted(many, "subject")))


def _first(areas: dict[int | None, Submission], people: str) -> Figure | None:
    return next((f for submission in areas.values() if (f := cover_figure(submission, people))), None)


def _far(now: Figure, then: Figure) -> bool:
    return max(now.value, then.value) >= SMALLEST_NUMBER and abs(now.value - then.value) > LARGEST_CHANGE * then.value
