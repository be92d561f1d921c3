"""The eight templates as Excel will meet them: its limits, protection, validation, links, print set-up, formulas."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from helpers import ROOT
from helpers.books import parts_of
from helpers.fillings import WORKBOOKS, at_the_boundaries
from qa_excel.doors import generated
from qa_excel.files.look import MAX_ROW_HEIGHT, line_count, text_width
from qa_excel.files.spelling import plain_xml
from qa_excel.form.filling import fill
from qa_excel.form.layout import (
    COLUMNS_MARK,
    COVER,
    GUIDE,
    ID_COLUMN,
    KEY_COLUMN,
    KEY_PREFIX,
    SUMMARY,
    Layout,
    Sheet,
    layout_of,
)
from qa_excel.rubric.building import load_rubric
from qa_excel.thai.typed import normalise

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FUNCTIONS = re.compile(r"\b(ONESQA_\w+|IQA_\w+|QA_VERSION)\(")
LINE = 1.45
"""Height of a line of TH Sarabun New, in sizes of its font."""
UNWRAPPED = 0.79
"""How wide a line of Thai really is (measured with Laksaman) where `text_width` leaves room to spare."""


@dataclass
class Template:
    """A template as saved: its layout, its parts and what openpyxl makes of them."""

    path: Path
    layout: Layout

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.path)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        return parts_of(self.path)

    @property
    def sheets(self) -> Iterator[tuple[Sheet, Worksheet]]:
        for sheet in self.layout.sheets:
            yield sheet, self.book[sheet.title]

    @property
    def forms(self) -> Iterator[tuple[Sheet, Worksheet]]:
        for sheet in self.layout.forms:
            yield sheet, self.book[sheet.title]

    @property
    def sheet_roots(self) -> Iterator[tuple[str, ET.Element]]:
        for name, content in self.parts.items():
            if name.startswith("xl/worksheets/sheet"):
                yield name, ET.fromstring(content)

    @property
    def formulas(self) -> Iterator[tuple[Worksheet, Cell, str]]:
        for ws in self.book:
            for cell in cells(ws):
                if cell.data_type == "f":
                    yield ws, cell, cell.value


def cells(ws: Worksheet) -> Iterator[Cell]:
    return (cell for row in ws.iter_rows() for cell in row)


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory) -> Path:
    """All generated files, built anew."""
    root = tmp_path_factory.mktemp("rebuilt")
    generated.main(root)
    return root


@pytest.fixture(scope="session", params=WORKBOOKS, ids=lambda workbook: f"{workbook[0]}-{workbook[1] or 'all'}")
def template(request, rebuilt) -> Template:
    rubric_id, area = request.param
    layout = layout_of(load_rubric(rubric_id), area)
    start = f"{rubric_id}_ด้าน{area}_" if area else f"{rubric_id}_"
    (path,) = (rebuilt / "xlsx_templates").glob(f"{start}*.xlsx")
    return Template(path, layout)


def utf16(text: str) -> int:
    """Characters as Excel counts them."""
    return len(text.encode("utf-16-le")) // 2


# --- Excel's limits, in the saved XML -----------------------------------------------------------------------


def test_every_part_is_well_formed(template):
    for name, content in template.parts.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(content)


def test_sheet_names(template):
    names = [sheet.get("name") for sheet in ET.fromstring(template.parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")]
    assert names == [sheet.title for sheet in template.layout.sheets]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= utf16(name) <= 31
        assert not re.search(r"[/\\?*\[\]:]|^'|'$", name)


def test_texts_of_validations(template):
    found = 0
    for _, root in template.sheet_roots:
        for rule in root.iter(f"{MAIN}dataValidation"):
            found += 1
            for title in ("promptTitle", "errorTitle"):
                assert 1 <= utf16(rule.get(title)) <= 32
            for message in ("prompt", "error"):
                assert 1 <= utf16(rule.get(message)) <= 255
            for formula in rule.findall("*"):
                assert utf16(formula.text) <= 255
    assert found >= 4


def test_lists_offer_their_words(template):
    """Excel cuts a list at its commas."""
    for _, root in template.sheet_roots:
        for rule in root.iter(f"{MAIN}dataValidation"):
            if rule.get("type") == "list":
                words = rule.find(f"{MAIN}formula1").text.strip('"').split(",")
                assert len(words) in (2, 3)
                assert all(word == word.strip() and word for word in words)


def test_headers_and_footers(template):
    found = 0
    for _, root in template.sheet_roots:
        for part in root.find(f"{MAIN}headerFooter"):
            if not part.text:
                continue
            found += 1
            assert utf16(part.text) <= 255
            # A font's name is followed by its size; a digit that follows the size would be read into it.
            assert not re.search(r'&"[^"]*"&\d+\d{3}', part.text)
    assert found >= 2 * len(template.layout.sheets)


def test_lengths_of_texts_and_formulas(template):
    for ws in template.book:
        for cell in cells(ws):
            if cell.data_type == "s":
                assert utf16(cell.value) <= 32_767, (ws.title, cell.coordinate)
    for ws, cell, formula in template.formulas:
        assert utf16(formula) <= 8192, (ws.title, cell.coordinate)
        assert all(utf16(text) <= 255 + 2 for text in re.findall(r'"[^"]*"', formula)), (ws.title, cell.coordinate)


def test_no_text_begins_as_an_escape_or_holds_control_characters(template):
    for content in template.parts.values():
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content) or content.startswith(b"\x89PNG")


def test_defined_names(template):
    defined = ET.fromstring(template.parts["xl/workbook.xml"]).iter(f"{MAIN}definedName")
    names = [(name.get("name"), name.get("localSheetId")) for name in defined]
    assert len({(name.casefold(), sheet) for name, sheet in names}) == len(names)
    own = [name for name, sheet in names if sheet is None]
    assert len(own) >= len(template.layout.sheets)
    for name in own:
        assert re.fullmatch(r"[A-Za-z_\\][\w.\\]{0,254}", name, re.ASCII)
        assert not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[Rr]([0-9]*[Cc][0-9]*)?|[Cc][0-9]*", name)


def test_column_and_row_counts(template):
    """Widths and heights that Excel takes."""
    for ws in template.book:
        assert all(0 < dimension.width <= 255 for dimension in ws.column_dimensions.values())
        heights = [dimension.height for dimension in ws.row_dimensions.values() if dimension.height]
        assert all(0 < height <= 409 for height in heights)


# --- Formulas -----------------------------------------------------------------------------------------------

NATIVE = set("AND COUNTA COUNTBLANK COUNTIF IF INT ISERROR ISNUMBER LEN N NOT OR ROUND SUM SUMPRODUCT".split())  # noqa: SIM905
"""Functions that every Excel and LibreOffice has, without a prefix in the file."""
_RANGE = re.compile(r"('[^']+'!)?\$?[A-Z]{1,3}\$?[0-9]+(:\$?[A-Z]{1,3}\$?[0-9]+)?")


def assert_parses(formula: str, names: set[str], sheets: set[str]) -> None:
    """Balanced, with operands that are numbers, texts, cells or defined names, and functions that Excel knows."""
    tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    depth = 0
    for token in tokens:
        if token.type in (Token.FUNC, Token.PAREN, "ARRAY", "ARRAYROW"):
            depth += 1 if token.subtype == Token.OPEN else -1
            assert depth >= 0, formula
            if token.type == Token.FUNC and token.subtype == Token.OPEN:
                name = token.value.rstrip("(")
                assert name in NATIVE or FUNCTIONS.match(token.value), (formula, name)
        elif token.type == Token.OPERAND:
            if token.subtype == Token.RANGE:
                assert _RANGE.fullmatch(token.value) or token.value in names, (formula, token.value)
                sheet = re.match(r"'([^']+)'!", token.value)
                assert sheet is None or sheet[1] in sheets, (formula, token.value)
            else:
                assert token.subtype in (Token.NUMBER, Token.TEXT, Token.LOGICAL), (formula, token.value)
        else:
            assert token.type in (Token.OP_IN, Token.OP_PRE, Token.SEP), (formula, token.value)
    assert depth == 0, formula
    for before, after in pairwise(tokens):
        both = (before.type, after.type)
        assert both not in ((Token.OPERAND, Token.OPERAND), (Token.OP_IN, Token.OP_IN)), formula


def test_formulas_parse(template):
    names, sheets = set(template.book.defined_names), set(template.book.sheetnames)
    formulas = list(template.formulas)
    assert len(formulas) > 3 * len(template.layout.sheets)
    for _, _, formula in formulas:
        assert_parses(formula, names, sheets)


def test_conditional_formats_parse(template):
    names, sheets = set(template.book.defined_names), set(template.book.sheetnames)
    for sheet, ws in template.forms:
        rules = [rule for ranges in ws.conditional_formatting for rule in ranges.rules]
        assert len(rules) >= 3, sheet.id
        assert len({rule.priority for rule in rules}) == len(rules), sheet.id
        for rule in rules:
            assert rule.dxf is not None
            for formula in rule.formula:
                assert_parses(f"={formula}", names, sheets)


def test_a_grade_is_taught_by_a_yes_of_its_own_list_alone(template):
    """What the block says is taught is what the reader takes for taught."""
    stated = {f for _, cell, f in template.formulas if "ยังไม่ระบุ" in f and "{" in f}
    for formula in stated:
        words = re.findall(r'"([^"]*)"', re.search(r"\{(.*?)\}", formula)[1])
        assert all(normalise(word, "levels").value is True for word in words), words
        assert "เปิดสอน" in words


def test_conditional_formats_start_at_the_cell_they_are_written_for(template):
    """What is relative in such a formula is read from the top left corner of the box around all its cells."""
    for ws in template.book:
        for ranges in ws.conditional_formatting:
            boxes = ranges.sqref.ranges
            corner = f"{get_column_letter(min(box.min_col for box in boxes))}{min(box.min_row for box in boxes)}"
            first = str(ranges.sqref).split()[0].partition(":")[0]
            for formula in (formula for rule in ranges.rules for formula in rule.formula):
                relative = re.findall(r"(?<![$A-Z'!])(\$?)([A-Z]{1,3})(\$?)([0-9]+)", re.sub(r'"[^"]*"', "", formula))
                if any(not column or not row for column, _, row, _ in relative):
                    assert first == corner, (ws.title, str(ranges.sqref), formula)


@pytest.mark.parametrize(
    "bad", ["=SUM(A1", "=SUM(A1))", "=A1 2", '=IF(A1="x","y"', "=XLOOKUP(A1,B1)", "=NAME", "=#REF!", "='no'!A1"]
)
def test_the_parser_of_formulas_refuses(bad):
    with pytest.raises((AssertionError, ValueError, IndexError)):
        assert_parses(bad, set(), set())


def functions_of(template: Template) -> Counter[tuple[str, str]]:
    """(sheet id, formula) of each cell with one of our functions."""
    titles = {sheet.title: sheet.id for sheet in template.layout.sheets}
    return Counter((titles[ws.title], f) for ws, _, f in template.formulas if FUNCTIONS.search(f))


def test_function_formulas_are_written_as_staff_would(template):
    rubric, area = template.layout.rubric, template.layout.area
    expected: Counter[tuple[str, str]] = Counter()
    if area:
        expected[SUMMARY, f"=ONESQA_AREA_SCORE({area})"] = 1
    for indicator in rubric.area(area).indicators if area else ():
        for criterion in indicator.criteria:
            expected[indicator.id, f'=ONESQA_POINTS("{indicator.id}","{criterion.id}")'] = 1
        for name in ("GROSS", "DEDUCTION", "SCORE"):
            expected[indicator.id, f'=ONESQA_{name}("{indicator.id}")'] = 1
            expected[SUMMARY, f'=ONESQA_{name}("{indicator.id}")'] = 1
    for process in rubric.processes:
        expected[process.id, f'=IQA_PROGRESS("{process.id}")'] = 1
        expected[SUMMARY, f'=IQA_PROGRESS("{process.id}")'] = 1
    found = functions_of(template)
    assert {key: n for key, n in found.items() if "QA_VERSION" not in key[1]} == dict(expected)


def test_a_banner_says_on_every_sheet_when_the_functions_are_absent(template):
    banners = [key for key in functions_of(template) if "QA_VERSION" in key[1]]
    assert [sheet for sheet, _ in banners] == [sheet.id for sheet in template.layout.sheets]
    assert all(re.fullmatch(r'=IF\(ISERROR\(QA_VERSION\(\)\),"[^"]+",""\)', formula) for _, formula in banners)


def test_no_function_stands_inside_a_block(template):
    """A function may take an indicator's block as its range without a circle."""
    for sheet, ws in template.forms:
        top, left, bottom, right = sheet.block
        inputs = {(row, column) for row, column, given in sheet.fields() if not given.optional}
        assert all(top <= row <= bottom and left <= column <= right for row, column in inputs if sheet.id != COVER)
        for cell in cells(ws):
            if top <= cell.row <= bottom and left <= cell.column <= right and cell.data_type == "f":
                assert not FUNCTIONS.search(cell.value), (sheet.id, cell.coordinate)
                assert f"'{template.layout.sheet(COVER).title}'!" in cell.value, (sheet.id, cell.coordinate)


