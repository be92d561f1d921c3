"""Reading: a workbook becomes a submission, each value with its file, sheet and A1 cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any

from qa_excel.files.besides import Besides, besides, elements_of
from qa_excel.files.collecting import collecting_later
from qa_excel.files.guard import Package, look_at
from qa_excel.files.refusals import PackageError, guarded
from qa_excel.form.documents import canonical
from qa_excel.form.keys import KEY_AREA
from qa_excel.form.layout import COVER, GUIDE, Layout, Sheet, layout_of, parse_sheet_key
from qa_excel.form.printed import PrintedSheet, printed_form
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem, Source, shown_name
from qa_excel.reading import altered
from qa_excel.reading import personal_data as strays
from qa_excel.reading.active import Active
from qa_excel.reading.grids import Workbook
from qa_excel.reading.signs import content_digest, found_beside, sign_of
from qa_excel.reading.submission import FileResult, ReadFile, Submission
from qa_excel.rubric.building import load_rubric, rubric_ids
from qa_excel.rubric.model import Rubric

_SMALL = 1 << 15
"""Bytes of a part whose verdict is kept."""


@collecting_later()
def read_workbook(path: FilePath | str, name: str | None = None) -> FileResult:
    """What a workbook holds: its submission with the problems of its structure.

    name: how the file is called in every finding (default: the path). A file that can't be read gives a
    result without a submission, whose first problem says why; nothing is raised for it.
    """
    path = FilePath(path)
    name = shown_name(name or path)
    try:
        with guarded():
            workbook = Workbook(look_at(path), name)
            result = strays.with_numbered_sheets(_assemble(workbook), workbook.sheets)
            result.path = path  # which the name, as it is printed, may not tell
            return result
    except PackageError as error:
        sheet = strays.numbered(error.titles).get(error.sheet, error.sheet)
        return FileResult(name, [Problem(error.code, Source(name, sheet, error.cell), params=error.params)])


def _assemble(workbook: Workbook) -> FileResult:
    name = workbook.name
    if not workbook.forms:
        far = [_far_key(source) for _, source in workbook.far_keys()]
        return FileResult(name, far or [Problem("file.not_ours", Source(name))])
    identified = _identify(workbook)
    if isinstance(identified, Problem):
        return FileResult(name, [identified])
    rubric, area = identified
    layout = layout_of(rubric, area)
    problems = list(_strangers(workbook, rubric, area))
    titles, more = _match_sheets(workbook, layout)
    problems += more
    if not titles:
        return FileResult(name, problems)  # only a guide or a summary is left of it

    typed: dict[Path, Any] = {}
    sources: dict[Path, Source] = {}
    for sheet in layout.forms:
        if sheet.id not in titles:
            continue
        title = titles[sheet.id]
        form = workbook.forms[title]
        printed = printed_form(rubric, area, form.key.version).get(sheet.id, PrintedSheet(title))
        problems += _key_problems(workbook, layout, sheet, printed, title)
        held, all_seen = workbook.sheets[title], workbook.shows_all(title)
        for key, path in _inputs(rubric, area)[sheet.id]:
            if key in form.cells:
                row, column = form.cells[key]
                sources[path] = workbook.source(title, row, column)
                if all_seen and column not in held.get(row, ()):
                    continue
                value = workbook.value(title, row, column)
                if value is not None:
                    typed[path] = value
    submission = Submission(name, rubric, area, canonical(rubric, area, typed), typed, sources)
    problems += altered.find(workbook, layout, titles, submission)
    problems += strays.find(workbook, submission)
    problems += _besides(workbook)
    found = found_beside(problems)
    return ReadFile(
        name, problems, submission, sign=sign_of(workbook.package), digest=content_digest(workbook), beside=found
    )


@cache
def _inputs(rubric: Rubric, area: int | None) -> dict[str, tuple[tuple[tuple[str, str], Path], ...]]:
    """Sheet id → (row key and column key, path) of each input."""
    forms = layout_of(rubric, area).forms
    return {form.id: tuple(((f.row, f.column), f.path) for _, _, f in form.fields()) for form in forms}


def _besides(workbook: Workbook) -> Iterator[Problem]:
    """What the workbook holds besides its cells that acts when it is opened, or is somebody's."""
    around, hidden = besides(workbook.package), tuple(strays.numbered(workbook.sheets))
    active, personal = Active(around, workbook.name), strays.Strays(around, workbook.name, hidden)
    told_of = {part for part, _ in active.ends}

    def passed_over(part: str, xml: bytes) -> bool:
        return not hidden and part.lower() not in told_of and len(xml) < _SMALL and _tells_nothing(part.lower(), xml)

    for part, title, element in around.elements(passed_over):
        active.see(part, title, element)
        personal.see(part, title, element)
    yield from active.problems()
    yield from personal.problems()


@lru_cache(maxsize=512)
def _tells_nothing(part: str, xml: bytes) -> bool:
    """Whether nothing in a part acts or is somebody's: around their cells the sheets of a form are the same in every
    school's file."""
    nothing = Besides(Package(b"", {}, ()), (), {})
    active, personal = Active(nothing, ""), strays.Strays(nothing, "", ())
    for element in elements_of(xml):
        active.see(part, "", element)
        personal.see(part, "", element)
    return not (active.found or active.dde or personal.found)


