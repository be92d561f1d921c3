"""Whole columns come out as XlsxWriter writes single cells."""

import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qa_excel.summary.columns import ColumnSheet

FIRST = 3

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12) | st.sampled_from(
    ["=1+1", "<b>&amp;\"'", "_x0041_", " ช่องว่าง ", "a\nb", "007"]
)
KINDS = [
    TEXTS.filter(bool),
    st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2600, 1, 1)),
]


@st.composite
def columns(draw):
    count = draw(st.integers(1, 6))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=30))
    return [draw(st.lists(st.none() | kind, min_size=count, max_size=count)) for kind in kinds]


def cell_by_cell(ws, given, styles):
    for index, (values, style) in enumerate(zip(given, styles, strict=True)):
        for row, value in enumerate(values, start=FIRST):
            match value:
                case None:
                    pass
                case bool():
                    ws.write_boolean(row, index, value, style)
                case str():
                    ws.write_string(row, index, value, style)
                case date():
                    ws.write_datetime(row, index, value, style)
                case _:
                    ws.write_number(row, index, value, style)


def in_columns(ws, given, styles):
    ws.write_columns(FIRST, list(zip(given, styles, strict=True)))


def parts(kind, write, given) -> dict[str, str]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    ws = book.add_worksheet("ก", kind)
    styles = [book.add_format({"num_format": code}) for code in ("@", "0.00", "General")]
    ws.set_default_row(20)
    ws.set_row(0, 30)
    ws.write_string(0, 0, "หัวเรื่อง")
    used = [styles[index % 3] for index in range(len(given))]
    for index, style in enumerate(used):
        ws.set_column(index, index, 12, style)
    write(ws, given, used)
    book.close()
    package = zipfile.ZipFile(buffer)
    texts = {name: package.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "sharedStrings")}
    # How far a row reaches is a hint that no reader needs, and a row without a cell may be left out.
    return {name: re.sub(r' spans="[^"]*"|<row [^>]*></row>', "", text) for name, text in texts.items()}


@given(columns())
def test_columns_are_written_as_cells_are(given):
    whole = parts(ColumnSheet, in_columns, given)
    single = parts(xlsxwriter.worksheet.Worksheet, cell_by_cell, given)
    dimension = re.compile(r'<dimension ref="[^"]*"/>')
    # Where the last rows or columns are empty, the columns still reach there.
    if all(value is not None for values in given for value in values):
        assert whole == single
    strip = [dimension.sub("", text["worksheets/sheet1"]) for text in (whole, single)]
    assert strip[0] == strip[1]
    assert whole["sharedStrings"] == single["sharedStrings"]


@pytest.mark.parametrize("rows", [0, 1])
def test_a_sheet_may_have_no_columns_or_no_rows(rows):
    written = parts(ColumnSheet, in_columns, [["ก"] * rows])
    assert written["worksheets/sheet1"].count("<row ") == 1 + rows
    assert parts(ColumnSheet, in_columns, [])["worksheets/sheet1"].count("<row ") == 1
