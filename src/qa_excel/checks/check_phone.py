"""No telephone number stands in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts, without_addresses
from qa_excel.problems import Problem

PHONE = code(
    "privacy.phone",
    "warning",
    "workbook",
    message=("{label}: มีหมายเลขโทรศัพท์", "{label}: holds a telephone number"),
    hint=(
        "ลบหมายเลขโทรศัพท์ออกจากเซลล์ หากไม่จำเป็นต้องใช้ในการประเมิน",
        "Delete the number from the cell unless the assessment needs it",
    ),
    example=(
        "ช่องผู้จัดทำมีชื่อพร้อมหมายเลขโทรศัพท์มือถือ",
        "The name of who prepared it stands with a mobile number",
    ),
)
_SEP = r"[ .()–-]{0,2}"
_PHONE = re.compile(
    rf"(?<![0-9A-Za-z/])(?<![0-9][.-])(?:\+66{_SEP}0?|0066{_SEP}|0)"
    rf"(?:[689][0-9]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{4}}"  # a mobile: 10 digits
    rf"|[2-7]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{4}}|[3-7][0-9]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}})"  # a landline: 9 digits
    r"(?![0-9A-Za-z/])"
)


@check("workbook", PHONE)
def check_phone(book: Workbook) -> Iterator[Problem]:
    """Thai numbers, mobile and landline; figures in web addresses are passed over, and so are school codes."""
    return found_in_texts(book, PHONE, lambda given, text: given.row != "school.code" and has_phone(text))


def has_phone(text: str) -> bool:
    return bool(_PHONE.search(text) and _PHONE.search(without_addresses(text)))
