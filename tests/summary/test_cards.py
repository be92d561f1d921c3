"""The cards of schools and districts, read back by another program and worked out again by plain pandas."""

from __future__ import annotations

import copy
import dataclasses
import io
import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pandas
import pytest

from helpers import ooxml
from helpers.books import opened
from helpers.figures import half_up
from helpers.libreoffice import resave
from helpers.received import ERROR, analysed, changed, received, sample_files, sample_roster
from qa_excel.district.analysis import Analysis
from qa_excel.district.data.collecting import collect
from qa_excel.district.data.combining import combine
from qa_excel.district.merging import merge
from qa_excel.district.opportunities import opportunities
from qa_excel.files.book import Book
from qa_excel.files.writing import OutputError
from qa_excel.office.roster import Roster
from qa_excel.rubric.building import load_rubric
from qa_excel.summary import parts
from qa_excel.summary.card_files import write_card_files
from qa_excel.summary.card_page import MAX_BREAKS
from qa_excel.summary.cards import AMONG_OTHERS, IN_FILE, QUARTILE_WORDS, write_cards
from qa_excel.thai.text import Text

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

SCORES = Text("คะแนนรายโรงเรียน", "Scores by school")
EQA = load_rubric("onesqa-r4")
TABLE = "ด้านและตัวบ่งชี้"
PAGE = 1_014
"""Points of height that a page of A4 holds at the scale at which the columns fill its width, in Excel."""
UNFIT = "=1+1/โรง\\เรียน:*?"


def district(lang: str = "th") -> Analysis:
    """The sample district, in which a school's workbook has errors, another's has gaps, and one has an unfit name."""
    results = []
    for number, (file, data) in enumerate(sample_files()):
        if number == 9:
            data = copy.deepcopy(data)
            data["answers"]["IND5"] = {}
        results.append(received(file, data, *([ERROR] * 5 if number == 16 else [])))
    schools = list(sample_roster().schools)
    schools[3] = dataclasses.replace(schools[3], name=UNFIT)
    return analysed(merge(results, Roster(tuple(schools))), lang)


def province() -> Analysis:
    made = []
    for prefix, office in (("99", "สพป.หนึ่ง"), ("98", "สพป.สอง")):
        results = [received(f, changed(d, code=prefix + d["school"]["code"][2:])) for f, d in sample_files()]
        schools = [
            dataclasses.replace(s, code=prefix + s.code[2:], office=office, ministry_code="")
            for s in sample_roster().schools
        ]
        made.append(collect(merge(results, Roster(tuple(schools)), name=office)))
    return Analysis(combine(made, "จังหวัดตัวอย่าง"))


def written(analysis: Analysis) -> tuple[bytes, dict[str, str]]:
    """(workbook with an empty score sheet and the cards, links)"""
    buffer = io.BytesIO()
    book = Book(buffer, analysis.data.lang, analysis.data.name, "ทดสอบ")
    book.sheet(parts.score_sheet(analysis))
    links = write_cards(book, analysis)
    book.close()
    return buffer.getvalue(), links


@dataclasses.dataclass
class Cards:
    analysis: Analysis
    package: bytes
    links: dict[str, str]

    def __post_init__(self):
        self.sheet = opened(io.BytesIO(self.package)).worksheets[1]
        self.starts = [int(re.fullmatch(r"internal:'.*'!A(\d+)", link)[1]) for link in self.links.values()]

    def rows(self, code: str) -> list[list]:
        """The values of one card."""
        starts = [*self.starts, self.sheet.max_row + 1]
        at = list(self.links).index(code)
        return [list(row) for row in self.sheet.iter_rows(starts[at], starts[at + 1] - 1, max_col=7, values_only=True)]

    def texts(self, code: str) -> list[str]:
        return [value for row in self.rows(code) for value in row if isinstance(value, str)]


def made(analysis: Analysis) -> Cards:
    return Cards(analysis, *written(analysis))