def test_every_figure_of_a_function_turns_grey_while_it_is_unknown(template):
    for ws in template.book:
        grey = set()
        for ranges in ws.conditional_formatting:
            if any(formula.startswith("ISERROR(") for rule in ranges.rules for formula in rule.formula):
                grey |= {cell for box in ranges.sqref.ranges for cell in box.cells}
        for cell in cells(ws):
            if cell.data_type == "f" and FUNCTIONS.search(cell.value) and "QA_VERSION" not in cell.value:
                assert (cell.row, cell.column) in grey, (ws.title, cell.coordinate)


# --- Protection, keys, validation ---------------------------------------------------------------------------


def test_the_inputs_are_the_only_unlocked_cells(template):
    for sheet, ws in template.sheets:
        unlocked = {(cell.row, cell.column) for cell in cells(ws) if not cell.protection.locked}
        assert unlocked == {(row, column) for row, column, _ in sheet.fields()}, sheet.id
        hidden_by_merging = {cell for box in ws.merged_cells.ranges for cell in box.cells}
        assert not unlocked & hidden_by_merging, sheet.id


def test_protection_without_a_password_lets_people_work(template):
    for _, root in template.sheet_roots:
        protection = root.find(f"{MAIN}sheetProtection")
        assert protection.get("sheet") == "1"
        assert not {"password", "hashValue", "saltValue", "algorithmName"} & set(protection.attrib)
        for allowed in ("insertRows", "formatRows", "formatColumns"):
            assert protection.get(allowed) == "0", allowed
        for allowed in ("selectLockedCells", "selectUnlockedCells"):
            assert protection.get(allowed) in (None, "0"), allowed


