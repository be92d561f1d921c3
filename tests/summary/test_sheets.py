"""The sheets agree with the tidy data, with the JSON and among themselves."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

import jsonschema

from helpers import oracle
from helpers.books import SAMPLES
from helpers.districts import COMPLETE, DEDUCTIONS, SCORES, TRACES, District
from helpers.figures import cents, half_up, shown
from helpers.oracle import INDICATORS
from helpers.sheets import records, rows_of, table


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
