"""Reading in processes of their own: a file that takes its reader along costs itself the verdict, never the run."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import books
import pytest

from qa_excel import workers
from qa_excel.checks import check
from qa_excel.reading import read_workbook
from qa_excel.submission import FileResult
from qa_excel.workers import read_all


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


def where(file: Path) -> FileResult:
    return FileResult(str(os.getpid()), [])


def test_readers_end_with_the_run(tmp_path):
    files = [books.workbook(tmp_path / f"{n}.xlsx", 2) for n in range(3)]
    results = read_all([*files, Path("hangs")], examine, workers=2)
    assert next(results).submission
    start = time.perf_counter()
    results.close()
    assert time.perf_counter() - start < 10


def test_no_files():
    assert list(read_all([], examine, workers=2)) == []
