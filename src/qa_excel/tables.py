"""Results for the terminal: tables for people, and the JSON shapes of `score` and `validate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape as _escape
from rich.table import Table

from qa_excel.normalise import to_json_number
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, STATUS_WORDS, Problem
from qa_excel.rubric import Rubric, Text
from qa_excel.submission import FileResult

MAX_REPEATED = 5
"""How many findings of one kind in one file are shown before the rest is counted."""

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


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


def validation(results: list[FileResult], problems: list[Problem], lang: str) -> dict[str, Any]:
    """`validate --format json`."""
    files = [{"file": result.file, "status": result.status, **result.about()} for result in results]
    return {"files": files, "problems": [problem.to_json(lang) for problem in problems]}


def print_scores(console: Console, results: list[FileResult], lang: str) -> None:
    """A table of points or progress for each file."""
    for result in results:
        if result.scorecard is None:
            problem = result.problems[0]
            console.print(f"[bold red]{_escape(result.file)}[/]: {_escape(problem.message(lang))}")
            console.print(f"  → {_escape(problem.hint(lang))}")
            continue
        console.print(_traces_table(result, lang) if result.scorecard.processes else _points_table(result, lang))


def _title(result: FileResult, lang: str) -> str:
    about = result.about()
    year = f"{Text('ปีการศึกษา', 'year').get(lang)} {about['year'] or '–'}"
    return f"{_escape(result.file)}\n{about['school_code'] or '–'} · {year} · {STATUS_WORDS[result.status].get(lang)}"


def _table(title: str, *columns: tuple[Text, str], lang: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading, justify in columns:
        table.add_column(heading.get(lang), justify=justify)
    return table


def _points_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = _table(
        _title(result, lang),
        (Text("ตบช.", "no."), "right"),
        (Text("ตัวบ่งชี้", "indicator"), "left"),
        (Text("ก่อนลด", "gross"), "right"),
        (Text("ลด", "deducted"), "right"),
        (Text("สุทธิ", "score"), "right"),
        (Text("เต็ม", "max"), "right"),
        (Text("ยังไม่กรอก", "missing"), "right"),
        lang=lang,
    )
    for scored in card.indicators.values():
        indicator = rubric.indicator(scored.id)
        figures = (scored.gross, scored.deduction, scored.score, scored.max)
        table.add_row(indicator.number, indicator.name.get(lang), *map(_figure, figures), str(len(scored.missing)))
    table.add_section()
    name = rubric.area(card.area).name.get(lang)
    table.add_row("", name, "", "", _figure(card.score), _figure(card.max), str(len(card.missing)), style="bold")
    return table


def _traces_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = _table(
        _title(result, lang),
        (Text("ที่", "no."), "right"),
        (Text("กระบวนการ", "process"), "left"),
        (Text("ทำแล้ว", "done"), "right"),
        (Text("ทั้งหมด", "total"), "right"),
        (Text("ร้อยละ", "percent"), "right"),
        lang=lang,
    )
    for process in rubric.processes:
        progress = card.processes[process.id]
        row = (process.id, process.name.get(lang), str(progress.done), str(progress.total), _figure(progress.percent))
        table.add_row(*row)
    table.add_section()
    whole = card.progress
    total = Text("รวม", "total").get(lang)
    table.add_row("", total, str(whole.done), str(whole.total), _figure(whole.percent), style="bold")
    return table


def print_problems(console: Console, results: list[FileResult], problems: list[Problem], lang: str) -> None:
    """Problems grouped by file, the first few of a repeated kind, and counts at the end."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.source.file, []).append(problem)
    statuses = {result.file: result.status for result in results}
    for file, found in by_file.items():
        status = STATUS_WORDS[statuses[file]].get(lang) if file in statuses else "–"
        table = _table(
            f"{_escape(file)}\n{status}",
            (Text("ระดับ", "severity"), "left"),
            (Text("แผ่นงาน", "sheet"), "left"),
            (Text("เซลล์", "cell"), "left"),
            (Text("ข้อที่พบ", "finding"), "left"),
            (Text("สิ่งที่ต้องทำ", "what to do"), "left"),
            lang=lang,
        )
        for row in _capped(sorted(found, key=lambda p: SEVERITIES.index(p.severity)), lang):
            table.add_row(*row)
        console.print(table)
    counts = Counter(problem.severity for problem in problems)
    shown = " · ".join(f"{SEVERITY_WORDS[s].get(lang)} {counts[s]}" for s in SEVERITIES)
    files = Text(f"ตรวจ {len(results)} แฟ้ม", f"{len(results)} files").get(lang)
    console.print(f"{files} · {shown}")


def _capped(problems: list[Problem], lang: str) -> Iterable[tuple[str, ...]]:
    seen: Counter[str] = Counter()
    total = Counter(problem.code for problem in problems)
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= MAX_REPEATED:
            style = _STYLE[problem.severity]
            yield (
                f"[{style}]{SEVERITY_WORDS[problem.severity].get(lang)}[/]",
                _escape(problem.source.sheet),
                problem.source.cell,
                _escape(problem.message(lang)),
                _escape(problem.hint(lang)),
            )
        elif seen[problem.code] == MAX_REPEATED + 1:
            more = total[problem.code] - MAX_REPEATED
            yield "", "", "", Text(f"… ข้อเดียวกันอีก {more} แห่ง", f"… and {more} more of this kind").get(lang), ""


