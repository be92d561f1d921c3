"""What was read is not read again and comes to the same; what is somebody's, or a school wrote, is not kept."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from helpers import books
from helpers.planted import SECRETS
from qa_excel.district import examining
from qa_excel.district.keeping import Kept
from qa_excel.district.receiving import Receipt, receive
from qa_excel.district.register import contents
from qa_excel.district.register.known import _CHECK
from qa_excel.district.register.lean import is_somebodys, lean
from qa_excel.district.register.register import Register
from qa_excel.district.unpickling import unpickled
from qa_excel.office.roster import read_roster
from qa_excel.reading.submission import ReadFile
from qa_excel.rubric.building import load_rubric

TODAY = date(2023, 6, 1)
ROSTER = read_roster(books.SAMPLES / "schools.csv")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, in this process."""
    names: list[str] = []
    reading = examining.read_workbook

    def noted(path: Path, name: str) -> Any:
        names.append(name)
        return reading(path, name)

    monkeypatch.setattr(examining, "read_workbook", noted)
    monkeypatch.setattr("qa_excel.district.workers.FEW", 1000)
    return names


def came(folder: Path, day: date = TODAY, **given: Any) -> Receipt:
    register = Register(folder / "register.sqlite", day)
    return receive([folder / "inbox"], ROSTER, register=register, today=day, **given)


def put(folder: Path, data: dict[str, Any], name: str = "a.xlsx") -> Path:
    from qa_excel import fill

    (folder / "inbox").mkdir(exist_ok=True)
    fill(data, folder / "inbox" / name)
    return folder / "inbox" / name


def told(result: Any) -> list[Any]:
    """All of a result that anybody asks for."""
    found: list[Any] = [result.file, result.place, result.status, result.about()]
    found += [problem.to_json(lang) for problem in result.problems for lang in ("th", "en")]
    found += [[(o.file, o.sheet, o.cell) for o in problem.others] for problem in result.problems]
    if isinstance(result, ReadFile):
        sent = result.submission
        found += [result.rank, result.digest, result.sign, result.beside, result.is_copy, result.rounds]
        found += [sent.data, sent.scorecard, sent.totals, dict(sent.sources), sent.day_doubted]
        found += [sent.source(("school", "code")), sent.source(("answers",)), sent.rows]
    return found


def inbox_of(folder: Path, samples: str, most: int) -> None:
    files = sorted((books.SAMPLES / samples).rglob("*.xlsx"))[:most]
    for file in files:
        place = folder / "inbox" / file.relative_to(books.SAMPLES / samples)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)


@pytest.mark.parametrize(("samples", "most"), [("district", 12), ("faulty", 40)])
def test_what_was_read_comes_to_the_same(samples, most, tmp_path, read):
    inbox_of(tmp_path, samples, most)
    first = came(tmp_path)
    count, read[:] = len(read), []
    second = came(tmp_path)
    readable = sum(isinstance(result, ReadFile) for result in first.results)
    assert count and len(read) <= count - readable
    assert list(map(told, first.results)) == list(map(told, second.results))
    assert [p.to_json() for p in first.problems()] == [p.to_json() for p in second.problems()]
    # What is told of them is what is told without a register.
    plain = receive([tmp_path / "inbox"], ROSTER, today=TODAY)
    assert [p.to_json() for p in plain.problems()] == [p.to_json() for p in second.problems()]
    assert [r.rank for r in plain.results if isinstance(r, ReadFile)] == [
        r.rank for r in second.results if isinstance(r, ReadFile)
    ]


def test_only_what_is_new_or_changed_is_read(tmp_path, read):
    for area in (2, 3, 4):
        put(tmp_path, books.submission(area), f"{area}.xlsx")
    came(tmp_path)
    put(tmp_path, books.submission(3, prepared_by="อีกคน"), "3.xlsx")
    put(tmp_path, books.submission(5), "5.xlsx")
    (tmp_path / "inbox" / "2.xlsx").rename(tmp_path / "inbox" / "ด้าน 2.xlsx")
    os.utime(tmp_path / "inbox" / "4.xlsx", (1, 1))
    read.clear()
    second = came(tmp_path)
    assert sorted(read) == ["3.xlsx", "5.xlsx"]
    assert {result.file for result in second.results} == {"3.xlsx", "4.xlsx", "5.xlsx", "ด้าน 2.xlsx"}
    assert {p.source.file for r in second.results for p in r.problems} <= {result.file for result in second.results}


def test_another_version_reads_anew(tmp_path, read, monkeypatch):
    put(tmp_path, books.submission(2))
    came(tmp_path)
    read.clear()
    monkeypatch.setattr(contents, "SHAPE", 99)
    came(tmp_path)
    assert read == ["a.xlsx"]
    rows = Register(tmp_path / "register.sqlite").store.read(
        lambda db: db.execute("SELECT count(*), count(DISTINCT edition) FROM reading").fetchone()
    )
    assert rows == (1, 1)


