"""Which copy counts and whether a workbook came in time: by days that can be, against the day of its own year."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from helpers import books
from helpers.books import workbook
from helpers.received import changed, received, sample_files, sample_results, sample_roster
from qa_excel import check, fill, read_workbook
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.folder import DESCRIPTOR, read_data, write_data
from qa_excel.district.merging import merge
from qa_excel.reading.submission import FileResult
from qa_excel.summary.as_json import district_json

ROSTER = sample_roster()
FIRST = next(data for _, data in sample_files() if data.get("area") == 1)
DUE, IQA_DUE = "2021-03-31", "2023-03-31"
EARLY, LATE, IMPOSSIBLE = "2021-03-30", "2021-04-01", "2011-03-30"


def sent(*days: str | None, came: str | None = None, tmp_path: Path | None = None) -> list[FileResult]:
    """Copies of one school's area 1, each prepared on a day."""
    copies = []
    for number, day in enumerate(days):
        copy = received(f"{number}.xlsx", changed(FIRST, prepared_on=day, prepared_by=f"คนที่ {number}"))
        if came and tmp_path:
            copy.path = tmp_path / copy.file
            copy.path.write_bytes(b"x")
            noon = datetime.datetime.fromisoformat(f"{came}T12:00").timestamp()
            os.utime(copy.path, (noon, noon))
        copies.append(copy)
    return copies


def told(copies: list[FileResult]) -> bool | None:
    """Whether the workbook that counts came in time."""
    rows = collect(merge(copies, ROSTER), due=DUE)["submissions"]
    counting = rows[rows["status"].isin(["ok", "warnings"])]
    (value,) = counting["on_time"]
    return None if pd.isna(value) else bool(value)


@pytest.mark.parametrize(
    ("days", "counts", "in_time"),
    [
        ((EARLY,), 0, True),
        ((LATE,), 0, False),
        ((EARLY, LATE), 1, True),
        ((IMPOSSIBLE,), 0, None),
        ((IMPOSSIBLE, LATE), 1, None),
        ((IMPOSSIBLE, EARLY), 1, True),
        ((EARLY, "2029-01-01"), 0, True),
        ((LATE, "1964-05-01"), 1, False),  # 1 May 2021
        (("1964-03-31",), 0, True),
        ((LATE, "2023-01-01"), 0, None),
        ((LATE, "2022-12-31"), 1, False),
    ],
)
def test_a_day_that_can_t_be_decides_nothing(days, counts, in_time):
    copies = sent(*days)
    district = merge(copies, ROSTER)
    assert district.schools[0].workbooks["1"].file == f"{counts}.xlsx"
    assert told(copies) is in_time


@pytest.mark.parametrize(
    ("days", "came", "in_time"),
    [
        ((None,), EARLY, True),
        ((None,), LATE, False),
        ((None, LATE), EARLY, True),
        ((None, IMPOSSIBLE), LATE, None),
        # Its coming says nothing of a file that gives itself a day, even one that can't be.
        ((IMPOSSIBLE,), EARLY, None),
        (("สิ้นเดือน",), EARLY, True),
    ],
)
def test_a_file_without_a_day_is_dated_by_its_coming(days, came, in_time, tmp_path):
    assert told(sent(*days, came=came, tmp_path=tmp_path)) is in_time


def test_the_tables_show_no_day_that_can_t_be():
    rows = collect(merge(sent(IMPOSSIBLE, LATE), ROSTER), due=DUE)["submissions"]
    assert set(rows["prepared_on"]) == {"", LATE}


# --- What is said of the day -----------------------------------------------------------------------------------

DAY, YEAR = ("prepared_on", "value"), ("year", "value")


@pytest.mark.parametrize(
    ("typed", "taken", "codes"),
    [
        (datetime.datetime(1964, 3, 31), "2021-03-31", {"consistency.day_turned"}),
        ("31/3/1964", "2021-03-31", {"consistency.day_turned"}),
        (datetime.datetime(2564, 3, 31), "2021-03-31", {"value.normalised"}),
        (datetime.datetime(2021, 3, 31), "2021-03-31", set()),
        (datetime.datetime(2011, 3, 31), "2011-03-31", {"consistency.day_implausible"}),
        (datetime.datetime(1999, 3, 31), "1999-03-31", {"consistency.day_implausible"}),
        ("31/3/54", "2011-03-31", {"consistency.day_implausible", "value.normalised"}),
        (datetime.datetime(2055, 3, 31), "2055-03-31", {"consistency.future_date"}),
        ("สิ้นเดือน", "สิ้นเดือน", {"value.day_unread"}),
        ("31/2/2564", "31/2/2564", {"value.day_unread"}),
    ],
)
def test_what_is_said_of_a_day_and_what_it_is_taken_for(typed, taken, codes, tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {DAY: typed, YEAR: 2563})
    result = check(read_workbook(path), datetime.date(2024, 5, 16))
    place = books.place(path, DAY)
    here = [problem for problem in result.problems if (problem.source.sheet, problem.source.cell) == place]
    assert {problem.code for problem in here} == codes
    assert result.submission.data["prepared_on"] == taken
    assert result.status == "warnings"
    for problem in here:
        assert "{" not in problem.message() + problem.message("en") + problem.hint() + problem.hint("en")


