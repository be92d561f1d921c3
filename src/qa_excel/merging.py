"""Merging: the results of single files and the roster become one district.

Each school's workbooks are found by what stands in them, never by folder or file name. What can't be
placed is listed and enters no figure. Arithmetic is exact; figures are rounded half up where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel.normalise import BUDDHIST_ERA
from qa_excel.problems import SEVERITIES, Problem, Source
from qa_excel.roster import Roster, School
from qa_excel.rubric import Area, Rubric, Text, load_rubrics
from qa_excel.scoring import IndicatorScore, ProcessScore, Scorecard, half_up, json_figure
from qa_excel.submission import FileResult, Submission

IQA_KEY = "iqa"
MISSING = "missing"
VALID = ("ok", "warnings")
"""The statuses whose figures enter the means."""
STATUSES = (*VALID, "errors", MISSING)


@dataclass(frozen=True, slots=True)
class Slot:
    """A workbook that every school is to send. `key` is the area's number, or `iqa`."""

    key: str
    rubric: Rubric
    area: Area | None = None

    @property
    def name(self) -> Text:
        if self.area is None:
            return self.rubric.short
        return Text(f"ด้าน {self.area.id} {self.area.short.th}", f"area {self.area.id}, {self.area.short.en}")


@dataclass(frozen=True, slots=True)
class Mean:
    """An arithmetic mean over `count` workbooks or schools; `exact` is None where there is none."""

    exact: Fraction | None
    max: Decimal
    count: int

    @property
    def value(self) -> Decimal | None:
        """Half up to 2 decimals."""
        return half_up(self.exact)

    @property
    def percent(self) -> Decimal | None:
        """The share of the full points, 0 to 100, half up to 2 decimals."""
        return None if self.exact is None else half_up(self.exact / Fraction(self.max) * 100)


@dataclass(slots=True)
class SchoolResult:
    """One school of the roster: the file that counts for each workbook (None where missing) and its status."""

    school: School
    slots: tuple[Slot, ...]
    workbooks: dict[str, FileResult | None]
    statuses: dict[str, str]

    def card(self, key: str) -> Scorecard | None:
        """The scorecard of a valid workbook."""
        result = self.workbooks[key]
        return result.scorecard if result and self.statuses[key] in VALID else None

    def score(self, key: str) -> Decimal | None:
        """The points of an area; None while its workbook is missing or has errors."""
        card = self.card(key)
        return card.score if card else None

    def indicators(self) -> Iterator[tuple[FileResult, IndicatorScore]]:
        """The indicators of all valid workbooks, each with its file."""
        for slot in self.slots:
            card = self.card(slot.key)
            if slot.area and card:
                for indicator in card.indicators.values():
                    yield self.workbooks[slot.key], indicator

    def indicator(self, indicator_id: str) -> IndicatorScore | None:
        return next((i for _, i in self.indicators() if i.id == indicator_id), None)

    @property
    def progress(self) -> ProcessScore | None:
        """Internal quality assurance as a whole."""
        card = self.card(IQA_KEY)
        return card.progress if card else None

    def process(self, process_id: str) -> ProcessScore | None:
        card = self.card(IQA_KEY)
        return card.processes.get(process_id) if card else None

    @property
    def total(self) -> Decimal | None:
        """The sum of the areas; None while one of them has no points."""
        scores = [self.score(slot.key) for slot in self.slots if slot.area]
        return None if None in scores else sum(scores, Decimal(0))

    @property
    def max(self) -> Decimal:
        return sum((slot.area.max for slot in self.slots if slot.area), Decimal(0))

    @property
    def received(self) -> int:
        return sum(result is not None for result in self.workbooks.values())

    @property
    def valid(self) -> int:
        return sum(status in VALID for status in self.statuses.values())

    @property
    def complete(self) -> bool:
        """True when every workbook is there and valid."""
        return self.valid == len(self.slots)

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        areas = {
            slot.key: {
                "score": json_figure(self.score(slot.key)),
                "max": json_figure(slot.area.max),
                "status": self.statuses[slot.key],
            }
            for slot in self.slots
            if slot.area
        }
        return {
            "code": self.school.code,
            "name": self.school.name,
            "total": json_figure(self.total),
            "max": json_figure(self.max),
            "areas": areas,
            "indicators": {indicator.id: indicator.to_json(lang) for _, indicator in self.indicators()},
            "iqa": self._iqa_json(),
            "workbooks": dict(self.statuses),
            "files": {key: result.file if result else None for key, result in self.workbooks.items()},
        }

    def _iqa_json(self) -> dict[str, Any]:
        card = self.card(IQA_KEY)
        figures = card.progress.to_json() if card else dict.fromkeys(("done", "total", "percent"))
        processes = {process.id: process.to_json() for process in card.processes.values()} if card else {}
        return {"status": self.statuses[IQA_KEY], **figures, "processes": processes}


