"""The district summary: the merged result as a workbook for the office.

One function writes each sheet; how a workbook of results looks is `book`'s.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from qa_excel.book import Book, Cell, Column
from qa_excel.fields import Path as FieldPath
from qa_excel.fields import indicator_fields
from qa_excel.merging import MISSING, District, SchoolResult
from qa_excel.output import write_package
from qa_excel.overview import write_overview
from qa_excel.problems import SEVERITY_WORDS, Source
from qa_excel.rubric import Indicator, Text
from qa_excel.scoring import ConditionScore, IndicatorScore, half_up
from qa_excel.submission import FileResult
from qa_excel.template.look import NAVY, PALE, SOFT

MAX_PROBLEMS = 10_000
"""Rows of ปัญหาที่พบ; the errors stand first, and the JSON holds them all."""

SCORES = Text("คะแนนรายโรงเรียน", "Scores by school")
DEDUCTIONS = Text("การหักคะแนน", "Deductions")
COMPLETENESS = Text("ความครบถ้วน", "Completeness")
TRACES = Text("ร่องรอย IQA", "IQA traces")
PROBLEMS = Text("ปัญหาที่พบ", "Problems")
DATA = Text("ข้อมูล", "Data")

STATUS_WORDS = {
    "ok": Text("เรียบร้อย", "ok"),
    "warnings": Text("ควรตรวจสอบ", "warnings"),
    "errors": Text("มีข้อผิดพลาด", "errors"),
    MISSING: Text("ยังไม่ส่ง", "not sent"),
}
_STATUS_FILLS = {"ok": "E4F1DC", "warnings": "FFF2CC", "errors": "F8CBAD", MISSING: "E4E4E4"}

_CODE = Column(Text("รหัส", "Code"), 13, kind="code")
_SCHOOL = Column(Text("สถานศึกษา", "School"), 22, 42)
_FILE = Column(Text("แฟ้ม", "File"), 20, 46)
_SHEET = Column(Text("แผ่นงาน", "Sheet"), 12, 20)
_CELL = Column(Text("เซลล์", "Cell"), 8, kind="centre")


def write_summary(district: District, path: str | Path, lang: str = "th") -> None:
    """Write the summary workbook. Raises OutputError where `path` can't be written."""

    def build(buffer: io.BytesIO) -> None:
        title = Text("สรุปผลการประกันคุณภาพ", "Quality assurance summary").get(lang)
        book = Book(buffer, lang, district.name, f"{title} {district.name}".strip())
        write_overview(book, district, SEVERITY_WORDS)
        _scores(book, district)
        _deductions(book, district)
        _completeness(book, district)
        _traces(book, district)
        _problems(book, district)
        _data(book, district)
        book.close()

    write_package(Path(path), build)


def _years(book: Book, district: District, iqa: bool = False) -> str:
    rubric, year = (district.traces, district.iqa_year) if iqa else (district.rubric, district.year)
    when = book.say(f"ปีการศึกษา {year}", f"academic year {year} (B.E.)") if year else book.say("ไม่มีข้อมูล", "no data")
    return f"{rubric.short.get(book.lang)} · {when}"


# --- School by school ---


def _grid(
    book: Book,
    ws: Worksheet,
    columns: list[Column],
    bands: list[tuple[str, int]],
    means: list[Cell],
    rows: list[list[Cell]],
    strong: set[int],
) -> tuple[int, int]:
    """School × figure: bands over the columns, the district's means, a header with a filter, one row a school.

    bands: (text, how many columns). strong: the indexes of the columns that are totals.
    Returns the first and last row of the schools.
    """
    top = 5
    start = 2
    for text, width in bands:
        style = book.header(bg_color=f"#{PALE}", font_color=f"#{NAVY}")
        if width > 1:
            ws.merge_range(3, start, 3, start + width - 1, text, style)
        else:
            ws.write_string(3, start, text, style)
        start += width
    ws.set_row(3, 46)
    style = book.boxed(indent=1, bold=True, bg_color=f"#{SOFT}")
    ws.merge_range(4, 0, 4, 1, book.say("ค่าเฉลี่ยของเขต", "district mean"), style)
    for index, mean in enumerate(means, start=2):
        book.put(ws, 4, index, mean, book.boxed(bold=True, bg_color=f"#{SOFT}", align="center", num_format="0.00"))
    ws.set_row(4, 24)
    book.table_header(ws, top, columns)
    for number, row in enumerate(rows, start=top + 1):
        for index, value in enumerate(row):
            kind = columns[index].kind
            properties = {"bold": True} if index in strong else {}
            if kind == "points":
                properties |= {"num_format": "0.00", "align": "center"}
            else:
                properties |= {"indent": 1} if kind == "text" else {"align": "center"}
            book.put(ws, number, index, value, book.boxed(**properties))
        ws.set_row(number, 22)
    book.set_widths(ws, columns, rows)
    last = top + len(rows)
    ws.autofilter(top, 0, last, len(columns) - 1)
    ws.freeze_panes(top + 1, 2)
    ws.repeat_rows(3, top)
    ws.ignore_errors({"number_stored_as_text": f"A{top + 2}:A{last + 1}"})
    return top + 1, last