def test_a_day_of_a_step_is_taken_as_it_is_meant_and_else_left_alone(tmp_path):
    days = {("1.1.1", "date"): datetime.datetime(1965, 6, 1), ("1.1.2", "date"): datetime.datetime(2019, 6, 1)}
    result = check(read_workbook(workbook(tmp_path / "a.xlsx", None, days)))
    assert [result.submission.data["items"][item]["date"] for item in ("1.1.1", "1.1.2")] == [
        "2022-06-01",
        "2019-06-01",
    ]
    (turned,) = [p for p in result.problems if p.code.startswith("consistency.day_")]
    assert (turned.code, turned.field) == ("consistency.day_turned", "1.1.1 × date")


def test_without_a_year_every_real_day_can_be(tmp_path):
    path = workbook(tmp_path / "a.xlsx", 2, {DAY: datetime.datetime(1964, 3, 31), YEAR: 1999})
    result = check(read_workbook(path))
    assert result.submission.prepared_on == result.submission.data["prepared_on"] == "1964-03-31"
    assert not {problem.code for problem in result.problems} & {"consistency.day_turned", "consistency.day_implausible"}


def test_an_unreadable_day_in_json_is_an_error(tmp_path, run):
    path = tmp_path / "a.json"
    for day, status in (("31/3/2564", 0), ("เมื่อวาน", 1), (True, 1)):
        text = json.dumps({**books.submission(2), "prepared_on": day}, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        done = run("score", path, "--format", "json")
        assert done.status == status
        assert done.json["files"][0]["score"] is not None


# --- A due day belongs to a rubric's year ----------------------------------------------------------------------


@pytest.fixture
def inbox(tmp_path) -> Path:
    """One school: area 1 in time for 2564, traces of 2565 in time for 2566."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for area, day in ((1, EARLY), (None, "2023-03-30")):
        data = {**books.submission(area), "prepared_on": day}
        data["school"]["code"] = ROSTER.schools[0].code
        fill(data, folder / f"{area}.xlsx")
    (tmp_path / "schools.csv").write_text(
        f"code,name,office,levels,learners,teachers\n{ROSTER.schools[0].code},ก,ข,P6,10,2\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    ("due", "iqa_due", "on_time", "late", "told"),
    [
        ("31/3/2564", "31/3/2566", 2, 0, {"1": "true", "iqa": "true"}),
        ("31/3/2564", None, 1, 0, {"1": "true", "iqa": ""}),
        (None, "29/3/2566", 0, 1, {"1": "", "iqa": "false"}),
        ("29/3/2564", "29/3/2566", 0, 2, {"1": "false", "iqa": "false"}),
    ],
)
def test_points_and_traces_have_a_due_day_each(inbox, tmp_path, run, due, iqa_due, on_time, late, told):
    options = [*(["--due", due] if due else []), *(["--iqa-due", iqa_due] if iqa_due else [])]
    where = ["--out", tmp_path / "d.xlsx", "--data", tmp_path / "data", "--format", "json"]
    done = run("merge", inbox, "--roster", tmp_path / "schools.csv", *options, *where)
    about = done.json["district"]
    assert (about["on_time"], about["late"]) == (on_time, late)
    assert ("due" in about, "iqa_due" in about) == (bool(due), bool(iqa_due))
    data = read_data(tmp_path / "data")
    shown = data["submissions"].set_index("workbook")["on_time"].astype(object)
    assert {key: "" if pd.isna(shown[key]) else str(shown[key]).lower() for key in told} == told
    assert ("ไม่ได้ระบุ" in done.err) is (None in (due, iqa_due))


@pytest.mark.parametrize(
    ("option", "day", "odd"),
    [("--due", "31/3/2564", False), ("--due", "31/3/2566", True), ("--iqa-due", "15/05/2564", True)],
)
def test_a_due_day_of_another_year_is_a_notice(inbox, tmp_path, run, option, day, odd):
    both = {"--due": "31/3/2564", "--iqa-due": "31/3/2566"} | {option: day}
    options = [part for pair in both.items() for part in pair]
    done = run("merge", inbox, "--roster", tmp_path / "schools.csv", *options, "--out", tmp_path / "d.xlsx")
    assert done.status == 0 or (tmp_path / "d.xlsx").exists()
    assert ("โปรดตรวจสอบ" in done.err) is odd


def test_data_with_one_due_day_have_it_for_the_points(tmp_path):
    """As version 0.1.0 wrote them."""
    folder = tmp_path / "data"
    write_data(collect(merge(sample_results(), ROSTER), due=DUE, iqa_due=DUE), folder)
    path = folder / DESCRIPTOR
    text = path.read_text(encoding="utf-8")
    assert f'"iqa_due": "{DUE}"' in text
    descriptor = json.loads(text)
    del descriptor["qa-excel"]["iqa_due"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    data = read_data(folder)
    assert (data.due, data.iqa_due) == (DUE, None)
    traces = data["submissions"]["workbook"] == "iqa"
    assert data["submissions"]["on_time"][traces].isna().all()
    assert data["submissions"]["on_time"][~traces].notna().any()
    about = district_json(Analysis(data))["district"]
    assert about["due"] == DUE and "iqa_due" not in about
