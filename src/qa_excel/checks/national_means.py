"""The national O-NET means of a year, grade and subject: an optional CSV of an office's own.

    year,grade,subject,mean
    2563,P6,thai,56.20

Grades and subjects are named by id (`P6`, `thai`) or in Thai (`ป.6`, `ภาษาไทย`); years are B.E. or C.E.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

from qa_excel.normalise import fold, normalise
from qa_excel.rubric import Text, load_rubrics

COLUMNS = ("year", "grade", "subject", "mean")

NationalMeans = dict[tuple[int, str, str], Decimal]
"""(year, grade, subject) → mean."""


class NationalMeansError(Exception):
    """A file that holds no such means; says why in Thai and in English."""

    def __init__(self, th: str, en: str):
        super().__init__(en)
        self.text = Text(th, en)


def read_national_means(path: Path) -> NationalMeans:
    """The means in a CSV. Raises NationalMeansError, which names the first row that can't be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise NationalMeansError(
            f"อ่านแฟ้มค่าเฉลี่ย O-NET ระดับประเทศไม่ได้: {path} (ต้องเป็น CSV แบบ UTF-8)",
            f"the national O-NET means can't be read: {path} (it must be CSV in UTF-8)",
        ) from None
    names = _names()
    means: NationalMeans = {}
    for number, row in enumerate(rows, start=2):
        year = normalise(row.get("year"), "year")
        mean = normalise(row.get("mean"), "number")
        grade, subject = (names.get(fold(row.get(column) or "")) for column in ("grade", "subject"))
        if not (year.ok and mean.ok and mean.value <= 100 and grade and subject):
            columns = ",".join(COLUMNS)
            raise NationalMeansError(
                f"แฟ้มค่าเฉลี่ย O-NET ระดับประเทศ แถว {number} ไม่ถูกต้อง (คอลัมน์ {columns})",
                f"row {number} of the national O-NET means is wrong (columns {columns})",
            )
        means[year.value, grade, subject] = mean.value
    return means


def _names() -> dict[str, str]:
    """Folded name → id of a grade or subject."""
    named = [each for rubric in load_rubrics() for each in (*rubric.grades, *rubric.subjects)]
    return {fold(word): each.id for each in named for word in (each.id, each.name.th, each.name.en)}
