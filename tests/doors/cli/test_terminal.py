"""What the terminal shows: whole at every width, and no more than anybody reads."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

import qa_excel
from helpers.received import analysed, changed, received, sample_files, sample_roster
from qa_excel.checks import CHECKS, catalogue
from qa_excel.district.inbox import ARCHIVES, search
from qa_excel.district.merging import merge
from qa_excel.doors.cli import print_rubric, print_scores, printing, tables
from qa_excel.files.scratch import Scratch
from qa_excel.office.roster import Roster, School
from qa_excel.problems import CATALOGUE, SEVERITY_WORDS, Problem, Source
from qa_excel.reading.submission import FileResult
from qa_excel.rubric.building import load_rubric, load_rubrics

WIDTHS = (60, 80, 100, 140)
FILE = "กล่องรับ/99000002/onesqa-r4_ด้าน2_คุณภาพครู.xlsx"
FRAME = re.compile(r"[┏┓┗┛┡┩┠┨┃│─━╇┳┻┿┼├┤┴└┘\s]")


def shown(width: int, show, *arguments, **named) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(console, *arguments, **named)
    text = console.file.getvalue()
    assert all(cell_len(line) <= width for line in text.splitlines())
    return text


def column(text: str, number: int) -> str:
    """What stands in one column of the tables, without the breaks between its lines."""
    rows = [line.split("│") for line in text.splitlines() if line.startswith("│")]
    return "".join(FRAME.sub("", row[number]) for row in rows)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def problem(code: str, file: str = FILE, cell: str = "E10") -> Problem:
    blanks = re.findall(r"{(\w+)}", CATALOGUE[code].message.th + CATALOGUE[code].hint.th)
    return Problem(code, Source(file, "ตบช.5", cell), params=dict.fromkeys(blanks, "ข้อ 1.1"))


def all_problems() -> list[Problem]:
    assert CHECKS
    return [problem(code) for code in CATALOGUE]


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_finding_is_cut(width, lang):
    problems = all_problems()
    text = shown(width, tables.print_problems, [FileResult(FILE, problems)], problems, lang)
    found = column(text, 4)
    for each in problems:
        assert bare(f"{each.message(lang)}→{each.hint(lang)}") in found
    assert bare(FILE) in bare(text)


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_part_of_a_rubric_is_cut(width, lang):
    for rubric in load_rubrics():
        text = shown(width, print_rubric.print_rubric, rubric, lang, True)
        labels = column(text, 2)
        named = [*rubric.areas, *rubric.indicators, *rubric.processes]
        assert [each.name.get(lang) for each in named if bare(each.name.get(lang)) not in labels] == []
        criteria = [each for indicator in rubric.indicators for each in (*indicator.criteria, *indicator.conditions)]
        texts = [each.label.get(lang) for each in (*criteria, *rubric.items)]
        assert [label for label in texts if bare(label) not in labels] == []
        assert all(bare(each.reading.get(lang)) in column(text, 3) for each in rubric.interpretations)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_is_cut_in_a_table_of_scores(width):
    results = [received(file, data) for file, data in sample_files()[:8]]
    text = shown(width, print_scores.print_scores, results, "th")
    names = column(text, 2)
    for result in results:
        rubric, card = result.submission.rubric, result.scorecard
        named = rubric.processes if card.processes else [rubric.indicator(name) for name in card.indicators]
        assert all(bare(each.name.th) in names for each in named)


def test_a_phrase_is_broken_between_syllables_where_it_has_to_be():
    label = "กำหนดบทบาทหน้าที่ของบุคลากรและผู้เรียนให้ร่วมรับผิดชอบ"
    lines = list(printing._fold(label, 20))
    assert "".join(lines) == label
    assert all(cell_len(line) <= 20 and not re.match("[ะาำ\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]", line) for line in lines)
    assert list(printing._fold("→ แก้ไขค่าในเซลล์นี้ แล้วบันทึกแฟ้ม", 22)) == ["→ แก้ไขค่าในเซลล์นี้", "แล้วบันทึกแฟ้ม"]


@pytest.mark.parametrize("width", WIDTHS)
def test_codes_and_cells_keep_their_width(width):
    problems = [problem("value.not_a_number", cell="AB1048")]
    text = shown(width, tables.print_problems, [FileResult(FILE, problems)], problems, "th")
    assert "AB1048" in text and "ตบช.5" in text and "ผิดพลาด" in text


# --- Much of the same -----------------------------------------------------------------------------------------


KIND, OTHER = "value.not_a_number", "value.not_yes_no"


@pytest.mark.parametrize(("lang", "more"), [("th", "ข้อเดียวกันอีก 3 แห่ง"), ("en", "and 3 more of this kind")])
def test_what_is_folded_stands_below_its_own_kind_and_says_where(lang, more):
    found = [problem(KIND, cell=f"E{n}") for n in range(1, 6)]
    found += [problem(OTHER, cell="F1"), *(problem(KIND, cell=f"E{n}") for n in (6, 7, 8)), problem(OTHER, cell="F2")]
    text = shown(120, tables.print_problems, [FileResult(FILE, found)], found, lang)
    cells = [row.split("│")[3].strip() for row in text.splitlines() if row.startswith("│")]
    assert list(filter(None, cells)) == ["E1", "E2", "E3", "E4", "E5", "F1", "F2"]
    words = column(text, 4)
    assert (
        words.index(bare(problem(KIND).message(lang)))
        < words.index(bare(more))
        < words.index(bare(problem(OTHER).message(lang)))
    )
    assert bare(f"{more}: ตบช.5 E6, ตบช.5 E7, ตบช.5 E8") in words


def test_one_finding_is_not_folded_away():
    found = [problem(KIND, cell=f"E{n}") for n in range(1, 7)]
    text = shown(120, tables.print_problems, [FileResult(FILE, found)], found, "th")
    assert "E6" in text and "ข้อเดียวกัน" not in text


def test_errors_of_one_kind_hide_no_other_kind_in_a_district():
    data = next(data for _, data in sample_files())
    many = received("a.xlsx", data, *[KIND] * 9, OTHER)
    text = shown(120, tables.print_district, analysed(merge([many], sample_roster()), lang="en"))
    assert bare(CATALOGUE[OTHER].hint.en)[:30] in bare(text)
    assert "and 5 more errors, on the sheet Problems" in text


@pytest.mark.parametrize(("count", "said"), [(1, "1 file ·"), (2, "2 files ·"), (1200, "1,200 files ·")])
def test_one_file_is_no_files(count, said):
    results = [FileResult(f"{n}.xlsx", []) for n in range(count)]
    assert shown(120, tables.print_problems, results, [], "en").startswith(said)


def test_one_school_more_is_no_schools():
    roster = Roster(tuple(School(f"9900000{n}", "ก") for n in range(printing.MAX_NAMED + 1)))
    assert shown(200, tables.print_problems, [], [], "en", roster).rstrip().endswith("and 1 more school")


_COUNTED = re.compile(
    r"\{[^{}]*\} (?:more )?(?:files|workbooks|templates|schools|districts|folders|rows|cells|columns|inputs|items|steps"
    r"|subjects|findings|errors|faults|characters|wheels|sheets|places|learners|teachers)\b"
)


def test_a_number_stands_before_its_word_by_one_helper_alone():
    """English says one file and two files: `counted` knows, a plural written behind a number does not."""
    folder = Path(qa_excel.__file__).parent
    # Never one: faults of which one is told otherwise, and constants.
    known = {"office/table.py": ["{len(faults)} faults"], "summary/trends_words.py": ["{FEWEST} schools"] * 2}
    known |= {"problems/of_structure.py": ["{most} rows"], "district/archives.py": ["{MAX_MEMBERS} files"]}
    for path in sorted(folder.rglob("*.py")):
        found = _COUNTED.findall(path.read_text(encoding="utf-8"))
        assert found == known.get(path.relative_to(folder).as_posix(), []), path


def test_files_that_are_no_workbooks_are_told_of_together():
    others = [problem("file.other", f"กล่องรับ/รูป {n}.jpg") for n in range(3_300)]
    result = FileResult(FILE, [problem("value.negative")])
    problems = [*others, *result.problems]
    text = shown(80, tables.print_problems, [result], problems, "th")
    assert len(text.splitlines()) < 30
    assert "3,300" in text and "รูป 2.jpg" in text and "รูป 3.jpg" not in text and "อีก 3,297 แฟ้ม" in text
    assert "ต้องไม่ติดลบ" in text
    assert len(tables.validation([result], problems, "th")["problems"]) == 3_301


def test_many_schools_are_told_of_in_counts():
    """Three hundred schools with errors on two sheets each."""
    (_, data) = next((file, data) for file, data in sample_files() if data.get("area") == 2)
    results = []
    for number in range(300):
        file = f"กล่องรับ/{number}.xlsx"
        result = received(file, changed(data, code=f"{99000000 + number}"))
        faults = [
            Problem("value.negative", Source(file, "ตบช.5", f"E{n}"), params={"label": "x", "found": n})
            for n in range(7)
        ]
        result.problems = [
            *faults,
            problem("value.missing", file),
            Problem("value.not_a_number", Source(file, "ตบช.6", "E9")),
        ]
        results.append(result)
    problems = [each for result in results for each in result.problems]
    text = shown(100, tables.print_problems, results, problems, "th")
    assert len(text.splitlines()) < 1_000
    assert all(f"{99000000 + number}" in text for number in range(300))
    assert "ตบช.5 (7), ตบช.6 (1)" in text
    assert "2,100" in text, "how often each kind was found"
    assert "ผิดพลาด 2,400 · ควรตรวจสอบ 300" in text
    assert "report.xlsx" in text


def test_findings_of_no_file_have_a_title():
    for lang, title in (("th", "ทั้งชุดแฟ้ม"), ("en", "all files")):
        text = shown(80, tables.print_problems, [], [Problem("check.no_national_means")], lang)
        assert text.splitlines()[0] == title


def test_schools_that_sent_nothing_are_named():
    roster = Roster(tuple(School(f"9900000{n}", f"โรงเรียนที่ {n}") for n in range(1, 6)))
    text = shown(80, tables.print_problems, [], [], "th", roster)
    last = " ".join(text.splitlines()[-2:])
    assert "(5)" in last and "99000003 โรงเรียนที่ 3" in last and "99000004" not in last and "อีก 2 แห่ง" in last
    assert "99000001" not in shown(80, tables.print_problems, [], [], "th")


# --- Words ----------------------------------------------------------------------------------------------------


def test_kinds_of_criterion_are_told_in_thai():
    text = shown(140, print_rubric.print_rubric, load_rubric("onesqa-r4"), "th", True)
    assert re.findall(r"\b(?:yesno|at_least|ratio|checklist|all_of|found|resolvable|onet_\w+|tscore_\w+)\b", text) == []
    assert "ถึงเกณฑ์ ≥ 80" in text
    english = shown(140, print_rubric.print_rubric, load_rubric("onesqa-r4"), "en", True)
    assert "at_least ≥ 80" in english and "resolvable" in english
    traces = shown(140, print_rubric.print_rubric, load_rubric("iqa-2565"), "th", True)
    assert "จำนวนกรรมการ ≥ 3" in traces and "members" not in traces


def test_a_severity_has_one_word():
    assert {entry.severity for entry in catalogue()} == set(SEVERITY_WORDS)
    text = shown(80, tables.print_problems, [], [problem("file.archive", "ก.zip")], "th")
    assert SEVERITY_WORDS["error"].th in text


# --- Archives -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", sorted(ARCHIVES))
def test_an_archive_may_hold_what_a_school_sent(ending, tmp_path):
    (tmp_path / f"แปดแฟ้ม{ending.upper()}").write_bytes(b"PK")
    (tmp_path / "รูป.jpg").write_bytes(b"x")
    inbox = search([tmp_path], new_folder=Scratch().new_folder)
    (received,) = inbox.files
    archive = received.refusal
    assert (archive.code, archive.severity) == ("file.archive", "error")
    assert "แตกไฟล์" in archive.hint() and "xtract" in archive.hint("en")
    assert [problem.code for problem in inbox.problems] == ["file.other"]
