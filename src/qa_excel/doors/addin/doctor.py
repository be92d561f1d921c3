"""What works on this computer and what does not: one finding a line, each with its cure."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from qa_excel import __version__
from qa_excel.doors.addin import excel, libreoffice
from qa_excel.doors.addin.findings import Finding, finding
from qa_excel.files.computer import HKCU, HKLM, System
from qa_excel.files.shipped import shipped

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:==\s*([\w.]+))?")
_FONTS = "Software\\Microsoft\\Windows NT\\CurrentVersion\\Fonts"
_SUBSTITUTE = "Laksaman"
"""A free font of the same widths, which Linux distributions carry."""


def examine(system: System, profile: Path | None = None) -> list[Finding]:
    """Program, packages, templates, fonts, LibreOffice and Excel.

    Neither Excel nor LibreOffice is essential, as the command line needs neither. Their faults count once the
    functions are installed there.
    """
    found = [
        finding("program.version", version=__version__),
        finding("python.found", version=system.python_version, bits=system.python_bits, path=system.python),
        *_packages(system),
        _templates(),
        _reading(),
        _fonts(system),
    ]
    found += _unless_absent(libreoffice.status(system, profile), "libreoffice.absent", "libreoffice.uninstalled")
    add_in = [each for each in excel.status(system) if each.code != "python.found"]
    return found + _unless_absent(add_in, "addin.absent")


def _unless_absent(found: list[Finding], *codes: str) -> list[Finding]:
    """Faults of what nobody installed are notes."""
    absent = any(each.code in codes for each in found)
    return [each.as_note() if absent else each for each in found]


# --- packages ---


def requirements() -> list[str]:
    """What the program needs, as installed or as the checkout says."""
    try:
        stated = metadata.requires("qa-excel") or []
        return [each for each in stated if "extra ==" not in each]
    except metadata.PackageNotFoundError:
        project = shipped("schemas").parent / "pyproject.toml"
        return (
            tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"] if project.is_file() else []
        )


def _packages(system: System) -> list[Finding]:
    needed = [_REQUIREMENT.match(each) for each in requirements()]
    there, missing, others = [], [], []
    for name, exactly in (match.groups() for match in needed if match):
        version = system.package(name)
        if version is None:
            missing.append((name, f"{name}=={exactly}" if exactly else name))
        elif exactly and version != exactly:
            others.append(
                finding("packages.other_version", name=name, version=version, wanted=exactly, python=system.python)
            )
        else:
            there.append(f"{name} {version}")
    if missing:
        names, wanted = zip(*missing, strict=True)
        others.insert(
            0,
            finding("packages.missing", names=", ".join(names), requirements=" ".join(wanted), python=system.python),
        )
    return others or [finding("packages.complete", names=", ".join(there))]


# --- templates ---


def _template_files() -> list[Path]:
    return sorted(shipped("xlsx_templates").glob("*.xlsx"))


def _templates() -> Finding:
    from qa_excel.rubric.building import load_rubrics

    expected = sum(len(rubric.workbooks) for rubric in load_rubrics())
    folder, count = shipped("xlsx_templates"), len(_template_files())
    if count < expected:
        return finding("templates.missing", count=count, expected=expected, path=folder)
    return finding("templates.complete", count=count, path=folder)


def _reading() -> Finding:
    """A template goes the whole way: read, checked, scored. Whatever goes wrong there is what is looked for."""
    try:
        from qa_excel.checks import check
        from qa_excel.reading.workbook import read_workbook

        [template, *_] = _template_files()
        result = check(read_workbook(template, template.name))
        works, reason = result.scorecard is not None, result.status
    except Exception as error:
        works, reason = False, type(error).__name__
    return finding("reading.works") if works else finding("reading.broken", reason=reason)


# --- fonts ---


def _fonts(system: System) -> Finding:
    from qa_excel.files.look import FONT

    names = _font_names(system)
    if names is None:
        return finding("fonts.unsure", name=FONT)
    if any(FONT.lower() in name for name in names):
        return finding("fonts.found", name=FONT)
    if any(_SUBSTITUTE.lower() in name for name in names):
        return finding("fonts.substitute", name=FONT, other=_SUBSTITUTE)
    return finding("fonts.missing", name=FONT)


def _font_names(system: System) -> list[str] | None:
    """In lower case; None where they can't be told."""
    if system.platform == "win32":
        return [name for root in (HKLM, HKCU) for name in system.registry(root, _FONTS)] or None
    if system.platform == "darwin":
        folders = [Path("/Library/Fonts"), Path("/System/Library/Fonts"), Path.home() / "Library/Fonts"]
        spaced = [
            re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=TH)(?=S)", " ", file.stem)
            for each in folders
            for file in each.rglob("*.?t?")
        ]
        return [name.lower() for name in spaced] or None
    ran = system.run(["fc-list", ":", "family"], system.environment(), 60)
    return None if ran.status else ran.out.lower().splitlines()
