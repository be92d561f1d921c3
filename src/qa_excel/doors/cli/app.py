"""The command line: a thin door onto the stages.

Exit status: 0 done; 1 done, and some workbook has an error or can't be opened; 2 wrong usage; 3 an
internal fault; 130 interrupted by the user. JSON goes to standard output alone, notices and progress to standard error.
"""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from qa_excel import __version__
from qa_excel.doors.addin.commands import addin_app, doctor
from qa_excel.doors.cli.checks import checks_command
from qa_excel.doors.cli.usage import Group, Refusal, is_empty, speak, split_language, wrong_usage
from qa_excel.files.oserrors import reason
from qa_excel.files.scratch import Scratch
from qa_excel.files.streams import Unshown, flush, guarded
from qa_excel.rubric.files import RubricError
from qa_excel.thai.privacy import masked_path
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted, plural

DONE, FAULTS, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
_SCRATCH = Scratch()
"""Holds the files of archives until the command ends."""
_NOTHING = Text("", "")


class Lang(StrEnum):
    """Language of messages and reports."""

    th = "th"
    en = "en"


class Format(StrEnum):
    """Form of the result on standard output."""

    table = "table"
    json = "json"


class Formulas(StrEnum):
    """How the templates' functions find their inputs."""

    short = "short"
    explicit = "explicit"


app = typer.Typer(
    name="qa-excel",
    cls=Group,
    help="ระบบประกันคุณภาพสถานศึกษาด้วย Excel: แบบฟอร์ม คะแนน การตรวจ และสรุประดับเขต",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Paths = Annotated[list[Path], typer.Argument(metavar="PATH…", help="แฟ้ม หรือโฟลเดอร์ที่จะค้นหาแฟ้ม")]
FormatOption = Annotated[Format, typer.Option("--format", help="รูปแบบผลลัพธ์")]
LangOption = Annotated[Lang, typer.Option("--lang", help="ภาษาของข้อความ")]
MeansOption = Annotated[
    Path | None,
    typer.Option("--national-means", metavar="means.csv", help="ค่าเฉลี่ย O-NET ระดับประเทศ"),
]
RosterOption = Annotated[
    Path | None, typer.Option("--roster", metavar="schools.csv", help="ทะเบียนสถานศึกษา (CSV หรือ .xlsx)")
]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with guarded():
        code = _status_of(sys.argv[1:] if arguments is None else arguments)
    sys.exit(code or DONE)


def _status_of(arguments: list[str]) -> int | None:
    """Run a command; what goes wrong is said in a line."""
    lang, arguments = split_language(arguments)
    try:
        if any(map(is_empty, arguments)):
            raise Refusal(
                "มีค่าว่างในคำสั่ง ให้ระบุแฟ้ม โฟลเดอร์ หรือค่าให้ครบ", "an argument is empty; name the file, folder or value"
            )
        with _SCRATCH:
            code = app(args=arguments, prog_name="qa-excel", standalone_mode=False, obj=lang)
            flush()
    except Refusal as refusal:
        _say(refusal.text.get(lang))
        code = USAGE
    except typer.TyperException as error:
        _say(wrong_usage(error).get(lang))
        code = USAGE
    except Unshown as error:
        _say(_unshown(error).get(lang))
        code = USAGE
    except RubricError as error:
        _say(Text(f"แฟ้มเกณฑ์ไม่ถูกต้อง: {error}", f"a rubric file is wrong: {error}").get(lang))
        code = USAGE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        _say(_internal(error).get(lang))
        code = INTERNAL
    if code == INTERRUPTED:  # which typer says with this status alone
        _say(Text("ยกเลิกแล้ว", "cancelled").get(lang))
    return code


def _internal(error: Exception) -> Text:
    """Log where an unforeseen fault arose; its own words may hold a school's data and stay out."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    try:
        # A name that nobody can have made a link of.
        handle, where = tempfile.mkstemp(".log", "qa-excel-")
        with open(handle, "w", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"qa-excel {__version__}\n{type(error).__name__}\n{frames}")
    except OSError:
        where = "-"
    return Text(
        f"โปรแกรมขัดข้องภายใน ({type(error).__name__}) บันทึกรายละเอียดไว้ที่ {where}",
        f"internal fault ({type(error).__name__}); details are in {where}",
    )


def _say(text: str) -> None:
    """Tell on standard error; a path that was typed may hold someone's data."""
    print(masked_path(text), file=sys.stderr)


def _unshown(error: Unshown, written: Iterable[Path | None] = ()) -> Text:
    """What can't be shown on standard output, and what is written all the same."""
    said = Text(f"แสดงผลลัพธ์ไม่ได้ ({error.reason.th})", f"the result can't be shown ({error.reason.en})")
    paths = ", ".join(map(str, filter(None, written)))
    return Text(f"{said.th} แต่เขียน {paths} แล้ว", f"{said.en}; {paths} written all the same") if paths else said


@contextmanager
def _showing(*written: Path | None) -> Iterator[None]:
    """What is shown of a run whose outputs are written, which is said where it can't be."""
    try:
        yield
        flush()
    except Unshown as error:
        said = _unshown(error, written)
        raise Refusal(said.th, said.en) from None


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def _console() -> Console:
    """Tables keep their width when they are piped into a file."""
    return Console(width=None if sys.stdout.isatty() else 140, highlight=False)


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="แสดงรุ่นของโปรแกรม", is_eager=True)] = False,
) -> None:
    if version:
        print(f"qa-excel {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(USAGE)


@app.command()
def templates(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="โฟลเดอร์ที่จะเขียนแบบฟอร์ม")],
    formulas: Annotated[
        Formulas, typer.Option("--formulas", help="สูตรสั้น หรือสูตรที่ระบุช่วงเซลล์ (สำหรับโปรแกรมที่อ่านแฟ้มเองไม่ได้)")
    ] = Formulas.short,
    lang: LangOption = Lang.th,
) -> int:
    """สร้างแบบฟอร์มเปล่าทุกด้าน"""
    from qa_excel.doors.generated import template_paths, write_templates

    _require_untouched(template_paths(out))
    with _outputs(out):
        paths = write_templates(out, formulas.value)
    _say(
        Text(f"สร้างแบบฟอร์ม {len(paths)} แฟ้มใน {out}", f"{counted(len(paths), 'template')} written to {out}").get(
            lang.value
        )
    )
    return DONE


