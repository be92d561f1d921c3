"""A cell's question to the functions, and its answer as Calc takes it: a number, a text, rows or an error."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from qa_excel.doors.functions.declaring import Function
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import NOT_AVAILABLE, NUMBER, REFERENCE, VALUE, CellError, Sheets

Question = tuple[str, tuple[Any, ...]]
"""(name of the function, its arguments)."""

_FORMULA_ERRORS = {VALUE: 519, REFERENCE: 524, NUMBER: 503, NOT_AVAILABLE: 32767}
"""Calc's own numbers of the errors."""


def method_name(function: str) -> str:
    """The name of a function in the add-in's interface: ONESQA_AREA_SCORE → onesqaAreaScore."""
    first, *rest = function.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def question_of(function: Function, given: Sequence[Any]) -> Question:
    """The question that a cell asks; Calc hands over nothing for an argument that was left out."""
    arguments = list(given)
    while arguments and arguments[-1] is None:
        arguments.pop()
    return function.name, tuple(arguments)


def has_block(function: Function, question: Question) -> bool:
    """Whether the cell hands over the inputs itself."""
    pairs = zip(function.arguments, question[1], strict=False)
    return any(argument.kind == "block" and value is not None for argument, value in pairs)


def answer_of(question: Question, sheets: Sheets) -> Any:
    """The value that the cell shows."""
    try:
        value = call(*question, sheets)
    except CellError as error:
        return error_value(error.error)
    if isinstance(value, list):
        return tuple(tuple(_plain(cell) for cell in row) for row in value)
    return _plain(value)


def error_value(error: str) -> float:
    """The number by which Calc passes an error on: a NaN that carries the error's own number."""
    return struct.unpack("<d", struct.pack("<II", _FORMULA_ERRORS[error], 0x7FF80000))[0]


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same; errors, being NaNs, differ even from themselves."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    return type(one) is type(other) and one == other


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value
