"""Whole columns come out as XlsxWriter writes single cells."""

import ast
import io
import re
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qa_excel.summary import columns as columns_module
from qa_excel.summary.columns import ColumnSheet

FIRST = 3
OF_XLSXWRITER = {
    "of a Worksheet": {"_check_dimensions", "_convert_date_time", "_write_row", "_write_rows", "dim_rowmax", "fh"},
    "of its str_table": {"_get_shared_string_index", "count"},
    "of a Format": {"_get_xf_index"},
}
"""What `ColumnSheet` uses of XlsxWriter that XlsxWriter does not promise to keep: why its versions are bounded."""

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
    ws.write_columns(FIRST, styles, [given])


def in_pieces(ws, given, styles):
    """Some rows at a time, as a long table comes."""
    cuts = [(0, 1), (1, 1), (1, 4), (4, len(given[0]))]
    ws.write_columns(FIRST, styles, ([values[start:end] for values in given] for start, end in cuts))


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


def test_rows_may_come_some_at_a_time():
    given = [[1, None, 2.5, 1, 7, 7], ["ก", "ก", None, "ก", "ก", "<ข>"], [True, False, None, None, True, True]]
    assert parts(ColumnSheet, in_pieces, given) == parts(xlsxwriter.worksheet.Worksheet, cell_by_cell, given)


@pytest.mark.parametrize("rows", [0, 1])
def test_a_sheet_may_have_no_columns_or_no_rows(rows):
    written = parts(ColumnSheet, in_columns, [["ก"] * rows])
    assert written["worksheets/sheet1"].count("<row ") == 1 + rows
    assert parts(ColumnSheet, in_columns, [])["worksheets/sheet1"].count("<row ") == 1


def test_xlsxwriter_has_what_is_used_of_its_own():
    book = xlsxwriter.Workbook(io.BytesIO())
    sheet = book.add_worksheet()
    objects = dict(zip(OF_XLSXWRITER, (sheet, sheet.str_table, book.add_format()), strict=True))
    lacking = [
        f"{name} {of_what}"
        for of_what, names in OF_XLSXWRITER.items()
        for name in sorted(names)
        if not hasattr(objects[of_what], name)
    ]
    assert not lacking, (
        f"XlsxWriter {xlsxwriter.__version__} has no {', '.join(lacking)}, which qa_excel/summary/columns.py uses: "
        "write that module for this version, or bound XlsxWriter in pyproject.toml below it"
    )


def test_nothing_else_of_xlsxwriters_own_is_used():
    package = Path(columns_module.__file__).parents[1]
    used = set()
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xlsxwriter") for node in tree.body):
            own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
            own |= {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
            used |= {node.attr for node in attributes if re.match("_[a-z]", node.attr) and node.attr not in own}
    listed = {name for names in OF_XLSXWRITER.values() for name in names if name.startswith("_")}
    assert used | {"_write_rows"} == listed


def test_versions_of_xlsxwriter_are_bounded():
    project = Path(__file__).parents[2] / "pyproject.toml"
    needed = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    (bounds,) = (line.removeprefix("XlsxWriter") for line in needed if line.startswith("XlsxWriter"))
    assert re.fullmatch(r">=[\d.]+,<[\d.]+", bounds)
