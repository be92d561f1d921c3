"""Submissions kept compactly: of thousands of files only what placing them asks for stays in memory.

What stands in a workbook travels from the process that read it as bytes, and lies on a shelf, a file that nobody else
sees, until it is asked for. Where an input stands is not carried but worked out, as far as the layout tells it.
"""

from __future__ import annotations

import contextlib
import pickle
import struct
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from qa_excel.district.data.rows import Columns, rows_of
from qa_excel.district.register.lean import is_somebodys, lean
from qa_excel.district.unpickling import unpickled
from qa_excel.files.sheet_facts import column_letters
from qa_excel.form.layout import layout_of, sheet_title
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Source
from qa_excel.reading.submission import FileResult, ReadFile, Submission, Totals
from qa_excel.rubric.model import Rubric
from qa_excel.scoring.scorecard import Scorecard

_FAST = 1
"""The level of compression: a fifth of the bytes in a tenth of a millisecond."""
_OPEN = 1_000
"""Submissions that are unpacked at a time, some 30 kB each: checks go through the schools again and again."""
_LENGTHS = struct.Struct("<3I")
_ANSWERS, _TYPED, _ROWS = range(3)

_Place = tuple[Path, str, str]
"""An input, its sheet and its cell."""


class _Answers(NamedTuple):
    """What the checks of several files ask for. places: None where each input stands where the layout has it."""

    data: dict[str, Any]
    scorecard: Scorecard
    places: tuple[_Place, ...] | None


