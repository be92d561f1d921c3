"""A table that an office keeps, found in its file: titles may stand above the header, whose own may be in Thai.

What is wrong with it is said at once, with its file and its rows or cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from qa_excel.normalise import fold
from qa_excel.office_rows import Row, Table, TableError, read_tables
from qa_excel.rubric import Text
from qa_excel.sheetxml import column_letters

_NO_LETTERS = re.compile(r"[^\w\u0e00-\u0e7f]|_")
_NOTE = re.compile(r"หมายเหตุ|ที่มา|ข้อมูลณ|แหล่งข้อมูล|note|source|\*")
_HEADER_WITHIN = 30
"""Filled rows among which the header is looked for."""
_NAMED = 10
"""How many faults a message names, and how many places of each."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have: its name, and the Thai titles it may have instead, with spaces between."""

    name: str
    thai: str
    needed: bool = True

    @property
    def shown(self) -> str:
        """As a Thai reader knows it, with the name that a file may also use."""
        return f"{self.thai.split()[0]} ({self.name})"


@dataclass(frozen=True, slots=True)
class Found:
    """The table of a file: where each of its columns is, how many cells its header has, and the rows below it.

    `sheet` is empty for a CSV.
    """

    path: Path
    sheet: str
    columns: Mapping[str, int]
    width: int
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        """What stands there; empty where the row is too short."""
        index = self.columns[column]
        return row[1][index] if index < len(row[1]) else ""

    def address(self, row: Row, column: str) -> str:
        return f"{column_letters(self.columns[column] + 1)}{row[0]}"


def find_table(path: Path, columns: Sequence[Column], error: type[TableError]) -> Found:
    """The table with these columns in a CSV (UTF-8, or else Thai Windows) or in an .xlsx (on the sheet that has them).

    Raises `error` for a file that is missing or can't be read, holds no such table or several, or lacks a column.
    """
    titles = _titles(columns)
    table, position = _chosen(read_tables(path, error), titles, path, columns, error)
    number, header = table.rows[position]
    return Found(
        path,
        table.sheet,
        _indexes(header, titles, columns, _at_header(path, table.sheet, number, error), error),
        len(header),
        table.rows[position + 1 :],
    )


def is_header(cells: Iterable[str], columns: Sequence[Column]) -> bool:
    """Whether a row names every column that is needed, as where a header is repeated on another page."""
    titles = _titles(columns)
    return {column.name for column in columns if column.needed} <= set(_known(cells, titles))


def is_note(cells: Iterable[str]) -> bool:
    """Whether a row begins as a note below a table does."""
    return bool(_NOTE.match(fold(next(filter(None, cells)))))


def refuse(table: Found, faults: Sequence[Text], error: type[TableError]) -> NoReturn:
    """Raise `error` with all faults of a table: its first ones, and how many more there are."""
    what, more = error.what, len(faults) - _NAMED
    th, en = f"{what.th} {table.path}", f"{what.en} {table.path}"
    if table.sheet:
        th, en = f"{th} แผ่น {table.sheet}", f"{en}, sheet {table.sheet}"
    if len(faults) == 1:
        raise error(f"{th}: {faults[0].th}", f"{en}: {faults[0].en}")
    named = [*faults[:_NAMED], *([Text(f"และอีก {more} ข้อ", f"and {more} more")] if more > 0 else [])]
    raise error(
        "\n".join([f"{th} มี {len(faults)} ข้อที่ต้องแก้ไข", *(f"- {fault.th}" for fault in named)]),
        "\n".join([f"{en} has {len(faults)} faults", *(f"- {fault.en}" for fault in named)]),
    )


def shift_faults(numbers: Sequence[int], todo: Text) -> Iterator[Text]:
    """The fault of rows with more cells than the header, if there are any."""
    if numbers:
        at = in_rows(numbers)
        yield Text(f"มีช่องเกินหัวตาราง: {at.th} {todo.th}", f"more cells than in the header: {at.en}; {todo.en}")


def cell_faults(column: Column, addresses: Sequence[str], todo: Text) -> Iterator[Text]:
    """The fault of a column's cells that can't be read, if there are any."""
    if addresses:
        at = in_cells(addresses)
        yield Text(
            f"อ่านค่า {column.shown} ไม่ได้: {at.th} {todo.th}",
            f"a value of {column.name} can't be read: {at.en}; {todo.en}",
        )


def in_rows(numbers: Sequence[int]) -> Text:
    """The rows, the first ones by number."""
    shown = _shown(list(map(str, numbers)), "แถว")
    return Text(f"แถว {shown.th}", f"row {shown.en}" if len(numbers) == 1 else f"rows {shown.en}")


