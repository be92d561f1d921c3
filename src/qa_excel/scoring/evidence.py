"""Whether evidence stands beside what earns points."""

from __future__ import annotations

from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.rubric.model import Indicator
from qa_excel.scoring.scorecard import CriterionScore


def unproven(submission: dict[str, Any], indicator: Indicator, scored: CriterionScore) -> list[str]:
    """The answers of a criterion that earn points with neither evidence nor a link beside them.

    What stands beside a criterion holds for all its items.
    """
    if not scored.points or has_evidence(submission, indicator, scored.id):
        return []
    answers = _claimed(indicator.criterion(scored.id), scored)
    return [answer for answer in answers if not has_evidence(submission, indicator, answer)]


def has_evidence(submission: dict[str, Any], indicator: Indicator, answer: str) -> bool:
    return any(dig(submission, (part, indicator.id, answer)) for part in ("evidence", "links"))


def _claimed(criterion: Criterion, scored: CriterionScore) -> list[str]:
    """The answers that earn the criterion's points."""
    return [item.id for item in scored.items if item.met] if criterion.items else [criterion.id]
