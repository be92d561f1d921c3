"""What somebody typed or changed is never overwritten, and a run that fails leaves what was there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import books
import openpyxl
import pytest

from qa_excel import output, pdf
from qa_excel.datafolder import write_data
from qa_excel.files import writing
from qa_excel.files.writing import OutputError
from qa_excel.output import is_untouched

ROSTER = books.SAMPLES / "schools.csv"
MERGE = ("--roster", ROSTER)
FAULTY = {("IND6.1", "count"): "เก้า"}


def saved_again(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book.save(path)
    return path


def refused(done, path: Path) -> None:
    assert done.status == 2 and path.name in done.err and "ไม่เขียนทับ" in done.err


def in_use(*_: object) -> None:
    raise PermissionError(13, "in use")


# --- Forms ---


def test_templates_replace_untouched_ones_alone(run, tmp_path):
    assert run("templates", "--out", tmp_path).status == 0
    before = books.snapshot(tmp_path)
    assert run("templates", "--out", tmp_path).status == 0 and books.snapshot(tmp_path) == before
    path = saved_again(sorted(tmp_path.iterdir())[2])
    before = books.snapshot(tmp_path)
    refused(run("templates", "--out", tmp_path, "--formulas", "explicit"), path)
    assert books.snapshot(tmp_path) == before


def test_fill_replaces_what_it_filled_alone(run, tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(books.submission(2)), encoding="utf-8")
    out = tmp_path / "filled.xlsx"
    assert run("fill", answers, "--out", out).status == 0
    assert run("fill", answers, "--out", out).status == 0
    content = saved_again(out).read_bytes()
    refused(run("fill", answers, "--out", out), out)
    out.write_bytes(b"")
    assert run("fill", answers, "--out", out).status == 0
    assert out.read_bytes() != content and is_untouched(out)


# --- What goes back to schools ---


@pytest.fixture
def sent(run, tmp_path):
    """(workbook with a fault, folder with its marked copy and letter)"""
    (tmp_path / "inbox").mkdir()
    path = books.workbook(tmp_path / "inbox" / "a.xlsx", 2, FAULTY)
    assert run("validate", path, "--feedback", tmp_path / "back").status == 1
    return path, tmp_path / "back"


def test_corrected_copies_and_edited_letters_stay(run, sent):
    path, back = sent
    (copy,), (letter,) = back.rglob("*.xlsx"), back.rglob("*.docx")
    assert is_untouched(letter)
    run("validate", path, "--feedback", back)
    assert {*back.rglob("*.xlsx"), *back.rglob("*.docx")} == {copy, letter}
    books.type_in(copy, {("IND6.1", "count"): 9})
    corrected = copy.read_bytes()
    books.repack(letter, lambda parts: parts.pop(output.CORE))
    edited = letter.read_bytes()
    done = run("validate", path, "--feedback", back)
    assert str(back) in done.err
    assert copy.read_bytes() == corrected and letter.read_bytes() == edited
    assert len(list(back.rglob("*.xlsx"))) == len(list(back.rglob("*.docx"))) == 2


def test_nothing_to_send_back_is_said_and_leaves_no_folder(run, tmp_path):
    done = run("validate", books.COMPLETE_SCHOOL, "--feedback", tmp_path / "back")
    assert done.status == 0 and "ไม่มีแฟ้มที่ต้องส่งกลับ" in done.err and not (tmp_path / "back").exists()


def test_a_copy_that_came_back_alone_is_the_workbook(run, sent):
    path, back = sent
    alone = run("validate", back, "--format", "json").json["files"]
    assert [file["status"] for file in alone] == ["errors"]
    shutil.copytree(back, path.parent / "returned")
    both = run("validate", path.parent, "--format", "json").json["files"]
    assert [Path(file["file"]).name for file in both] == [path.name]


# --- Results ---


@pytest.mark.parametrize("name", ["e.pdf", "e-problems.csv"])
def test_what_stands_beside_another_summary_stays(run, tmp_path, name, monkeypatch):
    monkeypatch.setattr(pdf, "require_soffice", lambda: Path("soffice"))
    (tmp_path / name).write_text("ของผู้อื่น")
    refused(run("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "e.xlsx", "--pdf"), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_card_never_replaces_a_workbook_of_another(run, tmp_path):
    cards = tmp_path / "cards"
    options = ("merge", books.COMPLETE_SCHOOL, *MERGE, "--out", tmp_path / "d.xlsx", "--cards", cards)
    assert run(*options).status == run(*options).status == 0
    card = sorted(cards.iterdir())[3]
    books.workbook(card, 2)
    before = books.snapshot(tmp_path)
    refused(run(*options), card)
    assert books.snapshot(tmp_path) == before


@pytest.mark.parametrize(
    "options", [("--out", "d.xlsx", "--pdf"), ("--out", "nowhere/d.xlsx"), ("--out", "d.xlsx", "--data", "foreign")]
)
def test_a_refused_merge_leaves_nothing_behind(run, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "find_office", lambda system: None)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "scores.csv").write_text("ของผู้อื่น")
    before = books.snapshot(tmp_path)
    data = () if "--data" in options else ("--data", "data")
    done = run("merge", books.COMPLETE_SCHOOL, *MERGE, *options, *data, "--cards", "cards")
    assert done.status == 2 and books.snapshot(tmp_path) == before


def test_a_data_folder_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    from received import sample_results, sample_roster

    from qa_excel.dataset import collect
    from qa_excel.merging import merge

    write_data(collect(merge(sample_results(), sample_roster())), tmp_path)
    before = books.snapshot(tmp_path)
    other = collect(merge(sample_results()[:8], sample_roster()))
    monkeypatch.setattr(Path, "replace", in_use)
    monkeypatch.setattr(Path, "rename", in_use)
    monkeypatch.setattr(writing, "_swapped", lambda one, other: False)
    with pytest.raises(OutputError, match=tmp_path.name):
        write_data(other, tmp_path)
    assert books.snapshot(tmp_path) == before
    monkeypatch.undo()
    write_data(other, tmp_path)
    assert books.snapshot(tmp_path).keys() == before.keys() and books.snapshot(tmp_path) != before


def test_a_data_folder_given_with_a_roster_is_said_to_be_one(run, tmp_path):
    run("merge", books.COMPLETE_SCHOOL, *MERGE, "--data", tmp_path / "data")
    done = run("merge", tmp_path / "data", *MERGE, "--out", tmp_path / "d.xlsx")
    assert done.status == 2 and "--roster" in done.err
