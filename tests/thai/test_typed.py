"""What a person types becomes the value it plainly is, and what it is not is named."""

from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal

import pytest

from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.traces import status_choices
from qa_excel.thai.dates import short_date
from qa_excel.thai.typed import ErrorCell, UncalculatedFormula, normalise

NBSP, ZERO_WIDTH, BOM = "\u00a0", "\u200b", "\ufeff"
NIKHAHIT_AA = "\u0e4d\u0e32"  # looks like sara am, U+0E33
FIRST_YEAR = 2559

NUMBERS = [
    ("count", 0, 0),
    ("count", 12, 12),
    ("count", 12.0, 12),
    ("count", "12", 12),
    ("count", "๑๒", 12),
    ("count", "1๒", 12),
    ("count", " 12 ", 12),
    ("count", "\t12\n", 12),
    ("count", f"{NBSP}12{NBSP}", 12),
    ("count", f"1{ZERO_WIDTH}2{BOM}", 12),
    ("count", "12.0", 12),
    ("count", "1,234", 1234),
    ("count", "1,234,567", 1234567),
    ("count", "๑,๒๓๔", 1234),
    ("count", "+5", 5),
    ("count", "1e3", 1000),
    ("number", "48.25", Decimal("48.25")),
    ("number", "๔๘.๒๕", Decimal("48.25")),
    ("number", ".5", Decimal("0.5")),
    ("number", "5.", 5),
    ("number", "1,234.5", Decimal("1234.5")),
    ("percent", 85, 85),
    ("percent", 0, 0),
    ("percent", 100, 100),
    ("percent", "85%", 85),
    ("percent", "85 %", 85),
    ("percent", "๘๕%", 85),
    ("percent", "๘๕ %", 85),
    ("percent", f"85{NBSP}%", 85),
    ("percent", " 85.5% ", Decimal("85.5")),
    ("percent", "0.85", Decimal("0.85")),
    # 15 significant digits, as Excel shows them
    ("percent", 79.99999999999999, 80),
    ("percent", "79.99999999999999", 80),
    ("percent", 82.33333333333333, Decimal("82.3333333333333")),
    ("number", 0.1 + 0.2, Decimal("0.3")),
]


@pytest.mark.parametrize(("kind", "typed", "value"), NUMBERS)
def test_numbers(kind, typed, value):
    read = normalise(typed, kind)
    assert (read.state, read.value, type(read.value)) == ("ok", value, Decimal)


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        ("count", "สิบสอง", "not_a_number"),
        ("count", "1,23", "not_a_number"),
        ("count", "1,2345", "not_a_number"),
        ("count", "1 2", "not_a_number"),
        ("count", "1.2.3", "not_a_number"),
        ("count", ".", "not_a_number"),
        ("count", "½", "not_a_number"),
        ("count", "١٢", "not_a_number"),  # Arabic digits
        ("count", "nan", "not_a_number"),
        ("count", "inf", "not_a_number"),
        ("count", "1e999", "not_a_number"),
        ("count", float("nan"), "not_a_number"),
        ("count", float("inf"), "not_a_number"),
        ("count", 10**400, "not_a_number"),
        ("count", True, "not_a_number"),
        ("count", datetime(2020, 3, 31), "not_a_number"),
        ("count", "85%", "not_a_number"),
        ("count", 2.5, "not_whole"),
        ("count", "2.5", "not_whole"),
        ("count", -3, "negative"),
        ("count", "-3", "negative"),
        ("count", "\u22123", "negative"),  # the minus sign that word processors put
        ("number", "85%", "not_a_number"),
        ("number", -0.01, "negative"),
        ("percent", "%", "not_a_number"),
        ("percent", "85%%", "not_a_number"),
        ("percent", 100.01, "over_100"),
        ("percent", "140%", "over_100"),
        ("percent", -1, "negative"),
    ],
)
def test_numbers_that_are_none(kind, typed, fault):
    read = normalise(typed, kind)
    assert (read.state, read.fault) == ("invalid", fault)
    assert read.raw is typed


@pytest.mark.parametrize("typed", [0.85, "0.85", 1, 0.01])
def test_a_share_where_a_percent_is_asked_is_taken_as_typed_but_doubted(typed):
    read = normalise(typed, "percent")
    assert (read.value, read.odd) == (Decimal(str(typed)), ("fraction_percent",))


@pytest.mark.parametrize("typed", [0, 1.01, 85])
def test_other_percents_are_not_doubted(typed):
    assert normalise(typed, "percent").odd == ()


