"""Reading many files in processes of their own: one that dies or hangs costs its file the verdict, never the run.

A worker is this Python started anew, fed through its standard input: unlike `multiprocessing` it does not run the
caller's main module again, and is the same on every system. It is given files in batches and answers one by one; a
thread waits for each worker.
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
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, Generic, TypeVar

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
PAYS = 100
"""From so many files on workers are started at once, where this process reads as well: fewer it has read by itself
before a worker is there to help."""
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
BATCH = 32
"""Files that a worker is given at a time, and fewer towards the end, so that all are done together."""
AHEAD = 2_000
"""Files that are read before the one that is waited for: their results, some 6 kB each, wait in memory."""
_PIPE = 1 << 20
"""Bytes of answers that a worker may be ahead, where the system can be asked for so many: it is never kept waiting by
what this process does meanwhile."""
_WATCH = 0.2
"""Seconds between two looks for a worker that hangs."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from qa_excel.district.workers import serve; serve()"
_READY = "ready"
DIED = Text("โปรแกรมอ่านหยุดทำงานกลางคัน", "the reader stopped working")
_HUNG = Text("ใช้เวลานานเกินกำหนด", "it took too long")

copyreg.pickle(Rubric, lambda rubric: (load_rubric, (rubric.id,)))  # a submission's rubric travels as its id


File = TypeVar("File", bound=os.PathLike[str])


def cores() -> int:
    """The processors that this process may use."""
    of_process = getattr(os, "process_cpu_count", None) or (lambda: len(os.sched_getaffinity(0)))
    with contextlib.suppress(AttributeError, OSError):
        return of_process() or 1
    return os.cpu_count() or 1


def read_all(
    files: Iterable[File],
    read_one: Callable[[File], FileResult],
    workers: int | None = None,
    timeout: float = TIMEOUT,
    *,
    jobs: int | None = None,
    here: Callable[[File], FileResult | None] | None = None,
) -> Generator[FileResult, None, None]:
    """The result of each file, in order.

    read_one: a function of a module, or a partial of one; with workers it runs in another process.
    workers: how many processes; 0 reads in this one; None decides by the number and size of the files, and by the
    processors that there are, or by `jobs`.
    here: reads an ordinary file in this process, and gives None for one that a worker is to read.
    A file whose reader dies, hangs, runs out of memory or breaks down has `file.reader_died` for its only problem.
    """
    files = list(files)
    if workers is None:
        workers = jobs or min(MAX_WORKERS, cores())
        if here is None and len(files) <= FEW and all(map(_is_small, files)):
            workers = 0
    else:
        here = None
    if workers <= 0:
        yield from (read_guarded(read_one, file) for file in files)
        return
    run = _Run(files, read_one, here, workers, timeout)
    try:
        yield from run.results()
    finally:
        run.close()


def _is_small(file: os.PathLike[str]) -> bool:
    try:
        return Path(file).stat().st_size <= SMALL
    except OSError:
        return True  # the reader says what is wrong with it


_Read = tuple[int, FileResult]
"""The number of a file, and what came of it."""


