"""One spelling for a part of XML: openpyxl writes the same bytes with lxml and without it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_START = re.compile(r'<[\w:.-]+(?: [\w:.-]+="[^"]*")*>')
_ROOT = re.compile(r'<[\w:.-]+(?: xmlns="[^"]*")?')
"""The begin of an element, its default namespace included, which stands first."""
_NAMESPACE = re.compile(r' xmlns:([\w.-]+)="([^"]*)"')
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

    declared = "".join(f' xmlns:{name}="{uri}"' for name, uri in rooted.items())
    text = _ROOT.sub(lambda root: root[0] + declared, _START.sub(bare, text), count=1)
    return _DECLARATION + _EMPTIED.sub(r"<\1/>", text).encode()
