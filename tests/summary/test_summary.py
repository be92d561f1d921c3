"""The summary workbook, read back by another program, and its XML."""

from __future__ import annotations

import copy
import dataclasses
import re
from itertools import pairwise

import pandas
import pytest

from helpers import books
from helpers.received import (
    ERROR,
    analysed,
    changed,
    json_of,
    received,
    sample_files,
    sample_results,
    sample_roster,
    unreadable,
)
from qa_excel.checks import check
from qa_excel.district.data.dictionary import tables
from qa_excel.district.merging import merge
from qa_excel.files import book
from qa_excel.files.output import OUTPUT_MARK
from qa_excel.files.writing import OutputError
from qa_excel.office.roster import Roster, School
from qa_excel.rubric.building import load_rubrics
from qa_excel.summary import data as data_sheets
from qa_excel.summary import problems as problems_sheet
from qa_excel.summary import write_summary

EQA, IQA = load_rubrics()
LISTS = ["การหักคะแนน", "ความครบถ้วน", "ความพร้อม 8 ข้อ", "ร่องรอย IQA", "ขั้นของ IQA", "ปัญหาที่พบ"]
DATA = ["ที่มา", "ข้อมูลสถานศึกษา", "ข้อมูลแฟ้ม", "ข้อมูลคะแนน", "ข้อมูล IQA", "ข้อมูลรายชั้น"]
SHEETS = ["ภาพรวม", "คะแนนรายโรงเรียน", "บัตรคะแนนโรงเรียน", *LISTS, *DATA]
FILTERED = ["คะแนนรายโรงเรียน", *LISTS]
ROSTER = sample_roster()
GREY = "FF" + book.NO_VALUE
DUE = "2021-03-31"


def district():
    results = sample_results()
    results[3].problems = received("x", sample_files()[3][1], ERROR).problems
    return merge([*results, unreadable("99000003/เสีย.xlsx")], ROSTER)


@pytest.fixture(scope="module")
def merged():
    return district()


@pytest.fixture(scope="module", params=["th", "en"])
def path(request, merged, tmp_path_factory):
    path = tmp_path_factory.mktemp("summary") / f"{request.param}.xlsx"
    write_summary(analysed(merged, request.param), path)
    return path


@pytest.fixture(scope="module")
def workbook(merged, tmp_path_factory):
    """With the figures that other programs see: those cached beside the formulas."""
    path = tmp_path_factory.mktemp("read") / "district.xlsx"
    write_summary(analysed(merged, due=DUE), path)
    return books.opened(path, data_only=True)


def summary_of(merged, path, **options):
    write_summary(analysed(merged, **options), path)
    return books.opened(path, data_only=True)


def table(sheet):
    """(header, rows) of a sheet's filtered table, as cells."""
    rows = list(sheet[sheet.auto_filter.ref])
    return [cell.value for cell in rows[0]], rows[1:]


def columns_of(sheet):
    """Index (from 0) → the dimensions of its column, which openpyxl keeps for groups of like ones."""
    groups = sheet.column_dimensions.values()
    return {index - 1: group for group in groups for index in range(group.min, group.max + 1)}


def records(sheet):
    """The rows of a data sheet by the titles of its columns."""
    (tidy,) = sheet.tables.values()
    header, *rows = ([cell.value for cell in row] for row in sheet[tidy.ref])
    return [dict(zip(header, row, strict=True)) for row in rows]


def parts(path):
    return {name: part.decode() for name, part in books.parts_of(path).items()}


