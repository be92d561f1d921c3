"""The roster: the schools of which a district expects workbooks, read from CSV or .xlsx.

What an office's file commonly has around its table is understood: titles above the header, headers in Thai, sums
and notes below. What can't be understood is refused with its rows or cells, all of it at once, never passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path

from qa_excel.office.rows import OfficeTableError, Row
from qa_excel.office.table import Column, Found, Kind, find_table, in_rows, is_note
from qa_excel.rubric.building import load_rubrics
from qa_excel.thai.folding import fold
from qa_excel.thai.text import Text
from qa_excel.thai.typed import normalise

_HOW_MANY = "no จำนวน ยอด รวม ทั้งหมด ทั้งสิ้น ทั้งโรงเรียน ทุกชั้น คน total number of all"
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?(?:e|[x×*]10\^?)[+-]?\d+", re.ASCII)
"""How Excel shows a long number in a narrow column, and writes it into a CSV: `9.90E+07`."""
_ROUNDED = Text(
    "(หากเคยแสดงเป็นเลขยกกำลัง ตัวเลขท้ายกลายเป็น 0 ให้ขอรหัสใหม่จากต้นทาง)",
    "(codes once shown in scientific notation end in zeros: get them anew from their source)",
)
_TOTAL = re.compile(r"(ยอด)?รวม(ทั้งสิ้น|ทั้งหมด|ทุกโรงเรียน)?([\d,]*(แห่ง|โรงเรียน|โรง))?:?|(grand)?total:?|sum:?")
_DASHES = frozenset("-–—")
"""Typed by many for "none"."""

_SPLIT = re.compile(r"[\s,;|/]+")
_STAGES = {"k": "k", "อ": "k", "อนุบาล": "k", "p": "p", "ป": "p", "ประถม": "p", "m": "m", "ม": "m", "มัธยม": "m"}
_GRADE = re.compile(rf"({'|'.join(sorted(_STAGES, key=len, reverse=True))})(?:ศึกษา)?(?:ปีที่)?([1-6])")
_ALL_GRADES = (*(f"k{n}" for n in (1, 2, 3)), *(f"{stage}{n}" for stage in "pm" for n in range(1, 7)))
"""From kindergarten to the last grade, in order: what `ป.1-ป.6` spans."""


_NAME_PREFIX = re.compile(r"^(?:โรงเรียน|รร\.?|ร\.ร\.?)")
_NAME_SIGNS = re.compile(r"[\"'“”‘’().,\-–_/]")


def plain_name(name: str) -> str:
    """A school's name for comparing: without the word school, spaces and signs."""
    return _NAME_SIGNS.sub("", _NAME_PREFIX.sub("", fold(name)))


class RosterError(OfficeTableError):
    """A roster that can't be used."""

    what = Text("ทะเบียนสถานศึกษา", "the roster")


