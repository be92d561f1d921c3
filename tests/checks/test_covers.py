"""Covers of one school that differ, and schools that answered alike: what the messages show."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures_build import submissions
from helpers.checked import result
from qa_excel.checks import check_district, check_school


def differing(**school: Any) -> Any:
    files = [result(4), result(5), result(6, school={**submissions(2)[6]["school"], **school})]
    (problem,) = [p for p in check_school(files) if p.code == "consistency.cover_differs"]
    return problem


@pytest.mark.parametrize(
    ("changed", "found", "expected"),
    [
        ({"office": "สพป.อื่น เขต 9"}, "“สพป.อื่น เขต 9”", f"“{submissions(2)[4]['school']['office']}”"),
        ({"name": "โรงเรียนอื่น"}, "“โรงเรียนอื่น”", f"“{submissions(2)[4]['school']['name']}”"),
        ({"levels": ["P6", "M3"]}, "ป.6 ม.3", "ซึ่งเป็น ป.6 "),
        ({"learners": 99}, "99", "ซึ่งเป็น 86 "),
    ],
)
def test_both_values_and_the_place_of_the_other_are_shown(changed, found, expected):
    problem = differing(**changed)
    assert all(part in problem.message() for part in (found, expected, "4.xlsx"))
    assert problem.message("en").count("“") == problem.message().count("“")


@pytest.mark.parametrize("office", ["โทร 081-000-0000", "somebody@example.ac.th", "สพป. " + "ก" * 200, "สพป.\nเขต 9"])
def test_a_text_that_is_no_mere_name_is_not_shown(office):
    message = differing(office=office).message()
    assert office not in message and "ซึ่งเป็น" not in message


def test_of_many_schools_that_answered_alike_the_first_are_named():
    school = submissions(2)[2]["school"]
    files = [result(2, f"{n}.xlsx", school={**school, "code": f"990004{n:02}", "name": f"ร.ร. {n}"}) for n in range(40)]
    problem = next(p for p in check_district(files) if p.code == "roster.copied_answers")
    assert "99000405 และอีก 34 แห่ง)" in problem.message() and "99000406" not in problem.message()
