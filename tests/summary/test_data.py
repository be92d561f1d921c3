"""The data beside a summary: what its descriptor promises, and that it gives the same summary again."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from helpers.districts import DUE, Made
from helpers.summaries import FIELDS, LONG_NAME, TABLES, Summaries, unescaped
from helpers.tidy import Tidy
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.folder import read_data, write_data
from qa_excel.district.merging import merge
from qa_excel.summary import write_summary
from qa_excel.summary.as_json import district_json
from qa_excel.summary.previous import read_previous


@pytest.mark.parametrize("name", ["sample-th", "made", "evil", "province"])
def test_tidy_data_are_what_the_descriptor_says(summaries: Summaries, name: str) -> None:
    folder = summaries.data[name]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(TABLES) <= resources.keys()
    assert {path.name for path in folder.glob("*.csv")} == {resource["path"] for resource in resources.values()}
    rows = {}
    for resource_name, resource in resources.items():
        path = folder / resource["path"]
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to see UTF-8"
        assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (resource["bytes"], resource["hash"])
        assert resource["encoding"] in ("utf-8", "utf-8-sig")
        with path.open(encoding="utf-8-sig", newline="") as source:
            header, *found = csv.reader(source, delimiter=resource["dialect"]["delimiter"])
        fields = resource["schema"]["fields"]
        assert header == [field["name"] for field in fields]
        assert all(field["description"] and field["title"] for field in fields)
        assert all(len(row) == len(header) for row in found)
        for at, field in enumerate(fields):
            for row in found:
                check_value(row[at], field, resource_name)
        rows[resource_name] = [dict(zip(header, row, strict=True)) for row in found]
        key = resource["schema"].get("primaryKey")
        if key:
            keys = [tuple(row[part] for part in key) for row in rows[resource_name]]
            assert len(set(keys)) == len(keys), resource_name
    for resource_name, resource in resources.items():
        for foreign in resource["schema"].get("foreignKeys", []):
            target = foreign["reference"]["resource"] or resource_name
            known = {tuple(row[f] for f in foreign["reference"]["fields"]) for row in rows[target]}
            used = {tuple(row[f] for f in foreign["fields"]) for row in rows[resource_name]}
            assert used <= known, (resource_name, target)
    assert all(resources[table_name]["schema"].get("primaryKey") for table_name in ("scores", "criteria", "iqa_items"))


def check_value(text: str, field: dict[str, Any], where: str) -> None:
    rules, told = field.get("constraints", {}), (where, field["name"], text)
    if text == "":
        assert not rules.get("required"), told
        return
    kind = field["type"]
    if kind == "integer":
        assert re.fullmatch(r"-?\d+", text), told
    elif kind == "number":
        assert re.fullmatch(r"-?\d+(\.\d+)?", text), told
    elif kind == "boolean":
        assert text in (field.get("trueValues", ["true"]) + field.get("falseValues", ["false"])), told
    elif kind == "date":
        assert date.fromisoformat(text) and field.get("format", "default") in ("default", "%Y-%m-%d"), told
    else:
        assert kind == "string", told
        # A spreadsheet would take it for a formula.
        assert not re.match(r"[=+\-@\t\r]", text), told
    if "enum" in rules:
        assert text in rules["enum"], told
    if "pattern" in rules:
        assert re.fullmatch(rules["pattern"], text), told
    if "minimum" in rules:
        assert Decimal(text) >= rules["minimum"], told
    if "maximum" in rules:
        assert Decimal(text) <= rules["maximum"], told


def test_frictionless_finds_the_package_valid(summaries: Summaries) -> None:
    frictionless = pytest.importorskip("frictionless")
    for name in ("made", "province"):
        report = frictionless.Package(str(summaries.data[name] / "datapackage.json")).validate()
        assert report.valid, report.flatten(["taskName", "rowNumber", "fieldName", "note"])[:5]


@pytest.mark.parametrize("name", ["made", "evil"])
def test_parquet_is_the_csv(summaries: Summaries, name: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = summaries.data[name]
    for path in sorted(folder.glob("*.parquet")):
        held, tidy = parquet.read_table(path), getattr(Tidy(folder), path.stem)
        assert held.column_names == list(tidy.columns)
        for column in held.column_names:
            kind = FIELDS[column]["type"]
            values = held.column(column).to_pylist()
            texts = [unescaped(text) for text in tidy[column]]
            assert len(values) == len(texts)
            for value, text in zip(values, texts, strict=True):
                if value is None or value == "":
                    assert text == "", (path.name, column)
                elif kind == "boolean":
                    assert (value, str(value).lower()) == (text == "true", text), (path.name, column)
                elif kind in ("integer", "number"):
                    assert Fraction(str(value)) == Fraction(text), (path.name, column)
                    assert not isinstance(value, str)
                elif kind == "date":
                    assert value == date.fromisoformat(text), (path.name, column)
                else:
                    assert value == text, (path.name, column)
    assert {path.stem for path in folder.glob("*.parquet")} >= set(TABLES)


@pytest.mark.parametrize("name", ["made", "evil", "province"])
def test_tidy_data_read_back_give_the_same_summary(summaries: Summaries, tmp_path: Path, name: str) -> None:
    back = read_data(summaries.data[name])
    again = Analysis(back)
    assert district_json(again) == district_json(summaries.analyses[name])
    write_summary(again, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == summaries.paths[name].read_bytes()


def test_a_summary_is_as_good_a_year_before_as_its_data(summaries: Summaries, tmp_path: Path) -> None:
    """`--previous district-2562.xlsx` (or its data), whatever the office's name."""
    write_data(summaries.before, tmp_path / "data", parquet=False)
    found = [Analysis(read_previous(path)) for path in (tmp_path / "data", summaries.paths["small"])]
    assert found[0].data.name == LONG_NAME
    for at, previous in enumerate(found):
        write_summary(summaries.analyses["trend"], tmp_path / f"{at}.xlsx", previous)
        assert (tmp_path / f"{at}.xlsx").read_bytes() == summaries.paths["trend"].read_bytes()


def test_the_order_of_files_changes_nothing(summaries: Summaries, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    made = Made(tmp_path / "inbox")
    random.Random(3).shuffle(made.results)
    analysis = Analysis(collect(merge(made.results, made.roster), due=DUE, iqa_due=DUE))
    assert district_json(analysis) == district_json(summaries.analyses["made"])
    write_data(analysis.data, tmp_path / "data", parquet=False)
    for path in (tmp_path / "data").glob("*.csv"):
        assert path.read_bytes() == (summaries.data["made"] / path.name).read_bytes(), path.name
    write_summary(analysis, tmp_path / "made.xlsx")
    assert (tmp_path / "made.xlsx").read_bytes() == summaries.paths["made"].read_bytes()
