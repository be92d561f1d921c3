"""The summary as a workbook: what Excel accepts, what LibreOffice calculates, and Excel's habits."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import libreoffice, ooxml
from helpers.received import sample_roster
from helpers.sheets import cards_of, load, rows_of, table
from helpers.summaries import EVIL, FIELDS, TYPES, Summaries, data_sheets, unescaped
from helpers.tidy import Tidy
from qa_excel.district.data.folder import write_data

KINDS = ["sample-th", "sample-en", "made", "empty-th", "empty-en", "evil", "province", "small", "trend"]


@pytest.mark.parametrize("name", KINDS)
def test_excel_would_repair_nothing(summaries: Summaries, name: str) -> None:
    assert ooxml.faults(summaries.paths[name]) == []


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "evil", "province"])
def test_excel_would_repair_no_card(summaries: Summaries, name: str) -> None:
    files = sorted(summaries.cards[name].iterdir())
    units = summaries.analyses[name].units
    assert len(files) == len(units)
    assert {path.suffix for path in files} == {".xlsx"}
    for path in files:
        assert ooxml.faults(path) == [], path.name
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', path.name) and len(path.name.encode()) < 255


def test_the_english_summary_is_in_english(summaries: Summaries) -> None:
    """But for the names of schools and offices, and what the schools' files and their sheets are called."""
    book = load(summaries.paths["sample-en"])
    assert not [sheet.title for sheet in book if re.search("[ก-๙]", sheet.title)]
    heads = [cell.value for sheet in book for row in sheet.iter_rows(max_row=6) for cell in row if cell.value]
    thai = [text for text in heads if isinstance(text, str) and re.search("[ก-๙]", text)]
    names = "|".join(re.escape(s.name) for s in sample_roster().schools) + "|สพป.ตัวอย่าง เขต 1|ส่งทางอีเมล"
    rest = [
        text for text in thai if re.search("[ก-๙]", re.sub(rf"{names}|\S+\.xlsx|ตบช\.\d+|กระบวนการ [\d.]+", "", text))
    ]
    assert not rest


@pytest.fixture(scope="module")
def recalculated(summaries: Summaries) -> dict[str, Path]:
    names = ["made", "empty-th", "province", "small", "trend"]
    paths = libreoffice.resave([summaries.paths[name] for name in names], summaries.folder / "again")
    return dict(zip(names, paths, strict=True))


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["made", "empty-th", "province", "trend"])
def test_cached_values_are_what_libreoffice_calculates(summaries: Summaries, recalculated: dict, name: str) -> None:
    formulas, cached = load(summaries.paths[name], values=False), load(summaries.paths[name])
    again = load(recalculated[name])
    assert again.sheetnames == cached.sheetnames
    wrong, count = [], 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                was, now = cached[sheet.title][cell.coordinate].value, again[sheet.title][cell.coordinate].value
                same = (was or "") == (now or "") if isinstance(was, str) or was is None else was == now
                if isinstance(was, (int, float)) and isinstance(now, (int, float)):
                    same = abs(was - now) < 1e-9
                if not same:
                    wrong.append((sheet.title, cell.coordinate, cell.value, was, now))
    assert count > 20 and not wrong, wrong[:10]


@pytest.mark.libreoffice
def test_it_converts_to_pdf(summaries: Summaries, tmp_path: Path, run: Any) -> None:
    """With `--pdf`, here of two schools for the sake of time."""
    libreoffice.require_libreoffice()
    write_data(summaries.before, tmp_path / "data", parquet=False)
    found = run("merge", tmp_path / "data", "--out", tmp_path / "district.xlsx", "--pdf")
    assert found.status == 0, found.err
    content = (tmp_path / "district.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert pages >= len(load(tmp_path / "district.xlsx").sheetnames)


def test_each_sheet_fits_its_paper(summaries: Summaries) -> None:
    """One page wide, with titles that repeat, page numbers and the office's name."""
    office_name = sample_roster().office
    for sheet in load(summaries.paths["sample-th"]):
        assert sheet.page_setup.paperSize in ("9", 9, "8", 8), sheet.title
        assert sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.page_setup.fitToWidth in (1, None), sheet.title
        said = " ".join(
            str(part.text)
            for line in (sheet.oddHeader, sheet.oddFooter)
            for part in (line.left, line.center, line.right)
        )
        assert "&P" in said and office_name in said, (sheet.title, said)
        assert not re.search(r"(?<!\d)20[12]\d(?!\d)", said), "a year that is not of the Buddhist Era"
        if sheet.auto_filter.ref or sheet.tables:
            assert sheet.print_title_rows, sheet.title


def data_areas(sheet: Any) -> list[str]:
    return [t.ref for t in sheet.tables.values()] + ([sheet.auto_filter.ref] if sheet.auto_filter.ref else [])


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "province", "trend"])
def test_tables_are_filtered_frozen_and_without_merged_cells(summaries: Summaries, name: str) -> None:
    book = load(summaries.paths[name])
    listed = 0
    for sheet in book:
        areas = data_areas(sheet)
        if not areas:
            unlisted = (book.sheetnames[0], book.sheetnames[2])  # the overview and the cards
            assert sheet.title in unlisted, f"{sheet.title} has no filter"
            continue
        listed += 1
        top = min(int(re.match(r"\$?[A-Z]+\$?(\d+)", reference)[1]) for reference in areas)
        assert sheet.freeze_panes, sheet.title
        column, row = openpyxl.utils.cell.coordinate_from_string(sheet.freeze_panes)
        assert row == top + 1 and column != "A", (sheet.title, sheet.freeze_panes)
        for reference in areas:
            inside = ooxml.area(reference)
            crossing = [str(m) for m in sheet.merged_cells.ranges if ooxml.overlap(ooxml.area(str(m)), inside)]
            assert not crossing, (sheet.title, crossing)
            # The filter takes in every row below its head.
            assert inside[3] == sheet.max_row, (sheet.title, reference, sheet.max_row)
    assert listed >= 10


