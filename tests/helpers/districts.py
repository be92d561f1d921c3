"""Merged districts with what their schools had sent: the samples, and one made up of all that goes wrong in a year."""

from __future__ import annotations

import copy
import datetime
import json
import os
import random
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl

from helpers import books, oracle
from helpers.figures import deviation, half_up, mean, quartile, shown
from helpers.oracle import AREAS, FULL
from helpers.received import ERROR, changed, received, sample_files, unreadable
from helpers.sheets import load, rows_of, table
from helpers.tidy import Tidy
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.folder import write_data
from qa_excel.district.merging import merge
from qa_excel.office.roster import Roster, School
from qa_excel.summary import write_summary
from qa_excel.summary.as_json import district_json
from samples import build

SAMPLES = books.SAMPLES
DUE, IQA_DUE = "2021-03-31", "2023-03-31"
SAMPLE_DUE, SAMPLE_IQA_DUE = "31/03/2564", "31/03/2566"
"""The same day as a school office would write it."""
YEAR, IQA_YEAR = build.EQA_YEAR, build.IQA_YEAR

OVERVIEW, SCORES, CARDS = "ภาพรวม", "คะแนนรายโรงเรียน", "บัตรคะแนนโรงเรียน"
DEDUCTIONS, COMPLETE, READY, TRACES = "การหักคะแนน", "ความครบถ้วน", "ความพร้อม 8 ข้อ", "ร่องรอย IQA"


OFFICE = "สพป.ทดสอบ เขต 9"
NAMES = {
    1: "โรงเรียนครบถ้วน",
    2: "โรงเรียนเสมอกัน",
    3: "โรงเรียนส่งซ้ำ",
    4: "โรงเรียนไม่ครบ",
    5: "โรงเรียนถูกหัก",
    6: "โรงเรียนเงียบหาย",
    7: "โรงเรียนไม่ลงวันที่",
    8: "โรงเรียนแก้แล้วผิด",
    9: "โรงเรียนร่องรอยผิด",
    10: "โรงเรียนเว้นว่าง",
}
STRANGER = "01000099"


def code(number: int) -> str:
    return f"{1_000_000 + number:08d}"


