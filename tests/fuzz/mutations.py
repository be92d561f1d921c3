"""Mutations of valid workbooks: of the package's bytes and parts, of the XML in them, and of single cells."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

from helpers.books import parts_of

Parts = dict[str, bytes]

_CELL = re.compile(rb"<c r=\"[A-Z]+\d+\"[^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_TAG = re.compile(rb"<[^<>]+>")
_ATTRIBUTE = re.compile(rb"([A-Za-z:]+)=\"([^\"]*)\"")
_NASTY = (
    b"-1", b"0", b"", b" ", b"4294967296", b"99999999999999999999", b"1e309", b"NaN", b"XFD1048576", b"A0", b"rId999",
    b"../../x", b"&#0;", b"\xff", "ก".encode(), b"true", b"A" * 70_000,
)  # fmt: skip
_INSERTS = (
    b"<", b"&", b"&lol;", b"]]>", b"\x00", b"<!-- x -->", b"<?x y?>", b"<![CDATA[<c r=\"A1\"/>]]>", b"<x:y/>", b"</c>",
    b"<row>", b"<sheetData/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\xed\xa0\x80", b"<a>" * 3_000, b"<c><v>1</v></c>",
)  # fmt: skip


def pack(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return buffer.getvalue()


def share_texts(content: bytes) -> bytes:
    """The same workbook with its texts in a table of their own, as most programs write it."""
    parts, texts = parts_of(io.BytesIO(content)), {}

    def share(match: re.Match[bytes]) -> bytes:
        number = texts.setdefault(match[2], len(texts))
        return match[1].replace(b'"inlineStr"', b'"s"') + b"<v>%d</v></c>" % number

    for name in [name for name in parts if "worksheets/sheet" in name]:
        pattern = rb'(<c [^>]*t="inlineStr"[^>]*>)<is>(.*?)</is></c>'
        parts[name] = re.sub(pattern, share, parts[name], flags=re.DOTALL)
    items = b"".join(b"<si>%s</si>" % text for text in texts)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (space, items)
    relation = (
        b'<Relationship Id="rIdShared" Target="sharedStrings.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    name = "xl/_rels/workbook.xml.rels"
    if b"sharedStrings" not in parts[name]:
        parts[name] = parts[name].replace(b"</Relationships>", relation)
    return pack(parts)


# --- bytes and parts ---


def flip_bytes(random: Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(random.randint(1, 30)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def flip_directory(random: Random, content: bytes) -> bytes:
    """Bytes of the zip's own headers, where sizes, offsets and names are."""
    data = bytearray(content)
    start = content.find(b"PK\x01\x02")
    for _ in range(random.randint(1, 6)):
        data[random.randrange(start, len(data))] = random.randrange(256)
    return bytes(data)


def truncate(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content))]


def cut_out(random: Random, content: bytes) -> bytes:
    start = random.randrange(len(content))
    return content[:start] + content[start + random.randint(1, 2_000) :]


def overlap(random: Random, content: bytes) -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    data = bytearray(content)
    starts = [match.start() for match in re.finditer(b"PK\x01\x02", content)]
    one, other = random.sample(starts, 2)
    data[one + 42 : one + 46] = data[other + 42 : other + 46]
    return bytes(data)


def lie_about_size(random: Random, content: bytes) -> bytes:
    data = bytearray(content)
    start = random.choice([match.start() for match in re.finditer(b"PK\x01\x02", content)])
    field = random.choice((20, 24))
    data[start + field : start + field + 4] = struct.pack("<I", random.choice((0, 10, 2**31, 2**32 - 1)))
    return bytes(data)


def _of_parts(change: Callable[[Random, Parts], object]) -> Callable[[Random, bytes], bytes]:
    def mutate(random: Random, content: bytes) -> bytes:
        parts = parts_of(io.BytesIO(content))
        change(random, parts)
        return pack(parts, random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))

    mutate.__name__ = change.__name__
    return mutate


@_of_parts
def drop_part(random: Random, parts: Parts) -> None:
    del parts[random.choice(list(parts))]


