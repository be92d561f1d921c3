"""The values of a workbook's formulas, as any spreadsheet program shows them that does not know the add-in."""

from __future__ import annotations

from collections.abc import Mapping

from qa_excel.kinds.terms import Cell, FormulaError, Term, Value

Figure = Value | FormulaError


class Figures:
    """Cells worked out as they are asked for, each once."""

    def __init__(self, terms: Mapping[Cell, Term], held: Mapping[Cell, Value]):
        """terms: the formulas; held: what stands in the other cells, of which those left out are empty."""
        self.terms = terms
        self.known: dict[Cell, Figure] = dict(held)

    def __getitem__(self, cell: Cell) -> Figure:
        """A cell's value; a FormulaError where it shows one."""
        if cell not in self.known:
            term = self.terms.get(cell)
            try:
                self.known[cell] = "" if term is None else term.value(self.read)
            except FormulaError as error:
                self.known[cell] = error
        return self.known[cell]

    def read(self, cell: Cell) -> Value:
        figure = self[cell]
        if isinstance(figure, FormulaError):
            raise figure
        return figure
