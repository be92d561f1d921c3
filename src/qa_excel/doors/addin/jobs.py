"""The work behind the buttons of the Excel add-in, in a process of its own: `pythonw -m qa_excel.doors.addin.jobs NAME`.

NAME is a folder that the add-in made for this job among the temporary files. Its `job.txt` (UTF-16, because a command
line could not hold Thai on every Windows) says what to do, one part a line: `check`, the copy of a workbook beside it
and where the workbook itself is; or `merge`, inbox, roster and target. What came of it is `result.xlsx`, which appears
when it is whole. The copy is removed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from qa_excel.doors.cli import app as cli
from qa_excel.files.output import OUTPUT_MARK
from qa_excel.files.writing import writing
from qa_excel.problems import SEVERITIES, SEVERITY_WORDS
from qa_excel.thai.privacy import masked_name

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
        raise SystemExit(cli.USAGE)


def _folder(name: str) -> Path:
    """The job's folder, which lies among the temporary files and nowhere else."""
    if _NAME.fullmatch(name):
        for parent in (os.environ.get("TMP"), os.environ.get("TEMP"), tempfile.gettempdir()):
            if parent and (Path(parent) / name / JOB).is_file():
                return Path(parent) / name
    raise SystemExit(cli.USAGE)


def _check(folder: Path, copy: str, original: str) -> None:
    path = folder / Path(copy).name
    status, out, err = _run(["validate", str(path), "--format", "json"])
    path.unlink(missing_ok=True)
    name, masked = masked_name(_file_name(original))
    problems = [{**problem, "file": name} for problem in _problems(out)]
    _write(folder / RESULT, f"ผลการตรวจ {name}", problems, {} if masked else {name: original}, status, err)


def _merge(folder: Path, inbox: str, roster: str, target: str) -> None:
    status, out, err = _run(["merge", inbox, "--roster", roster, "--out", target, "--format", "json"])
    written = target if status in (cli.DONE, cli.FAULTS) else ""
    problems = _problems(out)
    paths = {problem["file"]: Path(inbox, problem["file"]) for problem in problems}
    places = {file: str(path) for file, path in paths.items() if path.is_file()}
    _write(folder / RESULT, "ผลการตรวจและรวมโฟลเดอร์", problems, places, status, err, written)


def _run(arguments: list[str]) -> tuple[int, str, str]:
    """(status, standard output, standard error) of the command line; a process without a window has neither."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main(arguments)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue(), err.getvalue()
    return cli.DONE, out.getvalue(), err.getvalue()


def _problems(out: str) -> list[dict[str, Any]]:
    """The problems in the JSON of a command, errors first."""
    problems = json.loads(out)["problems"] if out.strip() else []
    return sorted(problems, key=lambda problem: SEVERITIES.index(problem["severity"]))


def _write(
    target: Path,
    title: str,
    problems: list[dict[str, Any]],
    places: dict[str, str],
    status: int,
    err: str,
    written: str = "",
) -> None:
    """The result: what was found, each line a jump to its cell. places: where the files lie, by their names."""
    with writing(target) as handle:
        book = xlsxwriter.Workbook(handle, {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"keywords": OUTPUT_MARK})
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        link = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        sheet = book.add_worksheet("ผลการตรวจ")
        sheet.write_string(0, 0, title, bold)
        for row, text in enumerate(_summary(problems, status, err), start=1):
            sheet.write_string(row, 0, text)
        if written:
            sheet.write_url(3, 0, f"external:{written}", link, string=f"เปิดสรุป {_file_name(written)}")
        for column, (heading, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(5, column, heading, bold)
        for row, problem in enumerate(problems, start=6):
            texts = (problem["sheet"], problem["cell"], problem["message"], problem["hint"])
            sheet.write_string(row, 0, SEVERITY_WORDS[problem["severity"]].th, wrap)
            sheet.write_string(row, 1, _file_name(problem["file"]), wrap)
            for column, text in enumerate(texts, start=2):
                sheet.write_string(row, column, text or "", wrap)
            address = _address(problem, places.get(problem["file"], ""))
            if address:
                sheet.write_url(row, 3, address, link, string=problem["cell"] or "เปิดแฟ้ม")
        sheet.freeze_panes(6, 0)
        book.close()


def _summary(problems: list[dict[str, Any]], status: int, err: str) -> Iterator[str]:
    if status in (cli.DONE, cli.FAULTS):
        counts = Counter(problem["severity"] for problem in problems)
        yield " · ".join(f"{word.th} {counts[severity]:,} ข้อ" for severity, word in SEVERITY_WORDS.items())
    else:
        yield "ทำงานไม่สำเร็จ"
        yield " ".join(err.split())


def _address(problem: dict[str, Any], file: str) -> str | None:
    """A link to the problem's cell; None where the file has never been saved, or a link could not name it."""
    sheet, cell = problem["sheet"], problem["cell"]
    if re.search(r"[#\x00-\x1f]", file):
        return None
    quoted = (sheet or "").replace("'", "''")
    place = f"#'{quoted}'!{cell}" if sheet and cell else ""
    if file.startswith(("https://", "http://")):
        return file + place
    return f"external:{file}{place}" if re.match(r"[A-Za-z]:\\|\\\\|/", file) else None


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


if __name__ == "__main__":
    main(*sys.argv[1:2])
