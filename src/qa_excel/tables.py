"""Results for the terminal: tables for people, and the JSON shapes of `score` and `validate`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text as Line

from qa_excel.checks import explain
from qa_excel.normalise import to_json_number
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, STATUS_WORDS, Problem
from qa_excel.roster import Roster
from qa_excel.rubric import Rubric, Text
from qa_excel.senders import sender_codes, senders
from qa_excel.submission import FileResult
from qa_excel.thai.words import counted, plural

MAX_REPEATED = 5
"""How many findings of one kind in one file are shown before the rest is counted."""
MAX_LISTED = 200
"""How many findings are listed one by one; nobody reads more on a screen, so that they are counted instead."""
MAX_NAMED = 3
"""How many files, sheets or schools are named before the rest is counted."""

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_FOUND = Text("สิ่งที่พบ → สิ่งที่ควรทำ", "what is wrong → what to do")
_SEVERITY = Text("ระดับ", "severity")
_KIND_WORDS = {
    "yesno": Text("ใช่/ไม่ใช่", "yesno"),
    "at_least": Text("ถึงเกณฑ์", "at_least"),
    "percent": Text("ร้อยละ", "percent"),
    "ratio": Text("สัดส่วน", "ratio"),
    "checklist": Text("รายการย่อย", "checklist"),
    "all_of": Text("ครบทุกค่า", "all_of"),
    "onet_tscore": Text("T-Score ของ O-NET", "onet_tscore"),
    "tscore_by_grade": Text("T-Score รายชั้น", "tscore_by_grade"),
    "onet_growth": Text("พัฒนาการของ O-NET", "onet_growth"),
    "found": Text("ลดเมื่อพบ", "found"),
    "resolvable": Text("ลดเมื่อพบและไม่แก้ไข", "resolvable"),
}
"""The kinds of criterion, and those of deduction condition."""

_WORDS = re.compile(r"(?:→ )?\S+(?: ๆ)?")
_BREAKS = re.compile(
    r"(?=[เแโใไ(“]|การ|ความ|ผู้|ของ|ที่|ตาม|จาก|หรือ|ให้|ด้วย|จึง|ซึ่ง|กับ|ต่อ|ประ|พัฒนา|สถาน|คุณ|กำหนด|ดำเนิน|จัด|ระบบ|มาตร)"
    r"|(?<=[ะำๆฯ์/\\,)_])"
)
"""Where a Thai phrase may be broken: before what can only begin a syllable, after what can only end one."""
_CLUSTER = re.compile("[^\n][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*")
"""A sign with the vowels and tones above and below it."""


class _Folded:
    """A text that is folded at spaces and, where a phrase is longer than its column, between syllables.

    Thai has few spaces, and rich cuts or breaks anywhere what stands between two of them.
    """

    def __init__(self, text: str, style: str = ""):
        self.text = text
        self.style = style

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(1, max(map(cell_len, self.text.split("\n")), default=1))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Line]:
        yield Line("\n".join(_fold(self.text, options.max_width)), style=self.style)


def _fold(text: str, width: int) -> Iterator[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            glue = " "
            for piece in [word] if cell_len(word) <= width else _pieces(word, width):
                joined = line + glue + piece if line else piece
                if cell_len(joined) > width:
                    yield line
                    joined = piece
                line, glue = joined, ""
        yield line


def _pieces(word: str, width: int) -> Iterator[str]:
    for piece in filter(None, _BREAKS.split(word)):
        if cell_len(piece) <= width:
            yield piece
        else:
            yield from _CLUSTER.findall(piece)


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


def validation(
    results: list[FileResult], problems: list[Problem], lang: str, roster: Roster | None = None
) -> dict[str, Any]:
    """`validate --format json`: a file's school is the one that it names or, where it names none, that it is of."""
    codes = sender_codes(results, roster)
    files = [{"file": result.file, "status": result.status, **result.about()} for result in results]
    for file in files:
        file["school_code"] = file["school_code"] or codes[file["file"]] or None
    return {"files": files, "problems": [problem.to_json(lang) for problem in problems]}