@app.command()
def fill(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json", help="ข้อมูลในรูป JSON")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="แฟ้มที่จะเขียน")],
    lang: LangOption = Lang.th,
) -> int:
    """สร้างแฟ้มที่กรอกข้อมูลแล้วจาก JSON"""
    from qa_excel.form import filling
    from qa_excel.form.documents import load_json

    _require_xlsx(out)
    _require_untouched([out])
    with _outputs(out), _documents(answers):
        filling.fill(load_json(_file(answers)), out)
    _say_written([out], lang.value)
    return DONE


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="แฟ้มที่กรอกแล้ว")],
    lang: LangOption = Lang.th,
) -> int:
    """อ่านแฟ้มที่กรอกแล้วออกมาเป็น JSON"""
    from qa_excel.district.examining import read_one
    from qa_excel.district.received import received

    result = read_one(received(_file(file)))
    if result.submission is None:
        _refuse_named(result)
        _say_problems(result.problems[:1], lang.value)
        return FAULTS
    _print_json(result.submission.data)
    errors = [problem for problem in result.problems if problem.severity == "error"]
    _say_problems(errors, lang.value)
    return FAULTS if errors else DONE


@app.command()
def score(
    paths: Paths,
    format: FormatOption = Format.table,
    lang: LangOption = Lang.th,
) -> int:
    """คำนวณคะแนนของแต่ละแฟ้ม (.xlsx หรือ .json)"""
    from qa_excel.doors.cli import print_scores, tables

    results, others = _read(paths, with_json=True, lang=lang.value)
    if others:
        tables.print_others(Console(stderr=True, highlight=False), others, lang.value)
    if format is Format.json:
        _print_json({"files": [print_scores.score_entry(result, lang.value) for result in results]})
    else:
        print_scores.print_scores(_console(), results, lang.value)
    return _status(results, others)


