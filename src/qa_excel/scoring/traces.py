"""Internal quality assurance: which steps are done, and the progress of each process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from qa_excel.kinds.answers import dig
from qa_excel.kinds.inputs import Path
from qa_excel.kinds.outcome import Finding
from qa_excel.kinds.words import plain, reaches
from qa_excel.rubric.model import DONE, Process, Rubric, TraceItem
from qa_excel.scoring.scorecard import ProcessScore, Scorecard
from qa_excel.thai.folding import fold
from qa_excel.thai.typed import normalise


def score_traces(rubric: Rubric, submission: dict[str, Any]) -> Scorecard:
    missing: list[Path] = []
    findings: list[Finding] = []
    choices = status_choices(rubric)
    processes = {p.id: _process(p, submission, choices, missing, findings) for p in rubric.processes}
    return Scorecard(rubric.id, None, {}, processes, tuple(missing), tuple(findings))


@cache
def status_choices(rubric: Rubric) -> dict[str, str]:
    """Folded word → id of the status."""
    return {fold(word): s.id for s in rubric.statuses for word in (s.id, s.name.th, s.name.en)}


def _process(
    process: Process,
    submission: dict[str, Any],
    choices: dict[str, str],
    missing: list[Path],
    findings: list[Finding],
) -> ProcessScore:
    statuses: dict[str, str | None] = {}
    for item in process.items:
        base: Path = ("items", item.id)
        status = normalise(dig(submission, (*base, "status")), "choice", choices)
        if status.blank:
            missing.append((*base, "status"))
        if status.invalid:
            findings.append(Finding(f"value.{status.fault}", (*base, "status")))
        findings.extend(_trace_findings(item, submission, status.value == DONE))
        counted = status.value != DONE or all(
            reaches(normalise(dig(submission, (*base, n.key)), n.kind), n) for n in item.numbers
        )
        statuses[item.id] = status.value if counted else "doing"
    done = sum(status == DONE for status in statuses.values())
    return ProcessScore(process.id, done, len(process.items), statuses)


def _trace_findings(item: TraceItem, submission: dict[str, Any], done: bool) -> Iterator[Finding]:
    base: Path = ("items", item.id)
    for number in item.numbers:
        value = normalise(dig(submission, (*base, number.key)), number.kind)
        if value.invalid:
            yield Finding(f"value.{value.fault}", (*base, number.key), {"found": plain(value.value)})
        elif done and not reaches(value, number):
            params = {"number": number.label, "at_least": plain(number.at_least)}
            yield Finding("consistency.done_below_number", (*base, number.key), params)
    if done and normalise(dig(submission, (*base, "evidence")), "text").blank:
        yield Finding("consistency.done_without_evidence", (*base, "evidence"))
