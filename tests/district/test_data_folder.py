"""Data folders: what is written is read back alike, other programs read the same, and nothing hostile gets through."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import ROOT, books
from helpers.documents import blocks
from helpers.received import sample_results, sample_roster
from qa_excel.district.analysis import Analysis
from qa_excel.district.data import folder as datafolder
from qa_excel.district.data.as_csv import read_csv, write_csv
from qa_excel.district.data.as_parquet import read_parquet, write_parquet
from qa_excel.district.data.building import frame_of
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import UnlikeDatasets, combine
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.district.data.folder import DataFolderError, find_data_folders, is_data_folder, read_data, write_data
from qa_excel.district.merging import merge
from qa_excel.files.writing import OutputError
from samples.province import data_of, province_of, repeated

FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return collect(merge(sample_results(), sample_roster()), due="2021-03-31", iqa_due="2023-03-31")


@pytest.fixture(scope="module")
def written(dataset, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "data"
    write_data(dataset, folder)
    return folder


@pytest.fixture
def folder(written, tmp_path) -> Path:
    """A copy to be changed, without Parquet."""
    copy = tmp_path / "data"
    shutil.copytree(written, copy, ignore=shutil.ignore_patterns("*.parquet"))
    return copy


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def descriptor_of(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def assert_alike(one: Dataset, other: Dataset) -> None:
    for table in tables():
        pd.testing.assert_frame_equal(one[table].reset_index(drop=True), other[table], check_categorical=False)
    for part in ("name", "year", "iqa_year", "due", "iqa_due", "lang", "level", "districts"):
        assert getattr(one, part) == getattr(other, part), part
    assert (one.rubric.id, one.traces.id) == (other.rubric.id, other.traces.id)


# --- Writing ------------------------------------------------------------------------------------------------


def test_every_table_is_there_in_both_forms(written, dataset, tmp_path):
    names = [f"{table}.{ending}" for table in tables() for ending in ("csv", "parquet")]
    assert sorted(files_of(written)) == sorted([*names, "datapackage.json"])
    assert write_data(dataset, tmp_path / "a" / "b") == [*names, "datapackage.json"]


def test_the_same_dataset_gives_the_same_bytes(written, dataset, tmp_path):
    write_data(dataset, tmp_path)
    assert files_of(tmp_path) == files_of(written)
    write_data(dataset, tmp_path)
    assert files_of(tmp_path) == files_of(written)


def test_the_csv_is_what_excel_and_rfc_4180_ask_for(written):
    for table in tables():
        content = (written / f"{table}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\r\n") == content.count(b"\n")


def test_the_descriptor_tells_the_truth(written):
    """By hand after the specification: what is promised of bytes, types, constraints and keys holds."""
    package = descriptor_of(written)
    assert package["profile"] == "tabular-data-package"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert [resource["name"] for resource in package["resources"]] == list(tables())
    rows = {}
    for resource in package["resources"]:
        content = (written / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        dialect = resource["dialect"]
        text = content.decode(resource["encoding"]).removeprefix("\ufeff")
        assert text.count(dialect["lineTerminator"]) == text.count("\n")
        reader = csv.DictReader(text.splitlines(keepends=True), delimiter=dialect["delimiter"])
        rows[resource["name"]] = list(reader)
        assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            for row in rows[resource["name"]]:
                assert_valid(row[field["name"]], field)
    for resource in package["resources"]:
        schema = resource["schema"]
        if "primaryKey" in schema:
            keys = [tuple(row[field] for field in schema["primaryKey"]) for row in rows[resource["name"]]]
            assert all(all(key) for key in keys)
            assert len(keys) == len(set(keys))
        for foreign in schema.get("foreignKeys", ()):
            other = foreign["reference"]["resource"]
            target = next(entry for entry in package["resources"] if entry["name"] == other)
            assert foreign["reference"]["fields"] == target["schema"]["primaryKey"]
            known = {tuple(row[field] for field in foreign["reference"]["fields"]) for row in rows[other]}
            assert {tuple(row[field] for field in foreign["fields"]) for row in rows[resource["name"]]} <= known
    for name, entry in package["qa-excel"]["parquet"].items():
        content = (written / entry["path"]).read_bytes()
        assert entry["path"] == f"{name}.parquet"
        assert entry["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def assert_valid(cell: str, field: dict) -> None:
    """A cell under the Table Schema."""
    constraints = field.get("constraints", {})
    if cell == "":
        assert not constraints.get("required"), field["name"]
        return
    patterns = {
        "integer": r"-?\d+",
        "number": r"-?\d+(\.\d+)?",
        "boolean": "true|false",
        "date": r"\d{4}-\d\d-\d\d",
        "string": r"[\s\S]*",
    }
    assert re.fullmatch(patterns[field["type"]], cell), (field["name"], cell)
    if "enum" in constraints:
        assert cell in constraints["enum"]
    if "pattern" in constraints:
        assert re.fullmatch(constraints["pattern"], cell)
    if "minimum" in constraints:
        assert Decimal(cell) >= constraints["minimum"]
    if "maximum" in constraints:
        assert Decimal(cell) <= constraints["maximum"]


def test_frictionless_finds_it_valid(written, monkeypatch):
    frictionless = pytest.importorskip("frictionless")
    monkeypatch.chdir(written)
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["message"])


def test_another_program_reads_the_same_from_both_forms(written, dataset):
    """DuckDB, told the types of the descriptor."""
    kinds = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
    for table in tables().values():
        types = {field.name: kinds[field.type] for field in table.fields}
        from_csv = duckdb.read_csv(str(written / f"{table.name}.csv"), dtype=types, header=True)
        from_parquet = duckdb.read_parquet(str(written / f"{table.name}.parquet"))
        assert [str(kind) for kind in from_parquet.types] == [kinds[field.type] for field in table.fields]
        assert from_csv.fetchall() == from_parquet.fetchall()
        assert len(from_parquet) == len(dataset[table.name])


def test_codes_keep_their_zeros(dataset, tmp_path):
    old = dataset["schools"]["school_code"].iloc[0]
    frames = {
        name: frame.assign(school_code=frame["school_code"].astype(object).replace(old, "00000012"))
        for name, frame in dataset.frames.items()
    }
    changed = Dataset(dataset.name, dataset.year, dataset.iqa_year, dataset.rubric, dataset.traces, frames)
    write_data(changed, tmp_path, parquet=False)
    assert "00000012" in read_data(tmp_path)["scores"]["school_code"].tolist()


def test_parquet_is_left_out_where_it_is_not_wanted_or_not_there(dataset, tmp_path, monkeypatch):
    write_data(dataset, tmp_path)
    write_data(dataset, tmp_path, parquet=False)
    assert not list(tmp_path.glob("*.parquet")), "an earlier run's would tell other figures"
    assert "parquet" not in descriptor_of(tmp_path)["qa-excel"]
    monkeypatch.setattr(datafolder, "_has_pyarrow", lambda: False)
    assert not any(name.endswith(".parquet") for name in write_data(dataset, tmp_path))
    with pytest.raises(DataFolderError, match=r"pip install pyarrow"):
        write_data(dataset, tmp_path, parquet=True)


def test_files_of_others_are_not_overwritten(dataset, tmp_path):
    (tmp_path / "scores.csv").write_text("mine")
    with pytest.raises(OutputError, match=r"scores\.csv: .*not overwritten"):
        write_data(dataset, tmp_path)
    assert files_of(tmp_path) == {"scores.csv": b"mine"}


def test_a_write_that_fails_changes_nothing(dataset, folder, monkeypatch):
    before = files_of(folder)

    def full(*_):
        raise OSError(28, "full")

    monkeypatch.setattr("qa_excel.district.data.as_parquet.write_parquet", full)
    with pytest.raises(OutputError):
        write_data(province_of(1, 3)[0], folder)
    assert files_of(folder) == before


def test_a_folder_that_can_not_be_made_is_refused(dataset, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_data(dataset, tmp_path / "file" / "data")


# --- Reading back -------------------------------------------------------------------------------------------


def test_what_is_written_is_read_back(written, dataset):
    assert_alike(dataset, read_data(written))


def test_parquet_alone_is_read_back(written, dataset, tmp_path):
    shutil.copytree(written, tmp_path / "data", ignore=shutil.ignore_patterns("*.csv"))
    assert_alike(dataset, read_data(tmp_path / "data"))


def test_parquet_is_read_where_nobody_has_changed_the_csv_beside_it(written, dataset, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(written, folder)
    read_from = []
    reader_of = datafolder._reader_of
    monkeypatch.setattr(datafolder, "_reader_of", lambda path: read_from.append(path.name) or reader_of(path))
    assert_alike(dataset, read_data(folder))
    assert read_from == [f"{table}.parquet" for table in tables()]

    cell("scores", 5, "score", "0.5")(folder)
    (folder / "criteria.parquet").write_bytes((folder / "conditions.parquet").read_bytes())
    read_from.clear()
    assert read_data(folder)["scores"]["score"].iloc[3] == 0.5
    assert {name for name in read_from if name.endswith(".csv")} == {"scores.csv", "criteria.csv"}

    monkeypatch.setattr(datafolder, "_has_pyarrow", lambda: False)
    read_from.clear()
    read_data(folder)
    assert read_from == [f"{table}.csv" for table in tables()]


def test_generated_districts_and_a_province_are_read_back(tmp_path):
    districts = province_of(3, 6)
    for number, district in enumerate([*districts, combine(districts, "จังหวัดตัวอย่าง")]):
        write_data(district, tmp_path / str(number))
        assert_alike(district, read_data(tmp_path / str(number)))


def test_a_district_without_a_name_is_read_back(dataset, tmp_path):
    unnamed = collect(merge(sample_results()[:16], sample_roster(), name=""))
    write_data(unnamed, tmp_path)
    schemas = [resource["schema"] for resource in descriptor_of(tmp_path)["resources"]]
    assert not any("primaryKey" in schema or "foreignKeys" in schema for schema in schemas)
    assert_alike(unnamed, read_data(tmp_path))


def test_what_another_program_saved_is_read(folder, dataset):
    """Other order of columns and more of them, TRUE for true, no byte order mark, LF, an empty line at the end."""
    path = folder / "conditions.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame = frame.replace({"true": "TRUE", "false": "FALSE"}).assign(remark="x")
    frame[frame.columns[::-1]].to_csv(path, index=False, lineterminator="\n")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="\n")
    assert_alike(dataset, read_data(folder))


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text(st.sampled_from("'=+-@\t\r\n\" ,;ก้ำ😀\0\ufeff＝x1"), max_size=8),
)


@settings(max_examples=200)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_every_text_comes_back_as_it_was(texts):
    table = tables()["problems"]
    about = {"code": "x", "severity": "error"}
    frame = frame_of(table, [{**about, "message": text, "hint": text[::-1]} for text in texts])
    target = io.BytesIO()
    write_csv(table, frame, target)
    for row in csv.DictReader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")):
        assert not any(FORMULA.match(cell) for cell in row.values())
    target.seek(0)
    assert read_csv(table, target, 100) == {name: frame[name].tolist() for name in table.columns}
    target = io.BytesIO()
    write_parquet(table, frame, target)
    back = read_parquet(table, target, 100)
    assert {name: back[name].tolist() for name in table.columns} == {
        name: frame[name].tolist() for name in table.columns
    }


def test_half_a_surrogate_pair_is_replaced(dataset, tmp_path):
    messages = pd.Series(["a\ud83db"] * len(dataset["problems"]), dtype=object)
    problems = dataset["problems"].assign(message=messages)
    frames = {**dataset.frames, "problems": problems}
    given = Dataset("เขต\ud83d", 2563, 2565, dataset.rubric, dataset.traces, frames)
    write_data(given, tmp_path)
    assert set(read_data(tmp_path)["problems"]["message"]) == {"a\ufffdb"}
    assert read_data(tmp_path).name == "เขต\ufffd"
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    assert set(read_data(tmp_path)["problems"]["message"]) == {"a\ufffdb"}


# --- What is refused ----------------------------------------------------------------------------------------


def cell(table: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    """Types over a cell; rows are counted as Excel shows them."""

    def change(folder: Path) -> None:
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle))
        rows[row - 1][rows[0].index(column)] = value
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            csv.writer(handle).writerows(rows)

    return change


def described(**parts: object) -> Callable[[Path], None]:
    """Changes what the descriptor says of the dataset."""

    def change(folder: Path) -> None:
        package = descriptor_of(folder)
        package["qa-excel"] |= parts
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    return change


def resource_path(path: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        package = descriptor_of(folder)
        package["resources"][2]["path"] = path
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    return change


def content(name: str, change_of: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(change_of((folder / name).read_bytes()))

    return change


def without_row(table: str, row: int) -> Callable[[Path], None]:
    return content(
        f"{table}.csv", lambda data: b"\r\n".join(data.split(b"\r\n")[: row - 1] + data.split(b"\r\n")[row:])
    )


def doubled_row(table: str) -> Callable[[Path], None]:
    return content(f"{table}.csv", lambda data: data + data.split(b"\r\n")[1] + b"\r\n")


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "no descriptor": (lambda folder: (folder / "datapackage.json").unlink(), r"datapackage\.json: .*no data folder"),
    "foreign descriptor": (content("datapackage.json", lambda _: b'{"name": "x"}'), "not made by this program"),
    "a list": (content("datapackage.json", lambda _: b"[]"), "not made by this program"),
    "no JSON": (content("datapackage.json", lambda data: data[:200]), "no JSON"),
    "deep JSON": (content("datapackage.json", lambda _: b"[" * 200_000), "no JSON"),
    "huge JSON": (content("datapackage.json", lambda data: data + b" " * (1 << 20)), "far too large"),
    "older version": (described(version=0), "version “0”"),
    "no name": (described(name=None), "its name"),
    "a name that is a number": (described(name=5), "its name"),
    "a year that is text": (described(year="2563"), "its year"),
    "a year that is true": (described(year=True), "its year"),
    "a due date of no calendar": (described(due="2021-02-30"), "its due"),
    "a level of no kind": (described(level=["school"]), "its level"),
    "unknown rubric": (described(rubric="../../etc/passwd"), "“../../etc/passwd” .*is not known"),
    "a version that is a number": (described(rubric_version=1.2), "its rubric_version"),
    "a version of no numbers": (described(iqa_rubric_version="newest"), "its iqa_rubric_version"),
    "a version to come": (described(rubric_version="1.10"), "“onesqa-r4” of version 1.10 is not known"),
    "a version of the traces to come": (described(iqa_rubric_version="2"), "“iqa-2565” of version 2 is not known"),
    "rubrics exchanged": (described(rubric="iqa-2565", iqa_rubric="onesqa-r4"), "is not known"),
    "path outside": (resource_path("../scores.csv"), r"“\.\./scores\.csv”"),
    "absolute path": (resource_path("/etc/passwd"), "“/etc/passwd”"),
    "other scheme": (resource_path("https://example.com/scores.csv"), "https"),
    "many paths": (resource_path(["scores.csv", "more.csv"]), "scores"),
    "missing table": (lambda folder: (folder / "grades.csv").unlink(), r"grades\.csv: the data folder lacks"),
    "missing column": (
        content("scores.csv", lambda data: data.replace(b",gross,", b",gross2,", 1)),
        "the column gross is",
    ),
    "column twice": (content("scores.csv", lambda data: data.replace(b",gross,", b",score,", 1)), "the column .* is"),
    "semicolons": (content("scores.csv", lambda data: data.replace(b",", b";")), "separated by commas"),
    "empty file": (content("scores.csv", lambda _: b""), "the column district is not there"),
    "Thai Windows": (
        content("scores.csv", lambda data: data.decode("utf-8-sig").encode("cp874")),
        "not UTF-8",
    ),
    "cut off in a quoted cell": (
        content("schools.csv", lambda data: data + b'"x'),
        r"schools\.csv: the CSV is damaged",
    ),
    "short row": (content("schools.csv", lambda data: data + b"a,b\r\n"), r"schools\.csv: row 12: it has 2 cells"),
    "endless columns": (content("schools.csv", lambda data: b"a," * 5000 + data[3:]), "far too many rows or columns"),
    "a giant cell": (content("schools.csv", lambda data: data + b"a" * 2_000_000), r"schools\.csv"),
    "text for a number": (cell("scores", 5, "score", "สี่"), r"scores\.csv: row 5, column score: “สี่” is not a number"),
    "not a number": (cell("scores", 5, "score", "nan"), "row 5, column score"),
    "infinite": (cell("criteria", 7, "count", "1e999"), r"criteria\.csv: row 7, column count"),
    "a fraction for a count": (cell("submissions", 3, "errors", "1.5"), "row 3, column errors: “1.5” is not a whole"),
    "a date of another kind": (cell("submissions", 3, "prepared_on", "17/3/2021"), "row 3, column prepared_on.*a date"),
    "a day that is not": (cell("submissions", 3, "prepared_on", "2021-02-30"), "row 3, column prepared_on.*a date"),
    "items of no checklist": (cell("criteria", 3, "items", "1.1"), "row 3, column items"),
    "nothing missing": (cell("scores", 3, "missing", ""), "row 3, column missing: it must not be empty"),
    "yes": (cell("conditions", 4, "found", "yes"), "row 4, column found: “yes” is not true or false"),
    "no score": (cell("scores", 6, "score", ""), "row 6, column score: it must not be empty"),
    "too many points": (cell("scores", 6, "score", "101"), "row 6, column score: “101.0” is more than 100"),
    "negative points": (cell("scores", 6, "score", "-1"), "is less than 0"),
    "a code that is a path": (cell("schools", 3, "school_code", "../x"), "row 3, column school_code: “../x”"),
    "a fraction by zero": (cell("criteria", 3, "points_exact", "1/0"), "row 3, column points_exact"),
    "unknown status": (cell("submissions", 3, "status", "lost"), "“lost” is none of ok, warnings"),
    "unknown indicator": (cell("scores", 3, "indicator", "IND99"), "row 3, column indicator: .*no such id"),
    "indicator of another area": (cell("scores", 3, "area", "7"), "row 3, column indicator: .*no such id"),
    "unknown workbook": (cell("submissions", 3, "workbook", "8"), "row 3, column workbook: .*no such id"),
    "unknown step": (cell("iqa_items", 3, "item", "9.9.9"), "row 3, column item"),
    "unknown school": (cell("scores", 3, "school_code", "99999999"), "no counterpart in schools"),
    "a score that lacks": (without_row("scores", 2), r"(criteria|conditions)\.csv: row 2.*no counterpart in scores"),
    "a school that lacks": (without_row("schools", 2), "no counterpart in schools"),
    "a workbook that lacks": (without_row("submissions", 2), r"schools\.csv: row 2.*submissions lacks a row"),
    "a score twice": (doubled_row("scores"), r"scores\.csv: row \d+, column indicator: the row is there twice"),
    "a workbook twice": (doubled_row("submissions"), "the row is there twice"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_is_refused(folder, case):
    change, expected = REFUSED[case]
    change(folder)
    with pytest.raises(DataFolderError, match=expected) as refused:
        read_data(folder)
    text = refused.value.text
    assert re.search("[ก-๙]{3}", text.th)
    assert "ให้" in text.th, "what to do"
    assert "\n" not in text.th + text.en


def test_control_signs_of_a_file_reach_no_message(folder):
    cell("scores", 5, "score", "\x1b[2J" + "x" * 500)(folder)
    with pytest.raises(DataFolderError) as refused:
        read_data(folder)
    assert "\x1b" not in refused.value.text.th
    assert len(refused.value.text.en) < 400


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
@pytest.mark.parametrize("name", ["scores.csv", "datapackage.json"])
def test_links_out_of_the_folder_and_pipes_are_not_opened(folder, tmp_path, name):
    shutil.move(folder / name, tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(DataFolderError, match="leads out of the folder"):
        read_data(folder)
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(DataFolderError, match="special file"):
        read_data(folder)
    (folder / name).unlink()
    (folder / name).symlink_to(folder / name)
    with pytest.raises(DataFolderError):
        read_data(folder)


@pytest.mark.skipif(os.name != "posix", reason="a file of holes")
def test_a_huge_file_is_not_opened(folder):
    os.truncate(folder / "criteria.csv", 5 << 30)
    with pytest.raises(DataFolderError, match="far too large"):
        read_data(folder)


def test_damaged_parquet_is_refused(written, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(written, folder, ignore=shutil.ignore_patterns("*.csv"))
    path = folder / "scores.parquet"
    good = path.read_bytes()
    for bad in (b"", b"PAR1", good[:500], good[:-4], good[:100] + b"x" * 50 + good[150:]):
        path.write_bytes(bad)
        with pytest.raises(DataFolderError, match=r"scores\.parquet"):
            read_data(folder)
    pd.DataFrame({"district": ["x"]}).to_parquet(path)
    with pytest.raises(DataFolderError, match=r"the column \w+ is not there"):
        read_data(folder)
    frame = duckdb.read_parquet(str(written / "scores.parquet")).df()
    frame.assign(score="four").to_parquet(path)
    with pytest.raises(DataFolderError, match="the column score is not of type number"):
        read_data(folder)
    monkeypatch.setattr(datafolder, "_has_pyarrow", lambda: False)
    with pytest.raises(DataFolderError, match="pip install"):
        read_data(folder)


# --- The version of the rules -------------------------------------------------------------------------------


def test_data_tell_the_version_by_which_they_are_scored(folder, dataset):
    about = descriptor_of(folder)["qa-excel"]
    assert (about["rubric_version"], about["iqa_rubric_version"]) == (dataset.rubric.version, dataset.traces.version)
    read = read_data(folder)
    assert (read.rubric, read.traces) == (dataset.rubric, dataset.traces)


def test_data_that_tell_none_were_scored_before_they_did(folder, tmp_path):
    package = descriptor_of(folder)
    for key in ("rubric_version", "iqa_rubric_version"):
        del package["qa-excel"][key]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    read = read_data(folder)
    assert (read.rubric.version, read.traces.version) == ("1.1", "1.1")
    write_data(read, tmp_path / "again", parquet=False)
    assert descriptor_of(tmp_path / "again")["qa-excel"]["rubric_version"] == "1.1"


# --- Finding ------------------------------------------------------------------------------------------------


def test_data_folders_are_found_among_others(written, tmp_path):
    for name in ("เขต 2", "เขต 1", ".hidden", "deep/er"):
        shutil.copytree(written, tmp_path / name)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "datapackage.json").write_text('{"name": "other"}')
    assert find_data_folders([tmp_path]) == [tmp_path / "deep" / "er", tmp_path / "เขต 1", tmp_path / "เขต 2"]
    assert find_data_folders([tmp_path / "เขต 2", tmp_path / "เขต 2"]) == [tmp_path / "เขต 2"]
    assert find_data_folders([tmp_path / "none", tmp_path / "foreign", tmp_path / "เขต 1" / "scores.csv"]) == []
    assert not is_data_folder(tmp_path / "foreign")
    (tmp_path / "เขต 1" / "datapackage.json").write_text('{"profile": "x", "name": "qa-excel-2563", "reso')
    assert is_data_folder(tmp_path / "เขต 1"), "so that reading it says that it is damaged"


# --- Merging of merges --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def province() -> list[Dataset]:
    return province_of(3, 6)


def changed(dataset: Dataset, **parts: object) -> Dataset:
    of = {slot: getattr(dataset, slot) for slot in Dataset.__slots__}
    return Dataset(**{**of, **parts})


def test_a_province_has_all_that_its_districts_have(province):
    whole = combine(province, "จังหวัดตัวอย่าง")
    assert whole.level == "district"
    assert whole.districts == [dataset.name for dataset in province]
    assert whole.due == province[0].due
    for table in tables():
        assert len(whole[table]) == sum(len(dataset[table]) for dataset in province)
    analysis = Analysis(whole)
    for dataset, unit in zip(province, analysis.units, strict=True):
        own = Analysis(dataset)
        assert unit.value(analysis.total) == own.mean(own.total).value


def test_provinces_make_a_nation(province):
    others = list(repeated(province[0], 2))
    nation = combine([combine(province, "จังหวัด 1"), combine(others, "จังหวัด 2")], "ประเทศ")
    assert nation.districts == [dataset.name for dataset in (*province, *others)]
    assert len(Analysis(nation).units) == 5


def test_one_district_alone_may_have_no_name(dataset):
    unnamed = collect(merge(sample_results()[:8], sample_roster(), name=""))
    assert combine([unnamed], "x").districts == [""]


def test_a_district_without_traces_takes_the_others_year(province):
    bare = changed(
        province[0], iqa_year=None, frames={**province[0].frames, "iqa_items": province[0]["iqa_items"].iloc[:0]}
    )
    for datasets in ([bare, *province[1:]], [*province[1:], bare]):
        assert combine(datasets, "x").iqa_year == province[1].iqa_year


def test_another_due_date_is_no_reason_to_refuse(province):
    assert combine([changed(province[0], due="2023-05-01"), province[1]], "x").due is None


def test_datasets_that_clash_are_refused_by_folder(province):
    one, two, three = province
    sources = ["in/ก", "in/ข", "in/ค"]

    def refused(*datasets: Dataset) -> str:
        with pytest.raises(UnlikeDatasets) as error:
            combine(datasets, "x", sources[: len(datasets)])
        assert "ให้" in error.value.text.th
        return error.value.text.en

    assert "2565 in in/ก, in/ค; 2564 in in/ข" in refused(one, changed(two, year=2564), three)
    assert "IQA traces differs: 2565 in in/ก; 2566 in in/ข" in refused(one, changed(two, iqa_year=2566))
    assert "edition of the rubric differs" in refused(one, changed(two, rubric=two.traces))
    older = changed(two, rubric=replace(two.rubric, version="1.1"))
    oldest = changed(three, rubric=replace(three.rubric, version="1.0"))
    text = refused(one, older, oldest)
    assert "version 1.0 in in/ค; version 1.1 in in/ข; version 1.2 in in/ก" in text and "IND2, IND5" in text
    assert combine([older, oldest], "x").rubric.version == "1.1"
    assert combine([one, changed(older, year=None)], "x").rubric.version == "1.2", "it has no points"
    assert f"{one.name} is in both in/ก and in/ข" in refused(one, one)
    unnamed = changed(two, frames={name: frame.assign(district="") for name, frame in two.frames.items()})
    assert "the data in in/ข has no district's name" in refused(one, unnamed)
    spaced = {name: frame.assign(district=f"{one.name}  ") for name, frame in two.frames.items()}
    assert "is in both" in refused(one, changed(two, frames=spaced)), "a space more is no other name"
    code = one["schools"]["school_code"].iloc[2]
    other = two["schools"]["school_code"].iloc[0]
    moved = {
        key: frame.assign(school_code=frame["school_code"].astype(object).replace(other, code))
        for key, frame in two.frames.items()
    }
    text = refused(one, changed(two, frames=moved))
    assert f"school {code} " in text
    assert f"{one.name} (in/ก) and {two.name} (in/ข)" in text


# --- The document -------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


@pytest.fixture
def beside(written, monkeypatch) -> Path:
    """The folder that holds `data`, as in the examples."""
    monkeypatch.chdir(written.parent)
    return written.parent


@pytest.mark.parametrize("example", blocks(GUIDE, "python"))
def test_python_examples(example, beside):
    expected = re.findall(r"print\(.*\)  # (.*)$", example, re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, cwd=beside, check=True)
    assert expected
    assert done.stdout.splitlines() == expected


def test_sql_examples(beside, dataset):
    weakest, lost, lacking = [duckdb.sql(example).fetchall() for example in blocks(GUIDE, "sql")]
    analysis = Analysis(dataset)
    ranked = [(measure.key, float(mean.percent)) for measure, mean in reversed(analysis.ranked(analysis.indicators))]
    assert {row[0]: row[4] for row in weakest} == pytest.approx(dict(ranked), abs=0.011)
    assert weakest[0][4] == min(row[4] for row in weakest)
    criteria = dataset["criteria"]
    by_criterion = (criteria["max"] - criteria["points"]).groupby([criteria["indicator"], criteria["criterion"]]).sum()
    assert len(lost) == 10
    for indicator, criterion, _, points in lost:
        assert points == pytest.approx(by_criterion[indicator, criterion], abs=0.011)
    assert [(row[0], row[2]) for row in lacking] == [("99000006", "4, iqa")]


def test_the_document_has_every_field():
    for table in tables().values():
        start = GUIDE.index(f"### `{table.name}`")
        section = GUIDE[start : GUIDE.find("\n### ", start + 1)]
        for field in table.fields:
            assert f"| `{field.name}` | {field.type} |" in section


def test_generated_districts_are_the_same_each_time():
    done = subprocess.run(
        [sys.executable, "-c", "from samples.province import data_of; print(data_of(5)['criteria'].to_csv())"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert done.stdout.strip() == data_of(5)["criteria"].to_csv().strip()


def test_data_made_in_another_language_are_said_to_stay_in_it(run, tmp_path):
    for lang in ("th", "en"):
        options = ("--roster", books.SAMPLES / "schools.csv", "--name", lang, "--lang", lang)
        run("merge", books.COMPLETE_SCHOOL, *options, "--data", tmp_path / lang)
        told = "stay in Thai" if lang == "th" else "เป็นภาษาอังกฤษ"
        other = "en" if lang == "th" else "th"
        assert told in run("merge", tmp_path / lang, "--out", tmp_path / "d.xlsx", "--lang", other).err
        assert told not in run("merge", tmp_path / lang, "--out", tmp_path / "d.xlsx", "--lang", lang).err
