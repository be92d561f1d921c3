"""The command that merges: workbooks of a district, or the data of several districts."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from qa_excel.doors.cli.options import Format, FormatOption, Lang, LangOption, MeansOption, Paths, RosterOption
from qa_excel.doors.cli.refusing import (
    due_day,
    due_notices,
    existing_file,
    require_free,
    require_own,
    require_xlsx,
    year_of,
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
from qa_excel.doors.cli.usage import Refusal


def merge(
    paths: Paths,
    roster: RosterOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="district.xlsx", help="แฟ้มสรุปที่จะเขียน")] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="โฟลเดอร์สำหรับตารางข้อมูล (CSV)")] = None,
    cards: Annotated[Path | None, typer.Option("--cards", metavar="DIR", help="โฟลเดอร์สำหรับบัตรคะแนนแยกรายแฟ้ม")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="เขียนสรุปเป็น PDF ด้วย (ใช้ LibreOffice)")] = False,
    previous: Annotated[
        Path | None, typer.Option("--previous", metavar="district.xlsx", help="สรุปหรือโฟลเดอร์ข้อมูลของปีก่อน เพื่อดูแนวโน้ม")
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="วันครบกำหนดส่งแฟ้มคะแนน เช่น 15/05/2564")
    ] = None,
    iqa_due: Annotated[
        str | None, typer.Option("--iqa-due", metavar="DATE", help="วันครบกำหนดส่งร่องรอย IQA เช่น 15/05/2566")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="ปีการศึกษา (พ.ศ.) ของคะแนน")] = None,
    iqa_year: Annotated[int | None, typer.Option("--iqa-year", help="ปีการศึกษา (พ.ศ.) ของร่องรอย IQA")] = None,
    national_means: MeansOption = None,
    name: Annotated[str | None, typer.Option("--name", help="ชื่อสำนักงาน (ปกติใช้ตามทะเบียน)")] = None,
    format: FormatOption = Format.table,
    lang: LangOption = Lang.th,
) -> int:
    """ตรวจและรวมแฟ้มของทุกสถานศึกษาเป็นสรุประดับเขต หรือรวมข้อมูลของหลายเขต"""
    from qa_excel.district.data.folder import refuse_foreign_files, write_data
    from qa_excel.district.receiving import receive
    from qa_excel.district.summarising import summarise, summarise_data
    from qa_excel.doors.cli import tables
    from qa_excel.files.writing import one_step, recover
    from qa_excel.office.national_means import read_national_means
    from qa_excel.office.roster import read_roster
    from qa_excel.summary import problem_list, write_summary
    from qa_excel.summary.as_json import district_json
    from qa_excel.summary.card_files import card_paths, write_card_files
    from qa_excel.summary.pdf import require_soffice, write_pdf
    from qa_excel.summary.previous import read_previous

    if out is None and data is None and format is Format.table:
        raise Refusal("ระบุแฟ้มผลลัพธ์ด้วย --out district.xlsx", "name the result with --out district.xlsx")
    if pdf and out is None:
        raise Refusal("ใช้ --pdf คู่กับ --out", "--pdf needs --out")
    if pdf:
        require_soffice()
    recover(*paths, previous, out, data, cards)
    if out:
        require_xlsx(out)
        require_own(out)
        if not out.parent.is_dir():
            raise Refusal(
                f"เขียน {out} ไม่ได้ เพราะไม่พบโฟลเดอร์ {out.parent}", f"can't write {out}: no such folder: {out.parent}"
            )
        require_free([*([out.with_suffix(".pdf")] if pdf else []), problem_list(out)], out)
    for written in filter(None, (out, data, cards)):
        if previous and previous.resolve() == written.resolve():
            raise Refusal(f"{written} เป็นข้อมูลของปีก่อน ให้ตั้งชื่อผลลัพธ์อื่น", f"{written} is last year's; name another result")
    if roster is None and (due or iqa_due or national_means):
        given = "--due" if due else "--iqa-due" if iqa_due else "--national-means"
        raise Refusal(
            f"{given} ใช้กับการรวมแฟ้มของโรงเรียน ซึ่งต้องมี --roster เท่านั้น",
            f"{given} is for merging schools' workbooks, with --roster, only",
        )
    for path in paths if data else ():
        if data.resolve() == path.resolve() or (roster is None and data.resolve().is_relative_to(path.resolve())):
            raise Refusal(f"{data} เป็นโฟลเดอร์ที่จะอ่าน ให้ตั้งชื่อโฟลเดอร์อื่น", f"{data} is to be read; name another folder")
    name = name.strip() if name else name
    days = (due_day(due), due_day(iqa_due))
    years = (year_of(year, "indicators"), year_of(iqa_year, "traces"))
    if previous and not previous.exists():
        raise Refusal(f"ไม่พบแฟ้มหรือโฟลเดอร์ {previous}", f"no such file or folder: {previous}")
    before = read_previous(previous) if previous else None
    if roster:
        known = read_roster(roster)
        means = read_national_means(existing_file(national_means)) if national_means else None
        but = [roster, national_means, out, previous]
        came = receive(paths, known, means, scratch=SCRATCH, but=but, progress=with_progress(lang.value))
        summary = summarise(came, years=years, due=days, name=name, lang=lang.value, previous=before)
        summary.notices += due_notices(days, (summary.data.year, summary.data.iqa_year))
    else:
        summary = summarise_data(paths, years=years, name=name, lang=lang.value, previous=before)
    for notice in summary.notices:
        say(notice.get(lang.value))
    analysis = summary.analysis
    with one_step(out, data, cards):
        for path in card_paths(analysis, cards) if cards else ():
            require_own(path)
        if data:
            refuse_foreign_files(data)
        if out:
            write_summary(analysis, out, summary.previous, date.today())
        if pdf:
            with tempfile.TemporaryDirectory(prefix="qa-excel-") as folder:
                pages = Path(folder) / out.name
                with one_step(apart=True):
                    write_summary(analysis, pages, summary.previous, date.today(), for_print=True)
                write_pdf(pages, out.with_suffix(".pdf"))
        if data:
            write_data(summary.data, data)
        if cards:
            write_card_files(analysis, cards, lang.value)
    outputs = (out, out.with_suffix(".pdf") if pdf else None, data, cards)
    with showing(*outputs):
        if format is Format.json:
            print_json(district_json(analysis))
        else:
            tables.print_district(console(), analysis)
    if format is Format.table:
        say_written(outputs, lang.value)
    return FAULTS if summary.faulty else DONE
