"""XML as a tree of elements: each takes a reader a hundred times the bytes that it has in a zip."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from qa_excel.files.refusals import unsafe

MAX_TREE = 100_000
"""Begins and ends of elements of one part; the relations of a form have some 20, and one more for each link."""
MAX_TAG = 300_000
"""Bytes from the begin of an element to the next: they bound its attributes."""

_LONG_TAG = re.compile(rb"<[^<]{%d}" % MAX_TAG)


def tree(xml: bytes) -> Element:
    """The root of a part. Raises PackageError for one that is too large, SyntaxError or ValueError for no XML."""
    if xml.count(b"<") > MAX_TREE or has_long_tag(xml):
        raise unsafe("มีส่วนย่อยมากผิดปกติ", "a part has abnormally many elements")
    return fromstring(xml)


def has_long_tag(xml: bytes) -> bool:
    """Whether an element may have more attributes than any program writes."""
    return len(xml) > MAX_TAG and _LONG_TAG.search(xml) is not None
