"""Figures in subjects that the national test does not have leave no trace in a district's data."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest

from helpers.received import received, sample_files, sample_roster
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.merging import merge

TABLES = {1: ("IND2", "1"), 2: ("IND5", "2")}
FOUR = {"thai", "math", "science", "foreign"}
ASKED = {"P6": FOUR, "M3": FOUR, "M6": FOUR | {"social"}}
NOT_ASKED = {grade: {"social", "health", "arts", "career"} - asked for grade, asked in ASKED.items()}
ENTERED: list[dict[str, Any]] = [{"count": 40, "total": 9000}, {"previous": 91.37, "current": 17.93}]


def entered_in(data: dict[str, Any], figures: dict[str, Any]) -> dict[str, Any]:
    """A submission with these figures wherever its tables do not ask for them, also at grades that are not taught."""
    if data.get("area") not in TABLES:
        return data
    data = copy.deepcopy(data)
    indicator, criterion = TABLES[data["area"]]
    table = data["answers"][indicator][criterion]
    for grade, subjects in NOT_ASKED.items():
        taught = grade in data["school"]["levels"]
        table.setdefault(grade, {}).update({s: dict(figures) for s in subjects | (set() if taught else FOUR)})
    return data


def collected(figures: dict[str, Any] | None = None) -> Dataset:
    files = [(file, entered_in(data, figures) if figures else data) for file, data in sample_files()]
    return collect(merge([received(*file) for file in files], sample_roster()))


@pytest.fixture(scope="module")
def asked_alone() -> Dataset:
    return collected()


@pytest.mark.parametrize("figures", [*ENTERED, {"count": "มาก", "total": -1, "previous": True, "current": 10**9}])
def test_the_tables_are_those_of_a_district_without_such_figures(figures, asked_alone):
    """Scores, what would earn more, inputs, by grade: all that sheets, cards and trends are made of."""
    found = collected(figures)
    for name, frame in asked_alone.frames.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name)


def test_the_table_by_grade_has_every_subject_that_counts_and_no_other(asked_alone):
    by_grade = asked_alone["grades"]
    for indicator, _ in TABLES.values():
        rows = by_grade[by_grade["indicator"] == indicator]
        shown = {grade: set(part["subject"]) for grade, part in rows.groupby("grade")}
        assert shown == ASKED
