"""A workbook's own calculation as a proof of the functions: what spreadsheet engines make of it is what they answer."""

from __future__ import annotations

import pytest

from fuzz.native import run


@pytest.mark.libreoffice
def test_two_engines_show_what_the_program_says() -> None:
    """Of 200 workbooks; `python tests/fuzz/native.py` runs more."""
    assert list(run(200, seed=1)) == []
