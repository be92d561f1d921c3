"""The whole workbook, as an empty template."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook.defined_name import DefinedName

from qa_excel.form.layout import CALCULATION, COVER, GUIDE, ID_COLUMN, SUMMARY, IndicatorSheet, Sheet, layout_of
from qa_excel.form.template.formulas import BOTH, NAMES, Formulas
from qa_excel.form.template.painter import FIRST_ROW, Painter, anchor, block_name
from qa_excel.form.template.sheets import (
    CalculationPainter,
    CoverPainter,
    GuidePainter,
    IndicatorPainter,
    ProcessPainter,
    SummaryPainter,
)
from qa_excel.rubric.model import Rubric


def build(rubric: Rubric, area: int | None, formulas: str = BOTH) -> Workbook:
    """The empty workbook of one area (or of a rubric of traces); `form/packing` fills it.

    formulas: `both`, `functions`, `native` or `explicit`, as `formulas` tells.
    """
    return build_with_terms(rubric, area, formulas)[0]


def build_with_terms(rubric: Rubric, area: int | None, formulas: str = BOTH) -> tuple[Workbook, Formulas]:
    """The workbook as `build` makes it, and the terms of its formulas."""
    layout = layout_of(rubric, area)
    terms = Formulas(layout, NAMES[formulas])
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in (*layout.sheets, layout.calculation):
        painter = _painter_of(sheet)(workbook.create_sheet(sheet.title), sheet, layout, terms)
        painter.paint()
        painter.finish()
    for sheet in layout.sheets:
        place = f"'{sheet.title}'!${letter(ID_COLUMN)}${FIRST_ROW}"
        workbook.defined_names[anchor(sheet)] = DefinedName(anchor(sheet), attr_text=place)
        if isinstance(sheet, IndicatorSheet):
            top, left, bottom, right = sheet.block
            block = f"'{sheet.title}'!${letter(left)}${top}:${letter(right)}${bottom}"
            workbook.defined_names[block_name(sheet)] = DefinedName(block_name(sheet), attr_text=block)
    title = f"{rubric.title.th}" + (f" {rubric.area(area).name.th}" if area else "")
    workbook.properties.title = title
    workbook.properties.creator = "qa-excel"
    workbook.active = [sheet.id for sheet in layout.sheets].index(COVER)
    return workbook, terms


def _painter_of(sheet: Sheet) -> type[Painter]:
    special = {
        GUIDE: GuidePainter,
        COVER: CoverPainter,
        SUMMARY: SummaryPainter,
        CALCULATION: CalculationPainter,
    }
    return special.get(sheet.id) or (IndicatorPainter if isinstance(sheet, IndicatorSheet) else ProcessPainter)
