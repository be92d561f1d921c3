"""The one reader of days: as Thai offices write them, as Excel stores them. Standard library only.

A text is cut into the few words and signs that a day is written with; anything else in it makes it none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from qa_excel.thai.dates import BUDDHIST_ERA, ENGLISH_MONTHS, MONTHS, SHORT_MONTHS
from qa_excel.thai.folding import THAI_DIGITS, mended

FIRST_YEAR, LAST_YEAR = 1950, 2199
"""Of the Common Era, as in the schema. A bare number in a cell for dates, such as the year 2564, is one of 1907."""
FIRST_BUDDHIST_YEAR = 2400
"""From this year on a year is of the Buddhist Era."""
YEARS_AFTER = 2
"""A day is plausible until the end of so many years after the one in which the academic year begins."""

_LONGEST = 120
_DAY_COUNTS = range(20_000, 400_001)
"""Excel's days since the end of 1899, of the years 1954 to 2995: a date whose number format was lost."""
_NO_BREAKS = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_ISO_DATE = re.compile(r"\d{4}-", re.ASCII)

_COLLOQUIAL = ("มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา")
_MISSPELT = {"กรกฏาคม": 7, "กรกฏา": 7, "พฤษจิกายน": 11, "sept": 9}
_MONTHS = _MISSPELT | {
    name.lower().replace(".", ""): number
    for names in (MONTHS, SHORT_MONTHS, _COLLOQUIAL, ENGLISH_MONTHS, [name[:3] for name in ENGLISH_MONTHS])
    for number, name in enumerate(names, start=1)
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SHORT = [r"\.?\s?".join(name.split(".")[:-1]) + r"\.?" for name in SHORT_MONTHS]
"""With or without their points: มีค, มี.ค., มี. ค."""
_WEEKDAYS = "จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ?|ศุกร์|เสาร์|อาทิตย์"
_LEXEME = re.compile(
    rf"""
      (?P<number>(?P<digits>[0-9]+)(?:st|nd|rd|th)?)
    | (?P<month>{_any_of(name for name in _MONTHS if len(name) > 3 or name.isascii())}) (?![a-z]) \.?
    | (?P<short>{_any_of(_SHORT)})
    | (?P<buddhist>พ\.?\s?ศ\.?|พุทธศักราช|b\.?e\b\.?)
    | (?P<common>ค\.?\s?ศ\.?|คริสต์?ศักราช|(?:c\.?e|a\.?d)\b\.?)
    | (?P<time>เวลา|นาฬิกา|น\.?|at\b|t(?=[0-9])|[ap]\.?m\b\.?|z\b)
    | (?P<word>(?:วัน)?(?:{_WEEKDAYS})(?:ที่)?|(?:พฤ|อา|[จอพศส])\.\s?(?:ที่)?|(?:ลง|เมื่อ|ณ)?\s?วันที่|ที่|เดือน(?:ที่)?|ปี
        |(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|of\b|the\b)
    | (?P<sign>[\s/\\.,:;|_'’"()*+~•·／⁄∕‐‑‒–—―−-]+)
    """,
    re.VERBOSE | re.ASCII,
)
_KINDS = {"number": "n", "month": "m", "short": "m", "buddhist": "b", "common": "c", "time": "t"}
"""Of what counts in the order of a date; other words say nothing of it."""
_ORDERS = (
    (re.compile("(?P<d>n)(?P<m>[mn])(?P<e>[bc]?)(?P<y>n)(?P<f>[bc]?)"), (4, 2)),
    (re.compile("(?P<e>[bc]?)(?P<y>n)(?P<f>[bc]?)(?P<m>[mn])(?P<d>n)"), (4,)),
    (re.compile("(?P<m>m)(?P<d>n)(?P<e>[bc]?)(?P<y>n)(?P<f>[bc]?)"), (4, 2)),
)
"""(order of day, month, year and era, digits of the year); a year of two digits is a Buddhist one."""
_TIME = re.compile("t?nn+t*|t?nt+|tn")
"""Behind a date, in which it tells nothing."""


def read_day(raw: Any) -> tuple[date | None, tuple[str, ...]]:
    """The day that was typed, or stored by Excel; None where it is none. What was done to read it is noted."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return _calendar(raw.year, raw.month, raw.day)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and _DAY_COUNTS[0] <= raw <= _DAY_COUNTS[-1]:
        return read_day(date(1899, 12, 30) + timedelta(days=int(raw)))
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return None, ()
    text = " ".join(mended(raw.translate(_NO_BREAKS).translate(THAI_DIGITS)).split()).lower()
    day, notes = _written(text)
    # As ISO 8601 writes it, and so JSON, there is nothing to tell.
    return day, notes if _ISO_DATE.match(text) else (*notes, "date_words")


def is_month(word: str) -> bool:
    """True for a month's name, long or short."""
    return word.replace(".", "").lower() in _MONTHS


def plausible(day: date, year: int | None) -> bool:
    """Whether something can have been prepared on a day for an academic year (B.E.); whenever, where none is known."""
    first = None if year is None else year - BUDDHIST_ERA
    return first is None or first <= day.year <= first + YEARS_AFTER


def meant(day: date, year: int | None) -> date | None:
    """The day that is plausible for an academic year: itself or, of one stored as 19yy, that of B.E. 25yy.

    31/3/64 is stored by Excel as a day of 1964.
    """
    if plausible(day, year):
        return day
    if not 1900 <= day.year <= 1999:
        return None
    try:
        buddhist = day.replace(year=day.year + 600 - BUDDHIST_ERA)
    except ValueError:  # 29 February
        return None
    return buddhist if plausible(buddhist, year) else None


def _written(text: str) -> tuple[date | None, tuple[str, ...]]:
    """Day, month and year in one of their orders, with an era where one is written, and nothing but a time behind."""
    kinds, gaps, at = "", [""], 0
    words: list[str] = []
    while at < len(text):
        found = _LEXEME.match(text, at)
        if found is None:
            return None, ()
        at = found.end()
        if found.lastgroup == "sign":
            gaps[-1] += found[0]
        elif kind := _KINDS.get(found.lastgroup or ""):
            kinds, words, gaps = kinds + kind, [*words, found["digits"] or found[0]], [*gaps, ""]
    for order, years in _ORDERS:
        parts = order.match(kinds)
        if parts is None or not _is_time(kinds[parts.end() :], words[parts.end() :], gaps[parts.end()]):
            continue
        day, month, year = (words[parts.start(part)] for part in "dmy")
        if len(day) <= 2 and len(year) in years and (parts["m"] == "m" or len(month) <= 2):
            number = _MONTHS[re.sub(r"[.\s]", "", month)] if parts["m"] == "m" else int(month)
            return _calendar(int(year) + (2500 if len(year) == 2 else 0), number, int(day), parts["e"] + parts["f"])
    return None, ()


def _is_time(kinds: str, words: list[str], gap: str) -> bool:
    """Whether what stands behind a date is nothing, or a time of the day set off from it."""
    if not kinds:
        return True
    numbers = [int(word) for kind, word in zip(kinds, words, strict=True) if kind == "n"]
    limits = zip(numbers, (24, 59, 59), strict=False)
    set_off = kinds[0] == "t" or " " in gap or "," in gap
    return set_off and bool(_TIME.fullmatch(kinds)) and all(number <= most for number, most in limits)


def _calendar(year: int, month: int, day: int, eras: str = "") -> tuple[date | None, tuple[str, ...]]:
    """A day of the calendar and what was done to its year; none where the era that was written gainsays it."""
    buddhist = year >= FIRST_BUDDHIST_YEAR
    notes: tuple[str, ...] = ("buddhist_era",) if buddhist else ()
    year -= BUDDHIST_ERA if buddhist else 0
    if not FIRST_YEAR <= year <= LAST_YEAR or ("c" if buddhist else "b") in eras:
        return None, ()
    try:
        return date(year, month, day), notes
    except ValueError:
        return None, ()
