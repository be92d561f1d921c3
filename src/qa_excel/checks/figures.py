"""The figures of a submission that speak of the same people, and how to name where one stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qa_excel.form.labels import key_of, label_of
from qa_excel.kinds.answers import dig
from qa_excel.kinds.criterion import Criterion
from qa_excel.kinds.inputs import Named, Path
from qa_excel.problems import Problem, Source
from qa_excel.reading.submission import Submission
from qa_excel.rubric.model import Indicator
from qa_excel.scoring.scope import scope_of
from qa_excel.thai.text import Text, joined
from qa_excel.thai.typed import to_decimal, to_json_number


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the input it stands in."""

    submission: Submission
    path: Path
    value: int | float

    @property
    def source(self) -> Source:
        return self.submission.source(self.path)

    @property
    def label(self) -> Text:
        return label_of(self.submission.rubric, self.submission.area, self.path)

    def seen_from(self, submission: Submission) -> Text:
        """Its label and where it stands; the file is named only where it is another one."""
        place = place_of(self.source, self.source.file != submission.file)
        return Text(f"{self.label.th} ({place.th})", f"{self.label.en} ({place.en})")


def against(code: str, figure: Figure, reference: Figure) -> Problem:
    """The problem that one figure has with another of the same people: both, and where they stand."""
    params = {
        "label": figure.label,
        "found": plain(figure.value),
        "expected": plain(reference.value),
        "other": reference.seen_from(figure.submission),
    }
    key = key_of(figure.submission.rubric, figure.submission.area, figure.path)
    return Problem(code, figure.source, key, params, (reference.source,))


def place_of(source: Source, with_file: bool) -> Text:
    """`แฟ้ม … แผ่น … เซลล์ …`."""
    parts = (
        ("แฟ้ม", "file", source.file if with_file else ""),
        ("แผ่น", "sheet", source.sheet),
        ("เซลล์", "cell", source.cell),
    )
    told = joined((Text(f"{th} {value}", f"{en} {value}") for th, en, value in parts if value), " ")
    return told if told.th else Text("แฟ้มนี้", "this file")


def figure_at(submission: Submission, path: Path) -> Figure | None:
    """The number at a path; None where there is none, or none that may stand there."""
    value = dig(submission.data, path)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return Figure(submission, path, value)


def total_path(indicator: Indicator, criterion: Criterion) -> Path:
    """Where a criterion's whole number stands."""
    return ("answers", indicator.id, criterion.id, criterion.total_key)


def criteria_of(submission: Submission) -> Iterator[tuple[Indicator, Criterion]]:
    """The criteria that the submission's workbook asks for."""
    if submission.area is not None:
        for indicator in submission.rubric.area(submission.area).indicators:
            for criterion in indicator.criteria:
                yield indicator, criterion


def asked_of(submission: Submission, criterion: Criterion) -> dict[str, tuple[Named, ...]]:
    """Each grade taught → the subjects that a table by subjects asks for there."""
    return scope_of(submission.rubric, submission.data).subjects(criterion)


def totals_of(submission: Submission) -> Iterator[tuple[str, Figure]]:
    """(people, figure) of each answer that counts all of them."""
    for indicator, criterion in criteria_of(submission):
        if criterion.total_of:
            figure = figure_at(submission, total_path(indicator, criterion))
            if figure:
                yield criterion.total_of, figure


def cover_figure(submission: Submission, people: str) -> Figure | None:
    """How many of those people the cover says there are."""
    return figure_at(submission, ("school", people))


def plain(number: int | float | Decimal) -> int | float | Decimal:
    """A number as it is shown."""
    exact = to_decimal(number)
    return number if exact is None else to_json_number(exact)
