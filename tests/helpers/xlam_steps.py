"""Run by LibreOffice's own Python: `python3 xlam_steps.py PIPE`, with a JSON job on standard input.

Opens `twin` with its VBA, does the `steps` one after another, and answers what the cells show:
["set", sheet, column, row, value]   types a number, a text, or a formula that begins with `=`
["show", sheet, column, row]         reports the cell: a number, or the text it shows
["open", url]                        opens another document beside it and makes it the active one
["sheet", name]                      adds a sheet to the twin
["table", name, rows]                adds a sheet that holds the rows
"""

from __future__ import annotations

from uno import Enum
from uno_pipe import answer, properties, service

FORMULA, VALUE = (Enum("com.sun.star.table.CellContentType", name) for name in ("FORMULA", "VALUE"))


def shown(cell):
    """A number where the cell holds one, else its text."""
    number = cell.Type == VALUE or (cell.Type == FORMULA and cell.FormulaResultType2 == 1)
    return cell.Value if number and not cell.getError() else cell.String


def take(desktop, document, step: list):
    action, *about = step
    if action == "open":
        other = desktop.loadComponentFromURL(about[0], "_blank", 0, properties(Hidden=False))
        other.CurrentController.Frame.activate()
        return None
    if action == "table":
        name, rows = about
        document.Sheets.insertNewByName(name, document.Sheets.Count)
        area = document.Sheets.getByName(name).getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
        area.setDataArray(tuple(map(tuple, rows)))
        return None
    if action == "sheet":
        document.Sheets.insertNewByName(about[0], document.Sheets.Count)
        return None
    sheet, column, row, *value = about
    cell = document.Sheets.getByName(sheet).getCellByPosition(column, row)
    if action == "show":
        return [shown(cell)]
    document.Sheets.getByName(sheet).unprotect("")
    if isinstance(value[0], str):
        cell.Formula = value[0]
    else:
        cell.Value = value[0]
    return None


def do(context, job: dict) -> list:
    desktop = service(context, "com.sun.star.frame.Desktop")
    options = properties(Hidden=True, FilterName="Calc MS Excel 2007 VBA XML", MacroExecutionMode=4)
    document = desktop.loadComponentFromURL(job["twin"], "_blank", 0, options)
    answers = [take(desktop, document, step) for step in job["steps"]]
    document.setModified(False)
    for opened in list(desktop.Components):
        opened.close(True)
    return [answer[0] for answer in answers if answer]


answer(do)
