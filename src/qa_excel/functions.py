"""The functions that staff type into cells, declared once for every door. Standard library only.

`FUNCTIONS` names them with arguments, help and category; `Sheets` is the workbook they are asked about, as
grids of values; `call` answers. A failure is a `CellError` with the Excel error that the cell shows, never a
text or a 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from qa_excel import __version__
from qa_excel.documents import canonical, value_of
from qa_excel.fields import Path, dig, fields, indicator_fields
from qa_excel.forms import Form, Grid, read_block, read_form
from qa_excel.normalise import ErrorCell, fold, normalise, to_json_number
from qa_excel.rubric import Area, Criterion, Indicator, Process, Rubric, Text, TraceItem, load_rubrics
from qa_excel.scoring import (
    IndicatorScore,
    Scorecard,
    grades_taught,
    half_up,
    score,
    score_indicator,
)

VALUE, NOT_AVAILABLE, NUMBER, REFERENCE = "#VALUE!", "#N/A", "#NUM!", "#REF!"
ERRORS = (VALUE, NOT_AVAILABLE, NUMBER, REFERENCE)
_OUT_OF_RANGE = frozenset(
    ["value.negative", "value.not_whole", "value.over_100", "value.too_large", "value.count_over_total"]
)


class CellError(Exception):
    """What a cell shows instead of a figure.

    `#VALUE!` an unknown code, or text where a number belongs; `#N/A` a known code that this workbook does not
    hold; `#NUM!` a figure that can't be right; `#REF!` a workbook that is not ours.
    """

    def __init__(self, error: str):
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Argument:
    """`kind` is `code`, or `block` for the range of an indicator's inputs."""

    name: str
    help: Text
    optional: bool = False
    kind: str = "code"


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `returns` is number, text or array; `reads` tells whether it reads the calling workbook."""

    name: str
    category: str
    help: Text
    arguments: tuple[Argument, ...]
    returns: str
    answer: Callable[..., Any]
    reads: bool = True


@cache
def _shipped() -> tuple[Rubric, ...]:
    """The program's own rubrics, looked for once."""
    return tuple(load_rubrics())


# --- the workbook a function is asked about ---


@dataclass(slots=True)
class Sheets:
    """A workbook as grids of values (title → rows from A1 on), scored once however many cells ask."""

    grids: Mapping[str, Grid]
    rubrics: Sequence[Rubric] = ()
    _cards: dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]] | None = field(default=None)
    _positions: dict[tuple[str, int | None, Path], tuple[int, int]] = field(default_factory=dict)

    @property
    def cards(self) -> dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]]:
        """(rubric id, area) → (rubric, submission, scorecard) of each template in the workbook."""
        if self._cards is None:
            self._cards = self._score()
        return self._cards

    def _score(self) -> dict[tuple[str, int | None], tuple[Rubric, dict[str, Any], Scorecard]]:
        forms: dict[tuple[str, int | None], list[tuple[int, Form, Grid]]] = {}
        for number, grid in enumerate(self.grids.values()):
            form = read_form(grid)
            if form:
                forms.setdefault((form.key.rubric, form.key.area), []).append((number, form, grid))
        known = {rubric.id: rubric for rubric in self.rubrics or _shipped()}
        cards = {}
        for (name, area), found in forms.items():
            rubric = known.get(name)
            if rubric is None or area not in rubric.workbooks:
                continue
            if any(form.key.version not in (rubric.version, *rubric.accepts) for _, form, _ in found):
                continue
            typed: dict[Path, Any] = {}
            for number, form, grid in found:
                typed = {**_typed(rubric, area, form.cells, grid), **typed}
                for given in fields(rubric, area):
                    at = form.cells.get((given.row, given.column))
                    if at and not given.optional:
                        self._positions.setdefault((name, area, given.path), (number, at[0] * POSITION + at[1]))
            submission = canonical(rubric, area, typed)
            cards[name, area] = (rubric, submission, score(submission, rubric))
        return cards

    def positions(self) -> dict[tuple[str, int | None, Path], tuple[int, int]]:
        """(rubric id, area, path of input) → (number of the sheet from 0, position) of each cell that is read."""
        return self._positions if self.cards else {}

    def empty(self) -> Iterator[tuple[int, int]]:
        """(number of the sheet, position) of each input that counts as missing; of a blank table its first cell."""
        for (name, area), (_, _, card) in self.cards.items():
            for path in card.missing:
                found = [
                    at for (*of, known), at in self._positions.items() if of == [name, area] and _inside(known, path)
                ]
                if found:
                    yield min(found)

    def card(self, family: str) -> list[tuple[Rubric, dict[str, Any], Scorecard]]:
        """The scorecards of one family of rubrics. Raises CellError where the workbook is not ours."""
        if not self.cards:
            raise CellError(REFERENCE)
        return [held for held in self.cards.values() if held[0].family == family]


