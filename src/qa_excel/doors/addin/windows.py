"""What Windows tells about Excel: where it is, its version and bitness, and the settings that forbid add-ins."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from qa_excel.doors.addin.findings import Finding, finding
from qa_excel.files.computer import HKCU, HKLM, System
from qa_excel.thai.text import Text

EXCEL = "EXCEL.EXE"
OLDEST = 14
"""Excel 2010, the first with the VBA and the ribbon that the add-in is written for."""
_VERSIONS = (16, 15, 14, 12)
_OFFICE = "Software\\Microsoft\\Office"
_MACHINES = {0x14C: 32, 0x8664: 64}
_ARM = 0xAA64
_ASR = "Software\\Policies\\Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
_NO_CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_NO_WIN32_FROM_MACROS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
_BLOCKS, _WARNS = 1, 6


@dataclass(frozen=True, slots=True)
class Excel:
    """The installed Excel; what can't be told is None."""

    path: str
    version: str | None
    bits: int | None
    arm: bool = False

    @property
    def major(self) -> int | None:
        return int(self.version.split(".")[0]) if self.version else None


def find_excel(system: System) -> Excel | None:
    """The Excel of this computer, as the registry and the head of its program tell."""
    path = _excel_path(system)
    if path is None:
        return None
    click_to_run = system.registry(HKLM, f"{_OFFICE}\\ClickToRun\\Configuration")
    major = _registered_version(system)
    reported = str(click_to_run.get("versiontoreport", ""))
    # Another program of Office (Visio) can be the one that Click-to-Run reports on.
    version = reported if reported and major in (None, _major(reported)) else major and f"{major}.0"
    machine = _machine(system.local(path))
    bits = _MACHINES.get(machine or 0) or _registered_bits(system, click_to_run, major)
    return Excel(path, version or None, bits, machine == _ARM)


def _excel_path(system: System) -> str | None:
    for root in (HKCU, HKLM):
        key = f"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\{EXCEL.lower()}"
        path = system.registry(root, key).get("")
        if path:
            return str(path).strip('"')
    for version in _VERSIONS:
        folder = system.registry(HKLM, f"{_OFFICE}\\{version}.0\\Excel\\InstallRoot").get("path")
        if folder:
            return str(PureWindowsPath(str(folder)) / EXCEL)
    return None


def _registered_version(system: System) -> int | None:
    current = str(system.registry(HKLM, "Software\\Classes\\Excel.Application\\CurVer").get("", ""))
    return _major(current.rpartition(".")[2])


def _major(version: str) -> int | None:
    head = version.split(".")[0]
    return int(head) if head.isascii() and head.isdigit() else None


def _machine(program: Path) -> int | None:
    """For which machine a program was built, from its PE header."""
    try:
        with program.open("rb") as handle:
            head = handle.read(0x40)
            if head[:2] != b"MZ" or len(head) < 0x40:
                return None
            handle.seek(struct.unpack_from("<I", head, 0x3C)[0])
            signature = handle.read(6)
    except OSError:
        return None
    return struct.unpack_from("<H", signature, 4)[0] if signature[:4] == b"PE\0\0" and len(signature) == 6 else None


def _registered_bits(system: System, click_to_run: Any, major: int | None) -> int | None:
    bitness = system.registry(HKLM, f"{_OFFICE}\\{major or 16}.0\\Outlook").get("bitness")
    return {"x86": 32, "x64": 64}.get(str(click_to_run.get("platform") or bitness).lower())


def examine_excel(system: System, excel: Excel | None) -> list[Finding]:
    """Presence, version and bitness."""
    if excel is None:
        return [finding("excel.absent")]
    if excel.major is not None and excel.major < OLDEST:
        return [finding("excel.old", version=excel.version)]
    if excel.arm:
        return [finding("excel.arm", version=excel.version or "")]
    if excel.version is None or excel.bits is None:
        return [finding("excel.unsure", path=excel.path)]
    return [finding("excel.found", version=excel.version, bits=excel.bits)]


def examine_open(system: System) -> Finding:
    """Whether Excel is closed: it holds its add-ins open, and reads them at its start alone."""
    running = system.running(EXCEL)
    return finding({True: "excel.open", False: "excel.closed", None: "excel.open_unsure"}[running])


# --- settings ---

