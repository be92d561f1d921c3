"""Which school each file came from, also where the file itself doesn't say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa_excel.fields import dig
from qa_excel.privacy import masked
from qa_excel.roster import Roster
from qa_excel.rubric import Text
from qa_excel.submission import FileResult

UNKNOWN = Text("ไม่ทราบสถานศึกษา", "unknown school")
_CODE = re.compile(r"(?<!\d)(\d{10}|\d{8})(?!\d)", re.ASCII)


@dataclass(slots=True)
class Sender:
    """A school and its files; `code` is empty for files of no known school."""

    code: str
    name: str = ""
    results: list[FileResult] = field(default_factory=list)

    def title(self, lang: str) -> str:
        return self.code or UNKNOWN.get(lang)


def senders(results: Sequence[FileResult], roster: Roster | None = None) -> list[Sender]:
    """The files by school, in order of code; a school of the roster has the code and the name that stand there.

    A file whose code can't be read belongs to the school of the folder it lies in, if there is but one, else to the
    school whose code stands in its own name or its folder's.
    """
    codes = {result.file: result.about()["school_code"] for result in results}
    by_folder: dict[Path, set[str]] = {}
    for file, code in codes.items():
        if code:
            by_folder.setdefault(Path(file).parent, set()).add(code)
    found: dict[str, Sender] = {}
    for result in results:
        path = result.path or Path(result.file)
        code = codes[result.file] or _guess(path, by_folder.get(path.parent, set()))
        known = roster.find(code) if roster else None
        if known:
            code = known.code
        sender = found.setdefault(code, Sender(code, known.name if known else ""))
        sender.results.append(result)
        name = dig(result.submission.data, ("school", "name")) if result.submission else None
        if not sender.name and isinstance(name, str):
            sender.name = masked(name)
    return [found[code] for code in sorted(found)]


def _guess(path: Path, around: set[str]) -> str:
    if len(around) == 1:
        return next(iter(around))
    named = _CODE.search(path.stem) or _CODE.search(path.parent.name)
    return named[1] if named else ""