@pytest.mark.parametrize(
    "typed",
    [
        "มี",
        "ใช่",
        "ผ่าน",
        "พบ",
        "✓",
        "true",
        "TRUE",
        "True",
        "1",
        "๑",
        1,
        1.0,
        True,
        " มี ",
        f"ใช่{NBSP}",
        f"พ{ZERO_WIDTH}บ",
    ],
)
def test_yes(typed):
    assert normalise(typed, "yesno").value is True


@pytest.mark.parametrize(
    "typed",
    ["ไม่มี", "ไม่ใช่", "ไม่ผ่าน", "ไม่พบ", "✗", "false", "FALSE", "0", "๐", 0, 0.0, False, "ไม่ มี", f"{NBSP}ไม่พบ"],
)
def test_no(typed):
    assert normalise(typed, "yesno").value is False


@pytest.mark.parametrize("typed", ["บางส่วน", "ไม่แน่ใจ", "มีไม่มี", 2, -1, 0.5, "2", "?", datetime(2020, 1, 1)])
def test_neither_yes_nor_no(typed):
    read = normalise(typed, "yesno")
    assert (read.state, read.value, read.fault) == ("invalid", None, "not_yes_no")


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("done", "done"),
        ("ดำเนินการแล้ว", "done"),
        (f"ด{NIKHAHIT_AA}เนินการแล้ว", "done"),
        (" ดำเนินการแล้ว ", "done"),
        ("กำลังดำเนินการ", "doing"),
        (f"ก{NIKHAHIT_AA}ลังด{NIKHAHIT_AA}เนินการ", "doing"),
        ("DOING", "doing"),
        ("ยังไม่ดำเนินการ", "not_started"),
        (f"ยังไม่{ZERO_WIDTH}ดำเนินการ", "not_started"),
        ("not_started", "not_started"),
    ],
)
def test_choices(typed, status):
    choices = status_choices(load_rubric("iqa-2565"))
    assert normalise(typed, "choice", choices).value == status


@pytest.mark.parametrize("typed", ["เกือบเสร็จ", "ดำเนินการ", 1, True])
def test_no_choice(typed):
    read = normalise(typed, "choice", status_choices(load_rubric("iqa-2565")))
    assert (read.state, read.fault) == ("invalid", "not_a_choice")


@pytest.mark.parametrize(
    "typed",
    [
        date(2020, 3, 31),
        datetime(2020, 3, 31),
        datetime(2563, 3, 31),  # a B.E. year typed into Excel is stored as that year C.E.
        "2020-03-31",
        "2563-03-31",
        "2020-03-31T00:00:00",
        "2020-03-31 00:00:00",
        "31/3/2563",
        "31/03/2020",
        "31-3-2563",
        "31.3.2563",
        "๓๑/๓/๒๕๖๓",
        "31 มีนาคม 2563",
        "31 มี.ค. 2563",
        "31 มี.ค. 63",
        "31มี.ค.2563",
        "๓๑ มีนาคม ๒๕๖๓",
        "31 มีนาคม พ.ศ. 2563",
        "31 มีนาคม 2020",
        f"31{NBSP}มีนาคม{NBSP}2563 ",
        43921,  # Excel's day count, where the number format was lost
        43921.0,
    ],
    ids=str,
)
def test_dates(typed):
    read = normalise(typed, "date")
    assert (read.state, read.value) == ("ok", "2020-03-31")


@pytest.mark.parametrize(
    ("month", "number"),
    [
        (name, number)
        for number, names in enumerate(
            [
                "มกราคม ม.ค.",
                "กุมภาพันธ์ ก.พ.",
                "มีนาคม มี.ค.",
                "เมษายน เม.ย.",
                "พฤษภาคม พ.ค.",
                "มิถุนายน มิ.ย.",
                "กรกฎาคม ก.ค.",
                "สิงหาคม ส.ค.",
                "กันยายน ก.ย.",
                "ตุลาคม ต.ค.",
                "พฤศจิกายน พ.ย.",
                "ธันวาคม ธ.ค.",
            ],
            start=1,
        )
        for name in names.split()
    ],
)
def test_thai_months(month, number):
    assert normalise(f"5 {month} 2563", "date").value == f"2020-{number:02}-05"


def test_the_leap_day_of_a_buddhist_year():
    assert normalise("29/2/2563", "date").value == "2020-02-29"
    assert normalise("29/2/2562", "date").fault == "not_a_date"


@pytest.mark.parametrize(
    "typed",
    ["31/2/2563", "32/1/2563", "1/13/2563", "มีนาคม 2563", "31 มีน 2563", "เมื่อวาน", "2563", 2563, 12, True, "0/0/0000"],
)
def test_no_dates(typed):
    read = normalise(typed, "date")
    assert (read.state, read.fault) == ("invalid", "not_a_date")


