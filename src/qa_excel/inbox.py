"""The inbox: which files of the given paths are to be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from qa_excel import oserrors
from qa_excel.output import DATA_MARK, DESCRIPTOR, is_output
from qa_excel.problems import Problem, Source
from qa_excel.received import Names, Received, beginnings
from qa_excel.rubric import Text

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"})
"""Endings of files that a school may mean as its workbook; the reader says what is wrong with them."""
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"})
"""Endings of files in which a school may have packed its workbooks; they are not opened."""
_TABLES = (".csv", ".parquet")
_MOST_DESCRIBED = 1 << 20
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


class InboxError(Exception):
    """A path that is absent or forbidden; `reason` is None for an absent one."""

    def __init__(self, path: Path, reason: Text | None = None):
        super().__init__(f"{path}: {reason.en if reason else 'absent'}")
        self.path = path
        self.reason = reason


@dataclass(slots=True)
class Inbox:
    """Files to be read, in order, and problems for those that are no workbooks."""

    files: list[Received] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, file: Received) -> None:
        """Say why a file is not read."""
        self.problems += [Problem(code, Source(file.name)), *file.problems()]


def search(paths: Iterable[Path], endings: frozenset[str] = SPREADSHEETS, but: Iterable[Path | None] = ()) -> Inbox:
    """Files given are taken as they are; folders are searched through, in order of name.

    endings: what to read in folders. but: files to pass over (the roster, for one).
    Lock files, hidden files and the program's own outputs in folders are passed over in silence; other
    files that are no workbooks are reported, and so are links that lead out of the folder and special files
    (pipes, devices), which are not opened. Raises InboxError for a path that is absent or forbidden.
    """
    inbox = Inbox()
    seen = {path.resolve() for path in but if path}
    places, names = beginnings(paths), Names()
    for path, place in places.items():
        if path.is_dir():
            for file in _walk(path):
                if _is_inside_link(file, path):
                    continue  # what it leads to is met on the way
                received = partial(names.received, file, place / file.relative_to(path))
                if _is_special(file):
                    inbox.report("file.special", received())
                    continue
                if file.resolve() in seen:
                    continue
                seen.add(file.resolve())
                if file.suffix.lower() not in endings:
                    inbox.report("file.archive" if file.suffix.lower() in ARCHIVES else "file.other", received())
                elif not is_output(file):
                    inbox.files.append(received())
        elif path.exists():
            if path.resolve() not in seen:
                seen.add(path.resolve())
                inbox.files.append(names.received(path, place))
        else:
            raise InboxError(path)
    return inbox


def _walk(folder: Path) -> Iterable[Path]:
    def refuse(error: OSError) -> None:
        raise InboxError(Path(error.filename or folder), oserrors.reason(error))

    for root, folders, files in os.walk(folder, onerror=refuse):
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        if DESCRIPTOR in files and is_data_folder(Path(root)):
            # Only the tables: what a school may mean as its workbook is read wherever it lies.
            files = [name for name in files if name != DESCRIPTOR and not name.lower().endswith(_TABLES)]
        for name in sorted(files + links):
            if not name.startswith((".", "~$")) and name.lower() not in _SYSTEM_FILES:
                yield Path(root) / name


def _is_inside_link(file: Path, folder: Path) -> bool:
    """True for a link to something else in the folder that is searched through."""
    try:
        return file.is_symlink() and file.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # it leads nowhere, or to itself
        return False


def _is_special(file: Path) -> bool:
    """True for all but plain files; a link is one, whatever it leads to."""
    try:
        return not stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False  # reading it says what is wrong


def is_data_folder(folder: Path) -> bool:
    """True for a folder with this program's descriptor of data, be it damaged."""
    descriptor = folder / DESCRIPTOR
    try:
        if not stat.S_ISREG(descriptor.stat().st_mode):
            return False
        with descriptor.open("rb") as handle:
            return f'"{DATA_MARK}'.encode() in handle.read(_MOST_DESCRIBED)
    except OSError:
        return False
