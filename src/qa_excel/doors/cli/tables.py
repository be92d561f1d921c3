"""Results for the terminal: tables for people, and the JSON shapes of `score` and `validate`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from qa_excel.checks import explain
from qa_excel.district.senders import sender_codes, senders
from qa_excel.district.timeliness import DAYS
from qa_excel.doors.cli.printing import FOUND, SEVERITY, Folded, add_row, few, new_table, shown_severity, told
from qa_excel.office.roster import Roster
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, STATUS_WORDS, Problem
from qa_excel.reading.submission import FileResult
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted, plural

MAX_REPEATED = 5
"""How many findings of one kind in one file are shown before the rest is counted."""
MAX_LISTED = 200
"""How many findings are listed one by one; nobody reads more on a screen, so that they are counted instead."""


def validation(
    results: list[FileResult], problems: list[Problem], lang: str, roster: Roster | None = None
) -> dict[str, Any]:
    """`validate --format json`: a file's school is the one that it names or, where it names none, that it is of."""
    codes = sender_codes(results, roster)
    files = [{"file": result.file, "status": result.status, **result.about()} for result in results]
    for file in files:
        file["school_code"] = file["school_code"] or codes[file["file"]] or None
    return {"files": files, "problems": [problem.to_json(lang) for problem in problems]}


def print_problems(
    console: Console,
    results: list[FileResult],
    problems: list[Problem],
    lang: str,
    roster: Roster | None = None,
) -> None:
    """What was found: by file or, where that is more than anybody reads, by school and by kind; counts at the end.

    roster: tells which schools have sent nothing.
    """
    statuses = {result.file: result.status for result in results}
    by_file: dict[str, list[Problem]] = {}
    others = []
    for problem in sorted(problems, key=lambda p: SEVERITIES.index(p.severity)):
        if problem.source.file in statuses or not problem.source.file:
            by_file.setdefault(problem.source.file, []).append(problem)
        else:
            others.append(problem)
    whole = by_file.pop("", [])
    if whole:
        _print_findings(console, Text("ทั้งชุดแฟ้ม", "all files").get(lang), whole, lang)
    if others:
        print_others(console, others, lang)
    if sum(map(_listed, by_file.values())) > MAX_LISTED:
        _print_schools(console, results, by_file, lang, roster)
        _print_kinds(console, by_file, lang)
    else:
        for file in sorted(by_file, key=list(statuses).index):
            _print_findings(console, f"{file}\n{STATUS_WORDS[statuses[file]].get(lang)}", by_file[file], lang)
    counts = Counter(problem.severity for problem in problems)
    shown = " · ".join(f"{SEVERITY_WORDS[s].get(lang)} {counts[s]:,}" for s in SEVERITIES)
    files = Text(f"ตรวจ {len(results):,} แฟ้ม", counted(len(results), "file")).get(lang)
    console.print(Folded(f"{files} · {shown}"))
    if not_sent := _not_sent(results, roster):
        said = Text("สถานศึกษาในทะเบียนที่ยังไม่ส่งแฟ้มใด", "Schools of the roster that have sent nothing").get(lang)
        console.print(Folded(f"{said} ({len(not_sent):,}): {few(not_sent, Text('แห่ง', 'school'), lang)}"))


def _listed(problems: Sequence[Problem]) -> int:
    """How many of a file's findings are listed."""
    return sum(map(_shown, Counter(problem.code for problem in problems).values()))


def _shown(count: int) -> int:
    """How many of so many findings of one kind are shown; a single one is not folded away."""
    return count if count <= MAX_REPEATED + 1 else MAX_REPEATED


def _print_findings(console: Console, title: str, problems: Sequence[Problem], lang: str) -> None:
    """Findings one by one, of a repeated kind the first few."""
    table = new_table(
        lang,
        "llll",
        SEVERITY,
        Text("แผ่นงาน", "sheet"),
        Text("เซลล์", "cell"),
        FOUND,
    )
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for found in by_code.values():
        shown = _shown(len(found))
        for problem in found[:shown]:
            source = problem.source
            add_row(table, shown_severity(problem.severity, lang), source.sheet, source.cell, told(problem, lang))
        if rest := found[shown:]:
            more = Text(f"… ข้อเดียวกันอีก {len(rest):,} แห่ง", f"… and {len(rest):,} more of this kind").get(lang)
            places = dict.fromkeys(f"{p.source.sheet} {p.source.cell}".strip() for p in rest)
            named = few([place for place in places if place], Text("แห่ง", "place"), lang)
            add_row(table, "", "", "", f"{more}: {named}" if named else more)
    console.print(Folded(title, "bold"))
    console.print(table)


def print_others(console: Console, problems: Sequence[Problem], lang: str) -> None:
    """Files that were not read, a row for each thing that is said of them."""
    by_words: dict[str, list[Problem]] = {}
    for problem in problems:
        by_words.setdefault(told(problem, lang), []).append(problem)
    table = new_table(lang, "lrl", SEVERITY, Text("แฟ้ม", "files"), FOUND)
    for words, found in by_words.items():
        names = few([problem.source.file for problem in found], Text("แฟ้ม", "file"), lang, glue="\n")
        add_row(table, shown_severity(found[0].severity, lang), f"{len(found):,}", f"{names}\n{words}")
    console.print(Folded(Text("แฟ้มอื่นในโฟลเดอร์", "other files in the folder").get(lang), "bold"))
    console.print(table)


