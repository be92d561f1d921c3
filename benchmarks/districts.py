"""Districts of any size as workbooks on a disk, each of contents of its own.

    python -m benchmarks.districts FOLDER [--schools 90] [--first 1] [--seed 2563] [--jobs 1]
    python -m benchmarks.districts FOLDER --saved-by-libreoffice OUT | --with-rows-inserted OUT [--sample 40]

The same arguments always give the same bytes, and a larger district begins with the schools of a smaller one. Every
school sends its eight workbooks, complete and without faults. A workbook takes some 10 ms.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from qa_excel import fill
from qa_excel.files.output import unzipped, zipped
from qa_excel.form.layout import Layout, layout_of
from qa_excel.rubric.building import load_rubric
from samples import build

ROOT = Path(__file__).parents[1]
INBOX, ROSTER = "inbox", "schools.csv"
WORKBOOKS = 8
"""Of each school."""


@dataclass(frozen=True)
class District:
    """`files` are in the order in which a search finds them."""

    inbox: Path
    roster: Path
    files: tuple[Path, ...]


def make(folder: Path | str, schools: int, seed: int = build.SEED, *, first: int = 1, jobs: int = 1) -> District:
    """Write `inbox/`, a folder for each school, and the roster. Schools are numbered from `first`."""
    folder = Path(folder)
    numbers = range(first, first + schools)
    school = partial(_write_school, folder / INBOX, seed)
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            written = list(pool.map(school, numbers, chunksize=8))
    else:
        written = [school(number) for number in numbers]
    roster = folder / ROSTER
    build.write_roster([_school(seed, number) for number in numbers], roster)
    return District(folder / INBOX, roster, tuple(sorted(path for paths in written for path in paths)))


def made(folder: Path | str) -> District:
    """A district that was made before."""
    folder = Path(folder)
    return District(folder / INBOX, folder / ROSTER, tuple(sorted((folder / INBOX).rglob("*.xlsx"))))


def change(files: Sequence[Path], seed: int = 1) -> None:
    """Give each of these workbooks the answers of another school, as a corrected one has other answers."""
    for path in files:
        school = _school(build.SEED, int(path.parent.name[:8]) % 1_000_000)
        for data in build.school_submissions(random.Random(f"{seed} changed {path.parent.name}"), school):
            if build.file_name(data) == path.name:
                fill(data, path)


def saved_by_libreoffice(files: Sequence[Path], folder: Path | str) -> list[Path]:
    """These workbooks as LibreOffice saves them, about a second each."""
    sys.path.append(str(ROOT / "tests"))
    from helpers.libreoffice import resave

    copies = _numbered(files, Path(folder) / "of", Path.read_bytes)
    return resave(copies, Path(folder) / "saved")


def with_rows_inserted(files: Sequence[Path], folder: Path | str) -> list[Path]:
    """These workbooks as people have them who inserted a row above the second row of inputs of each sheet."""
    return _numbered(files, Path(folder), _inserted)


def _school(seed: int, number: int) -> build.School:
    return build.random_school(random.Random(f"{seed} school {number}"), number)


def _write_school(inbox: Path, seed: int, number: int) -> list[Path]:
    school = _school(seed, number)
    folder = inbox / f"{school.code} {school.name}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for data in build.school_submissions(random.Random(f"{seed} answers {number}"), school):
        paths.append(folder / build.file_name(data))
        fill(data, paths[-1])
    return paths


def _numbered(files: Sequence[Path], folder: Path, content: Callable[[Path], bytes]) -> list[Path]:
    """Copies in one folder, whose names differ."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for number, path in enumerate(files, start=1):
        copies.append(folder / f"{number:05d} {path.name}")
        copies[-1].write_bytes(content(path))
    return copies


# --- A row inserted, as a spreadsheet program does it ---

