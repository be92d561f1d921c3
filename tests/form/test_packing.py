"""A filled workbook is the template's own package: what openpyxl would paint of the same values, byte for byte."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from helpers import strategies
from helpers.fillings import SAVED, WORKBOOKS, at_the_boundaries, header, saved_values
from qa_excel.files.cells import CellError, Cut
from qa_excel.files.look import MAX_ROW_HEIGHT, line_count
from qa_excel.files.output import packed, unzipped
from qa_excel.form.filling import fill
from qa_excel.form.layout import COVER, layout_of
from qa_excel.form.packing import Place, formulas_of, pack
from qa_excel.form.template.building import build
from qa_excel.form.template.painter import paper_of
from qa_excel.kinds.answers import dig
from qa_excel.rubric.building import load_rubric
from qa_excel.thai.typed import YES_NO_WORDS

few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
every_workbook = pytest.mark.parametrize(("rubric_id", "area"), WORKBOOKS)
STYLES = "xl/styles.xml"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packing") / "filled.xlsx"


# --- As painted -----------------------------------------------------------------------------------------------


def painted(submission: dict[str, Any]) -> dict[str, bytes]:
    """The parts of the template into which openpyxl wrote the submission."""
    rubric, area = load_rubric(submission["rubric"]), submission.get("area")
    book = build(rubric, area)
    for sheet in layout_of(rubric, area).forms:
        ws = book[sheet.title]
        for row, column, field in sheet.fields():
            value = dig(submission, field.path)
            if "levels" in field.path and "levels" in submission["school"]:
                value = field.grade in submission["school"]["levels"]
            if value is None:
                continue
            cell = ws.cell(row, column)
            match field.kind:
                case "date":
                    cell.value = date.fromisoformat(value)
                case "choice":
                    cell.value = next(status.name.th for status in rubric.statuses if status.id == value)
                case kind if isinstance(value, bool):
                    cell.value = YES_NO_WORDS[kind][0 if value else 1]
                case kind:
                    cell.value = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value) if isinstance(value, str) else value
                    cell.data_type = "s" if isinstance(value, str) else "n"
                    cell.quotePrefix = kind == "text" and value[0] in "=+-@"
            if field.kind == "text" or (sheet.id == COVER and isinstance(dig(submission, field.path), str)):
                width = ws.column_dimensions[cell.column_letter].width
                height = math.ceil(line_count(value, width, cell.font.sz) * cell.font.sz * 1.62) + 6
                ws.row_dimensions[row].height = min(MAX_ROW_HEIGHT, max(ws.row_dimensions[row].height, height))
        ws.page_setup.fitToHeight = paper_of(ws).fit_to_height()
    return unzipped(packed(book))


def told(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with each style itself in the place of its number, and the list of styles left out."""
    styles = ElementTree.fromstring(parts[STYLES]).find("{*}cellXfs")
    named = [ElementTree.tostring(style) for style in styles]
    styles.clear()
    shown = {name: re.sub(rb' s="(\d+)"', lambda found: named[int(found[1])], part) for name, part in parts.items()}
    return shown | {STYLES: re.sub(rb"(?s)<cellXfs.*</cellXfs>", b"", parts[STYLES])}


@every_workbook
def test_a_workbook_is_filled_as_openpyxl_would_paint_it(rubric_id, area, path):
    @few
    @given(strategies.submissions(area) if area else strategies.iqa_submissions())
    @example(at_the_boundaries(rubric_id, area))
    def holds(submission):
        fill(submission, path)
        filled, expected = unzipped(path.read_bytes()), painted(submission)
        assert list(filled) == list(expected)
        assert told(filled) == told(expected)

    holds()


def test_an_empty_workbook_is_the_template():
    rubric = load_rubric("onesqa-r4")
    assert pack(rubric, 3, {}) == packed(build(rubric, 3))


