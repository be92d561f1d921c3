"""Builds the sample data: rosters and filled workbooks of schools that do not exist.

    python samples/build.py [--out DIR]

`district/` holds ten schools of one office: eight complete and clean, one with workbooks missing, one that
sent a corrected file again. `faulty/` holds two more: one with wrong entries, one whose file is damaged. The
same seed always gives the same bytes. `random_school` and `school_submissions` make as many further schools
as a test needs.
"""

import argparse
import csv
import datetime
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from qa_excel import fill, load_rubric
from qa_excel.files.output import save
from qa_excel.form.keys import read_form
from qa_excel.form.layout import workbook_name
from qa_excel.office.national_means import shipped_means

HERE = Path(__file__).resolve().parent
WORDS: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))

SEED = 2563
EQA, EQA_YEAR = "onesqa-r4", 2563
IQA, IQA_YEAR = "iqa-2565", 2565
OFFICE = "สพป.ตัวอย่าง เขต 1"
FAULTY_OFFICE = "สพป.ตัวอย่าง เขต 2"

Submission = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    levels: tuple[str, ...]
    cohorts: int
    "Year groups that the learners spread over, kindergarten included."
    learners: tuple[int, int]


KINDS = {
    "primary": Kind(("P6",), 8, (40, 480)),
    "expanded": Kind(("P6", "M3"), 11, (110, 420)),
    "secondary": Kind(("M3", "M6"), 6, (240, 1800)),
    "all_through": Kind(("P6", "M3", "M6"), 14, (320, 1500)),
}

TESTED = ("thai", "math", "science", "foreign")
# Means of the country in the subjects tested in 2562 and 2563; the program knows none of M6, which are invented.
NATIONAL_MEANS = {
    grade: {subject: float(shipped_means()[EQA_YEAR, grade, subject]) for subject in TESTED} for grade in ("P6", "M3")
} | {"M6": {"thai": 46.1, "math": 28.2, "science": 31.9, "social": 37.4, "foreign": 31.5}}


# Schools ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class School:
    """A school and what its answers follow from.

    `findings` maps a condition that was found, such as `IND1.D1`, to whether it was dealt with (None where
    that is not asked).
    """

    code: str
    ministry_code: str
    name: str
    office: str
    levels: tuple[str, ...]
    learners: int
    teachers: int
    support: int
    rooms: int
    leavers: dict[str, int]
    quality: float
    findings: dict[str, bool | None]
    facts: dict[str, str]
    staff: tuple[str, ...]

    def cover(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "office": self.office,
            "levels": list(self.levels),
            "learners": self.learners,
            "teachers": self.teachers,
        }


def person(rng: random.Random) -> str:
    people = WORDS["people"]
    if rng.random() < 0.4:
        return f"นาย{rng.choice(people['male'])} {rng.choice(people['family'])}"
    return f"{rng.choice(people['female_titles'])}{rng.choice(people['female'])} {rng.choice(people['family'])}"


def make_school(
    rng: random.Random,
    number: int,
    kind: str,
    *,
    learners: int,
    quality: float,
    findings: dict[str, bool | None],
    name: str,
    office: str,
    province: str = "99",
) -> School:
    """`number` makes the codes; no real code begins with the default `province`."""
    shape = KINDS[kind]
    cohort = learners / shape.cohorts
    leavers = {level: max(3, round(cohort * rng.uniform(0.85, 1.15))) for level in shape.levels}
    return School(
        code=f"{province}{number:06d}",
        ministry_code=f"10{province}{number:06d}",
        name=name,
        office=office,
        levels=shape.levels,
        learners=learners,
        teachers=max(4, round(learners / rng.uniform(16, 20))),
        support=max(1, round(learners / 160)),
        rooms=max(shape.cohorts, math.ceil(learners / 32)),
        leavers=leavers,
        quality=quality,
        findings=findings,
        facts={fact: rng.choice(choices) for fact, choices in WORDS["facts"].items()},
        staff=tuple(person(rng) for _ in range(4)),
    )