def test_the_day_decides_only_what_lies_ahead(tmp_path, read):
    put(tmp_path, books.submission(2, prepared_on="2023-07-01"), "ahead.xlsx")
    put(tmp_path, books.submission(3, prepared_on="2022-07-01"), "behind.xlsx")

    def codes(day: date) -> set[str]:
        return {problem.code for problem in came(tmp_path, day).problems()}

    assert "consistency.future_date" in codes(TODAY)
    read.clear()
    assert "consistency.future_date" in codes(TODAY)
    assert read == []
    assert "consistency.future_date" not in codes(date(2023, 7, 2))
    assert read == ["ahead.xlsx"]
    read.clear()
    assert "consistency.future_date" in codes(TODAY)  # a clock that was put back
    assert read == ["ahead.xlsx"]


def test_what_schools_wrote_is_read_where_it_is_asked_for(tmp_path, read):
    put(tmp_path, books.submission(2))
    came(tmp_path)
    read.clear()
    (whole,) = came(tmp_path, whole=True).results
    assert read == ["a.xlsx"] and whole.submission.typed


@pytest.mark.parametrize(
    "spoil", [lambda content: b"", lambda content: content[:-1], lambda content: b"x" + content[1:]]
)
def test_a_damaged_outcome_is_read_anew(spoil, tmp_path, read):
    put(tmp_path, books.submission(2))
    first = came(tmp_path)
    store = Register(tmp_path / "register.sqlite").store
    (content,) = store.read(lambda db: db.execute("SELECT outcome FROM reading").fetchone())
    store.write(lambda db: db.execute("UPDATE reading SET outcome = ?", (spoil(content),)))
    read.clear()
    assert list(map(told, came(tmp_path).results)) == list(map(told, first.results))
    assert read == ["a.xlsx"]


class Acts:
    def __init__(self, act: Callable[..., Any], *given: Any) -> None:
        self.act = act, given

    def __reduce__(self) -> tuple[Any, ...]:
        return self.act


@pytest.mark.parametrize("act", [os.system, eval, print, getattr, zlib.compress, load_rubric, Kept, unpickled])
def test_a_register_starts_nothing(act):
    with pytest.raises(pickle.UnpicklingError):
        unpickled(pickle.dumps(Acts(act, "1")))


# --- What is kept ---


def kept_in(path: Path) -> bytes:
    """Everything in a register, its packed parts laid open."""
    content = path.read_bytes()
    with sqlite3.connect(path) as db:
        for (outcome,) in db.execute("SELECT outcome FROM reading"):
            content += outcome
            *_, (_, _, _, _, parts) = unpickled(outcome[_CHECK:])
            content += b"".join(map(zlib.decompress, parts))
    return content


def test_no_text_of_a_school_is_kept(tmp_path):
    texts = ("คำสั่งที่ ๑๒ ลับมาก", "https://example.org/lap-mak", "หมายเหตุลับมาก", "นายผู้จัดทำ ลับมาก")
    about = {"evidence": {"IND5": {"1.1": texts[0]}}, "links": {"IND5": {"1.1": texts[1]}}, "prepared_by": texts[3]}
    path = put(tmp_path, books.submission(2, **about, notes={"IND5": {"1.1": texts[2]}}))
    books.type_in(path, {("IND6.1", "count"): "ลับมากเก้า"})
    came(tmp_path)
    kept = kept_in(tmp_path / "register.sqlite")
    assert b"IND5" in kept
    for text in (*texts, "ลับมาก", "lap-mak", str(tmp_path)):
        assert text.encode() not in kept


@pytest.mark.parametrize("code", SECRETS)
@pytest.mark.parametrize(
    "key", [("school.name", "value"), ("evidence", ""), ("IND6.1", "count"), ("school.code", "value")]
)
def test_nothing_that_is_somebody_s_is_kept(code, key, tmp_path):
    secret, gives_away = SECRETS[code]
    if key[0] == "evidence":
        path = put(tmp_path, books.submission(2, evidence={"IND5": {"1.1": secret}}))
    else:
        path = books.type_in(put(tmp_path, books.submission(2)), {key: secret})
    name = f"{secret.split()[0]}.xlsx"
    path.rename(path.with_name(name))
    first = came(tmp_path)
    kept = kept_in(tmp_path / "register.sqlite")
    for text in (secret, *gives_away):
        assert text.encode() not in kept and text.replace("-", "").encode() not in kept
    assert list(map(told, came(tmp_path).results)) == list(map(told, first.results))


def test_stand_ins_tell_texts_apart_and_keep_figures():
    rubric = load_rubric("onesqa-r4")
    data = books.submission(2, evidence={"IND5": {"1.1": "ก", "1.2": "ข", "1.3": "ก"}})
    found = lean(data, rubric)
    one, other, same = (found["evidence"]["IND5"][f"1.{n}"] for n in (1, 2, 3))
    assert one == same != other and len(one) == 6
    assert found["answers"] == data["answers"] and found["school"] == data["school"]
    assert not is_somebodys(found, None)
    assert is_somebodys({"answers": {"x": 812345678}}, None)
