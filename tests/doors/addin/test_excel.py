"""The add-in for Excel is installed, looked at and removed, on a fake Windows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.command_line import Run
from helpers.windows import (
    ADDIN,
    APP_PATH,
    CLICK_TO_RUN,
    DEFENDER,
    EXCEL,
    LINKS,
    OWN,
    POLICY,
    SECURITY,
    VERSION,
    FakeWindows,
    codes,
    program,
)
from qa_excel import __version__
from qa_excel.doors.addin import doctor, excel, jobs
from qa_excel.doors.addin.findings import BAD, Finding
from qa_excel.files import computer as systems
from qa_excel.files.computer import HKCU, HKLM, Ran
from udfs import build_xlam


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
