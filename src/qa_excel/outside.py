"""What a workbook brings along besides its cells: links to other files and data, DDE, embedded objects.

Reading is safe all the same, as only cells and their saved values are read and nothing is ever opened or followed;
whoever opens the file in a spreadsheet program should know of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_excel.package import Package
from qa_excel.partnames import outside
from qa_excel.problems import Problem, Source

ADD_IN = "qa_excel.xlam"
_DDE = re.compile(rb"<(?:[^\s<>/:]{1,60}:)?ddeLink[\s/>]")
_LINKS = re.compile(r"xl/externallinks/[^/]+\.xml")
_DATA = re.compile(r"xl/(?:connections\.xml|querytables/[^/]+)")
_EMBEDDED = re.compile(r"xl/(?:embeddings|activex)/[^/]+")


def find(package: Package, name: str) -> Iterator[Problem]:
    """One problem for each kind of thing; no path or address of a link is shown."""
    linked = [part for part in package.names if _LINKS.fullmatch(part.lower())]
    dde = [part for part in linked if _DDE.search(package.parts.get(part, b""))]
    own = [part for part in linked if part not in dde and _is_add_in(package, part)]
    others = len(linked) - len(dde) - len(own) + sum(bool(_DATA.fullmatch(part.lower())) for part in package.names)
    others += package.links()
    if others:
        yield Problem("file.external_links", Source(name), params={"count": others})
    if own:
        yield Problem("file.addin_link", Source(name))
    cells = ((title, facts.dde) for title in package.book.parts if (facts := package.facts(title)).dde)
    place = next(cells, None)
    if dde or place or package.names_another_program():
        yield Problem("file.dde", Source(name, *place) if place else Source(name))
    embedded = [part for part in package.names if _EMBEDDED.fullmatch(part.lower())]
    if embedded:
        yield Problem("file.embedded", Source(name), params={"count": len(embedded)})


def _is_add_in(package: Package, part: str) -> bool:
    """True for the link that Excel makes to the add-in, where the workbook's own functions are."""
    folder, _, file = part.rpartition("/")
    relations = package.parts.get(f"{folder}/_rels/{file}.rels", b"")
    try:
        targets = list(outside(relations))
    except (SyntaxError, ValueError):
        return False
    return bool(targets) and all(re.split(r"[/\\]", target.lower())[-1] == ADD_IN for target in targets)
