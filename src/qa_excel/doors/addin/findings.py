"""What the installation and the doctor can find, declared once: state, Thai and English text, and the cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa_excel.thai.text import Text

OK, BAD, NOTE = "ok", "bad", "note"
SIGNS = {OK: "✓", BAD: "✗", NOTE: "–"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. `bad` is what keeps the functions from working; a `note` may have a cure too."""

    code: str
    state: str
    text: Text
    cure: Text | None = None

    def line(self, lang: str) -> str:
        cure = f"\n    → {self.cure.get(lang)}" if self.cure else ""
        return f"{SIGNS[self.state]} {self.text.get(lang)}{cure}"

    def to_json(self, lang: str) -> dict[str, str | None]:
        cure = self.cure.get(lang) if self.cure else None
        return {"code": self.code, "state": self.state, "message": self.text.get(lang), "cure": cure}

    def as_note(self) -> Finding:
        """The same, where it is not essential."""
        return Finding(self.code, NOTE, self.text, self.cure) if self.state == BAD else self


def finding(code: str, **params: Any) -> Finding:
    """The finding `code`; a parameter that is a Text is told in the reader's language."""
    state, text, cure = DECLARED[code]
    return Finding(code, state, _fill(text, params), cure and _fill(cure, params))


def lacking(found: list[Finding]) -> bool:
    """Whether something essential is wrong."""
    return any(each.state == BAD for each in found)


def _fill(text: Text, params: dict[str, Any]) -> Text:
    def told(lang: str) -> str:
        said = {name: value.get(lang) if isinstance(value, Text) else value for name, value in params.items()}
        return text.get(lang).format(**said)

    return Text(told("th"), told("en"))


_INSTALL = Text(
    "สั่ง qa-excel addin install (หรือดับเบิลคลิก install.cmd ของชุดติดตั้ง)",
    "run: qa-excel addin install (or double-click install.cmd of the bundle)",
)
_OWN_FOLDER = Text(
    "ติดตั้งใหม่ด้วย install.cmd ของชุดติดตั้ง ซึ่งสร้างโฟลเดอร์ที่ชื่อเป็นอักษรอังกฤษล้วนของผู้ใช้นี้ให้เอง",
    "install it anew with the bundle's install.cmd, which makes a folder with plain letters for this person alone",
)
_REINSTALL = Text(
    "ติดตั้งโปรแกรมใหม่จากชุดติดตั้ง (ดับเบิลคลิก install.cmd)", "install the program anew (install.cmd of the bundle)"
)
_ASK_IT = Text(
    "เครื่องนี้ถูกกำหนดโดยหน่วยงาน ให้ผู้ดูแลคอมพิวเตอร์แก้ที่ {key} ค่า {name}",
    "set by your organisation; ask whoever looks after the computers to change {name} in {key}",
)

_Declared = tuple[str, Text, Text | None]

_PYTHON: dict[str, _Declared] = {
    "python.found": (
        OK,
        Text("Python {version} ({bits} บิต) ที่ {path}", "Python {version} ({bits}-bit) at {path}"),
        None,
    ),
    "python.store": (
        BAD,
        Text(
            "Python นี้มาจาก Microsoft Store ซึ่ง Excel เรียกใช้ไม่ได้ ({path})",
            "this Python is from the Microsoft Store, which Excel can't start ({path})",
        ),
        Text(
            "ใช้ Python จาก python.org หรือชุดติดตั้ง (install.cmd) แทน",
            "use Python from python.org or the bundle (install.cmd) instead",
        ),
    ),
    "python.letters": (
        BAD,
        Text(
            "ที่อยู่ของ Python มีอักษรที่ Excel ส่งต่อไม่ได้: {path}",
            "the path of Python has letters that Excel can't pass on: {path}",
        ),
        _OWN_FOLDER,
    ),
    "module.missing": (
        BAD,
        Text("Python เรียกโมดูลที่ Excel ใช้ไม่ได้ ({reason})", "Python can't load the modules that Excel uses ({reason})"),
        _REINSTALL,
    ),
    "python.no_window": (
        BAD,
        Text("ไม่พบ {path} ที่ Excel ต้องเรียก", "{path}, which Excel starts, is not there"),
        _REINSTALL,
    ),
}

