"""The LibreOffice extension: its cells against the functions, live, in files, and in two documents at once."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from helpers.books import opened, type_in
from helpers.libreoffice import SECONDS, environment, listening, profile, require_libreoffice
from helpers.oxt_cases import (
    ERRORS,
    NAMES,
    STATES,
    Case,
    expected,
    figure,
    formula,
    inputs,
    make_cases,
    runs,
    score_of,
    shown,
)
from qa_excel.doors.functions.functions import FUNCTIONS, call
from qa_excel.doors.functions.sheets import NOT_AVAILABLE, REFERENCE, VALUE, Sheets
from qa_excel.files.output import save
from qa_excel.form.layout import CALCULATION, TITLES
from qa_excel.form.template.building import build
from qa_excel.rubric.building import load_rubric
from udfs.build_oxt import OUT, idl, method_name
from udfs.build_oxt import build as build_oxt

needs_office = pytest.mark.libreoffice
SCRATCH = "ทดสอบ"
"""The sheet into which the driver enters formulas."""


@pytest.fixture(scope="module")
def extension(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("extension") / "qa_excel.oxt"
    build_oxt(path)
    return path


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    return make_cases(tmp_path_factory.mktemp("templates"), faked=True)


# --- The built file -----------------------------------------------------------------------------------------


def test_two_builds_are_the_same_bytes(extension, tmp_path):
    build_oxt(tmp_path / "again.oxt")
    assert (tmp_path / "again.oxt").read_bytes() == extension.read_bytes()


def test_the_committed_extension_is_up_to_date(extension):
    assert OUT.read_bytes() == extension.read_bytes(), "run python udfs/build_oxt.py"


def test_the_functions_run_from_the_extension_with_the_standard_library_alone(extension, tmp_path):
    with zipfile.ZipFile(extension) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, 'python/pythonpath'); import qa_excel_calc; "
        "from qa_excel.doors.functions.functions import call; from qa_excel.doors.functions.sheets import Sheets; "
        "print(ascii(call('ONESQA_NAME', ['IND5'], Sheets({}))))"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == ascii(call("ONESQA_NAME", ["IND5"], Sheets({}))), run.stderr


def test_every_function_is_described_in_thai(extension):
    with zipfile.ZipFile(extension) as archive:
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


def run_steps(steps: Sequence[Sequence[Any]], extension: Path) -> list[Any]:
    """Run steps of drive_oxt.py in one LibreOffice that has the extension; their results."""
    unopkg = Path(require_libreoffice()).resolve().with_name("unopkg")
    with profile() as (home, options):
        options = [*options, f"-env:UNO_SHARED_PACKAGES_CACHE={(home / 'shared' / 'cache').as_uri()}"]
        places = [option for option in options if option.startswith("-env:")]
        subprocess.run(
            [unopkg, "add", "-f", "-s", "--shared", *places, extension],
            env=environment(home),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        with listening(home, options) as ask:
            return ask("drive_oxt.py", steps)


@dataclass
class Steps:
    """Steps to run together, each with a name for its result."""

    steps: list[list[Any]] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, *step: Any) -> None:
        if name:
            self.names[name] = len(self.steps)
        self.steps.append([str(part) if isinstance(part, Path) else part for part in step])

    def run(self, extension: Path) -> dict[str, Any]:
        """Name → result."""
        results = run_steps(self.steps, extension)
        return {name: results[number] for name, number in self.names.items()}


# --- Every workbook, filled in ten ways ---------------------------------------------------------------------


def asked_of(case: Case) -> list[str]:
    return [formula(q) for q in case.questions] + [formula(q, block) for q, block in case.blocks]


@pytest.fixture(scope="module")
def live(cases, extension) -> dict[str, Any]:
    """Every template opened, and each state entered into it; in two LibreOffices at a time."""
    halves = [Steps(), Steps()]
    for number, (name, case) in enumerate(cases.items()):
        steps, asked = halves[number % 2], asked_of(case)
        steps.add(f"{name}: opened", "open", name, case.path)
        steps.add("", "ask", name, asked)
        for state_name, state in case.states.items():
            steps.add("", "enter", name, runs(state))
            steps.add(f"{name}: {state_name}", "cells", name)
            steps.add(f"{name}: {state_name} asked", "answers", name, len(asked))
        steps.add("", "close", name)
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda steps: steps.run(extension), halves)
    return one | two


@needs_office
@pytest.mark.parametrize("name", NAMES)
def test_opening_changes_nothing(live, name):
    assert live[f"{name}: opened"] == {"modified": False, "locked": False, "undo": []}


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_each_cell_shows_what_the_function_gives(cases, live, name, state):
    """With codes alone, and with the indicator's block."""
    case = cases[name]
    sheets = case.sheets(state)
    asked = [*case.questions, *(question for question, _ in case.blocks)]
    got = [shown(value) for value in live[f"{name}: {state} asked"]]
    assert list(zip(asked_of(case), got, strict=True)) == [
        (text, expected(question, sheets)) for text, question in zip(asked_of(case), asked, strict=True)
    ]


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_the_templates_own_cells_show_the_score(cases, live, name, state):
    """Of a function with the workbook's own figure behind it, too."""
    case = cases[name]
    sheets, card = case.sheets(state), case.states[state].card
    checked = 0
    for place, (text, value) in live[f"{name}: {state}"].items():
        if place.startswith(SCRATCH) or not (call_ := score_of(text)):
            continue
        assert value == figure(call_, sheets), text
        function, codes = call_
        if card and function == "ONESQA_SCORE":
            assert value == float(card.indicators[codes[0]].score)
        if card and function == "ONESQA_AREA_SCORE":
            assert value == float(card.score)
        if card and function == "IQA_PROGRESS":
            assert value == float(card.processes[codes[0]].percent)
        checked += 1
    assert checked >= 5


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_the_tell_tale_says_that_both_come_to_the_same(live, name, state):
    """Unless only the function can read what was typed."""
    odd = state in ("typed", "texts", "figures", "both")
    told = [value for text, value in live[f"{name}: {state}"].values() if "native only" in text]
    assert len(told) >= 5
    assert set(told) <= ({"same", "function only"} if odd else {"same"})


