"""What each version of a form prints, and where: texts, figures and score cells, sheet by sheet.

A form at a school is compared with what its own version printed. What the newest one prints follows from the layout;
for those before it `versions/<rubric>_<version>.json` says so, written by `qa_excel.doors.generated` while it was the
newest and never again. To raise a version is thus a matter of the rubric's data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from qa_excel.form.calculation import workings_of, writer
from qa_excel.form.layout import (
    ASK_COLUMN,
    CALCULATION,
    FIRST_INPUT,
    GUIDE,
    HEADER_ROW,
    ID_COLUMN,
    LABEL_COLUMN,
    SUMMARY,
    ConditionsHead,
    CriterionRow,
    IndicatorSheet,
    InputRow,
    Judged,
    Layout,
    ProcessSheet,
    Sheet,
    layout_of,
)
from qa_excel.form.shapes import mark
from qa_excel.form.template.wording import COLOURS, ask_text, column_headings, guide_steps, heading_text, table_heading
from qa_excel.rubric.model import Indicator, Interpretation, Rubric
from qa_excel.thai.text import Text
from qa_excel.thai.typed import to_json_number

_VERSIONS = Path(__file__).parent / "versions"
_HEADING_ROW = 2
"""The row of a fresh sheet's own heading, below that of its key."""
TOTALS = (
    ("ONESQA_GROSS", Text("คะแนนก่อนลด", "points before deduction")),
    ("ONESQA_DEDUCTION", Text("คะแนนที่ถูกลด", "deduction")),
    ("ONESQA_SCORE", Text("คะแนนสุทธิ", "net points")),
)
PROGRESS = "ความก้าวหน้า (ร้อยละของขั้นตอนที่ดำเนินการแล้วและมีจำนวนครบ)"
SUMMARY_HEADINGS = {
    "indicators": ("ตบช.", "ตัวบ่งชี้", "คะแนนเต็ม", "ก่อนลด", "ถูกลด", "คะแนนสุทธิ", "ช่องที่ยังไม่ได้กรอก"),
    "traces": ("ที่", "กระบวนการ", "ขั้นตอนทั้งหมด", "ระบุว่าดำเนินการแล้ว", "ความก้าวหน้า (ร้อยละ)", "ช่องที่ยังไม่ได้กรอก"),
}
_SUM_SHAPE = "SUM(#:#)"

Call = tuple[str, ...]
"""A function of the add-in and its codes, such as ("ONESQA_POINTS", "IND5", "1"); ("", "gross") is a total."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a fresh form. In a filled one it is found by its row's key or by what the row begins with, and by
    what stands above its column."""

    row: int
    column: int
    key: str = ""
    label: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """A row of inputs: its key, where it is in a fresh form, the key of each column, and what it asks for."""

    key: str
    row: int
    columns: tuple[tuple[int, str], ...]
    label: str
    guidance: str


