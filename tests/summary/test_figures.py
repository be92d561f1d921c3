"""The figures of the district summary, worked out a second way: from the tidy data, and from what schools answered.

Two districts: the samples, merged by the command line from their files, and a made-up one with all that goes wrong in
a year. Figures are looked up on the sheets by their labels, so that the layout may change. Arithmetic is on whole
hundredths and fractions, never on binary floats.
"""

from __future__ import annotations

import copy
import csv
import datetime
import json
import math
import os
import random
import re
import subprocess
import sys
import warnings
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pandas as pd
import pytest

from helpers import books, oracle
from helpers.received import ERROR, changed, received, sample_files, unreadable
from qa_excel import fill
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

AREAS = oracle.AREAS
INDICATORS = [f"IND{n}" for n in oracle.RUBRIC]
AREA_OF = {f"IND{n}": area for area, numbers in AREAS.items() for n in numbers}
FULL = {area: 5 * len(numbers) for area, numbers in AREAS.items()}
WORKBOOKS = [*map(str, AREAS), "iqa"]


# --- Figures, exactly ------------------------------------------------------------------------------------------


def cents(text: Any) -> int:
    """A figure of at most two decimals as whole hundredths."""
    value = Decimal(str(text)) * 100
    assert value == int(value), f"{text} has more than two decimals"
    return int(value)


def half_up(value: Fraction | int) -> Decimal:
    """To two decimals; halves away from zero."""
    value = Fraction(value)
    size = math.floor(abs(value) * 100 + Fraction(1, 2))
    return Decimal(size if value >= 0 else -size) / 100


def mean(values: list[int]) -> Fraction | None:
    return Fraction(sum(values), 100 * len(values)) if values else None


def quartile(values: list[int], number: int) -> Fraction:
    """QUARTILE.INC of hundredths."""
    ordered = sorted(values)
    at, part = divmod((len(ordered) - 1) * number, 4)
    above = ordered[min(at + 1, len(ordered) - 1)]
    return Fraction(ordered[at] * (4 - part) + above * part, 400)