_EXCEL: dict[str, _Declared] = {
    "system.other": (
        NOTE,
        Text(
            "ส่วนเสริมของ Excel ใช้ได้บน Windows เท่านั้น (เครื่องนี้คือ {platform})",
            "the Excel add-in works on Windows alone (this is {platform})",
        ),
        Text(
            "บนเครื่องนี้ใช้ LibreOffice ได้: qa-excel addin install --libreoffice",
            "LibreOffice works here: qa-excel addin install --libreoffice",
        ),
    ),
    "excel.found": (
        OK,
        Text("Excel {version} ({bits} บิต)", "Excel {version} ({bits}-bit)"),
        None,
    ),
    "excel.unsure": (
        NOTE,
        Text(
            "พบ Excel ({path}) แต่บอกรุ่นหรือจำนวนบิตไม่ได้", "Excel is there ({path}), its version or bitness can't be told"
        ),
        None,
    ),
    "excel.arm": (
        NOTE,
        Text("Excel {version} สำหรับเครื่อง ARM ยังไม่เคยทดสอบ", "Excel {version} for ARM has never been tried"),
        Text("ติดตั้งแล้วตรวจด้วย =QA_VERSION()", "install it, then check with =QA_VERSION()"),
    ),
    "excel.absent": (
        BAD,
        Text("ไม่พบโปรแกรม Excel ในเครื่องนี้", "Excel is not on this computer"),
        Text(
            "ติดตั้ง Excel หรือใช้ LibreOffice: qa-excel addin install --libreoffice",
            "install Excel, or use LibreOffice: qa-excel addin install --libreoffice",
        ),
    ),
    "excel.old": (
        BAD,
        Text(
            "Excel {version} เก่าเกินไป ต้องเป็น Excel 2010 ขึ้นไป",
            "Excel {version} is too old; Excel 2010 or newer is needed",
        ),
        Text("ใช้ Excel รุ่นใหม่กว่า หรือ LibreOffice", "use a newer Excel, or LibreOffice"),
    ),
    "excel.open": (
        BAD,
        Text("Excel เปิดอยู่", "Excel is open"),
        Text(
            "บันทึกงาน ปิด Excel ทุกหน้าต่าง แล้วสั่งอีกครั้ง (ถ้าไม่เห็นหน้าต่าง ให้ออกจากระบบแล้วเข้าใหม่)",
            "save, close every Excel window and try again (if there is no window, sign out and in)",
        ),
    ),
    "excel.closed": (OK, Text("Excel ปิดอยู่", "Excel is closed"), None),
    "excel.open_unsure": (
        NOTE,
        Text("บอกไม่ได้ว่า Excel เปิดอยู่หรือไม่", "whether Excel is open can't be told"),
        Text("ปิด Excel ทุกหน้าต่างก่อนติดตั้ง", "close every Excel window before installing"),
    ),
}