@dataclass(frozen=True, slots=True)
class Protected:
    """A text that stands for itself; `kind` is label, guidance or heading."""

    row: int
    column: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above the first input (row key, column key) of a column."""

    row: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that no formula gives, such as a criterion's full points."""

    place: Place
    number: int | float


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """A cell that shows a score: the function that gives it, and the shape of Excel's own formula that may."""

    place: Place
    call: Call
    native: str = ""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """What one version prints on one sheet. `anchor` is the column by which those to the right of the inputs are
    found: its key and its place in a fresh form."""

    title: str
    anchor: tuple[str, int] | None = None
    inputs: tuple[Inputs, ...] = ()
    headings: tuple[Protected, ...] = ()
    above: tuple[Above, ...] = ()
    texts: tuple[Protected, ...] = ()
    figures: tuple[Figure, ...] = ()
    scores: tuple[ScoreCell, ...] = ()
    workings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Of the workbook's own calculation: each row's key, and the marks of its formulas from column B on."""

    def asks_for(self, row: str, column: str) -> bool:
        return any(inputs.key == row and column in dict(inputs.columns).values() for inputs in self.inputs)


PrintedForm = dict[str, PrintedSheet]
"""Sheet id → what is printed on it."""


def printed_form(rubric: Rubric, area: int | None, version: str) -> PrintedForm:
    """What a version of a workbook prints; nothing is known of one that the rubric does not accept."""
    if version == rubric.version:
        return _newest(rubric, area)
    return _kept(rubric.id, version)[area or 0] if version in rubric.accepts else {}


@cache
def _newest(rubric: Rubric, area: int | None) -> PrintedForm:
    layout = layout_of(rubric, area)
    return {sheet.id: _printed(layout, sheet) for sheet in layout.sheets} | {CALCULATION: _calculation(layout)}


# --- the newest version, from the layout ---


def _calculation(layout: Layout) -> PrintedSheet:
    write = writer(layout, CALCULATION)
    rows = workings_of(layout.rubric, layout.area).rows
    return PrintedSheet(
        layout.calculation.title,
        workings=tuple((row.key, tuple(mark(meant.text(write)) for meant in row.cells.values())) for row in rows),
    )


def _printed(layout: Layout, sheet: Sheet) -> PrintedSheet:
    rows = [row for row in sheet.rows if isinstance(row, InputRow)]
    anchor = ("evidence", sheet.text_columns["evidence"]) if isinstance(sheet, IndicatorSheet) else None
    return PrintedSheet(
        title=sheet.title,
        anchor=("status", FIRST_INPUT) if isinstance(sheet, ProcessSheet) else anchor,
        inputs=tuple(
            Inputs(
                row.key,
                row.number,
                tuple((column, given.column) for column, given in sorted(row.fields.items())),
                row.label.th,
                ask_text(row),
            )
            for row in rows
        ),
        headings=tuple(_headings(sheet)) if rows else (),
        above=tuple(_above(layout, sheet)),
        texts=tuple(_texts(layout, sheet)),
        figures=tuple(_figures(layout, sheet)),
        scores=tuple(_scores(layout, sheet)),
    )


def _headings(sheet: Sheet) -> Iterator[Protected]:
    """The sheet's own heading, and those of the columns beside the inputs."""
    yield Protected(_HEADING_ROW, ID_COLUMN, heading_text(sheet), "heading")
    inputs = {column for _, column, _ in sheet.fields()}
    for column, text in column_headings(sheet).items():
        if column not in inputs:
            yield Protected(HEADER_ROW, column, text, "heading")


def _above(layout: Layout, sheet: Sheet) -> Iterator[Above]:
    """The first input of each column, and of each column of a table, with what stands above it."""
    names = {grade.id: grade for grade in layout.rubric.grades}
    headings = column_headings(sheet)
    seen: set[tuple[int, str]] = set()
    for _, column, given in sheet.fields():
        in_table = given.grade if given.indicator else None
        text = table_heading(names[in_table], given.input) if in_table else headings[column]
        if (column, text) not in seen:
            seen.add((column, text))
            yield Above(given.row, given.column, text)


def _texts(layout: Layout, sheet: Sheet) -> Iterator[Protected]:
    """The protected texts without labels and headings of inputs."""
    if sheet.id == GUIDE:
        yield from _guide_texts(layout)
    elif sheet.id == SUMMARY:
        yield from _summary_texts(layout)
    else:
        yield from _form_texts(layout, sheet)


def _form_texts(layout: Layout, sheet: Sheet) -> Iterator[Protected]:
    if isinstance(sheet, IndicatorSheet) and sheet.indicator.conditions:
        (head,) = (row for row in sheet.rows if isinstance(row, ConditionsHead))
        yield Protected(head.number, ID_COLUMN, conditions_heading(sheet.indicator), "label")
    totals = [score.place for score in _scores(layout, sheet) if not score.place.key]
    for place in totals:
        yield Protected(place.row, ID_COLUMN, place.label, "label")
    for place in totals[-1:]:
        for row, text in enumerate(readings(layout.rubric, sheet), start=place.row + 2):
            yield Protected(row, ID_COLUMN, text, "guidance")


def readings(rubric: Rubric, sheet: Sheet) -> list[str]:
    """The interpretations that the rules of a sheet rest on, which stand below its totals."""
    used = _named_on(sheet)
    return [f"{r.id}  {r.question.th}: {r.reading.th}" for r in rubric.interpretations if r.id in used]


