"""The summary as a workbook: what Excel accepts, what LibreOffice calculates, Excel's habits, the tidy data's promises,
and merges of merges."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import zipfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from test_figures import (
    AREAS,
    FULL,
    INDICATORS,
    OFFICE,
    Made,
    Tidy,
    cards_of,
    half_up,
    load,
    mean,
    rows_of,
    shown,
    table,
)

from helpers import libreoffice, ooxml, oracle
from helpers.received import received, sample_results, sample_roster
from qa_excel.district.analysis import Analysis
from qa_excel.district.data import dictionary
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import combine
from qa_excel.district.data.folder import read_data, write_data
from qa_excel.district.merging import merge
from qa_excel.office.roster import Roster, School
from qa_excel.summary import write_summary
from qa_excel.summary.as_json import district_json
from qa_excel.summary.card_files import write_card_files
from qa_excel.summary.previous import read_previous
from samples import build

DUE = "2021-03-31"
DICTIONARY = yaml.safe_load(Path(dictionary.__file__).with_name("data_dictionary.yaml").read_text("utf-8"))
TABLES = ("submissions", "scores", "criteria", "conditions", "problems", "iqa_items")
"""Those that the issue names; there may be more."""

# --- The check itself ------------------------------------------------------------------------------------------

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


# --- Summaries -------------------------------------------------------------------------------------------------

EVIL = [
    "=1+1",
    "+x",
    "<r>&</r>",
    "@x",
    "\t=x",
    "=cmd|' /C calc'!A0",
    "http://evil.example/",
    "internal:Sheet!A1",
    "'quoted",
    "{=1}",
]
"""Names of ten schools."""


def evil_results() -> tuple[list[Any], Roster]:
    """The sample district, all of whose texts a spreadsheet or a program might take for something else."""
    renamed = {school.code: name for school, name in zip(sample_roster().schools, EVIL, strict=True)}
    roster = Roster(
        tuple(
            School(s.code, renamed[s.code], '=HYPERLINK("http://evil.example")', s.levels, s.learners, s.teachers)
            for s in sample_roster().schools
        )
    )
    results = []
    for at, result in enumerate(sample_results()):
        data = result.submission.data
        data["school"]["name"] = renamed[data["school"]["code"]]
        for part in ("evidence", "notes", "links"):
            for texts in data.get(part, {}).values():
                for key in texts:
                    texts[key] = EVIL[at % len(EVIL)]
        results.append(received(f"=1+1 {at}/@{at}.xlsx", data))
    return results, roster


def district_of(number: int, schools: int = 3, year: int = build.EQA_YEAR, name: str = "") -> Any:
    """The data of a small made-up district; every one has schools of its own."""
    rng = random.Random(f"district {number}")
    made = [build.random_school(rng, 1 + n, "primary") for n in range(schools)]
    codes = {school.code: f"0{number}{n:06d}" for n, school in enumerate(made)}
    results = []
    for at, school in enumerate(made):
        answers = random.Random(f"{number} {at} {year}")
        for data in build.school_submissions(answers, school, year, year + 2):
            if (number + at) % 4 == 3 and data.get("area") == 5:
                continue
            data["school"]["code"] = codes[school.code]
            results.append(received(f"{codes[school.code]}/{data.get('area', 'iqa')}.xlsx", data))
    name = name or f"สพป.ทดสอบ เขต {number}"
    roster = Roster(
        tuple(School(codes[s.code], s.name, name, s.levels, s.learners, s.teachers, s.ministry_code) for s in made)
    )
    return collect(merge(results, roster), due=DUE, iqa_due=DUE)


LONG_NAME = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาพระนครศรีอยุธยา (ศูนย์ประสานงานการประกันคุณภาพการศึกษา) เขต 2"


class Summaries:
    """Summaries of every kind, each written once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[str, Path] = {}
        self.analyses: dict[str, Analysis] = {}

    def add(self, name: str, dataset: Any, previous: Any = None) -> None:
        self.analyses[name] = Analysis(dataset)
        self.paths[name] = self.folder / f"{name}.xlsx"
        write_summary(self.analyses[name], self.paths[name], previous and Analysis(previous))


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> Summaries:
    folder = tmp_path_factory.mktemp("summaries")
    found = Summaries(folder)
    sample = merge(sample_results(), sample_roster())
    found.add("sample-th", collect(sample, due=DUE, iqa_due=DUE))
    found.add("sample-en", collect(sample, due=DUE, lang="en", iqa_due=DUE))
    (folder / "inbox").mkdir()
    made = Made(folder / "inbox")
    found.add("made", collect(merge(made.results, made.roster), due=DUE, iqa_due=DUE))
    empty = Roster((School("00000001", "โรงเรียนว่าง", OFFICE, ("P6",), 1, 1),))
    found.add("empty-th", collect(merge([], empty)))
    found.add("empty-en", collect(merge([], empty), lang="en"))
    results, roster = evil_results()
    found.add("evil", collect(merge(results, roster), due=DUE, iqa_due=DUE))
    districts = [district_of(number) for number in range(1, 4)]
    found.districts = districts
    found.before = district_of(4, 2, build.EQA_YEAR - 1, LONG_NAME)
    found.add("small", found.before)
    found.add("trend", district_of(4, 3), found.before)
    found.add("province", combine(districts, "จังหวัดทดสอบ"))
    for name in ("sample-th", "sample-en", "made", "evil", "province"):
        write_card_files(found.analyses[name], folder / "cards" / name, "en" if name.endswith("en") else "th")
    for name in ("sample-th", "evil", "made", "province"):
        write_data(found.analyses[name].data, folder / "data" / name)
    return found


