"""The eight templates as Excel will meet them: its limits, protection, validation, links, print set-up, formulas."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
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
from helpers.books import opened, parts_of
from helpers.fillings import WORKBOOKS, at_the_boundaries
from helpers.libreoffice import printed
from qa_excel.doors import generated
from qa_excel.files.look import MAX_ROW_HEIGHT, UNUSED, line_count, text_width
from qa_excel.files.spelling import plain_xml
from qa_excel.form.filling import fill
from qa_excel.form.layout import (
    ASK_COLUMN,
    COLUMNS_MARK,
    COVER,
    GUIDE,
    ID_COLUMN,
    KEY_COLUMN,
    KEY_PREFIX,
    LABEL_COLUMN,
    SUMMARY,
    GradesRow,
    Layout,
    Sheet,
    SubjectRow,
    layout_of,
)
from qa_excel.form.packing import pack
from qa_excel.form.template.formulas import STYLES
from qa_excel.rubric.building import load_rubric
from samples.build import random_school, school_submissions

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FUNCTIONS = re.compile(r"\b(ONESQA_\w+|IQA_\w+|QA_VERSION)\(")
LINE = 1.45
"""Height of a line of TH Sarabun New, in sizes of its font."""
UNWRAPPED = 0.79
"""How wide a line of Thai really is (measured with Laksaman) where `text_width` leaves room to spare."""


@dataclass
class Template:
    """A template as saved: its layout, its parts and what openpyxl makes of them; `style` is that of its formulas."""

    path: Path
    layout: Layout
    style: str = "both"

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return opened(self.path)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        return parts_of(self.path)

    @property
    def sheets(self) -> Iterator[tuple[Sheet, Worksheet]]:
        for sheet in self.layout.sheets:
            yield sheet, self.book[sheet.title]

    @property
    def calculation(self) -> Worksheet:
        return self.book[self.layout.calculation.title]

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


@pytest.fixture(scope="session", params=list(product(STYLES, [("onesqa-r4", 2), ("iqa-2565", None)])), ids=str)
def styled(request, tmp_path_factory) -> Template:
    """A template in each style of formulas."""
    style, (rubric_id, area) = request.param
    rubric, path = load_rubric(rubric_id), tmp_path_factory.mktemp("styled") / "template.xlsx"
    path.write_bytes(pack(rubric, area, {}, style))
    return Template(path, layout_of(rubric, area), style)


def utf16(text: str) -> int:
    """Characters as Excel counts them."""
    return len(text.encode("utf-16-le")) // 2


# --- Excel's limits, in the saved XML -----------------------------------------------------------------------


def test_every_part_is_well_formed(template):
    for name, content in template.parts.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(content)


def test_sheet_names(template):
    sheets = list(ET.fromstring(template.parts["xl/workbook.xml"]).iter(f"{MAIN}sheet"))
    names = [sheet.get("name") for sheet in sheets]
    assert names == [sheet.title for sheet in (*template.layout.sheets, template.layout.calculation)]
    assert [sheet.get("name") for sheet in sheets if sheet.get("state", "visible") != "visible"] == names[-1:]
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

NATIVE = set(
    "ABS AND IF IFERROR INDEX INT ISERROR ISLOGICAL ISNUMBER LEN MATCH MAX MIN N NOT OR ROUND SUM".split()  # noqa: SIM905
)
"""Functions that every Excel since 2007 and LibreOffice has, without a prefix in the file."""
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
                error = token.subtype == Token.ERROR and token.value == "#NUM!"
                assert error or token.subtype in (Token.NUMBER, Token.TEXT, Token.LOGICAL), (formula, token.value)
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
    assert not [name for name, part in template.parts.items() if b"_xlfn" in part or b"_xlws" in part]


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


def score_cells(layout: Layout) -> Counter[tuple[str, str, tuple[str, ...]]]:
    """(sheet id, function, codes) of each cell that shows a score."""
    found: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    rubric, area = layout.rubric, layout.area
    if area:
        found[SUMMARY, "ONESQA_AREA_SCORE", (str(area),)] = 1
    for indicator in rubric.area(area).indicators if area else ():
        for criterion in indicator.criteria:
            found[indicator.id, "ONESQA_POINTS", (indicator.id, criterion.id)] = 1
        for name in ("GROSS", "DEDUCTION", "SCORE"):
            found[indicator.id, f"ONESQA_{name}", (indicator.id,)] = 1
            found[SUMMARY, f"ONESQA_{name}", (indicator.id,)] = 1
    for process in rubric.processes:
        found[process.id, "IQA_PROGRESS", (process.id,)] = 1
        found[SUMMARY, "IQA_PROGRESS", (process.id,)] = 1
    return found


def call_of(name: str, codes: tuple[str, ...]) -> str:
    """A function as staff would write it."""
    listed = codes if name == "ONESQA_AREA_SCORE" else [f'"{code}"' for code in codes]
    return f"{name}({','.join(listed)})"


def formula_of(template: Template, name: str, codes: tuple[str, ...]) -> str | None:
    """The formula of a score's cell; None where a style has none of its own."""
    ws, asked = template.calculation, call_of(name, codes)
    (row,) = [cell.row for cell in ws["A"] if cell.value == " ".join((name, *codes))]
    own = f"'{ws.title}'!$B${row}"
    block = "" if name.startswith("IQA") else f",ONESQA_{codes[0]}"
    explicit = None if name == "ONESQA_AREA_SCORE" else f"={asked[:-1]}{block})"
    return {"both": f"=IFERROR({asked},{own})", "functions": f"={asked}", "native": f"={own}", "explicit": explicit}[
        template.style
    ]


