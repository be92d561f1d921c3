"""The result of a merge in JSON, in the shape that schemas/district.schema.json describes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pandas import isna
from pandas.api.typing import NAType

from qa_excel.district.analysis import Analysis, Mean, Standing, Unit, decimal
from qa_excel.district.data.dataset import SUPERSEDED
from qa_excel.district.merging import IQA_KEY, MISSING, VALID
from qa_excel.kinds.outcome import half_up
from qa_excel.scoring.scorecard import json_figure
from qa_excel.summary.parts import rows_of

_Key = tuple[str, str]
"""(district, school code)"""


def district_json(analysis: Analysis) -> dict[str, Any]:
    """The district's figures, its schools and what was found; of a province each school names its district."""
    return {"district": _about(analysis), "schools": _schools(analysis), "problems": _problems(analysis)}


def _about(analysis: Analysis) -> dict[str, Any]:
    data, lang = analysis.data, analysis.data.lang
    total, progress = analysis.mean(analysis.total), analysis.mean(analysis.progress)
    spread = analysis.spread(analysis.total)
    standings = analysis.standings
    several = {"districts": [_part(analysis, unit) for unit in analysis.units]} if data.level == "district" else {}
    timely = {"on_time": analysis.timely(True), "late": analysis.timely(False), "timed_by": analysis.timed_by}
    timely = timely if data.timed else {}
    due = {key: day for key, day in (("due", data.due), ("iqa_due", data.iqa_due)) if day}
    return {
        "name": data.name,
        "year": data.year,
        "iqa_year": data.iqa_year,
        "rubric": data.rubric.id,
        "rubric_version": data.rubric.version,
        "iqa_rubric": data.traces.id,
        "iqa_rubric_version": data.traces.version,
        "expected": analysis.expected,
        "received": analysis.received,
        "valid": analysis.valid,
        **due,
        **timely,
        "schools_expected": len(standings),
        "schools_received": sum(standing.received > 0 for standing in standings),
        "schools_complete": sum(standing.complete for standing in standings),
        "schools_with_total": total.count,
        "mean_total": json_figure(total.value),
        "median_total": json_figure(spread.median),
        "deviation_total": json_figure(spread.deviation),
        "max": json_figure(total.max),
        "percent": json_figure(total.percent),
        "areas": {
            str(area.area): {"name": area.name.get(lang), **_mean(analysis.mean(area))} for area in analysis.areas
        },
        "indicators": {
            i.key: {"name": i.name.get(lang), "area": i.area, **_mean(analysis.mean(i))} for i in analysis.indicators
        },
        "iqa": {
            "percent": json_figure(progress.value),
            "workbooks": progress.count,
            "processes": {
                process.id: {"name": process.name.get(lang), "percent": json_figure(analysis.mean(measure).value)}
                for process, measure in zip(data.traces.processes, analysis.processes, strict=True)
            },
        },
        **several,
        "problems": analysis.severities(),
    }


def _part(analysis: Analysis, unit: Unit) -> dict[str, Any]:
    """One district of a province."""
    total = unit.mean(analysis.total)
    return {
        "name": unit.name,
        "schools_expected": len(unit.standings),
        "schools_with_total": total.count,
        "mean_total": json_figure(total.value),
        "areas": {str(area.area): json_figure(unit.value(area)) for area in analysis.areas},
        "iqa_percent": json_figure(unit.value(analysis.progress)),
    }


def _mean(mean: Mean) -> dict[str, Any]:
    return {
        "mean": json_figure(mean.value),
        "max": json_figure(mean.max),
        "percent": json_figure(mean.percent),
        "workbooks": mean.count,
    }


# --- Schools ---


def _schools(analysis: Analysis) -> list[dict[str, Any]]:
    indicators = _indicators(analysis)
    files = _files(analysis)
    return [_school(analysis, standing, indicators, files) for standing in analysis.standings]


def _school(
    analysis: Analysis,
    standing: Standing,
    indicators: dict[_Key, dict[str, Any]],
    files: dict[_Key, dict[str, str | None]],
) -> dict[str, Any]:
    key = (standing.district, standing.code)
    of = {"district": standing.district} if analysis.data.level == "district" else {}
    return {
        "code": standing.code,
        "name": standing.name,
        **of,
        "total": json_figure(standing.total),
        "max": json_figure(analysis.data.rubric.max),
        "areas": {
            str(area.id): {
                "score": json_figure(standing.areas.get(area.id)),
                "max": json_figure(area.max),
                "status": standing.statuses[str(area.id)],
            }
            for area in analysis.data.rubric.areas
        },
        "indicators": indicators.get(key, {}),
        "iqa": _traces(standing),
        "workbooks": dict(standing.statuses),
        "files": files[key],
    }


def _traces(standing: Standing) -> dict[str, Any]:
    status = standing.statuses.get(IQA_KEY, MISSING)
    whole = standing.done if status in VALID else None
    figures = _progress(whole) if whole else dict.fromkeys(("done", "total", "percent"))
    processes = {process: _progress(part) for process, part in standing.progress.items()} if whole else {}
    return {"status": status, **figures, "processes": processes}


def _progress(progress: tuple[int, int]) -> dict[str, Any]:
    done, total = progress
    return {"done": done, "total": total, "percent": json_figure(half_up(decimal(100 * done) / total))}


def _files(analysis: Analysis) -> dict[_Key, dict[str, str | None]]:
    files: dict[_Key, dict[str, str | None]] = defaultdict(dict)
    for row in rows_of(analysis.data["submissions"]):
        if row.status != SUPERSEDED:
            files[row.district, row.school_code][row.workbook] = row.file or None
    return files


def _indicators(analysis: Analysis) -> dict[_Key, dict[str, Any]]:
    """School → indicator → what `score` shows of it."""
    schools: dict[_Key, dict[str, Any]] = defaultdict(dict)
    for row in rows_of(analysis.data["scores"]):
        schools[row.district, row.school_code][row.indicator] = {
            **{name: _number(getattr(row, name)) for name in ("gross", "deduction", "score", "max")},
            "missing": row.missing,
            "criteria": [],
            "conditions": [],
        }
    for row in rows_of(analysis.data["criteria"]):
        items = [item.split("=") for item in row.items.split("; ")] if row.items else []
        schools[row.district, row.school_code][row.indicator]["criteria"].append(
            {
                "id": row.criterion,
                "points": _number(row.points),
                "max": _number(row.max),
                "reason": row.reason,
                **({"items": [{"id": name, "met": met == "true"} for name, met in items]} if items else {}),
            }
        )
    for row in rows_of(analysis.data["conditions"]):
        resolved = {"resolved": _answer(row.resolved)} if row.resolvable else {}
        told = {"id": row.condition, "found": _answer(row.found), **resolved, "deducts": _answer(row.deducts)}
        schools[row.district, row.school_code][row.indicator]["conditions"].append(told)
    return schools


def _number(value: float) -> int | float | None:
    return json_figure(decimal(value))


def _answer(value: bool | NAType) -> bool | None:
    return None if isna(value) else value


def _problems(analysis: Analysis) -> list[dict[str, Any]]:
    names = ("code", "severity", "file", "sheet", "cell", "field", "message", "hint")
    return [
        {**{name: getattr(row, name) for name in names}, "school_code": row.school_code or None}
        for row in rows_of(analysis.data["problems"])
    ]
