"""A summary of which nothing has changed is left as it is; anything that has makes it anew, of what was read before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers import books
from helpers.command_line import Run
from qa_excel import fill

CODE = "99000002"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    heading, *schools = (books.SAMPLES / "schools.csv").read_text(encoding="utf-8-sig").splitlines()
    Path("schools.csv").write_text("\n".join([heading, *schools[:3]]), encoding="utf-8")
    Path("inbox").mkdir()
    for area in (2, 3):
        fill(books.submission(area, school={"code": CODE, "levels": ["P6"]}), Path("inbox") / f"{area}.xlsx")
    return tmp_path


MERGE = ("merge", "inbox", "--roster", "schools.csv", "--register", "r.sqlite", "--lang", "en")
MERGE += ("--data", "data")
FULL = (*MERGE, "--out", "d.xlsx", "--cards", "cards")


def merged(run: Callable[..., Run], *more: Any, command: tuple[str, ...] = MERGE) -> bool:
    """Whether a summary was made, and not left."""
    done = run(*command, *more)
    assert done.status == 0, done.err
    assert ("nothing has changed" in done.err) != ("written" in done.err)
    return "written" in done.err


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.suffix != ".bak"}


def test_nothing_is_written_where_nothing_has_changed(office, run):
    assert merged(run, command=FULL)
    before = times(office)
    assert not merged(run, command=FULL)
    assert times(office) == before


def add_workbook() -> None:
    fill(books.submission(4, school={"code": CODE, "levels": ["P6"]}), Path("inbox") / "4.xlsx")


def spoil(path: str) -> Callable[[], object]:
    return lambda: Path(path).write_bytes(Path(path).read_bytes()[:-1])


CHANGES: dict[str, Callable[[], object]] = {
    "a workbook more": add_workbook,
    "a workbook less": lambda: Path("inbox/4.xlsx").unlink(),
    "a workbook that lies elsewhere": lambda: Path("inbox/3.xlsx").rename("inbox/three.xlsx"),
    "a workbook saved on another day": lambda: os.utime("inbox/three.xlsx", (10**9, 10**9)),
    "another file": lambda: Path("inbox/x.txt").write_bytes(b"x"),
    "the roster": lambda: Path("schools.csv").write_text(Path("schools.csv").read_text(encoding="utf-8") + "\n"),
    "a table": spoil("data/scores.csv"),
}


def test_what_has_changed_makes_it_anew(office, run):
    merged(run)
    for name, change in CHANGES.items():
        change()
        assert merged(run), name
        assert not merged(run), name
    merged(run, command=FULL)
    for name in ("d.xlsx", next(Path("cards").iterdir())):
        Path(name).unlink()
        assert merged(run, command=FULL), name


def test_so_do_other_options_and_what_an_officer_says(office, run):
    merged(run)
    for option in (("--due", "2021-05-15"), ("--name", "อีกแห่ง"), ("--year", "2563")):
        assert merged(run, *option), option
    assert merged(run) and not merged(run)
    said = ("register", "received", "--register", "r.sqlite", "--school", CODE, "--year", 2563, "--day", "2021-05-01")
    assert run(*said).status == 0
    assert merged(run)


def test_json_is_told_each_time(office, run):
    first, second = (run(*MERGE, "--format", "json") for _ in range(2))
    assert first.out == second.out != ""


def test_with_a_register_it_is_the_same_summary(office, run):
    """Byte for byte: without a register, with a new one, of what was read before, and of a part of it."""
    plain = tuple(part for part in FULL if part not in ("--register", "r.sqlite"))

    def made(command: tuple[str, ...] = FULL) -> dict[str, bytes]:
        for name in ("data", "cards"):
            shutil.rmtree(name, ignore_errors=True)
        Path("d.xlsx").unlink(missing_ok=True)
        assert run(*command).status == 0
        found = {}
        for path in (Path("d.xlsx"), *Path("data").iterdir(), *Path("cards").iterdir()):
            if path.stem not in ("history", "datapackage") and path.stem != "submissions":
                found[str(path)] = path.read_bytes()
        return found

    expected = made(plain)
    assert made() == made() == expected
    Path("r.sqlite").unlink()
    Path("r.sqlite.bak").unlink()
    Path("inbox/2.xlsx").rename("aside.xlsx")
    assert made() != expected
    Path("aside.xlsx").rename("inbox/2.xlsx")
    assert made() == expected


def test_a_day_that_lies_ahead_makes_it_anew_another_day(office, run, monkeypatch):
    data = books.submission(4, school={"code": CODE, "levels": ["P6"]}, prepared_on="2999-01-01")
    merged(run)
    tomorrow(monkeypatch)
    assert not merged(run)
    fill(data | {"year": 2600, "prepared_on": "2058-01-01"}, Path("inbox/4.xlsx"))
    merged(run)
    assert not merged(run)
    tomorrow(monkeypatch, 2)
    assert merged(run)


def tomorrow(monkeypatch: pytest.MonkeyPatch, days: int = 1) -> None:
    from qa_excel.district.register import store

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date.fromordinal(date.today().toordinal() + days)

    monkeypatch.setattr(store, "date", Later)
