"""The command line: a thin door onto the stages.

Exit status: 0 done; 1 done, and some workbook has an error or can't be opened; 2 wrong usage; 3 an
internal fault. JSON goes to standard output alone, notices and progress to standard error.
"""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from qa_excel import __version__
from qa_excel.addin.commands import addin_app, doctor
from qa_excel.checks.commands import checks_command
from qa_excel.rubric import Text

DONE, FAULTS, USAGE, INTERNAL = 0, 1, 2, 3


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


class Refusal(Exception):
    """Wrong usage: what is wrong and what to do, shown in one or two lines; exit status 2."""

    def __init__(self, th: str, en: str):
        super().__init__(en)
        self.text = Text(th, en)


app = typer.Typer(
    name="qa-excel",
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
    arguments = sys.argv[1:] if arguments is None else arguments
    lang = _lang_of(arguments)
    try:
        code = app(args=arguments, standalone_mode=False)
    except Refusal as refusal:
        _say(refusal.text.get(lang))
        code = USAGE
    except typer.TyperException as error:
        _say(Text("วิธีใช้ไม่ถูกต้อง", "wrong usage").get(lang) + f": {error.format_message()}")
        code = USAGE
    except (typer.Abort, KeyboardInterrupt):
        _say(Text("ยกเลิกแล้ว", "cancelled").get(lang))
        code = USAGE
    except Exception as error:
        _say(_internal(error).get(lang))
        code = INTERNAL
    sys.exit(code or DONE)


def _lang_of(arguments: list[str]) -> str:
    """The language, also for faults that come before the options are parsed."""
    for n, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and arguments[n + 1 : n + 2] == ["en"]):
            return "en"
    return "th"


def _internal(error: Exception) -> Text:
    """Log where an unforeseen fault arose; its own words may hold a school's data and stay out."""
    log = Path(tempfile.gettempdir()) / "qa-excel.log"
    frames = "".join(traceback.format_tb(error.__traceback__))
    try:
        log.write_text(f"qa-excel {__version__}\n{type(error).__name__}\n{frames}", encoding="utf-8")
        where = str(log)
    except OSError:
        where = "-"
    return Text(
        f"โปรแกรมขัดข้องภายใน ({type(error).__name__}) บันทึกรายละเอียดไว้ที่ {where}",
        f"internal fault ({type(error).__name__}); details are in {where}",
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)


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
    from qa_excel.generated import write_templates

    with _outputs():
        names = write_templates(_folder(out), formulas.value)
    _say(Text(f"สร้างแบบฟอร์ม {len(names)} แฟ้มใน {out}", f"{len(names)} templates written to {out}").get(lang.value))
    return DONE


@app.command()
def fill(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json", help="ข้อมูลในรูป JSON")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="แฟ้มที่จะเขียน")],
    lang: LangOption = Lang.th,
) -> int:
    """สร้างแฟ้มที่กรอกข้อมูลแล้วจาก JSON"""
    from qa_excel import filling
    from qa_excel.documents import load_json

    _require_xlsx(out)
    with _outputs(), _documents(answers):
        filling.fill(load_json(_file(answers)), out)
    _say(Text(f"เขียน {out} แล้ว", f"{out} written").get(lang.value))
    return DONE


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="แฟ้มที่กรอกแล้ว")],
    lang: LangOption = Lang.th,
) -> int:
    """อ่านแฟ้มที่กรอกแล้วออกมาเป็น JSON"""
    from qa_excel.checks import check
    from qa_excel.reading import read_workbook

    result = check(read_workbook(_file(file), str(file)))
    if result.submission is None:
        _refuse_forbidden(file, result)
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
    from qa_excel import tables

    results, others = _read(paths, with_json=True, lang=lang.value)
    _say_problems(others, lang.value)
    if format is Format.json:
        _print_json({"files": [tables.score_entry(result, lang.value) for result in results]})
    else:
        tables.print_scores(_console(), results, lang.value)
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
    from qa_excel import tables
    from qa_excel.checks import check_together
    from qa_excel.feedback import FeedbackError, refuse_inside, write_feedback
    from qa_excel.merging import unknown_schools
    from qa_excel.report import write_report

    if out:
        _require_xlsx(out)
        _require_own(out, paths)
    if feedback:
        try:
            refuse_inside(feedback, paths)
        except FeedbackError as error:
            raise Refusal(error.message_th, error.message_en) from None
    known = _roster(roster) if roster else None
    means = _means(national_means)
    results, others = _read(paths, lang=lang.value, but=[roster, national_means, out])
    others = [*others, *check_together(results, known, means)]
    problems = [*others, *(problem for result in results for problem in result.problems)]
    if known:
        problems += unknown_schools(results, known)
    with _outputs():
        if feedback:
            write_feedback(results, _folder(feedback), lang.value, problems)
        if out:
            write_report(results, problems, out, lang.value)
    if format is Format.json:
        _print_json(tables.validation(results, problems, lang.value))
    else:
        tables.print_problems(_console(), results, problems, lang.value)
    return _status(results, others)


