"""Installing the functions: on a fake Windows, into a real LibreOffice, and as an offline bundle."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
import typer

from helpers.command_line import Run
from helpers.libreoffice import require_libreoffice
from helpers.wheels import NEEDS, SHELF, FakePip, wheel
from qa_excel import __version__
from qa_excel.doors.addin import bundle, commands, doctor, excel, findings, jobs, libreoffice
from qa_excel.doors.addin.findings import BAD, Finding
from qa_excel.doors.cli import app as cli
from qa_excel.files import computer as systems
from qa_excel.files import soffice, writing
from qa_excel.files.computer import HKCU, HKLM, Ran
from qa_excel.files.shipped import shipped
from qa_excel.thai.text import Text
from udfs import build_xlam

VERSION = "0.37.8"
LINKS = [f"xlwings{bits}-{VERSION}.dll" for bits in (32, 64)]
APP_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
CLICK_TO_RUN = r"Software\Microsoft\Office\ClickToRun\Configuration"
SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel\Security"
DEFENDER = r"Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
HOME = r"C:\Users\Malee"
OWN = HOME + r"\AppData\Local\qa-excel\env"
ADDIN = HOME + r"\AppData\Roaming\Microsoft\Excel\XLSTART\qa_excel.xlam"
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"


@dataclass
class FakeWindows:
    """A school's PC: its drive is a folder, its registry a dict."""

    drive: Path
    platform: str = "win32"
    python: str = OWN + r"\Scripts\python.exe"
    base_python: str = r"C:\Python311"
    python_version: str = "3.11.9"
    python_bits: int = 64
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=lambda: {"APPDATA": HOME + r"\AppData\Roaming"})
    open: bool | None = False
    marks: set[str] = field(default_factory=set)
    pip_files: list[str] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=lambda: {"xlwings": VERSION})
    answers: Callable[[Sequence[str]], Ran] = lambda command: Ran(0, "")
    ran: list[list[str]] = field(default_factory=list)

    def local(self, path: str) -> Path:
        if path.startswith("\\\\"):
            return self.drive / "network" / path.strip("\\").replace("\\", "/")
        return self.drive.joinpath(*path[3:].split("\\")) if path[1:3] == ":\\" else Path(path)

    def put(self, path: str, content: bytes = b"") -> Path:
        file = self.local(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def set(self, root: str, key: str, **values: Any) -> None:
        self.values.setdefault((root, key.lower()), {}).update({k.lower(): v for k, v in values.items()})

    def files(self) -> dict[str, bytes]:
        """Every file on the drive."""
        every = sorted(file for file in self.drive.rglob("*") if file.is_file())
        return {file.relative_to(self.drive).as_posix(): file.read_bytes() for file in every}

    def variable(self, name: str) -> str | None:
        return self.variables.get(name)

    def environment(self) -> dict[str, str]:
        return dict(self.variables)

    def registry(self, root: str, key: str) -> Mapping[str, Any]:
        return self.values.get((root, key.lower()), {})

    def running(self, program: str) -> bool | None:
        assert program == "EXCEL.EXE"
        return self.open

    def marked(self, path: str) -> bool:
        return path in self.marks

    def unmark(self, path: str) -> None:
        self.marks.discard(path)

    def which(self, name: str) -> str | None:
        return None

    def run(self, command: Sequence[str], environment: Mapping[str, str], seconds: int = 120) -> Ran:
        self.ran.append(list(command))
        return self.answers(command)

    def is_root(self) -> bool:
        return False

    def package(self, name: str) -> str | None:
        return self.packages.get(name)

    def package_files(self, name: str) -> list[str]:
        return self.pip_files


def program(machine: int) -> bytes:
    """The head of a Windows program."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine)


@pytest.fixture
def pc(tmp_path: Path) -> FakeWindows:
    """64-bit Excel 2016 or newer, and the program in a virtual environment as install.cmd makes it."""
    fake = FakeWindows(tmp_path / "drive")
    fake.put(EXCEL, program(0x8664))
    fake.set(HKLM, APP_PATH, **{"": EXCEL})
    fake.set(HKLM, CLICK_TO_RUN, VersionToReport="16.0.17328.20184", Platform="x64")
    fake.set(HKLM, r"Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.16"})
    for name in ("python.exe", "pythonw.exe"):
        fake.put(rf"{OWN}\Scripts\{name}", program(0x8664))
    for name in LINKS:
        fake.put(rf"{OWN}\{name}", name.encode())
        fake.pip_files.append(rf"{OWN}\{name}")
    return fake


def codes(found: Sequence[Finding], *states: str) -> list[str]:
    return [each.code for each in found if not states or each.state in states]


# --- the Excel add-in ---


def test_installing_takes_the_add_in_and_its_links_to_their_places(pc: FakeWindows) -> None:
    found = excel.install(pc)
    assert codes(found, BAD) == []
    assert codes(found)[-2:] == ["addin.installed", "addin.next"]
    addin = pc.local(ADDIN).read_bytes()
    assert excel.interpreter_of(addin) == OWN + r"\Scripts\pythonw.exe"
    for name in LINKS:
        assert pc.local(rf"{OWN}\Scripts\{name}").read_bytes() == name.encode()
    # Excel opens everything in XLSTART, so nothing else may lie there.
    assert [file.name for file in pc.local(ADDIN).parent.iterdir()] == ["qa_excel.xlam"]
    assert not [name for name in pc.files() if name.endswith(".tmp")]


def test_the_installed_add_in_differs_in_its_setting_alone(pc: FakeWindows) -> None:
    excel.install(pc)
    with zipfile.ZipFile(excel.shipped_addin()) as before, zipfile.ZipFile(pc.local(ADDIN)) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_installing_again_changes_nothing(pc: FakeWindows) -> None:
    excel.install(pc)
    once = pc.files()
    assert codes(excel.install(pc), BAD) == []
    assert pc.files() == once


def test_removing_leaves_nothing(pc: FakeWindows) -> None:
    before = pc.files()
    excel.install(pc)
    assert pc.files() != before
    assert codes(excel.remove(pc)) == ["addin.removed"] * 3
    assert pc.files() == before
    assert codes(excel.remove(pc)) == ["addin.none"]


def test_removing_keeps_what_pip_put_beside_python(pc: FakeWindows) -> None:
    pc.pip_files = [rf"{OWN}\Scripts\{name}" for name in LINKS]
    for path in pc.pip_files:
        pc.put(path, b"pip's")
    excel.install(pc)
    excel.remove(pc)
    assert all(pc.local(path).read_bytes() == b"pip's" for path in pc.pip_files)


def test_links_of_an_earlier_version_are_removed(pc: FakeWindows) -> None:
    old = pc.put(rf"{OWN}\Scripts\xlwings64-0.33.1.dll")
    excel.remove(pc)
    assert not old.exists()


def _no_excel(pc: FakeWindows) -> None:
    pc.values.clear()


def _old_excel(pc: FakeWindows) -> None:
    pc.values.clear()
    pc.set(HKLM, r"Software\Microsoft\Office\12.0\Excel\InstallRoot", path=r"C:\Office12")
    pc.set(HKLM, r"Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.12"})


def _open(pc: FakeWindows) -> None:
    pc.open = True


def _store(pc: FakeWindows) -> None:
    pc.python = r"C:\Users\Malee\AppData\Local\Microsoft\WindowsApps\python.exe"


def _store_below(pc: FakeWindows) -> None:
    pc.base_python = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11_3.11.9\x"


def _thai_folder(pc: FakeWindows) -> None:
    pc.python = r"C:\Users\มาลี\env\Scripts\python.exe"


def _network(pc: FakeWindows) -> None:
    pc.python = r"\\server\share\env\Scripts\python.exe"


def _no_window(pc: FakeWindows) -> None:
    pc.local(rf"{OWN}\Scripts\pythonw.exe").unlink()


def _no_module(pc: FakeWindows) -> None:
    pc.answers = lambda command: Ran(1, "Traceback\nModuleNotFoundError: No module named 'pythoncom'")


def _no_links(pc: FakeWindows) -> None:
    pc.local(pc.pip_files[1]).unlink()


def _no_user_folder(pc: FakeWindows) -> None:
    pc.variables.clear()


def _set(key: str, name: str, value: Any, root: str = HKCU) -> Callable[[FakeWindows], None]:
    return lambda pc: pc.set(root, key, **{name: value})


def _disabled(pc: FakeWindows) -> None:
    key = r"Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"
    pc.set(HKCU, key, A1=b"\1\0\0\0" + r"C:\x\QA_Excel.XLAM".encode("utf-16-le"))


def _unmanaged(pc: FakeWindows) -> None:
    pc.set(HKCU, r"Software\Policies\Microsoft\Office\16.0\Excel\Resiliency", RestrictToList=1)


HINDRANCES: dict[str, list[Callable[[FakeWindows], None]]] = {
    "excel.absent": [_no_excel],
    "excel.old": [_old_excel],
    "excel.open": [_open],
    "python.store": [_store, _store_below],
    "python.letters": [_thai_folder, _network],
    "python.no_window": [_no_window],
    "module.missing": [_no_module],
    "dll.missing": [_no_links],
    "addin.no_folder": [_no_user_folder],
    "addin.disabled": [_disabled],
    "policy.vba_off": [_set(r"Software\Policies\Microsoft\Office\16.0\Common", "VBAOff", 1)],
    "policy.addins_off": [
        _set(SECURITY, "DisableAllAddins", 1),
        _set(POLICY, "DisableAllAddins", 1),
        _set(POLICY, "disablealladdins", 1, HKLM),
    ],
    "policy.signed_only": [
        _set(POLICY, "RequireAddinSig", 1),
        _set(SECURITY, "RequireAddinSig", 1),
        _set(r"Software\Policies\Microsoft\Office\16.0\Common\Security", "RequireAlwaysOnMacroSig", 1),
    ],
    "policy.locations_off": [_set(POLICY + r"\Trusted Locations", "AllLocationsDisabled", 1)],
    "policy.unmanaged": [_unmanaged],
    "policy.no_python": [_set(DEFENDER, "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "1", HKLM)],
    "policy.no_link": [_set(DEFENDER, "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B", "1", HKLM)],
}


@pytest.mark.parametrize(("code", "hinder"), [(code, each) for code, several in HINDRANCES.items() for each in several])
def test_a_hindrance_is_named_with_its_cure_and_nothing_is_changed(
    pc: FakeWindows, code: str, hinder: Callable[[FakeWindows], None]
) -> None:
    hinder(pc)
    before = pc.files()
    found = excel.install(pc)
    assert codes(found, BAD) == [code]
    assert codes(found)[-1] == "addin.nothing_done"
    [named] = [each for each in found if each.state == BAD]
    assert named.cure is not None
    assert pc.files() == before


NOTES: dict[str, Callable[[FakeWindows], None]] = {
    "policy.macros_off": _set(POLICY, "VBAWarnings", 4),
    "policy.internet": _set(POLICY, "BlockContentExecutionFromInternet", 1),
    "excel.open_unsure": lambda pc: setattr(pc, "open", None),
    "excel.arm": lambda pc: pc.put(EXCEL, program(0xAA64)) and None,
}


@pytest.mark.parametrize("code", NOTES)
def test_what_may_hinder_is_noted_and_the_add_in_installed(pc: FakeWindows, code: str) -> None:
    NOTES[code](pc)
    found = excel.install(pc)
    assert code in codes(found)
    assert codes(found)[-1] == "addin.next"


def test_nothing_is_said_of_settings_where_none_forbids(pc: FakeWindows) -> None:
    pc.set(HKCU, SECURITY, VBAWarnings=2, DisableAllAddins=0, RequireAddinSig=0)
    pc.set(HKLM, DEFENDER, **{"d4f940ab-401b-4efc-aadc-ad5f3c50688a": "2"})
    assert "policy.clear" in codes(excel.status(pc))


def test_a_policy_goes_before_what_the_person_chose(pc: FakeWindows) -> None:
    pc.set(HKCU, SECURITY, DisableAllAddins=1)
    pc.set(HKLM, POLICY, DisableAllAddins=0)
    assert "policy.addins_off" not in codes(excel.status(pc))


def test_who_can_change_a_setting_is_told(pc: FakeWindows) -> None:
    pc.set(HKCU, SECURITY, DisableAllAddins=1)
    [chosen] = [each for each in excel.status(pc) if each.code == "policy.addins_off"]
    assert "Trust Center" in chosen.line("en")
    pc.set(HKLM, POLICY, DisableAllAddins=1)
    [imposed] = [each for each in excel.status(pc) if each.code == "policy.addins_off"]
    assert "organisation" in imposed.line("en")
    assert POLICY in imposed.line("en")
    assert "ผู้ดูแลคอมพิวเตอร์" in imposed.line("th")


def test_a_list_of_managed_add_ins_may_hold_ours(pc: FakeWindows) -> None:
    _unmanaged(pc)
    pc.set(HKCU, r"Software\Policies\Microsoft\Office\16.0\Excel\Resiliency\AddinList", **{"qa_excel.xlam": "1"})
    assert "policy.unmanaged" not in codes(excel.status(pc))


@pytest.mark.parametrize(
    ("machine", "platform", "bits", "needed"),
    [(0x14C, "x64", "32-bit", 0), (0x8664, "x86", "64-bit", 1), (0, "x86", "32-bit", 0), (0, "x64", "64-bit", 1)],
)
def test_the_link_that_counts_is_of_excels_bitness(
    pc: FakeWindows, machine: int, platform: str, bits: str, needed: int
) -> None:
    """What the program itself says goes before the registry; Python's own bitness does not matter."""
    pc.put(EXCEL, program(machine) if machine else b"")
    pc.set(HKLM, CLICK_TO_RUN, Platform=platform)
    [told] = [each for each in excel.status(pc) if each.code == "excel.found"]
    assert bits in told.text.en
    pc.local(pc.pip_files[1 - needed]).unlink()
    assert "dll.ready" in codes(excel.status(pc))
    pc.local(pc.pip_files[needed]).unlink()
    assert "dll.missing" in codes(excel.status(pc))


def test_an_excel_without_click_to_run_is_found(pc: FakeWindows) -> None:
    pc.values.clear()
    pc.set(HKLM, r"Software\Microsoft\Office\15.0\Excel\InstallRoot", path=r"C:\Office15" + "\\")
    pc.set(HKLM, r"Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.15"})
    pc.put(r"C:\Office15\EXCEL.EXE", program(0x14C))
    [told] = [each for each in excel.status(pc) if each.code == "excel.found"]
    assert told.text.en == "Excel 15.0 (32-bit)"