_BY_THE_ORGANISATION = Text(
    "เครื่องนี้ถูกกำหนดโดยหน่วยงาน ให้ผู้ดูแลคอมพิวเตอร์แก้ที่ {key} ค่า {name}",
    "set by your organisation; ask whoever looks after the computers to change {name} in {key}",
)
_BY_THE_PERSON = Text(
    "ใน Excel: แฟ้ม > ตัวเลือก > ศูนย์ความเชื่อถือ > การตั้งค่าศูนย์ความเชื่อถือ > {page}",
    "in Excel: File > Options > Trust Center > Trust Center Settings > {page}",
)
_MACROS = Text("การตั้งค่าแมโคร", "Macro Settings")
_ADDINS = Text("Add-in", "Add-ins")
_LOCATIONS = Text("ตำแหน่งที่ตั้งที่เชื่อถือได้", "Trusted Locations")

_ADDIN_SETTINGS = (
    ("Excel\\Security", "DisableAllAddins", "policy.addins_off"),
    ("Excel\\Security", "RequireAddinSig", "policy.signed_only"),
    ("Common\\Security", "RequireAlwaysOnMacroSig", "policy.signed_only"),
)


@dataclass(frozen=True, slots=True)
class _Setting:
    """A value of the registry, where it stands, and whether the organisation set it."""

    key: str
    name: str
    value: Any
    policy: bool

    def how(self, page: Text) -> Text:
        """Who can change it where: the organisation, or the person in Excel's options."""
        if self.policy:
            return _BY_THE_ORGANISATION.format(key=self.key, name=self.name)
        return _BY_THE_PERSON.format(page=page)


def examine_settings(system: System, excel: Excel | None, file_name: str) -> list[Finding]:
    """What the Trust Center, its policies, Defender's rules and Excel itself forbid, as far as the registry tells."""
    office = f"Office\\{excel.major if excel and excel.major else 16}.0"
    found = [*_trust_center(system, office), *_defender(system), *_resiliency(system, office, file_name)]
    if not any(each.code != "policy.internet" for each in found):
        found.insert(0, finding("policy.clear"))
    return found


def _trust_center(system: System, office: str) -> Iterator[Finding]:
    off = _first(system, office, "Common", "vbaoff")
    if off and off.value == 1:
        yield finding("policy.vba_off", how=off.how(_MACROS))
    for part, name, code in _ADDIN_SETTINGS:
        setting = _first(system, office, part, name)
        if setting and setting.value == 1:
            yield finding(code, how=setting.how(_ADDINS))
    locations = _first(system, office, "Excel\\Security\\Trusted Locations", "AllLocationsDisabled")
    macros = _first(system, office, "Excel\\Security", "VBAWarnings")
    if locations and locations.value == 1 and not (macros and macros.value == 1):
        yield finding("policy.locations_off", how=locations.how(_LOCATIONS))
    elif macros and macros.value in (3, 4):
        yield finding("policy.macros_off", value=macros.value, how=macros.how(_MACROS))
    internet = _first(system, office, "Excel\\Security", "BlockContentExecutionFromInternet")
    if internet and internet.value == 1:
        yield finding("policy.internet")


def _first(system: System, office: str, part: str, name: str) -> _Setting | None:
    """The setting that counts: policies go before what the person chose."""
    policies = [
        (HKLM, f"Software\\Policies\\Microsoft\\{office}\\{part}"),
        (HKCU, f"Software\\Policies\\Microsoft\\{office}\\{part}"),
        (HKCU, f"Software\\Policies\\Microsoft\\Cloud\\{office}\\{part}"),
    ]
    for root, key in [*policies, (HKCU, f"Software\\Microsoft\\{office}\\{part}")]:
        value = system.registry(root, key).get(name.lower())
        if value is not None:
            return _Setting(f"{root}\\{key}", name, _number(value), (root, key) in policies)
    return None


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _defender(system: System) -> Iterator[Finding]:
    rules = {name: _number(value) for name, value in system.registry(HKLM, _ASR).items()}
    for rule, code in ((_NO_CHILD_PROCESSES, "policy.no_python"), (_NO_WIN32_FROM_MACROS, "policy.no_link")):
        if rules.get(rule) in (_BLOCKS, _WARNS):
            yield finding(code, how=_BY_THE_ORGANISATION.format(key=f"{HKLM}\\{_ASR}", name=rule))


def _resiliency(system: System, office: str, file_name: str) -> Iterator[Finding]:
    restricted = _first(system, office, "Excel\\Resiliency", "RestrictToList")
    if restricted and restricted.policy and restricted.value == 1:
        listed = _first(system, office, "Excel\\Resiliency\\AddinList", file_name)
        if not (listed and listed.value in (1, 2)):
            yield finding("policy.unmanaged", how=restricted.how(_ADDINS))
    disabled = system.registry(HKCU, f"Software\\Microsoft\\{office}\\Excel\\Resiliency\\DisabledItems")
    named = file_name.lower().encode("utf-16-le")
    if any(isinstance(value, bytes) and named in value.lower() for value in disabled.values()):
        yield finding("addin.disabled")
