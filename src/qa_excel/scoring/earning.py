"""What would earn the points that a criterion lacks, in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.gains import Earned, Lack
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.score import answers_of
from qa_excel.scoring.scorecard import IndicatorScore
from qa_excel.thai.text import Text


def what_would_earn(
    rubric: Rubric, indicator: Indicator, criterion: Criterion, card: IndicatorScore, submission: dict[str, Any]
) -> Text:
    """What is to be done for the full points of a criterion; empty where it has them.

    Where the words say how many points, these are of the net score: what doing it would add, the indicator's deduction
    included. card: the indicator's score. submission: the data it was scored from.
    """
    scored = next(entry for entry in card.criteria if entry.id == criterion.id)
    if scored.points is None:
        return Text(f"แก้ไขข้อมูลที่ไม่ถูกต้อง: {scored.reason.th}", f"mend the invalid input: {scored.reason.en}")
    if scored.points >= criterion.full:
        return Text("", "")
    answers = answers_of(rubric, indicator, submission)
    return criterion.would_earn(answers, Lack(criterion.full - scored.points, _earned(card), scored.items))


def _earned(card: IndicatorScore) -> Earned:
    """What an indicator has earned; an invalid input counts as nothing."""
    points = (criterion.points for criterion in card.criteria if criterion.points is not None)
    return Earned(sum(points, Fraction(0)), card.deduction or Decimal(0))
