"""Merging: the results of single files and the roster become one district.

Each school's workbooks are found by what stands in them. What can't be placed is listed and enters no figure: where
folder or file name tell for which school and workbook it came, it is shown there as received.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath

from qa_excel.district.register.happened import Arrival, Key
from qa_excel.district.senders import sender_codes, unknown_senders
from qa_excel.office.roster import Roster, School
from qa_excel.problems import SEVERITIES, Problem, Source
from qa_excel.reading.submission import FileResult, ReadFile, Submission, newest_first
from qa_excel.rubric.building import load_rubrics
from qa_excel.rubric.model import Area, Rubric
from qa_excel.thai.dates import BUDDHIST_ERA
from qa_excel.thai.folding import fold
from qa_excel.thai.text import Text

IQA_KEY = "iqa"
MISSING, UNUSABLE = "missing", "unusable"
_AREA = re.compile(r"(?:ด้าน(?:ที่)?|area)[._()]*([0-9]{1,2})(?![0-9])")
VALID = ("ok", "warnings")
"""The statuses whose figures enter the means."""


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

    @property
    def words(self) -> tuple[str, ...]:
        """What a file for it may be called, folded."""
        short = self.rubric.short if self.area is None else self.area.short
        return tuple(fold(word).replace("-", "") for word in (short.th, short.en, *(() if self.area else (self.key,))))


@dataclass(slots=True)
class SchoolResult:
    """One school of the roster: the file that counts for each workbook (None where missing) and its status.

    A workbook that is `unusable` was received: its file can't be read, or gives no school or another year.
    `older` are the files that a newer one replaced.
    """

    school: School
    slots: tuple[Slot, ...]
    workbooks: dict[str, FileResult | None]
    statuses: dict[str, str]
    older: dict[str, list[ReadFile]]

    def valid(self, key: str) -> Submission | None:
        """What stands in a workbook whose figures enter the means."""
        result = self.workbooks[key]
        return result.submission if result and self.statuses[key] in VALID else None


@dataclass(frozen=True, slots=True)
class Report:
    """A problem with the school it concerns: the code as sent, and the school where it is on the roster."""

    problem: Problem
    code: str = ""
    school: School | None = None


@dataclass(slots=True)
class District:
    """The merged result. `rubric` and `traces` are the editions that were merged; years are B.E.

    `problems` are all files' and the merge's own, `senders` the code of the school that sent each file, `arrivals` what
    the register knows of each workbook.
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
    arrivals: dict[Key, list[Arrival]] = field(default_factory=dict)

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

    def year_of(self, slot: Slot) -> int | None:
        return self.year if slot.area else self.iqa_year


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
    problems += unknown_senders(results, roster)
    sent_by = sender_codes(results, roster)
    known = [(school, r) for r in results if isinstance(r, ReadFile) and (school := _school(r, roster))]
    placeable = [
        (school, result, sent_of) for school, result in known if (sent_of := result.submission.year) is not None
    ]
    yearless = {(s.code, slot_key(r.submission)): r for s, r in reversed(known) if r.submission.year is None}

    rubrics = rubrics or load_rubrics()
    this_year = (today or date.today()).year + BUDDHIST_ERA
    years: dict[str, int | None] = {}
    editions: dict[str, Rubric] = {}
    for family, given in (("indicators", year), ("traces", iqa_year)):
        sent = {sent_of for _, r, sent_of in placeable if r.submission.rubric.family == family}
        years[family] = given or max([y for y in sent if y <= this_year] or sent, default=None)
        editions[family] = _edition([r for r in rubrics if r.family == family], years[family])
    rubric, traces = editions["indicators"], editions["traces"]
    slots = (*(Slot(str(area.id), rubric, area) for area in rubric.areas), Slot(IQA_KEY, traces))

    rivals: dict[tuple[str, str], list[ReadFile]] = {}
    for school, result, _ in placeable:
        problem = _misplaced(result.submission, years, editions)
        if problem:
            problems.append(problem)
        else:
            rivals.setdefault((school.code, slot_key(result.submission)), []).append(result)

    unusable = _unusable(results, sent_by, slots, years)
    schools: list[SchoolResult] = []
    for school in roster.schools:
        ranked = {slot.key: newest_first(rivals.get((school.code, slot.key), [])) for slot in slots}
        # A file without a year has an error, but it did arrive: it stands where nothing else does.
        workbooks: dict[str, FileResult | None] = {
            key: files[0] if files else yearless.get((school.code, key)) for key, files in ranked.items()
        }
        statuses = {key: _status(result) for key, result in workbooks.items()}
        for key in [key for key, result in workbooks.items() if result is None and (school.code, key) in unusable]:
            workbooks[key], statuses[key] = unusable[school.code, key], UNUSABLE
        older = {key: files[1:] for key, files in ranked.items()}
        schools.append(SchoolResult(school, slots, workbooks, statuses, older))
        problems += [_replaced(other, files[0]) for files in ranked.values() for other in files[1:]]
        problems += _missing(schools[-1], school.code in sent_by.values())
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
        senders={file: code for file, code in sent_by.items() if code},
    )


