"""Bad input through the command line: a clear Thai message, the right exit status, nothing left half-written."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from helpers import books
from helpers.books import keyed_cells, snapshot
from qa_excel.files.oserrors import reason
from qa_excel.files.output import OUTPUT_MARK, save

DONE, FAULTS, USAGE = 0, 1, 2
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
THAI = re.compile("[ก-๙]{3}")


def command_line(*arguments: Any) -> subprocess.CompletedProcess[str]:
    """`qa-excel` in a process of its own, for what could end this one."""
    command = [sys.executable, "-m", "qa_excel", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


# --- Files that are no workbook of ours -----------------------------------------------------------------------


def plain_bytes(content: bytes) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content)


def ods(path: Path) -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    books.pack(path, {"mimetype": kind, "content.xml": b"<office:document-content/>"})


def truncated(path: Path) -> None:
    content = books.workbook(path, 2).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def damaged_inside(path: Path) -> None:
    """The directory of the zip is whole, the compressed data is not."""
    content = bytearray(books.workbook(path, 2).read_bytes())
    content[2000:6000] = bytes(4000)
    path.write_bytes(content)


def broken_xml(path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet2.xml"
        parts[name] = parts[name][: len(parts[name]) // 2]

    books.repack(books.workbook(path, 2), change)


def without(part: str) -> Callable[[Path], Any]:
    return lambda path: books.repack(books.workbook(path, 2), lambda parts: parts.pop(part))


def of_something_else(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ชื่อ", "คะแนน"])
    book.save(path)


def only_a_chart(path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("แผนภูมิ")
    book.remove(book.worksheets[0])
    book.save(path)


def macros(path: Path) -> None:
    books.repack(books.workbook(path, 2), lambda parts: parts.update({"xl/vbaProject.bin": OLE}))


def dtd(path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet2.xml"
        head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        parts[name] = re.sub(rb"^(<\?xml[^>]*\?>)?", lambda m: m[0] + head, parts[name], count=1)

    books.repack(books.workbook(path, 2), change)


def outside_its_folder(path: Path) -> None:
    books.repack(books.workbook(path, 2), lambda parts: parts.update({"../outside.txt": b"x"}))


def keys_replaced(old: str, new: str) -> Callable[[Path], Any]:
    return lambda path: books.replace_keys(books.workbook(path, 2), old, new)


UNREADABLE: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "empty": ("file.empty", plain_bytes(b"")),
    "xls": ("file.other_format", plain_bytes(OLE + b"Workbook")),
    "ods": ("file.other_format", ods),
    "csv": ("file.not_a_workbook", plain_bytes("รหัส,ชื่อ\n1,ก\n".encode())),
    "csv in cp874": ("file.not_a_workbook", plain_bytes("รหัส,ชื่อ\n1,ก\n".encode("cp874"))),
    "csv in utf-16": ("file.not_a_workbook", plain_bytes("รหัส,ชื่อ\n1,ก\n".encode("utf-16"))),
    "pdf": ("file.not_a_workbook", plain_bytes(b"%PDF-1.7\n1 0 obj\n")),
    "html": ("file.not_a_workbook", plain_bytes(b"<html><table></table></html>")),
    "png": ("file.not_a_workbook", plain_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")),
    "zip of pictures": ("file.not_a_workbook", lambda path: books.pack(path, {"a.png": b"x"})),
    "docx": (
        "file.not_a_workbook",
        lambda path: books.pack(path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}),
    ),
    "empty zip": ("file.damaged", plain_bytes(b"PK\x05\x06" + bytes(18))),
    "only the head of a zip": ("file.damaged", plain_bytes(b"PK\x03\x04")),
    "truncated": ("file.damaged", truncated),
    "damaged inside": ("file.damaged", damaged_inside),
    "broken XML": ("file.damaged", broken_xml),
    "sheet's part gone": ("file.damaged", without("xl/worksheets/sheet2.xml")),
    "workbook's part gone": ("file.not_ours", without("xl/workbook.xml")),
    "relations gone": ("file.damaged", without("xl/_rels/workbook.xml.rels")),
    "password": ("file.encrypted", plain_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))),
    "macros": ("file.macros", macros),
    "DTD": ("file.unsafe", dtd),
    "part outside its folder": ("file.unsafe", outside_its_folder),
    "of something else": ("file.not_ours", of_something_else),
    "only a chart": ("file.not_ours", only_a_chart),
    "another version": ("structure.wrong_version", keys_replaced(f":{books.VERSION}:", ":0.9:")),
    "unknown rubric": ("structure.unknown_rubric", keys_replaced("onesqa-r4", "onesqa-r5")),
    "unknown area": ("structure.unknown_rubric", keys_replaced(f":{books.VERSION}:2:", f":{books.VERSION}:8:")),
    "no area": ("structure.unknown_rubric", keys_replaced(f":{books.VERSION}:2:", f":{books.VERSION}:0:")),
    "broken key": ("file.not_ours", keys_replaced(f":{books.VERSION}:", ":")),
}


@pytest.mark.parametrize(("code", "make"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read(code, make, run, tmp_path):
    path = tmp_path / "แฟ้ม.xlsx"
    make(path)
    before = snapshot(tmp_path)

    checked = run("validate", path, "--format", "json")
    assert checked.status == FAULTS
    (file,) = checked.json["files"]
    assert (file["file"], file["status"]) == (path.name, "unreadable")
    (problem,) = checked.json["problems"]
    assert (problem["code"], problem["severity"], problem["file"]) == (code, "error", path.name)
    assert THAI.search(problem["message"])
    assert THAI.search(problem["hint"])
    assert "{" not in problem["message"] + problem["hint"]

    scored = run("score", path, "--format", "json")
    assert scored.status == FAULTS
    (file,) = scored.json["files"]
    assert (file["status"], file["problem"]["code"]) == ("unreadable", code)

    extracted = run("extract", path)
    assert (extracted.status, extracted.out) == (FAULTS, "")
    assert problem["message"] in extracted.err
    assert path.name in extracted.err

    for table in (run("validate", path), run("score", path)):
        assert table.status == FAULTS
        assert THAI.search(table.out)

    assert snapshot(tmp_path) == before


def test_one_bad_file_does_not_stop_the_others(run, tmp_path):
    books.workbook(tmp_path / "ข.xlsx", 2)
    for name, (_, make) in UNREADABLE.items():
        make(tmp_path / f"{name}.xlsx".replace(":", ""))
    checked = run("validate", tmp_path, "--format", "json")
    assert checked.status == FAULTS
    statuses = {Path(file["file"]).name: file["status"] for file in checked.json["files"]}
    assert len(statuses) == len(UNREADABLE) + 1
    assert statuses.pop("ข.xlsx") == "warnings"
    assert set(statuses.values()) == {"unreadable"}


@pytest.mark.parametrize(
    ("limit", "value"), [("guard.MAX_INFLATED", 50_000), ("guard.MAX_FILE", 5_000), ("zips.MAX_PARTS", 5)]
)
def test_limits_of_size(limit, value, run, tmp_path, monkeypatch):
    path = books.workbook(tmp_path / "a.xlsx", 2)
    assert run("validate", path).status == DONE
    monkeypatch.setattr(f"qa_excel.files.{limit}", value)
    checked = run("validate", path, "--format", "json")
    assert checked.status == FAULTS
    code = "file.sheet_too_large" if limit == "guard.MAX_INFLATED" else "file.unsafe"
    assert [problem["code"] for problem in checked.json["problems"]] == [code]


def test_a_zip_bomb_is_not_inflated_to_its_end(tmp_path):
    """The limits as shipped: 300 MB of nothing in 300 KB, whose directory says it holds 10 bytes."""
    path = books.workbook(tmp_path / "bomb.xlsx", 2)
    books.repack(path, lambda parts: parts.update({"xl/media/image1.png": bytes(300_000_000)}))
    content = path.read_bytes()
    assert content.count((300_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(content.replace((300_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30));"
        "from qa_excel.doors.cli.app import main; main(['validate', sys.argv[1], '--format', 'json'])"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == FAULTS, done.stderr
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem["code"] in ("file.unsafe", "file.damaged")


FAR_CELLS = {
    "plain": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "spaces": '<row r="1048576"><c  t="n"  r = "XFD1048576" ><v>1</v></c></row>',
    "lower case": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "sign in an attribute": '<row r="1048576"><c x=">" r="XFD1048576"><v>1</v></c></row>',
    "character reference": '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
    "only the row is named": '<row r="1048576">' + "<c/>" * 16383 + "<c><v>1</v></c></row>",
    "a row number beyond Excel": '<row r="4000000000"><c r="XFD4000000000"><v>1</v></c></row>',
    "formula": '<row r="1048576"><c r="XFD1048576"><f>1+1</f></c></row>',
    "empty": '<row r="1048576"><c r="XFD1048576"/></row>',
}


@pytest.mark.parametrize("xml", FAR_CELLS.values(), ids=FAR_CELLS)
def test_a_cell_in_the_far_corner(xml, tmp_path):
    """A reader allocates the whole grid and takes the process with it."""
    path = books.add_cell_xml(books.workbook(tmp_path / "far.xlsx", 2), xml)
    before = snapshot(tmp_path)
    done = command_line("validate", path, "--format", "json")
    assert done.returncode in (DONE, FAULTS), done.stderr[-300:]
    problems = {problem["code"] for problem in json.loads(done.stdout)["problems"] if problem["severity"] == "error"}
    assert problems <= {"file.sheet_too_large", "file.damaged"}
    assert bool(problems) == (done.returncode == FAULTS)
    assert snapshot(tmp_path) == before


def in_another_folder(parts: dict[str, bytes]) -> None:
    """The sheet's part lies where its relation says, not where it commonly does."""
    relations = "xl/_rels/workbook.xml.rels"
    assert b"/xl/worksheets/sheet1.xml" in parts[relations]
    parts[relations] = parts[relations].replace(b"/xl/worksheets/sheet1.xml", b"/xl/other/sheet1.xml")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"/xl/worksheets/sheet1.xml", b"/xl/other/sheet1.xml"
    )
    parts["xl/other/sheet1.xml"] = parts.pop("xl/worksheets/sheet1.xml")