def test_keys_are_there_and_hidden(template):
    for sheet, ws in template.sheets:
        assert ws.cell(1, KEY_COLUMN).value == sheet.key
        assert sheet.key.startswith(KEY_PREFIX)
        assert ws.row_dimensions[1].hidden
        assert ws.column_dimensions[get_column_letter(KEY_COLUMN)].hidden
    for sheet, ws in template.forms:
        keys = {row: ws.cell(row, KEY_COLUMN).value for row in range(2, ws.max_row + 1)}
        key_rows = {row for row, key in keys.items() if key == COLUMNS_MARK}
        assert {row for row in range(1, ws.max_row + 1) if ws.row_dimensions[row].hidden} == {1} | key_rows
        above: dict[int, str] = {}
        found = {}
        for row, key in keys.items():
            if key == COLUMNS_MARK:
                above = {c: v for c in range(2, ws.max_column + 1) if (v := ws.cell(row, c).value)}
            elif key:
                found |= {(key, column): (row, c) for c, column in above.items()}
        for row, column, given in sheet.fields():
            assert found[given.row, given.column] == (row, column), given.path


KINDS = {
    "yesno": "list",
    "choice": "list",
    "count": "whole",
    "percent": "decimal",
    "number": "decimal",
    "year": "whole",
    "date": "date",
    "school_code": "custom",
}


