"""No one's 13-digit national ID stands in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts
from qa_excel.problems import Problem

NATIONAL_ID = code(
    "privacy.national_id",
    "warning",
    "workbook",
    message=(
        "{label}: มีเลขประจำตัวประชาชน 13 หลัก",
        "{label}: holds a 13-digit national ID",
    ),
    hint=(
        "ลบเลขประจำตัวออกจากเซลล์ แบบฟอร์มนี้ใช้เฉพาะจำนวน",
        "Delete the ID from the cell; these forms ask for figures alone",
    ),
    example=(
        "ช่องหลักฐานมีรายชื่อผู้เรียนพร้อมเลขประจำตัวประชาชน",
        "The evidence lists learners with their national IDs",
    ),
)
_ID = re.compile(r"(?<![0-9A-Za-z])[1-8](?:[ .-]?[0-9]){12}(?![0-9A-Za-z])")


@check("workbook", NATIONAL_ID)
def check_national_id(book: Workbook) -> Iterator[Problem]:
    """Written together or with spaces and dashes; the check digit tells an ID from another long number."""
    return found_in_texts(book, NATIONAL_ID, lambda _, text: has_national_id(text))


def has_national_id(text: str) -> bool:
    return any(map(_checks, _ID.findall(text)))


def _checks(text: str) -> bool:
    """True where the last of the 13 digits is the check digit of the others."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    weighed = sum(weight * digit for weight, digit in zip(range(13, 1, -1), digits[:12], strict=True))
    return (11 - weighed % 11) % 10 == digits[12]