def test_a_far_cell_in_a_sheet_that_lies_elsewhere(tmp_path):
    path = books.add_cell_xml(books.workbook(tmp_path / "far.xlsx", 2), FAR_CELLS["plain"])
    books.repack(path, in_another_folder)
    done = command_line("validate", path, "--format", "json")
    assert done.returncode == FAULTS, done.stderr[-300:]
    assert [p["code"] for p in json.loads(done.stdout)["problems"]] == ["file.sheet_too_large"]


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="900"><c r="A900" t="s"><v>99999999</v></c></row>',
        '<row r="900"><c r="A900" t="s"><v>-1</v></c></row>',
        '<row r="900"><c r="A900" t="s"><v>x</v></c></row>',
        '<row r="900"><c r="A900"><v>1e999</v></c></row>',
        '<row r="900"><c r="A900"><v>text</v></c></row>',
        '<row r="900"><c r="A900" t="d"><v>2020-99-99</v></c></row>',
        '<row r="900"><c r="A900" t="zz"><v>1</v></c></row>',
        '<row r="900"><c r="A900" s="99999"><v>1</v></c></row>',
        '<row r="900"><c r="A0"><v>1</v></c></row>',
        '<row r="900"><c r="900"><v>1</v></c></row>',
        '<row r="900"><c r=""><v>1</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row>',
    ],
)
def test_odd_cells_do_not_bring_the_program_down(xml, tmp_path):
    path = books.add_cell_xml(books.workbook(tmp_path / "odd.xlsx", 2), xml)
    done = command_line("validate", path, "--format", "json")
    assert done.returncode in (DONE, FAULTS), done.stderr[-300:]
    assert json.loads(done.stdout)["files"]


