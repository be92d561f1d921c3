"""The open documents: each with the questions that its cells ask, answered anew when its inputs change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.sheet import ResultEvent, XVolatileResult
from com.sun.star.util import XModifyListener

from qa_excel.doors.functions.sheets import VALUE, Sheets
from qa_excel.form.keys import read_form
from qa_excel.form.layout import CALCULATION, COVER
from qa_excel_calc.asking import Question, answer_of, same
from qa_excel_calc.logicals import Grid, with_truths

_ROUNDS = 5
"""An answer may feed an input; after so many rounds the answers stand as they are."""


class Books:
    """The documents that have asked, by their id."""

    def __init__(self) -> None:
        self.held: dict[str, Book] = {}

    def of(self, context: Any, document: Any) -> Book:
        """The book of a document; it is let go when the document closes."""
        uid = document.RuntimeUID
        if uid not in self.held:
            self.held[uid] = Book(context, document, lambda: self.held.pop(uid, None))
        return self.held[uid]


class Book(unohelper.Base, XModifyListener, XCallback):
    """One document: what its forms hold, and an answer for each question asked in its cells."""

    def __init__(self, context: Any, document: Any, forget: Callable[[], Any]) -> None:
        self.context = context
        self.document = document
        self.forget = forget
        self.inputs: list[Any] | None = None
        self.sheets: Sheets | None = None
        self.answers: dict[Question, Answer] = {}
        self.refreshing = False
        document.addModifyListener(self)

    def live(self, question: Question) -> Answer:
        """The answer that follows the document.

        Calc asks while it calculates, when reading cells would lead back to the cell that asks. In a document that
        has not been read yet the answer is open until the event that follows.
        """
        if question not in self.answers:
            self.answers[question] = Answer(None if self.sheets is None else answer_of(question, self.sheets))
            if self.sheets is None:
                self._refresh_soon()
        return self.answers[question]

    def refresh(self) -> None:
        """Read the document, and tell the cells whose answers have changed."""
        if self.refreshing or not self.answers:
            return
        self.refreshing = True
        try:
            for _ in range(_ROUNDS):
                if not self._read() and not any(answer.open for answer in self.answers.values()):
                    break
                for question, answer in list(self.answers.items()):
                    answer.become(answer_of(question, self.sheets))
        finally:
            self.refreshing = False

    def _read(self) -> bool:
        """Whether the inputs have changed since they were last read."""
        grids = {sheet.Name: _grid(self.document, sheet) for sheet in self.document.Sheets if not _calculates(sheet)}
        inputs = _inputs(grids)
        if inputs == self.inputs:
            return False
        self.inputs, self.sheets = inputs, Sheets(grids)
        return True

    def _refresh_soon(self) -> None:
        """Where no event follows, as in the function wizard."""
        later = self.context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", self.context)
        later.addCallback(self, None)

    def notify(self, data: Any) -> None:
        self.refresh()

    def modified(self, event: Any) -> None:
        self.refresh()

    def disposing(self, event: Any) -> None:
        self.answers.clear()
        self.document = None
        self.forget()


class Answer(unohelper.Base, XVolatileResult):
    """The answer to one question in one document, shared by all cells that ask it; None while it is open."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.listeners: list[Any] = []

    @property
    def open(self) -> bool:
        return self.value is None

    def addResultListener(self, listener: Any) -> None:
        self.listeners.append(listener)
        self._tell(listener)

    def removeResultListener(self, listener: Any) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)

    def become(self, value: Any) -> None:
        """Take another value; the cells are told only if it is another."""
        if not same(value, self.value):
            self.value = value
            for listener in list(self.listeners):
                self._tell(listener)

    def _tell(self, listener: Any) -> None:
        listener.modified(ResultEvent(self, as_any(self.value)))


def as_any(value: Any) -> Any:
    """An answer for UNO, which must be told that rows are rows."""
    return uno.Any("[][]any", value) if isinstance(value, tuple) else value


def cover_of(document: Any) -> dict[str, Grid]:
    """The cover alone, which holds no formula that may be the one that asks."""
    covers = (s for s in document.Sheets if s.getCellByPosition(0, 0).String.endswith(f":{COVER}"))
    return {sheet.Name: _grid(document, sheet) for sheet in covers}


def _calculates(sheet: Any) -> bool:
    """Whether the workbook works out its own score on a sheet, which is none of the form's."""
    return bool(sheet.getCellByPosition(0, 0).String.endswith(f":{CALCULATION}"))


def _grid(document: Any, sheet: Any) -> Grid:
    """The values of a sheet from A1 on. Calc gives nothing for an error, and an empty text for an empty cell."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    rows = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()
    grid = tuple(tuple(VALUE if value is None else value for value in row) if None in row else row for row in rows)
    form = read_form(grid)
    places = [(row - 1, column - 1) for row, column in form.cells.values()] if form else ()
    return with_truths(document, sheet, grid, places)


def _inputs(grids: dict[str, Any]) -> list[Any]:
    """The forms among the sheets: their keys, and what stands in each keyed cell."""
    forms = ((read_form(grid), grid) for grid in grids.values())
    return [
        (form.key, [_told(cell, grid[row - 1][column - 1]) for cell, (row, column) in form.cells.items()])
        for form, grid in forms
        if form
    ]


def _told(cell: Any, value: Any) -> tuple[Any, ...]:
    """True is no 1, which Python takes for the same."""
    return cell, type(value), value
