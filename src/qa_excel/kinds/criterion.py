"""A criterion as data, and what every kind of it must say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from qa_excel.kinds.answers import Answers, Edition
from qa_excel.kinds.gains import Lack
from qa_excel.kinds.inputs import Input, Named, decimal_of, text_of
from qa_excel.kinds.native import Calculated, Calculation
from qa_excel.kinds.outcome import Outcome
from qa_excel.thai.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where one input of a criterion stands: `within` are the keys between its answer and the input's own, `row` what
    follows the answer in the row key."""

    within: tuple[str, ...]
    row: str
    column: str
    input: Input
    grade: str | None = None
    subject: str | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Criterion:
    """A criterion of an indicator, or an item of a checklist (`max` is then None)."""

    KINDS: ClassVar[dict[str, type[Criterion]]] = {}
    """Name → class of every kind that has been defined."""
    kind: ClassVar[str] = ""
    word: ClassVar[Text]
    """What the kind is called in a list of the rubric."""
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    """Keys of the rubric's data that the kind needs besides those of every criterion."""
    PROPERTIES: ClassVar[Mapping[str, Any]] = {}
    """JSON Schema of the keys that the kind may have; `$ref` names definitions of the rubric's schema."""
    AS_CRITERION: ClassVar[bool] = True
    AS_ITEM: ClassVar[bool] = False
    """Whether it may stand as a criterion, and as an item of a checklist."""
    means: ClassVar[tuple[str, str] | None] = None
    """Of a table of means: the inputs that hold the year before's and the year's."""
    by_year: ClassVar[bool] = False
    """Whether what it asks for depends on the academic year."""
    shows_tested: ClassVar[str | None] = None
    """Of a table by subjects: the input that shows that a subject was tested."""
    total_key: ClassVar[str] = "value"
    """The input that holds its whole number."""
    pair: ClassVar[tuple[str, str] | None] = None
    """Of one ratio: the inputs that hold its count and its total."""

    id: str
    label: Text
    max: Decimal | None
    page: str
    interpretations: tuple[str, ...]
    inputs: tuple[Input, ...]
    items: tuple[Criterion, ...] = ()

    def __init_subclass__(cls) -> None:
        if "kind" in vars(cls):
            Criterion.KINDS[cls.kind] = cls

    # --- From the rubric's data ---

    @classmethod
    def build(cls, data: Mapping[str, Any], page: str = "") -> Self:
        """A criterion from its plain data, which has been validated; an item's page is its criterion's."""
        page = data.get("page", page)
        return cls(
            id=data["id"],
            label=text_of(data["label"]),
            max=decimal_of(data.get("max")),
            page=page,
            interpretations=tuple(data.get("interpretations", ())),
            inputs=cls.asks(data),
            items=tuple(Criterion.KINDS[item["kind"]].build(item, page) for item in data.get("items", ())),
            **cls.own(data),
        )

    @classmethod
    def asks(cls, data: Mapping[str, Any]) -> tuple[Input, ...]:
        """The inputs of one cell group; a table repeats them for each grade (and subject)."""
        raise NotImplementedError

    @classmethod
    def own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that only this kind has."""
        return {}

    @property
    def full(self) -> Fraction:
        """Its full points, exact."""
        return Fraction(self.max or 0)

    # --- What it asks for ---

    @property
    def gate(self) -> Input | None:
        """The number without which it earns nothing, where there is one."""
        return None

    @property
    def total_of(self) -> str | None:
        """The people whose whole number the total (or the value) is: learners, teachers or support_staff."""
        return None

    @property
    def drawn_from(self) -> str | None:
        """Whom its total is drawn from: such people, or the total of another criterion of the indicator."""
        return None

    def places(self, grades: Sequence[Named], subjects: Sequence[Named]) -> Iterator[Place]:
        """Every input, tables spread over grades and subjects, in the order in which the form shows them."""
        for given in self.inputs:
            yield Place((given.key,), "", given.key, given)

    def counting(self, edition: Edition, grade: str, year: int | None) -> tuple[Named, ...]:
        """Of a table by subjects, those that count at a grade in an academic year (B.E.)."""
        return ()

    def totals(self, asked: Mapping[str, Sequence[Named]]) -> list[list[tuple[str, ...]]]:
        """The keys below the answer of the totals that count one sample, a list a sample; asked: each grade taught →
        its subjects that count."""
        return []

    def described(self) -> Text:
        """The kind in a list of the rubric."""
        return self.word

    # --- What it earns ---

    def score(self, answers: Answers) -> Outcome:
        """What the answers earn."""
        raise NotImplementedError

    def native(self, sheet: Calculation) -> Calculated:
        """What it earns, as terms of ordinary formulas: the same points as `score`, an error where that has none."""
        raise NotImplementedError

    def would_earn(self, answers: Answers, lack: Lack) -> Text:
        """What is to be done for the points that it lacks."""
        raise NotImplementedError
