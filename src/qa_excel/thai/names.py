"""What is a list of persons' names, and what only looks like it. Standard library only.

Committees and teachers in charge stand in evidence with their offices and are in order; learners have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CHILDREN, PERSONS = 2, 3
"""So many names with a child's title, or with any title and no office, make a list."""

_NO_NAME = (
    "เด็ก|และ|หรือ|กับ|ทุก|ทั้ง|กำลัง|อายุ|จำนวน|คน(?![ก-ฮ])|คนละ|ที่|ซึ่ง|ใน|ไม่|ได้|เป็น|มี(?:ความ|จำนวน)|ระดับ|ชั้น|ประเภท|ทีม|"
    "เดี่ยว|คู่|ร้อยละ|รวม(?![ก-ฮ])|ชนะเลิศ|รองชนะ|ปฐมวัย|ประถม|มัธยม|กลุ่ม|ต้อง|เล่น|แข่ง|เข้า|ผ่าน|ล้วน|ห้อง|แยก|สวม|"
    "น้ำหนัก|ส่วน|เท่า|ไทย(?![ก-ฮ])"
)
"""What stands after a title that speaks of all boys or girls."""
TITLED = re.compile("เด็กชาย|เด็กหญิง|ด ?[.]? ?[ชญ][. ]|นาย|นางสาว|น ?[.] ?ส ?[.]|[0-9] ?[.)] ?[ก-๙]")
"""What every text has in which `persons` finds one."""
_THAI = re.compile("[ก-๙]")
_REST = re.compile("[ก-๙A-Za-z]*(?: {1,2}ณ)?(?: {1,2}(?:[ก-๙]{2,}|[A-Za-z]+|[ก-๙](?![ก-๙.])))?")
"""What follows the first letter of a name: the rest of it, and a surname."""
# Joined to a word before it, the title is a kind of sport or of room.
_CHILD = re.compile(
    r"(?:(?:(?<![ก-๙])|(?<=และ)|(?<=กับ)|(?<=แก่)|(?<=คือ)|(?<=ชื่อ)|(?<=ของ)|(?<=โดย)|(?<=ให้)|(?<=นักเรียน))(?:เด็กชาย|เด็กหญิง)"
    r"|ด ?\. ?[ชญ] ?\.|(?<![ก-๙])ด ?\.? ?[ชญ](?:\.| (?=[ก-๙]{2}|[A-Z])))"
    rf" {{0,3}}(?!{_NO_NAME})(?:[ก-๙]|[A-Z][a-z])"
)
_OTHER_WORDS = (
    "ก(?![ก-๙])|กสมาคม|กเทศ|กองค์การ|กรัฐ|กอบ|กเมือง|กสโมสร|อำเภอ|ทะเบียน|จ้าง|แพทย์|ช่าง|สถานี|ตำรวจ|ทหาร|หน้า|ด่าน|ประกัน"
)
"""What makes another word of นาย: นายก (head of a council), นายอำเภอ, นายทะเบียน, นายจ้าง."""
_ADULT = re.compile(rf"(?:นางสาว(?!ไทย)|น ?\. ?ส ?\.|นาย(?!{_OTHER_WORDS})) {{0,3}}(?!{_NO_NAME})[ก-๙]{{2}}")
_OFFICE = re.compile(
    "(?:ครู|อาจารย์|ประธาน|กรรมการ|เลขานุการ|ผู้อำนวยการ|ผอ\\.|รองผู้|หัวหน้า|ผู้รับผิดชอบ|วิทยากร|ผู้จัดทำ|ทรงคุณวุฒิ|นิเทศ|ผู้แทน|"
    "ผู้ปกครอง|บุคลากร|พนักงาน|เจ้าหน้าที่|นักการ|ภารโรง|ธุรการ|กำนัน|ผู้ใหญ่บ้าน|ปราชญ์|ภูมิปัญญา|ที่ปรึกษา|ประเมิน|คณะทำงาน|"
    "ผู้บริหาร|สมาชิกสภา|นายก|ปลัด|พยาบาล|ตำรวจ|ผู้สอน|ผู้รายงาน|ชำนาญการ|อัตราจ้าง|ศิษย์เก่า|ประชุม)(?!นักเรียน)"
)
_NUMBERED = re.compile(r"(?<!\d)\d{1,2} ?[.)] ?([ก-๙]{2,14}) {1,2}([ก-๙]{2,16})(?= *[,;]? *(?:\d{1,2} ?[.)]|$))")
_NO_PERSON = re.compile(
    "การ|ความ|กิจ|โครง|แผน|รายงาน|ภาพ|รูป|คำ|บันทึก|เอกสาร|สมุด|แบบ|หลัก|ประกาศ|หนังสือ|ผล|ครู|เรียน|ห้อง|ชุมชน|ผู้|คณะ|ประชุม|"
    "เกียรติ|แฟ้ม|ตาราง|ปฏิทิน|คู่มือ|วีดิ|คลิป|ข้อ|สถิติ|ทะเบียน|ใบ|งาน|ระบบ|มาตรฐาน|ตัวชี้|ชิ้น|วิชา|ภาษา|คณิต|วิทย|สังคม|ศิลป|สุข|"
    "กลุ่ม|ชั้น|ปี|ครั้ง|วัน|เดือน|ภาค|สื่อ|แหล่ง|สวน|อาคาร|สนาม|เครื่อง|อุปกรณ์|คอม|ร้อย|เยี่ยม|ดีมาก|พอใช้|ด้าน|ระดับ|เขต|จังหวัด|"
    "อำเภอ|ตำบล|วัด|บ้าน|ศูนย์|สำนัก|องค์|เทศบาล|อบต|ประธาน|ศึกษา|สอน|ประเมิน|พัฒนา|นิเทศ|สำรวจ|วิจัย|อบรม|สัมมนา|จัด|ทำ|เป็น|ได้|"
    "ไม่|ที่|ของ|และ|ปาก|ฟัน|มือ|น้ำ|ไฟ|อาหาร|เวร|เช้า|เย็น|ออม|ขยะ|ป้าย|นิทรรศ|ดนตรี|กีฬา|ลูกเสือ|ยุว|สหกรณ์|ธนาคาร|โรง|ถนน|ประตู|"
    "รั้ว|สะอาด|สงบ|ขยัน|ประหยัด|ซื่อสัตย์|สามัคคี|วินัย|กตัญญู"
)
"""What stands in numbered lists of documents, activities and virtues, and hardly in a name."""


