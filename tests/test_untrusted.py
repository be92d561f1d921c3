"""Files that may do harm: refused before any parser sees them, or read with a word of warning; never followed."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
from pathlib import Path

import books
import pytest
from fixtures_build import external_link

from qa_excel import package
from qa_excel.files.scratch import Scratch
from qa_excel.inbox import search
from qa_excel.problems import CATALOGUE
from qa_excel.reading import read_workbook
from qa_excel.submission import FileResult

SHEET = "xl/worksheets/sheet2.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def codes(result: FileResult) -> list[str]:
    return [problem.code for problem in result.problems]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return books.workbook(tmp_path / "a.xlsx", 2)


def with_parts(workbook: Path, **parts: bytes) -> FileResult:
    books.repack(workbook, lambda held: held.update({name.replace("__", "/"): part for name, part in parts.items()}))
    return read_workbook(workbook)


# --- Refused --------------------------------------------------------------------------------------------------


def test_entries_that_share_their_bytes(workbook):
    content = bytearray(workbook.read_bytes())
    places = [n for n in range(len(content)) if content[n : n + 4] == b"PK\x01\x02"]
    content[places[1] + 42 : places[1] + 46] = content[places[0] + 42 : places[0] + 46]
    workbook.write_bytes(content)
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


@pytest.mark.parametrize("name", ["/etc/x", "../x", "xl/../../x", "..\\x", "C:/x", "xl/Worksheets/SHEET2.xml"])
def test_names_of_parts(workbook, name):
    assert codes(with_parts(workbook, **{name: b"x"})) == ["file.unsafe"]


def test_a_part_packed_in_another_way(workbook):
    with zipfile.ZipFile(workbook, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/media/a.png", b"x")
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


def test_pictures_count_but_are_not_kept(workbook, monkeypatch):
    with_parts(workbook, **{"xl/media/a.png": b"\x89PNG" + bytes(3_000_000)})
    opened = package.open_package(workbook)
    assert "xl/media/a.png" in opened.names
    assert "xl/media/a.png" not in opened.parts
    monkeypatch.setattr(package, "MAX_XML", 1_000_000)
    assert read_workbook(workbook).submission
    monkeypatch.setattr(package, "MAX_INFLATED", 1_000_000)
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


@pytest.mark.parametrize("limit", ["MAX_XML", "MAX_SHEETS", "MAX_CELLS"])
def test_limits(limit, workbook, monkeypatch):
    monkeypatch.setattr(package, limit, 3)
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


def test_a_long_text_that_many_cells_show(workbook):
    """One text of 30,000 letters stands once in the file, and would stand 1,000 times in memory."""
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(500, 1500))

    def change(parts: dict[str, bytes]) -> None:
        parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (
            NAMESPACE.encode(),
            b"x" * 30_000,
        )
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")

    assert codes(read_workbook(books.repack(workbook, change))) == ["file.unsafe"]


def test_a_long_text_that_few_cells_show(workbook):
    """Long texts are no fault, even beside many short ones."""
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (n, n) for n in range(500, 1500))

    def change(parts: dict[str, bytes]) -> None:
        items = b"<si><t>%s</t></si><si><t>x</t></si>" % (b"x" * 30_000)
        parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (NAMESPACE.encode(), items)
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")

    assert read_workbook(books.repack(workbook, change)).submission


def test_many_sheets_that_name_one_part(workbook, monkeypatch):
    """Each is read anew, so that each counts."""
    cells = package.open_package(workbook)
    area = sum(cells.facts(t).last_row * cells.facts(t).last_column for t in cells.book.parts)
    monkeypatch.setattr(package, "MAX_CELLS", area + 10)
    more = b"".join(b'<sheet name="x%d" sheetId="9%d" r:id="rId2"/>' % (n, n) for n in range(9))
    books.repack(
        workbook,
        lambda parts: parts.update(
            {"xl/workbook.xml": parts["xl/workbook.xml"].replace(b"</sheets>", more + b"</sheets>")}
        ),
    )
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", SHEET, "docProps/core.xml"])
def test_a_dtd_in_any_part_and_encoding(workbook, part, encoding):
    def change(parts: dict[str, bytes]) -> None:
        text = parts[part].decode().partition("?>")[2] if parts[part].startswith(b"<?xml") else parts[part].decode()
        head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]>'
        parts[part] = (head + text).encode(encoding)

    assert codes(read_workbook(books.repack(workbook, change))) == ["file.unsafe"]


def test_macros_of_old(workbook):
    assert codes(with_parts(workbook, **{"xl/macrosheets/sheet1.xml": b"<a/>"})) == ["file.macros"]


def test_nothing_but_what_was_looked_at_is_parsed(workbook):
    """The package handed to the parser is written anew, of the parts that were looked at."""
    opened = package.open_package(workbook)
    with zipfile.ZipFile(io.BytesIO(opened.readable())) as copy:
        assert all(name.startswith(("_rels/", "xl/")) for name in copy.namelist())
        assert {info.compress_type for info in copy.infolist()} == {zipfile.ZIP_STORED}
        assert copy.read("xl/workbook.xml") == opened.parts["xl/workbook.xml"]


# --- Read with a word of warning ------------------------------------------------------------------------------


WARNED = {
    "file.external_links": external_link("file:///C:/Users/somchai/other.xlsx"),
    "file.dde": external_link("x", "ddeLink ddeService='cmd' ddeTopic='/c calc'"),
    "file.embedded": {"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"},
    "file.addin_link": external_link(r"file:///C:\Users\somchai\AppData\XLSTART\QA_Excel.xlam"),
}


@pytest.mark.parametrize("code", WARNED)
def test_what_a_workbook_brings_along(code, workbook):
    result = with_parts(workbook, **WARNED[code])
    assert result.submission
    assert result.status == ("ok" if CATALOGUE[code].severity == "info" else "warnings")
    assert code in codes(result)
    assert "somchai" not in str([problem.to_json() for problem in result.problems])


def test_dde_is_not_a_link_to_a_file_as_well(workbook):
    assert codes(with_parts(workbook, **WARNED["file.dde"])) == ["file.dde"]


@pytest.mark.parametrize("name", ["xl/activeX/activeX1.bin", "xl/embeddings/Book.xlsx"])
def test_embedded_objects(name, workbook):
    assert codes(with_parts(workbook, **{name: b"PK\x03\x04"})) == ["file.embedded"]


def test_dde_in_a_formula(workbook):
    cell = '<row r="900"><c r="A900"><f>cmd|\'/c calc\'!A0</f><v>0</v></c></row>'
    result = read_workbook(books.add_cell_xml(workbook, cell))
    assert codes(result) == ["file.dde"]
    assert result.problems[0].source.cell == "A900"


def test_dde_as_a_function(workbook):
    cell = '<row r="900"><c r="A900"><f>IF(1,dde ("soffice","x","y"),0)</f><v>0</v></c></row>'
    result = read_workbook(books.add_cell_xml(workbook, cell))
    assert [(problem.code, problem.source.cell) for problem in result.problems] == [("file.dde", "A900")]


def with_name(workbook: Path, name: str, formula: str) -> FileResult:
    def change(parts: dict[str, bytes]) -> None:
        defined = f'<definedNames><definedName name="{name}">{formula}</definedName>'.encode()
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<definedNames>", defined)
        assert defined in parts["xl/workbook.xml"]

    return read_workbook(books.repack(workbook, change))


@pytest.mark.parametrize("formula", ["cmd|'/c calc'!A0", 'DDE("soffice","x","y")'])
def test_dde_in_a_defined_name(formula, workbook):
    assert codes(with_name(workbook, "zz", formula)) == ["file.dde"]


@pytest.mark.parametrize("formula", ["'a|b'!$A$1", '"a|b"', "ADDED(1)"])
def test_no_dde_in_a_defined_name(formula, workbook):
    assert codes(with_name(workbook, "zz", formula)) == []


@pytest.mark.parametrize("name", ["Auto_Open", "_xlnm.Auto_Close", "auto_openX"])
def test_a_name_that_runs_at_opening(name, workbook):
    assert codes(with_name(workbook, name, "$A$1")) == ["file.macros"]


def related(workbook: Path, kind: str) -> FileResult:
    def change(parts: dict[str, bytes]) -> None:
        name = "xl/_rels/workbook.xml.rels"
        relation = (
            f'<Relationship Id="rX9" Target="http://example.org/x" TargetMode="External" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
        )
        parts[name] = parts[name].replace(b"</Relationships>", relation.encode())

    return read_workbook(books.repack(workbook, change))


def test_a_picture_to_be_fetched_from_outside(workbook):
    (problem,) = related(workbook, "image").problems
    assert (problem.code, problem.params) == ("file.external_links", {"count": 1})
    assert "example" not in problem.message()


def test_a_picture_and_a_workbook_outside_are_counted_together(workbook):
    books.repack(workbook, lambda parts: parts.update(external_link("file:///C:/other.xlsx")))
    (problem,) = related(workbook, "image").problems
    assert (problem.code, problem.params) == ("file.external_links", {"count": 2})


def test_an_address_to_click_on_is_no_link(workbook):
    assert codes(related(workbook, "hyperlink")) == []


@pytest.mark.parametrize("formula", ['"a|b"', "'a|b'!A1", "1+1"])
def test_no_dde(formula, workbook):
    cell = f'<row r="900"><c r="A900"><f>{formula}</f><v>0</v></c></row>'
    assert codes(read_workbook(books.add_cell_xml(workbook, cell))) == []


# --- The inbox ------------------------------------------------------------------------------------------------

links = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")


@links
def test_links_and_pipes_in_a_folder(tmp_path):
    books.workbook(tmp_path / "outside.xlsx", 2)
    folder = tmp_path / "inbox"
    (folder / "sub").mkdir(parents=True)
    books.workbook(folder / "a.xlsx", 2)
    (folder / "inside.xlsx").symlink_to(folder / "a.xlsx")
    (folder / "out.xlsx").symlink_to(tmp_path / "outside.xlsx")
    (folder / "nowhere.xlsx").symlink_to(tmp_path / "absent.xlsx")
    (folder / "round.xlsx").symlink_to(folder / "round.xlsx")
    (folder / "up").symlink_to(tmp_path)
    (folder / "back").symlink_to(folder / "sub")
    os.mkfifo(folder / "pipe.xlsx")
    inbox = search([folder], new_folder=Scratch().new_folder)
    assert [received.path for received in inbox.files] == [folder / "a.xlsx"]
    special = [Path(problem.source.file).name for problem in inbox.problems if problem.code == "file.special"]
    assert special == ["nowhere.xlsx", "out.xlsx", "pipe.xlsx", "round.xlsx", "up"]
    assert len(inbox.problems) == len(special)


@links
@pytest.mark.parametrize("path", ["pipe", "/dev/null", "/dev/zero"])
def test_a_special_file_given_by_name(path, run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = run("validate", tmp_path / path, "--format", "json")
    assert result.status == 1
    assert [problem["code"] for problem in result.json["problems"]] == ["file.special"]


@links
def test_a_link_given_by_name_is_followed(tmp_path):
    books.workbook(tmp_path / "a.xlsx", 2)
    (tmp_path / "b.xlsx").symlink_to(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "b.xlsx").submission


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system takes no such names")
@pytest.mark.parametrize("arguments", [("validate",), ("validate", "--format", "json"), ("score",)])
def test_names_that_are_not_utf_8(arguments, run, tmp_path):
    name = os.fsdecode("ด้าน2".encode("cp874")) + ".xlsx"
    books.workbook(tmp_path / name, 2)
    (tmp_path / name.replace("xlsx", "txt")).write_text("x")
    result = run(arguments[0], tmp_path, *arguments[1:])
    assert result.status == 0
    assert "\ufffd" in read_workbook(tmp_path / name).file
    (result.out + result.err).encode()


def test_a_header_that_lies_about_its_length(workbook):
    """The name in a part's own header is longer than the file; nothing is read beyond its end."""
    content = bytearray(workbook.read_bytes())
    content[26:30] = struct.pack("<HH", 65_535, 65_535)
    workbook.write_bytes(content)
    assert codes(read_workbook(workbook)) in (["file.unsafe"], ["file.damaged"])