def luminance(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


# --- The package ---


def test_two_builds_are_the_same_bytes(tmp_path):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_summary(analysed(district()), first)
    write_summary(analysed(district()), second)
    assert first.read_bytes() == second.read_bytes()


def test_it_is_marked_as_our_own_output(path):
    assert f"<cp:keywords>{OUTPUT_MARK}</cp:keywords>" in parts(path)["docProps/core.xml"]


def test_the_xml_keeps_to_the_limits(path):
    xml = parts(path)
    names = re.findall(r'<sheet name="([^"]+)"', xml["xl/workbook.xml"])
    assert len(names) == len(SHEETS)
    assert all(len(name) <= 31 and not set(name) & set(r"/\?*[]:") for name in names)
    for name, text in xml.items():
        if name.startswith("xl/worksheets/sheet"):
            assert all("location=" in link for link in re.findall("<hyperlink [^>]*>", text))
            for part in re.findall(r"<odd(?:Header|Footer)>(.*?)</odd", text):
                assert 0 < len(part) <= 255


def test_an_output_that_cannot_be_written(merged, tmp_path):
    with pytest.raises(OutputError):
        write_summary(analysed(merged), tmp_path / "absent" / "district.xlsx")


def test_every_sheet_fits_its_paper_in_width(workbook):
    for sheet in workbook:
        setup = sheet.page_setup
        wide = sheet.title in ("คะแนนรายโรงเรียน", "ความครบถ้วน", *DATA)
        assert setup.paperSize == (8 if wide else 9)
        assert setup.orientation == ("portrait" if sheet.title.startswith("บัตร") else "landscape")
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0) and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert ROSTER.office in sheet.oddHeader.left.text
        assert "&P" in sheet.oddFooter.right.text or "&[Page]" in sheet.oddFooter.right.text


def test_tables_keep_their_heads_in_sight_and_in_print(workbook):
    for name in FILTERED:
        sheet = workbook[name]
        first, last = sheet.auto_filter.ref.split(":")
        head = int(re.sub(r"\D", "", first))
        assert sheet.print_title_rows.endswith(f"${head}")
        assert sheet.freeze_panes.endswith(str(head + 1))
        assert int(re.sub(r"\D", "", last)) >= head
    for name in DATA:
        (tidy,) = workbook[name].tables.values()
        assert tidy.ref.startswith("A4:") and tidy.autoFilter.ref == tidy.ref
        assert workbook[name].freeze_panes.endswith("5")


# --- The sheets ---


def test_sheet_names(workbook, merged, tmp_path):
    assert workbook.sheetnames == SHEETS
    names = summary_of(merged, tmp_path / "en.xlsx", lang="en").sheetnames
    assert len(names) == len(SHEETS) and all(name.isascii() for name in names)


def test_scores(workbook, merged):
    shown = json_of(merged)
    header, rows = table(workbook["คะแนนรายโรงเรียน"])
    width = len(EQA.indicators) + len(EQA.areas) + 1
    assert header[3] == "ตบช.1" and header[3 + width - 1] == "รวม (100)"
    for row, school in zip(rows, shown["schools"], strict=True):
        expected = []
        for area in EQA.areas:
            scored = (school["indicators"].get(i.id) for i in area.indicators)
            expected += [s["score"] if s else None for s in scored]
            expected.append(school["areas"][str(area.id)]["score"])
        expected.append(school["total"])
        assert [cell.value for cell in row[:2]] == [school["code"], school["name"]]
        assert [cell.value for cell in row[3 : 3 + width]] == expected
        assert row[0].data_type == "s" and row[2].value == "เปิด"
        for cell in row[3 : 3 + width]:
            assert (cell.fill.fgColor.rgb == GREY) == (cell.value is None)
    assert any(cell.value is None for row in rows for cell in row[3 : 3 + width])


def test_columns_fold_by_area(workbook):
    sheet = workbook["คะแนนรายโรงเรียน"]
    header, _ = table(sheet)
    columns = columns_of(sheet)
    for index, title in enumerate(header):
        folds = columns[index].outlineLevel == 1
        assert folds == (title.startswith("ตบช.") or title.endswith("(%)"))


