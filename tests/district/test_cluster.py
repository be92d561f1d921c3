"""Reading on a Dask cluster: the same results as here, whatever becomes of a worker; and what is refused."""

from __future__ import annotations

import logging
import os
import signal
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from helpers import books
from qa_excel.checks import check
from qa_excel.district import cluster as clusters
from qa_excel.district.cluster import ClusterError, cluster
from qa_excel.district.examining import read_one
from qa_excel.district.received import Received
from qa_excel.district.receiving import receive
from qa_excel.district.summarising import summarise
from qa_excel.district.workers import read_all
from qa_excel.office.roster import read_roster
from qa_excel.reading.submission import FileResult
from qa_excel.reading.workbook import read_workbook
from qa_excel.summary.outputs import Outputs

TODAY = date(2024, 5, 1)
ROSTER = books.SAMPLES / "schools.csv"
SCHOOLS = sorted(path for path in (books.SAMPLES / "district").iterdir() if path.is_dir())[:2]


@pytest.fixture(scope="module")
def scheduler():
    """The address of a scheduler with two workers."""
    dask = pytest.importorskip("dask")
    from distributed import LocalCluster

    settings = {"distributed.scheduler.allowed-failures": 0}
    options = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
    with dask.config.set(settings), LocalCluster(n_workers=2, threads_per_worker=1, **options) as made:
        yield made.scheduler_address


def examine(file: Received, deadly: str = "") -> FileResult:
    if file.path.name == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return check(read_workbook(file.path, file.name), TODAY)


def received(paths) -> list[Received]:
    return [Received(path, path.name) for path in paths]


def summary(out: Path, **how) -> bytes:
    came = receive(SCHOOLS, read_roster(ROSTER), today=TODAY, **how)
    Outputs(out).write(summarise(came), TODAY)
    return out.read_bytes()


def test_the_same_summary_with_a_worker_killed_in_mid_run(scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "BATCH", 2)
    killed = []

    def killing(results, total):
        for number, result in enumerate(results):
            if number == 0:
                pids = found.client.run(os.getpid)
                killed.append(min(pids.values()))
                os.kill(killed[0], signal.SIGKILL)
            yield result

    with cluster(scheduler) as found:
        there = summary(tmp_path / "there.xlsx", progress=killing, read_all=found.read_all)
        assert killed and killed[0] not in found.client.run(os.getpid).values()
    assert there == summary(tmp_path / "here.xlsx")


def test_a_file_that_kills_its_worker_costs_itself_the_verdict(scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "TRIES_ALONE", 0)
    good = sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))[:1]
    deadly = tmp_path / "deadly.xlsx"
    deadly.write_bytes(good[0].read_bytes())
    files = received([*good, deadly])
    with cluster(scheduler) as found:
        results = list(found.read_all(files, partial(examine, deadly=deadly.name)))
    assert [result.file for result in results] == [file.name for file in files]
    assert [problem.code for problem in results.pop(1).problems] == ["file.reader_died"]
    assert [result.problems for result in results] == [result.problems for result in read_all(received(good), examine)]


def test_what_a_worker_does_not_see_is_read_here(scheduler, tmp_path):
    files = received([*sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))[:1], tmp_path / "absent.xlsx"])
    with cluster(scheduler) as found:
        there = list(found.read_all(files, read_one))
    assert [result.problems for result in there] == [result.problems for result in read_all(files, read_one)]
    assert [result.path for result in there] == [file.path for file in files]


def test_other_programs_are_refused_with_a_table(scheduler, monkeypatch):
    monkeypatch.setattr(clusters, "__version__", "99.0")
    with pytest.raises(ClusterError) as refused, cluster(scheduler):
        pass
    lines = refused.value.text.en.splitlines()[1:]
    assert len(lines) >= 4 and lines[0].split() == ["Python", "distributed", "qa-excel", "rubrics"]
    assert "99.0" in lines[1] and not any("99.0" in line for line in lines[2:])


def test_files_that_a_worker_sees_otherwise_are_refused(scheduler, monkeypatch):
    with cluster(scheduler) as found:
        monkeypatch.setattr(clusters, "_size_of", lambda path: 1)
        found.client.run = lambda *_: {"tcp://127.0.0.1:1": 1, "tcp://127.0.0.1:2": None}
        files = received(sorted(books.COMPLETE_SCHOOL.glob("*.xlsx"))[:1])
        with pytest.raises(ClusterError, match=r"worker tcp://127\.0\.0\.1:2 does not see"):
            list(found.read_all(files, read_one))


@pytest.mark.parametrize("address", ["tcp://192.0.2.1:8786", "tcp://example.org:8786", "tcp://[2001:db8::1]:8786"])
def test_an_open_line_to_another_computer_is_refused_before_it_is_used(address):
    with pytest.raises(ClusterError, match="not encrypted"), cluster(address):
        pass


@pytest.mark.parametrize("address", ["192.0.2.1:8786", "http://127.0.0.1:8786", "tls://127.0.0.1"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ClusterError, match="no scheduler's address"), cluster(address):
        pass


def test_a_worker_on_another_computer_needs_an_encrypted_line():
    class Client:
        def scheduler_info(self, n_workers):
            return {"address": "tcp://127.0.0.1:8786", "workers": ["tcp://127.0.0.1:1", "tcp://192.0.2.1:2"]}

    with pytest.raises(ClusterError, match=r"192\.0\.2\.1:2 is not encrypted"):
        clusters._refuse_open_lines(Client())


def test_a_scheduler_that_is_not_there(monkeypatch):
    monkeypatch.setattr(clusters, "CONNECTING", 1)
    with pytest.raises(ClusterError, match="can't be reached"), cluster("tcp://127.0.0.1:1"):
        pass


def test_without_the_extra(monkeypatch):
    monkeypatch.setattr(clusters, "find_spec", lambda name: None)
    with pytest.raises(ClusterError, match="pip install"), cluster():
        pass
