"""Checks: the problems of a workbook, of a school's workbooks together, and of a district's.

Each check is a function in a module of its own name, `check_x.py`; `CHECKS` names them all. `check` looks at one
workbook, `check_school` and `check_district` at what one workbook alone can't show; `check_together` runs both
over the files received. A check that fails is reported as not run, never taken for passed.
"""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

from qa_excel.checks.grouping import by_school, school_files
from qa_excel.checks.registry import REGISTERED, Check, DistrictFiles, Workbook, code
from qa_excel.files.collecting import collecting_later
from qa_excel.office.national_means import NationalMeans
from qa_excel.office.roster import Roster
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import FileResult, ReadFile

_log = logging.getLogger(__name__)

NOT_RUN = code(
    "check.not_run",
    "warning",
    "file",
    message=(
        "การตรวจ {check} ทำงานไม่สำเร็จ จึงยังไม่ทราบว่าข้อมูลส่วนนี้ถูกต้องหรือไม่",
        "The check {check} could not run, so that it is not known whether what it looks at is right",
    ),
    hint=(
        "แจ้งผู้ดูแลโปรแกรมพร้อมชื่อการตรวจ และตรวจส่วนนี้ด้วยตนเอง",
        "Tell the program's maintainers the check's name, and examine that part by hand",
    ),
    example=(
        "การตรวจข้อหนึ่งขัดข้องกับแฟ้มหนึ่ง การตรวจข้ออื่นของแฟ้มนั้นยังทำงานครบ",
        "One check fails on one file; all other checks of that file still run",
    ),
)

for _module in pkgutil.iter_modules(__path__):
    if _module.name.startswith("check_"):
        import_module(f"{__name__}.{_module.name}")

CHECKS: tuple[Check, ...] = tuple(sorted(REGISTERED.values(), key=lambda each: (each.last, each.name)))
"""All checks by name; those that look at what the others found come last."""


@collecting_later()
def check(result: FileResult, today: date | None = None) -> FileResult:
    """Score and check what was read; problems and scorecard are added to the result, which is returned."""
    if not isinstance(result, ReadFile):
        return result
    submission = result.submission
    book = Workbook(submission, submission.scorecard, today or date.today(), result.problems)
    for each in _of("workbook"):
        result.problems.extend(_run(each, book, result.file))
    return result


def check_school(results: Sequence[ReadFile], means: NationalMeans | None = None) -> list[Problem]:
    """The problems that one school's workbooks show together. Of several files for one area the newest counts.

    means: national O-NET means that stand over those shipped; where neither has one, the check is reported as not run.
    """
    files = school_files(results, means)
    first = results[0].file if results else ""
    return [problem for each in _of("school") for problem in _run(each, files, first)]


def check_district(results: Iterable[FileResult], roster: Roster | None = None) -> list[Problem]:
    """The problems that the schools' workbooks show together, and beside the roster where one is given."""
    files = DistrictFiles(by_school(results, roster), roster)
    return [problem for each in _of("district") for problem in _run(each, files, "")]


def check_together(
    results: Sequence[FileResult], roster: Roster | None = None, means: NationalMeans | None = None
) -> list[Problem]:
    """Check the files received against each other: school by school, then the district.

    A problem of one of the files is added to that file's result, so that its status follows; those of no one
    file are returned.
    """
    problems = [p for files in by_school(results, roster).values() for p in check_school(files, means)]
    problems += check_district(results, roster)
    by_file = {result.file: result for result in results}
    rest = []
    for problem in problems:
        result = by_file.get(problem.source.file)
        if result is None:
            rest.append(problem)
        else:
            result.problems.append(problem)
    return list({(problem.code, problem.source, str(problem.params)): problem for problem in rest}.values())


def _of(scope: str) -> list[Check]:
    return [each for each in CHECKS if each.scope == scope]


def _run(each: Check, subject: Any, file: str) -> list[Problem]:
    """What a check finds; that it could not run, where it fails."""
    try:
        return list(each.run(subject))
    except Exception as error:
        # The error's own words may hold what a school typed.
        _log.warning("%s: %s", each.name, type(error).__name__)
        return [Problem(NOT_RUN, Source(file), params={"check": each.name})]


from qa_excel.checks.listing import catalogue, checks_document, explain  # noqa: E402

__all__ = [
    "CHECKS",
    "catalogue",
    "check",
    "check_district",
    "check_school",
    "check_together",
    "checks_document",
    "explain",
]
