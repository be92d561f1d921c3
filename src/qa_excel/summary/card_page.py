"""A sheet of cards as pages: rows, rooms, headings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlsxwriter.format import Format

from qa_excel.district.analysis import Analysis
from qa_excel.files.book import Book, Cell
from qa_excel.files.look import GREY, LINE, NAVY, PALE, SOFT
from qa_excel.summary.card_facts import Facts
from qa_excel.thai.text import Text

MAX_BREAKS = 1_023
"""Page breaks that Excel takes on one sheet."""
WIDTHS = (7, 46, 8, 7.5, 9, 8.5, 47)
NO, NAME, FIRST, SECOND, MEAN, DIFFERENCE, WIDE = range(7)
PAGE = 1_000
"""Height of a page in points, at the scale at which the columns fill its width, less a little to spare."""
ROW, LINE_HEIGHT, WRAPPED, SECTION, GAP = 19, 17, 21.5, 25, 8
TITLE, SMALL = 20, 13
"""Size of the letters of a unit's name, and in lists."""
REST = sum(WIDTHS[NAME:]) - 2
BAR = "#C3CCDB"
DIFFERENCES = "+0.00;-0.00;0.00"


def card_styles(book: Book) -> dict[str, Format]:
    """Every format of the sheet by name."""
    navy, grey, line = f"#{NAVY}", "#404040", f"#{LINE}"
    tile = {"align": "center", "bg_color": f"#{PALE}", "left": 5, "right": 5}
    tile |= {"left_color": "#FFFFFF", "right_color": "#FFFFFF"}
    styles = {
        "title": book.format(bold=True, font_size=TITLE, font_color=navy),
        "about": book.format(font_color=grey),
        "plain": book.format(),
        "small": book.format(font_color=f"#{GREY}"),
        "section": book.format(bold=True, font_size=15, font_color=navy, bottom=2, bottom_color=navy),
        "link": book.format(font_color="#1F4E9E", underline=1, align="right", bottom=2, bottom_color=navy),
        "tile": book.format(**tile, bold=True, font_color=navy),
        "big": book.format(**tile, bold=True, font_size=26, font_color=navy, num_format="0.00"),
        "note": book.format(**tile, font_color=grey),
        "head": book.header(text_wrap=False),
        "head_run": book.format(bold=True, align="left", indent=1, font_color="#FFFFFF", bg_color=navy),
        "head_left": book.header(text_wrap=False, align="left", indent=1),
        "run": book.format(
            font_size=SMALL, align="left", indent=1, valign="top", top=1, top_color=line, bottom=1, bottom_color=line
        ),
        "run_end": book.format(top=1, top_color=line, bottom=1, bottom_color=line, right=1, right_color=line),
    }
    for name, rule in (("plain_line", {}), ("ruled_line", {"top": 1, "top_color": line})):
        styles[name] = book.format(font_size=SMALL, **rule)
        styles[f"{name}_number"] = book.format(font_size=SMALL, align="center", bold=True, **rule)
    kinds: dict[str, dict[str, Any]] = {
        "row": {},
        "area": {"bold": True, "bg_color": f"#{SOFT}"},
        "total": {"bold": True, "bg_color": f"#{PALE}"},
        "top": {"valign": "top", "font_size": SMALL},
    }
    for kind, look in kinds.items():
        wrap = {"text_wrap": True, "align": "left"} if kind == "top" else {"shrink": True}
        styles[f"{kind}_text"] = book.boxed(**look, **wrap, indent=2 if kind == "row" else 1)
        styles[f"{kind}_count"] = book.boxed(**look, align="center", num_format="#,##0")
        styles[f"{kind}_points"] = book.boxed(**look, align="center", num_format="0.00")
        styles[f"{kind}_difference"] = book.boxed(**look, align="center", num_format=DIFFERENCES)
        styles[f"{kind}_percent"] = book.boxed(**look, align="right", num_format="0.00", indent=1)
    return styles


class CardPage:
    """The rows of a sheet on which cards stand below each other, without a page break within a section."""

    def __init__(
        self, book: Book, analysis: Analysis, facts: Facts, name: Text, back: Text | None, shown: tuple[int, int]
    ):
        self.most, self.least = shown
        self.book = book
        self.analysis = analysis
        self.facts = facts
        self.back = back
        self.row = 0
        self.used = 0.0
        self.short = False
        self.outer: list[int] = []
        self.inner: list[int] = []
        ws = self.ws = book.sheet(name)
        ws.set_portrait()
        for column, width in enumerate(WIDTHS):
            ws.set_column(column, column, width)
        self.styles = card_styles(book)

    def finish(self) -> None:
        ws, last = self.ws, max(self.row - 1, 0)
        ws.print_area(0, 0, last, WIDE)
        breaks = sorted(self.outer + self.inner)
        ws.set_h_pagebreaks((breaks if len(breaks) <= MAX_BREAKS else self.outer)[:MAX_BREAKS])
        bar = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": BAR}
        bar |= {"bar_no_border": True, "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 100}
        ws.conditional_format(0, WIDE, last, WIDE, bar)

    def put(self, column: int, value: Cell, style: str) -> None:
        """A value by its type; None is an empty grey cell."""
        self.book.put(self.ws, self.row, column, value, self.styles[style])

    def next(self, height: float = ROW) -> None:
        self.ws.set_row(self.row, height)
        self.row += 1
        self.used += height

    def room(self, height: float) -> None:
        """Begin a new page where `height` does not fit on this one."""
        if self.used + height > PAGE:
            self.inner.append(self.row)
            self.used = 0

    def section(self, text: str, link: bool = False) -> None:
        for column in range(len(WIDTHS)):
            self.put(column, "", "section")
        self.put(NO, text, "section")
        if link and self.back:
            name = self.back.get(self.book.lang)
            self.ws.write_url(self.row, WIDE, f"internal:'{name}'!A1", self.styles["link"], f"↑ {name}")
        self.next(SECTION)

    def heads(self, *texts: str) -> None:
        """A table's header; its last text runs on to the last column."""
        for column, text in enumerate(texts):
            self.put(column, text, "head_left" if column == NAME else "head")
        for column in range(len(texts) - 1, len(WIDTHS)) if len(texts) < len(WIDTHS) else ():
            self.put(column, texts[-1] if column < len(texts) else "", "head_run")
        self.next()

    def lines(self, texts: Iterable[str], style: str) -> None:
        for text in texts:
            self.put(NO, text, style)
            self.next()

    @property
    def nothing(self) -> str:
        return self.book.say("ยังไม่มีแฟ้มที่ใช้ได้", "no valid workbook yet")
