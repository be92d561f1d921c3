"""The summary workbook, read back by another program, and its XML."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from itertools import pairwise

import openpyxl
import pytest
from received import ERROR, changed, received, sample_files, sample_results, sample_roster, unreadable

from qa_excel import book, summary
from qa_excel.merging import merge
from qa_excel.output import OUTPUT_MARK, OutputError
from qa_excel.roster import Roster, School
from qa_excel.rubric import load_rubrics
from qa_excel.summary import write_summary

EQA, IQA = load_rubrics()
SHEETS = ["ภาพรวม", "คะแนนรายโรงเรียน", "การหักคะแนน", "ความครบถ้วน", "ร่องรอย IQA", "ปัญหาที่พบ", "ข้อมูล"]
ROSTER = sample_roster()
GREY = "FF" + book.NO_VALUE


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
    write_summary(merged, path, request.param)
    return path


@pytest.fixture(scope="module")
def workbook(merged, tmp_path_factory):
    path = tmp_path_factory.mktemp("read") / "district.xlsx"
    write_summary(merged, path)
    return openpyxl.load_workbook(path)


def table(sheet):
    """(header, rows) of a sheet's filtered table, as cells."""
    rows = list(sheet[sheet.auto_filter.ref])
    return [cell.value for cell in rows[0]], rows[1:]


def parts(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def luminance(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


# --- The package ---


def test_two_builds_are_the_same_bytes(tmp_path):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_summary(district(), first)
    write_summary(district(), second)
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
            assert "<f>" not in text and "<f " not in text and "hyperlink" not in text
            for part in re.findall(r"<odd(?:Header|Footer)>(.*?)</odd", text):
                assert 0 < len(part) <= 255


def test_an_output_that_cannot_be_written(merged, tmp_path):
    with pytest.raises(OutputError):
        write_summary(merged, tmp_path / "absent" / "district.xlsx")


def test_every_sheet_prints_on_a4_landscape_one_page_wide(workbook):
    for sheet in workbook:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize) == ("landscape", 9)
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0) and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert ROSTER.office in sheet.oddHeader.left.text
        assert "&P" in sheet.oddFooter.right.text or "&[Page]" in sheet.oddFooter.right.text
        if sheet.title != "ภาพรวม":
            first, last = sheet.auto_filter.ref.split(":")
            head = int(re.sub(r"\D", "", first))
            assert sheet.print_title_rows.endswith(f"${head}")
            assert sheet.freeze_panes == f"C{head + 1}"
            assert int(re.sub(r"\D", "", last)) >= head


# --- The sheets ---


def test_sheet_names(workbook, merged, tmp_path):
    assert workbook.sheetnames == SHEETS
    write_summary(merged, tmp_path / "en.xlsx", "en")
    names = openpyxl.load_workbook(tmp_path / "en.xlsx").sheetnames
    assert all(name.isascii() for name in names)


def test_scores(workbook, merged):
    shown = merged.to_json()
    header, rows = table(workbook["คะแนนรายโรงเรียน"])
    width = 2 + len(EQA.indicators) + len(EQA.areas) + 1
    assert len(header) == width and header[2] == "ตบช.1"
    for row, school in zip(rows, shown["schools"], strict=True):
        expected = []
        for area in EQA.areas:
            scored = (school["indicators"].get(i.id) for i in area.indicators)
            expected += [s["score"] if s else None for s in scored]
            expected.append(school["areas"][str(area.id)]["score"])
        expected.append(school["total"])
        assert [cell.value for cell in row] == [school["code"], school["name"], *expected]
        assert row[0].data_type == "s"
        for cell in row[2:]:
            assert (cell.fill.fgColor.rgb == GREY) == (cell.value is None)
    assert any(cell.value is None for row in rows for cell in row)


def test_the_districts_means_stand_above_the_schools(workbook, merged):
    sheet = workbook["คะแนนรายโรงเรียน"]
    about = merged.to_json()["district"]
    head = int(re.sub(r"\D", "", sheet.auto_filter.ref.split(":")[0]))
    means = [cell.value for cell in sheet[head - 1][2:]]
    expected = []
    for area in EQA.areas:
        expected += [about["indicators"][i.id]["mean"] for i in area.indicators]
        expected.append(about["areas"][str(area.id)]["mean"])
    assert means == [*expected, about["mean_total"]]
    # What a reader would work out from the sheet's own columns.
    _, rows = table(sheet)
    for index, mean in enumerate(means, start=2):
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
    shown = {(row[0].value, row[2].value.split()[0], row[3].value, row[7].value) for row in rows}
    assert shown == expected and len(rows) == len(expected) > 2
    assert all(row[8].value.endswith(".xlsx") and re.fullmatch(r"[A-Z]+\d+", row[10].value) for row in rows)