def test_function_formulas_are_written_as_staff_would(styled):
    """Where a function stands before the workbook's own figure, it is the figure of the very same score."""
    expected = {(sheet, formula_of(styled, *call)): n for (sheet, *call), n in score_cells(styled.layout).items()}
    expected.pop((SUMMARY, None), None)
    titles = {sheet.title: sheet.id for sheet in styled.layout.sheets}
    shown = Counter((titles[ws.title], f) for ws, _, f in styled.formulas if ws.title in titles)
    assert {key: shown[key] for key in expected} == expected
    others = {f for _, f in set(shown) - set(expected) if FUNCTIONS.search(f)}
    assert all("QA_VERSION" in formula for formula in others)


def test_every_template_asks_for_every_score(template):
    """In both ways: of the eight templates as they are handed out."""
    titles = {sheet.title: sheet.id for sheet in template.layout.sheets}
    shown = Counter((titles[ws.title], f) for ws, _, f in template.formulas if ws.title in titles and "IFERROR" in f)
    scores = score_cells(template.layout)
    assert shown == Counter({(sheet, formula_of(template, *call)): n for (sheet, *call), n in scores.items()})


def test_a_tell_tale_stands_beside_every_score(styled):
    """On the hidden sheet: what the function says and which of the two is at work, in styles that write both."""
    ws = styled.calculation
    rows = {cell.value: cell.row for cell in ws["A"]}
    for _, name, codes in score_cells(styled.layout):
        asked, told = (ws.cell(rows[" ".join((name, *codes))], column).value for column in (3, 4))
        if styled.style in ("both", "functions"):
            assert asked == f"={call_of(name, codes)}"
            assert told.startswith("=IF(ISERROR(QA_VERSION()),")
        else:
            assert asked is told is None
    if styled.style in ("native", "explicit"):
        assert not [f for sheet, _, f in styled.formulas if sheet.title == ws.title and FUNCTIONS.search(f)]


BANNERS = {
    "both": r'=IF\(ISERROR\(QA_VERSION\(\)\),"[^"]+ส่วนเสริม[^"]+","[^"]+(?:ONESQA_WHY|IQA_STATUS)"\)',
    "functions": r'=IF\(ISERROR\(QA_VERSION\(\)\),"⚠[^"]+",""\)',
    "native": "[^=].+",
    "explicit": r'=IF\(ISERROR\(QA_VERSION\(\)\),"⚠[^"]+",""\)',
}


