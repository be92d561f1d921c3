"""The layout: where each input of a rubric's workbook lives. Pure data, derived from the rubric.

A form sheet carries its own key and its row keys in column A (hidden), and above each group of rows
of one shape a hidden row of column keys. An input is found by row key × column key, never by address.
Each indicator has one block of inputs and conditions; figures from functions stand to its right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from qa_excel.files.marks import KEY_PREFIX
from qa_excel.kinds.criterion import Criterion, Shape
from qa_excel.kinds.inputs import Path
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field, cover_fields, indicator_fields, trace_fields
from qa_excel.rubric.model import Condition, Indicator, Process, Rubric, TraceItem
from qa_excel.thai.text import Text
from qa_excel.thai.typed import YES_NO_WORDS

COLUMNS_MARK = "#columns"
"""Stands in the key column of a hidden row of column keys."""

GUIDE, COVER, SUMMARY = "guide", "cover", "summary"
TITLES = {GUIDE: "คำแนะนำ", COVER: "ข้อมูลสถานศึกษา", SUMMARY: "สรุปคะแนน"}

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


@dataclass(slots=True)
class Row:
    """One row of a form sheet.

    kind: columns (hidden column keys), criterion, item, grades, subheader, subject, conditions (their
    heading), condition, trace or cover. `fields` maps a column's number to the input there,
    `column_keys` to the key or grade that stands there.
    """

    number: int
    kind: str
    key: str = ""
    label: Text | None = None
    fields: dict[int, Field] = field(default_factory=dict)
    column_keys: dict[int, str] = field(default_factory=dict)
    about: Criterion | Condition | TraceItem | None = None


@dataclass(slots=True)
class Sheet:
    """One sheet: its key, its visible title and its rows; `block` spans the inputs a function may take."""

    id: str
    key: str
    title: str
    rows: list[Row]
    input_columns: int = 1
    text_columns: dict[str, int] = field(default_factory=dict)
    percent_column: int = 0
    full_column: int = 0
    points_column: int = 0
    indicator: Indicator | None = None
    process: Process | None = None

    @property
    def last_input(self) -> int:
        return FIRST_INPUT + self.input_columns - 1

    @property
    def last_column(self) -> int:
        return max([self.points_column, self.last_input, *self.text_columns.values()])

    @property
    def block(self) -> tuple[int, int, int, int]:
        """(first row, first column, last row, last column) of the inputs with their keys."""
        rows = [row.number for row in self.rows if row.key]
        return min(rows), KEY_COLUMN, max(rows), self.last_input

    def fields(self) -> Iterator[tuple[int, int, Field]]:
        """(row, column, input) of each input."""
        for row in self.rows:
            for column, given in row.fields.items():
                yield row.number, column, given


@dataclass(slots=True)
class Layout:
    """The workbook of one area, or of a rubric of traces."""

    rubric: Rubric
    area: int | None
    sheets: list[Sheet]

    @property
    def forms(self) -> list[Sheet]:
        """The sheets that hold inputs."""
        return [sheet for sheet in self.sheets if sheet.rows]

    def sheet(self, sheet_id: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.id == sheet_id)

    def cells(self) -> dict[Path, tuple[str, int, int]]:
        """Path of each input → (sheet id, row, column) in a fresh template."""
        return {f.path: (sheet.id, row, column) for sheet in self.sheets for row, column, f in sheet.fields()}


@cache
def layout_of(rubric: Rubric, area: int | None) -> Layout:
    """The layout of one workbook of a rubric."""

    def plain(sheet_id: str) -> Sheet:
        return Sheet(sheet_id, sheet_key(rubric, area, sheet_id), sheet_title(rubric, sheet_id), [])

    if rubric.family == "traces":
        forms = [_process_sheet(rubric, process) for process in rubric.processes]
    else:
        forms = [_indicator_sheet(rubric, area, indicator) for indicator in rubric.area(area).indicators]
    return Layout(rubric, area, [plain(GUIDE), _cover_sheet(rubric, area), *forms, plain(SUMMARY)])


class _Rows:
    """Numbers rows as they are added, with a hidden row of column keys wherever the shape changes."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.shape: dict[int, str] = {}

    def add(self, kind: str, **about: object) -> None:
        self.rows.append(Row(HEADER_ROW + 1 + len(self.rows), kind, **about))

    def columns(self, shape: dict[int, str]) -> None:
        if shape != self.shape:
            self.add("columns", key=COLUMNS_MARK, column_keys=shape)
            self.shape = shape

    def inputs(self, kind: str, fields: dict[int, Field], **about: object) -> None:
        """A row of inputs, which share one row key."""
        self.columns({column: given.column for column, given in fields.items()})
        (key,) = {given.row for given in fields.values()}
        self.add(kind, key=key, fields=fields, **about)