def test_the_districts_means_stand_above_the_schools(workbook, merged):
    sheet = workbook["คะแนนรายโรงเรียน"]
    about = json_of(merged)["district"]
    head = int(re.sub(r"\D", "", sheet.auto_filter.ref.split(":")[0]))
    width = len(EQA.indicators) + len(EQA.areas) + 1
    means = [cell.value for cell in sheet[head - 1][3 : 3 + width]]
    expected = []
    for area in EQA.areas:
        expected += [about["indicators"][i.id]["mean"] for i in area.indicators]
        expected.append(about["areas"][str(area.id)]["mean"])
    assert means == [*expected, about["mean_total"]]
    # What a reader would work out from the sheet's own columns.
    _, rows = table(sheet)
    for index, mean in enumerate(means, start=3):
        values = [round(row[index].value * 100) for row in rows if row[index].value is not None]
        assert mean == (2 * sum(values) + len(values)) // (2 * len(values)) / 100


@pytest.mark.parametrize(("sheet", "columns"), [("คะแนนรายโรงเรียน", 28), ("ร่องรอย IQA", 10)])
def test_the_heat_map_reads_in_grey(workbook, sheet, columns):
    scales = [rule.colorScale for ranges in workbook[sheet].conditional_formatting for rule in ranges.rules]
    assert len(scales) == columns
    for scale in scales:
        values = [float(value.val) for value in scale.cfvo]
        lights = [luminance(colour.rgb[2:]) for colour in scale.color]
        assert values == sorted(set(values)) and len(values) == 3
        assert lights == sorted(lights) and all(b - a > 15 for a, b in pairwise(lights))


def test_deductions(workbook):
    newest = {}
    for _, data in sorted(sample_files(), key=lambda f: f[1]["prepared_on"]):
        newest[data["school"]["code"], data.get("area")] = data
    expected = set()
    for (code, _), data in newest.items():
        for indicator, conditions in data.get("deductions", {}).items():
            for condition, told in conditions.items():
                if told["found"]:
                    expected.add((code, indicator[3:], condition, 0 if told.get("resolved") else 1))
    bad = sample_files()[3][1]
    expected = {e for e in expected if e[0] != bad["school"]["code"] or f"IND{e[1]}" not in bad["answers"]}
    _, rows = table(workbook["การหักคะแนน"])
    shown = {(row[0].value, row[2].value.split()[0], row[3].value, row[6].value) for row in rows}
    assert shown == expected and len(rows) == len(expected) > 2
    assert all(row[7].value.endswith(".xlsx") and re.fullmatch(r"[A-Z]+\d+", row[9].value) for row in rows)


def test_two_conditions_cost_one_point(tmp_path):
    data = next(d for _, d in sample_files() if d.get("area") == 2)
    told = {"IND7": {"D1": {"found": True, "resolved": False}, "D2": {"found": True}}}
    merged = merge([received("a.xlsx", {**data, "deductions": told})], ROSTER)
    _, rows = table(summary_of(merged, tmp_path / "d.xlsx")["การหักคะแนน"])
    assert [(row[3].value, row[5].value, row[6].value) for row in rows] == [
        ("D1", "ยังไม่แก้ไข", 1),
        ("D2", "ไม่ได้ระบุ", 0),
    ]


def test_completeness(workbook, merged):
    header, rows = table(workbook["ความครบถ้วน"])
    assert header[10:] == ["ต้องส่ง", "ได้รับ", "ใช้ได้", "ผิดพลาด", "ใช้ไม่ได้", "ยังไม่ส่ง", "ทันกำหนด", "ส่งช้า", "ถูกแทนที่"]
    words = {"ok": "เรียบร้อย", "warnings": "ควรตรวจสอบ", "errors": "มีข้อผิดพลาด", "missing": "ยังไม่ส่ง"}
    for row, school in zip(rows, json_of(merged)["schools"], strict=True):
        statuses = list(school["workbooks"].values())
        told = [cell.value.split(" · ") for cell in row[2:10]]
        assert [parts[0] for parts in told] == [words[status] for status in statuses]
        sent = sum(status != "missing" for status in statuses)
        valid = sum(status in ("ok", "warnings") for status in statuses)
        late = sum("ส่งช้า" in parts for parts in told)
        resent = sum(part.startswith("ส่งซ้ำ") for parts in told for part in parts)
        counts = [8, sent, valid, statuses.count("errors"), 0, 8 - sent, sent - late, late, resent]
        assert [cell.value for cell in row[10:]] == counts
    everything = [cell.value for row in rows for cell in row]
    assert "ยังไม่ส่ง" in everything and "มีข้อผิดพลาด" in everything