def test_a_banner_says_on_every_sheet_what_works_out_the_scores(styled):
    for sheet, ws in styled.sheets:
        said = ws.cell(4, ID_COLUMN).value
        assert re.fullmatch(BANNERS[styled.style], said), sheet.id
        assert ("คะแนน" in said) == (styled.layout.area is not None)
    banners = [ws.title for ws, _, f in styled.formulas if ws is not styled.calculation and "QA_VERSION" in f]
    assert banners == ([] if styled.style == "native" else [sheet.title for sheet in styled.layout.sheets])


def test_no_score_is_read_inside_a_block(template):
    """A function may take an indicator's block as its range without a circle."""
    ws_of = template.calculation
    scores = {cell.row for cell in ws_of["A"] if re.match("ONESQA_|IQA_|missing|done|said|total", str(cell.value))}
    for sheet, ws in template.forms:
        top, left, bottom, right = sheet.block
        inputs = {(row, column) for row, column, given in sheet.fields() if not given.optional}
        assert all(top <= row <= bottom and left <= column <= right for row, column in inputs if sheet.id != COVER)
        for cell in cells(ws):
            if top <= cell.row <= bottom and left <= cell.column <= right and cell.data_type == "f":
                read = {int(row) for row in re.findall(rf"'{ws_of.title}'!\$[A-Z]+\$(\d+)", cell.value)}
                assert not read & scores and not FUNCTIONS.search(cell.value), (sheet.id, cell.coordinate)
                assert set(re.findall(r"'([^']+)'!", cell.value)) <= {ws_of.title}, (sheet.id, cell.coordinate)


def test_a_score_that_is_an_error_is_red_or_grey_where_its_function_may_be_unknown(styled):
    colours: dict[tuple[str, int, int], str] = {}
    for ws in styled.book:
        for ranges in ws.conditional_formatting:
            for rule in ranges.rules:
                if rule.formula[0].startswith("ISERROR("):
                    at = {(ws.title, *cell) for box in ranges.sqref.ranges for cell in box.cells}
                    colours |= dict.fromkeys(at, rule.dxf.font.color.rgb[-6:])
    titles = {sheet.id: sheet.title for sheet in styled.layout.sheets}
    wanted = {(titles[sheet], formula_of(styled, *call)) for sheet, *call in score_cells(styled.layout)}
    scores = {(ws.title, c.row, c.column) for ws, c, f in styled.formulas if (ws.title, f) in wanted}
    assert len(scores) >= len(wanted) - 1
    grey = styled.style in ("functions", "explicit")
    assert {colours.get(score) for score in scores} == {"BFBFBF" if grey else "9C0006"}


def test_every_formula_carries_its_value(styled):
    """What is shown where nothing calculates: in previews and to programs that read the file. Of the functions, which
    such a program does not know, their error stands on the hidden sheet alone."""
    functions = f"C{styled.calculation.max_row}"
    for name, root in styled.sheet_roots:
        hidden = name == f"xl/worksheets/sheet{len(styled.book.sheetnames)}.xml"
        for cell in (cell for cell in root.iter(f"{MAIN}c") if cell.find(f"{MAIN}f") is not None):
            assert cell.find(f"{MAIN}v") is not None, (name, cell.get("r"))
            if cell.get("t") == "e":
                assert hidden and cell.get("r")[0] == functions[0], (name, cell.get("r"))


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
    for sheet, ws in (*template.sheets, (template.layout.calculation, template.calculation)):
        assert ws.cell(1, KEY_COLUMN).value == sheet.key
        if ws.sheet_state == "hidden":
            continue
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


NEVER_TESTED = {"health", "arts", "career"}
"""Subjects without a national test since 2558; those with one stand before them in the rubric's order."""


