"""A table of the tidy data as Parquet; only where pyarrow, an extra, is installed."""

from __future__ import annotations

from datetime import date
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qa_excel.district.data.cells import TEXTS, TableError, distinct, storable
from qa_excel.district.data.dictionary import DataField, DataTable
from qa_excel.thai.text import Text

_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_STORED_TEXT = pa.dictionary(pa.int32(), pa.string())


def write_parquet(table: DataTable, frame: pd.DataFrame, target: IO[bytes]) -> None:
    """Write a frame with the table's types. What is empty is null, as an empty cell of the CSV is."""
    schema = pa.schema([(field.name, _TYPES[field.type]) for field in table.fields])
    columns = [_array(field, frame[field.name]) for field in table.fields]
    pq.write_table(pa.table(columns, schema=schema), target)


def _array(field: DataField, column: pd.Series) -> pa.Array:
    if field.type not in TEXTS:
        return pa.array(column, _TYPES[field.type], from_pandas=True)
    read = date.fromisoformat if field.type == "date" else storable
    texts, codes = distinct(column)
    return pa.array([read(text) if text else None for text in texts], _TYPES[field.type]).take(
        pa.array(codes, pa.int64())
    )


def read_parquet(table: DataTable, source: IO[bytes], most_rows: int) -> pd.DataFrame:
    """The table's frame, texts and dates as categories. Raises TableError."""
    try:
        stored = pq.read_schema(source).names
        there = [name for name in table.columns if name in stored]
        lacking = [name for name in table.columns if name not in there and name not in table.added]
        if lacking:
            raise TableError(table.name, Text(f"ไม่มีคอลัมน์ {lacking[0]}", f"the column {lacking[0]} is not there"))
        # Texts stay as they are stored, each once: decoded, a nation's would be gigabytes.
        texts = [field.name for field in table.fields if field.type in TEXTS and field.name in there]
        file = pq.ParquetFile(source, read_dictionary=texts)
        if file.metadata.num_rows > most_rows:
            raise TableError(table.name, Text("มีแถวมากผิดปกติ", "it has far too many rows"))
        given = file.read(columns=there)
        nothing = pa.chunked_array([pa.nulls(given.num_rows)])  # what data of an earlier version lack
        columns = {
            field.name: _column(table, field, given[field.name] if field.name in there else nothing)
            for field in table.fields
        }
        return pd.DataFrame(columns, copy=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(table.name, Text("แฟ้ม Parquet เสียหาย", "the Parquet is damaged")) from error


def _column(table: DataTable, field: DataField, column: pa.ChunkedArray) -> Any:
    array = _typed(table, field, column).combine_chunks()
    if field.type in TEXTS:
        return _texts(array)
    lacks = array.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    filled = array.fill_null(False if field.type == "boolean" else 0).to_numpy(zero_copy_only=False)
    return _KINDS[field.type](filled.copy(), lacks.copy())


_KINDS = {
    "integer": pd.arrays.IntegerArray,
    "number": pd.arrays.FloatingArray,
    "boolean": pd.arrays.BooleanArray,
}


def _typed(table: DataTable, field: DataField, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as what its field is; of texts the dictionary."""
    if column.type == _STORED_TEXT and field.type == "string":
        return column.unify_dictionaries()
    try:
        column = column.cast(_TYPES[field.type])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        text = Text(f"คอลัมน์ {field.name} ไม่ใช่ชนิด {field.type}", f"the column {field.name} is not of type {field.type}")
        raise TableError(table.name, text) from error
    return column.dictionary_encode() if field.type in TEXTS else column


def _texts(encoded: pa.DictionaryArray) -> pd.Categorical:
    """Each text that is there, in the order in which they come, as reading the CSV has them; what is null is empty."""
    texts = ["" if value is None else str(value) for value in encoded.dictionary.to_pylist()] + [""]
    places: dict[str, int] = {}
    same = np.array([places.setdefault(text, place) for place, text in enumerate(texts)])
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    codes, used = pd.factorize(same[codes])
    return pd.Categorical.from_codes(codes, categories=pd.Index([texts[place] for place in used], dtype=object))
