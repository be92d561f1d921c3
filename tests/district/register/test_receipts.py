"""What came: receipts in rounds, by days known, set or at the latest; lateness by them, and each place says so."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from helpers import books
from qa_excel import fill
from qa_excel.district.receiving import receive
from qa_excel.district.register.register import Register
from qa_excel.district.register.store import RegisterError
from qa_excel.district.summarising import summarise
from qa_excel.office.roster import Roster, read_roster

CODE = "99000002"
DUE = "2021-05-15"
BEFORE, AFTER, LATER = date(2021, 5, 10), date(2021, 5, 20), date(2021, 6, 1)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    heading, *schools = (books.SAMPLES / "schools.csv").read_text(encoding="utf-8-sig").splitlines()
    (tmp_path / "schools.csv").write_text("\n".join([heading, *schools[:4]]), encoding="utf-8")
    return tmp_path


def roster(office: Path) -> Roster:
    return read_roster(office / "schools.csv")


def put(office: Path, area: int = 2, name: str = "", **changed: object) -> Path:
    """A workbook prepared in time."""
    data = books.submission(area, school={"code": CODE, "levels": ["P6"]}, prepared_on="2021-05-01") | changed
    path = office / "inbox" / f"{name or area}.xlsx"
    fill(data, path)
    return path


def row(office: Path, day: date, area: str = "2") -> pd.Series:
    """What the table of submissions says of the school's workbook on a day."""
    register = Register(office / "register.sqlite", day)
    came = receive([office / "inbox"], roster(office), register=register, today=day)
    data = summarise(came, due=(DUE, None)).data
    rows = data["submissions"].query("school_code == @CODE and workbook == @area and status != 'superseded'")
    return rows.iloc[0]


def test_what_lay_there_before_the_register_is_judged_by_its_own_day(office):
    put(office)
    told = row(office, AFTER)
    assert (told["on_time"], told["timed_by"], told["round"]) == (True, "prepared", 1)


def test_what_comes_while_the_register_looks_is_judged_by_its_day(office):
    put(office, 3)
    row(office, BEFORE)
    put(office)
    told = row(office, AFTER)
    assert (told["on_time"], told["timed_by"], told["received_on"]) == (False, "received", "2021-05-20")
    assert row(office, LATER)["received_on"] == "2021-05-20"
    assert row(office, LATER, "3")["timed_by"] == "received"  # it came on the first day at the latest
    assert row(office, LATER, "3")["on_time"]


def test_a_copy_that_is_there_no_more_came_in_time(office):
    put(office)
    row(office, BEFORE)
    put(office, prepared_by="อีกคน")
    told = row(office, AFTER)
    assert (told["on_time"], told["timed_by"], told["round"], told["received_on"]) == (
        True,
        "received",
        2,
        "2021-05-20",
    )


def test_the_same_cells_are_no_other_round(office):
    path = put(office)
    row(office, BEFORE)
    books.edit(path, lambda book: None)  # saved again, by another program
    shutil.copy(path, office / "inbox" / "copy.xlsx")
    row(office, AFTER)
    events = Register(office / "register.sqlite").events()
    assert [(event.kind, event.school, event.workbook, event.year) for event in events] == [
        ("receipt", CODE, "2", 2563)
    ]


def test_an_officer_sets_the_day_and_takes_it_back(office, run):
    put(office, 3)
    row(office, BEFORE)
    put(office)
    row(office, AFTER)
    file = ("--register", office / "register.sqlite")
    about = (*file, "--school", CODE, "--year", 2563, "--workbook", 2)
    done = run("register", "received", *about, "--day", "12/05/2564", "--why", "ส่งด้วยตนเอง โทร 081-234-5678")
    assert done.status == 0, done.err
    told = row(office, LATER)
    assert (told["on_time"], told["received_on"]) == (True, "2021-05-12")
    shown = json.loads(run("register", "show", *file, "--format", "json").out)
    (found,) = [each for each in shown["receipts"] if each["workbook"] == "2"]
    assert found["received_on"] == "2021-05-12" and found["known"]
    assert b"234-5678" not in (office / "register.sqlite").read_bytes()
    assert run("register", "received", *file, "--undo", found["set_by_event"]).status == 0
    assert row(office, LATER)["received_on"] == "2021-05-20"
    assert run("register", "received", *file, "--undo", found["set_by_event"]).status == 2
    kinds = [event.kind for event in Register(office / "register.sqlite").events()]
    assert kinds == ["receipt", "receipt", "received", "undone"]
    assert CODE in run("register", "show", *file).out
    for wrong in (
        ("--day", "2021-05-12", "--round", 7),
        ("--day", "2021-05-12", "--school", "99000001"),
        ("--day", "x"),
    ):
        assert run("register", "received", *about, *wrong).status == 2


