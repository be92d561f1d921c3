"""A shelf of wheels, and a pip that downloads from it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def wheel(folder: Path, name: str, *needs: str, tag: str = "py3-none-any") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('-', '_')}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as package:
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        package.writestr(f"{info}/METADATA", "\n".join(lines) + "\n\nText\n")
        package.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        package.writestr(f"{info}/licenses/LICENSE", "MIT")
        package.writestr(f"{info}/licenses/udfs/LICENSE-xlwings.txt", "BSD 3-clause")
    return path


class FakePip:
    """Downloads from a shelf of wheels, and like pip looks at markers with this computer's eyes: not at all."""

    def __init__(self, shelf: Mapping[str, Sequence[str]], fail: bool = False):
        self.shelf, self.fail, self.calls = shelf, fail, []

    def __call__(self, arguments: Sequence[str]) -> int:
        self.calls.append(list(arguments))
        if self.fail:
            return 1
        folder = Path(arguments[arguments.index("-d") + 1])
        for wanted in arguments[arguments.index("-d") + 2 :]:
            name = re.split(r"[<>=!~]", Path(wanted).name)[0]
            if name in self.shelf:
                wheel(folder, name, *self.shelf[name])
        return 0


SHELF = {"pandas": ["tzdata; sys_platform == 'win32'"], "pywin32": [], "tzdata": [], "colorama": []}
NEEDS = [
    "pandas>=2.2",
    "pywin32>=300; platform_system == 'Windows'",
    "appscript; platform_system == 'Darwin'",
    "old; python_version < '3.10'",
    "pytest; extra == 'dev'",
]
