"""แนวโน้ม: what changed since the year before, for the whole, for each unit, and by grade and subject.

Each change carries a sign, and each significant fall words, so that nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from qa_excel.analysis import Analysis, Measure, rounded
from qa_excel.book import MIDDLING, STRONG, WEAK, Book, Cell, Column
from qa_excel.rubric import Text
from qa_excel.scoring import half_up
from qa_excel.summary import parts
from qa_excel.summary.parts import BAND_ROW, MEAN_ROW, Grid, of_schools, unit_columns, write_grid
from qa_excel.template.look import FONT, GREY, LINE, NAVY, PALE, SOFT
from qa_excel.thai.words import counted
from qa_excel.trends import ERRORS, FALL, FEWEST, GradeTrend, Trend, Trends, UnitPair

BY_SCHOOL = Text("แนวโน้มรายโรงเรียน", "Trends by school")
BY_DISTRICT = Text("แนวโน้มรายเขต", "Trends by district")
BY_SUBJECT = Text("แนวโน้มรายวิชา", "Trends by subject")

SIGNED = '"▲ +"0.00;"▼ -"0.00;"– "0.00'
_SIGNED_FALL = '"▲ +"0.00;"▼▼ -"0.00;"– "0.00'
_CHANGE = "change"
"""The kind of a column of changes, beside those of Column."""
_NAMED = 6
"""So many measures that are not compared are named."""
_BANDS, _TOP = 5, 6
"""The rows of a table's bands and of its heads."""
_ROW, _BAND_HEIGHT = 20, 94
_CHART_WIDTH, _CHART_HEIGHTS = 560, (330, 640)
"""In pixels. The lower one is high enough for the name of every indicator."""

_BEFORE = Text("ปีก่อน", "Year before")
_NOW = Text("ปีนี้", "This year")
_SCHOOLS = Text("จำนวน (แห่ง)", "Schools")
_DIFFERENCE = Text("เปลี่ยนแปลง", "Change")
_BOTH = [
    Column(_SCHOOLS, 11, kind="count"),
    Column(_BEFORE, 10, kind="points"),
    Column(_NOW, 10, kind="points"),
    Column(_DIFFERENCE, 13, kind=_CHANGE),
    Column(Text("ผล", "Outcome"), 30, kind="centre"),
]
"""Of the schools in both years, whose change is judged."""
_EVERY = [
    Column(_BEFORE, 10, kind="points"),
    Column(_SCHOOLS, 11, kind="count"),
    Column(_NOW, 10, kind="points"),
    Column(_SCHOOLS, 11, kind="count"),
]
"""Of all schools of each year."""
_CHANGED, _OUTCOME = 3, 4
"""Of the figures: the change, and what it says."""


def write_trends(book: Book, analysis: Analysis, previous: Analysis) -> list[Worksheet]:
    """Write the sheets of trends, in order: the whole, the units, and by grade and subject."""
    trends = Trends(analysis, previous)
    about = _about(book, trends)
    names = (parts.TRENDS, BY_SCHOOL if of_schools(analysis) else BY_DISTRICT, BY_SUBJECT)
    whole, units, subjects = (book.sheet(name, about) for name in names)
    _write_whole(book, whole, trends)
    _write_units(book, units, trends)
    _write_subjects(book, subjects, trends)
    return [whole, units, subjects]


# --- Words ---


def _about(book: Book, trends: Trends) -> str:
    """The editions, the years and the schools of the comparison."""
    now, before, say = trends.now.data, trends.before.data, book.say
    texts = []
    for rubric, year, old in ((now.rubric, now.year, before.year), (now.traces, now.iqa_year, before.iqa_year)):
        name = rubric.short.get(book.lang)
        texts.append(
            say(f"{name} ปี {year or '–'} เทียบกับปี {old or '–'}", f"{name} {year or '–'} against {old or '–'} (B.E.)")
        )
    new, gone = len(trends.new), len(trends.gone)
    texts.append(
        say(
            f"สถานศึกษาทั้งสองปี {trends.kept:,} แห่ง เพิ่งมีปีนี้ {new:,} แห่ง ไม่มีในปีนี้ {gone:,} แห่ง",
            f"{counted(trends.kept, 'school')} in both years, {new:,} new, {gone:,} gone",
        )
    )
    return " · ".join(texts)


