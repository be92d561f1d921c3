"""Reading in processes of their own: a file that takes its reader along costs itself the verdict, never the run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from helpers import books
from qa_excel.checks import check
from qa_excel.district import workers
from qa_excel.district.workers import read_all
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook


def examine(file: Path, noise: str = "") -> FileResult:
    print(noise)
    match file.name:
        case "dies":
            os.abort()
        case "leaves":
            os._exit(0)
        case "hangs":
            time.sleep(60)
        case "swells":
            bytearray(3 * workers.MAX_MEMORY)
        case "breaks":
            raise RuntimeError("ความลับ")
    return check(read_workbook(file))


def test_each_file_has_a_result_in_order(tmp_path):
    good = [books.workbook(tmp_path / f"{n}.xlsx", 2) for n in range(4)]
    names = ["dies", "hangs", "leaves", "breaks"] + (["swells"] if os.name == "posix" else [])
    files = [good[0], *map(Path, names), *good[1:]]
    results = list(read_all(files, partial(examine, noise="\x80"), workers=2, timeout=5))
    assert [result.file for result in results] == list(map(str, files))
    codes = {result.file: [p.code for p in result.problems][:1] for result in results if result.submission is None}
    assert codes == {name: ["file.reader_died"] for name in names}
    assert "ความลับ" not in str([result.problems for result in results])
    messages = {result.problems[0].message("en") for result in results[1 : 1 + len(names)]}
    assert len(messages) == len(names) - 1  # two died


def test_the_same_results_as_without_workers():
    files = sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))
    here = list(read_all(files, examine, workers=0))
    there = list(read_all(files, examine, workers=2))
    assert [result.problems for result in here] == [result.problems for result in there]
    assert [result.scorecard for result in here] == [result.scorecard for result in there]
    for one, other in zip(here, there, strict=True):
        assert one.submission.data == other.submission.data
        assert one.submission.typed == other.submission.typed
        assert one.submission.rubric is other.submission.rubric


@pytest.mark.parametrize(("number", "size", "away"), [(1, 10, False), (20, 10, True), (1, 5_000_000, True)])
def test_where_files_are_read(number, size, away, tmp_path):
    """Few and small ones here, without the wait for a worker; the others in workers."""
    files = [tmp_path / f"{n}.xlsx" for n in range(number)]
    for file in files:
        file.write_bytes(bytes(size))
    places = {result.file for result in read_all(files, where)}
    assert (str(os.getpid()) not in places) == away


def test_ordinary_files_are_read_here_and_the_others_in_a_worker(tmp_path):
    files = [tmp_path / name for name in ("a.xlsx", "odd.xlsx", "b.xlsx", "large.xlsx")]
    for file in files:
        file.write_bytes(bytes(5_000_000 if file.stem == "large" else 10))
    results = list(read_all(files, where, here=lambda file: None if file.stem == "odd" else where(file)))
    assert [result.file == str(os.getpid()) for result in results] == [True, False, True, False]


def test_the_processors_that_may_be_used_are_counted(monkeypatch):
    monkeypatch.setattr(os, "process_cpu_count", None, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 5}, raising=False)
    assert workers.cores() == 2


def where(file: Path) -> FileResult:
    return FileResult(str(os.getpid()), [])


def named(file: Path) -> FileResult:
    return FileResult(file.name, [])


def test_readers_end_with_the_run(tmp_path):
    files = [books.workbook(tmp_path / f"{n}.xlsx", 2) for n in range(3)]
    results = read_all([*files, Path("hangs")], examine, workers=2)
    assert next(results).submission
    start = time.perf_counter()
    results.close()
    assert time.perf_counter() - start < 10


def once(file: Path, marks: str) -> FileResult:
    """Hangs or dies, but only where it has not done so before."""
    mark = Path(marks, file.name)
    if not mark.exists():
        mark.touch()
        examine(Path(file.stem))
    return FileResult(str(file), [])


def test_a_reader_that_hung_or_died_is_asked_once_more(tmp_path):
    """The computer slept, or others had taken its memory: that is not the school's fault."""
    files = [Path("hangs.xlsx"), Path("dies.xlsx")]
    results = read_all(files, partial(once, marks=str(tmp_path)), workers=2, timeout=3)
    assert [result.problems for result in results] == [[], []]


# --- Through the command line ---

TROUBLE = """
import os, time
import qa_excel.files.guard as package
look = package.look_at

def troubled(path):
    if path.stem == "dies":
        os.abort()
    if path.stem == "hangs":
        time.sleep(600)
    return look(path)

package.look_at = troubled
"""


