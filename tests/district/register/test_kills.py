"""A run that is killed while it writes in the register: nothing that happened is lost, and the next one goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from typing import Any

import pytest

from fuzz.kills import REGISTER, happened, inbox, without_register
from helpers import books
from qa_excel.district.register import known, register, store
from qa_excel.doors.cli import app as cli

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

MERGE = ("merge", "inbox", "--roster", "schools.csv", "--data", "data", "--register", REGISTER, "--due", "15/05/2564")


@pytest.fixture(autouse=True)
def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "BATCH", 1)
    monkeypatch.setattr(known, "BATCH", 1)


def killed(arguments: tuple[str, ...], number: int) -> bool:
    """Run a command that is killed before it commits for the n-th time; False where it came to its end."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.stdout = sys.stderr = open(null, "w")  # noqa: PTH123, SIM115
        left = [number]
        write = store.Store.write

        def fatal(self: store.Store, work: Any) -> Any:
            def working(db: Any) -> Any:
                done = work(db)
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

            return write(self, working)

        store.Store.write = fatal  # type: ignore[method-assign]
        cli.main(list(arguments))
    finally:
        os._exit(0)


def test_a_run_that_is_killed_as_it_writes(run, tmp_path, monkeypatch):
    base, undisturbed = tmp_path / "base", tmp_path / "undisturbed"
    base.mkdir()
    monkeypatch.chdir(base)
    inbox(base, again=False)
    assert run(*MERGE).status in (0, 1)
    inbox(base, again=True)
    shutil.copytree(base, undisturbed)
    monkeypatch.chdir(undisturbed)
    assert run(*MERGE).status in (0, 1)
    before, after, whole = happened(base), happened(undisturbed), without_register(books.snapshot(undisturbed))
    assert len(before) == 2 and len(after) == 4
    number, ended = 0, False
    while not ended:
        number += 1
        folder = tmp_path / str(number)
        shutil.copytree(base, folder)
        monkeypatch.chdir(folder)
        ended = not killed(MERGE, number)
        assert happened(folder)[: len(before)] == before
        assert run(*MERGE).status in (0, 1)
        assert happened(folder) == after
        assert without_register(books.snapshot(folder)) == whole
        shutil.rmtree(folder)
    assert number > 5
