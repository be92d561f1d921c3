"""A text in two languages, and texts put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Thai and English."""

    th: str
    en: str

    def get(self, lang: str = "th") -> str:
        return self.en if lang == "en" else self.th

    def format(self, *values: object, **named: object) -> Text:
        """Filled in as `str.format` does; a value that is a Text is told in the same language."""
        return Text(*(self._filled(lang, values, named) for lang in ("th", "en")))

    def _filled(self, lang: str, values: Iterable[object], named: Mapping[str, object]) -> str:
        def told(value: object) -> object:
            return value.get(lang) if isinstance(value, Text) else value

        return self.get(lang).format(*map(told, values), **{name: told(value) for name, value in named.items()})


def joined(texts: Iterable[Text], between: str = ", ") -> Text:
    texts = list(texts)
    return Text(between.join(text.th for text in texts), between.join(text.en for text in texts))
