"""What the rest of the package asks the computer: environment, registry, processes, marks on files.

`System` is small on purpose, so that a made-up Windows can stand in for it.
"""

from __future__ import annotations

import importlib.metadata
import os
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_excel.files.oserrors import reason
from qa_excel.thai.text import Text

HKCU, HKLM = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program that was run left behind; `hindrance` says why it did not run, or not to its end."""

    status: int
    out: str
    hindrance: Text | None = None

    def last_words(self) -> Text:
        """The last line that it wrote, or else why there is none."""
        if self.hindrance:
            return self.hindrance
        said = [line.strip() for line in self.out.splitlines() if line.strip()]
        return Text(said[-1], said[-1]) if said else Text(f"สถานะ {self.status}", f"status {self.status}")


class System:
    """The computer that the program runs on."""

    platform: str = sys.platform
    python = os.path.abspath(sys.executable)  # noqa: PTH100 (Path.resolve would leave the virtual environment)
    """The interpreter's full path, as it was started (within a virtual environment: the one in there)."""
    base_python = sys.base_exec_prefix
    """The folder of the Python that a virtual environment was made from; else that of the interpreter."""
    python_version = ".".join(map(str, sys.version_info[:3]))
    python_bits = struct.calcsize("P") * 8

    def local(self, path: str) -> Path:
        """Where to open the file that this computer calls `path`."""
        return Path(path)

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        return os.environ.get(name)

    def environment(self) -> dict[str, str]:
        """All environment variables."""
        return dict(os.environ)

    def registry(self, root: str, key: str) -> Mapping[str, Any]:
        """The values of a registry key by name in lower case ("" is its default); empty where there is none."""
        if sys.platform != "win32":
            return {}
        import winreg

        values: dict[str, Any] = {}
        # Both views: a 32-bit Python would otherwise not see the keys of a 64-bit Office, nor the reverse.
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            try:
                with winreg.OpenKey(getattr(winreg, root), key, 0, winreg.KEY_READ | view) as handle:
                    for n in range(winreg.QueryInfoKey(handle)[1]):
                        name, value, _ = winreg.EnumValue(handle, n)
                        values.setdefault(name.lower(), value)
            except OSError:
                continue
        return values

    def running(self, program: str) -> bool | None:
        """Whether a program of that file name runs; None where that can't be told."""
        if self.platform != "win32":
            return None
        # Windows would look for a bare name in the folder that is worked in first, which can be anybody's.
        tasklist = os.environ.get("SYSTEMROOT", "C:\\Windows") + "\\System32\\tasklist.exe"
        ran = self.run([tasklist, "/FI", f"IMAGENAME eq {program}", "/FO", "CSV", "/NH"], self.environment(), 30)
        # What tasklist says where it finds nothing depends on the language of Windows; the file name does not.
        return None if ran.status else program.lower() in ran.out.lower()

    def marked(self, path: str) -> bool:
        """Whether Windows has marked the file as coming from another computer."""
        if self.platform != "win32":
            return False
        try:
            with Path(f"{path}:Zone.Identifier").open("rb"):
                return True
        except OSError:
            return False

    def unmark(self, path: str) -> None:
        if self.marked(path):
            Path(f"{path}:Zone.Identifier").unlink()

    def which(self, name: str) -> str | None:
        """A program on the search path, by its whole file name; never one of the folder that is worked in."""
        folders = map(Path, os.environ.get("PATH", "").split(os.pathsep))
        found = (folder / name for folder in folders if folder.is_absolute())
        return next((str(path) for path in found if path.is_file() and os.access(path, os.X_OK)), None)

    def run(self, command: Sequence[str], environment: Mapping[str, str], seconds: int = 120) -> Ran:
        """Run a program to its end; a program that can't be started or takes too long has a status other than 0."""
        window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            ran = subprocess.run(
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                creationflags=window,
            )
        except subprocess.TimeoutExpired:
            return Ran(-1, "", Text(f"ไม่ตอบภายใน {seconds} วินาที", f"no answer within {seconds} s"))
        except OSError as error:
            return Ran(-1, "", reason(error))
        return Ran(ran.returncode, ran.stdout.decode("utf-8", "replace"))

    def is_root(self) -> bool:
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def package(self, name: str) -> str | None:
        """The version of an installed Python package."""
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            return None

    def package_files(self, name: str) -> list[str]:
        """The full paths of the files that pip installed for a package."""
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:
            return []
        return [os.path.normpath(file.locate()) for file in files]


def this_computer() -> System:
    """The System that the commands use; tests put another in its place."""
    return System()