KINDS = ["sample-th", "sample-en", "made", "empty-th", "empty-en", "evil", "province", "small", "trend"]


@pytest.mark.parametrize("name", KINDS)
def test_excel_would_repair_nothing(summaries: Summaries, name: str) -> None:
    assert ooxml.faults(summaries.paths[name]) == []


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "evil", "province"])
def test_excel_would_repair_no_card(summaries: Summaries, name: str) -> None:
    files = sorted((summaries.folder / "cards" / name).iterdir())
    units = summaries.analyses[name].units
    assert len(files) == len(units)
    assert {path.suffix for path in files} == {".xlsx"}
    for path in files:
        assert ooxml.faults(path) == [], path.name
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', path.name) and len(path.name.encode()) < 255


def test_the_english_summary_is_in_english(summaries: Summaries) -> None:
    """But for the names of schools and offices, and what the schools' files and their sheets are called."""
    book = load(summaries.paths["sample-en"])
    assert not [sheet.title for sheet in book if re.search("[ก-๙]", sheet.title)]
    heads = [cell.value for sheet in book for row in sheet.iter_rows(max_row=6) for cell in row if cell.value]
    thai = [text for text in heads if isinstance(text, str) and re.search("[ก-๙]", text)]
    names = "|".join(re.escape(s.name) for s in sample_roster().schools) + "|สพป.ตัวอย่าง เขต 1|ส่งทางอีเมล"
    rest = [
        text for text in thai if re.search("[ก-๙]", re.sub(rf"{names}|\S+\.xlsx|ตบช\.\d+|กระบวนการ [\d.]+", "", text))
    ]
    assert not rest


