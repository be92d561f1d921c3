"""What is someone's number, address or name, what only looks like it, and that no output repeats it."""

from __future__ import annotations

import hashlib
import shutil
import time
import zipfile
from itertools import product
from pathlib import Path

import pytest
from openpyxl.comments import Comment

from fixtures_build import BOYS_AND_GIRLS, SHOULD_FAIL, build, national_id
from helpers import books
from helpers.books import edit, workbook
from helpers.planted import PLACES
from helpers.planted import SECRETS as PLANTED
from qa_excel import check, read_workbook
from qa_excel.problems import shown_name
from qa_excel.thai.names import lists_names
from qa_excel.thai.privacy import HIDDEN, has_email, has_national_id, has_phone, masked, masked_name, plain, text_of

ID = national_id("199990000123")
GROUPS = (ID[0], ID[1:5], ID[5:10], ID[10:12], ID[12])
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
HAS = {
    "privacy.national_id": has_national_id,
    "privacy.phone": has_phone,
    "privacy.email": has_email,
    "privacy.learner_names": lists_names,
}


def codes(text: str) -> set[str]:
    return {code for code, has in HAS.items() if has(plain(text))}


# --- What it is -----------------------------------------------------------------------------------------------

IDS = [
    ID,
    *(sign.join(GROUPS) for sign in ("-", " ", "–", "‑", ".", "/", "_", " - ", "\u00a0")),
    ID.translate(THAI_DIGITS),
    "-".join(GROUPS).translate(THAI_DIGITS),
    ID.translate(WIDE_DIGITS),
    " ".join(ID),
    "\u200b".join(ID),
    f"{ID[:6]}\n{ID[6:]}",
    f"เลข{ID}และ",
    f"({ID})",
    f"เลขประจำตัว:{ID};{ID}",
    f"1. {ID} 2. ไม่มี",
    f"/{ID}",
]
PHONES = [
    "0812345678",
    "081-234-5678",
    "081 234 5678",
    "๐๘๑-๒๓๔-๕๖๗๘",
    "081.234.5678",
    "081-2345678",
    "081-2345-678",
    "08-1234-5678",
    "08 1234 5678",
    "0 8123 4567 8",
    "081‑234‑5678",
    "081–2345678",
    "081 - 234 - 5678",
    "(081) 234-5678",
    "+66812345678",
    "+66 81 234 5678",
    "+66(0)81 234 5678",
    "+6681-234-5678",
    "(66) 81-234-5678",
    "66812345678",
    "0066812345678",
    "+66 55 123 456",
    "โทร.0812345678",
    "โทร:0912345678",
    "tel.0631234567",
    "Line: 081 2345678",
    "086 1234567 ต่อ 12",
    "02-123-4567",
    "021234567",
    "02 123 4567-9",
    "0-2123-4567",
    "0 2123 4567",
    "055-123456",
    "055 123 456",
    "โทร.๐๕๕-๑๒๓๔๕๖",
    "053-873000-9",
    "0-5512-3456",
    "0 5512 3456 ต่อ 11",
    "05512345-6",
    "ครูสมชาย 0612345678",
    "ติดต่อเลขที่บ้าน โทร 0612345678",
]
EMAILS = [
    "a.b@school.ac.th",
    "SOMEBODY@EXAMPLE.COM",
    "mailto:x_y+z@example.go.th",
    "x@y.co",
    "somebody @ example.com",
    "a @ b.com",
    "somebody＠example.com",
    "somebody[at]example.com",
    "somebody (at) example (dot) com",
    "สมชาย@โรงเรียน.ไทย",
    "somebody@gmail",
]
NAMES = [
    BOYS_AND_GIRLS,
    "ด.ช.สมชาย ใจดี ด.ญ.สมหญิง ดีใจ ด.ช.มานะ อดทน",
    "ด. ช. สมชาย ใจดี ด. ญ. สมหญิง ดีใจ",
    "ดช.กล้า ดญ.กิ่ง",
    "1. เด็กชายสมชาย ใจดี\n2. เด็กหญิงสมหญิง ดีใจ",
    "เด็กชาย สมชาย ใจดี, เด็กหญิง สมหญิง ดีใจ",
    "เด็กชาย ก ข และเด็กหญิง ค ง",
    "รางวัลได้แก่เด็กชายสมชาย ใจดี และเด็กหญิงสมหญิง ดีใจ",
    "ม.1/1 เลขที่ 1 ด.ช.สมชาย ใจดี เลขที่ 2 ด.ญ.สมหญิง ดีใจ",
    "นาย ก้อง นางสาวกานต์ นายกล้า น.ส. กิ่ง",
    "นายสมชาย ใจดี นางสาวสมหญิง ดีใจ นายมานะ อดทน",
    "นายสมชาย ใจดี ม.6 นางสาวสมหญิง ดีใจ ม.6 นายมานะ อดทน ม.5",
    "คณะกรรมการนักเรียน นายสมชาย ใจดี นางสาวสมหญิง ดีใจ นายมานะ อดทน",
    "1) สมชาย ใจดี 2) สมหญิง ดีใจ 3) มานะ อดทน",
    "1. สมชาย ใจดี\n2. สมหญิง ดีใจ\n3. มานะ อดทน\n4. ชูใจ เลิศล้ำ",
]
PERSONAL = [(code, text) for code, texts in zip(HAS, (IDS, PHONES, EMAILS, NAMES), strict=True) for text in texts]


