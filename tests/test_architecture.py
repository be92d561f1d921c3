"""The layers that docs/architecture.md states hold: what each module imports, read from its source."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
PACKAGE = "qa_excel"


def modules() -> dict[str, Path]:
    """Full name → file, of every module of the package."""
    found = {}
    for path in sorted((SOURCE / PACKAGE).rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports(path: Path, known: set[str]) -> set[str]:
    """The package's modules that one imports: at its head, within a function, or for its types alone."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from qa_excel import scoring` imports the module, `from qa_excel.scoring.score import score` a name of it.
            named |= (submodules & known) or {node.module or ""}
    return named & known


def graph() -> dict[str, set[str]]:
    """Module → what it imports; the package itself, of which only the version is asked, left out."""
    files = modules()
    return {name: imports(path, set(files)) - {name, PACKAGE} for name, path in files.items() if name != PACKAGE}


def layers() -> dict[str, int]:
    """Module or subpackage → the row of the document's table that names it."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \| .* \|$", text, re.MULTILINE)
    named = [(name, row) for row, cell in enumerate(rows) for name in re.findall(r"`(\w+)/?`", cell)]
    assert len({name for name, _ in named}) == len(named), "a module stands in one row"
    return dict(named)


def first_part(module: str) -> str:
    return module.split(".")[1]


def test_the_document_names_every_module() -> None:
    assert set(layers()) == {first_part(name) for name in graph()}


def test_a_module_imports_from_its_own_layer_and_those_above() -> None:
    layer = layers()
    upwards = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if layer[first_part(other)] > layer[first_part(name)]
    ]
    assert not upwards


def test_no_modules_import_one_another_in_a_circle() -> None:
    # Raises CycleError, which names the circle.
    TopologicalSorter(graph()).prepare()
