"""Other programs' workbooks, read in one run: a verdict for each, and none called damaged that others read.

    python -m benchmarks.foreign FOLDER

Prints how many files got which verdict and how long they took, then those that this program calls damaged although both
openpyxl and python-calamine read them. The status is 1 where there is one, or where a file got no verdict.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

ENDINGS = (".xlsx", ".xlsm", ".xls")
REFUSED = ("file.damaged", "file.reader_died")


def main(folder: Path) -> int:
    files = {path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and not path.name.startswith("~$")}
    start = time.perf_counter()
    command = [sys.executable, "-m", "qa_excel", "validate", str(folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        print(f"the run ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return 1
    problems = json.loads(done.stdout)["problems"]
    verdicts = Counter(problem["code"] for problem in problems if problem["code"].startswith("file."))
    print(f"{len(files)} files in {seconds:.1f} s:", ", ".join(f"{code} {n}" for code, n in verdicts.most_common()))
    told = {folder / problem["file"] for problem in problems} | {
        folder / file["file"] for file in json.loads(done.stdout)["files"]
    }
    silent = sorted(files - told)
    refused = sorted({folder / problem["file"] for problem in problems if problem["code"] in REFUSED})
    disputed = [path for path in refused if _is_read(path)]
    for what, paths in (("no verdict", silent), ("read by others", disputed)):
        for path in paths:
            print(f"{what}: {path.relative_to(folder)}")
    print(f"{len(silent)} without a verdict, {len(refused)} refused as damaged, {len(disputed)} of them read by others")
    return 1 if silent or disputed else 0


def _is_read(path: Path) -> bool:
    """Whether both other readers take the whole of it."""
    warnings.simplefilter("ignore")
    try:
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
    except Exception:
        return False
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault inside calamine
            raise
        return False
    return True


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
