"""Trends: the year before is read back as it was, its changes agree with plain pandas, and falls are marked by rule."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import statistics
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from helpers import books, libreoffice
from helpers.figures import shown
from qa_excel.district.analysis import Analysis, Mean
from qa_excel.district.data.combining import combine
from qa_excel.district.data.dataset import Dataset
from qa_excel.district.data.dictionary import tables
from qa_excel.district.data.folder import write_data
from qa_excel.district.summarising import PreviousError, refuse_unlike
from qa_excel.district.trends import ERRORS, FALL, FEWEST, Change, Paired, Trends, in_both, paired_of, rounded
from qa_excel.feedback.report import write_report
from qa_excel.files import rows as sheetrows
from qa_excel.files import zips
from qa_excel.files.book import Book
from qa_excel.kinds.outcome import half_up
from qa_excel.summary import data as data_sheets
from qa_excel.summary import previous, write_summary
from qa_excel.summary.data import SHEETS
from qa_excel.summary.previous import read_previous
from qa_excel.summary.trends import write_trends
from qa_excel.thai.text import Text
from samples.province import data_of

SCHOOLS = 24


def of_year(dataset: Dataset, year: int) -> Dataset:
    return replace(dataset, year=year, iqa_year=year)


def district(seed: int, year: int, first: int = 1, lang: str = "th") -> Dataset:
    return of_year(data_of(SCHOOLS, seed=seed, first=first, lang=lang), year)


def province(seed: int, year: int, numbers: range) -> Dataset:
    """Districts of 10 schools each, with the numbers for names."""
    parts = [data_of(10, seed=seed + n, name=f"สพป.ทดสอบ เขต {n}", first=1000 * n) for n in numbers]
    return of_year(combine(parts, "จังหวัดทดสอบ"), year)


@pytest.fixture(scope="module")
def before() -> Analysis:
    return Analysis(district(1, 2564))


@pytest.fixture(scope="module")
def now() -> Analysis:
    """Two of the schools before are gone, and two are new."""
    return Analysis(district(2, 2565, first=3))


@pytest.fixture(scope="module")
def trends(now, before) -> Trends:
    return Trends(now, before)


@pytest.fixture(scope="module")
def provinces() -> tuple[Analysis, Analysis]:
    """(now, before): the first district is gone, and the last is new; each is numbered anew."""
    return Analysis(province(20, 2565, range(2, 5))), Analysis(province(10, 2564, range(1, 4)))


def measures(analysis: Analysis):
    return [*analysis.score_measures, analysis.progress, *analysis.processes]


def same_figures(one: Analysis, other: Analysis) -> None:
    """Every measure of every unit, whatever the order of the units."""
    units = {(unit.code if one.data.level == "school" else unit.name): unit for unit in other.units}
    assert len(units) == len(one.units)
    for a, b in zip(measures(one), measures(other), strict=True):
        assert (a.key, one.mean(a), one.spread(a)) == (b.key, other.mean(b), other.spread(b))
        for unit in one.units:
            twin = units[unit.code if one.data.level == "school" else unit.name]
            assert unit.mean(a) == twin.mean(b) and unit.name == twin.name


# --- Figures, by plain pandas ---


def plain(dataset: Dataset) -> pd.DataFrame:
    """School × measure, exact; None where a school lacks it."""
    rubric = dataset.rubric
    scores, items, schools = (dataset[table].astype(object) for table in ("scores", "iqa_items", "schools"))
    table = scores.assign(score=[Fraction(str(s)) for s in scores["score"]]).pivot(
        index="school_code", columns="indicator", values="score"
    )
    table = table.reindex(schools["school_code"]).astype(object)
    table = table.where(table.notna(), None)

    def total(columns: list[str]) -> pd.Series:
        return table[columns].apply(lambda row: None if any(v is None for v in row) else sum(row), axis=1)

    for area in rubric.areas:
        table[f"area{area.id}"] = total([indicator.id for indicator in area.indicators])
    table["total"] = total([f"area{area.id}" for area in rubric.areas])
    done = items.assign(done=items["status"].eq("done").astype(int))
    for key, rows in [("progress", done), *done.groupby("process")]:
        counted = rows.groupby("school_code")["done"].agg(["sum", "count"])
        table[key] = pd.Series({code: Fraction(100 * int(s), int(n)) for code, s, n in counted.itertuples()})
    return table.astype(object).where(table.notna(), None)


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values) / len(values) if values else None


def test_the_whole(trends, now, before):
    one, two = plain(before.data), plain(now.data)
    both = one.index.intersection(two.index)
    assert (trends.kept, len(trends.new), len(trends.gone)) == (len(both), 2, 2)
    assert trends.points and trends.traces
    for measure in measures(now):
        assert trends.compared(measure)
        trend = trends.trend(measure)
        old, new = ([v for v in side[measure.key] if v is not None] for side in (one, two))
        assert (trend.every.before.exact, trend.every.before.count) == (mean(old), len(old))
        assert (trend.every.now.exact, trend.every.now.count) == (mean(new), len(new))
        pairs = [(one.at[code, measure.key], two.at[code, measure.key]) for code in both]
        pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
        changes = [b - a for a, b in pairs]
        assert (trend.paired.count, trend.paired.mean) == (len(changes), mean(changes))
        for of, side in ((trend.both.before, 0), (trend.both.now, 1)):
            assert (of.exact, of.count) == (mean([pair[side] for pair in pairs]), len(pairs))
        assert trend.both.exact == trend.paired.mean
        error = statistics.stdev(map(float, changes)) / len(changes) ** 0.5
        assert trend.paired.fell == (len(changes) >= FEWEST and float(mean(changes)) < -ERRORS * error)


def test_every_unit(trends, now, before):
    one, two = plain(before.data), plain(now.data)
    assert [pair.code for pair in trends.units] == [*two.index, *one.index.difference(two.index)]
    for pair in trends.units:
        for measure in measures(now):
            old, new = (side[measure.key].get(pair.code) for side in (one, two))
            change = trends.change(pair, measure)
            assert (change.before.exact, change.now.exact) == (old, new)
            assert change.exact == (None if old is None or new is None else new - old)
            assert trends.fell(pair, measure) == (
                change.exact is not None and change.exact <= -FALL * Fraction(measure.full)
            )


def test_by_grade_and_subject(trends, now, before):
    def plainly(dataset):
        groups = dataset["grades"].groupby(["indicator", "criterion", "grade", "subject"])
        return {key: rows.set_index("school_code") for key, rows in groups}

    one, two = plainly(before.data), plainly(now.data)
    asked = {key for key in {*one, *two} if len(one.get(key, ())) or len(two.get(key, ()))}
    shown = [(e.indicator.id, e.criterion.id, e.grade.id, e.subject.id if e.subject else "") for e in trends.grades]
    assert set(shown) == asked and len(shown) == len(asked)
    assert {entry.share for entry in trends.grades} == {True, False}
    for key, entry in zip(shown, trends.grades, strict=True):
        figures, singles = [], []
        for side, of in ((one, entry.trend.every.before), (two, entry.trend.every.now)):
            rows = side[key]
            if entry.share:
                rows = rows[rows["count"].notna() & rows["total"].notna() & (rows["total"] > 0)]
                figures.append(100 * rows["count"].sum() / rows["total"].sum())
                singles.append(100 * rows["count"] / rows["total"])
            else:
                rows = rows[rows["current"].notna()]
                figures.append(rows["current"].mean())
                singles.append(rows["current"])
            assert of.count == len(rows)
            assert float(of.exact) == pytest.approx(figures[-1], abs=1e-9)
        changes = (singles[1] - singles[0]).dropna()
        assert entry.trend.paired.count == len(changes)
        if changes.empty:
            assert entry.trend.paired.mean is None
        else:
            assert float(entry.trend.paired.mean) == pytest.approx(changes.mean(), abs=1e-9)
            for single, of in zip(singles, (entry.trend.both.before, entry.trend.both.now), strict=True):
                assert float(of.exact) == pytest.approx(single[changes.index].mean(), abs=1e-9)
        if entry.share:
            assert entry.entered is None
        else:
            assert float(entry.entered.exact) == pytest.approx(two[key]["previous"].mean(), abs=1e-9)


def test_districts_are_told_apart_by_their_names(provinces):
    now, before = provinces
    trends = Trends(now, before)
    names = [(pair.before and pair.before.name, pair.now and pair.now.name) for pair in trends.units]
    second, third, fourth, first = (f"สพป.ทดสอบ เขต {n}" for n in (2, 3, 4, 1))
    assert names == [(second, second), (third, third), (None, fourth), (first, None)]
    assert [pair.code for pair in trends.units] == ["1", "2", "3", "1"]
    assert (trends.kept, len(trends.new), len(trends.gone)) == (20, 10, 10)


# --- What is significant ---


@pytest.mark.parametrize(
    ("old", "new", "fell"),
    [
        ("50", "40", True),
        ("50", "40.01", False),
        ("50", "40.004", True),  # shown as −10.00
        ("50", "40.006", False),
        ("40", "50", False),
        ("10", "0", True),
    ],
)
def test_a_fall_of_a_single_figure(old, new, fell):
    change = Change(*(Mean(Fraction(value), Decimal(100), 1) for value in (old, new)))
    assert change.fell is fell
    assert (FALL, change.value) == (Fraction(1, 10), rounded(Fraction(new) - Fraction(old)))


def test_a_figure_that_lacks_has_no_change():
    none, some = Mean(None, Decimal(5), 0), Mean(Fraction(3), Decimal(5), 1)
    for change in (Change(none, some), Change(some, none), Change(none, none)):
        assert (change.value, change.fell) == (None, False)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("-0.125", "-0.13"), ("0.125", "0.13"), ("-0.124", "-0.12"), ("-0.004", "0.00"), ("0", "0.00")],
)
def test_rounding_goes_away_from_zero(number, shown):
    assert rounded(Fraction(number)) == Decimal(shown)


def paired(*changes: str | int) -> Paired:
    return paired_of((Fraction(10), 10 + Fraction(change)) for change in changes)


def test_a_fall_of_a_mean_exceeds_two_standard_errors():
    # The mean is −1 and its standard error exactly ½.
    bound = [2, -2, -2, -2, 0, -2, -1, -1]
    assert (paired(*bound).mean, paired(*bound).variance) == (-1, 2)
    assert (FEWEST, ERRORS) == (8, 2)
    assert not paired(*bound).fell
    assert paired(*(change - Fraction("0.0001") for change in bound)).fell
    assert not paired(*(-change for change in bound), 9).fell


def test_a_fall_of_a_mean_needs_eight_schools():
    assert paired(*[-1] * 8).fell
    assert not paired(*[-1] * 7).fell
    assert not paired(*[0] * 8).fell
    assert paired() == Paired(0, None, None) and not paired().fell
    assert paired(-5).value == -5 and not paired(-5).fell


def test_a_fall_that_is_not_seen_is_none():
    assert not paired(*["-0.004"] * 8).fell
    assert paired(*["-0.005"] * 8).fell


def test_a_school_without_a_figure_in_one_year_is_in_no_pair():
    assert in_both([(None, 3), (3, None), (None, None), (4, 3)]) == [(4, 3)]


def test_a_district_falls_with_its_schools(provinces):
    """By little, but all of them."""
    _, before = provinces
    lower = before.data["scores"].assign(score=[max(0, score - 0.02) for score in before.data["scores"]["score"]])
    now = Analysis(of_year(replace(before.data, frames={**before.data.frames, "scores": lower}), 2565))
    trends = Trends(now, before)
    pair, area = trends.units[0], now.areas[0]
    assert trends.fell(pair, area) and not trends.change(pair, area).fell
    assert trends.trend(area).paired.fell


def without(dataset: Dataset, code: str) -> Dataset:
    """A school's points are not known."""
    scores = dataset["scores"]
    return replace(dataset, frames={**dataset.frames, "scores": scores[scores["school_code"] != code]})


