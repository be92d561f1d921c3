"""What acts when a workbook is opened or clicked: each is named with its place, and no copy carries it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from acting import ACTING, SECRET, acting

from qa_excel.active import CODES
from qa_excel.checks import check
from qa_excel.copies import is_unchanged_copy
from qa_excel.feedback import write_feedback
from qa_excel.reading import read_workbook


@pytest.mark.parametrize("what", ACTING)
def test_it_is_named_with_its_place_and_no_copy_carries_it(what, tmp_path):
    path = acting(tmp_path / "a.xlsx", what)
    _, code, place = ACTING[what]
    result = check(read_workbook(path, "a.xlsx"))
    found = [p for p in result.problems if p.code == code and (p.source.sheet, p.source.cell) == place]
    assert found, [(p.code, p.source) for p in result.problems if p.code.startswith("file.")]
    assert not any(SECRET in str(p.to_json(lang)) for p in result.problems for lang in ("th", "en"))
    result.path = path
    copy, _ = write_feedback([result], tmp_path / "out")
    with zipfile.ZipFile(copy) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert not [name for name, part in parts.items() if SECRET.encode() in part or b"controlPr" in part]
    assert not [name for name, part in parts.items() if b' vm="' in part]
    assert not [p for p in read_workbook(copy).problems if p.code in CODES]
    whole(parts)
    openpyxl.load_workbook(io.BytesIO(copy.read_bytes()))
    assert is_unchanged_copy(copy)


def whole(parts: dict[str, bytes]) -> None:
    """No relation leads nowhere, no id is asked for that is not there, no content type is of no part."""
    from xml.etree import ElementTree

    from acting import R

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
