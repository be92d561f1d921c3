"""The command line's own words in the user's language: help and wrong usage, of which typer speaks English alone.

`help.toml` holds the help of each command. The language comes as the context's `obj`, set by `app.main`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from qa_excel.thai.text import Text, joined

if TYPE_CHECKING:
    from rich.console import Console
    from typer._click.core import Context, Parameter
    from typer._click.formatting import HelpFormatter

LANGUAGES = ("th", "en")
OPTION = "--lang"

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
_UNTOLD = Text("ตรวจคำสั่งอีกครั้ง", "see the command")
_MEANT = Text(" หมายถึง {} หรือไม่", "; did you mean {}?")
_WRONG = Text("วิธีใช้ไม่ถูกต้อง: {} (ดู {} --help)", "wrong usage: {} (see {} --help)")


def split_language(arguments: Iterable[str]) -> tuple[str, list[str]]:
    """(language asked for, the other arguments). It may stand anywhere; a wrong one is left for typer to refuse."""
    lang, rest = LANGUAGES[0], list[str]()
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
    said = next((text.format(*match.groups()) for match, text in found if match), _UNTOLD)
    if near:
        said = joined([said, _MEANT.format(near[1] or near[2])], "")
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "qa-excel"
    return _WRONG.format(said, path)


@cache
def help_texts() -> dict[str, Any]:
    """Command → its text and those of its parameters; in `shared`, of parameters that several commands have."""
    return tomllib.loads(Path(__file__).with_name("help.toml").read_text(encoding="utf-8"))


def help_of(command: str, parameter: str = "") -> Text:
    """What a command is for, or one of its parameters."""
    words = help_texts()[command]
    if parameter:
        words = words.get(parameter) or help_texts()["shared"][parameter]
    return Text(words["th"], words["en"])


def _lang(context: Context) -> str:
    return context.find_root().obj or LANGUAGES[0]


class Command(TyperCommand):
    """A command whose `--lang` may stand anywhere among the arguments, which `app.main` has taken out of them."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        _print_help(self, ctx)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if any(param.name == "lang" for param in self.params):
            args = [f"{OPTION}={_lang(ctx)}", *args]
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            # The parser leaves the command out where an option lacks its value.
            if getattr(error, "ctx", ctx) is None:
                vars(error)["ctx"] = ctx
            raise


class Group(TyperGroup):
    """A group of commands."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        _print_help(self, ctx)


def speak(app: typer.Typer) -> None:
    """Have the commands of an app, declared so far, speak the user's language."""
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance:
            speak(group.typer_instance)


def _print_help(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    from rich.console import Console
    from rich.text import Text as Line

    lang, name = _lang(ctx), command.name or ""
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    params = command.get_params(ctx)
    arguments = {each.metavar or "": each for each in params if isinstance(each, TyperArgument)}
    commands = list(command.commands) if isinstance(command, TyperGroup) else []
    pieces = [ctx.command_path, _OPTIONS_PIECE.get(lang), *arguments]
    console.print(Line(f"{_USAGE.get(lang)}: " + " ".join(pieces + [_COMMAND.get(lang)] * bool(commands))))
    console.print()
    console.print(Line(help_of(name).get(lang)))
    _print_rows(console, _ARGUMENTS.get(lang), [(shown, _told(name, each, lang)) for shown, each in arguments.items()])
    options = [(_names(each, ctx), _told(name, each, lang)) for each in params if isinstance(each, TyperOption)]
    if commands:
        options.insert(0, (f"{OPTION} {'|'.join(LANGUAGES)}", help_of("shared", "lang").get(lang)))
    _print_rows(console, _OPTIONS.get(lang), options)
    _print_rows(console, _COMMANDS.get(lang), [(each, help_of(each).get(lang)) for each in commands])


def _print_rows(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
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


def _names(option: TyperOption, ctx: Context) -> str:
    """`--roster schools.csv`, `--lang th|en`, `-h, --help`."""
    kind = option.display_type_rich(ctx) or ""
    return ", ".join(sorted(option.opts, key=len)) + _KINDS.get(kind, f" {kind.strip('<>')}")


def _told(command: str, param: Parameter, lang: str) -> str:
    words = [help_of(command, param.name or "").get(lang)]
    if param.required:
        words.append(_REQUIRED.get(lang))
    elif isinstance(param.default, str):
        words.append(_DEFAULT.format(param.default).get(lang))
    return " ".join(words)
