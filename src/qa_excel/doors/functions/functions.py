"""The functions that staff type into cells, declared once for every door. Standard library only.

`FUNCTIONS` names them with arguments, help and category; `Sheets` is the workbook they are asked about, as
grids of values; `call` answers. A failure is a `CellError` with the Excel error that the cell shows, never a
text or a 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qa_excel.doors.functions.answering import (
    answer_area_score,
    answer_deduction,
    answer_explain,
    answer_gross,
    answer_max,
    answer_missing,
    answer_name,
    answer_points,
    answer_progress,
    answer_score,
    answer_status,
    answer_total_of_all,
    answer_version,
    answer_why,
)
from qa_excel.doors.functions.codes import Door
from qa_excel.doors.functions.sheets import (
    VALUE,
    CellError,
    Sheets,
)
from qa_excel.thai.text import Text


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


# --- the workbook a function is asked about ---


# --- what a code means ---


# --- the functions ---


def _argument(name: str, th: str, en: str, optional: bool = False, kind: str = "code") -> Argument:
    return Argument(name, Text(th, en), optional, kind)


INDICATOR = _argument("indicator", "รหัสตัวบ่งชี้ เช่น IND5 หรือ 5", "the indicator, such as IND5 or 5")
_IND_OPTIONAL = _argument("indicator", INDICATOR.help.th, INDICATOR.help.en, optional=True)
_CRITERION = _argument("criterion", "ข้อของเกณฑ์ เช่น 1 หรือ 1.2", "the criterion or item, such as 1 or 1.2")
_CRITERION_OPTIONAL = _argument("criterion", _CRITERION.help.th, _CRITERION.help.en, optional=True)
_AREA_ARGUMENT = _argument("area", "ด้าน เช่น 2 หรือ ด้าน2", "the area, such as 2")
INDICATOR_OR_AREA = _argument(
    "code", "ตัวบ่งชี้ เช่น IND5 หรือด้าน เช่น A2", "an indicator such as IND5, or an area such as A2"
)
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
    (INDICATOR, _ANSWERS),
    "number",
    answer_score,
    "คะแนนสุทธิของตัวบ่งชี้",
    "net score of an indicator",
)
_declare(
    "ONESQA_GROSS",
    _POINTS,
    (INDICATOR, _ANSWERS),
    "number",
    answer_gross,
    "คะแนนของตัวบ่งชี้ก่อนลดคะแนน",
    "score of an indicator before deduction",
)
_declare(
    "ONESQA_DEDUCTION",
    _POINTS,
    (INDICATOR, _ANSWERS),
    "number",
    answer_deduction,
    "คะแนนที่ถูกลดของตัวบ่งชี้",
    "what is deducted from an indicator",
)
_declare(
    "ONESQA_POINTS",
    _POINTS,
    (INDICATOR, _CRITERION, _ANSWERS),
    "number",
    answer_points,
    "คะแนนของเกณฑ์หนึ่งข้อ หรือของรายการย่อยหนึ่งรายการ",
    "points of one criterion, or of one item of a checklist",
)
_declare(
    "ONESQA_AREA_SCORE",
    _POINTS,
    (_AREA_ARGUMENT,),
    "number",
    answer_area_score,
    "คะแนนรวมของด้าน",
    "score of an area",
)
_declare(
    "ONESQA_TOTAL",
    _POINTS,
    (),
    "number",
    answer_total_of_all,
    "คะแนนรวมของทุกด้านที่อยู่ในแฟ้มนี้",
    "total of the areas present in this workbook",
)
_declare(
    "ONESQA_MAX",
    _POINTS,
    (INDICATOR_OR_AREA,),
    "number",
    answer_max,
    "คะแนนเต็มของตัวบ่งชี้หรือด้าน",
    "full points of an indicator or area",
    reads=False,
)
_declare(
    "ONESQA_NAME",
    _POINTS,
    (INDICATOR_OR_AREA,),
    "text",
    answer_name,
    "ชื่อของตัวบ่งชี้หรือด้าน",
    "Thai name of an indicator or area",
    reads=False,
)
_declare(
    "ONESQA_MISSING",
    _TOOL,
    (_IND_OPTIONAL,),
    "number",
    answer_missing,
    "จำนวนช่องที่ยังไม่ได้กรอก",
    "how many inputs are still empty",
)
_declare(
    "ONESQA_WHY",
    _TOOL,
    (INDICATOR, _CRITERION_OPTIONAL),
    "text",
    answer_why,
    "ที่มาของคะแนน หรือสิ่งที่ผิด เป็นข้อความ",
    "how the points came about, or what is wrong, in Thai",
)
_declare(
    "ONESQA_EXPLAIN",
    _TOOL,
    (INDICATOR,),
    "array",
    answer_explain,
    "ตารางแจกแจงคะแนนของตัวบ่งชี้: ข้อ ข้อมูล คะแนน คะแนนเต็ม เหตุผล",
    "an array: criterion, inputs, points, full points, reason",
)
_declare(
    "IQA_PROGRESS",
    _TRACES,
    (_PROCESS,),
    "number",
    answer_progress,
    "ร้อยละของขั้นตอนที่ดำเนินการแล้วในกระบวนการ",
    "percent of a process that is done",
)
_declare("IQA_STATUS", _TRACES, (_ITEM,), "text", answer_status, "สถานะของขั้นตอน", "status of an item")
_declare(
    "QA_VERSION",
    _TOOL,
    (),
    "text",
    answer_version,
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
