"""Submissions to fill workbooks with: empty, at the boundaries, drawn, typed otherwise, and all states of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import cycle, product
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from helpers import strategies
from helpers.books import opened
from qa_excel.files.output import save
from qa_excel.form.layout import layout_of
from qa_excel.kinds.answers import dig
from qa_excel.rubric.building import load_rubric, load_rubrics
from qa_excel.rubric.inputs import fields, plant

Submission = dict[str, Any]

WORKBOOKS = [(rubric.id, area) for rubric in load_rubrics() for area in rubric.workbooks]
"""(rubric, area) of the eight workbooks."""

PERCENTS = (82.33333333333333, 79.99999999999999, 0, 100, 80, 0.1, 69.999)
NUMBERS = (79.99999999999999, 82.33333333333333, 0, 2.9999999999999996, 3, 9, 1e-7, 1234567.891)
COUNTS = (0, 1, 3, 9_999_999)
PAIRS = ((0, 0), (0, 1), (1, 3), (7, 7), (2, 9_999_999))
DATES = ("2016-02-29", "1950-01-01", "2027-12-31", "2020-03-31")
# Not among them, because LibreOffice itself loses them: a tab (in .ods), `_x005F_` (in .xlsx).
TEXTS = (
    "=1+1",
    '=HYPERLINK("http://example.org","แฟ้ม")',
    "+66 55 000 000",
    "-",
    "@school",
    "'quoted",
    "<b>&amp;</b>",
    "<r>&</r>",
    "บรรทัดแรก\nบรรทัดที่สอง\n\nบรรทัดที่สี่",
    "สอง  ช่องว่าง",
    "🏫 𠮷 👩🏽‍🏫",
    "_x0041_ _x000D_",
    "007",
    "๑๒",
    "85%",
    "1e5",
    "31/3/2563",
    "2563-03-31",
    "true",
    "#N/A",
    "ทำน้ำดื่มสะอาด",
    "คำสั่งโรงเรียน " * 80 + "จบ",
)


def header(rubric_id: str, area: int | None, levels: tuple[str, ...] = ("P6", "M3")) -> Submission:
    """A submission without an answer."""
    if area is None:
        return {"rubric": rubric_id, "year": 2565, "school": {"code": "63020130"}, "items": {}}
    school = {"code": "63020130", "levels": list(levels)}
    return {"rubric": rubric_id, "area": area, "year": 2563, "school": school, "answers": {}}


def at_the_boundaries(rubric_id: str, area: int | None) -> Submission:
    """Every input filled with values and texts that other programs might change; two grades aren't taught."""
    rubric = load_rubric(rubric_id)
    pools = {
        "percent": cycle(PERCENTS),
        "number": cycle(NUMBERS),
        "count": cycle(COUNTS),
        "date": cycle(DATES),
        "yesno": cycle((True, False, True)),
        "choice": cycle(status.id for status in rubric.statuses),
        "text": cycle(TEXTS),
    }
    pairs = cycle(PAIRS)
    submission = header(rubric_id, area, ("M3",)) | {"year": 2565 if area is None else 2559}
    total = 0
    for each in fields(rubric, area):
        if "levels" in each.path or each.input.kind == "year":
            continue
        if each.input.kind == "school_code":
            value = "0070070070"
        elif each.input.key == "count":
            value, total = next(pairs)
        elif each.input.key == "total":
            value = total
        else:
            value = next(pools[each.input.kind])
        plant(submission, each.path, value)
    return submission


def drawn(rubric_id: str, area: int | None, number: int, complete: bool = False) -> list[Submission]:
    """The same random submissions each time, the plainest first."""
    found: list[Submission] = []
    strategy = strategies.submissions(area, complete) if area else strategies.iqa_submissions()

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(submission: Submission) -> None:
        found.append(submission)

    collect()
    return found


# --- Tables of grades and subjects --------------------------------------------------------------------------

_STATES = {
    "count": ((None, None), (3, 8), (0, 0), (None, 0), (5, None), (None, 9)),
    "previous": ((None, None), (41.25, 43.5), (43.5, 43.5), (50.1, 42), (47.3, None), (None, 47.3)),
}
"""What a subject's two cells of one grade may hold, by the first cell's key."""
_TABLES = {1: ("IND2", "1", "count", "total"), 2: ("IND5", "2", "previous", "current")}
"""Area → the indicator and criterion that ask for a table, and its two columns."""


