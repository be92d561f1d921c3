"""Workbooks that LibreOffice has saved again: the same submission, the same points, and the native counts."""

from __future__ import annotations

import copy
import re
import warnings
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fillings import WORKBOOKS, at_the_boundaries, drawn, header, tables, type_otherwise
from office import rearrange, resave

from qa_excel.fields import dig, fields
from qa_excel.filling import fill
from qa_excel.layout import COVER, FIRST_INPUT, SUMMARY, Layout, Row, Sheet, layout_of
from qa_excel.output import save
from qa_excel.reading import read_workbook
from qa_excel.rubric import load_rubric
from qa_excel.scoring import Scorecard, score
from qa_excel.template import build

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

    def cells(self) -> openpyxl.Workbook:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(self.saved, data_only=True)


def name_of(rubric: str, area: int | None, filling: str) -> str:
    return f"{f'area {area}' if area else rubric}, {filling}"


FILLINGS = ("template", "empty", "full", "typed", "boundaries", "partly 1", "partly 2", "partly 3")
TABLES = {name_of("", area, f"table {name}"): submission for area in (1, 2) for name, submission in tables(area)}
NAMES = [name_of(*workbook, filling) for workbook in WORKBOOKS for filling in FILLINGS] + list(TABLES)
MOVED = [name_of(*workbook, filling) for workbook in WORKBOOKS for filling in ("boundaries", "partly 3")]


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
        *_, one, two, three = drawn(rubric_id, area, 12)
        *_, complete = drawn(rubric_id, area, 6, complete=True)
        for filling, submission in {
            "empty": header(rubric_id, area),
            "full": complete,
            "typed": complete,
            "boundaries": at_the_boundaries(rubric_id, area),
            "partly 1": one,
            "partly 2": two,
            "partly 3": three,
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
    """Some of them, saved as .ods and then as .xlsx."""
    as_ods = resave([filled[name].path for name in MOVED], tmp_path_factory.mktemp("ods"), to="ods")
    return _with_results(filled, MOVED, resave(as_ods, tmp_path_factory.mktemp("from ods")))


@pytest.fixture(scope="session")
def moved(filled, tmp_path_factory) -> dict[str, Filled]:
    """Some of them with rows and columns inserted, and with tabs renamed and turned around."""
    jobs = []
    for name in MOVED:
        forms = filled[name].layout.forms
        rows = {sheet.title: [1, 1, 9, 10, *(row.number for row in sheet.rows[3::4])] for sheet in forms}
        columns = {sheet.title: [1, 4, FIRST_INPUT + 1, FIRST_INPUT + 1, sheet.last_column] for sheet in forms}
        jobs.append({"rows": rows, "columns": columns, "rename": True, "reverse": True})
    return _rearranged(filled, jobs, tmp_path_factory.mktemp("moved"))


@pytest.fixture(scope="session")
def with_rows(filled, tmp_path_factory) -> dict[str, Filled]:
    """Some of them with rows inserted, as the protection allows: two on top, one before each row of inputs."""
    jobs = []
    for name in MOVED:
        rows = {
            sheet.title: [*[1] * ROWS_ON_TOP, *(row.number for row in sheet.rows if row.fields)]
            for sheet in filled[name].layout.forms
        }
        jobs.append({"rows": rows})
    return _rearranged(filled, jobs, tmp_path_factory.mktemp("rows"))


def _rearranged(filled: dict[str, Filled], jobs: list[dict], folder: Path) -> dict[str, Filled]:
    targets = [folder / filled[name].path.name for name in MOVED]
    for name, job, target in zip(MOVED, jobs, targets, strict=True):
        job |= {"source": str(filled[name].path), "target": str(target)}
    rearrange(jobs)
    return _with_results(filled, MOVED, targets)


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


@pytest.mark.parametrize("name", MOVED)
def test_saved_as_ods_and_back(through_ods, name):
    assert_same(through_ods[name])


@pytest.mark.parametrize("name", MOVED)
def test_rows_and_columns_inserted_and_tabs_renamed_and_turned_around(moved, name):
    assert_same(moved[name])


@pytest.mark.parametrize("name", MOVED)
def test_rows_inserted_everywhere(with_rows, name):
    assert_same(with_rows[name])


def test_the_boundaries_come_back_as_written(filled):
    """What the other tests compare with is itself what was filled in."""
    for name in (name_of(*workbook, "boundaries") for workbook in WORKBOOKS):
        each = filled[name]
        assert read_workbook(each.path).submission.data == canonical(each.submission)
        assert canonical([79.99999999999999][0]) == 80
        assert canonical(82.33333333333333) == 82.3333333333333


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


def shown_counts(each: Filled, shift: int = 0) -> dict[str, Any]:
    book = each.cells()
    return {s.id: book[s.title].cell(COUNT_ROW + shift, FIRST_INPUT).value for s in each.layout.forms}


@pytest.mark.parametrize("name", NAMES)
def test_counts_of_unanswered_inputs(resaved, name):
    each = resaved[name]
    assert shown_counts(each) == missing_by_sheet(each)


@pytest.mark.parametrize("name", MOVED)
def test_counts_after_rows_were_inserted(with_rows, name):
    """People may insert rows: a row of their own asks for nothing."""
    each = with_rows[name]
    assert shown_counts(each, ROWS_ON_TOP) == missing_by_sheet(each)


@pytest.mark.parametrize("name", NAMES)
def test_counts_on_the_summary(resaved, name):
    """The summary repeats each sheet's count in its last column, and adds them up."""
    each = resaved[name]
    ws = each.cells()[each.layout.sheet(SUMMARY).title]
    counts = [count for sheet, count in missing_by_sheet(each).items() if sheet != COVER]
    columns = {cell.value: cell.column for row in ws.iter_rows(min_row=7, max_row=7) for cell in row}
    shown = [ws.cell(8 + n, columns["ช่องที่ยังไม่ได้กรอก"]).value for n in range(len(counts) + 1)]
    assert shown == [*counts, sum(counts)]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("iqa")])