def random_school(rng: random.Random, number: int, kind: str | None = None, office: str = OFFICE) -> School:
    """School number `number` (1 to 999999, different for each school of a roster)."""
    kind = kind or rng.choices(list(KINDS), weights=(60, 25, 10, 5))[0]
    smallest, largest = KINDS[kind].learners
    # Small schools are many and large ones few.
    learners = round(smallest * (largest / smallest) ** rng.random())
    findings: dict[str, bool | None] = {}
    for condition, outcomes in WORDS["findings"].items():
        # Whether every subject is below the country's mean follows from the means themselves.
        if condition != "IND10.D2" and rng.random() < 0.04:
            findings[condition] = rng.choice([o == "resolved" for o in outcomes]) if "resolved" in outcomes else None
    place = "".join(rng.choice(WORDS["places"][part]) for part in ("first", "second"))
    return make_school(
        rng,
        number,
        kind,
        learners=learners,
        quality=rng.uniform(0.56, 0.89),
        findings=findings,
        name=rng.choice(WORDS["schools"][kind]).format(place=place),
        office=office,
    )


# Answers of the external assessment -------------------------------------------------------------------------


def number(value: float, digits: int = 2) -> int | float:
    """Rounded, and without a point where it is whole, as a submission's numbers are written."""
    value = round(value, digits)
    return int(value) if value == int(value) else value


