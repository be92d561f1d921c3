"""The template: the workbook that a school fills in, built by openpyxl from the layout.

`build` makes an empty template, or with a submission's values a filled workbook. Colours, fonts,
protection, validation, conditional formats and print set-up are all decided here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qa_excel.fields import Field, Path
from qa_excel.layout import (
    ASK_COLUMN,
    COVER,
    FIRST_INPUT,
    GUIDE,
    HEADER_ROW,
    ID_COLUMN,
    KEY_COLUMN,
    LABEL_COLUMN,
    SUMMARY,
    YES_NO_WORDS,
    Layout,
    Row,
    Sheet,
    layout_of,
    yes_no_words,
)
from qa_excel.normalise import to_json_number
from qa_excel.rubric import Criterion, Rubric

FONT = "TH Sarabun New"
SIZE = 14
NAVY, PALE, LINE, GREY, SOFT = "1F3864", "DCE6F2", "A6B4C6", "8C8C8C", "F3F6FA"
EMPTY, FILLED, WRONG, UNUSED = "FFF2CC", "E4F1DC", "F8CBAD", "EDEDED"
_CIRCLED = "①②③④⑤⑥"
_WIDTHS = {KEY_COLUMN: 3, ID_COLUMN: 8, LABEL_COLUMN: 48, ASK_COLUMN: 30}
_TEXT_WIDTHS = {"evidence": 30, "owner": 20, "date": 14, "link": 18, "note": 18}
BANNER = "⚠ ยังไม่ได้เปิดใช้ส่วนเสริมของโปรแกรม ช่องคะแนนจึงเป็นสีเทา (กรอกและส่งข้อมูลได้ตามปกติ)"
DATE_FORMAT = "[$-107041E]d mmm yyyy;@"
"""Thai month names and Buddhist Era."""
MAX_ROW_HEIGHT = 409
_FIRST_ROW = 2
_SQUEEZE = 1.35
"""A sheet of up to so many pages is made to fit on one, rather than leave a line or two alone on the next."""

Style = dict[str, Any]
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would take for an escaped character, in a text that means itself."""
_THIN = Side(style="thin", color=LINE)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def _font(size: float = SIZE, bold: bool = False, color: str = "000000", underline: str | None = None) -> Font:
    return Font(name=FONT, size=size, bold=bold, color=color, underline=underline)


def _fill(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=color)


_WRAP = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
_CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_OPEN = Protection(locked=False)

TITLE: Style = {"font": _font(20, True, NAVY), "alignment": Alignment(vertical="center")}
SUBTITLE: Style = {"font": _font(SIZE, color="404040"), "alignment": Alignment(vertical="center")}
WARNING: Style = {"font": _font(SIZE, True, "9C5700"), "alignment": Alignment(vertical="center")}
HEADER: Style = {"font": _font(SIZE, True, "FFFFFF"), "fill": _fill(NAVY), "alignment": _CENTRE, "border": _BOX}
SECTION: Style = {"font": _font(SIZE, True, NAVY), "fill": _fill(PALE), "alignment": _WRAP, "border": _BOX}
SECTION_ID: Style = {**SECTION, "alignment": _CENTRE}
LABEL: Style = {"font": _font(), "alignment": _WRAP, "border": _BOX}
INDENTED: Style = {**LABEL, "alignment": Alignment(wrap_text=True, vertical="center", horizontal="left", indent=2)}
ASK: Style = {"font": _font(12, color="404040"), "alignment": _WRAP, "border": _BOX}
CENTRED: Style = {"font": _font(), "alignment": _CENTRE, "border": _BOX}
NUMBER: Style = {**CENTRED, "number_format": "0.00"}
POINTS: Style = {**NUMBER, "font": _font(SIZE, True)}
NOT_USED: Style = {"fill": _fill(UNUSED), "border": _BOX}
INPUT: Style = {
    "font": _font(16, color=NAVY),
    "fill": _fill(EMPTY),
    "alignment": _CENTRE,
    "border": _BOX,
    "protection": _OPEN,
}
TEXT_INPUT: Style = {**INPUT, "font": _font(), "fill": _fill(SOFT), "alignment": _WRAP}
COVER_INPUT: Style = {**INPUT, "alignment": _WRAP}
PLAIN: Style = {"font": _font(), "alignment": Alignment(wrap_text=True, vertical="top")}
LINK: Style = {"font": _font(SIZE, color="0563C1", underline="single"), "alignment": Alignment(vertical="center")}


FORMULAS = ("short", "explicit")
"""Styles of formula: reading the calling workbook, or handed the indicator's block by its name."""


def build(rubric: Rubric, area: int | None, values: dict[Path, Any] | None = None, formulas: str = "short") -> Workbook:
    """The workbook of one area (or of a rubric of traces), filled with `values` by path of input."""
    layout = layout_of(rubric, area)
    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in layout.sheets:
        _Painter(workbook.create_sheet(sheet.title), sheet, layout, values or {}, formulas).paint()
    for sheet in layout.sheets:
        place = f"'{sheet.title}'!${letter(ID_COLUMN)}${_FIRST_ROW}"
        workbook.defined_names[anchor(sheet)] = DefinedName(anchor(sheet), attr_text=place)
        if sheet.indicator:
            top, left, bottom, right = sheet.block
            block = f"'{sheet.title}'!${letter(left)}${top}:${letter(right)}${bottom}"
            workbook.defined_names[block_name(sheet)] = DefinedName(block_name(sheet), attr_text=block)
    title = f"{rubric.title.th}" + (f" {rubric.area(area).name.th}" if area else "")
    workbook.properties.title = title
    workbook.properties.creator = "qa-excel"
    workbook.active = [sheet.id for sheet in layout.sheets].index(COVER)
    return workbook


def anchor(sheet: Sheet) -> str:
    """The defined name of a sheet's first visible cell: links to it outlive a renamed tab."""
    return f"QA_{sheet.id.replace('.', '_')}_TOP"


def block_name(sheet: Sheet) -> str:
    """The defined name of an indicator's block; the bare id, `IND5`, would be a cell's address."""
    return f"ONESQA_{sheet.id}"


