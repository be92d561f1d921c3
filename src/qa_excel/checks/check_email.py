"""No e-mail address stands in a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts, suspects
from qa_excel.problems import Problem
from qa_excel.thai.privacy import has_email

EMAIL = code(
    "privacy.email",
    "warning",
    "workbook",
    message=("{label}: มีที่อยู่อีเมล", "{label}: holds an e-mail address"),
    hint=(
        "ลบที่อยู่อีเมลออก{suggestion} หากไม่จำเป็นต้องใช้ในการประเมิน",
        "Delete the address{suggestion} unless the assessment needs it",
    ),
    example=(
        "ช่องหมายเหตุมีอีเมลส่วนตัวของครู",
        "The note holds a teacher's own e-mail address",
    ),
)


@check("workbook", EMAIL)
def check_email(book: Workbook) -> Iterator[Problem]:
    return found_in_texts(book, EMAIL, lambda _, text: has_email(text), among=suspects)
