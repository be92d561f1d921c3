"""A workbook as PDF, made by LibreOffice where it is installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from qa_excel.files.computer import System, this_computer
from qa_excel.files.soffice import clean_environment, find_office
from qa_excel.files.writing import writing
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

SECONDS = 600
"""For a summary of a thousand schools' cards on a slow computer."""


class PdfError(Said):
    """No PDF could be made; `text` says why and what to do, in Thai and English."""


def require_soffice(system: System | None = None) -> Path:
    """LibreOffice's program. Raises PdfError where it is not installed."""
    office = find_office(system or this_computer())
    if office is None or office.soffice is None:
        raise PdfError(
            Text(
                "สร้าง PDF ไม่ได้เพราะไม่พบ LibreOffice ให้ติดตั้ง LibreOffice หรือสั่งโดยไม่มี --pdf แล้วบันทึกสรุปเป็น PDF จาก Excel",
                "no PDF was made: LibreOffice is not there; install it, or leave --pdf out and save as PDF from Excel",
            )
        )
    return Path(office.soffice)


def write_pdf(workbook: Path, path: Path, system: System | None = None) -> None:
    """Write a workbook's pages as PDF. Raises PdfError without LibreOffice or where it fails, OutputError where
    `path` can't be written."""
    system = system or this_computer()
    soffice = require_soffice(system)
    with writing(path) as target, tempfile.TemporaryDirectory(prefix="qa-excel-") as folder:
        # A profile of its own: the user's LibreOffice may be open.
        profile = (Path(folder) / "profile").as_uri()
        command = [str(soffice), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        environment = {**clean_environment(system), **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), folder)}
        ran = system.run([*command, "--outdir", folder, str(workbook.absolute())], environment, SECONDS)
        made = Path(folder) / f"{workbook.stem}.pdf"
        if not made.is_file():
            raise PdfError(
                Text(
                    f"LibreOffice สร้าง {path} ไม่สำเร็จ (สถานะ {ran.status}) ให้สั่งโดยไม่มี --pdf แล้วบันทึกเป็น PDF จาก Excel",
                    f"LibreOffice made no {path} (status {ran.status}); leave --pdf out and save as PDF from Excel",
                )
            )
        target.write(made.read_bytes())