def _inside(known: Path, path: Path) -> bool:
    return known[: len(path)] == path


def _typed(
    rubric: Rubric, area: int | None, cells: Mapping[tuple[str, str], tuple[int, int]], grid: Grid
) -> dict[Path, Any]:
    """Path of input → what stands in its cell, for the cells of one sheet."""
    typed = {}
    for given in fields(rubric, area):
        at = cells.get((given.row, given.column))
        if at:
            value = grid[at[0] - 1][at[1] - 1]
            typed[given.path] = ErrorCell(value) if isinstance(value, str) and value in _EXCEL_ERRORS else value
    return typed


_EXCEL_ERRORS = frozenset(
    ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"]
)


# --- what a code means ---


def _code(value: Any) -> str:
    """A code as typed: spaces, case and Thai digits do not matter; a number is its digits."""
    if isinstance(value, bool) or value is None or value == "":
        raise CellError(VALUE)
    if isinstance(value, int | float | Decimal):
        return f"{to_json_number(Decimal(str(value)))}"
    if isinstance(value, str) and value not in _EXCEL_ERRORS:
        return fold(value)
    raise CellError(VALUE)


_INDICATOR = re.compile(r"(?:ind|ตบช\.?|ตัวบ่งชี้ที่|ตัวบ่งชี้)?0*(\d+)", re.ASCII)
_AREA = re.compile(r"(?:a|area|ด้านที่|ด้าน)0*(\d+)", re.ASCII)
_NUMBERED = re.compile(r"(?:กระบวนการที่|กระบวนการ|ส่วนที่|ข้อที่|ข้อ|process|item)?(\d+(?:\.\d+)*)", re.ASCII)


@dataclass(slots=True)
class Door:
    """One question: the workbook it comes from, and the rubrics that codes are looked up in."""

    sheets: Sheets

    @property
    def rubrics(self) -> Sequence[Rubric]:
        return self.sheets.rubrics or _shipped()

    def indicator(self, code: Any) -> tuple[Rubric, Indicator]:
        match = _INDICATOR.fullmatch(_code(code))
        for rubric in self.rubrics:
            for indicator in rubric.indicators:
                if match and indicator.number == match[1]:
                    return rubric, indicator
        raise CellError(VALUE)

    def area(self, code: Any, bare: bool = True) -> tuple[Rubric, Area]:
        """bare: a number alone is an area."""
        text = _code(code)
        match = _AREA.fullmatch(text) or (re.fullmatch(r"0*(\d+)", text, re.ASCII) if bare else None)
        for rubric in self.rubrics:
            for area in rubric.areas:
                if match and str(area.id) == match[1]:
                    return rubric, area
        raise CellError(VALUE)

    def indicator_or_area(self, code: Any) -> tuple[Rubric, Indicator | Area]:
        """A bare number is an indicator."""
        return self.area(code) if _AREA.fullmatch(_code(code)) else self.indicator(code)

    def criterion(self, indicator: Indicator, code: Any) -> Criterion:
        match = _NUMBERED.fullmatch(_code(code))
        try:
            return indicator.criterion(match[1] if match else "")
        except KeyError:
            raise CellError(VALUE) from None

    def process(self, code: Any) -> Process:
        return self._traces(code, lambda rubric: rubric.processes)

    def item(self, code: Any) -> TraceItem:
        return self._traces(code, lambda rubric: rubric.items)

    def _traces(self, code: Any, parts: Callable[[Rubric], Sequence[Any]]) -> Any:
        match = _NUMBERED.fullmatch(_code(code))
        for rubric in self.rubrics:
            for part in parts(rubric):
                if match and part.id == match[1]:
                    return part
        raise CellError(VALUE)

    # --- scores ---

    def score_of(self, rubric: Rubric, indicator: Indicator, block: Any = None) -> IndicatorScore:
        """The indicator's score from its block where one is handed over, else from the workbook."""
        if block is not None:
            return self._score_block(rubric, indicator, block)
        for held, _, card in self.sheets.card("indicators"):
            if held.id == rubric.id and indicator.id in card.indicators:
                return card.indicators[indicator.id]
        raise CellError(NOT_AVAILABLE)

    def _score_block(self, rubric: Rubric, indicator: Indicator, block: Any) -> IndicatorScore:
        grid = block if isinstance(block, list | tuple) else [[block]]
        cells = read_block(grid)
        ours = {(given.row, given.column) for given in indicator_fields(rubric, indicator)}
        if not ours & cells.keys():
            raise CellError(REFERENCE)
        submission = canonical(rubric, indicator.area, _typed(rubric, indicator.area, cells, grid))
        levels = {}
        for grade in rubric.grades:
            at = cells.get((f"{indicator.id}.levels", grade.id))
            levels[grade.id] = bool(at) and normalise(grid[at[0] - 1][at[1] - 1], "levels").value is True
        submission["school"] = {"levels": levels}
        return score_indicator(rubric, indicator, submission, grades_taught(rubric, submission))

    def process_score(self, process: Process) -> Any:
        for _, _, card in self.sheets.card("traces"):
            if process.id in card.processes:
                return card.processes[process.id]
        raise CellError(NOT_AVAILABLE)


