"""Reading and scoring one filled workbook, as ratios taken in one run.

    python benchmarks/reading.py

Prints the median time of each step, and how many times as long plain openpyxl takes for the same workbook.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from qa_excel import check, read_workbook, score

ROUNDS = 15


def median_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    root = Path(__file__).parents[1]
    for file in sorted((root / "samples" / "district").glob("99000001*/*.xlsx")):
        data = read_workbook(file).submission.data
        openpyxl_ms = median_ms(lambda file=file: openpyxl.load_workbook(file, data_only=True))
        reading_ms = median_ms(lambda file=file: read_workbook(file))
        both_ms = median_ms(lambda file=file: check(read_workbook(file)))
        scoring_ms = median_ms(lambda data=data: score(data))
        print(
            f"{file.name}: reading {reading_ms:.1f} ms (openpyxl alone {openpyxl_ms / reading_ms:.1f} times that), "
            f"with checks {both_ms:.1f} ms, scoring alone {scoring_ms:.2f} ms"
        )


if __name__ == "__main__":
    main()
