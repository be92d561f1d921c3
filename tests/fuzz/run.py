"""Mutated workbooks against the reader: no crash, no hang, no flood of memory, no answer silently lost.

    python tests/fuzz/run.py [--count 5000] [--seed 1] [--keep FOLDER]

The same seed makes the same mutations. A finding is printed with its number and the names of its mutations; with
--keep its workbook is left in a folder. The status is 1 where there is a finding.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]

import openpyxl

from fuzz.mutations import MUTATIONS, share_texts
from helpers.books import COMPLETE_SCHOOL, keyed_cells
from qa_excel.checks import check
from qa_excel.district.workers import read_all
from qa_excel.form.labels import field_at
from qa_excel.kinds.answers import dig
from qa_excel.problems import CATALOGUE
from qa_excel.reading.submission import FileResult, Submission
from qa_excel.reading.workbook import read_workbook

SECONDS = 10.0
MEMORY = 500_000_000
BATCH = 500
"""So many files lie on the disk at a time."""


@dataclass(slots=True)
class Seen(FileResult):
    """What came of one mutated file, and what it cost."""

    found: FileResult = field(kw_only=True)
    seconds: float = field(kw_only=True)
    memory: int = field(kw_only=True)

    @property
    def submission(self) -> Submission | None:
        return self.found.submission

    @property
    def status(self) -> str:
        return self.found.status


def examine(path: Path) -> Seen:
    """Read and check one file; runs in a worker."""
    held, start = _from_now_on(), time.perf_counter()
    result = check(read_workbook(path))
    json.dumps([problem.to_json() for problem in result.problems], ensure_ascii=False, allow_nan=False)
    seconds = time.perf_counter() - start
    return Seen(result.file, result.problems, found=result, seconds=seconds, memory=_most_memory() - held)


def _from_now_on() -> int:
    """Begins to measure the most memory; how much this process holds, in bytes.

    A worker is a copy of a process that may have grown large by other work.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # see proc_pid_clear_refs(5): resets VmHWM
    return _most_memory()


def _most_memory() -> int:
    """The most memory that this process has had, in bytes; 0 where the system does not tell."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(re.search(r"^VmHWM:\s*(\d+) kB", told, re.MULTILINE)[1]) * 1024


def base_workbooks() -> list[bytes]:
    """A school's workbooks, as this program writes them and with their texts shared."""
    files = [file.read_bytes() for file in sorted(COMPLETE_SCHOOL.glob("*.xlsx"))]
    return files + [share_texts(file) for file in files]


def mutants(count: int, seed: int, bases: Sequence[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """(number of the base, names of the mutations, content)."""
    for number in range(count):
        random = Random(f"{seed}:{number}")
        base = random.randrange(len(bases))
        content, names = bases[base], []
        for mutation in random.choices(MUTATIONS, k=random.choice((1, 1, 1, 2))):
            try:
                content = mutation(random, content)
            except Exception:  # what the first mutation left is no zip that the second could take apart
                break
            names.append(mutation.__name__)
        yield base, "+".join(names), content


def run(count: int, seed: int, workers: int, keep: Path | None = None) -> list[str]:
    """The findings of a run."""
    bases = base_workbooks()
    findings: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = []
        for number, content in enumerate(bases):
            path = folder / f"base{number}.xlsx"
            path.write_bytes(content)
            originals.append(examine(path))
        numbered = enumerate(mutants(count, seed, bases))
        while made := list(islice(numbered, BATCH)):
            files = []
            for number, (_, _, content) in made:
                files.append(folder / f"{number}.xlsx")
                files[-1].write_bytes(content)
            results = read_all(files, examine, workers, timeout=SECONDS * 3)
            for (number, (base, names, content)), file, result in zip(made, files, results, strict=True):
                for fault in faults(originals[base], result, file):
                    findings.append(f"{number} ({names}): {fault}")
                    if keep:
                        keep.mkdir(exist_ok=True)
                        (keep / f"{number}.xlsx").write_bytes(content)
                file.unlink()
    return findings


def faults(original: Seen, result: FileResult, file: Path) -> Iterator[str]:
    """What is wrong with how a mutated file was taken."""
    codes = {problem.code for problem in result.problems}
    if "file.reader_died" in codes:
        yield result.problems[0].message("en")
        return
    if not codes <= CATALOGUE.keys():
        yield f"unknown codes {codes - CATALOGUE.keys()}"
    if result.seconds > SECONDS:
        yield f"took {result.seconds:.1f} s"
    if result.memory > MEMORY:
        yield f"took {result.memory / 1e6:.0f} MB"
    if result.submission is None and not result.problems:
        yield "unreadable without a reason"
    if result.status in ("errors", "unreadable"):
        return
    yield from lost_answers(original, result, file)


def lost_answers(original: Seen, result: FileResult, file: Path) -> Iterator[str]:
    """Answers that are gone or of another type, though nothing is said of it and the file still holds them."""
    before, after = original.submission, result.submission
    named = {problem.field for problem in result.problems}
    cells = {(problem.source.sheet, problem.source.cell) for problem in result.problems}
    held = None
    for path in before.typed:
        was, now = dig(before.data, path), dig(after.data, path)
        if _kind(was) == _kind(now) and not _differs(was, now):
            continue
        key, source = field_at(before.rubric, before.area, path).key, after.sources.get(path)
        if key in named or (source and (source.sheet, source.cell) in cells):
            continue
        held = _independently(file) if held is None else held
        there, read = held.get(key), after.typed.get(path)
        if _differs(there, read) or (_kind(was) != _kind(now) and _kind(there) != _kind(read)):
            yield f"{key} reads {after.typed.get(path)!r}, the file holds {held.get(key)!r}"


def _differs(one: Any, other: Any) -> bool:
    """Two numbers that are not the same, as where one is a piece of the other."""
    return _kind(one) == _kind(other) == "number" and one != other


def _kind(value: Any) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "blank"
    if isinstance(value, bool):
        return "yesno"
    return "number" if isinstance(value, int | float) else "date" if isinstance(value, date) else "text"


def _independently(file: Path) -> dict[str, Any]:
    """Key → value as openpyxl reads it."""
    try:
        book = openpyxl.load_workbook(file, data_only=True)
        return {
            f"{row} × {column}": cell.value
            for sheet in reversed(book.worksheets)  # a table repeats the cover's year under the same keys
            for (row, column), cell in keyed_cells(sheet).items()
        }
    except Exception as error:
        return {"": repr(error)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    start = time.perf_counter()
    findings = run(given.count, given.seed, given.workers, given.keep)
    for finding in findings:
        print(finding)
    print(f"{given.count} mutations in {time.perf_counter() - start:.0f} s: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    # The workers look for `examine` in a module that they can import, which `__main__` is not.
    from fuzz.run import main as imported

    sys.exit(imported())
