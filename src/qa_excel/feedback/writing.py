"""Sending findings back: for each school a marked copy of every workbook with findings, and a letter.

The files received are never changed. A copy carries a mark with a digest of what stood in it, so that it is known
for a copy while nothing in it was corrected, and is read like any workbook once something was.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from qa_excel.district.copies import is_unchanged_copy, new_sign
from qa_excel.district.senders import UNKNOWN, Sender, senders
from qa_excel.feedback.cleaning import cleaned
from qa_excel.feedback.letter import Letter, Line
from qa_excel.feedback.listing import Finding, Listing, Place
from qa_excel.feedback.marking import Mark, MarkingError, mark
from qa_excel.files.book import clean
from qa_excel.files.guard import open_package
from qa_excel.files.limits import MAX_XML
from qa_excel.files.output import file_name, is_untouched
from qa_excel.files.refusals import PackageError, guarded
from qa_excel.files.scratch import Scratch
from qa_excel.files.sheet_facts import column_number
from qa_excel.files.writing import one_step, writing
from qa_excel.form.layout import workbook_name
from qa_excel.kinds.answers import dig
from qa_excel.office.roster import Roster
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, Problem
from qa_excel.reading.active import CODES
from qa_excel.reading.personal_data import numbered
from qa_excel.reading.submission import FileResult, ReadFile, Submission
from qa_excel.reading.workbook import read_workbook
from qa_excel.thai.privacy import masked
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.typed import ErrorCell

SUFFIX = Text(" (ผลตรวจ)", " (checked)")
"""Added to a copy's name."""
MAX_LISTED = 1_000
"""Findings that a copy lists and marks; with more of them nobody mends a workbook cell by cell."""
_MAX_INFLATED = 100_000_000
"""Bytes of all parts of a copy, pictures among them, which are held in memory together."""
OFFICE_ONLY = frozenset({"roster.copied_answers"})
"""Codes that name another school: the office settles them before it says anything to either."""
REPLACING = frozenset({"roster.changed", "roster.identical"})
"""Codes of a workbook sent again; the one that it replaced needs no mending any more."""

_TOLD = 10
"""Findings that a letter tells of a file that could not be marked."""
_SURE_SIGN = r"[\w\u0e00-\u0e7f.,;:()/+%-]"
_SURE_TEXT = re.compile(rf"(?!.*(?:_x|[\U00010000-\U0010ffff])){_SURE_SIGN}(?:(?:{_SURE_SIGN}| ){{0,58}}{_SURE_SIGN})?")
"""A text whose length every program tells alike: no signs beyond 16 bits, no breaks, no spaces at its ends."""


class FeedbackError(Said):
    """A folder that feedback is not written into."""


def refuse_inside(folder: Path, paths: Iterable[Path]) -> None:
    """Raises FeedbackError where copies written into `folder` would lie inside a folder that is searched."""
    target = folder.resolve()
    for path in paths:
        if not path.is_dir():
            continue
        searched = path.resolve()
        if target.is_relative_to(searched) or _is_home(searched, target):
            raise FeedbackError(
                Text(
                    f"แฟ้มผลตรวจใน {folder} จะปนกับแฟ้มที่ได้รับในโฟลเดอร์ที่ตรวจ ({path}) ให้เลือกโฟลเดอร์อื่น",
                    f"copies in {folder} would mix with the files received in a folder that is examined ({path}); "
                    "choose another",
                )
            )


def _is_home(searched: Path, target: Path) -> bool:
    """True for a folder in `target` that is named as a school's would be, or lies in one."""
    if not searched.is_relative_to(target):
        return False
    name = searched.relative_to(target).parts[0]
    return re.fullmatch(r"\d{8}|\d{10}", name, re.ASCII) is not None or name in (UNKNOWN.th, UNKNOWN.en)


# --- Writing ---