_ADDIN: dict[str, _Declared] = {
    "dll.ready": (OK, Text("ตัวเชื่อม Excel กับ Python: {names}", "the link between Excel and Python: {names}"), None),
    "dll.missing": (
        BAD,
        Text("ไม่พบตัวเชื่อม Excel กับ Python: {names}", "the link between Excel and Python is not there: {names}"),
        Text(
            "ติดตั้งใหม่: {python} -m pip install --force-reinstall --no-deps xlwings=={version}",
            "install it anew: {python} -m pip install --force-reinstall --no-deps xlwings=={version}",
        ),
    ),
    "dll.not_copied": (
        BAD,
        Text("ตัวเชื่อม {names} ยังไม่อยู่ข้าง python.exe", "{names} is not beside python.exe"),
        _INSTALL,
    ),
    "addin.unshipped": (
        BAD,
        Text("โปรแกรมที่ติดตั้งไว้ไม่มีแฟ้มส่วนเสริม {name}", "the add-in {name} is not in the installed program"),
        _REINSTALL,
    ),
    "addin.no_folder": (
        BAD,
        Text("ไม่พบโฟลเดอร์ข้อมูลของผู้ใช้ (APPDATA)", "the user's folder for programs (APPDATA) can't be found"),
        Text("เข้าระบบ Windows ด้วยบัญชีผู้ใช้ตามปกติแล้วลองใหม่", "sign in to Windows as usual and try again"),
    ),
    "addin.unwritable": (
        BAD,
        Text("เขียน {path} ไม่ได้ ({reason}) ไม่มีอะไรถูกเปลี่ยน", "{path} can't be written ({reason}); nothing was changed"),
        Text(
            "ปิด Excel ทุกหน้าต่าง และตรวจว่าโปรแกรมป้องกันไวรัสไม่ได้ห้าม แล้วลองใหม่",
            "close every Excel window, see that no virus scanner forbids it, and try again",
        ),
    ),
    "addin.half_written": (
        BAD,
        Text(
            "เขียน {path} ไม่ได้ ({reason}) และคืนแฟ้มเดิมไม่ได้: {stayed}",
            "{path} can't be written ({reason}), and what was there before can't be put back: {stayed}",
        ),
        Text(
            "ปิด Excel ทุกหน้าต่าง แล้วติดตั้งอีกครั้ง หรือสั่ง qa-excel addin remove",
            "close every Excel window, then install again, or run: qa-excel addin remove",
        ),
    ),
    "addin.unremovable": (
        BAD,
        Text("ลบ {path} ไม่ได้ ({reason})", "{path} can't be removed ({reason})"),
        Text("ปิด Excel ทุกหน้าต่างแล้วลองใหม่", "close every Excel window and try again"),
    ),
    "addin.nothing_done": (
        NOTE,
        Text("ยังไม่ได้ติดตั้ง ไม่มีอะไรในเครื่องถูกเปลี่ยน", "not installed; nothing on this computer was changed"),
        Text("แก้ข้อที่มี ✗ แล้วสั่งอีกครั้ง", "mend what is marked ✗ and try again"),
    ),
    "addin.installed": (OK, Text("ติดตั้งส่วนเสริมที่ {path}", "the add-in is at {path}"), None),
    "addin.next": (
        OK,
        Text("ติดตั้งเสร็จแล้ว", "installed"),
        Text(
            "เปิด Excel พิมพ์ =QA_VERSION() ในช่องใดก็ได้ ต้องเห็นเลขรุ่น {version}",
            "open Excel and type =QA_VERSION() into any cell; version {version} must show",
        ),
    ),
    "addin.absent": (BAD, Text("ยังไม่ได้ติดตั้งส่วนเสริมของ Excel", "the Excel add-in is not installed"), _INSTALL),
    "addin.none": (NOTE, Text("ไม่มีส่วนเสริมติดตั้งอยู่", "no add-in was installed"), None),
    "addin.removed": (OK, Text("ลบ {path} แล้ว", "{path} removed"), None),
    "addin.damaged": (BAD, Text("แฟ้มส่วนเสริมเสียหาย: {path}", "the add-in is damaged: {path}"), _INSTALL),
    "addin.other_build": (
        BAD,
        Text("ส่วนเสริมในเครื่องเป็นคนละรุ่นกับโปรแกรมนี้: {path}", "the installed add-in is of another version: {path}"),
        _INSTALL,
    ),
    "addin.other_python": (
        BAD,
        Text("ส่วนเสริมเรียก Python ที่อื่น: {python}", "the add-in starts another Python: {python}"),
        _INSTALL,
    ),
    "addin.python_gone": (
        BAD,
        Text("Python ที่ส่วนเสริมเรียกไม่มีแล้ว: {python}", "the Python that the add-in starts is gone: {python}"),
        _INSTALL,
    ),
    "addin.marked": (
        BAD,
        Text(
            "Windows ทำเครื่องหมายว่าแฟ้มมาจากอินเทอร์เน็ต Excel จะไม่เปิดให้: {path}",
            "Windows has marked the file as coming from the internet, and Excel will not run it: {path}",
        ),
        _INSTALL,
    ),
    "addin.disabled": (
        BAD,
        Text("Excel ปิดส่วนเสริมนี้ไว้เพราะเคยค้างระหว่างเปิด", "Excel has switched the add-in off after a bad start"),
        Text(
            "ใน Excel: แฟ้ม > ตัวเลือก > Add-in > จัดการ: รายการที่ปิดใช้งาน > ไป > เลือก qa_excel > เปิดใช้งาน",
            "in Excel: File > Options > Add-ins > Manage: Disabled Items > Go > qa_excel > Enable",
        ),
    ),
}

_OPTIONS = Text(
    "ใน Excel: แฟ้ม > ตัวเลือก > ศูนย์ความเชื่อถือ > การตั้งค่าศูนย์ความเชื่อถือ > {page_th}",
    "in Excel: File > Options > Trust Center > Trust Center Settings > {page_en}",
)


def how_to_change(policy: bool, key: str, name: str, page: Text) -> Text:
    """Who can change a setting of the Trust Center: the organisation, or the person in Excel's options."""
    if policy:
        return _fill(_ASK_IT, {"key": key, "name": name})
    return _fill(_OPTIONS, {"page_th": page.th, "page_en": page.en})