def test_a_district_is_compared_in_the_schools_of_both_years(provinces):
    """A weak school that is known in one year only lifts the mean of the other, and no school has risen."""
    _, before = provinces
    district = before.units[0]
    total = before.total
    known = {s.code: Fraction(total.of(s)) for s in district.standings if total.of(s) is not None}
    weakest = min(known, key=known.get)
    now = Analysis(of_year(without(before.data, weakest), 2565))
    trends = Trends(now, before)
    assert now.units[0].mean(total).exact > district.mean(total).exact
    change = trends.change(trends.units[0], total)
    both = [value for code, value in known.items() if code != weakest]
    assert change.before.exact == change.now.exact == mean(both) and change.value == 0
    # One that a single year has is shown as it was there.
    gone = Trends(provinces[0], before).units[-1]
    assert Trends(provinces[0], before).change(gone, total).before == district.mean(total)


# --- What is compared ---


def test_another_edition(now, before):
    """An indicator with other full points, its area and the total are left out; so is a criterion of another kind."""
    rubric = before.data.rubric
    first, *others = rubric.areas
    changed = replace(first.indicators[0], max=first.indicators[0].max + 1)
    asked = next(i for i in first.indicators if i.id == "IND2")
    share = first.indicators[0].criteria[0]
    other = replace(asked, criteria=tuple(replace(share, id=c.id, max=c.max) for c in asked.criteria))
    indicators = (changed, *(other if i.id == "IND2" else i for i in first.indicators[1:]))
    edition = replace(rubric, areas=(replace(first, indicators=indicators), *others))
    trends = Trends(now, Analysis(replace(before.data, rubric=edition)))
    left_out = {changed.id, "area1", "total"}
    assert {measure.key for measure in trends.left_out(measures(now))} == left_out
    for measure in measures(now):
        assert trends.compared(measure) == (measure.key not in left_out)
    assert trends.change(trends.units[0], now.total).value is None
    assert "IND2" not in {entry.indicator.id for entry in trends.grades}
    book = written(now, trends.before)
    assert any("ตบช.1, ด้าน 1, รวม ต่างกันในเกณฑ์สองฉบับ" in str(cell.value) for cell in book["แนวโน้ม"]["A"])
    assert len(book["แนวโน้ม"]._charts) == 2


