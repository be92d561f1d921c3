"""Folders for what is needed while a command runs; what a killed command left is removed by the next that needs one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from qa_excel.files.staging import Stage, tidy


class Scratch:
    """Makes folders that nobody else can look into, and that are gone at the end of its block."""

    def __init__(self) -> None:
        self._stage: Stage | None = None

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        stage, self._stage = self._stage, None
        if stage:
            stage.end()

    def new_folder(self) -> Path:
        """Raises OSError where the disk for temporary files can't be written."""
        if self._stage is None:
            home = Path(tempfile.gettempdir())
            tidy(home)
            self._stage = Stage(home)
        folder = self._stage.new()
        folder.mkdir()
        return folder