def _whole_rule(book: Book) -> str:
    return book.say(
        f"▼▼ ลดลงอย่างมีนัยสำคัญ = ค่าเฉลี่ยของการเปลี่ยนแปลงรายแห่งติดลบเกิน {ERRORS} เท่าของความคลาดเคลื่อนมาตรฐาน "
        f"และมีคะแนนทั้งสองปีอย่างน้อย {FEWEST} แห่ง คือลดลงมากและทั่วถึงจนไม่น่าเป็นเพราะคะแนนขึ้นลงตามปกติของแต่ละแห่ง",
        f"▼▼ Significant fall: the mean of the schools' own changes lies more than {ERRORS} standard errors below 0, "
        f"with at least {FEWEST} schools in both years: too much, and in too many, to be the usual ups and downs",
    )


def _same_schools(book: Book) -> str:
    return book.say(
        "ผลตัดสินจากแห่งที่มีคะแนนทั้งสองปีเท่านั้น เปลี่ยนแปลง = ปีนี้ลบปีก่อนของแห่งเหล่านั้น คิดก่อนปัดเศษ · "
        "ค่าเฉลี่ยของทุกแห่งรวมแห่งที่มีคะแนนปีเดียว จึงอาจเปลี่ยนไปทางอื่น และไม่ใช้ตัดสิน",
        "The outcome rests on the schools with points in both years alone; the change is this year's mean less the "
        "other's, of these, before rounding. The means of all schools hold those of one year, too, so they may move "
        "another way and decide nothing",
    )


def _unit_rule(book: Book, trends: Trends) -> str:
    """What a significant fall of a unit is, of which schools it is told, and of which rows the means are."""
    share = _share()
    if of_schools(trends.now):
        return book.say(
            f"▼▼ ลดลงอย่างมีนัยสำคัญ ของสถานศึกษาหนึ่ง = ลดลงตั้งแต่ร้อยละ {share} ของคะแนนเต็ม (สีเข้มสุด) ลดน้อยกว่านี้สีจางลง "
            "ไม่ลดเป็นสีขาว · ช่องสีเทา = เทียบไม่ได้ · แถวค่าเฉลี่ยคิดจากแห่งที่มีคะแนนทั้งสองปี",
            f"▼▼ Significant fall of a school: {share} % of the full points or more (darkest); less is lighter, none "
            "is white. Grey: can't be compared. The means are those of the schools with points in both years",
        )
    return book.say(
        f"▼▼ ลดลงอย่างมีนัยสำคัญ ของเขต = ลดลงตั้งแต่ร้อยละ {share} ของคะแนนเต็ม (สีเข้มสุด) หรือติดลบเกิน {ERRORS} "
        f"เท่าของความคลาดเคลื่อนมาตรฐาน (ตั้งแต่ {FEWEST} แห่ง) · คิดจากสถานศึกษาที่มีคะแนนทั้งสองปี · ช่องสีเทา = เทียบไม่ได้",
        f"▼▼ Significant fall of a district: {share} % of the full points or more (darkest), or more than {ERRORS} "
        f"standard errors below 0 ({FEWEST} schools or more), of its schools with points in both years. "
        "Grey: can't be compared",
    )


def _share() -> str:
    return f"{half_up(FALL * 100).normalize():f}"


def _not_compared(book: Book, trends: Trends) -> str:
    """What is left out and why; empty where all is compared."""
    say, now = book.say, trends.now
    texts = []
    families = (
        (trends.points, now.score_measures, now.data.year, say("คะแนน", "points")),
        (trends.traces, (*now.processes, now.progress), now.data.iqa_year, say("ร่องรอย IQA", "IQA traces")),
    )
    for later, measures, year, words in families:
        left_out = trends.left_out(measures)
        if not later:
            why = say("ปีก่อนไม่ใช่ปีที่มาก่อนหน้า", "the other year is not an earlier one")
            if year is None:
                why = say("ปีนี้ไม่มีข้อมูล", "this year has no data")
            texts.append(say(f"{words}: {why}", f"{words}: {why}"))
        elif left_out:
            named = ", ".join(measure.short.get(book.lang) for measure in left_out[:_NAMED])
            more = len(left_out) - _NAMED
            named += say(f" และอีก {more} รายการ", f" and {more} more") if more > 0 else ""
            texts.append(
                say(f"{words}: {named} ต่างกันในเกณฑ์สองฉบับ", f"{words}: {named} differ between the two editions")
            )
    return say("ไม่นำมาเทียบ ", "Not compared: ") + " · ".join(texts) if texts else ""