@pytest.fixture(scope="module")
def cards() -> Cards:
    return made(district())


@pytest.fixture(scope="module")
def districts() -> Cards:
    return made(province())


def hundredths(number: float) -> Decimal:
    return Decimal(round(number * 100)).scaleb(-2)


def below(rows: list[list], head: str) -> list[list]:
    """The rows of the table whose second column has that head, to the first row without a name."""
    at = next(n for n, row in enumerate(rows) if row[1] == head)
    end = next(n for n in range(at + 1, len(rows)) if rows[n][1] is None)
    return rows[at + 1 : end]


def indicator_means(analysis: Analysis) -> dict[str, Fraction]:
    """Means over schools, from the frame."""
    scores = analysis.data["scores"]
    exact = scores.assign(exact=[Fraction(hundredths(score)) for score in scores["score"]])
    return {key: sum(rows) / len(rows) for key, rows in exact.groupby("indicator")["exact"]}


def test_links_lead_to_each_card_and_back(cards):
    assert list(cards.links) == [school.code for school in sample_roster().schools]
    names = {unit.code: unit.name for unit in cards.analysis.units}
    for code, start in zip(cards.links, cards.starts, strict=True):
        assert cards.sheet.cell(start, 1).value == names[code]
    back = [cell.hyperlink for row in cards.sheet.iter_rows(min_col=7, max_col=7) for cell in row if cell.hyperlink]
    assert {link.location for link in back} == {f"'{SCORES.th}'!A1"}
    assert len(back) == len(cards.links)


def test_figures_are_those_of_the_data(cards):
    data = cards.analysis.data
    means = indicator_means(cards.analysis)
    for code in cards.links:
        scores = data["scores"][data["scores"]["school_code"] == code].set_index("indicator")["score"]
        shown = {row[0]: row for row in below(cards.rows(code), TABLE) if isinstance(row[0], int)}
        assert {f"IND{number}" for number in shown} == set(scores.index)
        for number, (_, name, score, full, mean, difference, percent) in shown.items():
            indicator = EQA.indicator(f"IND{number}")
            assert (name, full) == (indicator.name.th, indicator.max)
            assert hundredths(score) == hundredths(scores[indicator.id])
            assert hundredths(mean) == half_up(means[indicator.id])
            assert hundredths(difference) == hundredths(score) - hundredths(mean)
            assert hundredths(percent) == half_up(Fraction(hundredths(score)) * 100 / Fraction(full))


def test_areas_and_totals_add_up(cards):
    complete = []
    for code in cards.links:
        area, sums, shown, total = None, defaultdict(Decimal), {}, None
        for row in below(cards.rows(code), TABLE):
            if isinstance(row[0], int):
                sums[area] += hundredths(row[2])
            elif row[0]:
                area, shown[row[0]] = row[0], row[2]
            else:
                total = row[2]
        assert {key: hundredths(value) for key, value in shown.items() if value is not None} == sums
        assert (total is None) == (None in shown.values())
        if total is not None:
            assert hundredths(total) == sum(sums.values())
            complete.append((code, hundredths(total)))
    assert len(complete) == 8
    for code, total in complete:
        place = 1 + sum(other > total for _, other in complete)
        texts = cards.texts(code)
        assert f"{place} จาก {len(complete)}" in texts
        ordered = pandas.Series([float(other) for _, other in complete])
        quarter = 1 + sum(float(total) > ordered.quantile(q) + 1e-9 for q in (0.25, 0.5, 0.75))
        assert QUARTILE_WORDS[quarter].th in texts


def test_progress_is_that_of_the_steps(cards):
    items = cards.analysis.data["iqa_items"]
    for code in cards.links:
        mine = items[items["school_code"] == code]
        if mine.empty:
            assert "ยังไม่มีแฟ้มที่ใช้ได้" in cards.texts(code)
            continue
        shown = {row[0]: (row[2], row[3], hundredths(row[6])) for row in below(cards.rows(code), "กระบวนการ")}
        for process, statuses in mine.groupby("process")["status"]:
            done = int((statuses == "done").sum())
            assert shown[process] == (done, len(statuses), half_up(Fraction(100 * done, len(statuses))))