def in_cells(addresses: Sequence[str]) -> Text:
    """The cells, the first ones by address."""
    shown = _shown(addresses, "เซลล์")
    return Text(f"เซลล์ {shown.th}", f"cell {shown.en}" if len(addresses) == 1 else f"cells {shown.en}")


def _shown(places: Sequence[str], unit: str) -> Text:
    first, more = ", ".join(places[:_NAMED]), len(places) - _NAMED
    return Text(f"{first} และอีก {more} {unit}", f"{first} and {more} more") if more > 0 else Text(first, first)


# --- The table and its header ---


def _chosen(
    tables: list[Table], titles: Mapping[str, str], path: Path, columns: Sequence[Column], error: type[TableError]
) -> tuple[Table, int]:
    """(the table that is meant, position of its header among the table's rows)."""
    what = error.what
    headed = [(table, position) for table in tables if (position := _header(table, titles)) is not None]
    chosen = max(headed, key=lambda found: len(_known(found[0].rows[found[1]][1], titles)), default=(tables[0], 0))
    if number := chosen[0].broken:
        raise error(
            f'อ่าน{what.th}ไม่ได้: {path} แถว {number} มีเครื่องหมายคำพูด (") ไม่ครบคู่ หรือข้อความยาวเกินไป',
            f"{what.en} can't be read: {path}, row {number} has an unpaired quote (\") or a text that is too long",
        )
    if not any(table.rows for table in tables):
        raise error(f"{what.th}ว่างเปล่า: {path}", f"{what.en}: {path} is empty")
    if not headed:
        needed = [column for column in columns if column.needed]
        raise error(
            f"ไม่พบหัวตารางของ{what.th}ใน {path} ต้องมีแถวที่มีคอลัมน์ {', '.join(column.shown for column in needed)}",
            f"{what.en}: no header in {path}; there must be a row with {', '.join(column.name for column in needed)}",
        )
    if headed[0][0].sheet and len(headed) > 1:
        names = ", ".join(table.sheet for table, _ in headed)
        raise error(
            f"มี{what.th}ในหลายแผ่นงาน ({names}) ให้รวมไว้ในแผ่นเดียว หรือซ่อนแผ่นที่ไม่ใช้: {path}",
            f"{what.en}: it is on several sheets ({names}); keep it on one, or hide the others: {path}",
        )
    return chosen


def _titles(columns: Sequence[Column]) -> dict[str, str]:
    return {_folded(title): column.name for column in columns for title in (column.name, *column.thai.split())}


def _header(table: Table, titles: Mapping[str, str]) -> int | None:
    """The first row with two known titles or more; above it may stand titles of the whole."""
    heads = (n for n, (_, cells) in enumerate(table.rows[:_HEADER_WITHIN]) if len(set(_known(cells, titles))) > 1)
    return next(heads, None)


def _known(cells: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    return [name for cell in cells if (name := _column(cell, titles))]


def _column(title: str, titles: Mapping[str, str]) -> str | None:
    """The column of that title, which may differ in case, spaces, hyphens and what stands in brackets."""
    whole = fold(title)
    plain = (_folded(text) for text in (whole, re.sub(r"\(.*?\)", "", whole)))
    return next((titles[text] for text in plain if text in titles), None)


def _folded(title: str) -> str:
    return _NO_LETTERS.sub("", fold(title))


def _at_header(path: Path, sheet: str, number: int, error: type[TableError]) -> Text:
    """Where the header is, for a message about it."""
    th, en = (f"{path} แผ่น {sheet}", f"{path}, sheet {sheet}") if sheet else (path, path)
    what = error.what
    return Text(f"หัวตารางของ{what.th} ({th} แถว {number})", f"the header of {what.en} ({en}, row {number})")


def _indexes(
    header: list[str], titles: Mapping[str, str], columns: Sequence[Column], at: Text, error: type[TableError]
) -> dict[str, int]:
    """Column → its index."""
    shown = {column.name: column.shown for column in columns}
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        name = _column(title, titles)
        if name in found:
            raise error(f"{at.th} มีคอลัมน์ {shown[name]} ซ้ำกัน", f"{at.en} has the column {name} twice")
        if name:
            found[name] = index
    lacking = [column.name for column in columns if column.needed and column.name not in found]
    if lacking:
        raise error(
            f"{at.th} ขาดคอลัมน์ {', '.join(map(shown.get, lacking))}", f"{at.en} lacks the columns {', '.join(lacking)}"
        )
    return found