def test_two_conditions_cost_one_point(tmp_path):
    data = next(d for _, d in sample_files() if d.get("area") == 2)
    told = {"IND7": {"D1": {"found": True, "resolved": False}, "D2": {"found": True}}}
    merged = merge([received("a.xlsx", {**data, "deductions": told})], ROSTER)
    write_summary(merged, tmp_path / "d.xlsx")
    _, rows = table(openpyxl.load_workbook(tmp_path / "d.xlsx")["การหักคะแนน"])
    assert [(row[3].value, row[6].value, row[7].value) for row in rows] == [
        ("D1", "ยังไม่แก้ไข", 1),
        ("D2", "ไม่ได้ระบุ", 0),
    ]


def test_completeness(workbook, merged):
    header, rows = table(workbook["ความครบถ้วน"])
    assert len(header) == 2 + 8 + 2
    words = {"ok": "เรียบร้อย", "warnings": "ควรตรวจสอบ", "errors": "มีข้อผิดพลาด", "missing": "ยังไม่ส่ง"}
    for row, school in zip(rows, merged.to_json()["schools"], strict=True):
        statuses = list(school["workbooks"].values())
        received = sum(status != "missing" for status in statuses)
        valid = sum(status in ("ok", "warnings") for status in statuses)
        assert [cell.value for cell in row[2:]] == [*(words[s] for s in statuses), received, valid]
    everything = [cell.value for row in rows for cell in row]
    assert "ยังไม่ส่ง" in everything and "มีข้อผิดพลาด" in everything


def test_traces(workbook, merged):
    _, rows = table(workbook["ร่องรอย IQA"])
    for row, school in zip(rows, merged.to_json()["schools"], strict=True):
        processes = [school["iqa"]["processes"].get(p.id, {}).get("percent") for p in IQA.processes]
        assert [cell.value for cell in row[2:]] == [*processes, school["iqa"]["done"], school["iqa"]["percent"]]


