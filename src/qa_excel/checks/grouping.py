"""Files received, put together by school and edition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qa_excel.checks.registry import Edition, SchoolFiles
from qa_excel.reading.submission import FileResult, ReadFile, Submission, newest_first

if TYPE_CHECKING:
    from qa_excel.office.national_means import NationalMeans
    from qa_excel.office.roster import Roster


def by_school(results: Iterable[FileResult], roster: Roster | None = None) -> dict[str, list[ReadFile]]:
    """School code → its files. The two codes of a school are one where the roster says so."""
    schools: dict[str, list[ReadFile]] = {}
    for result in results:
        if isinstance(result, ReadFile) and (code := result.submission.school_code):
            known = roster.find(code) if roster else None
            schools.setdefault(known.code if known else code, []).append(result)
    return schools


def by_area(files: Iterable[ReadFile]) -> dict[tuple[Edition, int | None], list[Submission]]:
    """(edition, area) → what was sent for it, the one that counts first."""
    groups: dict[tuple[Edition, int | None], list[ReadFile]] = {}
    for file in files:
        if (year := file.submission.year) is not None:
            groups.setdefault(((file.submission.rubric.id, year), file.submission.area), []).append(file)
    return {key: [file.submission for file in newest_first(sent)] for key, sent in groups.items()}


def school_files(files: Iterable[ReadFile], means: NationalMeans | None = None) -> SchoolFiles:
    """One school's files, of each edition and area the one that counts."""
    editions: dict[Edition, dict[int | None, Submission]] = {}
    for (edition, area), sent in by_area(files).items():
        editions.setdefault(edition, {})[area] = sent[0]
    ordered = {edition: dict(sorted(areas.items(), key=lambda a: a[0] or 0)) for edition, areas in editions.items()}
    return SchoolFiles(ordered, means)