class Shelf:
    """Where the parts of submissions lie: a temporary file without a name, gone with the last who holds it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="qa-excel-")  # noqa: SIM115 - open as long as the shelf is there
        self._end = 0
        self._opened: OrderedDict[int, _Answers] = OrderedDict()

    def put(self, parts: tuple[bytes, ...]) -> int:
        """Lay down the parts of a submission; returns where they lie. Raises OSError where there is no room."""
        at = self._end
        record = b"".join((_LENGTHS.pack(*map(len, parts)), *parts))
        self._file.seek(at)
        self._file.write(record)
        self._end += len(record)
        return at

    def part(self, at: int, number: int) -> bytes:
        self._file.seek(at)
        lengths = _LENGTHS.unpack(self._file.read(_LENGTHS.size))
        self._file.seek(sum(lengths[:number]), 1)
        return self._file.read(lengths[number])

    def answers(self, at: int) -> _Answers:
        """What stands in the submission there; the last ones asked for stay unpacked."""
        found = self._opened.pop(at, None)
        if found is None:
            found = _Answers(*_unpacked(self.part(at, _ANSWERS)))
        self._opened[at] = found
        if len(self._opened) > _OPEN:
            self._opened.popitem(last=False)
        return found


class Kept(Submission):
    """A submission whose `data`, `typed`, `sources` and `scorecard` are unpacked when they are asked for.

    What says whose it is, and which of several counts, is at hand. `rows` are its rows of the tidy tables. One that
    `is_lean` has stand-ins for the texts that the school wrote, and nothing of what was typed; it `is_somebodys` where
    something personal is left in it.
    """

    def __init__(self, submission: Submission, with_rows: bool, is_lean: bool = False):
        self.file = submission.file
        self.rubric = submission.rubric
        self.area = submission.area
        self._about = (
            submission.school_code,
            submission.year,
            submission.prepared_on,
            submission.day_doubted,
            bytes.fromhex(submission.digest),
        )
        self._totals = submission.totals
        data, rows = submission.data, rows_of(submission) if with_rows else None
        self.is_lean, self.is_somebodys = is_lean, False
        if is_lean:
            data = lean(data, submission.rubric)
            self.is_somebodys = is_somebodys(data, rows)
        answers = _Answers(data, submission.scorecard, _places_of(submission))
        typed = None if is_lean else _typed_of(submission)
        self._parts: tuple[bytes, ...] = tuple(map(_packed, (tuple(answers), typed, rows)))
        self._shelf: Shelf | None = None
        self._at = 0

    @classmethod
    def of_state(cls, file: str, rubric: Rubric, area: int | None, *state: Any) -> Kept:
        """A lean one as its `state` was, of a file that is now called so."""
        again = cls.__new__(cls)
        again.file, again.rubric, again.area = file, rubric, area
        again._about, totals, again._parts = state
        again._totals = Totals(*totals)
        again.is_lean, again.is_somebodys = True, False
        again._shelf, again._at = None, 0
        return again

    def state(self) -> tuple[Any, ...]:
        """What `of_state` takes, before it is laid on a shelf."""
        totals = self._totals
        told = totals.score, totals.missing, totals.done, totals.steps, totals.scored
        return self._about, told, self._parts

    def lay_on(self, shelf: Shelf) -> None:
        """Keep the parts on a shelf; in memory where it has no room."""
        with contextlib.suppress(OSError):
            self._at = shelf.put(self._parts)
            self._shelf, self._parts = shelf, ()

    def _part(self, number: int) -> Any:
        return _unpacked(self._shelf.part(self._at, number) if self._shelf else self._parts[number])

    @property
    def _answers(self) -> _Answers:
        return self._shelf.answers(self._at) if self._shelf else _Answers(*self._part(_ANSWERS))

    def __getattr__(self, name: str) -> Any:
        match name:
            case "data":
                return self._answers.data
            case "typed" if self.is_lean:
                return {}
            case "typed":
                return _typed_again(self.rubric, self.area, *self._part(_TYPED))
            case "sources":
                return {path: Source(self.file, sheet, cell) for path, sheet, cell in self._places}
        raise AttributeError(name)

    @property
    def _places(self) -> Iterable[_Place]:
        told = self._answers.places
        return told if told is not None else _laid_out(self.rubric, self.area).values()

    def source(self, path: Path) -> Source:
        if self._answers.places is None and (place := _laid_out(self.rubric, self.area).get(path)):
            return Source(self.file, *place[1:])
        return super().source(path)

    @property
    def school_code(self) -> str | None:
        return self._about[0]

    @property
    def year(self) -> int | None:
        return self._about[1]

    @property
    def prepared_on(self) -> str:
        return self._about[2]

    @property
    def day_doubted(self) -> bool:
        return self._about[3]

    @property
    def digest(self) -> str:
        return self._about[4].hex()

    @property
    def totals(self) -> Totals:
        return self._totals

    @property
    def scorecard(self) -> Scorecard:
        return self._answers.scorecard

    @property
    def rows(self) -> dict[str, Columns]:
        rows: dict[str, Columns] | None = self._part(_ROWS)
        return rows_of(self) if rows is None else rows


def kept(result: FileResult, with_rows: bool = False, is_lean: bool = False) -> FileResult:
    """The result with its submission packed. with_rows: its rows of the tidy tables are made along. is_lean: as it may
    stay in a register."""
    if isinstance(result, ReadFile):
        result.submission = Kept(result.submission, with_rows, is_lean)
    return result


def _packed(part: Any) -> bytes:
    return zlib.compress(pickle.dumps(part, pickle.HIGHEST_PROTOCOL), _FAST)


def _unpacked(part: bytes) -> Any:
    return unpickled(zlib.decompress(part))


@cache
def _laid_out(rubric: Rubric, area: int | None) -> dict[Path, _Place]:
    """Where the inputs of a workbook stand as it was given out, in its order."""
    return {
        path: (path, sheet_title(rubric, sheet), f"{column_letters(column)}{row}")
        for path, (sheet, row, column) in layout_of(rubric, area).cells().items()
    }


def _places_of(submission: Submission) -> tuple[_Place, ...] | None:
    places = tuple((path, source.sheet, source.cell) for path, source in submission.sources.items())
    return None if places == tuple(_laid_out(submission.rubric, submission.area).values()) else places


_NONE = object


def _typed_of(submission: Submission) -> tuple[list[Any], dict[Path, Any]]:
    """What was typed: into the inputs in their order, and elsewhere."""
    order = _laid_out(submission.rubric, submission.area)
    return (
        [submission.typed.get(path, _NONE) for path in order],
        {path: value for path, value in submission.typed.items() if path not in order},
    )


def _typed_again(rubric: Rubric, area: int | None, values: list[Any], others: dict[Path, Any]) -> dict[Path, Any]:
    inside = zip(_laid_out(rubric, area), values, strict=True)
    return {path: value for path, value in inside if value is not _NONE} | others
