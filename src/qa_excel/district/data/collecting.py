"""The tidy tables of a district, from what its files gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from qa_excel.district.data.building import FrameBuilder, frame_of
from qa_excel.district.data.dataset import SUPERSEDED, Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.district.data.rows import CARRIED, Columns, Row, rows_of, said_of
from qa_excel.district.keeping import Kept
from qa_excel.district.merging import IQA_KEY, MISSING, UNUSABLE, District, SchoolResult, Slot
from qa_excel.district.timeliness import Timing, arrival_of, received_on, timing
from qa_excel.kinds.outcome import half_up
from qa_excel.office.roster import School
from qa_excel.reading.submission import FileResult, Submission
from qa_excel.scoring.scorecard import json_figure


def collect(district: District, due: str | None = None, lang: str = "th", iqa_due: str | None = None) -> Dataset:
    """The dataset of a merged district. due, iqa_due: ISO dates; lang: of labels, reasons and messages."""
    collector = _Collector(district, due, lang, iqa_due)
    of_submissions = collector.of_submissions()
    frames = {
        name: of_submissions.pop(name) if name in of_submissions else frame_of(table, getattr(collector, name)())
        for name, table in tables().items()
    }
    about = (district.name, district.year, district.iqa_year, district.rubric, district.traces)
    return Dataset(*about, frames, due, lang, iqa_due=iqa_due)


@dataclass(frozen=True, slots=True)
class _Collector:
    """The rows of each table: those of schools, files and problems in a method of its name, the others together."""

    district: District
    due: str | None
    lang: str
    iqa_due: str | None

    def about(self, school: School) -> Row:
        return {"district": self.district.name, "school_code": school.code, "school_name": school.name}

    # --- Of valid workbooks ---

    def of_submissions(self) -> dict[str, pd.DataFrame]:
        """Table → its rows, school by school, of what was made of each submission where it was read."""
        builders = {name: FrameBuilder(tables()[name]) for name in CARRIED}
        for school in self.district.schools:
            about = self.about(school.school)
            for slot in self.district.slots:
                if submission := school.valid(slot.key):
                    fixed = {**about, "file": submission.file}
                    fixed |= {"rubric": slot.rubric.id, "year": self.district.year_of(slot)}
                    for table, columns in _rows(submission).items():
                        said = said_of(table, submission.rubric, columns, self.lang)
                        shown = {_shown_as(field, self.lang): values for field, values in columns.items()}
                        builders[table].add(fixed, shown | said, len(next(iter(columns.values()))))
        return {name: builder.finished() for name, builder in builders.items()}

    # --- Schools, files, problems ---

    def schools(self) -> Iterator[Row]:
        for result in self.district.schools:
            valid = {slot.key: result.valid(slot.key) for slot in self.district.slots}
            scores = [sent.totals.score if sent else None for key, sent in valid.items() if key != IQA_KEY]
            yield {
                **self.about(result.school),
                "levels": " ".join(result.school.levels),
                "learners": result.school.learners,
                "teachers": result.school.teachers,
                "received": sum(sent is not None for sent in result.workbooks.values()),
                "valid": sum(sent is not None for sent in valid.values()),
                "total_score": json_figure(_sum(scores)),
                "max": json_figure(self.district.rubric.max),
                **_progress(valid[IQA_KEY]),
            }

    def submissions(self) -> Iterator[Row]:
        for school in self.district.schools:
            for slot in self.district.slots:
                older = school.older[slot.key]
                counted = school.workbooks[slot.key]
                sent = [*([counted] if counted else []), *older]
                yield self.submission(school, slot, counted, school.statuses[slot.key], sent)
                for result in older:
                    yield self.submission(school, slot, result, SUPERSEDED, [result])

    def submission(
        self, school: SchoolResult, slot: Slot, result: FileResult | None, status: str, copies: Sequence[FileResult]
    ) -> Row:
        due = self.due if slot.area else self.iqa_due
        year = self.district.year_of(slot)
        arrivals = self.district.arrivals.get((school.school.code, slot.key, year), ()) if year else ()
        timed = timing(copies, due, arrivals) if due and status != UNUSABLE else Timing()
        row: Row = {
            **self.about(school.school),
            "workbook": slot.key,
            "rubric": slot.rubric.id,
            "year": year,
            "status": status,
            "on_time": timed.on_time,
            "timed_by": timed.by,
        }
        if status == MISSING or result is None:
            return row
        found = [problem.severity for problem in result.problems]
        arrival = arrival_of(result, arrivals)
        return {
            **row,
            **_figures(school, slot, status),
            "missing": result.submission.totals.missing if result.submission else None,
            "errors": found.count("error"),
            "warnings": found.count("warning"),
            "prepared_on": result.submission.prepared_on if result.submission else "",
            "received_on": received_on(result, arrivals),
            "round": arrival.round if arrival else None,
            "file": result.file,
        }

    def problems(self) -> Iterator[Row]:
        for report in self.district.reports:
            told = report.problem.to_json(self.lang)
            school = report.school or School(report.code, "")
            yield {**self.about(school), **told}


def _rows(submission: Submission) -> dict[str, Columns]:
    return submission.rows if isinstance(submission, Kept) else rows_of(submission)


def _shown_as(field: str, lang: str) -> str:
    """The column that a field fills: of a text in two languages the one that is asked for."""
    return field.removesuffix(f".{lang}")


def _figures(school: SchoolResult, slot: Slot, status: str) -> Row:
    """What a workbook that counts has earned or done."""
    submission = school.valid(slot.key) if status != SUPERSEDED else None
    if slot.area is None:
        return _progress(submission)
    return {"score": json_figure(submission.totals.score if submission else None), "max": json_figure(slot.area.max)}


def _progress(traces: Submission | None) -> Row:
    """Of internal quality assurance."""
    if traces is None:
        return {}
    totals = traces.totals
    percent = half_up(Fraction(100 * totals.done, totals.steps))
    return {"done": totals.done, "total": totals.steps, "percent": json_figure(percent)}


def _sum(scores: list[Decimal | None]) -> Decimal | None:
    known = [score for score in scores if score is not None]
    return sum(known, Decimal(0)) if len(known) == len(scores) else None
