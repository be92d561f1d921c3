"""The dataset: the tidy tables of a merge, as pandas frames.

A district's results become a dataset, and so do the data folders of several districts; every figure of
a summary is worked out from it. The tables and their fields are those of the data dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from qa_excel.dictionary import DataTable, tables
from qa_excel.earning import what_would_earn
from qa_excel.evidence import unproven
from qa_excel.fields import Field, answer_fields, dig
from qa_excel.merging import IQA_KEY, MISSING, UNUSABLE, District, SchoolResult, Slot, slot_key
from qa_excel.normalise import fold, normalise
from qa_excel.privacy import is_hidden, masked, shown_figure
from qa_excel.rubric import Criterion, Indicator, Rubric, Text, load_rubric
from qa_excel.scoring import CriterionScore, IndicatorScore, Scorecard, half_up, json_figure
from qa_excel.submission import FileResult, Submission
from qa_excel.thai.words import plural

SUPERSEDED = "superseded"
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}
"""Of a frame's columns by their fields' types; those of other types are objects, which hold text."""

_PAIR = ("count", "total")
_SCHOOL = ["district", "school_code", "school_name"]
_BY_GRADE = (*_PAIR, "previous", "current")

Row = tuple[Any, ...]


@dataclass(slots=True)
class Dataset:
    """Tidy tables and what they are about. `due` and `iqa_due` are the ISO dates by which the workbooks of the points
    and of the traces were to be sent, if any.

    frames: table → frame with the dictionary's columns; points are numbers of at most 2 decimals, dates ISO text.
    level: `school` where the rows of the summary are schools, `district` where they are districts.
    """

    name: str
    year: int | None
    iqa_year: int | None
    rubric: Rubric
    traces: Rubric
    frames: dict[str, pd.DataFrame]
    due: str | None = None
    lang: str = "th"
    level: str = "school"
    iqa_due: str | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.frames[table]

    @property
    def districts(self) -> list[str]:
        return list(dict.fromkeys(self["submissions"]["district"]))

    @property
    def timed(self) -> bool:
        """True where it can be told of some workbook whether it came in time."""
        return bool(self.due or self.iqa_due) or bool(self["submissions"]["on_time"].notna().any())

    def due_of(self, slot: Slot) -> str | None:
        """The day by which a workbook was to be sent: that of its rubric's year."""
        return self.due if slot.area else self.iqa_due

    @property
    def about(self) -> dict[str, Any]:
        """What it says of itself beside its tables; `dataset_of` takes it back."""
        return {
            "name": self.name,
            "year": self.year,
            "iqa_year": self.iqa_year,
            "rubric": self.rubric.id,
            "iqa_rubric": self.traces.id,
            "due": self.due,
            "iqa_due": self.iqa_due,
            "lang": self.lang,
            "level": self.level,
        }

    @property
    def slots(self) -> tuple[Slot, ...]:
        return (*(Slot(str(area.id), self.rubric, area) for area in self.rubric.areas), Slot(IQA_KEY, self.traces))


def frame_of(table: DataTable, rows: Iterable[Row]) -> pd.DataFrame:
    """A frame with the table's columns, each of its type."""
    frame = pd.DataFrame(list(rows), columns=table.columns, dtype=object)
    return typed(table, frame)


def dtypes(table: DataTable) -> dict[str, str]:
    """Column → what a frame holds it as."""
    return {field.name: _DTYPES.get(field.type, "object") for field in table.fields}


