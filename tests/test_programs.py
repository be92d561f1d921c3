"""Workbooks as other programs and other shapes have them: the same answers, or a clear verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import books
import office
import openpyxl
import pytest
import xlsxwriter
from fuzz.mutations import share_texts

from qa_excel.package import open_package
from qa_excel.reading import read_workbook
from qa_excel.submission import FileResult

FILES = sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))
NAMES = [file.stem for file in FILES]
each_file = pytest.mark.parametrize("file", FILES, ids=NAMES)
Parts = dict[str, bytes]


def same(file: Path, other: Path) -> FileResult:
    """Both files hold the same answers; the result of the other."""
    result = read_workbook(other)
    assert result.submission, [problem.code for problem in result.problems]
    assert result.submission.data == read_workbook(file).submission.data
    assert not [problem for problem in result.problems if problem.severity == "error"]
    return result


def sheets(parts: Parts) -> list[str]:
    return [name for name in parts if "worksheets/sheet" in name and name.endswith(".xml")]


# --- Other programs -------------------------------------------------------------------------------------------


@each_file
def test_openpyxl(file, tmp_path):
    book = openpyxl.load_workbook(file)
    book.save(tmp_path / "a.xlsx")
    assert same(file, tmp_path / "a.xlsx").problems == []


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}], ids=["shared texts", "inline texts"])
@each_file
def test_xlsxwriter(file, options, tmp_path):
    """The same cells, written by a program that knows nothing of the form."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", options) as target:
        day = target.add_format({"num_format": "d/m/yyyy"})
        for sheet in openpyxl.load_workbook(file).worksheets:
            copy = target.add_worksheet(sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    put(copy, cell, day)
    same(file, tmp_path / "a.xlsx")


def put(sheet: Any, cell: Any, day: Any) -> None:
    place = (cell.row - 1, cell.column - 1)
    if cell.data_type == "f":
        sheet.write_formula(*place, cell.value, None, "#NAME?")
    elif getattr(cell, "is_date", False):
        sheet.write_datetime(*place, cell.value, day)
    elif isinstance(cell.value, str):
        sheet.write_string(*place, cell.value)
    elif cell.value is not None:
        sheet.write(*place, cell.value)


@pytest.mark.libreoffice
@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_libreoffice(to, tmp_path):
    copies = []
    for number, file in enumerate(FILES):
        copies.append(tmp_path / f"{number}.xlsx")
        copies[-1].write_bytes(file.read_bytes())
    saved = office.resave(copies, tmp_path / to, to)
    if to == "ods":
        refused = read_workbook(saved[0])
        assert [problem.code for problem in refused.problems] == ["file.other_format"]
        saved = office.resave(saved, tmp_path / "xlsx")
    for file, other in zip(FILES, saved, strict=True):
        same(file, other)


# --- Other shapes ---------------------------------------------------------------------------------------------


def strict(parts: Parts) -> None:
    for name in parts:
        for kind in (b"spreadsheetml", b"officeDocument"):
            old = b"http://schemas.openxmlformats.org/%s/2006/" % kind
            parts[name] = parts[name].replace(old, b"http://purl.oclc.org/ooxml/%s/" % kind)


def iso_dates(parts: Parts) -> None:
    """Strict workbooks may hold dates as such."""
    strict(parts)
    for name in sheets(parts):
        pattern = rb'(<c r="E\d+" s="\d+" )t="n">(<v>)(4[34]\d{3})(</v>)'
        parts[name] = re.sub(pattern, lambda m: m[1] + b't="d">' + m[2] + iso(int(m[3])) + m[4], parts[name])


def iso(days: int) -> bytes:
    from datetime import date, timedelta

    return (date(1899, 12, 30) + timedelta(days)).isoformat().encode()


def without_addresses(parts: Parts) -> None:
    """Each row and cell follows the one before it, with empty ones in the gaps."""
    for name in sheets(parts):
        root = ElementTree.fromstring(parts[name])
        last_row = 0
        for row in list(root.iterfind("./{*}sheetData/{*}row")):
            tag, number, last = row.tag, int(row.attrib.pop("r")), 0
            assert number == last_row + 1, "the forms leave no row out"
            last_row = number
            for cell in list(row):
                letters = cell.attrib.pop("r").rstrip("0123456789")
                column = openpyxl.utils.column_index_from_string(letters)
                for _ in range(column - last - 1):
                    row.insert(list(row).index(cell), ElementTree.Element(tag.removesuffix("row") + "c"))
                last = column
        parts[name] = ElementTree.tostring(root)


def prefixed(parts: Parts) -> None:
    for name in [*sheets(parts), "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]:
        if name in parts:
            xml = re.sub(rb"<(/?)(?!xml)([A-Za-z]+(?=[\s/>]))", rb"<\1x:\2", parts[name])
            parts[name] = re.sub(rb"(<x:\w+[^>]*?) xmlns=", rb"\1 xmlns:x=", xml, count=1)


def upper_case(parts: Parts) -> None:
    for name in list(parts):
        if name.startswith("xl/"):
            parts[name.upper()] = parts.pop(name)


def backslashes(parts: Parts) -> None:
    for name in list(parts):
        parts[name.replace("/", "\\")] = parts.pop(name)


def other_folders(parts: Parts) -> None:
    """Parts lie where the relations say, with names escaped and relative to their folder."""
    for name in sheets(parts):
        parts["data/แผ่น " + name.rpartition("/")[2]] = parts.pop(name)
    relations = parts.pop("xl/_rels/workbook.xml.rels").decode()
    relations = re.sub(r'Target="/xl/worksheets/', 'Target="../data/%E0%B9%81%E0%B8%9C%E0%B9%88%E0%B8%99%20', relations)
    relations = re.sub(r'Target="/?(?:xl/)?(styles|theme|sharedStrings)', r'Target="../xl/\1', relations)
    parts["book/_rels/main.xml.rels"] = relations.encode()
    parts["book/main.xml"] = parts.pop("xl/workbook.xml")
    parts["_rels/.rels"] = re.sub(rb'Target="/?xl/workbook.xml"', b'Target="book/main.xml"', parts["_rels/.rels"])


def encoded(encoding: str, declared: bool = True) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        for name in [*sheets(parts), "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]:
            if name in parts:
                head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' if declared else ""
                text = re.sub(r"^<\?xml[^>]*\?>", "", parts[name].decode())
                parts[name] = (head + text).encode(encoding, "xmlcharrefreplace")

    return change


def rich_texts(parts: Parts) -> None:
    """Texts cut into runs, with their reading above them as Japanese programs add it."""

    def cut(match: re.Match[str]) -> str:
        text = match[2]
        half = next((n for n in range(len(text) // 2, len(text)) if "&" not in text), 0)
        if half in (0, len(text)):
            return match[0]
        first, second = (f"<t xml:space='preserve'>{part}</t>" for part in (text[:half], text[half:]))
        runs = f"<r><rPr><b/></rPr>{first}</r><r>{second}</r>"
        return f"<{match[1]}>{runs}<rPh sb='0' eb='1'><t>ก</t></rPh><phoneticPr fontId='1'/></{match[1]}>"

    for name in [*sheets(parts), "xl/sharedStrings.xml"]:
        if name in parts:
            parts[name] = re.sub(r"<(is|si)><t[^>]*>([^<]*)</t></\1>", cut, parts[name].decode()).encode()


def rows_in_another_order(parts: Parts) -> None:
    for name in sheets(parts):
        rows = re.findall(rb"<row .*?</row>", parts[name], re.DOTALL)
        parts[name] = parts[name].replace(b"".join(rows), b"".join(reversed(rows)))


SHAPES = {
    "strict": strict,
    "strict with dates": iso_dates,
    "without addresses": without_addresses,
    "prefixes": prefixed,
    "upper case": upper_case,
    "backslashes": backslashes,
    "other folders": other_folders,
    "UTF-16": encoded("utf-16"),
    "UTF-16 big-endian, not declared": encoded("utf-16-be", declared=False),
    "UTF-8 with its mark": encoded("utf-8-sig"),
    "Windows-874": encoded("cp874"),
    "rich texts": rich_texts,
    "rows in another order": rows_in_another_order,
}


@pytest.mark.parametrize("shared", [False, True], ids=["inline", "shared"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("file", [FILES[0], FILES[1], FILES[2]], ids=NAMES[:3])
def test_shapes(file, shape, shared, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(share_texts(file.read_bytes()) if shared else file.read_bytes())
    before = path.read_bytes()
    books.repack(path, shape)
    assert path.read_bytes() != before
    assert same(file, path).problems == []


def test_dates_that_count_from_1904(tmp_path):
    file, path = FILES[2], tmp_path / "a.xlsx"
    path.write_bytes(file.read_bytes())

    def change(parts: Parts) -> None:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr />", b'<workbookPr date1904="1"/>')
        assert b"date1904" in parts["xl/workbook.xml"]
        for name in sheets(parts):
            pattern = rb'(<c r="E\d+" s="\d+" t="n"><v>)(4[34]\d{3})(</v>)'
            parts[name] = re.sub(pattern, lambda m: m[1] + b"%d" % (int(m[2]) - 1462) + m[3], parts[name])

    books.repack(path, change)
    assert read_workbook(file).submission.prepared_on
    same(file, path)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-7", "punycode", "zip", "nonsense"])
def test_encodings_that_no_program_writes(encoding, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(FILES[2].read_bytes())

    def change(parts: Parts) -> None:
        head = f'<?xml version="1.0" encoding="{encoding}"?>'
        text = head + parts["xl/worksheets/sheet2.xml"].decode()
        parts["xl/worksheets/sheet2.xml"] = text.encode("utf-32" if encoding == "utf-32" else "utf-8")

    result = read_workbook(books.repack(path, change))
    assert [problem.code for problem in result.problems] == ["file.damaged"]


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="E900" t="s"><v>999999</v></c>',
        '<c r="E900"><v>1</v></c><c r="E900"><v>2</v></c>',
        '<c r="900"><v>2</v></c>',
        '<c r="E0"><v>2</v></c>',
    ],
)
def test_cells_that_no_two_readers_take_alike(cells, tmp_path):
    path = books.add_cell_xml(books.workbook(tmp_path / "a.xlsx", 2), f'<row r="900">{cells}</row>')
    assert [problem.code for problem in read_workbook(path).problems] == ["file.damaged"]


def test_a_second_list_of_cells(tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2)
    more = b"</sheetData><sheetData><row r='9'><c r='E9'><v>1</v></c></row></sheetData>"
    books.repack(
        path,
        lambda parts: parts.update({n: parts[n].replace(b"</sheetData>", more) for n in sheets(parts)}),
    )
    assert [problem.code for problem in read_workbook(path).problems] == ["file.damaged"]


def test_a_value_that_the_reader_of_cells_loses(tmp_path, monkeypatch):
    """What calamine does not give though the XML holds it makes the file damaged, not its answers blank."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(FILES[2].read_bytes())
    original = type(open_package(path)).readable

    def losing(self: Any) -> bytes:
        for name, part in self.parts.items():
            self.parts[name] = part.replace(b"<v>86</v>", b"<v></v>")
        return original(self)

    assert b"<v>86</v>" in open_package(path).parts["xl/worksheets/sheet2.xml"]
    monkeypatch.setattr("qa_excel.package.Package.readable", losing)
    assert [problem.code for problem in read_workbook(path).problems] == ["file.damaged"]
