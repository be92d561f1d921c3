"""A school's figure far from the district's: possible, and worth a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from qa_excel.checks.figures import asked_of, cover_figure, criteria_of, figure_at, plain
from qa_excel.checks.grouping import by_area
from qa_excel.checks.registry import DistrictFiles, Edition, check, code
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text

OUTLIER = code(
    "roster.outlier",
    "warning",
    "district",
    message=(
        "{label}: {found} ห่างจากสถานศึกษาอื่นในเขตมาก (ค่ากลาง {median} จาก {count} แห่ง ค่า z ปรับแล้ว {z})",
        "{label}: {found} is far from the district's other schools (median {median} of {count}, modified z-score {z})",
    ),
    hint=("ตรวจว่าตัวเลขที่กรอกถูกต้อง", "Check that the figures entered are right"),
    example=(
        "ผู้เรียนต่อครู 180 คน ขณะที่ค่ากลางของเขตคือ 18 คน",
        "180 learners a teacher, where the district's median is 18",
    ),
)
FEWEST_SCHOOLS = 8
"""With fewer, the median of the deviations says little."""
FARTHEST = 3.5
"""The modified z-score beyond which Iglewicz and Hoaglin call a value an outlier."""
_NORMAL = 0.6745
"""The median absolute deviation of a normal distribution, in standard deviations."""
_LEAST_PART = 0.25
"""Points within this part of the scale are no outlier, however alike the others are."""
_LEAST_PART_OF_INDICATOR = 0.7
"""An indicator has few points, of which one item is a large part; and there are many indicators."""
_RARE = 0.1
"""Where more schools than this part of the district lie far out, the figure is one that varies."""
_LEAST_FACTOR = 3
"""Nor is a rate within this factor of the median: a small school has few learners a teacher."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A figure to compare: its value, where it comes from, and what difference is a small one."""

    label: Text
    value: float
    submission: Submission
    path: Path
    scale: float | None = None
    part: float = _LEAST_PART


@check("district", OUTLIER)
def check_outliers(district: DistrictFiles) -> Iterator[Problem]:
    """Learners a teacher, points of areas and indicators, O-NET means, progress of internal quality assurance."""
    groups: dict[tuple[Edition, int | None, str], list[_Measure]] = {}
    for files in district.schools.values():
        for (edition, area), sent in by_area(files).items():
            for measure in _measures(sent[0]):
                groups.setdefault((edition, area, measure.label.en), []).append(measure)
    seen: set[tuple[str, str | None, float]] = set()
    for measures in groups.values():
        for problem, about in _outliers(measures):
            # Learners a teacher stand on eight covers; one warning is enough.
            if about not in seen:
                seen.add(about)
                yield problem


def _measures(submission: Submission) -> Iterator[_Measure]:
    card = submission.scorecard
    learners, teachers = (cover_figure(submission, people) for people in ("learners", "teachers"))
    if learners and teachers and teachers.value:
        label = Text("ผู้เรียนต่อครู", "learners a teacher")
        yield _Measure(label, learners.value / teachers.value, submission, learners.path)
    if card.score is not None and submission.area is not None:
        label = Text(f"คะแนนด้าน {submission.area}", f"points of area {submission.area}")
        yield _Measure(label, float(card.score), submission, ("answers",), float(card.max))
    for indicator in card.indicators.values():
        if indicator.score is not None:
            number = submission.rubric.indicator(indicator.id).number
            label = Text(f"ตบช.{number} คะแนนสุทธิ", f"{indicator.id} net points")
            path = ("answers", indicator.id)
            yield _Measure(
                label, float(indicator.score), submission, path, float(indicator.max), _LEAST_PART_OF_INDICATOR
            )
    yield from _means(submission)
    if card.processes:
        label = Text("ความก้าวหน้าของร่องรอย (ร้อยละ)", "progress of the traces (percent)")
        yield _Measure(label, float(card.progress.percent), submission, ("items",), 100.0)


def _means(submission: Submission) -> Iterator[_Measure]:
    """This year's O-NET means: a point typed in the wrong place makes one a tenth or ten times as high."""
    for indicator, criterion in criteria_of(submission):
        if not criterion.means:
            continue
        for grade, subjects in asked_of(submission, criterion).items():
            for subject in subjects:
                path = ("answers", indicator.id, criterion.id, grade, subject.id, criterion.inputs[-1].key)
                figure = figure_at(submission, path)
                if figure:
                    yield _Measure(figure.label, float(figure.value), submission, path, 100.0)


def _outliers(measures: list[_Measure]) -> Iterator[tuple[Problem, tuple[str, str | None, float]]]:
    if len(measures) < FEWEST_SCHOOLS:
        return
    middle = median(measure.value for measure in measures)
    spread = median(abs(measure.value - middle) for measure in measures)
    wide = [measure for measure in measures if _wide(measure, middle)]
    if len(wide) > max(1, _RARE * len(measures)):
        return
    for measure in wide:
        z = _NORMAL * abs(measure.value - middle) / spread if spread else None
        if z is None or z > FARTHEST:
            params = {
                "label": measure.label,
                "found": plain(round(measure.value, 2)),
                "median": plain(round(middle, 2)),
                "count": len(measures),
                "z": "∞" if z is None else plain(round(z, 1)),
            }
            source = measure.submission.source(measure.path)
            about = (measure.label.en, measure.submission.school_code, round(measure.value, 2))
            yield Problem(OUTLIER, source, params=params), about


def _wide(measure: _Measure, middle: float) -> bool:
    if measure.scale is not None:
        return abs(measure.value - middle) > measure.part * measure.scale
    return not middle / _LEAST_FACTOR <= measure.value <= middle * _LEAST_FACTOR