class _Painter:
    """Writes one sheet."""

    def __init__(self, ws: Worksheet, sheet: Sheet, layout: Layout, values: dict[Path, Any], formulas: str):
        self.ws = ws
        self.sheet = sheet
        self.layout = layout
        self.rubric = layout.rubric
        self.values = values
        self.explicit = formulas == "explicit"
        self.widths: dict[int, float] = {}
        self.validations: dict[tuple, DataValidation] = {}
        self.last_row = HEADER_ROW

    def paint(self) -> None:
        match self.sheet.id:
            case "guide":
                self.guide()
            case "cover":
                self.cover()
            case "summary":
                self.summary()
            case _:
                self.indicator() if self.sheet.indicator else self.process()
        self.finish()

    # --- cells ---

    def put(self, row: int, column: int, value: Any = None, style: Style | None = None) -> Cell:
        """Write a cell; text is never taken for a formula unless `formula` wrote it."""
        cell = self.ws.cell(row, column)
        if value is not None:
            cell.value = value
            if isinstance(value, str):
                cell.value = _ESCAPED.sub("_x005F_", value)
                cell.data_type = "s"
        for name, part in (style or {}).items():
            setattr(cell, name, part)
        return cell

    def formula(self, row: int, column: int, formula: str, style: Style | None = None) -> Cell:
        cell = self.put(row, column, None, style)
        cell.value = f"={formula}"
        return cell

    def function(self, name: str, sheet: Sheet, *codes: str) -> str:
        """A function of the add-in over an indicator, in this workbook's style of formula."""
        quoted = [f'"{code}"' for code in (sheet.indicator.id, *codes)]
        return f"{name}({','.join([*quoted, block_name(sheet)] if self.explicit else quoted)})"

    def merge(self, row: int, first: int, last: int, style: Style | None = None) -> None:
        for column in range(first, last + 1):
            self.put(row, column, None, style)
        if last > first:
            self.ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)

    def link(self, row: int, column: int, text: str, target: Sheet, style: Style = LINK) -> None:
        cell = self.put(row, column, text, style)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=anchor(target), display=text)
        for name, part in style.items():
            setattr(cell, name, part)

    def width(self, column: int, width: float) -> None:
        self.widths[column] = width
        self.ws.column_dimensions[letter(column)].width = width

    def height(self, row: int, *texts: tuple[str | None, float, float]) -> None:
        """Make a row high enough for its texts, each (text, width in characters, font size)."""
        needed = max([line_count(text, width, size) * size * 1.62 for text, width, size in texts if text], default=0)
        self.ws.row_dimensions[row].height = min(MAX_ROW_HEIGHT, max(25, math.ceil(needed) + 6))

    def hide(self, row: int) -> None:
        self.ws.row_dimensions[row].hidden = True

    # --- frame ---

    def frame(self, title: str, last: int) -> None:
        """The hidden key, title, subtitle and the line that says when the functions are absent."""
        self.put(1, KEY_COLUMN, self.sheet.key)
        self.hide(1)
        self.ws.column_dimensions[letter(KEY_COLUMN)].hidden = True
        area = self.layout.area
        about = (
            f"{self.rubric.short.th} · ด้านที่ {area} {self.rubric.area(area).name.th}" if area else self.rubric.title.th
        )
        self.put(2, ID_COLUMN, title, TITLE)
        self.put(3, ID_COLUMN, about, SUBTITLE)
        self.formula(4, ID_COLUMN, f'IF(ISERROR(QA_VERSION()),"{BANNER}","")', WARNING)
        for row, height in ((2, 34), (3, 24), (4, 24), (5, 26), (6, 8)):
            self.ws.row_dimensions[row].height = height
        for row in (2, 3, 4):
            self.ws.merge_cells(start_row=row, start_column=ID_COLUMN, end_row=row, end_column=last)

    def completeness(self, terms: Iterable[str]) -> None:
        """Row 5: how many inputs are still empty."""
        count = f"{letter(FIRST_INPUT)}5"
        self.formula(5, FIRST_INPUT, "+".join(terms), {**CENTRED, "number_format": "0"})
        text = f'IF({count}=0,"✓ กรอกครบทุกช่องแล้ว","จำนวนช่องที่ยังไม่ได้กรอก")'
        for grades in [row for row in self.sheet.rows if row.kind == "grades"]:
            stated = f"{letter(FIRST_INPUT)}{grades.number}:{letter(self.sheet.last_input)}{grades.number}"
            text = f'IF(COUNTIF({stated},"{_NOT_STATED}")>0,"เลือกชั้นที่เปิดสอนก่อน",{text})'
        self.formula(5, ASK_COLUMN, text, {**LABEL, "font": _font(SIZE, True)})
        self.link(5, ID_COLUMN, "ดูสรุปคะแนน", self.layout.sheet(SUMMARY))
        self.ws.merge_cells(start_row=5, start_column=ID_COLUMN, end_row=5, end_column=LABEL_COLUMN)
        self.colour([f"{letter(FIRST_INPUT)}5"], f"{count}>0", EMPTY)
        self.colour([f"{letter(FIRST_INPUT)}5"], f"{count}=0", FILLED)

    def header(self, headings: dict[int, str]) -> None:
        for column, text in headings.items():
            self.put(HEADER_ROW, column, text, HEADER)
        self.height(HEADER_ROW, *((text, self.widths.get(column, 10), SIZE) for column, text in headings.items()))
        self.ws.freeze_panes = self.ws.cell(HEADER_ROW + 1, ASK_COLUMN)
        self.ws.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"

    def finish(self) -> None:
        ws, last = self.ws, max(self.widths, default=ASK_COLUMN)
        ws.sheet_view.showGridLines = False
        ws.sheet_view.zoomScale = 90
        ws.protection.sheet = True
        ws.protection.insertRows = ws.protection.formatRows = ws.protection.formatColumns = False
        ws.page_setup.paperSize = ws.PAPERSIZE_A4
        ws.page_setup.orientation = "landscape" if last > 6 and self.sheet.id != SUMMARY else "portrait"
        ws.page_setup.fitToWidth = 1
        ws.page_setup.fitToHeight = 1 if 1 < self.pages(last) <= _SQUEEZE else 0
        ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        ws.sheet_properties.tabColor = {GUIDE: GREY, COVER: "BF9000", SUMMARY: "548235"}.get(self.sheet.id, NAVY)
        ws.print_area = f"{letter(ID_COLUMN)}{_FIRST_ROW}:{letter(last)}{self.last_row}"
        ws.page_margins.left = ws.page_margins.right = 0.4
        ws.page_margins.top = ws.page_margins.bottom = 0.75
        ws.page_margins.header = ws.page_margins.footer = 0.35
        ws.print_options.horizontalCentered = True
        small = f'&"{FONT},Regular"&12'
        ws.oddHeader.right.text = f"{small}{self.rubric.short.th} · &A"
        ws.oddFooter.left.text = f"{small}{self.rubric.id} ฉบับ {self.rubric.version}"
        ws.oddFooter.right.text = f"{small}หน้า &P จาก &N"

    def pages(self, last: int) -> float:
        """How many pages the sheet takes, one page wide."""
        short, long = 595 - 2 * 0.75 * 72, 842 - 2 * 0.4 * 72
        if self.ws.page_setup.orientation == "portrait":
            short, long = 842 - 2 * 0.75 * 72, 595 - 2 * 0.4 * 72
        rows = (self.ws.row_dimensions[row] for row in range(_FIRST_ROW, self.last_row + 1))
        height = sum(row.height or 15 for row in rows if not row.hidden)
        width = sum(self.widths[column] * 5.25 + 4 for column in self.widths if KEY_COLUMN < column <= last)
        return height * min(1, long / width) / short

    # --- inputs ---

    def input(self, row: int, column: int, given: Field, style: Style = INPUT) -> None:
        """An unlocked cell with its value, validation and colours."""
        cell = self.put(row, column, None, style)
        text = given.input.kind in ("text", "school_code")
        if text:
            cell.number_format = "@"
        elif given.input.kind == "date":
            cell.number_format = DATE_FORMAT
        value = self.values.get(given.path)
        if value is not None:
            shown = shown_value(given, value, self.rubric)
            self.put(row, column, shown)
            if isinstance(shown, str) and given.input.kind == "text":
                cell.quotePrefix = shown[:1] in "=+-@"
        self.validate(cell, given)

    def validate(self, cell: Cell, given: Field) -> None:
        rule = validation_of(given, self.rubric)
        if rule is None:
            return
        rule = {name: part.replace("{cell}", cell.coordinate) for name, part in rule.items()}
        key = tuple(sorted(rule.items()))
        if key not in self.validations:
            validation = DataValidation(allow_blank=True, showErrorMessage=True, showInputMessage=True, **rule)
            self.ws.add_data_validation(validation)
            self.validations[key] = validation
        self.validations[key].add(cell.coordinate)

    def colour(self, cells: list[str], formula: str, fill: str, stop: bool = False, font: str | None = None) -> None:
        """A conditional fill; `formula` is written for the first cell."""
        style = DifferentialStyle(
            fill=PatternFill("solid", bgColor=fill, fgColor=fill), font=Font(color=font) if font else None
        )
        rule = FormulaRule(formula=[formula], stopIfTrue=stop)
        rule.dxf = style
        self.ws.conditional_formatting.add(" ".join(cells), rule)

    def grey_while_unknown(self, cells: list[str]) -> None:
        """Figures of functions show in grey while their function is unknown."""
        for cell in cells:
            rule = FormulaRule(formula=[f"ISERROR({cell})"], font=Font(color="BFBFBF"))
            self.ws.conditional_formatting.add(cell, rule)

    def colour_inputs(self) -> None:
        """Wrong in red, filled in green; an empty required cell keeps its yellow."""
        groups: dict[tuple[int, str], list[str]] = {}
        for row, column, given in self.sheet.fields():
            if given.input.kind == "text" and given.optional and self.sheet.id != COVER:
                continue
            groups.setdefault((column, wrong_formula(given, self.rubric)), []).append(f"{letter(column)}{row}")
        for (_, wrong), cells in groups.items():
            if wrong:
                self.colour(cells, wrong.format(cell=cells[0]), WRONG, stop=True, font="9C0006")
        for row in self.sheet.rows:
            pairs = [(c, f) for c, f in row.fields.items() if f.input.key in ("count", "total")]
            for (c1, _), (c2, _) in zip(pairs[::2], pairs[1::2], strict=True):
                a, b = f"{letter(c1)}{row.number}", f"{letter(c2)}{row.number}"
                over = f"AND(ISNUMBER(${a}),ISNUMBER(${b}),${a}>${b})"
                self.colour([a, b], over, WRONG, stop=True, font="9C0006")
        for cells in groups.values():
            self.colour(cells, f"LEN({cells[0]})>0", FILLED)
        for row in self.sheet.rows:
            if row.kind == "condition" and row.about.resolvable:
                found, resolved = (f"{letter(FIRST_INPUT + n)}{row.number}" for n in range(2))
                self.colour([resolved], f'${found}="{YES_NO_WORDS["found"][1]}"', UNUSED)

    # --- sheets ---

    def cover(self) -> None:
        for column, width in {KEY_COLUMN: 3, ID_COLUMN: 6, LABEL_COLUMN: 34, ASK_COLUMN: 46, FIRST_INPUT: 44}.items():
            self.width(column, width)
        self.frame("ข้อมูลสถานศึกษา", FIRST_INPUT)
        self.header({ID_COLUMN: "ที่", LABEL_COLUMN: "รายการ", ASK_COLUMN: "วิธีกรอก", FIRST_INPUT: "ข้อมูล"})
        cells = []
        for number, row in enumerate(self.form_rows(), start=1):
            (given,) = row.fields.values()
            self.put(row.number, ID_COLUMN, number, CENTRED)
            self.put(row.number, LABEL_COLUMN, row.label.th, LABEL)
            ask = _COVER_HELP.get(given.path[-1] if given.grade is None else "levels", "")
            self.put(row.number, ASK_COLUMN, ask, ASK)
            self.input(row.number, FIRST_INPUT, given, COVER_INPUT)
            value = self.values.get(given.path)
            texts = ((row.label.th, LABEL_COLUMN, SIZE), (ask, ASK_COLUMN, 12), (value, FIRST_INPUT, 16))
            self.height(row.number, *((s, self.widths[c], size) for s, c, size in texts if isinstance(s, str)))
            cells.append(f"{letter(FIRST_INPUT)}{row.number}")
        self.completeness([f"COUNTBLANK({cell})" for cell in cells])
        self.colour_inputs()
        self.signatures(self.sheet.rows[-1].number + 2, [LABEL_COLUMN, FIRST_INPUT])

    def form_rows(self) -> Iterator[Row]:
        """The visible rows; hidden rows of column keys are written on the way."""
        for row in self.sheet.rows:
            if row.key:
                self.put(row.number, KEY_COLUMN, row.key)
            if row.kind == "columns":
                for column, key in row.column_keys.items():
                    self.put(row.number, column, key)
                self.hide(row.number)
            else:
                yield row

    def indicator(self) -> None:
        sheet, indicator = self.sheet, self.sheet.indicator
        for column, width in _WIDTHS.items():
            self.width(column, width)
        for column in range(FIRST_INPUT, sheet.last_input + 1):
            self.width(column, 12)
        for column in (sheet.percent_column, sheet.full_column, sheet.points_column):
            self.width(column, 13 if column == sheet.points_column else 11)
        for key, column in sheet.text_columns.items():
            self.width(column, _TEXT_WIDTHS[key])
        last = sheet.last_column
        self.frame(f"ตัวบ่งชี้ที่ {indicator.number} {indicator.name.th} ({indicator.max} คะแนน)", last)
        self.header(
            {
                ID_COLUMN: "ข้อ",
                LABEL_COLUMN: "เกณฑ์การประเมิน",
                ASK_COLUMN: "สิ่งที่ต้องกรอก",
                **{FIRST_INPUT + n: f"ข้อมูล {_CIRCLED[n]}" for n in range(sheet.input_columns)},
                sheet.percent_column: "ร้อยละ" if sheet.input_columns <= 3 else "ร้อยละ/\nผล",
                sheet.full_column: "คะแนน\nเต็ม",
                sheet.points_column: "คะแนน\nที่ได้",
                sheet.text_columns["evidence"]: "หลักฐาน/ร่องรอย",
                sheet.text_columns["link"]: "ลิงก์",
                sheet.text_columns["note"]: "หมายเหตุ",
            }
        )
        figures = []
        for row in self.form_rows():
            match row.kind:
                case "conditions":
                    self.conditions_heading(row)
                case "grades":
                    self.grades(row)
                case "subheader":
                    self.subheader(row)
                case _:
                    figures += self.answer(row)
        figures += self.totals(sheet.block[2] + (1 if indicator.conditions else 2))
        self.grey_while_unknown(figures)
        self.completeness(missing_terms(sheet))
        self.colour_inputs()
        self.grey_untaught()

    def answer(self, row: Row) -> list[str]:
        """A criterion, item, subject or condition; returns the cells of its functions."""
        sheet = self.sheet
        heading = row.kind == "criterion"
        label, style = row.label.th, SECTION if heading else INDENTED if row.kind == "subject" else LABEL
        self.put(
            row.number, ID_COLUMN, None if row.kind == "subject" else row.about.id, SECTION_ID if heading else CENTRED
        )
        self.put(row.number, LABEL_COLUMN, label, style)
        ask = "" if row.kind == "subject" else ask_text(row)
        self.put(row.number, ASK_COLUMN, ask or None, ASK)
        for column in range(FIRST_INPUT, sheet.last_column + 1):
            self.put(row.number, column, None, NOT_USED if column <= sheet.last_input else CENTRED)
        for column, given in row.fields.items():
            self.input(row.number, column, given, TEXT_INPUT if given.optional else INPUT)
        for column in sheet.text_columns.values():
            if column not in row.fields:
                self.put(row.number, column, None, NOT_USED)
        percent = percent_formula(sheet, row)
        if percent:
            self.formula(row.number, sheet.percent_column, percent, NUMBER)
        self.heights(row, ask)
        if not heading:
            return []
        self.put(row.number, sheet.full_column, to_json_number(row.about.max), NUMBER)
        function = self.function("ONESQA_POINTS", sheet, row.about.id)
        return [self.formula(row.number, sheet.points_column, function, POINTS).coordinate]

    def heights(self, row: Row, ask: str) -> None:
        texts = [
            (row.label.th, self.widths[LABEL_COLUMN], SIZE * (1.04 if row.kind == "criterion" else 1)),
            (ask, self.widths[ASK_COLUMN], 12),
        ]
        for column, given in row.fields.items():
            value = self.values.get(given.path)
            if given.input.kind == "text" and isinstance(value, str):
                texts.append((value, self.widths[column], SIZE))
        self.height(row.number, *texts)

    def grades(self, row: Row) -> None:
        """Which grades are taught, repeated from the cover so that the block stands for itself."""
        sheet = self.sheet
        cover = self.layout.sheet(COVER)
        cells = {given.grade: f"'{cover.title}'!${letter(c)}${r}" for r, c, given in cover.fields() if given.grade}
        step = len(row.about.inputs)
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION)
        self.put(row.number, ID_COLUMN, "ชั้นที่เปิดสอน (จากแผ่น ข้อมูลสถานศึกษา)")
        for column, grade in row.column_keys.items():
            self.merge(row.number, column, column + step - 1, SECTION_ID)
            taught, not_taught = _LEVEL_WORDS
            stated = f'IF({cells[grade]}="{taught}","{taught}","{not_taught}")'
            self.formula(row.number, column, f'IF({cells[grade]}="","{_NOT_STATED}",{stated})')
        for column in range(sheet.percent_column, sheet.last_column + 1):
            self.put(row.number, column, None, NOT_USED)
        self.height(row.number)

    def subheader(self, row: Row) -> None:
        sheet, inputs = self.sheet, row.about.inputs
        names = {grade.id: grade.name.th for grade in self.rubric.grades}
        grades = next(r for r in reversed(sheet.rows[: sheet.rows.index(row)]) if r.kind == "grades").column_keys
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION)
        self.put(row.number, ID_COLUMN, "กลุ่มสาระการเรียนรู้" if row.about.kind != "tscore_by_grade" else "จำนวนผู้เรียน")
        for column, grade in grades.items():
            for n, given in enumerate(inputs):
                text = f"{names[grade]}\n{given.label.th}"
                self.put(row.number, column + n, text, {**SECTION_ID, "font": _font(12, True, NAVY)})
        for column in range(sheet.percent_column, sheet.last_column + 1):
            self.put(row.number, column, None, NOT_USED)
        self.height(row.number, *((f"\n{given.label.th}", self.widths[FIRST_INPUT], 12.6) for given in inputs))

    def grey_untaught(self) -> None:
        """Columns of grades that are not taught turn grey."""
        for row in self.sheet.rows:
            if row.kind != "grades":
                continue
            step = len(row.about.inputs)
            for column in row.column_keys:
                flag = f"${letter(column)}${row.number}"
                cells = [
                    f"{letter(c)}{r.number}"
                    for r in self.sheet.rows
                    for c, f in r.fields.items()
                    if r.about is row.about and f.grade and column <= c < column + step
                ]
                self.colour(cells, f'{flag}<>"{_LEVEL_WORDS[0]}"', UNUSED)

    def conditions_heading(self, row: Row) -> None:
        sheet = self.sheet
        self.merge(row.number, ID_COLUMN, sheet.last_column, SECTION)
        if sheet.indicator.conditions:
            cost = to_json_number(sheet.indicator.deduction)
            text = f"เงื่อนไขการลดคะแนน (พบข้อใดข้อหนึ่งหรือหลายข้อ ลดรวม {cost} คะแนน)"
        else:
            text = "ตัวบ่งชี้นี้ไม่มีเงื่อนไขการลดคะแนน"
        self.put(row.number, ID_COLUMN, text)
        self.height(row.number)

    def totals(self, first: int) -> list[str]:
        """Gross, deduction and net; then the readings that the indicator's rules rest on."""
        sheet, indicator = self.sheet, self.sheet.indicator
        rows = [
            ("คะแนนก่อนลด", "ONESQA_GROSS", indicator.max),
            ("คะแนนที่ถูกลด", "ONESQA_DEDUCTION", None),
            ("คะแนนสุทธิ", "ONESQA_SCORE", indicator.max),
        ]
        cells = []
        for n, (label, function, full) in enumerate(rows):
            row, net = first + n, n == 2
            style = HEADER if net else SECTION
            self.merge(
                row,
                ID_COLUMN,
                sheet.percent_column,
                {**style, "alignment": Alignment(horizontal="right", vertical="center", indent=1)},
            )
            self.put(row, ID_COLUMN, label)
            self.put(
                row,
                sheet.full_column,
                None if full is None else to_json_number(full),
                {**NUMBER, **({"fill": _fill(PALE)} if net else {})},
            )
            big = {**POINTS, "font": _font(16 if net else SIZE, True, NAVY), **({"fill": _fill(PALE)} if net else {})}
            cells.append(self.formula(row, sheet.points_column, self.function(function, sheet), big).coordinate)
            self.ws.row_dimensions[row].height = 30 if net else 26
        self.last_row = first + len(rows) - 1
        self.readings(self.last_row + 2, indicator_interpretations(sheet))
        return cells

    def readings(self, row: int, ids: list[str]) -> None:
        known = {reading.id: reading for reading in self.rubric.interpretations}
        for n, name in enumerate(ids):
            text = f"{name}  {known[name].question.th}: {known[name].reading.th}"
            self.put(row + n, ID_COLUMN, text, {**PLAIN, "font": _font(12, color="595959")})
            self.ws.merge_cells(
                start_row=row + n, start_column=ID_COLUMN, end_row=row + n, end_column=self.sheet.last_column
            )
            total = sum(width for column, width in self.widths.items() if column > KEY_COLUMN)
            self.height(row + n, (text, total, 12))
            self.last_row = row + n

    def process(self) -> None:
        sheet, process = self.sheet, self.sheet.process
        for column, width in _WIDTHS.items():
            self.width(column, width)
        self.width(ASK_COLUMN, 26)
        self.width(FIRST_INPUT, 22)
        for column in range(FIRST_INPUT + 1, sheet.last_input + 1):
            self.width(column, 12)
        for key, column in sheet.text_columns.items():
            self.width(column, _TEXT_WIDTHS[key])
        self.frame(f"{sheet.title} {process.name.th}", sheet.last_column)
        headings = {
            "evidence": "หลักฐาน/ร่องรอย",
            "owner": "ผู้รับผิดชอบ",
            "date": "วันที่ดำเนินการ",
            "link": "ลิงก์",
            "note": "หมายเหตุ",
        }
        self.header(
            {
                ID_COLUMN: "ข้อ",
                LABEL_COLUMN: "ขั้นตอน",
                ASK_COLUMN: "สิ่งที่ต้องกรอก",
                FIRST_INPUT: "สถานะ ①",
                **{FIRST_INPUT + n: f"จำนวน {_CIRCLED[n]}" for n in range(1, sheet.input_columns)},
                **{column: headings[key] for key, column in sheet.text_columns.items()},
            }
        )
        for row in self.form_rows():
            ask = ask_text(row)
            self.put(row.number, ID_COLUMN, row.about.id, CENTRED)
            self.put(row.number, LABEL_COLUMN, row.label.th, LABEL)
            self.put(row.number, ASK_COLUMN, ask, ASK)
            for column in range(FIRST_INPUT, sheet.last_input + 1):
                self.put(row.number, column, None, NOT_USED)
            for column, given in row.fields.items():
                self.input(row.number, column, given, TEXT_INPUT if given.optional else INPUT)
            self.heights(row, ask)
        status = letter(FIRST_INPUT)
        total = sheet.rows[-1].number + 1
        right = {**HEADER, "alignment": Alignment(horizontal="right", vertical="center", indent=1)}
        self.merge(total, ID_COLUMN, ASK_COLUMN, right)
        self.put(total, ID_COLUMN, "ความก้าวหน้า (ร้อยละของขั้นตอนที่ดำเนินการแล้วและมีจำนวนครบ)")
        big = {**POINTS, "font": _font(18, True, NAVY), "fill": _fill(PALE)}
        cell = self.formula(total, FIRST_INPUT, f'IQA_PROGRESS("{process.id}")', big)
        self.ws.row_dimensions[total].height = 30
        self.grey_while_unknown([cell.coordinate])
        self.completeness([f"COUNTBLANK({status}{row.number})" for row in self.form_rows()])
        self.colour_inputs()
        self.evidence_needed()
        self.last_row = total
        self.readings(total + 2, sorted({i for row in self.form_rows() for i in row.about.interpretations}))

    def evidence_needed(self) -> None:
        """Evidence turns yellow where an item is done and has none."""
        column = letter(self.sheet.text_columns["evidence"])
        rows = [row.number for row in self.form_rows()]
        done = next(status.name.th for status in self.rubric.statuses if status.id == "done")
        formula = f'AND(${letter(FIRST_INPUT)}{rows[0]}="{done}",LEN({column}{rows[0]})=0)'
        self.colour([f"{column}{row}" for row in rows], formula, EMPTY)

    def summary(self) -> None:
        traces = self.rubric.family == "traces"
        headings = (
            ["ที่", "กระบวนการ", "ขั้นตอนทั้งหมด", "ระบุว่าดำเนินการแล้ว", "ความก้าวหน้า (ร้อยละ)", "ช่องที่ยังไม่ได้กรอก"]
            if traces
            else ["ตบช.", "ตัวบ่งชี้", "คะแนนเต็ม", "ก่อนลด", "ถูกลด", "คะแนนสุทธิ", "ช่องที่ยังไม่ได้กรอก"]
        )
        for column, width in zip(range(1, len(headings) + 2), [3, 8, 62, 13, 13, 13, 13, 13], strict=False):
            self.width(column, width)
        last = ID_COLUMN + len(headings) - 1
        self.frame("สรุปความก้าวหน้า" if traces else "สรุปคะแนนรายด้าน", last)
        self.header({ID_COLUMN + n: text for n, text in enumerate(headings)})
        self.ws.freeze_panes = self.ws.cell(HEADER_ROW + 1, LABEL_COLUMN)
        figures, row = [], HEADER_ROW
        for sheet in self.layout.forms:
            if sheet.id == COVER:
                continue
            row += 1
            figures += self.summary_process(row, sheet) if traces else self.summary_indicator(row, sheet)
            left = self.formula(row, last, f"'{sheet.title}'!{letter(FIRST_INPUT)}5", {**CENTRED, "number_format": "0"})
            self.colour([left.coordinate], f"{left.coordinate}>0", EMPTY)
        first, total = HEADER_ROW + 1, row + 1
        self.merge(total, ID_COLUMN, LABEL_COLUMN, HEADER)
        self.put(total, ID_COLUMN, "รวมทุกกระบวนการ" if traces else f"รวมด้านที่ {self.layout.area}")
        for column in range(ASK_COLUMN, last + 1):
            c = letter(column)
            style = {**POINTS, "fill": _fill(PALE), "font": _font(16, True, NAVY)}
            if traces and column == last - 1:
                # Progress over all items, by the same rule as each process: the functions give each
                # process's percent, which its number of items turns back into done items.
                n = letter(ASK_COLUMN)
                formula = f"SUMPRODUCT({n}{first}:{n}{row},{c}{first}:{c}{row})/SUM({n}{first}:{n}{row})"
            elif not traces and column == last - 1 and not self.explicit:
                formula = f"ONESQA_AREA_SCORE({self.layout.area})"
            else:
                formula = f"SUM({c}{first}:{c}{row})"
                style = {**style, "number_format": "0.00" if not traces and column < last else "0"}
            cell = self.formula(total, column, formula, style)
            if ASK_COLUMN < column < last:
                figures.append(cell.coordinate)
        self.ws.row_dimensions[total].height = 32
        self.grey_while_unknown(figures)
        self.signatures(total + 2, [ID_COLUMN, ASK_COLUMN])

    def summary_indicator(self, row: int, sheet: Sheet) -> list[str]:
        indicator = sheet.indicator
        self.put(row, ID_COLUMN, int(indicator.number), CENTRED)
        self.link(row, LABEL_COLUMN, indicator.name.th, sheet, {**LABEL, "font": LINK["font"]})
        self.put(row, ASK_COLUMN, to_json_number(indicator.max), NUMBER)
        self.height(row, (indicator.name.th, self.widths[LABEL_COLUMN], SIZE))
        functions = ("ONESQA_GROSS", "ONESQA_DEDUCTION", "ONESQA_SCORE")
        return [
            self.formula(row, ASK_COLUMN + n, self.function(name, sheet), POINTS if n == 3 else NUMBER).coordinate
            for n, name in enumerate(functions, start=1)
        ]

    def summary_process(self, row: int, sheet: Sheet) -> list[str]:
        process, whole = sheet.process, {**CENTRED, "number_format": "0"}
        self.put(row, ID_COLUMN, process.id, CENTRED)
        self.link(row, LABEL_COLUMN, process.short.th, sheet, {**LABEL, "font": LINK["font"]})
        self.put(row, ASK_COLUMN, len(process.items), whole)
        self.height(row)
        status = letter(FIRST_INPUT)
        done = next(s.name.th for s in self.rubric.statuses if s.id == "done")
        cells = f"'{sheet.title}'!{status}{sheet.rows[0].number}:{status}{sheet.rows[-1].number}"
        self.formula(row, ASK_COLUMN + 1, f'COUNTIF({cells},"{done}")', whole)
        return [self.formula(row, ASK_COLUMN + 2, f'IQA_PROGRESS("{process.id}")', POINTS).coordinate]

    def signatures(self, row: int, columns: list[int]) -> None:
        """Lines for the person who filled it in and for the director."""
        for column, role in zip(columns, ("ผู้กรอกข้อมูล", "ผู้อำนวยการสถานศึกษา"), strict=True):
            for n, text in enumerate(
                (
                    f"ลงชื่อ ............................ {role}",
                    "( ........................................ )",
                    "วันที่ ........ / ........ / ..........",
                )
            ):
                cell = self.put(row + n, column, text, {"font": _font(), "alignment": Alignment(vertical="bottom")})
                self.ws.row_dimensions[cell.row].height = 34 if n == 0 else 26
        self.last_row = row + 2

    def guide(self) -> None:
        for column, width in {KEY_COLUMN: 3, ID_COLUMN: 8, LABEL_COLUMN: 50, ASK_COLUMN: 62}.items():
            self.width(column, width)
        area = f" ด้านที่ {self.layout.area}" if self.layout.area else ""
        self.frame(f"คำแนะนำการกรอกแบบฟอร์ม{area}", ASK_COLUMN)
        self.ws.row_dimensions[5].height = 8
        row = 7
        for n, text in enumerate(guide_steps(self.rubric), start=1):
            self.put(row, ID_COLUMN, n, CENTRED)
            self.merge(row, LABEL_COLUMN, ASK_COLUMN, LABEL)
            self.put(row, LABEL_COLUMN, text)
            self.height(row, (text, 112, SIZE))
            row += 1
        row = self.guide_heading(row + 1, "ความหมายของสี")
        for color, text in _COLOURS:
            self.put(row, ID_COLUMN, None, {"fill": _fill(color), "border": _BOX})
            self.merge(row, LABEL_COLUMN, ASK_COLUMN, LABEL)
            self.put(row, LABEL_COLUMN, text)
            self.height(row, (text, 112, SIZE))
            row += 1
        row = self.guide_heading(row + 1, "แผ่นงานในแฟ้มนี้")
        for sheet in self.layout.sheets[1:]:
            about = sheet.indicator.name.th if sheet.indicator else sheet.process.name.th if sheet.process else ""
            self.put(row, ID_COLUMN, "●", CENTRED)
            self.link(row, LABEL_COLUMN, sheet.title, sheet, {**LABEL, "font": LINK["font"]})
            self.put(row, ASK_COLUMN, about, LABEL)
            self.height(row, (about, 62, SIZE))
            row += 1
        row = self.guide_heading(row + 1, "การตีความเกณฑ์ (ข้อที่ต้นฉบับไม่ได้ระบุชัด)")
        for reading in self.rubric.interpretations:
            self.put(row, ID_COLUMN, reading.id, CENTRED)
            self.put(row, LABEL_COLUMN, reading.question.th, LABEL)
            self.put(row, ASK_COLUMN, reading.reading.th, LABEL)
            self.height(row, (reading.question.th, 50, SIZE), (reading.reading.th, 62, SIZE))
            row += 1
        self.last_row = row - 1

    def guide_heading(self, row: int, text: str) -> int:
        self.merge(row, ID_COLUMN, ASK_COLUMN, HEADER)
        self.put(row, ID_COLUMN, text)
        self.ws.row_dimensions[row].height = 28
        return row + 1


