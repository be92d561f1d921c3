"""Forms of an older version, as they are at schools: read, compared with what their own version printed, known again.

`fixtures/version_1.0` and `version_1.1` were made by the programs that issued those versions, and can't be made again:
`clean` is a school's eight workbooks, `altered` are workbooks named by the code of what was done to them, `marked` are
copies sent back.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl.cell import Cell

from helpers import TESTS, books
from qa_excel import fill
from qa_excel.checks import check
from qa_excel.district.copies import is_unchanged_copy
from qa_excel.district.examining import read_one
from qa_excel.district.received import received
from qa_excel.doors.functions.functions import call
from qa_excel.doors.functions.sheets import Sheets
from qa_excel.feedback.writing import write_feedback
from qa_excel.form import printed
from qa_excel.form.layout import GUIDE, TITLES, layout_of
from qa_excel.form.printed import printed_form, version_document, version_file
from qa_excel.reading.workbook import read_workbook
from qa_excel.rubric.building import load_rubric, load_rubrics
from qa_excel.scoring.score import score

FIXTURES = TESTS / "fixtures"
CLEAN = sorted(FIXTURES.glob("version_*/clean/*.xlsx"))
ALTERED = sorted(FIXTURES.glob("version_*/altered/*.xlsx"))
MARKED = sorted(FIXTURES.glob("version_*/marked/*.xlsx"))
UNCHANGED = [path for path in MARKED if not path.stem.startswith(("label altered", "corrected"))]
NOT_ASKED = "value.subject_not_asked"
"""Forms of 1.0 were filled in for all eight subjects; those that were not tested are left out of the score."""
TODAY = date(2026, 1, 1)
FAULTS = ("structure.", "file.")


def stem(path: Path) -> str:
    return f"{version_of(path)} {path.stem}"


def version_of(path: Path) -> str:
    return path.parent.parent.name.removeprefix("version_")


def one(version: str, name: str) -> Path:
    return FIXTURES / f"version_{version}" / "clean" / f"{name}.xlsx"


def faults(path: Path) -> list[str]:
    result = read_workbook(path)
    assert result.submission
    return [problem.code for problem in result.problems if problem.code.startswith(FAULTS)]


def held(path: Path) -> dict[str, str]:
    """Sheet id → its title, of the forms of a workbook."""
    book = books.opened(path)
    return {sheet["A1"].value.rpartition(":")[2]: sheet.title for sheet in book.worksheets}


# --- What an older form is compared with ----------------------------------------------------------------------


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_an_untouched_form_of_an_older_version_has_no_finding(path):
    result = check(read_workbook(path), TODAY)
    eight = stem(path) in ("1.0 area1", "1.0 area2")
    assert [problem.code for problem in result.problems] == [NOT_ASKED] * eight
    assert result.submission.rubric.version not in ("1.0", "1.1")


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_its_answers_fit_a_form_of_the_newest_version(path, tmp_path):
    data = read_workbook(path).submission.data
    fill(data, tmp_path / "newest.xlsx")
    newest = read_workbook(tmp_path / "newest.xlsx")
    assert newest.submission.data == data
    assert [problem.code for problem in newest.problems] == []


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_functions_answer_in_it(path):
    """As they do in a form of their own version."""
    card = score(read_workbook(path).submission.data)
    book = books.opened(path)
    sheets = Sheets({sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book})
    for name, indicator in card.indicators.items():
        assert call("ONESQA_SCORE", [name], sheets) == float(indicator.score) > 0
    for name, process in card.processes.items():
        assert call("IQA_PROGRESS", [name], sheets) == float(process.percent)


@pytest.mark.parametrize("path", ALTERED, ids=stem)
def test_what_was_altered_in_it_is_found(path):
    assert faults(path) == [path.stem.partition(" ")[0]]


def test_it_is_scored_by_the_subjects_that_count():
    """What a form of 1.0 asked for beyond the subjects that were tested neither earns nor costs."""
    old, new = (read_workbook(one(version, "area1")).submission for version in ("1.0", "1.1"))
    tables = [dict(each.data["answers"]["IND2"]["1"]) for each in (old, new)]
    counting = {subject for grade in tables[1].values() for subject in grade}
    assert {subject for grade in tables[0].values() for subject in grade} > counting
    for grade, subjects in tables[0].items():
        tables[0][grade] = {subject: given for subject, given in subjects.items() if subject in tables[1][grade]}
    shorter = {**old.data, "answers": {**old.data["answers"], "IND2": {"1": tables[0]}}}
    assert score(shorter).indicators["IND2"].score == old.scorecard.indicators["IND2"].score


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_every_score_typed_over_is_found(path, tmp_path):
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())
    typed = set()

    def spoil(book):
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if re.match(r"=(ONESQA|IQA)_", str(cell.value)):
                        cell.value = 4.99
                        typed.add((sheet.title, cell.coordinate))

    problems = read_workbook(books.edit(copy, spoil)).problems
    assert {(p.source.sheet, p.source.cell) for p in problems if p.code == "structure.score_typed"} == typed


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_every_label_rewritten_is_found(path, tmp_path):
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())
    rewritten = set()

    def spoil(book):
        for sheet in books.form_sheets(book):
            for cell in books.keyed_cells(sheet).values():
                label = sheet.cell(cell.row, 3)
                if isinstance(label, Cell):  # the grades' row is one merged cell
                    label.value = "ข้อความอื่น"
                    rewritten.add((sheet.title, label.coordinate))

    problems = read_workbook(books.edit(copy, spoil)).problems
    assert {(p.source.sheet, p.source.cell) for p in problems if p.code == "structure.label_altered"} == rewritten


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_wording_of_another_version_is_an_alteration(path, tmp_path):
    """A form is not excused by the words of a version that it does not bear."""
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())
    rubric = read_workbook(path).submission.rubric
    books.replace_keys(copy, f"{rubric.id}:{version_of(path)}:", f"{rubric.id}:{rubric.version}:")
    assert "structure.guidance_altered" in faults(copy) or "structure.label_altered" in faults(copy)


# --- Versions are a matter of data ----------------------------------------------------------------------------


@pytest.mark.parametrize("rubric", load_rubrics(), ids=lambda rubric: rubric.id)
def test_every_version_that_is_accepted_is_kept(rubric):
    names = {path.name for path in Path(printed.__file__).with_name("versions").glob(f"{rubric.id}_*.json")}
    accepted = {f"{rubric.id}_{version}.json" for version in rubric.accepts}
    assert names == accepted | {version_file(rubric)}
    for version in rubric.accepts:
        for area in rubric.workbooks:
            assert printed_form(rubric, area, version)


@pytest.mark.parametrize("rubric", load_rubrics(), ids=lambda rubric: rubric.id)
def test_what_is_kept_of_a_version_is_all_that_it_prints(rubric, tmp_path, monkeypatch):
    """Once the version is raised, its forms are compared with what they are compared with today."""
    monkeypatch.setattr(printed, "_VERSIONS", tmp_path)
    printed._kept.cache_clear()
    (tmp_path / version_file(rubric)).write_text(version_document(rubric), encoding="utf-8")
    later = dataclasses.replace(rubric, version="9.9", accepts=(*rubric.accepts, rubric.version))
    for area in rubric.workbooks:
        assert printed_form(later, area, rubric.version) == printed_form(rubric, area, rubric.version)
    printed._kept.cache_clear()


def test_nothing_is_known_of_a_version_that_is_not_accepted():
    assert printed_form(load_rubric("onesqa-r4"), 2, "0.9") == {}


@pytest.mark.parametrize("path", CLEAN, ids=stem)
def test_the_sheets_kept_are_those_of_the_forms(path):
    submission = read_workbook(path).submission
    form = printed_form(submission.rubric, submission.area, version_of(path))
    assert {sheet_id: sheet.title for sheet_id, sheet in form.items()} == held(path)


def test_an_input_that_its_version_did_not_ask_for_is_not_missed(tmp_path, monkeypatch):
    """Of an older form no key is missed that it never had; of the newest each is."""
    path = one("1.0", "area5")
    rubric = load_rubric("onesqa-r4")
    form = printed_form(rubric, 5, "1.0")
    row = form["IND15"].inputs[-1]
    shorter = dataclasses.replace(form["IND15"], inputs=form["IND15"].inputs[:-1])
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())

    def take_out(book):
        sheet = books.sheet_with(book, (row.key, row.columns[0][1]))
        sheet.delete_rows(row.row)

    books.edit(copy, take_out)
    assert "structure.key_missing" in faults(copy)
    monkeypatch.setitem(form, "IND15", shorter)
    assert "structure.key_missing" not in faults(copy)


def test_a_sheet_that_its_version_did_not_have_is_not_missed(tmp_path, monkeypatch):
    path = one("1.0", "area5")
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())
    books.edit(copy, lambda book: book.remove(book[TITLES["summary"]]))
    assert faults(copy) == ["structure.sheet_missing"]
    form = printed_form(load_rubric("onesqa-r4"), 5, "1.0")
    monkeypatch.delitem(form, "summary")
    assert faults(copy) == []


def test_the_guide_of_an_older_version_is_missed_too(tmp_path):
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(CLEAN[0].read_bytes())
    books.edit(copy, lambda book: book.remove(book[TITLES[GUIDE]]))
    assert faults(copy) == ["structure.guidance_altered"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_form_of_an_older_version_is_marked_and_stays_of_it(version, tmp_path):
    copy = tmp_path / "in" / "area7.xlsx"
    copy.parent.mkdir()
    copy.write_bytes(one(version, "area7").read_bytes())
    books.type_in(copy, {("IND19.1", "count"): -3})
    result = check(read_workbook(copy), TODAY)
    (marked,) = [p for p in write_feedback([result], tmp_path / "out", today=TODAY) if p.suffix == ".xlsx"]
    assert faults(marked) == []
    layout = layout_of(result.submission.rubric, 7)
    _, *forms = books.opened(marked).worksheets
    keys = [sheet["A1"].value for sheet in forms]
    assert [key.rpartition(":")[2] for key in keys] == [sheet.id for sheet in layout.sheets]
    assert {key.split(":")[2] for key in keys} == {version}


# --- Copies that an older version marked ----------------------------------------------------------------------


@pytest.mark.parametrize("path", MARKED, ids=stem)
def test_a_copy_that_an_older_version_marked_is_known(path):
    result = read_one(received(path))
    assert (result.is_copy, result.rounds) == (path.stem != "corrected", 1)


TYPED = [("school.name", "value"), ("IND19.2", "total"), ("IND20.1.1", "evidence")]
"""Inputs of its area in which nothing was found."""


@pytest.mark.parametrize("path", UNCHANGED, ids=stem)
@pytest.mark.parametrize("key", TYPED, ids=lambda key: key[0])
def test_whatever_is_typed_into_it_makes_it_another(path, key, tmp_path):
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(path.read_bytes())
    books.type_in(copy, {key: 7 if key[1] == "total" else "คำสั่ง 1/2563"})
    assert not is_unchanged_copy(read_workbook(copy))


@pytest.mark.parametrize("path", [p for p in MARKED if p.stem in ("unchanged", "corrected")], ids=stem)
def test_it_is_marked_anew_as_any_other(path, tmp_path):
    (again,) = [p for p in write_feedback([read_one(received(path))], tmp_path, today=TODAY) if p.suffix == ".xlsx"]
    back = read_one(received(again))
    assert (back.is_copy, back.rounds) == (True, 2 if path.stem == "corrected" else 1)
