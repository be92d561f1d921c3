"""The commands that look at workbooks: score, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_excel.doors.cli.options import (
    Format,
    Jobs,
    Lang,
    Means,
    Paths,
    RegisterFile,
    Roster,
    existing_file,
    register_at,
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
from qa_excel.thai.text import Text


def score(
    paths: Paths,
    jobs: Jobs = None,
    format: Format = "table",
    lang: Lang = "th",
) -> int:
    """Show the score of each file."""
    from qa_excel.district.receiving import receive
    from qa_excel.doors.cli import print_scores, tables

    came = receive(paths, scratch=SCRATCH, with_json=True, together=False, progress=with_progress(lang), jobs=jobs)
    if came.others:
        tables.print_others(console(stderr=True), came.others, lang)
    if format == "json":
        print_json({"files": [print_scores.score_entry(result, lang) for result in came.results]})
    else:
        print_scores.print_scores(console(), came.results, lang)
    return FAULTS if came.faulty else DONE


def validate(
    paths: Paths,
    roster: Roster = None,
    national_means: Means = None,
    feedback: Annotated[Path | None, typer.Option(metavar="DIR")] = None,
    out: Annotated[Path | None, typer.Option(metavar="report.xlsx")] = None,
    register: RegisterFile = None,
    jobs: Jobs = None,
    format: Format = "table",
    lang: Lang = "th",
) -> int:
    """Show all problems of the files; write marked copies, letters and the report where they are asked for."""
    from qa_excel.district.receiving import receive
    from qa_excel.doors.cli import tables
    from qa_excel.files.overwriting import require_own, require_xlsx
    from qa_excel.files.writing import one_step
    from qa_excel.office.national_means import read_national_means
    from qa_excel.office.roster import read_roster

    if out:
        require_xlsx(out)
        require_own(out)
    if feedback:
        from qa_excel.feedback.writing import refuse_inside, write_feedback

        refuse_inside(feedback, paths)
    known = read_roster(roster) if roster else None
    means = read_national_means(existing_file(national_means)) if national_means else None
    if register and not roster:
        raise register_needs_roster()
    kept = register_at(register, lang) if register else None
    but = [roster, national_means, out, *(kept.store.files if kept else ())]
    shown, whole = with_progress(lang), feedback is not None
    came = receive(paths, known, means, scratch=SCRATCH, but=but, progress=shown, jobs=jobs, register=kept, whole=whole)
    if kept:
        say_notices(kept.store, lang)
    problems = came.problems(senders=bool(known or feedback))
    written: list[Path] = []
    with one_step(feedback, out):
        if feedback and write_feedback(came.results, feedback, lang, problems, known):
            written.append(feedback)
        if out:
            from qa_excel.feedback.report import write_report

            write_report(came.results, problems, out, lang, known)
            written.append(out)
    with showing(*written):
        if format == "json":
            print_json(tables.validation(came.results, problems, lang, known))
        else:
            tables.print_problems(console(), came.results, problems, lang, known)
    if format == "table":
        if feedback and feedback not in written:
            say(Text("ไม่มีแฟ้มที่ต้องส่งกลับ", "no file is to be sent back").get(lang))
        say_written(written, lang)
    return FAULTS if came.faulty else DONE