# --- LibreOffice -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recalculated(summaries: Summaries) -> dict[str, Path]:
    names = ["made", "empty-th", "province", "small", "trend"]
    paths = libreoffice.resave([summaries.paths[name] for name in names], summaries.folder / "again")
    return dict(zip(names, paths, strict=True))


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["made", "empty-th", "province", "trend"])
def test_cached_values_are_what_libreoffice_calculates(summaries: Summaries, recalculated: dict, name: str) -> None:
    formulas, cached = load(summaries.paths[name], values=False), load(summaries.paths[name])
    again = load(recalculated[name])
    assert again.sheetnames == cached.sheetnames
    wrong, count = [], 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                was, now = cached[sheet.title][cell.coordinate].value, again[sheet.title][cell.coordinate].value
                same = (was or "") == (now or "") if isinstance(was, str) or was is None else was == now
                if isinstance(was, (int, float)) and isinstance(now, (int, float)):
                    same = abs(was - now) < 1e-9
                if not same:
                    wrong.append((sheet.title, cell.coordinate, cell.value, was, now))
    assert count > 20 and not wrong, wrong[:10]


@pytest.mark.libreoffice
def test_it_converts_to_pdf(summaries: Summaries, tmp_path: Path, run: Any) -> None:
    """With `--pdf`, here of two schools for the sake of time."""
    libreoffice.require_libreoffice()
    write_data(summaries.before, tmp_path / "data", parquet=False)
    found = run("merge", tmp_path / "data", "--out", tmp_path / "district.xlsx", "--pdf")
    assert found.status == 0, found.err
    content = (tmp_path / "district.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert pages >= len(load(tmp_path / "district.xlsx").sheetnames)


def test_each_sheet_fits_its_paper(summaries: Summaries) -> None:
    """One page wide, with titles that repeat, page numbers and the office's name."""
    office_name = sample_roster().office
    for sheet in load(summaries.paths["sample-th"]):
        assert sheet.page_setup.paperSize in ("9", 9, "8", 8), sheet.title
        assert sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.page_setup.fitToWidth in (1, None), sheet.title
        said = " ".join(
            str(part.text)
            for line in (sheet.oddHeader, sheet.oddFooter)
            for part in (line.left, line.center, line.right)
        )
        assert "&P" in said and office_name in said, (sheet.title, said)
        assert not re.search(r"(?<!\d)20[12]\d(?!\d)", said), "a year that is not of the Buddhist Era"
        if sheet.auto_filter.ref or sheet.tables:
            assert sheet.print_title_rows, sheet.title


# --- Excel's habits --------------------------------------------------------------------------------------------


def data_areas(sheet: Any) -> list[str]:
    return [t.ref for t in sheet.tables.values()] + ([sheet.auto_filter.ref] if sheet.auto_filter.ref else [])


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "province", "trend"])
def test_tables_are_filtered_frozen_and_without_merged_cells(summaries: Summaries, name: str) -> None:
    book = load(summaries.paths[name])
    listed = 0
    for sheet in book:
        areas = data_areas(sheet)
        if not areas:
            unlisted = (book.sheetnames[0], book.sheetnames[2])  # the overview and the cards
            assert sheet.title in unlisted, f"{sheet.title} has no filter"
            continue
        listed += 1
        top = min(int(re.match(r"\$?[A-Z]+\$?(\d+)", reference)[1]) for reference in areas)
        assert sheet.freeze_panes, sheet.title
        column, row = openpyxl.utils.cell.coordinate_from_string(sheet.freeze_panes)
        assert row == top + 1 and column != "A", (sheet.title, sheet.freeze_panes)
        for reference in areas:
            inside = ooxml.area(reference)
            crossing = [str(m) for m in sheet.merged_cells.ranges if ooxml.overlap(ooxml.area(str(m)), inside)]
            assert not crossing, (sheet.title, crossing)
            # The filter takes in every row below its head.
            assert inside[3] == sheet.max_row, (sheet.title, reference, sheet.max_row)
    assert listed >= 10


FIELDS = DICTIONARY["fields"]
TYPES = {"string": str, "integer": (int, float), "number": (int, float), "boolean": bool, "date": (date, datetime)}


