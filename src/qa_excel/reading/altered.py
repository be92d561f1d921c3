"""What was changed in the protected part of a form: its texts and figures, the order of its columns, its score
formulas, and the scores that it shows. None of it counts: answers are found by their keys, and scores are always
recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.form.layout import FIRST_INPUT, GUIDE, LABEL_COLUMN, SUMMARY, Layout
from qa_excel.form.printed import printed_form
from qa_excel.problems import Problem, Source
from qa_excel.reading.as_printed import keep_example, scores_as_printed
from qa_excel.reading.calculation import Calculation
from qa_excel.reading.calls import names_a_file
from qa_excel.reading.finder import Finder, folded, number_in
from qa_excel.reading.grids import Workbook
from qa_excel.reading.score_cells import recomputed, shown_scores
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted


def find(workbook: Workbook, layout: Layout, titles: dict[str, str], submission: Submission) -> Iterator[Problem]:
    """The problems of a workbook's protected parts, sheet by sheet, each by what its own version printed."""
    in_own_name = False
    calculation = Calculation(workbook, layout)
    yield from calculation.problems(lambda call: recomputed(submission, call))
    for sheet in layout.sheets:
        title = titles.get(sheet.id) or next(iter(workbook.titles(layout, sheet.id)), None)
        if title is None:
            continue
        form, facts = workbook.forms[title], workbook.package.facts(title)
        if facts.elsewhere:
            yield Problem("structure.copied_sheet", Source(workbook.name, title, facts.elsewhere))
        printed = printed_form(layout.rubric, layout.area, form.key.version).get(sheet.id)
        if printed is None:
            continue  # a sheet of a version that is not accepted, which is told of as such
        places = scores_as_printed(printed, workbook.sheets[title], form)
        if places is None:
            finder = Finder(workbook, printed, title)
            problems = list(_printed_parts(finder, in_summary=sheet.id == SUMMARY))
            if not problems:
                keep_example(finder)
            yield from problems
            places = [(score, cell) for score in printed.scores if (cell := finder.cell(score.place))]
        in_own_name |= any("!" in formula and names_a_file(formula) for formula, _ in facts.formulas.values())
        yield from shown_scores(workbook, title, places, submission, calculation)
    yield from _guide_missing(workbook, layout)
    if in_own_name:
        yield Problem("file.addin_link", Source(workbook.name))


def _printed_parts(finder: Finder, in_summary: bool) -> Iterator[Problem]:
    """What was changed on one sheet, but for the scores."""
    yield from _labels(finder)
    moved = list(_column_order(finder))
    yield from moved
    if not moved:
        yield from _headings(finder)
    yield from _constants(finder)
    yield from _full_points(finder, in_summary)


# --- texts and keys ---


def _labels(finder: Finder) -> Iterator[Problem]:
    """Rows whose label, or what to enter, is no longer there: what was answered may be another question."""
    for inputs in finder.sheet.inputs:
        number = finder.rows.get(inputs.key)
        if number is None:
            continue
        there = finder.folded.get(number, {}).values()
        for n, (code, text) in enumerate((("label", inputs.label), ("guidance", inputs.guidance))):
            if text and folded(text) not in there:
                source = finder.source(number, finder.left + LABEL_COLUMN + n)
                yield Problem(f"structure.{code}_altered", source, inputs.key, {"expected": _short(text)})


def _headings(finder: Finder) -> Iterator[Problem]:
    """The sheet's own heading, and those of its columns: what was entered may belong under another one."""
    form = finder.form
    if not form.cells:
        return
    top, first = form.place[0], min(row for row, _ in form.cells.values())
    head = {text for number, row in finder.folded.items() if top < number < first for text in row.values()}
    columns: dict[int, dict[str, int]] = {}
    for number, texts in finder.folded.items():
        if number > top:
            for column, text in texts.items():
                columns.setdefault(column, {}).setdefault(text, number)
    for heading in finder.sheet.headings:
        if folded(heading.text) not in head:
            shift = finder.left if heading.column < FIRST_INPUT else finder.beside
            yield _heading_altered(finder.source(heading.row + finder.top, heading.column + shift), heading.text)
    for expected in finder.sheet.above:
        if place := form.cells.get((expected.row, expected.column)):
            row, column = place
            if columns.get(column, {}).get(folded(expected.text), row) >= row:
                yield _heading_altered(finder.source(row, column), expected.text)


def _heading_altered(source: Source, text: str) -> Problem:
    return Problem("structure.heading_altered", source, params={"expected": _short(text)})


def _short(text: str) -> str:
    return " ".join(text.split())[:80]


def _column_order(finder: Finder) -> Iterator[Problem]:
    """Groups of rows whose hidden column keys were exchanged; one problem a group."""
    form, seen = finder.form, set()
    for inputs in finder.sheet.inputs:
        found = [form.cells[inputs.key, name] for _, name in inputs.columns if (inputs.key, name) in form.cells]
        columns = tuple(column for _, column in found)
        if list(columns) != sorted(columns) and columns not in seen:
            seen.add(columns)
            yield Problem("structure.key_moved", finder.source(*found[0]), inputs.key, {"key": inputs.key})


def _guide_missing(workbook: Workbook, layout: Layout) -> Iterator[Problem]:
    """The guide was deleted, or its own key; not where rows were inserted above it."""
    if workbook.titles(layout, GUIDE):
        return
    if all(key.sheet != GUIDE for key, _ in workbook.far_keys()):
        params = {"expected": layout.sheet(GUIDE).title}
        yield Problem("structure.guidance_altered", workbook.heading(workbook.first), params=params)


# --- texts and figures that stand for themselves ---


def _constants(finder: Finder) -> Iterator[Problem]:
    """Texts that are nowhere on their sheet: what the guide says, the names of totals, the readings of the rubric."""
    held = finder.texts() if finder.sheet.texts else {}
    shift = finder.top
    for expected in finder.sheet.texts:
        there = held.get(folded(expected.text))
        if there:
            shift = there - expected.row
        else:
            source = finder.source(max(1, expected.row + shift), expected.column + finder.left)
            params = {"expected": _short(expected.text)}
            yield Problem(f"structure.{expected.kind}_altered", source, params=params)


def _full_points(finder: Finder, in_summary: bool) -> Iterator[Problem]:
    """The full points of criteria, indicators and totals, and a process's number of items."""
    for figure in finder.sheet.figures:
        cell = finder.cell(figure.place)
        value = finder.value(*cell) if cell else None
        if cell and number_in(value) != float(figure.number):
            expected = Text(f"คะแนนเต็ม {figure.number}", f"full points {figure.number}")
            if in_summary and finder.form.key.area is None:
                expected = Text(f"{figure.number} ขั้นตอน", counted(int(figure.number), "item"))
            yield Problem("structure.label_altered", finder.source(*cell), params={"expected": expected})
