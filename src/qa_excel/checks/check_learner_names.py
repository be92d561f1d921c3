"""No list of learners' names stands in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts
from qa_excel.problems import Problem

LEARNER_NAMES = code(
    "privacy.learner_names",
    "warning",
    "workbook",
    message=(
        "{label}: มีรายชื่อบุคคลหลายคน ซึ่งอาจเป็นผู้เรียน",
        "{label}: lists the names of several persons, who may be learners",
    ),
    hint=(
        "ลบรายชื่อออกจากเซลล์ กรอกเพียงจำนวน และเก็บรายชื่อไว้ที่สถานศึกษา",
        "Delete the names from the cell, enter how many, and keep the list at the school",
    ),
    example=(
        "ช่องหลักฐานมี ด.ช. … ด.ญ. … เรียงกันหลายชื่อ",
        "The evidence lists the names of several boys and girls",
    ),
)
CHILDREN, PERSONS = 2, 4
"""So many names with a child's title, or with any title, make a list; a committee of three is none."""
_CHILD = re.compile(r"(?:เด็กชาย|เด็กหญิง|ด\s?\.\s?[ชญ]\s?\.|(?<![ก-๙])ด[ชญ]\.)\s{0,3}[ก-๙]{2}")
# After นาย, these letters make another word: นายก (head of a council), นายอำเภอ, นายทะเบียน, นายจ้าง.
_ADULT = re.compile(r"(?:นางสาว|น\s?\.\s?ส\s?\.|นาย(?!ก(?![ก-๙]*\s+[ก-๙])|อำเภอ|ทะเบียน|จ้าง))\s{0,3}[ก-๙]{2}")


@check("workbook", LEARNER_NAMES)
def check_learner_names(book: Workbook) -> Iterator[Problem]:
    """Several titles, each with a name, in one cell; a single name, such as who is in charge, is in order."""
    return found_in_texts(book, LEARNER_NAMES, lambda _, text: lists_names(text))


def lists_names(text: str) -> bool:
    children = len(_CHILD.findall(text))
    return children >= CHILDREN or children + len(_ADULT.findall(text)) >= PERSONS
