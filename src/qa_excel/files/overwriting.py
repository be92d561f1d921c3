"""What is never written over: what somebody saved, a roster, a school's workbook, another run's output."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qa_excel.files.oserrors import reason
from qa_excel.files.output import is_output, is_untouched
from qa_excel.files.plain import refuse_special
from qa_excel.files.writing import OutputError
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text


def require_xlsx(out: Path) -> None:
    """Raise Said where the name of a result does not say what it is."""
    if out.suffix.lower() != ".xlsx":
        raise Said(Text(f"ชื่อแฟ้มผลลัพธ์ {out} ต้องลงท้ายด้วย .xlsx", f"the name of the result, {out}, must end in .xlsx"))


def require_own(out: Path) -> None:
    """Raise Said where a result would replace a workbook that is none of the program: a roster, or a school's."""
    if _holds_something(out) and not is_output(out):
        raise Said(
            Text(
                f"มี {out} อยู่แล้วและไม่ใช่ผลลัพธ์ของโปรแกรม จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
                f"{out} is there and is no result of the program, so it is not overwritten; name another result",
            )
        )


def require_untouched(paths: Iterable[Path]) -> None:
    """Raise Said where a form would replace one that somebody has saved since it was written: it may hold answers."""
    for path in paths:
        if _holds_something(path) and not is_untouched(path):
            raise Said(
                Text(
                    f"มี {path} อยู่แล้วและมีผู้บันทึกไว้ จึงไม่เขียนทับ ให้เลือกที่อื่น",
                    f"{path} is there and was saved by somebody, so it is not overwritten; choose another place",
                )
            )


def require_free(beside: Iterable[Path], out: Path) -> None:
    """Raise Said where something stands beside a result that is not there itself: it is not of an earlier run."""
    for path in beside:
        if path.exists() and not out.exists():
            raise Said(
                Text(
                    f"มี {path} อยู่แล้วและไม่ได้มาจากสรุปนี้ จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
                    f"{path} is there and does not belong to this summary, so it is not overwritten; "
                    "name another result",
                )
            )


def _holds_something(path: Path) -> bool:
    """Whether something is at a place that is to be written. Raises OutputError where that is no place for a file."""
    try:
        refuse_special(path)
    except OSError as error:
        raise OutputError(path, reason(error)) from None
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False  # absent, or open in Excel, which is said when it is written
