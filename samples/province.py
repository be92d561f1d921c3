"""Districts and provinces of any size, made as results of files that nobody had to write.

    python -m samples.province --out DIR [--districts 6] [--schools 40]

writes the data folder of each district. `district_of`, `data_of` and `province_of` give the same in memory, for
tests, pictures and benchmarks. Schools differ in quality; some send nothing, late, with faults or once more.
The same arguments always give the same result.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import datetime
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from qa_excel.checks import check, check_together
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.folder import write_data
from qa_excel.district.merging import District, merge
from qa_excel.form.layout import layout_of, sheet_title
from qa_excel.kinds.answers import dig
from qa_excel.office.roster import Roster, School
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import FileResult, ReadFile, Submission
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import fields
from samples import build

YEAR = 2565
DUE = "2023-04-05"
TODAY = datetime.date(2023, 5, 15)
SEED = 2565
NAME = "สพป.ตัวอย่าง เขต {number}"

SILENT, PARTIAL, LATE = 0.03, 0.08, 0.12
"""Shares of the schools that send nothing, not everything, and after the others."""
FAULTY, OPEN, CORRECTED = 0.025, 0.06, 0.04
"""Shares of the workbooks with a wrong entry, with an answer still open, and of those sent twice."""
SCHOOLS_PER_DAMAGED_FILE = 100


def district_of(schools: int = 300, seed: int = SEED, name: str = NAME.format(number=1), first: int = 1) -> District:
    """A merged district. Codes count from `first`, so that districts of one province have their own.

    It is made once for the same arguments, and not to be changed.
    """
    return _district(schools, seed, name, first)


@cache  # which takes an argument left out and the same given for two calls
def _district(schools: int, seed: int, name: str, first: int) -> District:
    better = random.Random(f"{seed} district").uniform(-0.07, 0.07)
    known = [_school(seed, n, name, better) for n in range(first, first + schools)]
    roster = Roster(
        tuple(School(s.code, s.name, s.office, s.levels, s.learners, s.teachers, s.ministry_code) for s in known)
    )
    results = [result for n, school in enumerate(known, start=first) for result in _sent(seed, n, school)]
    for n in range(SCHOOLS_PER_DAMAGED_FILE, schools + 1, SCHOOLS_PER_DAMAGED_FILE):
        file = f"ส่งทางอีเมล/สแกน {n}.xlsx"
        results.append(FileResult(file, [Problem("file.damaged", Source(file))]))
    together = check_together(results, roster)
    district = merge(results, roster, name=name, today=TODAY)
    district.problems[:0] = together
    return district


def _school(seed: int, number: int, office: str, better: float) -> build.School:
    """A school whose quality is as much better as its whole district's."""
    school = build.random_school(random.Random(f"{seed} school {number}"), number, office=office)
    return dataclasses.replace(school, quality=build.clip(school.quality + better, 0.45, 0.95))


def data_of(
    schools: int = 300,
    seed: int = SEED,
    name: str = NAME.format(number=1),
    first: int = 1,
    due: str | None = DUE,
    lang: str = "th",
) -> Dataset:
    """The dataset of a district, made once for the same arguments, and not to be changed."""
    return _data(schools, seed, name, first, due, lang)


@cache
def _data(schools: int, seed: int, name: str, first: int, due: str | None, lang: str) -> Dataset:
    return collect(_district(schools, seed, name, first), due=due, lang=lang, iqa_due=due)


def province_of(districts: int = 6, schools: int = 40, seed: int = SEED) -> list[Dataset]:
    """The data of a province's districts, of somewhat different sizes."""
    sizes = random.Random(f"{seed} province")
    return [
        data_of(max(1, round(schools * sizes.uniform(0.8, 1.2))), seed + n, NAME.format(number=n), first=n * 10_000 + 1)
        for n in range(1, districts + 1)
    ]


def repeated(dataset: Dataset, times: int) -> Iterator[Dataset]:
    """The same district over and over with names and codes of their own: much data in little time."""
    for n in range(times):
        frames = {name: _renamed(frame, n) for name, frame in dataset.frames.items()}
        yield Dataset(
            f"{dataset.name} ({n + 1})",
            dataset.year,
            dataset.iqa_year,
            dataset.rubric,
            dataset.traces,
            frames,
            due=dataset.due,
            lang=dataset.lang,
            iqa_due=dataset.iqa_due,
        )


