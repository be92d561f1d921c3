"""The summary: a merged dataset as a workbook for the office.

One module writes each sheet; how a workbook of results looks is `files.book`'s.
"""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from qa_excel import __version__
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.as_csv import write_csv
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.files.book import Book
from qa_excel.files.output import write_package
from qa_excel.files.writing import one_step, writing
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.summary import parts, problems
from qa_excel.summary.cards import write_cards
from qa_excel.summary.columns import ColumnSheet
from qa_excel.summary.completeness import write_completeness
from qa_excel.summary.data import SHEETS, write_data_sheet
from qa_excel.summary.deductions import write_deductions
from qa_excel.summary.figures import TABLES
from qa_excel.summary.overview import write_overview
from qa_excel.summary.parts import of_schools, years
from qa_excel.summary.readiness import write_readiness
from qa_excel.summary.scores import write_scores
from qa_excel.summary.traces import write_steps, write_traces
from qa_excel.summary.trends import write_trends
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

PROPERTY = "qa-excel"
"""The workbook's property that says what it holds, for the year after."""
MAX_PROPERTY = 255


@one_step()
def write_summary(
    analysis: Analysis,
    path: str | Path,
    previous: Analysis | None = None,
    made_on: date | None = None,
    for_print: bool = False,
) -> None:
    """Write the summary workbook, and where its list of problems is cut the whole list beside it, as CSV.

    Raises OutputError where one of them can't be written.
    previous: the year before, for the sheet of trends. made_on: the day that is shown, if any.
    for_print: the data sheets are hidden, so that they are not printed.
    """

    path = Path(path)
    data = analysis.data

    def build(buffer: io.BytesIO) -> None:
        title = Text("สรุปผลการประกันคุณภาพ", "Quality assurance summary").get(data.lang)
        book = Book(buffer, data.lang, data.name, f"{title} {data.name}".strip(), made_on)
        book.workbook.set_custom_property(PROPERTY, _described_in_short(data), "text")
        _write_sheets(book, analysis, previous, for_print, problem_list(path).name)
        book.close()

    # The cells of 300 schools are 700,000 objects that all stay; looking through them for garbage, again and again,
    # takes a sixth of the time.
    gc.disable()
    try:
        write_package(path, build, dated=False)
    finally:
        gc.enable()
    if len(data["problems"]) > problems.MAX_PROBLEMS:
        with writing(problem_list(path)) as target:
            write_csv(tables()["problems"], data["problems"], target)


def problem_list(path: Path) -> Path:
    """The CSV beside a summary that holds all of its problems, where its sheet can't."""
    return path.with_name(f"{path.stem}-problems.csv")


def _write_sheets(
    book: Book, analysis: Analysis, previous: Analysis | None, for_print: bool, problem_file: str
) -> None:
    """All sheets in order; those that others draw on are written before them."""
    score_sheet = parts.SCORES if of_schools(analysis) else parts.SCORES_BY_DISTRICT
    overview = book.sheet(parts.OVERVIEW)
    scores = book.sheet(score_sheet, f"{years(book, analysis)} · {book.heat_note}")
    cards = write_cards(book, analysis, score_sheet)
    write_scores(book, scores, analysis, cards)
    if previous:
        write_trends(book, analysis, previous)
    for name, subtitle, write in _lists(book, analysis, problem_file):
        write(book, book.sheet(name, subtitle), analysis)
    whole = {}
    for sheet in SHEETS:
        ws = book.sheet(sheet.name, _described(book, sheet.table), ColumnSheet)
        whole[sheet.table] = write_data_sheet(book, ws, analysis, sheet)
        if for_print:
            ws.hide()
    formulas = all(whole[table] for table in TABLES)
    write_overview(book, overview, analysis, formulas, book.made_on)
    overview.activate()


def _lists(
    book: Book, analysis: Analysis, problem_file: str
) -> list[tuple[Text, str, Callable[[Book, Worksheet, Analysis], object]]]:
    """(name, subtitle, writer) of the sheets between the cards and the data."""
    say = book.say
    days = parts.due_days(book, analysis)
    due = say(f" · กำหนดส่ง {days}", f" · due {days}") if days else ""
    counts = " · ".join(f"{SEVERITY_WORDS[s].get(book.lang)} {n:,}" for s, n in analysis.severities().items())
    points = years(book, analysis)
    return [
        (
            parts.DEDUCTIONS,
            points
            + say(
                " · ทุกเงื่อนไขที่พบ ตัวบ่งชี้หนึ่งถูกหักครั้งเดียวแม้พบหลายเงื่อนไข",
                " · every condition found; an indicator is deducted from once, however many hold",
            ),
            write_deductions,
        ),
        (
            parts.COMPLETENESS,
            say(
                f"ได้รับ {analysis.received:,} จาก {analysis.expected:,} แฟ้ม ใช้ได้ {analysis.valid:,} แฟ้ม{due} · "
                "แฟ้มที่มีข้อผิดพลาดไม่นำมาคิดค่าเฉลี่ย",
                f"{analysis.received:,} of {counted(analysis.expected, 'workbook')} received, "
                f"{analysis.valid:,} valid{due}. A workbook with errors does not enter the means",
            ),
            write_completeness,
        ),
        (
            parts.READINESS,
            points + _readiness_source(book, analysis),
            write_readiness,
        ),
        (parts.TRACES, f"{years(book, analysis, iqa=True)} · {book.heat_note}", write_traces),
        (parts.STEPS, years(book, analysis, iqa=True), write_steps),
        (parts.PROBLEMS, counts, partial(problems.write_problems, whole=problem_file)),
    ]


def _readiness_source(book: Book, analysis: Analysis) -> str:
    """Where the points of readiness stand in the rubric's source, and what their reading rests on."""
    told = analysis.data.rubric.readiness
    pages = ", ".join(dict.fromkeys(point.page for point in told))
    readings = ", ".join(dict.fromkeys(reading for point in told for reading in point.interpretations))
    return book.say(
        f" · ความพร้อมรับการประเมินภายนอก ตามหน้า {pages} ของเอกสารเกณฑ์ (การตีความ {readings})",
        f" · readiness for the external assessment, page {pages} of the source (interpretation {readings})",
    )


def _described_in_short(data: Dataset) -> str:
    """What the workbook holds, within what Excel allows a property; the name is cut, not the rest."""
    described = {"version": __version__, **data.about}
    text = json.dumps(described, ensure_ascii=False)
    while len(text) > MAX_PROPERTY:
        described["name"] = described["name"][: MAX_PROPERTY - len(text)]
        text = json.dumps(described, ensure_ascii=False)
    return text


def _described(book: Book, table: str) -> str:
    return tables()[table].describe.get(book.lang)
