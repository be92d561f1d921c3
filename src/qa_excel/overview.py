"""The first sheet of the district summary, ภาพรวม: figures and charts of the whole district on two pages."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from qa_excel.book import Book, Cell
from qa_excel.merging import District, Mean
from qa_excel.rubric import Text
from qa_excel.scoring import half_up
from qa_excel.template.look import FONT, GREY, LINE, NAVY, PALE, SOFT

OVERVIEW = Text("ภาพรวม", "Overview")

_LABEL, _NAME, _FIGURE = 0, 1, 2
_FIGURES = 4
_RIGHT = _FIGURE + _FIGURES + 1
"""Left half: label, name and figures; a narrow gap; the right half begins here."""
_RIGHT_COLUMNS = 8
_WIDTHS = {_LABEL: 9, _NAME: 47, _RIGHT - 1: 2}
_FIGURE_WIDTH = 11
_ROW = 20
"""Height of a row in points; charts are sized by it."""
_SECTION = 24
_PIXELS = 4 / 3


def write_overview(book: Book, district: District, severities: dict[str, Text]) -> None:
    """Cards, means by area with a chart, IQA and problems; on the second page means by indicator."""
    ws = book.sheet(OVERVIEW)
    sheet = _Overview(book, ws, district)
    sheet.heading()
    row = sheet.cards(4)
    row = sheet.areas(row + 1)
    row = sheet.below(row + 1, severities)
    ws.set_h_pagebreaks([row])
    sheet.indicators(row)


class _Overview:
    def __init__(self, book: Book, ws: Worksheet, district: District):
        self.book = book
        self.ws = ws
        self.district = district
        self.name = OVERVIEW.get(book.lang)
        last = _RIGHT + _RIGHT_COLUMNS - 1
        for column in range(last + 1):
            ws.set_column(column, column, _WIDTHS.get(column, _FIGURE_WIDTH))

    def heading(self) -> None:
        book, district, ws = self.book, self.district, self.ws
        title = book.say("สรุปผลการประกันคุณภาพสถานศึกษา", "School quality assurance: summary of the district")
        ws.write_string(0, 0, title, book.format(bold=True, font_size=22, font_color=f"#{NAVY}"))
        ws.set_row(0, 30)
        self.book.put(ws, 1, 0, district.name, book.format(bold=True, font_size=18, font_color="#404040"))
        ws.set_row(1, 24)
        parts = [
            f"{rubric.short.get(book.lang)} {self.year(year)}"
            for rubric, year in ((district.rubric, district.year), (district.traces, district.iqa_year))
        ]
        ws.write_string(2, 0, " · ".join(parts), book.format(font_color="#404040"))
        ws.set_row(2, _ROW)
        ws.set_row(3, 6)

    def year(self, year: int | None) -> str:
        if year is None:
            return self.book.say("(ยังไม่มีแฟ้ม)", "(no workbook yet)")
        return self.book.say(f"ปีการศึกษา {year}", f"academic year {year} (B.E.)")

    # --- Cards ---

    def cards(self, row: int) -> int:
        """Four cards; returns the next free row."""
        d, say = self.district, self.book.say
        slots = len(d.slots)
        cards = [
            (
                say("แฟ้มที่ต้องส่ง", "Workbooks expected"),
                d.expected,
                say(f"{len(d.schools):,} แห่ง แห่งละ {slots} แฟ้ม", f"{len(d.schools):,} schools, {slots} each"),
            ),
            (
                say("แฟ้มที่ได้รับ", "Workbooks received"),
                d.received,
                say(
                    f"ร้อยละ {_of(d.received, d.expected)} ของที่ต้องส่ง",
                    f"{_of(d.received, d.expected)} % of those expected",
                ),
            ),
            (
                say("แฟ้มที่ใช้ได้", "Workbooks valid"),
                d.valid,
                say(f"ร้อยละ {_of(d.valid, d.received)} ของที่ได้รับ", f"{_of(d.valid, d.received)} % of those received"),
            ),
            (
                say("สถานศึกษาที่ส่งครบและใช้ได้", "Schools complete"),
                d.schools_complete,
                say(f"จาก {len(d.schools):,} แห่ง", f"of {len(d.schools):,} schools"),
            ),
        ]
        half = _RIGHT + _RIGHT_COLUMNS // 2
        spans = [
            (_LABEL, _NAME),
            (_FIGURE, _RIGHT - 2),
            (_RIGHT, half - 1),
            (half, _RIGHT + _RIGHT_COLUMNS - 1),
        ]
        look = {"align": "center", "bg_color": f"#{PALE}", "left": 5, "right": 5}
        look |= {"left_color": "#FFFFFF", "right_color": "#FFFFFF"}
        for (label, figure, note), (first, last) in zip(cards, spans, strict=True):
            top = self.book.format(**look, bold=True, font_color=f"#{NAVY}")
            self.ws.merge_range(row, first, row, last, label, top)
            big = self.book.format(**look, bold=True, font_size=30, font_color=f"#{NAVY}", num_format="#,##0")
            self.ws.merge_range(row + 1, first, row + 1, last, "", big)
            self.ws.write_number(row + 1, first, figure, big)
            small = self.book.format(**look, font_color="#404040")
            self.ws.merge_range(row + 2, first, row + 2, last, note, small)
        for offset, height in enumerate((22, 36, 22, 6)):
            self.ws.set_row(row + offset, height)
        return row + 3

    # --- Tables and charts ---

    def section(self, row: int, text: str, first: int = _LABEL, last: int = _RIGHT - 2) -> None:
        look = self.book.format(bold=True, font_size=16, font_color=f"#{NAVY}", bottom=2, bottom_color=f"#{NAVY}")
        for column in range(first, last + 1):
            self.ws.write_blank(row, column, None, look)
        self.book.put(self.ws, row, first, text, look)
        self.ws.set_row(row, _SECTION)

    def line(self, row: int, label: str, name: str, figures: list[Cell], total: bool = False) -> None:
        look: dict[str, Any] = {"bold": True, "bg_color": f"#{SOFT}"} if total else {}
        book = self.book
        book.put(self.ws, row, _LABEL, label, book.boxed(align="center", **look))
        book.put(self.ws, row, _NAME, name, book.boxed(shrink=True, indent=1, **look))
        for column, figure in enumerate(figures, start=_FIGURE):
            number = "#,##0" if isinstance(figure, int) else "0.00"
            book.put(self.ws, row, column, figure, book.boxed(align="center", num_format=number, **look))
        self.ws.set_row(row, _ROW)

    def headings(self, row: int, texts: list[str]) -> None:
        for column, text in enumerate(texts):
            self.ws.write_string(row, column, text, self.book.header())
        self.ws.set_row(row, _ROW)

    def areas(self, row: int) -> int:
        """Means by area; returns the next free row."""
        d, say = self.district, self.book.say
        self.section(row, say("คะแนนเฉลี่ยรายด้าน", "Mean by area"))
        self.headings(row + 1, [*self.titles(say("ด้าน", "Area")), say("แฟ้ม", "Workbooks")])
        first = row + 2
        at = first
        for slot in d.slots:
            if slot.area:
                label = say(f"ด้าน {slot.area.id}", f"Area {slot.area.id}")
                self.line(at, label, slot.area.name.get(self.book.lang), _figures(d.area_mean(slot)))
                at += 1
        total = d.total_mean
        name = say(
            f"คะแนนรวม (สถานศึกษาที่มีครบทุกด้าน {total.count:,} แห่ง)", f"Total ({total.count:,} schools with every area)"
        )
        self.line(at, say("รวม", "Total"), name, [*_figures(total)[:-1], ""], total=True)
        title = say("ร้อยละของคะแนนเต็ม รายด้าน", "Percent of full points, by area")
        self.chart("column", title, (first, at - 1), row, at)
        return at + 1

    def titles(self, what: str) -> list[str]:
        say = self.book.say
        return [what, say("ชื่อ", "Name"), say("เฉลี่ย", "Mean"), say("เต็ม", "Full"), say("ร้อยละ", "Percent")]

    def indicators(self, row: int) -> None:
        d, say = self.district, self.book.say
        self.section(row, say("คะแนนเฉลี่ยรายตัวบ่งชี้", "Mean by indicator"))
        self.headings(row + 1, [*self.titles(say("ตัวบ่งชี้", "Indicator")), say("แฟ้ม", "Workbooks")])
        first = row + 2
        means = d.indicator_means()
        for at, indicator in enumerate(d.rubric.indicators, start=first):
            label = say(f"ตบช.{indicator.number}", f"IND{indicator.number}")
            self.line(at, label, indicator.name.get(self.book.lang), _figures(means[indicator.id]))
        last = first + len(d.rubric.indicators) - 1
        title = say("ร้อยละของคะแนนเต็ม รายตัวบ่งชี้", "Percent of full points, by indicator")
        self.chart("bar", title, (first, last), row, last)

    def chart(self, kind: str, title: str, rows: tuple[int, int], top: int, bottom: int) -> None:
        """A chart of the percents in those rows, beside the table from `top` to `bottom`."""
        percent = _FIGURE + 2
        chart = self.book.workbook.add_chart({"type": kind})

        def reference(column: int) -> str:
            return f"='{self.name}'!{xl_range_abs(rows[0], column, rows[1], column)}"

        font = {"name": FONT, "size": 12, "bold": False, "color": "#404040"}
        chart.add_series(
            {
                "name": title,
                "categories": reference(_LABEL),
                "values": reference(percent),
                "fill": {"color": f"#{NAVY}"},
                "gap": 60,
                "data_labels": {"value": True, "num_format": "0.00", "font": font, "position": "outside_end"},
            }
        )
        chart.set_title({"name": title, "name_font": {**font, "size": 14, "bold": True, "color": f"#{NAVY}"}})
        chart.set_legend({"none": True})
        value_axis = {
            # Room for the labels of full bars.
            "min": 0,
            "max": 110,
            "major_unit": 20,
            "num_format": '[<=100]0;""',
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}},
            "line": {"none": True},
        }
        category_axis = {"num_font": font, "line": {"color": f"#{GREY}"}, "major_tick_mark": "none"}
        if kind == "bar":
            # In the table's order from the top down, with the figures below.
            category_axis["num_font"] = {**font, "size": 10}
            chart.set_y_axis({**category_axis, "reverse": True, "interval_unit": 1, "crossing": "max"})
            chart.set_x_axis(value_axis)
        else:
            chart.set_x_axis(category_axis)
            chart.set_y_axis(value_axis)
        chart.set_chartarea({"border": {"color": f"#{LINE}"}})
        # A hair inside its cells, or the page would take in the next column.
        width = _RIGHT_COLUMNS * (_FIGURE_WIDTH * 7 + 5) - 8
        height = (_SECTION + (bottom - top) * _ROW) * _PIXELS - 4
        chart.set_size({"width": width, "height": int(height)})
        options = {"object_position": 1, "description": title, "x_offset": 4, "y_offset": 2}
        self.ws.insert_chart(top, _RIGHT, chart, options)

    def below(self, row: int, severities: dict[str, Text]) -> int:
        """IQA by process on the left, problems by severity on the right; returns the next free row."""
        d, say = self.district, self.book.say
        self.section(row, say("ร่องรอยระบบประกันคุณภาพภายใน (IQA) รายกระบวนการ", "Internal QA traces, by process"))
        self.headings(row + 1, [say("ที่", "No."), say("กระบวนการ", "Process"), say("ร้อยละ", "Percent")])
        self.ws.merge_range(row + 1, _FIGURE + 1, row + 1, _FIGURE + _FIGURES - 1, "", self.book.header())
        means = d.process_means()
        first = row + 2
        for at, process in enumerate(d.traces.processes, start=first):
            self.progress(at, process.id, process.short.get(self.book.lang), means[process.id])
        total = first + len(d.traces.processes)
        name = say(
            f"ทุกกระบวนการ ({d.progress_mean.count:,} แฟ้ม)", f"All processes ({d.progress_mean.count:,} workbooks)"
        )
        self.progress(total, say("รวม", "All"), name, d.progress_mean, total=True)

        self.problems(row, severities)
        return total + 2

    def progress(self, row: int, label: str, name: str, mean: Mean, total: bool = False) -> None:
        self.line(row, label, name, [mean.value], total)
        bar = self.book.boxed(num_format=";;;")
        last = _FIGURE + _FIGURES - 1
        self.ws.merge_range(row, _FIGURE + 1, row, last, "", bar)
        if mean.value is not None:
            self.ws.write_number(row, _FIGURE + 1, float(mean.value), bar)
            self.ws.conditional_format(
                row,
                _FIGURE + 1,
                row,
                _FIGURE + 1,
                {
                    "type": "data_bar",
                    "data_bar_2010": True,
                    "bar_only": True,
                    "bar_solid": True,
                    "bar_color": "#8FA3C4",
                    "min_type": "num",
                    "max_type": "num",
                    "min_value": 0,
                    "max_value": 100,
                },
            )

    def problems(self, row: int, severities: dict[str, Text]) -> None:
        say, book, ws = self.book.say, self.book, self.ws
        last = _RIGHT + _RIGHT_COLUMNS - 1
        self.section(row, say("ปัญหาที่พบ", "Problems"), _RIGHT, last)
        counts = self.district.severities()
        head, figure = book.header(), book.boxed(align="center", num_format="#,##0")
        ws.merge_range(row + 1, _RIGHT, row + 1, _RIGHT + 1, say("ระดับ", "Severity"), head)
        ws.write_string(row + 1, _RIGHT + 2, say("จำนวน", "Number"), head)
        ws.merge_range(row + 1, _RIGHT + 3, row + 1, last, say("ความหมาย", "What it means"), head)
        meanings = {
            "error": say("ต้องแก้ไข แฟ้มนั้นไม่นำมาคิดค่าเฉลี่ย", "must be mended; that workbook enters no mean"),
            "warning": say("ควรตรวจสอบหรือติดตาม", "to be checked or followed up"),
            "info": say("ไม่ต้องดำเนินการ", "nothing to do"),
        }
        for at, (severity, number) in enumerate(counts.items(), start=row + 2):
            ws.merge_range(at, _RIGHT, at, _RIGHT + 1, severities[severity].get(book.lang), book.boxed(indent=1))
            ws.write_number(at, _RIGHT + 2, number, figure)
            ws.merge_range(at, _RIGHT + 3, at, last, meanings[severity], book.boxed(indent=1))
        notes = [
            say(
                "ค่าเฉลี่ยเป็นค่าเฉลี่ยเลขคณิตของแฟ้มที่ใช้ได้ ปัดเศษครึ่งขึ้น 2 ตำแหน่ง",
                "Means are arithmetic, over valid workbooks, rounded half up.",
            ),
            say(
                "คะแนนรวมคิดจากสถานศึกษาที่แฟ้มครบและใช้ได้ทุกด้าน",
                "The total is over schools whose areas are all there and valid.",
            ),
            say(
                "แฟ้มซ้ำ แฟ้มปีอื่น และแฟ้มนอกทะเบียนไม่นับ แต่แจ้งไว้ในแผ่น ปัญหาที่พบ",
                "Superseded files, other years and unknown schools are not counted, but listed.",
            ),
        ]
        for at, note in enumerate(notes, start=row + 3 + len(counts)):
            ws.write_string(at, _RIGHT, f"• {note}", book.format(font_color="#404040"))


def _figures(mean: Mean) -> list[Cell]:
    return [mean.value, mean.max, mean.percent, mean.count]


def _of(part: int, whole: int) -> Decimal:
    return half_up(Fraction(100 * part, whole)) if whole else Decimal(0)
