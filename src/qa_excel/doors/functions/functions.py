"""The functions that staff type into cells: what each answers. Standard library only.

`FUNCTIONS` holds their declarations; `Sheets` is the workbook they are asked about, as grids of values; `call` answers.
A failure is a `CellError` with the Excel error that the cell shows, never a text or a 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qa_excel import __version__
from qa_excel.doors.functions.codes import Door
from qa_excel.doors.functions.declaring import FUNCTIONS, POINTS, TOOL, TRACES, function
from qa_excel.doors.functions.sheets import NOT_AVAILABLE, NUMBER, REFERENCE, VALUE, CellError, Sheets
from qa_excel.form.documents import value_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.outcome import ItemScore, half_up, sum_of
from qa_excel.rubric.inputs import fields
from qa_excel.rubric.model import Indicator, Rubric
from qa_excel.scoring.scorecard import CriterionScore, IndicatorScore, Scorecard
from qa_excel.thai.typed import to_json_number

__all__ = ["FUNCTIONS", "call"]
_OUT_OF_RANGE = frozenset(
    ["value.negative", "value.not_whole", "value.over_100", "value.too_large", "value.count_over_total"]
)
_NO_NUMBER = frozenset(
    ["value.not_a_number", "value.not_yes_no", "value.error_value", "value.not_calculated", "value.not_a_choice"]
)


def _figure(number: Decimal | Fraction | None, scored: IndicatorScore | None = None) -> float:
    """A figure as the cell shows it; an invalid input shows as the error that names its kind."""
    if number is None:
        codes = {finding.code for finding in scored.findings} if scored else set()
        raise CellError(NUMBER if codes & _OUT_OF_RANGE and not codes & _NO_NUMBER else VALUE)
    return to_json_number(half_up(number) if isinstance(number, Fraction) else number)


@function(POINTS, "คะแนนสุทธิของตัวบ่งชี้", "net score of an indicator")
def onesqa_score(door: Door, indicator: Any, answers: Any = None) -> float:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.score, scored)


@function(POINTS, "คะแนนของตัวบ่งชี้ก่อนลดคะแนน", "score of an indicator before deduction")
def onesqa_gross(door: Door, indicator: Any, answers: Any = None) -> float:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.gross, scored)


@function(POINTS, "คะแนนที่ถูกลดของตัวบ่งชี้", "what is deducted from an indicator")
def onesqa_deduction(door: Door, indicator: Any, answers: Any = None) -> float:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.deduction, scored)


@function(
    POINTS, "คะแนนของเกณฑ์หนึ่งข้อ หรือของรายการย่อยหนึ่งรายการ", "points of one criterion, or of one item of a checklist"
)
def onesqa_points(door: Door, indicator: Any, criterion: Any, answers: Any = None) -> float:
    rubric, asked = door.indicator(indicator)
    wanted = door.criterion(asked, criterion)
    scored = door.score_of(rubric, asked, answers)
    for entry in scored.criteria:
        if entry.id == wanted.id:
            return _figure(entry.points, _about(scored, asked, wanted))
        for item in entry.items:
            if item.id == wanted.id:
                shut = entry.points == 0 and item.points
                return _figure(Fraction(0) if shut else item.points, _about(scored, asked, wanted))
    raise CellError(VALUE)


def _about(scored: IndicatorScore, indicator: Indicator, criterion: Criterion) -> IndicatorScore:
    """The same score with only the findings of one criterion and its items."""
    ids = {criterion.id, *(item.id for item in criterion.items)}
    kept = tuple(f for f in scored.findings if f.path[:2] == ("answers", indicator.id) and f.path[2] in ids)
    return replace(scored, findings=kept)


@function(POINTS, "คะแนนรวมของด้าน", "score of an area")
def onesqa_area_score(door: Door, area: Any) -> float:
    rubric, asked = door.area(area)
    for held, _, card in door.sheets.card("indicators"):
        if held.id == rubric.id and card.area == asked.id:
            return _total([card])
    raise CellError(NOT_AVAILABLE)


@function(POINTS, "คะแนนรวมของทุกด้านที่อยู่ในแฟ้มนี้", "total of the areas present in this workbook")
def onesqa_total(door: Door) -> float:
    cards = [card for _, _, card in door.sheets.card("indicators")]
    if not cards:
        raise CellError(NOT_AVAILABLE)
    return _total(cards)


def _total(cards: list[Scorecard]) -> float:
    for card in cards:
        for scored in card.indicators.values():
            _figure(scored.score, scored)
    return _figure(sum_of((card.score for card in cards), Decimal(0)))


@function(POINTS, "คะแนนเต็มของตัวบ่งชี้หรือด้าน", "full points of an indicator or area", reads=False)
def onesqa_max(door: Door, code: Any) -> float:
    return _figure(door.indicator_or_area(code)[1].max)


@function(POINTS, "ชื่อของตัวบ่งชี้หรือด้าน", "Thai name of an indicator or area", reads=False)
def onesqa_name(door: Door, code: Any) -> str:
    return door.indicator_or_area(code)[1].name.th


def _parts(scored: IndicatorScore) -> Iterator[CriterionScore | ItemScore]:
    for entry in scored.criteria:
        yield entry
        yield from entry.items


@function(TOOL, "จำนวนช่องที่ยังไม่ได้กรอก", "how many inputs are still empty")
def onesqa_missing(door: Door, indicator: Any = None) -> int:
    if indicator is not None:
        return len(door.score_of(*door.indicator(indicator)).missing)
    if not door.sheets.cards:
        raise CellError(REFERENCE)
    return sum(len(card.missing) for _, _, card in door.sheets.cards.values())


@function(TOOL, "ที่มาของคะแนน หรือสิ่งที่ผิด เป็นข้อความ", "how the points came about, or what is wrong, in Thai")
def onesqa_why(door: Door, indicator: Any, criterion: Any = None) -> str:
    rubric, asked = door.indicator(indicator)
    scored = door.score_of(rubric, asked)
    if criterion is not None:
        wanted = door.criterion(asked, criterion)
        return next(part.reason.th for part in _parts(scored) if part.id == wanted.id)
    lines = [
        f"ข้อ {entry.id}: {_shown(entry.points)} จาก {_shown(entry.max)} คะแนน ({entry.reason.th})"
        for entry in scored.criteria
    ]
    lines += [f"เงื่อนไข {c.id}: {c.reason.th}" for c in scored.conditions if c.found or c.deducts is None]
    if scored.missing:
        lines.append(f"ยังไม่ได้กรอก {len(scored.missing)} ช่อง")
    return "\n".join(lines)


@function(
    TOOL,
    "ตารางแจกแจงคะแนนของตัวบ่งชี้: ข้อ ข้อมูล คะแนน คะแนนเต็ม เหตุผล",
    "an array: criterion, inputs, points, full points, reason",
)
def onesqa_explain(door: Door, indicator: Any) -> list[list[Any]]:
    rubric, asked = door.indicator(indicator)
    scored = door.score_of(rubric, asked)
    held = next((data for r, data, card in door.sheets.card("indicators") if asked.id in card.indicators), {})
    rows: list[list[Any]] = [["ข้อ", "ข้อมูลที่กรอก", "คะแนนที่ได้", "คะแนนเต็ม", "เหตุผล"]]
    for entry in scored.criteria:
        inputs = _inputs(rubric, asked, entry.id, held)
        rows.append([entry.id, inputs, _shown(entry.points), _figure(entry.max), entry.reason.th])
    for condition in scored.conditions:
        state = {True: "พบ", False: "ไม่พบ", None: ""}[condition.found]
        cost = None if condition.deducts is None else -asked.deduction if condition.deducts else 0
        rows.append([condition.id, state, _shown(cost), "", condition.reason.th])
    return rows


def _inputs(rubric: Rubric, indicator: Indicator, criterion: str, submission: dict[str, Any]) -> str:
    """What was entered for a criterion, in short; a table only by how many of its cells are filled."""
    values = []
    for given in fields(rubric, indicator.area):
        if given.indicator == indicator.id and given.answer == criterion and given.path[0] == "answers":
            value = value_of(given, dig(submission, given.path), rubric)
            if value.ok:
                values.append("ใช่" if value.value is True else "ไม่ใช่" if value.value is False else _shown(value.value))
    return f"{len(values)} ช่อง" if len(values) > 3 else " / ".join(map(str, values))


def _shown(number: Any) -> Any:
    if number is None:
        return "ข้อมูลไม่ถูกต้อง"
    return to_json_number(half_up(number) if isinstance(number, Fraction) else Decimal(number))


@function(TRACES, "ร้อยละของขั้นตอนที่ดำเนินการแล้วในกระบวนการ", "percent of a process that is done")
def iqa_progress(door: Door, process: Any) -> float:
    return _figure(door.process_score(door.process(process)).percent)


@function(TRACES, "สถานะของขั้นตอน", "status of an item")
def iqa_status(door: Door, item: Any) -> str:
    asked = door.item(item)
    for rubric, _, card in door.sheets.card("traces"):
        names = {status.id: status.name.th for status in rubric.statuses}
        for process in card.processes.values():
            if asked.id in process.statuses:
                status = process.statuses[asked.id]
                return names[status] if status else "ยังไม่ได้ระบุ"
    raise CellError(NOT_AVAILABLE)


@function(
    TOOL, "รุ่นของโปรแกรมและเกณฑ์ (ใช้ทดสอบว่าส่วนเสริมทำงาน)", "version of program and rubrics; the self-test", reads=False
)
def qa_version(door: Door) -> str:
    return " · ".join([f"qa-excel {__version__}", *(f"{rubric.id} {rubric.version}" for rubric in door.rubrics)])


def call(name: str, arguments: Sequence[Any], sheets: Sheets) -> Any:
    """The answer of a function: a number, a text or rows. None and "" for an argument mean that it was left out.

    Raises CellError for what the cell shows as an Excel error, and for any failure of the engine itself.
    """
    asked = FUNCTIONS[name]
    given = [None if isinstance(value, str) and value == "" else value for value in arguments]
    required = sum(not argument.optional for argument in asked.arguments)
    if len(given) < required or len(given) > len(asked.arguments) or None in given[:required]:
        raise CellError(VALUE)
    try:
        return asked.answer(Door(sheets), *given)
    except CellError:
        raise
    except Exception:
        raise CellError(VALUE) from None
