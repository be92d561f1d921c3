"""Functions that reach out of a workbook when it is opened or calculated: they fetch from the net, start other
programs, or open what a click leads to. Standard library only.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FUNCTIONS = (
    # what is fetched, and whom the cells are told
    r"WEBSERVICE|FILTERXML|IMAGE|RTD|STOCKHISTORY|COPILOT|TRANSLATE|DETECTLANGUAGE|PY|CUBE[A-Z]+|"
    r"IMPORT(?:DATA|FEED|HTML|XML|RANGE)|GOOGLE(?:FINANCE|TRANSLATE)|"
    # programs and files
    r"CALL|EXEC|EXECUTE|REGISTER(?:\.ID)?|UNREGISTER|SQL\.(?:REQUEST|[A-Z.]+)|INITIATE|POKE|REQUEST|TERMINATE|"
    r"RUN|SEND\.KEYS|ON\.(?:TIME|KEY|DATA|ENTRY|RECALC|SHEET|WINDOW|DOUBLECLICK)|EVALUATE|"
    r"F(?:OPEN|READ|READLN|WRITE|WRITELN|CLOSE|SIZE|POS)|FILES|FILE\.[A-Z]+|DIRECTOR(?:Y|IES)|(?:CREATE|DELETE)\.DIRECTORY|"
    r"COPY\.FILE|GET\.[A-Z.]+|APP\.[A-Z.]+|DOCUMENTS|LINKS|CHANGE\.LINK|OPEN\.LINKS|UPDATE\.LINK|"
    # what a click opens
    r"HYPERLINK"
)
_PREFIX = r"(?<![A-Za-z0-9_.\u0e00-\u0e7f])(?:_xl[a-z]+[._])*"
_CALL = re.compile(rf"{_PREFIX}({_FUNCTIONS})\s*\(", re.IGNORECASE | re.ASCII)
_CUSTOM = re.compile(r"_xldudf_(?!(?:ONESQA|IQA|QA)_[A-Z_]+\s*\()", re.IGNORECASE)
_TEXT = re.compile(r'"[^"]*"')
_KEPT = "DUMMYFUNCTION"
"""The function in which a spreadsheet service keeps another one as a text."""
_AWAY = re.compile(
    r"\[[^\[\]]{1,255}\][^!\[\]'\"]{0,64}'?!"  # [1]Sheet!A1, '[other.xlsx]Sheet'!A1, [1]!name
    r"|'(?=[^']*[\\/:])[^']*'!"  # 'C:\\folder\\add-in.xlam'!F(), '\\\\server\\[b.xlsx]S'!A1
    r"|(?<![\w.])[\w.-]{1,255}\.xl\w{1,2}!",  # add-in.xlam!F()
    re.IGNORECASE,
)
_USUAL = 2_000
"""Characters of a formula that is kept in mind; the longest of a form has half of them."""
_CUSTOM_NAME = "_xldudf_"
_REMOTE = re.compile(r"'(?:\\\\|https?:|file:)", re.IGNORECASE)
_REMOTE_NAME = "'\\\\…'!"
_OWN = re.compile(r"(?:'[^']*'|\[\d+\]|[\w.-]{1,255}\.xlam)!(?=(?:ONESQA|IQA|QA)_[A-Z_]+\s*\()", re.IGNORECASE)
"""The add-in by the place of its file, before one of its functions."""


def active_functions(formula: str) -> tuple[str, ...]:
    """The names of the functions of a formula that reach out, each once."""
    if "(" not in formula and "!" not in formula:
        return ()
    return _known(formula) if len(formula) <= _USUAL else _reaching_out(formula)


def _reaching_out(formula: str) -> tuple[str, ...]:
    seen = formula if _KEPT in formula else _TEXT.sub('""', formula)
    names = [found[1].upper() for found in _CALL.finditer(seen)]
    names += [name for name, sign in ((_CUSTOM_NAME, _CUSTOM), (_REMOTE_NAME, _REMOTE)) if sign.search(seen)]
    return tuple(dict.fromkeys(names))


_known = lru_cache(maxsize=8192)(_reaching_out)
"""The formulas of a form are the same in every school's file."""


def leads_away(formula: str) -> bool:
    """Whether a formula refers to another file."""
    return ("!" in formula) and bool(_AWAY.search(_TEXT.sub('""', formula)))


def without_add_in(formula: str) -> str:
    """The formula with this program's own functions by their plain names, which any computer with the add-in knows."""
    return _OWN.sub("", formula) if "!" in formula else formula