def data_sheets(book: Any, lang: str) -> dict[str, tuple[Any, list[str], list[list[Any]]]]:
    """Name of a tidy table → (sheet, its fields, rows of cells)."""
    found = {}
    for sheet in book:
        for name, held in ((name, table_held.ref) for name, table_held in dict.items(sheet.tables)):
            known = DICTIONARY["tables"][name.removeprefix("qa_")]["fields"]
            titles = {FIELDS[field]["title"][lang]: field for field in known}
            head, *rows = sheet[held]
            found[name.removeprefix("qa_")] = sheet, [titles[cell.value] for cell in head], rows
    return found


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "evil", "province"])
def test_numbers_are_numbers_and_dates_are_dates(summaries: Summaries, name: str) -> None:
    sheets = data_sheets(load(summaries.paths[name]), "en" if name.endswith("en") else "th")
    assert {"schools", "submissions", "scores", "criteria", "iqa_items"} <= sheets.keys()
    for table_name, (sheet, fields, rows) in sheets.items():
        for row in rows:
            for field, cell in zip(fields, row, strict=True):
                if cell.value is None:
                    continue
                kind = FIELDS[field]["type"]
                assert isinstance(cell.value, TYPES[kind]), (table_name, cell.coordinate, field, cell.value)
                assert isinstance(cell.value, bool) == (kind == "boolean"), (table_name, cell.coordinate)
                if kind == "date":
                    assert cell.is_date and cell.data_type == "d", (sheet.title, cell.coordinate)
                if kind == "string":
                    assert cell.data_type in ("s", "inlineStr"), (sheet.title, cell.coordinate)


@pytest.mark.parametrize("name", ["sample-th", "made", "province"])
def test_the_data_sheets_are_the_csv(summaries: Summaries, name: str) -> None:
    folder = summaries.folder / "data" / name
    for table_name, (_, fields, rows) in data_sheets(load(summaries.paths[name]), "th").items():
        tidy = getattr(Tidy(folder), table_name)
        assert len(rows) == len(tidy), table_name
        for field, cells in zip(fields, zip(*rows, strict=True), strict=True):
            shown_cells = [as_csv(cell.value, FIELDS[field]["type"]) for cell in cells]
            assert shown_cells == [unescaped(text) for text in tidy[field]], (table_name, field)


def as_csv(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "boolean":
        return str(value).lower()
    if kind == "date":
        return value.date().isoformat()
    if kind in ("integer", "number"):
        return repr(value).removesuffix(".0")
    return value


def unescaped(text: str) -> str:
    """A formula's sign has an apostrophe before it, and so has an apostrophe that stands there."""
    return text[1:] if re.match(r"'+[=+\-@\t\r\n]", text) else text


def test_codes_keep_their_zeros_as_text(summaries: Summaries) -> None:
    book = load(summaries.paths["made"])
    codes = {f"{1_000_000 + n:08d}" for n in range(1, 11)}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert not (isinstance(cell.value, (int, float)) and 1_000_000 < cell.value < 1_000_100), (
                    f"{sheet.title}!{cell.coordinate} is a code that became a number"
                )
    for title in ("คะแนนรายโรงเรียน", "ความครบถ้วน", "ร่องรอย IQA"):
        header, *rows = table(rows_of(book[title]), "รหัส", "สถานศึกษา")
        assert {row[header.index("รหัส")] for row in rows} == codes


def test_figures_of_the_sheets_are_numbers(summaries: Summaries) -> None:
    """No cell of a table holds as text what is a plain number, but for codes, ids and numbers of pages."""
    ids = {"รหัส", "ข้อ", "ขั้น", "ที่", "ตบช.", "หน้า", "กระบวนการ"}
    for sheet in load(summaries.paths["made"]):
        if sheet.tables or not sheet.auto_filter.ref:
            continue
        head, *rows = sheet[sheet.auto_filter.ref]
        for row in rows:
            for title, cell in zip(head, row, strict=True):
                if isinstance(cell.value, str) and re.fullmatch(r"-?[\d,]+(\.\d+)?%?", cell.value):
                    assert title.value in ids, (sheet.title, cell.coordinate, title.value, cell.value)


def formulas_of(path: Path) -> Counter[str]:
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "/worksheets/sheet" in name]
    return Counter(found for part in parts for found in re.findall(r"<f[^>]*>([^<]*)</f>", part))


