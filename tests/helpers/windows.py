"""A school's PC with Windows and Excel, of which nothing is there."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_excel.doors.addin.findings import Finding
from qa_excel.files.computer import Ran

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


def codes(found: Sequence[Finding], *states: str) -> list[str]:
    return [each.code for each in found if not states or each.state in states]