# --- Workbooks whose structure was spoiled --------------------------------------------------------------------


def delete_sheet(book: Workbook) -> None:
    del book["ตบช.6"]


def delete_cover(book: Workbook) -> None:
    del book["ข้อมูลสถานศึกษา"]


def copy_sheet(book: Workbook) -> None:
    book.copy_worksheet(book["ตบช.6"])


def clear_row_key(book: Workbook) -> None:
    sheet = book["ตบช.6"]
    sheet.cell(keyed_cells(sheet)["IND6.1", "count"].row, 1).value = None


def delete_row(book: Workbook) -> None:
    sheet = book["ตบช.6"]
    sheet.delete_rows(keyed_cells(sheet)["IND6.1", "count"].row)


def copy_row(book: Workbook) -> None:
    sheet = book["ตบช.6"]
    sheet.cell(sheet.max_row + 1, 1).value = "IND6.D1"


def sheet_of_another_area(book: Workbook) -> None:
    sheet = book.create_sheet("จากด้าน 3")
    sheet["A1"] = f"qa-excel:onesqa-r4:{books.VERSION}:3:IND9"


STRUCTURE = {
    "structure.sheet_missing": (delete_sheet, "ข้อมูลสถานศึกษา"),
    "structure.sheet_duplicate": (copy_sheet, "ตบช.6 Copy"),
    "structure.key_missing": (clear_row_key, "ตบช.6"),
    "structure.key_duplicate": (copy_row, "ตบช.6"),
    "structure.mixed": (sheet_of_another_area, "จากด้าน 3"),
}


