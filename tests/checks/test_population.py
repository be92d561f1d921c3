"""A sample larger than its population can't be true: which totals are held against whom."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.received import received
from qa_excel.checks import check
from qa_excel.scoring.score import score

ONE_OF = {"count": 1, "total": 101}


def found(area: int, indicator: str, answers: dict[str, Any]) -> list[str]:
    """The inputs of which it is said, in a school of 100 learners; the criterion keeps its points."""
    school = {"code": "99000001", "levels": ["P6", "M3"], "learners": 100}
    data = {"rubric": "onesqa-r4", "area": area, "year": 2563, "school": school, "answers": {indicator: answers}}
    assert score(data).indicators[indicator].gross is not None
    result = check(received("a.xlsx", data))
    named = [problem.field for problem in result.problems if problem.code == "consistency.over_population"]
    assert not named or result.status == "errors"
    return named


@pytest.mark.parametrize(
    ("area", "indicator", "answers", "named"),
    [
        (1, "IND1", {"2": ONE_OF}, "IND1.2 × total"),
        (1, "IND2", {"1": {g: {"thai": {"count": 1, "total": 51}} for g in ("P6", "M3")}}, "IND2.1.thai × P6.total"),
        (1, "IND3", {"1": {g: {"count": 1, "total": 51} for g in ("P6", "M3")}}, "IND3.1 × P6.total"),
        (1, "IND4", {"2.1": ONE_OF}, "IND4.2.1 × total"),
        (1, "IND4", {"2.2": ONE_OF}, "IND4.2.2 × total"),
        (1, "IND4", {"2.3": ONE_OF}, "IND4.2.3 × total"),
        (3, "IND10", {"3": ONE_OF}, "IND10.3 × total"),
        (6, "IND17", {"2": ONE_OF}, "IND17.2 × total"),
        (7, "IND19", {"1": ONE_OF}, "IND19.1 × total"),
        (7, "IND19", {"1": {"count": 1, "total": 10}, "2": {"count": 1, "total": 11}}, "IND19.2 × total"),
        (3, "IND12", {"1.1": {"value": 3}, "1.2": {"count": 1, "total": 4}}, "IND12.1.2 × total"),
    ],
)
def test_a_sample_is_held_against_its_population(area, indicator, answers, named):
    assert found(area, indicator, answers) == [named]


@pytest.mark.parametrize(
    ("area", "indicator", "answers"),
    [
        (1, "IND1", {"1": {"count": 1, "total": 150}, "2": ONE_OF}),  # the largest figure given is 150
        (1, "IND4", {"2.2": {"count": 1, "total": 100}}),
        (2, "IND7", {"1": {"count": 1, "total": 14}, "2": {"count": 1, "total": 500}}),  # works are no people
    ],
)
def test_what_is_no_sample_of_it_is_not(area, indicator, answers):
    assert found(area, indicator, answers) == []