@app.command()
def merge(
    paths: Paths,
    roster: Annotated[Path, typer.Option("--roster", metavar="schools.csv", help="ทะเบียนสถานศึกษา (CSV หรือ .xlsx)")],
    out: Annotated[Path | None, typer.Option("--out", metavar="district.xlsx", help="แฟ้มสรุประดับเขตที่จะเขียน")] = None,
    year: Annotated[int | None, typer.Option("--year", help="ปีการศึกษา (พ.ศ.) ของคะแนน")] = None,
    iqa_year: Annotated[int | None, typer.Option("--iqa-year", help="ปีการศึกษา (พ.ศ.) ของร่องรอย IQA")] = None,
    national_means: MeansOption = None,
    name: Annotated[str | None, typer.Option("--name", help="ชื่อสำนักงาน (ปกติใช้ตามทะเบียน)")] = None,
    format: FormatOption = Format.table,
    lang: LangOption = Lang.th,
) -> int:
    """ตรวจและรวมแฟ้มของทุกสถานศึกษาเป็นสรุประดับเขต"""
    from qa_excel import tables
    from qa_excel.checks import check_together
    from qa_excel.merging import merge as merge_results
    from qa_excel.summary import write_summary

    if out is None and format is Format.table:
        raise Refusal("ระบุแฟ้มผลลัพธ์ด้วย --out district.xlsx", "name the result with --out district.xlsx")
    if out:
        _require_xlsx(out)
        _require_own(out, paths)
    year, iqa_year = _year(year), _year(iqa_year)
    known = _roster(roster)
    means = _means(national_means)
    results, others = _read(paths, lang=lang.value, but=[roster, national_means, out])
    others = [*others, *check_together(results, known, means)]
    district = merge_results(results, known, year=year, iqa_year=iqa_year, name=name)
    district.problems[:0] = others
    if out:
        with _outputs():
            write_summary(district, out, lang.value)
    if format is Format.json:
        _print_json(district.to_json(lang.value))
    else:
        tables.print_district(_console(), district, lang.value)
        _say(Text(f"เขียน {out} แล้ว", f"{out} written").get(lang.value))
    superseded = set(map(id, district.superseded))
    return _status([result for result in results if id(result) not in superseded], others)


@app.command()
def rubric(
    rubric_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="รหัสเกณฑ์ เช่น onesqa-r4")] = None,
    lang: LangOption = Lang.th,
) -> int:
    """แสดงเกณฑ์การประเมินเป็นตาราง"""
    from qa_excel import tables
    from qa_excel.rubric import load_rubrics, rubric_ids

    if rubric_id and rubric_id not in rubric_ids():
        known = ", ".join(rubric_ids())
        raise Refusal(f"ไม่รู้จักเกณฑ์ {rubric_id} (มี {known})", f"no rubric {rubric_id} (there are {known})")
    for known_rubric in load_rubrics():
        if rubric_id in (None, known_rubric.id):
            tables.print_rubric(_console(), known_rubric, lang.value, whole=rubric_id is not None)
    return DONE


app.add_typer(addin_app)
app.command()(doctor)
app.command("checks")(checks_command)


# --- shared steps ---


def _read(paths: list[Path], lang: str, with_json: bool = False, but: Iterable[Path | None] = ()) -> Any:
    """(results, problems of files that are no workbooks). Raises Refusal for wrong paths or an empty inbox."""
    from rich.progress import track

    from qa_excel.copies import is_unchanged_copy
    from qa_excel.inbox import SPREADSHEETS, InboxError, search

    endings = SPREADSHEETS | {".json"} if with_json else SPREADSHEETS
    try:
        inbox = search(paths, endings, but)
    except InboxError as error:
        if error.reason == "absent":
            raise Refusal(f"ไม่พบแฟ้มหรือโฟลเดอร์ {error.path}", f"no such file or folder: {error.path}") from None
        raise _forbidden(error.path, error.reason) from None
    given = {path for path in paths if not path.is_dir()}
    files = [file for file in inbox.files if file in given or not is_unchanged_copy(file)]
    if not files:
        shown = ", ".join(map(str, paths))
        raise Refusal(f"ไม่พบสมุดงานใน {shown}", f"no workbook found in {shown}")
    if len(files) > 3 and sys.stderr.isatty():
        title = Text("กำลังอ่านแฟ้ม", "reading").get(lang)
        files = track(files, title, console=Console(stderr=True), transient=True)
    return [_read_one(file, explicit=file in given, with_json=with_json) for file in files], inbox.problems


