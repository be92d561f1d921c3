"""Checks over several files: which file counts, what is attached where, and what a failing check leaves behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fixtures_build import SHOULD_FAIL, build, submissions
from helpers import books, fillings
from helpers.checked import TODAY, failing, read, result
from qa_excel import read_workbook
from qa_excel.checks import check, check_district, check_school, check_together
from qa_excel.checks.check_population import OVER_POPULATION
from qa_excel.office.roster import read_roster
from qa_excel.reading.submission import ReadFile


def codes(problems: list[Any]) -> set[str]:
    return {problem.code for problem in problems}


def test_a_check_that_fails_is_reported_and_the_others_run(tmp_path, monkeypatch, caplog):
    failing("check_typing", monkeypatch)
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND6.1", "count"): -3})
    found = check(read_workbook(path), TODAY)
    (problem,) = [problem for problem in found.problems if problem.code == "check.not_run"]
    assert "check_typing" in problem.message()
    assert problem.source.file == str(path)
    assert "value.negative" in codes(found.problems)
    assert "ลับสุดยอด" not in caplog.text + problem.message()


def test_a_failing_check_never_leaves_a_file_ok(monkeypatch):
    failing("check_date", monkeypatch)
    assert result(4).status == "warnings"


def test_a_failing_check_of_a_school_is_reported_too(monkeypatch):
    failing("check_covers", monkeypatch)
    files = [result(4), result(5)]
    assert check_together(files) == []
    assert codes(files[0].problems) == {"check.not_run"}


@pytest.mark.parametrize(("rubric_id", "area"), fillings.WORKBOOKS)
def test_no_check_fails_on_what_a_school_may_answer(rubric_id, area):
    """Random submissions of ever another school and year, alone and together, and the same with every input a text."""
    drawn = fillings.drawn(rubric_id, area, 12)
    files = [read(data, f"{number}.xlsx") for number, data in enumerate(drawn)]
    files += [read(data, f"text {number}.xlsx", "ก1@") for number, data in enumerate(drawn[:2])]
    assert check_together(files, means={(2563, "P6", "thai"): Decimal(50)}) == []
    assert "check.not_run" not in {code for file in files for code in codes(file.problems)}


def test_of_several_files_for_one_area_the_newest_counts():
    wrong = {**submissions(2)[5]["school"], "office": "สพป.อื่น"}
    old = result(5, "old.xlsx", school=wrong, prepared_on="2021-01-01")
    assert check_school([result(4), result(6), old, result(5, "new.xlsx")]) == []
    assert codes(check_school([result(4), result(6), old])) == {"consistency.cover_differs"}


def test_the_places_of_both_figures_are_given(tmp_path):
    folder = build(SHOULD_FAIL["consistency.over_population"](), tmp_path)
    (path,) = folder.glob("inbox/*.xlsx")
    (problem,) = check(read_workbook(path), TODAY).problems
    assert problem.code == OVER_POPULATION and problem.severity == "error"
    cover = books.place(path, ("school.learners", "value"))
    assert [(other.sheet, other.cell) for other in problem.others] == [cover]
    assert all(part in problem.message() for part in ("300", "86", *cover))


def test_learners_tested_are_added_up_over_the_grades():
    school = {**submissions(2)[1]["school"], "learners": 50, "levels": ["P6", "M3"]}
    table = {grade: {"thai": {"count": 20, "total": 30}} for grade in ("P6", "M3")}
    answers = {"IND2": {"1": table}}
    problems = result(1, school=school, answers=answers, evidence={"IND2": {"1": "รายงาน"}}).problems
    (problem,) = [problem for problem in problems if problem.code == OVER_POPULATION]
    assert problem.params["found"] == 60 and problem.params["expected"] == 50


def test_more_support_staff_developed_than_there_are_is_an_error_and_fewer_a_warning():
    def found(total: int) -> set[str]:
        answers = {**submissions(2)[3]["answers"]}
        answers["IND12"] = {**answers["IND12"], "1.1": {"value": 4}, "1.2": {"count": 1, "total": total}}
        return codes(result(3, answers=answers).problems)

    assert found(4) == set()
    assert found(5) == {"consistency.over_population"}
    assert found(3) == {"consistency.total_differs"}


def test_a_suggestion_is_one_of_our_own_words(tmp_path):
    path = books.workbook(tmp_path / "a.xlsx", 2, {("IND5.1.3", "met"): "ไม่ใช้", ("IND8.D1", "found"): "มั่วไป9731"})
    hints = {p.source.sheet: p.hint() for p in check(read_workbook(path)).problems if p.code == "value.not_yes_no"}
    assert "น่าจะหมายถึง “ไม่ใช่”" in hints["ตบช.5"]
    assert "น่าจะหมายถึง" not in hints["ตบช.8"] and "พบ / ไม่พบ" in hints["ตบช.8"]
    assert not any("ไม่ใช้" in hint or "9731" in hint for hint in hints.values())


def test_what_changed_is_named_by_input_and_never_by_content():
    answers = {**submissions(2)[4]["answers"]}
    answers["IND13"] = {**answers["IND13"], "2.1": {"value": 77}}
    newer = result(4, "new.xlsx", prepared_on="2021-12-31", answers=answers)
    (problem,) = [p for p in check_district([newer, result(4, "old.xlsx")]) if p.code == "roster.changed"]
    assert "ตบช.13 ข้อ 2.1" in problem.message() and "77" not in problem.message()


def test_the_two_codes_of_a_school_are_one(tmp_path):
    roster = tmp_path / "roster.csv"
    school = submissions(2)[4]["school"]
    roster.write_text(
        "code,name,office,levels,learners,teachers,ministry_code\n"
        f"{school['code']},{school['name']},{school['office']},P6,86,5,1099000002\n",
        encoding="utf-8",
    )
    other = result(5, school={**submissions(2)[5]["school"], "code": "1099000002", "office": "สพป.อื่น"})
    files = [result(4), result(6), other]
    assert check_together(files, read_roster(roster)) == []
    assert codes(other.problems) == {"consistency.cover_differs", "roster.cover_differs"}


# --- Against the roster, the district and the year before -----------------------------------------------------


def roster_of(tmp_path: Any, **given: Any) -> Any:
    school = submissions(2)[4]["school"]
    row = {"code": school["code"], "name": school["name"], "office": school["office"], "levels": "P6"}
    row = {**row, "learners": school["learners"], "teachers": school["teachers"], **given}
    path = tmp_path / "roster.csv"
    path.write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", encoding="utf-8")
    return read_roster(path)


def on_cover(area: int, file: str = "", year: int = 2563, **changed: Any) -> ReadFile:
    return result(area, file, year=year, school={**submissions(2)[area]["school"], **changed})


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("learners", 210, ("86", "210")),
        ("teachers", 15, ("5", "15")),
        ("levels", "P6 M3", ("ป.6", "ป.6 ม.3")),
        ("office", "สพป.อื่น เขต 9", ("สพป.อื่น เขต 9",)),
    ],
)
def test_a_cover_beside_the_roster(column, value, shown, tmp_path):
    files = [result(4), result(5)]
    (problem,) = check_district(files, roster_of(tmp_path, **{column: value}))
    assert (problem.code, problem.severity, problem.source.file) == ("roster.cover_differs", "warning", "4.xlsx")
    assert all(part in problem.message() for part in (*shown, "99000002", f"คอลัมน์ {column}"))


@pytest.mark.parametrize(
    "given", [{}, {"learners": ""}, {"levels": ""}, {"office": ""}, {"office": "สพป ตัวอย่าง เขต 1"}]
)
def test_a_cover_that_the_roster_does_not_gainsay(given, tmp_path):
    assert check_district([result(4)], roster_of(tmp_path, **given)) == []


def test_last_year_s_cover_is_not_compared_with_the_roster(tmp_path):
    assert check_district([on_cover(4, "old.xlsx", 2562, learners=99), result(4)], roster_of(tmp_path)) == []


def test_what_another_school_typed_for_its_office_is_not_shown(tmp_path):
    (problem,) = check_district([on_cover(4, office="ลับสุดยอด")], roster_of(tmp_path))
    assert "ลับ" not in problem.message() + problem.message("en")


def with_answers(area: int, file: str, changes: dict[str, Any], **more: Any) -> ReadFile:
    answers = {**submissions(2)[area]["answers"], **changes}
    return result(area, file, answers=answers, **more)


def test_three_schools_with_one_school_s_answers():
    files = []
    for number in range(3):
        school = {**submissions(2)[2]["school"], "code": f"9900020{number}", "name": f"โรงเรียน {number}"}
        files.append(result(2, f"{number}.xlsx", school=school))
    problems = [p for p in check_district(files) if p.code == "roster.copied_answers"]
    assert [problem.source.file for problem in problems] == ["0.xlsx", "1.xlsx", "2.xlsx"]
    assert "99000200, 99000202" in problems[1].message()


def district_of(area: int, changes: dict[str, Any]) -> list[Any]:
    """Nine schools with one school's answers, and a tenth with some changed."""
    files = []
    for number in range(10):
        school = {**submissions(2)[area]["school"], "code": f"990003{number:02}"}
        files.append(with_answers(area, f"{number}.xlsx", changes if number == 9 else {}, school=school))
    return [p for p in check_district(files) if p.code == "roster.outlier"]


