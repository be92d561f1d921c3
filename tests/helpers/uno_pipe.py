"""For scripts that LibreOffice's own Python runs: `python3 SCRIPT PIPE`, with JSON on standard input and output."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

STARTING = 60


def service(context: Any, name: str) -> Any:
    return context.ServiceManager.createInstanceWithContext(name, context)


def properties(**values: Any) -> tuple[PropertyValue, ...]:
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connect(pipe: str) -> Any:
    """The context of the LibreOffice that listens on the pipe."""
    local = uno.getComponentContext()
    resolver = service(local, "com.sun.star.bridge.UnoUrlResolver")
    deadline = time.monotonic() + STARTING
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def answer(do: Callable[[Any, Any], Any]) -> None:
    """Writes what `do` answers, which gets the context and what was read."""
    json.dump(do(connect(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # all is said and done; UNO may crash as Python takes it down
