"""The charts of ภาพรวม: native, in one palette of blues that stays apart in grey print, each with an alternative text.

A chart draws the cells of a table; `Reach` names them. Where its parts lie is given in full: left to themselves,
programs leave room and then skip labels for want of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_range_abs

from qa_excel.files.book import BAR, Book
from qa_excel.files.look import FONT, GREY, LINE, NAVY

LIGHT = "#DCE6F2"
"""The third of the shades, after navy and the blue of bars."""
SHADES = (f"#{NAVY}", BAR, LIGHT)
_TEXT = {"name": FONT, "size": 12, "bold": False, "color": "#262626"}
_GRID = {"visible": True, "line": {"color": "#D9DEE7", "width": 0.5}}
_TITLE, _AXIS, _LEGEND, _EDGE = 40, 32, 28, 12
"""Pixels that these take; and a margin."""
_LETTER = 0.65
"""Pixels of a letter of an axis' labels for each point of its size."""

Size = tuple[int, int]
"""Width and height of a chart in pixels."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows `first` to `last` of a sheet, with the column of the categories and the length of the longest of them."""

    sheet: str
    first: int
    last: int
    categories: int
    letters: int

    def column(self, column: int) -> str:
        name = self.sheet.replace("'", "''")
        return f"='{name}'!{xl_range_abs(self.first, column, self.last, column)}"


def percent_bars(book: Book, title: str, size: Size, reach: Reach, values: int, strong: Collection[int] = ()) -> Chart:
    """Lying bars of percents, in the table's order from the top down; those numbered in `strong` are darker."""
    chart = book.workbook.add_chart({"type": "bar"})
    points = [{"fill": {"color": f"#{NAVY}"}} if n in strong else None for n in range(reach.last - reach.first + 1)]
    chart.add_series(
        {
            "name": title,
            "categories": reach.column(reach.categories),
            "values": reach.column(values),
            "fill": {"color": BAR},
            "points": points,
            "gap": 45,
            # Nothing is written at a bar of 0, which may as well be one without a figure.
            "data_labels": {"value": True, "num_format": "0.00;;", "font": _TEXT, "position": "outside_end"},
        }
    )
    _dress(chart, title, size)
    # Room for the labels of full bars.
    _lie(chart, size, reach, 112)
    chart.set_legend({"none": True})
    return chart


def stacked_percents(book: Book, title: str, size: Size, reach: Reach, series: Sequence[tuple[str, int]]) -> Chart:
    """Lying bars that are parted into (name, column of percents); the first part carries its figure."""
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for n, ((name, column), shade) in enumerate(zip(series, SHADES, strict=False)):
        given: dict[str, Any] = {
            "name": name,
            "categories": reach.column(reach.categories),
            "values": reach.column(column),
            "fill": {"color": shade},
            "border": {"color": BAR, "width": 0.5},
            "gap": 30,
            "overlap": 100,
        }
        if n == 0:
            font = {**_TEXT, "size": 11, "color": "#FFFFFF"}
            given["data_labels"] = {"value": True, "num_format": "0.00;;", "font": font, "position": "inside_base"}
        chart.add_series(given)
    _dress(chart, title, size)
    _lie(chart, size, reach, 100, _LEGEND)
    chart.set_legend({"position": "bottom", "font": _TEXT})
    return chart


def histogram(book: Book, title: str, size: Size, reach: Reach, values: int, most: int, axis: str) -> Chart:
    """Standing bars of counts, `most` at the highest, close to one another."""
    chart = book.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": title,
            "categories": reach.column(reach.categories),
            "values": reach.column(values),
            "fill": {"color": BAR},
            "border": {"color": f"#{NAVY}", "width": 0.75},
            "gap": 6,
            "data_labels": {"value": True, "num_format": "#,##0;;", "font": _TEXT, "position": "outside_end"},
        }
    )
    _dress(chart, title, size)
    chart.set_x_axis({"name": axis, "name_font": _TEXT, "num_font": _level(8.5), "interval_unit": 1, **_line()})
    # Each bar carries its count, so that an axis need not; above the highest there is room for it.
    chart.set_y_axis({"min": 0, "max": max(1, most) * 1.2, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_legend({"none": True})
    _lay(chart, size, _EDGE / 2, 2 * _AXIS)
    return chart


def _dress(chart: Chart, title: str, size: Size) -> None:
    font = {**_TEXT, "size": 13, "bold": True, "color": f"#{NAVY}"}
    chart.set_title({"name": title, "name_font": font, "layout": {"x": _EDGE / size[0], "y": 7 / size[1]}})
    chart.set_chartarea({"border": {"color": f"#{LINE}", "width": 0.75}})


def _lie(chart: Chart, size: Size, reach: Reach, most: int, below: int = 0) -> None:
    """The axes of lying bars: categories from the top down, percents below."""
    bars = reach.last - reach.first + 1
    # As high as a bar's share of the plot, or some labels would be left out.
    points = max(8, min(12, int((size[1] - _TITLE - _AXIS - below) / bars / 1.75)))
    _lay(chart, size, _EDGE + reach.letters * points * _LETTER, _AXIS + below)
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "crossing": "max", "num_font": _level(points), **_line()})
    chart.set_x_axis(
        {
            "min": 0,
            "max": most,
            "major_unit": 20,
            "num_format": '[<=100]0;""',
            "num_font": {**_TEXT, "size": 11},
            "major_gridlines": _GRID,
            "line": {"none": True},
        }
    )


def _lay(chart: Chart, size: Size, left: float, below: float) -> None:
    """Set the chart's size and where its plot lies: room for `left` pixels of labels, and `below` pixels under it."""
    width, height = size
    chart.set_size({"width": width, "height": height})
    chart.set_plotarea(
        {
            "layout": {
                "x": left / width,
                "y": _TITLE / height,
                "width": (width - left - _EDGE / 2) / width,
                "height": (height - _TITLE - below) / height,
            }
        }
    )


def _level(size: float) -> dict[str, Any]:
    """The font of labels that are all written, and level: left to themselves, programs turn them or skip some."""
    return {**_TEXT, "size": size, "rotation": 0}


def _line() -> dict[str, Any]:
    return {"line": {"color": f"#{GREY}", "width": 0.75}, "major_tick_mark": "none"}
