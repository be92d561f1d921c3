"""A workbook's own calculation: what its formulas come to, held against the program and an independent scorer.

Here the formulas' terms are worked out by themselves, quickly; test_native.py lets two spreadsheet engines do it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import fillings, oracle, strategies
from helpers.native import of_card
from qa_excel.form.calculation import score_key, workings_of, writer
from qa_excel.form.figures import Figures
from qa_excel.form.layout import CALCULATION, layout_of
from qa_excel.form.template.wording import shown_value
from qa_excel.kinds.answers import dig
from qa_excel.kinds.terms import Cell, FormulaError, Value
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import fields
from qa_excel.scoring.score import score

MOST = 8192
"""Characters of a formula in Excel."""
SINCE_2007 = {"ABS", "AND", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISLOGICAL", "ISNUMBER", "MATCH", "MAX", "MIN"}
SINCE_2007 |= {"NOT", "OR", "ROUND"}


def held(rubric_id: str, area: int | None, submission: dict[str, Any]) -> dict[Cell, Value]:
    """What the inputs of a workbook hold: words of its lists, numbers, and whatever else was typed as it is."""
    rubric = load_rubric(rubric_id)
    cells = layout_of(rubric, area).cells()
    levels = dig(submission, ("school", "levels"))
    held: dict[Cell, Value] = {}
    for given_ in fields(rubric, area):
        value = dig(submission, given_.path)
        if "levels" in given_.path:
            value = None if levels is None else given_.grade in levels
        if value is None or value == "" or (given_.optional and given_.grade is None):
            continue
        listed = isinstance(value, bool) if given_.input.kind == "yesno" else given_.kind == "choice"
        held[Cell(*cells[given_.path])] = shown_value(given_, value, rubric) if listed else value
    return held


def worked_out(rubric_id: str, area: int | None, submission: dict[str, Any]) -> dict[tuple[str, ...], float | None]:
    """Score → its figure, None for an error."""
    workings = workings_of(load_rubric(rubric_id), area)
    figures = Figures(dict(workings.terms()), held(rubric_id, area, submission))
    shown = {key: figures[cell] for key, cell in workings.scores.items()}
    return {key: None if isinstance(figure, FormulaError) else figure for key, figure in shown.items()}


def agree(rubric_id: str, area: int | None, submission: dict[str, Any]) -> None:
    native, ours = worked_out(rubric_id, area, submission), of_card(score(submission))
    for key, figure in ours.items():
        shown = native[key]
        assert (shown is None) == (figure is None) and (shown is None or abs(shown - figure) < 1e-9), (
            key,
            shown,
            figure,
        )


@given(submission=st.one_of(strategies.submissions(), strategies.iqa_submissions()))
def test_formulas_come_to_the_score(submission: dict[str, Any]) -> None:
    agree(submission["rubric"], submission.get("area"), submission)


@settings(max_examples=60)
@given(data=st.data(), area=st.sampled_from((1, 2)))
def test_formulas_follow_the_year_and_the_grades(data: st.DataObject, area: int) -> None:
    """Years of every kind, and figures of subjects that do not count."""
    submission = data.draw(strategies.submissions(area))
    if data.draw(st.booleans()):
        year = data.draw(st.sampled_from((None, 2559, 2560, 2561, 2016, 2020, 2600, 2601, 2500, 2563.5)))
        submission = {**submission, "year": year} if year else {k: v for k, v in submission.items() if k != "year"}
    agree("onesqa-r4", area, submission)


@settings(max_examples=40)
@given(submission=strategies.submissions())
def test_formulas_come_to_what_an_independent_scorer_says(submission: dict[str, Any]) -> None:
    native = worked_out("onesqa-r4", submission["area"], submission)
    for indicator, told in oracle.score(submission)["indicators"].items():
        for name, key in (("ONESQA_GROSS", "gross"), ("ONESQA_DEDUCTION", "deduction"), ("ONESQA_SCORE", "score")):
            figure = native[name, indicator]
            assert figure == told[key] or abs(figure - told[key]) < 1e-9, (indicator, name)


@pytest.mark.parametrize(
    ("area", "path", "typed", "refused"),
    [
        (4, ("answers", "IND13", "2.1", "value"), "๓", "IND13"),
        (4, ("answers", "IND13", "1.5", "value"), "85%", "IND13"),
        (4, ("answers", "IND13", "2.1", "value"), " 9 ", "IND13"),
        (4, ("answers", "IND13", "2.1", "value"), True, "IND13"),
        (4, ("answers", "IND13", "2.2", "met"), "ทราบ", "IND13"),
        (1, ("answers", "IND1", "1", "count"), -1, "IND1"),
        (1, ("answers", "IND1", "1", "count"), 2.5, "IND1"),
        (1, ("answers", "IND1", "1", "count"), 10_000_000, "IND1"),
        (1, ("year",), "ปี ๒๕๖๓", "IND2"),
    ],
)
def test_what_only_the_program_can_read_is_an_error_and_no_other_figure(
    area: int, path: tuple[str, ...], typed: Any, refused: str
) -> None:
    submission = fillings.header("onesqa-r4", area)
    at = submission
    for part in path[:-1]:
        at = at.setdefault(part, {})
    at[path[-1]] = typed
    native = worked_out("onesqa-r4", area, submission)
    assert native["ONESQA_SCORE", refused] is None
    assert native["ONESQA_AREA_SCORE", str(area)] is None
    assert sum(figure is None for key, figure in native.items() if key[0] == "ONESQA_SCORE") == 1


@pytest.mark.parametrize("answer", ["เปิดสอน ", "เปิด", 2])
def test_a_grade_that_can_t_be_read_is_no_grade_that_is_not_taught(answer: Any) -> None:
    rubric = load_rubric("onesqa-r4")
    cells = held("onesqa-r4", 1, fillings.header("onesqa-r4", 1, ("M3",)))
    cells[Cell(*layout_of(rubric, 1).cells()["school", "levels", "P6"])] = answer
    workings = workings_of(rubric, 1)
    figures = Figures(dict(workings.terms()), cells)
    refused = [key[1] for key, cell in workings.scores.items() if isinstance(figures[cell], FormulaError)]
    assert {indicator for indicator in refused if indicator.startswith("IND")} == {"IND2", "IND3"}


@pytest.mark.parametrize(("rubric_id", "area"), fillings.WORKBOOKS)
def test_formulas_fit_every_program(rubric_id: str, area: int | None) -> None:
    """No function newer than Excel 2007, none longer than it allows, no constant written with a power of ten."""
    rubric = load_rubric(rubric_id)
    workings, write = workings_of(rubric, area), writer(layout_of(rubric, area), CALCULATION)
    for cell, meant in workings.terms():
        text = meant.text(write)
        assert len(text) < MOST, cell
        bare = re.sub(r'"[^"]*"', "", text)
        assert set(re.findall(r"(?<![A-Z_])([A-Z][A-Z0-9.]*)\(", bare)) <= SINCE_2007, text
        assert not re.search(r"[0-9]E-?[0-9]", bare), text


@pytest.mark.parametrize(("rubric_id", "area"), fillings.WORKBOOKS)
def test_every_row_has_a_key_of_its_own(rubric_id: str, area: int | None) -> None:
    workings = workings_of(load_rubric(rubric_id), area)
    keys = [row.key for row in workings.rows]
    assert len(set(keys)) == len(keys)
    assert {score_key(key) for key in workings.scores} <= set(keys)