def _cover_sheet(rubric: Rubric, area: int | None) -> Sheet:
    rows = _Rows()
    for given in cover_fields(rubric):
        rows.inputs("cover", {FIRST_INPUT: given}, label=given.input.label)
    return Sheet(COVER, sheet_key(rubric, area, COVER), TITLES[COVER], rows.rows)


def _indicator_sheet(rubric: Rubric, area: int | None, indicator: Indicator) -> Sheet:
    by_row: dict[str, list[Field]] = {}
    for given in indicator_fields(rubric, indicator):
        by_row.setdefault(given.row, []).append(given)
    width = max(2, *(sum(not f.optional for f in given) for given in by_row.values()))
    percent = FIRST_INPUT + width
    sheet = Sheet(
        indicator.id,
        sheet_key(rubric, area, indicator.id),
        sheet_title(rubric, indicator.id),
        [],
        width,
        {key: percent + 3 + n for n, key in enumerate(("evidence", "link", "note"))},
        percent,
        percent + 1,
        percent + 2,
        indicator,
    )
    rows = _Rows()

    def place(given: list[Field]) -> dict[int, Field]:
        inputs = [f for f in given if not f.optional]
        texts = {sheet.text_columns[f.column]: f for f in given if f.optional}
        return {**{FIRST_INPUT + n: f for n, f in enumerate(inputs)}, **texts}

    for criterion in indicator.criteria:
        key = f"{indicator.id}.{criterion.id}"
        if criterion.shape is Shape.GRADES:
            _grade_rows(rows, rubric, indicator, criterion)
        rows.inputs("criterion", place(by_row[key]), label=criterion.label, about=criterion)
        if criterion.shape is Shape.SUBJECTS:
            _grade_rows(rows, rubric, indicator, criterion)
            for subject in rubric.subjects:
                rows.inputs("subject", place(by_row[f"{key}.{subject.id}"]), label=subject.name, about=criterion)
        for item in criterion.items:
            rows.inputs("item", place(by_row[f"{indicator.id}.{item.id}"]), label=item.label, about=item)
    rows.add("conditions")
    for condition in indicator.conditions:
        rows.inputs(
            "condition", place(by_row[f"{indicator.id}.{condition.id}"]), label=condition.label, about=condition
        )
    sheet.rows = rows.rows
    return sheet


def _grade_rows(rows: _Rows, rubric: Rubric, indicator: Indicator, criterion: Criterion) -> None:
    """The row that repeats the grades taught, and the visible headings of a table's columns."""
    step = len(criterion.inputs)
    grades = {FIRST_INPUT + n * step: grade.id for n, grade in enumerate(rubric.grades)}
    rows.columns(grades)
    rows.add("grades", key=f"{indicator.id}.levels", column_keys=grades, about=criterion)
    rows.add("subheader", about=criterion)


def _process_sheet(rubric: Rubric, process: Process) -> Sheet:
    width = 1 + max(len(item.numbers) for item in process.items)
    texts = {key: FIRST_INPUT + width + n for n, key in enumerate(("evidence", "owner", "date", "link", "note"))}
    key = sheet_key(rubric, None, process.id)
    sheet = Sheet(process.id, key, sheet_title(rubric, process.id), [], width, texts, process=process)
    rows = _Rows()
    for item in process.items:
        given = list(trace_fields(process.id, item))
        inputs = [f for f in given if not f.optional]
        fields = {FIRST_INPUT + n: f for n, f in enumerate(inputs)}
        fields |= {texts[f.column]: f for f in given if f.optional}
        rows.inputs("trace", fields, label=item.label, about=item)
    sheet.rows = rows.rows
    return sheet
