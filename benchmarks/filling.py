"""Writing a filled workbook, as ratios taken in one run.

    python -m benchmarks.filling

Processor time of painting a template, of filling its package with a submission, and with a value saved for each of its
formulas.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qa_excel import fill, load_rubric, read_workbook
from qa_excel.files.output import packed
from qa_excel.form.packing import formulas_of
from qa_excel.form.template.building import build

ROUNDS = 15


def median_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def main() -> None:
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "filled.xlsx"
        for file in sorted((root / "samples" / "district").glob("99000001*/*.xlsx")):
            data = read_workbook(file).submission.data
            rubric, area = load_rubric(data["rubric"]), data.get("area")
            saved = dict.fromkeys(formulas_of(rubric, area), 1.5)
            painting_ms = median_ms(lambda rubric=rubric, area=area: packed(build(rubric, area)))
            filling_ms = median_ms(lambda data=data: fill(data, out))
            saving_ms = median_ms(lambda data=data, saved=saved: fill(data, out, saved))
            print(
                f"{file.name}: filling {filling_ms:.1f} ms (painting its template {painting_ms / filling_ms:.0f} times "
                f"that), with {len(saved)} saved values {saving_ms:.1f} ms"
            )


if __name__ == "__main__":
    main()
