"""What is done at a document's events: on loading, and below LibreOffice 25.2 around saving.

From 25.2 on Calc writes the functions' names as they are; earlier versions write an internal name, so there the
formulas call macros of the visible names while the file is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from com.sun.star.beans import PropertyValue
from com.sun.star.uno import Exception as UnoException
from qa_excel.functions import Sheets

from qa_excel_calc.asking import answer_of
from qa_excel_calc.books import Books
from qa_excel_calc.formulas import as_macros, macro_opcode, put_back, set_again

_NAMES_SINCE = (25, 2)
_saving: dict[str, tuple[bool, list]] = {}
"""Document → whether it had been modified, and its formulas that are macros while it is saved."""


def version(context: Any) -> tuple[int, ...]:
    """The version of LibreOffice: (7, 4)."""
    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    path = PropertyValue(Name="nodepath", Value="/org.openoffice.Setup/Product")
    product = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (path,))
    return tuple(int(part) for part in product.ooSetupVersion.split(".")[:2])


def loaded(context: Any, document: Any, books: Books) -> None:
    """Bring the functions of a loaded document to life, without marking it as modified."""
    modified = document.isModified()
    if set_again(document):
        books.of(context, document).refresh()
        if document.isModified() != modified:
            document.setModified(modified)


def saving(context: Any, document: Any, books: Books) -> None:
    if version(context) >= _NAMES_SINCE or document.RuntimeUID in _saving:
        return
    opcode = macro_opcode(context, document)
    if opcode is not None:
        books.of(context, document).refresh()
        modified = document.isModified()
        _saving[document.RuntimeUID] = (modified, as_macros(document, opcode))


def saved(context: Any, document: Any, books: Books) -> None:
    _after(document, stays_modified=False)


def not_saved(context: Any, document: Any, books: Books) -> None:
    _after(document, stays_modified=True)


def _after(document: Any, stays_modified: bool) -> None:
    if document.RuntimeUID in _saving:
        modified, replaced = _saving.pop(document.RuntimeUID)
        put_back(document, replaced)
        try:
            document.setModified(modified and stays_modified)
        except UnoException:
            pass


def macro_value(books: Books, function: str, arguments: Sequence[Any]) -> Any:
    """What a macro gives in the document that is being saved: the value that the function has there."""
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    book = books.held.get(next(reversed(_saving), ""))
    return answer_of((function, tuple(given)), (book and book.sheets) or Sheets({}))


EVENTS = {
    "OnLoadFinished": loaded,
    "OnSave": saving,
    "OnSaveAs": saving,
    "OnCopyTo": saving,
    "OnSaveDone": saved,
    "OnSaveAsDone": saved,
    "OnCopyToDone": not_saved,
    "OnSaveFailed": not_saved,
    "OnSaveAsFailed": not_saved,
    "OnCopyToFailed": not_saved,
}