def scored_by(analysis: Analysis, version: str) -> Analysis:
    """The same figures, scored by that version's rules."""
    return Analysis(replace(analysis.data, rubric=replace(analysis.data.rubric, version=version)))


@pytest.mark.parametrize("turned", [False, True], ids=["older rule before", "older rule now"])
def test_another_rule_of_scoring(now, before, turned):
    """Left out is what rests on another rule: the indicators, their areas, the total. All else is as before."""
    sides = (scored_by(now, "1.1"), before) if turned else (now, scored_by(before, "1.1"))
    trends, plain = Trends(*sides), Trends(now, before)
    rescored = {"IND2", "IND5", "area1", "area2", "total"}
    assert {measure.key for measure in trends.rescored(measures(now))} == rescored
    assert trends.left_out(measures(now)) == []
    for measure in measures(now):
        assert trends.compared(measure) == (measure.key not in rescored)
        for pair, same in zip(trends.units, plain.units, strict=True):
            change = trends.change(pair, measure)
            assert change == plain.change(same, measure) if trends.compared(measure) else change.value is None
            assert not (measure.key in rescored and trends.fell(pair, measure))
    # What was entered is no score.
    assert [entry.trend for entry in trends.grades] == [entry.trend for entry in plain.grades]


@pytest.mark.parametrize(("lang", "name"), [("th", "แนวโน้ม"), ("en", "Trends")])
def test_another_rule_is_told_on_the_sheets(lang, name):
    now, before = (Analysis(of_year(data_of(9, seed=1, lang=lang), year)) for year in (2565, 2564))
    older = scored_by(before, "1.0")
    book = written(now, older, lang)
    whole, units, subjects = ([[cell.value for cell in row] for row in sheet] for sheet in book)
    texts = [" ".join(str(row[0]) for row in rows[:6]) for rows in (whole, units, subjects)]
    why = now.data.rubric.rules[0].told.get(lang)
    names = [measure.short.get(lang) for measure in Trends(now, older).rescored(measures(now))]
    assert ", ".join(names) in texts[0] and why in texts[0] and "1.0" in texts[0] and "1.2" in texts[0]
    of_units = [names[-1], *(name for name in names[:-1] if name.split()[0] in ("ด้าน", "Area"))]
    assert len(of_units) == 3 and ", ".join(of_units) in texts[1] and name in texts[1]
    assert ("ไม่ใช่คะแนน" if lang == "th" else "not points") in texts[2]
    rows = {row[0] for row in whole}
    assert not rows & set(names) and len(book[name]._charts) == 2
    assert why not in " ".join(str(cell.value) for cell in written(now, before, lang)[name]["A"])


