"""What would earn the points that lack: in words, and whether doing it really earns them; where points are lost."""

from __future__ import annotations

import copy
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers import strategies
from helpers.received import changed, received, sample_files, sample_roster
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import combine
from qa_excel.district.merging import merge
from qa_excel.district.opportunities import Opportunity, opportunities
from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.office.roster import Roster, School
from qa_excel.rubric.building import load_rubric
from qa_excel.rubric.inputs import answer_fields, plant
from qa_excel.rubric.model import Indicator
from qa_excel.scoring.earning import what_would_earn
from qa_excel.scoring.score import score
from qa_excel.thai.privacy import is_hidden
from qa_excel.thai.typed import normalise

EQA = load_rubric("onesqa-r4")


def submission(indicator: str, answers: dict[str, Any], levels: tuple[str, ...] = ("P6", "M3")) -> dict[str, Any]:
    area = EQA.indicator(indicator).area
    school = {"code": "99000001", "levels": list(levels)}
    return {"rubric": EQA.id, "area": area, "year": 2563, "school": school, "answers": {indicator: answers}}


def told(data: dict[str, Any], indicator_id: str, criterion_id: str) -> tuple[str, Fraction]:
    """(what would earn the rest, points)."""
    indicator = EQA.indicator(indicator_id)
    card = score(data).indicators[indicator_id]
    words = what_would_earn(EQA, indicator, indicator.criterion(criterion_id), card, data)
    assert bool(words.th) == bool(words.en)
    return words.th, next(c for c in card.criteria if c.id == criterion_id).points


def fulfilled(data: dict[str, Any], indicator: Indicator, criterion: Criterion) -> dict[str, Any]:
    """The submission after what is asked for has been done, and no more: thresholds reached, counts made whole."""
    data = copy.deepcopy(data)
    taught = data["school"]["levels"]

    def set_to(part: Criterion, key: str, value: Any, *within: str) -> None:
        plant(data, ("answers", indicator.id, part.id, *within, key), value)

    def read(part: Criterion, key: str, *within: str) -> Any:
        return normalise(dig(data, ("answers", indicator.id, part.id, *within, key)), "number").value

    def meet(part: Criterion) -> None:
        for asked in part.inputs:
            if asked.at_least is None:
                set_to(part, asked.key, True)
            elif (read(part, asked.key) or -1) < asked.at_least:
                set_to(part, asked.key, int(asked.at_least))

    def whole(*within: str) -> None:
        total = read(criterion, "total", *within) or 1
        set_to(criterion, "total", int(total), *within)
        set_to(criterion, "count", int(total), *within)

    match criterion.kind:
        case "yesno" | "at_least":
            meet(criterion)
        case "percent":
            set_to(criterion, "value", 100)
        case "ratio":
            if criterion.population:
                meet(indicator.criterion(criterion.population))
            whole()
        case "checklist":
            if criterion.gate and (read(criterion, "value") or 0) < criterion.gate.at_least:
                set_to(criterion, "value", int(criterion.gate.at_least))
            for item in criterion.items:
                meet(item)
        case "tscore_by_grade":
            for grade in taught:
                whole(grade)
        case "onet_tscore":
            for subject in EQA.subjects:
                for grade in taught:
                    whole(grade, subject.id)
        case "onet_growth":
            for subject in EQA.subjects:
                for grade in taught:
                    before, now = (read(criterion, key, grade, subject.id) for key in ("previous", "current"))
                    before = min(before or 0, Decimal(90))
                    set_to(criterion, "previous", float(before), grade, subject.id)
                    set_to(criterion, "current", float(max(now or 0, before + 1)), grade, subject.id)
    return data


RATIO = {"1": {"count": 10, "total": 14}}
ROWS = [("thai", 20, 50), ("math", 45, 50), ("science", 10, 50), ("social", 50, 50), ("foreign", 49, 50)]
TABLE = {subject: {"count": count, "total": total} for subject, count, total in ROWS}
MEANS = {
    s: {"previous": 50, "current": c}
    for s, c in zip(("thai", "math", "science", "social"), (51, 49.65, 50, 40), strict=True)
}
ITEMS = {"1.1": {"met": True}, "1.2": {"value": 85}, "1.3": {"met": True}}

