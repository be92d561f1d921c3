"""Writing a run's outputs in one step: all of them whole in temporary places first, then moved, the last thing done.

A run that is killed leaves the old or the new at each place, never a part of it, and a run that fails before it moves
leaves everything as it was. A folder of tables is exchanged as a whole.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qa_excel.files.oserrors import reason
from qa_excel.files.plain import refuse_special
from qa_excel.files.staging import Stage, tidy
from qa_excel.files.walking import walk
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text, joined
from qa_excel.thai.words import counted, plural


class OutputError(Said):
    """An output that can't be written: `path` says which, `new` and `old` which of the run's outputs are what now.

    In `partly` stand folders of which some files are new: (folder, how many of them, of how many).
    """

    def __init__(self, path: Path, reason: Text):
        super().__init__(
            Text(
                f"เขียน {path} ไม่ได้ ({reason.th}) ตรวจว่าโฟลเดอร์มีอยู่และแฟ้มไม่ได้เปิดใน Excel",
                f"can't write {path} ({reason.en}); see that its folder exists and Excel has it not open",
            )
        )
        self.path = path
        self.reason = reason
        self.new: list[Path] = []
        self.old: list[Path] = []
        self.partly: list[tuple[Path, int, int]] = []

    def __str__(self) -> str:
        return f"{self.path}: {self.reason.en}"

    @property
    def text(self) -> Text:
        """Why, and which outputs are new and which are old."""
        said, standing = super().text, self._standing()
        return Text(f"{said.th}{standing.th}", f"{said.en}{standing.en}")

    def _standing(self) -> Text:
        if not self.new and not self.partly:
            return Text(" ผลลัพธ์ทุกแฟ้มยังเป็นของเดิม", "; all outputs are as they were")
        new, old = (", ".join(map(str, paths)) for paths in (self.new, self.old))
        parts = [
            *([Text(f"ผลลัพธ์ใหม่: {new}", f"new: {new}")] if new else []),
            *(
                Text(
                    f"{folder} ใหม่ {count:,} จาก {of:,} แฟ้ม",
                    f"{folder}: {count:,} of {counted(of, 'file')} {plural(count, 'is', 'are')} new",
                )
                for folder, count, of in self.partly
            ),
            *([Text(f"ยังเป็นของเดิม: {old}", f"as before: {old}")] if old else []),
            Text("แก้ไขแล้วสั่งใหม่อีกครั้ง", "mend this and run it again"),
        ]
        told = joined(parts, " · ")
        return Text(f"\n{told.th}", f"\n{told.en}")


@contextmanager
def writing(path: Path, within: Path | None = None) -> Iterator[IO[bytes]]:
    """A binary file that will stand at `path` when the step ends well, and leaves no trace when it doesn't.

    Where a link stands there, what it leads to is written. within: the folder above in which it waits, such as the
    one that was named for several outputs; it is made where it lacks, as are those between. Raises OutputError for
    what can't be written (for one, while Excel has it open).
    """
    with one_step() as step, _refusing(path):
        place = _followed(path)
        refuse_special(place)
        with _refusing(within or path):
            made = step.stage(_followed(within) if within else place.parent, make=within is not None).new()
        with made.open("w+b") as handle:
            yield handle
        step.moves.append(_Move(made, place, path, within or path))


@contextmanager
def writing_folder(path: Path, keep: Callable[[str], bool] = lambda name: False) -> Iterator[Path]:
    """A folder whose files will stand in `path`, as a whole, when the step ends well.

    keep: whether what was in `path` under that name, and is not written anew, stays. Raises OutputError.
    """
    with one_step() as step, _refusing(path):
        place = _followed(path)
        if place.exists() and not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        made = step.stage_of_folder(place).new()
        made.mkdir()
        yield made
        step.moves.append(_FolderMove(made, place, path, path, keep))


@contextmanager
def one_step(*named: Path | None, apart: bool = False) -> Iterator[Step]:
    """The step of everything that is written inside; within another it is part of that one.

    named: outputs of the run, beside which leftovers of runs that were killed are looked for. apart: a step of its
    own, within another, for what is needed at once.
    """
    recover(*named)
    open_step = _open.get()
    if open_step is not None and not apart:
        yield open_step
        return
    step = Step()
    token = _open.set(step)
    try:
        yield step
        step.move()
    finally:
        _open.reset(token)
        with _uninterrupted():
            step.end()
    recover(*named)  # of a program that outlived a run that was killed


def recover(*named: Path | None) -> None:
    """Put back and remove what runs that were killed left beside these outputs, in them, and among the system's
    temporary files."""
    if named:
        tidy(Path(tempfile.gettempdir()))
    for path in filter(None, named):
        with contextlib.suppress(OSError):
            place = _followed(path)
            for folder in (place.parent, place):
                tidy(folder)


class Step:
    """Outputs that are written, and wait to be moved together."""

    def __init__(self) -> None:
        self.moves: list[_Move] = []
        self._stages: dict[Path, Stage] = {}
        self._made: list[Path] = []
        self._before: tuple[str | None, ...] = ()

    def stage(self, home: Path, make: bool = True) -> Stage:
        """The run's temporary folder in `home`, which is made where it lacks. Raises OSError."""
        if home not in self._stages:
            if make:
                self._make(home)
            tidy(home)
            self._stages[home] = stage = Stage(home)
            if not self._before:
                # What libraries write on their way holds schools' data too, and is found again if the run is killed.
                self._before = (tempfile.tempdir,)
                work = stage.new()
                work.mkdir()
                tempfile.tempdir = str(work)
        return self._stages[home]

    def stage_of_folder(self, place: Path) -> Stage:
        """Beside a folder, or in it where nothing can be written beside or another disk begins with it."""
        if place.is_dir() and (os.path.ismount(place) or place.stat().st_dev != place.parent.stat().st_dev):
            return self.stage(place)
        try:
            return self.stage(place.parent)
        except OSError:
            if not place.is_dir():
                raise
            return self.stage(place)

    def move(self) -> None:
        """Move everything into place. Raises OutputError, which tells what is new and what is old."""
        with _uninterrupted():
            done = 0
            try:
                for move in self.moves if _IN_USE else ():
                    move.refuse_in_use()
                for move in self.moves:
                    move.run(self._stages)
                    done += 1
            except OSError as error:
                raise self._told(OutputError(move.path, reason(error)), done) from error

    def _told(self, error: OutputError, done: int) -> OutputError:
        outputs: dict[Path, list[bool]] = {}
        for number, move in enumerate(self.moves):
            outputs.setdefault(move.output, []).append(number < done)
        for output, are_new in outputs.items():
            if all(are_new):
                error.new.append(output)
            elif any(are_new):
                error.partly.append((output, sum(are_new), len(are_new)))
            else:
                error.old.append(output)
        return error

    def end(self) -> None:
        """Remove what is temporary, and folders that were made for nothing."""
        if self._before:
            (tempfile.tempdir,) = self._before
        for stage in self._stages.values():
            stage.end()
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _make(self, folder: Path) -> None:
        lacking = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
        for each in reversed(lacking):
            each.mkdir(exist_ok=True)
            self._made.append(each)
        folder.mkdir(exist_ok=True)  # raises for what is no folder


