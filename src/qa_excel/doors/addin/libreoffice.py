"""The LibreOffice extension: installed, reported and removed through LibreOffice's own `unopkg`."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from defusedxml import ElementTree

from qa_excel import __version__
from qa_excel.doors.addin.findings import Finding, finding
from qa_excel.files.computer import Ran, System
from qa_excel.files.shipped import shipped
from qa_excel.files.soffice import Office, find_office
from qa_excel.thai.text import Text

NAME = "qa_excel.oxt"
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
