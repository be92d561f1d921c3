"""Builds qa_excel.oxt, the LibreOffice extension, from `libreoffice/`, the package and the rubrics.

    python udfs/build_oxt.py [OUT]

The same sources give the same bytes. Names, arguments and help come from `FUNCTIONS` of `qa_excel.doors.functions`. The
types that LibreOffice reads are compiled by unoidl-write (package libreoffice-dev); the result is kept in
`libreoffice/types.rdb`, so that it is needed only when a function's name or arguments change.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import qa_excel
from qa_excel.doors.functions.declaring import Argument, Function
from qa_excel.doors.functions.functions import FUNCTIONS
from qa_excel.rubric.building import rubric_ids
from qa_excel.rubric.files import ready_path
from qa_excel.thai.text import Text

SOURCE = Path(__file__).parent / "libreoffice"
OUT = Path(__file__).parent / "qa_excel.oxt"
PACKAGE = Path(qa_excel.__file__).parent
IDL, TYPES = SOURCE / "qa_excel.idl", SOURCE / "types.rdb"

IDENTIFIER = "io.github.qa-excel"
ADD_IN, JOB = "qaexcel.Functions", "qaexcel.Job"
EVENTS = ("OnLoadFinished", "OnSave", "OnSaveAs", "OnCopyTo")
_SDK = ("/usr/lib/libreoffice/sdk/bin", "/usr/lib64/libreoffice/sdk/bin", "/opt/libreoffice/sdk/bin")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OOR = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'oor:package="org.openoffice.Office"'
)


class BuildError(Exception):
    """The extension can't be built here."""


def modules() -> set[Path]:
    """The files of the package that the extension's own modules need, those of the packages that they stand in, and
    all of `kinds`, which finds its own."""
    found: set[Path] = set()
    waiting = [f"qa_excel.kinds.{path.stem}" for path in (PACKAGE / "kinds").glob("*.py")]
    waiting += [name for path in SOURCE.rglob("*.py") for name in _imported(path)]
    while waiting:
        parts = waiting.pop().split(".")
        for depth in range(1, len(parts) + 1):
            path = _file(".".join(parts[:depth]))
            if path and path not in found:
                found.add(path)
                waiting += _imported(path)
    return found


def _imported(path: Path) -> Iterator[str]:
    """What a module imports at its head: modules, or names of them."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file(module: str) -> Path | None:
    """The file of a module of the package; None for any other name."""
    if module.split(".")[0] != PACKAGE.name:
        return None
    base = PACKAGE.joinpath(*module.split(".")[1:])
    return next((path for path in (base / "__init__.py", base.with_suffix(".py")) if path.is_file()), None)


def parts() -> dict[str, bytes]:
    """Path in the extension → content."""
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "description/th.txt": "คะแนนและความคืบหน้าของแบบฟอร์มประกันคุณภาพสถานศึกษา ใน LibreOffice Calc\n",
        "description/en.txt": "Live scores and progress in the workbooks of school quality assurance.\n",
        "CalcAddIns.xcu": _add_ins(),
        "Jobs.xcu": _jobs(),
        "qa_excel.components": _components(),
    }
    files = {"python/component.py": SOURCE / "component.py", "types.rdb": TYPES}
    files |= {f"python/pythonpath/qa_excel_calc/rubrics/{id}.json": ready_path(id) for id in rubric_ids()}
    files |= {f"python/pythonpath/{path.relative_to(PACKAGE.parent).as_posix()}": path for path in modules()}
    files |= {f"python/pythonpath/{path.relative_to(SOURCE)}": path for path in SOURCE.glob("qa_excel_calc/*.py")}
    files["LICENSE"] = SOURCE.parents[1] / "LICENSE"
    return {name: text.encode() for name, text in texts.items()} | {
        name: path.read_bytes() for name, path in files.items()
    }


def build(out: Path = OUT) -> None:
    """Write the extension."""
    compile_types()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(parts().items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)


# --- Types --------------------------------------------------------------------------------------------------


def method_name(function: str) -> str:
    """The name of a function in IDL: ONESQA_AREA_SCORE → onesqaAreaScore."""
    first, *rest = function.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def idl() -> str:
    """The add-in's interface. `document` is hidden from the user: Calc hands over the calling document."""
    lines = [
        "// Generated by build_oxt.py; do not edit.",
        "module qaexcel {",
        "  interface XFunctions {",
    ]
    for function in FUNCTIONS.values():
        arguments = [f"[in] any {argument.name}" for argument in function.arguments]
        if function.reads:
            arguments.insert(0, "[in] com::sun::star::beans::XPropertySet document")
        lines.append(f"    any {method_name(function.name)}({', '.join(arguments)});")
    return "\n".join([*lines, "  };", "};", ""])


