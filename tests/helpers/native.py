"""A workbook's figures from every side: the program, its functions, its file, an independent scorer, and its formulas
as its own terms and two spreadsheet engines work them out.

Figures are by score, as `form.calculation` keys them; None is no figure (an error in a cell).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any
from xml.sax.saxutils import escape

import formulon

from helpers import oracle
from helpers.entries import UNREAD, Entry
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import CellError, Sheets
from qa_excel.files.output import unzipped, zipped
from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.calculation import ScoreKey, workings_of
from qa_excel.form.figures import Figures
from qa_excel.form.layout import layout_of
from qa_excel.form.packing import pack
from qa_excel.form.template.building import build, build_with_terms
from qa_excel.form.template.formulas import Formulas
from qa_excel.form.template.wording import shown_value
from qa_excel.kinds.outcome import half_up
from qa_excel.kinds.terms import Cell, FormulaError
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field, fields
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.typed import ErrorCell

FigureOf = dict[ScoreKey, float | None]
Shown = dict[Cell, Any]
"""Cell → what it shows; a FormulaError for any error."""
ERROR = FormulaError("an error")
BY_YEAR = {("IND2", "1"), ("IND5", "2")}
"""Criteria that rest on the year and the grades taught; IND3 rests on the grades alone."""


# --- the program ---


def of_card(card: Scorecard) -> FigureOf:
    figures: dict[ScoreKey, Any] = {}
    for indicator in card.indicators.values():
        figures["ONESQA_GROSS", indicator.id] = indicator.gross
        figures["ONESQA_DEDUCTION", indicator.id] = indicator.deduction
        figures["ONESQA_SCORE", indicator.id] = indicator.score
        figures["missing", indicator.id] = len(indicator.missing)
        for criterion in indicator.criteria:
            figures["ONESQA_POINTS", indicator.id, criterion.id.upper()] = half_up(criterion.points)
    for process in card.processes.values():
        figures["IQA_PROGRESS", process.id] = process.percent
        figures["done", process.id] = process.done
    if card.area:
        figures["ONESQA_AREA_SCORE", str(card.area)] = card.score
    else:
        figures["", "progress"] = card.progress.percent
    return {key: None if figure is None else float(figure) for key, figure in figures.items()}


def of_program(entry: Entry, rubric: Rubric | None = None) -> FigureOf:
    return of_card(score(entry.typed, rubric or load_rubric(entry.rubric_id)))


def of_functions(entry: Entry) -> FigureOf:
    """What the functions answer in the cells of the workbook."""
    grids = {title: [list(row) for row in rows] for title, rows in _template(entry.rubric_id, entry.area).items()}
    for title, row, column, typed in _placed(entry):
        grids[title][row - 1][column - 1] = typed
    sheets = Sheets(grids)
    figures = {}
    for key in of_program(entry):
        name, codes = ("ONESQA_MISSING", key[1:]) if key[0] == "missing" else (key[0], key[1:])
        if name not in ("done", ""):
            try:
                figures[key] = float(call(name, codes, sheets))
            except CellError:
                figures[key] = None
    return figures


@cache
def _template(rubric_id: str, area: int | None) -> dict[str, list[tuple[Any, ...]]]:
    book = build(load_rubric(rubric_id), area)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def _placed(entry: Entry) -> Iterator[tuple[str, int, int, Any]]:
    """(sheet title, row, column, what was typed) of each input that is filled."""
    layout = layout_of(load_rubric(entry.rubric_id), entry.area)
    titles = {sheet.id: sheet.title for sheet in layout.sheets}
    cells = layout.cells()
    for path, answer in entry.answers.items():
        if answer.typed is not None:
            sheet_id, row, column = cells[path]
            yield titles[sheet_id], row, column, answer.typed


# --- the independent scorer ---


def of_oracle(submission: dict[str, Any]) -> FigureOf:
    told = oracle.score(submission)
    figures: dict[ScoreKey, Any] = {}
    for indicator, of in told.get("indicators", {}).items():
        for name, part in (("ONESQA_GROSS", "gross"), ("ONESQA_DEDUCTION", "deduction"), ("ONESQA_SCORE", "score")):
            figures[name, indicator] = of[part]
        figures["missing", indicator] = of["missing"]
        for criterion in of["criteria"]:
            figures["ONESQA_POINTS", indicator, criterion["id"].upper()] = criterion["points"]
    for process, of in told.get("processes", {}).items():
        figures["IQA_PROGRESS", process], figures["done", process] = of["percent"], of["done"]
    if "area" in told:
        figures["ONESQA_AREA_SCORE", str(told["area"])] = told["score"]
    else:
        figures["", "progress"] = told["percent"]
    return {key: None if figure is None else float(figure) for key, figure in figures.items()}


def of_sheet(entry: Entry) -> FigureOf:
    """What the workbook itself must show: the independent scorer's figures of what a sheet can read.

    Where it can't read the year or whether a grade is taught, what rests on that has none; nor have a process's
    figures where it can't read a status, or the number of a step that is said to be done.
    """
    submission = entry.meant("sheet")
    figures = of_oracle(submission)
    return _sheet_of_area(entry, submission, figures) if entry.area else _sheet_of_traces(entry, submission, figures)


def _sheet_of_area(entry: Entry, submission: dict[str, Any], figures: FigureOf) -> FigureOf:
    sheet = {path: answer.sheet for path, answer in entry.answers.items()}
    grades = [path for path in sheet if path[:2] == ("school", "levels")]
    lost: set[tuple[str, str]] = set()
    if any(sheet[path] == UNREAD for path in grades):
        lost |= {*BY_YEAR, ("IND3", "1")}
    if sheet["year",] == UNREAD:
        lost |= BY_YEAR
    if sheet.get(("answers", "IND12", "1.1", "value")) == UNREAD:
        lost |= {("IND12", "1.2")}
    for indicator, criterion in lost:
        if ("ONESQA_POINTS", indicator, criterion) in figures:
            figures["ONESQA_POINTS", indicator, criterion] = None
            figures["ONESQA_GROSS", indicator] = figures["ONESQA_SCORE", indicator] = None
            figures["ONESQA_AREA_SCORE", str(entry.area)] = None
    return figures


def _sheet_of_traces(entry: Entry, submission: dict[str, Any], figures: FigureOf) -> FigureOf:
    for process, size in oracle.PROCESSES.items():
        items = [f"{process}.{n}" for n in range(1, size + 1)]
        statuses = [submission["items"].get(item, {}).get("status") for item in items]
        figures["said", process] = float(statuses.count("done"))
        figures["missing", process] = float(statuses.count(None))
        if any(_error_where_done(entry, item) for item in items):
            figures["done", process] = None
        if figures["done", process] is None or UNREAD in statuses:
            figures["IQA_PROGRESS", process] = figures["", "progress"] = None
    return figures


def _error_where_done(entry: Entry, item: str) -> bool:
    """Whether a step's status is an error, or says that it is done and a number of it, before one that is too small,
    is none that a sheet reads."""
    answers = {path[2]: answer for path, answer in entry.answers.items() if path[:2] == ("items", item)}
    if answers["status"].sheet != "done":
        return isinstance(answers["status"].typed, ErrorCell)
    for name, least in oracle.LEAST.get(item, {}).items():
        number = answers[name]
        if number.sheet == UNREAD and not _is_number(number.typed):
            return True
        if number.sheet in (None, UNREAD) or number.sheet < least:
            return False
    return False


def _is_number(typed: Any) -> bool:
    return isinstance(typed, int | float) and not isinstance(typed, bool)


# --- the workbook ---


@cache
def formulas_of(rubric_id: str, area: int | None) -> Formulas:
    return build_with_terms(load_rubric(rubric_id), area)[1]


def package(entry: Entry) -> bytes:
    """The workbook as it is filled: by the program where it can be, and with what else was typed over that."""
    rubric = load_rubric(entry.rubric_id)
    layout = layout_of(rubric, entry.area)
    proper: dict[tuple[str, ...], Any] = {}
    other: dict[tuple[str, int, int], Any] = {}
    cells = layout.cells()
    for given in fields(rubric, entry.area):
        answer = entry.answers.get(given.path)
        if answer is None or answer.typed is None:
            continue
        if _as_filled(given, answer.program, rubric) == answer.typed and type(answer.typed) is not bool:
            proper[given.path] = answer.program
        else:
            other[cells[given.path]] = answer.typed
    parts = unzipped(pack(rubric, entry.area, proper))
    for number, sheet in enumerate(layout.sheets, start=1):
        here = {(row, column): typed for (sheet_id, row, column), typed in other.items() if sheet_id == sheet.id}
        name = f"xl/worksheets/sheet{number}.xml"
        for (row, column), typed in here.items():
            blank = re.compile(rb'(<c r="%s%d"(?: s="\d+")?)(?: t="n")? ?/>' % (column_letters(column).encode(), row))
            parts[name], found = blank.subn(lambda at, typed=typed: _cell(at[1].decode(), typed), parts[name])
            assert found == 1, (sheet.title, row, column)
    return zipped(parts)


def _as_filled(given: Field, value: Any, rubric: Rubric) -> Any:
    """What `pack` writes for a value; None for one that it takes for no value of the kind."""
    if value is None or value == UNREAD:
        return None
    return shown_value(given, value, rubric)


def _cell(head: str, typed: Any) -> bytes:
    match typed:
        case bool():
            return f'{head} t="b"><v>{typed:d}</v></c>'.encode()
        case ErrorCell():
            return f'{head} t="e"><v>{typed}</v></c>'.encode()
        case str():
            return f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(typed)}</t></is></c>'.encode()
        case _:
            return f"{head}><v>{typed!r}</v></c>".encode()


def worked_out(entry: Entry) -> Shown:
    """Every formula of the workbook by its own terms."""
    formulas, cells = formulas_of(entry.rubric_id, entry.area), formulas_cells(entry)
    held = dict(formulas.held)
    for path, answer in entry.answers.items():
        if answer.typed is not None:
            error = isinstance(answer.typed, ErrorCell)
            held[Cell(*cells[path])] = FormulaError(answer.typed) if error else answer.typed
    figures = Figures(formulas.terms, held)
    return {cell: figures[cell] for cell in formulas.terms}


def formulas_cells(entry: Entry) -> dict[tuple[str, ...], tuple[str, int, int]]:
    return layout_of(load_rubric(entry.rubric_id), entry.area).cells()


def by_formulon(entry: Entry, content: bytes) -> Shown:
    """The calculation's scores, worked out by formulon."""
    layout = layout_of(load_rubric(entry.rubric_id), entry.area)
    numbers = {sheet.id: number for number, sheet in enumerate((*layout.sheets, layout.calculation))}
    shown: Shown = {}
    with formulon.Workbook.load(content) as book:
        book.recalc()
        for cell in workings_of(layout.rubric, entry.area).scores.values():
            value = book.get_value(numbers[cell.sheet], cell.row - 1, cell.column - 1)
            shown[cell] = ERROR if value.kind == formulon.ValueKind.ERROR else value.to_python()
    return shown


