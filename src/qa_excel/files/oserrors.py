"""Why the operating system refuses a file, in Thai and in English. Standard library only."""

from __future__ import annotations

import errno

from qa_excel.thai.text import Text

_REASONS = {
    errno.ENOENT: Text("ไม่มีแฟ้มหรือโฟลเดอร์นี้", "no such file or folder"),
    errno.EACCES: Text("ไม่มีสิทธิ์เข้าถึง หรือโปรแกรมอื่นเปิดแฟ้มอยู่", "permission denied, or another program has it open"),
    errno.EPERM: Text("ระบบไม่อนุญาต", "operation not permitted"),
    errno.EEXIST: Text("มีแฟ้มชื่อนี้อยู่แล้ว", "a file of this name is there already"),
    errno.ENOTDIR: Text("ส่วนหนึ่งของตำแหน่งเป็นแฟ้ม ไม่ใช่โฟลเดอร์", "a part of the path is a file, not a folder"),
    errno.EISDIR: Text("เป็นโฟลเดอร์ ไม่ใช่แฟ้ม", "it is a folder, not a file"),
    errno.ENOTEMPTY: Text("โฟลเดอร์ไม่ว่าง", "the folder is not empty"),
    errno.ENAMETOOLONG: Text("ชื่อยาวเกินไป", "the name is too long"),
    errno.EINVAL: Text("ชื่อมีอักขระที่ระบบไม่รับ", "the name holds characters that the system does not take"),
    errno.ELOOP: Text("ทางลัดวนกลับมาที่เดิม", "the link leads back to itself"),
    errno.ENOSPC: Text("พื้นที่ดิสก์เต็ม", "no space left on the disk"),
    errno.EDQUOT: Text("ใช้พื้นที่ดิสก์เต็มโควตาแล้ว", "the disk quota is used up"),
    errno.EFBIG: Text("แฟ้มใหญ่เกินกว่าที่ระบบรับได้", "the file is larger than the system takes"),
    errno.EROFS: Text("ดิสก์นี้อ่านได้อย่างเดียว", "the disk is read-only"),
    errno.EIO: Text("ดิสก์หรืออุปกรณ์ขัดข้อง", "the disk or device failed"),
    errno.EBUSY: Text("ระบบหรือโปรแกรมอื่นใช้อยู่", "the system or another program is using it"),
    errno.EMFILE: Text("เปิดแฟ้มไว้มากเกินไป", "too many files are open"),
    errno.ENXIO: Text("เป็นแฟ้มพิเศษของระบบ (ท่อหรืออุปกรณ์) ไม่ใช่แฟ้มธรรมดา", "it is a pipe or a device, not a plain file"),
    errno.EPIPE: Text("ปลายทางปิดไปแล้ว", "what reads it has closed"),
    errno.EBADF: Text("ปิดไว้", "it is closed"),
    errno.ENODEV: Text("ไม่พบอุปกรณ์", "no such device"),
    errno.ETIMEDOUT: Text("เครือข่ายไม่ตอบสนองภายในเวลาที่กำหนด", "the network did not answer in time"),
}


def reason(error: OSError) -> Text:
    """The reason in words; the system's own number for what is rare."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    number = "?" if error.errno is None else error.errno
    return Text(f"ระบบแจ้งข้อผิดพลาดหมายเลข {number}", error.strerror or f"system error {number}")