def test_opportunities_are_the_dearest(cards):
    for code in cards.links:
        found = opportunities(cards.analysis)[code]
        rows = below(cards.rows(code), "ข้อ")
        assert 3 <= len(rows) <= 10
        for count, (opportunity, row) in enumerate(zip(found.listed, rows, strict=False), start=1):
            number = opportunity.indicator.number
            assert re.match(rf"ตบช\.{number} (ข้อ|หักคะแนน) {re.escape(', '.join(opportunity.ids))} ", row[1])
            points, full, lost = map(hundredths, row[2:5])
            assert lost == opportunity.gain and abs(lost - (full - points)) <= Decimal("0.01")
            assert hundredths(row[5]) == found.together(found.listed[:count])
            assert row[6] == opportunity.to_earn.th
        rest = half_up(found.together(found.listed) - found.together(found.listed[: len(rows)]))
        assert f"อีก {len(found.listed) - len(rows)} รายการ รวม {rest:.2f} คะแนน" in cards.texts(code)


def test_every_criterion_is_accounted_for(cards):
    """Each criterion stands once with its points and reason; lines are only broken, never cut."""
    criteria = cards.analysis.data["criteria"]
    for code in cards.links:
        rows = cards.rows(code)
        at, last = next(n for n, row in enumerate(rows) if row[0] == "คะแนนแต่ละข้อได้มาจาก"), 0
        told: dict[int, str] = {}
        for number, line, *_ in filter(any, rows[at + 1 :]):
            last = number or last
            told[last] = f"{told[last]} {line}" if last in told else line
        mine = criteria[criteria["school_code"] == code]
        assert {f"IND{number}" for number in told} == set(mine["indicator"])
        for row in mine.itertuples():
            text = told[int(row.indicator.removeprefix("IND"))]
            pattern = rf"ข้อ [\d., ]*\b{re.escape(row.criterion)}\b[\d., ]*: (ข้อละ )?{row.points:.2f}/{row.max:g} "
            assert re.search(pattern + re.escape(f"({row.reason})"), text), (row.criterion, text)


def test_deductions_say_what_was_found(cards):
    conditions = cards.analysis.data["conditions"]
    for code in cards.links:
        mine = conditions[(conditions["school_code"] == code) & (conditions["found"] == True)]  # noqa: E712
        texts = cards.texts(code)
        if mine.empty:
            assert "ไม่พบเงื่อนไขการหักคะแนน" in texts
            continue
        rows = below(cards.rows(code), "เงื่อนไข")
        assert [(f"IND{row[0]}", row[1].split(" ")[0]) for row in rows] == list(
            zip(mine["indicator"], mine["condition"], strict=True)
        )
        assert [-row[2] for row in rows] == list(mine["deduction"])
        assert all(("แก้ไขแล้ว" in row[3]) == (row[2] == 0) for row in rows)


def test_a_school_without_a_total_says_why(cards):
    submissions = cards.analysis.data["submissions"]
    bad = submissions[submissions["status"].isin(["missing", "errors"])]
    assert set(bad["status"]) == {"missing", "errors"}
    names = {slot.key: slot.name.th for slot in cards.analysis.data.slots}
    words = {"missing": "ยังไม่ส่ง", "errors": "มีข้อผิดพลาด"}
    for row in bad.itertuples():
        texts = cards.texts(row.school_code)
        assert "แฟ้มที่ยังใช้ไม่ได้ และทำให้ยังไม่มีคะแนนรวม" in texts
        if row.status == "missing":
            assert any(text.startswith("ยังไม่ส่ง: ") and names[row.workbook] in text for text in texts)
            continue
        (line,) = [text for text in texts if text.startswith(f"{names[row.workbook]}: {words[row.status]}")]
        if row.status == "errors":
            assert "ต้องเป็นตัวเลข" in line
            assert any("และอีก 2 รายการ" in text for text in texts)
    assert not any(
        "แฟ้มที่ยังใช้ไม่ได้" in text for code in set(cards.links) - set(bad["school_code"]) for text in cards.texts(code)
    )


