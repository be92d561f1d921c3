"""`--due`: the day as it is typed, and what is late by it."""

from __future__ import annotations

import csv
import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from helpers import books
from helpers.districts import DUE, IQA_YEAR, NAMES, OFFICE, YEAR, code
from helpers.sheets import load
from helpers.tidy import Tidy
from qa_excel import fill


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools' real files: early, late, undated and sent twice."""
    folder = tmp_path_factory.mktemp("little")
    inbox = folder / "inbox"
    (inbox / "แก้ไข").mkdir(parents=True)

    def put(name: str, area: int | None, school: str, prepared: str | None, arrived: str = "2021-04-20") -> None:
        data = books.submission(area, year=YEAR if area else IQA_YEAR)
        data["school"]["code"] = school
        if prepared:
            data["prepared_on"] = prepared
        path = inbox / name
        fill(data, path)
        seconds = datetime.datetime.fromisoformat(f"{arrived}T12:00").timestamp()
        os.utime(path, (seconds, seconds))

    put("a1.xlsx", 1, code(1), "2021-03-31")
    put("a2.xlsx", 2, code(1), "2021-04-01", "2021-03-01")
    put("a4.xlsx", 4, code(1), None, "2021-03-31")
    put("a5.xlsx", 5, code(1), None, "2021-04-01")
    put("a6.xlsx", 6, code(2), "2021-03-30")
    put("แก้ไข/a6.xlsx", 6, code(2), "2021-04-15")
    with (folder / "schools.csv").open("w", encoding="utf-8", newline="") as target:
        rows = [[code(n), NAMES[n], OFFICE, "P6", 100, 10] for n in (1, 2)]
        csv.writer(target).writerows([["code", "name", "office", "levels", "learners", "teachers"], *rows])
    return folder


@pytest.mark.parametrize("due", ["2021-03-31", "31/03/2564", "31/3/2564", "2564-03-31", "31 มี.ค. 2564", "๓๑/๓/๒๕๖๔"])
def test_due_is_iso_or_of_the_buddhist_era(little: Path, tmp_path: Path, run: Any, due: str) -> None:
    found = run("merge", little / "inbox", "--roster", little / "schools.csv", "--out", tmp_path / "d.xlsx",
                "--data", tmp_path / "data", "--due", due, "--format", "json")  # fmt: skip
    assert found.status in (0, 1), found.err
    about = found.json["district"]
    assert (about["due"], about["received"], about["on_time"], about["late"]) == (DUE, 5, 3, 2)
    sent = Tidy(tmp_path / "data").counting
    timely = dict(zip(zip(sent.school_code, sent.workbook, strict=True), sent.on_time, strict=True))
    assert {key: value for key, value in timely.items() if value} == {
        (code(1), "1"): "true",
        (code(1), "2"): "false",
        (code(1), "4"): "true",
        (code(1), "5"): "false",
        (code(2), "6"): "true",
    }


@pytest.mark.parametrize("due", ["2021-02-30", "31/04/2564", "เมื่อวาน", "2021", "3/31/2564"])
def test_a_due_date_that_is_none_is_refused(little: Path, tmp_path: Path, run: Any, due: str) -> None:
    found = run(
        "merge", little / "inbox", "--roster", little / "schools.csv", "--out", tmp_path / "d.xlsx", "--due", due
    )
    assert found.status == 2 and due in found.err
    assert not (tmp_path / "d.xlsx").exists()


def test_without_a_due_date_nothing_is_late(little: Path, tmp_path: Path, run: Any) -> None:
    found = run("merge", little / "inbox", "--roster", little / "schools.csv", "--out", tmp_path / "d.xlsx",
                "--data", tmp_path / "data", "--format", "json")  # fmt: skip
    assert not {"due", "on_time", "late"} & found.json["district"].keys()
    assert set(Tidy(tmp_path / "data").submissions.on_time) == {""}
    texts = {cell.value for sheet in load(tmp_path / "d.xlsx") for row in sheet.iter_rows() for cell in row}
    assert not [text for text in texts if isinstance(text, str) and text.endswith("ส่งช้า")]