def clip(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(max(value, low), high)


def yearly_mean(rng: random.Random, value: float) -> int | float:
    return number(clip(value + rng.gauss(0, 1.2), 15, 85))


class Answers:
    """What one school answers to the twenty indicators, drawn around its quality."""

    def __init__(self, rng: random.Random, school: School) -> None:
        self.rng, self.school = rng, school
        self.means = {level: self._means(level) for level in school.levels}

    def _means(self, level: str) -> dict[str, dict[str, int | float]]:
        means = {}
        for subject, country in NATIONAL_MEANS[level].items():
            usual = country + (self.school.quality - 0.68) * 22 + self.rng.gauss(0, 2)
            growth = (self.school.quality - 0.66) * 7 + self.rng.gauss(0, 1)
            means[subject] = {
                "previous": yearly_mean(self.rng, usual),
                "current": yearly_mean(self.rng, usual + growth),
            }
        return means

    def below_the_country(self) -> bool:
        """Every subject's mean over the grades taught is below the country's."""
        above: dict[str, float] = {}
        for level, means in self.means.items():
            for subject, mean in means.items():
                above[subject] = above.get(subject, 0) + mean["current"] - NATIONAL_MEANS[level][subject]
        return all(difference < 0 for difference in above.values())

    def yes(self, ease: float = 0.0) -> dict[str, bool]:
        return {"met": self.rng.random() < self.school.quality * 1.15 - 0.05 + ease}

    def yeses(self, *ids: str, ease: float = 0.0) -> dict[str, dict[str, bool]]:
        return {id_: self.yes(ease) for id_ in ids}

    def share(self, total: int, ease: float = 0.0, least: int = 1) -> dict[str, int]:
        part = clip(self.rng.gauss(self.school.quality + 0.04 + ease, 0.05))
        return {"count": max(least, round(total * part)), "total": total}

    def sample(self, population: int) -> int:
        return min(population, max(10, round(population * 0.08)))

    def percent(self) -> dict[str, int | float]:
        return {"value": number(clip(self.rng.gauss(58 + self.school.quality * 35, 4), 40, 99), 1)}

    def target(self) -> dict[str, int]:
        """The target level of item 1.2; 0 where no indicators were set."""
        if self.yes(0.08)["met"]:
            return {"value": self.rng.choice((80, 80, 85, 90))}
        return {"value": self.rng.choice((0, 70, 75))}

    def enough(self, threshold: int, most: int) -> dict[str, int]:
        if self.yes(-0.15)["met"]:
            return {"value": self.rng.randint(threshold, most)}
        return {"value": self.rng.randint(1, threshold - 1)}

    def plan(self) -> dict[str, Any]:
        """The five items that IND13, 14, 17, 18 and 20 share."""
        return {
            "1.1": self.yes(0.1),
            "1.2": self.target(),
            "1.3": self.yes(),
            "1.4": self.yes(0.05),
            "1.5": self.percent(),
        }

    def ind1(self) -> dict[str, Any]:
        sampled = self.sample(self.school.learners)
        return {"1": self.share(self.school.learners, 0.03), "2": self.share(sampled)}

    def ind2(self) -> dict[str, Any]:
        share = self.share_above_40
        return {
            "1": {
                level: {subject: share(pupils) for subject in NATIONAL_MEANS[level]}
                for level, pupils in self.school.leavers.items()
            }
        }

    def ind3(self) -> dict[str, Any]:
        return {"1": {level: self.share_above_40(pupils) for level, pupils in self.school.leavers.items()}}

    def share_above_40(self, pupils: int) -> dict[str, int]:
        # A T-score has mean 50 and deviation 10, so that five in six are above 40 in an average school.
        part = clip(self.rng.gauss(0.84 + (self.school.quality - 0.72) * 0.5, 0.04))
        return {"count": round(pupils * part), "total": pupils}

    def ind4(self) -> dict[str, Any]:
        learners = self.school.learners
        fit = self.share(learners, 0.03)
        below = min(learners - fit["count"], self.sample(learners))
        return {
            "1.1": fit,
            "1.2": self.share(learners, 0.06),
            "2.1": self.share(self.sample(learners), 0.03),
            "2.2": self.share(below, -0.05, least=min(below, 1)),
            "2.3": self.share(self.sample(learners)),
        }

    def ind5(self) -> dict[str, Any]:
        return {
            "1.1": self.yes(0.1),
            "1.2": self.target(),
            "1.3": self.yes(),
            "1.4": self.yes(-0.05),
            "1.5": self.percent(),
            "2": self.means,
        }

    def ind6(self) -> dict[str, Any]:
        return {
            "1": self.share(self.school.rooms, 0.05),
            "2": {"value": self.rng.randint(1, 3)},
            **self.yeses("2.1", "2.2", "2.3", "2.4", "2.5"),
        }

    def ind7(self) -> dict[str, Any]:
        works = self.share(self.school.teachers, least=2)
        return {"1": works, "2": self.share(min(works["count"], self.sample(self.school.teachers)))}

    def ind8(self) -> dict[str, Any]:
        teachers = self.school.teachers
        if self.school.quality > 0.86:
            return {"1": {"count": teachers, "total": teachers}, "2": {"count": teachers, "total": teachers}}
        return {"1": self.share(teachers), "2": self.share(teachers, -0.08)}

    def ind9(self) -> dict[str, Any]:
        often, present = ((4, 4, 5, 6), (75, 80, 90, 100)) if self.yes(0.05)["met"] else ((2, 3), (50, 66.67, 75))
        board = {
            "meetings": self.rng.choice(often),
            "attendance_percent": self.rng.choice(present),
            "agenda_sent": self.rng.random() < 0.9,
        }
        return {
            **self.yeses("1.1", "1.2", "1.3", ease=0.05),
            "1.4": board,
            "1.5": self.yes(),
            **self.yeses("2.1", "2.2", "2.3"),
        }

    def ind10(self) -> dict[str, Any]:
        return {
            "1": self.yes(0.05),
            "2": self.percent(),
            "3": self.share(self.sample(self.school.learners), 0.02),
            "4": self.yes(),
            "5": self.yes(0.05),
        }

    def ind11(self) -> dict[str, Any]:
        return {
            **self.yeses("1.1", "1.2", "1.3", "1.4", "1.5"),
            **self.yeses("2.1", "2.2", "2.3", ease=-0.05),
        }

    def ind12(self) -> dict[str, Any]:
        support = self.school.support
        developed = support if self.school.quality > 0.8 else self.share(support, -0.1, least=0)["count"]
        return {
            "1.1": {"value": support},
            "1.2": {"count": developed, "total": support},
            **self.yeses("2.1", "2.2", "2.3"),
        }

    def ind13(self) -> dict[str, Any]:
        return {**self.plan(), "2.1": self.enough(3, 8), **self.yeses("2.2", "2.3", ease=-0.1)}

    def ind14(self) -> dict[str, Any]:
        return {**self.plan(), "2.1": self.yes(), "2.2": self.enough(9, 15), "2.3": self.yes(-0.1)}

    def ind15(self) -> dict[str, Any]:
        return {
            **self.yeses("1.1", "1.2", "1.3", "1.4", "1.5", ease=0.05),
            **self.yeses("2.1", "2.2"),
            "2.3": self.yes(-0.1),
        }

    def ind16(self) -> dict[str, Any]:
        return {**self.yeses("1.1", "1.2", "1.3", "1.4", "1.5"), **self.yeses("2.1", "2.2", "2.3", ease=0.08)}

    def ind17(self) -> dict[str, Any]:
        return {**self.plan(), "2": self.share(self.sample(self.school.learners), 0.03)}

    def ind18(self) -> dict[str, Any]:
        return {**self.plan(), **self.yeses("2.1", "2.2", "2.3", ease=-0.12)}

    def ind19(self) -> dict[str, Any]:
        leavers = self.school.leavers
        leaving = leavers.get("M3", 0) + leavers.get("M6", 0) or leavers["P6"]
        return {"1": self.share(leaving, -0.15), "2": self.share(self.sample(leaving), -0.12)}

    def ind20(self) -> dict[str, Any]:
        return {**self.plan(), "2.1": self.enough(9, 14), "2.2": self.enough(3, 5), "2.3": self.yes(-0.2)}

    def conditions(self, indicator: str) -> dict[str, dict[str, bool]]:
        conditions = {}
        for condition in load_rubric(EQA).indicator(indicator).conditions:
            id_, key = condition.id, f"{indicator}.{condition.id}"
            found = self.below_the_country() if key == "IND10.D2" else key in self.school.findings
            conditions[id_] = {"found": found}
            resolved = self.school.findings.get(key)
            if found and resolved is not None:
                conditions[id_]["resolved"] = resolved
        return conditions


def claimed(answer: Any) -> bool:
    """Whether an answer says that something was done, so that evidence belongs beside it."""
    if isinstance(answer, dict):
        parts = [value for id_, value in answer.items() if id_ != "total"]
        return any(claimed(part) for part in parts)
    return bool(answer)


def falls_short(answer: dict[str, Any]) -> bool:
    if "total" in answer:
        return answer["count"] < 0.7 * answer["total"]
    return answer.get("met") is False or answer.get("value", 100) == 0


def beside(
    rng: random.Random, school: School, submission: Submission, indicator: str, facts: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Evidence, links and notes beside an indicator's answers, as (column, id, text)."""
    notes = WORDS["notes"]
    links = 0
    for id_, answer in submission["answers"][indicator].items():
        if claimed(answer):
            text = rng.choice(WORDS["evidence"][indicator][id_])
            yield "evidence", id_, text.format(order=rng.randint(3, 95), **facts)
            if not links and rng.random() < 0.25:
                links += 1
                address = f"https://school{school.code}.example.ac.th/eqa/{facts['year']}/{indicator.lower()}"
                yield "links", id_, address
        if answer == {"count": 0, "total": 0}:
            yield "notes", id_, notes["below_standard"]
        elif falls_short(answer) and rng.random() < 0.4:
            yield "notes", id_, rng.choice(notes["not_yet" if answer.get("met") is False else "low_share"])
    for id_, condition in submission["deductions"].get(indicator, {}).items():
        if condition["found"]:
            outcome = "resolved" if condition.get("resolved") else "open"
            text = WORDS["findings"][f"{indicator}.{id_}"][outcome]
            yield "evidence", id_, text.format(order=rng.randint(3, 95), **facts)


def area_submission(rng: random.Random, answers: Answers, area: int, year: int, prepared: str) -> Submission:
    school = answers.school
    indicators = [indicator.id for indicator in load_rubric(EQA).area(area).indicators]
    given = {indicator: getattr(answers, indicator.lower())() for indicator in indicators}
    submission: Submission = {
        "rubric": EQA,
        "area": area,
        "year": year,
        "school": school.cover(),
        "prepared_by": rng.choice(school.staff),
        "prepared_on": prepared,
        "answers": given,
        "deductions": {},
        "evidence": {},
        "links": {},
        "notes": {},
    }
    facts: dict[str, Any] = {**school.facts, "year": year, "last_year": year - 1}
    for indicator, answer in given.items():
        if conditions := answers.conditions(indicator):
            submission["deductions"][indicator] = conditions
        if indicator == "IND9":
            facts["meetings"] = answer["1.4"]["meetings"]
        for column, id_, text in beside(rng, school, submission, indicator, facts):
            submission[column].setdefault(indicator, {})[id_] = text
    return {key: value for key, value in submission.items() if value != {}}


# Traces of the internal assurance ---------------------------------------------------------------------------


def iqa_submission(rng: random.Random, school: School, year: int, prepared: str) -> Submission:
    words = WORDS["iqa"]
    begin = datetime.date(year - 543, 5, 16)
    items = {}
    for at, id_ in enumerate(item.id for item in load_rubric(IQA).items):
        # What comes later in the year is less often finished.
        done = clip(school.quality * 1.3 - at * 0.006)
        status = rng.choices(("done", "doing", "not_started"), weights=(done, (1 - done) * 0.7, (1 - done) * 0.3))[0]
        item: dict[str, Any] = {"status": status}
        if id_ == "1.5.2":
            rounds = {"done": (1, 2), "doing": (0, 1), "not_started": (0, 0)}[status]
            item |= {"semester1": rounds[1], "semester2": rounds[0]}
        if id_ == "1.6.1":
            item["members"] = {"done": rng.randint(3, 7), "doing": rng.randint(1, 2), "not_started": 0}[status]
        if status == "done":
            facts = {"year": year, "order": rng.randint(3, 95), "members": item.get("members")}
            item["evidence"] = words["evidence"][id_].format(**facts)
            item["date"] = working_day(begin + datetime.timedelta(days=at * 8 + rng.randrange(8))).isoformat()
            if rng.random() < 0.15:
                item["link"] = f"https://school{school.code}.example.ac.th/iqa/{year}/{id_}"
        else:
            item["note"] = rng.choice(words[status])
        if status != "not_started":
            item["owner"] = rng.choice((*school.staff, *words["owners"]))
        items[id_] = item
    return {
        "rubric": IQA,
        "year": year,
        "school": school.cover(),
        "prepared_by": rng.choice(school.staff),
        "prepared_on": prepared,
        "items": items,
    }


def working_day(day: datetime.date) -> datetime.date:
    """The day itself, or the Monday after a weekend."""
    return day + datetime.timedelta(days=8 - day.isoweekday() if day.isoweekday() > 5 else 0)


def after_the_year(rng: random.Random, year: int) -> datetime.date:
    """A day in the weeks after the academic year (in the Buddhist Era), when the reports are written."""
    return datetime.date(year - 543 + 1, 3, 15) + datetime.timedelta(days=rng.randrange(20))


def school_submissions(
    rng: random.Random, school: School, year: int = EQA_YEAR, iqa_year: int = IQA_YEAR
) -> list[Submission]:
    """The school's eight submissions: areas 1 to 7, then the internal assurance."""
    answers = Answers(rng, school)
    begun = after_the_year(rng, year)
    submissions = []
    for area in [area.id for area in load_rubric(EQA).areas]:
        prepared = working_day(begun + datetime.timedelta(days=rng.randrange(6)))
        submissions.append(area_submission(rng, answers, area, year, prepared.isoformat()))
    prepared = working_day(after_the_year(rng, iqa_year))
    submissions.append(iqa_submission(rng, school, iqa_year, prepared.isoformat()))
    return submissions


# The district -----------------------------------------------------------------------------------------------

# name, kind, learners, quality, findings
DISTRICT: tuple[tuple[str, str, int, float, dict[str, bool | None]], ...] = (
    ("โรงเรียนบ้านหนองดาวเรือง", "primary", 40, 0.62, {"IND2.D1": None}),
    ("โรงเรียนวัดดอนพิกุลทอง", "primary", 86, 0.74, {}),
    ("โรงเรียนบ้านห้วยทรายเงิน", "primary", 132, 0.60, {"IND11.D1": False}),
    ("โรงเรียนบ้านโคกแก้วฟ้าวิทยา", "expanded", 158, 0.70, {"IND1.D1": True}),
    ("โรงเรียนชุมชนบ้านนาบัวหลวงงาม", "expanded", 212, 0.82, {}),
    ("โรงเรียนทุ่งรวงทองราษฎร์อุปถัมภ์", "expanded", 305, 0.66, {}),
    ("โรงเรียนท่าลำดวนประชาสรรค์", "primary", 468, 0.87, {}),
    ("โรงเรียนวังน้ำใสวิทยาคม", "secondary", 742, 0.78, {"IND7.D1": True}),
    ("โรงเรียนป่าสักทองศึกษาลัย", "all_through", 1120, 0.86, {}),
    ("โรงเรียนมัธยมบึงประดู่ใหญ่", "secondary", 1800, 0.88, {"IND5.D1": True}),
)
LOOSE_FILES = 4
WORKBOOKS_MISSING = 6
MISSING_WORKBOOKS = (4, None)
SENT_AGAIN = 5
CORRECTED_AREA = 2


def district_schools(seed: int = SEED) -> list[School]:
    schools = []
    for at, (name, kind, learners, quality, findings) in enumerate(DISTRICT, start=1):
        rng = random.Random(f"{seed} school {at}")
        schools.append(
            make_school(rng, at, kind, learners=learners, quality=quality, findings=findings, name=name, office=OFFICE)
        )
    return schools


def file_name(submission: Submission) -> str:
    return workbook_name(submission["rubric"], submission.get("area"))


def own_name(school: School, submission: Submission) -> str:
    """How a school may name its files that pays no heed to the templates' names."""
    short = school.name.removeprefix("โรงเรียน")
    if area := submission.get("area"):
        return f"ด้านที่ {area} {short} ปี {submission['year']}.xlsx"
    return f"IQA {short} (ฉบับสมบูรณ์) ปี {submission['year']}.xlsx"


def first_version(submission: Submission) -> Submission:
    """The file that the corrected one replaced: earlier, with lower counts and answers still open."""
    earlier = datetime.date.fromisoformat(submission["prepared_on"]) - datetime.timedelta(days=14)
    answers = {**submission["answers"]}
    works = answers["IND7"]["1"]
    answers["IND6"] = {id_: answer for id_, answer in answers["IND6"].items() if id_ not in ("2.4", "2.5")}
    answers["IND7"] = {"1": {**works, "count": works["count"] // 2}}
    evidence = {indicator: {**texts} for indicator, texts in submission["evidence"].items()}
    for indicator, id_ in (("IND6", "2.4"), ("IND6", "2.5"), ("IND7", "2")):
        evidence[indicator].pop(id_, None)
    return {**submission, "prepared_on": earlier.isoformat(), "answers": answers, "evidence": evidence}


def school_files(at: int, school: School, submissions: Iterable[Submission]) -> Iterator[tuple[str, Submission]]:
    folder = f"district/{school.code} {school.name}"
    for submission in submissions:
        area = submission.get("area")
        if at == LOOSE_FILES:
            yield f"district/ส่งทางอีเมล/{own_name(school, submission)}", submission
        elif at == WORKBOOKS_MISSING and area in MISSING_WORKBOOKS:
            continue
        elif at == SENT_AGAIN and area == CORRECTED_AREA:
            yield f"{folder}/{file_name(submission)}", first_version(submission)
            yield f"{folder}/ส่งแก้ไข/{file_name(submission)}", submission
        else:
            yield f"{folder}/{file_name(submission)}", submission


def submissions(seed: int = SEED) -> list[tuple[str, Submission]]:
    """The district's workbooks as (path under samples/, submission)."""
    files: list[tuple[str, Submission]] = []
    for at, school in enumerate(district_schools(seed), start=1):
        given = school_submissions(random.Random(f"{seed} answers {at}"), school)
        files.extend(school_files(at, school, given))
    return files


# The faulty schools -----------------------------------------------------------------------------------------

WRONG_ENTRIES, DAMAGED_FILE = 101, 102
DAMAGED_AREA = 3

# What is typed over the filled workbooks, by area (None: internal assurance): row key, column key, entry.
# An entry of None empties the cell.
FAULTS: dict[int | None, tuple[tuple[str, str, Any], ...]] = {
    1: (
        ("IND1.1", "count", "ประมาณ 30 คน"),
        ("IND1.2", "count", 999),
        ("IND2.1.thai", "M3.count", 12),
        ("IND2.1.thai", "M3.total", 15),
        ("IND4.2.3", "count", 0),
        ("IND4.2.3", "total", 0),
    ),
    2: (
        ("IND5.1.2", "value", 140),
        ("IND5.1.3", "met", "บางส่วน"),
        ("IND6.1", "count", -3),
        ("IND8.D1", "found", None),
    ),
    3: (
        ("IND9.1.4", "meetings", "๔"),
        ("IND9.D1", "found", None),
        ("IND10.2", "value", "85%"),
        ("IND10.D1", "found", None),
        ("IND11.1.1", "met", "มี"),
        ("IND11.D1", "found", "พบ"),
        ("IND11.D1", "resolved", None),
    ),
    4: (("school.code", "value", "9900101"),),
    5: (("year", "value", 1999),),
    6: (
        ("IND17.1.2", "value", 0.85),
        ("IND17.1.5", "value", " ๘๒.๕ "),
        ("IND18.1.2", "value", None),
    ),
    7: (
        ("IND19.2", "count", 2.5),
        ("IND20.2.3", "met", "ไม่แน่ใจ"),
    ),
    None: (
        ("1.1.1", "evidence", None),
        ("1.2.1", "evidence", None),
        ("1.3.1", "status", "เกือบเสร็จ"),
        ("1.6.1", "members", 2),
    ),
}


def faulty_schools(seed: int = SEED) -> list[School]:
    """The school with wrong entries and the one whose file is damaged."""
    return [
        make_school(
            random.Random(f"{seed} school {WRONG_ENTRIES}"),
            WRONG_ENTRIES,
            "primary",
            learners=124,
            quality=0.92,
            findings={},
            name="โรงเรียนบ้านคลองมะขามหวาน",
            office=FAULTY_OFFICE,
        ),
        make_school(
            random.Random(f"{seed} school {DAMAGED_FILE}"),
            DAMAGED_FILE,
            "expanded",
            learners=188,
            quality=0.72,
            findings={},
            name="โรงเรียนชุมชนบ้านโนนหินงาม",
            office=FAULTY_OFFICE,
        ),
    ]


def type_over(path: Path, entries: Iterable[tuple[str, str, Any]]) -> None:
    """Enters values as a person would, whatever the form allows."""
    wanted = {(row, column): value for row, column, value in entries}
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        form = read_form(list(sheet.iter_rows(values_only=True)))
        cells = form.cells if form else {}
        for key in [key for key in wanted if key in cells]:
            sheet.cell(*cells[key]).value = wanted.pop(key)
    if wanted:
        raise KeyError(f"{path.name}: no cell for {sorted(wanted)}")
    save(book, path)


def damage(path: Path) -> None:
    """Cuts the file off, as an upload that broke does."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 3 // 5])


# Writing ----------------------------------------------------------------------------------------------------


def write_roster(schools: Iterable[School], path: Path) -> None:
    # The BOM tells Excel that the Thai is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "office", "levels", "learners", "teachers", "ministry_code"])
        for school in schools:
            writer.writerow(
                [
                    school.code,
                    school.name,
                    school.office,
                    " ".join(school.levels),
                    school.learners,
                    school.teachers,
                    school.ministry_code,
                ]
            )


def write_faulty(out: Path, seed: int = SEED) -> None:
    wrong, damaged = faulty_schools(seed)
    for at, school in ((WRONG_ENTRIES, wrong), (DAMAGED_FILE, damaged)):
        folder = out / f"{school.code} {school.name}"
        folder.mkdir(parents=True, exist_ok=True)
        for submission in school_submissions(random.Random(f"{seed} answers {at}"), school):
            area = submission.get("area")
            path = folder / file_name(submission)
            fill(submission, path)
            if school is wrong:
                type_over(path, FAULTS[area])
            elif area == DAMAGED_AREA:
                damage(path)
    write_roster([wrong, damaged], out / "schools.csv")


def clear(folder: Path) -> None:
    """Removes the workbooks of an earlier build, so that none outlives a change of name."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.suffix == ".xlsx":
            path.unlink()


def build(out: Path, seed: int = SEED) -> None:
    for folder in ("district", "faulty"):
        clear(out / folder)
    for name, submission in submissions(seed):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(submission, path)
    write_roster(district_schools(seed), out / "schools.csv")
    write_faulty(out / "faulty", seed)


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the sample rosters and workbooks.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: this script's)")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
