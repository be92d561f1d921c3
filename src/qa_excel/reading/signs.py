"""The sign of a marked copy, and what of a workbook it tells: what stood in its cells, and what was found beside them.

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
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from qa_excel.files.guard import Package
from qa_excel.form.layout import CALCULATION
from qa_excel.problems import Problem
from qa_excel.reading.calls import asked
from qa_excel.reading.grids import Workbook
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
class Sign:
    """`beside` counts the findings beside the cells by code; None of a copy that version 0.1.0 marked."""

    rounds: int
    digest: str
    beside: Counter[str] | None

    def __str__(self) -> str:
        beside = "+".join(f"{code}*{count}" for code, count in sorted((self.beside or {}).items()))
        return f"{SIGN}{self.rounds}:{self.digest}:{beside}"


def sign_of(package: Package) -> Sign | None:
    """The sign of a marked copy; None for any other file."""
    for name, part in package.parts.items():
        if _PARTS.fullmatch(name):
            text = html.unescape(part[:_MAX_PROPERTIES].decode("utf-8", "replace"))
            if found := _PROPERTY.search(text):
                return Sign(int(found[1]), found[2], None if found[3] is None else _counted(found[3]))
    return None


def _counted(text: str) -> Counter[str]:
    pairs = (part.partition("*") for part in text.split("+"))
    return Counter({code: int(count) for code, _, count in pairs if count.isdecimal()})


def found_beside(problems: Iterable[Problem]) -> Counter[str]:
    """How often each code was found that may concern what stands in no cell."""
    return Counter(problem.code for problem in problems if problem.code.startswith(_BESIDE))


def content_digest(book: Workbook) -> str:
    """A hash of what stands in a workbook's cells, whichever program saved it; what formulas show is left out, and
    the sheet on which nothing is entered but formulas."""
    listings = [formula for name, formula in book.package.book.defined if name == LISTING_NAME]
    own = {sheet_of(formula) for formula in listings}
    own |= {title for title, form in book.forms.items() if form.key.sheet == CALCULATION}
    told = [_told(book, title) for title in sorted(book.sheets) if title not in own]
    # As JSON holds a sorted list of (sheet, cell, text).
    return hashlib.sha256(f"[{', '.join(filter(None, told))}]".encode("utf-8", "surrogatepass")).hexdigest()


def _told(book: Workbook, title: str) -> str:
    """A sheet's cells, in the order of their addresses."""
    head = f'[{json.dumps(title, ensure_ascii=False)}, "'
    cells = sorted(_cells(book, title))
    return f"{head}{f'], {head}'.join(cells)}]" if cells else ""


def sheet_of(reference: str) -> str:
    """The title of the sheet that a reference leads to."""
    return reference.rpartition("!")[0].lstrip("$").removeprefix("'").removesuffix("'").replace("''", "'")


def _cells(book: Workbook, title: str) -> list[str]:
    """Each cell's address and what is shown there, as in JSON."""
    formulas = book.package.facts(title).formulas
    cells = [f'{address}", {_formula_as_json(formula)}' for address, (formula, _) in formulas.items()]
    for address, value in book.cells[title].items():
        if address not in formulas:
            shown = _text_as_json(value) if value.__class__ is str else _value_as_json(value)
            if shown:
                cells.append(f'{address}", {shown}')
    return cells


@lru_cache(maxsize=8192)
def _formula_as_json(formula: str) -> str:
    """Programs write their own functions in their own ways; that one stands there is enough."""
    return json.dumps("=" + "|".join(asked(formula).call or ()), ensure_ascii=False)


def _value_as_json(value: Any) -> str:
    """A value as every program saves it; empty for what is blank."""
    if isinstance(value, int | float):
        return f'"{float(value):.12g}"'
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return _text_as_json(str(value))


@lru_cache(maxsize=8192)
def _text_as_json(text: str) -> str:
    """The texts of a form are the same in every school's file."""
    return "" if is_blank(text) else json.dumps(" ".join(text.split()), ensure_ascii=False)
