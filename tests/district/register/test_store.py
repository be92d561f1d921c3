"""The register's file: whose it is, damaged, copied, held by another program."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from qa_excel.district.register import store as module
from qa_excel.district.register.happened import DAY, RECEIPT, Event, add, events, forget, of_history
from qa_excel.district.register.register import Register
from qa_excel.district.register.store import RegisterError, Store, is_register
from qa_excel.files import folders

TODAY = date(2021, 4, 1)
RECEIVED = Event("2021-04-01", "somebody", RECEIPT, "99000001", "1", 2563, "a" * 64)


def at(folder: Path, today: date = TODAY, wait: float = 0.1) -> Store:
    return Store(folder / "register.sqlite", today, wait)


def with_event(folder: Path) -> Store:
    store = at(folder)
    store.write(lambda db: add(db, [RECEIVED]))
    return store


def contents(store: Store) -> list[str]:
    return [event.content for event in store.read(events)]


@pytest.mark.parametrize("statement", ["DELETE FROM event", "UPDATE event SET day = '2000-01-01'"])
def test_events_are_only_added(statement, tmp_path):
    store = with_event(tmp_path)
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda db: db.execute(statement))
    assert contents(store) == [RECEIVED.content]


def test_what_fails_leaves_nothing(tmp_path):
    store = with_event(tmp_path)

    def fail(db: sqlite3.Connection) -> None:
        add(db, [Event("2021-04-01", "somebody", DAY)])
        raise ValueError

    with pytest.raises(ValueError):
        store.write(fail)
    assert contents(store) == [RECEIVED.content]
    assert {path.name for path in tmp_path.iterdir()} == {"register.sqlite"}


def spoiled(path: Path, first: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[first:] = b"\x5a" * (len(content) - first)
    path.write_bytes(content)


@pytest.mark.parametrize("first", [0, 100, 4096])
def test_a_damaged_file_is_set_aside_and_restored(first, tmp_path):
    store = with_event(tmp_path)
    store.copy_daily()
    spoiled(store.path, first)
    store.path.with_name("register.sqlite-journal").write_bytes(b"of the damaged one")
    mended = at(tmp_path)
    (notice,) = mended.notices
    assert "damaged-20210401" in notice.th and "เสียหาย" in notice.th and "1 April 2021" in notice.en
    assert contents(mended) == [RECEIVED.content]
    aside = tmp_path / "register.sqlite.damaged-20210401-journal"
    assert first or aside.read_bytes() == b"of the damaged one"  # SQLite removes one that it sees to be nothing
    assert not (tmp_path / "register.sqlite-journal").exists()


def test_damage_is_met_in_the_middle_as_well(tmp_path):
    store = with_event(tmp_path)
    store.copy_daily()
    spoiled(store.path, 100)
    assert contents(store) == [RECEIVED.content]
    assert len(store.notices) == 1


def test_without_a_copy_it_is_begun_anew_and_said(tmp_path):
    store = with_event(tmp_path)
    spoiled(store.path, 4096)
    mended = at(tmp_path)
    assert "register restore" in mended.notices[0].en and contents(mended) == []


def test_one_that_is_gone_comes_from_its_copy(tmp_path):
    store = with_event(tmp_path)
    store.copy_daily()
    store.path.unlink()
    again = at(tmp_path)
    assert "gone" in again.notices[0].en and contents(again) == [RECEIVED.content]


@pytest.mark.parametrize("content", [b"code,name\n", b"SQLite format 2\0", b"PK\x03\x04"])
def test_another_file_is_left_alone(content, tmp_path):
    path = tmp_path / "register.sqlite"
    path.write_bytes(content)
    with pytest.raises(RegisterError):
        at(tmp_path)
    assert path.read_bytes() == content


def test_another_program_s_database_is_left_alone(tmp_path):
    path = tmp_path / "register.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(RegisterError):
        at(tmp_path)
    assert path.read_bytes() == before


def test_a_newer_one_is_refused_and_an_older_one_copied_before_it_is_upgraded(tmp_path, monkeypatch):
    store = with_event(tmp_path)
    monkeypatch.setattr(module, "VERSION", 2)
    monkeypatch.setattr(module, "_UPGRADES", {1: "ALTER TABLE event ADD COLUMN more TEXT;"})
    upgraded = at(tmp_path)
    assert upgraded.read(lambda db: db.execute("SELECT content, more FROM event").fetchall()) == [("a" * 64, None)]
    with sqlite3.connect(upgraded.copy) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    # The copy is of the version before, and is made the present one where it has to take the register's place.
    spoiled(store.path)
    assert at(tmp_path).read(lambda db: db.execute("SELECT more FROM event").fetchall()) == [(None,)]
    monkeypatch.setattr(module, "VERSION", 1)
    with pytest.raises(RegisterError, match="newer"):
        at(tmp_path)


def test_the_copy_is_of_the_day_and_without_what_can_be_read_again(tmp_path):
    store = with_event(tmp_path)
    store.write(lambda db: db.execute("INSERT INTO reading VALUES (x'00', 'e', '', 0, 2563, x'00')"))
    store.copy_daily()
    assert is_register(store.copy)
    store.write(lambda db: add(db, [Event("2021-04-01", "somebody", DAY)]))
    store.copy_daily()
    copied = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM reading)"
    with sqlite3.connect(store.copy) as db:
        assert db.execute(copied).fetchone() == (1, 0)
    at(tmp_path, date(2021, 4, 2)).copy_daily()
    with sqlite3.connect(store.copy) as db:
        assert db.execute(copied).fetchone() == (2, 0)


def test_the_copy_of_another_register_is_not_written_over(tmp_path):
    store = with_event(tmp_path)
    store.copy_daily()
    kept = store.copy.read_bytes()
    store.path.unlink()
    aside = store.copy.rename(tmp_path / "kept")
    other = at(tmp_path)
    aside.rename(other.copy)
    other.copy_daily()
    assert other.copy.read_bytes() == kept and len(other.notices) == 1


def test_who_holds_it_is_said(tmp_path):
    store = with_event(tmp_path)
    waiting = at(tmp_path)

    def work(db: sqlite3.Connection) -> None:
        with pytest.raises(RegisterError) as refused:
            waiting.write(lambda db: None)
        assert store.person in refused.value.text.th and "ตั้งแต่" in refused.value.text.th

    store.write(work)
    waiting.write(lambda db: None)
    other = sqlite3.connect(store.path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RegisterError, match="another program"):
        waiting.write(lambda db: None)
    other.close()


def test_a_year_is_forgotten_in_file_and_copy(tmp_path):
    store = with_event(tmp_path)
    kept = Event("2022-04-01", "somebody", RECEIPT, "99000001", "1", 2564, "b" * 64)
    store.write(lambda db: add(db, [kept]))
    store.copy_daily()
    register = Register(store.path, TODAY)
    assert register.forget(2563) == 1
    assert contents(store) == [kept.content]
    for path in (store.path, store.copy):
        assert RECEIVED.content.encode() not in path.read_bytes()
        assert kept.content.encode() in path.read_bytes()
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda db: db.execute("DELETE FROM event"))
    assert store.write(lambda db: forget(db, 2563)) == 0


def test_a_shared_folder_is_warned_of(tmp_path, monkeypatch):
    assert folders.shared_with_others(tmp_path / "r") is None
    for name in ("OneDrive - สพป.ตาก เขต 2", "Dropbox", "Google Drive", "iCloudDrive"):
        assert folders.shared_with_others(tmp_path / name / "งาน" / "r") == folders.CLOUD
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n//server/x {tmp_path.resolve()}/on\\040x cifs rw 0 0\n", encoding="utf-8"
    )
    monkeypatch.setattr(folders, "_MOUNTS", mounts)
    assert folders.shared_with_others(tmp_path / "on x" / "r") == folders.NETWORK
    assert folders.shared_with_others(tmp_path / "r") is None
    (tmp_path / "Dropbox").mkdir()
    assert "คลาวด์" in at(tmp_path / "Dropbox").notices[0].th


def test_history_without_persons_comes_back(tmp_path):
    row = dict.fromkeys(("school_code", "workbook", "year", "content", "received_on", "undoes")) | {"there": False}
    rows = [
        row | {"event": 4, "recorded_on": "2021-04-01", "kind": RECEIPT, "school_code": "99000001", "year": 2563},
        row | {"event": 7, "recorded_on": "2021-04-02", "kind": DAY, "received_on": "2021-03-30", "year": 2563},
        row | {"event": 9, "recorded_on": "2021-04-03", "kind": "undone", "undoes": 7, "year": 2563},
    ]
    register = Register(tmp_path / "r.sqlite", TODAY)
    assert register.take_back(of_history(rows)) == 3
    assert register.take_back(of_history(rows)) == 0
    assert [(event.id, event.undoes) for event in register.events()] == [(1, None), (2, None), (3, 2)]
