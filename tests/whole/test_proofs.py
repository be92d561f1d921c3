"""What others say of what is written: Microsoft's validator, Excel's limits, a calculation engine, a reader of VBA."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import formulon
import openpyxl
import pytest
from pyvbaanalysis import analyze_module, analyze_office_file

from helpers import ooxml
from helpers.open_xml_sdk import Complaint, complaints
from helpers.outputs import write_all


@dataclass(frozen=True, slots=True)
class Habit:
    """What the validator says of what is harmless: of which kinds of file, by patterns, and why it is let through."""

    kinds: str
    part: str
    text: str
    reason: str

    def covers(self, kind: str, complaint: Complaint) -> bool:
        pairs = ((self.kinds, kind), (self.part, complaint.part), (self.text, complaint.text))
        return all(re.search(pattern, text) for pattern, text in pairs)


HABITS = [
    Habit(
        "^(template|filled|marked)",
        r"^/xl/styles\.xml$",
        r"unexpected child element '[^']*main:(b|i|color)'",
        "openpyxl writes a font's children in an order of its own, as it has for years; Excel reads them in any order",
    ),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kind → an example, of every kind."""
    return write_all(tmp_path_factory.mktemp("written"))


# --- Files that Excel opens as they are -----------------------------------------------------------------------


def test_microsofts_validator_complains_of_nothing_but_known_habits(
    written: dict[str, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    wrong = _spoiled(written["template both onesqa-r4_ด้าน2_คุณภาพครู"], tmp_path / "wrong.xlsx")
    said = complaints([*written.values(), wrong], tmp_path_factory.mktemp("sdk"))
    assert any("unexpected child element" in each.text for each in said[wrong] if each.part == "/xl/workbook.xml")
    everything = [(kind, each) for kind, path in written.items() for each in said[path]]
    unknown = [(kind, each) for kind, each in everything if not any(habit.covers(kind, each) for habit in HABITS)]
    assert not unknown
    for habit in HABITS:
        assert any(habit.covers(kind, each) for kind, each in everything), f"no longer a habit: {habit.text}"


def _spoiled(source: Path, target: Path) -> Path:
    """A copy in which the workbook's parts stand in another order."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"</workbook>", b"<workbookPr/></workbook>")
            copy.writestr(name, content)
    return target


def test_no_limit_of_excel_is_passed(written: dict[str, Path]):
    found = {kind: ooxml.faults(path) for kind, path in written.items() if path.suffix != ".docx"}
    assert {kind: faults for kind, faults in found.items() if faults} == {}


# --- Formulas -------------------------------------------------------------------------------------------------

FALSE = "98765.4321"
CELL = re.compile(r'(<c [^>]*?)(?: t="(?:str|b|e|n)")?(>\s*<f\b[^>]*>[^<]*</f>)<v>[^<]*</v>')


@pytest.mark.parametrize("kind", ["summary district th", "summary district en", "summary province th"])
def test_another_engine_calculates_every_figure_of_a_summary(written: dict[str, Path], kind: str):
    """Every value that a formula carries is falsified first, so that what comes back was calculated."""
    falsified, carried = _falsified(written[kind])
    assert len(carried) > 100
    with formulon.Workbook.load(falsified) as book:
        book.recalc()
        calculated = {place: book.get_value(*place).to_python() for place in carried}
    wrong = {
        place: (calculated[place], value) for place, value in carried.items() if not _same(calculated[place], value)
    }
    assert wrong == {}


def _falsified(path: Path) -> tuple[bytes, dict[tuple[int, int, int], Any]]:
    """The package with another value in each formula's cell; (sheet, row, column from 0) → what the cell carried."""
    target = io.BytesIO()
    changed = 0
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text, count = CELL.subn(rf"\1\2<v>{FALSE}</v>", content.decode())
                content, changed = text.encode(), changed + count
            copy.writestr(name, content)
    carried = dict(_carried(path))
    assert changed == len(carried)
    return target.getvalue(), carried


def _carried(path: Path) -> Iterator[tuple[tuple[int, int, int], Any]]:
    with zipfile.ZipFile(path) as package:
        number = sum(name.startswith("xl/worksheets/sheet") for name in package.namelist())
        for sheet in range(number):
            root = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{sheet + 1}.xml"))
            for cell in root.iterfind(".//{*}c"):
                if cell.find("{*}f") is not None:
                    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell.get("r"))
                    text = cell.findtext("{*}v") or ""
                    yield (sheet, row - 1, column - 1), text if cell.get("t") == "str" or not text else float(text)


def _same(calculated: Any, carried: Any) -> bool:
    if isinstance(carried, float):
        return isinstance(calculated, float) and calculated == pytest.approx(carried, rel=1e-12, abs=1e-12)
    return (calculated or "") == carried


# --- VBA ------------------------------------------------------------------------------------------------------


def test_static_analysis_finds_no_slip_in_the_vba(written: dict[str, Path]):
    """Read out of the built add-in by a reader that shares nothing with its builder."""
    slip = 'Option Explicit\nSub Try()\n    Dim Number As Long\n    Number = "no"\n    Other = 1\nEnd Sub\n'
    assert analyze_module(slip)
    found = analyze_office_file(str(written["add-in"]))
    assert {module: [problem.message for problem in problems] for module, problems in found.items() if problems} == {}
