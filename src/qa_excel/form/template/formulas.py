"""The formulas of a workbook as terms: how a score is asked for, and what each formula comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_excel.form.calculation import Workings, function, workings_of, writer
from qa_excel.form.layout import Layout
from qa_excel.kinds.terms import Cell, Foreign, Term, Value, unless_error

BOTH, FUNCTIONS, NATIVE, EXPLICIT = STYLES = ("both", "functions", "native", "explicit")
"""A function with the workbook's own figure behind it; the function alone; the figure alone; the function alone, handed
the indicator's block by its name."""
NAMES = {style: style for style in STYLES} | {"short": FUNCTIONS}
"""What a style may be called → the style."""


@dataclass(slots=True)
class Formulas:
    """The formulas of one workbook. terms: those written so far; held: the figures that stand in other cells."""

    layout: Layout
    style: str
    terms: dict[Cell, Term] = field(default_factory=dict)
    held: dict[Cell, Value] = field(default_factory=dict)

    @property
    def workings(self) -> Workings:
        return workings_of(self.layout.rubric, self.layout.area)

    def text(self, cell: Cell, term: Term) -> str:
        """The formula of a cell, which is kept with the others."""
        self.terms[cell] = term
        return f"={term.text(writer(self.layout, cell.sheet))}"

    def score(self, name: str, *codes: str, block: str = "") -> Term:
        """A score, asked for in the workbook's style; block: the name of its indicator's block, where it has one."""
        own = self.workings.score(name, *codes)
        asked = function(name, *codes)
        if self.style == NATIVE:
            return own
        if self.style == BOTH:
            return unless_error(asked, own)
        return Foreign(asked, block if self.style == EXPLICIT else "", own)