def compile_types() -> None:
    """Bring types.rdb up to date. Raises BuildError where that needs unoidl-write and it is not there."""
    text = idl()
    if TYPES.exists() and IDL.exists() and IDL.read_text(encoding="utf-8") == text:
        return
    tool = shutil.which("unoidl-write") or shutil.which("unoidl-write", path=":".join(_SDK))
    if tool is None:
        raise BuildError("a function's name or arguments have changed: unoidl-write (libreoffice-dev) is needed")
    program = Path(tool).parents[2] / "program"
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "qa_excel.idl", Path(folder) / "types.rdb"
        source.write_text(text, encoding="utf-8", newline="\n")
        known = [program / "types.rdb", program / "types" / "offapi.rdb"]
        subprocess.run([tool, *map(str, known), str(source), str(result)], check=True)
        TYPES.write_bytes(result.read_bytes())
    IDL.write_text(text, encoding="utf-8", newline="\n")


# --- Registration -------------------------------------------------------------------------------------------


def _manifest() -> str:
    kinds = {
        "types.rdb": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "qa_excel.components": "application/vnd.sun.star.uno-components",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
        "Jobs.xcu": "application/vnd.sun.star.configuration-data",
    }
    entries = [
        f' <manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in kinds.items()
    ]
    namespace = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return "\n".join([f"{_XML}<manifest:manifest {namespace}>", *entries, "</manifest:manifest>", ""])


def _description() -> str:
    return f"""{_XML}<description xmlns="http://openoffice.org/extensions/description/2006"
  xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:l="http://libreoffice.org/extensions/description/2011">
 <identifier value="{IDENTIFIER}"/>
 <version value="{qa_excel.__version__}"/>
 <dependencies><l:LibreOffice-minimal-version value="7.4" d:name="LibreOffice 7.4"/></dependencies>
 <display-name>
  <name lang="en">qa-excel</name>
  <name lang="th">qa-excel ประกันคุณภาพสถานศึกษา</name>
 </display-name>
 <extension-description>
  <src lang="en" xlink:href="description/en.txt"/>
  <src lang="th" xlink:href="description/th.txt"/>
 </extension-description>
</description>
"""


def _components() -> str:
    lines = [f'{_XML}<components xmlns="http://openoffice.org/2010/uno-components">']
    lines.append(' <component loader="com.sun.star.loader.Python" uri="python/component.py">')
    for name, kind in ((ADD_IN, "com.sun.star.sheet.AddIn"), (JOB, "com.sun.star.task.Job")):
        lines.append(f'  <implementation name="{name}">')
        lines += [f'   <service name="{name}"/>', f'   <service name="{kind}"/>', "  </implementation>"]
    return "\n".join([*lines, " </component>", "</components>", ""])


def _jobs() -> str:
    lines = [f'{_XML}<oor:component-data {_OOR} oor:name="Jobs">', ' <node oor:name="Jobs">']
    lines.append('  <node oor:name="QaExcel" oor:op="replace">')
    lines += [f'   <prop oor:name="Service"><value>{JOB}</value></prop>', "  </node>", " </node>"]
    lines.append(' <node oor:name="Events">')
    for event in EVENTS:
        lines.append(f'  <node oor:name="{event}" oor:op="fuse"><node oor:name="JobList">')
        lines.append('   <node oor:name="QaExcel" oor:op="replace"/>')
        lines.append("  </node></node>")
    return "\n".join([*lines, " </node>", "</oor:component-data>", ""])


def _add_ins() -> str:
    lines = [f'{_XML}<oor:component-data {_OOR} oor:name="CalcAddIns">', ' <node oor:name="AddInInfo">']
    lines.append(f'  <node oor:name="{ADD_IN}" oor:op="replace"><node oor:name="AddInFunctions">')
    for function in FUNCTIONS.values():
        lines += _add_in(function)
    return "\n".join([*lines, "  </node></node>", " </node>", "</oor:component-data>", ""])


def _add_in(function: Function) -> Iterator[str]:
    yield f'   <node oor:name="{method_name(function.name)}" oor:op="replace">'
    yield f"    {_value('DisplayName', function.name)}"
    yield f"    {_value('CompatibilityName', function.name)}"
    yield f"    {_texts('Description', function.help)}"
    yield '    <prop oor:name="Category"><value>Add-In</value></prop>'
    yield '    <node oor:name="Parameters">'
    for argument in function.arguments:
        yield from _parameter(argument)
    yield "    </node>"
    yield "   </node>"


def _parameter(argument: Argument) -> Iterator[str]:
    yield f'     <node oor:name="{argument.name}" oor:op="replace">'
    yield f"      {_value('DisplayName', argument.name)}"
    yield f"      {_texts('Description', argument.help)}"
    yield "     </node>"


def _value(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def _texts(name: str, text: Text) -> str:
    values = "".join(f'<value xml:lang="{lang}">{escape(text.get(lang[:2]))}</value>' for lang in ("en-US", "th"))
    return f'<prop oor:name="{name}">{values}</prop>'


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
