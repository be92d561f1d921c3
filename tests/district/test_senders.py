"""Who sent a file: what stands in it counts before where it lies, and what is in doubt is nobody's."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from helpers import books
from helpers.received import changed, json_of, received, sample_files, unreadable
from qa_excel.district.merging import merge
from qa_excel.district.senders import UNKNOWN, sender_codes, senders, unknown_senders
from qa_excel.feedback.writing import write_feedback
from qa_excel.office.roster import Roster, School

A, B, C, TWIN, OTHER_TWIN, LONGER = "99000001", "99000002", "99000003", "99000004", "99000005", "99000006"
MINISTRY = "1099000002"
ROSTER = Roster(
    (
        School(A, "โรงเรียนบ้านหนองดาวเรือง", "สพป.ตัวอย่าง เขต 1", ("P6",)),
        School(B, "โรงเรียนวัดดอนพิกุลทอง", "สพป.ตัวอย่าง เขต 1", ("P6",), ministry_code=MINISTRY),
        School(C, "โรงเรียนบ้านห้วยทรายเงิน", "สพป.ตัวอย่าง เขต 1", ("P6",)),
        School(TWIN, "โรงเรียนบ้านโนนสูง", "สพป.ตัวอย่าง เขต 1", ("P6",)),
        School(OTHER_TWIN, "รร.บ้านโนนสูง", "สพป.ตัวอย่าง เขต 1", ("P6",)),
        School(LONGER, "โรงเรียนบ้านหนองดาวเรือง 2", "สพป.ตัวอย่าง เขต 1", ("P6",)),
    )
)
NAME_OF = {school.code: school.name for school in ROSTER.schools}
(DATA,) = [data for _, data in sample_files() if data["school"]["code"] == A and data.get("area") == 2]


def file(place, code=None, name=None):
    """A workbook at a place, with what its cover says of the school."""
    data = changed(DATA)
    data["school"] = {**data["school"], "code": code, "name": name}
    return received(place, data)


def sent_by(place, code=None, name=None, beside=(), roster=ROSTER):
    others = [received(f"{Path(place).parent}/other{n}.xlsx", changed(DATA, code=c)) for n, c in enumerate(beside)]
    result = file(place, code, name)
    return sender_codes([*others, result], roster)[result.file]


# (where it lies, code, typed name, schools of the other files in its folder) → who sent it
CASES = [
    # Its own code decides, whatever else is said.
    ("in/99000003 บ้านห้วยทรายเงิน/บ้านห้วยทรายเงิน.xlsx", A, NAME_OF[B], (C, C), A),
    ("in/x.xlsx", MINISTRY, None, (), B),
    ("in/x.xlsx", "88000001", NAME_OF[B], (), "88000001"),
    # Else the typed name.
    ("in/99000002/99000001 ด้าน2.xlsx", None, NAME_OF[C], (B,), C),
    ("in/x.xlsx", "bad", "ร.ร. บ้าน ห้วยทรายเงิน", (B,), C),
    ("in/x.xlsx", None, "บ้านห้วยทรายเงิน สพป.ตัวอย่าง เขต 1", (), C),
    ("in/x.xlsx", None, "โรงเรียนวัดดอนพิกุลทอง (99000002)", (), B),
    # Else the file's name.
    ("in/99000002/99000003 ด้าน2.xlsx", None, None, (B,), C),
    ("in/99000002/๙๙๐๐๐๐๐๓_ด้าน2.xlsx", None, "", (B,), C),
    ("in/x/ด้าน2บ้านห้วยทรายเงิน.xlsx", None, None, (B,), C),
    ("in/x/แบบรายงานโรงเรียนบ้านห้วยทรายเงิน_ฉบับแก้.xlsx", None, "โรงเรียนที่ไม่มีในทะเบียน", (B,), C),
    ("in/99000001/บ้านห้วยทรายเงิน-วัดดอนพิกุลทอง.xlsx", None, None, (), ""),
    # Else the folder's name, or that of one above.
    ("in/99000003 บ้านห้วยทรายเงิน/ด้าน2.xlsx", None, None, (B,), C),
    ("in/บ้านห้วยทรายเงิน/ด้าน 2/แฟ้ม.xlsx", None, None, (), C),
    ("in/รร.วัดดอนพิกุลทอง.zip/ด้าน2.xlsx", None, None, (), B),
    # Last the other files there, if they are of one school.
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, None, (B,), B),
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, "โรงเรียนที่ไม่มีในทะเบียน", (B, B), B),
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, None, (B, C), ""),
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, None, (), ""),
    # What two schools bear decides nothing; it narrows, and gainsays others.
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, "บ้านโนนสูง", (TWIN,), ""),
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, "บ้านโนนสูง", (B,), ""),
    ("in/99000003/ด้าน2.xlsx", None, "บ้านโนนสูง", (), ""),
    ("in/99000005 บ้านโนนสูง/ด้าน2.xlsx", None, "บ้านโนนสูง", (TWIN,), OTHER_TWIN),
    ("in/x/99000004.xlsx", None, "บ้านโนนสูง", (), TWIN),
    # A slip for another school's name gainsays a folder.
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", None, "บ้านห้วยทรายเงน", (B,), ""),
    ("in/99000002/ด้าน2.xlsx", None, "บ้านห้วยทรายเงิน หมู่ที่สี่", (B,), C),
    ("in/99000002/สำเนาบ้านห้วยทรายเงินฉบับแก้.xlsx", None, None, (B,), ""),
    ("in/99000003/ด้าน2.xlsx", None, "บ้านห้วยทรายเงน", (B,), C),
    # So does a code with a digit too few or too many.
    ("in/ส่งทางอีเมล/ด้าน2.xlsx", "9900003", None, (B,), ""),
    ("in/99000002/ด้าน2.xlsx", "990000033", None, (B,), ""),
    ("in/99000003/ด้าน2.xlsx", "9900003", None, (B,), C),
    ("in/x/ด้าน2.xlsx", "รหัส 99000003", NAME_OF[B], (), C),
    ("in/99000003/ด้าน2.xlsx", "123", None, (B,), C),
    # Names within names, and figures that may be an area's.
    ("in/x/บ้านหนองดาวเรือง 2.xlsx", None, None, (), ""),
    ("in/x/บ้านหนองดาวเรือง ด้าน 2.xlsx", None, None, (), A),
    ("in/x/บ้านหนองดาวเรืองเหนือ.xlsx", None, None, (), ""),
    ("in/99000001/บ้านหนองดาวเรืองเหนือ.xlsx", None, None, (), A),
    # Figures that are no code of the roster say nothing.
    ("in/99000001/20210331 ด้าน2.xlsx", None, None, (), A),
]


@pytest.mark.parametrize(("place", "code", "name", "beside", "sender"), CASES)
def test_a_file_is_of_the_school_that_it_names(place, code, name, beside, sender):
    assert sent_by(place, code, name, beside) == sender


@pytest.mark.parametrize(
    ("place", "beside", "sender"), [(place, *last) for place, code, name, *last in CASES if not code and not name]
)
def test_an_unreadable_file_is_told_by_what_can_be_seen_of_it(place, beside, sender):
    others = [received(f"{Path(place).parent}/other{n}.xlsx", changed(DATA, code=c)) for n, c in enumerate(beside)]
    assert sender_codes([*others, unreadable(place)], ROSTER)[place] == sender


@pytest.mark.parametrize(
    ("place", "name", "sender"),
    [
        ("in/99000009 โรงเรียน/เสีย.xlsx", None, "99000009"),
        ("in/99000009/99000008.xlsx", None, "99000008"),
        ("in/x/0812345678.xlsx", None, ""),
        ("in/x/a.xlsx", "0551234567", ""),
    ],
)
def test_without_a_roster_codes_in_names_tell(place, name, sender):
    assert sent_by(place, None, name, roster=None) == sender


def test_a_folder_above_the_inbox_says_nothing(run, tmp_path):
    inbox = tmp_path / "99000001 โรงเรียนบ้านหนองดาวเรือง" / "กล่องรับ"
    inbox.mkdir(parents=True)
    books.workbook(inbox / "ด้าน2.xlsx", 2, {("school.code", "value"): None})
    roster = books.SAMPLES / "schools.csv"
    (told,) = run("validate", inbox, "--roster", roster, "--format", "json").json["files"]
    assert told["school_code"] is None
    (told,) = run("validate", inbox.parent, "--roster", roster, "--format", "json").json["files"]
    assert told["school_code"] == A


def test_a_folder_with_folders_of_others_is_no_ones():
    lying = [file("in/ก/a.xlsx", A), file("in/b.xlsx", B), unreadable("in/เสีย.xlsx"), unreadable("in/ก/เสีย.xlsx")]
    codes = sender_codes(lying, ROSTER)
    assert (codes["in/เสีย.xlsx"], codes["in/ก/เสีย.xlsx"]) == ("", A)


# --- One answer for all ---------------------------------------------------------------------------------------


def test_nothing_is_sent_of_a_file_in_doubt(tmp_path):
    results = [file("in/a.xlsx", A), file("in/b.xlsx", B), file("in/ไม่รู้.xlsx", None, "บ้านโนนสูง")]
    for result in results:
        result.problems += unreadable(result.file).problems
    (problem,) = unknown_senders(results, ROSTER)
    assert (problem.code, problem.source.file) == ("roster.sender_unknown", "in/ไม่รู้.xlsx")
    written = write_feedback(results, tmp_path / "out", roster=ROSTER)
    assert {path.parent.name for path in written} == {A, B}
    assert not list((tmp_path / "out").glob(f"{UNKNOWN.th}*"))
    assert [sender.title("th") for sender in senders(results, ROSTER)] == [UNKNOWN.th, A, B]


def test_validate_merge_and_feedback_name_the_same_school(run, tmp_path):
    """A workbook whose code is broken, in a folder with the neighbour's."""
    inbox, roster = tmp_path / "in" / "ส่งทางอีเมล", books.SAMPLES / "schools.csv"
    inbox.mkdir(parents=True)
    books.workbook(inbox / "ด้าน2.xlsx", 2, {("school.code", "value"): B, ("school.name", "value"): NAME_OF[B]})
    broken = {("school.code", "value"): "9900", ("school.name", "value"): NAME_OF[C]}
    books.workbook(inbox / "99000003 ด้าน2.xlsx", 2, broken)
    told = run("validate", inbox, "--roster", roster, "--feedback", tmp_path / "back", "--format", "json").json
    name = "99000003 ด้าน2.xlsx"
    assert {Path(f["file"]).name: f["school_code"] for f in told["files"]} == {name: C, "ด้าน2.xlsx": B}
    assert {path.parent.name for path in (tmp_path / "back").rglob("99000003*.xlsx")} == {C}
    merged = run("merge", inbox, "--roster", roster, "--out", tmp_path / "d.xlsx", "--format", "json").json
    assert {p["school_code"] for p in merged["problems"] if p["file"].endswith(name)} == {C}
    schools = {school["code"]: school["workbooks"]["2"] for school in merged["schools"]}
    assert (schools[B], schools[C], schools[A]) == ("warnings", "unusable", "missing")
    assert C not in {p["school_code"] for p in merged["problems"] if p["code"] == "roster.school_missing"}