# --- Files, edits and several documents ---------------------------------------------------------------------


def place_of(case: Case, kind: str, number: int = 0) -> tuple[str, int, int]:
    """The sheet, row and column, from 0, of an input of that kind."""
    found = [(t, r - 1, c - 1) for t, r, c, f in inputs(case.layout) if f.input.kind == kind and f.path[0] == "answers"]
    return found[number]


@dataclass
class Files:
    """What LibreOffice showed, and the files it saved."""

    shown: dict[str, Any]
    folder: Path

    def __getitem__(self, name: str) -> Any:
        return self.shown[name]


ASKED = ['=ONESQA_SCORE("IND16")', '=ONESQA_SCORE("IND16";ONESQA_IND16)', "=ONESQA_TOTAL()", '=1+ONESQA_MAX("ด้าน5")']
YES_NO = ("ใช่", "ไม่ใช่")
IND6_COUNT, IND6_TOTAL = ("IND6.1", "count"), ("IND6.1", "total")
OF_IND6 = ['=ONESQA_SCORE("IND6")', '=ONESQA_SCORE("IND6";ONESQA_IND6)']


@pytest.fixture(scope="module")
def files(cases, extension, tmp_path_factory) -> Files:
    folder, steps = tmp_path_factory.mktemp("files"), Steps()
    five, two = cases["area 5"], cases["area 2"]
    explicit = folder / "explicit.xlsx"
    rubric = load_rubric("onesqa-r4")
    save(build(rubric, 5, formulas="explicit"), explicit)

    # Two styles of formula: edited, undone, with an error in an input.
    for name, path in (("both", five.path), ("explicit", explicit)):
        steps.add("", "open", name, path)
        steps.add("", "enter", name, runs(five.states["full"]))
        steps.add(f"{name}: full", "cells", name)
        steps.add("", "enter", name, runs(five.states["partly"]))
        steps.add(f"{name}: partly", "cells", name)
        at = place_of(five, "yesno")
        steps.add("", "enter", name, [[*at, [["ใช่"]]]])
        steps.add(f"{name}: yes", "cells", name)
        steps.add("", "enter", name, [[*at, [["ไม่ใช่"]]]])
        steps.add(f"{name}: no", "cells", name)
        steps.add("", "undo", name)
        steps.add(f"{name}: undone", "cells", name)
        steps.add("", "formula", name, *at, "=1/0")
        steps.add(f"{name}: error", "cells", name)
        steps.add("", "formula", name, *at, '=IF(1;"ใช่";"")')
        steps.add(f"{name}: calculated", "cells", name)
        steps.add("", "close", name)

    # Saved under another name, as a copy and as .ods, with formulas that were typed; opened again.
    steps.add("", "open", "saved", five.path)
    steps.add("", "enter", "saved", runs(five.states["another"]))
    steps.add("asked", "ask", "saved", ASKED)
    steps.add("before", "cells", "saved")
    steps.add("copied", "save", "saved", folder / "copy.xlsx", True)
    steps.add("", "ask", "saved", ASKED)
    steps.add("saved", "save", "saved", folder / "saved.xlsx")
    steps.add("as .ods", "save", "saved", folder / "saved.ods", True)
    steps.add("after", "cells", "saved")
    steps.add("after asked", "answers", "saved", len(ASKED))
    steps.add("", "close", "saved")
    for name in ("copy.xlsx", "saved.xlsx", "saved.ods"):
        steps.add(f"{name} opened", "open", name, folder / name)
        steps.add(f"{name} cells", "cells", name)
        steps.add(f"{name} asked", "answers", name, len(ASKED))
        steps.add("", "close", name)
    steps.add("read only", "open", "read only", folder / "copy.xlsx", True)
    steps.add("read only cells", "cells", "read only")
    steps.add("", "close", "read only")

    # A truth value where a number belongs: from a file, as a formula, and then a number again.
    truth, at = folder / "truth.xlsx", place_of(two, "count")
    save(build(rubric, 2, formulas="explicit"), truth)
    type_in(truth, {IND6_COUNT: True, IND6_TOTAL: 1})
    steps.add("", "open", "truth", truth)
    steps.add("truth: read", "ask", "truth", OF_IND6)
    for name, entered in (("compared", "=1=1"), ("counted", "=1+0"), ("true", "=TRUE()")):
        steps.add("", "formula", "truth", *at, entered)
        steps.add(f"truth: {name}", "answers", "truth", len(OF_IND6))
    steps.add("", "close", "truth")

    # Three documents at once, two of them of the same area.
    for name, case, state in (("a", five, "full"), ("b", five, "another"), ("c", two, "full")):
        steps.add("", "open", name, case.path)
        steps.add("", "ask", name, ASKED)
        steps.add("", "enter", name, runs(case.states[state]))
    for name in "abc":
        steps.add(f"{name} asked", "answers", name, len(ASKED))
    steps.add("", "enter", "b", runs(five.states["empty"]))
    for name in "abc":
        steps.add(f"{name} asked later", "answers", name, len(ASKED))
    steps.add("rows", "rows", "a", '=ONESQA_EXPLAIN("IND16")', 3, 5)
    steps.add("described", "described", "ONESQA_POINTS")
    return Files(steps.run(extension), folder)


