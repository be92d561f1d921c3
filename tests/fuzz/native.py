"""Workbooks filled at random, whose own calculation is held against the program: two engines calculate, four answer.

    python tests/fuzz/native.py [--count 2000] [--seed 1]

LibreOffice without the extension and formulon calculate every workbook; what they show is held against the formulas'
own terms and the independent scorer, and these against the program, its functions, and the file as it is read. The same
seed makes the same workbooks. Every difference is printed with its workbook's number; the status is 1 where there is
one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]

from helpers.entries import Entry, entries
from helpers.fillings import WORKBOOKS
from helpers.libreoffice import calculated
from helpers.native import by_formulon, by_libreoffice, differences, of_card, of_every_side, of_program, package
from qa_excel.reading.workbook import read_workbook

BATCH = 200
"""So many files lie on the disk at a time."""


def run(count: int, seed: int) -> Iterator[str]:
    """What differs in so many workbooks."""
    numbered = enumerate(entries(WORKBOOKS, count, seed))
    while batch := list(islice(numbered, BATCH)):
        with tempfile.TemporaryDirectory() as name:
            for number, said in _differences([entry for _, entry in batch], Path(name)):
                made = batch[number][1]
                yield f"{batch[number][0]} ({made.rubric_id} {made.area or ''}): {said}"
        print(f"{batch[-1][0] + 1} of {count} workbooks done", file=sys.stderr, flush=True)


def _differences(made: list[Entry], folder: Path) -> Iterator[tuple[int, str]]:
    files = [folder / f"{number:06}.xlsx" for number in range(len(made))]
    for entry, file in zip(made, files, strict=True):
        file.write_bytes(package(entry))
    with ThreadPoolExecutor(2) as pool:
        halves = [pool.submit(calculated, files[half::2], folder / f"calculated {half}") for half in range(2)]
        formulon = [by_formulon(entry, file.read_bytes()) for entry, file in zip(made, files, strict=True)]
        tables = [half.result() for half in halves]
    for number, (entry, file) in enumerate(zip(made, files, strict=True)):
        engines = {
            "LibreOffice": by_libreoffice(entry, tables[number % 2][number // 2]),
            "formulon": formulon[number],
        }
        card = read_workbook(file).scorecard
        assert card is not None, file
        for said in (*of_every_side(entry, engines), *differences("file", of_card(card), of_program(entry))):
            yield number, said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    start, found = time.perf_counter(), 0
    for said in run(given.count, given.seed):
        found += 1
        print(said, flush=True)
    print(f"{given.count} workbooks in {time.perf_counter() - start:.0f} s: {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
