"""An independent reference scorer, written from the rubric alone.

It shares no code with the product, so that the two can be held against each other. It is plain and slow
on purpose: one small table typed in from the rubric, fractions throughout, nothing but the standard library.
Page numbers are those of the ONESQA document.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

# --- The rubric ---------------------------------------------------------------------------------------------

GRADES = ("P6", "M3", "M6")
SUBJECTS = ("thai", "math", "science", "social", "health", "arts", "career", "foreign")

# Subjects of the national test, from each year on until the next: five from 2558, four in P6 and M3 from 2560 (I-2).
FIVE = ("thai", "math", "science", "social", "foreign")
FOUR = ("thai", "math", "science", "foreign")
TESTED = {2558: {"P6": FIVE, "M3": FIVE, "M6": FIVE}, 2560: {"P6": FOUR, "M3": FOUR, "M6": FIVE}}
YEARS = range(2559, 2601)

YES = ("yesno",)
RATIO = ("ratio",)
PERCENT = ("percent",)
FIVE_YES = {f"1.{n}": YES for n in range(1, 6)}
# Item 1.2 asks for a target level and item 1.5 for a result, both of at least 80 (pp. 3, 8-13).
WITH_TARGET = FIVE_YES | {"1.2": ("at_least", 80), "1.5": ("at_least", 80)}
RESOLVABLE, FOUND = True, False


def _three_yes(first: str = "2.1") -> dict[str, tuple]:
    prefix, start = first.split(".")
    return {f"{prefix}.{n}": (1, *YES) for n in range(int(start), 4)}


# indicator -> (criteria: id -> (max, kind, detail), conditions: id -> resolvable or not)
RUBRIC: dict[int, tuple[dict[str, tuple], dict[str, bool]]] = {
    1: ({"1": (2, *RATIO), "2": (3, *RATIO)}, {"D1": RESOLVABLE}),  # p. 2
    2: ({"1": (5, "onet_tscore")}, {"D1": FOUND}),  # p. 2
    3: ({"1": (5, "tscore_by_grade")}, {}),  # p. 2
    4: (  # pp. 2-3
        {
            "1.1": (1, *RATIO),
            "1.2": (1, *RATIO),
            "2.1": (1, *RATIO),
            "2.2": (1, "ratio_or_nobody"),
            "2.3": (1, *RATIO),
        },
        {},
    ),
    5: ({"1": (2, "checklist", WITH_TARGET), "2": (3, "onet_growth")}, {"D1": RESOLVABLE}),  # pp. 3-4
    6: (  # p. 4
        {"1": (2, *RATIO), "2": (3, "gated_checklist", {f"2.{n}": YES for n in range(1, 6)})},
        {"D1": FOUND},
    ),
    7: ({"1": (2, *RATIO), "2": (3, *RATIO)}, {"D1": RESOLVABLE, "D2": RESOLVABLE}),  # p. 4
    8: ({"1": (2, *RATIO), "2": (3, *RATIO)}, {"D1": FOUND}),  # p. 4
    9: (  # p. 5
        {"1": (2, "checklist", FIVE_YES | {"1.4": ("meetings",)}), **_three_yes()},
        {"D1": FOUND},
    ),
    10: (  # p. 6
        {"1": (1, *YES), "2": (1, *PERCENT), "3": (1, *RATIO), "4": (1, *YES), "5": (1, *YES)},
        {"D1": FOUND, "D2": FOUND},
    ),
    11: ({"1": (2, "checklist", FIVE_YES), **_three_yes()}, {"D1": RESOLVABLE}),  # pp. 6-7
    12: ({"1.1": (1, "at_least", 1), "1.2": (1, "ratio_of_staff"), **_three_yes()}, {}),  # p. 7
    13: ({"1": (2, "checklist", WITH_TARGET), "2.1": (1, "at_least", 3), **_three_yes("2.2")}, {}),  # p. 8
    14: (  # pp. 8-9
        {
            "1": (2, "checklist", WITH_TARGET),
            "2.1": (1, *YES),
            "2.2": (1, "at_least", 9),
            "2.3": (1, *YES),
        },
        {},
    ),
    15: ({"1": (2, "checklist", FIVE_YES), **_three_yes()}, {"D1": FOUND}),  # pp. 9-10
    16: ({"1": (2, "checklist", FIVE_YES), **_three_yes()}, {"D1": FOUND}),  # p. 10
    17: ({"1": (2, "checklist", WITH_TARGET), "2": (3, *RATIO)}, {}),  # p. 11
    18: ({"1": (2, "checklist", WITH_TARGET), **_three_yes()}, {}),  # pp. 11-12
    19: ({"1": (2, *RATIO), "2": (3, *RATIO)}, {}),  # p. 12
    20: (  # p. 13
        {
            "1": (2, "checklist", WITH_TARGET),
            "2.1": (1, "at_least", 9),
            "2.2": (1, "at_least", 3),
            "2.3": (1, *YES),
        },
        {},
    ),
}
AREAS = {1: range(1, 5), 2: range(5, 9), 3: range(9, 13), 4: (13, 14), 5: (15, 16), 6: (17, 18), 7: (19, 20)}
INDICATORS = [f"IND{number}" for number in RUBRIC]
AREA_OF = {f"IND{number}": area for area, numbers in AREAS.items() for number in numbers}
FULL = {area: 5 * len(numbers) for area, numbers in AREAS.items()}

PROCESSES = {"1.1": 4, "1.2": 11, "1.3": 3, "1.4": 2, "1.5": 4, "1.6": 2, "1.7": 3, "1.8": 3, "2": 3}
LEAST = {"1.5.2": {"semester1": 1, "semester2": 1}, "1.6.1": {"members": 3}}


def fields(kind: str, detail: Any = None) -> dict[str, str]:
    """The inputs of one answer and the type of each."""
    if kind == "yesno":
        return {"met": "yesno"}
    if kind == "at_least":
        return {"value": "percent" if detail == 80 else "number"}
    if kind == "percent":
        return {"value": "percent"}
    if kind == "meetings":
        return {"meetings": "count", "attendance_percent": "percent", "agenda_sent": "yesno"}
    if kind == "onet_growth":
        return {"previous": "number", "current": "number"}
    return {"count": "count", "total": "count"}


# --- What was typed -----------------------------------------------------------------------------------------

INVALID = object()
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00a0\u200b\u200c\u200d\u2060\ufeff"))
_THAI_DIGITS = {ord("๐") + n: str(n) for n in range(10)}
_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)?(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_YES_WORDS = {"มี", "ใช่", "ผ่าน", "พบ", "✓", "true", "1"}
_NO_WORDS = {"ไม่มี", "ไม่ใช่", "ไม่ผ่าน", "ไม่พบ", "✗", "false", "0"}


def read(raw: Any, kind: str) -> Any:
    """One input cell: None where it is empty, INVALID, or its value (a bool or a Fraction)."""
    if isinstance(raw, str):
        raw = unicodedata.normalize("NFC", raw).translate(_ZERO_WIDTH).translate(_THAI_DIGITS).strip()
    if raw is None or raw == "":
        return None
    if kind == "yesno":
        return _read_yesno(raw)
    return _read_number(raw, kind)


def _read_yesno(raw: Any) -> Any:
    if isinstance(raw, (bool, int, float)):
        return bool(raw) if raw in (0, 1) else INVALID
    if isinstance(raw, str):
        if raw.lower() in _YES_WORDS:
            return True
        if raw.lower() in _NO_WORDS:
            return False
    return INVALID


def _read_number(raw: Any, kind: str) -> Any:
    if isinstance(raw, str):
        if kind == "percent" and raw.endswith("%"):
            raw = raw[:-1].rstrip()
        if not _NUMBER.fullmatch(raw) or not re.search("[0-9]", raw):
            return INVALID
        raw = raw.replace(",", "")
    elif isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return INVALID
    try:
        approximate = float(raw)
    except (OverflowError, ValueError):
        return INVALID
    if not math.isfinite(approximate):
        return INVALID
    value = Fraction(Decimal(f"{approximate:.15g}"))
    if value < 0 or (kind == "percent" and value > 100) or (kind == "count" and value.denominator != 1):
        return INVALID
    return value


class Cells:
    """The inputs of one answer: its values, how many are empty, and whether one is invalid."""

    def __init__(self, answer: Any, wanted: dict[str, str]) -> None:
        answer = answer if isinstance(answer, dict) else {}
        self.values = [read(answer.get(name), kind) for name, kind in wanted.items()]
        self.missing = self.values.count(None)
        self.blank = self.missing == len(self.values)
        self.full = self.missing == 0
        self.invalid = INVALID in self.values
        if list(wanted) == ["count", "total"] and self.full and not self.invalid:
            self.invalid = self.values[0] > self.values[1]


# --- Points of a criterion: (points or None where invalid, missing, items) ----------------------------------


def _share(count: Fraction, total: Fraction) -> Fraction:
    return count / total if total else Fraction(0)


def _earned(kind: str, detail: Any, cells: Cells) -> Fraction | None:
    """The share, from 0 to 1, that one answer earns of its points."""
    if cells.invalid:
        return None
    values = cells.values
    if kind == "ratio_or_nobody" and values[1] == 0 and values[0] in (None, 0):
        return Fraction(1)
    if not cells.full:
        return Fraction(0)
    if kind == "yesno":
        return Fraction(values[0])
    if kind == "at_least":
        return Fraction(values[0] >= detail)
    if kind == "percent":
        return values[0] / 100
    if kind == "meetings":
        meetings, attendance, agenda_sent = values
        return Fraction(meetings >= 4 and attendance >= 70 and agenda_sent)
    return _share(*values)


def _checklist(top: int, items: dict[str, tuple], answers: dict) -> tuple[Fraction | None, int, list]:
    met, missing = {}, 0
    for item, (kind, *detail) in items.items():
        cells = Cells(answers.get(item), fields(kind, *detail))
        missing += cells.missing
        share = _earned(kind, *(detail or [None]), cells)
        met[item] = None if share is None else bool(share)
    listed = [{"id": item, "met": value} for item, value in met.items()]
    if None in met.values():
        return None, missing, listed
    return Fraction(top * sum(met.values()), len(met)), missing, listed


class Taught:
    """The grades taught, and the subjects that count at each: in the year, and in both it and the year before."""

    def __init__(self, levels: list[str], year: int | None, lists: dict[int, dict[str, tuple]] | None) -> None:
        self.levels = [grade for grade in GRADES if grade in levels]
        self.tested = {grade: _tested(grade, year, lists, 0) for grade in self.levels}
        before = {grade: _tested(grade, year, lists, 1) for grade in self.levels}
        self.compared = {grade: [s for s in self.tested[grade] if s in before[grade]] for grade in self.levels}


def _tested(
    grade: str, year: int | None, lists: dict[int, dict[str, tuple]] | None, years_back: int
) -> tuple[str, ...]:
    if lists is None:
        return SUBJECTS
    begun = [first for first in lists if year is None or first <= year - years_back]
    return lists[max(begun)].get(grade, ()) if begun else SUBJECTS


def _year(raw: Any) -> int | None:
    """The year of the cover, None where there is none that the rubric knows; 2020 is 2563."""
    year = read(raw, "count")
    if year in (None, INVALID):
        return None
    year = int(year) + (543 if year < 2400 else 0)
    return year if year in YEARS else None


def _onet_table(answer: Any, asked: dict[str, Any], wanted: dict[str, str]) -> dict[str, dict[str, Cells]]:
    answer = answer or {}
    return {
        grade: {subject: Cells((answer.get(grade) or {}).get(subject), wanted) for subject in subjects}
        for grade, subjects in asked.items()
    }


def _by_subject(table: dict[str, dict[str, Cells]]) -> dict[str, list[Cells]]:
    """The pairs of each subject that counts, one a grade at which it counts."""
    counted = [subject for subject in SUBJECTS if any(subject in row for row in table.values())]
    return {subject: [row[subject] for row in table.values() if subject in row] for subject in counted}


def _any_invalid(table: dict[str, dict[str, Cells]]) -> bool:
    return any(pair.invalid for row in table.values() for pair in row.values())


def _onet_tscore(answer: Any, taught: Taught) -> tuple[Fraction | None, int]:
    table = _onet_table(answer, taught.tested, fields("ratio"))
    counted = _by_subject(table)
    sat = {}
    for subject, pairs in counted.items():
        totals = [pair.values[1] for pair in pairs if pair.values[1] is not None]
        all_zero = bool(totals) and all(total == 0 for total in totals)
        sat[subject] = not (all_zero or all(pair.blank for pair in pairs))
    missing = 0
    for row in table.values():
        if row and all(pair.blank for pair in row.values()):
            missing += 1
        else:
            missing += sum(pair.missing for subject, pair in row.items() if sat[subject])
    if _any_invalid(table):
        return None, missing
    each = Fraction(63, 100) if len(counted) == 8 else Fraction(5, len(counted) or 1)
    return min(sum((each * _pooled(pairs) for pairs in counted.values()), Fraction(0)), Fraction(5)), missing


def _pooled(pairs: list[Cells]) -> Fraction:
    both = [pair.values for pair in pairs if pair.full]
    return _share(sum((count for count, _ in both), Fraction(0)), sum((n for _, n in both), Fraction(0)))


def _tscore_by_grade(answer: Any, taught: Taught) -> tuple[Fraction | None, int]:
    pairs = {grade: Cells((answer or {}).get(grade), fields("ratio")) for grade in taught.levels}
    missing = sum(pair.missing for pair in pairs.values())
    if any(pair.invalid for pair in pairs.values()):
        return None, missing
    if set(taught.levels) == {"M3", "M6"}:
        return 2 * _pooled([pairs["M3"]]) + 3 * _pooled([pairs["M6"]]), missing
    return 5 * _pooled(list(pairs.values())), missing


def _onet_growth(answer: Any, taught: Taught) -> tuple[Fraction | None, int]:
    table = _onet_table(answer, taught.compared, fields("onet_growth"))
    missing = 0
    for row in table.values():
        one_sided = sum(pair.missing == 1 for pair in row.values())
        missing += 1 if row and all(pair.blank for pair in row.values()) else one_sided
    if _any_invalid(table):
        return None, missing
    counted = _by_subject(table)
    improved = 0
    for pairs in counted.values():
        both = [pair.values for pair in pairs if pair.full]
        # Both means are over the same grades, so their sums compare as they do.
        improved += sum(current for _, current in both) > sum(previous for previous, _ in both)
    enough = min(5, len(counted))
    return Fraction(3 * min(improved, enough), enough or 1), missing


def _criterion(cid: str, spec: tuple, answers: dict, taught: Taught) -> tuple[Fraction | None, int, list | None]:
    top, kind, *detail = spec
    answer = answers.get(cid)
    if kind == "checklist":
        return _checklist(top, *detail, answers)
    if kind == "gated_checklist":
        gate = read((answer or {}).get("value"), "count")
        points, missing, items = _checklist(top, *detail, answers)
        if gate is INVALID or points is None:
            points = None
        elif not gate:
            points = Fraction(0)
        return points, missing + (gate is None), items
    if kind in _BY_GRADE:
        points, missing = _BY_GRADE[kind](answer, taught)
        return points, missing, None
    cells = Cells(answer, fields(kind, *detail))
    share = _earned(kind, *(detail or [None]), cells)
    if kind == "ratio_of_staff" and share is not None:
        staff = read((answers.get("1.1") or {}).get("value"), "number")
        share = Fraction(0) if staff == 0 else share
    return (None if share is None else top * share), cells.missing, None


_BY_GRADE = {"onet_tscore": _onet_tscore, "tscore_by_grade": _tscore_by_grade, "onet_growth": _onet_growth}


# --- Indicator, area, internal QA ---------------------------------------------------------------------------


def half_up(value: Fraction) -> int | float:
    """Two decimals; all our figures are positive, so up is away from zero."""
    cents = math.floor(value * 100 + Fraction(1, 2))
    return cents // 100 if cents % 100 == 0 else cents / 100


def _condition(cid: str, resolvable: bool, answer: Any) -> tuple[dict, int]:
    answer = answer or {}
    found = read(answer.get("found"), "yesno")
    resolved = read(answer.get("resolved"), "yesno") if resolvable else None
    invalid = INVALID in (found, resolved)
    deducts = None if invalid else found is True and resolved is not True
    missing = (found is None) + (resolvable and found is True and resolved is None)
    entry = {"id": cid, "found": None if found is INVALID else found}
    if resolvable:
        entry["resolved"] = None if resolved is INVALID else resolved
    return entry | {"deducts": deducts}, missing


def _indicator(number: int, submission: dict, taught: Taught) -> dict:
    name = f"IND{number}"
    criteria, conditions = RUBRIC[number]
    answers = submission.get("answers", {}).get(name, {})
    noted = submission.get("deductions", {}).get(name, {})
    listed, gross, missing = [], Fraction(0), 0
    for cid, spec in criteria.items():
        points, empty, items = _criterion(cid, spec, answers, taught)
        missing += empty
        gross = None if gross is None or points is None else gross + points
        entry = {"id": cid, "points": None if points is None else half_up(points), "max": spec[0]}
        listed.append(entry if items is None else entry | {"items": items})
    outcomes = [_condition(cid, resolvable, noted.get(cid)) for cid, resolvable in conditions.items()]
    missing += sum(empty for _, empty in outcomes)
    deducts = [entry["deducts"] for entry, _ in outcomes]
    deduction = None if None in deducts else int(any(deducts))
    shown = None if gross is None else half_up(gross)
    net = None
    if gross is not None and deduction is not None:
        net = half_up(max(Fraction(0), Fraction(str(shown)) - deduction))
    return {
        "gross": shown,
        "deduction": deduction,
        "score": net,
        "max": sum(spec[0] for spec in criteria.values()),
        "missing": missing,
        "criteria": listed,
        "conditions": [entry for entry, _ in outcomes],
    }


def taught(submission: dict, lists: dict[int, dict[str, tuple]] | None = TESTED) -> Taught:
    """The grades that a submission's school teaches, with the subjects that count in its year."""
    return Taught(submission["school"].get("levels", []), _year(submission.get("year")), lists)


