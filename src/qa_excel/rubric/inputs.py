"""Every input of a rubric's workbook: its keys in the workbook, its path in the JSON, and its kind.

Layout, reading, filling, schemas and the list of keys all walk this one list. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from functools import cache
from typing import Any

from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Input, Path
from qa_excel.rubric.model import Condition, Indicator, Rubric, TraceItem
from qa_excel.thai.text import Text

TEXT_COLUMNS = {"evidence": "evidence", "link": "links", "note": "notes"}
"""Column key → part of an ONESQA submission that holds those texts."""

LABELS = {
    "code": Text("รหัสสถานศึกษา", "school code"),
    "name": Text("ชื่อสถานศึกษา", "school name"),
    "office": Text("สำนักงานเขตพื้นที่/ต้นสังกัด", "office"),
    "learners": Text("จำนวนผู้เรียนทั้งหมด", "number of learners"),
    "teachers": Text("จำนวนครูประจำทั้งหมด", "number of full-time teachers"),
    "year": Text("ปีการศึกษา (พ.ศ.)", "academic year (B.E.)"),
    "prepared_by": Text("ผู้จัดทำข้อมูล", "prepared by"),
    "prepared_on": Text("วันที่จัดทำ", "prepared on"),
    "evidence": Text("หลักฐาน/ร่องรอย", "evidence"),
    "link": Text("ลิงก์", "link"),
    "note": Text("หมายเหตุ", "note"),
    "owner": Text("ผู้รับผิดชอบ", "owner"),
    "date": Text("วันที่ดำเนินการ", "date"),
    "status": Text("สถานะ", "status"),
    "found": Text("พบ/ไม่พบ", "found"),
    "resolved": Text("การแก้ไข", "resolved"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `row` × `column` find its cell, `path` its place in the submission."""

    path: Path
    row: str
    column: str
    input: Input
    indicator: str | None = None
    """The indicator, or for a rubric of traces the process, it belongs to; None on the cover."""
    answer: str | None = None
    """The id of the criterion, checklist item, condition or trace item."""
    grade: str | None = None
    subject: str | None = None
    optional: bool = False
    kind: str = made(init=False, compare=False, default="")
    """How what was typed is normalised: the input's kind, of yes and no the list from which it is chosen."""

    def __post_init__(self) -> None:
        chosen = "levels" if "levels" in self.path else self.column if self.path[0] == "deductions" else "yesno"
        object.__setattr__(self, "kind", chosen if self.input.kind == "yesno" else self.input.typed_as)

    @property
    def key(self) -> str:
        return f"{self.row} × {self.column}"


def plant(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set the value at a path of nested dicts, making those that lack."""
    for part in path[:-1]:
        data = data.setdefault(part, {})
    data[path[-1]] = value


@cache
def fields(rubric: Rubric, area: int | None) -> tuple[Field, ...]:
    """All inputs of one workbook, cover first, in the order in which the workbook shows them."""
    return (*cover_fields(rubric), *_body(rubric, area))


@cache
def cover_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The inputs of the cover sheet, ข้อมูลสถานศึกษา."""

    def one(path: Path, kind: str, optional: bool = True) -> Field:
        return Field(path, ".".join(path), "value", Input("value", kind, LABELS[path[-1]]), optional=optional)

    return (
        one(("school", "code"), "school_code", optional=False),
        one(("school", "name"), "text"),
        one(("school", "office"), "text"),
        one(("year",), "year", optional=False),
        *(
            Field(
                ("school", "levels", grade.id),
                f"school.levels.{grade.id}",
                "value",
                Input("value", "yesno", Text(f"เปิดสอน {grade.name.th}", f"teaches {grade.name.en}")),
                grade=grade.id,
                optional=rubric.family == "traces",
            )
            for grade in rubric.grades
        ),
        one(("school", "learners"), "count"),
        one(("school", "teachers"), "count"),
        one(("prepared_by",), "text"),
        one(("prepared_on",), "date"),
    )


def _body(rubric: Rubric, area: int | None) -> Iterator[Field]:
    if rubric.family == "traces":
        for process in rubric.processes:
            for item in process.items:
                yield from trace_fields(process.id, item)
    else:
        for indicator in rubric.area(area).indicators if area else rubric.indicators:
            yield from indicator_fields(rubric, indicator)


def indicator_fields(rubric: Rubric, indicator: Indicator) -> Iterator[Field]:
    """The inputs of one indicator: criteria with their texts, then conditions."""
    for criterion in indicator.criteria:
        yield from answer_fields(rubric, indicator, criterion)
        yield from _texts(indicator, criterion.id)
        for item in criterion.items:
            yield from answer_fields(rubric, indicator, item)
            yield from _texts(indicator, item.id)
    for condition in indicator.conditions:
        yield from condition_fields(indicator, condition)
        yield from _texts(indicator, condition.id)


@cache
def answer_fields(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> tuple[Field, ...]:
    """The inputs of one criterion or checklist item, tables spread over grades and subjects."""
    return tuple(_answers(rubric, indicator, criterion))


def _answers(rubric: Rubric, indicator: Indicator, criterion: Criterion) -> Iterator[Field]:
    row = f"{indicator.id}.{criterion.id}"
    base = ("answers", indicator.id, criterion.id)
    for place in criterion.places(rubric.grades, rubric.subjects):
        path = (*base, *place.within)
        key = row + place.row
        yield Field(path, key, place.column, place.input, indicator.id, criterion.id, place.grade, place.subject)


def condition_fields(indicator: Indicator, condition: Condition) -> Iterator[Field]:
    """`found`, and `resolved` where the condition is resolvable."""
    for key in ("found", "resolved") if condition.resolvable else ("found",):
        yield Field(
            ("deductions", indicator.id, condition.id, key),
            f"{indicator.id}.{condition.id}",
            key,
            Input(key, "yesno", LABELS[key]),
            indicator.id,
            condition.id,
        )


def _texts(indicator: Indicator, answer: str) -> Iterator[Field]:
    for column, part in TEXT_COLUMNS.items():
        given = Input(column, "text", LABELS[column])
        path = (part, indicator.id, answer)
        yield Field(path, f"{indicator.id}.{answer}", column, given, indicator.id, answer, optional=True)


def trace_fields(process: str, item: TraceItem) -> Iterator[Field]:
    """The inputs of one step of internal quality assurance."""

    def one(given: Input, optional: bool = True) -> Field:
        return Field(("items", item.id, given.key), item.id, given.key, given, process, item.id, optional=optional)

    yield one(Input("status", "choice", LABELS["status"]), optional=False)
    for number in item.numbers:
        yield one(number, optional=False)
    for key, kind in (("evidence", "text"), ("owner", "text"), ("date", "date"), ("link", "text"), ("note", "text")):
        yield one(Input(key, kind, LABELS[key]))
