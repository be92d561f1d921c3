"""The doctor: what a computer lacks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.command_line import Run
from helpers.windows import ADDIN, VERSION, FakeWindows, codes
from qa_excel.doors.addin import doctor, excel
from qa_excel.doors.addin.findings import BAD
from qa_excel.files.computer import HKLM, Ran


def _healthy(pc: FakeWindows) -> None:
    for each in doctor.requirements():
        name, _, exactly = re.split(r"(==|>=|<|~=|>)", each + "==1")[:3]
        pc.packages[name.strip()] = exactly
    pc.packages["xlwings"] = VERSION
    pc.set(HKLM, r"Software\Microsoft\Windows NT\CurrentVersion\Fonts", **{"TH Sarabun New (TrueType)": "x.ttf"})


def test_the_doctor_on_a_healthy_pc(pc: FakeWindows) -> None:
    _healthy(pc)
    found = doctor.examine(pc)
    assert codes(found, BAD) == []
    assert {"packages.complete", "templates.complete", "reading.works", "fonts.found"} <= set(codes(found))
    # Neither is installed: told, with the cure, and not essential.
    assert {"addin.absent", "libreoffice.absent"} <= set(codes(found, "note"))


def test_the_doctor_counts_faults_of_what_is_installed(pc: FakeWindows) -> None:
    _healthy(pc)
    excel.install(pc)
    pc.marks.add(ADDIN)
    assert codes(doctor.examine(pc), BAD) == ["addin.marked"]


def test_the_doctor_names_missing_packages(pc: FakeWindows) -> None:
    _healthy(pc)
    pc.packages.pop("pandas")
    pc.packages["xlwings"] = "0.30.0"
    found = doctor.examine(pc)
    assert {"packages.missing", "packages.other_version"} <= set(codes(found, BAD))
    [other] = [each for each in found if each.code == "packages.other_version"]
    assert f"xlwings=={VERSION}" in other.line("th")


def test_the_doctor_names_missing_templates(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _healthy(pc)
    (tmp_path / "xlsx_templates").mkdir()
    monkeypatch.setattr(doctor, "shipped", lambda name: tmp_path / name)
    monkeypatch.setattr(doctor, "requirements", lambda: [])
    assert codes(doctor.examine(pc), BAD) == ["templates.missing", "reading.broken"]


@pytest.mark.parametrize(
    ("platform", "listed", "code"),
    [
        ("linux", Ran(0, "DejaVu Sans\nTH Sarabun New\n"), "fonts.found"),
        ("linux", Ran(0, "DejaVu Sans\nLaksaman\n"), "fonts.substitute"),
        ("linux", Ran(0, "DejaVu Sans\n"), "fonts.missing"),
        ("linux", Ran(1, ""), "fonts.unsure"),
    ],
)
def test_the_doctor_looks_for_the_font(pc: FakeWindows, platform: str, listed: Ran, code: str) -> None:
    pc.platform, pc.answers = platform, lambda command: listed
    assert code in codes(doctor.examine(pc))


def test_the_doctor_from_the_command_line(command: Callable[..., Run], pc: FakeWindows) -> None:
    _healthy(pc)
    told = command("doctor", "--format", "json", "--lang", "en")
    assert told.status == 0
    assert told.json["ok"]
    pc.packages.pop("openpyxl")
    told = command("doctor")
    assert told.status == 1
    assert "✗ ขาดแพ็กเกจ openpyxl" in told.out