_IN_USE = os.name == "nt"
"""Whether the system refuses to replace a file that a program has open: it is asked before the first is moved."""
_open: ContextVar[Step | None] = ContextVar("step", default=None)


@dataclass(frozen=True, slots=True)
class _Move:
    """A file from its temporary place to its own. path: what the user calls that; output: the output it is part of."""

    made: Path
    place: Path
    path: Path
    output: Path

    def refuse_in_use(self) -> None:
        """Raise OSError where a program has open what is to be replaced."""
        if self.place.exists():
            self.place.open("r+b").close()

    def run(self, stages: dict[Path, Stage]) -> None:
        """Raise OSError where it can't be moved."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        self.made.replace(self.place)


@dataclass(frozen=True, slots=True)
class _FolderMove(_Move):
    """A folder as a whole; file by file where the system does not let it be moved."""

    keep: Callable[[str], bool]

    def refuse_in_use(self) -> None:
        for file in _files(self.made):
            if (self.place / file).exists():
                (self.place / file).open("r+b").close()

    def run(self, stages: dict[Path, Stage]) -> None:
        written = _files(self.made)
        if not os.path.lexists(self.place):
            self.made.rename(self.place)
        elif any(_is_within(folder, self.place) for folder in (_working_folder(), *stages)):
            self._replace_each(written)
        else:
            try:
                self._carry_over()
                _exchange(self.made, self.place, stages[self.place.parent].aside(self.place))
            except (OSError, RecursionError):  # copying calls itself for each level of folders
                self._replace_each(written)

    def _carry_over(self) -> None:
        """Give the new folder what stays of the old: links to the same files. OSError where there can be none."""
        new = set(os.listdir(self.made))  # noqa: PTH208

        def others(folder: str, names: list[str]) -> list[str]:
            if Path(folder) != self.place:
                return []
            return [name for name in names if name in new or not self.keep(name)]

        shutil.copytree(self.place, self.made, symlinks=True, ignore=others, copy_function=os.link, dirs_exist_ok=True)

    def _replace_each(self, written: list[Path]) -> None:
        for file in written:
            (self.place / file).parent.mkdir(parents=True, exist_ok=True)
            (self.made / file).replace(self.place / file)
        for root, folders, names in walk(self.place):
            if root == self.place:
                folders[:], names = ([name for name in each if not self.keep(name)] for each in (folders, names))
            for file in (root / name for name in names):
                if file.relative_to(self.place) not in written:
                    file.unlink()


def _files(folder: Path) -> list[Path]:
    """The files below a folder, as they are called from it."""
    return sorted((root / name).relative_to(folder) for root, _, names in walk(folder) for name in names)


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return Path()


def _is_within(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _exchange(made: Path, place: Path, aside: Path) -> None:
    """Put one folder where another is. Where that takes two steps, `aside` is whence a later run takes it back."""
    if _swapped(made, place):
        return
    place.rename(aside)
    try:
        made.rename(place)
    except BaseException:
        aside.rename(place)
        raise


def _swapped(one: Path, other: Path) -> bool:
    """Let two names change places in one step; False where the system can't."""
    if sys.platform != "linux":
        return False
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(exchange)) == 0)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Leave a Ctrl-C unheard for the moment that moving takes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(path, reason(error)) from error


def _followed(path: Path) -> Path:
    """The place that is meant: where a link stands, what it leads to. Raises OSError for one that leads to itself."""
    if not path.is_symlink():
        return path.absolute()
    try:
        return path.resolve()
    except RuntimeError:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None
