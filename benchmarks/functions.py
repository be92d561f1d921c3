"""The functions' server: its start, and scoring a whole workbook from its cells, as ratios taken in one run.

    python -m benchmarks.functions

Start-up counts importing alone, each time in a new interpreter; bare Python is what it is compared with.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineWorkbook

from qa_excel import read_workbook, score
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import Sheets
from qa_excel.doors.functions.table import ANSWER, answers

ROOT = Path(__file__).parents[1]
ROUNDS = 15
STARTS = 5
CELLS = 40


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def start_ms(statement: str) -> float:
    """A new interpreter that does one statement."""
    folders = [str(ROOT / "src"), str(ROOT / "udfs"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    return median_ms(lambda: subprocess.run([sys.executable, "-c", statement], env=environment, check=True), STARTS)


def main() -> None:
    bare = start_ms("pass")
    for statement in ("import qa_excel.doors.functions.functions", "import xlwings", "import qa_excel_udfs"):
        took = start_ms(statement)
        more = took - bare
        print(f"{statement}: {more:.0f} ms on top of bare Python ({more / bare:.1f} times its {bare:.0f} ms)")
    for file in sorted((ROOT / "samples" / "district").glob("99000002*/*.xlsx")):
        book = CalamineWorkbook.from_path(file)
        grids = {t: book.get_sheet_by_name(t).to_python(skip_empty_area=False) for t in book.sheet_names}
        data = read_workbook(file).submission.data
        scoring = median_ms(lambda data=data: score(data))
        cells = median_ms(lambda grids=grids: Sheets(grids).cards)
        table = median_ms(lambda grids=grids: answers(Sheets(grids)))
        asked = [row[0].split("|") for row in answers(Sheets(grids)) if row[1] == ANSWER][:CELLS]
        singly = median_ms(lambda grids=grids, asked=asked: [call(n.upper(), a, Sheets(grids)) for n, *a in asked])
        count = len(answers(Sheets(grids)))
        print(
            f"{file.name}: scored from its cells in {cells:.2f} ms ({cells / scoring:.1f} times scoring alone), "
            f"all {count} rows of answers in {table:.2f} ms ({table / cells:.1f} times that); "
            f"{len(asked)} cells that each read the workbook anew take {singly / table:.1f} times as long as the table"
        )


if __name__ == "__main__":
    main()
