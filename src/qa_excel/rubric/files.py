"""Reading the rubrics' files: YAML that people edit, and the same made ready, so that no start reads YAML.

A YAML file is validated against its schema and added up before use. What was made ready of it is JSON beside it, which
names the file it was made of by its hash: where the two differ, the file itself is read.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from qa_excel.rubric.model import numbered
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

_MOST_SAID = 300
_FOLDER = Path(__file__).parent / "editions"
_Where = tuple[str | int, ...]


class RubricError(Said):
    """A rubric that does not add up; the message names the file's line. No fault of a file that is read by it."""

    def __init__(self, message: str) -> None:
        super().__init__(Text(f"แฟ้มเกณฑ์ไม่ถูกต้อง: {message}", f"a rubric file is wrong: {message}"))
        self.message = message

    def __str__(self) -> str:
        return self.message


def shipped_ids() -> tuple[str, ...]:
    """Ids of the rubrics in the package."""
    return _ids_in(_FOLDER)


@cache
def _ids_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def rubric_path(rubric_id: str) -> Path:
    """The file of a rubric; KeyError where there is none."""
    if rubric_id not in shipped_ids():
        raise KeyError(rubric_id)
    return _FOLDER / f"{rubric_id}.yaml"


def ready_path(rubric_id: str) -> Path:
    """The file that holds what was made ready of a rubric."""
    return _FOLDER / f"{rubric_id}.json"


def make_ready(rubric_id: str) -> str:
    """What `ready_path` is to hold. Raises RubricError as `read_rubric`."""
    path = rubric_path(rubric_id)
    data = {"made_of": _hash(path.read_bytes()), "rubric": read_rubric(path)}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def shipped_rubric(rubric_id: str) -> dict[str, Any]:
    """The plain data of a rubric of the package. Raises KeyError, and RubricError as `read_rubric`."""
    path, ready = rubric_path(rubric_id), ready_path(rubric_id)
    if ready.exists():
        data = json.loads(ready.read_text(encoding="utf-8"))
        if data["made_of"] == _hash(path.read_bytes()):
            rubric: dict[str, Any] = data["rubric"]
            return rubric
    return read_rubric(path)


def rubrics_digest() -> str:
    """Of all rubrics of the package: what two programs have in common that score alike."""
    return _hash(b"".join(rubric_path(rubric_id).read_bytes() for rubric_id in shipped_ids()))


def _hash(text: bytes) -> str:
    # A checkout on Windows may end its lines in its own way.
    return hashlib.sha256(text.replace(b"\r\n", b"\n")).hexdigest()