@pytest.mark.parametrize(("lang", "name"), [("th", "แนวโน้มรายโรงเรียน"), ("en", "Trends by school")])
def test_the_sheet_of_the_schools_says_which_total_it_lacks(lang, name):
    """Traces of one year in both are not compared; the total of the points is, and is not said to be lacking."""
    now, before = (Analysis(of_year(data_of(9, seed=1, lang=lang), year)) for year in (2565, 2564))
    same_traces = Analysis(replace(before.data, iqa_year=now.data.iqa_year))
    lacking = "ไม่นำมาเทียบ: {} (" if lang == "th" else "Not compared: {} (see"

    def told(earlier: Analysis) -> str:
        return str(written(now, earlier, lang)[name]["A2"].value)

    assert lacking.format("IQA") in told(same_traces)
    areas = [measure.short.get(lang) for measure in now.areas if measure.key in ("area1", "area2")]
    assert lacking.format(", ".join([now.total.short.get(lang), *areas, "IQA"])) in told(scored_by(same_traces, "1.1"))


def test_versions_of_the_same_rules_are_compared(now, before):
    trends = Trends(scored_by(now, "1.1"), scored_by(before, "1.0"))
    assert trends.rescored(measures(now)) == [] and all(map(trends.compared, measures(now)))


def test_subjects_that_were_not_tested_are_in_no_trend(before):
    """Data of an older version hold what was entered for them."""
    grades = before.data["grades"]
    thai = grades[(grades["subject"] == "thai") & (grades["grade"] == "P6")]
    older = pd.concat([grades, thai.assign(subject="health")], ignore_index=True)
    data = replace(before.data, frames={**before.data.frames, "grades": older})
    now = Analysis(of_year(before.data, 2565))
    kept = {entry.subject.id for entry in Trends(now, Analysis(data)).grades if entry.subject}
    assert "health" not in kept and "thai" in kept


def test_traces_of_another_edition(now, before):
    traces = before.data.traces
    first, *others = traces.processes
    edition = replace(traces, processes=(replace(first, items=first.items[1:]), *others))
    trends = Trends(now, Analysis(replace(before.data, traces=edition)))
    assert [measure.key for measure in trends.left_out(measures(now))] == ["progress", first.id]


def test_points_and_traces_have_a_year_each(now, before):
    trends = Trends(now, Analysis(replace(before.data, year=now.data.year)))
    assert not trends.points and trends.traces and trends.grades == []
    assert not trends.compared(now.total) and trends.compared(now.progress)


@pytest.mark.parametrize(
    ("years", "refused"),
    [
        ((2564, 2564), False),
        ((2565, 2564), False),
        ((2564, None), False),
        ((2565, 2565), True),
        ((2566, 2564), True),
        ((2564, 2566), True),
        ((None, None), True),
    ],
)
def test_only_an_earlier_year(now, before, years, refused):
    other = replace(before.data, year=years[0], iqa_year=years[1])
    if refused:
        with pytest.raises(PreviousError) as error:
            refuse_unlike(other, now.data)
        assert "2565" in error.value.text.th and "2565" in error.value.text.en
    else:
        refuse_unlike(other, now.data)


def test_only_the_same_level(provinces, before, now):
    with pytest.raises(PreviousError):
        refuse_unlike(before.data, provinces[0].data)
    with pytest.raises(PreviousError):
        refuse_unlike(provinces[1].data, now.data)


# --- Reading a summary back ---


@pytest.fixture(scope="module", params=["th", "en"])
def summary(request, tmp_path_factory) -> tuple[Path, Analysis]:
    """(a summary, what it shows), in either language."""
    analysis = Analysis(district(1, 2564, lang=request.param))
    path = tmp_path_factory.mktemp("summary") / f"{request.param}.xlsx"
    write_summary(analysis, path)
    return path, analysis


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """The summary of a few schools, in Thai."""
    path = tmp_path_factory.mktemp("small") / "small.xlsx"
    write_summary(Analysis(of_year(data_of(4, seed=1), 2564)), path)
    return path


@pytest.fixture
def copy(small, tmp_path) -> Path:
    """A copy of it to be changed."""
    return Path(shutil.copy(small, tmp_path / "2564.xlsx"))


def titled(book: openpyxl.Workbook, table: str) -> openpyxl.worksheet.worksheet.Worksheet:
    (name,) = (sheet.name for sheet in SHEETS if sheet.table == table)
    return book[name.th] if name.th in book.sheetnames else book[name.en]


TOP = data_sheets.TOP + 1


def place(table: str, column: str) -> int:
    """The number of a column in its data sheet."""
    (sheet,) = (sheet for sheet in SHEETS if sheet.table == table)
    return [field.name for field in data_sheets.fields_of(sheet)].index(column) + 1