def values(cells: dict[str, list[Any]]) -> dict[str, Any]:
    """Place → value of the cells that ask for an indicator, whose formulas hold ONESQA_SCORE("IND16") in one style
    and ONESQA_SCORE("IND16",ONESQA_IND16) in the other; not of the hidden sheet, where one of them has none."""
    asked = {place: value for place, (text, value) in cells.items() if '"IND' in text}
    return {place: shown(value) for place, value in asked.items() if not place.startswith(TITLES[CALCULATION])}


@needs_office
@pytest.mark.parametrize("state", ["full", "partly", "yes", "no", "undone", "calculated"])
def test_both_forms_give_the_same(files, state):
    both, explicit = values(files[f"both: {state}"]), values(files[f"explicit: {state}"])
    assert both == explicit and len(both) > 10
    assert not any("ONESQA_IND" in text for text, _ in files[f"both: {state}"].values())
    assert any("ONESQA_IND" in text for text, _ in files[f"explicit: {state}"].values())


@needs_office
@pytest.mark.parametrize("form", ["both", "explicit"])
def test_an_edit_is_followed_at_once_and_so_is_undoing_it(files, form):
    states = [values(files[f"{form}: {state}"]) for state in ("full", "partly", "yes", "no")]
    assert states[0] != states[1] and states[2] != states[3]
    assert values(files[f"{form}: undone"]) == values(files[f"{form}: calculated"]) == states[2]


@needs_office
def test_an_error_in_an_input_is_an_error_in_the_score(files):
    """Calc itself refuses a block with an error in it: there, every figure of the indicator is an error."""
    both, explicit = (files[f"{form}: error"] for form in ("both", "explicit"))
    nets = [shown(value) for text, value in both.values() if text.startswith('=IFERROR(ONESQA_SCORE("IND15"')]
    assert len(nets) == 2 and set(nets) <= set(ERRORS.values())  # on its own sheet and in the summary
    assert [shown(value) for text, value in both.values() if text == '=ONESQA_SCORE("IND15")'] == [VALUE]
    figures = [value for text, value in explicit.values() if "ONESQA_IND15" in text]
    assert figures and all(isinstance(value, dict) for value in figures)


