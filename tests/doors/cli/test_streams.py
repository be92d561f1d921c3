"""Pipes, devices, links, streams that are closed or full, and a Ctrl-C: each is said in a line, and nothing hangs."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import ROOT, books
from qa_excel.rubric import building as rubric
from qa_excel.rubric import files as rubric_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")

ROSTER = books.SAMPLES / "schools.csv"
MERGE = ("merge", books.COMPLETE_SCHOOL, "--roster", ROSTER)
SOURCE = ROOT / "src"


@pytest.fixture
def special(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder with a pipe that nobody writes and links to devices; what waits for one of them is interrupted."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.json").write_text(json.dumps(books.submission(2)), encoding="utf-8")
    for ending in ("xlsx", "csv", "json"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
        (tmp_path / f"zero.{ending}").symlink_to("/dev/zero")

    def hung(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(30)
    yield tmp_path
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


INPUTS = {
    "extract": ("extract", "{}.xlsx"),
    "score": ("score", "{}.xlsx"),
    "score json": ("score", "{}.json"),
    "validate": ("validate", "{}.xlsx"),
    "merge": (*MERGE, "{}.xlsx", "--out", "d.xlsx"),
    "fill": ("fill", "{}.json", "--out", "a.xlsx"),
    "roster": ("validate", books.COMPLETE_SCHOOL, "--roster", "{}.csv"),
    "means": ("validate", books.COMPLETE_SCHOOL, "--national-means", "{}.csv"),
    "previous": (*MERGE, "--out", "d.xlsx", "--previous", "{}.xlsx"),
    "wheel": ("addin", "bundle", "--out", "b", "--wheel", "{}.csv"),
}
OUTPUTS = {
    "fill": ("fill", "answers.json", "--out", "{}.xlsx"),
    "validate": ("validate", books.COMPLETE_SCHOOL, "--out", "{}.xlsx"),
    "merge": (*MERGE, "--out", "{}.xlsx"),
    "data": (*MERGE, "--out", "d.xlsx", "--data", "{}.csv"),
    "cards": (*MERGE, "--out", "d.xlsx", "--cards", "{}.csv"),
    "templates": ("templates", "--out", "{}.csv"),
    "bundle": ("addin", "bundle", "--out", "{}.csv"),
}


@pytest.mark.parametrize("what", ["pipe", "zero"])
@pytest.mark.parametrize("command", INPUTS.values(), ids=INPUTS)
def test_a_pipe_or_device_as_input(command, what, run, special):
    assert run(*(str(part).format(what) for part in command)).status in (1, 2)


@pytest.mark.parametrize("what", ["pipe", "zero"])
@pytest.mark.parametrize("command", OUTPUTS.values(), ids=OUTPUTS)
def test_a_pipe_or_device_as_output_stays_what_it_is(command, what, run, special):
    before = sorted(special.iterdir())
    done = run(*(str(part).format(what) for part in command))
    assert done.status == 2 and what in done.err
    assert sorted(special.iterdir()) == before
    assert stat.S_ISFIFO(Path("pipe.xlsx").stat().st_mode) and Path("zero.csv").is_symlink()


# --- Links ---


def test_a_link_as_output_stays_and_what_it_leads_to_is_written(run, special):
    (special / "there").mkdir()
    for name in ("a.xlsx", "d.xlsx"):
        Path(name).symlink_to(Path("there") / name)
    Path("data").symlink_to("there/tables")
    for _ in range(2):
        assert run("fill", "answers.json", "--out", "a.xlsx").status == 0
        assert run(*MERGE, "--out", "d.xlsx", "--data", "data").status == 0
    assert all(Path(name).is_symlink() for name in ("a.xlsx", "d.xlsx", "data"))
    assert {path.name for path in Path("there").iterdir()} == {"a.xlsx", "d.xlsx", "tables"}
    assert (special / "there" / "tables" / "scores.csv").is_file() and not Path("there/tables").is_symlink()


def test_a_link_that_leads_to_itself_is_named(run, special):
    Path("loop.xlsx").symlink_to("loop.xlsx")
    done = run("fill", "answers.json", "--out", "loop.xlsx")
    assert done.status == 2 and "loop.xlsx" in done.err and "วน" in done.err


def test_the_log_of_a_fault_is_written_through_no_link(run, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "qa-excel.log").symlink_to(victim)
    monkeypatch.setattr("qa_excel.district.examining.read_one", lambda *_, **__: 1 / 0)
    assert run("extract", books.workbook(tmp_path / "a.xlsx", 2)).status == 3
    assert victim.read_text() == "mine"
    (log,) = tmp_path.glob("qa-excel-*.log")
    assert "ZeroDivisionError" in log.read_text() and stat.S_IMODE(log.stat().st_mode) == 0o600


# --- Folders ---


@pytest.fixture
def deep(tmp_path) -> Iterator[Path]:
    """A folder with 5,000 in one another, deeper than a path can say, and a workbook beside."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    books.workbook(inbox / "a.xlsx", 2)
    here = os.open(inbox, os.O_RDONLY)
    for _ in range(5_000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    yield inbox
    subprocess.run(["rm", "-rf", str(inbox)], check=True)


def test_a_folder_deeper_than_a_path_can_say_is_named_and_the_rest_is_read(run, deep):
    found = run("validate", deep, "--format", "json")
    assert found.status == 1
    assert [file["file"] for file in found.json["files"]] == ["a.xlsx", "d/d/d"]
    assert [p["file"] for p in found.json["problems"] if p["code"] == "file.unreadable"] == ["d/d/d"]
    assert run("merge", deep, "--out", deep.parent / "d.xlsx").status == 2


# --- Streams ---


def shell(script: str, folder: Path, code: str = "-m qa_excel", **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in which $QA is the program."""
    program = f"'{sys.executable}' {code}"
    given = {**os.environ, "PYTHONPATH": str(SOURCE), "QA": program, "TMPDIR": str(folder), **environment}
    return subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False
    )


CLOSED = {
    "full": ("> /dev/full", "พื้นที่ดิสก์เต็ม"),
    "closed": (">&-", "ปิด"),
    "closed with all others": ("<&- 2>&- >&-", ""),
    "nobody reads": ("| true", "ปลายทางปิด"),
}


@pytest.mark.parametrize(("to", "said"), CLOSED.values(), ids=CLOSED)
def test_standard_output_is_closed_or_full_after_the_result_was_written(to, said, tmp_path):
    books.workbook(tmp_path / "a.xlsx", 2)
    done = shell(f"eval $QA validate a.xlsx --format json --out r.xlsx {to}; exit ${{PIPESTATUS[0]}}", tmp_path)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert len(done.stderr.splitlines()) == bool(said) and ("r.xlsx" in done.stderr) == bool(said)
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "r.xlsx"}


def test_notices_that_nobody_can_read_fail_nothing(tmp_path):
    books.workbook(tmp_path / "a.xlsx", 2)
    for to in ("2> /dev/full", "2>&-"):
        done = shell(f"eval $QA extract a.xlsx {to}", tmp_path)
        assert done.returncode == 0 and json.loads(done.stdout)["area"] == 2


# --- Ctrl-C ---


@pytest.mark.parametrize("module", ["typer", "rich.console", "pandas"])
def test_a_ctrl_c_while_the_program_is_loaded(module, tmp_path):
    """`module` stands for whatever is being imported when it comes."""
    fake = tmp_path / "fake" / f"{module.replace('.', '/')}.py"
    fake.parent.mkdir(parents=True)
    for folder in fake.parents:
        if folder == tmp_path / "fake":
            break
        (folder / "__init__.py").write_text("")
    fake.write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(30)\n")
    books.workbook(tmp_path / "a.xlsx", 2)
    command = f"eval $QA merge a.xlsx --roster '{ROSTER}' --out d.xlsx"
    done = shell(command, tmp_path, PYTHONPATH=f"{tmp_path / 'fake'}:{SOURCE}")
    assert done.returncode == 130 and "ยกเลิก" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_ctrl_c_where_python_cannot_raise_it(tmp_path):
    code = (
        "import signal, sys; import qa_excel.doors.cli.app as cli\n"
        "class Thing:\n    def __del__(self): raise KeyboardInterrupt\n"
        "def run(arguments=None):\n    Thing(); import time; time.sleep(30)\n"
        "cli.main = run\nfrom qa_excel.__main__ import main; main()\n"
    )
    (tmp_path / "it.py").write_text(code)
    done = shell("eval $QA", tmp_path, "it.py")
    assert done.returncode == 130 and "Traceback" not in done.stderr


# --- Rubrics ---


def test_a_mistake_in_a_rubric_is_said_with_its_line(run, tmp_path, monkeypatch):
    books.workbook(tmp_path / "a.xlsx", 2)
    path = rubric_files.rubric_path("onesqa-r4")
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("max:"))
    lines[at] = "max: 101"
    (tmp_path / path.name).write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(rubric_files, "rubric_path", lambda _: tmp_path / path.name)
    rubric.load_rubric.cache_clear()
    try:
        dones = [run("rubric", "onesqa-r4"), run("score", tmp_path / "a.xlsx")]
    finally:
        monkeypatch.undo()
        rubric.load_rubric.cache_clear()
    assert [done.status for done in dones] == [2, 2]
    assert all(f"{path.name}:{at + 1}: " in done.err for done in dones)
