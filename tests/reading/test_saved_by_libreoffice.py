"""Workbooks that LibreOffice has saved again: the same submission, the same points, and the native counts."""

from __future__ import annotations

import copy
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from helpers import oracle
from helpers.fillings import WORKBOOKS, at_the_boundaries, drawn, header, tables, type_otherwise
from helpers.lanes import both, takes_the_fast_lane
from helpers.libreoffice import rearrange, resave
from qa_excel.files.output import save
from qa_excel.form.filling import fill
from qa_excel.form.layout import COVER, FIRST_INPUT, HEADER_ROW, SUMMARY, Layout, Row, Sheet, layout_of
from qa_excel.form.printed import printed_form
from qa_excel.form.template.building import build
from qa_excel.kinds.answers import dig
from qa_excel.reading.workbook import read_workbook
from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import Scorecard

pytestmark = pytest.mark.libreoffice

COUNT_ROW = 5
"""The row of a sheet's count of unanswered inputs, in the first column of inputs."""
ROWS_ON_TOP = 2


@dataclass
class Filled:
    """A workbook, what it was filled with, and the workbook after its way through LibreOffice."""

    path: Path
    submission: dict[str, Any]
    layout: Layout
    saved: Path | None = None

    def card(self) -> Scorecard:
        return score(self.submission)

    @cached_property
    def grids(self) -> dict[str, list[list[Any]]]:
        """Sheet title → rows of the values that LibreOffice calculated; an error reads as empty."""
        book = CalamineWorkbook.from_path(self.saved)
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

    def shown(self, sheet_id: str, row: int, column: int) -> Any:
        """What a cell shows, None for nothing."""
        value = self.grids[self.layout.sheet(sheet_id).title][row - 1][column - 1]
        return None if value == "" else value


def name_of(rubric: str, area: int | None, filling: str) -> str:
    return f"{f'area {area}' if area else rubric}, {filling}"


FILLINGS = ("template", "empty", "full", "typed", "boundaries", "partly 1", "partly 2")
TABLES = {name_of("", area, f"table {name}"): submission for area in (1, 2) for name, submission in tables(area)}
NAMES = [name_of(*workbook, filling) for workbook in WORKBOOKS for filling in FILLINGS] + list(TABLES)
BOUNDARIES = [name_of(*workbook, "boundaries") for workbook in WORKBOOKS]
PARTLY = [name_of(*workbook, "partly 2") for workbook in WORKBOOKS]


@pytest.fixture(scope="session")
def filled(tmp_path_factory) -> dict[str, Filled]:
    """Every filling of every workbook, as our program wrote it."""
    folder = tmp_path_factory.mktemp("filled")
    made: dict[str, Filled] = {}

    def add(name: str, submission: dict[str, Any]) -> Filled:
        rubric, area = load_rubric(submission["rubric"]), submission.get("area")
        made[name] = Filled(folder / f"{name}.xlsx", submission, layout_of(rubric, area))
        return made[name]

    for rubric_id, area in WORKBOOKS:
        *_, one, two = drawn(rubric_id, area, 12)
        *_, complete = drawn(rubric_id, area, 6, complete=True)
        for filling, submission in {
            "empty": header(rubric_id, area),
            "full": complete,
            "typed": complete,
            "boundaries": at_the_boundaries(rubric_id, area),
            "partly 1": one,
            "partly 2": two,
        }.items():
            fill(submission, add(name_of(rubric_id, area, filling), submission).path)
        type_otherwise(made[name_of(rubric_id, area, "typed")].path, complete)
        template = header(rubric_id, area)
        del template["year"], template["school"]
        save(build(load_rubric(rubric_id), area), add(name_of(rubric_id, area, "template"), template).path)
    for name, submission in TABLES.items():
        fill(submission, add(name, submission).path)
    return made


@pytest.fixture(scope="session")
def resaved(filled, tmp_path_factory) -> dict[str, Filled]:
    """All of them, saved again as .xlsx."""
    results = resave([each.path for each in filled.values()], tmp_path_factory.mktemp("resaved"))
    return _with_results(filled, list(filled), results)


@pytest.fixture(scope="session")
def through_ods(filled, tmp_path_factory) -> dict[str, Filled]:
    """The boundaries, saved as .ods and then as .xlsx."""
    as_ods = resave([filled[name].path for name in BOUNDARIES], tmp_path_factory.mktemp("ods"), to="ods")
    return _with_results(filled, BOUNDARIES, resave(as_ods, tmp_path_factory.mktemp("from ods")))


