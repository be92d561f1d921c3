"""Runs killed at random instants, and what they leave: the old or the new at each place, whole.

    python tests/fuzz/kills.py [--kills 200] [--seed 1] [--commands merge,validate,templates,fill,register]
        [--schools 3]

Each run works in a copy of a folder that holds an inbox of two schools and the outputs of an earlier run. After the
kill it is run again to its end, which must give the bytes of a run that nobody disturbed, with no temporary file left,
there or among the system's. The seed decides the instants as parts of an undisturbed run's time, most of them towards
its end, where it writes. The status is 1 where something was wrong.

`register` merges beside a register, which knows one school of so many (`--schools`, of eight workbooks each) from the
earlier run. What happened then must still be in it after the kill, and after the next run all that happens undisturbed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[n] / name) for n, name in ((1, ""), (2, "src"), (2, ""))]

from openpyxl import Workbook

from helpers import books
from qa_excel import fill
from qa_excel.district.register.register import Register
from samples import build

CODES = ("99000002", "99000006")
FAULTY = {("IND6.1", "count"): "เก้า"}
Snapshot = dict[str, bytes | None]


@cache
def workbook(code: str, area: int) -> bytes:
    """A school's workbook, that of area 2 with a fault and a formula that is taken out of its marked copy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        fill(books.submission(area, school={"code": code, "levels": ["P6"]}), path)
        if area == 2:
            books.edit(books.type_in(path, FAULTY), ask_outside)
        return path.read_bytes()


def ask_outside(book: Workbook) -> None:
    book.worksheets[1]["B900"] = '=WEBSERVICE("http://example.org")'


def inbox(folder: Path, again: bool) -> None:
    """Two schools with a fault each, which hand in a workbook more before the second run."""
    for code in CODES:
        (folder / "inbox" / code).mkdir(parents=True, exist_ok=True)
        for area in (2, 3) if again else (2,):
            (folder / "inbox" / code / f"{area}.xlsx").write_bytes(workbook(code, area))
    heading, *schools = (books.SAMPLES / "schools.csv").read_text(encoding="utf-8-sig").splitlines()
    lines = [heading, *(line for line in schools if line.startswith(CODES))]
    (folder / "schools.csv").write_text("\n".join(lines), encoding="utf-8")


def answers(folder: Path, again: bool) -> None:
    """Answers to be filled in."""
    (folder / "answers.json").write_text(json.dumps(books.submission(3 if again else 2)), encoding="utf-8")


def outputs(folder: Path, given: Iterable[str] = ()) -> Snapshot:
    """Every file that runs wrote, and that was not given to them; their temporary ones left out."""
    return {
        name: content
        for name, content in books.snapshot(folder).items()
        if name not in given and content is not None and ".qa-excel-" not in name
    }


def is_old_or_new(now: Snapshot, old: Snapshot, new: Snapshot, whole: Iterable[str] = ()) -> bool:
    """Each file is the old or the new one, or absent where one of them is; folders named are so as a whole."""
    for folder in whole:
        parts = [{n: c for n, c in each.items() if n.startswith(f"{folder}/")} for each in (now, old, new)]
        if parts[0] not in parts[1:]:
            return False
    return all(now.get(name) in (old.get(name), new.get(name)) for name in {*now, *old, *new})


def district(folder: Path, again: bool) -> None:
    """The first school's workbooks, and before the second run those of all."""
    schools = _district()
    for code, files in list(schools.items())[: len(schools) if again else 1]:
        (folder / "inbox" / code).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / "inbox" / code / name).write_bytes(content)
    build.write_roster(_schools(), folder / "schools.csv")


SCHOOLS = [3]
"""How many schools the district has."""


@cache
def _schools() -> list[build.School]:
    return [build.random_school(Random(f"school {n}"), number=n + 1) for n in range(SCHOOLS[0])]


@cache
def _district() -> dict[str, dict[str, bytes]]:
    """School's code → its workbooks."""
    made = {}
    with tempfile.TemporaryDirectory() as work:
        for school in _schools():
            files = made.setdefault(school.code, {})
            for data in build.school_submissions(Random(school.code), school, 2563, 2565):
                fill(data, path := Path(work) / f"{data.get('area', 'iqa')}.xlsx")
                files[path.name] = path.read_bytes()
    return made


