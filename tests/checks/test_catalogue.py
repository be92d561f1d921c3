"""The catalogue: every code has its words, one check finds it, and `qa-excel checks` shows it."""

from __future__ import annotations

import importlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from qa_excel import checks
from qa_excel.checks import CHECKS, catalogue, checks_document, explain
from qa_excel.checks.examples import EXAMPLES
from qa_excel.checks.listing import GROUPS, SCOPE_NAMES
from qa_excel.doors.cli.checks import checks_command
from qa_excel.problems import CATALOGUE, Problem

ENTRIES = catalogue()
FOUND_BEFORE = ("file", "structure", "roster")
"""Groups of which reading or merging finds some problems itself."""


def run(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(checks_command)
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("each", CHECKS, ids=lambda each: each.name)
def test_a_check_is_found_by_its_name(each):
    module = importlib.import_module(f"qa_excel.checks.{each.name}")
    assert getattr(module, each.name) is each.run
    assert module.__doc__
    assert each.scope in SCOPE_NAMES and each.codes
    assert set(each.codes) <= set(CATALOGUE)


def test_every_module_of_a_check_holds_one():
    folder = Path(checks.__file__).parent
    assert sorted(path.stem for path in folder.glob("check_*.py")) == sorted(each.name for each in CHECKS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_a_code_has_group_words_and_a_finder(entry):
    assert entry.group in GROUPS
    assert entry.checks or entry.group in FOUND_BEFORE or entry.code == "check.not_run"
    for text in (entry.message, entry.hint, entry.example):
        assert "{" not in text.th + text.en
        assert any("ก" <= sign <= "๙" for sign in text.th)
        assert len(text.th) >= 4 and len(text.en) >= 4
    assert entry.example not in (entry.message, entry.hint)
    assert not any("ก" <= sign <= "๙" for sign in entry.message.en + entry.hint.en)


def test_examples_are_of_codes_that_there_are():
    assert set(EXAMPLES) <= set(CATALOGUE)


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_one_code_is_explained_with_its_example(entry, lang):
    shown = json.loads(run(entry.code, "--format", "json", "--lang", lang))["checks"][0]
    assert shown["example"] and shown["example"] == entry.example.get(lang)
    assert shown["hint"] == entry.hint.get(lang)


def test_the_catalogue_holds_every_code_once():
    assert sorted(entry.code for entry in ENTRIES) == sorted(CATALOGUE)


def test_the_document_names_every_code():
    document = checks_document()
    for entry in ENTRIES:
        assert document.count(f"| `{entry.code}` |") == 1


def test_the_command_lists_and_explains():
    listed = run()
    assert all(entry.code in listed for entry in ENTRIES)
    explained = run("consistency.over_population", "--lang", "en")
    assert explain("consistency.over_population").hint.en.split(";")[0] in " ".join(explained.split())
    assert "check_population" in explained


def test_the_command_in_json():
    (shown,) = json.loads(run("value.over_100", "--format", "json"))["checks"]
    assert (shown["code"], shown["severity"], shown["scope"]) == ("value.over_100", "error", "workbook")
    assert len(json.loads(run("--format", "json"))["checks"]) == len(ENTRIES)


def test_an_unknown_code_is_refused_with_the_nearest():
    app = typer.Typer()
    app.command()(checks_command)
    done = CliRunner().invoke(app, ["value.over_10", "--lang", "en"])
    assert done.exit_code == 2
    assert "value.over_100" in done.output


def test_a_problem_of_a_check_has_its_words_where_no_check_is_loaded():
    """As in the process that only reads what others have found."""
    sent = pickle.dumps(Problem("privacy.phone", params={"label": "x"}))
    script = (
        "import pickle, sys; problem = pickle.loads(sys.stdin.buffer.read()); "
        "assert 'qa_excel.checks' not in sys.modules; print(problem.severity)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=sent, capture_output=True, check=True)
    assert done.stdout.split() == [b"warning"]