def print_district(console: Console, analysis: Any) -> None:
    """The district in a few figures."""
    lang, data = analysis.data.lang, analysis.data
    mean = analysis.mean(analysis.total).value
    figures = [
        (Text("ปีการศึกษา", "year"), data.year),
        (Text("ปีการศึกษาของร่องรอย IQA", "year of the IQA traces"), data.iqa_year),
        (Text("สถานศึกษาในทะเบียน", "schools expected"), len(analysis.standings)),
        (Text("สถานศึกษาที่ส่งครบและใช้ได้", "schools complete"), sum(s.complete for s in analysis.standings)),
        (Text("แฟ้มที่คาดว่าจะได้รับ", "workbooks expected"), analysis.expected),
        (Text("แฟ้มที่ได้รับ", "workbooks received"), analysis.received),
        (Text("แฟ้มที่ใช้ได้", "workbooks valid"), analysis.valid),
        *([(Text("แฟ้มที่ทันกำหนด", "workbooks on time"), analysis.timely(True))] if data.timed else []),
        (Text("คะแนนเฉลี่ยรวม", "mean total"), mean),
    ]
    table = Table(title=_escape(data.name), title_justify="left", title_style="bold", show_header=False)
    for label, figure in figures:
        table.add_row(label.get(lang), "–" if figure is None else str(figure))
    console.print(table)
    shown = " · ".join(f"{SEVERITY_WORDS[s].get(lang)} {n}" for s, n in analysis.severities().items())
    console.print(shown)
    problems = data["problems"]
    for error in problems[problems["severity"] == "error"].head(MAX_REPEATED).itertuples(index=False):
        place = " ".join(filter(None, (error.file, error.sheet, error.cell)))
        console.print(f"[bold red]{_escape(place)}[/]: {_escape(error.message)} → {_escape(error.hint)}")
    more = analysis.severities()["error"] - MAX_REPEATED
    if more > 0:
        rest = Text(f"… ผิดพลาดอีก {more:,} ข้อ ดูแผ่น ปัญหาที่พบ", f"… and {more:,} more errors, on the sheet Problems")
        console.print(rest.get(lang))


def print_rubric(console: Console, rubric: Rubric, lang: str, whole: bool) -> None:
    """A rubric as a table; in short where not the whole of it is asked for."""
    if not whole:
        parts = len(rubric.indicators) or len(rubric.items)
        word = Text("ตัวบ่งชี้", "indicators") if rubric.areas else Text("รายการ", "items")
        console.print(f"[bold]{rubric.id}[/] {rubric.title.get(lang)} ({parts} {word.get(lang)})")
        return
    heading = f"{rubric.id} {Text('ฉบับ', 'version').get(lang)} {rubric.version}\n{rubric.title.get(lang)}"
    table = _table(
        heading,
        (Text("รหัส", "id"), "left"),
        (Text("เกณฑ์", "criterion"), "left"),
        (Text("ชนิด", "kind"), "left"),
        (Text("เต็ม", "max"), "right"),
        (Text("หน้า", "page"), "left"),
        (Text("การตีความ", "readings"), "left"),
        lang=lang,
    )
    for row in _area_rows(rubric, lang) if rubric.areas else _process_rows(rubric, lang):
        table.add_row(*row) if row else table.add_section()
    console.print(table)
    readings = _table(
        "",
        (Text("รหัส", "id"), "left"),
        (Text("ประเด็น", "question"), "left"),
        (Text("การตีความ", "reading"), "left"),
        lang=lang,
    )
    for reading in rubric.interpretations:
        readings.add_row(reading.id, reading.question.get(lang), reading.reading.get(lang))
    console.print(readings)


def _area_rows(rubric: Rubric, lang: str) -> Iterable[tuple[str, ...]]:
    for area in rubric.areas:
        yield (f"[bold]{area.id}[/]", f"[bold]{area.name.get(lang)}[/]", "", f"[bold]{_figure(area.max)}[/]", "", "")
        for indicator in area.indicators:
            yield (
                f"[bold]{indicator.id}[/]",
                f"[bold]{indicator.name.get(lang)}[/]",
                "",
                _figure(indicator.max),
                indicator.page,
                "",
            )
            for criterion in indicator.criteria:
                for entry in (criterion, *criterion.items):
                    points = "" if entry.max is None else _figure(entry.max)
                    kind = entry.kind + (f" ≥ {_figure(entry.inputs[0].at_least)}" if entry.kind == "at_least" else "")
                    yield entry.id, entry.label.get(lang), kind, points, entry.page, " ".join(entry.interpretations)
            for condition in indicator.conditions:
                kind = "resolvable" if condition.resolvable else "found"
                cost = f"−{_figure(indicator.deduction)}"
                yield (
                    condition.id,
                    condition.label.get(lang),
                    kind,
                    cost,
                    condition.page,
                    " ".join(condition.interpretations),
                )
        yield ()


def _process_rows(rubric: Rubric, lang: str) -> Iterable[tuple[str, ...]]:
    for process in rubric.processes:
        yield (f"[bold]{process.id}[/]", f"[bold]{process.name.get(lang)}[/]", "", "", "", "")
        for item in process.items:
            kind = ", ".join(f"{number.key} ≥ {_figure(number.at_least)}" for number in item.numbers)
            yield item.id, item.label.get(lang), kind, "", "", " ".join(item.interpretations)
        yield ()


def _figure(number: Any) -> str:
    return "–" if number is None else str(to_json_number(number))
