"""Data folders of districts, read and merged: time beside the plainest reading that pandas does, and memory.

    python -m benchmarks.data FOLDER --folders 100 --schools 300

writes so many folders, for a run of a nation's size: a few generated districts, each taken several times under names,
codes and files of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.commands import Options
from benchmarks.measuring import Figure, program, step

NATION = 30_000
GENERATED = 5
"""Districts that differ in more than names."""


def make(folder: Path, folders: int, schools: int) -> None:
    from qa_excel.district.data.folder import write_data
    from samples.province import NAME, SEED, data_of, repeated

    kinds = min(folders, GENERATED)
    for kind in range(kinds):
        districts = enumerate(repeated(data_of(schools, SEED + kind, NAME.format(number=kind + 1)), folders))
        for number, dataset in islice(districts, kind, None, kinds):
            write_data(dataset, folder / f"{number:04d}")


def figures(options: Options) -> Iterator[Figure]:
    folder = options.folder / f"{options.folders}-folders-of-{options.folder_schools}"
    if not folder.exists():
        make(folder, options.folders, options.folder_schools)
    schools = options.folders * options.folder_schools
    plain = step("plain_reading", folder).told["pandas"]
    combined = step("combining", folder)
    told = combined.told["combining"]
    name = f"{schools} schools in {options.folders} folders"
    rows = combined.told["rows"]
    yield Figure("data", "plain", "criteria alone, read by pandas from CSV", plain["wall"], "s")
    ratio = told["processor"] / plain["processor"]
    of = f"{rows} rows; {ratio:.1f} x that, processor {told['processor']:.1f} s"
    yield Figure("data", "combining", f"{name}: read, checked and analysed", told["wall"], "s", of)
    yield Figure("data", "memory", "  memory at most", combined.own_mb or 0, "MB")
    out = options.folder / "nation.xlsx"
    whole = program("merge", str(folder), "--out", str(out))
    yield Figure("data", "merge", f"{name}: merged, with the workbook", whole.wall, "s", f"{whole.processor:.1f} s")
    most = max(whole.own_mb or 0, combined.own_mb or 0)
    yield Figure("data", "merge_memory", "  memory at most, of parent", most, "MB")
    yield Figure("data", "merge_children", "  memory at most, of children", whole.children_mb or 0, "MB")
    yield Figure("data", "writing", "  of it writing the workbook", whole.told["writing"]["wall"], "s")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write data folders of districts that do not exist.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folders", type=int, default=100)
    parser.add_argument("--schools", type=int, default=NATION // 100)
    given = parser.parse_args()
    make(given.folder, given.folders, given.schools)


if __name__ == "__main__":
    main()
