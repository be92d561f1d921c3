"""The JSON Schema of a rubric's data: what every edition holds, and what each kind of criterion says of itself."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from qa_excel.kinds import all_kinds

_BASE = Path(__file__).with_name("edition.schema.json")


@cache
def rubric_schema() -> dict[str, Any]:
    """The schema of a rubric file (draft 2020-12)."""
    schema: dict[str, Any] = json.loads(_BASE.read_text(encoding="utf-8"))
    kinds, parts = all_kinds(), schema["$defs"]
    for part, allowed in (("criterion", "AS_CRITERION"), ("item", "AS_ITEM")):
        parts[part]["properties"]["kind"] = {"enum": [name for name, kind in kinds.items() if getattr(kind, allowed)]}
    parts["ofKind"] = {
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}},
                "then": {"required": list(kind.REQUIRED), "properties": dict(kind.PROPERTIES)},
            }
            for name, kind in kinds.items()
            if kind.PROPERTIES
        ]
    }
    return schema