class Made:
    """A district of ten schools in which everything happens, as results of files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: list[Any] = []
        self.counts: dict[tuple[str, str], dict[str, Any]] = {}
        """(school, workbook) → the submission that counts, where it is valid."""
        self.newest: dict[tuple[str, str], str] = {}
        self.first_dates: dict[tuple[str, str], str | None] = {}
        self.roster = Roster(tuple(School(code(n), NAMES[n], OFFICE, ("P6",), 100, 10) for n in NAMES))
        for number in NAMES:
            self._school(number)
        self._strangers()

    def _base(self, number: int) -> list[dict[str, Any]]:
        rng = random.Random(f"made {1 if number == 2 else number}")
        school = build.random_school(rng, number=1, kind="primary")
        submissions = build.school_submissions(rng, school, YEAR, IQA_YEAR)
        for data in submissions:
            data["school"] |= {"code": code(number), "name": NAMES[number], "office": OFFICE}
            data["prepared_on"] = "2021-03-20" if "area" in data else "2023-03-20"
        return submissions

    def _school(self, number: int) -> None:
        for data in self._base(number):
            workbook = str(data.get("area", "iqa"))
            if workbook == "iqa":
                self._traces(number, data)
            edit = getattr(self, f"_edit{number}", None)
            kept = edit(workbook, data) if edit else [(data, ())]
            for copy_number, (sent, codes) in enumerate(kept):
                self._send(number, workbook, sent, codes, copy_number)

    def _send(self, number: int, workbook: str, data: dict, codes: tuple, copy_number: int) -> None:
        """The last copy sent of a workbook is the one that counts."""
        name = f"{code(number)}/{workbook}-{copy_number}.xlsx"
        result = received(name, data, *codes)
        path = self.folder / name.replace("/", "-")
        path.write_bytes(b"x")
        # Without a date of its own a file has that of its arrival.
        arrived = "2021-03-30" if workbook in "1234" else "2021-04-02"
        seconds = datetime.datetime.fromisoformat(f"{arrived}T12:00").timestamp()
        os.utime(path, (seconds, seconds))
        result.path = path
        self.results.append(result)
        key = code(number), workbook
        self.newest[key] = name
        self.first_dates.setdefault(key, data.get("prepared_on") or arrived)
        self.first_dates[key] = min(self.first_dates[key], data.get("prepared_on") or arrived)
        self.counts[key] = data
        if codes:
            self.counts.pop(key)

    def _traces(self, number: int, data: dict) -> None:
        """Three of seven schools have one step of three: means of rounded percents would differ."""
        done = 1 if number in (7, 8, 10) else 0
        for step in (1, 2, 3):
            status = "done" if step <= done else ("doing" if step == 2 else "not_started")
            data["items"][f"1.3.{step}"] = {"status": status} | ({"evidence": "มี"} if status == "done" else {})

    def _edit3(self, workbook: str, data: dict) -> list:
        if workbook == "2":
            older = copy.deepcopy(data)
            older["answers"]["IND7"]["1"]["count"] = 0
            return [(older, ()), (data | {"prepared_on": "2021-04-20"}, ())]
        if workbook == "1":
            data["evidence"].pop("IND1", None), data.get("links", {}).pop("IND1", None)
        return [(data | {"prepared_on": "2021-04-01"} if workbook == "5" else data, ())]

    def _edit4(self, workbook: str, data: dict) -> list:
        if workbook == "3":
            data["answers"]["IND10"]["3"] = {"count": 9, "total": 3}
            return [(data, (ERROR,))]
        return [] if workbook in ("5", "iqa") else [(data, ())]

    def _edit5(self, workbook: str, data: dict) -> list:
        found = data.setdefault("deductions", {})
        if workbook == "1":
            found["IND1"] = {"D1": {"found": True, "resolved": True}}
            found["IND2"] = {"D1": {"found": True}}
        if workbook == "2":
            found["IND5"] = {"D1": {"found": True}}
            found["IND7"] = {"D1": {"found": True, "resolved": False}, "D2": {"found": True, "resolved": False}}
        if workbook == "3":
            # Nothing earned, so nothing to lose; and two conditions cost one point.
            data["answers"]["IND9"] = {f"2.{n}": {"met": False} for n in (1, 2, 3)}
            found["IND9"] = {"D1": {"found": True}}
            found["IND10"] = {"D1": {"found": True}, "D2": {"found": True}}
            found["IND11"] = {"D1": {"found": True, "resolved": True}}
        return [(data, ())]

    def _edit6(self, workbook: str, data: dict) -> list:
        return []

    def _edit7(self, workbook: str, data: dict) -> list:
        del data["prepared_on"]
        if workbook == "2":
            # 1.9975 points show as 2.00 and are no full points: not every teacher exchanged for 50 hours.
            data["answers"]["IND8"] = {"1": {"count": 799, "total": 800}, "2": {"count": 800, "total": 800}}
        return [(data, ())]

    def _edit8(self, workbook: str, data: dict) -> list:
        if workbook == "1":
            newer = copy.deepcopy(data) | {"prepared_on": "2021-03-29"}
            newer["answers"]["IND1"]["1"] = {"count": "มาก", "total": 40}
            return [(data, ()), (newer, (ERROR,))]
        return [(data, ())]

    def _edit9(self, workbook: str, data: dict) -> list:
        return [(data, (ERROR,) if workbook == "iqa" else ())]

    def _edit10(self, workbook: str, data: dict) -> list:
        if workbook == "7":
            data = {key: value for key, value in data.items() if key in ("rubric", "area", "year", "school")}
            data |= {"answers": {}, "prepared_on": "2021-03-31"}
        if workbook == "3":
            for number in range(9, 13):
                data["answers"].setdefault(f"IND{number}", {})
            # So that a mean lies half way between two hundredths.
            items = {f"1.{n}": {"met": True} for n in range(1, 6)}
            data["answers"]["IND11"] = items | {f"2.{n}": {"met": n < 3} for n in range(1, 4)}
        return [(data, ())]

    def _strangers(self) -> None:
        first = self._base(1)[0]
        stranger = changed(first, code=STRANGER)
        self.results.append(received("นอกทะเบียน/1.xlsx", stranger))
        self.results.append(received("ปีก่อน/1.xlsx", changed(first, year=YEAR - 1, prepared_on="2020-03-20")))
        self.results.append(unreadable("เสีย.xlsx"))


class District:
    """A merged district: its tidy data, its summary read back, its JSON, and what the schools had sent."""

    def __init__(self, folder: Path, shown: dict[str, Any], sent: dict[tuple[str, str], dict[str, Any]]) -> None:
        self.folder, self.json, self.sent = folder, shown, sent
        self.tidy = Tidy(folder / "data")

    @cached_property
    def book(self) -> openpyxl.Workbook:
        return load(self.folder / "district.xlsx")

    def sheet(self, name: str) -> Any:
        return self.book[name]

    @cached_property
    def scores(self) -> dict[str, dict[str, Decimal | None]]:
        """The score sheet: school → indicators, areas (as `A1`) and `total`."""
        header, *rows = table(rows_of(self.sheet(SCORES)), "รหัส", "สถานศึกษา", "ตบช.1")
        places = {}
        for area, numbers in AREAS.items():
            for number in numbers:
                places[f"IND{number}"] = header.index(f"ตบช.{number}")
            places[f"A{area}"] = places[f"IND{numbers[-1]}"] + 1
            assert str(FULL[area]) in header[places[f"A{area}"]]
        places["total"] = next(at for at, name in enumerate(header) if name and re.fullmatch(r"รวม.*100.*", name))
        return {row[header.index("รหัส")]: {key: shown(row[at]) for key, at in places.items()} for row in rows}


def made_district(folder: Path) -> District:
    (folder / "inbox").mkdir()
    schools = Made(folder / "inbox")
    analysis = Analysis(collect(merge(schools.results, schools.roster), due=DUE, iqa_due=IQA_DUE))
    write_data(analysis.data, folder / "data")
    write_summary(analysis, folder / "district.xlsx")
    district = District(folder, district_json(analysis), schools.counts)
    district.made = schools
    return district


def merge_sample(folder: Path) -> None:
    """The sample district, from its files through the command line."""
    command = [sys.executable, "-m", "qa_excel", "merge", SAMPLES / "district", "--roster", SAMPLES / "schools.csv"]
    command += ["--out", folder / "district.xlsx", "--data", folder / "data", "--cards", folder / "cards"]
    command += ["--due", SAMPLE_DUE, "--iqa-due", SAMPLE_IQA_DUE, "--format", "json"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    (folder / "district.json").write_text(done.stdout, encoding="utf-8")


def sample_district(folder: Path) -> District:
    """What `merge_sample` left in a folder."""
    sent = {}
    for _, data in sorted(sample_files(), key=lambda file: file[1]["prepared_on"]):
        sent[data["school"]["code"], str(data.get("area", "iqa"))] = data
    return District(folder, json.loads((folder / "district.json").read_text(encoding="utf-8")), sent)


def exact_points(data: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """(indicator, criterion) → points before they are rounded."""
    taught = oracle.taught(data)
    found = {}
    for number in AREAS[data["area"]]:
        answers = data["answers"].get(f"IND{number}", {})
        for criterion, spec in oracle.RUBRIC[number][0].items():
            found[f"IND{number}", criterion] = oracle._criterion(criterion, spec, answers, taught)[0]
    return found


def spread(district: District) -> dict[str, Decimal]:
    values = list(district.tidy.totals.values())
    return {
        "count": Decimal(len(values)),
        "mean": half_up(mean(values)),
        "median": half_up(quartile(values, 2)),
        "deviation": deviation(values),
        "first": half_up(quartile(values, 1)),
        "third": half_up(quartile(values, 3)),
        "least": Decimal(min(values)) / 100,
        "most": Decimal(max(values)) / 100,
    }