def refusal(path: Path) -> Text:
    with pytest.raises(PreviousError) as error:
        read_previous(path)
    text = error.value.text
    assert re.search("[ก-๙]", text.th) and re.search("[a-z]", text.en)
    return text


def test_a_summary_comes_back(summary):
    path, analysis = summary
    read = read_previous(path)
    same_figures(analysis, Analysis(read))
    assert [unit.code for unit in Analysis(read).units] == [unit.code for unit in analysis.units]
    about = ("name", "year", "iqa_year", "rubric", "traces", "level")
    assert all(getattr(read, name) == getattr(analysis.data, name) for name in about)
    for table, columns in previous.READ.items():
        pd.testing.assert_frame_equal(read[table][list(columns)], analysis.data[table][list(columns)])
        assert list(read[table].columns) == list(analysis.data[table].columns)
    assert all(read[table].empty for table in read.frames if table not in previous.READ)


def test_a_summary_as_a_reader_leaves_it(summary, tmp_path):
    """Rows sorted and filtered, sheets moved and renamed, rows and columns added, codes turned into numbers."""
    rng = random.Random(1)

    def disturb(book: openpyxl.Workbook) -> None:
        for table in previous.READ:
            sheet = titled(book, table)
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=TOP + 1)]
            rng.shuffle(rows)
            for number, row in enumerate(rows, start=TOP + 1):
                sheet.row_dimensions[number].hidden = rng.random() < 0.3
                for column, value in enumerate(row, start=1):
                    sheet.cell(number, column).value = value
            sheet.cell(sheet.max_row + 2, 1, "รวมทั้งหมด 1,234 จาก 5,678")
            sheet.tables.clear()
            sheet.insert_cols(2)
            sheet.insert_rows(1, 3)
        schools = titled(book, "schools")
        for row in schools.iter_rows(min_row=TOP + 4, min_col=3, max_col=3):
            row[0].value = row[0].value and int(row[0].value)
        titled(book, "scores").title = "x"
        book.move_sheet("x", -5)

    copy = Path(shutil.copy(summary[0], tmp_path / "2564.xlsx"))
    same_figures(summary[1], Analysis(read_previous(books.edit(copy, disturb))))


@pytest.mark.libreoffice
def test_a_summary_saved_by_libreoffice(summary, tmp_path):
    (path,) = libreoffice.resave([summary[0]], tmp_path / "saved")
    same_figures(summary[1], Analysis(read_previous(path)))


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ({}, "1.2"),
        ({"rubric_version": None}, "1.1"),
        ({"rubric_version": "1.0"}, "1.0"),
        ({"rubric_version": "1.1"}, "1.1"),
    ],
)
def test_a_summary_tells_the_version_of_its_rules(copy, change, version):
    """None was told before 1.2."""
    assert read_previous(with_property(copy, change)).rubric.version == version


def test_a_name_that_leaves_no_room_is_cut(tmp_path):
    data = replace(of_year(data_of(2, seed=1), 2564), name="ชื่อยาว" * 60)
    write_summary(Analysis(data), tmp_path / "long.xlsx")
    read = read_previous(tmp_path / "long.xlsx")
    assert len(read.name) > 60 and data.name.startswith(read.name) and read.traces.version == data.traces.version


def test_a_summary_of_districts_comes_back(provinces, tmp_path):
    write_summary(provinces[1], tmp_path / "p.xlsx")
    read = Analysis(read_previous(tmp_path / "p.xlsx"))
    same_figures(provinces[1], read)
    assert read.data.level == "district"


def test_a_data_folder_is_a_previous_too(before, tmp_path):
    write_data(before.data, tmp_path / "data", parquet=False)
    read = read_previous(tmp_path / "data")
    same_figures(before, Analysis(read))
    assert (read.year, read["criteria"].equals(before.data["criteria"])) == (2564, True)


def test_both_give_the_same_trends(summary, now, before, tmp_path):
    analysis = Analysis(read_previous(summary[0]))
    for ours, theirs in zip(Trends(now, before).grades, Trends(now, analysis).grades, strict=True):
        assert (ours.trend, ours.entered) == (theirs.trend, theirs.entered)


# --- What is refused ---


def test_files_that_are_no_summary(tmp_path):
    template = books.workbook(tmp_path / "ด้าน 2.xlsx", 2)
    assert "ไม่ใช่แฟ้มสรุป" in refusal(template).th and "ด้าน 2.xlsx" in refusal(template).en
    write_report([], [], tmp_path / "report.xlsx")
    assert "รุ่นเก่า" in refusal(tmp_path / "report.xlsx").th
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    assert "text/CSV" in refusal(tmp_path / "a.csv").en
    (tmp_path / "empty").mkdir()
    assert "data folder" in refusal(tmp_path / "empty").en
    assert "no such file" in refusal(tmp_path / "absent.xlsx").en


@pytest.mark.parametrize("table", previous.READ)
def test_a_data_sheet_that_lacks(copy, table):
    books.edit(copy, lambda book: book.remove(titled(book, table)))
    (name,) = (sheet.name for sheet in SHEETS if sheet.table == table)
    assert name.th in refusal(copy).th and name.en in refusal(copy).en


def test_a_column_that_lacks(copy):
    books.edit(copy, lambda book: titled(book, "scores").cell(TOP, place("scores", "deduction"), "อื่น"))
    assert "Data scores" in refusal(copy).en


