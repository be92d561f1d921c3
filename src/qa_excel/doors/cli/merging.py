"""The command that merges: workbooks of a district, or the data of several districts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa_excel.doors.cli.options import (
    Format,
    Jobs,
    Lang,
    Means,
    Paths,
    RegisterFile,
    Roster,
    contents_of,
    existing_file,
    register_needs_roster,
    say_notices,
)
from qa_excel.doors.cli.saying import (
    DONE,
    FAULTS,
    SCRATCH,
    console,
    print_json,
    say,
    say_written,
    showing,
    with_progress,
)
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

if TYPE_CHECKING:
    from qa_excel.district.receiving import ReadAll
    from qa_excel.district.register.register import Register

Engine = Literal["processes", "dask"]


def merge(
    paths: Paths,
    roster: Roster = None,
    out: Annotated[Path | None, typer.Option(metavar="district.xlsx")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DIR")] = None,
    cards: Annotated[Path | None, typer.Option(metavar="DIR")] = None,
    cards_in_workbook: Literal["all", "none"] | None = None,
    pdf: Annotated[bool, typer.Option("--pdf")] = False,
    previous: Annotated[Path | None, typer.Option(metavar="district.xlsx")] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    iqa_due: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    year: int | None = None,
    iqa_year: int | None = None,
    national_means: Means = None,
    name: str | None = None,
    engine: Engine = "processes",
    scheduler: Annotated[str | None, typer.Option(metavar="tls://HOST:PORT")] = None,
    register: RegisterFile = None,
    jobs: Jobs = None,
    format: Format = "table",
    lang: Lang = "th",
) -> int:
    """Merge schools' workbooks, or the data of several districts, and write the summary."""
    if out is None and data is None and format == "table":
        raise Said(Text("ระบุแฟ้มผลลัพธ์ด้วย --out district.xlsx", "name the result with --out district.xlsx"))
    if pdf and out is None:
        raise Said(Text("ใช้ --pdf คู่กับ --out", "--pdf needs --out"))
    if roster is None and (due or iqa_due or national_means):
        given = "--due" if due else "--iqa-due" if iqa_due else "--national-means"
        raise Said(
            Text(
                f"{given} ใช้กับการรวมแฟ้มของโรงเรียน ซึ่งต้องมี --roster เท่านั้น",
                f"{given} is for merging schools' workbooks, with --roster, only",
            )
        )
    _refuse_engine(engine, scheduler, of_workbooks=roster is not None)
    name = name.strip() if name else name
    beside = (roster, national_means, previous)
    printed = out.with_suffix(".pdf") if out and pdf else None
    but = (*beside, out)
    looked = None
    if register and roster:
        options = (year, iqa_year, due, iqa_due, name, lang, cards_in_workbook)
        looked = Looked(register, paths, but, (out, printed, data, cards), beside, options, lang)
        # Before all else is loaded.
        if format == "table" and (there := looked.made.stands()):
            _say_unchanged(there.day, looked.outputs, lang)
            return FAULTS if there.faulty else DONE
    elif register:
        raise register_needs_roster()

    from qa_excel.district.receiving import receive
    from qa_excel.district.register.contents import is_of_the_day
    from qa_excel.district.summarising import summarise, summarise_data
    from qa_excel.doors.cli import tables
    from qa_excel.office.national_means import read_national_means
    from qa_excel.office.roster import read_roster
    from qa_excel.summary.as_json import district_json
    from qa_excel.summary.outputs import Outputs
    from qa_excel.summary.previous import read_previous

    in_full = None if cards_in_workbook is None else cards_in_workbook == "all"
    outputs = Outputs(out, printed, data, cards, in_full)
    outputs.refuse(paths, previous, of_districts=roster is None)
    days = (due_day(due), due_day(iqa_due))
    years = (_year_of(year, "indicators"), _year_of(iqa_year, "traces"))
    if previous and not previous.exists():
        raise Said(Text(f"ไม่พบแฟ้มหรือโฟลเดอร์ {previous}", f"no such file or folder: {previous}"))
    before = read_previous(previous) if previous else None
    if roster:
        known = read_roster(roster)
        means = read_national_means(existing_file(national_means)) if national_means else None
        shown = with_progress(lang)
        kept, inbox = (looked.register(), looked.inbox) if looked else (None, None)
        with _reading(engine, scheduler, jobs) as read_all:
            came = receive(
                paths,
                known,
                means,
                scratch=SCRATCH,
                but=but,
                progress=shown,
                read_all=read_all,
                with_rows=True,
                register=kept,
                inbox=inbox,
            )
        summary = summarise(came, years=years, due=days, name=name, lang=lang, previous=before)
        summary.notices += _due_notices(days, (summary.data.year, summary.data.iqa_year))
    else:
        summary = summarise_data(paths, years=years, name=name, lang=lang, previous=before)
    for notice in summary.notices:
        say(notice.get(lang))
    outputs.write(summary, date.today())
    if looked:
        found = is_of_the_day(summary.data["problems"]["code"])
        of_years = (summary.data.year, summary.data.iqa_year)
        looked.made.note(outputs.files(summary.analysis), summary.faulty, found, of_years)
        say_notices(looked.contents.store, lang)
    with showing(*outputs.paths):
        if format == "json":
            print_json(district_json(summary.analysis))
        else:
            tables.print_district(console(), summary.analysis)
    if format == "table":
        say_written(outputs.paths, lang)
    return FAULTS if summary.faulty else DONE