def print_scores(console: Console, results: list[FileResult], lang: str) -> None:
    """A table of points or progress for each file."""
    for result in results:
        if result.scorecard is None:
            problem = result.problems[0]
            console.print(_Folded(result.file, "bold red"))
            console.print(_Folded(_told(problem, lang)))
            continue
        console.print(_Folded(_title(result, lang), "bold"))
        console.print(_traces_table(result, lang) if result.scorecard.processes else _points_table(result, lang))


def _title(result: FileResult, lang: str) -> str:
    about = result.about()
    year = f"{Text('ปีการศึกษา', 'year').get(lang)} {about['year'] or '–'}"
    return f"{result.file}\n{about['school_code'] or '–'} · {year} · {STATUS_WORDS[result.status].get(lang)}"


def _table(lang: str, *columns: tuple[Text, str]) -> Table:
    table = Table()
    for heading, justify in columns:
        table.add_column(_Folded(heading.get(lang)), justify=justify)
    return table


def _add(table: Table, *cells: str | _Folded, style: str = "") -> None:
    table.add_row(*(_Folded(cell) if isinstance(cell, str) else cell for cell in cells), style=style)


def _points_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = _table(
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
        _add(table, indicator.number, indicator.name.get(lang), *map(_figure, figures), str(len(scored.missing)))
    table.add_section()
    name = rubric.area(card.area).name.get(lang)
    _add(table, "", name, "", "", _figure(card.score), _figure(card.max), str(len(card.missing)), style="bold")
    return table


def _traces_table(result: FileResult, lang: str) -> Table:
    card, rubric = result.scorecard, result.submission.rubric
    table = _table(
        lang,
        (Text("ที่", "no."), "right"),
        (Text("กระบวนการ", "process"), "left"),
        (Text("ทำแล้ว", "done"), "right"),
        (Text("ทั้งหมด", "total"), "right"),
        (Text("ร้อยละ", "percent"), "right"),
    )
    for process in rubric.processes:
        progress = card.processes[process.id]
        row = (process.id, process.name.get(lang), str(progress.done), str(progress.total), _figure(progress.percent))
        _add(table, *row)
    table.add_section()
    whole = card.progress
    total = Text("รวม", "total").get(lang)
    _add(table, "", total, str(whole.done), str(whole.total), _figure(whole.percent), style="bold")
    return table


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
    console.print(_Folded(f"{files} · {shown}"))
    if not_sent := _not_sent(results, roster):
        said = Text("สถานศึกษาในทะเบียนที่ยังไม่ส่งแฟ้มใด", "Schools of the roster that have sent nothing").get(lang)
        console.print(_Folded(f"{said} ({len(not_sent):,}): {_few(not_sent, Text('แห่ง', 'school'), lang)}"))


def _few(names: Sequence[str], unit: Text, lang: str, glue: str = ", ") -> str:
    """The first names, and how many there are beside."""
    more = len(names) - MAX_NAMED
    told = glue.join(names[:MAX_NAMED])
    rest = Text(f"และอีก {more:,} {unit.th}", f"and {more:,} more {plural(more, unit.en)}").get(lang)
    return told + glue[-1] + rest if more > 0 else told


def _told(problem: Problem, lang: str) -> str:
    return f"{problem.message(lang)}\n→ {problem.hint(lang)}"


def _severity(severity: str, lang: str) -> _Folded:
    return _Folded(SEVERITY_WORDS[severity].get(lang), _STYLE[severity])


def _listed(problems: Sequence[Problem]) -> int:
    """How many of a file's findings are listed."""
    return sum(map(_shown, Counter(problem.code for problem in problems).values()))


def _shown(count: int) -> int:
    """How many of so many findings of one kind are shown; a single one is not folded away."""
    return count if count <= MAX_REPEATED + 1 else MAX_REPEATED


def _print_findings(console: Console, title: str, problems: Sequence[Problem], lang: str) -> None:
    """Findings one by one, of a repeated kind the first few."""
    table = _table(
        lang,
        (_SEVERITY, "left"),
        (Text("แผ่นงาน", "sheet"), "left"),
        (Text("เซลล์", "cell"), "left"),
        (_FOUND, "left"),
    )
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for found in by_code.values():
        shown = _shown(len(found))
        for problem in found[:shown]:
            source = problem.source
            _add(table, _severity(problem.severity, lang), source.sheet, source.cell, _told(problem, lang))
        if rest := found[shown:]:
            more = Text(f"… ข้อเดียวกันอีก {len(rest):,} แห่ง", f"… and {len(rest):,} more of this kind").get(lang)
            places = dict.fromkeys(f"{p.source.sheet} {p.source.cell}".strip() for p in rest)
            named = _few([place for place in places if place], Text("แห่ง", "place"), lang)
            _add(table, "", "", "", f"{more}: {named}" if named else more)
    console.print(_Folded(title, "bold"))
    console.print(table)


def print_others(console: Console, problems: Sequence[Problem], lang: str) -> None:
    """Files that were not read, a row for each thing that is said of them."""
    by_words: dict[str, list[Problem]] = {}
    for problem in problems:
        by_words.setdefault(_told(problem, lang), []).append(problem)
    table = _table(lang, (_SEVERITY, "left"), (Text("แฟ้ม", "files"), "right"), (_FOUND, "left"))
    for words, found in by_words.items():
        names = _few([problem.source.file for problem in found], Text("แฟ้ม", "file"), lang, glue="\n")
        _add(table, _severity(found[0].severity, lang), f"{len(found):,}", f"{names}\n{words}")
    console.print(_Folded(Text("แฟ้มอื่นในโฟลเดอร์", "other files in the folder").get(lang), "bold"))
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
    table = _table(
        lang,
        (Text("รหัส", "code"), "left"),
        (Text("สถานศึกษา", "school"), "left"),
        *((SEVERITY_WORDS[severity], "right") for severity in SEVERITIES[:2]),
        (Text("แผ่นงานที่ผิดพลาด", "sheets with errors"), "left"),
    )
    for school in senders(results, roster):
        found = [problem for result in school.results for problem in by_file.get(result.file, [])]
        counts = Counter(problem.severity for problem in found)
        if counts["error"] or counts["warning"]:
            places = Counter(problem.source.sheet for problem in found if problem.severity == "error")
            sheets = [f"{name or '–'} ({count})" for name, count in places.most_common()]
            named = _few(sheets, Text("แผ่น", "sheet"), lang)
            _add(table, school.title(lang), school.name, *(f"{counts[s]:,}" for s in SEVERITIES[:2]), named)
    console.print(_Folded(Text("จำแนกตามสถานศึกษา", "by school").get(lang), "bold"))
    console.print(table)


def _print_kinds(console: Console, by_file: dict[str, list[Problem]], lang: str) -> None:
    """Counts by kind of finding, the most frequent first within each severity."""
    files: dict[str, Counter[str]] = {}
    for file, problems in by_file.items():
        for problem in problems:
            files.setdefault(problem.code, Counter())[file] += 1
    table = _table(
        lang,
        (_SEVERITY, "left"),
        (Text("แห่ง", "places"), "right"),
        (Text("แฟ้ม", "files"), "right"),
        (_FOUND, "left"),
    )
    entries = sorted(map(explain, files), key=lambda e: (SEVERITIES.index(e.severity), -files[e.code].total()))
    for entry in entries:
        places, told = files[entry.code], f"{entry.message.get(lang)}\n→ {entry.hint.get(lang)}"
        _add(table, _severity(entry.severity, lang), f"{places.total():,}", f"{len(places):,}", told)
    console.print(_Folded(Text("จำแนกตามสิ่งที่พบ", "by finding").get(lang), "bold"))
    console.print(table)
    advice = Text(
        "ดูทุกข้อพร้อมแฟ้ม แผ่นงาน และเซลล์ได้ด้วย --out report.xlsx หรือตรวจทีละโฟลเดอร์",
        "--out report.xlsx lists each with its file, sheet and cell; so does a check of fewer files",
    )
    console.print(_Folded(advice.get(lang)))


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
    table = Table(show_header=False)
    for label, figure in figures:
        _add(table, label.get(lang), "–" if figure is None else str(figure))
    console.print(_Folded(data.name, "bold"))
    console.print(table)
    shown = " · ".join(f"{SEVERITY_WORDS[s].get(lang)} {n:,}" for s, n in analysis.severities().items())
    console.print(_Folded(shown))
    problems = data["problems"]
    errors = problems[problems["severity"] == "error"]
    # One of each kind comes first: many of one must not hide another.
    firsts = errors.assign(again=errors.groupby("code").cumcount()).sort_values("again", kind="stable")
    for error in firsts.head(MAX_REPEATED).itertuples(index=False):
        place = " ".join(filter(None, (error.file, error.sheet, error.cell)))
        console.print(_Folded(place, "bold red"))
        console.print(_Folded(f"{error.message}\n→ {error.hint}"))
    more = analysis.severities()["error"] - MAX_REPEATED
    if more > 0:
        rest = Text(
            f"… ผิดพลาดอีก {more:,} ข้อ ดูแผ่น ปัญหาที่พบ",
            f"… and {more:,} more {plural(more, 'error')}, on the sheet Problems",
        )
        console.print(_Folded(rest.get(lang)))


def print_rubric(console: Console, rubric: Rubric, lang: str, whole: bool) -> None:
    """A rubric as a table; in short where not the whole of it is asked for."""
    if not whole:
        parts = len(rubric.indicators) or len(rubric.items)
        word = Text("ตัวบ่งชี้", "indicators") if rubric.areas else Text("รายการ", "items")
        console.print(_Folded(f"{rubric.id} {rubric.title.get(lang)} ({parts} {word.get(lang)})"))
        return
    version = Text("ฉบับ", "version").get(lang)
    console.print(_Folded(f"{rubric.id} {version} {rubric.version}\n{rubric.title.get(lang)}", "bold"))
    console.print(_areas_table(rubric, lang) if rubric.areas else _processes_table(rubric, lang))
    readings = _table(
        lang,
        (Text("รหัส", "id"), "left"),
        (Text("ประเด็น", "question"), "left"),
        (Text("การตีความ", "reading"), "left"),
    )
    for reading in rubric.interpretations:
        _add(readings, reading.id, reading.question.get(lang), reading.reading.get(lang))
    console.print(readings)


def _areas_table(rubric: Rubric, lang: str) -> Table:
    table = _table(
        lang,
        (Text("รหัส", "id"), "left"),
        (Text("เกณฑ์", "criterion"), "left"),
        (Text("ชนิด", "kind"), "left"),
        (Text("เต็ม", "max"), "right"),
        (Text("หน้า", "page"), "left"),
        (Text("การตีความ", "readings"), "left"),
    )
    for area in rubric.areas:
        _add(table, str(area.id), area.name.get(lang), "", _figure(area.max), "", "", style="bold")
        for indicator in area.indicators:
            name, points = indicator.name.get(lang), _figure(indicator.max)
            _add(table, indicator.id, name, "", points, indicator.page, "", style="bold")
            for entry in (entry for criterion in indicator.criteria for entry in (criterion, *criterion.items)):
                points = "" if entry.max is None else _figure(entry.max)
                kind = _KIND_WORDS[entry.kind].get(lang)
                kind += f" ≥ {_figure(entry.inputs[0].at_least)}" if entry.kind == "at_least" else ""
                readings = " ".join(entry.interpretations)
                _add(table, entry.id, entry.label.get(lang), kind, points, entry.page, readings)
            for condition in indicator.conditions:
                kind = _KIND_WORDS["resolvable" if condition.resolvable else "found"].get(lang)
                cost, readings = f"−{_figure(indicator.deduction)}", " ".join(condition.interpretations)
                _add(table, condition.id, condition.label.get(lang), kind, cost, condition.page, readings)
        table.add_section()
    return table


def _processes_table(rubric: Rubric, lang: str) -> Table:
    table = _table(
        lang,
        (Text("รหัส", "id"), "left"),
        (Text("รายการ", "item"), "left"),
        (Text("จำนวนที่ต้องถึง", "numbers to reach"), "left"),
        (Text("การตีความ", "readings"), "left"),
    )
    for process in rubric.processes:
        _add(table, process.id, process.name.get(lang), "", "", style="bold")
        for item in process.items:
            numbers = "\n".join(f"{number.label.get(lang)} ≥ {_figure(number.at_least)}" for number in item.numbers)
            _add(table, item.id, item.label.get(lang), numbers, " ".join(item.interpretations))
        table.add_section()
    return table


def _figure(number: Any) -> str:
    return "–" if number is None else str(to_json_number(number))
