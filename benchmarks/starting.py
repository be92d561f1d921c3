"""Start-up: each time a new interpreter, bare Python beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.commands import Options
from benchmarks.measuring import Figure, median, run

STARTS = 5


def figures(options: Options) -> Iterator[Figure]:
    file = str(options.district(options.sizes[0]).files[0])
    program = ("-m", "qa_excel")
    bare = 0.0
    for key, name, arguments in (
        ("python", "bare Python", ("-c", "pass")),
        ("library", "import qa_excel", ("-c", "import qa_excel")),
        ("functions", "import of the functions in cells", ("-c", "import qa_excel.doors.functions.functions")),
        ("version", "qa-excel --version", (*program, "--version")),
        ("score", "qa-excel score, one workbook", (*program, "score", file)),
        ("validate", "qa-excel validate, one workbook", (*program, "validate", file)),
    ):
        costs = [run([sys.executable, *arguments]) for _ in range(STARTS)]
        ms = median([cost.processor for cost in costs]) * 1000
        bare = bare or ms
        wall = median([cost.wall for cost in costs]) * 1000
        yield Figure("starting", key, name, ms, "ms", f"processor, {ms / bare:.1f} x bare; clock {wall:.0f} ms")
