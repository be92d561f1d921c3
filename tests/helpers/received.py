"""Files as if they had been read: results made straight from submissions, each input with a source."""

from __future__ import annotations

import copy
from typing import Any

from openpyxl.utils import get_column_letter

from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.merging import District
from qa_excel.form.layout import layout_of, sheet_title
from qa_excel.office.roster import Roster, School
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import FileResult, ReadFile, Submission
from qa_excel.rubric.building import load_rubric
from qa_excel.summary.as_json import district_json
from samples import build

ERROR = "value.not_a_number"
LABEL = {"label": "ทดสอบ"}


def received(file: str, data: dict[str, Any], *codes: str) -> ReadFile:
    """A file with that submission, and a problem of each code at its first input."""
    rubric, area = load_rubric(data["rubric"]), data.get("area")
    sources = {
        path: Source(file, sheet_title(rubric, sheet), f"{get_column_letter(column)}{row}")
        for path, (sheet, row, column) in layout_of(rubric, area).cells().items()
    }
    problems = [Problem(code, next(iter(sources.values())), params=LABEL) for code in codes]
    return ReadFile(file, problems, Submission(file, rubric, area, data, sources=sources))


def unreadable(file: str) -> FileResult:
    return FileResult(file, [Problem("file.damaged", Source(file))])


def sample_roster() -> Roster:
    return Roster(
        tuple(
            School(s.code, s.name, s.office, s.levels, s.learners, s.teachers, s.ministry_code)
            for s in build.district_schools()
        )
    )


def sample_files() -> list[tuple[str, dict[str, Any]]]:
    """(file, submission) of the sample district."""
    return [(file.removeprefix("district/"), data) for file, data in build.submissions()]


def sample_results() -> list[FileResult]:
    return [received(file, data) for file, data in sample_files()]


def changed(data: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A copy of a submission with other parts; `code` sets the school's."""
    data = copy.deepcopy(data)
    if "code" in parts:
        data["school"]["code"] = parts.pop("code")
    return {**data, **parts}


def analysed(district: District, lang: str = "th", due: str | None = None) -> Analysis:
    return Analysis(collect(district, due, lang, due))


def json_of(district: District, lang: str = "th") -> dict[str, Any]:
    return district_json(analysed(district, lang))
