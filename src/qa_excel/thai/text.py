"""A text in two languages, and texts put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Thai and English."""

    th: str
    en: str

    def get(self, lang: str = "th") -> str:
        return self.en if lang == "en" else self.th


def joined(texts: Iterable[Text], between: str = ", ") -> Text:
    texts = list(texts)
    return Text(between.join(text.th for text in texts), between.join(text.en for text in texts))
