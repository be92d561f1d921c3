"""The LibreOffice extension: installed, reported and removed through LibreOffice's own `unopkg`."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from defusedxml import ElementTree

from qa_excel import __version__
from qa_excel.addin.findings import Finding, finding
from qa_excel.addin.system import HKLM, Ran, System
from qa_excel.resources import shipped
from qa_excel.rubric import Text

NAME = "qa_excel.oxt"
_SECONDS = 180
_FOREIGN = re.compile(r"PYTHON.*|VIRTUAL_ENV|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_.*|URE_BOOTSTRAP|UNO_PATH")
_DESCRIPTION = "{http://openoffice.org/extensions/description/2006}"


def shipped_extension() -> Path:
    return shipped("udfs") / NAME


@dataclass(frozen=True, slots=True)
class Extension:
    """What an .oxt says of itself."""

    identifier: str
    version: str


def read_extension(path: Path) -> Extension | None:
    """None where there is no such file or it is no extension."""
    try:
        with zipfile.ZipFile(path) as package:
            root = ElementTree.fromstring(package.read("description.xml"))
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return None
    named = {name: root.find(f"{_DESCRIPTION}{name}") for name in ("identifier", "version")}
    if any(element is None for element in named.values()):
        return None
    return Extension(*(element.get("value", "") for element in named.values() if element is not None))


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


def _ready(system: System, profile: Path | None) -> tuple[Office | None, Extension | None, list[Finding]]:
    office = find_office(system, profile)
    if office is None:
        return None, None, [finding("libreoffice.absent")]
    extension = read_extension(shipped_extension())
    found = [finding("libreoffice.found", version=office.version(), path=office.unopkg.parent)]
    if extension is None:
        found.append(finding("libreoffice.unshipped", name=NAME))
    return office, extension, found


def install(system: System, profile: Path | None = None) -> list[Finding]:
    """Install or renew the extension."""
    office, extension, found = _ready(system, profile)
    if office is None or extension is None:
        return found
    ran = office.ask("add", "-f", "-s", str(shipped_extension()))
    state = _state(office, extension)
    if ran.status or state.code != "libreoffice.installed":
        return [*found, _failed(ran) if ran.status else state]
    return [*found, state, finding("libreoffice.next", version=__version__)]


def status(system: System, profile: Path | None = None) -> list[Finding]:
    """Whether the extension is installed, in this version, and switched on."""
    office, extension, found = _ready(system, profile)
    return [*found, _state(office, extension)] if office and extension else found


def remove(system: System, profile: Path | None = None) -> list[Finding]:
    office, extension, found = _ready(system, profile)
    if office is None or extension is None:
        return found
    if _state(office, extension).code == "libreoffice.uninstalled":
        return [*found, finding("libreoffice.none")]
    ran = office.ask("remove", extension.identifier)
    return [*found, _failed(ran) if ran.status else finding("libreoffice.removed")]


def _state(office: Office, extension: Extension) -> Finding:
    # Asked for all: for one that is absent, unopkg's answer can't be told from a failure.
    ran = office.ask("list")
    if ran.status:
        return _failed(ran)
    entry = _entry(ran.out.splitlines(), extension.identifier)
    if entry is None:
        return finding("libreoffice.uninstalled")
    if entry.get("is registered") == "no":
        return finding("libreoffice.unregistered")
    if entry.get("Version") != extension.version:
        return finding("libreoffice.other_version", version=entry.get("Version", "?"), own=extension.version)
    return finding("libreoffice.installed", version=extension.version)


def _entry(lines: Sequence[str], identifier: str) -> dict[str, str] | None:
    """The lines of one extension, of which the first name counts (those of its parts follow, further in)."""
    entry: dict[str, str] | None = None
    for line in lines:
        name, colon, value = line.strip().partition(":")
        if name == "Identifier":
            if entry is not None:
                break
            entry = {} if value.strip() == identifier else None
        elif entry is not None and colon:
            entry.setdefault(name, value.strip())
    return entry


def _failed(ran: Ran) -> Finding:
    """What LibreOffice said; the line with which unopkg ends says nothing."""
    told = "\n".join(line for line in ran.out.splitlines() if "unopkg failed" not in line)
    words = replace(ran, out=told).last_words()
    return finding(
        "libreoffice.failed", reason=Text(words.th.removeprefix("ERROR: "), words.en.removeprefix("ERROR: "))
    )
