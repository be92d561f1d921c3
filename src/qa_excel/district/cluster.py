"""Reading handed to a Dask cluster: batches of files that every worker sees under one path.

The same contract as `workers.read_all`: a result for each file, in order. Dask only calls it on each worker; what is
looked up, put together and written stays on this computer. Needs the extra `distributed`.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qa_excel import __version__
from qa_excel.district.received import Received
from qa_excel.district.workers import DIED, cores, read_all, without_verdict
from qa_excel.files.staging import is_staged
from qa_excel.reading.submission import FileResult
from qa_excel.rubric.files import rubrics_digest
from qa_excel.thai.said import Said
from qa_excel.thai.text import Text

BATCH = 8
"""Files that are handed over at a time: enough that the handing over takes no time of note."""
BATCH_BYTES = 2_000_000
AHEAD = 3
"""Batches for each thread of the cluster that are under way or wait there."""
CONNECTING = 15
"""Seconds to wait for the scheduler and its first worker."""
TRIES_ALONE = 1
"""A file alone is asked for again: what befell its worker may be another's."""

ReadOne = Callable[[Received], FileResult]
_Batch = tuple[int, ...]
_Found = Generator[dict[int, FileResult], None, None]
_ADDRESS = re.compile(r"(?:tcp|tls)://\S+:\d+")


class ClusterError(Said):
    """A cluster that can't be used; `text` says why and what to do."""


@contextmanager
def cluster(scheduler: str | None = None, workers: int | None = None) -> Iterator[Cluster]:
    """A cluster that reads files: the one of that scheduler, or one of processes on this computer.

    Raises ClusterError where Dask is not installed, the scheduler can't be reached, a line outside one computer is not
    encrypted, or Python, distributed, this program or its rubrics are not the same on all sides.
    """
    if find_spec("distributed") is None:
        raise ClusterError(
            Text(
                'ต้องติดตั้งส่วนเสริมก่อน: pip install -c constraints.txt ".[distributed]"',
                'it needs an extra: pip install -c constraints.txt ".[distributed]"',
            )
        )
    if scheduler is not None:
        _refuse_address(scheduler)
    import dask
    from distributed import Client, LocalCluster

    # A batch whose worker died is not handed to the next one, which it might kill as well.
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        try:
            client = Client(scheduler or _local(LocalCluster, workers), timeout=CONNECTING, set_as_default=False)
            client.wait_for_workers(1, timeout=CONNECTING)
        except (OSError, TimeoutError, ValueError) as error:
            raise _unreachable(scheduler, error) from error
        try:
            _refuse_open_lines(client)
            _refuse_unlike(client)
            yield Cluster(client)
        finally:
            client.close()
            if client.cluster is not None:
                client.cluster.close()


def _local(kind: Any, workers: int | None) -> Any:
    count = workers or cores()
    return kind(n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)


def _unreachable(scheduler: str | None, error: Exception) -> ClusterError:
    where = scheduler or "LocalCluster"
    why = type(error).__name__
    return ClusterError(
        Text(
            f"เชื่อมต่อ {where} ไม่ได้ หรือยังไม่มี worker ({why}) ให้ตรวจว่า dask scheduler และ dask worker ทำงานอยู่",
            f"{where} can't be reached or has no worker yet ({why}); see that dask scheduler and dask worker run",
        )
    )


# --- What is refused ---


def _refuse_address(scheduler: str) -> None:
    if not _ADDRESS.fullmatch(scheduler):
        raise ClusterError(
            Text(
                f"{scheduler} ไม่ใช่ที่อยู่ของ scheduler ให้ระบุเช่น tls://10.0.0.5:8786",
                f"{scheduler} is no scheduler's address; write it as tls://10.0.0.5:8786",
            )
        )
    _refuse_open(scheduler)


def _refuse_open(address: str) -> None:
    """What travels are schools' answers, and whoever reaches a scheduler can run programs on its workers."""
    if address.startswith("tls://") or _is_this_computer(urlsplit(address).hostname or ""):
        return
    raise ClusterError(
        Text(
            f"{address} ไม่เข้ารหัสและอยู่นอกเครื่องนี้ ให้เปิด scheduler และ worker ด้วย tls:// ดู docs/national.md",
            f"{address} is not encrypted and not on this computer; start scheduler and workers with tls://, "
            "see docs/national.md",
        )
    )


