"""ความพร้อม 8 ข้อ: the points of readiness for the external assessment, and who falls short in what."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis
from qa_excel.district.readiness import Readiness, Shortfall, readiness_of
from qa_excel.files.book import Book, Cell, Column, height
from qa_excel.kinds.outcome import half_up
from qa_excel.summary.parts import CRITERIA, READINESS, listed, school_cells, school_columns, years
from qa_excel.thai.text import Text

LABEL_WIDTH, LACKS_WIDTH = 40, 70
SHOWN = 12
"""So many criteria are named of a school in one point."""


def write_readiness(book: Book, analysis: Analysis) -> None:
    """The points with counts on top; below, a row for each school that falls short of a point."""
    ws = book.sheet(READINESS, f"{years(book, analysis)} · {_source(book, analysis)}")
    points = readiness_of(analysis)
    bottom = _points(book, ws, analysis, points, 3)
    columns = [
        Column(Text("ข้อ", "Point"), 7, kind="code"),
        Column(Text("ความพร้อม", "Readiness"), LABEL_WIDTH, LABEL_WIDTH),
        *school_columns(analysis),
        Column(Text("ข้อที่ยังไม่เต็ม", "Items"), 10, kind="count"),
        Column(Text("สิ่งที่ยังขาด", "What lacks"), LACKS_WIDTH, LACKS_WIDTH),
    ]
    rows: list[list[Cell]] = [
        [
            entry.point.id,
            entry.point.short.get(book.lang),
            *school_cells(analysis, standing.district, standing.code, standing.name),
            len(short),
            _lacks(book, analysis, short),
        ]
        for entry in points
        for standing, short in entry.short
    ]
    ws.set_h_pagebreaks([bottom + 2])
    book.table(ws, bottom + 2, columns, rows, frozen=2)


def _source(book: Book, analysis: Analysis) -> str:
    """Where the points of readiness stand in the rubric's source, and what their reading rests on."""
    told = analysis.data.rubric.readiness
    pages = ", ".join(dict.fromkeys(point.page for point in told))
    readings = ", ".join(dict.fromkeys(reading for point in told for reading in point.interpretations))
    return book.say(
        f"ความพร้อมรับการประเมินภายนอก ตามหน้า {pages} ของเอกสารเกณฑ์ (การตีความ {readings})",
        f"readiness for the external assessment, page {pages} of the source (interpretation {readings})",
    )


def _lacks(book: Book, analysis: Analysis, short: list[Shortfall]) -> str:
    names = [s.name(analysis.data.rubric.indicator(s.indicator).number).get(book.lang) for s in short]
    return listed(book, names, SHOWN, CRITERIA)


def _points(book: Book, ws: Worksheet, analysis: Analysis, points: list[Readiness], top: int) -> int:
    """The eight points over the columns of the list below them; returns their last row."""
    several = len(school_columns(analysis)) > 2
    heads = [
        Text("ข้อ", "Point"),
        Text("ความพร้อม", "Readiness"),
        Text("พร้อม (แห่ง)", "Ready"),
        Text("พร้อม (ร้อยละ)", "Ready (%)"),
        Text("ยังขาด (แห่ง)", "Short"),
        *([Text("ยังไม่ทราบ", "Not known")] if several else []),
        Text("พิจารณาจาก", "Answered by"),
    ]
    book.table_header(ws, top, [Column(head, 0) for head in heads])
    text = book.boxed(text_wrap=True, align="left", valign="top", indent=1)
    number = book.boxed(align="center", valign="top")
    share_style = book.boxed(align="center", valign="top", num_format="0.00")
    for row, entry in enumerate(points, start=top + 1):
        told = len(entry.ready) + len(entry.short)
        share = half_up(Fraction(100 * len(entry.ready), told)) if told else None
        answered = _answered_by(book, analysis, entry)
        if not several and entry.unknown:
            more = f" · ยังไม่ทราบ {len(entry.unknown):,} แห่ง", f" · not known of {len(entry.unknown):,}"
            answered += book.say(*more)
        cells: list[Cell] = [entry.point.id, entry.point.label.get(book.lang), len(entry.ready), share]
        cells.append(len(entry.short))
        cells += [len(entry.unknown)] if several else []
        for index, value in enumerate([*cells, answered]):
            style = text if isinstance(value, str) and index else share_style if index == 3 else number
            book.put(ws, row, index, value, style)
        ws.set_row(row, height([cells[1], answered], [LABEL_WIDTH, LACKS_WIDTH]))
    bottom = top + len(points)
    book.bars(ws, (top + 1, 3, bottom, 3), Decimal(100))
    return bottom


def _answered_by(book: Book, analysis: Analysis, entry: Readiness) -> str:
    rubric = analysis.data.rubric
    criteria: dict[str, list[str]] = {}
    for indicator, criterion in entry.point.criteria:
        criteria.setdefault(indicator, []).append(criterion)
    parts = []
    for indicator, asked in criteria.items():
        whole = len(asked) == len(rubric.indicator(indicator).criteria)
        number = rubric.indicator(indicator).number
        parts.append(book.say("ตบช.", "IND") + number + ("" if whole else book.say(" ข้อ ", " ") + ", ".join(asked)))
    needs = {
        "sampled": book.say("มีกลุ่มตัวอย่างใน ", "samples in ") + "; ".join(parts),
        "full": book.say("ได้คะแนนเต็มใน ", "full points in ") + "; ".join(parts),
    }[entry.point.needs]
    if entry.point.needs == "sampled":
        needs += book.say(" และมีหลักฐานทุกข้อที่ได้คะแนน", ", and evidence beside all that earns points")
    if any(rubric.indicator(name).conditions for name in entry.point.whole):
        needs += book.say(" และไม่ถูกลดคะแนน", ", and no deduction")
    beside = {measure.key: measure for measure in analysis.indicators}
    shown = [beside[key] for key in dict.fromkeys(indicator for indicator, _ in entry.point.beside)]
    if shown:
        means = ", ".join(f"{m.short.get(book.lang)} {analysis.mean(m).value or '–'}" for m in shown)
        needs += book.say(f" · ประกอบ (ค่าเฉลี่ย): {means}", f" · beside it (means): {means}")
    return needs