@pytest.mark.parametrize(("code", "text"), PERSONAL)
def test_it_is_known_however_it_is_written(code, text):
    assert code in codes(text)


@pytest.mark.parametrize("text", IDS + PHONES + EMAILS)
def test_no_output_repeats_it(text):
    told = masked(f"พบ {text} ที่นี่")
    assert HIDDEN in told and not codes(told)


@pytest.mark.parametrize(
    "text",
    [
        # numbers of documents, and dates
        "คำสั่งที่ 12/2563 ลงวันที่ 31 มีนาคม 2564",
        "คำสั่งที่ 081/2563",
        "คำสั่งที่ 021/2563 022/2563",
        "ที่ ศธ 04123/2564",
        "หนังสือ ศธ 04001/ว 123",
        "หนังสือ ศธ 04023/ว1234",
        "ที่ ศธ 0210.123/4567",
        "ศธ 04123/0812345678",
        "เกียรติบัตรเลขที่ 0812345678/2563",
        "เลขที่สัญญา 02-555-1234/2563",
        "02/05/2563",
        "2563-05-02",
        "บันทึก 01/02/2563 03/04/2563",
        "ปี 2561-2562-2563",
        "ปีการศึกษา 2560 2561 2562 2563",
        "จำนวน 0 2563 2564",
        "เวลา 08.30-16.30",
        "08.00 09.00 10.00",
        "๑๐๘/๒๕๖๓ ๐๘๑/๒๕๖๓",
        "เอกสารที่ 1-5, 2-7, 3-9",
        "เอกสาร 081 หน้า 234 ข้อ 5678",
        # codes, accounts and amounts
        "99000002",
        "1099000002",
        "รหัสสถานศึกษา 1099000001",
        "รหัส SMIS 09123456",
        "รหัสนักเรียน 0612345678",
        "รหัสนักเรียน 02123",
        "รหัสโครงการ 0633-2563-0001",
        "รุ่น 0812345678",
        "เลขที่บัญชี 020-1-23456-7",
        "ISBN 978-616-123-456-7",
        "ISBN 9786161234567",
        "งบประมาณ 0812345 บาท",
        "งบ 08-1000-2000",
        "จำนวน 0212345678901 ชิ้น",
        "ร้อยละ 85.50 90.25 78.15",
        "0.23456789",
        "5.0810000000",
        "คะแนน 055-60-70",
        "1 2 3 4 5 6 7 8 9 0 1 2 3",
        "IP 192.168.1.1",
        "ห้อง ป.6/1 ป.6/2 ม.3/1",
        ID[:-1] + str((int(ID[-1]) + 1) % 10),
        ID + "0",
        "9" + ID,
        ID[:-1],
        # links and files
        "https://drive.google.com/file/d/0B1234567890abcdef",
        "https://a.th/0810000000",
        "https://facebook.com/story.php?id=100012345678901&x=0812345678901",
        "https://www.google.com/maps/@13.7563,100.5018,15z",
        "http://a.b/c@d",
        "ภาพกิจกรรม IMG_20200812345678.jpg",
        "ติดต่อ @lineid",
        "ราคา 5 @ 20.50 บาท",
        # persons with offices, and words that begin like a title
        "ครูสมชาย ใจดี เป็นผู้รับผิดชอบ",
        "นายสมมุติ ใจดี",
        "นายสมชาย ใจดี ผู้อำนวยการโรงเรียน",
        "นายสมชาย ใจดี ประธานกรรมการ นางสาวสมหญิง ดีใจ กรรมการ นายมานะ อดทน กรรมการและเลขานุการ",
        "1. นายสมชาย ใจดี ประธาน 2. นางสมหญิง ดีใจ กรรมการ 3. นายมานะ อดทน กรรมการ 4. นายปิติ ยินดี เลขานุการ",
        "คณะกรรมการประกอบด้วย นายสมชาย ใจดี นางสาวสมหญิง ดีใจ นายมานะ อดทน",
        "วิทยากร: นายสมชาย ใจดี นางสาวสมหญิง ดีใจ นายมานะ อดทน นายปิติ ยินดี",
        "ครูผู้รับผิดชอบ นายสมชาย ใจดี นางสาวสมหญิง ดีใจ นายมานะ อดทน",
        "คณะกรรมการ 1. นายประธาน 2. นางรอง 3. นายเลขา",
        "นายก อบต. นางสาวไทย นายทะเบียน",
        "นายกสมาคม นายกเทศมนตรี นายอำเภอ นายทะเบียน นายจ้าง",
        "ด.ช.กล้า ได้รางวัล",
        "รางวัลชนะเลิศ เด็กชายสมชาย ใจดี",
        # boys and girls, none of them by name
        "เด็กชายและเด็กหญิง 40 คน",
        "เด็กชายและเด็กหญิงทุกคนล้างมือก่อนรับประทานอาหาร",
        "ฟุตซอลเด็กชาย อายุ 12 ปี วอลเลย์บอลเด็กหญิง อายุ 12 ปี",
        "ฟุตซอลเด็กชาย ชนะเลิศ ระดับเขต วอลเลย์บอลเด็กหญิง รองชนะเลิศ ระดับเขต",
        "ห้องน้ำเด็กชาย 4 ห้อง เด็กหญิง 4 ห้อง",
        "จำนวนเด็กชาย 12 คน เด็กหญิง 14 คน รวม 26 คน",
        "สัดส่วนเด็กชาย/เด็กหญิง",
        "ลูกเสือ เด็กหญิง และเด็กชาย",
        "ด.ช. 20 คน ด.ญ. 25 คน",
        "จำนวน ด.ช. และ ด.ญ. ที่ผ่านเกณฑ์",
        # numbered lists of other things
        "1. โครงการ ก 2. โครงการ ข 3. โครงการ ค",
        "1) แผนปฏิบัติการ ประจำปี 2) รายงานการประชุม ผู้ปกครอง 3) ภาพถ่าย กิจกรรม",
        "1. สมุดบันทึก ความดี 2. แผนการสอน ภาษาไทย 3. เกียรติบัตร นักเรียน",
        "1. ความขยัน อดทน 2. ประหยัด อดออม 3. ซื่อสัตย์ สุจริต",
    ],
)
def test_what_only_looks_like_it(text):
    assert not codes(text)


