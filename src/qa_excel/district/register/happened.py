"""What happened: events with day and person, to which more are only added, and what they come to.

A receipt is a content that was seen for a school, a workbook and a year; the n-th of them is round n. The day on which
it was first seen is that of its coming, but for what a new register found lying there: that came on that day at the
latest. What an officer says of the day stands above both.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from qa_excel.district.register.store import UNKNOWN, about, tell

RECEIPT, DAY, UNDONE = "receipt", "received", "undone"
"""Kinds of events; those of answers, remarks, letters and approvals are added by whom they concern."""

Key = tuple[str, str, int]
"""(the school's code on the roster, the workbook's slot, the academic year)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `content` is a hash of the cells it is about; `told` what else there is to say;
    `undoes` the event that it takes back."""

    day: str
    person: str
    kind: str
    school: str = ""
    workbook: str = ""
    year: int | None = None
    content: str = ""
    told: str = "{}"
    undoes: int | None = None
    id: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.told)
        return facts


@dataclass(frozen=True, slots=True)
class Arrival:
    """A content that came: in which round, on which day (ISO). `told`: whether that is known to be the day, by the
    register's having looked before or by an officer; else it came then at the latest."""

    content: str
    round: int
    day: str
    told: bool


_COLUMNS = "day, person, kind, school, workbook, year, content, told, undoes"


def add(db: sqlite3.Connection, events: Iterable[Event]) -> None:
    """Add events; a receipt that is there already is passed over."""
    rows = [(e.day, e.person, e.kind, e.school, e.workbook, e.year, e.content, e.told, e.undoes) for e in events]
    there = "ON CONFLICT (year, school, workbook, content) WHERE kind = 'receipt' DO NOTHING"
    db.executemany(f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) {there}", rows)


def events(db: sqlite3.Connection, year: int | None = None) -> list[Event]:
    """All events, or a year's, in the order in which they were recorded."""
    where, given = ("WHERE year = ?", (year,)) if year is not None else ("", ())
    rows = db.execute(f"SELECT {_COLUMNS}, id FROM event {where} ORDER BY id", given)
    return [Event(*row) for row in rows]


def add_again(db: sqlite3.Connection, given: Iterable[Event]) -> int:
    """Add the events of another register that are not there: how many."""
    there = {_same(event): event.id for event in events(db)}
    numbers: dict[int | None, int | None] = {}
    new = 0
    for event in given:
        if _same(event) not in there:
            add(db, [replace(event, undoes=numbers.get(event.undoes))])
            there[_same(event)] = db.execute("SELECT max(id) FROM event").fetchone()[0]
            new += 1
        numbers[event.id] = there[_same(event)]
    return new


def _same(event: Event) -> tuple[Any, ...]:
    """What tells an event from others."""
    if event.kind == RECEIPT:
        return event.kind, event.school, event.workbook, event.year, event.content
    about_it = event.school, event.workbook, event.year, event.content
    return event.kind, event.day, *about_it, event.facts.get("day"), event.undoes is None


def receive(db: sqlite3.Connection, day: str, person: str, contents: Iterable[tuple[Key, str]]) -> None:
    """Record contents that are seen. In a year at whose end nobody has looked yet, they lay there already."""
    known = looked(db)
    add(
        db,
        (
            Event(day, person, RECEIPT, *key, content, json.dumps({} if key[2] in known else {"there": True}))
            for key, content in contents
        ),
    )


def has_looked(db: sqlite3.Connection, years: Iterable[int]) -> None:
    """From now on what is seen for the first time in these years has come since."""
    known = looked(db)
    if new := set(years) - known:
        tell(db, "looked", json.dumps(sorted(known | new)))


def receipts(db: sqlite3.Connection) -> set[tuple[Key, str]]:
    """All contents that were ever seen."""
    rows = db.execute("SELECT school, workbook, year, content FROM event WHERE kind = ?", (RECEIPT,))
    return {((school, workbook, year), content) for school, workbook, year, content in rows}


def looked(db: sqlite3.Connection) -> set[int]:
    """The years in which all that there was has been seen."""
    return set(json.loads(about(db, "looked") or "[]"))


def arrivals(found: Iterable[Event]) -> dict[Key, list[Arrival]]:
    """What came for each workbook, in rounds."""
    found = list(found)
    undone = {event.undoes for event in found if event.kind == UNDONE}
    came: dict[Key, list[Arrival]] = {}
    for event in found:
        if event.year is None or event.id in undone:
            continue
        sent = came.setdefault((event.school, event.workbook, event.year), [])
        if event.kind == RECEIPT:
            sent.append(Arrival(event.content, len(sent) + 1, event.day, "there" not in event.facts))
        elif event.kind == DAY:
            sent[:] = [
                replace(each, day=event.facts["day"], told=True) if each.content == event.content else each
                for each in sent
            ]
    return {key: sent for key, sent in came.items() if sent}


def days_set(found: Iterable[Event]) -> dict[tuple[Key, str], int]:
    """(workbook, content) → the event that says on which day it came, of those that an officer has set."""
    found = list(found)
    undone = {event.undoes for event in found if event.kind == UNDONE}
    return {
        ((event.school, event.workbook, event.year), event.content): event.id
        for event in found
        if event.kind == DAY and event.id not in undone and event.id is not None and event.year is not None
    }


def forget(db: sqlite3.Connection, year: int) -> int:
    """Take a year out, with what was read of its workbooks; how many events it had."""
    tell(db, "forgetting", str(year))
    gone = db.execute("DELETE FROM event WHERE year = ?", (year,)).rowcount
    db.execute("DELETE FROM about WHERE key = 'forgetting'")
    db.execute("DELETE FROM reading WHERE year = ? OR year IS NULL", (year,))
    db.execute("DELETE FROM summary WHERE year = ? OR iqa_year = ?", (year, year))
    tell(db, "looked", json.dumps(sorted(looked(db) - {year})))
    return gone


# --- As a table ---


def history(found: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """Events as rows of the table `history`, which leaves the office: without persons, and without what was written."""
    for event in found:
        yield {
            "event": event.id,
            "recorded_on": event.day,
            "kind": event.kind,
            "school_code": event.school,
            "workbook": event.workbook,
            "year": event.year,
            "content": event.content,
            "received_on": event.facts.get("day", "") if event.kind == DAY else "",
            "there": event.kind == RECEIPT and "there" in event.facts,
            "undoes": event.undoes,
        }


def of_history(rows: Iterable[dict[str, Any]]) -> Iterator[Event]:
    """The events of such a table; who recorded them is no longer known."""
    for row in rows:
        facts: dict[str, Any] = {"there": True} if row["there"] else {}
        if row["kind"] == DAY:
            facts["day"] = row["received_on"]
        yield Event(
            row["recorded_on"],
            UNKNOWN,
            row["kind"],
            row["school_code"] or "",
            row["workbook"] or "",
            row["year"],
            row["content"] or "",
            json.dumps(facts),
            row["undoes"],
            row["event"],
        )
