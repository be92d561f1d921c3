"""Writing, reading and merging data folders, as ratios taken in one run.

    python -m benchmarks.data [--schools 3000]

A generated district of 300 schools is taken as often as the schools ask for. Prints each step's time as a multiple
of the plainest CSV that pandas writes or reads of the same rows, the memory, and what a nation would take.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from qa_excel.district.data.combining import combine
from qa_excel.district.data.folder import read_data, write_data
from samples.province import data_of, repeated

DISTRICT = 300
NATION = 30_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def peak_gb() -> float:
    """The most memory that this process had so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 30 if sys.platform == "darwin" else 1 << 20)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure data folders.")
    parser.add_argument("--schools", type=int, default=3000)
    schools = parser.parse_args().schools
    district = data_of(DISTRICT)
    copies = list(repeated(district, max(1, schools // DISTRICT)))
    schools = DISTRICT * len(copies)
    before = peak_gb()
    combining, whole = timed(lambda: combine(copies, "ทั้งหมด"))
    copies.clear()
    with tempfile.TemporaryDirectory() as scratch:
        folder, plain = Path(scratch) / "data", Path(scratch) / "plain.csv"
        plain_writing, _ = timed(lambda: whole["criteria"].to_csv(plain, index=False))
        plain_reading, _ = timed(lambda: pd.read_csv(plain, dtype=str))
        csv_writing, _ = timed(lambda: write_data(whole, folder, parquet=False))
        csv_bytes = sum(path.stat().st_size for path in folder.iterdir())
        csv_reading, _ = timed(lambda: read_data(folder))
        both_writing, _ = timed(lambda: write_data(whole, folder, parquet=True))
        for path in folder.glob("*.csv"):
            path.unlink()
        parquet_bytes = sum(path.stat().st_size for path in folder.iterdir())
        parquet_reading, _ = timed(lambda: read_data(folder))
    after = peak_gb()

    rows = sum(len(frame) for frame in whole.frames.values())
    print(f"{schools} schools, {rows} rows, of which criteria {len(whole['criteria'])}")
    print(f"criteria alone with pandas: written in {plain_writing:.2f} s, read in {plain_reading:.2f} s")
    times = NATION / schools
    for step, seconds, yardstick in (
        ("all tables written as CSV", csv_writing, plain_writing),
        ("read from CSV and checked", csv_reading, plain_reading),
        ("written as CSV and Parquet", both_writing, plain_writing),
        ("read from Parquet and checked", parquet_reading, plain_reading),
        ("districts combined", combining, plain_writing),
    ):
        print(f"{step}: {seconds:.2f} s, {seconds / yardstick:.1f} times that; a nation: {seconds * times:.0f} s")
    print(f"on disk: CSV {csv_bytes / 1e6:.0f} MB, Parquet {parquet_bytes / 1e6:.1f} MB")
    print(f"memory: {before:.2f} GB before, {after:.2f} GB at most; a nation: {after - before:.2f} GB x {times:.0f}")


if __name__ == "__main__":
    main()