def _figure(number: Decimal | Fraction | None, scored: IndicatorScore | None = None) -> float | int:
    """A figure as the cell shows it; an invalid input shows as the error that names its kind."""
    if number is None:
        codes = {finding.code for finding in scored.findings} if scored else set()
        raise CellError(NUMBER if codes & _OUT_OF_RANGE and not codes & _NO_NUMBER else VALUE)
    return to_json_number(half_up(number) if isinstance(number, Fraction) else number)


_NO_NUMBER = frozenset(
    ["value.not_a_number", "value.not_yes_no", "value.error_value", "value.not_calculated", "value.not_a_choice"]
)


# --- the functions ---


def _score(door: Door, indicator: Any, answers: Any = None) -> Any:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.score, scored)


def _gross(door: Door, indicator: Any, answers: Any = None) -> Any:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.gross, scored)


def _deduction(door: Door, indicator: Any, answers: Any = None) -> Any:
    scored = door.score_of(*door.indicator(indicator), answers)
    return _figure(scored.deduction, scored)


def _points(door: Door, indicator: Any, criterion: Any, answers: Any = None) -> Any:
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


def _area_score(door: Door, area: Any) -> Any:
    rubric, asked = door.area(area)
    for held, _, card in door.sheets.card("indicators"):
        if held.id == rubric.id and card.area == asked.id:
            return _total([card])
    raise CellError(NOT_AVAILABLE)


def _total_of_all(door: Door) -> Any:
    cards = [card for _, _, card in door.sheets.card("indicators")]
    if not cards:
        raise CellError(NOT_AVAILABLE)
    return _total(cards)


def _total(cards: list[Scorecard]) -> Any:
    for card in cards:
        for scored in card.indicators.values():
            _figure(scored.score, scored)
    return _figure(sum((card.score for card in cards), Decimal(0)))


def _max(door: Door, code: Any) -> Any:
    return _figure(door.indicator_or_area(code)[1].max)


def _name(door: Door, code: Any) -> str:
    return door.indicator_or_area(code)[1].name.th


def _missing(door: Door, indicator: Any = None) -> int:
    if indicator is not None:
        return len(door.score_of(*door.indicator(indicator)).missing)
    if not door.sheets.cards:
        raise CellError(REFERENCE)
    return sum(len(card.missing) for _, _, card in door.sheets.cards.values())


