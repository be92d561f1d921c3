"""A short run of mutated workbooks; `python tests/fuzz/run.py` makes a long one."""

from __future__ import annotations

from fuzz.run import run


def test_mutated_workbooks():
    assert run(count=150, seed=20, workers=2) == []
