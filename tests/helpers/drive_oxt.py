"""Run by LibreOffice's own Python: `python3 drive_oxt.py PIPE`, with a JSON list of steps on standard input.

Each step is [what, name of the document, ...]; the results stand in the same order on standard output. A value is
a number, a text, or {"error": Calc's number of the error}.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from uno_pipe import answer, properties, service

SCRATCH = "ทดสอบ"
_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
FORMULA = 16
"""What cells with formulas are asked for by."""


def values_of(cells: Any) -> list[list[Any]]:
    """The values of a range. Calc gives nothing for an error; which one it is, is asked."""

    def of(value: Any, row: int, column: int) -> Any:
        return {"error": cells.getCellByPosition(column, row).getError()} if value is None else value

    lines = cells.getDataArray()
    return [[of(value, row, column) for column, value in enumerate(line)] for row, line in enumerate(lines)]


def _entered(value: Any) -> Any:
    """Calc takes no whole number that is larger than 32 bits."""
    return "" if value is None else value if isinstance(value, str) else float(value)


class Driver:
    """The documents under their names, and the steps as methods."""

    def __init__(self, context: Any) -> None:
        self.context, self.desktop = context, service(context, "com.sun.star.frame.Desktop")
        self.documents: dict[str, Any] = {}
        self.formulas: dict[str, dict[tuple[str, int, int], str]] = {}

    def open(self, name: str, path: str, read_only: bool = False) -> dict[str, Any]:
        """Open a file; what was done to it by opening."""
        options = properties(Hidden=True, ReadOnly=read_only)
        self.documents[name] = self.desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, options)
        return self.state(name)

    def state(self, name: str) -> dict[str, Any]:
        """Whether there is anything to save, and what can be undone."""
        document = self.documents[name]
        undo = document.UndoManager
        titles = list(undo.getAllUndoActionTitles())
        return {"modified": document.isModified(), "locked": undo.isLocked(), "undo": titles}

    def cells(self, name: str, part: str = "") -> dict[str, list[Any]]:
        """Each formula of the file that names a function: place → [formula as people see it, value]. part: what it
        must hold besides."""
        if name not in self.formulas:
            self.formulas[name] = self._find(name)
        columns: dict[tuple[str, int], list[int]] = {}
        for (title, row, column), text in self.formulas[name].items():
            if part in text:
                columns.setdefault((title, column), []).append(row)
        found = {}
        for (title, column), rows in columns.items():
            first = min(rows)
            sheet = self.documents[name].Sheets.getByName(title)
            values = values_of(sheet.getCellRangeByPosition(column, first, column, max(rows)))
            for row in rows:
                found[f"{title}!{row},{column}"] = [self.formulas[name][title, row, column], values[row - first][0]]
        return found

    def _find(self, name: str) -> dict[tuple[str, int, int], str]:
        found = {}
        for sheet in self.documents[name].Sheets:
            for address in sheet.queryContentCells(FORMULA).RangeAddresses:
                at = address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
                cells = sheet.getCellRangeByPosition(*at)
                for row, line in enumerate(cells.getFormulaArray()):
                    for column, text in enumerate(line):
                        if "QA" in text.upper():
                            place = sheet.Name, address.StartRow + row, address.StartColumn + column
                            found[place] = cells.getCellByPosition(column, row).FormulaLocal
        return found

    def ask(self, name: str, formulas: list[str]) -> list[Any]:
        """Enter formulas in a sheet of their own, one below the other; their values."""
        sheets = self.documents[name].Sheets
        if not sheets.hasByName(SCRATCH):
            sheets.insertNewByName(SCRATCH, sheets.Count)
        scratch = sheets.getByName(SCRATCH)
        for row, formula in enumerate(formulas):
            scratch.getCellByPosition(0, row).setFormula(formula)
        return self.answers(name, len(formulas))

    def answers(self, name: str, count: int) -> list[Any]:
        scratch = self.documents[name].Sheets.getByName(SCRATCH)
        return [value for (value,) in values_of(scratch.getCellRangeByPosition(0, 0, 0, count - 1))]

    def enter(self, name: str, runs: list[list[Any]]) -> None:
        """Enter values: [sheet, row, column, rows of values], from 0."""
        for title, row, column, values in runs:
            sheet = self.documents[name].Sheets.getByName(title)
            cells = sheet.getCellRangeByPosition(column, row, column + len(values[0]) - 1, row + len(values) - 1)
            cells.setDataArray(tuple(tuple(map(_entered, line)) for line in values))

    def typed(self, name: str, title: str, row: int, column: int, value: Any) -> dict[str, list[Any]]:
        """Enter one value; what the cells show then that hold a score."""
        self.enter(name, [[title, row, column, [[value]]]])
        return self.cells(name, "IFERROR")

    def texts(self, name: str, title: str) -> list[str]:
        """What every cell of a sheet shows, as it is displayed."""
        sheet = self.documents[name].Sheets.getByName(title)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        at = [(c, r) for r in range(last.EndRow + 1) for c in range(last.EndColumn + 1)]
        return [text for column, row in at if (text := sheet.getCellByPosition(column, row).String)]

    def formula(self, name: str, title: str, row: int, column: int, text: str) -> None:
        self.documents[name].Sheets.getByName(title).getCellByPosition(column, row).setFormula(text)

    def rows(self, name: str, formula: str, height: int, width: int) -> list[list[Any]]:
        """The values of an array formula."""
        sheets = self.documents[name].Sheets
        sheets.insertNewByName("ตาราง", sheets.Count)
        cells = sheets.getByName("ตาราง").getCellRangeByPosition(1, 1, width, height)
        cells.setArrayFormula(formula)
        return values_of(cells)

    def undo(self, name: str) -> list[str]:
        manager = self.documents[name].UndoManager
        manager.undo()
        return list(manager.getAllUndoActionTitles())

    def save(self, name: str, path: str, stay: bool = False) -> dict[str, Any]:
        """Save as another file, or with `stay` a copy."""
        document = self.documents[name]
        options = properties(FilterName=_FILTERS[Path(path).suffix])
        (document.storeToURL if stay else document.storeAsURL)(Path(path).as_uri(), options)
        return self.state(name)

    def close(self, name: str) -> None:
        self.documents.pop(name).close(True)
        self.formulas.pop(name, None)

    def described(self, name: str) -> dict[str, Any]:
        """What the function wizard says of a function."""
        about = service(self.context, "com.sun.star.sheet.FunctionDescriptions").getByName(name)
        described = {entry.Name: entry.Value for entry in about}
        arguments = [[a.Name, a.Description, a.IsOptional] for a in described["Arguments"]]
        return {"description": described["Description"], "arguments": arguments}


def do(context: Any, steps: list[list[Any]]) -> list[Any]:
    driver = Driver(context)
    return [getattr(driver, step)(*arguments) for step, *arguments in steps]


answer(do)