def test_what_a_school_types_is_never_a_formula_or_a_link(summaries: Summaries) -> None:
    evil, plain = summaries.paths["evil"], summaries.paths["sample-th"]
    with zipfile.ZipFile(evil) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    assert not [name for name, text in parts.items() if "TargetMode" in text], "a link out of the workbook"
    assert not [name for name, text in parts.items() if "<ddeLink" in text or "externalBook" in text]
    with zipfile.ZipFile(plain) as package:
        usual = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    links = [sum(text.count("<hyperlink ") for text in held.values()) for held in (parts, usual)]
    assert links[0] == links[1]
    evil_formulas, plain_formulas = formulas_of(evil), formulas_of(plain)
    assert sum(evil_formulas.values()) == sum(plain_formulas.values())
    assert not [f for f in evil_formulas if "evil" in f or "cmd|" in f or f in ("1+1", "x")]
    texts = {cell.value for sheet in load(evil) for row in sheet.iter_rows() for cell in row}
    for name in EVIL:
        assert name in texts, f"{name!r} is not shown as it was typed"
    for path in (summaries.folder / "cards" / "evil").iterdir():
        assert not [f for f in formulas_of(path) if "evil" in f or "cmd|" in f or f in ("1+1", "x")], path.name
        with zipfile.ZipFile(path) as package:
            assert not [n for n in package.namelist() if n.endswith(".rels") and b"TargetMode" in package.read(n)]


def test_cards_of_schools_with_such_names_are_their_own(summaries: Summaries) -> None:
    names = []
    for path in sorted((summaries.folder / "cards" / "evil").iterdir()):
        held = cards_of([row for sheet in load(path) for row in rows_of(sheet)])
        assert len(held) == 1
        ((school, rows),) = held.items()
        assert path.name.startswith(school)
        names.append(rows[0][0])
    assert sorted(names) == sorted(name.strip() for name in EVIL)


# --- Tidy data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sample-th", "made", "evil", "province"])
def test_tidy_data_are_what_the_descriptor_says(summaries: Summaries, name: str) -> None:
    folder = summaries.folder / "data" / name
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(TABLES) <= resources.keys()
    assert {path.name for path in folder.glob("*.csv")} == {resource["path"] for resource in resources.values()}
    rows = {}
    for resource_name, resource in resources.items():
        path = folder / resource["path"]
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to see UTF-8"
        assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (resource["bytes"], resource["hash"])
        assert resource["encoding"] in ("utf-8", "utf-8-sig")
        with path.open(encoding="utf-8-sig", newline="") as source:
            header, *found = csv.reader(source, delimiter=resource["dialect"]["delimiter"])
        fields = resource["schema"]["fields"]
        assert header == [field["name"] for field in fields]
        assert all(field["description"] and field["title"] for field in fields)
        assert all(len(row) == len(header) for row in found)
        for at, field in enumerate(fields):
            for row in found:
                check_value(row[at], field, resource_name)
        rows[resource_name] = [dict(zip(header, row, strict=True)) for row in found]
        key = resource["schema"].get("primaryKey")
        if key:
            keys = [tuple(row[part] for part in key) for row in rows[resource_name]]
            assert len(set(keys)) == len(keys), resource_name
    for resource_name, resource in resources.items():
        for foreign in resource["schema"].get("foreignKeys", []):
            target = foreign["reference"]["resource"] or resource_name
            known = {tuple(row[f] for f in foreign["reference"]["fields"]) for row in rows[target]}
            used = {tuple(row[f] for f in foreign["fields"]) for row in rows[resource_name]}
            assert used <= known, (resource_name, target)
    assert all(resources[table_name]["schema"].get("primaryKey") for table_name in ("scores", "criteria", "iqa_items"))


