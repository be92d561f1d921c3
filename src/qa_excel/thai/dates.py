"""Dates as they are shown: in Thai with the Buddhist Era, in English with the Common Era. Standard library only."""

from __future__ import annotations

from datetime import date

BUDDHIST_ERA = 543
"""What is added to a year of the Common Era."""
MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม",
    "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip


def shown_date(day: date | str, lang: str = "th") -> str:
    """A date (or its ISO text) as a reader expects it: 31 มีนาคม 2563, or 31 March 2020."""
    day = _date(day)
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}" if lang == "en" else _thai(day, MONTHS)


def short_date(day: date | str, lang: str = "th") -> str:
    """`31 มี.ค. 2563`, or `31 Mar 2020`."""
    day = _date(day)
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1][:3]} {day.year}" if lang == "en" else _thai(day, SHORT_MONTHS)


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _thai(day: date, months: tuple[str, ...]) -> str:
    return f"{day.day} {months[day.month - 1]} {day.year + BUDDHIST_ERA}"
