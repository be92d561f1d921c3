"""Free texts of a submission, for the checks of privacy: what they find is named by cell and never repeated."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from qa_excel.checks.registry import Workbook
from qa_excel.form.labels import label_of
from qa_excel.problems import Problem
from qa_excel.rubric.inputs import Field, fields
from qa_excel.thai.privacy import LARGEST, is_suspect, plain, text_of


def texts(book: Workbook) -> list[tuple[Field, str]]:
    """Every text that was typed, wherever it was typed, and every number that is larger than any figure; read once for
    all checks."""
    if book.texts is None:
        book.texts = list(_texts(book))
    return book.texts


def _texts(book: Workbook) -> Iterator[tuple[Field, str]]:
    for given in fields(book.rubric, book.area):
        typed = book.submission.typed.get(given.path)
        if isinstance(typed, str):
            yield given, plain(typed)
        elif isinstance(typed, int | float) and LARGEST < abs(typed) < math.inf:
            yield given, text_of(typed)


def suspects(book: Workbook) -> list[tuple[Field, str]]:
    """Those of the texts that may hold someone's number or address."""
    if book.suspects is None:
        book.suspects = [(given, text) for given, text in texts(book) if is_suspect(text)]
    return book.suspects


def found_in_texts(
    book: Workbook,
    code: str,
    has: Callable[[Field, str], bool],
    among: Callable[[Workbook], list[tuple[Field, str]]] = texts,
) -> Iterator[Problem]:
    """A problem for each input whose text has what is looked for."""
    for given, text in among(book):
        if has(given, text):
            label = label_of(book.rubric, book.area, given.path)
            yield Problem(code, book.submission.source(given.path), given.key, {"label": label})