class _Run(Generic[File]):
    """The files of a run, which workers take in batches; this process takes one at a time, where it may read."""

    def __init__(
        self,
        files: Sequence[File],
        read_one: Callable[[File], FileResult],
        here: Callable[[File], FileResult | None] | None,
        workers: int,
        timeout: float,
    ):
        self.files = files
        self.read_one = read_one
        self.here = here
        self.timeout = timeout
        self.most = workers
        self.readers: list[_Reader[File]] = []
        self.come: SimpleQueue[_Read | BaseException] = SimpleQueue()
        self.ready: dict[int, FileResult] = {}
        self.lock = threading.Condition()
        self.next = 0
        self.wanted = 0
        self.unusual: deque[int] = deque()
        self.closed = False

    def results(self) -> Iterator[FileResult]:
        if self.here is None:
            self._start(min(self.most, len(self.files)))
        elif len(self.files) >= PAYS:
            self._start(self.most - 1)
        for number in range(len(self.files)):
            with self.lock:
                self.wanted = number
                self.lock.notify_all()
            while number not in self.ready:
                self._proceed()
            yield self.ready.pop(number)

    def _proceed(self) -> None:
        """Take in what has come, or read a file here, or wait."""
        with contextlib.suppress(Empty):
            while True:
                self._take_in(self.come.get_nowait())
                if self.wanted in self.ready:
                    return
        own = self._take(1) if self.here or not self.readers else []
        for number in own:
            self._read_here(number)
        if not own:
            self._take_in(self.come.get())

    def _take_in(self, come: _Read | BaseException) -> None:
        if isinstance(come, BaseException):
            raise come
        self.ready[come[0]] = come[1]

    def _read_here(self, number: int) -> None:
        file = self.files[number]
        if self.here is None:  # no thread is to be had
            self.ready[number] = read_guarded(self.read_one, file)
            return
        result = self.here(file) if _is_small(file) else None
        if result is not None:
            self.ready[number] = result
            return
        with self.lock:
            self.unusual.append(number)
            self.lock.notify_all()
        if not self.readers:
            self._start(1)
        if not self.readers:
            self.ready[self.unusual.pop()] = read_guarded(self.read_one, file)

    def _take(self, most: int, wait: bool = False) -> list[int]:
        """The next files; what this process passed on comes first. None are left where there are none.

        wait: also for those that this process may yet pass on.
        """
        with self.lock:
            while wait and not self.closed and not self.unusual and not self._may_take():
                if self.here is None and self.next >= len(self.files):
                    break
                self.lock.wait()
            if self.closed:
                return []
            if self.unusual and wait:
                return [self.unusual.popleft()]
            left = len(self.files) - self.next if self._may_take() else 0
            share = max(1, left // (4 * (len(self.readers) + 1)))
            taken = list(range(self.next, self.next + min(most, share, left)))
            self.next += len(taken)
            return taken

    def _may_take(self) -> bool:
        return self.next < min(len(self.files), self.wanted + AHEAD)

    # --- Workers ---

    def _start(self, workers: int) -> None:
        for _ in range(workers):
            reader = _Reader(self.read_one, self.timeout)
            thread = threading.Thread(target=self._work, args=(reader,), name="qa-excel-reader", daemon=True)
            self.readers.append(reader)
            try:
                thread.start()
            except RuntimeError:  # no thread is to be had
                self.readers.remove(reader)
                return
        if self.readers:
            with contextlib.suppress(RuntimeError):
                threading.Thread(target=self._watch, name="qa-excel-watch", daemon=True).start()

    def _work(self, reader: _Reader[File]) -> None:
        try:
            while numbers := self._take(BATCH, wait=True):
                results = reader.read([self.files[number] for number in numbers])
                for number, result in zip(numbers, results, strict=True):
                    self.come.put((number, result))
        except BaseException as error:
            self.come.put(error)

    def _watch(self) -> None:
        while not self.closed:
            time.sleep(_WATCH)
            for reader in self.readers:
                reader.end_if_hung()

    def close(self) -> None:
        """End all workers for good: the run is over, or was interrupted."""
        with self.lock:
            self.closed = True
            self.lock.notify_all()
        for reader in self.readers:
            reader.close()


class _Reader(Generic[File]):
    """One worker, started when it is first needed and again after it ended."""

    def __init__(self, read_one: Callable[[File], FileResult], timeout: float):
        self.read_one = read_one
        self.timeout = timeout
        self.process: subprocess.Popen[bytes] | None = None
        self.deadline: float | None = None
        self.hung = False
        self.closed = False

    def read(self, files: Sequence[File]) -> Iterator[FileResult]:
        """What the worker made of each file, or why there is nothing; one that died or hung is asked once more."""
        left, again = deque(files), False
        while left:
            if (self.process is None or self.process.poll() is not None) and not self._start():
                # A computer where no worker can be started still reads its files.
                file = left.popleft()
                yield without_verdict(file, DIED) if self.closed else read_guarded(self.read_one, file)
                continue
            fault = self._ask(list(left))
            while left and fault is None:
                fault, result = self._answer(self.timeout)
                if fault is None:
                    left.popleft()
                    again = False
                    yield result
            if fault is not None:
                # What befell it may be another's: the computer slept, or had no memory left.
                if again or self.closed:
                    yield without_verdict(left.popleft(), fault)
                again = not again and not self.closed

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
        return self._ask(self.read_one) is None and self._answer(START_TIMEOUT) == (None, _READY)

    def _ask(self, question: Any) -> Text | None:
        """Put a question to the worker; what went wrong."""
        process = self.process
        try:
            if process is None or process.stdin is None:
                return DIED  # closed since
            pickle.dump(question, process.stdin)
            process.stdin.flush()
        except (OSError, ValueError):
            self.end()
            return DIED
        return None

    def _answer(self, seconds: float) -> tuple[Text | None, Any]:
        """(what went wrong, the worker's next answer); a worker that gave none is ended."""
        process = self.process
        if process is None or process.stdout is None:
            return DIED, None  # closed since
        self.hung, self.deadline = False, time.monotonic() + seconds
        try:
            return None, pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            self.end()
            return _HUNG if self.hung else DIED, None
        finally:
            self.deadline = None

    def end_if_hung(self) -> None:
        """End the worker where its answer is overdue."""
        process, deadline = self.process, self.deadline
        if process is not None and deadline is not None and time.monotonic() > deadline:
            self.hung = True
            process.kill()

    def close(self) -> None:
        """End the worker for good."""
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
    """Answer each file of the batches given on standard input with its result, until there are no more."""
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not get among the answers.
    sys.stdout = sys.stderr
    read_one = pickle.load(source)
    _widen(answers)
    answers.write(pickle.dumps(_READY))
    answers.flush()
    _limit_memory()
    while True:
        try:
            files = pickle.load(source)
        except EOFError:
            return
        for file in files:
            answers.write(_answer(read_one, file))
            answers.flush()


def _answer(read_one: Callable[[File], FileResult], file: File) -> bytes:
    result = read_guarded(read_one, file)
    try:
        return pickle.dumps(result)
    except Exception as error:
        return pickle.dumps(_broken_down(file, error))


def _widen(answers: IO[bytes]) -> None:
    """Room for the answers to some files, so that reading the next ones does not wait until they are fetched."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl  # not on Windows

        fcntl.fcntl(answers, fcntl.F_SETPIPE_SZ, _PIPE)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, hard))
