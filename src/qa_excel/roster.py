"""The roster: the schools of which a district expects workbooks, read from CSV or .xlsx.

What an office's file commonly has around its table is understood: titles above the header, headers in Thai, sums
and notes below. What can't be understood is refused with its row or cell, never passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path

from qa_excel.normalise import fold, normalise
from qa_excel.roster_rows import RosterError, Row, Table, read_tables
from qa_excel.rubric import load_rubrics
from qa_excel.sheetxml import column_letters

__all__ = ["Roster", "RosterError", "School", "read_roster"]

COLUMNS = ("code", "name", "office", "levels", "learners", "teachers")
OPTIONAL_COLUMNS = ("ministry_code",)
_THAI_COLUMNS = {
    "code": "รหัส รหัสสถานศึกษา รหัสโรงเรียน รหัสsmis รหัสสถานศึกษา8หลัก รหัสโรงเรียน8หลัก รหัส8หลัก smis",
    "name": "ชื่อ ชื่อสถานศึกษา ชื่อโรงเรียน สถานศึกษา โรงเรียน",
    "office": "สำนักงาน สำนักงานเขต สำนักงานเขตพื้นที่ สำนักงานเขตพื้นที่การศึกษา เขตพื้นที่การศึกษา เขตพื้นที่ สังกัด",
    "levels": "ระดับชั้น ระดับชั้นที่เปิดสอน ชั้นที่เปิดสอน ระดับที่เปิดสอน ชั้น เปิดสอน",
    "learners": "ผู้เรียน จำนวนผู้เรียน นักเรียน จำนวนนักเรียน จำนวนนักเรียนทั้งหมด",
    "teachers": "ครู จำนวนครู จำนวนครูทั้งหมด",
    "ministry_code": "รหัสกระทรวง รหัสกระทรวงศึกษาธิการ รหัสสถานศึกษา10หลัก รหัสโรงเรียน10หลัก รหัส10หลัก",
}
_TITLES = {
    fold(title).replace("_", ""): name
    for name in (*COLUMNS, *OPTIONAL_COLUMNS)
    for title in (name, *_THAI_COLUMNS[name].split())
}
_NO_LETTERS = re.compile(r"[^\w\u0e00-\u0e7f]|_")
_HEADER_WITHIN = 30
"""Filled rows among which the header is looked for."""
_NAMED = 5
"""How many offending rows or cells a message names."""
_TOTAL = re.compile(r"(ยอด)?รวม(ทั้งสิ้น|ทั้งหมด|ทุกโรงเรียน)?([\d,]*(แห่ง|โรงเรียน|โรง))?:?|(grand)?total:?|sum:?")
_NOTE = re.compile(r"หมายเหตุ|ที่มา|ข้อมูลณ|แหล่งข้อมูล|note|source|\*")
_DASHES = frozenset("-–—")
"""Typed by many for "none"."""

_SPLIT = re.compile(r"[\s,;|/]+")
_STAGES = {"k": "k", "อ": "k", "อนุบาล": "k", "p": "p", "ป": "p", "ประถม": "p", "m": "m", "ม": "m", "มัธยม": "m"}
_GRADE = re.compile(rf"({'|'.join(sorted(_STAGES, key=len, reverse=True))})(?:ศึกษา)?(?:ปีที่)?([1-6])")
_ALL_GRADES = (*(f"k{n}" for n in (1, 2, 3)), *(f"{stage}{n}" for stage in "pm" for n in range(1, 7)))
"""From kindergarten to the last grade, in order: what `ป.1-ป.6` spans."""


@dataclass(frozen=True, slots=True)
class School:
    """A school of the roster. `levels` are ids of the rubrics' grades; `ministry_code` is empty where not given."""

    code: str
    name: str
    office: str = ""
    levels: tuple[str, ...] = ()
    learners: int | None = None
    teachers: int | None = None
    ministry_code: str = ""