def test_click_to_run_may_report_on_another_program(pc: FakeWindows) -> None:
    pc.set(HKLM, r"Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.14"})
    [told] = [each for each in excel.status(pc) if each.code == "excel.found"]
    assert told.text.en.startswith("Excel 14.0 ")


def test_the_modules_are_tried_as_the_add_in_starts_python(pc: FakeWindows) -> None:
    excel.status(pc)
    [tried] = pc.ran
    assert tried[:4] == [pc.python, "-I", "-B", "-c"]


def _fail_to_write(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The file of that name can't be put in its place, as while something holds it open."""
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)


@pytest.mark.parametrize("name", ["qa_excel.xlam", LINKS[1]])
def test_what_cannot_be_written_leaves_nothing_behind(
    pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = pc.files()
    _fail_to_write(pc, monkeypatch, name)
    found = excel.install(pc)
    assert codes(found, BAD) == ["addin.unwritable"]
    assert name in found[-1].text.th
    assert pc.files() == before


def test_an_earlier_add_in_survives_a_failed_update(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    excel.install(pc)
    pc.put(ADDIN, b"earlier")
    before = pc.files()
    _fail_to_write(pc, monkeypatch, "qa_excel.xlam")
    assert codes(excel.install(pc), BAD) == ["addin.unwritable"]
    assert pc.files() == before


def test_a_link_that_was_replaced_is_put_back_where_the_add_in_fails(
    pc: FakeWindows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LINKS:
        pc.put(rf"{OWN}\Scripts\{name}", b"earlier")
    before = pc.files()
    _fail_to_write(pc, monkeypatch, "qa_excel.xlam")
    [told] = [each for each in excel.install(pc) if each.state == BAD]
    assert told.code == "addin.unwritable"
    assert "ไม่มีสิทธิ์เข้าถึง" in told.text.th and "Permission" not in told.text.th
    assert pc.files() == before


def test_what_cannot_be_put_back_is_named(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == "qa_excel.xlam" or self.read_bytes() == b"earlier":
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    pc.put(rf"{OWN}\Scripts\{LINKS[0]}", b"earlier")
    monkeypatch.setattr(Path, "replace", failing)
    [told] = [each for each in excel.install(pc) if each.state == BAD]
    assert told.code == "addin.half_written"
    assert told.text.th.endswith(LINKS[0])
    assert not [name for name in pc.files() if name.endswith((".tmp", LINKS[1])) and "Scripts" in name]


def test_a_damaged_shipped_add_in_is_not_installed(
    pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = pc.files()
    broken = tmp_path / "qa_excel.xlam"
    monkeypatch.setattr(excel, "shipped_addin", lambda: broken)
    assert codes(excel.install(pc), BAD) == ["addin.unshipped"]
    broken.write_bytes(b"no package")
    assert "addin.nothing_done" in codes(excel.install(pc))
    assert pc.files() == before


def test_removal_waits_for_excel_to_close(pc: FakeWindows) -> None:
    excel.install(pc)
    before = pc.files()
    pc.open = True
    assert codes(excel.remove(pc)) == ["excel.open"]
    assert pc.files() == before


def test_what_cannot_be_removed_is_told(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch) -> None:
    excel.install(pc)

    def failing(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "unlink", failing)
    assert codes(excel.remove(pc), BAD) == ["addin.unremovable"] * 3


def test_status_before_and_after(pc: FakeWindows) -> None:
    assert codes(excel.status(pc), BAD) == ["addin.absent"]
    excel.install(pc)
    assert codes(excel.status(pc), BAD) == []
    pc.open = True  # looking is allowed while Excel is open
    assert codes(excel.status(pc), BAD) == []


def _gone(pc: FakeWindows) -> None:
    pc.put(ADDIN, pc.local(ADDIN).read_bytes())
    pc.python = r"C:\other\python.exe"
    for name in ("python.exe", "pythonw.exe", *LINKS):
        pc.put(rf"C:\other\{name}")
    pc.local(rf"{OWN}\Scripts\pythonw.exe").unlink()


def _elsewhere(pc: FakeWindows) -> None:
    pc.python = r"C:\other\python.exe"
    for name in ("python.exe", "pythonw.exe", *LINKS):
        pc.put(rf"C:\other\{name}")


def _other_build(pc: FakeWindows) -> None:
    with zipfile.ZipFile(pc.local(ADDIN), "a") as package:
        package.writestr("more.txt", "more")


INSTALLED_FAULTS: dict[str, Callable[[FakeWindows], Any]] = {
    "addin.damaged": lambda pc: pc.put(ADDIN, b"PK no more"),
    "addin.python_gone": _gone,
    "addin.other_python": _elsewhere,
    "addin.other_build": _other_build,
    "addin.marked": lambda pc: pc.marks.add(ADDIN),
    "dll.not_copied": lambda pc: pc.local(rf"{OWN}\Scripts\{LINKS[1]}").unlink(),
}


@pytest.mark.parametrize("code", INSTALLED_FAULTS)
def test_a_fault_of_the_installed_add_in_is_cured_by_installing_again(pc: FakeWindows, code: str) -> None:
    excel.install(pc)
    INSTALLED_FAULTS[code](pc)
    assert codes(excel.status(pc), BAD) == [code]
    assert codes(excel.install(pc), BAD) == []
    assert codes(excel.status(pc), BAD) == []


def test_an_add_in_of_0_1_is_to_be_installed_anew(
    pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its buttons start the module of the jobs by the name that it had."""
    shipped, stated = tmp_path / "qa_excel.xlam", f"<cp:version>{__version__}</cp:version>"
    monkeypatch.setattr(excel, "shipped_addin", lambda: shipped)
    new, modules = build_xlam.build(), build_xlam.sources()
    old = [replace(each, source=each.source.replace(jobs.__name__, "qa_excel.excel_jobs")) for each in modules]
    assert old != modules and stated in build_xlam._CORE
    with monkeypatch.context() as before:
        before.setattr(build_xlam, "sources", lambda: old)
        before.setattr(build_xlam, "_CORE", build_xlam._CORE.replace(stated, ""))
        shipped.write_bytes(build_xlam.build())
    excel.install(pc)
    shipped.write_bytes(new)
    [told] = [each for each in doctor.examine(pc) if each.code == "addin.other_version"]
    assert told.state == BAD and told.cure
    assert "รุ่น 0.1 " in told.text.th and "addin install" in told.cure.th
    assert "version 0.1," in told.text.en and "addin install" in told.cure.en
    assert codes(excel.install(pc), BAD) == codes(excel.status(pc), BAD) == []


def test_a_spoilt_interpreter_setting_is_a_damage(pc: FakeWindows, tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlam"
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    with pytest.raises(ValueError, match="no settings"):
        excel.interpreter_of(empty.read_bytes())
    assert excel.interpreter_of(excel.shipped_addin().read_bytes()) == ""


@pytest.mark.parametrize("act", [excel.install, excel.status, excel.remove])
def test_other_systems_get_a_clear_message(pc: FakeWindows, act: Callable[[Any], list[Finding]]) -> None:
    pc.platform = "linux"
    before = pc.files()
    [told] = act(pc)
    assert told.code == "system.other"
    assert "--libreoffice" in told.line("th")
    assert pc.files() == before


def test_this_computer_answers_without_windows() -> None:
    own = systems.this_computer()
    assert own.registry(HKLM, APP_PATH) == {}
    assert own.running("EXCEL.EXE") is None
    assert not own.marked(own.python)
    for hindered, th in (
        (own.run(["/nowhere/at/all"], {}), "ไม่มีแฟ้มหรือโฟลเดอร์นี้"),
        (own.run(["sleep", "5"], own.environment(), seconds=1), "ไม่ตอบภายใน 1 วินาที"),
    ):
        assert hindered.status != 0
        assert hindered.last_words().th == th
    assert Ran(3, "one\n two \n\n").last_words().th == "two"
    assert Ran(3, " \n").last_words().th == "สถานะ 3"
    assert own.package("xlwings") == VERSION
    assert any(path.endswith("xlwings/__init__.py") for path in own.package_files("xlwings"))
    assert own.package("no-such-package") is None
    assert own.package_files("no-such-package") == []


# --- messages ---


def test_every_message_is_thai_and_english() -> None:
    for code, found in findings.declared().items():
        state, text, cure = found.state, found.text, found.cure
        assert state in findings.SIGNS, code
        for each in (text, cure) if cure else (text,):
            assert each.th and each.en, code
            assert set(re.findall(r"{(\w+)}", each.th)) == set(re.findall(r"{(\w+)}", each.en)), code
            assert not re.search(r"[ก-๙]", each.en), code
        if state == BAD:
            assert cure is not None, f"{code} has no cure"
            assert re.search(r"[ก-๙]", text.th), code


def test_every_finding_is_reported_somewhere() -> None:
    folder = Path(findings.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    assert [code for code in findings.declared() if f'"{code}"' not in source] == []


# --- the command line ---


@pytest.fixture
def command(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, pc: FakeWindows) -> Iterator[Callable[..., Run]]:
    """`qa-excel` on the fake Windows."""
    if not any(group.name == "addin" for group in cli.app.registered_groups):
        app = typer.Typer(invoke_without_command=True)
        app.add_typer(commands.addin_app)
        app.command()(commands.doctor)
        monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(systems, "this_computer", lambda: pc)
    yield run


def test_installing_from_the_command_line(command: Callable[..., Run], pc: FakeWindows) -> None:
    told = command("addin", "install")
    assert told.status == 0
    assert "=QA_VERSION()" in told.out
    assert "ติดตั้งเสร็จแล้ว" in told.out
    assert command("addin", "status", "--lang", "en").status == 0
    found = command("addin", "status", "--format", "json").json
    assert found["ok"]
    assert {"code", "state", "message", "cure"} == set(found["findings"][0])
    assert command("addin", "remove").status == 0
    assert command("addin", "status").status == 1


def test_a_hindrance_on_the_command_line(command: Callable[..., Run], pc: FakeWindows) -> None:
    pc.open = True
    told = command("addin", "install", "--lang", "en")
    assert told.status == 1
    assert "✗ Excel is open" in told.out
    assert "→ save, close every Excel window" in told.out


def test_other_systems_on_the_command_line(command: Callable[..., Run], pc: FakeWindows) -> None:
    pc.platform = "linux"
    told = command("addin", "install")
    assert told.status == 1
    assert "Windows เท่านั้น" in told.out


def test_addin_alone_shows_its_help(command: Callable[..., Run]) -> None:
    told = command("addin")
    assert told.status == 2
    assert "bundle" in told.out


# --- the doctor ---


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


# --- LibreOffice ---

TINY = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
<identifier value="org.example.qa-excel-test"/><version value="{}"/></description>
"""
MANIFEST = '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest"/>'


def extension(path: Path, version: str = "1.2.3") -> Path:
    """An extension with nothing in it."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("description.xml", TINY.format(version))
    return path


@pytest.fixture
def unopkg(pc: FakeWindows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeWindows:
    """The fake Windows with a LibreOffice in its usual folder and a small extension to install."""
    pc.variables["ProgramFiles"] = r"C:\Program Files"
    pc.variables["PYTHONPATH"] = pc.variables["VIRTUAL_ENV"] = "elsewhere"
    pc.put(r"C:\Program Files\LibreOffice\program\unopkg.com")
    own = extension(tmp_path / "qa_excel.oxt")
    monkeypatch.setattr(libreoffice, "shipped_extension", lambda: own)
    return pc


LISTED = """All deployed user extensions:

Identifier: org.example.other
  Version: 9
  is registered: yes

Identifier: org.example.qa-excel-test
  Version: {version}
  URL: vnd.sun.star.expand:$UNO_USER_PACKAGES_CACHE/x.oxt
  is registered: {registered}
  bundled Packages: {{
      URL: x
      is registered: no
  }}
"""


@pytest.mark.parametrize(
    ("version", "registered", "code"),
    [
        ("1.2.3", "yes", "libreoffice.installed"),
        ("1.2.3", "n/a", "libreoffice.installed"),
        ("1.2.3", "no", "libreoffice.unregistered"),
        ("1.0", "yes", "libreoffice.other_version"),
    ],
)
def test_the_list_of_extensions_is_understood(unopkg: FakeWindows, version: str, registered: str, code: str) -> None:
    unopkg.answers = lambda command: Ran(0, LISTED.format(version=version, registered=registered))
    assert codes(libreoffice.status(unopkg))[-1] == code


def test_an_absent_extension_and_an_absent_libreoffice(unopkg: FakeWindows) -> None:
    assert codes(libreoffice.status(unopkg), BAD) == ["libreoffice.uninstalled"]
    assert codes(libreoffice.remove(unopkg))[-1] == "libreoffice.none"
    unopkg.variables.pop("ProgramFiles")
    for act in (libreoffice.install, libreoffice.status, libreoffice.remove):
        assert codes(act(unopkg)) == ["libreoffice.absent"]


def test_unopkgs_own_words_are_passed_on(unopkg: FakeWindows) -> None:
    unopkg.answers = lambda command: Ran(1, "ERROR: LibreOffice is running.\n\nERROR: unopkg failed.\n")
    [failed] = [each for each in libreoffice.install(unopkg) if each.state == BAD]
    assert failed.text.en == "LibreOffice says: LibreOffice is running."
    unopkg.answers = lambda command: Ran(-1, "", Text("ไม่ตอบภายใน 180 วินาที", "no answer within 180 s"))
    [failed] = [each for each in libreoffice.install(unopkg) if each.state == BAD]
    assert failed.text.th == "LibreOffice ตอบว่า: ไม่ตอบภายใน 180 วินาที"


def test_libreoffice_runs_without_another_pythons_environment(unopkg: FakeWindows) -> None:
    assert set(soffice.clean_environment(unopkg)) == {"APPDATA", "ProgramFiles"}


def test_a_package_that_is_no_extension(unopkg: FakeWindows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for content in (None, b"no package"):
        path = tmp_path / "other.oxt"
        if content:
            path.write_bytes(content)
        monkeypatch.setattr(libreoffice, "shipped_extension", lambda path=path: path)
        assert codes(libreoffice.install(unopkg), BAD) == ["libreoffice.unshipped"]


@pytest.mark.libreoffice
def test_the_extension_in_a_real_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require_libreoffice()
    own, profile = systems.this_computer(), tmp_path / "profile"
    path = extension(tmp_path / "qa_excel.oxt")
    monkeypatch.setattr(libreoffice, "shipped_extension", lambda: path)
    assert codes(libreoffice.status(own, profile), BAD) == ["libreoffice.uninstalled"]
    for _ in range(2):
        assert codes(libreoffice.install(own, profile))[-1] == "libreoffice.next"
    assert codes(libreoffice.status(own, profile))[-1] == "libreoffice.installed"
    extension(path, "2.0")
    assert codes(libreoffice.status(own, profile), BAD) == ["libreoffice.other_version"]
    assert codes(libreoffice.install(own, profile), BAD) == []
    assert codes(libreoffice.remove(own, profile))[-1] == "libreoffice.removed"
    assert codes(libreoffice.status(own, profile), BAD) == ["libreoffice.uninstalled"]
    assert codes(libreoffice.remove(own, profile))[-1] == "libreoffice.none"
    extension(path).write_bytes(b"PK spoilt")
    assert codes(libreoffice.install(own, profile), BAD) == ["libreoffice.unshipped"]


@pytest.mark.libreoffice
def test_our_extension_in_a_real_libreoffice(tmp_path: Path) -> None:
    require_libreoffice()
    own, profile = systems.this_computer(), tmp_path / "profile"
    found = libreoffice.install(own, profile)
    assert codes(found, BAD) == []
    assert re.search(r"LibreOffice \d+\.\d+", found[0].text.en)
    assert codes(libreoffice.status(own, profile))[-1] == "libreoffice.installed"
    assert codes(libreoffice.remove(own, profile))[-1] == "libreoffice.removed"


# --- the bundle ---


@pytest.fixture
def own_wheel(tmp_path: Path) -> Path:
    return wheel(tmp_path / "dist", "qa-excel", *NEEDS)


def test_a_bundle_holds_what_a_pc_needs(tmp_path: Path, own_wheel: Path) -> None:
    setup = tmp_path / "python-3.11.9-amd64.exe"
    setup.write_bytes(b"setup")
    pip, out = FakePip(SHELF), tmp_path / "ชุดติดตั้ง"
    names = bundle.build_bundle(out, bundle.Target(), own_wheel, setup, pip)
    packages = {Path(name).name.split("-")[0] for name in names if name.endswith(".whl")}
    assert packages == {"qa_excel", "pandas", "pywin32", "tzdata"}
    assert {"install.cmd", "remove.cmd", "guide.html", "install-windows.md", "requirements.txt"} <= set(names)
    assert {"python-setup.exe", "addin/qa_excel.xlam", "addin/qa_excel.oxt"} <= set(names)
    assert (out / "licenses" / "LICENSE").read_text() == "MIT"
    assert (out / "licenses" / "LICENSE-xlwings.txt").read_text() == "BSD 3-clause"
    for call in pip.calls:
        assert call[0] == "download"
        assert {"--only-binary=:all:", "win_amd64", "3.11", "-c"} <= set(call)
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "dist", setup, out])


def test_each_wheel_of_a_bundle_is_installed_with_its_hash_alone(tmp_path: Path) -> None:
    """By pip itself, as install.cmd calls it."""
    out = tmp_path / "bundle"
    own = wheel(tmp_path / "dist", "qa-excel", "pandas")
    bundle.build_bundle(out, bundle.Target(), own, None, FakePip({"pandas": []}))
    listed = (out / "requirements.txt").read_text(encoding="ascii").splitlines()
    wheels = sorted((out / "wheels").iterdir())
    assert [line.split("=")[0] for line in listed] == ["pandas", "qa-excel"]
    assert [line.rpartition(":")[2] for line in listed] == [hashlib.sha256(w.read_bytes()).hexdigest() for w in wheels]
    [called] = re.findall(r'-m (pip .*) >>"%LOG%"', (out / "install.cmd").read_text(encoding="ascii"))
    called = called.replace("%HERE%wheels", str(out / "wheels")).replace(
        "%HERE%requirements.txt", str(out / bundle.REQUIREMENTS)
    )
    command = [sys.executable, "-I", "-m", *shlex.split(called), "--dry-run", "--ignore-installed"]
    sound = subprocess.run(command, capture_output=True, text=True)
    assert sound.returncode == 0, sound.stderr
    assert "qa-excel-1.0" in sound.stdout
    told = re.findall(r'find.exe" "(.*?)" "%LOG%"', (out / "install.cmd").read_text(encoding="ascii"))
    wheel(out / "wheels", "pandas", "evil")
    changed = subprocess.run(command, capture_output=True, text=True)
    wheels[0].unlink()
    lacking = subprocess.run(command, capture_output=True, text=True)
    for run, words in zip((changed, lacking), told, strict=True):
        assert run.returncode != 0
        assert words in run.stderr


def test_no_program_is_run_from_a_folder_that_was_there_before(tmp_path: Path, own_wheel: Path) -> None:
    """Below the drive anybody may make folders: a predictable name there is nobody's own."""
    out = tmp_path / "bundle"
    bundle.build_bundle(out, bundle.Target(), own_wheel, None, FakePip(SHELF))
    for script in ("install.cmd", "remove.cmd"):
        text = (out / script).read_text(encoding="ascii")
        assert "SystemDrive" not in text
        assert not re.search(r'set "QA_HOME=', text), "home.cmd tells it"
        assert text.index('call "%HERE%home.cmd"') < text.index("%QA_HOME%")
    home = (out / "home.cmd").read_text(encoding="ascii")
    assert re.findall(r"%SystemDrive%\S*", home) == ['%SystemDrive%\\qa-excel-%RANDOM%%RANDOM%"']
    made, shut, taken = (home.index(part) for part in ('mkdir "%NEW%"', "icacls.exe", 'set "QA_HOME=%NEW%"'))
    assert made < home.index("if errorlevel 1 exit", made) < shut < home.index("if defined FOUND exit") < taken


@pytest.mark.parametrize("path", ["", ".", "bin", f".{os.pathsep}bin{os.pathsep}"])
def test_no_program_is_taken_from_the_folder_that_is_worked_in(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    for planted in (tmp_path / "unopkg", tmp_path / "bin" / "unopkg"):
        planted.write_text("#!/bin/sh\n")
        planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    assert systems.this_computer().which("unopkg") is None
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{tmp_path / 'bin'}")
    assert systems.this_computer().which("unopkg") == str(tmp_path / "bin" / "unopkg")


def test_windows_own_programs_are_called_by_their_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    computer, called = systems.this_computer(), []
    monkeypatch.setattr(computer, "platform", "win32", raising=False)
    monkeypatch.setattr(computer, "run", lambda command, *_: called.append(command) or Ran(0, "EXCEL.EXE"))
    assert computer.running("EXCEL.EXE")
    assert PureWindowsPath(called[0][0]).is_absolute()


def test_the_scripts_are_what_windows_can_read(tmp_path: Path, own_wheel: Path) -> None:
    """ASCII code and CR LF, without which cmd.exe loses its labels; what is said lies in files of UTF-8."""
    out = tmp_path / "bundle"
    bundle.build_bundle(out, bundle.Target("win32", "3.12"), own_wheel, None, FakePip(SHELF))
    for script in out.glob("*.cmd"):
        text = script.read_bytes().decode("ascii")
        assert "@" not in text.replace("@echo off", "")
        assert text.count("\r\n") == text.count("\n")
        assert set(re.findall(r"(?:goto|call) :?(\w+)", text)) <= set(re.findall(r"^:(\w+)", text, re.MULTILINE))
        said = set(re.findall(r"call :say ([\w-]+)", text))
        assert said or script.name == "home.cmd"
        for name in said:
            assert re.search(r"[ก-๙]", (out / "messages" / f"{name}.txt").read_text(encoding="utf-8"))
    install = (out / "install.cmd").read_text(encoding="ascii")
    assert r"PythonCore\3.12-32\InstallPath" in install
    assert "calcsize('P') * 8 != 32" in install
    assert "--no-index --find-links" in install
    assert 'set "NoDefaultCurrentDirectoryInExePath=1"' in install
    assert not re.search(r"runas|-Verb|setx|HKLM\\.* /v .* /d|reg\.exe add", install)
    # What is left for a window with the command, as cmd.exe writes it.
    left = [line.replace("%%", "%") for line in re.findall(r'>"%COMMAND%" echo (.*)', install)]
    assert left[0] == "@echo off"
    assert left[-1] == r'if not "%~1"=="" "%~dp0env\Scripts\python.exe" -I -m qa_excel %*'
    page = (out / "guide.html").read_text(encoding="utf-8")
    assert "=QA_VERSION()" in page
    assert "<script" not in page


def test_a_bundle_is_made_anew_and_no_other_folder_is_touched(tmp_path: Path, own_wheel: Path) -> None:
    out = tmp_path / "bundle"
    for _ in range(2):
        bundle.build_bundle(out, bundle.Target(), own_wheel, None, FakePip(SHELF))
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(bundle.BundleError):
        bundle.build_bundle(other, bundle.Target(), own_wheel, None, FakePip(SHELF))
    assert [file.name for file in other.iterdir()] == ["letter.txt"]


def test_an_earlier_bundle_survives_where_the_new_one_cannot_be_moved(
    tmp_path: Path, own_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bundle"
    bundle.build_bundle(out, bundle.Target(), own_wheel, None, FakePip(SHELF))
    (out / "letter.txt").write_text("mine")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if out in Path(target).parents or (Path(target) == out and self.name != out.name):
            raise PermissionError(13, "Permission denied", str(target))
        return rename(self, target)

    monkeypatch.setattr(writing, "_swapped", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", failing)
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(bundle.BundleError) as error:
        bundle.build_bundle(out, bundle.Target(), own_wheel, None, FakePip(SHELF))
    assert "ไม่มีสิทธิ์เข้าถึง" in error.value.text.th and "Permission" not in error.value.text.th
    assert (out / "letter.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "dist"]


@pytest.mark.parametrize(
    "pip",
    [FakePip(SHELF, fail=True), FakePip({**SHELF, "pandas": ["lacking"]}), FakePip({})],
    ids=["off", "gap", "none"],
)
def test_a_failed_bundle_leaves_nothing(tmp_path: Path, own_wheel: Path, pip: FakePip) -> None:
    with pytest.raises(bundle.BundleError) as error:
        bundle.build_bundle(tmp_path / "bundle", bundle.Target(), own_wheel, None, pip)
    assert re.search(r"[ก-๙]", error.value.text.th)
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


@pytest.mark.parametrize(("platform", "python"), [("linux", "3.11"), ("win_amd64", "2.7"), ("win_amd64", "3.11.9")])
def test_an_odd_target_is_refused(platform: str, python: str) -> None:
    with pytest.raises(bundle.BundleError):
        bundle.Target(platform, python)


def test_the_bundle_from_the_command_line(
    command: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own_wheel: Path
) -> None:
    monkeypatch.setattr(bundle, "run_pip", FakePip(SHELF))
    told = command("addin", "bundle", "--out", tmp_path / "b", "--wheel", own_wheel)
    assert told.status == 0
    assert "install.cmd" in told.err
    assert command("addin", "bundle", "--out", tmp_path / "c", "--platform", "amiga").status == 2
    told = command("addin", "bundle", "--out", tmp_path / "c", "--wheel", tmp_path / "no.whl", "--lang", "en")
    assert (told.status, told.err.strip()) == (2, f"no such file: {tmp_path / 'no.whl'}")
    monkeypatch.setattr(bundle, "run_pip", FakePip(SHELF, fail=True))
    assert command("addin", "bundle", "--out", tmp_path / "c", "--wheel", own_wheel).status == 2
    assert not (tmp_path / "c").exists()


def test_an_installed_program_is_packed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the wheel it came from, without what pip added."""
    site = tmp_path / "site"
    info = site / "qa_excel-9.9.dist-info"
    info.mkdir(parents=True)
    (site / "qa_excel").mkdir()
    contents = {"qa_excel/__init__.py": "x = 1\n", f"{info.name}/METADATA": "Name: qa-excel\nVersion: 9.9\n"}
    extra = {
        f"{info.name}/INSTALLER": "pip\n",
        "qa_excel/__pycache__/x.cpython-311.pyc": "",
        f"{info.name}/WHEEL": "W: 1\n",
    }
    for name, content in {**contents, **extra}.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(content)
    record = [*contents, *extra, f"{info.name}/RECORD", "../../bin/qa-excel"]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in record))
    monkeypatch.syspath_prepend(str(site))
    packed = bundle.pack_installed(tmp_path)
    assert packed is not None
    assert packed.name == "qa_excel-9.9-py3-none-any.whl"
    with zipfile.ZipFile(packed) as package:
        assert set(package.namelist()) == {*contents, f"{info.name}/WHEEL", f"{info.name}/RECORD"}
        assert package.read(f"{info.name}/RECORD").count(b"sha256=") == 3
    first = packed.read_bytes()
    assert bundle.pack_installed(tmp_path).read_bytes() == first


def test_the_guide_tells_how_to_check_and_whom_to_ask() -> None:
    guide = (shipped("docs") / bundle.GUIDE).read_text(encoding="utf-8")
    for needed in ("install.cmd", "remove.cmd", "=QA_VERSION()", "#NAME?", "XLSTART"):
        assert needed in guide
    assert __version__ not in guide, "the guide outlives versions"