def test_inputs_stand_out(template):
    """An empty input that is asked for is filled, and no other cell has its colour."""
    for sheet, ws in template.forms:
        asked = [(row, column) for row, column, f in sheet.fields() if not (f.optional or set(f.path) & NEVER_TESTED)]
        # Social studies are asked at M6 alone since 2560, at every grade before.
        colours = {ws.cell(row, column).fill.fgColor.rgb[-6:] for row, column in asked}
        assert len(colours) == 1
        inputs = {(row, column) for row, column, _ in sheet.fields()}
        others = {c.fill.fgColor.rgb[-6:] for c in cells(ws) if c.fill.patternType and (c.row, c.column) not in inputs}
        assert not colours & others, sheet.id


def subject_rows(template: Template) -> Iterator[tuple[Worksheet, list[SubjectRow]]]:
    for sheet, ws in template.forms:
        if rows := [row for row in sheet.rows if isinstance(row, SubjectRow)]:
            yield ws, rows


def test_subjects_that_are_never_tested_stand_last_small_and_grey(template):
    for ws, rows in subject_rows(template):
        never = [row.subject.id in NEVER_TESTED for row in rows]
        assert len(rows) == 8 and sorted(never) == never and sum(never) == 3
        sizes = {row.subject.id: ws.cell(row.number, LABEL_COLUMN).font.sz for row in rows}
        asked = {size for subject, size in sizes.items() if subject not in NEVER_TESTED}
        assert max(size for subject, size in sizes.items() if subject in NEVER_TESTED) < min(asked)
        for row in rows[5:]:
            assert ws.cell(row.number, ASK_COLUMN).value == "ไม่ได้จัดสอบ ไม่ต้องกรอก"
            fills = {ws.cell(row.number, column).fill.fgColor.rgb[-6:] for column, _ in row.inputs}
            assert fills == {UNUSED}
            assert not any(ws.cell(row.number, column).protection.locked for column, _ in row.inputs)


@pytest.mark.parametrize(
    ("year", "told"), [(2559, None), (2560, "ป.6 ม.3 ไม่ได้จัดสอบในปีที่ใช้คิด"), (None, "ป.6 ม.3 ไม่ได้จัดสอบในปีที่ใช้คิด")]
)
@pytest.mark.parametrize("area", [1, 2])
def test_social_studies_are_grey_where_the_year_has_no_test_of_them(area, year, told, tmp_path):
    """At P6 and M3 from 2560 on, or while no year is known; the form says so beside it."""
    rubric = load_rubric("onesqa-r4")
    (tmp_path / "a.xlsx").write_bytes(pack(rubric, area, {("year",): year}))
    template = Template(tmp_path / "a.xlsx", layout_of(rubric, area))
    shown = opened(template.path, data_only=True)
    for ws, rows in subject_rows(template):
        (social,) = [row for row in rows if row.subject.id == "social"]
        assert shown[ws.title].cell(social.number, ASK_COLUMN).value == told
        grey = set()
        for ranges in ws.conditional_formatting:
            if any(r.formula[0].startswith("NOT(") and r.dxf.fill.bgColor.rgb[-6:] == UNUSED for r in ranges.rules):
                grey |= {cell for box in ranges.sqref.ranges for cell in box.cells}
        assert grey == {(social.number, column) for column, given in social.inputs if given.grade in ("P6", "M3")}


def test_forms_say_what_is_read_and_what_is_answered_where_nobody_sat(template):
    said = " ".join(str(cell.value) for ws in template.book for cell in cells(ws) if cell.data_type == "s")
    if template.layout.area == 1:
        assert said.count("ไม่มีผู้เข้าสอบ ให้กรอก 0") == 2, "in IND2 and in IND3"
        assert "แต่ละกลุ่มสาระการเรียนรู้ทั้ง 8 กลุ่ม" in said
    for ws, _ in subject_rows(template):
        on_sheet = [cell.value for cell in cells(ws) if cell.data_type == "s"]
        assert any("คิดเฉพาะกลุ่มสาระที่จัดสอบ ดูการตีความท้ายแผ่น" in text for text in on_sheet)
        assert any(text.startswith("I-2 ") for text in on_sheet)


