"""The rows of the tidy tables, from a district's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from qa_excel.district.data.dataset import BY_GRADE, PAIR, SUPERSEDED, Dataset, Row, frame_of
from qa_excel.district.data.dictionary import tables
from qa_excel.district.merging import IQA_KEY, MISSING, UNUSABLE, District, SchoolResult, Slot
from qa_excel.district.timeliness import Timing, arrival_of, received_on, timing
from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.outcome import half_up
from qa_excel.office.roster import School
from qa_excel.reading.submission import FileResult, Submission
from qa_excel.rubric.inputs import Field, answer_fields
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.earning import what_would_earn
from qa_excel.scoring.evidence import unproven
from qa_excel.scoring.scope import scope_of
from qa_excel.scoring.scorecard import CriterionScore, IndicatorScore, json_figure
from qa_excel.thai.privacy import is_hidden, masked, shown_figure
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, normalise

_T = TypeVar("_T")


def collect(district: District, due: str | None = None, lang: str = "th", iqa_due: str | None = None) -> Dataset:
    """The dataset of a merged district. due, iqa_due: ISO dates; lang: of labels, reasons and messages."""
    collector = _Collector(district, due, lang, iqa_due)
    frames = {name: frame_of(table, getattr(collector, name)()) for name, table in tables().items()}
    about = (district.name, district.year, district.iqa_year, district.rubric, district.traces)
    return Dataset(*about, frames, due, lang, iqa_due=iqa_due)


@dataclass(frozen=True, slots=True)
class _Collector:
    """The rows of each table, in a method of its name."""

    district: District
    due: str | None
    lang: str
    iqa_due: str | None

    def about(self, school: School) -> Row:
        return {"district": self.district.name, "school_code": school.code, "school_name": school.name}

    # --- Schools and files ---

    def schools(self) -> Iterator[Row]:
        for result in self.district.schools:
            valid = {slot.key: result.valid(slot.key) for slot in self.district.slots}
            scores = [sent.scorecard.score if sent else None for key, sent in valid.items() if key != IQA_KEY]
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
            "missing": len(result.scorecard.missing) if result.scorecard else None,
            "errors": found.count("error"),
            "warnings": found.count("warning"),
            "prepared_on": result.submission.prepared_on if result.submission else "",
            "received_on": received_on(result, arrivals),
            "round": arrival.round if arrival else None,
            "file": result.file,
        }

    # --- Points ---

    def scored(self) -> Iterator[tuple[Submission, Indicator, IndicatorScore, Row]]:
        """The indicators of valid workbooks, each with the fields that begin its rows."""
        rubric = self.district.rubric
        for school in self.district.schools:
            for submission, scored in school.indicators():
                indicator = rubric.indicator(scored.id)
                about = {**self.about(school.school), "rubric": rubric.id, "year": self.district.year}
                yield submission, indicator, scored, {**about, "area": indicator.area, "indicator": indicator.id}

    def scores(self) -> Iterator[Row]:
        for submission, indicator, scored, about in self.scored():
            yield {
                **about,
                "indicator_name": indicator.name.get(self.lang),
                "gross": json_figure(scored.gross),
                "deduction": json_figure(scored.deduction),
                "score": json_figure(scored.score),
                "max": json_figure(scored.max),
                "missing": len(scored.missing),
                "file": submission.file,
            }

    def criteria(self) -> Iterator[Row]:
        for submission, indicator, scored, about in self.scored():
            for criterion, earned in zip(indicator.criteria, scored.criteria, strict=True):
                yield about | self.criterion(submission, indicator, criterion, scored, earned)

    def criterion(
        self,
        submission: Submission,
        indicator: Indicator,
        criterion: Criterion,
        scored: IndicatorScore,
        earned: CriterionScore,
    ) -> Row:
        asked = _inputs(submission.rubric, indicator, criterion)
        scope = scope_of(submission.rubric, submission.data)
        entered = [(key, f.path, dig(submission.data, f.path)) for key, f in asked if scope.asks(f)]
        given = [(key, path, value) for key, path, value in entered if value is not None]
        answers = {criterion.id, *(item.id for item in criterion.items)}
        missing = sum(path[1] == indicator.id and path[2] in answers for path in scored.missing if path[0] == "answers")
        data, points = submission.data, _sure(earned.points)
        lost = points < earned.max
        to_earn = what_would_earn(submission.rubric, indicator, criterion, scored, data) if lost else Text("", "")
        return {
            "criterion": criterion.id,
            "label": criterion.label.get(self.lang),
            "inputs": "; ".join(f"{key}={_shown(value)}" for key, _, value in given),
            "items": "; ".join(f"{item.id}={_shown(item.met)}" for item in earned.items),
            **_pair(submission, indicator, criterion),
            "points": json_figure(half_up(points)),
            "points_exact": _exact(points, [value for _, _, value in given]),
            "max": json_figure(earned.max),
            "reason": earned.reason.get(self.lang),
            "to_earn": to_earn.get(self.lang),
            "missing": missing,
            "unproven": len(unproven(data, indicator, earned)),
            **_place(submission, given[0][1] if given else asked[0][1].path),
            "page": criterion.page,
            "interpretations": " ".join(_interpretations(criterion)),
        }

    def conditions(self) -> Iterator[Row]:
        for submission, indicator, scored, about in self.scored():
            left = _sure(scored.deduction)
            for condition, told in zip(indicator.conditions, scored.conditions, strict=True):
                deducted = left if told.deducts else Decimal(0)
                left -= deducted
                yield {
                    **about,
                    "condition": condition.id,
                    "label": condition.label.get(self.lang),
                    "found": told.found,
                    "resolvable": told.resolvable,
                    "resolved": told.resolved,
                    "deducts": told.deducts,
                    "deduction": json_figure(deducted),
                    **_place(submission, ("deductions", indicator.id, condition.id, "found")),
                    "page": condition.page,
                    "interpretations": " ".join(condition.interpretations),
                }

    # --- The rest ---

    def problems(self) -> Iterator[Row]:
        for report in self.district.reports:
            told = report.problem.to_json(self.lang)
            school = report.school or School(report.code, "")
            yield {**self.about(school), **told}

    def iqa_items(self) -> Iterator[Row]:
        traces = self.district.traces
        for school in self.district.schools:
            submission = school.valid(IQA_KEY)
            if submission is None:
                continue
            for process in traces.processes:
                for item in process.items:
                    entry = submission.data.get("items", {}).get(item.id, {})
                    yield {
                        **self.about(school.school),
                        "rubric": traces.id,
                        "year": self.district.iqa_year,
                        "process": process.id,
                        "item": item.id,
                        "label": item.label.get(self.lang),
                        "status": submission.scorecard.processes[process.id].statuses[item.id] or "",
                        "evidence": bool(entry.get("evidence") or entry.get("link")),
                        **_place(submission, ("items", item.id, "status")),
                        "interpretations": " ".join(item.interpretations),
                    }

    def grades(self) -> Iterator[Row]:
        for submission, indicator, _, about in self.scored():
            scope = scope_of(submission.rubric, submission.data)
            for criterion in indicator.criteria:
                groups: dict[tuple[str, str], dict[str, Path]] = {}
                for given in answer_fields(submission.rubric, indicator, criterion):
                    if given.grade and scope.asks(given):
                        groups.setdefault((given.grade, given.subject or ""), {})[given.input.key] = given.path
                for (grade, subject), paths in groups.items():
                    values = {name: normalise(dig(submission.data, path), "number") for name, path in paths.items()}
                    if any(value.ok for value in values.values()):
                        yield {
                            **about,
                            "criterion": criterion.id,
                            "grade": grade,
                            "subject": subject,
                            **{name: _figure(values[name]) for name in BY_GRADE if name in values},
                            **_place(submission, next(iter(paths.values()))),
                        }


def _figures(school: SchoolResult, slot: Slot, status: str) -> Row:
    """What a workbook that counts has earned or done."""
    submission = school.valid(slot.key) if status != SUPERSEDED else None
    if slot.area is None:
        return _progress(submission)
    return {"score": json_figure(submission.scorecard.score if submission else None), "max": json_figure(slot.area.max)}


def _progress(traces: Submission | None) -> Row:
    """Of internal quality assurance."""
    if traces is None:
        return {}
    progress = traces.scorecard.progress
    return {"done": progress.done, "total": progress.total, "percent": json_figure(progress.percent)}


def _sum(scores: list[Decimal | None]) -> Decimal | None:
    known = [score for score in scores if score is not None]
    return sum(known, Decimal(0)) if len(known) == len(scores) else None


def _sure(figure: _T | None) -> _T:
    """A figure of a valid workbook, in which none lacks."""
    if figure is None:
        raise ValueError("a valid workbook without a figure")
    return figure


def _place(submission: Submission, path: Path) -> Row:
    """Where an input stands."""
    source = submission.source(path)
    return {"file": source.file, "sheet": source.sheet, "cell": source.cell}


def _exact(points: Fraction, given: Iterable[Any]) -> str:
    """The points as a fraction; rounded where its parts would tell someone's number."""
    return str(Fraction(half_up(points)) if any(map(is_hidden, given)) else points)


@cache
def _inputs(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> tuple[tuple[str, Field], ...]:
    """(key, input) of a criterion's inputs and those of its items: `count`, `1.2.value`, `P6.thai.total`."""

    def key(field: Field) -> str:
        own = field.path[3:]
        return ".".join(own if field.answer == criterion.id else (field.path[2], *own))

    return tuple((key(f), f) for part in (criterion, *criterion.items) for f in answer_fields(rubric, indicator, part))


def _interpretations(criterion: Criterion) -> dict[str, None]:
    """The ids of what was decided on reading a criterion and its items, each once."""
    return dict.fromkeys(id for part in (criterion, *criterion.items) for id in part.interpretations)


def _pair(submission: Submission, indicator: Indicator, criterion: Criterion) -> Row:
    """Count and total of a criterion that is one ratio."""
    given = zip(PAIR, criterion.pair or (), strict=False)
    return {
        name: _figure(normalise(dig(submission.data, ("answers", indicator.id, criterion.id, key)), "count"))
        for name, key in given
    }


def _figure(typed: Value) -> int | float | None:
    """A number that was typed; none for one that is someone's number."""
    return json_figure(typed.value) if typed.ok and not is_hidden(typed.value) else None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return masked(str(shown_figure(value)))