_LEVEL_WORDS = YES_NO_WORDS["levels"]
_NOT_STATED = "ยังไม่ระบุ"
_COVER_HELP = {
    "code": "ตัวเลข 8 หลัก (SMIS) หรือ 10 หลัก (กระทรวง)",
    "name": "ชื่อเต็มของสถานศึกษา",
    "office": "เช่น สพป.ตาก เขต 2",
    "year": "พ.ศ. 4 หลัก เช่น 2563",
    "levels": "เลือก เปิดสอน หรือ ไม่เปิดสอน",
    "learners": "จำนวนเต็ม (คน)",
    "teachers": "จำนวนเต็ม (คน)",
    "prepared_by": "ชื่อผู้กรอกข้อมูล",
    "prepared_on": "วัน/เดือน/ปี เช่น 31/3/2564",
}
_COLOURS = (
    (EMPTY, "สีเหลือง: ช่องที่ต้องกรอกและยังไม่ได้กรอก"),
    (FILLED, "สีเขียว: กรอกแล้ว"),
    (WRONG, "สีแดง: ค่าที่กรอกไม่ถูกต้อง เช่น จำนวนมากกว่าจำนวนทั้งหมด หรือร้อยละเกิน 100"),
    (SOFT, "สีฟ้าอ่อน: หลักฐาน ลิงก์ และหมายเหตุ (กรอกเพื่อประกอบการพิจารณา)"),
    (UNUSED, "สีเทา: ช่องที่ไม่ต้องกรอก"),
)