def _read_one(file: Path, explicit: bool, with_json: bool) -> Any:
    from qa_excel.checks import check
    from qa_excel.problems import Problem, Source
    from qa_excel.reading import read_workbook
    from qa_excel.submission import FileResult

    if file.suffix.lower() != ".json" or not with_json:
        result = check(read_workbook(file, str(file)))
        if explicit:
            _refuse_forbidden(file, result)
        return result
    from qa_excel.documents import DocumentError, read_document

    try:
        return check(FileResult(str(file), [], read_document(file)))
    except DocumentError as error:
        if explicit:
            raise _bad_document(file, error) from None
        params = {"where": error.where, "reason": error.reason}
        return FileResult(str(file), [Problem("file.bad_json", Source(str(file)), params=params)])


def _refuse_forbidden(file: Path, result: Any) -> None:
    """A path that was named and can't be opened is wrong usage, not a finding."""
    if any(problem.code == "file.unreadable" for problem in result.problems):
        raise _forbidden(file, result.problems[0].params["reason"])


def _require_xlsx(out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise Refusal(f"ชื่อแฟ้มผลลัพธ์ {out} ต้องลงท้ายด้วย .xlsx", f"the name of the result, {out}, must end in .xlsx")


def _require_own(out: Path, paths: list[Path]) -> None:
    """Refuse to write a result over a file that is to be read."""
    from qa_excel.inbox import is_output

    read = any(path.resolve() in (out.resolve(), *out.resolve().parents) for path in paths)
    if out.is_file() and read and not is_output(out):
        raise Refusal(f"{out} เป็นแฟ้มที่จะอ่าน ให้ตั้งชื่อผลลัพธ์อื่น", f"{out} is to be read; name another result")


def _year(typed: int | None) -> int | None:
    """A year as given to an option, in Buddhist Era."""
    from qa_excel.normalise import normalise
    from qa_excel.rubric import load_rubrics

    first = min(rubric.first_year for rubric in load_rubrics())
    value = normalise(typed, "year", first_year=first)
    if value.invalid:
        raise Refusal(f"ปี {typed} ไม่ถูกต้อง ให้ระบุเป็น พ.ศ. ตั้งแต่ {first}", f"year {typed} is wrong: B.E. {first} or later")
    return value.value


def _forbidden(path: Path, reason: str) -> Refusal:
    return Refusal(f"เปิด {path} ไม่ได้ ({reason})", f"can't open {path} ({reason})")


def _status(results: Iterable[Any], others: Iterable[Any] = ()) -> int:
    faulty = any(result.status in ("errors", "unreadable") for result in results)
    return FAULTS if faulty or any(problem.severity == "error" for problem in others) else DONE


def _roster(path: Path) -> Any:
    from qa_excel.roster import RosterError, read_roster

    try:
        return read_roster(path)
    except RosterError as error:
        raise Refusal(error.message_th, error.message_en) from None


def _means(path: Path | None) -> Any:
    from qa_excel.checks.national_means import NationalMeansError, read_national_means

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


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"สร้างโฟลเดอร์ {path} ไม่ได้ ({error.strerror})", f"can't make {path} ({error.strerror})") from None
    return path


class _outputs:
    """Turns an output that can't be written into a refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        from qa_excel.output import OutputError

        if isinstance(error, OutputError):
            raise Refusal(
                f"เขียน {error.path} ไม่ได้ ({error.reason}) ตรวจว่าโฟลเดอร์มีอยู่และแฟ้มไม่ได้เปิดใน Excel",
                f"can't write {error.path} ({error.reason}); see that its folder exists and Excel has it not open",
            ) from None


class _documents:
    """Turns a JSON that is no submission into a refusal."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        from qa_excel.documents import DocumentError

        if isinstance(error, DocumentError):
            raise _bad_document(self.path, error) from None


def _bad_document(path: Path, error: Any) -> Refusal:
    return Refusal(
        f"{path} ไม่ถูกต้องที่ {error.where}: {error.reason.th} แก้ไขตามรูปแบบใน schemas/",
        f"{path} is wrong at {error.where}: {error.reason.en}; see schemas/ for its form",
    )


def _say_problems(problems: Iterable[Any], lang: str) -> None:
    for problem in problems:
        place = " ".join(part for part in (problem.source.file, problem.source.sheet, problem.source.cell) if part)
        _say(f"{place}: {problem.message(lang)} → {problem.hint(lang)}")


if __name__ == "__main__":
    main()
