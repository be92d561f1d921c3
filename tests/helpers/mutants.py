"""Formulas with one number, reference or operator changed, and whether the figures that should tell do.

A formula is changed as a term, so that thousands can be tried: only what hangs on it is worked out anew.
"""

from __future__ import annotations

import itertools
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any

from helpers.entries import Entry, entry, full, others
from helpers.native import formulas_of, of_program, same, worked_out
from qa_excel.form.calculation import AT_WORK, FUNCTION, workings_of, writer
from qa_excel.form.layout import CALCULATION, layout_of
from qa_excel.kinds import terms
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.terms import (
    Call,
    Cell,
    Choice,
    Constant,
    Failure,
    FormulaError,
    Guard,
    Lookup,
    Operation,
    Reference,
)
from qa_excel.kinds.terms import Term as AnyTerm
from qa_excel.rubric.building import load_rubric
from qa_excel.thai.typed import ErrorCell

Mutant = tuple[str, AnyTerm]
"""What was changed, and the changed formula."""

_SIGNS: dict[str, Sequence[Callable[..., AnyTerm]]] = {
    "-": (terms.plus,),
    "/": (terms.times,),
    "=": (terms.differs,),
    "<>": (terms.same,),
    ">": (terms.at_least, terms.below),
    ">=": (terms.above, terms.below),
    "<": (_at_most := lambda a, b: terms.at_least(b, a), terms.above),
}
_NAMES: dict[str, Callable[..., AnyTerm]] = {
    "AND": terms.some,
    "OR": terms.every,
    "MIN": terms.most,
    "MAX": terms.least,
    "ISNUMBER": terms.is_logical,
    "ISLOGICAL": terms.is_number,
    "INT": lambda a: terms.rounded(a, 0),
    "NOT": lambda a: a,
    "ROUND": lambda a, places: a,
}


def mutants(whole: AnyTerm, near: Callable[[Cell], Sequence[Cell]]) -> Iterator[Mutant]:
    """The formulas that differ from one in one place; near: the cells that a reference may be mistaken for."""
    match whole:
        case Constant(held):
            for other in _other_values(held):
                yield f"{held!r} → {other!r}", Constant(other)
        case Reference(cell):
            for other in near(cell):
                yield f"{cell} → {other}", Reference(other)
        case Lookup(cell=cell):
            for other in near(cell):
                yield f"looks up {cell} → {other}", replace(whole, cell=other)
            yield "looks up what is not there", Failure("#N/A")
            yield "an empty cell is 0", terms.when(terms.same(whole, ""), 0, whole)
        case Failure(error):
            yield f"{error} → 0", Constant(0)
        case Operation(sign, operands):
            yield from _of_operation(whole, near)
            for other in _SIGNS.get(sign, ()):
                yield f"another sign than {sign}", other(*operands)
        case Call(name, arguments):
            for number, argument in enumerate(arguments):
                for said, other in mutants(argument, near):
                    yield said, replace(whole, arguments=_with(arguments, number, other))
            if name in _NAMES:
                yield f"another function than {name}", _NAMES[name](*arguments)
            if name in ("AND", "OR", "MIN", "MAX"):
                for number in range(len(arguments)):
                    rest = arguments[:number] + arguments[number + 1 :]
                    yield f"{name} without its argument {number + 1}", replace(whole, arguments=rest)
        case Choice(condition, then, otherwise):
            for name in ("condition", "then", "otherwise"):
                for said, other in mutants(getattr(whole, name), near):
                    yield said, replace(whole, **{name: other})
            yield "IF with its parts exchanged", Choice(condition, otherwise, then)
            yield "IF always", then
            yield "IF never", otherwise
        case Guard(name, tried):
            for said, other in mutants(tried, near):
                yield said, replace(whole, tried=other)
            if whole.otherwise is not None:
                for said, other in mutants(whole.otherwise, near):
                    yield said, replace(whole, otherwise=other)
                yield f"{name} without what stands behind it", tried
            else:
                yield f"{name} that never holds", Constant(False)
                yield f"{name} that always holds", Constant(True)


def _of_operation(whole: Operation, near: Callable[[Cell], Sequence[Cell]]) -> Iterator[Mutant]:
    for number, operand in enumerate(whole.operands):
        for said, other in mutants(operand, near):
            yield said, replace(whole, operands=_with(whole.operands, number, other))
        if whole.sign == "+" and number:
            yield "- for a +", replace(whole, operands=_with(whole.operands, number, terms.times(-1, operand)))
        if whole.sign == "*" and number:
            yield "/ for a *", replace(whole, operands=_with(whole.operands, number, terms.over(1, operand)))