_SHEET = re.compile(r'<sheet name="([^"]*)" sheetId="(\d+)"')
_ATTRIBUTE = re.compile(r'( (?:ref|sqref|topLeftCell|activeCell|location)=")([^"]*)')
_ROW = re.compile(r'(<row\b[^>]* r=")(\d+)')
_CELL = re.compile(r'(<c r="[A-Z]+)(\d+)')
_FORMULA = re.compile(r"(<(f|formula1?|formula2|definedName)\b[^>]*>)([^<]*)")
_REFERENCE = re.compile(
    r"""(?P<text>"[^"]*")"""
    r"""|(?<![\w.$'!])(?:'(?P<sheet>[^']*)'!)?(?P<from>\$?[A-Z]{0,3}\$?)(?P<first>\d+)"""
    r"""(?::(?P<to>\$?[A-Z]{0,3}\$?)(?P<last>\d+))?(?![\w(.])"""
)


def _inserted(path: Path) -> bytes:
    parts = unzipped(path.read_bytes())
    workbook = parts["xl/workbook.xml"].decode()
    titles = {int(number): title for title, number in _SHEET.findall(workbook)}
    before = _insertions(*_identity(path))
    for number, title in titles.items():
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name] = _shifted(parts[name].decode(), title, before).encode()
    parts["xl/workbook.xml"] = _in_formulas(workbook, "", before).encode()
    return zipped(parts)


def _identity(path: Path) -> tuple[str, int | None]:
    for rubric in (build.EQA, build.IQA):
        for area in load_rubric(rubric).workbooks:
            if path.name.endswith(build.file_name({"rubric": rubric, "area": area})):
                return rubric, area
    raise ValueError(path)


@cache
def _insertions(rubric: str, area: int | None) -> dict[str, int]:
    """Title of a sheet → the row before which one is inserted."""
    layout: Layout = layout_of(load_rubric(rubric), area)
    rows = {sheet.title: [row.number for row in sheet.rows if row.fields] for sheet in layout.sheets}
    return {title: numbers[min(1, len(numbers) - 1)] for title, numbers in rows.items() if numbers}


def _shifted(xml: str, title: str, before: dict[str, int]) -> str:
    at = before.get(title)
    if at is not None:

        def later(found: re.Match[str]) -> str:
            return f"{found[1]}{_row(int(found[2]), at)}"

        xml = _CELL.sub(later, _ROW.sub(later, xml))
        xml = re.sub(rf'(?=<row\b[^>]* r="{at + 1}")', f'<row r="{at}"/>', xml, count=1)
    xml = _ATTRIBUTE.sub(lambda found: found[1] + _in_references(found[2], title, before), xml)
    return _in_formulas(xml, title, before)


def _in_formulas(xml: str, title: str, before: dict[str, int]) -> str:
    return _FORMULA.sub(lambda found: found[1] + _in_references(found[3], title, before), xml)


def _in_references(formula: str, title: str, before: dict[str, int]) -> str:
    def later(found: re.Match[str]) -> str:
        at = before.get(found["sheet"] or title)
        is_whole_rows = found["last"] and found["from"].strip("$") == ""
        if found["text"] or at is None or not (found["from"].strip("$") or is_whole_rows):
            return found[0]
        sheet = f"'{found['sheet']}'!" if found["sheet"] else ""
        first = f"{sheet}{found['from']}{_row(int(found['first']), at)}"
        return first + (f":{found['to']}{_row(int(found['last']), at)}" if found["last"] else "")

    return _REFERENCE.sub(later, formula)


def _row(number: int, at: int) -> int:
    return number + (number >= at)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a district of workbooks, or variants of one that is there.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schools", type=int, default=90)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, default=build.SEED)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--sample", type=int, default=40, help="so many of the workbooks for a variant")
    variants: dict[str, Callable[..., Any]] = {
        "saved_by_libreoffice": saved_by_libreoffice,
        "with_rows_inserted": with_rows_inserted,
    }
    for name in variants:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, metavar="OUT")
    given = parser.parse_args()
    start = time.perf_counter()
    files: Sequence[Path] = ()
    for name, variant in variants.items():
        if out := getattr(given, name):
            files = variant(made(given.folder).files[: given.sample], out)
    if not files:
        files = make(given.folder, given.schools, given.seed, first=given.first, jobs=given.jobs).files
    seconds = time.perf_counter() - start
    print(f"{len(files)} workbooks in {seconds:.1f} s, {seconds / len(files) * 1000:.1f} ms each")


if __name__ == "__main__":
    main()
