"""What was read: of each content what its bytes alone decide, so that a later run reads only what is new or changed.

A file is known by the hash of its bytes, with the version of the program and of the rubrics. What hangs on the roster
or on other files is worked out anew; what the day of the check decides is known on every later day, but for files in
which something lies in the future. All of it may be thrown away.
"""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from qa_excel.district.keeping import Kept
from qa_excel.district.received import Received
from qa_excel.district.register.contents import Contents, hash_of, is_of_the_day
from qa_excel.district.register.lean import found_in, problems_of
from qa_excel.district.unpickling import unpickled
from qa_excel.reading.signs import Sign
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.rubric.building import load_rubric

BATCH, SECONDS = 64, 1.0
"""So many results, or as many as come in so long, are written at a time; a run that is killed has lost no more."""
_AT_ONCE = 200
"""Results that are fetched at a time."""
_CHECK = 8
ReadAll = Callable[[Sequence[Received], Callable[[Received], FileResult]], Generator[FileResult, None, None]]


class Known:
    """What a register knows of the contents of files."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._store = contents.store
        self._new: list[tuple[Any, ...]] = []
        self._since = time.monotonic()

    def reading(
        self, files: Sequence[Received], read_all: ReadAll, read_one: partial[FileResult]
    ) -> Generator[FileResult, None, None]:
        """The result of each file, in order, as it may stay in the register; only what is not known is read."""
        read_one = partial(read_one, with_rows=True, is_lean=True)
        known = {file for file in files if file.refusal is None and self.contents.is_known(file.path)}
        outcomes = self._outcomes([file for file in files if file in known])
        try:
            with closing(read_all([file for file in files if file not in known], read_one)) as fresh:
                for file in files:
                    if file in known:
                        yield _result(next(outcomes), file) or read_one(file)
                    else:
                        result = next(fresh)
                        self._put(file, result)
                        yield result
        finally:
            self._write()

    def _outcomes(self, files: Sequence[Received]) -> Iterator[bytes | None]:
        for start in range(0, len(files), _AT_ONCE):
            hashes = [self.contents.hash_of(file.path) for file in files[start : start + _AT_ONCE]]
            asked = f"SELECT hash, outcome FROM reading WHERE hash IN ({', '.join('?' * len(hashes))})"
            found = self._store.read(lambda db, asked=asked, hashes=hashes: dict(db.execute(asked, hashes).fetchall()))  # type: ignore[misc]
            yield from map(found.get, hashes)

    def _put(self, file: Received, result: FileResult) -> None:
        if isinstance(result, ReadFile) and file.refusal is None and (outcome := _outcome(result)):
            content = self.contents.hash_of(file.path)
            # What was read must be what was hashed.
            if content and content == hash_of(file.path):
                of_the_day = is_of_the_day(problem.code for problem in result.problems)
                year = result.submission.year
                self._new.append(
                    (content, self.contents.edition, self._store.today.isoformat(), of_the_day, year, outcome)
                )
        if len(self._new) >= BATCH or (self._new and time.monotonic() - self._since > SECONDS):
            self._write()

    def _write(self) -> None:
        new, self._new = self._new, []
        self._since = time.monotonic()
        if new:
            self._store.write(lambda db: put(db, new))

    def throw_away_others(self) -> None:
        """Leave nothing that another version of the program has read."""
        asked = "SELECT 1 FROM reading WHERE edition != ? LIMIT 1"
        if self._store.read(lambda db: db.execute(asked, (self.contents.edition,)).fetchone()):
            self._store.write(lambda db: db.execute("DELETE FROM reading WHERE edition != ?", (self.contents.edition,)))


def put(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO reading (hash, edition, day, of_the_day, year, outcome) VALUES (?, ?, ?, ?, ?, ?)", rows
    )


# --- As bytes ---


def _outcome(result: ReadFile) -> bytes | None:
    """What is kept of a result; None where nothing may be."""
    submission = result.submission
    if not isinstance(submission, Kept) or not submission.is_lean or submission.is_somebodys:
        return None
    found = found_in(result.problems, result.file)
    if found is None:
        return None
    sign = (result.sign.rounds, result.sign.digest, result.sign.beside) if result.sign else None
    about = (submission.rubric.id, submission.area, *submission.state())
    told = (found, sign, result.digest, result.beside, result.is_copy, about)
    content = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
    return _check(content) + content


def _result(outcome: bytes | None, file: Received) -> FileResult | None:
    """What was read of a file, under the name that it has now; None where it can't be told any more."""
    if outcome is None:
        return None
    content = outcome[_CHECK:]
    if outcome[:_CHECK] != _check(content):
        return None
    try:
        found, sign, digest, beside, is_copy, (rubric, area, *state) = unpickled(content)
        submission = Kept.of_state(file.name, load_rubric(rubric), area, *state)
        return ReadFile(
            file.name,
            problems_of(found, file.name),
            path=file.path,
            submission=submission,
            sign=Sign(*sign) if sign else None,
            digest=digest,
            beside=beside,
            is_copy=is_copy,
        )
    except (pickle.UnpicklingError, ValueError, TypeError, KeyError, AttributeError, EOFError, IndexError):
        return None


def _check(content: bytes) -> bytes:
    """Tells a damaged outcome, which SQLite would not."""
    return hashlib.blake2b(content, digest_size=_CHECK).digest()