def _identify(workbook: Workbook) -> tuple[Rubric, int | None] | Problem:
    """The rubric and area of the workbook, those of its cover, else those that most sheets carry; or why there are
    none."""
    keys = {title: form.key for title, form in workbook.forms.items()}
    votes = Counter((k.rubric, k.version, k.area) for k in keys.values())
    covers = [(k.rubric, k.version, k.area) for k in keys.values() if k.sheet == COVER]
    rubric_id, version, area = covers[0] if len(set(covers)) == 1 else votes.most_common(1)[0][0]
    title = next(t for t, k in keys.items() if (k.rubric, k.version, k.area) == (rubric_id, version, area))
    source = workbook.heading(title)
    if rubric_id not in rubric_ids():
        return Problem("structure.unknown_rubric", source, params={"rubric": rubric_id})
    rubric = load_rubric(rubric_id)
    if version not in (rubric.version, *rubric.accepts):
        params = {"version": version, "expected": rubric.version}
        return Problem("structure.wrong_version", source, params=params)
    if area not in rubric.workbooks:
        return Problem("structure.unknown_rubric", source, params={"rubric": f"{rubric_id}:{area}"})
    return rubric, area


def _strangers(workbook: Workbook, rubric: Rubric, area: int | None) -> Iterator[Problem]:
    """Sheets that come from another template, or from another version of this one."""
    for title, form in workbook.forms.items():
        source = workbook.heading(title)
        if (form.key.rubric, form.key.area) != (rubric.id, area):
            key = f"{form.key.rubric}:{form.key.area or 0}:{form.key.sheet}"
            yield Problem("structure.mixed", source, params={"key": key})
        elif form.key.version not in (rubric.version, *rubric.accepts):
            params = {"version": form.key.version, "expected": rubric.version}
            yield Problem("structure.wrong_version", source, params=params)


def _match_sheets(workbook: Workbook, layout: Layout) -> tuple[dict[str, str], list[Problem]]:
    """Sheet id → title of the sheet that carries it; problems for the missing and the copied ones."""
    titles: dict[str, str] = {}
    problems = []
    printed = printed_form(layout.rubric, layout.area, workbook.version(layout))
    for sheet in layout.sheets:
        if sheet.id == GUIDE:
            continue  # tells how to fill the others in; `altered` looks at it
        found = workbook.titles(layout, sheet.id)
        params = {"sheet_title": sheet.title}
        if not found:
            wanted = parse_sheet_key(sheet.key)
            far = next((source for key, source in workbook.far_keys() if key == wanted), None)
            if far:
                problems.append(_far_key(far))
            elif sheet.id in printed:
                problems.append(Problem("structure.sheet_missing", workbook.heading(workbook.first), params=params))
            continue
        if not sheet.rows:
            continue  # a summary, of which nothing is read
        titles[sheet.id] = found[0]
        for copy in found[1:]:
            problems.append(Problem("structure.sheet_duplicate", workbook.heading(copy), params=params))
    return titles, problems


def _far_key(source: Source) -> Problem:
    return Problem("structure.key_far", source, params={"cell": source.cell, "most": KEY_AREA})


def _beside(workbook: Workbook, sheet: Sheet, title: str, lacking: str) -> Source:
    """The visible head of the row itself, where it lacks a column, else of the nearest row before it."""
    form = workbook.forms[title]
    rows = {row_key: row for (row_key, _), (row, _) in form.cells.items()}
    keys = [row.key for row in sheet.rows if row.fields]
    before = [rows[key] for key in keys[: keys.index(lacking) + 1] if key in rows]
    return workbook.source(title, before[-1], form.place[1] + 1) if before else workbook.heading(title)


def _key_problems(
    workbook: Workbook, layout: Layout, sheet: Sheet, printed: PrintedSheet, title: str
) -> Iterator[Problem]:
    """Keys that are not there (one problem a row), as far as the form's own version has them, or there more than once
    (one problem a copied row)."""
    form = workbook.forms[title]
    lacking: dict[str, list[str]] = {}
    inputs = _inputs(layout.rubric, layout.area)[sheet.id]
    for (given_row, column), _ in inputs:
        if (given_row, column) not in form.cells and printed.asks_for(given_row, column):
            lacking.setdefault(given_row, []).append(column)
    for row, columns in lacking.items():
        key = f"{row} × {', '.join(columns)}"
        yield Problem("structure.key_missing", _beside(workbook, sheet, title, row), row, {"key": key})
    ours = {key for key, _ in inputs}
    seen = set()
    for row, column, r, c in form.repeated:
        if (row, column) in ours and (row, r) not in seen:
            seen.add((row, r))
            first = workbook.source(title, *form.cells[row, column]).cell
            params = {"key": row, "other": first}
            yield Problem("structure.key_duplicate", workbook.source(title, r, c), row, params)
