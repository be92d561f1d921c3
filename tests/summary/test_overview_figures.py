"""The figures of ภาพรวม and of the JSON, worked out a second way from the tidy data."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from helpers import oracle
from helpers.districts import DUE, IQA_DUE, OVERVIEW, District, spread
from helpers.figures import cents, half_up, mean, shown
from helpers.oracle import FULL, INDICATORS
from helpers.sheets import figure, records, rows_of


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
