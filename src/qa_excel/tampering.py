"""What was changed in the protected part of a form: its texts and figures, the order of its columns, its score
formulas, and the scores that it shows. None of it counts: answers are found by their keys, and scores are always
recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from qa_excel.forms import Form
from qa_excel.layout import (
    ASK_COLUMN,
    COVER,
    FIRST_INPUT,
    GUIDE,
    HEADER_ROW,
    ID_COLUMN,
    LABEL_COLUMN,
    SUMMARY,
    Layout,
    Sheet,
    layout_of,
)
from qa_excel.normalise import to_json_number
from qa_excel.opened import Workbook
from qa_excel.places import (
    SUMMARY_HEADINGS,
    TOTALS,
    Finder,
    Place,
    first_total,
    folded,
    forms_of,
    number_in,
    summary_label,
    total_label,
)
from qa_excel.problems import Problem, Source
from qa_excel.rubric import Rubric, Text
from qa_excel.scorecells import Scores, names_a_file, score_cells, shown_scores
from qa_excel.submission import Submission
from qa_excel.template.wording import COLOURS, ask_text, column_headings, guide_steps, heading_text, table_heading

_FIRST_ROW = 2
"""The row of a fresh sheet's own heading, below that of its key."""


def find(workbook: Workbook, layout: Layout, titles: dict[str, str], submission: Submission) -> Iterator[Problem]:
    """The problems of a workbook's protected parts, sheet by sheet."""
    scores = Scores(submission)
    in_own_name = False
    for sheet in layout.sheets:
        title = titles.get(sheet.id) or _title(workbook, layout, sheet)
        if title is None:
            if sheet.id == GUIDE:
                yield from _guide_missing(workbook, layout)
            continue
        form, facts = workbook.forms[title], workbook.package.facts(title)
        current = form.key.version == layout.rubric.version
        if facts.elsewhere:
            yield Problem("structure.copied_sheet", Source(workbook.name, title, facts.elsewhere))
        finder = Finder(workbook, sheet, title)
        if current:
            yield from _labels(finder)
        moved = list(_column_order(workbook, sheet, title))
        yield from moved
        if current and not moved:
            yield from _headings(finder, layout)
        if current:
            yield from _constants(finder, layout)
            yield from _full_points(finder, layout)
        in_own_name |= any(names_a_file(formula) for formula, _ in facts.formulas.values())
        yield from shown_scores(finder, layout if current else None, scores)
    if in_own_name:
        yield Problem("file.addin_link", Source(workbook.name))


def _title(workbook: Workbook, layout: Layout, sheet: Sheet) -> str | None:
    """The title of a sheet that holds no inputs, such as the summary."""
    wanted = (layout.rubric.id, layout.area, sheet.id)
    found = (t for t, form in workbook.forms.items() if (form.key.rubric, form.key.area, form.key.sheet) == wanted)
    return next(found, None)


# --- texts and keys ---


def _labels(finder: Finder) -> Iterator[Problem]:
    """Rows whose label, or what to enter, is no longer there: what was answered may be another question."""
    for row in finder.sheet.rows:
        number = finder.rows.get(row.key)
        if row.label is None or number is None:
            continue
        there = _texts(finder.grid[number - 1])
        for n, (code, text) in enumerate((("label", row.label.th), ("guidance", ask_text(row)))):
            if text and folded(text) not in there:
                source = finder.source(number, finder.left + LABEL_COLUMN + n)
                yield Problem(f"structure.{code}_altered", source, row.key, {"expected": _short(text)})


