"""The Excel add-in of the current user: installed, examined, removed. Needs no rights of an administrator."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from qa_excel import __version__
from qa_excel.doors.addin.findings import BAD, Finding, finding, lacking
from qa_excel.doors.addin.windows import examine_excel, examine_open, examine_settings, find_excel
from qa_excel.doors.addin.xlam import SETTINGS_PART, with_interpreter
from qa_excel.files.computer import System
from qa_excel.files.oserrors import reason
from qa_excel.files.output import CORE
from qa_excel.files.shipped import shipped
from qa_excel.files.writing import OutputError, writing

NAME = "qa_excel.xlam"
_AWKWARD = re.compile(r"[^ -~]|\"")
"""Letters of a path that do not reach Python: it is started with calls that know no Unicode."""
_VERSION = re.compile(r"<cp:version>([^<]*)<")
_VALUE = re.compile(r'<c r="B1"[^>]*><is><t>([^<]*)</t>')
_DRIVE = re.compile(r"[A-Za-z]:\\")
_LINK = re.compile(r"xlwings(32|64)-\d[\w.]*\.dll", re.IGNORECASE)
_NEEDED = "import pythoncom, xlwings, qa_excel_udfs"


def shipped_addin() -> Path:
    """The add-in as it ships, without settings of a computer."""
    return shipped("udfs") / NAME


def installed_addin(system: System) -> PureWindowsPath | None:
    """Where the current user's Excel looks for it at every start."""
    folder = system.variable("APPDATA")
    return PureWindowsPath(folder, "Microsoft", "Excel", "XLSTART", NAME) if folder else None


def interpreter(system: System) -> PureWindowsPath:
    """The program that the add-in starts: the Python of this command, in its form without a window."""
    return PureWindowsPath(system.python).with_name("pythonw.exe")


def interpreter_of(addin: bytes) -> str:
    """The interpreter that an add-in starts, empty in the one that ships. Raises ValueError for another file."""
    cell = _VALUE.search(_part(addin, SETTINGS_PART))
    if cell is None:
        raise ValueError("no settings")
    return html.unescape(cell[1])


def version_of(addin: bytes) -> str:
    """The version that an add-in states; that of 0.1 states none. Raises ValueError for another file."""
    stated = _VERSION.search(_part(addin, CORE))
    return stated[1] if stated else "0.1"


def _part(addin: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(addin)) as package:
            return package.read(name).decode("utf-8")
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(str(error)) from error


def _addin_for(python: PureWindowsPath) -> bytes:
    """The add-in that starts this Python; read again, because a setting left empty would only show in Excel.

    Raises ValueError where the shipped file is no add-in.
    """
    own = shipped_addin().read_bytes()
    interpreter_of(own)
    addin = with_interpreter(own, str(python))
    if interpreter_of(addin) != str(python):
        raise ValueError("the setting was not taken")
    return addin


def _other(system: System) -> list[Finding]:
    return [finding("system.other", platform=system.platform)]


# --- examining ---


def examine(system: System) -> list[Finding]:
    """What has to be there before the add-in can work, Excel's being closed left out."""
    excel = find_excel(system)
    found = [*examine_excel(system, excel), *_examine_python(system)]
    found.append(_examine_links(system, excel.bits if excel else None))
    if not shipped_addin().is_file():
        found.append(finding("addin.unshipped", name=NAME))
    if installed_addin(system) is None:
        found.append(finding("addin.no_folder"))
    return [*found, *examine_settings(system, excel, NAME)]


def _examine_python(system: System) -> list[Finding]:
    path = system.python
    if "windowsapps" in f"{path} {system.base_python}".lower():
        return [finding("python.store", path=path)]
    if _AWKWARD.search(path) or not _DRIVE.match(path):
        return [finding("python.letters", path=path)]
    if not _is_file(system, interpreter(system)):
        return [finding("python.no_window", path=interpreter(system))]
    # As the add-in starts it: without the environment, the current folder and the user's own packages.
    ran = system.run([path, "-I", "-B", "-c", _NEEDED], system.environment())
    if ran.status:
        return [finding("module.missing", reason=ran.last_words())]
    return [finding("python.found", version=system.python_version, bits=system.python_bits, path=path)]


def _is_file(system: System, path: PureWindowsPath) -> bool:
    return system.local(str(path)).is_file()


def _links(system: System) -> dict[int, str]:
    """Bitness → name of the DLL between Excel and Python; the name carries xlwings' version."""
    version = system.package("xlwings")
    return {bits: f"xlwings{bits}-{version}.dll" for bits in (32, 64)}


def _beside(system: System, name: str) -> PureWindowsPath:
    return PureWindowsPath(system.python).with_name(name)


def _link_sources(system: System) -> dict[str, PureWindowsPath]:
    """Name → where pip put the link, or where it was copied to before."""
    installed = {path.name: path for path in map(PureWindowsPath, system.package_files("xlwings"))}
    found = {}
    for name in _links(system).values():
        for path in (installed.get(name), _beside(system, name)):
            if path and _is_file(system, path):
                found[name] = path
                break
    return found


def _wanted_links(system: System, bits: int | None) -> list[str]:
    """The bitness that counts is Excel's: Python runs in a process of its own."""
    return [name for link, name in _links(system).items() if bits in (link, None)]