@app.command()
def validate(
    paths: Paths,
    roster: RosterOption = None,
    national_means: MeansOption = None,
    feedback: Annotated[
        Path | None, typer.Option("--feedback", metavar="DIR", help="โฟลเดอร์สำหรับแฟ้มที่ทำเครื่องหมายและหนังสือแจ้ง")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="report.xlsx", help="รายงานที่จะเขียน")] = None,
    format: FormatOption = Format.table,
    lang: LangOption = Lang.th,
) -> int:
    """ตรวจแฟ้ม แจ้งทุกข้อที่ต้องแก้ไขพร้อมแฟ้ม แผ่นงาน และเซลล์"""
    from qa_excel.checks import check_together
    from qa_excel.district.merging import unknown_schools, unusable_for_their_year
    from qa_excel.district.senders import unknown_senders
    from qa_excel.doors.cli import tables

    if out:
        _require_xlsx(out)
        _require_own(out)
    if feedback:
        from qa_excel.feedback.writing import FeedbackError, refuse_inside, write_feedback

        try:
            refuse_inside(feedback, paths)
        except FeedbackError as error:
            raise Refusal(error.message_th, error.message_en) from None
    known = _roster(roster) if roster else None
    means = _means(national_means)
    results, others = _read(paths, lang=lang.value, but=[roster, national_means, out], roster=known)
    others = [*others, *check_together(results, known, means)]
    problems = [*others, *(problem for result in results for problem in result.problems)]
    if known:
        problems += unknown_schools(results, known)
        problems += unusable_for_their_year(results, known)
    if known or feedback:
        problems += unknown_senders(results, known)
    written: list[Path] = []
    with _outputs(feedback, out):
        if feedback and write_feedback(results, feedback, lang.value, problems, known):
            written.append(feedback)
        if out:
            from qa_excel.feedback.report import write_report

            write_report(results, problems, out, lang.value, known)
            written.append(out)
    with _showing(*written):
        if format is Format.json:
            _print_json(tables.validation(results, problems, lang.value, known))
        else:
            tables.print_problems(_console(), results, problems, lang.value, known)
    if format is Format.table:
        if feedback and feedback not in written:
            _say(Text("ไม่มีแฟ้มที่ต้องส่งกลับ", "no file is to be sent back").get(lang.value))
        _say_written(written, lang.value)
    return _status(results, others)


@app.command()
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
    from datetime import date

    from qa_excel.district.analysis import Analysis
    from qa_excel.district.data.folder import refuse_foreign_files, write_data
    from qa_excel.doors.cli import tables
    from qa_excel.files.writing import one_step, recover
    from qa_excel.summary import problem_list, write_summary
    from qa_excel.summary.as_json import district_json
    from qa_excel.summary.card_files import card_paths, write_card_files
    from qa_excel.summary.pdf import require_soffice, write_pdf

    if out is None and data is None and format is Format.table:
        raise Refusal("ระบุแฟ้มผลลัพธ์ด้วย --out district.xlsx", "name the result with --out district.xlsx")
    if pdf and out is None:
        raise Refusal("ใช้ --pdf คู่กับ --out", "--pdf needs --out")
    if pdf:
        with _outputs():
            require_soffice()
    recover(*paths, previous, out, data, cards)
    if out:
        _require_xlsx(out)
        _require_own(out)
        if not out.parent.is_dir():
            raise Refusal(
                f"เขียน {out} ไม่ได้ เพราะไม่พบโฟลเดอร์ {out.parent}", f"can't write {out}: no such folder: {out.parent}"
            )
        _require_free([*([out.with_suffix(".pdf")] if pdf else []), problem_list(out)], out)
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
    days = (_due(due), _due(iqa_due))
    years = (_year(year, "indicators"), _year(iqa_year, "traces"))
    if roster:
        but = [roster, national_means, out, previous]
        dataset, status = _merge_workbooks(paths, _roster(roster), years, _means(national_means), name, days, lang, but)
    else:
        dataset, status = _merge_data(paths, years, name, lang.value)
    analysis = Analysis(dataset)
    before = _previous(previous, analysis) if previous else None
    with _outputs(out, data, cards):
        for path in card_paths(analysis, cards) if cards else ():
            _require_own(path)
        if data:
            refuse_foreign_files(data)
        if out:
            write_summary(analysis, out, before, date.today())
        if pdf:
            with tempfile.TemporaryDirectory(prefix="qa-excel-") as folder:
                pages = Path(folder) / out.name
                with one_step(apart=True):
                    write_summary(analysis, pages, before, date.today(), for_print=True)
                write_pdf(pages, out.with_suffix(".pdf"))
        if data:
            write_data(dataset, data)
        if cards:
            write_card_files(analysis, cards, lang.value)
    outputs = (out, out.with_suffix(".pdf") if pdf else None, data, cards)
    with _showing(*outputs):
        if format is Format.json:
            _print_json(district_json(analysis))
        else:
            tables.print_district(_console(), analysis)
    if format is Format.table:
        _say_written(outputs, lang.value)
    return status