@pytest.fixture(scope="session")
def rearranged(filled, tmp_path_factory) -> dict[str, Filled]:
    """The boundaries with rows and columns inserted, and with tabs renamed and turned around; the partly filled
    ones with rows inserted, as the protection allows: two on top, one before each row of inputs.
    """
    folder = tmp_path_factory.mktemp("rearranged")
    jobs = []
    for name in BOUNDARIES:
        forms = filled[name].layout.forms
        rows = {sheet.title: [1, 1, 9, 10, *(row.number for row in sheet.rows[3::4])] for sheet in forms}
        columns = {sheet.title: [1, 4, FIRST_INPUT + 1, FIRST_INPUT + 1, sheet.last_column] for sheet in forms}
        calculation = filled[name].layout.calculation.title
        rows[calculation], columns[calculation] = [1, 4, 30, 30], [1, 2, 3, 5]
        jobs.append({"rows": rows, "columns": columns, "rename": True, "reverse": True})
    for name in PARTLY:
        forms = filled[name].layout.forms
        inputs = {sheet.title: [row.number for row in sheet.rows if row.fields] for sheet in forms}
        jobs.append({"rows": {title: [*[1] * ROWS_ON_TOP, *numbers] for title, numbers in inputs.items()}})
    names = BOUNDARIES + PARTLY
    targets = [folder / filled[name].path.name for name in names]
    for name, job, target in zip(names, jobs, targets, strict=True):
        job |= {"source": str(filled[name].path), "target": str(target)}
    rearrange(jobs)
    return _with_results(filled, names, targets)


def _with_results(filled: dict[str, Filled], names: list[str], results: list[Path]) -> dict[str, Filled]:
    return {
        name: Filled(filled[name].path, filled[name].submission, filled[name].layout, result)
        for name, result in zip(names, results, strict=True)
    }


# --- The same submission and the same points ----------------------------------------------------------------


def canonical(value: Any) -> Any:
    """A submission whose numbers have 15 significant digits, and whole ones no point."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, float):
        rounded = Decimal(f"{value:.15g}")
        return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
    return value


def assert_same(each: Filled) -> None:
    result = read_workbook(each.saved)
    assert result.submission is not None, result.problems
    expected = copy.deepcopy(canonical(each.submission))
    expected.setdefault("answers" if each.layout.area else "items", {})
    assert result.submission.data == expected
    assert [problem.code for problem in result.problems] == []
    assert score(result.submission.data).to_json() == each.card().to_json()


@pytest.mark.parametrize("name", NAMES)
def test_saved_again_as_xlsx(resaved, name):
    assert_same(resaved[name])


@pytest.mark.parametrize("name", BOUNDARIES)
def test_saved_as_ods_and_back(through_ods, name):
    assert_same(through_ods[name])


@pytest.mark.parametrize("name", BOUNDARIES)
def test_rows_and_columns_inserted_and_tabs_renamed_and_turned_around(rearranged, name):
    assert_same(rearranged[name])


@pytest.mark.parametrize("name", PARTLY)
def test_rows_inserted_everywhere(rearranged, name):
    assert_same(rearranged[name])


def test_the_boundaries_come_back_as_written(filled):
    """What the other tests compare with is what was filled in, at 15 significant digits."""
    assert canonical({"a": 79.99999999999999, "b": 82.33333333333333}) == {"a": 80, "b": 82.3333333333333}
    for name in BOUNDARIES:
        assert read_workbook(filled[name].path).submission.data == canonical(filled[name].submission)


# --- The native counts --------------------------------------------------------------------------------------


def missing_by_sheet(each: Filled) -> dict[str, int]:
    """Sheet id → how many inputs on it are unanswered; on the cover every empty cell counts."""
    card = each.card()
    counts = dict.fromkeys((sheet.id for sheet in each.layout.forms), 0)
    for part, of, *_ in card.missing:
        counts[of.rpartition(".")[0] if part == "items" else of] += 1
    levels = dig(each.submission, ("school", "levels"))
    for _, _, given in each.layout.sheet(COVER).fields():
        value = levels if "levels" in given.path else dig(each.submission, given.path)
        counts[COVER] += value is None
    return counts


def shown_counts(each: Filled) -> dict[str, Any]:
    return {sheet.id: each.shown(sheet.id, COUNT_ROW, FIRST_INPUT) for sheet in each.layout.forms}


@pytest.mark.parametrize("name", NAMES)
def test_counts_of_unanswered_inputs(resaved, name):
    assert shown_counts(resaved[name]) == missing_by_sheet(resaved[name])


@pytest.mark.parametrize("name", PARTLY)
def test_counts_after_rows_were_inserted(rearranged, name):
    """People may insert rows: a row of their own asks for nothing."""
    each = rearranged[name]
    shown = {sheet.id: each.shown(sheet.id, COUNT_ROW + ROWS_ON_TOP, FIRST_INPUT) for sheet in each.layout.forms}
    assert shown == missing_by_sheet(each)


@pytest.mark.parametrize("name", NAMES)
def test_counts_on_the_summary(resaved, name):
    """The summary repeats each sheet's count in its last column, and adds them up."""
    each = resaved[name]
    counts = [count for sheet, count in missing_by_sheet(each).items() if sheet != COVER]
    headings = each.grids[each.layout.sheet(SUMMARY).title][HEADER_ROW - 1]
    column = headings.index("ช่องที่ยังไม่ได้กรอก") + 1
    shown = [each.shown(SUMMARY, HEADER_ROW + 1 + n, column) for n in range(len(counts) + 1)]
    assert shown == [*counts, sum(counts)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("iqa")])
