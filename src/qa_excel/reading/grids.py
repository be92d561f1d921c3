"""A workbook as it was opened: the values of its sheets, and where the keys of its forms stand.

python-calamine reads the values. Where it shows an input as empty, what the sheet's XML said tells whether an
error value or a formula that was never calculated stands there, which calamine does not tell apart, or a value
that it has lost: then the file is called damaged rather than read as unanswered.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import CalamineWorkbook

from qa_excel.files.guard import Package, with_facts
from qa_excel.files.marks import KEY_PREFIX
from qa_excel.files.refusals import PackageError, guarded, unsafe
from qa_excel.files.sheet_facts import ForbiddenXML, column_letters
from qa_excel.files.usual import Rows, Unusual, usual_sheets
from qa_excel.form.keys import Form, form_of
from qa_excel.form.layout import COVER, Layout, SheetKey, parse_sheet_key
from qa_excel.problems import Source
from qa_excel.thai.typed import ErrorCell, RichValue, is_blank

Cells = dict[str, Any]
"""Address → value, of cells that hold one."""
MAX_TEXT = 65_535
"""Signs in an input: as many as any spreadsheet program takes, twice what Excel does."""


def usual_rows(package: Package) -> dict[str, tuple[Rows, Cells]] | None:
    """The rows of each sheet where all are written as usual, with their facts; else None."""
    try:
        sheets = usual_sheets(package.parts, package.book)
    except (Unusual, UnicodeDecodeError, ExpatError, ForbiddenXML, PackageError):
        return None  # what is wrong, if anything, the other reader tells
    for title, sheet in sheets.items():
        name = package.book.parts[title]
        package.sheets[name] = sheet.facts
        package.frames[name] = sheet.frame
    return {title: (sheet.rows, sheet.cells) for title, sheet in sheets.items()}


def rows_of(package: Package) -> dict[str, tuple[Rows, Cells]]:
    """The rows of each sheet, whoever wrote them."""
    with guarded():
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.readable()))
        grids = {t: book.get_sheet_by_name(t).to_python(skip_empty_area=False) for t in package.book.parts}
    return {title: (rows := dict(_rows(grid)), _by_address(rows)) for title, grid in grids.items()}


def _rows(grid: list[list[Any]]) -> Iterator[tuple[int, dict[int, Any]]]:
    for number, values in enumerate(grid, start=1):
        if row := {column: value for column, value in enumerate(values, start=1) if value is not None and value != ""}:
            yield number, row


def _by_address(rows: Rows) -> Cells:
    return {f"{column_letters(column)}{number}": value for number, row in rows.items() for column, value in row.items()}


class Workbook:
    """The sheets of a package: their rows, their forms, and the cells that a fast reader can't tell from empty."""

    def __init__(self, package: Package, name: str):
        """package: looked at; what its sheets say is added to it here. Raises PackageError."""
        self.package = package
        self.name = name
        read = usual_rows(package) or rows_of(with_facts(package))
        self.sheets: dict[str, Rows] = {title: rows for title, (rows, _) in read.items()}
        self.cells: dict[str, Cells] = {title: cells for title, (_, cells) in read.items()}
        self.forms: dict[str, Form] = {t: form for t, rows in self.sheets.items() if (form := form_of(rows))}

    def value(self, title: str, row: int, column: int) -> Any:
        """What stands in a cell; None for an empty one."""
        value: Any = self.sheets[title].get(row, {}).get(column)
        if value is None:
            facts = self.package.facts(title)
            address = f"{column_letters(column)}{row}"
            value = facts.unseen.get(address)
            if isinstance(value, RichValue) and address in facts.formulas and self.package.shows_rich_errors():
                value = ErrorCell("#VALUE!")
            if value is None and facts.holds(row, column):
                raise PackageError("file.damaged")
        elif isinstance(value, str) and len(value) > MAX_TEXT:
            raise unsafe("ข้อความในเซลล์ยาวผิดปกติ", "the text in a cell is abnormally long")
        return None if is_blank(value) else value

    def shows_all(self, title: str) -> bool:
        """Whether nothing stands in the cells of a sheet that seem empty."""
        facts = self.package.facts(title)
        return not facts.unseen and not facts.filled

    def source(self, title: str, row: int, column: int) -> Source:
        return Source(self.name, title, f"{column_letters(column)}{row}")

    def heading(self, title: str) -> Source:
        """The heading of a form: the cell that a person sees of what concerns a whole sheet."""
        row, column = self.forms[title].place
        return self.source(title, row + 1, column + 1)

    @property
    def first(self) -> str:
        """The title of the cover, else of the first form: where a person looks for what a workbook lacks."""
        return next((t for t, form in self.forms.items() if form.key.sheet == COVER), next(iter(self.forms)))

    def titles(self, layout: Layout, sheet_id: str) -> list[str]:
        """The titles of the sheets that carry the key of one of the layout's, whatever its version."""
        wanted = (layout.rubric.id, layout.area, sheet_id)
        return [t for t, form in self.forms.items() if (form.key.rubric, form.key.area, form.key.sheet) == wanted]

    def version(self, layout: Layout) -> str:
        """The version that most of the layout's sheets bear."""
        keys = (form.key for form in self.forms.values())
        versions = Counter(key.version for key in keys if (key.rubric, key.area) == (layout.rubric.id, layout.area))
        return versions.most_common(1)[0][0]

    def far_keys(self) -> Iterator[tuple[SheetKey, Source]]:
        """(key, its cell) of sheets whose own key stands beyond the rows and columns where it is looked for."""
        for title, rows in self.sheets.items():
            if title in self.forms:
                continue
            for r, row in rows.items():
                keyed = ((c, v) for c, v in row.items() if isinstance(v, str) and v.startswith(KEY_PREFIX))
                for column, value in keyed:
                    if key := parse_sheet_key(value.strip()):
                        yield key, self.source(title, r, column)
