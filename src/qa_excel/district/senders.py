"""Which school each file came from, also where the file itself doesn't say: told once, for findings, merge and letters.

What stands in a file counts before where it lies. What remains in doubt is nobody's: a file is never sent to a school
on a guess that something in it gainsays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import combinations, pairwise
from pathlib import Path

from qa_excel.kinds.answers import dig
from qa_excel.office.roster import Roster, plain_name
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import FileResult
from qa_excel.thai.folding import fold
from qa_excel.thai.privacy import masked
from qa_excel.thai.text import Text

UNKNOWN = Text("ไม่ทราบสถานศึกษา", "unknown school")
_CODE = re.compile(r"(?<!\d)((?!0[689])\d{10}|\d{8})(?!\d)", re.ASCII)
"""Ten digits that begin like a mobile telephone's are one."""
_WORD = re.compile(r"โรงเรียน|ด้าน(?=\d)|\d+|(?:(?!โรงเรียน|ด้าน\d)(?:[^\W\d_]|[\u0e2f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]))+")
"""Of a name that several things may stand in: `ด้าน2 บ้านดอน`, `แบบโรงเรียนบ้านดอน`."""
_BROKEN_CODE = r"\d{6,12}"
_MOST_WORDS = 30
_SHORTEST = 3
"""Letters of a school's name that is looked for among other words."""
_LIKE = 0.8
"""How like a school's name must be a text that may be a slip for it."""

Codes = frozenset[str]
_NOBODY: Codes = frozenset()


@dataclass(slots=True)
class Sender:
    """A school and its files; `code` is empty for files of no known school."""

    code: str
    name: str = ""
    results: list[FileResult] = field(default_factory=list)

    def title(self, lang: str) -> str:
        return self.code or UNKNOWN.get(lang)


def senders(results: Sequence[FileResult], roster: Roster | None = None) -> list[Sender]:
    """The files by school, in order of code; a school of the roster has the code and the name that stand there."""
    codes = sender_codes(results, roster)
    found: dict[str, Sender] = {}
    for result in results:
        code = codes[result.file]
        known = roster.find(code) if roster else None
        sender = found.setdefault(code, Sender(code, known.name if known else ""))
        sender.results.append(result)
        name = _typed(result, "name")
        if code and not sender.name and name:
            sender.name = masked(name)
    return [found[code] for code in sorted(found)]


def unknown_senders(results: Sequence[FileResult], roster: Roster | None = None) -> list[Problem]:
    """A problem for each file of which it is in doubt who sent it."""
    codes = sender_codes(results, roster)
    return [Problem("roster.sender_unknown", Source(result.file)) for result in results if not codes[result.file]]


def sender_codes(results: Iterable[FileResult], roster: Roster | None = None) -> dict[str, str]:
    """File → code of the school that sent it, that of the roster where it stands there; empty where in doubt.

    A file's own code decides; else the name that is typed in it; else its own name; else the name of the folder that
    it lies in, or of one above; last the school of the other files there and below, if they are of one. What names
    several schools decides nothing, and narrows what follows; where a later word gainsays an earlier one, nothing is
    known.
    """
    results = list(results)
    words = _Words(roster)
    own = {result.file: words.own(result) for result in results}
    around: dict[Path, set[str]] = {}
    for result in results:
        for folder in _place(result).parents if own[result.file] else ():
            around.setdefault(folder, set()).add(own[result.file])
    return {r.file: own[r.file] or words.of_place(r, around.get(_place(r).parent, set())) for r in results}


def _place(result: FileResult) -> Path:
    return Path(result.place or result.path or result.file)


def _typed(result: FileResult, what: str) -> str:
    """The school's code or name as it is typed in a file; what is no text says nothing."""
    text = dig(result.submission.data, ("school", what)) if result.submission else None
    return text if isinstance(text, str) else ""


