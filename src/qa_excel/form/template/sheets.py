"""The sheets of a template, each painted by a class of its own."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter as letter

from qa_excel.files.look import EMPTY, NAVY, PALE, SIZE, UNUSED
from qa_excel.form.layout import (
    ASK_COLUMN,
    COVER,
    FIRST_INPUT,
    HEADER_ROW,
    ID_COLUMN,
    KEY_COLUMN,
    LABEL_COLUMN,
    Row,
    Sheet,
)
from qa_excel.form.printed import PROGRESS, SUMMARY_HEADINGS, TOTALS, conditions_heading, total_label
from qa_excel.form.template.natives import LEVEL_WORDS, missing_terms, percent_formula, taught_formula
from qa_excel.form.template.painter import Painter
from qa_excel.form.template.styles import (
    ASK,
    BOX,
    CENTRED,
    COVER_INPUT,
    HEADER,
    INDENTED,
    INPUT,
    LABEL,
    LINK,
    NOT_USED,
    NUMBER,
    POINTS,
    SECTION,
    SECTION_ID,
    TEXT_INPUT,
    fill,
    font,
)
from qa_excel.form.template.wording import COLOURS, ask_text, column_headings, guide_steps, heading_text, table_heading
from qa_excel.rubric.model import DONE
from qa_excel.thai.typed import to_json_number

_WIDTHS = {KEY_COLUMN: 3, ID_COLUMN: 8, LABEL_COLUMN: 48, ASK_COLUMN: 30}
_TEXT_WIDTHS = {"evidence": 30, "owner": 20, "date": 14, "link": 18, "note": 18}


class GuidePainter(Painter):
    """คำแนะนำ: how to fill the workbook in, what the colours mean, the interpretations."""

    def paint(self) -> None:
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
        for color, text in COLOURS:
            self.put(row, ID_COLUMN, None, {"fill": fill(color), "border": BOX})
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


class CoverPainter(Painter):
    """ข้อมูลสถานศึกษา: the school, the year, the grades taught."""

    def paint(self) -> None:
        for column, width in {KEY_COLUMN: 3, ID_COLUMN: 6, LABEL_COLUMN: 34, ASK_COLUMN: 46, FIRST_INPUT: 44}.items():
            self.width(column, width)
        self.frame(heading_text(self.sheet), FIRST_INPUT)
        self.header(column_headings(self.sheet))
        cells = []
        for number, row in enumerate(self.form_rows(), start=1):
            (given,) = row.fields.values()
            self.put(row.number, ID_COLUMN, number, CENTRED)
            self.put(row.number, LABEL_COLUMN, row.label.th, LABEL)
            ask = ask_text(row)
            self.put(row.number, ASK_COLUMN, ask, ASK)
            self.input(row.number, FIRST_INPUT, given, COVER_INPUT)
            value = self.values.get(given.path)
            texts = ((row.label.th, LABEL_COLUMN, SIZE), (ask, ASK_COLUMN, 12), (value, FIRST_INPUT, 16))
            self.height(row.number, *((s, self.widths[c], size) for s, c, size in texts if isinstance(s, str)))
            cells.append(f"{letter(FIRST_INPUT)}{row.number}")
        self.completeness([f"COUNTBLANK({cell})" for cell in cells])
        self.colour_inputs()
        self.signatures(self.sheet.rows[-1].number + 2, [LABEL_COLUMN, FIRST_INPUT])


class IndicatorPainter(Painter):
    """One indicator: criteria, tables, conditions, points."""

    def paint(self) -> None:
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
        self.frame(heading_text(sheet), last)
        self.header(column_headings(sheet))
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
            self.formula(row.number, column, taught_formula(cells[grade]))
        for column in range(sheet.percent_column, sheet.last_column + 1):
            self.put(row.number, column, None, NOT_USED)
        self.height(row.number)

    def subheader(self, row: Row) -> None:
        sheet, inputs = self.sheet, row.about.inputs
        names = {grade.id: grade for grade in self.rubric.grades}
        grades = next(r for r in reversed(sheet.rows[: sheet.rows.index(row)]) if r.kind == "grades").column_keys
        self.merge(row.number, ID_COLUMN, ASK_COLUMN, SECTION)
        self.put(row.number, ID_COLUMN, row.about.table_heading.th)
        for column, grade in grades.items():
            for n, given in enumerate(inputs):
                text = table_heading(names[grade], given)
                self.put(row.number, column + n, text, {**SECTION_ID, "font": font(12, True, NAVY)})
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
                self.colour(cells, f'{flag}<>"{LEVEL_WORDS[0]}"', UNUSED)

    def conditions_heading(self, row: Row) -> None:
        sheet = self.sheet
        self.merge(row.number, ID_COLUMN, sheet.last_column, SECTION)
        self.put(row.number, ID_COLUMN, conditions_heading(sheet.indicator))
        self.height(row.number)

    def totals(self, first: int) -> list[str]:
        """Gross, deduction and net; then the readings that the indicator's rules rest on."""
        sheet, indicator = self.sheet, self.sheet.indicator
        full = (indicator.max, None, indicator.max)
        rows = [(label.th, function, most) for (function, label), most in zip(TOTALS, full, strict=True)]
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
                {**NUMBER, **({"fill": fill(PALE)} if net else {})},
            )
            big = {**POINTS, "font": font(16 if net else SIZE, True, NAVY), **({"fill": fill(PALE)} if net else {})}
            cells.append(self.formula(row, sheet.points_column, self.function(function, sheet), big).coordinate)
            self.ws.row_dimensions[row].height = 30 if net else 26
        self.last_row = first + len(rows) - 1
        self.readings(self.last_row + 2, indicator_interpretations(sheet))
        return cells


