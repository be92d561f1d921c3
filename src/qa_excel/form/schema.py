"""JSON Schemas (draft 2020-12) derived from the rubric, and checking against them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import Any, ClassVar

from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.rubric.inputs import Field, fields
from qa_excel.rubric.model import Rubric
from qa_excel.thai.privacy import LARGEST
from qa_excel.thai.text import Text
from qa_excel.thai.typed import LAST_YEAR
from qa_excel.thai.words import counted

MAX_TEXT = 32_767
"""Characters that an Excel cell holds."""
_BASE = "https://qa-excel.invalid/schemas/"
_SCHOOL_CODE = "^([0-9]{8}|[0-9]{10})$(?!\\n)"
_XML_TEXT = "^[^\\u0000-\\u0008\\u000b-\\u001f\\ud800-\\udfff\\ufffe\\uffff]*$"
_DATE = "^(19[5-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$(?!\\n)"


def schema_name(rubric: Rubric, area: int | None) -> str:
    """The file name of a submission's schema in `schemas/`."""
    return f"{rubric.id}.area{area}.schema.json" if area else f"{rubric.id}.schema.json"


@cache
def submission_schema(rubric: Rubric, area: int | None, typed: bool = False) -> dict[str, Any]:
    """The schema of one workbook's submission.

    typed: only the shape is prescribed, and any scalar is let through where an input stands, because
    the normaliser judges it.
    """
    properties: dict[str, Any] = {"rubric": {"const": rubric.id}}
    required = ["rubric", "year", "school", "answers" if area else "items"]
    if area:
        properties["area"] = {"const": area}
        required.insert(1, "area")
    levels = _levels(rubric, typed)
    tree: dict[str, Any] = {}
    for given in fields(rubric, area):
        node = tree
        path = given.path[:2] if "levels" in given.path else given.path
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = levels if "levels" in given.path else _leaf(given, rubric, typed)
    for indicator in rubric.area(area).indicators if area else ():
        # Of some nothing is asked, yet an empty object may stand there.
        tree.setdefault("deductions", {}).setdefault(indicator.id, {})
        for criterion in indicator.criteria:
            tree["answers"][indicator.id].setdefault(criterion.id, {})
    for part, content in tree.items():
        properties[part] = _object(content)
    properties["school"]["required"] = ["code", "levels"] if area else ["code"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_BASE}{schema_name(rubric, area)}",
        "title": f"{rubric.title.en}" + (f", area {area}: {rubric.area(area).name.en}" if area else ""),
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def _object(content: Any) -> Any:
    """Nested dicts of leaves as object schemas; a leaf is marked by its schema's own keywords."""
    if isinstance(content, _Leaf):
        return dict(content)
    properties = {key: _object(value) for key, value in content.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


class _Leaf(dict[str, Any]):
    """The schema of one input."""


@cache
def _levels(rubric: Rubric, typed: bool) -> _Leaf:
    if typed:
        return _Leaf({"type": "array", "items": {"type": "string"}})
    ids = [grade.id for grade in rubric.grades]
    ordered = [list(some) for n in range(1, len(ids) + 1) for some in combinations(ids, n)]
    return _Leaf({"type": "array", "enum": ordered, "description": "The grades taught, in order."})


def _leaf(given: Field, rubric: Rubric, typed: bool) -> _Leaf:
    described = {"description": given.input.label.en}
    if typed:
        return _Leaf({"type": ["string", "number", "boolean", "null"], **described})
    match given.input.kind:
        case "yesno":
            kind: dict[str, Any] = {"type": "boolean"}
        case "count":
            kind = {"type": "integer", "minimum": 0, "maximum": LARGEST}
        case "number":
            kind = {"type": "number", "minimum": 0, "maximum": LARGEST}
        case "percent":
            kind = {"type": "number", "minimum": 0, "maximum": 100}
        case "year":
            kind = {"type": "integer", "minimum": rubric.first_year, "maximum": LAST_YEAR}
        case "choice":
            kind = {"enum": [status.id for status in rubric.statuses]}
        case "school_code":
            kind = {"type": "string", "pattern": _SCHOOL_CODE}
        case "date":
            kind = {"type": "string", "format": "date", "pattern": _DATE}
        case _:
            kind = {"type": "string", "maxLength": MAX_TEXT, "pattern": _XML_TEXT}
    return _Leaf({**kind, **described})


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place where data does not fit a schema."""

    path: Path
    reason: Text

    @property
    def where(self) -> str:
        return "/" + "/".join(self.path)


def misfits(data: Any, rubric: Rubric, area: int | None, typed: bool = False) -> Iterator[Misfit]:
    """Where a submission does not fit its schema, in the order of its keys."""
    compiled = _compiled(rubric, area, typed)
    if compiled.fits(data):
        return
    yield from compiled.misfits(data, ())
    if not typed:
        for given in fields(rubric, area):
            text = dig(data, given.path)
            # The schema counts code points; Excel counts a sign beyond the basic plane twice.
            if isinstance(text, str) and len(text) <= MAX_TEXT < len(text.encode("utf-16-le", "surrogatepass")) // 2:
                yield Misfit(given.path, _reason("maxLength", MAX_TEXT))


@cache
def _compiled(rubric: Rubric, area: int | None, typed: bool) -> _Branch:
    return _Branch(submission_schema(rubric, area, typed))


def _node(schema: dict[str, Any]) -> _Node:
    return _Branch(schema) if "properties" in schema else _Judge.of(schema)


class _Branch:
    """An object: its keys are all known, and each leads to an object or a value."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.inside = {key: _node(value) for key, value in schema["properties"].items()}
        self.required: dict[str, None] = dict.fromkeys(schema.get("required", ()))
        self.required_first = next(key for key in schema if key in ("required", "properties")) == "required"

    def fits(self, data: Any) -> bool:
        """Whether there certainly are no misfits, which is soon told."""
        if data.__class__ is not dict or not self.required.keys() <= data.keys():
            return False
        inside = self.inside
        for key, value in data.items():
            node = inside.get(key)
            if node is None or not node.fits(value):
                return False
        return True

    def misfits(self, data: Any, path: Path) -> Iterator[Misfit]:
        if not isinstance(data, dict):
            yield Misfit(path, _reason("type", "object"))
            return
        lacking = [key for key in self.required if key not in data]
        required = [Misfit((*path, key), Text("ต้องมีคีย์นี้", "this key is required")) for key in lacking]
        yield from required if self.required_first else ()
        for key, node in self.inside.items():
            if key in data:
                value = data[key]
                if isinstance(node, _Branch):
                    yield from node.misfits(value, (*path, key))
                else:
                    for within, reason in node.faults(value):
                        yield Misfit((*path, key, *within), reason)
        for key in data:
            if key not in self.inside:
                yield Misfit((*path, key), Text("ไม่รู้จักคีย์นี้", "unknown key"))
        yield from required if not self.required_first else ()


class _Judge:
    """jsonschema's word on a value. It is kept: the inputs are of few kinds, and their values repeat."""

    known: ClassVar[dict[str, _Judge]] = {}

    def __init__(self, schema: dict[str, Any]) -> None:
        from jsonschema import Draft202012Validator

        self.validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        self._kept = lru_cache(maxsize=8192, typed=True)(self._faults)

    @classmethod
    def of(cls, schema: dict[str, Any]) -> _Judge:
        """The same one for inputs of the same kind."""
        kept = {key: value for key, value in schema.items() if key != "description"}
        # Of the long list of grades there is but one, which the judge then holds.
        key = json.dumps(
            {name: id(value) if name == "enum" and len(value) > 99 else value for name, value in kept.items()}
        )
        if key not in cls.known:
            cls.known[key] = cls(kept)
        return cls.known[key]

    def fits(self, value: Any) -> bool:
        if value.__class__ is str:
            return len(value) <= MAX_TEXT // 2 and not self._kept(value)
        return not self.faults(value)

    def faults(self, value: Any) -> tuple[tuple[Path, Text], ...]:
        """(path within the value, reason) of each fault."""
        if isinstance(value, str | bool | int | float):
            return self._kept(value)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return self._kept(tuple(value))
        return self._faults(value)

    def _faults(self, value: Any) -> tuple[tuple[Path, Text], ...]:
        return tuple(
            (tuple(map(str, error.absolute_path)), _reason(str(error.validator), error.validator_value))
            for error in self.validator.iter_errors(list(value) if isinstance(value, tuple) else value)
        )


_Node = _Branch | _Judge


_TYPES = {
    "string": Text("ข้อความ", "a text"),
    "number": Text("ตัวเลข", "a number"),
    "integer": Text("จำนวนเต็ม", "a whole number"),
    "boolean": Text("ค่า true หรือ false", "true or false"),
    "array": Text("รายการ [ ]", "a list [ ]"),
    "object": Text("ออบเจกต์ { }", "an object { }"),
    "null": Text("ค่า null", "null"),
}


def _reason(validator: str, value: Any) -> Text:
    match validator:
        case "type":
            kinds = [_TYPES[kind] for kind in ([value] if isinstance(value, str) else value)]
            th, en = (word.join(kind.get(lang) for kind in kinds) for lang, word in (("th", " หรือ "), ("en", " or ")))
            return Text(f"ต้องเป็น{th}", f"must be {en}")
        case "minimum":
            return Text(f"ต้องไม่น้อยกว่า {value}", f"must be at least {value}")
        case "maximum":
            return Text(f"ต้องไม่เกิน {value}", f"must be at most {value}")
        case "const":
            return Text(f"ต้องเป็น {value}", f"must be {value}")
        case "enum":
            shown = ", ".join(map(str, value))
            return Text(f"ต้องเป็นค่าใดค่าหนึ่งใน {shown}", f"must be one of {shown}")
        case "maxLength":
            return Text(f"ข้อความยาวเกิน {value} อักขระ", f"longer than {counted(value, 'character')}")
        case "format":
            return Text("ต้องเป็นวันที่ที่มีจริง ในรูป YYYY-MM-DD", "must be a real date, YYYY-MM-DD")
        case "pattern" if value == _XML_TEXT:
            return Text("มีอักขระที่แฟ้ม Excel เก็บไม่ได้", "holds characters that an Excel file can't")
        case "pattern" if value == _SCHOOL_CODE:
            return Text("ต้องเป็นตัวเลข 8 หรือ 10 หลัก", "must be 8 or 10 digits")
        case _:
            return Text("มีรูปแบบไม่ถูกต้อง", "does not have the right form")
