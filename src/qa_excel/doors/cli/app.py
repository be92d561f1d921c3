"""The command line: its commands put together, and its exit status.

Exit status: 0 done; 1 done, and some workbook has an error or can't be opened; 2 wrong usage; 3 an
internal fault; 130 interrupted by the user. JSON goes to standard output alone, notices and progress to standard error.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from qa_excel import __version__
from qa_excel.district.refusals import NoData, OnlyData
from qa_excel.doors.addin.commands import addin_app, doctor
from qa_excel.doors.cli.checks import checks_command
from qa_excel.doors.cli.forms import extract, fill, rubric, templates
from qa_excel.doors.cli.judging import score, validate
from qa_excel.doors.cli.merging import merge
from qa_excel.doors.cli.registering import register_app
from qa_excel.doors.cli.saying import DONE, INTERNAL, INTERRUPTED, SCRATCH, USAGE, internal_fault, say, unshown
from qa_excel.doors.cli.usage import Group, is_empty, speak, split_language, wrong_usage
from qa_excel.files.streams import Unshown, flush, guarded
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

app = typer.Typer(
    name="qa-excel",
    cls=Group,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with guarded():
        code = _status_of(sys.argv[1:] if arguments is None else arguments)
    sys.exit(code or DONE)


def _status_of(arguments: list[str]) -> int | None:
    """Run a command; what goes wrong is said in a line."""
    code: int | None
    lang, arguments = split_language(arguments)
    try:
        if any(map(is_empty, arguments)):
            raise Said(
                Text(
                    "มีค่าว่างในคำสั่ง ให้ระบุแฟ้ม โฟลเดอร์ หรือค่าให้ครบ",
                    "an argument is empty; name the file, folder or value",
                )
            )
        with SCRATCH:
            code = app(args=arguments, prog_name="qa-excel", standalone_mode=False, obj=lang)
            flush()
    except Said as said:
        say(_in_options(said).get(lang))
        code = said.status
    except typer.TyperException as error:
        say(wrong_usage(error).get(lang))
        code = USAGE
    except Unshown as error:
        say(unshown(error).get(lang))
        code = USAGE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        say(internal_fault(error).get(lang))
        code = INTERNAL
    if code == INTERRUPTED:  # which typer says with this status alone
        say(Text("ยกเลิกแล้ว", "cancelled").get(lang))
    return code


def _in_options(said: Said) -> Text:
    """What is said, with the options that stand for the roster and data folders."""
    if isinstance(said, OnlyData):
        return Text(
            f"{said.where} เป็นโฟลเดอร์ข้อมูล (ที่ได้จาก --data) ไม่มีสมุดงานของโรงเรียน หากจะรวมข้อมูลของหลายเขต ไม่ต้องระบุ --roster",
            f"{said.where} is a data folder (made by --data) without a school's workbook; to merge such folders leave "
            "--roster out",
        )
    if isinstance(said, NoData):
        return Text(
            f"ไม่พบโฟลเดอร์ข้อมูล (ที่ได้จาก --data) ใน {said.where} หากเป็นแฟ้มของโรงเรียน ให้ระบุทะเบียนด้วย --roster",
            f"no data folder (made by --data) in {said.where}; for schools' workbooks name the roster with --roster",
        )
    return said.text


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", is_eager=True)] = False,
) -> None:
    if version:
        print(f"qa-excel {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(USAGE)


for command in (templates, fill, extract, score, validate, merge, rubric):
    app.command()(command)
app.add_typer(addin_app)
app.add_typer(register_app)
app.command()(doctor)
app.command("checks")(checks_command)
speak(app)


if __name__ == "__main__":
    main()
