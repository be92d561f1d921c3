"""For the tests of the LibreOffice extension: what is asked of each workbook, and ten ways to fill it in."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from helpers.fillings import WORKBOOKS, Submission, at_the_boundaries, drawn, header
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import NOT_AVAILABLE, NUMBER, REFERENCE, VALUE, CellError, Sheets
from qa_excel.files.output import save
from qa_excel.form.layout import Layout, layout_of, yes_no_words
from qa_excel.form.template.building import build
from qa_excel.form.template.painter import block_name
from qa_excel.kinds.answers import dig
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import Scorecard
from samples.build import random_school, school_submissions

ERRORS = {519: VALUE, 32767: NOT_AVAILABLE, 503: NUMBER, 524: REFERENCE}
"""Calc's numbers of the errors."""
SCORES = ("ONESQA_SCORE", "ONESQA_GROSS", "ONESQA_DEDUCTION")
STATES = ("empty", "full", "another", "boundaries", "partly", "random", "typed", "texts", "figures", "both")

Question = tuple[str, tuple[str, ...]]
"""(function, codes)."""
Grids = dict[str, list[tuple[Any, ...]]]
Cells = dict[str, dict[tuple[int, int], Any]]
"""Sheet title → {(row, column) from 1: what is entered}."""


def name_of(rubric: str, area: int | None) -> str:
    return f"area {area}" if area else rubric


NAMES = [name_of(*workbook) for workbook in WORKBOOKS]

# --- What is asked ------------------------------------------------------------------------------------------


def questions(rubric: Rubric, area: int | None) -> list[Question]:
    """Every function with every code of a workbook, and with codes that it does not hold."""
    asked: list[Question] = [("QA_VERSION", ()), ("ONESQA_TOTAL", ()), ("ONESQA_MISSING", ()), ("IQA_STATUS", ("x",))]
    if area is None:
        asked += [("IQA_PROGRESS", (process.id,)) for process in rubric.processes]
        asked += [("IQA_STATUS", (item.id,)) for item in rubric.items]
        return [*asked, ("IQA_PROGRESS", ("9.9",)), ("ONESQA_SCORE", ("IND5",)), ("ONESQA_AREA_SCORE", ("2",))]
    for indicator in rubric.area(area).indicators:
        one_code = (*SCORES, "ONESQA_MISSING", "ONESQA_WHY", "ONESQA_MAX", "ONESQA_NAME", "ONESQA_EXPLAIN")
        asked += [(name, (indicator.id,)) for name in one_code]
        for criterion in indicator.criteria:
            for part in (criterion, *criterion.items):
                asked += [(name, (indicator.id, part.id)) for name in ("ONESQA_POINTS", "ONESQA_WHY")]
    asked += [("ONESQA_AREA_SCORE", (str(area.id),)) for area in rubric.areas]
    first = rubric.area(area).indicators[0].id
    asked += [("ONESQA_SCORE", (code,)) for code in ("IND99", "", "IND1", "IND20", first.lower(), first.strip("IND"))]
    return [*asked, ("ONESQA_POINTS", (first, "9.9")), ("IQA_PROGRESS", ("1.1",)), ("ONESQA_NAME", (f"A{area}",))]


def blocks(rubric: Rubric, area: int | None) -> list[tuple[Question, str]]:
    """The questions that can be asked with the indicator's block: (question, name of the block)."""
    if area is None:
        return []
    sheets = {sheet.id: sheet for sheet in layout_of(rubric, area).forms}
    answers = {name for name, function in FUNCTIONS.items() if any(a.kind == "block" for a in function.arguments)}
    return [(q, block_name(sheets[q[1][0]])) for q in questions(rubric, area) if q[0] in answers and q[1][0] in sheets]


def formula(question: Question, block: str = "") -> str:
    name, codes = question
    arguments = [f'"{code}"' for code in codes] + ([block] if block else [])
    return f"={name}({';'.join(arguments)})"


