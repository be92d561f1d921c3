"""The terms of ordinary spreadsheet formulas: each can be written, and has the value that spreadsheets work out.

Only what every program knows since Excel 2007 and calculates alike. Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

Value = bool | int | float | str
"""What a cell holds; an empty one reads as the empty text."""


class FormulaError(Exception):
    """An error value; its text is what the cell shows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell is in a fresh workbook: the id of its sheet, its row and its column, from 1."""

    sheet: str
    row: int
    column: int


Write = Callable[[Cell], str]
"""A cell → its address in the formula that is being written."""
Read = Callable[[Cell], Value]
"""A cell → its value. Raises FormulaError where it holds an error."""


class Term(Protocol):
    """A part of a formula."""

    def text(self, write: Write) -> str:
        """As it stands in a formula."""

    def value(self, read: Read) -> Value:
        """What it comes to. Raises FormulaError."""


Operand = Term | Value


@dataclass(frozen=True, slots=True)
class Constant:
    held: Value

    def text(self, write: Write) -> str:
        if isinstance(self.held, bool):
            return "TRUE" if self.held else "FALSE"
        if isinstance(self.held, str):
            doubled = self.held.replace('"', '""')
            return f'"{doubled}"'
        return f"{Decimal(repr(self.held)).normalize():f}"

    def value(self, read: Read) -> Value:
        return self.held


@dataclass(frozen=True, slots=True)
class Reference:
    cell: Cell

    def text(self, write: Write) -> str:
        return write(self.cell)

    def value(self, read: Read) -> Value:
        return read(self.cell)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error value, as a term."""

    error: str

    def text(self, write: Write) -> str:
        return self.error

    def value(self, read: Read) -> Value:
        raise FormulaError(self.error)


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands with a sign between them; those that are operations themselves stand in parentheses."""

    sign: str
    operands: tuple[Term, ...]
    work: Callable[..., Value]

    def text(self, write: Write) -> str:
        parts = (f"({t.text(write)})" if isinstance(t, Operation) else t.text(write) for t in self.operands)
        return self.sign.join(parts)

    def value(self, read: Read) -> Value:
        return self.work(*(operand.value(read) for operand in self.operands))


@dataclass(frozen=True, slots=True)
class Call:
    """A function; `work` is handed the values of all arguments."""

    name: str
    arguments: tuple[Term, ...]
    work: Callable[..., Value]

    def text(self, write: Write) -> str:
        return f"{self.name}({','.join(argument.text(write) for argument in self.arguments)})"

    def value(self, read: Read) -> Value:
        return self.work(*(argument.value(read) for argument in self.arguments))


@dataclass(frozen=True, slots=True)
class Choice:
    """IF: the part that is not taken is not worked out."""

    condition: Term
    then: Term
    otherwise: Term

    def text(self, write: Write) -> str:
        return f"IF({','.join(part.text(write) for part in (self.condition, self.then, self.otherwise))})"

    def value(self, read: Read) -> Value:
        return (self.then if self.condition.value(read) else self.otherwise).value(read)


@dataclass(frozen=True, slots=True)
class Guard:
    """ISERROR or IFERROR."""

    name: str
    tried: Term
    otherwise: Term | None = None

    def text(self, write: Write) -> str:
        parts = [self.tried, *([self.otherwise] if self.otherwise else [])]
        return f"{self.name}({','.join(part.text(write) for part in parts)})"

    def value(self, read: Read) -> Value:
        try:
            found = self.tried.value(read)
        except FormulaError:
            return self.otherwise.value(read) if self.otherwise else True
        return found if self.otherwise else False


def term(operand: Operand) -> Term:
    """A plain value as a term; a term as it is."""
    return Constant(operand) if isinstance(operand, bool | int | float | str) else operand


def _terms(operands: Sequence[Operand]) -> tuple[Term, ...]:
    return tuple(map(term, operands))


# --- arithmetic ---


def plus(*operands: Operand) -> Term:
    """Their sum; 0 where there are none."""
    return Operation("+", _terms(operands), lambda *n: sum(map(_number, n))) if operands else Constant(0)


def minus(a: Operand, b: Operand) -> Term:
    return Operation("-", _terms((a, b)), lambda x, y: _number(x) - _number(y))


def times(*operands: Operand) -> Term:
    return Operation("*", _terms(operands), lambda *n: math.prod(map(_number, n)))


def over(a: Operand, b: Operand) -> Term:
    return Operation("/", _terms((a, b)), _divide)


def least(*operands: Operand) -> Term:
    return Call("MIN", _terms(operands), lambda *n: min(map(_number, n)))


def most(*operands: Operand) -> Term:
    return Call("MAX", _terms(operands), lambda *n: max(map(_number, n)))


def whole(a: Operand) -> Term:
    """INT: the whole number at or below it."""
    return Call("INT", _terms((a,)), lambda x: math.floor(_number(x)))


def side_by_side(*operands: Operand) -> Term:
    """Texts one after another."""
    return Operation("&", _terms(operands), lambda *texts: "".join(map(str, texts)))


def number_in(a: Operand) -> Term:
    """N: the number that a cell holds, 0 where it holds a text."""
    return Call("N", _terms((a,)), lambda x: 0 if isinstance(x, str) else x)


def size(a: Operand) -> Term:
    """ABS."""
    return Call("ABS", _terms((a,)), lambda x: abs(_number(x)))


def rounded(a: Operand, places: int) -> Term:
    return Call("ROUND", _terms((a, places)), _round)


def half_up(a: Operand) -> Term:
    """A number ≥ 0 rounded half up to two decimals (I-14).

    The addend outweighs the error of a sum of shares (about 1E-15) and none of what lies just under a tie; it is
    written out, since not every program reads 1E-10.
    """
    return over(whole(plus(times(a, 100), 0.5, 0.0000000001)), 100)


# --- questions ---


def same(a: Operand, b: Operand) -> Term:
    return Operation("=", _terms((a, b)), _equal)


def differs(a: Operand, b: Operand) -> Term:
    return Operation("<>", _terms((a, b)), lambda x, y: not _equal(x, y))


def above(a: Operand, b: Operand) -> Term:
    return Operation(">", _terms((a, b)), lambda x, y: _number(x) > _number(y))


def at_least(a: Operand, b: Operand) -> Term:
    return Operation(">=", _terms((a, b)), lambda x, y: _number(x) >= _number(y))


def below(a: Operand, b: Operand) -> Term:
    return Operation("<", _terms((a, b)), lambda x, y: _number(x) < _number(y))


def every(*operands: Operand) -> Term:
    """AND; true where there is nothing to ask."""
    if len(operands) < 2:
        return term(operands[0]) if operands else Constant(True)
    return Call("AND", _terms(operands), lambda *x: all(x))


def some(*operands: Operand) -> Term:
    """OR; false where there is nothing to ask."""
    if len(operands) < 2:
        return term(operands[0]) if operands else Constant(False)
    return Call("OR", _terms(operands), lambda *x: any(x))


def negate(a: Operand) -> Term:
    return Call("NOT", _terms((a,)), lambda x: not x)


def is_number(a: Operand) -> Term:
    """A truth value is a number in some programs: ask for that before."""
    return Call("ISNUMBER", _terms((a,)), lambda x: isinstance(x, int | float) and not isinstance(x, bool))


def is_logical(a: Operand) -> Term:
    return Call("ISLOGICAL", _terms((a,)), lambda x: isinstance(x, bool))


def is_error(a: Operand) -> Term:
    return Guard("ISERROR", term(a))


def when(condition: Operand, then: Operand, otherwise: Operand) -> Term:
    return Choice(term(condition), term(then), term(otherwise))


def unless_error(a: Operand, otherwise: Operand) -> Term:
    return Guard("IFERROR", term(a), term(otherwise))


def one_if(condition: Operand) -> Term:
    """1 where it holds, else 0."""
    return when(condition, 1, 0)


def share(part: Operand, of: Operand) -> Term:
    """A part over its whole; 0 where the whole is 0."""
    return when(same(of, 0), 0, over(part, of))


def call(name: str, *codes: str | int) -> Term:
    """A function that is no spreadsheet's own: an error to a program that does not have it."""
    return Call(name, _terms(codes), _unknown)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A function that is no spreadsheet's own, whose figure is known all the same; handed: a name given to it last."""

    asked: Term
    handed: str
    figure: Term

    def text(self, write: Write) -> str:
        asked = self.asked.text(write)
        return f"{asked.removesuffix(')')},{self.handed})" if self.handed else asked

    def value(self, read: Read) -> Value:
        return self.figure.value(read)


