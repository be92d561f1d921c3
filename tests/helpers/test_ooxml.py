"""`ooxml` finds what Excel would repair, and nothing else."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from helpers import libreoffice, ooxml

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _rels(*links: tuple[str, str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="{name}" Type="{REL}/{kind}" Target="{target}"/>' for name, kind, target in links
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


SOUND = {
    "[Content_Types].xml": f"""{XML}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.styles+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.sharedStrings+xml"/>
<Override PartName="/xl/tables/table1.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.table+xml"/>
<Override PartName="/xl/tables/table2.xml" ContentType="{OFFICE_TYPE}.spreadsheetml.table+xml"/>
<Override PartName="/xl/drawings/drawing1.xml" ContentType="{OFFICE_TYPE}.drawing+xml"/>
<Override PartName="/xl/charts/chart1.xml" ContentType="{OFFICE_TYPE}.drawingml.chart+xml"/>
</Types>""",
    "_rels/.rels": _rels(("rId1", "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": f"""{XML}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>
<sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="It's so" sheetId="2" r:id="rId2"/></sheets><definedNames>
<definedName name="_xlnm._FilterDatabase" localSheetId="1" hidden="1">'It''s so'!$A$1:$B$3</definedName>
<definedName name="all_points">Data!$B$2:$B$3</definedName></definedNames></workbook>""",
    "xl/_rels/workbook.xml.rels": _rels(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "worksheet", "/xl/worksheets/sheet2.xml"),
        ("rId3", "styles", "styles.xml"),
        ("rId4", "sharedStrings", "sharedStrings.xml"),
    ),
    "xl/worksheets/sheet1.xml": f"""{XML}<worksheet xmlns="{MAIN}" xmlns:r="{REL}"><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="s"><v>0</v></c></row>
<row r="2" ht="30"><c r="A2" s="1" t="inlineStr"><is><t>x</t></is></c><c r="B2"><v>1.5</v></c></row>
<row r="3"><c r="A3" t="str"><f>IF(A2="[a]!","=","")</f><v></v></c>
<c r="B3"><f>SUM(first[Points])+'It''s so'!A3</f><v>2</v></c></row>
<row r="4"><c r="B4"><f>_xlfn.STDEV.S(all_points)</f><v>0.5</v></c></row></sheetData>
<mergeCells count="1"><mergeCell ref="A6:B7"/></mergeCells>
<conditionalFormatting sqref="B2:B3"><cfRule type="expression" dxfId="0" priority="1">
<formula>B2&gt;1</formula></cfRule>
</conditionalFormatting>
<dataValidations count="1"><dataValidation type="list" promptTitle="T" prompt="P" sqref="D2">
<formula1>"a,b"</formula1>
</dataValidation></dataValidations>
<hyperlinks><hyperlink ref="A1" location="'It''s so'!A1" display="x"/></hyperlinks>
<headerFooter><oddHeader>H</oddHeader></headerFooter>
<rowBreaks count="1" manualBreakCount="1"><brk id="4" max="16383" man="1"/></rowBreaks>
<drawing r:id="rId1"/><tableParts count="2"><tablePart r:id="rId2"/><tablePart r:id="rId3"/></tableParts>
</worksheet>""",
    "xl/worksheets/_rels/sheet1.xml.rels": _rels(
        ("rId1", "drawing", "../drawings/drawing1.xml"),
        ("rId2", "table", "../tables/table1.xml"),
        ("rId3", "table", "../tables/table2.xml"),
    ),
    "xl/worksheets/sheet2.xml": f"""{XML}<worksheet xmlns="{MAIN}" xmlns:r="{REL}">
<cols><col min="1" max="2" width="20"/><col min="3" max="3" width="8" style="1"/></cols><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>
</sheetData><autoFilter ref="A1:B3"/><extLst><ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"
xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:sparklineGroups
xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline>
<xm:f>Data!B2:B3</xm:f><xm:sqref>E1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>
</x14:sparklineGroups></ext></extLst></worksheet>""",
    "xl/tables/table1.xml": f"""{XML}<table xmlns="{MAIN}" id="1" name="first" displayName="first" ref="A1:B3">
