"""The data dictionary: the tidy tables of a merge, their fields, and how they are described to other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qa_excel.thai.text import Text

_FILE = Path(__file__).with_name("data_dictionary.yaml")
_GUIDE = Path(__file__).with_name("data_guide.md")


@dataclass(frozen=True, slots=True)
class DataField:
    """A column of a table. type: string, integer, number, boolean or date, as in the Table Schema.

    constraints: those of the Table Schema that every value meets; an empty one need not, unless it is required.
    """

    name: str
    type: str
    title: Text
    describe: Text
    constraints: dict[str, Any]

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True, slots=True)
class Within:
    """That each row of a table has its counterpart in `table`, found by `fields`, which are the key there."""

    table: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of the tidy data. `key` names the fields that together tell its rows apart, where there are such; `added`
    those that data of earlier versions lack, where they are blank."""

    name: str
    title: Text
    describe: Text
    fields: tuple[DataField, ...]
    key: tuple[str, ...]
    within: Within | None
    added: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    def schema(self, lang: str = "th") -> dict[str, Any]:
        """The Table Schema of Frictionless Data."""
        fields = [
            {
                "name": field.name,
                "type": field.type,
                "title": field.title.get(lang),
                "description": field.describe.get(lang),
                **({"constraints": field.constraints} if field.constraints else {}),
            }
            for field in self.fields
        ]
        schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
        if self.key and all(field.required for field in self.fields if field.name in self.key):
            schema["primaryKey"] = list(self.key)
        if self.within:
            keys = list(self.within.fields)
            schema["foreignKeys"] = [{"fields": keys, "reference": {"resource": self.within.table, "fields": keys}}]
        return schema


@cache
def tables() -> dict[str, DataTable]:
    """The tables by name, in order."""
    data = _described()
    return {name: _table(name, given, data["fields"]) for name, given in data["tables"].items()}


@cache
def history_table() -> DataTable:
    """The table of what a register says that happened, beside the others."""
    data = _described()
    return _table("history", data["history"], data["fields"])


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return described


def _table(name: str, given: dict[str, Any], fields: dict[str, Any]) -> DataTable:
    key = tuple(given.get("key", ()))
    required = {*key, *given.get("required", ())}
    enums = given.get("enum", {})

    def field(name: str) -> DataField:
        constraints = dict(fields[name].get("constraints", {}))
        if not constraints.setdefault("required", name in required):
            del constraints["required"]
        if name in enums:
            constraints["enum"] = enums[name]
        about = fields[name]
        return DataField(name, about["type"], Text(**about["title"]), Text(**about["describe"]), constraints)

    within = next((Within(table, tuple(looked_up)) for table, looked_up in given.get("within", {}).items()), None)
    columns = tuple(map(field, given["fields"]))
    added = frozenset(given.get("added", ()))
    return DataTable(name, Text(**given["title"]), Text(**given["describe"]), columns, key, within, added)


# --- docs/data.md ---


def data_document() -> str:
    """`docs/data.md`: the guide as it is written in `data_guide.md`, then the dictionary."""
    return _GUIDE.read_text(encoding="utf-8") + "\n" + "\n".join(_dictionary()) + "\n"


def _dictionary() -> Iterator[str]:
    yield "## พจนานุกรมข้อมูล · Data dictionary"
    yield ""
    yield "ส่วนนี้สร้างจากโปรแกรมด้วย `python -m qa_excel.doors.generated` ไม่ต้องแก้ไขด้วยมือ"
    yield ""
    yield "Generated from the program's own dictionary by `python -m qa_excel.doors.generated`; do not edit. 🔑 part of"
    yield "the key, ● never empty."
    for table in (*tables().values(), history_table()):
        yield ""
        yield f"### `{table.name}` {table.title.th} · {table.title.en}"
        yield ""
        yield f"{table.describe.th}"
        yield ""
        yield f"{table.describe.en}."
        if table.within:
            looked_up = ", ".join(f"`{name}`" for name in table.within.fields)
            yield ""
            yield f"→ `{table.within.table}` ({looked_up})"
        yield ""
        yield "| field | type | ความหมาย | meaning | |"
        yield "|---|---|---|---|---|"
        for field in table.fields:
            mark = "🔑" if field.name in table.key else "●" if field.required else ""
            th, en = (f"{field.title.get(lang)}: {field.describe.get(lang)}" for lang in ("th", "en"))
            yield f"| `{field.name}` | {field.type} | {th} | {en} | {mark} |"
