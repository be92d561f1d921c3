"""What of a submission may stay in a register: no text that a school wrote, and nothing that is somebody's.

A text is replaced by a stand-in, by which two of them can be told apart and neither be guessed: five signs of a hash,
which many texts have. Kept are the words that figures and checks rest on: codes, grades, states, the name of the school
and that of its office. Where one of those, or a figure, is somebody's, nothing of the file is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.problems import Problem, Source
from qa_excel.rubric.model import Rubric
from qa_excel.thai.privacy import is_hidden, is_suspect, masked, masked_name, shown_figure
from qa_excel.thai.text import Text

_SIGNS = 5
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAMES = (("school", "code"), ("school", "name"), ("school", "office"))


def lean(data: dict[str, Any], rubric: Rubric) -> dict[str, Any]:
    """The data of a submission with stand-ins for its texts."""
    words = {rubric.id, *(grade.id for grade in rubric.grades), *(status.id for status in rubric.statuses)}

    def without_texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_texts(each) for key, each in value.items()}
        if isinstance(value, list):
            return [without_texts(each) for each in value]
        if not isinstance(value, str) or value in words or _DAY.fullmatch(value):
            return value
        return f"~{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:_SIGNS]}"

    result: dict[str, Any] = without_texts(data)
    for path in _NAMES:
        if isinstance(name := dig(data, path), str):
            result[path[0]][path[1]] = name
    return result


def is_somebodys(data: dict[str, Any], others: Any) -> bool:
    """True where something of lean data, or of what goes along with it, is somebody's number, address or name."""
    names = [name for path in _NAMES if isinstance(name := dig(data, path), str)]
    if any(masked_name(name)[1] for name in names):
        return True
    texts: set[str] = set()
    for value in _leaves((data, others)):
        if isinstance(value, str):
            texts.add(value)
        elif is_hidden(value):
            return True
    return any(is_suspect(text) and masked(text) != text for text in texts)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        yield value
        return
    for each in value:
        yield from _leaves(each)


# --- Findings ---

Found = tuple[str, str, str, str, dict[str, Any], tuple[tuple[str, str], ...]]
"""A problem of a file: code, sheet, cell, field, params as messages hold them, the other places (sheet, cell)."""


def found_in(problems: Iterable[Problem], file: str) -> list[Found] | None:
    """The problems of a file without its name; None where one speaks of the name, or of another file."""
    kept: list[Found] = []
    for problem in problems:
        params = {key: _as_told(value) for key, value in problem.params.items()}
        sources = (problem.source, *problem.others)
        if any(source.file != file for source in sources) or any(file in str(value) for value in params.values()):
            return None
        others = tuple((source.sheet, source.cell) for source in problem.others)
        kept.append((problem.code, problem.source.sheet, problem.source.cell, problem.field, params, others))
    return kept


def problems_of(found: Iterable[Found], file: str) -> list[Problem]:
    """The problems of a file that is now called so."""
    return [
        Problem(code, Source(file, sheet, cell), field, params, tuple(Source(file, *other) for other in others))
        for code, sheet, cell, field, params, others in found
    ]


def _as_told(value: Any) -> Any:
    """A param as every message tells it."""
    if isinstance(value, Text):
        return Text(masked(value.th), masked(value.en))
    return masked(value) if isinstance(value, str) else shown_figure(value)
