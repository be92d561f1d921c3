"""The functions over an xlwings Book of a real file: `python udf_book.py FILE`, calls as JSON on standard input.

xlwings' reader wants a licence key; the one for noncommercial use does, for tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import xlwings

sys.path.insert(0, str(Path(__file__).parents[2] / "udfs"))
import qa_excel_udfs

from qa_excel.doors.functions.sheets import CellError


def main() -> None:
    book = xlwings.Book(sys.argv[1], mode="r")
    caller = SimpleNamespace(sheet=SimpleNamespace(book=book))
    results = []
    for name, arguments in json.load(sys.stdin):
        try:
            results.append(getattr(qa_excel_udfs, name)(*arguments, caller=caller))
        except CellError as error:
            results.append(error.error)
    json.dump(results, sys.stdout)


main()
