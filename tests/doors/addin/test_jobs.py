"""The jobs behind the add-in's buttons."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from helpers import books
from qa_excel.district.inbox import search
from qa_excel.doors.addin import jobs as excel_jobs
from qa_excel.files.scratch import Scratch

NAME = "qa-excel-25640331120000-000123"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A job's folder among the temporary files."""
    for name in ("TMP", "TEMP"):
        monkeypatch.setenv(name, str(tmp_path))
    made = tmp_path / NAME
    made.mkdir()
    return made


def start(folder: Path, *lines: str) -> list[list[object]]:
    """Do a job; the rows of its result."""
    (folder / excel_jobs.JOB).write_bytes("\n".join(lines).encode("utf-16"))
    excel_jobs.main(NAME)
    sheet = books.opened(folder / excel_jobs.RESULT).active
    return [[cell.hyperlink.target if cell.hyperlink else cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_checked_workbook_gives_jumps_to_its_cells_and_is_not_touched(folder: Path, tmp_path: Path):
    original = books.workbook(tmp_path / "ด้าน 2.xlsx", 2, {("IND5.1.2", "value"): 120})
    before = original.read_bytes()
    shutil.copy(original, folder / "book.xlsx")
    rows = start(folder, "check", "book.xlsx", str(original))
    assert original.read_bytes() == before
    assert not (folder / "book.xlsx").exists(), "a school's data does not stay among the temporary files"
    sheet, cell = books.place(original, ("IND5.1.2", "value"))
    (found,) = (row for row in rows[6:] if row[0] == "ผิดพลาด" and row[2] == sheet)
    assert found[1] == original.name
    assert found[4]
    assert found[5]
    links = books.opened(folder / excel_jobs.RESULT).active
    jumps = [c.hyperlink for row in links.iter_rows(min_row=7) for c in row if c.hyperlink]
    (jump,) = (jump for jump in jumps if jump.location == f"'{sheet}'!{cell}")
    assert unquote(jump.target).endswith(original.name)


def test_a_workbook_called_by_somebodys_number_is_not_named_by_it(folder: Path, tmp_path: Path):
    original = books.workbook(tmp_path / "โทร 081-234-5678.xlsx", 2, {("IND5.1.2", "value"): 120})
    shutil.copy(original, folder / "book.xlsx")
    rows = start(folder, "check", "book.xlsx", str(original))
    assert "ผลการตรวจ โทร •••" in rows[0][0] and "081-234" not in str(rows)


def test_a_folder_is_merged(folder: Path, tmp_path: Path):
    target = tmp_path / "district.xlsx"
    rows = start(folder, "merge", str(books.SAMPLES / "district"), str(books.SAMPLES / "schools.csv"), str(target))
    assert target.exists()
    assert str(rows[3][0]).endswith("district.xlsx")


def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path):
    roster, target = str(books.SAMPLES / "schools.csv"), str(tmp_path / "o.xlsx")
    rows = start(folder, "merge", str(tmp_path / "absent"), roster, target)
    assert rows[1][0] == "ทำงานไม่สำเร็จ"
    assert "absent" in str(rows[2][0])


@pytest.mark.parametrize("target", ["schools.xlsx", "absent/o.xlsx", "o.csv"])
def test_a_merge_writes_only_where_the_command_would(folder: Path, tmp_path: Path, target: str):
    books.workbook(tmp_path / "schools.xlsx", 2)
    before = (tmp_path / "schools.xlsx").read_bytes()
    inbox, roster = str(books.SAMPLES / "district"), str(books.SAMPLES / "schools.csv")
    rows = start(folder, "merge", inbox, roster, str(tmp_path / target))
    assert rows[1][0] == "ทำงานไม่สำเร็จ" and Path(target).name in str(rows[2][0])
    assert (tmp_path / "schools.xlsx").read_bytes() == before


def test_a_result_is_no_workbook_for_an_inbox(folder: Path, tmp_path: Path):
    start(folder, "merge", str(tmp_path / "absent"), str(tmp_path / "absent.csv"), str(tmp_path / "o.xlsx"))
    assert not search([folder], {".xlsx"}, new_folder=Scratch().new_folder).files


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_a_name_may_hold_what_else_ends_lines(folder: Path, tmp_path: Path, sign: str):
    original = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 120})
    shutil.copy(original, folder / "book.xlsx")
    rows = start(folder, "check", "book.xlsx", f"/{sign}/ด้าน{sign}2.xlsx")
    assert str(rows[0][0]).endswith("2.xlsx")
    assert [row for row in rows[6:] if row[0] == "ผิดพลาด"]


@pytest.mark.parametrize("name", ["..", "qa-excel-1-2", f"../{NAME}", f"{NAME}/../..", ""])
def test_other_folders_are_refused(folder: Path, name: str):
    with pytest.raises(SystemExit):
        excel_jobs.main(name)