def guide_steps(rubric: Rubric) -> list[str]:
    """How to fill the workbook in, one step a line."""
    steps = [
        "กรอกแผ่น ข้อมูลสถานศึกษา ให้ครบก่อน โดยเฉพาะรหัสสถานศึกษา ปีการศึกษา และชั้นที่เปิดสอน",
        "กรอกเฉพาะช่องที่มีสี ช่องอื่นล็อกไว้ (ไม่มีรหัสผ่าน) ตัวเลข ①②③ ในช่อง สิ่งที่ต้องกรอก ตรงกับคอลัมน์ ข้อมูล ①②③",
    ]
    if rubric.family == "traces":
        steps += [
            "เลือกสถานะของแต่ละขั้นตอน หากเลือก ดำเนินการแล้ว ต้องระบุหลักฐาน/ร่องรอยด้วย",
            "ข้อที่ถามจำนวน ต้องกรอกจำนวนให้ถึงเกณฑ์ จึงจะนับว่าดำเนินการแล้ว",
        ]
    else:
        steps += [
            "จำนวนที่ผ่านต้องไม่เกินจำนวนทั้งหมด ร้อยละกรอกเป็นตัวเลข 0–100 เช่น 85 (ไม่ใช่ 0.85)",
            "เงื่อนไขการลดคะแนนต้องตอบทุกข้อ เมื่อ พบ ให้ระบุด้วยว่า แก้ไขแล้ว หรือ ยังไม่แก้ไข",
            "ช่องที่ยังไม่ตอบได้ 0 คะแนน คะแนนที่แสดงคือคะแนนที่ได้จนถึงขณะนั้น ปัดครึ่งขึ้นเป็นทศนิยม 2 ตำแหน่ง",
        ]
    return [
        *steps,
        "คะแนนคำนวณด้วยฟังก์ชันของส่วนเสริม qa-excel หากยังไม่ได้ติดตั้ง ช่องคะแนนจะเป็นสีเทาและแสดง #NAME? แต่กรอกและส่งแฟ้มได้ตามปกติ",
        "เพิ่มแถว ปรับความสูงแถวและความกว้างคอลัมน์ เปลี่ยนชื่อหรือสลับแผ่นงานได้ แต่อย่าลบแถวหรือคอลัมน์ของแบบฟอร์ม",
        "ห้ามใส่ชื่อ เลขประจำตัวประชาชน หรือข้อมูลส่วนบุคคลของผู้เรียนในแฟ้มนี้ ให้กรอกเฉพาะจำนวน",
    ]


