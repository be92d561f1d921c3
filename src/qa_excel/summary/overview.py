"""ภาพรวม, the first sheet: the state of the district at a glance, then by indicator, then what to follow up.

Two halves stand side by side, each a label, a name and four figures wide; sections run from the top down, and a
section that would be cut by the end of a page begins the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis, Mean, Measure, Unit
from qa_excel.district.timeliness import DAYS
from qa_excel.files.book import Book, visible_length
from qa_excel.files.look import NAVY, PALE
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.summary import parts
from qa_excel.summary.charts import Reach, histogram, percent_bars, stacked_percents
from qa_excel.summary.figures import Figure, Shown, sentence, share, word_of
from qa_excel.summary.overview_page import (
    FIGURE,
    FIGURES,
    GAP,
    LABEL,
    LAST,
    LEAST_ROWS,
    MARGINS,
    NAME,
    PAGE,
    RIGHT,
    ROW,
    SECTION,
    SPACE,
    TALL_ROW,
    WIDTHS,
    OverviewPage,
    Row,
    Section,
)
from qa_excel.summary.problems import MAX_PROBLEMS, SEVERITIES
from qa_excel.thai.dates import shown_date
from qa_excel.thai.words import counted

_EXTREMES = 4
"""How many indicators are shown as the strongest and the weakest, at most."""
_DISTRICTS = 24
"""How many districts are shown, at most: of more, those with the highest and the lowest means."""
_MAX_CATEGORY = 24
"""Characters of a district's name on a chart's axis; where one is longer, its number stands there."""
_NAME_LINE = 110
"""Characters of the office's name in a line."""


def write_overview(
    book: Book,
    ws: Worksheet,
    analysis: Analysis,
    formulas: bool = True,
    made_on: date | None = None,
    without: str = "",
) -> None:
    """Write the sheet. formulas: figures are formulas over the data sheets, which hold every row, and carry their
    values; otherwise they are values alone. made_on: the date to show, if any. without: what is said of sheets that the
    workbook leaves to other files."""
    sheet = _Overview(book, ws, analysis, formulas)
    ws.set_margins(**MARGINS)
    for column, width in enumerate(WIDTHS):
        ws.set_column(column, column, width)
    used = sheet.heading(made_on)
    row, height = sheet.cards(3)
    used += height
    breaks = []
    for section in sheet.sections():
        if used + section.height > PAGE:
            breaks.append(row)
            used = 0
        used += section.height
        ws.set_row(row, SPACE)
        ws.set_row(row + 1, SECTION)
        # Given to each row: other programs fit a row of the default height to its text.
        for at in range(row + 2, row + 2 + section.rows):
            ws.set_row(at, section.row_height)
        section.write(row + 1)
        row += 2 + section.rows
    if without:
        book.put(ws, row, 0, without, book.format(font_color="#404040", font_size=13))
        row += 1
    ws.set_h_pagebreaks(breaks)
    ws.print_area(0, 0, row - 1, LAST)
    # Numbers of processes are meant to be text, and formulas beside one another differ by design.
    every = f"A1:{xl_rowcol_to_cell(row - 1, LAST)}"
    ws.ignore_errors({"number_stored_as_text": every, "formula_differs": every})


def _rows(count: int) -> int:
    return max(LEAST_ROWS, count)