def test_every_input_has_its_validation(template):
    for sheet, ws in template.forms:
        rules: dict[tuple[int, int], str] = {}
        for rule in ws.data_validations.dataValidation:
            assert rule.allow_blank and rule.showErrorMessage and rule.showInputMessage
            for box in rule.sqref.ranges:
                for cell in box.cells:
                    assert cell not in rules, (sheet.id, cell)
                    rules[cell] = rule.type
        expected = {(r, c): KINDS[f.input.kind] for r, c, f in sheet.fields() if f.input.kind != "text"}
        assert rules == expected, sheet.id


def test_inputs_stand_out(template):
    """An empty input that is asked for is filled, and no other cell has its colour."""
    for sheet, ws in template.forms:
        colours = {ws.cell(row, column).fill.fgColor.rgb[-6:] for row, column, f in sheet.fields() if not f.optional}
        assert len(colours) == 1
        inputs = {(row, column) for row, column, _ in sheet.fields()}
        others = {c.fill.fgColor.rgb[-6:] for c in cells(ws) if c.fill.patternType and (c.row, c.column) not in inputs}
        assert not colours & others, sheet.id


def test_texts_are_kept_as_text(template):
    """A school code keeps its leading zeros, an evidence `1/2` stays what it is."""
    for sheet, ws in template.forms:
        for row, column, given in sheet.fields():
            if given.input.kind in ("text", "school_code"):
                assert ws.cell(row, column).number_format == "@", given.path


