"""The fixtures on disk: as the script makes them, one for each code, each failing for exactly its own code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures_build import HERE, SHOULD_FAIL, SHOULD_PASS, build
from helpers.checked import failing
from qa_excel.checks import catalogue
from qa_excel.district.workers import read_all
from qa_excel.problems import CATALOGUE
from qa_excel.reading.submission import FileResult

COMPANIONS = {
    "roster.superseded": {"roster.identical"},
    "roster.same_date": {"roster.changed"},
    "roster.sender_unknown": {"file.empty"},
}
"""Codes that can't be alone: merging says of one file that it isn't used, the checks say of the other what changed;
a file that says nothing of its sender has a fault of its own."""

Found = list[dict[str, Any]]


# --- What goes wrong with a computer, not with a file ---------------------------------------------------------


def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file keeps its rights in a repository, and root may open everything."""
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.suffix == ".xlsx":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)


def a_check_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that makes a check fail would be a fault to mend."""
    failing("check_typing", monkeypatch)


def dies(_: Path) -> FileResult:
    os.abort()


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {"forbidden": forbidden, "a check fails": a_check_fails}
READER_DIES = "reader dies"
"""A file that makes a reader die would be a fault to mend; here any file does."""


# --- The runs -------------------------------------------------------------------------------------------------


def found_in(folder: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Found:
    """What the command line finds in a fixture, as it would for a user."""
    told = {"command": "validate", "arguments": [], "fault": ""}
    if (folder / "run.json").exists():
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if told["fault"] == READER_DIES:
        results = read_all(sorted((folder / "inbox").iterdir()), dies, workers=1)
        return [problem.to_json() for result in results for problem in result.problems]
    if told["fault"]:
        FAULTS[told["fault"]](monkeypatch)
    options = [*told["arguments"], "--format", "json"]
    for name in ("roster", "national_means"):
        for path in folder.glob(f"{name}.*"):
            options += [f"--{name.replace('_', '-')}", path]
    done = run(told["command"], folder / "inbox", *options)
    shown = done.json
    problems = shown["problems"] if "problems" in shown else [f["problem"] for f in shown["files"] if "problem" in f]
    errors = any(CATALOGUE[problem["code"]].severity == "error" for problem in problems)
    assert done.status == int(errors), done.err
    return problems


@pytest.mark.parametrize("code", SHOULD_FAIL)
def test_a_fixture_fails_for_its_own_code_alone(code, run, monkeypatch):
    if code == "file.special" and sys.platform == "win32":
        pytest.skip("Windows makes no links without rights")
    problems = found_in(HERE / "should_fail" / code, run, monkeypatch)
    assert {problem["code"] for problem in problems} == {code} | COMPANIONS.get(code, set()), [
        (problem["code"], problem["message"]) for problem in problems
    ]
    for problem in problems:
        assert problem["message"] and problem["hint"] and "{" not in problem["message"] + problem["hint"]
        if not code.startswith(("file.", "check.", "roster.")):
            assert problem["sheet"] and problem["cell"]


@pytest.mark.parametrize("name", SHOULD_PASS)
def test_what_is_in_order_passes(name, run, monkeypatch):
    assert found_in(HERE / "should_pass" / name, run, monkeypatch) == []


def test_every_code_has_a_fixture_and_every_fixture_a_code():
    codes = {entry.code for entry in catalogue()}
    assert codes == set(SHOULD_FAIL)
    assert codes == {folder.name for folder in (HERE / "should_fail").iterdir()}


# --- The files ------------------------------------------------------------------------------------------------


def held(folder: Path) -> dict[str, Any]:
    """Every file of the fixtures below a folder with its bytes, every link with where it leads."""
    paths = sorted(path for kind in ("should_pass", "should_fail") for path in (folder / kind).rglob("*"))
    files = (path for path in paths if path.is_symlink() or path.is_file())
    return {str(p.relative_to(folder)): str(p.readlink()) if p.is_symlink() else p.read_bytes() for p in files}


def test_the_fixtures_are_what_the_script_makes(tmp_path):
    """Where this fails: PYTHONPATH=. python tests/fixtures_build.py"""
    for kind, fixtures in (("should_pass", SHOULD_PASS), ("should_fail", SHOULD_FAIL)):
        for name, fixture in fixtures.items():
            build(fixture(), tmp_path / kind / name)
    made, there = held(tmp_path), held(HERE)
    assert sorted(made) == sorted(there)
    assert [name for name in made if made[name] != there[name]] == []


def test_the_fixtures_are_small():
    assert sum(len(content) for content in held(HERE).values()) < 7_500_000