def _examine_links(system: System, bits: int | None) -> Finding:
    there = _link_sources(system)
    missing = [name for name in _wanted_links(system, bits) if name not in there]
    if missing:
        version = system.package("xlwings") or ""
        return finding("dll.missing", names=", ".join(missing), python=system.python, version=version)
    return finding("dll.ready", names=", ".join(sorted(there)))


# --- installing ---


def install(system: System) -> list[Finding]:
    """Install or renew the add-in. Where something essential lacks, nothing on the computer changes."""
    if system.platform != "win32":
        return _other(system)
    found = [*examine(system), examine_open(system)]
    target = installed_addin(system)
    if lacking(found) or target is None:
        return [*found, finding("addin.nothing_done")]
    try:
        addin = _addin_for(interpreter(system))
    except (OSError, ValueError):
        return [*found, finding("addin.damaged", path=shipped_addin()), finding("addin.nothing_done")]
    files = {_beside(system, name): system.local(str(path)) for name, path in _link_sources(system).items()}
    placed: list[_Placed] = []
    at = target
    try:
        for at, source in files.items():
            _place(source.read_bytes(), system.local(str(at)), system.local(str(at.parent)), placed)
        at = target
        # Excel opens whatever lies in XLSTART, so a copy that is not whole yet waits outside.
        system.local(str(target.parent)).mkdir(parents=True, exist_ok=True)
        _place(addin, system.local(str(target)), system.local(str(target.parent.parent)), placed)
        system.unmark(str(target))
    except (OSError, OutputError) as error:
        stayed = _take_back(placed)
        code = "addin.half_written" if stayed else "addin.unwritable"
        why = error.reason if isinstance(error, OutputError) else reason(error)
        return [*found, finding(code, path=at, reason=why, stayed=", ".join(stayed))]
    return [*found, finding("addin.installed", path=target), finding("addin.next", version=__version__)]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A file that was put in its place, the folder it waited in, and what stood there before (None: nothing)."""

    target: Path
    waiting: Path
    before: bytes | None


def _place(content: bytes, target: Path, waiting: Path, placed: list[_Placed]) -> None:
    """Put a file in its place; `placed` gathers what was changed."""
    before = target.read_bytes() if target.is_file() else None
    if before != content:
        _write(content, target, waiting)
        placed.append(_Placed(target, waiting, before))


def _take_back(placed: list[_Placed]) -> list[str]:
    """Undo what was placed, the last first; the names of the files for which that fails."""
    stayed = []
    for each in reversed(placed):
        try:
            if each.before is None:
                each.target.unlink(missing_ok=True)
            else:
                _write(each.before, each.target, each.waiting)
        except (OSError, OutputError):
            stayed.append(each.target.name)
    return stayed


def _write(content: bytes, target: Path, waiting: Path) -> None:
    """Put a file in its place in one step."""
    with writing(target, waiting) as file:
        file.write(content)


# --- status and removal ---


def status(system: System) -> list[Finding]:
    """Whether the add-in is installed and will work."""
    if system.platform != "win32":
        return _other(system)
    return [*examine(system), *_examine_installed(system)]


def _examine_installed(system: System) -> list[Finding]:
    target = installed_addin(system)
    if target is None or not _is_file(system, target):
        return [finding("addin.absent")]
    try:
        content = system.local(str(target)).read_bytes()
        python = interpreter_of(content)
    except (OSError, ValueError):
        return [finding("addin.damaged", path=target)]
    found = []
    if not python or not _is_file(system, PureWindowsPath(python)):
        found.append(finding("addin.python_gone", python=python or "-"))
    elif PureWindowsPath(python) != interpreter(system):
        found.append(finding("addin.other_python", python=python))
    else:
        found += _examine_build(content, python, target)
    if system.marked(str(target)):
        found.append(finding("addin.marked", path=target))
    excel = find_excel(system)
    known = _link_sources(system)
    wanted = _wanted_links(system, excel.bits if excel else None)
    apart = [name for name in wanted if name in known and not _is_file(system, _beside(system, name))]
    if apart:
        found.append(finding("dll.not_copied", names=", ".join(apart)))
    return found or [finding("addin.installed", path=target)]


def _examine_build(content: bytes, python: str, target: PureWindowsPath) -> list[Finding]:
    """What tells the installed add-in from the one that ships."""
    try:
        own = _addin_for(PureWindowsPath(python))
        version, shipped_version = version_of(content), version_of(own)
    except (OSError, ValueError):
        return [finding("addin.other_build", path=target)]
    if version != shipped_version:
        return [finding("addin.other_version", version=version, own=shipped_version)]
    return [] if content == own else [finding("addin.other_build", path=target)]


def remove(system: System) -> list[Finding]:
    """Remove the add-in and the links that were copied for it; what pip installed stays pip's."""
    if system.platform != "win32":
        return _other(system)
    closed = examine_open(system)
    if closed.state == BAD:
        return [closed]
    own = {PureWindowsPath(path) for path in system.package_files("xlwings")}
    folder = PureWindowsPath(system.python).parent
    beside = [folder / file.name for file in sorted(system.local(str(folder)).iterdir()) if _LINK.fullmatch(file.name)]
    target = installed_addin(system)
    found = []
    for path in [*([target] if target else []), *(path for path in beside if path not in own)]:
        try:
            system.local(str(path)).unlink()
            found.append(finding("addin.removed", path=path))
        except FileNotFoundError:
            continue
        except OSError as error:
            found.append(finding("addin.unremovable", path=path, reason=reason(error)))
    return found or [finding("addin.none")]
