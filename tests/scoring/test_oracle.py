"""The reference scorer agrees with the cases, whose figures were worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.casebook import load_cases, mismatches, submission_of
from helpers.oracle import AREAS, RUBRIC, TESTED, score
from helpers.strategies import iqa_submissions, submissions, typings

CASES = load_cases()


def test_case_ids_are_unique_and_reasons_are_given():
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))
    assert all(case["why"].strip() for case in CASES)


def test_the_rubric_holds_100_points_20_indicators_and_13_conditions():
    points = {number: sum(spec[0] for spec in criteria.values()) for number, (criteria, _) in RUBRIC.items()}
    assert points == dict.fromkeys(range(1, 21), 5)
    assert sorted(n for numbers in AREAS.values() for n in numbers) == list(range(1, 21))
    assert sum(len(conditions) for _, conditions in RUBRIC.values()) == 13


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case):
    lists = None if case.get("every_subject") else TESTED
    assert mismatches(score(submission_of(case), lists), case["expect"]) == [], case["why"]


@given(submissions())
def test_scores_stay_within_their_bounds(submission):
    scored = score(submission)
    assert 0 <= scored["score"] <= scored["max"]
    for indicator in scored["indicators"].values():
        assert 0 <= indicator["score"] <= indicator["gross"] <= indicator["max"] == 5
        assert indicator["missing"] >= 0


@given(submissions(complete=True))
def test_a_complete_submission_misses_nothing(submission):
    assert score(submission)["missing"] == 0


@given(st.data())
def test_typing_makes_no_difference(data):
    submission = data.draw(submissions() | iqa_submissions())
    assert score(data.draw(typings(submission))) == score(submission)