def _outcome(book: Book, trend: Trend) -> str:
    """What the mean change of the schools in both years says."""
    change, say = trend.paired.value, book.say
    if change is None:
        return say("เทียบไม่ได้", "can't be compared")
    if trend.paired.fell:
        return say("▼▼ ลดลงอย่างมีนัยสำคัญ", "▼▼ significant fall")
    if not change:
        return say("คงเดิม", "as before")
    words = say("สูงขึ้น", "higher") if change > 0 else say("ลดลง", "lower")
    few = trend.paired.count < FEWEST
    return words + (say(f" (ไม่ถึง {FEWEST} แห่ง)", f" (fewer than {FEWEST})") if few else "")


# --- The whole ---


def _write_whole(book: Book, ws: Worksheet, trends: Trends) -> None:
    """Total, areas, indicators and IQA, with a chart of the areas."""
    _notes(book, ws, [_whole_rule(book), _same_schools(book), _not_compared(book, trends)])
    now, say = trends.now, book.say
    measures = [now.total, *now.areas, *now.indicators, now.progress, *now.processes]
    measures = [measure for measure in measures if trends.compared(measure)]
    columns = [
        Column(Text("รายการ", "Item"), 10, kind="centre"),
        Column(Text("ชื่อ", "Name"), 52, 64),
        Column(Text("เต็ม", "Full"), 9, kind="points"),
        *_BOTH,
        *_EVERY,
        Column(Text("ปีก่อน (ร้อยละ)", "Year before (%)"), 16, kind="points"),
        Column(Text("ปีนี้ (ร้อยละ)", "This year (%)"), 16, kind="points"),
    ]
    rows: list[list[Cell]] = []
    for measure in measures:
        trend = trends.trend(measure)
        of_traces = measure.kind in ("process", "progress")
        label = f"IQA {measure.short.get(book.lang)}" if of_traces else measure.short.get(book.lang)
        percents = [trend.both.before.percent, trend.both.now.percent]
        rows.append([label, measure.name.get(book.lang), measure.full, *_figures(book, trend), *percents])
    strong = {n for n, measure in enumerate(measures) if measure.kind in ("total", "area", "progress")}
    _table(book, ws, columns, rows, strong, first=3, frozen=2)
    ws.fit_to_pages(1, 1)
    # For the chart: its percents stand folded away.
    percent = len(columns) - 2
    for index in (percent, percent + 1):
        ws.set_column(index, index, 16, None, {"level": 1, "hidden": True})
    charts = _Charts(book, ws, percent + 2)
    places = {kind: [_TOP + 1 + n for n, m in enumerate(measures) if m.kind == kind] for kind in ("area", "indicator")}
    if places["area"]:
        years = (trends.before.data.year, now.data.year)
        names = [say(f"ปี {year}", f"{year} (B.E.)") for year in years]
        title = say("ร้อยละของคะแนนเต็มรายด้าน (แห่งที่มีทั้งสองปี)", "Areas in % of full points (schools in both years)")
        charts.areas(title, places["area"], list(zip(names, (percent, percent + 1), (PALE, NAVY), strict=True)))
    if places["indicator"]:
        title = say("การเปลี่ยนแปลงรายตัวบ่งชี้ (คะแนน)", "Change by indicator (points)")
        charts.indicators(title, places["indicator"], 3 + _CHANGED)


