"""A workbook of results in the house's look, written by XlsxWriter: formats, tables, print set-up.

All text is written as a string: nothing that a school typed becomes a formula, a number or a link.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qa_excel.files.look import EMPTY, FONT, GREY, LINE, MAX_ROW_HEIGHT, NAVY, SIZE, WRONG
from qa_excel.files.output import OUTPUT_MARK, STAMP
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.thai.dates import shown_date
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

NO_VALUE = "E4E4E4"
"""The fill of a cell that holds no figure."""
BAR = "#8FA3C4"
"""Of bars in cells: a figure in black reads on it, and it prints in grey."""
WEAK, MIDDLING, STRONG = "F0A875", "FBE3C4", "FFFFFF"
"""Of the heat map: each lighter than the one before, so that it reads in grey print as well."""
WEAK_AT, MIDDLING_AT = Decimal("0.5"), Decimal("0.75")
"""Shares of the full points at which the heat map is darkest, and at which it is half-way."""

MAX_TEXT = 32_767
"""Characters that a cell holds, in UTF-16."""
_MAX_MARKED_UP = 5_000
"""Characters of a text that is marked up, where each may take five and the tags some."""
_MAX_HEADER = 120
_MAX_WIDTH = 90
CHARACTER = 1.4
"""Width of a Thai letter at 14 points, in units of a column's width: that of Laksaman, the widest of the fonts that
stand in for TH Sarabun New where it is not installed."""
_LINE = 24
"""Height of a line, tones and vowels included, in points."""
_BUTTON = 14
"""Height of a filter's button, which stands at the foot of a head, in points."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Cell = str | int | Decimal | Fraction | None


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its width lies between `least` and `most`; text longer than that is wrapped.

    kind: text, code (text that looks like a number), centre, count or points.
    """

    title: Text
    least: float
    most: float = 0
    kind: str = "text"


@lru_cache(maxsize=65_536)
def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that a workbook can hold: file names may carry bytes that no XML can, and a cell has its limit."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    units = text.encode("utf-16-le")
    if len(units) > 2 * limit:
        text = units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"
    return text


def cell_text(text: str) -> str:
    """What XlsxWriter writes as that text in a cell.

    A text between the tags of a run it takes for marked-up and writes as it is, which would break the workbook: so
    such a text is marked up.
    """
    text = clean(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text = f'<r><t xml:space="preserve">{escape(clean(text, _MAX_MARKED_UP))}</t></r>'
    return text


@lru_cache(maxsize=65_536)
def visible_length(text: str) -> int:
    """The width of the longest line in characters; Thai vowels and tones above and below take none."""
    return max((sum(unicodedata.category(c) != "Mn" for c in line) for line in text.split("\n")), default=0)


def height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """The height in points that shows all lines of a row's texts.

    Excel breaks Thai between words, so that a line is not filled to its end.
    """
    lines = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str) and ("\n" in value or visible_length(value) * CHARACTER > width - 2):
            room = (width - 3) * 0.9
            parts = (math.ceil(visible_length(line) * CHARACTER / room) or 1 for line in value.split("\n"))
            lines = max(lines, sum(parts))
    return min(lines * _LINE - 2, MAX_ROW_HEIGHT)


def head_lines(text: str, width: float) -> int:
    """The lines of a head: it breaks at its spaces, and inside a word that is longer than a line."""
    room = width - 1
    lines, used = 1, 0.0
    for word in text.split():
        need = visible_length(word) * CHARACTER
        if used + need <= room:
            used += need + CHARACTER
        elif need <= room:
            lines, used = lines + 1, need + CHARACTER
        else:
            if used and word.isascii():
                lines, used = lines + 1, 0.0
            # A long word of Thai begins on the line before.
            more = math.ceil((used + need) / (room * 0.9)) - 1
            lines, used = lines + more, used + need - more * room * 0.9
    return lines


class Book:
    """The workbook under construction; `close` puts its bytes into the buffer.

    made_on: the day that stands at the foot of each page, if any. on_disk: the parts of a large one lie in temporary
    files until they are packed.
    """

    def __init__(
        self,
        buffer: io.BytesIO,
        lang: str,
        owner: str,
        title: str,
        made_on: date | None = None,
        on_disk: bool = False,
    ):
        self.workbook = xlsxwriter.Workbook(buffer, {"in_memory": not on_disk})
        self.lang = lang
        self.owner = clean(owner)
        self.made_on = made_on
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.workbook.set_properties(
            {
                "title": clean(title, 255),
                "author": "qa-excel",
                "keywords": OUTPUT_MARK,
                "created": datetime.fromisoformat(STAMP.removesuffix("Z")),
            }
        )

    def say(self, th: str, en: str) -> str:
        return en if self.lang == "en" else th

    def format(self, **properties: Any) -> Format:
        """The format of those properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter"}
            self.formats[key] = self.workbook.add_format({**base, **properties})
        return self.formats[key]

    def boxed(self, **properties: Any) -> Format:
        return self.format(border=1, border_color=f"#{LINE}", **properties)

    def header(self, **properties: Any) -> Format:
        given = {"bold": True, "font_color": "#FFFFFF", "bg_color": f"#{NAVY}", "align": "center", "text_wrap": True}
        return self.boxed(**{**given, **properties})

    @property
    def empty(self) -> Format:
        return self.boxed(bg_color=f"#{NO_VALUE}")

    def sheet(self, name: Text, subtitle: str = "", kind: type[Worksheet] = Worksheet) -> Worksheet:
        """A new sheet with its title in row 1 and a line about it in row 2, set up for A4 landscape."""
        ws = self.workbook.add_worksheet(name.get(self.lang), kind)
        ws.hide_gridlines(2)
        ws.set_landscape()
        ws.set_paper(9)
        ws.set_margins(left=0.4, right=0.4, top=0.65, bottom=0.6)
        ws.fit_to_pages(1, 0)
        font = f'&"{FONT},Regular"&11'
        # The space keeps a name that begins with a digit out of the font's size; && is one &.
        owner = self.owner.replace("\n", " ")[:_MAX_HEADER].replace("&", "&&")
        ws.set_header(f"&L{font} {owner}&R{font} &A")
        made = self.say(" · จัดทำเมื่อ ", " · made on ") + shown_date(self.made_on, self.lang) if self.made_on else ""
        ws.set_footer(f"&L{font} qa-excel{made}&R{font} " + self.say("หน้า &P จาก &N", "page &P of &N"))
        ws.set_row(0, 30)
        ws.write_string(0, 0, name.get(self.lang), self.format(bold=True, font_size=20, font_color=f"#{NAVY}"))
        if subtitle:
            ws.write_string(1, 0, cell_text(subtitle), self.format(font_color="#404040"))
        return ws

    def put(self, ws: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
        """A value by its type; None is an empty grey cell, an empty text just empty."""
        if value is None or value == "":
            ws.write_blank(row, column, None, self.empty if value is None else style)
        elif isinstance(value, str):
            ws.write_string(row, column, cell_text(value), style)
        else:
            ws.write_number(row, column, float(value), style)

    def table(
        self,
        ws: Worksheet,
        top: int,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        frozen: int = 0,
        limit: int = 1_000_000,
        total: int = 0,
        whole: str = "",
    ) -> int:
        """A table with a filter, its header repeated in print and frozen with `frozen` columns.

        Returns how many rows are shown, at most `limit`. A note above the table says that it was cut, where
        there are more rows, or where `total` says that there were, and that the file `whole` holds them all.
        """
        rows = list(rows)
        shown = rows[:limit]
        total = max(total, len(rows))
        if len(shown) < total:
            self.note_cut(ws, top - 1, len(shown), total, whole)
        self.table_header(ws, top, columns)
        styles = [self.column_style(column) for column in columns]
        widths = self.set_widths(ws, columns, shown)
        self.set_head_height(ws, top, columns, widths)
        for number, row in enumerate(shown, start=top + 1):
            for index, value in enumerate(row):
                self.put(ws, number, index, value, styles[index])
            ws.set_row(number, height(row, widths))
        if not shown:
            ws.write_string(top + 1, 0, self.say("ไม่มีรายการ", "nothing to list"), self.format(font_color=f"#{GREY}"))
        last = top + max(1, len(shown))
        ws.autofilter(top, 0, last, len(columns) - 1)
        ws.freeze_panes(top + 1, frozen)
        ws.repeat_rows(top)
        # Codes are meant to be text: no green corners.
        ws.ignore_errors({"number_stored_as_text": f"A{top + 2}:XFD{last + 1}"})
        return len(shown)

    def table_header(self, ws: Worksheet, row: int, columns: Sequence[Column], first: int = 0) -> None:
        ws.set_row(row, 2 * _LINE)
        for index, column in enumerate(columns, start=first):
            # At the top, clear of the filter's button.
            ws.write_string(row, index, column.title.get(self.lang), self.header(valign="top"))

    def set_widths(self, ws: Worksheet, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[float]:
        """Set each column as wide as its texts need, between its bounds; returns the widths."""
        widths = []
        for index, column in enumerate(columns):
            longest = max((visible_length(row[index]) for row in rows if isinstance(row[index], str)), default=0)
            most = min(max(column.most, column.least), _MAX_WIDTH)
            widths.append(max(column.least, min(most, math.ceil(longest * CHARACTER) + 2)))
            ws.set_column(index, index, widths[-1])
        return widths

    def set_head_height(self, ws: Worksheet, row: int, columns: Sequence[Column], widths: Sequence[float]) -> None:
        """Make the row of heads as high as they are, with room for the filter's buttons below."""
        heads = zip(columns, widths, strict=True)
        lines = max(head_lines(column.title.get(self.lang), width) for column, width in heads)
        ws.set_row(row, lines * _LINE + _BUTTON)

    def column_style(self, column: Column) -> Format:
        match column.kind:
            case "code":
                return self.boxed(num_format="@", align="center", valign="top")
            case "centre":
                return self.boxed(align="center", valign="top")
            case "count":
                return self.boxed(num_format="#,##0", align="center", valign="top")
            case "points":
                return self.boxed(num_format="0.00", align="center", valign="top")
            case _:
                return self.boxed(text_wrap=True, align="left", valign="top", indent=1)

    def heat(self, ws: Worksheet, area: tuple[int, int, int, int], full: Decimal) -> None:
        """A colour scale over (first row, first column, last row, last column), by shares of the full points."""
        self.scale(ws, area, float(full * WEAK_AT), float(full * MIDDLING_AT), float(full))

    def scale(
        self, ws: Worksheet, area: tuple[int, int, int, int], weak: float, middling: float, strong: float
    ) -> None:
        """A colour scale that is darkest up to `weak`, and white from `strong` on."""
        ws.conditional_format(
            *area,
            {
                "type": "3_color_scale",
                "min_type": "num",
                "min_value": weak,
                "min_color": f"#{WEAK}",
                "mid_type": "num",
                "mid_value": middling,
                "mid_color": f"#{MIDDLING}",
                "max_type": "num",
                "max_value": strong,
                "max_color": f"#{STRONG}",
            },
        )

    def note_cut(self, ws: Worksheet, row: int, shown: int, total: int, whole: str = "") -> None:
        """Say that a table shows not all of its rows, and which file holds them all."""
        note = self.say(f"แสดง {shown:,} จาก {total:,} แถว", f"{shown:,} of {counted(total, 'row')} shown")
        if whole:
            note += self.say(f" รายการทั้งหมดอยู่ในแฟ้ม {whole}", f"; {whole} holds them all")
        ws.write_string(row, 0, cell_text(note), self.format(bold=True, font_color="#9C5700"))

    def bars(self, ws: Worksheet, area: tuple[int, int, int, int], full: Decimal) -> None:
        """Bars in the cells of (first row, first column, last row, last column), full at `full`."""
        ws.conditional_format(
            *area,
            {
                "type": "data_bar",
                "data_bar_2010": True,
                "bar_solid": True,
                "bar_color": BAR,
                "min_type": "num",
                "max_type": "num",
                "min_value": 0,
                "max_value": float(full),
            },
        )

    def colour_severities(self, ws: Worksheet, rows: tuple[int, int], column: int) -> None:
        """Colour the words for error and warning in a column, from the first to the last of `rows`."""
        for severity, fill in (("error", WRONG), ("warning", EMPTY)):
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{SEVERITY_WORDS[severity].get(self.lang)}"',
                "format": self.workbook.add_format({"bg_color": f"#{fill}"}),
            }
            ws.conditional_format(rows[0], column, rows[1], column, rule)

    @property
    def heat_note(self) -> str:
        weak, middling = (f"{share * 100:.0f}" for share in (WEAK_AT, MIDDLING_AT))
        return self.say(
            f"สีเข้มสุด = ได้ไม่เกินร้อยละ {weak} ของคะแนนเต็ม จางลงครึ่งหนึ่งที่ร้อยละ {middling} ขาว = เต็ม · "
            "ช่องสีเทา = ไม่มีคะแนน (ยังไม่ส่ง หรือแฟ้มมีข้อผิดพลาด)",
            f"Darkest: {weak} % of the full points or less; half-way at {middling} %; white: full. "
            "Grey: no points (not sent, or the file has errors)",
        )

    def close(self) -> None:
        self.workbook.close()
