"""A workbook that was sent again: the same once more, or with what changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from qa_excel.checks.grouping import by_area
from qa_excel.checks.registry import DistrictFiles, check, code
from qa_excel.form.labels import label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import Submission
from qa_excel.rubric.inputs import fields
from qa_excel.thai.text import Text
from qa_excel.thai.words import counted

IDENTICAL = code(
    "roster.identical",
    "info",
    "district",
    message=("เนื้อหาเหมือนแฟ้ม {other} ทุกช่อง", "Its content is the same as that of {other}"),
    hint=("ไม่ต้องแก้ไข นำแฟ้มที่ซ้ำออกได้", "Nothing to do; the copy can be taken away"),
    example=("ส่งแฟ้มเดิมทางอีเมลอีกครั้ง", "The same file was sent once more by e-mail"),
)
CHANGED = code(
    "roster.changed",
    "info",
    "district",
    message=(
        "ส่งใหม่แทน {other} โดยเปลี่ยน {count}: {changes}",
        "Sent again for {other}, with {count} changed: {changes}",
    ),
    hint=("ตรวจว่าการเปลี่ยนแปลงเป็นไปตามที่ขอให้แก้ไข", "See that the changes are those that were asked for"),
    example=(
        "แฟ้มแก้ไขเปลี่ยน 3 ช่องของ ตบช.6 และ ตบช.7",
        "The corrected file changes 3 inputs of IND6 and IND7",
    ),
)
NAMED = 5
"""How many changed inputs a message names."""


_EXPECTED = ("prepared_on", "prepared_by")
"""That these change says nothing."""


@check("district", IDENTICAL, CHANGED)
def check_resubmissions(district: DistrictFiles) -> Iterator[Problem]:
    """Each file is compared with the one it replaced; inputs are named, never what stands in them."""
    for files in district.schools.values():
        for sent in by_area(files).values():
            for newer, older in pairwise(sent):
                yield _compared(newer, older)


def _compared(newer: Submission, older: Submission) -> Problem:
    paths = (given.path for given in fields(newer.rubric, newer.area) if given.path[0] not in _EXPECTED)
    changed = [path for path in paths if _at(newer, path) != _at(older, path)]
    if not changed:
        return Problem(IDENTICAL, Source(newer.file), params={"other": older.file}, others=(Source(older.file),))
    source, others = newer.source(changed[0]), (older.source(changed[0]),)
    labels = [label_of(newer.rubric, newer.area, path) for path in changed[:NAMED]]
    more = len(changed) - len(labels)
    th = ", ".join(label.th for label in labels) + (f" และอีก {more} ช่อง" if more else "")
    en = ", ".join(label.en for label in labels) + (f" and {more} more" if more else "")
    params = {
        "other": older.file,
        "count": Text(f"{len(changed)} ช่อง", counted(len(changed), "input")),
        "changes": Text(th, en),
    }
    return Problem(CHANGED, source, params=params, others=others)


def _at(submission: Submission, path: Path) -> Any:
    if "levels" in path:
        return path[-1] in (dig(submission.data, path[:-1]) or ())
    return dig(submission.data, path)
