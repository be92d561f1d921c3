"""The rubric: an edition of an assessment, as frozen dataclasses.

The data lives in `rubrics/*.yaml` (names, points, thresholds, source pages, labels). This module is
standard library only; PyYAML and jsonschema are loaded by `load_rubric` when a YAML file is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

DONE = "done"
"""The id of the status that counts a step of internal quality assurance as done."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Thai and English."""

    th: str
    en: str

    def get(self, lang: str = "th") -> str:
        return self.en if lang == "en" else self.th


@dataclass(frozen=True, slots=True)
class Named:
    """A grade, subject or status: its id and its name."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to enter: `kind` is one of the normaliser's kinds, `at_least` a threshold that it must reach."""

    key: str
    kind: str
    label: Text
    unit: Text | None = None
    at_least: Decimal | None = None

    @property
    def typed_as(self) -> str:
        """The kind for the normaliser: a number with a threshold counts things, and so may carry their name."""
        return "amount" if self.kind == "number" and self.at_least is not None else self.kind


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """A criterion of an indicator, or an item of a checklist (`max` is then None)."""

    id: str
    kind: str
    label: Text
    max: Decimal | None
    page: str
    interpretations: tuple[str, ...]
    inputs: tuple[Input, ...]
    items: tuple[Criterion, ...] = ()
    zero_total: str = "warn"
    """For a ratio whose total is 0: `warn` = 0 points and a warning, `full` = full points, `none` = 0 points."""
    population: str | None = None
    """For a ratio: the criterion whose value 0 says that there is nobody to count."""
    total_of: str | None = None
    """The people whose whole number the total (or the value) is: learners, teachers or support_staff."""
    sample_of: str | None = None
    """Whom the total is drawn from: such people, or the total of another criterion of the indicator."""
    gate: Input | None = None
    points_each: Decimal | None = None
    full_at: int | None = None
    weights: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """A deduction condition: found it costs the indicator's deduction, unless it is resolvable and resolved."""

    id: str
    label: Text
    resolvable: bool
    page: str
    interpretations: tuple[str, ...]
    onet_below_nation: bool = False
    """True where it holds just when the O-NET mean of every subject is below the national one."""


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An indicator; `deduction` is what its conditions cost together."""

    id: str
    area: int
    name: Text
    max: Decimal
    deduction: Decimal
    page: str
    criteria: tuple[Criterion, ...]
    conditions: tuple[Condition, ...]

    @property
    def number(self) -> str:
        return "".join(filter(str.isdigit, self.id))

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion or checklist item of that id; KeyError where there is none."""
        for criterion in self.criteria:
            for candidate in (criterion, *criterion.items):
                if candidate.id == criterion_id:
                    return candidate
        raise KeyError(criterion_id)


@dataclass(frozen=True, slots=True)
class Area:
    id: int
    name: Text
    short: Text
    max: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class TraceItem:
    """One step of internal quality assurance; `numbers` must reach their `at_least` for it to count as done."""

    id: str
    label: Text
    numbers: tuple[Input, ...]
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: Text
    short: Text
    items: tuple[TraceItem, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    id: str
    question: Text
    reading: Text


@dataclass(frozen=True, slots=True)
class ReadinessPoint:
    """A point that a school makes ready before an assessment.

    needs: `full` points in all its criteria, or `sampled`: their samples are filled in and evidence stands beside
    all that is claimed. `criteria` and `beside` are (indicator, criterion); what stands beside decides nothing.
    `whole` are the indicators named as a whole: their deductions count, too.
    """

    id: str
    short: Text
    label: Text
    needs: str
    criteria: tuple[tuple[str, str], ...]
    whole: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]
    page: str
    interpretations: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rubric:
    """An edition. `family` is `indicators` (areas, points) or `traces` (processes, progress)."""

    id: str
    version: str
    accepts: tuple[str, ...]
    family: str
    title: Text
    short: Text
    first_year: int
    grades: tuple[Named, ...]
    subjects: tuple[Named, ...]
    statuses: tuple[Named, ...]
    areas: tuple[Area, ...]
    processes: tuple[Process, ...]
    interpretations: tuple[Interpretation, ...]
    readiness: tuple[ReadinessPoint, ...] = ()

    @property
    def max(self) -> Decimal:
        return sum((area.max for area in self.areas), Decimal(0))

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for area in self.areas for indicator in area.indicators)

    @property
    def items(self) -> tuple[TraceItem, ...]:
        return tuple(item for process in self.processes for item in process.items)

    @property
    def workbooks(self) -> tuple[int | None, ...]:
        """The areas that have a workbook each; (None,) for a rubric of traces, which has one."""
        return tuple(area.id for area in self.areas) or (None,)

    def area(self, area_id: int) -> Area:
        """The area of that number; KeyError where there is none."""
        for area in self.areas:
            if area.id == area_id:
                return area
        raise KeyError(area_id)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of that id (`IND5`); KeyError where there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)


