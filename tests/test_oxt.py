"""The LibreOffice extension: its cells against the functions, live, in files, and in two documents at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fillings import WORKBOOKS, at_the_boundaries, drawn, header, type_otherwise
from office import SECONDS, _environment, _profile, require_libreoffice, require_uno

from qa_excel.fields import dig
from qa_excel.filling import fill
from qa_excel.functions import FUNCTIONS, NOT_AVAILABLE, NUMBER, REFERENCE, VALUE, CellError, Sheets, call
from qa_excel.layout import FIRST_INPUT, Layout, layout_of
from qa_excel.output import save
from qa_excel.rubric import Rubric, load_rubric
from qa_excel.scoring import Scorecard, score
from qa_excel.template import block_name, build
from udfs.build_oxt import OUT, idl, method_name
from udfs.build_oxt import build as build_oxt

needs_office = pytest.mark.libreoffice
ERRORS = {519: VALUE, 32767: NOT_AVAILABLE, 503: NUMBER, 524: REFERENCE}
"""Calc's numbers of the errors."""
SCORES = ("ONESQA_SCORE", "ONESQA_GROSS", "ONESQA_DEDUCTION")


# --- The built file -----------------------------------------------------------------------------------------


def test_two_builds_are_the_same_bytes_and_the_committed_ones(tmp_path):
    build_oxt(tmp_path / "one.oxt")
    build_oxt(tmp_path / "two.oxt")
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (*tmp_path.iterdir(), OUT)}
    assert len(digests) == 1


def test_the_functions_run_from_the_extension_with_the_standard_library_alone(tmp_path):
    with zipfile.ZipFile(OUT) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, 'python/pythonpath'); import qa_excel_calc; "
        "from qa_excel.functions import FUNCTIONS, Sheets, call; print(call('QA_VERSION', [], Sheets({})))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert run.stdout.strip() == call("QA_VERSION", [], Sheets({})), run.stderr


def test_every_function_is_described_in_thai():
    with zipfile.ZipFile(OUT) as archive:
        root = ET.fromstring(archive.read("CalcAddIns.xcu"))
    name, lang = "{http://openoffice.org/2001/registry}name", "{http://www.w3.org/XML/1998/namespace}lang"

    def texts(node: ET.Element, prop: str) -> dict[str, str]:
        values = next(child for child in node if child.get(name) == prop)
        return {value.get(lang): value.text for value in values}

    nodes = {node.get(name): node for node in root.iter("node")}
    for function in FUNCTIONS.values():
        node = nodes[method_name(function.name)]
        assert texts(node, "Description") == {"en-US": function.help.en, "th": function.help.th}
        assert texts(node, "DisplayName") == texts(node, "CompatibilityName") == {"en-US": function.name}
        parameters = next(child for child in node if child.get(name) == "Parameters")
        assert [p.get(name) for p in parameters] == [argument.name for argument in function.arguments]
        for parameter, argument in zip(parameters, function.arguments, strict=True):
            assert texts(parameter, "Description")["th"] == argument.help.th
        assert f" {method_name(function.name)}(" in idl()


# --- LibreOffice with the extension -------------------------------------------------------------------------


