"""Scorecards as tables and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from qa_excel.doors.cli.printing import Folded, add_row, new_table, shown_figures, told
from qa_excel.problems import STATUS_WORDS
from qa_excel.reading.submission import FileResult
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.scorecard import Scorecard
from qa_excel.thai.text import Text


def score_entry(result: FileResult, lang: str) -> dict[str, Any]:
    """One file of `score --format json`."""
    if result.scorecard is None:
        problem = result.problems[0]
        shown = {"code": problem.code, "message": problem.message(lang), "hint": problem.hint(lang)}
        return {"file": result.file, "status": result.status, "problem": shown}
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
        submission, card = result.submission, result.scorecard
        if submission is None or card is None:
            console.print(Folded(result.file, "bold red"))
            console.print(Folded(told(result.problems[0], lang)))
            continue
        console.print(Folded(_title(result, lang), "bold"))
        table = _traces_table if card.processes else _points_table
        console.print(table(card, submission.rubric, lang))


def _title(result: FileResult, lang: str) -> str:
    about = result.about()
    year = f"{Text('ปีการศึกษา', 'year').get(lang)} {about['year'] or '–'}"
    return f"{result.file}\n{about['school_code'] or '–'} · {year} · {STATUS_WORDS[result.status].get(lang)}"


def _points_table(card: Scorecard, rubric: Rubric, lang: str) -> Table:
    table = new_table(
        lang,
        "rlrrrrr",
        Text("ตบช.", "no."),
        Text("ตัวบ่งชี้", "indicator"),
        Text("ก่อนลด", "gross"),
        Text("ถูกลด", "deducted"),
        Text("สุทธิ", "score"),
        Text("เต็ม", "max"),
        Text("ยังไม่กรอก", "missing"),
    )
    for scored in card.indicators.values():
        indicator = rubric.indicator(scored.id)
        figures = shown_figures(scored.gross, scored.deduction, scored.score, scored.max, len(scored.missing))
        add_row(table, indicator.number, indicator.name.get(lang), *figures)
    table.add_section()
    name = next(area.name for area in rubric.areas if area.id == card.area).get(lang)
    figures = shown_figures(card.score, card.max, len(card.missing))
    add_row(table, "", name, "", "", *figures, style="bold")
    return table


def _traces_table(card: Scorecard, rubric: Rubric, lang: str) -> Table:
    table = new_table(
        lang,
        "rlrrr",
        Text("ที่", "no."),
        Text("กระบวนการ", "process"),
        Text("ทำแล้ว", "done"),
        Text("ทั้งหมด", "total"),
        Text("ร้อยละ", "percent"),
    )
    for process in rubric.processes:
        score = card.processes[process.id]
        figures = shown_figures(score.done, score.total, score.percent)
        add_row(table, process.id, process.name.get(lang), *figures)
    table.add_section()
    whole = card.progress
    total = Text("รวม", "total").get(lang)
    add_row(table, "", total, *shown_figures(whole.done, whole.total, whole.percent), style="bold")
    return table