def build_rubric(data: dict[str, Any]) -> Rubric:
    """A rubric from its plain data (the parsed YAML, or the same as JSON), which has been validated."""
    areas = tuple(_area(area, data["deduction"]) for area in data.get("areas", ()))
    return Rubric(
        id=data["id"],
        version=data["version"],
        accepts=tuple(data.get("accepts", ())),
        family=data["family"],
        title=_text(data["title"]),
        short=_text(data["short"]),
        first_year=data["first_year"],
        grades=_named(data.get("grades", ())),
        subjects=_named(data.get("subjects", ())),
        statuses=_named(data.get("statuses", ())),
        areas=areas,
        processes=tuple(_process(process) for process in data.get("processes", ())),
        interpretations=tuple(
            Interpretation(i["id"], _text(i["question"]), _text(i["reading"])) for i in data["interpretations"]
        ),
        readiness=tuple(_readiness(point, areas) for point in data.get("readiness", ())),
    )


@cache
def load_rubric(rubric_id: str) -> Rubric:
    """The rubric of that id, read from its YAML file once.

    Raises KeyError for an unknown id and RubricError for a file that does not add up.
    """
    if rubric_id in _registered:
        return build_rubric(_registered[rubric_id])
    from qa_excel.rubric.files import read_rubric, rubric_path

    return build_rubric(read_rubric(rubric_path(rubric_id)))


_registered: dict[str, dict[str, Any]] = {}


def register_rubrics(*data: dict[str, Any]) -> None:
    """Take these rubrics, given as plain data, in place of the YAML files: where no package can be loaded."""
    _registered.update({rubric["id"]: rubric for rubric in data})
    load_rubric.cache_clear()


def rubric_ids() -> tuple[str, ...]:
    """The ids of the rubrics that ship with the program, or of those registered."""
    if _registered:
        return tuple(sorted(_registered))
    from qa_excel.rubric.files import shipped_ids

    return shipped_ids()


def load_rubrics() -> tuple[Rubric, ...]:
    """All rubrics that ship with the program, those of indicators first."""
    return tuple(sorted(map(load_rubric, rubric_ids()), key=lambda rubric: (rubric.family, rubric.id)))


def _text(data: dict[str, str]) -> Text:
    return Text(data["th"], data["en"])


def _named(entries: Any) -> tuple[Named, ...]:
    return tuple(Named(entry["id"], Text(entry["th"], entry["en"])) for entry in entries)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _area(data: dict[str, Any], deduction: Any) -> Area:
    return Area(
        id=data["id"],
        name=_text(data["name"]),
        short=_text(data["short"]),
        max=Decimal(str(data["max"])),
        indicators=tuple(_indicator(indicator, data["id"], deduction) for indicator in data["indicators"]),
    )


