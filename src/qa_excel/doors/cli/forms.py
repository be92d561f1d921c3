"""The commands about forms and rubrics: templates, fill, extract, rubric."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from qa_excel.doors.cli.options import Lang, existing_file
from qa_excel.doors.cli.saying import DONE, FAULTS, console, print_json, say, say_problems, say_written
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted


def templates(
    out: Annotated[Path, typer.Option(metavar="DIR")],
    formulas: Literal["both", "functions", "native", "explicit", "short"] = "both",
    lang: Lang = "th",
) -> int:
    """Write the empty workbooks."""
    from qa_excel.doors.generated import template_paths, write_templates
    from qa_excel.files.overwriting import require_untouched
    from qa_excel.files.writing import one_step

    require_untouched(template_paths(out))
    with one_step(out):
        paths = write_templates(out, formulas)
    say(Text(f"สร้างแบบฟอร์ม {len(paths)} แฟ้มใน {out}", f"{counted(len(paths), 'template')} written to {out}").get(lang))
    return DONE


def fill(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json")],
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx")],
    lang: Lang = "th",
) -> int:
    """Write a filled workbook."""
    from qa_excel.district.receiving import bad_document, forbidden
    from qa_excel.files.oserrors import reason
    from qa_excel.files.overwriting import require_untouched, require_xlsx
    from qa_excel.form.documents import DocumentError, load_json
    from qa_excel.form.filling import fill as fill_form

    require_xlsx(out)
    require_untouched([out])
    try:
        submission = load_json(existing_file(answers))
        fill_form(submission, out)
    except OSError as error:
        raise forbidden(answers, reason(error)) from None
    except DocumentError as error:
        raise bad_document(answers, error.where, error.reason) from None
    say_written([out], lang)
    return DONE


def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    lang: Lang = "th",
) -> int:
    """Show a filled workbook as JSON."""
    from qa_excel.district.examining import read_one
    from qa_excel.district.received import received
    from qa_excel.district.receiving import refuse_named

    result = read_one(received(existing_file(file)))
    if result.submission is None:
        refuse_named(result)
        say_problems(result.problems[:1], lang)
        return FAULTS
    print_json(result.submission.data)
    errors = [problem for problem in result.problems if problem.severity == "error"]
    say_problems(errors, lang)
    return FAULTS if errors else DONE


def rubric(
    rubric_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    lang: Lang = "th",
) -> int:
    """Show the rubrics in short, or one as a whole."""
    from qa_excel.doors.cli import print_rubric
    from qa_excel.rubric.building import load_rubrics, rubric_ids

    if rubric_id and rubric_id not in rubric_ids():
        known = ", ".join(rubric_ids())
        raise Said(Text(f"ไม่รู้จักเกณฑ์ {rubric_id} (มี {known})", f"no rubric {rubric_id} (there are {known})"))
    for known_rubric in load_rubrics():
        if rubric_id in (None, known_rubric.id):
            print_rubric.print_rubric(console(), known_rubric, lang, whole=rubric_id is not None)
    return DONE
