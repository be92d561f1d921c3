"""How a command tells: on standard error in words, on standard output its result."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_excel import __version__
from qa_excel.files.scratch import Scratch
from qa_excel.files.streams import Unshown, flush
from qa_excel.thai.privacy import masked_path
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from qa_excel.district.receiving import Progress
    from qa_excel.problems import Problem
    from qa_excel.reading.submission import FileResult

DONE, FAULTS, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses."""
SCRATCH = Scratch()
"""Holds the files of archives until the command ends."""


def internal_fault(error: Exception) -> Text:
    """Log where an unforeseen fault arose; its own words may hold a school's data and stay out."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    try:
        # A name that nobody can have made a link of.
        handle, where = tempfile.mkstemp(".log", "qa-excel-")
        with open(handle, "w", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"qa-excel {__version__}\n{type(error).__name__}\n{frames}")
    except OSError:
        where = "-"
    return Text(
        f"โปรแกรมขัดข้องภายใน ({type(error).__name__}) บันทึกรายละเอียดไว้ที่ {where}",
        f"internal fault ({type(error).__name__}); details are in {where}",
    )


def say(text: str) -> None:
    """Tell on standard error; a path that was typed may hold someone's data."""
    print(masked_path(text), file=sys.stderr)


def unshown(error: Unshown, written: Iterable[Path | None] = ()) -> Text:
    """What can't be shown on standard output, and what is written all the same."""
    said = Text(f"แสดงผลลัพธ์ไม่ได้ ({error.reason.th})", f"the result can't be shown ({error.reason.en})")
    paths = ", ".join(map(str, filter(None, written)))
    return Text(f"{said.th} แต่เขียน {paths} แล้ว", f"{said.en}; {paths} written all the same") if paths else said


@contextmanager
def showing(*written: Path | None) -> Iterator[None]:
    """What is shown of a run whose outputs are written, which is said where it can't be."""
    try:
        yield
        flush()
    except Unshown as error:
        raise Said(unshown(error, written)) from None


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def console(stderr: bool = False) -> Console:
    """Tables keep their width when they are piped into a file."""
    from rich.console import Console

    if stderr:
        return Console(stderr=True, highlight=False)
    return Console(width=None if sys.stdout.isatty() else 140, highlight=False)


def with_progress(lang: str) -> Progress:
    """A bar on a terminal, where the reading takes long."""

    def shown(results: Iterable[FileResult], total: int) -> Iterable[FileResult]:
        if total <= 3 or not sys.stderr.isatty():
            return results
        from rich.progress import track

        title = Text("กำลังอ่านแฟ้ม", "reading").get(lang)
        return track(results, title, total=total, console=console(stderr=True), transient=True)

    return shown


def say_written(paths: Iterable[Path | None], lang: str) -> None:
    for path in filter(None, paths):
        say(Text(f"เขียน {path} แล้ว", f"{path} written").get(lang))


def say_problems(problems: Iterable[Problem], lang: str) -> None:
    for problem in problems:
        place = " ".join(part for part in (problem.source.file, problem.source.sheet, problem.source.cell) if part)
        say(f"{place}: {problem.message(lang)} → {problem.hint(lang)}")
