"""Problems of files against the roster, and among themselves."""

from __future__ import annotations

from qa_excel.problems.problem import Kind, kind

KINDS: dict[str, Kind] = {
    "roster.unknown_school": kind(
        "warning",
        "รหัสสถานศึกษา {school} ไม่อยู่ในทะเบียน จึงไม่นำมารวม",
        "The school code {school} is not on the roster; the file is not merged",
        "ตรวจรหัสสถานศึกษาในแผ่น ข้อมูลสถานศึกษา หากถูกต้องให้แจ้งสำนักงานเขตพื้นที่เพิ่มในทะเบียน",
        "Check the code on the cover; if right, ask the office to add the school to its roster",
    ),
    "roster.sender_unknown": kind(
        "warning",
        "ไม่ทราบแน่ชัดว่าแฟ้มนี้เป็นของสถานศึกษาใด จึงไม่นำมารวม และไม่ทำแฟ้มหรือหนังสือส่งกลับให้สถานศึกษาใด",
        "It is not certain which school this file is from: it is not merged, and nothing is sent back for it",
        "เปิดดูแฟ้มหรือสอบถามผู้ส่ง แล้วกรอกรหัสสถานศึกษาในแฟ้ม หรือวางแฟ้มไว้ในโฟลเดอร์ที่ตั้งชื่อด้วยรหัสของสถานศึกษา",
        "Look into it or ask who sent it; then enter the school's code in it, or put it into a folder with that name",
    ),
    "roster.school_missing": kind(
        "warning",
        "ยังไม่ได้รับแฟ้มใดจาก {school} ({name})",
        "Nothing has been received from {school} ({name})",
        "ติดตามให้สถานศึกษาส่งแฟ้ม",
        "Ask the school to send its workbooks",
    ),
    "roster.workbook_missing": kind(
        "warning",
        "{school} ({name}) ยังไม่ส่ง {workbook}",
        "{school} ({name}) has not sent {workbook}",
        "ติดตามให้สถานศึกษาส่งแฟ้มที่ขาด",
        "Ask the school to send what is missing",
    ),
    "roster.superseded": kind(
        "info",
        "มีแฟ้มใหม่กว่าของสถานศึกษา ด้าน และปีเดียวกัน คือ {other} จึงไม่ใช้แฟ้มนี้",
        "A newer file for the same school, area and year is used instead: {other}",
        "ไม่ต้องแก้ไข หากแฟ้มที่ใหม่กว่าเป็นฉบับที่ถูกต้อง",
        "Nothing to do, if the newer file is the right one",
    ),
    "roster.same_date": kind(
        "warning",
        "มีแฟ้มของสถานศึกษา ด้าน ปี และวันที่จัดทำเดียวกันแต่เนื้อหาต่างกัน ใช้ {other}",
        "Another file has the same school, area, year and date but other content; {other} is used",
        "ตรวจว่าแฟ้มใดถูกต้อง แล้วแก้วันที่จัดทำหรือนำแฟ้มที่ไม่ใช้ออก",
        "Decide which is right and correct its date, or take the other away",
    ),
    "roster.other_year": kind(
        "warning",
        "แฟ้มเป็นของปีการศึกษา {year} ไม่ใช่ปี {expected} ที่รวม จึงไม่นำมารวม",
        "The file is of {year}, not of {expected}, which is merged; it is left out",
        "หากกรอกปีผิด ให้สถานศึกษาแก้ปีการศึกษาแล้วส่งใหม่ หากต้องการปีนี้ ให้เลือกปีนี้เป็นปีที่รวม",
        "If the year is mistyped, the school is to correct it and send it anew; or choose that year to be merged",
    ),
}