def _with(parts: tuple[AnyTerm, ...], number: int, other: AnyTerm) -> tuple[AnyTerm, ...]:
    return (*parts[:number], other, *parts[number + 1 :])


def _other_values(held: Any) -> Sequence[Any]:
    if isinstance(held, bool):
        return (not held,)
    if isinstance(held, str):
        return (f"{held}.",)
    return (held + 1, held - 1, held * 1000) if 0 < held < 1 else (held + 1, held - 1)


@dataclass(slots=True)
class Anew:
    """Cells worked out anew because of what one of them holds now; all others stay as they were known."""

    terms: Mapping[Cell, AnyTerm]
    known: Mapping[Cell, Any]
    changed: frozenset[Cell]
    found: dict[Cell, Any]

    def __getitem__(self, cell: Cell) -> Any:
        if cell not in self.changed:
            return self.known[cell]
        if cell not in self.found:
            self.found[cell] = _value(self.terms[cell], self)
        return self.found[cell]


class Bench:
    """The calculation of one workbook in several states, and which changes of it they tell.

    Each entry is a state; and of each of the first ones, that in which any input holds anything else.
    """

    def __init__(self, rubric_id: str, area: int | None, others: int):
        """others: how many entries there are besides those of which every input is varied."""
        rubric = load_rubric(rubric_id)
        workings = workings_of(rubric, area)
        formulas = formulas_of(rubric_id, area).terms
        asking = {replace(cell, column=column) for cell in workings.scores.values() for column in (FUNCTION, AT_WORK)}
        self.scores = {*workings.scores.values(), *(cell for cell, term in formulas.items() if _is_score(term))}
        calculated = {cell for cell in formulas if cell.sheet == CALCULATION} - asking
        self.terms = {cell: formulas[cell] for cell in formulas if cell in calculated | self.scores}
        """The formulas that are changed: of the calculation what asks no function, and the cells of scores."""
        self.keys = {row.number: row.key for row in workings.rows}
        self.write = writer(layout_of(rubric, area), CALCULATION)
        self.places = {path: Cell(*place) for path, place in layout_of(rubric, area).cells().items()}
        self.inputs = set(self.places.values())
        self.users: dict[Cell, set[Cell]] = {}
        for cell, term in self.terms.items():
            for used in _cells_in(term):
                self.users.setdefault(used, set()).add(cell)
        self.hanging = cache(self._hanging)
        self.varied = _varied(rubric_id, area)
        self.entries = [*self.varied, *(entry(rubric_id, area, f"other {number}") for number in range(others))]
        self.states = list(map(self._state, self.entries))
        self.first = self.states[: len(self.varied)]
        self.variants = cache(self._variants)

    def _state(self, entry: Entry) -> dict[Cell, Any]:
        typed = {self.places[path]: answer.typed for path, answer in entry.answers.items()}
        return {cell: _held(typed.get(cell)) for cell in self.inputs} | worked_out(entry)

    def _variants(self, path: Path) -> list[Mapping[Cell, Any]]:
        """The first states, with everything else that may stand in one input."""
        cell, found = self.places[path], []
        changed = self.hanging(cell)
        for varied, state in zip(self.varied, self.first, strict=True):
            for answer in others(varied, path):
                anew = Anew(self.terms, state, changed, {cell: _held(answer.typed)})
                found.append(ChainMap({at: anew[at] for at in changed}, state))
        return found

    def _states(self, cell: Cell) -> Iterator[Mapping[Cell, Any]]:
        """The states in which a cell may hold one thing or another; what told of a change is asked first."""
        for at, state in enumerate(self.states):
            yield state
            self.states.insert(0, self.states.pop(at))
        for path, place in self.places.items():
            if cell in self.hanging(place):
                yield from self.variants(path)

    def mutants(self) -> Iterator[tuple[Cell, Mutant]]:
        """Of the formulas on which a score hangs."""
        for cell, term in self.terms.items():
            if self.hanging(cell) & self.scores:
                yield from ((cell, mutant) for mutant in mutants(term, self._near))

    def _near(self, cell: Cell) -> list[Cell]:
        """The cells beside one, in the calculation or of inputs."""
        beside = [(0, 1), (0, -1), (1, 0), (-1, 0)]
        found = [Cell(cell.sheet, cell.row + down, cell.column + right) for down, right in beside]
        return [other for other in found if other in self.terms or other in self.inputs]

    def tells(self, cell: Cell, other: AnyTerm) -> bool:
        """Whether a score of any state shows that a cell holds another formula."""
        if _is_score(other) and other.tried != self.terms[cell].tried:
            return True  # It asks for another score than is looked for there.
        hanging = self.hanging(cell)
        if not hanging.isdisjoint(_cells_in(other)):
            return True  # It refers to itself.
        meanings = [other]
        if "ISNUMBER" in self.terms[cell].text(self.write):
            meanings.append(_of_libreoffice(other))
        for known in self._states(cell):
            for figure in (_value(meaning, known) for meaning in meanings):
                if _alike(figure, known[cell]):
                    continue
                anew = Anew(self.terms, known, hanging, {cell: figure})
                if any(not same(anew[score], known[score]) for score in self.scores & hanging):
                    return True
        return False

    def formula(self, cell: Cell, term: AnyTerm) -> str:
        """A formula as text, with what stands before it: the key of its row. Cells of its own row are letters alone."""
        text = re.sub(rf"\b([B-D]){cell.row}\b", r"\1", term.text(self.write))
        return f"{self.keys.get(cell.row, '') if cell.sheet == CALCULATION else cell.sheet}: {text}"

    def _hanging(self, cell: Cell) -> frozenset[Cell]:
        """The cells whose formulas hang on one, with itself."""
        found, open_ = {cell}, [cell]
        while open_:
            new = self.users.get(open_.pop(), set()) - found
            found |= new
            open_ += new
        return frozenset(found)