def read_rubric(path: Path) -> dict[str, Any]:
    """The plain data of a rubric file.

    Raises RubricError, naming file and line, where it is no YAML, does not fit `rubric.schema.json`
    or does not add up.
    """
    import yaml

    content = path.read_bytes()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = content.decode("utf-8")
        data: dict[str, Any] = yaml.load(text, Loader=loader)
    except UnicodeDecodeError as error:
        raise _wrong(path, content.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    except yaml.reader.ReaderError as error:
        raise _wrong(path, text.count("\n", 0, error.position) + 1, error.reason) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(path, mark.line + 1 if mark else 1, error) from None
    for where, what in _faults(data):
        raise _wrong(path, _line(text, where), what)
    return data


def _wrong(path: Path, line: int, what: object) -> RubricError:
    """What is wrong, in one line of which a reader sees the end."""
    said = " ".join(str(what).split())
    return RubricError(f"{path.name}:{line}: {said if len(said) <= _MOST_SAID else f'{said[:_MOST_SAID]}…'}")


def _faults(data: Any) -> Iterator[tuple[_Where, str]]:
    yield from _schema_faults(data)
    yield from _sum_faults(data)
    yield from _reference_faults(data)


def _schema_faults(data: Any) -> Iterator[tuple[_Where, str]]:
    from jsonschema import Draft202012Validator

    from qa_excel.rubric.schema import rubric_schema

    # A wrong kind asks for other keys, and leaves those that are there unevaluated: what follows comes last.
    last = ("required", "unevaluatedProperties")
    errors = sorted(
        Draft202012Validator(rubric_schema()).iter_errors(data),
        key=lambda e: (last.index(e.validator) + 1 if e.validator in last else 0, len(e.absolute_path)),
    )
    for error in errors:
        while error.context:
            error = max(error.context, key=lambda e: len(e.absolute_path))
        yield tuple(error.absolute_path), error.message


def _sum_faults(data: dict[str, Any]) -> Iterator[tuple[_Where, str]]:
    """Points that do not add up, the smallest part first: its line is the one to mend."""
    areas = data.get("areas", [])
    for a, area in enumerate(areas):
        for i, indicator in enumerate(area["indicators"]):
            if _total(indicator["criteria"]) != _decimal(indicator["max"]):
                total = _total(indicator["criteria"])
                yield ("areas", a, "indicators", i, "max"), f"the criteria of {indicator['id']} add up to {total}"
    for a, area in enumerate(areas):
        if _total(area["indicators"]) != _decimal(area["max"]):
            yield ("areas", a, "max"), f"the indicators of area {area['id']} add up to {_total(area['indicators'])}"
    if areas and _total(areas) != _decimal(data["max"]):
        yield ("max",), f"the areas add up to {_total(areas)}, not {data['max']}"


def _reference_faults(data: dict[str, Any]) -> Iterator[tuple[_Where, str]]:
    """Duplicate ids, and names of things that are not there."""
    for name in ("grades", "subjects", "statuses", "interpretations", "areas", "processes", "readiness"):
        yield from _duplicates(data.get(name, []), (name,))
    yield from _tested_faults(data)
    known = {interpretation["id"] for interpretation in data["interpretations"]}
    indicators: list[tuple[_Where, Any]] = []
    for a, area in enumerate(data.get("areas", [])):
        for i, indicator in enumerate(area["indicators"]):
            where: _Where = ("areas", a, "indicators", i)
            indicators.append(((*where, "id"), indicator["id"]))
            yield from _indicator_faults(indicator, where, known, {grade["id"] for grade in data["grades"]})
    yield from _repeated(indicators)
    yield from _rule_faults(data, {name for _, name in indicators})
    yield from _readiness_faults(data)
    items: list[tuple[_Where, Any]] = [
        (("processes", p, "items", i, "id"), item["id"])
        for p, process in enumerate(data.get("processes", []))
        for i, item in enumerate(process["items"])
    ]
    yield from _repeated(items)


def _tested_faults(data: dict[str, Any]) -> Iterator[tuple[_Where, str]]:
    """Lists of tested subjects out of the order of their years, or with grades or subjects that are not there."""
    grades, subjects = ({entry["id"] for entry in data.get(key, [])} for key in ("grades", "subjects"))
    before = 0
    for n, entry in enumerate(data.get("tested", [])):
        if entry["first_year"] <= before:
            yield ("tested", n, "first_year"), f"{entry['first_year']} does not follow {before}"
        before = entry["first_year"]
        for grade, ids in entry["subjects"].items():
            if grade not in grades:
                yield ("tested", n, "subjects"), f"unknown grade {grade}"
            for name in set(ids) - subjects:
                yield ("tested", n, "subjects", grade), f"unknown subject {name}"


def _rule_faults(data: dict[str, Any], indicators: set[str]) -> Iterator[tuple[_Where, str]]:
    """Changes of rules out of the order of their versions, beyond the edition's own, or of indicators that are not
    there."""
    before: tuple[int, ...] = ()
    for n, change in enumerate(data.get("rules", [])):
        version = numbered(change["version"])
        if version <= before:
            yield ("rules", n, "version"), f"{change['version']} does not follow the version before it"
        if version > numbered(data["version"]):
            yield ("rules", n, "version"), f"{change['version']} is newer than the edition's {data['version']}"
        before = version
        for name in change["indicators"]:
            if name not in indicators:
                yield ("rules", n, "indicators"), f"unknown indicator {name}"


def _readiness_faults(data: dict[str, Any]) -> Iterator[tuple[_Where, str]]:
    """Points of readiness that name indicators or criteria that are not there."""
    names = set()
    for area in data.get("areas", []):
        for indicator in area["indicators"]:
            names |= {indicator["id"], *(f"{indicator['id']}.{c['id']}" for c in indicator["criteria"])}
    known = {interpretation["id"] for interpretation in data["interpretations"]}
    for n, point in enumerate(data.get("readiness", [])):
        for name in point.get("interpretations", []):
            if name not in known:
                yield ("readiness", n, "interpretations"), f"unknown interpretation {name}"
        for key in ("criteria", "beside"):
            for name in point.get(key, []):
                if name not in names:
                    yield ("readiness", n, key), f"unknown criterion {name}"


def _indicator_faults(
    indicator: dict[str, Any], where: _Where, known: set[str], grades: set[str]
) -> Iterator[tuple[_Where, str]]:
    answers = []
    for c, criterion in enumerate(indicator["criteria"]):
        answers.append(((*where, "criteria", c), criterion))
        answers += [((*where, "criteria", c, "items", i), x) for i, x in enumerate(criterion.get("items", []))]
        for grade in criterion.get("weights", {}):
            if grade not in grades:
                yield (*where, "criteria", c, "weights"), f"unknown grade {grade}"
        for key in ("population", "sample_of"):
            named = criterion.get(key)
            if named and named[0].isdigit() and named not in {other["id"] for other in indicator["criteria"]}:
                yield (*where, "criteria", c, key), f"unknown criterion {named}"
    for n, condition in enumerate(indicator.get("conditions", [])):
        answers.append(((*where, "conditions", n), condition))
    yield from _repeated([((*at, "id"), answer["id"]) for at, answer in answers])
    for at, answer in answers:
        for name in answer.get("interpretations", []):
            if name not in known:
                yield (*at, "interpretations"), f"unknown interpretation {name}"


def _duplicates(entries: list[dict[str, Any]], where: _Where) -> Iterator[tuple[_Where, str]]:
    yield from _repeated([((*where, n, "id"), entry["id"]) for n, entry in enumerate(entries)])


def _repeated(ids: list[tuple[_Where, Any]]) -> Iterator[tuple[_Where, str]]:
    seen: Counter[Any] = Counter()
    for where, name in ids:
        seen[name] += 1
        if seen[name] > 1:
            yield where, f"duplicate id {name}"


def _total(entries: list[dict[str, Any]]) -> Decimal:
    return sum((_decimal(entry["max"]) for entry in entries), Decimal(0))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _line(text: str, where: _Where) -> int:
    """The line (from 1) of the deepest node on a path."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        return 1
    line: int = node.start_mark.line
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line + 1