def test_late_and_resent_workbooks_look_so(workbook):
    """By their fill, and in grey print by bold and italic; the line above the table says what each look means."""
    sheet = workbook["ความครบถ้วน"]
    legend = {cell.value: cell for cell in sheet[3][2:] if cell.value}
    assert list(legend) == ["ยังไม่ส่ง", "ได้รับแล้วแต่ใช้ไม่ได้", "มีข้อผิดพลาด", "ส่งช้า", "ควรตรวจสอบ", "ส่งซ้ำ", "เรียบร้อย"]
    fills = {word: cell.fill.fgColor.rgb for word, cell in legend.items()}
    assert len(set(fills.values())) == len(fills)
    assert [w for w, cell in legend.items() if cell.font.b] == ["ส่งช้า"]
    assert [w for w, cell in legend.items() if cell.font.i] == ["ส่งซ้ำ"]
    assert luminance(fills["ส่งช้า"][2:]) < luminance(fills["เรียบร้อย"][2:]) - 25
    seen = set()
    for cell in (cell for row in table(sheet)[1] for cell in row[2:10]):
        words = {re.sub(r" \d+$", "", word) for word in cell.value.split(" · ")}
        assert cell.fill.fgColor.rgb == next(fill for word, fill in fills.items() if word in words)
        assert (cell.font.b, cell.font.i) == ("ส่งช้า" in words, "ส่งซ้ำ" in words)
        seen.add(frozenset(words))
    assert {frozenset(["เรียบร้อย", "ส่งช้า"]), frozenset(["เรียบร้อย"])} <= seen
    assert any("ส่งซ้ำ" in words for words in seen)


def test_what_came_and_cannot_be_used_is_shown_with_its_file_and_the_reason(tmp_path):
    """Damaged, and of another year: a word and a look of their own, counted as received."""
    school, other = ROSTER.schools[2], ROSTER.schools[0]
    kept = [data for _, data in sample_files() if data["school"]["code"] != school.code]
    old = changed(next(d for d in kept if d.get("area") == 3), code=school.code, year=2562)
    results = [*(received(f"{n}.xlsx", data) for n, data in enumerate(kept)), received("กล่อง/เก่า.xlsx", old)]
    results.append(unreadable(f"{school.code}/ด้าน2.xlsx"))
    for lang, word, why in (
        ("th", "ได้รับแล้วแต่ใช้ไม่ได้", "แฟ้มเสียหาย เปิดอ่านไม่ได้"),
        ("en", "received, can't be used", "The file is damaged and can't be opened"),
    ):
        read = summary_of(merge(results, ROSTER), tmp_path / f"{lang}.xlsx", lang=lang)
        sheet = read["ความครบถ้วน" if lang == "th" else "Completeness"]
        header, rows = table(sheet)
        row = next(row for row in rows if row[0].value == school.code)
        assert row[3].value == f"{word} · ด้าน2.xlsx: {why}"
        assert row[4].value.startswith(f"{word} · เก่า.xlsx: ") and "2562" in row[4].value
        assert row[3].fill.fgColor.rgb == row[4].fill.fgColor.rgb != row[2].fill.fgColor.rgb
        assert [cell.value for cell in row[10:16]] == [8, 2, 0, 0, 2, 6]
        assert header[14] == ("ใช้ไม่ได้" if lang == "th" else "unusable")
        card = read["บัตรคะแนนโรงเรียน" if lang == "th" else "School cards"]
        texts = [str(cell.value) for cells in card.iter_rows() for cell in cells if cell.value]
        assert any(word in text and "ด้าน2.xlsx" in text and why in text for text in texts)
        assert not any(word in text and other.code in text for text in texts)