<autoFilter ref="A1:B3"/><tableColumns count="2"><tableColumn id="1" name="Name"/><tableColumn id="2" name="Points"/>
</tableColumns></table>""",
    "xl/tables/table2.xml": f"""{XML}<table xmlns="{MAIN}" id="2" name="second" displayName="second" ref="D1:D3">
<tableColumns count="1"><tableColumn id="1" name="Name"/></tableColumns></table>""",
    "xl/styles.xml": f"""{XML}<styleSheet xmlns="{MAIN}"><numFmts count="1">
<numFmt numFmtId="164" formatCode="0.0"/></numFmts>
<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0"/><xf numFmtId="164" xfId="0"/></cellXfs>
<dxfs count="1"><dxf/></dxfs></styleSheet>""",
    "xl/sharedStrings.xml": f"""{XML}<sst xmlns="{MAIN}"><si><t>Name</t></si>
<si><r><t>Poi</t></r><r><t>nts</t></r></si></sst>""",
    "xl/drawings/drawing1.xml": f"""{XML}<xdr:wsDr
xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="{REL}"><xdr:twoCellAnchor>
<xdr:from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></xdr:from><xdr:to><xdr:col>5</xdr:col><xdr:row>9</xdr:row></xdr:to>
<xdr:graphicFrame><xdr:cNvPr id="2" name="Chart"/><c:chart r:id="rId1"/></xdr:graphicFrame>
</xdr:twoCellAnchor></xdr:wsDr>""",
    "xl/drawings/_rels/drawing1.xml.rels": _rels(("rId1", "chart", "../charts/chart1.xml")),
    "xl/charts/chart1.xml": f"""{XML}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart><c:plotArea>
