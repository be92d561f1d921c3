"""ความครบถ้วน: which workbooks each unit sent, with what result, late or not, and how often anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from qa_excel.district.analysis import Analysis, Standing, Unit
from qa_excel.district.merging import MISSING, UNUSABLE, VALID
from qa_excel.district.timeliness import RECEIVED
from qa_excel.files.book import Book, Cell, Column
from qa_excel.problems import STATUS_WORDS
from qa_excel.summary.parts import A3, COMPLETENESS, due_days, judged_by, of_schools, unit_columns
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

LATE = Text("ส่งช้า", "late")
LATE_RECEIVED = Text("ส่งช้า (ตามวันที่ได้รับ)", "late (by the day received)")
COPIES = Text("ส่งซ้ำ {}", "other copies {}")
RESENT = Text("ส่งซ้ำ", "sent again")
LOOKS: dict[str, dict[str, object]] = {
    MISSING: {"bg_color": "#E4E4E4", "font_color": "#404040"},
    UNUSABLE: {"bg_color": "#F4B183", "font_color": "#5A1E00"},
    "errors": {"bg_color": "#F8CBAD"},
    "late": {"bg_color": "#CBC4E2", "bold": True},
    "warnings": {"bg_color": "#FFF2CC"},
    "resent": {"bg_color": "#D6E6F4", "italic": True},
    "ok": {"bg_color": "#E4F1DC"},
}
"""What a school's workbook may be, the first that holds giving the fill; late is bold and resent italic whatever the
fill, so that they differ in grey print as well."""
_LEGEND_ROW, _SUM_ROW, _TOP = 2, 3, 4


def write_completeness(book: Book, analysis: Analysis) -> None:
    """Units × workbooks: a word for a school's workbook, `valid/expected` for a district's."""
    days = due_days(book, analysis)
    by = f" ({told})" if (told := judged_by(book, analysis)) else ""
    due = book.say(f" · กำหนดส่ง {days}{by}", f" · due {days}{by}") if days else ""
    about = book.say(
        f"ได้รับ {analysis.received:,} จาก {analysis.expected:,} แฟ้ม ใช้ได้ {analysis.valid:,} แฟ้ม{due} · "
        "แฟ้มที่มีข้อผิดพลาดไม่นำมาคิดค่าเฉลี่ย",
        f"{analysis.received:,} of {counted(analysis.expected, 'workbook')} received, "
        f"{analysis.valid:,} valid{due}. A workbook with errors does not enter the means",
    )
    ws = book.sheet(COMPLETENESS, about)
    slots = analysis.data.slots
    columns = [*unit_columns(analysis), *(Column(slot.name, 18, 26, kind="centre") for slot in slots)]
    heads = [
        Text("ต้องส่ง", "expected"),
        Text("ได้รับ", "received"),
        Text("ใช้ได้", "valid"),
        Text("ผิดพลาด", "errors"),
        Text("ใช้ไม่ได้", "unusable"),
        Text("ยังไม่ส่ง", "not sent"),
        *([Text("ทันกำหนด", "on time"), Text("ส่งช้า", "late")] if analysis.data.timed else []),
        Text("ถูกแทนที่", "superseded"),
    ]
    columns += [Column(head, 11, kind="count") for head in heads]
    rows: list[list[Cell]] = []
    for unit in analysis.units:
        cells = [_cell(book, unit, slot.key, of_schools(analysis)) for slot in slots]
        rows.append([unit.code, unit.name, *cells, *_counts(unit, analysis.data.timed)])
    _totals(book, ws, analysis, len(columns) - len(heads), heads)
    ws.set_paper(A3)
    book.table(ws, _TOP, columns, rows, frozen=2)
    if of_schools(analysis):
        _legend(book, ws, analysis)
        for number, (unit, row) in enumerate(zip(analysis.units, rows, strict=True), start=_TOP + 1):
            for index, slot in enumerate(slots, start=2):
                look = _look(_states(unit.standings[0], slot.key))
                book.put(
                    ws, number, index, row[index], book.boxed(align="center", valign="top", text_wrap=True, **look)
                )


def _cell(book: Book, unit: Unit, key: str, single: bool) -> str:
    if not single:
        valid = sum(standing.statuses.get(key) in VALID for standing in unit.standings)
        return f"{valid:,}/{len(unit.standings):,}"
    (standing,) = unit.standings
    parts = [STATUS_WORDS[standing.statuses[key]].get(book.lang)]
    if key in standing.unusable:
        file, why = standing.unusable[key]
        parts.append(f"{Path(file).name}: {why}")
    if _is_late(standing, key):
        parts.append((LATE_RECEIVED if standing.timed_by[key] == RECEIVED else LATE).get(book.lang))
    if standing.superseded[key]:
        parts.append(COPIES.get(book.lang).format(standing.superseded[key]))
    return " · ".join(parts)


def _is_late(standing: Standing, key: str) -> bool:
    return standing.statuses[key] != MISSING and standing.on_time[key] is False


def _states(standing: Standing, key: str) -> set[str]:
    """All that a workbook is, of LOOKS."""
    told = {"late": _is_late(standing, key), "resent": bool(standing.superseded[key])}
    return {standing.statuses[key], *(state for state, holds in told.items() if holds)}


def _look(states: Collection[str]) -> dict[str, object]:
    look: dict[str, object] = {}
    for state in reversed([state for state in LOOKS if state in states]):
        look |= LOOKS[state]
    return look


def _legend(book: Book, ws: Worksheet, analysis: Analysis) -> None:
    """A cell in each look, with its words, above the workbooks."""
    style = book.format(align="right", indent=1)
    ws.merge_range(_LEGEND_ROW, 0, _LEGEND_ROW, 1, book.say("ความหมายของสี", "Colours"), style)
    words = {**STATUS_WORDS, "late": LATE, "resent": RESENT}
    states = [state for state in LOOKS if state != "late" or analysis.data.timed]
    for index, state in enumerate(states, start=2):
        style = book.boxed(align="center", shrink=True, **LOOKS[state])
        book.put(ws, _LEGEND_ROW, index, words[state].get(book.lang), style)
    ws.set_row(_LEGEND_ROW - 1, 22)
    ws.set_row(_LEGEND_ROW, 24)


def _counts(unit: Unit, due: bool) -> list[int]:
    statuses = Counter(status for standing in unit.standings for status in standing.statuses.values())
    expected = sum(statuses.values())
    counts = [expected, expected - statuses[MISSING], sum(statuses[s] for s in VALID), statuses["errors"]]
    counts += [statuses[UNUSABLE], statuses[MISSING]]
    if due:
        sent = [(s, key) for s in unit.standings for key, status in s.statuses.items() if status != MISSING]
        counts += [sum(s.on_time[key] is told for s, key in sent) for told in (True, False)]
    return [*counts, sum(sum(standing.superseded.values()) for standing in unit.standings)]


def _totals(book: Book, ws: Worksheet, analysis: Analysis, first: int, heads: list[Text]) -> None:
    """A row of sums above the table, and of valid workbooks above each workbook."""
    everyone = Unit("", "", tuple(analysis.standings))
    look = {"bold": True, "bg_color": "#EEF2F8", "align": "center"}
    style = book.boxed(**look, num_format="#,##0")
    label = book.say("รวม (ใช้ได้/ต้องส่ง)", "all (valid/expected)")
    ws.merge_range(_SUM_ROW, 0, _SUM_ROW, 1, label, book.boxed(**{**look, "align": "left", "indent": 1}))
    for index, slot in enumerate(analysis.data.slots, start=2):
        book.put(ws, _SUM_ROW, index, _cell(book, everyone, slot.key, single=False), style)
    for index, count in enumerate(_counts(everyone, analysis.data.timed), start=first):
        book.put(ws, _SUM_ROW, index, count, style)
    ws.set_row(_SUM_ROW, 24)