_HOW = Text("{how}", "{how}")
_POLICY: dict[str, _Declared] = {
    "policy.clear": (
        OK,
        Text("ไม่พบการตั้งค่าที่ห้ามส่วนเสริม", "no setting was found that forbids the add-in"),
        None,
    ),
    "policy.vba_off": (BAD, Text("Office ถูกตั้งให้ไม่ใช้ VBA", "VBA is switched off in Office"), _HOW),
    "policy.addins_off": (BAD, Text("Excel ถูกตั้งให้ปิดส่วนเสริมทั้งหมด", "Excel is set to disable all add-ins"), _HOW),
    "policy.signed_only": (
        BAD,
        Text("Excel ถูกตั้งให้ใช้เฉพาะส่วนเสริมที่ลงลายมือชื่อ", "Excel is set to run signed add-ins alone"),
        _HOW,
    ),
    "policy.locations_off": (
        BAD,
        Text("Excel ถูกตั้งให้ไม่เชื่อถือโฟลเดอร์ใดเลย รวมทั้ง XLSTART", "Excel is set to trust no folder, not even XLSTART"),
        _HOW,
    ),
    "policy.macros_off": (
        NOTE,
        Text(
            "Excel ปิดแมโคร (VBAWarnings={value}) แต่ยังเชื่อถือโฟลเดอร์ XLSTART ส่วนเสริมจึงควรทำงาน",
            "Excel blocks macros (VBAWarnings={value}) but still trusts XLSTART, so that the add-in should work",
        ),
        Text("ถ้าช่องแสดง #NAME? {how}", "should cells show #NAME?: {how}"),
    ),
    "policy.internet": (
        NOTE,
        Text(
            "Excel ไม่เปิดแมโครของแฟ้มจากอินเทอร์เน็ต ส่วนเสริมที่ติดตั้งแล้วไม่มีเครื่องหมายนั้น จึงไม่ถูกห้าม",
            "Excel blocks macros of files from the internet; the installed add-in has no such mark and is not affected",
        ),
        None,
    ),
    "policy.unmanaged": (
        BAD,
        Text("Excel ถูกตั้งให้ใช้เฉพาะส่วนเสริมที่หน่วยงานกำหนด", "Excel is set to run listed add-ins alone"),
        _HOW,
    ),
    "policy.no_python": (
        BAD,
        Text(
            "Windows Defender ห้าม Excel เรียกโปรแกรมอื่น จึงเรียก Python ไม่ได้",
            "Windows Defender keeps Excel from starting other programs, and so from starting Python",
        ),
        _HOW,
    ),
    "policy.no_link": (
        BAD,
        Text(
            "Windows Defender ห้ามแมโครเรียก Windows จึงใช้ตัวเชื่อมกับ Python ไม่ได้",
            "Windows Defender keeps macros from calling Windows, and so from the link to Python",
        ),
        _HOW,
    ),
}

_LIBREOFFICE: dict[str, _Declared] = {
    "libreoffice.absent": (
        BAD,
        Text("ไม่พบ LibreOffice (unopkg)", "LibreOffice (unopkg) was not found"),
        Text(
            "ติดตั้งจาก https://www.libreoffice.org แล้วสั่งอีกครั้ง",
            "install it from https://www.libreoffice.org and try again",
        ),
    ),
    "libreoffice.found": (OK, Text("{version} ที่ {path}", "{version} at {path}"), None),
    "libreoffice.unshipped": (
        BAD,
        Text("โปรแกรมที่ติดตั้งไว้ไม่มีส่วนขยาย {name}", "the extension {name} is not in the installed program"),
        _REINSTALL,
    ),
    "libreoffice.installed": (
        OK,
        Text("ส่วนขยายของ LibreOffice รุ่น {version}", "the LibreOffice extension, version {version}"),
        None,
    ),
    "libreoffice.next": (
        OK,
        Text("ติดตั้งส่วนขยายของ LibreOffice แล้ว", "the LibreOffice extension is installed"),
        Text(
            "ปิดแล้วเปิด LibreOffice ใหม่ พิมพ์ =QA_VERSION() ต้องเห็นเลขรุ่น {version}",
            "start LibreOffice anew and type =QA_VERSION(); version {version} must show",
        ),
    ),
    "libreoffice.uninstalled": (
        BAD,
        Text("ยังไม่ได้ติดตั้งส่วนขยายของ LibreOffice", "the LibreOffice extension is not installed"),
        Text("สั่ง qa-excel addin install --libreoffice", "run: qa-excel addin install --libreoffice"),
    ),
    "libreoffice.other_version": (
        BAD,
        Text(
            "ส่วนขยายที่ติดตั้งไว้คือรุ่น {version} แต่โปรแกรมนี้คือรุ่น {own}",
            "the installed extension is version {version}, the program has {own}",
        ),
        Text("สั่ง qa-excel addin install --libreoffice อีกครั้ง", "run again: qa-excel addin install --libreoffice"),
    ),
    "libreoffice.unregistered": (
        BAD,
        Text("ส่วนขยายของ LibreOffice ติดตั้งแล้วแต่ถูกปิดไว้", "the LibreOffice extension is installed but switched off"),
        Text(
            "ใน LibreOffice: เครื่องมือ > ส่วนขยาย > qa-excel > เปิดใช้งาน",
            "in LibreOffice: Tools > Extensions > qa-excel > Enable",
        ),
    ),
    "libreoffice.removed": (OK, Text("ลบส่วนขยายของ LibreOffice แล้ว", "the LibreOffice extension is removed"), None),
    "libreoffice.none": (
        NOTE,
        Text("ไม่มีส่วนขยายของ LibreOffice ติดตั้งอยู่", "no LibreOffice extension was installed"),
        None,
    ),
    "libreoffice.failed": (
        BAD,
        Text("LibreOffice ตอบว่า: {reason}", "LibreOffice says: {reason}"),
        Text(
            "ปิด LibreOffice ทุกหน้าต่าง (รวมทั้งไอคอนมุมจอ) แล้วลองใหม่",
            "close LibreOffice altogether (also its quickstarter) and try again",
        ),
    ),
}

