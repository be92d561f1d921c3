"""The score as terms of ordinary formulas: what `score` works out, told as a spreadsheet can work it out itself.

An input that can't be scored makes an error of what rests on it, as `score` gives no points; what only the program can
read makes an error, too, and never another figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_excel.kinds.inputs import Input
from qa_excel.kinds.native import READ, UNREAD, Answer, Calculated
from qa_excel.kinds.terms import (
    Constant,
    Failure,
    Operand,
    Term,
    at_least,
    below,
    every,
    half_up,
    is_error,
    is_logical,
    is_number,
    minus,
    most,
    negate,
    one_if,
    over,
    plus,
    rounded,
    same,
    some,
    times,
    when,
    whole,
)
from qa_excel.rubric.model import DONE, Condition, Indicator, Rubric
from qa_excel.thai.privacy import LARGEST

REFUSED = Failure("#NUM!")
"""What stands in place of a figure that has none."""


@dataclass(frozen=True, slots=True)
class Deducted:
    """A condition's terms: whether its answers can be read, whether it deducts, and how many are missing."""

    valid: Term
    deducts: Term
    missing: Term


def condition_terms(condition: Condition, found: Answer, resolved: Answer | None) -> Deducted:
    """resolved: None for a condition that is not resolvable."""
    holds = same(found.number, 1)
    if resolved is None:
        return Deducted(negate(found.unread), holds, one_if(found.blank))
    missing = plus(one_if(found.blank), one_if(every(holds, resolved.blank)))
    return Deducted(negate(some(found.unread, resolved.unread)), every(holds, same(resolved.number, 0)), missing)


def shown_points(criterion: Calculated) -> Term:
    """A criterion's points as they are shown."""
    return when(criterion.valid, half_up(criterion.points), REFUSED)


def gross(criteria: Sequence[Calculated]) -> Term:
    """The criteria's points, summed before they are rounded."""
    return when(every(*(c.valid for c in criteria)), half_up(plus(*(c.points for c in criteria))), REFUSED)


def deduction(indicator: Indicator, conditions: Sequence[Deducted]) -> Term:
    """What the conditions cost together."""
    if not conditions:
        return Constant(0)
    cost = when(some(*(c.deducts for c in conditions)), float(indicator.deduction), 0)
    return when(every(*(c.valid for c in conditions)), cost, REFUSED)


def net(gross_: Term, deduction_: Term) -> Term:
    return rounded(most(0, minus(gross_, deduction_)), 2)


def missing(parts: Sequence[Calculated | Deducted]) -> Term:
    """How many inputs of an indicator are unanswered."""
    return plus(*(part.missing for part in parts))


def status_state(rubric: Rubric, raw: Term) -> Term:
    """The state of a step's status: one of the list's words, or none that the sheet can read."""
    words = [word for status in rubric.statuses for word in (status.name.th, status.id, status.name.en)]
    known = when(some(*(same(raw, word) for word in words)), READ, UNREAD)
    return when(is_error(raw), UNREAD, when(same(raw, ""), 0, known))


def says_done(rubric: Rubric, raw: Term) -> Term:
    """Whether a step's status says that it is done."""
    done = next(status for status in rubric.statuses if status.id == DONE)
    return some(*(same(raw, word) for word in (done.name.th, done.id, done.name.en)))


def is_done(rubric: Rubric, raw: Term, numbers: Sequence[tuple[Input, Term]]) -> Term:
    """1 for a step that counts as done: its status says so, and each of its numbers is what it must be.

    numbers: each with what stands in its cell. Raises an error in the sheet where one of a step that says so can't be
    read.
    """
    reached: Operand = 1
    for given, number in reversed(numbers):
        goal = float(given.at_least or 0)
        enough = every(at_least(number, goal), below(number, LARGEST + 1), same(number, whole(number)))
        readable = every(negate(is_logical(number)), is_number(number))
        reached = when(same(number, ""), 0, when(readable, when(enough, reached, 0), REFUSED))
    return when(says_done(rubric, raw), reached, 0)


def progress(unread: Sequence[Term], done: Term, items: int) -> Term:
    """The percentage of items that are done; unread: whether a status can't be read."""
    return when(some(*unread), REFUSED, half_up(times(over(done, items), 100)))
