"""The first sheet of a marked copy: every finding with a link to its cell, and how to go about mending them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_excel.files.book import height
from qa_excel.files.editing import escape
from qa_excel.files.look import FONT, LINE, NAVY
from qa_excel.files.styles import Styles, solid
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

TITLE = Text("ผลการตรวจสอบ", "Findings")
MARKS = {"error": "FF8F8F", "warning": "FFD34D"}
"""Fills of the marks. The template's own yellow, green and salmon are paler."""
_COLUMNS = (
    (Text("ที่", "No."), 6),
    (Text("ระดับ", "Severity"), 15),
    (Text("แผ่นงาน", "Sheet"), 19),
    (Text("เซลล์", "Cell"), 11),
    (Text("สิ่งที่พบ", "What is wrong"), 58),
    (Text("สิ่งที่ควรทำ", "What to do"), 48),
    (Text("สถานะ", "State"), 17),
)
_STEPS = (
    Text("วิธีแก้ไข", "How to correct this workbook"),
    Text(
        "1. คลิกตัวอักษรสีน้ำเงินในคอลัมน์ “เซลล์” เพื่อไปยังเซลล์นั้น · เซลล์สีแดงต้องแก้ไข เซลล์สีเหลืองเข้มให้ตรวจว่าถูกต้องแล้วหรือยัง",
        "1. Click the blue text in the column Cell to go there. A red cell must be corrected; check a dark yellow one, "
        "which may stay if it is right",
    ),
    Text(
        "2. แก้ไขตามคอลัมน์ “สิ่งที่ควรทำ” (วางเมาส์บนเซลล์นั้นจะเห็นข้อความเดียวกัน) เมื่อค่าในเซลล์เปลี่ยน สีจะหายไป "
        "· หากแก้ที่เซลล์อื่น สีจะหายเมื่อตรวจแฟ้มครั้งต่อไป",
        "2. Do what the column What to do says (it also shows when the mouse is on the cell). The colour goes when the "
        "cell's value changes; where another cell was mended, at the next check",
    ),
    Text(
        "3. บันทึกแฟ้มนี้แล้วส่งกลับสำนักงานเขตพื้นที่การศึกษา ไม่ต้องลบแผ่นงานนี้หรือหมายเหตุใด ๆ",
        "3. Save this file and send it back to the office. This sheet and the notes may stay as they are",
    ),
)
_OPEN = {"error": Text("ยังไม่แก้ไข", "open"), "warning": Text("รอตรวจสอบ", "to check")}
_CHANGED = Text("เปลี่ยนค่าแล้ว", "value changed")
_NOTHING = Text("ไม่ต้องแก้ไข", "nothing to do")
_WHOLE = Text("ทั้งแผ่น", "whole sheet")
_NO_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
"""What no sheet's title holds; a reference to one with a bracket could lead into another workbook."""
_FIRST_STEP, _HEADER = 4, 9

