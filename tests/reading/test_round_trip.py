"""Fill → extract gives the submission back, fill → score scores as the JSON does, whatever was moved about."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from helpers import books, oracle, strategies
from helpers.books import Formula, form_sheets, keyed_cells, keys_of
from qa_excel import check, fill, read_workbook, score

AREAS = [*range(1, 8), None]
# Each example is filled, read, checked and scored, so they are few and each is put to full use.
few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(few, max_examples=10)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for all examples; each writes it anew."""
    return tmp_path_factory.mktemp("roundtrip") / "filled.xlsx"


def submissions(area: int | None) -> st.SearchStrategy[dict[str, Any]]:
    return strategies.submissions(area) if area else strategies.iqa_submissions()


any_submission = st.sampled_from(AREAS).flatmap(submissions)


def extracted(path: Path) -> dict[str, Any]:
    result = read_workbook(path)
    assert result.submission, result.problems
    assert [problem for problem in result.problems if problem.code.startswith("structure.")] == []
    return result.submission.data


def figures(path: Path) -> dict[str, Any]:
    """The scorecard of a workbook in the oracle's shape."""
    result = check(read_workbook(path))
    card = result.scorecard.to_json()
    for indicator in card.get("indicators", {}).values():
        for criterion in indicator["criteria"]:
            del criterion["reason"]
    about = {key: value for key, value in result.about().items() if key in ("rubric", "area") and value}
    return {**about, **card}


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1, 1.0 and True apart."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


# --- As filled ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_fill_then_extract_is_the_identity_and_scores_as_the_json_does(area, path):
    @few
    @given(submissions(area))
    @example(books.submission(area))
    def holds(submission):
        fill(submission, path)
        assert same(extracted(path), submission)
        assert figures(path) == oracle.score(submission)
        assert score(submission).to_json() == score(extracted(path)).to_json()

    holds()


@pytest.mark.parametrize("area", [2, None])
def test_filling_twice_gives_the_same_bytes(area, path, tmp_path):
    submission = books.submission(area, prepared_by="ครูสมใจ", prepared_on="2020-03-31")
    fill(submission, path)
    fill(submission, tmp_path / "again.xlsx")
    assert path.read_bytes() == (tmp_path / "again.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("given_value", "value"),
    [(82.33333333333333, 82.3333333333333), (79.99999999999999, 80), (80.0, 80), (0.1 + 0.2, 0.3), (1e-7, 1e-7)],
)
def test_numbers_have_15_significant_digits(given_value, value, path):
    submission = books.submission(2, answers={"IND5": {"1.2": {"value": given_value}}})
    fill(submission, path)
    assert same(extracted(path)["answers"], {"IND5": {"1.2": {"value": value}}})
    assert figures(path) == oracle.score(submission)


def test_79_99999999999999_reaches_80(path):
    fill(books.submission(2, answers={"IND5": {"1.2": {"value": 79.99999999999999}}}), path)
    items = figures(path)["indicators"]["IND5"]["criteria"][0]["items"]
    assert {item["id"]: item["met"] for item in items}["1.2"] is True


TEXTS = [
    "=1+1",
    '=HYPERLINK("http://example.org","แฟ้ม")',
    "=cmd|' /C calc'!A1",
    "+66 55 000 000",
    "-1",
    "@SUM(1)",
    "'quoted",
    "_x0041_",
    "_x000D_",
    "_x005F_x0041_",
    "#N/A",
    "#DIV/0!",
    "#columns",
    "qa-excel:onesqa-r4:1.0:2:IND6",
    "IND5.1",
    "TRUE",
    "007",
    "1e5",
    "31/3/2563",
    "85%",
    "๑๒",
    "บรรทัดแรก\nบรรทัดที่สอง",
    "ช่อง\tแท็บ",
    "<b>&amp;</b>]]>",
    "http://example.org/?q=ภาพ&p=2#top",
    "file:///etc/passwd",
    "🏫 𠮷",
    "ก" * 32_767,
]


def slots() -> list[tuple[str, str]]:
    """Where texts can stand in area 2."""
    ids = {
        "IND5": "1 1.1 1.2 1.3 1.4 1.5 2 D1",
        "IND6": "1 2 2.1 2.2 2.3 2.4 2.5 D1",
        "IND7": "1 2 D1 D2",
        "IND8": "1 2 D1",
    }
    return [(indicator, id_) for indicator, listed in ids.items() for id_ in listed.split()]