class _Charts:
    """Charts one below the other, right of the table; all print in grey."""

    def __init__(self, book: Book, ws: Worksheet, column: int):
        self.book = book
        self.ws = ws
        self.column = column
        self.font = {"name": FONT, "size": 12, "bold": False, "color": "#404040"}

    def areas(self, title: str, rows: list[int], series: list[tuple[str, int, str]]) -> None:
        """series: (name, column of percents, fill) of each year; the earlier is pale with a dark edge."""
        chart = self.book.workbook.add_chart({"type": "column"})
        # The percents are folded away.
        chart.show_hidden_data()
        for name, column, fill in series:
            labels = {"value": True, "num_format": "0", "font": {**self.font, "size": 10}, "position": "outside_end"}
            chart.add_series(
                {
                    "name": name,
                    "categories": self._reference(rows, 0),
                    "values": self._reference(rows, column),
                    "fill": {"color": f"#{fill}"},
                    "border": {"color": f"#{NAVY}", "width": 0.75},
                    "gap": 60,
                    "data_labels": labels,
                }
            )
        chart.set_legend({"position": "bottom", "font": self.font})
        chart.set_x_axis({"num_font": self.font, "line": {"color": f"#{GREY}"}, "major_tick_mark": "none"})
        # Room for the labels of full bars.
        scale = {"min": 0, "max": 110, "major_unit": 20, "num_format": '[<=100]0;""'}
        chart.set_y_axis({**self._value_axis, **scale})
        self._insert(chart, title, 0)

    def indicators(self, title: str, rows: list[int], column: int) -> None:
        """Bars to both sides, in the table's order from the top down; falls are pale."""
        small = {**self.font, "size": 9}
        chart = self.book.workbook.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": title,
                "categories": self._reference(rows, 0),
                "values": self._reference(rows, column),
                "fill": {"color": f"#{NAVY}"},
                "border": {"color": f"#{NAVY}", "width": 0.75},
                "invert_if_negative": True,
                "invert_if_negative_color": f"#{WEAK}",
                "gap": 40,
                "data_labels": {
                    "value": True,
                    "num_format": "+0.00;-0.00;0.00",
                    "font": small,
                    "position": "outside_end",
                },
            }
        )
        chart.set_legend({"none": True})
        names = {"num_font": small, "label_position": "low", "major_tick_mark": "none"}
        chart.set_y_axis({**names, "reverse": True, "interval_unit": 1, "line": {"color": f"#{GREY}"}})
        chart.set_x_axis({**self._value_axis, "num_format": "+0.0#;-0.0#;0"})
        self._insert(chart, title, 1)

    @property
    def _value_axis(self) -> dict[str, object]:
        lines = {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}}
        return {"num_font": self.font, "major_gridlines": lines, "line": {"none": True}}

    def _reference(self, rows: list[int], column: int) -> str:
        return f"='{self.ws.get_name()}'!{xl_range_abs(rows[0], column, rows[-1], column)}"

    def _insert(self, chart: Chart, title: str, place: int) -> None:
        font = {**self.font, "size": 14, "bold": True, "color": f"#{NAVY}"}
        chart.set_title({"name": title, "name_font": font})
        chart.set_chartarea({"border": {"color": f"#{LINE}"}})
        chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHTS[place]})
        offset = sum(height + 12 for height in _CHART_HEIGHTS[:place])
        options = {"object_position": 3, "description": title, "x_offset": 12, "y_offset": offset}
        # Below the header, which is printed on every page with all that is anchored to it.
        self.ws.insert_chart(_TOP + 1, self.column, chart, options)


# --- Units ---


def _write_units(book: Book, ws: Worksheet, trends: Trends) -> None:
    """Total, areas and IQA progress of every unit: the changes as a heat map, both years' figures folded away."""
    analysis = trends.now
    measures = [m for m in (analysis.total, *analysis.areas, analysis.progress) if trends.compared(m)]
    presence = Column(Text("มีในข้อมูล", "Present"), 14, kind="centre")
    grid = Grid([*unit_columns(analysis), presence], [], [], [], fixed=3)
    changes: dict[int, Measure] = {}
    fallen: set[tuple[UnitPair, Measure]] = set()
    for measure in measures:
        grid.bands.append((_band(book, trends, measure), 3))
        folded = {len(grid.columns), len(grid.columns) + 1}
        grid.columns += [Column(_BEFORE, 10, kind="points"), Column(_NOW, 10, kind="points")]
        grid.folded |= folded
        if measure.kind == "area":
            grid.hidden |= folded
        changes[len(grid.columns)] = measure
        grid.beside |= dict.fromkeys(folded, len(grid.columns))
        grid.columns.append(Column(_DIFFERENCE, 14, kind="points"))
    grid.columns.append(Column(_falls(trends), 28, 50))
    grid.bands.append(("", 1))

    for pair in trends.units:
        cells: list[Cell] = [pair.code, pair.name, _presence(book, pair)]
        falls: list[Measure] = []
        for measure in measures:
            change = trends.change(pair, measure)
            # Unrounded, so that the means above them are those of the whole; a change that is seen as 0 is one.
            cells += [change.before.exact, change.now.exact, change.exact if change.value else change.value]
            if trends.fell(pair, measure):
                fallen.add((pair, measure))
                falls.append(measure)
        grid.rows.append([*cells, _named(book, falls)])
    for index in range(grid.fixed, len(grid.columns) - 1):
        counted = [row for row in grid.rows if row[grid.beside.get(index, index)] is not None]
        mean = sum((Fraction(row[index]) for row in counted), Fraction(0)) / len(counted) if counted else None
        grid.means.append(rounded(mean))
    grid.means.append("")
    first, last = write_grid(book, ws, grid, _mean_label(book, analysis))
    ws.set_row(BAND_ROW, _BAND_HEIGHT)
    _notes(book, ws, [_unit_rule(book, trends)])
    signed = book.workbook.add_format({"num_format": SIGNED})
    # Formats of cells, since they go with their rows when these are sorted.
    styles = [book.boxed(num_format=sign, align="center", bold=True) for sign in (SIGNED, _SIGNED_FALL)]
    for index, measure in changes.items():
        for number, (pair, row) in enumerate(zip(trends.units, grid.rows, strict=True), start=first):
            book.put(ws, number, index, row[index], styles[(pair, measure) in fallen])
        ws.conditional_format(MEAN_ROW, index, MEAN_ROW, index, {"type": "no_errors", "format": signed})
        _heat(book, ws, (first, index, last, index), measure.full)


