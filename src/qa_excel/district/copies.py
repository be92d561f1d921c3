"""Marked copies that come back: whether anything has been corrected since, and the sign of the next copy.

The sign of a copy that version 0.1.0 marked, which schools still hold, hung on all that it found in a workbook.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from qa_excel.checks import check
from qa_excel.files.plain import open_plain
from qa_excel.files.zips import open_zip, pieces
from qa_excel.reading.signs import Sign
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.reading.workbook import read_workbook

_SAME_DAY = date(2000, 1, 1)
"""Its digest must not hang on the day that it was taken."""
_FOUND = {
    "consistency": """done_below_number done_without_evidence evidence_missing future_date future_year over_population
        total_differs""",
    "file": "addin_link dde embedded external_links",
    "privacy": "email learner_names national_id phone",
    "structure": """copied_sheet formula_missing guidance_altered heading_altered key_duplicate key_far key_missing
        key_moved label_altered mixed score_differs score_typed sheet_duplicate sheet_missing wrong_version""",
    "value": """condition_missing count_over_total error_value fraction_percent grade_not_taught levels_missing
        mean_over_100 missing negative normalised not_a_choice not_a_date not_a_number not_calculated not_tested
        not_whole not_yes_no over_100 passed_word resolved_missing schema school_code school_code_missing table_missing
        total_zero year year_missing""",
}
"""What it could find in a workbook, by the group of the code; later versions find more."""
_CODES = frozenset(f"{group}.{name}" for group, names in _FOUND.items() for name in names.split())
_WRITTEN_ON = (1980, 1, 1, 0, 0, 0)
_LISTING = b'?><worksheet xmlns="'
_LISTING_TAB = (
    b'<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines'
)
_HEAD = 500


def is_unchanged_copy(result: FileResult) -> bool:
    """True for a marked copy in which nothing has been corrected yet."""
    if not isinstance(result, ReadFile) or result.sign is None or result.path is None:
        return False
    if result.sign.beside is None:
        # No program has saved it since, or the same stands and is found in it.
        return _is_as_written(result.path) or _first_digest(result.path) == result.sign.digest
    return result.sign.digest == result.digest and not result.sign.beside - result.beside


def new_sign(result: ReadFile) -> str:
    """The sign for a copy of this workbook. A new round begins where something was corrected since the last."""
    return str(Sign(result.rounds + (not is_unchanged_copy(result)), result.digest, result.beside))


def _is_as_written(path: Path) -> bool:
    """Whatever program saves a workbook writes the sheet of findings in its own way."""
    heads = []
    try:
        with open_plain(path) as file, open_zip(file) as archive:
            for entry in archive.infolist():
                if entry.date_time != _WRITTEN_ON:
                    return False
                if entry.filename.startswith("xl/worksheets/"):
                    heads.append(next(pieces(archive, entry))[:_HEAD].replace(b"\n", b""))
    except Exception:  # a file's content has many ways to fail
        return False
    return any(_LISTING in head and _LISTING_TAB in head for head in heads)


def _first_digest(path: Path) -> str:
    result = check(read_workbook(path, "-"), _SAME_DAY)
    typed = result.submission.typed if result.submission else {}
    problems = [problem for problem in result.problems if problem.code in _CODES]
    content = (
        sorted(("/".join(map(str, where)), _shown(value)) for where, value in typed.items()),
        sorted((problem.code, problem.source.sheet, problem.source.cell, problem.field) for problem in problems),
    )
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _shown(value: Any) -> str:
    return repr(float(value)) if isinstance(value, int | float) else str(value)
