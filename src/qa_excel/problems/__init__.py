"""Problems: what is wrong, where, and what to do, in Thai and English. Standard library only."""

from qa_excel.problems import of_district, of_files, of_structure, of_values
from qa_excel.problems.problem import (
    CATALOGUE,
    OPTIONAL,
    SEVERITIES,
    SEVERITY_WORDS,
    STATUS_WORDS,
    Kind,
    Problem,
    Source,
    declare,
    scope_of,
    shown_name,
    worst,
)

for _part in (of_files, of_structure, of_values, of_district):
    CATALOGUE.update(_part.KINDS)

__all__ = [
    "CATALOGUE",
    "OPTIONAL",
    "SEVERITIES",
    "SEVERITY_WORDS",
    "STATUS_WORDS",
    "Kind",
    "Problem",
    "Source",
    "declare",
    "scope_of",
    "shown_name",
    "worst",
]
