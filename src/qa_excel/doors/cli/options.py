"""The options that several commands share, and what they name. `help.toml` says what each is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

if TYPE_CHECKING:
    from qa_excel.district.register.contents import Contents
    from qa_excel.district.register.register import Register
    from qa_excel.district.register.store import Store

Format = Literal["table", "json"]
Lang = Literal["th", "en"]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…")]
Roster = Annotated[Path | None, typer.Option(metavar="schools.csv")]
Means = Annotated[Path | None, typer.Option(metavar="means.csv")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N")]

RegisterFile = Annotated[Path | None, typer.Option("--register", metavar="FILE")]
TheRegister = Annotated[Path, typer.Option("--register", metavar="FILE")]


def register_needs_roster() -> Said:
    """Only a roster says whose a register is."""
    return Said(Text("ใช้ --register คู่กับ --roster", "--register needs --roster"))


def register_at(path: Path, lang: str) -> Register:
    """The register in a file; what its user is to be told is said."""
    from qa_excel.district.register.register import Register

    return Register(contents_of(path, lang))


def contents_of(path: Path, lang: str) -> Contents:
    """The contents that the register in a file knows."""
    from qa_excel.district.register.contents import Contents
    from qa_excel.district.register.store import Store

    store = Store(path)
    say_notices(store, lang)
    return Contents(store)


def say_notices(store: Store, lang: str) -> None:
    """Say what a register's user is to be told, once."""
    from qa_excel.doors.cli.saying import say

    while store.notices:
        say(store.notices.pop(0).get(lang))


def existing_file(path: Path) -> Path:
    """The path of a file that is to be read. Raises Said where there is none."""
    if not path.exists():
        raise Said(Text(f"ไม่พบแฟ้ม {path}", f"no such file: {path}"))
    if path.is_dir():
        raise Said(Text(f"{path} เป็นโฟลเดอร์ ให้ระบุแฟ้ม", f"{path} is a folder; name a file"))
    return path
