"""Sending findings back: for each school a marked copy of every workbook with findings, and a letter.

The files received are never changed. A copy carries a mark with a digest of what stood in it, so that it is known
for a copy while nothing in it was corrected, and is read like any workbook once something was.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa_excel.book import clean
from qa_excel.copies import SIGN, content_digest, is_unchanged_copy
from qa_excel.fields import dig
from qa_excel.layout import workbook_name
from qa_excel.letter import paragraph, table, write_letter
from qa_excel.listing import SEVERITIES, Finding, Listing, Place
from qa_excel.marking import Mark, MarkingError, mark
from qa_excel.normalise import ErrorCell
from qa_excel.output import OutputError, writing
from qa_excel.package import PackageError, open_package
from qa_excel.problems import Problem
from qa_excel.rubric import Text
from qa_excel.senders import Sender, senders
from qa_excel.sheetxml import column_number
from qa_excel.submission import FileResult

SUFFIX = Text(" (ผลตรวจ)", " (checked)")
"""Added to a copy's name."""
MAX_LISTED = 1_000
"""Findings that a copy lists and marks; with more of them nobody mends a workbook cell by cell."""
MAX_LETTER = 40
"""Files that a letter names: it stays a short one."""

_TOLD = 10
"""Findings that a letter tells of a file that could not be marked."""
_DOTS = "." * 40
"""To be filled in by the office."""
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_MAX_NAME = 200
"""Bytes of a file's name, which systems bound at 255."""
_SURE_SIGN = r"[\w\u0e00-\u0e7f.,;:()/+%-]"
_SURE_TEXT = re.compile(rf"(?!.*(?:_x|[\U00010000-\U0010ffff])){_SURE_SIGN}(?:(?:{_SURE_SIGN}| ){{0,58}}{_SURE_SIGN})?")
"""A text whose length every program tells alike: no signs beyond 16 bits, no breaks, no spaces at its ends."""


__all__ = ["FeedbackError", "is_unchanged_copy", "refuse_inside", "write_feedback"]


class FeedbackError(ValueError):
    """A folder that feedback is not written into."""

    def __init__(self, message: Text):
        super().__init__(message.en)
        self.message_th = message.th
        self.message_en = message.en


def refuse_inside(folder: Path, paths: Iterable[Path]) -> None:
    """Raises FeedbackError where `folder` lies inside a folder that is searched, or is one."""
    target = folder.resolve()
    for path in paths:
        if path.is_dir() and target.is_relative_to(path.resolve()):
            raise FeedbackError(
                Text(
                    f"โฟลเดอร์ {folder} อยู่ในโฟลเดอร์ที่ตรวจ ({path}) ให้เลือกโฟลเดอร์อื่น เพื่อไม่ให้แฟ้มผลตรวจปนกับแฟ้มที่ได้รับ",
                    f"{folder} lies inside a folder that is examined ({path}); choose another, "
                    "so that copies do not mix with the files received",
                )
            )


# --- Writing ---


def write_feedback(
    results: Sequence[FileResult], folder: Path, lang: str = "th", problems: Iterable[Problem] | None = None
) -> list[Path]:
    """Write marked copies and letters below `folder`, a folder for each school with an error or warning.

    problems: all findings, where more are known than those of the results themselves (against the roster, for one).
    Returns the files written. Raises OutputError for what can't be written.
    """
    found: dict[str, list[Problem]] = {result.file: [] for result in results}
    for problem in [p for r in results for p in r.problems] if problems is None else problems:
        if problem.source.file in found:
            found[problem.source.file].append(problem)
    inputs = {_plain_path(Path(result.file)) for result in results}
    written: list[Path] = []
    for school in senders(results):
        faulty = [result for result in school.results if _needs_work(found[result.file])]
        if not faulty:
            continue
        home = folder / _file_name(school.title(lang))
        _make(home)
        taken = set(inputs)
        enclosed: dict[str, str] = {}
        for result in faulty:
            content = _marked(result, found[result.file], lang)
            if content is not None:
                path = _free_path(home, Path(result.file), lang, taken)
                with writing(path) as target:
                    target.write(content)
                enclosed[result.file] = path.name
                written.append(path)
        path = home / f"{Text('หนังสือแจ้ง', 'letter').get(lang)}_{_file_name(school.title(lang))}.docx"
        with writing(path) as target:
            write_letter(target, _letter(school, faulty, found, enclosed, lang))
        written.append(path)
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error)) from error


