"""คะแนนรายโรงเรียน: every indicator, area and total of every unit, as a heat map that folds by area."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis, mean_of
from qa_excel.files.book import Book, Cell, Column
from qa_excel.files.look import NAVY
from qa_excel.summary.parts import A3, Grid, mean_label, unit_columns, write_grid
from qa_excel.thai.text import Text

_LONGEST = 255
"""Characters of a text in a formula."""
_CARD = Column(Text("บัตร", "Card"), 7, kind="centre")


def write_scores(book: Book, ws: Worksheet, analysis: Analysis, cards: Mapping[str, str]) -> None:
    """cards: unit → the link to its card, such as `internal:'บัตรคะแนนโรงเรียน'!A1`, or the path of its file."""
    grid = Grid([*unit_columns(analysis), _CARD], [], [], [], fixed=3)
    measures = analysis.score_measures
    for of in analysis.data.rubric.areas:
        name = book.say(f"ด้าน {of.id} {of.short.th}", f"Area {of.id}, {of.short.en}")
        grid.bands.append((name, len(of.indicators) + 1))
    grid.bands.append((book.say("รวมทุกด้าน", "all areas"), 1))
    for measure in measures:
        index = len(grid.columns)
        if measure.kind == "indicator":
            grid.columns.append(Column(measure.short, 9, kind="points"))
            grid.folded.add(index)
        else:
            full = f"{measure.full:f}"
            width = 12 if measure.kind == "total" else 9
            grid.columns.append(Column(Text(f"รวม ({full})", f"sum ({full})"), width, kind="points"))
            grid.strong.add(index)
        grid.fulls[index] = measure.full
        # Of the rows as they are shown, so that the formula gives the same.
        grid.means.append(mean_of((unit.value(measure) for unit in analysis.units), measure.full).value)

    # A sparkline needs its figures side by side: the areas' percents stand folded away before it.
    percents = len(grid.columns)
    for area in analysis.areas:
        index = len(grid.columns)
        grid.columns.append(Column(Text(f"ด้าน {area.area} (%)", f"{area.short.en} (%)"), 9, kind="points"))
        grid.means.append("")
        grid.folded.add(index)
        grid.hidden.add(index)
    grid.columns.append(Column(Text("เทียบรายด้าน", "By area"), 15, kind="centre"))
    grid.means.append("")
    grid.bands.append((book.say("รายด้าน", "by area"), len(analysis.areas) + 1))

    for unit in analysis.units:
        cells: list[Cell] = [unit.code, unit.name, ""]
        cells += [unit.value(measure) for measure in measures]
        cells += [unit.mean(area).percent for area in analysis.areas]
        grid.rows.append([*cells, ""])
    ws.set_paper(A3)
    first, _ = write_grid(book, ws, grid, mean_label(book, analysis))
    _links(book, ws, analysis, cards, first)
    for row in range(first, first + len(analysis.units)):
        reach = f"'{ws.get_name()}'!{xl_range_abs(row, percents, row, percents + len(analysis.areas) - 1)}"
        ws.add_sparkline(
            row,
            percents + len(analysis.areas),
            {
                "range": reach,
                "type": "column",
                "min": 0,
                "max": 100,
                "show_hidden": True,
                "series_color": f"#{NAVY}",
            },
        )


def _links(book: Book, ws: Worksheet, analysis: Analysis, cards: Mapping[str, str], first: int) -> None:
    """As formulas, which go with their rows when these are sorted; links of cells would stay behind."""
    style = book.boxed(align="center", font_color="#1F4E9E", underline=1)
    word = book.say("เปิด", "open")
    for row, unit in enumerate(analysis.units, start=first):
        target = cards.get(unit.code, "").replace("internal:", "#", 1).replace('"', '""')
        if target and len(target) <= _LONGEST:
            ws.write_formula(row, 2, f'=HYPERLINK("{target}","{word}")', style, word)
