"""What somebody typed or changed is never overwritten, and a run that fails leaves what was there."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from fuzz.kills import workbook
from helpers import books
from qa_excel.district.data.folder import write_data
from qa_excel.feedback import writing as feedback
from qa_excel.files import output, writing
from qa_excel.files.output import is_untouched
from qa_excel.files.writing import OutputError
from qa_excel.summary import pdf

ROSTER = books.SAMPLES / "schools.csv"
MERGE = ("--roster", ROSTER)
FAULTY = {("IND6.1", "count"): "เก้า"}


def saved_again(path: Path) -> Path:
    book = books.opened(path)
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
    from helpers.received import sample_results, sample_roster
    from qa_excel.district.data.collecting import collect
    from qa_excel.district.merging import merge

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


@pytest.fixture
def small(run, tmp_path, monkeypatch):
    """Merges one school, with these options, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *options: run("merge", books.COMPLETE_SCHOOL, *MERGE, *options)


@pytest.mark.parametrize("place", ["data", "."])
def test_what_else_stands_in_a_data_folder_stays(place, small, tmp_path, monkeypatch):
    """Also where the folder can't be moved because somebody stands in it."""
    (tmp_path / "data" / "charts").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / ("data" if place == "." else "."))
    small("--data", place)
    others = {"note.txt": b"mine", "charts/a.xlsx": b"mine", ".hidden": b"mine"}
    for name, content in others.items():
        (tmp_path / "data" / name).write_bytes(content)
    (tmp_path / "data" / "link").symlink_to("note.txt")
    inode = (tmp_path / "data" / "charts" / "a.xlsx").stat().st_ino
    (tmp_path / "data" / "scores.csv").write_text("altered")
    assert small("--data", place).status == 0
    now = books.snapshot(tmp_path / "data")
    assert others.items() <= now.items() and now["scores.csv"] != b"altered"
    assert (tmp_path / "data" / "link").is_symlink()
    assert (tmp_path / "data" / "charts" / "a.xlsx").stat().st_ino == inode
    assert not [name for name in books.snapshot(tmp_path) if ".qa-excel-" in name]


def test_parquet_of_an_earlier_run_does_not_stay(tmp_path, monkeypatch):
    from helpers.received import sample_results, sample_roster
    from qa_excel.district.data.collecting import collect
    from qa_excel.district.merging import merge

    dataset = collect(merge(sample_results()[:8], sample_roster()))
    for folder in (tmp_path / "moved", tmp_path / "stood in"):
        write_data(dataset, folder, parquet=True)
        if folder.name == "stood in":
            monkeypatch.chdir(folder)
        write_data(dataset, folder, parquet=False)
        assert not list(folder.glob("*.parquet")) and list(folder.glob("*.csv"))


def test_a_failed_move_tells_what_is_new_and_what_is_old(small, monkeypatch):
    replace, moved = Path.replace, []

    def third(self: Path, target: Path) -> Path:
        if len(moved) == 3:
            raise PermissionError(13, "in use")
        moved.append(target)
        return replace(self, target)

    def failed(*options: object) -> list[str]:
        moved.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", third)
            done = small(*options)
        assert done.status == 2
        return done.err.splitlines()

    said, standing = failed("--out", "d.xlsx", "--cards", "cards", "--lang", "en")
    assert "can't write cards" in said and "new: d.xlsx · cards: 2 of " in standing
    said, standing = failed("--out", "d.xlsx", "--cards", "cards")
    assert "ผลลัพธ์ใหม่: d.xlsx · cards ใหม่ 2 จาก" in standing
    # Before anything is moved, all is old.
    monkeypatch.setattr("qa_excel.summary.card_files._write_criteria", lambda *_: in_use())
    done = small("--out", "e.xlsx", "--cards", "other")
    assert done.status == 2 and done.err.count("\n") == 1 and "ยังเป็นของเดิม" in done.err
    assert not Path("e.xlsx").exists() and not Path("other").exists()


