"""A text of the form is written once: the painter and the reader of altered forms take it from one place."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from qa_excel.form import printed

FORM = Path(printed.__file__).parent
MESSAGES = {"documents.py", "schema.py"}
"""Refusals of JSON documents, which no form shows."""


def test_no_text_of_the_form_stands_in_two_modules() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in FORM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[ก-๙]{8}", node.value):
                places[node.value].add(path.name)
    twice = {text: names - MESSAGES for text, names in places.items() if len(names - MESSAGES) > 1}
    # A question in a cell's list and the same words beside the list are the control's and the form's own.
    assert set(twice) <= {"เลือกสถานะจากรายการ"}, twice
