"""Scorecards as tables and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from qa_excel.doors.cli.printing import Folded, add_row, new_table, shown_figure, told
from qa_excel.problems import STATUS_WORDS
from qa_excel.reading.submission import FileResult
from qa_excel.thai.text import Text


def score_entry(result: FileResult, lang: str) -> dict[str, Any]:
    """One file of `score --format json`."""
    if result.submission is None:
        problem = result.problems[0]
        shown = {"code": problem.code, "message": problem.message(lang), "hint": problem.hint(lang)}
        return {"file": result.file, "status": "unreadable", "problem": shown}
    about = result.about()
    area = {"area": about["area"]} if about["area"] else {}
    return {
        "file": result.file,
        "status": result.status,
        "rubric": about["rubric"],
        **area,
        "year": about["year"],
        "school_code": about["school_code"],
        **result.scorecard.to_json(lang),
    }


def print_scores(console: Console, results: list[FileResult], lang: str) -> None:
    """A table of points or progress for each file."""
    for result in results:
        if result.scorecard is None:
            problem = result.problems[0]
            console.print(Folded(result.file, "bold red"))
            console.print(Folded(told(problem, lang)))
            continue
        console.print(Folded(_title(result, lang), "bold"))
        console.print(_traces_table(result, lang) if result.scorecard.processes else _points_table(result, lang))


def _title(result: FileResult, lang: str) -> str:
    about = result.about()
    year = f"{Text('ปีการศึกษา', 'year').get(lang)} {about['year'] or '–'}"
    return f"{result.file}\n{about['school_code'] or '–'} · {year} · {STATUS_WORDS[result.status].get(lang)}"


def _points_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = new_table(
        lang,
        (Text("ตบช.", "no."), "right"),
        (Text("ตัวบ่งชี้", "indicator"), "left"),
        (Text("ก่อนลด", "gross"), "right"),
        (Text("ถูกลด", "deducted"), "right"),
        (Text("สุทธิ", "score"), "right"),
        (Text("เต็ม", "max"), "right"),
        (Text("ยังไม่กรอก", "missing"), "right"),
    )
    for scored in card.indicators.values():
        indicator = rubric.indicator(scored.id)
        figures = (scored.gross, scored.deduction, scored.score, scored.max)
        add_row(
            table, indicator.number, indicator.name.get(lang), *map(shown_figure, figures), str(len(scored.missing))
        )
    table.add_section()
    name = rubric.area(card.area).name.get(lang)
    add_row(
        table, "", name, "", "", shown_figure(card.score), shown_figure(card.max), str(len(card.missing)), style="bold"
    )
    return table


def _traces_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = new_table(
        lang,
        (Text("ที่", "no."), "right"),
        (Text("กระบวนการ", "process"), "left"),
        (Text("ทำแล้ว", "done"), "right"),
        (Text("ทั้งหมด", "total"), "right"),
        (Text("ร้อยละ", "percent"), "right"),
    )
    for process in rubric.processes:
        progress = card.processes[process.id]
        row = (
            process.id,
            process.name.get(lang),
            str(progress.done),
            str(progress.total),
            shown_figure(progress.percent),
        )
        add_row(table, *row)
    table.add_section()
    whole = card.progress
    total = Text("รวม", "total").get(lang)
    add_row(table, "", total, str(whole.done), str(whole.total), shown_figure(whole.percent), style="bold")
    return table
