"""What is refused because workbooks and data folders were taken for one another.

A door that has its own names for the roster and for data folders says it with those.
"""

from __future__ import annotations

from qa_excel.thai.said import Said
from qa_excel.thai.text import Text


class OnlyData(Said):
    """`where` workbooks were to be, there are none, but data folders."""

    def __init__(self, where: str) -> None:
        super().__init__(
            Text(
                f"{where} เป็นโฟลเดอร์ข้อมูล ไม่มีสมุดงานของโรงเรียน หากจะรวมข้อมูลของหลายเขต ไม่ต้องระบุทะเบียน",
                f"{where} is a data folder without a school's workbook; to merge such folders leave the roster out",
            )
        )
        self.where = where


class NoData(Said):
    """`where` data folders were to be, there are none."""

    def __init__(self, where: str) -> None:
        super().__init__(
            Text(
                f"ไม่พบโฟลเดอร์ข้อมูลใน {where} หากเป็นแฟ้มของโรงเรียน ให้ระบุทะเบียนด้วย",
                f"no data folder in {where}; for schools' workbooks name the roster",
            )
        )
        self.where = where
