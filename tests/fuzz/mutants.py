"""Formulas of a workbook's own calculation changed in one place, one at a time: which changes no state tells.

    python tests/fuzz/mutants.py [--states 100] [AREA …]

Prints, for each workbook, how many changes there are and each that stays unnoticed. What stays is either the same in
every state that can be (INT for ROUND of a whole number, the state of a cell that is an error, an addend where nothing
can tie) or wants another state in `helpers.mutants`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "src")]

from helpers.fillings import WORKBOOKS
from helpers.mutants import Bench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=100, help="states drawn at random besides the chosen ones")
    parser.add_argument("areas", nargs="*", metavar="AREA", help="areas, or iqa; all where none is named")
    given = parser.parse_args()
    for rubric_id, area in WORKBOOKS:
        if given.areas and str(area or "iqa") not in given.areas:
            continue
        bench = Bench(rubric_id, area, given.states)
        changes = unnoticed = 0
        for cell, (said, other) in bench.mutants():
            changes += 1
            if not bench.tells(cell, other):
                unnoticed += 1
                print(f"{said} | {bench.formula(cell, other)}")
        print(f"{rubric_id} {area or ''}: {changes} changes, {unnoticed} unnoticed", flush=True)


if __name__ == "__main__":
    main()
