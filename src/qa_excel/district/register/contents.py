"""Contents by their hashes: which of an inbox's files are known, by what version they were read. Light: to see that
nothing has changed nothing else is loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa_excel import __version__
from qa_excel.district.register.store import Store
from qa_excel.files.plain import open_plain
from qa_excel.rubric.files import rubric_path, shipped_ids

_PACKAGE = str(Path(__file__).parents[2])
SHAPE = 1
"""Of what is kept; a change makes everything unknown."""
_OF_THE_DAY = ("consistency.future_date", "consistency.future_year")
"""What another day would not find."""
_PIECE = 1 << 20


class Contents:
    """The files that are met, by their hashes, and which of them a register knows."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.edition = _edition()
        self._hashes: dict[Path, bytes | None] = {}
        day = store.today.isoformat()
        asked = "SELECT hash FROM reading WHERE edition = ? AND (day = ? OR (day < ? AND NOT of_the_day))"
        found = store.read(lambda db: db.execute(asked, (self.edition, day, day)).fetchall())
        self._known: set[bytes] = {content for (content,) in found}

    def hash_of(self, path: Path) -> bytes | None:
        """The hash of a plain file's bytes as it was first met; None of what can't be read."""
        if path not in self._hashes:
            self._hashes[path] = hash_of(path)
        return self._hashes[path]

    def is_known(self, path: Path) -> bool:
        """True for a workbook that was read before."""
        return self.hash_of(path) in self._known


def hash_of(path: Path) -> bytes | None:
    """The hash of a plain file's bytes; None of one that can't be read."""
    digest = hashlib.sha256()
    try:
        with open_plain(path) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return None
    return digest.digest()


def is_of_the_day(codes: Iterable[str]) -> bool:
    """True where another day would find something else."""
    return any(code in _OF_THE_DAY for code in codes)


def _edition() -> str:
    """The version of the program and of the rubrics by which something was read.

    A checkout is worked on under one version, so the modules' sizes count as well: they take no time to ask.
    """
    digest = hashlib.sha256(f"{__version__} {SHAPE} {sorted(_modules(_PACKAGE))}".encode())
    for name in shipped_ids():
        digest.update(rubric_path(name).read_bytes())
    return digest.hexdigest()


def _modules(folder: str, within: str = "") -> Iterator[tuple[str, int]]:
    """(name, bytes) of each module."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield f"{within}{entry.name}", entry.stat().st_size
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _modules(entry.path, f"{within}{entry.name}/")
