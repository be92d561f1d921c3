"""The roster: the schools of which a district expects workbooks, read from CSV or .xlsx.

Everything is read as text, so that codes keep their leading zeros.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_excel.normalise import clean_text, fold, is_blank, normalise, to_decimal, to_json_number
from qa_excel.package import PackageError, open_package
from qa_excel.rubric import Text, load_rubrics

COLUMNS = ("code", "name", "office", "levels", "learners", "teachers")
OPTIONAL_COLUMNS = ("ministry_code",)
_DELIMITERS = ",;\t"
_ROWS_NAMED = 5
"""How many offending rows a message names."""

_SPLIT = re.compile(r"[\s,;|/]+")
_ZIP, _UTF_16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")

Row = tuple[int, list[str]]
"""(row number as a spreadsheet program shows it, cells as text)."""


class RosterError(Exception):
    """A roster that can't be used; says why in Thai and in English."""

    def __init__(self, message_th: str, message_en: str):
        super().__init__(message_en)
        self.message_th = message_th
        self.message_en = message_en

    def message(self, lang: str = "th") -> str:
        return Text(self.message_th, self.message_en).get(lang)


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
    """The roster in a CSV (UTF-8, or else Thai Windows) or an .xlsx (its first sheet).

    Raises RosterError for a file that is missing or can't be read, lacks a column, holds no school, or
    has a code that is wrong or used twice.
    """
    path = Path(path)
    rows = [(number, cells) for number, cells in _rows(path) if any(cells)]
    if not rows:
        raise RosterError(f"ทะเบียนสถานศึกษาว่างเปล่า: {path}", f"the roster is empty: {path}")
    columns = _columns(rows[0][1])
    schools = [(number, _school(cells, columns)) for number, cells in rows[1:]]
    if not schools:
        raise RosterError(f"ทะเบียนไม่มีสถานศึกษา: {path}", f"the roster lists no school: {path}")
    _refuse_wrong_codes(schools)
    _refuse_duplicates(schools)
    return Roster(tuple(school for _, school in schools))


# --- The file ---


def _rows(path: Path) -> list[Row]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RosterError(f"ไม่พบทะเบียนสถานศึกษา: {path}", f"the roster is not there: {path}") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise RosterError(
            f"เปิดทะเบียนสถานศึกษาไม่ได้: {path} ({reason})", f"the roster can't be opened: {path} ({reason})"
        ) from error
    if content.startswith(_ZIP):
        return list(_workbook_rows(path))
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
        raise _unreadable(path)
    return list(_csv_rows(content, path))


def _unreadable(path: Path) -> RosterError:
    return RosterError(
        f"อ่านทะเบียนสถานศึกษาไม่ได้: {path} (ต้องเป็น CSV หรือ .xlsx)",
        f"the roster can't be read: {path} (it must be CSV or .xlsx)",
    )


def _workbook_rows(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        content = open_package(path).content
        # The empty area is kept: without it the row numbers would be wrong.
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (PackageError, CalamineError, ValueError, IndexError) as error:
        raise _unreadable(path) from error
    for number, row in enumerate(rows, start=1):
        yield number, [_text(value) for value in row]


def _text(value: Any) -> str:
    """A cell as text; a number as a person writes it (63020130.0 is 63020130)."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = to_decimal(value)
        return "" if number is None else str(to_json_number(number))
    return "" if is_blank(value) else clean_text(str(value))


def _csv_rows(content: bytes, path: Path) -> Iterator[Row]:
    text = _decoded(content)
    if text is None or "\0" in text:
        raise _unreadable(path)
    first = next((line for line in text.splitlines() if not is_blank(line)), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, [_text(value) for value in row]
    except csv.Error as error:
        raise _unreadable(path) from error


def _decoded(content: bytes) -> str | None:
    """The text of a CSV; None where it is in no encoding that a Thai office's programs write."""
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp874")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


# --- Its rows ---


def _columns(header: list[str]) -> dict[str, int]:
    """Column → its index. Names may differ in case, spaces, hyphens and underscores."""
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        plain = re.sub(r"[_-]", "", fold(title))
        name = next((n for n in (*COLUMNS, *OPTIONAL_COLUMNS) if n.replace("_", "") == plain), None)
        if name in found:
            raise RosterError(f"ทะเบียนมีคอลัมน์ {name} ซ้ำกัน", f"the roster has the column {name} twice")
        if name:
            found[name] = index
    lacking = ", ".join(name for name in COLUMNS if name not in found)
    if lacking:
        raise RosterError(
            f"ทะเบียนขาดคอลัมน์ {lacking} (ต้องมี {', '.join(COLUMNS)})",
            f"the roster lacks the columns {lacking} (it needs {', '.join(COLUMNS)})",
        )
    return found


def _school(cells: list[str], columns: dict[str, int]) -> School:
    row = {name: cells[index] if index < len(cells) else "" for name, index in columns.items()}
    return School(
        code=_code(row["code"]),
        name=row["name"],
        office=row["office"],
        levels=_levels(row["levels"]),
        learners=_count(row["learners"]),
        teachers=_count(row["teachers"]),
        ministry_code=_code(row.get("ministry_code", "")),
    )


def _code(text: str) -> str:
    """The code; what has another form stays as it was typed, for the message."""
    value = normalise(text, "school_code")
    return value.value if value.ok else text


def _count(text: str) -> int | None:
    value = normalise(text, "count")
    return int(value.value) if value.ok else None


def _levels(text: str) -> tuple[str, ...]:
    """The grades named, in the rubrics' order. Levels that no rubric asks about are passed over."""
    known: dict[str, str] = {}
    for rubric in load_rubrics():
        for grade in rubric.grades:
            for word in (grade.id, grade.name.th):
                known.setdefault(fold(word).replace(".", ""), grade.id)
    # `ป. 6` is one level, not two.
    words = _SPLIT.split(re.sub(r"\.\s*(?=[0-9๐-๙])", "", text))
    named = {known.get(fold(word)) for word in words}
    return tuple(grade for grade in dict.fromkeys(known.values()) if grade in named)


def _refuse_wrong_codes(schools: list[tuple[int, School]]) -> None:
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
    shown = ", ".join(map(str, numbers[:_ROWS_NAMED])) + (", …" if len(numbers) > _ROWS_NAMED else "")
    return f"แถว {shown}", f"row {shown}" if len(numbers) == 1 else f"rows {shown}"
