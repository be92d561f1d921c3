"""Cards as files of their own, one for each school."""

from __future__ import annotations

import io
from pathlib import Path

from qa_excel.district.analysis import Analysis, Unit, decimal
from qa_excel.files.book import Book, Cell, Column
from qa_excel.files.output import file_name, write_package
from qa_excel.files.writing import one_step
from qa_excel.summary.card_facts import Facts, UnitFacts
from qa_excel.summary.cards import CARDS, CRITERIA, DISTRICT_CARDS, IN_FILE, CardSheet
from qa_excel.summary.parts import of_schools, years
from qa_excel.thai.text import Text


@one_step()
def write_card_files(analysis: Analysis, folder: str | Path, lang: str) -> list[str]:
    """Write each unit's card as a workbook, with all its criteria on a second sheet; returns the files' names.

    Raises OutputError where the folder or a file can't be written.
    """
    folder = Path(folder)
    facts = Facts(analysis)
    paths = card_paths(analysis, folder)
    for unit, path in zip(analysis.units, paths, strict=True):

        def build(buffer: io.BytesIO, unit: Unit = unit) -> None:
            name = CARDS if of_schools(analysis) else DISTRICT_CARDS
            book = Book(buffer, lang, analysis.data.name, f"{name.get(lang)} {unit.name}".strip())
            sheet = CardSheet(book, analysis, facts, name, None, IN_FILE)
            sheet.card(unit)
            sheet.finish()
            if of_schools(analysis):
                _write_criteria(book, analysis, facts.of(unit))
            book.close()

        write_package(path, build, dated=False, within=folder)
    return [path.name for path in paths]


def card_paths(analysis: Analysis, folder: Path) -> list[Path]:
    """The workbook of each unit's card."""
    return [folder / file_name(f"{unit.code} {unit.name}", ".xlsx") for unit in analysis.units]


def _write_criteria(book: Book, analysis: Analysis, facts: UnitFacts) -> None:
    """Every criterion of the school with its points, its reason and the cell that it was read from."""
    rubric, lang = analysis.data.rubric, book.lang
    ws = book.sheet(CRITERIA, years(book, analysis))
    columns = [
        Column(Text("ตบช.", "IND"), 9, kind="count"),
        Column(Text("ตัวบ่งชี้", "Indicator"), 26, 34),
        Column(Text("ข้อ", "No."), 7, kind="code"),
        Column(Text("เกณฑ์", "Criterion"), 34, 48),
        Column(Text("คะแนน", "Points"), 10, kind="points"),
        Column(Text("เต็ม", "Full"), 9, kind="points"),
        Column(Text("ขาด", "Lacks"), 9, kind="points"),
        Column(Text("ได้เพราะ", "Given for"), 30, 46),
        Column(Text("สิ่งที่จะเพิ่มคะแนน", "What would earn the rest"), 30, 50),
        Column(Text("แผ่นงาน", "Sheet"), 11, 16),
        Column(Text("เซลล์", "Cell"), 9, kind="centre"),
        Column(Text("หน้า", "Page"), 9, kind="code"),
    ]
    rows: list[list[Cell]] = []
    for row in facts.criteria:
        indicator = rubric.indicator(row.indicator)
        label = indicator.criterion(row.criterion).label.get(lang)
        points = [decimal(row.points), decimal(row.max), decimal(row.max) - decimal(row.points)]
        start: list[Cell] = [int(indicator.number), indicator.name.get(lang), row.criterion, label]
        rows.append([*start, *points, row.reason, row.to_earn, row.sheet, row.cell, row.page])
    book.table(ws, 3, columns, rows, frozen=3)
