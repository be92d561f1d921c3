"""A table that an office keeps, found in its file: titles may stand above the header, whose own may be in Thai.

What is wrong with it is said at once, with its file and its rows or cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from qa_excel.files.sheet_facts import column_letters
from qa_excel.office.rows import Merged, OfficeTableError, Row, Table, read_tables
from qa_excel.thai.dates import MONTHS, SHORT_MONTHS
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import masked
from qa_excel.thai.text import Text
from qa_excel.thai.words import plural

_NO_LETTERS = re.compile(r"[^\w\u0e00-\u0e7f]|_")
_NOTE = re.compile(r"หมายเหตุ|ที่มา|ข้อมูลณ|แหล่งข้อมูล|note|source|\*")
_HEADER_WITHIN = 30
"""Filled rows among which the header is looked for."""
_NAMED = 10
"""How many faults a message names, and how many places of each."""


_SEEN = 20
"""How many headings a message shows, and how long a one."""
_LONGEST = 40
_LONGEST_HEADING = 80
"""Of a longer text the words are not looked for."""
_BRACKETS = re.compile(r"\(.*?\)")
_WHEN = r"ข้อมูล|ณ|วันที่|ปีการศึกษา|ปี|ภาคเรียนที่|ภาคเรียน|พศ|\d|" + "|".join(
    name.replace(".", "") for name in (*MONTHS, *SHORT_MONTHS)
)
"""What tells in a heading of which day its numbers are."""


@dataclass(frozen=True)
class Column:
    """A column that a table may have, known by the words of its heading, in whatever order and however joined.

    words: groups of words, of each of which one must be there; around: those that may stand beside. A heading with any
    other word is not this column's (นักเรียนชาย are not all learners).
    alone: each row has its own, so that a cell merged over several rows can't be told. number: of people; its heading
    may say of which day, and what stands there in brackets is taken as said of whom.
    """

    name: str
    thai: str
    words: tuple[str, ...]
    around: str = ""
    needed: bool = True
    alone: bool = False
    number: bool = False

    @property
    def shown(self) -> str:
        """As a Thai reader knows it, with the name that a file may also use."""
        return f"{self.thai} ({self.name})"

    @cached_property
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(_folded, group.split())) for group in self.words)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        known = {word for group in self._groups for word in group} | set(map(_folded, self.around.split()))
        words = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        return re.compile(f"(?:{words}|{_WHEN})+" if self.number else f"(?:{words})+")

    def is_headed(self, heading: str) -> bool:
        """Whether that is a heading of this column."""
        folded = _folded(heading)
        return folded == _folded(self.name) or (
            len(folded) <= _LONGEST_HEADING
            and self._pattern.fullmatch(folded) is not None
            and all(any(word in folded for word in group) for group in self._groups)
        )


@dataclass(frozen=True)
class Kind:
    """A kind of table: how it is refused, its columns, and what to do where a row has more cells than they are."""

    error: type[OfficeTableError]
    columns: tuple[Column, ...]
    shorter: Text

    @property
    def needed(self) -> list[Column]:
        return [column for column in self.columns if column.needed]

    def is_whole(self, names: Iterable[str]) -> bool:
        return {column.name for column in self.needed} <= set(names)

    def named(self, headings: Sequence[Heading]) -> list[str]:
        """The column of each heading, empty where it is none's. What stands in brackets is passed over only where no
        other heading is the column's without."""
        names = [
            next((c.name for text in texts for c in self.columns if text and c.is_headed(text)), "")
            for texts in headings
        ]
        others = [column for column in self.columns if column.name not in names and not column.number]
        for index, texts in enumerate(headings):
            plain = _BRACKETS.sub("", fold(texts[0]))
            if not names[index] and plain:
                names[index] = next((column.name for column in others if column.is_headed(plain)), "")
        return names

    def known(self, table: Table, position: int) -> int:
        """How many of the columns a row names as a header does."""
        return len(set(filter(None, self.named(_headings(table, position)))))


