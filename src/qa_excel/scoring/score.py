"""The scoring core: a submission's answers become a scorecard.

Pure functions over plain data, exact arithmetic (fractions), standard library only: the same core
answers the command line, the functions in Excel and those in LibreOffice. Each kind of criterion is
one function that returns an `Outcome`; every point comes with its reason in words. What the rules
rest on is written in the rubric's data (source page, interpretation ids).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Input, Path
from qa_excel.problems import CATALOGUE, OPTIONAL
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import answer_fields
from qa_excel.rubric.model import DONE, Condition, Indicator, Process, Rubric, TraceItem
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import shown_figure
from qa_excel.thai.text import Text
from qa_excel.thai.typed import Value, normalise, to_json_number
from qa_excel.thai.words import counted


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that scoring noticed at an input: a problem code, the input's path, the message's figures."""

    code: str
    path: Path
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What one criterion earns. `points` is None when an input is invalid."""

    points: Fraction | None
    reason: Text
    items: tuple[ItemScore, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of a checklist; `met` is None when an input of it is invalid, `points` what it adds."""

    id: str
    met: bool | None
    points: Fraction | None
    reason: Text


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """`points` is exact and unrounded, None when an input is invalid."""

    id: str
    points: Fraction | None
    max: Decimal
    reason: Text
    items: tuple[ItemScore, ...]

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "points": json_figure(half_up(self.points)),
            "max": json_figure(self.max),
            "reason": self.reason.get(lang),
        }
        if self.items:
            shown["items"] = [{"id": item.id, "met": item.met} for item in self.items]
        return shown


@dataclass(frozen=True, slots=True)
class ConditionScore:
    id: str
    found: bool | None
    resolved: bool | None
    resolvable: bool
    deducts: bool | None
    """None when an input of the condition is invalid."""

    @property
    def reason(self) -> Text:
        """Why it costs a point, or doesn't."""
        if self.deducts is None:
            return Text("ข้อมูลไม่ถูกต้อง", "invalid input")
        if self.deducts:
            return Text("ลดคะแนน", "deducts")
        if self.found:
            return Text("พบแต่แก้ไขแล้ว จึงไม่ลดคะแนน", "found and resolved: no deduction")
        return Text("ไม่ลดคะแนน", "no deduction")

    def to_json(self) -> dict[str, Any]:
        resolved = {"resolved": self.resolved} if self.resolvable else {}
        return {"id": self.id, "found": self.found, **resolved, "deducts": self.deducts}


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """`gross`, `deduction` and `score` are rounded half up to 2 decimals, None when an input is invalid."""

    id: str
    max: Decimal
    gross: Decimal | None
    deduction: Decimal | None
    score: Decimal | None
    criteria: tuple[CriterionScore, ...]
    conditions: tuple[ConditionScore, ...]
    missing: tuple[Path, ...]
    findings: tuple[Finding, ...]

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        return {
            "gross": json_figure(self.gross),
            "deduction": json_figure(self.deduction),
            "score": json_figure(self.score),
            "max": json_figure(self.max),
            "missing": len(self.missing),
            "criteria": [criterion.to_json(lang) for criterion in self.criteria],
            "conditions": [condition.to_json() for condition in self.conditions],
        }


@dataclass(frozen=True, slots=True)
class ProcessScore:
    """Progress of one process: `done` of `total` items, `percent` half up to 2 decimals."""

    id: str
    done: int
    total: int
    statuses: dict[str, str | None]
    """Item → `done` (and counted), `doing`, `not_started`, or None where unanswered or invalid."""

    @property
    def percent(self) -> Decimal:
        return half_up(Fraction(100 * self.done, self.total))

    def to_json(self) -> dict[str, Any]:
        return {"done": self.done, "total": self.total, "percent": json_figure(self.percent)}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result of one submission: indicators with points, or processes with progress."""

    rubric: str
    area: int | None
    indicators: dict[str, IndicatorScore]
    processes: dict[str, ProcessScore]
    missing: tuple[Path, ...]
    findings: tuple[Finding, ...]

    @property
    def score(self) -> Decimal | None:
        """The sum of the indicators' nets; None while one has none."""
        scores = [indicator.score for indicator in self.indicators.values()]
        return None if None in scores else sum(scores, Decimal(0))

    @property
    def max(self) -> Decimal:
        return sum((indicator.max for indicator in self.indicators.values()), Decimal(0))

    @property
    def progress(self) -> ProcessScore:
        """All processes together."""
        processes = self.processes.values()
        return ProcessScore("", sum(p.done for p in processes), sum(p.total for p in processes), {})

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        """The figures of one file in `score --format json` (file, status and cover are the caller's)."""
        if self.processes:
            shown = {process.id: process.to_json() for process in self.processes.values()}
            return {**self.progress.to_json(), "missing": len(self.missing), "processes": shown}
        return {
            "score": json_figure(self.score),
            "max": json_figure(self.max),
            "missing": len(self.missing),
            "indicators": {indicator.id: indicator.to_json(lang) for indicator in self.indicators.values()},
        }


