"""A run that is killed leaves the old or the new at each place, whole; the next one makes good what it left behind.

A run in a fork of this process keeps a copy of what stands on the disk before each of its moves, which is what a kill
would leave there; another kills itself at its last move, which leaves the same.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fuzz.kills import answers, inbox, is_old_or_new, outputs
from helpers import books
from helpers.wheels import NEEDS, SHELF, FakePip, wheel
from qa_excel.doors import generated
from qa_excel.doors.addin import bundle
from qa_excel.doors.cli import app as cli
from qa_excel.files import writing
from qa_excel.summary import pdf

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


HOW = [(True, True), (False, True), (True, False)]
"""Whether there was a run before, and whether the system exchanges two folders in one step."""


@dataclass(frozen=True)
class Job:
    """A command, what it is given (differently the second time), and its folders that stand as a whole."""

    prepare: Callable[[Path, bool], None]
    arguments: tuple[str, ...]
    moves: int
    """How often at least something is moved into place."""
    whole: tuple[str, ...] = ()


def wheels(folder: Path, again: bool) -> None:
    wheel(folder / "dist", "qa-excel", *(NEEDS[:1] if again else NEEDS))


def nothing(folder: Path, again: bool) -> None: ...


WHEEL = "dist/qa_excel-1.0-py3-none-any.whl"
MERGE = ("merge", "inbox", "--roster", "schools.csv", "--format", "json")
JOBS = {
    "fill": Job(answers, ("fill", "answers.json", "--out", "a.xlsx"), 1),
    "validate": Job(
        inbox, ("validate", "inbox", "--roster", "schools.csv", "--feedback", "new/back", "--out", "r.xlsx"), 5
    ),
    "merge": Job(
        inbox, (*MERGE, "--out", "d.xlsx", "--data", "new/data", "--cards", "cards", "--pdf"), 5, ("new/data",)
    ),
    "bundle": Job(wheels, ("addin", "bundle", "--out", "b", "--wheel", WHEEL), 1, ("b",)),
    "templates": Job(nothing, ("templates", "--out", "t"), 2),
}


@pytest.fixture(autouse=True)
def other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip and LibreOffice, as far as these commands see them."""

    def convert(self: object, command: list[str], environment: object, seconds: int = 0) -> Any:
        folder, source = Path(command[-2]), Path(command[-1])
        (folder / f"{source.stem}.pdf").write_bytes(b"%PDF-1.7 " + source.read_bytes()[:100_000])
        return SimpleNamespace(status=0)

    paths = generated.template_paths
    two = lambda folder: dict(list(paths(folder).items())[:2])  # noqa: E731  (eight take long)
    monkeypatch.setattr(generated, "template_paths", two)
    monkeypatch.setattr(zipfile, "time", SimpleNamespace(localtime=lambda _: (2020, 1, 1, 0, 0, 0), time=lambda: 0))
    monkeypatch.setattr(bundle, "run_pip", FakePip(SHELF))
    monkeypatch.setattr(pdf, "require_soffice", lambda system=None: Path("soffice"))
    monkeypatch.setattr("qa_excel.files.computer.System.run", convert)


def moves(arguments: tuple[str, ...], states: Path, kill_at: int = 0) -> int:
    """Run a command, and keep what stands in the working folder before each move; how many it made.

    kill_at: the move at which it kills itself, if any.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with os.fdopen(reader) as made:
            number = len(made.read())
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]) == bool(kill_at)
        return number
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.stdout = sys.stderr = open(null, "w")  # noqa: PTH123, SIM115
        made = [0]

        def watched(move: Callable[..., Any]) -> Callable[..., Any]:
            def moving(*given: Any, **more: Any) -> Any:
                made[0] += 1
                if not kill_at:
                    shutil.copytree(".", states / str(made[0]))
                os.write(writer, b".")
                if made[0] == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return move(*given, **more)

            return moving

        for name in ("rename", "replace"):
            setattr(os, name, watched(getattr(os, name)))
        writing._swapped = watched(writing._swapped)
        cli.main(list(arguments))
    finally:
        os._exit(0)


CASES = [(name, again, exchanged) for name, job in JOBS.items() for again, exchanged in HOW if exchanged or job.whole]


@pytest.mark.parametrize(("name", "again", "exchanged"), CASES)
def test_a_run_that_is_killed_at_any_move(name, again, exchanged, run, tmp_path, monkeypatch):
    job = JOBS[name]
    if not exchanged:
        monkeypatch.setattr(writing, "_swapped", lambda one, other: False)
    base, undisturbed = tmp_path / "base", tmp_path / "undisturbed"
    base.mkdir()
    monkeypatch.chdir(base)
    job.prepare(base, False)
    arguments = job.arguments
    if again:
        assert run(*arguments, *(("--formulas", "explicit") if name == "templates" else ())).status in (0, 1)
    job.prepare(base, True)
    given = {} if again else books.snapshot(base)
    shutil.copytree(base, undisturbed)
    monkeypatch.chdir(undisturbed)
    assert run(*arguments).status in (0, 1)
    old, new = outputs(base, given), outputs(undisturbed, given)
    whole = books.snapshot(undisturbed)
    assert new and old != new

    (states := tmp_path / "states").mkdir()
    shutil.copytree(base, finished := tmp_path / "finished")
    monkeypatch.chdir(finished)
    number = moves(arguments, states)
    assert books.snapshot(finished) == whole
    assert number >= job.moves
    shutil.copytree(base, killed := tmp_path / "killed")
    monkeypatch.chdir(killed)
    assert moves(arguments, states, kill_at=number) == number
    kept = books.snapshot(states / str(number))
    assert len(books.snapshot(killed)) == len(kept)
    for at in range(1, number + 1):
        folder = states / str(at)
        monkeypatch.chdir(folder)
        if not exchanged:
            writing.recover(*map(Path, job.whole))
        assert is_old_or_new(outputs(folder, given), old, new, job.whole)
        assert run(*arguments).status in (0, 1)
        assert books.snapshot(folder) == whole
