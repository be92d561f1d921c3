"""What is someone's number, address or name, and what only looks like it."""

from __future__ import annotations

import pytest
from fixtures_build import BOYS_AND_GIRLS, SHOULD_FAIL, build, national_id

from qa_excel import read_workbook
from qa_excel.checks import check
from qa_excel.checks.check_learner_names import lists_names
from qa_excel.checks.check_national_id import has_national_id
from qa_excel.checks.check_phone import has_phone
from qa_excel.checks.texts import plain

VALID = national_id("199990000123")


@pytest.mark.parametrize("code", [code for code in SHOULD_FAIL if code.startswith("privacy.")])
def test_it_is_named_by_cell_and_never_repeated(code, tmp_path):
    (path,) = build(SHOULD_FAIL[code](), tmp_path).glob("inbox/*.xlsx")
    result = check(read_workbook(path))
    (problem,) = result.problems
    typed = result.submission.typed["notes", "IND9", "1.1"]
    assert problem.source.sheet == "ตบช.9" and problem.source.cell
    for lang in ("th", "en"):
        assert not any(word in str(problem.to_json(lang)) for word in typed.split())


DASHED = "-".join((VALID[0], VALID[1:5], VALID[5:10], VALID[10:12], VALID[12]))
THAI = VALID.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


@pytest.mark.parametrize("text", [VALID, DASHED, DASHED.replace("-", " "), THAI, f"เลข{VALID}และ", f"({VALID})"])
def test_a_national_id_is_known_however_it_is_written(text):
    assert has_national_id(plain(text))


@pytest.mark.parametrize("text", [VALID[:-1] + str((int(VALID[-1]) + 1) % 10), VALID + "0", "9" + VALID, VALID[:-1]])
def test_another_long_number_is_none(text):
    assert not has_national_id(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "0810000000",
        "081-000-0000",
        "๐๘๑ ๐๐๐ ๐๐๐๐",
        "+66 81 000 0000",
        "02-000-0000",
        "055 000 000",
        "โทร.0810000000",
        "โทร.055-000-000",
    ],
)
def test_phone_numbers(text):
    assert has_phone(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "99000002",
        "1099000002",
        "02/05/2563",
        "ศธ 04001/ว 123",
        "2563-05-02",
        "5.0810000000",
        "คำสั่งที่ 081/2563",
        "https://a.th/0810000000",
    ],
)
def test_what_is_no_phone_number(text):
    assert not has_phone(plain(text))


@pytest.mark.parametrize("text", [BOYS_AND_GIRLS, "นาย ก้อง นางสาวกานต์ นายกล้า น.ส. กิ่ง", "ดช.กล้า ดญ.กิ่ง"])
def test_lists_of_names(text):
    assert lists_names(plain(text))


@pytest.mark.parametrize(
    "text",
    ["นายสมมุติ ใจดี", "นายกสมาคม นายกเทศมนตรี นายอำเภอ นายทะเบียน นายจ้าง", "ด.ช.กล้า ได้รางวัล", "เด็กชายและเด็กหญิง 40 คน"],
)
def test_what_is_no_list_of_names(text):
    assert not lists_names(plain(text))