@dataclass(slots=True)
class Roster:
    """The schools in the roster's order."""

    schools: tuple[School, ...]
    _by_code: dict[str, School] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes = {school.ministry_code: school for school in self.schools if school.ministry_code}
        self._by_code = {**codes, **{school.code: school for school in self.schools}}

    def find(self, code: str) -> School | None:
        """The school whose code or ministry code that is."""
        return self._by_code.get(code)

    @property
    def office(self) -> str:
        """The office that most schools name; empty where none is named."""
        offices = Counter(school.office for school in self.schools if school.office)
        return offices.most_common(1)[0][0] if offices else ""


def read_roster(path: str | Path) -> Roster:
    """The roster in a CSV (UTF-8, or else Thai Windows) or an .xlsx (the sheet that holds one).

    Raises RosterError for a file that is missing or can't be read, holds no roster or several, lacks a column, or
    has a row with a code that is wrong or used twice, a level or count that is none, or more cells than the header.
    """
    path = Path(path)
    table, position = _roster_table(read_tables(path), path)
    columns = _columns(table.rows[position][1])
    rows = [row for row in table.rows[position + 1 :] if _is_school(row[1], columns)]
    if not rows:
        raise RosterError(f"ทะเบียนไม่มีสถานศึกษา: {path}", f"the roster lists no school: {path}")
    if not table.sheet:
        rows = _aligned(rows, len(table.rows[position][1]), columns["levels"])
    _refuse_cells(rows, columns)
    schools = [(number, _school(cells, columns)) for number, cells in rows]
    _refuse_wrong_codes(schools)
    _refuse_duplicates(schools)
    return Roster(tuple(school for _, school in schools))


# --- The table and its header ---


def _roster_table(tables: list[Table], path: Path) -> tuple[Table, int]:
    """(table that holds the roster, position of its header among the table's rows)."""
    headed = [(table, position) for table in tables if (position := _header(table)) is not None]
    chosen = max(headed, key=lambda found: len(_known(found[0].rows[found[1]][1])), default=(tables[0], 0))
    if number := chosen[0].broken:
        raise RosterError(
            f'อ่านทะเบียนสถานศึกษาไม่ได้: {path} แถว {number} มีเครื่องหมายคำพูด (") ไม่ครบคู่ หรือข้อความยาวเกินไป',
            f"the roster can't be read: {path}, row {number} has an unpaired quote (\") or a text that is too long",
        )
    if not any(table.rows for table in tables):
        raise RosterError(f"ทะเบียนสถานศึกษาว่างเปล่า: {path}", f"the roster is empty: {path}")
    if not headed:
        _columns(next(table for table in tables if table.rows).rows[0][1])
    if headed[0][0].sheet and len(headed) > 1:
        names = ", ".join(table.sheet for table, _ in headed)
        raise RosterError(
            f"มีทะเบียนในหลายแผ่นงาน ({names}) ให้รวมไว้ในแผ่นเดียว หรือซ่อนแผ่นที่ไม่ใช้: {path}",
            f"several sheets hold a roster ({names}); keep it on one, or hide the others: {path}",
        )
    return chosen


def _header(table: Table) -> int | None:
    """The first row with two known titles or more; above it may stand titles of the whole."""
    heads = (n for n, (_, cells) in enumerate(table.rows[:_HEADER_WITHIN]) if len(set(_known(cells))) > 1)
    return next(heads, None)


def _known(cells: Iterable[str]) -> list[str]:
    return [name for cell in cells if (name := _column(cell))]


def _column(title: str) -> str | None:
    """The column of that title, which may differ in case, spaces, hyphens and what stands in brackets."""
    whole = fold(title)
    plain = (_NO_LETTERS.sub("", text) for text in (whole, re.sub(r"\(.*?\)", "", whole)))
    return next((_TITLES[text] for text in plain if text in _TITLES), None)


def _columns(header: list[str]) -> dict[str, int]:
    """Column → its index."""
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        name = _column(title)
        if name in found:
            raise RosterError(f"ทะเบียนมีคอลัมน์ {_in_words([name])} ซ้ำกัน", f"the roster has the column {name} twice")
        if name:
            found[name] = index
    lacking = [name for name in COLUMNS if name not in found]
    if lacking:
        raise RosterError(
            f"ทะเบียนขาดคอลัมน์ {_in_words(lacking)} (ต้องมี {_in_words(COLUMNS)})",
            f"the roster lacks the columns {', '.join(lacking)} (it needs {', '.join(COLUMNS)})",
        )
    return found