def test_a_copy_of_a_workbook_that_may_be_another_schools_is_kept(run, tmp_path):
    """Two schools without codes: the one's copy came back alone, the other's workbook is no original of it."""
    inbox, roster = tmp_path / "in", books.SAMPLES / "schools.csv"
    for code, entries in ((B, {}), (C, {("IND6.1", "count"): "เก้า"})):
        (inbox / code).mkdir(parents=True)
        books.workbook(inbox / code / "ด้าน2.xlsx", 2, {("school.code", "value"): None, **entries})
    run("validate", inbox, "--roster", roster, "--feedback", tmp_path / "back")
    (copy,) = (tmp_path / "back" / C).glob("*.xlsx")
    (inbox / C / "ด้าน2.xlsx").unlink()
    copy.rename(inbox / C / copy.name)
    told = run("validate", inbox, "--roster", roster, "--format", "json").json["files"]
    assert {file["school_code"] for file in told} == {B, C}


# --- Received, and of no use ----------------------------------------------------------------------------------


def unusable(*results):
    return json_of(merge(results, ROSTER, today=None))


def test_what_came_and_cannot_be_used_is_not_said_to_be_missing():
    results = [
        received("in/ok.xlsx", changed(DATA)),
        unreadable("in/99000002/ด้าน3.xlsx"),
        unreadable("in/99000002/onesqa-r4_ด้าน4_ความสัมพันธ์กับชุมชน.xlsx"),
        unreadable("in/99000002/iqa-2565_ร่องรอย-IQA.xlsx"),
        unreadable("in/99000002/สแกน.xlsx"),
        file("in/99000002/แฟ้ม.xlsx"),
        received("in/old.xlsx", changed(DATA, code=C, year=2562)),
    ]
    shown = unusable(*results)
    of = {school["code"]: school for school in shown["schools"]}
    came = {key: status for key, status in of[B]["workbooks"].items() if status != "missing"}
    assert came == dict.fromkeys(("2", "3", "4", "iqa"), "unusable")
    assert of[B]["files"]["3"] == "in/99000002/ด้าน3.xlsx" and of[B]["files"]["2"] == "in/99000002/แฟ้ม.xlsx"
    assert of[C]["workbooks"]["2"] == "unusable" and of[C]["files"]["2"] == "in/old.xlsx"
    assert (shown["district"]["received"], shown["district"]["valid"]) == (6, 1)
    assert of[B]["areas"]["3"] == {"score": None, "max": 20, "status": "unusable"}
    awaited = [p for p in shown["problems"] if p["code"] == "roster.workbook_missing" and p["school_code"] == B]
    assert len(awaited) == 4
    nested = unusable(unreadable("in/99000002/ด้านที่ ๕/สแกน.xlsx"), unreadable("in/99000003/ด้าน1/ด้าน2 และด้าน3.xlsx"))
    assert [school["workbooks"]["5"] for school in nested["schools"][:2]] == ["missing", "unusable"]
    assert set(nested["schools"][2]["workbooks"].values()) == {"missing"}
    assert {p["school_code"] for p in shown["problems"] if p["file"] == "in/99000002/สแกน.xlsx"} == {B}


