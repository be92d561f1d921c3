"""Whoever changes one number, reference or sign of a workbook's formulas is told: by a score that is another one.

A sample of all changes, in four workbooks; `tests/fuzz/mutants.py` tries every one.
"""

from __future__ import annotations

from random import Random

import pytest

from helpers.mutants import Bench

CHANGES, STATES = 150, 12
NOTICED = 0.93
"""The rest is nearly all the same in every state that can be, such as INT for ROUND of a whole number."""


@pytest.mark.parametrize("area", [4, 5, 6, 7])
def test_changed_formulas_are_noticed(area: int) -> None:
    bench = Bench("onesqa-r4", area, STATES)
    changes = Random(area).sample(list(bench.mutants()), CHANGES)
    unnoticed = [bench.formula(cell, other) for cell, (_, other) in changes if not bench.tells(cell, other)]
    assert len(unnoticed) <= (1 - NOTICED) * CHANGES, unnoticed