def shown_value(given: Field, value: Any, rubric: Rubric) -> Any:
    """What the cell holds for a canonical value: words for yes/no and choices, a date for a date."""
    match given.input.kind:
        case "yesno":
            return yes_no_words(given)[0 if value else 1]
        case "choice":
            return next(status.name.th for status in rubric.statuses if status.id == value)
        case "date":
            return date.fromisoformat(value)
        case _:
            return value


def ask_text(row: Row) -> str:
    """What to enter on a row, one numbered line an input."""
    inputs = [given for given in row.fields.values() if not given.optional]
    if row.about and getattr(row.about, "kind", "") == "tscore_by_grade":
        return f"กรอกทุกชั้นที่เปิดสอน หน่วย: {row.about.inputs[0].unit.th}"
    if not inputs:
        about = row.about
        if isinstance(about, Criterion) and about.inputs:
            return f"กรอกตารางด้านล่างทุกชั้นที่เปิดสอน หน่วย: {about.inputs[0].unit.th}"
        return f"ตอบรายการย่อย {len(about.items)} ข้อด้านล่าง" if isinstance(about, Criterion) else ""
    return "\n".join(f"{_CIRCLED[n]} {_ask(given)}" for n, given in enumerate(inputs))


def _ask(given: Field) -> str:
    unit = f" ({given.input.unit.th})" if given.input.unit else ""
    match given.input.kind:
        case "yesno":
            choose = "เลือก " + " / ".join(yes_no_words(given))
            if given.column == "resolved":
                return f"เมื่อพบ {choose}"
            return choose if given.column in ("met", "found") else f"{given.input.label.th}: {choose}"
        case "choice":
            return "เลือกสถานะจากรายการ"
        case _:
            return f"{given.input.label.th}{unit}"


