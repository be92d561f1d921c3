"""A rubric made of its data: the YAML files of `editions/`, or plain data that was registered.

Standard library only; PyYAML and jsonschema are loaded by `files`, when a YAML file is read.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from qa_excel.kinds import kind_of
from qa_excel.kinds.inputs import Named, part_of, text_of
from qa_excel.rubric.model import (
    Area,
    Condition,
    Indicator,
    Interpretation,
    Process,
    ReadinessPoint,
    Rubric,
    RuleChange,
    TestedSubjects,
    TraceItem,
)
from qa_excel.thai.text import Text


def build_rubric(data: dict[str, Any]) -> Rubric:
    """A rubric from its plain data (the parsed YAML, or the same as JSON), which has been validated."""
    areas = tuple(_area(area, data["deduction"]) for area in data.get("areas", ()))
    return Rubric(
        id=data["id"],
        version=data["version"],
        accepts=tuple(data.get("accepts", ())),
        family=data["family"],
        title=text_of(data["title"]),
        short=text_of(data["short"]),
        first_year=data["first_year"],
        grades=_named(data.get("grades", ())),
        subjects=_named(data.get("subjects", ())),
        statuses=_named(data.get("statuses", ())),
        areas=areas,
        processes=tuple(_process(process) for process in data.get("processes", ())),
        interpretations=tuple(
            Interpretation(i["id"], text_of(i["question"]), text_of(i["reading"])) for i in data["interpretations"]
        ),
        readiness=tuple(_readiness(point, areas) for point in data.get("readiness", ())),
        tested=tuple(map(_tested, data.get("tested", ()))),
        rules=tuple(
            RuleChange(change["version"], tuple(change["indicators"]), text_of(change["why"]))
            for change in data.get("rules", ())
        ),
    )


@cache
def load_rubric(rubric_id: str) -> Rubric:
    """The rubric of that id, read from its YAML file once.

    Raises KeyError for an unknown id and RubricError for a file that does not add up.
    """
    if rubric_id in _registered:
        return build_rubric(_registered[rubric_id])
    from qa_excel.rubric.files import shipped_rubric

    return build_rubric(shipped_rubric(rubric_id))


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


def _tested(data: dict[str, Any]) -> TestedSubjects:
    subjects = {grade: frozenset(ids) for grade, ids in data["subjects"].items()}
    return TestedSubjects(data["first_year"], subjects, text_of(data["source"]))


def _named(entries: Any) -> tuple[Named, ...]:
    return tuple(Named(entry["id"], Text(entry["th"], entry["en"])) for entry in entries)


def _area(data: dict[str, Any], deduction: Any) -> Area:
    return Area(
        id=data["id"],
        name=text_of(data["name"]),
        short=text_of(data["short"]),
        max=Decimal(str(data["max"])),
        indicators=tuple(_indicator(indicator, data["id"], deduction) for indicator in data["indicators"]),
    )


def _indicator(data: dict[str, Any], area: int, deduction: Any) -> Indicator:
    return Indicator(
        id=data["id"],
        area=area,
        name=text_of(data["name"]),
        max=Decimal(str(data["max"])),
        deduction=Decimal(str(deduction)),
        page=data["criteria"][0]["page"],
        criteria=tuple(kind_of(criterion["kind"]).build(criterion) for criterion in data["criteria"]),
        conditions=tuple(
            Condition(
                id=condition["id"],
                label=text_of(condition["label"]),
                resolvable=condition.get("resolvable", False),
                page=condition["page"],
                interpretations=tuple(condition.get("interpretations", ())),
                onet_below_nation=condition.get("onet_below_nation", False),
            )
            for condition in data.get("conditions", ())
        ),
    )


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
        short=text_of(data["short"]),
        label=text_of(data["label"]),
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
        name=text_of(data["name"]),
        short=text_of(data["short"]),
        items=tuple(
            TraceItem(
                id=item["id"],
                label=text_of(item["label"]),
                numbers=tuple(part_of({"type": "count", **number}) for number in item.get("numbers", ())),
                interpretations=tuple(item.get("interpretations", ())),
            )
            for item in data["items"]
        ),
    )
