"""The cells of a form that show a score: those typed over, those with another formula, and those that show another
figure than the one recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from qa_excel.files.sheet_facts import READABLE_ERRORS, column_letters
from qa_excel.form.calculation import TOLERANCE
from qa_excel.form.printed import TOTALS, Call, ScoreCell
from qa_excel.form.shapes import shape
from qa_excel.kinds.outcome import half_up
from qa_excel.problems import Problem, Source
from qa_excel.reading.calculation import Calculation
from qa_excel.reading.calls import Asked, asked
from qa_excel.reading.finder import number_in
from qa_excel.reading.grids import Workbook
from qa_excel.reading.submission import Submission
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.text import Text
from qa_excel.thai.typed import ErrorCell, is_blank, to_json_number

_VAST = 1e15
"""From here on a figure is shown by its power of ten."""
_OF_ALL = {
    "max": Text("คะแนนเต็มรวม", "full points in total"),
    "gross": Text("คะแนนก่อนลดรวม", "points before deduction in total"),
    "deduction": Text("คะแนนที่ถูกลดรวม", "deductions in total"),
    "items": Text("ขั้นตอนทั้งหมดรวม", "items in total"),
    "progress": Text("ความก้าวหน้ารวมทุกกระบวนการ", "progress of all processes"),
}
"""The totals of a summary that Excel's own formulas give."""


def shown_scores(
    workbook: Workbook,
    title: str,
    places: Iterable[tuple[ScoreCell, tuple[int, int]]],
    submission: Submission,
    calculation: Calculation,
) -> Iterator[Problem]:
    """Score cells that hold no formula of ours, and figures that are not the recomputed ones. places: where the cells
    stand, by row and column."""
    formulas = workbook.package.facts(title).formulas
    calls = {address: each.call for address, (formula, _) in formulas.items() if (each := asked(formula)).call}
    done = set()
    for expected, cell in places:
        address = f"{column_letters(cell[1])}{cell[0]}"
        done.add(address)
        held = formulas.get(address)
        ours = held is not None and _is_ours(expected, asked(held[0]), held[0], calculation)
        if not ours or held is None or _shows_otherwise(submission, expected.call, held[1]):
            value = workbook.sheets[title].get(cell[0], {}).get(cell[1])
            source = workbook.source(title, *cell)
            yield from _score_cell(expected.call, source, value, held, ours, calls, submission)
    for address, call in calls.items():
        if address not in done:
            source = Source(workbook.name, title, address)
            formula, shown = formulas[address]
            yield from _differs(submission, call, shown, source, asked(formula).own is not None)


def _is_ours(expected: ScoreCell, held: Asked, formula: str, calculation: Calculation) -> bool:
    """Whether a formula asks for the score that belongs in its cell: by its function, by the workbook's own figure of
    this very score, by one with the other behind it, or by a sum of the form's own."""
    if held.call:
        return held.call == expected.call and (held.own is None or calculation.refers(held.own, expected.call))
    if held.own and calculation.refers(held.own, expected.call):
        return True
    # The formula of a row that was copied stands in its first cell alone.
    return bool(expected.native) and shape(formula) in (expected.native, "")


def _score_cell(
    call: Call,
    source: Source,
    value: Any,
    held: tuple[str, str] | None,
    ours: bool,
    calls: dict[str, Call],
    submission: Submission,
) -> Iterator[Problem]:
    """What is wrong with one cell that shows a score; `held` is the formula there, and what it showed."""
    gone = Problem("structure.formula_missing", source, params={"label": _label(submission.rubric, call)})
    if held:
        formula, shown = held
        if not ours:
            yield gone
        # An error of the workbook's own formulas is no fault: the program may read what they can't.
        only_figures = not ours or asked(formula).own is not None
        yield from _differs(submission, call, shown, source, only_figures)
        return
    if not is_blank(value):
        params = {
            "label": _label(submission.rubric, call),
            "shown": _as_shown(value),
            "computed": _figure(recomputed(submission, call)),
        }
        yield Problem("structure.score_typed", source, params=params)
    elif call not in calls.values():
        yield gone


