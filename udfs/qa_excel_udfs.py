"""The functions for xlwings: each of `FUNCTIONS` of `qa_excel.doors.functions`, and what our own add-in asks for.

Installed as the top-level module `qa_excel_udfs`. People who already have xlwings' own add-in import it as it is
(Import Functions); errors then arrive as text, for want of another way. Our add-in `qa_excel.xlam` calls the entries
`qa_excel_answers`, `qa_excel_answer` and `qa_excel_block` instead, hands over values alone and never a workbook, and
shows true Excel errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import xlwings as xw

from qa_excel.doors.functions import functions, table
from qa_excel.doors.functions.functions import FUNCTIONS
from qa_excel.doors.functions.sheets import Sheets

_READ = {"ndim": 2, "err_to_str": True}
"""Rows of rows, and error cells as `#N/A` and the like, which would read as blank otherwise."""


def __dir__() -> list[str]:
    """What xlwings imports as functions: not the add-in's entries."""
    return sorted(FUNCTIONS)


def _declared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Category, volatility and help as `FUNCTIONS` declares them."""
    declared = FUNCTIONS[function.__name__]
    function.__doc__ = declared.help.th
    for argument in declared.arguments:
        options = _READ if argument.kind == "block" else {"err_to_str": True}
        function = xw.arg(argument.name, doc=argument.help.th, **options)(function)
    return xw.func(category=declared.category, volatile=declared.reads)(function)


def _call(name: str, caller: Any, *arguments: Any) -> Any:
    """The answer for the calling workbook; for the one that xlwings calls the caller where there is no cell."""
    block = any(a.kind == "block" and v is not None for a, v in zip(FUNCTIONS[name].arguments, arguments, strict=True))
    if block or not FUNCTIONS[name].reads:
        sheets = Sheets({})
    else:
        sheets = sheets_of(caller.sheet.book if caller is not None else xw.Book.caller())
    while arguments and arguments[-1] is None:
        arguments = arguments[:-1]
    return functions.call(name, arguments, sheets)


def sheets_of(book: Any) -> Sheets:
    """The values of an xlwings book, from A1 on."""
    grids = {}
    for sheet in book.sheets:
        if sheet.used_range is None:
            continue
        last = sheet.used_range.last_cell
        cells = sheet.range((1, 1), (max(2, last.row), max(2, last.column)))
        grids[sheet.name] = cells.options(**_READ).value
    return Sheets(grids)


@_declared
def ONESQA_SCORE(indicator, answers=None, caller=None):
    return _call("ONESQA_SCORE", caller, indicator, answers)


@_declared
def ONESQA_GROSS(indicator, answers=None, caller=None):
    return _call("ONESQA_GROSS", caller, indicator, answers)


@_declared
def ONESQA_DEDUCTION(indicator, answers=None, caller=None):
    return _call("ONESQA_DEDUCTION", caller, indicator, answers)


@_declared
def ONESQA_POINTS(indicator, criterion, answers=None, caller=None):
    return _call("ONESQA_POINTS", caller, indicator, criterion, answers)


@_declared
def ONESQA_AREA_SCORE(area, caller=None):
    return _call("ONESQA_AREA_SCORE", caller, area)


@_declared
def ONESQA_TOTAL(caller=None):
    return _call("ONESQA_TOTAL", caller)


@_declared
def ONESQA_MAX(code):
    return _call("ONESQA_MAX", None, code)


@_declared
def ONESQA_NAME(code):
    return _call("ONESQA_NAME", None, code)


@_declared
def ONESQA_MISSING(indicator=None, caller=None):
    return _call("ONESQA_MISSING", caller, indicator)


@_declared
def ONESQA_WHY(indicator, criterion=None, caller=None):
    return _call("ONESQA_WHY", caller, indicator, criterion)


@_declared
def ONESQA_EXPLAIN(indicator, caller=None):
    return _call("ONESQA_EXPLAIN", caller, indicator)


@_declared
def IQA_PROGRESS(process, caller=None):
    return _call("IQA_PROGRESS", caller, process)


@_declared
def IQA_STATUS(item, caller=None):
    return _call("IQA_STATUS", caller, item)


@_declared
def QA_VERSION():
    return _call("QA_VERSION", None)


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
