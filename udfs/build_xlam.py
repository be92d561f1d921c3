"""Builds the Excel add-in `qa_excel.xlam` from its sources, without Excel and the same bytes each time.

    python -m udfs.build_xlam [FILE]

The VBA modules are `vba/*.bas` and `*.cls`, the ribbon is `ribbon.xml`. Function help and every Thai text stand in
sheets of the add-in, because VBA source holds ASCII alone. Which Python it starts is set at installation, in the
sheet `qa_excel.conf` (see `qa_excel.xlam.with_interpreter`).
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from qa_excel import __version__
from qa_excel.doors.functions.functions import FUNCTIONS
from udfs.vba_project import CLASS, DOCUMENT, MODULE, VbaModule, vba_project

HERE = Path(__file__).parent
TARGET = HERE / "qa_excel.xlam"
PROJECT_NAME = "qa_excel"
PROJECT_ID = "{6B1E7B0C-3F5D-4C0A-9E57-2C4A7D1F0A63}"
DOCUMENTS = ("ThisWorkbook", "QaConfSheet", "QaHelpSheet", "QaTextSheet")
MAX_HELP = 255
_DATE = (2024, 1, 1, 0, 0, 0)

TEXTS = {
    "save_as_xlsx": "กรุณาบันทึกแฟ้มเป็น .xlsx ก่อน แล้วกดตรวจอีกครั้ง",
    "busy": "งานก่อนหน้ายังไม่เสร็จ กรุณารอสักครู่",
    "failed": "ทำงานไม่สำเร็จ กดปุ่ม เกี่ยวกับ/ตรวจการติดตั้ง เพื่อดูสาเหตุ",
    "working": "กำลังตรวจ… ทำงานต่อใน Excel ได้ ผลจะเปิดขึ้นเมื่อเสร็จ",
    "choose_inbox": "เลือกโฟลเดอร์ที่เก็บแฟ้มซึ่งสถานศึกษาส่งมา",
    "choose_roster": "เลือกทะเบียนสถานศึกษา (.csv หรือ .xlsx)",
    "choose_target": "บันทึกสรุประดับเขตเป็น",
    "none_empty": "ไม่มีช่องว่างที่ต้องกรอกในแฟ้มนี้",
    "empty_left": "ยังไม่ได้กรอก {} ช่อง",
    "about_title": "ส่วนเสริมประกันคุณภาพ qa-excel",
    "about_version": "ผลทดสอบ =QA_VERSION()",
    "about_cure": "ยังเรียก Python ไม่ได้: ปิด Excel แล้วสั่ง qa-excel addin install จากนั้นสั่ง qa-excel doctor เพื่อดูสาเหตุ",
    "about_excel": "Excel",
    "about_addin": "ที่อยู่ของส่วนเสริม",
    "about_python": "Python ที่ใช้",
    "about_dll": "ตัวเชื่อมของ xlwings",
    "about_help": "คำอธิบายฟังก์ชันในหน้าต่าง fx",
    "about_helped": "พร้อมใช้",
    "about_unhelped": "Excel ไม่รับคำอธิบาย ฟังก์ชันยังคำนวณได้ตามปกติ",
    "about_there": "พบแฟ้ม",
    "about_absent": "ไม่พบแฟ้ม",
}
"""What the VBA says, by the name that it asks for."""


def sources(folder: Path = HERE / "vba") -> list[VbaModule]:
    """The modules, documents first, the others by name."""
    modules = [
        VbaModule(path.stem, _kind(path), path.read_text(encoding="ascii"))
        for path in sorted([*folder.glob("*.bas"), *folder.glob("*.cls")])
    ]
    return sorted(modules, key=lambda m: (m.kind != DOCUMENT, m.name != DOCUMENTS[0], m.name))


def _kind(path: Path) -> str:
    if path.suffix == ".bas":
        return MODULE
    return DOCUMENT if path.stem in DOCUMENTS else CLASS


def help_rows() -> Iterator[list[Any]]:
    """Function, category, description, number of arguments and their descriptions, for the function wizard."""
    yield ["function", "category", "description", "arguments"]
    for function in FUNCTIONS.values():
        helps = [argument.help.th for argument in function.arguments]
        row = [function.name, function.category, function.help.th, len(helps), *helps]
        if any(isinstance(text, str) and len(text) > MAX_HELP for text in row):
            raise ValueError(f"help of {function.name} is longer than {MAX_HELP} characters")
        yield row


def sheets() -> list[tuple[str, str, list[Sequence[Any]]]]:
    """(name, code name, rows) of each sheet."""
    return [
        (f"{PROJECT_NAME}.conf", "QaConfSheet", [["INTERPRETER_WIN", ""]]),
        (f"{PROJECT_NAME}.help", "QaHelpSheet", list(help_rows())),
        (f"{PROJECT_NAME}.text", "QaTextSheet", list(TEXTS.items())),
    ]


def build() -> bytes:
    """The bytes of the add-in."""
    listed = sheets()
    numbers = range(1, len(listed) + 1)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(len(listed)),
        "_rels/.rels": _relationships(
            ("rId1", f"{_OFFICE_RELATIONS}/officeDocument", "xl/workbook.xml"),
            ("rId2", f"{_MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
            ("rId3", f"{_PACKAGE_RELATIONS}/metadata/core-properties", "docProps/core.xml"),
        ),
        "customUI/customUI14.xml": (HERE / "ribbon.xml").read_text(encoding="utf-8"),
        "docProps/core.xml": _CORE,
        "xl/workbook.xml": _workbook([name for name, _, _ in listed]),
        "xl/_rels/workbook.xml.rels": _relationships(
            *((f"rId{n}", f"{_OFFICE_RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
            ("rId90", f"{_OFFICE_RELATIONS}/styles", "styles.xml"),
            ("rId91", f"{_MICROSOFT}/2006/relationships/vbaProject", "vbaProject.bin"),
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(code, rows) for n, (_, code, rows) in enumerate(listed, start=1)},
        "xl/vbaProject.bin": vba_project(PROJECT_NAME, PROJECT_ID, sources()),
    }
    return package(parts)


def package(parts: dict[str, str | bytes]) -> bytes:
    """A zip of the parts with fixed dates, stored: how well it is packed differs between versions of zlib."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 0
            archive.writestr(entry, content)
    return stream.getvalue()


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>qa-excel</dc:title>'
    f"<cp:version>{__version__}</cp:version></cp:coreProperties>"
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _content_types(count: int) -> str:
    overrides = {
        "/xl/workbook.xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
        **{f"/xl/worksheets/sheet{n}.xml": f"{_SPREADSHEET}.worksheet+xml" for n in range(1, count + 1)},
        "/xl/styles.xml": f"{_SPREADSHEET}.styles+xml",
        "/xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relationships(*relations: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in relations)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE_RELATIONS}">{listed}</Relationships>'


def _workbook(names: list[str]) -> str:
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1))
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE_RELATIONS}"><workbookPr codeName="ThisWorkbook"/>'
        f'<bookViews><workbookView visibility="hidden"/></bookViews><sheets>{listed}</sheets></workbook>'
    )


def _sheet(code_name: str, rows: Sequence[Sequence[Any]]) -> str:
    lines = []
    for r, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{chr(64 + c)}{r}", value) for c, value in enumerate(row, start=1))
        lines.append(f'<row r="{r}">{cells}</row>')
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr codeName={quoteattr(code_name)}/>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _cell(address: str, value: Any) -> str:
    if isinstance(value, int):
        return f'<c r="{address}"><v>{value}</v></c>'
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def main(target: Path = TARGET) -> None:
    target.write_bytes(build())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
