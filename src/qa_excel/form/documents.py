"""A submission as JSON: read strictly for filling, leniently for scoring, and put into canonical form."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from qa_excel.files.plain import read_plain
from qa_excel.form.schema import misfits
from qa_excel.kinds.inputs import Path
from qa_excel.rubric.building import load_rubric, rubric_ids
from qa_excel.rubric.inputs import Field, fields, plant
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.traces import status_choices
from qa_excel.thai.days import meant
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.typed import BLANK, Value, clean_text, normalise, to_decimal, to_json_number


class DocumentError(Said):
    """A JSON document that is no submission; `where` is the path of the first fault."""

    def __init__(self, where: str, reason: Text):
        super().__init__(Text(f"{where}: {reason.th}", f"{where}: {reason.en}"))
        self.where = where
        self.reason = reason


def load_json(path: FilePath) -> Any:
    """The JSON of a file. Raises DocumentError for what is no JSON, or has NaN, a number beyond floats, a key twice."""

    def number(text: str) -> int | float:
        if not math.isfinite(float(text)):
            raise DocumentError("/", Text("มีตัวเลขที่ใช้ไม่ได้", "it holds a number that is no use"))
        return int(text) if text.lstrip("-").isdecimal() else float(text)

    repeated: list[tuple[dict[str, Any], str]] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        given = dict(pairs)
        if len(given) < len(pairs):
            repeated.append((given, Counter(key for key, _ in pairs).most_common(1)[0][0]))
        return given

    try:
        text = read_plain(path).decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=once, parse_constant=number, parse_float=number, parse_int=number)
    except (ValueError, RecursionError) as error:
        line = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise DocumentError("/", Text(f"ไม่ใช่ JSON ที่ถูกต้อง{line}", f"not valid JSON{line}")) from None
    if repeated:
        inside, key = repeated[0]
        where = "/".join(["", *(_path_to(inside, data) or ()), key])
        raise DocumentError(where, Text("มีคีย์นี้มากกว่าหนึ่งครั้ง", "this key is there more than once"))
    return data


def _path_to(wanted: Any, data: Any, depth: int = 8) -> Path | None:
    """Where in the data that very object stands; None where it is no part of it, or deeper than in a submission."""
    if data is wanted:
        return ()
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    below = ((str(key), _path_to(wanted, value, depth - 1)) for key, value in (inside if depth else ()))
    return next(((key, *path) for key, path in below if path is not None), None)


def identify(data: Any) -> tuple[Rubric, int | None]:
    """The rubric and area that a submission says it is of. Raises DocumentError where there is no such."""
    if not isinstance(data, dict):
        raise DocumentError("/", Text("ต้องเป็นออบเจกต์ JSON", "must be a JSON object"))
    name = data.get("rubric")
    if name not in rubric_ids():
        known = ", ".join(rubric_ids())
        raise DocumentError("/rubric", Text(f"ต้องเป็นค่าใดค่าหนึ่งใน {known}", f"must be one of {known}"))
    rubric = load_rubric(name)
    area = data.get("area") if rubric.areas else None
    if isinstance(area, bool) or area not in rubric.workbooks:
        known = ", ".join(map(str, rubric.workbooks))
        raise DocumentError("/area", Text(f"ต้องเป็นค่าใดค่าหนึ่งใน {known}", f"must be one of {known}"))
    return rubric, None if area is None else int(area)


def require(data: Any, typed: bool = False) -> tuple[Rubric, int | None]:
    """Refuse a submission that does not fit its schema. Raises DocumentError for the first misfit."""
    rubric, area = identify(data)
    for misfit in misfits(data, rubric, area, typed):
        raise DocumentError(misfit.where, misfit.reason)
    return rubric, area


def value_of(given: Field, raw: Any, rubric: Rubric) -> Value:
    """One input of a workbook, normalised."""
    if raw is None:
        return BLANK
    choices = status_choices(rubric) if given.kind == "choice" else None
    return normalise(raw, given.kind, choices, rubric.first_year)


def canonical(rubric: Rubric, area: int | None, typed: Mapping[Path, Any]) -> dict[str, Any]:
    """The canonical JSON shape of what was typed; an invalid input stays the text or number it is."""
    data: dict[str, Any] = {"rubric": rubric.id, **({"area": area} if area else {})}
    levels: list[str] = []
    year: int | None = None
    for given in fields(rubric, area):
        raw = typed.get(given.path)
        if raw is None:
            continue
        value = value_of(given, raw, rubric)
        if given.path == ("year",) and value.ok:
            year = value.value
        if value.blank:
            continue
        if "levels" in given.path:
            levels += given.path[-1:] if value.value is True else ()
            data.setdefault("school", {})["levels"] = levels
            continue
        plain = _plain(value.value if value.ok else value.raw)
        plant(data, given.path, _meant(plain, year) if given.kind == "date" and value.ok else plain)
    if not levels:
        data.get("school", {}).pop("levels", None)
    data.setdefault("answers" if rubric.areas else "items", {})
    return data


def _meant(day: str, year: int | None) -> str:
    """The day that is meant in the year of the submission; where none can be, the one that was typed."""
    taken = meant(date.fromisoformat(day), year)
    return taken.isoformat() if taken else day


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return to_json_number(value)
    if isinstance(value, int | float):
        number = to_decimal(value)
        return str(value) if number is None else to_json_number(number)
    if isinstance(value, date):
        return value.isoformat()
    return clean_text(str(value))