def half_up(number: Fraction | Decimal | None) -> Decimal | None:
    """A number ≥ 0 rounded half up to 2 decimals (interpretation I-14)."""
    if number is None:
        return None
    hundredths = Fraction(number) * 100 + Fraction(1, 2)
    return Decimal(hundredths.numerator // hundredths.denominator).scaleb(-2)


def net_of(points: Fraction, deduction: Decimal) -> Decimal:
    """An indicator's net score: its exact points, rounded, less what is deducted, and never below 0."""
    return max(Decimal(0), half_up(points) - deduction)


def score(submission: dict[str, Any], rubric: Rubric | None = None) -> Scorecard:
    """The scorecard of a submission (rubric.md's JSON shape; leaves may be as typed).

    Raises KeyError when the submission's rubric or area is unknown.
    """
    rubric = rubric or load_rubric(submission["rubric"])
    if rubric.family == "traces":
        return _score_traces(rubric, submission)
    area = rubric.area(submission["area"])
    taught = grades_taught(rubric, submission)
    indicators = {i.id: score_indicator(rubric, i, submission, taught) for i in area.indicators}
    return Scorecard(
        rubric.id,
        area.id,
        indicators,
        {},
        tuple(path for i in indicators.values() for path in i.missing),
        tuple(finding for i in indicators.values() for finding in i.findings),
    )


def grades_taught(rubric: Rubric, submission: dict[str, Any]) -> tuple[str, ...]:
    """The ids of the grades that the school teaches, in the rubric's order."""
    levels = dig(submission, ("school", "levels"))
    if isinstance(levels, dict):
        named = {fold(str(grade)) for grade, taught in levels.items() if normalise(taught, "levels").value is True}
    else:
        named = {fold(str(level)) for level in levels or ()}
    return tuple(g.id for g in rubric.grades if {fold(g.id), fold(g.name.th)} & named)


def score_indicator(
    rubric: Rubric, indicator: Indicator, submission: dict[str, Any], taught: tuple[str, ...]
) -> IndicatorScore:
    """One indicator: its criteria summed unrounded, then its deduction, never below 0."""
    sheet = _Answers(rubric, indicator, submission, taught)
    criteria = []
    for criterion in indicator.criteria:
        outcome = _KINDS[criterion.kind](sheet, criterion)
        criteria.append(CriterionScore(criterion.id, outcome.points, criterion.max, outcome.reason, outcome.items))
    conditions = tuple(_condition(sheet, condition) for condition in indicator.conditions)

    points = [criterion.points for criterion in criteria]
    exact = None if None in points else sum(points, Fraction(0))
    deducts = [condition.deducts for condition in conditions]
    deduction = None if None in deducts else indicator.deduction if any(deducts) else Decimal(0)
    net = None if exact is None or deduction is None else net_of(exact, deduction)
    return IndicatorScore(
        indicator.id,
        indicator.max,
        half_up(exact),
        deduction,
        net,
        tuple(criteria),
        conditions,
        tuple(sheet.missing),
        tuple(sheet.findings),
    )


class _Answers:
    """One indicator's inputs, normalised as they are read; gathers what is missing and what was noticed."""

    def __init__(self, rubric: Rubric, indicator: Indicator, submission: dict[str, Any], taught: tuple[str, ...]):
        self.rubric = rubric
        self.indicator = indicator
        self.submission = submission
        self.taught = taught
        self.missing: list[Path] = []
        self.findings: list[Finding] = []

    def peek(self, path: Path, given: Input) -> Value:
        return normalise(dig(self.submission, path), given.typed_as)

    def read(self, path: Path, given: Input, required: bool = True) -> Value:
        """The input's value; reports what is blank, invalid or odd."""
        value = self.peek(path, given)
        if value.blank and required:
            self.missing.append(path)
        if value.invalid:
            self.note(f"value.{value.fault}", path, found=_plain(value.value))
        for odd in value.odd:
            self.note(f"value.{odd}", path, found=_plain(value.value))
        return value

    def note(self, code: str, path: Path, **params: Any) -> None:
        self.findings.append(Finding(code, path, params))

    def base(self, criterion: Criterion) -> Path:
        return ("answers", self.indicator.id, criterion.id)

    def pair(self, base: Path, inputs: tuple[Input, ...], required: bool = True) -> tuple[Value, Value, bool]:
        """(count, total, valid) of a ratio; a count over its total makes it invalid."""
        count, total = (self.read((*base, given.key), given, required) for given in inputs)
        valid = not (count.invalid or total.invalid)
        if count.ok and total.ok and count.value > total.value:
            params = {"count": _plain(count.value), "total": _plain(total.value)}
            self.note("value.count_over_total", (*base, inputs[0].key), **params)
            valid = False
        return count, total, valid

    def warn_about_untaught(self, criterion: Criterion) -> None:
        """One finding for each grade that is not taught and has data."""
        seen: set[str] = set()
        for given in answer_fields(self.rubric, self.indicator, criterion):
            if given.grade in self.taught or given.grade in seen or self.peek(given.path, given.input).blank:
                continue
            seen.add(given.grade)
            self.note("value.grade_not_taught", given.path, grade=_grade(self.rubric, given.grade))

    def open_tables(self, criterion: Criterion) -> tuple[str, ...]:
        """The taught grades whose O-NET table holds anything; a wholly blank one counts as one missing input."""
        held = {
            given.grade
            for given in answer_fields(self.rubric, self.indicator, criterion)
            if not self.peek(given.path, given.input).blank
        }
        for grade in self.taught:
            if grade not in held:
                self.missing.append((*self.base(criterion), grade))
        return tuple(grade for grade in self.taught if grade in held)


def _yesno(sheet: _Answers, criterion: Criterion) -> Outcome:
    (given,) = criterion.inputs
    value = sheet.read((*sheet.base(criterion), given.key), given)
    if value.invalid:
        return _no_points(value)
    if value.blank:
        return Outcome(Fraction(0), _UNANSWERED)
    reason = Text("เป็นไปตามเกณฑ์", "met") if value.value else Text("ไม่เป็นไปตามเกณฑ์", "not met")
    return Outcome(Fraction(criterion.max) if value.value else Fraction(0), reason)


def _at_least(sheet: _Answers, criterion: Criterion) -> Outcome:
    (given,) = criterion.inputs
    value = sheet.read((*sheet.base(criterion), given.key), given)
    if value.invalid:
        return _no_points(value)
    if value.blank:
        return Outcome(Fraction(0), _UNANSWERED)
    met = value.value >= given.at_least
    return Outcome(Fraction(criterion.max) if met else Fraction(0), _needs(value, given))


def _percent(sheet: _Answers, criterion: Criterion) -> Outcome:
    (given,) = criterion.inputs
    value = sheet.read((*sheet.base(criterion), given.key), given)
    if value.invalid:
        return _no_points(value)
    if value.blank:
        return Outcome(Fraction(0), _UNANSWERED)
    shown = _plain(value.value)
    return Outcome(Fraction(criterion.max) * Fraction(value.value) / 100, Text(f"ร้อยละ {shown}", f"{shown} %"))


def _ratio(sheet: _Answers, criterion: Criterion) -> Outcome:
    base = sheet.base(criterion)
    count, total, valid = sheet.pair(base, criterion.inputs)
    if not valid:
        return _no_points(count, total)
    if _nobody(sheet, criterion):
        return Outcome(Fraction(0), Text("ไม่มีผู้ที่ต้องนับ จึงได้ 0 คะแนน", "nobody to count, so 0 points"))
    if total.ok and total.value == 0:
        if criterion.zero_total == "full":
            return Outcome(Fraction(criterion.max), Text("ไม่มีผู้ต่ำกว่าเกณฑ์ ได้คะแนนเต็ม", "nobody below it: full points"))
        if criterion.zero_total == "warn":
            sheet.note("value.total_zero", (*base, criterion.inputs[1].key))
        return Outcome(Fraction(0), Text("จำนวนทั้งหมดเป็น 0", "the total is 0"))
    if count.blank or total.blank:
        return Outcome(Fraction(0), _UNANSWERED)
    share = Fraction(count.value) / Fraction(total.value)
    return Outcome(Fraction(criterion.max) * share, _share(count.value, total.value, criterion.inputs[0].unit))


def _nobody(sheet: _Answers, criterion: Criterion) -> bool:
    """True when the criterion that gives the population says 0."""
    if not criterion.population:
        return False
    other = sheet.indicator.criterion(criterion.population)
    value = sheet.peek((*sheet.base(other), other.inputs[0].key), other.inputs[0])
    return value.ok and value.value == 0


def _checklist(sheet: _Answers, criterion: Criterion) -> Outcome:
    gate_path = (*sheet.base(criterion), "value")
    gate = sheet.read(gate_path, criterion.gate) if criterion.gate else None
    each = Fraction(criterion.max) / len(criterion.items)
    items = tuple(_item(sheet, item, each) for item in criterion.items)
    met = sum(item.met is True for item in items)
    if (gate and gate.invalid) or any(item.met is None for item in items):
        wrong = ", ".join(item.id for item in items if item.met is None) or criterion.id
        return Outcome(None, Text(f"ข้อมูลไม่ถูกต้องที่ข้อ {wrong}", f"invalid input at {wrong}"), items)
    if gate and not (gate.ok and gate.value >= criterion.gate.at_least):
        at_least = _plain(criterion.gate.at_least)
        label = criterion.gate.label
        reason = Text(f"{label.th}ไม่ถึง {at_least} จึงได้ 0 คะแนน", f"{label.en} is below {at_least}, so 0 points")
        return Outcome(Fraction(0), reason, items)
    unmet = [item for item in items if not item.met]
    th, en = f"ผ่าน {met} จาก {len(items)} รายการ", f"{met} of {counted(len(items), 'item')} met"
    if unmet:
        th += ": " + "; ".join(f"{item.id} {item.reason.th}" for item in unmet)
        en += ": " + "; ".join(f"{item.id} {item.reason.en}" for item in unmet)
    return Outcome(each * met, Text(th, en), items)


def _item(sheet: _Answers, item: Criterion, each: Fraction) -> ItemScore:
    """One item: met when every input of it is answered and reaches what it must."""
    base = sheet.base(item)
    values = [(given, sheet.read((*base, given.key), given)) for given in item.inputs]
    invalid = [value for _, value in values if value.invalid]
    if invalid:
        return ItemScore(item.id, None, None, _no_points(*invalid).reason)
    unmet = [(given, value) for given, value in values if not _reaches(value, given)]
    if not unmet:
        return ItemScore(item.id, True, each, Text("เป็นไปตามเกณฑ์", "met"))
    parts = [_needs(value, given) if len(values) == 1 else _part_needs(value, given) for given, value in unmet]
    reason = Text(" และ ".join(part.th for part in parts), " and ".join(part.en for part in parts))
    return ItemScore(item.id, False, Fraction(0), reason)


def _reaches(value: Value, given: Input) -> bool:
    if not value.ok:
        return False
    return value.value if given.at_least is None else value.value >= given.at_least


def _onet_tscore(sheet: _Answers, criterion: Criterion) -> Outcome:
    """Each subject's share, pooled over the grades taught, of its equal part of the points (I-2)."""
    sheet.warn_about_untaught(criterion)
    tables = sheet.open_tables(criterion)
    subjects = sheet.rubric.subjects
    each = Fraction(criterion.points_each) if criterion.points_each else Fraction(criterion.max) / len(subjects)
    points, tested = Fraction(0), 0
    wrong: list[_Wrong] = []
    for subject in subjects:
        bases = [(*sheet.base(criterion), grade, subject.id) for grade in tables]
        pairs = [sheet.pair(base, criterion.inputs, required=False) for base in bases]
        read = zip(tables, pairs, strict=True)
        wrong += [(_grade(sheet.rubric, grade), subject.name, pair[:2]) for grade, pair in read if not pair[2]]
        totals = [total for _, total, _ in pairs if not total.blank]
        all_blank = all(count.blank and total.blank for count, total, _ in pairs)
        only_zero = bool(totals) and all(total.value == 0 for total in totals)
        if all_blank or only_zero:
            if tables:
                first = (*bases[0], criterion.inputs[0].key)
                sheet.note("value.not_tested", first, subject=subject.name)
            continue
        tested += 1
        for base, (count, total, _) in zip(bases, pairs, strict=True):
            blanks = zip(criterion.inputs, (count, total), strict=True)
            sheet.missing.extend((*base, given.key) for given, value in blanks if value.blank)
        share = _pooled(pairs)
        points += each * share if share else 0
    if wrong:
        return _no_points_in_table(wrong)
    reason = _table_reason(sheet, tables) or Text(
        f"มีผลทดสอบ {tested} จาก {len(subjects)} กลุ่มสาระ กลุ่มละไม่เกิน {_short(each)} คะแนน",
        f"{tested} of {counted(len(subjects), 'subject')} tested, up to {_short(each)} points each",
    )
    return Outcome(min(points, Fraction(criterion.max)), reason)


def _tscore_by_grade(sheet: _Answers, criterion: Criterion) -> Outcome:
    """Weighted by grade where the grades taught are just the weighted ones, else pooled (I-3)."""
    sheet.warn_about_untaught(criterion)
    pairs = {grade: sheet.pair((*sheet.base(criterion), grade), criterion.inputs) for grade in sheet.taught}
    wrong = [(_grade(sheet.rubric, grade), None, pair[:2]) for grade, pair in pairs.items() if not pair[2]]
    if wrong:
        return _no_points_in_table(wrong)
    for grade, (_, total, _) in pairs.items():
        if total.ok and total.value == 0:
            sheet.note("value.total_zero", (*sheet.base(criterion), grade, criterion.inputs[1].key))
    answered = {grade: pair for grade, pair in pairs.items() if pair[0].ok and pair[1].ok}
    if not answered:
        return Outcome(Fraction(0), _table_reason(sheet, ()) or _UNANSWERED)
    shown = [(_grade(sheet.rubric, grade), _share(c.value, t.value)) for grade, (c, t, _) in answered.items()]
    reason = Text("; ".join(f"{g.th} {s.th}" for g, s in shown), "; ".join(f"{g.en} {s.en}" for g, s in shown))
    if set(pairs) == set(criterion.weights):
        points = sum((Fraction(criterion.weights[g]) * (_pooled([p]) or 0) for g, p in answered.items()), Fraction(0))
        return Outcome(points, reason)
    return Outcome(Fraction(criterion.max) * (_pooled(list(answered.values())) or 0), reason)


def _onet_growth(sheet: _Answers, criterion: Criterion) -> Outcome:
    """Subjects whose plain mean over the grades taught rose on the year before (I-5)."""
    sheet.warn_about_untaught(criterion)
    tables = sheet.open_tables(criterion)
    subjects = sheet.rubric.subjects
    needed = min(criterion.full_at, len(subjects))
    improved, compared = 0, 0
    wrong: list[_Wrong] = []
    for subject in subjects:
        before, after = [], []
        for grade in tables:
            base = (*sheet.base(criterion), grade, subject.id)
            values = [sheet.read((*base, given.key), given, required=False) for given in criterion.inputs]
            for given, value in zip(criterion.inputs, values, strict=True):
                if value.ok and value.value > 100:
                    sheet.note("value.mean_over_100", (*base, given.key), found=_plain(value.value))
                if value.blank and not all(v.blank for v in values):
                    sheet.missing.append((*base, given.key))
            if any(value.invalid for value in values):
                wrong.append((_grade(sheet.rubric, grade), subject.name, values))
            if all(value.ok for value in values):
                before.append(Fraction(values[0].value))
                after.append(Fraction(values[1].value))
        compared += bool(before)
        improved += sum(after) > sum(before)
    if wrong:
        return _no_points_in_table(wrong)
    reason = _table_reason(sheet, tables) or Text(
        f"คะแนนเฉลี่ยสูงขึ้น {improved} จาก {compared} กลุ่มสาระที่เทียบได้ (เต็มที่ {needed} กลุ่ม)",
        f"{improved} of {counted(compared, 'comparable subject')} improved ({needed} earn full points)",
    )
    return Outcome(Fraction(criterion.max) * min(improved, needed) / needed, reason)


def _pooled(pairs: list[tuple[Value, Value, bool]]) -> Fraction | None:
    """Counts over totals of the pairs that are answered in full; None when their totals are 0."""
    whole = [(c.value, t.value) for c, t, valid in pairs if valid and c.ok and t.ok]
    total = sum((Fraction(t) for _, t in whole), Fraction(0))
    return sum((Fraction(c) for c, _ in whole), Fraction(0)) / total if total else None


def _condition(sheet: _Answers, condition: Condition) -> ConditionScore:
    base = ("deductions", sheet.indicator.id, condition.id)
    found = sheet.read((*base, "found"), Input("found", "found", condition.label))
    resolved = Value("blank")
    if condition.resolvable:
        given = Input("resolved", "resolved", condition.label)
        resolved = sheet.read((*base, "resolved"), given, required=found.value is True)
    deducts = None if found.invalid or resolved.invalid else found.value is True and resolved.value is not True
    return ConditionScore(condition.id, found.value, resolved.value, condition.resolvable, deducts)


_KINDS: dict[str, Callable[[_Answers, Criterion], Outcome]] = {
    "yesno": _yesno,
    "at_least": _at_least,
    "percent": _percent,
    "ratio": _ratio,
    "checklist": _checklist,
    "onet_tscore": _onet_tscore,
    "tscore_by_grade": _tscore_by_grade,
    "onet_growth": _onet_growth,
}
"""Kinds of criterion. The items of a checklist have one more, `all_of`."""


# --- Internal quality assurance ---


def _score_traces(rubric: Rubric, submission: dict[str, Any]) -> Scorecard:
    missing: list[Path] = []
    findings: list[Finding] = []
    choices = status_choices(rubric)
    processes = {p.id: _process(p, submission, choices, missing, findings) for p in rubric.processes}
    return Scorecard(rubric.id, None, {}, processes, tuple(missing), tuple(findings))


@cache
def status_choices(rubric: Rubric) -> dict[str, str]:
    """Folded word → id of the status."""
    return {fold(word): s.id for s in rubric.statuses for word in (s.id, s.name.th, s.name.en)}


def _process(
    process: Process,
    submission: dict[str, Any],
    choices: dict[str, str],
    missing: list[Path],
    findings: list[Finding],
) -> ProcessScore:
    statuses: dict[str, str | None] = {}
    for item in process.items:
        base: Path = ("items", item.id)
        status = normalise(dig(submission, (*base, "status")), "choice", choices)
        if status.blank:
            missing.append((*base, "status"))
        if status.invalid:
            findings.append(Finding(f"value.{status.fault}", (*base, "status")))
        findings.extend(_trace_findings(item, submission, status.value == DONE))
        counted = status.value != DONE or all(
            _reaches(normalise(dig(submission, (*base, n.key)), n.kind), n) for n in item.numbers
        )
        statuses[item.id] = status.value if counted else "doing"
    done = sum(status == DONE for status in statuses.values())
    return ProcessScore(process.id, done, len(process.items), statuses)


def _trace_findings(item: TraceItem, submission: dict[str, Any], done: bool) -> Iterator[Finding]:
    base: Path = ("items", item.id)
    for number in item.numbers:
        value = normalise(dig(submission, (*base, number.key)), number.kind)
        if value.invalid:
            yield Finding(f"value.{value.fault}", (*base, number.key), {"found": _plain(value.value)})
        elif done and not _reaches(value, number):
            params = {"number": number.label, "at_least": _plain(number.at_least)}
            yield Finding("consistency.done_below_number", (*base, number.key), params)
    if done and normalise(dig(submission, (*base, "evidence")), "text").blank:
        yield Finding("consistency.done_without_evidence", (*base, "evidence"))


# --- Reasons in words ---

_UNANSWERED = Text("ยังกรอกไม่ครบ", "not answered in full")


def _plain(value: Any) -> str:
    """A number as a person writes it and an output may show it; empty for what is none."""
    return f"{shown_figure(to_json_number(value))}" if isinstance(value, Decimal) else ""


def _short(number: Fraction) -> str:
    return f"{half_up(number).normalize():f}"


def _share(count: Decimal, total: Decimal, unit: Text | None = None) -> Text:
    th_unit = f" {unit.th}" if unit else ""
    if total == 0:
        return Text(f"0 จาก 0{th_unit}", "0 of 0")
    percent = _short(Fraction(count) / Fraction(total) * 100)
    th = f"{_plain(count)} จาก {_plain(total)}{th_unit} คิดเป็นร้อยละ {percent}"
    return Text(th, f"{_plain(count)} of {_plain(total)} = {percent} %")


def _needs(value: Value, given: Input) -> Text:
    """How one input stands to what it must reach."""
    if value.blank:
        return Text("ยังไม่ได้กรอก", "not answered")
    if given.at_least is None:
        return Text("ไม่เป็นไปตามเกณฑ์", "not met") if not value.value else Text("เป็นไปตามเกณฑ์", "met")
    found, needed = _plain(value.value), _plain(given.at_least)
    percent = " %" if given.kind == "percent" else ""
    met = value.value >= given.at_least
    return Text(
        f"ได้ {found} {'ถึง' if met else 'ต้องไม่น้อยกว่า'}{'เกณฑ์' if met else ''} {needed}",
        f"is {found}{percent}, {'reaches' if met else 'needs'} {needed}{percent}",
    )


def _part_needs(value: Value, given: Input) -> Text:
    needs = _needs(value, given)
    return Text(f"{given.label.th} {needs.th}", f"{given.label.en} {needs.en}")


def _table_reason(sheet: _Answers, tables: tuple[str, ...]) -> Text | None:
    if not sheet.taught:
        return Text("ยังไม่ได้ระบุชั้นที่เปิดสอน", "no grade taught is given")
    return None if tables else _UNANSWERED


def _grade(rubric: Rubric, grade_id: str) -> Text:
    return next(grade.name for grade in rubric.grades if grade.id == grade_id)


def _no_points(*values: Value) -> Outcome:
    """No score because of invalid inputs, with what is wrong about the first."""
    wrong = next((value for value in values if value.invalid), None)
    if wrong is None:
        return Outcome(None, Text("จำนวนมากกว่าจำนวนทั้งหมด", "the count is more than the total"))
    message = CATALOGUE[f"value.{wrong.fault}"].message
    params = OPTIONAL | {"label": "", "found": _plain(wrong.value) if isinstance(wrong.value, Decimal) else ""}
    th, en = (text.format_map(params).removeprefix(": ") for text in (message.th, message.en))
    return Outcome(None, Text(th, en))


_Wrong = tuple[Text, Text | None, Sequence[Value]]
"""(grade, subject, inputs) of a table's cells that hold something invalid."""


def _no_points_in_table(wrong: list[_Wrong]) -> Outcome:
    """No score because of a table's cells: which grade and subject, and what is wrong there."""
    grade, subject, values = wrong[0]
    reason, more = _no_points(*values).reason, len(wrong) - 1
    th = " ".join([grade.th, *([subject.th] if subject else [])]) + f": {reason.th}"
    en = ", ".join([grade.en, *([subject.en] if subject else [])]) + f": {reason.en}"
    return Outcome(None, Text(th + (f" และอีก {more} แห่ง" if more else ""), en + (f", and {more} more" if more else "")))


def json_figure(number: Decimal | None) -> int | float | None:
    """A figure as JSON holds it; None stays null."""
    return None if number is None else to_json_number(number)
