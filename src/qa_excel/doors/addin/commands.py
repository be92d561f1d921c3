"""`qa-excel addin` and `qa-excel doctor`: a thin door, hooked into the command line by `doors.cli.app`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qa_excel.doors.addin.findings import Finding, lacking
from qa_excel.doors.cli.options import Format, Lang
from qa_excel.thai.words import counted

addin_app = typer.Typer(
    name="addin",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_LibreOffice = Annotated[bool, typer.Option("--libreoffice")]
_Profile = Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False)]


@addin_app.callback()
def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)


@addin_app.command()
def install(
    libreoffice: _LibreOffice = False, profile: _Profile = None, format: Format = "table", lang: Lang = "th"
) -> int:
    """Install the add-in or the extension, or update it to this version."""
    return _act("install", libreoffice, profile, format, lang)


@addin_app.command()
def status(
    libreoffice: _LibreOffice = False, profile: _Profile = None, format: Format = "table", lang: Lang = "th"
) -> int:
    """Say whether it is installed and works."""
    return _act("status", libreoffice, profile, format, lang)


@addin_app.command()
def remove(
    libreoffice: _LibreOffice = False, profile: _Profile = None, format: Format = "table", lang: Lang = "th"
) -> int:
    """Remove it."""
    return _act("remove", libreoffice, profile, format, lang)


def _act(action: str, to_libreoffice: bool, profile: Path | None, format: str, lang: str) -> int:
    from qa_excel.doors.addin import excel, libreoffice
    from qa_excel.files.computer import this_computer

    system = this_computer()
    if to_libreoffice:
        return _report(getattr(libreoffice, action)(system, profile), format, lang)
    found = getattr(excel, action)(system)
    _report(found, format, lang)
    # Somebody who asks for Excel elsewhere must not take silence for success.
    return int(lacking(found) or any(each.code == "system.other" for each in found))


@addin_app.command()
def bundle(
    out: Annotated[Path, typer.Option(metavar="DIR")],
    platform: str = "win_amd64",
    python: str = "3.11",
    wheel: Annotated[Path | None, typer.Option(metavar="FILE.whl")] = None,
    python_setup: Annotated[Path | None, typer.Option(metavar="FILE.exe")] = None,
    lang: Lang = "th",
) -> int:
    """Build the bundle for computers without internet."""
    from qa_excel.doors.addin import bundle as bundles
    from qa_excel.thai.text import Text

    names = bundles.build_bundle(out, bundles.Target(platform, python), wheel, python_setup, bundles.run_pip)
    wheels = sum(name.endswith(".whl") for name in names)
    said = [
        Text(f"เขียนชุดติดตั้งไว้ที่ {out} ({wheels} แพ็กเกจ)", f"the bundle is in {out} ({counted(wheels, 'wheel')})"),
        Text(
            "คัดลอกทั้งโฟลเดอร์ไปยังเครื่องปลายทาง แล้วดับเบิลคลิก install.cmd",
            "copy the whole folder to the other computer and double-click install.cmd",
        ),
    ]
    if python_setup is None:
        said.append(
            Text(
                f"ชุดนี้ไม่มีตัวติดตั้ง Python เครื่องปลายทางต้องมี Python {python} อยู่แล้ว หรือระบุ --python-setup",
                f"it holds no installer of Python; the other computer must have Python {python}, or use --python-setup",
            )
        )
    print("\n".join(text.get(lang) for text in said), file=sys.stderr)
    return 0


def doctor(profile: _Profile = None, format: Format = "table", lang: Lang = "th") -> int:
    """Say what works on this computer and what does not."""
    from qa_excel.doors.addin.doctor import examine
    from qa_excel.files.computer import this_computer

    return _report(examine(this_computer(), profile), format, lang)


def _report(found: Sequence[Finding], format: str, lang: str) -> int:
    """Print what was found; the exit status tells whether something essential lacks."""
    bad = lacking(found)
    if format == "json":
        data = {"ok": not bad, "findings": [each.to_json(lang) for each in found]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print("\n".join(each.line(lang) for each in found))
    return int(bad)
