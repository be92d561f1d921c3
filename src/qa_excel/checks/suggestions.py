"""The nearest valid choice for a mistyped one, and what was typed; only our own words are ever suggested."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from qa_excel.form.layout import yes_no_words
from qa_excel.rubric.building import load_rubrics
from qa_excel.rubric.inputs import Field, fields
from qa_excel.rubric.model import Rubric
from qa_excel.thai.dates import MONTHS
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import HIDDEN
from qa_excel.thai.text import Text
from qa_excel.thai.typed import YES_NO_WORDS, normalise

CLOSE = 0.7
"""How alike two words must be, 0 to 1: one slip in a short word passes, another word does not."""
LONGEST = 40
"""Longer texts are no mistyped choice."""
LOST_ZERO = Text(
    " หากรหัสขึ้นต้นด้วย 0 ซึ่งหายไป ให้จัดรูปแบบเซลล์เป็น “ข้อความ” หรือพิมพ์ ' หน้ารหัส",
    " (where a leading 0 was lost, format the cell as text or type ' before the code)",
)
"""Excel keeps a number without the zeros before it."""

_LETTERS = re.compile("(?:[^\\W\\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+")
_CODE = re.compile("^[=+@-].|[<>&=|\"']")
"""What another program may take for a formula or a tag."""
_MOST_DIGITS, _FEWEST_LETTERS = 8, 2
"""What has more digits may be someone's number, and a word of so many letters someone's name."""
_HEDGES = re.compile(
    "จาก|ประมาณ|เกือบ|กว่า|เศษ|ครึ่ง|ร้อยละ|เปอร์เซ็นต์|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|ถึง|และ|หรือ|บาง|บางส่วน|"
    "ไม่ทราบ|ไม่แน่ใจ|ไม่มีข้อมูล|รอผล|ทั้งหมด|ทุกคน|มาก|น้อย|ราย|วันที่|เดือน|สิ้นเดือน|true|false|yes|none"
)


def as_typed(raw: Any) -> dict[str, Any]:
    """{"typed": what stands in the cell}: a sign in its place where a word or a number of it may tell of somebody."""
    text = " ".join((normalise(raw, "text").value or "").split())
    if not text:
        return {}
    plain = len(text) <= LONGEST and text.isprintable() and not _CODE.search(text)
    digits = sum(sign.isdigit() for sign in text)
    shown = text if plain and digits <= _MOST_DIGITS and all(map(_tells_nothing, _LETTERS.findall(text))) else HIDDEN
    return {"typed": Text(f" (พิมพ์ไว้ “{shown}”)", f" (“{shown}” was typed)")}


def _tells_nothing(word: str) -> bool:
    return len(word) < _FEWEST_LETTERS or bool(_HEDGES.fullmatch(word.lower())) or fold(word) in _own_words()


@cache
def _own_words() -> frozenset[str]:
    """The words of our lists and units, and the months, folded."""
    rubrics = load_rubrics()
    words = {status.name.th for rubric in rubrics for status in rubric.statuses}
    words |= {given.unit.th for rubric in rubrics for f in _every_field(rubric) if (given := f.input).unit}
    words |= {word for pair in YES_NO_WORDS.values() for word in pair} | set(MONTHS)
    return frozenset(map(fold, words))


def _every_field(rubric: Rubric) -> Iterator[Field]:
    for area in rubric.workbooks:
        yield from fields(rubric, area)


def choices_of(given: Field, rubric: Rubric) -> tuple[str, ...]:
    """The words of the list from which an input is chosen; none where it is not chosen."""
    if given.input.kind == "choice":
        return tuple(status.name.th for status in rubric.statuses)
    return yes_no_words(given) if given.input.kind == "yesno" else ()


def suggestion_for(given: Field, typed: Any, rubric: Rubric) -> dict[str, Any]:
    """{"suggestion": what follows the hint}: the choices, and the nearest where one is near; where a code's leading
    0 went."""
    if given.kind == "school_code":
        return {"suggestion": LOST_ZERO} if _lost_zero(typed) else {}
    words = choices_of(given, rubric)
    if not words:
        return {}
    listed = " / ".join(words)
    near = nearest(typed, words)
    if near is None:
        return {"suggestion": Text(f": {listed}", f": {listed}")}
    return {"suggestion": Text(f": {listed} (น่าจะหมายถึง “{near}”)", f": {listed} (probably “{near}”)")}


def _lost_zero(typed: Any) -> bool:
    """True for a number that is one digit short of a school code."""
    number = isinstance(typed, int | float) and not isinstance(typed, bool)
    return number and (10**6 <= typed < 10**7 or 10**8 <= typed < 10**9)


def nearest(typed: Any, words: tuple[str, ...]) -> str | None:
    """The word that is most like what was typed; None where none is close or two are equally so."""
    if not isinstance(typed, str) or len(typed) > LONGEST:
        return None
    text = fold(typed)
    ranked = sorted(((difflib.SequenceMatcher(None, text, fold(word)).ratio(), word) for word in words), reverse=True)
    best, word = ranked[0]
    tied = len(ranked) > 1 and ranked[1][0] == best
    return word if best >= CLOSE and not tied else None
