"""A sheet of sections: headings, tables, charts beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis
from qa_excel.files.book import Book, Cell, clean
from qa_excel.files.look import NAVY, SOFT
from qa_excel.summary.charts import Size
from qa_excel.summary.figures import Figure, Figures, Shown
from qa_excel.summary.parts import score_sheet
from qa_excel.thai.text import Text

LABEL, NAME, FIGURE, FIGURES = 0, 1, 2, 4
GAP = FIGURE + FIGURES
RIGHT = GAP + 1
"""Where the right half begins; its columns are those of the left."""
LAST = RIGHT + GAP - 1
HALF = (8.5, 45, *(9.5,) * FIGURES)
WIDTHS = (*HALF, 1.5, *HALF)
PIXELS = [int(7 * width + 5) for width in WIDTHS]
ROW, TALL_ROW, SECTION, SPACE = 18, 20.25, 24, 7.5
"""Heights in points: of a table's row on the crowded first page and on the others, of a section's heading, of the space
above it."""


MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.5}
PAPER = 297 / 25.4, 210 / 25.4
POINTS = 0.75
"""Points of a pixel."""
PAGE = (
    (PAPER[1] - MARGINS["top"] - MARGINS["bottom"])
    * sum(PIXELS)
    * POINTS
    / (PAPER[0] - MARGINS["left"] - MARGINS["right"])
)
"""Height of a page in points of the sheet, once its width fits the paper."""
LEAST_ROWS = 7
"""Rows of a section with a chart, at least."""


Row = tuple[str, str, Sequence[Shown | Decimal | int | str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that is not to be cut: how many rows it has below its heading, how high one is, and what
    writes it, given the row of the heading."""

    rows: int
    row_height: float
    write: Callable[[int], None]
    more: float = 0
    """Points that a row takes beyond the others."""

    @property
    def height(self) -> float:
        return SPACE + SECTION + self.rows * self.row_height + self.more


class OverviewPage:
    """Where the sections of the overview stand, and how their cells are written."""

    def __init__(self, book: Book, ws: Worksheet, analysis: Analysis, formulas: bool):
        self.book = book
        self.ws = ws
        self.analysis = analysis
        self.figures = Figures(analysis)
        self.formulas = formulas
        self.name = ws.get_name()
        self.score_sheet = score_sheet(analysis)

    def put(self, row: int, column: int, value: Shown | Cell, style: Format) -> None:
        """A figure as a formula with its value, or a plain value; one that lacks is an empty grey cell."""
        if isinstance(value, Figure) and self.formulas:
            style = self.book.empty if value.value is None else style
            known = float(value.value) if isinstance(value.value, Decimal) else value.value
            self.ws.write_formula(row, column, f"={value.expression}", style, "" if known is None else known)
        else:
            self.book.put(self.ws, row, column, value.value if isinstance(value, Figure) else value, style)

    def merged(self, place: tuple[int, int, int, int], value: Shown | Cell, **look: Any) -> None:
        """A value over (first row, first column, last row, last column)."""
        style = self.book.format(**look)
        self.ws.merge_range(*place, "", style)
        self.put(place[0], place[1], value, style)

    def section(
        self, row: int, left: str, right: str = "", follow: Text | None = None, follow_left: Text | None = None
    ) -> None:
        """A heading over both halves, with links to the sheets that say more."""
        style = {"bold": True, "font_color": f"#{NAVY}", "bottom": 2, "bottom_color": f"#{NAVY}"}
        look = self.book.format(**style, font_size=16)
        for column in range(LAST + 1):
            self.ws.write_blank(row, column, None, look)
        self.book.put(self.ws, row, LABEL, left, look)
        if right:
            self.book.put(self.ws, row, RIGHT, right, look)
        link = self.book.format(**{**style, "bold": False}, align="right", font_size=12)
        for column, sheet in ((GAP - 1, follow_left), (LAST, follow)):
            if sheet:
                name = sheet.get(self.book.lang)
                self.ws.write_url(row, column, f"internal:'{name}'!A1", link, self.book.say("ดูแผ่น ", "see ") + name)

    def table(self, row: int, heads: Sequence[str], rows: Sequence[Row], first: int = LABEL, total: int = 0) -> None:
        """A header and rows of label, name and figures from the column `first`; the last `total` rows are sums."""
        book = self.book
        for column, text in enumerate(heads, start=first):
            side: dict[str, Any] = {"align": "left", "indent": 1} if column == first + 1 else {}
            book.put(self.ws, row, column, text, book.header(text_wrap=False, shrink=True, **side))
        for at, (label, name, figures) in enumerate(rows, start=row + 1):
            look: dict[str, Any] = {"bold": True, "bg_color": f"#{SOFT}"} if at > row + len(rows) - total else {}
            book.put(self.ws, at, first, label, book.boxed(align="center", shrink=True, **look))
            book.put(self.ws, at, first + 1, name, book.boxed(shrink=True, indent=1, **look))
            for column, figure in enumerate(figures, start=first + 2):
                known = figure.value if isinstance(figure, Figure) else figure
                number = "#,##0" if isinstance(known, int) else "0.00"
                self.put(at, column, figure, book.boxed(align="center", num_format=number, **look))

    def size(self, first: int, last: int, height: float) -> Size:
        """A chart's size, a hair inside its columns and `height` points of rows."""
        return sum(PIXELS[first : last + 1]) - 6, int(height / POINTS) - 6

    def insert(self, row: int, column: int, chart: Chart, text: str) -> None:
        options = {"object_position": 1, "description": clean(text), "x_offset": 3, "y_offset": 4}
        self.ws.insert_chart(row, column, chart, options)

    def or_dash(self, figure: Shown) -> Shown:
        """A figure that shows a dash where it has no value, on a card."""
        if figure.value is not None:
            return figure
        return Figure("–", f'IF({figure.expression}="","–",{figure.expression})')
