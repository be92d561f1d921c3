"""The one normaliser: what a person typed becomes the value it plainly is.

Every door (cell, command line, LibreOffice) passes each input through `normalise` before anything
else. Standard library only. A `Value` is blank, ok or invalid; `notes` say what was normalised and
`odd` what is possible but doubtful.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from qa_excel.thai.dates import BUDDHIST_ERA
from qa_excel.thai.days import is_month, read_day
from qa_excel.thai.folding import INVISIBLE, THAI_DIGITS, fold, mended
from qa_excel.thai.privacy import LARGEST

LAST_YEAR = 2600
"""Years above this (B.E.) are taken for slips of the keyboard."""

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+([eE][+-]?\d+)?", re.ASCII)
_SCHOOL_CODE = re.compile(r"\d{8}|\d{10}", re.ASCII)

YES_NO_WORDS = {
    "yesno": ("ใช่", "ไม่ใช่"),
    "found": ("พบ", "ไม่พบ"),
    "resolved": ("แก้ไขแล้ว", "ยังไม่แก้ไข"),
    "levels": ("เปิดสอน", "ไม่เปิดสอน"),
}
"""Kind of yes or no → the list from which it is chosen. Another list's own words are no answer to it."""
_YES = frozenset(["มี", "ใช่", "ผ่าน", "พบ", "จริง", "yes", "y", "true", "1", "✓", "✔", "☑", "✅", "√", "/", "／"])
_NO = frozenset(["ไม่มี", "ไม่ใช่", "ไม่ผ่าน", "ไม่พบ", "ไม่จริง", "เท็จ", "no", "n", "false", "0", *"✗✘✖✕☒❌×"])
"""Understood whatever the list. A letter x is no answer: some tick with it."""
_PASSED = frozenset(["ผ่าน", "ไม่ผ่าน"])
"""Of a condition that costs a point, one may say so and mean the contrary."""
_LONGEST = 60
"""Signs of a number with its words; in a longer text the patterns below would look for them at length."""
_PERCENT_WORD = re.compile(r"(?:ร้อยละ)?\s*(.*?)\s*(?:%|％|เปอร์เซ็นต์|เปอร์เซนต์|percent)?", re.IGNORECASE)
_NONE = frozenset(["ไม่มี", *"-‐‑‒–—―−"])
"""No things at all, where things are counted."""
_WITH_UNIT = re.compile(r"(.*[0-9.])\s*([ก-ฮเ-ไ][ก-ฺเ-๎]*)")
_OTHER_AMOUNT = re.compile(
    "(?:ครึ่ง|โหล|คู่|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ยี่สิบ|ร้อย|พัน(?!ธ)|หมื่น|แสน|ล้าน)"
    "|กว่า|เศษ|ขึ้นไป|ประมาณ|เกือบ|ไม่|หรือ|ถึง|จาก|และ|เปอร์เซ|ต่อ|ละ$|เดือน|สัปดาห์|วัน|ชั่วโมง|นาที|เทอม|ภาคเรียน"
)
"""What a word behind a number begins with, or holds, that makes another amount of it."""
_YEAR_WORDS = re.compile(r"(?:ปี(?:การศึกษา)?)?\s*(พ\.?\s*ศ\.?|ค\.?\s*ศ\.?|)\s*(.+?)")


class ErrorCell(str):
    """An Excel error value (`#DIV/0!`) found where an input belongs."""


class RichValue(str):
    """What stands for a picture placed in a cell, or for another value that is no text and no number."""


class UncalculatedFormula(str):
    """The text of a formula that no program has calculated yet."""


@dataclass(frozen=True, slots=True)
class Value:
    """One input after normalisation.

    `value` is a bool, Decimal, str or None; `fault` names what is wrong with an invalid input;
    `notes` name the normalisations made, `odd` the doubts.
    """

    state: str
    value: Any = None
    raw: Any = None
    fault: str | None = None
    notes: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        return self.state == "blank"

    @property
    def ok(self) -> bool:
        return self.state == "ok"

    @property
    def invalid(self) -> bool:
        return self.state == "invalid"