def test_counts_of_steps_done(resaved, name):
    each = resaved[name]
    items = each.submission.get("items", {})
    headings = each.grids[each.layout.sheet(SUMMARY).title][HEADER_ROW - 1]
    column = headings.index("ระบุว่าดำเนินการแล้ว") + 1
    for number, process in enumerate(each.layout.rubric.processes, start=HEADER_ROW + 1):
        done = sum(items.get(item.id, {}).get("status") == "done" for item in process.items)
        assert (each.shown(SUMMARY, number, 2), each.shown(SUMMARY, number, column)) == (process.id, done)


# --- The native percentages ---------------------------------------------------------------------------------


def expected_share(each: Filled, row: Row) -> Fraction | str | None:
    """What stands in the percentage's column of a row: a percentage, whether the mean rose, or nothing."""
    given = [field for field in row.fields.values() if not field.optional]
    taught = oracle.taught({"school": {}, **each.submission})
    counting = taught.compared if given[0].input.key == "previous" else taught.tested
    subject = row.key.rpartition(".")[2]
    before = after = Fraction(0)
    compared = 0
    for one, other in zip(given[::2], given[1::2], strict=False):
        values = [dig(each.submission, field.path) for field in (one, other)]
        counts = not one.grade or (subject in counting.get(one.grade, ()) if one.subject else one.grade in counting)
        if None in values or not counts:
            continue
        compared += 1
        before += Fraction(repr(values[0]))
        after += Fraction(repr(values[1]))
    if given[0].input.key == "count":
        return 100 * before / after if after else None
    if not compared:
        return None
    return "▲ สูงขึ้น" if after > before else "ไม่สูงขึ้น"


def rows_with_shares(sheet: Sheet) -> list[Row]:
    return [
        row
        for row in sheet.rows
        if [field.input.key for field in row.fields.values()][:2] in (["count", "total"], ["previous", "current"])
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("area") and "typed" not in name])
def test_percentages(resaved, name):
    each = resaved[name]
    for sheet in each.layout.forms:
        for row in rows_with_shares(sheet):
            shown, expected = each.shown(sheet.id, row.number, sheet.percent_column), expected_share(each, row)
            if isinstance(expected, Fraction):
                assert shown == pytest.approx(float(expected), rel=1e-12), (sheet.id, row.key)
            else:
                assert shown == expected, (sheet.id, row.key)


def test_percentages_stand_beside_every_ratio():
    """The rows that the test above looks at: the rubric's ratios, the T-scores and the subjects of its tables."""
    found: dict[str, int] = {}
    for area in range(1, 8):
        for sheet in layout_of(load_rubric("onesqa-r4"), area).forms:
            if rows := rows_with_shares(sheet):
                found[sheet.id] = len(rows)
    ratios = {"IND1": 2, "IND4": 5, "IND6": 1, "IND7": 2, "IND8": 2, "IND10": 1, "IND12": 1, "IND17": 1, "IND19": 2}
    assert found == ratios | {"IND2": 8, "IND3": 1, "IND5": 8}


# --- The scores and the other formulas ----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_scores_without_the_functions(resaved, name):
    """The workbook's own figure shows where the functions are not known; none where the sheet can't read an input."""
    each = resaved[name]
    card = each.card()
    form = printed_form(each.layout.rubric, each.layout.area, each.layout.rubric.version)
    nets = {("ONESQA_SCORE", key): indicator.score for key, indicator in card.indicators.items()}
    nets |= {("IQA_PROGRESS", key): process.percent for key, process in card.processes.items()}
    cells = [(sheet_id, cell) for sheet_id, sheet in form.items() for cell in sheet.scores if cell.call in nets]
    shown = {(s, c.call): each.shown(s, c.place.row, c.place.column) for s, c in cells}
    expected = {(s, c.call): float(nets[c.call]) for s, c in cells}
    if "typed" in name:
        expected = {key: figure for key, figure in expected.items() if shown[key] is not None}
        shown = {key: shown[key] for key in expected}
    assert shown == pytest.approx(expected)


_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*? t="e"[^>]*><f[^>]*>([^<]*)</f><v>([^<]*)</v>')


@pytest.mark.parametrize("name", [name for name in NAMES if "typed" not in name])
def test_no_form_shows_an_error(resaved, name):
    """LibreOffice has not got our functions; every formula of a form it calculates without them."""
    each = resaved[name]
    with zipfile.ZipFile(each.saved) as package:
        parts = [f"xl/worksheets/sheet{n}.xml" for n in range(1, len(each.layout.sheets) + 1)]
        assert [_CELL.findall(package.read(part).decode()) for part in parts] == [[]] * len(parts)


def test_both_lanes_say_the_same(resaved, through_ods, rearranged):
    """What LibreOffice saves is written as usual, but for texts and errors at the boundaries."""
    files = [each.saved for books in (resaved, through_ods, rearranged) for each in books.values()]
    assert sum(map(takes_the_fast_lane, files)) > len(files) / 2
    for file in files:
        fast, other = both(file)
        assert fast == other, file
