"""The function of the add-in that a formula calls, however a program writes it down."""

from __future__ import annotations

import re

from qa_excel.form.printed import Call

_CALL = re.compile(
    r"""(?P<file>(?:'[^']*'|\[[^\[\]]*\]|[\w.-]+)!)?(?:_xll\.|_xlfn\.|_xludf\.)*"""
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
_REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}", re.ASCII)


def names_a_file(formula: str) -> bool:
    """Whether a formula names the add-in by the path of its file."""
    if "!" not in formula or "_" not in formula:
        return False
    # `[1]!` stands for a link that the package holds, and is reported as such.
    return any((match["file"] or "").startswith("'") for match in _CALL.finditer(formula))


def called(formula: str) -> Call | None:
    """The function of the add-in that a formula is and nothing besides, with its codes."""
    if "_" not in formula:
        return None
    text = formula.strip().lstrip("=+@")
    if kept := _KEPT.fullmatch(text):
        text = kept[1].replace('""', '"').strip().lstrip("=+@")
    if single := _SINGLE.fullmatch(text):
        text = single[1]
    match = _CALL.fullmatch(text.strip())
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


def shape(formula: str) -> str:
    """Excel's own formula with a sign for each of its references."""
    text = "".join(formula.split()).lstrip("=+@").upper().replace("$", "").replace(";", ",")
    return _REFERENCE.sub("#", text)


def _indicator(code: str) -> str:
    """The id of an indicator however it is written; empty for any other code."""
    digits = code.removeprefix("IND")
    return f"IND{int(digits)}" if digits.isascii() and digits.isdecimal() and len(digits) < 4 else ""
