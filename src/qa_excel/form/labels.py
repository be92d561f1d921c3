"""What a person calls an input: indicator, criterion, table cell."""

from __future__ import annotations

from functools import cache

from qa_excel.kinds.inputs import Path
from qa_excel.rubric.inputs import Field, fields
from qa_excel.rubric.model import Rubric
from qa_excel.thai.text import Text


@cache
def _by_path(rubric: Rubric, area: int | None) -> dict[Path, Field]:
    return {given.path: given for given in fields(rubric, area)}


def field_at(rubric: Rubric, area: int | None, path: Path) -> Field | None:
    """The input at a path; for a whole table its first input."""
    known = _by_path(rubric, area)
    return known.get(path) or next((f for p, f in known.items() if p[: len(path)] == path), None)


def label_of(rubric: Rubric, area: int | None, path: Path) -> Text:
    """`ตบช.5 ข้อ 2 ป.6 ภาษาไทย คะแนนเฉลี่ยปีนี้` and the like."""
    given = field_at(rubric, area, path)
    if given is None:
        return Text(".".join(path), ".".join(path))
    if given.indicator is None or given.answer is None:
        return given.input.label
    if rubric.family == "traces":
        th, en = [f"ข้อ {given.answer}"], [f"item {given.answer}"]
    else:
        number = rubric.indicator(given.indicator).number
        word = "เงื่อนไข" if path[0] == "deductions" else "ข้อ"
        th, en = [f"ตบช.{number}", f"{word} {given.answer}"], [given.indicator, given.answer]
    for named in (*rubric.grades, *rubric.subjects):
        if named.id in path[3:]:
            th.append(named.name.th)
            en.append(named.name.en)
    if given.path == path and given.column not in ("met", "found"):
        th.append(given.input.label.th)
        en.append(given.input.label.en)
    return Text(" ".join(th), " ".join(en))


def key_of(rubric: Rubric, area: int | None, path: Path) -> str:
    """The input's key, `IND5.2.thai × P6.current`, as in the workbook."""
    given = field_at(rubric, area, path)
    return given.key if given and given.path == path else ".".join(path[1:])
