"""What an inbox holds, by content rather than by name: wrong endings, stand-ins, archives and what tries to be one."""

from __future__ import annotations

import io
import os
import struct
import tempfile
import zipfile
import zlib

import pytest

from helpers import books
from qa_excel.district import archives
from qa_excel.district.archives import name_of
from qa_excel.district.receiving import receive
from qa_excel.district.summarising import summarise_data
from qa_excel.files.contents import Content, content_of, described
from qa_excel.files.scratch import Scratch
from qa_excel.files.zips import MAX_DIRECTORY
from qa_excel.thai.said import Said

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The bytes of a workbook without a fault in its package."""
    return books.workbook(tmp_path_factory.mktemp("filled") / "a.xlsx", 2).read_bytes()


@pytest.fixture
def inbox(tmp_path, filled):
    """A folder with one workbook, so that there is always something to read."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "ก.xlsx").write_bytes(filled)
    return folder


def found(run, inbox, **options):
    """({file: status}, {file: codes}) without the workbook that is always there, and what is found within others."""
    done = run("validate", inbox, "--format", "json")
    files = {f["file"]: f["status"] for f in done.json["files"] if f["file"] != "ก.xlsx"}
    codes: dict[str, set[str]] = {}
    for problem in done.json["problems"]:
        if problem["code"].startswith("file.") and problem["file"] != "ก.xlsx":
            codes.setdefault(problem["file"], set()).add(problem["code"])
    return files, codes


# --- Endings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "ด้าน2.xlsx_",
        "ด้าน2.xlsx.download",
        "ด้าน2.xlsx.crdownload",
        "ด้าน2.xlsx.part",
        "ด้าน2.tmp",
        "ด้าน2",
        "ด้าน2.xl",
        "ด้าน2.xslx",
        "ด้าน2.xlsx (1)",
        "ด้าน2.pdf",
        "ด้าน2.zip",
        "ด้าน2 การบริหาร ฉบับที่ 1.0 แก้ไข",
    ],
)
def test_a_workbook_under_a_wrong_ending_is_read_and_named(name, run, inbox, filled):
    (inbox / name).write_bytes(filled)
    files, codes = found(run, inbox)
    assert files == {name: "errors"} or files == {name: "warnings"}
    assert codes == {name: {"file.wrong_ending"}}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        (".ด้าน2.xlsx.icloud", b"bplist00\xd1", "file.placeholder"),
        (".~ด้าน2.xlsx", b"", "file.placeholder"),
        (".ด้าน2.xlsx", b"", "file.placeholder"),
        (".ด้าน2.xlsx.tmp", b"part", "file.placeholder"),
        ("ด้าน2.gsheet", b'{"doc_id": "x"}', "file.placeholder"),
        ("ด้าน2.xlsx.url", b"[InternetShortcut]", "file.placeholder"),
        ("ด้าน2.xlsx.crdownload", b"", "file.placeholder"),
        ("ด้าน2.xlsx", bytes(5_000), "file.placeholder"),
        ("ด้าน2.xlsx", b"", "file.empty"),
        ("ด้าน2.xlsx_", b"", "file.empty"),
        ("ด้าน2.xlsx_", b"PK\x03\x04 and no more", "file.damaged"),
        ("ด้าน2.xls", b"<table><tr><td>1</td></tr></table>", "file.not_a_workbook"),
        ("ด้าน2.xls_", OLE + "Workbook".encode("utf-16-le"), "file.other_format"),
        ("ด้าน2.rar", b"Rar!\x1a\x07\x01\x00", "file.archive"),
        ("ด้าน2", b"7z\xbc\xaf\x27\x1c", "file.archive"),
        ("ด้าน2.zip", b"", "file.archive"),
    ],
)
def test_what_was_meant_as_a_workbook_is_called_what_it_is(name, content, code, run, inbox):
    (inbox / name).write_bytes(content)
    files, codes = found(run, inbox)
    assert files == {name: "unreadable"}
    assert code in codes[name] and "file.other" not in codes[name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("บันทึก.txt", b"x"),
        ("บันทึก", b"x"),
        ("บันทึก.doc", OLE + "WordDocumentWorkbook".encode("utf-16-le")),
        ("รูป.jpg", b"\xff\xd8\xff"),
        ("ว่าง.pdf", b""),
    ],
)
def test_what_nobody_meant_as_one_is_no_workbook(name, content, run, inbox):
    (inbox / name).write_bytes(content)
    assert found(run, inbox) == ({}, {name: {"file.other"}})


