"""The functions for xlwings: each of `FUNCTIONS` of `qa_excel.doors.functions`, and what our own add-in asks for.

Installed as the top-level module `qa_excel_udfs`. People who already have xlwings' own add-in import it as it is
(Import Functions); errors then arrive as text, for want of another way. Our add-in `qa_excel.xlam` calls the entries
`qa_excel_answers`, `qa_excel_answer` and `qa_excel_block` instead, hands over values alone and never a workbook, and
shows true Excel errors.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import xlwings as xw

from qa_excel.doors.functions import table
from qa_excel.doors.functions.declaring import Function
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import Later, Sheets

_READ = {"ndim": 2, "err_to_str": True}
"""Rows of rows, and error cells as `#N/A` and the like, which would read as blank otherwise."""


def __dir__() -> list[str]:
    """What xlwings imports as functions: not the add-in's entries."""
    return sorted(FUNCTIONS)


def _udf(declared: Function) -> Callable[..., Any]:
    """A function for xlwings, which takes its arguments from the signature; `caller` is the cell that asks."""
    arguments = declared.arguments
    parameters = [_parameter(argument.name, argument.optional) for argument in arguments]
    signature = inspect.Signature([*parameters, *([_parameter("caller", True)] if declared.reads else [])])

    def udf(*given, **named):  # without types, which xlwings would convert to
        values = signature.bind(*given, **named).arguments
        caller = values.pop("caller", None)
        asked = [values.get(argument.name) for argument in arguments]
        while asked and asked[-1] is None:
            asked.pop()
        block = any(argument.kind == "block" for argument in arguments[: len(asked)])
        if not declared.reads:
            return call(declared.name, asked, Sheets({}))

        def read() -> dict[str, Any]:
            # Where there is no cell, the workbook is the one that xlwings calls the caller.
            return grids_of(caller.sheet.book if caller is not None else xw.Book.caller())

        return call(declared.name, asked, Sheets(Later(read) if block else read()))

    udf.__name__, udf.__doc__ = declared.name, declared.help.th
    vars(udf)["__signature__"] = signature
    for argument in arguments:
        options = _READ if argument.kind == "block" else {"err_to_str": True}
        udf = xw.arg(argument.name, doc=argument.help.th, **options)(udf)
    return xw.func(category=declared.category, volatile=declared.reads)(udf)


def _parameter(name: str, optional: bool) -> inspect.Parameter:
    default = None if optional else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


def grids_of(book: Any) -> dict[str, Any]:
    """The values of an xlwings book, from A1 on."""
    grids = {}
    for sheet in book.sheets:
        if sheet.used_range is None:
            continue
        last = sheet.used_range.last_cell
        cells = sheet.range((1, 1), (max(2, last.row), max(2, last.column)))
        grids[sheet.name] = cells.options(**_READ).value
    return grids


globals().update({name: _udf(declared) for name, declared in FUNCTIONS.items()})


# --- the entries of our own add-in ---


@xw.func
@xw.arg("grids", **_READ)
def qa_excel_answers(*grids):
    """Every answer of a workbook whose form sheets are handed over; rows as `table.answers` tells."""
    return table.answers(_sheets(grids))


@xw.func
@xw.arg("given", **_READ)
def qa_excel_answer(*given):
    """One answer that the table does not hold: key, function, first and second code, then the form sheets."""
    key, name, first, second = (_text(value) for value in given[:4])
    arguments = [code for code in (first, second) if code]
    rows = table.answer_rows(key, name, arguments, _sheets(given[4:]))
    return [table.version_row(), *rows]


@xw.func
@xw.arg("block", **_READ)
def qa_excel_block(indicator, block):
    """Every answer that an indicator's block gives."""
    return table.block_answers(indicator, block, Sheets({}))


def _sheets(grids: Sequence[Any]) -> Sheets:
    return Sheets({str(number): grid for number, grid in enumerate(grids)})


def _text(value: Any) -> str:
    """A text that came as rows of rows, as every argument of that entry does."""
    while isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else str(value)