def test_a_copied_sheet(copy):
    """The one with the usual name counts; where none has it, nobody can tell."""

    def copied(book: openpyxl.Workbook) -> None:
        sheet = titled(book, "scores")
        book.copy_worksheet(sheet).delete_rows(TOP + 1, 50)

    read_previous(books.edit(copy, copied))
    books.edit(copy, lambda book: setattr(titled(book, "scores"), "title", "y"))
    assert "Data scores" in refusal(copy).en


def test_a_sheet_that_was_cut(before, tmp_path, monkeypatch):
    monkeypatch.setattr(data_sheets, "MAX_ROWS", 1_000)
    grades = pd.concat([before.data["grades"]] * 4)
    assert len(grades) > 1_000 > len(before.data["scores"])
    longer = Analysis(replace(before.data, frames={**before.data.frames, "grades": grades}))
    write_summary(longer, tmp_path / "cut.xlsx")
    text = refusal(tmp_path / "cut.xlsx")
    assert "ข้อมูลรายชั้น ถูกตัด" in text.th and "data folder" in text.en


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("scores", "score", "สูง"),
        ("scores", "score", 101),
        ("scores", "score", None),
        ("scores", "score", "#N/A"),
        ("scores", "school_code", "12345"),
        ("scores", "school_code", "88888888"),
        ("scores", "indicator", True),
        ("submissions", "status", "แล้ว"),
        ("schools", "learners", 1.5),
        ("iqa_items", "status", "finished"),
        ("grades", "total", -1),
    ],
)
def test_values_that_the_program_can_not_have_written(copy, table, column, value):
    index = place(table, column)
    books.edit(copy, lambda book: setattr(titled(book, table).cell(TOP + 2, index), "value", value))
    text = refusal(copy)
    (title,) = (field.title for field in tables()[table].fields if field.name == column)
    assert f"row {TOP + 2}, column {title.en}" in text.en and title.th in text.th


def test_rows_that_stand_twice(copy):
    def double(book: openpyxl.Workbook) -> None:
        sheet = titled(book, "scores")
        for column in range(1, sheet.max_column + 1):
            sheet.cell(TOP + 9, column, sheet.cell(TOP + 3, column).value)

    assert f"row {TOP + 9}" in refusal(books.edit(copy, double)).en


def with_property(path: Path, change: dict[str, object] | str) -> Path:
    def edit(parts: dict[str, bytes]) -> None:
        text = parts["docProps/custom.xml"].decode()
        held = re.search(r"<vt:lpwstr>(.*?)</vt:lpwstr>", text)[1]
        about = json.loads(held.replace("&quot;", '"').replace("&amp;", "&"))
        new = change if isinstance(change, str) else json.dumps({**about, **change}, ensure_ascii=False)
        parts["docProps/custom.xml"] = text.replace(held, new).encode()

    return books.repack(path, edit)


@pytest.mark.parametrize(
    "change",
    [
        *("{", "[]", "7", {"year": "2564"}, {"year": True}, {"name": None}, {"level": "nation"}, {"rubric": 5}),
        *({"rubric_version": 1.2}, {"rubric_version": "1.2.x"}, {"iqa_rubric_version": "๑.๒"}),
    ],
)
def test_a_property_that_is_damaged(copy, change):
    assert "properties" in refusal(with_property(copy, change)).en


@pytest.mark.parametrize("change", [{"rubric": "onesqa-r9"}, {"rubric": "iqa-2565"}, {"iqa_rubric": "../x"}])
def test_a_rubric_that_is_not_known(copy, change):
    assert next(iter(change.values())) in refusal(with_property(copy, change)).en


@pytest.mark.parametrize("key", ["rubric_version", "iqa_rubric_version"])
def test_a_version_that_is_not_known_yet(copy, key):
    text = refusal(with_property(copy, {key: "1.30"}))
    assert "of version 1.30 is not known" in text.en and "รุ่น 1.30" in text.th


# --- Files that may do harm ---

DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_dtd(copy, part):
    def add(parts: dict[str, bytes]) -> None:
        parts[part] = re.sub(rb"^<\?xml[^>]*\?>", DTD, parts[part])

    books.repack(copy, add)
    assert "DTD" in refusal(copy).en or "damaged" in refusal(copy).en


@pytest.mark.parametrize("limit", ["MAX_INFLATED", "MAX_TEXT", "MAX_FILE", "MAX_PARTS", "MAX_SHEETS", "_SMALL"])
def test_limits(copy, monkeypatch, limit):
    monkeypatch.setattr(zips if limit == "MAX_PARTS" else sheetrows, limit, 5)
    assert "safety" in refusal(copy).en


def test_macros_and_odd_packages(copy, tmp_path):
    books.repack(copy, lambda parts: parts.update({"xl/vbaProject.bin": b"x"}))
    assert "macros" in refusal(copy).en
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert "zip" in refusal(tmp_path / "a.xlsx").en
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "special file" in refusal(tmp_path / "pipe.xlsx").en


def test_a_damaged_package(small, tmp_path):
    """Cut short, or with bytes changed anywhere: refused or read, and never anything else."""
    content, rng = small.read_bytes(), random.Random(3)
    for _ in range(30):
        damaged = bytearray(content)
        for _ in range(20):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path = tmp_path / "d.xlsx"
        path.write_bytes(damaged[: rng.choice([len(damaged), rng.randrange(len(damaged))])])
        try:
            read_previous(path)
        except PreviousError as error:
            assert error.text.th and error.text.en


