"""Adding a kind of criterion is adding one file, adding an indicator one edit of a rubric, adding a check one file.

Each is done to a copy of the program, which then makes its templates, fills, scores, checks and merges.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from helpers import ROOT
from helpers.books import opened

KIND = '''"""A share that earns nothing below a floor."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from qa_excel.kinds.outcome import Outcome
from qa_excel.kinds.ratio import Ratio
from qa_excel.kinds.terms import below, when
from qa_excel.thai.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class ShareWithFloor(Ratio):
    kind = "share_with_floor"
    word = Text("สัดส่วนที่มีขั้นต่ำ", "share with a floor")
    REQUIRED = (*Ratio.REQUIRED, "floor")
    PROPERTIES = {**Ratio.PROPERTIES, "floor": {"type": "number", "minimum": 0, "maximum": 100}}

    floor: Decimal

    @classmethod
    def own(cls, data):
        return {**super().own(data), "floor": Decimal(str(data["floor"]))}

    def score(self, answers):
        outcome = super().score(answers)
        if outcome.points is None or outcome.points >= self.full * Fraction(self.floor) / 100:
            return outcome
        return Outcome(Fraction(0), Text(f"ไม่ถึงร้อยละ {self.floor}", f"below {self.floor} %"))

    def native(self, sheet):
        made = super().native(sheet)
        floor = float(self.full) * float(self.floor) / 100
        return replace(made, points=when(below(made.points, floor), 0, made.points))
'''

CHECK = '''"""A name that is too short to be one."""

from qa_excel.checks.registry import check, code
from qa_excel.kinds.answers import dig
from qa_excel.problems import Problem

SHORT = code(
    "consistency.name_short",
    "warning",
    "workbook",
    message=("ชื่อสถานศึกษาสั้นมาก", "The school's name is very short"),
    hint=("กรอกชื่อเต็ม", "Enter the full name"),
    example=("ชื่อสถานศึกษา ก", "The name A"),
)


@check("workbook", SHORT)
def check_name_length(book):
    """Names of fewer than three letters."""
    path = ("school", "name")
    if 0 < len(dig(book.submission.data, path) or "") < 3:
        yield Problem(SHORT, book.submission.source(path))
'''

ROSTER = "code,name,office,levels,learners,teachers\n99000001,โรงเรียนทดสอบ,เขตทดสอบ,P6,100,5\n"

INDICATOR = """      - id: IND21
        max: 5
        name: {th: ตัวบ่งชี้ใหม่, en: A new indicator}
        criteria:
          - id: "1"
            kind: share_with_floor
            floor: 50
            max: 5
            page: "2"
            interpretations: [I-6]
            label: {th: ผู้เรียนที่ผ่าน, en: Learners who pass}
            count: {th: จำนวนที่ผ่าน, en: those who pass}
            total: {th: จำนวนทั้งหมด, en: all}
            unit: {th: คน, en: people}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A copy of the program with a kind, an indicator of that kind and a check added; calls its command line."""
    root = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("schemas", "xlsx_templates", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("images"))
    package = root / "src" / "qa_excel"
    (package / "kinds" / "share_with_floor.py").write_text(KIND, encoding="utf-8")
    (package / "checks" / "check_name_length.py").write_text(CHECK, encoding="utf-8")
    edition = package / "rubric" / "editions" / "onesqa-r4.yaml"
    text = edition.read_text(encoding="utf-8")
    before = text.index("\n  - id: 2\n")  # the second area begins
    text = text[: before + 1] + INDICATOR + text[before + 1 :]
    text = text.replace("\nmax: 100\n", "\nmax: 105\n").replace("\n    max: 20\n", "\n    max: 25\n", 1)
    edition.write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONUTF8": "1"}

    def call(*arguments: Any, module: str = "qa_excel") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=root, timeout=120)

    made = call(root, module="qa_excel.doors.generated")
    assert made.returncode == 0, made.stderr
    call.root = root  # type: ignore[attr-defined]
    return call


def answers(count: int, **school: Any) -> dict[str, Any]:
    return {
        "rubric": "onesqa-r4",
        "area": 1,
        "year": 2563,
        "school": {"code": "99000001", "name": "โรงเรียนทดสอบ", "levels": ["P6"], **school},
        "answers": {"IND21": {"1": {"count": count, "total": 100}}},
    }


@pytest.mark.parametrize(("count", "points"), [(49, 0), (50, 2.5), (100, 5)])
def test_a_kind_is_scored_from_the_form_that_shows_it(program, tmp_path, count, points):
    (tmp_path / "a.json").write_text(json.dumps(answers(count)), encoding="utf-8")
    filled = program("fill", tmp_path / "a.json", "--out", tmp_path / "a.xlsx")
    assert filled.returncode == 0, filled.stderr
    sheet = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("ตบช.21")
    figures = {value for row in sheet.to_python() for value in row if isinstance(value, float)}
    assert points in figures and (points == count / 20) == (count / 20 in figures), "its score as ordinary formulas"
    told = json.loads(program("score", tmp_path / "a.xlsx", "--format", "json").stdout)
    assert told["files"][0]["indicators"]["IND21"]["score"] == points
    assert json.loads(program("extract", tmp_path / "a.xlsx").stdout) == answers(count)


def test_its_schema_and_its_word_are_its_own(program):
    schema = json.loads((program.root / "schemas" / "rubric.schema.json").read_text(encoding="utf-8"))
    assert "share_with_floor" in schema["$defs"]["criterion"]["properties"]["kind"]["enum"]
    assert "share with a floor" in program("rubric", "onesqa-r4", "--lang", "en").stdout


def test_it_reaches_the_summary(program, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "a.json").write_text(json.dumps(answers(30)), encoding="utf-8")
    program("fill", tmp_path / "a.json", "--out", tmp_path / "inbox" / "a.xlsx")
    (tmp_path / "schools.csv").write_text(ROSTER, encoding="utf-8")
    out = tmp_path / "district.xlsx"
    merged = program(
        "merge", tmp_path / "inbox", "--roster", tmp_path / "schools.csv", "--out", out, "--format", "json"
    )
    assert merged.returncode in (0, 1), merged.stderr
    scored = json.loads(merged.stdout)["schools"][0]["indicators"]["IND21"]
    assert (scored["score"], scored["criteria"][0]["points"]) == (0, 0)
    cells = {cell.value for sheet in opened(out) for row in sheet.iter_rows() for cell in row}
    assert any("ตัวบ่งชี้ใหม่" in str(value) for value in cells)
    assert any("เพิ่มจำนวนที่ผ่าน" in str(value) for value in cells), "what would earn more"


def test_a_check_is_found_by_its_file(program, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(answers(60, name="ก")), encoding="utf-8")
    program("fill", tmp_path / "a.json", "--out", tmp_path / "a.xlsx")
    told = json.loads(program("validate", tmp_path / "a.xlsx", "--format", "json").stdout)
    (found,) = (problem for problem in told["problems"] if problem["code"] == "consistency.name_short")
    assert found["message"] == "ชื่อสถานศึกษาสั้นมาก" and found["cell"]
    assert "consistency.name_short" in program("checks").stdout
