"""The figures of the cards, worked out a second way: from what schools answered, and from the other sheets."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from helpers import oracle
from helpers.districts import CARDS, District, exact_points
from helpers.figures import half_up, quartile, shown, shown_or_none
from helpers.oracle import AREAS
from helpers.sheets import beside, cards_of, load, records, rows_of


def cards(district: District) -> dict[str, list[list[Any]]]:
    """School → the rows of its card."""
    return cards_of(rows_of(district.sheet(CARDS)))


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
