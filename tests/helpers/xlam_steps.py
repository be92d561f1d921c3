"""Run by LibreOffice's own Python: `python3 xlam_steps.py PIPE`, with a JSON job on standard input.

Opens `twin` with its VBA, does the `steps` one after another, and prints what the cells show as a JSON list:
["set", sheet, column, row, value]   types a number, a text, or a formula that begins with `=`
["show", sheet, column, row]         reports the cell: a number, or the text it shows
["open", url]                        opens another document beside it and makes it the active one
["sheet", name]                      adds a sheet to the twin
["table", name, rows]                adds a sheet that holds the rows
"""

from __future__ import annotations

import json
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table.CellContentType import FORMULA, VALUE

STARTING = 60


def connect(pipe: str):
    """The desktop of the LibreOffice that listens on the pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + STARTING
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def shown(cell):
    """A number where the cell holds one, else its text."""
    number = cell.Type == VALUE or (cell.Type == FORMULA and cell.FormulaResultType2 == 1)
    return cell.Value if number and not cell.getError() else cell.String


def do(desktop, document, step: list):
    action, *about = step
    if action == "open":
        other = desktop.loadComponentFromURL(about[0], "_blank", 0, (PropertyValue(Name="Hidden", Value=False),))
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


def main() -> None:
    desktop = connect(sys.argv[1])
    try:
        job = json.load(sys.stdin)
        opening = {"Hidden": True, "FilterName": "Calc MS Excel 2007 VBA XML", "MacroExecutionMode": 4}
        options = tuple(PropertyValue(Name=name, Value=value) for name, value in opening.items())
        document = desktop.loadComponentFromURL(job["twin"], "_blank", 0, options)
        answers = [do(desktop, document, step) for step in job["steps"]]
        print(json.dumps([answer[0] for answer in answers if answer]))
        document.setModified(False)
    finally:
        desktop.terminate()


main()
sys.stdout.flush()
os._exit(0)  # all is said and done; UNO may crash as Python takes it down