def expected(question: Question, sheets: Sheets) -> Any:
    """What the cell must show; of an array, which stands in one cell, its first value."""
    try:
        value = call(question[0], question[1], sheets)
    except CellError as error:
        return error.error
    return value[0][0] if isinstance(value, list) else value


_SCORE = re.compile(r'=IFERROR\((\w+)\(((?:"?[\w.]+"?,?)*)\),\$?[^$]+\$B\$\d+(?:\+100)?\)')


def score_of(text: str) -> Question | None:
    """What a cell asks for that shows a score, in the way of the templates; None for any other formula."""
    match = _SCORE.fullmatch(text)
    return match and (match[1].upper(), tuple(code.strip('"') for code in match[2].split(",") if code))


def figure(question: Question, sheets: Sheets) -> Any:
    """What a cell shows that asks for a score and has the workbook's own figure behind it; some error for an error."""
    value = expected(question, sheets)
    return ANY_ERROR if value in ERRORS.values() else value


class _AnyError:
    """Equal to whatever error a cell shows."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and set(other) == {"error"}

    __hash__ = None


ANY_ERROR = _AnyError()


def shown(value: Any) -> Any:
    """What a cell showed, its errors by their names."""
    return ERRORS.get(value["error"], value) if isinstance(value, dict) else value


# --- What is filled in --------------------------------------------------------------------------------------


@dataclass
class State:
    """The inputs of a workbook, and for a proper submission what it scores."""

    cells: Cells
    card: Scorecard | None = None


def inputs(layout: Layout) -> Iterator[tuple[str, int, int, Field]]:
    """The inputs that score: (sheet title, row, column, input). Texts and dates are left alone."""
    for sheet in layout.forms:
        for row, column, given in sheet.fields():
            if not given.optional and given.input.kind != "date":
                yield sheet.title, row, column, given


def state_of(submission: Submission, layout: Layout, otherwise: bool = False) -> State:
    """What a person enters for a submission; `otherwise` with other words and figures of the same meaning."""
    cells: Cells = {}
    for number, (title, row, column, given) in enumerate(inputs(layout)):
        value = _entered(submission, given, layout.rubric)
        # The grades taught stay as they are chosen from the list: the template's own formulas compare them.
        if (
            otherwise
            and value is not None
            and "levels" not in given.path
            and (variants := _OTHERWISE.get(given.input.kind))
        ):
            value = variants[number % len(variants)](value)
        cells.setdefault(title, {})[row, column] = value
    return State(cells, score(submission))


def _entered(submission: Submission, given: Field, rubric: Rubric) -> Any:
    if "levels" in given.path:
        levels = dig(submission, given.path[:2])
        value = None if levels is None else given.grade in levels
    else:
        value = dig(submission, given.path)
    if isinstance(value, bool):
        return yes_no_words(given)[not value]
    if given.input.kind == "choice" and value is not None:
        return next(status.name.th for status in rubric.statuses if status.id == value)
    return value


_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_YES = ("ใช่", "พบ", "แก้ไขแล้ว", "เปิดสอน")
_OTHERWISE: dict[str, tuple[Callable[[Any], Any], ...]] = {
    "yesno": (lambda v: "✓" if v in _YES else "✗", lambda v: f" {v} ", lambda v: int(v in _YES)),
    "percent": (lambda v: f"{v!r}%", lambda v: f" {v!r}".translate(_THAI_DIGITS), float),
    "count": (lambda v: f"{v:,}", lambda v: f"{v}\u00a0".translate(_THAI_DIGITS), lambda v: v),
}


def partly(submission: Submission, layout: Layout) -> Submission:
    """The submission with some of its answers left out."""
    rng, kept = random.Random(1), copy.deepcopy(submission)
    for *_, given in inputs(layout):
        if given.path[0] in ("answers", "deductions", "items") and rng.random() < 0.25:
            (dig(kept, given.path[:-1]) or {}).pop(given.path[-1], None)
    return kept


def wrong(state: State, layout: Layout, values: Sequence[Any]) -> State:
    """The state with every seventh input replaced by what can't be right."""
    cells = {title: dict(of) for title, of in state.cells.items()}
    asked = [at for at in inputs(layout) if at[3].path[0] in ("answers", "items")]
    for number, (title, row, column, _) in enumerate(asked[3::7]):
        cells[title][row, column] = values[number % len(values)]
    return State(cells)