@pytest.mark.parametrize(
    "typed", [2563, 2563.0, 2020, "2563", "2020", "๒๕๖๓", "๒๐๒๐", "2563.0", " 2563 ", f"2563{NBSP}"]
)
def test_years(typed):
    read = normalise(typed, "year", first_year=FIRST_YEAR)
    assert (read.state, read.value, type(read.value)) == ("ok", 2563, int)


@pytest.mark.parametrize(
    "typed", [63, 1999, 2558, 2601, 25630, 2563.5, "ปี", "2563/2564", True, -2563, datetime(2563, 1, 1)]
)
def test_no_years(typed):
    read = normalise(typed, "year", first_year=FIRST_YEAR)
    assert (read.state, read.fault) == ("invalid", "year")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("63020130", "63020130"),
        (63020130, "63020130"),
        (63020130.0, "63020130"),
        ("๖๓๐๒๐๑๓๐", "63020130"),
        (" 6302 0130 ", "63020130"),
        (f"{ZERO_WIDTH}63020130", "63020130"),
        ("1063020130", "1063020130"),
        (1063020130.0, "1063020130"),
        ("00020130", "00020130"),
        (20130, None),
        ("6302013", None),
        ("630201300", None),
        ("6302013O", None),
        ("โรงเรียน", None),
    ],
)
def test_school_codes(typed, code):
    read = normalise(typed, "school_code")
    assert (read.value, read.fault) == ((code, None) if code else (None, "school_code"))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  คำสั่งที่ 12/2563  ", "คำสั่งที่ 12/2563"),
        (f"{NBSP}คำสั่ง\n", "คำสั่ง"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("e\u0301", "\u00e9"),  # NFC
        ("๑๒", "๑๒"),  # free text keeps its digits
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (True, "TRUE"),
        (datetime(2020, 3, 31), "2020-03-31"),
        ("=1+1", "=1+1"),
    ],
)
def test_texts(typed, text):
    assert normalise(typed, "text").value == text


ALL_KINDS = ["yesno", "count", "number", "percent", "choice", "text", "date", "school_code", "year"]


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("typed", [None, "", "   ", NBSP, ZERO_WIDTH, BOM, f" \n\t{NBSP}{ZERO_WIDTH}"])
def test_blank(kind, typed):
    assert normalise(typed, kind).state == "blank"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_error_values_and_uncalculated_formulas(kind):
    assert normalise(ErrorCell("#DIV/0!"), kind).fault == "error_value"
    assert normalise(UncalculatedFormula("=A1"), kind).fault == "not_calculated"


@pytest.mark.parametrize(
    ("kind", "typed", "notes"),
    [
        ("count", 12, set()),
        ("count", "12", {"text_number"}),
        ("count", "๑๒", {"text_number", "thai_digits"}),
        ("percent", "85%", {"text_number", "percent_sign"}),
        ("yesno", True, set()),
        ("yesno", "ใช่", set()),
        ("yesno", "1", {"yes_no_word"}),
        ("yesno", 1, {"yes_no_word"}),
        ("year", 2020, {"common_era"}),
        ("date", datetime(2563, 3, 31), {"buddhist_era"}),
        ("date", "2020-03-31", set()),
    ],
)
def test_what_was_normalised_is_noted(kind, typed, notes):
    assert set(normalise(typed, kind).notes) == notes


@pytest.mark.parametrize("typed", ["yes", "Yes", "Y", "จริง", "✔\ufe0f", "☑\ufe0f", "✅"])
def test_other_words_and_signs_for_yes(typed):
    read = normalise(typed, "yesno")
    assert (read.value, read.notes) == (True, ("yes_no_word",))


@pytest.mark.parametrize("typed", ["no", "NO", "n", "เท็จ", "ไม่จริง", "✖\ufe0f", "✕", "❌"])
def test_other_words_and_signs_for_no(typed):
    read = normalise(typed, "yesno")
    assert (read.value, read.notes) == (False, ("yes_no_word",))


@pytest.mark.parametrize("typed", ["x", "X", "x?", "//", "-", "ok", "yes/no"])
def test_a_sign_that_some_tick_with_is_no_answer(typed):
    assert normalise(typed, "yesno").fault == "not_yes_no"


