"""The catalogue on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa_excel.checks.listing import GROUPS, SCOPE_NAMES, Entry
from qa_excel.doors.cli.printing import STYLE
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.thai.text import Text


def print_catalogue(console: Console, entries: list[Entry], lang: str) -> None:
    """All codes, a table for each group."""
    for group, title in GROUPS.items():
        table = Table(title=f"{escape(title.get(lang))} ({group})", title_justify="left", title_style="bold")
        for heading in (Text("รหัส", "code"), Text("ระดับ", "severity"), Text("ขอบเขต", "scope")):
            table.add_column(heading.get(lang), no_wrap=True)
        table.add_column(Text("สิ่งที่พบ", "finding").get(lang), overflow="fold")
        for entry in entries:
            if entry.group == group:
                severity = f"[{STYLE[entry.severity]}]{SEVERITY_WORDS[entry.severity].get(lang)}[/]"
                scope = SCOPE_NAMES[entry.scope].get(lang)
                table.add_row(entry.code, severity, scope, escape(entry.message.get(lang)))
        console.print(table)


def print_entry(console: Console, entry: Entry, lang: str) -> None:
    """One code with what to do and an example."""
    table = Table(title=entry.code, title_justify="left", title_style="bold", show_header=False)
    rows = (
        (Text("ระดับ", "severity"), SEVERITY_WORDS[entry.severity].get(lang)),
        (Text("ขอบเขต", "scope"), SCOPE_NAMES[entry.scope].get(lang)),
        (Text("สิ่งที่พบ", "finding"), entry.message.get(lang)),
        (Text("สิ่งที่ควรทำ", "what to do"), entry.hint.get(lang)),
        (Text("ตัวอย่าง", "example"), entry.example.get(lang)),
        (Text("การตรวจ", "check"), ", ".join(entry.checks)),
    )
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows:
        if value:
            table.add_row(label.get(lang), escape(value))
    console.print(table)
