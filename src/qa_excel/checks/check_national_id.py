"""No one's 13-digit national ID stands in a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts, suspects
from qa_excel.problems import Problem
from qa_excel.thai.privacy import has_national_id

NATIONAL_ID = code(
    "privacy.national_id",
    "warning",
    "workbook",
    message=(
        "{label}: มีเลขประจำตัวประชาชน 13 หลัก",
        "{label}: holds a 13-digit national ID",
    ),
    hint=(
        "ลบเลขประจำตัวออก{suggestion} แบบฟอร์มนี้ใช้เฉพาะจำนวน",
        "Delete the ID{suggestion}; these forms ask for figures alone",
    ),
    example=(
        "ช่องหลักฐานมีรายชื่อผู้เรียนพร้อมเลขประจำตัวประชาชน",
        "The evidence lists learners with their national IDs",
    ),
)


@check("workbook", NATIONAL_ID)
def check_national_id(book: Workbook) -> Iterator[Problem]:
    """Written together or with spaces and dashes; the check digit tells an ID from another long number."""
    return found_in_texts(book, NATIONAL_ID, lambda _, text: has_national_id(text), among=suspects)
