"""แนวโน้ม: what changed since the year before, for the whole, for each unit, and by grade and subject.

Each change carries a sign, and each significant fall words, so that nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis, Measure, rounded
from qa_excel.district.trends import FALL, GradeTrend, Trend, Trends, UnitPair
from qa_excel.files.book import WEAK, Book, Cell, Column
from qa_excel.files.look import NAVY, PALE, SOFT
from qa_excel.summary import parts
from qa_excel.summary.parts import BAND_ROW, MEAN_ROW, Grid, of_schools, unit_columns, write_grid
from qa_excel.summary.trends_charts import BAND_HEIGHT, BANDS, BEFORE, NOW, ROW, TOP, Charts
from qa_excel.summary.trends_words import (
    about_trends,
    figures_compared,
    named_measures,
    not_compared,
    outcome,
    same_schools,
    share_rule,
    unit_rule,
    units_left_out,
    whole_rule,
)
from qa_excel.thai.text import Text

BY_SCHOOL = Text("แนวโน้มรายโรงเรียน", "Trends by school")
BY_DISTRICT = Text("แนวโน้มรายเขต", "Trends by district")
BY_SUBJECT = Text("แนวโน้มรายวิชา", "Trends by subject")

SIGNED = '"▲ +"0.00;"▼ -"0.00;"– "0.00'
_SIGNED_FALL = '"▲ +"0.00;"▼▼ -"0.00;"– "0.00'
_CHANGE = "change"
"""The kind of a column of changes, beside those of Column."""

_SCHOOLS = Text("จำนวน (แห่ง)", "Schools")
_DIFFERENCE = Text("เปลี่ยนแปลง", "Change")
_BOTH = [
    Column(_SCHOOLS, 11, kind="count"),
    Column(BEFORE, 10, kind="points"),
    Column(NOW, 10, kind="points"),
    Column(_DIFFERENCE, 13, kind=_CHANGE),
    Column(Text("ผล", "Outcome"), 30, kind="centre"),
]
"""Of the schools in both years, whose change is judged."""
_EVERY = [
    Column(BEFORE, 10, kind="points"),
    Column(_SCHOOLS, 11, kind="count"),
    Column(NOW, 10, kind="points"),
    Column(_SCHOOLS, 11, kind="count"),
]
"""Of all schools of each year."""
_CHANGED, _OUTCOME = 3, 4
"""Of the figures: the change, and what it says."""


def write_trends(book: Book, analysis: Analysis, previous: Analysis) -> None:
    """Write the sheets of trends, in order: the whole, the units, and by grade and subject."""
    trends = Trends(analysis, previous)
    about = about_trends(book, trends)
    names = (parts.TRENDS, BY_SCHOOL if of_schools(analysis) else BY_DISTRICT, BY_SUBJECT)
    beside = ("", units_left_out(book, trends, _of_units(analysis)), "")
    whole, units, subjects = (book.sheet(name, about + more) for name, more in zip(names, beside, strict=True))
    _write_whole(book, whole, trends)
    _write_units(book, units, trends)
    _write_subjects(book, subjects, trends)


# --- The whole ---


def _write_whole(book: Book, ws: Worksheet, trends: Trends) -> None:
    """Total, areas, indicators and IQA, with a chart of the areas."""
    _notes(book, ws, [whole_rule(book), same_schools(book), not_compared(book, trends)])
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
    charts = Charts(book, ws, percent + 2)
    places = {kind: [TOP + 1 + n for n, m in enumerate(measures) if m.kind == kind] for kind in ("area", "indicator")}
    if places["area"]:
        years = (trends.before.data.year, now.data.year)
        names = [say(f"ปี {year}", f"{year} (B.E.)") for year in years]
        title = say("ร้อยละของคะแนนเต็มรายด้าน (แห่งที่มีทั้งสองปี)", "Areas in % of full points (schools in both years)")
        charts.areas(title, places["area"], list(zip(names, (percent, percent + 1), (PALE, NAVY), strict=True)))
    if places["indicator"]:
        title = say("การเปลี่ยนแปลงรายตัวบ่งชี้ (คะแนน)", "Change by indicator (points)")
        charts.indicators(title, places["indicator"], 3 + _CHANGED)


# --- Units ---


def _write_units(book: Book, ws: Worksheet, trends: Trends) -> None:
    """Total, areas and IQA progress of every unit: the changes as a heat map, both years' figures folded away."""
    analysis = trends.now
    measures = [measure for measure in _of_units(analysis) if trends.compared(measure)]
    presence = Column(Text("มีในข้อมูล", "Present"), 14, kind="centre")
    grid = Grid([*unit_columns(analysis), presence], [], [], [], fixed=3)
    changes: dict[int, Measure] = {}
    fallen: set[tuple[UnitPair, Measure]] = set()
    for measure in measures:
        grid.bands.append((_band(book, trends, measure), 3))
        folded = {len(grid.columns), len(grid.columns) + 1}
        grid.columns += [Column(BEFORE, 10, kind="points"), Column(NOW, 10, kind="points")]
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
        grid.rows.append([*cells, named_measures(book, falls)])
    for index in range(grid.fixed, len(grid.columns) - 1):
        counted = (row[index] for row in grid.rows if row[grid.beside.get(index, index)] is not None)
        figures = [Fraction(figure) for figure in counted if isinstance(figure, Decimal | Fraction)]
        grid.means.append(rounded(sum(figures, Fraction(0)) / len(figures) if figures else None))
    grid.means.append("")
    first, last = write_grid(book, ws, grid, _mean_label(book, analysis))
    ws.set_row(BAND_ROW, BAND_HEIGHT)
    _notes(book, ws, [unit_rule(book, trends)])
    signed = book.workbook.add_format({"num_format": SIGNED})
    # Formats of cells, since they go with their rows when these are sorted.
    styles = [book.boxed(num_format=sign, align="center", bold=True) for sign in (SIGNED, _SIGNED_FALL)]
    for index, measure in changes.items():
        for number, (pair, row) in enumerate(zip(trends.units, grid.rows, strict=True), start=first):
            book.put(ws, number, index, row[index], styles[(pair, measure) in fallen])
        ws.conditional_format(MEAN_ROW, index, MEAN_ROW, index, {"type": "no_errors", "format": signed})
        # Darkest from a significant fall on, white where there is none.
        least = float(-FALL * Fraction(measure.full))
        book.scale(ws, (first, index, last, index), least, least / 2, 0)


