"""No list of learners' names stands in a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts
from qa_excel.namelists import lists_names
from qa_excel.problems import Problem

LEARNER_NAMES = code(
    "privacy.learner_names",
    "warning",
    "workbook",
    message=(
        "{label}: มีชื่อบุคคลซึ่งอาจเป็นผู้เรียน",
        "{label}: names persons who may be learners",
    ),
    hint=(
        "ลบชื่อออก{suggestion} กรอกเพียงจำนวน และเก็บรายชื่อไว้ที่สถานศึกษา",
        "Delete the names{suggestion}, enter how many, and keep the list at the school",
    ),
    example=(
        "ช่องหลักฐานมี ด.ช. … ด.ญ. … เรียงกันหลายชื่อ",
        "The evidence lists the names of several boys and girls",
    ),
)


@check("workbook", LEARNER_NAMES)
def check_learner_names(book: Workbook) -> Iterator[Problem]:
    """Several titles, each with a name, in one cell; a single name, such as who is in charge, is in order."""
    return found_in_texts(book, LEARNER_NAMES, lambda _, text: lists_names(text))
