"""Writing a compound file (MS-CFB, version 3): streams in folders, the same bytes each time. Standard library only."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR, MINI_SECTOR, MINI_LIMIT = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1

Tree = Mapping[str, "bytes | Tree"]
"""Name → the bytes of a stream, or a folder of such."""


class _Entry:
    def __init__(self, name: str, kind: int, content: bytes = b""):
        self.name = name
        self.kind = kind
        self.content = content
        self.color, self.left, self.right, self.child = BLACK, NONE, NONE, NONE
        self.start, self.size = 0, 0

    def pack(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        head = struct.pack("<64sHBBIII", name, len(name), self.kind, self.color, self.left, self.right, self.child)
        return head + bytes(16 + 4 + 8 + 8) + struct.pack("<IQ", self.start, self.size)


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file."""
    entries = [_Entry("Root Entry", ROOT)]
    _add(entries, 0, tree)
    mini, mini_fat = _mini_stream(entries)
    body: list[bytes] = []
    fat: list[int] = []

    def store(content: bytes) -> int:
        """Append a chain of sectors; the number of its first."""
        if not content:
            return END
        first, count = len(fat), -(-len(content) // SECTOR)
        body.append(content.ljust(count * SECTOR, b"\0"))
        fat.extend(range(first + 1, first + count))
        fat.append(END)
        return first

    for entry in entries:
        if entry.kind == STREAM and entry.size >= MINI_LIMIT:
            entry.start = store(entry.content)
    entries[0].start, entries[0].size = store(mini), len(mini)
    mini_fat_start = store(_numbers(mini_fat))
    mini_fat_sectors = -(-len(mini_fat) * 4 // SECTOR)
    packed = b"".join(entry.pack() for entry in entries)
    empty = struct.pack("<64sHBBIII", b"", 0, 0, RED, NONE, NONE, NONE) + bytes(48)
    packed += empty * (-len(entries) % (SECTOR // 128))
    directory_start = store(packed)

    fat_sectors = 1
    while fat_sectors * (SECTOR // 4) < len(fat) + fat_sectors:
        fat_sectors += 1
    if fat_sectors > 109:
        raise ValueError("too large for a header without further tables")
    places = list(range(len(fat), len(fat) + fat_sectors))
    fat += [FAT_SECTOR] * fat_sectors
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        bytes.fromhex("D0CF11E0A1B11AE1"), b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat_sectors, directory_start, 0, MINI_LIMIT, mini_fat_start, mini_fat_sectors, END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *places, *[FREE] * (109 - fat_sectors))
    return header + b"".join(body) + _numbers(fat)


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    names = sorted(tree, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
    numbers = {}
    for name in names:
        content = tree[name]
        numbers[name] = len(entries)
        if isinstance(content, bytes):
            entries.append(_Entry(name, STREAM, content))
            entries[-1].size = len(content)
        else:
            entries.append(_Entry(name, STORAGE))
            _add(entries, numbers[name], content)
    entries[parent].child = _balance(entries, [numbers[name] for name in names], len(names).bit_length())


def _balance(entries: list[_Entry], ordered: list[int], depth: int) -> int:
    """A balanced tree of siblings: black, but for the last level, which may be incomplete."""
    if not ordered:
        return NONE
    middle = len(ordered) // 2
    entry = entries[ordered[middle]]
    entry.color = RED if depth == 1 and len(ordered) == 1 else BLACK
    entry.left = _balance(entries, ordered[:middle], depth - 1)
    entry.right = _balance(entries, ordered[middle + 1 :], depth - 1)
    return ordered[middle]


def _mini_stream(entries: list[_Entry]) -> tuple[bytes, list[int]]:
    """Short streams share one stream of small sectors."""
    mini, fat = b"", list[int]()
    for entry in entries:
        if entry.kind != STREAM or entry.size >= MINI_LIMIT:
            continue
        if not entry.content:
            entry.start = END
            continue
        entry.start, count = len(fat), -(-entry.size // MINI_SECTOR)
        mini += entry.content.ljust(count * MINI_SECTOR, b"\0")
        fat += [*range(entry.start + 1, entry.start + count), END]
    return mini, fat


def _numbers(numbers: list[int]) -> bytes:
    padded = numbers + [FREE] * (-len(numbers) % (SECTOR // 4))
    return struct.pack(f"<{len(padded)}I", *padded)
