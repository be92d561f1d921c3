"""A summary of many schools leaves cards and sources to files of their own, and says so."""

from __future__ import annotations

import dataclasses

import openpyxl
import pytest

from helpers.received import analysed, sample_results, sample_roster
from qa_excel import summary
from qa_excel.district.merging import merge
from qa_excel.district.summarising import Summary
from qa_excel.summary.outputs import Outputs

CARDS, SOURCES, SCORES, OVERVIEW = "บัตรคะแนนโรงเรียน", "ที่มา", "คะแนนรายโรงเรียน", "ภาพรวม"


@pytest.fixture(scope="module")
def analysis():
    roster = sample_roster()
    few = dataclasses.replace(roster, schools=roster.schools[:2])
    return analysed(merge(sample_results(), few))


def written(analysis, tmp_path, **how):
    outputs = Outputs(tmp_path / "สรุป.xlsx", **how)
    outputs.write(Summary(analysis, False), None)
    return openpyxl.load_workbook(tmp_path / "สรุป.xlsx")


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


@pytest.mark.parametrize(
    ("most", "in_full", "there"), [(2, None, True), (1, None, False), (1, True, True), (2, False, False)]
)
def test_over_so_many_schools_cards_and_sources_are_left_out_unless_asked_for(
    most, in_full, there, analysis, tmp_path, monkeypatch
):
    monkeypatch.setattr(summary, "MOST_IN_FULL", most)
    book = written(analysis, tmp_path, in_full=in_full)
    assert (CARDS in book.sheetnames) == (SOURCES in book.sheetnames) == there
    notes = [any("สมุดงานนี้ไม่มีแผ่น" in text for text in texts(book[name])) for name in (OVERVIEW, SCORES)]
    assert notes == [not there] * 2
    assert any("HYPERLINK" in text for text in texts(book[SCORES])) == there
    figures = [text for text in texts(book[OVERVIEW]) if text.startswith("=")]
    assert figures and all(name in book.defined_names for name in ("scores_score", "submissions_status"))


def test_links_lead_to_the_files_of_the_cards(analysis, tmp_path):
    book = written(analysis, tmp_path, in_full=False, cards=tmp_path / "บัตร")
    links = [text for text in texts(book[SCORES]) if "HYPERLINK" in text]
    files = sorted(f"บัตร/{path.name}" for path in (tmp_path / "บัตร").iterdir())
    assert links == [f'=HYPERLINK("{file}","เปิด")' for file in files] and len(links) == 2