def test_a_school_that_was_never_late_needs_no_colour_for_it(merged, tmp_path):
    sheet = summary_of(merged, tmp_path / "d.xlsx")["ความครบถ้วน"]
    assert "ส่งช้า" not in [cell.value for cell in sheet[3]]


def test_what_has_no_remedy_is_not_called_unresolved(tmp_path):
    data = next(d for _, d in sample_files() if d.get("area") == 3)
    told = {"IND10": {"D2": {"found": True}}}
    merged = merge([received("a.xlsx", {**data, "deductions": told})], ROSTER)
    _, rows = table(summary_of(merged, tmp_path / "d.xlsx")["การหักคะแนน"])
    assert [(row[3].value, row[5].value) for row in rows] == [("D2", "หักทุกกรณีที่พบ")]


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        ({"total": 0}, None),
        ({"count": 0, "total": 0}, None),
        ({"total": 5}, "4.2.2 ยังกรอกผลการสุ่มไม่ครบ"),
        ({}, "4.2.2 ยังกรอกผลการสุ่มไม่ครบ"),
    ],
)
def test_nobody_below_the_standard_is_a_sample(tmp_path, answer, lacks):
    """IND4 2.2 earns its point where nobody is to be sampled, its count blank or 0."""
    data = copy.deepcopy(next(d for _, d in sample_files() if d.get("area") == 1))
    data["answers"]["IND4"]["2.2"] = answer
    data.setdefault("evidence", {}).setdefault("IND4", {})["2.2"] = "ทะเบียนสุขภาพ"
    merged = merge([received("a.xlsx", data)], ROSTER)
    sheet = summary_of(merged, tmp_path / "d.xlsx")["ความพร้อม 8 ข้อ"]
    texts = [str(cell.value) for row in sheet for cell in row if "4.2.2" in str(cell.value)]
    assert (texts == []) if lacks is None else all(lacks in text for text in texts) and texts


def test_long_names_are_wrapped_in_every_sheet(tmp_path):
    name = "โรงเรียน" + "บ้านหนองน้ำใส" * 10
    long = Roster((dataclasses.replace(ROSTER.schools[0], name=name), *ROSTER.schools[1:]))
    workbook = summary_of(merge([], long), tmp_path / "d.xlsx")
    for title in ("คะแนนรายโรงเรียน", "ร่องรอย IQA", "ความครบถ้วน"):
        sheet = workbook[title]
        cell = table(sheet)[1][0][1]
        assert cell.value == name and cell.alignment.wrap_text
        # XlsxWriter rounds to pixels.
        assert sheet.row_dimensions[cell.row].height + 1 > book.height([name], [columns_of(sheet)[1].width]) > 22


def test_a_workbook_is_on_time_by_its_first_copy(tmp_path):
    first = sample_files()[0][1]
    newer = received("b.xlsx", changed(first, prepared_on="2021-04-02"))
    older = received("a.xlsx", changed(first, prepared_on="2021-03-31"))
    undated = received("c.xlsx", changed(first, code="99000002", prepared_on=None))
    analysis = analysed(merge([older, newer, undated], ROSTER), due=DUE)
    assert (analysis.timely(True), analysis.timely(False), analysis.undated) == (1, 0, 1)
    assert analysed(merge([newer], ROSTER), due=DUE).timely(False) == 1


def test_traces(workbook, merged):
    _, rows = table(workbook["ร่องรอย IQA"])
    for row, school in zip(rows, json_of(merged)["schools"], strict=True):
        processes = [school["iqa"]["processes"].get(p.id, {}).get("percent") for p in IQA.processes]
        # The cells hold what is unrounded; they show 2 decimals.
        shown = [None if cell.value is None else round(cell.value + 1e-9, 2) for cell in row[2:-1]]
        assert shown == [*processes, school["iqa"]["percent"]] and row[-1].value == school["iqa"]["done"]


