"""docs/performance.md of a run: `python -m benchmarks.report [run.json]` puts its table and its chart there.

The run is kept beside this module, so that what is shown can be made again.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.__main__ import shown

ROOT = Path(__file__).parents[1]
RUN = Path(__file__).with_name("run.json")
DOCUMENT = ROOT / "docs" / "performance.md"
CHART = ROOT / "docs" / "images" / "performance.svg"
_TABLE = re.compile(r"(?<=<!-- run -->\n).*(?=<!-- /run -->)", re.DOTALL)
_TITLES = {
    "reading": "Reading a workbook",
    "receiving": "Receiving a district",
    "command": "The whole command",
    "again": "A second run",
    "starting": "Start-up",
    "data": "Data folders merged",
}
_BARS = ("qa_excel", "pandas_with_calamine", "pandas", "openpyxl_read_only", "openpyxl")
_LEFT, _WIDTH, _BAR, _GAP = 330, 400, 22, 12
_OWN, _OTHER = "#1f6f54", "#b9c4c0"


def table(run: dict[str, Any]) -> str:
    return "\n".join(_lines(run)) + "\n"


def _lines(run: dict[str, Any]) -> Iterator[str]:
    about = run["about"]
    yield from (f"![Processor time of a workbook](images/{CHART.name})", "")
    yield f"Python {about['python']}, {about['cores']} cores: `python -m benchmarks {' '.join(run['arguments'])}`"
    for part, figures in groupby(run["figures"], key=lambda figure: figure["part"]):
        yield from ("", f"| {_TITLES[part]} | | | |", "|---|---:|---|---|")
        for figure in figures:
            yield f"| {figure['name'].strip()} | {shown(figure['value']).strip()} | {figure['unit']} | {figure['of']} |"


def chart(run: dict[str, Any]) -> str:
    """One bar for each way to read a workbook, as multiples of calamine, which is the first."""
    found = {f["key"]: (f["name"], f["value"]) for f in run["figures"] if f["part"] == "reading"}
    bars = [("calamine", "bare calamine", 1.0), *((key, *found[key]) for key in _BARS)]
    most = max(value for _, _, value in bars)
    height = 50 + len(bars) * (_BAR + _GAP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 70} {height}" '
        'font-family="sans-serif" font-size="14">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="12" y="26" font-weight="bold">Processor time of a workbook, as a multiple of bare calamine</text>',
    ]
    for number, (key, name, value) in enumerate(bars):
        top = 42 + number * (_BAR + _GAP)
        width = max(2, round(_WIDTH * value / most))
        colour = _OWN if key == "qa_excel" else _OTHER
        label = f"qa-excel: {name}" if key == "qa_excel" else name
        lines += [
            f'<text x="{_LEFT - 10}" y="{top + 16}" text-anchor="end">{label}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LEFT + width + 8}" y="{top + 16}">{value:.1f}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    if len(sys.argv) > 1:
        shutil.copyfile(sys.argv[1], RUN)
    run = json.loads(RUN.read_text(encoding="utf-8"))
    CHART.write_text(chart(run), encoding="utf-8")
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_TABLE.sub(lambda _: table(run), text), encoding="utf-8")


if __name__ == "__main__":
    main()
