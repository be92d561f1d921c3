"""What the documents say holds: examples run, commands and options exist, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest

from helpers import ROOT
from helpers.documents import blocks
from qa_excel.office.national_means import read_national_means

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands() -> list[tuple[str, str, str]]:
    """(document, command, the whole line) of each use of `qa-excel`."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        code = [*re.findall(r"`([^`\n]+)`", text), *"\n".join(blocks(text, "sh")).splitlines()]
        for line in re.findall(r"(?:^|bin/)qa-excel (.+)$", "\n".join(code), re.MULTILINE):
            for part in line.split(" · "):
                words = part.removeprefix("qa-excel ").split()
                if words[0].isidentifier():
                    found.append((path.name, words[0], part))
    return found


def qa_excel(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa_excel", *arguments], capture_output=True, text=True, cwd=ROOT, encoding="utf-8"
    )


@pytest.mark.parametrize("example", blocks((ROOT / "README.md").read_text(encoding="utf-8"), "python"))
def test_python_examples(example):
    expected = re.findall(r"print\(.*\)  # (.*)$", example, re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split("\n")[:-1] == expected


@pytest.mark.parametrize("command", sorted({command for _, command, _ in commands()}))
def test_commands_and_options_exist(command):
    shown = qa_excel(command, "--help")
    assert shown.returncode == 0, shown.stderr
    for document, name, line in commands():
        if name == command:
            for option in re.findall(r"--[a-z-]+", line):
                assert option in shown.stdout or option in qa_excel(*line.split()[:2], "--help").stdout, (
                    document,
                    line,
                )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def words(command: str) -> list[str]:
    """A command's arguments, without those that name the program."""
    found = shlex.split(command)
    return found[next(n for n, word in enumerate(found) if re.search(r"(^|[/\\])qa-excel$", word)) + 1 :]


def test_the_windows_lines_say_what_the_main_command_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    main, *_ = blocks(text, "sh")
    setup, install, merge = blocks(text, "bat")[0].replace("\\", "/").splitlines()
    assert setup == "py -3 -m venv .venv"
    assert install.replace("Scripts", "bin") in main
    assert words(merge) == words(main)


def test_the_guide_to_the_data_names_the_command_that_makes_it(tmp_path):
    """Its figures are those of this very command; `tests/district/test_data_folder.py` runs its other examples."""
    guide = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    (command,) = blocks(guide, "sh")
    (example,) = blocks(guide, "python")
    arguments = [str(ROOT / word) if word.startswith("samples/") else word for word in words(command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    made = subprocess.run([sys.executable, "-m", "qa_excel", *arguments], cwd=tmp_path, env=environment)
    assert made.returncode == 0
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines() == re.findall(r"print\(.*\)  # (.*)$", example, re.MULTILINE)


def test_the_guides_example_of_national_means_is_read(tmp_path):
    (example,) = blocks((ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8"), "csv")
    (tmp_path / "means.csv").write_text(example, encoding="utf-8")
    assert len(read_national_means(tmp_path / "means.csv")) == len(example.splitlines()) - 1


def test_the_two_commands_are_marked_for_ci():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("main", "tests"):
        (command,) = re.findall(rf"<!-- command: {name} -->\n```sh\n([^\n]+)\n```", text)
        assert command.startswith("python3 -m venv .venv && ")
