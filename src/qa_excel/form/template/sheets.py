"""The sheets of a template, each painted by a class of its own."""

from __future__ import annotations

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter as letter

from qa_excel.files.look import EMPTY, NAVY, PALE, SIZE, UNUSED
from qa_excel.form.calculation import NUMBER as NUMBER_COLUMN
from qa_excel.form.calculation import RAW, STATE
from qa_excel.form.layout import (
    ASK_COLUMN,
    COVER,
    FIRST_INPUT,
    HEADER_ROW,
    ID_COLUMN,
    KEY_COLUMN,
    LABEL_COLUMN,
    SUMMARY,
    YEAR,
    AnswerRow,
    ConditionsHead,
    CriterionRow,
    GradesRow,
    IndicatorSheet,
    InputRow,
    ProcessSheet,
    SubjectRow,
    TableHead,
    YearRow,
)
from qa_excel.form.printed import (
    PROGRESS,
    SUMMARY_HEADINGS,
    TOTALS,
    conditions_heading,
    guide_readings,
    summary_label,
    total_label,
    whole_of,
)
from qa_excel.form.template.formulas import BOTH, EXPLICIT, FUNCTIONS
from qa_excel.form.template.natives import LEVEL_WORDS, asked_in, never_asked, taught_term, year_term
from qa_excel.form.template.painter import Painter
from qa_excel.form.template.styles import (
    ASK,
    ASKING,
    BOX,
    CENTRED,
    COVER_INPUT,
    HEADER,
    INDENTED,
    INPUT,
    LABEL,
    LINK,
    NOT_ASKED,
    NOT_USED,
    NUMBER,
    POINTS,
    SECTION,
    SECTION_ID,
    SHRUNK,
    TEXT_INPUT,
    fill,
    font,
)
from qa_excel.form.template.wording import (
    CALCULATION_TITLE,
    CHOOSE_GRADES,
    COLOURS,
    NOT_TESTED_THIS_YEAR,
    YEAR_HEADING,
    ask_text,
    column_headings,
    guide_steps,
    heading_text,
    table_heading,
)
from qa_excel.kinds.terms import Cell as At
from qa_excel.kinds.terms import Constant, Reference, Span, Term, one_if, plus, same, side_by_side, some, when
from qa_excel.rubric.model import DONE, Rubric

_WIDTHS = {KEY_COLUMN: 3, ID_COLUMN: 8, LABEL_COLUMN: 58, ASK_COLUMN: 34}
_TEXT_WIDTHS = {"evidence": 30, "owner": 20, "date": 16, "link": 18, "note": 18}
_RIGHT = Alignment(horizontal="right", vertical="center", indent=1)
_WHOLE = {**CENTRED, "number_format": "0"}
_LINKED = {**LABEL, "font": LINK["font"]}


class GuidePainter(Painter):
    """คำแนะนำ: how to fill the workbook in, what the colours mean, the interpretations."""

    def paint(self) -> None:
        self.width({KEY_COLUMN: 3, ID_COLUMN: 8, LABEL_COLUMN: 50, ASK_COLUMN: 62})
        area = f" ด้านที่ {self.layout.area}" if self.layout.area else ""
        self.frame(f"คำแนะนำการกรอกแบบฟอร์ม{area}", ASK_COLUMN)
        self.ws.row_dimensions[5].height = 8
        row = HEADER_ROW
        for n, text in enumerate(guide_steps(self.rubric), start=1):
            self.put(row, ID_COLUMN, n, CENTRED)
            self.merge(row, LABEL_COLUMN, ASK_COLUMN, LABEL, text)
            self.height(row, (text, 112, SIZE))
            row += 1
        row = self.heading(row + 1, "ความหมายของสี")
        for color, text in COLOURS:
            self.put(row, ID_COLUMN, None, {"fill": fill(color), "border": BOX})
            self.merge(row, LABEL_COLUMN, ASK_COLUMN, LABEL, text)
            self.height(row, (text, 112, SIZE))
            row += 1
        row = self.heading(row + 1, "แผ่นงานในแฟ้มนี้")
        for sheet in self.layout.sheets[1:]:
            name = sheet.process.name if isinstance(sheet, ProcessSheet) else None
            name = sheet.indicator.name if isinstance(sheet, IndicatorSheet) else name
            about = name.th if name else ""
            self.put(row, ID_COLUMN, "●", CENTRED)
            self.link(row, LABEL_COLUMN, sheet.title, sheet, _LINKED)
            self.put(row, ASK_COLUMN, about, LABEL)
            self.height(row, (about, 62, SIZE))
            row += 1
        row = self.heading(row + 1, "การตีความเกณฑ์ (ข้อที่ต้นฉบับไม่ได้ระบุชัด)")
        for reading in guide_readings(self.layout):
            self.put(row, ID_COLUMN, reading.id, CENTRED)
            self.put(row, LABEL_COLUMN, reading.question.th, LABEL)
            self.put(row, ASK_COLUMN, reading.reading.th, LABEL)
            self.height(row, (reading.question.th, 50, SIZE), (reading.reading.th, 62, SIZE))
            row += 1
        self.last_row = row - 1

    def heading(self, row: int, text: str) -> int:
        self.merge(row, ID_COLUMN, ASK_COLUMN, HEADER, text)
        self.ws.row_dimensions[row].height = 28
        return row + 1


