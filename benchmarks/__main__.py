"""All measurements in one run.

    python -m benchmarks [PART…] [--sizes 5 30] [--rounds 3] [--folder DIR] [--json run.json]

Processor time decides, of a process and of its children; time on the clock stands beside it. Ratios are taken within a
run. `benchmarks.report` makes the table and the chart of docs/performance.md of the JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from benchmarks import commands, data, reading, starting
from benchmarks.commands import Options
from benchmarks.measuring import Figure

PARTS: dict[str, Callable[[Options], Iterator[Figure]]] = {
    "reading": reading.figures,
    "receiving": commands.receiving,
    "command": commands.command,
    "again": commands.again,
    "starting": starting.figures,
    "data": data.figures,
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the program.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[5, 30], help="schools of the districts, of 8 workbooks"
    )
    parser.add_argument("--rounds", type=int, default=3, help="so often is read, of which the median counts")
    parser.add_argument("--folders", type=int, default=4, help="data folders that are merged")
    parser.add_argument("--folder-schools", type=int, default=60, help="schools of each of them")
    parser.add_argument("--folder", type=Path, help="where the districts lie, and stay for the next run")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args(arguments)
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    figures = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") if given.folder is None else nullcontext(given.folder) as at:
        folder = Path(at).resolve()
        options = Options(folder, sorted(given.sizes), given.rounds, given.folders, given.folder_schools)
        for part in given.parts or PARTS:
            print(f"\n{part}", flush=True)
            for figure in PARTS[part](options):
                of = f"  ({figure.of})" if figure.of else ""
                print(f"  {figure.name:<58} {shown(figure.value)} {figure.unit}{of}", flush=True)
                figures.append(figure)
    if given.json:
        about = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
        run = {"about": about, "arguments": sys.argv[1:], "figures": [asdict(figure) for figure in figures]}
        given.json.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def shown(value: float) -> str:
    """Three digits that tell."""
    return f"{value:10.0f}" if abs(value) >= 100 else f"{value:10.1f}" if abs(value) >= 10 else f"{value:10.2f}"


if __name__ == "__main__":
    main()
