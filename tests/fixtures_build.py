"""Builds the fixtures of the checks: workbooks that pass, and for each code workbooks that fail for it alone.

    PYTHONPATH=. python tests/fixtures_build.py DIR

writes DIR/should_pass/<what is in order>/ and DIR/should_fail/<code>/. Every fixture is a school of the samples,
complete and clean, with one thing changed. A folder may hold a roster.csv and a national_means.csv beside its
workbooks. The same script always writes the same bytes.
"""

from __future__ import annotations

import argparse
import copy
import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import books
from books import Formula

from qa_excel import fill
from qa_excel.fields import plant
from samples.build import NATIONAL_MEANS, SEED, SUBJECTS, district_schools, school_submissions

Submission = dict[str, Any]


@dataclass(frozen=True)
class File:
    """A workbook: a school of the samples (1 to 10), an area (None: internal assurance), and what is changed.

    `data` are changes of the submission by path, with None to take an entry away; `typed` is typed over the
    filled workbook.
    """

    area: int | None
    school: int = 2
    data: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[books.Key, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fixture:
    """A folder of workbooks; `roster` are the schools on its roster, `means` whether it has the national means."""

    files: tuple[File, ...]
    roster: tuple[int, ...] = ()
    means: bool = False


@functools.cache
def submissions(school: int) -> dict[int | None, Submission]:
    made = district_schools()[school - 1]
    given = school_submissions(random.Random(f"{SEED} answers {school}"), made)
    return {submission.get("area"): submission for submission in given}


def changed(file: File) -> Submission:
    submission = copy.deepcopy(submissions(file.school)[file.area])
    for dotted, value in file.data.items():
        path = tuple(dotted.split("/"))
        if value is None:
            parent = submission
            for part in path[:-1]:
                parent = parent[part]
            del parent[path[-1]]
        else:
            plant(submission, path, value)
    return submission


def build(fixture: Fixture, folder: Path) -> Path:
    """Writes a fixture's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(fixture.files, start=1):
        path = folder / f"{number:02} {'iqa' if file.area is None else f'area{file.area}'}.xlsx"
        fill(changed(file), path)
        if file.typed:
            books.type_in(path, file.typed)
    if fixture.roster:
        schools = [district_schools()[number - 1] for number in fixture.roster]
        rows = [f"{s.code},{s.name},{s.office},{' '.join(s.levels)},{s.learners},{s.teachers}" for s in schools]
        write_lines(folder / "roster.csv", ["code,name,office,levels,learners,teachers", *rows])
    if fixture.means:
        rows = [
            f"2563,{grade},{subject},{mean}"
            for grade, means in NATIONAL_MEANS.items()
            for subject, mean in zip(SUBJECTS, means, strict=True)
        ]
        write_lines(folder / "national_means.csv", ["year,grade,subject,mean", *rows])
    return folder


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def typed(area: int | None, entries: Mapping[books.Key, Any]) -> Fixture:
    return Fixture((File(area, typed=entries),))


def data(area: int | None, changes: Mapping[str, Any]) -> Fixture:
    return Fixture((File(area, data=changes),))


def national_id(first_twelve: str) -> str:
    """A number with a valid check digit; codes of no province begin it."""
    weighed = sum((13 - at) * int(digit) for at, digit in enumerate(first_twelve))
    return first_twelve + str((11 - weighed % 11) % 10)


CODE, YEAR = ("school.code", "value"), ("year", "value")
COUNT, TOTAL = ("IND6.1", "count"), ("IND6.1", "total")
P6_MEAN = ("IND5.2.thai", "P6.current")
NOTE = ("IND9.1.1", "note")
BOYS_AND_GIRLS = "ด.ช.สมมุติ ใจดี ด.ญ.สมสมัย ใจงาม และเด็กชายสมนึก ใจเย็น"

SHOULD_FAIL: dict[str, Callable[[], Fixture]] = {
    "value.school_code_missing": lambda: typed(4, {CODE: None}),
    "value.school_code": lambda: typed(4, {CODE: "9900101"}),
    "value.year_missing": lambda: typed(4, {YEAR: None}),
    "value.year": lambda: typed(4, {YEAR: 1999}),
    "value.levels_missing": lambda: typed(4, {("school.levels.P6", "value"): "ไม่เปิดสอน"}),
    "value.missing": lambda: typed(2, {TOTAL: None}),
    "value.table_missing": lambda: typed(2, {("school.levels.M3", "value"): "เปิดสอน"}),
    "value.condition_missing": lambda: typed(2, {("IND8.D1", "found"): None}),
    "value.resolved_missing": lambda: typed(2, {("IND5.D1", "found"): "พบ", ("IND5.D1", "resolved"): None}),
    "value.not_a_number": lambda: typed(2, {COUNT: "ประมาณสิบห้อง"}),
    "value.negative": lambda: typed(2, {COUNT: -3}),
    "value.not_whole": lambda: typed(2, {COUNT: 2.5}),
    "value.over_100": lambda: typed(2, {("IND5.1.2", "value"): 140}),
    "value.not_yes_no": lambda: typed(2, {("IND5.1.3", "met"): "บางส่วน"}),
    "value.not_a_choice": lambda: typed(None, {("1.3.1", "status"): "เกือบเสร็จ"}),
    "value.not_a_date": lambda: typed(4, {("prepared_on", "value"): "สิ้นเดือน"}),
    "value.error_value": lambda: typed(2, {COUNT: Formula("#DIV/0!")}),
    "value.not_calculated": lambda: typed(2, {COUNT: Formula("=SUM(Z1:Z3)")}),
    "value.count_over_total": lambda: typed(2, {COUNT: 99}),
    "value.total_zero": lambda: typed(2, {COUNT: 0, TOTAL: 0}),
    "value.not_tested": lambda: typed(1, {("IND2.1.arts", "P6.count"): 0, ("IND2.1.arts", "P6.total"): 0}),
    "value.grade_not_taught": lambda: typed(2, {("IND5.2.math", "M3.current"): 40}),
    "value.fraction_percent": lambda: typed(3, {("IND10.2", "value"): 0.9}),
    "value.mean_over_100": lambda: typed(2, {P6_MEAN: 447}),
    "value.normalised": lambda: typed(3, {("IND10.2", "value"): " ๘๒.๕ % "}),
    "value.schema": lambda: typed(4, {("IND13.1.1", "evidence"): "คำสั่ง_x0001_ที่ 5"}),
    "consistency.done_without_evidence": lambda: typed(None, DONE | {("1.1.1", "evidence"): None}),
    "consistency.done_below_number": lambda: typed(
        None, {("1.6.1", "status"): "ดำเนินการแล้ว", ("1.6.1", "members"): 2, ("1.6.1", "evidence"): "คำสั่งที่ 5"}
    ),
    "consistency.future_date": lambda: data(4, {"prepared_on": "2031-03-31"}),
    "consistency.future_year": lambda: data(4, {"year": 2590}),
    "consistency.total_differs": lambda: data(2, {"answers/IND8/2/total": 6}),
    "consistency.over_population": lambda: data(6, {"answers/IND17/2/total": 300}),
    "consistency.evidence_missing": lambda: data(
        6, {"answers/IND18/2.1": {"met": True}, "evidence/IND18/2.1": "", "links/IND18/2.1": ""}
    ),
    "consistency.cover_differs": lambda: Fixture((File(4), File(5), File(6, data={"school/office": "สพป.อื่น เขต 9"}))),
    "consistency.year_differs": lambda: Fixture((File(4), File(5), File(6, data={"year": 2562}))),
    "consistency.onet_tables_differ": lambda: Fixture((File(1), File(2, data={"answers/IND5/2/P6/arts": None}))),
    "consistency.national_mean_differs": lambda: Fixture(
        (File(2), File(3, data={"deductions/IND10/D2/found": True})), means=True
    ),
    "consistency.far_from_last_year": lambda: Fixture((File(4, data={"year": 2562, "school/learners": 860}), File(4))),
    "check.no_national_means": lambda: Fixture((File(2), File(3))),
    "roster.name_differs": lambda: Fixture((File(4, data={"school/name": "โรงเรียนวัดดอนพิกุลเงิน"}),), roster=(1, 2)),
    "roster.name_of_another": lambda: Fixture((File(4, data={"school/name": "รร. บ้านหนองดาวเรือง"}),), roster=(1, 2)),
    "roster.identical": lambda: Fixture((File(4), File(4))),
    "roster.changed": lambda: Fixture(
        (File(4), File(4, data={"prepared_on": "2021-05-03", "answers/IND13/2.1/value": 9}))
    ),
    "roster.copied_answers": lambda: Fixture(
        (File(2), File(2, data={"school/code": "99000099", "school/name": "โรงเรียนอื่น"}))
    ),
    "roster.outlier": lambda: Fixture(
        (*(File(5, school) for school in range(1, 10)), File(5, 10, data={"school/teachers": 2}))
    ),
    "privacy.national_id": lambda: data(3, {"notes/IND9/1.1": f"ประธาน {national_id('199990000123')}"}),
    "privacy.phone": lambda: data(3, {"notes/IND9/1.1": "โทร. ๐๘๑-๐๐๐ ๐๐๐๐"}),
    "privacy.email": lambda: data(3, {"notes/IND9/1.1": "ส่งถึง somebody@example.ac.th"}),
    "privacy.learner_names": lambda: data(3, {"notes/IND9/1.1": BOYS_AND_GIRLS}),
}
"""Code → the fixture that shows it."""
DONE = {("1.1.1", "status"): "ดำเนินการแล้ว"}

SHOULD_PASS: dict[str, Callable[[], Fixture]] = {
    "a complete school": lambda: Fixture(tuple(map(File, (1, 2, 3, 4, 5, 6, 7, None))), roster=(2,), means=True),
    "ten schools of all sizes": lambda: Fixture(
        tuple(File(5, school) for school in range(1, 11)), roster=tuple(range(1, 11))
    ),
    "two years of one school": lambda: Fixture((File(4), File(4, data={"year": 2562, "school/learners": 90}))),
    "a name spelt with other spaces": lambda: Fixture(
        (File(4, data={"school/name": "ร.ร.วัด ดอนพิกุลทอง"}),), roster=(1, 2)
    ),
    "numbers that are no one's": lambda: data(
        3,
        {
            "notes/IND9/1.1": "คำสั่งที่ 081/2563 ลงวันที่ 02/05/2563 รหัส 1099000002 เลขที่ 1-2345-67890-12-0",
            "links/IND9/1.1": "https://example.ac.th/files/0810000000/1999900001230",
        },
    ),
    "a few names of staff": lambda: data(
        3, {"notes/IND9/1.1": "นายสมมุติ ใจดี นางสาวสมสมัย ใจงาม และนายกองค์การบริหารส่วนตำบล"}
    ),
    "nobody below the standard": lambda: data(1, {"answers/IND4/2.2": {"count": 0, "total": 0}}),
}
"""What is in order → its fixture."""


def main(folder: Path) -> None:
    for kind, fixtures in (("should_pass", SHOULD_PASS), ("should_fail", SHOULD_FAIL)):
        for name, fixture in fixtures.items():
            build(fixture(), folder / kind / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
