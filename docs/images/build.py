"""Draws the README's picture from real files: a filled template beside the district summary.

    python docs/images/build.py

Needs LibreOffice, pdftoppm (poppler-utils), Pillow, and TH Sarabun New or a font that stands in for it. Where
the extension is installed in LibreOffice, the template shows live scores.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
DISTRICT = ROOT / "samples" / "district"


def page(workbook: Path, number: int, folder: Path) -> Image.Image:
    """One printed page of a workbook."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    pdf = folder / f"{workbook.stem}.pdf"
    out = folder / workbook.stem
    pages = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", "110", *pages, "-png", str(pdf), str(out)], check=True)
    return Image.open(f"{out}.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        summary = folder / "district.xlsx"
        arguments = ["merge", str(DISTRICT), "--roster", str(ROOT / "samples" / "schools.csv"), "--out", str(summary)]
        subprocess.run([sys.executable, "-m", "qa_excel", *arguments], check=True, capture_output=True)
        form = next(DISTRICT.glob("99000002*/*ด้าน2*.xlsx"))
        left, right = page(form, 5, folder), page(summary, 1, folder)
        width = left.width + right.width + 30
        picture = Image.new("RGB", (width, max(left.height, right.height)), "#d0d7e2")
        picture.paste(left, (10, 0))
        picture.paste(right, (left.width + 20, 0))
        picture = picture.resize((width * 2 // 3, picture.height * 2 // 3), Image.LANCZOS)
        picture.quantize(128).save(Path(__file__).with_name("overview.png"), optimize=True)


if __name__ == "__main__":
    main()
