"""The templates as people meet them who have no add-in: opened in plain LibreOffice, and filled cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pytest

from helpers.libreoffice import listening, profile
from helpers.oxt_cases import NAMES, Case, figure, make_cases, score_of
from qa_excel.doors.functions.sheets import Sheets
from qa_excel.form.layout import COLUMNS_MARK, COVER, SUMMARY

pytestmark = pytest.mark.libreoffice
Edit = tuple[str, int, int, Any]
"""Sheet title, row and column from 1, what is typed there."""


def edits(case: Case) -> tuple[list[Edit], list[Edit]]:
    """A whole school's answers in the order of the form; then every fifth as another school has it, and some of them
    blank again, which leaves what can't be right, too."""
    full, another = (
        [(title, *at, value) for title, cells in case.states[state].cells.items() for at, value in cells.items()]
        for state in ("full", "another")
    )
    typed = [edit for edit in full if edit[3] is not None]
    other = [edit for edit, before in zip(another, full, strict=True) if edit != before]
    return typed, [*other[::5], *((*edit[:3], None) for edit in typed[::9])]


@dataclass
class Shown:
    """What LibreOffice shows of a template: `cells` on opening and after each edit, the texts of the signed `pages` on
    opening, filled and in the end."""

    cells: list[dict[str, list[Any]]] = field(default_factory=list)
    pages: list[list[str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    return make_cases(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="module")
def shown(cases) -> dict[str, Shown]:
    steps: list[list[Any]] = []
    of: list[list[Any] | None] = []
    found = {name: Shown() for name in cases}

    def step(keep: list[Any] | None, *what: Any) -> None:
        steps.append(list(what))
        of.append(keep)

    for name, case in cases.items():
        step(None, "open", name, str(case.path))
        step(found[name].cells, "cells", name)
        for typed in ((), *edits(case)):
            for title, row, column, value in typed:
                step(found[name].cells, "typed", name, title, row - 1, column - 1, value)
            for page in (COVER, SUMMARY):
                step(found[name].pages, "texts", name, case.layout.sheet(page).title)
        step(None, "close", name)
    with profile() as (home, options), listening(home, options) as ask:
        for keep, answer in zip(of, ask("drive_oxt.py", steps), strict=True):
            if keep is not None:
                keep.append(answer)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_shows_the_right_score_after_every_edit(cases, shown, name):
    case = cases[name]
    grids = {title: [list(row) for row in rows] for title, rows in case.template.items()}
    for edit, cells in zip(chain([None], *edits(case)), shown[name].cells, strict=True):
        if edit:
            title, row, column, value = edit
            grids[title][row - 1][column - 1] = value
        sheets, checked = Sheets(grids), 0
        for text, value in cells.values():
            if call := score_of(text):
                assert value == figure(call, sheets), (edit, text)
                checked += 1
        assert checked >= 5


@pytest.mark.parametrize("name", NAMES)
def test_the_tell_tale_says_that_the_workbook_works_alone(shown, name):
    told = [value for text, value in shown[name].cells[0].values() if "native only" in text]
    assert len(told) >= 5 and set(told) == {"native only"}


@pytest.mark.parametrize("name", NAMES)
def test_the_signed_pages_show_no_error(shown, name):
    """None at all while what is entered can be right; of a function that is not there, never."""
    for number, page in enumerate(shown[name].pages):
        assert len(page) > 10
        errors = {text for text in page if text.startswith(("#", "Err:")) and text != COLUMNS_MARK}
        assert "#NAME?" not in errors and (number >= 4 or not errors)


@pytest.mark.parametrize("name", ["area 1", "area 2"])
def test_a_summary_asks_for_the_grades_until_they_are_chosen(shown, name):
    empty, filled = shown[name].pages[1:5:2]
    assert "เลือกชั้นที่เปิดสอนก่อน" in empty
    assert "เลือกชั้นที่เปิดสอนก่อน" not in filled