CASES = [
    ("IND10", "1", {"1": {"met": False}}, "ดำเนินการให้เป็นไปตามเกณฑ์ข้อนี้"),
    ("IND10", "1", {}, "ยังไม่ได้กรอก: ดำเนินการให้เป็นไปตามเกณฑ์แล้วตอบ"),
    ("IND13", "2.1", {"2.1": {"value": 2}}, "จำนวนปีที่ดำเนินการ ให้ถึง 3 ปี (ขณะนี้ 2 ขาดอีก 1)"),
    ("IND13", "2.1", {}, "ยังไม่ได้กรอก: จำนวนปีที่ดำเนินการ ให้ถึง 3 ปี"),
    ("IND10", "2", {"2": {"value": 78.3}}, "ผลการประเมิน ให้ถึงร้อยละ 100 (ขณะนี้ 78.3 ขาดอีก 21.7)"),
    ("IND7", "1", RATIO, "เพิ่มครูประจำที่มีผลงาน จาก 10 เป็น 14 คน (ขาดอีก 4 คน)"),
    ("IND7", "1", {"1": {"total": 14}}, "ยังไม่ได้กรอก: ครูประจำที่มีผลงาน (ได้เต็มเมื่อครบ 14 คน)"),
    ("IND7", "1", {}, "ยังไม่ได้กรอก: ครูประจำที่มีผลงาน, ครูประจำทั้งหมด"),
    (
        "IND7",
        "1",
        {"1": {"count": 0, "total": 0}},
        "ครูประจำทั้งหมดเป็น 0 จึงยังไม่ได้คะแนน ต้องมีจำนวนที่นับได้ และครูประจำที่มีผลงาน ครบทั้งหมด",
    ),
    (
        "IND12",
        "1.2",
        {"1.1": {"value": 0}, "1.2": {"count": 0, "total": 0}},
        "ทำให้ได้ตามข้อ 1.1 ก่อน แล้วให้บุคลากรที่ครบ 50 ชั่วโมง ครบเท่ากับบุคลากรสายสนับสนุนทั้งหมด",
    ),
    (
        "IND5",
        "1",
        {**ITEMS, "1.4": {"met": False}, "1.5": {"value": 78.5}},
        "ทำให้ได้ตามข้อ 1.4 ส่งเสริมให้ครู ผู้เรียน และผู้ปกครองประพฤติปฏิบัติตนเป็นคนดีจนเป็นวิถีชีวิต; "
        "ข้อ 1.5 ให้ถึงร้อยละ 80 (ขณะนี้ 78.5 ขาดอีก 1.5) (ข้อละ 0.40 คะแนน)",
    ),
    (
        "IND5",
        "1",
        {**ITEMS, "1.4": {"met": True}},
        "ยังไม่ได้กรอก ข้อ 1.5 ผลการประเมินความสำเร็จของครูที่มีลักษณะความดีตามที่กำหนดไม่น้อยกว่าร้อยละ 80 (0.40 คะแนน)",
    ),
    (
        "IND9",
        "1",
        {
            **{f"1.{n}": {"met": True} for n in (1, 2, 3, 5)},
            "1.4": {"meetings": 3, "attendance_percent": 70, "agenda_sent": False},
        },
        "ข้อ 1.4 จำนวนครั้งที่กำหนดวันประชุมตลอดปี ให้ถึง 4 ครั้ง (ขณะนี้ 3 ขาดอีก 1), ส่งประเด็นพิจารณาล่วงหน้า (0.40 คะแนน)",
    ),
    (
        "IND6",
        "2",
        {"2": {"value": 0}, **{f"2.{n}": {"met": True} for n in range(1, 6)}},
        "จำนวนห้องเรียน/แหล่งเรียนรู้ต้นแบบ ให้ถึง 1 ห้อง (ขณะนี้ 0 ขาดอีก 1) (3.00 คะแนน)",
    ),
    (
        "IND6",
        "2",
        {"2": {"value": 2}, **{f"2.{n}": {"met": n < 5} for n in range(1, 6)}},
        "ทำให้ได้ตามข้อ 2.5 ปลอดภัยต่อตนเองและผู้อื่น (0.60 คะแนน)",
    ),
    (
        "IND3",
        "1",
        {"1": {"P6": {"count": 10, "total": 20}, "M3": {"count": 27, "total": 30}}},
        "เพิ่มผู้เรียนที่ได้ T-Score ≥ 40.00: ป.6 จาก 10 เป็น 20 คน (+1.00), ม.3 จาก 27 เป็น 30 คน (+0.30)",
    ),
    (
        "IND3",
        "1",
        {"1": {"P6": {"count": 10, "total": 20}}},
        "เพิ่มผู้เรียนที่ได้ T-Score ≥ 40.00: ป.6 จาก 10 เป็น 20 คน (+2.50); ยังไม่ได้กรอก: ม.3",
    ),
    (
        "IND2",
        "1",
        {"1": {"P6": TABLE}},
        # Four subjects of 1.25 count. From 3.10 as it is shown: 4.10, 4.85, 4.98.
        "เพิ่มผู้เรียนที่ได้ T-Score ≥ 40.00: วิทยาศาสตร์ ป.6 จาก 10 เป็น 50 คน (+1.00), "
        "ภาษาไทย ป.6 จาก 20 เป็น 50 คน (+0.75), คณิตศาสตร์ ป.6 จาก 45 เป็น 50 คน (+0.13) และอีก 1 รายการ; "
        "ยังไม่ได้กรอก: ม.3",
    ),
    (
        "IND2",
        "1",
        {"1": {"P6": {subject: TABLE[subject] for subject in ("thai", "math", "social")}, "M3": {}}},
        # From 1.63 as it is shown: 2.38, 2.50; then 5.00 with the subjects that were not sat.
        "เพิ่มผู้เรียนที่ได้ T-Score ≥ 40.00: ภาษาไทย ป.6 จาก 20 เป็น 50 คน (+0.75), "
        "คณิตศาสตร์ ป.6 จาก 45 เป็น 50 คน (+0.12); "
        "ยังไม่ได้กรอก: ม.3; "
        "ไม่มีผลทดสอบ วิทยาศาสตร์, ภาษาต่างประเทศ (รวมไม่เกิน 2.50 คะแนน)",
    ),
    ("IND2", "1", {}, "ยังไม่ได้กรอก: ป.6, ม.3"),
    (
        "IND5",
        "2",
        {"2": {"P6": MEANS}},
        # Social studies, which fell, are not tested in these grades.
        "ให้คะแนนเฉลี่ยสูงขึ้นจากปีก่อนอีก 3 กลุ่มสาระ (กลุ่มสาระละ 0.75 คะแนน); "
        "ใกล้ที่สุด: วิทยาศาสตร์ (เท่ากับปีก่อน), คณิตศาสตร์ (ต่ำกว่าปีก่อน 0.35); "
        "ยังเทียบสองปีไม่ได้: ภาษาต่างประเทศ",
    ),
]


