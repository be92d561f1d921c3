"""Whether a workbook came in time, and by which of its days that is told.

A copy is judged by the day on which the register received it; where that is not known by the day it was prepared, else
by that on which its file was saved. One with a day of preparation that can't be, and that nobody saw come, by none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_excel.district.received import saved_on
from qa_excel.district.register.happened import Arrival
from qa_excel.reading.submission import FileResult, ReadFile
from qa_excel.thai.text import Text

RECEIVED, PREPARED, SAVED = "received", "prepared", "saved"
DAYS = {
    RECEIVED: Text("วันที่ได้รับ", "day received"),
    PREPARED: Text("วันที่จัดทำ", "day prepared"),
    SAVED: Text("วันที่บันทึกแฟ้ม", "day the file was saved"),
}
"""What each of the days is called."""


@dataclass(frozen=True, slots=True)
class Timing:
    """`on_time` is None where it can't be told; `by` is the day that tells it, a key of DAYS."""

    on_time: bool | None = None
    by: str = ""


def timing(copies: Iterable[FileResult], due: str, arrivals: Sequence[Arrival] = ()) -> Timing:
    """Whether one of a workbook's copies came in time; of those that the register saw, also one that is there no more.

    due: the ISO date. arrivals: what the register knows of the workbook.
    """
    if any(arrival.day <= due for arrival in arrivals):
        return Timing(True, RECEIVED)
    read = [copy for copy in copies if isinstance(copy, ReadFile)]
    found = [_of_copy(copy, due, arrivals) for copy in read]
    for told in (True, None, False) if _doubted(read, arrivals) else (True, False):
        for each in found:
            if each.on_time is told:
                return each
    return Timing()


def received_on(result: FileResult, arrivals: Sequence[Arrival] = ()) -> str:
    """The ISO date on which a file came, where the register knows it, else on which it was saved."""
    arrival = arrival_of(result, arrivals)
    if arrival and arrival.told:
        return arrival.day
    return saved_on(result.path) if result.path else ""


def arrival_of(result: FileResult, arrivals: Sequence[Arrival]) -> Arrival | None:
    """What the register knows of a file, by what stands in its cells."""
    digest = result.digest if isinstance(result, ReadFile) else ""
    return next((arrival for arrival in arrivals if digest and arrival.content == digest), None)


def _doubted(read: Iterable[ReadFile], arrivals: Sequence[Arrival]) -> bool:
    return any(copy.submission.day_doubted and not _seen(copy, arrivals) for copy in read)


def _seen(copy: ReadFile, arrivals: Sequence[Arrival]) -> Arrival | None:
    arrival = arrival_of(copy, arrivals)
    return arrival if arrival and arrival.told else None


def _of_copy(copy: ReadFile, due: str, arrivals: Sequence[Arrival]) -> Timing:
    """By what it is judged itself; a day that was received in time has been told before."""
    if _seen(copy, arrivals):
        return Timing(False, RECEIVED)
    if copy.submission.day_doubted:
        return Timing()
    if prepared := copy.submission.prepared_on:
        return Timing(prepared <= due, PREPARED)
    saved = received_on(copy)
    return Timing(saved <= due, SAVED) if saved else Timing()
