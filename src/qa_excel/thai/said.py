"""The one family of refusals: what a person is told in place of a result."""

from __future__ import annotations

from qa_excel.thai.text import Text


class Said(Exception):
    """What is wrong and what to do. `status` is the exit status that it means."""

    status = 2

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self._text = text

    @property
    def text(self) -> Text:
        return self._text