def _indicator(data: dict[str, Any], area: int, deduction: Any) -> Indicator:
    return Indicator(
        id=data["id"],
        area=area,
        name=_text(data["name"]),
        max=Decimal(str(data["max"])),
        deduction=Decimal(str(deduction)),
        page=data["criteria"][0]["page"],
        criteria=tuple(_criterion(criterion) for criterion in data["criteria"]),
        conditions=tuple(
            Condition(
                id=condition["id"],
                label=_text(condition["label"]),
                resolvable=condition.get("resolvable", False),
                page=condition["page"],
                interpretations=tuple(condition.get("interpretations", ())),
                onet_below_nation=condition.get("onet_below_nation", False),
            )
            for condition in data.get("conditions", ())
        ),
    )


def _criterion(data: dict[str, Any], page: str = "") -> Criterion:
    page = data.get("page", page)
    return Criterion(
        id=data["id"],
        kind=data["kind"],
        label=_text(data["label"]),
        max=_decimal(data.get("max")),
        page=page,
        interpretations=tuple(data.get("interpretations", ())),
        inputs=_inputs(data),
        items=tuple(_criterion(item, page) for item in data.get("items", ())),
        zero_total=data.get("zero_total", "warn"),
        population=data.get("population"),
        total_of=data.get("total_of"),
        sample_of=data.get("sample_of"),
        gate=_gate(data["gate"]) if "gate" in data else None,
        points_each=_decimal(data.get("points_each")),
        full_at=data.get("full_at"),
        weights={grade: Decimal(str(weight)) for grade, weight in data.get("weights", {}).items()},
    )


def _inputs(data: dict[str, Any]) -> tuple[Input, ...]:
    """The inputs of one cell group; a table repeats them for each grade (and subject)."""
    unit = _text(data["unit"]) if "unit" in data else None
    match data["kind"]:
        case "yesno":
            return (Input("met", "yesno", _text(data["label"])),)
        case "at_least":
            return (Input("value", data["type"], _text(data["ask"]), unit, _decimal(data["threshold"])),)
        case "percent":
            return (Input("value", "percent", _text(data["ask"]), unit),)
        case "ratio" | "tscore_by_grade" | "onet_tscore":
            return tuple(Input(key, "count", _text(data[key]), unit) for key in ("count", "total"))
        case "onet_growth":
            return tuple(Input(key, "number", _text(data[key]), unit) for key in ("previous", "current"))
        case "all_of":
            return tuple(_part(part) for part in data["parts"])
        case _:
            return (_gate(data["gate"]),) if "gate" in data else ()


def _part(data: dict[str, Any]) -> Input:
    unit = _text(data["unit"]) if "unit" in data else None
    return Input(data["key"], data["type"], _text(data["label"]), unit, _decimal(data.get("at_least")))


def _gate(data: dict[str, Any]) -> Input:
    return _part({"key": "value", "type": "count", **data})


def _readiness(data: dict[str, Any], areas: tuple[Area, ...]) -> ReadinessPoint:
    criteria = {
        (indicator.id, criterion.id): None
        for area in areas
        for indicator in area.indicators
        for criterion in indicator.criteria
    }

    def named(references: Any) -> tuple[tuple[str, str], ...]:
        """`IND9` names all criteria of an indicator, `IND12.1.2` one."""
        return tuple(pair for name in references for pair in criteria if name in (pair[0], ".".join(pair)))

    return ReadinessPoint(
        id=data["id"],
        short=_text(data["short"]),
        label=_text(data["label"]),
        needs=data["needs"],
        criteria=named(data["criteria"]),
        whole=tuple(name for name in data["criteria"] if "." not in name),
        beside=named(data.get("beside", ())),
        page=data["page"],
        interpretations=tuple(data.get("interpretations", ())),
    )


def _process(data: dict[str, Any]) -> Process:
    return Process(
        id=data["id"],
        name=_text(data["name"]),
        short=_text(data["short"]),
        items=tuple(
            TraceItem(
                id=item["id"],
                label=_text(item["label"]),
                numbers=tuple(_part({"type": "count", **number}) for number in item.get("numbers", ())),
                interpretations=tuple(item.get("interpretations", ())),
            )
            for item in data["items"]
        ),
    )
