"""Opening only what is a plain file: a pipe is waited for without end, and a device may never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO


def refuse_special(path: Path) -> None:
    """Raise OSError where something is at `path` that is no plain file, whatever link leads to it."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO
        raise OSError(number, os.strerror(number), str(path))


def open_plain(path: Path) -> IO[bytes]:
    """Open a file to be read. Raises OSError, also for what is no plain file."""
    refuse_special(path)
    return path.open("rb")


def read_plain(path: Path) -> bytes:
    """All bytes of a plain file."""
    with open_plain(path) as file:
        return file.read()
