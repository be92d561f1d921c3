"""ร่องรอย IQA: progress of each unit by process, and each step with who has done it and who lacks evidence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from qa_excel.district.analysis import Analysis, Standing, mean_of
from qa_excel.district.data.dataset import SUPERSEDED
from qa_excel.files.book import Book, Cell, Column
from qa_excel.kinds.outcome import half_up
from qa_excel.rubric.model import DONE
from qa_excel.summary.parts import SCHOOLS, STEPS, TRACES, Grid, listed, mean_label, unit_columns, write_grid, years
from qa_excel.thai.text import Text

NAMED = 5
"""So many schools are named in a cell."""
WITHOUT_EVIDENCE = "consistency.done_without_evidence"


def write_traces(book: Book, analysis: Analysis) -> None:
    """Units × processes, in percent of the steps done."""
    ws = book.sheet(TRACES, f"{years(book, analysis, iqa=True)} · {book.heat_note}")
    grid = Grid(unit_columns(analysis), [], [], [])
    measures = (*analysis.processes, analysis.progress)
    for measure in measures:
        index = len(grid.columns)
        percent = Text(f"{measure.short.th} (ร้อยละ)", f"{measure.short.en} (%)")
        grid.columns.append(Column(percent, 18, kind="points"))
        grid.bands.append((measure.name.get(book.lang), 1))
        grid.fulls[index] = measure.full
        grid.means.append(mean_of((unit.mean(measure).exact for unit in analysis.units), measure.full).value)
    grid.strong.add(len(grid.columns) - 1)
    done = [_steps(unit.standings) for unit in analysis.units]
    grid.columns.append(Column(Text("ดำเนินการแล้ว (ขั้น)", "done (steps)"), 15, kind="count"))
    grid.bands.append((book.say("จำนวนขั้น", "steps"), 1))
    grid.means.append(mean_of(map(_decimal, done), Decimal(len(analysis.data.traces.items))).value)
    for unit, steps in zip(analysis.units, done, strict=True):
        # Unrounded, so that the mean above them is that of the overview.
        row: list[Cell] = [unit.code, unit.name, *(unit.mean(measure).exact for measure in measures)]
        grid.rows.append([*row, steps])
    write_grid(book, ws, grid, mean_label(book, analysis))


def _steps(standings: Iterable[Standing]) -> int | None:
    known = [standing.done[0] for standing in standings if standing.done]
    return sum(known) if known else None


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def write_steps(book: Book, analysis: Analysis) -> None:
    """Each step: the share of schools that have done it, are doing it, have not begun; who is not done, and who says
    so without evidence. The latter is an error, so their workbooks are in no share."""
    ws = book.sheet(STEPS, years(book, analysis, iqa=True))
    statuses = analysis.data.traces.statuses
    columns = [
        Column(Text("ขั้น", "Step"), 8, kind="code"),
        Column(Text("กระบวนการ", "Process"), 20, 28),
        Column(Text("รายการ", "What is to be done"), 40, 60),
        *(Column(Text(f"{s.name.th} (ร้อยละ)", f"{s.name.en} (%)"), 18, kind="points") for s in statuses),
        Column(Text("ไม่ได้ตอบ (แห่ง)", "not answered"), 13, kind="count"),
        Column(Text("สถานศึกษาที่ยังไม่เสร็จ", "Schools that are not done"), 30, 52),
        Column(Text("ขาดหลักฐาน (แห่ง)", "evidence missing"), 14, kind="count"),
        Column(Text("สถานศึกษาที่ขาดหลักฐาน", "Schools whose evidence is missing"), 30, 52),
    ]
    items = analysis.data["iqa_items"]
    names = {(s.district, s.code): s.name for s in analysis.standings}
    unproven = _unproven(analysis)
    rows: list[list[Cell]] = []
    for process in analysis.data.traces.processes:
        for item in process.items:
            told = items[items["item"] == item.id]
            counts = told["status"].value_counts()
            total = len(told)
            shares = [half_up(Fraction(100 * int(counts.get(s.id, 0)), total)) if total else None for s in statuses]
            undone = told.loc[told["status"] != DONE, ["district", "school_code"]].itertuples(index=False, name=None)
            lacking = [names[key] for key in names if key in unproven.get(item.id, ())]
            rows.append(
                [
                    item.id,
                    process.short.get(book.lang),
                    item.label.get(book.lang),
                    *shares,
                    int(counts.get("", 0)),
                    listed(book, [names[key] for key in undone], NAMED, SCHOOLS),
                    len(lacking),
                    listed(book, lacking, NAMED, SCHOOLS),
                ]
            )
    book.table(ws, 3, columns, rows, frozen=3)
    for index in range(3, 3 + len(statuses)):
        book.bars(ws, (4, index, 3 + len(rows), index), Decimal(100))


def _unproven(analysis: Analysis) -> dict[str, set[tuple[str, str]]]:
    """Step → the schools that say it is done without evidence, by the files that count."""
    submissions, problems = analysis.data["submissions"], analysis.data["problems"]
    counted = set(submissions.loc[submissions["status"] != SUPERSEDED, "file"])
    found = problems.loc[problems["code"] == WITHOUT_EVIDENCE, ["district", "school_code", "field", "file"]]
    steps: dict[str, set[tuple[str, str]]] = {}
    for district, code, field, file in found.itertuples(index=False):
        if file in counted:
            steps.setdefault(field.split(" × ")[0], set()).add((district, code))
    return steps
