"""The layout: where each input of a rubric's workbook lives. Pure data, derived from the rubric.

A form sheet carries its own key and its row keys in column A (hidden), and above each group of rows
of one shape a hidden row of column keys. An input is found by row key × column key, never by address.
Each indicator has one block of inputs and conditions; figures from functions stand to its right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial

from qa_excel.files.marks import KEY_PREFIX
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Named, Path
from qa_excel.kinds.tables import SubjectTable, Table
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field, cover_fields, indicator_fields, trace_fields
from qa_excel.rubric.model import Condition, Indicator, Process, Rubric, TraceItem
from qa_excel.thai.text import Text
from qa_excel.thai.typed import YES_NO_WORDS, to_json_number

COLUMNS_MARK = "#columns"
"""Stands in the key column of a hidden row of column keys."""

GUIDE, COVER, SUMMARY, CALCULATION = "guide", "cover", "summary", "calculation"
TITLES = {GUIDE: "คำแนะนำ", COVER: "ข้อมูลสถานศึกษา", SUMMARY: "สรุปคะแนน", CALCULATION: "สูตรคำนวณ"}

YEAR = ("year", "value")
"""The keys of the academic year: on the cover, and repeated in each block that depends on it."""

KEY_COLUMN, ID_COLUMN, LABEL_COLUMN, ASK_COLUMN, FIRST_INPUT = 1, 2, 3, 4, 5
HEADER_ROW = 7
"""The row of visible column headings on every form sheet, repeated on each printed page."""


def yes_no_words(given: Field) -> tuple[str, str]:
    """The words of the list from which a yes/no input is chosen."""
    return YES_NO_WORDS[given.kind]


def workbook_name(rubric_id: str, area: int | None) -> str:
    """The template's file name, so that a teacher knows it."""
    rubric = load_rubric(rubric_id)
    title = f"ด้าน{area}_{rubric.area(area).short.th}" if area else rubric.short.th
    return f"{rubric.id}_{title.replace(' ', '-')}.xlsx"


def sheet_title(rubric: Rubric, sheet_id: str) -> str:
    """The visible name of a sheet in a fresh template."""
    if sheet_id in TITLES:
        return TITLES[sheet_id]
    if rubric.family == "traces":
        return f"กระบวนการ {sheet_id}" if "." in sheet_id else f"ส่วนที่ {sheet_id}"
    return f"ตบช.{rubric.indicator(sheet_id).number}"


def sheet_key(rubric: Rubric, area: int | None, sheet_id: str) -> str:
    """`qa-excel:<rubric>:<version>:<area, or 0>:<sheet>`."""
    return f"{KEY_PREFIX}{rubric.id}:{rubric.version}:{area or 0}:{sheet_id}"


@dataclass(frozen=True, slots=True)
class SheetKey:
    rubric: str
    version: str
    area: int | None
    sheet: str


