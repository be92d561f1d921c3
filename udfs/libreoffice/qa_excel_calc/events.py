"""What is done at a document's events: when it has been loaded, and before it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa_excel_calc.books import Books
from qa_excel_calc.formulas import revive


def loaded(context: Any, document: Any, books: Books) -> None:
    """Bring the functions of a document from a file to life."""
    _unmodified(context, document, books, every=True)


def saving(context: Any, document: Any, books: Books) -> None:
    """Give formulas that were entered meanwhile the names that belong into a file."""
    _unmodified(context, document, books, every=False)


def _unmodified(context: Any, document: Any, books: Books, every: bool) -> None:
    """Nothing of this is a change that the user made."""
    modified = document.isModified()
    if revive(document, every):
        books.of(context, document).refresh()
        if document.isModified() != modified:
            document.setModified(modified)


EVENTS: dict[str, Callable[[Any, Any, Books], None]] = {
    "OnLoadFinished": loaded,
    "OnSave": saving,
    "OnSaveAs": saving,
    "OnCopyTo": saving,
}
