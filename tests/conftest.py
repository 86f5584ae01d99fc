"""Studies that tests of every room use."""

from __future__ import annotations

from pathlib import Path

import pytest

from hinterland.study import Study, open_study
from studies import write_small_study, write_tiny_study


@pytest.fixture(scope="session")
def southwest() -> Study:
    return open_study("southwest")


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Three regions, four industries, only the tables that a study must have."""
    return open_study(write_small_study(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def full_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The small study with its optional tables."""
    return open_study(write_small_study(tmp_path_factory.mktemp("full"), full=True))


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two origins, two hosts, two transferable industries, every table of a plan given."""
    return open_study(write_tiny_study(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A folder of the small study that a test may spoil."""
    return write_small_study(tmp_path / "small")


@pytest.fixture
def full_folder(tmp_path: Path) -> Path:
    """A folder of the small study with optional tables that a test may spoil."""
    return write_small_study(tmp_path / "full", full=True)