def check_value(text: str, field: dict[str, Any], where: str) -> None:
    rules, told = field.get("constraints", {}), (where, field["name"], text)
    if text == "":
        assert not rules.get("required"), told
        return
    kind = field["type"]
    if kind == "integer":
        assert re.fullmatch(r"-?\d+", text), told
    elif kind == "number":
        assert re.fullmatch(r"-?\d+(\.\d+)?", text), told
    elif kind == "boolean":
        assert text in (field.get("trueValues", ["true"]) + field.get("falseValues", ["false"])), told
    elif kind == "date":
        assert date.fromisoformat(text) and field.get("format", "default") in ("default", "%Y-%m-%d"), told
    else:
        assert kind == "string", told
        # A spreadsheet would take it for a formula.
        assert not re.match(r"[=+\-@\t\r]", text), told
    if "enum" in rules:
        assert text in rules["enum"], told
    if "pattern" in rules:
        assert re.fullmatch(rules["pattern"], text), told
    if "minimum" in rules:
        assert Decimal(text) >= rules["minimum"], told
    if "maximum" in rules:
        assert Decimal(text) <= rules["maximum"], told


def test_frictionless_finds_the_package_valid(summaries: Summaries) -> None:
    frictionless = pytest.importorskip("frictionless")
    for name in ("made", "province"):
        report = frictionless.Package(str(summaries.folder / "data" / name / "datapackage.json")).validate()
        assert report.valid, report.flatten(["taskName", "rowNumber", "fieldName", "note"])[:5]


