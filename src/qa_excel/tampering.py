"""What was changed in the protected part of a form: its texts, the order of its columns, its score formulas, and the
scores that it shows. None of it counts: answers are found by their keys, and scores are always recomputed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from qa_excel.forms import Form, Grid
from qa_excel.layout import COVER, SUMMARY, Layout, Sheet, layout_of
from qa_excel.normalise import fold, to_json_number
from qa_excel.opened import Workbook
from qa_excel.problems import Problem, Source
from qa_excel.rubric import Rubric, Text
from qa_excel.scoring import Scorecard, half_up, score
from qa_excel.submission import Submission
from qa_excel.template.wording import ask_text, column_headings, heading_text, table_heading

TOLERANCE = 0.005
"""Scores are shown with two decimals."""
_BELOW = 12
"""The totals of a form stand within so many rows below its last key."""
_CALL = re.compile(
    r"""(?P<file>(?:'[^']*'|\[[^\[\]]*\])!)?(?:_xll\.|_xlfn\.|_xludf\.)*"""
    r"""(?P<name>(?:ONESQA|IQA)_[A-Z_]+)\s*\((?P<codes>[^()]*)\)""",
    re.IGNORECASE | re.ASCII,
)
_CODE = re.compile(r'"([^"]*)"|([0-9.]+)')
_TOTALS = (
    ("ONESQA_GROSS", Text("คะแนนก่อนลด", "points before deduction")),
    ("ONESQA_DEDUCTION", Text("คะแนนที่ถูกลด", "deduction")),
    ("ONESQA_SCORE", Text("คะแนนสุทธิ", "net points")),
)

_folded = lru_cache(maxsize=4096)(fold)
"""The texts of a form are the same in every school's file."""

Call = tuple[str, tuple[str, ...]]
"""A function of the add-in and its codes, such as ("ONESQA_POINTS", ("IND5", "1"))."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A function cell of a fresh form: in the row with a key, or with a label, so many columns after an anchor."""

    call: Call
    row_key: str = ""
    column_key: str = ""
    label: str = ""
    offset: int = 0


def find(workbook: Workbook, layout: Layout, titles: dict[str, str], submission: Submission) -> Iterator[Problem]:
    """The problems of a workbook's protected parts, sheet by sheet."""
    scores = _Scores(submission)
    in_own_name = False
    for sheet in layout.sheets:
        title = titles.get(sheet.id) or _title(workbook, layout, sheet)
        if title is None:
            continue
        form, facts = workbook.forms[title], workbook.package.facts(title)
        if facts.elsewhere:
            yield Problem("structure.copied_sheet", Source(workbook.name, title, facts.elsewhere))
        if form.key.version == layout.rubric.version:
            yield from _labels(workbook, sheet, title)
        moved = list(_column_order(workbook, sheet, title))
        yield from moved
        if form.key.version == layout.rubric.version and not moved:
            yield from _headings(workbook, layout, sheet, title)
        calls = {address: list(_calls(formula)) for address, (formula, _) in facts.functions.items()}
        in_own_name |= any(named for found in calls.values() for _, named in found)
        for address, (formula, value) in facts.functions.items():
            if len(calls[address]) == 1 and _CALL.fullmatch(formula.strip().lstrip("=")):
                yield from _shown(scores, calls[address][0][0], value, Source(workbook.name, title, address))
        if form.key.version == layout.rubric.version:
            present = {call for found in calls.values() for call, _ in found}
            yield from _formulas(workbook, layout, sheet, title, present, scores)
    if in_own_name:
        yield Problem("file.addin_link", Source(workbook.name))


def _title(workbook: Workbook, layout: Layout, sheet: Sheet) -> str | None:
    """The title of a sheet that holds no inputs, such as the summary."""
    wanted = (layout.rubric.id, layout.area, sheet.id)
    found = (t for t, form in workbook.forms.items() if (form.key.rubric, form.key.area, form.key.sheet) == wanted)
    return next(found, None)


# --- texts and keys ---


