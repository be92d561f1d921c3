"""An item of a checklist with several inputs, all of which must be met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Input, part_of
from qa_excel.thai.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class AllOf(Criterion):
    kind = "all_of"
    word = Text("ครบทุกค่า", "all_of")
    REQUIRED = ("parts",)
    PROPERTIES: ClassVar[Mapping[str, Any]] = {
        "parts": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["key", "type", "label"],
                "properties": {
                    "key": {"type": "string", "pattern": "^[a-z_0-9]+$"},
                    "type": {"enum": ["count", "number", "percent", "yesno"]},
                    "at_least": {"$ref": "#/$defs/points"},
                    "label": {"$ref": "#/$defs/text"},
                    "unit": {"$ref": "#/$defs/text"},
                },
                "additionalProperties": False,
            },
        }
    }
    AS_CRITERION = False
    AS_ITEM = True

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        return tuple(part_of(part) for part in data["parts"])
