"""Problems of a file itself, before its form is looked at."""

from __future__ import annotations

from qa_excel.problems.hints import RESEND_EN, RESEND_TH, TEMPLATE_EN, TEMPLATE_TH
from qa_excel.problems.problem import Kind, kind

KINDS: dict[str, Kind] = {
    "file.empty": kind(
        "error",
        "แฟ้มว่างเปล่า (0 ไบต์)",
        "The file is empty (0 bytes)",
        f"{RESEND_TH} หากคัดลอกมาจาก OneDrive หรือ Google Drive ให้ดาวน์โหลดแฟ้มให้ครบก่อนคัดลอก",
        f"{RESEND_EN}; one copied from OneDrive or Google Drive has to be downloaded whole first",
    ),
    "file.placeholder": kind(
        "error",
        "รายการนี้ไม่ใช่ตัวแฟ้ม เป็นสิ่งที่บริการคลาวด์ เบราว์เซอร์ หรือโปรแกรมอื่นวางไว้แทนแฟ้มที่ยังดาวน์โหลดหรือบันทึกไม่เสร็จ",
        "This is not the file itself, but what a cloud drive, a browser or another program puts where a file is to be "
        "that was not downloaded or not saved to the end",
        "ดาวน์โหลดแฟ้มตัวจริงเป็นสมุดงาน Excel (.xlsx) มาไว้ในโฟลเดอร์ที่ส่ง (ใน Google ชีต: ไฟล์ > ดาวน์โหลด > Microsoft Excel)",
        "Download the file itself, as an Excel workbook (.xlsx), into the folder (in Google Sheets: File > Download > "
        "Microsoft Excel)",
    ),
    "file.wrong_ending": kind(
        "info",
        "แฟ้มนี้เป็นสมุดงาน แต่ชื่อไม่ได้ลงท้ายตามชนิดของแฟ้ม จึงดับเบิลคลิกเปิดไม่ได้ โปรแกรมอ่านตามเนื้อหาแล้ว",
        "This file is a workbook, but its name does not end as one's does, so that a double click does not open it; it "
        "was read by its content",
        "เปลี่ยนชื่อแฟ้มให้ลงท้ายด้วย .xlsx",
        "Rename it so that it ends in .xlsx",
    ),
    "file.hidden": kind(
        "warning",
        "แฟ้มซ่อน (ชื่อขึ้นต้นด้วยจุด) นี้เป็นสมุดงาน จึงยังไม่ได้ตรวจ",
        "This hidden file (its name begins with a point) is a workbook and was not examined",
        "หากเป็นแฟ้มที่สถานศึกษาส่ง ให้เปลี่ยนชื่อไม่ให้ขึ้นต้นด้วยจุดแล้วตรวจใหม่ หากไม่ใช่ให้ลบออก",
        "If a school sent it, rename it without the point and run again; else delete it",
    ),
    "file.not_a_workbook": kind(
        "error",
        "แฟ้มนี้ไม่ใช่สมุดงาน Excel (.xlsx) ไม่ว่านามสกุลจะเป็นอะไร: เนื้อหาเป็น {looks_like}",
        "This is no Excel workbook (.xlsx), whatever its ending: its content is {looks_like}",
        RESEND_TH,
        RESEND_EN,
    ),
    "file.damaged": kind(
        "error", "แฟ้มเสียหาย เปิดอ่านไม่ได้", "The file is damaged and can't be opened", RESEND_TH, RESEND_EN
    ),
    "file.encrypted": kind(
        "error",
        "แฟ้มมีรหัสผ่าน จึงเปิดอ่านไม่ได้",
        "The file is protected by a password and can't be opened",
        "ขอให้สถานศึกษายกเลิกรหัสผ่านเปิดแฟ้ม (แฟ้ม > ข้อมูล > ป้องกันสมุดงาน) แล้วส่งใหม่",
        "Ask the school to remove the password (File > Info > Protect Workbook) and send it again",
    ),
    "file.other_format": kind(
        "error",
        "แฟ้มอยู่ในรูปแบบ {looks_like} ซึ่งโปรแกรมไม่รับ",
        "The file is in the format {looks_like}, which is not accepted",
        "เปิดแฟ้มนี้แล้วเลือก บันทึกเป็น > สมุดงาน Excel (.xlsx)",
        "Open it and choose Save as > Excel workbook (.xlsx)",
    ),
    "file.macros": kind(
        "error",
        "แฟ้มมีแมโคร จึงไม่เปิดอ่านเพื่อความปลอดภัย",
        "The file holds macros and is not opened, for safety",
        "บันทึกเป็นสมุดงาน Excel (.xlsx) ที่ไม่มีแมโครแล้วส่งใหม่",
        "Save it as an Excel workbook without macros (.xlsx) and send it again",
    ),
    "file.unsafe": kind(
        "error",
        "แฟ้มผิดปกติ จึงไม่เปิดอ่านเพื่อความปลอดภัย: {reason}",
        "The file is abnormal and is not opened, for safety: {reason}",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "file.sheet_too_large": kind(
        "error",
        "แผ่นงานนี้ใหญ่เกินกว่าที่โปรแกรมอ่านได้ จึงยังไม่ได้ตรวจแฟ้ม: {reason}",
        "This sheet is larger than the program can read, so the file was not examined: {reason}",
        "ลบแถวและคอลัมน์ว่างที่อยู่ใต้และถัดจากแบบฟอร์มในแผ่นงานนี้ (เลือกทั้งแถวหรือทั้งคอลัมน์ แล้วคลิกขวา > ลบ "
        "หากแผ่นงานถูกล็อกให้เลือก รีวิว > ยกเลิกการป้องกันแผ่นงาน ก่อน) บันทึกแล้วส่งใหม่",
        "Delete the empty rows and columns below and beside the form on this sheet (select whole rows or columns, "
        "right-click > Delete; choose Review > Unprotect Sheet first if it is locked), save it and send it again",
    ),
    "file.unreadable": kind(
        "error",
        "เปิดอ่านแฟ้มไม่ได้ ({reason})",
        "The file can't be read ({reason})",
        "ตรวจสิทธิ์การเข้าถึงแฟ้ม และปิดโปรแกรมที่เปิดแฟ้มนี้อยู่",
        "Check the permissions of the file and close the program that has it open",
    ),
    "file.not_ours": kind(
        "error",
        "สมุดงานนี้ไม่ใช่แบบฟอร์มมาตรฐานของระบบประกันคุณภาพ",
        "This workbook is not one of the standard quality assurance templates",
        TEMPLATE_TH,
        TEMPLATE_EN,
    ),
    "file.other": kind(
        "warning",
        "แฟ้มนี้ไม่ใช่สมุดงาน จึงไม่นำมาตรวจ",
        "This file is no workbook and was not examined",
        "ย้ายแฟ้มที่ไม่เกี่ยวข้องออกจากโฟลเดอร์ที่ส่ง",
        "Move unrelated files out of the folder",
    ),
    "file.archive": kind(
        "error",
        "แฟ้มบีบอัดนี้เปิดไม่ได้ ({reason}) จึงยังไม่ได้ตรวจสมุดงานที่อาจอยู่ข้างใน",
        "This archive could not be opened ({reason}); workbooks that may be in it were not examined",
        "แตกไฟล์ วางสมุดงานที่ได้ไว้ในโฟลเดอร์ที่ส่ง แล้วย้ายแฟ้มบีบอัดออก",
        "Extract it, put its workbooks into the folder and take the archive away",
    ),
    "file.special": kind(
        "error",
        "รายการนี้เป็นทางลัดไปนอกโฟลเดอร์หรือแฟ้มพิเศษของระบบ จึงไม่เปิดอ่าน",
        "This is a link out of the folder or a special file of the system; it was not opened",
        "คัดลอกแฟ้มตัวจริงมาไว้ในโฟลเดอร์ที่ส่งแทนทางลัด",
        "Put a copy of the file itself into the folder",
    ),
    "file.reader_died": kind(
        "error",
        "อ่านไม่ได้: {reason}",
        "Could not be read: {reason}",
        RESEND_TH,
        RESEND_EN,
    ),
    "file.external_links": kind(
        "warning",
        "แฟ้มมีลิงก์ไปยังแฟ้มอื่นหรือฐานข้อมูลภายนอก ({count} รายการ)",
        "The file has links to other files or data outside it ({count})",
        "โปรแกรมอ่านเฉพาะค่าที่บันทึกไว้และไม่เปิดลิงก์ใด ให้สถานศึกษาพิมพ์ค่าแทนลิงก์ (ข้อมูล > แก้ไขลิงก์ > ยกเลิกการเชื่อมโยง)",
        "Only saved values are read, no link is followed; replace links by values (Data > Edit links > Break link)",
    ),
    "file.dde": kind(
        "warning",
        "แฟ้มมีลิงก์แบบ DDE ซึ่งอาจสั่งให้โปรแกรมอื่นทำงานเมื่อเปิดใน Excel",
        "The file has a DDE link, which can start other programs when it is opened in Excel",
        "การอ่านของโปรแกรมนี้ปลอดภัยเพราะไม่เปิดลิงก์ แต่อย่ากดอนุญาตเมื่อเปิดแฟ้มใน Excel และให้คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานแล้วส่งใหม่",
        "Reading is safe, as no link is followed; allow nothing when opening it in Excel, and have the data copied "
        "into the standard template",
    ),
    "file.embedded": kind(
        "warning",
        "แฟ้มมีวัตถุฝังอยู่ (แฟ้มอื่น OLE หรือ ActiveX) {count} รายการ",
        "Objects are embedded in the file (other files, OLE or ActiveX): {count}",
        "โปรแกรมไม่เปิดวัตถุที่ฝังอยู่ จึงอ่านได้อย่างปลอดภัย อย่าเปิดวัตถุเหล่านั้นใน Excel และให้สถานศึกษาลบออกแล้วส่งเป็นแฟ้มแยก",
        "They are never opened, so reading is safe; do not open them in Excel, and ask for them as files of their own",
    ),
    "file.active_formula": kind(
        "warning",
        "{label}: มีสูตร {what} ซึ่งดึงข้อมูลจากภายนอก เปิดลิงก์ หรือเรียกโปรแกรมอื่นได้",
        "{label}: the formula {what} can fetch data from outside, open a link or call another program",
        "โปรแกรมไม่คำนวณสูตรนี้ จึงอ่านได้อย่างปลอดภัย ให้พิมพ์ค่าหรือที่อยู่ลิงก์แทนสูตร สำเนาที่ทำเครื่องหมายจะมีเพียงค่าล่าสุด",
        "It is not calculated here, so reading is safe; enter the value or the address in its place. A marked copy "
        "holds the last value alone",
    ),
    "file.unsafe_link": kind(
        "warning",
        "{label}: มีลิงก์ {what} ซึ่งเปิดแฟ้ม โปรแกรม หรือเครื่องอื่น ไม่ใช่หน้าเว็บ",
        "{label}: a link ({what}) opens a file, a program or another computer, and no web page",
        "อย่าคลิกลิงก์นี้ ให้สถานศึกษาลบออก หรือวางที่อยู่เว็บ (https://) แทน สำเนาที่ทำเครื่องหมายจะไม่มีลิงก์นี้",
        "Do not click it; it is to be removed or replaced by a web address (https://). A marked copy does without it",
    ),
    "file.macro_control": kind(
        "warning",
        "{label}: ถูกกำหนดให้เรียกแมโคร",
        "{label}: are to run a macro",
        "อย่าคลิกปุ่มหรือรูปร่างนั้นใน Excel ให้สถานศึกษาลบออก (คลิกขวา > กำหนดแมโคร) สำเนาที่ทำเครื่องหมายจะไม่เรียกแมโคร",
        "Do not click it in Excel; the school is to remove it (right click > Assign macro). A marked copy runs none",
    ),
    "file.active_part": kind(
        "warning",
        "แฟ้มมี{what} ซึ่งทำงานเมื่อเปิดใน Excel",
        "The file holds {what}, which acts when it is opened in Excel",
        "การอ่านของโปรแกรมนี้ปลอดภัยเพราะไม่เปิดใช้สิ่งนี้ ให้คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานแล้วส่งใหม่ สำเนาที่ทำเครื่องหมายจะไม่มีสิ่งนี้",
        "Reading is safe, as it is never started; have the data copied into the standard template. A marked copy does "
        "without it",
    ),
    "file.addin_link": kind(
        "info",
        "สูตรคะแนนอ้างถึงส่วนเสริมด้วยตำแหน่งบนเครื่องของผู้กรอก ซึ่งมีชื่อผู้ใช้อยู่ในแฟ้ม",
        "The score formulas name the add-in by its place on the author's computer, so the file holds a user name",
        "ไม่ต้องแก้ไข คะแนนคำนวณใหม่ทุกครั้ง หากไม่ต้องการเปิดเผยชื่อผู้ใช้ ให้เปิดแฟ้มบนเครื่องที่ติดตั้งส่วนเสริมแล้วบันทึก",
        "Nothing to do, scores are always recomputed; to remove the name, save it on a computer with the add-in",
    ),
    "file.bad_json": kind(
        "error",
        "แฟ้ม JSON ไม่ถูกต้องที่ {where}: {reason}",
        "The JSON is wrong at {where}: {reason}",
        "แก้ไขแฟ้ม JSON ตามรูปแบบใน schemas/",
        "Correct the JSON to fit its schema in schemas/",
    ),
}
