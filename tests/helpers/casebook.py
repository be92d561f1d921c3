"""The scoring cases of tests/scoring/cases: read, turned into submissions, compared with a scorecard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import yaml

from helpers import TESTS
from qa_excel.rubric import model
from qa_excel.rubric.building import load_rubric
from qa_excel.thai.text import Text

CASES = TESTS / "scoring" / "cases"
LAST_INDICATOR = {1: 4, 2: 8, 3: 12, 4: 14, 5: 16, 6: 18, 7: 20}  # area -> its last indicator


def load_cases() -> list[dict]:
    cases = []
    for path in sorted(CASES.glob("*.yaml")):
        cases += yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return cases


def submission_of(case: dict) -> dict:
    """The submission that a case describes; its area is that of the indicators it names, its year 2563 unless it says
    another one, or null for none. `every_subject` says that its edition has no list of tested subjects."""
    school = {"code": "63020130", "levels": case.get("levels", ["P6"])}
    if "items" in case:
        del school["levels"]
        return {"rubric": "iqa-2565", "year": 2565, "school": school, "items": case["items"]}
    submission = {"rubric": "onesqa-r4", "area": _area(case), "school": school}
    if (year := case.get("year", 2563)) is not None:
        submission["year"] = year
    submission["answers"] = case.get("answers", {})
    if "deductions" in case:
        submission["deductions"] = case["deductions"]
    return submission


def _area(case: dict) -> int:
    named = {*case["expect"], *case.get("answers", {}), *case.get("deductions", {})} - {"file"}
    areas = {min(a for a, last in LAST_INDICATOR.items() if int(ind[3:]) <= last) for ind in named}
    if len(areas) != 1:
        raise ValueError(f"{case['id']}: a case is about one area, not {sorted(areas)}")
    return areas.pop()


def edition_with(lists: Mapping[int, Mapping[str, Collection[str]]]) -> model.Rubric:
    """The edition with other lists of tested subjects: first year → grade → subjects; without any, all count."""
    tested = tuple(
        model.TestedSubjects(year, {grade: frozenset(ids) for grade, ids in by_grade.items()}, Text("", ""))
        for year, by_grade in sorted(lists.items())
    )
    return replace(load_rubric("onesqa-r4"), tested=tested)


def mismatches(scored: dict, expect: dict) -> list[str]:
    """What a scorecard has otherwise than a case expects it."""
    wrong: list[str] = []

    def compare(where: str, got: Any, want: Any) -> None:
        identical = type(got) is bool or type(want) is bool or got is None or want is None
        same = got is want if identical else got == want
        if not same:
            wrong.append(f"{where}: expected {want}, got {got}")

    for name, figures in expect.items():
        if name == "file":
            for key, want in figures.items():
                compare(key, scored[key], want)
        elif name == "processes":
            for process, progress in figures.items():
                for key, want in progress.items():
                    compare(f"{process} {key}", scored["processes"][process][key], want)
        else:
            _compare_indicator(name, scored["indicators"][name], figures, compare)
    return wrong


def _compare_indicator(name: str, scored: dict, figures: dict, compare: Any) -> None:
    by_id = {entry["id"]: entry for entry in scored["criteria"]}
    items = {item["id"]: item["met"] for entry in scored["criteria"] for item in entry.get("items", ())}
    conditions = {entry["id"]: entry for entry in scored["conditions"]}
    for key, want in figures.items():
        if key == "points":
            for cid, points in want.items():
                compare(f"{name}.{cid} points", by_id[cid]["points"], points)
        elif key == "items":
            for item, met in want.items():
                compare(f"{name}.{item} met", items[item], met)
        elif key == "deducts":
            for cid, deducts in want.items():
                compare(f"{name}.{cid} deducts", conditions[cid]["deducts"], deducts)
        else:
            compare(f"{name} {key}", scored[key], want)