@pytest.mark.parametrize("text", [" มีช่องว่าง ", "\nบรรทัด\n", "   ", "\t", "]]>&<&amp;\"'", "_x000D_", "ก" * 32_767])
def test_a_text_stays_as_it_is(text, path):
    submission = header("onesqa-r4", 2) | {"evidence": {"IND6": {"1": text}}}
    fill(submission, path)
    place = layout_of(load_rubric("onesqa-r4"), 2).cells()["evidence", "IND6", "1"]
    title = layout_of(load_rubric("onesqa-r4"), 2).sheet(place[0]).title
    grid = CalamineWorkbook.from_path(path).get_sheet_by_name(title).to_python(skip_empty_area=False)
    assert grid[place[1] - 1][place[2] - 1] == text


# --- Saved values of formulas ---------------------------------------------------------------------------------


@every_workbook
def test_all_formulas_are_listed(rubric_id, area):
    rubric = load_rubric(rubric_id)
    book, layout = build(rubric, area), layout_of(rubric, area)
    expected = {
        (sheet.id, cell.row, cell.column): cell.value[1:]
        for sheet in layout.sheets
        for row in book[sheet.title].iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert formulas_of(rubric, area) == expected


@every_workbook
def test_saved_values_are_what_readers_find(rubric_id, area, path):
    layout, submission = layout_of(load_rubric(rubric_id), area), at_the_boundaries(rubric_id, area)
    fill(submission, path)
    plain = openpyxl.load_workbook(path)
    saved = saved_values(rubric_id, area)
    fill(submission, path, saved)
    assert b'fullCalcOnLoad="1"' in unzipped(path.read_bytes())["xl/workbook.xml"]
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    calamine = CalamineWorkbook.from_path(path)
    for sheet in layout.sheets:
        grid = calamine.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for cell in (cell for row in plain[sheet.title].iter_rows() for cell in row):
            assert formulas[sheet.title].cell(cell.row, cell.column).value == cell.value
            value = saved.get((sheet.id, cell.row, cell.column), cell.value)
            found = values[sheet.title].cell(cell.row, cell.column).value
            assert (type(found), found) == (type(None), None) if value == "" else (found == value)
            if cell.data_type == "f":
                assert grid[cell.row - 1][cell.column - 1] == ("" if isinstance(value, CellError) else value)


def without_one(saved: dict[Place, Any]) -> dict[Place, Any]:
    return dict(list(saved.items())[1:])


def with_another(saved: dict[Place, Any]) -> dict[Place, Any]:
    return saved | {(COVER, 9, 5): 1}


@pytest.mark.parametrize("change", [without_one, with_another])
def test_formulas_have_a_saved_value_all_or_none(change: Callable[[dict[Place, Any]], dict[Place, Any]]):
    rubric = load_rubric("onesqa-r4")
    saved = saved_values("onesqa-r4", 4)
    assert pack(rubric, 4, {}, saved)
    assert pack(rubric, 4, {}, {}) == pack(rubric, 4, {})
    with pytest.raises(ValueError, match="all or none"):
        pack(rubric, 4, {}, change(saved))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_no_cell_can_hold_is_refused(value):
    rubric = load_rubric("onesqa-r4")
    with pytest.raises(ValueError, match=str(value)):
        pack(rubric, 4, {}, saved_values("onesqa-r4", 4) | dict.fromkeys(formulas_of(rubric, 4), value))


def test_an_unknown_error_is_no_value():
    assert CellError("#NUM!") in SAVED
    with pytest.raises(ValueError, match="#OOPS!"):
        CellError("#OOPS!")


# --- Cutting --------------------------------------------------------------------------------------------------


@given(st.data(), st.binary(max_size=40))
def test_what_is_cut_is_put_together_again(data, xml):
    ends = sorted(data.draw(st.lists(st.integers(0, len(xml)), max_size=8).filter(lambda ends: len(ends) % 2 == 0)))
    spans = dict(enumerate(zip(ends[::2], ends[1::2], strict=True)))
    cut = Cut(xml, spans)
    assert cut.put({}) == xml
    assert cut.put({n: xml[start:end] for n, (start, end) in spans.items()}) == xml
