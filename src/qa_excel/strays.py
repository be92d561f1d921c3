"""Personal data where nothing is asked for: beside the inputs, on sheets of other kinds, in comments, in sheets' names.

Found once a sheet and kind, at the first cell, with how many there are: a list that was pasted has thousands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from defusedxml.ElementTree import fromstring

from qa_excel.namelists import CHILDREN, is_list, lists_names, names_in
from qa_excel.opened import Workbook
from qa_excel.package import Package
from qa_excel.partnames import related
from qa_excel.privacy import LARGEST, has_email, has_national_id, has_phone, is_suspect, plain, text_of
from qa_excel.problems import Problem, Source
from qa_excel.rubric import Text
from qa_excel.sheetxml import column_letters
from qa_excel.submission import FileResult, Submission

MOST = 5_000
"""Cells with personal data that are looked for on a sheet; one is enough to have it deleted."""

_NAMES = "privacy.learner_names"
_DETECTORS = {"privacy.national_id": has_national_id, "privacy.phone": has_phone, "privacy.email": has_email}
_TITLED = re.compile(r"เด็กชาย|เด็กหญิง|ด ?\. ?[ชญ] ?\.|ด[ชญ]\.|นาย|นางสาว|น ?\. ?ส ?\.")
_CELLS = Text("นอกช่องกรอก {n} เซลล์", "{n} cells outside the inputs")
_COMMENTS = Text("ความคิดเห็น (Comment) ของ {n} เซลล์", "comments on {n} cells")
_TITLE = Text("ชื่อแผ่นงาน", "the sheet's name")

Find = tuple[str, tuple[str, ...], tuple[int, int]]
"""(cell, codes, names of children and of adults) where something was found."""


def find(workbook: Workbook, submission: Submission) -> Iterator[Problem]:
    """What the checks of the inputs do not see, on the forms as on any other sheet."""
    inputs = {(source.sheet, source.cell) for source in submission.sources.values()}
    for title in workbook.grids:
        source = Source(workbook.name, title)
        yield from _grouped(source, _CELLS, _in_cells(workbook, title, inputs))
        for code in _kinds(title):
            yield Problem(code, source, params={"label": _TITLE})
    for title, comments in _comments(workbook.package):
        found = ((cell, _kinds(text), _names(text)) for cell, text in comments.items())
        yield from _grouped(Source(workbook.name, title), _COMMENTS, found)


def _grouped(source: Source, words: Text, finds: Iterable[Find]) -> Iterator[Problem]:
    """A problem for each kind. Names are counted through the sheet: a list has one in each row."""
    cells: dict[str, list[str]] = {}
    children = adults = examined = 0
    for cell, codes, names in islice(finds, MOST):
        examined += 1
        children, adults = children + names[0], adults + names[1]
        for code in (*codes, *([_NAMES] if any(names) else [])):
            cells.setdefault(code, []).append(cell)
    for code, found in cells.items():
        if code != _NAMES or is_list(children, adults):
            n, more = f"{len(found):,}", examined == MOST
            label = Text(
                words.th.format(n=f"อย่างน้อย {n}" if more else n), words.en.format(n=f"at least {n}" if more else n)
            )
            yield Problem(code, replace(source, cell=found[0]), params={"label": label})


def _in_cells(workbook: Workbook, title: str, inputs: set[tuple[str, str]]) -> Iterator[Find]:
    """A row's texts are read together for names: title, name and office may stand in cells of their own."""
    for number, row in enumerate(workbook.grids[title], start=1):
        titled = []
        for column, value in enumerate(row, start=1):
            if not value:
                continue
            codes: tuple[str, ...] = ()
            if isinstance(value, str):
                codes, named = _kinds(value), _is_titled(value)
            elif isinstance(value, int | float) and abs(value) > LARGEST:
                codes, named = _kinds(text_of(value)), False
            else:
                continue
            if codes or named:
                cell = f"{column_letters(column)}{number}"
                if (title, cell) not in inputs:
                    titled += [cell] if named else []
                    if codes:
                        yield cell, codes, (0, 0)
        if titled:
            letters = ((f"{column_letters(c)}{number}", value) for c, value in enumerate(row, start=1))
            texts = [value for cell, value in letters if isinstance(value, str) and (title, cell) not in inputs]
            names = _names(" ".join(texts))
            if any(names):
                yield titled[0], (), names


@lru_cache(maxsize=8192)
def _kinds(text: str) -> tuple[str, ...]:
    """The codes of what stands in a text; the texts of a form are the same in every school's file."""
    if not is_suspect(text):
        return ()
    seen = plain(text)
    return tuple(code for code, has in _DETECTORS.items() if has(seen))


@lru_cache(maxsize=8192)
def _is_titled(text: str) -> bool:
    return _TITLED.search(text) is not None


def _names(text: str) -> tuple[int, int]:
    seen = plain(text)
    children, adults = names_in(seen)
    return (max(children, CHILDREN), adults) if lists_names(seen) else (children, adults)


def _comments(package: Package) -> Iterator[tuple[str, dict[str, str]]]:
    """(title, cell → text) of each sheet with comments, of the old kind and of the new."""
    if not any("comment" in name.lower() for name in package.names):
        return
    named = {name.lower(): name for name in package.parts}
    originals = {common: name for name, common in package.book.common.items()}
    for title, common in package.book.parts.items():
        folder, file = posixpath.split(originals.get(common, common))
        relations = named.get(f"{folder}/_rels/{file}.rels".lower())
        texts: dict[str, str] = {}
        for _, kind, target in related(package.parts[relations], folder) if relations else ():
            if kind in ("comments", "threadedComment") and target.lower() in named:
                for comment in fromstring(package.parts[named[target.lower()]]).iterfind(".//*[@ref]"):
                    cell = comment.get("ref", "")
                    texts[cell] = f"{texts.get(cell, '')} {''.join(comment.itertext())}"
        if texts:
            yield title, texts


# --- Names of sheets ---


def numbered(titles: Iterable[str]) -> dict[str, str]:
    """Title → what it is called instead, of each sheet whose title is someone's number, address or name."""
    return {
        title: f"แผ่นที่ {number}" for number, title in enumerate(titles, start=1) if _kinds(title) or any(_names(title))
    }


def with_numbered_sheets(result: FileResult, titles: Iterable[str]) -> FileResult:
    """The result, in which no sheet is called by a person's data."""
    if called := numbered(titles):

        def told(source: Source) -> Source:
            return replace(source, sheet=called.get(source.sheet, source.sheet))

        result.problems[:] = [
            replace(problem, source=told(problem.source), others=tuple(map(told, problem.others)))
            for problem in result.problems
        ]
        if result.submission:
            sources = result.submission.sources
            sources.update({path: told(source) for path, source in sources.items()})
    return result
