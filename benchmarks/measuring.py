"""What a process costs: processor time of it and of its children, time on the clock, and the most memory of each.

What is measured runs in a process of its own (`steps`), so that no step profits by what another has loaded. Memory is
told where there is a /proc (Linux); the peak is that of the process since its program was loaded.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_EVERY = 0.05
"""Seconds between two looks at the memory; the peak itself is kept by the system."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and megabytes (10^6 bytes); `children_mb` adds up those of all children. told: what the step says."""

    processor: float
    wall: float
    own_mb: float | None = None
    children_mb: float | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a run. `of` says what a ratio is a multiple of, or whatever else is to be known."""

    part: str
    key: str
    name: str
    value: float
    unit: str
    of: str = ""


def step(name: str, *arguments: Any, cores: int | None = None) -> Cost:
    """A step of `steps` in a process of its own, on so many cores."""
    given = json.dumps([name, cores, *arguments], default=str)
    return run([sys.executable, "-m", "benchmarks.steps"], given)


def program(*arguments: str, cores: int | None = None) -> Cost:
    """The command line as a user starts it; its own status must be that of a run that came to its end."""
    return step("program", list(arguments), cores=cores)


def run(command: Sequence[str], given: str | None = None) -> Cost:
    """A command; where it is given something, its last line is JSON."""
    folders = [str(ROOT), str(ROOT / "src"), str(ROOT / "udfs"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
    start = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin and process.stdout and process.stderr
    with process.stdin as questions:
        questions.write((given or "").encode())
    peaks: dict[int, float] = {}
    ended = threading.Event()
    watching = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
    watching.start()
    said: list[bytes] = []
    listening = threading.Thread(target=lambda stream: said.append(stream.read()), args=(process.stderr,))
    listening.start()
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watching.join()
    listening.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} {(given or '')[:60]}\n{said[0].decode(errors='replace')[-3000:]}")
    own = peaks.pop(process.pid, None)
    answer = json.loads(output.decode().strip().splitlines()[-1]) if given else {}
    return Cost(used.ru_utime + used.ru_stime, wall, own, sum(peaks.values()) if own else None, answer)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def peak_mb(process: int | str = "self") -> float | None:
    """The most memory that a process had since its program was loaded."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), None)
    return int(peak) * 1024 / 1e6 if peak else None


def _watch(root: int, peaks: dict[int, float], ended: threading.Event) -> None:
    while True:
        for process in _family(root):
            peak = peak_mb(process)
            if peak is not None and _runs_its_own_program(process, root):
                peaks[process] = max(peaks.get(process, 0), peak)
        if ended.wait(_EVERY):
            return


def _family(root: int) -> list[int]:
    """A process and all of its descendants."""
    family = [root]
    for process in family:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                family += map(int, task.read_text().split())
            except (OSError, ValueError):
                continue
    return family


def _runs_its_own_program(process: int, root: int) -> bool:
    """False for a child between its birth and its program, which has its parent's memory."""
    if process == root:
        return True
    try:
        parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        return Path(f"/proc/{process}/cmdline").read_bytes() != Path(f"/proc/{parent}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return False
