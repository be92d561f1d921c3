"""A sample is drawn from a population: it is never larger."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.figures import (
    Figure,
    against,
    asked_of,
    cover_figure,
    criteria_of,
    figure_at,
    total_path,
    totals_of,
)
from qa_excel.checks.registry import Workbook, check, code
from qa_excel.kinds.criterion import Criterion
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.rubric.model import Indicator

OVER_POPULATION = code(
    "consistency.over_population",
    "error",
    "workbook",
    message=(
        "{label}: {found} มากกว่า {other} ซึ่งมีเพียง {expected}",
        "{label}: {found} is more than {other}, which is only {expected}",
    ),
    hint=(
        "กลุ่มตัวอย่างหรือผู้เข้าสอบต้องไม่เกินจำนวนทั้งหมด แก้ไขช่องที่ผิด",
        "A sample, or those tested, can't be more than all; correct the wrong cell",
    ),
    example=(
        "สุ่มตรวจผู้เรียน 300 คน แต่ทั้งโรงเรียนมี 212 คน",
        "300 learners sampled in a school of 212",
    ),
)


@check("workbook", OVER_POPULATION)
def check_population(book: Workbook) -> Iterator[Problem]:
    """An error: the two figures can't both be true. Compared with the largest figure of the population."""
    submission = book.submission
    for indicator, criterion in criteria_of(submission):
        population = _population(submission, indicator, criterion)
        if population is None:
            continue
        for figure in _samples(submission, indicator, criterion):
            if figure.value > population.value:
                yield against(OVER_POPULATION, figure, population)


def _population(submission: Submission, indicator: Indicator, criterion: Criterion) -> Figure | None:
    drawn_from = criterion.drawn_from
    if drawn_from is None:
        return None
    if drawn_from[0].isdigit():
        return figure_at(submission, total_path(indicator, indicator.criterion(drawn_from)))
    known = [figure for people, figure in totals_of(submission) if people == drawn_from]
    known += filter(None, [cover_figure(submission, drawn_from)])
    return max(known, key=lambda figure: figure.value, default=None)


def _samples(submission: Submission, indicator: Indicator, criterion: Criterion) -> Iterator[Figure]:
    """The total of a ratio; of a table, for each subject the total of the grades at which it counts, at its largest
    cell."""
    base = ("answers", indicator.id, criterion.id)
    for keys in criterion.totals(asked_of(submission, criterion)):
        figures = [figure for key in keys if (figure := figure_at(submission, (*base, *key)))]
        if figures:
            largest = max(figures, key=lambda figure: figure.value)
            yield Figure(submission, largest.path, sum(figure.value for figure in figures))