# --- Links, view, print -------------------------------------------------------------------------------------


def first_visible_cell(ws: Worksheet) -> tuple[int, int]:
    row = next(n for n in range(1, 20) if not ws.row_dimensions[n].hidden)
    return row, next(n for n in range(1, 20) if not ws.column_dimensions[get_column_letter(n)].hidden)


def test_links_lead_to_the_first_visible_cell_of_a_sheet(template):
    titles = {sheet.title: sheet.id for sheet in template.layout.sheets}
    links: dict[str, set[str]] = {sheet.id: set() for sheet in template.layout.sheets}
    for sheet, ws in template.sheets:
        for cell in (cell for cell in cells(ws) if cell.hyperlink):
            assert cell.hyperlink.target is None
            ((title, address),) = template.book.defined_names[cell.hyperlink.location].destinations
            column, row, *_ = range_boundaries(address.replace("$", ""))
            assert (row, column) == first_visible_cell(template.book[title])
            links[sheet.id].add(titles[title])
    forms = {sheet.id for sheet in template.layout.forms} - {COVER}
    assert links[SUMMARY] >= forms
    assert links[GUIDE] == forms | {COVER, SUMMARY}
    assert all(SUMMARY in links[sheet] for sheet in forms)


def test_defined_names_lead_into_the_sheets(template):
    for name in template.book.defined_names.values():
        ((title, address),) = name.destinations
        column, row, *_ = range_boundaries(address.replace("$", ""))
        ws = template.book[title]
        assert row <= ws.max_row and column <= ws.max_column


def test_frozen_and_repeated_headings(template):
    for sheet, ws in template.sheets:
        if sheet.id == GUIDE:
            continue
        heading = int(re.sub(r"\D", "", ws.freeze_panes)) - 1
        assert ws.print_title_rows in (f"{heading}:{heading}", f"${heading}:${heading}"), sheet.id
        assert all(ws.cell(heading, c).value for c in range(2, (sheet.last_column if sheet.rows else 7) + 1)), sheet.id


def test_each_pane_has_one_selection(template):
    """Of four panes a sheet has four selections at most; with a fifth it is no longer valid."""
    for name, root in template.sheet_roots:
        panes = [selection.get("pane") for selection in root.iter(f"{MAIN}selection")]
        assert len(panes) == len(set(panes)) <= 4, name


def test_print_setup(template):
    for sheet, ws in template.sheets:
        assert int(ws.page_setup.paperSize) == 9, "A4"
        assert ws.sheet_properties.pageSetUpPr.fitToPage
        assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) in ((1, 0), (1, 1))
        left, top, right, bottom = range_boundaries(ws.print_area.rpartition("!")[2].replace("$", ""))
        assert left == KEY_COLUMN + 1
        shown = [c for c in cells(ws) if c.value is not None and c.column > KEY_COLUMN and c.row > 1]
        shown = [c for c in shown if not ws.row_dimensions[c.row].hidden]
        assert top == min(cell.row for cell in shown)
        assert max(cell.column for cell in shown) <= right, sheet.id
        assert max(cell.row for cell in shown) <= bottom, sheet.id
        assert ws.oddHeader.right.text and ws.oddFooter.right.text
        margins = ws.page_margins
        assert margins.top > margins.header and margins.bottom > margins.footer


def test_signatures(template):
    for sheet_id in (COVER, SUMMARY):
        texts = [cell.value for cell in cells(template.book[template.layout.sheet(sheet_id).title])]
        lines = [text for text in texts if isinstance(text, str) and text.startswith("ลงชื่อ")]
        assert [line.split()[-1] for line in lines] == ["ผู้กรอกข้อมูล", "ผู้อำนวยการสถานศึกษา"]


# --- Heights ------------------------------------------------------------------------------------------------