def test_each_form_prints_the_interpretations_that_it_rests_on(template):
    rubric = template.layout.rubric
    for sheet, ws in template.forms:
        used = {name for row in sheet.answers for name in row.about.interpretations}
        printed = {m[0] for c in cells(ws) if c.column == ID_COLUMN and (m := re.match(r"I-\d+(?=  )", str(c.value)))}
        assert printed == used, sheet.id
    guide = {cell.value for cell in cells(template.book[template.layout.sheet(GUIDE).title])}
    anywhere = {name for sheet in template.layout.forms for row in sheet.answers for name in row.about.interpretations}
    assert anywhere <= guide & {reading.id for reading in rubric.interpretations}


def test_a_summary_asks_for_the_grades_in_place_of_a_0_which_stays(template):
    """By the looks of the cell: of the indicators that rest on grades, and of the total."""
    ws, layout = template.book[template.layout.sheet(SUMMARY).title], template.layout
    asking = {
        str(ranges.sqref): rule.formula
        for ranges in ws.conditional_formatting
        for rule in ranges.rules
        if rule.dxf.numFmt and rule.dxf.numFmt.formatCode == '"เลือกชั้นที่เปิดสอนก่อน"'
    }
    resting = [n for n, sheet in enumerate(layout.judged) if any(isinstance(row, GradesRow) for row in sheet.rows)]
    assert len(resting) == {1: 2, 2: 1}.get(layout.area, 0)
    cells_ = [f"G{8 + n}" for n in (*resting, *([len(layout.judged)] if resting else []))]
    assert asking == {cell: [f"AND(LEN($B$5)>0,{cell}=0)"] for cell in cells_}
    assert all(ws[cell].value.startswith("=IFERROR(ONESQA_") for cell in cells_)


def test_texts_are_kept_as_text(template):
    """A school code keeps its leading zeros, an evidence `1/2` stays what it is."""
    for sheet, ws in template.forms:
        for row, column, given in sheet.fields():
            if given.input.kind in ("text", "school_code"):
                assert ws.cell(row, column).number_format == "@", given.path


# --- Screens ------------------------------------------------------------------------------------------------

LAPTOP, PHONE = (1366, 768), 360
"""Pixels: a window's width and height; a phone's narrower side, which is its height while it lies on its side."""


def test_what_stays_in_sight_leaves_half_of_a_screen(template):
    """The rows of headings, and the column of numbers alone."""
    for sheet, ws in template.sheets:
        if not ws.freeze_panes:
            continue
        column, row, *_ = range_boundaries(ws.freeze_panes)
        heights = [ws.row_dimensions[n].height or 15 for n in range(1, row) if not ws.row_dimensions[n].hidden]
        names = [get_column_letter(n) for n in range(1, column)]
        widths = [ws.column_dimensions[name].width for name in names if not ws.column_dimensions[name].hidden]
        zoom = ws.sheet_view.zoomScale / 100
        height, width = zoom * sum(heights) * 96 / 72, zoom * sum(widths) * 7
        assert len(widths) == 1, sheet.id
        assert height <= min(LAPTOP[1], PHONE) / 2, sheet.id
        assert width <= PHONE / 2, sheet.id


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
        assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) in ((1, 1), (1, int(sheet.id != GUIDE)))
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


@pytest.mark.libreoffice
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_each_form_is_one_page(filled, rebuilt, tmp_path):
    """On paper, the guide apart; the hidden sheet is none."""
    school = school_submissions(random.Random(7), random_school(random.Random(7), 1, "all_through"))
    paths = []
    for submission in school:
        rubric, area = load_rubric(submission["rubric"]), submission.get("area")
        paths.append(tmp_path / f"{rubric.id} {area or ''}.xlsx")
        if filled:
            fill(submission, paths[-1])
        else:
            paths[-1].write_bytes(pack(rubric, area, {}))
    for path, pdf in zip(paths, printed(paths, tmp_path / "printed"), strict=True):
        book = opened(path)
        (pages,) = re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", pdf.read_bytes(), re.S)
        longer = book.worksheets[0].page_setup.fitToHeight == 0
        assert int(pages) == len(book.sheetnames) - 1 + longer, path.name


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
    book = opened(tmp_path / "filled.xlsx")
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
