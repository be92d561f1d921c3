"""The catalogue of problems and one finding of it. Standard library only.

Each code is declared once: severity, message and what to do, in Thai and English. Those that reading, scoring
and merging find themselves stand here; those of a check stand in its module and are added by `declare`.
Placeholders are filled from a problem's `params`; no message repeats a text that a school typed, but for the names of
school and office where its own covers differ, and figures with common words where a figure or a choice is asked; none
repeats a personal number or address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as made
from importlib import import_module
from typing import Any

from qa_excel.privacy import masked, shown_figure
from qa_excel.rubric import Text

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
OPTIONAL = {"suggestion": "", "typed": ""}
"""Parts of a message that are there only where there is something to suggest, or what was typed may be shown."""
SEVERITIES = ("error", "warning", "info")
SEVERITY_WORDS = {
    "error": Text("ผิดพลาด", "error"),
    "warning": Text("ควรตรวจสอบ", "warning"),
    "info": Text("แจ้งให้ทราบ", "info"),
}
STATUS_WORDS = {
    "ok": Text("เรียบร้อย", "ok"),
    "warnings": Text("ควรตรวจสอบ", "warnings"),
    "errors": Text("มีข้อผิดพลาด", "errors"),
    "unreadable": Text("อ่านไม่ได้", "unreadable"),
    "unusable": Text("ได้รับแล้วแต่ใช้ไม่ได้", "received, can't be used"),
    "missing": Text("ยังไม่ส่ง", "not sent"),
    "superseded": Text("มีฉบับใหม่กว่า", "superseded"),
}
"""What became of a file, and of a workbook that is awaited."""
_SCOPE_OF_GROUP = {"file": "file", "structure": "file", "roster": "district"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `scope` is what has to be looked at to find it: file, workbook, school or district."""

    severity: str
    message: Text
    hint: Text
    scope: str = "workbook"
    example: Text | None = None


def shown_name(path: Any) -> str:
    """A file's name as text that can be printed: a sign stands for each byte that is no UTF-8, and for each sign that
    would break the line, colour the terminal or turn the text about."""
    return _UNPRINTABLE.sub("\ufffd", str(path))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from."""

    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: what is wrong, where, and what to do. `others` are the places it was compared with."""

    code: str
    source: Source = Source()
    field: str = ""
    params: dict[str, Any] = made(default_factory=dict)
    others: tuple[Source, ...] = ()

    @property
    def severity(self) -> str:
        return kind_of(self.code).severity

    def message(self, lang: str = "th") -> str:
        return _render(kind_of(self.code).message, self.params, lang)

    def hint(self, lang: str = "th") -> str:
        return _render(kind_of(self.code).hint, self.params, lang)

    def to_json(self, lang: str = "th") -> dict[str, str]:
        """{"code", "severity", "file", "sheet", "cell", "field", "message", "hint"}."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.source.file,
            "sheet": self.source.sheet,
            "cell": self.source.cell,
            "field": self.field,
            "message": self.message(lang),
            "hint": self.hint(lang),
        }


def worst(problems: list[Problem]) -> str:
    """The status that a list of problems gives its file: ok, warnings or errors."""
    severities = {problem.severity for problem in problems}
    return "errors" if "error" in severities else "warnings" if "warning" in severities else "ok"


def _render(text: Text, params: dict[str, Any], lang: str) -> str:
    return text.get(lang).format_map(OPTIONAL | {key: _told(value, lang) for key, value in params.items()})


def _told(value: Any, lang: str) -> Any:
    """A param as a message holds it: without anyone's number or address, whichever check put it there."""
    text = value.get(lang) if isinstance(value, Text) else value
    return masked(text) if isinstance(text, str) else shown_figure(text)


def declare(code: str, kind: Kind) -> str:
    """Add a code to the catalogue; the code itself."""
    if CATALOGUE.setdefault(code, kind) != kind:
        raise ValueError(f"{code} is declared twice")
    return code


def kind_of(code: str) -> Kind:
    """What is declared of a code; KeyError where nothing is."""
    if code not in CATALOGUE:
        # A problem that another process found: here no check has been loaded yet.
        import_module("qa_excel.checks")
    return CATALOGUE[code]


def scope_of(code: str) -> str:
    """What has to be looked at to find that problem."""
    return _SCOPE_OF_GROUP.get(code.partition(".")[0], kind_of(code).scope)


def _kind(severity: str, th: str, en: str, hint_th: str, hint_en: str) -> Kind:
    return Kind(severity, Text(th, en), Text(hint_th, hint_en))


_RETYPE_TH, _RETYPE_EN = "แก้ไขค่าในเซลล์นี้แล้วบันทึกแฟ้ม", "Correct the value in this cell and save the file"
_RESEND_TH = "ขอให้สถานศึกษาเปิดแฟ้มต้นฉบับด้วย Excel บันทึกเป็น .xlsx แล้วส่งใหม่"
_RESEND_EN = "Ask the school to open the original in Excel, save it as .xlsx and send it again"
_TEMPLATE_TH = "คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานฉบับปัจจุบันแล้วส่งใหม่"
_TEMPLATE_EN = "Copy the data into the current standard template and send it again"
_ALTERED_TH = "ตรวจว่าข้อมูลตอบตรงตามแบบฟอร์มมาตรฐาน หากไม่แน่ใจให้กรอกใหม่ในแบบฟอร์มมาตรฐาน"
_ALTERED_EN = "See that the data answer the standard template; if in doubt, fill in a fresh one"
_ANSWER_TH, _ANSWER_EN = "กรอกข้อมูลในเซลล์สีเหลืองนี้", "Fill in this yellow cell"