def test_problems(workbook, merged):
    _, rows = table(workbook["ปัญหาที่พบ"])
    shown = merged.to_json()["problems"]
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
    monkeypatch.setattr(summary, "MAX_PROBLEMS", 2)
    write_summary(merged, tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx")["ปัญหาที่พบ"]
    _, rows = table(sheet)
    assert len(rows) == 2 and rows[0][5].value == "ผิดพลาด"
    assert any(f"2 จาก {len(merged.problems)} แถว" in str(cell.value) for row in sheet["A1:A3"] for cell in row)


def test_data_is_tidy(workbook, merged):
    header, rows = table(workbook["ข้อมูล"])
    assert len(header) == len(set(header)) and all(header)
    shown = {}
    for row in rows:
        values = dict(zip(header, (cell.value for cell in row), strict=True))
        key = (values["รหัส"], values["เกณฑ์"], values["ตัวบ่งชี้/กระบวนการ"], values["ข้อ"])
        assert key not in shown
        shown[key] = values
        assert values["แฟ้ม"].endswith(".xlsx") and values["แผ่นงาน"] and re.fullmatch(r"[A-Z]+\d+", values["เซลล์"])
    expected = {}
    for school in merged.to_json()["schools"]:
        for indicator_id, indicator in school["indicators"].items():
            for criterion in indicator["criteria"]:
                expected[school["code"], EQA.id, indicator_id, criterion["id"]] = criterion
        if school["iqa"]["processes"]:
            for process in IQA.processes:
                expected.update({(school["code"], IQA.id, process.id, item.id): None for item in process.items})
    assert set(shown) == set(expected)
    for key, criterion in expected.items():
        values = shown[key]
        if criterion:
            assert (values["ได้"], values["เต็ม"]) == (criterion["points"], criterion["max"])
            assert values["เหตุผล/สถานะ"] == criterion["reason"] and values["ปีการศึกษา"] == 2563
            assert values["ด้าน"] == EQA.indicator(key[2]).area
        else:
            assert values["เหตุผล/สถานะ"] in {s.name.th for s in IQA.statuses} and values["ได้"] is None


def test_data_names_the_cell_of_the_first_input(workbook):
    header, rows = table(workbook["ข้อมูล"])
    file, data = sample_files()[0]
    sources = received(file, data).submission.sources
    row = next(r for r in rows if r[0].value == data["school"]["code"] and r[5].value == "IND1" and r[6].value == "2")
    values = dict(zip(header, (cell.value for cell in row), strict=True))
    source = sources["answers", "IND1", "2", "count"]
    assert (values["แฟ้ม"], values["แผ่นงาน"], values["เซลล์"]) == (source.file, source.sheet, source.cell)


def test_the_overview_holds_the_figures(workbook, merged):
    sheet = workbook["ภาพรวม"]
    about = merged.to_json()["district"]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for figure in ("expected", "received", "valid", "schools_complete"):
        assert about[figure] in values
    rows = {row[0].value: row for row in sheet.iter_rows()}
    for area in EQA.areas:
        mean = about["areas"][str(area.id)]
        shown = [cell.value for cell in rows[f"ด้าน {area.id}"][1:6]]
        assert shown == [area.name.th, mean["mean"], mean["max"], mean["percent"], mean["workbooks"]]
    for indicator in EQA.indicators:
        mean = about["indicators"][indicator.id]
        shown = [cell.value for cell in rows[f"ตบช.{indicator.number}"][1:6]]
        assert shown == [indicator.name.th, mean["mean"], mean["max"], mean["percent"], mean["workbooks"]]
    for process in IQA.processes:
        assert rows[process.id][2].value == about["iqa"]["processes"][process.id]["percent"]
    texts = " ".join(str(value) for value in values)
    assert "2563" in texts and "2565" in texts and ROSTER.office in texts


def test_the_charts_draw_the_percents(path, merged):
    about = merged.to_json()["district"]
    charts = [text for name, text in parts(path).items() if name.startswith("xl/charts/chart")]
    drawn = {}
    for chart in charts:
        kind = re.search(r'<c:barDir val="(\w+)"', chart)[1]
        values = re.search(r"<c:val>.*?</c:val>", chart)[0]
        drawn[kind] = [float(v) for v in re.findall(r"<c:v>([^<]*)</c:v>", values)]
    assert drawn["col"] == [area["percent"] for area in about["areas"].values()]
    assert drawn["bar"] == [indicator["percent"] for indicator in about["indicators"].values()]


# --- What schools type ---


def test_nothing_typed_by_a_school_becomes_a_formula_or_a_link(tmp_path):
    code = ROSTER.schools[0].code
    _, data = next((f, d) for f, d in sample_files() if d["school"]["code"] == code and d.get("area") == 1)
    names = ['=HYPERLINK("http://example.org")', "http://example.org/\x07", "_x0041_"]
    roster = Roster(tuple(School(f"0102013{n}", name) for n, name in enumerate(names)))
    files = ["=1+1.xlsx", "mailto:a@example.org.xlsx", b"\xa1\xa2\xa3.xlsx".decode("utf-8", "surrogateescape")]
    results = [received(file, changed(data, code=f"0102013{n}"), ERROR) for n, file in enumerate(files)]
    results.append(received("good.xlsx", changed(data, code="01020130", prepared_on="2030-01-01")))
    write_summary(merge(results, roster, name="&A & B\n1\x01"), tmp_path / "d.xlsx")
    xml = parts(tmp_path / "d.xlsx")
    assert not any("<f>" in text or "hyperlink" in text for name, text in xml.items() if "worksheets" in name)
    workbook = openpyxl.load_workbook(tmp_path / "d.xlsx")
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
    write_summary(merge([], ROSTER), tmp_path / "d.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "d.xlsx")
    assert workbook.sheetnames == SHEETS
    _, rows = table(workbook["คะแนนรายโรงเรียน"])
    assert all(cell.value is None and cell.fill.fgColor.rgb == GREY for row in rows for cell in row[2:])
    for name in ("การหักคะแนน", "ข้อมูล"):
        _, rows = table(workbook[name])
        assert [rows[0][0].value, rows[0][1].value] == ["ไม่มีรายการ", None]


def test_a_smaller_rubric_makes_a_smaller_workbook(tmp_path):
    two = dataclasses.replace(EQA, areas=EQA.areas[:2])
    short = dataclasses.replace(IQA, processes=IQA.processes[:3])
    files = [(f, d) for f, d in sample_files() if d.get("area") in (1, 2)]
    write_summary(merge([received(f, d) for f, d in files], ROSTER, rubrics=[two, short]), tmp_path / "d.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "d.xlsx")
    header, _ = table(workbook["คะแนนรายโรงเรียน"])
    assert len(header) == 2 + 8 + 2 + 1 and header[-1] == "รวม (40)"
    header, _ = table(workbook["ความครบถ้วน"])
    assert len(header) == 2 + 3 + 2


# --- Shape ---


def test_columns_are_as_wide_as_their_words(workbook):
    for name in SHEETS[1:]:
        sheet = workbook[name]
        header, rows = table(sheet)
        for index, title in enumerate(header):
            width = sheet.column_dimensions[openpyxl.utils.get_column_letter(index + 1)].width
            longest_word = max(book.visible_length(word) for word in title.replace("/", " ").split())
            # Thai is written without spaces: a title may break within what looks like one word.
            assert width >= min(longest_word, 14) * 0.9, (name, title)
            for row in rows:
                value = row[index].value
                if isinstance(value, str) and not row[index].alignment.wrap_text:
                    assert width >= book.visible_length(value), (name, value)


def test_a_row_is_as_high_as_its_lines():
    assert book.height(["สั้น", 1.0, None], [20, 8, 8]) == book.height(["", 1.0, None], [20, 8, 8])
    one, two = book.height(["ก" * 10], [20]), book.height(["ก" * 24], [20])
    assert two > one and book.height(["ก\nข"], [20]) == two
    assert book.height(["ก" * 32_000], [10]) == 409
