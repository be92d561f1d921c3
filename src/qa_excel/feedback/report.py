"""The report of a validation as a workbook for the office: counts by school and by code, and every problem.

A code and a school are links to their first problem.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from qa_excel.district.senders import Sender, senders
from qa_excel.files.book import Book, Cell, Column, height
from qa_excel.files.look import NAVY
from qa_excel.files.output import write_package
from qa_excel.office.roster import Roster
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, Problem
from qa_excel.reading.submission import FileResult
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

MAX_ROWS = 10_000
"""Rows of ปัญหาที่พบ: the worst stand first, nobody reads on, and `--format json` holds them all."""

SUMMARY = Text("สรุป", "Summary")
PROBLEMS = Text("ปัญหาที่พบ", "Problems")
_TITLE = Text("ผลการตรวจแฟ้ม", "Validation report")
_NO_FILE = "–"
"""Stands where a school's code would."""
_BLUE = "#0563C1"
_TOP = 3
"""The row of the problems' header, counted from 0."""
_COUNTS = tuple(Column(word, 14, kind="count") for word in SEVERITY_WORDS.values())


def write_report(
    results: Sequence[FileResult],
    problems: Iterable[Problem],
    path: str | Path,
    lang: str = "th",
    roster: Roster | None = None,
) -> None:
    """Write the report; the roster names the schools. Raises OutputError where `path` can't be written."""
    found = sorted(problems, key=lambda problem: SEVERITIES.index(problem.severity))
    schools = senders(results, roster)
    counts = Counter(problem.severity for problem in found)
    told = " · ".join(f"{word.get(lang)} {counts[key]:,}" for key, word in SEVERITY_WORDS.items())

    def build(buffer: io.BytesIO) -> None:
        book = Book(buffer, lang, _TITLE.get(lang), _TITLE.get(lang))
        _summary(book, schools, results, found, told)
        _problems(book, schools, found, told)
        book.close()

    write_package(Path(path), build, dated=False)


def _summary(
    book: Book, schools: Sequence[Sender], results: Sequence[FileResult], problems: Sequence[Problem], told: str
) -> None:
    files = book.say(f"ตรวจ {len(results):,} แฟ้ม", counted(len(results), "file"))
    ws = book.sheet(SUMMARY, f"{files} · {told}")
    by_code = [
        Column(Text("รหัสปัญหา", "Code"), 36, 48),
        Column(Text("ตัวอย่างสิ่งที่พบ", "Example"), 50, 76),
        Column(Text("ระดับ", "Severity"), 14, kind="centre"),
        Column(Text("จำนวน (แห่ง)", "Places"), 14, kind="count"),
        Column(Text("แฟ้ม", "Files"), 14, kind="count"),
    ]
    by_school = [
        Column(Text("รหัส", "Code"), 36, 48, kind="code"),
        Column(Text("สถานศึกษา", "School"), 50, 76),
        Column(Text("แฟ้มที่ตรวจ", "Files"), 14, kind="count"),
        *_COUNTS,
    ]
    codes, rows = list(_code_rows(book, problems)), list(_school_rows(book, schools, problems))
    # The tables share their columns, the first two of which hold texts.
    widths = book.set_widths(ws, by_school, [[*row[:2], *[None] * 4] for row in (*codes, *rows)])
    first = _first_rows(book, schools, problems)
    top = _block(book, ws, 3, Text("จำแนกตามปัญหา", "By problem"), by_code, codes, widths, first)
    _block(book, ws, top, Text("จำแนกตามสถานศึกษา", "By school"), by_school, rows, widths, first)


def _first_rows(book: Book, schools: Sequence[Sender], problems: Sequence[Problem]) -> dict[str, int]:
    """The row of a code's or a school's first problem, counted from 0."""
    titles = {result.file: school.title(book.lang) for school in schools for result in school.results}
    first: dict[str, int] = {}
    for row, problem in enumerate(problems[:MAX_ROWS], start=_TOP + 1):
        first.setdefault(problem.code, row)
        first.setdefault(titles.get(problem.source.file, _NO_FILE), row)
    return first