def states(layout: Layout, full: Submission, another: Submission) -> dict[str, State]:
    """Ten ways to fill in a workbook."""
    rubric_id, area = layout.rubric.id, layout.area
    submissions = {
        "empty": header(rubric_id, area),
        "full": full,
        "another": another,
        "boundaries": at_the_boundaries(rubric_id, area),
        "partly": partly(full, layout),
        "random": drawn(rubric_id, area, 8)[-1],
    }
    made = {name: state_of(submission, layout) for name, submission in submissions.items()}
    made["typed"] = state_of(full, layout, otherwise=True)
    made["texts"] = wrong(made["full"], layout, ["ไม่ทราบ", "58/62", "๑๒๐%", "x"])
    made["figures"] = wrong(made["full"], layout, [-1, 2.5, 101, 10**10])
    made["both"] = wrong(made["partly"], layout, ["ไม่ทราบ", -3, 1e300])
    return made


def runs(state: State) -> list[list[Any]]:
    """The state as rectangles of neighbouring cells: [sheet, row, column, rows of values], from 0."""
    found: list[list[Any]] = []
    for title, cells in state.cells.items():
        lines: list[tuple[int, int, list[Any]]] = []
        for (row, column), value in sorted(cells.items()):
            if lines and (lines[-1][0], lines[-1][1] + len(lines[-1][2])) == (row, column):
                lines[-1][2].append(value)
            else:
                lines.append((row, column, [value]))
        for row, column, values in lines:
            at = [title, row - 1, column - 1]
            if found and _continues(found[-1], at, len(values)):
                found[-1][3].append(values)
            else:
                found.append([*at, [values]])
    return found


def _continues(run: list[Any], at: list[Any], width: int) -> bool:
    return [run[0], run[1] + len(run[3]), run[2]] == at and len(run[3][0]) == width


# --- The workbooks ------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A workbook's template, its submissions and states, and what is asked of them."""

    path: Path
    template: Grids
    layout: Layout
    full: Submission
    states: dict[str, State]
    questions: list[Question]
    blocks: list[tuple[Question, str]]

    def sheets(self, state: str) -> Sheets:
        """The workbook as the functions see it: the template, and what is entered over it."""
        grids = {}
        for title, rows in self.template.items():
            grids[title] = [list(row) for row in rows]
            for (row, column), value in self.states[state].cells.get(title, {}).items():
                grids[title][row - 1][column - 1] = value
        return Sheets(grids)


def fake_own_figures(book: Workbook) -> None:
    """Make the figure behind each function 100 too large: a right score is then the function's."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(("=IFERROR(ONESQA_", "=IFERROR(IQA_")):
                    cell.value = f"{cell.value.removesuffix(')')}+100)"


def make_cases(folder: Path, faked: bool = False) -> dict[str, Case]:
    """A case for each workbook, its template in the folder; faked: with `fake_own_figures`."""
    rng, made = random.Random(7), {}
    full, another = (
        school_submissions(rng, random_school(rng, number, kind))
        for number, kind in enumerate(("all_through", "expanded"), 1)
    )
    of_school = {(s["rubric"], s.get("area")): number for number, s in enumerate(full)}
    for rubric_id, area in WORKBOOKS:
        rubric, number, name = load_rubric(rubric_id), of_school[rubric_id, area], name_of(rubric_id, area)
        layout, book, path = layout_of(rubric, area), build(rubric, area), folder / f"แบบฟอร์ม {name}.xlsx"
        if faked:
            fake_own_figures(book)
        save(book, path)
        made[name] = Case(
            path,
            {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book},
            layout,
            full[number],
            states(layout, full[number], another[number]),
            questions(rubric, area),
            blocks(rubric, area),
        )
    return made
