"""Going through folders, however deep they lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path


def walk(
    top: Path, refused: Callable[[OSError], object] = lambda error: None
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """(folder, names of folders in it, names of all else), from the top down. `os.walk` calls itself for each level.

    What is taken out of the names of folders is not gone into. A link is no folder, whatever it leads to.

    refused: is called for each folder that can't be looked into.
    """
    waiting = [os.fspath(top)]
    while waiting:
        root = waiting.pop()
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(root) as entries:
                for entry in entries:
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
        except OSError as error:
            refused(error)
            continue
        yield Path(root), folders, files
        waiting += [os.path.join(root, name) for name in reversed(folders)]  # noqa: PTH118  (a Path takes its parts apart)