def lists_names(text: str) -> bool:
    """Several titles, each with a name, or a numbered list of names; one alone, or persons with offices, are none."""
    return bool(TITLED.search(text)) and (is_list(*names_in(text)) or _numbered_in(text) >= PERSONS)


def is_list(children: int, adults: int) -> bool:
    return children >= CHILDREN or children + adults >= PERSONS


def names_in(text: str) -> tuple[int, int]:
    """How many names with a child's title stand in a text, and how many with another title and without an office."""
    if not TITLED.search(text):
        return 0, 0
    children, adults = len(_CHILD.findall(text)), list(_ADULT.finditer(text))
    if not adults or _OFFICE.search(text[: adults[0].start()]):
        return children, 0
    ends = [*(found.start() for found in adults[1:]), len(text)]
    return children, sum(not _OFFICE.search(text, found.start(), end) for found, end in zip(adults, ends, strict=True))


def _rest(text: str, start: int) -> int:
    """Where the rest of a name ends."""
    rest = _REST.match(text, start)
    return rest.end() if rest else start


def persons(text: str, alone: bool = False) -> Iterator[tuple[int, int]]:
    """Where names stand that may be learners': those with a child's title, and all of a list.

    alone: also a single one with another title, where nothing says its office.
    """
    for found in _CHILD.finditer(text):
        yield found.start(), _rest(text, found.end())
    children, adults = names_in(text)
    listed = is_list(children, adults)
    for found in _ADULT.finditer(text) if listed or (alone and adults) else ():
        if listed or not _THAI.fullmatch(text, found.start() - 1, found.start()):
            yield found.start(), _rest(text, found.end())
    if _numbered_in(text) >= PERSONS:
        yield from (found.span() for found in _NUMBERED.finditer(text) if _is_person(found))


def _numbered_in(text: str) -> int:
    return sum(map(_is_person, _NUMBERED.finditer(text)))


def _is_person(numbered: re.Match[str]) -> bool:
    return not _NO_PERSON.search(" ".join(numbered.groups()))
