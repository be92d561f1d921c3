"""The LibreOffice extension: its cells against the functions, live, in files, and in two documents at once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import SECONDS, _environment, _profile, require_libreoffice, require_uno
from oxt_cases import NAMES, STATES, Case, expected, formula, inputs, make_cases, runs, shown

from qa_excel.functions import FUNCTIONS, REFERENCE, VALUE, Sheets, call
from qa_excel.output import save
from qa_excel.rubric import load_rubric
from qa_excel.scoring import score
from qa_excel.template import build
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
    return make_cases(tmp_path_factory.mktemp("templates"))


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
        "from qa_excel.functions import Sheets, call; print(ascii(call('ONESQA_NAME', ['IND5'], Sheets({}))))"
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
    soffice, python = require_libreoffice(), require_uno()
    with _profile() as (home, options):
        options = [*options, f"-env:UNO_SHARED_PACKAGES_CACHE={(home / 'shared' / 'cache').as_uri()}"]
        places = [option for option in options if option.startswith("-env:")]
        unopkg = Path(soffice).resolve().with_name("unopkg")
        environment, pipe = _environment(home), f"qa_excel_{home.name}"
        subprocess.run(
            [unopkg, "add", "-f", "-s", "--shared", *places, extension],
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        office = subprocess.Popen(
            [soffice, *options, f"--accept=pipe,name={pipe};urp;"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            run = subprocess.run(
                [python, Path(__file__).with_name("drive_oxt.py"), pipe],
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
        self.steps.append([str(part) if isinstance(part, Path) else part for part in step])

    def run(self, extension: Path) -> Steps:
        self.results = run_steps(self.steps, extension)
        return self

    def __getitem__(self, name: str) -> Any:
        return self.results[self.names[name]]


# --- Every workbook, filled in ten ways ---------------------------------------------------------------------


def asked_of(case: Case) -> list[str]:
    return [formula(q) for q in case.questions] + [formula(q, block) for q, block in case.blocks]


@pytest.fixture(scope="module")
def live(cases, extension) -> Steps:
    """Every template opened, and each state entered into it."""
    steps = Steps()
    for name, case in cases.items():
        asked = asked_of(case)
        steps.add(f"{name}: opened", "open", name, case.path)
        steps.add("", "ask", name, asked)
        for state_name, state in case.states.items():
            steps.add("", "enter", name, runs(state))
            steps.add(f"{name}: {state_name}", "cells", name)
            steps.add(f"{name}: {state_name} asked", "answers", name, len(asked))
        steps.add("", "close", name)
    return steps.run(extension)


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


_CALL = re.compile(r'^=((?:ONESQA|IQA)_\w+)\(((?:"?[\w.]+"?,?)*)\)$')


@needs_office
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_the_templates_own_cells_show_the_score(cases, live, name, state):
    case = cases[name]
    sheets, card = case.sheets(state), case.states[state].card
    checked = 0
    for place, (text, value) in live[f"{name}: {state}"].items():
        match = _CALL.match(text)
        if not match or place.startswith(SCRATCH):
            continue
        codes = tuple(code.strip('"') for code in match[2].split(",") if code)
        assert shown(value) == expected((match[1], codes), sheets), text
        if card and match[1] == "ONESQA_SCORE":
            assert value == float(card.indicators[codes[0]].score)
        if card and match[1] == "ONESQA_AREA_SCORE":
            assert value == float(card.score)
        if card and match[1] == "IQA_PROGRESS":
            assert value == float(card.processes[codes[0]].percent)
        checked += 1
    assert checked >= 5
