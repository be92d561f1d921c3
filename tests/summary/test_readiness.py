"""ความพร้อม 8 ข้อ follows from what the schools answered."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from helpers import oracle
from helpers.districts import READY, District, code, exact_points
from helpers.oracle import AREA_OF, AREAS
from helpers.sheets import records, rows_of

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