<c:barChart><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef><c:f>Data!$B$2:$B$3</c:f><c:numCache>
<c:ptCount val="2"/><c:pt idx="0"><c:v>1.5</c:v></c:pt><c:pt idx="1"><c:v>2</c:v></c:pt></c:numCache>
</c:numRef></c:val></c:ser>
<c:axId val="11"/><c:axId val="12"/></c:barChart><c:catAx><c:axId val="11"/><c:crossAx val="12"/></c:catAx>
<c:valAx><c:axId val="12"/><c:crossAx val="11"/></c:valAx></c:plotArea></c:chart></c:chartSpace>""",
}
_BOOK, _FIRST, _SECOND = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
_TABLE, _STYLES, _CHART = "xl/tables/table1.xml", "xl/styles.xml", "xl/charts/chart1.xml"
_LINKS = "xl/drawings/_rels/drawing1.xml.rels"
_STRINGS, _DRAWING, _TYPES = "xl/sharedStrings.xml", "xl/drawings/drawing1.xml", "[Content_Types].xml"
_MANY_LINKS = "".join(f'<hyperlink ref="Z{n}" location="Data!A1"/>' for n in range(1, 65_532))
_MANY_BREAKS = "".join(f'<brk id="{n}" man="1"/>' for n in range(10, 1_040))


def _view(selections: int, pane: str = '<pane xSplit="1" ySplit="1" state="frozen"/>') -> str:
    named = ["bottomLeft", "topLeft", "topRight", "bottomLeft", "bottomRight"][-selections:]
    listed = "".join(f'<selection pane="{name}"/>' for name in named)
    return f"<sheetView>{pane}{listed}</sheetView>"


BROKEN = [
    # (part, what stood there, what stands there instead, the fault)
    (_BOOK, 'name="Data"', 'name="DATA and its so many points at once"', "its name has 35 characters"),
    (_BOOK, 'name="Data"', 'name="it\'s SO"', "its name is there twice"),
    (_BOOK, 'name="Data"', 'name="Da/ta"', "holds one of"),
    (_BOOK, 'name="Data"', 'name="Data\'"', "apostrophe"),
    (_BOOK, 'name="Data"', 'name="History"', "for itself"),
    (_BOOK, 'sheetId="2"', 'sheetId="1"', "sheetId 1 is there twice"),
    (_BOOK, "<sheet name", '<sheet state="hidden" name', "no sheet can be seen"),
    (_BOOK, 'r:id="rId2"', 'r:id="rId9"', "relationship rId9 is not there"),
    (_BOOK, "<sheets>", '<bookViews><workbookView activeTab="5"/></bookViews><sheets>', "active sheet"),
    (_BOOK, 'name="all_points"', 'name="A1"', "not a valid name"),
    (_BOOK, 'name="all_points"', 'name="R1C1"', "not a valid name"),
    (_BOOK, 'name="all_points"', 'name="all points"', "not a valid name"),
    (_BOOK, 'name="all_points"', 'name="First"', "a table has that name"),
    (_BOOK, "</definedNames>", '<definedName name="All_Points">1</definedName></definedNames>', "is there twice"),
    (_BOOK, "Data!$B$2:$B$3", "Gone!$B$2:$B$3", "a sheet that is not there: 'Gone'"),
    (_BOOK, "Data!$B$2:$B$3", "#REF!$B$2", "reference is lost"),
    (_BOOK, "Data!$B$2:$B$3", "", "stands for nothing"),
    (_BOOK, 'localSheetId="1"', 'localSheetId="7"', "sheet 7"),
    (_BOOK, "'It''s so'!$A$1:$B$3", "'It''s so'!$A$1:$B$9", "its name says"),
    (_FIRST, '<row r="2" ', '<row r="9" ', "out of order"),
    (_FIRST, '<row r="2" ', '<row r="1048577" ', "out of order, repeated or outside the sheet"),
    (_FIRST, 'r="B2"', 'r="A2"', "out of order, repeated"),
    (_FIRST, 'r="B2"', 'r="B3"', "outside its row"),
    (_FIRST, 'r="B2"', 'r="XFE2"', "outside its row"),
    (_FIRST, 'ht="30"', 'ht="410"', "height 410"),
    (_FIRST, 's="1"', 's="2"', "format 2 of 2"),
    (_FIRST, '<c r="D1" t="s"><v>0', '<c r="D1" t="s"><v>2', "shared string 2 of 2"),
    (_FIRST, "<v>1.5</v>", "<v>much</v>", "a number that is 'much'"),
    (_FIRST, '<c r="B2">', '<c r="B2" t="b">', "a yes/no"),
    (_FIRST, '<c r="B2">', '<c r="B2" t="e">', "an error"),
    (_FIRST, '<c r="B2">', '<c r="B2" t="z">', "unknown type z"),
    (_FIRST, "<t>x</t>", f"<t>{'x' * 32_768}</t>", "longer than 32767"),
    (_STRINGS, "<t>Name</t>", f"<t>{'🙂' * 16_384}</t>", "longer than 32767"),
    (_FIRST, "<t>x</t>", "<t>\x0b</t>", "not XML"),
    (_FIRST, "<t>x</t>", "<t>\ufffe</t>", "character|not XML"),
    (_FIRST, "SUM(first[Points])+'It''s so'!A3", "", "an empty formula"),
    (_FIRST, "<v>0.5</v>", "", "a formula without its value"),
    (_FIRST, "<v>0.5</v>", "<v></v>", None),
    (_FIRST, "'It''s so'!A3", "[1]Sheet1!A3", "another file"),
    (_FIRST, "'It''s so'!A3", "'C:\\[b.xlsx]S'!A3", "another file"),
    (_FIRST, "'It''s so'!A3", "Gone!A3", "a sheet that is not there: 'Gone'"),
    (_FIRST, "first[Points]", "third[Points]", "a table that is not there"),
    (_FIRST, "first[Points]", "first[[#All],[Score]]", "a column that first has not"),
    (_FIRST, "_xlfn.STDEV.S", "STDEV.S", "without the prefix"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", "HYPERLINK(\"#internal:'Data'!A1\",1)", "links to"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", 'HYPERLINK("#Gone!A1",1)', "links to"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", "SUM((1)", "unequal brackets"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", "1+" * 4_100 + "1", "longer than 8192"),
    (_FIRST, '<mergeCell ref="A6:B7"/>', '<mergeCell ref="A6:B7"/><mergeCell ref="B7:C8"/>', "overlap"),
    (_FIRST, 'ref="A6:B7"', 'ref="A6"', "no range of several cells"),
    (_FIRST, 'ref="A6:B7"', 'ref="B3:B7"', "overlaps the merged"),
    (_FIRST, 'dxfId="0"', 'dxfId="1"', "dxfId 1 of 1"),
    (_FIRST, 'priority="1"', 'priority="0"', "priority 0"),
    (_FIRST, "<formula>B2&gt;1</formula>", "", "no formula"),
    (_FIRST, '"a,b"', f'"{"a," * 128}"', "a list longer"),
    (_FIRST, 'promptTitle="T"', f'promptTitle="{"T" * 33}"', "promptTitle longer"),
    (_FIRST, 'prompt="P"', f'prompt="{"P" * 256}"', "prompt longer"),
    (_FIRST, 'dataValidations count="1"', 'dataValidations count="3"', "counted 3 of 1"),
    (_FIRST, 'sqref="D2"', 'sqref=""', "no range"),
    (_FIRST, "'It''s so'!A1\"", "'Its so'!A1\"", "is not there"),
    (_FIRST, "location=\"'It''s so'!A1\"", "location=\"It's so!A1\"", "is not there"),
    (_FIRST, "location=\"'It''s so'!A1\"", "", "leads nowhere"),
    (_FIRST, "<hyperlinks>", f"<hyperlinks>{_MANY_LINKS}", "more than 65530"),
    (_FIRST, "<oddHeader>H", f"<oddHeader>{'H' * 256}", "oddHeader longer"),
    (_FIRST, '<brk id="4" max="16383" man="1"/>', _MANY_BREAKS, "page breaks, more than 1023"),
    (_FIRST, '<brk id="4"', '<brk id="0"', "a break that is outside"),
    (_FIRST, "<rowBreaks", '<pageSetup scale="5"/><rowBreaks', "page scale 5"),
    (_FIRST, "<sheetData>", f"<sheetViews>{_view(4)}</sheetViews><sheetData>", None),
    (_FIRST, "<sheetData>", f"<sheetViews>{_view(5)}</sheetViews><sheetData>", "5 selections, more than 4"),
    (_FIRST, "<sheetData>", f"<sheetViews>{_view(5)}</sheetViews><sheetData>", "two selections of the pane bottomLeft"),
    (_FIRST, "<sheetData>", f"<sheetViews>{_view(2, '')}</sheetViews><sheetData>", "pane bottomRight, which is not"),
    (_FIRST, "<sheetData>", f"<sheetViews>{_view(1, '<pane/><pane/>')}</sheetViews><sheetData>", "split twice"),
    (_FIRST, "<sheetData>", '<sheetViews><sheetView zoomScale="5"/></sheetViews><sheetData>', "shown at 5 percent"),
    (_FIRST, "<sheetData>",
     '<sheetViews><sheetView><selection sqref="XFE1"/></sheetView></sheetViews><sheetData>', "selected 'XFE1'"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", f'LEN("{"x" * 255}")', None),
    (_FIRST, "_xlfn.STDEV.S(all_points)", f'LEN("{"x" * 256}")', "a text longer than 255"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", "(" * 64 + "1" + ")" * 64, None),
    (_FIRST, "_xlfn.STDEV.S(all_points)", "(" * 65 + "1" + ")" * 65, "nested 65 deep"),
    (_FIRST, "_xlfn.STDEV.S(all_points)", f"SUM({'1,' * 254}1)", None),
    (_FIRST, "_xlfn.STDEV.S(all_points)", f"SUM({'1,' * 255}1)", "256 arguments"),
    (_FIRST, '"a,b"', f"{'1+' * 130}1", "a formula longer than 255"),
    (_STYLES, "<font/>", "<font/>" * 1_025, "1025 fonts"),
    (_FIRST, "<mergeCells", '<sheetProtection/><mergeCells', None),
    (_FIRST, "</sheetData>", '</sheetData><sheetPr/>', "not in Excel's order"),
    (_FIRST, '<tablePart r:id="rId3"/>', "", "counted 2"),
    (_SECOND, 'min="3"', 'min="2"', "out of order, overlapping"),
    (_SECOND, 'width="20"', 'width="256"', "width 256"),
    (_SECOND, 'style="1"', 'style="4"', "format 4 of 2"),
    (_SECOND, 'autoFilter ref="A1:B3"', 'autoFilter ref="B3:A1"', "no range"),
    (_SECOND, "<xm:f>Data!B2:B3", "<xm:f>Gone!B2:B3", "a sheet that is not there: 'Gone'"),
    (_SECOND, "<xm:f>Data!B2:B3", "<xm:f>Data!A2:B3", "sparkline of"),
    (_SECOND, "<xm:sqref>E1", "<xm:sqref>E1:E2", "sparkline in"),
    (_SECOND, "05C60535", "05C60536", "in the extension"),
    (_SECOND, "xmlns:xm=", "xmlns:xn=", "not XML"),
    (_TABLE, 'displayName="first"', 'displayName="second"', "'second' is there twice"),
    (_TABLE, 'id="1" name="first"', 'id="2" name="first"', "'2' is there twice"),
    (_TABLE, 'displayName="first"', 'displayName="Q1"', "not a valid name"),
    (_TABLE, 'displayName="first"', 'displayName="my table"', "not a valid name"),
    (_TABLE, 'name="Points"', 'name="NAME"', "is there twice"),
    (_TABLE, 'name="Points"', 'name="Point"', "has the header"),
    (_TABLE, 'ref="A1:B3">\n<auto', 'ref="A1:C3">\n<auto', "2 columns for A1:C3"),
    (_TABLE, 'ref="A1:B3">\n<auto', 'ref="A1:B1">\n<auto', "no range with a row"),
    (_TABLE, '<autoFilter ref="A1:B3"', '<autoFilter ref="A1:B2"', "its filter is A1:B2"),
    ("xl/tables/table2.xml", 'ref="D1:D3"', 'ref="B1:B3"', "tables first and second overlap"),
    (_STYLES, '<xf fontId="0"/>', '<xf fontId="1"/>', "fontId 1 of 1"),
    (_STYLES, 'xfId="0"', 'xfId="1"', "xfId 1 of 1"),
    (_STYLES, '<xf numFmtId="164"', '<xf numFmtId="165"', "number format 165"),
    (_CHART, "Data!$B$2:$B$3", "Gone!$B$2:$B$3", "a sheet that is not there: 'Gone'"),
    (_CHART, "Data!$B$2:$B$3", "Data!points", "chart refers to no range"),
    (_CHART, 'idx="1"><c:v>2', 'idx="2"><c:v>2', "more than it counts"),
    (_CHART, "<c:v>2</c:v>", "<c:v>x</c:v>", "cached number"),
    (_CHART, '<c:catAx><c:axId val="11"/>', '<c:catAx><c:axId val="13"/>', "axis 11 is not there"),
    (_CHART, '<c:crossAx val="12"/>', '<c:crossAx val="9"/>', "crosses none"),
    (_DRAWING, 'r:id="rId1"', 'r:id="rId5"', "relationship rId5 is not there"),
    (_DRAWING, "<xdr:col>5", "<xdr:col>16384", "outside the sheet"),
    (_DRAWING, "<xdr:row>9", "<xdr:row>0", "ends before it begins"),
    (_TYPES, '<Default Extension="xml" ContentType="application/xml"/>', "", None),
    (_TYPES, "/xl/charts/chart1.xml", "/xl/charts/chart2.xml", "chart2.xml is not in the package"),
    (_TYPES, "/xl/charts/chart1.xml", "/xl/charts/chart2.xml", "chart1.xml has no type of its own"),
    (_LINKS, "chart1.xml", "chart9.xml", "which is not there"),
    (_LINKS, "</Rel", '<Relationship Id="rId1" Target="../charts/chart1.xml"/></Rel', "twice"),
]  # fmt: skip


def packed(parts: dict[str, str]) -> bytes:
    import io

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text.encode("utf-8", "surrogatepass"))
    return target.getvalue()


def test_the_check_finds_nothing_in_a_sound_package(tmp_path: Path) -> None:
    assert ooxml.faults(packed(SOUND)) == []
    (tmp_path / "sound.xlsx").write_bytes(packed(SOUND))
    assert ooxml.faults(tmp_path / "sound.xlsx") == []


@pytest.mark.parametrize("case", BROKEN, ids=[f"{n}-{case[3] or 'sound'}" for n, case in enumerate(BROKEN)])
def test_the_check_finds(case: tuple[str, str, str, str | None]) -> None:
    part, old, new, fault = case
    assert old in SOUND[part]
    found = ooxml.faults(packed(SOUND | {part: SOUND[part].replace(old, new)}))
    if fault is None:
        assert found == []
    else:
        assert [text for text in found if re.search(fault, text)], found


def test_the_check_finds_what_is_no_package(tmp_path: Path) -> None:
    assert ooxml.faults(b"not a zip") and ooxml.faults(tmp_path / "none.xlsx")
    assert ooxml.faults(packed({key: value for key, value in SOUND.items() if key != _BOOK}))
    for part in (_TYPES, "xl/tables/table2.xml", _CHART):
        assert ooxml.faults(packed({key: value for key, value in SOUND.items() if key != part})), part
    assert ooxml.faults(packed(SOUND | {"xl/left.bin": "x"})) == ["content types: xl/left.bin has none"]


def test_the_check_finds_a_property_that_is_too_long() -> None:
    part = "docProps/custom.xml"
    types = SOUND[_TYPES].replace(
        "<Override", f'<Override PartName="/{part}" ContentType="application/xml"/><Override', 1
    )
    for text, count in (("x" * 255, 0), ("x" * 256, 1)):
        held = f'{XML}<Properties xmlns="p"><property name="qa"><lpwstr>{text}</lpwstr></property></Properties>'
        assert len(ooxml.faults(packed(SOUND | {_TYPES: types, part: held}))) == count


def test_the_check_finds_notes_that_excel_would_drop() -> None:
    part = "xl/comments1.xml"
    types = SOUND[_TYPES].replace("<Override", f'<Override PartName="/{part}" ContentType="a/b+xml"/><Override', 1)
    note = '<comment ref="A1" authorId="0"><text><r><t>{}</t></r></text></comment>'
    for notes, fault in (
        (note.format("x" * 32_767), None),
        (note.format("x" * 32_768), "longer than 32767"),
        (note * 2, "comment A1 is there twice"),
        (note.replace("A1", "A0"), "comment of 'A0'"),
        (note.replace('"0"', '"1"'), "has no author"),
    ):
        xml = f'{XML}<comments xmlns="{MAIN}"><authors><author/></authors><commentList>{notes}</commentList></comments>'
        found = ooxml.faults(packed(SOUND | {_TYPES: types, part: xml}))
        assert (fault is None and not found) or fault in found[0], found


@pytest.mark.libreoffice
def test_the_check_passes_what_libreoffice_writes(tmp_path: Path) -> None:
    (tmp_path / "sound.xlsx").write_bytes(packed(SOUND | {_CHART: SOUND[_CHART]}))
    (saved,) = libreoffice.resave([tmp_path / "sound.xlsx"], tmp_path / "again")
    assert ooxml.faults(saved) == []