def test_a_pdf_that_fails_leaves_the_other_outputs_as_they_were(small, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "require_soffice", lambda system=None: Path("soffice"))
    monkeypatch.setattr("qa_excel.files.computer.System.run", lambda *_: SimpleNamespace(status=1))
    done = small("--out", "d.xlsx", "--pdf", "--data", "data")
    assert done.status == 2 and "--pdf" in done.err and not list(tmp_path.iterdir())


def test_temporary_files_of_others_and_of_runs_that_go_on_stay(small, tmp_path):
    from qa_excel.files.staging import Stage

    going_on = Stage(tmp_path)
    (going_on.folder / "1").write_text("in work")
    ended = {name: tmp_path / name for name in (".qa-excel-0123456789abcdef.tmp", ".qa-excel-fedcba9876543210.lock")}
    for path in ended.values():
        path.mkdir() if path.suffix == ".tmp" else path.write_text("")
    others = [tmp_path / name for name in (".qa-excel-mine.tmp", ".abcd1234.tmp", "qa-excel-0123456789abcdef.tmp")]
    for path in others:
        path.write_text("mine")
    (tmp_path / ".qa-excel-00000000000000ff.tmp").symlink_to(tmp_path / "elsewhere")
    assert small("--out", "d.xlsx").status == 0
    assert (going_on.folder / "1").read_text() == "in work"
    assert all(path.exists() for path in others) and not any(path.exists() for path in ended.values())
    going_on.end()


def test_what_a_marked_copy_is_made_of_waits_where_the_next_run_finds_it(run, tmp_path, monkeypatch):
    """A copy from which something is taken is looked at once more before it is sent."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen, read = [], feedback.read_workbook
    monkeypatch.setattr(feedback, "read_workbook", lambda path, name: seen.append(path) or read(path, name))
    (tmp_path / "a.xlsx").write_bytes(workbook("99000002", 2))
    killed = tmp_path / ".qa-excel-0123456789abcdef.tmp"
    killed.mkdir()
    (killed / "copy.xlsx").write_text("of a run that was killed")
    assert run("validate", tmp_path / "a.xlsx", "--feedback", tmp_path / "back").status == 1
    (path,) = seen
    assert path.relative_to(tmp_path).parts[0].startswith(".qa-excel-")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "back"]


def test_a_data_folder_that_a_killed_run_had_set_aside_is_read(small, run, tmp_path):
    """On a system that can't exchange two folders; the next command, whichever it is, puts it back."""
    small("--data", "data", "--out", "d.xlsx")
    aside = tmp_path / ".qa-excel-0123456789abcdef.tmp" / "aside"
    aside.mkdir(parents=True)
    (tmp_path / "data").rename(aside / "data")
    assert run("merge", "data", "--out", "d.xlsx").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.xlsx", "data"]


@pytest.mark.parametrize("name", ["a.xlsx", "data"])
def test_a_file_that_is_in_use_is_noticed_before_anything_is_moved(name, small, tmp_path, monkeypatch):
    """As on Windows, which does not let a file be replaced that a program has open."""
    small("--out", "a.xlsx", "--data", "data", "--cards", "cards")
    before = books.snapshot(tmp_path)
    opened = Path.open

    def locked(self: Path, mode: str = "r", *more: object, **others: object) -> object:
        if mode == "r+b" and name in self.parts:
            raise PermissionError(13, "in use")
        return opened(self, mode, *more, **others)

    monkeypatch.setattr(writing, "_IN_USE", True)
    monkeypatch.setattr(Path, "open", locked)
    done = small("--cards", "cards", "--out", "a.xlsx", "--data", "data", "--name", "อื่น")
    assert done.status == 2 and name in done.err
    assert books.snapshot(tmp_path) == before


def test_a_data_folder_given_with_a_roster_is_said_to_be_one(run, tmp_path):
    run("merge", books.COMPLETE_SCHOOL, *MERGE, "--data", tmp_path / "data")
    done = run("merge", tmp_path / "data", *MERGE, "--out", tmp_path / "d.xlsx")
    assert done.status == 2 and "--roster" in done.err
