"""Two schools do not answer a whole workbook alike: one has copied the other's file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from qa_excel.checks.grouping import by_area
from qa_excel.checks.registry import DistrictFiles, check, code
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission
from qa_excel.thai.text import Text

COPIED = code(
    "roster.copied_answers",
    "warning",
    "district",
    message=(
        "คำตอบทุกช่องเหมือนแฟ้มของสถานศึกษาอื่น ({schools}) เช่น {other}",
        "Every answer is the same as another school's ({schools}), such as {other}",
    ),
    hint=(
        "ตรวจว่าคัดลอกแฟ้มกันมาหรือไม่ แล้วให้สถานศึกษากรอกข้อมูลของตนเอง",
        "Find out whether the file was copied, and have the school enter its own data",
    ),
    example=(
        "สองโรงเรียนส่งด้าน 3 ที่ตัวเลขและหลักฐานเหมือนกันทุกช่อง",
        "Two schools sent area 3 with the same figures and evidence throughout",
    ),
)
_OWN = ("answers", "items", "deductions", "evidence", "links", "notes")
FEWEST = 8
"""Figures and texts that must be alike: yes and no alone may well be the same in two schools."""

NAMED = 5
"""Schools that one message names."""


@check("district", COPIED)
def check_copies(district: DistrictFiles) -> Iterator[Problem]:
    """Of a workbook sent again the newest is compared; the cover is left aside."""
    alike: dict[tuple[Any, ...], list[tuple[str, Submission]]] = {}
    for school, files in district.schools.items():
        for (edition, area), sent in by_area(files).items():
            answers = {part: sent[0].data.get(part) for part in _OWN}
            if _distinctive(answers) >= FEWEST:
                alike.setdefault((edition, area, _digest(answers)), []).append((school, sent[0]))
    for same in alike.values():
        for school, submission in same:
            others = [(code_, other) for code_, other in same if code_ != school]
            if others:
                yield _copied(submission, [code_ for code_, _ in others], others[0][1])


def _copied(submission: Submission, schools: list[str], other: Submission) -> Problem:
    named, more = ", ".join(schools[:NAMED]), len(schools) - NAMED
    rest = Text(f" และอีก {more:,} แห่ง", f" and {more:,} more") if more > 0 else Text("", "")
    params = {"schools": Text(named + rest.th, named + rest.en), "other": other.file}
    return Problem(COPIED, submission.source(("school", "code")), params=params, others=(other.source(()),))


def _digest(answers: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _distinctive(answers: Any) -> int:
    """How many figures other than 0, and texts, stand in it."""
    if isinstance(answers, dict):
        return sum(map(_distinctive, answers.values()))
    return int(bool(answers) and not isinstance(answers, bool))
