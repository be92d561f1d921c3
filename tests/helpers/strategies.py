"""Hypothesis strategies: canonical submissions, and the ways in which people type the same value.

Canonical is what the rubric calls so: unanswered inputs, empty texts and empty objects are left out, numbers
have at most 15 significant digits and whole ones no point, texts are NFC without spaces around them.
"""

from __future__ import annotations

import copy
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from helpers.oracle import AREAS, GRADES, LEAST, PROCESSES, RUBRIC, SUBJECTS, fields

# --- Leaves -------------------------------------------------------------------------------------------------


def canonical_number(value: float) -> int | float:
    value = float(f"{value:.15g}")
    return int(value) if value == int(value) else value


def _numbers(least: float, most: float, *thresholds: float) -> st.SearchStrategy:
    two_places = st.integers(int(least * 100), int(most * 100)).map(lambda n: canonical_number(n / 100))
    floats = st.floats(least, most, allow_subnormal=False).map(lambda x: canonical_number(round(x, 9)))
    whole = st.integers(int(least), int(most))
    near = [canonical_number(t + step) for t in thresholds for step in (-0.01, 0, 0.01)]
    near = [value for value in near if least <= value <= most]
    return st.one_of(two_places, whole, floats, *([st.sampled_from(near)] if near else []))


PERCENTS = _numbers(0, 100, 70, 80, 100)
NUMBERS = _numbers(0, 100) | _numbers(0, 2_000_000)
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 3_000), st.integers(0, 9_999_999))
_LEAVES = {"yesno": st.booleans(), "percent": PERCENTS, "number": NUMBERS, "count": COUNTS}

_ALPHABET = st.one_of(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")),
    st.characters(min_codepoint=0x0E01, max_codepoint=0x0E3A),
    st.characters(min_codepoint=0x0E40, max_codepoint=0x0E5B),
    st.sampled_from(" \n"),
)
_PLAIN_TEXTS = st.sampled_from([
    "คำสั่งที่ 12/2563 ลงวันที่ 1 เมษายน 2563",
    "รายงานการประชุม\nครั้งที่ ๔/๒๕๖๓",
    "ทำน้ำดื่มสะอาด",
    "โรงเรียนบ้านตัวอย่าง",
    "=1+1",
    "=HYPERLINK(\"http://example.org\",\"แฟ้ม\")",
    "+66 55 000 000",
    "-",
    "@school",
    "'quoted",
    "<b>&amp;</b>",
    "<r>&</r>",
    "123",
    "007",
    "๑๒",
    "85%",
    "2563-03-31",
    "true",
    "#N/A",
    "_x0041_",
    "🏫 𠮷",
])  # fmt: skip
_LINKS = st.sampled_from([
    "https://example.org/sar-2563.pdf",
    "https://example.org/?q=ภาพ&p=2#top",
    r"\\server\qa\แฟ้ม 1",
    "mailto:school@example.org",
])  # fmt: skip


def _canonical_text(text: str) -> str:
    # Nikhahit with sara aa is the one Thai pair that looks like a single letter and that NFC leaves alone.
    return unicodedata.normalize("NFC", text.replace("\u0e4d\u0e32", "\u0e33")).strip()


TEXTS = _PLAIN_TEXTS | st.text(_ALPHABET, max_size=40).map(_canonical_text).filter(bool)
LINE_TEXTS = TEXTS.filter(lambda text: "\n" not in text)
CODES = st.from_regex(r"[0-9]{8}|[0-9]{10}", fullmatch=True)
YEARS = st.integers(2559, 2563) | st.integers(2559, 2600)
DATES = st.dates(date(2016, 1, 1), date(2027, 12, 31)).map(str)

# --- Submissions --------------------------------------------------------------------------------------------


@st.composite
def _cells(draw: st.DrawFn, wanted: dict[str, str], complete: bool) -> dict[str, Any]:
    """The inputs of one answer; a count never exceeds its total."""
    values = {name: draw(_LEAVES[kind]) for name, kind in wanted.items()}
    if list(wanted) == ["count", "total"]:
        values["count"], values["total"] = sorted(values.values())
    if complete:
        return values
    return {name: value for name, value in values.items() if draw(st.integers(0, 9)) < 9}


@st.composite
def _by_grade(draw: st.DrawFn, levels: list[str], kind: str, complete: bool) -> dict[str, Any]:
    """A table with rows for the grades taught and, now and then, for one that is not."""
    strays = [grade for grade in GRADES if grade not in levels and draw(st.integers(0, 9)) == 0]
    table = {}
    for grade in (grade for grade in GRADES if grade in levels or grade in strays):
        if not complete and draw(st.integers(0, 9)) == 0:
            continue
        if kind == "tscore_by_grade":
            row = draw(_cells(fields(kind), complete))
        else:
            left_out = set() if complete else draw(st.sets(st.sampled_from(SUBJECTS), max_size=3))
            row = {s: draw(_cells(fields(kind), complete)) for s in SUBJECTS if s not in left_out}
        table[grade] = row
    return table