# --- cells ---


@dataclass(frozen=True, slots=True)
class Span:
    """A function over the cells of a column."""

    name: str
    first: Cell
    last: Cell

    def text(self, write: Write) -> str:
        # The sheet is named once: 'a'!$B$2:$B$9.
        end = write(self.last).rpartition("!")[2]
        return f"{self.name}({write(self.first)}:{end})"

    def value(self, read: Read) -> Value:
        cells = (Cell(self.first.sheet, row, self.first.column) for row in range(self.first.row, self.last.row + 1))
        values = [read(cell) for cell in cells]
        return sum(value for value in values if isinstance(value, int | float) and not isinstance(value, bool))


@dataclass(frozen=True, slots=True)
class Lookup:
    """The cell of a form that stands under two keys, wherever it has moved; an empty one reads as the empty text.

    A reference would follow a cell that is cut and pasted elsewhere. corner, end: what is searched; keys: the column
    of row keys is the corner's; headings: the row in which the column's key stands.
    """

    cell: Cell
    row_key: str
    column_key: str
    headings: int
    corner: Cell
    end: Cell

    def text(self, write: Write) -> str:
        def span(first: Cell, last: Cell) -> str:
            return f"{write(first)}:{write(last).rpartition('!')[2]}"

        sheet, last = self.corner.sheet, self.end
        rows = span(self.corner, Cell(sheet, last.row, self.corner.column))
        columns = span(Cell(sheet, self.headings, self.corner.column), Cell(sheet, self.headings, last.column))
        at = f'MATCH("{self.row_key}",{rows},0),MATCH("{self.column_key}",{columns},0)'
        found = f"INDEX({span(self.corner, last)},{at})"
        return f'IF({found}="","",{found})'

    def value(self, read: Read) -> Value:
        return read(self.cell)


def _number(value: Value) -> int | float:
    """Arithmetic takes truth values as 1 and 0, an empty cell as 0 only where it is a reference: here as an error."""
    if isinstance(value, str):
        raise FormulaError("#VALUE!")
    return value


def _unknown(*_: Value) -> Value:
    raise FormulaError("#NAME?")


def _divide(a: Value, b: Value) -> float:
    if not _number(b):
        raise FormulaError("#DIV/0!")
    return _number(a) / _number(b)


def _round(a: Value, places: Value) -> float:
    unit = Decimal(1).scaleb(-int(_number(places)))
    return float(Decimal(repr(float(_number(a)))).quantize(unit, ROUND_HALF_UP))


def _equal(a: Value, b: Value) -> bool:
    """Texts whatever their case; values of different types are never equal."""
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and a.casefold() == b.casefold()
    return isinstance(a, bool) == isinstance(b, bool) and a == b
