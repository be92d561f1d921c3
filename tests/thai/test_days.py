"""A day is read however it is written, and taken only where it can be one of its academic year."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qa_excel.thai.dates import BUDDHIST_ERA, ENGLISH_MONTHS, MONTHS, SHORT_MONTHS
from qa_excel.thai.days import meant, plausible, read_day

WRITTEN = yaml.load((Path(__file__).with_name("days.yaml")).read_text(encoding="utf-8"), yaml.BaseLoader)
CASES = [(typed, day) for day, typings in WRITTEN.items() for typed in typings]


@pytest.mark.parametrize(("typed", "day"), CASES, ids=lambda value: value)
def test_a_day_as_it_is_written(typed, day):
    assert read_day(typed)[0] == (None if day == "none" else date.fromisoformat(day))


WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
DAYS = st.dates(date(1960, 1, 1), date(2056, 12, 31))


@st.composite
def writings(draw: st.DrawFn) -> tuple[str, date]:
    """A day, and one of the thousands of ways to write it."""
    day = draw(DAYS)
    buddhist = draw(st.booleans())
    year = str(day.year + (BUDDHIST_ERA if buddhist else 0))
    era = draw(st.sampled_from(["", "", "พ.ศ. ", "พ.ศ.", "พุทธศักราช "] if buddhist else ["", "ค.ศ. "]))
    if buddhist and 2501 <= int(year) <= 2599 and draw(st.booleans()):
        year = year[2:]
    months = draw(st.sampled_from([MONTHS, SHORT_MONTHS, ENGLISH_MONTHS, [m[:3] for m in ENGLISH_MONTHS]]))
    month = draw(st.sampled_from([months[day.month - 1], str(day.month), f"{day.month:02}"]))
    mark = draw(st.sampled_from(["/", "-", ".", " ", " / ", " - ", "–", ", ", "\u00a0"]))
    written = f"{day.day}{mark}{draw(st.sampled_from(['', 'เดือน']))}{month}{mark}{era}{year}"
    before = draw(st.sampled_from(["", "วันที่ ", f"วัน{WEEKDAYS[day.weekday()]}ที่ ", "ลงวันที่ ", " "]))
    behind = draw(st.sampled_from(["", " ", " 10:30", " เวลา 10.30 น.", " 08:15:00"]))
    written = before + written + behind
    return (written.translate(THAI_DIGITS) if draw(st.booleans()) else written), day


@given(writings())
def test_every_way_to_write_a_day_is_read(written):
    text, day = written
    assert read_day(text)[0] == day


@given(DAYS)
def test_excel_s_day_count_is_the_day(day):
    assert read_day((day - date(1899, 12, 30)).days)[0] == day or day < date(1954, 10, 3)


@given(st.text(max_size=150) | st.text("0123456789/-. :มีคพศวันที่เดือน", max_size=40))
def test_any_text_is_a_day_or_none(text):
    day = read_day(text)[0]
    assert day is None or date(1950, 1, 1) <= day <= date(2199, 12, 31)


@pytest.mark.parametrize("typed", [True, 2564, 0.5, 1e300, float("nan"), None, [], datetime(1907, 1, 7), " " * 10**6])
def test_what_is_no_day(typed):
    assert read_day(typed)[0] is None


# --- A day of an academic year ---------------------------------------------------------------------------------

YEAR = 2563
IN_WINDOW = {
    "2020-01-01": True,
    "2019-12-31": False,
    "2022-12-31": True,
    "2023-01-01": False,
    "1964-03-31": False,
    "2054-03-31": False,
}


@pytest.mark.parametrize(("day", "can_be"), IN_WINDOW.items())
def test_a_day_is_plausible_from_the_year_s_begin_to_the_end_of_the_year_after_next(day, can_be):
    assert plausible(date.fromisoformat(day), YEAR) is can_be
    assert plausible(date.fromisoformat(day), None)


@given(st.dates(date(1950, 1, 1), date(2199, 12, 31)), st.integers(2559, 2600))
def test_a_day_means_itself_its_buddhist_reading_or_nothing(day, year):
    taken = meant(day, year)
    if plausible(day, year):
        assert taken == day
    elif taken:
        assert plausible(taken, year) and day.year < 2000
        # What Excel made of the two digits of the Buddhist year.
        assert (taken.year + BUDDHIST_ERA - 2500, taken.month, taken.day) == (day.year - 1900, day.month, day.day)


@given(st.dates(date(2016, 1, 1), date(2041, 12, 31)))
def test_two_digits_that_excel_took_for_another_century_are_found_again(day):
    stored = day.year + BUDDHIST_ERA - 600
    try:
        excel = day.replace(year=stored)
    except ValueError:
        return  # Excel keeps it as a text
    assert meant(excel, day.year + BUDDHIST_ERA) == day
    assert meant(excel, None) == excel