def _answers(draw: st.DrawFn, number: int, levels: list[str], complete: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for cid, (_, kind, *detail) in RUBRIC[number][0].items():
        if kind in ("onet_tscore", "onet_growth", "tscore_by_grade"):
            answers[cid] = draw(_by_grade(levels, kind, complete))
            continue
        if kind == "gated_checklist":
            answers[cid] = draw(_cells({"value": "count"}, complete))
        parts = detail[0] if kind in ("checklist", "gated_checklist") else {cid: (kind, *detail)}
        for key, (part_kind, *part_detail) in parts.items():
            answers[key] = draw(_cells(fields(part_kind, *part_detail), complete))
    return answers


def _conditions(draw: st.DrawFn, number: int, complete: bool) -> dict[str, Any]:
    conditions = {}
    for cid, resolvable in RUBRIC[number][1].items():
        conditions[cid] = draw(_cells({"found": "yesno"}, complete))
        found = conditions[cid].get("found")
        if resolvable and (found or draw(st.integers(0, 4)) == 0):
            conditions[cid] |= draw(_cells({"resolved": "yesno"}, complete))
    return conditions


def _prune(value: Any) -> Any:
    """Without the objects that hold nothing."""
    if not isinstance(value, dict):
        return value
    kept = {key: _prune(item) for key, item in value.items()}
    return {key: item for key, item in kept.items() if item != {}}


@st.composite
def _notes(draw: st.DrawFn, area: int, texts: st.SearchStrategy[str]) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    for number in AREAS[area]:
        criteria, conditions = RUBRIC[number]
        items = [item for spec in criteria.values() if "checklist" in spec[1] for item in spec[2]]
        ids = sorted([*criteria, *items, *conditions])
        notes[f"IND{number}"] = draw(st.dictionaries(st.sampled_from(ids), texts, max_size=3))
    return _prune(notes)


@st.composite
def _header(draw: st.DrawFn, rubric: str, years: st.SearchStrategy[int], with_levels: bool) -> dict[str, Any]:
    school: dict[str, Any] = {"code": draw(CODES)}
    if with_levels:
        taught = draw(st.sets(st.sampled_from(GRADES), min_size=1))
        school["levels"] = [grade for grade in GRADES if grade in taught]
    optional = {"name": LINE_TEXTS, "office": LINE_TEXTS, "learners": COUNTS, "teachers": COUNTS}
    school |= draw(st.fixed_dictionaries({}, optional=optional))
    header = {"rubric": rubric, "year": draw(years), "school": school}
    return header | draw(st.fixed_dictionaries({}, optional={"prepared_by": LINE_TEXTS, "prepared_on": DATES}))


@st.composite
def submissions(draw: st.DrawFn, area: int | None = None, complete: bool = False) -> dict[str, Any]:
    """Canonical and valid submissions of one area; `complete` leaves no input of a taught grade empty."""
    area = draw(st.sampled_from(sorted(AREAS))) if area is None else area
    submission = draw(_header("onesqa-r4", YEARS, True)) | {"area": area}
    levels = submission["school"]["levels"]
    answers = {f"IND{n}": _answers(draw, n, levels, complete) for n in AREAS[area]}
    submission["answers"] = _prune(answers)
    submission |= _prune({
        "deductions": {f"IND{n}": _conditions(draw, n, complete) for n in AREAS[area]},
        "evidence": draw(_notes(area, TEXTS)),
        "links": draw(_notes(area, _LINKS | LINE_TEXTS)),
        "notes": draw(_notes(area, TEXTS)),
    })  # fmt: skip
    return submission


@st.composite
def iqa_submissions(draw: st.DrawFn) -> dict[str, Any]:
    """Canonical internal QA submissions; `done` may stand without evidence or below its number."""
    submission = draw(_header("iqa-2565", st.integers(2565, 2568), False))
    statuses = st.sampled_from(["done", "done", "doing", "not_started"])
    links = _LINKS | LINE_TEXTS
    texts = {"evidence": TEXTS, "owner": LINE_TEXTS, "date": DATES, "link": links, "note": TEXTS}
    items = {}
    for process, size in PROCESSES.items():
        for item in (f"{process}.{n}" for n in range(1, size + 1)):
            optional = texts | {name: st.integers(0, 5) for name in LEAST.get(item, {})}
            answer = draw(st.fixed_dictionaries({}, optional=optional))
            if draw(st.integers(0, 9)) < 9:
                answer["status"] = draw(statuses)
            items[item] = answer
    return submission | {"items": _prune(items)}


# --- What a workbook may hold besides ---

TESTED = st.dictionaries(
    st.integers(2557, 2564) | st.integers(2557, 2602),
    st.dictionaries(st.sampled_from(GRADES), st.lists(st.sampled_from(SUBJECTS), unique=True)),
    min_size=1,
    max_size=3,
)
"""The subjects that a test has: first year → grade → subjects."""
_NO_YEARS = st.sampled_from([None, "", "ปีที่แล้ว", 0, 2558, 2601, 2563.5, True])
_WRONG = st.sampled_from(["ไม่ทราบ", -1, 1.5, True, "x"])


@st.composite
def without_a_year(draw: st.DrawFn, submission: dict[str, Any]) -> dict[str, Any]:
    """A copy whose year is not given, or is none that the rubric knows."""
    year = draw(_NO_YEARS)
    kept = {key: value for key, value in submission.items() if key != "year"}
    return kept if year is None else kept | {"year": year}


@st.composite
def with_wrong_figures(draw: st.DrawFn, submission: dict[str, Any]) -> dict[str, Any]:
    """A copy that has invalid figures in some cells of its O-NET tables, mostly of subjects seldom asked."""
    changed = copy.deepcopy(submission)
    for indicator, criterion, names in (("IND2", "1", ("count", "total")), ("IND5", "2", ("previous", "current"))):
        for row in changed.get("answers", {}).get(indicator, {}).get(criterion, {}).values():
            wrong = draw(st.sets(st.sampled_from(("health", "arts", "career", "social")), max_size=3))
            if draw(st.integers(0, 9)) == 0:
                wrong.add(draw(st.sampled_from(SUBJECTS)))
            for subject in wrong:
                row[subject] = {name: draw(_WRONG) for name in names if draw(st.booleans())}
    return changed


# --- The same value, typed otherwise ------------------------------------------------------------------------

_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_YES = ["มี", "ใช่", "ผ่าน", "พบ", "✓", "true", "TRUE", "1", "๑", 1, True]
_NO = ["ไม่มี", "ไม่ใช่", "ไม่ผ่าน", "ไม่พบ", "✗", "false", "FALSE", "0", "๐", 0, False]
_SPACES = st.text(st.sampled_from(" \u00a0\t"), max_size=2)


@st.composite
def typed(draw: st.DrawFn, value: Any, kind: str) -> Any:
    """Variants of one canonical leaf; `kind` is yesno, count, number or percent."""
    if kind == "yesno":
        variant = draw(st.sampled_from(_YES if value else _NO))
        return draw(_spaced(variant)) if isinstance(variant, str) else variant
    exact = format(Decimal(f"{value:.15g}"), "f")
    variants: list[Any] = [value, float(value)]
    written = [exact]
    if value >= 1000:
        written.append(format(Decimal(exact), ","))
    if kind == "percent":
        written.append(exact + "%")
    written += [text.translate(_THAI_DIGITS) for text in written]
    variant = draw(st.sampled_from(variants + written))
    return draw(_spaced(variant)) if isinstance(variant, str) else variant


@st.composite
def _spaced(draw: st.DrawFn, text: str) -> str:
    return draw(_SPACES) + text + draw(_SPACES)


@st.composite
def typings(draw: st.DrawFn, submission: dict[str, Any]) -> dict[str, Any]:
    """A copy of a canonical submission, its answers and conditions typed in other ways."""

    def retype(value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {key: retype(item, (*path, key)) for key, item in value.items()}
        return draw(typed(value, leaf_kind(path))) if draw(st.booleans()) else value

    changed = {key: retype(submission[key], ()) for key in ("answers", "deductions") if key in submission}
    return submission | changed


_KIND_BY_NAME = {
    **dict.fromkeys(("met", "found", "resolved", "agenda_sent"), "yesno"),
    **dict.fromkeys(("count", "total", "meetings"), "count"),
    **dict.fromkeys(("previous", "current"), "number"),
    "attendance_percent": "percent",
}


def leaf_kind(path: tuple[str, ...]) -> str:
    """What an input asks for, by its path below `answers` or `deductions`: ("IND5", "1.2", "value")."""
    if path[-1] != "value":
        return _KIND_BY_NAME[path[-1]]
    indicator, answer, _ = path
    for cid, (_, kind, *detail) in RUBRIC[int(indicator[3:])][0].items():
        if kind == "gated_checklist" and answer == cid:
            return "count"
        parts = detail[0] if kind == "checklist" else {cid: (kind, *detail)}
        if answer in parts:
            return fields(*parts[answer])["value"]
    raise KeyError(path)
