"""Files that may do harm: refused before any parser sees them, or read with a word of warning; never followed."""

from __future__ import annotations

import lzma
import os
import struct
import sys
import time
import zipfile
from pathlib import Path

import pytest

from fixtures_build import external_link
from helpers import books
from qa_excel.district.inbox import search
from qa_excel.files import guard as package
from qa_excel.files import limits, parts, trees
from qa_excel.files.output import CORE, OUTPUT_MARK, is_output, is_untouched
from qa_excel.files.scratch import Scratch
from qa_excel.problems import CATALOGUE
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook

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


LIMITS = {
    "MAX_XML": "file.unsafe",
    "MAX_TAGS": "file.sheet_too_large",
    "MAX_RELATIONS": "file.unsafe",
    "MAX_SHEETS": "file.unsafe",
    "MAX_CELLS": "file.sheet_too_large",
}


@pytest.mark.parametrize(("limit", "code"), LIMITS.items())
def test_limits(limit, code, workbook, monkeypatch):
    monkeypatch.setattr(limits, limit, 3)
    assert codes(read_workbook(workbook)) == [code]


def test_a_part_of_more_elements_than_a_tree_is_built_of(workbook, monkeypatch):
    for kept in (parts._related, parts._listed):
        kept.cache_clear()
    monkeypatch.setattr(trees, "MAX_TREE", 3)
    assert codes(read_workbook(workbook)) == ["file.unsafe"]


def many(parts: dict[str, bytes], part: str, before: bytes, more: bytes) -> None:
    parts[part] = parts[part].replace(before, more + before)


RELATIONS_OF_BOOK = "xl/_rels/workbook.xml.rels"
HEAVY = {
    "relations": lambda parts: many(parts, RELATIONS_OF_BOOK, b"</Relationships>", b"<a/>" * 4_000_000),
    "relations within one another": lambda parts: many(
        parts, RELATIONS_OF_BOOK, b"</Relationships>", b"<a>" * 1_300_000 + b"</a>" * 1_300_000
    ),
    "many lists of relations": lambda parts: parts.update(
        {f"xl/a{n}/_rels/a.rels": b"<R>" + b"<a/>" * 400_000 + b"</R>" for n in range(10)}
    ),
    "elements of a sheet": lambda parts: many(parts, SHEET, b"</sheetData>", b"<row r='900'>" + b"<a/>" * 4_000_000),
    "attributes": lambda parts: many(
        parts, SHEET, b"</sheetData>", b"<a " + b" ".join(b'a%d=""' % n for n in range(900_000)) + b"/>"
    ),
    "names": lambda parts: many(parts, "xl/workbook.xml", b"</workbook>", b"<definedName/>" * 1_000_000),
    "formats": lambda parts: parts.update(
        {
            "xl/styles.xml": b'<styleSheet xmlns="%s"><numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts>'
            b"<cellXfs>%s</cellXfs></styleSheet>"
            % (NAMESPACE.encode(), b"0" * 200_000, b'<xf numFmtId="200"/>' * 20_000)
        }
    ),
    "links in a sheet": lambda parts: many(
        parts,
        SHEET,
        b"<pageMargins",
        b"<hyperlinks>" + b'<hyperlink ref="A1" location="x"/>' * 300_000 + b"</hyperlinks>",
    ),
    "elements deep in a drawing": lambda parts: parts.update(
        {"xl/drawings/drawing1.xml": b'<a id="x">' * 90_000 + b"</a>" * 90_000}
    ),
    "a drawing that is no XML": lambda parts: parts.update({"xl/drawings/a.vml": b"<" + b"a" * 3_000_000}),
    "attributes that are none": lambda parts: parts.update({"xl/drawings/a.vml": b"<a " + b"a" * 3_000_000 + b">"}),
    "a long text": lambda parts: parts.update({"customXml/item1.xml": b"<a>" + b"a&amp;" * 2_500_000 + b"</a>"}),
    "comments": lambda parts: parts.update(
        {
            "xl/comments1.xml": b"<c>" + b'<comment ref="A1"><t>x</t></comment>' * 24_000 + b"</c>",
            "xl/worksheets/_rels/sheet2.xml.rels": b'<R xmlns="a">%s</R>'
            % (b'<Relationship Id="z" Type="a/comments" Target="/xl/comments1.xml"/>' * 19_000),
        }
    ),
}


@pytest.mark.parametrize("heavy", HEAVY.values(), ids=HEAVY)
def test_a_small_file_costs_little_time(heavy, workbook):
    """Each took ten seconds and more, or a gigabyte, as the file was read in the program's own process."""
    books.repack(workbook, heavy)
    start = time.process_time()
    result = read_workbook(workbook)
    assert time.process_time() - start < 4
    assert codes(result) == ["file.unsafe"] or codes(result) == ["file.sheet_too_large"] or result.submission


