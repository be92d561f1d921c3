"""Figures of a data folder, worked out by plain pandas and whole numbers."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers.figures import cents
from helpers.oracle import INDICATORS


class Tidy:
    """The CSV files of a data folder as text, by plain pandas, and figures of them by whole numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getattr__(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            raise AttributeError(name)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        setattr(self, name, frame)
        return frame

    @cached_property
    def counting(self) -> pd.DataFrame:
        """The workbooks that are expected of the schools, each with the copy that counts."""
        return self.submissions[self.submissions.status != "superseded"]

    @cached_property
    def valid(self) -> pd.DataFrame:
        return self.counting[self.counting.status.isin(["ok", "warnings"])]

    @property
    def received(self) -> pd.DataFrame:
        return self.counting[self.counting.status != "missing"]

    def areas(self, area: int) -> list[int]:
        return [cents(s) for s in self.valid[self.valid.workbook == str(area)].score]

    def indicator(self, indicator: str) -> list[int]:
        return [cents(s) for s in self.scores[self.scores.indicator == indicator].score]

    @cached_property
    def totals(self) -> dict[str, int]:
        """School → hundredths, of schools all of whose areas are valid; summed up from the indicators."""
        sums: dict[str, list[int]] = defaultdict(list)
        for row in self.scores.itertuples():
            sums[row.school_code].append(cents(row.score))
        return {code: sum(points) for code, points in sums.items() if len(points) == len(INDICATORS)}

    def steps(self, process: str | None = None) -> list[Fraction]:
        """Each school's percent of the steps done, exactly; a step done below its number does not count."""
        done: dict[str, list[bool]] = defaultdict(list)
        for row in self.iqa_items.itertuples():
            if process is None or row.process == process:
                done[row.school_code].append(row.status == "done")
        return [Fraction(100 * sum(items), len(items)) for items in done.values()]