@needs_office
@pytest.mark.parametrize("entered", ["read", "compared", "counted", "true"])
def test_a_truth_value_is_no_number_here_either(files, entered):
    """Calc keeps it as 1 or 0."""
    answers = [shown(value) for value in files[f"truth: {entered}"]]
    assert answers == ([2, 2] if entered == "counted" else [VALUE, VALUE])


@needs_office
def test_answers_before_and_after_saving(cases, files):
    assert files["asked"] == files["after asked"] == answers_of(cases["area 5"], "another")
    assert own(files["before"]) == own(files["after"])


def answers_of(case: Case, state: str) -> list[float]:
    """The answers to what is ASKED."""
    card = case.states[state].card
    score = float(card.indicators["IND16"].score)
    return [score, score, float(card.score), 11]


def own(cells: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The template's own cells."""
    return {place: entry for place, entry in cells.items() if not place.startswith(SCRATCH)}


@needs_office
def test_saving_leaves_the_state_of_the_document_alone(files):
    assert files["copied"]["modified"] and not files["saved"]["modified"] and not files["as .ods"]["modified"]
    typed = len(files["saved"]["undo"]) - len(files["copied"]["undo"])
    assert not files["copied"]["locked"] and typed == len(ASKED)


@needs_office
@pytest.mark.parametrize("name", ["copy.xlsx", "saved.xlsx"])
def test_a_saved_file_holds_the_visible_names_and_the_values(files, name):
    with zipfile.ZipFile(files.folder / name) as archive:
        assert not [part for part in archive.namelist() if b"qaexcel" in archive.read(part).lower()]
    formulas = opened(files.folder / name)
    cached = opened(files.folder / name, data_only=True)
    calculation = TITLES[CALCULATION]
    for place, (shown_text, value) in files["after"].items():
        text = shown_text.replace(f"${calculation}.", f"{calculation}!")
        title, at = place.split("!")
        row, column = (int(part) + 1 for part in at.split(","))
        assert formulas[title].cell(row, column).value == text
        assert (cached[title].cell(row, column).value or 0) == (value or 0)
    typed = [formulas[SCRATCH].cell(row, 1).value for row in range(1, len(ASKED) + 1)]
    assert typed == [text.replace(";", ",") for text in ASKED]
    assert [cached[SCRATCH].cell(row, 1).value for row in range(1, len(ASKED) + 1)] == files["after asked"]


@needs_office
@pytest.mark.parametrize("name", ["copy.xlsx", "saved.xlsx", "saved.ods"])
def test_a_saved_file_opened_again_shows_the_same(files, name):
    assert files[f"{name} opened"] == {"modified": False, "locked": False, "undo": []}
    assert own(files[f"{name} cells"]) == own(files["after"])
    assert files[f"{name} asked"] == files["after asked"]


@needs_office
def test_a_document_opened_for_reading_only(files):
    assert files["read only"] == {"modified": False, "locked": False, "undo": []}
    assert files["read only cells"] == files["copy.xlsx cells"]


@needs_office
def test_each_document_has_its_own_answers(cases, files):
    five, two = cases["area 5"], cases["area 2"]
    assert files["a asked"] == files["a asked later"] == answers_of(five, "full")
    assert files["b asked"] == answers_of(five, "another") and files["b asked later"] == [0, 0, 0, 11]
    assert shown(files["c asked"][0]) == NOT_AVAILABLE
    assert files["c asked"][2:] == files["c asked later"][2:] == [float(two.states["full"].card.score), 11]


@needs_office
def test_an_array_formula_holds_the_whole_explanation(cases, files):
    rows = call("ONESQA_EXPLAIN", ["IND16"], cases["area 5"].sheets("full"))
    assert [row[:5] for row in files["rows"]] == rows[:3]


@needs_office
def test_the_function_wizard_knows_the_functions(files):
    function = FUNCTIONS["ONESQA_POINTS"]
    assert files["described"]["description"] == function.help.en
    assert [argument[0] for argument in files["described"]["arguments"]] == [a.name for a in function.arguments]
    assert files["described"]["arguments"][-1][2]


def test_a_workbook_that_is_not_ours_shows_ref():
    assert expected(("ONESQA_SCORE", ("IND5",)), Sheets({"a": [[1]]})) == REFERENCE