@one_step()
def write_feedback(
    results: Sequence[FileResult],
    folder: Path,
    lang: str = "th",
    problems: Iterable[Problem] | None = None,
    roster: Roster | None = None,
    today: date | None = None,
) -> list[Path]:
    """Write marked copies and letters below `folder`, a folder for each school with an error or warning.

    problems: all findings, where more are known than those of the results themselves (against the roster, for one).
    roster: names schools and offices. A workbook that the school has replaced is left out, and so is what concerns
    the office alone; of a file that may be anybody's nothing is sent. Copies that were corrected and letters that
    were edited since an earlier run stay; what is new then gets another name. Returns the files written. Raises
    OutputError for what can't be written; nothing is then.
    """
    everything = [p for r in results for p in r.problems] if problems is None else list(problems)
    replaced = {other.file for problem in everything if problem.code in REPLACING for other in problem.others}
    found: dict[str, list[Problem]] = {result.file: [] for result in results}
    for problem in everything:
        if problem.source.file in found and problem.code not in OFFICE_ONLY:
            found[problem.source.file].append(problem)
    taken = {_plain_path(_path_of(result)) for result in results}
    written: list[Path] = []
    for school in senders(results, roster):
        faulty = [r for r in school.results if r.file not in replaced and _needs_work(found[r.file])]
        if not school.code or not faulty:
            continue
        name = file_name(school.title(lang))
        home = folder / name
        lines = []
        for result in faulty:
            problems = found[result.file]
            findings = _findings(school, result, problems, lang)
            copy = _marked(result, findings, problems, lang)
            if copy is not None:
                written.append(_write(folder, _free_path(home, result, lang, taken), copy))
            lines.append(_line(result, findings, problems, copy is not None))
        letter = Letter(_office(school, roster), school.code, school.name, lines, today or date.today())
        path = _letter_path(home, f"{Text('หนังสือแจ้ง', 'letter').get(lang)}_{name}")
        written.append(_write(folder, path, letter.document(lang)))
    return written


def _write(folder: Path, path: Path, content: bytes) -> Path:
    with writing(path, folder) as target:
        target.write(content)
    return path


def _path_of(result: FileResult) -> Path:
    return result.path or Path(result.file)


def _needs_work(problems: Iterable[Problem]) -> bool:
    return any(problem.severity != "info" for problem in problems)


def _free_path(folder: Path, result: FileResult, lang: str, taken: set[str]) -> Path:
    """The copy's path: never that of a file received, nor of another copy, nor of one that was corrected."""
    stem = Path(result.file).stem
    # Excel refuses a template under another ending.
    ending = ".xltx" if _path_of(result).suffix.lower() == ".xltx" else ".xlsx"
    for suffix in (SUFFIX.th, SUFFIX.en):
        stem = re.sub(re.escape(suffix) + r"( \d+)?$", "", stem)
    for number in count(1):
        more = SUFFIX.get(lang) + (f" {number}" if number > 1 else "") + ending
        path = folder / file_name(stem, more)
        if _plain_path(path) not in taken and (not path.exists() or is_unchanged_copy(read_workbook(path))):
            break
    taken.add(_plain_path(path))
    return path


def _letter_path(folder: Path, stem: str) -> Path:
    """The letter's path: never that of one that the office has edited."""
    paths = (folder / f"{stem}{f' {number}' if number > 1 else ''}.docx" for number in count(1))
    return next(path for path in paths if not path.exists() or is_untouched(path))


def _plain_path(path: Path) -> str:
    return os.path.normcase(path.resolve()).lower()


# --- A marked copy ---


def _findings(school: Sender, result: FileResult, problems: Sequence[Problem], lang: str) -> list[Finding]:
    """What is listed, in order. Files are called by their names: where the office keeps them is no matter of others."""
    names = {other.file: Path(other.file).name for other in school.results}

    def told(text: str) -> str:
        for file, name in names.items():
            text = text.replace(file, name)
        return clean(text)

    values = {}
    if result.submission is not None:
        typed = result.submission.typed
        values = {(s.sheet, s.cell): typed.get(where) for where, s in result.submission.sources.items()}
    for problem in problems:
        if problem.code.startswith("privacy."):
            values.pop((problem.source.sheet, problem.source.cell), None)
    return [
        Finding(
            problem.severity,
            clean(problem.source.sheet),
            problem.source.cell,
            told(problem.message(lang)),
            told(problem.hint(lang)),
            _still(problem, values),
        )
        for problem in sorted(problems, key=_in_order)[:MAX_LISTED]
    ]


def _marked(result: FileResult, findings: Sequence[Finding], problems: Sequence[Problem], lang: str) -> bytes | None:
    """The bytes of the marked copy; None for a file that could not be read."""
    path = _path_of(result)
    if not isinstance(result, ReadFile) or path.suffix.lower() == ".json":
        return None
    try:
        with guarded():
            package = open_package(path)
            listing = Listing(lang, _about(result.submission, lang), _counts(problems, lang), findings, len(problems))
            titles = {called: title for title, called in numbered(package.book.parts).items()}
            marks = {(titles.get(sheet, sheet), cell): m for (sheet, cell), m in _marks(findings, lang).items()}
            parts, sign = _parts(package.content), new_sign(result)
            if any(problem.code in CODES for problem in result.problems):
                parts, sign = _without_what_acts(parts)
            return _zipped(mark(parts, marks, listing, sign))
    except PackageError:
        return None