def cut_texts(ws: Worksheet) -> list[tuple[str, str]]:
    """Texts that their row does not show whole, or that run out of their merged cell or of what is printed."""
    merged = {box.start_cell.coordinate: box.max_col for box in ws.merged_cells.ranges}
    last = range_boundaries(ws.print_area.rpartition("!")[2].replace("$", ""))[2]
    found = []
    for cell in cells(ws):
        if cell.data_type != "s" or cell.column == KEY_COLUMN or ws.row_dimensions[cell.row].hidden:
            continue
        text = cell.value.replace("_x005F_", "_")
        size = cell.font.sz * (1.04 if cell.font.b else 1)
        end = merged.get(cell.coordinate, cell.column)
        lines = 1
        if cell.column == ID_COLUMN == end and text.isascii():
            continue  # the number of a criterion or step, too short to wrap
        if cell.alignment.wrap_text:
            lines = line_count(text, columns_width(ws, cell.column, end), size)
        else:
            while cell.coordinate not in merged and end < last and ws.cell(cell.row, end + 1).value is None:
                end += 1
            room = (columns_width(ws, cell.column, end) * 7 - 8) / (size * 4 / 3)
            if text_width(text.replace("....", "..")) * UNWRAPPED > room:
                found.append((cell.coordinate, text))
        if min(MAX_ROW_HEIGHT, lines * cell.font.sz * LINE) > (ws.row_dimensions[cell.row].height or 15):
            found.append((cell.coordinate, text))
    return found


def columns_width(ws: Worksheet, first: int, last: int) -> float:
    return sum(ws.column_dimensions[get_column_letter(column)].width for column in range(first, last + 1))


def test_rows_show_their_whole_text(template):
    assert {sheet.id: cut for sheet, ws in template.sheets if (cut := cut_texts(ws))} == {}


def test_rows_of_a_filled_workbook_show_their_whole_text(template, tmp_path):
    rubric, area = template.layout.rubric, template.layout.area
    fill(at_the_boundaries(rubric.id, area), tmp_path / "filled.xlsx")
    book = openpyxl.load_workbook(tmp_path / "filled.xlsx")
    shown = {sheet.id: cut_texts(book[sheet.title]) for sheet in template.layout.forms}
    assert {sheet: cut for sheet, cut in shown.items() if cut} == {}


# --- The same each time -------------------------------------------------------------------------------------


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


SPELLINGS = [
    b'<c:core xmlns:c="urn:c" xmlns:d="urn:d"><d:title b="2" a="1">x &amp; y</d:title><c:v /></c:core>',
    b'<c:core xmlns:c="urn:c"><d:title xmlns:d="urn:d" a="1" b="2">x &amp; y</d:title><c:v></c:v></c:core>',
]
"""One part as the standard library and as lxml write it."""


def test_a_part_has_one_spelling():
    first, second = map(plain_xml, SPELLINGS)
    assert first == second
    assert first.endswith(
        b'<c:core xmlns:c="urn:c" xmlns:d="urn:d"><d:title a="1" b="2">x &amp; y</d:title><c:v/></c:core>'
    )


def test_a_prefix_of_two_namespaces_stays_where_it_is_declared():
    part = b'<a xmlns="urn:a"><p:b xmlns:p="urn:1"/><p:b xmlns:p="urn:2">"&gt; xmlns:p="urn:3"</p:b></a>'
    assert plain_xml(part).endswith(part)


def test_the_same_bytes_with_and_without_lxml(tmp_path):
    pytest.importorskip("lxml")
    filled = []
    for used in ("True", "False"):
        path = tmp_path / f"{used}.xlsx"
        filling = f"fill(at_the_boundaries('onesqa-r4', 2), {str(path)!r})"
        script = f"from helpers.fillings import at_the_boundaries; from qa_excel import fill; {filling}"
        environment = {**os.environ, "OPENPYXL_LXML": used, "PYTHONPATH": str(ROOT / "tests")}
        subprocess.run([sys.executable, "-c", script], check=True, env=environment)
        filled.append(path.read_bytes())
    assert filled[0] == filled[1]


def test_building_twice_gives_the_same_bytes(rebuilt, tmp_path):
    """In another process too, whose sets and hashes come in another order."""
    code = f"from pathlib import Path; from qa_excel.doors.generated import main; main(Path({str(tmp_path)!r}))"
    environment = {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    again = files_of(tmp_path)
    assert len(again) >= 8 + 8 + 1
    assert again == files_of(rebuilt)


def test_committed_files_equal_a_rebuild(rebuilt):
    built = files_of(rebuilt)
    committed = {name: (ROOT / name).read_bytes() for name in built if (ROOT / name).exists()}
    stale = [name for name, content in built.items() if committed.get(name) != content]
    assert stale == [], "run python -m qa_excel.doors.generated"
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "xlsx_templates").glob("*.xlsx")}
    assert templates == {name for name in built if name.startswith("xlsx_templates/")}
