"""Fixtures shared by the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from helpers.command_line import Run
from qa_excel.doors.cli.app import main

# The same examples in every run, so that a red run is about the change; `--hypothesis-profile=explore` looks further.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=_SLOW)
settings.load_profile("repeatable")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Calls `qa-excel` in this process; a traceback never reaches the user."""

    def call(*arguments: Any) -> Run:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return Run(stop.value.code, shown.out, shown.err)

    return call
