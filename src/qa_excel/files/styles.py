"""A workbook's styles, added to: what is there stays, and what is there already is used again."""

from __future__ import annotations

from qa_excel.files.editing import Part

_SECTIONS = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
    "colors", "extLst",
)  # fmt: skip
EMPTY_STYLES = (
    '<styleSheet xmlns="{}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """The part of the styles; `result` gives it with what was added."""

    def __init__(self, xml: bytes):
        part = Part(xml, ("font", "fill", "border", "xf", "dxf"))
        self.part = part
        self.sections = {child.name: child for child in part.children()}
        self.there: dict[str, list[bytes]] = {}
        self.added: dict[str, list[bytes]] = {}
        for element in part.elements:
            if len(element.above) == 2:
                self.there.setdefault(element.above[1], []).append(part.text(element))

    def add(self, section: str, xml: str) -> int:
        """The index of an entry in fonts, fills, borders, cellXfs or dxfs."""
        entry = self.part.own(xml)
        entries = self.there.setdefault(section, [])
        if entry not in entries:
            entries.append(entry)
            self.added.setdefault(section, []).append(entry)
        return entries.index(entry)

    def cell(self, font: str, fill: str = "", border: str = "", alignment: str = "", xf: str = "") -> int:
        """The index of a cell's style made of those parts."""
        font_id = self.add("fonts", font)
        fill_id = self.add("fills", fill) if fill else 0
        border_id = self.add("borders", border) if border else 0
        based = ' xfId="0"' if "cellStyleXfs" in self.sections else ""
        return self.add(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}"{based} applyFont="1"'
            f' applyFill="1" applyBorder="1" applyAlignment="1"{xf}><alignment {alignment}/></xf>',
        )

    def result(self) -> bytes:
        for section, entries in self.added.items():
            xml = b"".join(entries)
            count = str(len(self.there[section]))
            if section in self.sections:
                self.part.append(self.sections[section], xml)
                self.part.set(self.sections[section], count=count)
            else:
                opening = self.part.own(f'<{section} count="{count}">')
                self.part.place(section, opening + xml + f"</{section}>".encode(), _SECTIONS)
        return self.part.result()


def solid(colour: str) -> str:
    """A fill."""
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'