def _band(book: Book, trends: Trends, measure: Measure) -> str:
    """Short: of an area only one of its three columns is in sight."""
    if measure.kind == "area":
        return f"{measure.short.get(book.lang)} {trends.now.data.rubric.area(measure.area).short.get(book.lang)}"
    if measure.kind == "progress":
        return book.say("ร่องรอย IQA (ร้อยละ)", "IQA traces (percent)")
    return book.say(f"รวมทุกด้าน ({measure.full:f})", f"All areas ({measure.full:f})")


def _falls(trends: Trends) -> Text:
    """The head of the column that names them; of schools it says what they are."""
    head = Text("ลดลงอย่างมีนัยสำคัญ", "Significant falls")
    if not of_schools(trends.now):
        return head
    share = _share()
    return Text(f"{head.th} (ตั้งแต่ร้อยละ {share} ของคะแนนเต็ม)", f"{head.en} ({share} % of the full points or more)")


def _mean_label(book: Book, analysis: Analysis) -> str:
    if of_schools(analysis):
        return book.say("ค่าเฉลี่ยของแห่งที่มีทั้งสองปี (ตามตัวกรอง)", "mean of schools in both years (as filtered)")
    return book.say(
        "ค่าเฉลี่ยของค่าเฉลี่ยเขตที่มีทั้งสองปี (ตามตัวกรอง)", "mean of the means of districts in both years (as filtered)"
    )


def _named(book: Book, measures: list[Measure]) -> str:
    """Their names in a line: of the areas after the first only the numbers."""
    names: list[str] = []
    last = None
    for measure in measures:
        name = "IQA" if measure.kind == "progress" else measure.short.get(book.lang)
        names.append(str(measure.area) if measure.kind == last == "area" else name)
        last = measure.kind
    return ", ".join(names)


def _presence(book: Book, pair: UnitPair) -> str:
    if pair.before is None:
        return book.say("เพิ่งมีปีนี้", "new")
    if pair.now is None:
        return book.say("ไม่มีในปีนี้", "gone")
    return book.say("ทั้งสองปี", "both")


def _heat(book: Book, ws: Worksheet, area: tuple[int, int, int, int], full: Decimal) -> None:
    """Darkest from a significant fall on, white where there is none."""
    least = float(-FALL * Fraction(full))
    ws.conditional_format(
        *area,
        {
            "type": "3_color_scale",
            "min_type": "num",
            "min_value": least,
            "min_color": f"#{WEAK}",
            "mid_type": "num",
            "mid_value": least / 2,
            "mid_color": f"#{MIDDLING}",
            "max_type": "num",
            "max_value": 0,
            "max_color": f"#{STRONG}",
        },
    )


# --- By grade and subject ---