def test_steps(workbook):
    told = [data["items"] for _, data in sample_files() if data["rubric"] == IQA.id]
    _, rows = table(workbook["ขั้นของ IQA"])
    assert [row[0].value for row in rows] == [item.id for item in IQA.items]
    for row in rows:
        answers = [items.get(row[0].value, {}) for items in told]
        for index, status in enumerate(IQA.statuses, start=3):
            number = sum(answer.get("status") == status.id for answer in answers)
            assert row[index].value == (2 * 10_000 * number + len(told)) // (2 * len(told)) / 100
        undone = sum(answer.get("status") != "done" for answer in answers)
        assert len((row[7].value or "").split(", ")) >= min(undone, 5) and row[8].value == 0


def test_missing_evidence_is_named_by_step(tmp_path):
    data = next(d for _, d in sample_files() if d["rubric"] == IQA.id)
    items = {**data["items"], "1.1.1": {"status": "done"}}
    result = check(received("a.xlsx", {**data, "items": items}))
    assert result.status == "errors"
    _, rows = table(summary_of(merge([result], ROSTER), tmp_path / "d.xlsx")["ขั้นของ IQA"])
    assert [row[8].value for row in rows] == [1, *[0] * (len(rows) - 1)]
    assert rows[0][9].value == ROSTER.find(data["school"]["code"]).name


def test_problems(workbook, merged):
    _, rows = table(workbook["ปัญหาที่พบ"])
    shown = json_of(merged)["problems"]
    words = {"error": "ผิดพลาด", "warning": "ควรตรวจสอบ", "info": "แจ้งให้ทราบ"}
    for row, problem in zip(rows, shown, strict=True):
        assert [cell.value or "" for cell in row[2:]] == [
            *(problem[key] for key in ("file", "sheet", "cell")),
            words[problem["severity"]],
            problem["message"],
            problem["hint"],
        ]
        assert (row[0].value or None) == problem["school_code"]
    severities = [problem["severity"] for problem in shown]
    assert severities == sorted(severities, key=list(words).index) and len(set(severities)) == 3


def test_problems_are_cut_with_a_note(merged, tmp_path, monkeypatch):
    monkeypatch.setattr(problems_sheet, "MAX_PROBLEMS", 2)
    sheet = summary_of(merged, tmp_path / "d.xlsx")["ปัญหาที่พบ"]
    _, rows = table(sheet)
    assert len(rows) == 2 and rows[0][5].value == "ผิดพลาด"
    note = f"แสดง 2 จาก {len(merged.problems)} แถว รายการทั้งหมดอยู่ในแฟ้ม d-problems.csv"
    assert note in [cell.value for row in sheet["A1:A3"] for cell in row]
    whole = pandas.read_csv(tmp_path / "d-problems.csv", dtype=str, keep_default_na=False)
    frame = analysed(merged).data["problems"]
    assert list(whole.columns) == list(frame.columns)
    assert list(whole["code"]) == list(frame["code"]) and list(whole["cell"]) == list(frame["cell"])


