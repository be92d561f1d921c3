"""The letter that goes with a school's marked copies, in the form of a Thai official one.

The office adds its number, its address, the day and who signs; the rest is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from qa_excel.feedback.docx import TEXT_WIDTH, document, paragraph, table
from qa_excel.files.book import clean
from qa_excel.thai.dates import BUDDHIST_ERA, MONTHS
from qa_excel.thai.words import plural

MAX_FILES = 40
"""Files that a letter names: it stays a short one."""

_MIDDLE = TEXT_WIDTH // 2
_INDENT = 1418
_HEADS = {"th": 800, "en": 1134}
"""Where the subject and the addressee begin."""
_SHARES = (7, 58, 16, 19)
"""Of the table's columns."""
_DOTS = "." * 40
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

Say = Callable[[str, str], str]
"""The Thai text or the English one."""
Figure = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One file: how many errors and warnings were found in it, and what has to be told of it here, where no marked
    copy of it is enclosed."""

    file: str
    errors: int
    warnings: int
    told: str = ""
    enclosed: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. The office, the school's code and its name are empty where nothing tells them."""

    office: str
    code: str
    name: str
    lines: Sequence[Line]
    today: date

    def document(self, lang: str) -> bytes:
        return document(self._blocks(lang))

    def _blocks(self, lang: str) -> list[str]:
        def say(th: str, en: str) -> str:
            return en if lang == "en" else th

        def figure(number: int) -> str:
            return say(f"{number}".translate(_THAI_DIGITS), f"{number}")

        office = _one_line(self.office) or say("สำนักงานเขตพื้นที่การศึกษา", "the Educational Service Area Office")
        code = self.code or _DOTS
        school = _one_line(self.name) or say(f"สถานศึกษา รหัส {code} ", f"school {code}")
        if lang == "th":
            office = office.translate(_THAI_DIGITS)
        month = say(MONTHS[self.today.month - 1], f"{self.today:%B}")
        enclosed = sum(line.enclosed for line in self.lines)
        attached = paragraph(
            say(
                f"สิ่งที่ส่งมาด้วย\tแฟ้มที่ทำเครื่องหมายแล้ว จำนวน {figure(enclosed)} แฟ้ม",
                f"Enclosed:\tmarked copies of {enclosed} of your workbooks",
            ),
            tab=1950,
            space=6,
        )
        opening = say(
            f"ตามที่{school}ได้ส่งแฟ้มข้อมูลการประกันคุณภาพการศึกษามายัง {office} นั้น "
            "ได้ตรวจสอบแฟ้มดังกล่าวแล้ว พบข้อที่ต้องแก้ไขและควรตรวจสอบ ดังนี้",
            "We have examined the workbooks that your school sent us, and found the following.",
        )
        heads = (
            say("ที่", "#"),
            say("แฟ้ม", "File"),
            say("ต้องแก้ไข", "To correct"),
            say("ควรตรวจสอบ", "To check"),
        )
        return [
            paragraph(f"{say('ที่', 'No.')} {_DOTS[:26]}\t{office}", tab=_MIDDLE),
            paragraph(_DOTS, left=_MIDDLE),
            paragraph(
                f"{figure(self.today.day)} {month} {figure(self.today.year + BUDDHIST_ERA)}{say('', ' B.E.')}",
                left=_MIDDLE,
                space=6,
            ),
            paragraph(
                say(
                    "เรื่อง\tขอให้ตรวจสอบและแก้ไขข้อมูลการประกันคุณภาพการศึกษา",
                    "Subject:\tcorrections to the quality assurance workbooks",
                ),
                tab=_HEADS[lang],
                space=6,
            ),
            paragraph(say(f"เรียน\tผู้อำนวยการ{school}", f"To the director, {school}"), tab=_HEADS[lang], space=6),
            *([attached] if enclosed else []),
            paragraph(opening, first=_INDENT, space=6),
            paragraph("", size=6),
            table(heads, self._rows(say, figure), _SHARES, centred=(0, 2, 3)),
            *self._request(say, figure, office, enclosed),
            paragraph(
                say("จึงเรียนมาเพื่อโปรดพิจารณาดำเนินการ", "Thank you for your attention."),
                first=_INDENT,
                space=6,
                keep=True,
            ),
            paragraph(say("ขอแสดงความนับถือ", "Yours faithfully,"), left=_MIDDLE, centred=True, space=12, keep=True),
            paragraph(f"({_DOTS})", left=_MIDDLE, centred=True, space=30, keep=True),
            paragraph(f"{say('ตำแหน่ง', 'Position')} {_DOTS[:32]}", left=_MIDDLE, centred=True, keep=True),
            paragraph(f"{say('กลุ่ม', 'Section')} {_DOTS}  {say('โทร.', 'Telephone')} {_DOTS[:30]}", space=6),
        ]

    def _request(self, say: Say, figure: Figure, office: str, enclosed: int) -> list[str]:
        """What the school is asked to do, in one sentence or step by step."""
        by = say(f"ส่งกลับ {office} ภายในวันที่ {_DOTS[:24]}", f"send them back by {_DOTS[:24]}")
        if not enclosed:
            plain = say("ขอให้สถานศึกษาดำเนินการตามที่ระบุในตาราง แล้ว", "Please do what the table says, and ")
            return [paragraph(say("ในการนี้ ", "") + plain + by, first=_INDENT, space=6)]
        steps = [
            say(
                "เปิดแฟ้มที่ส่งมาด้วยในโปรแกรม Excel แผ่นงานแรกชื่อ “ผลการตรวจสอบ” แสดงทุกข้อที่พบ วิธีแก้ไข และลิงก์ไปยังเซลล์นั้น",
                "Open the enclosed copies in Excel. Their first sheet, Findings, lists everything that was found, with "
                "what to do and a link to its cell.",
            ),
            say(
                "แก้ไขเซลล์สีแดงทุกเซลล์ และตรวจสอบเซลล์สีเหลืองเข้ม ซึ่งไม่ต้องแก้ไขหากข้อมูลถูกต้องแล้ว",
                "Correct every red cell, and check the dark yellow ones, which may stay if they are right.",
            ),
        ]
        if enclosed < len(self.lines):
            steps.append(
                say(
                    "แฟ้มที่ไม่ได้ส่งมาด้วย ให้ดำเนินการตามที่ระบุไว้ใต้ชื่อแฟ้มในตาราง",
                    "Where no copy is enclosed, do what the table says below the file's name.",
                )
            )
        steps.append(say("บันทึกแฟ้มที่แก้ไขแล้ว และ", "Save the corrected files, and ") + by)
        opening = say("ในการนี้ ขอให้สถานศึกษาดำเนินการดังต่อไปนี้", "Please do as follows.")
        numbered = (f"{figure(number)}. {step}" for number, step in enumerate(steps, start=1))
        return [
            paragraph(opening, first=_INDENT, space=6, keep=True),
            *(paragraph(text, first=_INDENT) for text in numbered),
        ]

    def _rows(self, say: Say, figure: Figure) -> list[list[str]]:
        """The table's rows; of several files the last row is the sum."""

        def counts(lines: Sequence[Line]) -> list[str]:
            found = (sum(line.errors for line in lines), sum(line.warnings for line in lines))
            return [figure(number) if number else "–" for number in found]

        rows = [
            [figure(number), "\n".join(filter(None, (_one_line(line.file), line.told))), *counts([line])]
            for number, line in enumerate(self.lines[:MAX_FILES], start=1)
        ]
        rest = self.lines[MAX_FILES:]
        if rest:
            rows.append(
                [
                    "",
                    say(f"และอีก {figure(len(rest))} แฟ้ม", f"and {len(rest)} more {plural(len(rest), 'file')}"),
                    *counts(rest),
                ]
            )
        if len(self.lines) > 1:
            rows.append(["", say("รวม", "Total"), *counts(self.lines)])
        return rows


def _one_line(text: str) -> str:
    """A name, which others gave, as it stands in a line."""
    return clean(" ".join(text.split()), 200)
