"""When Python looks for what is used no more.

A file's values make no circles, and are gone when nobody holds them; what is kept in mind from file to file grows with
each of them. Looking through all of that many times while a file is read takes a tenth of the time and finds nothing.
"""

from __future__ import annotations

import gc
from contextlib import ContextDecorator
from typing import Any


class collecting_later(ContextDecorator):
    """Within, nothing is collected but what nobody holds."""

    def __enter__(self) -> None:
        self.before = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: Any) -> None:
        if self.before:
            gc.enable()

    def _recreate_cm(self) -> collecting_later:
        return collecting_later()