def _why(door: Door, indicator: Any, criterion: Any = None) -> str:
    rubric, asked = door.indicator(indicator)
    scored = door.score_of(rubric, asked)
    if criterion is not None:
        wanted = door.criterion(asked, criterion)
        for entry in scored.criteria:
            for part in (entry, *entry.items):
                if part.id == wanted.id:
                    return part.reason.th
    lines = [
        f"ข้อ {entry.id}: {_shown(entry.points)} จาก {_shown(entry.max)} คะแนน ({entry.reason.th})"
        for entry in scored.criteria
    ]
    lines += [f"เงื่อนไข {c.id}: {c.reason.th}" for c in scored.conditions if c.found or c.deducts is None]
    if scored.missing:
        lines.append(f"ยังไม่ได้กรอก {len(scored.missing)} ช่อง")
    return "\n".join(lines)


def _explain(door: Door, indicator: Any) -> list[list[Any]]:
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


def _progress(door: Door, process: Any) -> Any:
    return _figure(door.process_score(door.process(process)).percent)


def _status(door: Door, item: Any) -> str:
    asked = door.item(item)
    for rubric, _, card in door.sheets.card("traces"):
        names = {status.id: status.name.th for status in rubric.statuses}
        for process in card.processes.values():
            if asked.id in process.statuses:
                status = process.statuses[asked.id]
                return names[status] if status else "ยังไม่ได้ระบุ"
    raise CellError(NOT_AVAILABLE)


def _version(door: Door) -> str:
    return " · ".join([f"qa-excel {__version__}", *(f"{rubric.id} {rubric.version}" for rubric in door.rubrics)])


def _argument(name: str, th: str, en: str, optional: bool = False, kind: str = "code") -> Argument:
    return Argument(name, Text(th, en), optional, kind)


_IND = _argument("indicator", "รหัสตัวบ่งชี้ เช่น IND5 หรือ 5", "the indicator, such as IND5 or 5")
_IND_OPTIONAL = _argument("indicator", _IND.help.th, _IND.help.en, optional=True)
_CRITERION = _argument("criterion", "ข้อของเกณฑ์ เช่น 1 หรือ 1.2", "the criterion or item, such as 1 or 1.2")
_CRITERION_OPTIONAL = _argument("criterion", _CRITERION.help.th, _CRITERION.help.en, optional=True)
_AREA_ARGUMENT = _argument("area", "ด้าน เช่น 2 หรือ ด้าน2", "the area, such as 2")
_IND_OR_AREA = _argument("code", "ตัวบ่งชี้ เช่น IND5 หรือด้าน เช่น A2", "an indicator such as IND5, or an area such as A2")
_PROCESS = _argument("process", "กระบวนการ เช่น 1.2", "the process, such as 1.2")
_ITEM = _argument("item", "ขั้นตอน เช่น 1.2.3", "the item, such as 1.2.3")
_ANSWERS = _argument(
    "answers",
    "(ไม่บังคับ) ช่วงเซลล์ของตัวบ่งชี้ในแบบฟอร์ม รวมคอลัมน์รหัสที่ซ่อนไว้",
    "(optional) the indicator's block of the form, with its hidden keys",
    optional=True,
    kind="block",
)
_POINTS, _TRACES, _TOOL = "ประกันคุณภาพ: คะแนน", "ประกันคุณภาพ: ร่องรอย", "ประกันคุณภาพ: เครื่องมือ"

FUNCTIONS: dict[str, Function] = {}


def _declare(
    name: str,
    category: str,
    arguments: tuple[Argument, ...],
    returns: str,
    answer: Callable[..., Any],
    th: str,
    en: str,
    reads: bool = True,
) -> None:
    FUNCTIONS[name] = Function(name, category, Text(th, en), arguments, returns, answer, reads)


