"""The register's file: a SQLite database that is opened for a moment at a time, copied once a day, and restored.

What happened stands in `event`, to which rows are only added; `about` tells whose register it is. What was read, and
what summaries were made of, can be worked out anew: the copy leaves it out.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from qa_excel.files import oserrors
from qa_excel.files.folders import shared_with_others
from qa_excel.files.plain import refuse_special
from qa_excel.thai.dates import shown_date
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

APPLICATION = 0x71614578
"""By which SQLite tells the files of one program from another's."""
VERSION = 1
WAIT = 30.0
"""Seconds to wait for another program to let go of the file; it holds it for moments."""

UNKNOWN = "-"
"""Stands for a person who is not told."""

_HEADER = b"SQLite format 3\0"
_EMPTY_MARK = 0
_KEPT = ("about", "event")
"""The tables that can't be worked out anew."""
_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    school TEXT NOT NULL,
    workbook TEXT NOT NULL,
    year INTEGER,
    content TEXT NOT NULL DEFAULT '',
    told TEXT NOT NULL DEFAULT '{}',
    undoes INTEGER REFERENCES event (id)
);
CREATE INDEX event_of ON event (year, school, workbook);
CREATE UNIQUE INDEX receipt ON event (year, school, workbook, content) WHERE kind = 'receipt';
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
    WHEN NOT EXISTS (SELECT 1 FROM about WHERE key = 'forgetting')
    BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TABLE reading (
    hash BLOB NOT NULL UNIQUE,
    edition TEXT NOT NULL,
    day TEXT NOT NULL,
    of_the_day INTEGER NOT NULL,
    year INTEGER,
    outcome BLOB NOT NULL
);
CREATE TABLE summary (
    outputs TEXT PRIMARY KEY,
    made_of TEXT NOT NULL,
    day TEXT NOT NULL,
    of_the_day INTEGER NOT NULL,
    faulty INTEGER NOT NULL,
    year INTEGER,
    iqa_year INTEGER,
    files TEXT NOT NULL
) WITHOUT ROWID;
"""
_UPGRADES: dict[int, str] = {}
"""Version → what makes it the next one."""

_T = TypeVar("_T")


class RegisterError(Said):
    """A register that can't be used; `text` says why and what to do."""


