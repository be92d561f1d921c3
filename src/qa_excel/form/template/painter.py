"""What painting any sheet takes: cells, the frame around them, inputs with validation and colours, print set-up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qa_excel.files.cells import meant_text
from qa_excel.files.look import (
    DATE_FORMAT,
    EMPTY,
    FILLED,
    FONT,
    GREY,
    MAX_ROW_HEIGHT,
    NAVY,
    SIZE,
    UNUSED,
    WRONG,
    line_count,
)
from qa_excel.form.calculation import function
from qa_excel.form.layout import (
    ASK_COLUMN,
    COVER,
    FIRST_INPUT,
    GUIDE,
    HEADER_ROW,
    ID_COLUMN,
    KEY_COLUMN,
    LABEL_COLUMN,
    SUMMARY,
    ConditionRow,
    CriterionRow,
    GradesRow,
    IndicatorSheet,
    InputRow,
    KeysRow,
    Layout,
    Sheet,
)
from qa_excel.form.printed import readings
from qa_excel.form.template.formulas import BOTH, EXPLICIT, FUNCTIONS, NATIVE, Formulas
from qa_excel.form.template.natives import NOT_STATED, validation_of, wrong_formula
from qa_excel.form.template.styles import (
    CENTRED,
    HEADER,
    INPUT,
    LABEL,
    LINK,
    PLAIN,
    SAID,
    SUBTITLE,
    TITLE,
    WARNING,
    Style,
    font,
)
from qa_excel.form.template.wording import (
    BANNERS,
    CHOOSE_GRADES,
    ask_text,
)
from qa_excel.kinds.terms import Cell as At
from qa_excel.kinds.terms import Reference, Term, is_error, same, some, when
from qa_excel.rubric.inputs import Field
from qa_excel.thai.typed import YES_NO_WORDS

FIRST_ROW = 2
_LINE = 1.5
"""The height of a line of text, in sizes of its font."""
_SQUEEZE = 1.5
"""A sheet of up to so many pages is made to fit on one, rather than leave a line or two alone on the next."""


def anchor(sheet: Sheet) -> str:
    """The defined name of a sheet's first visible cell: links to it outlive a renamed tab."""
    return f"QA_{sheet.id.replace('.', '_')}_TOP"


def block_name(sheet: Sheet) -> str:
    """The defined name of an indicator's block; the bare id, `IND5`, would be a cell's address."""
    return f"ONESQA_{sheet.id}"


def row_height(*texts: tuple[str | None, float, float]) -> int:
    """The height of a row that shows its texts, each (text, width in characters, font size)."""
    needed = max([line_count(text, width, size) * size * _LINE for text, width, size in texts if text], default=0)
    return min(MAX_ROW_HEIGHT, max(24, math.ceil(needed) + 6))


@dataclass(frozen=True, slots=True)
class Paper:
    """How high a sheet's printed rows are together, and how much of that a page takes, one page wide."""

    height: float
    page: float

    def fit_to_height(self, taller: float = 0) -> int:
        """1 where the sheet, its rows so much taller, is made to fit on one page; else 0."""
        return int((self.height + taller) / self.page <= _SQUEEZE)


def paper_of(ws: Worksheet) -> Paper:
    """How a sheet lies on paper."""
    short, long = 595 - 2 * 0.75 * 72, 842 - 2 * 0.4 * 72
    if ws.page_setup.orientation == "portrait":
        short, long = 842 - 2 * 0.75 * 72, 595 - 2 * 0.4 * 72
    printed = CellRange((ws.print_area or ws.dimensions).replace("$", ""))
    rows = (ws.row_dimensions[row] for row in range(printed.min_row, printed.max_row + 1))
    height = sum(row.height or 15 for row in rows if not row.hidden)
    width = sum(column.width * 5.25 + 4 for column in ws.column_dimensions.values() if not column.hidden)
    return Paper(height, short / min(1, long / width))


