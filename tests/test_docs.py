"""What the documents say holds: examples run, commands and options exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


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


def test_the_two_commands_are_marked_for_ci():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("main", "tests"):
        (command,) = re.findall(rf"<!-- command: {name} -->\n```sh\n([^\n]+)\n```", text)
        assert command.startswith("python3 -m venv .venv && ")