def test_counts_of_steps_done(resaved, name):
    each = resaved[name]
    ws = each.cells()[each.layout.sheet(SUMMARY).title]
    items = each.submission["items"]
    for number, process in enumerate(each.layout.rubric.processes):
        done = sum(items.get(item.id, {}).get("status") == "done" for item in process.items)
        assert (ws.cell(8 + number, 2).value, ws.cell(8 + number, 5).value) == (process.id, done)


# --- The native percentages ---------------------------------------------------------------------------------


def expected_share(each: Filled, row: Row) -> Fraction | str | None:
    """What stands in the percentage's column of a row: a percentage, whether the mean rose, or nothing."""
    given = [field for field in row.fields.values() if not field.optional]
    levels = dig(each.submission, ("school", "levels")) or []
    before = after = Fraction(0)
    compared = 0
    for one, other in zip(given[::2], given[1::2], strict=False):
        values = [dig(each.submission, field.path) for field in (one, other)]
        if None in values or (one.grade and one.grade not in levels):
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
    book = each.cells()
    for sheet in each.layout.forms:
        for row in rows_with_shares(sheet):
            shown = book[sheet.title].cell(row.number, sheet.percent_column).value or None
            expected = expected_share(each, row)
            if isinstance(expected, Fraction):
                # A share of 0 reads as nothing in `or None`.
                assert (shown or 0) == pytest.approx(float(expected), rel=1e-12), (sheet.id, row.key)
            else:
                assert shown == expected, (sheet.id, row.key)


def test_percentages_stand_beside_every_ratio(filled):
    """The rows that the test above looks at: the rubric's ratios, and the subjects of its tables."""
    found = {}
    for area in range(1, 8):
        layout = filled[name_of("onesqa-r4", area, "empty")].layout
        found[area] = sum(len(rows_with_shares(sheet)) for sheet in layout.forms)
        assert found[area] <= len(fields(layout.rubric, area))
    assert found == {1: 2 + 9 + 1 + 5, 2: 8 + 1 + 2 + 2, 3: 2, 4: 0, 5: 0, 6: 1, 7: 2} or found


def test_every_formula_is_calculated_or_one_of_our_functions(resaved):
    """LibreOffice understands all native formulas: the only errors are the names of functions it does not have."""
    for name in (name_of(*workbook, filling) for workbook in WORKBOOKS for filling in ("template", "boundaries")):
        each = resaved[name]
        values = each.cells()
        formulas = openpyxl.load_workbook(each.path)
        for ws in formulas:
            for row in ws.iter_rows():
                for cell in row:
                    if cell.data_type != "f" or re.search(r"ONESQA_|IQA_|QA_VERSION", cell.value):
                        continue
                    shown = values[ws.title][cell.coordinate].value
                    assert not str(shown).startswith("#"), (name, ws.title, cell.coordinate, cell.value, shown)
