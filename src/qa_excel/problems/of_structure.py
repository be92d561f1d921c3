"""Problems of a workbook's form: sheets, keys, labels, score cells."""

from __future__ import annotations

from qa_excel.problems.hints import ALTERED_EN, ALTERED_TH, TEMPLATE_EN, TEMPLATE_TH
from qa_excel.problems.problem import Kind, kind

KINDS: dict[str, Kind] = {
    "structure.unknown_rubric": kind(
        "error",
        "แบบฟอร์มเป็นของเกณฑ์ {rubric} ซึ่งโปรแกรมไม่รู้จัก",
        "The template belongs to the rubric {rubric}, which is not known",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "structure.wrong_version": kind(
        "error",
        "แบบฟอร์มเป็นฉบับ {version} แต่ฉบับที่ใช้คือ {expected}",
        "The template is version {version}; version {expected} is in use",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "structure.mixed": kind(
        "error",
        "แผ่นงานนี้มาจากแบบฟอร์มอื่น ({key})",
        "This sheet comes from another template ({key})",
        "ลบแผ่นงานที่คัดลอกมาจากแฟ้มอื่น หรือกรอกใหม่ในแบบฟอร์มที่ถูกต้อง",
        "Delete the sheet copied from another file, or fill in the right template",
    ),
    "structure.sheet_missing": kind(
        "error",
        "ไม่มีแผ่นงาน {sheet_title}",
        "The sheet {sheet_title} is missing",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "structure.sheet_duplicate": kind(
        "error",
        "มีแผ่นงาน {sheet_title} ซ้ำกันมากกว่าหนึ่งแผ่น",
        "There is more than one sheet {sheet_title}",
        "เหลือไว้เพียงแผ่นเดียวที่ถูกต้อง แล้วลบแผ่นที่ซ้ำ",
        "Keep the right one and delete the copies",
    ),
    "structure.key_missing": kind(
        "error",
        "ไม่พบช่องกรอก {key}: แถวหรือคอลัมน์ของแบบฟอร์มถูกลบหรือรหัสที่ซ่อนไว้ถูกแก้ไข",
        "The input {key} can't be found: a row or column of the template was deleted or its hidden key changed",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "structure.key_far": kind(
        "error",
        "รหัสที่ซ่อนไว้ของแผ่นงานนี้ถูกเลื่อนไปอยู่ที่ {cell} พ้น {most} แถวและคอลัมน์แรก จึงไม่ได้อ่านแผ่นนี้",
        "The hidden key of this sheet has moved to {cell}, beyond the first {most} rows and columns; it was not read",
        "ลบแถวหรือคอลัมน์ที่แทรกไว้เหนือหรือหน้าแบบฟอร์มในแผ่นนี้ออก แล้วบันทึกแฟ้ม",
        "Delete the rows or columns inserted above or before the form on this sheet, and save the file",
    ),
    "structure.key_duplicate": kind(
        "error",
        "ช่องกรอก {key} มีซ้ำกัน (อีกแห่งอยู่ที่ {other})",
        "The input {key} is there more than once (also at {other})",
        "ลบแถวที่คัดลอกซ้ำ ให้เหลือแถวเดิมของแบบฟอร์มเพียงแถวเดียว",
        "Delete the copied row and keep the template's own",
    ),
    "structure.key_moved": kind(
        "error",
        "รหัสคอลัมน์ที่ซ่อนไว้ถูกสลับลำดับ: ข้อมูลของแถว {key} อาจถูกอ่านสลับช่อง",
        "The hidden column keys stand in another order: inputs of the row {key} may be taken for one another",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "structure.label_altered": kind(
        "warning",
        "ข้อความหรือตัวเลขของแบบฟอร์มถูกแก้ไข: แถวนี้ควรเป็น “{expected}”",
        "A text or figure of the template was altered: this row should read “{expected}”",
        ALTERED_TH,
        ALTERED_EN,
    ),
    "structure.guidance_altered": kind(
        "warning",
        "คำอธิบายของแบบฟอร์มถูกแก้ไขหรือถูกลบ: ควรเป็น “{expected}”",
        "The template's guidance was altered or deleted: it should read “{expected}”",
        ALTERED_TH,
        ALTERED_EN,
    ),
    "structure.heading_altered": kind(
        "warning",
        "หัวเรื่องของแผ่นงานหรือหัวของคอลัมน์นี้ถูกแก้ไข: ควรเป็น “{expected}”",
        "The heading of this sheet or column was altered: it should read “{expected}”",
        ALTERED_TH,
        ALTERED_EN,
    ),
    "structure.copied_sheet": kind(
        "warning",
        "แผ่นงานนี้มีสูตรที่อ้างถึงแผ่นงานของแฟ้มอื่น อาจคัดลอกมาจากแฟ้มของสถานศึกษาอื่น",
        "A formula on this sheet refers to a sheet of another file; it may be a copy from another school's file",
        "ตรวจว่าข้อมูลเป็นของสถานศึกษานี้ แล้วกรอกในแบบฟอร์มของสถานศึกษาเอง",
        "See that the data are this school's, and enter them in its own template",
    ),
    "structure.score_typed": kind(
        "warning",
        "{label}: ช่องคะแนนเป็นค่าที่พิมพ์แทนสูตร ({shown}) คำนวณได้ {computed}",
        "{label}: the score cell holds a typed value in place of its formula ({shown}); recomputed: {computed}",
        "ไม่ต้องพิมพ์คะแนน โปรแกรมใช้คะแนนที่คำนวณใหม่เสมอ",
        "Scores need not be typed; the recomputed score always counts",
    ),
    "structure.formula_missing": kind(
        "warning",
        "{label}: สูตรคะแนนของแบบฟอร์มหายไปหรือถูกแก้ไข",
        "{label}: the template's score formula is gone or was changed",
        "คะแนนคำนวณใหม่จากข้อมูลเสมอ แต่ควรกรอกในแบบฟอร์มมาตรฐานฉบับปัจจุบัน",
        "Scores are always recomputed from the data, yet the current standard template should be used",
    ),
    "structure.score_differs": kind(
        "warning",
        "{label}: แฟ้มแสดง {shown} คำนวณได้ {computed}",
        "{label}: the file shows {shown}; recomputed: {computed}",
        "โปรแกรมใช้คะแนนที่คำนวณใหม่เสมอ เปิดแฟ้มแล้วบันทึกใหม่เพื่อให้ตรงกัน",
        "The recomputed score always counts; open the file and save it again so that both agree",
    ),
    "structure.calculation_missing": kind(
        "warning",
        "แผ่น {sheet_title} ซึ่งคำนวณคะแนนในแฟ้มถูกลบไป",
        "The sheet {sheet_title}, on which the file works out its score, was deleted",
        "คะแนนคำนวณใหม่จากข้อมูลเสมอ แต่แฟ้มนี้จะแสดงคะแนนไม่ได้ ควรกรอกในแบบฟอร์มมาตรฐานฉบับปัจจุบัน",
        "Scores are always recomputed from the data, but this file can't show them; use the current standard template",
    ),
    "structure.calculation_altered": kind(
        "warning",
        "สูตรที่คำนวณคะแนนในแฟ้มถูกแก้ไข {count}",
        "Formulas that work out the score in the file were changed in {count}",
        "คะแนนคำนวณใหม่จากข้อมูลเสมอ แต่คะแนนที่แฟ้มแสดงอาจผิด ควรกรอกในแบบฟอร์มมาตรฐานฉบับปัจจุบัน",
        "Scores are always recomputed from the data, but the file may show others; use the current standard template",
    ),
}
