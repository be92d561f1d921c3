"""The nearest valid choice for a mistyped one; only our own words are ever suggested."""

from __future__ import annotations

import difflib
from typing import Any

from qa_excel.fields import Field
from qa_excel.layout import yes_no_words
from qa_excel.normalise import fold
from qa_excel.rubric import Rubric, Text

CLOSE = 0.7
"""How alike two words must be, 0 to 1: one slip in a short word passes, another word does not."""
LONGEST = 40
"""Longer texts are no mistyped choice."""
LOST_ZERO = Text(
    " หากรหัสขึ้นต้นด้วย 0 ซึ่งหายไป ให้จัดรูปแบบเซลล์เป็น “ข้อความ” หรือพิมพ์ ' หน้ารหัส",
    " (where a leading 0 was lost, format the cell as text or type ' before the code)",
)
"""Excel keeps a number without the zeros before it."""


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
