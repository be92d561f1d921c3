"""Readiness and deductions: who is ready in a point, who falls short by a condition, and of whom it is not known."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from helpers.received import analysed, received
from qa_excel.district.merging import merge
from qa_excel.district.readiness import readiness_of
from qa_excel.office.roster import Roster, School
from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.score import score

EQA = load_rubric("onesqa-r4")
CODE = "99000001"


def full(area: int) -> dict[str, Any]:
    """A submission that earns every point of the area, its conditions answered with no."""
    answers: dict[str, Any] = {}
    deductions: dict[str, Any] = {}
    for indicator in EQA.area(area).indicators:
        mine = answers.setdefault(indicator.id, {})
        for part in (part for criterion in indicator.criteria for part in (criterion, *criterion.items)):
            for given in part.inputs:
                value = 10 if given.kind in ("count", "number") else 100 if given.kind == "percent" else True
                mine.setdefault(part.id, {})[given.key] = value
        for condition in indicator.conditions:
            deductions.setdefault(indicator.id, {})[condition.id] = {"found": False}
    school = {"code": CODE, "levels": ["P6"], "learners": 100}
    data = {"rubric": EQA.id, "area": area, "year": 2563, "school": school, "answers": answers}
    return {**data, "deductions": deductions}


def told(point: str, area: int, conditions: dict[str, Any]) -> str | list[str]:
    """What is said of a school with full points in everything and these answers to the conditions of an area."""
    data = full(area)
    assert all(c.points == c.max for i in score(data).indicators.values() for c in i.criteria if i.id != "IND5")
    data["deductions"] = {**data["deductions"], **copy.deepcopy(conditions)}
    analysis = analysed(merge([received("a.xlsx", data)], Roster((School(CODE, "โรงเรียนบ้านตัวอย่าง"),))))
    entry = next(entry for entry in readiness_of(analysis) if entry.point.id == point)
    if entry.short:
        ((_, short),) = entry.short
        return [s.name(EQA.indicator(s.indicator).number).th for s in short]
    return "ready" if entry.ready else "not known"


YES, NO, RESOLVED = {"found": True}, {"found": False}, {"found": True, "resolved": True}


@pytest.mark.parametrize(
    ("point", "area", "conditions", "expected"),
    [
        ("2", 3, {}, "ready"),
        ("2", 3, {"IND9": {"D1": YES}}, ["9.D1 ถูกลดคะแนน"]),
        ("2", 3, {"IND9": {}}, "not known"),
        ("2", 3, {"IND10": {"D1": YES, "D2": YES}, "IND11": {"D1": YES}}, "ready"),
        ("7", 2, {"IND7": {"D1": YES, "D2": {"found": True, "resolved": False}}}, ["7.D1 ถูกลดคะแนน", "7.D2 ถูกลดคะแนน"]),
        ("7", 2, {"IND7": {"D1": RESOLVED, "D2": NO}}, "ready"),
        ("7", 2, {"IND7": {"D1": NO}}, "not known"),
        ("7", 2, {"IND7": {"D2": YES}}, ["7.D2 ถูกลดคะแนน"]),
        ("8", 3, {"IND11": {"D1": YES}}, ["11.D1 ถูกลดคะแนน"]),
        ("8", 3, {"IND11": {"D1": RESOLVED}}, "ready"),
        ("8", 3, {"IND11": {}}, "not known"),
        # A point that names a criterion does not ask about its indicator's conditions.
        ("6", 2, {"IND8": {"D1": YES}}, "ready"),
        ("6", 2, {"IND8": {}}, "ready"),
    ],
)
def test_a_deduction_is_a_shortfall_of_the_points_that_name_its_indicator(point, area, conditions, expected):
    assert told(point, area, conditions) == expected


def test_points_and_deduction_are_both_listed():
    data = full(3)
    data["answers"]["IND9"]["2.1"] = {"met": False}
    data["deductions"]["IND9"] = {"D1": YES}
    analysis = analysed(merge([received("a.xlsx", data)], Roster((School(CODE, "โรงเรียนบ้านตัวอย่าง"),))), lang="en")
    ((_, short),) = next(entry.short for entry in readiness_of(analysis) if entry.point.id == "2")
    assert [s.name("9").en for s in short] == ["9.2.1 0.00/1.00", "9.D1 deducted"]


def test_what_stands_beside_a_point_decides_nothing():
    (third,) = (point for point in EQA.readiness if point.id == "3")
    assert third.whole == ("IND14",) and {indicator for indicator, _ in third.beside} == {"IND13", "IND20"}
