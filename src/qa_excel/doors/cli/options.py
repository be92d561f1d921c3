"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Language of messages and reports."""

    th = "th"
    en = "en"


class Format(StrEnum):
    """Form of the result on standard output."""

    table = "table"
    json = "json"


class Formulas(StrEnum):
    """How the templates' functions find their inputs."""

    short = "short"
    explicit = "explicit"


Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="แฟ้ม หรือโฟลเดอร์ที่จะค้นหาแฟ้ม")]
FormatOption = Annotated[Format, typer.Option("--format", help="รูปแบบผลลัพธ์")]
LangOption = Annotated[Lang, typer.Option("--lang", help="ภาษาของข้อความ")]
MeansOption = Annotated[
    Path | None,
    typer.Option("--national-means", metavar="means.csv", help="ค่าเฉลี่ย O-NET ระดับประเทศ"),
]
RosterOption = Annotated[
    Path | None, typer.Option("--roster", metavar="schools.csv", help="ทะเบียนสถานศึกษา (CSV หรือ .xlsx)")
]