_declare(
    "ONESQA_SCORE",
    _POINTS,
    (_IND, _ANSWERS),
    "number",
    _score,
    "คะแนนสุทธิของตัวบ่งชี้",
    "net score of an indicator",
)
_declare(
    "ONESQA_GROSS",
    _POINTS,
    (_IND, _ANSWERS),
    "number",
    _gross,
    "คะแนนของตัวบ่งชี้ก่อนลดคะแนน",
    "score of an indicator before deduction",
)
_declare(
    "ONESQA_DEDUCTION",
    _POINTS,
    (_IND, _ANSWERS),
    "number",
    _deduction,
    "คะแนนที่ถูกลดของตัวบ่งชี้",
    "what is deducted from an indicator",
)
_declare(
    "ONESQA_POINTS",
    _POINTS,
    (_IND, _CRITERION, _ANSWERS),
    "number",
    _points,
    "คะแนนของเกณฑ์หนึ่งข้อ หรือของรายการย่อยหนึ่งรายการ",
    "points of one criterion, or of one item of a checklist",
)
_declare(
    "ONESQA_AREA_SCORE",
    _POINTS,
    (_AREA_ARGUMENT,),
    "number",
    _area_score,
    "คะแนนรวมของด้าน",
    "score of an area",
)
_declare(
    "ONESQA_TOTAL",
    _POINTS,
    (),
    "number",
    _total_of_all,
    "คะแนนรวมของทุกด้านที่อยู่ในแฟ้มนี้",
    "total of the areas present in this workbook",
)
_declare(
    "ONESQA_MAX",
    _POINTS,
    (_IND_OR_AREA,),
    "number",
    _max,
    "คะแนนเต็มของตัวบ่งชี้หรือด้าน",
    "full points of an indicator or area",
    reads=False,
)
_declare(
    "ONESQA_NAME",
    _POINTS,
    (_IND_OR_AREA,),
    "text",
    _name,
    "ชื่อของตัวบ่งชี้หรือด้าน",
    "Thai name of an indicator or area",
    reads=False,
)
_declare(
    "ONESQA_MISSING",
    _TOOL,
    (_IND_OPTIONAL,),
    "number",
    _missing,
    "จำนวนช่องที่ยังไม่ได้กรอก",
    "how many inputs are still empty",
)
_declare(
    "ONESQA_WHY",
    _TOOL,
    (_IND, _CRITERION_OPTIONAL),
    "text",
    _why,
    "ที่มาของคะแนน หรือสิ่งที่ผิด เป็นข้อความ",
    "how the points came about, or what is wrong, in Thai",
)
_declare(
    "ONESQA_EXPLAIN",
    _TOOL,
    (_IND,),
    "array",
    _explain,
    "ตารางแจกแจงคะแนนของตัวบ่งชี้: ข้อ ข้อมูล คะแนน คะแนนเต็ม เหตุผล",
    "an array: criterion, inputs, points, full points, reason",
)
_declare(
    "IQA_PROGRESS",
    _TRACES,
    (_PROCESS,),
    "number",
    _progress,
    "ร้อยละของขั้นตอนที่ดำเนินการแล้วในกระบวนการ",
    "percent of a process that is done",
)
_declare("IQA_STATUS", _TRACES, (_ITEM,), "text", _status, "สถานะของขั้นตอน", "status of an item")
_declare(
    "QA_VERSION",
    _TOOL,
    (),
    "text",
    _version,
    "รุ่นของโปรแกรมและเกณฑ์ (ใช้ทดสอบว่าส่วนเสริมทำงาน)",
    "version of program and rubrics; the self-test",
    reads=False,
)


def call(name: str, arguments: Sequence[Any], sheets: Sheets) -> Any:
    """The answer of a function: a number, a text or rows. None and "" for an argument mean that it was left out.

    Raises CellError for what the cell shows as an Excel error, and for any failure of the engine itself.
    """
    function = FUNCTIONS[name]
    given = [None if isinstance(value, str) and value == "" else value for value in arguments]
    required = sum(not argument.optional for argument in function.arguments)
    if len(given) < required or len(given) > len(function.arguments) or None in given[:required]:
        raise CellError(VALUE)
    try:
        return function.answer(Door(sheets), *given)
    except CellError:
        raise
    except Exception:
        raise CellError(VALUE) from None


# --- every answer in one go, for a door that pays for each trip ---

Row = tuple[Any, ...]
"""(key, kind, value …) with `ROW_VALUES` values; `answers` says what the kinds are."""
ROW_VALUES = 5
POSITION = 1024
"""A cell as one number: row × POSITION + column."""
ANSWER, ARRAY, PART, ALIAS, INPUT, EMPTY = "=", "{", "", ">", "@", "?"
SEPARATOR = "|"


