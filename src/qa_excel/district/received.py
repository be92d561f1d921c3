"""A file as it was received: where it lies, and what every output calls it.

It is called by its place in the inbox, for where the inbox lies is no matter of others, without the data of any
person; one that has lost a part of its name so is told by its folder and by a piece of its content's hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePath, PurePosixPath

from qa_excel.problems import Problem, Source, shown_name
from qa_excel.thai.privacy import masked_name
from qa_excel.thai.text import Text

_PIECE = 7
"""Signs of a hash: enough for an inbox, and never so many as the digits of a school's code."""
_MOST = 50_000_000
"""Bytes that are hashed."""
_ENDING = re.compile(
    r"\.(?:xl\w{1,2}_?|ods|json|csv|zip|rar|7z|tar|t?gz|pdf|docx?|pptx?|jpe?g|png|gif|txt|html?|xml|(?:cr)?download|part)$",
    re.IGNORECASE,
)
"""Whatever else stands behind a dot may be a part of somebody's number or address."""
_WHERE = Text("ชื่อแฟ้มหรือโฟลเดอร์", "the name of the file or of its folder")
_RENAME = Text(" โดยเปลี่ยนชื่อแฟ้มหรือโฟลเดอร์นั้น", " by renaming that file or folder")


@dataclass(frozen=True, slots=True)
class Received(os.PathLike[str]):
    """A file: `path` is where it is opened, `name` what it is called; `found` are the codes of the personal data
    that its own name, or its folders', holds.

    `place` is where it lies in the inbox, as its sender called it: for telling who that is, and never printed.
    `finding` is what the inbox found of it, beside what is in it; `refusal` is why it is not opened.
    """

    path: Path
    name: str
    found: tuple[str, ...] = ()
    place: str = ""
    finding: Problem | None = None
    refusal: Problem | None = None

    def __fspath__(self) -> str:
        return os.fspath(self.path)

    def __str__(self) -> str:
        return self.name

    def problems(self) -> list[Problem]:
        """What there is to be told of it beside what is in it."""
        params = {"label": _WHERE, "suggestion": _RENAME}
        of_name = [Problem(code, Source(self.name), params=params) for code in self.found]
        return of_name if self.finding is None else [self.finding, *of_name]


class Names:
    """The names of an inbox's files, no two of them the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def received(self, path: Path, place: PurePath | str, content: bytes | None = None) -> Received:
        """A file with its name.

        place: where it lies in the inbox. content: its bytes, where they are not those at `path`.
        """
        *folders, file = PurePosixPath(PurePath(place).as_posix()).parts
        ending = match[0] if (match := _ENDING.search(file)) else ""
        parts = [masked_name(part) for part in (*folders, file.removesuffix(ending))]
        found = tuple(dict.fromkeys(code for _, codes in parts for code in codes))
        *folders, stem = (shown_name(told) for told, _ in parts)
        if found and (piece := _piece(path, content)):
            stem = f"{stem} [{piece}]"
        names = ("/".join((*folders, f"{stem}{f' {n}' if n > 1 else ''}{ending}")) for n in count(1))
        name = next(name for name in names if name not in self._taken)
        self._taken.add(name)
        return Received(path, name, found)


def received(path: Path) -> Received:
    """A file that is the only one."""
    return Names().received(path, path.name)


def saved_on(path: Path) -> str:
    """The ISO date on which a file was last written."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date().isoformat()
    except OSError:
        return ""


def beginnings(paths: Iterable[Path]) -> dict[Path, PurePath]:
    """What the names of files begin with, by the path that was given: of a folder alone nothing, else so much of the
    path's end as tells it from the others."""
    paths = list(dict.fromkeys(paths))
    if len(paths) == 1 and paths[0].is_dir():
        return {paths[0]: PurePath()}
    parts = {path: Path(os.path.normpath(path.absolute())).parts[1:] for path in paths}
    longest = max(map(len, parts.values()), default=0)
    for length in range(1, longest + 1):
        ends = {path: PurePath(*given[-length:]) for path, given in parts.items()}
        if len(set(ends.values())) == len(set(parts.values())):
            break
    return ends if longest else {path: PurePath() for path in paths}


def _piece(path: Path, content: bytes | None) -> str:
    """A piece of the content's hash; empty where it can't be read."""
    try:
        if content is None:
            if not stat.S_ISREG(path.stat().st_mode):
                return ""
            with path.open("rb") as file:
                content = file.read(_MOST)
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest()[:_PIECE]
