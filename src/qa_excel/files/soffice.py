"""The LibreOffice of this computer: where it is, and how it is started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_excel.files.computer import HKLM, Ran, System

_SECONDS = 180


_FOREIGN = re.compile(r"PYTHON.*|VIRTUAL_ENV|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_.*|URE_BOOTSTRAP|UNO_PATH")


@dataclass(frozen=True, slots=True)
class Office:
    """One LibreOffice, and the profile that it is asked about (by default the user's own)."""

    system: System
    unopkg: Path
    profile: Path | None = None

    def ask(self, *arguments: str) -> Ran:
        """Run unopkg. For root it knows shared extensions alone."""
        shared = ["--shared"] if self.system.is_root() else []
        command = [str(self.unopkg), arguments[0], *shared, *arguments[1:], *self._profile()]
        return self.system.run(command, clean_environment(self.system), _SECONDS)

    def _profile(self) -> list[str]:
        if self.profile is None:
            return []
        at = self.profile.absolute()
        shared = f"-env:UNO_SHARED_PACKAGES_CACHE={(at / 'shared').as_uri()}"
        return [f"-env:UserInstallation={at.as_uri()}", *([shared] if self.system.is_root() else [])]

    @property
    def soffice(self) -> Path | None:
        """The program itself, which stands beside unopkg."""
        return next((file for file in _beside(self.unopkg) if file.is_file()), None)

    def version(self) -> str:
        """As LibreOffice names itself: name, version and build."""
        soffice = self.soffice
        ran = self.system.run([str(soffice), "--version"], clean_environment(self.system), 60) if soffice else None
        said = re.search(r"LibreOffice\S* [\d.]+", ran.out) if ran and not ran.status else None
        return said[0] if said else "LibreOffice"


def _beside(unopkg: Path) -> Iterator[Path]:
    for name in ("soffice.com", "soffice", "soffice.exe"):
        yield unopkg.parent / name


def clean_environment(system: System) -> dict[str, str]:
    """Without what belongs to another Python: LibreOffice has its own, which would stumble over it."""
    kept = {name: value for name, value in system.environment().items() if not _FOREIGN.fullmatch(name.upper())}
    if system.platform != "win32":
        kept["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
    return kept


def find_office(system: System, profile: Path | None = None) -> Office | None:
    """The LibreOffice on the search path, else in the usual folders."""
    # On Windows unopkg.com is the one that waits and writes to the console.
    names = ["unopkg.com", "unopkg.exe"] if system.platform == "win32" else ["unopkg"]
    for path in [*(system.which(name) for name in names), *_usual(system)]:
        if path and system.local(path).is_file():
            return Office(system, system.local(path), profile)
    return None


def _usual(system: System) -> Iterator[str]:
    if system.platform == "win32":
        told = system.registry(HKLM, "Software\\LibreOffice\\UNO\\InstallPath").get("")
        if told:
            yield f"{told}\\unopkg.com"
        for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
            folder = system.variable(variable)
            if folder:
                yield f"{folder}\\LibreOffice\\program\\unopkg.com"
    elif system.platform == "darwin":
        yield "/Applications/LibreOffice.app/Contents/MacOS/unopkg"
    else:
        yield "/usr/lib/libreoffice/program/unopkg"
        yield "/usr/lib64/libreoffice/program/unopkg"
        yield from sorted(map(str, Path("/opt").glob("libreoffice*/program/unopkg")), reverse=True)
