"""The cells of a document that hold our functions: found, set again, and named as the file needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from com.sun.star.sheet import FormulaToken
from com.sun.star.table import CellAddress
from com.sun.star.table.CellContentType import FORMULA
from com.sun.star.uno import Exception as UnoException

from qa_excel_calc.asking import FUNCTIONS, method_name

SERVICE = "qaexcel.Functions"
LIBRARY, PROBE = "QaExcel", "QA_EXCEL_PROBE"
"""The Basic library of the extension, and its function that is no function of the add-in."""
_NAMES = {f"{SERVICE}.{method_name(name)}": name for name in FUNCTIONS}
_SEARCH = "|".join([*FUNCTIONS, SERVICE.replace(".", "\\.")])


@dataclass
class Formula:
    """A formula of ours: a cell, or the whole range of an array formula."""

    cells: Any
    array: bool

    @property
    def text(self) -> str:
        return self.cells.getArrayFormula() if self.array else self.cells.getFormula()

    @text.setter
    def text(self, text: str) -> None:
        if self.array:
            self.cells.setArrayFormula(text.removeprefix("{").removesuffix("}"))
        else:
            self.cells.setFormula(text)

    @property
    def tokens(self) -> tuple[Any, ...]:
        return self.cells.getArrayTokens() if self.array else self.cells.getTokens()

    @tokens.setter
    def tokens(self, tokens: tuple[Any, ...]) -> None:
        if self.array:
            self.cells.setArrayTokens(tokens)
        else:
            self.cells.setTokens(tokens)


def formulas(document: Any) -> Iterator[Formula]:
    """Every formula of the document that names a function of ours."""
    for sheet in document.Sheets:
        search = sheet.createSearchDescriptor()
        search.SearchString = _SEARCH
        search.SearchRegularExpression = True
        search.SearchType = 0  # in formulas
        found = sheet.findAll(search)
        seen = set()
        for cell in _cells(found) if found else ():
            if cell.getType() != FORMULA:
                continue
            if not cell.getArrayFormula():
                yield Formula(cell, False)
                continue
            cursor = sheet.createCursorByRange(cell)
            cursor.collapseToCurrentArray()
            if cursor.AbsoluteName not in seen:
                seen.add(cursor.AbsoluteName)
                yield Formula(cursor, True)


def _cells(ranges: Any) -> Iterator[Any]:
    for number in range(ranges.Count):
        block = ranges.getByIndex(number)
        address = block.RangeAddress
        for row in range(address.EndRow - address.StartRow + 1):
            for column in range(address.EndColumn - address.StartColumn + 1):
                yield block.getCellByPosition(column, row)


@contextmanager
def unnoticed(document: Any) -> Iterator[None]:
    """A change that can't be undone."""
    undo = document.getUndoManager()
    undo.lock()
    try:
        yield
    finally:
        undo.unlock()


def set_again(document: Any) -> int:
    """Set each formula of ours anew: a file's may be unresolved, or not calculated. How many there were."""
    count = 0
    for formula in list(formulas(document)):
        with unnoticed(document):
            formula.text = formula.text
        count += 1
    return count


def as_macros(document: Any, opcode: int) -> list[tuple[Formula, tuple[Any, ...]]]:
    """Let each formula of ours call macros of the visible names; the formulas with their own tokens."""
    replaced = []
    for formula in list(formulas(document)):
        tokens = formula.tokens
        macros = tuple(_as_macro(token, opcode) for token in tokens)
        if macros != tokens:
            replaced.append((formula, tokens))
            with unnoticed(document):
                formula.tokens = macros
    return replaced


def put_back(document: Any, replaced: list[tuple[Formula, tuple[Any, ...]]]) -> None:
    """Undo what `as_macros` did."""
    for formula, tokens in replaced:
        with unnoticed(document):
            formula.tokens = tokens


def _as_macro(token: Any, opcode: int) -> Any:
    name = _NAMES.get(token.Data) if isinstance(token.Data, str) else None
    return FormulaToken(opcode, name) if name else token


def macro_opcode(context: Any, document: Any) -> int | None:
    """The number of the operation that calls a macro; None where Basic is not there."""
    try:
        libraries = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.script.ApplicationScriptLibraryContainer", context
        )
        libraries.loadLibrary(LIBRARY)
        parser = document.createInstance("com.sun.star.sheet.FormulaParser")
        tokens = parser.parseFormula(f"{PROBE}()", CellAddress())
    except UnoException:
        return None
    return next((token.OpCode for token in tokens if token.Data and str(token.Data).upper() == PROBE), None)