Place = tuple[str, str]
"""(title of a sheet, A1 cell)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row. `still` is the test by which the cell is unchanged, with {ref} for the cell; empty for none."""

    severity: str
    sheet: str
    cell: str
    message: str
    hint: str
    still: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The sheet in the making. `total` counts the findings, more of them perhaps than are listed."""

    lang: str
    about: str
    counts: str
    findings: Sequence[Finding]
    total: int

    header_row = _HEADER

    @property
    def title(self) -> str:
        return TITLE.get(self.lang)

    def xml(self, namespace: str, styles: Styles, titles: set[str]) -> bytes:
        """The sheet's part; links lead to sheets among `titles`."""
        look = _Looks(styles)
        rows = [
            _row(1, [_cell("A1", look.title, self.title)], 32),
            _row(2, [_cell("A2", look.strong, self.about)], 24),
            _row(3, [_cell("A3", look.plain, self.counts)], 24),
        ]
        for number, step in enumerate(_STEPS, start=_FIRST_STEP):
            style = look.strong if number == _FIRST_STEP else look.plain
            rows.append(_row(number, [_cell(f"A{number}", style, step.get(self.lang))], 24))
        if len(self.findings) < self.total:
            rows.append(_row(_HEADER - 1, [_cell(f"A{_HEADER - 1}", look.alert, self._cut())], 24))
        heads = [
            _cell(f"{letter}{_HEADER}", look.head, name.get(self.lang))
            for letter, (name, _) in zip("ABCDEFG", _COLUMNS, strict=True)
        ]
        rows.append(_row(_HEADER, heads, 28))
        links = []
        for number, finding in enumerate(self.findings, start=_HEADER + 1):
            reachable = finding.sheet in titles and not _NO_TITLE.search(finding.sheet)
            rows.append(self._finding_row(number, finding, look, reachable))
            if reachable:
                place = escape(f"{quote(finding.sheet)}!{finding.cell or 'A1'}")
                links.append(f'<hyperlink ref="D{number}" location="{place}" display="{place}"/>')
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, (_, width) in enumerate(_COLUMNS, 1)
        )
        hyperlinks = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
            f'<selection activeCell="D{_HEADER + 1}" sqref="D{_HEADER + 1}"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
            f'{hyperlinks}<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f'<headerFooter><oddFooter>&amp;L&amp;"{FONT},Regular"&amp;12 qa-excel&amp;R&amp;"{FONT},Regular"&amp;12 '
            f"{Text('หน้า &amp;P จาก &amp;N', 'page &amp;P of &amp;N').get(self.lang)}</oddFooter></headerFooter>"
            "</worksheet>"
        ).encode()

    def _cut(self) -> str:
        return Text(
            f"แสดง {len(self.findings):,} จาก {self.total:,} ข้อ ข้อที่เหลือจะแสดงเมื่อแก้ไขข้อเหล่านี้แล้วตรวจอีกครั้ง",
            f"{len(self.findings):,} of {counted(self.total, 'finding')} shown; the rest show once these are mended",
        ).get(self.lang)

    def _finding_row(self, number: int, finding: Finding, look: _Looks, reachable: bool) -> str:
        shown = finding.cell or (_WHOLE.get(self.lang) if finding.sheet else "–")
        cells = [
            f'<c r="A{number}" s="{look.centre}"><v>{number - _HEADER}</v></c>',
            _cell(f"B{number}", look.severity[finding.severity], SEVERITY_WORDS[finding.severity].get(self.lang)),
            _cell(f"C{number}", look.centre, finding.sheet or "–"),
            _cell(f"D{number}", look.link if reachable else look.centre, shown),
            _cell(f"E{number}", look.body, finding.message),
            _cell(f"F{number}", look.body, finding.hint),
            self._state(f"G{number}", finding, look.centre, reachable),
        ]
        widths = [width for _, width in _COLUMNS]
        texts = (None, None, finding.sheet, None, finding.message, finding.hint, None)
        return _row(number, cells, height(texts, widths) + 4)

    def _state(self, at: str, finding: Finding, style: int, reachable: bool) -> str:
        if finding.severity == "info":
            return _cell(at, style, _NOTHING.get(self.lang))
        if not (finding.still and finding.cell and reachable):
            return _cell(at, style, "–")
        test = finding.still.format(ref=f"{quote(finding.sheet)}!{finding.cell}")
        still_open, changed = _OPEN[finding.severity].get(self.lang), _CHANGED.get(self.lang)
        formula = escape(f'IF({test},"{still_open}","{changed}")')
        return f'<c r="{at}" s="{style}" t="str"><f>{formula}</f><v>{still_open}</v></c>'


class _Looks:
    """The styles of the sheet's cells."""

    def __init__(self, styles: Styles):
        def font(size: int = 14, colour: str = "000000", marks: str = "") -> str:
            return f'<font>{marks}<sz val="{size}"/><color rgb="FF{colour}"/><name val="{FONT}"/></font>'

        side = "".join(
            f'<{edge} style="thin"><color rgb="FF{LINE}"/></{edge}>' for edge in ("left", "right", "top", "bottom")
        )
        border = f"<border>{side}<diagonal/></border>"
        # With the prefix a text that begins like a formula stays a text when its cell is edited.
        text = ' quotePrefix="1"'
        middle = 'horizontal="center" vertical="center" wrapText="1"'
        self.title = styles.cell(font(20, NAVY, "<b/>"), alignment='vertical="center"')
        self.strong = styles.cell(font(14, NAVY, "<b/>"), alignment='vertical="center"', xf=text)
        self.plain = styles.cell(font(14, "404040"), alignment='vertical="center"', xf=text)
        self.alert = styles.cell(font(14, "9C5700", "<b/>"), alignment='vertical="center"')
        self.head = styles.cell(font(14, "FFFFFF", "<b/>"), solid(NAVY), border, middle)
        self.body = styles.cell(font(), "", border, 'horizontal="left" vertical="center" wrapText="1" indent="1"', text)
        self.centre = styles.cell(font(), "", border, middle, text)
        self.link = styles.cell(font(14, "0563C1", "<b/><u/>"), "", border, middle, text)
        self.severity = {"info": self.centre} | {
            severity: styles.cell(font(14, "000000", "<b/>"), solid(fill), border, middle)
            for severity, fill in MARKS.items()
        }


def _cell(at: str, style: int, text: str) -> str:
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _row(number: int, cells: Sequence[str], points: float) -> str:
    return f'<row r="{number}" ht="{points:g}" customHeight="1">{"".join(cells)}</row>'


def quote(title: str) -> str:
    """A sheet's title as a reference writes it."""
    return "'" + title.replace("'", "''") + "'"