CATALOGUE: dict[str, Kind] = {
    # The file itself
    "file.empty": _kind(
        "error",
        "แฟ้มว่างเปล่า (0 ไบต์)",
        "The file is empty (0 bytes)",
        f"{_RESEND_TH} หากคัดลอกมาจาก OneDrive หรือ Google Drive ให้ดาวน์โหลดแฟ้มให้ครบก่อนคัดลอก",
        f"{_RESEND_EN}; one copied from OneDrive or Google Drive has to be downloaded whole first",
    ),
    "file.placeholder": _kind(
        "error",
        "รายการนี้ไม่ใช่ตัวแฟ้ม เป็นสิ่งที่บริการคลาวด์ เบราว์เซอร์ หรือโปรแกรมอื่นวางไว้แทนแฟ้มที่ยังดาวน์โหลดหรือบันทึกไม่เสร็จ",
        "This is not the file itself, but what a cloud drive, a browser or another program puts where a file is to be "
        "that was not downloaded or not saved to the end",
        "ดาวน์โหลดแฟ้มตัวจริงเป็นสมุดงาน Excel (.xlsx) มาไว้ในโฟลเดอร์ที่ส่ง (ใน Google ชีต: ไฟล์ > ดาวน์โหลด > Microsoft Excel)",
        "Download the file itself, as an Excel workbook (.xlsx), into the folder (in Google Sheets: File > Download > "
        "Microsoft Excel)",
    ),
    "file.wrong_ending": _kind(
        "info",
        "แฟ้มนี้เป็นสมุดงาน แต่ชื่อไม่ได้ลงท้ายตามชนิดของแฟ้ม จึงดับเบิลคลิกเปิดไม่ได้ โปรแกรมอ่านตามเนื้อหาแล้ว",
        "This file is a workbook, but its name does not end as one's does, so that a double click does not open it; it "
        "was read by its content",
        "เปลี่ยนชื่อแฟ้มให้ลงท้ายด้วย .xlsx",
        "Rename it so that it ends in .xlsx",
    ),
    "file.hidden": _kind(
        "warning",
        "แฟ้มซ่อน (ชื่อขึ้นต้นด้วยจุด) นี้เป็นสมุดงาน จึงยังไม่ได้ตรวจ",
        "This hidden file (its name begins with a point) is a workbook and was not examined",
        "หากเป็นแฟ้มที่สถานศึกษาส่ง ให้เปลี่ยนชื่อไม่ให้ขึ้นต้นด้วยจุดแล้วตรวจใหม่ หากไม่ใช่ให้ลบออก",
        "If a school sent it, rename it without the point and run again; else delete it",
    ),
    "file.not_a_workbook": _kind(
        "error",
        "แฟ้มนี้ไม่ใช่สมุดงาน Excel (.xlsx) ไม่ว่านามสกุลจะเป็นอะไร: เนื้อหาเป็น {looks_like}",
        "This is no Excel workbook (.xlsx), whatever its ending: its content is {looks_like}",
        _RESEND_TH,
        _RESEND_EN,
    ),
    "file.damaged": _kind(
        "error", "แฟ้มเสียหาย เปิดอ่านไม่ได้", "The file is damaged and can't be opened", _RESEND_TH, _RESEND_EN
    ),
    "file.encrypted": _kind(
        "error",
        "แฟ้มมีรหัสผ่าน จึงเปิดอ่านไม่ได้",
        "The file is protected by a password and can't be opened",
        "ขอให้สถานศึกษายกเลิกรหัสผ่านเปิดแฟ้ม (แฟ้ม > ข้อมูล > ป้องกันสมุดงาน) แล้วส่งใหม่",
        "Ask the school to remove the password (File > Info > Protect Workbook) and send it again",
    ),
    "file.other_format": _kind(
        "error",
        "แฟ้มอยู่ในรูปแบบ {looks_like} ซึ่งโปรแกรมไม่รับ",
        "The file is in the format {looks_like}, which is not accepted",
        "เปิดแฟ้มนี้แล้วเลือก บันทึกเป็น > สมุดงาน Excel (.xlsx)",
        "Open it and choose Save as > Excel workbook (.xlsx)",
    ),
    "file.macros": _kind(
        "error",
        "แฟ้มมีแมโคร จึงไม่เปิดอ่านเพื่อความปลอดภัย",
        "The file holds macros and is not opened, for safety",
        "บันทึกเป็นสมุดงาน Excel (.xlsx) ที่ไม่มีแมโครแล้วส่งใหม่",
        "Save it as an Excel workbook without macros (.xlsx) and send it again",
    ),
    "file.unsafe": _kind(
        "error",
        "แฟ้มผิดปกติ จึงไม่เปิดอ่านเพื่อความปลอดภัย: {reason}",
        "The file is abnormal and is not opened, for safety: {reason}",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "file.sheet_too_large": _kind(
        "error",
        "แผ่นงานนี้ใหญ่เกินกว่าที่โปรแกรมอ่านได้ จึงยังไม่ได้ตรวจแฟ้ม: {reason}",
        "This sheet is larger than the program can read, so the file was not examined: {reason}",
        "ลบแถวและคอลัมน์ว่างที่อยู่ใต้และถัดจากแบบฟอร์มในแผ่นงานนี้ (เลือกทั้งแถวหรือทั้งคอลัมน์ แล้วคลิกขวา > ลบ "
        "หากแผ่นงานถูกล็อกให้เลือก รีวิว > ยกเลิกการป้องกันแผ่นงาน ก่อน) บันทึกแล้วส่งใหม่",
        "Delete the empty rows and columns below and beside the form on this sheet (select whole rows or columns, "
        "right-click > Delete; choose Review > Unprotect Sheet first if it is locked), save it and send it again",
    ),
    "file.unreadable": _kind(
        "error",
        "เปิดอ่านแฟ้มไม่ได้ ({reason})",
        "The file can't be read ({reason})",
        "ตรวจสิทธิ์การเข้าถึงแฟ้ม และปิดโปรแกรมที่เปิดแฟ้มนี้อยู่",
        "Check the permissions of the file and close the program that has it open",
    ),
    "file.not_ours": _kind(
        "error",
        "สมุดงานนี้ไม่ใช่แบบฟอร์มมาตรฐานของระบบประกันคุณภาพ",
        "This workbook is not one of the standard quality assurance templates",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "file.other": _kind(
        "warning",
        "แฟ้มนี้ไม่ใช่สมุดงาน จึงไม่นำมาตรวจ",
        "This file is no workbook and was not examined",
        "ย้ายแฟ้มที่ไม่เกี่ยวข้องออกจากโฟลเดอร์ที่ส่ง",
        "Move unrelated files out of the folder",
    ),
    "file.archive": _kind(
        "error",
        "แฟ้มบีบอัดนี้เปิดไม่ได้ ({reason}) จึงยังไม่ได้ตรวจสมุดงานที่อาจอยู่ข้างใน",
        "This archive could not be opened ({reason}); workbooks that may be in it were not examined",
        "แตกไฟล์ วางสมุดงานที่ได้ไว้ในโฟลเดอร์ที่ส่ง แล้วย้ายแฟ้มบีบอัดออก",
        "Extract it, put its workbooks into the folder and take the archive away",
    ),
    "file.special": _kind(
        "error",
        "รายการนี้เป็นทางลัดไปนอกโฟลเดอร์หรือแฟ้มพิเศษของระบบ จึงไม่เปิดอ่าน",
        "This is a link out of the folder or a special file of the system; it was not opened",
        "คัดลอกแฟ้มตัวจริงมาไว้ในโฟลเดอร์ที่ส่งแทนทางลัด",
        "Put a copy of the file itself into the folder",
    ),
    "file.reader_died": _kind(
        "error",
        "อ่านไม่ได้: {reason}",
        "Could not be read: {reason}",
        _RESEND_TH,
        _RESEND_EN,
    ),
    "file.external_links": _kind(
        "warning",
        "แฟ้มมีลิงก์ไปยังแฟ้มอื่นหรือฐานข้อมูลภายนอก ({count} รายการ)",
        "The file has links to other files or data outside it ({count})",
        "โปรแกรมอ่านเฉพาะค่าที่บันทึกไว้และไม่เปิดลิงก์ใด ให้สถานศึกษาพิมพ์ค่าแทนลิงก์ (ข้อมูล > แก้ไขลิงก์ > ยกเลิกการเชื่อมโยง)",
        "Only saved values are read, no link is followed; replace links by values (Data > Edit links > Break link)",
    ),
    "file.dde": _kind(
        "warning",
        "แฟ้มมีลิงก์แบบ DDE ซึ่งอาจสั่งให้โปรแกรมอื่นทำงานเมื่อเปิดใน Excel",
        "The file has a DDE link, which can start other programs when it is opened in Excel",
        "การอ่านของโปรแกรมนี้ปลอดภัยเพราะไม่เปิดลิงก์ แต่อย่ากดอนุญาตเมื่อเปิดแฟ้มใน Excel และให้คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานแล้วส่งใหม่",
        "Reading is safe, as no link is followed; allow nothing when opening it in Excel, and have the data copied "
        "into the standard template",
    ),
    "file.embedded": _kind(
        "warning",
        "แฟ้มมีวัตถุฝังอยู่ (แฟ้มอื่น OLE หรือ ActiveX) {count} รายการ",
        "Objects are embedded in the file (other files, OLE or ActiveX): {count}",
        "โปรแกรมไม่เปิดวัตถุที่ฝังอยู่ จึงอ่านได้อย่างปลอดภัย อย่าเปิดวัตถุเหล่านั้นใน Excel และให้สถานศึกษาลบออกแล้วส่งเป็นแฟ้มแยก",
        "They are never opened, so reading is safe; do not open them in Excel, and ask for them as files of their own",
    ),
    "file.active_formula": _kind(
        "warning",
        "{label}: มีสูตร {what} ซึ่งดึงข้อมูลจากภายนอก เปิดลิงก์ หรือเรียกโปรแกรมอื่นได้",
        "{label}: the formula {what} can fetch data from outside, open a link or call another program",
        "โปรแกรมไม่คำนวณสูตรนี้ จึงอ่านได้อย่างปลอดภัย ให้พิมพ์ค่าหรือที่อยู่ลิงก์แทนสูตร สำเนาที่ทำเครื่องหมายจะมีเพียงค่าล่าสุด",
        "It is not calculated here, so reading is safe; enter the value or the address in its place. A marked copy "
        "holds the last value alone",
    ),
    "file.unsafe_link": _kind(
        "warning",
        "{label}: มีลิงก์ {what} ซึ่งเปิดแฟ้ม โปรแกรม หรือเครื่องอื่น ไม่ใช่หน้าเว็บ",
        "{label}: a link ({what}) opens a file, a program or another computer, and no web page",
        "อย่าคลิกลิงก์นี้ ให้สถานศึกษาลบออก หรือวางที่อยู่เว็บ (https://) แทน สำเนาที่ทำเครื่องหมายจะไม่มีลิงก์นี้",
        "Do not click it; it is to be removed or replaced by a web address (https://). A marked copy does without it",
    ),
    "file.macro_control": _kind(
        "warning",
        "{label}: ถูกกำหนดให้เรียกแมโคร",
        "{label}: are to run a macro",
        "อย่าคลิกปุ่มหรือรูปร่างนั้นใน Excel ให้สถานศึกษาลบออก (คลิกขวา > กำหนดแมโคร) สำเนาที่ทำเครื่องหมายจะไม่เรียกแมโคร",
        "Do not click it in Excel; the school is to remove it (right click > Assign macro). A marked copy runs none",
    ),
    "file.active_part": _kind(
        "warning",
        "แฟ้มมี{what} ซึ่งทำงานเมื่อเปิดใน Excel",
        "The file holds {what}, which acts when it is opened in Excel",
        "การอ่านของโปรแกรมนี้ปลอดภัยเพราะไม่เปิดใช้สิ่งนี้ ให้คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานแล้วส่งใหม่ สำเนาที่ทำเครื่องหมายจะไม่มีสิ่งนี้",
        "Reading is safe, as it is never started; have the data copied into the standard template. A marked copy does "
        "without it",
    ),
    "file.addin_link": _kind(
        "info",
        "สูตรคะแนนอ้างถึงส่วนเสริมด้วยตำแหน่งบนเครื่องของผู้กรอก ซึ่งมีชื่อผู้ใช้อยู่ในแฟ้ม",
        "The score formulas name the add-in by its place on the author's computer, so the file holds a user name",
        "ไม่ต้องแก้ไข คะแนนคำนวณใหม่ทุกครั้ง หากไม่ต้องการเปิดเผยชื่อผู้ใช้ ให้เปิดแฟ้มบนเครื่องที่ติดตั้งส่วนเสริมแล้วบันทึก",
        "Nothing to do, scores are always recomputed; to remove the name, save it on a computer with the add-in",
    ),
    "file.bad_json": _kind(
        "error",
        "แฟ้ม JSON ไม่ถูกต้องที่ {where}: {reason}",
        "The JSON is wrong at {where}: {reason}",
        "แก้ไขแฟ้ม JSON ตามรูปแบบใน schemas/",
        "Correct the JSON to fit its schema in schemas/",
    ),
    # Its structure
    "structure.unknown_rubric": _kind(
        "error",
        "แบบฟอร์มเป็นของเกณฑ์ {rubric} ซึ่งโปรแกรมไม่รู้จัก",
        "The template belongs to the rubric {rubric}, which is not known",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "structure.wrong_version": _kind(
        "error",
        "แบบฟอร์มเป็นฉบับ {version} แต่ฉบับที่ใช้คือ {expected}",
        "The template is version {version}; version {expected} is in use",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "structure.mixed": _kind(
        "error",
        "แผ่นงานนี้มาจากแบบฟอร์มอื่น ({key})",
        "This sheet comes from another template ({key})",
        "ลบแผ่นงานที่คัดลอกมาจากแฟ้มอื่น หรือกรอกใหม่ในแบบฟอร์มที่ถูกต้อง",
        "Delete the sheet copied from another file, or fill in the right template",
    ),
    "structure.sheet_missing": _kind(
        "error",
        "ไม่มีแผ่นงาน {sheet_title}",
        "The sheet {sheet_title} is missing",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "structure.sheet_duplicate": _kind(
        "error",
        "มีแผ่นงาน {sheet_title} ซ้ำกันมากกว่าหนึ่งแผ่น",
        "There is more than one sheet {sheet_title}",
        "เหลือไว้เพียงแผ่นเดียวที่ถูกต้อง แล้วลบแผ่นที่ซ้ำ",
        "Keep the right one and delete the copies",
    ),
    "structure.key_missing": _kind(
        "error",
        "ไม่พบช่องกรอก {key}: แถวหรือคอลัมน์ของแบบฟอร์มถูกลบหรือรหัสที่ซ่อนไว้ถูกแก้ไข",
        "The input {key} can't be found: a row or column of the template was deleted or its hidden key changed",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "structure.key_far": _kind(
        "error",
        "รหัสที่ซ่อนไว้ของแผ่นงานนี้ถูกเลื่อนไปอยู่ที่ {cell} พ้น {most} แถวและคอลัมน์แรก จึงไม่ได้อ่านแผ่นนี้",
        "The hidden key of this sheet has moved to {cell}, beyond the first {most} rows and columns; it was not read",
        "ลบแถวหรือคอลัมน์ที่แทรกไว้เหนือหรือหน้าแบบฟอร์มในแผ่นนี้ออก แล้วบันทึกแฟ้ม",
        "Delete the rows or columns inserted above or before the form on this sheet, and save the file",
    ),
    "structure.key_duplicate": _kind(
        "error",
        "ช่องกรอก {key} มีซ้ำกัน (อีกแห่งอยู่ที่ {other})",
        "The input {key} is there more than once (also at {other})",
        "ลบแถวที่คัดลอกซ้ำ ให้เหลือแถวเดิมของแบบฟอร์มเพียงแถวเดียว",
        "Delete the copied row and keep the template's own",
    ),
    "structure.key_moved": _kind(
        "error",
        "รหัสคอลัมน์ที่ซ่อนไว้ถูกสลับลำดับ: ข้อมูลของแถว {key} อาจถูกอ่านสลับช่อง",
        "The hidden column keys stand in another order: inputs of the row {key} may be taken for one another",
        _TEMPLATE_TH,
        _TEMPLATE_EN,
    ),
    "structure.label_altered": _kind(
        "warning",
        "ข้อความหรือตัวเลขของแบบฟอร์มถูกแก้ไข: แถวนี้ควรเป็น “{expected}”",
        "A text or figure of the template was altered: this row should read “{expected}”",
        _ALTERED_TH,
        _ALTERED_EN,
    ),
    "structure.guidance_altered": _kind(
        "warning",
        "คำอธิบายของแบบฟอร์มถูกแก้ไขหรือถูกลบ: ควรเป็น “{expected}”",
        "The template's guidance was altered or deleted: it should read “{expected}”",
        _ALTERED_TH,
        _ALTERED_EN,
    ),
    "structure.heading_altered": _kind(
        "warning",
        "หัวเรื่องของแผ่นงานหรือหัวของคอลัมน์นี้ถูกแก้ไข: ควรเป็น “{expected}”",
        "The heading of this sheet or column was altered: it should read “{expected}”",
        _ALTERED_TH,
        _ALTERED_EN,
    ),
    "structure.copied_sheet": _kind(
        "warning",
        "แผ่นงานนี้มีสูตรที่อ้างถึงแผ่นงานของแฟ้มอื่น อาจคัดลอกมาจากแฟ้มของสถานศึกษาอื่น",
        "A formula on this sheet refers to a sheet of another file; it may be a copy from another school's file",
        "ตรวจว่าข้อมูลเป็นของสถานศึกษานี้ แล้วกรอกในแบบฟอร์มของสถานศึกษาเอง",
        "See that the data are this school's, and enter them in its own template",
    ),
    "structure.score_typed": _kind(
        "warning",
        "{label}: ช่องคะแนนเป็นค่าที่พิมพ์แทนสูตร ({shown}) คำนวณได้ {computed}",
        "{label}: the score cell holds a typed value in place of its formula ({shown}); recomputed: {computed}",
        "ไม่ต้องพิมพ์คะแนน โปรแกรมใช้คะแนนที่คำนวณใหม่เสมอ",
        "Scores need not be typed; the recomputed score always counts",
    ),
    "structure.formula_missing": _kind(
        "warning",
        "{label}: สูตรคะแนนของแบบฟอร์มหายไปหรือถูกแก้ไข",
        "{label}: the template's score formula is gone or was changed",
        "คะแนนคำนวณใหม่จากข้อมูลเสมอ แต่ควรกรอกในแบบฟอร์มมาตรฐานฉบับปัจจุบัน",
        "Scores are always recomputed from the data, yet the current standard template should be used",
    ),
    "structure.score_differs": _kind(
        "warning",
        "{label}: แฟ้มแสดง {shown} คำนวณได้ {computed}",
        "{label}: the file shows {shown}; recomputed: {computed}",
        "โปรแกรมใช้คะแนนที่คำนวณใหม่เสมอ เปิดแฟ้มบนเครื่องที่ติดตั้งส่วนเสริมแล้วบันทึกเพื่อให้ตรงกัน",
        "The recomputed score always counts; save the file on a computer with the add-in so that both agree",
    ),
    # Cover
    "value.school_code_missing": _kind(
        "error",
        "ยังไม่ได้กรอกรหัสสถานศึกษา",
        "The school code is not filled in",
        "กรอกรหัสสถานศึกษา 8 หลัก (SMIS) หรือ 10 หลัก (กระทรวง)",
        "Enter the school's code of 8 digits (SMIS) or 10 digits (ministry)",
    ),
    "value.school_code": _kind(
        "error",
        "รหัสสถานศึกษาต้องเป็นตัวเลข 8 หลัก (SMIS) หรือ 10 หลัก (กระทรวง)",
        "A school code has 8 digits (SMIS) or 10 digits (ministry)",
        "กรอกรหัสสถานศึกษาให้ครบ 8 หรือ 10 หลัก{suggestion} หากไม่แน่ใจให้สอบถามสำนักงานเขตพื้นที่",
        "Enter all 8 or 10 digits{suggestion}; if in doubt, ask the office",
    ),
    "value.year_missing": _kind(
        "error",
        "ยังไม่ได้กรอกปีการศึกษา",
        "The academic year is not filled in",
        "กรอกปีการศึกษาเป็น พ.ศ. 4 หลัก เช่น 2563",
        "Enter the year in four digits (B.E.), such as 2563",
    ),
    "value.year": _kind(
        "error",
        "ปีการศึกษาไม่ถูกต้อง (ต้องเป็น พ.ศ. ตั้งแต่ {first_year} ขึ้นไป)",
        "The academic year is wrong (it must be B.E. {first_year} or later)",
        "กรอกปีการศึกษาเป็น พ.ศ. 4 หลัก เช่น 2563",
        "Enter the year in four digits (B.E.), such as 2563",
    ),
    "value.levels_missing": _kind(
        "warning",
        "ยังไม่ได้ระบุชั้นที่เปิดสอน",
        "No grade taught is given",
        "เลือก เปิดสอน หรือ ไม่เปิดสอน ให้ครบทุกชั้น",
        "Choose for each grade whether it is taught",
    ),
    # Inputs
    "value.missing": _kind("warning", "{label}: ยังไม่ได้กรอก", "{label}: not answered", _ANSWER_TH, _ANSWER_EN),
    "value.table_missing": _kind(
        "warning",
        "{label}: ยังไม่ได้กรอกตารางของชั้น {grade} ที่เปิดสอน",
        "{label}: the table of {grade}, which is taught, is empty",
        "กรอกทุกช่องสีเหลืองของชั้น {grade} ในตารางนี้",
        "Fill in every yellow cell of {grade} in this table",
    ),
    "value.condition_missing": _kind(
        "warning",
        "{label}: ยังไม่ได้ตอบเงื่อนไขการลดคะแนน",
        "{label}: the deduction condition is not answered",
        "เลือก พบ หรือ ไม่พบ",
        "Choose found or not found",
    ),
    "value.resolved_missing": _kind(
        "warning",
        "{label}: พบแล้วแต่ยังไม่ได้ระบุว่าแก้ไขหรือไม่ จึงถูกลดคะแนน",
        "{label}: found, but whether it was resolved is not answered, so the point is deducted",
        "เลือก แก้ไขแล้ว หรือ ยังไม่แก้ไข",
        "Choose resolved or not resolved",
    ),
    "value.not_a_number": _kind(
        "error",
        "{label}: ต้องเป็นตัวเลข{typed}",
        "{label}: must be a number{typed}",
        "พิมพ์เฉพาะตัวเลขในเซลล์นี้ เช่น 30 ไม่ต้องใส่หน่วยหรือคำอื่น",
        "Enter the figure alone, such as 30, without a unit or other words",
    ),
    "value.too_large": _kind(
        "error",
        "{label}: ต้องไม่เกิน 9,999,999",
        "{label}: must be at most 9,999,999",
        "กรอกจำนวนที่ถูกต้อง หากเป็นเลขประจำตัวหรือหมายเลขโทรศัพท์ให้ลบออก",
        "Enter the right number; delete it if it is an ID or a telephone number",
    ),
    "value.negative": _kind(
        "error",
        "{label}: ต้องไม่ติดลบ (พบ {found})",
        "{label}: must not be negative (found {found})",
        "กรอกจำนวนตั้งแต่ 0 ขึ้นไป",
        "Enter 0 or more",
    ),
    "value.not_whole": _kind(
        "error",
        "{label}: ต้องเป็นจำนวนเต็ม (พบ {found})",
        "{label}: must be a whole number (found {found})",
        "กรอกจำนวนเต็มที่ถูกต้อง ไม่มีจุดทศนิยม เช่น 3",
        "Enter the right whole number, such as 3",
    ),
    "value.over_100": _kind(
        "error",
        "{label}: ต้องอยู่ระหว่าง 0 ถึง 100 (พบ {found})",
        "{label}: must be 0 to 100 (found {found})",
        "กรอกร้อยละตั้งแต่ 0 ถึง 100 เช่น 85",
        "Enter a percentage of 0 to 100, such as 85",
    ),
    "value.not_yes_no": _kind(
        "error",
        "{label}: ต้องเลือกคำตอบจากรายการ{typed}",
        "{label}: the answer must be chosen from the list{typed}",
        "เลือกคำตอบจากรายการในเซลล์{suggestion}",
        "Choose an answer from the cell's list{suggestion}",
    ),
    "value.not_a_choice": _kind(
        "error",
        "{label}: ต้องเลือกจากรายการ{typed}",
        "{label}: must be chosen from the list{typed}",
        "เลือกคำตอบจากรายการในเซลล์{suggestion}",
        "Choose an answer from the cell's list{suggestion}",
    ),
    "value.not_a_date": _kind(
        "error",
        "{label}: ต้องเป็นวันที่{typed}",
        "{label}: must be a date{typed}",
        "กรอกวัน เดือน และปีให้ครบ เช่น 31/3/2564 หรือ 31 มี.ค. 2564",
        "Enter day, month and year, such as 31/3/2564 or 31 Mar 2021",
    ),
    "value.day_unread": _kind(
        "warning",
        "{label}: อ่านเป็นวันที่ไม่ได้ จึงถือว่าไม่ได้ลงวันที่{typed}",
        "{label}: can't be read as a date and counts as none{typed}",
        "กรอกวัน เดือน และปีให้ครบ เช่น 31/3/2564 หรือ 31 มี.ค. 2564",
        "Enter day, month and year, such as 31/3/2564 or 31 Mar 2021",
    ),
    "value.error_value": _kind(
        "error",
        "{label}: เซลล์แสดงค่าผิดพลาดของ Excel",
        "{label}: the cell shows an Excel error value",
        "แก้ไขสูตร หรือกรอกค่าแทนสูตร{suggestion}",
        "Mend the formula, or enter the value itself{suggestion}",
    ),
    "value.not_calculated": _kind(
        "error",
        "{label}: เซลล์เป็นสูตรที่ยังไม่ได้คำนวณ",
        "{label}: the cell holds a formula that was never calculated",
        "เปิดแฟ้มด้วย Excel ให้สูตรคำนวณแล้วบันทึก หรือกรอกค่าแทนสูตร{suggestion}",
        "Open the file in Excel so that it calculates and save it, or enter the value itself{suggestion}",
    ),
    "value.count_over_total": _kind(
        "error",
        "{label}: จำนวน ({count}) มากกว่าจำนวนทั้งหมด ({total})",
        "{label}: the count ({count}) is more than the total ({total})",
        "ตรวจช่องนี้และช่องจำนวนทั้งหมดในแถวเดียวกัน แล้วแก้ไขช่องที่ผิด",
        "Check this cell and the total in the same row, and correct the wrong one",
    ),
    "value.total_zero": _kind(
        "warning",
        "{label}: จำนวนทั้งหมดเป็น 0 จึงได้ 0 คะแนน",
        "{label}: the total is 0, so it earns 0 points",
        "หากเป็น 0 จริงไม่ต้องแก้ไข หากไม่ใช่ให้กรอกจำนวนทั้งหมด",
        "If it really is 0 leave it; otherwise enter the total",
    ),
    "value.not_tested": _kind(
        "warning",
        "{label}: กลุ่มสาระ {subject} ไม่มีข้อมูลการทดสอบ จึงได้ 0 คะแนน",
        "{label}: {subject} counts as not tested and earns 0 points",
        "หากมีการทดสอบ ให้กรอกจำนวนผู้เข้าสอบและผู้ที่ผ่าน",
        "If it was tested, enter how many sat and how many passed",
    ),
    "value.grade_not_taught": _kind(
        "warning",
        "{label}: มีข้อมูลของชั้น {grade} ซึ่งไม่ได้เปิดสอน จึงไม่นำมาคิด",
        "{label}: there are data for {grade}, which is not taught; they are ignored",
        "ลบข้อมูลทุกช่องของชั้น {grade} ในตารางนี้ หรือหากเปิดสอนชั้นนี้ ให้เลือก เปิดสอน ในแผ่น ข้อมูลสถานศึกษา",
        "Clear every cell of {grade} in this table or, if it is taught, say so on the cover",
    ),
    "value.fraction_percent": _kind(
        "warning",
        "{label}: ค่าที่กรอกคือ {found} จึงอ่านเป็นร้อยละ {found} ไม่ใช่ {percent} แม้เซลล์อาจแสดงเป็น {percent}%",
        "{label}: the value is {found}, read as {found} % and not as {percent}, though the cell may show {percent}%",
        "หากหมายถึงร้อยละ {percent} ให้กรอก {percent} โดยไม่ใส่ % หากเซลล์แสดงเครื่องหมาย % ต้องเปลี่ยนรูปแบบเซลล์เป็น “ตัวเลข” "
        "ก่อนกรอก (หากเปลี่ยนไม่ได้ ให้เลือก ตรวจทาน > ยกเลิกการป้องกันแผ่นงาน) หากเป็นร้อยละ {found} จริงไม่ต้องแก้ไข",
        "If {percent} % was meant, enter {percent} without a %; format a cell that shows a % as Number first "
        "(if that is locked, choose Review > Unprotect Sheet); if it really is {found} %, leave it",
    ),
    "value.passed_word": _kind(
        "warning",
        "{label}: คำว่า ผ่าน หรือ ไม่ผ่าน ในช่องเงื่อนไขนี้อ่านเป็น “{read}” ซึ่งอาจตรงข้ามกับที่ตั้งใจ",
        "{label}: passed or not passed is read as “{read}” in this condition; the contrary may have been meant",
        "เลือก พบ (ถูกลดคะแนน) หรือ ไม่พบ จากรายการในเซลล์",
        "Choose found, which costs a point, or not found from the cell's list",
    ),
    "value.mean_over_100": _kind(
        "warning",
        "{label}: คะแนนเฉลี่ย {found} เกิน 100",
        "{label}: the mean {found} is over 100",
        "ตรวจคะแนนเฉลี่ย O-NET (คะแนนเต็ม 100)",
        "Check the O-NET mean (full score 100)",
    ),
    "value.normalised": _kind(
        "info",
        "{label}: อ่านค่าที่พิมพ์เป็น {read}",
        "{label}: what was typed is read as {read}",
        "ไม่ต้องแก้ไข",
        "Nothing to do",
    ),
    "value.schema": _kind(
        "error",
        "{label}: ไม่ตรงตามรูปแบบข้อมูล ({reason})",
        "{label}: does not fit the schema ({reason})",
        _RETYPE_TH,
        _RETYPE_EN,
    ),
    # One input against another
    "consistency.done_without_evidence": _kind(
        "error",
        "{label}: ระบุว่าดำเนินการแล้วแต่ไม่มีหลักฐาน",
        "{label}: done, but no evidence is given",
        "กรอกหลักฐาน/ร่องรอยในเซลล์นี้ หากยังไม่ได้ดำเนินการ ให้เปลี่ยนสถานะในแถวเดียวกัน",
        "Enter the evidence here or, if it is not done, change the status in the same row",
    ),
    "consistency.done_below_number": _kind(
        "error",
        "{label}: ระบุว่าดำเนินการแล้ว แต่{number}ไม่ถึง {at_least} จึงไม่นับ",
        "{label}: done, but {number} is below {at_least}, so it does not count",
        "หากกรอกผิด ให้แก้เป็นจำนวนจริง (ตั้งแต่ {at_least} ขึ้นไป) หากยังไม่ครบ ให้เปลี่ยนสถานะในแถวเดียวกัน",
        "If mistyped, enter the real number ({at_least} or more); if short, change the status in the same row",
    ),
    "consistency.future_date": _kind(
        "warning",
        "วันที่จัดทำอยู่ในอนาคต{uncounted}",
        "The date of preparation lies in the future{uncounted}",
        "ตรวจวันที่จัดทำ โดยเฉพาะปี พ.ศ./ค.ศ.",
        "Check the date, and whether its year is B.E. or C.E.",
    ),
    # Against the roster, and among the files received
    "roster.unknown_school": _kind(
        "warning",
        "รหัสสถานศึกษา {school} ไม่อยู่ในทะเบียน จึงไม่นำมารวม",
        "The school code {school} is not on the roster; the file is not merged",
        "ตรวจรหัสสถานศึกษาในแผ่น ข้อมูลสถานศึกษา หากถูกต้องให้แจ้งสำนักงานเขตพื้นที่เพิ่มในทะเบียน",
        "Check the code on the cover; if right, ask the office to add the school to its roster",
    ),
    "roster.sender_unknown": _kind(
        "warning",
        "ไม่ทราบแน่ชัดว่าแฟ้มนี้เป็นของสถานศึกษาใด จึงไม่นำมารวม และไม่ทำแฟ้มหรือหนังสือส่งกลับให้สถานศึกษาใด",
        "It is not certain which school this file is from: it is not merged, and nothing is sent back for it",
        "เปิดดูแฟ้มหรือสอบถามผู้ส่ง แล้วกรอกรหัสสถานศึกษาในแฟ้ม หรือวางแฟ้มไว้ในโฟลเดอร์ที่ตั้งชื่อด้วยรหัสของสถานศึกษา",
        "Look into it or ask who sent it; then enter the school's code in it, or put it into a folder with that name",
    ),
    "roster.school_missing": _kind(
        "warning",
        "ยังไม่ได้รับแฟ้มใดจาก {school} ({name})",
        "Nothing has been received from {school} ({name})",
        "ติดตามให้สถานศึกษาส่งแฟ้ม",
        "Ask the school to send its workbooks",
    ),
    "roster.workbook_missing": _kind(
        "warning",
        "{school} ({name}) ยังไม่ส่ง {workbook}",
        "{school} ({name}) has not sent {workbook}",
        "ติดตามให้สถานศึกษาส่งแฟ้มที่ขาด",
        "Ask the school to send what is missing",
    ),
    "roster.superseded": _kind(
        "info",
        "มีแฟ้มใหม่กว่าของสถานศึกษา ด้าน และปีเดียวกัน คือ {other} จึงไม่ใช้แฟ้มนี้",
        "A newer file for the same school, area and year is used instead: {other}",
        "ไม่ต้องแก้ไข หากแฟ้มที่ใหม่กว่าเป็นฉบับที่ถูกต้อง",
        "Nothing to do, if the newer file is the right one",
    ),
    "roster.same_date": _kind(
        "warning",
        "มีแฟ้มของสถานศึกษา ด้าน ปี และวันที่จัดทำเดียวกันแต่เนื้อหาต่างกัน ใช้ {other}",
        "Another file has the same school, area, year and date but other content; {other} is used",
        "ตรวจว่าแฟ้มใดถูกต้อง แล้วแก้วันที่จัดทำหรือนำแฟ้มที่ไม่ใช้ออก",
        "Decide which is right and correct its date, or take the other away",
    ),
    "roster.other_year": _kind(
        "warning",
        "แฟ้มเป็นของปีการศึกษา {year} ไม่ใช่ปี {expected} ที่รวม จึงไม่นำมารวม",
        "The file is of {year}, not of {expected}, which is merged; it is left out",
        "หากกรอกปีผิด ให้สถานศึกษาแก้ปีการศึกษาแล้วส่งใหม่ หากต้องการปีนี้ ให้เลือกปีนี้เป็นปีที่รวม",
        "If the year is mistyped, the school is to correct it and send it anew; or choose that year to be merged",
    ),
}