def _score_area(submission: dict, lists: dict[int, dict[str, tuple]] | None) -> dict:
    area = submission["area"]
    indicators = {f"IND{n}": _indicator(n, submission, taught(submission, lists)) for n in AREAS[area]}
    nets = [indicator["score"] for indicator in indicators.values()]
    return {
        "rubric": submission["rubric"],
        "area": area,
        "score": None if None in nets else half_up(sum(Fraction(str(net)) for net in nets)),
        "max": sum(indicator["max"] for indicator in indicators.values()),
        "missing": sum(indicator["missing"] for indicator in indicators.values()),
        "indicators": indicators,
    }


def _is_done(item: str, answer: dict) -> bool:
    if answer.get("status") != "done":
        return False
    for name, least in LEAST.get(item, {}).items():
        value = read(answer.get(name), "count")
        if value is None or value is INVALID or value < least:
            return False
    return True


def _score_iqa(submission: dict) -> dict:
    items = submission.get("items", {})
    processes, missing = {}, 0
    for process, size in PROCESSES.items():
        answers = {f"{process}.{n}": items.get(f"{process}.{n}", {}) for n in range(1, size + 1)}
        missing += sum(not answer.get("status") for answer in answers.values())
        processes[process] = _progress(sum(_is_done(*pair) for pair in answers.items()), size)
    done = sum(process["done"] for process in processes.values())
    return {
        "rubric": submission["rubric"],
        "processes": processes,
        **_progress(done, sum(PROCESSES.values())),
        "missing": missing,
    }


def _progress(done: int, total: int) -> dict:
    return {"done": done, "total": total, "percent": half_up(Fraction(100 * done, total))}


def score(submission: dict, lists: dict[int, dict[str, tuple]] | None = TESTED) -> dict:
    """The scorecard of one submission, without its reasons; `lists` None is an edition that counts every subject."""
    return _score_iqa(submission) if submission["rubric"] == "iqa-2565" else _score_area(submission, lists)