def test_a_telephone_number_that_lost_its_0():
    assert has_phone(text_of(812345678)) and not has_phone(text_of(63020130)) and has_national_id(text_of(-float(ID)))


@pytest.mark.parametrize(
    "text",
    ["63020130", "1063020130", "99000006_ด้าน2_20250101123456.xlsx", "12 จาก 16 คน", "ปีการศึกษา 2563", "โรงเรียนน้ำใสวิทยา"],
)
def test_what_an_output_may_say_is_left_as_it_is(text):
    assert masked(text) == text


# --- Where it is found ----------------------------------------------------------------------------------------

PHONE = "081-234-5678"
EVIDENCE = ("IND6.1", "evidence")
COUNT, TOTAL = ("IND6.1", "count"), ("IND6.1", "total")
FORM, OTHER = "ตบช.6", "รายชื่อ"


def found(path: Path) -> dict[tuple[str, str, str], str]:
    """(code, sheet, cell) → message of each finding of personal data."""
    problems = check(read_workbook(path)).problems
    return {(p.code, p.source.sheet, p.source.cell): p.message() for p in problems if p.code.startswith("privacy.")}


@pytest.mark.parametrize("code", [code for code in SHOULD_FAIL if code.startswith("privacy.")])
def test_in_an_input_it_is_named_by_cell_and_never_repeated(code, tmp_path):
    (path,) = build(SHOULD_FAIL[code](), tmp_path).glob("inbox/*.xlsx")
    result = check(read_workbook(path))
    (problem,) = result.problems
    typed = result.submission.typed["notes", "IND9", "1.1"]
    assert problem.source.sheet == "ตบช.9" and problem.source.cell
    for lang in ("th", "en"):
        assert not any(word in str(problem.to_json(lang)) for word in typed.split())


