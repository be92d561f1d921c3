"""The sheet on which a workbook works out its own score, by ordinary formulas: what every program shows.

A row an input (what stands in its cell, its state, its number), a row a helper, a criterion, a condition; last a row a
score: the figure, what the function of the add-in says, and which of the two is at work. The rows carry keys in column
A, by which a figure is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.layout import (
    CALCULATION,
    COLUMNS_MARK,
    COVER,
    KEY_COLUMN,
    YEAR,
    IndicatorSheet,
    Layout,
    ProcessSheet,
    Sheet,
    layout_of,
)
from qa_excel.kinds.answers import Asked, Edition
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.native import Answer, Calculated, read_input, read_year
from qa_excel.kinds.terms import (
    Cell,
    Lookup,
    Reference,
    Term,
    Write,
    above,
    call,
    is_error,
    minus,
    plus,
    rounded,
    size,
    when,
)
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring import native

FIRST_ROW = 4
"""Below the sheet's key and what it is."""
RAW, STATE, NUMBER = 2, 3, 4
FIGURE, FUNCTION, AT_WORK = 2, 3, 4
SAME, NATIVE_ONLY, FUNCTION_ONLY, FUNCTION_ERROR, DIFFERENT = (
    "same",
    "native only",
    "function only",
    "function error",
    "different",
)
"""What tells which of the two answers stands in a cell."""
TOLERANCE = 0.005
"""Scores are shown with two decimals."""
ScoreKey = tuple[str, ...]
"""A function of the add-in and its codes; ("missing", "done" or "said", sheet id); or ("", figure) of a total."""


@dataclass(slots=True)
class Row:
    """A row of the sheet: its key and the terms of its cells by column; beside a score, what tells of its function."""

    number: int
    key: str
    cells: dict[int, Term]
    functions: dict[int, Term] = field(default_factory=dict)


@dataclass(slots=True)
class Workings:
    """A workbook's calculation: its rows in order, where each score stands, and what stands beside inputs."""

    rows: list[Row] = field(default_factory=list)
    scores: dict[ScoreKey, Cell] = field(default_factory=dict)
    beside: dict[str, Term] = field(default_factory=dict)
    """Row key of a form → the percentage or result that is shown on that row."""
    answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    """(sheet id, row key, column key) of a form → its input."""

    def add(self, key: str, *terms: Term) -> Row:
        row = Row(FIRST_ROW + len(self.rows), key, dict(enumerate(terms, start=RAW)))
        self.rows.append(row)
        return row

    def score(self, *key: str) -> Term:
        """What refers to a score's figure."""
        return Reference(self.scores[key])

    def terms(self) -> Iterator[tuple[Cell, Term]]:
        for row in self.rows:
            for column, meant in (row.cells | row.functions).items():
                yield Cell(CALCULATION, row.number, column), meant


@cache
def workings_of(rubric: Rubric, area: int | None) -> Workings:
    """The calculation of one workbook of a rubric."""
    layout = layout_of(rubric, area)
    workings = Workings()
    for sheet in layout.forms if area else layout.judged:
        _read_inputs(workings, layout, sheet)
    if rubric.family == "traces":
        _processes(workings, layout)
    else:
        nets = [_indicator(workings, rubric, sheet) for sheet in layout.judged if isinstance(sheet, IndicatorSheet)]
        _score(workings, ("ONESQA_AREA_SCORE", str(area)), rounded(plus(*nets), 2))
    return workings


def score_key(call_: ScoreKey) -> str:
    """What stands in column A of a score's row."""
    return " ".join(part for part in call_ if part) if call_[0] else f"total {call_[1]}"


def writer(layout: Layout, sheet_id: str) -> Write:
    """How a formula on a sheet names cells: the sheet only where it is another one."""
    titles = {sheet.id: sheet.title for sheet in (*layout.sheets, layout.calculation)}

    def write(cell: Cell) -> str:
        letters = column_letters(cell.column)
        return f"{letters}{cell.row}" if cell.sheet == sheet_id else f"'{titles[cell.sheet]}'!${letters}${cell.row}"

    return write


