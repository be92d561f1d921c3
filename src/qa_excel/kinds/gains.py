"""By how much an indicator's net score rises when more of its points are earned.

A deduction takes points that are not there yet as well: where it exceeds the gross, what is earned next is swallowed
by it first. So a promise of points is one of net points, as the score shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qa_excel.kinds.outcome import ItemScore, net_of


@dataclass(frozen=True, slots=True)
class Earned:
    """The exact points that an indicator's criteria have earned, and what its conditions deduct."""

    points: Fraction
    deduction: Decimal

    @property
    def net(self) -> Decimal:
        return net_of(self.points, self.deduction)

    @property
    def swallowed(self) -> bool:
        """True where the next points earned raise the net score by less than themselves."""
        return self.points < self.deduction

    def gain(self, rise: Fraction = Fraction(0), cleared: bool = False) -> Decimal:
        """The rise of the net score when so many points are added; `cleared`: nothing is deducted any more."""
        return net_of(self.points + rise, Decimal(0) if cleared else self.deduction) - self.net

    def promises(self, rises: Iterable[Fraction], most: Fraction) -> list[Decimal]:
        """What each of several rises may promise, of which no more than `most` points count together.

        No more than it gains alone, and all up to it no more than they gain together.
        """
        promised: list[Decimal] = []
        so_far = Fraction(0)
        for rise in rises:
            before, so_far = so_far, so_far + rise
            together = self.gain(min(so_far, most)) - self.gain(min(before, most))
            promised.append(min(self.gain(min(rise, most)), together))
        return promised


@dataclass(frozen=True, slots=True)
class Lack:
    """The points that a criterion lacks, beside what its indicator has earned.

    items: the scores of a checklist's items.
    """

    lost: Fraction
    earned: Earned
    items: Sequence[ItemScore] = ()
