"""The standard streams of a command, whichever of them are closed or full: what can't be shown is said, and no run of
a program fails for a notice."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from qa_excel.files.oserrors import reason
from qa_excel.thai.text import Text


class Unshown(Exception):
    """Standard output can't be written; `reason` says why."""

    def __init__(self, reason: Text):
        super().__init__(reason.en)
        self.reason = reason


@contextmanager
def guarded() -> Iterator[None]:
    """Within, standard output raises Unshown where it can't be written, and standard error is silent where it can't."""
    _open_closed()
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Output(out or _Closed(1)), _Notices(err or _Closed(2))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def flush() -> None:
    """Write what waits to be shown. Raises Unshown."""
    sys.stdout.flush()


def _open_closed() -> None:
    """A file that is opened must not get the number of a standard stream, into which others write."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


class _Closed(io.StringIO):
    """A stream of that number, which the process was started without."""

    encoding = "utf-8"

    def __init__(self, number: int):
        super().__init__()
        self._number = number

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class _Stream:
    """A stream of the process, with its own way to fail."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._failed(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._failed(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _failed(self, error: OSError) -> None:
        """What still waits to be written would fail once more when the process ends."""
        with contextlib.suppress(OSError, ValueError):
            number = self._stream.fileno()
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, number)
            os.close(null)


class _Output(_Stream):
    def _failed(self, error: OSError) -> None:
        super()._failed(error)
        raise Unshown(reason(error)) from None


class _Notices(_Stream): ...
