"""Personal data planted at one place of what a school sends after another."""

# ruff: noqa: E501
from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from fixtures_build import national_id
from helpers import books
from helpers.acting import Parts, box, declare, drawing, insert, relate

SECRETS = {
    # kind of data → (what is planted, what alone gives it away)
    "privacy.national_id": (national_id("199990000123"), ()),
    "privacy.phone": ("081-234-5678", ()),
    "privacy.email": ("somebody@example.ac.th", ("somebody",)),
    "privacy.learner_names": ("ด.ช.เพชรกล้า ลับสนิท ด.ญ.พลอยใส ลับสุด", ("เพชรกล้า", "ลับสนิท", "พลอยใส", "ลับสุด")),
}
FORM = "ตบช.6"
Plant = Callable[[Path, str], Path]
"""Puts a text somewhere into a workbook, or into its name; returns where it is now."""


def typed(key: books.Key, told: str = "{}") -> Plant:
    return lambda path, text: books.type_in(path, {key: told.format(text)})


def with_book(change: Callable[[Workbook, str], Any]) -> Plant:
    return lambda path, text: books.edit(path, lambda book: change(book, text))


def with_parts(change: Callable[[Parts, str], Any]) -> Plant:
    return lambda path, text: books.repack(path, lambda parts: change(parts, text))


def on_a_sheet(book: Workbook, text: str) -> None:
    book.create_sheet("อื่น")["B2"] = text


def on_a_hidden_sheet(book: Workbook, text: str) -> None:
    on_a_sheet(book, text)
    book["อื่น"].sheet_state = "veryHidden"


def beside(book: Workbook, text: str) -> None:
    book[FORM]["R5"] = text


def calculated(book: Workbook, text: str) -> None:
    book[FORM]["R9"] = f'=IF(TRUE,1,"{text}")'


def titled(book: Workbook, text: str) -> None:
    book[FORM].title = text[:31]


def noted(book: Workbook, text: str) -> None:
    book[FORM]["E9"].comment = Comment(text, "x")


def noting(book: Workbook, text: str) -> None:
    book[FORM]["E9"].comment = Comment("x", text)


def headed(book: Workbook, text: str) -> None:
    book[FORM].oddHeader.center.text = text


def footed(book: Workbook, text: str) -> None:
    book[FORM].evenFooter.left.text = text
    book[FORM].evenFooter.left.size = 12


def called(book: Workbook, text: str) -> None:
    book.properties.title = text


def kept_by(book: Workbook, text: str) -> None:
    book.properties.lastModifiedBy = text


def defined(book: Workbook, text: str) -> None:
    book.defined_names["zz"] = DefinedName("zz", attr_text=f'"{text}"')


def prompted(book: Workbook, text: str) -> None:
    rule = DataValidation("whole", operator="greaterThan", formula1="0", promptTitle="x", prompt=text[:255])
    rule.add("R9")
    book[FORM].add_data_validation(rule)


def linked(book: Workbook, text: str) -> None:
    book[FORM]["R9"].hyperlink = f"https://example.org/?q={text}"


def tipped(book: Workbook, text: str) -> None:
    book[FORM]["R9"].hyperlink = "https://example.org/"
    book[FORM]["R9"].hyperlink.tooltip = text


def boxed(parts: Parts, text: str) -> None:
    drawing(box("</a:t></a:r><a:r><a:t>".join((text[:6], text[6:]))))(parts)


def described(parts: Parts, text: str) -> None:
    drawing(box().replace('name="box"', f'name="box" descr="{text}"'))(parts)


def company(parts: Parts, text: str) -> None:
    xml = f"<Company>{text}</Company></Properties>"
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"</Properties>", xml.encode())


def custom(parts: Parts, text: str) -> None:
    types = "http://schemas.openxmlformats.org/officeDocument/2006"
    parts["docProps/custom.xml"] = (
        f'<Properties xmlns="{types}/custom-properties" xmlns:vt="{types}/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="x"><vt:lpwstr>{text}</vt:lpwstr></property></Properties>'
    ).encode()
    relate(parts, "_rels/.rels", "custom-properties", "docProps/custom.xml")
    declare(parts, "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml")


def threaded(parts: Parts, text: str) -> None:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    part = "xl/threadedComments/threadedComment1.xml"
    parts[part] = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="E9" id="{{0}}"><text>{text}</text></threadedComment></ThreadedComments>'.encode()
    )
    declare(parts, part, "application/vnd.ms-excel.threadedcomments+xml")
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    relate(parts, "xl/worksheets/_rels/sheet4.xml.rels", kind, "../threadedComments/threadedComment1.xml")


def charted(parts: Parts, text: str) -> None:
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    parts["xl/charts/chart9.xml"] = (
        f'<c:chartSpace xmlns:c="{chart}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>'
        "<c:plotArea><c:layout/></c:plotArea></c:chart></c:chartSpace>"
    ).encode()
    declare(parts, "xl/charts/chart9.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
    frame = (
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="4" name="c"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{chart}"><c:chart xmlns:c="{chart}" r:id="rIdX0"/></a:graphicData></a:graphic></xdr:graphicFrame>'
    )
    drawing(frame, lambda p: relate(p, "xl/drawings/_rels/drawing9.xml.rels", "chart", "../charts/chart9.xml"))(parts)


def query(parts: Parts, text: str) -> None:
    xml = f'<protectedRanges><protectedRange sqref="R9" name="{text}"/></protectedRanges>'
    insert(parts, xml, "mergeCells|conditionalFormatting|dataValidations", "xl/worksheets/sheet4.xml")


def file_named(path: Path, text: str) -> Path:
    return path.rename(path.with_name(f"99000001_{text}_ด้าน2.xlsx"))


def folder_named(path: Path, text: str) -> Path:
    folder = path.parent / f"ส่งโดย {text}"
    folder.mkdir()
    return path.rename(folder / path.name)


def archived(path: Path, text: str) -> Path:
    """In a folder within an archive that are both called so."""
    archive = path.with_name(f"{text}.zip")
    with zipfile.ZipFile(archive, "w") as package:
        package.write(path, f"{text}/ด้าน2.xlsx")
    path.unlink()
    return archive


PLACES: dict[str, Plant] = {
    "the evidence": typed(("IND6.1", "evidence")),
    "a number's cell": typed(("IND6.1", "count")),
    "the school's name": typed(("school.name", "value"), "โรงเรียน {}"),
    "the office": typed(("school.office", "value"), "เขต {}"),
    "who prepared it": typed(("prepared_by", "value")),
    "a cell beside": with_book(beside),
    "another sheet": with_book(on_a_sheet),
    "a hidden sheet": with_book(on_a_hidden_sheet),
    "a formula": with_book(calculated),
    "a sheet's name": with_book(titled),
    "a note": with_book(noted),
    "a note's author": with_book(noting),
    "a threaded comment": with_parts(threaded),
    "a text box": with_parts(boxed),
    "a picture's description": with_parts(described),
    "a chart's title": with_parts(charted),
    "a header": with_book(headed),
    "a footer": with_book(footed),
    "the title of the file": with_book(called),
    "who saved it": with_book(kept_by),
    "the company": with_parts(company),
    "a property of one's own": with_parts(custom),
    "a defined name": with_book(defined),
    "a validation's prompt": with_book(prompted),
    "a link": with_book(linked),
    "a link's tip": with_book(tipped),
    "a protected range": with_parts(query),
    "the file's name": file_named,
    "a folder's name": folder_named,
    "an archive's names": archived,
}
"""Each place at which personal data may come."""
