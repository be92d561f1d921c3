"""qa-excel: Thai school quality assurance in Excel, from rubric to district summary.

The stages can be used as a library; each is imported only when it is asked for.
"""

from __future__ import annotations

__version__ = "0.1.0"

_EXPORTS = {
    "load_rubric": "qa_excel.rubric.building",
    "score": "qa_excel.scoring.score",
    "fill": "qa_excel.form.filling",
    "read_workbook": "qa_excel.reading.workbook",
    "check": "qa_excel.checks",
    "merge": "qa_excel.district.merging",
    "read_roster": "qa_excel.office.roster",
    "receive": "qa_excel.district.receiving",
    "summarise": "qa_excel.district.summarising",
}
__all__ = [*_EXPORTS, "__version__"]


def __getattr__(name: str) -> object:
    if name in _EXPORTS:
        from importlib import import_module

        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(name)
