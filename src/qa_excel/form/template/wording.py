"""What the templates say: guidance, what to enter, and the words that cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qa_excel.files.look import EMPTY, FILLED, SOFT, UNUSED, WRONG
from qa_excel.form.layout import (
    ASK_COLUMN,
    FIRST_INPUT,
    ID_COLUMN,
    LABEL_COLUMN,
    AnswerRow,
    IndicatorSheet,
    InputRow,
    ProcessSheet,
    Sheet,
    SubjectRow,
    yes_no_words,
)
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Input, Named
from qa_excel.kinds.tables import SubjectTable, Table
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric

CIRCLED = "①②③④⑤⑥"
NOBODY_SAT = "ไม่มีผู้เข้าสอบ ให้กรอก 0"
TESTED_ONLY = "คิดเฉพาะกลุ่มสาระที่จัดสอบ ดูการตีความท้ายแผ่น"
NOT_TESTED = "ไม่ได้จัดสอบ ไม่ต้องกรอก"
NOT_TESTED_THIS_YEAR = "ไม่ได้จัดสอบในปีที่ใช้คิด"
CALCULATION_TITLE = "แผ่นนี้คำนวณคะแนนของแฟ้มด้วยสูตร ไม่ต้องกรอกหรือแก้ไข"
YEAR_HEADING = "ปีการศึกษา (จากแผ่น ข้อมูลสถานศึกษา)"
CHOOSE_GRADES = "เลือกชั้นที่เปิดสอนก่อน"
COVER_HELP = {
    "code": "ตัวเลข 8 หลัก (SMIS) หรือ 10 หลัก (กระทรวง)",
    "name": "ชื่อเต็มของสถานศึกษา",
    "office": "เช่น สพป.ตาก เขต 2",
    "year": "พ.ศ. 4 หลัก เช่น 2563",
    "levels": "เลือก เปิดสอน หรือ ไม่เปิดสอน",
    "learners": "จำนวนเต็ม (คน)",
    "teachers": "จำนวนเต็ม (คน)",
    "prepared_by": "ชื่อผู้กรอกข้อมูล",
    "prepared_on": "วัน/เดือน/ปี เช่น 31/3/2564",
}
_TEXT_HEADINGS = {
    "evidence": "หลักฐาน/ร่องรอย",
    "owner": "ผู้รับผิดชอบ",
    "date": "วันที่ดำเนินการ",
    "link": "ลิงก์",
    "note": "หมายเหตุ",
}
COLOURS = (
    (EMPTY, "สีเหลือง: ช่องที่ต้องกรอกและยังไม่ได้กรอก"),
    (FILLED, "สีเขียว: กรอกแล้ว"),
    (WRONG, "สีแดง: ค่าที่กรอกไม่ถูกต้อง เช่น จำนวนมากกว่าจำนวนทั้งหมด หรือร้อยละเกิน 100"),
    (SOFT, "สีฟ้าอ่อน: หลักฐาน ลิงก์ และหมายเหตุ (กรอกเพื่อประกอบการพิจารณา)"),
    (UNUSED, "สีเทา: ช่องที่ไม่ต้องกรอก"),
)


@dataclass(frozen=True, slots=True)
class Banners:
    """What works out a workbook's figures: its own formulas alone, or with the functions offered, the functions, or
    nothing yet."""

    native: str
    without: str
    functions: str
    unknown: str


_UNKNOWN = "⚠ ยังไม่ได้เปิดใช้ส่วนเสริมของโปรแกรม {figure}จึงเป็นสีเทา (กรอกและส่งข้อมูลได้ตามปกติ)"
BANNERS = {
    "indicators": Banners(
        "คะแนนคำนวณด้วยสูตรในแฟ้มนี้",
        "คะแนนคำนวณด้วยสูตรในแฟ้มนี้ หากติดตั้งส่วนเสริมของโปรแกรม จะแสดงเหตุผลของคะแนนและสิ่งที่ยังขาดได้ด้วย",
        "คะแนนคำนวณด้วยส่วนเสริมของโปรแกรม ดูเหตุผลได้ด้วยฟังก์ชัน ONESQA_WHY",
        _UNKNOWN.format(figure="ช่องคะแนน"),
    ),
    "traces": Banners(
        "ความก้าวหน้าคำนวณด้วยสูตรในแฟ้มนี้",
        "ความก้าวหน้าคำนวณด้วยสูตรในแฟ้มนี้ หากติดตั้งส่วนเสริมของโปรแกรม จะแสดงสถานะของแต่ละขั้นตอนได้ด้วย",
        "ความก้าวหน้าคำนวณด้วยส่วนเสริมของโปรแกรม ดูสถานะของแต่ละขั้นตอนได้ด้วยฟังก์ชัน IQA_STATUS",
        _UNKNOWN.format(figure="ช่องความก้าวหน้า"),
    ),
}


def guide_steps(rubric: Rubric) -> list[str]:
    """How to fill the workbook in, one step a line."""
    steps = [
        "กรอกแผ่น ข้อมูลสถานศึกษา ให้ครบก่อน โดยเฉพาะรหัสสถานศึกษา ปีการศึกษา และชั้นที่เปิดสอน",
        "กรอกเฉพาะช่องที่มีสี ช่องอื่นล็อกไว้ (ไม่มีรหัสผ่าน) ตัวเลข ①②③ ในช่อง สิ่งที่ต้องกรอก ตรงกับคอลัมน์ ข้อมูล ①②③",
    ]
    if rubric.family == "traces":
        steps += [
            "เลือกสถานะของแต่ละขั้นตอน หากเลือก ดำเนินการแล้ว ต้องระบุหลักฐาน/ร่องรอยด้วย",
            "ข้อที่ถามจำนวน ต้องกรอกจำนวนให้ถึงเกณฑ์ จึงจะนับว่าดำเนินการแล้ว",
            "ความก้าวหน้าคำนวณให้เองในแฟ้มนี้ หากติดตั้งส่วนเสริม qa-excel จะอ่านค่าที่พิมพ์ได้หลายแบบกว่า",
        ]
    else:
        steps += [
            "จำนวนที่ผ่านต้องไม่เกินจำนวนทั้งหมด ร้อยละกรอกเป็นตัวเลข 0–100 เช่น 85 (ไม่ใช่ 0.85)",
            "เงื่อนไขการลดคะแนนต้องตอบทุกข้อ เมื่อ พบ ให้ระบุด้วยว่า แก้ไขแล้ว หรือ ยังไม่แก้ไข",
            "ช่องที่ยังไม่ตอบได้ 0 คะแนน คะแนนที่แสดงคือคะแนนที่ได้จนถึงขณะนั้น ปัดครึ่งขึ้นเป็นทศนิยม 2 ตำแหน่ง",
            "คะแนนคำนวณให้เองในแฟ้มนี้ หากติดตั้งส่วนเสริม qa-excel จะอ่านค่าที่พิมพ์ได้หลายแบบกว่า และบอกเหตุผลของคะแนนได้ด้วย",
        ]
    return [
        *steps,
        "เพิ่มแถว ปรับความสูงแถวและความกว้างคอลัมน์ เปลี่ยนชื่อหรือสลับแผ่นงานได้ แต่อย่าลบแถวหรือคอลัมน์ของแบบฟอร์ม",
        "ห้ามใส่ชื่อ เลขประจำตัวประชาชน หรือข้อมูลส่วนบุคคลของผู้เรียนในแฟ้มนี้ ให้กรอกเฉพาะจำนวน",
    ]


def shown_value(given: Field, value: Any, rubric: Rubric) -> Any:
    """What the cell holds for a canonical value: words for yes/no and choices, a date for a date."""
    match given.input.kind:
        case "yesno":
            return yes_no_words(given)[0 if value else 1]
        case "choice":
            return next(status.name.th for status in rubric.statuses if status.id == value)
        case "date":
            return date.fromisoformat(value)
        case _:
            return value


def heading_text(sheet: Sheet) -> str:
    """What stands at the head of a form sheet."""
    if isinstance(sheet, IndicatorSheet):
        return f"ตัวบ่งชี้ที่ {sheet.indicator.number} {sheet.indicator.name.th} ({sheet.indicator.max} คะแนน)"
    return f"{sheet.title} {sheet.process.name.th}" if isinstance(sheet, ProcessSheet) else sheet.title


def column_headings(sheet: Sheet) -> dict[int, str]:
    """Column → its visible heading on a form sheet."""
    texts = {column: _TEXT_HEADINGS[key] for key, column in sheet.text_columns.items()}
    if isinstance(sheet, IndicatorSheet):
        return {
            ID_COLUMN: "ข้อ",
            LABEL_COLUMN: "เกณฑ์การประเมิน",
            ASK_COLUMN: "สิ่งที่ต้องกรอก",
            **{FIRST_INPUT + n: f"ข้อมูล {CIRCLED[n]}" for n in range(sheet.input_columns)},
            sheet.percent_column: "ร้อยละ" if sheet.input_columns <= 3 else "ร้อยละ/\nผล",
            sheet.full_column: "คะแนน\nเต็ม",
            sheet.points_column: "คะแนน\nที่ได้",
            **texts,
        }
    if isinstance(sheet, ProcessSheet):
        return {
            ID_COLUMN: "ข้อ",
            LABEL_COLUMN: "ขั้นตอน",
            ASK_COLUMN: "สิ่งที่ต้องกรอก",
            FIRST_INPUT: "สถานะ ①",
            **{FIRST_INPUT + n: f"จำนวน {CIRCLED[n]}" for n in range(1, sheet.input_columns)},
            **texts,
        }
    return {ID_COLUMN: "ที่", LABEL_COLUMN: "รายการ", ASK_COLUMN: "วิธีกรอก", FIRST_INPUT: "ข้อมูล"}


def table_heading(grade: Named, given: Input) -> str:
    """What stands above a column of a table by grades."""
    return f"{grade.name.th}\n{given.label.th}"


def ask_text(row: InputRow) -> str:
    """What to enter on a row, one numbered line an input."""
    if isinstance(row, SubjectRow):
        return "" if row.asked else NOT_TESTED
    inputs = [given for _, given in row.inputs]
    match row:
        case AnswerRow(about=Table() as table):
            where = "กรอกทุกชั้นที่เปิดสอน" if inputs else "กรอกตารางด้านล่างทุกชั้นที่เปิดสอน"
            counted = table.inputs[-1]
            asked = f"{where} หน่วย: {counted.unit.th}" if counted.unit else where
            if counted.kind == "count":
                asked += f" {NOBODY_SAT}"
            return f"{asked}\n{TESTED_ONLY}" if isinstance(table, SubjectTable) else asked
        case AnswerRow(about=Criterion(items=items)) if items and not inputs:
            return f"ตอบรายการย่อย {len(items)} ข้อด้านล่าง"
        case AnswerRow():
            return "\n".join(f"{CIRCLED[n]} {_ask(given)}" for n, given in enumerate(inputs))
    (given,) = row.fields.values()
    return COVER_HELP.get(given.path[-1] if given.grade is None else "levels", "")


def _ask(given: Field) -> str:
    unit = f" ({given.input.unit.th})" if given.input.unit else ""
    match given.input.kind:
        case "yesno":
            choose = "เลือก " + " / ".join(yes_no_words(given))
            if given.column == "resolved":
                return f"เมื่อพบ {choose}"
            return choose if given.column in ("met", "found") else f"{given.input.label.th}: {choose}"
        case "choice":
            return "เลือกสถานะจากรายการ"
        case _:
            return f"{given.input.label.th}{unit}"
