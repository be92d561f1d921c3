"""The command line's own words in the user's language: help and wrong usage, of which typer speaks English alone.

Help texts stand in Thai where the commands are declared; `ENGLISH` holds their twins. The language comes as the
context's `obj`, set by `app.main`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from qa_excel.thai.text import Text

LANGUAGES = ("th", "en")
OPTION = "--lang"

ENGLISH = {
    # The program and its parts
    "ระบบประกันคุณภาพสถานศึกษาด้วย Excel: แบบฟอร์ม คะแนน การตรวจ และสรุประดับเขต": (
        "School quality assurance in Excel: templates, scores, checks and the district summary"
    ),
    "ติดตั้งฟังก์ชันลงใน Excel หรือ LibreOffice ของผู้ใช้ปัจจุบัน และสร้างชุดติดตั้งแบบออฟไลน์": (
        "Install the functions into the current user's Excel or LibreOffice, and build the offline bundle"
    ),
    # Commands
    "สร้างแบบฟอร์มเปล่าทุกด้าน": "Build the empty workbooks of all areas",
    "สร้างแฟ้มที่กรอกข้อมูลแล้วจาก JSON": "Build a filled workbook from JSON",
    "อ่านแฟ้มที่กรอกแล้วออกมาเป็น JSON": "Read a filled workbook into JSON",
    "คำนวณคะแนนของแต่ละแฟ้ม (.xlsx หรือ .json)": "Score each file (.xlsx or .json)",
    "ตรวจแฟ้ม แจ้งทุกข้อที่ต้องแก้ไขพร้อมแฟ้ม แผ่นงาน และเซลล์": ("Check workbooks; every fault is named by file, sheet and cell"),
    "ตรวจและรวมแฟ้มของทุกสถานศึกษาเป็นสรุประดับเขต หรือรวมข้อมูลของหลายเขต": (
        "Check and merge all schools' workbooks into a district summary, or merge the data of several districts"
    ),
    "แสดงเกณฑ์การประเมินเป็นตาราง": "Show a rubric as a table",
    "แสดงข้อที่โปรแกรมตรวจพบได้ทั้งหมด หรืออธิบายรหัสหนึ่งพร้อมตัวอย่าง": (
        "List everything that is checked for, or explain one code with an example"
    ),
    "ตรวจว่าอะไรใช้งานได้บนเครื่องนี้ อะไรยังขาด และต้องทำอย่างไร": (
        "Say what works on this computer, what is lacking, and what to do"
    ),
    "ติดตั้ง หรือปรับเป็นรุ่นนี้ ไม่ต้องใช้สิทธิ์ผู้ดูแลเครื่อง": "Install, or update to this version; no administrator's rights are needed",
    "ตรวจว่าติดตั้งแล้วและใช้งานได้หรือไม่ ข้อใดต้องแก้ไขอย่างไร": (
        "Say whether it is installed and works, and how to cure what does not"
    ),
    "ลบออกจาก Excel หรือ LibreOffice": "Remove it from Excel or LibreOffice",
    "สร้างชุดติดตั้งสำหรับเครื่องที่ไม่มีอินเทอร์เน็ต (ดับเบิลคลิก install.cmd)": (
        "Build a bundle for computers without internet (double-click install.cmd)"
    ),
    # Arguments and options
    "แฟ้ม หรือโฟลเดอร์ที่จะค้นหาแฟ้ม": "files, or folders to search through",
    "ข้อมูลในรูป JSON": "a submission in JSON",
    "แฟ้มที่กรอกแล้ว": "a filled workbook",
    "รหัสเกณฑ์ เช่น onesqa-r4": "a rubric's id, such as onesqa-r4",
    "รหัส เช่น value.over_100": "a code, such as value.over_100",
    "รูปแบบผลลัพธ์": "form of the result",
    "ภาษาของข้อความ": "language of messages",
    "แสดงรุ่นของโปรแกรม": "show the program's version",
    "แสดงวิธีใช้": "show this help",
    "ค่าเฉลี่ย O-NET ระดับประเทศ": "the national O-NET means",
    "ทะเบียนสถานศึกษา (CSV หรือ .xlsx)": "the roster of schools (CSV or .xlsx)",
    "โฟลเดอร์ที่จะเขียนแบบฟอร์ม": "the folder to write the templates into",
    "สูตรสั้น หรือสูตรที่ระบุช่วงเซลล์ (สำหรับโปรแกรมที่อ่านแฟ้มเองไม่ได้)": (
        "short formulas, or formulas that name their cells (for programs that can't read the file themselves)"
    ),
    "แฟ้มที่จะเขียน": "the file to write",
    "โฟลเดอร์สำหรับแฟ้มที่ทำเครื่องหมายและหนังสือแจ้ง": "the folder for marked copies and letters",
    "รายงานที่จะเขียน": "the report to write",
    "แฟ้มสรุปที่จะเขียน": "the summary to write",
    "โฟลเดอร์สำหรับตารางข้อมูล (CSV)": "the folder for tables of data (CSV)",
    "โฟลเดอร์สำหรับบัตรคะแนนแยกรายแฟ้ม": "the folder for score cards, a file each",
    "เขียนสรุปเป็น PDF ด้วย (ใช้ LibreOffice)": "write the summary as PDF too (by LibreOffice)",
    "สรุปหรือโฟลเดอร์ข้อมูลของปีก่อน เพื่อดูแนวโน้ม": "the summary or data folder of the year before, for trends",
    "วันครบกำหนดส่งแฟ้มคะแนน เช่น 15/05/2564": "the day by which the points' workbooks were due, such as 15/05/2564",
    "วันครบกำหนดส่งร่องรอย IQA เช่น 15/05/2566": "the day by which the IQA traces were due, such as 15/05/2566",
    "ปีการศึกษา (พ.ศ.) ของคะแนน": "academic year (B.E.) of the scores",
    "ปีการศึกษา (พ.ศ.) ของร่องรอย IQA": "academic year (B.E.) of the IQA traces",
    "ชื่อสำนักงาน (ปกติใช้ตามทะเบียน)": "the office's name (by default the roster's)",
    "ส่วนขยายของ LibreOffice แทนส่วนเสริมของ Excel": "LibreOffice's extension instead of Excel's add-in",
    "โปรไฟล์ของ LibreOffice (ปกติไม่ต้องระบุ)": "LibreOffice's profile (rarely needed)",
    "โฟลเดอร์ของชุดติดตั้งที่จะสร้าง": "the folder of the bundle to build",
    "win_amd64, win32 หรือ win_arm64": "win_amd64, win32 or win_arm64",
    "รุ่นของ Python บนเครื่องปลายทาง": "the other computer's version of Python",
    "แพ็กเกจของโปรแกรมที่สร้างไว้แล้ว": "a wheel of this program, built before",
    "ตัวติดตั้ง Python จาก python.org ที่จะใส่ไว้ในชุด": "the installer of Python from python.org, to be put into the bundle",
}

_HELP = "แสดงวิธีใช้"
_USAGE = Text("วิธีใช้", "Usage")
_COMMAND, _OPTIONS_PIECE = Text("คำสั่ง", "COMMAND"), Text("[ตัวเลือก]", "[OPTIONS]")
_ARGUMENTS, _OPTIONS, _COMMANDS = Text("อาร์กิวเมนต์", "Arguments"), Text("ตัวเลือก", "Options"), Text("คำสั่ง", "Commands")
_REQUIRED, _DEFAULT = Text("(ต้องระบุ)", "(required)"), Text("(ปกติ: {})", "(default: {})")
_KINDS = {"<bool>": "", "<int>": " N", "<str>": " …"}
"""What stands after an option without a name for its value."""

_NEAR = re.compile(r"(?:\.? Did you mean (.+)\?| \(Possible options: (.+)\))$")
_SAID = (
    (r"Missing (?:argument|option|parameter) '(.+?)'", Text("ต้องระบุ {}", "{} is required")),
    # There is, but before the command only split_language knows it, which leaves a wrong value to typer.
    (
        rf"No such option: {OPTION}",
        Text(f"ค่าของ {OPTION} ต้องเป็น {' หรือ '.join(LANGUAGES)}", f"{OPTION} must be {' or '.join(LANGUAGES)}"),
    ),
    (r"No such option: (\S+)", Text("ไม่มีตัวเลือก {}", "no such option: {}")),
    (r"No such command '(.+)'", Text("ไม่มีคำสั่ง {}", "no such command: {}")),
    (r"Option '(.+)' requires", Text("ตัวเลือก {} ต้องมีค่าต่อท้าย", "the option {} needs a value")),
    (r"Option '(.+)' does not take", Text("ตัวเลือก {} ไม่รับค่า", "the option {} takes no value")),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", Text("มีค่าเกินมา: {}", "too many arguments: {}")),
    (
        r"Invalid value for '(.+?)': .*is not one of (.+?)\.?$",
        Text("ค่าของ {} ต้องเป็นค่าใดค่าหนึ่งใน {}", "{} must be one of {}"),
    ),
    (r"Invalid value for '(.+?)': .*valid integer", Text("ค่าของ {} ต้องเป็นจำนวนเต็ม", "{} must be a whole number")),
    (r"Invalid value for '(.+?)'", Text("ค่าของ {} ใช้ไม่ได้", "the value of {} is no use")),
    (r"Invalid value: (.+)", Text("{}", "{}")),  # a command's own words
)
"""What typer's messages begin with, and what is said instead."""