@pytest.mark.parametrize(("part", "column"), [("evidence", "evidence"), ("links", "link"), ("notes", "note")])
@pytest.mark.parametrize("texts", [TEXTS[:14], TEXTS[14:]], ids=["first", "rest"])
def test_texts_stay_texts(texts, part, column, path):
    placed = dict(zip(slots(), texts, strict=False))
    assert len(placed) == len(texts)
    shape: dict[str, dict[str, str]] = {}
    for (indicator, id_), text in placed.items():
        shape.setdefault(indicator, {})[id_] = text
    fill(books.submission(2, **{part: shape}), path)
    assert extracted(path)[part] == shape
    book = books.opened(path)
    cells = {key: cell for sheet in book.worksheets for key, cell in keyed_cells(sheet).items()}
    kinds = {text: cells[f"{indicator}.{id_}", column].data_type for (indicator, id_), text in placed.items()}
    assert kinds == dict.fromkeys(texts, "s")


def test_texts_of_cover_and_traces_stay_texts(path):
    school = {"code": "00020130", "name": "=1+1", "office": "_x0041_"}
    items = {"1.1.1": {"evidence": "#N/A", "owner": "=A1", "link": "-", "note": "@x"}}
    submission = books.submission(None, school=school, prepared_by="+1", items=items)
    fill(submission, path)
    assert extracted(path) == submission


# --- As typed -------------------------------------------------------------------------------------------------


def leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found = {}
    for key, value in tree.items():
        found |= leaves(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
    return found


def typed_entries(submission: dict[str, Any]) -> dict[books.Key, Any]:
    """What is typed into which input: the answers and conditions of a submission."""
    parts = (submission.get(part, {}) for part in ("answers", "deductions"))
    return {keys_of(path): value for part in parts for path, value in leaves(part).items()}


@some
@given(data=st.data())
def test_what_is_typed_into_cells_scores_as_the_plain_value_does(data, path):
    submission = data.draw(strategies.submissions())
    header = {key: value for key, value in submission.items() if key not in ("answers", "deductions")}
    fill({**header, "answers": {}}, path)
    books.type_in(path, typed_entries(data.draw(strategies.typings(submission))))
    assert same(extracted(path), submission)
    assert figures(path) == oracle.score(submission)


@pytest.mark.parametrize(
    ("status", "canonical"),
    [("ดำเนินการแล้ว", "done"), ("ดํ\u0e32เนินการแล้ว", "done"), (" done\u00a0", "done"), ("กำลังดำเนินการ", "doing")],
)
def test_a_status_as_typed(status, canonical, path):
    books.workbook(path, None, {("1.1.1", "status"): status, ("1.1.1", "evidence"): "คำสั่ง"})
    assert extracted(path)["items"] == {"1.1.1": {"status": canonical, "evidence": "คำสั่ง"}}


@pytest.mark.parametrize(
    ("key", "typed", "where", "canonical"),
    [
        (("school.code", "value"), 63020131, ("school", "code"), "63020131"),
        (("school.code", "value"), " ๖๓๐๒๐๑๓๑ ", ("school", "code"), "63020131"),
        (("year", "value"), 2020, ("year",), 2563),
        (("year", "value"), "๒๕๖๓", ("year",), 2563),
        (("prepared_on", "value"), "31 มีนาคม 2563", ("prepared_on",), "2020-03-31"),
        (("school.learners", "value"), "1,234", ("school", "learners"), 1234),
        (("school.levels.M3", "value"), "✓", ("school", "levels"), ["P6", "M3"]),
    ],
)
def test_the_cover_as_typed(key, typed, where, canonical, path):
    books.workbook(path, 2, {key: typed})
    data = extracted(path)
    for part in where:
        data = data[part]
    assert data == canonical


@pytest.mark.parametrize(
    ("day", "canonical"), [("2020-03-31", "2020-03-31"), ("2563-03-31", "2020-03-31"), ("2020-12-01", "2020-12-01")]
)
def test_a_date_cell_in_either_era(day, canonical, path):
    from datetime import datetime

    books.workbook(path, 2, {("prepared_on", "value"): datetime.fromisoformat(day)})
    assert extracted(path)["prepared_on"] == canonical


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ประมาณ 30", "ประมาณ 30"), (-3, -3), (2.5, 2.5), (True, True), ("140", 140), (Formula("=1+"), "=1+")],
)
def test_an_invalid_cell_comes_out_as_what_it_holds(typed, kept, path):
    entries = {("IND6.1", "count"): typed, ("IND6.1", "total"): 12}
    books.workbook(path, 2, entries)
    got = extracted(path)["answers"]["IND6"]["1"]["count"]
    # 140 is a good count; that it is over the total is for scoring to say.
    assert same(got, kept)


