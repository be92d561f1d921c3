"""The benchmarks' districts: distinct, the same each time, and variants that hold the same answers."""

from __future__ import annotations

import pytest

from benchmarks import districts
from qa_excel import read_workbook


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> districts.District:
    return districts.make(tmp_path_factory.mktemp("district"), schools=2, first=7)


def contents(files) -> list[bytes]:
    return [path.read_bytes() for path in files]


def test_every_workbook_has_contents_of_its_own_and_no_problem(district):
    assert len(district.files) == 2 * districts.WORKBOOKS == len(set(contents(district.files)))
    assert district.roster.read_text(encoding="utf-8").count("\n") == 3
    assert [problem.code for path in district.files for problem in read_workbook(path).problems] == []
    assert districts.made(district.inbox.parent) == district


def test_a_school_has_the_same_bytes_however_large_the_district(district, tmp_path):
    again = districts.make(tmp_path, schools=1, first=7)
    assert contents(again.files) == contents(district.files[: districts.WORKBOOKS])


def test_a_changed_workbook_is_of_the_same_school_and_has_other_answers(tmp_path):
    file = districts.make(tmp_path, schools=1, first=7).files[3]
    before = read_workbook(file).submission.data
    districts.change([file])
    after = read_workbook(file).submission.data
    assert before["school"] == after["school"] and before["answers"] != after["answers"]


def test_rows_inserted_as_by_a_person_change_no_answer(district, tmp_path):
    files = district.files[: districts.WORKBOOKS]
    for before, after in zip(files, districts.with_rows_inserted(files, tmp_path), strict=True):
        moved, original = read_workbook(after), read_workbook(before)
        assert moved.submission.data == original.submission.data and not moved.problems
        rows = {path: source.cell for path, source in moved.submission.sources.items()}
        assert rows != {path: source.cell for path, source in original.submission.sources.items()}
