"""What must hold of tidy tables that come from elsewhere, so that figures can be worked out from them.

Raised is the first row that can't be: a value beyond the dictionary's constraints, a row that is there twice or
has no counterpart, an id that the rubrics don't have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from qa_excel.district.data.cells import TEXTS, TableError, shown
from qa_excel.district.data.dataset import SUPERSEDED, Dataset
from qa_excel.district.data.dictionary import DataField, DataTable, tables
from qa_excel.thai.text import Text


def check_tables(dataset: Dataset) -> None:
    """Raises TableError for a dataset that can't be."""
    ids = _ids(dataset)
    for table in tables().values():
        frame = dataset[table.name]
        _check_values(table, frame)
        _check_key(table, frame)
        _check_counterparts(table, dataset)
        for fields, known in ids.items():
            if set(fields) <= set(table.columns):
                strange = _is_outside(frame, fields, known)
                _refuse_first(table, strange, fields[-1], Text("รหัสนี้ไม่มีในเกณฑ์", "the rubric has no such id"))
    _check_workbooks(dataset)


def _refuse_first(table: DataTable, wrong: pd.Series, column: str, text: Text) -> None:
    if wrong.any():
        raise TableError(table.name, text, int(wrong.to_numpy().argmax()) + 2, column)


def _is_outside(frame: pd.DataFrame, fields: tuple[str, ...], known: set[tuple[Any, ...]]) -> pd.Series:
    numbers = np.zeros(len(frame), dtype=np.int64)
    for name in fields:
        codes, values = pd.factorize(frame[name], use_na_sentinel=False)
        numbers, _ = pd.factorize(numbers * len(values) + codes)
    # What is there many times is looked up once.
    first = frame.loc[~pd.Series(numbers, index=frame.index).duplicated(), list(fields)]
    outside = [row not in known for row in first.itertuples(index=False, name=None)]
    return pd.Series(np.array(outside, dtype=bool)[numbers], index=frame.index)


# --- Values ---


def _check_values(table: DataTable, frame: pd.DataFrame) -> None:
    for field in table.fields:
        column = frame[field.name]
        empty = (column == "") if field.type in TEXTS else column.isna()
        # A district may have no name; a merge of several asks for one.
        if field.required and field.name != "district":
            _refuse_first(table, empty, field.name, Text("ต้องไม่ว่าง", "it must not be empty"))
        for wrong, text in _unmet(field, column):
            wrong = wrong.fillna(False).astype(bool) & ~empty
            if wrong.any():
                value = shown(column[wrong].iloc[0])
                _refuse_first(table, wrong, field.name, Text(f"{value} {text.th}", f"{value} {text.en}"))


def _unmet(field: DataField, column: pd.Series) -> Iterator[tuple[pd.Series, Text]]:
    """(where a constraint is not met, in words)."""
    given = field.constraints
    if "enum" in given:
        listed = ", ".join(given["enum"])
        yield ~column.isin(given["enum"]), Text(f"ไม่ใช่ค่าใดใน {listed}", f"is none of {listed}")
    if "pattern" in given:
        fits = {value: re.fullmatch(given["pattern"], value) is not None for value in set(column)}
        yield ~column.astype(object).map(fits).astype(bool), Text("ผิดรูปแบบ", "has another form than it should")
    if "minimum" in given:
        yield column < given["minimum"], Text(f"น้อยกว่า {given['minimum']}", f"is less than {given['minimum']}")
    if "maximum" in given:
        yield column > given["maximum"], Text(f"มากกว่า {given['maximum']}", f"is more than {given['maximum']}")


def _ids(dataset: Dataset) -> dict[tuple[str, ...], set[tuple[Any, ...]]]:
    """Fields → the ids that they may have together."""
    indicators = dataset.rubric.indicators
    processes = dataset.traces.processes
    return {
        ("workbook",): {(slot.key,) for slot in dataset.slots},
        ("area", "indicator"): {(i.area, i.id) for i in indicators},
        ("indicator", "criterion"): {(i.id, c.id) for i in indicators for c in i.criteria},
        ("indicator", "condition"): {(i.id, c.id) for i in indicators for c in i.conditions},
        ("process", "item"): {(p.id, item.id) for p in processes for item in p.items},
        ("grade",): {(grade.id,) for grade in dataset.rubric.grades},
        ("subject",): {("",), *((subject.id,) for subject in dataset.rubric.subjects)},
    }


# --- Rows ---


def _check_key(table: DataTable, frame: pd.DataFrame) -> None:
    if table.key:
        twice = frame.duplicated(list(table.key))
        _refuse_first(table, twice, table.key[-1], Text("แถวนี้ซ้ำกับแถวก่อนหน้า", "the row is there twice"))


def _check_counterparts(table: DataTable, dataset: Dataset) -> None:
    if table.within:
        other, fields = table.within.table, table.within.fields
        known = set(dataset[other][list(fields)].itertuples(index=False, name=None))
        alone = _is_outside(dataset[table.name], fields, known)
        text = Text(f"ไม่มีแถวที่ตรงกันใน {other}", f"it has no counterpart in {other}")
        _refuse_first(table, alone, fields[-1], text)


def _check_workbooks(dataset: Dataset) -> None:
    """Each school has one row that counts for each workbook."""
    submissions = dataset["submissions"]
    counted = submissions[submissions["status"] != SUPERSEDED]
    school = ["district", "school_code"]
    twice = submissions.index.isin(counted.index[counted.duplicated([*school, "workbook"])])
    text = Text("แถวนี้ซ้ำกับแถวก่อนหน้า", "the row is there twice")
    _refuse_first(tables()["submissions"], pd.Series(twice), "workbook", text)
    rows = counted.groupby(school).size()
    complete = set(rows.index[rows == len(dataset.slots)])
    lacking = _is_outside(dataset["schools"], tuple(school), complete)
    text = Text("ไม่มีแถวครบทุกสมุดงานใน submissions", "submissions lacks a row for one of its workbooks")
    _refuse_first(tables()["schools"], lacking, "school_code", text)
