"""Workbooks as other programs and other shapes have them: the same answers, or a clear verdict."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter

from fuzz.mutations import share_texts
from helpers import books, libreoffice
from helpers.lanes import other_lane
from qa_excel.checks import check
from qa_excel.files.emptyrows import without_empty_rows
from qa_excel.files.guard import open_package
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook
from qa_excel.thai.typed import ErrorCell, RichValue

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
    book = books.opened(file)
    book.save(tmp_path / "a.xlsx")
    assert same(file, tmp_path / "a.xlsx").problems == []


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}], ids=["shared texts", "inline texts"])
@each_file
def test_xlsxwriter(file, options, tmp_path):
    """The same cells, written by a program that knows nothing of the form."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", options) as target:
        day = target.add_format({"num_format": "d/m/yyyy"})
        for sheet in books.opened(file).worksheets:
            copy = target.add_worksheet(sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    put(copy, cell, day)
    same(file, tmp_path / "a.xlsx")


def put(sheet: Any, cell: Any, day: Any) -> None:
    place = (cell.row - 1, cell.column - 1)
    if cell.value is None:
        return
    if cell.data_type == "f":
        sheet.write_formula(*place, cell.value, None, "#NAME?")
    elif getattr(cell, "is_date", False):
        sheet.write_datetime(*place, cell.value, day)
    elif isinstance(cell.value, str):
        sheet.write_string(*place, cell.value)
    else:
        sheet.write(*place, cell.value)


@pytest.mark.libreoffice
@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_libreoffice(to, tmp_path):
    copies = []
    for number, file in enumerate(FILES):
        copies.append(tmp_path / f"{number}.xlsx")
        copies[-1].write_bytes(file.read_bytes())
    saved = libreoffice.resave(copies, tmp_path / to, to)
    if to == "ods":
        refused = read_workbook(saved[0])
        assert [problem.code for problem in refused.problems] == ["file.other_format"]
        saved = libreoffice.resave(saved, tmp_path / "xlsx")
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
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')
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
    monkeypatch.setattr("qa_excel.files.guard.Package.readable", losing)
    with other_lane():
        assert [problem.code for problem in read_workbook(path).problems] == ["file.damaged"]


# --- Values that readers take otherwise ---

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ANSWER = ("answers", "IND5", "1.2", "value")

BROKEN = {
    "comment": "{0}<!--x-->{1}",
    "comment before": "<!--x-->{0}{1}",
    "comment with an element": "{0}<!--<v>5</v>-->{1}",
    "instruction": "{0}<?x y?>{1}",
    "section": "<![CDATA[{0}{1}]]>",
    "section within": "{0}<![CDATA[{1}]]>",
    "sections": "<![CDATA[{0}]]><![CDATA[{1}]]>",
    "references": "{2}{1}",
    "spaces": " {0}{1}\n",
    "element within": "{0}<x/>{1}",
    "element around": "{0}<x>{1}</x>",
    "two values": "{0}</v><v>{1}",
}
KINDS = {
    "number": ('<c r="{cell}"><v>{value}</v></c>', "100", 100),
    "prefixed": ('<x:c xmlns:x="{space}" r="{cell}"><x:v>{value}</x:v></x:c>', "100", 100),
    "formula": ('<c r="{cell}"><f>50+<!---->50</f><v>{value}</v></c>', "100", 100),
    "shared text": ('<c r="{cell}" t="s"><v>{value}</v></c>', "10", "ten"),
    "text of a formula": ('<c r="{cell}" t="str"><f>A1</f><v>{value}</v></c>', "100", 100),
    "inline text": ('<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>', "100", 100),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_value_is_read_whole_or_not_at_all(broken, kind, tmp_path):
    """A comment in the midst of 100 made it 1, as the reader of cells takes the first piece of text."""
    form, text, meant = kind
    column, answer = ("evidence", ("evidence", "IND5", "1.2")) if meant == "ten" else ("value", ANSWER)
    value = broken.format(text[:1], text[1:], "".join(f"&#{ord(sign)};" for sign in text[:1]))
    texts = "".join(f"<si><t>{'ten' if n == 10 else 'x'}</t></si>" for n in range(11))

    def change(parts: Parts) -> None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{SPACE}">{texts}</sst>'.encode()

    path = with_cell(tmp_path, column, lambda cell: form.format(cell=cell, value=value, space=SPACE))
    result = read_workbook(books.repack(path, change))
    if result.submission is None:
        assert [problem.code for problem in result.problems] == ["file.damaged"]
    else:
        assert str(result.submission.typed[answer]).strip().removesuffix(".0") == str(meant)


def test_few_broken_values_are_refused(tmp_path):
    """Only what no two programs read alike: all else is read whole."""
    for name in ("comment", "instruction", "section", "references", "spaces"):
        value = BROKEN[name].format("1", "00", "&#49;")
        path = with_cell(tmp_path, "value", lambda cell, value=value: f'<c r="{cell}"><v>{value}</v></c>')
        assert read_workbook(path).submission.typed[ANSWER] == 100


def with_cell(folder: Path, column: str, written: Callable[[str], str], answer: str = "IND5.1.2") -> Path:
    """A workbook in which the XML of one input is another; `written` has its address."""
    path = folder / "a.xlsx"
    path.write_bytes(answered(answer))
    cell = books.place(path, (answer, column))[1]
    pattern = re.compile(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'.encode())

    def change(parts: Parts) -> None:
        (name,) = [name for name in sheets(parts) if f">{answer}<".encode() in parts[name]]
        assert len(pattern.findall(parts[name])) == 1
        parts[name] = pattern.sub(lambda _: written(cell).encode(), parts[name])

    return books.repack(path, change)


@cache
def answered(answer: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = books.workbook(Path(folder) / "a.xlsx", 2, {(answer, "value"): 7, (answer, "evidence"): "x"})
        return path.read_bytes()


NOTHING = ["<v/>", "<v></v>", "<v/>\n", "", "<v><!-- --></v>"]


@pytest.mark.parametrize("value", NOTHING)
@pytest.mark.parametrize("kind", ["s", "n", "str", "b", "e"])
def test_a_cell_with_an_empty_value_is_blank(kind, value, tmp_path):
    """Only an error stays one, whatever its name was."""
    path = with_cell(tmp_path, "value", lambda cell: f'<c r="{cell}" t="{kind}">{value}</c>')
    result = read_workbook(path)
    assert result.submission, result.problems
    assert result.submission.typed.get(ANSWER) == (None if kind != "e" or not value else "#ERROR!")


PICTURE = '<c r="{cell}" t="e" vm="1"><v>#VALUE!</v></c>'
IMAGE = '<c r="{cell}" t="e" vm="1"><f>_xlfn.IMAGE("https://a.b")</f><v>#VALUE!</v></c>'
PICTURES = {"placed": PICTURE, "of a function": IMAGE, "without a text": '<c r="{cell}" vm="1"/>'}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_in_a_cell_is_evidence(picture, tmp_path):
    """Excel writes an error value beside it, for programs that know of no pictures in cells."""
    path = with_cell(tmp_path, "evidence", lambda cell: picture.format(cell=cell))
    result = check(read_workbook(path))
    assert isinstance(result.submission.typed["evidence", "IND5", "1.2"], RichValue)
    assert result.submission.data["evidence"]["IND5"]["1.2"]
    about = [problem.code for problem in result.problems if problem.field == "IND5.1.2 × evidence"]
    assert about == []


def test_a_picture_is_no_number(tmp_path):
    path = with_cell(tmp_path, "value", lambda cell: PICTURE.format(cell=cell))
    assert "value.not_a_number" in [problem.code for problem in check(read_workbook(path)).problems]


def test_a_newer_error_value_is_no_picture(tmp_path):
    """What a formula spills has the same mark, and a structure that says that it is an error."""
    path = with_cell(tmp_path, "evidence", lambda cell: IMAGE.format(cell=cell).replace("IMAGE", "SEQUENCE"))
    structure = b'<rvStructures><s t="_error"><k n="errorType" t="i"/></s></rvStructures>'
    books.repack(path, lambda parts: parts.update({"xl/richData/rdrichvaluestructure.xml": structure}))
    assert isinstance(read_workbook(path).submission.typed["evidence", "IND5", "1.2"], ErrorCell)


@pytest.mark.parametrize(("length", "code"), [(32_767, []), (70_000, ["file.unsafe"])])
def test_a_text_longer_than_any_program_takes(length, code, tmp_path):
    text = "a." * (length // 2)
    path = with_cell(tmp_path, "evidence", lambda cell: f'<c r="{cell}" t="str"><v>{text}</v></c>')
    assert [problem.code for problem in read_workbook(path).problems] == code


# --- Rows that are formatted and hold nothing ---


def formatted(rows: range, cells: str) -> bytes:
    return "".join(f'<row r="{n}" ht="15">{cells.replace("#", str(n))}</row>' for n in rows).encode()


def with_rows(path: Path, rows: bytes) -> Path:
    def change(parts: Parts) -> None:
        name = sheets(parts)[1]
        parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")

    return books.repack(path, change)


BORDERS = "".join(f'<c r="{letter}#" s="1"/>' for letter in "ABCDEFGHIJKLM")


@pytest.mark.parametrize("last", ["", '<row r="200000"><c r="B200000" s="1"/></row>', '<row><c s="1"/></row>'])
def test_a_form_with_borders_far_below_it(last, tmp_path):
    """45 MB of XML that hold nothing."""
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.2", "value"): 7})
    plain = read_workbook(path)
    result = read_workbook(with_rows(path, formatted(range(500, 150_000), BORDERS) + last.encode()))
    assert result.submission.data == plain.submission.data
    assert [problem.code for problem in result.problems] == [problem.code for problem in plain.problems]


@pytest.mark.parametrize("held", ["<v>1</v>", "<f>1+1</f>"])
def test_a_value_among_empty_rows_is_not_lost(held):
    piece = formatted(range(1, 2_000), BORDERS)
    row = f'<row r="2000"><c r="B2000">{held}</c></row>'.encode()
    sheet = piece + row + formatted(range(2_001, 9_000), BORDERS) + b"</sheetData>"
    for size in (1_000, 7_777, 65_536):
        kept = b"".join(without_empty_rows(sheet[n : n + size] for n in range(0, len(sheet), size)))
        assert row in kept
        assert kept.endswith(b"</sheetData>")
        assert len(kept) < len(sheet) / 2 or size > 7_000
        assert kept.count(b"<row ") == kept.count(b"</row>")


def test_rows_without_numbers_are_all_kept():
    sheet = formatted(range(1, 9_000), BORDERS).replace(b'<row r="', b'<row x="')
    assert b"".join(without_empty_rows([sheet[:70_000], sheet[70_000:]])) == sheet


def test_a_sheet_that_is_too_large_is_named(tmp_path):
    """With what to do, and not by its name where that is somebody's number."""
    path = books.workbook(tmp_path / "a.xlsx", 2)
    (problem,) = read_workbook(with_rows(path, formatted(range(500, 200_000), '<c r="A#"><v>1</v></c>'))).problems
    title = open_package(books.workbook(tmp_path / "b.xlsx", 2)).book.parts
    assert (problem.code, problem.source.sheet) == ("file.sheet_too_large", list(title)[1])
    assert "ลบแถว" in problem.hint()
    far = with_rows(books.workbook(path, 2), b'<row r="1048576"><c r="T1048576"><v>1</v></c></row>')
    (problem,) = read_workbook(far).problems
    assert (problem.code, problem.source.sheet) == ("file.sheet_too_large", list(title)[1])
    assert "T1048576" in problem.message()
    books.edit(books.workbook(path, 2), lambda book: setattr(book.worksheets[1], "title", "081-234-5678"))
    (problem,) = read_workbook(with_rows(path, b'<row r="1048576"><c r="T1048576"><v>1</v></c></row>')).problems
    assert problem.source.sheet == "แผ่นที่ 2"
