"""A cell's question to the functions, and its answer as Calc takes it: a number, a text, rows or an error."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import uno
from qa_excel.functions import (
    FUNCTIONS,
    NOT_AVAILABLE,
    NUMBER,
    REFERENCE,
    VALUE,
    CellError,
    Function,
    Sheets,
    call,
)

__all__ = ["FUNCTIONS", "Question", "answer", "answer_of", "method_name"]

Question = tuple[str, tuple[Any, ...]]
"""(name of the function, its arguments)."""

_FORMULA_ERRORS = {VALUE: 519, REFERENCE: 524, NUMBER: 503, NOT_AVAILABLE: 32767}
"""Calc's numbers of the errors: FormulaError NoValue, NoRef, IllegalFPOperation and NotAvailable."""


def error_value(error: str) -> float:
    """The NaN by which Calc's numbers carry an error."""
    return struct.unpack("<d", struct.pack("<II", _FORMULA_ERRORS[error], 0x7FF80000))[0]


def method_name(function: str) -> str:
    """The name of a function in IDL: ONESQA_AREA_SCORE → onesqaAreaScore."""
    first, *rest = function.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def answer(function: Function, given: Sequence[Any], book: Any = None) -> Any:
    """The answer to a cell: live where the function reads the calling document, else the plain value."""
    arguments = list(given)
    while arguments and arguments[-1] is None:
        arguments.pop()
    block = any(
        argument.kind == "block" and value is not None
        for argument, value in zip(function.arguments, arguments)  # noqa: B905 (optional ones may lack)
    )
    question = (function.name, tuple(arguments))
    return answer_of(question, Sheets({})) if block or book is None else book.live(question)


def answer_of(question: Question, sheets: Sheets) -> Any:
    """The value that the cell shows."""
    try:
        value = call(*question, sheets)
    except CellError as error:
        return error_value(error.error)
    if isinstance(value, list):
        return tuple(tuple(_plain(cell) for cell in row) for row in value)
    return _plain(value)


def to_any(value: Any) -> Any:
    """The value for UNO: rows need their type said."""
    return uno.Any("[][]any", value) if isinstance(value, tuple) else value


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same; errors are NaNs, which differ from themselves."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    return type(one) is type(other) and one == other


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value
