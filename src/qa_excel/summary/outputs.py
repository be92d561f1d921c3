"""Where a summary goes: what is refused before anything is read, and all of it written in one step."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from qa_excel.district.analysis import Analysis
from qa_excel.district.data.folder import data_files, refuse_foreign_files, write_data
from qa_excel.district.summarising import Summary
from qa_excel.files.overwriting import require_free, require_own, require_xlsx
from qa_excel.files.writing import one_step, recover
from qa_excel.summary import pdf, problem_list, write_summary
from qa_excel.summary.card_files import card_paths, write_card_files
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text


@dataclass(frozen=True, slots=True)
class Outputs:
    """The workbook, the same as PDF, a folder of data and one of cards; None for what is not wanted.

    in_full: whether the workbook holds cards and sources; None decides by the number of schools.
    """

    workbook: Path | None = None
    pdf: Path | None = None
    data: Path | None = None
    cards: Path | None = None
    in_full: bool | None = None

    @property
    def paths(self) -> list[Path]:
        return [path for path in (self.workbook, self.pdf, self.data, self.cards) if path]

    def files(self, analysis: Analysis) -> list[Path]:
        """The files that stand there once a summary is written."""
        beside = [self.workbook, self.pdf, problem_list(self.workbook) if self.workbook else None]
        found = [path for path in beside if path and path.exists()]
        cards = card_paths(analysis, self.cards) if self.cards else []
        return [*found, *(data_files(self.data) if self.data else ()), *cards]

    def refuse(self, inputs: Sequence[Path], previous: Path | None = None, of_districts: bool = False) -> None:
        """Raise Said where one can't be written, or would replace an input or what is no result of the program.

        previous: last year's summary or data. of_districts: the inputs are searched for folders of data.
        """
        if self.pdf:
            pdf.require_soffice()
        recover(*inputs, previous, self.workbook, self.data, self.cards)
        if out := self.workbook:
            require_xlsx(out)
            require_own(out)
            if not out.parent.is_dir():
                raise Said(
                    Text(
                        f"เขียน {out} ไม่ได้ เพราะไม่พบโฟลเดอร์ {out.parent}",
                        f"can't write {out}: no such folder: {out.parent}",
                    )
                )
            require_free([*([self.pdf] if self.pdf else []), problem_list(out)], out)
        for path in self.paths:
            if previous and previous.resolve() == path.resolve():
                raise Said(Text(f"{path} เป็นข้อมูลของปีก่อน ให้ตั้งชื่อผลลัพธ์อื่น", f"{path} is last year's; name another result"))
        if self.data:
            target = self.data.resolve()
            read = [path.resolve() for path in inputs]
            if target in read or (of_districts and any(map(target.is_relative_to, read))):
                raise Said(
                    Text(
                        f"{self.data} เป็นโฟลเดอร์ที่จะอ่าน ให้ตั้งชื่อโฟลเดอร์อื่น",
                        f"{self.data} is to be read; name another folder",
                    )
                )

    def write(self, summary: Summary, made_on: date) -> None:
        """Write them all. Raises Said, with everything as it was, where one can't be written."""
        analysis, previous = summary.analysis, summary.previous
        with one_step(self.workbook, self.data, self.cards):
            for path in card_paths(analysis, self.cards) if self.cards else ():
                require_own(path)
            if self.data:
                refuse_foreign_files(self.data)
            if self.workbook:
                write_summary(
                    analysis,
                    self.workbook,
                    previous,
                    made_on,
                    in_full=self.in_full,
                    card_links=self._card_links(analysis, self.workbook),
                )
            if self.pdf:
                with tempfile.TemporaryDirectory(prefix="qa-excel-") as folder:
                    pages = Path(folder) / f"{self.pdf.stem}.xlsx"
                    with one_step(apart=True):
                        write_summary(analysis, pages, previous, made_on, for_print=True, in_full=self.in_full)
                    pdf.write_pdf(pages, self.pdf)
            if self.data:
                write_data(summary.data, self.data)
            if self.cards:
                write_card_files(analysis, self.cards, summary.data.lang)

    def _card_links(self, analysis: Analysis, workbook: Path) -> dict[str, str]:
        """Unit → the path of its card's file, seen from the workbook; none on another drive."""
        if self.cards is None:
            return {}
        with suppress(ValueError):
            folder = PurePath(os.path.relpath(self.cards.resolve(), workbook.resolve().parent)).as_posix()
            paths = card_paths(analysis, self.cards)
            return {unit.code: f"{folder}/{path.name}" for unit, path in zip(analysis.units, paths, strict=True)}
        return {}