_KIND = Kind(
    RosterError,
    (
        Column("code", "รหัส", ("รหัส smis code",), "เลข ของ สถานศึกษา โรงเรียน school สพฐ obec 8 หลัก ตัว", alone=True),
        Column("name", "ชื่อ", ("ชื่อ สถานศึกษา โรงเรียน รร school name",), "ของ ภาษาไทย ไทย of the", alone=True),
        Column(
            "office",
            "สำนักงาน",
            ("สำนักงาน เขตพื้นที่ สังกัด สพท สพป สพม office",),
            "ชื่อ name เขต การศึกษา ประถมศึกษา มัธยมศึกษา ต้น หน่วยงาน ฯ education area",
        ),
        Column(
            "levels",
            "ระดับชั้น",
            ("ชั้น เปิดสอน ระดับการศึกษา levels level grades grade",),
            "ระดับ ช่วง ที่ เปิด ทำการ จัด สอน การศึกษา taught",
        ),
        Column(
            "learners",
            "ผู้เรียน",
            ("ผู้เรียน นักเรียน นร learners learner students student pupils",),
            _HOW_MANY,
            alone=True,
            number=True,
        ),
        Column(
            "teachers",
            "ครู",
            ("ครู อาจารย์ ผู้สอน teachers teacher",),
            f"{_HOW_MANY} ประจำ และ full time",
            alone=True,
            number=True,
        ),
        Column(
            "ministry_code",
            "รหัสกระทรวง",
            ("รหัส code", "กระทรวง 10 ศธ moe ministry"),
            "เลข ของ สถานศึกษา โรงเรียน school ศึกษาธิการ หลัก ตัว",
            needed=False,
            alone=True,
        ),
    ),
    Text(
        'ให้ใส่เครื่องหมายคำพูดรอบค่าที่มีจุลภาค เช่น "P6,M3" หรือ "1,212"',
        'put what holds a comma in quotes, as "P6,M3" or "1,212"',
    ),
)
_SHOWN = {column.name: column.shown for column in _KIND.columns}


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
    """The schools in the roster's order. merged: cells whose value was taken for each of the schools they cover."""

    schools: tuple[School, ...]
    merged: tuple[str, ...] = ()
    _by_code: dict[str, School] = field(init=False, repr=False)
    _by_name: dict[str, list[School]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes = {school.ministry_code: school for school in self.schools if school.ministry_code}
        self._by_code = {**codes, **{school.code: school for school in self.schools}}
        self._by_name = {}
        for school in self.schools:
            self._by_name.setdefault(plain_name(school.name), []).append(school)

    def find(self, code: str) -> School | None:
        """The school whose code or ministry code that is."""
        return self._by_code.get(code)

    def bearers(self, name: str) -> Sequence[School]:
        """The schools of that plain name; several may bear it."""
        return self._by_name.get(name, ()) if name else ()

    @property
    def names(self) -> Iterable[str]:
        """The schools' plain names."""
        return filter(None, self._by_name)

    @property
    def office(self) -> str:
        """The office that most schools name; empty where none is named."""
        offices = Counter(school.office for school in self.schools if school.office)
        return offices.most_common(1)[0][0] if offices else ""


def read_roster(path: str | Path) -> Roster:
    """The roster in a CSV (UTF-8, or else Thai Windows) or an .xlsx (the sheet that holds one).

    Raises RosterError for a file that is missing or can't be read, holds no roster or several, lacks a column, or has
    rows with a code that is wrong or used twice, a level or count that is none, or more cells than the header: it
    names them all.
    """
    table = find_table(Path(path), _KIND)
    rows = [row for row in table.rows if _is_school(row, table)]
    if not rows:
        raise RosterError(f"ทะเบียนไม่มีสถานศึกษา: {path}", f"the roster lists no school: {path}")
    rows, shifted = (rows, []) if table.sheet else _aligned(rows, table.width, table.columns["levels"])
    schools = [(row[0], _school(row, table)) for row in rows]
    faults = [*_cell_faults(rows, table), *_code_faults(schools), *_twice_faults(schools)]
    merged = table.require_sound(rows, shifted, faults)
    return Roster(tuple(school for _, school in schools), tuple(merged))


# --- Its rows ---


def _is_school(row: Row, table: Found) -> bool:
    """False for a sum, a note or the header repeated on another page."""
    if _is_code(table.cell(row, "code")):
        return True
    if table.is_header(row):
        return False
    total = _TOTAL.fullmatch(fold(next(filter(None, row[1]))))
    return not (total or (is_note(row) and not table.cell(row, "name")))


def _aligned(rows: list[Row], width: int, levels: int) -> tuple[list[Row], list[int]]:
    """(rows of a CSV with no more cells than its header, numbers of those with more).

    Levels that stand unquoted (`P6,M3`) are put together; anything else that shifts the cells can't be told.
    """
    aligned, shifted = [], []
    for number, cells in rows:
        most = max(len(cells) - width, 0) + 1
        words = list(takewhile(_is_level, cells[levels : levels + most]))
        if len(words) > 1:
            cells = [*cells[:levels], " ".join(words), *cells[levels + len(words) :]]
        if any(cells[width:]):
            shifted.append(number)
        else:
            aligned.append((number, cells))
    return aligned, shifted


def _is_level(text: str) -> bool:
    return bool(text) and levels_of(text) is not None


def _school(row: Row, table: Found) -> School:
    given = {name: table.cell(row, name) for name in table.columns}
    return School(
        code=_code(given["code"]),
        name=_in_one_line(given["name"]),
        office=_in_one_line(given["office"]),
        levels=levels_of(given["levels"]) or (),
        learners=_count(given["learners"]),
        teachers=_count(given["teachers"]),
        ministry_code=_code(given.get("ministry_code", "")),
    )


def _in_one_line(text: str) -> str:
    """A name with its line breaks, as Alt+Enter makes them, as spaces."""
    return " ".join(text.split())


def _code(text: str) -> str:
    """The code; what has another form stays as it was typed, for the message."""
    value = normalise(text, "school_code")
    return value.value if value.ok else "" if text in _DASHES else text


def _count(text: str) -> int | None:
    value = normalise("" if text in _DASHES else text, "count")
    return int(value.value) if value.ok else None


def levels_of(text: str) -> tuple[str, ...] | None:
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


def _is_code(code: str) -> bool:
    return normalise(code, "school_code").ok


# --- What is wrong with them ---


def _cell_faults(rows: list[Row], table: Found) -> Iterator[Text]:
    """Levels and counts that are none; each is named by its cell."""
    grades = ", ".join(dict.fromkeys(f"{grade.id} ({grade.name.th})" for r in load_rubrics() for grade in r.grades))
    whole = Text("ต้องเป็นจำนวนเต็ม หากไม่ทราบให้เว้นว่าง", "it must be a whole number, or empty where not known")
    todo = {
        "levels": Text(f"ให้ใช้ {grades} คั่นด้วยช่องว่าง", f"use {grades}, with spaces between"),
        "learners": whole,
        "teachers": whole,
    }

    def wrong(name: str) -> list[Row]:
        read = levels_of if name == "levels" else _count
        return [row for row in rows if _unread(read, table.cell(row, name))]

    return table.unread(todo, wrong)


def _unread(read: Callable[[str], object], text: str) -> bool:
    return bool(text) and text not in _DASHES and read(text) is None


def _code_faults(schools: list[tuple[int, School]]) -> Iterator[Text]:
    if empty := [number for number, school in schools if not school.code]:
        at = in_rows(empty)
        yield Text(
            f"ไม่มี{_SHOWN['code']}: {at.th} ให้กรอกรหัส หรือลบแถวนั้น", f"no code: {at.en}; enter it, or delete the row"
        )
    for column, given in (
        ("code", [(number, school.code) for number, school in schools]),
        ("ministry_code", [(number, school.ministry_code) for number, school in schools]),
    ):
        lost = [number for number, code in given if _SCIENTIFIC.fullmatch(fold(code))]
        if lost:
            at = in_rows(lost)
            yield Text(
                f"{_SHOWN[column]} เป็นเลขยกกำลัง (เช่น 9.90E+07) ตัวเลขท้ายหายไปแล้วและคืนไม่ได้: {at.th} "
                "ให้ขอรหัสใหม่จากต้นทาง และจัดรูปแบบคอลัมน์เป็นข้อความก่อนวางหรือบันทึก",
                f"a {column} is in scientific notation (as 9.90E+07), which has lost its last digits: {at.en}; "
                "get the codes anew from their source, and format the column as text before they are pasted or saved",
            )
        wrong = [number for number, code in given if code and not _is_code(code) and number not in lost]
        if wrong:
            at = in_rows(wrong)
            yield Text(
                f"{_SHOWN[column]} ต้องเป็นตัวเลข 8 หรือ 10 หลัก: {at.th} (หากเลข 0 นำหน้าหายไป ให้จัดรูปแบบคอลัมน์เป็นข้อความ)",
                f"a {column} must have 8 or 10 digits: {at.en} "
                "(where a leading zero was lost, format the column as text)",
            )


def _twice_faults(schools: list[tuple[int, School]]) -> Iterator[Text]:
    rows: dict[str, list[int]] = {}
    for number, school in schools:
        # A school may give one code in both columns.
        for code in dict.fromkeys((school.code, school.ministry_code)):
            if _is_code(code):
                rows.setdefault(code, []).append(number)
    for code, numbers in rows.items():
        if len(numbers) > 1:
            at = in_rows(numbers)
            zeros = code.endswith("0000")
            yield Text(
                f"รหัส {code} ซ้ำกัน: {at.th}" + (f" {_ROUNDED.th}" if zeros else ""),
                f"the code {code} is there more than once: {at.en}" + (f" {_ROUNDED.en}" if zeros else ""),
            )
