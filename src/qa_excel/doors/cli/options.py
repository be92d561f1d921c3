"""The options that several commands share, and what they name. `help.toml` says what each is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

Format = Literal["table", "json"]
Lang = Literal["th", "en"]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH…")]
Roster = Annotated[Path | None, typer.Option(metavar="schools.csv")]
Means = Annotated[Path | None, typer.Option(metavar="means.csv")]


def existing_file(path: Path) -> Path:
    """The path of a file that is to be read. Raises Said where there is none."""
    if not path.exists():
        raise Said(Text(f"ไม่พบแฟ้ม {path}", f"no such file: {path}"))
    if path.is_dir():
        raise Said(Text(f"{path} เป็นโฟลเดอร์ ให้ระบุแฟ้ม", f"{path} is a folder; name a file"))
    return path