def test_unanswered_inputs_are_counted(cards):
    missing = cards.analysis.data["scores"].groupby("school_code")["missing"].sum()
    assert (missing > 0).any()
    for code in cards.links:
        found = [m for text in cards.texts(code) if (m := re.search(r"ยังไม่กรอก (\d+) ช่อง", text))]
        items = cards.analysis.data["iqa_items"]
        steps = int((items[items["school_code"] == code]["status"] == "").sum())
        assert [int(m[1]) for m in found] == [n for n in [int(missing[code]) + steps] if n]


def test_each_card_has_its_own_pages(cards, districts):
    for sheet, starts in ((cards.sheet, cards.starts), (districts.sheet, districts.starts)):
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 9)
        breaks = sorted(brk.id for brk in sheet.row_breaks.brk)
        assert {start - 1 for start in starts[1:]} <= set(breaks)
        assert len(breaks) <= 3 * len(starts) - 1
        ends = [*breaks, sheet.max_row]
        for first, last in zip([0, *breaks], ends, strict=True):
            height = sum(sheet.row_dimensions[row].height or 0 for row in range(first + 1, last + 1))
            assert height <= PAGE, (first, last, height)


def test_breaks_stay_within_what_excel_takes(monkeypatch):
    analysis = district()
    monkeypatch.setattr("qa_excel.summary.card_page.MAX_BREAKS", len(analysis.units) - 1)
    found = made(analysis)
    assert [brk.id + 1 for brk in found.sheet.row_breaks.brk] == found.starts[1:]
    assert MAX_BREAKS == 1_023


def test_text_is_text_and_tables_are_not_merged(cards):
    assert not any(cell.data_type in "fe" for row in cards.sheet.iter_rows() for cell in row)
    assert cards.sheet.cell(cards.starts[3], 1).value == UNFIT
    for merged in cards.sheet.merged_cells.ranges:
        start = max(start for start in cards.starts if start <= merged.min_row)
        assert merged.min_row - start <= 7 and merged.min_row == merged.max_row
    assert ooxml.faults(cards.package) == []


def test_districts_are_means_of_their_schools(districts):
    assert list(districts.links) == ["1", "2"]
    assert "บัตรคะแนนเขต" in districts.links["1"]
    means = indicator_means(districts.analysis)
    names = {unit.code: unit.name for unit in districts.analysis.units}
    for code in districts.links:
        rows = districts.rows(code)
        assert rows[0][0] == names[code]
        shown = [row for row in below(rows, TABLE) if isinstance(row[0], int)]
        assert len(shown) == 20
        # Both districts hold the same schools.
        assert all(hundredths(row[2]) == hundredths(row[4]) == half_up(means[f"IND{row[0]}"]) for row in shown)
        assert "1 จาก 2" in districts.texts(code)
        assert any(re.match(r"ยังไม่ได้คะแนนเต็ม \d+ จาก \d+ แห่ง", text) for text in districts.texts(code))
    assert ooxml.faults(districts.package) == []


def test_english_cards_say_the_same(cards):
    english = made(district("en"))
    for code in cards.links:
        figures = [[v for row in found.rows(code) for v in row if isinstance(v, float)] for found in (cards, english)]
        assert figures[0][:40] == figures[1][:40]
    thai = re.compile("[\u0e00-\u0e7f]")
    own = {school.name for school in sample_roster().schools} | {UNFIT}
    left = [text for text in english.texts("99000001") if thai.search(text) and text not in own]
    assert all(sample_roster().schools[0].office in text for text in left)


