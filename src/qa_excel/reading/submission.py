"""A submission: what was read out of one workbook, each value with its source, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem, Source, worst
from qa_excel.reading.signs import Sign
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.score import score
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.days import meant, read_day
from qa_excel.thai.typed import LAST_YEAR


@dataclass(frozen=True, slots=True)
class Totals:
    """A scorecard in a few figures: the score (None while it lacks one), the inputs without an answer, and the steps
    done, of so many; `scored` where there is something to average."""

    score: Decimal | None
    missing: int
    done: int
    steps: int
    scored: bool


@dataclass
class Submission:
    """`data` is the canonical JSON shape; `typed` holds what stood in each cell before normalising."""

    file: str
    rubric: Rubric
    area: int | None
    data: dict[str, Any]
    typed: dict[Path, Any] = field(default_factory=dict)
    sources: dict[Path, Source] = field(default_factory=dict)

    @property
    def school_code(self) -> str | None:
        """The school's code; None where it is missing or has another form."""
        code = dig(self.data, ("school", "code"))
        return code if isinstance(code, str) and code.isdecimal() and len(code) in (8, 10) else None

    @property
    def year(self) -> int | None:
        """The academic year (B.E.); None where it is missing or impossible."""
        year = self.data.get("year")
        possible = isinstance(year, int) and self.rubric.first_year <= year <= LAST_YEAR
        return year if possible else None

    @property
    def prepared_on(self) -> str:
        """The ISO date it was prepared on; empty, the oldest of all, where there is none or none that can be."""
        day = read_day(self.data.get("prepared_on"))[0]
        taken = meant(day, self.year) if day else None
        return taken.isoformat() if taken else ""

    @property
    def day_doubted(self) -> bool:
        """True where it bears a day on which it can't have been prepared: whether it came in time is not known."""
        return not self.prepared_on and read_day(self.data.get("prepared_on"))[0] is not None

    @cached_property
    def scorecard(self) -> Scorecard:
        return score(self.data, self.rubric)

    @property
    def totals(self) -> Totals:
        card = self.scorecard
        progress = card.progress
        scored = bool(card.processes) or card.score is not None
        return Totals(card.score, len(card.missing), progress.done, progress.total, scored)

    @property
    def digest(self) -> str:
        """A hash of the content, the same for the same answers whatever the file."""
        text = json.dumps(self.data, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def source(self, path: Path) -> Source:
        """Where an input is; for a whole table its first cell; the file alone for what has no cell."""
        if path in self.sources:
            return self.sources[path]
        inside = (source for known, source in self.sources.items() if known[: len(path)] == path)
        return next(inside, Source(self.file))

    def has_place(self, path: Path) -> bool:
        """False for an input whose cell is no longer in the workbook, which is a fault of its own."""
        return not self.sources or bool(self.source(path).sheet)


@dataclass(slots=True)
class FileResult:
    """What came of one file; one that could be read is a `ReadFile`.

    `file` is its name as it is printed; `path` is where it is opened, which may hold bytes that no print shows;
    `place` where it lies in the inbox, as its sender called it: it is never printed.
    """

    file: str
    problems: list[Problem]
    path: FilePath | None = field(default=None, kw_only=True)
    place: str = field(default="", kw_only=True)

    @property
    def submission(self) -> Submission | None:
        return None

    @property
    def scorecard(self) -> Scorecard | None:
        return None

    @property
    def status(self) -> str:
        """ok, warnings, errors or unreadable."""
        return "unreadable"

    def about(self) -> dict[str, Any]:
        """What identifies the file's content: {"school_code", "rubric", "area", "year"}."""
        return {"school_code": None, "rubric": None, "area": None, "year": None}


@dataclass(slots=True)
class ReadFile(FileResult):
    """What came of a file that could be read.

    `sign` is that of a marked copy; `digest` and `beside` are what a sign tells of a workbook: a hash of its cells,
    and how often each code was found that may concern what stands in none. `is_copy` says that it is a marked copy in
    which nothing has been corrected yet.
    """

    submission: Submission = field()
    sign: Sign | None = field(default=None, kw_only=True)
    digest: str = field(default="", kw_only=True)
    beside: Counter[str] = field(default_factory=Counter, kw_only=True)
    is_copy: bool = field(default=False, kw_only=True)

    @property
    def scorecard(self) -> Scorecard:
        return self.submission.scorecard

    @property
    def status(self) -> str:
        return worst(self.problems)

    @property
    def rounds(self) -> int:
        """How often it was marked and sent back."""
        return self.sign.rounds if self.sign else 0

    @property
    def rank(self) -> tuple[str, int, str]:
        """Of files for one school, area and year the greatest counts: the newest `prepared_on`; of one day the one
        that was corrected last, for nobody dates a marked copy anew; then the greater content hash."""
        return self.submission.prepared_on, self.rounds, self.submission.digest

    def about(self) -> dict[str, Any]:
        s = self.submission
        return {"school_code": s.school_code, "rubric": s.rubric.id, "area": s.area, "year": s.year}


def newest_first(files: Iterable[ReadFile]) -> list[ReadFile]:
    """Files for one school, area and year, the one that counts first, whatever the order in which they were found."""
    return sorted(files, key=lambda result: result.rank, reverse=True)
