"""The summary: a merged dataset as a workbook for the office.

One module writes each sheet; how a workbook of results looks is `files.book`'s.
"""

from __future__ import annotations

import gc
import io
import json
from datetime import date
from pathlib import Path

from qa_excel import __version__
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.as_csv import write_csv
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.files.book import Book
from qa_excel.files.output import write_package
from qa_excel.files.writing import one_step, writing
from qa_excel.summary import parts, problems
from qa_excel.summary.cards import write_cards
from qa_excel.summary.completeness import write_completeness
from qa_excel.summary.data import SHEETS, write_data_sheet
from qa_excel.summary.deductions import write_deductions
from qa_excel.summary.figures import TABLES
from qa_excel.summary.overview import write_overview
from qa_excel.summary.parts import years
from qa_excel.summary.readiness import write_readiness
from qa_excel.summary.scores import write_scores
from qa_excel.summary.traces import write_steps, write_traces
from qa_excel.summary.trends import write_trends
from qa_excel.thai.text import Text

PROPERTY = "qa-excel"
"""The workbook's property that says what it holds, for the year after."""
DESCRIBED = ("name", "year", "iqa_year", "level", "rubric", "rubric_version", "iqa_rubric", "iqa_rubric_version")
"""What it says of the data."""
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
    overview = book.sheet(parts.OVERVIEW)
    scores = book.sheet(parts.score_sheet(analysis), f"{years(book, analysis)} · {book.heat_note}")
    write_scores(book, scores, analysis, write_cards(book, analysis))
    if previous:
        write_trends(book, analysis, previous)
    write_deductions(book, analysis)
    write_completeness(book, analysis)
    write_readiness(book, analysis)
    write_traces(book, analysis)
    write_steps(book, analysis)
    problems.write_problems(book, analysis, problem_file)
    whole = {sheet.table: write_data_sheet(book, analysis, sheet, hidden=for_print) for sheet in SHEETS}
    write_overview(book, overview, analysis, formulas=all(whole[table] for table in TABLES), made_on=book.made_on)
    overview.activate()


def _described_in_short(data: Dataset) -> str:
    """What the workbook holds, within what Excel allows a property; the name is cut, not the rest."""
    described = {"version": __version__, **{key: data.about[key] for key in DESCRIBED}}
    text = json.dumps(described, ensure_ascii=False)
    while len(text) > MAX_PROPERTY:
        described["name"] = described["name"][: MAX_PROPERTY - len(text)]
        text = json.dumps(described, ensure_ascii=False)
    return text
