"""A rubric as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from qa_excel.doors.cli.printing import Folded, add_row, new_table, shown_figure
from qa_excel.rubric.model import Rubric
from qa_excel.thai.text import Text

_CONDITION_WORDS = {
    True: Text("ลดเมื่อพบและไม่แก้ไข", "resolvable"),
    False: Text("ลดเมื่อพบ", "found"),
}
"""What kind of deduction condition it is: resolvable, or not."""


def print_rubric(console: Console, rubric: Rubric, lang: str, whole: bool) -> None:
    """A rubric as a table; in short where not the whole of it is asked for."""
    if not whole:
        parts = len(rubric.indicators) or len(rubric.items)
        word = Text("ตัวบ่งชี้", "indicators") if rubric.areas else Text("รายการ", "items")
        console.print(Folded(f"{rubric.id} {rubric.title.get(lang)} ({parts} {word.get(lang)})"))
        return
    version = Text("ฉบับ", "version").get(lang)
    console.print(Folded(f"{rubric.id} {version} {rubric.version}\n{rubric.title.get(lang)}", "bold"))
    console.print(_areas_table(rubric, lang) if rubric.areas else _processes_table(rubric, lang))
    readings = new_table(
        lang,
        "lll",
        Text("รหัส", "id"),
        Text("ประเด็น", "question"),
        Text("การตีความ", "reading"),
    )
    for reading in rubric.interpretations:
        add_row(readings, reading.id, reading.question.get(lang), reading.reading.get(lang))
    console.print(readings)


def _areas_table(rubric: Rubric, lang: str) -> Table:
    table = new_table(
        lang,
        "lllrll",
        Text("รหัส", "id"),
        Text("เกณฑ์", "criterion"),
        Text("ชนิด", "kind"),
        Text("เต็ม", "max"),
        Text("หน้า", "page"),
        Text("การตีความ", "readings"),
    )
    for area in rubric.areas:
        add_row(table, str(area.id), area.name.get(lang), "", shown_figure(area.max), "", "", style="bold")
        for indicator in area.indicators:
            name, points = indicator.name.get(lang), shown_figure(indicator.max)
            add_row(table, indicator.id, name, "", points, indicator.page, "", style="bold")
            for entry in (entry for criterion in indicator.criteria for entry in (criterion, *criterion.items)):
                points = "" if entry.max is None else shown_figure(entry.max)
                kind = entry.described().get(lang)
                readings = " ".join(entry.interpretations)
                add_row(table, entry.id, entry.label.get(lang), kind, points, entry.page, readings)
            for condition in indicator.conditions:
                kind = _CONDITION_WORDS[condition.resolvable].get(lang)
                cost, readings = f"−{shown_figure(indicator.deduction)}", " ".join(condition.interpretations)
                add_row(table, condition.id, condition.label.get(lang), kind, cost, condition.page, readings)
        table.add_section()
    return table


def _processes_table(rubric: Rubric, lang: str) -> Table:
    table = new_table(
        lang,
        "llll",
        Text("รหัส", "id"),
        Text("รายการ", "item"),
        Text("จำนวนที่ต้องถึง", "numbers to reach"),
        Text("การตีความ", "readings"),
    )
    for process in rubric.processes:
        add_row(table, process.id, process.name.get(lang), "", "", style="bold")
        for item in process.items:
            numbers = "\n".join(
                f"{number.label.get(lang)} ≥ {shown_figure(number.at_least)}" for number in item.numbers
            )
            add_row(table, item.id, item.label.get(lang), numbers, " ".join(item.interpretations))
        table.add_section()
    return table