def test_what_can_be_used_stands_before_it():
    guessed = file("in/x/ด้าน2.xlsx", None, NAME_OF[A])
    later = received("in/z.xlsx", changed(DATA, prepared_on="2001-01-01"))
    shown = unusable(guessed, later, unreadable("in/99000001/ด้าน2.xlsx"))
    assert shown["schools"][0]["files"]["2"] == "in/z.xlsx" and shown["schools"][0]["workbooks"]["2"] == "ok"


def test_the_letter_tells_of_what_cannot_be_used(run, tmp_path):
    """Damaged, a stand-in, an archive that is not opened, and a workbook of another year without a fault of its own."""
    inbox, roster = tmp_path / "in", books.SAMPLES / "schools.csv"
    home = inbox / books.COMPLETE_SCHOOL.name
    shutil.copytree(books.COMPLETE_SCHOOL, home)
    for area, name, content in (
        (1, "ด้าน1.xlsx", b"PK\3\4"),
        (2, ".ด้าน2.xlsx.icloud", b"x"),
        (3, "ด้าน3.rar", b"Rar!\x1a\7\0"),
    ):
        next(home.glob(f"*ด้าน{area}_*")).unlink()
        (home / name).write_bytes(content)
    books.type_in(next(home.glob("*ด้าน4_*")), {("year", "value"): 2562})
    options = ("--roster", roster, "--format", "json")
    told = run("validate", inbox, *options, "--feedback", tmp_path / "back").json
    assert "roster.other_year" in {problem["code"] for problem in told["problems"]}
    (path,) = (tmp_path / "back").rglob("*.docx")
    with zipfile.ZipFile(path) as package:
        text = package.read("word/document.xml").decode()
    assert path.parent.name == B
    for name in ("ด้าน1.xlsx", ".ด้าน2.xlsx.icloud", "ด้าน3.rar", next(home.glob("*ด้าน4_*")).name):
        assert name in text
    merged = run("merge", inbox, *options, "--out", tmp_path / "d.xlsx").json
    (school,) = [school for school in merged["schools"] if school["code"] == B]
    assert {key: school["workbooks"][key] for key in "1234"} == dict.fromkeys("1234", "unusable")
    assert school["workbooks"]["5"] == "ok" and school["total"] is None