def _block(
    book: Book,
    ws: Worksheet,
    top: int,
    heading: Text,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    first: Mapping[str, int],
) -> int:
    """A small table under its title, each row with a link to its first problem; returns the row for what follows."""
    ws.set_row(top, 32)
    ws.write_string(top, 0, heading.get(book.lang), book.format(bold=True, font_size=16, font_color=f"#{NAVY}"))
    book.table_header(ws, top + 1, columns)
    for number, row in enumerate(rows, start=top + 2):
        for index, value in enumerate(row):
            book.put(ws, number, index, value, book.column_style(columns[index]))
        title = str(row[0])
        if title in first:
            style = book.boxed(align="left", indent=1, valign="top", font_color=_BLUE, underline=1)
            ws.write_url(number, 0, f"internal:'{PROBLEMS.get(book.lang)}'!A{first[title] + 1}", style, title)
        ws.set_row(number, height(row[:2], widths[:2]))
    if not rows:
        ws.write_string(top + 2, 0, book.say("ไม่มีรายการ", "nothing to list"), book.format())
    return top + 3 + max(1, len(rows))


def _code_rows(book: Book, problems: Sequence[Problem]) -> Iterable[list[Cell]]:
    """One row for each code, the most frequent first within each severity."""
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    order = sorted(by_code.items(), key=lambda item: (SEVERITIES.index(item[1][0].severity), -len(item[1]), item[0]))
    for code, found in order:
        files = {problem.source.file for problem in found if problem.source.file}
        word = SEVERITY_WORDS[found[0].severity].get(book.lang)
        yield [code, found[0].message(book.lang), word, len(found), len(files)]


def _school_rows(book: Book, schools: Sequence[Sender], problems: Sequence[Problem]) -> Iterable[list[Cell]]:
    """One row for each school, then one for problems of no file that was read."""
    counts: dict[str, Counter[str]] = {}
    for problem in problems:
        counts.setdefault(problem.source.file, Counter())[problem.severity] += 1
    for school in schools:
        total: Counter[str] = Counter()
        for result in school.results:
            total += counts.pop(result.file, Counter())
        yield [school.title(book.lang), school.name, len(school.results), *(total[key] for key in SEVERITIES)]
    rest = sum(counts.values(), Counter())
    if rest:
        yield [
            _NO_FILE,
            book.say("แฟ้มอื่นและทะเบียน", "other files and the roster"),
            0,
            *(rest[key] for key in SEVERITIES),
        ]


def _problems(book: Book, schools: Sequence[Sender], problems: Sequence[Problem], told: str) -> None:
    ws = book.sheet(PROBLEMS, told)
    columns = [
        Column(Text("รหัส", "Code"), 13, kind="code"),
        Column(Text("สถานศึกษา", "School"), 20, 28),
        Column(Text("แฟ้ม", "File"), 20, 34),
        Column(Text("แผ่นงาน", "Sheet"), 12, 20),
        Column(Text("เซลล์", "Cell"), 8, kind="centre"),
        Column(Text("ระดับ", "Severity"), 14, kind="centre"),
        Column(Text("สิ่งที่พบ", "What is wrong"), 36, 50),
        Column(Text("สิ่งที่ควรทำ", "What to do"), 32, 44),
        Column(Text("รหัสปัญหา", "Problem code"), 22, 38),
    ]
    owners = {result.file: school for school in schools for result in school.results}
    nobody = Sender("")
    rows = [
        [
            owners.get(problem.source.file, nobody).code,
            owners.get(problem.source.file, nobody).name,
            problem.source.file,
            problem.source.sheet,
            problem.source.cell,
            SEVERITY_WORDS[problem.severity].get(book.lang),
            problem.message(book.lang),
            problem.hint(book.lang),
            problem.code,
        ]
        for problem in problems[:MAX_ROWS]
    ]
    shown = book.table(ws, _TOP, columns, rows, frozen=2, total=len(problems))
    book.colour_severities(ws, (_TOP + 1, _TOP + max(1, shown)), 5)