def _scores(book: Book, district: District) -> None:
    ws = book.sheet(SCORES, f"{_years(book, district)} · {book.heat_note}")
    columns, bands, means, fulls = [_CODE, _SCHOOL], [], [], []
    indicator_means = district.indicator_means()
    strong: set[int] = set()
    for slot in district.slots:
        if not slot.area:
            continue
        bands.append((slot.name.get(book.lang), len(slot.area.indicators) + 1))
        for indicator in slot.area.indicators:
            number = Text(f"ตบช.{indicator.number}", f"IND{indicator.number}")
            columns.append(Column(number, 7.5, kind="points"))
            means.append(indicator_means[indicator.id].value)
            fulls.append(indicator.max)
        strong.add(len(columns))
        columns.append(Column(Text(f"รวม ({slot.area.max:f})", f"sum ({slot.area.max:f})"), 9, kind="points"))
        means.append(district.area_mean(slot).value)
        fulls.append(slot.area.max)
    bands.append((book.say("รวมทุกด้าน", "all areas"), 1))
    strong.add(len(columns))
    full = district.rubric.max
    columns.append(Column(Text(f"รวม ({full:f})", f"total ({full:f})"), 12, kind="points"))
    means.append(district.total_mean.value)
    fulls.append(full)

    rows = [_score_row(district, school) for school in district.schools]
    first, last = _grid(book, ws, columns, bands, means, rows, strong)
    for index, full in enumerate(fulls, start=2):
        book.heat(ws, (first, index, last, index), full)


def _score_row(district: District, school: SchoolResult) -> list[Cell]:
    row: list[Cell] = [school.school.code, school.school.name]
    scores = {indicator.id: indicator.score for _, indicator in school.indicators()}
    for slot in district.slots:
        if slot.area:
            row += [scores.get(indicator.id) for indicator in slot.area.indicators]
            row.append(school.score(slot.key))
    return [*row, school.total]


def _traces(book: Book, district: District) -> None:
    ws = book.sheet(TRACES, f"{_years(book, district, iqa=True)} · {book.heat_note}")
    columns = [_CODE, _SCHOOL]
    bands = []
    means = district.process_means()
    for process in district.traces.processes:
        columns.append(Column(Text(f"{process.id} (ร้อยละ)", f"{process.id} (%)"), 13, kind="points"))
        bands.append((process.short.get(book.lang), 1))
    columns += [
        Column(Text("ดำเนินการแล้ว (ขั้น)", "done (steps)"), 15, kind="count"),
        Column(Text("รวม (ร้อยละ)", "all (%)"), 13, kind="points"),
    ]
    bands.append((book.say("ทุกกระบวนการ", "all processes"), 2))
    shown: list[Cell] = [mean.value for mean in means.values()]
    rows = []
    for school in district.schools:
        parts = [school.process(process.id) for process in district.traces.processes]
        whole = school.progress
        row: list[Cell] = [school.school.code, school.school.name, *(part.percent if part else None for part in parts)]
        rows.append([*row, whole.done if whole else None, whole.percent if whole else None])
    done = [school.progress.done for school in district.schools if school.progress]
    mean_done = half_up(Decimal(sum(done)) / len(done)) if done else None
    last_column = len(columns) - 1
    first, last = _grid(
        book, ws, columns, bands, [*shown, mean_done, district.progress_mean.value], rows, {last_column}
    )
    for index in (*range(2, last_column - 1), last_column):
        book.heat(ws, (first, index, last, index), Decimal(100))


