"""The Excel add-in on its way to one computer: which Python it starts. Standard library only."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

SETTINGS_PART = "xl/worksheets/sheet1.xml"
_INTERPRETER = re.compile(r'(<c r="B1" t="inlineStr"><is><t>)[^<]*(</t></is></c>)')
_WINDOWS_PATH = re.compile(r"[A-Za-z]:\\(?:[^\\/:*?\"<>|]+\\)*pythonw\.exe", re.IGNORECASE)


def with_interpreter(content: bytes, interpreter: str) -> bytes:
    """The add-in's bytes with the full path of `pythonw.exe` in its settings.

    Raises ValueError for what the add-in would refuse: no full path, another program, letters beyond ASCII.
    """
    if not interpreter.isascii() or not interpreter.isprintable() or not _WINDOWS_PATH.fullmatch(interpreter):
        raise ValueError("the interpreter must be the full path of pythonw.exe in ASCII letters")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == SETTINGS_PART:
                text = part.decode()
                part = _INTERPRETER.sub(lambda found: f"{found[1]}{escape(interpreter)}{found[2]}", text).encode()
            target.writestr(entry, part)
    return stream.getvalue()
