"""Writing results: to a temporary file beside the target, then moved into place; the same bytes each time."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from qa_excel.oserrors import reason
from qa_excel.rubric import Text
from qa_excel.spelling import plain_xml

if TYPE_CHECKING:
    from openpyxl import Workbook

OUTPUT_MARK = "qa-excel:output"
"""Stands among the keywords of a workbook that the program wrote as a result: an inbox is searched without it."""
DESCRIPTOR, DATA_MARK = "datapackage.json", "qa-excel"
"""The file that describes a folder of data, and the property by which it is known as this program's."""

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_MAX_NAME = 200
"""Bytes of a file's name, which systems bound at 255."""
CORE = "docProps/core.xml"
STAMP = "2000-01-01T00:00:00Z"
"""The date of every package that is written here. Whatever program saves one again dates it anew."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_MAX_CORE = 10_000


class OutputError(Exception):
    """An output that can't be written; `path` says which."""

    def __init__(self, path: Path, reason: Text):
        super().__init__(f"{path}: {reason.en}")
        self.path = path
        self.reason = reason


def file_name(text: str, ending: str = "") -> str:
    """A name that every system takes, with `ending` behind it."""
    fit = _UNFIT.sub("_", text).strip(" .") or "_"
    room = _MAX_NAME - len(ending.encode())
    return fit.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + ending


def make_folder(path: Path) -> None:
    """Make a folder with those above it, where it is not there. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(path, reason(error)) from error


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file that replaces `path` when the block ends well, and leaves no trace when it doesn't.

    Raises OutputError where the folder or the file can't be written (for one, while Excel has it open).
    """
    with _temporary(path) as handle:
        yield handle
        handle.close()
        _permit(Path(handle.name))
        Path(handle.name).replace(path)


def _permit(path: Path) -> None:
    """Give a temporary file the rights that a new file would have."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


@contextmanager
def writing_together(paths: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """Binary files that replace `paths`, of one folder, all together when the block ends well, or none of them.

    Raises OutputError where one of them can't be written; all then stand as they stood before.
    """
    with ExitStack() as stack:
        handles = [stack.enter_context(_temporary(path)) for path in paths]
        yield handles
        for handle in handles:
            handle.close()
        _move_together([(Path(handle.name), path) for handle, path in zip(handles, paths, strict=True)])


@contextmanager
def _temporary(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path`, which is gone at the end unless it was moved. Raises OutputError for what went wrong."""
    name = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as handle:
            name = Path(handle.name)
            yield handle
    except OSError as error:
        raise OutputError(path, reason(error)) from error
    finally:
        if name is not None:
            name.unlink(missing_ok=True)


def _move_together(moves: Sequence[tuple[Path, Path]]) -> None:
    """Move each to its place. What stands there is set aside first, and comes back where one can't be moved."""
    aside: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for source, path in moves:
            _permit(source)
            if path.exists():
                aside.append((source.with_suffix(".old"), path))
                path.rename(aside[-1][0])
        for source, path in moves:
            source.rename(path)
            placed.append(path)
    except OSError as error:
        for done in placed:
            done.unlink(missing_ok=True)
        for kept, back in aside:
            if kept.exists():
                kept.rename(back)
        raise OutputError(path, reason(error)) from error
    for kept, _ in aside:
        kept.unlink(missing_ok=True)


def is_untouched(path: Path) -> bool:
    """True for a workbook or a letter as this program wrote it: nobody has saved it since."""
    return re.search(rb"<dcterms:modified[^>]*>" + STAMP.encode(), _core(path)) is not None


def is_output(path: Path) -> bool:
    """True for a workbook that this program wrote for the office."""
    return OUTPUT_MARK.encode() in _core(path)


def _core(path: Path) -> bytes:
    """What a package says of itself; empty for what is no package."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(CORE) as part:
            return part.read(_MAX_CORE)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return b""


def save(workbook: Workbook, path: Path) -> None:
    """Save an openpyxl workbook; the same content gives the same bytes, whether lxml is installed or not."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    with writing(path) as target:
        target.write(fixed_dates(buffer.getvalue(), plain_xml))


def write_package(path: Path, write: Callable[[io.BytesIO], None], dated: bool = True) -> None:
    """Write a package that `write` puts into a buffer, with fixed dates.

    dated: False where `write` fixes them itself, as `book` does; packing a large workbook anew takes seconds.
    """
    buffer = io.BytesIO()
    write(buffer)
    with writing(path) as target:
        target.write(fixed_dates(buffer.getvalue()) if dated else buffer.getbuffer())


def fixed_dates(package: bytes, spelling: Callable[[bytes], bytes] = bytes) -> bytes:
    """The same zip package with every date in it fixed, and each part of XML in one spelling."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == CORE:
                content = _STAMPS.sub(rb"\g<1>" + STAMP.encode() + rb"\g<3>", content)
            if name.endswith((".xml", ".rels")):
                content = spelling(content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return result.getvalue()
