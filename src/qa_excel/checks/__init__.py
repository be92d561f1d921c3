"""Checks: a submission's problems, each with its place, and the scorecard that came of it on the way.

A check is a function from a submission and its scorecard to problems; `CHECKS` names them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from qa_excel.checks.answers import check_answers, check_typing
from qa_excel.checks.cover import check_cover, check_date
from qa_excel.checks.shape import check_schema
from qa_excel.problems import Problem
from qa_excel.scoring import Scorecard, score
from qa_excel.submission import FileResult, Submission

Check = Callable[[Submission, Scorecard, date], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (check_cover, check_date, check_answers, check_typing)


def check(result: FileResult, today: date | None = None) -> FileResult:
    """Score and check what was read; problems and scorecard are added to the result, which is returned."""
    submission = result.submission
    if submission is None:
        return result
    result.scorecard = score(submission.data, submission.rubric)
    for run in CHECKS:
        result.problems.extend(run(submission, result.scorecard, today or date.today()))
    result.problems.extend(check_schema(submission, result.problems))
    return result