class ProcessPainter(Painter):
    """One process of internal quality assurance."""

    def paint(self) -> None:
        sheet, process = self.sheet, self.sheet.process
        for column, width in _WIDTHS.items():
            self.width(column, width)
        self.width(ASK_COLUMN, 26)
        self.width(FIRST_INPUT, 22)
        for column in range(FIRST_INPUT + 1, sheet.last_input + 1):
            self.width(column, 12)
        for key, column in sheet.text_columns.items():
            self.width(column, _TEXT_WIDTHS[key])
        self.frame(heading_text(sheet), sheet.last_column)
        self.header(column_headings(sheet))
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
        self.put(total, ID_COLUMN, PROGRESS)
        big = {**POINTS, "font": font(18, True, NAVY), "fill": fill(PALE)}
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
        done = next(status.name.th for status in self.rubric.statuses if status.id == DONE)
        formula = f'AND(${letter(FIRST_INPUT)}{rows[0]}="{done}",LEN({column}{rows[0]})=0)'
        self.colour([f"{column}{row}" for row in rows], formula, EMPTY)


class SummaryPainter(Painter):
    """สรุปคะแนน: the figures of all sheets, with links to them."""

    def paint(self) -> None:
        traces = self.rubric.family == "traces"
        headings = SUMMARY_HEADINGS[self.rubric.family]
        for column, width in zip(range(1, len(headings) + 2), [3, 8, 62, 13, 13, 13, 13, 13], strict=False):
            self.width(column, width)
        last = ID_COLUMN + len(headings) - 1
        self.frame("สรุปความก้าวหน้า" if traces else "สรุปคะแนนรายด้าน", last)
        self.header({ID_COLUMN + n: text for n, text in enumerate(headings)}, first_moving=LABEL_COLUMN)
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
        self.put(total, ID_COLUMN, total_label(self.layout))
        for column in range(ASK_COLUMN, last + 1):
            c = letter(column)
            style = {**POINTS, "fill": fill(PALE), "font": font(16, True, NAVY)}
            if traces and column == last - 1:
                # Progress over all items, by the same rule as each process: the functions give each
                # process's percent, which its number of items turns back into done items.
                n = letter(ASK_COLUMN)
                done = f"SUMPRODUCT(ROUND({n}{first}:{n}{row}*{c}{first}:{c}{row}/100,0))"
                formula = f"ROUND({done}/SUM({n}{first}:{n}{row})*100,2)"
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
        done = next(s.name.th for s in self.rubric.statuses if s.id == DONE)
        cells = f"'{sheet.title}'!{status}{sheet.rows[0].number}:{status}{sheet.rows[-1].number}"
        self.formula(row, ASK_COLUMN + 1, f'COUNTIF({cells},"{done}")', whole)
        return [self.formula(row, ASK_COLUMN + 2, f'IQA_PROGRESS("{process.id}")', POINTS).coordinate]


def indicator_interpretations(sheet: Sheet) -> list[str]:
    """Ids of the readings that the indicator's rules rest on, in order, each once."""
    found = {name for row in sheet.rows if row.about for name in row.about.interpretations}
    return sorted(found, key=lambda name: int(name.partition("-")[2]))
