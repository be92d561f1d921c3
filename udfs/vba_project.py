"""Writing a VBA project (MS-OVBA) from the sources of its modules alone: Excel compiles it when it is opened.

Standard library only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from udfs.compound_file import compound_file

CODE_PAGE = "cp1252"
MODULE, CLASS, DOCUMENT = "Module", "Class", "Document"
_OFFICE = (
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0"
    r"#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
)
_SOURCE_ONLY = bytes.fromhex("CC61FFFF000100")
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class VbaModule:
    """kind: MODULE, CLASS or DOCUMENT; source with its Attribute lines."""

    name: str
    kind: str
    source: str


def vba_project(name: str, project_id: str, modules: Sequence[VbaModule]) -> bytes:
    """The bytes of vbaProject.bin."""
    if name.lower() in {module.name.lower() for module in modules}:
        raise ValueError("the project may not be called as one of its modules")
    streams = {module.name: compress(_encoded(module.source)) for module in modules}
    names = b"".join(m.name.encode(CODE_PAGE) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return compound_file(
        {
            "VBA": {"dir": compress(b"".join(_dir(name, modules))), "_VBA_PROJECT": _SOURCE_ONLY, **streams},
            "PROJECT": _project(name, project_id, modules).encode(CODE_PAGE),
            "PROJECTwm": names + b"\0\0",
        }
    )


def _encoded(source: str) -> bytes:
    return "\r\n".join(source.splitlines()).encode("ascii") + b"\r\n"


def _dir(name: str, modules: Sequence[VbaModule]) -> Iterator[bytes]:
    """The records of the `dir` stream, in the order that Excel writes."""
    yield _record(0x01, struct.pack("<I", 1))
    yield _record(0x02, struct.pack("<I", 0x409))
    yield _record(0x14, struct.pack("<I", 0x409))
    yield _record(0x03, struct.pack("<H", 1252))
    yield _record(0x04, name.encode(CODE_PAGE))
    for first, second in ((0x05, 0x40), (0x06, 0x3D)):
        yield _record(first) + _record(second)
    yield _record(0x07, bytes(4))
    yield _record(0x08, bytes(4))
    # Its size says 4, and 6 bytes follow.
    yield struct.pack("<HIIH", 0x09, 4, 1, 0)
    yield _record(0x0C) + _record(0x3C)
    library = _OFFICE.encode(CODE_PAGE)
    yield _record(0x16, b"Office") + _record(0x3E, "Office".encode("utf-16-le"))
    yield _record(0x0D, struct.pack("<I", len(library)) + library + bytes(6))
    yield _record(0x0F, struct.pack("<H", len(modules)))
    yield _record(0x13, b"\xff\xff")
    for module in modules:
        plain, wide = module.name.encode(CODE_PAGE), module.name.encode("utf-16-le")
        yield _record(0x19, plain) + _record(0x47, wide)
        yield _record(0x1A, plain) + _record(0x32, wide)
        yield _record(0x1C) + _record(0x48)
        yield _record(0x31, bytes(4))
        yield _record(0x1E, bytes(4))
        yield _record(0x2C, b"\xff\xff")
        yield _record(0x21 if module.kind == MODULE else 0x22)
        yield _record(0x2B)
    yield _record(0x10)


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _project(name: str, project_id: str, modules: Sequence[VbaModule]) -> str:
    lines = [f'ID="{project_id}"']
    lines += [f"{m.kind}={m.name}" + ("/&H00000000" if m.kind == DOCUMENT else "") for m in modules]
    lines += [
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{encrypt(bytes(4), project_id)}"',
        f'DPB="{encrypt(bytes(1), project_id)}"',
        f'GC="{encrypt(bytes([0xFF]), project_id)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def encrypt(data: bytes, project_id: str, seed: int = 0x5D, ignored: int = 0) -> str:
    """Data encryption of MS-OVBA 2.4.3.2, as hexadecimal digits."""
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    last = key
    for byte in [ignored] * ((seed & 6) // 2) + list(struct.pack("<I", len(data)) + data):
        out.append(byte ^ ((out[-2] + last) & 0xFF))
        last = byte
    return bytes(out).hex().upper()


def compress(data: bytes) -> bytes:
    """Compression of MS-OVBA 2.4.1."""
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    return b"\x01" + b"".join(map(_chunk, chunks))


def _chunk(data: bytes) -> bytes:
    packed = b"".join(_tokens(data))
    if len(packed) <= _CHUNK:
        return struct.pack("<H", 0xB000 | len(packed) - 1) + packed
    # A chunk that does not shrink is stored as it is, always whole.
    return struct.pack("<H", 0x3000 | _CHUNK - 1) + data.ljust(_CHUNK, b"\0")


def _tokens(data: bytes) -> Iterator[bytes]:
    """Groups of eight tokens, each a byte or a copy of bytes before it."""
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(data):
        flags, group = 0, b""
        for bit in range(8):
            if at >= len(data):
                break
            offset, length = _longest(data, at, seen)
            if length:
                bits = max((at - 1).bit_length(), 4)
                group += struct.pack("<H", (offset - 1) << (16 - bits) | length - 3)
                flags |= 1 << bit
            else:
                length = 1
                group += data[at : at + 1]
            for n in range(at, at + length):
                seen.setdefault(data[n : n + 3], []).append(n)
            at += length
        yield bytes([flags]) + group


def _longest(data: bytes, at: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """(offset back, length) of the longest match before a place; length 0 where there is none of 3 bytes."""
    bits = max((at - 1).bit_length(), 4)
    most = min((0xFFFF >> bits) + 3, len(data) - at)
    best, length = 0, 0
    for start in reversed(seen.get(data[at : at + 3], ())):
        n = 3
        while n < most and data[start + n] == data[at + n]:
            n += 1
        if n > length and most >= 3:
            best, length = at - start, n
    return best, length