def _write_subjects(book: Book, ws: Worksheet, trends: Trends) -> None:
    """The figures that are asked by grade: pooled percents of learners, and means of the schools' means."""
    note = book.say(
        "แห่งที่มีทั้งสองปี: ค่าเฉลี่ยของตัวเลขแต่ละแห่ง · ทุกแห่ง: ร้อยละของผู้เรียน = รวมผู้เรียนของทุกแห่ง "
        "คะแนนเฉลี่ย = ค่าเฉลี่ยเลขคณิตของคะแนนที่แต่ละแห่งกรอก",
        "Schools in both years: the mean of the schools' own figures. All schools: the percent of their learners "
        "together, or the plain mean of the schools' means",
    )
    _notes(book, ws, [_whole_rule(book), _same_schools(book), note])
    columns = [
        Column(Text("ข้อ", "Criterion"), 15, kind="centre"),
        Column(Text("ตัวบ่งชี้", "Indicator"), 40),
        Column(Text("ค่าที่เทียบ", "Figure"), 20),
        Column(Text("ชั้น", "Grade"), 8, kind="centre"),
        Column(Text("กลุ่มสาระ", "Subject"), 36),
        *_BOTH,
        *_EVERY,
        Column(Text("ปีก่อน ที่กรอกในปีนี้", "Year before, as entered this year"), 14, kind="points"),
    ]
    rows = [_grade_row(book, entry) for entry in trends.grades]
    _table(book, ws, columns, rows, set(), first=5, frozen=5)


def _grade_row(book: Book, entry: GradeTrend) -> list[Cell]:
    number, criterion = entry.indicator.number, entry.criterion.id
    figure = ("ร้อยละของผู้เรียน", "percent of learners") if entry.share else ("คะแนนเฉลี่ย", "mean")
    return [
        book.say(f"ตบช.{number} ข้อ {criterion}", f"IND{number}, {criterion}"),
        entry.indicator.name.get(book.lang),
        book.say(*figure),
        entry.grade.name.get(book.lang),
        entry.subject.name.get(book.lang) if entry.subject else "",
        *_figures(book, entry.trend),
        entry.entered.value if entry.entered else "",
    ]


# --- Tables ---


def _notes(book: Book, ws: Worksheet, notes: Iterable[str]) -> None:
    """Lines below the title; empty ones are left out."""
    for row, note in enumerate(filter(None, notes), start=2):
        ws.write_string(row, 0, note, book.format(font_color="#404040"))
        ws.set_row(row, _ROW)


def _figures(book: Book, trend: Trend) -> list[Cell]:
    both, every = trend.both, trend.every
    figures: list[Cell] = [both.now.count, both.before.value, both.now.value, both.value, _outcome(book, trend)]
    return [*figures, every.before.value, every.before.count, every.now.value, every.now.count]


def _table(
    book: Book,
    ws: Worksheet,
    columns: Sequence[Column],
    rows: list[list[Cell]],
    strong: set[int],
    first: int,
    frozen: int,
) -> None:
    """A table as Book's under its bands, of one line a row, with signed changes, strong rows, and significant falls
    that stand out.

    first: the column where the figures begin.
    """
    kinds = [column.kind for column in columns]
    plain = [replace(column, kind="points") if column.kind == _CHANGE else column for column in columns]
    book.table(ws, _TOP, plain, rows, frozen=frozen)
    style = book.header(bg_color=f"#{PALE}", font_color=f"#{NAVY}")
    every = first + len(_BOTH)
    ws.merge_range(_BANDS, first, _BANDS, every - 1, book.say("แห่งที่มีคะแนนทั้งสองปี", "Schools in both years"), style)
    band = book.say("ทุกแห่งที่มีคะแนนในปีนั้น", "All schools of each year")
    ws.merge_range(_BANDS, every, _BANDS, every + len(_EVERY) - 1, band, style)
    ws.set_row(_BANDS, 24)
    ws.repeat_rows(_BANDS, _TOP)
    for number, row in enumerate(rows):
        fell = str(row[first + _OUTCOME]).startswith("▼▼")
        for index, value in enumerate(row):
            look: dict[str, object] = {"bold": True, "bg_color": f"#{SOFT}"} if number in strong else {}
            if fell and index in (first + _CHANGED, first + _OUTCOME):
                look = {"bold": True, "bg_color": f"#{WEAK}"}
            if kinds[index] == "text":
                look |= {"indent": 1, "shrink": True, "align": "left"}
            else:
                numbers = {"points": "0.00", "count": "#,##0", _CHANGE: SIGNED}
                look |= {"align": "center", "num_format": numbers.get(kinds[index], "General")}
            book.put(ws, _TOP + 1 + number, index, value, book.boxed(**look))
        ws.set_row(_TOP + 1 + number, _ROW)