@pytest.mark.parametrize(
    "name", ["~$ก.xlsx", ".~lock.ก.xlsx#", ".~ก.xlsx", "._ก.xlsx", ".DS_Store", ".abcd_123.tmp", ".notes"]
)
def test_what_programs_leave_is_passed_over(name, run, inbox):
    (inbox / name).write_bytes(b"x")
    assert found(run, inbox) == ({}, {})


def test_a_hidden_workbook_is_named_and_not_read(run, inbox, filled):
    (inbox / ".ด้าน2.xlsx").write_bytes(filled)
    assert found(run, inbox) == ({}, {".ด้าน2.xlsx": {"file.hidden"}})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbf  <!-- x --><HTML><body>", "HTML"),
        ("<html xmlns:o='x'>".encode("utf-16"), "HTML"),
        (b'<?xml version="1.0"?><html xmlns="x">', "HTML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>', "XML Spreadsheet"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML Spreadsheet"),
        (b'<?xml version="1.0"?><data/>', "XML"),
        (b"{\\rtf1", "Rich Text"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0", "picture"),
        ("รหัส,ชื่อ".encode(), "CSV"),
        ("รหัส\tชื่อ".encode("utf-16"), "CSV"),
        ("รหัส".encode("cp874"), "CSV"),
        (b"\x01\x00\x02", "unknown"),
    ],
)
def test_a_content_has_a_name(content, name):
    told = described(content)
    assert name in (told if isinstance(told, str) else told.en)


# --- Archives -------------------------------------------------------------------------------------------------


def packed(path, files, **change):
    """A zip of (name in bytes or text, content); bytes are written as they are, without the flag of UTF-8."""
    flagged = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (name, content) in enumerate(files):
            if isinstance(name, bytes):
                stand_in = f"{number:03}".ljust(len(name), "x")[: len(name)]
                flagged[stand_in.encode()] = name
                name = stand_in
            package.writestr(name, content)
    data = path.read_bytes()
    for stand_in, name in flagged.items():
        data = data.replace(stand_in, name)
    path.write_bytes(data)
    return path


def test_a_zip_of_workbooks_is_read_under_its_name(run, inbox, filled):
    files = [("ด้าน2.xlsx", filled), ("โฟลเดอร์/ด้าน 3.xlsx", filled), ("โฟลเดอร์/รูป.jpg", b"\xff\xd8\xff")]
    packed(inbox / "a.zip", [*files, ("__MACOSX/._ด้าน2.xlsx", b"\0\5\x16\7"), (".DS_Store", b"x")])
    statuses, codes = found(run, inbox)
    assert list(statuses) == ["a.zip/ด้าน2.xlsx", "a.zip/โฟลเดอร์/ด้าน 3.xlsx"]
    assert set(statuses.values()) <= {"errors", "warnings"}
    assert codes == {"a.zip/โฟลเดอร์/รูป.jpg": {"file.other"}}


@pytest.mark.parametrize("name", ["a.zip", "a.ZIP", "a.zip_", "a", "a.zip.download"])
def test_a_zip_may_be_called_anything(name, run, inbox, filled):
    packed(inbox / name, [("ด้าน2.xlsx", filled)])
    assert list(found(run, inbox)[0]) == [f"{name}/ด้าน2.xlsx"]


def test_a_zip_may_be_named_itself(run, tmp_path, filled):
    packed(tmp_path / "a.zip", [("ด้าน2.xlsx", filled)])
    for command in ("validate", "score"):
        (file,) = run(command, tmp_path / "a.zip", "--format", "json").json["files"]
        assert file["file"] == "a.zip/ด้าน2.xlsx"