def _differs(
    submission: Submission, call: Call, value: str, source: Source, only_figures: bool = False
) -> Iterator[Problem]:
    """What was saved with the file and is not the score recomputed. No value, and the error value that stands where
    the add-in is not installed, are no fault."""
    if not value.strip() or value.strip().upper() == "#NAME?":
        return
    number = None if isinstance(value, ErrorCell) else number_in(value)
    if number is None and only_figures:
        return
    computed = recomputed(submission, call)
    if computed is None or (number is not None and abs(number - float(computed)) <= TOLERANCE):
        return
    shown = _as_shown(value) if number is None else _figure(number)
    params = {"label": _label(submission.rubric, call), "shown": shown, "computed": _figure(computed)}
    yield Problem("structure.score_differs", source, params=params)


def _shows_otherwise(submission: Submission, call: Call, value: str) -> bool:
    """False for a figure that is the score recomputed, as almost all are."""
    number = None if value.__class__ is not str else number_in(value)
    if number is None:
        return True
    computed = recomputed(submission, call)
    return computed is None or abs(number - float(computed)) > TOLERANCE


def _as_shown(value: Any) -> str | Text:
    """A figure, a well-known error value, or what kind of thing else: a text that was typed is never repeated."""
    number = number_in(value)
    if number is not None:
        return _figure(number, typed=True)
    if isinstance(value, ErrorCell):
        return str(value) if value in READABLE_ERRORS else Text("ค่าผิดพลาด", "an error value")
    return Text("ข้อความ", "a text") if isinstance(value, str) else Text("ค่าอื่น", "another value")


def _figure(number: Decimal | float | None, typed: bool = False) -> str:
    """With two decimals, or as it was typed."""
    if number is None:
        return "–"
    if abs(float(number)) >= _VAST:
        return f"{float(number):.3G}"
    return str(to_json_number(Decimal(f"{number:.15g}"))) if typed else f"{number:.2f}"


def recomputed(submission: Submission, call: Call) -> Decimal | None:
    """What a function should show; None where it is none of a score, or an answer is invalid."""
    card, (name, *codes) = submission.scorecard, call
    if not name:
        return _of_all(card, codes[0])
    if name == "IQA_PROGRESS":
        process = card.processes.get(codes[0]) if codes else None
        return process.percent if process else None
    if name == "ONESQA_AREA_SCORE":
        return card.score if codes == [str(submission.area)] else None
    indicator = card.indicators.get(codes[0])
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


def _of_all(card: Scorecard, figure: str) -> Decimal | None:
    """A total of the summary; None where one of what it adds up is not there."""
    if figure in ("items", "progress"):
        return Decimal(card.progress.total) if figure == "items" else card.progress.percent
    figures = [getattr(indicator, figure) for indicator in card.indicators.values()]
    return None if None in figures else sum(figures, Decimal(0))


def _label(rubric: Rubric, call: Call) -> Text:
    """`ตบช.5 ข้อ 1` and the like."""
    name, *codes = call
    if not name:
        return _OF_ALL[codes[0]]
    if name == "IQA_PROGRESS":
        return Text(f"ความก้าวหน้าของกระบวนการ {codes[0]}", f"progress of process {codes[0]}")
    if name == "ONESQA_AREA_SCORE":
        return Text(f"คะแนนรวมด้านที่ {codes[0]}", f"total of area {codes[0]}")
    number = codes[0].removeprefix("IND")
    if name == "ONESQA_POINTS":
        return Text(f"ตบช.{number} ข้อ {codes[1]}", f"{codes[0]} {codes[1]}")
    total = dict(TOTALS).get(name, Text("คะแนน", "points"))
    return Text(f"ตบช.{number} {total.th}", f"{codes[0]} {total.en}")
