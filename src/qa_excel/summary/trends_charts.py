"""The charts of the sheets of trends."""

from __future__ import annotations

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from qa_excel.files.book import WEAK, Book
from qa_excel.files.look import FONT, GREY, LINE, NAVY
from qa_excel.thai.text import Text

BANDS, TOP = 5, 6
"""The rows of a table's bands and of its heads."""
ROW, BAND_HEIGHT = 20, 94
_CHART_WIDTH, _CHART_HEIGHTS = 560, (330, 640)
"""In pixels. The lower one is high enough for the name of every indicator."""
BEFORE = Text("ปีก่อน", "Year before")
NOW = Text("ปีนี้", "This year")


class Charts:
    """Charts one below the other, right of the table; all print in grey."""

    def __init__(self, book: Book, ws: Worksheet, column: int):
        self.book = book
        self.ws = ws
        self.column = column
        self.font = {"name": FONT, "size": 12, "bold": False, "color": "#404040"}

    def areas(self, title: str, rows: list[int], series: list[tuple[str, int, str]]) -> None:
        """series: (name, column of percents, fill) of each year; the earlier is pale with a dark edge."""
        chart = self.book.workbook.add_chart({"type": "column"})
        # The percents are folded away.
        chart.show_hidden_data()
        for name, column, fill in series:
            self._add(chart, name, rows, column, fill, 60, "0", 10)
        chart.set_legend({"position": "bottom", "font": self.font})
        chart.set_x_axis({"num_font": self.font, "line": {"color": f"#{GREY}"}, "major_tick_mark": "none"})
        # Room for the labels of full bars.
        scale = {"min": 0, "max": 110, "major_unit": 20, "num_format": '[<=100]0;""'}
        chart.set_y_axis({**self._value_axis, **scale})
        self._insert(chart, title, 0)

    def indicators(self, title: str, rows: list[int], column: int) -> None:
        """Bars to both sides, in the table's order from the top down; falls are pale."""
        chart = self.book.workbook.add_chart({"type": "bar"})
        below = {"invert_if_negative": True, "invert_if_negative_color": f"#{WEAK}"}
        self._add(chart, title, rows, column, NAVY, 40, "+0.00;-0.00;0.00", 9, **below)
        chart.set_legend({"none": True})
        names = {"num_font": {**self.font, "size": 9}, "label_position": "low", "major_tick_mark": "none"}
        chart.set_y_axis({**names, "reverse": True, "interval_unit": 1, "line": {"color": f"#{GREY}"}})
        chart.set_x_axis({**self._value_axis, "num_format": "+0.0#;-0.0#;0"})
        self._insert(chart, title, 1)

    def _add(
        self,
        chart: Chart,
        name: str,
        rows: list[int],
        column: int,
        fill: str,
        gap: int,
        number: str,
        size: int,
        **more: object,
    ) -> None:
        """A series of bars, each with its figure in the format `number`."""
        font = {**self.font, "size": size}
        chart.add_series(
            {
                "name": name,
                "categories": self._reference(rows, 0),
                "values": self._reference(rows, column),
                "fill": {"color": f"#{fill}"},
                "border": {"color": f"#{NAVY}", "width": 0.75},
                "gap": gap,
                "data_labels": {"value": True, "num_format": number, "font": font, "position": "outside_end"},
                **more,
            }
        )

    @property
    def _value_axis(self) -> dict[str, object]:
        lines = {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}}
        return {"num_font": self.font, "major_gridlines": lines, "line": {"none": True}}

    def _reference(self, rows: list[int], column: int) -> str:
        return f"='{self.ws.get_name()}'!{xl_range_abs(rows[0], column, rows[-1], column)}"

    def _insert(self, chart: Chart, title: str, place: int) -> None:
        font = {**self.font, "size": 14, "bold": True, "color": f"#{NAVY}"}
        chart.set_title({"name": title, "name_font": font})
        chart.set_chartarea({"border": {"color": f"#{LINE}"}})
        chart.set_size({"width": _CHART_WIDTH, "height": _CHART_HEIGHTS[place]})
        offset = sum(height + 12 for height in _CHART_HEIGHTS[:place])
        options = {"object_position": 3, "description": title, "x_offset": 12, "y_offset": offset}
        # Below the header, which is printed on every page with all that is anchored to it.
        self.ws.insert_chart(TOP + 1, self.column, chart, options)