@_of_parts
def exchange_parts(random: Random, parts: Parts) -> None:
    one, other = random.sample(list(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]


@_of_parts
def rename_part(random: Random, parts: Parts) -> None:
    name = random.choice(list(parts))
    changes = (str.upper, lambda n: "/" + n, lambda n: "../" + n, lambda n: n.replace("/", "\\"), lambda n: n + "x")
    part = parts.pop(name)
    parts[random.choice(changes)(name)] = part


@_of_parts
def add_part(random: Random, parts: Parts) -> None:
    names = (
        "xl/embeddings/a.bin",
        "xl/activeX/a.xml",
        "xl/externalLinks/e.xml",
        "a/b.zip",
        "xl/vbaProject.bin",
        "x.svg",
    )
    parts[random.choice(names)] = random.choice((b"PK\x03\x04" + bytes(50), b"<ddeLink/>", b"", bytes(10_000)))


# --- XML ---


def _of_xml(change: Callable[[Random, bytes], bytes]) -> Callable[[Random, bytes], bytes]:
    """Changes one part: most often a sheet."""

    def mutate(random: Random, content: bytes) -> bytes:
        parts = parts_of(io.BytesIO(content))
        sheets = [name for name in parts if "worksheets/sheet" in name]
        name = random.choice(sheets if random.random() < 0.6 else list(parts))
        parts[name] = change(random, parts[name])
        return pack(parts)

    mutate.__name__ = change.__name__
    return mutate


def _tag(random: Random, xml: bytes) -> re.Match[bytes] | None:
    tags = list(_TAG.finditer(xml))
    return random.choice(tags) if tags else None


@_of_xml
def delete_slice(random: Random, xml: bytes) -> bytes:
    start = random.randrange(len(xml) + 1)
    return xml[:start] + xml[start + random.randint(1, 500) :]


@_of_xml
def insert(random: Random, xml: bytes) -> bytes:
    tag = _tag(random, xml)
    place = tag.end() if tag else 0
    return xml[:place] + random.choice(_INSERTS) + xml[place:]


@_of_xml
def drop_tag(random: Random, xml: bytes) -> bytes:
    tag = _tag(random, xml)
    return xml[: tag.start()] + xml[tag.end() :] if tag else xml


@_of_xml
def repeat_tag(random: Random, xml: bytes) -> bytes:
    tag = _tag(random, xml)
    return xml[: tag.end()] + tag[0] * random.choice((1, 2, 500)) + xml[tag.end() :] if tag else xml


@_of_xml
def change_attribute(random: Random, xml: bytes) -> bytes:
    found = list(_ATTRIBUTE.finditer(xml))
    if not found:
        return xml
    attribute = random.choice(found)
    value = random.choice((*_NASTY, random.choice(found)[2]))
    return xml[: attribute.start(2)] + value + xml[attribute.end(2) :]


@_of_xml
def drop_attribute(random: Random, xml: bytes) -> bytes:
    found = list(_ATTRIBUTE.finditer(xml))
    attribute = random.choice(found) if found else None
    return xml[: attribute.start()] + xml[attribute.end() :] if attribute else xml


@_of_xml
def encode_otherwise(random: Random, xml: bytes) -> bytes:
    text = re.sub(r"^<\?xml[^>]*\?>", "", xml.decode("utf-8", "replace"))
    encoding = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp874", "utf-32"))
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' if random.random() < 0.7 else ""
    return (declared + text).encode(encoding, "xmlcharrefreplace")


@_of_xml
def add_prefixes(random: Random, xml: bytes) -> bytes:
    xml = re.sub(rb"<(/?)([A-Za-z]+(?=[\s/>]))", rb"<\1q:\2", xml)
    return xml.replace(b"xmlns=", b"xmlns:q=", 1)


@_of_xml
def drop_addresses(random: Random, xml: bytes) -> bytes:
    return re.sub(rb'<(c|row) r="[A-Z]*\d+"', rb"<\1", xml)


# --- cells ---


def _of_cells(change: Callable[[Random, bytes], bytes]) -> Callable[[Random, bytes], bytes]:
    """Changes cells of one sheet, each given as its XML."""

    def mutate(random: Random, content: bytes) -> bytes:
        parts = parts_of(io.BytesIO(content))
        name = random.choice([name for name in parts if "worksheets/sheet" in name])
        cells = list(_CELL.finditer(parts[name]))
        filled = [cell for cell in cells if b"<v>" in cell[0] or b"<is>" in cell[0]]
        for cell in random.sample(filled, min(len(filled), random.randint(1, 3))):
            parts[name] = parts[name].replace(cell[0], change(random, cell[0]), 1)
        return pack(parts)

    mutate.__name__ = change.__name__
    return mutate


def _address(cell: bytes) -> bytes:
    return re.search(rb'r="([A-Z]+\d+)"', cell)[1]


@_of_cells
def type_value(random: Random, cell: bytes) -> bytes:
    values = (
        b'<c r="%s"><v>7</v></c>',
        b'<c r="%s"><v>-3.5</v></c>',
        b'<c r="%s"><v>1e308</v></c>',
        b'<c r="%s"><v>1e999</v></c>',
        b'<c r="%s"><v>NaN</v></c>',
        b'<c r="%s"><v>1,5</v></c>',
        b'<c r="%s"><v></v></c>',
        b'<c r="%s"/>',
        b'<c r="%s" t="b"><v>1</v></c>',
        b'<c r="%s" t="e"><v>#DIV/0!</v></c>',
        b'<c r="%s" t="str"><f>A1</f><v>x</v></c>',
        b'<c r="%s"><f>1+1</f></c>',
        b'<c r="%s"><f>1+1</f><v>2</v></c>',
        b'<c r="%s" t="d"><v>2020-03-31</v></c>',
        b'<c r="%s" t="d"><v>2020-99-31</v></c>',
        b'<c r="%s" t="s"><v>0</v></c>',
        b'<c r="%s" t="s"><v>9999</v></c>',
        b'<c r="%s" t="s"><v>-1</v></c>',
        b'<c r="%s" t="zz"><v>5</v></c>',
        b'<c r="%s" s="3"><v>44000</v></c>',
        b'<c r="%s" s="9999"><v>5</v></c>',
        b'<c r="%s" t="inlineStr"><is><t>a</t><t>b</t></is></c>',
        b'<c r="%s" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r></is></c>',
        b'<c r="%s" t="inlineStr"><is><t>5</t><rPh sb="0" eb="1"><t>9</t></rPh></is></c>',
        b'<c r="%s" t="n"><is><t>5</t></is></c>',
        b'<c r="%s" t="inlineStr"><v>5</v></c>',
        '<c r="%s" t="inlineStr"><is><t>๕</t></is></c>'.encode(),
        b'<c r="%s" t="inlineStr"><is><t> 5 </t></is></c>',
        b'<c r="%s" t="inlineStr"><is><t xml:space="preserve"> </t></is></c>',
        b'<c r="%s"><v> 5 </v></c>',
        b'<c r="%s"><v><![CDATA[5]]></v></c>',
        b'<c r="%s"><v>&#53;</v></c>',
        b'<c r="%s"><v>5</v><v>6</v></c>',
        b'<c r="%s"><extLst><ext><v>9</v></ext></extLst><v>5</v></c>',
    )
    return random.choice(values) % _address(cell)


@_of_cells
def break_value(random: Random, cell: bytes) -> bytes:
    """What does not change a value, and yet parts it for a reader that takes the first piece of its text."""
    marks = (b"<!-- 9 -->", b"<?a 9?>", b"<![CDATA[]]>", b"<!--<v>9</v>-->", b"<a/>", b"<a>9</a>")
    texts = [found.span(1) for found in re.finditer(rb"<(?:v|t)(?: [^<>]*)?>([^<&]+)<", cell)]
    if not texts:
        return cell
    start, end = random.choice(texts)
    place = random.randrange(start, end + 1)
    while 0x80 <= cell[place] < 0xC0:  # within a letter
        place -= 1
    return cell[:place] + random.choice(marks) + cell[place:]


@_of_cells
def repeat_cell(random: Random, cell: bytes) -> bytes:
    return cell + b'<c r="%s"><v>1</v></c>' % _address(cell)


@_of_cells
def move_cell(random: Random, cell: bytes) -> bytes:
    places = (b"A1", b"E9", b"Z99", b"ZZ9999", b"XFD1", b"XFD1048576", b"e9", b"$E$9", b"A0", b"E09", b"", b"E", b"9")
    return cell.replace(_address(cell), random.choice(places), 1)


@_of_cells
def drop_cell(random: Random, cell: bytes) -> bytes:
    return b""


@_of_cells
def drop_address(random: Random, cell: bytes) -> bytes:
    return re.sub(rb'r="[A-Z]+\d+"', b"", cell, count=1)


MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip_bytes, flip_directory, truncate, cut_out, overlap, lie_about_size, drop_part, exchange_parts, rename_part,
    add_part, delete_slice, insert, insert, drop_tag, repeat_tag, change_attribute, change_attribute, change_attribute,
    drop_attribute, encode_otherwise, add_prefixes, drop_addresses, type_value, type_value, type_value, type_value,
    break_value, break_value, repeat_cell, move_cell, move_cell, drop_cell, drop_address,
)  # fmt: skip
