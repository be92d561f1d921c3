"""Reading, checking and scoring workbooks, as multiples of a bare read by python-calamine of the same files.

The yardstick reads every cell of every sheet. A run reads each file once; that of the median ratio counts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import districts
from benchmarks.commands import Options
from benchmarks.measuring import Cost, Figure, median, step

NAMES = {
    "qa_excel": "read + check + score",
    "pandas_with_calamine": "an analyst's pandas loop over calamine",
    "pandas": "an analyst's pandas loop",
    "openpyxl_read_only": "openpyxl, read-only",
    "openpyxl": "openpyxl",
}
SLOW = 40
"""Files that the slow ways read; the others read all of the smallest district of at least as many."""
SAVED = 16
"""Files that LibreOffice saves, a second each."""


def figures(options: Options) -> Iterator[Figure]:
    district = options.district(options.sizes[0] + 1)
    files = list(map(str, district.files))
    warm, files = files[: districts.WORKBOOKS], files[districts.WORKBOOKS :]
    rounds = [{way: step("reading", way, files[:SLOW], warm) for way in NAMES} for _ in range(options.rounds)]
    calamine_ms = median([_ms(costs[way], "calamine", SLOW, files) for costs in rounds for way in NAMES])
    yield Figure("reading", "calamine", "bare calamine", calamine_ms, "ms a file", "processor, every cell")
    ratios = {way: median([_ratio(costs[way], way) for costs in rounds]) for way in NAMES}
    for way, name in NAMES.items():
        yield Figure("reading", way, name, ratios[way], "x calamine", f"{ratios[way] * calamine_ms:.1f} ms")
    faster = ratios["openpyxl"] / ratios["qa_excel"]
    yield Figure("reading", "than_openpyxl", "faster than openpyxl", faster, "times")

    told = [step("stages", files, warm).told for _ in range(options.rounds)]
    for stage in ("read", "check", "score"):
        ratio = median([each[stage] / each["calamine"] for each in told])
        yield Figure(
            "reading", f"stage_{stage}", f"stage: {stage}", ratio, "x calamine", f"{ratio * calamine_ms:.2f} ms"
        )

    yield from _variant(options, "rows", "with a row inserted in each sheet", files[:SLOW], warm)
    if shutil.which("soffice"):
        yield from _variant(options, "libreoffice", "saved by LibreOffice", files[:SAVED], warm)


def _variant(options: Options, key: str, name: str, files: Sequence[str], warm: Sequence[str]) -> Iterator[Figure]:
    folder = options.folder / f"{key}-{len(files)}"
    make = districts.with_rows_inserted if key == "rows" else districts.saved_by_libreoffice
    paths = [Path(path) for path in (*warm, *files)]
    changed = sorted(folder.rglob("*.xlsx")) if folder.exists() else make(paths, folder)
    changed = [path for path in changed if path.parent.name != "of"]
    first, rest = changed[: len(warm)], changed[len(warm) :]
    costs = [step("reading", "qa_excel", rest, first) for _ in range(options.rounds)]
    yield Figure("reading", key, name, median([_ratio(cost, "qa_excel") for cost in costs]), "x calamine", "of them")


def _ratio(cost: Cost, way: str) -> float:
    return float(cost.told[way]["processor"] / cost.told["calamine"]["processor"])


def _ms(cost: Cost, way: str, most: int, files: Sequence[str]) -> float:
    return float(cost.told[way]["processor"]) * 1000 / min(most, len(files))
