"""A workbook to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import books


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Area 2 of a school whose answers are complete: 1.2 points for criterion 1 of IND5."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(next(books.COMPLETE_SCHOOL.glob("*ด้าน2*")).read_bytes())
    return path
