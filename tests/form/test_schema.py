"""Whether a submission fits its schema is judged value by value; jsonschema, given the whole of it, says the same."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from helpers.fillings import drawn
from qa_excel.form.schema import misfits, submission_schema
from qa_excel.rubric.building import load_rubric, rubric_ids

WORKBOOKS = [(rubric, area) for rubric in rubric_ids() for area in load_rubric(rubric).workbooks]
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, -1, 0.5, 101, 2563, 10**9),
    *("", "a", "a\x01", "x" * 32_768, "2020-02-30", "2020-02-29", "12345678", "12345678\n"),
    *([], ["P1"], ["P1", 1], ["P2", "P1"], [{}], {}, {"a": 1}),
)


def _whole(data: Any, rubric: Any, area: int | None, typed: bool) -> list[tuple[str, ...]]:
    """The places that jsonschema finds; of several keys that lack, or are unknown, each."""
    validator = Draft202012Validator(
        submission_schema(rubric, area, typed), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    found = []
    for error in validator.iter_errors(data):
        path = tuple(map(str, error.absolute_path))
        if error.validator == "required":
            found.append((*path, error.message.split("'")[1]))
        elif error.validator == "additionalProperties":
            found += [(*path, key) for key in error.instance if key not in error.schema["properties"]]
        else:
            found.append(path)
    return found


def _mutated(data: Any, chance: random.Random) -> Any:
    data = copy.deepcopy(data)
    for _ in range(chance.randint(1, 4)):
        node = data
        while True:
            key = chance.choice(sorted(node) or ["new"])
            inside = node.get(key)
            if not isinstance(inside, dict) or not inside or chance.random() < 0.2:
                break
            node = inside
        match chance.randrange(3):
            case 0:
                node.pop(key, None)
            case 1:
                node[key] = chance.choice(VALUES)
            case _:
                node[f"{key}x"] = chance.choice(VALUES)
    return data


@pytest.mark.parametrize(("rubric_id", "area"), WORKBOOKS)
@pytest.mark.parametrize("typed", [False, True])
def test_the_same_places_in_the_same_order(rubric_id: str, area: int | None, typed: bool) -> None:
    rubric, chance = load_rubric(rubric_id), random.Random(7)
    submissions, seen = drawn(rubric_id, area, 4), 0
    for _ in range(12):
        data = _mutated(chance.choice(submissions), chance)
        wanted = _whole(data, rubric, area, typed)
        # What the schema alone can't say, how Excel counts signs, comes last.
        assert [misfit.path for misfit in misfits(data, rubric, area, typed)] == wanted
        seen += len(wanted)
    assert seen


def test_kinds_of_values_are_told_apart() -> None:
    """1 is a number and True is none, whichever was judged first."""
    rubric = load_rubric("onesqa-r4")
    area = rubric.workbooks[0]
    header = {"rubric": rubric.id, "area": area, "school": {"code": "12345678", "levels": ["P1"]}, "answers": {}}
    for year, count in ((2563, 0), (2563.0, 0), (True, 1), (1, 1), (1.0, 1)):
        found = misfits(header | {"year": year}, rubric, area)
        assert sum(misfit.path == ("year",) for misfit in found) == count
