"""Frames made of columns as they come: a text is kept once and counted on, a figure takes its eight bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from qa_excel.district.data.dictionary import DataField, DataTable


class _Texts(dict[str, int]):
    """A column of texts: each text → its number, in the order in which they came; what is empty is empty text."""

    def __init__(self) -> None:
        super().__init__()
        self.codes = array("i")

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code

    def extend(self, values: Iterable[Any]) -> None:
        self.codes.extend(self["" if value is None or value is pd.NA else value] for value in values)

    def repeat(self, value: Any, times: int) -> None:
        if times:
            self.codes.extend(repeat(self["" if value is None else value], times))

    def extend_column(self, column: pd.Series, known: dict[str, str]) -> None:
        column = column.astype("category")
        texts = np.array([self[known.setdefault(text, text)] for text in column.cat.categories], dtype="i")
        self.codes.frombytes(texts[column.cat.codes].tobytes())

    def finished(self) -> pd.Categorical:
        # As objects: a text may hold what pandas' own type of text does not.
        return pd.Categorical.from_codes(_numbers(self.codes), categories=pd.Index(list(self), dtype=object))


class _Figures:
    """A column of whole numbers, numbers or truths; `lacks` tells where there is none."""

    def __init__(self, kind: str):
        self.kind = kind
        self.values: array[Any] = array({"integer": "q", "number": "d", "boolean": "b"}[kind])
        self.lacks = bytearray()
        self.made: type[int] | type[float] = float if kind == "number" else int

    def extend(self, values: Iterable[Any]) -> None:
        values = list(values)
        lacks = [value is None or value is pd.NA or value != value for value in values]
        self.lacks.extend(lacks)
        self.values.extend(0 if lack else self.made(value) for lack, value in zip(lacks, values, strict=True))

    def repeat(self, value: Any, times: int) -> None:
        self.lacks.extend(repeat(value is None, times))
        self.values.extend(repeat(0 if value is None else self.made(value), times))

    def extend_column(self, column: pd.Series, known: dict[str, str]) -> None:
        self.lacks.extend(column.isna().to_numpy().tobytes())
        self.values.frombytes(column.to_numpy(dtype=self.values.typecode, na_value=0).tobytes())

    def finished(self) -> pd.api.extensions.ExtensionArray:
        values, lacks = _numbers(self.values), np.frombuffer(self.lacks, dtype=bool).copy()
        if self.kind == "boolean":
            return pd.arrays.BooleanArray(values.astype(bool), lacks)
        return (
            pd.arrays.IntegerArray(values, lacks) if self.kind == "integer" else pd.arrays.FloatingArray(values, lacks)
        )


def _numbers(values: array[Any]) -> np.ndarray[Any, Any]:
    return np.frombuffer(values, dtype=values.typecode).copy() if values else np.empty(0, dtype=values.typecode)


class FrameBuilder:
    """The rows of a table under construction."""

    def __init__(self, table: DataTable):
        self._columns = {field.name: _new(field) for field in table.fields}

    def add(self, fixed: Mapping[str, Any], columns: Mapping[str, Sequence[Any]], rows: int) -> None:
        """Add so many rows. fixed: fields that are the same in all of them; columns: those with a value for each; what
        stands in neither is empty."""
        for name, column in self._columns.items():
            if name in columns:
                column.extend(columns[name])
            else:
                column.repeat(fixed.get(name), rows)

    def add_frame(self, frame: pd.DataFrame, known: dict[str, str]) -> None:
        """Add the rows of a frame of this table. known: texts of other tables, so that all share what is the same."""
        for name, column in self._columns.items():
            column.extend_column(frame[name], known)

    def finished(self) -> pd.DataFrame:
        """The frame; the builder is empty then."""
        columns, self._columns = self._columns, {}
        return pd.DataFrame({name: columns.pop(name).finished() for name in list(columns)}, copy=False)


def _new(field: DataField) -> _Texts | _Figures:
    return _Figures(field.type) if field.type in ("integer", "number", "boolean") else _Texts()


def frame_of(table: DataTable, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame with the table's columns, each of its type; texts and days are categories."""
    builder = FrameBuilder(table)
    for row in rows:
        builder.add(row, {}, 1)
    return builder.finished()


def frame_of_columns(table: DataTable, columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """The same of whole columns."""
    builder = FrameBuilder(table)
    builder.add({}, columns, max(map(len, columns.values()), default=0))
    return builder.finished()