class CoverPainter(Painter):
    """ข้อมูลสถานศึกษา: the school, the year, the grades taught."""

    def paint(self) -> None:
        self.width({KEY_COLUMN: 3, ID_COLUMN: 6, LABEL_COLUMN: 34, ASK_COLUMN: 46, FIRST_INPUT: 44})
        self.frame(heading_text(self.sheet), FIRST_INPUT)
        self.header(column_headings(self.sheet))
        cells = []
        rows = (row for row in self.sheet.rows if isinstance(row, InputRow))
        for number, row in enumerate(rows, start=1):
            (given,) = row.fields.values()
            self.put(row.number, ID_COLUMN, number, CENTRED)
            self.put(row.number, LABEL_COLUMN, row.label.th, LABEL)
            self.put(row.number, ASK_COLUMN, ask_text(row), ASK)
            self.input(row.number, FIRST_INPUT, given, COVER_INPUT)
            self.heights(row)
            cells.append(row.number)
        self.completeness(plus(*(one_if(same(self.at(row, FIRST_INPUT), "")) for row in cells)))
        self.colour_inputs()
        self.signatures(self.sheet.rows[-1].number + 2, [LABEL_COLUMN, FIRST_INPUT])


class IndicatorPainter(Painter):
    """One indicator: criteria, tables, conditions, points."""

    sheet: IndicatorSheet

    def paint(self) -> None:
        sheet = self.sheet
        self.width(_WIDTHS | dict.fromkeys(range(FIRST_INPUT, sheet.last_input + 1), 12))
        self.width({sheet.percent_column: 13, sheet.full_column: 11, sheet.points_column: 13})
        self.width({column: _TEXT_WIDTHS[key] for key, column in sheet.text_columns.items()})
        self.frame(heading_text(sheet), sheet.last_column)
        self.header(column_headings(sheet))
        figures = []
        for row in sheet.rows:
            match row:
                case AnswerRow():
                    self.answer(row)
                    if isinstance(row, CriterionRow):
                        figures.append(self.points(row))
                case GradesRow():
                    self.grades(row)
                case YearRow():
                    self.year(row)
                case TableHead():
                    self.table_head(row)
                case ConditionsHead():
                    self.merge(row.number, ID_COLUMN, sheet.last_column, SECTION, conditions_heading(sheet.indicator))
                    self.height(row.number)
        figures += self.totals()
        self.readings()
        self.show_errors(figures)
        self.completeness(self.formulas.workings.score("missing", sheet.id))
        self.colour_inputs()
        self.grey_untaught()
        self.grey_not_asked()

    def answer(self, row: AnswerRow) -> None:
        """A criterion, item, subject or condition."""
        sheet, n = self.sheet, row.number
        heading, subject = isinstance(row, CriterionRow), isinstance(row, SubjectRow)
        self.put(n, ID_COLUMN, None if subject else row.about.id, SECTION_ID if heading else CENTRED)
        self.put(n, LABEL_COLUMN, row.label.th, SECTION if heading else INDENTED if subject else LABEL)
        self.put(n, ASK_COLUMN, ask_text(row) or None, ASK)
        self.fill(n, FIRST_INPUT, sheet.last_input, NOT_USED)
        self.fill(n, sheet.percent_column, sheet.last_column, CENTRED)
        for column, given in row.fields.items():
            self.input(n, column, given, TEXT_INPUT if given.optional else INPUT)
        for column in sheet.text_columns.values():
            if column not in row.fields:
                self.put(n, column, None, NOT_USED)
        percent = self.formulas.workings.beside.get(row.key)
        if percent:
            self.formula(n, sheet.percent_column, percent, NUMBER)
        if isinstance(row, SubjectRow):
            self.subject(row)
        self.heights(row)

    def subject(self, row: SubjectRow) -> None:
        """Where a subject is not asked: small and grey, and told where that depends on the year."""
        never = never_asked(self.rubric, row)
        for column, given in row.inputs:
            if given.grade in never:
                self.input(row.number, column, given, NOT_ASKED)
        if not row.asked:
            self.put(row.number, LABEL_COLUMN, row.label.th, {**INDENTED, "font": font(12, color="595959")})
        told: Term = Constant("")
        asked = asked_in(self.rubric, row, self.year_cell(row))
        for grade in (grade for grade in self.rubric.grades if grade.id in asked):
            told = side_by_side(told, when(asked[grade.id], "", f"{grade.name.th} "))
        if asked:
            self.formula(row.number, ASK_COLUMN, when(same(told, ""), "", side_by_side(told, NOT_TESTED_THIS_YEAR)))

    def year_cell(self, row: SubjectRow) -> Term:
        """What refers to the academic year above a row."""
        above = next(r for r in reversed(self.sheet.rows) if isinstance(r, YearRow) and r.number < row.number)
        return self.at(above.number, FIRST_INPUT)

    def points(self, row: CriterionRow) -> str:
        """A criterion's full points and points; returns the cell of the latter."""
        self.put(row.number, self.sheet.full_column, row.full, NUMBER)
        points = self.score("ONESQA_POINTS", self.sheet, row.about.id)
        return self.formula(row.number, self.sheet.points_column, points, POINTS).coordinate

    def year(self, row: YearRow) -> None:
        """The academic year, repeated from the cover so that the block stands for itself."""
        sheet = self.sheet
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION, YEAR_HEADING)
        self.merge(row.number, FIRST_INPUT, sheet.last_input, SECTION_ID)
        self.formula(row.number, FIRST_INPUT, year_term(self.formulas.workings.answers[COVER, *YEAR]))
        self.fill(row.number, sheet.percent_column, sheet.last_column, NOT_USED)
        self.height(row.number)

    def grades(self, row: GradesRow) -> None:
        """Which grades are taught, repeated from the cover so that the block stands for itself."""
        sheet, answers = self.sheet, self.formulas.workings.answers
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION, "ชั้นที่เปิดสอน (จากแผ่น ข้อมูลสถานศึกษา)")
        for column, grade in row.grades.items():
            self.merge(row.number, column, column + len(row.about.inputs) - 1, SECTION_ID)
            self.formula(row.number, column, taught_term(answers[COVER, f"school.levels.{grade}", "value"]))
        self.fill(row.number, sheet.percent_column, sheet.last_column, NOT_USED)
        self.height(row.number)

    def table_head(self, row: TableHead) -> None:
        sheet, inputs = self.sheet, row.about.inputs
        names = {grade.id: grade for grade in self.rubric.grades}
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION, row.about.heading.th)
        for first, grade in sheet.grades_above(row).grades.items():
            for column, given in enumerate(inputs, start=first):
                text = table_heading(names[grade], given)
                self.put(row.number, column, text, {**SECTION_ID, "font": font(12, True, NAVY)})
        self.fill(row.number, sheet.percent_column, sheet.last_column, NOT_USED)
        self.height(row.number, *((f"\n{given.label.th}", self.widths[FIRST_INPUT], 12.6) for given in inputs))

    def grey_untaught(self) -> None:
        """Columns of grades that are not taught turn grey."""
        for row in self.sheet.rows:
            if not isinstance(row, GradesRow):
                continue
            rows = [answer for answer in self.sheet.answers if answer.about is row.about]
            for first in row.grades:
                columns = range(first, first + len(row.about.inputs))
                cells = [
                    f"{letter(c)}{r.number}" for r in rows for c, f in r.fields.items() if f.grade and c in columns
                ]
                self.colour(cells, f'${letter(first)}${row.number}<>"{LEVEL_WORDS[0]}"', UNUSED)

    def grey_not_asked(self) -> None:
        """Cells of subjects that are not tested at their grade in the cover's year turn grey."""
        for row in (row for row in self.sheet.rows if isinstance(row, SubjectRow)):
            for grade, asked in asked_in(self.rubric, row, self.year_cell(row)).items():
                cells = [f"{letter(column)}{row.number}" for column, given in row.inputs if given.grade == grade]
                self.colour(cells, f"NOT({asked.text(self.absolute)})", UNUSED)

    def absolute(self, cell: At) -> str:
        """A cell of this sheet in the formula of a colour."""
        return f"${letter(cell.column)}${cell.row}"

    def totals(self) -> list[str]:
        """Gross, deduction and net; returns their cells."""
        sheet, cells = self.sheet, []
        for row, (function, label) in enumerate(TOTALS, start=sheet.first_total):
            net = function == "ONESQA_SCORE"
            pale = {"fill": fill(PALE)} if net else {}
            full = None if function == "ONESQA_DEDUCTION" else whole_of(sheet)
            right = {**(HEADER if net else SECTION), "alignment": _RIGHT}
            self.merge(row, ID_COLUMN, sheet.percent_column, right, label.th)
            self.put(row, sheet.full_column, full, {**NUMBER, **pale})
            big = {**POINTS, "font": font(16 if net else SIZE, True, NAVY), **pale}
            cells.append(self.formula(row, sheet.points_column, self.score(function, sheet), big).coordinate)
            self.ws.row_dimensions[row].height = 30 if net else 26
            self.last_row = row
        return cells


