"""The figures of ภาพรวม, each as its value and as the Excel expression over the data sheets that gives the same.

The names in the expressions, such as `scores_score`, are those of the data sheets' columns. An expression stays
blank-safe: it gives an empty text, never an error, where there is nothing to work it out from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

import pandas as pd

from qa_excel.district.analysis import Analysis, Measure, Unit
from qa_excel.district.data.dataset import SUPERSEDED
from qa_excel.district.merging import IQA_KEY, MISSING, UNUSABLE, VALID
from qa_excel.kinds.outcome import half_up
from qa_excel.rubric.model import DONE
from qa_excel.thai.words import plural

TABLES = ("schools", "submissions", "scores", "iqa_items")
"""The data sheets that the expressions draw on."""
TOTALS = "schools_total_score"
_STATUS = "submissions_status"
_HERE = f'{_STATUS},"<>{MISSING}",{_STATUS},"<>{SUPERSEDED}"'
"""The condition of workbooks that were received and count."""

Value = TypeVar("Value", bound=int | Decimal | str | None, covariant=True)
Points = TypeVar("Points", Decimal, Decimal | None)


@dataclass(frozen=True, slots=True)
class Figure(Generic[Value]):
    """A value and the expression that Excel works it out by, without its equals sign."""

    value: Value
    expression: str


Shown = Figure[int | Decimal | str | None]
_Deductions = tuple[Figure[int], Figure[Decimal], Figure[Decimal], Figure[Decimal]]


def quoted(text: str) -> str:
    """A text as it stands in an expression."""
    return '"' + text.replace('"', '""') + '"'


def rounded(expression: str) -> str:
    """Rounded half up to 2 decimals. The inner rounding takes away what binary sums add: without it the mean of
    many values that ends in an exact 5 could fall to either side."""
    return f"ROUND(ROUND({expression},9),2)"


def figure(value: Points, expression: str) -> Figure[Points]:
    """A figure of 2 decimals; empty where `expression` is an error, as the mean of nothing is."""
    return Figure(value, f'IFERROR({rounded(expression)},"")')


def sentence(*parts: str | Shown) -> Figure[str]:
    """One text of words and figures, which may be words as well; those without a value stand as a dash."""
    shown, terms = "", []
    for part in parts:
        if isinstance(part, str):
            shown += part
            terms.append(quoted(part))
        elif part.value is None:
            shown += "–"
            terms.append(quoted("–"))
        elif isinstance(part.value, str):
            shown += part.value
            terms.append(part.expression)
        else:
            whole = isinstance(part.value, int)
            shown += f"{part.value:,}" if whole else f"{part.value:,.2f}"
            terms.append(f"TEXT({part.expression},{quoted('#,##0' if whole else '#,##0.00')})")
    return Figure(shown, "&".join(terms))


def word_of(count: Figure[int], one: str) -> Figure[str]:
    """The English word for what a figure counts, of which there may be one."""
    many = plural(0, one)
    return Figure(plural(count.value, one), f"IF({count.expression}=1,{quoted(one)},{quoted(many)})")


def share(part: Figure[int], whole: Figure[int]) -> Figure[Decimal]:
    """Percent of a count; 0 of nothing is 0."""
    value = half_up(Fraction(100 * part.value, whole.value)) if whole.value else Decimal(0)
    return Figure(value, f"IFERROR({rounded(f'100*({part.expression})/({whole.expression})')},0)")


class Figures:
    """Every figure of the sheet, by what it says."""

    def __init__(self, analysis: Analysis):
        self.analysis = analysis
        standings, slots = analysis.standings, len(analysis.data.slots)
        total, progress = analysis.mean(analysis.total), analysis.mean(analysis.progress)

        # Workbooks and schools
        expected = f"COUNTA({_STATUS})-{_with_status(SUPERSEDED)}"
        absent = _with_status(MISSING)
        faulty = f"{_with_status('errors')}+{_with_status(UNUSABLE)}"
        complete = sum(standing.complete for standing in standings)
        waiting = sum(standing.received < len(standing.statuses) for standing in standings)
        self.schools = Figure(len(standings), "COUNTA(schools_school_code)")
        self.expected = Figure(analysis.expected, expected)
        self.received = Figure(analysis.received, f"{expected}-{absent}")
        self.absent = Figure(analysis.expected - analysis.received, absent)
        self.valid = Figure(analysis.valid, "+".join(map(_with_status, VALID)))
        self.faulty = Figure(analysis.received - analysis.valid, faulty)
        self.complete = Figure(complete, f"COUNTIF(schools_valid,{slots})")
        self.waiting = Figure(waiting, f'COUNTIF(schools_received,"<{slots}")')

        # Points
        self.total = figure(total.value, f"AVERAGE({TOTALS})")
        self.total_percent = figure(total.percent, f"100*AVERAGE({TOTALS})/{total.max}")
        self.total_count = Figure(total.count, f"COUNT({TOTALS})")

        # Internal quality assurance: percent of all steps that are done, and of how many schools
        done = f"COUNTIF(iqa_items_status,{quoted(DONE)})"
        self.progress = figure(progress.value, f"100*{done}/COUNTA(iqa_items_item)")
        self.traced = Figure(progress.count, "COUNT(schools_percent)")

    def timely(self, told: bool) -> Figure[int]:
        """Workbooks on time, or late."""
        return Figure(self.analysis.timely(told), f"COUNTIFS(submissions_on_time,{str(told).upper()},{_HERE})")

    @property
    def undated(self) -> Figure[int]:
        """Received workbooks that were due by a day and of which it can't be told whether they came by then."""
        data, here = self.analysis.data, _HERE
        if not data.due or not data.iqa_due:
            here += f',submissions_workbook,"{"<>" if data.due else ""}{IQA_KEY}"'
        told = "".join(f"-COUNTIFS(submissions_on_time,{word},{here})" for word in ("TRUE", "FALSE"))
        return Figure(self.analysis.undated, f"COUNTIFS({here}){told}")

    # --- Points ---

    def spread(self) -> dict[str, Shown]:
        """How the totals lie: the fields of a Spread, in the order in which they are shown."""
        told = self.analysis.spread(self.analysis.total)
        # The quartiles 0 and 4 are the least and the most: unlike MIN and MAX they are errors where there is nothing.
        expressions = {
            "mean": f"AVERAGE({TOTALS})",
            "median": f"MEDIAN({TOTALS})",
            "deviation": f"_xlfn.STDEV.S({TOTALS})",
            "most": f"_xlfn.QUARTILE.INC({TOTALS},4)",
            "third_quartile": f"_xlfn.QUARTILE.INC({TOTALS},3)",
            "first_quartile": f"_xlfn.QUARTILE.INC({TOTALS},1)",
            "least": f"_xlfn.QUARTILE.INC({TOTALS},0)",
        }
        return {"count": self.total_count, **{name: figure(getattr(told, name), e) for name, e in expressions.items()}}

    def bins(self) -> list[tuple[Decimal, Decimal, Figure[int]]]:
        """(from, to, schools) of each bar of the distribution; the last takes in its upper end."""
        found = self.analysis.distribution(self.analysis.total)
        made = []
        for least, most, count in found:
            below = "<=" if most == found[-1][1] else "<"
            expression = f'COUNTIFS({TOTALS},">={least.normalize():f}",{TOTALS},"{below}{most.normalize():f}")'
            made.append((least, most, Figure(count, expression)))
        return made

    def points(self, measure: Measure) -> tuple[Figure[Decimal | None], Figure[Decimal | None], Figure[int]]:
        """(mean, percent of the full points, workbooks) of an area or an indicator."""
        mean = self.analysis.mean(measure)
        values, keys, key = ("scores_score", "scores_indicator", measure.key)
        if measure.kind == "area":
            values, keys, key = ("submissions_score", "submissions_workbook", str(measure.area))
        average = f"AVERAGEIFS({values},{keys},{quoted(key)})"
        return (
            figure(mean.value, average),
            figure(mean.percent, f"100*{average}/{measure.full}"),
            Figure(mean.count, f'COUNTIFS({keys},{quoted(key)},{values},">=0")'),
        )

    # --- Deductions ---

    def deducted(self) -> list[tuple[Measure, _Deductions]]:
        """The indicators that lost points, those with most first: (schools, percent of the schools scored, points
        deducted, points lost). An indicator never falls below 0, so less may be lost than was deducted."""
        found = [(measure, self._deductions(measure.key)) for measure in self.analysis.indicators]
        found = [(measure, figures) for measure, figures in found if figures[0].value]
        return sorted(found, key=lambda pair: (-pair[1][2].value, -pair[1][3].value))

    def deductions(self) -> tuple[Figure[int], Figure[Decimal], Figure[Decimal]]:
        """(how many, points deducted, points lost) of all indicators."""
        scores = self.analysis.data["scores"]
        return (
            Figure(int((scores["deduction"] > 0).sum()), 'COUNTIFS(scores_deduction,">0")'),
            figure(_sum(scores["deduction"]), "SUM(scores_deduction)"),
            figure(_sum(scores["gross"] - scores["score"]), "SUM(scores_gross)-SUM(scores_score)"),
        )

    def _deductions(self, indicator: str) -> _Deductions:
        scores = self.analysis.data["scores"]
        scores = scores[scores["indicator"] == indicator]
        of = f"scores_indicator,{quoted(indicator)}"
        count = Figure(int((scores["deduction"] > 0).sum()), f'COUNTIFS({of},scores_deduction,">0")')
        return (
            count,
            share(count, Figure(len(scores), f"COUNTIFS({of})")),
            figure(_sum(scores["deduction"]), f"SUMIFS(scores_deduction,{of})"),
            figure(_sum(scores["gross"] - scores["score"]), f"SUMIFS(scores_gross,{of})-SUMIFS(scores_score,{of})"),
        )

    # --- Internal quality assurance ---

    def steps(self, process: str | None = None) -> list[Figure[Decimal | None]]:
        """Percents of the steps of a process, or of all, in each status, and last those without an answer."""
        items = self.analysis.data["iqa_items"]
        # Text is compared, as a COUNTIF would take process 1.10 for 1.1.
        chosen = f"(iqa_items_process={quoted(process)})" if process else '(iqa_items_item<>"")'
        if process:
            items = items[items["process"] == process]
        made = []
        for status in (*(s.id for s in self.analysis.data.traces.statuses), ""):
            count, whole = int((items["status"] == status).sum()), len(items)
            value = half_up(Fraction(100 * count, whole)) if whole else None
            matching = f"SUMPRODUCT({chosen}*(iqa_items_status={quoted(status)}))"
            made.append(figure(value, f"100*{matching}/SUMPRODUCT(--{chosen})"))
        return made

    # --- Districts ---

    def district(self, unit: Unit, name: str) -> tuple[Shown, ...]:
        """(mean total, percent of the full points, schools with a total, IQA progress) of the district whose name
        stands in the cell `name`: names are compared whole, whatever signs they hold."""
        total, progress = unit.mean(self.analysis.total), unit.mean(self.analysis.progress)
        here, steps = f"(schools_district={name})", f"(iqa_items_district={name})"
        count = f"SUMPRODUCT({here}*ISNUMBER({TOTALS}))"
        mean = f"SUMPRODUCT(--{here},{TOTALS})/{count}"
        return (
            figure(total.value, mean),
            figure(total.percent, f"100*{mean}/{total.max}"),
            Figure(total.count, count),
            figure(progress.value, f"100*SUMPRODUCT({steps}*(iqa_items_status={quoted(DONE)}))/SUMPRODUCT(--{steps})"),
        )


def _with_status(status: str) -> str:
    return f"COUNTIF({_STATUS},{quoted(status)})"


def _sum(column: pd.Series) -> Decimal:
    """The exact sum of figures of at most 2 decimals."""
    return Decimal(int((column * 100).round().sum())).scaleb(-2)