@pytest.mark.parametrize("typed", [ID, int(ID), -int(ID), PHONE, 812345678], ids=str)
def test_in_an_input_for_a_number(typed, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {COUNT: typed, TOTAL: 12})
    assert [place for _, *place in found(path)] == [list(books.place(path, COUNT))]


def pasted(rows):
    def change(book):
        sheet = book.create_sheet(OTHER)
        for row in rows:
            sheet.append(row)

    return change


def beside(book):
    book[FORM]["R5"] = f"เลขบัตร {ID}"


def overtyped(book):
    book[FORM]["B2"] = f"โทร {PHONE}"


def commented(book):
    book[FORM]["E9"].comment = Comment(f"ถามได้ที่ {PHONE}", "x")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (pasted([["ด.ช.เอ บี", ID, PHONE]]), {("privacy.national_id", OTHER, "B1"), ("privacy.phone", OTHER, "C1")}),
        (pasted([["ที่", "ชื่อ"], [1, "ด.ช.เอ บี"], [2, "ด.ญ.ซี ดี"]]), {("privacy.learner_names", OTHER, "B2")}),
        (pasted([["นาย", "สมชาย", "ใจดี"]] * 3), {("privacy.learner_names", OTHER, "A1")}),
        (pasted([["นาย", "สมชาย", "ใจดี", "ครู"]] * 3), set()),
        (pasted([["ด.ช.เอ บี", "ผู้นำเสนอ"]]), set()),
        (pasted([[812345678]]), {("privacy.phone", OTHER, "A1")}),
        (pasted([["โครงการ", 1_200_000, "63020130", "2563"]]), set()),
        (beside, {("privacy.national_id", FORM, "R5")}),
        (overtyped, {("privacy.phone", FORM, "B2")}),
        (commented, {("privacy.phone", FORM, "E9")}),
    ],
)
def test_where_nothing_is_asked_for(change, expected, tmp_path):
    path = edit(workbook(tmp_path / "a.xlsx", 2), change)
    assert set(found(path)) == expected