class _Overview(OverviewPage):
    def sections(self) -> list[Section]:
        """In the order of their importance."""
        a, deducted = self.analysis, self.figures.deducted()
        bins = len(self.figures.bins())
        made = [
            Section(_rows(len(a.areas) + 2), ROW, self.areas),
            Section(max(bins, 2 * self.extremes + 1) + 1, ROW, self.totals),
            Section(_rows(len(a.indicators) + 1), TALL_ROW, self.indicators),
            Section(_rows(len(a.processes) + 2), TALL_ROW, self.processes, TALL_ROW),
            Section(max(len(deducted) + 2, 9), TALL_ROW, lambda row: self.follow_up(row, deducted)),
        ]
        if not parts.of_schools(a):
            rows = _rows(len(self.districts) + 1 + self.districts_cut)
            made.insert(3, Section(rows, TALL_ROW, self.by_district))
        return made

    # --- Head and cards ---

    def heading(self, made_on: date | None) -> float:
        """Title, office, years and the date; returns their height."""
        book, data = self.book, self.analysis.data
        title = {
            "school": book.say("สรุปผลการประกันคุณภาพการศึกษาระดับเขตพื้นที่", "District summary of quality assurance"),
            "district": book.say("สรุปผลการประกันคุณภาพการศึกษาหลายเขตพื้นที่", "Summary of quality assurance in districts"),
        }[data.level]
        book.put(self.ws, 0, 0, title, book.format(bold=True, font_size=24, font_color=f"#{NAVY}"))
        name = book.owner.replace("\n", " ")
        lines = min(2, -(-visible_length(name) // _NAME_LINE))
        look = {"bold": True, "font_size": 18 if lines < 2 else 15, "text_wrap": True, "shrink": False}
        self.merged((1, 0, 1, LAST), name, **look, align="left", font_color="#262626")
        years = [
            f"{rubric.short.get(book.lang)} {self.year(year)}"
            for rubric, year in ((data.rubric, data.year), (data.traces, data.iqa_year))
        ]
        plain = {"font_color": "#404040", "bottom": 5, "bottom_color": f"#{NAVY}"}
        for column in range(LAST + 1):
            self.ws.write_blank(2, column, None, book.format(**plain))
        book.put(self.ws, 2, 0, " · ".join(years), book.format(**plain))
        if made_on:
            made = book.say("จัดทำเมื่อ ", "made on ") + shown_date(made_on, book.lang)
            book.put(self.ws, 2, LAST, made, book.format(**plain, align="right"))
        heights = (36, 22.5 if lines < 2 else 42, 21)
        for row, height in enumerate(heights):
            self.ws.set_row(row, height)
        return sum(heights)

    def year(self, year: int | None) -> str:
        if year is None:
            return self.book.say("(ยังไม่มีแฟ้ม)", "(no workbook yet)")
        return self.book.say(f"ปีการศึกษา {year}", f"academic year {year} (B.E.)")

    def cards(self, row: int) -> tuple[int, float]:
        """The mean total and six cards beside it; returns the next free row and their height."""
        heights = (SPACE, 18.75, 28.5, 18.75, 18.75, 28.5, 18.75)
        for at, height in enumerate(heights, start=row):
            self.ws.set_row(at, height)
        row += 1
        self.hero(row)
        spans = ((FIGURE, GAP - 1), (RIGHT, RIGHT + 1), (RIGHT + 2, LAST))
        for n, (label, figure, note) in enumerate(self.card_texts()):
            top, (first, last) = row + 3 * (n // len(spans)), spans[n % len(spans)]
            look: dict[str, Any] = {"align": "center", "bg_color": f"#{PALE}", "right": 5, "right_color": "#FFFFFF"}
            # White lines part the cards.
            upper = {"top": 5, "top_color": "#FFFFFF"} if n >= len(spans) else {}
            self.merged((top, first, top, last), label, **look, **upper, bold=True, font_color=f"#{NAVY}", shrink=True)
            number = "#,##0" if isinstance(figure.value, int) else "0.00"
            big = {**look, "bold": True, "font_size": 24, "font_color": f"#{NAVY}", "num_format": number}
            self.merged((top + 1, first, top + 1, last), self.or_dash(figure), **big)
            self.merged((top + 2, first, top + 2, last), note, **look, font_color="#404040", font_size=13, shrink=True)
        return row + 6, sum(heights)

    def hero(self, row: int) -> None:
        say, figures = self.book.say, self.figures
        look = {"align": "center", "bg_color": f"#{NAVY}", "font_color": "#FFFFFF"}
        full = f"{self.analysis.total.full.normalize():,f}"
        label = say(f"คะแนนรวมเฉลี่ย (เต็ม {full})", f"Mean total (of {full})")
        self.merged((row, 0, row, 1), label, **look, bold=True, font_size=15)
        big = {**look, "bold": True, "font_size": 48, "num_format": "0.00"}
        self.merged((row + 1, 0, row + 3, 1), self.or_dash(figures.total), **big)
        told = figures.spread()
        if figures.total.value is None:
            notes: tuple[Shown | str, ...] = (say("ยังไม่มีสถานศึกษาที่มีคะแนนครบทุกด้าน", "no school has every area yet"), "")
        else:
            notes = (
                sentence(say("มัธยฐาน ", "median "), told["median"], " · S.D. ", told["deviation"]),
                sentence(
                    say("ต่ำสุด ", "lowest "),
                    told["least"],
                    say(" สูงสุด ", ", highest "),
                    told["most"],
                    say(" · จาก ", " · of "),
                    *self.schools(figures.total_count, "ที่มีครบทุกด้าน", " with every area"),
                ),
            )
        for at, note in enumerate(notes, start=row + 4):
            self.merged((at, 0, at, 1), note, **look, font_size=15 if at == row + 4 else 13, shrink=True)

    def schools(self, count: Figure[int], th: str, en: str) -> tuple[Shown | str, ...]:
        """A count of schools, and what is said of them."""
        if self.book.lang == "en":
            return count, " ", word_of(count, "school"), en
        return count, f" แห่ง{th}"

    def card_texts(self) -> list[tuple[str, Shown, Shown]]:
        """(label, figure, note)."""
        say, f, data = self.book.say, self.figures, self.analysis.data
        slots = len(data.slots)
        percent = say("ร้อยละ ", "")
        expected = sentence(*self.schools(f.schools, f" แห่งละ {slots} แฟ้ม", f", {slots} each"))
        received = sentence(percent, share(f.received, f.expected), say(" ของที่ต้องส่ง", " % of those expected"))
        valid = sentence(
            percent,
            share(f.valid, f.received),
            say(" ของที่ได้รับ · ผิดพลาดหรือใช้ไม่ได้ ", " % of those received, "),
            f.faulty,
            say("", " with errors or unusable"),
        )
        complete = sentence(
            say("จาก ", "of "),
            *self.schools(f.schools, " (ร้อยละ ", " ("),
            share(f.complete, f.schools),
            say(")", " %)"),
        )
        if days := parts.due_days(self.book, self.analysis, narrow=True):
            told = "/".join(DAYS[day].get(self.book.lang) for day in self.analysis.timed_by)
            by = f" ({told})" if told else ""
            late = sentence(
                say(f"กำหนด {days}{by} · ช้า ", f"due {days}{by}, late "),
                f.timely(False),
                say(" · ไม่มีวันที่ ", ", no date "),
                f.undated,
            )
            sent = (say("ส่งทันกำหนด (แฟ้ม)", "On time (workbooks)"), f.timely(True), late)
        else:
            waiting = sentence(say("ของ ", "of "), *self.schools(f.waiting, "ที่ยังส่งไม่ครบ", " still to send some"))
            sent = (say("ยังไม่ส่ง (แฟ้ม)", "Not sent (workbooks)"), f.absent, waiting)
        traced = sentence(say("ของทุกขั้น · จาก ", "of all steps, "), *self.schools(f.traced, "ที่ส่งร่องรอย", " with traces"))
        return [
            (say("แฟ้มที่ต้องส่ง", "Workbooks expected"), f.expected, expected),
            (say("แฟ้มที่ได้รับ", "Workbooks received"), f.received, received),
            (say("แฟ้มที่ใช้ได้", "Workbooks valid"), f.valid, valid),
            (say("ส่งครบและใช้ได้ทุกแฟ้ม (แห่ง)", "Schools complete and valid"), f.complete, complete),
            sent,
            (say("ขั้น IQA ที่ดำเนินการแล้ว (ร้อยละ)", "IQA steps done (%)"), f.progress, traced),
        ]

    # --- Points ---

    def heads(self, what: str) -> list[str]:
        say = self.book.say
        return [
            what,
            say("ชื่อ", "Name"),
            say("เฉลี่ย", "Mean"),
            say("เต็ม", "Full"),
            say("ร้อยละ", "Percent"),
            say("แห่ง", "Schools"),
        ]

    def measured(self, measure: Measure) -> Row:
        mean, percent, count = self.figures.points(measure)
        lang = self.book.lang
        return measure.short.get(lang), measure.name.get(lang), (mean, measure.full, percent, count)

    def areas(self, row: int) -> None:
        a, f, say = self.analysis, self.figures, self.book.say
        self.section(row, say("คะแนนเฉลี่ยรายด้าน", "Mean points by area"), follow=self.score_sheet)
        total = (f.total, a.total.full, f.total_percent, f.total_count)
        name = say("คะแนนรวมของสถานศึกษาที่มีครบทุกด้าน", "Total of the schools with every area")
        rows = [*map(self.measured, a.areas), (say("รวม", "Total"), name, total)]
        self.table(row + 1, self.heads(say("ด้าน", "Area")), rows, total=1)
        title = say("ร้อยละของคะแนนเต็ม รายด้าน", "Percent of full points, by area")
        self.percents(title, row, a.areas, _rows(len(a.areas) + 2) * ROW, 1)

    def percents(self, title: str, row: int, measures: Sequence[Measure], height: float, weakest: int) -> None:
        """The chart beside a table of measures; the `weakest` bars are darker, where there are more than those."""
        ranked = self.analysis.ranked(measures)
        weak = [measure for measure, _ in ranked[-weakest:]] if len(ranked) > weakest else []
        strong = {n for n, measure in enumerate(measures) if measure in weak}
        longest = max(visible_length(measure.short.get(self.book.lang)) for measure in measures)
        reach = Reach(self.name, row + 2, row + 1 + len(measures), LABEL, longest)
        if strong:
            title += self.book.say(" (แถบเข้ม = ต่ำสุด)", " (dark: lowest)")
        chart = percent_bars(self.book, title, self.size(RIGHT, LAST, height), reach, FIGURE + 2, strong)
        self.insert(row + 1, RIGHT, chart, f"{title}: {self.told(ranked)}")

    def told(self, ranked: Sequence[tuple[Measure, Mean]]) -> str:
        """What a chart shows, in words."""
        lang, say = self.book.lang, self.book.say
        if not ranked:
            return say("ยังไม่มีข้อมูล", "no data yet")
        ends = [f"{measure.short.get(lang)} {mean.percent:.2f}" for measure, mean in (ranked[0], ranked[-1])]
        return say(f"สูงสุด {ends[0]} ต่ำสุด {ends[1]}", f"highest {ends[0]}, lowest {ends[1]}")

    def indicators(self, row: int) -> None:
        a, say = self.analysis, self.book.say
        self.section(row, say("คะแนนเฉลี่ยรายตัวบ่งชี้", "Mean points by indicator"), follow=self.score_sheet)
        rows = [self.measured(indicator) for indicator in a.indicators]
        self.table(row + 1, self.heads(say("ตัวบ่งชี้", "Indicator")), rows)
        title = say("ร้อยละของคะแนนเต็ม รายตัวบ่งชี้", "Percent of full points, by indicator")
        self.percents(title, row, a.indicators, _rows(len(a.indicators) + 1) * TALL_ROW, self.extremes)

    # --- Totals; strongest and weakest ---

    def totals(self, row: int) -> None:
        """The distribution of the totals on the left, the strongest and the weakest indicators on the right."""
        say = self.book.say
        self.section(
            row,
            say("การกระจายของคะแนนรวม", "Spread of the totals"),
            say("ตัวบ่งชี้ที่ได้ร้อยละสูงสุดและต่ำสุด", "Strongest and weakest indicators"),
        )
        self.distribution(row + 1)
        ranked = self.analysis.ranked(self.analysis.indicators)
        k = self.extremes
        if not k:
            none = say("ยังไม่มีตัวบ่งชี้พอให้เทียบ", "too few indicators to compare yet")
            self.book.put(self.ws, row + 1, RIGHT, none, self.book.format(font_color="#595959"))
            return
        heads = self.heads(say("ตัวบ่งชี้", "Indicator"))
        best, worst = ranked[:k], ranked[: -k - 1 : -1]
        for top, title, found in (
            (row + 1, say("จุดแข็ง", "Strongest"), best),
            (row + 2 + k, say("ควรพัฒนาก่อน", "To be developed first"), worst),
        ):
            heads[1] = title
            self.table(top, heads, [self.measured(measure) for measure, _ in found], RIGHT)

    @property
    def extremes(self) -> int:
        """How many strongest, and as many weakest: none stands among both."""
        return min(_EXTREMES, len(self.analysis.ranked(self.analysis.indicators)) // 2)

    def distribution(self, row: int) -> None:
        """The chart over label and name, and in the columns of figures its counts and the figures of the spread."""
        say, book = self.book.say, self.book
        heads = [say("ช่วง", "Range"), say("แห่ง", "Schools"), say("ค่าสถิติ", "Figure"), say("คะแนน", "Points")]
        for column, text in enumerate(heads, start=FIGURE):
            book.put(self.ws, row, column, text, book.header(text_wrap=False, shrink=True))
        bins = self.figures.bins()
        label = book.boxed(align="center", shrink=True)
        for at, (least, most, count) in enumerate(bins, start=row + 1):
            # A hyphen: charts break a label after a dash.
            ends = f"{least.normalize():f}-{most.normalize():f}"
            self.put(at, FIGURE, ends, label)
            self.put(at, FIGURE + 1, count, book.boxed(align="center", num_format="#,##0"))
        words = {
            "count": say("แห่ง", "schools"),
            "mean": say("เฉลี่ย", "mean"),
            "median": say("มัธยฐาน", "median"),
            "deviation": "S.D.",
            "most": say("สูงสุด", "highest"),
            "third_quartile": say("ควอร์ไทล์ 3", "quartile 3"),
            "first_quartile": say("ควอร์ไทล์ 1", "quartile 1"),
            "least": say("ต่ำสุด", "lowest"),
        }
        told = self.figures.spread()
        for at, (name, word) in enumerate(words.items(), start=row + 1):
            number = "#,##0" if name == "count" else "0.00"
            self.put(at, FIGURE + 2, word, label)
            self.put(at, FIGURE + 3, told[name], book.boxed(align="center", num_format=number))
        counts = [count.value for _, _, count in bins]
        title = say("จำนวนสถานศึกษาตามช่วงคะแนนรวม", "Schools by total points")
        reach = Reach(self.name, row + 1, row + len(bins), FIGURE, 0)
        axis = say("คะแนนรวม (ค่าบนรอยต่อนับในช่วงถัดไป)", "total points (on an edge: the next range)")
        size = self.size(LABEL, NAME, (len(bins) + 1) * ROW)
        chart = histogram(self.book, title, size, reach, FIGURE + 1, max(counts), axis)
        shown = "; ".join(f"{least.normalize():f}–{most.normalize():f}: {count.value}" for least, most, count in bins)
        self.insert(row, LABEL, chart, f"{title}: {shown}")

    # --- Districts ---

    @property
    def districts_cut(self) -> bool:
        return len(self.analysis.units) > _DISTRICTS

    @property
    def districts(self) -> list[tuple[int, Unit]]:
        """(place, district) of those shown, by their mean totals; those without one stand last."""
        total = self.analysis.total
        ordered = list(enumerate(sorted(self.analysis.units, key=lambda unit: -(unit.mean(total).exact or 0)), start=1))
        return [*ordered[: _DISTRICTS // 2], *ordered[-_DISTRICTS // 2 :]] if self.districts_cut else ordered

    def by_district(self, row: int) -> None:
        say, shown = self.book.say, self.districts
        self.section(row, say("คะแนนรวมเฉลี่ยรายเขตพื้นที่", "Mean total by district"), follow=self.score_sheet)
        heads = self.heads(say("ลำดับ", "Place"))
        heads = [heads[0], say("เขตพื้นที่", "District"), heads[2], heads[4], heads[5], "IQA %"]
        rows = []
        for at, (place, unit) in enumerate(shown, start=row + 2):
            cell = xl_rowcol_to_cell(at, NAME, col_abs=True)
            rows.append((str(place), unit.name, self.figures.district(unit, cell)))
        self.table(row + 1, heads, rows)
        if self.districts_cut:
            half, every, whole = _DISTRICTS // 2, len(self.analysis.units), self.score_sheet
            note = say(
                f"แสดง {half} เขตแรกและ {half} เขตท้าย จาก {every:,} เขต ครบทุกเขตในแผ่น {whole.th}",
                f"The first {half} and the last {half} of {counted(every, 'district')}; all are in {whole.en}",
            )
            self.book.put(self.ws, row + 2 + len(shown), 0, note, self.book.format(font_color="#595959"))
        known = [unit for _, unit in shown if unit.mean(self.analysis.total).exact is not None]
        weak = {len(known) - 1} if len(known) > 1 else set()
        short = all(visible_length(unit.name) <= _MAX_CATEGORY for _, unit in shown)
        longest = max(visible_length(unit.name) for _, unit in shown) if short else len(str(len(self.analysis.units)))
        reach = Reach(self.name, row + 2, row + 1 + len(shown), NAME if short else LABEL, longest)
        title = say("คะแนนรวมเฉลี่ย เป็นร้อยละของคะแนนเต็ม", "Mean total in percent of full points")
        size = self.size(RIGHT, LAST, _rows(len(shown) + 1) * TALL_ROW)
        chart = percent_bars(self.book, title, size, reach, FIGURE + 1, weak)
        ends = [f"{unit.name} {unit.mean(self.analysis.total).percent:.2f}" for unit in (known[:1] + known[-1:])]
        self.insert(row + 1, RIGHT, chart, f"{title}: {' – '.join(ends)}")

    # --- Internal quality assurance ---

    def processes(self, row: int) -> None:
        """The steps of each process by status, in percent: table and chart."""
        a, say, lang = self.analysis, self.book.say, self.book.lang
        self.section(
            row,
            say("ความก้าวหน้าของระบบประกันคุณภาพภายใน (IQA) รายกระบวนการ", "Internal quality assurance, by process"),
            follow=parts.TRACES,
        )
        names = [*(status.name.get(lang) for status in a.data.traces.statuses), say("ไม่ได้ตอบ", "no answer")]
        rows: list[Row] = [(p.key, p.name.get(lang), self.figures.steps(p.key)[:FIGURES]) for p in a.processes]
        rows.append((say("รวม", "All"), say("ทุกกระบวนการ", "All processes"), self.figures.steps()[:FIGURES]))
        heads = [say("ที่", "No."), say("กระบวนการ (ร้อยละของขั้น)", "Process (percent of steps)"), *names[:FIGURES]]
        self.table(row + 1, heads, rows, total=1)
        # The statuses' names take two lines.
        self.ws.set_row(row + 1, 2 * TALL_ROW)
        for column, name in enumerate(names[:FIGURES], start=FIGURE):
            self.book.put(self.ws, row + 1, column, name, self.book.header(font_size=12))
        title = say("ร้อยละของขั้นที่ดำเนินการ รายกระบวนการ", "Percent of steps, by process")
        longest = max(visible_length(label) for label, _, _ in rows)
        reach = Reach(self.name, row + 2, row + 1 + len(rows), LABEL, longest)
        series = [(name, FIGURE + n) for n, name in enumerate(names[:-1])]
        size = self.size(RIGHT, LAST, (_rows(len(rows) + 1) + 1) * TALL_ROW)
        chart = stacked_percents(self.book, title, size, reach, series)
        self.insert(row + 1, RIGHT, chart, f"{title}: {names[0]} {self.told(a.ranked(a.processes))}")

    # --- Deductions and problems ---

    def follow_up(self, row: int, deducted: Sequence[tuple[Measure, Sequence[Shown]]]) -> None:
        """The points lost by deductions on the left, problems and notes on the right."""
        say, lang = self.book.say, self.book.lang
        self.section(
            row,
            say("คะแนนที่เสียจากการหัก", "Points lost by deductions"),
            say("ปัญหาที่พบในแฟ้ม", "Problems found"),
            follow=parts.PROBLEMS,
            follow_left=parts.DEDUCTIONS,
        )
        heads = [
            say("ตัวบ่งชี้", "Indicator"),
            say("ชื่อ", "Name"),
            say("แห่ง", "Schools"),
            say("ร้อยละ", "Percent"),
            say("หัก", "Deducted"),
            say("เสียจริง", "Lost"),
        ]
        rows: list[Row] = [(m.short.get(lang), m.name.get(lang), figures) for m, figures in deducted]
        count, points, lost = self.figures.deductions()
        name = say("ทุกตัวบ่งชี้ (นับเป็นครั้ง)", "All indicators (cases)")
        rows.append((say("รวม", "All"), name, (count, "", points, lost)))
        self.table(row + 1, heads, rows, total=1)
        self.severities(row + 1)
        for at, note in enumerate(self.notes(), start=row + 3 + len(SEVERITY_WORDS)):
            self.book.put(self.ws, at, RIGHT, note, self.book.format(font_color="#404040", font_size=13))

    def severities(self, row: int) -> None:
        say, lang = self.book.say, self.book.lang
        meanings = {
            "error": ("×", say("ต้องแก้ไข แฟ้มนั้นไม่นำมาคิดค่าเฉลี่ย", "to be mended; the workbook enters no mean")),
            "warning": ("!", say("ควรตรวจสอบหรือติดตาม", "to be checked or followed up")),
            "info": ("i", say("ไม่ต้องดำเนินการ", "nothing to do")),
        }
        counts = self.analysis.severities()
        listed = sum(counts.values()) <= MAX_PROBLEMS
        rows: list[Row] = []
        for severity, count in counts.items():
            sign, meaning = meanings[severity]
            word = SEVERITY_WORDS[severity].get(lang)
            number = Figure(count, f'COUNTIF({SEVERITIES},"{word}")') if listed else count
            rows.append((sign, f"{word}: {meaning}", (number,)))
        self.table(row, ["", say("ระดับ", "Severity"), say("จำนวน", "Number")], rows, RIGHT)

    def notes(self) -> list[str]:
        say = self.book.say
        source = (
            say("ทุกตัวเลขเป็นสูตรจากแผ่น ข้อมูล… ท้ายสมุดงาน", "Every figure is a formula over the data sheets at the end.")
            if self.formulas
            else say("ตัวเลขเป็นค่าคงที่ เพราะแผ่นข้อมูลยาวเกินจะแสดงครบ", "Figures are values: the data sheets are cut.")
        )
        notes = [
            say(
                "ค่าเฉลี่ยเป็นค่าเฉลี่ยเลขคณิตของแฟ้มที่ใช้ได้ ปัดครึ่งขึ้น 2 ตำแหน่ง",
                "Means are arithmetic, over valid workbooks, rounded half up to 2 decimals.",
            ),
            say(
                "S.D. คือส่วนเบี่ยงเบนมาตรฐานของกลุ่มตัวอย่าง ควอร์ไทล์แบบรวมปลาย (QUARTILE.INC)",
                "S.D. is the sample standard deviation; quartiles are inclusive (QUARTILE.INC).",
            ),
            say(
                "เสียจริงน้อยกว่าหัก เมื่อคะแนนก่อนหักมีไม่ถึงคะแนนที่หัก",
                "Less is lost than deducted where an indicator had less before.",
            ),
            source,
        ]
        return [f"• {note}" for note in notes]