class _Words:
    """What texts say of schools: of those of the roster or, without one, by their codes alone."""

    def __init__(self, roster: Roster | None):
        self.roster = roster
        self.said: Callable[[str], Codes] = cache(self._said)
        self.hinted: Callable[[str], Codes] = cache(self._hinted)

    def own(self, result: FileResult) -> str:
        """The school that a file itself names, with its name; empty where it names none, or several."""
        if result.submission and result.submission.school_code:
            return self._canonical(result.submission.school_code)
        return self._decided(self._in_file(result))

    def of_place(self, result: FileResult, around: set[str]) -> str:
        """The school of the place where a file lies that does not name one itself."""
        folders = [folder.name for folder in _place(result).parents]
        texts = [*self._in_file(result), *folders]
        if code := self._decided(texts):
            return code
        silent = not any(map(self.said, texts))
        guess = next(iter(around)) if silent and len(around) == 1 else ""
        return guess if guess and not self._gainsaid(guess, texts) else ""

    def _in_file(self, result: FileResult) -> list[str]:
        # Digits that are typed in a wrong cell may be anybody's number: only a roster tells which are a school's.
        typed = [_typed(result, "code"), _typed(result, "name")] if self.roster else []
        return [*typed, _place(result).name]

    def _decided(self, texts: Sequence[str]) -> str:
        """The school on which texts agree, the strongest first, as soon as they leave but one."""
        possible: Codes | None = None
        for at, text in enumerate(texts):
            said = self.said(text)
            if not said:
                continue
            possible = said if possible is None else possible & said
            if not possible:
                return ""
            if len(possible) == 1:
                (code,) = possible
                return "" if self._gainsaid(code, texts[:at]) else code
        return ""

    def _gainsaid(self, code: str, texts: Iterable[str]) -> bool:
        """True where a text that names no school looks like the name, or the code, of another one."""
        return any(code not in hinted for text in texts if not self.said(text) and (hinted := self.hinted(text)))

    def _canonical(self, code: str) -> str:
        known = self.roster.find(code) if self.roster else None
        return known.code if known else code

    def _said(self, text: str) -> Codes:
        """The schools that a text names by code or, word for word, by name."""
        found = _CODE.findall(_spaced(text))
        if self.roster is None:
            return frozenset(found)
        codes = frozenset(school.code for code in found if (school := self.roster.find(code)))
        names = _named(text, self.roster)
        return codes & names or codes | names

    def _hinted(self, text: str) -> Codes:
        """The schools whose names stand within a text, or are much like it or one of its words."""
        if self.roster is None:
            return _NOBODY
        spaced = _spaced(text)
        if re.fullmatch(_BROKEN_CODE, spaced, re.ASCII):
            return frozenset(s.code for s in self.roster.schools if _is_slip(spaced, s.code, s.ministry_code))
        joined = plain_name(spaced)
        within = [name for name in self._long_names if name in joined]
        like = [
            name
            for word in {joined, *map(plain_name, _WORD.findall(spaced)[:_MOST_WORDS])}
            for name in get_close_matches(word, self._alike(word), 1, _LIKE)
        ]
        return frozenset(school.code for name in (*within, *like) for school in self.roster.bearers(name))

    @cached_property
    def _long_names(self) -> dict[str, frozenset[str]]:
        """Name → its pairs of letters."""
        names = self.roster.names if self.roster else ()
        return {name: _pairs(name) for name in names if len(name) > _SHORTEST + 1}

    def _alike(self, word: str) -> list[str]:
        """The names about as long as a word that share half of their pairs of letters with it: a closer look at all
        takes too long."""
        pairs, longer = _pairs(word), 2 / _LIKE - 1
        near = [name for name in self._long_names if len(word) <= longer * len(name) <= longer**2 * len(word)]
        return [name for name in near if 2 * len(pairs & self._long_names[name]) >= len(pairs)]


def _named(text: str, roster: Roster) -> Codes:
    """The schools that a text names word for word."""
    words = _WORD.findall(_spaced(text))[:_MOST_WORDS]
    found: dict[tuple[int, int], Codes] = {}
    for first, last in combinations(range(len(words) + 1), 2):
        name = plain_name("".join(words[first:last]))
        if len(name) >= _SHORTEST and (schools := roster.bearers(name)):
            found[first, last] = frozenset(school.code for school in schools)
    # `บ้านดอน เหนือ` names no บ้านดอน; `บ้านดอน 2` may.
    whole = [
        codes
        for span, codes in found.items()
        if not any(_is_within(span, other) and not _adds_figures(words, span, other) for other in found)
    ]
    return frozenset().union(*whole)


def _is_slip(typed: str, *codes: str) -> bool:
    """True where digits were left out of a code, or too many typed."""

    def within(few: str, many: str) -> bool:
        rest = iter(many)
        return all(digit in rest for digit in few)

    return any(within(typed, code) or within(code, typed) for code in codes if code)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _spaced(text: str) -> str:
    """A text folded word by word."""
    return " ".join(map(fold, re.split(r"[\s_]+", text)))


def _is_within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _adds_figures(words: Sequence[str], span: tuple[int, int], other: tuple[int, int]) -> bool:
    added = [*words[other[0] : span[0]], *words[span[1] : other[1]]]
    return all(word.isdigit() for word in added)