@pytest.mark.parametrize(("indicator", "criterion", "answers", "expected"), CASES)
def test_words(indicator, criterion, answers, expected):
    data = submission(indicator, answers)
    words, points = told(data, indicator, criterion)
    assert words == expected
    assert points < EQA.indicator(indicator).criterion(criterion).max
    done = fulfilled(data, EQA.indicator(indicator), EQA.indicator(indicator).criterion(criterion))
    assert told(done, indicator, criterion) == ("", Fraction(EQA.indicator(indicator).criterion(criterion).max))


def test_every_kind_is_told_of():
    kinds = {EQA.indicator(indicator).criterion(criterion).kind for indicator, criterion, _, _ in CASES}
    assert kinds == {criterion.kind for indicator in EQA.indicators for criterion in indicator.criteria}


def test_gains_by_grade_are_what_they_earn():
    answers = {"1": {"P6": {"count": 10, "total": 20}, "M3": {"count": 27, "total": 30}}}
    _, before = told(submission("IND3", answers), "IND3", "1")
    answers["1"]["P6"]["count"] = 20
    assert told(submission("IND3", answers), "IND3", "1")[1] - before == 1


def test_a_fall_is_told_so_that_more_than_it_is_enough():
    means = {"thai": {"previous": 50, "current": 49.999}}
    assert "ภาษาไทย (ต่ำกว่าปีก่อน 0.01)" in told(submission("IND5", {"2": {"P6": means}}), "IND5", "2")[0]


