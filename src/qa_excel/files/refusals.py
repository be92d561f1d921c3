"""Why a package is not opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from qa_excel.thai.text import Text

MEMORY = Text("ใช้หน่วยความจำเกินกำหนด", "it needed too much memory")


class PackageError(Exception):
    """A file that is not opened; `code` and `params` are those of its problem.

    `sheet` and `cell` say where, as far as that is known; `titles` are those of all its sheets.
    """

    def __init__(self, code: str, sheet: str = "", cell: str = "", titles: Iterable[str] = (), **params: Any):
        super().__init__(code)
        self.code = code
        self.sheet = sheet
        self.cell = cell
        self.titles = tuple(titles)
        self.params = params


def unsafe(th: str, en: str) -> PackageError:
    return PackageError("file.unsafe", reason=Text(th, en))


@contextmanager
def guarded() -> Iterator[None]:
    """Whatever is looked at in a file: of its content comes a PackageError or nothing.

    The libraries that see it fail in more ways than they tell of, and a fault inside calamine is no Exception.
    """
    try:
        yield
    except PackageError:
        raise
    except MemoryError:
        raise PackageError("file.reader_died", reason=MEMORY) from None
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise PackageError("file.damaged") from None
