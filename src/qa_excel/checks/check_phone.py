"""No telephone number stands in a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts, suspects
from qa_excel.problems import Problem
from qa_excel.thai.privacy import has_phone

PHONE = code(
    "privacy.phone",
    "warning",
    "workbook",
    message=("{label}: มีหมายเลขโทรศัพท์", "{label}: holds a telephone number"),
    hint=(
        "ลบหมายเลขโทรศัพท์ออก{suggestion} หากไม่จำเป็นต้องใช้ในการประเมิน",
        "Delete the number{suggestion} unless the assessment needs it",
    ),
    example=(
        "ช่องผู้จัดทำมีชื่อพร้อมหมายเลขโทรศัพท์มือถือ",
        "The name of who prepared it stands with a mobile number",
    ),
)


@check("workbook", PHONE)
def check_phone(book: Workbook) -> Iterator[Problem]:
    """Thai numbers, mobile and landline; figures in web addresses are passed over, and so are school codes."""
    return found_in_texts(
        book, PHONE, lambda given, text: given.row != "school.code" and has_phone(text), among=suspects
    )