def _needs_work(problems: Iterable[Problem]) -> bool:
    return any(problem.severity != "info" for problem in problems)


def _file_name(text: str, more: str = "") -> str:
    """A name that every system takes, `more` at its end."""
    fit = _UNFIT.sub("_", text).strip(" .") or "_"
    room = _MAX_NAME - len(more.encode())
    return fit.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + more


def _free_path(folder: Path, original: Path, lang: str, taken: set[str]) -> Path:
    """The copy's path: never that of a file received, nor of another copy."""
    stem = original.stem
    # Excel refuses a template under another ending.
    ending = ".xltx" if original.suffix.lower() == ".xltx" else ".xlsx"
    for suffix in (SUFFIX.th, SUFFIX.en):
        stem = re.sub(re.escape(suffix) + r"( \d+)?$", "", stem)
    number = 1
    while True:
        more = SUFFIX.get(lang) + (f" {number}" if number > 1 else "") + ending
        path = folder / _file_name(stem, more)
        if _plain_path(path) not in taken:
            taken.add(_plain_path(path))
            return path
        number += 1


def _plain_path(path: Path) -> str:
    return os.path.normcase(path.resolve()).lower()


# --- A marked copy ---


def _marked(result: FileResult, problems: Sequence[Problem], lang: str) -> bytes | None:
    """The bytes of the marked copy; None for a file that could not be read."""
    path = Path(result.file)
    if result.submission is None or path.suffix.lower() == ".json":
        return None
    try:
        package = open_package(path)
        values = {
            (source.sheet, source.cell): result.submission.typed.get(where)
            for where, source in result.submission.sources.items()
        }
        ordered = sorted(problems, key=_in_order)
        listed = ordered[:MAX_LISTED]
        stills = {_place(problem): _still(problem, values) for problem in listed}
        findings = [
            Finding(
                problem.severity,
                clean(problem.source.sheet),
                problem.source.cell,
                clean(problem.message(lang)),
                clean(problem.hint(lang)),
                stills[_place(problem)],
            )
            for problem in listed
        ]
        listing = Listing(lang, _about(result, lang), _counts(problems, lang), findings, len(problems))
        parts = mark(_parts(package.content), _marks(listed, stills, lang), listing, SIGN + content_digest(path))
    except (PackageError, MarkingError):
        return None
    return _zipped(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    """Every part of a package that has been found safe."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {
            entry.filename.replace("\\", "/"): package.read(entry) for entry in package.infolist() if not entry.is_dir()
        }


def _in_order(problem: Problem) -> tuple[Any, ...]:
    """By severity, then through the workbook as one reads."""
    cell = re.fullmatch(r"([A-Z]+)(\d+)", problem.source.cell)
    where = (int(cell[2]), column_number(cell[1])) if cell else (0, 0)
    return list(SEVERITIES).index(problem.severity), _natural(problem.source.sheet), where


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def _place(problem: Problem) -> Place:
    return problem.source.sheet, problem.source.cell


def _marks(problems: Iterable[Problem], stills: Mapping[Place, str], lang: str) -> dict[Place, Mark]:
    """One mark a cell, as severe as the worst that was found there."""
    cells: dict[Place, list[Problem]] = {}
    for problem in problems:
        if problem.source.cell and problem.severity != "info":
            cells.setdefault(_place(problem), []).append(problem)
    todo = Text("สิ่งที่ต้องทำ", "What to do").get(lang)
    marks = {}
    for place, found in cells.items():
        note = "\n".join(
            f"{SEVERITIES[p.severity].get(lang)}: {p.message(lang)}\n→ {todo}: {p.hint(lang)}" for p in found
        )
        marks[place] = Mark(found[0].severity, clean(note, 2_000), stills[place])
    return marks


def _still(problem: Problem, values: Mapping[Place, Any]) -> str:
    """The test by which a cell is as it was found, where one can be told in a formula without repeating what was
    typed: a number, the length of a text and its first letter. Empty for none."""
    place = _place(problem)
    if place not in values or problem.code.startswith("privacy."):
        return ""
    value = values[place]
    if value is None:
        return "LEN({ref})=0"
    if isinstance(value, ErrorCell):
        return "ISERROR({ref})"
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e7:
        return f"AND(ISNUMBER({{ref}}),ABS(N({{ref}})-({value:.12g}))<0.000001)"
    if type(value) is str and _SURE_TEXT.fullmatch(value):
        first = f',EXACT(LEFT({{ref}}),"{value[0]}")' if value[0].isalnum() else ""
        return f"AND(ISTEXT({{ref}}),LEN({{ref}})={len(value)}{first})"
    return ""


def _about(result: FileResult, lang: str) -> str:
    about = result.about()
    name = dig(result.submission.data, ("school", "name"))
    year = Text(f"ปีการศึกษา {about['year']}", f"academic year {about['year']} (B.E.)").get(lang)
    shown = (about["school_code"], name, _workbook(result), year if about["year"] else None)
    return clean(" · ".join(part for part in shown if isinstance(part, str) and part), 500)


def _workbook(result: FileResult) -> str:
    """The workbook's own name, as its template is called."""
    name = workbook_name(result.submission.rubric.id, result.submission.area).removesuffix(".xlsx")
    return name.partition("_")[2].replace("_", " ")


def _counts(problems: Iterable[Problem], lang: str) -> str:
    severities = [problem.severity for problem in problems]
    unit = Text("ข้อ", "").get(lang)
    return " · ".join(
        f"{word.get(lang)} {severities.count(severity):,} {unit}".strip()
        for severity, word in SEVERITIES.items()
        if severity in severities
    )


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return buffer.getvalue()


# --- The letter ---


def _letter(
    school: Sender,
    faulty: Sequence[FileResult],
    found: Mapping[str, Sequence[Problem]],
    enclosed: Mapping[str, str],
    lang: str,
) -> list[str]:
    heads = [
        text.get(lang)
        for text in (Text("แฟ้ม", "File"), Text("สิ่งที่ตรวจพบ", "What was found"), Text("แฟ้มที่ส่งมาด้วย", "Enclosed"))
    ]
    rows = [
        (
            Path(result.file).name,
            _told(result, found[result.file], result.file in enclosed, lang),
            enclosed.get(result.file, "–"),
        )
        for result in faulty[:MAX_LETTER]
    ]
    if len(faulty) > MAX_LETTER:
        more = len(faulty) - MAX_LETTER
        rows.append((Text(f"และอีก {more:,} แฟ้ม", f"and {more:,} more files").get(lang), "", ""))
    text = _thai if lang == "th" else _english
    word = Text("สถานศึกษา", "school").get(lang)
    name = school.name or (f"{word} {Text('รหัส ', '').get(lang)}{school.code}" if school.code else f"{word} {_DOTS}")
    return text(clean(name, 200), len(enclosed), table(heads, rows, (30, 44, 26)))


def _told(result: FileResult, problems: Sequence[Problem], marked: bool, lang: str) -> str:
    """The counts of a marked file; of another, what was found and what to do."""
    faulty = sorted((problem for problem in problems if problem.severity != "info"), key=_in_order)
    counts = _counts(faulty, lang)
    if marked:
        return counts
    told = []
    for problem in faulty[:_TOLD]:
        place = f"{problem.source.sheet} {problem.source.cell} ".lstrip()
        told.append(f"{place}{problem.message(lang)} → {problem.hint(lang)}")
    return "\n".join(([counts] if result.submission else []) + told)


def _thai(name: str, enclosures: int, findings: str) -> list[str]:
    attached = [paragraph(f"สิ่งที่ส่งมาด้วย   แฟ้มผลการตรวจสอบ จำนวน {enclosures} แฟ้ม", space=6)] if enclosures else []
    how = (
        "ในการนี้ จึงขอให้สถานศึกษาใช้โปรแกรม Excel เปิดแฟ้มที่ส่งมาด้วย แผ่นงานแรกชื่อ “ผลการตรวจสอบ” แสดงรายการทุกข้อที่พบ "
        "พร้อมวิธีแก้ไขและลิงก์ไปยังเซลล์นั้น เซลล์ที่ต้องแก้ไขมีสีแดง เซลล์ที่ควรตรวจสอบมีสีเหลืองเข้ม "
        "เมื่อแก้ไขครบถ้วนแล้วโปรดบันทึกแฟ้มเดิมและส่งกลับสำนักงานเขตพื้นที่การศึกษา"
        if enclosures
        else "ในการนี้ จึงขอให้สถานศึกษาดำเนินการตามที่ระบุในตารางข้างต้น แล้วส่งแฟ้มกลับสำนักงานเขตพื้นที่การศึกษา"
    )
    return [
        paragraph(f"ที่ {_DOTS[:24]}"),
        paragraph(f"วันที่ {_DOTS[:30]}", centred=True),
        paragraph("เรื่อง   ขอให้ตรวจสอบและแก้ไขข้อมูลการประกันคุณภาพการศึกษา", space=12),
        paragraph(f"เรียน   ผู้อำนวยการ{name}", space=6),
        *attached,
        paragraph(
            "ตามที่สถานศึกษาได้จัดส่งแฟ้มข้อมูลการประกันคุณภาพการศึกษามายังสำนักงานเขตพื้นที่การศึกษานั้น "
            "สำนักงานได้ตรวจสอบแฟ้มดังกล่าวแล้ว พบรายการที่ต้องแก้ไขหรือควรตรวจสอบ ดังนี้",
            indent=True,
            space=12,
        ),
        paragraph(""),
        findings,
        paragraph(how, indent=True, space=12),
        paragraph("จึงเรียนมาเพื่อโปรดพิจารณาดำเนินการ", indent=True, space=6),
        paragraph("ขอแสดงความนับถือ", centred=True, space=18),
        paragraph(f"({_DOTS})", centred=True, space=48),
        paragraph(f"ตำแหน่ง {_DOTS}", centred=True),
    ]


def _english(name: str, enclosures: int, findings: str) -> list[str]:
    how = (
        "Please open the enclosed copies in Excel. Their first sheet lists every finding with what to do and a link to "
        "its cell; cells to be corrected are red, cells to be checked dark yellow. Save the same file and send it back."
        if enclosures
        else "Please do what the table says and send the files again."
    )
    return [
        paragraph(f"No. {_DOTS[:24]}"),
        paragraph(f"Date {_DOTS[:30]}", centred=True),
        paragraph("Subject: corrections to the quality assurance workbooks", space=12),
        paragraph(f"To the director, {name}", space=6),
        *([paragraph(f"Enclosed: {enclosures} checked workbooks", space=6)] if enclosures else []),
        paragraph("We have examined the workbooks that your school sent us, and found the following.", space=12),
        paragraph(""),
        findings,
        paragraph(how, space=12),
        paragraph("Yours faithfully,", centred=True, space=18),
        paragraph(f"({_DOTS})", centred=True, space=48),
    ]
