"""The dataset: the tidy tables of a merge, as pandas frames.

A district's results become a dataset, and so do the data folders of several districts; every figure of
a summary is worked out from it. The tables and their fields are those of the data dictionary.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from qa_excel.district.data.cells import shown
from qa_excel.district.merging import IQA_KEY, Slot
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.model import Rubric, numbered
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

UNTOLD = "1.1"
"""The version of the rubrics by which data are scored that tell none."""
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}", re.ASCII)

SUPERSEDED = "superseded"
SCHOOL = ["district", "school_code", "school_name"]


@dataclass(slots=True)
class Dataset:
    """Tidy tables and what they are about. `due` and `iqa_due` are the ISO dates by which the workbooks of the points
    and of the traces were to be sent, if any.

    rubric, traces: the editions, of the version by which the data are scored.
    frames: table → frame with the dictionary's columns; points are numbers of at most 2 decimals, texts and ISO dates
    categories.
    level: `school` where the rows of the summary are schools, `district` where they are districts.
    history: what the register says that happened, where there is one.
    """

    name: str
    year: int | None
    iqa_year: int | None
    rubric: Rubric
    traces: Rubric
    frames: dict[str, pd.DataFrame]
    due: str | None = None
    lang: str = "th"
    level: str = "school"
    iqa_due: str | None = None
    history: pd.DataFrame | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table == "history" and self.history is not None:
            return self.history
        return self.frames[table]

    def rows(self, table: str, *columns: str) -> Iterator[Any]:
        """The rows of a table, as tuples with these columns for names."""
        frame = self[table]
        row = namedtuple("row", columns)  # type: ignore[misc]
        return map(row._make, zip(*(frame[name].tolist() for name in columns), strict=True))

    @property
    def districts(self) -> list[str]:
        return list(dict.fromkeys(self["submissions"]["district"]))

    @property
    def timed(self) -> bool:
        """True where it can be told of some workbook whether it came in time."""
        return bool(self.due or self.iqa_due) or bool(self["submissions"]["on_time"].notna().any())

    def due_of(self, slot: Slot) -> str | None:
        """The day by which a workbook was to be sent: that of its rubric's year."""
        return self.due if slot.area else self.iqa_due

    @property
    def about(self) -> dict[str, Any]:
        """What it says of itself beside its tables; `dataset_of` takes it back."""
        return {
            "name": self.name,
            "year": self.year,
            "iqa_year": self.iqa_year,
            "rubric": self.rubric.id,
            "rubric_version": self.rubric.version,
            "iqa_rubric": self.traces.id,
            "iqa_rubric_version": self.traces.version,
            "due": self.due,
            "iqa_due": self.iqa_due,
            "lang": self.lang,
            "level": self.level,
        }

    @property
    def slots(self) -> tuple[Slot, ...]:
        return (*(Slot(str(area.id), self.rubric, area) for area in self.rubric.areas), Slot(IQA_KEY, self.traces))


class UnknownRubric(Said):
    """Data of a rubric that this program does not know, or not yet in their version."""


def dataset_of(about: dict[str, Any], frames: dict[str, pd.DataFrame]) -> Dataset:
    """A dataset from its frames and what a data folder or a summary says of it.

    about: name, year, iqa_year, rubric and iqa_rubric (ids); their versions, due, iqa_due, lang and level where they
    are not the usual. Data of version 0.1.0 know one due day, which is the points': by it nothing is told of the
    traces.
    Raises UnknownRubric.
    """
    if "iqa_due" not in about:
        frames["submissions"].loc[frames["submissions"]["workbook"] == IQA_KEY, "on_time"] = pd.NA
    return Dataset(
        about["name"],
        about["year"],
        about["iqa_year"],
        _scored_by(about, "rubric", "indicators"),
        _scored_by(about, "iqa_rubric", "traces"),
        frames,
        about.get("due"),
        about.get("lang", "th"),
        about.get("level", "school"),
        about.get("iqa_due"),
    )


def is_version(value: Any) -> bool:
    """True for the version of a rubric, or where none is told."""
    return value is None or (isinstance(value, str) and _VERSION.fullmatch(value) is not None)


def _scored_by(about: dict[str, Any], key: str, family: str) -> Rubric:
    """The edition that data name, of the version by which they are scored."""
    told = about.get(f"{key}_version")
    try:
        rubric = load_rubric(about[key])
    except KeyError:
        rubric = None
    if rubric is None or rubric.family != family or (told and numbered(told) > numbered(rubric.version)):
        th, en = (f" รุ่น {told}", f" of version {told}") if told else ("", "")
        name = shown(about[key])
        raise UnknownRubric(
            Text(
                f"ไม่รู้จักเกณฑ์ {name}{th} ให้ปรับปรุงโปรแกรมเป็นรุ่นที่สร้างข้อมูลนี้",
                f"rubric {name}{en} is not known; update the program to the version that made the data",
            )
        )
    return rubric if told == rubric.version else replace(rubric, version=told or UNTOLD)