# --- Moved about ----------------------------------------------------------------------------------------------


def insert_rows(book: Workbook, rng: random.Random) -> None:
    """Rows at the very top and between the keyed ones, some with a person's own notes."""
    for sheet in form_sheets(book):
        unmerge(sheet)
        rows = sorted({cell.row for cell in keyed_cells(sheet).values()})
        for row in sorted(rng.sample(rows, min(3, len(rows))), reverse=True):
            sheet.insert_rows(row, rng.randint(1, 3))
            sheet.cell(row, 5).value = "จดไว้ 123"
        sheet.insert_rows(1, rng.randint(1, 10))


def insert_columns(book: Workbook, rng: random.Random) -> None:
    for sheet in form_sheets(book):
        unmerge(sheet)
        columns = sorted({cell.column for cell in keyed_cells(sheet).values()})
        for column in sorted(rng.sample(columns, min(2, len(columns))), reverse=True):
            sheet.insert_cols(column, rng.randint(1, 2))
            sheet.cell(9, column).value = 99
        sheet.insert_cols(1, rng.randint(1, 5))


def unmerge(sheet: Any) -> None:
    # openpyxl moves cells but not the ranges they are merged in.
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def rename_tabs(book: Workbook, _: random.Random) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"แผ่น {number} (ของครู)"


def reorder_tabs(book: Workbook, rng: random.Random) -> None:
    book._sheets = rng.sample(book._sheets, len(book._sheets))
    book.active = 0


def add_tabs(book: Workbook, _: random.Random) -> None:
    book.create_sheet("กระดาษทด", 0)["A1"] = "ตัวเลขที่จดไว้"


def save_again(_: Workbook, __: random.Random) -> None:
    """openpyxl writes the parts of a package in its own way."""


def everything(book: Workbook, rng: random.Random) -> None:
    for move in (insert_rows, insert_columns, rename_tabs, reorder_tabs, add_tabs):
        move(book, rng)


MOVES = [insert_rows, insert_columns, rename_tabs, reorder_tabs, add_tabs, save_again, everything]


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("name", ["onesqa-r4_ด้าน1_*", "onesqa-r4_ด้าน2_*", "iqa-2565_*"])
def test_moving_things_about_does_no_harm(move, name, path):
    source = next(books.COMPLETE_SCHOOL.glob(name))
    shutil.copyfile(source, path)
    books.edit(path, lambda book: move(book, random.Random(7)))
    assert same(extracted(path), extracted(source))
    assert figures(path) == figures(source)


@few
@given(any_submission, st.integers(0, 10**6))
def test_moving_everything_about_does_no_harm(path, submission, seed):
    fill(submission, path)
    books.edit(path, lambda book: everything(book, random.Random(seed)))
    assert same(extracted(path), submission)
    assert figures(path) == oracle.score(submission)


@pytest.mark.parametrize("offset", [0, 1, 18])
def test_the_sheet_key_is_found_in_the_first_20_rows_and_columns(offset, path):
    def change(book: Workbook) -> None:
        for sheet in form_sheets(book):
            unmerge(sheet)
            if offset:
                sheet.insert_rows(1, offset)
                sheet.insert_cols(1, offset)

    submission = books.submission(2, answers={"IND6": {"1": {"count": 9, "total": 12}}})
    fill(submission, path)
    books.edit(path, change)
    assert extracted(path) == submission


def test_moved_cells_are_named_where_they_are_now(path):
    books.workbook(path, 2, {("IND6.1", "count"): "เก้า"})
    books.edit(path, lambda book: everything(book, random.Random(1)))
    (problem,) = [p for p in check(read_workbook(path)).problems if p.code == "value.not_a_number"]
    assert (problem.source.sheet, problem.source.cell) == books.place(path, ("IND6.1", "count"))


def test_a_chart_sheet_does_no_harm(path):
    books.workbook(path, 2, {("IND6.1", "count"): 9})
    books.edit(path, lambda book: book.create_chartsheet("แผนภูมิ", 1))
    assert extracted(path)["answers"] == {"IND6": {"1": {"count": 9}}}


def test_a_path_may_be_a_text(tmp_path):
    submission = books.submission(7)
    fill(submission, str(tmp_path / "a.xlsx"))
    result = read_workbook(str(tmp_path / "a.xlsx"))
    assert result.submission.data == submission
    assert result.path == tmp_path / "a.xlsx"
