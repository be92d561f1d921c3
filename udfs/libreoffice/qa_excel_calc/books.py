"""The open documents: each with the questions that its cells ask, answered anew when it changes."""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.sheet import ResultEvent, XVolatileResult
from com.sun.star.util import XModifyListener
from qa_excel.functions import ERRORS, Sheets

from qa_excel_calc.asking import Question, answer_of, same, to_any

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
    """One document: what its sheets hold, and an answer for each question asked in its cells."""

    def __init__(self, context: Any, document: Any, forget: Any) -> None:
        self.context = context
        self.document = document
        self.forget = forget
        self.grids: dict[str, Any] | None = None
        self.sheets: Sheets | None = None
        self.answers: dict[Question, Answer] = {}
        self.refreshing = False
        document.addModifyListener(self)

    def live(self, question: Question) -> Answer:
        """The answer that follows the document.

        Called while Calc calculates, when reading cells would lead back here: what is not known yet is read
        at the document's next event.
        """
        if question not in self.answers:
            value = None if self.sheets is None else answer_of(question, self.sheets)
            self.answers[question] = Answer(value)
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
                if not self._read() and None not in [answer.value for answer in self.answers.values()]:
                    break
                for question, answer in list(self.answers.items()):
                    answer.become(answer_of(question, self.sheets))
        finally:
            self.refreshing = False

    def _read(self) -> bool:
        """Whether the document's values have changed since they were last read."""
        grids = {sheet.Name: _grid(sheet) for sheet in self.document.Sheets}
        if grids == self.grids:
            return False
        self.grids, self.sheets = grids, Sheets(grids)
        return True

    def _refresh_soon(self) -> None:
        later = self.context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", self.context)
        later.addCallback(self, None)

    def notify(self, data: Any) -> None:
        if self.document is not None:
            self.refresh()

    def modified(self, event: Any) -> None:
        self.refresh()

    def disposing(self, event: Any) -> None:
        self.forget()
        self.document = None
        self.answers.clear()


class Answer(unohelper.Base, XVolatileResult):
    """The answer to one question in one document, shared by all cells that ask it."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.listeners: list[Any] = []

    def addResultListener(self, listener: Any) -> None:
        self.listeners.append(listener)
        self._tell(listener)

    def removeResultListener(self, listener: Any) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)

    def become(self, value: Any) -> None:
        if not same(value, self.value):
            self.value = value
            for listener in list(self.listeners):
                self._tell(listener)

    def _tell(self, listener: Any) -> None:
        event = ResultEvent()
        event.Source = self
        event.Value = to_any(self.value)
        listener.modified(event)


def _grid(sheet: Any) -> tuple[tuple[Any, ...], ...]:
    """The values of a sheet from A1 on. Calc gives nothing for an error, and an empty text for an empty cell."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    rows = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()
    return tuple(
        tuple(ERRORS[0] if value is None else value for value in row) if None in row else row for row in rows
    )
