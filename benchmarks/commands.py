"""A district received, and the whole command: on one core and on two, memory, and what a second run costs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import districts
from benchmarks.measuring import Cost, Figure, program, run, step

CHANGED = 0.01
"""The share of the workbooks that come anew before another run."""


@dataclass(frozen=True)
class Options:
    """sizes: of districts, in schools. folders, folder_schools: data folders, and schools of each."""

    folder: Path
    sizes: list[int]
    rounds: int
    folders: int
    folder_schools: int

    def district(self, schools: int) -> districts.District:
        """Made where it is not there yet, and never changed."""
        folder = self.folder / f"{schools}-schools"
        there = districts.made(folder)
        if len(there.files) != schools * districts.WORKBOOKS or not there.roster.exists():
            return districts.make(folder, schools, jobs=2)
        return there


def receiving(options: Options) -> Iterator[Figure]:
    """Found, hashed, read, checked (and scored, where that is part of it)."""
    for schools in options.sizes:
        district = options.district(schools)
        files = len(district.files)
        best = {}
        for cores in (1, 2):
            costs = [step("receiving", district.inbox, district.roster, cores=cores) for _ in range(options.rounds)]
            best[cores] = min((cost.told["receiving"] for cost in costs), key=lambda told: told["wall"])
            told = best[cores]
            yield Figure(
                "receiving",
                f"{files}_on_{cores}",
                f"{files} files, {cores} core{'s' * (cores > 1)}",
                told["wall"],
                "s",
                f"processor {told['processor']:.2f} s; best of {options.rounds}",
            )
        faster = best[1]["wall"] / best[2]["wall"]
        yield Figure("receiving", f"{files}_speed", f"{files} files: two cores over one", faster, "times", "clock")
        more = best[2]["processor"] / best[1]["processor"]
        yield Figure("receiving", f"{files}_processor", f"{files} files: processor of two over one", more, "times")


def command(options: Options) -> Iterator[Figure]:
    """`merge` with a workbook and data for its outputs."""
    before: dict[int, float] = {}
    for schools in options.sizes:
        district = options.district(schools)
        files = len(district.files)
        cost = _merged(options, district)
        yield from _whole("command", str(files), f"merge of {files} files", cost)
        writing = cost.told["writing"]
        of = f"processor {writing['processor']:.2f} s"
        yield Figure("command", f"{files}_writing", "  of it writing the outputs", writing["wall"], "s", of)
        before[files] = cost.told["before_writing_mb"] or 0
        yield Figure("command", f"{files}_before", "  parent's memory until then", before[files], "MB")
        yield Figure("command", f"{files}_own", "  parent's memory at most", cost.own_mb or 0, "MB")
        yield Figure("command", f"{files}_children", "  memory of its children at most", cost.children_mb or 0, "MB")
    if len(before) > 1:
        (few, less), (many, more) = list(before.items())[-2:]
        growth = (more - less) * 1000 / (many - few)
        yield Figure(
            "command", "growth", f"growth from {few} to {many} files", growth, "KB a file", "parent, until then"
        )


def again(options: Options) -> Iterator[Figure]:
    """With a register: the first run, one with nothing new, and one with some files changed."""
    district = options.district(options.sizes[-1])
    copied = options.folder / "again"
    shutil.rmtree(copied, ignore_errors=True)
    shutil.copytree(district.inbox.parent, copied)
    mine = districts.made(copied)
    files = len(mine.files)
    command = [sys.executable, "-m", "qa_excel", "merge", str(mine.inbox), "--roster", str(mine.roster)]
    command += ["--out", str(copied / "district.xlsx"), "--data", str(copied / "data")]
    first, same = (run([*command, "--register", str(copied / "command.sqlite")]) for _ in range(2))
    yield from _whole("again", "first", f"merge of {files} files, with a new register", first)
    yield from _whole("again", "same", "nothing changed", same)
    share = 100 * same.processor / first.processor
    yield Figure("again", "same_share", "  share of the first", share, "%", "processor of the whole command")
    receiving = ("receiving", mine.inbox, mine.roster, copied / "receiving.sqlite")
    first = step(*receiving)
    changed = max(1, round(files * CHANGED))
    districts.change(mine.files[:: max(1, files // changed)][:changed])
    new = step(*receiving)
    for key, name, cost in (("received", f"receiving {files} files", first), ("changed", f"{changed} changed", new)):
        told = cost.told["receiving"]
        yield Figure("again", key, name, told["wall"], "s", f"processor {told['processor']:.2f} s")
    share = 100 * new.told["receiving"]["processor"] / first.told["receiving"]["processor"]
    yield Figure("again", "changed_share", "  share of the first", share, "%", "processor, start-up apart")


def _merged(options: Options, district: districts.District, *more: str) -> Cost:
    out = options.folder / "out"
    out.mkdir(exist_ok=True)
    results = ("--out", str(out / "district.xlsx"), "--data", str(out / "data"))
    return program("merge", str(district.inbox), "--roster", str(district.roster), *results, *more)


def _whole(part: str, key: str, name: str, cost: Cost) -> Iterator[Figure]:
    yield Figure(part, key, name, cost.wall, "s", f"processor {cost.processor:.2f} s, with start-up")
