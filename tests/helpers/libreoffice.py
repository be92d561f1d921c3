"""LibreOffice for tests: workbooks saved again by another program, in a clean environment and profile.

A test that needs LibreOffice is skipped where there is none, and fails instead where the environment variable
QA_EXCEL_REQUIRE_LIBREOFFICE is set.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers import HELPERS

SYSTEM_PATH = "/usr/bin:/bin"
"""The search path that LibreOffice runs with: another Python on it crashes LibreOffice's own."""
SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that python3-uno belongs to."""
FILTERS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "ods": "ods:calc8",
    "pdf": "pdf:calc_pdf_Export",
    # Comma, quotation mark, UTF-8; figures as they are, not as they are shown; every sheet a file of its own.
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1",
}
SECONDS = 600

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def require_libreoffice() -> str:
    """The path of soffice; without one the test is skipped, or fails where LibreOffice is required."""
    return _require(shutil.which("soffice"), "LibreOffice (soffice)")


def require_uno() -> str:
    """The path of a Python that can drive LibreOffice."""
    works = False
    if Path(SYSTEM_PYTHON).exists():
        tried = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], env=environment("/"), capture_output=True)
        works = tried.returncode == 0
    return _require(SYSTEM_PYTHON if works else None, "python3-uno")


def _require(found: str | None, name: str) -> str:
    if found:
        return found
    if os.environ.get("QA_EXCEL_REQUIRE_LIBREOFFICE"):
        pytest.fail(f"{name} is required and not there")
    pytest.skip(f"needs {name}")


def resave(files: Sequence[Path], folder: Path, to: str = "xlsx") -> list[Path]:
    """Open each file in LibreOffice and save it as .xlsx or .ods into `folder`, all in one call.

    LibreOffice calculates every formula anew on the way. The files must have different names; the results have
    the same names with the new ending, in the same order.
    """
    results = [folder / f"{file.stem}.{to}" for file in files]
    assert len(set(results)) == len(files), "the files must have different names"
    said = _convert(files, folder, to)
    lacking = [result.name for result in results if not result.exists()]
    assert not lacking, f"LibreOffice did not save {lacking}: {said}"
    return results


def calculated(files: Sequence[Path], folder: Path) -> list[dict[str, Path]]:
    """What LibreOffice calculates in each file: title of sheet → a .csv of its figures; all in one call.

    No file's name may begin with another's.
    """
    said = _convert(files, folder, "csv")
    results = []
    for file in files:
        found = folder.glob(f"{file.stem}-*.csv")
        results.append({table.stem.removeprefix(f"{file.stem}-"): table for table in found})
        assert results[-1], f"LibreOffice did not save {file.name}: {said}"
    return results


def _convert(files: Sequence[Path], folder: Path, to: str) -> str:
    """Let LibreOffice save each file into `folder`; what it said."""
    soffice = require_libreoffice()
    folder.mkdir(parents=True, exist_ok=True)
    with profile() as (home, options):
        # Copies: a lock file that was left beside a workbook would keep LibreOffice from opening it.
        copies = [shutil.copy(file, home / file.name) for file in files]
        command = [soffice, *options, "--convert-to", FILTERS[to], "--outdir", str(folder), *map(str, copies)]
        run = subprocess.run(command, env=environment(home), capture_output=True, text=True, timeout=SECONDS)
    return run.stdout + run.stderr


def printed(files: Sequence[Path], folder: Path) -> list[Path]:
    """What LibreOffice prints of each file, as PDF."""
    return resave(files, folder, "pdf")


def rearrange(jobs: Sequence[dict[str, Any]]) -> None:
    """Let LibreOffice insert rows and columns, rename and reorder tabs, and save; see rearrange.py."""
    with profile() as (home, options), listening(home, options) as ask:
        ask("rearrange.py", jobs)


@contextlib.contextmanager
def listening(home: Path, options: Sequence[str]) -> Iterator[Callable[[str, Any], Any]]:
    """A LibreOffice, and what asks it: by a script of this folder, with JSON, which comes back as it answers."""
    soffice, python, pipe = require_libreoffice(), require_uno(), f"qa_excel_{home.name}"
    office = subprocess.Popen(
        [soffice, *options, f"--accept=pipe,name={pipe};urp;"],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def ask(script: str, given: Any) -> Any:
        done = subprocess.run(
            [python, HELPERS / script, pipe],
            input=json.dumps(given),
            env=environment(home),
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    try:
        yield ask
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


def environment(home: Path | str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8"}


@contextlib.contextmanager
def profile() -> Iterator[tuple[Path, list[str]]]:
    """A home of its own with a profile that always recalculates, and soffice's options for it."""
    with tempfile.TemporaryDirectory(prefix="office", ignore_cleanup_errors=True) as name:
        home = Path(name)
        user = home / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
        options = ["--headless", "--norestore", f"-env:UserInstallation={(home / 'profile').as_uri()}"]
        yield home, options