def _of_units(analysis: Analysis) -> list[Measure]:
    return [analysis.total, *analysis.areas, analysis.progress]


def _band(book: Book, trends: Trends, measure: Measure) -> str:
    """Short: of an area only one of its three columns is in sight."""
    areas = dict(zip(trends.now.areas, trends.now.data.rubric.areas, strict=True))
    if measure in areas:
        return f"{measure.short.get(book.lang)} {areas[measure].short.get(book.lang)}"
    if measure.kind == "progress":
        return book.say("ร่องรอย IQA (ร้อยละ)", "IQA traces (percent)")
    return book.say(f"รวมทุกด้าน ({measure.full:f})", f"All areas ({measure.full:f})")


def _falls(trends: Trends) -> Text:
    """The head of the column that names them; of schools it says what they are."""
    head = Text("ลดลงอย่างมีนัยสำคัญ", "Significant falls")
    if not of_schools(trends.now):
        return head
    share = share_rule()
    return Text(f"{head.th} (ตั้งแต่ร้อยละ {share} ของคะแนนเต็ม)", f"{head.en} ({share} % of the full points or more)")


def _mean_label(book: Book, analysis: Analysis) -> str:
    if of_schools(analysis):
        return book.say("ค่าเฉลี่ยของแห่งที่มีทั้งสองปี (ตามตัวกรอง)", "mean of schools in both years (as filtered)")
    return book.say(
        "ค่าเฉลี่ยของค่าเฉลี่ยเขตที่มีทั้งสองปี (ตามตัวกรอง)", "mean of the means of districts in both years (as filtered)"
    )


def _presence(book: Book, pair: UnitPair) -> str:
    if pair.before is None:
        return book.say("เพิ่งมีปีนี้", "new")
    if pair.now is None:
        return book.say("ไม่มีในปีนี้", "gone")
    return book.say("ทั้งสองปี", "both")


# --- By grade and subject ---


def _write_subjects(book: Book, ws: Worksheet, trends: Trends) -> None:
    """The figures that are asked by grade: pooled percents of learners, and means of the schools' means."""
    note = book.say(
        "แห่งที่มีทั้งสองปี: ค่าเฉลี่ยของตัวเลขแต่ละแห่ง · ทุกแห่ง: ร้อยละของผู้เรียน = รวมผู้เรียนของทุกแห่ง "
        "คะแนนเฉลี่ย = ค่าเฉลี่ยเลขคณิตของคะแนนที่แต่ละแห่งกรอก",
        "Schools in both years: the mean of the schools' own figures. All schools: the percent of their learners "
        "together, or the plain mean of the schools' means",
    )
    _notes(book, ws, [whole_rule(book), same_schools(book), figures_compared(book, trends) + note])
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
        ws.set_row(row, ROW)


def _figures(book: Book, trend: Trend) -> list[Cell]:
    both, every = trend.both, trend.every
    figures: list[Cell] = [both.now.count, both.before.value, both.now.value, both.value, outcome(book, trend)]
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
    book.table(ws, TOP, plain, rows, frozen=frozen)
    style = book.header(bg_color=f"#{PALE}", font_color=f"#{NAVY}")
    every = first + len(_BOTH)
    ws.merge_range(BANDS, first, BANDS, every - 1, book.say("แห่งที่มีคะแนนทั้งสองปี", "Schools in both years"), style)
    band = book.say("ทุกแห่งที่มีคะแนนในปีนั้น", "All schools of each year")
    ws.merge_range(BANDS, every, BANDS, every + len(_EVERY) - 1, band, style)
    ws.set_row(BANDS, 24)
    ws.repeat_rows(BANDS, TOP)
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
            book.put(ws, TOP + 1 + number, index, value, book.boxed(**look))
        ws.set_row(TOP + 1 + number, ROW)
