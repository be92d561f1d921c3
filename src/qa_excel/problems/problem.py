"""What a problem is: its kind, its place, its words. Standard library only.

Each code is declared once: severity, message and what to do, in Thai and English. Those that reading, scoring
and merging find themselves stand beside this module; those of a check stand in its module and are added by `declare`.
Placeholders are filled from a problem's `params`; no message repeats a text that a school typed, but for the names of
school and office where its own covers differ, and none repeats a personal number or address.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from qa_excel.thai.privacy import masked, shown_figure
from qa_excel.thai.text import Text

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
OPTIONAL = {"suggestion": "", "typed": ""}
"""Parts of a message that are there only where there is something to suggest, or what was typed may be shown."""
SEVERITIES = ("error", "warning", "info")
SEVERITY_WORDS = {
    "error": Text("ผิดพลาด", "error"),
    "warning": Text("ควรตรวจสอบ", "warning"),
    "info": Text("แจ้งให้ทราบ", "info"),
}
STATUS_WORDS = {
    "ok": Text("เรียบร้อย", "ok"),
    "warnings": Text("ควรตรวจสอบ", "warnings"),
    "errors": Text("มีข้อผิดพลาด", "errors"),
    "unreadable": Text("อ่านไม่ได้", "unreadable"),
    "unusable": Text("ได้รับแล้วแต่ใช้ไม่ได้", "received, can't be used"),
    "missing": Text("ยังไม่ส่ง", "not sent"),
    "superseded": Text("มีฉบับใหม่กว่า", "superseded"),
}
"""What became of a file, and of a workbook that is awaited."""
_SCOPE_OF_GROUP = {"file": "file", "structure": "file", "roster": "district"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `scope` is what has to be looked at to find it: file, workbook, school or district."""

    severity: str
    message: Text
    hint: Text
    scope: str = "workbook"
    example: Text | None = None


def shown_name(path: Any) -> str:
    """A file's name as text that can be printed: a sign stands for each byte that is no UTF-8, and for each sign that
    would break the line, colour the terminal or turn the text about."""
    return _UNPRINTABLE.sub("\ufffd", str(path))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from."""

    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: what is wrong, where, and what to do. `others` are the places it was compared with."""

    code: str
    source: Source = Source()
    field: str = ""
    params: dict[str, Any] = made(default_factory=dict)
    others: tuple[Source, ...] = ()
    kind: Kind = made(init=False, repr=False, compare=False)
    """What is declared of its code, which goes along to another process."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", CATALOGUE[self.code])

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_found, (self.code, self.source, self.field, self.params, self.others, self.kind)

    @property
    def severity(self) -> str:
        return self.kind.severity

    def message(self, lang: str = "th") -> str:
        return _render(self.kind.message, self.params, lang)

    def hint(self, lang: str = "th") -> str:
        return _render(self.kind.hint, self.params, lang)

    def to_json(self, lang: str = "th") -> dict[str, str]:
        """{"code", "severity", "file", "sheet", "cell", "field", "message", "hint"}."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.source.file,
            "sheet": self.source.sheet,
            "cell": self.source.cell,
            "field": self.field,
            "message": self.message(lang),
            "hint": self.hint(lang),
        }


def _as_found(
    code: str, source: Source, field: str, params: dict[str, Any], others: tuple[Source, ...], kind: Kind
) -> Problem:
    """A problem that another process found: in its words, which are this one's own where they are the same."""
    if CATALOGUE.setdefault(code, kind) == kind:
        return Problem(sys.intern(code), source, sys.intern(field), params, others)
    found = Problem(code, source, field, params, others)
    object.__setattr__(found, "kind", kind)
    return found


def worst(problems: list[Problem]) -> str:
    """The status that a list of problems gives its file: ok, warnings or errors."""
    severities = {problem.severity for problem in problems}
    return "errors" if "error" in severities else "warnings" if "warning" in severities else "ok"


def _render(text: Text, params: dict[str, Any], lang: str) -> str:
    return text.get(lang).format_map(OPTIONAL | {key: _told(value, lang) for key, value in params.items()})


def _told(value: Any, lang: str) -> Any:
    """A param as a message holds it: without anyone's number or address, whichever check put it there."""
    text = value.get(lang) if isinstance(value, Text) else value
    return masked(text) if isinstance(text, str) else shown_figure(text)


CATALOGUE: dict[str, Kind] = {}
"""Code → what is declared of it."""


def declare(code: str, kind: Kind) -> str:
    """Add a code to the catalogue; the code itself."""
    if CATALOGUE.setdefault(code, kind) != kind:
        raise ValueError(f"{code} is declared twice")
    return code


def scope_of(code: str) -> str:
    """What has to be looked at to find that problem."""
    return _SCOPE_OF_GROUP.get(code.partition(".")[0], CATALOGUE[code].scope)


def kind(severity: str, th: str, en: str, hint_th: str, hint_en: str) -> Kind:
    """A kind of problem from its words."""
    return Kind(severity, Text(th, en), Text(hint_th, hint_en))
