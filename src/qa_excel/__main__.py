"""`qa-excel`, and `python -m qa_excel`: the door, which stands before anything large is loaded."""

from __future__ import annotations

import os
import signal
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line. A Ctrl-C ends it without a word of Python's, also while it is loaded and as it ends."""
    heeded = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    try:
        if heeded:
            signal.signal(signal.SIGINT, _end)
            sys.unraisablehook = _unraisable
        from qa_excel.doors.cli.app import main as run

        if heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        _end()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(*_: object) -> None:
    """End at once: nothing has been moved into place, and what is temporary is removed by the next run."""
    try:
        os.write(2, "ยกเลิกแล้ว (cancelled)\n".encode())
    finally:
        os._exit(_INTERRUPTED)


def _unraisable(fault: sys.UnraisableHookArgs) -> None:
    """A Ctrl-C that came where Python can't raise it is one all the same."""
    if isinstance(fault.exc_value, KeyboardInterrupt):
        _end()
    sys.__unraisablehook__(fault)


if __name__ == "__main__":
    main()