class Looked:
    """A register, and an inbox that was looked through for it: before all that reading takes is loaded."""

    def __init__(
        self,
        register: Path,
        paths: list[Path],
        but: tuple[Path | None, ...],
        outputs: tuple[Path | None, ...],
        beside: tuple[Path | None, ...],
        options: object,
        lang: str,
    ) -> None:
        from qa_excel.district.inbox import SPREADSHEETS, search
        from qa_excel.district.register.summaries import Made
        from qa_excel.files.writing import recover

        self.outputs = [path for path in outputs if path]
        recover(*self.outputs)
        self.contents = contents_of(register, lang)
        but = (*but, *self.contents.store.files)
        is_known = self.contents.is_known
        self.inbox = search(paths, SPREADSHEETS, but, new_folder=SCRATCH.new_folder, is_known=is_known)
        self.made = Made(self.contents, self.inbox, self.outputs, beside, options)

    def register(self) -> Register:
        from qa_excel.district.register.register import Register

        return Register(self.contents)


def _say_unchanged(day: str, paths: list[Path], lang: str) -> None:
    from qa_excel.thai.dates import shown_date

    named = ", ".join(map(str, paths))
    said = Text(
        f"ไม่มีสิ่งใดเปลี่ยนตั้งแต่สร้าง {named} เมื่อ {shown_date(day)} จึงคงไว้ตามเดิม",
        f"nothing has changed since {named} was made on {shown_date(day, 'en')}; it is left as it is",
    )
    say(said.get(lang))


def _refuse_engine(engine: Engine, scheduler: str | None, of_workbooks: bool) -> None:
    if scheduler and engine != "dask":
        raise Said(Text("ใช้ --scheduler คู่กับ --engine dask", "--scheduler needs --engine dask"))
    if engine == "dask" and not of_workbooks:
        raise Said(
            Text(
                "--engine dask ใช้กับการรวมแฟ้มของโรงเรียน ซึ่งต้องมี --roster เท่านั้น",
                "--engine dask is for merging schools' workbooks, with --roster, only",
            )
        )


@contextmanager
def _reading(engine: Engine, scheduler: str | None, jobs: int | None) -> Iterator[ReadAll]:
    """What reads the workbooks."""
    if engine == "processes":
        from qa_excel.district.workers import read_all

        yield partial(read_all, jobs=jobs)
    else:
        from qa_excel.district.cluster import cluster

        with cluster(scheduler, jobs) as found:
            yield found.read_all


def due_day(typed: str | None) -> str | None:
    """The date of an option, ISO; it may be typed in either era."""
    from qa_excel.thai.typed import normalise

    value = normalise(typed, "date")
    if value.invalid:
        raise Said(
            Text(
                f"วันที่ {typed} ไม่ถูกต้อง ให้ระบุเช่น 15/05/2564 หรือ 2021-05-15",
                f"{typed} is no date; write 2021-05-15 or 15/05/2564",
            )
        )
    day: str | None = value.value
    return day


def _due_notices(due: tuple[str | None, str | None], years: tuple[int | None, int | None]) -> Iterator[Text]:
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


def _year_of(typed: int | None, family: str) -> int | None:
    """A year as given to an option, in Buddhist Era; no edition of that family of rubrics began before it."""
    from qa_excel.rubric.building import load_rubrics
    from qa_excel.thai.typed import normalise

    first = min(rubric.first_year for rubric in load_rubrics() if rubric.family == family)
    value = normalise(typed, "year", first_year=first)
    if value.invalid:
        raise Said(
            Text(f"ปี {typed} ไม่ถูกต้อง ให้ระบุเป็น พ.ศ. ตั้งแต่ {first}", f"year {typed} is wrong: B.E. {first} or later")
        )
    year: int | None = value.value
    return year
