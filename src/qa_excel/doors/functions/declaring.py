"""The functions of cells as they are declared, once for every door. Standard library only."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from qa_excel.thai.text import Text

POINTS, TRACES, TOOL = "ประกันคุณภาพ: คะแนน", "ประกันคุณภาพ: ร่องรอย", "ประกันคุณภาพ: เครื่องมือ"
"""Categories, as Excel's function wizard shows them."""
BLOCK = "answers"
"""The argument for the range of an indicator's inputs; all others are codes."""
_ARGUMENTS = {
    "indicator": Text("รหัสตัวบ่งชี้ เช่น IND5 หรือ 5", "the indicator, such as IND5 or 5"),
    "criterion": Text("ข้อของเกณฑ์ เช่น 1 หรือ 1.2", "the criterion or item, such as 1 or 1.2"),
    "area": Text("ด้าน เช่น 2 หรือ ด้าน2", "the area, such as 2"),
    "code": Text("ตัวบ่งชี้ เช่น IND5 หรือด้าน เช่น A2", "an indicator such as IND5, or an area such as A2"),
    "process": Text("กระบวนการ เช่น 1.2", "the process, such as 1.2"),
    "item": Text("ขั้นตอน เช่น 1.2.3", "the item, such as 1.2.3"),
    BLOCK: Text(
        "(ไม่บังคับ) ช่วงเซลล์ของตัวบ่งชี้ในแบบฟอร์ม รวมคอลัมน์รหัสที่ซ่อนไว้",
        "(optional) the indicator's block of the form, with its hidden keys",
    ),
}


@dataclass(frozen=True, slots=True)
class Argument:
    """`kind` is `code`, or `block` for the range of an indicator's inputs."""

    name: str
    help: Text
    optional: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `reads` tells whether it reads the calling workbook."""

    name: str
    category: str
    help: Text
    arguments: tuple[Argument, ...]
    answer: Callable[..., Any]
    reads: bool


FUNCTIONS: dict[str, Function] = {}
_Answer = TypeVar("_Answer", bound=Callable[..., Any])


def function(category: str, th: str, en: str, reads: bool = True) -> Callable[[_Answer], _Answer]:
    """Declare the function that the decorated one answers: it bears its name, and its arguments behind the first."""

    def declare(answer: _Answer) -> _Answer:
        name = answer.__name__.upper()
        _, *parameters = inspect.signature(answer).parameters.values()
        arguments = tuple(
            Argument(each.name, _ARGUMENTS[each.name], each.default is None, "block" if each.name == BLOCK else "code")
            for each in parameters
        )
        FUNCTIONS[name] = Function(name, category, Text(th, en), arguments, answer, reads)
        return answer

    return declare
