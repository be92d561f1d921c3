"""The offline bundle: what it holds, and what its scripts run."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest

from helpers.command_line import Run
from helpers.wheels import NEEDS, SHELF, FakePip, wheel
from qa_excel import __version__
from qa_excel.doors.addin import bundle
from qa_excel.files import computer as systems
from qa_excel.files import writing
from qa_excel.files.computer import Ran
from qa_excel.files.shipped import shipped


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


def test_addin_alone_shows_its_help(command: Callable[..., Run]) -> None:
    told = command("addin")
    assert told.status == 2
    assert "bundle" in told.out