@pytest.mark.parametrize("name", ["sample-th", "sample-en", "made", "evil", "province"])
def test_numbers_are_numbers_and_dates_are_dates(summaries: Summaries, name: str) -> None:
    sheets = data_sheets(load(summaries.paths[name]), "en" if name.endswith("en") else "th")
    assert {"schools", "submissions", "scores", "criteria", "iqa_items"} <= sheets.keys()
    for table_name, (sheet, fields, rows) in sheets.items():
        for row in rows:
            for field, cell in zip(fields, row, strict=True):
                if cell.value is None:
                    continue
                kind = FIELDS[field]["type"]
                assert isinstance(cell.value, TYPES[kind]), (table_name, cell.coordinate, field, cell.value)
                assert isinstance(cell.value, bool) == (kind == "boolean"), (table_name, cell.coordinate)
                if kind == "date":
                    assert cell.is_date and cell.data_type == "d", (sheet.title, cell.coordinate)
                if kind == "string":
                    assert cell.data_type in ("s", "inlineStr"), (sheet.title, cell.coordinate)


@pytest.mark.parametrize("name", ["sample-th", "made", "province"])
def test_the_data_sheets_are_the_csv(summaries: Summaries, name: str) -> None:
    folder = summaries.data[name]
    for table_name, (_, fields, rows) in data_sheets(load(summaries.paths[name]), "th").items():
        tidy = getattr(Tidy(folder), table_name)
        assert len(rows) == len(tidy), table_name
        for field, cells in zip(fields, zip(*rows, strict=True), strict=True):
            shown_cells = [as_csv(cell.value, FIELDS[field]["type"]) for cell in cells]
            assert shown_cells == [unescaped(text) for text in tidy[field]], (table_name, field)


def as_csv(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "boolean":
        return str(value).lower()
    if kind == "date":
        return value.date().isoformat()
    if kind in ("integer", "number"):
        return repr(value).removesuffix(".0")
    return value


def test_codes_keep_their_zeros_as_text(summaries: Summaries) -> None:
    book = load(summaries.paths["made"])
    codes = {f"{1_000_000 + n:08d}" for n in range(1, 11)}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert not (isinstance(cell.value, (int, float)) and 1_000_000 < cell.value < 1_000_100), (
                    f"{sheet.title}!{cell.coordinate} is a code that became a number"
                )
    for title in ("คะแนนรายโรงเรียน", "ความครบถ้วน", "ร่องรอย IQA"):
        header, *rows = table(rows_of(book[title]), "รหัส", "สถานศึกษา")
        assert {row[header.index("รหัส")] for row in rows} == codes


def test_figures_of_the_sheets_are_numbers(summaries: Summaries) -> None:
    """No cell of a table holds as text what is a plain number, but for codes, ids and numbers of pages."""
    ids = {"รหัส", "ข้อ", "ขั้น", "ที่", "ตบช.", "หน้า", "กระบวนการ"}
    for sheet in load(summaries.paths["made"]):
        if sheet.tables or not sheet.auto_filter.ref:
            continue
        head, *rows = sheet[sheet.auto_filter.ref]
        for row in rows:
            for title, cell in zip(head, row, strict=True):
                if isinstance(cell.value, str) and re.fullmatch(r"-?[\d,]+(\.\d+)?%?", cell.value):
                    assert title.value in ids, (sheet.title, cell.coordinate, title.value, cell.value)


def formulas_of(path: Path) -> Counter[str]:
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "/worksheets/sheet" in name]
    return Counter(found for part in parts for found in re.findall(r"<f[^>]*>([^<]*)</f>", part))


def test_what_a_school_types_is_never_a_formula_or_a_link(summaries: Summaries) -> None:
    evil, plain = summaries.paths["evil"], summaries.paths["sample-th"]
    with zipfile.ZipFile(evil) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    assert not [name for name, text in parts.items() if "TargetMode" in text], "a link out of the workbook"
    assert not [name for name, text in parts.items() if "<ddeLink" in text or "externalBook" in text]
    with zipfile.ZipFile(plain) as package:
        usual = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    links = [sum(text.count("<hyperlink ") for text in held.values()) for held in (parts, usual)]
    assert links[0] == links[1]
    evil_formulas, plain_formulas = formulas_of(evil), formulas_of(plain)
    assert sum(evil_formulas.values()) == sum(plain_formulas.values())
    assert not [f for f in evil_formulas if "evil" in f or "cmd|" in f or f in ("1+1", "x")]
    texts = {cell.value for sheet in load(evil) for row in sheet.iter_rows() for cell in row}
    for name in EVIL:
        assert name in texts, f"{name!r} is not shown as it was typed"
    for path in summaries.cards["evil"].iterdir():
        assert not [f for f in formulas_of(path) if "evil" in f or "cmd|" in f or f in ("1+1", "x")], path.name
        with zipfile.ZipFile(path) as package:
            assert not [n for n in package.namelist() if n.endswith(".rels") and b"TargetMode" in package.read(n)]


def test_cards_of_schools_with_such_names_are_their_own(summaries: Summaries) -> None:
    names = []
    for path in sorted(summaries.cards["evil"].iterdir()):
        held = cards_of([row for sheet in load(path) for row in rows_of(sheet)])
        assert len(held) == 1
        ((school, rows),) = held.items()
        assert path.name.startswith(school)
        names.append(rows[0][0])
    assert sorted(names) == sorted(name.strip() for name in EVIL)
