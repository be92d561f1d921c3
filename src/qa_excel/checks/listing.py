"""The catalogue as people read it: a list, one code explained, and the table for the documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa_excel.checks.examples import EXAMPLES
from qa_excel.checks.registry import REGISTERED
from qa_excel.problems import CATALOGUE, OPTIONAL, SEVERITIES, SEVERITY_WORDS, scope_of
from qa_excel.thai.text import Text

GROUPS = {
    "file": Text("แฟ้ม", "the file"),
    "structure": Text("โครงสร้างแบบฟอร์ม", "the template's structure"),
    "value": Text("ค่าที่กรอก", "what was entered"),
    "consistency": Text("ความสอดคล้องของข้อมูล", "figures against each other"),
    "roster": Text("ทะเบียนและแฟ้มที่ได้รับ", "the roster and the files received"),
    "privacy": Text("ข้อมูลส่วนบุคคล", "privacy"),
    "check": Text("การตรวจที่ไม่ได้ทำ", "checks that were not run"),
}
SCOPE_NAMES = {
    "file": Text("แฟ้ม", "file"),
    "workbook": Text("สมุดงาน", "workbook"),
    "school": Text("สถานศึกษา", "school"),
    "district": Text("เขตพื้นที่", "district"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the catalogue. `checks` name what finds it; empty where reading or merging does."""

    code: str
    severity: str
    scope: str
    message: Text
    hint: Text
    example: Text
    checks: tuple[str, ...]

    @property
    def group(self) -> str:
        return self.code.partition(".")[0]

    def to_json(self, lang: str = "th") -> dict[str, Any]:
        return {
            "code": self.code,
            "group": self.group,
            "severity": self.severity,
            "scope": self.scope,
            "message": self.message.get(lang),
            "hint": self.hint.get(lang),
            "example": self.example.get(lang),
            "checks": list(self.checks),
        }


def catalogue() -> list[Entry]:
    """All codes: by group, the worst first."""
    groups = list(GROUPS)
    entries = [explain(code) for code in CATALOGUE]
    return sorted(entries, key=lambda e: (groups.index(e.group), SEVERITIES.index(e.severity), e.code))


def explain(code: str) -> Entry:
    """One code; KeyError where there is none of that name."""
    kind = CATALOGUE[code]
    message, hint = _shown(kind.message), _shown(kind.hint)
    finders = tuple(sorted(each.name for each in REGISTERED.values() if code in each.codes))
    example = kind.example or EXAMPLES[code]
    return Entry(code, kind.severity, scope_of(code), message, hint, example, finders)


def _shown(text: Text) -> Text:
    """A message without the figures of a single finding."""
    blanks: dict[str, str] = defaultdict(lambda: "…", OPTIONAL)
    return Text(*(text.get(lang).format_map(blanks).removeprefix("…: ") for lang in ("th", "en")))


def checks_document() -> str:
    """`docs/checks.md`: every code, what it means and what to do."""
    return "\n".join(_document()) + "\n"


def _document() -> Iterator[str]:
    yield "# ข้อที่ตรวจพบได้ทั้งหมด"
    yield ""
    yield "สร้างจากโปรแกรมด้วย `python -m qa_excel.doors.generated` ไม่ต้องแก้ไขด้วยมือ ดูคำอธิบายของรหัสหนึ่งได้ด้วย"
    yield "`qa-excel checks CODE`"
    yield ""
    yield "*ผิดพลาด* ต้องแก้ไข แฟ้มยังไม่เข้าค่าเฉลี่ย · *ควรตรวจสอบ* แปลกแต่เป็นไปได้ · *แจ้งให้ทราบ* ไม่ต้องทำอะไร"
    entries = catalogue()
    for group, title in GROUPS.items():
        yield ""
        yield f"## {title.th} (`{group}`)"
        yield ""
        yield "| รหัส | ระดับ | ขอบเขต | สิ่งที่พบ | สิ่งที่ควรทำ | ตัวอย่าง |"
        yield "|---|---|---|---|---|---|"
        for entry in entries:
            if entry.group == group:
                cells = (
                    f"`{entry.code}`",
                    SEVERITY_WORDS[entry.severity].th,
                    SCOPE_NAMES[entry.scope].th,
                    entry.message.th,
                    entry.hint.th,
                    entry.example.th,
                )
                yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
