"""What is measured, each in a process of its own, which is given `["name", cores, arguments…]` as JSON.

A step prints what it has to tell as a line of JSON. Importing and what a first file loads stand outside its times.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measuring import peak_mb

Told = dict[str, Any]


def _processor() -> float:
    """Seconds of this process and of those of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def _timed(told: Told, name: str) -> Iterator[None]:
    processor, wall = _processor(), time.perf_counter()
    yield
    told[name] = {"processor": _processor() - processor, "wall": time.perf_counter() - wall}


# --- Reading ---


def calamine(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def openpyxl_read_only(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def pandas(path: Path) -> None:
    """As an analyst would: every sheet a frame, stacked into one, rows of inputs picked by their keys."""
    _pandas(path, None)


def pandas_with_calamine(path: Path) -> None:
    _pandas(path, "calamine")


def _pandas(path: Path, engine: Any) -> None:
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, header=None, engine=engine)
    rows = pd.concat(sheets, names=["sheet", "row"]).reset_index()
    rows[rows[0].notna()].melt(id_vars=["sheet", "row", 0]).dropna(subset="value")


def qa_excel(path: Path) -> None:
    """Read, checked and scored."""
    from qa_excel import score
    from qa_excel.district.examining import read_one
    from qa_excel.district.received import Received
    from qa_excel.reading.submission import ReadFile

    result = read_one(Received(path, path.name))
    if not isinstance(result, ReadFile):
        raise SystemExit(f"{path}: {result.problems}")
    score(result.submission.data)


WAYS: dict[str, Callable[[Path], None]] = {
    each.__name__: each for each in (openpyxl, openpyxl_read_only, pandas, pandas_with_calamine, qa_excel)
}


def reading(way: str, files: list[str], warm: list[str]) -> Told:
    """Seconds of bare calamine and of another way, for the same files, each of which is read once by either."""
    told: Told = {}
    for name, read in (("calamine", calamine), (way, WAYS[way])):
        for path in warm:
            read(Path(path))
        gc.collect()
        with _timed(told, name):
            for path in files:
                read(Path(path))
    return told


def stages(files: list[str], warm: list[str]) -> Told:
    """Seconds of each stage of a file's way, and of bare calamine."""
    from qa_excel import check, read_workbook, score

    spent: Counter[str] = Counter()
    for path in (*warm, *files):
        if path == files[0]:
            spent.clear()
        marks = [time.process_time()]
        calamine(Path(path))
        marks.append(time.process_time())
        read = read_workbook(Path(path))
        marks.append(time.process_time())
        checked = check(read)
        marks.append(time.process_time())
        score(checked.submission.data)  # type: ignore[attr-defined]
        marks.append(time.process_time())
        for name, start, end in zip(("calamine", "read", "check", "score"), marks, marks[1:], strict=False):
            spent[name] += end - start
    return dict(spent)


# --- A district ---


def receiving(folder: str, roster: str, register: str = "") -> Told:
    """An inbox received (found, hashed, read, checked and scored), up to where the summary begins."""
    from qa_excel.district.receiving import receive
    from qa_excel.district.register.register import Register
    from qa_excel.district.summarising import summarise
    from qa_excel.office.roster import read_roster

    told: Told = {}
    schools = read_roster(Path(roster))
    with _timed(told, "receiving"):
        received = receive([Path(folder)], schools, register=Register(Path(register)) if register else None)
    with _timed(told, "summarising"):
        summarise(received)
    return told | {"peak_mb": peak_mb()}


def program(arguments: list[str]) -> Told:
    """A command; the most memory of this process until a summary is written, and how long that took."""
    from qa_excel.doors.cli.app import main
    from qa_excel.summary.outputs import Outputs

    told: Told = {}
    write = Outputs.write

    def noted(*given: Any, **named: Any) -> None:
        told["before_writing_mb"] = peak_mb()
        with _timed(told, "writing"):
            write(*given, **named)

    Outputs.write = noted  # type: ignore[method-assign]
    with _timed(told, "command"), contextlib.redirect_stdout(io.StringIO()):
        try:
            main(arguments)
        except SystemExit as ended:
            if ended.code not in (None, 0, 1):
                raise
    return told


# --- Data ---


def combining(folder: str) -> Told:
    """Data folders read and put together."""
    from qa_excel.district.summarising import summarise_data

    told: Told = {}
    with _timed(told, "combining"):
        summary = summarise_data([Path(folder)])
    return told | {"peak_mb": peak_mb(), "rows": sum(len(frame) for frame in summary.data.frames.values())}


def plain_reading(folder: str) -> Told:
    """The criteria of all data folders as pandas reads them without a look."""
    import pandas as pd

    told: Told = {}
    with _timed(told, "pandas"):
        for path in sorted(Path(folder).glob("*/criteria.csv")):
            pd.read_csv(path, dtype=str)
    return told


STEPS: dict[str, Callable[..., Told]] = {
    each.__name__: each for each in (reading, stages, receiving, program, combining, plain_reading)
}


def main() -> None:
    name, cores, *arguments = json.load(sys.stdin)
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    print(json.dumps(STEPS[name](*arguments)))


if __name__ == "__main__":
    main()
