"""What stands in merged cells of the roster was taken for each school that they cover."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import DistrictFiles, check, code
from qa_excel.office.table import in_cells
from qa_excel.problems import Problem

ROSTER_MERGED = code(
    "roster.merged",
    "info",
    "district",
    message=(
        "ทะเบียนผสานเซลล์ไว้ จึงถือว่าค่าเป็นของทุกแห่งในเซลล์นั้น: {cells}",
        "The roster has merged cells, whose value was taken for every school that they cover: {cells}",
    ),
    hint=(
        "ตรวจว่าเป็นของทุกแห่งจริง หากไม่ใช่ ให้ยกเลิกการผสานเซลล์แล้วกรอกทุกแถว",
        "Check that it holds for all of them; where it does not, unmerge the cells and fill in every row",
    ),
    example=(
        "ช่องเขตพื้นที่ของทุกโรงเรียนผสานเป็นเซลล์เดียว",
        "The office of all schools stands in one merged cell",
    ),
)


@check("district", ROSTER_MERGED)
def check_merged_roster(district: DistrictFiles) -> Iterator[Problem]:
    if district.roster is not None and district.roster.merged:
        yield Problem(ROSTER_MERGED, params={"cells": in_cells(district.roster.merged)})
