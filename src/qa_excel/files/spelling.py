"""One spelling for a part of XML: openpyxl writes the same bytes with lxml and without it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_START = re.compile(r'<[\w:.-]+(?: [\w:.-]+="[^"]*")*>')
_NAME = re.compile(r"<[\w:.-]+")
_NAMESPACE = re.compile(r' xmlns:([\w.-]+)="([^"]*)"')
_DEFAULT = re.compile(r' xmlns="[^"]*"')
_EMPTIED = re.compile(r'<(([\w:.-]+)(?: [\w:.-]+="[^"]*")*)></\2>')


def plain_xml(xml: bytes) -> bytes:
    """XML as only one writer would write it: openpyxl's two spell the same part in different ways."""
    text = ElementTree.canonicalize(xml.decode(), with_comments=True)
    uris: dict[str, set[str]] = {}
    for tag in _START.finditer(text):
        for name, uri in _NAMESPACE.findall(tag[0]):
            uris.setdefault(name, set()).add(uri)
    # Each namespace at the root, where Excel has them, rather than where it is first used.
    rooted = {name: uri for name, (uri, *others) in sorted(uris.items()) if not others}

    def bare(tag: re.Match[str]) -> str:
        return _NAMESPACE.sub(lambda found: "" if found[1] in rooted else found[0], tag[0])

    text = _START.sub(bare, text)
    root = _START.search(text)
    name = _NAME.match(root[0])[0]
    default = _DEFAULT.search(root[0])
    at = root.start() + (default.end() if default else len(name))
    declared = "".join(f' xmlns:{name}="{uri}"' for name, uri in rooted.items())
    return _DECLARATION + _EMPTIED.sub(r"<\1/>", text[:at] + declared + text[at:]).encode()
