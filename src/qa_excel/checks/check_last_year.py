"""A school's figures against its own of the year before."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.figures import Figure, cover_figure, place_of, plain
from qa_excel.checks.registry import SchoolFiles, check, code
from qa_excel.problems import Problem
from qa_excel.submission import FileResult

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
LARGEST_CHANGE = 0.5
"""Of last year's figure. Schools shrink by a few per cent a year; a slip in a digit changes a figure tenfold."""
SMALLEST_NUMBER = 10
"""Below so many people, a change of one half is a few people."""


@check("school", FAR_FROM_LAST_YEAR)
def check_last_year(school: SchoolFiles) -> Iterator[Problem]:
    """Learners and teachers on the cover, from the first workbook of each year that gives them."""
    for (rubric, year), areas in school.editions.items():
        before = school.editions.get((rubric, year - 1))
        if before is None:
            continue
        for people in ("learners", "teachers"):
            now, then = _first(areas, people), _first(before, people)
            if now and then and _far(now, then):
                params = {
                    "label": now.label,
                    "found": plain(now.value),
                    "expected": plain(then.value),
                    "year": year - 1,
                    "there": place_of(then.source, with_file=True),
                }
                yield Problem(FAR_FROM_LAST_YEAR, now.source, f"school.{people} × value", params, (then.source,))


def _first(areas: dict[int | None, FileResult], people: str) -> Figure | None:
    return next((f for result in areas.values() if (f := cover_figure(result.submission, people))), None)


def _far(now: Figure, then: Figure) -> bool:
    return max(now.value, then.value) >= SMALLEST_NUMBER and abs(now.value - then.value) > LARGEST_CHANGE * then.value