def _labels(workbook: Workbook, sheet: Sheet, title: str) -> Iterator[Problem]:
    """Rows whose label, or what to enter, is no longer there: what was answered may be another question."""
    form, grid = workbook.forms[title], workbook.grids[title]
    rows = {row_key: row for (row_key, _), (row, _) in form.cells.items()}
    for row in sheet.rows:
        if row.label is None or row.key not in rows:
            continue
        number = rows[row.key]
        there = _texts(grid[number - 1])
        for n, (code, text) in enumerate((("label", row.label.th), ("guidance", ask_text(row)))):
            if text and _folded(text) not in there:
                source = workbook.source(title, number, form.place[1] + 2 + n)
                yield Problem(f"structure.{code}_altered", source, row.key, {"expected": _short(text)})


def _headings(workbook: Workbook, layout: Layout, sheet: Sheet, title: str) -> Iterator[Problem]:
    """The sheet's own heading, and those of its columns of inputs: what was entered may belong under another one."""
    form, grid = workbook.forms[title], workbook.grids[title]
    if not form.cells:
        return
    top, first = form.place[0], min(row for row, _ in form.cells.values())
    heading = heading_text(sheet)
    if heading and sheet.rows and not any(_folded(heading) in _texts(row) for row in grid[top : first - 1]):
        params = {"expected": _short(heading)}
        yield Problem("structure.heading_altered", workbook.heading(title), params=params)
    for (row, column), text in _above(form, layout, sheet).items():
        above = {_folded(value) for r in grid[top : row - 1] if isinstance(value := r[column - 1], str)}
        if _folded(text) not in above:
            source = workbook.source(title, row, column)
            yield Problem("structure.heading_altered", source, params={"expected": _short(text)})


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
    return {_folded(value) for value in row if isinstance(value, str)}


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


# --- score cells ---


def _calls(formula: str) -> Iterator[tuple[Call, bool]]:
    """((function, codes), whether the path of a file names it) of each function of the add-in in a formula."""
    # A spreadsheet service that does not know a function keeps it as a text inside another one.
    text = formula.replace('""', '"') if "DUMMYFUNCTION" in formula.upper() else formula
    for match in _CALL.finditer(text):
        codes = tuple((quoted or number).strip().upper() for quoted, number in _CODE.findall(match["codes"]))
        # `[1]!` stands for a link that the package holds, and is reported as such.
        yield (match["name"].upper(), codes), (match["file"] or "").startswith("'")


def _shown(scores: _Scores, call: Call, value: str, source: Source) -> Iterator[Problem]:
    """A score that was saved with the file and is not the one recomputed."""
    shown = _number(value)
    computed = scores.of(call) if shown is not None else None
    if computed is not None and abs(shown - float(computed)) > TOLERANCE:
        params = {"label": scores.label(call), "shown": f"{shown:.2f}", "computed": f"{computed:.2f}"}
        yield Problem("structure.score_differs", source, params=params)


def _formulas(
    workbook: Workbook, layout: Layout, sheet: Sheet, title: str, present: set[Call], scores: _Scores
) -> Iterator[Problem]:
    """Score formulas that are gone: typed figures one by one, the others counted."""
    gone = 0
    for expected in _expected(layout.rubric, layout.area, sheet.id):
        if expected.call in present:
            continue
        place = _place(workbook.forms[title], workbook.grids[title], expected)
        shown = workbook.grids[title][place[0] - 1][place[1] - 1] if place else None
        computed = scores.of(expected.call)
        if not isinstance(shown, int | float) or isinstance(shown, bool):
            gone += 1
            continue
        params = {
            "label": scores.label(expected.call),
            "shown": to_json_number(Decimal(f"{shown:.15g}")),
            "computed": "–" if computed is None else f"{computed:.2f}",
        }
        yield Problem("structure.score_typed", workbook.source(title, *place), params=params)
    if gone:
        yield Problem("structure.formula_missing", workbook.heading(title), params={"count": gone})