def guide_readings(layout: Layout) -> list[Interpretation]:
    """The interpretations that the workbook rests on: those of its sheets, and those of no sheet in particular."""
    rubric = layout.rubric
    everywhere = {
        name for area in rubric.workbooks for form in layout_of(rubric, area).forms for name in _named_on(form)
    }
    elsewhere = everywhere | {name for point in rubric.readiness for name in point.interpretations}
    here = {name for form in layout.forms for name in _named_on(form)}
    return [reading for reading in rubric.interpretations if reading.id in here or reading.id not in elsewhere]


def _named_in(layout: Layout) -> set[str]:
    return set().union(*(_named_on(form) for form in layout.forms))


def _named_on(sheet: Sheet) -> set[str]:
    return {name for row in sheet.answers for name in row.about.interpretations}


def _guide_texts(layout: Layout) -> Iterator[Protected]:
    """The guide is four lists: a heading stands above each but the first, and an empty row above the heading."""
    steps, colours = guide_steps(layout.rubric), [text for _, text in COLOURS]
    for row, text in enumerate(steps, start=HEADER_ROW):
        yield Protected(row, LABEL_COLUMN, text, "guidance")
    first = HEADER_ROW + len(steps) + 2
    for row, text in enumerate(colours, start=first):
        yield Protected(row, LABEL_COLUMN, text, "guidance")
    first += len(colours) + 2 + len(layout.sheets[1:]) + 2
    for row, reading in enumerate(guide_readings(layout), start=first):
        yield Protected(row, LABEL_COLUMN, reading.question.th, "guidance")
        yield Protected(row, ASK_COLUMN, reading.reading.th, "guidance")


def _summary_texts(layout: Layout) -> Iterator[Protected]:
    for column, text in enumerate(SUMMARY_HEADINGS[layout.rubric.family], start=ID_COLUMN):
        yield Protected(HEADER_ROW, column, text, "heading")
    for row, form in _summary_rows(layout):
        yield Protected(row, LABEL_COLUMN, summary_label(form), "label")
    yield Protected(_summary_total(layout), ID_COLUMN, total_label(layout), "label")


def _figures(layout: Layout, sheet: Sheet) -> Iterator[Figure]:
    """The full points of criteria, indicators and totals, and a process's number of items."""
    if sheet.id == SUMMARY:
        heading = SUMMARY_HEADINGS[layout.rubric.family][ASK_COLUMN - ID_COLUMN]
        for row, form in _summary_rows(layout):
            yield Figure(Place(row, ASK_COLUMN, label=summary_label(form), heading=heading), whole_of(form))
    elif isinstance(sheet, IndicatorSheet):
        column = sheet.full_column
        heading = column_headings(sheet)[column]
        for criterion in (row for row in sheet.rows if isinstance(row, CriterionRow)):
            yield Figure(Place(criterion.number, column, criterion.key, heading=heading), criterion.full)
        for n in (0, 2):
            place = Place(sheet.first_total + n, column, label=TOTALS[n][1].th, heading=heading)
            yield Figure(place, whole_of(sheet))


def _scores(layout: Layout, sheet: Sheet) -> Iterator[ScoreCell]:
    match sheet:
        case IndicatorSheet(points_column=column):
            heading = column_headings(sheet)[column]
            for criterion in (row for row in sheet.rows if isinstance(row, CriterionRow)):
                call = ("ONESQA_POINTS", sheet.id, criterion.about.id.upper())
                yield ScoreCell(Place(criterion.number, column, criterion.key, heading=heading), call)
            for row, (name, label) in enumerate(TOTALS, start=sheet.first_total):
                yield ScoreCell(Place(row, column, label=label.th, heading=heading), (name, sheet.id))
        case ProcessSheet():
            place = Place(sheet.rows[-1].number + 1, FIRST_INPUT, label=PROGRESS)
            yield ScoreCell(place, ("IQA_PROGRESS", sheet.id))
        case _ if sheet.id == SUMMARY:
            yield from _summary_scores(layout)


