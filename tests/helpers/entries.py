"""Workbooks filled at random, as people fill them: what stands in each cell, and what it says to whom.

The same seed gives the same entry. Everything that the rubric speaks of is among them: parts left out, figures that
can't be, totals of 0, ties and what lies just under or over one, thresholds, conditions in every state, every year and
set of grades, figures of subjects that do not count, and answers that the program reads and a sheet can't.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from helpers.oracle import AREA_OF, RUBRIC
from qa_excel.form.layout import yes_no_words
from qa_excel.kinds.inputs import Path
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import Field, fields, plant
from qa_excel.thai.typed import ErrorCell

UNREAD = "ไม่ทราบ"
"""What neither the program nor a sheet reads."""
LARGEST = 9_999_999


class Answer(NamedTuple):
    """What stands in a cell, and what the program and the sheet take it for: a value, None for blank, or UNREAD."""

    typed: Any
    program: Any
    sheet: Any


BLANK = Answer(None, None, None)


def read(value: Any) -> Answer:
    return Answer(value, value, value)


def wrong(typed: Any) -> Answer:
    return Answer(typed, UNREAD, UNREAD)


def forgiven(typed: Any, value: Any) -> Answer:
    """What the program alone can read."""
    return Answer(typed, value, UNREAD)


@dataclass(slots=True)
class Entry:
    """A filled workbook."""

    rubric_id: str
    area: int | None
    answers: dict[Path, Answer] = field(default_factory=dict)

    @property
    def typed(self) -> dict[str, Any]:
        """The submission with its leaves as they were typed."""
        return self._submission({path: answer.typed for path, answer in self.answers.items()})

    def meant(self, to: str) -> dict[str, Any]:
        """The submission as the `program` or the `sheet` reads it."""
        meant = self._submission({path: getattr(answer, to) for path, answer in self.answers.items()})
        if self.area:
            taught = meant["school"].get("levels", {})
            meant["school"]["levels"] = [grade for grade, answer in taught.items() if answer is True]
        return meant

    def _submission(self, values: dict[Path, Any]) -> dict[str, Any]:
        submission: dict[str, Any] = {"rubric": self.rubric_id, "school": {}}
        submission |= {"area": self.area, "answers": {}} if self.area else {"items": {}}
        for path, value in values.items():
            if value is not None:
                plant(submission, path, value)
        return submission


@dataclass(frozen=True, slots=True)
class Mood:
    """How often, of each input, one who fills in a workbook leaves it out, errs, or types otherwise than the list."""

    blank: float
    wrong: float
    otherwise: float
    forgiven: float


MOODS = (
    Mood(0, 0, 0, 0),
    Mood(0, 0, 0.3, 0),
    Mood(0.05, 0, 0.1, 0),
    Mood(0.4, 0, 0, 0),
    Mood(0.05, 0.02, 0.05, 0),
    Mood(0.1, 0.2, 0.1, 0),
    Mood(0.02, 0, 0.05, 0.03),
    Mood(0.1, 0.05, 0.1, 0.1),
    Mood(0.9, 0.02, 0, 0.01),
)


def entry(rubric_id: str, area: int | None, seed: object) -> Entry:
    """One filled workbook."""
    rng = Random(f"{rubric_id} {area} {seed}")
    made = Entry(rubric_id, area)
    mood = rng.choice(MOODS)
    groups: dict[Path, list[Field]] = {}
    for given in fields(load_rubric(rubric_id), area):
        if given.input.kind == "school_code":
            made.answers[given.path] = read("63020130")
        elif given.path == ("year",):
            made.answers[given.path] = _year(rng, 2565 if area is None else rng.choice((2559, 2560, 2561, 2562, 2563)))
        elif not given.optional or given.grade:
            groups.setdefault(given.path[:-1], []).append(given)
    for base, group in groups.items():
        made.answers.update(_group(rng, mood, base, group))
    if area and rng.random() < 0.3:
        _tie_of_two(rng, made)
    return made


def entries(workbooks: Sequence[tuple[str, int | None]], count: int, seed: object) -> Iterator[Entry]:
    """So many, of the workbooks in turn."""
    for number in range(count):
        yield entry(*workbooks[number % len(workbooks)], f"{seed}:{number}")


def full(rubric_id: str, area: int | None) -> Entry:
    """A workbook of a school that teaches every grade and has all that is asked for; each condition is found."""
    values = {"count": 7, "total": 7, "previous": 40, "current": 41, "status": "done", "resolved": False, "met": True}
    made = Entry(rubric_id, area)
    for given in fields(load_rubric(rubric_id), area):
        if given.input.kind == "school_code":
            made.answers[given.path] = read("63020130")
        elif given.path == ("year",):
            made.answers[given.path] = read(2563)
        elif not given.optional or (given.grade and area):
            least = given.input.at_least
            value = values.get(given.input.key, True) if least is None else _number(float(least))
            made.answers[given.path] = _as_listed(given, 100 if given.input.kind == "percent" else value)
    return made


def others(entry: Entry, path: Path) -> list[Answer]:
    """Everything else that may stand in an input of an entry."""
    given = next(given for given in fields(load_rubric(entry.rubric_id), entry.area) if given.path == path)
    held = entry.answers.get(path, BLANK)
    return [answer for answer in _possible(given) if answer != held]


def _possible(given: Field) -> list[Answer]:
    least = given.input.at_least
    match given.input.kind:
        case "year":
            known = [*(read(y) for y in (2559, 2560, 2561, 2600)), *(Answer(y - 543, y, y) for y in (2559, 2600))]
            return [BLANK, *known, *_NO_YEARS, *_UNREAD_YEARS, forgiven("2563", 2563)]
        case "yesno":
            yes = [yes_no_words(given)[0], "ใช่", "มี", True, 1]
            no = [yes_no_words(given)[1], "ไม่ใช่", "ไม่มี", False, 0]
            read_ = [Answer(typed, value, value) for typeds, value in ((yes, True), (no, False)) for typed in typeds]
        case "choice":
            read_ = [Answer(word, status, status) for status, words in _STATUSES.items() for word in words]
        case kind:
            most = [100] if kind == "percent" else [LARGEST]
            near = [_number(float(least) + step) for step in (-1, -1e-9, 0, 1)] if least else []
            read_ = list(map(read, [0, 1, 2, *most, *([] if kind == "count" else [0.5, 1e-9]), *near]))
    return [BLANK, *read_, *_WRONG[given.input.kind], Answer("  ", None, UNREAD)]


def _group(rng: Random, mood: Mood, base: Path, group: list[Field]) -> Iterator[tuple[Path, Answer]]:
    keys = [given.input.key for given in group]
    if group[0].grade and base[0] == "school":
        values = dict.fromkeys(keys, True)
        taught = rng.choice(("P6", "M3", "M6", "P6 M3", "P6 M6", "M3 M6", "P6 M3 M6", "")).split()
        mood = rng.choice((MOODS[0], MOODS[0], MOODS[0], mood))
        for given in group:
            yield given.path, _typed(rng, mood, given, given.grade in taught)
        return
    table_blank = len(base) > 3 and rng.random() < 0.12
    if keys == ["count", "total"]:
        values = dict(zip(keys, _pair(rng, base, mood), strict=True))
    elif keys == ["previous", "current"]:
        values = dict(zip(keys, _means(rng), strict=True))
    else:
        values = {given.input.key: _value(rng, given) for given in group}
    for given in group:
        yield given.path, BLANK if table_blank else _typed(rng, mood, given, values[given.input.key])


def _typed(rng: Random, mood: Mood, given: Field, value: Any) -> Answer:
    """A value as it is typed into its cell, or something else in its place."""
    turn = rng.random()
    for share, answer in (
        (mood.blank, lambda: _nothing(rng, given)),
        (mood.wrong, lambda: rng.choice(_WRONG[given.input.kind])),
        (mood.forgiven, lambda: _forgiven(rng, given, value)),
        (mood.otherwise, lambda: _otherwise(rng, given, value)),
    ):
        if turn < share:
            return answer()
        turn -= share
    return _as_listed(given, value)


def _as_listed(given: Field, value: Any) -> Answer:
    match given.input.kind:
        case "yesno":
            return Answer(yes_no_words(given)[not value], value, value)
        case "choice":
            return Answer(_STATUSES[value][0], value, value)
        case _:
            return read(value)


def _nothing(rng: Random, given: Field) -> Answer:
    return Answer("  ", None, UNREAD) if rng.random() < 0.02 else BLANK


_STATUSES = {
    "done": ("ดำเนินการแล้ว", "done", "Done", "DONE"),
    "doing": ("กำลังดำเนินการ", "doing", "in progress"),
    "not_started": ("ยังไม่ดำเนินการ", "not_started", "Not started"),
}


def _otherwise(rng: Random, given: Field, value: Any) -> Answer:
    """What a sheet reads too."""
    match given.input.kind:
        case "yesno":
            return Answer(rng.choice(("ใช่", "มี", True, 1) if value else ("ไม่ใช่", "ไม่มี", False, 0)), value, value)
        case "choice":
            return Answer(rng.choice(_STATUSES[value]), value, value)
        case _:
            return Answer(float(value), value, value)


_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def _forgiven(rng: Random, given: Field, value: Any) -> Answer:
    match given.input.kind:
        case "yesno":
            word = yes_no_words(given)[not value]
            return forgiven(rng.choice((f" {word}", f"{word} ", "✓" if value else "✗", "1" if value else "0")), value)
        case "choice":
            return forgiven(f" {_STATUSES[value][0]} ", value)
        case kind:
            written = [f"{value!r}", f" {value!r} ", f"{value!r}".translate(_THAI_DIGITS)]
            if kind == "percent":
                written.append(f"{value!r}%")
            elif given.kind in ("count", "amount"):
                written.append(f"{value!r} คน")
                if value == 0:
                    return forgiven(rng.choice(("-", "ไม่มี", *written)), value)
            return forgiven(rng.choice(written), value)


_ERROR = wrong(ErrorCell("#N/A"))
_NO_NUMBERS = [wrong(UNREAD), wrong("58/62"), wrong(True), wrong(-1), wrong(-0.01), _ERROR]
_WRONG: dict[str, list[Answer]] = {
    "yesno": [wrong(UNREAD), wrong("x"), wrong(2), wrong(-1), wrong(0.5), _ERROR],
    "choice": [wrong(UNREAD), wrong("เสร็จ"), wrong(1), wrong(True), _ERROR],
    "count": [*_NO_NUMBERS, wrong(2.5), wrong(LARGEST + 1)],
    "percent": [*_NO_NUMBERS, wrong(100.01), wrong(101), wrong("ครบ")],
    "number": [*_NO_NUMBERS, wrong(LARGEST + 1), wrong(1e12)],
}


def _year(rng: Random, usual: int) -> Answer:
    """The cover's year: mostly one of the round, also the others, the Common Era's, and none that can be."""
    turn = rng.random()
    if turn < 0.6:
        return read(usual)
    if turn < 0.75:
        year = rng.choice((2559, 2560, 2561, 2563, 2563, 2564, 2600))
        return Answer(year - 543, year, year)
    if turn < 0.9:
        return rng.choice((BLANK, BLANK, *_NO_YEARS))
    if turn < 0.95:
        written = rng.choice((f"{usual}", f"พ.ศ. {usual}", f"{usual}".translate(_THAI_DIGITS), f"ปี {usual}"))
        return forgiven(written, usual)
    return rng.choice(_UNREAD_YEARS)


_NO_YEARS = [Answer(year, UNREAD, None) for year in (2558, 2601, 2563.5, 0, 2057.5, 2058, -1)]
_UNREAD_YEARS = [wrong("ปีที่แล้ว"), wrong(True), _ERROR]


# --- figures ---


def _value(rng: Random, given: Field) -> Any:
    least = given.input.at_least
    match given.input.kind:
        case "yesno":
            return rng.random() < (0.35 if given.path[0] == "deductions" else 0.7)
        case "choice":
            return rng.choice(("done", "done", "done", "doing", "not_started"))
        case "count":
            return rng.choice((0, 1, 2, 3, 4, 5, rng.randint(0, 60), LARGEST))
        case _ if least is not None and rng.random() < 0.8:
            # What is less than 2^-48 of two numbers is no difference to LibreOffice: between that and the 16th digit,
            # which nobody shows, nothing is drawn.
            noise = math.nextafter(float(least), 0) - float(least)
            return _number(float(least) + rng.choice((0, 0, 0.01, -0.01, -1, 1, -1e-9, -1e-12, noise, 5)))
        case "percent":
            near = rng.choice((0.5, 0.5, 0.499999999, 0.500000001, 0.49))
            return rng.choice((0, 100, _number(rng.randint(0, 99) + near), _number(rng.randint(0, 10_000) / 100)))
        case _:
            return rng.choice((0, rng.randint(0, 20), _number(rng.random() * 10)))


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _pair(rng: Random, base: Path, mood: Mood) -> tuple[int, int]:
    """A count and its total; where the mood is to err, the count may be the greater."""
    if rng.random() < mood.wrong:
        return rng.choice(((1, 0), (3, 2), (LARGEST, LARGEST - 1)))
    points = rng.choice((Fraction(5, 4), Fraction(1), Fraction(63, 100), Fraction(5), Fraction(2), Fraction(3)))
    if len(base) == 3 and base[0] == "answers":
        points = Fraction(RUBRIC[int(base[1][3:])][0][base[2]][0])
    total = rng.choice((rng.randint(1, 40), rng.randint(1, 3_000), LARGEST))
    return rng.choice((
        (0, 0), (0, 0), (1, 1), (0, 7), (total, total), (26, 2311),
        (rng.randint(0, total), total), (rng.randint(0, total), total), (rng.randint(0, total), total),
        _tie(rng, points), _beside(rng, points, -1), _beside(rng, points, 1),
    ))  # fmt: skip


def _tie(rng: Random, points: Fraction) -> tuple[int, int]:
    """points × count / total is a half of a hundredth."""
    hundredths = Fraction(2 * rng.randrange(int(100 * points)) + 1, 200)
    part = hundredths / points
    times = rng.randint(1, 9)
    return part.numerator * times, part.denominator * times


def _beside(rng: Random, points: Fraction, by: int) -> tuple[int, int]:
    """points × count / total is as near to a half of a hundredth as the total allows, on one side of it."""
    steps = int(200 * points)
    while True:
        total = rng.choice((rng.randint(3, 3_000), rng.randint(3, LARGEST)))
        if math.gcd(total, steps) == 1:
            # odd × total + by = steps × count
            odd = -by * pow(total, -1, steps) % steps
            return (odd * total + by) // steps, total


def _tie_of_two(rng: Random, made: Entry) -> None:
    """In an indicator of two ratios, 2 and 3 points, lets their sum be a tie or lie next to one."""
    for number, (criteria, _) in RUBRIC.items():
        if [spec[:2] for spec in criteria.values()] != [(2, "ratio"), (3, "ratio")] or AREA_OF[
            f"IND{number}"
        ] != made.area:
            continue
        by = rng.choice((-1, -1, 0, 1))
        pairs = _two_beside(rng, by) if by else (_tie(rng, Fraction(2)), (rng.randint(0, 300), 300))
        for criterion, pair in zip("12", pairs, strict=True):
            for key, value in zip(("count", "total"), pair, strict=True):
                made.answers["answers", f"IND{number}", criterion, key] = read(value)


def _two_beside(rng: Random, by: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two counts and their totals, of which 200 (2 a/A + 3 b/B) is an odd number and by / (A B) more."""
    while True:
        first, second = (rng.choice((2311, rng.randint(10, 500), rng.randint(10, 30_000))) for _ in "ab")
        if math.gcd(first * second, 200) != 1 or math.gcd(2 * second, 3 * first) != 1:
            continue
        odd = -by * pow(first * second, -1, 200) % 200
        # 2 a B + 3 b A = whole
        for whole in range((odd * first * second + by) // 200, 5 * first * second, first * second):
            a = whole * pow(2 * second, -1, 3 * first) % (3 * first)
            b = (whole - 2 * a * second) // (3 * first)
            if a <= first and 0 <= b <= second:
                return (a, first), (b, second)


def _means(rng: Random) -> tuple[int | float, int | float]:
    """The year before's mean and the year's: the same, a little more or less, or any."""
    before = rng.choice((rng.randint(0, 100), rng.randint(0, 10_000) / 100, 46.123456789))
    step = rng.choice((0, 0.01, -0.01, 0.1, -0.1, 1e-9, -1e-9, 5, -5))
    after = rng.choice((max(0.0, round(before + step, 9)), rng.randint(0, 10_000) / 100))
    return _number(before), _number(after)