def test_a_mean_with_its_point_in_the_wrong_place_stands_out():
    answer = submissions(2)[2]["answers"]["IND5"]
    means = answer["2"]["P6"]
    usual = means["thai"]["current"]
    table = {"P6": {**means, "thai": {**means["thai"], "current": 5.97}}}
    (problem,) = district_of(2, {"IND5": {**answer, "2": table}})
    assert (problem.source.file, "5.97" in problem.message()) == ("9.xlsx", True)
    assert "ภาษาไทย" in problem.message() and f"{usual} จาก 10 แห่ง" in problem.message()


NOTHING_DONE = dict.fromkeys(("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3"), False)


def ind15(**met: bool) -> dict[str, Any]:
    """Area 5's first indicator, which the sample school answers yes throughout."""
    return {"IND15": {item: {"met": met.get(item, True)} for item in NOTHING_DONE}}


def test_an_indicator_far_from_the_district_stands_out_and_one_that_varies_does_not():
    labels = {problem.params["label"].en for problem in district_of(5, ind15(**NOTHING_DONE))}
    assert labels == {"points of area 5", "IND15 net points"}
    assert district_of(5, ind15(**{"2.1": False, "2.2": False})) == []


def codes_over_years(area: int, changes: dict[str, Any]) -> set[str]:
    before = result(area, "old.xlsx", year=2562)
    return codes(check_school([before, with_answers(area, "new.xlsx", changes)]))