def typed(table: DataTable, frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame with each column of its field's type; text that is empty is empty text."""
    kinds = dtypes(table)
    frame = frame.astype(kinds)
    for name, kind in kinds.items():
        if kind == "object":
            frame[name] = frame[name].fillna("")
    return frame


def collect(district: District, due: str | None = None, lang: str = "th", iqa_due: str | None = None) -> Dataset:
    """The dataset of a merged district. due, iqa_due: ISO dates; lang: of labels, reasons and messages."""
    collector = _Collector(district, due, lang, iqa_due)
    made = {
        "schools": collector.schools,
        "submissions": collector.submissions,
        "scores": collector.scores,
        "criteria": collector.criteria,
        "conditions": collector.conditions,
        "problems": collector.problems,
        "iqa_items": collector.iqa_items,
        "grades": collector.grades,
    }
    frames = {name: frame_of(table, made[name]()) for name, table in tables().items()}
    about = (district.name, district.year, district.iqa_year, district.rubric, district.traces)
    return Dataset(*about, frames, due, lang, iqa_due=iqa_due)


class _Collector:
    """Rows of each table, in the order of the dictionary's fields."""

    def __init__(self, district: District, due: str | None, lang: str, iqa_due: str | None):
        self.district = district
        self.due = due
        self.iqa_due = iqa_due
        self.lang = lang

    def about(self, school: SchoolResult) -> Row:
        return self.district.name, school.school.code, school.school.name

    # --- Schools and files ---

    def schools(self) -> Iterator[Row]:
        full = _number(self.district.rubric.max)
        for school in self.district.schools:
            cards = {slot.key: school.card(slot.key) for slot in self.district.slots}
            traces = cards[IQA_KEY]
            scores = [card and card.score for key, card in cards.items() if key != IQA_KEY]
            yield (
                *self.about(school),
                " ".join(school.school.levels),
                school.school.learners,
                school.school.teachers,
                sum(result is not None for result in school.workbooks.values()),
                sum(card is not None for card in cards.values()),
                None if None in scores else _number(sum(scores, Decimal(0))),
                full,
                *_progress(traces),
            )

    def submissions(self) -> Iterator[Row]:
        older: dict[tuple[str, str], list[FileResult]] = {}
        for result in self.district.superseded:
            school = self.district.roster.find(result.submission.school_code)
            older.setdefault((school.code, slot_key(result.submission)), []).append(result)
        for school in self.district.schools:
            for slot in self.district.slots:
                copies = older.get((school.school.code, slot.key), [])
                counted = school.workbooks[slot.key]
                sent = [result for result in (counted, *copies) if result]
                yield self.submission(school, slot, counted, school.statuses[slot.key], sent)
                for result in copies:
                    yield self.submission(school, slot, result, SUPERSEDED, [result])

    def submission(
        self, school: SchoolResult, slot: Slot, result: FileResult | None, status: str, copies: Sequence[FileResult]
    ) -> Row:
        due = self.due if slot.area else self.iqa_due
        on_time = _came_in_time(copies, due) if due and status != UNUSABLE else None
        if status == MISSING or result is None:
            figures: Row = (None,) * 10
            file = ""
        else:
            found = [problem.severity for problem in result.problems]
            counts = (found.count("error"), found.count("warning"))
            missing = len(result.scorecard.missing) if result.scorecard else None
            prepared_on = result.submission.prepared_on if result.submission else ""
            figures = (*_figures(school, slot, status), missing, *counts, prepared_on, _received_on(result))
            file = result.file
        return (
            *self.about(school),
            slot.key,
            slot.rubric.id,
            self.district.year_of(slot),
            status,
            *figures,
            on_time,
            file,
        )

    # --- Points ---

    def scored(self) -> Iterator[tuple[SchoolResult, FileResult, Indicator, IndicatorScore, Row]]:
        """The indicators of valid workbooks, each with the fields that begin its rows."""
        rubric = self.district.rubric
        for school in self.district.schools:
            for result, scored in school.indicators():
                indicator = rubric.indicator(scored.id)
                about = (*self.about(school), rubric.id, self.district.year, indicator.area, indicator.id)
                yield school, result, indicator, scored, about

    def scores(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            figures = map(_number, (scored.gross, scored.deduction, scored.score, scored.max))
            yield (*about, indicator.name.get(self.lang), *figures, len(scored.missing), result.file)

    def criteria(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            for criterion, earned in zip(indicator.criteria, scored.criteria, strict=True):
                yield (*about, *self.criterion(result.submission, indicator, criterion, scored, earned))

    def criterion(
        self,
        submission: Submission,
        indicator: Indicator,
        criterion: Criterion,
        scored: IndicatorScore,
        earned: CriterionScore,
    ) -> Row:
        asked = _inputs(submission.rubric, indicator, criterion)
        given = [(key, submission.source(path), dig(submission.data, path)) for key, path in asked]
        given = [(key, source, value) for key, source, value in given if value is not None]
        source = given[0][1] if given else submission.source(asked[0][1])
        answers = {criterion.id, *(item.id for item in criterion.items)}
        missing = sum(path[1] == indicator.id and path[2] in answers for path in scored.missing if path[0] == "answers")
        lost = earned.points < earned.max
        data = submission.data
        to_earn = what_would_earn(submission.rubric, indicator, criterion, scored, data).get(self.lang) if lost else ""
        return (
            criterion.id,
            criterion.label.get(self.lang),
            "; ".join(f"{key}={_shown(value)}" for key, _, value in given),
            "; ".join(f"{item.id}={_shown(item.met)}" for item in earned.items),
            *(_pair(submission, indicator, criterion)),
            _number(half_up(earned.points)),
            _exact(earned, [value for _, _, value in given]),
            _number(earned.max),
            earned.reason.get(self.lang),
            to_earn,
            missing,
            len(unproven(submission, indicator, earned)),
            source.file,
            source.sheet,
            source.cell,
            criterion.page,
            " ".join(_interpretations(criterion)),
        )

    def conditions(self) -> Iterator[Row]:
        for _, result, indicator, scored, about in self.scored():
            left = scored.deduction
            for condition, told in zip(indicator.conditions, scored.conditions, strict=True):
                deducted = left if told.deducts else Decimal(0)
                left -= deducted
                source = result.submission.source(("deductions", indicator.id, condition.id, "found"))
                yield (
                    *about,
                    condition.id,
                    condition.label.get(self.lang),
                    told.found,
                    told.resolvable,
                    told.resolved,
                    told.deducts,
                    _number(deducted),
                    source.file,
                    source.sheet,
                    source.cell,
                    condition.page,
                    " ".join(condition.interpretations),
                )

    # --- The rest ---

    def problems(self) -> Iterator[Row]:
        for report in self.district.reports:
            problem, school = report.problem, report.school
            yield (
                self.district.name,
                school.code if school else report.code,
                school.name if school else "",
                problem.code,
                problem.severity,
                problem.source.file,
                problem.source.sheet,
                problem.source.cell,
                problem.field,
                problem.message(self.lang),
                problem.hint(self.lang),
            )

    def iqa_items(self) -> Iterator[Row]:
        traces = self.district.traces
        for school in self.district.schools:
            card = school.card(IQA_KEY)
            if card is None:
                continue
            submission = school.workbooks[IQA_KEY].submission
            for process in traces.processes:
                for item in process.items:
                    source = submission.source(("items", item.id, "status"))
                    entry = submission.data.get("items", {}).get(item.id, {})
                    yield (
                        *self.about(school),
                        traces.id,
                        self.district.iqa_year,
                        process.id,
                        item.id,
                        item.label.get(self.lang),
                        card.processes[process.id].statuses[item.id] or "",
                        bool(entry.get("evidence") or entry.get("link")),
                        source.file,
                        source.sheet,
                        source.cell,
                        " ".join(item.interpretations),
                    )

    def grades(self) -> Iterator[Row]:
        for _, result, indicator, _, about in self.scored():
            submission = result.submission
            taught = dig(submission.data, ("school", "levels")) or ()
            for criterion in indicator.criteria:
                groups: dict[Row, dict[str, Any]] = {}
                for given in answer_fields(submission.rubric, indicator, criterion):
                    if given.grade in taught:
                        subject = given.path[4] if len(given.path) > 5 else ""
                        groups.setdefault((criterion.id, given.grade, subject), {})[given.input.key] = given.path
                for key, paths in groups.items():
                    values = {name: normalise(dig(submission.data, path), "number") for name, path in paths.items()}
                    if any(value.ok for value in values.values()):
                        source = submission.source(next(iter(paths.values())))
                        figures = (values.get(name) for name in _BY_GRADE)
                        yield (
                            *about,
                            *key,
                            *(_figure(value.value) if value and value.ok else None for value in figures),
                            source.file,
                            source.sheet,
                            source.cell,
                        )


# --- Parts of rows ---


def _came_in_time(copies: Sequence[FileResult], due: str) -> bool | None:
    """Whether one of a workbook's copies came in time; None where that can't be told.

    A copy is judged by the day it was prepared, else by that of its coming; one with a day that can't be by none.
    """
    in_time = [_in_time(copy, due) for copy in copies]
    if True in in_time:
        return True
    doubted = any(copy.submission.day_doubted for copy in copies)
    return False if False in in_time and not doubted else None


def _in_time(copy: FileResult, due: str) -> bool | None:
    if copy.submission.day_doubted:
        return None
    day = copy.submission.prepared_on or _received_on(copy)
    return day <= due if day else None


@cache
def _written_on(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date().isoformat()
    except OSError:
        return ""


def _received_on(result: FileResult) -> str:
    return _written_on(result.path) if result.path else ""


def _figures(school: SchoolResult, slot: Slot, status: str) -> Row:
    """(score, max, done, total, percent) of a workbook that counts."""
    card = school.card(slot.key) if status != SUPERSEDED else None
    full = _number(slot.area.max) if slot.area else None
    if card is None:
        return None, full, None, None, None
    return (_number(card.score), full, None, None, None) if slot.area else (None, None, *_progress(card))


def _progress(card: Scorecard | None) -> Row:
    """(done, total, percent) of internal quality assurance."""
    if card is None:
        return None, None, None
    progress = card.progress
    return progress.done, progress.total, _number(progress.percent)


def _number(value: Any) -> int | float | None:
    return json_figure(value)


def _exact(earned: CriterionScore, given: Iterable[Any]) -> str:
    """The points as a fraction; rounded where its parts would tell someone's number."""
    return str(Fraction(half_up(earned.points)) if any(map(is_hidden, given)) else earned.points)


@cache
def _inputs(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(key, path) of a criterion's inputs and those of its items: `count`, `1.2.value`, `P6.thai.total`."""

    def key(field: Field) -> str:
        own = field.path[3:]
        return ".".join(own if field.answer == criterion.id else (field.answer, *own))

    return tuple(
        (key(f), f.path) for part in (criterion, *criterion.items) for f in answer_fields(rubric, indicator, part)
    )


def _interpretations(criterion: Criterion) -> dict[str, None]:
    """The ids of what was decided on reading a criterion and its items, each once."""
    return dict.fromkeys(id for part in (criterion, *criterion.items) for id in part.interpretations)


def _pair(submission: Submission, indicator: Indicator, criterion: Criterion) -> tuple[Any, Any]:
    """Count and total of a criterion that is one ratio."""
    if criterion.kind != "ratio":
        return None, None
    values = [normalise(dig(submission.data, ("answers", indicator.id, criterion.id, key)), "count") for key in _PAIR]
    return tuple(_figure(value.value) if value.ok else None for value in values)


def _figure(value: Decimal) -> int | float | None:
    """A number that was typed; none for one that is someone's number."""
    return None if is_hidden(value) else _number(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return masked(str(shown_figure(value)))


# --- Several datasets ---


class UnlikeDatasets(ValueError):
    """Datasets that can't be merged; `text` says why and what to do, in Thai and English."""

    def __init__(self, text: Text):
        super().__init__(text.en)
        self.text = text


def combine(datasets: Sequence[Dataset], name: str, sources: Sequence[str] = ()) -> Dataset:
    """One dataset of the data of several districts, or of provinces with several districts each.

    A year that one of them lacks is taken from the others; a due day is kept where all have the same.
    sources: what messages call each dataset, its folder for one; by default its name.
    Raises UnlikeDatasets where years or editions differ, several are there and one district has no name, or
    a district or a school is there twice.
    """
    named = list(zip(sources or [dataset.name for dataset in datasets], datasets, strict=True))
    _refuse_other_editions(named)
    if len(named) > 1:
        _refuse_same_districts(named)
    _refuse_same_schools(named)
    scored = next((dataset for dataset in datasets if dataset.year is not None), datasets[0])
    traced = next((dataset for dataset in datasets if dataset.iqa_year is not None), datasets[0])
    return Dataset(
        name=name,
        year=scored.year,
        iqa_year=traced.iqa_year,
        rubric=scored.rubric,
        traces=traced.traces,
        frames={table: pd.concat([dataset[table] for dataset in datasets], ignore_index=True) for table in tables()},
        due=_common(dataset.due for dataset in datasets),
        iqa_due=_common(dataset.iqa_due for dataset in datasets),
        lang=datasets[0].lang,
        level="district",
    )


def _common(days: Iterable[str | None]) -> str | None:
    found = set(days)
    return found.pop() if len(found) == 1 else None


_Named = Sequence[tuple[str, Dataset]]
_SOURCES_NAMED = 3
"""How many datasets of a kind a message names."""


def _refuse_other_editions(named: _Named) -> None:
    """Years and editions must be one; those of a family of which a dataset has no workbook count for nothing."""
    for words, of in (
        (Text("ปีการศึกษาของคะแนน", "the academic year of the scores"), lambda d: d.year),
        (Text("ปีการศึกษาของร่องรอย IQA", "the academic year of the IQA traces"), lambda d: d.iqa_year),
        (Text("ฉบับของเกณฑ์", "the edition of the rubric"), lambda d: d.rubric.id if d.year else None),
        (Text("ฉบับของเกณฑ์ร่องรอย IQA", "the edition of the IQA traces"), lambda d: d.traces.id if d.iqa_year else None),
    ):
        sources: dict[Any, list[str]] = {}
        for source, dataset in named:
            if of(dataset) is not None:
                sources.setdefault(of(dataset), []).append(source)
        if len(sources) > 1:
            th = "; ".join(f"{value} ใน {_listed(found)}" for value, found in sources.items())
            en = "; ".join(f"{value} in {_listed(found)}" for value, found in sources.items())
            raise UnlikeDatasets(
                Text(
                    f"{words.th}ไม่ตรงกัน: {th} ให้รวมเฉพาะข้อมูลที่ตรงกัน",
                    f"{words.en} differs: {en}; merge only data that agree",
                )
            )


def _listed(sources: list[str]) -> str:
    return ", ".join(sources[:_SOURCES_NAMED]) + (", …" if len(sources) > _SOURCES_NAMED else "")


def _refuse_same_districts(named: _Named) -> None:
    """Districts are told apart by their names, so each must have one of its own."""
    seen: dict[str, str] = {}
    for source, dataset in named:
        for district in dataset.districts:
            key = fold(district)
            if not key:
                raise UnlikeDatasets(
                    Text(
                        f"ข้อมูลใน {source} ไม่มีชื่อเขต ให้รวมแฟ้มของเขตนั้นใหม่โดยตั้งชื่อเขต",
                        f"the data in {source} has no district's name; merge that district anew under its name",
                    )
                )
            if key in seen:
                raise UnlikeDatasets(
                    Text(
                        f"ข้อมูลของ {district} อยู่ทั้งใน {seen[key]} และ {source} ให้เลือกเพียงแห่งเดียว "
                        "หากเป็นคนละเขต ให้รวมแฟ้มของแต่ละเขตใหม่โดยตั้งชื่อให้ต่างกัน",
                        f"the data of {district} is in both {seen[key]} and {source}; merge one of them, or where they "
                        "are two districts merge each anew under a name of its own",
                    )
                )
            seen[key] = source


def _refuse_same_schools(named: _Named) -> None:
    seen: dict[str, str] = {}
    twice: list[tuple[str, str, str, str]] = []
    for source, dataset in named:
        for district, code, school in dataset["schools"][_SCHOOL].itertuples(index=False):
            where = f"{district} ({source})" if source != district else district
            if seen.setdefault(code, where) != where:
                twice.append((code, school, seen[code], where))
    if twice:
        code, school, one, two = twice[0]
        more = len(twice) - 1
        raise UnlikeDatasets(
            Text(
                f"สถานศึกษา {code} {school} อยู่ทั้งใน {one} และ {two}"
                + (f" และยังมีอีก {more} แห่งที่ซ้ำ" if more else "")
                + " ให้แก้ทะเบียนของเขตที่ไม่ใช่ต้นสังกัด แล้วสร้างข้อมูลของเขตนั้นใหม่",
                f"school {code} {school} is in both {one} and {two}"
                + (f", and {more} more {plural(more, 'is', 'are')} in two" if more else "")
                + "; correct the roster of the district it does not belong to and make that district's data anew",
            )
        )


def dataset_of(about: dict[str, Any], frames: dict[str, pd.DataFrame]) -> Dataset:
    """A dataset from its frames and what a data folder or a summary says of it.

    about: name, year, iqa_year, rubric and iqa_rubric (ids); due, iqa_due, lang and level where they are not the usual.
    Data of version 0.1.0 know one due day, which is the points': by it nothing is told of the traces.
    Raises KeyError for a rubric that is not known.
    """
    if "iqa_due" not in about:
        frames["submissions"].loc[frames["submissions"]["workbook"] == IQA_KEY, "on_time"] = pd.NA
    return Dataset(
        about["name"],
        about["year"],
        about["iqa_year"],
        load_rubric(about["rubric"]),
        load_rubric(about["iqa_rubric"]),
        frames,
        about.get("due"),
        about.get("lang", "th"),
        about.get("level", "school"),
        about.get("iqa_due"),
    )
