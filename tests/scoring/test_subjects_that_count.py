"""The subjects that the national test has in a year at the grades taught, by the table of `tested.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml

from helpers import TESTS, oracle
from helpers.casebook import edition_with
from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.earning import what_would_earn
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import IndicatorScore

SUBJECTS = [subject.id for subject in load_rubric("onesqa-r4").subjects]
NAMES = {subject.id: subject.name.th for subject in load_rubric("onesqa-r4").subjects}
GRADES = {"P6": "ป.6", "M3": "ม.3", "M6": "ม.6"}
TABLES = {"IND2": (1, "1", "tested", "each"), "IND5": (2, "2", "compared", "rise")}
"""Indicator → its area, the criterion with the table, and the columns of the YAML table that are about it."""
FULL = {"IND2": {"count": 9, "total": 9}, "IND5": {"previous": 40, "current": 41}}
MOST = {"IND2": 5, "IND5": 3}
BESIDE = {"IND2": 1, "IND5": 6}
"""What else is missing where only the table is answered: a condition; five items and a condition."""
WRONG = {"IND2": {"count": 9, "total": 4}, "IND5": {"previous": -1, "current": "มาก"}}

Row = dict[str, Any]


def _rows() -> Iterator[Any]:
    for row in yaml.safe_load((TESTS / "scoring" / "tested.yaml").read_text(encoding="utf-8")):
        for year in row["years"]:
            for levels in row["levels"]:
                for indicator in TABLES:
                    name = f"{indicator} {year!r} {' '.join(levels)}"
                    yield pytest.param(indicator, year, levels, row, id=name)


ROWS = list(_rows())
over_the_table = pytest.mark.parametrize(("indicator", "year", "levels", "row"), ROWS)


def asked(indicator: str, levels: list[str], row: Row) -> dict[str, list[str]]:
    """Grade taught → the subjects that count, by the YAML table."""
    return {grade: row[TABLES[indicator][2]][grade].split() for grade in levels}


def scored(indicator: str, year: Any, levels: list[str], table: dict[str, Any], lists: Any = None) -> IndicatorScore:
    """The product's score, which is the independent scorer's as well; `lists` are those of another edition."""
    area, criterion, *_ = TABLES[indicator]
    data = {"rubric": "onesqa-r4", "area": area, "school": {"code": "99000001", "levels": levels}}
    data |= {"answers": {indicator: {criterion: table}}} | ({} if year is None else {"year": year})
    edition = load_rubric("onesqa-r4") if lists is None else edition_with(lists)
    card = score(data, edition).indicators[indicator]
    other = oracle.score(data, oracle.TESTED if lists is None else lists)["indicators"][indicator]
    assert all(
        what_would_earn(edition, edition.indicator(indicator), criterion, card, data).th or not levels
        for criterion, earned in zip(edition.indicator(indicator).criteria, card.criteria, strict=True)
        if earned.points is not None and earned.points < earned.max
    )
    figures = {key: value for key, value in card.to_json().items() if key in ("gross", "score", "missing")}
    assert figures == {key: other[key] for key in figures}
    return card


def points(card: IndicatorScore, indicator: str) -> Decimal | None:
    return next(c.points for c in card.criteria if c.id == TABLES[indicator][1])


def warned(card: IndicatorScore, code: str) -> list[dict[str, Any]]:
    return [finding.params for finding in card.findings if finding.code == code]


def test_the_table_has_every_year_and_set_of_grades():
    shown = {(param.values[1], tuple(param.values[2])) for param in ROWS}
    sets = {(), ("P6",), ("M3",), ("M6",), ("P6", "M3"), ("P6", "M6"), ("M3", "M6"), ("P6", "M3", "M6")}
    assert {(year, levels) for year in (*range(2559, 2565), None, "ปีหน้า") for levels in sets} <= shown


@over_the_table
def test_all_subjects_tested_earn_full_points_and_each_its_share(indicator, year, levels, row):
    counting = asked(indicator, levels, row)
    each = row[TABLES[indicator][3]]
    card = scored(indicator, year, levels, {g: dict.fromkeys(counting[g], FULL[indicator]) for g in levels})
    assert points(card, indicator) == (MOST[indicator] if levels else 0), row["why"]
    assert len(card.missing) == BESIDE[indicator]
    assert warned(card, "value.subject_not_asked") == warned(card, "value.not_tested") == []
    for subject in {subject for subjects in counting.values() for subject in subjects}:
        table = {g: {subject: FULL[indicator]} for g in levels if subject in counting[g]}
        assert float(points(scored(indicator, year, levels, table), indicator)) == each, (subject, row["why"])


@over_the_table
@pytest.mark.parametrize("entered", [FULL, WRONG], ids=["full", "wrong"])
def test_what_does_not_count_is_ignored_with_one_warning_a_grade(indicator, year, levels, row, entered):
    """Valid or not, in a grade's table that is otherwise full or blank."""
    counting = asked(indicator, levels, row)
    ignored = {g: [s for s in SUBJECTS if s not in counting[g]] for g in levels}
    stray = {g: dict.fromkeys(ignored[g], entered[indicator]) for g in levels}
    told = [{"grade": GRADES[g], "subjects": ", ".join(NAMES[s] for s in ignored[g])} for g in levels]

    def both(table: dict[str, Any]) -> IndicatorScore:
        card = scored(indicator, year, levels, table)
        found = warned(card, "value.subject_not_asked")
        assert [{key: value.th for key, value in params.items()} for params in found] == told, row["why"]
        return card

    full = {g: dict.fromkeys(counting[g], FULL[indicator]) | stray[g] for g in levels}
    assert points(both(full), indicator) == (MOST[indicator] if levels else 0), row["why"]
    assert len(both(full).missing) == BESIDE[indicator]
    alone = both(stray)
    assert points(alone, indicator) == 0
    assert len(alone.missing) == BESIDE[indicator] + len(levels), "each table is blank in what it is asked"
    assert warned(alone, "value.not_tested") == [], "a blank table says so once"


