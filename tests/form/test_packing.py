"""A filled workbook is the template's own package: what openpyxl would paint of the same values, byte for byte."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from helpers import strategies
from helpers.books import opened
from helpers.fillings import WORKBOOKS, at_the_boundaries, header
from qa_excel.files.cells import CellError, Cut, formula_cell
from qa_excel.files.look import MAX_ROW_HEIGHT, line_count
from qa_excel.files.output import packed, unzipped
from qa_excel.form.filling import fill
from qa_excel.form.layout import COVER, SUMMARY, layout_of
from qa_excel.form.packing import pack
from qa_excel.form.template.building import build
from qa_excel.form.template.formulas import STYLES
from qa_excel.form.template.painter import paper_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.outcome import half_up
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import fields
from qa_excel.scoring.score import score
from qa_excel.thai.typed import YES_NO_WORDS

few = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
every_workbook = pytest.mark.parametrize(("rubric_id", "area"), WORKBOOKS)
STYLES_PART = "xl/styles.xml"


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
                height = math.ceil(line_count(value, width, cell.font.sz) * cell.font.sz * 1.5) + 6
                ws.row_dimensions[row].height = min(MAX_ROW_HEIGHT, max(ws.row_dimensions[row].height, height))
        ws.page_setup.fitToHeight = paper_of(ws).fit_to_height()
    return unzipped(packed(book))


_SAVED = re.compile(
    rb'(<c r="\w+"(?: s="\d+")?)(?: t="\w+")?>(<f>[^<]*</f>)<v(?: xml:space="preserve")?(?:/>|>[^<]*</v>)'
)


def told(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts with each style itself in the place of its number, and the list of styles left out; formulas without
    the values that they carry."""
    parts = {name: _SAVED.sub(rb"\1>\2<v/>", part) for name, part in parts.items()}
    styles = ElementTree.fromstring(parts[STYLES_PART]).find("{*}cellXfs")
    named = [ElementTree.tostring(style) for style in styles]
    styles.clear()
    shown = {name: re.sub(rb' s="(\d+)"', lambda found: named[int(found[1])], part) for name, part in parts.items()}
    return shown | {STYLES_PART: re.sub(rb"(?s)<cellXfs.*</cellXfs>", b"", parts[STYLES_PART])}


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


@pytest.mark.parametrize("formulas", STYLES)
def test_an_empty_workbook_is_the_template(formulas):
    rubric = load_rubric("onesqa-r4")
    empty, template = unzipped(pack(rubric, 3, {}, formulas)), unzipped(packed(build(rubric, 3, formulas)))
    assert told(empty) == told(template)


@pytest.mark.parametrize("text", [" มีช่องว่าง ", "\nบรรทัด\n", "   ", "\t", "]]>&<&amp;\"'", "_x000D_", "ก" * 32_767])
def test_a_text_stays_as_it_is(text, path):
    submission = header("onesqa-r4", 2) | {"evidence": {"IND6": {"1": text}}}
    fill(submission, path)
    place = layout_of(load_rubric("onesqa-r4"), 2).cells()["evidence", "IND6", "1"]
    title = layout_of(load_rubric("onesqa-r4"), 2).sheet(place[0]).title
    grid = CalamineWorkbook.from_path(path).get_sheet_by_name(title).to_python(skip_empty_area=False)
    assert grid[place[1] - 1][place[2] - 1] == text


# --- Saved values of formulas ---------------------------------------------------------------------------------


def saved(path: Path) -> dict[tuple[str, int, int], tuple[str, Any]]:
    """Place → formula and the value beside it, of every formula of a workbook."""
    formulas, values = opened(path), opened(path, data_only=True)
    found = {}
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            at = sheet.title, cell.row, cell.column
            found[at] = cell.value, values[sheet.title].cell(cell.row, cell.column).value
    return found


def scores(path: Path) -> dict[tuple[str, ...], set[Any]]:
    """What is asked for → the values saved in the cells that ask for it."""
    found: dict[tuple[str, ...], set[Any]] = {}
    for formula, value in saved(path).values():
        if asked := re.match(r"=IFERROR\((\w+)\(([^)]*)\),", formula):
            found.setdefault((asked[1], *asked[2].replace('"', "").split(",")), set()).add(value)
    return found


@every_workbook
def test_saved_values_are_the_programs_figures(rubric_id, area, path):
    @few
    @given(strategies.submissions(area) if area else strategies.iqa_submissions())
    @example(at_the_boundaries(rubric_id, area))
    @example(header(rubric_id, area))
    def holds(submission):
        fill(submission, path)
        found, card = scores(path), score(submission)
        expected: dict[tuple[str, ...], Any] = {("ONESQA_AREA_SCORE", str(area)): card.score} if area else {}
        for name, indicator in card.indicators.items():
            figures = zip(
                ("GROSS", "DEDUCTION", "SCORE"), (indicator.gross, indicator.deduction, indicator.score), strict=True
            )
            expected |= {(f"ONESQA_{figure}", name): value for figure, value in figures}
            expected |= {("ONESQA_POINTS", name, c.id): half_up(c.points) for c in indicator.criteria}
        expected |= {("IQA_PROGRESS", name): process.percent for name, process in card.processes.items()}
        shown = {call: {"#NUM!" if value is None else float(value)} for call, value in expected.items()}
        assert found == shown

    holds()


@every_workbook
def test_every_reader_finds_the_saved_values(rubric_id, area, path):
    fill(at_the_boundaries(rubric_id, area), path)
    assert b'fullCalcOnLoad="1"' in unzipped(path.read_bytes())["xl/workbook.xml"]
    calamine = CalamineWorkbook.from_path(path)
    grids = {n: calamine.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in calamine.sheet_names}
    found = saved(path)
    assert len(found) > 30
    for (title, row, column), (formula, value) in found.items():
        expected = "" if value is None or str(value).startswith("#") else value
        assert grids[title][row - 1][column - 1] == expected, (title, formula)


def test_the_value_of_a_formula_that_only_the_function_can_work_out_is_the_workbooks_own(path):
    """In forms that ask for the function alone, too."""
    rubric, submission = load_rubric("onesqa-r4"), at_the_boundaries("onesqa-r4", 4)
    values = {given.path: dig(submission, given.path) for given in fields(rubric, 4)}
    found = {}
    for formulas in STYLES:
        path.write_bytes(pack(rubric, 4, values, formulas))
        own = opened(path, data_only=True)[layout_of(rubric, 4).sheet(SUMMARY).title]
        found[formulas] = [[round(cell.value, 9) for cell in row] for row in own["E8:G10"]]
    assert found["both"] == found["functions"] == found["native"] == found["explicit"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_no_cell_can_hold_is_refused(value):
    with pytest.raises(ValueError, match=str(value)):
        formula_cell('<c r="A1"', "<f>1</f>", value)


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (3.25, '<c r="A1"><f>1</f><v>3.25</v></c>'),
        (0, '<c r="A1"><f>1</f><v>0</v></c>'),
        (True, '<c r="A1" t="b"><f>1</f><v>1</v></c>'),
        ("", '<c r="A1" t="str"><f>1</f><v></v></c>'),
        (" <ครบ>\n", '<c r="A1" t="str"><f>1</f><v xml:space="preserve"> &lt;ครบ&gt;\n</v></c>'),
        (CellError.NUM, '<c r="A1" t="e"><f>1</f><v>#NUM!</v></c>'),
    ],
)
def test_each_kind_of_value_is_written_as_readers_take_it(value, xml):
    assert formula_cell('<c r="A1"', "<f>1</f>", value).decode() == xml


def test_an_unknown_error_is_no_value():
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