@pytest.mark.parametrize("name", ["made", "evil"])
def test_parquet_is_the_csv(summaries: Summaries, name: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = summaries.folder / "data" / name
    for path in sorted(folder.glob("*.parquet")):
        held, tidy = parquet.read_table(path), getattr(Tidy(folder), path.stem)
        assert held.column_names == list(tidy.columns)
        for column in held.column_names:
            kind = FIELDS[column]["type"]
            values = held.column(column).to_pylist()
            texts = [unescaped(text) for text in tidy[column]]
            assert len(values) == len(texts)
            for value, text in zip(values, texts, strict=True):
                if value is None or value == "":
                    assert text == "", (path.name, column)
                elif kind == "boolean":
                    assert (value, str(value).lower()) == (text == "true", text), (path.name, column)
                elif kind in ("integer", "number"):
                    assert Fraction(str(value)) == Fraction(text), (path.name, column)
                    assert not isinstance(value, str)
                elif kind == "date":
                    assert value == date.fromisoformat(text), (path.name, column)
                else:
                    assert value == text, (path.name, column)
    assert {path.stem for path in folder.glob("*.parquet")} >= set(TABLES)


@pytest.mark.parametrize("name", ["made", "evil", "province"])
def test_tidy_data_read_back_give_the_same_summary(summaries: Summaries, tmp_path: Path, name: str) -> None:
    back = read_data(summaries.folder / "data" / name)
    again = Analysis(back)
    assert district_json(again) == district_json(summaries.analyses[name])
    write_summary(again, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == summaries.paths[name].read_bytes()


def test_a_summary_is_as_good_a_year_before_as_its_data(summaries: Summaries, tmp_path: Path) -> None:
    """`--previous district-2562.xlsx` (or its data), whatever the office's name."""
    write_data(summaries.before, tmp_path / "data", parquet=False)
    found = [Analysis(read_previous(path)) for path in (tmp_path / "data", summaries.paths["small"])]
    assert found[0].data.name == LONG_NAME
    for at, previous in enumerate(found):
        write_summary(summaries.analyses["trend"], tmp_path / f"{at}.xlsx", previous)
        assert (tmp_path / f"{at}.xlsx").read_bytes() == summaries.paths["trend"].read_bytes()


# --- The order of what comes in --------------------------------------------------------------------------------


def test_the_order_of_files_changes_nothing(summaries: Summaries, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    made = Made(tmp_path / "inbox")
    random.Random(3).shuffle(made.results)
    analysis = Analysis(collect(merge(made.results, made.roster), due=DUE, iqa_due=DUE))
    assert district_json(analysis) == district_json(summaries.analyses["made"])
    write_data(analysis.data, tmp_path / "data", parquet=False)
    for path in (tmp_path / "data").glob("*.csv"):
        assert path.read_bytes() == (summaries.folder / "data" / "made" / path.name).read_bytes(), path.name
    write_summary(analysis, tmp_path / "made.xlsx")
    assert (tmp_path / "made.xlsx").read_bytes() == summaries.paths["made"].read_bytes()


# --- Merges of merges ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(summaries: Summaries, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("province")
    for number, district in enumerate(summaries.districts, start=1):
        write_data(district, folder / f"d{number}", parquet=number == 2)
    return [folder / f"d{number}" for number in range(1, 4)]


def test_a_province_is_the_union_of_its_districts(folders: list[Path], tmp_path: Path, run: Any) -> None:
    found = run("merge", *folders, "--out", tmp_path / "p.xlsx", "--data", tmp_path / "data", "--name", "จังหวัดทดสอบ",
                "--format", "json")  # fmt: skip
    assert found.status in (0, 1), found.err
    assert ooxml.faults(tmp_path / "p.xlsx") == []
    whole, parts = Tidy(tmp_path / "data"), [Tidy(folder) for folder in folders]
    for name in ("schools", *TABLES):
        rows = Counter(row for part in parts for row in map(tuple, getattr(part, name).values))
        assert Counter(map(tuple, getattr(whole, name).values)) == rows, name
    about = found.json["district"]
    assert about["name"] == "จังหวัดทดสอบ"
    assert {school["code"] for school in found.json["schools"]} == {
        code for part in parts for code in part.schools.school_code
    }
    for key in ("expected", "received", "valid"):
        assert about[key] == sum(
            {"expected": len(p.counting), "received": len(p.received), "valid": len(p.valid)}[key] for p in parts
        )
    for indicator in INDICATORS:
        values = [value for part in parts for value in part.indicator(indicator)]
        assert shown(about["indicators"][indicator]["mean"]) == half_up(mean(values)), indicator
    for area in AREAS:
        values = [value for part in parts for value in part.areas(area)]
        assert shown(about["areas"][str(area)]["mean"]) == half_up(mean(values)), area
    totals = [total for part in parts for total in part.totals.values()]
    assert shown(about["mean_total"]) == half_up(mean(totals))
    for process in oracle.PROCESSES:
        percents = [percent for part in parts for percent in part.steps(process)]
        assert shown(about["iqa"]["processes"][process]["percent"]) == half_up(sum(percents) / len(percents)), process
    for part, entry in zip(parts, about["districts"], strict=True):
        assert entry["name"] == part.schools.district.iloc[0]
        assert entry["schools_expected"] == len(part.schools)
        assert entry["schools_with_total"] == len(part.totals)
        assert shown(entry["mean_total"]) == half_up(mean(list(part.totals.values())))
        assert {int(a): shown(v) for a, v in entry["areas"].items()} == {a: half_up(mean(part.areas(a))) for a in AREAS}
        percents = part.steps()
        assert shown(entry["iqa_percent"]) == half_up(sum(percents) / len(percents))


def test_the_heat_map_of_a_province_has_its_districts(summaries: Summaries, folders: list[Path]) -> None:
    book = load(summaries.paths["province"])
    sheet = book[book.sheetnames[1]]
    rows = rows_of(sheet)
    header, *found = table(rows, "เขตพื้นที่", "ตบช.1")
    parts = {Tidy(folder).schools.district.iloc[0]: Tidy(folder) for folder in folders}
    assert [row[header.index("เขตพื้นที่")] for row in found] == list(parts)
    for row in found:
        part = parts[row[header.index("เขตพื้นที่")]]
        for indicator in INDICATORS:
            at = header.index(indicator.replace("IND", "ตบช."))
            assert shown(row[at]) == half_up(mean(part.indicator(indicator))), indicator
        for area, numbers in AREAS.items():
            at = header.index(f"ตบช.{numbers[-1]}") + 1
            assert str(FULL[area]) in header[at] and shown(row[at]) == half_up(mean(part.areas(area)))


def test_means_of_a_province_are_the_same_on_every_sheet(summaries: Summaries) -> None:
    """Or the label says that the mean is one of districts."""
    about = district_json(summaries.analyses["province"])["district"]
    book = load(summaries.paths["province"])
    rows = rows_of(book[book.sheetnames[1]])
    header = table(rows, "เขตพื้นที่", "ตบช.1")[0]
    means = next(row for row in rows if any(isinstance(v, str) and v.startswith("ค่าเฉลี่ย") for v in row[:3]))
    label = next(v for v in means if isinstance(v, str))
    for indicator, entry in about["indicators"].items():
        value = shown(means[header.index(indicator.replace("IND", "ตบช."))])
        assert value == shown(entry["mean"]) or "เขต" in label, (indicator, label)


def test_every_row_of_the_source_sheet_can_be_followed(summaries: Summaries) -> None:
    """School, criterion, inputs, points, file, sheet, cell, page and interpretation, also one level up."""
    for name in ("sample-th", "province"):
        _, fields, rows = data_sheets(load(summaries.paths[name]), "th")["criteria"]
        wanted = [
            "school_code",
            "indicator",
            "criterion",
            "inputs",
            "points",
            "file",
            "sheet",
            "cell",
            "page",
            "interpretations",
        ]
        assert set(wanted) <= set(fields), (name, sorted(set(wanted) - set(fields)))
        at = {field: fields.index(field) for field in wanted}
        for row in rows:
            assert all(row[at[field]].value not in (None, "") for field in wanted[:1] + wanted[5:9])


def test_the_order_of_folders_changes_no_figure(folders: list[Path]) -> None:
    datasets = [read_data(folder) for folder in folders]
    straight, turned = (district_json(Analysis(combine(d, "จังหวัด"))) for d in (datasets, datasets[::-1]))
    for key, value in straight["district"].items():
        if key != "districts":
            assert value == turned["district"][key], key
    for one, other in ((straight, turned),):
        assert {d["name"]: d for d in one["district"]["districts"]} == {
            d["name"]: d for d in other["district"]["districts"]
        }
        assert {s["code"]: s for s in one["schools"]} == {s["code"]: s for s in other["schools"]}


def test_a_nation_of_provinces_is_the_nation_of_their_districts(folders: list[Path], tmp_path: Path, run: Any) -> None:
    first = run("merge", *folders[:2], "--data", tmp_path / "p1", "--name", "จังหวัดหนึ่ง")
    assert first.status in (0, 1), first.err
    staged = run("merge", tmp_path / "p1", folders[2], "--name", "ประเทศ", "--format", "json").json
    flat = run("merge", *folders, "--name", "ประเทศ", "--format", "json").json
    assert staged["district"] == flat["district"]
    assert staged["schools"] == flat["schools"]


def test_one_district_twice_is_refused(folders: list[Path], tmp_path: Path, run: Any) -> None:
    import shutil

    shutil.copytree(folders[0], tmp_path / "again")
    found = run("merge", folders[0], tmp_path / "again", "--out", tmp_path / "p.xlsx", "--name", "จังหวัด")
    assert found.status == 2 and not (tmp_path / "p.xlsx").exists()
    assert "Traceback" not in found.err