class Store:
    """The file at `path`. `notices` are what its user is to be told: what was restored, where it had better not lie.

    today: the day of what is recorded. wait: seconds to wait for another program.
    """

    def __init__(self, path: Path, today: date | None = None, wait: float = WAIT) -> None:
        """Open it, or make it where there is none. Raises RegisterError."""
        self.path = path
        self.today = today or date.today()
        self.person = _person()
        self.notices: list[Text] = []
        self._wait = wait
        shared = shared_with_others(path)
        if shared:
            self.notices.append(
                Text(
                    f"ทะเบียนรับแฟ้ม {path} อยู่ใน{shared.th} ซึ่งอาจทำให้เสียหาย ควรย้ายมาไว้ในดิสก์ของเครื่องนี้ แล้วสำเนาไปเก็บที่นั่นแทน",
                    f"the register {path} lies in {shared.en}, where it may be damaged; keep it on this computer's own "
                    "disk and only a copy there",
                )
            )
        self._open()

    @property
    def copy(self) -> Path:
        """Where its daily copy stands."""
        return self.path.with_name(f"{self.path.name}.bak")

    @property
    def files(self) -> tuple[Path, ...]:
        """What of it lies in its folder, and is no input."""
        return self.path, self.copy

    # --- Work on it ---

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """What a piece of work finds in it."""
        return self._mending(lambda: self._at_work(work, "BEGIN"))

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do a piece of work whole, or not at all; a damaged file is restored first, and the work done again."""
        return self._mending(lambda: self._at_work(work, "BEGIN IMMEDIATE"))

    def about(self, key: str) -> str | None:
        return self.read(lambda db: about(db, key))

    def copy_daily(self, anyhow: bool = False) -> None:
        """Copy what happened, once a day or anyhow; an earlier copy of another register is left."""
        today = self.today.isoformat()
        if not anyhow and self.about("copied_on") == today and self.copy.exists():
            return

        def work(db: sqlite3.Connection) -> None:
            tell(db, "copied_on", today)
            self._copy_out(db)

        self.write(work)

    def restore(self, source: Path | None = None) -> Path | None:
        """Put the copy (or another one) in its place; where what stood there is now. Raises RegisterError."""
        source = source or self.copy
        if not is_register(source):
            raise RegisterError(Text(f"{source} ไม่ใช่สำเนาของทะเบียนรับแฟ้ม", f"{source} is no copy of a register"))
        return self._put_back(source)

    def compact(self) -> None:
        """Leave nothing in the file of what was taken out of it."""
        with self._telling(), self._connection() as db:
            db.execute("VACUUM")

    # --- Opening ---

    def _open(self) -> None:
        try:
            refuse_special(self.path)
            there = self.path.exists() and self.path.stat().st_size > 0
            begins = self.path.open("rb").read(len(_HEADER)) if there else b""
        except OSError as error:
            raise self._unusable(oserrors.reason(error)) from None
        if begins == _HEADER:
            self._mending(self._examine)
        elif is_register(self.copy):
            self._restored(damaged=there)
        elif there:
            raise RegisterError(
                Text(
                    f"{self.path} ไม่ใช่ทะเบียนรับแฟ้มของโปรแกรม ให้ระบุแฟ้มอื่น",
                    f"{self.path} is no register of this program; name another file",
                )
            )
        else:
            self._at_work(self._make, "BEGIN IMMEDIATE")

    def _examine(self) -> None:
        def look(db: sqlite3.Connection) -> int:
            mark, version = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
            if mark == _EMPTY_MARK and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                return _EMPTY_MARK  # whoever made it has not come to write in it
            if mark != APPLICATION:
                raise RegisterError(
                    Text(
                        f"{self.path} เป็นฐานข้อมูลของโปรแกรมอื่น ให้ระบุแฟ้มอื่น",
                        f"{self.path} is another program's database; name another file",
                    )
                )
            if version > VERSION:
                raise RegisterError(
                    Text(
                        f"{self.path} เป็นทะเบียนรับแฟ้มของโปรแกรมรุ่นใหม่กว่า ให้ปรับปรุงโปรแกรมก่อน",
                        f"{self.path} is a register of a newer version; update the program first",
                    )
                )
            for table in _KEPT:
                (found,) = db.execute(f"PRAGMA quick_check('{table}')").fetchone()
                if found != "ok":
                    raise _damage(found)
            return int(version)

        version = self._at_work(look, "BEGIN")
        if version == _EMPTY_MARK:
            self._at_work(self._make, "BEGIN IMMEDIATE")
        elif version < VERSION:
            self._at_work(self._upgrade, "BEGIN IMMEDIATE")

    def _make(self, db: sqlite3.Connection) -> None:
        if db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return  # another program has made it meanwhile
        _build(db)
        tell(db, "id", secrets.token_hex(16))

    def _upgrade(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version < VERSION:
            self._copy_out(db)
        for number in range(version, VERSION):
            _run(db, _UPGRADES[number])
            db.execute(f"PRAGMA user_version = {number + 1}")

    # --- Its connection ---

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        db = _connect(self.path, self._wait)
        try:
            yield db
        finally:
            db.close()

    def _at_work(self, work: Callable[[sqlite3.Connection], _T], begin: str) -> _T:
        with self._telling(), self._connection() as db:
            db.execute(begin)
            try:
                with self._holding() if begin != "BEGIN" else contextlib.nullcontext():
                    done = work(db)
                    db.execute("COMMIT")
                    return done
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Say beside the file who writes in it."""
        by = {"person": self.person, "computer": platform.node(), "since": f"{datetime.now():%H:%M}"}
        with contextlib.suppress(OSError):
            self._holder.write_text(json.dumps(by, ensure_ascii=False), encoding="utf-8")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._holder.unlink()

    @property
    def _holder(self) -> Path:
        return self.path.with_name(f"{self.path.name}-held")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say what SQLite refuses; damage is left to who mends it."""
        try:
            yield
        except sqlite3.Error as error:
            if _is_damage(error) or not isinstance(error, sqlite3.OperationalError):
                raise
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise self._held() from None
            raise self._unusable(_reason(error)) from error

    def _held(self) -> RegisterError:
        try:
            by = json.loads(self._holder.read_text(encoding="utf-8"))
            who = Text(
                f"{by['person']} ที่เครื่อง {by['computer']} ตั้งแต่ {by['since']} น.",
                f"{by['person']} at {by['computer']} since {by['since']}",
            )
        except (OSError, ValueError, KeyError, TypeError):
            who = Text("โปรแกรมอื่น", "another program")
        return RegisterError(
            Text(
                f"ทะเบียนรับแฟ้ม {self.path} มีผู้ใช้อยู่: {who.th} ให้รอแล้วสั่งใหม่อีกครั้ง",
                f"the register {self.path} is in use: {who.en}; wait and run it again",
            )
        )

    def _unusable(self, reason: Text) -> RegisterError:
        return RegisterError(
            Text(f"ใช้ทะเบียนรับแฟ้ม {self.path} ไม่ได้ ({reason.th})", f"can't use the register {self.path} ({reason.en})")
        )

    # --- Damage ---

    def _mending(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
        self._restored(damaged=True)
        return work()

    def _restored(self, damaged: bool) -> None:
        """Set a damaged file aside and go on from the copy, or anew, and say so."""
        source = self.copy if is_register(self.copy) else None
        aside = self._put_back(source)
        was = Text("เสียหาย" if damaged else "หายไป", "is damaged" if damaged else "is gone")
        kept = Text(f" เก็บแฟ้มเดิมไว้ที่ {aside}", f"; what it was is kept as {aside}") if aside else Text("", "")
        if source:
            day = self.about("copied_on") or ""
            now = Text(
                f" และกู้คืนจากสำเนาของวันที่ {shown_date(day) if day else '–'} สิ่งที่บันทึกหลังจากนั้นต้องบันทึกใหม่",
                f"; it was restored from its copy of {shown_date(day, 'en') if day else '–'}, and what was recorded "
                "since is to be recorded again",
            )
        else:
            now = Text(
                " และเริ่มทะเบียนใหม่เพราะไม่มีสำเนา หากมีโฟลเดอร์ข้อมูล (--data) ให้กู้คืนด้วย qa-excel register restore",
                "; there is no copy, so that a new one was begun: where there is a data folder (--data), restore it by "
                "qa-excel register restore",
            )
        self.notices.append(
            Text(
                f"ทะเบียนรับแฟ้ม {self.path} {was.th}{kept.th}{now.th}",
                f"the register {self.path} {was.en}{kept.en}{now.en}",
            )
        )

    def _put_back(self, source: Path | None) -> Path | None:
        """Put a copy in the file's place, or nothing; where what stood there is now."""
        try:
            aside = self._set_aside()
            if source:
                made = self.path.with_name(f"{self.path.name}.new")
                made.unlink(missing_ok=True)
                made.write_bytes(source.read_bytes())
                made.replace(self.path)
        except OSError as error:
            raise self._unusable(oserrors.reason(error)) from None
        if source is None:
            self._at_work(self._make, "BEGIN IMMEDIATE")
        else:
            self._at_work(self._upgrade, "BEGIN IMMEDIATE")
        return aside

    def _set_aside(self) -> Path | None:
        """Give the file another name, and with it what SQLite was about to roll back, which is no other file's."""
        if not self.path.exists():
            return None
        names = (f"{self.path.name}.damaged-{self.today:%Y%m%d}{f'-{n}' if n else ''}" for n in range(10_000))
        aside = next(place for place in map(self.path.with_name, names) if not os.path.lexists(place))
        self.path.rename(aside)
        for ending in ("-journal", "-wal", "-shm"):
            beside = self.path.with_name(f"{self.path.name}{ending}")
            if beside.exists():
                beside.rename(aside.with_name(f"{aside.name}{ending}"))
        return aside

    def _copy_out(self, db: sqlite3.Connection) -> None:
        if is_register(self.copy) and _id_of(self.copy) != about(db, "id"):
            self.notices.append(
                Text(
                    f"{self.copy} เป็นสำเนาของทะเบียนรับแฟ้มอื่น จึงไม่เขียนทับ ให้ย้ายไปเก็บที่อื่น",
                    f"{self.copy} is the copy of another register and is not overwritten; put it elsewhere",
                )
            )
            return
        made = self.copy.with_name(f"{self.copy.name}.new")
        try:
            made.unlink(missing_ok=True)
            other = _connect(made, self._wait)
            try:
                _copy_tables(db, other)
            finally:
                other.close()
            made.replace(self.copy)
        except (OSError, sqlite3.Error):
            self.notices.append(
                Text(f"เขียนสำเนาของทะเบียนรับแฟ้ม {self.copy} ไม่ได้", f"the register's copy {self.copy} can't be written")
            )


