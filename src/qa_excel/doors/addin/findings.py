"""What the installation and the doctor can find: a line with its cure. `findings.toml` declares each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from qa_excel.thai.text import Text

OK, BAD, NOTE = "ok", "bad", "note"
SIGNS = {OK: "✓", BAD: "✗", NOTE: "–"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report. `bad` is what keeps the functions from working; a `note` may have a cure too."""

    code: str
    state: str
    text: Text
    cure: Text | None = None

    def line(self, lang: str) -> str:
        cure = f"\n    → {self.cure.get(lang)}" if self.cure else ""
        return f"{SIGNS[self.state]} {self.text.get(lang)}{cure}"

    def to_json(self, lang: str) -> dict[str, str | None]:
        cure = self.cure.get(lang) if self.cure else None
        return {"code": self.code, "state": self.state, "message": self.text.get(lang), "cure": cure}

    def as_note(self) -> Finding:
        """The same, where it is not essential."""
        return replace(self, state=NOTE) if self.state == BAD else self


@cache
def declared() -> dict[str, Finding]:
    """Code → the finding before its parameters are filled in.

    TOML is read without a package: the doctor also speaks where packages are missing.
    """
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    shared = data.pop("cures")
    found = {}
    for code, each in data.items():
        cure = each.get("cure")
        words = shared[cure] if isinstance(cure, str) else cure
        found[code] = Finding(code, each["state"], Text(each["th"], each["en"]), Text(**words) if words else None)
    return found


def finding(code: str, **params: object) -> Finding:
    """The finding `code`; a parameter that is a Text is told in the reader's language."""
    found = declared()[code]
    return replace(found, text=found.text.format(**params), cure=found.cure and found.cure.format(**params))


def lacking(found: Iterable[Finding]) -> bool:
    """Whether something essential is wrong."""
    return any(each.state == BAD for each in found)
