"""What acts when a workbook is opened or clicked: each is named with its place, and no copy carries it."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from helpers import books, libreoffice
from helpers.acting import ACTING, SECRET, R, acting
from helpers.open_xml_sdk import complaints
from qa_excel.checks import check
from qa_excel.district.copies import is_unchanged_copy
from qa_excel.feedback.writing import write_feedback
from qa_excel.reading.active import CODES
from qa_excel.reading.workbook import read_workbook


@pytest.mark.parametrize("what", ACTING)
def test_it_is_named_with_its_place_and_no_copy_carries_it(what, tmp_path):
    path = acting(tmp_path / "a.xlsx", what)
    _, code, place = ACTING[what]
    result = check(read_workbook(path, "a.xlsx"))
    found = [p for p in result.problems if p.code == code and (p.source.sheet, p.source.cell) == place]
    assert found, [(p.code, p.source) for p in result.problems if p.code.startswith("file.")]
    assert not any(SECRET in str(p.to_json(lang)) for p in result.problems for lang in ("th", "en"))
    copy = copy_of(path, tmp_path / "out")
    parts = books.parts_of(copy)
    assert not [name for name, part in parts.items() if SECRET.encode() in part or b"controlPr" in part]
    assert not [name for name, part in parts.items() if b' vm="' in part]
    assert not [p for p in read_workbook(copy).problems if p.code in CODES]
    whole(parts)
    books.opened(io.BytesIO(copy.read_bytes()))
    assert is_unchanged_copy(read_workbook(copy))


def copy_of(path: Path, folder: Path) -> Path:
    """The marked copy of a workbook."""
    result = check(read_workbook(path, path.name))
    result.path = path
    copy, _ = write_feedback([result], folder)
    return copy


OF_MANY_PARTS = ("newer", "outside", "control", "button", "ActiveX", "OLE", "another workbook", "pivot", "IMAGE with")


def test_no_program_wants_to_repair_a_copy(tmp_path):
    plain = books.workbook(tmp_path / "plain.xlsx", 2, {("IND6.1", "count"): 99, ("IND6.1", "total"): 11})
    expected = copy_of(plain, tmp_path / "plain")
    copies = []
    for number, what in enumerate(what for what in ACTING if any(word in what for word in OF_MANY_PARTS)):
        copies.append(copy_of(acting(tmp_path / f"{number}.xlsx", what), tmp_path / f"{number}"))
    assert len(copies) >= len(OF_MANY_PARTS)
    said = {
        path: [(c.part, c.text) for c in found] for path, found in complaints([expected, *copies], tmp_path).items()
    }
    for copy in copies:
        assert said[copy] == said[expected]
    assert len(libreoffice.resave(copies, tmp_path / "saved")) == len(copies)


def whole(parts: dict[str, bytes]) -> None:
    """No relation leads nowhere, no id is asked for that is not there, no content type is of no part."""
    for name, part in parts.items():
        if name.endswith(".rels"):
            folder = Path(name).parents[1]
            owner = parts.get(str(folder / Path(name).name.removesuffix(".rels")), b"<a/>")
            relations = ElementTree.fromstring(part)
            assert len(relations), name
            for relation in relations:
                if relation.get("TargetMode") != "External":
                    target = relation.get("Target")
                    path = (
                        target.lstrip("/")
                        if target.startswith("/")
                        else str((Path("/") / folder / target).resolve())[1:]
                    )
                    assert path in parts, (name, target)
            ids = {relation.get("Id") for relation in relations}
            asked = {
                v for e in ElementTree.fromstring(owner).iter() for k, v in e.attrib.items() if k.startswith(f"{{{R}}}")
            }
            assert asked - {""} <= ids, (name, asked)
    for override in ElementTree.fromstring(parts["[Content_Types].xml"]):
        assert override.get("PartName", "/xl/workbook.xml").lstrip("/") in parts