def _headings(finder: Finder, layout: Layout) -> Iterator[Problem]:
    """The sheet's own heading, and those of its columns: what was entered may belong under another one."""
    sheet, form, grid = finder.sheet, finder.form, finder.grid
    if not form.cells or not sheet.rows:
        return
    top, first = form.place[0], min(row for row, _ in form.cells.values())
    head = {text for row in grid[top : first - 1] for text in _texts(row)}
    wanted = [(_FIRST_ROW, ID_COLUMN + finder.left, heading_text(sheet))]
    inputs = {column for row in sheet.rows for column in row.fields}
    for column, text in column_headings(sheet).items():
        if column not in inputs:
            shift = finder.left if column < FIRST_INPUT else finder.beside
            wanted.append((HEADER_ROW, column + shift, text))
    for row, column, text in wanted:
        if folded(text) not in head:
            yield _heading_altered(finder.source(row + finder.top, column), text)
    for (row, column), text in _above(form, layout, sheet).items():
        above = {folded(value) for r in grid[top : row - 1] if isinstance(value := r[column - 1], str)}
        if folded(text) not in above:
            yield _heading_altered(finder.source(row, column), text)


def _heading_altered(source: Source, text: str) -> Problem:
    return Problem("structure.heading_altered", source, params={"expected": _short(text)})


def _above(form: Form, layout: Layout, sheet: Sheet) -> dict[tuple[int, int], str]:
    """The first input (row, column) of each column, and of each column of a table → what stands above it."""
    names = {grade.id: grade for grade in layout.rubric.grades}
    headings = column_headings(sheet)
    wanted: dict[tuple[int, int], str] = {}
    seen: set[tuple[int, str]] = set()
    for row in sheet.rows:
        for column, given in row.fields.items():
            in_table = given.grade is not None and given.indicator is not None
            text = table_heading(names[given.grade], given.input) if in_table else headings[column]
            place = form.cells.get((given.row, given.column))
            if place and (column, text) not in seen:
                seen.add((column, text))
                wanted[place] = text
    return wanted


def _texts(row: Sequence[Any]) -> set[str]:
    return {folded(value) for value in row if isinstance(value, str)}


def _short(text: str) -> str:
    return " ".join(text.split())[:80]


def _column_order(workbook: Workbook, sheet: Sheet, title: str) -> Iterator[Problem]:
    """Groups of rows whose hidden column keys were exchanged; one problem a group."""
    form, seen = workbook.forms[title], set()
    for row in sheet.rows:
        found = [form.cells[given.row, given.column] for _, given in sorted(row.fields.items(), key=lambda f: f[0])
                 if (given.row, given.column) in form.cells]  # fmt: skip
        columns = tuple(column for _, column in found)
        if list(columns) != sorted(columns) and columns not in seen:
            seen.add(columns)
            source = workbook.source(title, *found[0])
            yield Problem("structure.key_moved", source, row.key, {"key": row.key})


def _guide_missing(workbook: Workbook, layout: Layout) -> Iterator[Problem]:
    """The guide was deleted, or its own key; not where rows were inserted above it."""
    title = next((t for t, form in workbook.forms.items() if form.key.sheet == COVER), next(iter(workbook.forms)))
    version = workbook.forms[title].key.version
    if version == layout.rubric.version and all(key.sheet != GUIDE for key, _ in workbook.far_keys()):
        params = {"expected": layout.sheet(GUIDE).title}
        yield Problem("structure.guidance_altered", workbook.heading(title), params=params)


# --- texts and figures that stand for themselves ---


def _constants(finder: Finder, layout: Layout) -> Iterator[Problem]:
    """Texts that are nowhere on their sheet: what the guide says, the names of totals, the readings of the rubric."""
    expected = expected_texts(layout.rubric, layout.area, finder.sheet.id)
    held = finder.texts() if expected else {}
    shift = finder.top
    for row, column, text, code in expected:
        there = held.get(folded(text))
        if there:
            shift = there - row
        else:
            source = finder.source(max(1, row + shift), column + finder.left)
            yield Problem(f"structure.{code}_altered", source, params={"expected": _short(text)})


