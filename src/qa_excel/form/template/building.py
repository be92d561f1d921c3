"""The whole workbook, as an empty template."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook.defined_name import DefinedName

from qa_excel.form.layout import COVER, GUIDE, ID_COLUMN, SUMMARY, IndicatorSheet, Sheet, layout_of
from qa_excel.form.template.painter import FIRST_ROW, Painter, anchor, block_name
from qa_excel.form.template.sheets import CoverPainter, GuidePainter, IndicatorPainter, ProcessPainter, SummaryPainter
from qa_excel.rubric.model import Rubric


def build(rubric: Rubric, area: int | None, formulas: str = "short") -> Workbook:
    """The empty workbook of one area (or of a rubric of traces); `form/packing` fills it.

    formulas: `short` ones read the calling workbook, `explicit` ones are handed the indicator's block by its name.
    """
    layout = layout_of(rubric, area)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in layout.sheets:
        painter = _painter_of(sheet)(workbook.create_sheet(sheet.title), sheet, layout, formulas)
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
    return workbook


def _painter_of(sheet: Sheet) -> type[Painter]:
    special = {GUIDE: GuidePainter, COVER: CoverPainter, SUMMARY: SummaryPainter}
    return special.get(sheet.id) or (IndicatorPainter if isinstance(sheet, IndicatorSheet) else ProcessPainter)
