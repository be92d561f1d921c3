"""Run by LibreOffice's own Python: `python3 rearrange.py PIPE`, with a JSON list of jobs on standard input.

Each job opens `source`, changes every sheet as it says and saves it as the .xlsx `target`:
rows, columns: {sheet name: [numbers from 1 before which one is inserted, of the original sheet]}
rename: give every tab another name; reverse: turn the order of the tabs around
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

STARTING = 60


def connect(pipe: str):
    """The desktop of the LibreOffice that listens on the pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + STARTING
    while True:
        try:
            context = resolver.resolve(address)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def insert(cells, numbers: list[int]) -> None:
    """Insert a row (or column) before each of the numbers, from the last to the first."""
    for number in sorted(numbers, reverse=True):
        cells.insertByIndex(number - 1, 1)


def change(document, job: dict) -> None:
    sheets = document.Sheets
    for name in sheets.ElementNames:
        sheet = sheets.getByName(name)
        sheet.unprotect("")
        insert(sheet.Rows, job.get("rows", {}).get(name, []))
        insert(sheet.Columns, job.get("columns", {}).get(name, []))
    names = sheets.ElementNames
    if job.get("reverse"):
        for name in names:
            sheets.moveByName(name, 0)
    if job.get("rename"):
        for number, name in enumerate(names, start=1):
            sheets.getByName(name).Name = f"แผ่นที่ {number}"


def main() -> None:
    desktop = connect(sys.argv[1])
    try:
        for job in json.load(sys.stdin):
            hidden = PropertyValue(Name="Hidden", Value=True)
            document = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, (hidden,))
            change(document, job)
            document.calculateAll()
            saving = PropertyValue(Name="FilterName", Value="Calc MS Excel 2007 XML")
            document.storeToURL(Path(job["target"]).as_uri(), (saving,))
            document.close(True)
    finally:
        desktop.terminate()


main()
sys.stdout.flush()
os._exit(0)  # all is said and done; UNO may crash as Python takes it down
