"""Checks over several files: which file counts, what is attached where, and what a failing check leaves behind."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import books
import fillings
import pytest
from fixtures_build import SHOULD_FAIL, build, submissions

from qa_excel import checks, read_workbook
from qa_excel.checks import check, check_district, check_school, check_together
from qa_excel.checks.check_population import OVER_POPULATION
from qa_excel.checks.national_means import NationalMeansError, read_national_means
from qa_excel.documents import canonical
from qa_excel.fields import dig, fields
from qa_excel.roster import read_roster
from qa_excel.rubric import load_rubric
from qa_excel.submission import FileResult, Submission

TODAY = datetime.date(2024, 5, 16)


def result(area: int | None, file: str = "", **changes: Any) -> FileResult:
    """What reading gives of a sample school's submission, without a workbook."""
    return read({**submissions(2)[area], **changes}, file or f"{area}.xlsx")


def read(data: dict[str, Any], file: str, text: str | None = None) -> FileResult:
    """A submission as it is read; `text` stands in every input but the code and the year."""
    rubric, area = load_rubric(data["rubric"]), data.get("area")
    typed = {}
    for given in fields(rubric, area):
        levels = "levels" in given.path
        value = given.grade in data["school"].get("levels", ()) if levels else dig(data, given.path)
        if text and given.input.kind not in ("school_code", "year"):
            value = text
        if value is not None:
            typed[given.path] = value
    submission = Submission(file, rubric, area, canonical(rubric, area, typed), typed)
    return check(FileResult(file, [], submission), TODAY)


def codes(problems: list[Any]) -> set[str]:
    return {problem.code for problem in problems}


def failing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise ZeroDivisionError("ลับสุดยอด")

    changed = [dataclasses.replace(each, run=fail) if each.name == name else each for each in checks.CHECKS]
    monkeypatch.setattr(checks, "CHECKS", tuple(changed))


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
    (path,) = folder.glob("*.xlsx")
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
    assert codes(other.problems) == {"consistency.cover_differs"}


def test_national_means_that_can_t_be_read_are_refused(tmp_path):
    path = tmp_path / "means.csv"
    path.write_text("year,grade,subject,mean\n2563,ป.6,ภาษาไทย,๕๖.๒\n2020,P6,math,33.1\n", encoding="utf-8")
    assert {(year, grade, subject) for year, grade, subject in read_national_means(path)} == {
        (2563, "P6", "thai"),
        (2563, "P6", "math"),
    }
    path.write_text("year,grade,subject,mean\n2563,P6,thai,156\n", encoding="utf-8")
    with pytest.raises(NationalMeansError) as refused:
        read_national_means(path)
    assert "แถว 2" in refused.value.text.th
