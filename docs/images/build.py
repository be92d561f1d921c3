"""Draws the documents' pictures from real files: a filled template beside the district summary, a template without
and with the functions, and sheets of the summaries of the sample district, of 300 schools and of a province.

    .venv/bin/pip install -c constraints.txt -e ".[pictures]"
    .venv/bin/python -m docs.images.build

from the root of a checkout. Needs LibreOffice, pdftoppm (poppler-utils), and TH Sarabun New or a font that stands in
for it. The template's scores are live: its functions are those of `udfs/qa_excel.oxt`, installed into a profile of its
own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from qa_excel.district.analysis import Analysis
from qa_excel.district.data.combining import combine
from qa_excel.summary import write_summary
from samples.province import data_of, province_of

ROOT = Path(__file__).parents[2]
DISTRICT = ROOT / "samples" / "district"
FORM_SHEET = "ตบช.17"
"""The sheet of the form that is drawn: the first indicator's."""


def office(folder: Path) -> list[str]:
    """The command of a LibreOffice that has the extension, in a profile of its own."""
    places = [f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    shared = [f"-env:UNO_SHARED_PACKAGES_CACHE={(folder / 'shared').as_uri()}"] if os.geteuid() == 0 else []
    for_all = ["--shared"] if shared else []
    extension = str(ROOT / "udfs" / "qa_excel.oxt")
    subprocess.run(
        ["unopkg", "add", "-f", "-s", *for_all, *places, *shared, extension], check=True, capture_output=True
    )
    return ["soffice", *places, *shared]


def printed(soffice: list[str], workbook: Path, folder: Path) -> Path:
    """A workbook's pages as PDF."""
    command = [*soffice, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{workbook.stem}.pdf"


def drawn(pdf: Path, number: int) -> Image.Image:
    """One page of a PDF."""
    out = pdf.with_suffix("")
    pages = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", "110", *pages, "-png", str(pdf), str(out)], check=True)
    return Image.open(f"{out}.png").copy()


def sheets(pdf: Path, *names: str) -> list[Image.Image]:
    """The first page of each sheet, found by the name in its header."""
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    pages = [re.sub(r"\s", "", page) for page in text.split("\f")]
    bare = (re.sub(r"\s", "", name) for name in names)
    return [drawn(pdf, next(n for n, page in enumerate(pages, start=1) if name in page[:200])) for name in bare]


def side_by_side(pictures: list[Image.Image], columns: int, name: str, share: float = 0.5) -> None:
    """Pages in rows of `columns`, each scaled to one width, as a PNG."""
    width = int(max(picture.width for picture in pictures) * share)
    scaled = [p.resize((width, p.height * width // p.width), Image.LANCZOS) for p in pictures]
    heights = [max(p.height for p in scaled[n : n + columns]) for n in range(0, len(scaled), columns)]
    size = (columns * (width + 10) + 10, sum(heights) + 10 * len(heights) + 10)
    whole = Image.new("RGB", size, "#d0d7e2")
    top = 10
    for row, height in enumerate(heights):
        for column, picture in enumerate(scaled[row * columns : (row + 1) * columns]):
            whole.paste(picture, (10 + column * (width + 10), top))
        top += height + 10
    whole.quantize(128).save(Path(__file__).with_name(name), optimize=True)


def summaries(soffice: list[str], sample: Path, folder: Path) -> None:
    """Sheets of the sample district's summary, which is printed, of that of 300 schools and of a province's."""
    names = ("ภาพรวม", "คะแนนรายโรงเรียน", "ความครบถ้วน", "ความพร้อม 8 ข้อ")
    side_by_side(sheets(sample, *names), 2, "district.png")
    large, province = folder / "large.xlsx", folder / "province.xlsx"
    write_summary(Analysis(data_of(300)), large, for_print=True)
    write_summary(Analysis(combine(province_of(), "จังหวัดตัวอย่าง")), province, for_print=True)
    side_by_side(sheets(printed(soffice, large, folder), *names[:2]), 2, "district-300.png")
    side_by_side(sheets(printed(soffice, province, folder), "ภาพรวม", "คะแนนรายเขต"), 2, "province.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        summary = folder / "district.xlsx"
        arguments = ["merge", str(DISTRICT), "--roster", str(ROOT / "samples" / "schools.csv"), "--out", str(summary)]
        subprocess.run([sys.executable, "-m", "qa_excel", *arguments], check=True, capture_output=True)
        form = next(DISTRICT.glob("99000002*/*ด้าน6*.xlsx"))
        soffice = office(folder)
        plain = ["soffice", f"-env:UserInstallation={(folder / 'plain').as_uri()}"]
        without, left = (sheets(printed(program, form, folder), FORM_SHEET)[0] for program in (plain, soffice))
        sample = printed(plain, summary, folder)
        right = drawn(sample, 1)
        for name, shown in (("off", without), ("on", left)):
            part = shown.crop((30, 30, shown.width * 7 // 10, shown.height * 45 // 100))
            part.quantize(64).save(Path(__file__).with_name(f"functions-{name}.png"), optimize=True)
        summaries(plain, sample, folder)
        width = left.width + right.width + 30
        picture = Image.new("RGB", (width, max(left.height, right.height)), "#d0d7e2")
        picture.paste(left, (10, 0))
        picture.paste(right, (left.width + 20, 0))
        picture = picture.resize((width * 2 // 3, picture.height * 2 // 3), Image.LANCZOS)
        picture.quantize(128).save(Path(__file__).with_name("overview.png"), optimize=True)


if __name__ == "__main__":
    main()