CELLS = {
    '<c r="A1"><v>1.5</v></c>': {1: 1.5},
    '<c r="B1" t="b"><v>1</v></c><c><v>2</v></c>': {2: True, 3: 2.0},
    '<c r="A1" t="s"><v>0</v></c>': {1: "ก"},
    '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>z</t></rPh></is></c>': {1: "ab"},
    '<c r="A1" t="str"><f>B1&amp;"x"</f><v>y</v></c>': {1: "y"},
    '<c r="A1"><f>1+1</f></c>': None,
}


@pytest.mark.parametrize(("xml", "row"), CELLS.items())
def test_cells_of_every_kind(xml, row):
    reader = sheetrows._Cells(["ก"])
    rows = reader.read(f'<worksheet><sheetData><row r="4">{xml}</row></sheetData><f>1</f></worksheet>'.encode(), True)
    assert rows == ([(4, row)] if row else [])


@pytest.mark.parametrize("address", ["A", "1", "AAAA1", "XFE1", "é1", ""])
def test_addresses_beyond_a_sheet(address):
    xml = f'<sheetData><row r="1"><c r="{address}"><v>1</v></c></row></sheetData>'
    if address in ("A", ""):  # the column is all that counts
        assert sheetrows._Cells([]).read(xml.encode(), True) == [(1, {1: 1.0})]
    else:
        with pytest.raises(sheetrows.MisshapenSheet):
            sheetrows._Cells([]).read(xml.encode(), True)


# --- The sheets ---


def written(now: Analysis, before: Analysis, lang: str = "th") -> openpyxl.Workbook:
    buffer = io.BytesIO()
    book = Book(buffer, lang, now.data.name, "")
    write_trends(book, now, before)
    book.close()
    return books.opened(buffer)


def table(sheet) -> list[dict[str, object]]:
    """The rows of a sheet's filtered table by their headers; each is numbered, since some stand twice."""
    header, *rows = list(sheet[sheet.auto_filter.ref])
    names: list[str] = []
    for cell in header:
        names.append(f"{cell.value} {sum(str(cell.value) == n.rpartition(' ')[0] for n in names) + 1}")
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]


@pytest.fixture(scope="module", params=["th", "en"])
def sheets(request, now, before) -> tuple[str, openpyxl.Workbook]:
    return request.param, written(now, before, request.param)


def test_sheets_are_set_up_for_screen_and_paper(sheets):
    lang, book = sheets
    names = {"th": ["แนวโน้ม", "แนวโน้มรายโรงเรียน", "แนวโน้มรายวิชา"], "en": None}[lang]
    assert names is None or book.sheetnames == names
    for sheet in book:
        assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # The whole is one page; of the others each is as long as it is.
        assert sheet.page_setup.fitToHeight == (None if sheet is book.worksheets[0] else 0)
        first = openpyxl.utils.range_boundaries(sheet.auto_filter.ref)[1]
        assert all(merged.max_row < first for merged in sheet.merged_cells.ranges)
        assert not any(isinstance(cell.value, str) and cell.value.startswith("#") for row in sheet for cell in row)


def same_trend(figures: list[object], trend) -> None:
    """The schools in both years, their means, the change and its outcome, which must not contradict it; then all."""
    count, before, after, change, outcome, *every = figures
    both = trend.both
    assert [shown(v) for v in (count, before, after, change)] == [
        *(trend.paired.count, both.before.value, both.now.value),
        trend.paired.value,
    ]
    assert outcome.startswith("▼▼") == trend.paired.fell
    if change:
        assert ("สูงขึ้น" in outcome or "higher" in outcome) == (change > 0)
        assert abs(after - before - change) < 0.011
    assert [shown(value) for value in every] == [
        *(trend.every.before.value, trend.every.before.count),
        *(trend.every.now.value, trend.every.now.count),
    ]


def test_the_first_sheet_agrees(sheets, trends, now):
    lang, book = sheets
    rows = table(book.worksheets[0])
    listed = [now.total, *now.areas, *now.indicators, now.progress, *now.processes]
    assert [row[next(k for k in row if k.startswith(("ชื่อ", "Name")))] for row in rows] == [
        measure.name.get(lang) for measure in listed
    ]
    for row, measure in zip(rows, listed, strict=True):
        trend, (full, *figures, before, after) = trends.trend(measure), list(row.values())[2:]
        assert shown(full) == measure.full
        same_trend(figures, trend)
        assert [shown(before), shown(after)] == [trend.both.before.percent, trend.both.now.percent]
    assert any(trends.trend(measure).paired.fell for measure in listed)
    assert len(book.worksheets[0]._charts) == 2


def test_the_sheet_of_units_agrees(sheets, trends, now):
    _, book = sheets
    sheet = book.worksheets[1]
    listed = [now.total, *now.areas, now.progress]
    rows = table(sheet)
    assert [str(row[next(iter(row))]) for row in rows] == [pair.code for pair in trends.units]
    first = openpyxl.utils.range_boundaries(sheet.auto_filter.ref)[1] + 1
    marked = 0
    for number, (row, pair) in enumerate(zip(rows, trends.units, strict=True), start=first):
        values = list(row.values())
        falls = []
        for index, measure in enumerate(listed):
            change, at = trends.change(pair, measure), 3 + 3 * index
            assert [shown(value) for value in values[at : at + 3]] == [
                change.before.value,
                change.now.value,
                change.value,
            ]
            style = sheet.cell(number, at + 3).number_format
            assert ("▼▼" in style) == trends.fell(pair, measure)
            falls += [measure] if trends.fell(pair, measure) else []
        names = [n for n in (values[-1] or "").split(", ") if n]
        assert [re.sub(r"\D", "", name) for name in names] == [str(m.area) if m.area else "" for m in falls]
        marked += len(falls)
    assert marked
    assert {list(row.values())[2] for row in rows} in (
        {"ทั้งสองปี", "เพิ่งมีปีนี้", "ไม่มีในปีนี้"},
        {"both", "new", "gone"},
    )


