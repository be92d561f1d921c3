"""Run by LibreOffice's own Python: `python3 rearrange.py PIPE`, with a JSON list of jobs on standard input.

Each job opens `source`, changes every sheet as it says and saves it as the .xlsx `target`:
rows, columns: {sheet name: [numbers from 1 before which one is inserted, of the original sheet]}
remove: [sheet names]
rename: give every tab another name; reverse: turn the order of the tabs around
"""

from __future__ import annotations

from pathlib import Path

from uno_pipe import answer, properties, service


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
    for name in job.get("remove", []):
        sheets.removeByName(name)
    names = sheets.ElementNames
    if job.get("reverse"):
        for name in names:
            sheets.moveByName(name, 0)
    if job.get("rename"):
        for number, name in enumerate(names, start=1):
            sheets.getByName(name).Name = f"แผ่นที่ ({number})"


def do(context, jobs: list[dict]) -> None:
    desktop = service(context, "com.sun.star.frame.Desktop")
    for job in jobs:
        document = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, properties(Hidden=True))
        change(document, job)
        document.calculateAll()
        document.storeToURL(Path(job["target"]).as_uri(), properties(FilterName="Calc MS Excel 2007 XML"))
        document.close(True)


answer(do)