def tables(area: int) -> Iterator[tuple[str, Submission]]:
    """(name, submission) of an area with an O-NET table: each pair of states of a subject in two grades that are
    taught, a third grade that is not taught and holds data; then tables that are blank as a whole.
    """
    indicator, criterion, first, second = _TABLES[area]
    rubric = load_rubric("onesqa-r4")
    subjects = [subject.id for subject in rubric.subjects]
    states = _STATES[first]

    def of(**by_grade: list[tuple]) -> Submission:
        submission = header("onesqa-r4", area)
        for grade, values in by_grade.items():
            for subject, pair in zip(subjects, values, strict=False):
                for key, value in zip((first, second), pair, strict=True):
                    if value is not None:
                        plant(submission, ("answers", indicator, criterion, grade, subject, key), value)
        return submission

    combinations = list(product(states, states))
    for start in range(0, len(combinations), len(subjects)):
        some = combinations[start : start + len(subjects)]
        p6, m3 = zip(*some, strict=True)
        yield f"pairs from {start}", of(P6=list(p6), M3=list(m3), M6=[states[1]] * 8)
    blank = states[0]
    full = [states[1]] * 8
    yield "all blank", of(M6=full)
    yield "one blank", of(P6=full)
    yield "one cell", of(M3=[blank, blank, states[4]])
    yield "one zero total", of(P6=full, M3=[blank, states[3]])
    yield "all zero", of(P6=[states[2]] * 8, M3=[states[2]] * 8)
    for number, levels in enumerate((["P6", "M3", "M6"], ["M6"], ["M3", "M6"])):
        submission = of(P6=full[:3], M3=[states[4], *full[:4]], M6=[*full[:5], states[5]])
        submission["school"]["levels"] = levels
        _conditions(submission, number)
        yield f"levels {' '.join(levels)}", submission


def _conditions(submission: Submission, turn: int) -> None:
    """Conditions found: resolved blank, not resolved, resolved."""
    rubric = load_rubric(submission["rubric"])
    for indicator in rubric.area(submission["area"]).indicators:
        for condition in indicator.conditions:
            path = ("deductions", indicator.id, condition.id)
            plant(submission, (*path, "found"), True)
            if condition.resolvable and turn:
                plant(submission, (*path, "resolved"), turn == 2)


# --- The same values, typed otherwise -----------------------------------------------------------------------

_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def type_otherwise(workbook: Path, submission: Submission) -> None:
    """Write a filled workbook's figures and answers again as people type them, over what stands there."""
    rubric, area = load_rubric(submission["rubric"]), submission.get("area")
    layout = layout_of(rubric, area)
    book = opened(workbook)
    turn = cycle(range(3))
    cells = layout.cells()
    for each in fields(rubric, area):
        value = dig(submission, each.path)
        variants = _variants(each.input.kind, value)
        if value is None or not variants:
            continue
        sheet_id, row, column = cells[each.path]
        book[layout.sheet(sheet_id).title].cell(row, column).value = variants[next(turn) % len(variants)]
    save(book, workbook)


def _variants(kind: str, value: Any) -> list[Any]:
    match kind:
        case "yesno":
            return ["✓", "ใช่ ", 1] if value else ["✗", "ไม่ใช่ ", 0]
        case "percent":
            return [f"{value!r}%", f" {value!r}".translate(_THAI_DIGITS), float(value or 0)]
        case "count":
            return [f"{value:,}" if value else "0", f"{value}\u00a0".translate(_THAI_DIGITS), value]
        case "school_code":
            return [f"{value}".translate(_THAI_DIGITS)]
        case "year":
            return [f"{value}".translate(_THAI_DIGITS)]
        case "date" if value:
            year, month, day = map(int, value.split("-"))
            # 29 February of a year of the Buddhist Era may not exist in the Common one.
            stored = [datetime(year + 543, month, day)] if (month, day) != (2, 29) else []
            return [f"{day}/{month}/{year + 543}", *stored, f"{day}-{month}-{year + 543}".translate(_THAI_DIGITS)]
        case _:
            return []
