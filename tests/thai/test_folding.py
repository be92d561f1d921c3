"""What looks the same on paper is the same word, wherever words are compared."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import mock

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qa_excel.rubric.building import load_rubric
from qa_excel.scoring.traces import status_choices
from qa_excel.thai import folding, privacy
from qa_excel.thai.folding import fold, mended
from qa_excel.thai.privacy import plain
from qa_excel.thai.typed import normalise

FILE = Path(__file__).with_name("lookalikes.yaml")
LOOKS = [(usual, look) for usual, looks in yaml.safe_load(FILE.read_text(encoding="utf-8")).items() for look in looks]


@pytest.mark.parametrize(("usual", "look"), LOOKS, ids=lambda text: ascii(text))
def test_look_alikes_are_one_word(usual, look):
    assert fold(look) == fold(usual)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("แก", "เก"),
        ("ที", "ที่"),
        ("กำ", "กา"),
        ("เก", "เกา"),
        ("คา", "ค่า"),
        ("ก้ำ", "ก่ำ"),
        ("ปิ", "ปี"),
        ("มี", "ไม่มี"),
        ("ศึก", "ศิก"),
    ],
)
def test_other_words_stay_other_words(one, other):
    assert fold(one) != fold(other)


THAI = st.text(
    st.sampled_from([chr(n) for n in (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E5C), *range(0xF700, 0xF71B))])
)


@given(THAI | st.text())
def test_folding_and_mending_once_is_enough(text):
    assert mended(mended(text)) == mended(text)
    folded = fold(text)
    assert not text.isascii() or folded == "".join(text.split()).lower()
    assert fold(folded) == folded or not set(text) <= {chr(n) for n in range(0x0E00, 0x0E80)}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("resolved", "เเก้ไขเเล้ว", True),
        ("resolved", "ยังไม่เเก้ไข", False),
        ("found", "ไม\u0e48พบ", False),
        ("levels", "ไม\uf70aเปิดสอน", False),
        ("choice", "ด\u0e4d\u0e45เนินการเเล้ว", "done"),
        ("choice", "กำลังดำเนินก\u0e45ร", "doing"),
        ("count", "ไม\u0e48ม\u0e35", 0),
        ("date", "31 ม\u0e35น\u0e45คม 2564", "2021-03-31"),
    ],
)
def test_the_lists_know_look_alikes(kind, typed, value):
    read = normalise(typed, kind, status_choices(load_rubric("iqa-2565")))
    assert (read.state, read.value) == ("ok", value)


SIGNS = st.text(
    st.one_of(
        st.characters(min_codepoint=0xE01, max_codepoint=0xE5B),
        st.sampled_from("้ำ่ำํา์ุิเเ" + " -@09.,()" + "\u200b\uf70aé\u0301−ｱ"),
    ),
    max_size=12,
)


@given(text=SIGNS)
def test_texts_with_nothing_to_mend_are_only_seen_sooner(text):
    """Each has a look that spares most texts the closer one: it never changes the result."""
    mended_, plain_ = mended(text), plain(text)
    always = re.compile("")
    with mock.patch.object(folding, "_TO_MEND", always), mock.patch.object(privacy, "_NOT_PLAIN", always):
        assert (mended_, plain_) == (mended(text), plain(text))
