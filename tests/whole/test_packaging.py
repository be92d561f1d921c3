"""What is handed on: the wheel and the source distribution hold the licences, and what the README leads to."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from helpers import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return folder


def test_the_wheel_carries_both_licences_its_types_its_texts_and_its_means(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as package:
        names = package.namelist()
        [info] = {name.split("/")[0] for name in names if ".dist-info/" in name}
        metadata = package.read(f"{info}/METADATA").decode("utf-8")
        assert "MIT License" in package.read(f"{info}/licenses/LICENSE").decode("utf-8")
        assert "Zoomer Analytics" in package.read(f"{info}/licenses/udfs/LICENSE-xlwings.txt").decode("utf-8")
    assert "\nLicense-Expression: MIT AND BSD-3-Clause\n" in metadata
    shipped = ("doors/addin/findings.toml", "doors/cli/help.toml", "office/national_means.csv", "py.typed")
    assert {f"qa_excel/{name}" for name in shipped} <= set(names)


def test_the_readmes_links_and_sample_are_in_the_source_distribution(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as package:
        names = {name.partition("/")[2] for name in package.getnames()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", readme):
        assert any(name == target or name.startswith(f"{target}/") for name in names), target
    assert {"samples/schools.csv", "constraints.txt"} <= names