@app.command()
def rubric(
    rubric_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="รหัสเกณฑ์ เช่น onesqa-r4")] = None,
    lang: LangOption = Lang.th,
) -> int:
    """แสดงเกณฑ์การประเมินเป็นตาราง"""
    from qa_excel.doors.cli import print_rubric
    from qa_excel.rubric.building import load_rubrics, rubric_ids

    if rubric_id and rubric_id not in rubric_ids():
        known = ", ".join(rubric_ids())
        raise Refusal(f"ไม่รู้จักเกณฑ์ {rubric_id} (มี {known})", f"no rubric {rubric_id} (there are {known})")
    for known_rubric in load_rubrics():
        if rubric_id in (None, known_rubric.id):
            print_rubric.print_rubric(_console(), known_rubric, lang.value, whole=rubric_id is not None)
    return DONE


app.add_typer(addin_app)
app.command()(doctor)
app.command("checks")(checks_command)
speak(app)


# --- shared steps ---


def _read(
    paths: list[Path], lang: str, with_json: bool = False, but: Iterable[Path | None] = (), roster: Any = None
) -> Any:
    """(results, problems of files that are no workbooks). Raises Refusal for wrong paths or an empty inbox."""
    from qa_excel.district.examining import read_one
    from qa_excel.district.inbox import SPREADSHEETS, InboxError, is_data_folder, search
    from qa_excel.district.workers import read_all
    from qa_excel.rubric.building import load_rubrics

    load_rubrics()  # a mistake in one is no fault of the files
    endings = SPREADSHEETS | {".json"} if with_json else SPREADSHEETS
    try:
        inbox = search(paths, endings, but, new_folder=_SCRATCH.new_folder)
    except InboxError as error:
        if error.reason is None:
            raise Refusal(f"ไม่พบแฟ้มหรือโฟลเดอร์ {error.path}", f"no such file or folder: {error.path}") from None
        raise _forbidden(error.path, error.reason) from None
    given = {path for path in paths if not path.is_dir()}
    results = []
    with closing(read_all(inbox.files, partial(read_one, with_json=with_json))) as read:
        for file, result in zip(inbox.files, _with_progress(read, len(inbox.files), lang), strict=True):
            if result.path in given:
                _refuse_named(result)
            result.place = file.place
            result.problems += file.problems()
            results.append(result)
    results = _without_copies(results, given, roster)
    if not results:
        shown = ", ".join(map(str, paths))
        if any(map(is_data_folder, paths)):
            raise Refusal(
                f"{shown} เป็นโฟลเดอร์ข้อมูล (ที่ได้จาก --data) ไม่มีสมุดงานของโรงเรียน หากจะรวมข้อมูลของหลายเขต ไม่ต้องระบุ --roster",
                f"{shown} is a data folder (made by --data) without a school's workbook; to merge such folders leave "
                "--roster out",
            )
        raise Refusal(f"ไม่พบสมุดงานใน {shown}", f"no workbook found in {shown}")
    return results, inbox.problems


def _without_copies(results: list[Any], given: set[Path], roster: Any) -> list[Any]:
    """Leave out the marked copies in which nothing was corrected, if the workbook of which they are copies is there.

    Where it is not, the copy that came back is the school's workbook. What was named is kept, and so is what may be
    anybody's.
    """
    from qa_excel.district.senders import sender_codes

    if not any(result.is_copy for result in results):
        return results
    codes = sender_codes(results, roster)

    def of_workbook(result: Any) -> tuple[Any, ...]:
        about = result.about()
        return codes[result.file] or result.file, about["rubric"], about["area"], about["year"]

    kept, copies = [], []
    for at, result in enumerate(results):
        (copies if result.is_copy and result.path not in given else kept).append((at, result))
    there = {of_workbook(result) for _, result in kept}
    for at, result in copies:
        if of_workbook(result) not in there:
            there.add(of_workbook(result))
            kept.append((at, result))
    return [result for _, result in sorted(kept, key=lambda pair: pair[0])]


