"""No list of learners' names stands in a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts
from qa_excel.problems import Problem
from qa_excel.rubric.inputs import Field
from qa_excel.thai.names import lists_names, names_in

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

_FREE = ("evidence", "note", "link", "owner")
"""Columns in which a school writes what it likes."""


@check("workbook", LEARNER_NAMES)
def check_learner_names(book: Workbook) -> Iterator[Problem]:
    """Several titles, each with a name, in one cell; in a free text a single one, such as who won, is in order."""
    return found_in_texts(book, LEARNER_NAMES, _names_learners)


def _names_learners(given: Field, text: str) -> bool:
    return lists_names(text) or (given.column not in _FREE and names_in(text)[0] > 0)
