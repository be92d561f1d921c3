"""Writing results: to a temporary file beside the target, then moved into place; the same bytes each time."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from qa_excel.oserrors import reason
from qa_excel.rubric import Text

if TYPE_CHECKING:
    from openpyxl import Workbook

OUTPUT_MARK = "qa-excel:output"
"""Stands among the keywords of a workbook that the program wrote as a result: an inbox is searched without it."""
DESCRIPTOR, DATA_MARK = "datapackage.json", "qa-excel"
"""The file that describes a folder of data, and the property by which it is known as this program's."""

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_MAX_NAME = 200
"""Bytes of a file's name, which systems bound at 255."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


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
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as handle:
            temporary = Path(handle.name)
            yield handle
        _permit(temporary)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise OutputError(path, reason(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _permit(path: Path) -> None:
    """Give a temporary file the rights that a new file would have."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def save(workbook: Workbook, path: Path) -> None:
    """Save an openpyxl workbook; two builds of the same content give the same bytes."""
    write_package(path, workbook.save)


def write_package(path: Path, write: Callable[[io.BytesIO], None], dated: bool = True) -> None:
    """Write a package that `write` puts into a buffer, with fixed dates.

    dated: False where `write` fixes them itself, as `book` does; packing a large workbook anew takes seconds.
    """
    buffer = io.BytesIO()
    write(buffer)
    with writing(path) as target:
        target.write(fixed_dates(buffer.getvalue()) if dated else buffer.getbuffer())


def fixed_dates(package: bytes) -> bytes:
    """The same zip package with every date in it fixed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return result.getvalue()