def _in_words(names: Iterable[str]) -> str:
    """Columns as a Thai reader knows them, each with the name that a file may also use."""
    return ", ".join(f"{_THAI_COLUMNS[name].split()[0]} ({name})" for name in names)


# --- Its rows ---


def _is_school(cells: list[str], columns: dict[str, int]) -> bool:
    """False for a sum, a note or the header repeated on another page."""
    if _is_code(_cell(cells, columns["code"])):
        return True
    if set(_known(cells)) >= set(COLUMNS):
        return False
    first = fold(next(filter(None, cells)))
    return not (_TOTAL.fullmatch(first) or (_NOTE.match(first) and not _cell(cells, columns["name"])))


def _aligned(rows: list[Row], width: int, levels: int) -> list[Row]:
    """Rows of a CSV with no more cells than its header. Levels that stand unquoted (`P6,M3`) are put together;
    anything else that shifts the cells can't be told and is refused."""
    aligned, longer = [], []
    for number, cells in rows:
        most = max(len(cells) - width, 0) + 1
        words = list(takewhile(_is_level, cells[levels : levels + most]))
        if len(words) > 1:
            cells = [*cells[:levels], " ".join(words), *cells[levels + len(words) :]]
        if any(cells[width:]):
            longer.append(number)
        aligned.append((number, cells))
    if longer:
        th, en = _listed(longer)
        raise RosterError(
            f'ทะเบียนมีช่องเกินหัวตาราง: {th} ให้ใส่เครื่องหมายคำพูดรอบค่าที่มีจุลภาค เช่น "P6,M3" หรือ "1,212"',
            f'the roster has more cells than its header: {en}; put what holds a comma in quotes, as "P6,M3" or "1,212"',
        )
    return aligned


def _is_level(text: str) -> bool:
    return bool(text) and _levels(text) is not None


def _refuse_cells(rows: list[Row], columns: dict[str, int]) -> None:
    """Refuse levels and counts that are none; each is named by its cell."""
    grades = ", ".join(dict.fromkeys(f"{grade.id} ({grade.name.th})" for r in load_rubrics() for grade in r.grades))
    checks = (
        ("levels", _levels, f"ให้ใช้ {grades} คั่นด้วยช่องว่าง", f"use {grades}, with spaces between"),
        ("learners", _count, "ต้องเป็นจำนวนเต็ม หากไม่ทราบให้เว้นว่าง", "it must be a whole number, or empty where not known"),
        ("teachers", _count, "ต้องเป็นจำนวนเต็ม หากไม่ทราบให้เว้นว่าง", "it must be a whole number, or empty where not known"),
    )
    for name, read, todo_th, todo_en in checks:
        column = columns[name]
        wrong = [f"{column_letters(column + 1)}{n}" for n, cells in rows if _unread(read, _cell(cells, column))]
        if wrong:
            shown = _shown(wrong)
            raise RosterError(
                f"อ่านค่า {_in_words([name])} ในทะเบียนไม่ได้: เซลล์ {shown} {todo_th}",
                f"a value of {name} in the roster can't be read: cell {shown}; {todo_en}",
            )


def _unread(read: Callable[[str], object], text: str) -> bool:
    return bool(text) and text not in _DASHES and read(text) is None


