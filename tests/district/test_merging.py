"""Merging: what is counted, what is left out, and means worked out a second way."""

from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter
from datetime import date

import jsonschema
import pytest

from helpers import oracle
from helpers.received import ERROR, changed, json_of, received, sample_files, sample_results, sample_roster, unreadable
from qa_excel.district.merging import merge, unknown_schools
from qa_excel.files.shipped import shipped
from qa_excel.office.roster import Roster, School
from qa_excel.reading.signs import Sign
from qa_excel.rubric.building import load_rubrics

SCHEMA = json.loads((shipped("schemas") / "district.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EQA, IQA = load_rubrics()
KEYS = [*(str(area.id) for area in EQA.areas), "iqa"]

FILES = sample_files()
ROSTER = sample_roster()
CODES = [school.code for school in ROSTER.schools]


def area_file(of=CODES[0], area=1, **parts):
    """The sample's submission for that school and area (None: traces), changed."""
    data = next(d for _, d in reversed(FILES) if d["school"]["code"] == of and d.get("area") == area)
    return changed(data, **parts)


def merged(*results, **options):
    """The JSON, which fits its schema, of some results."""
    district = merge(results, options.pop("roster", ROSTER), **options)
    shown = json_of(district)
    VALIDATOR.validate(shown)
    VALIDATOR.validate(json_of(district, "en"))
    json.dumps(shown, allow_nan=False)
    return shown


def codes(shown, prefix="roster."):
    return [(p["code"], p["file"]) for p in shown["problems"] if p["code"].startswith(prefix)]


def half_up(total_hundredths, count):
    """Mean of hundredths, half up, by whole numbers alone."""
    return (2 * total_hundredths + count) // (2 * count) / 100


def hundredths(number):
    return round(number * 100)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


# --- The sample district ---


@pytest.fixture(scope="module")
def sample():
    return merged(*sample_results())


def test_counts(sample):
    about = sample["district"]
    # One school lacks two workbooks; one sent a workbook twice, which counts once.
    assert len(FILES) == 79
    assert (about["expected"], about["received"], about["valid"]) == (80, 78, 78)
    assert (about["schools_expected"], about["schools_received"], about["schools_complete"]) == (10, 10, 9)
    assert about["schools_with_total"] == 9
    assert (about["year"], about["iqa_year"]) == (2563, 2565)
    assert about["name"] == ROSTER.office
    assert [school["code"] for school in sample["schools"]] == CODES
    assert about["problems"] == {"error": 0, "warning": 2, "info": 1}
    assert len(sample["problems"]) == 3


def test_means_of_areas_indicators_and_totals_agree_with_the_oracle(sample):
    newest = {}
    for _, data in sorted(FILES, key=lambda f: f[1]["prepared_on"]):
        newest[data["school"]["code"], data.get("area")] = oracle.score(data)
    about = sample["district"]
    totals = {}
    for area in EQA.areas:
        scored = {code: s for (code, a), s in newest.items() if a == area.id}
        points = {code: hundredths(s["score"]) for code, s in scored.items()}
        assert about["areas"][str(area.id)]["mean"] == half_up(sum(points.values()), len(points))
        percent = half_up(sum(points.values()) * 100, len(points) * int(area.max))
        assert about["areas"][str(area.id)]["percent"] == percent
        assert about["areas"][str(area.id)]["workbooks"] == len(points)
        for indicator in area.indicators:
            nets = [hundredths(s["indicators"][indicator.id]["score"]) for s in scored.values()]
            assert about["indicators"][indicator.id]["mean"] == half_up(sum(nets), len(nets))
        for code, point in points.items():
            totals.setdefault(code, []).append(point)
    whole = {code: sum(points) for code, points in totals.items() if len(points) == len(EQA.areas)}
    assert about["mean_total"] == half_up(sum(whole.values()), len(whole))
    for school in sample["schools"]:
        assert school["total"] == (whole[school["code"]] / 100 if school["code"] in whole else None)


def test_progress_agrees_with_the_oracle(sample):
    scored = [oracle.score(data) for _, data in FILES if data["rubric"] == IQA.id]
    for process in IQA.processes:
        parts = [s["processes"][process.id] for s in scored]
        done, total = sum(p["done"] for p in parts), sum(p["total"] for p in parts)
        assert sample["district"]["iqa"]["processes"][process.id]["percent"] == half_up(10_000 * done, total)
    done, total = sum(s["done"] for s in scored), sum(s["total"] for s in scored)
    assert sample["district"]["iqa"]["percent"] == half_up(10_000 * done, total)


def test_indicators_are_those_of_score(sample):
    school = next(s for s in sample["schools"] if s["code"] == CODES[0])
    assert list(school["indicators"]) == [indicator.id for indicator in EQA.indicators]
    card = received("x", area_file(area=2)).scorecard.to_json()
    assert {i: school["indicators"][i] for i in card["indicators"]} == card["indicators"]


def test_the_order_of_files_makes_no_difference(sample):
    results = sample_results()
    random.Random(1).shuffle(results)
    assert merged(*results) == sample


def test_a_school_without_all_areas_has_no_total_but_its_areas(sample):
    school = next(s for s in sample["schools"] if "missing" in s["workbooks"].values())
    assert school["workbooks"] == {**dict.fromkeys(KEYS, "ok"), "4": "missing", "iqa": "missing"}
    assert school["total"] is None
    assert school["areas"]["4"] == {"score": None, "max": 10, "status": "missing"}
    assert school["areas"]["1"]["score"] > 0
    assert school["iqa"] == {"status": "missing", "done": None, "total": None, "percent": None, "processes": {}}
    assert school["files"]["4"] is None
    missing = [p["message"] for p in sample["problems"] if p["code"] == "roster.workbook_missing"]
    assert [school["name"] in m for m in missing] == [True, True]
    assert "ความสัมพันธ์กับชุมชน" in missing[0] and "IQA" in missing[1]


# --- Rounding ---


def test_means_are_rounded_half_up_from_exact_figures():
    # 0.01 and 0.00 make 0.005, which half-even and binary floats take to 0.
    def one(code, count):
        answers = {"IND1": {"1": {"count": count, "total": 200}}}
        return received(f"{code}.xlsx", {**area_file(code), "answers": answers, "deductions": {}})

    shown = merged(one(CODES[0], 1), one(CODES[1], 0))
    assert [s["areas"]["1"]["score"] for s in shown["schools"][:2]] == [0.01, 0]
    assert shown["district"]["indicators"]["IND1"]["mean"] == 0.01
    assert shown["district"]["areas"]["1"]["mean"] == 0.01
    # The percent is of the exact mean: 0.005 of 5 is 0.1, not 0.2.
    assert shown["district"]["indicators"]["IND1"]["percent"] == 0.1


# --- Errors ---


def test_a_workbook_with_errors_is_listed_and_enters_no_mean():
    good, bad = area_file(CODES[0]), area_file(CODES[1])
    shown = merged(received("a.xlsx", good), received("b.xlsx", bad, ERROR, "value.missing"))
    alone = merged(received("a.xlsx", good))
    about = shown["district"]
    assert (about["received"], about["valid"], about["schools_received"]) == (2, 1, 2)
    assert about["areas"] == alone["district"]["areas"]
    assert about["indicators"] == alone["district"]["indicators"]
    school = shown["schools"][1]
    assert school["workbooks"]["1"] == school["areas"]["1"]["status"] == "errors"
    assert school["areas"]["1"]["score"] is None and school["indicators"] == {}
    assert school["files"]["1"] == "b.xlsx"
    assert shown["problems"][0]["code"] == ERROR and shown["problems"][0]["school_code"] == CODES[1]


def test_a_school_with_errors_in_one_area_has_no_total():
    results = [received(f"{a}.xlsx", area_file(area=a), *([ERROR] if a == 3 else [])) for a in range(1, 8)]
    shown = merged(*results)
    assert shown["schools"][0]["total"] is None
    assert shown["district"]["schools_with_total"] == 0
    assert shown["district"]["mean_total"] is None
    assert [s for s in shown["schools"][0]["areas"].values() if s["score"] is None] == [
        {"score": None, "max": 20, "status": "errors"}
    ]


def test_warnings_enter_the_means():
    shown = merged(received("a.xlsx", area_file(), "value.missing"))
    assert shown["schools"][0]["workbooks"]["1"] == "warnings"
    assert shown["district"]["valid"] == shown["district"]["areas"]["1"]["workbooks"] == 1


def test_an_area_without_a_score_is_not_valid_whatever_the_checks_said():
    answers = {**area_file()["answers"], "IND1": {"1": {"count": 9, "total": 3}}}
    shown = merged(received("a.xlsx", area_file(answers=answers)))
    assert shown["schools"][0]["workbooks"]["1"] == "errors"
    assert shown["district"]["valid"] == 0


def test_traces_with_errors_enter_no_mean():
    shown = merged(received("a.xlsx", area_file(area=None), ERROR), received("b.xlsx", area_file(CODES[1], None)))
    own = received("b.xlsx", area_file(CODES[1], None)).scorecard.progress.to_json()
    assert shown["district"]["iqa"]["percent"] == own["percent"]
    assert shown["district"]["iqa"]["workbooks"] == 1
    assert shown["schools"][0]["iqa"]["status"] == "errors" and shown["schools"][0]["iqa"]["done"] is None


def test_a_file_that_cannot_be_read_stops_no_other(sample):
    shown = merged(*sample_results(), unreadable("เสีย.xlsx"))
    assert shown["schools"] == sample["schools"]
    assert shown["problems"][0]["code"] == "file.damaged"
    assert shown["problems"][0]["school_code"] is None
    assert {**shown["district"], "problems": 0} == {**sample["district"], "problems": 0}


@pytest.mark.parametrize("parts", [{"code": "123"}, {"code": None}, {"year": None}, {"year": 1999}, {"year": "2563"}])
def test_what_cannot_be_placed_is_listed_and_enters_no_figure(sample, parts):
    shown = merged(*sample_results(), received("x.xlsx", area_file(**parts), ERROR))
    assert shown["schools"] == sample["schools"]
    assert shown["district"]["received"] == sample["district"]["received"]
    assert [p["file"] for p in shown["problems"] if p["severity"] == "error"] == ["x.xlsx"]
    assert codes(shown) == codes(sample)


# --- Schools ---


def test_a_school_that_is_not_on_the_roster_enters_no_figure(sample):
    shown = merged(*sample_results(), received("x.xlsx", area_file(code="88000001", year=2599)))
    assert shown["schools"] == sample["schools"]
    assert {**shown["district"], "problems": 0} == {**sample["district"], "problems": 0}
    (problem,) = [p for p in shown["problems"] if p["code"] == "roster.unknown_school"]
    assert (problem["file"], problem["school_code"]) == ("x.xlsx", "88000001")
    assert problem["sheet"] and problem["cell"]


def test_unknown_schools_alone():
    results = [
        received("a.xlsx", area_file()),
        received("b.xlsx", area_file(code="88000001")),
        received("c.xlsx", area_file(code="bad")),
        unreadable("d.xlsx"),
    ]
    assert [(p.code, p.source.file) for p in unknown_schools(results, ROSTER)] == [("roster.unknown_school", "b.xlsx")]


def test_the_ministry_code_is_the_same_school():
    school = ROSTER.schools[0]
    shown = merged(
        received("a.xlsx", area_file(area=1)), received("b.xlsx", area_file(area=2, code=school.ministry_code))
    )
    assert shown["district"]["schools_received"] == 1
    assert [shown["schools"][0]["files"][key] for key in "12"] == ["a.xlsx", "b.xlsx"]
    newer = received("c.xlsx", area_file(area=1, code=school.ministry_code, prepared_on="2022-12-31"))
    shown = merged(received("a.xlsx", area_file(area=1)), newer)
    assert shown["schools"][0]["files"]["1"] == "c.xlsx"


def test_a_silent_school_is_one_problem_and_a_missing_workbook_each_one():
    shown = merged(received("a.xlsx", area_file()))
    silent = [p for p in shown["problems"] if p["code"] == "roster.school_missing"]
    assert [p["school_code"] for p in silent] == CODES[1:]
    missing = [p for p in shown["problems"] if p["code"] == "roster.workbook_missing"]
    assert [p["school_code"] for p in missing] == CODES[:1] * 7


def test_a_school_that_sent_another_year_only_is_not_silent():
    shown = merged(received("a.xlsx", area_file()), received("b.xlsx", area_file(CODES[1], year=2562)))
    assert CODES[1] not in [p["school_code"] for p in shown["problems"] if p["code"] == "roster.school_missing"]
    missing = [p for p in shown["problems"] if p["code"] == "roster.workbook_missing" and p["school_code"] == CODES[1]]
    assert len(missing) == len(KEYS) - 1
    assert shown["schools"][1]["workbooks"]["1"] == "unusable" and shown["schools"][1]["files"]["1"] == "b.xlsx"


def test_nothing_received():
    shown = merged()
    about = shown["district"]
    assert (about["expected"], about["received"], about["valid"]) == (80, 0, 0)
    assert (about["year"], about["iqa_year"], about["mean_total"]) == (None, None, None)
    assert {p["code"] for p in shown["problems"]} == {"roster.school_missing"}


def test_the_name():
    assert merged(name="เขตอื่น")["district"]["name"] == "เขตอื่น"
    assert merged(roster=Roster((School("01020130", "ก"),)))["district"]["name"] == ""


# --- Several files for one workbook ---


def test_the_newest_counts_even_with_errors():
    old = received("old.xlsx", area_file(prepared_on="2021-03-01"))
    new = received("new.xlsx", area_file(prepared_on="2021-03-02"), ERROR)
    undated = received("undated.xlsx", area_file(prepared_on=None))
    district = merge([new, undated, old], ROSTER)
    shown = merged(new, undated, old)
    assert shown["schools"][0]["files"]["1"] == "new.xlsx"
    assert shown["schools"][0]["workbooks"]["1"] == "errors"
    assert (shown["district"]["received"], shown["district"]["valid"]) == (1, 0)
    superseded = [p for p in shown["problems"] if p["code"] == "roster.superseded"]
    assert {p["file"] for p in superseded} == {"old.xlsx", "undated.xlsx"}
    assert all("new.xlsx" in p["message"] and p["severity"] == "info" for p in superseded)
    assert district.schools[0].older["1"] == [old, undated]


def test_identical_copies_are_superseded_and_others_of_one_day_are_reported():
    data = area_file()
    copies = [received("b.xlsx", data), received("a.xlsx", data)]
    assert codes(merged(*copies))[-1] == ("roster.superseded", "b.xlsx")
    other = received("c.xlsx", area_file(prepared_by="อีกคน"))
    first, second = merged(copies[0], other), merged(other, copies[0])
    assert first == second
    (problem,) = [p for p in first["problems"] if p["code"] == "roster.same_date"]
    best = first["schools"][0]["files"]["1"]
    assert {problem["file"], best} == {"b.xlsx", "c.xlsx"} and best in problem["message"]
    digests = {"b.xlsx": copies[0].submission.digest, "c.xlsx": other.submission.digest}
    assert best == max(digests, key=digests.get)


def test_a_corrected_copy_counts_before_its_original_of_the_same_day():
    original, corrected = received("original.xlsx", area_file()), received("copy.xlsx", area_file(prepared_by="ใหม่"))
    for rounds in (1, 2):
        corrected.sign = Sign(rounds, "", Counter())
        shown = merged(original, corrected)
        assert shown["schools"][0]["files"]["1"] == "copy.xlsx"
        assert codes(shown)[-1] == ("roster.superseded", "original.xlsx")
        original, corrected = corrected, received("copy.xlsx", area_file(prepared_by="ใหม่กว่า"))
        original.file = original.submission.file = "original.xlsx"
    later = received("later.xlsx", area_file(prepared_on="2022-12-31"))
    assert merged(corrected, later)["schools"][0]["files"]["1"] == "later.xlsx"


def test_a_superseded_file_of_another_workbook_is_none():
    shown = merged(received("a.xlsx", area_file(area=1)), received("b.xlsx", area_file(area=2)))
    assert not [c for c in codes(shown) if "superseded" in c[0] or "same_date" in c[0]]


# --- Years ---


def test_the_newest_year_of_each_rubric_is_merged():
    shown = merged(
        received("old.xlsx", area_file(year=2562)),
        received("new.xlsx", area_file(CODES[1], year=2563)),
        received("iqa.xlsx", area_file(area=None, year=2565)),
    )
    assert (shown["district"]["year"], shown["district"]["iqa_year"]) == (2563, 2565)
    assert (shown["district"]["received"], shown["district"]["valid"]) == (3, 2)
    (problem,) = [p for p in shown["problems"] if p["code"] == "roster.other_year"]
    assert problem["file"] == "old.xlsx" and "2562" in problem["message"] and "2563" in problem["message"]
    assert problem["school_code"] == CODES[0] and problem["cell"]


def test_a_given_year_is_merged():
    results = [received("old.xlsx", area_file(year=2562)), received("new.xlsx", area_file(CODES[1], year=2563))]
    shown = merged(*results, year=2562, iqa_year=2566)
    assert (shown["district"]["year"], shown["district"]["iqa_year"]) == (2562, 2566)
    assert shown["schools"][0]["files"]["1"] == "old.xlsx"
    assert ("roster.other_year", "new.xlsx") in codes(shown)


def test_a_year_that_has_not_begun_is_no_default_unless_alone():
    slip = received("slip.xlsx", area_file(CODES[1], year=2573))
    today = date(2021, 4, 1)
    assert merged(received("a.xlsx", area_file()), slip, today=today)["district"]["year"] == 2563
    assert merged(slip, today=today)["district"]["year"] == 2573


# --- Rubrics ---


def test_everything_follows_from_the_rubrics():
    two = dataclasses.replace(EQA, areas=EQA.areas[:2])
    short = dataclasses.replace(IQA, processes=IQA.processes[:3])
    shown = merged(received("a.xlsx", area_file(area=1)), received("b.xlsx", area_file(area=2)), rubrics=[two, short])
    assert shown["district"]["expected"] == len(CODES) * 3
    assert shown["district"]["max"] == sum(area.max for area in two.areas)
    assert list(shown["schools"][0]["workbooks"]) == ["1", "2", "iqa"]
    assert shown["district"]["schools_with_total"] == 1
    assert list(shown["district"]["iqa"]["processes"]) == [process.id for process in short.processes]


def test_of_several_editions_the_one_that_holds_in_the_year_is_merged():
    later = dataclasses.replace(EQA, id="onesqa-r5", first_year=2564)
    results = [received("a.xlsx", area_file())]
    assert merged(*results, rubrics=[later, EQA, IQA])["district"]["rubric"] == EQA.id
    shown = merged(*results, rubrics=[EQA, later, IQA], year=2565)
    assert shown["district"]["rubric"] == "onesqa-r5"
    shown = merged(received("a.xlsx", area_file(year=2565)), rubrics=[EQA, later, IQA])
    assert (shown["district"]["received"], shown["district"]["valid"]) == (1, 0)
    assert shown["schools"][0]["workbooks"]["1"] == "unusable"
    assert [p["code"] for p in shown["problems"] if p["file"] == "a.xlsx"] == ["structure.wrong_version"]
