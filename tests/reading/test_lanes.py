"""Workbooks that are written as programs usually do are read by a grammar; it says what the other reader says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from fuzz.mutations import MUTATIONS, share_texts
from helpers import books
from helpers.lanes import both, other_lane, takes_the_fast_lane
from qa_excel.files import usual
from qa_excel.files.usual import Unusual

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").rglob("*.xlsx"))
FIXTURES = sorted((ROOT / "tests" / "fixtures").rglob("*.xlsx"))
SCHOOL = sorted((ROOT / "samples" / "district").glob("99000001*/*.xlsx"))
TEMPLATES = sorted((ROOT / "xlsx_templates").glob("*.xlsx"))
MUTANTS = 250


@pytest.mark.parametrize(
    "files", [SAMPLES[:50], SAMPLES[50:], FIXTURES[:80], FIXTURES[80:160], FIXTURES[160:], TEMPLATES]
)
def test_both_lanes_say_the_same(files: list[Path]) -> None:
    taken = 0
    for file in files:
        fast, other = both(file)
        assert fast == other, file
        taken += takes_the_fast_lane(file)
    assert taken > len(files) * 0.8  # the others are refused, or broken on purpose


def test_both_lanes_say_the_same_of_mutants(tmp_path: Path) -> None:
    contents = [file.read_bytes() for file in SCHOOL]
    contents += list(map(share_texts, contents))
    path, taken = tmp_path / "a.xlsx", 0
    for number in range(MUTANTS):
        chance = Random(number)
        content = chance.choice(MUTATIONS)(chance, chance.choice(contents))
        path.write_bytes(content)
        fast, other = both(path)
        assert fast == other, number
        taken += takes_the_fast_lane(path)
    assert MUTANTS // 12 < taken < MUTANTS


def _inserted_rows(parts: dict[str, bytes]) -> None:
    """A row below the second of each sheet, as a program that inserts it writes it."""

    def below(number: re.Match[bytes]) -> bytes:
        row = int(number[2])
        return number[1] + b"%d" % (row + (row > 2)) + b'"'

    for name in [name for name in parts if "worksheets/sheet" in name]:
        before, cells, behind = re.split(rb"(?s)(<sheetData>.*</sheetData>)", parts[name])
        cells = re.sub(rb'(<c r="[A-Z]+|<row [^>]*?r=")(\d+)"', below, cells)
        parts[name] = before + cells + behind


def test_sheets_with_inserted_rows_are_known_again(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(SCHOOL[1].read_bytes())
    plain, _ = both(path)
    books.repack(path, _inserted_rows)
    fast, other = both(path)
    assert takes_the_fast_lane(path)
    assert fast == other
    assert (fast["data"], fast["digest"] == plain["digest"]) == (plain["data"], False)


LABEL = "ผู้เรียนทุกชั้นปี".encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LABEL, b"x" + LABEL),  # another label
        (b"<t>count</t>", b"<t>total</t>"),  # another key of a column
        (b'ONESQA_POINTS("IND1","1")', b'ONESQA_POINTS("IND1","2")'),
        (b"</sheetData>", b"</sheetData><sheetData></sheetData>"),
        (b"<v>1.35</v>", b"<v>1.36</v>"),
        (b"<v>2</v></c><c r=\"I9\"", b"<v>3</v></c><c r=\"I9\""),  # full points
        ("หมายเหตุ".encode(), "โทร 081 234 5678".encode()),
        (b"<f>", b"<f>WEBSERVICE(1)+"),
        (b"<f>", b"<f>[1]A!A1+"),
    ],
)  # fmt: skip
def test_what_was_altered_is_seen_in_both_lanes(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(SCHOOL[1].read_bytes())
    problems = len(both(path)[0]["problems"])  # and its sheets are known now
    parts = books.parts_of(path)
    name = next(name for name in parts if name.endswith("sheet3.xml") and old in parts[name])
    books.repack(path, lambda parts: parts.update({name: parts[name].replace(old, new, 1)}))
    fast, other = both(path)
    assert fast == other
    assert len(fast["problems"]) > problems


# --- the grammar ---


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
HALF = [
    lambda n: b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b" " * n + b"</t></is></c></row>",
    lambda n: b'<row r="1"><c r="A1"><v>' + b" " * n,
    lambda n: b'<row r="1">' + b" " * n,
    lambda n: b" " * n + b"<c",
    lambda n: b'<row r="1"' + b" " * n,
    lambda n: b'<c r="A1" s="1"' * (n // 15),
    lambda n: b'<row r="1">' + b'<c r="B1" s="1"/>' * (n // 17) + b"<c",
    lambda n: b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * (n // 22) + b"<c",
    lambda n: b'<row r="1"><c r="A1" t="inlineStr"><is>' + b"<r><t>a</t></r>" * (n // 15) + b"<r></is></c></row>",
    lambda n: b'<row r="1"><c r="A1" t="inlineStr"><is><r><rPr>' + b"<b/>" * (n // 4) + b"<t>a</t></r></is></c></row>",
    lambda n: b'<row r="1"><c r="A1"><f ' + b'a="b" ' * (n // 6) + b">1</f></c></row>",
    lambda n: b'<row r="1"><c r="A1"><f>' + b"&amp;" * (n // 5) + b"&</f></c></row>",
    lambda n: b"<row>" * (n // 5),
    lambda n: b"</row>" * (n // 6),
]


def _seconds(work: Callable[[], object]) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("made", HALF)
def test_time_grows_with_the_text_alone(made: Callable[[int], bytes]) -> None:
    """Blanks and half cells: eight times as much of them takes no more than some eight times as long."""

    def read(size: int) -> None:
        reader = usual._Reader([], frozenset())
        with pytest.raises(Unusual):
            reader.read(HEAD + made(size) + b"</sheetData></worksheet>")

    small, large = (_seconds(lambda size=size: read(size)) for size in (250_000, 2_000_000))
    assert large < 24 * small + 0.02


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1" r="1"></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row></row>',
        b'<row r="1"><row r="2"></row></row>',
        b'<row r="1"><c r="A1"><v>1</v></c>A2"><v>3</v></c></row>',
        b'<row r="1" <c r="A1"><v>1</v></c>></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        b'<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
        b'<c r="A1"><v>1</v></c>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a]]>b</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a&nbsp;b</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a&#0;b</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a\x01b</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a\xffb</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t> a</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a\rb</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a_x0041_b</t></is></c></row>',
        b'<row r="1"><c r="A1"><f t="shared" t="shared">1</f><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        b'<row r="1"><c r="A1"><!-- a --><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v> 1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1e999</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
        b'<row r="1"><c r="A1000"><v>1</v></c></row>',
        b'<row r="1"><c r="BM1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" vm="1"><v>1</v></c></row>',
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_the_other_reader(row: bytes) -> None:
    with pytest.raises((Unusual, UnicodeDecodeError)):
        usual._Reader([], frozenset()).read(HEAD + row + b"</sheetData></worksheet>")


def test_the_other_lane_is_another(tmp_path: Path) -> None:
    with other_lane():
        assert not takes_the_fast_lane(SCHOOL[0])