def test_without_grades_the_cover_comes_first():
    for indicator, criterion in (("IND2", "1"), ("IND3", "1"), ("IND5", "2")):
        words, _ = told(submission(indicator, {}, ()), indicator, criterion)
        assert words == "ระบุชั้นที่เปิดสอนในข้อมูลสถานศึกษาก่อน"


def test_an_invalid_input_is_to_be_mended():
    words, points = told(submission("IND7", {"1": {"count": 15, "total": 14}}), "IND7", "1")
    assert points is None
    assert words == "แก้ไขข้อมูลที่ไม่ถูกต้อง: จำนวนมากกว่าจำนวนทั้งหมด"


def test_many_items_are_named_by_number_alone():
    words, _ = told(submission("IND9", {f"1.{n}": {"met": False} for n in (1, 2, 3, 5)}), "IND9", "1")
    assert words.startswith("ทำให้ได้ตามข้อ 1.1, 1.2, 1.3, 1.5; ยังไม่ได้กรอก ข้อ 1.4 ")


@settings(max_examples=120, deadline=None)
@given(strategies.submissions())
def test_whatever_was_answered(data):
    """Words where points lack and nowhere else, bounded, and doing what they say earns the rest."""
    for indicator in EQA.area(data["area"]).indicators:
        for criterion in indicator.criteria:
            words, points = told(data, indicator.id, criterion.id)
            if points is None:
                continue
            assert bool(words) == (points < criterion.max)
            assert len(words) < 700
            if words:
                assert told(fulfilled(data, indicator, criterion), indicator.id, criterion.id)[0] == ""


def test_nothing_typed_freely_is_repeated():
    for _, data in sample_files():
        if data["rubric"] != EQA.id:
            continue
        data = changed(data, prepared_by="ความลับ")
        data["school"]["name"] = "ความลับ"
        for indicator in EQA.area(data["area"]).indicators:
            for part in ("evidence", "links", "notes"):
                data.setdefault(part, {})[indicator.id] = {criterion.id: "ความลับ" for criterion in indicator.criteria}
            for criterion in indicator.criteria:
                for field in answer_fields(EQA, indicator, criterion):
                    if field.input.kind == "yesno":
                        plant(data, field.path, "ความลับ")
                assert "ความลับ" not in told(data, indicator.id, criterion.id)[0]


# --- Where points are lost ---


@pytest.fixture(scope="module")
def analysis():
    return Analysis(collect(merge([received(*sample) for sample in sample_files()], sample_roster())))


def test_a_schools_opportunities_add_up_to_what_it_lacks(analysis):
    for unit in analysis.units:
        found = opportunities(analysis)[unit.code]
        assert all(o.to_earn.th and o.to_earn.en for o in found.listed)
        assert [o.gain for o in found.listed] == sorted((o.gain for o in found.listed), reverse=True)
        (standing,) = unit.standings
        for indicator_id, net in standing.scores.items():
            mine = [o for o in found.listed if o.indicator.id == indicator_id]
            assert found.together(mine) == EQA.indicator(indicator_id).max - net
            assert sum(o.deduction for o in mine) <= 1
        assert found.together(found.listed) == sum(EQA.indicator(name).max for name in standing.scores) - sum(
            standing.scores.values()
        )


def test_every_criterion_that_lacks_points_is_there_once(analysis):
    found = opportunities(analysis)
    criteria = analysis.data["criteria"]
    lacking = criteria[
        [Fraction(points) < full for points, full in zip(criteria["points_exact"], criteria["max"], strict=True)]
    ]
    for unit in analysis.units:
        mine = {(o.indicator.id, o.ids[0]) for o in found[unit.code].listed if not o.deduction}
        rows = lacking[lacking["school_code"] == unit.code]
        assert mine == set(zip(rows["indicator"], rows["criterion"], strict=True))
    assert (lacking["to_earn"] != "").all()
    assert (criteria.drop(lacking.index)["to_earn"] == "").all()