@dataclass(frozen=True, slots=True)
class Report:
    """A problem with the school it concerns: the code as sent, and the school where it is on the roster."""

    problem: Problem
    code: str = ""
    school: School | None = None

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        code = self.school.code if self.school else self.code
        return {**self.problem.to_json(lang), "school_code": code or None}


@dataclass(slots=True)
class District:
    """The merged result. `rubric` and `traces` are the editions that were merged; years are B.E.

    `problems` are all files' and the merge's own, `senders` the school code that each file gives, and
    `superseded` the files that a newer one replaced.
    """

    name: str
    year: int | None
    iqa_year: int | None
    rubric: Rubric
    traces: Rubric
    slots: tuple[Slot, ...]
    roster: Roster
    schools: list[SchoolResult]
    problems: list[Problem] = field(default_factory=list)
    senders: dict[str, str] = field(default_factory=dict)
    superseded: list[FileResult] = field(default_factory=list)

    @property
    def reports(self) -> list[Report]:
        """The problems, each with its school: errors first, then in the roster's order, other schools last."""
        order = {school.code: place for place, school in enumerate(self.roster.schools)}

        def report(problem: Problem) -> Report:
            code = problem.params.get("school") or self.senders.get(problem.source.file, "")
            return Report(problem, code, self.roster.find(code))

        def rank(report: Report) -> tuple[int, int, str]:
            place = order[report.school.code] if report.school else len(order)
            return SEVERITIES.index(report.problem.severity), place, report.problem.source.file

        return sorted(map(report, self.problems), key=rank)

    @property
    def expected(self) -> int:
        return len(self.schools) * len(self.slots)

    @property
    def received(self) -> int:
        return sum(school.received for school in self.schools)

    @property
    def valid(self) -> int:
        return sum(school.valid for school in self.schools)

    @property
    def schools_received(self) -> int:
        """Schools of which at least one workbook is there."""
        return sum(school.received > 0 for school in self.schools)

    @property
    def schools_complete(self) -> int:
        return sum(school.complete for school in self.schools)

    def year_of(self, slot: Slot) -> int | None:
        return self.year if slot.area else self.iqa_year

    def area_mean(self, slot: Slot) -> Mean:
        return _mean((school.score(slot.key) for school in self.schools), slot.area.max)

    def indicator_means(self) -> dict[str, Mean]:
        """Indicator → its mean over the valid workbooks."""
        scores: dict[str, list[Decimal | None]] = {indicator.id: [] for indicator in self.rubric.indicators}
        for school in self.schools:
            for _, indicator in school.indicators():
                scores[indicator.id].append(indicator.score)
        return {i.id: _mean(scores[i.id], i.max) for i in self.rubric.indicators}

    @property
    def total_mean(self) -> Mean:
        """Over the schools that have a total."""
        return _mean((school.total for school in self.schools), self.rubric.max)

    @property
    def progress_mean(self) -> Mean:
        """Internal quality assurance, in percent of its steps."""
        return _mean((_share(school.progress) for school in self.schools), Decimal(100))

    def process_means(self) -> dict[str, Mean]:
        """Process → its progress in percent."""
        return {
            process.id: _mean((_share(school.process(process.id)) for school in self.schools), Decimal(100))
            for process in self.traces.processes
        }

    def severities(self) -> dict[str, int]:
        """How many problems of each severity."""
        found = [problem.severity for problem in self.problems]
        return {severity: found.count(severity) for severity in SEVERITIES}

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        """The shape that schemas/district.schema.json describes."""
        means = self.indicator_means()
        total = self.total_mean
        return {
            "district": {
                "name": self.name,
                "year": self.year,
                "iqa_year": self.iqa_year,
                "rubric": self.rubric.id,
                "iqa_rubric": self.traces.id,
                "expected": self.expected,
                "received": self.received,
                "valid": self.valid,
                "schools_expected": len(self.schools),
                "schools_received": self.schools_received,
                "schools_complete": self.schools_complete,
                "schools_with_total": total.count,
                "mean_total": json_figure(total.value),
                "max": json_figure(total.max),
                "percent": json_figure(total.percent),
                "areas": {
                    slot.key: {"name": slot.area.name.get(lang), **_mean_json(self.area_mean(slot))}
                    for slot in self.slots
                    if slot.area
                },
                "indicators": {
                    i.id: {"name": i.name.get(lang), "area": i.area, **_mean_json(means[i.id])}
                    for i in self.rubric.indicators
                },
                "iqa": {
                    "percent": json_figure(self.progress_mean.value),
                    "workbooks": self.progress_mean.count,
                    "processes": self._processes_json(lang),
                },
                "problems": self.severities(),
            },
            "schools": [school.to_json(lang) for school in self.schools],
            "problems": [report.to_json(lang) for report in self.reports],
        }

    def _processes_json(self, lang: str) -> dict[str, Any]:
        means = self.process_means()
        return {
            process.id: {"name": process.name.get(lang), "percent": json_figure(means[process.id].value)}
            for process in self.traces.processes
        }


