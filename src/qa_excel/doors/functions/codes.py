"""What a code in a function's argument names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from qa_excel.doors.functions.sheets import (
    EXCEL_ERRORS,
    NOT_AVAILABLE,
    REFERENCE,
    VALUE,
    CellError,
    Sheets,
    shipped_rubrics,
    typed_answer,
)
from qa_excel.form.documents import canonical
from qa_excel.form.keys import read_block
from qa_excel.form.layout import YEAR
from qa_excel.kinds.criterion import Criterion
from qa_excel.rubric.inputs import indicator_fields
from qa_excel.rubric.model import Area, Indicator, Process, Rubric, TraceItem
from qa_excel.scoring.score import score_indicator
from qa_excel.scoring.scorecard import IndicatorScore, ProcessScore
from qa_excel.thai.folding import fold
from qa_excel.thai.typed import normalise, to_json_number


def plain_code(value: Any) -> str:
    """A code as typed: spaces, case and Thai digits do not matter; a number is its digits."""
    if isinstance(value, bool) or value is None or value == "":
        raise CellError(VALUE)
    if isinstance(value, int | float | Decimal):
        return f"{to_json_number(Decimal(str(value)))}"
    if isinstance(value, str) and value not in EXCEL_ERRORS:
        return fold(value)
    raise CellError(VALUE)


_INDICATOR = re.compile(r"(?:ind|ตบช\.?|ตัวบ่งชี้ที่|ตัวบ่งชี้)?0*(\d+)", re.ASCII)
_AREA = re.compile(r"(?:a|area|ด้านที่|ด้าน)0*(\d+)", re.ASCII)
_NUMBERED = re.compile(r"(?:กระบวนการที่|กระบวนการ|ส่วนที่|ข้อที่|ข้อ|process|item)?(\d+(?:\.\d+)*)", re.ASCII)


_Part = TypeVar("_Part", Process, TraceItem)


def _numbered(code: Any, parts: Iterable[_Part]) -> _Part:
    match = _NUMBERED.fullmatch(plain_code(code))
    for part in parts:
        if match and part.id == match[1]:
            return part
    raise CellError(VALUE)


@dataclass(slots=True)
class Door:
    """One question: the workbook it comes from, and the rubrics that codes are looked up in."""

    sheets: Sheets

    @property
    def rubrics(self) -> Sequence[Rubric]:
        return self.sheets.rubrics or shipped_rubrics()

    def indicator(self, code: Any) -> tuple[Rubric, Indicator]:
        match = _INDICATOR.fullmatch(plain_code(code))
        for rubric in self.rubrics:
            for indicator in rubric.indicators:
                if match and indicator.number == match[1]:
                    return rubric, indicator
        raise CellError(VALUE)

    def area(self, code: Any, bare: bool = True) -> tuple[Rubric, Area]:
        """bare: a number alone is an area."""
        text = plain_code(code)
        match = _AREA.fullmatch(text) or (re.fullmatch(r"0*(\d+)", text, re.ASCII) if bare else None)
        for rubric in self.rubrics:
            for area in rubric.areas:
                if match and str(area.id) == match[1]:
                    return rubric, area
        raise CellError(VALUE)

    def indicator_or_area(self, code: Any) -> tuple[Rubric, Indicator | Area]:
        """A bare number is an indicator."""
        return self.area(code) if _AREA.fullmatch(plain_code(code)) else self.indicator(code)

    def criterion(self, indicator: Indicator, code: Any) -> Criterion:
        match = _NUMBERED.fullmatch(plain_code(code))
        try:
            return indicator.criterion(match[1] if match else "")
        except KeyError:
            raise CellError(VALUE) from None

    def process(self, code: Any) -> Process:
        return _numbered(code, (process for rubric in self.rubrics for process in rubric.processes))

    def item(self, code: Any) -> TraceItem:
        return _numbered(code, (item for rubric in self.rubrics for item in rubric.items))

    # --- scores ---

    def score_of(self, rubric: Rubric, indicator: Indicator, block: Any = None) -> IndicatorScore:
        """The indicator's score from its block where one is handed over, else from the workbook."""
        if block is not None:
            return self._score_block(rubric, indicator, block)
        for held, _, card in self.sheets.card("indicators"):
            if held.id == rubric.id and indicator.id in card.indicators:
                return card.indicators[indicator.id]
        raise CellError(NOT_AVAILABLE)

    def _score_block(self, rubric: Rubric, indicator: Indicator, block: Any) -> IndicatorScore:
        grid = block if isinstance(block, list | tuple) else [[block]]
        cells = read_block(grid)
        ours = {(given.row, given.column) for given in indicator_fields(rubric, indicator)}
        if not ours & cells.keys():
            raise CellError(REFERENCE)
        submission = canonical(rubric, indicator.area, typed_answer(rubric, indicator.area, cells, grid))
        levels = {}
        for grade in rubric.grades:
            at = cells.get((f"{indicator.id}.levels", grade.id))
            levels[grade.id] = at is not None and normalise(grid[at[0] - 1][at[1] - 1], "levels").value is True
        submission["school"] = {"levels": levels}
        # A form of 1.0 or 1.1 does not repeat it beside its tables.
        if YEAR not in cells and any(criterion.by_year for criterion in indicator.criteria):
            submission["year"] = self._cover_year(rubric)
        return score_indicator(rubric, indicator, submission)

    def _cover_year(self, rubric: Rubric) -> Any:
        """The academic year that the workbook's cover gives; None where no cover is at hand."""
        held = (submission for known, submission, _ in self.sheets.cards.values() if known.id == rubric.id)
        return next((submission["year"] for submission in held if "year" in submission), None)

    def process_score(self, process: Process) -> ProcessScore:
        for _, _, card in self.sheets.card("traces"):
            if process.id in card.processes:
                return card.processes[process.id]
        raise CellError(NOT_AVAILABLE)
