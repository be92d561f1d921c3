"""Numbers as people type them: plain ones are read, others refused with what was typed, unless it tells of somebody."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpers import books
from helpers.books import workbook
from helpers.checked import checked, found
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import NUMBER, VALUE, CellError, Sheets
from qa_excel.rubric.building import load_rubric, load_rubrics
from qa_excel.rubric.inputs import fields
from qa_excel.scoring.score import score
from qa_excel.thai.privacy import HIDDEN
from qa_excel.thai.typed import normalise

TYPED = yaml.safe_load((Path(__file__).with_name("numbers.yaml")).read_text(encoding="utf-8"))
PLAIN = [(typed, Decimal(value)) for value, typings in TYPED["count"].items() for typed in typings]
KINDS = ("count", "amount")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("typed", "value"), PLAIN, ids=ascii)
def test_a_plain_number_of_things(kind, typed, value):
    read = normalise(typed, kind)
    assert (read.state, read.value) == ("ok", value)
    assert bool(read.notes) is isinstance(typed, str)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("typed", TYPED["none"], ids=ascii)
def test_what_is_no_plain_number(kind, typed):
    assert normalise(typed, kind).fault == "not_a_number"


@pytest.mark.parametrize("kind", ["number", "percent"])
@pytest.mark.parametrize("typed", ["58 คน", "-", "–", "ไม่มี"])
def test_a_mean_and_a_percent_count_nothing(kind, typed):
    assert normalise(typed, kind).fault == "not_a_number"


@given(st.integers(0, 9_999_999), st.sampled_from(["คน", "ราย", "ห้อง", "ครั้ง"]), st.sampled_from(["", " ", "\u00a0"]))
def test_a_number_and_its_unit(number, unit, gap):
    assert normalise(f"{number:,}{gap}{unit}", "count").value == number


def test_the_numbers_with_a_threshold_are_amounts_and_the_means_are_not():
    kinds = {
        (given.kind, given.input.at_least is None)
        for r in load_rubrics()
        for a in r.workbooks
        for given in fields(r, a)
    }
    assert {("amount", False), ("number", True), ("count", True), ("count", False)} <= kinds
    assert not {("amount", True), ("number", False)} & kinds


# --- Too large, and no number at all ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["count", "amount", "number"])
@pytest.mark.parametrize(("typed", "fault"), [(9_999_999, None), (10_000_000, "too_large"), (1e308, "too_large")])
def test_no_figure_is_larger_than_the_largest(kind, typed, fault):
    assert normalise(typed, kind).fault == normalise(f"{typed:.0f}", kind).fault == fault


@pytest.mark.parametrize(
    "key", [("school.learners", "value"), ("IND6.1", "total"), ("IND5.2.thai", "P6.current"), ("IND6.2", "value")]
)
@pytest.mark.parametrize("typed", [1e308, 10_000_000, "1e30"])
def test_a_vast_figure_is_an_error_at_its_cell(key, typed, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {key: typed})
    (problem,) = found(path, "value.too_large")
    assert (problem.source.sheet, problem.source.cell) == books.place(path, key)
    assert len([p for p in checked(path).problems if p.severity == "error"]) == 1


@pytest.mark.parametrize("typed", [True, False, "TRUE", "FALSE", "true"])
@pytest.mark.parametrize(
    "key", [("IND6.1", "count"), ("IND5.1.2", "value"), ("IND5.2.thai", "P6.current"), ("IND6.2", "value")]
)
def test_a_truth_value_is_no_number(key, typed, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {key: typed})
    (problem,) = found(path, "value.not_a_number")
    assert (problem.source.sheet, problem.source.cell) == books.place(path, key)


@pytest.mark.parametrize("typed", [True, False, 1e308])
def test_neither_counts_in_json_or_in_a_cell(typed):
    data = books.submission(2, answers={"IND6": {"1": {"count": 1, "total": typed}}})
    assert score(data).indicators["IND6"].score is None
    block = [["#columns", "", "count", "total"], ["IND6.1", "", 1, typed]]
    with pytest.raises(CellError) as error:
        call("ONESQA_SCORE", ["IND6", block], Sheets({}))
    assert error.value.error == (VALUE if isinstance(typed, bool) else NUMBER)


# --- What was typed is shown -----------------------------------------------------------------------------------

COUNT = ("IND6.1", "count")


@pytest.mark.parametrize(
    ("key", "typed", "shown"),
    [
        (COUNT, "58/62", "58/62"),
        (COUNT, "x", "x"),
        (COUNT, "ประมาณ 30 คน", "ประมาณ 30 คน"),
        (COUNT, True, "TRUE"),
        (("IND5.1.3", "met"), "x", "x"),
        (("IND5.1.3", "met"), "2", "2"),
        (("prepared_on", "value"), "31/2/2564", "31/2/2564"),
        (("school.learners", "value"), "58/62", "58/62"),
        (COUNT, "30 ของ สมศรี", HIDDEN),
        (COUNT, "081-234-5678", HIDDEN),
    ],
)
def test_what_was_typed_is_shown(key, typed, shown, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {key: typed})
    here = [p for p in checked(path).problems if (p.source.sheet, p.source.cell) == books.place(path, key)]
    assert f"“{shown}”" in here[0].message() and f"“{shown}”" in here[0].message("en")


@pytest.mark.parametrize(
    "typed",
    [
        "สมชาย ใจดี",
        "เด็กหญิงมานี 5",
        "081-234-5678",
        "โทร 0812345678",
        "1-2345-67890-12-3",
        "somchai@example.com",
        "Somchai",
        "นก 5",
    ],
)
@pytest.mark.parametrize("key", [COUNT, ("IND5.1.3", "met"), ("school.teachers", "value"), ("prepared_on", "value")])
def test_what_may_tell_of_somebody_is_not(key, typed, tmp_path):
    result = checked(workbook(tmp_path / "a.xlsx", 2, {key: typed}))
    told = " ".join(p.message(lang) + p.hint(lang) for p in result.problems for lang in ("th", "en"))
    for part in ("สมชาย", "ใจดี", "มานี", "081", "1234", "2345", "omchai", "นก 5"):
        assert part not in told


# --- Empty objects ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", range(1, 8))
def test_empty_objects_may_stand_wherever_something_could(area, tmp_path, run):
    plain = books.submission(area)
    parts = ("answers", "deductions", "evidence", "links", "notes")
    indicators = load_rubric("onesqa-r4").area(area).indicators
    for empty in (
        {part: {} for part in parts},
        {part: {indicator.id: {} for indicator in indicators} for part in parts},
        {"answers": {i.id: {criterion.id: {} for criterion in i.criteria} for i in indicators}},
    ):
        path, out = tmp_path / "a.json", tmp_path / "a.xlsx"
        path.write_text(json.dumps({**plain, **empty}), encoding="utf-8")
        assert run("fill", path, "--out", out).status == 0
        assert run("score", path).status == 0
        assert run("extract", out).json == plain