def _completeness(book: Book, district: District) -> None:
    subtitle = book.say(
        f"ได้รับ {district.received} จาก {district.expected} แฟ้ม ใช้ได้ {district.valid} แฟ้ม · แฟ้มที่มีข้อผิดพลาดไม่นำมาคิดค่าเฉลี่ย",
        f"{district.received} of {district.expected} workbooks received, {district.valid} valid. "
        "A workbook with errors does not enter the means",
    )
    ws = book.sheet(COMPLETENESS, subtitle)
    columns = [_CODE, _SCHOOL]
    columns += [Column(slot.name, 18, kind="centre") for slot in district.slots]
    columns += [
        Column(Text("ได้รับ (แฟ้ม)", "received"), 12, kind="count"),
        Column(Text("ใช้ได้ (แฟ้ม)", "valid"), 12, kind="count"),
    ]
    rows = [
        [
            school.school.code,
            school.school.name,
            *(STATUS_WORDS[school.statuses[slot.key]].get(book.lang) for slot in district.slots),
            school.received,
            school.valid,
        ]
        for school in district.schools
    ]
    book.table(ws, 3, columns, rows, frozen=2)
    last_column = 1 + len(district.slots)
    for status, word in STATUS_WORDS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{word.get(book.lang)}"',
            "format": book.workbook.add_format({"bg_color": f"#{_STATUS_FILLS[status]}"}),
        }
        ws.conditional_format(4, 2, 3 + len(rows), last_column, rule)


# --- Lists ---


def _deductions(book: Book, district: District) -> None:
    subtitle = book.say(
        f"{_years(book, district)} · ทุกเงื่อนไขที่พบ ตัวบ่งชี้หนึ่งถูกหักครั้งเดียวแม้พบหลายเงื่อนไข",
        f"{_years(book, district)} · every condition found; an indicator is deducted from once, however many hold",
    )
    ws = book.sheet(DEDUCTIONS, subtitle)
    columns = [
        _CODE,
        _SCHOOL,
        Column(Text("ตัวบ่งชี้", "Indicator"), 24, 36),
        Column(Text("ข้อ", "No."), 6, kind="centre"),
        Column(Text("เงื่อนไข", "Condition"), 36, 60),
        Column(Text("ผลการตรวจ", "Found"), 13, kind="centre"),
        Column(Text("การแก้ไข", "Resolved"), 14, kind="centre"),
        Column(Text("หักคะแนน", "Deducted"), 12, kind="points"),
        _FILE,
        _SHEET,
        _CELL,
    ]
    book.table(ws, 3, columns, list(_deduction_rows(book, district)), frozen=2)


def _deduction_rows(book: Book, district: District) -> Iterator[list[Cell]]:
    for school in district.schools:
        for result, scored in school.indicators():
            indicator = district.rubric.indicator(scored.id)
            left = scored.deduction
            for condition, told in zip(indicator.conditions, scored.conditions, strict=True):
                if not told.found:
                    continue
                deducted = left if told.deducts else Decimal(0)
                left -= deducted
                source = result.submission.source(("deductions", indicator.id, condition.id, "found"))
                yield [
                    school.school.code,
                    school.school.name,
                    _named(indicator, book.lang),
                    condition.id,
                    condition.label.get(book.lang),
                    book.say("พบ", "found"),
                    _resolution(book, told),
                    deducted,
                    *_place(source),
                ]


def _resolution(book: Book, told: ConditionScore) -> str:
    if not told.resolvable:
        return "–"
    if told.resolved is None:
        return book.say("ไม่ได้ระบุ", "not answered")
    return book.say("แก้ไขแล้ว", "resolved") if told.resolved else book.say("ยังไม่แก้ไข", "not resolved")


def _named(indicator: Indicator, lang: str) -> str:
    return f"{indicator.number} {indicator.name.get(lang)}"


def _place(source: Source) -> tuple[str, str, str]:
    return source.file, source.sheet, source.cell


def _problems(book: Book, district: District) -> None:
    counts = district.severities()
    subtitle = " · ".join(f"{SEVERITY_WORDS[s].get(book.lang)} {n:,}" for s, n in counts.items())
    ws = book.sheet(PROBLEMS, subtitle)
    columns = [
        _CODE,
        _SCHOOL,
        Column(_FILE.title, 20, 36),
        _SHEET,
        _CELL,
        Column(Text("ระดับ", "Severity"), 15, kind="centre"),
        Column(Text("สิ่งที่พบ", "What is wrong"), 40, 60),
        Column(Text("สิ่งที่ควรทำ", "What to do"), 36, 52),
    ]
    reports = district.reports
    rows = [
        [
            report.school.code if report.school else report.code,
            report.school.name if report.school else "",
            *_place(report.problem.source),
            SEVERITY_WORDS[report.problem.severity].get(book.lang),
            report.problem.message(book.lang),
            report.problem.hint(book.lang),
        ]
        for report in reports[:MAX_PROBLEMS]
    ]
    shown = book.table(ws, 3, columns, rows, frozen=2, total=len(reports))
    book.colour_severities(ws, (4, 3 + max(1, shown)), 5)