class ProcessPainter(Painter):
    """One process of internal quality assurance."""

    sheet: ProcessSheet

    def paint(self) -> None:
        sheet, rows = self.sheet, self.sheet.answers
        numbers = range(FIRST_INPUT + 1, sheet.last_input + 1)
        self.width({**_WIDTHS, ASK_COLUMN: 26, FIRST_INPUT: 22, **dict.fromkeys(numbers, 12)})
        self.width({column: _TEXT_WIDTHS[key] for key, column in sheet.text_columns.items()})
        self.frame(heading_text(sheet), sheet.last_column)
        self.header(column_headings(sheet))
        for row in rows:
            self.put(row.number, ID_COLUMN, row.about.id, CENTRED)
            self.put(row.number, LABEL_COLUMN, row.label.th, LABEL)
            self.put(row.number, ASK_COLUMN, ask_text(row), ASK)
            self.fill(row.number, FIRST_INPUT, sheet.last_input, NOT_USED)
            for column, given in row.fields.items():
                self.input(row.number, column, given, TEXT_INPUT if given.optional else INPUT)
            self.heights(row)
        total = self.last_row = rows[-1].number + 1
        self.merge(total, ID_COLUMN, ASK_COLUMN, {**HEADER, "alignment": _RIGHT}, PROGRESS)
        big = {**POINTS, "font": font(18, True, NAVY), "fill": fill(PALE)}
        cell = self.formula(total, FIRST_INPUT, self.formulas.score("IQA_PROGRESS", sheet.id), big)
        self.ws.row_dimensions[total].height = 30
        self.show_errors([cell.coordinate])
        self.completeness(self.formulas.workings.score("missing", sheet.id))
        self.colour_inputs()
        self.evidence_needed()
        self.readings()

    def evidence_needed(self) -> None:
        """Evidence turns yellow where an item is done and has none."""
        column = letter(self.sheet.text_columns["evidence"])
        rows = [row.number for row in self.sheet.answers]
        formula = f'AND(${letter(FIRST_INPUT)}{rows[0]}="{done_word(self.rubric)}",LEN({column}{rows[0]})=0)'
        self.colour([f"{column}{row}" for row in rows], formula, EMPTY)