def function(name: str, *codes: str) -> Term:
    """A function of the add-in; to a program without it, an error."""
    return call(name, *(int(code) if name == "ONESQA_AREA_SCORE" else code for code in codes))


# --- rows of inputs ---


def _read_inputs(workings: Workings, layout: Layout, sheet: Sheet) -> None:
    for row_number, column, given in sheet.fields():
        if (given.optional and given.grade is None) or (sheet.id == COVER and not _counts(given)):
            continue
        number = FIRST_ROW + len(workings.rows)
        raw, state, held = (Reference(Cell(CALCULATION, number, n)) for n in (RAW, STATE, NUMBER))
        looked_up = Lookup(
            Cell(sheet.id, row_number, column),
            given.row,
            given.column,
            _headings(sheet, row_number),
            Cell(sheet.id, 1, KEY_COLUMN),
            Cell(sheet.id, sheet.rows[-1].number, sheet.last_column),
        )
        if given.input.kind == "choice":
            state_term = native.status_state(layout.rubric, raw)
            workings.add(given.key, looked_up, state_term)
        else:
            kind = given.kind
            known, number_of = read_year(raw, layout.rubric.first_year) if kind == "year" else read_input(kind, raw)
            workings.add(given.key, looked_up, known, number_of(state))
        workings.answers[sheet.id, given.row, given.column] = Answer(state, held, raw)


def _counts(given: Field) -> bool:
    """Whether an input of the cover decides a score."""
    return given.grade is not None or (given.row, given.column) == YEAR


def _headings(sheet: Sheet, row_number: int) -> int:
    """The hidden row of column keys above a row."""
    return max(row.number for row in sheet.rows if row.key == COLUMNS_MARK and row.number < row_number)


# --- indicators ---


@dataclass(slots=True)
class _Sheet:
    """The calculation as one criterion sees it."""

    workings: Workings
    rubric: Rubric
    indicator: Indicator
    own: Criterion

    @property
    def edition(self) -> Edition:
        return self.rubric

    @property
    def year(self) -> Answer:
        return self.workings.answers[COVER, *YEAR]

    def taught(self, grade: str) -> Answer:
        return self.workings.answers[COVER, f"school.levels.{grade}", "value"]

    def criterion(self, criterion_id: str) -> Asked:
        return self.indicator.criterion(criterion_id)

    def answer(self, criterion: str, within: Path) -> Answer:
        row, column = self.places(criterion)[within]
        return self.workings.answers[self.indicator.id, row, column]

    def places(self, criterion: str) -> dict[Path, tuple[str, str]]:
        return _places(self.rubric, self.indicator, criterion)

    def let(self, name: str, meant: Term) -> Term:
        row = self.workings.add(f"{self.indicator.id}.{self.own.id} {name}", meant)
        return Reference(Cell(CALCULATION, row.number, FIGURE))


@cache
def _places(rubric: Rubric, indicator: Indicator, criterion: str) -> dict[Path, tuple[str, str]]:
    """Keys below the answer → (row key, column key) of each input of a criterion."""
    key = f"{indicator.id}.{criterion}"
    places = indicator.criterion(criterion).places(rubric.grades, rubric.subjects)
    return {place.within: (key + place.row, place.column) for place in places}