def _renamed(frame: pd.DataFrame, n: int) -> pd.DataFrame:
    of: dict[str, Callable[[str], str]] = {
        "district": lambda name: f"{name} ({n + 1})",
        "school_code": lambda code: f"10{n + 1:04d}{code[-4:]}",
        "file": lambda file: f"{n + 1}/{file}",
    }
    return frame.assign(
        **{
            name: frame[name].cat.rename_categories(
                {old: new(old) if old else "" for old in frame[name].cat.categories}
            )
            for name, new in of.items()
            if name in frame
        }
    )


# --- What a school sends ---


def _sent(seed: int, number: int, school: build.School) -> Iterator[FileResult]:
    rng = random.Random(f"{seed} answers {number}")
    submissions = build.school_submissions(rng, school, YEAR, YEAR)
    if rng.random() < SILENT:
        return
    if rng.random() < PARTIAL:
        submissions = rng.sample(submissions, rng.randint(5, 7))
    late = rng.randint(6, 25) if rng.random() < LATE else 0
    for data in submissions:
        data = _shifted(data, late)
        file = f"{school.code} {school.name}/{build.file_name(data)}"
        if rng.random() < CORRECTED:
            first = _faulty(rng, _shifted(data, -rng.randint(7, 14)))
            yield check(_received(file.replace("/", "/ฉบับแรก/"), first), TODAY)
        if rng.random() < FAULTY:
            yield check(_received(file, _faulty(rng, data)), TODAY)
        elif rng.random() < OPEN:
            yield check(_received(file, _open(rng, data)), TODAY)
        else:  # what is as it was made has nothing to be found, and looking for it takes most of the time
            yield _received(file, data)


def _shifted(data: dict[str, Any], days: int) -> dict[str, Any]:
    prepared = datetime.date.fromisoformat(data["prepared_on"]) + datetime.timedelta(days=days)
    return {**data, "prepared_on": build.working_day(prepared).isoformat()}


def _answers(data: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """(where it stands, id) of each answer that is one or two figures."""
    return [
        (answers, id_)
        for answers in data["answers"].values()
        for id_, answer in answers.items()
        if not any(isinstance(part, dict) for part in answer.values())
    ]


def _faulty(rng: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    """The submission with an entry that can't be right."""
    data = copy.deepcopy(data)
    if "items" in data:
        item = rng.choice(sorted(data["items"]))
        data["items"][item] = {"status": "done"}
        return data
    answers, id_ = rng.choice(_answers(data))
    answer = answers[id_]
    if "total" in answer:
        answer["count"] = answer["total"] + rng.randint(1, 40)
    else:
        key = rng.choice(sorted(answer))
        answer[key] = "บางส่วน" if isinstance(answer[key], bool) else "ประมาณ 30"
    return data


def _open(rng: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    """The submission with an answer left out."""
    data = copy.deepcopy(data)
    if "items" in data:
        del data["items"][rng.choice(sorted(data["items"]))]
    else:
        answers, id_ = rng.choice(_answers(data))
        del answers[id_]
    return data


# --- What reading it would have made of it ---


@cache
def _places(rubric_id: str, area: int | None) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """(path, sheet, cell) of each input of a workbook."""
    rubric = load_rubric(rubric_id)
    cells = layout_of(rubric, area).cells().items()
    return tuple(
        (path, sheet_title(rubric, sheet), f"{get_column_letter(column)}{row}") for path, (sheet, row, column) in cells
    )


@cache
def _fields(rubric_id: str, area: int | None) -> tuple[tuple[tuple[str, ...], str | None], ...]:
    """(path, grade where the input asks whether it is taught) of each input of a workbook."""
    return tuple(
        (given.path, given.grade if "levels" in given.path else None) for given in fields(load_rubric(rubric_id), area)
    )


def _received(file: str, data: dict[str, Any]) -> ReadFile:
    rubric_id, area = data["rubric"], data.get("area")
    levels = data["school"]["levels"]
    typed = {
        path: grade in levels if grade else raw
        for path, grade in _fields(rubric_id, area)
        if grade or (raw := dig(data, path)) is not None
    }
    sources = {path: Source(file, sheet, cell) for path, sheet, cell in _places(rubric_id, area)}
    return ReadFile(file, [], Submission(file, load_rubric(rubric_id), area, data, typed, sources))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the data folders of a province that does not exist.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--districts", type=int, default=6)
    parser.add_argument("--schools", type=int, default=40, help="about how many a district has")
    given = parser.parse_args()
    for number, dataset in enumerate(province_of(given.districts, given.schools), start=1):
        write_data(dataset, given.out / f"khet-{number}")


if __name__ == "__main__":
    main()