def test_a_directory_longer_than_that_of_any_workbook(workbook):
    """Python reads the whole of it before its entries can be counted."""
    with zipfile.ZipFile(workbook, "a") as archive:
        for number in range(30_000):
            archive.writestr(f"a{number}" + "x" * 50, b"")
    assert codes(read_workbook(workbook)) == ["file.damaged"]
    assert not is_output(workbook)


def repacked_core(workbook: Path, method: int, core: bytes = b"<a/>") -> None:
    """The document's properties packed in another way; all else stays."""
    parts = {}
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, core if name == CORE else part, method if name == CORE else None)


def patched(workbook: Path, offset: int, value: bytes, of_directory: bool = True) -> None:
    """Another value in the directory's last entry, or in the file's first header."""
    content = bytearray(workbook.read_bytes())
    place = content.rfind(b"PK\x01\x02") if of_directory else 0
    content[place + offset : place + offset + len(value)] = value
    workbook.write_bytes(content)


def core_last(workbook: Path) -> None:
    books.repack(workbook, lambda parts: parts.update({CORE: parts.pop(CORE)}))


ODD_PACKAGES = {
    "lzma": lambda path: repacked_core(path, zipfile.ZIP_LZMA),
    "bzip2": lambda path: repacked_core(path, zipfile.ZIP_BZIP2),
    "deflate64": lambda path: patched(path, 10, b"\x09\x00"),
    "an unknown way of packing": lambda path: patched(path, 10, b"\x63\x00"),
    "lzma that is none": lambda path: patched(path, 10, b"\x0e\x00"),
    "bzip2 that is none": lambda path: patched(path, 10, b"\x0c\x00"),
    "a version yet to come": lambda path: patched(path, 6, b"\xff\x00"),
    "encrypted": lambda path: patched(path, 8, b"\x01\x00"),
    "strong encryption": lambda path: patched(path, 8, b"\x41\x00"),
    "patched data": lambda path: patched(path, 8, b"\x20\x00"),
    "a header elsewhere": lambda path: patched(path, 42, b"\xff\xff\xff\x7f"),
    "a wrong sum": lambda path: patched(path, 16, b"\x00\x00\x00\x00"),
    "a size beyond all": lambda path: patched(path, 20, b"\xff\xff\xff\xff"),
    "a name of no bytes": lambda path: patched(path, 28, b"\x00\x00"),
}


@pytest.mark.parametrize("spoil", ODD_PACKAGES.values(), ids=ODD_PACKAGES)
def test_one_file_costs_itself_the_verdict(spoil, workbook, run):
    """In a folder each is also asked whether it is the program's own output, or a marked copy."""
    good = books.workbook(workbook.with_name("b.xlsx"), 3)
    core_last(workbook)
    spoil(workbook)
    done = run("validate", workbook.parent, "--format", "json")
    assert done.status in (0, 1), done.err
    statuses = {Path(file["file"]).name: file["status"] for file in done.json["files"]}
    assert statuses[good.name] == "warnings"
    assert workbook.name in statuses
    is_untouched(workbook)  # which nothing is raised for either


FAULTS_OF_CONTENT = [
    NotImplementedError,
    RuntimeError,
    RecursionError,
    MemoryError,
    KeyError,
    OverflowError,
    AttributeError,
    lzma.LZMAError,
]


@pytest.mark.parametrize("fault", FAULTS_OF_CONTENT)
@pytest.mark.parametrize(
    "place",
    [
        "files.guard._look",
        "reading.grids.usual_rows",
        "reading.workbook._assemble",
        "district.examining.check",
        "district.examining.is_unchanged_copy",
        "files.zips.open_zip",
    ],
)
def test_no_fault_of_a_files_content_ends_the_run(place, fault, workbook, run, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise fault("ความลับ")

    monkeypatch.setattr(f"qa_excel.{place}", broken)
    done = run("validate", workbook.parent, "--format", "json")
    assert "ความลับ" not in done.out + done.err
    (file,) = done.json["files"]
    if place != "files.zips.open_zip":  # to which nothing is lost but a look at the properties
        assert (done.status, file["status"]) == (1, "unreadable")


def test_a_schools_workbook_with_the_mark_of_an_output(workbook, run):
    """As when sheets are pasted into a summary of the office, or its properties are copied."""
    keywords = b"<cp:keywords>%s</cp:keywords>" % OUTPUT_MARK.encode()
    books.repack(workbook, lambda parts: many(parts, CORE, b"</cp:coreProperties>", keywords))
    books.pack(workbook.with_name("b.xlsx"), {CORE: keywords, "xl/worksheets/sheet1.xml": b"<worksheet/>"})
    assert [is_output(path) for path in (workbook, workbook.with_name("b.xlsx"))] == [False, True]
    done = run("validate", workbook.parent, "--format", "json")
    assert [file["file"] for file in done.json["files"]] == [workbook.name]


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