def split_language(arguments: Iterable[str]) -> tuple[str, list[str]]:
    """(language asked for, the other arguments). It may stand anywhere; a wrong one is left for typer to refuse."""
    lang, rest = LANGUAGES[0], []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            return lang, [*rest, argument, *waiting]
        if argument == OPTION:
            value = next(waiting, None)
            if value in LANGUAGES:
                lang = value
            else:
                rest += [argument] if value is None else [argument, value]
        elif argument.startswith(f"{OPTION}=") and argument.partition("=")[2] in LANGUAGES:
            lang = argument.partition("=")[2]
        else:
            rest.append(argument)
    return lang, rest


def is_empty(argument: str) -> bool:
    """True for an empty value, which as a path would be the current folder: mostly a variable without content."""
    return not argument or bool(re.fullmatch(r"--[\w-]+=", argument))


def wrong_usage(error: typer.TyperException) -> Text:
    """What is wrong with the arguments; where typer has a word of its own for it, only that they are."""
    message = error.format_message()
    near = _NEAR.search(message)
    if near:
        message = message[: near.start()]
    found = ((re.match(pattern, message, re.DOTALL), text) for pattern, text in _SAID)
    th, en = next(((text.th.format(*m.groups()), text.en.format(*m.groups())) for m, text in found if m), ("", ""))
    if near:
        th += f" หมายถึง {near[1] or near[2]} หรือไม่"
        en += f"; did you mean {near[1] or near[2]}?"
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "qa-excel"
    return Text(
        f"วิธีใช้ไม่ถูกต้อง: {th or 'ตรวจคำสั่งอีกครั้ง'} (ดู {path} --help)",
        f"wrong usage: {en or 'see the command'} (see {path} --help)",
    )


