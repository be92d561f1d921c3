"""`qa-excel checks`: what the program looks for, and one code explained. A thin door, hooked in by `app`."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_excel.doors.cli.options import Format, Lang
from qa_excel.doors.cli.saying import DONE, console, print_json
from qa_excel.thai.text import Text


def checks_command(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]")] = None,
    format: Format = "table",
    lang: Lang = "th",
) -> int:
    """Show what is checked for, or explain one code."""
    from qa_excel.checks import catalogue, explain
    from qa_excel.checks.suggestions import nearest
    from qa_excel.doors.cli.print_checks import print_catalogue, print_entry

    entries = catalogue()
    if code is not None:
        known = tuple(entry.code for entry in entries)
        if code not in known:
            near = nearest(code, known)
            th, en = (f" หมายถึง {near} หรือไม่", f"; did you mean {near}?") if near else ("", "")
            raise typer.BadParameter(Text(f"ไม่รู้จักรหัส {code}{th}", f"no code {code}{en}").get(lang))
        entries = [explain(code)]
    if format == "json":
        print_json({"checks": [entry.to_json(lang) for entry in entries]})
    elif code is not None:
        print_entry(console(), entries[0], lang)
    else:
        print_catalogue(console(), entries, lang)
    return DONE
