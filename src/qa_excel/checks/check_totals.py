"""All learners are as many everywhere in a workbook, and as many as its cover says; so are teachers and staff."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.figures import Figure, against, cover_figure, totals_of
from qa_excel.checks.registry import Workbook, check, code
from qa_excel.form.labels import key_of
from qa_excel.problems import Problem

TOTAL_DIFFERS = code(
    "consistency.total_differs",
    "warning",
    "workbook",
    message=(
        "{label}: {found} ไม่ตรงกับ {other} ซึ่งเป็น {expected}",
        "{label}: {found} is not what {other} says, {expected}",
    ),
    hint=("ตรวจทั้งสองช่องแล้วแก้ไขช่องที่ผิด", "Check both cells and correct the wrong one"),
    example=(
        "ตบช.1 ข้อ 1 ผู้เรียนทั้งหมด 212 แต่หน้าข้อมูลสถานศึกษาเป็น 221",
        "IND1 counts 212 learners in all, the cover 221",
    ),
)


@check("workbook", TOTAL_DIFFERS)
def check_totals(book: Workbook) -> Iterator[Problem]:
    """A warning: the figures may be of different days of the year."""
    first: dict[str, Figure] = {}
    for people, figure in totals_of(book.submission):
        reference = cover_figure(book.submission, people) or first.setdefault(people, figure)
        if figure.value != reference.value and not _exceeds_its_population(book, figure):
            yield against(TOTAL_DIFFERS, figure, reference)


def _exceeds_its_population(book: Workbook, figure: Figure) -> bool:
    """True where check_population reports the same pair as an error."""
    key = key_of(book.rubric, book.area, figure.path)
    return any(problem.code == "consistency.over_population" and problem.field == key for problem in book.found)
