"""A table of the tidy data as Parquet; only where pyarrow, an extra, is installed."""

from __future__ import annotations

from datetime import date
from typing import IO, Any

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


def read_parquet(table: DataTable, source: IO[bytes], most_rows: int) -> dict[str, list[Any]]:
    """Column → its values, texts and dates as text. Raises TableError."""
    try:
        file = pq.ParquetFile(source)
        there = [name for name in table.columns if name in file.schema_arrow.names]
        lacking = [name for name in table.columns if name not in there and name not in table.added]
        if lacking:
            raise TableError(table.name, Text(f"ไม่มีคอลัมน์ {lacking[0]}", f"the column {lacking[0]} is not there"))
        if file.metadata.num_rows > most_rows:
            raise TableError(table.name, Text("มีแถวมากผิดปกติ", "it has far too many rows"))
        given = file.read(columns=there)
        blank: dict[str, list[Any]] = {
            field.name: ["" if field.type in TEXTS else None] * file.metadata.num_rows
            for field in table.fields
            if field.name not in there
        }
        return blank | {
            field.name: _values(table, field, given[field.name]) for field in table.fields if field.name in there
        }
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(table.name, Text("แฟ้ม Parquet เสียหาย", "the Parquet is damaged")) from error


def _values(table: DataTable, field: DataField, column: pa.ChunkedArray) -> list[Any]:
    try:
        column = column.cast(_TYPES[field.type])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        text = Text(f"คอลัมน์ {field.name} ไม่ใช่ชนิด {field.type}", f"the column {field.name} is not of type {field.type}")
        raise TableError(table.name, text) from error
    if field.type not in TEXTS:
        return list(column.to_pylist())
    # Each text is made once, however many rows have it.
    encoded = column.combine_chunks().dictionary_encode()
    texts = ["" if value is None else str(value) for value in encoded.dictionary.to_pylist()]
    return ["" if place is None else texts[place] for place in encoded.indices.to_pylist()]
