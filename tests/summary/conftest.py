"""Districts with their summaries, which the tests look into and do not change."""

from __future__ import annotations

import pytest

from helpers.districts import District, made_district, merge_sample, sample_district
from helpers.once import once
from helpers.summaries import Summaries


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> District:
    return made_district(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> District:
    return sample_district(once(tmp_path_factory, "sample", merge_sample))


@pytest.fixture(scope="session", params=["sample", "made"])
def district(request: pytest.FixtureRequest) -> District:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> Summaries:
    return Summaries(tmp_path_factory.mktemp("summaries"))
