"""xlwings' own server code on any system: only the modules that need Windows are stubbed.

Run in a process of its own, because it changes what `xlwings` is: `python udf_server.py` with a JSON list of calls
`[function, [arguments]]` on standard input; the results stand on standard output, a failure as {"error": text}.
An argument {"missing": true} was left out; {"error": code} is an error cell as COM hands it over.
"""

from __future__ import annotations

import ctypes
import io
import json
import sys
import types
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

STUBBED = [
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32con",
    "win32gui",
    "win32process",
    "win32timezone",
    "win32event",
    "win32com",
    "win32com.client",
    "win32com.server",
    "win32com.server.dispatcher",
    "win32com.server.policy",
    "win32com.server.util",
]
MISSING = -2147352572
"""How COM hands over an argument that was left out."""


class Stub(types.ModuleType):
    """A module that has whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = MagicMock(name=name)
        setattr(self, name, value)
        return value


def serve() -> tuple[Any, Any, Any]:
    """(xlwings.udfs, the server object that VBA talks to, our module)."""
    for name in STUBBED:
        sys.modules[name] = Stub(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    sys.modules["pythoncom"].__file__ = "pythoncom.dll"
    sys.modules["pywintypes"].TimeType = type("TimeType", (), {})
    sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(sys.modules["win32com.client"], name, type(name, (), {}))
    for name in ("PyDLL", "oledll", "windll"):
        setattr(ctypes, name, MagicMock())
    sys.modules["win32com.server.util"].unwrap.side_effect = TypeError

    import xlwings
    import xlwings._xlwindows as windows

    xlwings._xlwindows = windows
    xlwings.engines.add(xlwings.main.Engine(impl=windows.engine))
    xlwings.engines.active = xlwings.engines["excel"]
    from xlwings import com_server, udfs

    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    sys.path.insert(0, str(Path(__file__).parents[2] / "udfs"))
    import qa_excel_udfs

    return udfs, com_server.XLPython(), qa_excel_udfs


def wrapper(udfs: Any, module: Any) -> str:
    """The VBA that xlwings would generate."""
    text = io.StringIO()
    book = types.SimpleNamespace(Name="book.xlsm")
    udfs.generate_vba_wrapper("qa_excel_udfs", module, text, book)
    return text.getvalue()


def given(value: Any) -> Any:
    """An argument as COM hands it over: rows as tuples."""
    if isinstance(value, dict):
        return MISSING if value.get("missing") else value["error"]
    if isinstance(value, list):
        return tuple(map(given, value))
    return value


def main() -> None:
    from qa_excel.doors.functions.functions import FUNCTIONS

    udfs, server, module = serve()
    results: list[Any] = []
    for name, arguments in json.load(sys.stdin):
        if name == "wrapper":
            results.append(wrapper(udfs, module))
        elif name == "declared":
            results.append({n: getattr(module, n).__xlfunc__["category"] for n in dir(module)})
        else:
            try:
                # A cell's call carries the cell; our add-in's own carries nothing but values.
                cell = (None, MagicMock(name="cell")) if name in FUNCTIONS else ()
                results.append(server.CallUDF("qa_excel_udfs", name, tuple(map(given, arguments)), *cell))
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