def _not_sent(results: list[FileResult], roster: Roster | None) -> list[str]:
    """The schools of a roster, if any, of which there is no file."""
    sent = set(sender_codes(results, roster).values())
    return [f"{school.code} {school.name}" for school in roster.schools if school.code not in sent] if roster else []


def _print_schools(
    console: Console,
    results: list[FileResult],
    by_file: dict[str, list[Problem]],
    lang: str,
    roster: Roster | None,
) -> None:
    """Counts by school, and the sheets that have the most errors."""
    table = new_table(
        lang,
        "llrrl",
        Text("รหัส", "code"),
        Text("สถานศึกษา", "school"),
        *(SEVERITY_WORDS[severity] for severity in SEVERITIES[:2]),
        Text("แผ่นงานที่ผิดพลาด", "sheets with errors"),
    )
    for school in senders(results, roster):
        found = [problem for result in school.results for problem in by_file.get(result.file, [])]
        counts = Counter(problem.severity for problem in found)
        if counts["error"] or counts["warning"]:
            places = Counter(problem.source.sheet for problem in found if problem.severity == "error")
            sheets = [f"{name or '–'} ({count})" for name, count in places.most_common()]
            named = few(sheets, Text("แผ่น", "sheet"), lang)
            add_row(table, school.title(lang), school.name, *(f"{counts[s]:,}" for s in SEVERITIES[:2]), named)
    console.print(Folded(Text("จำแนกตามสถานศึกษา", "by school").get(lang), "bold"))
    console.print(table)


def _print_kinds(console: Console, by_file: dict[str, list[Problem]], lang: str) -> None:
    """Counts by kind of finding, the most frequent first within each severity."""
    files: dict[str, Counter[str]] = {}
    for file, problems in by_file.items():
        for problem in problems:
            files.setdefault(problem.code, Counter())[file] += 1
    table = new_table(
        lang,
        "lrrl",
        SEVERITY,
        Text("แห่ง", "places"),
        Text("แฟ้ม", "files"),
        FOUND,
    )
    entries = sorted(map(explain, files), key=lambda e: (SEVERITIES.index(e.severity), -files[e.code].total()))
    for entry in entries:
        places, told = files[entry.code], f"{entry.message.get(lang)}\n→ {entry.hint.get(lang)}"
        add_row(table, shown_severity(entry.severity, lang), f"{places.total():,}", f"{len(places):,}", told)
    console.print(Folded(Text("จำแนกตามสิ่งที่พบ", "by finding").get(lang), "bold"))
    console.print(table)
    advice = Text(
        "ดูทุกข้อพร้อมแฟ้ม แผ่นงาน และเซลล์ได้ด้วย --out report.xlsx หรือตรวจทีละโฟลเดอร์",
        "--out report.xlsx lists each with its file, sheet and cell; so does a check of fewer files",
    )
    console.print(Folded(advice.get(lang)))


def _on_time(analysis: Any) -> Text:
    """With the days by which it is told."""
    by = [DAYS[day] for day in analysis.timed_by]
    th, en = (f" ({'/'.join(day.get(lang) for day in by)})" if by else "" for lang in ("th", "en"))
    return Text(f"แฟ้มที่ทันกำหนด{th}", f"workbooks on time{en}")


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
        *([(_on_time(analysis), analysis.timely(True))] if data.timed else []),
        (Text("คะแนนเฉลี่ยรวม", "mean total"), mean),
    ]
    table = Table(show_header=False)
    for label, figure in figures:
        add_row(table, label.get(lang), "–" if figure is None else str(figure))
    console.print(Folded(data.name, "bold"))
    console.print(table)
    shown = " · ".join(f"{SEVERITY_WORDS[s].get(lang)} {n:,}" for s, n in analysis.severities().items())
    console.print(Folded(shown))
    problems = data["problems"]
    errors = problems[problems["severity"] == "error"]
    # One of each kind comes first: many of one must not hide another.
    firsts = errors.assign(again=errors.groupby("code").cumcount()).sort_values("again", kind="stable")
    for error in firsts.head(MAX_REPEATED).itertuples(index=False):
        place = " ".join(filter(None, (error.file, error.sheet, error.cell)))
        console.print(Folded(place, "bold red"))
        console.print(Folded(f"{error.message}\n→ {error.hint}"))
    more = analysis.severities()["error"] - MAX_REPEATED
    if more > 0:
        rest = Text(
            f"… ผิดพลาดอีก {more:,} ข้อ ดูแผ่น ปัญหาที่พบ",
            f"… and {more:,} more {plural(more, 'error')}, on the sheet Problems",
        )
        console.print(Folded(rest.get(lang)))
