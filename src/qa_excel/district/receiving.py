"""Receiving: paths become results, read and checked together. Nothing is printed, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from qa_excel.checks import check_together
from qa_excel.district.examining import read_one
from qa_excel.district.inbox import SPREADSHEETS, Inbox, is_data_folder, search
from qa_excel.district.keeping import Kept, Shelf
from qa_excel.district.merging import unknown_schools, unusable_for_their_year
from qa_excel.district.received import Received
from qa_excel.district.refusals import OnlyData
from qa_excel.district.register.happened import Event
from qa_excel.district.register.register import Register
from qa_excel.district.senders import sender_codes, unknown_senders
from qa_excel.district.workers import FEW
from qa_excel.district.workers import read_all as read_in_processes
from qa_excel.files.scratch import Scratch
from qa_excel.office.national_means import NationalMeans
from qa_excel.office.roster import Roster
from qa_excel.problems import Problem
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.rubric.building import load_rubrics
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

Progress = Callable[[Iterable[FileResult], int], Iterable[FileResult]]
"""Hands results on as they come, of so many: where a door shows how far the reading is."""
ReadAll = Callable[[Iterable[Received], Callable[[Received], FileResult]], Generator[FileResult, None, None]]
"""Hands out the results of files, in order, as what reads one makes them."""


@dataclass(slots=True)
class Receipt:
    """What came: a result for each file, and the problems of no one file. events: what the register says that happened,
    where there is one."""

    results: list[FileResult]
    others: list[Problem]
    roster: Roster | None = None
    today: date | None = None
    events: list[Event] | None = None

    @property
    def faulty(self) -> bool:
        """True where a file has an error or can't be read."""
        return is_faulty(self.results, self.others)

    def problems(self, senders: bool = True) -> list[Problem]:
        """All that was found. senders: also who sent a file that names no school."""
        found = [*self.others, *(problem for result in self.results for problem in result.problems)]
        if self.roster:
            found += unknown_schools(self.results, self.roster)
            found += unusable_for_their_year(self.results, self.roster)
        if senders:
            found += unknown_senders(self.results, self.roster)
        return found


def is_faulty(results: Iterable[FileResult], others: Iterable[Problem]) -> bool:
    """True where one has an error or can't be read."""
    if any(result.status in ("errors", "unreadable") for result in results):
        return True
    return any(problem.severity == "error" for problem in others)


def receive(
    paths: Sequence[Path | str],
    roster: Roster | None = None,
    means: NationalMeans | None = None,
    *,
    scratch: Scratch | None = None,
    but: Iterable[Path | None] = (),
    with_json: bool = False,
    together: bool = True,
    progress: Progress = lambda results, total: results,
    today: date | None = None,
    read_all: ReadAll | None = None,
    with_rows: bool = False,
    jobs: int | None = None,
    register: Register | None = None,
    whole: bool = False,
    inbox: Inbox | None = None,
) -> Receipt:
    """Read the workbooks at these paths (files, or folders that are searched), and check them.

    scratch: where the files of archives lie while they are needed; without one they are gone when this returns.
    but: paths within the folders that are no inputs.
    with_json: submissions in JSON are read as well. together: the files are also checked against each other, beside the
    roster and the national means (`means` stand over those shipped). today: the day of the checks, by default the
    computer's. read_all: what reads many files, by default processes on this computer. with_rows: of many files, their
    rows of the tidy tables are made where they are read. jobs: so many of those processes, by default one for each
    processor.
    register: records what comes of the roster's schools, and knows what was read before; its day is that of the checks.
    whole: what schools wrote is asked for, which no register holds, so that all is read.
    inbox: what was found at the paths, where they were searched already.

    Raises Said for a path that is absent or forbidden, one that was named and can't be opened, and where there is no
    workbook at all.
    """
    load_rubrics()  # a mistake in one is no fault of the files
    known = None
    if register:
        today = register.store.today
        known = None if whole or with_json else register.known
        if roster:
            register.require_office(roster)
    searched = [Path(path) for path in paths]
    endings = SPREADSHEETS | {".json"} if with_json else SPREADSHEETS
    given = {path for path in searched if not path.is_dir()}
    results = []
    with Scratch() if scratch is None else nullcontext(scratch) as folders:
        if inbox is None:
            is_known = register.contents.is_known if known and register else lambda path: False
            inbox = search(searched, endings, but, new_folder=folders.new_folder, is_known=is_known)
        # What a few files hold is no matter, and packing it takes longer than keeping it.
        compact, shelf = known is not None or len(inbox.files) > FEW, Shelf()
        one = partial(read_one, with_json=with_json, today=today, compact=compact, with_rows=with_rows)
        reading = read_all or partial(read_in_processes, jobs=jobs)
        with closing(known.reading(inbox.files, reading, one) if known else reading(inbox.files, one)) as read:
            for file, result in zip(inbox.files, progress(read, len(inbox.files)), strict=True):
                if result.path in given:
                    refuse_named(result)
                result.path, result.place = file.path, file.place
                if isinstance(result.submission, Kept):
                    result.submission.lay_on(shelf)
                result.problems += file.problems()
                results.append(result)
                if register and roster:
                    register.saw(result, roster)
    if register:
        register.has_looked()
    results = without_copies(results, given, roster)
    if not results:
        raise _nothing_in(searched)
    others = list(inbox.problems)
    if together:
        others += check_together(results, roster, means)
    return Receipt(results, others, roster, today, register.events() if register else None)


def refuse_named(result: FileResult) -> None:
    """A path that was named and can't be opened, or is a JSON of another form, is wrong usage, not a finding."""
    for problem in result.problems:
        if problem.code == "file.unreadable":
            raise forbidden(result.path or Path(result.file), problem.params["reason"])
        if problem.code == "file.bad_json":
            raise bad_document(result.path or Path(result.file), problem.params["where"], problem.params["reason"])


def forbidden(path: Path, reason: Text) -> Said:
    return Said(Text(f"เปิด {path} ไม่ได้ ({reason.th})", f"can't open {path} ({reason.en})"))


def bad_document(path: Path, where: str, reason: Text) -> Said:
    return Said(
        Text(
            f"{path} ไม่ถูกต้องที่ {where}: {reason.th} แก้ไขตามรูปแบบใน schemas/",
            f"{path} is wrong at {where}: {reason.en}; see schemas/ for its form",
        )
    )


def without_copies(results: list[FileResult], given: set[Path], roster: Roster | None) -> list[FileResult]:
    """Leave out the marked copies in which nothing was corrected, if the workbook of which they are copies is there.

    Where it is not, the copy that came back is the school's workbook. What was named is kept, and so is what may be
    anybody's.
    """
    copies = {r.file for r in results if isinstance(r, ReadFile) and r.is_copy and r.path not in given}
    if not copies:
        return results
    codes = sender_codes(results, roster)

    def of_workbook(result: FileResult) -> tuple[Any, ...]:
        about = result.about()
        return codes[result.file] or result.file, about["rubric"], about["area"], about["year"]

    there = {of_workbook(result) for result in results if result.file not in copies}
    kept = []
    for result in results:
        if result.file not in copies or of_workbook(result) not in there:
            there.add(of_workbook(result))
            kept.append(result)
    return kept


def _nothing_in(paths: Sequence[Path]) -> Said:
    shown = ", ".join(map(str, paths))
    if any(map(is_data_folder, paths)):
        return OnlyData(shown)
    return Said(Text(f"ไม่พบสมุดงานใน {shown}", f"no workbook found in {shown}"))
