"""What a summary was made of: where nothing of it has changed, and its files stand as they were written, they are left.

A summary is made of the inbox, of the roster and other files, of options, of what happened, and of the program. Kept is
a hash of all that, under a hash of where the summary lies.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_excel.district.inbox import Inbox
from qa_excel.district.received import saved_on
from qa_excel.district.register.contents import Contents, hash_of
from qa_excel.files.walking import walk


@dataclass(frozen=True, slots=True)
class Stands:
    """A summary as it was made: on which day (ISO), and whether a file that counts in it is faulty."""

    day: str
    faulty: bool


class Made:
    """A summary that is to be made.

    inbox: what is in it. outputs: where it goes. others: files and folders beside the inbox of which it is made.
    options: all else.
    """

    def __init__(
        self,
        contents: Contents,
        inbox: Inbox,
        outputs: Sequence[Path],
        others: Iterable[Path | None],
        options: Any,
    ) -> None:
        self._store = contents.store
        self._contents = contents
        self._outputs = [path.absolute() for path in outputs]
        self._place = _digest(list(map(str, self._outputs)))
        self._fixed = (contents.edition, [path and _hash_of_all(path) for path in others], options)
        self._inbox = self._told(inbox)

    def stands(self) -> Stands | None:
        """The summary that is there, where it is made of the same and nobody has changed it."""
        asked = "SELECT made_of, day, of_the_day, faulty, files FROM summary WHERE outputs = ?"
        found = self._store.read(lambda db: db.execute(asked, (self._place,)).fetchone())
        if found is None or self._inbox is None:
            return None
        made_of, day, of_the_day, faulty, files = found
        today = self._store.today.isoformat()
        holds = day == today or (day < today and not of_the_day)
        if holds and made_of == self._store.read(self._made_of) and self._stand(json.loads(files)):
            return Stands(day, bool(faulty))
        return None

    def note(self, files: Iterable[Path], faulty: bool, of_the_day: bool, years: tuple[int | None, int | None]) -> None:
        """Remember what was written. of_the_day: another day would find something else."""
        if self._inbox is None:
            return
        hashes = [(*self._called(path.absolute()), hash_of(path)) for path in files]
        if all(found for *_, found in hashes):
            told = json.dumps([(number, name, found.hex()) for number, name, found in hashes if found])
            row = (self._store.today.isoformat(), of_the_day, faulty, *years, told)

            def work(db: sqlite3.Connection) -> None:
                made = (self._place, self._made_of(db), *row)
                db.execute("INSERT OR REPLACE INTO summary VALUES (?, ?, ?, ?, ?, ?, ?, ?)", made)

            self._store.write(work)

    def _made_of(self, db: sqlite3.Connection) -> str:
        (last,) = db.execute("SELECT max(id) FROM event").fetchone()
        return _digest([self._inbox, *self._fixed, last])

    def _told(self, inbox: Inbox) -> list[Any] | None:
        """All of an inbox that a result rests on; None where it can't be told."""
        told: list[Any] = [(problem.code, problem.source.file) for problem in inbox.problems]
        for file in inbox.files:
            content = self._contents.hash_of(file.path) if file.refusal is None else None
            if content is None and file.refusal is None:
                return None
            about = [file.name, file.place, file.found, content and content.hex(), saved_on(file.path)]
            findings = [(p.code, str(p.params)) for p in (file.finding, file.refusal) if p]
            told.append((about, findings))
        return told

    def _called(self, path: Path) -> tuple[int, str]:
        """A file by the output that it belongs to and its name from there: no absolute path is kept."""
        at = next(n for n, output in enumerate(self._outputs) if path.is_relative_to(output.parent))
        at = next((n for n, output in enumerate(self._outputs) if path.is_relative_to(output)), at)
        return at, path.relative_to(self._outputs[at].parent).as_posix()

    def _stand(self, files: list[tuple[int, str, str]]) -> bool:
        def stands(number: int, name: str, told: str) -> bool:
            found = hash_of(self._outputs[number].parent / name)
            return found is not None and found.hex() == told

        return all(number < len(self._outputs) and stands(number, name, told) for number, name, told in files)


def _digest(told: Any) -> str:
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _hash_of_all(path: Path) -> str:
    """Of a file, or of all files in a folder."""
    found = hash_of(path)
    if found:
        return found.hex()
    files = sorted(root / name for root, _, names in walk(path) for name in names)
    return _digest([(file.relative_to(path).as_posix(), str(hash_of(file))) for file in files])