@pytest.mark.parametrize("name", ["ด้าน2.xlsx", "เขต.xlsx", "แบบ/เกณฑ์ ๑.xlsx"])
@pytest.mark.parametrize("encoding", ["cp874", "utf-8"])
def test_names_without_a_flag_are_thai(name, encoding, run, inbox, filled):
    packed(inbox / "a.zip", [(name.encode(encoding), filled)])
    assert list(found(run, inbox)[0]) == [f"a.zip/{name}"]


def test_a_name_may_stand_beside_another():
    entry = zipfile.ZipInfo("????.xlsx")
    name = "ด้าน2.xlsx".encode()
    entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(b"????.xlsx")) + name
    assert name_of(entry) == "ด้าน2.xlsx"
    entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
    assert name_of(entry) == "????.xlsx"


def test_an_archive_in_an_archive_is_named_and_not_opened(run, inbox, filled):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("ด้าน3.xlsx", filled)
    packed(inbox / "a.zip", [("ใน.zip", inner.getvalue()), ("ด้าน2.xlsx", filled)])
    statuses, codes = found(run, inbox)
    assert list(statuses) == ["a.zip/ใน.zip", "a.zip/ด้าน2.xlsx"]
    assert codes == {"a.zip/ใน.zip": {"file.archive"}}


@pytest.mark.parametrize(
    "name", ["../ด้าน2.xlsx", "ก/../../ด้าน2.xlsx", "/etc/ด้าน2.xlsx", "C:/ด้าน2.xlsx", "..\\ด้าน2.xlsx", "\\\\pc\\a.xlsx"]
)
def test_names_that_lead_elsewhere_close_the_archive(name, run, inbox, filled, tmp_path):
    before = books.snapshot(tmp_path)
    packed(inbox / "a.zip", [(name, filled), ("ด้าน3.xlsx", filled)])
    assert found(run, inbox) == ({"a.zip": "unreadable"}, {"a.zip": {"file.unsafe"}})
    (inbox / "a.zip").unlink()
    assert books.snapshot(tmp_path) == before


def test_names_twice_close_the_archive(run, inbox, filled):
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(inbox / "a.zip", "w") as package:
        package.writestr("ด้าน2.xlsx", filled)
        package.writestr("ด้าน2.xlsx", filled)
    assert found(run, inbox) == ({"a.zip": "unreadable"}, {"a.zip": {"file.unsafe"}})


