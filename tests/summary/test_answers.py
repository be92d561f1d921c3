"""The tidy data are what the schools answered, as the independent scorer reads it."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

from helpers import oracle
from helpers.books import SAMPLES
from helpers.districts import DUE, IQA_DUE, STRANGER, District, code, exact_points
from helpers.figures import half_up, mean
from helpers.oracle import INDICATORS
from helpers.sheets import load


def test_the_made_up_district_has_all_that_goes_wrong(made: District) -> None:
    statuses = Counter(made.tidy.submissions.status)
    assert statuses["missing"] == 10 and statuses["superseded"] == 2 and statuses["errors"] == 3
    totals = made.tidy.totals
    assert set(totals) == {code(n) for n in (1, 2, 3, 5, 7, 9, 10)}
    assert totals[code(1)] == totals[code(2)]
    percents = made.tidy.steps("1.3")
    rounded = [Fraction(half_up(p)) for p in percents]
    assert half_up(sum(percents) / len(percents)) != half_up(sum(rounded) / len(rounded)), "no mean to get wrong"
    halves = [mean(made.tidy.indicator(i)) * 1000 % 10 for i in INDICATORS]
    assert any(half == 5 for half in halves), "no mean lies half way between two figures"


def test_scores_are_those_of_the_independent_scorer(district: District) -> None:
    got = {(row.school_code, row.indicator): row for row in district.tidy.scores.itertuples()}
    expected = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            for indicator, card in oracle.score(data)["indicators"].items():
                expected[school, indicator] = card
    assert got.keys() == expected.keys()
    for key, card in expected.items():
        row = got[key]
        assert (float(row.gross), float(row.score)) == (card["gross"], card["score"]), key
        assert float(row.deduction) == card["deduction"], key
        assert (int(row.missing), float(row.max)) == (card["missing"], card["max"]), key


def test_criteria_are_those_of_the_independent_scorer(district: District) -> None:
    got = {(row.school_code, row.indicator, row.criterion): row for row in district.tidy.criteria.itertuples()}
    expected = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            for indicator, card in oracle.score(data)["indicators"].items():
                expected |= {(school, indicator, criterion["id"]): criterion for criterion in card["criteria"]}
    assert got.keys() == expected.keys()
    exact = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            exact |= {(school, *key): points for key, points in exact_points(data).items()}
    for key, criterion in expected.items():
        row = got[key]
        assert (float(row.points), float(row.max)) == (criterion["points"], criterion["max"]), key
        assert Fraction(row.points_exact) == exact[key], key
        assert (row.to_earn == "") == (exact[key] == criterion["max"]), key
        if "items" in criterion:
            items = dict(pair.split("=") for pair in row.items.split("; "))
            assert items == {item["id"]: str(item["met"]).lower() for item in criterion["items"]}, key


def test_conditions_are_those_of_the_independent_scorer(district: District) -> None:
    def words(value: bool | None) -> str:
        return "" if value is None else str(value).lower()

    got = {(row.school_code, row.indicator, row.condition): row for row in district.tidy.conditions.itertuples()}
    expected = set()
    for (school, workbook), data in district.sent.items():
        if workbook == "iqa":
            continue
        for indicator, card in oracle.score(data)["indicators"].items():
            for condition in card["conditions"]:
                key = school, indicator, condition["id"]
                expected.add(key)
                assert got[key].found == words(condition["found"]), key
                assert got[key].resolvable == words("resolved" in condition), key
                assert got[key].resolved == words(condition.get("resolved")), key
                assert got[key].deducts == words(condition["deducts"]), key
    assert got.keys() == expected


def test_traces_are_those_of_the_independent_scorer(district: District) -> None:
    tidy = district.tidy
    valid = tidy.valid[tidy.valid.workbook == "iqa"].set_index("school_code")
    sent = {school: data for (school, workbook), data in district.sent.items() if workbook == "iqa"}
    assert set(valid.index) == set(sent) == set(tidy.iqa_items.school_code)
    for school, data in sent.items():
        card = oracle.score(data)
        row = valid.loc[school]
        assert (int(row.done), int(float(row.total)), float(row.percent)) == (
            card["done"],
            card["total"],
            card["percent"],
        )
        listed = tidy.iqa_items[tidy.iqa_items.school_code == school]
        assert dict(zip(listed.item, listed.status, strict=True)) == {
            f"{p}.{n}": data["items"].get(f"{p}.{n}", {}).get("status", "")
            for p, size in oracle.PROCESSES.items()
            for n in range(1, size + 1)
        }
        for item, process, evidence in zip(listed.item, listed.process, listed.evidence, strict=True):
            answer = data["items"].get(item, {})
            assert process == item.rpartition(".")[0]
            assert evidence == str(bool(answer.get("evidence") or answer.get("link"))).lower(), (school, item)


def test_every_row_leads_to_its_cell(sample: District) -> None:
    """The inputs that a criterion's row gives stand in the file, sheet and cell that it names."""
    rng = random.Random(5)
    rows = sample.tidy.criteria
    some = rows[(rows["count"] != "")].iloc[sorted(rng.sample(range(int((rows["count"] != "").sum())), 12))]
    cache: dict[str, Any] = {}
    for row in some.itertuples():
        if row.file not in cache:
            cache[row.file] = load(SAMPLES / "district" / row.file)
        value = cache[row.file][row.sheet][row.cell].value
        assert Fraction(row.count) == Fraction(str(value)), (row.file, row.sheet, row.cell)
        assert row.page and row.inputs.startswith("count=")


def test_what_was_sent_twice_counts_once_with_the_newest(made: District) -> None:
    got = {(row.school_code, row.workbook): row for row in made.tidy.counting.itertuples()}
    assert len(got) == len(made.tidy.counting) == 80
    for key, row in got.items():
        newest = made.made.newest.get(key)
        assert row.file == (newest or ""), key
        if newest is None:
            assert row.status == "missing"
        elif key in made.sent:
            assert row.status in ("ok", "warnings")
        else:
            assert row.status == "errors"
    assert not made.tidy.scores.school_code.isin([STRANGER]).any()
    assert not made.tidy.submissions.school_code.isin([STRANGER]).any()
    assert "นอกทะเบียน/1.xlsx" in set(made.tidy.problems.file)
    assert "ปีก่อน/1.xlsx" in set(made.tidy.problems.file)


def test_on_time_is_the_first_copy_by_its_date_or_its_receipt(made: District) -> None:
    for row in made.tidy.received.itertuples():
        first = made.made.first_dates[row.school_code, row.workbook]
        due = IQA_DUE if row.workbook == "iqa" else DUE
        assert row.on_time == str(first <= due).lower(), (row.school_code, row.workbook, first)