def _lang(context: typer.Context) -> str:
    return context.find_root().obj or LANGUAGES[0]


class _Spoken:
    """Help in the user's language."""

    def format_help(self, ctx: typer.Context, formatter: Any) -> None:
        _print_help(self, ctx, _lang(ctx))


class Command(_Spoken, TyperCommand):
    """A command whose `--lang` may stand anywhere among the arguments, which `app.main` has taken out of them."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        if any(param.name == "lang" for param in self.params):
            args = [f"{OPTION}={_lang(ctx)}", *args]
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            # The parser leaves the command out where an option lacks its value.
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx
            raise


class Group(_Spoken, TyperGroup):
    """A group of commands."""


def speak(app: typer.Typer) -> None:
    """Have the commands of an app, declared so far, speak the user's language."""
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        speak(group.typer_instance)


def _print_help(command: Any, ctx: typer.Context, lang: str) -> None:
    from rich.console import Console
    from rich.text import Text as Line

    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    params = [param for param in command.get_params(ctx) if not param.hidden]
    arguments = [param for param in params if param.param_type_name == "argument"]
    commands = [command.get_command(ctx, name) for name in getattr(command, "commands", ())]
    pieces = [ctx.command_path, _OPTIONS_PIECE.get(lang), *(each.metavar for each in arguments)]
    console.print(Line(f"{_USAGE.get(lang)}: " + " ".join(pieces + [_COMMAND.get(lang)] * bool(commands))))
    console.print()
    console.print(Line(_in(lang, command.help)))
    _print_rows(console, _ARGUMENTS.get(lang), [(each.metavar, _told(each, lang)) for each in arguments])
    options = [(_names(each, ctx), _told(each, lang)) for each in params if each not in arguments]
    if commands:
        options.insert(0, (f"{OPTION} {'|'.join(LANGUAGES)}", _in(lang, "ภาษาของข้อความ")))
    _print_rows(console, _OPTIONS.get(lang), options)
    _print_rows(console, _COMMANDS.get(lang), [(each.name, _in(lang, each.help)) for each in commands])


def _print_rows(console: Any, title: str, rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text as Line

    if not rows:
        return
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for name, help_text in rows:
        table.add_row(Line(f"  {name}"), Line(help_text))
    console.print()
    console.print(Line(f"{title}:", style="bold"))
    console.print(table)


def _names(option: Any, ctx: typer.Context) -> str:
    """`--roster schools.csv`, `--lang th|en`, `-h, --help`."""
    kind = option.display_type_rich(ctx) or ""
    return ", ".join(sorted(option.opts, key=len)) + _KINDS.get(kind, f" {kind.strip('<>')}")


def _told(param: Any, lang: str) -> str:
    words = [_in(lang, _HELP if "--help" in param.opts else param.help)]
    if param.required:
        words.append(_REQUIRED.get(lang))
    elif isinstance(param.default, str):
        words.append(_DEFAULT.get(lang).format(param.default))
    return " ".join(words)


def _in(lang: str, thai: str | None) -> str:
    return ENGLISH[thai] if lang == "en" and thai in ENGLISH else thai or ""