@cache
def expected_texts(rubric: Rubric, area: int | None, sheet_id: str) -> tuple[tuple[int, int, str, str], ...]:
    """(row, column, text, what it is) of a fresh sheet's protected texts, without labels and headings of inputs."""
    layout = layout_of(rubric, area)
    sheet = layout.sheet(sheet_id)
    if sheet_id == GUIDE:
        return tuple(_guide_texts(layout))
    if sheet_id == SUMMARY:
        return tuple(_summary_texts(layout))
    found = []
    for row in sheet.rows:
        if row.kind == "conditions" and sheet.indicator.conditions:
            cost = to_json_number(sheet.indicator.deduction)
            text = f"เงื่อนไขการลดคะแนน (พบข้อใดข้อหนึ่งหรือหลายข้อ ลดรวม {cost} คะแนน)"
            found.append((row.number, ID_COLUMN, text, "label"))
    totals = [place for expected in score_cells(rubric, area, sheet_id) if not (place := expected.place).key]
    found += [(place.row, ID_COLUMN, place.label, "label") for place in totals]
    if totals:
        readings = {name for row in sheet.rows if row.about for name in row.about.interpretations}
        known = (reading for reading in rubric.interpretations if reading.id in readings)
        for row, reading in enumerate(known, start=totals[-1].row + 2):
            found.append((row, ID_COLUMN, f"{reading.id}  {reading.question.th}: {reading.reading.th}", "guidance"))
    return tuple(found)


def _guide_texts(layout: Layout) -> Iterator[tuple[int, int, str, str]]:
    """The guide is four lists: a heading stands above each but the first, and an empty row above the heading."""
    row = HEADER_ROW
    for text in guide_steps(layout.rubric):
        yield row, LABEL_COLUMN, text, "guidance"
        row += 1
    row += 2
    for _, text in COLOURS:
        yield row, LABEL_COLUMN, text, "guidance"
        row += 1
    row += 2 + len(layout.sheets[1:]) + 2
    for reading in layout.rubric.interpretations:
        yield row, LABEL_COLUMN, reading.question.th, "guidance"
        yield row, ASK_COLUMN, reading.reading.th, "guidance"
        row += 1


def _summary_texts(layout: Layout) -> Iterator[tuple[int, int, str, str]]:
    for column, text in enumerate(SUMMARY_HEADINGS[layout.rubric.family], start=ID_COLUMN):
        yield HEADER_ROW, column, text, "heading"
    row = HEADER_ROW
    for row, form in enumerate(forms_of(layout), start=HEADER_ROW + 1):
        yield row, LABEL_COLUMN, summary_label(form), "label"
    yield row + 1, ID_COLUMN, total_label(layout), "label"


def _full_points(finder: Finder, layout: Layout) -> Iterator[Problem]:
    """The full points of criteria, indicators and totals, and a process's number of items."""
    for place, number in expected_figures(layout.rubric, layout.area, finder.sheet.id):
        cell = finder.cell(place)
        value = finder.value(*cell) if cell else None
        if cell and number_in(value) != float(number):
            expected = Text(f"คะแนนเต็ม {number}", f"full points {number}")
            if finder.sheet.id == SUMMARY and layout.rubric.family == "traces":
                expected = Text(f"{number} ขั้นตอน", f"{number} items")
            yield Problem("structure.label_altered", finder.source(*cell), params={"expected": expected})


@cache
def expected_figures(rubric: Rubric, area: int | None, sheet_id: str) -> tuple[tuple[Place, int | float], ...]:
    """The figures of a fresh sheet that no formula gives."""
    layout = layout_of(rubric, area)
    sheet = layout.sheet(sheet_id)
    found = []
    if sheet_id == SUMMARY:
        heading = SUMMARY_HEADINGS[rubric.family][ASK_COLUMN - ID_COLUMN]
        for row, form in enumerate(forms_of(layout), start=HEADER_ROW + 1):
            figure = to_json_number(form.indicator.max) if form.indicator else len(form.process.items)
            found.append((Place(row, ASK_COLUMN, label=summary_label(form), heading=heading), figure))
    elif sheet.indicator:
        heading = column_headings(sheet)[sheet.full_column]
        for row in (row for row in sheet.rows if row.kind == "criterion"):
            place = Place(row.number, sheet.full_column, row.key, heading=heading)
            found.append((place, to_json_number(row.about.max)))
        for n in (0, 2):
            label = TOTALS[n][1].th
            place = Place(first_total(sheet) + n, sheet.full_column, label=label, heading=heading)
            found.append((place, to_json_number(sheet.indicator.max)))
    return tuple(found)
