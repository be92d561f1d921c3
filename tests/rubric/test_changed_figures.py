"""Each figure of the rubric counts: with another one, the program and the independent scorer no longer agree."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import pytest

from helpers import oracle
from helpers.entries import entry
from qa_excel.rubric.building import build_rubric
from qa_excel.rubric.files import shipped_rubric
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score

DATA = shipped_rubric("onesqa-r4")
SCORED = {"max", "threshold", "points_each", "full_at", "at_least", "deduction", "first_year", "weights"}
NOT_SCORED = {("first_year",), ("max",), ("tested", 0, "first_year")}
"""The first year is told by the cover, and the first list begins before it; the whole of the points is told, not
summed."""


def figures(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each figure that decides a score."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        at = (*path, key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            named = SCORED & {part for part in at if isinstance(part, str)}
            of_whole = at in NOT_SCORED or (at[-1] == "max" and "criteria" not in at)
            if named and not of_whole:
                yield at
        yield from figures(value, at)


FIGURES = sorted(figures(DATA), key=str)


def changed(path: tuple[Any, ...], every_subject: bool) -> Rubric:
    """The rubric with one figure more by 1; every_subject: as an edition that counts all of them."""
    data = copy.deepcopy(DATA)
    node = data
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] += 1
    if every_subject:
        del data["tested"]
    return build_rubric(data)


def area_of(path: tuple[Any, ...]) -> int:
    """The area whose scores a figure decides; that of the tables where it decides more than one."""
    return path[1] + 1 if path[0] == "areas" else 1


def same(rubric: Rubric, submission: dict[str, Any]) -> bool:
    """Whether the program, by a rubric, and the independent scorer give every indicator the same net score."""
    told = oracle.score(submission, oracle.TESTED if rubric.tested else None)["indicators"]
    own = {name: scored.score for name, scored in score(submission, rubric).indicators.items()}
    return all(told[name]["score"] == (None if figure is None else float(figure)) for name, figure in own.items())


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: ".".join(map(str, path)))
def test_another_figure_is_noticed(path: tuple[Any, ...]) -> None:
    rubric = changed(path, every_subject=path[-1] in ("points_each", "full_at"))
    drawn = (entry("onesqa-r4", area_of(path), f"figure {n}").meant("program") for n in count())
    assert any(not same(rubric, submission) for submission in islice(drawn, 300))