@over_the_table
def test_a_side_of_a_pair_is_missing_where_its_subject_counts(indicator, year, levels, row):
    """Beside a pair in Thai, which is always asked: the first side alone of every subject, asked or not."""
    counting = asked(indicator, levels, row)
    first, _ = FULL[indicator]
    for grade in levels:
        one_sided = {s: {first: FULL[indicator][first]} for s in SUBJECTS if s != "thai"}
        table = {g: dict.fromkeys(counting[g], FULL[indicator]) for g in levels} | {
            grade: one_sided | {"thai": FULL[indicator]}
        }
        card = scored(indicator, year, levels, table)
        assert len(card.missing) == BESIDE[indicator] + len(counting[grade]) - 1, row["why"]


def test_a_subject_that_nobody_sat_and_one_that_was_not_tested():
    """Social studies at M6 alone: blank there it was not sat; at P6 it has no part."""
    levels = ["P6", "M6"]
    four = dict.fromkeys(("thai", "math", "science", "foreign"), FULL["IND2"])
    card = scored("IND2", 2563, levels, {"P6": four | {"social": FULL["IND2"]}, "M6": four})
    assert points(card, "IND2") == 4
    assert [params["subject"].th for params in warned(card, "value.not_tested")] == [NAMES["social"]]
    assert [params["grade"].th for params in warned(card, "value.subject_not_asked")] == ["ป.6"]
    card = scored("IND2", 2563, levels, {"P6": four, "M6": four | {"social": {"count": 0, "total": 0}}})
    assert points(card, "IND2") == 4 and warned(card, "value.subject_not_asked") == []


def test_a_grade_where_nobody_sat_the_test_is_answered_with_zeros():
    four = ("thai", "math", "science", "foreign")
    zeros = {subject: {"count": 0, "total": 0} for subject in four}
    card = scored("IND2", 2563, ["P6", "M3"], {"P6": dict.fromkeys(four, FULL["IND2"]), "M3": zeros})
    assert (points(card, "IND2"), len(card.missing)) == (5, 1)


def test_social_studies_grow_at_m6_alone():
    """P6's fall in social studies would outweigh M6's rise."""
    rises, falls = {"previous": 40, "current": 41}, {"previous": 60, "current": 20}
    card = scored("IND5", 2563, ["P6", "M6"], {"P6": {"social": falls, "thai": rises}, "M6": {"social": rises}})
    assert float(points(card, "IND5")) == 1.2


# P6 alone: two subjects from 2560, one of them another from 2563; nothing is tested from 2570.
LISTS = {2560: {"P6": ("thai", "math")}, 2563: {"P6": ("math", "arts")}, 2570: {}}


@pytest.mark.parametrize(
    ("year", "each", "rises"),
    [
        (2559, {"thai": 0.63, "math": 0.63, "arts": 0.63}, {"thai": 0.6, "math": 0.6, "arts": 0.6}),  # before the lists
        (2560, {"thai": 2.5, "math": 2.5, "arts": 0}, {"thai": 1.5, "math": 1.5, "arts": 0}),  # all eight in 2559
        (2562, {"thai": 2.5, "math": 2.5, "arts": 0}, {"thai": 1.5, "math": 1.5, "arts": 0}),
        (2563, {"thai": 0, "math": 2.5, "arts": 2.5}, {"thai": 0, "math": 3, "arts": 0}),  # math alone in both years
        (2564, {"thai": 0, "math": 2.5, "arts": 2.5}, {"thai": 0, "math": 1.5, "arts": 1.5}),
        (2570, {"thai": 0, "math": 0, "arts": 0}, {"thai": 0, "math": 0, "arts": 0}),
        (None, {"thai": 0, "math": 0, "arts": 0}, {"thai": 0, "math": 0, "arts": 0}),  # the newest list
    ],
)
def test_a_rise_needs_the_test_in_both_years(year, each, rises):
    for indicator, shares in (("IND2", each), ("IND5", rises)):
        for subject, share in shares.items():
            card = scored(indicator, year, ["P6"], {"P6": {subject: FULL[indicator]}}, LISTS)
            assert float(points(card, indicator)) == share, (indicator, subject)


def test_where_nothing_is_tested_nothing_is_missing():
    for indicator in TABLES:
        card = scored(indicator, 2570, ["P6", "M3"], {}, LISTS)
        assert (points(card, indicator), len(card.missing)) == (0, BESIDE[indicator])
