"""Examples of the problems that reading, scoring and merging find themselves."""

from __future__ import annotations

from qa_excel.thai.text import Text

EXAMPLES: dict[str, Text] = {
    "file.empty": Text("แฟ้มที่ส่งทางอีเมลมีขนาด 0 ไบต์", "A file sent by e-mail has 0 bytes"),
    "file.not_a_workbook": Text("รูปภาพที่เปลี่ยนนามสกุลเป็น .xlsx", "A picture renamed to .xlsx"),
    "file.damaged": Text("การอัปโหลดขาดกลางคัน แฟ้มจึงไม่ครบ", "An upload broke off and the file is cut short"),
    "file.encrypted": Text("แฟ้มตั้งรหัสผ่านสำหรับเปิด", "The file asks for a password when it is opened"),
    "file.other_format": Text("ส่งแฟ้ม .xls ของ Excel รุ่นเก่า", "An .xls of an old Excel was sent"),
    "file.macros": Text("ส่งแฟ้ม .xlsm ที่มีแมโคร", "An .xlsm with macros was sent"),
    "file.unsafe": Text("แฟ้มขนาดเล็กที่ขยายแล้วใหญ่ผิดปกติ", "A small file that inflates to an abnormal size"),
    "file.unreadable": Text("แฟ้มยังเปิดอยู่ในโปรแกรมอื่น", "The file is open in another program"),
    "file.not_ours": Text("ส่งสมุดงานงบประมาณแทนแบบฟอร์ม", "A budget workbook was sent in place of the form"),
    "file.special": Text(
        "โฟลเดอร์ที่ส่งมีทางลัดไปยังแฟ้มในเครื่องของผู้ส่ง", "The folder holds a link to a file on the sender's computer"
    ),
    "file.sheet_too_large": Text(
        "ตีเส้นตารางถึงแถวสุดท้ายของแผ่น แล้วพิมพ์ค่าไว้ที่แถวนั้น", "A value stands in the last row of a sheet, far below the form"
    ),
    "file.reader_died": Text(
        "โปรแกรมอ่านหยุดทำงานที่แฟ้มหนึ่ง แฟ้มอื่นยังอ่านครบ", "The reader stops at one file; all others are still read"
    ),
    "file.external_links": Text(
        "ช่องจำนวนเป็นสูตรที่ดึงค่าจากแฟ้มทะเบียนนักเรียน", "A count is a formula that fetches its value from another file"
    ),
    "file.dde": Text(
        "เซลล์มีสูตรที่เรียกโปรแกรมอื่น เช่น =cmd|…", "A cell holds a formula that calls another program, such as =cmd|…"
    ),
    "file.embedded": Text("แทรกแฟ้ม Word ไว้ในแผ่นงานเป็นหลักฐาน", "A Word file is embedded in a sheet as evidence"),
    "file.active_formula": Text(
        "ช่องจำนวนเป็นสูตร =WEBSERVICE(…) ซึ่งส่งค่าในแฟ้มออกไปยังเว็บ",
        "A count is a formula =WEBSERVICE(…), which sends what the file holds to a web site",
    ),
    "file.unsafe_link": Text(
        "ลิงก์หลักฐานชี้ไปที่แฟ้มในเครื่องของผู้กรอก (file:///C:/…)",
        "A link to evidence leads to a file on the author's computer (file:///C:/…)",
    ),
    "file.macro_control": Text(
        "ปุ่ม “คำนวณ” ที่คัดลอกมาจากแฟ้มอื่นยังเรียกแมโครของแฟ้มนั้น",
        "A button copied from another file still calls that file's macro",
    ),
    "file.active_part": Text("มีคิวรี (Power Query) ติดมากับแฟ้ม", "The file carries a query (Power Query)"),
    "file.addin_link": Text(
        "บันทึกแฟ้มบนเครื่องที่ติดตั้งส่วนเสริม แล้วเปิดและบันทึกบนเครื่องอื่น",
        "Saved on a computer with the add-in, then opened and saved on another",
    ),
    "file.archive": Text("รวมแปดแฟ้มส่งเป็น .rar แฟ้มเดียว", "All eight workbooks were sent as one .rar"),
    "file.placeholder": Text(
        "คัดลอกทางลัดของ Google ชีต (.gsheet) มาแทนแฟ้ม",
        "The link to a Google sheet (.gsheet) was copied in place of the file",
    ),
    "file.wrong_ending": Text(
        "แฟ้มจากอีเมลชื่อลงท้ายด้วย .xlsx_ หรือ .xlsx.download", "A file from an e-mail ends in .xlsx_ or .xlsx.download"
    ),
    "file.hidden": Text(
        "โปรแกรมสำรองแฟ้มวางสำเนาชื่อ .ด้าน2.xlsx ไว้ในโฟลเดอร์",
        "A backup program left a copy named .area2.xlsx in the folder",
    ),
    "file.other": Text("มีแฟ้ม .docx อยู่ในโฟลเดอร์ที่ส่ง", "A .docx lies in the folder"),
    "file.bad_json": Text("แฟ้ม JSON ไม่มีปีการศึกษา", "A JSON without the academic year"),
    "structure.unknown_rubric": Text("แบบฟอร์มของการประเมินรอบอื่น", "A form of another round of assessment"),
    "structure.wrong_version": Text("แบบฟอร์มฉบับที่เลิกใช้แล้ว", "A version of the form that is no longer in use"),
    "structure.mixed": Text("คัดลอกแผ่น ตบช.9 มาไว้ในแฟ้มด้าน 2", "The sheet of IND9 copied into the workbook of area 2"),
    "structure.sheet_missing": Text("ลบแผ่น ตบช.6 ออกจากแฟ้ม", "The sheet of IND6 was deleted"),
    "structure.sheet_duplicate": Text("มีแผ่น ตบช.6 และ ตบช.6 (2)", "There are the sheets ตบช.6 and ตบช.6 (2)"),
    "structure.key_missing": Text("ลบแถวของข้อ 1.3 ออกจากตาราง", "The row of item 1.3 was deleted"),
    "structure.key_duplicate": Text("คัดลอกแถวของข้อ 1.3 แล้ววางเพิ่ม", "The row of item 1.3 was copied and pasted"),
    "structure.key_far": Text("แทรก 25 แถวไว้เหนือแบบฟอร์ม", "25 rows were inserted above the form"),
    "structure.key_moved": Text(
        "สลับคอลัมน์ จำนวนที่ผ่าน กับ จำนวนทั้งหมด", "The columns of the count and of the total were exchanged"
    ),
    "structure.label_altered": Text("พิมพ์ทับข้อความของข้อ 1.3", "The text of item 1.3 was typed over"),
    "structure.guidance_altered": Text("พิมพ์ทับช่อง สิ่งที่ต้องกรอก ของข้อ 1.3", "What to enter for item 1.3 was typed over"),
    "structure.heading_altered": Text(
        "พิมพ์ทับหัวคอลัมน์ ป.6 ของตาราง O-NET เป็น ม.3", "The heading P6 of an O-NET table was typed over with M3"
    ),
    "structure.copied_sheet": Text(
        "ย้ายแผ่น ตบช.5 จากแฟ้มของโรงเรียนอื่นมาแทนแผ่นเดิม", "The sheet of IND5 was moved here from another school's file"
    ),
    "structure.score_typed": Text("พิมพ์ 5 ทับสูตรในช่องคะแนนสุทธิ", "5 was typed over the formula of the net points"),
    "structure.formula_missing": Text("ลบสูตรในคอลัมน์คะแนนที่ได้", "The formulas of the points were deleted"),
    "structure.score_differs": Text(
        "แก้ไขคำตอบด้วยโปรแกรมที่ไม่คำนวณสูตร คะแนนที่แสดงจึงเป็นค่าเดิม",
        "An answer was changed by a program that does not calculate, so that the old score still shows",
    ),
    "structure.calculation_missing": Text("ลบแผ่น สูตรคำนวณ ที่ซ่อนอยู่", "The hidden sheet of formulas was deleted"),
    "structure.calculation_altered": Text("แก้สูตรในแผ่น สูตรคำนวณ", "A formula of the hidden sheet was changed"),
    "value.school_code_missing": Text("ช่องรหัสสถานศึกษาว่าง", "The school code is empty"),
    "value.school_code": Text("กรอก 6302013 ซึ่งมีเพียง 7 หลัก", "6302013 entered, which has only 7 digits"),
    "value.year_missing": Text("ช่องปีการศึกษาว่าง", "The academic year is empty"),
    "value.year": Text("กรอก 1999 ซึ่งก่อนปีแรกของเกณฑ์", "1999 entered, before the rubric's first year"),
    "value.levels_missing": Text("ยังไม่เลือกว่าเปิดสอนชั้นใด", "No grade was chosen as taught"),
    "value.missing": Text("กรอกจำนวนผู้ผ่าน แต่ไม่กรอกจำนวนทั้งหมด", "A count entered without its total"),
    "value.table_missing": Text("เปิดสอน ม.3 แต่ตาราง O-NET ของ ม.3 ว่าง", "M3 is taught but its O-NET table is empty"),
    "value.condition_missing": Text("ไม่ได้เลือก พบ หรือ ไม่พบ", "Neither found nor not found was chosen"),
    "value.resolved_missing": Text("เลือก พบ แต่ไม่ระบุว่าแก้ไขแล้วหรือยัง", "Found, without saying whether it was resolved"),
    "value.not_a_number": Text("กรอก “ประมาณ 30 คน” แทน 30", "“About 30 people” entered in place of 30"),
    "value.too_large": Text("กรอกเลขประจำตัวประชาชนในช่องจำนวนครู", "A national ID entered as the number of teachers"),
    "value.negative": Text("กรอก -3 ในช่องจำนวนห้องเรียน", "-3 entered as a number of classrooms"),
    "value.not_whole": Text("กรอก 2.5 ในช่องจำนวนคน", "2.5 entered as a number of people"),
    "value.over_100": Text("กรอกร้อยละ 140", "140 entered as a percentage"),
    "value.not_yes_no": Text("กรอก “บางส่วน” แทน ใช่ หรือ ไม่ใช่", "“Partly” entered in place of yes or no"),
    "value.not_a_choice": Text("กรอก “เกือบเสร็จ” เป็นสถานะ", "“Almost done” entered as a status"),
    "value.not_a_date": Text("กรอก “สิ้นเดือน” หรือ 31/2/2563", "“End of the month” or 31/2/2563 entered"),
    "value.day_unread": Text(
        "กรอกวันที่จัดทำเป็น “สิ้นเดือน” หรือ 31/2/2564", "“End of the month” or 31/2/2564 as date of preparation"
    ),
    "value.error_value": Text("เซลล์แสดง #DIV/0!", "The cell shows #DIV/0!"),
    "value.not_calculated": Text("สูตรในแฟ้มที่ยังไม่เคยเปิดด้วย Excel", "A formula in a file never opened in Excel"),
    "value.count_over_total": Text("ผ่าน 13 คน จากทั้งหมด 12 คน", "13 passed of 12 in all"),
    "value.total_zero": Text("ผ่าน 0 คน จากทั้งหมด 0 คน", "0 passed of 0 in all"),
    "value.not_tested": Text("ไม่มีผู้เข้าสอบวิชาศิลปะเลย", "Nobody sat arts"),
    "value.grade_not_taught": Text("มีคะแนน ม.3 แต่ไม่ได้เปิดสอน ม.3", "Means of M3, which is not taught"),
    "value.subject_not_asked": Text("กรอกผลสอบศิลปะของปี 2563", "Results in arts entered for 2563"),
    "value.fraction_percent": Text("กรอก 0.85 ซึ่งน่าจะหมายถึงร้อยละ 85", "0.85 entered, which probably means 85 %"),
    "value.passed_word": Text("ตอบเงื่อนไขการลดคะแนนว่า “ผ่าน”", "“Passed” entered for a deduction condition"),
    "value.mean_over_100": Text("กรอกคะแนนเฉลี่ย 447 แทน 44.7", "A mean of 447 entered in place of 44.7"),
    "value.normalised": Text("พิมพ์ “ ๘๒.๕ % ” อ่านเป็น 82.5", "“ ๘๒.๕ % ” typed is read as 82.5"),
    "value.schema": Text("ข้อความมีอักขระควบคุมที่มองไม่เห็น", "A text holds an invisible control character"),
    "consistency.done_without_evidence": Text("สถานะดำเนินการแล้ว แต่ช่องหลักฐานว่าง", "Done, but the evidence is empty"),
    "consistency.done_below_number": Text("ดำเนินการแล้ว แต่มีกรรมการ 2 คน (อย่างน้อย 3)", "Done with 2 members (3 needed)"),
    "consistency.future_date": Text(
        "วันที่จัดทำอีก 543 ปีข้างหน้า เพราะกรอก พ.ศ. เป็น ค.ศ.", "A date 543 years ahead: the era is wrong"
    ),
    "roster.sender_unknown": Text(
        "แฟ้มไม่มีรหัสและชื่อสถานศึกษา และวางรวมกับแฟ้มของหลายแห่ง",
        "A file without code and name lies among the files of several schools",
    ),
    "roster.unknown_school": Text("รหัสในแฟ้มไม่มีในทะเบียนของเขต", "The code in the file is not on the district's roster"),
    "roster.school_missing": Text("สถานศึกษายังไม่ส่งแฟ้มใดเลย", "A school has sent nothing yet"),
    "roster.workbook_missing": Text("ส่งแล้วเจ็ดแฟ้ม ขาดด้าน 4", "Seven workbooks sent; area 4 is lacking"),
    "roster.superseded": Text("ส่งแฟ้มแก้ไขมาแทนแฟ้มเดิม", "A corrected file was sent for the first one"),
    "roster.same_date": Text("สองแฟ้มลงวันที่เดียวกันแต่คะแนนต่างกัน", "Two files of one date with different figures"),
    "roster.other_year": Text("แฟ้มของปีก่อนปะปนมากับปีนี้", "A file of last year among this year's"),
}