def _with_progress(results: Iterable[Any], total: int, lang: str) -> Iterable[Any]:
    if total <= 3 or not sys.stderr.isatty():
        return results
    from rich.progress import track

    title = Text("กำลังอ่านแฟ้ม", "reading").get(lang)
    return track(results, title, total=total, console=Console(stderr=True), transient=True)


def _refuse_named(result: Any) -> None:
    """A path that was named and can't be opened, or is a JSON of another form, is wrong usage, not a finding."""
    for problem in result.problems:
        if problem.code == "file.unreadable":
            raise _forbidden(result.path, problem.params["reason"])
        if problem.code == "file.bad_json":
            raise _bad_document(result.path, problem.params["where"], problem.params["reason"])


def _require_xlsx(out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise Refusal(f"ชื่อแฟ้มผลลัพธ์ {out} ต้องลงท้ายด้วย .xlsx", f"the name of the result, {out}, must end in .xlsx")


def _require_own(out: Path) -> None:
    """Refuse to write a result over a workbook that is no result of the program: a roster, or a school's."""
    from qa_excel.files.output import is_output

    if _holds_something(out) and not is_output(out):
        raise Refusal(
            f"มี {out} อยู่แล้วและไม่ใช่ผลลัพธ์ของโปรแกรม จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
            f"{out} is there and is no result of the program, so it is not overwritten; name another result",
        )


def _require_untouched(paths: Iterable[Path]) -> None:
    """Refuse to write a form over a workbook that somebody has saved since it was written: it may hold answers."""
    from qa_excel.files.output import is_untouched

    for path in paths:
        if _holds_something(path) and not is_untouched(path):
            raise Refusal(
                f"มี {path} อยู่แล้วและมีผู้บันทึกไว้ จึงไม่เขียนทับ ให้เลือกที่อื่น",
                f"{path} is there and was saved by somebody, so it is not overwritten; choose another place",
            )


def _holds_something(path: Path) -> bool:
    """Whether something is at a place that is to be written. Raises Refusal where that is no place for a file."""
    from qa_excel.files.plain import refuse_special

    try:
        refuse_special(path)
    except OSError as error:
        raise _unwritable(path, reason(error)) from None
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False  # absent, or open in Excel, which is said when it is written


def _require_free(beside: Iterable[Path], out: Path) -> None:
    """Refuse to write over what stands beside a result that is not there itself: it is not of an earlier run."""
    for path in beside:
        if path.exists() and not out.exists():
            raise Refusal(
                f"มี {path} อยู่แล้วและไม่ได้มาจากสรุปนี้ จึงไม่เขียนทับ ให้ตั้งชื่อผลลัพธ์อื่น",
                f"{path} is there and does not belong to this summary, so it is not overwritten; name another result",
            )


def _merge_workbooks(
    paths: list[Path],
    roster: Any,
    years: tuple[int | None, int | None],
    means: Any,
    name: str | None,
    due: tuple[str | None, str | None],
    lang: Lang,
    but: Iterable[Path | None],
) -> tuple[Any, int]:
    """(dataset of a district's workbooks, exit status)."""
    from qa_excel.checks import check_together
    from qa_excel.district.data.collecting import collect
    from qa_excel.district.merging import merge as merge_results

    results, others = _read(paths, lang=lang.value, but=but, roster=roster)
    others = [*others, *check_together(results, roster, means)]
    district = merge_results(results, roster, *years, name=name)
    district.problems[:0] = others
    superseded = set(map(id, district.superseded))
    status = _status([result for result in results if id(result) not in superseded], others)
    for notice in _due_notices(due, (district.year, district.iqa_year)):
        _say(notice.get(lang.value))
    return collect(district, due[0], lang.value, due[1]), status


def _merge_data(
    paths: list[Path], years: tuple[int | None, int | None], name: str | None, lang: str
) -> tuple[Any, int]:
    """(dataset of several districts, exit status). Raises Refusal where the paths hold no data folder."""
    from qa_excel.district.data.combining import UnlikeDatasets, combine
    from qa_excel.district.data.folder import DataFolderError, find_data_folders, read_data

    for path in paths:
        if not path.exists():
            raise Refusal(f"ไม่พบแฟ้มหรือโฟลเดอร์ {path}", f"no such file or folder: {path}")
        if not find_data_folders([path]):
            raise Refusal(
                f"ไม่พบโฟลเดอร์ข้อมูล (ที่ได้จาก --data) ใน {path} หากเป็นแฟ้มของโรงเรียน ให้ระบุทะเบียนด้วย --roster",
                f"no data folder (made by --data) in {path}; for schools' workbooks name the roster with --roster",
            )
    folders = find_data_folders(paths)
    try:
        read = {str(folder): read_data(folder) for folder in folders}
        for part, given in zip(("year", "iqa_year"), years, strict=True):
            for folder in [f for f, dataset in read.items() if given and getattr(dataset, part) not in (None, given)]:
                other = getattr(read.pop(folder), part)
                _say(Text(f"ไม่รวม {folder}: เป็นปี {other}", f"{folder} is left out: its year is {other}").get(lang))
        if not read:
            raise Refusal("ไม่มีข้อมูลของปีที่ระบุ", "there is no data of that year")
        districts = [district for dataset in read.values() for district in dataset.districts]
        together = Text(f"รวม {len(districts)} เขตพื้นที่", counted(len(districts), "district")).get(lang)
        name = name or (together if len(districts) > 1 else districts[0])
        dataset = combine(list(read.values()), name, list(read))
        others = [folder for folder, part in read.items() if part.lang != lang]
        if others:
            _say(
                Text(
                    f"เหตุผลของคะแนนและข้อที่พบใน {len(others)} โฟลเดอร์ เช่น {others[0]} เป็นภาษาอังกฤษ ตามที่สร้างไว้",
                    f"reasons and findings in {counted(len(others), 'folder')} ({others[0]} for one) stay in Thai, "
                    "as made",
                ).get(lang)
            )
    except (DataFolderError, UnlikeDatasets) as error:
        raise Refusal(error.text.th, error.text.en) from None
    dataset.lang = lang
    return dataset, FAULTS if "errors" in set(dataset["submissions"]["status"]) else DONE


def _previous(path: Path, analysis: Any) -> Any:
    """The analysis of the year before."""
    from qa_excel.district.analysis import Analysis
    from qa_excel.summary.previous import PreviousError, read_previous, refuse_unlike

    if not path.exists():
        raise Refusal(f"ไม่พบแฟ้มหรือโฟลเดอร์ {path}", f"no such file or folder: {path}")
    try:
        before = read_previous(path)
        refuse_unlike(before, analysis.data)
        return Analysis(before)
    except PreviousError as error:
        raise Refusal(error.text.th, error.text.en) from None


def _due(typed: str | None) -> str | None:
    """The date of an option, ISO; it may be typed in either era."""
    from qa_excel.thai.typed import normalise

    value = normalise(typed, "date")
    if value.invalid:
        raise Refusal(
            f"วันที่ {typed} ไม่ถูกต้อง ให้ระบุเช่น 15/05/2564 หรือ 2021-05-15",
            f"{typed} is no date; write 2021-05-15 or 15/05/2564",
        )
    return value.value


def _due_notices(due: tuple[str | None, str | None], years: tuple[int | None, int | None]) -> Iterator[Text]:
    """What is odd about the due days of points and traces: a day that belongs to another year, or one alone."""
    from datetime import date

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


def _year(typed: int | None, family: str) -> int | None:
    """A year as given to an option, in Buddhist Era; no edition of that family of rubrics began before it."""
    from qa_excel.rubric.building import load_rubrics
    from qa_excel.thai.typed import normalise

    first = min(rubric.first_year for rubric in load_rubrics() if rubric.family == family)
    value = normalise(typed, "year", first_year=first)
    if value.invalid:
        raise Refusal(f"ปี {typed} ไม่ถูกต้อง ให้ระบุเป็น พ.ศ. ตั้งแต่ {first}", f"year {typed} is wrong: B.E. {first} or later")
    return value.value


def _forbidden(path: Path, reason: Text) -> Refusal:
    return Refusal(f"เปิด {path} ไม่ได้ ({reason.th})", f"can't open {path} ({reason.en})")


def _status(results: Iterable[Any], others: Iterable[Any] = ()) -> int:
    faulty = any(result.status in ("errors", "unreadable") for result in results)
    return FAULTS if faulty or any(problem.severity == "error" for problem in others) else DONE


def _roster(path: Path) -> Any:
    from qa_excel.office.roster import RosterError, read_roster

    try:
        return read_roster(path)
    except RosterError as error:
        raise Refusal(error.message_th, error.message_en) from None


def _means(path: Path | None) -> Any:
    from qa_excel.office.national_means import NationalMeansError, read_national_means

    try:
        return read_national_means(_file(path)) if path else None
    except NationalMeansError as error:
        raise Refusal(error.text.th, error.text.en) from None


def _file(path: Path) -> Path:
    if not path.exists():
        raise Refusal(f"ไม่พบแฟ้ม {path}", f"no such file: {path}")
    if path.is_dir():
        raise Refusal(f"{path} เป็นโฟลเดอร์ ให้ระบุแฟ้ม", f"{path} is a folder; name a file")
    return path


@contextmanager
def _outputs(*named: Path | None) -> Iterator[None]:
    """All that is written inside is one step. Turns an output that can't be written into a refusal."""
    from qa_excel.files.writing import OutputError, one_step
    from qa_excel.summary.pdf import PdfError

    try:
        with one_step(*named):
            yield
    except PdfError as error:
        raise Refusal(error.text.th, error.text.en) from None
    except OutputError as error:
        raise _unwritable(error.path, error.reason, _standing(error)) from None


def _unwritable(path: Path, reason: Text, more: Text = _NOTHING) -> Refusal:
    return Refusal(
        f"เขียน {path} ไม่ได้ ({reason.th}) ตรวจว่าโฟลเดอร์มีอยู่และแฟ้มไม่ได้เปิดใน Excel{more.th}",
        f"can't write {path} ({reason.en}); see that its folder exists and Excel has it not open{more.en}",
    )


def _standing(error: Any) -> Text:
    """Which outputs are new and which are old, where some are new already."""
    if not error.new and not error.partly:
        return Text(" ผลลัพธ์ทุกแฟ้มยังเป็นของเดิม", "; all outputs are as they were")
    new, old = (", ".join(map(str, paths)) for paths in (error.new, error.old))
    partly = [
        Text(
            f"{folder} ใหม่ {new:,} จาก {count:,} แฟ้ม",
            f"{folder}: {new:,} of {counted(count, 'file')} {plural(new, 'is', 'are')} new",
        )
        for folder, new, count in error.partly
    ]
    parts = [
        *([Text(f"ผลลัพธ์ใหม่: {new}", f"new: {new}")] if new else []),
        *partly,
        *([Text(f"ยังเป็นของเดิม: {old}", f"as before: {old}")] if old else []),
    ]
    again = Text("แก้ไขแล้วสั่งใหม่อีกครั้ง", "mend this and run it again")
    th, en = (" · ".join(part.get(lang) for part in [*parts, again]) for lang in ("th", "en"))
    return Text(f"\n{th}", f"\n{en}")


class _documents:
    """Turns a JSON that can't be opened, or is no submission, into a refusal."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        from qa_excel.form.documents import DocumentError

        if isinstance(error, OSError):
            raise _forbidden(self.path, reason(error)) from None
        if isinstance(error, DocumentError):
            raise _bad_document(self.path, error.where, error.reason) from None


def _bad_document(path: Path, where: str, reason: Text) -> Refusal:
    return Refusal(
        f"{path} ไม่ถูกต้องที่ {where}: {reason.th} แก้ไขตามรูปแบบใน schemas/",
        f"{path} is wrong at {where}: {reason.en}; see schemas/ for its form",
    )


def _say_written(paths: Iterable[Path | None], lang: str) -> None:
    for path in filter(None, paths):
        _say(Text(f"เขียน {path} แล้ว", f"{path} written").get(lang))


def _say_problems(problems: Iterable[Any], lang: str) -> None:
    for problem in problems:
        place = " ".join(part for part in (problem.source.file, problem.source.sheet, problem.source.cell) if part)
        _say(f"{place}: {problem.message(lang)} → {problem.hint(lang)}")


if __name__ == "__main__":
    main()
