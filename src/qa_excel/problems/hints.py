"""What to do, where several problems are mended alike."""

from __future__ import annotations

RETYPE_TH, RETYPE_EN = "แก้ไขค่าในเซลล์นี้แล้วบันทึกแฟ้ม", "Correct the value in this cell and save the file"
RESEND_TH = "ขอให้สถานศึกษาเปิดแฟ้มต้นฉบับด้วย Excel บันทึกเป็น .xlsx แล้วส่งใหม่"
RESEND_EN = "Ask the school to open the original in Excel, save it as .xlsx and send it again"
TEMPLATE_TH = "คัดลอกข้อมูลลงแบบฟอร์มมาตรฐานฉบับปัจจุบันแล้วส่งใหม่"
TEMPLATE_EN = "Copy the data into the current standard template and send it again"
ALTERED_TH = "ตรวจว่าข้อมูลตอบตรงตามแบบฟอร์มมาตรฐาน หากไม่แน่ใจให้กรอกใหม่ในแบบฟอร์มมาตรฐาน"
ALTERED_EN = "See that the data answer the standard template; if in doubt, fill in a fresh one"
ANSWER_TH, ANSWER_EN = "กรอกข้อมูลในเซลล์สีเหลืองนี้", "Fill in this yellow cell"
