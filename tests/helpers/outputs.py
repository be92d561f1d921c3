"""One of every kind of package that the program writes, for the judges of tests/whole/test_proofs.py."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from unittest import mock

from openpyxl import Workbook
from openpyxl.comments import Comment

from helpers import books, fillings
from helpers.received import ERROR, analysed, changed, received, sample_files, sample_roster, unreadable
from qa_excel import fill
from qa_excel.checks import check
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.combining import combine
from qa_excel.district.merging import merge
from qa_excel.doors.addin import jobs as excel_jobs
from qa_excel.doors.generated import write_templates
from qa_excel.feedback.report import write_report
from qa_excel.feedback.writing import write_feedback
from qa_excel.form.template.formulas import STYLES
from qa_excel.office.roster import Roster, School
from qa_excel.reading.workbook import read_workbook
from qa_excel.summary import write_summary
from qa_excel.summary.card_files import write_card_files
from samples.province import province_of
from udfs.build_xlam import build as build_addin

TODAY = date(2026, 1, 1)
HOSTILE_TEXT = "=1+1 <b>&amp;</b> _x0041_ 🏫\n" + "คำสั่งโรงเรียน " * 2_400
"""As long as a cell may be and more, with what XML and formulas are made of."""


def write_all(folder: Path) -> dict[str, Path]:
    """Kind → an example. Each is written the way that the commands write it."""
    found: dict[str, Path] = {}
    for formulas in STYLES:
        (folder / formulas).mkdir()
        for path in write_templates(folder / formulas, formulas):
            found[f"template {formulas} {path.stem}"] = path
    found |= _filled(folder)
    found |= _sent_back(folder)
    found |= _for_the_office(folder)
    found["result of a button"] = _checked_by_a_button(folder)
    found["add-in"] = folder / "qa_excel.xlam"
    found["add-in"].write_bytes(build_addin())
    return found


def _filled(folder: Path) -> dict[str, Path]:
    """Forms with every input filled."""
    found = {}
    for rubric, area in fillings.WORKBOOKS:
        path = folder / f"filled-{rubric}-{area or ''}.xlsx"
        fill(fillings.at_the_boundaries(rubric, area), path)
        found[f"filled {rubric} {area or ''}".strip()] = path
    return found


def _sent_back(folder: Path) -> dict[str, Path]:
    """Marked copies and letters: of a form as it was sent out, of one that a school wrote notes into, and of one that
    another program declared its prefixes in."""
    inbox = folder / "inbox"
    inbox.mkdir()
    faults = {("IND1.1", "count"): "ห้าสิบ", ("IND1.1", "total"): 10, ("IND1.1", "note"): HOSTILE_TEXT[:32_000]}
    plain = books.workbook(inbox / "plain.xlsx", 1, faults)
    noted = books.edit(Path(shutil.copy(plain, inbox / "noted.xlsx")), _write_notes)
    saved = books.repack(Path(shutil.copy(plain, inbox / "saved.xlsx")), books.declare_prefixes_late)
    found = {}
    for lang in ("th", "en"):
        results = [check(read_workbook(path, path.name), TODAY) for path in (plain, noted, saved)]
        for path in write_feedback(results, folder / f"feedback-{lang}", lang, today=TODAY):
            kind = "letter" if path.suffix == ".docx" else f"marked {path.stem.split()[0]}"
            found[f"{kind} {lang}"] = path
    return found


def _write_notes(book: Workbook) -> None:
    sheet = books.form_sheets(book)[1]
    for cell in ("B3", "F9"):
        sheet[cell].comment = Comment("ถามครูสมศรี", "ครูใหญ่")
    sheet = book.create_sheet("ทดสอบ")
    sheet["A1"] = HOSTILE_TEXT[1:32_000]


def _for_the_office(folder: Path) -> dict[str, Path]:
    """Summaries, cards and reports, in both languages, and what a button of the add-in gives."""
    found = {}
    files = sample_files()
    evil = Roster((School("00000001", HOSTILE_TEXT, HOSTILE_TEXT[:900], ("P6",), 1, 1), *sample_roster().schools))
    for lang in ("th", "en"):
        results = [*(received(name, data, ERROR) for name, data in files), unreadable(f"{HOSTILE_TEXT[:60]}.xlsx")]
        earlier = [received(name, changed(data, year=data["year"] - 1)) for name, data in files]
        district, before = merge(results, evil), merge(earlier, evil)
        analyses = {"district": analysed(district, lang, "2021-03-31")}
        if lang == "th":
            analyses["province"] = Analysis(combine(province_of(2, 4), "จังหวัด"))
        for unit, analysis in analyses.items():
            summary = found[f"summary {unit} {lang}"] = folder / f"summary-{unit}-{lang}.xlsx"
            write_summary(analysis, summary, analysed(before, lang) if unit == "district" else None, TODAY)
            cards = folder / f"cards-{unit}-{lang}"
            for number, name in enumerate(sorted(write_card_files(analysis, cards, lang))[:2]):
                found[f"card {unit} {lang} {number}"] = cards / name
        report = found[f"report {lang}"] = folder / f"report-{lang}.xlsx"
        write_report(results, [p for r in results for p in r.problems], report, lang, evil)
    return found


def _checked_by_a_button(folder: Path) -> Path:
    """What the add-in's button for checking a workbook shows."""
    job = folder / "qa-excel-20260101120000-000000"
    job.mkdir()
    books.workbook(job / "book.xlsx", 2, {("IND5.1.2", "value"): 120})
    (job / excel_jobs.JOB).write_bytes(f"check\nbook.xlsx\nC:\\งาน\\{HOSTILE_TEXT[:9]}.xlsx".encode("utf-16"))
    with mock.patch.dict(os.environ, {"TMP": str(folder)}):
        excel_jobs.main(job.name)
    return job / excel_jobs.RESULT