def test_deductions_say_how_the_point_comes_back():
    files = []
    for file, data in sample_files()[:8]:
        if data.get("area") in (2, 3):
            data = copy.deepcopy(data)
            data["deductions"] = (
                {
                    "IND5": {"D1": {"found": True}},
                    "IND6": {"D1": {"found": True}},
                    "IND7": {"D1": {"found": True, "resolved": False}, "D2": {"found": True, "resolved": False}},
                }
                if data["area"] == 2
                else {"IND10": {"D2": {"found": True}}, "IND11": {"D1": {"found": True, "resolved": True}}}
            )
        files.append((file, data))
    analysis = Analysis(collect(merge([received(*one) for one in files], sample_roster())))
    found = {
        o.indicator.id: o
        for o in opportunities(analysis)[analysis.units[0].code].listed
        if o.deduction and o.indicator.area > 1
    }
    assert {key: o.ids for key, o in found.items()} == {
        "IND5": ("D1",), "IND6": ("D1",), "IND7": ("D1", "D2"), "IND10": ("D2",)
    }  # fmt: skip
    assert all(o.gain == 1 and o.points == -1 for o in found.values())
    assert found["IND5"].to_earn.th.startswith("ยังไม่ได้กรอกการแก้ไข")
    assert found["IND6"].to_earn.th == "ต้องไม่พบกรณีเช่นนี้ในปีที่ประเมิน"
    assert found["IND7"].to_earn.th == "แก้ไขหรือดำเนินการกับกรณีที่พบให้แล้วเสร็จ และบันทึกว่าแก้ไขแล้ว"
    assert "ระดับประเทศ" in found["IND10"].to_earn.th


def test_a_deduction_costs_no_more_than_there_was():
    """0.40 of gross points can't lose 1."""
    files = dict(sample_files()[:8])
    for data in files.values():
        if data.get("area") == 7:
            continue
        if data.get("area") == 5:
            data["answers"] = {"IND15": {"1.1": {"met": True}}}
            data["deductions"] = {"IND15": {"D1": {"found": True}}}
    analysis = Analysis(collect(merge([received(*one) for one in files.items()], sample_roster())))
    found = opportunities(analysis)[analysis.units[0].code]
    mine = {o.ids[0]: o for o in found.listed if o.indicator.id == "IND15"}
    assert {name: o.gain for name, o in mine.items()} == {
        "1": 1, "2.1": Fraction(2, 5), "2.2": Fraction(2, 5), "2.3": Fraction(2, 5), "D1": Fraction(2, 5)
    }  # fmt: skip
    assert found.together([mine["2.1"], mine["2.2"]]) == Fraction(7, 5)
    assert found.together(mine.values()) == 5
    assert mine["1"].to_earn.th.endswith("(ทำครบได้ 1.00 คะแนน)")


def test_a_districts_opportunities_are_means_over_its_schools(analysis):
    other = Analysis(
        collect(
            merge(
                [received(f, changed(d, code="98" + d["school"]["code"][2:])) for f, d in sample_files()],
                _other_roster(),
            )
        )
    )
    province = Analysis(combine([analysis.data, other.data], "จังหวัด"))
    criteria = analysis.data["criteria"]
    lost = criteria.assign(
        lost=[Fraction(full) - Fraction(p) for full, p in zip(criteria["max"], criteria["points_exact"], strict=True)]
    )
    expected = {}
    for key, rows in lost.groupby(["indicator", "criterion"]):
        losses = list(rows["lost"])
        expected[key] = (sum(losses) / len(losses), sum(one > 0 for one in losses), len(losses))
    found = opportunities(province)[province.units[0].code]
    got = {
        (o.indicator.id, o.ids[0]): (Fraction(o.max) - o.points, o.schools, o.counted)
        for o in found.listed
        if not o.deduction
    }
    assert got == {key: figures for key, figures in expected.items() if figures[0]}
    assert [o.gain for o in found.listed] == sorted((o.gain for o in found.listed), reverse=True)
    deducted = [o for o in found.listed if o.deduction]
    assert sum(o.gain * o.counted for o in deducted) == Fraction(analysis.data["conditions"]["deduction"].sum())
    assert all(f"{o.schools} จาก {o.counted} แห่ง" in o.to_earn.th for o in found.listed)