def test_a_pasted_list_is_one_finding_of_each_kind(tmp_path):
    path = edit(workbook(tmp_path / "a.xlsx", 2), pasted([[f"ด.ช.เอ{n} บี", ID] for n in range(30)]))
    assert found(path) == {
        ("privacy.national_id", OTHER, "B1"): "นอกช่องกรอก 30 เซลล์: มีเลขประจำตัวประชาชน 13 หลัก",
        ("privacy.learner_names", OTHER, "A1"): "นอกช่องกรอก 30 เซลล์: มีชื่อบุคคลซึ่งอาจเป็นผู้เรียน",
    }


def test_a_vast_list_is_not_counted_to_its_end(tmp_path):
    path = edit(workbook(tmp_path / "a.xlsx", 2), pasted([[ID]] * 6_000))
    assert found(path)["privacy.national_id", OTHER, "A1"].startswith("นอกช่องกรอก อย่างน้อย 5,000 เซลล์")


def test_the_templates_hold_none(tmp_path):
    for area in (*range(1, 8), None):
        assert not found(workbook(tmp_path / f"{area}.xlsx", area))


# --- What no output repeats -----------------------------------------------------------------------------------

SECRETS = (ID, PHONE, "812345678", "55123456", "somebody@example.com")


TYPED = [
    (2, {COUNT: int(ID), TOTAL: 11}),
    (2, {COUNT: "0812345678", TOTAL: 11}),
    (2, {COUNT: "055123456", TOTAL: 11}),
    (2, {COUNT: f"-{ID}", TOTAL: 11}),
    (2, {COUNT: 5, TOTAL: int(ID)}),
    (2, {("IND5.1.2", "value"): int(ID)}),
    (2, {("IND5.2.thai", "P6.previous"): int(ID), ("IND5.2.thai", "P6.current"): 40}),
    (2, {("school.learners", "value"): int(ID), ("IND7.1", "total"): int(ID), ("IND7.1", "count"): 3}),
    (1, {("school.learners", "value"): 12, ("IND1.1", "total"): int(ID), ("IND1.1", "count"): 3}),
    (3, {("school.name", "value"): f"โรงเรียน {ID}", ("school.office", "value"): f"เขต {PHONE}"}),
    (3, {("prepared_by", "value"): f"นายเอ {PHONE}", ("IND9.1.1", "evidence"): "somebody@example.com"}),
]
CHANGED = [
    lambda book: setattr(book[FORM], "title", f"ID {ID}"),
    lambda book: setattr(book["ตบช.5"]["M9"], "value", int(ID)),
    lambda book: setattr(book["ตบช.5"]["C11"], "value", ID),
    lambda book: setattr(book[FORM]["A1"], "value", f"qa-excel:onesqa-r4:{ID}:2:IND6"),
    lambda book: setattr(book[FORM]["A1"], "value", f"qa-excel:somebody@example.com:{books.VERSION}:2:IND6"),
    beside,
    commented,
    pasted([["ด.ช.เอ บี", ID, PHONE]]),
]
SCHOOLS = [str(63020131 + at) for at in range(len(TYPED) + len(CHANGED))]


@pytest.fixture(scope="module")
def leaking(tmp_path_factory) -> Path:
    """A folder of workbooks, each of its own school, in which personal numbers stand in one place after another."""
    folder = tmp_path_factory.mktemp("leaking") / "inbox"
    folder.mkdir()
    given = [(area, typed, lambda _: None) for area, typed in TYPED]
    given += [(2, {COUNT: 99, TOTAL: 11}, change) for change in CHANGED]
    for school, (area, typed, change) in zip(SCHOOLS, given, strict=True):
        edit(workbook(folder / f"{school}.xlsx", area, {("school.code", "value"): school, **typed}), change)
    return folder


def texts_of(path: Path) -> str:
    """Everything that a file holds, whether packed or not."""
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8", errors="replace")
    with zipfile.ZipFile(path) as package:
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(("lang", "format_"), [("th", "json"), ("en", "table")])
def test_no_command_prints_it(lang, format_, run, leaking):
    for command in ("validate", "score"):
        ran = run(command, leaking, "--format", format_, "--lang", lang)
        assert ran.out and not leaks(ran.out + ran.err)