REGISTER = "register.sqlite"


def happened(folder: Path) -> list[tuple[Any, ...]]:
    """What a register says that happened."""
    events = Register(folder / REGISTER).events() if (folder / REGISTER).exists() else []
    return [(e.day, e.person, e.kind, e.school, e.workbook, e.year, e.content, e.told) for e in events]


def without_register(found: Snapshot) -> Snapshot:
    """A snapshot without the register, whose bytes tell in how many steps it was written."""
    return {name: content for name, content in found.items() if not name.startswith(REGISTER)}


# --- at random instants ---

MERGE = "merge inbox --roster schools.csv --out d.xlsx --data data --cards cards"
COMMANDS: dict[str, tuple[Callable[[Path, bool], None], str, str]] = {
    "merge": (inbox, MERGE, ""),
    "validate": (inbox, "validate inbox --roster schools.csv --feedback back --out r.xlsx", ""),
    "templates": (lambda folder, again: None, "templates --out forms", " --formulas explicit"),
    "fill": (answers, "fill answers.json --out a.xlsx", ""),
    "register": (district, f"{MERGE} --register {REGISTER} --due 15/05/2564", ""),
}
"""What is given to a command, the command, and what the earlier run had besides."""


def started(folder: Path, command: str) -> subprocess.Popen[bytes]:
    """The command, with temporary files of the system in a folder of their own."""
    temporary = folder.parent / f"{folder.name}-tmp"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    arguments = [sys.executable, "-m", "qa_excel", *command.split()]
    return subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_often(name: str, kills: int, random: Random, work: Path) -> Counter[str]:
    """What was found, and how often."""
    prepare, command, earlier = COMMANDS[name]
    base, undisturbed = work / f"{name}-base", work / f"{name}-undisturbed"
    base.mkdir()
    prepare(base, False)
    assert started(base, command + earlier).wait() in (0, 1)
    prepare(base, True)
    shutil.copytree(base, undisturbed)
    begun = time.monotonic()
    assert started(undisturbed, command).wait() in (0, 1)
    seconds = time.monotonic() - begun
    old, new = (without_register(outputs(each)) for each in (base, undisturbed))
    whole, before, after = without_register(books.snapshot(undisturbed)), happened(base), happened(undisturbed)
    found: Counter[str] = Counter()
    for number in range(kills):
        folder = work / f"{name}-{number}"
        shutil.copytree(base, folder)
        process = started(folder, command)
        time.sleep(random.triangular(0, 1.05 * seconds, 0.9 * seconds))
        process.send_signal(signal.SIGKILL)
        found["ended before the kill" if process.wait() >= 0 else "killed"] += 1
        now = without_register(outputs(folder))
        found["left temporary files"] += without_register(books.snapshot(folder)).keys() - now.keys() != base_folders(
            base
        )
        found["WRONG: something that happened is lost"] += happened(folder)[: len(before)] != before
        found["old" if now == old else "new" if now == new else "some old, some new"] += 1
        found["WRONG: neither old nor new"] += not is_old_or_new(now, old, new, ("data",))
        found["WRONG: the next run failed"] += started(folder, command).wait() not in (0, 1)
        found["WRONG: the next run gave other bytes"] += without_register(books.snapshot(folder)) != whole
        found["WRONG: the next run tells other events"] += happened(folder) != after
        found["WRONG: temporary files of the system stayed"] += any((work / f"{folder.name}-tmp").iterdir())
        shutil.rmtree(folder)
    return found


def base_folders(folder: Path) -> set[str]:
    return {name for name, content in books.snapshot(folder).items() if content is None}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--schools", type=int, default=3)
    options = parser.parse_args(arguments)
    SCHOOLS[0] = options.schools
    names = options.commands.split(",")
    wrong = 0
    for at, name in enumerate(names):
        kills = options.kills * (at + 1) // len(names) - options.kills * at // len(names)
        with tempfile.TemporaryDirectory() as work:
            found = kill_often(name, kills, Random(f"{options.seed} {name}"), Path(work))
        wrong += sum(count for what, count in found.items() if what.startswith("WRONG"))
        print(f"{name}: " + ", ".join(f"{what} {count}" for what, count in found.items() if count), flush=True)
    print("nothing wrong" if not wrong else f"{wrong} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
