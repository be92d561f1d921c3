"""What is someone's number or address, and how it is kept out of every output. Standard library only.

The detectors look at a `plain` text. `masked` and `shown_figure` cast a wider net than they do: what a message leaves
out by mistake can still be looked up in its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from qa_excel.thai.folding import mended
from qa_excel.thai.names import TITLED, persons

HIDDEN = "•••"
"""Stands where a personal number or an address is left out."""
LARGEST = 9_999_999
"""No figure of these forms comes near it; telephone numbers without their 0, and national IDs, lie above."""

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_NOT_PLAIN = re.compile(
    "[^ -~\u0e01-\u0e39\u0e3f-\u0e44\u0e46-\u0e4c]|(?<![\u0e01-\u0e2e\u0e48-\u0e4b])\u0e33|\u0e33[\u0e48-\u0e4b]"
    "|\u0e40\u0e40|([\u0e31\u0e34-\u0e39\u0e47-\u0e4c])\\1|[\u0e48-\u0e4c][\u0e31\u0e34-\u0e39\u0e47]"
)
"""Other signs than those of ordinary texts, and Thai ones in an unusual order."""
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_FILE = re.compile(r"(?<![^\s“”])[^\s“”]+\.(?:xls[xmb]?|xlt[xm]|ods|json|csv)(?![A-Za-z0-9])", re.IGNORECASE)
_SUSPECT = re.compile(r"@|＠|\b(?:at|AT)[\])]|\d(?:\D{0,4}\d){7}")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text with digits as 0–9, plain dashes and spaces, and no invisible signs."""
    if not _NOT_PLAIN.search(text):
        return text
    text = _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    text = mended(text)  # also what NFKC takes apart, sara am
    text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    return re.sub(r"\s", " ", text)


def text_of(number: float) -> str:
    """A number as the text that was probably typed: Excel drops the 0 that a telephone number begins with."""
    digits = f"{abs(number):.0f}"
    return f"0{digits}" if len(digits) == 9 and digits[0] in "689" else digits


# --- National IDs ---

_ID = re.compile(r"(?<![0-9A-Za-z])(?=([1-8](?:[ ._/-]{0,3}[0-9]){12})(?![0-9A-Za-z]))")
_ID_GROUPS = {(13,), (1, 4, 5, 2, 1), (1,) * 13}
_LEAST_GROUP = 3


def has_national_id(text: str) -> bool:
    """Written together, in its five groups, digit by digit, or broken once; the check digit tells it from others."""
    return is_suspect(text) and any(_national_ids(text))


def _national_ids(text: str) -> Iterator[tuple[int, int]]:
    for found in _ID.finditer(text):
        groups = tuple(map(len, re.findall("[0-9]+", found[1])))
        broken_once = len(groups) == 2 and min(groups) >= _LEAST_GROUP
        if (groups in _ID_GROUPS or broken_once) and _checks(found[1]):
            yield found.span(1)


def _checks(text: str) -> bool:
    """True where the last of the 13 digits is the check digit of the others."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    weighed = sum(weight * digit for weight, digit in zip(range(13, 1, -1), digits[:12], strict=True))
    return (11 - weighed % 11) % 10 == digits[12]


# --- Telephone numbers ---

_GAP = r"[ .()-]{0,3}"
_DASH = r"(?: ?- ?| )"
_MOBILE = (
    rf"[689][0-9]{_GAP}(?:[0-9]{{3}}{_GAP}[0-9]{{4}}|[0-9]{{4}}{_GAP}[0-9]{{3}}|[0-9]{{2}}-[0-9]{{2}}-[0-9]{{3}})"
    rf"|[689]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
)
_LANDLINE = rf"[2-7]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}|[3-7][0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{3}}|[3-7][0-9]{{6}}-[0-9]"
_PHONE = re.compile(
    r"(?<![0-9A-Za-z/])(?<![0-9][.-])(?:"
    rf"0\)?(?:{_MOBILE}|{_LANDLINE})"
    # As official letters write them: 0 5512 3456; two years after a 0 are none.
    rf"|0{_DASH}(?!2[45][0-9]{{2}}{_DASH}2[45])[2-7][0-9]{{3}}{_DASH}[0-9]{{4}}"
    rf"|0{_DASH}[689][0-9]{{3}}{_DASH}[0-9]{{4}}{_DASH}?[0-9]"
    rf"|\(?(?:\+|00)?66\)?{_GAP}(?:\(?0\)?{_GAP})?(?:{_MOBILE})"
    rf"|(?:\+|00|\(\+?)66\)?{_GAP}(?:\(?0\)?{_GAP})?(?:{_LANDLINE})"
    r")(?![0-9A-Za-z/])"
)
_BEFORE = 30
_CODED = re.compile(r"(?:รหัส|เลขที่|เลขประจำตัว|ทะเบียน|ครุภัณฑ์|บัญชี|รุ่น|งบ|S/N)[^0-9]*\Z")
_CALLED = re.compile(r"โทร|เบอร์|มือถือ|ติดต่อ|หมายเลข|ไลน์|line|tel|phone", re.IGNORECASE)


def has_phone(text: str) -> bool:
    """A Thai number, mobile or landline; figures in web addresses, and codes that are called so, are passed over."""
    return (
        is_suspect(text)
        and any(_phones(text))
        and any(not _is_code(text, start) for start, _ in _phones(without_addresses(text)))
    )


def _phones(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _PHONE.finditer(text))


def _is_code(text: str, start: int) -> bool:
    before = _CODED.search(text[max(0, start - _BEFORE) : start])
    return before is not None and not _CALLED.search(before[0])


def without_addresses(text: str) -> str:
    """The text without web addresses, whose figures are no one's number."""
    return _ADDRESS.sub(lambda found: " " * len(found[0]), text)


