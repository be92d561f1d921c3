"""The year before: a summary workbook of this program, or a data folder, read back as a dataset to compare with.

A summary is known by its property, and its data sheets by their headers in Thai or English: it may have been sorted,
filtered, rearranged and saved again by another program. Only the columns that a comparison needs are read, and they
are checked like a data folder's: what somebody changed by mistake is refused with its sheet, row and column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from qa_excel.district.data.building import frame_of, frame_of_columns
from qa_excel.district.data.cells import shown
from qa_excel.district.data.dataset import Dataset, UnknownRubric, dataset_of, is_version
from qa_excel.district.data.dictionary import DataField, DataTable, tables
from qa_excel.district.data.folder import DataFolderError, read_data
from qa_excel.district.summarising import PreviousError
from qa_excel.files.output import is_output
from qa_excel.files.refusals import PackageError
from qa_excel.files.rows import Rows, Value, open_rows
from qa_excel.problems import Problem, shown_name
from qa_excel.summary import DESCRIBED, PROPERTY
from qa_excel.summary.data import SHEETS
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

READ = {
    "schools": ("district", "school_code", "school_name", "levels", "learners", "teachers"),
    "submissions": ("district", "school_code", "school_name", "workbook", "status"),
    "scores": ("district", "school_code", "indicator", "deduction", "score"),
    "iqa_items": ("district", "school_code", "process", "item", "status"),
    "grades": (
        *("district", "school_code", "indicator", "criterion", "grade", "subject"),
        *("count", "total", "previous", "current"),
    ),
}
"""Table → the columns that are read of a summary. Its other columns stay blank, and the other tables empty."""

_TOP = 20
"""In so many first rows of a sheet its header is looked for."""
_CUT = re.compile(r"\d{1,3}(?:,\d{3})+\D+\d{1,3}(?:,\d{3})+", re.ASCII)
"""Two large numbers in one text above the header: the note that the sheet was cut, in either language."""
_SCHOOL = ["district", "school_code"]


def read_previous(path: Path) -> Dataset:
    """The dataset of a summary workbook or a data folder. Of a summary only the columns of READ are filled.

    Raises PreviousError for a file that can't be opened safely, is no summary with data, names a rubric that is not
    known, or has a data sheet that lacks, was cut, or holds what the program can't have written.
    """
    try:
        return read_data(path) if path.is_dir() else _read_summary(path)
    except DataFolderError as error:
        raise PreviousError(error.text) from error
    except _Unfit as error:
        raise _refusal(path, error.text) from error
    except PackageError as error:
        problem = Problem(error.code, params=error.params)
        raise _refusal(path, Text(problem.message("th"), problem.message("en"))) from error


class _Unfit(Said):
    """What is wrong with a summary; its file is named where this is caught."""


_INSTEAD = Text(
    "ให้ใช้แฟ้มสรุปฉบับที่โปรแกรมเขียน หรือโฟลเดอร์ข้อมูลของปีนั้น",
    "use the summary as the program wrote it, or that year's data folder",
)


def _refusal(path: Path, text: Text) -> PreviousError:
    where = shown_name(path)
    return PreviousError(Text(f"{where}: {text.th} {_INSTEAD.th}", f"{where}: {text.en}; {_INSTEAD.en}"))


# --- A summary ---


def _read_summary(path: Path) -> Dataset:
    with open_rows(path) as book:
        described = book.property(PROPERTY)
        if not described:
            raise _Unfit(_no_summary(path))
        about = _about(described)
        found = _find(book)
        read = {name: _read(book, tables()[name], sheet) for name, sheet in found.items()}
    schools = set(read["submissions"].frame[_SCHOOL].itertuples(index=False, name=None))
    for name, table in read.items():
        _refuse_strays(tables()[name], table, schools)
    frames = {name: read[name].frame if name in read else frame_of(table, ()) for name, table in tables().items()}
    try:
        return dataset_of(about, frames)
    except UnknownRubric as error:
        raise _Unfit(Text(f"{error.text.th} มิฉะนั้น", f"{error.text.en}, or else")) from None


def _no_summary(path: Path) -> Text:
    if is_output(path):
        return Text(
            "เป็นแฟ้มของโปรแกรมนี้ แต่ไม่ใช่แฟ้มสรุปที่มีข้อมูล หรือสร้างจากรุ่นเก่าที่ยังไม่มีแผ่นข้อมูล",
            "it is a file of this program, but no summary with data, or was made by a version without data sheets",
        )
    return Text("ไม่ใช่แฟ้มสรุปของโปรแกรมนี้", "it is no summary of this program")


def _about(described: str) -> dict[str, Any]:
    """What the workbook says of itself, checked."""
    try:
        about = json.loads(described)
        right = isinstance(about["name"], str) and about["level"] in ("school", "district")
        right &= all(about[key] is None or type(about[key]) is int for key in ("year", "iqa_year"))
        right &= all(isinstance(about[key], str) for key in ("rubric", "iqa_rubric"))
        right &= all(is_version(about.get(f"{key}_version")) for key in ("rubric", "iqa_rubric"))
    except (ValueError, RecursionError, KeyError, TypeError):
        right = False
    if not right:
        raise _Unfit(Text("คุณสมบัติของแฟ้มเสียหาย", "the workbook's properties are damaged"))
    return {key: about[key] for key in DESCRIBED if key in about}


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a table stands: the sheet, the header's row, and each column's number; cut: the sheet says that it is."""

    title: str
    top: int
    columns: dict[str, int]
    cut: bool


