"""The summary: a merged dataset as a workbook for the office.

One module writes each sheet; how a workbook of results looks is `files.book`'s.
"""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
from qa_excel.summary.cards import CARDS, write_cards
from qa_excel.summary.completeness import write_completeness
from qa_excel.summary.data import SHEETS, SOURCES, write_data_sheet
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
MOST_IN_FULL = 500
"""Schools up to which the workbook holds every card and every criterion with its source, some 30,000 rows of each. More
are for folders of files, which are opened one at a time."""


@one_step()
def write_summary(
    analysis: Analysis,
    path: str | Path,
    previous: Analysis | None = None,
    made_on: date | None = None,
    for_print: bool = False,
    in_full: bool | None = None,
    card_links: Mapping[str, str] | None = None,
) -> None:
    """Write the summary workbook, and where its list of problems is cut the whole list beside it, as CSV.

    Raises OutputError where one of them can't be written.
    previous: the year before, for the sheet of trends. made_on: the day that is shown, if any.
    for_print: the data sheets are hidden, so that they are not printed.
    in_full: whether the cards and the sheet of sources are there, by default of no more than MOST_IN_FULL units and
    schools. card_links: unit → where its card's own file lies, seen from the workbook; for cards that are not there.
    """

    path = Path(path)
    data = analysis.data

    def build(buffer: io.BytesIO) -> None:
        title = Text("สรุปผลการประกันคุณภาพ", "Quality assurance summary").get(data.lang)
        large = len(analysis.standings) > MOST_IN_FULL
        book = Book(buffer, data.lang, data.name, f"{title} {data.name}".strip(), made_on, on_disk=large)
        book.workbook.set_custom_property(PROPERTY, _described_in_short(data), "text")
        left = Left.of(analysis, in_full)
        _write_sheets(book, analysis, previous, for_print, problem_list(path).name, left, card_links or {})
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


@dataclass(frozen=True, slots=True)
class Left:
    """What a workbook of many schools leaves to files of its own."""

    cards: bool
    sources: bool

    @staticmethod
    def of(analysis: Analysis, in_full: bool | None) -> Left:
        if in_full is not None:
            return Left(not in_full, not in_full)
        return Left(len(analysis.units) > MOST_IN_FULL, len(analysis.standings) > MOST_IN_FULL)

    def told(self, book: Book) -> str:
        """Which sheets are not there, and how to have them; empty where all are."""
        left = [
            *([(CARDS, "--cards")] if self.cards else []),
            *([(next(sheet.name for sheet in SHEETS if sheet.table == SOURCES), "--data")] if self.sources else []),
        ]
        if not left:
            return ""
        th = " และ".join(f"แผ่น{name.th} (จัดทำเป็นแฟ้มแยกด้วย {option})" for name, option in left)
        en = " and ".join(f"the sheet {name.en} ({option} gives it as files)" for name, option in left)
        return book.say(f"สมุดงานนี้ไม่มี{th}", f"This workbook is without {en}")


def _write_sheets(
    book: Book,
    analysis: Analysis,
    previous: Analysis | None,
    for_print: bool,
    problem_file: str,
    left: Left,
    card_links: Mapping[str, str],
) -> None:
    """All sheets in order; those that others draw on are written before them."""
    overview = book.sheet(parts.OVERVIEW)
    about = " · ".join(filter(None, (years(book, analysis), book.heat_note, left.told(book))))
    scores = book.sheet(parts.score_sheet(analysis), about)
    write_scores(book, scores, analysis, card_links if left.cards else write_cards(book, analysis))
    if previous:
        write_trends(book, analysis, previous)
    write_deductions(book, analysis)
    write_completeness(book, analysis)
    write_readiness(book, analysis)
    write_traces(book, analysis)
    write_steps(book, analysis)
    problems.write_problems(book, analysis, problem_file)
    sheets = [sheet for sheet in SHEETS if not (left.sources and sheet.table == SOURCES)]
    whole = {sheet.table: write_data_sheet(book, analysis, sheet, hidden=for_print) for sheet in sheets}
    write_overview(
        book,
        overview,
        analysis,
        formulas=all(whole[table] for table in TABLES),
        made_on=book.made_on,
        without=left.told(book),
    )
    overview.activate()


def _described_in_short(data: Dataset) -> str:
    """What the workbook holds, within what Excel allows a property; the name is cut, not the rest."""
    described = {"version": __version__, **{key: data.about[key] for key in DESCRIBED}}
    text = json.dumps(described, ensure_ascii=False)
    while len(text) > MAX_PROPERTY:
        described["name"] = described["name"][: MAX_PROPERTY - len(text)]
        text = json.dumps(described, ensure_ascii=False)
    return text