@pytest.mark.parametrize("code", STRUCTURE)
def test_a_spoiled_workbook_is_an_error_and_is_still_examined(code, run, tmp_path):
    spoil, sheet = STRUCTURE[code]
    path = books.edit(books.workbook(tmp_path / "a.xlsx", 2, {("IND7.1", "count"): "เก้า"}), spoil)
    before = snapshot(tmp_path)
    checked = run("validate", path, "--format", "json")
    assert checked.status == FAULTS
    assert checked.json["files"][0]["status"] == "errors"
    found = {problem["code"]: problem for problem in checked.json["problems"]}
    assert (found[code]["severity"], found[code]["sheet"]) == ("error", sheet)
    assert THAI.search(found[code]["message"])
    assert "value.not_a_number" in found
    assert run("score", path).status == FAULTS
    assert run("extract", path).status == FAULTS
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("spoil", "code"), [(delete_row, "structure.key_missing"), (delete_cover, "structure.sheet_missing")]
)
def test_deleted_parts_of_a_form(spoil, code, run, tmp_path):
    path = books.edit(books.workbook(tmp_path / "a.xlsx", 2), spoil)
    checked = run("validate", path, "--format", "json")
    assert checked.status == FAULTS
    assert code in {problem["code"] for problem in checked.json["problems"]}


# --- Paths ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "absent.xlsx"),
        ("validate", "absent.xlsx"),
        ("validate", "absent"),
        ("validate", "a.xlsx", "absent.xlsx"),
        ("extract", "absent.xlsx"),
        ("extract", "folder"),
        ("fill", "absent.json", "--out", "new.xlsx"),
        ("fill", "folder", "--out", "new.xlsx"),
        ("score", "absent.json"),
        ("score", "folder"),
        ("validate", "folder"),
        ("validate", "folder", "--format", "json"),
        ("merge", "folder", "--roster", "schools.csv", "--out", "district.xlsx"),
        ("merge", "a.xlsx", "--roster", "absent.csv", "--out", "district.xlsx"),
        ("merge", "absent.xlsx", "--roster", "schools.csv", "--out", "district.xlsx"),
        ("merge", "a.xlsx", "--roster", "schools.csv"),
        ("validate", "a.xlsx", "--roster", "absent.csv"),
        ("validate", "a.xlsx", "--roster", "folder"),
        ("validate",),
        ("fill", "answers.json"),
        ("score", "a.xlsx", "--format", "xml"),
        ("score", "a.xlsx", "--colour"),
        ("unknown",),
        ("rubric", "onesqa-r5"),
    ],
    ids=" ".join,
)
def test_wrong_usage(arguments, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "note.txt").write_text("x")
    books.workbook(tmp_path / "a.xlsx", 2)
    (tmp_path / "answers.json").write_text(json.dumps(books.submission(2)))
    write_roster(tmp_path / "schools.csv")
    before = snapshot(tmp_path)
    done = run(*arguments)
    assert done.status == USAGE
    assert done.out == ""
    assert THAI.search(done.err)
    assert len(done.err.strip().splitlines()) <= 2
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("path", ["absent.xlsx", "ไม่มี.xlsx"])
def test_a_missing_file_is_named(path, run, tmp_path):
    done = run("validate", tmp_path / path)
    assert str(tmp_path / path) in done.err


def test_without_a_command_the_help_is_shown(run):
    done = run()
    assert done.status == USAGE
    assert "validate" in done.out + done.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_forbidden_file_and_folder(run, tmp_path):
    (tmp_path / "closed").mkdir()
    books.workbook(tmp_path / "closed" / "a.xlsx", 2).chmod(0)
    done = run("validate", tmp_path / "closed" / "a.xlsx")
    assert done.status == USAGE
    (tmp_path / "closed").chmod(0)
    try:
        assert run("validate", tmp_path / "closed").status == USAGE
    finally:
        (tmp_path / "closed").chmod(0o700)


def forbid(name: str, monkeypatch) -> None:
    """Nobody may open a file of that name."""
    opened = io.open

    def forbidden(file: Any, *given: Any, **more: Any) -> Any:
        if Path(file).name == name:
            raise PermissionError(13, "Permission denied")
        return opened(file, *given, **more)

    monkeypatch.setattr("io.open", forbidden)


def test_a_file_that_may_not_be_opened(run, tmp_path, monkeypatch):
    """Forbidden as the system says it, whoever runs the tests."""
    path = books.workbook(tmp_path / "a.xlsx", 2)

    forbid("a.xlsx", monkeypatch)
    done = run("validate", path)
    assert done.status == USAGE
    assert str(path) in done.err
    assert "ไม่มีสิทธิ์เข้าถึง" in done.err
    assert "denied" not in done.err
    assert "permission denied" in run("validate", path, "--lang", "en").err
    (found,) = run("validate", tmp_path, "--format", "json").json["problems"]
    assert found["code"] == "file.unreadable"
    assert "ไม่มีสิทธิ์เข้าถึง" in found["message"] and "denied" not in found["message"]


