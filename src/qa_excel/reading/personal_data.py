"""Personal data where nothing is asked for: beside the inputs, on sheets of other kinds, in comments, in sheets' names.

Found once a sheet and kind, at the first cell, with how many there are: a list that was pasted has thousands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from qa_excel.files.besides import INLINE, Besides, Element
from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.layout import CALCULATION
from qa_excel.problems import Problem, Source
from qa_excel.reading.grids import Workbook
from qa_excel.reading.submission import FileResult, Submission
from qa_excel.thai.names import CHILDREN, is_list, lists_names, names_in
from qa_excel.thai.privacy import LARGEST, has_email, has_national_id, has_phone, is_suspect, plain, text_of
from qa_excel.thai.text import Text

MOST = 5_000
"""Cells with personal data that are looked for on a sheet; one is enough to have it deleted."""

_NAMES = "privacy.learner_names"
_DETECTORS = {"privacy.national_id": has_national_id, "privacy.phone": has_phone, "privacy.email": has_email}
_TITLED = re.compile(r"เด็กชาย|เด็กหญิง|ด ?\.? ?[ชญ][. ]|นาย|นางสาว|น ?\. ?ส ?\.")
_CELLS = Text("นอกช่องกรอก {n} เซลล์", "cells outside the inputs ({n})")
_FORMULAS = Text("สูตรของ {n} เซลล์", "formulas of cells ({n})")
_PLACES = {
    "comment": Text("ความคิดเห็น (Comment) {n} แห่ง", "comments ({n})"),
    "drawing": Text("กล่องข้อความ รูปภาพ หรือแผนภูมิ {n} แห่ง", "text boxes, pictures or charts ({n})"),
    "header": Text("หัวกระดาษหรือท้ายกระดาษ {n} แห่ง", "headers or footers ({n})"),
    "link": Text("ลิงก์ {n} แห่ง", "links ({n})"),
    "name": Text("ชื่อที่กำหนดไว้ (ตัวจัดการชื่อ) {n} ชื่อ", "defined names ({n})"),
    "rule": Text("การตรวจสอบข้อมูลหรือการจัดรูปแบบตามเงื่อนไข {n} แห่ง", "data validations or conditional formats ({n})"),
    "properties": Text("คุณสมบัติของแฟ้ม {n} รายการ (แฟ้ม > ข้อมูล)", "the file's properties ({n}; File > Info)"),
    "part": Text("ส่วนประกอบภายในแฟ้ม {n} แห่ง", "parts inside the file ({n})"),
}
_NOT_WRITTEN = ("sheet", "TitlesOfParts")
"""Elements whose names are looked at by themselves."""
_RULE = ("conditionalFormatting", "conditionalFormattings", "dataValidation", "dataValidations")
_SIGNS = {"header": re.compile(r'&(?:"[^"]*"|\d{1,2}(?!\d)|[A-Za-z])'), "link": re.compile("[/=?&:~]")}
"""What stands around texts there: what makes the look of a header, and what parts an address."""
_IDENTITY = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_OWN_SIGN = "qa-excel:"
_TITLE = Text("ชื่อแผ่นงาน", "the sheet's name")

Find = tuple[str, tuple[str, ...], tuple[int, int]]
"""(cell, codes, names of children and of adults) where something was found."""


def find(workbook: Workbook, submission: Submission) -> Iterator[Problem]:
    """What the checks of the inputs do not see in cells and names of sheets, on the forms as on any other sheet."""
    for title in workbook.sheets:
        source = Source(workbook.name, title)
        yield from _grouped(source, _CELLS, _in_cells(workbook, title, submission))
        yield from _grouped(source, _FORMULAS, _in_formulas(workbook, title))
        for code in _codes(title):
            yield Problem(code, source, params={"label": _TITLE})


def _in_formulas(workbook: Workbook, title: str) -> Iterator[Find]:
    """What a formula says and need not show."""
    formulas = workbook.package.facts(title).formulas
    if not any(_may_be_somebodys(formula) for formula, _ in formulas.values()):
        return
    hidden = tuple(numbered(workbook.sheets))
    for cell, (formula, _) in formulas.items():
        if _may_be_somebodys(formula):
            for other in hidden:
                formula = formula.replace(other, "")
            yield cell, _kinds(formula), _names(formula)


@dataclass(slots=True)
class Strays:
    """Personal data besides the cells, gathered while a workbook's parts are walked through: kind of place and sheet
    → code → elements. A single name of a learner is enough: it is no prize that somebody reports there."""

    besides: Besides
    name: str
    titles: tuple[str, ...]
    found: dict[tuple[str, str], dict[str, list[Element | None]]] = field(default_factory=dict)

    def see(self, part: str, sheet: str, element: Element) -> None:
        if element.name in INLINE:
            return
        for text in (element.text, *element.attributes.values()):
            if len(text) > 3 and _may_be_somebodys(text) and not element.above(*_NOT_WRITTEN):
                self._look(text, _kind(part, element), sheet, element)

    def _look(self, text: str, kind: str, sheet: str, element: Element | None) -> None:
        for title in self.titles:
            text = text.replace(title, "")
        if kind in _SIGNS:
            text = _SIGNS[kind].sub(" ", text)
        for code in _codes(text):
            self.found.setdefault((kind, sheet), {}).setdefault(code, []).append(element)

    def problems(self) -> Iterator[Problem]:
        for relation in self.besides.relations:
            if relation.outside and relation.kind in ("hyperlink", "image"):
                self._look(relation.target, "link", self.besides.sheet(relation.owner), None)
        for name in self.besides.package.names:
            self._look(posixpath.basename(name), "part", self.besides.sheet(name), None)
        for (kind, sheet), codes in self.found.items():
            for code, elements in codes.items():
                n = f"{len(elements):,}"
                label = Text(_PLACES[kind].th.format(n=n), _PLACES[kind].en.format(n=n))
                cells = (element.cell for element in elements if element and element.cell)
                yield Problem(code, Source(self.name, sheet, next(cells, "")), params={"label": label})


def _kind(part: str, element: Element) -> str:
    """The kind of place that an element is, as one meets it in a spreadsheet program."""
    if "comment" in part or part.startswith("xl/persons/"):
        return "comment"
    if part.startswith("docprops/"):
        return "properties"
    if re.match("xl/(?:drawings|charts|diagrams|media)/", part):
        return "drawing"
    if element.above("headerFooter"):
        return "header"
    if element.above("hyperlink"):
        return "link"
    if element.above("definedName"):
        return "name"
    return "rule" if element.above(*_RULE) else "part"


@lru_cache(maxsize=8192)
def _may_be_somebodys(text: str) -> bool:
    return is_suspect(text) or _is_titled(text)


@lru_cache(maxsize=8192)
def _codes(text: str) -> tuple[str, ...]:
    """The codes of what stands in a text besides the cells."""
    if _IDENTITY.fullmatch(text) or text.startswith(_OWN_SIGN):
        return ()
    children, adults = _names(text) if _is_titled(text) else (0, 0)
    return (*_kinds(text), *([_NAMES] if children or is_list(children, adults) else []))


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


def _in_cells(workbook: Workbook, title: str, submission: Submission) -> Iterator[Find]:
    """A row's texts are read together for names: title, name and office may stand in cells of their own."""
    rows, form = workbook.sheets[title], workbook.forms.get(title)
    telling = set(_telling(set(workbook.cells[title].values())))
    if not telling:
        return
    inputs = {source.cell for source in submission.sources.values() if source.sheet == title}
    if form and form.key.sheet == CALCULATION:  # its formulas repeat what the inputs hold
        inputs |= workbook.package.facts(title).formulas.keys()
    for number, row in rows.items():
        if telling.isdisjoint(row.values()):
            continue
        titled = []
        for column, value in row.items():
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
                if cell not in inputs:
                    titled += [cell] if named else []
                    if codes:
                        yield cell, codes, (0, 0)
        if titled:
            letters = ((f"{column_letters(c)}{number}", value) for c, value in row.items())
            texts = [value for cell, value in letters if isinstance(value, str) and cell not in inputs]
            names = _names(" ".join(texts))
            if any(names):
                yield titled[0], (), names


_tell_nothing: set[str] = set()
"""Texts that are nobody's: those of a form are the same in every school's file."""
_MOST_KEPT = 16_384


def _telling(values: set[Any]) -> Iterator[Any]:
    """The values of cells that may be somebody's."""
    for value in values - _tell_nothing:
        if isinstance(value, str):
            if _kinds(value) or _is_titled(value):
                yield value
            else:
                if len(_tell_nothing) >= _MOST_KEPT:
                    _tell_nothing.clear()
                _tell_nothing.add(value)
        elif isinstance(value, int | float) and abs(value) > LARGEST:
            yield value


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


@lru_cache(maxsize=8192)
def _names(text: str) -> tuple[int, int]:
    seen = plain(text)
    children, adults = names_in(seen)
    return (max(children, CHILDREN), adults) if lists_names(seen) else (children, adults)


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
