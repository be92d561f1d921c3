"""The scoring core against the table of cases and, on random submissions, against the independent oracle."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import oracle, strategies
from helpers.casebook import edition_with, load_cases, mismatches, submission_of
from qa_excel.kinds.outcome import half_up
from qa_excel.rubric.building import load_rubrics
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score

EVERY_SUBJECT = edition_with({})


def scored(submission: dict, rubric: Rubric | None = None) -> dict:
    """The product's figures in the oracle's shape: no reasons."""
    card = score(submission, rubric).to_json()
    for indicator in card.get("indicators", {}).values():
        for criterion in indicator["criteria"]:
            assert criterion.pop("reason")
    return card


def expected(submission: dict, lists: dict | None = oracle.TESTED) -> dict:
    return {key: value for key, value in oracle.score(submission, lists).items() if key not in ("rubric", "area")}


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case["id"])
def test_case(case):
    rubric = EVERY_SUBJECT if case.get("every_subject") else None
    assert mismatches(scored(submission_of(case), rubric), case["expect"]) == []


@settings(max_examples=150, deadline=None)
@given(strategies.submissions())
def test_any_submission_scores_as_the_oracle_does(submission):
    assert scored(submission) == expected(submission)


@settings(max_examples=80, deadline=None)
@given(strategies.submissions(area=1) | strategies.submissions(area=2), st.data())
def test_figures_that_are_not_asked_and_years_unknown_score_as_the_oracle_does(submission, data):
    submission = data.draw(strategies.with_wrong_figures(submission))
    assert scored(submission) == expected(submission)
    submission = data.draw(strategies.without_a_year(submission))
    assert scored(submission) == expected(submission)


@settings(max_examples=80, deadline=None)
@given(strategies.submissions(area=1) | strategies.submissions(area=2), st.none() | strategies.TESTED)
def test_an_edition_with_any_lists_of_tested_subjects_scores_as_the_oracle_does(submission, lists):
    """Without lists every subject counts, as in the years before the first."""
    assert scored(submission, edition_with(lists or {})) == expected(submission, lists)


@settings(max_examples=40, deadline=None)
@given(strategies.iqa_submissions())
def test_any_traces_score_as_the_oracle_does(submission):
    assert scored(submission) == expected(submission)


@settings(max_examples=60, deadline=None)
@given(strategies.submissions().flatmap(strategies.typings))
def test_what_was_typed_scores_as_the_oracle_does(submission):
    assert scored(submission) == expected(submission)


def test_totals_of_the_rubrics():
    points, traces = load_rubrics()
    assert [int(area.max) for area in points.areas] == [20, 20, 20, 10, 10, 10, 10]
    assert len(points.indicators) == 20
    assert {indicator.max for indicator in points.indicators} == {5}
    assert sum(len(indicator.conditions) for indicator in points.indicators) == 13
    assert len(traces.processes) == 9
    assert len(traces.items) == 35


def test_every_point_has_a_reason_in_both_languages():
    submission = {
        "rubric": "onesqa-r4",
        "area": 2,
        "year": 2563,
        "school": {"code": "63020130", "levels": ["P6"]},
        "answers": {"IND5": {"1.1": {"met": True}, "1.2": {"value": 78}, "1.3": {"met": True}, "1.5": {"value": 85}}},
    }
    (criterion, _) = score(submission).indicators["IND5"].criteria
    assert criterion.reason.en == "3 of 5 items met: 1.2 is 78 %, needs 80 %; 1.4 not answered"
    assert criterion.reason.th == "ผ่าน 3 จาก 5 รายการ: 1.2 ได้ 78 ต้องไม่น้อยกว่า 80; 1.4 ยังไม่ได้กรอก"


@pytest.mark.parametrize(
    ("number", "rounded"),
    [("0.005", "0.01"), ("0.0049999", "0.00"), ("1.125", "1.13"), ("2.675", "2.68"), ("5", "5.00")],
)
def test_half_up(number, rounded):
    from decimal import Decimal

    assert half_up(Decimal(number)) == Decimal(rounded)


def test_scoring_is_light():
    """The core also runs inside LibreOffice's own Python: no package may come with it."""
    heavy = ["pandas", "openpyxl", "xlwings", "yaml", "jsonschema", "python_calamine", "typer"]
    code = f"import sys, qa_excel.scoring.score; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# --- Reasons --------------------------------------------------------------------------------------------------


def indicator_of(indicator: str, answers: dict, deductions: dict | None = None, levels: tuple[str, ...] = ("P6", "M3")):
    area = submission_of({"id": "x", "expect": {indicator: {}}})["area"]
    submission = {
        "rubric": "onesqa-r4",
        "area": area,
        "year": 2563,
        "school": {"code": "63020130", "levels": list(levels)},
        "answers": {indicator: answers},
        "deductions": {indicator: deductions or {}},
    }
    return score(submission).indicators[indicator]


@pytest.mark.parametrize(
    ("indicator", "answers", "th", "en"),
    [
        (
            "IND2",
            {"1": {"P6": {"thai": {"count": 9, "total": 5}}, "M3": {"math": {"count": "มาก", "total": 5}}}},
            "ป.6 ภาษาไทย: จำนวนมากกว่าจำนวนทั้งหมด และอีก 1 แห่ง",
            "Grade 6, Thai: the count is more than the total, and 1 more",
        ),
        (
            "IND5",
            {"2": {"M3": {"math": {"previous": 40, "current": "สี่สิบ"}}}},
            "ม.3 คณิตศาสตร์: ต้องเป็นตัวเลข",
            "Grade 9, Mathematics: must be a number",
        ),
        (
            "IND3",
            {"1": {"M3": {"count": -1, "total": 5}}},
            "ม.3: ต้องไม่ติดลบ (พบ -1)",
            "Grade 9: must not be negative (found -1)",
        ),
    ],
)
def test_an_invalid_cell_of_a_table_is_named_by_grade_and_subject(indicator, answers, th, en):
    criterion = next(c for c in indicator_of(indicator, answers).criteria if c.points is None)
    assert (criterion.reason.th, criterion.reason.en) == (th, en)


@pytest.mark.parametrize(
    ("condition", "th"),
    [
        ({"found": True, "resolved": True}, "พบแต่แก้ไขแล้ว จึงไม่ลดคะแนน"),
        ({"found": True, "resolved": False}, "ลดคะแนน"),
        ({"found": True}, "ลดคะแนน"),
        ({"found": False}, "ไม่ลดคะแนน"),
        ({"found": "?"}, "ข้อมูลไม่ถูกต้อง"),
    ],
)
def test_the_reason_of_a_condition(condition, th):
    assert indicator_of("IND5", {}, {"D1": condition}).conditions[0].reason.th == th
