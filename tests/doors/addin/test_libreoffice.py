"""The extension for LibreOffice is installed, looked at and removed: as unopkg answers, and in a real one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from helpers.libreoffice import require_libreoffice
from helpers.windows import FakeWindows, codes
from qa_excel.doors.addin import libreoffice
from qa_excel.doors.addin.findings import BAD
from qa_excel.files import computer as systems
from qa_excel.files import soffice
from qa_excel.files.computer import Ran
from qa_excel.thai.text import Text

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
