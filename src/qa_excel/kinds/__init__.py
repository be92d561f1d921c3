"""Kinds of criterion, one module a kind: what it asks for, how it scores, what would earn more, its words, its part of
the schema, its shape on the form.

A kind is a class of `Criterion`; nothing else matches on its name. Adding one is adding a module here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from qa_excel.kinds.criterion import Criterion

__all__ = ["Criterion", "all_kinds", "kind_of"]


def kind_of(name: str) -> type[Criterion]:
    """The class of a kind; KeyError where there is none."""
    return all_kinds()[name]


def all_kinds() -> dict[str, type[Criterion]]:
    """Name → class of every kind, those of the package and any other that has been defined."""
    _load()
    return Criterion.KINDS


@cache
def _load() -> None:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