@pytest.mark.parametrize(
    ("answers", "deducted", "promised"),
    [
        ({"1.1": True, "2.1": True, "2.2": True}, False, "(ข้อละ 0.40 คะแนน)"),
        ({"1.1": True, "2.1": True, "2.2": True}, True, "(ข้อละ 0.40 คะแนน)"),
        ({"1.1": True}, True, "(ทำครบได้ 1.00 คะแนน)"),
        ({}, True, "(ทำครบได้ 1.00 คะแนน)"),
        ({"1.1": True, "1.2": True, "1.3": True, "1.5": True}, True, "(0.40 คะแนน)"),
    ],
)
def test_the_points_of_an_item_are_net(answers, deducted, promised):
    """Items are promised one by one only where each alone earns it; else what all of them earn after the deduction."""
    data = submission(
        "IND11", {name: {"met": name in answers} for name in ("1.1", "1.2", "1.3", "1.4", "1.5", *answers)}
    )
    data["deductions"] = {"IND11": {"D1": {"found": deducted, "resolved": False}}}
    assert told(data, "IND11", "1")[0].endswith(promised)


def test_items_behind_a_gate_are_promised_with_it():
    gate = {"2": {"value": 0}, **{f"2.{n}": {"met": n == 1} for n in range(1, 6)}}
    data = submission("IND6", {**gate, "1": {"count": 0, "total": 9}})
    assert told(data, "IND6", "2")[0].endswith("(ทำครบได้ 3.00 คะแนน)")


def test_learners_raised_are_promised_after_the_deduction():
    answers = {"1": {"P6": {"thai": {"count": 0, "total": 50}}, "M3": {"thai": {"count": 0, "total": 150}}}}
    data = submission("IND2", answers)
    data["deductions"] = {"IND2": {"D1": {"found": True}}}
    words, _ = told(data, "IND2", "1")
    assert "ภาษาไทย ม.3 จาก 0 เป็น 150 คน (+0.00), ภาษาไทย ป.6 จาก 0 เป็น 50 คน (+0.00)" in words


_GAINS = re.compile(r"\(\+([\d.]+)\)")


@settings(max_examples=60, deadline=None)
@given(strategies.submissions(), st.booleans())
def test_a_promise_is_kept_to_the_hundredth(data, deducted):
    """Whatever was answered: doing one thing, or the first of several, raises the net score by what was promised."""
    area = EQA.area(data["area"])
    if deducted:
        data["deductions"] = {i.id: {c.id: {"found": True} for c in i.conditions} for i in area.indicators}
    card = score(data)
    # Points of a figure that may be somebody's number are kept rounded.
    numbers = (dig(data, f.path) for i in area.indicators for c in i.criteria for f in answer_fields(EQA, i, c))
    assume(card.score is not None and not any(map(is_hidden, numbers)))
    code = data["school"]["code"]
    analysis = Analysis(collect(merge([received("a.xlsx", data)], Roster((School(code, "โรงเรียนบ้านตัวอย่าง"),)))))
    found = opportunities(analysis)[code]
    done, gained = data, Fraction(0)
    for count, opportunity in enumerate(found.listed, start=1):
        alone = Fraction(score(_acted(data, opportunity)).score - card.score)
        # Where a criterion's people must first be there, doing it earns another criterion as well.
        first = not opportunity.deduction and getattr(
            opportunity.indicator.criterion(opportunity.ids[0]), "population", None
        )
        assert alone >= opportunity.gain if first else alone == opportunity.gain
        done = _acted(done, opportunity)
        so_far = found.together(found.listed[:count])
        assert Fraction(score(done).score - card.score) == so_far >= gained
        gained = so_far
        assert sum(map(Decimal, _GAINS.findall(opportunity.to_earn.th))) <= opportunity.gain
    assert gained == EQA.area(data["area"]).max - card.score


def _acted(data: dict[str, Any], opportunity: Opportunity) -> dict[str, Any]:
    """The submission after one opportunity was taken, and nothing else of its indicator."""
    indicator = opportunity.indicator
    if not opportunity.deduction:
        return fulfilled(data, indicator, indicator.criterion(opportunity.ids[0]))
    data = copy.deepcopy(data)
    for name in opportunity.ids:
        data["deductions"][indicator.id][name] = {"found": False}
    return data


def _other_roster():
    roster = sample_roster()
    schools = (type(s)("98" + s.code[2:], s.name, "สพป.อื่น", s.levels, s.learners, s.teachers) for s in roster.schools)
    return type(roster)(tuple(schools))