class SummaryPainter(Painter):
    """สรุปคะแนน: the figures of all sheets, with links to them."""

    def paint(self) -> None:
        traces = self.layout.area is None
        headings = dict(enumerate(SUMMARY_HEADINGS[self.rubric.family], start=ID_COLUMN))
        last = max(headings)
        widths = (3, 8, 52, 16, 20, 22, 18) if traces else (3, 8, 60, 12, 12, 12, 22, 16)
        self.width(dict(enumerate(widths, start=KEY_COLUMN)))
        self.frame("สรุปความก้าวหน้า" if traces else "สรุปคะแนนรายด้าน", last)
        self.header(headings)
        figures, first, row = [], HEADER_ROW + 1, HEADER_ROW
        for row, sheet in enumerate(self.layout.judged, start=first):
            figures += self.process(row, sheet) if isinstance(sheet, ProcessSheet) else self.indicator(row, sheet)
            left = self.formula(row, last, Reference(At(sheet.id, 5, FIRST_INPUT)), _WHOLE).coordinate
            self.colour([left], f"{left}>0", EMPTY)
        total = row + 1
        self.merge(total, ID_COLUMN, LABEL_COLUMN, HEADER, total_label(self.layout))
        for column in range(ASK_COLUMN, last + 1):
            score = column == last - 1
            column_of = Span("SUM", *(At(SUMMARY, n, column) for n in (first, row)))
            style = {**POINTS, "fill": fill(PALE), "font": font(16, True, NAVY)}
            meant: Term = column_of
            if traces and score:
                meant = self.formulas.workings.score("", "progress")
            elif score and self.formulas.style != EXPLICIT:
                meant = self.formulas.score("ONESQA_AREA_SCORE", str(self.layout.area))
            else:
                style["number_format"] = "0" if traces or column == last else "0.00"
            cell = self.formula(total, column, meant, style)
            if ASK_COLUMN < column < last:
                figures.append(cell.coordinate)
        self.ws.row_dimensions[total].height = 32
        self.show_errors(figures)
        self.ask_for_grades()
        self.signatures(total + 2, [ID_COLUMN, ASK_COLUMN])

    def ask_for_grades(self) -> None:
        """While grades are not chosen, the scores that rest on them say so in place of their number, which stays."""
        tables = {sheet.id for sheet in self.layout.judged if any(isinstance(row, GradesRow) for row in sheet.rows)}
        if not tables:
            return
        answers = [self.formulas.workings.answers[COVER, f"school.levels.{g.id}", "value"] for g in self.rubric.grades]
        open_ = self.formula(5, ID_COLUMN, when(some(*(a.blank for a in answers)), CHOOSE_GRADES, ""), ASKING)
        self.ws.merge_cells(start_row=5, start_column=ID_COLUMN, end_row=5, end_column=LABEL_COLUMN)
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=f'"{CHOOSE_GRADES}"'))
        rows = [HEADER_ROW + 1 + n for n, sheet in enumerate(self.layout.judged) if sheet.id in tables]
        rows.append(HEADER_ROW + 1 + len(self.layout.judged))
        for row in rows:
            cell = self.ws.cell(row, ASK_COLUMN + 3)
            cell.alignment = SHRUNK
            rule = Rule("expression", dxf=style, formula=[f"AND(LEN(${open_.coordinate[0]}$5)>0,{cell.coordinate}=0)"])
            self.ws.conditional_formatting.add(cell.coordinate, rule)

    def indicator(self, row: int, sheet: IndicatorSheet) -> list[str]:
        name = summary_label(sheet)
        self.put(row, ID_COLUMN, int(sheet.indicator.number), CENTRED)
        self.link(row, LABEL_COLUMN, name, sheet, _LINKED)
        self.put(row, ASK_COLUMN, whole_of(sheet), NUMBER)
        self.height(row, (name, self.widths[LABEL_COLUMN], SIZE))
        return [
            self.formula(row, column, self.score(function, sheet), style).coordinate
            for column, ((function, _), style) in enumerate(
                zip(TOTALS, (NUMBER, NUMBER, POINTS), strict=True), start=ASK_COLUMN + 1
            )
        ]

    def process(self, row: int, sheet: ProcessSheet) -> list[str]:
        self.put(row, ID_COLUMN, sheet.id, CENTRED)
        self.link(row, LABEL_COLUMN, summary_label(sheet), sheet, _LINKED)
        self.put(row, ASK_COLUMN, whole_of(sheet), _WHOLE)
        self.height(row)
        self.formula(row, ASK_COLUMN + 1, self.formulas.workings.score("said", sheet.id), _WHOLE)
        return [self.formula(row, ASK_COLUMN + 2, self.formulas.score("IQA_PROGRESS", sheet.id), POINTS).coordinate]


def done_word(rubric: Rubric) -> str:
    """The status that counts a step as done, as it is chosen."""
    return next(status.name.th for status in rubric.statuses if status.id == DONE)


class CalculationPainter(Painter):
    """สูตรคำนวณ: the workbook's own calculation, hidden."""

    def paint(self) -> None:
        self.put(1, KEY_COLUMN, self.sheet.key)
        self.put(2, KEY_COLUMN, CALCULATION_TITLE)
        self.width({KEY_COLUMN: 32, RAW: 14, STATE: 14, NUMBER_COLUMN: 14})
        for row in self.formulas.workings.rows:
            self.put(row.number, KEY_COLUMN, row.key)
            asked = row.functions if self.formulas.style in (BOTH, FUNCTIONS) else {}
            for column, meant in (row.cells | asked).items():
                self.formula(row.number, column, meant)
        self.last_row = self.formulas.workings.rows[-1].number

    def finish(self) -> None:
        super().finish()
        self.ws.sheet_state = "hidden"
        # Of sheets beside some with a print area LibreOffice prints none that has none, and hidden ones otherwise.
        self.ws.print_area = None
