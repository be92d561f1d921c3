"""The file of a table that an office keeps, as rows of text: CSV as Thai offices' programs write it, or an .xlsx.

Everything is read as text, so that codes keep their leading zeros.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from qa_excel.files.guard import open_package
from qa_excel.files.oserrors import reason
from qa_excel.files.plain import read_plain
from qa_excel.files.refusals import PackageError, guarded
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.typed import clean_text, is_blank, to_decimal, to_json_number

Row = tuple[int, list[str]]
"""(row number as a spreadsheet program shows it, cells as text)."""
Merged = tuple[int, int, int, int]
"""(first row, first column, last row, last column) of cells merged into one; rows count from 1, columns from 0."""

_DELIMITERS = ",;\t"
_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""What Excel takes for a note on the delimiter and does not show as a row."""
_AS_TEXT = re.compile(r'="(.*)"|\'(\d+)')
"""How people keep a code's leading zero: `="01020130"` in a CSV, `'01020130` in a cell."""
_ZIP, _UTF_16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods")


class OfficeTableError(Said):
    """A table that can't be used; says why in Thai and in English."""

    what: ClassVar[Text]
    """What the table is, as its messages call it."""

    def __init__(self, message_th: str, message_en: str):
        super().__init__(Text(message_th, message_en))

    def message(self, lang: str = "th") -> str:
        return self.text.get(lang)


@dataclass(frozen=True, slots=True)
class Table:
    """One way to read the file: a sheet, or a CSV by one delimiter (`sheet` is empty). Blank rows are left out.

    `broken` is the number of a CSV's row from which on it can't be read; 0 for none. What stands in cells that are
    merged over several rows holds for each of them.
    """

    sheet: str
    rows: tuple[Row, ...]
    broken: int = 0
    merged: tuple[Merged, ...] = ()


def read_tables(path: Path, error: type[OfficeTableError]) -> list[Table]:
    """Every visible sheet of a workbook, or a CSV by each delimiter that it may have."""
    what = error.what
    try:
        content = read_plain(path)
    except FileNotFoundError:
        raise error(f"ไม่พบ{what.th}: {path}", f"{what.en} is not there: {path}") from None
    except OSError as failed:
        why = reason(failed)
        raise error(f"เปิด{what.th}ไม่ได้: {path} ({why.th})", f"{what.en} can't be opened: {path} ({why.en})") from failed
    if content.startswith(_ZIP):
        return list(_sheets(path, error))
    if path.suffix.lower() in _WORKBOOKS:
        raise _unreadable(path, error)
    return _csv_tables(content, path, error)


def _unreadable(path: Path, error: type[OfficeTableError]) -> OfficeTableError:
    what = error.what
    return error(
        f"อ่าน{what.th}ไม่ได้: {path} (ต้องเป็น CSV หรือ .xlsx)", f"{what.en} can't be read: {path} (it must be CSV or .xlsx)"
    )


def _sheets(path: Path, error: type[OfficeTableError]) -> Iterator[Table]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with guarded():
            book = CalamineWorkbook.from_filelike(io.BytesIO(open_package(path).readable()))
            for about in book.sheets_metadata:
                if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible:
                    # The empty area is kept: without it the row numbers would be wrong.
                    sheet = book.get_sheet_by_name(about.name)
                    rows = sheet.to_python(skip_empty_area=False)
                    ranges = sheet.merged_cell_ranges or ()
                    merged = tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
                    yield Table(about.name, _filled(_unmerged(rows, merged)), merged=merged)
    except PackageError as failed:
        raise _unreadable(path, error) from failed


def _unmerged(rows: list[list[Any]], merged: tuple[Merged, ...]) -> list[list[Any]]:
    """The rows with the value of each merged cell in all its rows that hold something else, in its first column."""
    empty = [all(map(is_blank, row)) for row in rows]
    for top, left, bottom, _ in merged:
        for number in range(top, min(bottom, len(rows))):
            if left < len(rows[number]) and not empty[number]:
                rows[number][left] = rows[top - 1][left]
    return rows


def _csv_tables(content: bytes, path: Path, error: type[OfficeTableError]) -> list[Table]:
    text = _decoded(content)
    if text is None or "\0" in text:
        raise _unreadable(path, error)
    named = _SEP.match(text)
    text = text[named.end() :] if named else text
    return [_csv_table(text, delimiter) for delimiter in (named[1] if named else _DELIMITERS)]


def _csv_table(text: str, delimiter: str) -> Table:
    rows: list[list[str]] = []
    try:
        # Strict: an unpaired quote would swallow the rows that follow it.
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
    except csv.Error:
        return Table("", _filled(rows), len(rows) + 1)
    return Table("", _filled(rows))


def _decoded(content: bytes) -> str | None:
    """The text of a CSV; None where it is in no encoding that a Thai office's programs write."""
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp874")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _filled(rows: list[list[Any]]) -> tuple[Row, ...]:
    texts = ((number, [_text(value) for value in row]) for number, row in enumerate(rows, start=1))
    return tuple((number, cells) for number, cells in texts if any(cells))


def _text(value: Any) -> str:
    """A cell as text; a number as a person writes it (63020130.0 is 63020130)."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = to_decimal(value)
        return "" if number is None else str(to_json_number(number))
    text = "" if is_blank(value) else clean_text(str(value))
    kept = _AS_TEXT.fullmatch(text)
    return (kept[1] or kept[2] or "").strip() if kept else text