def merge(
    results: Iterable[FileResult],
    roster: Roster,
    year: int | None = None,
    iqa_year: int | None = None,
    name: str | None = None,
    today: date | None = None,
    rubrics: Sequence[Rubric] | None = None,
) -> District:
    """Merge the files' results over the roster.

    year, iqa_year: the academic years (B.E.) to merge; by default the newest that a school of the roster
    sent, a year that has not begun by `today` (today's date) only where there is no other.
    name: the district's; by default the roster's office.
    """
    results = sorted(results, key=lambda result: result.file)
    problems = [problem for result in results for problem in result.problems]
    problems += unknown_schools(results, roster)
    known = [(school, result) for result in results if (school := _school(result, roster))]
    placeable = [(school, result) for school, result in known if result.submission.year is not None]
    yearless = {(s.code, _key(r.submission)): r for s, r in reversed(known) if r.submission.year is None}

    rubrics = rubrics or load_rubrics()
    this_year = (today or date.today()).year + BUDDHIST_ERA
    years, editions = {}, {}
    for family, given in (("indicators", year), ("traces", iqa_year)):
        sent = {r.submission.year for _, r in placeable if r.submission.rubric.family == family}
        years[family] = given or max([y for y in sent if y <= this_year] or sent, default=None)
        editions[family] = _edition([r for r in rubrics if r.family == family], years[family])
    rubric, traces = editions["indicators"], editions["traces"]
    slots = (*(Slot(str(area.id), rubric, area) for area in rubric.areas), Slot(IQA_KEY, traces))

    rivals: dict[tuple[str, str], list[FileResult]] = {}
    for school, result in placeable:
        problem = _misplaced(result.submission, years, editions)
        if problem:
            problems.append(problem)
        else:
            rivals.setdefault((school.code, _key(result.submission)), []).append(result)

    heard_of = {school.code for school, _ in known}
    schools, superseded = [], []
    for school in roster.schools:
        ranked = {slot.key: _ranked(rivals.get((school.code, slot.key), [])) for slot in slots}
        # A file without a year has an error, but it did arrive: it stands where nothing else does.
        workbooks = {key: files[0] if files else yearless.get((school.code, key)) for key, files in ranked.items()}
        statuses = {key: _status(result) for key, result in workbooks.items()}
        schools.append(SchoolResult(school, slots, workbooks, statuses))
        for best, *others in filter(None, ranked.values()):
            superseded += others
            problems += [_replaced(other.submission, best.submission) for other in others]
        problems += _missing(schools[-1], school.code in heard_of)
    return District(
        name=roster.office if name is None else name,
        year=years["indicators"],
        iqa_year=years["traces"],
        rubric=rubric,
        traces=traces,
        slots=slots,
        roster=roster,
        schools=schools,
        problems=problems,
        senders={r.file: r.submission.school_code for r in results if r.submission and r.submission.school_code},
        superseded=superseded,
    )


