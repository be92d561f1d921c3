"""A workbook read in both ways: as usually written, and by the reader for everything else, which is the judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from qa_excel.checks import check
from qa_excel.files.guard import Package
from qa_excel.reading import altered, grids
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook

DAY = date(2024, 6, 1)


@contextmanager
def other_lane() -> Iterator[None]:
    """Within, no workbook is taken for one that is written as usual, and no sheet for one that is known."""
    with (
        mock.patch.object(grids, "usual_rows", lambda package: None),
        mock.patch.object(altered, "scores_as_printed", lambda *_: None),
    ):
        yield


def takes_the_fast_lane(path: Path) -> bool:
    taken = []
    usual_rows = grids.usual_rows

    def noted(package: Package) -> Any:
        rows = usual_rows(package)
        taken.append(rows is not None)
        return rows

    with mock.patch.object(grids, "usual_rows", noted):
        read_workbook(path)
    return taken == [True]


def told(result: FileResult) -> dict[str, Any]:
    """All that a result says, values with their types."""
    said: dict[str, Any] = {
        "problems": [(p.code, p.source, p.field, repr(p.params), p.others) for p in result.problems],
        "digest": getattr(result, "digest", ""),
        "sign": str(getattr(result, "sign", "")),
        "beside": getattr(result, "beside", {}),
    }
    if submission := result.submission:
        said |= {
            "data": submission.data,
            "typed": {path: (type(value), repr(value)) for path, value in submission.typed.items()},
            "sources": submission.sources,
            "card": submission.scorecard.to_json(),
        }
    return said


def both(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is told of a workbook in the fast lane, where it takes it, and in the other."""
    fast = told(check(read_workbook(path), DAY))
    with other_lane():
        return fast, told(check(read_workbook(path), DAY))