Heading = tuple[str, ...]
"""What a column may be known by: its own heading and, below that of a group of columns, the group's before it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The table of a file: where each of its columns is, how many cells its header has, and the rows below it.

    `sheet` is empty for a CSV. merged: the cells that are merged.
    """

    kind: Kind
    path: Path
    sheet: str
    columns: Mapping[str, int]
    width: int
    rows: tuple[Row, ...]
    merged: tuple[Merged, ...] = ()

    def cell(self, row: Row, column: str) -> str:
        """What stands there; empty where the row is too short."""
        index = self.columns[column]
        return row[1][index] if index < len(row[1]) else ""

    def address(self, row: Row, column: str) -> str:
        return f"{column_letters(self.columns[column] + 1)}{row[0]}"

    def is_header(self, row: Row) -> bool:
        """Whether a row names every column that is needed, as where a header is repeated on another page."""
        return self.kind.is_whole(self.kind.named([(cell,) for cell in row[1]]))

    def unread(self, todo: Mapping[str, Text], wrong: Callable[[str], Iterable[Row]]) -> Iterator[Text]:
        """The faults of cells that can't be read; wrong: the rows in which that column's can't."""
        for column in self.kind.columns:
            if column.name in todo and (addresses := [self.address(row, column.name) for row in wrong(column.name)]):
                at, what = in_cells(addresses), todo[column.name]
                yield Text(
                    f"อ่านค่า {column.shown} ไม่ได้: {at.th} {what.th}",
                    f"a value of {column.name} can't be read: {at.en}; {what.en}",
                )

    def require_sound(self, rows: Sequence[Row], shifted: Sequence[int], faults: Iterable[Text]) -> list[str]:
        """The merged cells whose value holds for all their rows, by address. Raises the kind's error with all faults.

        shifted: the numbers of rows with more cells than the header.
        """
        held, untold = self._merged_cells(rows)
        if untold:
            at = in_cells(untold)
            merged = Text(
                f"ผสานเซลล์ไว้ จึงบอกไม่ได้ว่าค่าเป็นของแถวหรือคอลัมน์ใด: {at.th} ให้ยกเลิกการผสานเซลล์ แล้วกรอกทุกช่อง",
                f"merged, so that it can't be told whose value it is: {at.en}; unmerge, and fill in every cell",
            )
            raise self._refusal([merged])
        found = list(faults)
        if shifted:
            at, todo = in_rows(shifted), self.kind.shorter
            more = Text(f"มีช่องเกินหัวตาราง: {at.th} {todo.th}", f"more cells than in the header: {at.en}; {todo.en}")
            found.insert(0, more)
        if found:
            raise self._refusal(found)
        return held

    def _merged_cells(self, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
        """(merged cells whose value holds for all their rows, those of which that can't be told), by address."""
        given = {self.columns[column.name]: column for column in self.kind.columns if column.name in self.columns}
        held, wrong = [], []
        for top, left, bottom, right in sorted(self.merged):
            covered = [column for index, column in given.items() if left <= index <= right]
            inside = sum(top <= number <= bottom for number, _ in rows)
            address = f"{column_letters(left + 1)}{top}:{column_letters(right + 1)}{bottom}"
            if inside and (len(covered) > 1 or (inside > 1 and any(column.alone for column in covered))):
                wrong.append(address)
            elif inside > 1 and covered:
                held.append(address)
        return held, wrong

    def _refusal(self, faults: Sequence[Text]) -> OfficeTableError:
        """All faults of the table: its first ones, and how many more there are."""
        what, more = self.kind.error.what, len(faults) - _NAMED
        th, en = f"{what.th} {self.path}", f"{what.en} {self.path}"
        if self.sheet:
            th, en = f"{th} แผ่น {self.sheet}", f"{en}, sheet {self.sheet}"
        if len(faults) == 1:
            return self.kind.error(f"{th}: {faults[0].th}", f"{en}: {faults[0].en}")
        named = [*faults[:_NAMED], *([Text(f"และอีก {more} ข้อ", f"and {more} more")] if more > 0 else [])]
        return self.kind.error(
            "\n".join([f"{th} มี {len(faults)} ข้อที่ต้องแก้ไข", *(f"- {fault.th}" for fault in named)]),
            "\n".join([f"{en} has {len(faults)} faults", *(f"- {fault.en}" for fault in named)]),
        )


def find_table(path: Path, kind: Kind) -> Found:
    """The table of that kind in a CSV (UTF-8, or else Thai Windows) or in an .xlsx (on the sheet that has it).

    Raises the kind's error for a file that is missing or can't be read, holds no such table or several, or lacks a
    column.
    """
    table, position = _chosen(read_tables(path, kind.error), path, kind)
    columns = _indexes(table, position, path, kind)
    width = len(table.rows[position][1])
    return Found(kind, path, table.sheet, columns, width, table.rows[position + 1 :], table.merged)


def is_note(row: Row) -> bool:
    """Whether a row begins as a note below a table does."""
    return bool(_NOTE.match(fold(next(filter(None, row[1])))))


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


def _chosen(tables: list[Table], path: Path, kind: Kind) -> tuple[Table, int]:
    """(the table that is meant, position of its header among the table's rows)."""
    error, what = kind.error, kind.error.what
    headed = [(table, position) for table in tables if (position := _header(table, kind)) is not None]
    headed = [found for found in headed if kind.is_whole(kind.named(_headings(*found)))] or headed
    chosen = max(headed, key=lambda found: kind.known(*found), default=(tables[0], 0))
    if number := chosen[0].broken:
        raise error(
            f'อ่าน{what.th}ไม่ได้: {path} แถว {number} มีเครื่องหมายคำพูด (") ไม่ครบคู่ หรือข้อความยาวเกินไป',
            f"{what.en} can't be read: {path}, row {number} has an unpaired quote (\") or a text that is too long",
        )
    if not any(table.rows for table in tables):
        raise error(f"{what.th}ว่างเปล่า: {path}", f"{what.en}: {path} is empty")
    if not headed:
        seen = _seen(_likeliest(tables))
        shown = ", ".join(column.shown for column in kind.needed)
        names = ", ".join(column.name for column in kind.needed)
        raise error(
            f"ไม่พบหัวตารางของ{what.th}ใน {path} ต้องมีแถวที่มีคอลัมน์ {shown}{seen.th}",
            f"{what.en}: no header in {path}; there must be a row with {names}{seen.en}",
        )
    if headed[0][0].sheet and len(headed) > 1:
        names = ", ".join(table.sheet for table, _ in headed)
        raise error(
            f"มี{what.th}ในหลายแผ่นงาน ({names}) ให้รวมไว้ในแผ่นเดียว หรือซ่อนแผ่นที่ไม่ใช้: {path}",
            f"{what.en}: it is on several sheets ({names}); keep it on one, or hide the others: {path}",
        )
    return chosen


def _header(table: Table, kind: Kind) -> int | None:
    """The row with most known headings, of such the first, where they are two or more; above it may stand titles of
    the whole."""
    known = [kind.known(table, position) for position in range(len(table.rows[:_HEADER_WITHIN]))]
    most = max(known, default=0)
    return known.index(most) if most > 1 else None


def _headings(table: Table, position: int) -> list[Heading]:
    """The headings that a row holds, or two do: one over several columns stands before their own in the row below."""
    cells = table.rows[position][1]
    headings: list[Heading] = [(cell,) for cell in cells]
    if position and _is_second(table, position):
        above = [*table.rows[position - 1][1], *[""] * len(cells)]
        headings = [(own or title,) for own, title in zip(cells, above, strict=False)]
        for left, right in _groups(table, position - 1):
            headings[left : right + 1] = [(own, above[left] + own) if own else ("",) for own in cells[left : right + 1]]
    for left, _ in _groups(table, position):
        headings[left] = ("",)
    return headings


def _groups(table: Table, position: int) -> Iterator[tuple[int, int]]:
    """(first, last column) of the headings of a row that stand over several columns, each with something of its own."""
    number, cells = table.rows[position]
    merged = {left: right for top, left, bottom, right in table.merged if top <= number <= bottom}
    second = position + 1 < len(table.rows) and _is_second(table, position + 1)
    below = [row for _, row in table.rows[position + 1 : position + 2 if second else None]]
    for left in (index for index, cell in enumerate(cells) if cell):
        beside = takewhile(lambda index: not cells[index], range(left + 1, len(cells)))
        right = merged.get(left, left) if not second or left in merged else max(beside, default=left)
        if right > left and any(_filled(row[left : right + 1]) > 1 for row in below):
            yield left, right


def _is_second(table: Table, position: int) -> bool:
    """Whether a row may be a header's second line: words alone, right below another row."""
    (before, _), (number, cells) = table.rows[position - 1], table.rows[position]
    return number == before + 1 and _filled(cells) > 1 and not any(fold(cell).isdigit() for cell in cells)


def _likeliest(tables: Sequence[Table]) -> list[str]:
    """The row that looks most as a header does: of most cells in the widest way to read the file, and no number."""
    tops = [[cells for _, cells in table.rows[:_HEADER_WITHIN]] for table in tables]
    widest = max(tops, key=lambda top: max(map(_filled, top), default=0))
    rows = [cells for cells in widest if _filled(cells) > 1 and not any(fold(cell).isdigit() for cell in cells)]
    return max(rows, key=_filled, default=[])


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def _seen(headings: Iterable[str]) -> Text:
    """The headings that there are, for a message about one that is not."""
    named = [masked(" ".join(heading.split()))[:_LONGEST] for heading in headings if heading]
    if not named:
        return Text("", "")
    shown, more = ", ".join(named[:_SEEN]), len(named) - _SEEN
    th, en = (f" และอีก {more} คอลัมน์", f" and {more} more") if more > 0 else ("", "")
    return Text(f" · หัวคอลัมน์ที่พบ: {shown}{th}", f"; the headings there: {shown}{en}")


def _folded(title: str) -> str:
    return _NO_LETTERS.sub("", fold(title))


def _indexes(table: Table, position: int, path: Path, kind: Kind) -> dict[str, int]:
    """Column → its index."""
    number, header = table.rows[position]
    what = kind.error.what
    th, en = (f"{path} แผ่น {table.sheet}", f"{path}, sheet {table.sheet}") if table.sheet else (path, path)
    at = Text(f"หัวตารางของ{what.th} ({th} แถว {number})", f"the header of {what.en} ({en}, row {number})")
    shown = {column.name: column.shown for column in kind.columns}
    found: dict[str, int] = {}
    for index, name in enumerate(kind.named(_headings(table, position))):
        if name in found:
            seen = _seen([header[found[name]], header[index]])
            raise kind.error(
                f"{at.th} มีคอลัมน์ {shown[name]} ซ้ำกัน{seen.th}", f"{at.en} has the column {name} twice{seen.en}"
            )
        if name:
            found[name] = index
    lacking = [column.name for column in kind.needed if column.name not in found]
    if lacking:
        seen, word = _seen(header), plural(len(lacking), "column")
        raise kind.error(
            f"{at.th} ขาดคอลัมน์ {', '.join(shown[name] for name in lacking)}{seen.th}",
            f"{at.en} lacks the {word} {', '.join(lacking)}{seen.en}",
        )
    return found
