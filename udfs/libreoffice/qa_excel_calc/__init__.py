"""qa-excel inside LibreOffice Calc. Runs in LibreOffice's own Python, with the standard library alone."""

import json
from pathlib import Path

from qa_excel.rubric.building import register_rubrics

register_rubrics(
    *(
        json.loads(path.read_text(encoding="utf-8"))["rubric"]
        for path in sorted(Path(__file__).parent.glob("rubrics/*.json"))
    )
)
