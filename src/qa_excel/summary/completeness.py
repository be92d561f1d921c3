"""ความครบถ้วน: which workbooks each unit sent, with what result, late or not, and how often anew."""

from __future__ import annotations

from collections import Counter

from xlsxwriter.worksheet import Worksheet

from qa_excel.analysis import Analysis, Standing, Unit
from qa_excel.book import Book, Cell, Column
from qa_excel.merging import MISSING, VALID
from qa_excel.problems import STATUS_WORDS
from qa_excel.rubric import Text
from qa_excel.summary.parts import A3, STATUS_FILLS, of_schools, unit_columns

LATE = Text("ส่งช้า", "late")
COPIES = Text("ส่งซ้ำ {}", "other copies {}")


def write_completeness(book: Book, ws: Worksheet, analysis: Analysis) -> None:
    """Units × workbooks: a word for a school's workbook, `valid/expected` for a district's."""
    slots = analysis.data.slots
    columns = [*unit_columns(analysis), *(Column(slot.name, 14, 26, kind="centre") for slot in slots)]
    heads = [
        Text("ต้องส่ง", "expected"),
        Text("ได้รับ", "received"),
        Text("ใช้ได้", "valid"),
        Text("ผิดพลาด", "errors"),
        Text("ยังไม่ส่ง", "not sent"),
        *([Text("ทันกำหนด", "on time"), Text("ส่งช้า", "late")] if analysis.data.timed else []),
        Text("ถูกแทนที่", "superseded"),
    ]
    columns += [Column(head, 11, kind="count") for head in heads]
    rows: list[list[Cell]] = []
    for unit in analysis.units:
        cells = [_cell(book, unit, slot.key, of_schools(analysis)) for slot in slots]
        rows.append([unit.code, unit.name, *cells, *_counts(unit, analysis.data.timed)])
    top = _totals(book, ws, analysis, len(columns) - len(heads), heads)
    ws.set_paper(A3)
    book.table(ws, top, columns, rows, frozen=2)
    last = 1 + len(slots)
    for status, fill in STATUS_FILLS.items():
        # A word may have more behind it: late, or how many other copies there are.
        rule = {
            "type": "text",
            "criteria": "begins with",
            "value": STATUS_WORDS[status].get(book.lang),
            "format": book.workbook.add_format({"bg_color": f"#{fill}"}),
        }
        ws.conditional_format(top + 1, 2, top + max(1, len(rows)), last, rule)


def _cell(book: Book, unit: Unit, key: str, single: bool) -> str:
    if not single:
        valid = sum(standing.statuses.get(key) in VALID for standing in unit.standings)
        return f"{valid:,}/{len(unit.standings):,}"
    (standing,) = unit.standings
    parts = [STATUS_WORDS[standing.statuses[key]].get(book.lang)]
    if _is_late(standing, key):
        parts.append(LATE.get(book.lang))
    if standing.superseded[key]:
        parts.append(COPIES.get(book.lang).format(standing.superseded[key]))
    return " · ".join(parts)


def _is_late(standing: Standing, key: str) -> bool:
    return standing.statuses[key] != MISSING and standing.on_time[key] is False


def _counts(unit: Unit, due: bool) -> list[int]:
    statuses = Counter(status for standing in unit.standings for status in standing.statuses.values())
    expected = sum(statuses.values())
    counts = [expected, expected - statuses[MISSING], sum(statuses[s] for s in VALID), statuses["errors"]]
    counts.append(statuses[MISSING])
    if due:
        sent = [(s, key) for s in unit.standings for key, status in s.statuses.items() if status != MISSING]
        counts += [sum(s.on_time[key] is told for s, key in sent) for told in (True, False)]
    return [*counts, sum(sum(standing.superseded.values()) for standing in unit.standings)]


def _totals(book: Book, ws: Worksheet, analysis: Analysis, first: int, heads: list[Text]) -> int:
    """A row of sums above the table, and of valid workbooks above each workbook; the table's first row."""
    everyone = Unit("", "", tuple(analysis.standings))
    look = {"bold": True, "bg_color": "#EEF2F8", "align": "center"}
    style = book.boxed(**look, num_format="#,##0")
    label = book.say("รวม (ใช้ได้/ต้องส่ง)", "all (valid/expected)")
    ws.merge_range(3, 0, 3, 1, label, book.boxed(**{**look, "align": "left", "indent": 1}))
    for index, slot in enumerate(analysis.data.slots, start=2):
        book.put(ws, 3, index, _cell(book, everyone, slot.key, single=False), style)
    for index, count in enumerate(_counts(everyone, analysis.data.timed), start=first):
        book.put(ws, 3, index, count, style)
    ws.set_row(3, 24)
    return 4
