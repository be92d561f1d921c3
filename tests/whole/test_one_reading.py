"""The same answer, typed into a workbook, written in JSON, or read by a function in a cell: one reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import books
from qa_excel import read_workbook, score
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import ERRORS, CellError, Sheets
from qa_excel.form.documents import DocumentError, load_json
from qa_excel.reading.document import read_document

PLAIN = {("IND6.D1", "found"): "ไม่พบ", ("IND6.1", "count"): 3, ("IND6.1", "total"): 4}


def of_a_workbook(folder: Path, cells: dict[books.Key, Any]) -> Any:
    path = books.workbook(folder / "a.xlsx", 2, PLAIN | cells)
    return score(read_workbook(path).submission.data).to_json()["indicators"]["IND6"]["score"]


def of_a_document(folder: Path, cells: dict[books.Key, Any]) -> Any:
    cells = PLAIN | cells
    data = books.submission(2, answers={"IND6": {"1": {"count": 3, "total": 4}}})
    data["deductions"] = {"IND6": {"D1": {"found": cells["IND6.D1", "found"]}}}
    if ("IND6.2.1", "met") in cells:
        data["answers"]["IND6"]["2.1"] = {"met": cells["IND6.2.1", "met"]}
    path = folder / "a.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return score(read_document(path).data).to_json()["indicators"]["IND6"]["score"]


def of_a_function(folder: Path, cells: dict[books.Key, Any]) -> Any:
    book = books.opened(books.workbook(folder / "b.xlsx", 2, PLAIN | cells))
    held = Sheets({s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in book.worksheets})
    try:
        return call("ONESQA_SCORE", ["IND6"], held)
    except CellError as error:
        assert error.error in ERRORS
        return None


@pytest.mark.parametrize("reader", [of_a_workbook, of_a_document, of_a_function])
@pytest.mark.parametrize(
    ("key", "typed", "points"),
    [
        (("IND6.D1", "found"), "ไม่มี", 1.5),
        (("IND6.D1", "found"), "มี", 0.5),
        (("IND6.D1", "found"), "ไม่ผ่าน", 1.5),
        (("IND6.D1", "found"), "ยังไม่แก้ไข", None),
        (("IND6.D1", "found"), "แก้ไขแล้ว", None),
        (("IND6.D1", "found"), "เปิดสอน", None),
        (("IND6.2.1", "met"), "เปิดสอน", None),
        (("IND6.2.1", "met"), "ยังไม่แก้ไข", None),
        (("IND6.2.1", "met"), "พบ", 1.5),
    ],
)
def test_a_word_means_the_same_to_every_reader(reader, key, typed, points, tmp_path):
    assert reader(tmp_path, {key: typed}) == points


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"year": 2563, "area": 2, "year": 2564}', "/year"),
        ('{"answers": {"IND6": {"1": {"count": 1, "total": 2, "count": 2}}}}', "/answers/IND6/1/count"),
        ('{"school": {"levels": [{"a": 1, "a": 2}]}}', "/school/levels/0/a"),
        ('{"a": {"b": 1, "b": 2}, "a": 3}', "/b"),  # what an outer key took the place of stands nowhere
        ('{"a": ' * 500 + '{"b": 1, "b": 2}' + "}" * 500, "/b"),
    ],
    ids=["top", "nested", "in a list", "replaced", "deep"],
)
def test_a_key_that_is_there_twice_is_refused_by_name(text, where, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as refused:
        load_json(path)
    assert refused.value.where == where