def unknown_schools(results: Iterable[FileResult], roster: Roster) -> list[Problem]:
    """A problem for each file whose school is not on the roster."""
    return [
        Problem("roster.unknown_school", submission.source(("school", "code")), params={"school": code})
        for submission in (result.submission for result in results)
        if submission and (code := submission.school_code) and roster.find(code) is None
    ]


def unusable_for_their_year(results: Sequence[FileResult], roster: Roster) -> list[Problem]:
    """A problem for each file of another year or edition that came where nothing else did."""
    district = merge(results, roster)
    unusable = {r.file for s in district.schools for key, r in s.workbooks.items() if r and s.statuses[key] == UNUSABLE}
    codes = ("roster.other_year", "structure.wrong_version")
    known = {id(problem) for result in results for problem in result.problems}
    return [p for p in district.problems if p.code in codes and id(p) not in known and p.source.file in unusable]


def _school(result: ReadFile, roster: Roster) -> School | None:
    """The roster's school that a file is from; a missing code is an error of the file's own."""
    code = result.submission.school_code
    return roster.find(code) if code else None


def _unusable(
    results: Iterable[FileResult], sent_by: dict[str, str], slots: Sequence[Slot], years: dict[str, int | None]
) -> dict[tuple[str, str], FileResult]:
    """(school, slot) → the file that came for it and can't be used: of several the one that comes nearest."""
    found: dict[tuple[str, str], list[tuple[bool, bool, FileResult]]] = {}
    for result in results:
        submission = result.submission
        key = slot_key(submission) if submission else _slot_by_name(result, slots)
        if sent_by[result.file] and key:
            of_year = submission is None or submission.year in (None, years[submission.rubric.family])
            found.setdefault((sent_by[result.file], key), []).append((not of_year, submission is None, result))
    return {key: min(files, key=lambda file: (*file[:2], file[2].file))[2] for key, files in found.items()}


def _slot_by_name(result: FileResult, slots: Sequence[Slot]) -> str:
    """The slot that the name of a file speaks of, or that of a folder it lies in; empty where there are several."""
    place = FilePath(result.place or result.file)
    for name in (fold(part.name).replace("-", "") for part in (place, *place.parents)):
        named = {slot.key for slot in slots if any(word in name for word in slot.words)}
        if found := set(_AREA.findall(name)) or named:
            return next(iter(found)) if len(found) == 1 else ""
    return ""


def _edition(rubrics: list[Rubric], year: int | None) -> Rubric:
    """The edition that holds in that year: the last one that had begun."""
    newest = sorted(rubrics, key=lambda rubric: rubric.first_year)
    begun = [rubric for rubric in newest if year is not None and rubric.first_year <= year]
    return (begun or newest)[-1]


def slot_key(submission: Submission) -> str:
    """The key of the slot that a submission fills."""
    return IQA_KEY if submission.area is None else str(submission.area)


def _misplaced(submission: Submission, years: dict[str, int | None], editions: dict[str, Rubric]) -> Problem | None:
    """Why a roster school's file is not merged."""
    family = submission.rubric.family
    if submission.year != years[family]:
        asked = {"year": submission.year, "expected": years[family]}
        return Problem("roster.other_year", submission.source(("year",)), params=asked)
    if submission.rubric.id != editions[family].id:
        params = {"version": submission.rubric.id, "expected": editions[family].id}
        return Problem("structure.wrong_version", Source(submission.file), params=params)
    return None


def _replaced(other: ReadFile, best: ReadFile) -> Problem:
    same_day = other.rank[:-1] == best.rank[:-1] and other.rank != best.rank
    code = "roster.same_date" if same_day else "roster.superseded"
    return Problem(code, Source(other.file), params={"other": best.file})


def _status(result: FileResult | None) -> str:
    if result is None:
        return MISSING
    # Without a score there is nothing to average, whatever the checks said.
    return result.status if result.submission and result.submission.totals.scored else "errors"


def _missing(result: SchoolResult, heard_of: bool) -> Iterator[Problem]:
    about = {"school": result.school.code, "name": result.school.name}
    if not heard_of:
        yield Problem("roster.school_missing", params=about)
        return
    for slot in result.slots:
        if result.workbooks[slot.key] is None:
            yield Problem("roster.workbook_missing", params={**about, "workbook": slot.name})
