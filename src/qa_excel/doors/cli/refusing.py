"""What a command refuses before it begins: outputs that would be lost, dates and years that are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from qa_excel.doors.cli.usage import Refusal
from qa_excel.thai.text import Text


def require_xlsx(out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise Refusal(f"ชื่อแฟ้มผลลัพธ์ {out} ต้องลงท้ายด้วย .xlsx", f"the name of the result, {out}, must end in .xlsx")


def require_own(out: Path) -> None:
    """Refuse to write a result over a workbook that is no result of the program: a roster, or a school's."""
    from qa_excel.files.output import is_output

    if holds_something(out) and not is_output(out):
        raise Refusal(
            f"มี {out} อยู่แล้วและไม่ใช่ผลลัพธ์ของโปรแกรม จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
            f"{out} is there and is no result of the program, so it is not overwritten; name another result",
        )


def require_untouched(paths: Iterable[Path]) -> None:
    """Refuse to write a form over a workbook that somebody has saved since it was written: it may hold answers."""
    from qa_excel.files.output import is_untouched

    for path in paths:
        if holds_something(path) and not is_untouched(path):
            raise Refusal(
                f"มี {path} อยู่แล้วและมีผู้บันทึกไว้ จึงไม่เขียนทับ ให้เลือกที่อื่น",
                f"{path} is there and was saved by somebody, so it is not overwritten; choose another place",
            )


def holds_something(path: Path) -> bool:
    """Whether something is at a place that is to be written. Raises Refusal where that is no place for a file."""
    from qa_excel.files.oserrors import reason
    from qa_excel.files.plain import refuse_special
    from qa_excel.files.writing import OutputError

    try:
        refuse_special(path)
    except OSError as error:
        raise OutputError(path, reason(error)) from None
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False  # absent, or open in Excel, which is said when it is written


def require_free(beside: Iterable[Path], out: Path) -> None:
    """Refuse to write over what stands beside a result that is not there itself: it is not of an earlier run."""
    for path in beside:
        if path.exists() and not out.exists():
            raise Refusal(
                f"มี {path} อยู่แล้วและไม่ได้มาจากสรุปนี้ จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
                f"{path} is there and does not belong to this summary, so it is not overwritten; name another result",
            )


def due_day(typed: str | None) -> str | None:
    """The date of an option, ISO; it may be typed in either era."""
    from qa_excel.thai.typed import normalise

    value = normalise(typed, "date")
    if value.invalid:
        raise Refusal(
            f"วันที่ {typed} ไม่ถูกต้อง ให้ระบุเช่น 15/05/2564 หรือ 2021-05-15",
            f"{typed} is no date; write 2021-05-15 or 15/05/2564",
        )
    return value.value


def due_notices(due: tuple[str | None, str | None], years: tuple[int | None, int | None]) -> Iterator[Text]:
    """What is odd about the due days of points and traces: a day that belongs to another year, or one alone."""
    from qa_excel.thai.dates import shown_date
    from qa_excel.thai.days import plausible

    options = ("--due", "--iqa-due")
    for option, day, year in zip(options, due, years, strict=True):
        if day and year and not plausible(date.fromisoformat(day), year):
            yield Text(
                f"{option} {shown_date(day)} ไม่น่าเป็นวันครบกำหนดของปีการศึกษา {year} โปรดตรวจสอบ",
                f"{option} {shown_date(day, 'en')} is hardly a due day of the academic year {year}; please check it",
            )
    for option, other, day, year in zip(options, reversed(options), due, years, strict=True):
        if any(due) and not day and year:
            yield Text(
                f"{other} ใช้กับแฟ้มของตนเท่านั้น ไม่ได้ระบุ {option} จึงไม่บอกว่าแฟ้มของปีการศึกษา {year} ส่งทันหรือไม่",
                f"{other} is for its own workbooks alone; without {option} nothing is told of those of {year}",
            )


def year_of(typed: int | None, family: str) -> int | None:
    """A year as given to an option, in Buddhist Era; no edition of that family of rubrics began before it."""
    from qa_excel.rubric.building import load_rubrics
    from qa_excel.thai.typed import normalise

    first = min(rubric.first_year for rubric in load_rubrics() if rubric.family == family)
    value = normalise(typed, "year", first_year=first)
    if value.invalid:
        raise Refusal(f"ปี {typed} ไม่ถูกต้อง ให้ระบุเป็น พ.ศ. ตั้งแต่ {first}", f"year {typed} is wrong: B.E. {first} or later")
    return value.value


def existing_file(path: Path) -> Path:
    if not path.exists():
        raise Refusal(f"ไม่พบแฟ้ม {path}", f"no such file: {path}")
    if path.is_dir():
        raise Refusal(f"{path} เป็นโฟลเดอร์ ให้ระบุแฟ้ม", f"{path} is a folder; name a file")
    return path
