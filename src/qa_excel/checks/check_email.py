"""No e-mail address stands in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.checks.texts import found_in_texts
from qa_excel.problems import Problem

EMAIL = code(
    "privacy.email",
    "warning",
    "workbook",
    message=("{label}: มีที่อยู่อีเมล", "{label}: holds an e-mail address"),
    hint=(
        "ลบที่อยู่อีเมลออกจากเซลล์ หากไม่จำเป็นต้องใช้ในการประเมิน",
        "Delete the address from the cell unless the assessment needs it",
    ),
    example=(
        "ช่องหมายเหตุมีอีเมลส่วนตัวของครู",
        "The note holds a teacher's own e-mail address",
    ),
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")


@check("workbook", EMAIL)
def check_email(book: Workbook) -> Iterator[Problem]:
    return found_in_texts(book, EMAIL, lambda _, text: "@" in text and _EMAIL.search(text) is not None)
