"""What a score cell asks for: a function of the add-in, the workbook's own figure, or one with the other behind it,
however a program writes it down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa_excel.form.printed import Call

_CALL = re.compile(
    r"""(?P<file>(?:'[^']*'|\[[^\[\]]*\]|[\w.-]+)!)?(?:_xll\.|_xlfn\.|_xludf\.|_xldudf_)*"""
    r"""(?P<name>(?:ONESQA|IQA)_[A-Z_]+)\s*\((?P<arguments>[^()]*)\)""",
    re.IGNORECASE | re.ASCII,
)
_CODE = re.compile(r'"([^"]*)"|([0-9.]+)')
_KEPT = re.compile(
    r'IFERROR\(\s*__xludf\.DUMMYFUNCTION\(\s*"((?:[^"]|"")*)"\s*\)\s*[,;].*\)', re.IGNORECASE | re.DOTALL
)
"""How a spreadsheet service keeps a function that it does not know: as a text inside another one."""
_SINGLE = re.compile(r"_xlfn\.SINGLE\((.*)\)", re.IGNORECASE | re.DOTALL)
"""What files hold of the sign @ that Excel puts before a function."""
_PAIR = re.compile(r"IFERROR\((?P<asked>.*\))\s*[,;](?P<own>(?:'[^']*'|[^()'])*)\)", re.IGNORECASE | re.DOTALL)
_LONGEST = 1_000
"""Characters of a formula that may ask for a score: the pair has some hundred, and the path of the add-in's file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a formula asks for: a function, the figure behind it (as the formula refers to it), or one of the two.
    Of any other formula `own` is its text, which refers to no figure."""

    call: Call | None
    own: str | None = None


@lru_cache(maxsize=8192)
def names_a_file(formula: str) -> bool:
    """Whether a formula names the add-in by the path of its file."""
    if "!" not in formula or "_" not in formula:
        return False
    # `[1]!` stands for a link that the package holds, and is reported as such.
    return any((match["file"] or "").startswith("'") for match in _CALL.finditer(formula))


@lru_cache(maxsize=8192)
def asked(formula: str) -> Asked:
    """What a formula asks for, and nothing besides."""
    text = _plain(formula)
    if len(text) <= _LONGEST and (pair := _PAIR.fullmatch(text)) and (call := called(pair["asked"])):
        return Asked(call, pair["own"].strip())
    call = called(text)
    return Asked(call, None if call else text)


def called(formula: str) -> Call | None:
    """The function of the add-in that a formula is and nothing besides, with its codes."""
    if "_" not in formula or len(formula) > _LONGEST:
        return None
    match = _CALL.fullmatch(_plain(formula))
    if not match:
        return None
    name = match["name"].upper()
    arguments = [argument.strip() for argument in re.split("[,;]", match["arguments"])]
    count = 2 if name == "ONESQA_POINTS" else 1
    if len(arguments) == count + 1 and arguments[count] and not _CODE.fullmatch(arguments[count]):
        del arguments[count]  # the block that an explicit formula is handed
    codes = [argument.strip('"').strip().upper() for argument in arguments]
    if name not in ("ONESQA_AREA_SCORE", "IQA_PROGRESS"):
        codes[0] = _indicator(codes[0]) or codes[0]
    return name, *codes


def _plain(formula: str) -> str:
    """A formula without what programs put around it."""
    text = formula.strip().lstrip("=+@").strip()
    if "_xl" not in text or len(text) > _LONGEST:
        return text
    if kept := _KEPT.fullmatch(text):
        return _plain(kept[1].replace('""', '"'))
    single = _SINGLE.fullmatch(text)
    return _plain(single[1]) if single else text


def _indicator(code: str) -> str:
    """The id of an indicator however it is written; empty for any other code."""
    digits = code.removeprefix("IND")
    return f"IND{int(digits)}" if digits.isascii() and digits.isdecimal() and len(digits) < 4 else ""