# --- E-mail addresses ---

_AT, _DOT = r"(?: ?@ ?| ?[\[(]at[\])] ?)", r"(?:\.| ?[\[(]dot[\])] ?)"
_EMAIL = re.compile(
    rf"[a-z0-9._%+-]{{1,64}}{_AT}(?:(?:[a-z0-9-]{{1,63}}{_DOT}){{1,8}}[a-z]{{2,24}}"
    r"|(?:gmail|hotmail|yahoo|outlook|icloud)(?![a-z0-9]))"
    r"|[\wก-๙.]{1,64}@(?:[\wก-๙-]{1,63}\.){1,8}ไทย",
    re.IGNORECASE,
)


def has_email(text: str) -> bool:
    return any(_emails(text))


def _emails(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text or "at" in text.lower():
        yield from (found.span() for found in _EMAIL.finditer(text))


# --- Leaving them out ---

_JOINT = re.compile(r"[_+]|(?<=[ก-๙])-(?=[ก-๙])|(?<=[ก-๙]{2})\.(?=[ก-๙]{2})")
"""What stands in a name for the space between words."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SEPARATOR = re.compile(r"([\\/])")
_ID_IN_NAME = re.compile(r"(?<![0-9])[1-8][0-9]{12}(?![0-9])")
_PHONE_IN_NAME = re.compile(r"(?<![0-9])(?:0|66)[689][0-9][ .-]?[0-9]{3}[ .-]?[0-9]{4}(?![0-9])")
"""Whatever else stands before it, as names of files have numbers joined to words."""

_LONG_FIGURE = re.compile(
    r"(?<![0-9A-Za-z_.])(?:[0-9]{11,}|[0-9]{9}|[0-9]{8,}(?=\.[0-9]))(?:\.[0-9]+)?(?![0-9A-Za-z_])"
)
"""Codes of schools have 8 or 10 digits."""


def is_suspect(text: str) -> bool:
    """False for a text that certainly holds no number and no address; it spares almost every text a closer look."""
    return _SUSPECT.search(text) is not None


def masked(text: str) -> str:
    """The text with a sign for each personal number, address and learner's name.

    A long figure in the name of a workbook is left as it is: there it tells the day that it was saved on.
    """
    if not is_suspect(text) and not TITLED.search(text):
        return text
    seen = plain(text)
    kept = [found.span() for found in _FILE.finditer(seen)]
    figures = [m.span() for m in _LONG_FIGURE.finditer(seen)]
    figures = [span for span in figures if not any(start <= span[0] < end for start, end in kept)]
    spans = [*_national_ids(seen), *_phones(seen), *_emails(seen), *persons(seen), *figures]
    return _without(seen, spans) if spans else text


def masked_name(text: str) -> tuple[str, tuple[str, ...]]:
    """The name of a file or folder with a sign for each person's data, and the codes of what was left out.

    Names join words with other signs than texts do, and a person's name says whose file it is.
    """
    seen = plain(_CONTROL.sub("", text))
    spaced = _JOINT.sub(" ", seen)
    ids = (found.span() for found in _ID_IN_NAME.finditer(spaced) if _checks(found[0]))
    phones = (found.span() for found in _PHONE_IN_NAME.finditer(spaced))
    spans = {
        "privacy.national_id": [*_national_ids(seen), *_national_ids(spaced), *ids],
        "privacy.phone": [*_phones(seen), *_phones(spaced), *phones],
        "privacy.email": [*_emails(seen)],
        "privacy.learner_names": [*persons(spaced, alone=True)],
    }
    codes = tuple(code for code, found in spans.items() if found)
    return (_without(seen, [span for found in spans.values() for span in found]), codes) if codes else (text, ())


def masked_path(text: str) -> str:
    """A text with a path in it, each of whose names loses what is somebody's."""
    return "".join(masked_name(piece)[0] for piece in _SEPARATOR.split(text))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [text[at:start], HIDDEN] if start >= at else []
            at = end
    return "".join([*pieces, text[at:]])


def is_hidden(value: Any) -> bool:
    """True for a number that is larger than any figure: someone's, typed into the wrong cell."""
    return isinstance(value, int | float | Decimal) and (value > LARGEST or value < -LARGEST)


def shown_figure(value: Any) -> Any:
    """A value as an output may show it: a sign for a number that is someone's."""
    return HIDDEN if is_hidden(value) else value
