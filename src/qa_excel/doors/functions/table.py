"""Every answer of a workbook at once, as rows that VBA and Calc look up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qa_excel import __version__
from qa_excel.doors.functions.codes import Door, plain_code
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import CellError, Sheets
from qa_excel.rubric.model import Indicator
from qa_excel.thai.folding import fold

Row = tuple[Any, ...]
"""(key, kind, value …) with `ROW_VALUES` values; `answers` says what the kinds are."""
ROW_VALUES = 5
ANSWER, ARRAY, PART, ALIAS, INPUT, EMPTY = "=", "{", "", ">", "@", "?"
SEPARATOR = "|"


def question(name: str, *codes: str) -> str:
    """The key of a question: function and folded codes, such as `onesqa_points|ind5|1.2`."""
    return SEPARATOR.join([name.lower(), *map(fold, codes)])


def answers(sheets: Sheets) -> list[Row]:
    """The answer of every question that the workbook can answer, as rows that a spreadsheet can hold.

    The kind of a row: `=` the value follows; an Excel error such as `#N/A`; `{` an array of so many rows follows,
    each of kind ""; `>` the same answer as the row with so many rows before this one; `@` an input that was read and
    `?` one that is still empty, with the number of its sheet (from 0, as handed over) as key and its position.
    The first row tells the version, so that there are always at least two.
    """
    rows = [version_row()]
    door = Door(sheets)
    for name, spellings, others in _questions(door):
        first = len(rows)
        rows += answer_rows(question(name, *spellings[:1], *others), name, (*spellings[:1], *others), sheets)
        rows += [
            _row(question(name, spelling, *others), ALIAS, len(rows) + n - first)
            for n, spelling in enumerate(spellings[1:])
        ]
    rows += [_row(str(sheet), INPUT, position) for sheet, position in sheets.positions().values()]
    rows += [_row(str(sheet), EMPTY, position) for sheet, position in sheets.empty()]
    return rows


def version_row() -> Row:
    """The first row of every table."""
    return _row("qa-excel", PART, __version__)


def answer_rows(key: str, name: str, arguments: Sequence[Any], sheets: Sheets) -> list[Row]:
    """The rows of one answer; see `answers`."""
    try:
        answer = call(name, arguments, sheets)
    except CellError as error:
        return [_row(key, error.error)]
    if isinstance(answer, list):
        return [_row(key, ARRAY, len(answer)), *(_row("", PART, *part) for part in answer)]
    return [_row(key, ANSWER, answer)]


def block_answers(code: Any, block: Any, sheets: Sheets) -> list[Row]:
    """Every answer that an indicator's block gives, as `answers` does; keys carry the code as it was asked."""
    rows = [version_row()]
    try:
        _, indicator = Door(sheets).indicator(code)
        asked = plain_code(code)
    except CellError:
        return rows
    for function in FUNCTIONS.values():
        if not any(argument.kind == "block" for argument in function.arguments):
            continue
        criteria = _criteria(indicator) if len(function.arguments) == 3 else [()]
        for others in criteria:
            key = question(function.name, asked, *others)
            rows += answer_rows(key, function.name, (asked, *others, block), sheets)
    return rows


def _row(key: str, kind: str, *values: Any) -> Row:
    return (key, kind, *values, *[""] * (ROW_VALUES - len(values)))


def _criteria(indicator: Indicator) -> list[tuple[str]]:
    return [(part.id,) for entry in indicator.criteria for part in (entry, *entry.items)]


def _questions(door: Door) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(function, spellings of its first code, further codes) of what the workbook holds."""
    yield "QA_VERSION", (), ()
    if door.sheets.cards:
        yield "ONESQA_TOTAL", (), ()
        yield "ONESQA_MISSING", (), ()
    for rubric, _, card in door.sheets.cards.values():
        for process in card.processes.values():
            yield "IQA_PROGRESS", (process.id,), ()
            for item in process.statuses:
                yield "IQA_STATUS", (item,), ()
        for name in card.indicators:
            yield from _questions_about(rubric.indicator(name))
        if card.area and card.indicators:
            spellings = (f"a{card.area}", f"ด้าน{card.area}", f"ด้านที่{card.area}")
            yield "ONESQA_AREA_SCORE", (str(card.area), *spellings), ()
            yield "ONESQA_MAX", spellings, ()
            yield "ONESQA_NAME", spellings, ()


def _questions_about(indicator: Indicator) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    number = indicator.number
    spellings = (indicator.id, str(number), f"ตบช.{number}", f"ตบช{number}")
    for function in FUNCTIONS.values():
        codes = [argument for argument in function.arguments if argument.kind == "code"]
        if not codes or codes[0].name not in ("indicator", "code"):
            continue
        if len(codes) == 1 or codes[1].optional:
            yield function.name, spellings, ()
        if len(codes) == 2:
            for others in _criteria(indicator):
                yield function.name, spellings, others