def _without_what_acts(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], str]:
    """The parts of which a copy may be made, and the sign for what is left. Raises MarkingError where anything that
    acts would be carried along."""
    try:
        parts = cleaned(parts)
    except (ExpatError, ValueError, LookupError) as error:
        raise MarkingError(type(error).__name__) from error
    with Scratch() as scratch:
        path = scratch.new_folder() / "copy.xlsx"
        path.write_bytes(_zipped(parts))
        left = read_workbook(path, "-")
        if not isinstance(left, ReadFile) or any(problem.code in CODES for problem in left.problems):
            raise MarkingError("active")
        return parts, new_sign(left)


def _parts(content: bytes) -> dict[str, bytes]:
    """Every part of a package that has been found safe. Raises PackageError where it is more than can be marked."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        xml = sum(entry.file_size for entry in entries if entry.filename.endswith(".xml"))
        if xml > MAX_XML or sum(entry.file_size for entry in entries) > _MAX_INFLATED:
            raise PackageError("file.sheet_too_large")
        return {entry.filename.replace("\\", "/"): package.read(entry) for entry in entries}


def _in_order(problem: Problem) -> tuple[Any, ...]:
    """By severity, then through the workbook as one reads."""
    cell = re.fullmatch(r"([A-Z]+)(\d+)", problem.source.cell)
    where = (int(cell[2]), column_number(cell[1])) if cell else (0, 0)
    return SEVERITIES.index(problem.severity), _natural(problem.source.sheet), where


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def _marks(findings: Sequence[Finding], lang: str) -> dict[Place, Mark]:
    """One mark a cell, as severe as the worst that was found there; its note numbers the findings as the list does."""
    cells: dict[Place, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(findings, start=1):
        if finding.cell and finding.severity != "info":
            cells.setdefault((finding.sheet, finding.cell), []).append((number, finding))
    item, todo = Text("ข้อ", "No.").get(lang), Text("สิ่งที่ควรทำ", "What to do").get(lang)
    marks = {}
    for place, found in cells.items():
        note = "\n".join(
            f"{item} {n} ({SEVERITY_WORDS[f.severity].get(lang)}): {f.message}\n→ {todo}: {f.hint}" for n, f in found
        )
        first = found[0][1]
        marks[place] = Mark(first.severity, clean(note, 2_000), first.still)
    return marks


def _still(problem: Problem, values: Mapping[Place, Any]) -> str:
    """The test by which a cell is as it was found, where one can be told in a formula without repeating what was
    typed: a number, the length of a text and its first letter. Empty for none, as where personal data stand."""
    place = problem.source.sheet, problem.source.cell
    if place not in values:
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


def _about(submission: Submission, lang: str) -> str:
    """The school, the workbook as its template is called, and the year."""
    name = dig(submission.data, ("school", "name"))
    workbook = workbook_name(submission.rubric.id, submission.area).removesuffix(".xlsx").partition("_")[2]
    year = Text(f"ปีการศึกษา {submission.year}", f"academic year {submission.year} (B.E.)").get(lang)
    shown = (submission.school_code, name, workbook.replace("_", " "), year if submission.year else None)
    return clean(masked(" · ".join(part for part in shown if isinstance(part, str) and part)), 500)


def _counts(problems: Iterable[Problem], lang: str) -> str:
    counts = Counter(problem.severity for problem in problems)
    unit = Text("ข้อ", "").get(lang)
    return " · ".join(
        f"{word.get(lang)} {counts[severity]:,} {unit}".strip()
        for severity, word in SEVERITY_WORDS.items()
        if counts[severity]
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


def _line(result: FileResult, findings: Sequence[Finding], problems: Iterable[Problem], enclosed: bool) -> Line:
    """What the letter says of a file; where no copy is enclosed, also what was found and what to do."""
    counts = Counter(problem.severity for problem in problems)
    told = [] if enclosed else [finding for finding in findings if finding.severity != "info"][:_TOLD]
    texts = (f"{f.sheet} {f.cell} ".lstrip() + f"{f.message} → {f.hint}" for f in told)
    return Line(Path(result.file).name, counts["error"], counts["warning"], "\n".join(texts), enclosed)


def _office(school: Sender, roster: Roster | None) -> str:
    """As the roster names it, else as the school does."""
    known = roster.find(school.code) if roster else None
    typed = (dig(r.submission.data, ("school", "office")) for r in school.results if r.submission)
    given = next((name for name in typed if isinstance(name, str) and name), "")
    return (known.office if known else "") or masked(given)