def by_libreoffice(entry: Entry, tables: Mapping[str, FilePath]) -> Shown:
    """Every formula of the workbook; tables: sheet title → what LibreOffice calculated there, as .csv."""
    layout = layout_of(load_rubric(entry.rubric_id), entry.area)
    grids = {}
    for sheet in (*layout.sheets, layout.calculation):
        with tables[sheet.title].open(encoding="utf-8", newline="") as file:
            grids[sheet.id] = list(csv.reader(file))
    return {
        cell: Written(grids[cell.sheet][cell.row - 1][cell.column - 1])
        for cell in formulas_of(entry.rubric_id, entry.area).terms
    }


class Written(str):
    """A value as a .csv holds it, which does not tell a text of digits from a number."""

    def read_as(self, wanted: Any) -> Any:
        if re.fullmatch(r"#(NUM!|NAME\?|VALUE!|N/A|DIV/0!|REF!)|Err:\d+", self):
            return ERROR
        if isinstance(wanted, bool) and self in ("TRUE", "FALSE"):
            return self == "TRUE"
        is_number = isinstance(wanted, int | float) and re.fullmatch(r"-?[0-9.]+(E[+-]?\d+)?", self)
        return float(self) if is_number else str(self)


def scores_in(entry: Entry, shown: Shown) -> FigureOf:
    """The figures of the calculation's scores."""
    workings = workings_of(load_rubric(entry.rubric_id), entry.area)
    figures = {key: shown[cell] for key, cell in workings.scores.items()}
    return {key: None if isinstance(figure, FormulaError) else figure for key, figure in figures.items()}


