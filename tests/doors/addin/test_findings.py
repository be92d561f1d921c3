"""What is found at an installation: in both languages, each with its cure."""

from __future__ import annotations

import re
from pathlib import Path

from qa_excel.doors.addin import findings
from qa_excel.doors.addin.findings import BAD


def test_every_message_is_thai_and_english() -> None:
    for code, found in findings.declared().items():
        state, text, cure = found.state, found.text, found.cure
        assert state in findings.SIGNS, code
        for each in (text, cure) if cure else (text,):
            assert each.th and each.en, code
            assert set(re.findall(r"{(\w+)}", each.th)) == set(re.findall(r"{(\w+)}", each.en)), code
            assert not re.search(r"[ก-๙]", each.en), code
        if state == BAD:
            assert cure is not None, f"{code} has no cure"
            assert re.search(r"[ก-๙]", text.th), code


def test_every_finding_is_reported_somewhere() -> None:
    folder = Path(findings.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    assert [code for code in findings.declared() if f'"{code}"' not in source] == []