def is_register(path: Path) -> bool:
    """True for a register, or a copy of one, that can be read."""
    try:
        return path.is_file() and _id_of(path) is not None
    except (sqlite3.Error, OSError):
        return False


def about(db: sqlite3.Connection, key: str) -> str | None:
    """What the register says of itself."""
    found = db.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
    return found[0] if found else None


def tell(db: sqlite3.Connection, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=wait, isolation_level=None)
    # What a file brings along of its own is not run; what is written stands on the disk before the next step.
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}")
    return db


def _id_of(path: Path) -> str | None:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            return None
        return about(db, "id")
    finally:
        db.close()


def _run(db: sqlite3.Connection, script: str) -> None:
    """The statements of a script within the transaction, which `executescript` would end."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def _build(db: sqlite3.Connection) -> None:
    _run(db, _SCHEMA)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def _copy_tables(db: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """A register of the same version, with what can't be worked out anew."""
    made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type != 'table'"
    other.execute("BEGIN")
    for (statement,) in db.execute(made).fetchall():
        other.execute(statement)
    for table in _KEPT:
        rows = db.execute(f"SELECT * FROM {table}")
        other.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows.description))})", rows)
    for name in ("application_id", "user_version"):
        other.execute(f"PRAGMA {name} = {db.execute(f'PRAGMA {name}').fetchone()[0]}")
    other.execute("COMMIT")


def _damage(found: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(found)
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_CORRUPT, "SQLITE_CORRUPT"
    return error


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


_REASONS = {
    "SQLITE_FULL": Text("พื้นที่ดิสก์เต็ม", "no space left on the disk"),
    "SQLITE_READONLY": Text("แฟ้มหรือโฟลเดอร์อ่านได้อย่างเดียว", "the file or its folder is read-only"),
    "SQLITE_CANTOPEN": Text("เปิดแฟ้มหรือเขียนในโฟลเดอร์ไม่ได้", "the file can't be opened, or its folder not written"),
    "SQLITE_IOERR": Text("ดิสก์หรืออุปกรณ์ขัดข้อง", "the disk or device failed"),
}


def _reason(error: sqlite3.Error) -> Text:
    name = getattr(error, "sqlite_errorname", "")
    return next((text for key, text in _REASONS.items() if name.startswith(key)), Text(name, name))


def _person() -> str:
    """The user of the PC, who need not be the person that acts."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return UNKNOWN