LISTS = {"yesno": "ใช่", "found": "พบ", "resolved": "แก้ไขแล้ว", "levels": "เปิดสอน"}
OPPOSITES = {"ใช่": "ไม่ใช่", "พบ": "ไม่พบ", "แก้ไขแล้ว": "ยังไม่แก้ไข", "เปิดสอน": "ไม่เปิดสอน"}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("word", ["แก้ไขแล้ว", "เปิดสอน"])
def test_a_list_s_own_words_answer_no_other_question(kind, word):
    for typed, value in ((word, True), (OPPOSITES[word], False)):
        read = normalise(typed, kind)
        assert (read.value, read.fault) == ((value, None) if LISTS[kind] == word else (None, "not_yes_no"))


@pytest.mark.parametrize("kind", LISTS)
def test_only_the_list_s_own_words_are_not_noted(kind):
    own = LISTS[kind]
    assert normalise(own, kind).notes == normalise(OPPOSITES[own], kind).notes == ()
    for typed in {"มี", "ไม่มี", "ผ่าน", "ใช่", "พบ", "TRUE", "✓", "1", 1, f" {own}"} - {own}:
        assert normalise(typed, kind).notes == ("yes_no_word",)


@pytest.mark.parametrize("typed", ["ผ่าน", "ไม่ผ่าน", " ผ่าน "])
def test_passed_is_doubted_where_something_is_found(typed):
    assert normalise(typed, "found").odd == ("passed_word",)
    assert normalise(typed, "yesno").odd == normalise(typed, "resolved").odd == ()


@pytest.mark.parametrize(
    "typed",
    [
        "วันที่ 31 มีนาคม พ.ศ. 2563",
        "วันที่ ๓๑ มี.ค. ๖๓",
        "31 มีค 63",
        "31 มีนาคม ค.ศ. 2020",
        "31 Mar 2020",
        "31 MARCH 2563",
        "31 Mar. 2020",
        "March 31, 2020",
        "2020/3/31",
        "2563/03/31",
        "2020.3.31",
    ],
)
def test_dates_that_say_it_in_another_way(typed):
    read = normalise(typed, "date")
    assert read.value == "2020-03-31" and "date_words" in read.notes


@pytest.mark.parametrize(
    "typed",
    [
        "31 มีนาคม พ.ศ. 2020",
        "31 มีนาคม ค.ศ. 2563",
        "31 Mars 2020",
        "2020/31/3",
        "2020/3?31",
        "3/31/2020",
        "วันที่ 31",
        "31 มีนาคม " + "2" * 32_000,
        date(1900, 1, 1),
        datetime(1907, 1, 7),
        date(2300, 1, 1),
        "1949-12-31",
    ],
    ids=lambda typed: str(typed)[:20],
)
def test_dates_that_can_t_be_meant(typed):
    assert normalise(typed, "date").fault == "not_a_date"


@pytest.mark.parametrize("typed", ["85 %", "ร้อยละ 85", "ร้อยละ ๘๕", "85 เปอร์เซ็นต์", "85 percent", "85％", f"85{NBSP}%"])
def test_percents_in_words(typed):
    read = normalise(typed, "percent")
    assert read.value == 85 and "percent_sign" in read.notes


@pytest.mark.parametrize("typed", ["ร้อยละ", "ร้อยละ สูง", "85% กว่า", "ประมาณร้อยละ 85"])
def test_what_is_no_percent(typed):
    assert normalise(typed, "percent").fault == "not_a_number"


@pytest.mark.parametrize(
    "typed", ["ปี 2563", "ปีการศึกษา 2563", "พ.ศ. 2563", "พ.ศ.๒๕๖๓", "ปี พ.ศ. 2563", "ค.ศ. 2020", "ปี 2020"]
)
def test_years_with_their_words(typed):
    read = normalise(typed, "year", first_year=FIRST_YEAR)
    assert read.value == 2563 and "year_words" in read.notes


@pytest.mark.parametrize("typed", ["พ.ศ. 2020", "ค.ศ. 2563", "ปี 63", "ปีที่ 2563", "2563 2564"])
def test_years_whose_words_gainsay_them(typed):
    assert normalise(typed, "year", first_year=FIRST_YEAR).fault == "year"


def test_a_date_as_thai_readers_write_it():
    assert short_date("2020-03-31") == "31 มี.ค. 2563"
    assert short_date("2024-02-29") == "29 ก.พ. 2567"


@pytest.mark.parametrize(("kind", "typed"), [("percent", "1{}x"), ("year", "ปี{}x"), ("percent", "ร้อยละ{}x")])
def test_a_long_text_is_refused_at_once(kind, typed):
    start = time.perf_counter()
    assert normalise(typed.format(" " * 32_000), kind).invalid
    assert time.perf_counter() - start < 1