def _data(book: Book, district: District) -> None:
    subtitle = book.say(
        "หนึ่งแถวต่อหนึ่งเกณฑ์ของแต่ละสถานศึกษา เฉพาะแฟ้มที่ใช้ได้ (ร่องรอย IQA ไม่มีคะแนน)",
        "one row per school and criterion, of valid workbooks only (IQA traces carry no points)",
    )
    ws = book.sheet(DATA, subtitle)
    columns = [
        _CODE,
        _SCHOOL,
        Column(Text("เกณฑ์", "Rubric"), 13, kind="centre"),
        Column(Text("ปีการศึกษา", "Year"), 12, kind="centre"),
        Column(Text("ด้าน", "Area"), 7, kind="centre"),
        Column(Text("ตัวบ่งชี้/กระบวนการ", "Indicator or process"), 14, kind="centre"),
        Column(Text("ข้อ", "Criterion"), 8, kind="centre"),
        Column(Text("รายการ", "Label"), 30, 44),
        Column(Text("เต็ม", "Max"), 7, kind="points"),
        Column(Text("ได้", "Points"), 7, kind="points"),
        Column(Text("เหตุผล/สถานะ", "Reason or status"), 30, 56),
        _FILE,
        _SHEET,
        _CELL,
        Column(Text("หน้า", "Page"), 7, kind="centre"),
        Column(Text("การตีความ", "Interpretations"), 15, kind="centre"),
    ]
    book.table(ws, 3, columns, list(_data_rows(book, district)), frozen=2)


def _data_rows(book: Book, district: District) -> Iterator[list[Cell]]:
    paths = {indicator.id: _criterion_paths(district, indicator) for indicator in district.rubric.indicators}
    for school in district.schools:
        about = [school.school.code, school.school.name]
        for result, scored in school.indicators():
            for row in _criterion_rows(book, district, result, scored, paths[scored.id]):
                yield [*about, *row]
        for row in _trace_rows(book, district, school):
            yield [*about, *row]


def _criterion_rows(
    book: Book,
    district: District,
    result: FileResult,
    scored: IndicatorScore,
    paths: dict[str, list[FieldPath]],
) -> Iterator[list[Cell]]:
    indicator = district.rubric.indicator(scored.id)
    for criterion, earned in zip(indicator.criteria, scored.criteria, strict=True):
        known = (path for path in paths[criterion.id] if path in result.submission.sources)
        source = result.submission.source(next(known, paths[criterion.id][0]))
        yield [
            district.rubric.id,
            district.year,
            indicator.area,
            indicator.id,
            criterion.id,
            criterion.label.get(book.lang),
            earned.max,
            half_up(earned.points),
            earned.reason.get(book.lang),
            *_place(source),
            criterion.page,
            " ".join(criterion.interpretations),
        ]


def _trace_rows(book: Book, district: District, school: SchoolResult) -> Iterator[list[Cell]]:
    traces = district.traces
    words = {status.id: status.name.get(book.lang) for status in traces.statuses}
    for slot in district.slots:
        card = None if slot.area else school.card(slot.key)
        if card is None:
            continue
        for process in traces.processes:
            for item in process.items:
                status = card.processes[process.id].statuses[item.id]
                source = school.workbooks[slot.key].submission.source(("items", item.id, "status"))
                yield [
                    traces.id,
                    district.iqa_year,
                    "",
                    process.id,
                    item.id,
                    item.label.get(book.lang),
                    "",
                    "",
                    words.get(status, book.say("ไม่ได้ระบุ", "not answered")),
                    *_place(source),
                    "",
                    " ".join(item.interpretations),
                ]


def _criterion_paths(district: District, indicator: Indicator) -> dict[str, list[FieldPath]]:
    """Criterion → the paths of its inputs, those of its items after its own."""
    inputs = [f for f in indicator_fields(district.rubric, indicator) if not f.optional]
    return {
        criterion.id: [
            given.path
            for answer in (criterion.id, *(item.id for item in criterion.items))
            for given in inputs
            if given.answer == answer and given.path[0] == "answers"
        ]
        for criterion in indicator.criteria
    }
