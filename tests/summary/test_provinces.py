"""Merges of merges: a province is the union of its districts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from helpers import ooxml, oracle
from helpers.figures import half_up, mean, shown
from helpers.oracle import AREAS, FULL, INDICATORS
from helpers.sheets import load, rows_of, table
from helpers.summaries import TABLES, Summaries, data_sheets
from helpers.tidy import Tidy
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.combining import combine
from qa_excel.district.data.folder import read_data, write_data
from qa_excel.summary.as_json import district_json


@pytest.fixture(scope="module")
def folders(summaries: Summaries, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("province")
    for number, district in enumerate(summaries.districts, start=1):
        write_data(district, folder / f"d{number}", parquet=number == 2)
    return [folder / f"d{number}" for number in range(1, 4)]


def test_a_province_is_the_union_of_its_districts(folders: list[Path], tmp_path: Path, run: Any) -> None:
    found = run("merge", *folders, "--out", tmp_path / "p.xlsx", "--data", tmp_path / "data", "--name", "จังหวัดทดสอบ",
                "--format", "json")  # fmt: skip
    assert found.status in (0, 1), found.err
    assert ooxml.faults(tmp_path / "p.xlsx") == []
    whole, parts = Tidy(tmp_path / "data"), [Tidy(folder) for folder in folders]
    for name in ("schools", *TABLES):
        rows = Counter(row for part in parts for row in map(tuple, getattr(part, name).values))
        assert Counter(map(tuple, getattr(whole, name).values)) == rows, name
    about = found.json["district"]
    assert about["name"] == "จังหวัดทดสอบ"
    assert {school["code"] for school in found.json["schools"]} == {
        code for part in parts for code in part.schools.school_code
    }
    for key in ("expected", "received", "valid"):
        assert about[key] == sum(
            {"expected": len(p.counting), "received": len(p.received), "valid": len(p.valid)}[key] for p in parts
        )
    for indicator in INDICATORS:
        values = [value for part in parts for value in part.indicator(indicator)]
        assert shown(about["indicators"][indicator]["mean"]) == half_up(mean(values)), indicator
    for area in AREAS:
        values = [value for part in parts for value in part.areas(area)]
        assert shown(about["areas"][str(area)]["mean"]) == half_up(mean(values)), area
    totals = [total for part in parts for total in part.totals.values()]
    assert shown(about["mean_total"]) == half_up(mean(totals))
    for process in oracle.PROCESSES:
        percents = [percent for part in parts for percent in part.steps(process)]
        assert shown(about["iqa"]["processes"][process]["percent"]) == half_up(sum(percents) / len(percents)), process
    for part, entry in zip(parts, about["districts"], strict=True):
        assert entry["name"] == part.schools.district.iloc[0]
        assert entry["schools_expected"] == len(part.schools)
        assert entry["schools_with_total"] == len(part.totals)
        assert shown(entry["mean_total"]) == half_up(mean(list(part.totals.values())))
        assert {int(a): shown(v) for a, v in entry["areas"].items()} == {a: half_up(mean(part.areas(a))) for a in AREAS}
        percents = part.steps()
        assert shown(entry["iqa_percent"]) == half_up(sum(percents) / len(percents))


def test_the_heat_map_of_a_province_has_its_districts(summaries: Summaries, folders: list[Path]) -> None:
    book = load(summaries.paths["province"])
    sheet = book[book.sheetnames[1]]
    rows = rows_of(sheet)
    header, *found = table(rows, "เขตพื้นที่", "ตบช.1")
    parts = {Tidy(folder).schools.district.iloc[0]: Tidy(folder) for folder in folders}
    assert [row[header.index("เขตพื้นที่")] for row in found] == list(parts)
    for row in found:
        part = parts[row[header.index("เขตพื้นที่")]]
        for indicator in INDICATORS:
            at = header.index(indicator.replace("IND", "ตบช."))
            assert shown(row[at]) == half_up(mean(part.indicator(indicator))), indicator
        for area, numbers in AREAS.items():
            at = header.index(f"ตบช.{numbers[-1]}") + 1
            assert str(FULL[area]) in header[at] and shown(row[at]) == half_up(mean(part.areas(area)))


def test_means_of_a_province_are_the_same_on_every_sheet(summaries: Summaries) -> None:
    """Or the label says that the mean is one of districts."""
    about = district_json(summaries.analyses["province"])["district"]
    book = load(summaries.paths["province"])
    rows = rows_of(book[book.sheetnames[1]])
    header = table(rows, "เขตพื้นที่", "ตบช.1")[0]
    means = next(row for row in rows if any(isinstance(v, str) and v.startswith("ค่าเฉลี่ย") for v in row[:3]))
    label = next(v for v in means if isinstance(v, str))
    for indicator, entry in about["indicators"].items():
        value = shown(means[header.index(indicator.replace("IND", "ตบช."))])
        assert value == shown(entry["mean"]) or "เขต" in label, (indicator, label)


def test_every_row_of_the_source_sheet_can_be_followed(summaries: Summaries) -> None:
    """School, criterion, inputs, points, file, sheet, cell, page and interpretation, also one level up."""
    for name in ("sample-th", "province"):
        _, fields, rows = data_sheets(load(summaries.paths[name]), "th")["criteria"]
        wanted = [
            "school_code",
            "indicator",
            "criterion",
            "inputs",
            "points",
            "file",
            "sheet",
            "cell",
            "page",
            "interpretations",
        ]
        assert set(wanted) <= set(fields), (name, sorted(set(wanted) - set(fields)))
        at = {field: fields.index(field) for field in wanted}
        for row in rows:
            assert all(row[at[field]].value not in (None, "") for field in wanted[:1] + wanted[5:9])


def test_the_order_of_folders_changes_no_figure(folders: list[Path]) -> None:
    datasets = [read_data(folder) for folder in folders]
    straight, turned = (district_json(Analysis(combine(d, "จังหวัด"))) for d in (datasets, datasets[::-1]))
    for key, value in straight["district"].items():
        if key != "districts":
            assert value == turned["district"][key], key
    for one, other in ((straight, turned),):
        assert {d["name"]: d for d in one["district"]["districts"]} == {
            d["name"]: d for d in other["district"]["districts"]
        }
        assert {s["code"]: s for s in one["schools"]} == {s["code"]: s for s in other["schools"]}


def test_a_nation_of_provinces_is_the_nation_of_their_districts(folders: list[Path], tmp_path: Path, run: Any) -> None:
    first = run("merge", *folders[:2], "--data", tmp_path / "p1", "--name", "จังหวัดหนึ่ง")
    assert first.status in (0, 1), first.err
    staged = run("merge", tmp_path / "p1", folders[2], "--name", "ประเทศ", "--format", "json").json
    flat = run("merge", *folders, "--name", "ประเทศ", "--format", "json").json
    assert staged["district"] == flat["district"]
    assert staged["schools"] == flat["schools"]


def test_one_district_twice_is_refused(folders: list[Path], tmp_path: Path, run: Any) -> None:
    import shutil

    shutil.copytree(folders[0], tmp_path / "again")
    found = run("merge", folders[0], tmp_path / "again", "--out", tmp_path / "p.xlsx", "--name", "จังหวัด")
    assert found.status == 2 and not (tmp_path / "p.xlsx").exists()
    assert "Traceback" not in found.err