def question(name: str, *codes: str) -> str:
    """The key of a question: function and folded codes, such as `onesqa_points|ind5|1.2`."""
    return SEPARATOR.join([name.lower(), *map(fold, codes)])


def answers(sheets: Sheets) -> list[Row]:
    """The answer of every question that the workbook can answer, as rows that a spreadsheet can hold.

    The kind of a row: `=` the value follows; an Excel error such as `#N/A`; `{` an array of so many rows follows,
    each of kind ""; `>` the same answer as the row with so many rows before this one; `@` an input that was read and
    `?` one that is still empty, with the number of its sheet (from 0, as handed over) as key and its position.
    The first row tells the version, so that there are always at least two.
    """
    rows = [version_row()]
    door = Door(sheets)
    for name, spellings, others in _questions(door):
        first = len(rows)
        rows += answer_rows(question(name, *spellings[:1], *others), name, (*spellings[:1], *others), sheets)
        rows += [
            _row(question(name, spelling, *others), ALIAS, len(rows) + n - first)
            for n, spelling in enumerate(spellings[1:])
        ]
    rows += [_row(str(sheet), INPUT, position) for sheet, position in sheets.positions().values()]
    rows += [_row(str(sheet), EMPTY, position) for sheet, position in sheets.empty()]
    return rows


def version_row() -> Row:
    """The first row of every table."""
    return _row("qa-excel", PART, __version__)


def answer_rows(key: str, name: str, arguments: Sequence[Any], sheets: Sheets) -> list[Row]:
    """The rows of one answer; see `answers`."""
    try:
        answer = call(name, arguments, sheets)
    except CellError as error:
        return [_row(key, error.error)]
    if isinstance(answer, list):
        return [_row(key, ARRAY, len(answer)), *(_row("", PART, *part) for part in answer)]
    return [_row(key, ANSWER, answer)]


def block_answers(code: Any, block: Any, sheets: Sheets) -> list[Row]:
    """Every answer that an indicator's block gives, as `answers` does; keys carry the code as it was asked."""
    rows = [version_row()]
    try:
        _, indicator = Door(sheets).indicator(code)
        asked = _code(code)
    except CellError:
        return rows
    for function in FUNCTIONS.values():
        if not any(argument.kind == "block" for argument in function.arguments):
            continue
        criteria = _criteria(indicator) if len(function.arguments) == 3 else [()]
        for others in criteria:
            key = question(function.name, asked, *others)
            rows += answer_rows(key, function.name, (asked, *others, block), sheets)
    return rows


def _row(key: str, kind: str, *values: Any) -> Row:
    return (key, kind, *values, *[""] * (ROW_VALUES - len(values)))


def _criteria(indicator: Indicator) -> list[tuple[str]]:
    return [(part.id,) for entry in indicator.criteria for part in (entry, *entry.items)]


def _questions(door: Door) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(function, spellings of its first code, further codes) of what the workbook holds."""
    yield "QA_VERSION", (), ()
    if door.sheets.cards:
        yield "ONESQA_TOTAL", (), ()
        yield "ONESQA_MISSING", (), ()
    for rubric, _, card in door.sheets.cards.values():
        for process in card.processes.values():
            yield "IQA_PROGRESS", (process.id,), ()
            for item in process.statuses:
                yield "IQA_STATUS", (item,), ()
        for name in card.indicators:
            yield from _questions_about(rubric.indicator(name))
        if card.area and card.indicators:
            spellings = (f"a{card.area}", f"ด้าน{card.area}", f"ด้านที่{card.area}")
            yield "ONESQA_AREA_SCORE", (str(card.area), *spellings), ()
            yield "ONESQA_MAX", spellings, ()
            yield "ONESQA_NAME", spellings, ()


def _questions_about(indicator: Indicator) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    number = indicator.number
    spellings = (indicator.id, str(number), f"ตบช.{number}", f"ตบช{number}")
    for function in FUNCTIONS.values():
        codes = [argument for argument in function.arguments if argument.kind == "code"]
        if not codes or codes[0].name not in (_IND.name, _IND_OR_AREA.name):
            continue
        if len(codes) == 1 or codes[1].optional:
            yield function.name, spellings, ()
        if len(codes) == 2:
            for others in _criteria(indicator):
                yield function.name, spellings, others
