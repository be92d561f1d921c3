"""Files received, put together by school and edition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qa_excel.checks.registry import Edition, SchoolFiles
from qa_excel.reading.submission import FileResult, newest_first

if TYPE_CHECKING:
    from qa_excel.office.national_means import NationalMeans
    from qa_excel.office.roster import Roster


def by_school(results: Iterable[FileResult], roster: Roster | None = None) -> dict[str, list[FileResult]]:
    """School code → its files. The two codes of a school are one where the roster says so."""
    schools: dict[str, list[FileResult]] = {}
    for result in results:
        code = result.submission.school_code if result.submission else None
        if code:
            known = roster.find(code) if roster else None
            schools.setdefault(known.code if known else code, []).append(result)
    return schools


def by_area(results: Iterable[FileResult]) -> dict[tuple[Edition, int | None], list[FileResult]]:
    """(edition, area) → the files for it, the one that counts first."""
    groups: dict[tuple[Edition, int | None], list[FileResult]] = {}
    for result in results:
        submission = result.submission
        if submission is not None and submission.year is not None:
            edition = (submission.rubric.id, submission.year)
            groups.setdefault((edition, submission.area), []).append(result)
    return {key: newest_first(files) for key, files in groups.items()}


def school_files(results: Iterable[FileResult], means: NationalMeans | None = None) -> SchoolFiles:
    """One school's files, of each edition and area the one that counts."""
    editions: dict[Edition, dict[int | None, FileResult]] = {}
    for (edition, area), files in by_area(results).items():
        editions.setdefault(edition, {})[area] = files[0]
    ordered = {edition: dict(sorted(areas.items(), key=lambda a: a[0] or 0)) for edition, areas in editions.items()}
    return SchoolFiles(ordered, means)
