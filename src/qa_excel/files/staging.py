"""A run's temporary files: in a folder beside the outputs, the run's own while it holds the lock beside that folder.

The system lets go of a lock when its process ends, however it ends. What is not locked any more was left by a run
that was killed: `tidy` puts back what such a run had set aside, and removes the rest.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_NAME = re.compile(r"(\.qa-excel-[0-9a-f]{16})\.(?:lock|tmp)")
_LOCK, _FOLDER = ".lock", ".tmp"
_ASIDE = "aside"


def is_staged(path: Path) -> bool:
    """True for what lies in such a folder."""
    return any(map(_NAME.fullmatch, path.parts))


class Stage:
    """A folder for temporary files in `home`, from which they can be moved in one step to places on the same disk."""

    def __init__(self, home: Path):
        """Raises OSError where nothing can be written there."""
        self.home = home
        while True:
            name = f".qa-excel-{os.urandom(8).hex()}"
            self._lock = home / f"{name}{_LOCK}"
            self._handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            # Another run's tidying may have met the lock before it was held.
            if _try_lock(self._handle) is not False and self._lock.exists():
                break
            os.close(self._handle)
        self.folder = home / f"{name}{_FOLDER}"
        try:
            self.folder.mkdir(0o700)
        except BaseException:
            self.end()
            raise
        self._number = 0

    def new(self) -> Path:
        """A path at which nothing is yet."""
        self._number += 1
        return self.folder / str(self._number)

    def aside(self, place: Path) -> Path:
        """Where what stands at `place`, in `home`, is kept so that a later run would put it back."""
        folder = self.folder / _ASIDE
        folder.mkdir(exist_ok=True)
        return folder / place.name

    def end(self) -> None:
        """Remove everything."""
        _remove(self.folder)
        os.close(self._handle)
        with contextlib.suppress(OSError):
            self._lock.unlink()


def tidy(home: Path) -> None:
    """Put back and remove what runs that have ended left in `home`; what can't be removed stays for a later run."""
    try:
        names = {found[1] for name in os.listdir(home) if (found := _NAME.fullmatch(name))}  # noqa: PTH208
    except OSError:
        return
    for name in sorted(names):
        with contextlib.suppress(OSError):
            _take_over(home, name)


def _take_over(home: Path, name: str) -> None:
    lock, folder = home / f"{name}{_LOCK}", home / f"{name}{_FOLDER}"
    handle = None
    try:
        if os.path.lexists(lock):
            handle = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            if _try_lock(handle) is not True:
                return
        if folder.is_dir() and not folder.is_symlink() and _is_own(folder):
            _put_back(home, folder / _ASIDE)
            _remove(folder)
    finally:
        if handle is not None:
            os.close(handle)
    if not folder.exists() and _is_own(lock):
        lock.unlink()


def _is_own(path: Path) -> bool:
    return os.name != "posix" or path.lstat().st_uid == os.getuid()


def _put_back(home: Path, aside: Path) -> None:
    for kept in aside.iterdir() if aside.is_dir() else ():
        if not os.path.lexists(home / kept.name):
            kept.rename(home / kept.name)


def _remove(folder: Path) -> None:
    """Remove a folder and all in it, also from folders in it that are write-protected."""

    def once_more(remove: Callable[..., None], path: str, _: object) -> None:
        if remove in (os.unlink, os.rmdir):
            with contextlib.suppress(OSError):
                os.chmod(os.path.dirname(path), 0o700)  # noqa: PTH101, PTH120
                remove(path)

    if folder.is_dir():
        shutil.rmtree(folder, onerror=once_more)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _try_lock(handle: int) -> bool | None:
    """True for a lock that was got, False for one that another holds, None where the disk knows no locks."""
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True
