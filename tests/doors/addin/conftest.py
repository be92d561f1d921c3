"""A fake Windows, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from helpers.command_line import Run
from helpers.windows import APP_PATH, CLICK_TO_RUN, EXCEL, LINKS, OWN, FakeWindows, program
from qa_excel.doors.addin import commands
from qa_excel.doors.cli import app as cli
from qa_excel.files import computer as systems
from qa_excel.files.computer import HKLM


@pytest.fixture
def pc(tmp_path: Path) -> FakeWindows:
    """64-bit Excel 2016 or newer, and the program in a virtual environment as install.cmd makes it."""
    fake = FakeWindows(tmp_path / "drive")
    fake.put(EXCEL, program(0x8664))
    fake.set(HKLM, APP_PATH, **{"": EXCEL})
    fake.set(HKLM, CLICK_TO_RUN, VersionToReport="16.0.17328.20184", Platform="x64")
    fake.set(HKLM, r"Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.16"})
    for name in ("python.exe", "pythonw.exe"):
        fake.put(rf"{OWN}\Scripts\{name}", program(0x8664))
    for name in LINKS:
        fake.put(rf"{OWN}\{name}", name.encode())
        fake.pip_files.append(rf"{OWN}\{name}")
    return fake


@pytest.fixture
def command(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, pc: FakeWindows) -> Iterator[Callable[..., Run]]:
    """`qa-excel` on the fake Windows."""
    if not any(group.name == "addin" for group in cli.app.registered_groups):
        app = typer.Typer(invoke_without_command=True)
        app.add_typer(commands.addin_app)
        app.command()(commands.doctor)
        monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(systems, "this_computer", lambda: pc)
    yield run
