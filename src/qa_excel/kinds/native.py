"""How a spreadsheet itself reads what was entered, and what a criterion gives for its calculation there.

What only the program can read (Thai digits, a number typed as text) is an error there, and never another figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from qa_excel.kinds.answers import Asked, Edition
from qa_excel.kinds.inputs import Input, Path
from qa_excel.kinds.terms import (
    Constant,
    Term,
    above,
    at_least,
    below,
    differs,
    every,
    is_error,
    is_logical,
    is_number,
    negate,
    plus,
    rounded,
    same,
    some,
    when,
    whole,
)
from qa_excel.thai.dates import BUDDHIST_ERA
from qa_excel.thai.privacy import LARGEST
from qa_excel.thai.typed import LAST_YEAR, YES_NO_WORDS

BLANK, READ, UNREAD = 0, 1, 2
"""The states of an input."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One input: its state, its number (1 for a yes; 0 where there is none), and what stands in its cell."""

    state: Term
    number: Term
    raw: Term

    @property
    def blank(self) -> Term:
        return same(self.state, BLANK)

    @property
    def read(self) -> Term:
        return same(self.state, READ)

    @property
    def unread(self) -> Term:
        return same(self.state, UNREAD)


@dataclass(frozen=True, slots=True)
class Calculated:
    """A criterion's terms: whether it has a score, its exact points where it has, and how many inputs are missing;
    beside: the ending of a row's key → the percentage, or other result, shown on that row."""

    valid: Term
    points: Term
    missing: Term
    beside: Mapping[str, Term] = field(default_factory=dict)


class Calculation(Protocol):
    """What a criterion may ask for when it gives its terms."""

    @property
    def edition(self) -> Edition: ...
    @property
    def year(self) -> Answer:
        """The academic year; its number is 0 where it is none that can be."""

    def taught(self, grade: str, /) -> Answer:
        """Whether a grade is taught."""

    def answer(self, criterion: str, within: Path, /) -> Answer:
        """An input of a criterion of the same indicator; `within`: the keys between its answer and the input's own."""

    def criterion(self, criterion_id: str, /) -> Asked:
        """Another criterion of the same indicator."""

    def let(self, name: str, meant: Term, /) -> Term:
        """A helper cell of the criterion, which holds a term; returned is what refers to it."""


def read_input(kind: str, raw: Term) -> tuple[Term, Callable[[Term], Term]]:
    """(state, state → number) of an input of one of the normaliser's kinds, from what stands in its cell."""
    if kind in YES_NO_WORDS:
        yes, no = (_is_word(raw, words) for words in yes_no_words(kind))
        known = when(is_logical(raw), 1, when(is_number(raw), _one_of(raw, 0, 1), when(some(yes, no), READ, UNREAD)))
        held = when(is_logical(raw), when(raw, 1, 0), when(is_number(raw), raw, when(yes, 1, 0)))
        return _state(raw, known), lambda state: when(same(state, READ), held, 0)
    faults = [below(raw, 0), above(raw, 100 if kind == "percent" else LARGEST)]
    if kind == "count":
        faults.append(differs(raw, whole(raw)))
    known = when(_no_number(raw), UNREAD, when(some(*faults), UNREAD, READ))
    return _state(raw, known), lambda state: when(same(state, READ), raw, 0)


def read_year(raw: Term, first_year: int) -> tuple[Term, Callable[[Term], Term]]:
    """As `read_input`, of the academic year: a number that is no year counts as none, a text can't be read."""
    known = when(_no_number(raw), UNREAD, READ)
    buddhist = when(above(raw, LAST_YEAR - BUDDHIST_ERA), raw, plus(raw, BUDDHIST_ERA))
    possible = every(at_least(buddhist, first_year), below(buddhist, LAST_YEAR + 1), same(raw, whole(raw)))
    return _state(raw, known), lambda state: when(same(state, READ), when(possible, buddhist, 0), 0)


def yes_no_words(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words for yes and for no that the sheet itself reads."""
    yes, no = YES_NO_WORDS[kind]
    return tuple(dict.fromkeys((yes, "ใช่", "มี"))), tuple(dict.fromkeys((no, "ไม่ใช่", "ไม่มี")))


def reached(answer: Answer, given: Input) -> Term:
    """Whether an input is what it must be: yes, or at its threshold, with 15 digits as Excel shows them."""
    if given.at_least is None:
        return differs(answer.number, 0)
    goal = given.at_least
    before = len(str(int(goal.next_minus()))) if goal > 1 else 0
    shown = answer.number if given.kind == "count" else rounded(answer.number, 15 - before)
    return at_least(shown, float(goal))


def by_year(year: Term, first_year: int, holds: Callable[[int | None], bool]) -> Term:
    """Whether something holds in a year (0: in none that is known), written as spans of years from the first on."""
    spans = [(held, next(years)) for held, years in groupby(range(first_year, LAST_YEAR + 1), holds)]
    known: Term = Constant(spans[0][0])
    for held, since in spans[1:]:
        known = when(at_least(year, since), held, known)
    return known if spans == [(holds(None), first_year)] else when(same(year, 0), holds(None), known)


def pair_wrong(count: Answer, total: Answer) -> Term:
    """Whether a part and its whole can't be scored: one can't be read, or the part is more than the whole."""
    return some(count.unread, total.unread, every(total.read, above(count.number, total.number)))


def _state(raw: Term, known: Term) -> Term:
    return when(is_error(raw), UNREAD, when(same(raw, ""), BLANK, known))


def _no_number(raw: Term) -> Term:
    return some(is_logical(raw), negate(is_number(raw)))


def _one_of(raw: Term, *numbers: int) -> Term:
    return when(some(*(same(raw, number) for number in numbers)), READ, UNREAD)


def _is_word(raw: Term, words: tuple[str, ...]) -> Term:
    return some(*(same(raw, word) for word in words))
