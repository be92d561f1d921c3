"""Reading many files in processes of their own: one that dies or hangs costs its file the verdict, never the run.

A worker is this Python started anew, fed through its standard input: unlike `multiprocessing` it does not run the
caller's main module again, and is the same on every system. A thread waits for each worker.
"""

from __future__ import annotations

import contextlib
import copyreg
import json
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from qa_excel.files.refusals import MEMORY
from qa_excel.problems import Problem, Source, shown_name
from qa_excel.reading.submission import FileResult
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.model import Rubric
from qa_excel.thai.text import Text

FEW = 8
"""So many files are read in this process. Starting a worker takes some 0.4 s, reading and checking a file 0.02 s;
and what is left to fear after the look at the package is little: the cells that calamine allocates are counted,
and a fault inside it arrives as an exception."""
SMALL = 2_000_000
"""Bytes; a larger file goes to a worker however few there are. A form with its answers has 40,000."""
TIMEOUT = 60.0
"""Seconds for one file; the heaviest that the limits of the package let through takes about a tenth of it."""
START_TIMEOUT = 120.0
"""Seconds for a worker to start, on a computer that is busy with others."""
MAX_MEMORY = 1_500_000_000
"""Bytes of address space of a worker, where the system can limit it: three times what the heaviest file takes."""
MAX_WORKERS = 8
"""More gain little: the files come from one disk."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from qa_excel.district.workers import serve; serve()"
_READY = "ready"
DIED = Text("โปรแกรมอ่านหยุดทำงานกลางคัน", "the reader stopped working")
_HUNG = Text("ใช้เวลานานเกินกำหนด", "it took too long")

copyreg.pickle(Rubric, lambda rubric: (load_rubric, (rubric.id,)))  # a submission's rubric travels as its id


File = TypeVar("File", bound=os.PathLike[str])


def read_all(
    files: Iterable[File],
    read_one: Callable[[File], FileResult],
    workers: int | None = None,
    timeout: float = TIMEOUT,
) -> Generator[FileResult, None, None]:
    """The result of each file, in order.

    read_one: a function of a module, or a partial of one; with workers it runs in another process.
    workers: how many processes; 0 reads in this one; None decides by the number and size of the files.
    A file whose reader dies, hangs, runs out of memory or breaks down has `file.reader_died` for its only problem.
    """
    files = list(files)
    if workers is None:
        workers = 0 if len(files) <= FEW and all(map(_is_small, files)) else min(MAX_WORKERS, os.cpu_count() or 1)
    if workers <= 0:
        yield from (read_guarded(read_one, file) for file in files)
        return
    readers: SimpleQueue[_Reader[File]] = SimpleQueue()
    started = [_Reader(read_one, timeout) for _ in range(min(workers, len(files)))]
    for reader in started:
        readers.put(reader)

    def work(file: File) -> FileResult:
        reader = readers.get()
        try:
            return reader.read(file)
        finally:
            readers.put(reader)

    pool = ThreadPoolExecutor(max(1, len(started)), "qa-excel-reader")
    try:
        waiting: deque[Future[FileResult]] = deque()
        with contextlib.suppress(RuntimeError):  # no thread is to be had
            waiting.extend(pool.submit(work, file) for file in files)
        for file in files:
            yield waiting.popleft().result() if waiting else read_guarded(read_one, file)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for reader in started:
            reader.close()


def _is_small(file: os.PathLike[str]) -> bool:
    try:
        return Path(file).stat().st_size <= SMALL
    except OSError:
        return True  # the reader says what is wrong with it


class _Reader(Generic[File]):
    """One worker, started when it is first needed and again after it ended."""

    def __init__(self, read_one: Callable[[File], FileResult], timeout: float):
        self.read_one = read_one
        self.timeout = timeout
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False

    def read(self, file: File, again: bool = False) -> FileResult:
        """What the worker made of a file, or why there is nothing; one that died or hung is asked once more."""
        if (self.process is None or self.process.poll() is not None) and not self._start():
            if self.closed:
                return without_verdict(file, DIED)
            # A computer where no worker can be started still reads its files.
            return read_guarded(self.read_one, file)
        fault, result = self._ask(file, self.timeout)
        if fault is not None and not again and not self.closed:
            # What befell it may be another's: the computer slept, or had no memory left.
            return self.read(file, again=True)
        return result if fault is None else without_verdict(file, fault)

    def _start(self) -> bool:
        """Start the worker and wait until it has loaded what it needs, which is no file's fault."""
        self.end()
        folders = json.dumps([os.fspath(Path(folder).resolve()) for folder in sys.path if folder])
        # -P: no module is taken from the folder that the program happens to be started in.
        command = [sys.executable, "-P", "-c", _START, folders]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return False
        if self.closed:  # since this was begun
            self.end()
            return False
        return self._ask(self.read_one, START_TIMEOUT) == (None, _READY)

    def _ask(self, question: Any, seconds: float) -> tuple[Text | None, Any]:
        """(what went wrong, the worker's answer); a worker that gave none is ended."""
        process, hung = self.process, threading.Event()
        if process is None or process.stdin is None or process.stdout is None:
            return DIED, None  # closed since

        def give_up() -> None:
            hung.set()
            process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        with contextlib.suppress(RuntimeError):  # no thread is to be had
            timer.start()
        try:
            pickle.dump(question, process.stdin)
            process.stdin.flush()
            return None, pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            self.end()
            return _HUNG if hung.is_set() else DIED, None
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the worker for good: the run is over, or was interrupted."""
        self.closed = True
        self.end()

    def end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(OSError):
                stream.close()


def read_guarded(read_one: Callable[[File], FileResult], file: File) -> FileResult:
    """What came of a file, whatever went wrong: it has a verdict, and the others are read."""
    try:
        return read_one(file)
    except Exception as error:
        return _broken_down(file, error)


def _broken_down(file: os.PathLike[str], error: Exception) -> FileResult:
    kind = type(error).__name__  # its own words may hold a school's data
    fault = Text(f"โปรแกรมขัดข้องภายใน ({kind})", f"internal fault ({kind})")
    return without_verdict(file, MEMORY if isinstance(error, MemoryError) else fault)


def without_verdict(file: os.PathLike[str], fault: Text) -> FileResult:
    """The result of a file whose reader came to nothing."""
    name = shown_name(file)
    return FileResult(name, [Problem("file.reader_died", Source(name), params={"reason": fault})], path=Path(file))


# --- in the worker ---


def serve() -> None:
    """Answer each file given on standard input with its result, until there are no more."""
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not get among the answers.
    sys.stdout = sys.stderr
    read_one = pickle.load(source)
    answers.write(pickle.dumps(_READY))
    answers.flush()
    _limit_memory()
    while True:
        try:
            file = pickle.load(source)
        except EOFError:
            return
        answers.write(_answer(read_one, file))
        answers.flush()


def _answer(read_one: Callable[[File], FileResult], file: File) -> bytes:
    result = read_guarded(read_one, file)
    try:
        return pickle.dumps(result)
    except Exception as error:
        return pickle.dumps(_broken_down(file, error))


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, hard))
