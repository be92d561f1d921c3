"""Wrong usage and help, in the words of the command that was asked."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from qa_excel.doors.cli.usage import _print_rows, help_texts


@pytest.mark.parametrize("before", [["--lang", "fr"], ["--lang=fr"]])
def test_a_language_that_there_is_not_is_refused_before_a_command_as_after_it(run, before):
    for arguments in ([*before, "score", "a"], ["score", "a", *before]):
        done = run(*arguments)
        assert done.status == 2
        assert "ค่าของ --lang ต้องเป็น" in done.err and "th" in done.err and "en" in done.err
        assert "ไม่มีตัวเลือก" not in done.err


@pytest.mark.parametrize("command", ["validate", "merge"])
def test_an_option_without_its_value_leads_to_the_help_of_its_command(run, command):
    done = run(command, "a", "--roster")
    assert done.status == 2
    assert f"qa-excel {command} --help" in done.err


def test_no_help_text_is_cut():
    console = Console(file=io.StringIO(), width=60, highlight=False)
    words = [words for command in help_texts().values() for words in command.values() if isinstance(words, dict)]
    texts = [each[lang] for each in words for lang in ("th", "en")]
    _print_rows(console, "ตัวเลือก", [("--national-means means.csv", text) for text in texts])
    lines = console.file.getvalue().splitlines()
    assert all(cell_len(line) <= 60 and "…" not in line for line in lines)
    told = "".join("".join(lines).replace("--national-means means.csv", "").split())
    assert [text for text in texts if "".join(text.split()) not in told] == []