class Painter:
    """Writes one sheet; each kind of sheet has a `paint` of its own."""

    def __init__(self, ws: Worksheet, sheet: Sheet, layout: Layout, formulas: Formulas):
        self.ws = ws
        self.sheet = sheet
        self.layout = layout
        self.rubric = layout.rubric
        self.formulas = formulas
        self.widths: dict[int, float] = {}
        self.validations: dict[tuple[tuple[str, str], ...], DataValidation] = {}
        self.last_row = HEADER_ROW

    def paint(self) -> None:
        """Write the sheet's own content."""
        raise NotImplementedError

    def put(self, row: int, column: int, value: Any = None, style: Style | None = None) -> Cell:
        """Write a cell; text is never taken for a formula unless `formula` wrote it."""
        cell = self.ws.cell(row, column)
        assert isinstance(cell, Cell), "inside a merged cell there is nothing to write"
        if value is not None:
            cell.value = value
            if isinstance(value, str):
                cell.value = meant_text(value)
                cell.data_type = "s"
            elif isinstance(value, int | float):
                self.formulas.held[At(self.sheet.id, row, column)] = value
        for name, part in (style or {}).items():
            setattr(cell, name, part)
        return cell

    def formula(self, row: int, column: int, meant: Term, style: Style | None = None) -> Cell:
        cell = self.put(row, column, None, style)
        cell.value = self.formulas.text(At(self.sheet.id, row, column), meant)
        return cell

    def at(self, row: int, column: int) -> Term:
        """What refers to a cell of this sheet."""
        return Reference(At(self.sheet.id, row, column))

    def score(self, name: str, sheet: IndicatorSheet, *codes: str) -> Term:
        """A score of an indicator, asked for in the workbook's style."""
        return self.formulas.score(name, sheet.id, *codes, block=block_name(sheet))

    def fill(self, row: int, first: int, last: int, style: Style) -> None:
        """Give cells of a row their looks, and nothing to hold."""
        for column in range(first, last + 1):
            self.put(row, column, None, style)

    def merge(self, row: int, first: int, last: int, style: Style, text: str | None = None) -> None:
        self.fill(row, first, last, style)
        self.put(row, first, text)
        if last > first:
            self.ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)

    def link(self, row: int, column: int, text: str, target: Sheet, style: Style = LINK) -> None:
        cell = self.put(row, column, text, style)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=anchor(target), display=text)
        for name, part in style.items():
            setattr(cell, name, part)

    def width(self, widths: dict[int, int]) -> None:
        """The widths of columns."""
        self.widths |= widths
        for column, width in widths.items():
            self.ws.column_dimensions[letter(column)].width = width

    def height(self, row: int, *texts: tuple[str | None, float, float]) -> None:
        """Make a row high enough for its texts, each (text, width in characters, font size)."""
        self.ws.row_dimensions[row].height = row_height(*texts)

    def hide(self, row: int) -> None:
        self.ws.row_dimensions[row].hidden = True

    def frame(self, title: str, last: int) -> None:
        """The hidden keys, title, subtitle and the line that says when the functions are absent."""
        self.put(1, KEY_COLUMN, self.sheet.key)
        self.hide(1)
        self.ws.column_dimensions[letter(KEY_COLUMN)].hidden = True
        for keyed in self.sheet.rows:
            self.put(keyed.number, KEY_COLUMN, keyed.key or None)
            if isinstance(keyed, KeysRow):
                self.hide(keyed.number)
                for column, key in keyed.keys.items():
                    self.put(keyed.number, column, key)
        area = self.layout.area
        about = (
            f"{self.rubric.short.th} · ด้านที่ {area} {self.rubric.area(area).name.th}" if area else self.rubric.title.th
        )
        self.put(2, ID_COLUMN, title, TITLE)
        self.put(3, ID_COLUMN, about, SUBTITLE)
        self.banner()
        for row, height in ((2, 30), (3, 21), (4, 19), (5, 24), (6, 4)):
            self.ws.row_dimensions[row].height = height
        for row in (2, 3, 4):
            self.ws.merge_cells(start_row=row, start_column=ID_COLUMN, end_row=row, end_column=last)

    def banner(self) -> None:
        """Row 4: what works out the scores, and what the functions would add."""
        texts = BANNERS[self.rubric.family]
        if self.formulas.style == NATIVE:
            self.put(4, ID_COLUMN, texts.native, SAID)
            return
        with_own = self.formulas.style == BOTH
        without, with_functions = (texts.without, texts.functions) if with_own else (texts.unknown, "")
        told = when(is_error(function("QA_VERSION")), without, with_functions)
        self.formula(4, ID_COLUMN, told, SAID if with_own else WARNING)

    def completeness(self, missing: Term) -> None:
        """Row 5: how many inputs are still empty."""
        count = f"{letter(FIRST_INPUT)}5"
        self.formula(5, FIRST_INPUT, missing, {**CENTRED, "number_format": "0"})
        number = self.at(5, FIRST_INPUT)
        text = when(same(number, 0), "✓ กรอกครบทุกช่องแล้ว", "จำนวนช่องที่ยังไม่ได้กรอก")
        grades = [row for row in self.sheet.rows if isinstance(row, GradesRow)]
        open_ = [same(self.at(row.number, column), NOT_STATED) for row in grades for column in row.grades]
        told = when(some(*open_), CHOOSE_GRADES, text) if open_ else text
        self.formula(5, ASK_COLUMN, told, {**LABEL, "font": font(SIZE, True)})
        self.link(5, ID_COLUMN, "ดูสรุปคะแนน", self.layout.sheet(SUMMARY))
        self.ws.merge_cells(start_row=5, start_column=ID_COLUMN, end_row=5, end_column=LABEL_COLUMN)
        self.colour([count], f"{count}>0", EMPTY)
        self.colour([count], f"{count}=0", FILLED)

    def header(self, headings: dict[int, str]) -> None:
        """The row of headings; it stays in sight with the column of numbers, which leaves a phone its width."""
        for column, text in headings.items():
            self.put(HEADER_ROW, column, text, HEADER)
        bold = SIZE * 1.04
        self.height(HEADER_ROW, *((text, self.widths.get(column, 10), bold) for column, text in headings.items()))
        # Once a sheet: openpyxl adds the selections of panes anew each time, and a sheet may hold four.
        self.ws.freeze_panes = f"{letter(LABEL_COLUMN)}{HEADER_ROW + 1}"
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
        ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        ws.sheet_properties.tabColor = {GUIDE: GREY, COVER: "BF9000", SUMMARY: "548235"}.get(self.sheet.id, NAVY)
        ws.print_area = f"{letter(ID_COLUMN)}{FIRST_ROW}:{letter(last)}{self.last_row}"
        ws.page_setup.fitToHeight = paper_of(ws).fit_to_height()
        ws.page_margins.left = ws.page_margins.right = 0.4
        ws.page_margins.top = ws.page_margins.bottom = 0.75
        ws.page_margins.header = ws.page_margins.footer = 0.35
        ws.print_options.horizontalCentered = True
        small = f'&"{FONT},Regular"&12'
        head, foot = ws.oddHeader, ws.oddFooter
        assert head is not None and foot is not None, "a sheet is made with both"
        head.right.text = f"{small}{self.rubric.short.th} · &A"
        foot.left.text = f"{small}{self.rubric.id} ฉบับ {self.rubric.version}"
        foot.right.text = f"{small}หน้า &P จาก &N"

    def input(self, row: int, column: int, given: Field, style: Style = INPUT) -> None:
        """An unlocked cell with its validation and colours."""
        cell = self.put(row, column, None, style)
        if given.input.kind in ("text", "school_code"):
            cell.number_format = "@"
        elif given.input.kind == "date":
            cell.number_format = DATE_FORMAT
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
        pattern, letters = PatternFill("solid", bgColor=fill, fgColor=fill), Font(color=font) if font else None
        style = DifferentialStyle(fill=pattern, font=letters)
        rule = Rule("expression", dxf=style, stopIfTrue=stop, formula=[formula])
        self.ws.conditional_formatting.add(" ".join(cells), rule)

    def show_errors(self, cells: list[str]) -> None:
        """A score that is an error: grey where its function may only be unknown, else in red."""
        unknown = self.formulas.style in (FUNCTIONS, EXPLICIT)
        for cell in cells:
            style = DifferentialStyle(font=Font(color="BFBFBF" if unknown else "9C0006"))
            rule = Rule("expression", dxf=style, formula=[f"ISERROR({cell})"])
            self.ws.conditional_formatting.add(cell, rule)

    def colour_inputs(self) -> None:
        """Wrong in red, filled in green; an empty required cell keeps its yellow."""
        groups: dict[tuple[int, str], list[str]] = {}
        for number, column, given in self.sheet.fields():
            if given.input.kind == "text" and given.optional and self.sheet.id != COVER:
                continue
            groups.setdefault((column, wrong_formula(given, self.rubric)), []).append(f"{letter(column)}{number}")
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
            if isinstance(row, ConditionRow) and row.about.resolvable:
                found, resolved = (f"{letter(FIRST_INPUT + n)}{row.number}" for n in range(2))
                self.colour([resolved], f'${found}="{YES_NO_WORDS["found"][1]}"', UNUSED)

    def heights(self, row: InputRow) -> None:
        """Make a row high enough for its label and for what it asks for."""
        label_size = SIZE * (1.04 if isinstance(row, CriterionRow) else 1)
        label, ask = (row.label.th, self.widths[LABEL_COLUMN], label_size), (ask_text(row), self.widths[ASK_COLUMN], 12)
        self.height(row.number, label, ask)

    def readings(self) -> None:
        """The interpretations that the sheet's rules rest on, below its totals."""
        width = sum(width for column, width in self.widths.items() if column > KEY_COLUMN)
        style = {**PLAIN, "font": font(12, color="595959")}
        for row, text in enumerate(readings(self.rubric, self.sheet), start=self.last_row + 2):
            self.put(row, ID_COLUMN, text, style)
            self.ws.merge_cells(start_row=row, start_column=ID_COLUMN, end_row=row, end_column=self.sheet.last_column)
            self.height(row, (text, width, 12))
            self.last_row = row

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
                cell = self.put(row + n, column, text, {"font": font(), "alignment": Alignment(vertical="bottom")})
                self.ws.row_dimensions[cell.row].height = 34 if n == 0 else 26
        self.last_row = row + 2
