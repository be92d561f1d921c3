"""ภาพรวม: every figure recomputed from the tidy tables by other means, the formulas by LibreOffice; charts, print."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import statistics
import zipfile
from collections import Counter
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from openpyxl.utils import range_boundaries

from helpers import libreoffice
from helpers.books import opened
from helpers.received import ERROR, received, sample_files, sample_results, sample_roster
from helpers.sheets import load_sheet
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import combine
from qa_excel.district.merging import merge
from qa_excel.files.book import Book
from qa_excel.office.roster import Roster
from qa_excel.problems import SEVERITY_WORDS
from qa_excel.rubric.building import load_rubrics
from qa_excel.summary import data as data_sheets
from qa_excel.summary import parts, write_summary
from qa_excel.summary.overview import write_overview
from samples.province import province_of

EQA, IQA = load_rubrics()
ROSTER = sample_roster()
LABEL, RIGHT = 1, 8
CARDS = 10
"""The last row of head and cards."""
NEW_FUNCTIONS = {"STDEV.S", "QUARTILE.INC"}


def sample(results=None, roster=ROSTER, due=None, lang="th", **how):
    return collect(
        merge(sample_results() if results is None else results, roster, **how), due=due, lang=lang, iqa_due=due
    )


def with_faults():
    results = sample_results()
    results[3].problems = received("x", sample_files()[3][1], ERROR).problems
    return results[:-2]


def one_school():
    school = ROSTER.schools[0]
    results = [r for r in sample_results() if r.submission.school_code == school.code]
    return sample(results, Roster((school,)))


def of_other_editions():
    """Two areas; fewer processes, of which 1.10 is another than 1.1."""
    files = [(file, data) for file, data in sample_files() if data.get("area") in (None, 1, 2)]
    rubrics = [dataclasses.replace(EQA, areas=EQA.areas[:2], readiness=()), IQA]
    dataset = sample([received(file, data) for file, data in files], rubrics=rubrics)
    first, second = IQA.processes[:2]
    dataset.traces = dataclasses.replace(IQA, processes=(first, dataclasses.replace(second, id="1.10")))
    items = dataset["iqa_items"]
    items = items[items["process"].isin([first.id, second.id])].reset_index(drop=True)
    dataset.frames["iqa_items"] = items.assign(process=items["process"].astype(object).replace(second.id, "1.10"))
    return dataset


def without_totals():
    """Three districts of a school each: two lack an area, the third sent nothing."""
    made = []
    for n, school in enumerate(ROSTER.schools[:3]):
        sent = [r for r in sample_results() if r.submission.school_code == school.code and r.submission.area != n + 1]
        made.append(sample(sent if n < 2 else [], Roster((school,)), name=f"=เขต* {n}?"))
    return combine(made, "จังหวัด")


CASES = {
    "sample": lambda: sample(due="2021-03-31"),
    "faults": lambda: sample(with_faults()),
    "english": lambda: sample(with_faults(), due="2021-03-31", lang="en"),
    "nothing": lambda: sample([]),
    "one": one_school,
    "editions": of_other_editions,
    "long": lambda: sample(name="=" + "สำนักงานเขตพื้นที่การศึกษา " * 7),
    "province": lambda: combine(province_of(3, 6), "จังหวัดตัวอย่าง"),
    "no_totals": without_totals,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """case → (dataset, path of its workbook), made when asked for."""
    folder, known = tmp_path_factory.mktemp("overview"), {}

    def get(case):
        if case not in known:
            dataset, path = CASES[case](), folder / f"{case}.xlsx"
            write_summary(Analysis(dataset), path)
            known[case] = dataset, path
        return known[case]

    return get


@pytest.fixture(params=CASES)
def case(request, made):
    return made(request.param)


def overview(dataset, path, values=True):
    return load_sheet(path, parts.OVERVIEW.get(dataset.lang), values)


# --- Reading the sheet ---


def is_header(cell):
    return cell.fill.fgColor.rgb == "FF1F3864" and cell.row > CARDS


def tables(sheet, first):
    """The tables that begin in a column, from the top down: each a list of (label, name, *figures)."""
    found, rows = [], None
    for row in range(CARDS + 1, sheet.max_row + 2):
        cell = sheet.cell(row, first)
        if is_header(cell):
            rows = []
            found.append(rows)
        elif rows is not None and cell.value not in (None, "") and cell.border.left.style == "thin":
            rows.append([sheet.cell(row, first + n).value for n in range(6)])
        else:
            rows = None
    return found


def figures(rows):
    """Empty texts, which formulas give where there is no figure, are nothing."""
    return [[None if value == "" else value for value in row] for row in rows]


# --- Other means ---


def half_up(number):
    if number is None:
        return None
    return math.floor(Fraction(number) * 100 + Fraction(1, 2)) / 100


def exact(column):
    return [Fraction(round(value * 100), 100) for value in column.dropna()]


def mean(values):
    return Fraction(sum(values), len(values)) if values else None


def share(part, whole):
    return half_up(Fraction(100 * part, whole)) if whole else None


def percent(values, full):
    return half_up(mean(values) / Fraction(full) * 100) if values else None


def area_points(dataset, area):
    """Points of the schools that have all indicators of an area."""
    scores = dataset["scores"]
    groups = scores[scores["area"] == area.id].groupby(["district", "school_code"])["score"]
    return {key: sum(exact(points)) for key, points in groups if len(points) == len(area.indicators)}


def totals(dataset):
    points = [area_points(dataset, area) for area in dataset.rubric.areas]
    return {key: sum(p[key] for p in points) for key in points[0] if all(key in p for p in points)}


def deviation(values):
    if len(values) < 2:
        return None
    with localcontext() as context:
        context.prec = 50
        variance = statistics.variance(values)
        return half_up(Fraction((Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()))


def quartiles(values):
    if not values:
        return [None] * 3
    return [half_up(q) for q in (statistics.quantiles(values, n=4, method="inclusive") if values[1:] else 3 * values)]


def counted(dataset):
    submissions = dataset["submissions"]
    return submissions[submissions["status"] != "superseded"]


# --- The figures ---


def test_the_cards(case):
    dataset, path = case
    sheet = overview(dataset, path)
    slots = counted(dataset)
    status = Counter(slots["status"])
    received = len(slots) - status["missing"]
    valid = status["ok"] + status["warnings"]
    schools = slots.groupby(["district", "school_code"])["status"]
    complete = sum(set(found) <= {"ok", "warnings"} for _, found in schools)
    items = dataset["iqa_items"]
    done = share(int((items["status"] == "done").sum()), len(items))
    points = list(totals(dataset).values())
    cards = {
        (5, 3): len(slots),
        (5, RIGHT): received,
        (5, RIGHT + 2): valid,
        (8, 3): complete,
        (8, RIGHT): int((slots["on_time"].fillna(False)).sum()) if dataset.due else status["missing"],
        (8, RIGHT + 2): "–" if done is None else done,
        (5, 1): half_up(mean(points)) if points else "–",
    }
    for place, figure in cards.items():
        top = sheet.cell(place[0] + 1, place[1])
        assert top.value == figure, place
    notes = {
        place: [float(n.replace(",", "")) for n in numbers(sheet.cell(place[0] + 2, place[1]).value)]
        for place in cards
        if place != (5, 1)
    }
    assert notes[5, 3] == [len(schools), len(dataset.slots)]
    assert notes[5, RIGHT] == [share(received, len(slots)) or 0]
    assert notes[5, RIGHT + 2] == [share(valid, received) or 0, status["errors"]]
    assert notes[8, 3] == [len(schools), share(complete, len(schools))]
    assert notes[8, RIGHT + 2] == [items.groupby(["district", "school_code"]).ngroups]
    if dataset.due:
        sent = slots[slots["status"] != "missing"]["on_time"]
        assert notes[8, RIGHT][-2:] == [int((sent == False).sum()), int(sent.isna().sum())]  # noqa: E712
    else:
        assert notes[8, RIGHT] == [sum("missing" in set(found) for _, found in schools)]
    shown = [float(n) for n in numbers(sheet.cell(9, 1).value + " " + (sheet.cell(10, 1).value or ""))]
    if points:
        spread = [quartiles(points)[1], deviation(points), half_up(min(points)), half_up(max(points)), len(points)]
        assert shown == [figure for figure in spread if figure is not None]
    else:
        assert shown == []


def numbers(text):
    return re.findall(r"\d[\d,]*(?:\.\d+)?", text)


def points_row(points, full):
    return [half_up(mean(points)), float(full), percent(points, full), len(points)]


def test_points_by_area_and_indicator(case):
    dataset, path = case
    areas, indicators = tables(overview(dataset, path), LABEL)[:2]
    lang, scores = dataset.lang, dataset["scores"]
    expected = [
        [
            f"{'ด้าน' if lang == 'th' else 'Area'} {area.id}",
            area.name.get(lang),
            *points_row(list(area_points(dataset, area).values()), area.max),
        ]
        for area in dataset.rubric.areas
    ]
    total = points_row(list(totals(dataset).values()), dataset.rubric.max)
    assert figures(areas)[:-1] == expected and figures(areas)[-1][2:] == total
    expected = [indicator_row(dataset, scores, indicator) for indicator in dataset.rubric.indicators]
    assert figures(indicators) == expected


def indicator_row(dataset, scores, indicator):
    points = exact(scores[scores["indicator"] == indicator.id]["score"])
    short = f"ตบช.{indicator.number}" if dataset.lang == "th" else f"IND{indicator.number}"
    return [short, indicator.name.get(dataset.lang), *points_row(points, indicator.max)]


def test_the_strongest_and_weakest(case):
    dataset, path = case
    found = tables(overview(dataset, path), RIGHT)
    scores = dataset["scores"]
    rows = [indicator_row(dataset, scores, indicator) for indicator in dataset.rubric.indicators]
    known = [row for row in rows if row[2] is not None]
    k = min(4, len(known) // 2)
    if not k:
        assert len(found) == 1
        return
    strongest, weakest = figures(found[0]), figures(found[1])
    assert len(strongest) == len(weakest) == k
    assert all(row in rows for row in (*strongest, *weakest))
    assert not {row[0] for row in strongest} & {row[0] for row in weakest}
    ordered = sorted((row[4] for row in known), reverse=True)
    assert [row[4] for row in strongest] == ordered[:k]
    assert [row[4] for row in weakest] == ordered[::-1][:k]


def test_the_distribution(case):
    dataset, path = case
    sheet = overview(dataset, path)
    top = next(
        row
        for row in range(CARDS + 1, sheet.max_row)
        if is_header(sheet.cell(row, 3)) and not is_header(sheet.cell(row, 2))
    )
    points = sorted(totals(dataset).values())
    width = Fraction(dataset.rubric.max) / 10
    counts = Counter(min(int(value / width), 9) for value in points)
    assert [sheet.cell(top + 1 + n, 4).value for n in range(10)] == [counts[n] for n in range(10)]
    edges = [[float(n) for n in numbers(sheet.cell(top + 1 + n, 3).value)] for n in range(10)]
    assert edges == [[float(width * n), float(width * (n + 1))] for n in range(10)]
    first, median, third = quartiles(points)
    ends = [half_up(points[-1]), third, first, half_up(points[0])] if points else [None] * 4
    expected = [len(points), half_up(mean(points)), median, deviation(points), *ends]
    assert [sheet.cell(top + 1 + n, 6).value or None for n in range(1, 8)] == expected[1:]
    assert sheet.cell(top + 1, 6).value == expected[0]


def test_by_district(case):
    dataset, path = case
    found = tables(overview(dataset, path), LABEL)
    assert len(found) == (4 if dataset.level == "school" else 5)
    if dataset.level == "school":
        return
    points, items = totals(dataset), dataset["iqa_items"]
    expected = {}
    for district in dataset.districts:
        own = [value for key, value in points.items() if key[0] == district]
        steps = items[items["district"] == district]["status"]
        progress = share(int((steps == "done").sum()), len(steps))
        expected[district] = [half_up(mean(own)), percent(own, dataset.rubric.max), len(own), progress]
    rows = figures(found[2])
    assert {row[1]: row[2:] for row in rows} == expected
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(expected) + 1)]
    means = [row[2] or 0 for row in rows]
    assert means == sorted(means, reverse=True)


def test_steps_by_process(case):
    dataset, path = case
    rows = figures(tables(overview(dataset, path), LABEL)[-2])
    items = dataset["iqa_items"]
    statuses = [*(status.id for status in dataset.traces.statuses), ""]
    for row, process in zip(rows, (*dataset.traces.processes, None), strict=True):
        own = items[items["process"] == process.id] if process else items
        counts = Counter(own["status"])
        assert row[2:] == [share(counts[status], len(own)) for status in statuses]
        assert process is None or row[0] == process.id


def test_deductions(case):
    dataset, path = case
    rows = figures(tables(overview(dataset, path), LABEL)[-1])
    scores = dataset["scores"]
    expected = []
    for indicator in dataset.rubric.indicators:
        own = scores[scores["indicator"] == indicator.id]
        hit = own[own["deduction"] > 0]
        if len(hit):
            deducted = half_up(sum(exact(hit["deduction"])))
            lost = half_up(sum(exact(hit["gross"])) - sum(exact(hit["score"])))
            name = indicator.name.get(dataset.lang)
            expected.append([name, len(hit), share(len(hit), len(own)), deducted, lost])
    assert sorted(row[1:] for row in rows[:-1]) == sorted(expected)
    assert [row[4] for row in rows[:-1]] == sorted((row[3] for row in expected), reverse=True)
    lost = half_up(sum(exact(scores["gross"])) - sum(exact(scores["score"])))
    total = half_up(sum(exact(scores["deduction"])))
    assert rows[-1][2:] == [int((scores["deduction"] > 0).sum()), None, total, lost]
    assert total == half_up(sum(exact(dataset["conditions"]["deduction"])))


def test_problems(case):
    dataset, path = case
    rows = figures(tables(overview(dataset, path), RIGHT)[-1])
    counts = Counter(dataset["problems"]["severity"])
    words = [SEVERITY_WORDS[severity].get(dataset.lang) for severity in ("error", "warning", "info")]
    assert [row[2] for row in rows] == [counts[severity] for severity in ("error", "warning", "info")]
    assert all(row[1].startswith(word) for row, word in zip(rows, words, strict=True))


# --- Formulas ---


def formulas(dataset, path):
    cells = (cell for row in overview(dataset, path, values=False).iter_rows() for cell in row)
    return {cell.coordinate: cell.value for cell in cells if cell.data_type == "f"}


def test_every_figure_is_a_formula_that_carries_its_value(case):
    dataset, path = case
    given, values = formulas(dataset, path), overview(dataset, path)
    plain = overview(dataset, path, values=False)
    fulls = {float(part.max) for part in (*dataset.rubric.areas, *dataset.rubric.indicators)} | {
        float(dataset.rubric.max)
    }
    for row in plain.iter_rows():
        for cell in row:
            # Full points are the rubric's, no figures of the data.
            assert cell.data_type != "n" or cell.value is None or float(cell.value) in fulls, cell.coordinate
    assert all(values[place].value is not None or values[place].fill.fgColor.rgb == "FFE4E4E4" for place in given)
    for formula in given.values():
        for function in re.findall(r"([A-Z][A-Z.]+)\(", re.sub(r'"[^"]*"', "", formula)):
            assert function not in NEW_FUNCTIONS or f"_xlfn.{function}(" in formula
        assert len(formula) < 8192 and all(len(text) <= 255 for text in re.findall(r'"([^"]*)"', formula))


def test_the_same_values_stand_there_without_formulas(made, tmp_path, monkeypatch):
    dataset, path = made("faults")
    monkeypatch.setattr(data_sheets, "MAX_ROWS", 3)
    write_summary(Analysis(dataset), tmp_path / "cut.xlsx")
    assert not formulas(dataset, tmp_path / "cut.xlsx")
    with_them, without = overview(dataset, path), overview(dataset, tmp_path / "cut.xlsx")
    notes = 0
    for row in with_them.iter_rows():
        for cell in row:
            other = without[cell.coordinate].value
            notes += (cell.value or None) != (other or None)
    assert notes == 1, "only the note on where the figures come from"


@pytest.mark.libreoffice
def test_libreoffice_works_out_the_same(made, tmp_path):
    known = [made(case) for case in CASES]
    again = libreoffice.resave([path for _, path in known], tmp_path)
    for (dataset, path), saved in zip(known, again, strict=True):
        given = formulas(dataset, path)
        assert len(given) > 60
        before, after = overview(dataset, path), overview(dataset, saved)
        for place, formula in given.items():
            assert (after[place].value or None) == (before[place].value or None), (path.stem, place, formula)


@pytest.mark.libreoffice
def test_the_formulas_follow_the_data(made, tmp_path):
    """Had LibreOffice kept the cached values, this would fail."""
    dataset, path = made("faults")
    workbook = opened(path)
    sheet = workbook[next(s.name.th for s in data_sheets.SHEETS if s.table == "schools")]
    header = next(row for row in sheet.iter_rows() if row[0].value and row[1].value)
    column = dataset["schools"].columns.get_loc("total_score") + 1
    for row in range(header[0].row + 1, sheet.max_row + 1):
        if sheet.cell(row, column).value is not None:
            sheet.cell(row, column).value = 12.345
    workbook.save(tmp_path / "changed.xlsx")
    (saved,) = libreoffice.resave([tmp_path / "changed.xlsx"], tmp_path / "out")
    assert overview(dataset, saved).cell(6, 1).value == 12.35


# --- Charts ---


def charts(path):
    with zipfile.ZipFile(path) as package:
        drawing = package.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        name = re.search(r"drawings/(drawing\d+)\.xml", drawing)[1]
        drawn = package.read(f"xl/drawings/{name}.xml").decode()
        related = package.read(f"xl/drawings/_rels/{name}.xml.rels").decode()
        names = re.findall(r"charts/(chart\d+\.xml)", related)
        return drawn, [package.read(f"xl/charts/{name}").decode() for name in names]


def test_charts_draw_the_tables(case):
    dataset, path = case
    sheet = overview(dataset, path)
    drawn, found = charts(path)
    assert len(found) == (4 if dataset.level == "school" else 5)
    for chart in found:
        references = re.findall(r"<c:f>(.*?)</c:f>", chart)
        assert references
        for reference in references:
            name, cells = reference.rsplit("!", 1)
            assert name.strip("'") == sheet.title
            column, first, last_column, last = range_boundaries(cells.replace("$", ""))
            assert column == last_column
            # From the first row under a header to a row of the same table.
            assert is_header(sheet.cell(first - 1, column))
            block = [sheet.cell(row, column) for row in range(first, last + 1)]
            assert all(cell.border.left.style == "thin" and not is_header(cell) for cell in block)
        for values, reference in re.findall(r"<c:val>.*?<c:f>(.*?)</c:f>.*?<c:numCache>(.*?)</c:numCache>", chart):
            cells = [row[0].value for row in sheet[values.rsplit("!", 1)[1].replace("$", "")]]
            cached = [float(value) for value in re.findall(r"<c:v>([^<]*)</c:v>", reference)]
            assert cached == [value or 0 for value in cells]
        assert "TH Sarabun New" in chart
    texts = re.findall(r'<xdr:cNvPr [^>]*descr="([^"]*)"', drawn)
    assert len(texts) == len(found) and all(len(text) > 20 for text in texts)


def test_charts_lie_apart(case):
    dataset, path = case
    sheet = overview(dataset, path)
    drawn, _ = charts(path)
    places = []
    for anchor in re.findall(r"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", drawn, re.DOTALL):
        columns, rows = (list(map(int, re.findall(rf"<xdr:{what}>(\d+)<", anchor))) for what in ("col", "row"))
        places.append((*columns, *rows))
    for n, (left, right, top, bottom) in enumerate(places):
        assert right <= 12 and (left, right) in ((0, 1), (7, 12))
        for row in range(top + 1, bottom + 2):
            for column in range(left + 1, right + 2):
                assert sheet.cell(row, column).value in (None, ""), (row, column)
        for other in places[n + 1 :]:
            assert bottom < other[2] or other[3] < top or right < other[0] or other[1] < left


# --- Print and shape ---


def test_it_prints_in_whole_sections_on_a_few_pages(case):
    dataset, path = case
    sheet = overview(dataset, path)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    end = range_boundaries(sheet.print_area.rsplit("!", 1)[-1].replace("$", ""))[3]
    breaks = [0, *(b.id for b in sheet.row_breaks.brk), end]
    assert len(breaks) - 1 <= 3
    margins = sheet.page_margins
    width = sum(int(sheet.column_dimensions[c].width * 7) for c in "ABCDEFGHIJKLM")
    scale = (297 / 25.4 - margins.left - margins.right) * 96 / width
    page = (210 / 25.4 - margins.top - margins.bottom) * 72 / scale
    for first, last in pairwise(breaks):
        heights = [sheet.row_dimensions[row].height for row in range(first + 1, last + 1)]
        assert None not in heights and sum(heights) <= page
    for row in breaks[1:-1]:
        # The heading comes after the space that stood above it.
        assert sheet.cell(row + 2, 1).font.b and sheet.cell(row + 2, 1).font.sz == 16


def test_cells_are_merged_in_head_and_cards_only(case):
    dataset, path = case
    sheet = overview(dataset, path)
    assert all(found.max_row <= CARDS for found in sheet.merged_cells.ranges)


def test_the_head(made, tmp_path):
    for case in ("sample", "long", "english"):
        dataset, path = made(case)
        sheet = overview(dataset, path)
        assert sheet["A2"].value == dataset.name.strip() or sheet["A2"].value == dataset.name
        assert sheet["A2"].data_type == "s" and sheet["M3"].value is None
        assert str(dataset.year) in sheet["A3"].value and str(dataset.iqa_year) in sheet["A3"].value
    dataset, _ = made("sample")
    buffer = io.BytesIO()
    book = Book(buffer, "th", dataset.name, "")
    ws = book.sheet(parts.OVERVIEW)
    write_overview(book, ws, Analysis(dataset), formulas=False, made_on=date(2026, 11, 21))
    book.close()
    assert opened(buffer).active["M3"].value == "จัดทำเมื่อ 21 พฤศจิกายน 2569"


def test_of_many_districts_the_ends_are_shown(monkeypatch, tmp_path):
    monkeypatch.setattr("qa_excel.summary.overview._DISTRICTS", 2)
    dataset = CASES["province"]()
    write_summary(Analysis(dataset), tmp_path / "many.xlsx")
    rows = tables(overview(dataset, tmp_path / "many.xlsx"), LABEL)[2]
    assert [row[0] for row in rows] == ["1", "3"]


def test_links_lead_to_sheets_of_the_workbook(case):
    dataset, path = case
    sheet = overview(dataset, path, values=False)
    targets = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert len(targets) >= 4
    assert all(target.rsplit("!", 1)[0].strip("'") in sheet.parent.sheetnames for target in targets)