def saved(now: Analysis, before: Analysis, path: Path) -> Path:
    buffer = io.BytesIO()
    book = Book(buffer, "th", "", "")
    write_trends(book, now, before)
    book.close()
    path.write_bytes(buffer.getvalue())
    return path


def test_the_means_of_units_are_those_of_the_whole(trends, now, before, tmp_path):
    """Of both years and of the change alike: over the schools that have both, so that they do not contradict."""
    sheet = books.opened(saved(now, before, tmp_path / "a.xlsx"), data_only=True).worksheets[1]
    means = [cell.value for cell in next(sheet.iter_rows(min_row=5, max_row=5, min_col=4))]
    for index, measure in enumerate([now.total, *now.areas, now.progress]):
        trend = trends.trend(measure)
        expected = [trend.both.before.value, trend.both.now.value, trend.both.value]
        assert [shown(value) for value in means[3 * index : 3 * index + 3]] == expected
    assert trends.trend(now.total).every.now.value != trends.trend(now.total).both.now.value


@pytest.mark.libreoffice
def test_the_means_of_units_follow_the_filter(now, before, tmp_path):
    """As another program works them out, with a row hidden."""
    path = saved(now, before, tmp_path / "a.xlsx")
    sheet = books.opened(path, data_only=True).worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(7, sheet.max_row, 4, 6)]
    hidden = next(n for n, row in enumerate(rows) if None not in row)
    assert any(None in row and row != [None] * 3 for row in rows)

    def hide(book: openpyxl.Workbook) -> None:
        book.worksheets[1].row_dimensions[7 + hidden].hidden = True

    (again,) = libreoffice.resave([books.edit(path, hide)], tmp_path / "again")
    means = [cell.value for cell in books.opened(again, data_only=True).worksheets[1]["D5:F5"][0]]
    counted = [row for n, row in enumerate(rows) if n != hidden and None not in row]
    expected = [rounded(sum(Fraction(str(row[c])) for row in counted) / len(counted)) for c in range(3)]
    assert [shown(value) for value in means] == expected


def test_every_sheet_says_what_its_outcome_rests_on(now, before, provinces):
    for book, units in ((written(now, before), "ตั้งแต่ร้อยละ 10 ของคะแนนเต็ม"), (written(*provinces), "ของเขต")):
        whole, each, subjects = ([str(cell.value) for cell in sheet["A"][:6]] for sheet in book)
        for notes in (whole, subjects):
            assert any("2 เท่าของความคลาดเคลื่อนมาตรฐาน" in note and "อย่างน้อย 8 แห่ง" in note for note in notes)
            assert any("ผลตัดสินจากแห่งที่มีคะแนนทั้งสองปีเท่านั้น" in note for note in notes)
        assert any("▼▼ ลดลงอย่างมีนัยสำคัญ" in note and units in note for note in each)


def test_every_indicator_is_named_and_valued_in_the_chart(now, before):
    chart = written(now, before).worksheets[0]._charts[1]
    assert chart.x_axis.tickLblSkip == 1
    labels = chart.series[0].dLbls
    assert labels.showVal and labels.numFmt == "+0.00;-0.00;0.00"


def test_the_sheet_of_subjects_agrees(sheets, trends):
    lang, book = sheets
    rows = table(book.worksheets[2])
    assert len(rows) == len(trends.grades)
    for row, entry in zip(rows, trends.grades, strict=True):
        _, name, _, grade, subject, *figures, entered = row.values()
        same_trend(figures, entry.trend)
        assert (name, grade) == (entry.indicator.name.get(lang), entry.grade.name.get(lang))
        assert (subject or "") == (entry.subject.name.get(lang) if entry.subject else "")
        assert shown(entered) == (entry.entered.value if entry.entered else None)


def test_sheets_of_districts(provinces):
    book = written(*provinces)
    assert book.sheetnames[1] == "แนวโน้มรายเขต"
    assert [row["เขตพื้นที่ 1"] for row in table(book.worksheets[1])] == [f"สพป.ทดสอบ เขต {n}" for n in (2, 3, 4, 1)]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_nothing_matches(now, before, lang):
    """No school in both years, and no year that is earlier: the sheets say so and hold nothing that is wrong."""
    strangers = Analysis(district(5, 2564, first=5000))
    rows = table(written(now, strangers, lang).worksheets[0])
    assert {row[next(k for k in row if k.startswith(("ผล", "Outcome")))] for row in rows} <= {
        "เทียบไม่ได้",
        "can't be compared",
    }
    book = written(now, Analysis(replace(before.data, year=None, iqa_year=None)), lang)
    assert book.worksheets[0]._charts == []
    notes = [str(cell.value) for cell in book.worksheets[0]["A"]]
    assert any(note.startswith(("ไม่นำมาเทียบ", "Not compared")) for note in notes)


def test_a_mean_is_half_up():
    """The figures of the years are those of the overview, not rounded another way."""
    assert half_up(Fraction("4.125")) == rounded(Fraction("4.125")) == Decimal("4.13")