def unknown_schools(results: Iterable[FileResult], roster: Roster) -> list[Problem]:
    """A problem for each file whose school is not on the roster."""
    problems = []
    for submission in (result.submission for result in results):
        code = submission.school_code if submission else None
        if code and roster.find(code) is None:
            source = submission.source(("school", "code"))
            problems.append(Problem("roster.unknown_school", source, params={"school": code}))
    return problems


def _school(result: FileResult, roster: Roster) -> School | None:
    """The roster's school that a file is from; a missing code is an error of the file's own."""
    submission = result.submission
    if submission is None or submission.school_code is None:
        return None
    return roster.find(submission.school_code)


def _edition(rubrics: list[Rubric], year: int | None) -> Rubric:
    """The edition that holds in that year: the last one that had begun."""
    newest = sorted(rubrics, key=lambda rubric: rubric.first_year)
    begun = [rubric for rubric in newest if year is not None and rubric.first_year <= year]
    return (begun or newest)[-1]


def _key(submission: Submission) -> str:
    return IQA_KEY if submission.area is None else str(submission.area)


def _misplaced(submission: Submission, years: dict[str, int | None], editions: dict[str, Rubric]) -> Problem | None:
    """Why a roster school's file is not merged."""
    family = submission.rubric.family
    if submission.year != years[family]:
        params = {"year": submission.year, "expected": years[family]}
        return Problem("roster.other_year", submission.source(("year",)), params=params)
    if submission.rubric.id != editions[family].id:
        params = {"version": submission.rubric.id, "expected": editions[family].id}
        return Problem("structure.wrong_version", Source(submission.file), params=params)
    return None


def _ranked(rivals: list[FileResult]) -> list[FileResult]:
    """Files for one school, area and year, the one that counts first.

    The newest `prepared_on` counts, even if it has errors; of one day the greater content hash, whatever
    the order in which the files were found.
    """
    return sorted(rivals, key=lambda r: (r.submission.prepared_on, r.submission.digest), reverse=True)


def _replaced(other: Submission, best: Submission) -> Problem:
    same_day = other.prepared_on == best.prepared_on and other.digest != best.digest
    code = "roster.same_date" if same_day else "roster.superseded"
    return Problem(code, Source(other.file), params={"other": best.file})


def _status(result: FileResult | None) -> str:
    if result is None:
        return MISSING
    card = result.scorecard
    # Without a score there is nothing to average, whatever the checks said.
    scored = card is not None and (bool(card.processes) or card.score is not None)
    return result.status if scored else "errors"


def _missing(result: SchoolResult, heard_of: bool) -> Iterator[Problem]:
    about = {"school": result.school.code, "name": result.school.name}
    if not heard_of:
        yield Problem("roster.school_missing", params=about)
        return
    for slot in result.slots:
        if result.workbooks[slot.key] is None:
            yield Problem("roster.workbook_missing", params={**about, "workbook": slot.name})


# --- Figures ---


def _mean(values: Iterable[Decimal | Fraction | None], full: Decimal) -> Mean:
    known = [Fraction(value) for value in values if value is not None]
    return Mean(sum(known, Fraction(0)) / len(known) if known else None, full, len(known))


def _share(progress: ProcessScore | None) -> Fraction | None:
    """Percent, unrounded."""
    return Fraction(100 * progress.done, progress.total) if progress else None


def _mean_json(mean: Mean) -> dict[str, Any]:
    return {
        "mean": json_figure(mean.value),
        "max": json_figure(mean.max),
        "percent": json_figure(mean.percent),
        "workbooks": mean.count,
    }