_PROGRAM: dict[str, _Declared] = {
    "program.version": (OK, Text("qa-excel {version}", "qa-excel {version}"), None),
    "packages.complete": (OK, Text("แพ็กเกจครบ: {names}", "all packages: {names}"), None),
    "packages.missing": (
        BAD,
        Text("ขาดแพ็กเกจ {names}", "packages are missing: {names}"),
        Text(
            "สั่ง {python} -m pip install {requirements} หรือติดตั้งใหม่จากชุดติดตั้ง",
            "run: {python} -m pip install {requirements}, or install the bundle anew",
        ),
    ),
    "packages.other_version": (
        BAD,
        Text("{name} เป็นรุ่น {version} แต่ต้องเป็น {wanted}", "{name} is {version} and must be {wanted}"),
        Text("สั่ง {python} -m pip install {name}=={wanted}", "run: {python} -m pip install {name}=={wanted}"),
    ),
    "templates.complete": (OK, Text("แบบฟอร์ม {count} แฟ้มใน {path}", "templates in {path}: {count}"), None),
    "templates.missing": (
        BAD,
        Text("พบแบบฟอร์ม {count} จาก {expected} แฟ้มใน {path}", "templates in {path}: {count} of {expected}"),
        Text("สร้างใหม่: qa-excel templates --out DIR", "build them anew: qa-excel templates --out DIR"),
    ),
    "reading.works": (OK, Text("เปิด ตรวจ และคิดคะแนนแฟ้มตัวอย่างได้", "a workbook is read, checked and scored"), None),
    "reading.broken": (
        BAD,
        Text("เปิดและคิดคะแนนแฟ้มตัวอย่างไม่ได้ ({reason})", "a workbook can't be read and scored ({reason})"),
        _REINSTALL,
    ),
    "fonts.found": (OK, Text("ฟอนต์ {name}", "font {name}"), None),
    "fonts.substitute": (
        NOTE,
        Text("ไม่พบฟอนต์ {name} ใช้ {other} ซึ่งกว้างเท่ากันแทน", "font {name} is not there; {other}, of the same widths, is"),
        None,
    ),
    "fonts.missing": (
        NOTE,
        Text("ไม่พบฟอนต์ {name} แบบฟอร์มใช้ได้แต่พิมพ์ออกมาไม่สวย", "font {name} is not there; forms work but print less well"),
        Text(
            "ติดตั้งฟอนต์ TH Sarabun New ของ SIPA (แจกฟรี) แล้วเปิดโปรแกรมใหม่",
            "install SIPA's free font TH Sarabun New and restart the program",
        ),
    ),
    "fonts.unsure": (NOTE, Text("บอกไม่ได้ว่ามีฟอนต์ {name} หรือไม่", "whether font {name} is there can't be told"), None),
}

DECLARED: dict[str, _Declared] = {**_PYTHON, **_EXCEL, **_ADDIN, **_POLICY, **_LIBREOFFICE, **_PROGRAM}
