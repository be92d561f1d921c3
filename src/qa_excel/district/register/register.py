"""A register beside a roster: whose it is, what comes in, when it came."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from qa_excel.district.merging import slot_key
from qa_excel.district.register import happened
from qa_excel.district.register.contents import Contents
from qa_excel.district.register.happened import DAY, UNDONE, Arrival, Event, Key
from qa_excel.district.register.known import Known
from qa_excel.district.register.store import WAIT, RegisterError, Store, tell
from qa_excel.office.roster import Roster
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.thai.privacy import masked
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

BATCH = 64
"""Receipts that are written at a time."""
_ALIKE = 2
"""One in so many of the fewer schools must be the same for two rosters to be of one office: schools open and close,
and a part of the roster may be used alone."""


class Register:
    """The register in a file, which is made where it lacks."""

    def __init__(self, path: Path | Contents, today: date | None = None, wait: float = WAIT) -> None:
        """Raises RegisterError, for one that another holds and for what is no register."""
        self.contents = path if isinstance(path, Contents) else Contents(Store(path, today, wait))
        self.store = self.contents.store
        self._seen = self.store.read(lambda db: happened.receipts(db))
        self._new: list[tuple[Key, str]] = []

    @property
    def path(self) -> Path:
        return self.store.path

    @property
    def notices(self) -> list[Text]:
        """What its user is to be told."""
        return self.store.notices

    def require_office(self, roster: Roster) -> None:
        """Raise RegisterError where the register is of another office than this roster; a new one is from now on this
        one's."""
        codes = {school.code for school in roster.schools}
        known = set(json.loads(self.store.about("codes") or "[]"))
        if known and _ALIKE * len(known & codes) < min(len(known), len(codes)):
            office = self.store.about("office") or "–"
            raise RegisterError(
                Text(
                    f"{self.path} เป็นทะเบียนรับแฟ้มของ {office} ({len(known)} แห่ง) ไม่ใช่ของทะเบียนสถานศึกษาที่ระบุ "
                    f"({roster.office or '–'}) ให้ใช้ทะเบียนรับแฟ้มคนละแฟ้มกัน",
                    f"{self.path} is the register of {office} ({counted(len(known), 'school')}), not of the roster's "
                    f"office ({roster.office or '–'}); each office has a register of its own",
                )
            )

        def work(db: sqlite3.Connection) -> None:
            tell(db, "codes", json.dumps(sorted(known | codes)))
            tell(db, "office", roster.office)

        if not codes <= known:
            self.store.write(work)

    @cached_property
    def known(self) -> Known:
        """What was read."""
        return Known(self.contents)

    # --- What comes in ---

    def saw(self, result: FileResult, roster: Roster) -> None:
        """Note what is seen of the roster's schools; what is new of it is recorded some at a time."""
        for seen in _contents(result, roster):
            if seen not in self._seen:
                self._seen.add(seen)
                self._new.append(seen)
        if len(self._new) >= BATCH:
            self._record()

    def _record(self) -> None:
        new, self._new = self._new, []
        if new:
            today, person = self.store.today.isoformat(), self.store.person
            self.store.write(lambda db: happened.receive(db, today, person, new))

    def has_looked(self) -> None:
        """All that there was has been seen."""
        self._record()
        years = {key[2] for key, _ in self._seen}
        if years - self.store.read(happened.looked):
            self.store.write(lambda db: happened.has_looked(db, years))
        self.store.copy_daily()
        if "known" in vars(self):
            self.known.throw_away_others()

    def arrivals(self, events: Iterable[Event] | None = None) -> dict[Key, list[Arrival]]:
        """What came for each workbook, in rounds."""
        return happened.arrivals(self.events() if events is None else events)

    def events(self, year: int | None = None) -> list[Event]:
        return self.store.read(lambda db: happened.events(db, year))

    # --- What an officer does ---

    def set_day(
        self,
        school: str,
        workbooks: Sequence[str],
        year: int,
        day: date,
        round: int | None = None,
        by: str = "",
        why: str = "",
    ) -> list[Arrival]:
        """Say on which day a school's workbooks came, in their last round or another one: what is said of each now.

        by: who says so, which nobody proves.

        Raises RegisterError where nothing came of them.
        """

        def work(db: sqlite3.Connection) -> list[Arrival]:
            came = happened.arrivals(happened.events(db, year))
            meant = [
                (key, arrival)
                for key, sent in came.items()
                for arrival in sent
                if key[0] == school and (not workbooks or key[1] in workbooks)
                if arrival.round == (round or len(sent))
            ]
            if not meant:
                raise RegisterError(
                    Text(
                        f"ทะเบียนรับแฟ้มไม่มีแฟ้มของ {school} ปีการศึกษา {year} ตามที่ระบุ ดูที่ได้รับแล้วด้วย qa-excel register show",
                        f"the register has no such workbook of {school} in {year}; qa-excel register show lists them",
                    )
                )
            told = _told(day=day.isoformat(), by=by, why=why)
            today, person = self.store.today.isoformat(), self.store.person
            happened.add(db, [Event(today, person, DAY, *key, arrival.content, told) for key, arrival in meant])
            return [Arrival(arrival.content, arrival.round, day.isoformat(), True) for _, arrival in meant]

        return self.store.write(work)

    def undo(self, event: int, by: str = "", why: str = "") -> None:
        """Take back a day that was set; both stay in the history. Raises RegisterError where there is no such event."""

        def work(db: sqlite3.Connection) -> None:
            found = {each.id: each for each in happened.events(db)}
            undone = {each.undoes for each in found.values()}
            meant = found.get(event)
            if meant is None or meant.kind != DAY or event in undone:
                raise RegisterError(
                    Text(
                        f"ไม่มีการกำหนดวันที่รับลำดับ {event} ที่ยกเลิกได้",
                        f"there is no set day {event} that could be taken back",
                    )
                )
            told = _told(by=by, why=why)
            about_it = (meant.school, meant.workbook, meant.year, meant.content, told, event)
            happened.add(db, [Event(self.store.today.isoformat(), self.store.person, UNDONE, *about_it)])

        self.store.write(work)

    def forget(self, year: int) -> int:
        """Take a year out of the register and of its copy; how many events it had."""
        gone = self.store.write(lambda db: happened.forget(db, year))
        self.store.compact()
        self.store.copy_daily(anyhow=True)
        return gone

    def take_back(self, events: Iterable[Event]) -> int:
        """Add the events of an exported history that are not there: how many."""
        given = list(events)

        def work(db: sqlite3.Connection) -> int:
            happened.has_looked(db, {event.year for event in given if event.year is not None})
            return happened.add_again(db, given)

        return self.store.write(work)


def _told(**facts: str) -> str:
    """What there is to say of an event; without anyone's number or address."""
    return json.dumps({name: masked(fact) for name, fact in facts.items() if fact}, ensure_ascii=False)


def _contents(result: FileResult, roster: Roster) -> Iterable[tuple[Key, str]]:
    """The receipt that a file is, where it can be told whose and of which year it is."""
    if not isinstance(result, ReadFile) or not result.digest:
        return
    submission = result.submission
    school = roster.find(submission.school_code) if submission.school_code else None
    if school and submission.year is not None:
        yield (school.code, slot_key(submission), submission.year), result.digest