def _indicator(workings: Workings, rubric: Rubric, sheet: IndicatorSheet) -> Term:
    """The rows of one indicator; returned is what refers to its net score."""
    indicator = sheet.indicator
    criteria: list[Calculated] = []
    for criterion in indicator.criteria:
        told = criterion.native(_Sheet(workings, rubric, indicator, criterion))
        row = workings.add(f"{indicator.id}.{criterion.id}", told.valid, told.points, told.missing)
        valid, points, missing = (Reference(Cell(CALCULATION, row.number, column)) for column in row.cells)
        criteria.append(Calculated(valid, points, missing))
        for ending, meant in told.beside.items():
            workings.beside[f"{indicator.id}.{criterion.id}{ending}"] = meant
    conditions = []
    for condition in indicator.conditions:
        key = f"{indicator.id}.{condition.id}"
        found = workings.answers[sheet.id, key, "found"]
        resolved = workings.answers[sheet.id, key, "resolved"] if condition.resolvable else None
        terms = native.condition_terms(condition, found, resolved)
        row = workings.add(key, terms.valid, terms.deducts, terms.missing)
        conditions.append(native.Deducted(*(Reference(Cell(CALCULATION, row.number, c)) for c in row.cells)))
    for criterion, calculated in zip(indicator.criteria, criteria, strict=True):
        _score(workings, ("ONESQA_POINTS", indicator.id, criterion.id.upper()), native.shown_points(calculated))
    gross = _score(workings, ("ONESQA_GROSS", indicator.id), native.gross(criteria))
    deduction = _score(workings, ("ONESQA_DEDUCTION", indicator.id), native.deduction(indicator, conditions))
    net = _score(workings, ("ONESQA_SCORE", indicator.id), native.net(gross, deduction))
    _figure(workings, ("missing", indicator.id), native.missing([*criteria, *conditions]))
    return net


# --- processes ---


def _processes(workings: Workings, layout: Layout) -> None:
    done_of_all: list[Term] = []
    unread_of_all: list[Term] = []
    for sheet in layout.judged:
        if not isinstance(sheet, ProcessSheet):
            continue
        unread, said, done, blank = _items(workings, layout.rubric, sheet)
        done_of_all.append(_figure(workings, ("done", sheet.id), done))
        unread_of_all += unread
        percent = native.progress(unread, workings.score("done", sheet.id), len(sheet.process.items))
        _score(workings, ("IQA_PROGRESS", sheet.id), percent)
        _figure(workings, ("said", sheet.id), said)
        _figure(workings, ("missing", sheet.id), blank)
    _figure(workings, ("", "progress"), native.progress(unread_of_all, plus(*done_of_all), len(layout.rubric.items)))


def _items(workings: Workings, rubric: Rubric, sheet: ProcessSheet) -> tuple[list[Term], Term, Term, Term]:
    """(whether a status can't be read; how many steps say that they are done, are so, have no status)."""
    unread, said, done, blank = [], [], [], []
    for item in sheet.process.items:
        status = workings.answers[sheet.id, item.id, "status"]
        numbers = [(number, workings.answers[sheet.id, item.id, number.key].raw) for number in item.numbers]
        row = workings.add(item.id, native.is_done(rubric, status.raw, numbers))
        done.append(Reference(Cell(CALCULATION, row.number, FIGURE)))
        unread.append(status.unread)
        said.append(when(status.read, when(native.says_done(rubric, status.raw), 1, 0), 0))
        blank.append(when(status.blank, 1, 0))
    return unread, plus(*said), plus(*done), plus(*blank)


# --- scores ---


def _figure(workings: Workings, key: ScoreKey, figure: Term) -> Term:
    """A row of a figure that no function gives."""
    row = workings.add(score_key(key), figure)
    workings.scores[key] = Cell(CALCULATION, row.number, FIGURE)
    return Reference(workings.scores[key])


def _score(workings: Workings, key: ScoreKey, figure: Term) -> Term:
    """A score's row: its figure, what the function says, and which of the two a cell shows that asks for both."""
    number = FIRST_ROW + len(workings.rows)
    own, other = (Reference(Cell(CALCULATION, number, column)) for column in (FIGURE, FUNCTION))
    agree = when(above(size(minus(own, other)), TOLERANCE), DIFFERENT, SAME)
    with_own_error = when(is_error(other), SAME, FUNCTION_ONLY)
    known = when(is_error(own), with_own_error, when(is_error(other), FUNCTION_ERROR, agree))
    at_work = when(is_error(function("QA_VERSION")), NATIVE_ONLY, known)
    workings.add(score_key(key), figure).functions = {FUNCTION: function(*key), AT_WORK: at_work}
    workings.scores[key] = Cell(CALCULATION, number, FIGURE)
    return Reference(workings.scores[key])