@cache
def _expected(rubric: Rubric, area: int | None, sheet_id: str) -> tuple[Expected, ...]:
    """The function cells of a form's sheet."""
    layout = layout_of(rubric, area)
    sheet = layout.sheet(sheet_id)
    if sheet.indicator:
        points = sheet.points_column - sheet.text_columns["evidence"]
        found = []
        for criterion in sheet.indicator.criteria:
            key = f"{sheet.id}.{criterion.id}"
            found.append(Expected(("ONESQA_POINTS", (sheet.id, criterion.id.upper())), key, "evidence", "", points))
        for name, label in _TOTALS:
            found.append(Expected((name, (sheet.id,)), "", "evidence", label.th, points))
        return tuple(found)
    if sheet.process:
        return (Expected(("IQA_PROGRESS", (sheet.id,)), "", "status", "ความก้าวหน้า"),)
    if sheet_id != SUMMARY:
        return ()
    if layout.rubric.family == "traces":
        forms = [form.process for form in layout.forms if form.id != COVER]
        return tuple(Expected(("IQA_PROGRESS", (p.id,)), label=p.short.th, offset=3) for p in forms)
    indicators = [form.indicator for form in layout.forms if form.id != COVER]
    return tuple(
        Expected((name, (indicator.id,)), label=indicator.name.th, offset=2 + n)
        for indicator in indicators
        for n, (name, _) in enumerate(_TOTALS)
    )


def _place(form: Form, grid: Grid, expected: Expected) -> tuple[int, int] | None:
    """(row, column) where an expected function cell would be."""
    rows = [row for row, _ in form.cells.values()]
    if expected.row_key:
        place = form.cells.get((expected.row_key, expected.column_key))
        row, column = place or (0, 0)
    elif expected.column_key:
        columns = [column for (_, key), (_, column) in form.cells.items() if key == expected.column_key]
        column = columns[0] if columns else 0
        row, _ = _labelled(grid, expected.label, max(rows, default=0), _BELOW)
    else:
        row, column = _labelled(grid, expected.label, 0, len(grid))
    column += expected.offset
    return (row, column) if 0 < row <= len(grid) and 0 < column <= len(grid[0]) and column > expected.offset else None


def _labelled(grid: Grid, label: str, after: int, rows: int) -> tuple[int, int]:
    """(row, column) of the first cell below a row that begins with a label; (0, 0) where there is none."""
    wanted = _folded(label)
    for r in range(after, min(after + rows, len(grid))):
        for c, value in enumerate(grid[r]):
            if isinstance(value, str) and _folded(value).startswith(wanted):
                return r + 1, c + 1
    return 0, 0


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class _Scores:
    """The recomputed figures, computed when the first is asked for: most files show none."""

    def __init__(self, submission: Submission):
        self.submission = submission
        self.card: Scorecard | None = None

    def of(self, call: Call) -> Decimal | None:
        """What a function should show; None where it is none of a score, or an answer is invalid."""
        if self.card is None:
            self.card = score(self.submission.data, self.submission.rubric)
        name, codes = call
        if name == "IQA_PROGRESS":
            process = self.card.processes.get(codes[0]) if codes else None
            return process.percent if process else None
        if name == "ONESQA_AREA_SCORE":
            return self.card.score if codes == (str(self.submission.area),) else None
        indicator = self.card.indicators.get(_indicator(codes))
        if indicator is None:
            return None
        if name == "ONESQA_POINTS" and len(codes) == 2:
            points = next((c.points for c in indicator.criteria if c.id.upper() == codes[1]), None)
            return half_up(points)
        figures = {
            "ONESQA_SCORE": indicator.score,
            "ONESQA_GROSS": indicator.gross,
            "ONESQA_DEDUCTION": indicator.deduction,
        }
        return figures.get(name) if len(codes) == 1 else None

    def label(self, call: Call) -> Text:
        """`ตบช.5 ข้อ 1` and the like."""
        return _label(self.submission.rubric, call)


def _indicator(codes: tuple[str, ...]) -> str:
    digits = codes[0].removeprefix("IND") if codes else ""
    return f"IND{int(digits)}" if digits.isdecimal() and len(digits) < 4 else ""


def _label(rubric: Rubric, call: Call) -> Text:
    name, codes = call
    if name == "IQA_PROGRESS":
        return Text(f"ความก้าวหน้าของกระบวนการ {codes[0]}", f"progress of process {codes[0]}")
    if name == "ONESQA_AREA_SCORE":
        return Text(f"คะแนนรวมด้านที่ {codes[0]}", f"total of area {codes[0]}")
    indicator = _indicator(codes)
    number = indicator.removeprefix("IND")
    if name == "ONESQA_POINTS":
        return Text(f"ตบช.{number} ข้อ {codes[1]}", f"{indicator} {codes[1]}")
    total = dict(_TOTALS).get(name, Text("คะแนน", "points"))
    return Text(f"ตบช.{number} {total.th}", f"{indicator} {total.en}")
