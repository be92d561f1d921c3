"""Knowing a marked copy that comes back: by its sign, and by whether anything in it has been corrected since.

What is compared is what stands in the cells, not what this version of the program finds in them: a later version may
find more. Of things beside the cells (links, embedded files, comments) the sign tells what was found; it is a
correction where one of them is there no more.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from qa_excel.district.first_copies import is_unchanged_first_copy
from qa_excel.files.guard import open_package
from qa_excel.files.sheet_facts import column_letters
from qa_excel.files.zips import peek
from qa_excel.reading.grids import Workbook
from qa_excel.reading.score_cells import called
from qa_excel.reading.workbook import read_workbook
from qa_excel.thai.typed import is_blank

MARK_PROPERTY = "qa-excel-feedback"
"""The name of the document property that a marked copy carries."""
LISTING_NAME = "QA_feedback_TOP"
"""The defined name by which the sheet of findings is known, however it is renamed."""
SIGN = "qa-excel:feedback:"
"""What that property's value begins with; how often the workbook has been marked follows, the digest of its cells, and
what was found beside them. Version 0.1.0 had the digest of what was typed and of all that was found."""

_BESIDE = ("file.", "privacy.")
"""Groups of findings that may concern what stands in no cell."""
_PROPERTY = re.compile(
    rf'name="{MARK_PROPERTY}"[^>]*>\s*<[^>]*>\s*{SIGN}(\d{{1,4}}):([0-9a-f]{{64}})(?::([a-z_.+*0-9]*))?\s*<'
)
_PARTS = re.compile(r"docProps/custom\d*\.xml")
_MAX_PROPERTIES = 200_000
"""Bytes; a document has a few hundred of them."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """`beside` counts the findings beside the cells by code; None of a copy that version 0.1.0 marked."""

    rounds: int
    digest: str
    beside: Counter[str] | None

    def __str__(self) -> str:
        beside = "+".join(f"{code}*{count}" for code, count in sorted(self.beside.items()))
        return f"{SIGN}{self.rounds}:{self.digest}:{beside}"


def is_unchanged_copy(path: Path) -> bool:
    """True for a marked copy in which nothing has been corrected yet. A file without a mark costs next to nothing."""
    sign = _sign_of(path)
    if sign is None:
        return False
    if sign.beside is None:
        return is_unchanged_first_copy(path, sign.digest)
    found = _beside(path)
    return found is not None and sign.digest == content_digest(path) and not sign.beside - found


def rounds(path: Path) -> int:
    """How often a workbook has been marked and sent back; 0 for one that never was."""
    sign = _sign_of(path)
    return sign.rounds if sign else 0


def new_sign(path: Path) -> str:
    """The sign for a copy of this workbook. A new round begins where something was corrected since the last."""
    done = rounds(path) + (not is_unchanged_copy(path))
    return str(_Sign(done, content_digest(path), _beside(path) or Counter()))


def content_digest(path: Path) -> str:
    """A hash of what stands in a workbook's cells, whichever program saved it; what formulas show is left out."""
    book = Workbook(open_package(path), "-")
    listings = [formula for name, formula in book.package.book.defined if name == LISTING_NAME]
    own = {sheet_of(formula) for formula in listings}
    cells = sorted(cell for title in book.grids if title not in own for cell in _cells(book, title))
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def sheet_of(reference: str) -> str:
    """The title of the sheet that a reference leads to."""
    return reference.rpartition("!")[0].lstrip("$").removeprefix("'").removesuffix("'").replace("''", "'")


def _cells(book: Workbook, title: str) -> Iterator[tuple[str, str, str]]:
    formulas = book.package.facts(title).formulas
    for address, (formula, _) in formulas.items():
        # Programs write their own functions in their own ways; that one stands there is enough.
        yield title, address, "=" + "|".join(called(formula) or ())
    for row, values in enumerate(book.grids[title], start=1):
        for column, value in enumerate(values, start=1):
            address = f"{column_letters(column)}{row}"
            if not is_blank(value) and address not in formulas:
                yield title, address, _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{float(value):.12g}"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return " ".join(str(value).split())


def _beside(path: Path) -> Counter[str] | None:
    """How often each code was found that may concern what stands in no cell; None for a file that can't be read."""
    result = read_workbook(path, "-")
    if result.submission is None:
        return None
    return Counter(problem.code for problem in result.problems if problem.code.startswith(_BESIDE))


def _sign_of(path: Path) -> _Sign | None:
    """The sign of a marked copy; None for any other file."""
    text = peek(path, _PARTS, _MAX_PROPERTIES).decode("utf-8", "replace")
    found = _PROPERTY.search(html.unescape(text))
    return _Sign(int(found[1]), found[2], None if found[3] is None else _counted(found[3])) if found else None


def _counted(text: str) -> Counter[str]:
    pairs = (part.partition("*") for part in text.split("+"))
    return Counter({code: int(count) for code, _, count in pairs if count.isdecimal()})
