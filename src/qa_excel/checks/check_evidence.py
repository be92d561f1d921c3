"""What earns points has evidence, or a link to it, beside it."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import Workbook, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem
from qa_excel.scoring.evidence import unproven
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

EVIDENCE_MISSING = code(
    "consistency.evidence_missing",
    "warning",
    "workbook",
    message=(
        "{label}: ได้คะแนนแต่ยังไม่ระบุหลักฐาน ({count})",
        "{label}: earns points but names no evidence ({count})",
    ),
    hint=(
        "กรอกหลักฐาน/ร่องรอย หรือลิงก์ ในแถวเดียวกัน",
        "Enter the evidence, or a link to it, in the same row",
    ),
    example=(
        "ตอบว่า ใช่ ในข้อ 1.1 แต่ช่องหลักฐานของข้อนั้นว่าง",
        "Item 1.1 is answered yes, and its evidence is empty",
    ),
)


@check("workbook", EVIDENCE_MISSING)
def check_evidence(book: Workbook) -> Iterator[Problem]:
    """One warning a criterion, at the first row that lacks it; evidence of a criterion holds for its items."""
    for scored in book.scorecard.indicators.values():
        indicator = book.rubric.indicator(scored.id)
        for criterion in scored.criteria:
            lacking = unproven(book.submission.data, indicator, criterion)
            if many := len(lacking):
                path: Path = ("evidence", indicator.id, lacking[0])
                label = label_of(book.rubric, book.area, path)
                params = {"label": label, "count": Text(f"{many} รายการ", counted(many, "item"))}
                key = f"{indicator.id}.{lacking[0]} × evidence"
                yield Problem(EVIDENCE_MISSING, book.submission.source(path), key, params)
