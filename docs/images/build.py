"""Draws the documents' pictures from real files: a filled template beside the district summary, and a template
without and with the functions.

    python docs/images/build.py

Needs LibreOffice, pdftoppm (poppler-utils), Pillow, and TH Sarabun New or a font that stands in for it. The
template's scores are live: its functions are those of `udfs/qa_excel.oxt`, installed into a profile of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
DISTRICT = ROOT / "samples" / "district"
FORM_PAGE = 4
"""The first indicator's sheet, after two pages of guidance and the cover."""


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


def page(soffice: list[str], workbook: Path, number: int, folder: Path) -> Image.Image:
    """One printed page of a workbook."""
    command = [*soffice, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    pdf = folder / f"{workbook.stem}.pdf"
    out = folder / workbook.stem
    pages = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", "110", *pages, "-png", str(pdf), str(out)], check=True)
    return Image.open(f"{out}.png").copy()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        summary = folder / "district.xlsx"
        arguments = ["merge", str(DISTRICT), "--roster", str(ROOT / "samples" / "schools.csv"), "--out", str(summary)]
        subprocess.run([sys.executable, "-m", "qa_excel", *arguments], check=True, capture_output=True)
        form = next(DISTRICT.glob("99000002*/*ด้าน6*.xlsx"))
        soffice = office(folder)
        left, right = page(soffice, form, FORM_PAGE, folder), page(soffice, summary, 1, folder)
        for name, shown in (("off", page(["soffice"], form, FORM_PAGE, folder)), ("on", left)):
            part = shown.crop((30, 30, shown.width * 7 // 10, shown.height * 45 // 100))
            part.quantize(64).save(Path(__file__).with_name(f"functions-{name}.png"), optimize=True)
        width = left.width + right.width + 30
        picture = Image.new("RGB", (width, max(left.height, right.height)), "#d0d7e2")
        picture.paste(left, (10, 0))
        picture.paste(right, (left.width + 20, 0))
        picture = picture.resize((width * 2 // 3, picture.height * 2 // 3), Image.LANCZOS)
        picture.quantize(128).save(Path(__file__).with_name("overview.png"), optimize=True)


if __name__ == "__main__":
    main()
