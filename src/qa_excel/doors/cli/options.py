"""The options that several commands share, and what they name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="แฟ้ม หรือโฟลเดอร์ที่จะค้นหาแฟ้ม")]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="รูปแบบผลลัพธ์")]
Lang = Annotated[Literal["th", "en"], typer.Option("--lang", help="ภาษาของข้อความ")]
Means = Annotated[
    Path | None,
    typer.Option("--national-means", metavar="means.csv", help="ค่าเฉลี่ย O-NET ระดับประเทศ"),
]
Roster = Annotated[Path | None, typer.Option("--roster", metavar="schools.csv", help="ทะเบียนสถานศึกษา (CSV หรือ .xlsx)")]


def existing_file(path: Path) -> Path:
    """The path of a file that is to be read. Raises Said where there is none."""
    if not path.exists():
        raise Said(Text(f"ไม่พบแฟ้ม {path}", f"no such file: {path}"))
    if path.is_dir():
        raise Said(Text(f"{path} เป็นโฟลเดอร์ ให้ระบุแฟ้ม", f"{path} is a folder; name a file"))
    return path