def _held(typed: Any) -> Any:
    """What a cell holds, as formulas see it."""
    return "" if typed is None else FormulaError(typed) if isinstance(typed, ErrorCell) else typed


def _of_libreoffice(term: AnyTerm) -> AnyTerm:
    """The formula as LibreOffice understands it, to which TRUE is a number."""
    match term:
        case Call("ISNUMBER", arguments):
            return Call("ISNUMBER", tuple(map(_of_libreoffice, arguments)), lambda x: isinstance(x, int | float))
        case Call(arguments=arguments):
            return replace(term, arguments=tuple(map(_of_libreoffice, arguments)))
        case Operation(sign, operands):
            meant = tuple(map(_of_libreoffice, operands))
            if sign not in ("=", "<>"):
                return replace(term, operands=meant)
            return Operation(sign, meant, lambda x, y: term.work(_as_number(x), _as_number(y)))
        case Choice():
            return Choice(*map(_of_libreoffice, (term.condition, term.then, term.otherwise)))
        case _:
            return term


def _as_number(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _value(term: AnyTerm, known: Mapping[Cell, Any] | Anew) -> Any:
    def read(cell: Cell) -> Any:
        value = known[cell]
        if isinstance(value, FormulaError):
            raise value
        return value

    try:
        return term.value(read)
    except FormulaError as error:
        return error


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, FormulaError) or isinstance(other, FormulaError):
        return isinstance(one, FormulaError) and isinstance(other, FormulaError)
    return bool(one == other) and isinstance(one, str) == isinstance(other, str)


def _is_score(term: AnyTerm) -> bool:
    """Whether a formula asks the add-in for a score, with the workbook's own behind it."""
    return isinstance(term, Guard) and isinstance(term.tried, Call) and term.tried.name.startswith(("ONESQA", "IQA"))


def _cells_in(term: AnyTerm) -> Iterator[Cell]:
    match term:
        case Reference(cell) | Lookup(cell=cell):
            yield cell
        case Operation(operands=parts) | Call(arguments=parts):
            for part in parts:
                yield from _cells_in(part)
        case Choice(condition, then, otherwise):
            for part in (condition, then, otherwise):
                yield from _cells_in(part)
        case Guard(tried=tried, otherwise=otherwise):
            yield from _cells_in(tried)
            if otherwise is not None:
                yield from _cells_in(otherwise)


def _varied(rubric_id: str, area: int | None) -> list[Entry]:
    """Three sound entries, one that has everything and one that has nothing."""
    drawn = (entry(rubric_id, area, number) for number in itertools.count())
    everything = full(rubric_id, area)
    cover = {path: answer for path, answer in everything.answers.items() if path[0] in ("year", "school")}
    return [*islice(filter(_is_sound, drawn), 3), everything, Entry(rubric_id, area, cover)]


def _is_sound(made: Entry) -> bool:
    figures = of_program(made)
    return None not in figures.values() and not any(figures[key] for key in figures if key[0] == "missing")
