"""Knowing a marked copy that comes back: by its sign, and by whether anything in it has been corrected since."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from qa_excel.checks import check
from qa_excel.files.zips import peek
from qa_excel.reading import read_workbook

MARK_PROPERTY = "qa-excel-feedback"
"""The name of the document property that a marked copy carries."""
SIGN = "qa-excel:feedback:"
"""What that property's value begins with; how often the workbook has been marked follows, and the digest."""

_SAME_DAY = date(2000, 1, 1)
"""A copy's digest must not hang on the day it is taken."""
_PROPERTY = re.compile(rf'name="{MARK_PROPERTY}"[^>]*>\s*<[^>]*>\s*{SIGN}(\d{{1,4}}):([0-9a-f]{{64}})\s*<')
_PARTS = re.compile(r"docProps/custom\d*\.xml")
_MAX_PROPERTIES = 200_000
"""Bytes; a document has a few hundred of them."""


def is_unchanged_copy(path: Path) -> bool:
    """True for a marked copy in which nothing has been corrected yet. A file without a mark costs next to nothing."""
    digest = _mark_of(path)[1]
    return digest != "" and digest == content_digest(path)


def rounds(path: Path) -> int:
    """How often a workbook has been marked and sent back; 0 for one that never was."""
    return _mark_of(path)[0]


def new_sign(path: Path) -> str:
    """The sign for a copy of this workbook. A new round begins where something was corrected since the last."""
    done, last = _mark_of(path)
    digest = content_digest(path)
    return f"{SIGN}{done if digest == last else done + 1}:{digest}"


def content_digest(path: Path) -> str:
    """A hash of what was typed into a workbook and of what is found in it, whichever program saved it."""
    result = check(read_workbook(path, "-"), _SAME_DAY)
    typed = result.submission.typed if result.submission else {}
    content = (
        sorted(("/".join(map(str, where)), _shown(value)) for where, value in typed.items()),
        sorted((problem.code, problem.source.sheet, problem.source.cell, problem.field) for problem in result.problems),
    )
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _shown(value: Any) -> str:
    return repr(float(value)) if isinstance(value, int | float) else str(value)


def _mark_of(path: Path) -> tuple[int, str]:
    """(rounds, digest) of a marked copy, (0, "") of any other file."""
    text = peek(path, _PARTS, _MAX_PROPERTIES).decode("utf-8", "replace")
    found = _PROPERTY.search(html.unescape(text))
    return (int(found[1]), found[2]) if found else (0, "")