def test_no_report_merge_or_letter_holds_it(run, tmp_path, leaking):
    inbox, out = leaking, tmp_path / "out"
    out.mkdir()
    roster = tmp_path / "schools.csv"
    rows = ["code,name,office,levels,learners,teachers", *(f"{code},โรงเรียน {code},เขต,P6,12,3" for code in SCHOOLS)]
    roster.write_text("\n".join(rows), encoding="utf-8")
    run("validate", inbox, "--roster", roster, "--out", out / "report.xlsx", "--feedback", tmp_path / "feedback")
    merged = run(
        "merge", inbox, "--roster", roster, "--out", out / "d.xlsx", "--data", out / "data", "--format", "json"
    )
    assert merged.status in (0, 1), merged.err
    letters = list((tmp_path / "feedback").rglob("*.docx"))
    for path in [*letters, *(path for path in out.rglob("*") if path.is_file())]:
        assert not leaks(texts_of(path)), path
    assert letters and not leaks(merged.out)


def test_a_marked_copy_adds_no_more_of_it(run, tmp_path):
    """The copy holds what the school put in; the list, the notes and the formulas that are added do not."""
    path = workbook(tmp_path / "a.xlsx", 2, {COUNT: "0812345678", TOTAL: 11, EVIDENCE: ID})
    run("validate", path, "--feedback", tmp_path / "out")
    (copy,) = (tmp_path / "out").rglob("*.xlsx")
    listing = [str(cell.value) for row in books.opened(copy).worksheets[0].iter_rows() for cell in row]
    assert any("หมายเลขโทรศัพท์" in text for text in listing) and not leaks(" ".join(listing))
    with zipfile.ZipFile(copy) as package:
        added = [name for name in package.namelist() if "comment" in name or "vmlDrawing" in name]
        assert added and not any(leaks(package.read(name).decode()) for name in added)
    state = next(text for text in listing if text.startswith("=IF("))
    assert "LEFT(" not in state and "0812" not in state


def test_a_sheet_named_by_a_number_is_counted_and_still_marked(run, tmp_path):
    def rename(book):
        book[FORM].title = f"ID {ID}"

    path = edit(workbook(tmp_path / "a.xlsx", 2, {COUNT: 99, TOTAL: 11}), rename)
    problems = check(read_workbook(path)).problems
    (wrong,) = [p for p in problems if p.code == "value.count_over_total"]
    _, cell = books.place(path, COUNT)
    assert (wrong.source.sheet, wrong.source.cell) == ("แผ่นที่ 4", cell)
    run("validate", path, "--feedback", tmp_path / "out")
    (copy,) = (tmp_path / "out").rglob("*.xlsx")
    assert books.opened(copy)[f"ID {ID}"][cell].comment


def test_names_of_files_are_printed_without_what_a_terminal_obeys():
    assert shown_name("new\nline\x1b[31m\u202e.xlsx") == "new\ufffdline\ufffd[31m\ufffd.xlsx"
    assert shown_name("แบบ 2 (ผลตรวจ).xlsx") == "แบบ 2 (ผลตรวจ).xlsx"


