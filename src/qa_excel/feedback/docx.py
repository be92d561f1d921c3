"""A plain Word document, made without a library: paragraphs and tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Container, Sequence

from qa_excel.files.editing import escape
from qa_excel.files.look import FONT, LINE, PALE
from qa_excel.files.output import CORE, STAMP

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
SIZE, TABLE_SIZE = 16, 14
"""Points of the text, as official Thai letters are set, and of tables."""
TEXT_WIDTH = 9070
"""Of an A4 page between its margins, in twentieths of a point, as all lengths but sizes are."""


def paragraph(
    text: str,
    *,
    space: int = 0,
    first: int = 0,
    left: int = 0,
    tab: int = 0,
    centred: bool = False,
    bold: bool = False,
    size: int = SIZE,
    keep: bool = False,
) -> str:
    """space: points above. first, left: how far the first line and all lines are indented; tab: where the text after
    a tab begins, and further lines with it. keep: on one page with the paragraph that follows."""
    hang = tab - left
    marks = [
        f"{'<w:keepNext/>' if keep else ''}<w:keepLines/>",
        f'<w:tabs><w:tab w:val="left" w:pos="{tab}"/></w:tabs>' if tab else "",
        f'<w:spacing w:before="{space * 20}" w:after="0"/>',
        f'<w:ind w:left="{tab}" w:hanging="{hang}"/>' if tab else f'<w:ind w:left="{left}" w:firstLine="{first}"/>',
        '<w:jc w:val="center"/>' if centred else "",
    ]
    return f"<w:p><w:pPr>{''.join(marks)}</w:pPr>{_run(text, size, bold)}</w:p>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], centred: Sequence[int]) -> str:
    """A table whose columns take those shares of the page's width, some of them centred."""
    widths = [round(TEXT_WIDTH * share / sum(shares)) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    lines = [_row(heads, widths, range(len(heads)), head=True), *(_row(row, widths, centred) for row in rows)]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(lines)}</w:tbl>'
    )


def document(blocks: Sequence[str]) -> bytes:
    """The document of those paragraphs and tables; the same bytes each time."""
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="709" w:footer="709"'
        ' w:gutter="0"/>'
        "</w:sectPr>"
    )
    body = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{"".join(blocks)}{page}</w:body></w:document>'
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{CORE}" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>'
    )
    rels = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="{CORE}"/>'
        "</Relationships>"
    )
    parts = (("[Content_Types].xml", types), ("_rels/.rels", rels), (CORE, _core()), ("word/document.xml", body))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, xml in parts:
            package.writestr(zipfile.ZipInfo(name, _EPOCH), xml.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _core() -> str:
    dates = "".join(f'<dcterms:{k} xsi:type="dcterms:W3CDTF">{STAMP}</dcterms:{k}>' for k in ("created", "modified"))
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:creator>qa-excel</dc:creator>{dates}</cp:coreProperties>"
    )


def _run(text: str, size: int, bold: bool) -> str:
    weight = "<w:b/><w:bCs/>" if bold else ""
    face = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    height = f'<w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/><w:lang w:bidi="th-TH"/>'
    lines = ("<w:tab/>".join(map(_text, line.split("\t"))) for line in text.split("\n"))
    return f"<w:r><w:rPr>{face}{weight}{height}</w:rPr>{'<w:br/>'.join(lines)}</w:r>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def _row(texts: Sequence[str], widths: Sequence[int], centred: Container[int], head: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>' if head else ""
    repeat = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f"{paragraph(text, bold=head, centred=column in centred, size=TABLE_SIZE)}</w:tc>"
        for column, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return f"<w:tr>{repeat}{cells}</w:tr>"