def _find(book: Rows) -> dict[str, _Found]:
    """The sheet of each table. Of several with its header the one with the usual title counts."""
    found: dict[str, list[_Found]] = {name: [] for name in READ}
    for title in book.titles:
        for name, place in _headers(book, title):
            found[name].append(place)
    usual = {sheet.table: sheet.name for sheet in SHEETS if sheet.table in READ}
    return {table: _the_one(name, found[table]) for table, name in usual.items()}


def _the_one(name: Text, found: Sequence[_Found]) -> _Found:
    """The place that counts among those of a table, whose sheet has that name."""
    candidates = [place for place in found if place.title in (name.th, name.en)] or found
    if not candidates:
        raise _Unfit(
            Text(
                f"ไม่พบแผ่น {name.th} ที่มีหัวตารางครบ (แผ่นหรือคอลัมน์อาจถูกลบหรือเปลี่ยนชื่อ)",
                f"the sheet {name.en} with its whole header is not there (a sheet or column was deleted or renamed)",
            )
        )
    if len(candidates) > 1:
        raise _Unfit(
            Text(
                f"มีแผ่นที่มีหัวตารางของ {name.th} มากกว่าหนึ่งแผ่น ให้ลบแผ่นที่คัดลอกมา มิฉะนั้น",
                f"several sheets have the header of {name.en}; delete the copies, or else",
            )
        )
    if candidates[0].cut:
        title = candidates[0].title
        raise _Unfit(
            Text(
                f"แผ่น {title} ถูกตัดเพราะข้อมูลมากเกินไป จึงเปรียบเทียบจากแฟ้มสรุปไม่ได้",
                f"the sheet {title} was cut since there were too many rows, so it can't be compared with",
            )
        )
    return candidates[0]


def _headers(book: Rows, title: str) -> Iterator[tuple[str, _Found]]:
    """(table, where) of the tables whose header is among the first rows of a sheet."""
    cut = False
    for number, row in book.rows(title):
        if number > _TOP:
            return
        texts = {value.strip(): column for column, value in row.items() if isinstance(value, str)}
        for name, columns in READ.items():
            fields = {field.name: field for field in tables()[name].fields if field.name in columns}
            for lang in ("th", "en"):
                titles = {column: fields[column].title.get(lang) for column in columns}
                if texts.keys() >= set(titles.values()):
                    places = {column: texts[header] for column, header in titles.items()}
                    yield name, _Found(title, number, places, cut)
        cut = cut or any(map(_CUT.search, texts))


@dataclass(frozen=True, slots=True)
class _Read:
    """A table as it was read; numbers: the row of the sheet that each row came from."""

    frame: pd.DataFrame
    numbers: list[int]
    found: _Found


def _read(book: Rows, table: DataTable, found: _Found) -> _Read:
    """The rows below the header. Those without a school's code are a reader's own: totals and remarks."""
    code = found.columns["school_code"]
    rows = [
        (number, row)
        for number, row in book.rows(found.title, set(found.columns.values()))
        if number > found.top and row.get(code, "") != ""
    ]
    values: dict[str, list[Any]] = {field.name: [None] * len(rows) for field in table.fields}
    for field in table.fields:
        for at, (number, row) in enumerate(rows if field.name in found.columns else ()):
            value = row.get(found.columns[field.name])
            try:
                values[field.name][at] = _value(field, value)
            except ValueError:
                raise _wrong(found, number, field, value) from None
    frame = frame_of_columns(table, values)
    return _Read(frame, [number for number, _ in rows], found)


def _value(field: DataField, value: Value | None) -> str | float | None:
    """A cell's value as the field's type, None for an empty cell. Raises ValueError for what it can't be."""
    given = field.constraints
    if value is None or value == "":
        if field.required and field.name != "district":
            raise ValueError
        return None
    if field.type == "string":
        text = _text(value)
        if text not in given.get("enum", [text]) or ("pattern" in given and not re.fullmatch(given["pattern"], text)):
            raise ValueError
        return text
    if type(value) is not float or not isfinite(value) or (field.type == "integer" and value % 1):
        raise ValueError
    if not given.get("minimum", 0) <= value <= given.get("maximum", value):  # no figure is negative
        raise ValueError
    return int(value) if field.type == "integer" else value


def _text(value: Value) -> str:
    """A text; of a number, which ids become where a reader turned text into numbers, its digits."""
    if isinstance(value, str):
        return value
    if type(value) is not float or not isfinite(value):
        raise ValueError
    return str(int(value)) if value % 1 == 0 else str(value)


def _refuse_strays(table: DataTable, read: _Read, schools: set[tuple[str, str]]) -> None:
    """Refuse rows that stand twice, or belong to a school that has no row among the workbooks."""
    code = next(field for field in table.fields if field.name == "school_code")
    twice = read.frame.duplicated(list(table.key)) if table.key else pd.Series(False, index=read.frame.index)
    own = read.frame[_SCHOOL].itertuples(index=False, name=None)
    for number, again, school in zip(read.numbers, twice, own, strict=True):
        if again or school not in schools:
            raise _wrong(read.found, number, code, school[1], again)


def _wrong(found: _Found, row: int, field: DataField, value: Value | None, again: bool = False) -> _Unfit:
    sheet, held = found.title, shown("" if value is None else value)
    th, en = ("ซ้ำกับแถวก่อนหน้า", "is there twice") if again else ("ใช้ไม่ได้", "can't be used")
    return _Unfit(
        Text(
            f"แผ่น {sheet} แถวที่ {row} คอลัมน์ {field.title.th}: {held} {th} ให้แก้ไขช่องนี้ หรือ",
            f"sheet {sheet}, row {row}, column {field.title.en}: {held} {en}; correct the cell, or",
        )
    )