@pytest.fixture
def inbox(tmp_path):
    """A folder with more files than are read in one process."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    first = books.workbook(folder / "0.xlsx", 2)
    for number in range(1, workers.FEW + 3):
        shutil.copyfile(first, folder / f"{number}.xlsx")
    return folder


@pytest.fixture
def start(tmp_path):
    """Starts `qa-excel` in a process where reading some files goes wrong."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(TROUBLE)
    source = Path(workers.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tmp_path / "site", source)))}

    def call(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "qa_excel", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, **pipes, env=environment, text=True, encoding="utf-8", start_new_session=True)

    return call


@pytest.mark.parametrize("command", ["score", "validate"])
def test_a_file_that_kills_its_reader_costs_itself_the_verdict(command, inbox, start):
    shutil.copyfile(inbox / "0.xlsx", inbox / "dies.xlsx")
    run = start(command, inbox, "--format", "json")
    out, err = run.communicate(timeout=60)
    assert run.returncode == 1, err
    statuses = {Path(file["file"]).name: file["status"] for file in json.loads(out)["files"]}
    assert statuses.pop("dies.xlsx") == "unreadable"
    assert len(statuses) == workers.FEW + 3 and set(statuses.values()) == {"warnings"}


@pytest.mark.skipif(os.name != "posix" or not shutil.which("ps"), reason="signals, and a look at processes")
@pytest.mark.parametrize("whole_group", [True, False])
def test_interrupting_ends_the_run_and_its_readers(whole_group, inbox, start):
    for name in ("hangs", "dies"):
        shutil.copyfile(inbox / "0.xlsx", inbox / f"{name}.xlsx")
    run = start("validate", inbox)
    deadline = time.perf_counter() + 30
    while len(children(run.pid)) < 1 and time.perf_counter() < deadline:
        time.sleep(0.02)
    (os.killpg if whole_group else os.kill)(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=20)
    assert (run.returncode, out, err.splitlines()) == (130, "", ["ยกเลิกแล้ว"])
    assert children(run.pid) == []


def children(group: int) -> list[str]:
    """The processes of a group, but its first."""
    found = subprocess.run(["ps", "-A", "-o", "pgid=,pid=,stat="], capture_output=True, text=True).stdout.split("\n")
    rows = (line.split() for line in found if line)
    return [pid for pgid, pid, state in rows if pgid == str(group) != pid and not state.startswith("Z")]


def test_no_reader_is_replaced_once_the_run_is_over():
    """Else a file that kills its reader would be read in this process."""
    reader = workers._Reader(examine, 5)
    reader.close()
    (result,) = reader.read([Path("dies")])
    assert [problem.code for problem in result.problems] == ["file.reader_died"]


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_names_that_are_no_utf_8_are_shown_and_opened(tmp_path, run):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): "เก้า"})
    odd = path.rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xa1.xlsx"))
    back = tmp_path / "back"
    done = run("validate", odd, "--format", "json", "--feedback", back)
    assert done.status == 1
    assert [Path(file["file"]).name for file in done.json["files"]] == ["\ufffd.xlsx"]
    assert len(list(back.rglob("*.xlsx"))) == 1


@pytest.mark.parametrize("copies", [1, workers.FEW + 3])
def test_unchanged_marked_copies_are_passed_over_beside_the_workbook(copies, tmp_path, run):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): "เก้า"})
    run("validate", path, "--feedback", tmp_path / "back")
    (copy,) = (tmp_path / "back").rglob("*.xlsx")
    (tmp_path / "inbox").mkdir()
    for number in range(copies):
        shutil.copyfile(copy, tmp_path / "inbox" / f"{number}.xlsx")
    assert len(run("validate", tmp_path / "inbox", "--format", "json").json["files"]) == 1
    shutil.copyfile(path, tmp_path / "inbox" / "z.xlsx")
    (file,) = run("validate", tmp_path / "inbox", "--format", "json").json["files"]
    assert Path(file["file"]).name == "z.xlsx"
    assert run("validate", tmp_path / "inbox" / "0.xlsx").status == 1


def test_no_files():
    assert list(read_all([], examine, workers=2)) == []


@pytest.mark.parametrize("most", [0, 1, 2])
def test_files_are_read_where_no_thread_is_to_be_had(most, tmp_path, monkeypatch):
    files = [tmp_path / str(number) for number in range(5)]
    started = []
    start = threading.Thread.start

    def limited(thread: threading.Thread) -> None:
        if len(started) >= most:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert [result.file for result in read_all(files, named, workers=2)] == [file.name for file in files]