def deviation(values: list[int]) -> Decimal:
    """STDEV.S of hundredths, half up, by whole numbers alone."""
    count = len(values)
    variance = Fraction(count * sum(v * v for v in values) - sum(values) ** 2, count * (count - 1))
    return Decimal((math.isqrt(math.floor(4 * variance)) + 1) // 2) / 100


def shown(value: Any) -> Decimal | None:
    """A figure of a sheet, as its two decimals; it must be a number."""
    if value is None or value == "":
        return None
    assert isinstance(value, (int, float)) and not isinstance(value, bool), f"{value!r} is no number"
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# --- Sheets ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=24)
def load(path: Path, values: bool = True) -> openpyxl.Workbook:
    """A workbook that no test changes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know sparklines
        return openpyxl.load_workbook(path, data_only=values)


def rows_of(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def table(rows: list[list[Any]], *headers: str, start: int = 0) -> list[list[Any]]:
    """The rows below the first row that holds all these headers, from it on; each as wide as the sheet.

    The first is the header itself. It ends where the first header's column is empty.
    """
    for at, row in enumerate(rows[start:], start):
        if set(headers) <= set(row):
            column = row.index(headers[0])
            found = [row]
            for below in rows[at + 1 :]:
                if below[column] is None:
                    break
                found.append(below)
            return found
    raise AssertionError(f"no table with {headers}")


def records(rows: list[list[Any]], *headers: str, start: int = 0) -> list[dict[str, Any]]:
    """The same as dictionaries; of headers that are there twice the first counts."""
    header, *found = table(rows, *headers, start=start)
    names = {name: column for column, name in reversed(list(enumerate(header))) if isinstance(name, str)}
    return [{name: row[column] for name, column in names.items()} for row in found]


def figure(sheet: Any, *labels: str) -> Any:
    """The number that stands right of a label, or below it."""
    pattern = re.compile("|".join(labels))
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and pattern.fullmatch(cell.value.strip()):
                beside = [sheet.cell(cell.row, c).value for c in range(cell.column + 1, sheet.max_column + 1)]
                beside = next((value for value in beside if value is not None), None)
                if isinstance(beside, (int, float)):
                    return beside
                below = [sheet.cell(r, cell.column).value for r in range(cell.row + 1, cell.row + 3)]
                below = [value for value in below if isinstance(value, (int, float))]
                if below:
                    return below[0]
    raise AssertionError(f"no figure beside any of {labels}")


# --- The tidy data ---------------------------------------------------------------------------------------------


class Tidy:
    """The CSV files of a data folder as text, by plain pandas, and figures of them by whole numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getattr__(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            raise AttributeError(name)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        setattr(self, name, frame)
        return frame

    @cached_property
    def counting(self) -> pd.DataFrame:
        """The workbooks that are expected of the schools, each with the copy that counts."""
        return self.submissions[self.submissions.status != "superseded"]

    @cached_property
    def valid(self) -> pd.DataFrame:
        return self.counting[self.counting.status.isin(["ok", "warnings"])]

    @property
    def received(self) -> pd.DataFrame:
        return self.counting[self.counting.status != "missing"]

    def areas(self, area: int) -> list[int]:
        return [cents(s) for s in self.valid[self.valid.workbook == str(area)].score]

    def indicator(self, indicator: str) -> list[int]:
        return [cents(s) for s in self.scores[self.scores.indicator == indicator].score]

    @cached_property
    def totals(self) -> dict[str, int]:
        """School → hundredths, of schools all of whose areas are valid; summed up from the indicators."""
        sums: dict[str, list[int]] = defaultdict(list)
        for row in self.scores.itertuples():
            sums[row.school_code].append(cents(row.score))
        return {code: sum(points) for code, points in sums.items() if len(points) == len(INDICATORS)}

    def steps(self, process: str | None = None) -> list[Fraction]:
        """Each school's percent of the steps done, exactly; a step done below its number does not count."""
        done: dict[str, list[bool]] = defaultdict(list)
        for row in self.iqa_items.itertuples():
            if process is None or row.process == process:
                done[row.school_code].append(row.status == "done")
        return [Fraction(100 * sum(items), len(items)) for items in done.values()]


# --- The made-up district --------------------------------------------------------------------------------------

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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder = tmp_path_factory.mktemp("made")
    inbox = folder / "inbox"
    inbox.mkdir()
    schools = Made(inbox)
    analysis = Analysis(collect(merge(schools.results, schools.roster), due=DUE, iqa_due=IQA_DUE))
    write_data(analysis.data, folder / "data")
    write_summary(analysis, folder / "district.xlsx")
    district = District(folder, district_json(analysis), schools.counts)
    district.made = schools
    return district


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> District:
    """The sample district, from its files through the command line."""
    folder = tmp_path_factory.mktemp("sample")
    command = [sys.executable, "-m", "qa_excel", "merge", SAMPLES / "district", "--roster", SAMPLES / "schools.csv"]
    command += ["--out", folder / "district.xlsx", "--data", folder / "data", "--cards", folder / "cards"]
    command += ["--due", SAMPLE_DUE, "--iqa-due", SAMPLE_IQA_DUE, "--format", "json"]
    run = subprocess.run([*map(str, command)], capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    sent = {}
    for _, data in sorted(sample_files(), key=lambda file: file[1]["prepared_on"]):
        sent[data["school"]["code"], str(data.get("area", "iqa"))] = data
    return District(folder, json.loads(run.stdout), sent)


@pytest.fixture(scope="module", params=["sample", "made"])
def district(request: pytest.FixtureRequest) -> District:
    return request.getfixturevalue(request.param)


# --- The made-up district is what it is meant to be ------------------------------------------------------------


def test_the_made_up_district_has_all_that_goes_wrong(made: District) -> None:
    statuses = Counter(made.tidy.submissions.status)
    assert statuses["missing"] == 10 and statuses["superseded"] == 2 and statuses["errors"] == 3
    totals = made.tidy.totals
    assert set(totals) == {code(n) for n in (1, 2, 3, 5, 7, 9, 10)}
    assert totals[code(1)] == totals[code(2)]
    percents = made.tidy.steps("1.3")
    rounded = [Fraction(half_up(p)) for p in percents]
    assert half_up(sum(percents) / len(percents)) != half_up(sum(rounded) / len(rounded)), "no mean to get wrong"
    halves = [mean(made.tidy.indicator(i)) * 1000 % 10 for i in INDICATORS]
    assert any(half == 5 for half in halves), "no mean lies half way between two figures"


# --- From what schools answered to the tidy data ---------------------------------------------------------------


def test_scores_are_those_of_the_independent_scorer(district: District) -> None:
    got = {(row.school_code, row.indicator): row for row in district.tidy.scores.itertuples()}
    expected = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            for indicator, card in oracle.score(data)["indicators"].items():
                expected[school, indicator] = card
    assert got.keys() == expected.keys()
    for key, card in expected.items():
        row = got[key]
        assert (float(row.gross), float(row.score)) == (card["gross"], card["score"]), key
        assert float(row.deduction) == card["deduction"], key
        assert (int(row.missing), float(row.max)) == (card["missing"], card["max"]), key


def test_criteria_are_those_of_the_independent_scorer(district: District) -> None:
    got = {(row.school_code, row.indicator, row.criterion): row for row in district.tidy.criteria.itertuples()}
    expected = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            for indicator, card in oracle.score(data)["indicators"].items():
                expected |= {(school, indicator, criterion["id"]): criterion for criterion in card["criteria"]}
    assert got.keys() == expected.keys()
    exact = {}
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            exact |= {(school, *key): points for key, points in exact_points(data).items()}
    for key, criterion in expected.items():
        row = got[key]
        assert (float(row.points), float(row.max)) == (criterion["points"], criterion["max"]), key
        assert Fraction(row.points_exact) == exact[key], key
        assert (row.to_earn == "") == (exact[key] == criterion["max"]), key
        if "items" in criterion:
            items = dict(pair.split("=") for pair in row.items.split("; "))
            assert items == {item["id"]: str(item["met"]).lower() for item in criterion["items"]}, key


def exact_points(data: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """(indicator, criterion) → points before they are rounded."""
    levels = [grade for grade in oracle.GRADES if grade in data["school"]["levels"]]
    found = {}
    for number in AREAS[data["area"]]:
        answers = data["answers"].get(f"IND{number}", {})
        for criterion, spec in oracle.RUBRIC[number][0].items():
            found[f"IND{number}", criterion] = oracle._criterion(criterion, spec, answers, levels)[0]
    return found


def test_conditions_are_those_of_the_independent_scorer(district: District) -> None:
    def words(value: bool | None) -> str:
        return "" if value is None else str(value).lower()

    got = {(row.school_code, row.indicator, row.condition): row for row in district.tidy.conditions.itertuples()}
    expected = set()
    for (school, workbook), data in district.sent.items():
        if workbook == "iqa":
            continue
        for indicator, card in oracle.score(data)["indicators"].items():
            for condition in card["conditions"]:
                key = school, indicator, condition["id"]
                expected.add(key)
                assert got[key].found == words(condition["found"]), key
                assert got[key].resolvable == words("resolved" in condition), key
                assert got[key].resolved == words(condition.get("resolved")), key
                assert got[key].deducts == words(condition["deducts"]), key
    assert got.keys() == expected


def test_traces_are_those_of_the_independent_scorer(district: District) -> None:
    tidy = district.tidy
    valid = tidy.valid[tidy.valid.workbook == "iqa"].set_index("school_code")
    sent = {school: data for (school, workbook), data in district.sent.items() if workbook == "iqa"}
    assert set(valid.index) == set(sent) == set(tidy.iqa_items.school_code)
    for school, data in sent.items():
        card = oracle.score(data)
        row = valid.loc[school]
        assert (int(row.done), int(float(row.total)), float(row.percent)) == (
            card["done"],
            card["total"],
            card["percent"],
        )
        listed = tidy.iqa_items[tidy.iqa_items.school_code == school]
        assert dict(zip(listed.item, listed.status, strict=True)) == {
            f"{p}.{n}": data["items"].get(f"{p}.{n}", {}).get("status", "")
            for p, size in oracle.PROCESSES.items()
            for n in range(1, size + 1)
        }
        for item, process, evidence in zip(listed.item, listed.process, listed.evidence, strict=True):
            answer = data["items"].get(item, {})
            assert process == item.rpartition(".")[0]
            assert evidence == str(bool(answer.get("evidence") or answer.get("link"))).lower(), (school, item)


def test_every_row_leads_to_its_cell(sample: District) -> None:
    """The inputs that a criterion's row gives stand in the file, sheet and cell that it names."""
    rng = random.Random(5)
    rows = sample.tidy.criteria
    some = rows[(rows["count"] != "")].iloc[sorted(rng.sample(range(int((rows["count"] != "").sum())), 12))]
    cache: dict[str, Any] = {}
    for row in some.itertuples():
        if row.file not in cache:
            cache[row.file] = load(SAMPLES / "district" / row.file)
        value = cache[row.file][row.sheet][row.cell].value
        assert Fraction(row.count) == Fraction(str(value)), (row.file, row.sheet, row.cell)
        assert row.page and row.inputs.startswith("count=")


def test_what_was_sent_twice_counts_once_with_the_newest(made: District) -> None:
    got = {(row.school_code, row.workbook): row for row in made.tidy.counting.itertuples()}
    assert len(got) == len(made.tidy.counting) == 80
    for key, row in got.items():
        newest = made.made.newest.get(key)
        assert row.file == (newest or ""), key
        if newest is None:
            assert row.status == "missing"
        elif key in made.sent:
            assert row.status in ("ok", "warnings")
        else:
            assert row.status == "errors"
    assert not made.tidy.scores.school_code.isin([STRANGER]).any()
    assert not made.tidy.submissions.school_code.isin([STRANGER]).any()
    assert "นอกทะเบียน/1.xlsx" in set(made.tidy.problems.file)
    assert "ปีก่อน/1.xlsx" in set(made.tidy.problems.file)


def test_on_time_is_the_first_copy_by_its_date_or_its_receipt(made: District) -> None:
    for row in made.tidy.received.itertuples():
        first = made.made.first_dates[row.school_code, row.workbook]
        due = IQA_DUE if row.workbook == "iqa" else DUE
        assert row.on_time == str(first <= due).lower(), (row.school_code, row.workbook, first)


# --- The overview ----------------------------------------------------------------------------------------------


def test_workbooks_expected_received_valid_and_on_time(district: District) -> None:
    tidy, sheet = district.tidy, district.sheet(OVERVIEW)
    assert len(tidy.counting) == 8 * len(tidy.schools)
    assert figure(sheet, "แฟ้มที่ต้องส่ง") == len(tidy.counting)
    assert figure(sheet, "แฟ้มที่ได้รับ") == len(tidy.received)
    assert figure(sheet, "แฟ้มที่ใช้ได้") == len(tidy.valid)
    assert figure(sheet, ".*ทันกำหนด.*") == (tidy.received.on_time == "true").sum()
    about = district.json["district"]
    assert (about["expected"], about["received"], about["valid"]) == (
        len(tidy.counting),
        len(tidy.received),
        len(tidy.valid),
    )
    assert about["on_time"] == (tidy.received.on_time == "true").sum()
    assert about["late"] == (tidy.received.on_time == "false").sum()
    assert (about["due"], about["iqa_due"]) == (DUE, IQA_DUE)


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


def test_mean_median_and_spread_of_the_total(district: District) -> None:
    expected, sheet = spread(district), district.sheet(OVERVIEW)
    listed = {row["ค่าสถิติ"]: row["คะแนน"] for row in records(rows_of(sheet), "ค่าสถิติ", "คะแนน")}
    labels = {
        "count": "แห่ง" if "แห่ง" in listed else "จำนวนแห่ง",
        "mean": "เฉลี่ย",
        "median": "มัธยฐาน",
        "deviation": "S.D.",
        "first": "ควอร์ไทล์ 1",
        "third": "ควอร์ไทล์ 3",
        "least": "ต่ำสุด",
        "most": "สูงสุด",
    }
    assert {key: shown(listed[name]) for key, name in labels.items()} == expected
    # What the tiles at the top say in words.
    texts = [cell.value for row in sheet.iter_rows(max_row=12) for cell in row if isinstance(cell.value, str)]
    for key in ("median", "deviation", "least", "most"):
        said = [found[1] for text in texts if (found := re.search(rf"{re.escape(labels[key])} ([\d.]+)", text))]
        assert [Decimal(number) for number in said] == [expected[key]], key
    assert shown(figure(sheet, "คะแนนรวมเฉลี่ย.*")) == expected["mean"]
    about = district.json["district"]
    assert shown(about["mean_total"]) == expected["mean"]
    assert shown(about["median_total"]) == expected["median"]
    assert shown(about["deviation_total"]) == expected["deviation"]
    assert about["schools_with_total"] == expected["count"]


def test_shares_and_severities(district: District) -> None:
    tidy, sheet = district.tidy, district.sheet(OVERVIEW)
    texts = [cell.value for row in sheet.iter_rows(max_row=12) for cell in row if isinstance(cell.value, str)]
    shares = [Decimal(found[1]) for text in texts if (found := re.match(r"ร้อยละ ([\d.]+) ของที่", text))]
    assert shares == [
        half_up(Fraction(100 * len(tidy.received), len(tidy.counting))),
        half_up(Fraction(100 * len(tidy.valid), len(tidy.received))),
    ]
    late = next(found for text in texts if (found := re.search(r"ช้า (\d+)(?: · ไม่มีวันที่ (\d+))?", text)))
    assert int(late[1]) == (tidy.received.on_time == "false").sum()
    assert int(late[2] or 0) == (tidy.received.on_time == "").sum()
    rows = records(rows_of(sheet), "ระดับ", "จำนวน")
    words = {"ผิดพลาด": "error", "ควรตรวจสอบ": "warning", "แจ้งให้ทราบ": "info"}
    counts = {words[re.match("[^:]+", row["ระดับ"])[0]]: row["จำนวน"] for row in rows}
    expected = Counter(tidy.problems.severity)
    assert counts == district.json["district"]["problems"] == {name: expected[name] for name in words.values()}
    assert len(district.json["problems"]) == len(tidy.problems)


def test_areas_and_the_total_against_full_points(district: District) -> None:
    tidy = district.tidy
    rows = {row["ด้าน"]: row for row in records(rows_of(district.sheet(OVERVIEW)), "ด้าน", "เฉลี่ย", "เต็ม")}
    for area, full in FULL.items():
        values, row = tidy.areas(area), rows[f"ด้าน {area}"]
        # The workbook's score is the sum of its indicators.
        by_school: dict[str, int] = defaultdict(int)
        for score in tidy.scores[tidy.scores.area == str(area)].itertuples():
            by_school[score.school_code] += cents(score.score)
        assert sorted(by_school.values()) == sorted(values)
        about = district.json["district"]["areas"][str(area)]
        for name, json_name, expected in (
            ("เฉลี่ย", "mean", half_up(mean(values))),
            ("เต็ม", "max", full),
            ("ร้อยละ", "percent", half_up(100 * mean(values) / full)),
            ("แห่ง", "workbooks", len(values)),
        ):
            assert shown(row[name]) == shown(about[json_name]) == expected, (area, name)
    totals = list(tidy.totals.values())
    total = rows["รวม"]
    assert (shown(total["เฉลี่ย"]), total["เต็ม"]) == (half_up(mean(totals)), 100)
    assert (shown(total["ร้อยละ"]), total["แห่ง"]) == (half_up(mean(totals)), len(totals))


def test_indicators_against_full_points(district: District) -> None:
    rows = rows_of(district.sheet(OVERVIEW))
    listed = {row["ตัวบ่งชี้"]: row for row in records(rows, "ตัวบ่งชี้", "ชื่อ", "เฉลี่ย", "เต็ม", "ร้อยละ")}
    for number in oracle.RUBRIC:
        values, row = district.tidy.indicator(f"IND{number}"), listed[f"ตบช.{number}"]
        about = district.json["district"]["indicators"][f"IND{number}"]
        for name, json_name, expected in (
            ("เฉลี่ย", "mean", half_up(mean(values))),
            ("เต็ม", "max", 5),
            ("ร้อยละ", "percent", half_up(20 * mean(values))),
            ("แห่ง", "workbooks", len(values)),
        ):
            assert shown(row[name]) == shown(about[json_name]) == expected, (number, name)


def test_traces_by_process(district: District) -> None:
    head = next(
        n for n in ("กระบวนการ", "กระบวนการ (ร้อยละของขั้น)") if any(n in row for row in rows_of(district.sheet(OVERVIEW)))
    )
    rows = {str(row["ที่"]): row for row in records(rows_of(district.sheet(OVERVIEW)), "ที่", head)}
    about, steps = district.json["district"]["iqa"], district.tidy.iqa_items
    for process in [*oracle.PROCESSES, None]:
        percents = district.tidy.steps(process)
        entry = about["processes"][process] if process else about
        row = rows[process or "รวม"]
        expected = half_up(sum(percents) / len(percents))
        assert shown(row["ดำเนินการแล้ว"]) == shown(entry["percent"]) == expected, process
        of = steps if process is None else steps[steps.process == process]
        for label, status in (("กำลังดำเนินการ", "doing"), ("ยังไม่ดำเนินการ", "not_started"), ("ไม่ได้ตอบ", "")):
            assert shown(row[label]) == half_up(Fraction(100 * int((of.status == status).sum()), len(of))), (
                process,
                label,
            )
    assert about["workbooks"] == len(set(steps.school_code))


def test_sql_gives_the_same(district: District) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = district.tidy.folder
    with duckdb.connect() as connection:

        def view(name: str) -> str:
            return f"read_csv('{folder / name}.csv', all_varchar = true, header = true)"

        found = connection.sql(
            f"""
            with cents as (
                select school_code, indicator, cast(cast(score as decimal(9, 2)) * 100 as bigint) as c
                from {view("scores")}
            ), means as (
                select indicator, (2 * sum(c) + count(*)) // (2 * count(*)) as mean from cents group by indicator
            )
            select * from means
            """
        ).fetchall()
        totals = connection.sql(
            f"""
            with totals as (
                select school_code, sum(cast(score as decimal(9, 2))) as total
                from {view("scores")} group by school_code having count(*) = 20
            )
            select count(*), stddev_samp(total), quantile_cont(cast(total as double), 0.25),
                   median(cast(total as double)), quantile_cont(cast(total as double), 0.75)
            from totals
            """
        ).fetchall()[0]
        timely = connection.sql(
            f"""
            select count(*) from {view("submissions")}
            where status not in ('missing', 'superseded') and on_time = 'true'
            """
        ).fetchall()[0]
    about = district.json["district"]
    assert {indicator: Decimal(int(value)) / 100 for indicator, value in found} == {
        indicator: shown(entry["mean"]) for indicator, entry in about["indicators"].items()
    }
    expected = spread(district)
    assert totals[0] == about["schools_with_total"] == len(district.tidy.totals)
    for value, name in zip(totals[1:], ("deviation", "first", "median", "third"), strict=True):
        assert abs(Decimal(str(float(value))) - expected[name]) <= Decimal("0.0051"), name
    assert timely[0] == about["on_time"]


def test_distribution_counts_every_total_once(district: District) -> None:
    rows = rows_of(district.sheet(OVERVIEW))
    bars = []
    for row in rows:
        for at, value in enumerate(row):
            bar = (
                re.fullmatch(r"(\d+(?:\.\d+)?)\s*[–-]\s*(?:<\s*)?(\d+(?:\.\d+)?)", value.strip())
                if isinstance(value, str)
                else None
            )
            if bar:
                count = next((n for n in row[at + 1 :] if n is not None), None)
                assert isinstance(count, int), f"no count beside {value}"
                bars.append((Fraction(bar[1]), Fraction(bar[2]), count))
    totals = [Fraction(t, 100) for t in district.tidy.totals.values()]
    assert bars and sum(count for *_, count in bars) == len(totals)
    bars.sort()
    starts = [low for low, *_ in bars]
    for at, (low, _, count) in enumerate(bars):
        end = starts[at + 1] if at + 1 < len(bars) else Fraction(1000)
        assert count == sum(low <= total < end for total in totals), f"from {low}"


def test_strongest_and_weakest_indicators(district: District) -> None:
    rows = rows_of(district.sheet(OVERVIEW))
    percents = {i: half_up(20 * mean(district.tidy.indicator(i))) for i in INDICATORS}
    for label, order in (("จุดแข็ง", sorted(percents.values())[::-1]), ("ควรพัฒนาก่อน", sorted(percents.values()))):
        listed = records(rows, "ตัวบ่งชี้", label, "ร้อยละ")
        ends = [n for n, row in enumerate(listed) if row["ตัวบ่งชี้"] == "ตัวบ่งชี้"]
        listed = listed[: ends[0]] if ends else listed
        found = [(row["ตัวบ่งชี้"].replace("ตบช.", "IND"), shown(row["ร้อยละ"])) for row in listed]
        at = next((n for n, (_, percent) in enumerate(found) if percent != order[n]), len(found))
        assert len(found) >= 3 and at >= len(found), (label, found, order[: len(found)])
        assert all(percents[indicator] == percent for indicator, percent in found)
        for row, (indicator, _) in zip(listed, found, strict=True):
            assert shown(row["เฉลี่ย"]) == half_up(mean(district.tidy.indicator(indicator)))


def test_points_lost_by_deductions(district: District) -> None:
    """What was deducted, and what it cost: a point that was not earned can't be lost."""
    rows = records(rows_of(district.sheet(OVERVIEW)), "ตัวบ่งชี้", "แห่ง", "หัก", "เสียจริง")
    got = {row["ตัวบ่งชี้"].replace("ตบช.", "IND"): row for row in rows}
    scores = district.tidy.scores
    for indicator in [*INDICATORS, "รวม"]:
        of = scores if indicator == "รวม" else scores[scores.indicator == indicator]
        hit = [row for row in of.itertuples() if row.deduction != "0"]
        if not hit and indicator != "รวม":
            assert indicator not in got
            continue
        row = got[indicator]
        assert row["แห่ง"] == len(hit), indicator
        assert shown(row["หัก"]) == Decimal(sum(cents(r.deduction) for r in hit)) / 100, indicator
        assert shown(row["เสียจริง"]) == Decimal(sum(cents(r.gross) - cents(r.score) for r in hit)) / 100, indicator
        if row.get("ร้อยละ") is not None:
            schools = len(of) if indicator != "รวม" else None
            assert schools and shown(row["ร้อยละ"]) == half_up(Fraction(100 * len(hit), schools)), indicator


# --- The sheets among themselves -------------------------------------------------------------------------------


def test_the_score_sheet_is_the_data(district: District) -> None:
    tidy = district.tidy
    assert list(district.scores) == list(tidy.schools.school_code)
    indicators = {(r.school_code, r.indicator): cents(r.score) for r in tidy.scores.itertuples()}
    areas = {(r.school_code, f"A{r.workbook}"): cents(r.score) for r in tidy.valid.itertuples() if r.workbook != "iqa"}
    for school, row in district.scores.items():
        for key, value in row.items():
            known = {**indicators, **areas, (school, "total"): tidy.totals.get(school)}
            expected = known.get((school, key))
            assert value == (None if expected is None else Decimal(expected) / 100), (school, key)
    for row in tidy.schools.itertuples():
        assert row.total_score == "" or cents(row.total_score) == tidy.totals[row.school_code]
        assert (row.total_score == "") == (row.school_code not in tidy.totals)


def test_the_score_sheet_is_the_json(district: District) -> None:
    assert [school["code"] for school in district.json["schools"]] == list(district.scores)
    for school in district.json["schools"]:
        row = district.scores[school["code"]]
        assert shown(school["total"]) == row["total"]
        for area, entry in school["areas"].items():
            assert shown(entry["score"]) == row[f"A{area}"]
        for indicator in INDICATORS:
            entry = school["indicators"].get(indicator)
            assert (shown(entry["score"]) if entry else None) == row[indicator]


def test_means_below_the_heads_are_those_of_the_overview(district: District) -> None:
    """The means over the filter, with nothing filtered, are the overview's to the last digit."""
    about = district.json["district"]
    rows = rows_of(district.sheet(SCORES))
    header = table(rows, "รหัส", "สถานศึกษา", "ตบช.1")[0]
    means = next(row for row in rows if any(isinstance(v, str) and v.startswith("ค่าเฉลี่ย") for v in row[:3]))
    for number in oracle.RUBRIC:
        assert shown(means[header.index(f"ตบช.{number}")]) == shown(about["indicators"][f"IND{number}"]["mean"])
    rows = rows_of(district.sheet(TRACES))
    header = next(row for row in rows if "รหัส" in row)
    means = next(row for row in rows if any(isinstance(v, str) and v.startswith("ค่าเฉลี่ย") for v in row[:3]))
    for process in oracle.PROCESSES:
        at = next(n for n, name in enumerate(header) if isinstance(name, str) and name.split()[0] == process)
        assert shown(means[at]) == shown(about["iqa"]["processes"][process]["percent"]), process


def test_the_sheet_of_traces_is_the_data(district: District) -> None:
    header, *rows = table(rows_of(district.sheet(TRACES)), "รหัส", "สถานศึกษา")
    by_school = {row[header.index("รหัส")]: row for row in rows}
    assert list(by_school) == list(district.tidy.schools.school_code)
    sent = {school: data for (school, workbook), data in district.sent.items() if workbook == "iqa"}
    for school, row in by_school.items():
        card = oracle.score(sent[school]) if school in sent else None
        for process in oracle.PROCESSES:
            at = next(n for n, name in enumerate(header) if isinstance(name, str) and name.split()[0] == process)
            expected = None if card is None else shown(card["processes"][process]["percent"])
            assert shown(row[at]) == expected, (school, process)


def test_steps_of_the_traces_by_school(district: District) -> None:
    """Of every step the share of schools in each state, how many lack evidence, and which are not done."""
    steps = district.tidy.iqa_items
    rows = {str(row["ขั้น"]): row for row in records(rows_of(district.sheet("ขั้นของ IQA")), "ขั้น", "กระบวนการ")}
    assert list(rows) == list(dict.fromkeys(steps.item))
    sent = district.tidy.submissions
    counted = set(sent[sent.status != "superseded"].file)
    problems = district.tidy.problems
    bare = problems[(problems.code == "consistency.done_without_evidence") & problems.file.isin(counted)]
    lacking = {
        item: {row.school_name for row in bare.itertuples() if row.field.startswith(f"{item} ")} for item in rows
    }
    for item, row in rows.items():
        of = steps[steps.item == item]
        said = {name.split(" (")[0]: value for name, value in row.items()}
        for label, status in (("ดำเนินการแล้ว", "done"), ("กำลังดำเนินการ", "doing"), ("ยังไม่ดำเนินการ", "not_started")):
            assert shown(said[label]) == half_up(Fraction(100 * int((of.status == status).sum()), len(of))), (
                item,
                label,
            )
        assert said["ไม่ได้ตอบ"] == (of.status == "").sum(), item
        # Done without evidence is an error: such a workbook is in no share, and its school is named from the problems.
        assert said["ขาดหลักฐาน"] == len(lacking[item]), item
        for label, expected in (
            ("สถานศึกษาที่ยังไม่เสร็จ", sorted(of[of.status != "done"].school_name)),
            ("สถานศึกษาที่ขาดหลักฐาน", sorted(lacking[item])),
        ):
            named = said[label] or ""
            more = re.search(r" และอีก (\d+) แห่ง$", named)
            names = (named[: more.start()] if more else named).split(", ") if named else []
            assert set(names) <= set(expected), item
            assert len(names) + int(more[1] if more else 0) == len(expected), item


def test_problems_are_all_listed(district: District) -> None:
    rows = records(rows_of(district.sheet("ปัญหาที่พบ")), "ระดับ", "สิ่งที่พบ")
    tidy = district.tidy.problems
    assert Counter(row["สิ่งที่พบ"] for row in rows) == Counter(tidy.message)
    assert Counter(p["message"] for p in district.json["problems"]) == Counter(tidy.message)
    assert Counter(p["code"] for p in district.json["problems"]) == Counter(tidy.code)


def test_the_json_fits_its_schema(district: District) -> None:
    schema = json.loads((SAMPLES.parent / "schemas" / "district.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(district.json)


def test_completeness_is_the_data(district: District) -> None:
    tidy = district.tidy
    rows = records(rows_of(district.sheet(COMPLETE)), "รหัส", "สถานศึกษา")
    assert [row["รหัส"] for row in rows] == list(tidy.schools.school_code)
    replaced = Counter(tidy.submissions[tidy.submissions.status == "superseded"].school_code)
    for row in rows:
        school = row["รหัส"]
        sent = tidy.counting[tidy.counting.school_code == school]
        late, timely = (sent.on_time == "false").sum(), (sent.on_time == "true").sum()
        counts = Counter(sent.status)
        for label, expected in (
            ("ได้รับ", 8 - counts["missing"]),
            ("ใช้ได้", counts["ok"] + counts["warnings"]),
            ("ผิดพลาด", counts["errors"]),
            ("ยังไม่ส่ง", counts["missing"]),
            ("ทันกำหนด", timely),
            ("ส่งช้า", late),
            ("ถูกแทนที่", replaced[school]),
        ):
            name = next(name for name in row if name.startswith(label))
            assert row[name] == expected, (school, label)
        cells = [value for value in row.values() if isinstance(value, str)]
        assert sum("ยังไม่ส่ง" in text for text in cells) == counts["missing"]
        assert sum("ช้า" in text for text in cells) == late
        assert sum("ผิดพลาด" in text for text in cells) == counts["errors"]
    about = district.json["district"]
    assert sum(row["ได้รับ"] for row in rows) == about["received"]
    assert sum(row["ใช้ได้"] for row in rows) == about["valid"]
    assert about["schools_complete"] == sum(row["ใช้ได้"] == 8 for row in rows)
    assert about["schools_received"] == sum(row["ได้รับ"] > 0 for row in rows)


def test_deductions_list_every_condition_found(district: District) -> None:
    rows = records(rows_of(district.sheet(DEDUCTIONS)), "รหัส", "สถานศึกษา", "ข้อ")
    got = [(row["รหัส"], re.match(r"\d+", row["ตัวบ่งชี้"])[0], row["ข้อ"]) for row in rows]
    expected = []
    for (school, workbook), data in district.sent.items():
        if workbook != "iqa":
            for indicator, card in oracle.score(data)["indicators"].items():
                found = [condition["id"] for condition in card["conditions"] if condition["found"]]
                expected += [(school, indicator.removeprefix("IND"), name) for name in found]
    assert sorted(got) == sorted(expected)
    cost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row, (school, number, _) in zip(rows, got, strict=True):
        cost[school, f"IND{number}"] += shown(next(v for k, v in row.items() if k.startswith("หักคะแนน"))) or 0
    deducted = {(r.school_code, r.indicator): Decimal(r.deduction) for r in district.tidy.scores.itertuples()}
    assert {key: value for key, value in cost.items() if value} == {key: v for key, v in deducted.items() if v}
    # An indicator loses its point once, so that the column may be added up.
    resolved = {
        (r.school_code, r.indicator, r.condition) for r in district.tidy.conditions.itertuples() if r.resolved == "true"
    }
    for row, (school, number, name) in zip(rows, got, strict=True):
        words = next(v for k, v in row.items() if k.startswith("การแก้ไข"))
        assert ("แก้ไขแล้ว" in words and "ยัง" not in words) == ((school, f"IND{number}", name) in resolved)


# --- Readiness -------------------------------------------------------------------------------------------------

SAMPLED = {"IND1": ["2"], "IND4": ["2.1", "2.2", "2.3"], "IND7": ["2"], "IND10": ["3"], "IND17": ["2"], "IND19": ["2"]}
NAMED: dict[int, dict[str, list[str] | None]] = {
    2: {"IND9": None},
    3: {"IND14": None},
    4: {"IND19": None},
    5: {"IND8": ["2"], "IND12": ["1.2", "2.3"]},
    6: {"IND8": ["1"]},
    7: {"IND7": None},
    8: {"IND11": None},
}


def readiness(district: District) -> dict[int, dict[str, set[str] | None]]:
    """Point → school → what it lacks (nothing: it is ready), None where its workbooks do not tell."""
    schools = list(district.tidy.schools.school_code)
    found: dict[int, dict[str, set[str] | None]] = {}
    for point, named in NAMED.items():
        found[point] = {}
        for school in schools:
            short, unknown = set(), False
            for indicator, criteria in named.items():
                data = district.sent.get((school, str(AREA_OF[indicator])))
                if data is None:
                    unknown = True
                    continue
                number = int(indicator.removeprefix("IND"))
                for (of, criterion), points in exact_points(data).items():
                    named_here = of == indicator and (criteria is None or criterion in criteria)
                    if named_here and points < oracle.RUBRIC[number][0][criterion][0]:
                        short.add(f"{number}.{criterion}")
                if criteria is None:
                    conditions = oracle.score(data)["indicators"][indicator]["conditions"]
                    short |= {f"{number}.{condition['id']}" for condition in conditions if condition["deducts"]}
                    unknown |= any(condition["found"] is None for condition in conditions)
            found[point][school] = short or (None if unknown else set())
    return found


def readiness_sheet(district: District) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, str]]]:
    """(point → its row, point → school → what is listed)."""
    rows = rows_of(district.sheet(READY))
    points = {int(row["ข้อ"]): row for row in records(rows, "ข้อ", "ความพร้อม") if str(row["ข้อ"]).isdecimal()}
    listed: dict[int, dict[str, str]] = defaultdict(dict)
    for row in records(rows, "ข้อ", "รหัส", "สถานศึกษา"):
        lacks = next(value for name, value in row.items() if name.startswith("สิ่งที่ยังขาด"))
        listed[int(row["ข้อ"])][row["รหัส"]] = lacks
    return points, listed


def test_readiness_points_2_to_8_follow_from_the_answers(district: District) -> None:
    points, listed = readiness_sheet(district)
    assert list(points) == list(range(1, 9))
    for point, schools in readiness(district).items():
        short = {school: lacks for school, lacks in schools.items() if lacks}
        ready = [school for school, lacks in schools.items() if lacks == set()]
        assert set(listed[point]) == set(short), point
        for school, lacks in short.items():
            named = set(
                re.findall(
                    r"(?<![\d.])\d{1,2}\.(?:\d(?:\.\d)*|D\d)(?![\d/])",
                    re.sub(r"ได้ [\d.]+/[\d.]+", "", listed[point][school]),
                )
            )
            assert named == lacks, (point, school)
        row = points[point]
        assert row[next(n for n in row if n.startswith("พร้อม") and "แห่ง" in n)] == len(ready), point
        assert row[next(n for n in row if n.startswith("ยังขาด"))] == len(short), point


def test_readiness_point_1_asks_for_samples_and_evidence(district: District) -> None:
    points, listed = readiness_sheet(district)
    short: dict[str, set[str]] = defaultdict(set)
    whole = set()
    for school in district.tidy.schools.school_code:
        sent = {area: district.sent.get((school, str(area))) for area in AREAS}
        if all(sent.values()):
            whole.add(school)
        for data in filter(None, sent.values()):
            for indicator, criteria in SAMPLED.items():
                if AREA_OF[indicator] == data["area"]:
                    for criterion in criteria:
                        answer = data["answers"].get(indicator, {}).get(criterion, {})
                        # Nobody below the standard: full points, and the count may be blank.
                        nobody = (indicator, criterion) == ("IND4", "2.2") and answer.get("total") == 0
                        if {"count", "total"} - answer.keys() and not nobody:
                            short[school].add(f"{indicator.removeprefix('IND')}.{criterion}")
            for indicator, criterion in unproven(data):
                short[school].add(f"{indicator.removeprefix('IND')}.{criterion}")
    assert set(listed[1]) == set(short)
    for school, lacks in short.items():
        for name in lacks:
            assert re.search(rf"(?<![\d.]){re.escape(name)}(?![\d.])", listed[1][school]), (school, name)
    row = points[1]
    assert row[next(n for n in row if n.startswith("พร้อม") and "แห่ง" in n)] == len(whole - set(short))


def unproven(data: dict[str, Any]) -> set[tuple[str, str]]:
    """Criteria with something claimed that has neither evidence nor a link beside it or its criterion."""
    beside = {(i, a) for part in ("evidence", "links") for i, texts in data.get(part, {}).items() for a in texts}
    found = set()
    for (indicator, criterion), points in exact_points(data).items():
        spec = oracle.RUBRIC[int(indicator.removeprefix("IND"))][0][criterion]
        if not points or (indicator, criterion) in beside:
            continue
        if spec[1].endswith("checklist"):
            answers = data["answers"].get(indicator, {})
            met = oracle._checklist(spec[0], spec[2], answers)[2]
            if not any(item["met"] and (indicator, item["id"]) not in beside for item in met):
                continue
        found.add((indicator, criterion))
    return found


def test_readiness_holds_what_rounding_would_hide(made: District) -> None:
    """799 of 800 teachers earn 2.00 points as shown, and are not every teacher."""
    _, listed = readiness_sheet(made)
    row = made.tidy.criteria[
        (made.tidy.criteria.school_code == code(7))
        & (made.tidy.criteria.indicator == "IND8")
        & (made.tidy.criteria.criterion == "1")
    ]
    assert list(row.points) == ["2"] and list(row.points_exact) == ["799/400"]
    assert code(7) in listed[6]
    assert code(7) not in listed[5] or "8.2" not in listed[5][code(7)]


# --- Cards -----------------------------------------------------------------------------------------------------


def cards(district: District) -> dict[str, list[list[Any]]]:
    """School → the rows of its card."""
    return cards_of(rows_of(district.sheet(CARDS)))


def cards_of(rows: list[list[Any]]) -> dict[str, list[list[Any]]]:
    starts = []
    for at, row in enumerate(rows):
        marks = [m for v in row if isinstance(v, str) and (m := re.match(r"รหัส (\d{8,10})\b", v))]
        if marks:
            starts.append((at - 1, marks[0][1]))
    ends = [at for at, _ in starts[1:]] + [len(rows)]
    return {school: rows[at:end] for (at, school), end in zip(starts, ends, strict=True)}


def beside(rows: list[list[Any]], label: str, down: int = 1) -> Any:
    """What stands so many rows below a label on a card."""
    for above, below in zip(rows, rows[down:], strict=False):
        for at, value in enumerate(above):
            if isinstance(value, str) and re.match(label, value):
                return below[at]
    raise AssertionError(f"no {label} on the card")


def test_cards_are_the_score_sheet(district: District) -> None:
    found = cards(district)
    assert list(found) == list(district.scores)
    about = district.json["district"]
    for school, rows in found.items():
        scores = district.scores[school]
        assert shown_or_none(beside(rows, "คะแนนรวม")) == scores["total"]
        listed = {}
        if set(scores.values()) == {None} and not any("ด้านและตัวบ่งชี้" in row for row in rows):
            continue  # of a school without a valid workbook there is nothing to list
        for row in records(rows, "ด้านและตัวบ่งชี้", "คะแนน", "เต็ม"):
            area = re.match(r"ด้าน (\d)", str(row["ตบช."]))
            key = f"A{area[1]}" if area else "total" if row["ตบช."] is None else f"IND{row['ตบช.']}"
            listed[key] = row
        # Of an area without a valid workbook the indicators may stay out.
        assert {key: value for key in listed if (value := shown_or_none(listed[key]["คะแนน"])) is not None} == {
            key: value for key, value in scores.items() if value is not None
        }, school
        assert {f"A{area}" for area in AREAS} | {"total"} <= listed.keys()
        means = {i: entry["mean"] for i, entry in about["indicators"].items()} | {"total": about["mean_total"]}
        means |= {f"A{area}": entry["mean"] for area, entry in about["areas"].items()}
        for key, row in listed.items():
            points, share = shown_or_none(row["คะแนน"]), shown_or_none(row["ร้อยละของคะแนนเต็ม"])
            assert shown(row["เฉลี่ยเขต"]) == shown(means[key]), (school, key)
            if points is None:
                assert share is None
                continue
            assert share == half_up(Fraction(points) * 100 / row["เต็ม"])
            assert shown(row["ต่าง"]) == points - shown(row["เฉลี่ยเขต"]), (school, row)


def shown_or_none(value: Any) -> Decimal | None:
    """A figure, or None for a dash or a word that says there is none."""
    return None if isinstance(value, str) else shown(value)


def test_card_files_are_the_cards_of_the_summary(sample: District) -> None:
    """`--cards DIR`: one workbook for each school; it may say more, but nothing else."""
    inside, files = cards(sample), sorted((sample.folder / "cards").iterdir())
    assert [path.name.split()[0] for path in files] == sorted(inside)
    tables = [("ด้านและตัวบ่งชี้", "คะแนน", "เต็ม"), ("กระบวนการ", "ทำแล้ว", "ทั้งหมด"), ("ข้อ", "ได้", "เต็ม", "ขาด")]
    for path in files[:4]:
        ((school, rows),) = cards_of([row for sheet in load(path) for row in rows_of(sheet)]).items()
        for headers in tables:
            wanted, got = records(inside[school], *headers), records(rows, *headers)
            wanted = [row for row in wanted if shown_or_none(row[headers[1]]) is not None]
            assert [{h: row[h] for h in headers} for row in got[: len(wanted)]] == [
                {h: row[h] for h in headers} for row in wanted
            ], (path.name, headers)


def test_cards_tell_where_a_school_stands(district: District) -> None:
    totals = district.tidy.totals
    groups: dict[str, set[int]] = defaultdict(set)
    ordered = list(totals.values())
    for school, rows in cards(district).items():
        if school not in totals:
            assert not re.search(r"\d+ จาก", str(beside(rows, "อันดับ")))
            continue
        place = re.match(r"(\d+) จาก (\d+)", str(beside(rows, "อันดับ")))
        assert int(place[1]) == 1 + sum(other > totals[school] for other in ordered), school
        assert int(place[2]) == len(ordered)
        words = beside(rows, "อันดับ", 2)
        assert isinstance(words, str)
        value = Fraction(totals[school], 100)
        group = 1 + sum(value > quartile(ordered, number) for number in (1, 2, 3))
        groups[words].add(group)
    assert all(len(numbers) == 1 for numbers in groups.values()), dict(groups)
    assert len(groups) == len(set().union(*groups.values()))


def test_cards_say_what_each_point_was_given_for(district: District) -> None:
    for school, rows in cards(district).items():
        start = next((n for n, row in enumerate(rows, 1) if "คะแนนแต่ละข้อได้มาจาก" in row), len(rows))
        texts: dict[str, str] = defaultdict(str)
        indicator = ""
        for row in rows[start:]:
            filled = [str(value) for value in row if value is not None]
            if filled and filled[0].isdecimal():
                indicator = f"IND{filled.pop(0)}"
            texts[indicator] += " " + " ".join(filled)
        got = {}
        for indicator, text in texts.items():
            for found in re.finditer(r"ข้อ ([\d.]+(?:, [\d.]+)*): (?:ข้อละ )?([\d.]+)/(\d+) \(\S", text):
                for criterion in found[1].split(", "):
                    got[indicator, criterion] = Decimal(found[2]), int(found[3])
        expected = {}
        for area in AREAS:
            if data := district.sent.get((school, str(area))):
                for key, points in exact_points(data).items():
                    full = oracle.RUBRIC[int(key[0].removeprefix("IND"))][0][key[1]][0]
                    expected[key] = half_up(points), full
        assert got == expected, school


def test_cards_show_progress_and_deductions(district: District) -> None:
    for school, rows in cards(district).items():
        texts = [value for row in rows for value in row if isinstance(value, str)]
        data = district.sent.get((school, "iqa"))
        if data:
            card = oracle.score(data)
            listed = {str(row["ที่"]): row for row in records(rows, "ที่", "กระบวนการ", "ทำแล้ว", "ทั้งหมด")}
            for process, entry in card["processes"].items():
                assert (listed[process]["ทำแล้ว"], listed[process]["ทั้งหมด"]) == (entry["done"], entry["total"])
                share = next(value for name, value in listed[process].items() if name.startswith("ร้อยละ"))
                assert shown(share) == shown(entry["percent"]), (school, process)
            assert shown(beside(rows, "ร่องรอย IQA")) == shown(card["percent"])
        found = set()
        for area in AREAS:
            if data := district.sent.get((school, str(area))):
                for indicator, card in oracle.score(data)["indicators"].items():
                    found |= {(indicator, c["id"]) for c in card["conditions"] if c["found"]}
        if not found:
            assert "ผลการตรวจ" not in texts, school
            continue
        got, indicator = set(), ""
        for row in records(rows, "เงื่อนไข", "คะแนน", "ผลการตรวจ"):
            indicator = f"IND{row['ตบช.']}" if row["ตบช."] is not None else indicator
            got.add((indicator, row["เงื่อนไข"].split()[0]))
        assert got == found, school


def test_opportunities_are_what_full_points_lack(district: District) -> None:
    for school, rows in cards(district).items():
        exact, deducted = {}, {}
        for area in AREAS:
            data = district.sent.get((school, str(area)))
            if data:
                exact |= exact_points(data)
                deducted |= {name: card["deduction"] for name, card in oracle.score(data)["indicators"].items()}
        try:
            listed = records(rows, "ที่", "ได้", "เต็ม", "ขาด", "สิ่งที่จะเพิ่มคะแนน")
        except AssertionError:
            assert not exact
            continue
        listed = [row for row in listed if isinstance(row["ที่"], (int, float))]
        lost = [shown(row["ขาด"]) for row in listed]
        assert lost == sorted(lost, reverse=True), school
        names = []
        for row in listed:
            assert row["สิ่งที่จะเพิ่มคะแนน"], (school, row)
            name = re.match(r"ตบช\.(\d+) ข้อ (\S+)", row["ข้อ"])
            if name:
                indicator, criterion = f"IND{name[1]}", name[2]
                assert shown(row["ได้"]) == half_up(exact[indicator, criterion]), (school, row)
                assert shown(row["ขาด"]) == alone(exact, deducted, indicator, criterion), (school, row)
                names.append((indicator, criterion))
        # The dearest stand there: nothing that was left out costs more than the last one listed.
        for key, points in exact.items():
            full = oracle.RUBRIC[int(key[0].removeprefix("IND"))][0][key[1]][0]
            if key not in names and full - points:
                assert alone(exact, deducted, *key) <= lost[-1], (school, key)


def alone(exact: dict[tuple[str, str], Fraction], deducted: dict[str, int], indicator: str, criterion: str) -> Decimal:
    """What full points in one criterion alone add to the net score of its indicator."""
    has = sum(points for key, points in exact.items() if key[0] == indicator)
    full = oracle.RUBRIC[int(indicator.removeprefix("IND"))][0][criterion][0]
    nets = (max(Decimal(0), half_up(p) - deducted[indicator]) for p in (has, has + full - exact[indicator, criterion]))
    before, after = nets
    return after - before


def test_all_opportunities_add_up_to_what_the_total_lacks(district: District) -> None:
    for school, rows in cards(district).items():
        if school not in district.tidy.totals:
            continue
        listed = records(rows, "ที่", "ได้", "เต็ม", "ขาด", "สิ่งที่จะเพิ่มคะแนน")
        listed = [row for row in listed if isinstance(row["ที่"], (int, float))]
        texts = [v for row in rows for v in row if isinstance(v, str)]
        rest = next((m for v in texts if (m := re.match(r"อีก (\d+) รายการ รวม ([\d.]+) คะแนน", v))), None)
        lacking = 100 - Decimal(district.tidy.totals[school]) / 100
        assert shown(listed[-1]["สะสม"]) + (Decimal(rest[2]) if rest else 0) == lacking, school


# --- The due date, and dates of files --------------------------------------------------------------------------


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