def test_another_office_is_refused(office, run):
    put(office)
    row(office, BEFORE)
    other = office / "others.csv"
    text = (office / "schools.csv").read_text(encoding="utf-8")
    other.write_text(text.replace("9900", "8800").replace("สพป", "สพม"), encoding="utf-8")
    with pytest.raises(RegisterError, match="roster's office"):
        Register(office / "register.sqlite").require_office(read_roster(other))
    heading, *schools = text.splitlines()
    other.write_text("\n".join([heading, *schools[:2], "88000001,ใหม่,,P6,1,1"]), encoding="utf-8")
    Register(office / "register.sqlite").require_office(read_roster(other))
    refused = run("validate", office / "inbox", "--register", office / "register.sqlite")
    assert refused.status == 2 and "--roster" in refused.err


def test_every_place_says_by_which_day(office, run):
    put(office, 3)
    row(office, BEFORE)
    put(office)
    command = ("merge", office / "inbox", "--roster", office / "schools.csv", "--due", DUE)
    command += ("--register", office / "register.sqlite", "--out", office / "d.xlsx", "--data", office / "data")
    done = run(*command)
    assert done.status == 0 and "วันที่ได้รับ" in done.out, done.err
    book = openpyxl.load_workbook(office / "d.xlsx")
    sheet = [str(cell.value) for line in book["ความครบถ้วน"] for cell in line if cell.value]
    assert any("ส่งช้า (ตามวันที่ได้รับ)" in text for text in sheet)
    assert any("ตัดสินจากวันที่ได้รับ 2 แฟ้ม" in text for text in sheet)
    overview = [str(cell.value) for line in book["ภาพรวม"] for cell in line if cell.value]
    assert any("(วันที่ได้รับ)" in text for text in overview)
    shown = json.loads(run(*command, "--format", "json").out)["district"]
    assert (shown["on_time"], shown["late"], shown["timed_by"]) == (1, 1, {"received": 2})
    # What happened comes back from the data folder alone.
    anew = ("register", "restore", "--register", office / "new.sqlite", "--from", office / "data")
    assert run(*anew).status == 0
    old, new = (Register(office / name) for name in ("register.sqlite", "new.sqlite"))
    assert old.arrivals() == new.arrivals()
    assert {event.person for event in new.events()} == {"-"} != {event.person for event in old.events()}


def test_data_of_earlier_versions_lack_the_new_columns(office, run):
    put(office)
    command = ("merge", office / "inbox", "--roster", office / "schools.csv", "--data", office / "data")
    assert run(*command).status == 0
    assert not (office / "data" / "history.csv").exists()
    table = office / "data" / "submissions.csv"
    rows = [line.split(",") for line in table.read_text(encoding="utf-8-sig").splitlines()]
    kept = [at for at, name in enumerate(rows[0]) if name not in ("round", "timed_by")]
    table.write_text("\n".join(",".join(line[at] for at in kept) for line in rows), encoding="utf-8")
    assert run("merge", office / "data", "--out", office / "p.xlsx").status == 0


def test_validate_records_as_well_and_what_is_damaged_is_said(office, run):
    put(office)
    command = (
        "validate",
        office / "inbox",
        "--roster",
        office / "schools.csv",
        "--register",
        office / "register.sqlite",
    )
    assert run(*command).status == 0
    assert [event.kind for event in Register(office / "register.sqlite").events()] == ["receipt"]
    back = run(*command, "--feedback", office / "back", "--out", office / "report.xlsx")
    assert back.status == 0, back.err
    content = (office / "register.sqlite").read_bytes()
    (office / "register.sqlite").write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert "register.sqlite.damaged-" in run(*command).err
    assert (
        run(
            "merge", office / "inbox", "--roster", office / "none.csv", "--register", office / "x", "--out", "d.xlsx"
        ).status
        == 2
    )