def _cell(cells: list[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _school(cells: list[str], columns: dict[str, int]) -> School:
    row = {name: _cell(cells, index) for name, index in columns.items()}
    return School(
        code=_code(row["code"]),
        name=row["name"],
        office=row["office"],
        levels=_levels(row["levels"]) or (),
        learners=_count(row["learners"]),
        teachers=_count(row["teachers"]),
        ministry_code=_code(row.get("ministry_code", "")),
    )


def _code(text: str) -> str:
    """The code; what has another form stays as it was typed, for the message."""
    value = normalise(text, "school_code")
    return value.value if value.ok else "" if text in _DASHES else text


def _count(text: str) -> int | None:
    value = normalise(text.removesuffix("คน"), "count")
    return int(value.value) if value.ok else None


def _levels(text: str) -> tuple[str, ...] | None:
    """The grades named, in the rubrics' order; None where a word is no grade.

    Grades that no rubric asks about are passed over; `ป.1-ป.6` names all from one to the other.
    """
    known, order = _grades()
    # `ป. 6` is one level, not two; so is `ป.1 - ป.6`.
    text = re.sub(r"\.\s*(?=[0-9๐-๙])|(?<=[ก-์])\s+(?=[0-9๐-๙])", "", text)
    text = re.sub(r"\s*(?:[-–—]|ถึง)\s*", "-", text)
    named: set[str] = set()
    for word in filter(None, map(fold, _SPLIT.split(text))):
        if word in known:
            named.add(known[word])
        elif (span := _span(word)) is not None:
            named.update(known[grade] for grade in span if grade in known)
        else:
            return None
    return tuple(grade for grade in order if grade in named)


@cache
def _grades() -> tuple[dict[str, str], tuple[str, ...]]:
    """(folded word without its point → grade's id, the ids in order)."""
    known: dict[str, str] = {}
    for rubric in load_rubrics():
        for grade in rubric.grades:
            for word in (grade.id, grade.name.th):
                known.setdefault(fold(word).replace(".", ""), grade.id)
    return known, tuple(dict.fromkeys(known.values()))


def _span(word: str) -> tuple[str, ...] | None:
    """The grades from one to the other, or the one; None for what names none."""
    first, dash, last = word.partition("-")
    begin = _GRADE.fullmatch(first)
    if begin is None:
        return None
    stage = _STAGES[begin[1]]
    end = _GRADE.fullmatch(last)
    start = f"{stage}{begin[2]}"
    stop = start if not dash else f"{_STAGES[end[1]]}{end[2]}" if end else f"{stage}{last}"
    if start not in _ALL_GRADES or stop not in _ALL_GRADES:
        return None
    return _ALL_GRADES[_ALL_GRADES.index(start) : _ALL_GRADES.index(stop) + 1] or None


def _refuse_wrong_codes(schools: list[tuple[int, School]]) -> None:
    if empty := [number for number, school in schools if not school.code]:
        th, en = _listed(empty)
        raise RosterError(
            f"ทะเบียนมีแถวที่ไม่มี code (รหัสสถานศึกษา): {th} ให้กรอกรหัส หรือลบแถวนั้น",
            f"the roster has no code in {en}; enter it, or delete the row",
        )
    for column, wrong in (
        ("code", [number for number, s in schools if not _is_code(s.code)]),
        ("ministry_code", [number for number, s in schools if s.ministry_code and not _is_code(s.ministry_code)]),
    ):
        if wrong:
            th, en = _listed(wrong)
            raise RosterError(
                f"{column} ในทะเบียนต้องเป็นตัวเลข 8 หรือ 10 หลัก: {th} (หากเลข 0 นำหน้าหายไป ให้จัดรูปแบบคอลัมน์เป็นข้อความ)",
                f"a {column} in the roster must have 8 or 10 digits: {en} "
                "(where a leading zero was lost, format the column as text)",
            )


def _is_code(code: str) -> bool:
    return normalise(code, "school_code").ok


def _refuse_duplicates(schools: list[tuple[int, School]]) -> None:
    rows: dict[str, list[int]] = {}
    for number, school in schools:
        # A school may give one code in both columns.
        for code in {school.code, school.ministry_code} - {""}:
            rows.setdefault(code, []).append(number)
    for code, numbers in rows.items():
        if len(numbers) > 1:
            th, en = _listed(numbers)
            raise RosterError(
                f"รหัส {code} ซ้ำกันในทะเบียน: {th}", f"the code {code} is in the roster more than once: {en}"
            )


def _listed(numbers: list[int]) -> tuple[str, str]:
    shown = _shown(map(str, numbers))
    return f"แถว {shown}", f"row {shown}" if len(numbers) == 1 else f"rows {shown}"


def _shown(places: Iterable[str]) -> str:
    first, *rest = list(places)
    return ", ".join([first, *rest[: _NAMED - 1]]) + (", …" if len(rest) >= _NAMED else "")