def test_the_dearest_are_shown_and_more_of_them_in_a_file(cards, tmp_path):
    found = opportunities(cards.analysis)
    names = write_card_files(cards.analysis, tmp_path, "th")
    for code, name in zip(cards.links, names, strict=True):
        sheet = opened(tmp_path / name).worksheets[0]
        alone = [list(row) for row in sheet.iter_rows(max_col=7, values_only=True)]
        for rows, (most, least) in ((cards.rows(code), AMONG_OTHERS), (alone, IN_FILE)):
            if listed := found[code].listed:
                shown = [row for row in below(rows, "ข้อ") if isinstance(row[0], int)]
                assert min(least, len(listed)) <= len(shown) <= min(most, len(listed))
                assert [row[4] for row in shown] == sorted((row[4] for row in shown), reverse=True)
    assert max(len(unit.listed) for unit in found.values()) > IN_FILE[0]


def test_schools_that_sent_nothing_share_a_page_and_long_names_take_lines(tmp_path):
    schools = list(sample_roster().schools)
    named = dataclasses.replace(schools[1], name="โรงเรียนบ้าน" + "หนองตะเคียน" * 12)
    files = [received(file, data) for file, data in sample_files() if data["school"]["code"] == schools[5].code]
    found = made(analysed(merge(files, Roster((schools[0], named, *schools[2:])))))
    breaks = [brk.id + 1 for brk in found.sheet.row_breaks.brk]
    sent = found.starts[5]
    assert {sent, found.starts[6]} <= set(breaks)
    assert len([row for row in breaks if row in found.starts]) <= 5
    lines = [row[0] for row in found.rows(named.code)[:4] if row[0]]
    assert "".join(lines[:2]) == named.name
    back = [cell.hyperlink for row in found.sheet.iter_rows(min_col=7, max_col=7) for cell in row if cell.hyperlink]
    assert len(back) == len(found.links)


def test_files_hold_the_same_cards(cards, tmp_path, monkeypatch):

    monkeypatch.setattr("qa_excel.summary.card_files.IN_FILE", AMONG_OTHERS)
    names = write_card_files(cards.analysis, tmp_path / "new", "th")
    assert sorted(names) == sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names[3] == "99000004 =1+1_โรง_เรียน___.xlsx"
    criteria = cards.analysis.data["criteria"]
    for (code, _), name in zip(cards.links.items(), names, strict=True):
        book = opened(tmp_path / "new" / name)
        assert name.startswith(code)
        card, listed = book.worksheets
        rows = [list(row) for row in card.iter_rows(max_col=7, values_only=True)]
        expected = [[None if v == f"↑ {SCORES.th}" else v for v in row] for row in cards.rows(code)]
        assert rows == expected[: len(rows)] and not any(map(any, expected[len(rows) :]))
        mine = criteria[criteria["school_code"] == code]
        shown = [row for row in listed.iter_rows(5, values_only=True) if row[0]]
        assert all(row[4] + row[6] == pytest.approx(row[5]) for row in shown)
        assert [(f"IND{row[0]}", row[2], row[4], row[10]) for row in shown] == list(
            zip(mine["indicator"], mine["criterion"], mine["points"], mine["cell"], strict=True)
        )
        assert not ooxml.faults(tmp_path / "new" / name)
    again = write_card_files(cards.analysis, tmp_path / "again", "th")
    assert all((tmp_path / "new" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in again)


def test_a_folder_that_cannot_be_made_is_an_output_error(cards, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_card_files(cards.analysis, tmp_path / "file" / "folder", "th")


def test_libreoffice_opens_them(cards, tmp_path):
    path = tmp_path / "cards.xlsx"
    path.write_bytes(cards.package)
    (saved,) = resave([path], tmp_path / "saved")
    sheet = opened(saved).worksheets[1]
    values = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=cards.sheet.max_row, max_col=7)]
    assert values == [[cell.value for cell in row] for row in cards.sheet.iter_rows(max_col=7)]
