"""Tables on the screen, with Thai broken between words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text as Line

from qa_excel.problems import SEVERITY_WORDS, Problem
from qa_excel.thai.text import Text
from qa_excel.thai.typed import to_json_number
from qa_excel.thai.words import plural

MAX_NAMED = 3
"""How many files, sheets or schools are named before the rest is counted."""
STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
FOUND = Text("สิ่งที่พบ → สิ่งที่ควรทำ", "what is wrong → what to do")
SEVERITY = Text("ระดับ", "severity")
_WORDS = re.compile(r"(?:→ )?\S+(?: ๆ)?")
_BREAKS = re.compile(
    r"(?=[เแโใไ(“]|การ|ความ|ผู้|ของ|ที่|ตาม|จาก|หรือ|ให้|ด้วย|จึง|ซึ่ง|กับ|ต่อ|ประ|พัฒนา|สถาน|คุณ|กำหนด|ดำเนิน|จัด|ระบบ|มาตร)"
    r"|(?<=[ะำๆฯ์/\\,)_])"
)
"""Where a Thai phrase may be broken: before what can only begin a syllable, after what can only end one."""
_CLUSTER = re.compile("[^\n][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*")
"""A sign with the vowels and tones above and below it."""


class Folded:
    """A text that is folded at spaces and, where a phrase is longer than its column, between syllables.

    Thai has few spaces, and rich cuts or breaks anywhere what stands between two of them.
    """

    def __init__(self, text: str, style: str = ""):
        self.text = text
        self.style = style

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, max(map(cell_len, self.text.split("\n")), default=1))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Line]:
        yield Line("\n".join(_fold(self.text, options.max_width)), style=self.style)


def _fold(text: str, width: int) -> Iterator[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            glue = " "
            for piece in [word] if cell_len(word) <= width else _pieces(word, width):
                joined = line + glue + piece if line else piece
                if cell_len(joined) > width:
                    yield line
                    joined = piece
                line, glue = joined, ""
        yield line


def _pieces(word: str, width: int) -> Iterator[str]:
    for piece in filter(None, _BREAKS.split(word)):
        if cell_len(piece) <= width:
            yield piece
        else:
            yield from _CLUSTER.findall(piece)


def new_table(lang: str, sides: str, *headings: Text) -> Table:
    """A table without rows. sides: for each column l or r, the side on which its cells stand."""
    table = Table()
    for side, heading in zip(sides, headings, strict=True):
        table.add_column(Folded(heading.get(lang)), justify="right" if side == "r" else "left")
    return table


def add_row(table: Table, *cells: str | Folded, style: str = "") -> None:
    table.add_row(*(Folded(cell) if isinstance(cell, str) else cell for cell in cells), style=style)


def few(names: Sequence[str], unit: Text, lang: str, glue: str = ", ") -> str:
    """The first names, and how many there are beside."""
    more = len(names) - MAX_NAMED
    told = glue.join(names[:MAX_NAMED])
    rest = Text(f"และอีก {more:,} {unit.th}", f"and {more:,} more {plural(more, unit.en)}").get(lang)
    return told + glue[-1] + rest if more > 0 else told


def told(problem: Problem, lang: str) -> str:
    return f"{problem.message(lang)}\n→ {problem.hint(lang)}"


def shown_severity(severity: str, lang: str) -> Folded:
    return Folded(SEVERITY_WORDS[severity].get(lang), STYLE[severity])


def shown_figure(number: Decimal | int | None) -> str:
    return "–" if number is None else str(to_json_number(Decimal(number)))


def shown_figures(*numbers: Decimal | int | None) -> Iterator[str]:
    return map(shown_figure, numbers)