def run_steps(steps: Sequence[Sequence[Any]]) -> list[Any]:
    """Run steps of drive_oxt.py in one LibreOffice that has the extension; their results."""
    soffice, python = require_libreoffice(), require_uno()
    script = Path(__file__).with_name("drive_oxt.py")
    with _profile() as (home, options):
        options = [*options, f"-env:UNO_SHARED_PACKAGES_CACHE={(home / 'shared' / 'cache').as_uri()}"]
        environment = _environment(home)
        packages = [option for option in options if option.startswith("-env:")]
        install = [str(Path(soffice).resolve().with_name("unopkg")), "add", "-f", "-s", "--shared", *packages, str(OUT)]
        subprocess.run(install, env=environment, capture_output=True, timeout=SECONDS, check=True)
        pipe = f"qa_excel_{home.name}"
        office = subprocess.Popen(
            [soffice, *options, f"--accept=pipe,name={pipe};urp;"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            run = subprocess.run(
                [python, str(script), pipe],
                input=json.dumps(steps),
                env=environment,
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS,
                check=False,
            )
            assert run.returncode == 0, run.stderr
            office.wait(timeout=60)
            return json.loads(run.stdout)
        finally:
            if office.poll() is None:
                os.killpg(office.pid, signal.SIGKILL)
                office.wait()


@dataclass
class Steps:
    """Steps to run together, each with a name for its result."""

    steps: list[list[Any]] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)

    def add(self, name: str, *step: Any) -> None:
        if name:
            self.names[name] = len(self.steps)
        self.steps.append(list(step))

    def __getitem__(self, name: str) -> Any:
        return self.results[self.names[name]]


# --- What is asked ------------------------------------------------------------------------------------------

Question = tuple[str, tuple[str, ...]]


def questions(rubric: Rubric, area: int | None) -> list[Question]:
    """Every function with every code of a workbook, and with codes that it does not hold."""
    asked: list[Question] = [("QA_VERSION", ()), ("ONESQA_TOTAL", ()), ("ONESQA_MISSING", ()), ("IQA_STATUS", ("x",))]
    if area is None:
        asked += [("IQA_PROGRESS", (process.id,)) for process in rubric.processes]
        asked += [("IQA_STATUS", (item.id,)) for item in rubric.items]
        return [*asked, ("IQA_PROGRESS", ("9.9",)), ("ONESQA_SCORE", ("IND5",)), ("ONESQA_AREA_SCORE", ("2",))]
    for indicator in rubric.area(area).indicators:
        one_argument = (*SCORES, "ONESQA_MISSING", "ONESQA_WHY", "ONESQA_MAX", "ONESQA_NAME", "ONESQA_EXPLAIN")
        asked += [(name, (indicator.id,)) for name in one_argument]
        for criterion in indicator.criteria:
            for part in (criterion, *criterion.items):
                asked += [(name, (indicator.id, part.id)) for name in ("ONESQA_POINTS", "ONESQA_WHY")]
    asked += [("ONESQA_AREA_SCORE", (str(a.id),)) for a in rubric.areas]
    first = rubric.area(area).indicators[0].id
    asked += [("ONESQA_SCORE", (code,)) for code in ("IND99", "", "IND1", "IND20", first.lower())]
    return [*asked, ("ONESQA_POINTS", (first, "9.9")), ("IQA_PROGRESS", ("1.1",)), ("ONESQA_NAME", (f"A{area}",))]


def blocks(rubric: Rubric, area: int | None) -> list[tuple[Question, str]]:
    """The questions that can be asked with the indicator's block: (question, name of the block)."""
    if area is None:
        return []
    sheets = {sheet.id: sheet for sheet in layout_of(rubric, area).forms}
    answers = {name for name, function in FUNCTIONS.items() if any(a.kind == "block" for a in function.arguments)}
    return [(q, block_name(sheets[q[1][0]])) for q in questions(rubric, area) if q[0] in answers and q[1][0] in sheets]


def formula(question: Question, block: str = "") -> str:
    name, codes = question
    arguments = [f'"{code}"' for code in codes] + ([block] if block else [])
    return f"={name}({';'.join(arguments)})"


def expected(question: Question, sheets: Sheets) -> Any:
    """What the cell must show; of an array, which stands in one cell, its first value."""
    try:
        value = call(question[0], question[1], sheets)
    except CellError as error:
        return error.error
    return value[0][0] if isinstance(value, list) else value


def shown(value: Any) -> Any:
    return ERRORS.get(value["error"], value) if isinstance(value, dict) else value


# --- What is filled in --------------------------------------------------------------------------------------


@dataclass
class State:
    """The inputs of a workbook: sheet title → {(row, column) from 1: value}, and what they score."""

    cells: dict[str, dict[tuple[int, int], Any]]
    card: Scorecard | None


def _layout(rubric_id: str, area: int | None) -> Layout:
    return layout_of(load_rubric(rubric_id), area)


def state_of(path: Path, layout: Layout, submission: dict[str, Any] | None) -> State:
    """The inputs in a file; texts and dates, which score nothing, are left out."""
    book = openpyxl.load_workbook(path)
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    for sheet in layout.forms:
        for row, column, given in sheet.fields():
            if not given.optional and given.input.kind != "date":
                cells.setdefault(sheet.title, {})[row, column] = book[sheet.title].cell(row, column).value
    return State(cells, score(submission) if submission else None)


def grids_of(path: Path, state: State) -> Sheets:
    """The workbook as the functions see it, from the file and what is entered over it."""
    grids = {}
    for sheet in openpyxl.load_workbook(path):
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        for (row, column), value in state.cells.get(sheet.title, {}).items():
            rows[row - 1][column - 1] = value
        grids[sheet.title] = rows
    return Sheets(grids)


def runs(state: State) -> list[list[Any]]:
    """The state as rectangles of values: neighbouring inputs of a row, and rows of the same shape."""
    found = []
    for title, cells in state.cells.items():
        lines: list[tuple[int, int, list[Any]]] = []
        for (row, column), value in sorted(cells.items()):
            if lines and lines[-1][0] == row and lines[-1][1] + len(lines[-1][2]) == column:
                lines[-1][2].append(value)
            else:
                lines.append((row, column, [value]))
        for row, column, values in lines:
            last = found[-1] if found else None
            if last and last[0] == title and last[1] + len(last[3]) == row - 1 and last[2] == column - 1:
                if len(last[3][0]) == len(values):
                    last[3].append(values)
                    continue
            found.append([title, row - 1, column - 1, [values]])
    return found


def wrong(state: State, layout: Layout, kind: Callable[[int, str], Any]) -> State:
    """The state with every seventh input replaced by what can't be right."""
    cells = {title: dict(of) for title, of in state.cells.items()}
    inputs = [(s.title, r, c, f) for s in layout.forms for r, c, f in s.fields() if f.path[0] in ("answers", "items")]
    for number, (title, row, column, given) in enumerate(inputs):
        if number % 7 == 3 and (row, column) in cells[title]:
            cells[title][row, column] = kind(number, given.input.kind)
    return State(cells, None)


def states(folder: Path, rubric_id: str, area: int | None) -> dict[str, State]:
    """Ten ways to fill in a workbook."""
    layout = _layout(rubric_id, area)
    *_, one, two, three = drawn(rubric_id, area, 12)
    *_, complete = drawn(rubric_id, area, 6, complete=True)
    submissions = {
        "empty": header(rubric_id, area),
        "full": complete,
        "typed": complete,
        "boundaries": at_the_boundaries(rubric_id, area),
        "partly 1": one,
        "partly 2": two,
        "partly 3": three,
    }
    made = {}
    for name, submission in submissions.items():
        fill(submission, folder / f"{name}.xlsx")
        if name == "typed":
            type_otherwise(folder / f"{name}.xlsx", submission)
        made[name] = state_of(folder / f"{name}.xlsx", layout, submission)
    made["texts"] = wrong(made["full"], layout, lambda number, kind: "ไม่ทราบ")
    made["figures"] = wrong(made["full"], layout, lambda number, kind: (-1, 2.5, 101, 10**10)[number % 4])
    made["typed wrongly"] = wrong(made["partly 1"], layout, lambda number, kind: ("12 คน", "๑๒๐%", "-")[number % 3])
    return made


# --- Every workbook, filled in ten ways ---------------------------------------------------------------------


def name_of(rubric: str, area: int | None) -> str:
    return f"area {area}" if area else rubric


@dataclass
class Case:
    """A workbook's template, its states, and what LibreOffice showed in each."""

    path: Path
    layout: Layout
    states: dict[str, State]
    questions: list[Question]
    blocks: list[tuple[Question, str]]


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    made = {}
    for rubric_id, area in WORKBOOKS:
        rubric, folder = load_rubric(rubric_id), tmp_path_factory.mktemp("states")
        path = folder / "แบบฟอร์ม.xlsx"
        save(build(rubric, area), path)
        made[name_of(rubric_id, area)] = Case(
            path, layout_of(rubric, area), states(folder, rubric_id, area), questions(rubric, area), blocks(rubric, area)
        )
    return made


@pytest.fixture(scope="module")
def live(cases) -> Steps:
    """Every template opened once, and each state entered into it."""
    steps = Steps()
    for name, case in cases.items():
        asked = [formula(q) for q in case.questions] + [formula(q, block) for q, block in case.blocks]
        steps.add(f"{name}: opened", "open", name, str(case.path))
        steps.add(f"{name}: template", "cells", name)
        steps.add(f"{name}: template asked", "ask", name, asked)
        for state_name, state in case.states.items():
            steps.add("", "enter", name, runs(state))
            steps.add(f"{name}: {state_name}", "cells", name)
            steps.add(f"{name}: {state_name} asked", "answers", name, len(asked))
        steps.add("", "close", name)
    steps.results = run_steps(steps.steps)
    return steps


CASES = [name_of(*workbook) for workbook in WORKBOOKS]
STATES = ("empty", "full", "typed", "boundaries", "partly 1", "partly 2", "partly 3", "texts", "figures", "typed wrongly")


@needs_office
@pytest.mark.parametrize("name", CASES)
def test_opening_changes_nothing(live, name):
    opened = live[f"{name}: opened"]
    assert (opened["modified"], opened["locked"], opened["undo"]) == (False, False, 0)


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CASES)
def test_each_cell_shows_what_the_function_gives(cases, live, name, state):
    case = cases[name]
    sheets = grids_of(case.path, case.states[state])
    asked = [*case.questions, *(question for question, _ in case.blocks)]
    got = [shown(value) for value in live[f"{name}: {state} asked"]]
    assert [(q, a) for q, a in zip(asked, got, strict=True)] == [(q, expected(q, sheets)) for q in asked]


_CALL = re.compile(r'^=((?:ONESQA|IQA)_\w+)\(((?:"?[\w.]+"?,?)*)\)$')


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CASES)
def test_the_templates_own_cells_show_the_score(cases, live, name, state):
    case = cases[name]
    sheets = grids_of(case.path, case.states[state])
    card = case.states[state].card
    own = {k: v for k, v in live[f"{name}: {state}"].items() if not k.startswith("ทดสอบ!")}
    checked = 0
    for text, value in own.values():
        if match := _CALL.match(text):
            codes = tuple(code.strip('"') for code in match[2].split(",") if code)
            assert shown(value) == expected((match[1], codes), sheets), text
            checked += 1
            if card and match[1] == "ONESQA_SCORE":
                assert value == float(card.indicators[codes[0]].score)
            if card and match[1] == "ONESQA_AREA_SCORE":
                assert value == float(card.score)
            if card and match[1] == "IQA_PROGRESS":
                assert value == float(card.processes[codes[0]].percent)
    assert checked >= 5
