"""Reading: a workbook becomes a submission, each value with its file, sheet and A1 cell.

python-calamine reads the values. Where it shows an input as empty, what the sheet's XML said tells whether an
error value or a formula that was never calculated stands there, which calamine does not tell apart, or a value
that it has lost: then the file is called damaged rather than read as unanswered.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from qa_excel import outside, tampering
from qa_excel.documents import canonical
from qa_excel.fields import Path
from qa_excel.forms import Form, read_form
from qa_excel.layout import COVER, Layout, Sheet, layout_of
from qa_excel.normalise import is_blank
from qa_excel.package import Package, PackageError, open_package
from qa_excel.problems import Problem, Source, shown_name
from qa_excel.rubric import Rubric, load_rubric, rubric_ids
from qa_excel.sheetxml import column_letters
from qa_excel.submission import FileResult, Submission


def read_workbook(path: FilePath, name: str | None = None) -> FileResult:
    """What a workbook holds: its submission with the problems of its structure.

    name: how the file is called in every finding (default: the path). A file that can't be read gives a
    result without a submission, whose first problem says why; nothing is raised for it.
    """
    name = shown_name(name or path)
    try:
        workbook = Workbook(open_package(path), name)
        return _assemble(workbook)
    except PackageError as error:
        return FileResult(name, [Problem(error.code, Source(name), params=error.params)])
    except PasswordError:
        return FileResult(name, [Problem("file.encrypted", Source(name))])
    except (CalamineError, OSError, ValueError, SyntaxError, KeyError):
        return FileResult(name, [Problem("file.damaged", Source(name))])
    except BaseException as error:
        # What a fault inside calamine arrives as; it is no Exception, and a file must not end the run.
        if type(error).__name__ != "PanicException":
            raise
        return FileResult(name, [Problem("file.damaged", Source(name))])


class Workbook:
    """The sheets of a package: their grids, their forms, and the cells that a fast reader can't tell from empty."""

    def __init__(self, package: Package, name: str):
        self.package = package
        self.name = name
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.readable()))
        self.grids = {t: book.get_sheet_by_name(t).to_python(skip_empty_area=False) for t in package.book.parts}
        self.forms: dict[str, Form] = {t: form for t, grid in self.grids.items() if (form := read_form(grid))}

    def value(self, title: str, row: int, column: int) -> Any:
        """What stands in a cell; None for an empty one."""
        value = self.grids[title][row - 1][column - 1]
        if value is None or value == "":
            facts = self.package.facts(title)
            value = facts.unseen.get(f"{column_letters(column)}{row}")
            if value is None and facts.holds(row, column):
                raise PackageError("file.damaged")
        return None if is_blank(value) else value

    def source(self, title: str, row: int, column: int) -> Source:
        return Source(self.name, title, f"{column_letters(column)}{row}")


def _assemble(workbook: Workbook) -> FileResult:
    name = workbook.name
    if not workbook.forms:
        return FileResult(name, [Problem("file.not_ours", Source(name))])
    rubric, area, refusal = _identify(workbook)
    if refusal:
        return FileResult(name, [refusal])
    layout = layout_of(rubric, area)
    problems = list(_strangers(workbook, rubric, area))
    titles, more = _match_sheets(workbook, layout)
    problems += more

    typed: dict[Path, Any] = {}
    sources: dict[Path, Source] = {}
    for sheet in layout.forms:
        if sheet.id not in titles:
            continue
        title = titles[sheet.id]
        form = workbook.forms[title]
        problems += _key_problems(workbook, sheet, title)
        for _, _, given in sheet.fields():
            if (given.row, given.column) not in form.cells:
                continue
            row, column = form.cells[given.row, given.column]
            sources[given.path] = workbook.source(title, row, column)
            value = workbook.value(title, row, column)
            if value is not None:
                typed[given.path] = value
    submission = Submission(name, rubric, area, canonical(rubric, area, typed), typed, sources)
    problems += tampering.find(workbook, layout, titles, submission)
    problems += outside.find(workbook.package, name)
    return FileResult(name, problems, submission)


def _identify(workbook: Workbook) -> tuple[Rubric, int | None, Problem | None]:
    """The rubric and area of the workbook: those of its cover, else those that most sheets carry."""
    keys = {title: form.key for title, form in workbook.forms.items()}
    votes = Counter((k.rubric, k.version, k.area) for k in keys.values())
    covers = [(k.rubric, k.version, k.area) for k in keys.values() if k.sheet == COVER]
    rubric_id, version, area = covers[0] if len(set(covers)) == 1 else votes.most_common(1)[0][0]
    title = next(t for t, k in keys.items() if (k.rubric, k.version, k.area) == (rubric_id, version, area))
    source = Source(workbook.name, title)
    if rubric_id not in rubric_ids():
        return None, None, Problem("structure.unknown_rubric", source, params={"rubric": rubric_id})
    rubric = load_rubric(rubric_id)
    if version not in (rubric.version, *rubric.accepts):
        params = {"version": version, "expected": rubric.version}
        return rubric, area, Problem("structure.wrong_version", source, params=params)
    if area not in rubric.workbooks:
        return rubric, area, Problem("structure.unknown_rubric", source, params={"rubric": f"{rubric_id}:{area}"})
    return rubric, area, None


def _strangers(workbook: Workbook, rubric: Rubric, area: int | None) -> Iterator[Problem]:
    """Sheets that come from another template, or from another version of this one."""
    for title, form in workbook.forms.items():
        source = Source(workbook.name, title)
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
    for sheet in layout.forms:
        found = [
            title
            for title, form in workbook.forms.items()
            if (form.key.rubric, form.key.area, form.key.sheet) == (layout.rubric.id, layout.area, sheet.id)
        ]
        params = {"sheet_title": sheet.title}
        if not found:
            problems.append(Problem("structure.sheet_missing", Source(workbook.name), params=params))
            continue
        titles[sheet.id] = found[0]
        for copy in found[1:]:
            problems.append(Problem("structure.sheet_duplicate", Source(workbook.name, copy), params=params))
    return titles, problems


def _key_problems(workbook: Workbook, sheet: Sheet, title: str) -> Iterator[Problem]:
    """Keys that are not there (one problem a row) or there more than once."""
    form = workbook.forms[title]
    lacking: dict[str, list[str]] = {}
    for _, _, given in sheet.fields():
        if (given.row, given.column) not in form.cells:
            lacking.setdefault(given.row, []).append(given.column)
    for row, columns in lacking.items():
        key = f"{row} × {', '.join(columns)}"
        yield Problem("structure.key_missing", Source(workbook.name, title), row, {"key": key})
    ours = {(given.row, given.column) for _, _, given in sheet.fields()}
    seen = set()
    for row, column, r, c in form.repeated:
        if (row, column) in ours and row not in seen:
            seen.add(row)
            first = workbook.source(title, *form.cells[row, column]).cell
            params = {"key": row, "other": first}
            yield Problem("structure.key_duplicate", workbook.source(title, r, c), row, params)
