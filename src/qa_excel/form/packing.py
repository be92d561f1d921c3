"""Filled workbooks: values written into the template's own package, which is painted once in a process and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from openpyxl.utils import get_column_letter as letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from qa_excel.files.cells import CellError, Cut, FormulaValue, Span, attribute_span, cell_head, formula_cell, input_cell
from qa_excel.files.editing import Part
from qa_excel.files.output import packed, unzipped, zipped
from qa_excel.files.parts import STYLES
from qa_excel.files.styles import Styles
from qa_excel.form.figures import Figure, Figures
from qa_excel.form.layout import COVER, Sheet, layout_of
from qa_excel.form.template.building import build_with_terms
from qa_excel.form.template.formulas import BOTH
from qa_excel.form.template.painter import Paper, paper_of, row_height
from qa_excel.form.template.wording import shown_value
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.terms import Cell, FormulaError, Value
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric

Place = tuple[str, int, int]
"""(sheet id, row, column) of a cell of a fresh template, as in `Layout.cells`."""

_FIT = "fitToHeight"
_SIGNS = ("=", "+", "-", "@")
"""A text that begins with one is marked as text, so that it stays one when somebody edits its cell."""


def pack(rubric: Rubric, area: int | None, values: Mapping[Path, Any], formulas: str = BOTH) -> bytes:
    """The package of a workbook whose inputs hold `values` (by path, as a submission holds them; None is blank).

    Every formula carries its value, for programs that do not calculate; Excel calculates anew when it opens the
    workbook. formulas: as `template.building.build` takes them.
    """
    return _template(rubric, area, formulas).filled(values)


@dataclass(frozen=True, slots=True)
class _Input:
    """Where an input stands; `quoted` is its head for a text that begins with a sign."""

    given: Field
    row: int
    column: int
    head: str
    quoted: str
    width: float
    size: float
    grows: bool
    """Whether its row grows with what is written in it."""


@dataclass(frozen=True, slots=True)
class _Formula:
    head: str
    xml: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of the template, cut at cells of inputs and formulas, at heights of rows and at its fit on paper."""

    part: str
    cut: Cut[tuple[int, int] | int | str]
    inputs: list[_Input]
    formulas: dict[Place, _Formula]
    heights: dict[int, float]
    paper: Paper

    def filled(self, rubric: Rubric, values: Mapping[Path, Any], saved: Mapping[Place, FormulaValue]) -> bytes:
        """The sheet's XML with these values."""
        new: dict[tuple[int, int] | int | str, bytes] = {}
        heights: dict[int, float] = {}
        for each in self.inputs:
            value = values.get(each.given.path)
            if value is None or value == "":
                continue
            head = each.quoted if each.given.kind == "text" and value.startswith(_SIGNS) else each.head
            new[each.row, each.column] = input_cell(head, shown_value(each.given, value, rubric))
            if each.grows and isinstance(value, str):
                height = heights.get(each.row, self.heights[each.row])
                heights[each.row] = max(height, row_height((value, each.width, each.size)))
        if heights:
            taller = sum(height - self.heights[row] for row, height in heights.items())
            new |= {row: f"{height:g}".encode() for row, height in heights.items()}
            new[_FIT] = str(self.paper.fit_to_height(taller)).encode()
        for place, formula in self.formulas.items():
            new[place[1:]] = formula_cell(formula.head, formula.xml, saved[place])
        return self.cut.put(new)


class _Template:
    """The empty workbook's package, ready to be filled."""

    def __init__(self, rubric: Rubric, area: int | None, formulas: str):
        workbook, self.terms = build_with_terms(rubric, area, formulas)
        self.rubric = rubric
        layout = layout_of(rubric, area)
        self.parts = unzipped(packed(workbook))
        styles = Styles(self.parts[STYLES])
        self.sheets = [
            _sheet(f"xl/worksheets/sheet{number}.xml", self.parts, sheet, workbook[sheet.title], styles)
            for number, sheet in enumerate((*layout.sheets, layout.calculation), start=1)
        ]
        self.inputs = layout.cells()
        self.quoting_styles = styles.result()

    def figures(self, values: Mapping[Path, Any]) -> dict[Place, FormulaValue]:
        """The value of each formula."""
        figures = Figures(self.terms.terms, self.terms.held | dict(self._held(values)))
        return {place: _as_saved(figures[Cell(*place)]) for sheet in self.sheets for place in sheet.formulas}

    def _held(self, values: Mapping[Path, Any]) -> Iterator[tuple[Cell, Value]]:
        for sheet in self.sheets:
            for each in sheet.inputs:
                value = values.get(each.given.path)
                if value is not None and value != "":
                    shown = shown_value(each.given, value, self.rubric)
                    yield Cell(*self.inputs[each.given.path]), str(shown) if isinstance(shown, date) else shown

    def filled(self, values: Mapping[Path, Any]) -> bytes:
        saved = self.figures(values)
        parts = self.parts | {sheet.part: sheet.filled(self.rubric, values, saved) for sheet in self.sheets}
        if any(isinstance(value, str) and value.startswith(_SIGNS) for value in values.values()):
            parts[STYLES] = self.quoting_styles
        return zipped(parts)


_template = cache(_Template)


def _as_saved(figure: Figure) -> FormulaValue:
    return CellError(str(figure)) if isinstance(figure, FormulaError) else figure


def _sheet(name: str, parts: Mapping[str, bytes], sheet: Sheet, ws: Worksheet, styles: Styles) -> _Sheet:
    """A sheet with its part cut; `styles` is given those of texts that begin with a sign."""
    part = Part(parts[name], ("row", "c", "f"))
    rows = {int(element.get("r")): element for element in part.find("row")}
    cells = {element.get("r"): element for element in part.find("c")}
    (page,) = part.find("pageSetup")
    spans: dict[tuple[int, int] | int | str, Span] = {_FIT: attribute_span(part, page, _FIT)}
    inputs: list[_Input] = []
    for row, column, given in sheet.fields():
        cell, width = ws.cell(row, column), ws.column_dimensions[letter(column)].width
        element = cells[cell.coordinate]
        style = quoting = element.get("s")
        if given.kind == "text":
            entry = styles.there["cellXfs"][int(style)].decode()
            quoting = str(styles.add("cellXfs", entry.replace('quotePrefix="0"', 'quotePrefix="1"')))
        head, quoted = (cell_head(cell.coordinate, each) for each in (style, quoting))
        grows = given.kind == "text" or sheet.id == COVER
        inputs.append(_Input(given, row, column, head, quoted, width, cell.font.sz, grows))
        spans[row, column] = element.start, element.end
        if grows:
            spans[row] = attribute_span(part, rows[row], "ht")
    formulas: dict[Place, _Formula] = {}
    for element in part.elements:
        if element.name == "c":
            owner = element
        elif element.name == "f":
            address, xml = owner.get("r"), part.text(element).decode()
            row, column = coordinate_to_tuple(address)
            formulas[sheet.id, row, column] = _Formula(cell_head(address, owner.get("s")), xml)
            spans[row, column] = owner.start, owner.end
    heights = {row: float(part.xml[start:end]) for row, (start, end) in spans.items() if isinstance(row, int)}
    return _Sheet(name, Cut(part.xml, spans), inputs, formulas, heights, paper_of(ws))