# --- comparing ---


def same(one: Any, other: Any) -> bool:
    """Whether a cell shows what it should; an error is an error."""
    if isinstance(one, Written):
        one = one.read_as(other)
    one, other = (ERROR if value is None or isinstance(value, FormulaError) else value for value in (one, other))
    if one is ERROR or isinstance(one, str) or other is ERROR or isinstance(other, str):
        return one == other
    return abs(one - other) < 1e-9 * max(1, abs(other))


def differences(name: str, got: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> Iterator[str]:
    """What one side shows otherwise than another, of what both have."""
    for key in got.keys() & wanted.keys():
        if not same(got[key], wanted[key]):
            yield f"{name}: {key} is {got[key]!r}, expected {wanted[key]!r}"


def of_every_side(entry: Entry, engines: Mapping[str, Shown]) -> Iterator[str]:
    """Whatever differs between the sides; engines: name → what one shows."""
    program, sheet, terms = of_program(entry), of_sheet(entry), worked_out(entry)
    own = scores_in(entry, terms)
    assert own.keys() == sheet.keys()
    yield from differences("independent scorer", of_oracle(entry.meant("program")), program)
    yield from differences("functions", of_functions(entry), program)
    yield from differences("formulas", own, sheet)
    for key in program:
        if key[0] not in ("missing", "done") and own[key] is not None and not same(own[key], program[key]):
            yield f"native: {key} is {own[key]!r}, the program's {program[key]!r}"
    for name, shown in engines.items():
        yield from differences(name, scores_in(entry, shown), sheet)
        yield from differences(name, shown, terms)
