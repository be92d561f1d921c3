"""Summaries of every kind of district, and the sheets of their data."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from helpers.districts import DUE, OFFICE, Made
from helpers.received import received, sample_results, sample_roster
from qa_excel.district.analysis import Analysis
from qa_excel.district.data import dictionary
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import combine
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.folder import write_data
from qa_excel.district.merging import merge
from qa_excel.office.roster import Roster, School
from qa_excel.summary import write_summary
from qa_excel.summary.card_files import write_card_files
from samples import build

DICTIONARY = yaml.safe_load(Path(dictionary.__file__).with_name("data_dictionary.yaml").read_text("utf-8"))
TABLES = ("submissions", "scores", "criteria", "conditions", "problems", "iqa_items")
"""Those that the issue names; there may be more."""


EVIL = [
    "=1+1",
    "+x",
    "<r>&</r>",
    "@x",
    "\t=x",
    "=cmd|' /C calc'!A0",
    "http://evil.example/",
    "internal:Sheet!A1",
    "'quoted",
    "{=1}",
]
"""Names of ten schools."""


def evil_results() -> tuple[list[Any], Roster]:
    """The sample district, all of whose texts a spreadsheet or a program might take for something else."""
    renamed = {school.code: name for school, name in zip(sample_roster().schools, EVIL, strict=True)}
    roster = Roster(
        tuple(
            School(s.code, renamed[s.code], '=HYPERLINK("http://evil.example")', s.levels, s.learners, s.teachers)
            for s in sample_roster().schools
        )
    )
    results = []
    for at, result in enumerate(sample_results()):
        data = result.submission.data
        data["school"]["name"] = renamed[data["school"]["code"]]
        for part in ("evidence", "notes", "links"):
            for texts in data.get(part, {}).values():
                for key in texts:
                    texts[key] = EVIL[at % len(EVIL)]
        results.append(received(f"=1+1 {at}/@{at}.xlsx", data))
    return results, roster


def district_of(number: int, schools: int = 3, year: int = build.EQA_YEAR, name: str = "") -> Dataset:
    """The data of a small made-up district; every one has schools of its own."""
    rng = random.Random(f"district {number}")
    made = [build.random_school(rng, 1 + n, "primary") for n in range(schools)]
    codes = {school.code: f"0{number}{n:06d}" for n, school in enumerate(made)}
    results = []
    for at, school in enumerate(made):
        answers = random.Random(f"{number} {at} {year}")
        for data in build.school_submissions(answers, school, year, year + 2):
            if (number + at) % 4 == 3 and data.get("area") == 5:
                continue
            data["school"]["code"] = codes[school.code]
            results.append(received(f"{codes[school.code]}/{data.get('area', 'iqa')}.xlsx", data))
    name = name or f"สพป.ทดสอบ เขต {number}"
    roster = Roster(
        tuple(School(codes[s.code], s.name, name, s.levels, s.learners, s.teachers, s.ministry_code) for s in made)
    )
    return collect(merge(results, roster), due=DUE, iqa_due=DUE)


LONG_NAME = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาพระนครศรีอยุธยา (ศูนย์ประสานงานการประกันคุณภาพการศึกษา) เขต 2"


class Each(dict):
    """By its name each, made when it is first asked for."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self.make = make

    def __missing__(self, name: str) -> Any:
        self[name] = self.make(name)
        return self[name]


class Summaries:
    """Summaries of every kind, with their cards and their data; each is made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.analyses = Each(lambda name: Analysis(self._dataset(name)))
        self.paths = Each(self._write)
        self.cards = Each(self._write_cards)
        self.data = Each(self._write_data)

    @cached_property
    def districts(self) -> list[Dataset]:
        return [district_of(number) for number in range(1, 4)]

    @cached_property
    def before(self) -> Dataset:
        return district_of(4, 2, build.EQA_YEAR - 1, LONG_NAME)

    def _dataset(self, name: str) -> Dataset:
        kind, _, lang = name.partition("-")
        match kind:
            case "empty":
                school = School("00000001", "โรงเรียนว่าง", OFFICE, ("P6",), 1, 1)
                return collect(merge([], Roster((school,))), lang=lang)
            case "small":
                return self.before
            case "trend":
                return district_of(4, 3)
            case "province":
                return combine(self.districts, "จังหวัดทดสอบ")
            case "made":
                inbox = self.folder / "inbox"
                inbox.mkdir()
                made = Made(inbox)
                results, roster = made.results, made.roster
            case "evil":
                results, roster = evil_results()
            case "sample":
                results, roster = sample_results(), sample_roster()
        return collect(merge(results, roster), due=DUE, lang=lang or "th", iqa_due=DUE)

    def _write(self, name: str) -> Path:
        path = self.folder / f"{name}.xlsx"
        write_summary(self.analyses[name], path, Analysis(self.before) if name == "trend" else None)
        return path

    def _write_cards(self, name: str) -> Path:
        folder = self.folder / "cards" / name
        write_card_files(self.analyses[name], folder, "en" if name.endswith("en") else "th")
        return folder

    def _write_data(self, name: str) -> Path:
        folder = self.folder / "data" / name
        write_data(self.analyses[name].data, folder)
        return folder


FIELDS = DICTIONARY["fields"]
TYPES = {"string": str, "integer": (int, float), "number": (int, float), "boolean": bool, "date": (date, datetime)}


def data_sheets(book: Any, lang: str) -> dict[str, tuple[Any, list[str], list[list[Any]]]]:
    """Name of a tidy table → (sheet, its fields, rows of cells)."""
    found = {}
    for sheet in book:
        for name, held in ((name, table_held.ref) for name, table_held in dict.items(sheet.tables)):
            known = DICTIONARY["tables"][name.removeprefix("qa_")]["fields"]
            titles = {FIELDS[field]["title"][lang]: field for field in known}
            head, *rows = sheet[held]
            found[name.removeprefix("qa_")] = sheet, [titles[cell.value] for cell in head], rows
    return found


def unescaped(text: str) -> str:
    """A formula's sign has an apostrophe before it, and so has an apostrophe that stands there."""
    return text[1:] if re.match(r"'+[=+\-@\t\r\n]", text) else text