@pytest.mark.parametrize("command", [("score",), ("fill", "--out", "new.xlsx")], ids=lambda command: command[0])
def test_answers_that_may_not_be_opened(command, run, desk, monkeypatch):
    forbid("answers.json", monkeypatch)
    done = run(*command, "answers.json")
    assert done.status == USAGE
    assert "answers.json" in done.err and "ไม่มีสิทธิ์เข้าถึง" in done.err


def test_reasons_of_the_system_in_both_languages():
    for number in errno.errorcode:
        text = reason(OSError(number, os.strerror(number)))
        assert THAI.search(text.th) and not re.search("[A-Za-z]", text.th)
        assert text.en and not THAI.search(text.en)
    assert THAI.search(reason(OSError("only words")).th)


def test_an_internal_fault_has_its_own_status_and_shows_no_data(run, tmp_path, monkeypatch):
    path = books.workbook(tmp_path / "a.xlsx", 2)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    secret = "ความลับของโรงเรียน"

    def broken(*_: Any) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("qa_excel.district.receiving.without_copies", broken)
    done = run("validate", path)
    assert done.status == 3
    assert len(done.err.strip().splitlines()) == 1
    (log,) = tmp_path.glob("qa-excel-*.log")
    assert str(log) in done.err
    assert secret not in done.err + done.out + log.read_text(encoding="utf-8")


# --- Outputs that can't be written ----------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with an answers file, a workbook and a roster, in which a command is run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.json").write_text(json.dumps(books.submission(2)), encoding="utf-8")
    books.workbook(tmp_path / "a.xlsx", 2)
    write_roster(tmp_path / "schools.csv")
    (tmp_path / "folder").mkdir()
    (tmp_path / "taken").write_text("taken")
    return tmp_path


FILL = ("fill", "answers.json", "--out")
MERGE = ("merge", "a.xlsx", "--roster", "schools.csv", "--out")


@pytest.mark.parametrize(
    ("command", "out"),
    [
        (FILL, "absent/new.xlsx"),
        (FILL, "folder"),
        (FILL, "taken/new.xlsx"),
        (FILL, "x" * 300 + ".xlsx"),
        (MERGE, "absent/new.xlsx"),
        (MERGE, "folder"),
        (MERGE, "taken/new.xlsx"),
        (("templates", "--out"), "taken"),
        (("templates", "--out"), "taken/new"),
    ],
    ids=str,
)
def test_an_output_that_cannot_be_written(command, out, run, desk):
    before = snapshot(desk)
    done = run(*command, out)
    assert done.status == USAGE
    assert out in done.err
    assert THAI.search(done.err)
    assert snapshot(desk) == before