def test_an_indicator_far_from_last_year_s():
    assert codes_over_years(5, {}) == codes_over_years(5, ind15(**{"2.1": False, "2.2": False})) == set()
    assert codes_over_years(5, ind15(**NOTHING_DONE)) == {"consistency.far_from_last_year"}


def test_support_staff_ten_times_as_many_as_last_year():
    answers = submissions(2)[3]["answers"]["IND12"]
    many = {**answers, "1.1": {"value": 40}, "1.2": {"count": 40, "total": 40}}
    (problem,) = [
        p
        for p in check_school([result(3, "old.xlsx", year=2562), with_answers(3, "new.xlsx", {"IND12": many})])
        if p.code == "consistency.far_from_last_year"
    ]
    assert "40" in problem.message() and "old.xlsx" in problem.message()


def test_last_year_s_means_are_those_that_were_reported_then():
    current = {s: pair["previous"] for s, pair in submissions(2)[2]["answers"]["IND5"]["2"]["P6"].items()}
    table = {subject: {"previous": 40, "current": mean} for subject, mean in current.items()}
    answer = submissions(2)[2]["answers"]["IND5"]
    same = with_answers(2, "old.xlsx", {"IND5": {**answer, "2": {"P6": table}}}, year=2562)
    assert "consistency.previous_differs" not in codes(check_school([same, result(2, "new.xlsx")]))
    table["math"] = {"previous": 40, "current": 12.5}
    other = with_answers(2, "old.xlsx", {"IND5": {**answer, "2": {"P6": table}}}, year=2562)
    (problem,) = [p for p in check_school([other, result(2, "new.xlsx")]) if p.code == "consistency.previous_differs"]
    assert "คณิตศาสตร์" in problem.message() and "12.5" in problem.message() and "1 กลุ่มสาระ" in problem.message()


# --- The national means ------------------------------------------------------------------------------------------

ALL_BELOW = {"thai": 56.19, "math": 29.98, "science": 38.77, "foreign": 43.54}
"""The means of a school of 2563, each a hundredth below the nation's."""


def against_nation(year: int = 2563, own: dict[str, float] = ALL_BELOW, **national: str) -> set[str]:
    """The codes for a school that says that it is not below the nation in every subject."""
    table = {"P6": {subject: {"current": mean} for subject, mean in own.items()}}
    files = [result(2, year=year, answers={"IND5": {"2": table}}), result(3, year=year)]
    told = check_together(files, means={(2563, "P6", subject): Decimal(mean) for subject, mean in national.items()})
    return {code for code in codes([*told, *files[1].problems]) if "national_mean" in code}


def test_the_means_shipped_need_no_option():
    assert against_nation() == {"consistency.national_mean_differs"}


def test_a_subject_that_was_not_tested_is_not_compared():
    assert against_nation(own={**ALL_BELOW, "social": 99, "arts": 99}) == {"consistency.national_mean_differs"}


def test_a_mean_that_is_given_stands_over_the_one_shipped_and_the_others_stay():
    assert against_nation(math="29.98") == set()
    assert against_nation(arts="50.00") == {"consistency.national_mean_differs"}


def test_a_year_without_means_is_reported_as_not_compared():
    assert against_nation(2564) == {"check.no_national_means"}
