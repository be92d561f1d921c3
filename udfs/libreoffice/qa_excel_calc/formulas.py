"""The formulas of a document that call our functions: found, brought to life, and given the names people see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from com.sun.star.sheet import FormulaToken
from com.sun.star.table.CellContentType import FORMULA

from qa_excel.doors.functions.functions import FUNCTIONS
from qa_excel_calc.asking import method_name

SERVICE = "qaexcel.Functions"
_VISIBLE = {f"{SERVICE}.{method_name(name)}": name for name in FUNCTIONS}
"""The name by which Calc keeps a function → the name that people see."""
_SEARCHED = "|".join([*FUNCTIONS, SERVICE.replace(".", r"\.")])
_IN_FORMULAS = 0
_VALUE = 0
"""The operation of a token that is a value."""


@dataclass
class Formula:
    """A formula of ours: a cell's, or the array formula of a range."""

    cells: Any
    array: bool

    def enter_again(self) -> None:
        if self.array:
            self.cells.setArrayFormula(self.cells.getArrayFormula().removeprefix("{").removesuffix("}"))
        else:
            self.cells.setFormula(self.cells.getFormula())

    @property
    def tokens(self) -> tuple[Any, ...]:
        return self.cells.getArrayTokens() if self.array else self.cells.getTokens()

    @tokens.setter
    def tokens(self, tokens: tuple[Any, ...]) -> None:
        if self.array:
            self.cells.setArrayTokens(tokens)
        else:
            self.cells.setTokens(tokens)

    @property
    def calls(self) -> set[str | None]:
        return {_called(token) for token in self.tokens}

    def calculate(self) -> None:
        """Only a formula that is asked for its value asks its question."""
        (self.cells.getCellByPosition(0, 0) if self.array else self.cells).getError()


def formulas(document: Any) -> Iterator[Formula]:
    """Every formula of the document that names a function of ours."""
    for sheet in document.Sheets:
        search = sheet.createSearchDescriptor()
        search.SearchString = _SEARCHED
        search.SearchRegularExpression = True
        search.SearchType = _IN_FORMULAS
        found = sheet.findAll(search)
        arrays = set()
        for cell in _cells(found) if found else ():
            if cell.getType() != FORMULA:
                continue
            if not cell.getArrayFormula():
                yield Formula(cell, array=False)
                continue
            cursor = sheet.createCursorByRange(cell)
            cursor.collapseToCurrentArray()
            if cursor.AbsoluteName not in arrays:
                arrays.add(cursor.AbsoluteName)
                yield Formula(cursor, array=True)


def _cells(ranges: Any) -> Iterator[Any]:
    for number in range(ranges.Count):
        block = ranges.getByIndex(number)
        address = block.RangeAddress
        for row in range(address.EndRow - address.StartRow + 1):
            for column in range(address.EndColumn - address.StartColumn + 1):
                yield block.getCellByPosition(column, row)


def revive(document: Any, every: bool) -> bool:
    """Let formulas call our functions by the names that people see. Whether there was anything to do.

    What people see is not what Calc keeps in a formula that was typed, and before LibreOffice 25.2 what it keeps
    goes into .xlsx, where no other program knows it. Calc finds a function by its visible name as well, so no
    formula needs to be changed back. A formula from a file may be unresolved, or hold a value that nobody
    calculated: `every` sets all of them anew.
    """
    changed = [formula for formula in list(formulas(document)) if every or not formula.calls & FUNCTIONS.keys()]
    for formula in changed:
        with _no_undo(document):
            if not formula.calls & (FUNCTIONS.keys() | _VISIBLE.keys()):
                formula.enter_again()
            formula.tokens = tuple(_renamed(token) for token in formula.tokens)
    for formula in changed:
        formula.calculate()
    return bool(changed)


def _called(token: Any) -> str | None:
    """The name of what a token calls; None for a value or an operator."""
    return token.Data if token.OpCode != _VALUE and isinstance(token.Data, str) else None


def _renamed(token: Any) -> Any:
    name = _VISIBLE.get(_called(token))
    return FormulaToken(token.OpCode, name) if name else token


@contextmanager
def _no_undo(document: Any) -> Iterator[None]:
    undo = document.getUndoManager()
    undo.lock()
    try:
        yield
    finally:
        undo.unlock()