# --- Names of files and folders -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        (f"99000001_{ID}_ด้าน2", "99000001_•••_ด้าน2", "privacy.national_id"),
        (f"ID{ID}", "ID•••", "privacy.national_id"),
        ("_".join(GROUPS), "•••", "privacy.national_id"),
        ("ด้าน2_0812345678", "ด้าน2_•••", "privacy.phone"),
        ("แบบ-2-081-234-5678", "แบบ-2-•••", "privacy.phone"),
        ("ด้าน 2 (somebody@example.com)", "ด้าน 2 (•••)", "privacy.email"),
        ("ด.ช.สมชาย_ใจดี_ด้าน2", "•••_ด้าน2", "privacy.learner_names"),
        ("เด็กหญิงสมหญิง ณ อยุธยา", "•••", "privacy.learner_names"),
        ("นายสมชาย ใจดี ม.6", "••• ม.6", "privacy.learner_names"),
        ("99000006_ด้าน2_20250101123456", None, None),
        ("บ้านนายเหรียญ ด้าน 2", None, None),
        ("ครูสมชาย ใจดี", None, None),
        ("นายสมชาย ใจดี ผอ.", None, None),
        ("ฟุตซอลเด็กชาย อายุ 12 ปี", None, None),
        ("IMG_20200812345678", None, None),
        ("1063020130 ด้าน 2", None, None),
        ("ด้าน2 31-03-2564 (ผลตรวจ) 2", None, None),
    ],
)
def test_a_name_of_a_file_loses_what_is_somebodys(name, told, code):
    assert masked_name(name) == ((told, (code,)) if told else (name, ()))


def test_a_file_is_called_by_its_place_in_the_inbox(run, tmp_path):
    home = tmp_path / "somchai" / "inbox"
    (home / "99000001").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    one = workbook(home / "99000001" / "a.xlsx", 2)
    same = workbook(tmp_path / "other" / "a.xlsx", 2)

    def names(*paths: Path) -> list[str]:
        done = run("validate", *paths, "--format", "json")
        assert "somchai" not in done.out
        return [file["file"] for file in done.json["files"]]

    assert names(home) == ["99000001/a.xlsx"]
    (tmp_path / "out").mkdir()
    roster = tmp_path / "schools.csv"
    roster.write_text("code,name,office,levels,learners,teachers\n63020130,ก,ข,P6,1,1\n", encoding="utf-8")
    given = ("--out", tmp_path / "out" / "d.xlsx", "--data", tmp_path / "out" / "data", "--format", "json")
    assert "somchai" not in run("merge", home, "--roster", roster, *given).out
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and "somchai" in texts_of(path)]
    assert names(home / ".." / "inbox") == ["99000001/a.xlsx"]
    assert names(one) == ["a.xlsx"]
    assert names(one, same) == ["99000001/a.xlsx", "other/a.xlsx"]
    assert names(home, tmp_path / "other") == ["inbox/99000001/a.xlsx", "other/a.xlsx"]


def test_a_name_without_somebodys_data_stays_unique_and_is_found_by_its_content(run, tmp_path):
    folder = tmp_path / "inbox"
    for name in (f"ก {ID}", "ข"):
        (folder / name).mkdir(parents=True)
    paths = [
        workbook(folder / f"ก {ID}" / "ด้าน2.xlsx", 2, {COUNT: 99, TOTAL: 11}),
        workbook(folder / "ข" / "ด.ช.สมชาย ใจดี.xlsx", 2, {COUNT: 98, TOTAL: 11, ("school.code", "value"): "63020131"}),
    ]
    shutil.copy(paths[1], folder / "ข" / "ด.ช.สมชาย.xlsx")
    pieces = [hashlib.sha256(path.read_bytes()).hexdigest()[:7] for path in paths]
    done = run("validate", folder, "--format", "json", "--feedback", tmp_path / "out")
    names = [file["file"] for file in done.json["files"]]
    assert names == [f"ก •••/ด้าน2 [{pieces[0]}].xlsx", f"ข/••• [{pieces[1]}].xlsx", f"ข/••• [{pieces[1]}] 2.xlsx"]
    told = {(p["file"], p["code"]): p for p in done.json["problems"] if "ชื่อแฟ้ม" in p["message"]}
    assert set(told) == {
        (names[0], "privacy.national_id"),
        (names[1], "privacy.learner_names"),
        (names[2], "privacy.learner_names"),
    }
    assert all("เปลี่ยนชื่อ" in problem["hint"] for problem in told.values())
    copies = {path.stem.removesuffix(" (ผลตรวจ)") for path in (tmp_path / "out").rglob("*.xlsx")}
    assert len(copies) == 2 and copies < {Path(name).stem for name in names}