def _is_this_computer(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_open_lines(client: Any) -> None:
    known = client.scheduler_info(n_workers=-1)
    for address in (known["address"], *known["workers"]):
        if not str(address).startswith("inproc://"):
            _refuse_open(str(address))


_COLUMNS = ("Python", "distributed", "qa-excel", "rubrics")


def _here() -> tuple[str, str]:
    return __version__, rubrics_digest()[:12]


def _refuse_unlike(client: Any) -> None:
    """Raise ClusterError, with the table, where one of the sides is of other versions. The scheduler reads no file."""
    versions = client.get_versions(check=False)
    about = client.run(_here, on_error="return")

    def packages(side: Any) -> tuple[str, str]:
        found = (side or {}).get("packages", {})
        return str(found.get("python", "-")).rpartition(".final")[0] or "-", str(found.get("distributed", "-"))

    rows = {"client": (*packages(versions["client"]), *_here())}
    rows[client.scheduler.address] = (*packages(versions["scheduler"]), "", "")
    for address, told in about.items():
        rows[address] = (
            *packages(versions["workers"].get(address)),
            *(told if isinstance(told, tuple) else ("-", "-")),
        )
    wanted = rows["client"]
    if all(mine in ("", own) for row in rows.values() for mine, own in zip(row, wanted, strict=True)):
        return
    lines = [("", *_COLUMNS), *((name, *row) for name, row in rows.items())]
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    table = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    raise ClusterError(
        Text(
            f"โปรแกรมไม่เหมือนกันทุกเครื่อง ผลจึงอาจต่างกัน ให้ติดตั้งรุ่นเดียวกันทุกเครื่อง\n{table}",
            f"not all sides have the same programs, so results might differ; install the same ones everywhere\n{table}",
        )
    )


def _refuse_unseen(client: Any, file: Path) -> None:
    seen = client.run(_size_of, file)
    blind = [address for address, size in seen.items() if size != _size_of(file)]
    if blind:
        raise ClusterError(
            Text(
                f"worker {', '.join(blind)} ไม่เห็น {file} เหมือนเครื่องนี้ ให้วางแฟ้มในที่ซึ่งทุกเครื่องเห็นในชื่อเดียวกัน",
                f"worker {', '.join(blind)} does not see {file} as this computer does; put the files where all sides "
                "see them under one path",
            )
        )


def _size_of(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


# --- Reading ---


class Cluster:
    """A cluster that was looked at and may be used."""

    def __init__(self, client: Any):
        self.client = client

    def read_all(self, files: Iterable[Received], read_one: ReadOne) -> Generator[FileResult, None, None]:
        """The result of each file, in order.

        A batch whose worker died is halved until the file is alone that is to blame: it has `file.reader_died` for its
        only problem. What a worker does not see, such as the content of an archive, is read here.
        """
        given = list(files)
        there = [replace(file, path=file.path.absolute()) for file in given]
        results: dict[int, FileResult] = {}
        with closing(self._read(there, read_one)) as reading:
            for number in range(len(given)):
                while number not in results:
                    results.update(next(reading))
                result = results.pop(number)
                result.path = given[number].path
                yield result

    def _read(self, files: Sequence[Received], read_one: ReadOne) -> _Found:
        """Results by the number of the file, batch by batch as they are there."""
        from distributed import wait
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        seen = (file.path for file in files if not file.refusal and not is_staged(file.path) and file.path.is_file())
        if (first := next(seen, None)) is not None:
            _refuse_unseen(self.client, first)
        waiting, alone = deque(_batches(files)), deque[_Batch]()
        tries: dict[int, int] = {}
        running: dict[Any, _Batch] = {}
        room = AHEAD * max(1, sum(self.client.nthreads().values()))
        try:
            while waiting or alone or running:
                while waiting and len(running) < room:
                    self._hand_over(waiting.popleft(), files, read_one, running)
                if not running:  # nothing else is under way that could be to blame
                    self._hand_over(alone.popleft(), files, read_one, running)
                with self.client.as_current():
                    done = wait(list(running), return_when="FIRST_COMPLETED").done
                for future in done:
                    batch = running.pop(future)
                    try:
                        found = future.result()
                    except KilledWorker:
                        if len(batch) > 1:
                            middle = len(batch) // 2
                            waiting.extendleft((batch[middle:], batch[:middle]))
                        elif tries.setdefault(batch[0], 0) < TRIES_ALONE:
                            tries[batch[0]] += 1
                            alone.append(batch)
                        else:
                            yield {batch[0]: without_verdict(files[batch[0]], DIED)}
                        continue
                    finally:
                        future.release()
                    yield self._with_unseen(dict(zip(batch, found, strict=True)), files, read_one)
        except (CommClosedError, OSError, TimeoutError, RuntimeError) as error:
            if isinstance(error, Said):
                raise
            raise _lost(error) from error
        finally:
            for future in running:
                future.cancel()

    def _hand_over(
        self, batch: _Batch, files: Sequence[Received], read_one: ReadOne, running: dict[Any, _Batch]
    ) -> None:
        future = self.client.submit(_read_batch, [files[number] for number in batch], read_one, pure=False, retries=0)
        running[future] = batch

    def _with_unseen(
        self, found: dict[int, FileResult | None], files: Sequence[Received], read_one: ReadOne
    ) -> dict[int, FileResult]:
        unseen = [number for number, result in found.items() if result is None]
        here = dict(zip(unseen, read_all([files[number] for number in unseen], read_one), strict=True))
        return {number: result or here[number] for number, result in found.items()}


def _lost(error: Exception) -> ClusterError:
    why = type(error).__name__
    return ClusterError(
        Text(
            f"การเชื่อมต่อกับ scheduler ขาดระหว่างอ่านแฟ้ม ({why}) ยังไม่ได้เขียนผลลัพธ์ ให้ตรวจเครือข่ายแล้วสั่งอีกครั้ง",
            f"the scheduler was lost while files were read ({why}); nothing has been written: see to the network, "
            "and start again",
        )
    )


def _batches(files: Sequence[Received]) -> Iterator[_Batch]:
    """The numbers of files, a few at a time."""
    batch: list[int] = []
    size = 0
    for number, file in enumerate(files):
        batch.append(number)
        size += _size_of(file.path) or 0
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _read_batch(files: list[Received], read_one: ReadOne) -> list[FileResult | None]:
    """On a worker: the results of files, None for one that it does not see."""
    seen = [file for file in files if file.refusal or file.path.exists()]
    results = dict(zip((file.path for file in seen), read_all(seen, read_one), strict=True))
    return [results.get(file.path) for file in files]