def test_bombs_and_crowds_are_not_laid_out(run, inbox, monkeypatch):
    monkeypatch.setattr(archives, "MAX_LAID_OUT", 3_000_000)
    packed(inbox / "bomb.zip", [(f"{n}.xlsx", b"PK\3\4" + bytes(2_000_000)) for n in range(3)])
    packed(inbox / "crowd.zip", [(f"{n}.txt", b"") for n in range(archives.MAX_MEMBERS + 1)])
    packed(inbox / "list.zip", [("n" * 60_000 + str(n), b"") for n in range(MAX_DIRECTORY // 60_000 + 1)])
    names = ("bomb.zip", "crowd.zip", "list.zip")
    assert found(run, inbox) == (dict.fromkeys(names, "unreadable"), {name: {"file.unsafe"} for name in names})


def test_a_zip_written_to_a_pipe_or_as_a_large_one_is_read(run, inbox, filled):
    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return target.write(data)

    with (inbox / "pipe.zip").open("wb") as target, zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("ด้าน2.xlsx", filled)
    with zipfile.ZipFile(inbox / "large.zip", "w") as package, package.open("ด้าน3.xlsx", "w", force_zip64=True) as part:
        part.write(filled)
    (inbox / "before.zip").write_bytes(b"PK\3\4junk" + packed(inbox / "x", [("ด้าน4.xlsx", filled)]).read_bytes())
    (inbox / "x").unlink()
    files, _ = found(run, inbox)
    assert list(files) == ["before.zip/ด้าน4.xlsx", "large.zip/ด้าน3.xlsx", "pipe.zip/ด้าน2.xlsx"]


def test_a_large_file_that_is_no_workbook_is_not_laid_out(inbox, tmp_path):
    packed(inbox / "a.zip", [("วีดิทัศน์.mp4", b"\0\0\0\x18ftyp" + bytes(5_000_000))])
    (tmp_path / "out").mkdir()
    (member,) = archives.lay_out(inbox / "a.zip", tmp_path / "out")
    assert member.path.stat().st_size < 10_000


def test_what_cannot_be_unpacked_costs_itself_the_verdict(run, inbox, filled):
    path = packed(inbox / "a.zip", [("เสีย.xlsx", filled), ("ล็อก.xlsx", filled), ("ดี.xlsx", filled)])
    with zipfile.ZipFile(path) as package:
        broken, locked, _ = package.infolist()
        start = package.start_dir
    data = bytearray(path.read_bytes())
    data[broken.header_offset + 30 + len("เสีย.xlsx".encode()) + 50] ^= 0xFF
    data[locked.header_offset + 6] |= 1
    listed = data.index(b"PK\1\2", data.index(b"PK\1\2", start) + 4)
    data[listed + 8] |= 1
    path.write_bytes(data)
    statuses, codes = found(run, inbox)
    assert {n: s == "unreadable" for n, s in statuses.items()} == {
        "a.zip/เสีย.xlsx": True,
        "a.zip/ล็อก.xlsx": True,
        "a.zip/ดี.xlsx": False,
    }
    assert codes == {"a.zip/เสีย.xlsx": {"file.damaged"}, "a.zip/ล็อก.xlsx": {"file.archive"}}


def test_a_link_in_an_archive_is_not_followed(run, inbox, filled):
    entry = zipfile.ZipInfo("ด้าน2.xlsx")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(inbox / "a.zip", "w") as package:
        package.writestr(entry, "/etc/passwd")
    assert found(run, inbox) == ({"a.zip/ด้าน2.xlsx": "unreadable"}, {"a.zip/ด้าน2.xlsx": {"file.special"}})


def test_nothing_of_an_archive_remains(run, inbox, filled, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    packed(inbox / "99000001.zip", [("ด้าน2.xlsx", filled)])
    done = run("validate", inbox, "--feedback", tmp_path / "back", "--format", "json")
    assert done.status in (0, 1) and not list(temporary.iterdir())
    assert "ด้าน2 (ผลตรวจ).xlsx" in {path.name for path in (tmp_path / "back").rglob("*.xlsx")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it kills a process of its own")
def test_what_a_killed_run_laid_out_is_removed_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reading, end = os.pipe()
    if not (child := os.fork()):
        (Scratch().new_folder() / "ด้าน2.xlsx").write_bytes(b"x")
        os.write(end, b"x")
        os.kill(os.getpid(), 9)
    os.read(reading, 1)
    os.waitpid(child, 0)
    left = set(tmp_path.iterdir())
    assert left
    with Scratch() as scratch:
        folder = scratch.new_folder()
        assert not left & set(tmp_path.iterdir())
        with Scratch() as other:
            other.new_folder()
            assert folder.is_dir(), "a run that goes on is left alone"
    assert not list(tmp_path.iterdir())


def test_contents_are_told_without_opening_them(tmp_path, filled):
    path = tmp_path / "a"
    for content, kind in (
        (filled, Content.WORKBOOK),
        (filled[:3_000], Content.WORKBOOK),
        (b"junk before" + filled, Content.OTHER),
        (b"", Content.EMPTY),
        (bytes(2_000_000), Content.EMPTY),
        (bytes(2_000_000) + b"x", Content.OTHER),
        (OLE, Content.OTHER),
    ):
        path.write_bytes(content)
        assert content_of(path) is kind
    assert content_of(tmp_path / "absent") is Content.OTHER


def test_only_the_command_line_names_its_options(tmp_path, run):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"qa-excel": {}}', encoding="utf-8")
    (tmp_path / "empty").mkdir()
    roster = books.SAMPLES / "schools.csv"
    for service, folder, options in ((receive, "data", ("--roster", roster)), (summarise_data, "empty", ())):
        with pytest.raises(Said) as refused:
            service([tmp_path / folder])
        assert "--" not in refused.value.text.th + refused.value.text.en
        said = run("merge", tmp_path / folder, *options, "--out", tmp_path / "d.xlsx", "--lang", "en").err
        assert "made by --data" in said and "--roster" in said
