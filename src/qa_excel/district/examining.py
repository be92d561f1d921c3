"""One file received becomes a result: read, scored and checked. What a reader's process loads, and nothing of the
command line."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from qa_excel.checks import check
from qa_excel.district.copies import is_unchanged_copy
from qa_excel.district.keeping import kept
from qa_excel.district.received import Received
from qa_excel.district.workers import read_guarded
from qa_excel.files.oserrors import reason
from qa_excel.form.documents import DocumentError
from qa_excel.problems import Problem, Source
from qa_excel.reading.document import read_document
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.reading.workbook import read_workbook


def read_one(
    file: Received,
    with_json: bool = False,
    today: date | None = None,
    compact: bool = False,
    with_rows: bool = False,
    is_lean: bool = False,
) -> FileResult:
    """What came of one file; nothing is raised for one that can't be read, whatever in it is the reason.

    with_json: a .json is read as a submission, else as the workbook that it is not. today: the day of the checks.
    compact: the submission is packed, with its rows of the tidy tables where `with_rows` asks for them, and as it
    may stay in a register where `is_lean` does.
    """
    read = partial(_read, with_json=with_json, today=today)
    return read_guarded((lambda file: kept(read(file), with_rows, is_lean)) if compact else read, file)


def _read(file: Received, with_json: bool, today: date | None) -> FileResult:
    path = file.path
    if file.refusal:
        return FileResult(file.name, [file.refusal], path=path)
    is_document = with_json and path.suffix.lower() == ".json"
    result = check(_document(path, file.name) if is_document else read_workbook(path, file.name), today)
    result.path = path
    if isinstance(result, ReadFile):
        result.is_copy = is_unchanged_copy(result)
    return result


def _document(path: Path, name: str) -> FileResult:
    try:
        return ReadFile(name, [], read_document(path, name))
    except OSError as error:
        return FileResult(name, [Problem("file.unreadable", Source(name), params={"reason": reason(error)})])
    except DocumentError as error:
        params = {"where": error.where, "reason": error.reason}
        return FileResult(name, [Problem("file.bad_json", Source(name), params=params)])
