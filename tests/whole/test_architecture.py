"""The layers that docs/architecture.md states hold: what each module imports, read from its source.

A module is imported also where its name stands in a string, as the argument of `import_module` or behind `-m`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from helpers import ROOT

SOURCE = ROOT / "src"
PACKAGE = "qa_excel"
MOST_LINES = 400
"""Of code: without blank lines, comments and docstrings."""
LIGHT = {"thai", "kinds", "rubric", "scoring", "problems"}
"""Parts that run inside LibreOffice's own Python and in the functions' server: the standard library alone."""
LATER = {"qa_excel.rubric.files", "qa_excel.rubric.schema"}
"""Of them, modules that load a package when a rubric file is read."""


def modules() -> dict[str, Path]:
    """Full name → file, of every module of the package."""
    found = {}
    for path in sorted((SOURCE / PACKAGE).rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()
STANDARD = sys.stdlib_module_names


def imports(path: Path, known: set[str]) -> set[str]:
    """The package's modules that one imports: at its head, within a function, for its types alone, or by a string."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from qa_excel.form import layout` imports the module, `from qa_excel.form.layout import Row` a name.
            named |= (submodules & known) or {node.module or ""}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_prose(node.value):
            named |= set(re.findall(rf"{PACKAGE}(?:\.\w+)+", node.value))
    return named & known


def is_prose(text: str) -> bool:
    """True for a docstring or a text that people read: what it names it does not import."""
    return "\n" in text or "`" in text


def graph() -> dict[str, set[str]]:
    """Module → what it imports; the package itself, of which only the version is asked, left out."""
    known = set(MODULES)
    return {name: imports(path, known) - {name, PACKAGE} for name, path in MODULES.items() if name != PACKAGE}


def layers() -> dict[str, int]:
    """Part of the package → the row of the document's table that names it."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `(\w+)/?` \|", text, re.MULTILINE)
    assert len(set(names)) == len(names), "a part stands in one row"
    return {name: row for row, name in enumerate(names)}


def part(module: str) -> str:
    return module.split(".")[1]


def test_the_document_names_every_part() -> None:
    assert set(layers()) | {"__main__"} == {part(name) for name in graph()}


def test_a_module_imports_from_its_own_row_and_those_above() -> None:
    layer = layers() | {"__main__": 99}
    layer["excel_jobs"] = layer["doors"]
    upwards = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if layer[part(other)] > layer[part(name)]
    ]
    assert not upwards


def test_no_modules_import_one_another_in_a_circle() -> None:
    # Raises CycleError, which names the circle.
    TopologicalSorter(graph()).prepare()


def test_the_top_level_shows_the_way_of_data() -> None:
    shown = {path.stem for path in (SOURCE / PACKAGE).iterdir() if not path.name.startswith("__")} - {"py"}
    assert len(shown) <= 15, shown


@pytest.mark.parametrize("name", [name for name in MODULES if name.count(".") and part(name) in LIGHT])
def test_light_parts_load_no_package(name: str) -> None:
    if name in LATER:
        return
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {first for first in (whole.split(".")[0] for whole in named) if first not in (*STANDARD, PACKAGE)}
    assert not foreign


def lines_of_code(path: Path) -> int:
    """Lines that hold code: no blank ones, comments or docstrings."""
    text = path.read_text(encoding="utf-8")
    docs = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped:
            held |= set(range(token.start[0], token.end[0] + 1))
    return len(held - docs)


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_too_long_to_be_read_at_once(name: str) -> None:
    # A little more is no crime; a module that grows on is one.
    assert lines_of_code(MODULES[name]) <= MOST_LINES * 1.1, name