@pytest.mark.parametrize("command", [FILL, MERGE, ("templates", "--out")], ids=lambda command: command[0])
def test_an_output_that_excel_has_open(command, run, desk, monkeypatch):
    out = "folder" if command[0] == "templates" else "open.xlsx"
    earlier = openpyxl.Workbook()
    earlier.properties.keywords = OUTPUT_MARK
    save(earlier, desk / "open.xlsx")
    before = snapshot(desk)

    def locked(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", locked)
    done = run(*command, out)
    assert done.status == USAGE
    assert "Excel" in done.err
    assert snapshot(desk) == before


def test_a_disk_that_is_full(run, desk, monkeypatch):
    before = snapshot(desk)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa_excel.form.filling.pack", full)
    done = run(*FILL, "new.xlsx")
    assert done.status == USAGE
    assert "พื้นที่ดิสก์เต็ม" in done.err
    assert snapshot(desk) == before


def test_a_refused_answer_leaves_an_older_output_as_it_was(run, desk):
    (desk / "old.xlsx").write_bytes(b"as it was")
    (desk / "answers.json").write_text('{"rubric": "onesqa-r4"}')
    before = snapshot(desk)
    assert run(*FILL, "old.xlsx").status == USAGE
    assert snapshot(desk) == before


# --- Answers in JSON ------------------------------------------------------------------------------------------


def changed(*path: str, to: Any) -> Callable[[], str]:
    """The least submission of area 2 with one value set, or taken away where `to` is ...."""

    def text() -> str:
        data = json.loads(json.dumps(books.submission(2)))
        node = data
        for part in path[:-1]:
            node = node.setdefault(part, {})
        if to is ...:
            del node[path[-1]]
        else:
            node[path[-1]] = to
        return json.dumps(data)

    return text


MISFITS: dict[str, tuple[Callable[[], str], str]] = {
    "unknown key": (changed("extra", to=1), "/extra"),
    "unknown indicator": (changed("answers", "IND9", to={}), "/answers/IND9"),
    "unknown answer": (changed("answers", "IND5", "1.9", to={"met": True}), "/answers/IND5/1.9"),
    "unknown input": (changed("answers", "IND5", "1.1", to={"value": 1}), "/answers/IND5/1.1/value"),
    "unknown grade": (changed("answers", "IND5", "2", to={"M4": {}}), "/answers/IND5/2/M4"),
    "unknown subject": (changed("answers", "IND5", "2", "P6", to={"latin": {}}), "/answers/IND5/2/P6/latin"),
    "unknown condition": (changed("deductions", "IND5", to={"D9": {}}), "/deductions/IND5/D9"),
    "resolved where it can't be": (
        changed("deductions", "IND6", "D1", to={"resolved": True}),
        "/deductions/IND6/D1/resolved",
    ),
    "unknown text": (changed("evidence", "IND5", to={"9": "x"}), "/evidence/IND5/9"),
    "text typed for a number": (changed("answers", "IND5", "1.2", to={"value": "85"}), "/answers/IND5/1.2/value"),
    "number for yes": (changed("answers", "IND5", "1.1", to={"met": 1}), "/answers/IND5/1.1/met"),
    "yes for a number": (changed("answers", "IND6", "1", to={"count": True}), "/answers/IND6/1/count"),
    "null": (changed("answers", "IND6", "1", to={"count": None}), "/answers/IND6/1/count"),
    "half a person": (changed("answers", "IND6", "1", to={"count": 2.5}), "/answers/IND6/1/count"),
    "negative": (changed("answers", "IND6", "1", to={"count": -1}), "/answers/IND6/1/count"),
    "over 100": (changed("answers", "IND5", "1.2", to={"value": 100.1}), "/answers/IND5/1.2/value"),
    "a list": (changed("answers", to=[]), "/answers"),
    "a text for a table": (changed("answers", "IND5", to="all"), "/answers/IND5"),
    "number for a text": (changed("evidence", "IND5", "1", to=12), "/evidence/IND5/1"),
    "no code": (changed("school", "code", to=...), "/school/code"),
    "no grades": (changed("school", "levels", to=...), "/school/levels"),
    "no year": (changed("year", to=...), "/year"),
    "no answers": (changed("answers", to=...), "/answers"),
    "code as a number": (changed("school", "code", to=63020130), "/school/code"),
    "code of 9 digits": (changed("school", "code", to="630201300"), "/school/code"),
    "code in Thai digits": (changed("school", "code", to="๖๓๐๒๐๑๓๐"), "/school/code"),
    "code and a line end": (changed("school", "code", to="63020130\n"), "/school/code"),
    "grades out of order": (changed("school", "levels", to=["M3", "P6"]), "/school/levels"),
    "grade twice": (changed("school", "levels", to=["P6", "P6"]), "/school/levels"),
    "no grade at all": (changed("school", "levels", to=[]), "/school/levels"),
    "year in the Common Era": (changed("year", to=2020), "/year"),
    "year before the rubric": (changed("year", to=2558), "/year"),
    "date that isn't": (changed("prepared_on", to="2020-02-30"), "/prepared_on"),
    "date in the Buddhist Era": (changed("prepared_on", to="2563-03-31"), "/prepared_on"),
    "date in words": (changed("prepared_on", to="31 มีนาคม 2563"), "/prepared_on"),
    "unknown rubric": (changed("rubric", to="onesqa-r5"), "/rubric"),
    "rubric as a list": (changed("rubric", to=["onesqa-r4"]), "/rubric"),
    "no rubric": (changed("rubric", to=...), "/rubric"),
    "no area": (changed("area", to=...), "/area"),
    "unknown area": (changed("area", to=8), "/area"),
    "area as text": (changed("area", to="2"), "/area"),
    "area as yes": (changed("area", to=True), "/area"),
    "area as an object": (changed("area", to={}), "/area"),
    "long text": (changed("evidence", "IND5", "1", to="ก" * 32_768), "/evidence/IND5/1"),
    "long text by Excel's count": (changed("evidence", "IND5", "1", to="😀" * 20_000), "/evidence/IND5/1"),
    "control character": (changed("notes", "IND5", "1", to="a\x01b"), "/notes/IND5/1"),
    "half a character": (changed("notes", "IND5", "1", to="a\ud800b"), "/notes/IND5/1"),
    "no character": (changed("notes", "IND5", "1", to="a\uffffb"), "/notes/IND5/1"),
    "control character in a name": (changed("school", "name", to="\x00"), "/school/name"),
    "a number": (lambda: "5", "/"),
    "a list alone": (lambda: "[]", "/"),
    "null alone": (lambda: "null", "/"),
}


@pytest.mark.parametrize(("text", "where"), MISFITS.values(), ids=MISFITS)
def test_answers_that_do_not_fit_their_schema(text, where, run, desk):
    (desk / "answers.json").write_text(text(), encoding="utf-8")
    before = snapshot(desk)
    done = run(*FILL, "new.xlsx")
    assert done.status == USAGE
    assert re.search(rf"{re.escape(where)}[:\s]", done.err), done.err
    assert THAI.search(done.err)
    assert len(done.err) < 2_000
    assert snapshot(desk) == before


NO_JSON = {
    "not JSON": b"{rubric: onesqa-r4}",
    "cut off": b'{"rubric": "onesqa-r4", ',
    "empty": b"",
    "two": b"{} {}",
    "a workbook": b"PK\x03\x04\x00\x00",
    "in cp874": '{"rubric": "ก"}'.encode("cp874"),
    "in utf-16": '{"rubric": "onesqa-r4"}'.encode("utf-16"),
    "NaN": b'{"rubric": "onesqa-r4", "area": NaN}',
    "Infinity": b'{"rubric": "onesqa-r4", "area": -Infinity}',
    "beyond floats": b'{"rubric": "onesqa-r4", "area": 1e999}',
    "whole number beyond floats": b'{"rubric": "onesqa-r4", "area": 1' + b"0" * 400 + b"}",
    "5,000 digits": b'{"rubric": "onesqa-r4", "area": 1' + b"0" * 5000 + b"}",
    "100,000 deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("command", [(*FILL, "new.xlsx"), ("score", "answers.json")], ids=lambda command: command[0])
def test_answers_that_are_no_json(content, command, run, desk):
    (desk / "answers.json").write_bytes(content)
    before = snapshot(desk)
    done = run(*command)
    assert done.status == USAGE
    assert "answers.json" in done.err
    assert THAI.search(done.err)
    assert snapshot(desk) == before


@pytest.mark.parametrize("digits", [7, 308, 400])
def test_a_count_that_no_school_reaches(digits, run, desk):
    text = changed("answers", "IND6", "1", to={"count": 0})().replace('"count": 0', '"count": 1' + "0" * digits)
    (desk / "answers.json").write_text(text)
    assert run(*FILL, "new.xlsx").status == USAGE


def test_json_with_a_byte_order_mark_is_read(run, desk):
    (desk / "answers.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(books.submission(2)).encode())
    assert run(*FILL, "new.xlsx").status == DONE


def test_a_bad_json_among_others_is_listed(run, desk):
    (desk / "answers.json").write_text('{"rubric": "onesqa-r4"')
    done = run("score", desk, "--format", "json")
    assert done.status == FAULTS
    statuses = {Path(file["file"]).name: file["status"] for file in done.json["files"]}
    assert statuses["answers.json"] == "unreadable"
    assert statuses["a.xlsx"] in ("ok", "warnings")


@pytest.mark.parametrize(
    ("text", "th", "en"),
    [
        (changed("answers", "IND6", "1", to={"count": "9"}), "ต้องเป็นจำนวนเต็ม", "must be a whole number"),
        (changed("answers", "IND5", "1.1", to={"met": 1}), "ต้องเป็นค่า true หรือ false", "must be true or false"),
        (changed("answers", to=[]), "ต้องเป็นออบเจกต์ { }", "must be an object { }"),
        (changed("evidence", "IND5", "1", to=12), "ต้องเป็นข้อความ", "must be a text"),
    ],
)
def test_types_are_named_in_both_languages(text, th, en, run, desk):
    (desk / "answers.json").write_text(text(), encoding="utf-8")
    assert th in run(*FILL, "new.xlsx").err
    assert en in run(*FILL, "new.xlsx", "--lang", "en").err


@pytest.mark.parametrize("levels", [["P5"], ["P6", "M7"], ["P6", ""], ["P6", 3]])
def test_a_grade_that_no_rubric_knows(levels, run, desk):
    (desk / "answers.json").write_text(changed("school", "levels", to=levels)(), encoding="utf-8")
    done = run("score", "answers.json")
    assert done.status == USAGE
    assert f"/school/levels/{len(levels) - 1}:" in done.err
    scored = run("score", ".", "--format", "json")
    assert scored.status == FAULTS
    (bad,) = [file["problem"] for file in scored.json["files"] if file["status"] == "unreadable"]
    assert (bad["code"], f"/school/levels/{len(levels) - 1}:" in bad["message"]) == ("file.bad_json", True)


@pytest.mark.parametrize("levels", [["ป.6"], ["p6", "ม.๓"], ["M3", "P6"]])
def test_grades_in_other_words_are_understood(levels, run, desk):
    (desk / "answers.json").write_text(changed("school", "levels", to=levels)(), encoding="utf-8")
    assert run("score", "answers.json").status == DONE


def test_a_refusal_shows_nothing_of_what_was_typed(run, desk):
    secret = "ความลับของโรงเรียน"
    text = changed("notes", "IND5", "1", to=f"{secret}\x01")()
    (desk / "answers.json").write_text(text)
    assert secret not in run(*FILL, "new.xlsx").err


# --- Rosters --------------------------------------------------------------------------------------------------

COLUMNS = ["code", "name", "office", "levels", "learners", "teachers"]
SCHOOL = ["63020130", "โรงเรียนบ้านตัวอย่าง", "สพป.ตาก เขต 2", "P6", "120", "8"]


def roster(*rows: list[str], columns: list[str] = COLUMNS, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode(encoding)


def write_roster(path: Path) -> None:
    path.write_bytes(roster(SCHOOL))


BAD_ROSTERS = {
    "no columns": (b"63020130,x\n", "code"),
    "a column missing": (roster(SCHOOL[:5], columns=COLUMNS[:5]), "teachers"),
    "a column twice": (roster([*SCHOOL, "1"], columns=[*COLUMNS, "code"]), "code"),
    "a code twice": (roster(SCHOOL, SCHOOL), "63020130"),
    "a code twice, typed otherwise": (roster(SCHOOL, ["๖๓๐๒๐๑๓๐", *SCHOOL[1:]]), "63020130"),
    "a code that lost its zero": (roster(["3020130", *SCHOOL[1:]]), "2"),
    "no code": (roster(SCHOOL, ["", *SCHOOL[1:]]), "3"),
    "no school": (roster(), ""),
    "empty": (b"", ""),
    "binary": (bytes(range(256)), ""),
    "a PDF": (b"%PDF-1.7\x00\xff\xfe", ""),
    "a damaged workbook": (b"PK\x03\x04 and no more", ""),
}


@pytest.mark.parametrize(("content", "says"), BAD_ROSTERS.values(), ids=BAD_ROSTERS)
@pytest.mark.parametrize(
    "command", [(*MERGE, "new.xlsx"), ("validate", "a.xlsx", "--roster", "schools.csv")], ids=lambda command: command[0]
)
def test_a_roster_that_cannot_be_used(content, says, command, run, desk):
    (desk / "schools.csv").write_bytes(content)
    before = snapshot(desk)
    done = run(*command)
    assert done.status == USAGE
    assert done.out == ""
    assert THAI.search(done.err)
    assert says in done.err
    assert snapshot(desk) == before


GOOD_ROSTERS = {
    "utf-8": roster(SCHOOL),
    "utf-8 with its mark": roster(SCHOOL, encoding="utf-8-sig"),
    "cp874": roster(SCHOOL, encoding="cp874"),
    "utf-16": roster(SCHOOL, encoding="utf-16"),
    "semicolons": roster(SCHOOL).replace(b",", b";"),
    "capitals and spaces": roster(SCHOOL, columns=[f" {name.upper()} " for name in COLUMNS]),
    "more columns": roster([*SCHOOL, "x"], columns=[*COLUMNS, "หมายเหตุ"]),
    "blank lines": roster([], SCHOOL, [], ["", "", "", "", "", ""]),
    "Thai digits": roster(["๖๓๐๒๐๑๓๐", *SCHOOL[1:]]),
}


@pytest.mark.parametrize("content", GOOD_ROSTERS.values(), ids=GOOD_ROSTERS)
def test_a_roster_however_it_was_saved(content, run, desk):
    (desk / "schools.csv").write_bytes(content)
    done = run("merge", "a.xlsx", "--roster", "schools.csv", "--out", "new.xlsx", "--format", "json")
    assert done.status == DONE, done.err
    (school,) = done.json["schools"]
    assert (school["code"], school["name"]) == ("63020130", "โรงเรียนบ้านตัวอย่าง")
    assert school["workbooks"]["2"] == "warnings"
    assert done.json["district"]["name"] == "สพป.ตาก เขต 2"


def test_a_roster_as_a_workbook(run, desk):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    book.active.append([63020130, *SCHOOL[1:]])  # Excel makes a number of it
    book.save(desk / "schools.xlsx")
    done = run("merge", "a.xlsx", "--roster", "schools.xlsx", "--out", "new.xlsx", "--format", "json")
    assert done.status == DONE, done.err
    assert [school["code"] for school in done.json["schools"]] == ["63020130"]