def test_a_whole_list_of_problems_has_no_second_file(merged, tmp_path):
    summary_of(merged, tmp_path / "d.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["d.xlsx"]


@pytest.mark.parametrize("sheet", data_sheets.SHEETS, ids=lambda sheet: sheet.table)
def test_data_sheets_hold_the_tidy_tables(sheet, workbook, merged):
    frame = analysed(merged, due=DUE).data[sheet.table]
    rows = records(workbook[sheet.name.th])
    fields = data_sheets.fields_of(sheet)
    assert list(rows[0]) == [field.title.th for field in fields] and len(rows) == len(frame)
    for row, expected in zip(rows, frame.itertuples(index=False), strict=True):
        for field in fields:
            value, shown = getattr(expected, field.name), row[field.title.th]
            shown = shown.date().isoformat() if field.type == "date" and shown else shown
            assert shown == (None if value is pandas.NA or value == "" else value), field.name


def test_columns_of_the_data_have_names(workbook):
    names = workbook.defined_names
    for sheet in data_sheets.SHEETS:
        for field in data_sheets.fields_of(sheet):
            assert sheet.name.th in names[data_sheets.column_name(tables()[sheet.table], field.name)].attr_text


def test_a_cut_data_sheet_says_so_and_the_overview_holds_figures(merged, tmp_path, monkeypatch):
    monkeypatch.setattr(data_sheets, "MAX_ROWS", 20)
    path = tmp_path / "d.xlsx"
    sheet = summary_of(merged, path)["ข้อมูลคะแนน"]
    assert sheet["A3"].value.startswith("แสดง 20 จาก ") and len(records(sheet)) == 20
    assert "<f>" not in parts(path)["xl/worksheets/sheet1.xml"]


def test_data_names_the_cell_of_the_first_input(workbook):
    file, data = sample_files()[0]
    source = received(file, data).submission.sources["answers", "IND1", "2", "count"]
    (row,) = [
        row
        for row in records(workbook["ที่มา"])
        if (row["รหัสสถานศึกษา"], row["ตัวบ่งชี้"], row["ข้อ"]) == (data["school"]["code"], "IND1", "2")
    ]
    assert (row["แฟ้ม"], row["แผ่นงาน"], row["เซลล์"]) == (source.file, source.sheet, source.cell)


# --- What schools type ---


def test_nothing_typed_by_a_school_becomes_a_formula_or_a_link(tmp_path):
    code = ROSTER.schools[0].code
    _, data = next((f, d) for f, d in sample_files() if d["school"]["code"] == code and d.get("area") == 1)
    names = ['=HYPERLINK("http://example.org")', "http://example.org/\x07", "_x0041_"]
    roster = Roster(tuple(School(f"0102013{n}", name) for n, name in enumerate(names)))
    files = ["=1+1.xlsx", "mailto:a@example.org.xlsx", b"\xa1\xa2\xa3.xlsx".decode("utf-8", "surrogateescape")]
    results = [received(file, changed(data, code=f"0102013{n}"), ERROR) for n, file in enumerate(files)]
    results.append(received("good.xlsx", changed(data, code="01020130", prepared_on="2030-01-01")))
    write_summary(analysed(merge(results, roster, name="&A & B\n1\x01")), tmp_path / "d.xlsx")
    xml = parts(tmp_path / "d.xlsx")
    formulas = [f for name, text in xml.items() if "worksheets" in name for f in re.findall("<f[^>]*>(.*?)</f>", text)]
    assert formulas and not any("example" in formula or "1+1" in formula for formula in formulas)
    assert not any('TargetMode="External"' in text for text in xml.values())
    workbook = books.opened(tmp_path / "d.xlsx")
    _, rows = table(workbook["คะแนนรายโรงเรียน"])
    assert [row[1].value for row in rows] == [names[0], "http://example.org/\ufffd", "_x0041_"]
    assert all(cell.data_type == "s" for row in rows for cell in row[:2])
    _, rows = table(workbook["ปัญหาที่พบ"])
    assert {"=1+1.xlsx", "mailto:a@example.org.xlsx", "\ufffd\ufffd\ufffd.xlsx"} <= {row[2].value for row in rows}
    assert "&amp;&amp;A &amp;&amp; B 1" in xml["xl/worksheets/sheet1.xml"]


def test_text_is_cut_at_what_a_cell_holds():
    assert book.clean("ก" * 40_000) == "ก" * 32_766 + "…"
    assert len(book.clean("🏫" * 20_000).encode("utf-16-le")) // 2 <= book.MAX_TEXT
    assert book.clean("a\x00b") == "a\ufffdb"


# --- Odd districts ---


def test_nothing_received(tmp_path):
    workbook = summary_of(merge([], ROSTER), tmp_path / "d.xlsx")
    assert workbook.sheetnames == SHEETS
    _, rows = table(workbook["คะแนนรายโรงเรียน"])
    width = len(EQA.indicators) + len(EQA.areas) + 1
    assert all(cell.value is None and cell.fill.fgColor.rgb == GREY for row in rows for cell in row[3 : 3 + width])
    _, rows = table(workbook["การหักคะแนน"])
    assert [rows[0][0].value, rows[0][1].value] == ["ไม่มีรายการ", None]


def test_a_smaller_rubric_makes_a_smaller_workbook(tmp_path):
    two = dataclasses.replace(EQA, areas=EQA.areas[:2], readiness=())
    short = dataclasses.replace(IQA, processes=IQA.processes[:3])
    files = [(f, d) for f, d in sample_files() if d.get("area") in (1, 2)]
    workbook = summary_of(merge([received(f, d) for f, d in files], ROSTER, rubrics=[two, short]), tmp_path / "d.xlsx")
    header, _ = table(workbook["คะแนนรายโรงเรียน"])
    assert header[3 + 8 + 2] == "รวม (40)"
    header, _ = table(workbook["ความครบถ้วน"])
    assert header[5] == "ต้องส่ง"


# --- Shape ---


def test_columns_are_as_wide_as_their_words(workbook):
    for name in FILTERED:
        sheet = workbook[name]
        header, rows = table(sheet)
        for index, title in enumerate(header):
            width = columns_of(sheet)[index].width
            longest_word = max(book.visible_length(word) for word in title.replace("/", " ").split())
            # Thai is written without spaces: a title may break within what looks like one word.
            assert width >= min(longest_word, 14) * 0.9, (name, title)
            for row in rows:
                value = row[index].value
                if isinstance(value, str) and not row[index].alignment.wrap_text:
                    assert width >= book.visible_length(value), (name, value)


def test_a_row_of_heads_is_as_high_as_they_are(workbook):
    for lines, text, width in (
        (1, "ปีก่อน", 9),
        (2, "จำนวน (แห่ง)", 11),
        (1, "จำนวน (แห่ง)", 18),
        (2, "เปลี่ยนแปลง เฉลี่ยรายแห่ง", 15),
        (2, "การบริหารและธรรมาภิบาล", 18),
        (3, "not answered", 11),
        (2, "not answered", 13),
    ):
        assert book.head_lines(text, width) == lines, (text, width)
    for name in LISTS:
        sheet = workbook[name]
        head = int(re.sub(r"\D", "", sheet.auto_filter.ref.split(":")[0]))
        assert 37 < sheet.row_dimensions[head].height < 63, name


def test_a_row_is_as_high_as_its_lines():
    assert book.height(["สั้น", 1.0, None], [20, 8, 8]) == book.height(["", 1.0, None], [20, 8, 8])
    one, two = book.height(["ก" * 10], [20]), book.height(["ก" * 18], [20])
    assert two > one and book.height(["ก\nข"], [20]) == two
    assert book.height(["ก" * 32_000], [10]) == 409


@pytest.mark.parametrize("files", [1, 8])
def test_one_of_a_kind_is_not_said_as_several(tmp_path, files):
    """A district of one school, in English."""
    results = [received(*one) for one in sample_files()[:files]]
    workbook = summary_of(merge(results, Roster(ROSTER.schools[:1])), tmp_path / "d.xlsx", lang="en")
    texts = [str(cell.value) for sheet in workbook for row in sheet for cell in row if cell.value is not None]
    assert any(text.startswith("1 school, 8 each") for text in texts)
    assert [text for text in texts if re.search(r"(?<![\d.,–])\b1 (?:more )?[a-z]+s\b", text)] == []