def _summary_scores(layout: Layout) -> Iterator[ScoreCell]:
    headings = dict(enumerate(SUMMARY_HEADINGS[layout.rubric.family], start=ID_COLUMN))

    def place(row: int, column: int, label: str) -> Place:
        return Place(row, column, label=label, heading=headings[column])

    traces = layout.area is None
    for row, form in _summary_rows(layout):
        if traces:
            yield ScoreCell(place(row, ASK_COLUMN + 2, summary_label(form)), ("IQA_PROGRESS", form.id))
        else:
            for column, (name, _) in enumerate(TOTALS, start=ASK_COLUMN + 1):
                yield ScoreCell(place(row, column, summary_label(form)), (name, form.id))
    total, label = _summary_total(layout), total_label(layout)
    if traces:
        yield ScoreCell(place(total, ASK_COLUMN, label), ("", "items"), _SUM_SHAPE)
        yield ScoreCell(place(total, ASK_COLUMN + 2, label), ("", "progress"))
        return
    for column, figure in enumerate(("max", "gross", "deduction"), start=ASK_COLUMN):
        yield ScoreCell(place(total, column, label), ("", figure), _SUM_SHAPE)
    # Explicit formulas add the column up: the function would read the whole workbook.
    yield ScoreCell(place(total, ASK_COLUMN + 3, label), ("ONESQA_AREA_SCORE", str(layout.area)), _SUM_SHAPE)


def _summary_rows(layout: Layout) -> Iterator[tuple[int, Judged]]:
    return enumerate(layout.judged, start=HEADER_ROW + 1)


def _summary_total(layout: Layout) -> int:
    return HEADER_ROW + 1 + len(layout.judged)


def summary_label(form: Judged) -> str:
    return form.process.short.th if isinstance(form, ProcessSheet) else form.indicator.name.th


def whole_of(form: Judged) -> int | float:
    """An indicator's full points, or the number of a process's items."""
    return len(form.process.items) if isinstance(form, ProcessSheet) else to_json_number(form.indicator.max)


def total_label(layout: Layout) -> str:
    return f"รวมด้านที่ {layout.area}" if layout.area else "รวมทุกกระบวนการ"


def conditions_heading(indicator: Indicator) -> str:
    """What stands above an indicator's conditions."""
    if not indicator.conditions:
        return "ตัวบ่งชี้นี้ไม่มีเงื่อนไขการลดคะแนน"
    cost = to_json_number(indicator.deduction)
    return f"เงื่อนไขการลดคะแนน (พบข้อใดข้อหนึ่งหรือหลายข้อ ลดรวม {cost} คะแนน)"


# --- versions kept as data ---


def version_file(rubric: Rubric) -> str:
    """The name of the file that keeps what a rubric's newest version prints."""
    return f"{rubric.id}_{rubric.version}.json"


def version_document(rubric: Rubric) -> str:
    """What the newest version of a rubric's workbooks prints: a sheet a line."""
    lines = [
        json.dumps([area or 0, sheet_id, *astuple(sheet)], ensure_ascii=False, separators=(",", ":"))
        for area in rubric.workbooks
        for sheet_id, sheet in printed_form(rubric, area, rubric.version).items()
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


@cache
def _kept(rubric_id: str, version: str) -> dict[int, PrintedForm]:
    """Area (0 for traces) → what an older version prints."""
    text = (_VERSIONS / f"{rubric_id}_{version}.json").read_text(encoding="utf-8")
    forms: dict[int, PrintedForm] = {}
    for area, sheet_id, title, anchor, inputs, headings, above, texts, figures, scores, *more in json.loads(text):
        forms.setdefault(area, {})[sheet_id] = PrintedSheet(
            title,
            anchor and tuple(anchor),
            tuple(Inputs(key, row, tuple(map(tuple, columns)), *words) for key, row, columns, *words in inputs),
            tuple(Protected(*heading) for heading in headings),
            tuple(Above(*text) for text in above),
            tuple(Protected(*text) for text in texts),
            tuple(Figure(Place(*place), number) for place, number in figures),
            tuple(ScoreCell(Place(*place), tuple(call), native) for place, call, native in scores),
            tuple((key, tuple(marks)) for workings in more for key, marks in workings),
        )
    return forms
