"""A plain letter as a Word document, made without a library: paragraphs and one table."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO

from qa_excel.template.look import FONT, LINE, PALE
from qa_excel.xmlparts import escape

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SIZE = 32
"""Half points: official Thai letters are set in 16 points."""
_TEXT_WIDTH = 9070
"""Of an A4 page between its margins, in twentieths of a point."""


def paragraph(text: str, *, indent: bool = False, centred: bool = False, bold: bool = False, space: int = 0) -> str:
    """space: points above."""
    side = '<w:jc w:val="center"/>' if centred else ""
    first = '<w:ind w:firstLine="1418"/>' if indent else ""
    return f'<w:p><w:pPr><w:spacing w:before="{space * 20}" w:after="0"/>{first}{side}</w:pPr>{_run(text, bold)}</w:p>'


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]) -> str:
    """A table whose columns take those shares of the page's width."""
    widths = [round(_TEXT_WIDTH * share / sum(shares)) for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    lines = [_row(heads, widths, head=True), *(_row(row, widths) for row in rows)]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(lines)}</w:tbl>'
    )


def write_letter(target: IO[bytes], blocks: Sequence[str]) -> None:
    """The document of those paragraphs and tables; the same bytes each time."""
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1134" w:bottom="1134" w:left="1701" w:header="709" w:footer="709"'
        ' w:gutter="0"/>'
        "</w:sectPr>"
    )
    body = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{"".join(blocks)}{page}</w:body></w:document>'
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>'
    )
    rels = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    with zipfile.ZipFile(target, "w") as package:
        for name, xml in (("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", body)):
            package.writestr(zipfile.ZipInfo(name, _EPOCH), xml.encode(), zipfile.ZIP_DEFLATED)


def _run(text: str, bold: bool = False) -> str:
    weight = "<w:b/><w:bCs/>" if bold else ""
    face = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    size = f'<w:sz w:val="{_SIZE}"/><w:szCs w:val="{_SIZE}"/><w:lang w:bidi="th-TH"/>'
    lines = text.split("\n")
    shown = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{face}{weight}{size}</w:rPr>{shown}</w:r>"


def _row(texts: Sequence[str], widths: Sequence[int], head: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>' if head else ""
    repeat = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{paragraph(text, bold=head)}</w:tc>'
        for text, width in zip(texts, widths, strict=True)
    )
    return f"<w:tr>{repeat}{cells}</w:tr>"
