"""The work behind the buttons of the Excel add-in, in a process of its own:

    pythonw -m qa_excel.doors.addin.jobs NAME

NAME is a folder that the add-in made for this job among the temporary files. Its `job.txt` (UTF-16, because a command
line could not hold Thai on every Windows) says what to do, one part a line: `check`, the copy of a workbook beside it
and where the workbook itself is; or `merge`, inbox, roster and target. What came of it is `result.xlsx`, which appears
when it is whole. The copy is removed.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import xlsxwriter

from qa_excel.district.receiving import receive
from qa_excel.district.summarising import summarise
from qa_excel.doors.cli.saying import USAGE, internal_fault
from qa_excel.files.output import OUTPUT_MARK
from qa_excel.files.scratch import Scratch
from qa_excel.files.writing import writing
from qa_excel.office.roster import read_roster
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS, Problem, Source
from qa_excel.summary.outputs import Outputs
from qa_excel.thai.privacy import masked_name, masked_path
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

JOB, RESULT = "job.txt", "result.xlsx"
_NAME = re.compile(r"qa-excel-\d{14}-\d{6}", re.ASCII)
_COLUMNS = (
    ("ระดับ", 14),
    ("แฟ้ม", 36),
    ("แผ่นงาน", 20),
    ("เซลล์", 10),
    ("สิ่งที่พบ", 70),
    ("สิ่งที่ควรทำ", 70),
)


def main(name: str = "") -> None:
    """Do the job in the folder of that name."""
    folder = _folder(name)
    # Line feeds alone end a part: the name of a file may hold other signs that end lines.
    kind, *given = (folder / JOB).read_bytes().decode("utf-16").split("\n")
    if kind == "check" and len(given) == 2:
        _check(folder, *given)
    elif kind == "merge" and len(given) == 3:
        _merge(folder, *given)
    else:
        raise SystemExit(USAGE)


def _folder(name: str) -> Path:
    """The job's folder, which lies among the temporary files and nowhere else."""
    if _NAME.fullmatch(name):
        for parent in (os.environ.get("TMP"), os.environ.get("TEMP"), tempfile.gettempdir()):
            if parent and (Path(parent) / name / JOB).is_file():
                return Path(parent) / name
    raise SystemExit(USAGE)


def _check(folder: Path, copy: str, original: str) -> None:
    path = folder / Path(copy).name
    name, masked = masked_name(_file_name(original))
    done = _Done(f"ผลการตรวจ {name}")
    with done.telling(), Scratch() as scratch:
        came = receive([path], scratch=scratch)
        done.problems = [replace(found, source=replace(found.source, file=name)) for found in came.problems(False)]
    path.unlink(missing_ok=True)
    _write(folder / RESULT, done, {} if masked else {name: original})


def _merge(folder: Path, inbox: str, roster: str, target: str) -> None:
    done, out = _Done("ผลการตรวจและรวมโฟลเดอร์"), Path(target)
    with done.telling(), Scratch() as scratch:
        outputs = Outputs(out)
        outputs.refuse([Path(inbox)])
        came = receive([inbox], read_roster(Path(roster)), scratch=scratch, but=[Path(roster), out])
        outputs.write(summarise(came), date.today())
        done.problems, done.written = came.problems(), target
    paths = {problem.source.file: Path(inbox, problem.source.file) for problem in done.problems}
    _write(folder / RESULT, done, {file: str(path) for file, path in paths.items() if path.is_file()})


@dataclass(slots=True)
class _Done:
    """What came of a job: the problems that were found and what was written, or why it could not be done."""

    title: str
    problems: list[Problem] = field(default_factory=list)
    written: str = ""
    refused: Text | None = None

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """Keep the reason where the job can't be done: nobody reads what a process without a window says."""
        try:
            yield
        except Said as said:
            self.refused = said.text
        except Exception as error:
            self.refused = internal_fault(error)
        self.problems.sort(key=lambda problem: SEVERITIES.index(problem.severity))

    def summary(self) -> list[str]:
        if self.refused:
            return ["ทำงานไม่สำเร็จ", masked_path(" ".join(self.refused.th.split()))]
        counts = Counter(problem.severity for problem in self.problems)
        return [" · ".join(f"{word.th} {counts[severity]:,} ข้อ" for severity, word in SEVERITY_WORDS.items())]


def _write(target: Path, done: _Done, places: dict[str, str]) -> None:
    """The result: what was found, each line a jump to its cell. places: where the files lie, by their names."""
    with writing(target) as handle:
        book = xlsxwriter.Workbook(handle, {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"keywords": OUTPUT_MARK})
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        link = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        sheet = book.add_worksheet("ผลการตรวจ")
        sheet.write_string(0, 0, done.title, bold)
        for row, text in enumerate(done.summary(), start=1):
            sheet.write_string(row, 0, text)
        if done.written:
            sheet.write_url(3, 0, f"external:{done.written}", link, string=f"เปิดสรุป {_file_name(done.written)}")
        for column, (heading, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(5, column, heading, bold)
        for row, problem in enumerate(done.problems, start=6):
            source = problem.source
            sheet.write_string(row, 0, SEVERITY_WORDS[problem.severity].th, wrap)
            for column, text in enumerate(
                (_file_name(source.file), source.sheet, source.cell, problem.message(), problem.hint()), start=1
            ):
                sheet.write_string(row, column, text, wrap)
            address = _address(source, places.get(source.file, ""))
            if address:
                sheet.write_url(row, 3, address, link, string=source.cell or "เปิดแฟ้ม")
        sheet.freeze_panes(6, 0)
        book.close()


def _address(source: Source, file: str) -> str | None:
    """A link to a problem's cell; None where the file has never been saved, or a link could not name it."""
    if re.search(r"[#\x00-\x1f]", file):
        return None
    quoted = source.sheet.replace("'", "''")
    place = f"#'{quoted}'!{source.cell}" if source.sheet and source.cell else ""
    if file.startswith(("https://", "http://")):
        return file + place
    return f"external:{file}{place}" if re.match(r"[A-Za-z]:\\|\\\\|/", file) else None


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


if __name__ == "__main__":
    main(*sys.argv[1:2])