def percent_formula(sheet: Sheet, row: Row) -> str | None:
    """A native percentage beside a ratio, or what a subject's row adds up to."""
    pairs = [(column, given) for column, given in row.fields.items() if not given.optional]
    keys = [given.input.key for _, given in pairs]
    n = row.number
    if keys == ["count", "total"]:
        count, total = (f"{letter(column)}{n}" for column, _ in pairs)
        return f'IF(AND(ISNUMBER({count}),ISNUMBER({total})),IF({total}>0,{count}/{total}*100,""),"")'
    if len(keys) < 3 or keys[:2] not in (["count", "total"], ["previous", "current"]):
        return None
    flags = _flags(sheet, row)
    first = "+".join(f"{both}*N({letter(c1)}{n})" for (c1, _), both in _complete_pairs(pairs, flags, n))
    second = "+".join(f"{both}*N({letter(c2)}{n})" for (_, c2), both in _complete_pairs(pairs, flags, n))
    if keys[0] == "count":
        return f'IF({second}>0,({first})/({second})*100,"")'
    compared = "+".join(both for _, both in _complete_pairs(pairs, flags, n))
    return f'IF({compared}=0,"",IF(ROUND({second}-({first}),10)>0,"▲ สูงขึ้น","ไม่สูงขึ้น"))'