# --- Planted at each place, looked for in every output --------------------------------------------------------


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    """An inbox with a folder for each place, and in it a workbook for each kind of data, of a school of its own."""
    home = tmp_path_factory.mktemp("planted")
    rows = ["code,name,office,levels,learners,teachers"]
    for number, (place, code) in enumerate(product(PLACES, PLANTED)):
        folder = home / "inbox" / f"{number:03}"
        folder.mkdir(parents=True)
        school = str(63020131 + number)
        rows.append(f"{school},โรงเรียนที่ {number},เขต,P6,12,3")
        path = workbook(folder / "ด้าน2.xlsx", 2, {("school.code", "value"): school, COUNT: 99, TOTAL: 11})
        PLACES[place](path, PLANTED[code][0])
    (home / "schools.csv").write_text("\n".join(rows), encoding="utf-8")
    return home


def gives_away(text: str) -> list[str]:
    """What of the planted data stands in a text."""
    return [word for whole, parts in PLANTED.values() for word in (whole, *parts) if word in text]


def test_each_place_has_its_finding(planted, run):
    done = run("validate", planted / "inbox", "--format", "json")
    found = {(problem["file"][:3], problem["code"]) for problem in done.json["problems"]}
    missing = [
        (place, code)
        for number, (place, code) in enumerate(product(PLACES, PLANTED))
        if (f"{number:03}", code) not in found
    ]
    assert missing == []


def test_no_output_of_any_command_holds_what_was_planted(planted, run, tmp_path):
    inbox, roster, home = planted / "inbox", ("--roster", planted / "schools.csv"), tmp_path / "out"
    home.mkdir()
    tables = ("--data", home / "data", "--cards", home / "cards", "--format", "json")
    told = [
        run("validate", inbox, "--lang", "en"),
        run("score", inbox, "--format", "json"),
        run("score", inbox, "--lang", "en"),
        run("validate", inbox, *roster, "--out", home / "r.xlsx", "--feedback", home / "back", "--format", "json"),
        run("merge", inbox, *roster, "--out", home / "d.xlsx", *tables),
    ]
    assert all(each.status in (0, 1) for each in told)
    assert not [words for each in told if (words := gives_away(each.out + each.err))]
    written = [path for path in home.rglob("*") if path.is_file()]
    assert not gives_away("\n".join(str(path.relative_to(home)) for path in written))
    copies = list((home / "back").rglob("*.xlsx"))
    assert len(copies) > 100
    for path in written:
        assert not gives_away(listing_of(path) if path in copies else texts_of(path)), path


def listing_of(copy: Path) -> str:
    """The sheet of findings of a marked copy, which is the last that was put in."""
    with zipfile.ZipFile(copy) as package:
        listing = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")][-1]
        text = package.read(listing).decode()
    assert "ผลการตรวจสอบ" in text
    return text


@pytest.mark.parametrize("code", PLANTED)
def test_a_path_that_was_typed_is_told_without_it(code, run, tmp_path):
    text = PLANTED[code][0]
    for arguments in (
        ("validate", tmp_path / f"{text}.xlsx"),
        ("score", tmp_path / text),
        ("extract", tmp_path / f"{text}.xlsx"),
        ("merge", tmp_path / text, "--roster", tmp_path / f"{text}.csv", "--out", tmp_path / f"{text}.xlsx"),
        ("fill", tmp_path / f"{text}.json", "--out", tmp_path / "o.xlsx"),
    ):
        done = run(*arguments)
        assert done.status == 2 and not gives_away(done.out + done.err)


@pytest.mark.parametrize("piece", ["0", "1-", "a.", "a@", "0(", "\u200b1", "นาย ", ".xlsx"])
def test_a_long_text_is_masked_in_good_time(piece):
    """It took minutes for what a cell may hold, and the run waits for it."""
    start = time.process_time()
    masked(piece * (65_000 // len(piece)))
    assert time.process_time() - start < 2