BLANK = Value("blank")
_KEPT = (str, float, int)
"""Of what is typed; 0, which may have a sign, is read anew."""


def clean_text(text: str) -> str:
    """Text for keeping: NFC, line ends as `\\n`, surrounding spaces cut."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def to_decimal(number: int | float | Decimal) -> Decimal | None:
    """A number at 15 significant digits, as Excel shows it; None for what is not finite."""
    try:
        binary = float(number)
    except OverflowError:
        return None
    return (Decimal(f"{binary:.15g}") + 0) if math.isfinite(binary) else None


def to_json_number(number: Decimal) -> int | float:
    """A Decimal as the JSON number it plainly is: whole ones without a point."""
    return int(number) if number == number.to_integral_value() else float(number)


def is_blank(raw: Any) -> bool:
    """True for None and for text of spaces and invisible signs alone."""
    return raw is None or (isinstance(raw, str) and not raw[:1].isalnum() and not raw.translate(INVISIBLE).strip())


def normalise(raw: Any, kind: str, choices: dict[str, str] | None = None, first_year: int = 0) -> Value:
    """Normalise one input.

    kind: yesno, found, resolved, levels, count, amount (a number of things), number, percent, choice, text, date,
    school_code or year.
    choices: for `choice`, folded word → canonical id.
    first_year: for `year`, the first year (B.E.) that is possible.
    """
    if raw is None:
        return BLANK
    if choices is None and raw.__class__ in _KEPT and raw:
        return _kept(raw, kind, first_year)
    return _normalised(raw, kind, choices, first_year)


def _normalised(raw: Any, kind: str, choices: dict[str, str] | None, first_year: int) -> Value:
    if is_blank(raw):
        return BLANK
    if isinstance(raw, ErrorCell):
        return Value("invalid", raw=raw, fault="error_value")
    if isinstance(raw, UncalculatedFormula):
        return Value("invalid", raw=raw, fault="not_calculated")
    match kind:
        case "count" | "amount" | "number" | "percent":
            return _number(raw, kind)
        case "yesno" | "found" | "resolved" | "levels":
            return _yes_no(raw, kind)
        case "choice":
            return _choice(raw, choices or {})
        case "date":
            return _date(raw)
        case "school_code":
            return _school_code(raw)
        case "year":
            return _year(raw, first_year)
        case _:
            return Value("ok", _as_text(raw), raw)


@lru_cache(maxsize=16_384, typed=True)
def _kept(raw: Any, kind: str, first_year: int) -> Value:
    """The same is typed again and again, and each input is read by the reader, the scoring and the checks."""
    return _normalised(raw, kind, None, first_year)


def _parse_number(raw: Any, kind: str = "number") -> tuple[Decimal | None, tuple[str, ...]]:
    """(number or None, notes). A percent may bear its sign, a count or an amount the word for what is counted."""
    if isinstance(raw, bool):
        return None, ()
    if isinstance(raw, int | float | Decimal):
        return to_decimal(raw), ()
    if not isinstance(raw, str):
        return None, ()
    text = raw.translate(INVISIBLE).strip()
    notes = ["text_number"]
    digits = text.translate(THAI_DIGITS).replace("\u2212", "-")
    if any("๐" <= c <= "๙" for c in text):
        notes.append("thai_digits")
    if len(digits) <= _LONGEST:
        if kind == "percent" and (bare := _PERCENT_WORD.fullmatch(digits)) and bare[1] != digits:
            digits = bare[1]
            notes.append("percent_sign")
        elif kind in ("count", "amount"):
            if fold(digits) in _NONE:
                return Decimal(0), ("none_word",)
            if (counted := _WITH_UNIT.fullmatch(mended(digits))) and _is_unit(counted[2]):
                digits = counted[1]
                notes.append("unit")
    if not _NUMBER.fullmatch(digits):
        return None, ()
    return to_decimal(float(digits.replace(",", ""))), tuple(notes)


def _is_unit(word: str) -> bool:
    """True for a word that says what is counted, and nothing of how many or when."""
    return not _OTHER_AMOUNT.search(word) and not is_month(word)


def _number(raw: Any, kind: str) -> Value:
    number, notes = _parse_number(raw, kind)
    if number is None:
        return Value("invalid", raw=raw, fault="not_a_number")
    if number < 0:
        return Value("invalid", number, raw, "negative")
    if kind == "percent" and number > 100:
        return Value("invalid", number, raw, "over_100")
    if number > LARGEST:
        return Value("invalid", number, raw, "too_large")
    if kind == "count" and number != number.to_integral_value():
        return Value("invalid", number, raw, "not_whole")
    odd = ("fraction_percent",) if kind == "percent" and 0 < number <= 1 else ()
    return Value("ok", number, raw, notes=notes, odd=odd)


def yes_words(kind: str) -> frozenset[str]:
    """Every word that is a yes in the list of that kind."""
    return _YES | {YES_NO_WORDS[kind][0]}


def _yes_no(raw: Any, kind: str) -> Value:
    if isinstance(raw, bool):
        return Value("ok", raw, raw)
    word = fold(raw) if isinstance(raw, str) else raw
    if isinstance(word, int | float | Decimal) and word in (0, 1):
        return Value("ok", word == 1, raw, notes=("yes_no_word",))
    if not isinstance(word, str):
        return Value("invalid", raw=raw, fault="not_yes_no")
    yes, no = YES_NO_WORDS[kind]
    if word not in _YES | _NO | {yes, no}:
        return Value("invalid", raw=raw, fault="not_yes_no")
    notes = () if raw in (yes, no) else ("yes_no_word",)
    odd = ("passed_word",) if kind == "found" and word in _PASSED else ()
    return Value("ok", word == yes or word in _YES, raw, notes=notes, odd=odd)


def _choice(raw: Any, choices: dict[str, str]) -> Value:
    found = choices.get(fold(raw)) if isinstance(raw, str) else None
    return Value("ok", found, raw) if found else Value("invalid", raw=raw, fault="not_a_choice")


def _as_text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float | Decimal):
        number = to_decimal(raw)
        return str(raw) if number is None else f"{to_json_number(number)}"
    if isinstance(raw, datetime) and (raw.hour, raw.minute, raw.second) == (0, 0, 0):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    return clean_text(str(raw))


def _school_code(raw: Any) -> Value:
    text = _as_text(raw)
    code = fold(text)
    if not _SCHOOL_CODE.fullmatch(code):
        return Value("invalid", raw=raw, fault="school_code")
    notes = ("text_number",) if isinstance(raw, str) and raw != code else ()
    return Value("ok", code, raw, notes=notes)


def _year(raw: Any, first_year: int) -> Value:
    text, era = raw, ""
    words: tuple[str, ...] = ()
    if (
        isinstance(raw, str)
        and len(raw) <= _LONGEST
        and (match := _YEAR_WORDS.fullmatch(raw.translate(INVISIBLE).strip()))
    ):
        era, text = match[1][:1], match[2]
        words = ("year_words",) if text != raw.strip() else ()
    number, notes = _parse_number(text)
    if number is None or number != number.to_integral_value():
        return Value("invalid", raw=raw, fault="year")
    year, notes = int(number), (*notes, *words)
    common = year + BUDDHIST_ERA <= LAST_YEAR
    if common:
        year += BUDDHIST_ERA
        notes += ("common_era",)
    if not first_year <= year <= LAST_YEAR or era == ("พ" if common else "ค"):
        return Value("invalid", raw=raw, fault="year")
    return Value("ok", year, raw, notes=notes)


def _date(raw: Any) -> Value:
    day, notes = read_day(raw)
    if day is None:
        return Value("invalid", raw=raw, fault="not_a_date")
    return Value("ok", day.isoformat(), raw, notes=notes)