def _complete_pairs(
    pairs: list[tuple[int, Field]], flags: dict[str, str], row: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each grade's two columns with a factor that is 1 where it is taught and both are numbers."""
    for (c1, given), (c2, _) in zip(pairs[::2], pairs[1::2], strict=True):
        yield (c1, c2), f"{flags[given.grade]}*ISNUMBER({letter(c1)}{row})*ISNUMBER({letter(c2)}{row})"


def _flags(sheet: Sheet, row: Row) -> dict[str, str]:
    """Grade → a formula that is true where it is taught, from the row of grades above."""
    grades = next(r for r in reversed(sheet.rows[: sheet.rows.index(row)]) if r.kind == "grades")
    return {grade: f'(${letter(c)}${grades.number}="{_LEVEL_WORDS[0]}")' for c, grade in grades.column_keys.items()}


def missing_terms(sheet: Sheet) -> Iterator[str]:
    """Native formulas that add up to the sheet's number of unanswered inputs, by scoring's rule."""
    for row in sheet.rows:
        inputs = [(column, given) for column, given in row.fields.items() if not given.optional]
        cells = [f"{letter(column)}{row.number}" for column, _ in inputs]
        if not inputs or row.kind == "subject":
            continue
        if row.kind == "condition":
            words = yes_no_words(inputs[0][1])
            yield f"COUNTBLANK({cells[0]})"
            if len(cells) == 2:
                yield f'IF({cells[0]}="{words[0]}",COUNTBLANK({cells[1]}),0)'
        elif inputs[0][1].grade:
            flags = _flags(sheet, row)
            for (_, given), a, b in zip(inputs[::2], cells[::2], cells[1::2], strict=True):
                yield f"IF({flags[given.grade]},COUNTBLANK({a}:{b}),0)"
        else:
            yield f"COUNTBLANK({cells[0]}:{cells[-1]})"
    for grades in (row for row in sheet.rows if row.kind == "grades"):
        subjects = [row for row in sheet.rows if row.kind == "subject" and row.about is grades.about]
        if subjects:
            yield from _missing_in_tables(sheet, subjects, grades.about.kind)


def _missing_in_tables(sheet: Sheet, subjects: list[Row], kind: str) -> Iterator[str]:
    """A wholly blank table counts one; in others, half-filled pairs, and the blanks of tested subjects."""
    top, bottom = subjects[0].number, subjects[-1].number
    flags = _flags(sheet, subjects[0])
    inputs = [(column, given) for column, given in subjects[0].fields.items() if not given.optional]

    def span(column: int) -> str:
        return f"{letter(column)}{top}:{letter(column)}{bottom}"

    tables = [
        (flags[g.grade], span(c1), span(c2), c1, c2) for (c1, g), (c2, _) in zip(inputs[::2], inputs[1::2], strict=True)
    ]
    held = "+".join(f'{flag}*(({a}<>"")+({b}<>""))' for flag, a, b, _, _ in tables)
    with_total = "+".join(f'{flag}*({b}<>"")' for flag, _, b, _, _ in tables)
    over_zero = "+".join(f'{flag}*({b}<>"")*({b}<>0)' for flag, _, b, _, _ in tables)
    tested = f"(({held})>0)*(1-(({with_total})>0)*(({over_zero})=0))"
    for flag, a, b, c1, c2 in tables:
        table = f"{letter(c1)}{top}:{letter(c2)}{bottom}"
        if kind == "onet_growth":
            blanks = f'SUMPRODUCT(--(({a}="")<>({b}="")))'
        else:
            blanks = f'SUMPRODUCT({tested}*(({a}="")+({b}="")))'
        yield f"IF({flag},IF(COUNTA({table})=0,1,{blanks}),0)"


def indicator_interpretations(sheet: Sheet) -> list[str]:
    """Ids of the readings that the indicator's rules rest on, in order, each once."""
    found = {name for row in sheet.rows if row.about for name in row.about.interpretations}
    return sorted(found, key=lambda name: int(name.partition("-")[2]))


def validation_of(given: Field, rubric: Rubric) -> dict[str, Any] | None:
    """The data validation of an input: type, limits, Thai title and message."""
    title = given.input.label.th[:32] if given.column != "met" else "คำตอบ"

    def rule(kind: str, message: str, **limits: Any) -> dict[str, Any]:
        return {
            "type": kind,
            "promptTitle": title,
            "prompt": message,
            "errorTitle": "ค่าไม่ถูกต้อง",
            "error": message,
            **limits,
        }

    match given.input.kind:
        case "yesno":
            words = yes_no_words(given)
            return rule("list", f"เลือก {words[0]} หรือ {words[1]}", formula1=f'"{",".join(words)}"')
        case "choice":
            words = [status.name.th for status in rubric.statuses]
            return rule("list", "เลือกสถานะจากรายการ", formula1=f'"{",".join(words)}"')
        case "count":
            return rule("whole", "กรอกจำนวนเต็ม ตั้งแต่ 0 ขึ้นไป", operator="greaterThanOrEqual", formula1="0")
        case "percent":
            return rule("decimal", "กรอกตัวเลข 0 ถึง 100 เช่น 85", operator="between", formula1="0", formula2="100")
        case "number":
            return rule("decimal", "กรอกตัวเลข ตั้งแต่ 0 ขึ้นไป", operator="greaterThanOrEqual", formula1="0")
        case "year":
            message = f"กรอกปีการศึกษาเป็น พ.ศ. 4 หลัก ตั้งแต่ {rubric.first_year}"
            return rule("whole", message, operator="between", formula1=str(rubric.first_year), formula2="2600")
        case "school_code":
            length = "OR(LEN({cell})=8,LEN({cell})=10)"
            return rule("custom", "กรอกตัวเลข 8 หลัก หรือ 10 หลัก", formula1=length)
        case "date":
            message = "กรอกวันที่ เช่น 31/3/2564"
            # Excel takes 31/3/2564 for text where the computer's region is not Thai; the reader understands it.
            return rule("date", message, operator="greaterThan", formula1="36526", errorStyle="warning")
        case _:
            return None


def wrong_formula(given: Field, rubric: Rubric) -> str:
    """A formula (for `{cell}`) that is true where what was entered can't be right; empty where none is."""
    match given.input.kind:
        case "count":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0,N({cell})<>INT(N({cell}))))"
        case "number":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0))"
        case "percent":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0,N({cell})>100))"
        case "year":
            return f"AND(LEN({{cell}})>0,OR(NOT(ISNUMBER({{cell}})),N({{cell}})<{rubric.first_year},N({{cell}})>2600))"
        case "school_code":
            return "AND(LEN({cell})>0,LEN({cell})<>8,LEN({cell})<>10)"
        case "yesno":
            yes, no = yes_no_words(given)
            return f'AND(LEN({{cell}})>0,{{cell}}<>"{yes}",{{cell}}<>"{no}")'
        case _:
            return ""


def line_count(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a cell of `width` characters, generously."""
    room = max(1.0, (width * 7 - 18) / (size * 4 / 3))
    return sum(max(1, math.ceil(text_width(line) * 1.06 / room)) for line in text.split("\n"))


def text_width(text: str) -> float:
    """The width of a text in em: signs above and below a letter take none."""
    return sum(0.46 if c.isascii() else 0.56 for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
