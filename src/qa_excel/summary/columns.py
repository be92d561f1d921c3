"""A worksheet that takes whole columns: a long table in a tenth of the time of single cells, and in no memory.

XlsxWriter keeps each cell as an object and puts it together from its parts. Here the XML of rows goes into a temporary
file as they come, of whose cells equal values share one piece. What comes out is what XlsxWriter would write; a test
compares them. (Its own `constant_memory` is no way: it takes no tables, and rows above the last are lost in silence.)
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_LINES = 4_096
"""Rows that are read back at a time."""
_IN_MEMORY = 1 << 22
"""Bytes of a sheet that is not worth a file."""


class ColumnSheet(Worksheet):
    """A sheet whose rows from `write_columns` on come as columns; the rows above are written as on any sheet."""

    dim_rowmax: int | None

    def __init__(self) -> None:
        super().__init__()
        self._styles: Sequence[Format] = ()
        self._first = 0
        self._rows: IO[str] | None = None

    def write_columns(self, first: int, styles: Sequence[Format], chunks: Iterable[Sequence[Iterable[Any]]]) -> None:
        """Write columns side by side from the first column on, from row `first` (from 0) to the last row there is.

        styles: one for each column, which must be that of the column, too. chunks: some rows at a time, as columns, all
        as long. A value is a text, a number, a truth, a day, or None for an empty cell.
        """
        self._first, self._styles = first, styles
        strings = self.str_table._get_shared_string_index
        pieces = [_Pieces(strings, self._convert_date_time) for _ in styles]
        # The number of a style is given out when the sheet is written; a sign that no XML holds stands for it.
        heads = [f'<c r="{xl_col_to_name(index)}%d" s="{_sign(index)}"' for index in range(len(styles))]
        rows = self._rows = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - read back when the sheet is written
            _IN_MEMORY, "w+", encoding="utf-8", newline="\n", prefix="qa-excel-"
        )
        row = first
        for chunk in chunks:
            columns = []
            for index, values in enumerate(chunk):
                known, values = pieces[index], list(values)
                before = known.texts
                columns.append([known[value] for value in values])
                # Asking for a text's number has counted it once.
                self.str_table.count += _texts(values) - (known.texts - before)
                if values:
                    self._check_dimensions(row + len(values) - 1, index)
            for cells in zip(*columns, strict=True):
                row += 1
                made = (head % row + cell for head, cell in zip(heads, cells, strict=True) if cell)
                rows.write("".join(made) + "\n")

    def _write_rows(self) -> None:
        last = self.dim_rowmax
        if self._rows is not None:
            self.dim_rowmax = self._first - 1
        super()._write_rows()
        self.dim_rowmax = last
        for number, line in enumerate(self._written(), start=self._first):
            self._write_row(number, None)
            self.fh.write(line + "</row>")

    def _written(self) -> Iterator[str]:
        """The cells of each row, with the numbers of their styles."""
        if self._rows is None:
            return
        numbers = [f's="{style._get_xf_index()}"' for style in self._styles]
        with self._rows as rows:
            rows.seek(0)
            while some := "".join(islice(rows, _LINES)):
                for index, number in enumerate(numbers):
                    some = some.replace(f's="{_sign(index)}"', number)
                yield from some.split("\n")[:-1]


def _sign(index: int) -> str:
    return f"\x01{index}\x01"


class _Pieces(dict[Any, str]):
    """Value → what stands in its cell's XML after the style; equal values are made once.

    string: gives the index of a shared string. day: gives the number of a day.
    """

    def __init__(self, string: Callable[[str], int], day: Callable[[date], float]):
        super().__init__()
        self._string = string
        self._day = day
        self.texts = 0

    def __missing__(self, value: Any) -> str:
        self[value] = self._made(value)
        return self[value]

    def _made(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return f' t="b"><v>{int(value)}</v></c>'
            case str():
                self.texts += 1
                return f' t="s"><v>{self._string(value)}</v></c>'
            case date():
                return f"><v>{self._day(value):.16G}</v></c>"
            case _:
                return f"><v>{value:.16G}</v></c>"


def _texts(values: Iterable[Any]) -> int:
    return sum(isinstance(value, str) for value in values)
