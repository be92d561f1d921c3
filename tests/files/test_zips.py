"""A part is inflated in one step only where that gives what reading it piece by piece does."""

from __future__ import annotations

import io
import zipfile

import pytest

from qa_excel.files.zips import at_once, open_zip, pieces

PART = b"<a>" + bytes(range(256)) * 40 + b"</a>"


def archive(method: int = zipfile.ZIP_DEFLATED, name: str = "xl/แผ่น.xml") -> bytearray:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as target:
        target.writestr("first.xml", b"<first/>")
        target.writestr(name, PART)
    return bytearray(content.getvalue())


def read(content: bytes) -> tuple[bytes | None, bytes]:
    with open_zip(io.BytesIO(content)) as opened:
        entry = opened.infolist()[1]
        return at_once(bytes(content), entry), b"".join(pieces(opened, entry))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_same_bytes(method):
    assert read(archive(method)) == (PART, PART)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("place", ["signature", "name", "content", "checksum", "size"])
def test_what_is_unusual_is_left_to_the_judge(method, place):
    content = archive(method)
    part, listed = content.index(b"xl/"), content.rindex(b"xl/")
    at = {"signature": part - 30, "name": part, "content": part + 60, "checksum": listed - 30, "size": listed - 22}
    content[at[place]] ^= 1
    with open_zip(io.BytesIO(content)) as opened:
        assert at_once(bytes(content), opened.infolist()[1]) is None