def parse_sheet_key(text: str) -> SheetKey | None:
    """The parts of a sheet's key; None for any other text."""
    parts = text.removeprefix(KEY_PREFIX).split(":")
    if not text.startswith(KEY_PREFIX) or len(parts) != 4 or not parts[2].isdecimal():
        return None
    return SheetKey(parts[0], parts[1], int(parts[2]) or None, parts[3])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form sheet; `fields` maps a column's number to the input there."""

    number: int
    key: str = ""
    fields: dict[int, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysRow(Row):
    """A hidden row of column keys, by column."""

    keys: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradesRow(Row):
    """Which grades are taught, repeated above a table: each grade by the first column of its inputs."""

    about: Table
    grades: dict[int, str]


class YearRow(Row):
    """The academic year, repeated above a table that depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHead(Row):
    """The visible headings of a table's columns."""

    about: Table


class ConditionsHead(Row):
    """The heading of an indicator's conditions."""


@dataclass(frozen=True, slots=True)
class InputRow(Row):
    """A row of inputs, which share its key; on the cover it is about nothing but its one input."""

    label: Text = field(kw_only=True)

    @property
    def inputs(self) -> list[tuple[int, Field]]:
        """Those to be filled in, by column; not the texts beside them."""
        return [(column, given) for column, given in self.fields.items() if not given.optional]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow(InputRow):
    about: Criterion | Condition | TraceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow(AnswerRow):
    """An item of a checklist."""

    about: Criterion


class CriterionRow(ItemRow):
    @property
    def full(self) -> int | float:
        """The criterion's full points."""
        return to_json_number(self.about.max or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow(ItemRow):
    """A subject of a criterion's table."""

    about: SubjectTable
    subject: Named
    asked: bool
    """False for one that no year counts at any grade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow(AnswerRow):
    about: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow(AnswerRow):
    about: TraceItem


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its key, its visible title and its rows."""

    id: str
    key: str
    title: str
    rows: list[Row]
    input_columns: int = 1
    text_columns: dict[str, int] = field(default_factory=dict)

    @property
    def last_input(self) -> int:
        return FIRST_INPUT + self.input_columns - 1

    @property
    def last_column(self) -> int:
        return max([self.last_input, *self.text_columns.values()])

    @property
    def answers(self) -> list[AnswerRow]:
        return [row for row in self.rows if isinstance(row, AnswerRow)]

    @property
    def block(self) -> tuple[int, int, int, int]:
        """(first row, first column, last row, last column) of the inputs, with their keys, that a function may take."""
        rows = [row.number for row in self.rows if row.key]
        return min(rows), KEY_COLUMN, max(rows), self.last_input

    def fields(self) -> Iterator[tuple[int, int, Field]]:
        """(row, column, input) of each input."""
        for row in self.rows:
            for column, given in row.fields.items():
                yield row.number, column, given


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSheet(Sheet):
    """Between its inputs and their texts stand the percent, the full points and the points."""

    indicator: Indicator

    @property
    def percent_column(self) -> int:
        return self.last_input + 1

    @property
    def full_column(self) -> int:
        return self.last_input + 2

    @property
    def points_column(self) -> int:
        return self.last_input + 3

    @property
    def first_total(self) -> int:
        """The row of the first of the indicator's totals."""
        return self.rows[-1].number + 1

    def grades_above(self, row: Row) -> GradesRow:
        """The row of the grades taught that a row of a table goes by."""
        return next(r for r in reversed(self.rows) if isinstance(r, GradesRow) and r.number < row.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSheet(Sheet):
    process: Process


Judged = IndicatorSheet | ProcessSheet
"""A sheet that has figures, and a row in the summary."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The workbook of one area, or of a rubric of traces."""

    rubric: Rubric
    area: int | None
    sheets: list[Sheet]

    @property
    def calculation(self) -> Sheet:
        """The hidden sheet on which the workbook works out its own score; it holds no inputs."""
        return Sheet(CALCULATION, sheet_key(self.rubric, self.area, CALCULATION), TITLES[CALCULATION], [])

    @property
    def forms(self) -> list[Sheet]:
        """The sheets that hold inputs."""
        return [sheet for sheet in self.sheets if sheet.rows]

    @property
    def judged(self) -> list[Judged]:
        return [sheet for sheet in self.sheets if isinstance(sheet, Judged)]

    def sheet(self, sheet_id: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.id == sheet_id)

    def cells(self) -> dict[Path, tuple[str, int, int]]:
        """Path of each input → (sheet id, row, column) in a fresh template."""
        return {f.path: (sheet.id, row, column) for sheet in self.sheets for row, column, f in sheet.fields()}


@cache
def layout_of(rubric: Rubric, area: int | None) -> Layout:
    """The layout of one workbook of a rubric."""
    forms: list[Sheet]
    if area is None:
        forms = [_process_sheet(rubric, process) for process in rubric.processes]
    else:
        forms = [_indicator_sheet(rubric, area, indicator) for indicator in rubric.area(area).indicators]
    guide, cover, summary = (
        Sheet(sheet_id, sheet_key(rubric, area, sheet_id), TITLES[sheet_id], rows)
        for sheet_id, rows in ((GUIDE, []), (COVER, _cover_rows(rubric)), (SUMMARY, []))
    )
    return Layout(rubric, area, [guide, cover, *forms, summary])


class _Rows(list[Row]):
    """Rows that are numbered as they are added, with a hidden row of column keys wherever the shape changes."""

    @property
    def next(self) -> int:
        return HEADER_ROW + 1 + len(self)

    def columns(self, shape: dict[int, str]) -> None:
        if shape != next((row.keys for row in reversed(self) if isinstance(row, KeysRow)), None):
            self.append(KeysRow(self.next, COLUMNS_MARK, keys=shape))

    def inputs(self, kind: Callable[..., InputRow], fields: dict[int, Field], **about: object) -> None:
        """A row of inputs, which share one row key."""
        self.columns({column: given.column for column, given in fields.items()})
        (key,) = {given.row for given in fields.values()}
        self.append(kind(self.next, key, fields, **about))

    def table(self, indicator: Indicator, table: Table, grades: tuple[Named, ...]) -> None:
        """The rows above a table: the year, the grades taught, and the headings of its columns."""
        if isinstance(table, SubjectTable):
            self.columns({FIRST_INPUT: YEAR[1]})
            self.append(YearRow(self.next, YEAR[0]))
        step = len(table.inputs)
        first = {FIRST_INPUT + n * step: grade.id for n, grade in enumerate(grades)}
        self.columns(first)
        self.append(GradesRow(self.next, f"{indicator.id}.levels", about=table, grades=first))
        self.append(TableHead(self.next, about=table))


def _cover_rows(rubric: Rubric) -> list[Row]:
    rows = _Rows()
    for given in cover_fields(rubric):
        rows.inputs(InputRow, {FIRST_INPUT: given}, label=given.input.label)
    return rows


def _placed(given: list[Field], texts: dict[str, int]) -> dict[int, Field]:
    """The inputs of a row by column, and after them the texts."""
    inputs = [f for f in given if not f.optional]
    return {FIRST_INPUT + n: f for n, f in enumerate(inputs)} | {texts[f.column]: f for f in given if f.optional}


def _indicator_sheet(rubric: Rubric, area: int, indicator: Indicator) -> IndicatorSheet:
    by_row: dict[str, list[Field]] = {}
    for given in indicator_fields(rubric, indicator):
        by_row.setdefault(given.row, []).append(given)
    width = max(2, *(sum(not f.optional for f in given) for given in by_row.values()))
    texts = {key: FIRST_INPUT + width + 3 + n for n, key in enumerate(("evidence", "link", "note"))}
    rows = _Rows()

    def answer(
        kind: Callable[..., InputRow], about: Criterion | Condition, label: Text | None = None, more: str = ""
    ) -> None:
        fields = _placed(by_row[f"{indicator.id}.{about.id}{more}"], texts)
        rows.inputs(kind, fields, label=label or about.label, about=about)

    for criterion in indicator.criteria:
        if isinstance(criterion, Table) and not isinstance(criterion, SubjectTable):
            rows.table(indicator, criterion, rubric.grades)
        answer(CriterionRow, criterion)
        if isinstance(criterion, SubjectTable):
            rows.table(indicator, criterion, rubric.grades)
            for subject in rubric.subjects:
                asked = any(criterion.ever_counts(rubric, grade.id, subject) for grade in rubric.grades)
                kind = partial(SubjectRow, subject=subject, asked=asked)
                answer(kind, criterion, subject.name, f".{subject.id}")
        for item in criterion.items:
            answer(ItemRow, item)
    rows.append(ConditionsHead(rows.next))
    for condition in indicator.conditions:
        answer(ConditionRow, condition)
    key, title = sheet_key(rubric, area, indicator.id), sheet_title(rubric, indicator.id)
    return IndicatorSheet(indicator.id, key, title, rows, width, texts, indicator=indicator)


def _process_sheet(rubric: Rubric, process: Process) -> ProcessSheet:
    width = 1 + max(len(item.numbers) for item in process.items)
    texts = {key: FIRST_INPUT + width + n for n, key in enumerate(("evidence", "owner", "date", "link", "note"))}
    rows = _Rows()
    for item in process.items:
        rows.inputs(TraceRow, _placed(list(trace_fields(process.id, item)), texts), label=item.label, about=item)
    key, title = sheet_key(rubric, None, process.id), sheet_title(rubric, process.id)
    return ProcessSheet(process.id, key, title, rows, width, texts, process=process)
