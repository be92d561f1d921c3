"""`qa-excel register`: what the register says, and what an officer does with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_excel.doors.cli.options import Format, Lang, TheRegister, register_at
from qa_excel.doors.cli.saying import DONE, USAGE, console, print_json, say
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

if TYPE_CHECKING:
    from qa_excel.district.register.register import Register

register_app = typer.Typer(
    name="register",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_Year = Annotated[int, typer.Option()]
_Why = Annotated[str, typer.Option(metavar="TEXT")]


@register_app.callback()
def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(USAGE)


@register_app.command()
def show(
    register: TheRegister,
    school: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    year: int | None = None,
    format: Format = "table",
    lang: Lang = "th",
) -> int:
    """List what came, of each workbook in rounds."""
    opened = _opened(register, lang)
    rows = [row for row in _rows(opened, year) if school in (None, row["school"])]
    if format == "json":
        about = {key: opened.store.about(key) for key in ("office", "copied_on")}
        print_json({**about, "receipts": rows})
    else:
        _print(rows, lang)
    return DONE


@register_app.command()
def received(
    register: TheRegister,
    school: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    year: int | None = None,
    day: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    workbook: Annotated[list[str] | None, typer.Option(metavar="1–7|iqa")] = None,
    round: int | None = None,
    by: Annotated[str, typer.Option(metavar="NAME")] = "",
    why: _Why = "",
    undo: Annotated[int | None, typer.Option(metavar="N")] = None,
    lang: Lang = "th",
) -> int:
    """Say on which day a school's workbooks came, or take that back."""
    from qa_excel.doors.cli.merging import due_day

    came = due_day(day)
    opened = _opened(register, lang)
    if undo is not None:
        opened.undo(undo, by, why)
        say(Text(f"ยกเลิกลำดับ {undo} แล้ว", f"{undo} taken back").get(lang))
        return DONE
    if not (school and year and came):
        raise Said(
            Text(
                "ระบุ --school --year และ --day ให้ครบ หรือระบุ --undo",
                "name --school, --year and --day, or else --undo",
            )
        )
    if date.fromisoformat(came) > opened.store.today:
        raise Said(Text("วันที่ได้รับต้องไม่เป็นวันในอนาคต", "a day received can't lie in the future"))
    set_ = opened.set_day(school, workbook or (), year, date.fromisoformat(came), round, by, why)
    said = Text(f"กำหนดวันที่ได้รับของ {len(set_)} แฟ้มแล้ว", f"the day received of {counted(len(set_), 'workbook')} is set")
    say(said.get(lang))
    return DONE


@register_app.command()
def forget(register: TheRegister, year: _Year, lang: Lang = "th") -> int:
    """Take an academic year out of the register and of its copy."""
    opened = _opened(register, lang)
    gone = opened.forget(year)
    said = Text(
        f"ลบปีการศึกษา {year} ออกจากทะเบียนรับแฟ้มและสำเนาแล้ว ({gone} เหตุการณ์)",
        f"the academic year {year} is taken out of the register and of its copy ({counted(gone, 'event')})",
    )
    say(said.get(lang))
    return DONE


@register_app.command()
def restore(
    register: TheRegister,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE|DIR")] = None,
    lang: Lang = "th",
) -> int:
    """Put back the register's copy, or add the history of a data folder."""
    from qa_excel.district.data.folder import read_history
    from qa_excel.district.register.happened import of_history

    opened = register_at(register, lang)
    if source and source.is_dir():
        new = opened.take_back(of_history(read_history(source)))
        said = Text(f"เพิ่มประวัติ {new} เหตุการณ์จาก {source}", f"{counted(new, 'event')} added from {source}")
    else:
        aside = opened.store.restore(source)
        said = Text(f"กู้คืน {register} แล้ว เก็บแฟ้มเดิมไว้ที่ {aside}", f"{register} restored; what it was is kept as {aside}")
    say(said.get(lang))
    return DONE


def _opened(path: Path, lang: str) -> Register:
    """A register that is there, or whose copy is."""
    if not path.exists() and not path.with_name(f"{path.name}.bak").exists():
        raise Said(Text(f"ไม่พบแฟ้ม {path}", f"no such file: {path}"))
    return register_at(path, lang)


def _rows(register: Register, year: int | None) -> list[dict[str, Any]]:
    from qa_excel.district.register.happened import days_set

    events = register.events(year)
    numbers = days_set(events)
    return [
        {
            "school": school,
            "workbook": workbook,
            "year": of_year,
            "round": arrival.round,
            "received_on": arrival.day,
            "known": arrival.told,
            "set_by_event": numbers.get(((school, workbook, of_year), arrival.content)),
        }
        for (school, workbook, of_year), came in sorted(register.arrivals(events).items())
        for arrival in came
    ]


def _print(rows: list[dict[str, Any]], lang: str) -> None:
    from qa_excel.doors.cli.printing import add_row, new_table
    from qa_excel.thai.dates import shown_date

    heads = (
        Text("รหัส", "School"),
        Text("ปี", "Year"),
        Text("สมุดงาน", "Workbook"),
        Text("ครั้งที่", "Round"),
        Text("วันที่ได้รับ", "Received on"),
        Text("กำหนดโดยลำดับ", "Set by event"),
    )
    table = new_table(lang, "lrlrlr", *heads)
    latest = Text("ไม่ช้ากว่า ", "no later than ").get(lang)
    for row in rows:
        day = shown_date(row["received_on"], lang)
        cells = (row["school"], row["year"], row["workbook"], row["round"])
        add_row(table, *map(str, cells), day if row["known"] else f"{latest}{day}", str(row["set_by_event"] or ""))
    console().print(table)
